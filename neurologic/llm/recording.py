"""Recordings: what a model replied, line by line in a file, so that no reply is paid for twice.

A recording is JSONL. The first line names the format; a line `{"sha256", "text"}` holds a system
text once, however many requests share it; a line `{"batch", "done"}` a batch sent or collected;
every other line holds a key, the request and the reply.
The key is the SHA-256 of all that shapes the reply (`request_key`), so retries, deadlines and
limits do not change it. Errors are not recorded: they are asked again.
A line that is none of these is an error with its number when the file is opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import weakref
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from copy import copy
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal, TypeAlias

import anyio

from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm.asking import ask
from neurologic.llm.lines import (
    FORMAT,
    OTHER_FILE,
    Recorded,
    byte_before,
    lock,
    read_lines,
    read_recorded,
    refuse_odd_file,
    trouble,
)
from neurologic.llm.protocol import LLM, Reply, Request, canonical, request_key
from neurologic.llm.replies import checked

Mode: TypeAlias = Literal["record", "replay", "readwrite"]

_WAIT = 0.01
"""Seconds between two looks at whether another thread has got the reply that is wanted here too."""


class Recording:
    """A model that remembers: an LLM around an LLM.

    Args:
        path: the file, made when it is missing; its folder must exist.
        llm: the model asked for what is not in the file; none is needed for `replay`.
        mode: `replay` answers from the file and never asks; `record` asks for everything, and
            the newest reply counts; `readwrite` asks only for what is missing, and once for
            what several ask at a time, whatever threads and event loops they are in.
        model: which recorded model to replay, where there is no `llm` and the file has several.

    Attributes:
        batches: the batches sent, and whether all their replies are in the file.
        batch_keys: the keys of the requests that each of them was sent with.

    One process at a time may write to a file. A reply is on the disk before it is returned, and
    a line that a crash cut short is dropped when the file is next opened. Where the file cannot
    be written, as on a full disk, no call is made: replies already paid for are kept and written
    first once it can be.

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
        if not isinstance(path, (str, Path)):
            raise LLMUsageError(f"a recording's path is a text, not {path!r:.80}", kind="setting")
        self.path = Path(path)
        self.llm = llm
        self.mode: Mode = mode
        self._lock = threading.RLock()
        self._asked: set[str] = set()
        self._unwritten: dict[str, dict[str, Any]] = {}
        self._places: dict[str, tuple[int, int]] = {}
        self._texts: set[str] = set()
        self.batches: dict[str, bool] = {}
        self.batch_keys: dict[str, frozenset[str]] = {}
        self._first: Recording | None = None
        self._close: weakref.finalize[Any, Any] | None = None
        self.model = _name_of(llm) if model is None else model
        models = self._open()
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
        other.llm, other.model = llm, _name_of(llm)
        other._first = self  # the file is open as long as the first one lives
        return other

    def close(self) -> None:
        """Let others write to the file."""
        if self._close is not None and self._close.alive:
            with suppress(LLMError):  # they were reported when they could not be written
                self._write_down()
            self._close()

    async def complete(self, request: Request) -> Reply:
        """The recorded reply, or the model's, which is recorded first.

        Raises:
            LLMError: in replay, if the request is not in the recording; else whatever the model
                raises, or if the reply could not be written.
        """
        key = request_key(request, self.model)
        if self.llm is None or self.mode == "replay":
            return self.recorded_reply(request)
        while not self._may_ask(key):
            if key in self._places:
                return self._read(key).reply
            await anyio.sleep(_WAIT)
        try:
            reply = await ask(self.llm, request)
            self.add(request, reply)  # nothing awaited in between: a paid reply cannot be lost
            return reply
        finally:
            with self._lock:
                self._asked.discard(key)

    def _may_ask(self, key: str) -> bool:
        """Whether it is up to this caller to ask; raises if the reply could not be written."""
        with self._lock:
            if self.mode == "readwrite" and (key in self._places or key in self._asked):
                return False
            self._write_down()
            if self.mode == "readwrite" and key in self._places:
                return False
            self._asked.add(key)
            return True

    def add(self, request: Request, reply: Reply) -> None:
        """Write down a reply that was got elsewhere, such as from a batch.

        Raises:
            LLMUsageError: if the recording is closed or only replays.
            LLMError: if the file cannot be written.
        """
        key = request_key(request, self.model)
        said = canonical(request)
        name = hashlib.sha256(json.dumps(request.system).encode("ascii")).hexdigest()
        said["system"] = {"sha256": name}
        line = {"key": key, "model": self.model, "request": said, "reply": asdict(checked(reply))}
        with self._lock:
            self._check_open()
            if name not in self._texts:
                self._unwritten[name] = {"sha256": name, "text": request.system}
            self._unwritten[key] = line
            self._write_down()

    def _write_down(self) -> None:
        """Write what is not in the file yet, usually nothing; raises if it cannot be written."""
        with self._lock:
            self._check_open()
            for name, line in list(self._unwritten.items()):
                place = self._append(line)
                del self._unwritten[name]
                if "key" in line:
                    self._places[name] = place
                else:
                    self._texts.add(name)

    def recorded_reply(self, request: Request) -> Reply:
        """The reply in the file.

        Raises:
            LLMError: if there is none.
        """
        key = request_key(request, self.model)
        if key not in self._places:
            raise self._missing(key)
        return self._read(key).reply

    def add_batch(self, name: str, *, done: bool, keys: Sequence[str] = ()) -> None:
        """Write down that a batch was sent, or that all its replies are in the file.

        Args:
            name: the backend's name of the batch.
            done: whether it is over.
            keys: what was sent in it.

        Raises:
            LLMUsageError, LLMError: as for `add`.
        """
        with self._lock:
            self._check_open()
            line = {"batch": name, "done": done, **({"keys": list(keys)} if keys else {})}
            self._append(line)
            self._note_batch(line)

    def _note_batch(self, line: dict[str, Any]) -> None:
        self.batches[line["batch"]] = line["done"]
        self.batch_keys.setdefault(line["batch"], frozenset(line.get("keys", ())))

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
        refuse_odd_file(self.path)
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND if writes else os.O_RDONLY
            descriptor = os.open(self.path, flags | getattr(os, "O_BINARY", 0), 0o600)
        except OSError as error:
            raise trouble("open", self.path, error) from error
        self._close = weakref.finalize(self, os.close, descriptor)
        self._descriptor = descriptor
        try:
            if writes:
                lock(descriptor, self.path)
            models = self._index()
        except BaseException:
            self._close()
            raise
        if not writes:
            self._close()
        return models

    def _index(self) -> set[str]:
        models: set[str] = set()
        end = 0
        for place, line in read_lines(self.path):
            end = place[0] + place[1]
            if "key" in line:
                self._places[line["key"]] = place
                models.add(line["model"])
            elif "sha256" in line:
                self._texts.add(line["sha256"])
            elif "batch" in line:
                self._note_batch(line)
        if self.mode != "replay":
            self._cut(end)
            if end == 0:
                self._append(FORMAT)
            elif byte_before(self.path, end) != b"\n":
                self._write(b"\n")
        elif end == 0:
            raise LLMError(
                "the recording is empty", source=str(self.path), hint=OTHER_FILE, kind="recording"
            )
        return models

    def _append(self, line: dict[str, Any]) -> tuple[int, int]:
        data = json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"
        return self._write(data), len(data)

    def _write(self, data: bytes) -> int:
        """Append the bytes wholly or not at all, and wait until the disk has them."""
        start = -1
        try:
            start = os.fstat(self._descriptor).st_size
            if os.write(self._descriptor, data) != len(data):
                raise OSError(0, "the disk is full")
            os.fsync(self._descriptor)
        except OSError as error:
            if start >= 0:
                self._cut(start)
            raise trouble("write", self.path, error) from error
        return start

    def _cut(self, end: int) -> None:
        try:
            if os.fstat(self._descriptor).st_size != end:
                os.ftruncate(self._descriptor, end)
        except OSError as error:
            raise trouble("write", self.path, error) from error

    def _read(self, key: str) -> Recorded:
        start, length = self._places[key]
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                line = file.read(length)
            return read_recorded(json.loads(line))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, LLMError) as error:
            raise LLMError(
                f"the recording {self.path} changed while it was open", kind="recording"
            ) from error


def _name_of(llm: LLM | None) -> str:
    name = getattr(llm, "model", None)
    if name is None:
        return ""
    if not isinstance(name, str):
        raise LLMUsageError(
            f"the model's name is not a text but {type(name).__name__}",
            hint="its attribute `model` names it in recordings",
            kind="model",
        )
    return name
