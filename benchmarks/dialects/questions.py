"""What the options of recorded programs ask: the names of tests, and the line that is none."""

from __future__ import annotations

import re

from benchmarks.dialects.sections import Line
from neurologic.problem import Kind

KINDS: dict[str, Kind] = {
    "is_sat": "could be true",
    "is_valid": "must be true",
    "is_unsat": "cannot be true",
    "is_accurate_list": "list",
    "is_equivalent": "same effect",
}
"""Each test with what it asks of the constraints."""

EXCEPTION = "is_exception"
"""What turns a question around: which option is the only one that fails."""

TESTS = ", ".join((*KINDS, EXCEPTION))


def asked(text: str) -> tuple[tuple[str, ...], bool]:
    """The tests that a line names, and whether the option that fails is asked for.

    >>> asked("is_exception(is_sat(at(ann) == 1))")
    (('is_sat',), True)
    """
    names = re.findall(r"\bis_\w+", text)
    return tuple(name for name in names if name != EXCEPTION), names.count(EXCEPTION) % 2 == 1


def is_heading(line: Line) -> bool:
    """Whether a line among the options has the question in words, and is no option."""
    return line.text.lower().rstrip(":. ") == "question"
