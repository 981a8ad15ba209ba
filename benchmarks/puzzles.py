"""Data sets of puzzles: multiple-choice questions, and grids to be found.

A row may carry, or a file of preparations may hold under its `id`, what CLOVER's preparation once
made of it: declarations, sentences, and what is asked (`clover_declarations` and so on), or what an
earlier run saved of a model's (`preparation`). They are read, never executed.

A multiple-choice question is labelled by the letter of an option. A grid is labelled by its rows as
one text; it is known to whoever compares, and no part of what is prepared.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from string import ascii_uppercase
from typing import Any, Literal, TypeAlias

from benchmarks.dialects import declarations
from benchmarks.dialects.declarations import Declarations
from benchmarks.dialects.questions import KINDS, TESTS, asked
from benchmarks.rows import DataError, Row, read_rows, text_of, texts_of
from neurologic.errors import NeurologicError
from neurologic.formula import Formula
from neurologic.problem import Kind, Lexicon, PreparedProblem
from neurologic.signature import Signature
from neurologic.structure import Structure
from neurologic.translation.declaring import read_preparation
from neurologic.translation.preparing import labelled

Task: TypeAlias = Literal["arlsat", "logicaldeduction", "zebralogic"]
PUZZLES: tuple[Task, ...] = ("arlsat", "logicaldeduction", "zebralogic")


@dataclass(frozen=True, slots=True)
class Grid:
    """Declarations and sentences that leave one structure, which is to be found.

    Args:
        signature: the declared sorts and symbols.
        sentences: what holds.
        theory: what the declarations say, and that no attribute is had twice.
        columns: for each column of the grid, the function whose values stand in it; the empty text
            for whoever has them.
        spelling: members as the grid spells them.
        lexicon: what the symbols mean.
    """

    signature: Signature
    sentences: tuple[str, ...]
    theory: tuple[Formula, ...]
    columns: tuple[str, ...]
    spelling: Mapping[str, str]
    lexicon: Lexicon = Lexicon()

    def text(self, structure: Structure) -> str:
        """The grid that a structure is, as labels are written."""
        symbol = next(
            s for s in self.signature.symbols if s.name == next(filter(None, self.columns))
        )
        rows = []
        for person in structure.domain(symbol.arguments[0]):
            cells = [
                person if not name else structure.value(name, (person,)) for name in self.columns
            ]
            rows.append([self.spelling.get(str(cell), str(cell)) for cell in cells])
        return grid_text(rows)


def grid_text(rows: list[list[str]]) -> str:
    """The rows of a grid as one text, by what stands first in them.

    >>> grid_text([["2", "Bob", "stir fry"], ["1", "Ann", "Stew"]])
    '1 ann stew; 2 bob stir-fry'
    """
    told = [" ".join(_cell(cell) for cell in row) for row in rows]
    return "; ".join(sorted(told))


def _cell(text: str) -> str:
    return re.sub(r"[\W_]+", "-", text.strip().casefold()) or "-"


Given: TypeAlias = PreparedProblem | Grid
"""What a puzzle gives to translate, once it is prepared."""


@dataclass(frozen=True, slots=True)
class Puzzle:
    """One puzzle of a data set.

    Args:
        id: the row's name; where it has none, its place in the file.
        source: where the row stands.
        label: the letter of the right option, or the grid as text; empty where the row has none.
        text: the puzzle in words; empty where the row has none.
        question: what is asked, in words.
        options: labels and texts of the answers.
        prepared: the recorded preparation.
        error: why there is none that can be used; None also where none was recorded.
        story: puzzles of one story share what holds.
        recorded: the preparation is of a file of preparations, and not of the row.
    """

    id: str
    source: str
    label: str
    text: str = ""
    question: str = ""
    options: tuple[tuple[str, str], ...] = ()
    prepared: Given | None = None
    error: NeurologicError | None = field(default=None, compare=False)
    story: str | None = None
    recorded: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences to translate; none where nothing is prepared."""
        return self.prepared.sentences if self.prepared is not None else ()


def load(
    task: Task, path: Path, preparation: Path | None = None, limit: int | None = None
) -> list[Puzzle | DataError]:
    """The first puzzles of a file, unusable rows among them as errors.

    Args:
        task: the data set.
        path: its file.
        preparation: a file of recorded preparations by `id`.
        limit: how many at most.

    Raises:
        DataError: a file cannot be read, holds no row, or no row of it can be used; a row of the
            preparations cannot be read, or none of them is for a puzzle of the data.
    """
    prepared = _preparations(preparation) if preparation is not None else {}
    rows = list(islice(_puzzles(task, path, prepared), limit))
    if not rows:
        raise DataError(f"the data file holds no row for {task}", source=str(path))
    first = rows[0]
    if isinstance(first, DataError) and all(isinstance(row, DataError) for row in rows):
        first.hint = first.hint or f"no row can be used: is this a file for {task}?"
        raise first
    if preparation is not None:
        _require_shared(islice(read_rows(path), limit), prepared, preparation)
    return rows


_PREPARED = ("clover_declarations", "preparation")
_TWICE: Row = {}  # in the place of several preparations of one id
_SHARED = ("context", "question", "options")


def _preparations(path: Path) -> dict[str, Row]:
    """The recorded preparations by id.

    Raises:
        DataError: a row cannot be read, or does not say what it is for: a model would be asked, and
            paid, for what was prepared.
    """
    found: dict[str, Row] = {}
    for source, row in read_rows(path):
        if isinstance(row, DataError):
            row.hint = row.hint or "every row of a file of preparations has to be read"
            raise row
        if any(row.get(key) is not None for key in _PREPARED):
            if row.get("id") is None:
                raise DataError("a preparation without an 'id' is for no puzzle", source=source)
            name = str(row["id"])
            found[name] = _TWICE if name in found else row
    if not found:
        raise DataError(
            "no row has an 'id' and 'clover_declarations' or a 'preparation'",
            source=str(path),
            hint="a run in which a model prepared puzzles has them in samples.jsonl",
        )
    return found


def _require_shared(
    rows: Iterable[tuple[str, Row | DataError]], prepared: Mapping[str, Row], path: Path
) -> None:
    """Refuse preparations of which none is for a row of the data.

    Raises:
        DataError: no id of the data is among them.
    """
    ids = [str(row.get("id")) for _, row in rows if not isinstance(row, DataError)]
    if prepared.keys().isdisjoint(ids):
        raise DataError(
            f"no preparation is for a puzzle of the data: it is for {next(iter(prepared))!r:.40}, "
            f"the data has {next(iter(ids), None)!r:.40}",
            source=str(path),
            hint="preparations go to the puzzles of their 'id'",
        )


def _puzzles(task: Task, path: Path, prepared: Mapping[str, Row]) -> Iterator[Puzzle | DataError]:
    stories: dict[str, object] = {}  # of each id that was met, what is asked under it
    for source, row in read_rows(path):
        if isinstance(row, DataError):
            yield row
            continue
        row = {key: value for key, value in row.items() if value is not None}
        try:
            given = _preparation_of(row, prepared)
            if given:
                asked = [row.get(key) for key in _SHARED]
                if stories.setdefault(str(row["id"]), asked) != asked:
                    raise DataError("another row has this id, and one preparation is for one row")
            yield replace(puzzle_of(task, given | row, source), recorded=bool(given))
        except DataError as error:
            error.source = source
            yield error
        except Exception as error:
            message = f"the row cannot be read: {type(error).__name__}: {error}"
            yield DataError(message, source=source)


def _preparation_of(row: Row, prepared: Mapping[str, Row]) -> Row:
    """What was recorded for a row; nothing, where the row has no id or is prepared itself.

    Raises:
        DataError: it is not clear that it was recorded for this row.
    """
    if "id" not in row or any(key in row for key in _PREPARED):
        return {}
    given = prepared.get(str(row["id"]), None)
    if given is None:
        return {}
    if given is _TWICE:
        raise DataError("the file of preparations has several of this id")
    for key in _SHARED:
        if key in row and given.get(key) is not None and given[key] != row[key]:
            raise DataError(f"the preparation of this id is for another {key}")
    return {
        key: value
        for key, value in given.items()
        if value is not None and (key.startswith("clover_") or key == "preparation")
    }


def puzzle_of(task: Task, row: Row, source: str = "") -> Puzzle:
    """The puzzle that a row holds.

    Raises:
        DataError: a field is missing or not of its kind. Declarations that cannot be read are an
            error of the puzzle, not of the row.
    """
    name = str(row["id"]) if row.get("id") is not None else source.rpartition(", ")[2]
    text = text_of(row, "context") if row.get("context") is not None else ""
    story = text or str(row.get("clover_constraints") or "")
    digest = hashlib.sha256(story.encode("utf-8", "replace")).hexdigest()[:8] if story else None
    puzzle = Puzzle(name, source, "", text, story=digest)
    if task == "zebralogic":
        found = _rows_of(row)
        puzzle = replace(puzzle, label=grid_text(found[1]))
    else:
        puzzle = replace(
            puzzle,
            label=_letter(row.get("label")),
            question=text_of(row, "question") if row.get("question") is not None else "",
            options=_options(row),
        )
    if not any(row.get(key) is not None for key in _PREPARED):
        if task == "zebralogic":
            raise DataError("expected 'clover_declarations': a grid is read with declarations")
        if not text:
            raise DataError("expected a 'context' or 'clover_declarations', found neither")
        return puzzle
    try:
        prepared = _prepared(task, row)
        if isinstance(prepared, PreparedProblem):
            _check_options(prepared, puzzle.options)
        return replace(puzzle, prepared=prepared)
    except NeurologicError as error:
        return replace(puzzle, error=error)


def _letter(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z]", value.strip()):
        return value.strip()
    raise DataError(f"expected the letter of an option as label, found {value!r:.40}")


def _check_options(prepared: PreparedProblem, options: tuple[tuple[str, str], ...]) -> None:
    """Refuse a preparation that has other options than the puzzle in words."""
    own, given = [label for label, _ in options], [label for label, _ in prepared.queries]
    if own and own != given:
        raise DataError(
            f"the preparation has the options {', '.join(given)}, the row {', '.join(own)}"
        )


def _options(row: Row) -> tuple[tuple[str, str], ...]:
    """The options by their letters; where other signs than capitals label them, by their order."""
    if row.get("options") is None:
        return ()
    texts = texts_of(row, "options")
    if len(texts) > len(ascii_uppercase):
        raise DataError(f"a question with {len(texts):,} options is not asked")
    found = labelled(texts) if texts else ()
    if {label for label, _ in found} <= set(ascii_uppercase):
        return found
    return tuple(zip(ascii_uppercase, (text for _, text in found), strict=False))


def _rows_of(row: Row) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the gold grid."""
    label: Any = row.get("label")
    header: Any = label.get("header") if isinstance(label, dict) else None
    rows: Any = label.get("rows") if isinstance(label, dict) else None
    if not _texts(header) or not isinstance(rows, list) or not rows:
        raise DataError("expected a grid under 'label': its 'header' and its 'rows'")
    if not all(_texts(cells) and len(cells) == len(header) for cells in rows):
        raise DataError("expected rows of as many texts as the header of the grid has")
    return header, rows


def _texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


# -- recorded preparations


def _prepared(task: Task, row: Row) -> Given:
    if task != "zebralogic" and row.get("clover_declarations") is None:
        return _saved(row["preparation"])
    declared = declarations.read(text_of(row, "clover_declarations"))
    constraints = _lines(row, "clover_constraints")
    if task == "zebralogic":
        return _grid(declared, constraints, *_rows_of(row))
    kind, exception = _asked(text_of(row, "clover_queries_function"))
    queries = _lines(row, "clover_queries")
    return PreparedProblem(
        declared.signature(),
        constraints,
        tuple((chr(ord("A") + at), (text,)) for at, text in enumerate(queries)),
        kind,
        _lines(row, "clover_additional_constraints"),
        exception,
        theory=declared.theory(),
        lexicon=_glosses(declared),
    )


def _glosses(declared: Declarations) -> Lexicon:
    """What the functions mean that say what members are worth; the others have no gloss."""
    worth = [own for own in declared.declared.enumerations() if own.worth]
    told = "the number of x, or its place in the order, to add to or to subtract from"
    return Lexicon(tuple((own.measure, 1, told) for own in worth))


def _saved(given: object) -> PreparedProblem:
    """What a run once saved of a puzzle that a model prepared."""
    found = read_preparation(json.dumps(given))
    if found.problem is None:
        raise found.other or found.problems[0]
    return found.problem


def _lines(row: Row, key: str) -> tuple[str, ...]:
    if row.get(key) is None:
        return ()
    return tuple(line.strip() for line in text_of(row, key).split("\n") if line.strip())


def _asked(text: str) -> tuple[Kind, bool]:
    """What a recorded query function asks: of its first line that is no heading."""
    line = next((one for one in text.split("\n") if one.strip() and one.strip()[0] != "#"), "")
    tests, exception = asked(line)
    if len(tests) != 1 or tests[0] not in KINDS:
        hint = f"one of {TESTS}"
        raise DataError(f"expected a query function, found {line[:60]!r}", hint=hint)
    kind = KINDS[tests[0]]
    if kind == "same effect":
        raise DataError(f"{tests[0]} does not say which constraint is replaced")
    return kind, exception


def _grid(
    declared: Declarations, sentences: tuple[str, ...], header: list[str], gold: list[list[str]]
) -> Grid:
    """The grid to be found; of the gold grid only what kind of thing stands in a column is used."""
    signature = declared.signature()
    members = {one.sort: one.members or () for one in signature.sorts}
    spelling = {
        declared.declared.member(own, member).name: member
        for own in declared.declared.enumerations()
        for member in own.members
    }
    functions = [s for s in signature.symbols if len(s.arguments) == 1 and not s.is_predicate]
    if not functions or any(s.arguments != functions[0].arguments for s in functions):
        raise DataError("the declarations are not those of a grid: functions of one sort")
    named = {"": members[functions[0].arguments[0]]}
    named |= {symbol.name: members.get(symbol.result, ()) for symbol in functions}
    kinds = {name: {_cell(spelling.get(m, m)) for m in own} for name, own in named.items()}
    if (
        alike := next((n for n, own in named.items() if len(kinds[n]) < len(own)), None)
    ) is not None:
        raise DataError(f"members are spelt alike among the values of {alike or 'the rows'}")
    theory = (*declared.theory(), *declared.injections())
    return Grid(signature, sentences, theory, _columns(header, gold, kinds), spelling)


def _columns(
    header: list[str], gold: list[list[str]], kinds: Mapping[str, set[str]]
) -> tuple[str, ...]:
    """The function of each column: by the values in it, of several by the words of the header.

    Raises:
        DataError: a column has no function, or several, or a function has no column.
    """
    columns: list[str] = []
    for at, title in enumerate(header):
        values = {_cell(cells[at]) for cells in gold}
        numbers = all(value.isdigit() for value in values)
        able = [n for n, kind in kinds.items() if values == kind or (numbers and not kind)]
        told = "no function has" if not able else "it is not clear which function has"
        if len(able) > 1:
            able = [name for name in able if _key(title) and _key(title) in _key(name)]
        if len(able) != 1 or able[0] in columns:
            raise DataError(f"{told} the values of column {at + 1} of the grid, {title[:40]!r}")
        columns.append(able[0])
    if missing := [name for name in kinds if name not in columns]:
        raise DataError(f"the grid has no column for {missing[0] or 'the rows themselves'}")
    return tuple(columns)


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
