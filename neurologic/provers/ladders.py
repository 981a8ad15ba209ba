"""Ladders and counters: what is said of many literals in a row with few clauses (Sinz 2005).

A rung says that one of the literals up to its place is true, so that "no two of these" and "below
this place" need no clause for each pair.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

_FEW = 12


def at_most_one(literals: Sequence[int], fresh: Callable[[], int]) -> Iterator[list[int]]:
    """Clauses that say that no two of the literals are true: few are taken two by two.

    >>> list(at_most_one([1, 2, 3], lambda: 0))
    [[-1, -2], [-1, -3], [-2, -3]]
    >>> len(list(at_most_one(range(1, 101), lambda: 0)))
    296
    """
    if len(literals) <= _FEW:
        yield from ([-one, -other] for one, other in combinations(literals, 2))
        return
    below = fresh()
    yield [-literals[0], below]
    for literal in literals[1:-1]:
        rung = fresh()
        yield from ([-literal, -below], [-below, rung], [-literal, rung])
        below = rung
    yield [-literals[-1], -below]


def exactly(
    literals: Sequence[int], fresh: Callable[[], int], clauses: list[list[int]]
) -> list[int]:
    """For 0, 1, 2, ... a literal that says that so many are true: a sequential counter.

    Args:
        literals: what is counted.
        fresh: makes a new proposition.
        clauses: where the clauses go; the literal 1 is true in them.
    """
    at_least = [1]  # that at least 0, 1, 2, ... of those seen so far are true
    for literal in literals:
        longer = [1]
        for fewer, same in zip(at_least, (*at_least[1:], -1), strict=True):
            one_more = fresh()  # equivalent to: same, or fewer and the literal
            clauses += (
                [-one_more, same, fewer],
                [-one_more, same, literal],
                [one_more, -same],
                [one_more, -fewer, -literal],
            )
            longer.append(one_more)
        at_least = longer
    found = []
    for enough, more in zip(at_least, (*at_least[1:], -1), strict=True):
        name = fresh()
        clauses += ([-name, enough], [-name, -more], [name, -enough, more])
        found.append(name)
    return found


class Ladder:
    """The values of a choice in order, of which exactly one is taken, and a rung for each.

    Args:
        places: the literal of each value, by its place in the order.
        fresh: makes a new proposition.
        clauses: where the clauses go that say what the rungs mean.
    """

    def __init__(
        self, places: Mapping[Fraction, int], fresh: Callable[[], int], clauses: list[list[int]]
    ) -> None:
        self.places = sorted(places)
        self.rungs = [places[self.places[0]]] if places else []
        for place in self.places[1:-1]:
            literal, before, rung = places[place], self.rungs[-1], fresh()
            clauses += ([-rung, before, literal], [rung, -before], [rung, -literal])
            self.rungs.append(rung)

    def below(self, place: Fraction, strict: bool) -> int:
        """A literal that says that the value is below the place, or there unless `strict`.

        The literals 1 and -1 are true and false.
        """
        seek = bisect_left if strict else bisect_right
        rank = seek(self.places, place)
        if rank == len(self.places):
            return 1
        return self.rungs[rank - 1] if rank else -1
