"""Readings beyond a dialect: what a text most likely means where the dialect gives it no meaning.

Each could be meant otherwise, so a program that rests on one is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from neurologic.errors import ParseError
from neurologic.parsing import read

Assumption: TypeAlias = Literal[
    "query without truth value",
    "truth value as head",
    "truth value left out",
    "several formulas in a test",
    "several results of a function",
    "members ordered as listed",
    "formula mended",
    "brackets left out",
    "several conclusions joined",
    "variable closed existentially",
]
"""What is assumed:

- `query without truth value`: `Kind(Ann, bool)` asks for what the sentence beside it states.
- `truth value as head`: `Kind(Ann) >>> False` denies that Ann is kind.
- `truth value left out`: `Kind(Ann)` affirms, though `Kind` is declared with a truth value.
- `several formulas in a test`: `is_sat(p, q)` asks for both together.
- `several results of a function`: of `Function([a] -> [b, c])` all but the last are arguments.
- `members ordered as listed`: members that are neither numbers nor a known sequence are compared.
- `formula mended`: a formula that does not read as it is written.
- `brackets left out`: how far a quantifier or an equivalence reaches is not written.
- `several conclusions joined`: they are asked about together.
- `variable closed existentially`: a free one, as for all it would be a contradiction.
"""

_TOLD: dict[str, Assumption] = {
    "no brackets say so": "brackets left out",
    "read as the loosest connective": "brackets left out",
    " conclusions, joined": "several conclusions joined",
    "closed existentially": "variable closed existentially",
}


def once(found: Iterable[Assumption]) -> tuple[Assumption, ...]:
    """What is assumed, each once, in the order of the names."""
    return tuple(sorted(set(found)))


def in_formulas(texts: Iterable[str], notes: Iterable[str]) -> tuple[Assumption, ...]:
    """What is assumed where formulas are read as `replay` reads them.

    Args:
        texts: the formulas as they are written.
        notes: what was noted when they were read.

    >>> in_formulas(["Tall(ann) & (Old(ann)"], [])
    ('formula mended',)
    """
    found = [kind for note in notes for part, kind in _TOLD.items() if part in note]
    return once(found if all(map(_reads, texts)) else [*found, "formula mended"])


def _reads(text: str) -> bool:
    try:
        read(text)
    except ParseError:
        return False
    return True
