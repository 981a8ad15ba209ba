"""Finite models of sentences, by a SAT solver, of growing size (McCune 1994; Claessen and Sörensson 2003).

Functions have a value among the elements for each row of arguments, in one-hot propositions, and
so have constants, unless each is tried as an element of its own first: a model in which two people
are one confuses its reader. Enumerations consist of their members and numerals denote themselves.
Terms that denote integers take their values from the neighbourhood of the numerals that occur; who
quantifies over numbers asks for more than a finite model. Nothing is returned that `satisfies`,
which shares no code with this module, has not confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, count, product
from typing import Any, TypeAlias

from neurologic.errors import NeurologicError
from neurologic.formula import (
    ENTITY,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Formula,
    Function,
    Numeral,
    Sort,
    Variable,
)
from neurologic.provers.ladders import Ladder, all_different, at_most_one, exactly
from neurologic.provers.propositional import BeyondError, Grounding, Solver
from neurologic.provers.sizes import Plan, Survey, plans
from neurologic.signature import Signature
from neurologic.signature.declarations import NUMERIC
from neurologic.structure import Element, Row, Structure, satisfies

DEFAULT_BUDGET = 300_000
"""Steps that a search may take, about a second of work."""
MOST_CELLS = 20_000
"""The most cells of tables that a structure is worth."""
MOST_VALUES = 200
"""The most values that a term may take."""
_ATTEMPT = 500  # steps that looking at one size counts as at least
_CHECK = 2_000_000  # subexpressions that the final check may evaluate


def find(
    sentences: Sequence[Formula],
    signature: Signature,
    *,
    budget: int = DEFAULT_BUDGET,
    distinct: bool = True,
    most: int = 8,
) -> Structure | None:
    """A finite structure in which all the sentences hold, or None if none was found.

    Names that denote different elements are tried first, then as few elements as possible. Elements
    are called as the constants that denote them, and else e1, e2, ...

    Args:
        sentences: closed elaborated sentences.
        signature: their signature; every symbol in it is interpreted.
        budget: the most steps: one for each ground atom, 100 for each conflict of the SAT solver.
        distinct: whether to prefer that different names denote different elements.
        most: the most elements of an open sort; with many names, those and two more.

    Returns:
        A structure that `satisfies` confirmed. None says nothing about other structures: the
        sentences may be contradictory, have infinite or large models alone, or quantify over
        numbers.

    Raises:
        ProverError: if the SAT solver is missing.

    >>> from neurologic.parsing import parse
    >>> from neurologic.signature import elaborate
    >>> signature, sentences = elaborate([parse("Likes(ann, bob)"), parse("-Likes(bob, ann)")])
    >>> print(find(sentences, signature))
    Entity = {ann, bob}
    ann = ann
    bob = bob
    Likes = {(ann, bob)}
    """
    left = budget
    try:
        survey = Survey.of(sentences, signature)
        crowded = survey.crowded  # else nothing is lost where each name is an element
        for separate in [True] * (distinct or not crowded) + [False] * crowded:
            limit = left - left // 2 if separate else left  # what names cost leaves a half
            for plan in plans(survey, most, separate=separate):
                attempt = _Attempt(survey, plan, min(limit, left))
                found = attempt.structure(sentences)
                left -= attempt.spent
                limit -= attempt.spent
                if found is not None:
                    return found
                if limit <= 0:
                    break
    except BeyondError:
        return None
    return None


class _Attempt:
    """One size: the clauses, the solver's answer, and the structure read off it."""

    def __init__(self, survey: Survey, plan: Plan, budget: int) -> None:
        self.survey, self.plan, self.budget, self.spent = survey, plan, budget, _ATTEMPT

    def structure(self, sentences: Sequence[Formula]) -> Structure | None:
        """The structure of this size, None if there is none or it takes too long."""
        if self.survey.instances(self.plan.domains) > self.budget:
            self.spent = self.budget
            return None
        tables = Tables(self.survey, self.plan, self.budget)
        try:
            for sentence in sentences:
                tables.state(sentence, True)
        except BeyondError:
            self.spent = self.budget
            return None
        self.spent += tables.steps
        with Solver(tables.clauses) as solver:
            answer = solver.solve((), max(1, self.budget - self.spent))
            self.spent += solver.spent
            found = tables.structure(solver.model()) if answer else None
        return found if found is not None and _confirmed(found, sentences) else None


def _confirmed(structure: Structure, sentences: Sequence[Formula]) -> bool:
    try:
        return all(satisfies(structure, s, most_steps=_CHECK) for s in sentences)
    except NeurologicError:
        return False


@dataclass(frozen=True, slots=True, eq=False)
class _Choice:
    """A term whose value is not fixed: for each element a literal, exactly one of them true."""

    literals: Mapping[Element, int]


_Value: TypeAlias = Element | _Choice


class Tables(Grounding):
    """Clauses that say what the sentences say of the tables of a structure."""

    def __init__(self, survey: Survey, plan: Plan, most: int) -> None:
        super().__init__(plan.domains, most)
        self.survey, self.plan = survey, plan
        self.constants: dict[str, _Value] = dict(plan.constants)
        self.cells: dict[tuple[str, Row], _Choice] = {}
        self.known: dict[tuple[Any, ...], Any] = {}  # values of terms and literals of relations
        self._order_constants()

    def _order_constants(self) -> None:
        """Give each constant that is not an element its choices.

        An unnamed element is chosen by a constant only if an earlier one chose the element before
        it: otherwise all names of the unnamed elements would be tried in vain.
        """
        chosen: dict[Sort, list[_Choice]] = {}
        for name, sort in self.survey.constants.items():
            if name in self.constants:
                continue
            unnamed = self.plan.unnamed.get(sort, ())
            before = chosen.setdefault(sort, [])
            late = unnamed[len(before) + 1 :]
            choice = self._choice([e for e in self._elements(sort) if e not in late])
            self.constants[name] = choice
            for element, previous in zip(unnamed[1:], unnamed, strict=False):
                if element in choice.literals:
                    chosen_before = [c.literals[previous] for c in before if previous in c.literals]
                    self.clauses.append([-choice.literals[element], *chosen_before])
            before.append(choice)

    def _elements(self, sort: Sort) -> Sequence[Element]:
        return self.survey.values[sort] if sort in NUMERIC else self.domains[sort]

    def _choice(self, elements: Sequence[Element]) -> _Choice:
        """A new choice among the elements."""
        literals = {element: self.fresh() for element in elements}
        self.step(len(literals))
        self.clauses.append(list(literals.values()))
        self.clauses += at_most_one(list(literals.values()), self.fresh)
        return _Choice(literals)

    # Terms

    def term(self, node: Any) -> _Value:
        """The element that the term denotes, or the choice of it."""
        match node:
            case Variable(name):
                if name not in self.scope:
                    raise BeyondError(f"the variable {name} is free")
                return self.scope[name]
            case Constant(name):
                return self.constants[name]
            case Numeral(value):
                return value
            case Function(name, args):
                return self._applied(name, tuple(map(self.term, args)))
            case Arithmetic(sign, left, right):
                return self._sum(sign, self.term(left), self.term(right))
            case Count(variables, body):
                return self._counted([self._exact(body) for _ in self._assignments(variables)])
            case _:
                raise BeyondError(f"{type(node).__name__} is no term")

    def _applied(self, name: str, args: tuple[_Value, ...]) -> _Value:
        if not any(isinstance(arg, _Choice) for arg in args):
            return self._cell(name, args)  # type: ignore[arg-type]
        key = (name, args)
        if key not in self.known:
            result = self.survey.words.functions[name, len(args)].result
            choice = self.known[key] = self._choice(self._elements(result))
            for row, unless in self._rows(args):
                cell = self._cell(name, row)
                for element, literal in choice.literals.items():
                    self.clauses.append([*unless, -cell.literals[element], literal])
        return self.known[key]  # type: ignore[no-any-return]

    def _cell(self, name: str, row: Row) -> _Choice:
        found = self.cells.get((name, row))
        if found is None:
            result = self.survey.words.functions[name, len(row)].result
            found = self.cells[name, row] = self._choice(self._elements(result))
        return found

    def _rows(self, args: Sequence[_Value]) -> Iterator[tuple[Row, list[int]]]:
        """Each row of elements that the terms may denote, and the literals that deny that they do."""
        options: list[list[tuple[Element, int]]] = [
            list(arg.literals.items()) if isinstance(arg, _Choice) else [(arg, 1)] for arg in args
        ]
        for chosen in product(*options):
            self.step()
            yield tuple(e for e, _ in chosen), [-literal for _, literal in chosen if literal != 1]

    def _sum(self, sign: str, left: _Value, right: _Value) -> _Value:
        key = (sign, left, right)
        if key in self.known:
            return self.known[key]  # type: ignore[no-any-return]
        values: dict[Fraction, list[list[int]]] = {}
        for (one, other), unless in self._rows((left, right)):
            if not isinstance(one, Fraction) or not isinstance(other, Fraction):
                raise BeyondError("calculating with what is not a number")
            value = one + other if sign == "+" else one - other if sign == "-" else one * other
            values.setdefault(value, []).append(unless)
        if len(values) > MOST_VALUES:
            raise BeyondError(f"a term with more than {MOST_VALUES} values")
        if len(values) == 1:
            return next(iter(values))
        choice = self.known[key] = self._choice(sorted(values))
        for value, rows in values.items():
            self.clauses += ([*unless, choice.literals[value]] for unless in rows)
        return choice

    def _counted(self, literals: Sequence[int]) -> _Value:
        """How many of the literals are true."""
        self.step(len(literals) ** 2 // 2)
        if len(literals) > MOST_VALUES:
            raise BeyondError(f"a count of more than {MOST_VALUES}")
        numbers = exactly(literals, self.fresh, self.clauses)
        return _Choice({Fraction(number): name for number, name in enumerate(numbers)})

    def _assignments(self, variables: Sequence[Variable]) -> Iterator[None]:
        """Each assignment of elements to the variables."""
        if not variables:
            yield
            return
        first, *others = variables
        for _ in self.bind(first.name, self.domains[first.sort or ENTITY]):
            yield from self._assignments(others)

    # Formulas

    def state(self, node: Any, sign: bool) -> None:
        """Add clauses that say the formula, or its negation: of a `Distinct`, value by value."""
        rows = self._rows_of(node) if sign and node.__class__ is Distinct else []
        if not rows:
            super().state(node, sign)
        elif any(len(row) != 1 for row in rows):
            self.clauses.append([self._distinct(rows)])
        else:
            choices = [v.literals if isinstance(v, _Choice) else {v: 1} for (v,) in rows]
            self.step(sum(map(len, choices)))
            self.clauses += all_different(choices, self.fresh)

    def atom(self, node: Atom) -> int:
        """The proposition of an atom, whatever its terms denote."""
        self.step()
        args = tuple([self.term(term) for term in node.args])
        if not any(isinstance(arg, _Choice) for arg in args):
            return self.atom_at(node.predicate, args)  # type: ignore[arg-type]
        key = (node.predicate, len(args), args)
        if key not in self.known:
            name = self.known[key] = self.fresh()
            for row, unless in self._rows(args):
                at_row = self.atom_at(node.predicate, row)
                self.clauses += ([*unless, -name, at_row], [*unless, name, -at_row])
        return self.known[key]  # type: ignore[no-any-return]

    def relation(self, node: Any) -> int:
        """A literal equivalent to an equation, a comparison or a `Distinct`."""
        self.step()
        match node:
            case Equals(left, right):
                return self._equal(self.term(left), self.term(right))
            case Compare(sign, left, right):
                return self._compared(sign, self.term(left), self.term(right))
            case Distinct():
                return self._distinct(self._rows_of(node))
            case _:
                raise BeyondError(f"{type(node).__name__} is no formula")

    def _rows_of(self, node: Distinct) -> list[tuple[_Value, ...]]:
        """What a `Distinct` says to differ."""
        if not node.variables:
            return [(self.term(term),) for term in node.terms]
        return [tuple(map(self.term, node.terms)) for _ in self._assignments(node.variables)]

    def _equal(self, left: _Value, right: _Value) -> int:
        if left is right:
            return 1
        if not isinstance(left, _Choice):
            left, right = right, left
        if not isinstance(left, _Choice):
            return 1 if left == right else -1
        if not isinstance(right, _Choice):
            return left.literals.get(right, -1)
        key = ("=", left, right)
        if key not in self.known:
            name = self.known[key] = self.fresh()
            for element, literal in left.literals.items():
                other = right.literals.get(element, -1)
                self.clauses += ([-literal, -name, other], [-literal, name, -other])
            self.step(len(left.literals))
        return self.known[key]  # type: ignore[no-any-return]

    def _compared(self, sign: str, left: _Value, right: _Value) -> int:
        if sign in (">", ">="):
            left, right = right, left
        strict = sign in ("<", ">")
        if not isinstance(left, _Choice):
            if not isinstance(right, _Choice):
                return 1 if self.survey.compare("<" if strict else "<=", left, right) else -1
            return -self._ladder(right).below(self.survey.position(left), not strict)
        if not isinstance(right, _Choice):
            return self._ladder(left).below(self.survey.position(right), strict)
        key = (strict, left, right)
        if key not in self.known:
            ladder = self._ladder(right)
            name = self.known[key] = self.fresh()
            for element, literal in left.literals.items():
                above = -ladder.below(self.survey.position(element), not strict)
                self.clauses += ([-literal, -name, above], [-literal, name, -above])
            self.step(len(left.literals))
        return self.known[key]  # type: ignore[no-any-return]

    def _ladder(self, choice: _Choice) -> Ladder:
        found = self.known.get(("order", choice))
        if found is None:
            places = {self.survey.position(e): name for e, name in choice.literals.items()}
            found = self.known["order", choice] = Ladder(places, self.fresh, self.clauses)
            self.step(len(places))
        return found

    def _distinct(self, rows: Sequence[tuple[_Value, ...]]) -> int:
        clash = []
        for one, other in combinations(rows, 2):
            self.step()
            same = [self._equal(a, b) for a, b in zip(one, other, strict=True)]
            if -1 not in same:
                clash.append(self.conjunction([literal for literal in same if literal != 1]))
        return self.conjunction([-literal for literal in clash])

    def _exact(self, node: Any) -> int:
        """A literal equivalent to the formula."""
        if isinstance(node, Atom):
            return self.atom(node)
        name = self.fresh()
        self.clauses.append([-name, self.literal(node, True)])
        self.clauses.append([name, self.literal(node, False)])
        return name

    # The structure

    def structure(self, true: set[int]) -> Structure | None:
        """The structure that a model of the clauses describes; what is left open is the first element."""
        names = {
            name: next(e for e, literal in value.literals.items() if literal in true)
            if isinstance(value, _Choice)
            else value
            for name, value in self.constants.items()
        }
        called = self._called(names)
        functions: dict[tuple[str, int], dict[Row, Element]] = {}
        cells = 0
        for (name, arity), symbol in self.survey.words.functions.items():
            if arity == 0:
                functions[name, 0] = {(): called.get(names[name], names[name])}
                continue
            table = functions[name, arity] = {}
            if not NUMERIC.isdisjoint(symbol.arguments):
                continue
            domains = [self.domains[sort] for sort in symbol.arguments]
            for row in product(*domains):
                cells += 1
                if cells > MOST_CELLS:
                    return None
                value = self._value_of(name, row, symbol.result, true)
                table[_renamed(row, called)] = called.get(value, value)
        predicates: dict[tuple[str, int], list[Row]] = {
            key: [] for key in self.survey.words.predicates
        }
        for (name, row), variable in self.atoms.items():
            if variable in true:
                predicates[name, len(row)].append(_renamed(row, called))
        domains_shown = {s: _renamed(d, called) for s, d in self.domains.items()}
        return Structure.of(domains_shown, functions, predicates)

    def _value_of(self, name: str, row: Row, result: Sort, true: set[int]) -> Element:
        cell = self.cells.get((name, row))
        if cell is None:
            return self._elements(result)[0]
        return next(element for element, literal in cell.literals.items() if literal in true)

    def _called(self, names: Mapping[str, Element]) -> dict[Element, Element]:
        """What to call each unnamed element: a constant that denotes it, or e1, e2, ..."""
        unnamed = [e for elements in self.plan.unnamed.values() for e in elements]
        called: dict[Element, Element] = {}
        for name, element in names.items():
            if element in unnamed:
                called.setdefault(element, name)
        fresh = (f"e{i}" for i in count(1) if f"e{i}" not in self.survey.constants)
        for element in unnamed:
            if element not in called:
                called[element] = next(fresh)
        return called


def _renamed(row: Sequence[Element], called: Mapping[Element, Element]) -> Row:
    return tuple([called.get(element, element) for element in row])
