"""Equivalence by proof: candidates grouped into classes, two formulas compared up to renaming.

`classing` groups, `sentences` votes, `comparing` compares and searches for a renaming; all use the canonical forms of
`canonical`, the random finite structures of `worlds`, and ask a prover for what is left.
"""

from __future__ import annotations

from neurologic.equivalence.classing import EquivalenceClass, Grouping, Status, classes, winner
from neurologic.equivalence.comparing import MOST_MAPS, Comparison, Relation, compare
from neurologic.equivalence.renaming import Renamed
from neurologic.equivalence.sentences import SentenceTally, by_sentence, class_weights

__all__ = [
    "MOST_MAPS",
    "Comparison",
    "EquivalenceClass",
    "Grouping",
    "Relation",
    "Renamed",
    "SentenceTally",
    "Status",
    "by_sentence",
    "class_weights",
    "classes",
    "compare",
    "winner",
]
