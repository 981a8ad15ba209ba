"""Matchers: the clauses of a universal sentence, with universal quantifiers below it opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurologic.formula import Sort
from neurologic.provers.instantiation.skeletons import Clause, Skeleton, Skeletons
from neurologic.provers.instantiation.terms import Terms

MOST_MATCHERS = 48
"""How many clauses a universal sentence is matched by at most."""
LONGEST = 24
"""A longer clause, or a deeper term, is not matched."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A literal whose arguments have slots; `predicate` is -1 for the name of a part."""

    sign: bool
    predicate: int
    args: tuple[int, ...]
    mask: int
    flat: bool


@dataclass(frozen=True, slots=True)
class Matcher:
    """A clause, and which instances of which quantifiers give it.

    Args:
        literals: its literals.
        steps: predicate and arguments of each quantified atom, and the slot of its variable.
        sorts: the sorts of the slots that are variables.
        width: the number of slots.
    """

    literals: tuple[Pattern, ...]
    steps: tuple[tuple[int, tuple[int, ...], int], ...]
    sorts: dict[int, Sort]
    width: int
    own: int


def matchers(skeletons: Skeletons, symbol: int, sign: bool) -> list[Matcher]:
    """The matchers of a quantified atom that holds (or does not), being universal then."""
    skeleton = skeletons.skeleton_of[symbol]
    found = skeleton.matchers.get(sign)
    if found is None:
        found = skeleton.matchers[sign] = _matchers(skeletons, symbol, skeleton, sign)
    return found


_Open = tuple[list[tuple[bool, int, tuple[int, ...]]], list[Any], dict[int, Sort], int]


def _matchers(skeletons: Skeletons, symbol: int, skeleton: Skeleton, sign: bool) -> list[Matcher]:
    terms = skeletons.terms
    clauses, _, definitions = skeletons.clauses(skeleton, sign)
    parameters = tuple(terms.variable(1 + i) for i in range(skeleton.parameters))
    steps = [(symbol, parameters, 0)]
    found: list[Matcher] = []
    opened: list[_Open] = []
    for clause in (*clauses, *definitions)[:MOST_MATCHERS]:
        literals = _literals(skeleton, clause)
        entry = (literals, steps, {0: skeleton.sort}, 1 + skeleton.parameters)
        found.append(_closed(terms, entry))
        opened.append(entry)
    while opened and len(found) < MOST_MATCHERS:
        entry = opened.pop(0)
        more = _open_one(skeletons, entry)
        if more is not None:
            opened += more
        elif entry[1] is not steps:
            found.append(_closed(terms, entry))
    return [m for m in found if len(m.literals) <= LONGEST and m.width <= LONGEST]


def _literals(skeleton: Skeleton, clause: Clause) -> list[tuple[bool, int, tuple[int, ...]]]:
    literals: list[tuple[bool, int, tuple[int, ...]]] = []
    for literal in clause:
        at = abs(literal) - 1
        predicate, args = skeleton.atoms[at] if at < len(skeleton.atoms) else (-1, ())
        literals.append((literal > 0, predicate, args))
    return literals


def _open_one(skeletons: Skeletons, entry: _Open) -> list[_Open] | None:
    """The clauses that come of opening the first universal literal, None if there is none."""
    literals, steps, sorts, width = entry
    terms = skeletons.terms
    if width >= LONGEST:
        return None
    for i, (sign, predicate, args) in enumerate(literals):
        inner = skeletons.skeleton_of.get(predicate)
        if inner is None or inner.kind not in ("all", "ex") or (inner.kind == "all") is not sign:
            continue
        clauses, names, _ = skeletons.clauses(inner, sign)
        if names or len(clauses) > LONGEST:
            continue
        values = [terms.variable(width), *args]
        rest = literals[:i] + literals[i + 1 :]
        result = []
        for clause in clauses:
            own = [
                (s, p, tuple(terms.build(a, values) for a in below))
                for s, p, below in _literals(inner, clause)
            ]
            result.append(
                (
                    rest + own,
                    [*steps, (predicate, args, width)],
                    {**sorts, width: inner.sort},
                    width + 1,
                )
            )
        return result
    return None


def _closed(terms: Terms, entry: _Open) -> Matcher:
    literals, steps, sorts, width = entry
    patterns = []
    for sign, predicate, args in dict.fromkeys(literals):
        mask = 0
        for arg in args:
            mask |= terms.masks[arg]
        flat = all(terms.slots[arg] >= 0 or not terms.masks[arg] for arg in args)
        patterns.append(Pattern(sign, predicate, args, mask, flat))
    own = sum(1 << slot for slot in sorts)
    return Matcher(tuple(patterns), tuple(steps), sorts, width, own)
