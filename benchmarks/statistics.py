"""Inference: how sure a share is, and whether two runs differ by more than chance.

Problems of one story share premises, so they are right or wrong together and are no independent
draws: intervals are resampled by story, and two runs are compared by story beside the usual test on
problems. For a story's differences D₁ … Dₘ the two tests ask how often chance alone would give a
total as far from 0 as theirs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import fsum

LEVEL = 0.95
RESAMPLES = 9_999


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """The distance from end to end."""
        return self.high - self.low

    def as_json(self) -> list[float]:
        """The two ends, to four places."""
        return [round(self.low, 4), round(self.high, 4)]


@dataclass(frozen=True, slots=True)
class Flips:
    """The problems that only one of two runs has right.

    `lost`, whose number is McNemar's b, are right in the first run alone; `gained`, whose number is
    c, in the second alone.
    """

    lost: tuple[str, ...]
    gained: tuple[str, ...]


def wilson(right: int, n: int, level: float = LEVEL) -> Interval | None:
    """The Wilson score interval of the share right / n; None where n is 0.

    With p = right / n and the normal quantile z, the ends are
    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    Problems count as independent. Source: E. B. Wilson, Probable inference, the law of succession,
    and statistical inference, JASA 22 (1927).

    >>> wilson(5, 10).as_json()  # z = 1.96: (.7 - .366) / 1.384, (.7 + .366) / 1.384 … about .5
    [0.2366, 0.7634]
    """
    from scipy.stats import binomtest

    if n == 0:
        return None
    found = binomtest(right, n).proportion_ci(confidence_level=level, method="wilson")
    return Interval(float(found.low), float(found.high))


def bootstrap(
    values: Sequence[float],
    clusters: Sequence[Hashable],
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval | None:
    """The percentile bootstrap interval of the mean, resampled by cluster; None below two clusters.

    Clusters are drawn with replacement, as many as there are, each with all its values; the ends are
    the (1 ± level) / 2 quantiles of the means of the draws. The same seed gives the same interval.
    Percentiles, not BCa: they exist where all values are equal, as in a run without an error. From
    one cluster nothing can be drawn but what is there, which says nothing of others.
    Sources: B. Efron, Bootstrap methods, Annals of Statistics 7 (1979); A. C. Davison and
    D. V. Hinkley, Bootstrap Methods and their Application (1997), 3.8, for clusters.

    >>> bootstrap([1, 1, 0, 0], ["a", "a", "b", "b"]).as_json()  # one draw in four is "a", "a"
    [0.0, 1.0]
    >>> bootstrap([1, 1, 1], [1, 2, 3]).as_json()
    [1.0, 1.0]
    >>> bootstrap([1, 0, 1], ["a", "a", "a"]) is None
    True
    """
    import numpy as np
    from scipy.stats import bootstrap as resample

    sums = [(total, size) for total, size, _ in _by_cluster(values, clusters)]
    if len(sums) < 2:
        return None
    totals, sizes = (np.array(column, dtype=float) for column in zip(*sums, strict=True))
    found = resample(
        (totals, sizes),
        lambda total, size, axis: total.sum(axis=axis) / size.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=resamples,
        batch=1_000,
        confidence_level=level,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def _by_cluster(
    values: Sequence[float], clusters: Sequence[Hashable]
) -> list[tuple[float, int, Hashable]]:
    """Sum and size of each cluster, in the order in which the clusters are met."""
    found: dict[Hashable, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        found.setdefault(cluster, []).append(value)
    return [(fsum(items), len(items), cluster) for cluster, items in found.items()]


def flips(keys: Iterable[str], first: Iterable[bool], second: Iterable[bool]) -> Flips:
    """The problems that only one of two runs has right, in order.

    >>> flips(["p", "q", "r"], [True, True, False], [True, False, True])
    Flips(lost=('q',), gained=('r',))
    """
    pairs = list(zip(keys, first, second, strict=True))
    return Flips(
        lost=tuple(key for key, a, b in pairs if a and not b),
        gained=tuple(key for key, a, b in pairs if b and not a),
    )


def mcnemar(b: int, c: int) -> float:
    """The two-sided p-value of McNemar's exact test for b and c discordant problems.

    If the runs do not differ, each discordant problem is a fair coin: the p-value is that of b heads
    in b + c tosses, 2 · P(X ≤ min(b, c)) and at most 1. Problems count as independent. Source:
    Q. McNemar, Note on the sampling error of the difference between correlated proportions,
    Psychometrika 12 (1947), in its exact form.

    >>> mcnemar(0, 3)  # 2 / 2³
    0.25
    >>> mcnemar(4, 4), mcnemar(0, 0)
    (1.0, 1.0)
    """
    from scipy.stats import binomtest

    return float(binomtest(b, b + c, 0.5).pvalue) if b + c else 1.0


def sign_flip(
    differences: Sequence[int],
    clusters: Sequence[Hashable],
) -> float:
    """The two-sided p-value of the sign-flip test by cluster, for whole-number differences.

    If two runs do not differ, they could be exchanged within any story: the sign of each story's
    total difference is a fair coin, tossed for the story as a whole. The p-value is the share of all
    2ᵐ choices of signs whose sum is at least as far from 0 as the one observed. It is exact for any
    number of stories, since the distribution of the sum is built story by story. With one problem a
    story it is McNemar's exact test. Sources: R. A. Fisher, The Design of Experiments (1935), 21;
    M. Pagano and D. Tritchler, On obtaining permutation distributions in polynomial time, JASA 78
    (1983).

    Args:
        differences: for each problem, right in the second run less right in the first.
        clusters: the story of each problem.

    >>> sign_flip([1, 1, 1], ["a", "b", "c"])  # the 2 of 8 choices with all signs alike
    0.25
    >>> sign_flip([1, 1, 1], ["a", "a", "a"])  # one story says nothing
    1.0
    """
    totals = [round(total) for total, _, _ in _by_cluster(differences, clusters)]
    sizes = [abs(total) for total in totals if total]
    ways = {0: 1}  # sum of signed sizes -> number of choices of signs
    for size in sizes:
        more: dict[int, int] = {}
        for total, number in ways.items():
            more[total + size] = more.get(total + size, 0) + number
            more[total - size] = more.get(total - size, 0) + number
        ways = more
    observed = abs(sum(totals))
    extreme = sum(number for total, number in ways.items() if abs(total) >= observed)
    return extreme / (1 << len(sizes))
