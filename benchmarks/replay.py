"""Replaying recorded translations: each is read, decided and counted, as if it had just been made.

A translation is executed if it got a verdict, be it that the premises are inconsistent; UNKNOWN,
where the prover gave up, is none. Problems with the same translations are the same work: within a
problem each distinct translation is decided once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from benchmarks.calibrate import cross_validated
from benchmarks.data import Label
from benchmarks.pipeline import Ballot, Pipeline, Teller
from benchmarks.recorded import Recording, clusters
from benchmarks.rows import DataError, Row
from benchmarks.runner import Question, problem_row, short_source
from neurologic.entailment import Verdict
from neurologic.voting import LikelihoodTable, Rule, Tally, Vote, rule, settled

if TYPE_CHECKING:
    from benchmarks.runs import Sample

RuleFor: TypeAlias = Callable[[Recording], Rule]


def rule_of(pipeline: Pipeline, table: LikelihoodTable | None = None) -> Rule:
    """The voting rule of a pipeline.

    Raises:
        NeurologicError: there is no such rule.
    """
    clashes: Literal["fallback", "count"] = "fallback"
    if pipeline.clashes != "fallback":
        clashes = "count"
    if pipeline.vote == "linc":  # its tie rule alone; the rest is up to the pipeline
        return replace(rule("linc"), inconsistent=pipeline.inconsistent, clashes=clashes)
    return rule(pipeline.vote, inconsistent=pipeline.inconsistent, clashes=clashes, table=table)


def ballots_of(
    recording: Recording, pipeline: Pipeline, early: Rule | None = None
) -> tuple[Ballot, ...]:
    """The ballots of a problem's translations; with `early`, only until that rule is settled."""
    teller = Teller(pipeline)
    ballots: list[Ballot] = []
    for attempt in recording.attempts:
        ballots.append(teller.ballot(attempt))
        votes = [ballot.vote for ballot in ballots]
        if early is not None and settled(early, votes, len(recording.attempts)):
            break
    return tuple(ballots)


def question(
    key: str,
    recording: Recording | DataError,
    pipeline: Pipeline,
    rule_for: RuleFor,
    *,
    early: bool = False,
    certify: bool = False,
    ballots: tuple[Ballot, ...] | None = None,
) -> Question:
    """The question what a problem's translations vote for.

    Args:
        key: the problem's key.
        recording: the problem, or why its row cannot be used.
        pipeline: how translations become votes.
        rule_for: the rule for this problem.
        early: whether to stop when the rule is settled.
        certify: whether to look for a certificate of the answer.
        ballots: the ballots, where they were cast already.
    """
    known = _known(recording)

    def ask() -> Row:
        if isinstance(recording, DataError):
            raise recording
        cast = ballots
        if cast is None:
            cast = ballots_of(recording, pipeline, rule_for(recording) if early else None)
        return voted_row(
            key,
            cast,
            rule_for(recording),
            known,
            recorded=recording.verdicts,
            gullible=pipeline.inconsistent == "true",
            certify=certify,
            more=_sentences(recording),
        )

    return Question(key, ask, known)


def voted_row(
    key: str,
    ballots: Sequence[Ballot],
    chosen: Rule,
    known: Mapping[str, Any],
    *,
    recorded: Sequence[str] = (),
    gullible: bool = False,
    certify: bool = False,
    more: Mapping[str, object] | None = None,
) -> Row:
    """The row of a problem that was voted on.

    Args:
        key: the problem's key.
        ballots: the ballots, in order.
        chosen: the rule that counts them.
        known: what the data file says of the problem.
        recorded: the verdict that was recorded for each, where there is one.
        gullible: whether inconsistent premises vote True.
        certify: whether to look for a certificate of the answer.
        more: further fields.
    """
    written = [b.formulas if b.vote.verdict is not None else None for b in ballots]
    tally = chosen([ballot.vote for ballot in ballots], written if chosen.by_classes else ())
    certified = None
    if certify:
        from benchmarks.certify import certified_answer

        certified = certified_answer(ballots, tally.label)
    return problem_row(
        key=key,
        status=status_of(tally, ballots),
        answer=tally.label,
        confidence=tally.confidence,
        agreement=tally.agreement,
        tally=tally.as_json(),
        certified=certified,
        more=more,
        **_told(ballots, recorded, gullible),
        **known,
    )


def _known(recording: Recording | DataError) -> dict[str, Any]:
    if isinstance(recording, DataError):
        return {"source": short_source(recording.source)}
    return {
        "id": recording.id,
        "story": recording.story,
        "source": short_source(recording.source),
        "label": recording.label,
        "premises": recording.premises,
        "conclusion": recording.conclusion,
    }


def _sentences(recording: Recording) -> dict[str, Any]:
    """What the model wrote beside the formulas of a program; not the sentences of the problem."""
    said = [list(attempt.sentences) for attempt in recording.attempts if attempt.sentences]
    return {"sentences": said} if said else {}


_NAMES = {"True": "ENTAILED", "False": "REFUTED", "Uncertain": "UNDETERMINED"}


def status_of(tally: Tally, ballots: Sequence[Ballot]) -> str:
    """The status of a problem: the verdict that won, or what all votes have in common, or ABSTAINED.

    >>> votes = [Vote(Verdict.INCONSISTENT)] * 2
    >>> status_of(rule("majority")(votes), [Ballot(vote) for vote in votes])
    'INCONSISTENT'
    """
    if tally.label is not None:
        return _NAMES[tally.label]
    verdicts = {ballot.vote.verdict for ballot in ballots} - {None}
    if not verdicts:
        return "UNTRANSLATED"
    for alone in (Verdict.INCONSISTENT, Verdict.UNKNOWN):
        if verdicts == {alone}:
            return alone.name
    return "ABSTAINED"


def _told(ballots: Sequence[Ballot], recorded: Sequence[str], gullible: bool) -> dict[str, Any]:
    """Votes and formulas of a row; formulas that are the same stand there once."""
    places: dict[tuple[str, ...], int] = {}
    votes = []
    cost: dict[tuple[str, ...], int] = {}
    for number, ballot in enumerate(ballots):
        place = places.setdefault(ballot.formulas, len(places))
        cost[ballot.formulas] = ballot.rlimit
        vote: dict[str, object] = {
            "verdict": ballot.vote.verdict.name if ballot.vote.verdict is not None else None,
            "label": _label(ballot.vote, gullible),
            "clash": ballot.vote.clash,
            "error": ballot.vote.error,
            "variant": ballot.vote.variant,
            "rlimit": ballot.rlimit,
            "formulas": place,
        }
        if ballot.message:
            vote["message"] = ballot.message
        if ballot.notes:
            vote["notes"] = list(ballot.notes)
        if recorded:
            vote["recorded"] = recorded[number]
        votes.append(vote)
    return {"votes": votes, "formulas": list(places), "rlimit": sum(cost.values())}


def _label(vote: Vote, gullible: bool) -> Label | None:
    if vote.verdict is None:
        return None
    return "True" if gullible and vote.verdict is Verdict.INCONSISTENT else vote.verdict.label


def cross_validated_rules(
    voted: Sequence[tuple[Recording, Sequence[Ballot]]], pipeline: Pipeline
) -> RuleFor:
    """For each problem, the rule `likelihood` with a table learnt on the other stories.

    The votes teach as they are counted: clashes and inconsistent premises as the pipeline has them.
    """
    numbers = clusters([recording for recording, _ in voted])
    tables = cross_validated(
        [
            (number, recording.label, [ballot.vote for ballot in ballots])
            for number, (recording, ballots) in zip(numbers, voted, strict=True)
        ],
        counting=rule_of(replace(pipeline, vote="majority")),
    )
    rules = {
        recording.source: rule_of(pipeline, tables[number])
        for number, (recording, _) in zip(numbers, voted, strict=True)
    }
    return lambda recording: rules[recording.source]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a replay repeats the verdicts that were recorded with the translations."""

    samples: int
    same: int
    right: int
    recorded_right: int
    differing: Mapping[str, Sequence[str]]

    def as_json(self) -> dict[str, object]:
        """The counts, and each class of differing samples, as `problem, sample number`."""
        return {
            "samples": self.samples,
            "same": self.same,
            "share": round(self.same / self.samples, 4) if self.samples else None,
            "right": self.right,
            "recorded_right": self.recorded_right,
            "differing": [
                {"class": kind, "count": len(places), "samples": list(places)}
                for kind, places in self.differing.items()
            ],
        }


def agreement_of(rows: Sequence[Row]) -> Agreement | None:
    """The agreement with recorded verdicts; None where none were recorded.

    An error here and an Error there agree. `recorded_right` counts the majority of the recorded
    verdicts by LINC's rule.
    """
    voted = [row for row in rows if row["votes"] and all("recorded" in v for v in row["votes"])]
    if not voted:
        return None
    differing: dict[str, list[str]] = {}
    samples = 0
    for row in voted:
        for number, vote in enumerate(row["votes"], start=1):
            samples += 1
            here, there = vote["label"] or "Error", vote["recorded"]
            if here != there:
                why = vote["error"] or vote["verdict"]
                kind = f"recorded {there}, here {here} ({why})"
                differing.setdefault(kind, []).append(f"{row['key']}, sample {number}")
    return Agreement(
        samples=samples,
        same=samples - sum(map(len, differing.values())),
        right=sum(row["right"] for row in voted),
        recorded_right=sum(_recorded_answer(row) == row["label"] for row in voted),
        differing=dict(sorted(differing.items())),
    )


def _recorded_answer(row: Row) -> str | None:
    counts = Counter(vote["recorded"] for vote in row["votes"] if vote["recorded"] != "Error")
    return counts.most_common(1)[0][0] if counts else None


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """The figures over the rows of a replay.

    n: problems. samples: translations; executed: those with a verdict that is not UNKNOWN. right,
    decided, wrong, abstained: problems whose label is met, answered True or False, decided and not
    right, without an answer. inconsistent, verdicts, failed: translations by what became of them.
    ece, brier: of the confidences, or where the rule knows none of the shares of votes (`of`).
    stories: what is drawn whole; where the data name no story (`clustered` is false), each problem
    is one. ci95: of the accuracy, by a bootstrap that draws whole stories. certified_wrong: answers
    that are certified and against the label, of the certified ones; where answers were certified.
    """
    from benchmarks.measures import calibration, confidences
    from benchmarks.runs import read_sample
    from benchmarks.statistics import bootstrap

    votes = [vote for row in rows for vote in row["votes"]]
    verdicts = Counter(vote["verdict"] for vote in votes if vote["verdict"])
    failed = Counter(vote["error"] for vote in votes if not vote["verdict"])
    executed = verdicts.total() - verdicts["UNKNOWN"]
    right = sum(row["right"] for row in rows)
    decided = [row for row in rows if row["answer"] in {"True", "False"}]
    samples = [read_sample(row) for row in rows]
    sure = "confidence" if any(sample.confidence is not None for sample in samples) else "agreement"
    found = calibration(confidences(samples, by=sure))
    interval = bootstrap([sample.right for sample in samples], [s.cluster for s in samples])
    return {
        "n": len(rows),
        "samples": len(votes),
        "executed": executed,
        "executed_share": round(executed / len(votes), 4) if votes else None,
        "right": right,
        "accuracy": round(right / len(rows), 4) if rows else None,
        "decided": len(decided),
        "wrong": sum(not row["right"] for row in decided),
        "abstained": sum(row["answer"] is None for row in rows),
        "inconsistent": verdicts["INCONSISTENT"],
        "verdicts": {verdict.name: verdicts[verdict.name] for verdict in Verdict},
        "failed": dict(sorted(failed.items())),
        "errors": dict(sorted(Counter(row["error"] for row in rows if row["error"]).items())),
        "of": sure,
        "ece": round(found.ece, 4) if found else None,
        "brier": round(found.brier, 4) if found else None,
        "stories": len({sample.cluster for sample in samples}),
        "clustered": any(sample.story is not None for sample in samples),
        "ci95": interval.as_json() if interval else None,
        **_certified(samples),
    }


def _certified(samples: Sequence[Sample]) -> dict[str, Any]:
    """How many answers are certified, and how many of those are against the label."""
    from benchmarks.measures import certified_wrong

    if all(sample.certified is None for sample in samples):
        return {}
    found = certified_wrong(samples)
    return {
        "certified": found.n if found else 0,
        "certified_wrong": found.wrong if found else 0,
        "certified_wrong_rate": round(found.rate, 4) if found else None,
    }
