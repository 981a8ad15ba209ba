"""Claude, and every server that speaks the Messages protocol, through Anthropic's own library.

That library is heavy and is imported with the first call, not before. Replies are not streamed.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio

from neurologic.errors import LLMError, LLMTimeout, LLMUnavailable, LLMUsageError
from neurologic.llm.pace import Pace
from neurologic.llm.protocol import Message, Reply, Request
from neurologic.llm.replies import LARGEST, read_object, read_reply

if TYPE_CHECKING:
    import anthropic

OFFICIAL = "https://api.anthropic.com"

_CACHED = 4096
"""Characters of a system text from which on it is worth a place in the backend's cache."""

_KEPT = 240.0
"""Seconds for which a cached prefix is counted on; backends keep it for 300."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can do.

    Args:
        structured: it keeps to a JSON schema.
        temperature: it takes a temperature.
        count_tokens: it counts tokens without replying.
        batches: it takes batches of messages.
        cache: it takes marks for its cache.
    """

    structured: bool = False
    temperature: bool = False
    count_tokens: bool = False
    batches: bool = False
    cache: bool = False


@dataclass(slots=True)
class _Session:
    """The connections and limits of one event loop."""

    client: anthropic.AsyncAnthropic
    slots: anyio.CapacityLimiter
    probing: anyio.Lock = field(default_factory=anyio.Lock)
    opening: dict[str, anyio.Event] = field(default_factory=dict)
    users: int = 0


class Anthropic:
    """A model behind the Messages protocol: Claude, or what llama.cpp, vLLM or Ollama serve.

    Args:
        model: its name; without one, `NEUROLOGIC_MODEL` names it. There is no default.
        api_key: without one, `ANTHROPIC_API_KEY`, `ANTHROPIC_AUTH_TOKEN` or a profile of
            Anthropic's tools counts. A key from the environment goes out over https only.
        base_url: another server, without `/v1`; else `NEUROLOGIC_BASE_URL`, then
            `ANTHROPIC_BASE_URL`. Such a server may do without a key.
        deadline: seconds that a call may take, attempts and the waits between them included;
            waiting for a turn is not.
        attempts: how often a call is tried when the backend is overloaded or out of reach.
        concurrency: the most calls at a time, in one event loop.
        rate: calls a minute in the long run, over all event loops; `concurrency` go at once.
        cache: mark a long system text for the backend's cache, and send one request alone
            before the others that share it.
        capabilities: what the backend can do; without it, the backend is asked once.

    Raises:
        LLMUsageError: no model, no key, or a setting that makes no sense.

    >>> Anthropic("some-model", base_url="http://127.0.0.1:8080")
    Anthropic('some-model', base_url='http://127.0.0.1:8080')
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        deadline: float = 120.0,
        attempts: int = 3,
        concurrency: int = 8,
        rate: float | None = None,
        cache: bool = True,
        capabilities: Capabilities | None = None,
    ) -> None:
        if deadline <= 0 or attempts < 1 or concurrency < 1 or (rate is not None and rate <= 0):
            raise LLMUsageError(
                "a deadline, attempts, concurrency and rate must be positive",
                hint="rate is in calls a minute",
                kind="setting",
            )
        self.model = _model(model)
        self.base_url = _base_url(base_url)
        self.official = self.base_url == OFFICIAL
        self._credentials = self._find_credentials(api_key)
        self.deadline, self.attempts = deadline, attempts
        self.concurrency, self.rate, self.cache = concurrency, rate, cache
        self._pace = Pace(rate, concurrency) if rate is not None else None
        self._capabilities = capabilities
        self._unprobed: tuple[float, LLMError] | None = None
        self._warm: dict[str, float] = {}
        self._sessions: dict[int, _Session] = {}

    def __repr__(self) -> str:
        return f"Anthropic({self.model!r}, base_url={self.base_url!r})"

    async def __aenter__(self) -> Anthropic:
        here = threading.get_ident()
        if here not in self._sessions:
            try:
                self._sessions[here] = self._connect()
            except Exception as error:  # such as certificates that do not load
                raise self._ours(error) from error
        self._sessions[here].users += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        session = self._sessions[threading.get_ident()]
        session.users -= 1
        if session.users == 0:
            del self._sessions[threading.get_ident()]
            with anyio.CancelScope(shield=True):
                await session.client.close()

    async def complete(self, request: Request) -> Reply:
        """The reply.

        A refusal and a reply cut off at `max_tokens` are replies; `stop` says so.

        Raises:
            LLMUsageError: the backend refuses the request, and would again.
            LLMUnavailable: no connection, or still overloaded after the last attempt.
            LLMTimeout: the deadline passed.
            LLMMalformed: the answer is not a message.
        """
        self._refuse_temperature(request)
        async with self:
            long = self.cache and len(request.system) >= _CACHED
            can = Capabilities(cache=self.official)
            if request.schema is not None or (long and not self.official):
                can = await self.capabilities()
            said = self.said(request, can)
            prefix = _digest(said) if long and can.cache else None
            async with self._turn(prefix):
                start = time.monotonic()
                body, request_id = await self.send(
                    lambda client: client.messages.with_raw_response.create(**said)
                )
            seconds = round(time.monotonic() - start, 3)
            try:
                return read_reply(body, request_id=request_id, seconds=seconds)
            except LLMError as error:
                raise self._without_key(error) from error.__cause__

    async def count(self, request: Request) -> int:
        """How many tokens the request has, the system text included; nothing is generated.

        Raises:
            LLMUsageError: if the backend does not count tokens.
            LLMError: as for `complete`.
        """
        said = self.said(request, Capabilities())
        asked = {name: said[name] for name in ("model", "messages", "system") if name in said}
        async with self, self._turn(None):
            body, _ = await self.send(
                lambda client: client.messages.with_raw_response.count_tokens(**asked)
            )
        counted = read_object(body).get("input_tokens")
        if type(counted) is not int:
            raise LLMUsageError("the backend does not count tokens", kind="count")
        return counted

    async def capabilities(self) -> Capabilities:
        """What the backend can do: it is asked once, and again only if it could not be reached.

        Raises:
            LLMError: as for `complete`.
        """
        from neurologic.llm.probing import probe

        if self._capabilities is not None:
            return self._capabilities
        async with self, self._sessions[threading.get_ident()].probing, self._turn(None):
            if self._capabilities is None:
                if self._unprobed and time.monotonic() - self._unprobed[0] < 10.0:
                    raise self._unprobed[1]
                try:
                    self._capabilities = await probe(self)
                except LLMError as error:
                    self._unprobed = time.monotonic(), error
                    raise
            return self._capabilities

    async def send(
        self,
        call: Callable[[anthropic.AsyncAnthropic], Awaitable[Any]],
        *,
        deadline: float | None = None,
    ) -> tuple[bytes, str]:
        """The body of the answer and its request id, within the deadline; errors become ours.

        A call that returns None has read the answer itself.
        """
        deadline = self.deadline if deadline is None else deadline
        client = self._sessions[threading.get_ident()].client
        try:
            with anyio.move_on_after(deadline) as scope:
                answer = await call(client)
                if answer is None:
                    return b"", ""
                return await answer.read(), answer.headers.get("request-id") or ""
        except LLMError:
            raise
        except Exception as error:
            raise self._ours(error) from error
        assert scope.cancelled_caught
        raise LLMTimeout(
            f"no answer from {self.base_url} within {deadline:g} seconds",
            hint="a larger deadline= waits longer",
            kind="deadline",
        )

    def _connect(self) -> _Session:
        import anthropic

        async def bound(response: Any) -> None:
            if not response.request.url.path.endswith("/results"):  # those are read line by line
                response.stream = _bounded(response.stream)

        client = anthropic.AsyncAnthropic(
            **self._credentials,
            base_url=self.base_url,
            timeout=self.deadline,
            max_retries=self.attempts - 1,
            default_headers={"Accept-Encoding": "identity"},
            open_telemetry=False,
            http_client=anthropic.DefaultAsyncHttpxClient(
                event_hooks={"response": [bound]}, follow_redirects=False
            ),
        )
        return _Session(client, anyio.CapacityLimiter(self.concurrency))

    @asynccontextmanager
    async def _turn(self, prefix: str | None) -> AsyncIterator[None]:
        """A free slot within the limits; the first request of a prefix has it to itself."""
        session = self._sessions[threading.get_ident()]
        first = None
        if prefix is not None and time.monotonic() - self._warm.get(prefix, -_KEPT) >= _KEPT:
            if prefix in session.opening:
                await session.opening[prefix].wait()
            else:
                first = session.opening[prefix] = anyio.Event()
        try:
            async with session.slots:
                if self._pace is not None:
                    await self._pace.turn()
                yield
            if prefix is not None:
                self._warm[prefix] = time.monotonic()
        finally:
            if first is not None and prefix is not None:
                del session.opening[prefix]  # also after a failure: the rest need not queue for it
                first.set()

    def said(self, request: Request, can: Capabilities) -> dict[str, Any]:
        """The request in the words of the protocol."""
        said: dict[str, Any] = {
            "model": self.model,
            "max_tokens": request.max_tokens,
            "messages": [{"role": turn.role, "content": turn.text} for turn in request.messages],
        }
        if request.system:
            said["system"] = request.system
            if self.cache and can.cache and len(request.system) >= _CACHED:
                mark = {"type": "ephemeral"}
                said["system"] = [{"type": "text", "text": request.system, "cache_control": mark}]
        output: dict[str, Any] = {}
        if request.effort is not None:
            output["effort"] = request.effort
        if request.schema is not None and can.structured:
            output["format"] = {"type": "json_schema", "schema": _schema(request.schema)}
        if output:
            said["output_config"] = output
        if request.stop:
            said["stop_sequences"] = list(request.stop)
        if request.temperature is not None:
            said["extra_body"] = {"temperature": request.temperature}
        return said

    def _refuse_temperature(self, request: Request) -> None:
        known = self._capabilities
        has = known.temperature if known is not None else not self.official
        if request.temperature is not None and not has:
            raise LLMUsageError(
                f"{self.model} at {self.base_url} takes no temperature",
                hint="leave it out: samples differ without it, or vary the prompt or the effort",
                kind="temperature",
            )

    def _find_credentials(self, api_key: str | None) -> dict[str, Any]:
        if api_key:
            return {"api_key": api_key}
        if self.base_url.startswith("https://"):
            for variable, name in (("API_KEY", "api_key"), ("AUTH_TOKEN", "auth_token")):
                if found := os.environ.get(f"ANTHROPIC_{variable}"):
                    return {name: found}
        if not self.official:
            return {"api_key": "none"}  # not the environment's, which the library would send
        import anthropic

        try:
            found_elsewhere = anthropic.AsyncAnthropic(open_telemetry=False).credentials is not None
        except Exception:
            found_elsewhere = False
        if found_elsewhere:
            return {}
        raise LLMUsageError(
            "there is no key for Anthropic's API",
            hint="set ANTHROPIC_API_KEY or pass api_key=; a server of your own (base_url=) needs none",
            kind="key",
        )

    def _ours(self, error: Exception) -> LLMError:
        """An exception of the library as one of ours, without the key in it."""
        import anthropic
        import httpx2

        status = getattr(error, "status_code", None)
        if isinstance(error, anthropic.APITimeoutError):
            ours: LLMError = LLMTimeout(f"{self.base_url} did not answer in time", kind="timeout")
        elif isinstance(error, anthropic.APIConnectionError | httpx2.HTTPError):
            cause = error.__cause__ or error
            ours = LLMUnavailable(
                f"no connection to {self.base_url} in {self.attempts} attempts: "
                f"{type(cause).__name__} {cause}",
                kind="connection",
            )
        elif isinstance(error, anthropic.APIStatusError):
            passing = status in {408, 409, 429} or error.status_code >= 500
            text = f"{self.base_url} answered {status}: {error.message}"
            hint = _HINTS.get(error.status_code, "")
            ours = (LLMUnavailable if passing else LLMUsageError)(text, hint=hint, kind=f"{status}")
            ours.request_id = error.request_id or ""
        else:
            ours = LLMUsageError(
                f"the request could not be sent: {type(error).__name__}: {error}", kind="unsent"
            )
        return self._without_key(ours)

    def _without_key(self, error: LLMError) -> LLMError:
        """The error with the key blotted out, where a backend repeats it."""
        for secret in self._credentials.values():
            if len(secret) > 4:
                error.message = error.message.replace(secret, "***")
                error.text = error.text.replace(secret, "***")
        error.message = error.message[:600]
        error.args = (error.message,)
        return error


_HINTS = {
    400: "the backend does not take a setting or the text of this request",
    401: "the key was refused",
    403: "the key may not use this model",
    404: "there is no such model, or base_url is not that of a Messages server (it goes without /v1)",
    413: "the request is too long",
    429: "fewer at a time (concurrency=) or a minute (rate=)",
}


def _model(model: str | None) -> str:
    found = model or os.environ.get("NEUROLOGIC_MODEL")
    if not found:
        raise LLMUsageError(
            "no model is named",
            hint="pass model= or set NEUROLOGIC_MODEL; there is no default, as models differ",
            kind="model",
        )
    return found


def _base_url(base_url: str | None) -> str:
    named = (os.environ.get(f"{owner}_BASE_URL") for owner in ("NEUROLOGIC", "ANTHROPIC"))
    found = base_url or next(filter(None, named), OFFICIAL)
    found = found.rstrip("/").removesuffix("/v1")
    if urlsplit(found).scheme not in {"http", "https"} or not urlsplit(found).hostname:
        raise LLMUsageError(
            f"base_url is not an address: {found}", hint="such as http://127.0.0.1:8080", kind="url"
        )
    return found


def _schema(text: str) -> dict[str, Any]:
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LLMUsageError("the schema is not JSON", text=text[:400], kind="schema") from error
    if not isinstance(schema, dict):
        raise LLMUsageError("the schema is not a JSON object", text=text[:400], kind="schema")
    return schema


def _digest(said: dict[str, Any]) -> str:
    shared = [said.get("system"), said.get("output_config")]
    return hashlib.sha256(json.dumps(shared, sort_keys=True).encode("ascii")).hexdigest()


def _bounded(stream: Any) -> Any:
    """The stream, ended after the largest answer we read; the reader then finds it too large."""
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = LARGEST
            async for chunk in stream:
                yield chunk[:left]
                left -= len(chunk)
                if left <= 0:
                    return

        async def aclose(self) -> None:
            await stream.aclose()

    return Bounded()


PROBE = Request(
    "You reply in JSON.",
    (Message("user", "Reply with the word no and nothing else."),),
    max_tokens=256,
    schema='{"type":"object","properties":{"answer":{"type":"string","enum":["yes"]}},'
    '"required":["answer"],"additionalProperties":false}',
)
"""A request whose schema and whose words want different replies."""
