"""The problems of a run as a report lists them: by what became of them, with each translation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measures import ERROR_CLASSES, error_class
from benchmarks.runs import Sample
from neurologic.voting import Vote


@dataclass(frozen=True, slots=True)
class Translation:
    """One set of formulas, and what the votes cast by it say.

    Args:
        formulas: the formulas, premises first.
        votes: for each thing said, the numbers of the votes that say it, counted from 1.
        messages: what their errors say.
    """

    formulas: tuple[str, ...]
    votes: tuple[tuple[str, tuple[int, ...]], ...]
    messages: tuple[str, ...]


def translations(sample: Sample) -> tuple[Translation, ...]:
    """The distinct translations of a problem in the order of their first vote.

    >>> from neurologic.entailment import Verdict
    >>> votes = (Vote(Verdict.ENTAILED), Vote(Verdict.ENTAILED), Vote(None, error="arity"))
    >>> formulas = (("A", "A"), ("A", "A"), ())
    >>> problem = Sample("p", "True", "True", True, votes=votes, formulas=formulas)
    >>> [(found.formulas, found.votes) for found in translations(problem)]
    [(('A', 'A'), (('ENTAILED (True)', (1, 2)),)), ((), (('failed, arity', (3,)),))]
    """
    if not sample.votes:
        return tuple(Translation(formulas, (), ()) for formulas in sample.formulas)
    found: dict[tuple[str, ...], dict[str, list[int]]] = {}
    messages: dict[tuple[str, ...], dict[str, None]] = {}
    told = sample.messages or ("",) * len(sample.votes)
    rows = zip(sample.votes, sample.formulas, told, strict=True)
    for number, (vote, formulas, message) in enumerate(rows, start=1):
        found.setdefault(formulas, {}).setdefault(ballot(vote), []).append(number)
        if message:
            messages.setdefault(formulas, {})[message] = None
    return tuple(
        Translation(
            formulas,
            votes=tuple((said, tuple(numbers)) for said, numbers in votes.items()),
            messages=tuple(messages.get(formulas, ())),
        )
        for formulas, votes in found.items()
    )


def ballot(vote: Vote) -> str:
    """What a vote says, in words.

    >>> ballot(Vote(None, error="arity", variant="8-shot"))
    'failed, arity, 8-shot'
    """
    said = "failed"
    if vote.verdict is not None:
        label = vote.verdict.label
        said = f"{vote.verdict.name} ({label})" if label else vote.verdict.name
    clash = "clash of symbols" if vote.clash else ""
    return ", ".join(filter(None, (said, clash, vote.error, vote.variant)))


@dataclass(frozen=True, slots=True)
class Group:
    """Problems that are missed in one way, or that are right."""

    title: str
    about: str
    samples: tuple[Sample, ...]


def groups(samples: Sequence[Sample]) -> tuple[Group, ...]:
    """The problems by class of error, those that are right last."""
    kinds: list[tuple[str, str]] = [*ERROR_CLASSES.items()]
    found = [
        Group(kind, about, tuple(sample for sample in samples if error_class(sample) == kind))
        for kind, about in kinds
    ]
    right = tuple(sample for sample in samples if sample.right)
    found.append(Group("right", "the answer is the label", right))
    return tuple(group for group in found if group.samples)
