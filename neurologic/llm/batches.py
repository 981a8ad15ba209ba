"""Message batches: many requests at half the price, answered within a day and in any order."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import anyio

from neurologic.errors import (
    LLMError,
    LLMMalformed,
    LLMTimeout,
    LLMUnavailable,
    LLMUsageError,
)
from neurologic.llm.anthropic import Anthropic
from neurologic.llm.asking import run
from neurologic.llm.protocol import Reply, Request, request_key
from neurologic.llm.recording import Recording
from neurologic.llm.replies import LARGEST, backend_error, message_reply, read_object
from neurologic.llm.settings import positive

_SIZE = 200 * 2**20  # bytes; the backend takes 256 MB
_DOWNLOAD = 1800.0  # seconds that reading the results of a batch may take
_UNSURE = {"connection", "deadline", "timeout"}  # after these, a batch may or may not exist


def complete_batch(
    recording: Recording,
    requests: Sequence[Request],
    *,
    poll: float = 60.0,
    rounds: int = 3,
    within: float = 26 * 3600.0,
    largest: int = 10_000,
) -> list[Reply | LLMError]:
    """The reply to each request, or the error that stood in its way, through batches.

    What is recorded is not sent. Each reply is recorded as it is read, matched by the key of its
    request, whatever the order. Requests that expired, were cancelled or met a passing error are
    sent again in the next round; what may have been paid for is not: a result that does not read
    is an error of its request, and a batch that cannot be read one of the requests in it. The recording also holds the names of the batches sent, so that
    a run that was killed collects them instead of sending them again; only a kill in the moment
    between sending a batch and hearing its name can pay for it twice.

    Args:
        recording: in mode `readwrite`, around an `Anthropic`. A `Budget` in between is refused, as
            a batch cannot be stopped for its cost once it is sent: `estimate` it first.
        requests: what to ask.
        poll: seconds between looks at a batch.
        rounds: how often a request is sent at most.
        within: seconds after which the run ends; the batches sent stay to be collected.
        largest: the most requests of one batch.

    Raises:
        LLMUsageError: if the recording or its model cannot do it, or a setting makes no sense.
        LLMError: if the backend's capabilities cannot be learnt or the file cannot be written.
    """
    llm = recording.llm
    if recording.mode != "readwrite" or not isinstance(llm, Anthropic):
        raise LLMUsageError(
            "a batch needs a recording in mode readwrite around Anthropic(...)", kind="batch"
        )
    positive("poll", poll)
    positive("within", within)
    positive("rounds", rounds, whole=True)
    positive("largest", largest, whole=True)
    if largest > 100_000:
        raise LLMUsageError("largest is at most 100,000", kind="setting")
    job = _Job(recording, llm, poll, largest)
    for request in requests:
        job.requests[request_key(request, recording.model)] = request
    run(lambda: _work(job, rounds, within))
    keys = [request_key(request, recording.model) for request in requests]
    return [job.outcome(key) for key in keys]


@dataclass(slots=True)
class _Job:
    recording: Recording
    llm: Anthropic
    poll: float
    largest: int
    end: float = 0.0
    requests: dict[str, Request] = field(default_factory=dict)
    final: dict[str, LLMError] = field(default_factory=dict)
    passing: dict[str, LLMError] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)

    def keys(self, batch: str) -> list[str]:
        """The open requests that the batch may hold; of one noted without its keys, any."""
        held = self.recording.batch_keys.get(batch)
        return [key for key in self.open() if not held or key in held]

    def fail(self, keys: Iterable[str], error: LLMError) -> None:
        """Note that the requests stay without a reply in this run, each with an error of its own."""
        self.final.update({key: copy(error) for key in keys})

    def open(self) -> list[str]:
        """Keys that have neither a reply nor an error that would stay."""
        return [
            key
            for key, request in self.requests.items()
            if request not in self.recording and key not in self.final
        ]

    def outcome(self, key: str) -> Reply | LLMError:
        if self.requests[key] in self.recording:
            return self.recording.recorded_reply(self.requests[key])
        unsent = LLMUnavailable("the request was not sent", kind="batch")
        return self.final.get(key) or self.passing.get(key) or unsent


async def _work(job: _Job, rounds: int, within: float) -> None:
    async with job.llm:
        job.end = time.monotonic() + within
        for unread in [name for name, done in job.recording.batches.items() if not done]:
            await _collect(job, unread)
        for _ in range(rounds):
            if not job.open() or time.monotonic() > job.end:
                return
            can = await job.llm.capabilities()
            if not can.batches:
                raise LLMUsageError(
                    f"{job.llm.base_url} takes no batches", hint="complete() asks one by one"
                )
            said = {key: job.llm.said(job.requests[key], can) for key in job.open()}
            names = [await _send(job, part) for part in _parts(job, said)]
            for name in names:
                if name is not None:
                    await _collect(job, name)
            if job.open() and None in names:
                await anyio.sleep(job.poll)


def _parts(job: _Job, said: dict[str, dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The requests in batches that are not too large."""
    parts: list[list[dict[str, Any]]] = [[]]
    size = 0
    for key, params in said.items():
        extra = params.pop("extra_body", {})
        entry = {"custom_id": key, "params": {**params, **extra}}
        length = len(json.dumps(entry))
        if parts[-1] and (len(parts[-1]) >= job.largest or size + length > _SIZE):
            parts.append([])
            size = 0
        parts[-1].append(entry)
        size += length
    return parts


async def _send(job: _Job, part: list[dict[str, Any]]) -> str | None:
    """The name of the batch, written down at once; None if it was refused."""
    keys = [entry["custom_id"] for entry in part]
    try:
        body, _ = await job.llm.send(
            lambda client: client.with_options(  # one attempt: two might make two batches
                max_retries=0
            ).messages.batches.with_raw_response.create(requests=part)  # type: ignore[arg-type]
        )
        name = read_object(body).get("id")
        if not isinstance(name, str):
            raise LLMMalformed("the backend sent a batch without a name", kind="batch")
    except LLMError as error:
        if isinstance(error, LLMUnavailable) and error.kind not in _UNSURE:
            job.passing.update({key: copy(error) for key in keys})
        else:
            job.fail(keys, error)
        return None
    job.recording.add_batch(name, done=False, keys=keys)
    job.sent.add(name)
    return name


async def _collect(job: _Job, name: str) -> None:
    """Wait for the batch and record its replies."""
    try:
        while (ended := await _ended(job, name)) is None:
            if time.monotonic() + job.poll > job.end:
                raise LLMTimeout(
                    f"the batch {name} has not ended in time",
                    hint="the same call later collects it",
                    kind="batch",
                )
            await anyio.sleep(job.poll)
        _check_place(job, name, ended)
        strangers = await _read(job, name)
    except LLMError as error:
        if error.kind in {"404", "gone"}:
            job.recording.add_batch(name, done=True)
            if name not in job.sent:
                return  # of an earlier run: its requests are sent again
        job.fail(job.keys(name), error)
        return
    if not strangers:  # else another run, with other requests, still wants it
        job.recording.add_batch(name, done=True)


async def _ended(job: _Job, name: str) -> dict[str, Any] | None:
    """The batch, once it has ended; a backend out of reach for a while is asked again."""
    try:
        body, _ = await job.llm.send(
            lambda client: client.messages.batches.with_raw_response.retrieve(name)
        )
    except LLMUnavailable:
        if time.monotonic() + job.poll > job.end:
            raise
        return None
    batch = read_object(body)
    return batch if batch.get("processing_status") == "ended" else None


def _check_place(job: _Job, name: str, batch: dict[str, Any]) -> None:
    """Refuse results that are gone, or not on the server that has the key."""
    where = batch.get("results_url")
    if not isinstance(where, str):
        raise LLMUnavailable(f"the results of the batch {name} are gone", kind="gone")
    home, there = urlsplit(job.llm.base_url), urlsplit(where)
    if (home.scheme, home.netloc) != (there.scheme, there.netloc):
        raise LLMMalformed(
            f"the results of the batch {name} are said to be at another server, {there.netloc:.80}",
            hint="they are not fetched: the key would go there",
            kind="origin",
        )


async def _read(job: _Job, name: str) -> bool:
    """Record the results as they come; whether some belong to requests that are not ours."""
    strangers, unread = False, 0

    def take(line: bytes) -> None:
        nonlocal strangers, unread
        try:
            strangers = _take_line(job, job.llm.secrets.blot_bytes(line)) or strangers
        except LLMMalformed:
            unread += 1

    async def read(client: Any) -> Any:
        rest = b""
        async with client.messages.batches.with_streaming_response.results(name) as answer:
            async for chunk in answer.iter_bytes():
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    take(line)
                if len(rest) > LARGEST:
                    raise LLMMalformed("a result of more than 8 MB", kind="too large")
        take(rest)

    for attempt in range(job.llm.attempts):
        unread = 0
        try:
            await job.llm.send(read, deadline=_DOWNLOAD)
            break
        except LLMUnavailable:
            if attempt + 1 == job.llm.attempts:
                raise
    if unread:
        job.fail(
            [key for key in job.keys(name) if key not in job.passing],
            LLMMalformed(f"{unread} results of the batch {name} do not read", kind="shape"),
        )
    return strangers


def _take_line(job: _Job, line: bytes) -> bool:
    """Take one line of the results; whether it is a reply that is not ours."""
    if not line.strip():
        return False
    result = read_object(line)
    key, told = result.get("custom_id"), result.get("result")
    if not isinstance(key, str) or not isinstance(told, dict):
        raise LLMMalformed("a result without its id", text=str(line[:200]), kind="shape")
    request = job.requests.get(key)
    if request is None:
        return told.get("type") == "succeeded"
    if request not in job.recording:
        _take(job, key, request, told)
    return False


def _take(job: _Job, key: str, request: Request, told: dict[str, Any]) -> None:
    """One result: a reply to record, an error that stays, or one that passes."""
    if told.get("type") == "succeeded":  # it was paid for: it is not asked again by itself
        said = told.get("message")
        if isinstance(said, dict) and isinstance(said.get("usage"), dict):
            said["usage"].setdefault("service_tier", "batch")
        try:
            job.recording.add(request, message_reply(said if isinstance(said, dict) else {}))
        except LLMMalformed as error:
            job.final[key] = error
        return
    problem = told.get("error")
    passing: LLMError = LLMUnavailable(
        f"the request ended as {told.get('type')}", kind=str(told.get("type"))
    )
    if isinstance(problem, dict):
        reported = backend_error(problem)
        if not isinstance(reported, LLMUnavailable):
            job.final[key] = LLMUsageError(reported.message, kind=reported.kind)
            return
        passing = reported
    job.passing[key] = passing
