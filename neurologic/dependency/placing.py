"""Where in its sentence the words of each component of a structure stand."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from neurologic.dependency.reading import MOST_COMPONENTS
from neurologic.dependency.values import MERGE, Component, DependencyStructure, Role
from neurologic.dependency.words import align, likeness, words_of

Placed: TypeAlias = tuple[int | None, ...]
"""For each word of a component its position in the sentence, None where there is none."""

_MOST_WORDS = 200
_RELATIVE = frozenset("who whom whose which that where".split())


def is_whole(structure: DependencyStructure) -> bool:
    """Whether the structure is the sentence as one unit, up to capitals and punctuation."""
    if len(structure.components) != 1 or structure.edges:
        return False
    unit, sentence = structure.components[0], structure.sentence
    return unit.role == "unit" and (
        unit.text == sentence or words_of(unit.text) == words_of(sentence) != ()
    )


def is_too_long(structure: DependencyStructure) -> bool:
    """Whether the components are too many or too long for their sentence to be found in it."""
    size = len(words_of(structure.sentence))
    return (
        len(structure.components) > MOST_COMPONENTS
        or size > _MOST_WORDS
        or sum(len(words_of(c.text)) for c in structure.components) > 4 * size + MOST_COMPONENTS
    )


@lru_cache(maxsize=512)
def alignment(structure: DependencyStructure) -> Mapping[str, Placed]:
    """For each component the position of each of its words, None for one the sentence lacks.

    Units come first, then each dependent near its head, then each coupler between what it couples;
    a dependent and a coupler keep off words that another component has. A coupler's further
    positions are those of its companions: *then* of *if*, *either* of *or*, *who* of a merge.
    The words of a structure that is too long to be valid have no positions.
    """
    sentence = words_of(structure.sentence)
    if is_whole(structure):
        return MappingProxyType({structure.components[0].name: tuple(range(len(sentence)))})
    if is_too_long(structure):
        lost = {c.name: (None,) * len(words_of(c.text)) for c in structure.components}
        return MappingProxyType(lost)
    heads = dict(structure.edges)
    found: dict[str, Placed] = {}
    taken: set[int] = set()
    for component in _aligned_in_turn(structure, heads):
        near = {
            position
            for name, positions in found.items()
            if name == heads.get(component.name) or heads.get(name) == component.name
            for position in positions
            if position is not None
        }
        found[component.name] = places = align(
            words_of("" if component.text == MERGE else component.text),
            sentence,
            costs=_costs(component.role, taken, near, len(sentence)),
            tight=component.role != "coupler",
        )
        taken.update(position for position in places if position is not None)
    _spread(found, structure, sentence)
    taken = {position for places in found.values() for position in places if position is not None}
    for component in structure.components:
        if component.role == "coupler":
            more = _companions(component, sentence, taken)
            found[component.name] = (*found[component.name], *more)
            taken.update(more)
    return MappingProxyType({c.name: found[c.name] for c in structure.components})


def _spread(
    found: dict[str, Placed], structure: DependencyStructure, sentence: tuple[str, ...]
) -> None:
    """Let a word that stands where another component has one move to a like word left over."""
    held = Counter(position for places in found.values() for position in places)
    texts = {component.name: words_of(component.text) for component in structure.components}
    for position, word in enumerate(sentence):
        movable = [
            (_apart(position, index, found[name]), -likeness(other, word), name, index)
            for name, places in found.items()
            for index, (other, place) in enumerate(zip(texts[name], places, strict=False))
            if not held[position] and (place is None or held[place] > 1) and likeness(other, word)
        ]
        if movable:
            *_, name, index = min(movable)
            places = found[name]
            held[places[index]] -= 1
            held[position] += 1
            found[name] = (*places[:index], position, *places[index + 1 :])


def _apart(position: int, index: int, places: Placed) -> int:
    """How far a position is from the other words of a component."""
    others = [p for i, p in enumerate(places) if i != index and p is not None]
    return min((abs(position - other) for other in others), default=0)


def _aligned_in_turn(structure: DependencyStructure, heads: dict[str, str]) -> list[Component]:
    """Units, dependents after their heads, couplers after what they couple."""
    turn = [component for component in structure.components if component.role == "unit"]
    for role in ("dependent", "coupler"):
        waiting = [component for component in structure.components if component.role == role]
        while waiting:
            names = {component.name for component in waiting}
            held = (
                {c.name for c in waiting if heads.get(c.name) in names}
                if role == "dependent"
                else {heads[name] for name in names if name in heads}
            )
            ready = [c for c in waiting if c.name not in held] or waiting
            turn += ready
            waiting = [component for component in waiting if component not in ready]
    return turn


def _costs(role: Role, taken: set[int], near: set[int], size: int) -> list[float]:
    """What each position of the sentence costs: taken ones, and for some roles those far off."""
    again = 1.0 if role == "unit" else 20.0
    costs = [again if position in taken else 0.0 for position in range(size)]
    if role == "unit" or not near:
        return costs
    places = sorted(near)
    for position in range(size):
        if role == "coupler" and places[0] <= position <= places[-1]:
            continue
        at = bisect_left(places, position)
        beside = places[max(at - 1, 0) : at + 1]
        costs[position] += min(abs(position - place) for place in beside) / 10
    return costs


def _companions(component: Component, sentence: tuple[str, ...], taken: set[int]) -> list[int]:
    words = set(words_of(component.text))
    if component.text == MERGE:
        wanted = _RELATIVE
    else:
        pairs = {"if": "then", "or": "either", "nor": "neither", "and": "both"}
        wanted = frozenset(pairs[word] for word in words & pairs.keys())
    return [
        position
        for position, word in enumerate(sentence)
        if word in wanted
        and position not in taken
        and not (word == "that" and "so" in sentence[max(position - 8, 0) : position])
    ]


def uncovered(structure: DependencyStructure) -> tuple[int, ...]:
    """The positions of the words that no component has."""
    covered = {place for places in alignment(structure).values() for place in places}
    return tuple(p for p in range(len(words_of(structure.sentence))) if p not in covered)
