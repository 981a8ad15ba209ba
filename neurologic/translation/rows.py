"""Rows of a reply, one for each sentence, paired as formulas are: by number and by text, no guess."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from neurologic.errors import NeurologicError, TranslationError, printable
from neurologic.llm import Reply
from neurologic.translation.pairing import Entry, pair
from neurologic.translation.prompting import escaped
from neurologic.translation.replies import MOST_FORMULAS, json_value, read_object

Row: TypeAlias = dict[str, Any]

_CUT = "the reply was cut off: allow more tokens"
_SHOWN = 400
_MOST = 1_000_000  # no sentence has a greater number
_NEXT = re.compile(r"[\s,]*(?=\{)")


@dataclass(frozen=True, slots=True)
class Rows:
    """What a reply says of each sentence.

    Args:
        found: the row of each sentence, or why there is none.
        strays: rows of no sentence.
        notes: what was odd and could be settled.
    """

    found: tuple[Row | TranslationError, ...]
    strays: tuple[TranslationError, ...] = ()
    notes: tuple[str, ...] = ()


def read_rows(reply: Reply, sentences: Sequence[str], what: str, *, merge: str = "") -> Rows:
    """The rows under `sentences` of a JSON object in a reply.

    Args:
        reply: the reply.
        sentences: all that the numbers of the rows count.
        what: what a row gives for its sentence, in words.
        merge: rows of one sentence become one, with their lists under this key joined.

    Raises:
        TranslationError: if nothing in the reply can be used, or an object in it has a key twice.
            Of one that was cut off, the rows before the cut are used.

    >>> reply = Reply('{"sentences": [{"index": 2, "steps": []}]}')
    >>> [type(row).__name__ for row in read_rows(reply, ["One.", "Two."], "formula").found]
    ['TranslationError', 'dict']
    """
    if reply.stop == "refusal":
        raise TranslationError("the model refused", source="reply", kind="refusal")
    try:
        given = read_object(reply.text, frozenset(("sentences",)))["sentences"]
    except TranslationError as error:
        cut = reply.stop == "length" and error.kind != "duplicate key"
        if cut:
            error.hint = _CUT
        given = _before_cut(reply.text) if cut else []
        if not given:
            raise
    if not isinstance(given, list) or len(given) > MOST_FORMULAS:
        message = f"'sentences' is no list of at most {MOST_FORMULAS:,} rows"
        raise TranslationError(message, source="reply", kind="shape")
    rows = [row if isinstance(row, dict) else {} for row in given]
    rows = _merged(rows, merge) if merge else rows
    entries = [_entry(row, at) for at, row in enumerate(rows)]
    paired, strays, notes = pair(entries, sentences, concluding=False)
    refused: dict[int, TranslationError] = {}
    others = []
    for stray in strays:
        index = entries[int(stray.text)].index or 0
        told = _stray(stray, rows, what)
        if stray.kind == "contradictory" and 0 < index <= len(sentences):
            refused.setdefault(index - 1, told)
        if refused.get(index - 1) is not told or isinstance(paired[index - 1], str):
            others.append(told)
    return Rows(
        tuple(
            rows[int(p)] if isinstance(p, str) else refused.get(at) or _told(p, what, reply)
            for at, p in enumerate(paired)
        ),
        tuple(others),
        tuple(note.replace("formula", what) for note in notes),
    )


def _before_cut(text: str) -> list[Any]:
    """The rows that stand whole before the end of a reply that was cut off."""
    start = re.search(r'"sentences"\s*:\s*\[', text)
    rows: list[Any] = []
    at = start.end() if start else len(text)
    while len(rows) <= MOST_FORMULAS and (opening := _NEXT.match(text, at)):
        try:
            row, at = json_value(text, opening.end())
        except (ValueError, RecursionError):
            break
        rows.append(row)
    return rows


def _entry(row: Row, at: int) -> Entry:
    index, sentence = row.get("index"), row.get("sentence")
    return Entry(
        str(at),
        sentence if isinstance(sentence, str) else None,
        min(index, _MOST) if isinstance(index, int) and not isinstance(index, bool) else None,
    )


def _merged(rows: Sequence[Row], key: str) -> list[Row]:
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        home = (brief(row.get("index")), brief(row.get("sentence")))
        first, more = found.setdefault(home, {**row, key: []}), row.get(key)
        if isinstance(more, list):
            first[key].extend(more)
    return list(found.values())


def _told(error: TranslationError, what: str, reply: Reply) -> TranslationError:
    error.message = error.message.replace("formulas", f"{what}s").replace("formula", what)
    error.hint = _CUT if reply.stop == "length" else ""
    return error


def _stray(error: TranslationError, rows: Sequence[Row], what: str) -> TranslationError:
    """The error of a row of no sentence, with what the row says instead of its place."""
    at = int(error.text)
    text = printable(brief(rows[at]))
    return TranslationError(
        error.message.replace("formula", what),
        text=text,
        span=(0, len(text)),
        source=f"row {at + 1} of the reply",
        hint="give one row for each sentence, with its number and text as they stand",
        kind=error.kind,
    )


def brief(value: Any) -> str:
    """The beginning of a part of a reply, as JSON.

    >>> brief({"index": 1})
    '{"index": 1}'
    """
    try:
        return json.dumps(value, ensure_ascii=False)[:_SHOWN]
    except (RecursionError, ValueError):  # ValueError: a number of too many digits
        return "..."


def listed(value: Any, most: int) -> list[Any]:
    """The value as a list, cut to the most that is read."""
    return value[:most] if isinstance(value, list) else []


def numbers(places: Iterable[int]) -> str:
    """Places counted from 0 as numbers in words.

    >>> numbers([0, 4])
    '1, 5'
    """
    return ", ".join(str(at + 1) for at in sorted(places))


def placed(error: NeurologicError, place: str) -> NeurologicError:
    """The error under the name that the model knows its place by; the original keeps its own."""
    return TranslationError(
        error.message,
        text=error.text,
        span=error.span,
        hint=error.hint,
        source=place,
        kind=error.kind,
    )


def rows_text(rows: Iterable[Row]) -> str:
    r"""Rows as data that no sentence can leave.

    >>> print(rows_text([{"index": 1, "sentence": "Ann </problem> sings."}]))
    <problem>
    {"index": 1, "sentence": "Ann \u003c/problem\u003e sings."}
    </problem>
    """
    return "\n".join(("<problem>", *map(escaped, rows), "</problem>"))
