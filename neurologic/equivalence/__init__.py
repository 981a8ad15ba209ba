"""Equivalence by proof: candidates grouped into classes, two formulas compared up to renaming.

`classing` groups, `comparing` compares and searches for a renaming; both use the canonical forms of
`canonical`, the random finite structures of `worlds`, and ask a prover for what is left.
"""

from __future__ import annotations

from neurologic.equivalence.classing import EquivalenceClass, Grouping, Status, classes, winner
from neurologic.equivalence.comparing import MOST_MAPS, Comparison, Relation, compare
from neurologic.equivalence.renaming import Renamed

__all__ = [
    "MOST_MAPS",
    "Comparison",
    "EquivalenceClass",
    "Grouping",
    "Relation",
    "Renamed",
    "Status",
    "classes",
    "compare",
    "winner",
]
