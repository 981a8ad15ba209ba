"""Ladders and counters: what is said of many literals in a row with few clauses (Sinz 2005).

A rung says that one of the literals up to its place is true, so that "no two of these" and "below
this place" need no clause for each pair.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from neurologic.structure import Element

_FEW = 12


def at_most_one(literals: Sequence[int], fresh: Callable[[], int]) -> list[list[int]]:
    """Clauses that say that no two of the literals are true: few are taken two by two.

    >>> at_most_one([1, 2, 3], lambda: 0)
    [[-1, -2], [-1, -3], [-2, -3]]
    >>> len(at_most_one(range(1, 101), lambda: 0))
    296
    """
    if len(literals) <= _FEW:
        return [[-one, -other] for one, other in combinations(literals, 2)]
    below = fresh()
    clauses = [[-literals[0], below]]
    for literal in literals[1:-1]:
        rung = fresh()
        clauses += ([-literal, -below], [-below, rung], [-literal, rung])
        below = rung
    clauses.append([-literals[-1], -below])
    return clauses


def all_different(
    choices: Iterable[Mapping[Element, int]], fresh: Callable[[], int]
) -> list[list[int]]:
    """Clauses that say that no two of the choices take the same value.

    >>> all_different([{"a": 2, "b": 3}, {"a": 4, "c": 5}], lambda: 0)
    [[-2, -4]]
    """
    taken: dict[Element, list[int]] = {}
    for choice in choices:
        for element, literal in choice.items():
            taken.setdefault(element, []).append(literal)
    return [clause for same in taken.values() for clause in at_most_one(same, fresh)]


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
        ranked = sorted((_short(place), literal) for place, literal in places.items())
        self.places = [place for place, _ in ranked]
        self.rungs = [ranked[0][1]] if ranked else []
        for _, literal in ranked[1:-1]:
            before, rung = self.rungs[-1], fresh()
            clauses += ([-rung, before, literal], [rung, -before], [rung, -literal])
            self.rungs.append(rung)

    def below(self, place: Fraction, strict: bool) -> int:
        """A literal that says that the value is below the place, or there unless `strict`.

        The literals 1 and -1 are true and false.
        """
        seek = bisect_left if strict else bisect_right
        rank = seek(self.places, _short(place))
        if rank == len(self.places):
            return 1
        return self.rungs[rank - 1] if rank else -1


def _short(place: Fraction) -> Fraction | int:
    """The number itself, a whole one in the form that is soon compared."""
    return place.numerator if place.denominator == 1 else place
