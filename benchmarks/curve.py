"""The accuracy of a run by number of votes a problem: what fewer samples would have given.

It is computed from the votes alone; the rule is the run's own.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, sqrt

from benchmarks.measures import Rule, rounded
from benchmarks.runs import Sample
from neurologic.voting import Vote

SUBSETS = 300  # more subsets of a problem's votes than this are drawn, not enumerated
EVERY = 20  # up to here each k has a point; beyond, each is a third more than the last
WORK = 8_000_000  # votes looked at for the whole curve, about


@dataclass(frozen=True, slots=True)
class KPoint:
    """The accuracy with k votes a problem: of the first k, and expected over all choices of k.

    Args:
        k: votes a problem, of those that have as many.
        first: the accuracy by the first k votes.
        expected: the mean accuracy over choices of k votes.
        exact: all choices were counted; else some were drawn.
        n: problems, those without votes among them.
        error: the standard error of `expected`, by story; None for a single story.
    """

    k: int
    first: float
    expected: float
    exact: bool
    n: int
    error: float | None = None

    def as_json(self) -> dict[str, object]:
        """The point as a JSON object; `exact` is false where choices of votes were drawn."""
        first, expected = rounded(self.first), rounded(self.expected)
        return {
            "k": self.k, "n": self.n, "first": first, "expected": expected,
            "standard_error": rounded(self.error), "exact": self.exact,
        }  # fmt: skip


def k_curve(
    samples: Sequence[Sample], rule: Rule, *, subsets: int = SUBSETS, seed: int = 0
) -> tuple[KPoint, ...]:
    """The accuracy for k = 1, 2 … votes a problem; empty where no problem has votes.

    Every problem counts, as in the accuracy: one without votes has no answer, and one with fewer
    than k votes has all of them. The last point has all votes. Which k there are: see `sizes`.

    expected: the mean over all subsets of k of a problem's votes, kept in order, then over problems.
    Of more than `subsets` subsets that many are drawn (fewer where there are very many votes), the
    same ones for the same seed. Source: the expectation over subsets follows pass@k in M. Chen et
    al., Evaluating large language models trained on code (2021).

    error: how far `expected` would move with other stories; the votes that were drawn for a problem
    are taken as they are. The square root of G/(G-1) · Σ(Σ(pᵢ - p))² / n², the outer sum over the G
    stories, the inner one over the problems of each. Source: the variance of a cluster-robust mean,
    K.-Y. Liang and S. L. Zeger, Longitudinal data analysis using generalized linear models (1986).

    Args:
        samples: the problems.
        rule: a rule that depends on nothing but how many votes of a kind there are, and which kind
            was met first; all rules of `neurologic.voting` do.
        subsets: how many subsets are looked at, at most.
        seed: of the draws.

    >>> from neurologic import voting
    >>> from neurologic.entailment import Verdict
    >>> yes, no = voting.Vote(Verdict.ENTAILED), voting.Vote(Verdict.REFUTED)
    >>> problem = Sample("p", "True", "True", True, votes=(no, yes, yes))
    >>> [(point.first, round(point.expected, 3)) for point in k_curve([problem], voting.rule("majority"))]
    [(0.0, 0.667), (0.0, 0.333), (1.0, 1.0)]
    """
    voted = [(at, sample) for at, sample in enumerate(samples) if sample.votes]
    kinds: dict[Vote, int] = {}
    numbers = [[kinds.setdefault(v, len(kinds)) for v in sample.votes] for _, sample in voted]
    ballots = list(kinds)
    answers: dict[tuple[tuple[int, int], ...], str | None] = {}

    def answer(votes: Sequence[int]) -> str | None:
        counted = tuple(Counter(votes).items())  # in the order in which the kinds were met
        if counted not in answers:
            cast = [ballots[kind] for kind, number in counted for _ in range(number)]
            answers[counted] = rule(cast).label
        return answers[counted]

    ks = sizes(max(map(len, numbers), default=0))
    dice = random.Random(seed)
    points = []
    for k in ks:
        first = 0
        means = [0.0] * len(samples)
        exact = True
        work = sum(min(k, len(votes)) for votes in numbers)
        limit = min(subsets, max(1, WORK // len(ks) // work))
        for (at, sample), votes in zip(voted, numbers, strict=True):
            size = min(k, len(votes))
            if sample.label is None:
                continue
            exact = exact and comb(len(votes), size) <= limit
            first += answer(votes[:size]) == sample.label
            chosen = [answer(some) for some in _subsets(votes, size, limit, dice)]
            means[at] = chosen.count(sample.label) / len(chosen)
        error = standard_error(means, [sample.cluster for sample in samples])
        n = len(samples)
        points.append(KPoint(k, first / n, sum(means) / n, exact, n, error))
    return tuple(points)


def standard_error(values: Sequence[float], clusters: Sequence[Hashable]) -> float | None:
    """The standard error of the mean of values of which those of a cluster go together.

    None for a single cluster. See `k_curve` for formula and source.

    >>> standard_error([1, 0], "ab"), standard_error([1, 1, 0, 0], "aabb"), standard_error([1], "a")
    (0.5, 0.5, None)
    """
    mean = sum(values) / len(values)
    apart: dict[Hashable, float] = {}
    for value, cluster in zip(values, clusters, strict=True):
        apart[cluster] = apart.get(cluster, 0.0) + value - mean
    count = len(apart)
    if count < 2:
        return None
    squares = sum(each * each for each in apart.values())
    return sqrt(count / (count - 1) * squares) / len(values)


def sizes(most: int) -> list[int]:
    """The numbers of votes that have a point: each up to 20, then a third more each time, and all.

    >>> sizes(3), sizes(60)[19:]
    ([1, 2, 3], [20, 26, 34, 45, 60])
    """
    found = list(range(1, min(most, EVERY) + 1))
    while found and found[-1] < most:
        found.append(min(most, found[-1] * 4 // 3))
    return found


def _subsets(
    votes: Sequence[int], size: int, limit: int, dice: random.Random
) -> Iterator[Sequence[int]]:
    if comb(len(votes), size) <= limit:
        yield from combinations(votes, size)
        return
    for _ in range(limit):
        yield [votes[at] for at in sorted(dice.sample(range(len(votes)), size))]
