"""The likelihood table: how likely votes are under each label, learnt from problems with labels."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, TypeAlias

from neurologic.errors import NeurologicError

Label: TypeAlias = Literal["True", "False", "Uncertain"]
"""An answer that data sets know."""
LABELS: tuple[Label, ...] = ("True", "False", "Uncertain")
"""All of them, in the order of tables."""
Counts: TypeAlias = Mapping[Label, float]
"""What each label is worth."""


@dataclass(frozen=True, slots=True)
class LikelihoodTable:
    """How likely the votes on a problem are, given its label.

    The votes of one problem go together, so they count as `weight` independent votes, shared out as
    they were cast. `python -m benchmarks calibrate` learns the table.

    Args:
        chances: for each label in the order of `LABELS`, the probabilities of votes for `LABELS`.
        weight: how many independent votes the votes of a problem are worth.
        prior: the probability of each label before any vote.
        provenance: what the table was learnt from.
    """

    chances: tuple[tuple[float, float, float], ...]
    weight: float
    prior: tuple[float, float, float] = (1 / 3, 1 / 3, 1 / 3)
    provenance: str = ""

    def __post_init__(self) -> None:
        rows = (*self.chances, self.prior)
        if len(rows) != 4 or any(len(row) != 3 for row in rows):
            raise NeurologicError("a likelihood table has three rows of three chances and a prior")
        sound = all(min(row) > 0 and math.isclose(sum(row), 1, abs_tol=1e-3) for row in rows)
        if not sound or not 0 < self.weight < math.inf:
            raise NeurologicError("chances are positive, sum to one, and have a positive weight")

    def posterior(self, counts: Counts) -> dict[Label, float]:
        """The probability of each label given the counts.

        >>> table = LikelihoodTable(((0.7, 0.1, 0.2), (0.1, 0.7, 0.2), (0.1, 0.1, 0.8)), weight=1.0)
        >>> {label: round(p, 3) for label, p in table.posterior({"True": 5}).items()}
        {'True': 0.778, 'False': 0.111, 'Uncertain': 0.111}
        """
        total = sum(counts.values())
        scores = [
            math.log(prior)
            + sum(
                self.weight * counts.get(label, 0) / total * math.log(chance)
                for label, chance in zip(LABELS, row, strict=True)
            )
            for prior, row in zip(self.prior, self.chances, strict=True)
        ]
        best = max(scores)
        weights = [math.exp(score - best) for score in scores]
        return {label: weight / sum(weights) for label, weight in zip(LABELS, weights, strict=True)}

    def as_json(self) -> dict[str, object]:
        """The table as a JSON object."""
        return {
            "chances": {
                label: dict(zip(LABELS, row, strict=True))
                for label, row in zip(LABELS, self.chances, strict=True)
            },
            "weight": self.weight,
            "prior": dict(zip(LABELS, self.prior, strict=True)),
            "provenance": self.provenance,
        }

    @classmethod
    def from_json(cls, found: Any) -> LikelihoodTable:
        """The table that `as_json` wrote.

        Raises:
            NeurologicError: if it is none.
        """

        def row(of: Any) -> tuple[float, float, float]:
            first, second, third = (float(of[label]) for label in LABELS)
            return first, second, third

        try:
            return cls(
                tuple(row(found["chances"][label]) for label in LABELS),
                float(found["weight"]),
                row(found["prior"]),
                str(found.get("provenance", "")),
            )
        except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
            raise NeurologicError(
                "this is no likelihood table",
                expected=("an object with chances, weight and prior",),
                hint="python -m benchmarks calibrate writes one",
            ) from error


@cache
def shipped_table() -> LikelihoodTable:
    """The likelihood table that comes with the library; it says what it was learnt from."""
    text = (resources.files("neurologic") / "likelihood.json").read_text(encoding="utf-8")
    return LikelihoodTable.from_json(json.loads(text))
