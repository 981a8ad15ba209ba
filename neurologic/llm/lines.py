"""The file of a recording: its lines, read and checked, and the lock of the one who writes to it."""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm.protocol import Reply, Usage
from neurologic.llm.replies import checked

FORMAT = {"format": "neurologic recording", "version": 1}
_HEADER = json.dumps(FORMAT, separators=(",", ":")).encode("ascii")
OTHER_FILE = "is it the file that --record or Recording(...) wrote?"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One line of a recording: a reply, with the key and the model it was asked of.

    Args:
        key: the `request_key`.
        model: the model asked for; the reply names the model that answered.
        reply: what it said.
    """

    key: str
    model: str
    reply: Reply


def recorded(path: str | Path) -> Iterator[Recorded]:
    """Every reply in a recording, in the order they were got: what a report adds up and prices.

    Raises:
        LLMError: if the file cannot be read or is not a recording.
    """
    for _, line in read_lines(Path(path)):
        if "key" in line:
            yield read_recorded(line)


def read_recorded(line: dict[str, Any]) -> Recorded:
    """The reply that a line holds; what it raises for another line, `read_lines` locates."""
    reply = dict(line["reply"])
    usage = Usage(**reply.pop("usage"))
    return Recorded(line["key"], line["model"], checked(Reply(usage=usage, **reply)))


def _refuse_odd_line(line: Any) -> None:
    """Raise for what no recording writes.

    Raises:
        ValueError, KeyError, TypeError, LLMMalformed: if a field is missing or of another type.
    """
    if not isinstance(line, dict):
        raise TypeError("it is not an object")
    texts = {"key": ["key", "model"], "sha256": ["sha256", "text"], "batch": ["batch"]}
    fields = next((fields for name, fields in texts.items() if name in line), None)
    if fields is None:
        raise ValueError("it is neither a reply nor a text nor a batch")
    for name in fields:
        if not isinstance(line[name], str):
            raise TypeError(f"its {name} is not a text")
    if fields == ["key", "model"]:
        read_recorded(line)
    elif fields == ["batch"]:
        keys = line.get("keys", [])
        whole = isinstance(keys, list) and all(isinstance(key, str) for key in keys)
        if not isinstance(line["done"], bool) or not whole:
            raise TypeError("its done is not true or false, or its keys are not texts")


def read_lines(path: Path) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """Each line with its place, (offset, length), in bytes; one that a crash cut short is left out."""
    start = 0
    refuse_odd_file(path)
    try:
        with path.open("rb") as file:
            for number, data in enumerate(file, 1):
                try:
                    line = json.loads(data)
                    if number > 1:
                        _refuse_odd_line(line)
                    elif line != FORMAT:
                        raise ValueError("it does not begin with the format of a recording")
                except (ValueError, KeyError, TypeError, RecursionError, LLMError) as error:
                    if not data.endswith(b"\n") and (number > 1 or _HEADER.startswith(data)):
                        return
                    why = f"no {error}" if isinstance(error, KeyError) else error
                    raise LLMError(
                        f"not a line of a recording: {why}",
                        source=f"{path}, line {number}",
                        kind="recording",
                    ) from error
                yield (start, len(data)), line
                start += len(data)
    except OSError as error:
        raise trouble("read", path, error) from error


def trouble(what: str, path: Path, error: OSError) -> LLMError:
    """The error of the system as ours."""
    return LLMError(f"cannot {what} the recording {path}: {error.strerror}", kind="recording")


def refuse_odd_file(path: Path) -> None:
    """Refuse a folder, a device or a pipe, which can be no recording; a missing file may be made."""
    try:
        if stat.S_ISREG(path.stat().st_mode):
            return
        problem = "it is not a file"
    except FileNotFoundError:
        return
    except OSError as error:
        raise trouble("open", path, error) from error
    except ValueError as error:  # a NUL
        problem = str(error)
    raise LLMError(f"cannot open the recording {str(path)!r}: {problem}", kind="recording")


def byte_before(path: Path, end: int) -> bytes:
    """The byte of the file before an offset."""
    with path.open("rb") as file:
        file.seek(end - 1)
        return file.read(1)


def lock(descriptor: int, path: Path) -> None:
    """Take the writer's lock, which the system drops with the process, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 1 << 40, os.SEEK_SET)  # far beyond what anyone reads
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise LLMUsageError(
            f"another process writes to the recording {path}",
            hint='wait for it, or open the file with mode="replay"',
            kind="locked",
        ) from error
