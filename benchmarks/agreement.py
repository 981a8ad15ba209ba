"""How far the samples of a problem agree: over a run, for each variant, and in what they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.measures import Rule, executed, rounded
from benchmarks.runs import Sample


def agreement(samples: Sequence[Sample]) -> float | None:
    """The mean over problems of the answer's share of the counted votes; None without an answer.

    It is no probability.

    >>> agreement([Sample("p", "True", "True", True, agreement=0.6), Sample("q", "True", None, False)])
    0.6
    """
    shares = [s.agreement for s in samples if s.answer is not None and s.agreement is not None]
    return fmean(shares) if shares else None


@dataclass(frozen=True, slots=True)
class VariantFigures:
    """What the votes of one variant alone would make of the problems, by the rule of the run.

    Args:
        variant: the way to ask.
        n: problems that it voted on.
        samples: its votes.
        executed: votes with a verdict that is not UNKNOWN.
        right: problems that its votes alone have right.
        agreement: the mean of the winner's share of its own votes.
        with_answer: the mean share of its votes that name the answer of the whole run.
    """

    variant: str
    n: int
    samples: int
    executed: int
    right: int
    agreement: float | None
    with_answer: float | None

    def as_json(self) -> dict[str, object]:
        """The figures as a JSON object."""
        return {
            "n": self.n,
            "samples": self.samples,
            "executed": self.executed,
            "right": self.right,
            "accuracy": rounded(self.right / self.n),
            "agreement": rounded(self.agreement),
            "with_answer": rounded(self.with_answer),
        }


def variant_figures(samples: Sequence[Sample], rule: Rule) -> tuple[VariantFigures, ...]:
    """The figures of each variant, by name.

    >>> from neurologic import voting
    >>> from neurologic.entailment import Verdict
    >>> yes, no = voting.Vote(Verdict.ENTAILED, variant="a"), voting.Vote(Verdict.REFUTED, variant="b")
    >>> problem = Sample("p", "True", "True", True, votes=(yes, no, yes))
    >>> [(found.variant, found.right, found.with_answer)
    ...  for found in variant_figures([problem], voting.rule("majority"))]
    [('a', 1, 1.0), ('b', 0, 0.0)]
    """
    variants = sorted({vote.variant for sample in samples for vote in sample.votes})
    return tuple(_figures(variant, samples, rule) for variant in variants)


def _figures(variant: str, samples: Sequence[Sample], rule: Rule) -> VariantFigures:
    right = number = decided = n = 0
    own: list[float] = []
    shared: list[float] = []
    for sample in samples:
        votes = [vote for vote in sample.votes if vote.variant == variant]
        if not votes:
            continue
        tally = rule(votes)
        n += 1
        number += len(votes)
        decided += sum(map(executed, votes))
        right += tally.label is not None and tally.label == sample.label
        if tally.agreement is not None:
            own.append(tally.agreement)
        if sample.answer is not None:
            labels = [vote.verdict.label for vote in votes if vote.verdict is not None]
            shared.append(labels.count(sample.answer) / len(votes))
    return VariantFigures(
        variant, n, number, decided, right,
        agreement=fmean(own) if own else None,
        with_answer=fmean(shared) if shared else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Differing:
    """How many of a run's translations differ; each number adds up those of the problems.

    Args:
        problems: problems that have at least one translation that was decided.
        samples: translations that were decided.
        texts: different ones as they are written, within each problem.
        canonical: different ones up to bound names and order.
        proved: different ones when those that are shown to be equivalent are taken together.
        unknown: how many of these are apart only because it was not decided.
    """

    problems: int
    samples: int
    texts: int
    canonical: int
    proved: int
    unknown: int

    @property
    def per_problem(self) -> float:
        """The mean number of different translations, by proof."""
        return self.proved / self.problems

    def as_json(self) -> dict[str, object]:
        """The numbers as a JSON object."""
        counts = {name: getattr(self, name) for name in self.__slots__}
        return counts | {"per_problem": round(self.per_problem, 2)}


def differing(samples: Sequence[Sample]) -> Differing | None:
    """How many translations differ; None where no problem was counted (see `benchmarks.distinct`)."""
    counts = [sample.distinct for sample in samples if sample.distinct]
    counts = [found for found in counts if found["samples"]]
    if not counts:
        return None
    names = Differing.__slots__[1:]
    return Differing(len(counts), *(sum(found[name] for found in counts) for name in names))
