"""Provers: a question about premises and goals, and the three ways an answer can turn out.

Anything with a `prove` method is a prover. The smallest one:

>>> class Sceptic:
...     def prove(self, premises, goals, *, signature, budget, models=False, cores=False):
...         return tuple(Unknown("a sceptic proves nothing") for goal in goals)
>>> prover: Prover = Sceptic()
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, get_args

from neurologic.formula import Formula
from neurologic.signature import Signature
from neurologic.structure import Structure

Engine: TypeAlias = Literal["auto", "z3", "ground"]
"""Who decides where no prover is given: grounding and SAT where they fit and Z3 for the rest; Z3
alone; grounding and SAT alone, for which everything else is Unknown."""
ENGINES: tuple[Engine, ...] = get_args(Engine)

DEFAULT_BUDGET = 3_000_000
"""The resource units that one query may use; a second is about a million or two."""


@dataclass(frozen=True, slots=True)
class Proved:
    """The premises entail the goal.

    Args:
        cost: resource units used, the same whenever the same question is asked.
        used: when cores were asked for, indices of premises that suffice; perhaps not the fewest.
    """

    cost: int = 0
    used: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Countermodel:
    """The premises do not entail the goal.

    Args:
        cost: resource units used.
        structure: when models were asked for, a finite structure in which the premises hold and
            the goal does not; None if none was found or it would be too large to write down.
    """

    cost: int = 0
    structure: Structure | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The question was not decided.

    Args:
        reason: why, in words.
        cost: resource units used.
        szs: the SZS status: `Timeout`, `ResourceOut` or `GaveUp`.
    """

    reason: str
    cost: int = 0
    szs: str = "GaveUp"


Outcome: TypeAlias = Proved | Countermodel | Unknown


class Prover(Protocol):
    """Anything that decides whether premises entail goals."""

    def prove(
        self,
        premises: Sequence[Formula],
        goals: Sequence[Formula],
        *,
        signature: Signature,
        budget: int,
        models: bool = False,
        cores: bool = False,
    ) -> tuple[Outcome, ...]:
        """The outcome of each goal.

        Args:
            premises: sentences; the variables of theirs and of the goals carry sorts.
            goals: sentences, each asked on its own.
            signature: every sort and symbol that occurs.
            budget: the most resource units to spend on one query.
            models: whether a `Countermodel` should carry a structure.
            cores: whether `Proved` should say which premises it used.

        Raises:
            ProverError: if the prover is missing or misbehaves; an open question is `Unknown`.
        """
        ...
