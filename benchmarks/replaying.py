"""Commands on recorded translations: `replay` counts their votes, `waterfall` explains a change."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from benchmarks import console, report
from benchmarks.console import Json, Limit, Out, RetryErrors
from benchmarks.manifest import digest_of
from benchmarks.pipeline import LINC, OURS, Ballot, Inconsistent, Pipeline
from benchmarks.recorded import Recording, identity_of, load_recordings
from benchmarks.rows import DataError, Row
from benchmarks.rundir import RunDirectory
from benchmarks.runner import Question, keys_of, short_source
from neurologic.errors import NeurologicError
from neurologic.voting import LikelihoodTable

if TYPE_CHECKING:
    from benchmarks.replay import RuleFor

app = typer.Typer(add_completion=False)

File = Annotated[
    Path, typer.Argument(show_default=False, help="Recorded translations: a JSON object a line.")
]


VoteRule = Annotated[
    str | None,
    typer.Option(
        show_default=False,
        help="majority, definite:SHARE, weighted (as majority here: recordings carry no "
        "weights), weighted:classes, likelihood, or linc. By default majority; with --convention "
        "linc, linc.",
    ),
]
Convention = Annotated[
    Literal["neurologic", "linc"],
    typer.Option(
        help="linc: read and decide as the LINC paper did when its verdicts were recorded "
        "(older splitter)."
    ),
]
InconsistentVote = Annotated[
    Literal["abstain", "true"] | None,
    typer.Option(
        show_default=False,
        help="How inconsistent premises vote: abstain, or true as in LINC. "
        "By default as the convention has it.",
    ),
]
Table = Annotated[
    str | None,
    typer.Option(
        show_default=False,
        help="For --vote likelihood: cross-validated (the default: learnt on the other stories "
        "of this file), shipped, or a file that calibrate wrote.",
    ),
]
StopEarly = Annotated[
    bool, typer.Option("--stop-early", help="Leave out votes that cannot change the answer.")
]
Certify = Annotated[bool, typer.Option("--certify", help="Look for a certificate of each answer.")]


@app.command(epilog=console.EXIT_CODES)
def replay(
    file: File,
    vote: VoteRule = None,
    convention: Convention = "neurologic",
    inconsistent: InconsistentVote = None,
    table: Table = None,
    stop_early: StopEarly = False,
    certify: Certify = False,
    out: Out = None,
    retry_errors: RetryErrors = False,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Read, decide and count recorded translations, without asking a model.

    samples: translations. executed: those that got a verdict, even that the premises are
    inconsistent; UNKNOWN, where the prover gave up, does not count.

    decided: problems answered True or False. wrong: decided, and not the label.

    ece, brier: of the rule's confidence; where it knows none, of the share of votes (of: agreement).

    in_sample: with --table, how many of the problems the table was learnt from. Figures over them
    say how well the table fits, not how good it is elsewhere.

    ci95: of the accuracy, by a bootstrap that draws whole stories; clustered is false where the
    file names none and each problem is drawn alone.

    certified, certified_wrong: with --certify, answers that have a certificate, and those of them
    that are against the label.

    agreement: with --convention linc, how far the verdicts recorded in the file are repeated.
    """
    start = time.perf_counter()
    with console.usable():
        pipeline = _pipeline(convention, vote, inconsistent)
        plan = _plan(file, limit, pipeline, convention, table, stop_early, certify)
        with console.kept(out, plan.manifest, len(plan.keys), retry_errors) as directory:
            rows = console.answered(plan.questions(directory), directory, "replay")
            summary = plan.summary(rows)
            console.note(summary, [*plan.notes(summary), *console.more_rows(rows, len(plan.keys))])
            summary["seconds"] = round(time.perf_counter() - start, 2)
            if directory is not None:
                directory.summarise(summary)
    console.print_summary(summary, as_json)
    console.leave(failed=any(row["status"] == "ERROR" for row in rows))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be replayed, and how."""

    file: Path
    limit: int | None
    recordings: Sequence[Recording | DataError]
    keys: Sequence[str]
    pipeline: Pipeline
    convention: str
    table: str
    given: Given | None
    early: bool
    certify: bool = False

    @property
    def learnt(self) -> LikelihoodTable | None:
        """The table, where it is not learnt from this file."""
        return self.given.table if self.given else None

    @property
    def cross_validated(self) -> bool:
        """Whether the rule for a problem is learnt from the votes on the others."""
        return self.pipeline.vote == "likelihood" and self.table == "cross-validated"

    def config(self) -> dict[str, Any]:
        """Every option that decides what the rows say."""
        config: dict[str, Any] = {"convention": self.convention, **self.pipeline.as_json()}
        config["early"] = self.early
        if self.certify:
            config["certify"] = True
        if self.pipeline.vote == "likelihood":
            config["table"] = self.table
        if self.learnt is not None:
            text = json.dumps(self.learnt.as_json(), sort_keys=True)
            config["table"] = hashlib.sha256(text.encode()).hexdigest()[:16]
        if self.cross_validated:
            config["limit"] = self.limit
        return config

    def manifest(self) -> dict[str, Any]:
        """The manifest of the run."""
        from benchmarks.manifest import manifest_of

        return manifest_of("replay", self.convention, self.config(), self.file)

    def questions(self, directory: RunDirectory | None) -> list[Question]:
        """The questions to be asked; for a cross-validated table all votes are cast beforehand."""
        from benchmarks.replay import cross_validated_rules, question, rule_of

        rule = rule_of(self.pipeline, self.learnt)
        rule_for: RuleFor = lambda recording: rule  # noqa: E731
        ballots: dict[str, tuple[Ballot, ...]] = {}
        done = directory is not None and set(self.keys) <= set(directory.rows)
        if self.cross_validated and not done:
            ballots = self._ballots()
            voted = [
                (item, ballots[key])
                for key, item in zip(self.keys, self.recordings, strict=True)
                if isinstance(item, Recording) and key in ballots
            ]
            rule_for = cross_validated_rules(voted, self.pipeline)
        return [
            question(
                key,
                item,
                self.pipeline,
                rule_for,
                early=self.early,
                certify=self.certify,
                ballots=ballots.get(key),
            )
            for key, item in zip(self.keys, self.recordings, strict=True)
        ]

    def _ballots(self) -> dict[str, tuple[Ballot, ...]]:
        """The ballots of each problem; one that ends in an error is left to its question."""
        from benchmarks.replay import ballots_of

        found = {}
        pairs = list(zip(self.keys, self.recordings, strict=True))
        for key, item in report.tracked(pairs, len(pairs), "votes"):
            if isinstance(item, Recording):
                with suppress(Exception):
                    found[key] = ballots_of(item, self.pipeline)
        return found

    def summary(self, rows: Sequence[Row]) -> dict[str, Any]:
        """The figures of the replay."""
        from benchmarks.replay import agreement_of, figures

        summary: dict[str, Any] = {"task": "replay", "method": self.convention}
        summary["vote"] = self.pipeline.vote
        if self.pipeline.vote == "likelihood":
            summary["table"] = self.table
            summary |= self._origin()
        summary |= figures(rows)
        if self.early:
            summary |= {"ece": None, "brier": None}
        agreement = agreement_of(rows) if self.convention == "linc" else None
        if agreement is not None:
            summary["agreement"] = agreement.as_json()
        return summary

    def _origin(self) -> dict[str, Any]:
        """What the table was learnt from, and how many of these problems were among it."""
        if self.given is None:
            return {"provenance": "the other stories of the same file", "in_sample": 0}
        usable = [item for item in self.recordings if isinstance(item, Recording)]
        count = self.given.among(usable, self.file)
        return {"provenance": self.given.table.provenance, "in_sample": count}

    def notes(self, summary: Mapping[str, Any]) -> list[str]:
        """What a reader of the figures should know."""
        notes = []
        if self.given is not None:
            notes += in_sample_notes(summary["in_sample"])
        if self.early:
            notes.append(
                "stop_early: votes that cannot change an answer were left out, so ece and brier are "
                "not known"
            )
        if self.given is not None and rule_counts(self.pipeline) != rule_counts(OURS):
            notes.append("the table was learnt where inconsistent premises and clashes abstain")
        return notes


def in_sample_notes(count: int | None) -> list[str]:
    """What it means that a table was learnt from so many of the problems; None: it is not known."""
    if count is None:
        return ["in_sample: it is not known which of these problems the table was learnt from"]
    if not count:
        return []
    return [
        f"in_sample: the table was learnt from {count} of these problems; ece and brier are no result"
    ]


def rule_counts(pipeline: Pipeline) -> tuple[str, str]:
    """How a pipeline counts clashes and inconsistent premises."""
    from benchmarks.replay import rule_of

    rule = rule_of(replace(pipeline, vote="majority"))
    return rule.inconsistent, rule.clashes


@dataclass(frozen=True, slots=True)
class Given:
    """A table that is given, and what it says of the problems it was learnt from.

    Args:
        table: the table.
        problems: the identities of the problems; None if it does not say.
        files: the SHA-256 of the files.
    """

    table: LikelihoodTable
    problems: frozenset[str] | None = None
    files: frozenset[str] = frozenset()

    def among(self, recordings: Sequence[Recording], file: Path) -> int | None:
        """How many of the problems of a file the table was learnt from; None if it is not known."""
        if digest_of(file) in self.files:
            return len(recordings)
        if self.problems is None:
            return None
        strange = [item for item in recordings if identity_of(item) not in self.problems]
        if any(not item.premises and not item.conclusion for item in strange):
            return None  # a name may be another one elsewhere
        return len(recordings) - len(strange)


def _pipeline(convention: str, vote: str | None, inconsistent: Inconsistent | None) -> Pipeline:
    pipeline = OURS if convention == "neurologic" else LINC
    return replace(
        pipeline,
        vote=vote or pipeline.vote,
        inconsistent=inconsistent or pipeline.inconsistent,
    )


def _plan(
    file: Path,
    limit: int | None,
    pipeline: Pipeline,
    convention: str,
    table: str | None,
    early: bool,
    certify: bool = False,
) -> Plan:
    from benchmarks.replay import rule_of

    if table is not None and pipeline.vote != "likelihood":
        raise NeurologicError(
            f"--table is for --vote likelihood, and the vote is {pipeline.vote}",
            hint="leave it out, or add --vote likelihood",
        )
    recordings = load_recordings(file, limit)
    if pipeline.grammar == "nltk":
        _require_samples(recordings, file)
    table = table or "cross-validated"
    given = None
    if pipeline.vote == "likelihood" and table != "cross-validated":
        given = shipped() if table == "shipped" else _table(Path(table))
    rule_of(pipeline, given.table if given else None)  # refuses a rule that is none
    names = [
        short_source(item.source) if isinstance(item, DataError) else item.id for item in recordings
    ]
    keys = keys_of(names)
    plan = Plan(file, limit, recordings, keys, pipeline, convention, table, given, early, certify)
    if early and plan.cross_validated:
        raise NeurologicError(
            "--stop-early needs a rule that is known beforehand",
            hint="take --table shipped or a file",
        )
    return plan


def _require_samples(recordings: Sequence[Recording | DataError], file: Path) -> None:
    if any(isinstance(item, Recording) and item.kind != "samples" for item in recordings):
        raise DataError(
            "LINC's pipeline is defined on samples with FOL: lines, and the file has programs",
            source=str(file),
        )


def shipped() -> Given:
    """The table that comes with the library."""
    text = (resources.files("neurologic") / "likelihood.json").read_text(encoding="utf-8")
    return _given(json.loads(text))


def _given(found: Any) -> Given:
    table = LikelihoodTable.from_json(found)
    problems, files = found.get("problems"), found.get("files")
    return Given(
        table,
        frozenset(map(str, problems)) if isinstance(problems, list) else None,
        frozenset(
            str(file.get("sha256"))
            for file in (files if isinstance(files, list) else [])
            if isinstance(file, dict)
        ),
    )


def _table(path: Path) -> Given:
    try:
        return _given(json.loads(path.read_bytes()))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(
            f"the table cannot be read: {reason}",
            source=str(path),
            hint="--table is cross-validated, shipped, or a file that calibrate wrote",
        ) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"the table is not JSON: {error}", source=str(path)) from error


@app.command(epilog=console.EXIT_CODES)
def waterfall(
    file: File,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Show what each step from LINC's pipeline to ours changes: right, gained and lost problems.

    LINC's pipeline is the one whose verdicts were recorded, with its older splitter.

    The steps add up: each keeps what those before it changed.
    """
    from benchmarks.waterfall import waterfall as fall

    start = time.perf_counter()
    with console.usable():
        recordings = load_recordings(file, limit)
        _require_samples(recordings, file)
        usable = [item for item in recordings if isinstance(item, Recording)]
        keys = keys_of(item.id for item in usable)
        stands = fall(list(zip(keys, usable, strict=True)))
    rows = [stand.as_json() for stand in stands]
    summary: dict[str, Any] = {"task": "waterfall", "n": len(usable), "samples": stands[0].samples}
    if len(usable) < len(recordings):
        summary["unusable"] = len(recordings) - len(usable)
    if as_json:
        summary["steps"] = rows
    summary["seconds"] = round(time.perf_counter() - start, 2)
    console.print_summary(summary, as_json, lambda: _print_steps(rows))
    console.leave(failed=len(usable) < len(recordings))


def _print_steps(rows: Sequence[Row]) -> None:
    kept = ("step", "executed", "right", "gained", "lost")
    shown = [
        {key: " ".join(row[key]) if isinstance(row[key], list) else row[key] for key in kept}
        for row in rows
    ]
    report.print_rows("steps", shown)
    for row in rows:
        print(f"{row['step']}: {row['change']}")
