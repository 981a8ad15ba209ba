"""Sentences as propositions: numbers for what connectives join, and the clauses that it comes to.

Atoms and quantified sentences are numbered up to the names of bound variables; what ∧ ∨ ¬ → ↔ ⊕
make of them is put into clauses by distribution, without new propositions, so that whatever is
derived from the clauses is said in sentences of the problem.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from typing import Any, TypeAlias

from neurologic.formula import (
    ENTITY,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Falsum,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Variable,
    Verum,
    Xor,
    binders,
    children,
    trampoline,
)

Clause: TypeAlias = tuple[int, ...]
"""Literals as in DIMACS: ±n is the sentence with the number n, or its negation."""

MOST_CLAUSES = 4096
"""The most clauses that one sentence may come to."""

_CONNECTIVES = (And, Or, Xor, Implies, Iff, Verum, Falsum)
_MIRRORED = {">": "<", ">=": "<="}


class TooManyClauses(Exception):  # noqa: N818 - says what happened; never leaves the package
    """A sentence comes to more than `MOST_CLAUSES` clauses."""


def key(sentence: Formula) -> str:
    """A text that two sentences share exactly if they differ in bound variables at most.

    `a > b` counts as `b < a`.

    >>> from neurologic.parsing import parse
    >>> key(parse("all x. P(x)")) == key(parse("all y. P(y)"))
    True
    """
    out: list[str] = []
    stack: list[Any] = [(sentence, {}, 0)]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        node, scope, depth = item
        own = binders(node)
        if own:
            scope = {**scope, **{v.name: depth + i for i, v in enumerate(own)}}
            depth += len(own)
        out.append(_head(node, scope))
        below = children(node)
        if below:
            if isinstance(node, Compare) and node.operator in _MIRRORED:
                below = below[::-1]
            stack.append(")")
            stack.extend((child, scope, depth) for child in reversed(below))
    return "".join(out)


def _head(node: Any, scope: dict[str, int]) -> str:
    """What the text of a node begins with."""
    match node:
        case Variable(name):
            return f"#{scope[name]} " if name in scope else f"?{name!r} "
        case Constant(name):
            return f"{name!r} "
        case Numeral(value):
            return f"{value} "
        case Atom(name, args) | Function(name, args):
            return f"{name!r}(" if args else f"{name!r}_ "
        case Compare(operator):
            return f"{_MIRRORED.get(operator, operator)}("
        case Arithmetic(operator):
            return f"{operator}("
        case _:
            sorts = [(variable.sort or ENTITY).name for variable in binders(node)]
            return f"{type(node).__name__}{sorts or ''}("


def compounds(formula: Formula) -> Iterator[Formula]:
    """What connectives join, at any depth, and is itself joined by connectives."""
    stack = [formula]
    while stack:
        node = stack.pop()
        if isinstance(node, (*_CONNECTIVES, Not)):
            stack.extend(children(node))
            if isinstance(node, (And, Or, Xor, Implies, Iff)):
                yield node


class Propositions:
    """The numbers of sentences, the first being 1.

    A compound sentence whose key is among the `opaque` ones has a number as if it were an atom.
    """

    def __init__(self) -> None:
        self.sentences: list[Formula] = []
        self.opaque: frozenset[str] = frozenset()
        self._numbers: dict[str, int] = {}
        self._known: dict[Formula, int] = {}
        self._memo: dict[tuple[int, bool], list[Clause]] = {}  # by identity, for one formula

    def number(self, sentence: Formula) -> int:
        """The number of an atom or a quantified sentence."""
        found = self._known.get(sentence)
        if found is None:
            name = key(sentence)
            found = self._numbers.get(name)
            if found is None:
                self.sentences.append(sentence)
                found = self._numbers[name] = len(self.sentences)
            self._known[sentence] = found
        return found

    def sentence(self, literal: int) -> Formula:
        """The sentence of a literal, without its sign."""
        return self.sentences[abs(literal) - 1]

    def literal(self, formula: Formula) -> int:
        """The number of the sentence, or minus the number of what it denies."""
        sign = 1
        while isinstance(formula, Not):
            formula, sign = formula.body, -sign
        return sign * self.number(formula)

    def clauses(self, literals: Iterable[tuple[bool, Formula]]) -> tuple[Clause, ...]:
        """Clauses that are equivalent to the disjunction of these signed formulas.

        Raises:
            TooManyClauses: there would be more than `MOST_CLAUSES`.

        >>> from neurologic.parsing import parse
        >>> Propositions().clauses([(True, parse("p <-> q & r"))])
        ((-1, 2), (-1, 3), (1, -2, -3))
        """
        self._memo.clear()
        signed = [(formula, sign) for sign, formula in literals]
        return tuple(dict.fromkeys(trampoline(self._joined(signed, False))))

    def meaning(self, compound: Formula) -> Iterator[Clause]:
        """Clauses that say what an opaque sentence means."""
        number = self.number(compound)
        self._memo.clear()
        for sign in (True, False):
            for clause in trampoline(self._clauses(compound, sign, inside=True)):
                found = union((-number if sign else number,), clause)
                if found is not None:
                    yield found

    def _clauses(
        self, node: Any, sign: bool, *, inside: bool = False
    ) -> Generator[Any, Any, list[Clause]]:
        while isinstance(node, Not):
            node, sign = node.body, not sign
        match node:
            case Verum() | Falsum():
                return [] if isinstance(node, Verum) is sign else [()]
            case _ if self.opaque and not inside and key(node) in self.opaque:
                number = self.number(node)
                return [(number if sign else -number,)]
            case And(parts) | Or(parts):
                signed = [(part, sign) for part in parts]
                found: list[Clause] = yield self._joined(signed, isinstance(node, And) is sign)
                return found
            case Implies(left, right):
                found = yield self._joined([(left, not sign), (right, sign)], not sign)
                return found
            case Iff(left, right) | Xor(left, right):
                same = isinstance(node, Iff) is sign
                one = yield self._joined([(left, False), (right, same)], False)
                other = yield self._joined([(left, True), (right, not same)], False)
                return [*one, *other]
            case _:
                number = self.number(node)
                return [(number if sign else -number,)]

    def _joined(
        self, signed: Iterable[tuple[Formula, bool]], conjunctive: bool
    ) -> Generator[Any, Any, list[Clause]]:
        found: list[Clause] = [] if conjunctive else [()]
        for part, sign in signed:
            place = (id(part), sign)
            if place not in self._memo:
                self._memo[place] = yield self._clauses(part, sign)
            clauses = self._memo[place]
            if conjunctive:
                found += clauses
            else:
                joined = (union(left, right) for left in found for right in clauses)
                found = list(dict.fromkeys(clause for clause in joined if clause is not None))
            if len(found) > MOST_CLAUSES:
                raise TooManyClauses
        return found


def union(left: Clause, right: Clause) -> Clause | None:
    """The two clauses in one; None if that holds whatever is the case.

    >>> union((1, 2), (2, 3)), union((1,), (-1, 2))
    ((1, 2, 3), None)
    """
    if not left or not right:
        return left or right
    found = list(left)
    for literal in right:
        if -literal in left:
            return None
        if literal not in left:
            found.append(literal)
    return tuple(found)
