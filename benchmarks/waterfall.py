"""What changes between LINC's pipeline and ours, one step at a time: problems gained and lost.

Each step keeps all that the steps before it changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from benchmarks.pipeline import LINC, Ballot, Pipeline, Teller
from benchmarks.recorded import Recording
from benchmarks.replay import rule_of
from neurologic.entailment import Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its name, what it changes, and the pipeline once it is taken."""

    name: str
    change: str
    pipeline: Pipeline


def _steps() -> Iterator[Step]:
    pipeline = LINC
    yield Step("linc", "as recorded with the samples (older splitter)", pipeline)
    for name, change, fields in (
        ("splitter", "a formula may follow 'FOL: ' with a space, too", {"splitter": "any"}),
        (
            "grammar",
            "what NLTK or Prover9 cannot read is read by our grammar, with repairs",
            {"grammar": "nltk, else ours"},
        ),
        (
            "scope",
            "our conventions for all: scope of quantifiers, a -> b -> c, (x = y), numbers, True",
            {"grammar": "ours"},
        ),
        (
            "clash rule",
            "a name used in two ways is no error; its vote is a fallback",
            {"clashes": "fallback"},
        ),
        (
            "inconsistency",
            "inconsistent premises abstain instead of voting True",
            {"inconsistent": "abstain"},
        ),
        (
            "ties",
            "a tie is Uncertain, or of True and False no answer; not what was met first",
            {"vote": "majority"},
        ),
        ("vote", "True or False wins from a fifth of the votes", {"vote": "definite:0.2"}),
    ):
        changes: dict[str, Any] = dict(fields)
        pipeline = replace(pipeline, **changes)
        yield Step(name, change, pipeline)


STEPS = tuple(_steps())
"""From LINC's pipeline to ours with the rule `definite:0.2`."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a step leads.

    Args:
        step: the step.
        n: problems.
        samples: translations.
        executed: translations that got a verdict other than UNKNOWN.
        right: problems that are right once the step is taken.
        gained: those that were not right before.
        lost: those that were right before and no longer are.
    """

    step: Step
    n: int
    samples: int
    executed: int
    right: int
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The stand as a JSON object."""
        return {
            "step": self.step.name,
            "change": self.step.change,
            "executed": self.executed,
            "right": self.right,
            "accuracy": round(self.right / self.n, 4) if self.n else None,
            "gained": list(self.gained),
            "lost": list(self.lost),
        }


def waterfall(
    problems: Sequence[tuple[str, Recording]], steps: Sequence[Step] = STEPS
) -> list[Stand]:
    """Where each step leads, over problems with their keys."""
    stands: list[Stand] = []
    before: set[str] = set()
    cast: dict[Casting, list[tuple[Ballot, ...]]] = {}
    for step in steps:
        casting = _casting(step.pipeline)
        if casting not in cast:
            cast[casting] = [_ballots(recording, step.pipeline) for _, recording in problems]
        rule = rule_of(step.pipeline)
        right, executed = [], 0
        for (key, recording), ballots in zip(problems, cast[casting], strict=True):
            executed += sum(
                ballot.vote.verdict not in {None, Verdict.UNKNOWN} for ballot in ballots
            )
            if rule([ballot.vote for ballot in ballots]).label == recording.label:
                right.append(key)
        stands.append(
            Stand(
                step=step,
                n=len(problems),
                samples=sum(len(recording.attempts) for _, recording in problems),
                executed=executed,
                right=len(right),
                gained=tuple(key for key in right if key not in before) if stands else (),
                lost=tuple(key for key, _ in problems if key in before - set(right)),
            )
        )
        before = set(right)
    return stands


Casting: TypeAlias = tuple[str, str, bool, int]


def _casting(pipeline: Pipeline) -> Casting:
    """What the votes depend on; how they are counted is another matter."""
    return pipeline.splitter, pipeline.grammar, pipeline.clashes == "error", pipeline.budget


def _ballots(recording: Recording, pipeline: Pipeline) -> tuple[Ballot, ...]:
    teller = Teller(pipeline)
    return tuple(map(teller.ballot, recording.attempts))
