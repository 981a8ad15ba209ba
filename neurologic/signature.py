"""Signatures: which sorts and symbols there are, what they take and give."""

from __future__ import annotations

from dataclasses import dataclass

from neurologic.formula import BOOLEAN, Sort


@dataclass(frozen=True, slots=True)
class SortDeclaration:
    """A sort: open if `members` is None, else an enumeration, distinct and closed."""

    sort: Sort
    members: tuple[str, ...] | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class SymbolDeclaration:
    """A symbol with the sorts of its arguments and of its value; Bool makes it a predicate."""

    name: str
    arguments: tuple[Sort, ...] = ()
    result: Sort = BOOLEAN


@dataclass(frozen=True, slots=True)
class Signature:
    """Declared sorts and symbols; empty for unsorted text."""

    sorts: tuple[SortDeclaration, ...] = ()
    symbols: tuple[SymbolDeclaration, ...] = ()
