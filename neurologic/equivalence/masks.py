"""Masks: in which of 256 structures something holds, as the bits of one integer, and how they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b

from neurologic.structure import Element, Row

BITS = 256
"""How many structures a world holds."""
ALL = (1 << BITS) - 1
_QUARTER = (1 << BITS // 4) - 1

Values = list[tuple[Element, int]]
"""What a term may denote, each with the structures in which it does."""


def bits_of(mask: int) -> Iterator[int]:
    """The places of the bits that are set, the lowest first.

    >>> list(bits_of(0b1010))
    [1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@lru_cache(maxsize=20_000)
def met(size: int, name: str, row: Row) -> int:
    """The structures in which a predicate holds: in one part rarely, in one often, else by half."""
    one, two = drawn(f"{size} {name} {row}", 2)
    return one & (two | ~_QUARTER) | two & (_QUARTER << BITS // 4)


def drawn(key: str, number: int) -> list[int]:
    """Random masks that the key determines."""
    data = key.encode("utf-8", errors="surrogatepass")
    return [
        int.from_bytes(
            blake2b(data, digest_size=BITS // 8, salt=i.to_bytes(2, "big")).digest(), "big"
        )
        for i in range(number)
    ]


def combinations(masks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each choice of bits, as a number, with the structures that chose so."""
    found = [(0, ALL)]
    for place, mask in enumerate(masks):
        found = [
            entry
            for choice, where in found
            for entry in ((choice, where & ~mask), (choice | 1 << place, where & mask))
        ]
    return ((choice, where) for choice, where in found if where)


def gathered(values: Iterator[tuple[Element, int]]) -> Values:
    """Each value once, with all the structures in which it is taken."""
    found: dict[Element, int] = {}
    for element, mask in values:
        found[element] = found.get(element, 0) | mask
    return list(found.items())


def same(left: Values, right: Values) -> int:
    """The structures in which both terms denote one value."""
    there = dict(right)
    result = 0
    for element, mask in left:
        result |= mask & there.get(element, 0)
    return result


def different(terms: Sequence[Values]) -> int:
    """The structures in which all the terms differ."""
    result = ALL
    for i, term in enumerate(terms):
        for other in terms[:i]:
            result &= ~same(term, other)
    return result
