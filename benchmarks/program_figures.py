"""The figures over recorded programs: what was read, tested and right, and what that rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from benchmarks.programs import Ran, Settings
from benchmarks.rows import DataError, told


def summary(results: Iterable[Ran | DataError], settings: Settings) -> dict[str, Any]:
    r"""The figures over the programs of a file.

    >>> from benchmarks.programs import ran
    >>> row = {"label": "A", "program": "Facts:\nTall(Ann, True)\nQuery:\nTall(Ann, bool)"}
    >>> figures = summary([ran(row)], Settings())
    >>> figures["right"], figures["assumed"], figures["right_without_assumed"]
    (1, {'query without truth value': 1}, 0)
    """
    rows = list(results)
    found = [row for row in rows if isinstance(row, Ran)]
    failed = Counter(
        row.errors[0].kind or type(row.errors[0]).__name__ for row in found if row.errors
    )
    figures: dict[str, Any] = {
        "dialect": dict(sorted(Counter(row.dialect for row in found).items())),
        "n": len(rows),
    }
    figures |= _counts(found)
    figures |= _without_assumed(found)
    figures |= {
        f"{name}_share": round(figures[name] / len(rows), 4) if rows else None
        for name in ("read", "tested", "right")
    }
    if any(row.dialect == "declarations" for row in found):
        figures["ordered"] = sum(row.ordered for row in found)
        figures["grids"] = sum(row.gold is not None for row in found)
        figures["grids_satisfy"] = sum(row.gold is True for row in found)
    if settings.questions is not None:
        figures["polarity"] = _polarity(found)
    figures["failed"] = dict(sorted(failed.items(), key=lambda item: (-item[1], item[0])))
    errors = Counter(type(row).__name__ for row in rows if isinstance(row, DataError))
    figures["errors"] = dict(errors)
    figures["messages"] = told(row for row in rows if isinstance(row, DataError))
    times = [row.seconds for row in found]
    figures["median_ms"] = round(1000 * median(times), 2) if times else None
    figures["max_ms"] = round(1000 * max(times), 2) if times else None
    return figures


def _counts(found: Sequence[Ran]) -> dict[str, int]:
    return {
        "read": sum(row.read for row in found),
        "tested": sum(row.tested for row in found),
        "settled": sum(row.tested or row.status == "inconsistent" for row in found),
        "one": sum(row.answer is not None for row in found),
        "one_right": sum(row.right for row in found),
        "several": sum(row.status == "several" for row in found),
        "several_gold": sum(row.status == "several" and row.label in row.fits for row in found),
        "none": sum(row.status == "none" for row in found),
        "inconsistent": sum(row.status == "inconsistent" for row in found),
        "unknown": sum(row.status == "unknown" for row in found),
        "right": sum(row.right for row in found),
        "wrong": sum(row.wrong for row in found),
        "printed_right": sum(row.printed == row.label for row in found if row.printed),
        "guessed": sum(bool(row.guesses) for row in found if row.read),
        "noted": sum(bool(row.notes) for row in found if row.read),
    }


def _without_assumed(found: Sequence[Ran]) -> dict[str, Any]:
    """How many programs rest on readings that go beyond their dialect, and the figures without them."""
    counts = Counter(kind for row in found if row.read for kind in row.assumed)
    plain = [row for row in found if not row.assumed]
    return {
        "assumed": dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        "read_without_assumed": sum(row.read for row in plain),
        "tested_without_assumed": sum(row.tested for row in plain),
        "right_without_assumed": sum(row.right for row in plain),
    }


def _polarity(found: Sequence[Ran]) -> dict[str, Any]:
    """How queries compare with their sentences, and the figures once they are mended."""
    compared = [row for row in found if row.flipped is not None]
    mended = [replace(row, answer=row.repaired) if row.flipped else row for row in found]
    return {
        "compared": len(compared),
        "flipped": sum(row.flipped is True for row in compared),
        "flipped_wrong": sum(row.flipped is True and not row.right for row in compared),
        "repaired_right": sum(row.right for row in mended),
        "repaired_wrong": sum(row.wrong for row in mended),
        "repaired_right_without_assumed": sum(row.right for row in mended if not row.assumed),
    }
