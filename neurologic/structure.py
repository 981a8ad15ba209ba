"""Finite structures: a domain for each sort, what the symbols mean there, and what holds.

Elements of open sorts and of enumerations are names; numbers are exact fractions, and a numeral
denotes its number in every sort. A member of an enumeration denotes itself. Quantifiers range over
the listed elements, also those over Int: a structure that lists no integers interprets ground
arithmetic exactly and refuses to quantify over it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any, Protocol, TypeAlias

from neurologic.errors import ProverError, SignatureError
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
    trampoline,
)
from neurologic.signature.declarations import number_named

Element: TypeAlias = str | Fraction
Row: TypeAlias = tuple[Element, ...]
Symbol: TypeAlias = tuple[str, int]

MOST_STEPS = 5_000_000
"""How many subexpressions `satisfies` evaluates at most, about ten seconds of work."""


class Interpretation(Protocol):
    """What the evaluation of a formula asks of a structure."""

    def domain(self, sort: Sort) -> Sequence[Element]:
        """The elements that quantifiers range over."""
        ...

    def value(self, name: str, args: Row) -> Element:
        """The value of a function, or of a constant for no arguments."""
        ...

    def holds(self, name: str, args: Row) -> bool:
        """Whether a predicate holds of the arguments."""
        ...

    def position(self, element: Element) -> Fraction:
        """A number itself, or the place of a member in its ordered enumeration."""
        ...


@dataclass(frozen=True, slots=True)
class Structure:
    """A finite structure as a value; `Structure.of` builds one from dictionaries.

    Args:
        domains: the elements of each sort, in order where the sort is ordered.
        functions: name, arity and table of each function; constants have no arguments.
        predicates: name, arity and the rows of which each predicate holds.

    >>> small = Structure.of(
    ...     {ENTITY: ("ann", "bob")}, {("ann", 0): {(): "ann"}}, {("Likes", 2): {("ann", "bob")}})
    >>> print(small)
    Entity = {ann, bob}
    ann = ann
    Likes = {(ann, bob)}
    """

    domains: tuple[tuple[Sort, tuple[Element, ...]], ...]
    functions: tuple[tuple[str, int, tuple[tuple[Row, Element], ...]], ...] = ()
    predicates: tuple[tuple[str, int, tuple[Row, ...]], ...] = ()
    _tables: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        domains: Mapping[Sort, Iterable[Element]],
        functions: Mapping[Symbol, Mapping[Any, Element]] = {},
        predicates: Mapping[Symbol, Iterable[Any]] = {},
    ) -> Structure:
        """The structure with these domains and tables.

        Raises:
            TypeError: a domain, a row or a value is not made of names and fractions, or a row is not
                a tuple with as many elements as the symbol takes.
        """
        listed = tuple((sort, _listed(sort, elements)) for sort, elements in domains.items())
        predicates = {symbol: tuple(rows) for symbol, rows in predicates.items()}
        for (name, arity), table in functions.items():
            for row, value in table.items():
                _check_row(name, arity, row)
                if not isinstance(value, _ELEMENTS):
                    raise TypeError(f"a value of {name} is a name or a Fraction, got {value!r:.80}")
        for (name, arity), rows in predicates.items():
            for row in rows:
                _check_row(name, arity, row)
        return cls(
            listed,
            tuple(
                (name, arity, tuple(sorted(table.items(), key=_order)))
                for (name, arity), table in functions.items()
            ),
            tuple(
                (name, arity, tuple(sorted(set(rows), key=_order)))
                for (name, arity), rows in predicates.items()
            ),
        )

    def domain(self, sort: Sort) -> Sequence[Element]:
        """The elements that quantifiers over the sort range over.

        Raises:
            SignatureError: if the structure lists none.
        """
        found = self._table("domains", lambda: dict(self.domains)).get(sort)
        if not found:
            raise SignatureError(f"the structure lists no elements of the sort {sort}")
        return found  # type: ignore[no-any-return]

    def value(self, name: str, args: Row) -> Element:
        """The value of a function or constant; a member of an enumeration denotes itself.

        Raises:
            SignatureError: if the structure gives none.
        """
        tables = self._table(
            "functions", lambda: {(n, arity): dict(table) for n, arity, table in self.functions}
        )
        found = tables.get((name, len(args)), {}).get(args)
        if found is None:
            member = _member(name)
            if not args and member in self._positions():
                return member
            shown = f"{name}({_row(args)})" if args else name
            raise SignatureError(f"the structure gives no value of {shown}")
        return found  # type: ignore[no-any-return]

    def holds(self, name: str, args: Row) -> bool:
        """Whether the predicate holds of the elements.

        Raises:
            SignatureError: if the structure does not interpret it.
        """
        tables = self._table(
            "predicates",
            lambda: {(n, arity): frozenset(rows) for n, arity, rows in self.predicates},
        )
        rows = tables.get((name, len(args)))
        if rows is None:
            raise SignatureError(f"the structure does not interpret {name}/{len(args)}")
        return args in rows

    def position(self, element: Element) -> Fraction:
        """The number itself, or the place of a member among those of its sort."""
        if isinstance(element, Fraction):
            return element
        return Fraction(self._positions()[element])

    def _positions(self) -> dict[Element, int]:
        return self._table(
            "positions",
            lambda: {e: place for _, elements in self.domains for place, e in enumerate(elements)},
        )

    def _table(self, key: str, build: Callable[[], dict[Any, Any]]) -> dict[Any, Any]:
        if key not in self._tables:
            self._tables[key] = build()
        return self._tables[key]  # type: ignore[no-any-return]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def __str__(self) -> str:
        lines = [f"{sort} = {{{_row(elements)}}}" for sort, elements in self.domains]
        for name, arity, table in self.functions:
            if arity == 0:
                lines += (f"{name} = {value}" for _, value in table)
            else:
                lines.append(f"{name}: " + ", ".join(f"{_tuple(r)} ↦ {v}" for r, v in table))
        for name, arity, rows in self.predicates:
            if arity == 0:
                lines.append(f"{name} = {'true' if rows else 'false'}")
            else:
                lines.append(f"{name} = {{{', '.join(map(_tuple, rows))}}}")
        return "\n".join(lines)


def satisfies(structure: Interpretation, formula: Formula, *, most_steps: int = MOST_STEPS) -> bool:
    """Whether the sentence holds in the structure.

    Args:
        structure: a `Structure`, or anything that answers the questions of `Interpretation`.
        formula: a sentence; variables without a sort are of sort Entity.
        most_steps: the most subexpressions to evaluate.

    Raises:
        SignatureError: if the structure does not interpret a symbol or a sort, or a variable is
            free.
        ProverError: if the evaluation takes more than `most_steps`.

    >>> x = Variable("x")
    >>> small = Structure.of({ENTITY: ("a", "b")}, predicates={("P", 1): {("a",)}})
    >>> satisfies(small, Exists(x, Atom("P", (x,)))), satisfies(small, ForAll(x, Atom("P", (x,))))
    (True, False)
    """
    return bool(trampoline(_Evaluation(structure, most_steps).truth(formula)))


class _Evaluation:
    """One evaluation: the values of the variables in scope, and the steps that are left."""

    def __init__(self, structure: Interpretation, steps: int) -> None:
        self.structure, self.steps, self.most = structure, steps, steps
        self.scope: dict[str, Element] = {}

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise ProverError(
                f"evaluating the formula takes more than {self.most} steps",
                hint="use a smaller structure or raise most_steps",
            )

    def truth(self, node: Any) -> Generator[Any, Any, Any]:
        self.step()
        match node:
            case Atom(name, args):
                return self.structure.holds(name, (yield self.row(args)))
            case Not(body):
                return not (yield self.truth(body))
            case And(parts) | Or(parts):
                wanted = isinstance(node, Or)
                for part in parts:
                    if (yield self.truth(part)) is wanted:
                        return wanted
                return not wanted
            case Implies(left, right):
                return not (yield self.truth(left)) or (yield self.truth(right))
            case Iff(left, right):
                return (yield self.truth(left)) is (yield self.truth(right))
            case Xor(left, right):
                return (yield self.truth(left)) is not (yield self.truth(right))
            case ForAll(variable, body) | Exists(variable, body):
                wanted = isinstance(node, Exists)
                return (yield self.search(variable, body, wanted))
            case Equals(left, right):
                first, second = yield self.row((left, right))
                return first == second
            case Compare(sign, left, right):
                first, second = map(self.structure.position, (yield self.row((left, right))))
                return _meaning(_COMPARISONS, sign)(first, second)
            case Distinct():
                return (yield self.distinct(node))
            case Verum() | Falsum():
                return isinstance(node, Verum)
            case _:
                raise TypeError(f"expected a formula, got {node!r:.80}")

    def search(self, variable: Variable, body: Formula, wanted: bool) -> Generator[Any, Any, bool]:
        """Whether some element makes the body `wanted`; the answer is `wanted` if so."""
        name, before = variable.name, self.scope.get(variable.name)
        result = not wanted
        for element in self.structure.domain(variable.sort or ENTITY):
            self.scope[name] = element
            if (yield self.truth(body)) is wanted:
                result = wanted
                break
        self.restore(name, before)
        return result

    def restore(self, name: str, before: Element | None) -> None:
        if before is None:
            del self.scope[name]
        else:
            self.scope[name] = before

    def row(self, terms: Sequence[Any]) -> Generator[Any, Any, Row]:
        values = []
        for term in terms:
            if isinstance(term, Variable) and term.name in self.scope:
                values.append(self.scope[term.name])
            else:
                values.append((yield self.term(term)))
        return tuple(values)

    def term(self, node: Any) -> Generator[Any, Any, Element]:
        self.step()
        match node:
            case Variable(name):
                raise SignatureError(f"the variable {name} is free", hint="close the formula")
            case Constant(name):
                return self.structure.value(name, ())
            case Numeral(value):
                return value
            case Function(name, args):
                return self.structure.value(name, (yield self.row(args)))
            case Arithmetic(sign, left, right):
                first, second = yield self.row((left, right))
                if not isinstance(first, Fraction) or not isinstance(second, Fraction):
                    raise SignatureError(f"{node} calculates with what is not a number")
                return _meaning(_OPERATIONS, sign)(first, second)  # type: ignore[no-any-return]
            case Count(variables, body):
                return Fraction(len((yield self.assignments(variables, body, None))))
            case _:
                raise TypeError(f"expected a term, got {node!r:.80}")

    def distinct(self, node: Distinct) -> Generator[Any, Any, bool]:
        if node.variables:
            values = yield self.assignments(node.variables, None, node.terms)
        else:
            values = yield self.row(node.terms)
        return len(set(values)) == len(values)

    def assignments(
        self, variables: Sequence[Variable], body: Formula | None, terms: Sequence[Any] | None
    ) -> Generator[Any, Any, list[Any]]:
        """For each assignment that satisfies the body, the values of the terms under it."""
        before = [self.scope.get(variable.name) for variable in variables]
        domains = [self.structure.domain(variable.sort or ENTITY) for variable in variables]
        found = []
        for values in product(*domains):
            self.step()
            for variable, element in zip(variables, values, strict=True):
                self.scope[variable.name] = element
            if body is None or (yield self.truth(body)):
                found.append((yield self.row(terms)) if terms else values)
        for variable, old in zip(variables, before, strict=True):
            if variable.name in self.scope:
                self.restore(variable.name, old)
        return found


_COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


_ELEMENTS = (str, Fraction)


def _member(name: str) -> Element:
    """The element that a member of an enumeration is: one that is a number denotes it."""
    number = number_named(name)
    return name if number is None else number


def _listed(sort: Sort, elements: Any) -> tuple[Element, ...]:
    told = f"the elements of {sort} are a sequence of names and fractions"
    if isinstance(elements, str):
        raise TypeError(f"{told}, got {elements!r:.80}")
    listed = tuple(elements)
    for element in listed:
        if not isinstance(element, _ELEMENTS):
            raise TypeError(f"{told}, got {element!r:.80}")
    return listed


def _check_row(name: str, arity: int, row: Any) -> None:
    fits = isinstance(row, tuple) and len(row) == arity
    if not fits or not all(isinstance(element, _ELEMENTS) for element in row):
        elements = f"{arity} element{'' if arity == 1 else 's'}"
        raise TypeError(
            f"a row of {name} is a tuple of {elements}, names or fractions, got {row!r:.80}"
        )


def _meaning(table: Mapping[str, Callable[..., Any]], sign: str) -> Callable[..., Any]:
    if sign not in table:
        raise SignatureError(f"expected one of {' '.join(table)} as operator, got {sign!r:.40}")
    return table[sign]


def _order(entry: Any) -> Any:
    """A key that sorts rows of names and numbers, and tables by their rows."""
    row = entry[0] if entry and isinstance(entry[0], tuple) else entry
    return [(isinstance(e, str), e) for e in row]


def _row(elements: Iterable[Element]) -> str:
    return ", ".join(map(str, elements))


def _tuple(row: Row) -> str:
    return str(row[0]) if len(row) == 1 else f"({_row(row)})"
