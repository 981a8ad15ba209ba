"""What a sentence is built of: logic units, couplers and dependents, and what depends on what.

The *logical dependency structure* of CLOVER (Ryu et al., ICLR 2025, section 3.1), with a validator.
Its components are pieces of English, not of logic: a *unit* is a clause that says one atom, a
*coupler* is a conjunction, written or implied, or the `(merge)` of two units that speak of the same
thing, and a *dependent* is whatever else has a logical effect: a negation, a numeral, a relative
clause. An edge goes from a component to its head, in whose meaning it is an argument.
"""

from neurologic.dependency.placing import alignment, uncovered
from neurologic.dependency.reading import read_structure
from neurologic.dependency.values import MERGE, Component, DependencyStructure, Edge, Role
from neurologic.dependency.words import word_spans, words_of

__all__ = [
    "MERGE",
    "Component",
    "DependencyStructure",
    "Edge",
    "Role",
    "alignment",
    "read_structure",
    "uncovered",
    "word_spans",
    "words_of",
]
