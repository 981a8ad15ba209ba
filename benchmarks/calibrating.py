"""The command `calibrate`: the table of the `likelihood` vote, learnt from recorded translations."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import console, report
from benchmarks.console import Json, Limit
from benchmarks.pipeline import OURS
from benchmarks.recorded import Recording, load_recordings
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

    right, ece, brier: of the vote itself, each story judged by the table of all the other stories.
    """
    from benchmarks.calibrate import learn

    start = time.perf_counter()
    with console.usable():
        voted = _voted(files, limit)
        if not voted:
            raise DataError("there is no usable problem to learn from", source=str(files[0]))
        names = ", ".join(dict.fromkeys(file.name for file in files))
        stories = {_story(recording) for recording, _ in voted}
        table = learn(
            [(recording.label, votes) for recording, votes in voted],
            provenance=f"{len(voted)} problems of {len(stories)} stories in {names}",
        )
        if out is not None:
            _write(out, table)
    summary: dict[str, Any] = {"task": "calibrate", "n": len(voted), "stories": len(stories)}
    summary |= _validated(voted)
    if as_json:
        summary["table"] = table.as_json()
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


def _story(recording: Recording) -> tuple[str, str | int]:
    return ("problem", recording.id) if recording.story is None else ("story", recording.story)


def _validated(voted: Sequence[Voted]) -> dict[str, Any]:
    """How the vote does on each story by the table of the others."""
    from benchmarks.calibrate import cross_validated
    from benchmarks.measures import calibration

    tables = cross_validated([(_story(item), item.label, votes) for item, votes in voted])
    pairs = []
    right = 0
    for item, votes in voted:
        tally = rule("likelihood", table=tables[_story(item)])(votes)
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


def _write(path: Path, table: LikelihoodTable) -> None:
    try:
        path.write_text(json.dumps(table.as_json(), indent=2) + "\n", encoding="utf-8")
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
