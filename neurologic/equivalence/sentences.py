"""Votes over formulas: for each sentence of a problem, the classes of what translations wrote for it.

This stands beside the vote over verdicts. Translations may agree on the verdict and differ in what
they say of a sentence, or differ in the verdict for one sentence alone; here that shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from neurologic.equivalence.classing import EquivalenceClass, classes, winner
from neurologic.errors import NeurologicError
from neurologic.formula import Formula
from neurologic.question import formula_of
from neurologic.signature import Signature

BUDGET = 300_000
"""Resource units for a question about two formulas of a sentence."""


@dataclass(frozen=True, slots=True)
class SentenceTally:
    """What translations wrote for one sentence.

    Args:
        sentence: its place in the problem, counted from 0; the conclusion comes last.
        votes: how many translations have a formula for it.
        classes: these formulas by proved equivalence; members are the places of the translations.
        winner: the class with most votes that may win; None where there is none.
        reason: why there is none; else empty.
    """

    sentence: int
    votes: int
    classes: tuple[EquivalenceClass, ...]
    winner: EquivalenceClass | None
    reason: str = ""

    @property
    def agreement(self) -> float | None:
        """The winner's share of the votes."""
        return len(self.winner) / self.votes if self.winner else None

    def as_json(self) -> dict[str, object]:
        """The tally as a JSON object."""
        return {
            "sentence": self.sentence,
            "votes": self.votes,
            "formula": str(self.winner.representative) if self.winner else None,
            "agreement": self.agreement,
            "reason": self.reason,
            "classes": [
                {
                    "members": list(each.members),
                    "formula": str(each.representative),
                    "status": each.status,
                    "undecided": list(each.undecided),
                }
                for each in self.classes
            ],
        }


def by_sentence(
    translations: Sequence[Sequence[Formula | str] | None], *, budget: int = BUDGET
) -> tuple[SentenceTally, ...]:
    """A vote over formulas for each sentence.

    Args:
        translations: the formulas of each, in the order of the sentences; None where there are
            none. Those of another number than most do not vote.
        budget: resource units for each question to the prover.

    >>> for found in by_sentence([["P(a)", "Q(a)"], ["--P(a)", "Q(b)"], None]):
    ...     print(found.sentence, found.winner, found.agreement, found.reason)
    0 P(a)  [0, 1] 1.0
    1 None None a tie
    """
    sizes = Counter(len(each) for each in translations if each is not None)
    if not sizes:
        return ()
    size = min(sizes, key=lambda number: (-sizes[number], number))
    voters = [i for i, each in enumerate(translations) if each is not None and len(each) == size]
    return tuple(
        _tally(at, {i: (translations[i] or ())[at] for i in voters}, budget) for at in range(size)
    )


def _tally(sentence: int, written: dict[int, Formula | str], budget: int) -> SentenceTally:
    formulas: dict[int, Formula] = {}
    for place, text in written.items():
        formula = _usable(text)
        if formula is not None:
            formulas[place] = formula
    voters = list(formulas)

    def placed(members: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(voters[member] for member in members)

    try:
        grouped = classes(formulas.values(), budget=budget)
    except NeurologicError as error:
        return SentenceTally(sentence, len(voters), (), None, error.message)
    found = tuple(
        replace(each, members=placed(each.members), undecided=placed(each.undecided))
        for each in grouped
    )
    chosen = winner(found)
    reason = ""
    if chosen is None:
        able = any(each.may_win for each in found)
        reason = "a tie" if able else "no formula may win" if found else "there is no formula"
    return SentenceTally(sentence, len(voters), found, chosen, reason)


def _usable(written: Formula | str) -> Formula | None:
    """The formula, if it reads and its sorts fit together."""
    from neurologic.signature import elaborate

    try:
        formula = formula_of(written)
        elaborate([formula], Signature())
    except NeurologicError:
        return None
    return formula


def class_weights(sentences: Sequence[SentenceTally], number: int) -> tuple[float, ...]:
    """What each of `number` translations is worth: the mean share of its classes.

    A formula that holds always or never is worth nothing, and so is one that is missing.

    >>> found = by_sentence([["P(a)"], ["P(a)"], ["Q(a) | -Q(a)"], ["R(a)"]])
    >>> class_weights(found, 4)
    (0.5, 0.5, 0.0, 0.25)
    """
    weights = [0.0] * number
    for each in sentences:
        for group in each.classes:
            for member in group.members if group.may_win else ():
                weights[member] += len(group) / each.votes / len(sentences)
    return tuple(weights)
