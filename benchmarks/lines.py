"""Formula lines as models write them: how many are read, and what is wrong with the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.gold import read_formula
from benchmarks.rows import DataError, Row, read_lines, read_rows, texts_of
from neurologic.errors import ParseError, printable

_LINE = re.compile(r"FOL:[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class Unread:
    """A formula that cannot be read: how often it occurs, where first, and what the error says."""

    text: str
    count: int
    source: str
    kind: str
    message: str

    def as_json(self) -> dict[str, Any]:
        """The line as a JSON object."""
        return {
            "class": self.kind,
            "formula": printable(self.text),
            "count": self.count,
            "source": self.source,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """How the formula lines of a file were read; all counts are of lines, not of distinct ones."""

    n: int
    distinct: int
    strict: int
    repaired: int
    unread: tuple[Unread, ...]
    errors: tuple[DataError, ...] = ()

    @property
    def read(self) -> int:
        """Lines that were read, as written or with repairs."""
        return self.strict + self.repaired

    def as_json(self) -> dict[str, Any]:
        """The counts, and the failing lines by class, as a JSON object."""
        classes: Counter[str] = Counter()
        for line in self.unread:
            classes[line.kind] += line.count
        return {
            "n": self.n,
            "distinct": self.distinct,
            "read": self.read,
            "share": round(self.read / self.n, 4) if self.n else None,
            "strict": self.strict,
            "repaired": self.repaired,
            "failed": dict(sorted(classes.items(), key=lambda item: (-item[1], item[0]))),
            "unread": [line.as_json() for line in self.unread],
            "errors": {"DataError": len(self.errors)} if self.errors else {},
        }


def formula_lines(path: Path) -> Iterator[tuple[str, str | DataError]]:
    """The formulas of a file, each with its place.

    A JSON Lines file has them after `FOL:` in its `samples`, or in `premises_fol` and
    `conclusion_fol`. In any other file each line is one, but for blank lines and `#` comments.

    Raises:
        DataError: the file is missing, is a folder, or cannot be read.
    """
    if path.suffix not in {".jsonl", ".json"}:
        for number, line in read_lines(path):
            text = line.decode("utf-8", errors="replace").strip()
            if not text.startswith("#"):
                yield f"{path}, line {number}", text
        return
    for source, row in read_rows(path):
        if isinstance(row, DataError):
            yield source, row
            continue
        try:
            yield from ((source, text) for text in _formulas(row))
        except DataError as error:
            error.source = source
            yield source, error


def _formulas(row: Row) -> list[str]:
    if "samples" in row:
        lines = [line for sample in texts_of(row, "samples") for line in sample.splitlines()]
        return [match[1].strip() for match in map(_LINE.match, lines) if match]
    goal = row.get("conclusion_fol")
    return [*texts_of(row, "premises_fol"), *([goal] if isinstance(goal, str) else [])]


def measure(lines: Iterable[tuple[str, str | DataError]], repair: bool) -> Reading:
    """How many of the lines are read, and the rest by class."""
    counts: Counter[str] = Counter()
    places: dict[str, str] = {}
    errors = []
    for source, text in lines:
        if isinstance(text, DataError):
            errors.append(text)
        else:
            counts[text] += 1
            places.setdefault(text, source)
    kinds: Counter[str] = Counter()
    unread = []
    for text, count in counts.items():
        try:
            kind, result = read_formula(text, repair)
        except Exception as error:  # a defect of the parser must not hide the other lines
            kind, result = "unread", ParseError(f"{type(error).__name__}: {error}")
        kinds[kind] += count
        if isinstance(result, ParseError):
            message = printable(result.message)
            unread.append(Unread(text, count, places[text], classify(result), message))
    return Reading(
        n=counts.total(),
        distinct=len(counts),
        strict=kinds["strict"],
        repaired=kinds["repaired"],
        unread=tuple(sorted(unread, key=lambda line: (line.kind, -line.count, line.text))),
        errors=tuple(errors),
    )


_CLASSES = {
    "there is no formula": "empty",
    "an ellipsis": "ellipsis",
    "a list or a set": "set or list",
    "a named argument": "keyword argument",
    "a formula stands inside an argument": "formula as argument",
    "ordinary words": "natural-language residue",
    "is not a quantifier": "natural-language residue",
    "follows a name without": "several words where one name is expected",
    "stands where a formula is expected": "a sign where a formula is expected",
    "to close": "unbalanced brackets",
    "closes nothing": "unbalanced brackets",
    "bracket": "unbalanced brackets",
}
_QUOTED = re.compile(r"'[^']*'")


def classify(error: ParseError) -> str:
    """The kind of trouble a line is in: what its error says, whatever names it is about.

    >>> from neurologic.errors import ParseError
    >>> classify(ParseError("an ellipsis is not a formula"))
    'ellipsis'
    >>> classify(ParseError("a negation stands where '<' expects a term"))
    'a negation stands where … expects a term'
    """
    for words, kind in _CLASSES.items():
        if words in error.message:
            return kind
    return _QUOTED.sub("…", printable(error.message))
