"""Recordings: what a model replied, line by line in a file, so that no reply is paid for twice.

A recording is JSONL. The first line names the format; a line `{"sha256", "text"}` holds a system
text once, however many requests share it; a line `{"batch", "done"}` a batch sent or collected;
every other line holds a key, the request and the reply.
The key is the SHA-256 of all that shapes the reply (`request_key`), so retries, deadlines and
limits do not change it. Errors are not recorded: they are asked again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from copy import copy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import anyio

from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm.protocol import LLM, Reply, Request, Usage, canonical, request_key

Mode: TypeAlias = Literal["record", "replay", "readwrite"]

_FORMAT = {"format": "neurologic recording", "version": 1}
_HEADER = json.dumps(_FORMAT, separators=(",", ":")).encode("ascii")


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


class Recording:
    """A model that remembers: an LLM around an LLM.

    Args:
        path: the file, made when it is missing; its folder must exist.
        llm: the model asked for what is not in the file; none is needed for `replay`.
        mode: `replay` answers from the file and never asks; `record` asks for everything, and
            the newest reply counts; `readwrite` asks only for what is missing.
        model: which recorded model to replay, where there is no `llm` and the file has several.

    Attributes:
        batches: the batches sent, and whether all their replies are in the file.

    One process at a time may write to a file. A reply is on the disk before it is returned, and
    a line that a crash cut short is dropped when the file is next opened.

    Raises:
        LLMUsageError: no model to ask, several models to choose from, another process writing.
        LLMError: the file cannot be opened or is not a recording.

    >>> import tempfile
    >>> from neurologic.llm import Message, Scripted, complete
    >>> ask = [Request("", (Message("user", "Rex barks."),))]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "replies.jsonl")
    ...     with Recording(path, Scripted(["Barks(rex)"])) as llm:
    ...         asked = complete(llm, ask)
    ...     asked == complete(Recording(path, mode="replay"), ask)
    True
    """

    def __init__(
        self,
        path: str | Path,
        llm: LLM | None = None,
        mode: Mode = "readwrite",
        *,
        model: str | None = None,
    ) -> None:
        if mode not in {"record", "replay", "readwrite"}:
            raise LLMUsageError(f"no such mode: {mode}", hint="record, replay or readwrite")
        if llm is None and mode != "replay":
            raise LLMUsageError(
                f"mode {mode} needs a model to ask", hint='mode="replay" asks none', kind="mode"
            )
        self.path = Path(path)
        self.llm = llm
        self.mode: Mode = mode
        self._lock = threading.Lock()
        self._pending: dict[tuple[int, str], anyio.Event] = {}
        self._places: dict[str, tuple[int, int]] = {}
        self._texts: set[str] = set()
        self.batches: dict[str, bool] = {}
        self._first: Recording | None = None
        self._close: weakref.finalize[Any, Any] | None = None
        models = self._open()
        self.model = getattr(llm, "model", "") if model is None else model
        if llm is None and model is None:
            if len(models) > 1:
                known = ", ".join(sorted(models))
                raise LLMUsageError(
                    "the recording has several models", hint=f"model= one of {known}", kind="model"
                )
            self.model = next(iter(models), "")

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, request: Request) -> bool:
        return request_key(request, self.model) in self._places

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Recording:
        if isinstance(self.llm, AbstractAsyncContextManager):
            await self.llm.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        if isinstance(self.llm, AbstractAsyncContextManager):
            await self.llm.__aexit__(*error)

    def beside(self, llm: LLM) -> Recording:
        """The same file for another model, whose replies stand there under its own name.

        >>> import tempfile
        >>> from neurologic.llm import Message, Scripted, complete
        >>> ask = [Request("", (Message("user", "Rex barks."),))]
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with Recording(Path(folder, "replies.jsonl"), Scripted(["1"], model="a")) as first:
        ...         second = first.beside(Scripted(["2"], model="b"))
        ...         [complete(llm, ask)[0].text for llm in (first, second, first, second)]
        ['1', '2', '1', '2']
        """
        other = copy(self)
        other.llm, other.model = llm, getattr(llm, "model", "")
        other._first = self  # the file is open as long as the first one lives
        return other

    def close(self) -> None:
        """Let others write to the file."""
        if self._close is not None:
            self._close()

    async def complete(self, request: Request) -> Reply:
        """The recorded reply, or the model's, which is recorded first.

        Raises:
            LLMError: in replay, if the request is not in the recording; else whatever the model
                raises, or if the reply could not be written.
        """
        key = request_key(request, self.model)
        here = (threading.get_ident(), key)
        while self.mode != "record":
            if key in self._places:
                return self._read(key).reply
            if here not in self._pending:
                break
            await self._pending[here].wait()
        if self.llm is None or self.mode == "replay":
            raise self._missing(key)
        done = self._pending[here] = anyio.Event()
        try:
            reply = await self.llm.complete(request)
            self.add(request, reply)  # nothing awaited in between: a paid reply cannot be lost
            return reply
        finally:
            self._pending.pop(here, None)
            done.set()

    def add(self, request: Request, reply: Reply) -> None:
        """Write down a reply that was got elsewhere, such as from a batch.

        Raises:
            LLMUsageError: if the recording is closed or only replays.
            LLMError: if the file cannot be written.
        """
        self._check_open()
        key = request_key(request, self.model)
        said = canonical(request)
        name = hashlib.sha256(json.dumps(request.system).encode("ascii")).hexdigest()
        said["system"] = {"sha256": name}
        line = {"key": key, "model": self.model, "request": said, "reply": asdict(reply)}
        with self._lock:
            if name not in self._texts:
                self._append({"sha256": name, "text": request.system})
                self._texts.add(name)
            self._places[key] = self._append(line)

    def recorded_reply(self, request: Request) -> Reply:
        """The reply in the file.

        Raises:
            LLMError: if there is none.
        """
        key = request_key(request, self.model)
        if key not in self._places:
            raise self._missing(key)
        return self._read(key).reply

    def add_batch(self, name: str, *, done: bool) -> None:
        """Write down that a batch was sent, or that all its replies are in the file.

        Raises:
            LLMUsageError, LLMError: as for `add`.
        """
        self._check_open()
        with self._lock:
            self._append({"batch": name, "done": done})
            self.batches[name] = done

    def _check_open(self) -> None:
        if self._close is None or not self._close.alive:
            raise LLMUsageError("the recording is not open for writing", kind="mode")

    def _missing(self, key: str) -> LLMError:
        return LLMError(
            f"the reply is not in the recording {self.path} (key {key[:12]}, model "
            f"{self.model or 'unnamed'}, {len(self)} replies recorded)",
            hint="the request or the model differs from what was recorded; "
            'mode="readwrite" with a model asks for what is missing',
            kind="not recorded",
        )

    def _open(self) -> set[str]:
        """Take the lock, mend the end of the file, and index it; the models found."""
        writes = self.mode != "replay"
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND if writes else os.O_RDONLY
            descriptor = os.open(self.path, flags | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise LLMError(
                f"cannot open the recording {self.path}: {error.strerror}", kind="recording"
            ) from error
        self._close = weakref.finalize(self, os.close, descriptor)
        self._descriptor = descriptor
        try:
            if writes:
                _lock(descriptor, self.path)
            models = self._index()
        except BaseException:
            self._close()
            raise
        if not writes:
            self._close()
        return models

    def _index(self) -> set[str]:
        models = set()
        end = 0
        for place, line in _lines(self.path):
            end = place[0] + place[1]
            if "key" in line:
                self._places[line["key"]] = place
                models.add(line["model"])
            elif "sha256" in line:
                self._texts.add(line["sha256"])
            elif "batch" in line:
                self.batches[line["batch"]] = bool(line["done"])
        if self.mode != "replay":
            os.ftruncate(self._descriptor, end)
            if end == 0:
                self._append(_FORMAT)
            elif _byte_before(self.path, end) != b"\n":
                self._write(b"\n")
        return models

    def _append(self, line: dict[str, Any]) -> tuple[int, int]:
        data = json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"
        return self._write(data), len(data)

    def _write(self, data: bytes) -> int:
        """Append the bytes wholly or not at all, and wait until the disk has them."""
        start = os.fstat(self._descriptor).st_size
        try:
            if os.write(self._descriptor, data) != len(data):
                raise OSError(0, "the disk is full")
            os.fsync(self._descriptor)
        except OSError as error:
            os.ftruncate(self._descriptor, start)
            raise LLMError(
                f"cannot write the recording {self.path}: {error.strerror}", kind="recording"
            ) from error
        return start

    def _read(self, key: str) -> Recorded:
        start, length = self._places[key]
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                line = file.read(length)
            return _recorded(json.loads(line))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LLMError(
                f"the recording {self.path} changed while it was open", kind="recording"
            ) from error


def recorded(path: str | Path) -> Iterator[Recorded]:
    """Every reply in a recording, in the order they were got: what a report adds up and prices.

    Raises:
        LLMError: if the file cannot be read or is not a recording.
    """
    for _, line in _lines(Path(path)):
        if "key" in line:
            yield _recorded(line)


def _recorded(line: dict[str, Any]) -> Recorded:
    reply = dict(line["reply"])
    usage = Usage(**reply.pop("usage"))
    return Recorded(line["key"], line["model"], Reply(usage=usage, **reply))


def _lines(path: Path) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """Each line with its place, (offset, length), in bytes; one that a crash cut short is left out."""
    start = 0
    try:
        with path.open("rb") as file:
            for number, data in enumerate(file, 1):
                try:
                    line = json.loads(data)
                    if number == 1 and line != _FORMAT:
                        raise ValueError("it does not begin with the format of a recording")
                    if "key" in line:
                        _recorded(line)
                    elif "batch" in line:
                        bool(line["done"])
                except (ValueError, KeyError, TypeError, RecursionError) as error:
                    if not data.endswith(b"\n") and (number > 1 or _HEADER.startswith(data)):
                        return
                    raise LLMError(
                        f"not a line of a recording: {error}",
                        source=f"{path}, line {number}",
                        kind="recording",
                    ) from error
                yield (start, len(data)), line
                start += len(data)
    except OSError as error:
        raise LLMError(
            f"cannot read the recording {path}: {error.strerror}", kind="recording"
        ) from error


def _byte_before(path: Path, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(end - 1)
        return file.read(1)


def _lock(descriptor: int, path: Path) -> None:
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
