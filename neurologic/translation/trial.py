"""The questions to a judge: which situation is shown next, and when no further one is worth it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Protocol, TypeAlias

from neurologic.problem import Lexicon
from neurologic.structure import Structure
from neurologic.translation.judging import Asked, Judge, Situation, ask
from neurologic.translation.situations import Side, further, is_apart, separating
from neurologic.translation.telling import in_words

Way: TypeAlias = tuple[int, int]
"""A class that holds in a situation, and one that does not."""


class Poll(Protocol):
    """The classes that may win, and what speaks for each."""

    able: list[int]
    tried: bool

    @property
    def step(self) -> float:
        """How much one answer can do for one class against another."""
        ...

    def score(self, at: int) -> float:
        """What speaks for a class."""
        ...

    def ranked(self) -> list[int]:
        """The classes, the best first."""
        ...

    def record(self, said: Asked, about: Way, holds: Mapping[int, bool | None]) -> None:
        """Count what was said for and against the classes by whether they hold there."""
        ...


class Trial:
    """The questions to a judge, each about the best class and the next best that it can tell apart.

    Two classes are told apart by a situation for either direction: one in which the first holds and
    the second does not, and one the other way round. Where these are used up and the answers that
    are left could change which class is best, another situation is sought for the same direction.
    No situation is judged twice.
    """

    def __init__(self, poll: Poll, found: dict[int, Side], sentence: str, lexicon: Lexicon) -> None:
        self.poll, self.sides, self.sentence, self.lexicon = poll, found, sentence, lexicon
        self.left = 2 * (len(poll.able) - 1)
        self.met: dict[Way, list[Structure]] = {}  # the structures that were found
        self.spent: set[Way] = set()  # where there are no others
        self.shown: set[str] = set()
        self.asked: Counter[frozenset[int]] = Counter()  # how often about two classes

    def run(self, judge: Judge) -> None:
        """Ask until no answers can change which class is best, or no question is left."""
        self.poll.tried = True
        while self.left > 0:
            found = self._next()
            if found is None:
                return
            situation, about = found
            self.left -= 1
            self.shown.add(situation.text)
            self.asked[frozenset(about)] += 1
            said = ask(judge, situation)
            language = self.sides[about[0]].language
            there = {
                at: side.holds(situation.structure)
                for at, side in self.sides.items()
                if side.language is language
            }
            self.poll.record(said, about, there)

    def _next(self) -> tuple[Situation, Way] | None:
        """The next question, and the classes that it is about."""
        best, *others = self.poll.ranked()
        others = [other for other in others if self._is_open(best, other)]
        for search in (self._first, self._further):
            for other in others:
                ways = [way for way in ((best, other), (other, best)) if way not in self.spent]
                for way in sorted(ways, key=self._order):
                    situation = search(way)
                    if situation is not None:
                        return situation, way
        return None

    def _is_open(self, best: int, other: int) -> bool:
        """Whether the next answer could put the other first, or the next two about a new pair."""
        ahead = self.poll.score(best) - self.poll.score(other)
        worth = max(1, 2 - self.asked[frozenset((best, other))])
        return ahead < self.poll.step * min(worth, self.left) - 1e-9

    def _order(self, way: Way) -> tuple[int, bool]:
        """First what was not asked about, and what is known to be possible."""
        left, right = (self.sides[at] for at in way)
        return len(self.met.get(way, ())), not is_apart(left, right)

    def _first(self, way: Way) -> Situation | None:
        """A situation in which one class holds and the other does not, if there was none so far."""
        if way in self.met:
            return None
        structure = separating(self.sides[way[0]], self.sides[way[1]])
        self.met[way] = [] if structure is None else [structure]
        if structure is None:
            self.spent.add(way)
            return None
        return self._situation(way, structure)

    def _further(self, way: Way) -> Situation | None:
        """Another such situation, like those that there were and told in other words."""
        met = self.met[way]
        for structure in further(met, self.sides[way[0]], self.sides[way[1]]):
            situation = self._situation(way, structure)
            if situation is not None:
                met.append(structure)
                return situation
        self.spent.add(way)
        return None

    def _situation(self, way: Way, structure: Structure) -> Situation | None:
        text = in_words(structure, self.sides[way[0]].language, self.lexicon)
        if text is None or text in self.shown:
            return None
        return Situation(self.sentence, structure, text)
