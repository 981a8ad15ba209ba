"""Selection: which of several formulas for one sentence is taken, and why.

Formulas that are proved to be equivalent share a class and their weights. What holds always or
never says nothing of a sentence and is not taken. The weight of a class is a prior, which a judge's
opinions about real situations may overturn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from neurologic.equivalence import EquivalenceClass, classes
from neurologic.equivalence.classing import formulas_of
from neurologic.equivalence.sentences import BUDGET
from neurologic.errors import SignatureError
from neurologic.formula import Formula
from neurologic.problem import Lexicon
from neurologic.provers import Prover
from neurologic.signature import Signature, elaborate
from neurologic.translation.judging import Judge, Opinion, Situation

Verify = Literal["none", "consistency", "disprove"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge said of a situation in which one class of formulas holds and another does not.

    Args:
        situation: what was judged.
        opinion: what the judge said.
        about: the class that holds there and the one that does not, as places in the selection.
        reason: why the judge is unsure, where it says so.
    """

    situation: Situation
    opinion: Opinion
    about: tuple[int, int]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the candidates for a sentence is taken, and on what grounds.

    Args:
        chosen: its place among the candidates, counted from 0; None if none is taken.
        formula: the formula itself.
        reason: why it is taken, or why none is.
        classes: the candidates by proved equivalence, those that may win first; empty where
            nothing was verified.
        weights: the share of the weight of all candidates that each class has.
        scores: the logarithm of the share and of how likely the judge's opinions are if the class
            is right; minus infinity for a class that may not win.
        judgements: what a judge was asked and said, in order.
    """

    chosen: int | None
    formula: Formula | None
    reason: str
    classes: tuple[EquivalenceClass, ...] = ()
    weights: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()
    judgements: tuple[Judgement, ...] = ()

    @property
    def winner(self) -> int | None:
        """The place of the class of the chosen candidate; None where there is none."""
        places = (at for at, each in enumerate(self.classes) if self.chosen in each.members)
        return next(places, None)

    def __str__(self) -> str:
        return f"{self.formula or 'no formula'}  ({self.reason})"


def select(
    candidates: Iterable[Formula | str],
    *,
    sentence: str = "",
    verify: Verify = "consistency",
    judge: Judge | None = None,
    signature: Signature = Signature(),
    theory: Iterable[Formula | str] = (),
    lexicon: Lexicon = Lexicon(),
    weights: Sequence[float] | None = None,
    reliability: float = 0.95,
    prover: Prover | None = None,
    budget: int = BUDGET,
) -> Selection:
    """The candidate that is taken as the translation of a sentence.

    Args:
        candidates: formulas, or texts to parse.
        sentence: what they translate, for the judge.
        verify: `none` takes the first candidate, `consistency` the class with the most weight.
        judge: who is asked.
        signature: declared sorts and symbols; the rest is inferred from all candidates together.
        theory: what is taken to hold; equivalence is equivalence under it.
        lexicon: glosses for the judge.
        weights: what each candidate counts, above 0; by default 1.
        reliability: how often the judge is right, between a half and 1.
        prover: decides what is left; by default grounding and SAT where they fit, else Z3.
        budget: resource units for each question to the prover.

    Returns:
        A selection. Ill-sorted candidates belong to no class. Of equal classes the one that was
        written first wins.

    Raises:
        TypeError, ValueError: if an argument is of another kind.
        ParseError: if a text does not read.
        SignatureError: if the theory is ill-sorted.
        SemanticsError: if the theory is contradictory.
        ProverError: if the prover is missing or misbehaves.

    >>> print(select(["P(a) -> Q(a)", "P(a) & Q(a)", "-P(a) | Q(a)", "P(a) & -P(a)"]))
    P(a) → Q(a)  (the heaviest of 2 classes, with 2 of 4 candidates)
    """
    formulas = formulas_of(candidates, "candidate")
    counts = _weights(weights, len(formulas))
    if verify not in get_args(Verify):
        raise ValueError(f"verify is {verify!r:.80}, expected one of {', '.join(get_args(Verify))}")
    if not formulas:
        return Selection(None, None, "there is no candidate")
    if verify == "none":
        return Selection(0, formulas[0], "the first candidate; nothing was verified")
    axioms = formulas_of(theory, "axiom")
    fitting = _fitting(formulas, axioms, signature)
    grouped = classes(
        [formulas[at] for at in fitting],
        theory=axioms,
        signature=signature,
        prover=prover,
        budget=budget,
    )
    poll = _Poll(formulas, counts, tuple(_placed(each, fitting) for each in grouped))
    return poll.selection()


def _weights(given: Any, number: int) -> list[float]:
    if given is None:
        return [1.0] * number
    counts = [float(weight) for weight in given]
    if len(counts) != number:
        raise ValueError(f"there are {len(counts)} weights for {number} candidates")
    if not all(0 < weight < math.inf for weight in counts):
        raise ValueError("a weight is a number above 0")
    return counts


def _fitting(
    formulas: Sequence[Formula], theory: Sequence[Formula], signature: Signature
) -> list[int]:
    """The places of the candidates that are well-sorted, each by itself."""
    every = list(range(len(formulas)))
    try:
        elaborate((*theory, *formulas), signature)
    except SignatureError:
        elaborate(theory, signature)
    else:
        return every
    return [at for at in every if _is_sorted((*theory, formulas[at]), signature)]


def _is_sorted(formulas: Sequence[Formula], signature: Signature) -> bool:
    try:
        elaborate(formulas, signature)
    except SignatureError:
        return False
    return True


def _placed(found: EquivalenceClass, places: Sequence[int]) -> EquivalenceClass:
    """The class with places among all candidates instead of those that were grouped."""
    return replace(
        found,
        members=tuple(places[at] for at in found.members),
        undecided=tuple(places[at] for at in found.undecided),
    )


class _Poll:
    """The classes of a selection with what speaks for each."""

    def __init__(
        self,
        formulas: Sequence[Formula],
        counts: Sequence[float],
        found: tuple[EquivalenceClass, ...],
    ) -> None:
        self.formulas, self.counts, self.classes = formulas, counts, found
        total = math.fsum(counts)
        self.weights = tuple(math.fsum(counts[at] for at in each.members) / total for each in found)
        self.able = [at for at, each in enumerate(found) if each.may_win]
        self.judgements: list[Judgement] = []

    def score(self, at: int) -> float:
        """What speaks for a class, as a logarithm."""
        return math.log(self.weights[at])

    def selection(self) -> Selection:
        """The class with the best score, of equals the one that was written first."""
        scores = tuple(
            self.score(at) if each.may_win else -math.inf for at, each in enumerate(self.classes)
        )
        if not self.able:
            return Selection(None, None, self._none(), self.classes, self.weights, scores)
        best = max(scores)
        equal = [at for at in self.able if math.isclose(scores[at], best, abs_tol=1e-9)]
        won = min(equal, key=lambda at: self.classes[at].members)
        formula = self.classes[won].representative
        chosen = next(at for at in self.classes[won].members if self.formulas[at] == formula)
        return Selection(
            chosen,
            self.formulas[chosen],
            self._reason(won, equal),
            self.classes,
            self.weights,
            scores,
            tuple(self.judgements),
        )

    def _none(self) -> str:
        if not self.classes:
            return "no candidate is well-sorted"
        statuses = [each.status for each in self.classes for _ in each.members]
        told = [
            f"{statuses.count(status)} {word}"
            for status, word in (("tautology", "always"), ("contradiction", "never"))
            if status in statuses
        ]
        return f"no candidate says anything: of {len(statuses)}, {' and '.join(told)} hold"

    def _reason(self, won: int, equal: Sequence[int]) -> str:
        share = self._share(self.classes[won])
        if len(self.able) == 1:
            return f"the one class that may win, with {share}"
        if len(equal) > 1:
            return f"of {len(equal)} equal classes the one written first, with {share}"
        return f"the heaviest of {len(self.able)} classes, with {share}"

    def _share(self, found: EquivalenceClass) -> str:
        number = f"{len(found)} of {len(self.formulas)} candidates"
        if len(set(self.counts)) == 1:
            return number
        weight = math.fsum(self.counts[at] for at in found.members) / math.fsum(self.counts)
        return f"{weight:.0%} of the weight, {number}"
