"""Terms with their sorts, variables in scope, and small things to do with formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from benchmarks.dialects.declaring import Enumeration, Fault, Subset
from benchmarks.dialects.expressions import (
    Call,
    Expression,
)
from neurologic.errors import Span
from neurologic.formula import (
    BOOLEAN,
    INTEGER,
    RATIONAL,
    Falsum,
    Formula,
    Function,
    Iff,
    Not,
    Or,
    Sort,
    Variable,
    Verum,
    walk,
)
from neurologic.formula import map as changed

NUMBERS = (INTEGER, RATIONAL)
ABSOLUTE, MEMBER = "|·|", "member worth "
"""Marks of terms that their atom resolves: an absolute value, a member by what it is worth."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A term with its sort, or a formula, whose sort is Bool.

    Args:
        node: the term or formula.
        sort: its sort.
        home: for a number computed from members of an enumeration: the enumeration.
    """

    node: Any
    sort: Sort
    span: Span
    home: Enumeration | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A variable in scope."""

    variable: Variable
    subset: Subset | None = None


Scope: TypeAlias = dict[str, Bound]


def only(call: Call) -> Expression:
    """The one argument of a call."""
    if len(call.args) != 1:
        raise Fault("arity", f"{call.name} takes 1 argument, not {len(call.args)}", call.span)
    return call.args[0]


def plain(term: Any) -> bool:
    """Whether nothing in the term is left for its atom to resolve."""
    return not any(
        isinstance(node, Function) and (node.name == ABSOLUTE or node.name.startswith(MEMBER))
        for node in walk(term)
    )


def replaced(formula: Any, old: Any, new: Any) -> Any:
    """The formula with one part in the place of another."""
    return changed(formula, lambda node: new if node == old else node)


def renamed(node: Any, names: dict[str, str]) -> Any:
    """The expression with variables renamed."""

    def step(part: Any) -> Any:
        if isinstance(part, Variable) and part.name in names:
            return Variable(names[part.name])
        return part

    return changed(node, step)


def equivalent(left: Formula, right: Formula) -> Formula:
    """That two formulas have one truth value."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Verum):
            return other
        if isinstance(one, Falsum):
            return Not(other)
    return Iff(left, right)


def other_sort(a: Typed, b: Typed) -> Sort:
    """The sort of the one that is no formula."""
    return b.sort if a.sort == BOOLEAN else a.sort


def folded(connective: Any, parts: Sequence[Formula]) -> Formula:
    """The parts joined two by two, from the left."""
    formula = parts[0]
    for part in parts[1:]:
        formula = connective(formula, part)
    return formula


def either(parts: Sequence[Formula]) -> Formula:
    """The disjunction of one or more formulas."""
    return parts[0] if len(parts) == 1 else Or(tuple(parts))
