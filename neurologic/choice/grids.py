"""Grids: a structure in which constraints hold, and the proof that there is no other, or one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

from neurologic.choice.choosing import constraint_places
from neurologic.choice.naming import check_names
from neurologic.errors import ProverError
from neurologic.formula import (
    Atom,
    Constant,
    Equals,
    Falsum,
    Formula,
    Function,
    Node,
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
        structure: the structure, checked by `satisfies`; None if there is none, none was found, or
            it is too large to write down.
        unique: whether it is the only one, which is then proved; None if that is open.
        other: a second structure where there is one, checked as well.
        reason: why there is no structure, or it is not known to be unique; else empty.
        description: what the structure says of each row of each table, as one sentence. It is the
            only structure just if the constraints entail this, which `certify` can certify.
        warnings: names that were not declared, and what they were taken for.
        exists: whether there is a structure, also where it is not written down; None if that is
            open.
    """

    structure: Structure | None
    unique: bool | None
    other: Structure | None = None
    reason: str = ""
    description: Formula | None = None
    warnings: tuple[str, ...] = ()
    exists: bool | None = None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def as_json(self) -> dict[str, Any]:
        """The solution as JSON; structures by their domains, functions and predicates, as text."""
        return {
            "exists": self.exists,
            "structure": None if self.structure is None else str(self.structure),
            "unique": self.unique,
            "other": None if self.other is None else str(self.other),
            "reason": self.reason,
            "warnings": list(self.warnings),
        }

    def __str__(self) -> str:
        return "\n".join((self._told(), *(f"warning: {told}" for told in self.warnings)))

    def _told(self) -> str:
        if self.structure is None:
            heads = {True: "there is a solution, not shown here", None: "no solution was found"}
            return f"{heads.get(self.exists, 'no solution')}: {self.reason}"
        if self.unique:
            return f"{self.structure}\n(the only solution)"
        if self.unique is False and self.other is None:
            return f"{self.structure}\n(not the only solution: {self.reason})"
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
        TypeError, ParseError: an argument or a constraint is of another kind, or does not read.
        ValueError: the budget is not positive.
        SignatureError: sorts or arities do not fit together, or a name is a slip of the pen for one
            that was declared.
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
    if not isinstance(signature, Signature):
        raise TypeError(f"expected a Signature and then the constraints, got {signature!r:.80}")
    if isinstance(constraints, (str, bytes, Node)) or not isinstance(constraints, Iterable):
        raise TypeError(
            f"constraints are a sequence of formulas or texts, not a single one: {constraints!r:.80}"
        )
    check_budget(budget)
    written = [formula_of(f, f"constraint {i}") for i, f in enumerate(constraints, 1)]
    prover = prover_of(prover)
    declared = signature
    signature, premises = elaborate(written, declared)
    warnings = check_names(
        declared, signature, zip(written, constraint_places(len(written)), strict=True)
    )
    found = _solution(prover, premises, signature, budget)
    return replace(found, warnings=warnings)


def _solution(
    prover: Prover, premises: Sequence[Formula], signature: Signature, budget: int
) -> Solution:
    """The solution of elaborated constraints."""
    exists, grid, reason = _model(prover, premises, Falsum(), signature, budget)
    if grid is None:
        told = "the constraints contradict each other" if exists is False else reason
        return Solution(None, None, None, told, exists=exists)
    cells = _cells(grid, signature)
    if cells is None:
        told = "that a structure is the only one is asked where all sorts are enumerations"
        return Solution(grid, None, None, told, exists=True)
    described = conjunction(cells)
    another, other, reason = _model(prover, premises, described, signature, budget)
    if another:
        told = f"another one is not shown: {reason}" if reason else "there are several solutions"
        return Solution(grid, False, other, told, described, exists=True)
    unique = None if another is None else True
    return Solution(grid, unique, None, reason, described, exists=True)


def _model(
    prover: Prover, premises: Sequence[Formula], goal: Formula, signature: Signature, budget: int
) -> tuple[bool | None, Structure | None, str]:
    """Whether the premises hold in a structure in which the goal does not, and that structure.

    It may be too large to write down; then the reason says so, as it says why nothing was decided.
    """
    (outcome,) = prover.prove(premises, (goal,), signature=signature, budget=budget, models=True)
    match outcome:
        case Proved():
            return False, None, ""
        case Unknown(reason):
            return None, None, f"not decided: {reason}"
    if outcome.structure is None:
        return True, None, "it is too large to write down"
    if satisfies(outcome.structure, goal) or not all(
        satisfies(outcome.structure, premise) for premise in premises
    ):
        raise ProverError("the prover gave a structure in which the constraints do not hold")
    return True, outcome.structure, ""


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
