"""What is said of places: the sorts they are given and the demands made on them, and its errors."""

from __future__ import annotations

import re
from typing import NamedTuple

from neurologic.errors import SignatureError, Span
from neurologic.formula import Formula, Numeral, Sort


class Use(NamedTuple):
    """Something that gives a place a sort or demands one, and where to point when it fails."""

    place: int
    sort: Sort
    symbol: str
    formula: Formula


class Demand(NamedTuple):
    """A place that must be ordered (`<`) or calculated with (`+`)."""

    place: int
    operator: str
    formula: Formula
    shift: int = -1  # the place of the number that is added to a term


class Occurrence(NamedTuple):
    """An occurrence of a numeral."""

    place: int
    numeral: Numeral
    formula: Formula


def root_of(parent: list[int], place: int) -> int:
    """The representative of the class of a place."""
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place


def misfit(message: str, formula: Formula, symbol: str, hint: str = "") -> SignatureError:
    """The error that something does not fit, shown at a symbol of the formula."""
    text = str(formula)
    return SignatureError(message, text=text, span=find_symbol(text, symbol), hint=hint)


def find_symbol(text: str, symbol: str) -> Span:
    """Where a symbol first stands as a word of its own in a text; the whole text if nowhere.

    >>> find_symbol("Pa(x) ∧ P(a)", "P")
    (8, 9)
    """
    word = re.escape(symbol)
    if symbol[:1].isalnum():
        word = rf"(?<![\w'.]){word}(?![\w'])"
    elif symbol:
        word = rf"(?<![<>=-]){word}(?![<>=-])"
    found = re.search(word, text) if symbol else None
    return found.span() if found else (0, len(text))
