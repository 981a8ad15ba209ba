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
            unread.append(Unread(text, count, places[text], classify(text, result), message))
    return Reading(
        n=counts.total(),
        distinct=len(counts),
        strict=kinds["strict"],
        repaired=kinds["repaired"],
        unread=tuple(sorted(unread, key=lambda line: (line.kind, -line.count, line.text))),
        errors=tuple(errors),
    )


_WORD = r"[^\W\d_][\w'’-]*"
_CLASSES = (
    ("empty", re.compile(r"\A\W*\Z")),
    ("ellipsis", re.compile(r"\.\.\.|…")),
    ("set or list", re.compile(r"[{}\[\]∈⊆⊂∪∩]")),
    ("label, comment or Markdown", re.compile(r"//|/\*|\*\*|```|\A\s*" + _WORD + r"\s*:|\(Note")),
    ("several formulas", re.compile(r";|\\n")),
    ("keyword argument", re.compile(r"[(,]\s*" + _WORD + r"\s*=\s*[^,()]*[,)]")),
    ("lambda or other binder", re.compile(r"\blambda\b|λ|\\|ι|µ")),
    (
        "natural-language residue",
        re.compile(
            r"\b(?:such that|when|where|if|then|because|since|whether|while|unless|for all|that)\b"
            rf"|{_WORD} +(?!and\b|or\b|not\b|all\b|exists\b|no\b|iff\b|xor\b|implies\b){_WORD} +{_WORD}",
            re.IGNORECASE,
        ),
    ),
    (
        "formula as argument",
        re.compile(rf"{_WORD}\([^()]*(?:\([^()]*\)[^()]*)*(?:->|&|\||→|∧|∨|¬|-)"),
    ),
)


def classify(text: str, error: ParseError) -> str:
    """The kind of trouble a line is in, so that lines of one kind can be counted together.

    >>> from neurologic.errors import ParseError
    >>> classify("Symptoms(flu, cough) & ...", ParseError("unexpected '.'"))
    'ellipsis'
    >>> classify("Teaches(x) for all x such that Young(x)", ParseError("unexpected 'for'"))
    'natural-language residue'
    """
    for kind, pattern in _CLASSES:
        if pattern.search(text):
            return kind
    if text.count("(") != text.count(")"):
        return "unbalanced parentheses"
    return f"other: {printable(error.message)[:60]}"
