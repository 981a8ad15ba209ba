"""Counting terms and indexed `Distinct` in plain first-order logic.

Over enumerations a count is a sum of indicators, `Count((), φ)` being 1 if φ and else 0. Over open
sorts "at least k" is k different witnesses, so there a count must be compared with a numeral.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, product
from typing import Any, Literal

from neurologic import formula as language
from neurologic.binding import fresh_name, substitute
from neurologic.errors import NeurologicError
from neurologic.formula import (
    ENTITY,
    And,
    Arithmetic,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Implies,
    Not,
    Numeral,
    Term,
    Variable,
    Verum,
    conjunction,
    disjunction,
    walk,
)
from neurologic.signature import Vocabulary

MOST_WITNESSES = 24
"""The largest number that a count over an open sort is compared with."""
MOST_SUMMANDS = 4096
"""The most assignments that a count over enumerations sums up."""


class CountingError(NeurologicError):
    """A count that has no finite expansion of sensible size."""


def expand_counts(formula: Formula, words: Vocabulary) -> Formula:
    """The formula with every count and every indexed `Distinct` spelled out.

    Args:
        formula: an elaborated formula.
        words: which sorts are enumerations.

    Raises:
        CountingError: if a count over an open sort is not compared with a numeral, or is too large.

    >>> from neurologic.formula import Atom
    >>> from neurologic.signature import Signature
    >>> x = Variable("x")
    >>> two = Compare(">=", Count((x,), Atom("P", (x,))), Numeral(2))
    >>> str(expand_counts(two, Signature().vocabulary()))
    '∃x1 ∃x2 (P(x1) ∧ P(x2) ∧ x1 ≠ x2)'
    """
    taken = {node.name for node in walk(formula) if isinstance(node, Variable)}

    def change(node: Any) -> Any:
        match node:
            case Count(variables, _) if variables and _size(node, words) is not None:
                return _sum(node, words)
            case Compare(operator, Count() as count, Numeral(value)) if count.variables:
                return _compared(count, operator, value, taken)
            case Compare(operator, Numeral(value), Count() as count) if count.variables:
                return _compared(count, _MIRROR[operator], value, taken)
            case Equals(Count() as count, Numeral(value)) if count.variables:
                return _equal(count, value, taken)
            case Equals(Numeral(value), Count() as count) if count.variables:
                return _equal(count, value, taken)
            case Distinct(terms, variables) if variables:
                return _injective(terms, variables, taken)
            case _:
                return node

    result = language.map(formula, change)
    for node in walk(result):
        if isinstance(node, Count) and node.variables:
            raise CountingError(
                f"{node} counts over an open sort and is not compared with a numeral",
                hint="compare it with a numeral, or declare the members of the sort",
            )
    return result


_MIRROR: dict[str, Literal["<", "<=", ">", ">="]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _size(count: Count, words: Vocabulary) -> int | None:
    """The number of assignments, None if a variable ranges over an open sort."""
    size = 1
    for variable in count.variables:
        members = words.sorts[variable.sort or ENTITY].members
        if members is None:
            return None
        size *= len(members)
    return size


def _sum(count: Count, words: Vocabulary) -> Term:
    size = _size(count, words) or 0
    if size > MOST_SUMMANDS:
        raise CountingError(f"{count} sums over {size} assignments; {MOST_SUMMANDS} is the most")
    names = [variable.name for variable in count.variables]
    members = [words.sorts[v.sort or ENTITY].members or () for v in count.variables]
    parts: list[Term] = [
        Count((), substitute(count.body, dict(zip(names, map(Constant, row), strict=True))))
        for row in product(*members)
    ]
    while len(parts) > 1:  # a balanced sum
        paired = [Arithmetic("+", *parts[i : i + 2]) for i in range(0, len(parts) - 1, 2)]
        parts = [*paired, *parts[2 * len(paired) :]]
    return parts[0]


def _compared(count: Count, operator: str, value: Any, taken: set[str]) -> Formula:
    match operator:
        case ">=":
            return _at_least(count, math.ceil(value), taken)
        case ">":
            return _at_least(count, math.floor(value) + 1, taken)
        case "<=":
            return Not(_at_least(count, math.floor(value) + 1, taken))
        case _:
            return Not(_at_least(count, math.ceil(value), taken))


def _equal(count: Count, value: Any, taken: set[str]) -> Formula:
    if value.denominator != 1 or value < 0:
        return Falsum()
    number = int(value)
    return And((_at_least(count, number, taken), Not(_at_least(count, number + 1, taken))))


def _at_least(count: Count, number: int, taken: set[str]) -> Formula:
    """That there are `number` different assignments under which the body holds."""
    if number <= 0:
        return Verum()
    if number > MOST_WITNESSES:
        raise CountingError(f"{count} is compared with {number}; {MOST_WITNESSES} is the most")
    copies = [_copy(count.variables, taken) for _ in range(number)]
    parts = [substitute(count.body, _onto(count.variables, copy)) for copy in copies]
    parts += (_different(left, right) for left, right in combinations(copies, 2))
    result = conjunction(parts)
    for variable in reversed([variable for copy in copies for variable in copy]):
        result = Exists(variable, result)
    return result


def _injective(terms: Sequence[Term], variables: Sequence[Variable], taken: set[str]) -> Formula:
    """That no two assignments give the terms the same values."""
    left, right = _copy(variables, taken), _copy(variables, taken)
    clashing = conjunction(
        Equals(substitute(t, _onto(variables, left)), substitute(t, _onto(variables, right)))
        for t in terms
    )
    result: Formula = Implies(
        clashing, conjunction(Equals(a, b) for a, b in zip(left, right, strict=True))
    )
    for variable in reversed((*left, *right)):
        result = ForAll(variable, result)
    return result


def _copy(variables: Sequence[Variable], taken: set[str]) -> tuple[Variable, ...]:
    """Fresh variables of the same sorts; their names are added to `taken`."""
    copy = []
    for variable in variables:
        name = fresh_name(variable.name, taken)
        taken.add(name)
        copy.append(Variable(name, variable.sort))
    return tuple(copy)


def _onto(variables: Sequence[Variable], copy: Sequence[Variable]) -> dict[str, Term]:
    return {old.name: new for old, new in zip(variables, copy, strict=True)}


def _different(left: Sequence[Variable], right: Sequence[Variable]) -> Formula:
    return disjunction(Not(Equals(a, b)) for a, b in zip(left, right, strict=True))
