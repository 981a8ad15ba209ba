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
from neurologic.provers.enumerations import Spelling
from neurologic.provers.grounding import Ground
from neurologic.provers.tables import Tables
from neurologic.signature import Signature, elaborate
from neurologic.translation.judging import Judge, Opinion, Situation, opinion_of
from neurologic.translation.situations import Side, in_words, is_apart, separating, sides

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

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def as_json(self) -> dict[str, object]:
        """The selection as a JSON object, for records."""
        return {
            "chosen": self.chosen,
            "formula": None if self.formula is None else str(self.formula),
            "reason": self.reason,
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
            no more once no answer can change which is best.
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
        written first wins.

    Raises:
        TypeError, ValueError: if an argument is of another kind, or there is no judge to disprove.
        ParseError: if a text does not read.
        SignatureError: if the theory is ill-sorted.
        SemanticsError: if the theory is contradictory.
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
    if not formulas:
        return Selection(None, None, "there is no candidate")
    if verify == "none":
        return Selection(0, formulas[0], "the first candidate; nothing was verified")
    axioms = formulas_of(theory, "axiom")
    prover = Tables(otherwise=Ground(otherwise=Spelling())) if prover is None else prover
    fitting = _fitting(formulas, axioms, signature)
    grouped = classes(
        [formulas[at] for at in fitting],
        theory=axioms,
        signature=signature,
        prover=prover,
        budget=budget,
    )
    poll = _Poll(formulas, counts, tuple(_placed(each, fitting) for each in grouped), reliability)
    if judge is not None and verify == "disprove" and len(poll.able) > 1:
        able = [grouped[at].representative for at in poll.able]
        found = sides(able, axioms, signature, prover, budget)
        _Trial(poll, dict(zip(poll.able, found, strict=True)), sentence, lexicon).run(judge)
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
        reliability: float,
    ) -> None:
        self.formulas, self.counts, self.classes = formulas, counts, found
        total = math.fsum(counts)
        self.weights = tuple(math.fsum(counts[at] for at in each.members) / total for each in found)
        self.able = [at for at, each in enumerate(found) if each.may_win]
        self.right, self.wrong = math.log(reliability), math.log1p(-reliability)
        self.judgements: list[Judgement] = []
        self.agreed = [0] * len(found)
        self.denied = [0] * len(found)
        self.tried = False

    @property
    def step(self) -> float:
        """How much one answer can do for one class against another."""
        return self.right - self.wrong

    def score(self, at: int) -> float:
        """What speaks for a class, as a logarithm."""
        weighed = math.log(self.weights[at])
        return weighed + self.agreed[at] * self.right + self.denied[at] * self.wrong

    def ranked(self) -> list[int]:
        """The classes that may win, the best first, of equals in an order of their own."""
        return sorted(
            self.able,
            key=lambda at: (-round(self.score(at), 9), str(self.classes[at].representative)),
        )

    def record(self, judgement: Judgement, holds: dict[int, bool | None]) -> None:
        """Count a judgement for and against each class by whether it holds in the situation."""
        self.judgements.append(judgement)
        if judgement.opinion == "unsure":
            return
        for at, there in holds.items():
            if there is not None:
                agrees = there is (judgement.opinion == "yes")
                (self.agreed if agrees else self.denied)[at] += 1

    def selection(self) -> Selection:
        """The class with the best score, of equals the one that was written first."""
        scores = tuple(
            self.score(at) if each.may_win else -math.inf for at, each in enumerate(self.classes)
        )
        judged = tuple(self.judgements)
        if not self.able:
            return Selection(None, None, self._none(), self.classes, self.weights, scores)
        best = max(scores)
        equal = [at for at in self.able if math.isclose(scores[at], best, abs_tol=1e-9)]
        won = min(equal, key=lambda at: self.classes[at].members)
        formula = self.classes[won].representative
        chosen = next(at for at in self.classes[won].members if self.formulas[at] == formula)
        reason = self._reason(won, equal)
        return Selection(
            chosen, self.formulas[chosen], reason, self.classes, self.weights, scores, judged
        )

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
        told = f": the judge agrees in {self.agreed[won]} of {len(sure)} answers"
        if len(sure) < asked:
            told += f" and was unsure in {asked - len(sure)}"
        if len(sure) > 2 and len(set(sure)) == 1:
            told += f", each of them {sure[0]}"
        return told

    def _share(self, found: EquivalenceClass) -> str:
        number = f"{len(found)} of {len(self.formulas)} candidates"
        if len(set(self.counts)) == 1:
            return number
        weight = math.fsum(self.counts[at] for at in found.members) / math.fsum(self.counts)
        return f"{weight:.0%} of the weight, {number}"


class _Trial:
    """The questions to a judge, each about the best class and the next best that it can tell apart.

    Two classes are told apart by a situation for either direction: one in which the first holds and
    the second does not, and one the other way round. No situation is judged twice.
    """

    def __init__(
        self, poll: _Poll, found: dict[int, Side], sentence: str, lexicon: Lexicon
    ) -> None:
        self.poll, self.sides, self.sentence, self.lexicon = poll, found, sentence, lexicon
        self.left = 2 * (len(poll.able) - 1)
        self.spent: set[tuple[int, int]] = set()
        self.shown: set[str] = set()

    def run(self, judge: Judge) -> None:
        """Ask until no answer can change which class is best, or no question is left."""
        self.poll.tried = True
        while self.left > 0:
            found = self._next()
            if found is None:
                return
            situation, about = found
            self.left -= 1
            self.shown.add(situation.text)
            opinion, reason = opinion_of(judge, situation)
            language = self.sides[about[0]].language
            there = {
                at: side.holds(situation.structure)
                for at, side in self.sides.items()
                if side.language is language
            }
            self.poll.record(Judgement(situation, opinion, about, reason), there)

    def _next(self) -> tuple[Situation, tuple[int, int]] | None:
        """The next question, and the classes that it is about."""
        best, *others = self.poll.ranked()
        for other in others:
            ahead = self.poll.score(best) - self.poll.score(other)
            ways = [way for way in ((best, other), (other, best)) if way not in self.spent]
            ways.sort(key=lambda way: not is_apart(self.sides[way[0]], self.sides[way[1]]))
            while ways and ahead < self.poll.step * min(len(ways), self.left) - 1e-9:
                way = ways.pop(0)
                self.spent.add(way)
                situation = self._situation(*way)
                if situation is not None:
                    return situation, way
        return None

    def _situation(self, holds: int, fails: int) -> Situation | None:
        left, right = self.sides[holds], self.sides[fails]
        structure = separating(left, right)
        if structure is None:
            return None
        text = in_words(structure, left.language, self.lexicon)
        return None if text in self.shown else Situation(self.sentence, structure, text)
