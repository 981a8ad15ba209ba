"""Tense: what a problem says in the past and in the present, which its formulas do not tell apart.

`John was rich. John is not rich.` is no contradiction, yet its formulas are one. So what is
affirmed of one time and denied of another is refused, and what is only said of two times is noted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from neurologic.formula import And, Atom, Formula, Not


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence says: its formula, whether in the past, its predicates with their glosses."""

    formula: Formula
    past: bool
    predicates: Mapping[tuple[str, int], str]


def name(past: bool) -> str:
    """The name of a tense."""
    return "past" if past else "present"


def mixed(sentences: Sequence[Said | None]) -> dict[int, str]:
    """The sentences that use a predicate in another tense than those before, with its gloss."""
    tenses: dict[tuple[str, int], set[bool]] = {}
    found: dict[int, str] = {}
    for place, said in enumerate(sentences):
        for predicate, gloss in said.predicates.items() if said else ():
            assert said is not None
            if (not said.past) in tenses.setdefault(predicate, set()):
                found.setdefault(place, gloss)
            tenses[predicate].add(said.past)
    return found


def contrary(sentences: Sequence[Said | None]) -> dict[int, int]:
    """The sentences that deny at one time what another affirms at another, each with the other."""
    facts: dict[tuple[Atom, bool, bool], int] = {}
    found: dict[int, int] = {}
    for place, said in enumerate(sentences):
        for atom, affirmed in _literals(said.formula) if said else ():
            assert said is not None
            opposite = (atom, not affirmed, not said.past)
            if opposite in facts:
                found.setdefault(place, facts[opposite])
            facts.setdefault((atom, affirmed, said.past), place)
    return found


def other(sentences: Sequence[Said | None], asked: Said) -> str | None:
    """The gloss of a predicate that the sentences use, but never in the tense in which it is asked."""
    tenses: dict[tuple[str, int], set[bool]] = {}
    for said in sentences:
        for predicate in said.predicates if said else ():
            assert said is not None
            tenses.setdefault(predicate, set()).add(said.past)
    for predicate, gloss in asked.predicates.items():
        if asked.past not in tenses.get(predicate, {asked.past}):
            return gloss
    return None


def _literals(formula: Formula) -> Iterator[tuple[Atom, bool]]:
    """The facts that a formula states one by one, each with whether it is affirmed."""
    for part in formula.parts if isinstance(formula, And) else (formula,):
        match part:
            case Atom():
                yield part, True
            case Not(Atom() as atom):
                yield atom, False
            case _:
                pass
