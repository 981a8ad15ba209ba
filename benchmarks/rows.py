"""Files of JSON objects, one a line, read so that a broken line is a located error of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any, TypeAlias

from neurologic.errors import NeurologicError, printable

Row: TypeAlias = dict[str, Any]
_SHOWN = 10  # rows that cannot be used
_LONGEST_MESSAGE = 400


class DataError(NeurologicError):
    """A data file, or one row of it, that cannot be used; `source` names the file and the line."""


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not blank, each with its number, counted from 1.

    Raises:
        DataError: the file is missing, is a folder, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if number == 1:
                    line = line.removeprefix(b"\xef\xbb\xbf")
                if line.strip():
                    yield number, line
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(f"the data file cannot be read: {reason}", source=str(path)) from error


def read_rows(path: Path) -> Iterator[tuple[str, Row | DataError]]:
    """Each row of a JSON Lines file with its place, such as `dev.jsonl, line 3`.

    A line that is no JSON object comes as a `DataError` in its place; the rows after it are read.

    Raises:
        DataError: the file is missing, is a folder, or cannot be read.
    """
    for number, line in read_lines(path):
        source = f"{path}, line {number}"
        try:
            yield source, _row(line)
        except DataError as error:
            error.source = source
            yield source, error


def _row(line: bytes) -> Row:
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DataError(f"the line is not UTF-8 (byte {error.start + 1})") from error
    except json.JSONDecodeError as error:
        raise DataError(f"the line is not JSON: {error.msg} (column {error.colno})") from error
    except RecursionError as error:
        raise DataError("the line is not JSON that can be read: nested too deep") from error
    except ValueError as error:  # such as an integer of too many digits
        raise DataError(f"the line is not JSON that can be read: {error}") from error
    if not isinstance(row, dict):
        raise DataError(f"the line is a JSON {_kind(row)}, expected an object")
    return row


def finite(value: Any) -> Any:
    """The value as JSON can hold it: a number that is not finite becomes null, at any depth.

    >>> finite({"shares": [0.5, float("nan"), float("inf")], "n": 2})
    {'shares': [0.5, None, None], 'n': 2}
    """
    match value:
        case float():
            return value if isfinite(value) else None
        case dict():
            return {key: finite(item) for key, item in value.items()}
        case list() | tuple():
            return [finite(item) for item in value]
        case _:
            return value


def text_of(row: Row, key: str) -> str:
    """The text under `key`.

    Raises:
        DataError: there is none, or it is not a text.
    """
    value = row.get(key)
    if not isinstance(value, str):
        raise DataError(f"expected a text under {key!r}, found {_found(row, key)}")
    return value


def texts_of(row: Row, key: str) -> tuple[str, ...]:
    """The list of texts under `key`.

    Raises:
        DataError: there is none, or it holds something else than texts.
    """
    value = row.get(key)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise DataError(f"expected a list of texts under {key!r}, found {_found(row, key)}")
    return tuple(value)


def told(broken: Iterable[DataError]) -> dict[str, str]:
    r"""What is wrong with the first rows that cannot be used, by their places.

    >>> told([DataError("there is\nno label", source="dev.jsonl, line 3")])
    {'dev.jsonl, line 3': 'there is no label'}
    """
    return {
        row.source: printable(" ".join(row.message.split())[:_LONGEST_MESSAGE])
        for row in islice(broken, _SHOWN)
    }


def _found(row: Row, key: str) -> str:
    return _kind(row[key]) if key in row else "nothing"


def _kind(value: object) -> str:
    kinds = {dict: "object", str: "text", bool: "truth value", type(None): "null"}
    if isinstance(value, list):
        return "list" if all(isinstance(item, str) for item in value) else "list of other things"
    return kinds.get(type(value), "number")
