"""Phrases: a chart's tree with its categories and places, and what is coordinated or depends in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from neurologic.english.chart import Edge
from neurologic.english.vocabulary import Word


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of some category over the tokens from `start` to `end`; a leaf has a word."""

    symbol: str
    start: int
    end: int
    parts: tuple[Phrase, ...] = ()
    word: Word | None = None

    @property
    def category(self) -> str:
        """The category without its features: `NP` for `NP[sg]`."""
        return self.symbol.partition("[")[0]

    @property
    def places(self) -> range:
        """The positions of its tokens."""
        return range(self.start, self.end)

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of its parts."""
        return tuple(part.category for part in self.parts)


def phrase(edge: Edge, symbol: str) -> Phrase:
    """The tree of an edge of a category, with the parts that its rules leave out."""
    todo = [(edge, symbol, 0, False)]
    values: list[Phrase] = []
    while todo:
        current, name, start, ready = todo.pop()
        if current.rule is None:
            values.append(Phrase(name, start, current.end, word=current.parts[0]))
        elif ready:
            at = len(values) - len(current.parts)
            below = tuple(values[at:])
            del values[at:]
            values.append(Phrase(name, start, current.end, below))
        else:
            todo.append((current, name, start, True))
            starts = [start, *(part.end for part in current.parts[:-1])]
            below_edges = zip(current.parts, current.rule.right, starts, strict=True)
            todo.extend((part, s, at, False) for part, s, at in reversed(list(below_edges)))
    return values[0]


class Group(NamedTuple):
    """Phrases that are coordinated: the places of the words that join them, and the phrases."""

    connective: str
    joints: tuple[int, ...]
    parts: tuple[Phrase, ...]


_JOINTS = frozenset({"and", "joint", "or", '"both"', '"either"', '"neither"', '"nor"'})
_GROUPED = {
    "Clauses": "Clause",
    "VP": "VP1",
    "Complement": "Polar",
    "Adjectives": "Polar",
    "Conjuncts": "Conjunct",
    "Object": "Object1",
}
"""The categories of what may be coordinated, and of what is then joined."""


def _joined(category: str) -> str | None:
    for suffix in ("And", "Or", "Term"):
        if category.endswith(suffix):
            return category.removesuffix(suffix).partition(".")[0]
    return _GROUPED.get(category)


def group(whole: Phrase) -> Group | None:
    """What a phrase coordinates, None if it is one phrase; `and` inside `or` is one part of it."""
    wanted = _joined(whole.category)
    if wanted is None:
        return None
    joints: list[Phrase] = []
    parts: list[Phrase] = []
    todo = list(reversed(whole.parts))
    while todo:
        current = todo.pop()
        if current.category == wanted:
            parts.append(current)
        elif current.category in _JOINTS:
            joints.append(current)
        elif current.category.endswith("Term"):
            below = current.parts[0]
            parts.append(below if below.category == wanted else current)
        else:
            todo.extend(reversed(current.parts))
    if len(parts) < 2:
        return None
    named = [joint.category.strip('"') for joint in joints]
    connective = next((n for n in named if n in ("both", "either", "neither")), named[-1])
    return Group(connective.replace("joint", "and"), tuple(j.start for j in joints), tuple(parts))
