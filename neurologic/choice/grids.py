"""Grids: a structure in which constraints hold, and the proof that there is no other, or one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from neurologic.errors import ProverError
from neurologic.formula import (
    Atom,
    Constant,
    Equals,
    Falsum,
    Formula,
    Function,
    Not,
    Numeral,
    Term,
    conjunction,
)
from neurologic.provers import DEFAULT_BUDGET, Proved, Prover, Unknown
from neurologic.question import check_budget, formula_of, prover_of
from neurologic.signature import Signature, elaborate
from neurologic.signature.declarations import NUMERIC
from neurologic.structure import Element, Structure, satisfies


@dataclass(frozen=True, slots=True)
class Solution:
    """A structure in which constraints hold, and whether it is the only one.

    Args:
        structure: the structure, checked by `satisfies`; None if there is none or none was found.
        unique: whether it is the only one, which is then proved; None if that is open.
        other: a second structure where there is one, checked as well.
        reason: why there is no structure, or it is not known to be unique; else empty.
        description: what the structure says of each row of each table, as one sentence. It is the
            only structure just if the constraints entail this, which `certify` can certify.
    """

    structure: Structure | None
    unique: bool | None
    other: Structure | None = None
    reason: str = ""
    description: Formula | None = None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def as_json(self) -> dict[str, Any]:
        """The solution as JSON; structures by their domains, functions and predicates, as text."""
        return {
            "structure": None if self.structure is None else str(self.structure),
            "unique": self.unique,
            "other": None if self.other is None else str(self.other),
            "reason": self.reason,
        }

    def __str__(self) -> str:
        if self.structure is None:
            return f"no solution: {self.reason}"
        if self.unique:
            return f"{self.structure}\n(the only solution)"
        if self.other is None:
            return f"{self.structure}\n(perhaps not the only solution: {self.reason})"
        return f"{self.structure}\n(not the only solution; another:)\n{self.other}"


def solve(
    signature: Signature,
    constraints: Sequence[Formula | str],
    *,
    prover: Prover | None = None,
    budget: int = DEFAULT_BUDGET,
) -> Solution:
    r"""A structure of the constraints, and whether it is the only one.

    Args:
        signature: declared sorts and symbols; the rest is inferred.
        constraints: formulas, or texts to parse.
        prover: decides; as in `choose`.
        budget: resource units for each of the two questions.

    Raises:
        TypeError, ParseError: a constraint is no formula, or does not read.
        ValueError: the budget is not positive.
        SignatureError: sorts or arities do not fit together.
        ProverError: the prover is missing or fails.

    >>> from neurologic.parsing import read_problem
    >>> days = read_problem("sort day = {mon < tue < wed}\nconst a, b, c: day\n? true").signature
    >>> print(solve(days, ["a < b", "b < c"]))
    day = {mon, tue, wed}
    a = mon
    b = tue
    c = wed
    (the only solution)
    """
    check_budget(budget)
    written = [formula_of(f, f"constraint {i}") for i, f in enumerate(constraints, 1)]
    prover = prover_of(prover)
    signature, premises = elaborate(written, signature)
    grid, reason = _model(prover, premises, Falsum(), signature, budget)
    if grid is None:
        return Solution(None, None, None, reason or "the constraints contradict each other")
    cells = _cells(grid, signature)
    if cells is None:
        told = "that a structure is the only one is asked where all sorts are enumerations"
        return Solution(grid, None, None, told)
    described = conjunction(cells)
    other, reason = _model(prover, premises, described, signature, budget)
    if other is None:
        return Solution(grid, None if reason else True, None, reason, described)
    return Solution(grid, False, other, "there are several solutions", described)


def _model(
    prover: Prover, premises: Sequence[Formula], goal: Formula, signature: Signature, budget: int
) -> tuple[Structure | None, str]:
    """A structure in which the premises hold and the goal does not; or why none was found.

    The reason is empty if there is none.
    """
    (outcome,) = prover.prove(premises, (goal,), signature=signature, budget=budget, models=True)
    match outcome:
        case Proved():
            return None, ""
        case Unknown(reason):
            return None, f"not decided: {reason}"
    if outcome.structure is None:
        return None, "there is a structure, which is too large to write down"
    if satisfies(outcome.structure, goal) or not all(
        satisfies(outcome.structure, premise) for premise in premises
    ):
        raise ProverError("the prover gave a structure in which the constraints do not hold")
    return outcome.structure, ""


def _cells(grid: Structure, signature: Signature) -> list[Formula] | None:
    """What the structure says of each row of each table; None if its elements have no names."""
    words = signature.vocabulary()
    said: list[Formula] = []
    for symbol in signature.symbols:
        sorts = [words.sorts[sort] for sort in symbol.arguments]
        named = not symbol.is_predicate and symbol.result in NUMERIC
        if not symbol.is_predicate and not named:
            sorts.append(words.sorts[symbol.result])
        if any(declaration.members is None for declaration in sorts):
            return None
        for row in product(*(grid.domain(sort) for sort in symbol.arguments)):
            args = tuple(map(_name, row))
            if symbol.is_predicate:
                atom = Atom(symbol.name, args)
                said.append(atom if grid.holds(symbol.name, row) else Not(atom))
            elif args:
                value = _name(grid.value(symbol.name, row))
                said.append(Equals(Function(symbol.name, args), value))
            elif symbol.name not in words.members:
                said.append(Equals(Constant(symbol.name), _name(grid.value(symbol.name, ()))))
    return said


def _name(element: Element) -> Term:
    return Numeral(element) if isinstance(element, Fraction) else Constant(element)
