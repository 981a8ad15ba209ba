"""Canonical forms: a number that formulas share if they differ in what never changes their meaning.

That is the names of bound variables, the order and repetition of the parts of ∧, ∨, ↔ and ⊕, double
negation and De Morgan's laws, → written as ∨, the direction of equations and comparisons, and
quantifiers that bind nothing. Every subexpression is kept once, as a tuple of the numbers of its
parts, so that equal numbers are equal forms and later work is shared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from neurologic.formula import (
    ENTITY,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Sort,
    Variable,
    Verum,
    Xor,
)

DEEPEST = 120
"""Formulas nested deeper have no canonical form; the solver compares them."""


class _DeepError(Exception):
    """The formula is nested too deep."""


class Forms:
    """The canonical forms of elaborated sentences of one language.

    A form is a tuple that begins with its kind: `T F & | A E n x` for formulas, with `n` before an
    atom alone and `x` for parity; `p = < <= D I` for atoms, where `D` and `I` say Distinct of terms
    and of all values of one; `v c k f + - * C` for terms. Variables count the binders between.

    >>> x, y = Variable("x", ENTITY), Variable("y", ENTITY)
    >>> p, q = Atom("P", (x,)), Atom("Q", (y,))
    >>> forms = Forms()
    >>> none = forms.number(Not(Exists(x, And((p, Not(Not(Atom("Q", (x,)))))))))
    >>> none == forms.number(ForAll(y, Or((Not(q), Not(Atom("P", (y,)))))))
    True
    """

    def __init__(self) -> None:
        self.forms: list[tuple[Any, ...]] = []
        self._numbers: dict[tuple[Any, ...], int] = {}
        self.true, self.false = self._keep(("T",)), self._keep(("F",))
        self._scope: dict[str, list[int]] = {}
        self._level = 0
        self._used: set[int] = set()
        self._vacuous: set[int] = set()
        self._depth = 0
        self.plain = True

    def number(self, sentence: Formula) -> int | None:
        """The number of the sentence's form; None if it is nested deeper than `DEEPEST`.

        Once a sentence has a numeral or is nested too deep, the forms are no longer `plain`.
        """
        self._vacuous.clear()
        self._scope.clear()
        self._level = self._depth = 0
        try:
            return self._formula(sentence, True)
        except _DeepError:
            self.plain = False
            return None

    def _keep(self, form: tuple[Any, ...]) -> int:
        number = self._numbers.get(form)
        if number is None:
            number = self._numbers[form] = len(self.forms)
            self.forms.append(form)
        return number

    def _formula(self, node: Any, positive: bool) -> int:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _DeepError
        found = _FORMULAS[node.__class__](self, node, positive)
        self._depth -= 1
        return found

    def _negated(self, atom: int, positive: bool) -> int:
        if positive:
            return atom
        if atom <= self.false:  # the first two forms
            return self.false - atom
        form = self.forms[atom]
        return form[1] if form[0] == "n" else self._keep(("n", atom))

    def _truth(self, node: Any, positive: bool) -> int:
        return self.true if isinstance(node, Verum) is positive else self.false

    def _not(self, node: Not, positive: bool) -> int:
        return self._formula(node.body, not positive)

    def _nary(self, node: And | Or, positive: bool) -> int:
        return self._joined(
            isinstance(node, And) is positive, [self._formula(p, positive) for p in node.parts]
        )

    def _implies(self, node: Implies, positive: bool) -> int:
        parts = [self._formula(node.left, not positive), self._formula(node.right, positive)]
        return self._joined(not positive, parts)

    def _joined(self, conjunctive: bool, parts: Iterable[int]) -> int:
        """The parts joined by ∧ or by ∨: flat, sorted, each once."""
        kind = "&" if conjunctive else "|"
        neutral, ruling = (self.true, self.false) if conjunctive else (self.false, self.true)
        found: set[int] = set()
        for part in parts:
            form = self.forms[part]
            found.update(form[1:] if form[0] == kind else (part,))
        found.discard(neutral)
        if ruling in found or any(
            form[0] == "n" and form[1] in found for form in map(self.forms.__getitem__, found)
        ):
            return ruling
        if len(found) < 2:
            return found.pop() if found else neutral
        return self._keep((kind, *sorted(found)))

    def _parity(self, node: Iff | Xor, positive: bool) -> int:
        """A nest of ↔, ⊕ and ¬: what occurs an odd number of times, and whether it is negated."""
        odd: set[int] = set()
        todo: list[Any] = [node]
        while todo:
            part = todo.pop()
            match part:
                case Not(body):
                    positive = not positive
                    todo.append(body)
                case Xor(left, right):
                    todo += (left, right)
                case Iff(left, right):
                    positive = not positive
                    todo += (left, right)
                case _:
                    number = self._formula(part, True)
                    denied = self._complement(number)
                    if denied < number:
                        positive, number = not positive, denied
                    odd ^= {number}
        if self.true in odd:
            positive = not positive
        odd -= {self.true, self.false}
        if not odd:
            return self._negated(self.false, positive)
        if len(odd) == 1:
            (number,) = odd
            return number if positive else self._complement(number)
        return self._negated(self._keep(("x", *sorted(odd))), positive)

    def _complement(self, number: int) -> int:
        """The form of the negation, pushed inward."""
        form = self.forms[number]
        match form[0]:
            case "&" | "|":
                return self._joined(form[0] == "|", map(self._complement, form[1:]))
            case "A" | "E":
                other = "E" if form[0] == "A" else "A"
                return self._keep((other, form[1], self._complement(form[2])))
            case "<":
                return self._keep(("<=", form[2], form[1]))
            case "<=":
                return self._keep(("<", form[2], form[1]))
            case _:
                return self._negated(number, False)

    def _quantified(self, node: ForAll | Exists, positive: bool) -> int:
        if id(node) in self._vacuous:
            return self._formula(node.body, positive)
        level = self._bind((node.variable,))
        body = self._formula(node.body, positive)
        self._free((node.variable,))
        if level not in self._used:
            self._vacuous.add(id(node))  # seen once: what it holds is never gone through again
            return self._formula(node.body, positive)
        kind = "A" if isinstance(node, ForAll) is positive else "E"
        return self._keep((kind, _sort(node.variable), body))

    def _bind(self, variables: tuple[Variable, ...]) -> int:
        first = self._level
        for variable in variables:
            self._used.discard(self._level)
            self._scope.setdefault(variable.name, []).append(self._level)
            self._level += 1
        return first

    def _free(self, variables: tuple[Variable, ...]) -> None:
        for variable in variables:
            self._scope[variable.name].pop()
        self._level -= len(variables)

    def _atom(self, node: Atom, positive: bool) -> int:
        form = ("p", node.predicate, *[self._term(term) for term in node.args])
        return self._negated(self._keep(form), positive)

    def _equals(self, node: Equals, positive: bool) -> int:
        left, right = self._term(node.left), self._term(node.right)
        if left == right:
            return self._negated(self.true, positive)
        return self._negated(self._keep(("=", min(left, right), max(left, right))), positive)

    def _compare(self, node: Compare, positive: bool) -> int:
        left, right = self._term(node.left), self._term(node.right)
        if node.operator in (">", ">="):
            left, right = right, left
        strict = node.operator in ("<", ">")
        if not positive:  # the orders are total
            left, right, strict = right, left, not strict
        if left == right:
            return self.false if strict else self.true
        return self._keep(("<" if strict else "<=", left, right))

    def _distinct(self, node: Distinct, positive: bool) -> int:
        if node.variables:
            self._bind(node.variables)
            form: tuple[Any, ...] = (
                "I",
                tuple(map(_sort, node.variables)),
                *(self._term(term) for term in node.terms),
            )
            self._free(node.variables)
        else:
            form = ("D", *sorted(self._term(term) for term in node.terms))
        return self._negated(self._keep(form), positive)

    def _term(self, node: Any) -> int:
        if isinstance(node, Variable):
            level = self._scope[node.name][-1]
            self._used.add(level)
            return self._keep(("v", self._level - level))
        if isinstance(node, Constant):
            return self._keep(("c", node.name))
        self._depth += 1
        if self._depth > DEEPEST:
            raise _DeepError
        found = self._compound(node)
        self._depth -= 1
        return found

    def _compound(self, node: Any) -> int:
        match node:
            case Numeral(value):
                self.plain = False
                return self._keep(("k", value))
            case Function(name, args):
                return self._keep(("f", name, *[self._term(term) for term in args]))
            case Arithmetic(operator, left, right):
                parts = [self._term(left), self._term(right)]
                return self._keep((operator, *(parts if operator == "-" else sorted(parts))))
            case Count(variables, body):
                self._bind(variables)
                inner = self._formula(body, True)
                self._free(variables)
                return self._keep(("C", tuple(map(_sort, variables)), inner))
            case _:
                raise TypeError(f"expected a term, got {node!r:.80}")


def _sort(variable: Variable) -> Sort:
    return variable.sort or ENTITY


_FORMULAS: dict[type, Callable[[Forms, Any, bool], int]] = {
    Verum: Forms._truth,
    Falsum: Forms._truth,
    Not: Forms._not,
    And: Forms._nary,
    Or: Forms._nary,
    Implies: Forms._implies,
    Iff: Forms._parity,
    Xor: Forms._parity,
    ForAll: Forms._quantified,
    Exists: Forms._quantified,
    Atom: Forms._atom,
    Equals: Forms._equals,
    Compare: Forms._compare,
    Distinct: Forms._distinct,
}
