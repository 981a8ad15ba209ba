"""What a run's answers look like: by label, by confidence, by kind of error.

Every measure is a function of the problems' rows; none asks a solver.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from benchmarks.data import Label
from benchmarks.runs import Sample
from benchmarks.scoring import EXECUTED
from benchmarks.statistics import Interval, wilson
from neurologic.entailment import Verdict
from neurologic.voting import LABELS, Tally, Vote

Rule: TypeAlias = Callable[[Sequence[Vote]], Tally]

ABSTAINED = "none"
BINS = 10


# By label ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How one label is met. A share over nothing is None.

    Args:
        label: the label.
        n: problems that have it.
        answered: problems answered so.
        right: problems of which both hold.
    """

    label: Label
    n: int
    answered: int
    right: int

    @property
    def precision(self) -> float | None:
        """Of the problems answered so, the share that have the label."""
        return self.right / self.answered if self.answered else None

    @property
    def recall(self) -> float | None:
        """Of the problems that have the label, the share answered so."""
        return self.right / self.n if self.n else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall: 2 · right / (n + answered)."""
        return 2 * self.right / (self.n + self.answered) if self.n + self.answered else None

    def as_json(self) -> dict[str, object]:
        """The score as a JSON object."""
        shares = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        counts = {"label": self.label, "n": self.n, "answered": self.answered, "right": self.right}
        return counts | {name: rounded(share) for name, share in shares.items()}


Confusion: TypeAlias = Mapping[Label, Mapping[str, int]]


def confusion(samples: Sequence[Sample]) -> Confusion:
    """How often each label got each answer; `none` where there was no answer.

    Problems without a label are left out.

    >>> table = confusion([Sample("p", "True", "True", True), Sample("q", "True", None, False)])
    >>> table["True"]
    {'True': 1, 'False': 0, 'Uncertain': 0, 'none': 1}
    """
    seen = Counter((sample.label, sample.answer or ABSTAINED) for sample in samples)
    return {label: {answer: seen[label, answer] for answer in ANSWERS} for label in LABELS}


ANSWERS: tuple[str, ...] = (*LABELS, ABSTAINED)


def per_label(samples: Sequence[Sample]) -> tuple[LabelScore, ...]:
    """Precision, recall and F1 of each label (van Rijsbergen, Information Retrieval, 1979).

    >>> right, missed = Sample("p", "True", "True", True), Sample("q", "False", "True", False)
    >>> true, false, uncertain = per_label([right, missed])
    >>> true.precision, true.recall, round(true.f1, 3), false.recall, uncertain.recall
    (0.5, 1.0, 0.667, 0.0, None)
    """
    table = confusion(samples)
    return tuple(
        LabelScore(
            label,
            n=sum(table[label].values()),
            answered=sum(table[other][label] for other in LABELS),
            right=table[label][label],
        )
        for label in LABELS
    )


# By confidence ----------------------------------------------------------------------------------


def confidences(samples: Sequence[Sample], by: str = "confidence") -> list[tuple[float, bool]]:
    """Confidence, or with `by="agreement"` the share of votes, of each answer, and whether right.

    Problems without an answer, a label or a figure are left out.
    """
    found = []
    for sample in samples:
        figure = sample.agreement if by == "agreement" else sample.confidence
        if figure is not None and sample.answer is not None and sample.label is not None:
            found.append((figure, sample.right))
    return found


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What is risked at a threshold.

    Args:
        threshold: answers at least this sure are kept.
        coverage: the share of all problems whose answer is kept.
        risk: the share of the kept answers that are wrong.
    """

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The curve from the surest answers to all answers, and the area under it (smaller is better)."""

    points: tuple[RiskPoint, ...]
    area: float


def risk_coverage(pairs: Sequence[tuple[float, bool]], n: int | None = None) -> RiskCoverage | None:
    """The risk-coverage curve of answers with confidences; None without answers.

    area: the mean of the risks of the 1, 2 … m surest of m answers; answers equally sure come in
    random order, and the area is the expected one. A perfect ranking of w wrong answers has about
    w² / 2m², a useless one the error rate w / m. Sources: R. El-Yaniv and Y. Wiener, On the
    foundations of noise-free selective classification, JMLR 11 (2010); Y. Geifman and others,
    Bias-reduced uncertainty estimation for deep neural classifiers (2019), for the area.

    Args:
        pairs: confidence and rightness of each answer.
        n: how many problems there are, answered or not; as many as answers unless given.

    >>> curve = risk_coverage([(0.9, True), (0.9, True), (0.6, False), (0.5, True)])
    >>> [(point.threshold, point.coverage, round(point.risk, 3)) for point in curve.points]
    [(0.9, 0.5, 0.0), (0.6, 0.75, 0.333), (0.5, 1.0, 0.25)]
    >>> round(curve.area, 4)  # (0 + 0 + 1/3 + 1/4) / 4
    0.1458
    """
    if not pairs:
        return None
    points, risks = [], []
    kept = wrong = 0
    ranked = sorted(pairs, key=lambda pair: -pair[0])
    for threshold, group in groupby(ranked, key=lambda pair: pair[0]):
        tied = [right for _, right in group]
        slips = tied.count(False)
        risks += [
            (wrong + slips * place / len(tied)) / (kept + place)
            for place in range(1, len(tied) + 1)
        ]
        kept, wrong = kept + len(tied), wrong + slips
        points.append(RiskPoint(threshold, kept / (n or len(pairs)), wrong / kept))
    return RiskCoverage(tuple(points), sum(risks) / len(risks))


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies in (low, high], in the first bin also those at low.

    Args:
        low: the lower end.
        high: the upper end.
        n: how many answers there are.
        confidence: their mean confidence; None without answers.
        accuracy: the share that is right; None without answers.
    """

    low: float
    high: float
    n: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far confidence and accuracy are apart.

    Args:
        n: answers that have a confidence.
        bins: the answers by confidence.
        ece: the expected calibration error over the bins.
        brier: the Brier score of the winner.
    """

    n: int
    bins: tuple[Bin, ...]
    ece: float
    brier: float


def calibration(pairs: Sequence[tuple[float, bool]], bins: int = BINS) -> Calibration | None:
    """How well confidences meet accuracies; None where no answer has a confidence.

    ece: Σ nᵦ/n · |accuracyᵦ - confidenceᵦ| over bins of equal width on [0, 1].
    brier: the mean of (confidence - right)², the two-class score of "the answer is right": a run
    records the winner's probability alone, so it is not the three-class score. Always saying .5
    scores .25.
    Sources: C. Guo and others, On calibration of modern neural networks (2017); G. W. Brier,
    Verification of forecasts expressed in terms of probability, Monthly Weather Review 78 (1950).

    >>> found = calibration([(0.9, True), (0.9, False), (0.6, True)])
    >>> round(found.ece, 4)  # 2/3 · |.5 - .9| + 1/3 · |1 - .6|
    0.4
    >>> round(found.brier, 4)  # (.01 + .81 + .16) / 3
    0.3267
    """
    if not pairs:
        return None
    filled: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for figure, right in pairs:
        at = next((at for at in range(bins) if figure <= (at + 1) / bins), bins - 1)
        filled[at].append((figure, right))
    made = tuple(_bin(at / bins, (at + 1) / bins, inside) for at, inside in enumerate(filled))
    apart = sum(
        abs(sum(right for _, right in inside) - sum(f for f, _ in inside)) for inside in filled
    )
    brier = sum((figure - right) ** 2 for figure, right in pairs) / len(pairs)
    return Calibration(len(pairs), made, ece=apart / len(pairs), brier=brier)


def _bin(low: float, high: float, inside: Sequence[tuple[float, bool]]) -> Bin:
    if not inside:
        return Bin(low, high, 0, None, None)
    size = len(inside)
    mean, right = sum(figure for figure, _ in inside), sum(right for _, right in inside)
    return Bin(low, high, size, mean / size, right / size)


# Certificates -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CertifiedWrong:
    """Of n answers with a checked certificate, how many miss the label, and Wilson's interval."""

    n: int
    wrong: int
    interval: Interval

    @property
    def rate(self) -> float:
        """The share that misses the label."""
        return self.wrong / self.n


def certified_wrong(samples: Sequence[Sample]) -> CertifiedWrong | None:
    """How often a certified answer is wrong; None while no answer is certified.

    A certificate shows that the answer follows from the formulas, so what is left is mistakes of
    translation and of labels.

    >>> checked = Sample("p", "True", "False", False, certified=True)
    >>> certified_wrong([checked]).rate, certified_wrong([Sample("q", "True", "True", True)])
    (1.0, None)
    """
    certified = [s for s in samples if s.certified and s.answer and s.label is not None]
    wrong = sum(not sample.right for sample in certified)
    interval = wilson(wrong, len(certified))
    return CertifiedWrong(len(certified), wrong, interval) if interval else None


# Rules ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BreakEven:
    """From which share of Uncertain labels on one rule no longer pays.

    Args:
        gain: what the rule adds to the accuracy on problems labelled True or False.
        loss: what it takes from the accuracy on problems labelled Uncertain.
        share: the share of Uncertain labels at which both rules are equally accurate; None where one
            of them is at least as good at every share.
    """

    gain: float
    loss: float
    share: float | None


def break_even(samples: Sequence[Sample], rule: Rule, other: Rule) -> BreakEven | None:
    """The share of Uncertain labels at which `rule` and `other` are equally accurate.

    With u the share of Uncertain labels, a rule's accuracy is (1 - u) · D + u · U, where D is the
    share of problems labelled True or False that it has right, and U that of problems labelled
    Uncertain. The two are equal at u = gain / (gain + loss), with gain = D - D' and loss = U' - U.
    True and False keep the proportion they have here. A problem without votes has no answer. None
    where either kind of label is missing.

    >>> from neurologic import voting
    >>> from neurologic.entailment import Verdict
    >>> yes, open_ = voting.Vote(Verdict.ENTAILED), voting.Vote(Verdict.UNDETERMINED)
    >>> split, clear = (yes, yes, *[open_] * 4), (open_,) * 6
    >>> problems = [Sample(str(n), "True", None, False, votes=split) for n in range(3)]
    >>> problems += [Sample(str(n), "Uncertain", None, False, votes=split) for n in (4, 5)]
    >>> problems += [Sample(str(n), "Uncertain", None, False, votes=clear) for n in (6, 7)]
    >>> break_even(problems, voting.rule("definite:0.2"), voting.rule("majority"))
    BreakEven(gain=1.0, loss=0.5, share=0.6666666666666666)
    """
    definite = [sample for sample in samples if sample.label in ("True", "False")]
    uncertain = [sample for sample in samples if sample.label == "Uncertain"]
    if not definite or not uncertain:
        return None
    gain = _accuracy(definite, rule) - _accuracy(definite, other)
    loss = _accuracy(uncertain, other) - _accuracy(uncertain, rule)
    crossing = gain > 0 < loss or gain < 0 > loss
    return BreakEven(gain, loss, gain / (gain + loss) if crossing else None)


def _accuracy(samples: Sequence[Sample], rule: Rule) -> float:
    return sum(rule(sample.votes).label == sample.label for sample in samples) / len(samples)


# Errors -----------------------------------------------------------------------------------------

ERROR_CLASSES: Mapping[str, str] = {
    "not executed": "no translation could be read and decided (Error in LINC)",
    "no answer": "something was decided, but the rule abstains",
    "proof lost": "labelled True or False, answered Uncertain",
    "proof too many": "labelled Uncertain, answered True or False",
    "opposite": "True for False, or False for True",
    "other answer": "another option, or another grid, than the label",
    "no label": "could not be read, or has no label",
}


def executed(vote: Vote) -> bool:
    """Whether a translation got a verdict, be it that the premises are inconsistent.

    UNKNOWN, where the prover gave up, is none.

    >>> executed(Vote(Verdict.INCONSISTENT)), executed(Vote(Verdict.UNKNOWN)), executed(Vote(None))
    (True, False, False)
    """
    return vote.verdict is not None and vote.verdict is not Verdict.UNKNOWN


def error_class(sample: Sample) -> str | None:
    """What kind of miss a problem is; None for a hit. Each miss is of one class.

    LINC counts a problem as Error when all its samples fail, here `not executed`; other misses are
    told apart by label and answer. The paper's finer classes (what was lost: implicit information,
    a choice of representation, syntax) need a reader of the formulas. Source: T. Olausson and
    others, LINC, EMNLP 2023; its classes as remembered.

    >>> error_class(Sample("p", "True", "Uncertain", False))
    'proof lost'
    """
    if sample.right:
        return None
    if sample.label is None:
        return "no label"
    if sample.answer is None:
        found = [executed(vote) for vote in sample.votes]
        decided = any(found) if found else sample.status in EXECUTED
        return "no answer" if decided else "not executed"
    if sample.label not in LABELS:
        return "other answer"
    if sample.answer == "Uncertain":
        return "proof lost"
    return "proof too many" if sample.label == "Uncertain" else "opposite"


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """How many problems are missed in one way, and how many of their translations failed how.

    Args:
        problems: each class of miss with its number; together all problems that are not right.
        samples: translations: those executed, those the prover gave up on, and those that failed.
        executed: translations with a verdict that is not UNKNOWN.
        unknown: translations with the verdict UNKNOWN.
        failures: translations without a verdict, by the class of their error.
    """

    problems: tuple[tuple[str, int], ...]
    samples: int
    executed: int
    unknown: int
    failures: tuple[tuple[str, int], ...]


def errors(samples: Sequence[Sample]) -> ErrorCount:
    """The misses by class, and the translations that got no verdict by the error they ended in.

    >>> from neurologic.entailment import Verdict
    >>> votes = (Vote(Verdict.ENTAILED), Vote(None, error="arity"), Vote(None, error="arity"))
    >>> found = errors([Sample("p", "False", "True", False, votes=votes)])
    >>> found.problems, found.executed, found.failures
    ((('opposite', 1),), 1, (('arity', 2),))
    """
    missed = Counter(error_class(sample) for sample in samples)
    votes = [vote for sample in samples for vote in sample.votes]
    failed = Counter(vote.error or "no verdict" for vote in votes if vote.verdict is None)
    return ErrorCount(
        problems=tuple((kind, missed[kind]) for kind in ERROR_CLASSES if missed[kind]),
        samples=len(votes),
        executed=sum(map(executed, votes)),
        unknown=sum(vote.verdict is Verdict.UNKNOWN for vote in votes),
        failures=tuple(sorted(failed.items(), key=lambda item: (-item[1], item[0]))),
    )


def rounded(value: float | None) -> float | None:
    """The figure to four places, as JSON has it."""
    return None if value is None else round(value, 4)
