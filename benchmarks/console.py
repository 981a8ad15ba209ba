"""What the commands share: exit codes, errors told in a few lines, progress on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from benchmarks import report
from benchmarks.rows import Row
from benchmarks.rundir import RunDirectory, opened
from benchmarks.runner import Halt, Question, collect
from neurologic.errors import NeurologicError

DONE, FAILURES, UNUSABLE, STOPPED = 0, 1, 2, 130

EXIT_CODES = """Exit codes:

0 done.

1 done, but a problem ended in an error, or a verdict is not the one that must come out.

2 wrong usage, a key or a model that is refused, or a file or directory that cannot be used.

130 stopped by Ctrl-C or a spent budget; with --out, the same command goes on where it stood."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, on the last line.")]
Limit = Annotated[
    int | None, typer.Option(min=1, show_default=False, help="Only the first problems.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        show_default=False,
        help="Keep the run in this directory: manifest.json, samples.jsonl, summary.json. "
        "The same command again goes on where it stood.",
    ),
]
RetryErrors = Annotated[
    bool,
    typer.Option(
        "--retry-errors",
        help="Ask the problems again that ended in an error; with --record also the samples that "
        "got no reply, and no others.",
    ),
]


@contextmanager
def usable() -> Iterator[None]:
    """What cannot be used ends the command with a located error, not a traceback."""
    try:
        yield
    except NeurologicError as error:
        print(f"error: {error}", file=sys.stderr)
        raise typer.Exit(UNUSABLE) from error
    except ImportError as error:
        print(f"error: {error}\nhint: python -m pip install '.[bench]'", file=sys.stderr)
        raise typer.Exit(UNUSABLE) from error


@contextmanager
def kept(
    out: Path | None,
    manifest: Callable[[], Mapping[str, Any]],
    total: int,
    retry_errors: bool = False,
    retry_samples: bool = False,
) -> Iterator[RunDirectory | None]:
    """The run directory, if one is wanted.

    Ctrl-C ends the command with exit code 130 and says what is kept and how to go on.

    Args:
        out: the directory.
        manifest: makes the manifest of the run.
        total: how many problems are asked for.
        retry_errors: whether problems that ended in an error are asked again.
        retry_samples: whether those of which a sample got no reply are then asked again as well.
    """
    if out is None:
        if retry_errors:
            raise NeurologicError("--retry-errors needs a run directory", hint="give it with --out")
        try:
            yield None
        except KeyboardInterrupt as stop:
            _stopped(stop, "stopped; no row is kept without --out")
        return
    with opened(
        out, manifest(), retry_errors=retry_errors, retry_samples=retry_samples
    ) as directory:
        for note in directory.notes:
            print(f"note: {note}", file=sys.stderr)
        try:
            yield directory
        except KeyboardInterrupt as stop:
            _stopped(
                stop,
                f"stopped; {len(directory.rows)} of {total} problems are kept in {out}\n"
                "hint: the same command goes on from there",
            )


def _stopped(stop: KeyboardInterrupt, said: str) -> NoReturn:
    if str(stop):
        print(f"error: {stop}", file=sys.stderr)
    print(said, file=sys.stderr)
    raise typer.Exit(UNUSABLE if isinstance(stop, Halt) and stop.misused else STOPPED)


def answered(
    questions: Sequence[Question], directory: RunDirectory | None, title: str, workers: int = 1
) -> list[Row]:
    """The rows of the problems; where there is a directory, all its rows.

    Args:
        questions: the problems.
        directory: where rows are kept.
        title: what the progress bar says.
        workers: how many problems are answered at a time.
    """
    with following(len(questions), title) as watcher:
        rows = collect(questions, directory, watcher, workers)
    return directory.ordered([question.key for question in questions]) if directory else rows


def more_rows(rows: Sequence[object], asked: int) -> list[str]:
    """A note that the directory holds more problems than were asked for, if it does."""
    if len(rows) <= asked:
        return []
    return [
        f"the directory holds {len(rows)} problems, of which {asked} were asked for; the figures "
        "are over all of them"
    ]


def note(summary: dict[str, Any], notes: Sequence[str]) -> None:
    """Put the notes into the summary and on standard error."""
    if notes:
        summary["notes"] = [*summary.get("notes", ()), *notes]
    for said in notes:
        print(f"note: {said}", file=sys.stderr)


class Following:
    """Follows a run: counts what is right, and shows it on a terminal."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task
        self._asked = self._right = self._all = 0

    def answered(self, row: Row, kept: bool) -> None:
        """Count a problem; its row may be kept from an earlier run."""
        self._all += 1
        self._right += bool(row["right"])
        self._asked += not kept
        elapsed = self._progress.tasks[0].elapsed
        rate = f"{self._asked / elapsed:.1f}/s" if elapsed and self._asked else "-"
        self._progress.update(
            self._task, advance=1, rate=rate, accuracy=f"{self._right / self._all:.1%} right"
        )


@contextmanager
def following(total: int, title: str) -> Iterator[Following]:
    """A progress bar on standard error, where that is a terminal, with rate and accuracy so far."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[accuracy]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total, rate="-", accuracy="-")
        yield Following(progress, task)


def print_summary(
    summary: Mapping[str, Any], as_json: bool, details: Callable[[], None] = lambda: None
) -> None:
    """One JSON object on the last line, or a table and then the details."""
    if as_json:
        print(json.dumps(summary, allow_nan=False))
        return
    report.print_summary(summary)
    details()


def leave(failed: bool) -> NoReturn:
    """End the command."""
    raise typer.Exit(FAILURES if failed else DONE)
