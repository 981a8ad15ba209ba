"""What the request of a translation says: the sentences and declarations that it shows as data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from benchmarks.rows import Row
from neurologic.llm import Request
from neurologic.parsing import read_constraints
from neurologic.signature import Signature

_SYMBOLS = re.compile(r"<symbols>\n(.*?)\n</symbols>", re.DOTALL)


def rows_of(request: Request) -> list[Row]:
    """The rows with a sentence that the first message of a request shows as data."""
    rows = [row for row in data_of(request) if isinstance(row.get("sentence"), str)]
    for number, row in enumerate(rows, start=1):
        row.setdefault("index", number)
    return rows


def data_of(request: Request) -> Iterator[Row]:
    """The lines of the first message that are JSON objects."""
    asked = next((m.text for m in request.messages if m.role == "user"), "")
    for line in asked.split("\n"):
        if line.startswith("{"):
            with suppress(ValueError, RecursionError):
                row = json.loads(line)
                if isinstance(row, dict):
                    yield row


def sentences_of(request: Request) -> list[str]:
    """The sentences that a request asks about."""
    return [row["sentence"] for row in rows_of(request)]


def signature_of(request: Request) -> Signature:
    """The declarations that a request shows.

    Raises:
        ParseError: they cannot be read.
    """
    asked = next((m.text for m in request.messages if m.role == "user"), "")
    match = _SYMBOLS.search(asked)
    lines: Any = []
    if match:
        with suppress(ValueError, RecursionError):
            lines = json.loads(match[1]).get("declarations", [])
    return read_constraints("\n".join(map(str, lines)))[0]
