"""The command `calibrate`: the table of the `likelihood` vote, learnt from recorded translations."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import console, report
from benchmarks.console import Json, Limit
from benchmarks.manifest import digest_of
from benchmarks.pipeline import OURS
from benchmarks.recorded import Recording, clusters, identity_of, load_recordings
from benchmarks.rows import DataError
from neurologic.voting import LABELS, LikelihoodTable, Vote, rule

app = typer.Typer(add_completion=False)

Voted = tuple[Recording, Sequence[Vote]]


@app.command(epilog=console.EXIT_CODES)
def calibrate(
    files: Annotated[
        list[Path], typer.Argument(show_default=False, help="Recorded translations with labels.")
    ],
    out: Annotated[
        Path | None, typer.Option(show_default=False, help="Where to write the table, as JSON.")
    ] = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Learn the table of the likelihood vote from labelled problems with recorded translations.

    n: rows. problems: what is left where the same problem stands in several files. A problem is of
    one story in all files; clustered is false where no file names stories.

    right, ece, brier: of the vote itself, each story judged by the table of all the other stories.
    """
    from benchmarks.calibrate import learn

    start = time.perf_counter()
    with console.usable():
        digests = _digests(files)
        voted = _voted(files, limit)
        if not voted:
            raise DataError("there is no usable problem to learn from", source=str(files[0]))
        stories = clusters([recording for recording, _ in voted])
        problems = sorted({identity_of(recording) for recording, _ in voted})
        table = learn(
            [(recording.label, votes) for recording, votes in voted],
            provenance=_provenance(files, len(voted), len(problems), len(set(stories))),
        )
        written = table.as_json() | {"files": digests, "problems": problems}
        if out is not None:
            _write(out, written)
    summary: dict[str, Any] = {"task": "calibrate", "n": len(voted), "problems": len(problems)}
    summary["stories"] = len(set(stories))
    summary["clustered"] = any(recording.story is not None for recording, _ in voted)
    summary |= _validated(voted, stories)
    if as_json:
        summary["table"] = written
    summary["seconds"] = round(time.perf_counter() - start, 2)
    console.print_summary(summary, as_json, lambda: _print_table(table))
    console.leave(failed=False)


def _voted(files: Sequence[Path], limit: int | None) -> list[Voted]:
    from benchmarks.replay import ballots_of

    recordings = [item for file in files for item in load_recordings(file, limit)]
    return [
        (item, [ballot.vote for ballot in ballots_of(item, OURS)])
        for item in report.tracked(recordings, len(recordings), "votes")
        if isinstance(item, Recording)
    ]


def _digests(files: Sequence[Path]) -> list[dict[str, str]]:
    """Names and digests of the files.

    Raises:
        DataError: a file cannot be read, or is there twice.
    """
    found: dict[str, Path] = {}
    for file in files:
        digest = digest_of(file)
        if digest in found:
            raise DataError(
                f"the same rows are given twice: they stand in {found[digest].name}, too",
                source=str(file),
                hint="give each file once",
            )
        found[digest] = file
    return [{"name": file.name, "sha256": digest} for digest, file in found.items()]


def _provenance(files: Sequence[Path], rows: int, problems: int, stories: int) -> str:
    """What the table is learnt from, the problems counted once.

    >>> _provenance([Path("a.jsonl"), Path("b.jsonl")], 24, 12, 4)
    '12 problems x 2 files of 4 stories in a.jsonl, b.jsonl'
    """
    counted = f"{problems} problems"
    if rows != problems:
        times = rows == problems * len(files)
        counted += f" x {len(files)} files" if times else f" in {rows} rows"
    return f"{counted} of {stories} stories in {', '.join(file.name for file in files)}"


def _validated(voted: Sequence[Voted], stories: Sequence[int]) -> dict[str, Any]:
    """How the vote does on each story by the table of the others."""
    from benchmarks.calibrate import cross_validated
    from benchmarks.measures import calibration

    tables = cross_validated(
        [(story, item.label, votes) for story, (item, votes) in zip(stories, voted, strict=True)]
    )
    pairs = []
    right = 0
    for story, (item, votes) in zip(stories, voted, strict=True):
        tally = rule("likelihood", table=tables[story])(votes)
        right += tally.label == item.label
        if tally.confidence is not None:
            pairs.append((tally.confidence, tally.label == item.label))
    found = calibration(pairs)
    return {
        "right": right,
        "accuracy": round(right / len(voted), 4),
        "ece": round(found.ece, 4) if found else None,
        "brier": round(found.brier, 4) if found else None,
    }


def _write(path: Path, table: Mapping[str, Any]) -> None:
    try:
        path.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(f"the table cannot be written: {reason}", source=str(path)) from error


def _print_table(table: LikelihoodTable) -> None:
    rows: list[dict[str, Any]] = [
        {"label": label, "prior": f"{prior:.3f}"}
        | {f"votes {vote}": f"{chance:.3f}" for vote, chance in zip(LABELS, row, strict=True)}
        for label, prior, row in zip(LABELS, table.prior, table.chances, strict=True)
    ]
    report.print_rows("chances of a vote, given the label", rows)
    print(f"the votes of a problem weigh as much as {table.weight:g} independent ones")
