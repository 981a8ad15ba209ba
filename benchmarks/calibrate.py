"""Learning the table of the `likelihood` vote from labelled problems.

The chances of a vote given a label are the mean shares of such votes among that label's problems,
smoothed by Laplace's rule; the weight of a problem's votes together is the one under which the
labels are most probable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeAlias

from neurologic.voting import LABELS, Label, LikelihoodTable, Rule, Vote, rule

Problem: TypeAlias = tuple[Hashable, Label, Sequence[Vote]]
"""A problem's story, its label, and the votes on it."""


def counts(votes: Sequence[Vote], counting: Rule | None = None) -> tuple[float, ...]:
    """What each label is worth in the votes, as the rule `counting` (`majority`) counts them.

    >>> from neurologic import Verdict
    >>> counts([Vote(Verdict.ENTAILED), Vote(None, error="ParseError")])
    (1, 0, 0)
    """
    return tuple(count for _, count in (counting or rule("majority"))(votes).counts)


def learn(
    problems: Sequence[tuple[Label, Sequence[Vote]]],
    *,
    provenance: str = "",
    counting: Rule | None = None,
) -> LikelihoodTable:
    """The table that makes the votes of labelled problems most probable.

    Args:
        problems: labels and votes; a problem without any counted vote teaches only the prior.
        provenance: what to say of where the table comes from.
        counting: the rule whose way to count clashes and inconsistent premises the table is for;
            `majority` as the library counts unless given.

    The prior of a label is its share among the problems, one problem of each label added.
    """
    counted = [(label, counts(votes, counting)) for label, votes in problems]
    seen = [label for label, _ in counted]
    prior = _normalized([seen.count(label) + 1 for label in LABELS])
    shares = [(label, [n / sum(count) for n in count]) for label, count in counted if any(count)]
    chances = tuple(
        _normalized([1 + sum(row[at] for of, row in shares if of == label) for at in range(3)])
        for label in LABELS
    )

    def table(weight: float) -> LikelihoodTable:
        return LikelihoodTable(chances, weight, prior, provenance)

    def surprise(weight: float) -> float:
        of = table(weight)
        return -sum(
            math.log(of.posterior(dict(zip(LABELS, count, strict=True)))[label])
            for label, count in counted
            if any(count)
        )

    return table(round(_least(surprise, 0.05, 10.0), 4))


def _normalized(numbers: Sequence[float]) -> tuple[float, float, float]:
    first, second, third = (number / sum(numbers) for number in numbers)
    return first, second, third


def _least(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function of one number is least between two bounds."""
    from scipy import optimize

    minimize: Any = optimize.minimize_scalar
    return float(minimize(function, bounds=(low, high), method="bounded").x)


def cross_validated(
    problems: Sequence[Problem], *, counting: Rule | None = None
) -> dict[Hashable, LikelihoodTable]:
    """For each story, the table learnt on all the other stories.

    Args:
        problems: story, label and votes of each problem.
        counting: as in `learn`.
    """
    stories = dict.fromkeys(story for story, _, _ in problems)
    return {
        held: learn(
            [(label, votes) for story, label, votes in problems if story != held],
            provenance="the other stories of the same file",
            counting=counting,
        )
        for held in stories
    }
