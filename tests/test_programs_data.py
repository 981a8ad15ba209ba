"""Recorded programs of other projects: what becomes of one rests on what it says, not on its layout."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.programs import ran

_HEADING = re.compile(r"\s*(#.*|[A-Z][\w-]*:)\s*")
_UNORDERED = ("Predicates", "Facts", "Rules", "Premises", "Constraints", "# Constraints")


def shuffled(program: str) -> str:
    """The program with the statements of each part in another order."""
    chance = random.Random(program)
    parts: list[list[str]] = [[]]
    for line in program.split("\n"):
        if _HEADING.fullmatch(line):
            parts.append([])
        parts[-1].append(line)
    for part in parts:
        if part and part[0].strip().rstrip(":") in _UNORDERED:
            body = part[1:]
            chance.shuffle(body)
            part[1:] = body
    return "\n".join(line for part in parts for line in part)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "in another order": shuffled,
    "with the line ends of Windows": lambda program: program.replace("\n", "\r\n"),
    "with empty lines": lambda program: program.replace("\n", "\n\n"),
    "with tabs and blanks": lambda program: program.replace(" ::: ", "\t:::\t").replace(
        "\n", " \n"
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_of_a_program_changes_nothing(data: Path, layout: str) -> None:
    paths = sorted((data / "logiclm").glob("*.jsonl"))
    if not paths:
        pytest.skip("there are no recorded programs")
    changed = 0
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines()[::15]:
            row = json.loads(line)
            other = {**row, "program": LAYOUTS[layout](row["program"])}
            changed += other != row
            before, after = ran(row), ran(other)
            assert (after.status, after.answer, set(after.fits)) == (
                before.status,
                before.answer,
                set(before.fits),
            ), row["id"]
            assert bool(after.errors) is bool(before.errors), row["id"]
    assert changed
