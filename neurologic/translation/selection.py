"""Selection: which of several formulas for one sentence is taken, and why.

Formulas that are proved to be equivalent share a class and their weights. What holds always or
never says nothing of a sentence and is not taken. The weight of a class is a prior, which a judge's
opinions about real situations may overturn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from numbers import Rational, Real
from typing import Any, Literal, get_args

from neurologic.equivalence import EquivalenceClass, Grouping
from neurologic.equivalence.classing import formulas_of
from neurologic.equivalence.sentences import BUDGET
from neurologic.errors import SignatureError
from neurologic.formula import Formula
from neurologic.llm import Reply
from neurologic.problem import Lexicon
from neurologic.provers import Prover
from neurologic.provers.enumerations import Spelling
from neurologic.provers.grounding import Ground
from neurologic.provers.tables import Tables
from neurologic.question import check_signature
from neurologic.signature import Signature, elaborate
from neurologic.translation.judging import Asked, Judge, Opinion, Situation
from neurologic.translation.situations import sides
from neurologic.translation.trial import Trial

Verify = Literal["none", "consistency", "disprove"]
"""How a candidate is selected; see `select`."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge said of a situation in which one class of formulas holds and another does not.

    Args:
        situation: what was judged.
        opinion: what the judge said.
        about: the class that holds there and the one that does not, as places in the selection.
        reason: why the judge is unsure, where it says so.
        reply: what a model replied that judged and was asked; None for one that knew, or a function.
    """

    situation: Situation
    opinion: Opinion
    about: tuple[int, int]
    reason: str = ""
    reply: Reply | None = None


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
            is right, a half each where it has no value; minus infinity for a class that may not win.
        judgements: what a judge was asked and said, in order.
        doubts: what was not decided and bears on the choice; the reason says it too.
    """

    chosen: int | None
    formula: Formula | None
    reason: str
    classes: tuple[EquivalenceClass, ...] = ()
    weights: tuple[float, ...] = ()
    scores: tuple[float, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def winner(self) -> int | None:
        """The place of the class of the chosen candidate; None where there is none."""
        places = (at for at, each in enumerate(self.classes) if self.chosen in each.members)
        return next(places, None)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def as_json(self) -> dict[str, object]:
        """The selection as a JSON object, for records."""
        return {
            "chosen": self.chosen,
            "formula": None if self.formula is None else str(self.formula),
            "reason": self.reason,
            "doubts": list(self.doubts),
            "classes": [
                {
                    "members": list(each.members),
                    "formula": str(each.representative),
                    "status": each.status,
                    "undecided": list(each.undecided),
                    "weight": weight,
                    "score": score if math.isfinite(score) else None,
                }
                for each, weight, score in zip(self.classes, self.weights, self.scores, strict=True)
            ],
            "judgements": [
                {
                    "about": list(each.about),
                    "situation": each.situation.text,
                    "opinion": each.opinion,
                    "reason": each.reason,
                }
                for each in self.judgements
            ],
        }

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
        verify: `none` takes the first candidate, `consistency` the class with the most weight;
            `disprove` begins there and asks the judge about situations in which one of the two
            best classes holds and the other does not, at most 2(G - 1) of them for G classes, and
            no more once no answers can change which is best.
        judge: who is asked; one that raises or says what is no opinion is unsure. A situation
            interprets the declared symbols and those of the representatives of the classes.
        signature: declared sorts and symbols; the rest is inferred from all candidates together.
        theory: what is taken to hold; equivalence is equivalence under it.
        lexicon: glosses for the judge.
        weights: what each candidate counts, above 0; by default 1.
        reliability: how often the judge is right, between a half and 1.
        prover: decides what is left; by default tables over enumerations, grounding and SAT where
            they fit, else Z3 with quantifiers over enumerations spelt out.
        budget: resource units for each question to the prover.

    Returns:
        A selection. Ill-sorted candidates belong to no class. Of equal classes the one that was
        written first wins. Formulas of which it is not decided whether they hold always or never
        win where there are no others, and that is one of the doubts; so is a theory of which it is
        not decided whether it is contradictory.

    Raises:
        TypeError, ValueError: if an argument is of another kind, or there is no judge to disprove.
        ParseError: if a text does not read.
        SignatureError: if the theory is ill-sorted.
        SemanticsError: if the theory is proved to be contradictory.
        ProverError: if the prover is missing or misbehaves.

    >>> print(select(["P(a) -> Q(a)", "P(a) & Q(a)", "-P(a) | Q(a)", "P(a) & -P(a)"]))
    P(a) → Q(a)  (the heaviest of 2 classes, with 2 of 4 candidates)
    >>> found = select(["Late(a)", "Late(a)", "-Late(a)"], verify="disprove",
    ...                judge=lambda situation: "no" if "Late: true of a" in situation.text else "yes")
    >>> print(found)
    ¬Late(a)  (the best of 2 classes, with 1 of 3 candidates: the judge agrees in 2 of 2 answers)
    """
    formulas = formulas_of(candidates, "candidate")
    counts = _weights(weights, len(formulas))
    if verify not in get_args(Verify):
        raise ValueError(f"verify is {verify!r:.80}, expected one of {', '.join(get_args(Verify))}")
    if verify == "disprove" and not callable(judge):
        raise ValueError(f"verify='disprove' needs a judge, got {judge!r:.80}")
    if not 0.5 < reliability < 1:
        raise ValueError(f"reliability is {reliability!r:.80}, expected between 0.5 and 1")
    check_signature(signature)
    if not isinstance(lexicon, Lexicon):
        raise TypeError(f"expected a Lexicon, got {lexicon!r:.80}")
    if not formulas:
        return Selection(None, None, "there is no candidate")
    if verify == "none":
        return Selection(0, formulas[0], "the first candidate; nothing was verified")
    axioms = formulas_of(theory, "axiom")
    prover = Tables(otherwise=Ground(otherwise=Spelling())) if prover is None else prover
    fitting = _fitting(formulas, axioms, signature)
    grouped = Grouping.of([formulas[at] for at in fitting], axioms, signature, prover, budget)
    among = tuple(placed(each, fitting) for each in grouped.classes)
    poll = _Poll(formulas, counts, among, reliability, grouped.doubted)
    if judge is not None and verify == "disprove" and len(poll.able) > 1:
        able = [among[at].representative for at in poll.able]
        found = sides(able, axioms, signature, prover, budget)
        Trial(poll, dict(zip(poll.able, found, strict=True)), sentence, lexicon).run(judge)
    return poll.selection()


def _weights(given: Any, number: int) -> list[Fraction]:
    if given is None:
        return [Fraction(1)] * number
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise TypeError(f"expected a sequence of weights, got {given!r:.80}")
    counts = [_weight(weight) for weight in given]
    if len(counts) != number:
        raise ValueError(f"there are {len(counts)} weights for {number} candidates")
    return counts


def _weight(given: Any) -> Fraction:
    """A weight as it is: no sum is too large then, and no share too small."""
    if not isinstance(given, Real | Decimal):
        raise TypeError(f"a weight is a number above 0, got {given!r:.80}")
    exact = isinstance(given, Rational)  # of any size
    number: Any = given if exact else float(given)
    if not (exact or math.isfinite(number)) or number <= 0:
        raise ValueError("a weight is a finite number above 0")
    return Fraction(number)


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


def placed(found: EquivalenceClass, places: Sequence[int]) -> EquivalenceClass:
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
        counts: Sequence[Fraction],
        found: tuple[EquivalenceClass, ...],
        reliability: float,
        doubted: bool,
    ) -> None:
        self.formulas, self.counts, self.classes = formulas, counts, found
        self.doubted = doubted
        self.shares = [sum((counts[i] for i in c.members), Fraction()) / sum(counts) for c in found]
        self.weights = tuple(map(float, self.shares))
        self.priors = [math.log(w.numerator) - math.log(w.denominator) for w in self.shares]
        decided = [at for at, each in enumerate(found) if each.status == "contingent"]
        self.able = decided or [at for at, each in enumerate(found) if each.may_win]
        self.right, self.wrong = math.log(reliability), math.log1p(-reliability)
        self.judgements: list[Judgement] = []
        self.agreed = [0] * len(found)
        self.denied = [0] * len(found)
        self.valueless = [0] * len(found)
        self.tried = False

    @property
    def step(self) -> float:
        """How much one answer can do for one class against another."""
        return self.right - self.wrong

    def score(self, at: int) -> float:
        """What speaks for a class, as a logarithm."""
        judged = self.agreed[at] * self.right + self.denied[at] * self.wrong
        return self.priors[at] + judged + self.valueless[at] * math.log(0.5)

    def ranked(self) -> list[int]:
        """The classes that may win, the best first, of equals in an order of their own."""
        return sorted(
            self.able,
            key=lambda at: (-round(self.score(at), 9), str(self.classes[at].representative)),
        )

    def record(self, said: Asked, about: tuple[int, int], holds: Mapping[int, bool | None]) -> None:
        """Count a judgement for and against each class by whether it holds in the situation.

        A class that has no value there neither agrees nor disagrees: what was said is as likely as
        not if it is right.
        """
        judgement = Judgement(said.situation, said.opinion, about, said.reason, said.reply)
        self.judgements.append(judgement)
        if judgement.opinion == "unsure":
            return
        for at in self.able:
            there = holds.get(at)
            agrees = there is (judgement.opinion == "yes")
            tally = self.valueless if there is None else self.agreed if agrees else self.denied
            tally[at] += 1

    def selection(self) -> Selection:
        """The class with the best score, of equals the one that was written first."""
        scores = tuple(
            self.score(at) if at in self.able else -math.inf for at in range(len(self.classes))
        )
        judged, doubts = tuple(self.judgements), tuple(self._doubts())
        if not self.able:
            reason = "; ".join((self._none(), *doubts))
            return Selection(None, None, reason, self.classes, self.weights, scores, doubts=doubts)
        best = max(scores)
        equal = [at for at in self.able if math.isclose(scores[at], best, abs_tol=1e-9)]
        won = min(equal, key=lambda at: self.classes[at].members)
        formula = self.classes[won].representative
        chosen = next(at for at in self.classes[won].members if self.formulas[at] == formula)
        reason = "; ".join((self._reason(won, equal), *doubts))
        formula = self.formulas[chosen]
        return Selection(
            chosen, formula, reason, self.classes, self.weights, scores, judged, doubts
        )

    def _doubts(self) -> Iterator[str]:
        """What was not decided and bears on the choice."""
        if any(self.classes[at].status == "unknown" for at in self.able):  # then all of them
            yield "it is not decided whether the formula holds always or never"
        if self.doubted:
            yield "it is not decided whether the theory is contradictory"

    def _none(self) -> str:
        if not self.classes:
            return "no candidate is well-sorted"
        statuses = [each.status for each in self.classes for _ in each.members]
        told = [
            f"{statuses.count(status)} always"
            if status == "tautology"
            else f"{statuses.count(status)} never"
            for status in ("tautology", "contradiction")
            if status in statuses
        ]
        return f"no candidate says anything: of {len(statuses)}, {' and '.join(told)} hold"

    def _reason(self, won: int, equal: Sequence[int]) -> str:
        share = self._share(self.classes[won])
        if len(self.able) == 1:
            return f"the one class that may win, with {share}"
        sure = [each.opinion for each in self.judgements if each.opinion != "unsure"]
        if len(equal) > 1:
            why = f"of {len(equal)} equal classes the one written first, with {share}"
        else:
            which = "best" if sure else "heaviest"
            why = f"the {which} of {len(self.able)} classes, with {share}"
        return f"{why}{self._judged(won, sure)}" if self.tried else why

    def _judged(self, won: int, sure: Sequence[Opinion]) -> str:
        """What came of the judge."""
        asked = len(self.judgements)
        if not asked:
            return ": there was nothing to ask the judge"
        if not sure:
            because = self.judgements[-1].reason
            told = f": the judge was unsure in {asked} of {asked} situations"
            return f"{told} ({because})" if because else told
        valued = len(sure) - self.valueless[won]
        told = f": the judge agrees in {self.agreed[won]} of {valued} answers"
        if len(sure) < asked:
            told += f" and was unsure in {asked - len(sure)}"
        if valued < len(sure):
            told += f", the formula has no value in {len(sure) - valued} more"
        if len(sure) > 2 and len(set(sure)) == 1:
            told += f", each of them {sure[0]}"
        return told

    def _share(self, found: EquivalenceClass) -> str:
        number = f"{len(found)} of {len(self.formulas)} candidates"
        if len(set(self.counts)) == 1:
            return number
        return f"{self.weights[self.classes.index(found)]:.0%} of the weight, {number}"
