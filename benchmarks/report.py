"""What a run prints for people: tables on standard output, progress on standard error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from benchmarks.scoring import Outcome
from neurologic.errors import printable

T = TypeVar("T")

_SHOWN = 10  # failing problems listed under a table


def tracked(items: Iterable[T], total: int, title: str) -> Iterator[T]:
    """The items, with a progress bar on standard error where that is a terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        for item in items:
            yield item
            progress.advance(task)


def print_summary(summary: Mapping[str, Any]) -> None:
    """A table with a line for each figure; nested figures stand on lines of their own."""
    table = Table(show_header=False, title=_title(summary), title_justify="left")
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for key, value in summary.items():
        if key in {"task", "method"}:
            continue
        table.add_row(Text(key), Text(_shown(value)))
    Console().print(table)


def print_failures(outcomes: Sequence[Outcome]) -> None:
    """The first problems that ended in an error, that are wrong, or that were not translated."""
    failed = sorted(
        (o for o in outcomes if o.error or o.wrong),
        key=lambda o: (o.status != "ERROR", not o.wrong),
    )
    for outcome in failed[:_SHOWN]:
        place = outcome.source if outcome.id in outcome.source else f"{outcome.source} {outcome.id}"
        what = outcome.message.partition("\n")[0]
        what = what or f"{outcome.status}, but the label is {outcome.label}"
        print(printable(what if what.startswith(place) else f"{place}: {what}"))
    if len(failed) > _SHOWN:
        print(f"... and {len(failed) - _SHOWN} more; --rows FILE writes them all")


def print_rows(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table of rows that have the same keys."""
    if not rows:
        return
    table = Table(title=title, title_justify="left")
    for key in rows[0]:
        table.add_column(key, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(value)) for value in row.values()))
    Console().print(table)


def _title(summary: Mapping[str, Any]) -> str:
    return " · ".join(str(summary[key]) for key in ("task", "method") if key in summary)


def _shown(value: object) -> str:
    match value:
        case dict():
            return "\n".join(f"{key}: {_shown(item)}" for key, item in value.items())
        case list():
            return "\n".join(_line(item) for item in value)
        case None:
            return "-"
        case _:
            return printable(str(value))


def _line(value: object) -> str:
    """An item of a list, on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_line(item)}" for key, item in value.items())
    return " ".join(_shown(value).split("\n"))
