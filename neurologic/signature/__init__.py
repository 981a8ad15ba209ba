"""Signatures: which sorts and symbols there are, how undeclared text gets its sorts, what clashes.

`declarations` holds the values, `collecting` what formulas say of sorts, `inference` the
elaboration of whole problems, `clashes` the warnings about names that are used in several ways.
"""

from __future__ import annotations

from neurologic.signature.clashes import Clash, NearDuplicate, clashes, near_duplicates
from neurologic.signature.declarations import (
    Signature,
    SortDeclaration,
    SymbolDeclaration,
    Vocabulary,
)
from neurologic.signature.inference import elaborate

__all__ = [
    "Clash",
    "NearDuplicate",
    "Signature",
    "SortDeclaration",
    "SymbolDeclaration",
    "Vocabulary",
    "clashes",
    "elaborate",
    "near_duplicates",
]
