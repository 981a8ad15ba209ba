"""The command `programs`: recorded programs read, tested and compared with their labels."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from benchmarks.console import EXIT_CODES, Json, Limit, leave, print_summary, usable
from benchmarks.rows import DataError, finite
from neurologic.errors import printable

if TYPE_CHECKING:
    from benchmarks.programs import Ran, Settings

app = typer.Typer(add_completion=False)

World: TypeAlias = Literal["open", "closed"]

_SHOWN = 10  # failing programs listed under the table


File = Annotated[
    Path,
    typer.Argument(
        show_default=False,
        help="Recorded programs, or CLOVER's declarations: a JSON object a line.",
    ),
]
Questions = Annotated[
    Path | None,
    typer.Option(
        show_default=False,
        help="The problems themselves, with the same ids: the polarity of each query is compared "
        "with the sentence asked about.",
    ),
]
Tolerant = Annotated[
    bool, typer.Option("--tolerant", help="Guess where a line is not as its dialect has it.")
]
InWorld = Annotated[
    World,
    typer.Option(help="closed: an atom asked about that facts and rules do not derive is false."),
]
Rows = Annotated[
    Path | None,
    typer.Option("--rows", show_default=False, help="Write a JSON object for each program."),
]


@app.command(epilog=EXIT_CODES)
def programs(
    file: File,
    questions: Questions = None,
    tolerant: Tolerant = False,
    world: InWorld = "open",
    rows: Rows = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Run programs that a model once wrote, in the dialects of Logic-LM and CLOVER.

    read: every line was read. tested: read, consistent, and each option or the query evaluated.
    settled: tested, or shown to be inconsistent.

    one: one answer was singled out. several, none: so many options fit; they are never answers.
    several_gold: the label is among the several.

    right, wrong: of all n; an Uncertain that is not the label is not right, and decides nothing.

    assumed: programs that rest on a reading that goes beyond their dialect, by what is assumed.
    right_without_assumed: right, if such programs count as not read; so read and tested.

    printed_right: by Logic-LM's measure, which takes the first option that passes, the conclusion
    of inconsistent premises for True, and for ProntoQA what is not derivable for False.

    guessed: with --tolerant, programs in which something was guessed. noted: with something odd.

    polarity: with --questions, queries that deny what their sentence states or the reverse, and
    the figures once they are mended.

    failed: programs that were not read or decided, by what is wrong first.
    """
    from benchmarks.program_figures import summary as figures_of

    start = time.perf_counter()
    with usable():
        found, settings = _run(file, questions, tolerant, world, limit)
        if rows is not None:
            _write(rows, found)
    summary: dict[str, Any] = {"task": "programs", "method": "tolerant" if tolerant else "strict"}
    summary |= {"world": world, **figures_of(found, settings)}
    summary["seconds"] = round(time.perf_counter() - start, 2)
    print_summary(summary, as_json, lambda: _print_unread(found))
    leave(failed=bool(summary["errors"]))


def _run(
    file: Path, questions: Path | None, tolerant: bool, world: World, limit: int | None
) -> tuple[list[Ran | DataError], Settings]:
    """What became of each program, and how they were read."""
    from benchmarks import programs as running

    asked = running.sentences(questions) if questions is not None else None
    settings = running.Settings(tolerant, world, asked)
    found = list(running.run(file, settings, limit))
    if not found:
        raise DataError("the data file holds no row", source=str(file))
    first = found[0]
    if isinstance(first, DataError) and all(isinstance(row, DataError) for row in found):
        raise first
    if asked is not None and all(
        isinstance(row, DataError) or row.id not in asked for row in found
    ):
        hint = "programs and questions are matched by their id"
        raise DataError("no program is of a question here", source=str(questions), hint=hint)
    return found, settings


def _print_unread(found: Sequence[Ran | DataError]) -> None:
    unread = [row for row in found if not isinstance(row, DataError) and row.errors]
    for row in unread[:_SHOWN]:
        print(f"{printable(row.id)}: {row.errors[0]}")
    if len(unread) > _SHOWN:
        print(f"... and {len(unread) - _SHOWN} more; --rows FILE writes them all")


def _write(path: Path, found: Sequence[Ran | DataError]) -> None:
    lines = [json.dumps(finite(row.as_json()), ensure_ascii=False) for row in found]
    try:
        path.write_text("".join(f"{line}\n" for line in lines), "utf-8", "backslashreplace")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(f"the rows cannot be written: {reason}", source=str(path)) from error
