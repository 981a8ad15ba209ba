"""Claude, and every server that speaks the Messages protocol, through Anthropic's own library.

That library is heavy and is imported with the first call, not before. Replies are not streamed.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import anyio

from neurologic.errors import LLMError, LLMMalformed, LLMTimeout, LLMUnavailable, LLMUsageError
from neurologic.llm.pace import Pace
from neurologic.llm.protocol import Reply, Request, once
from neurologic.llm.replies import LARGEST, read_object, read_reply
from neurologic.llm.settings import OFFICIAL, Secrets, address, key_text, model_name, positive
from neurologic.llm.wording import CACHED, Capabilities, digest, said

if TYPE_CHECKING:
    import anthropic

_KEPT = 240.0
"""Seconds for which a cached prefix is counted on; backends keep it for 300."""


_charged: ContextVar[list[bool]] = ContextVar("_charged")
"""Of the call under way: an entry for each attempt that may have been charged for."""


@dataclass(slots=True)
class _Session:
    """The connections and limits of one event loop."""

    client: anthropic.AsyncAnthropic
    slots: anyio.CapacityLimiter
    probing: anyio.Lock = field(default_factory=anyio.Lock)
    probes: int = 0
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
        positive("deadline", deadline)
        positive("attempts", attempts, whole=True)
        positive("concurrency", concurrency, whole=True)
        if rate is not None:
            positive("rate", rate)
        self.model = model_name(model)
        self.base_url = address(base_url)
        self.official = self.base_url == OFFICIAL
        self._credentials = self._find_credentials(api_key)
        self.secrets = Secrets(*self._credentials.values())
        self.deadline, self.attempts = deadline, attempts
        self.concurrency, self.rate, self.cache = concurrency, rate, cache
        self._pace = Pace(rate, concurrency) if rate is not None else None
        self._capabilities = capabilities
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
                raise self._ours(error) from None
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
            start = time.monotonic()
            can = await self._known(request)
            left = self.deadline - (time.monotonic() - start)
            words = self.said(request, can)
            marked = isinstance(words.get("system"), list)
            async with self._turn(digest(words) if marked else None):
                start = time.monotonic()
                body, request_id = await self.send(
                    lambda client: client.messages.with_raw_response.create(**words), deadline=left
                )
        seconds = round(time.monotonic() - start, 3)
        return read_reply(body, request_id=request_id, seconds=seconds)

    async def count(self, request: Request) -> int:
        """How many tokens the request has, the system text included; nothing is generated.

        Raises:
            LLMUsageError: if the backend does not count tokens.
            LLMError: as for `complete`.
        """
        words = self.said(request, Capabilities())
        asked = {name: words[name] for name in ("model", "messages", "system") if name in words}
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

        Requests that need to know at the same time ask once between them, and all of it takes no
        longer than the deadline.

        Raises:
            LLMError: as for `complete`.
        """
        from neurologic.llm.probing import probe

        if self._capabilities is not None:
            return self._capabilities
        async with self:
            session = self._sessions[threading.get_ident()]
            before = session.probes
            async with session.probing, self._turn(None):
                if self._capabilities is None and session.probes == before:
                    session.probes += 1
                    with anyio.move_on_after(self.deadline):
                        self._capabilities = await probe(self)
        if self._capabilities is None:
            raise LLMUnavailable(
                f"{self.base_url} could not be asked what it can do", kind="capabilities"
            )
        return self._capabilities

    async def _known(self, request: Request) -> Capabilities:
        """What matters of it for this request, which goes on without if it cannot be learnt now."""
        long = self.cache and len(request.system) >= CACHED
        if request.schema is None and (self.official or not long):
            return Capabilities(cache=self.official)
        try:
            return await self.capabilities()
        except (LLMUnavailable, LLMMalformed):
            return Capabilities(cache=self.official)

    async def send(
        self,
        call: Callable[[anthropic.AsyncAnthropic], Awaitable[Any]],
        *,
        deadline: float | None = None,
    ) -> tuple[bytes, str]:
        """The body and the request id, within the deadline and without the key; errors become ours.

        A call that returns None has read the answer itself.
        """
        deadline = self.deadline if deadline is None else deadline
        client = self._sessions[threading.get_ident()].client
        attempts: list[bool] = []
        token = _charged.set(attempts)
        failed: LLMError = LLMTimeout(
            f"no answer from {self.base_url} within {max(deadline, self.deadline):g} seconds",
            hint="a larger deadline= waits longer",
            kind="deadline",
        )
        try:
            with anyio.move_on_after(deadline):
                answer = await call(client)
                if answer is None:
                    return b"", ""
                body = self.secrets.blot_bytes(await answer.read())
                name = self.secrets.blot(answer.headers.get("request-id") or "")
                return body, name
        except LLMError as error:
            failed = error
        except Exception as error:
            failed = self._ours(error)
        finally:
            _charged.reset(token)
        failed.attempts = len(attempts)
        raise failed  # out here, so that no error of the library, which shows the key, hangs on it

    def _connect(self) -> _Session:
        import anthropic

        client = anthropic.AsyncAnthropic(
            **self._credentials,
            base_url=self.base_url,
            timeout=self.deadline,
            max_retries=self.attempts - 1,
            default_headers={"Accept-Encoding": "identity"},
            open_telemetry=False,
            http_client=_connections(self.base_url, self.secrets),
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
        return said(request, self.model, can if self.cache else replace(can, cache=False))

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
        if api_key and (given := key_text(api_key, "api_key")):
            return {"api_key": given}
        if self.base_url.startswith("https://"):
            for variable, name in (("API_KEY", "api_key"), ("AUTH_TOKEN", "auth_token")):
                if found := os.environ.get(f"ANTHROPIC_{variable}", "").strip():
                    return {name: key_text(found, f"ANTHROPIC_{variable}")}
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
        elif isinstance(error, anthropic.APIConnectionError) or isinstance(
            error.__cause__ or error, httpx2.HTTPError
        ):
            cause = error.__cause__ or error
            ours = LLMUnavailable(
                f"no connection to {self.base_url}: {type(cause).__name__} {cause}",
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
        ours.message = self.secrets.blot(ours.message)[:600]
        ours.request_id = self.secrets.blot(ours.request_id)
        ours.args = (ours.message,)
        return ours


_HINTS = {
    400: "the backend does not take a setting or the text of this request",
    401: "the key was refused",
    403: "the key may not use this model",
    404: "there is no such model, or base_url is not that of a Messages server (it goes without /v1)",
    413: "the request is too long",
    429: "fewer at a time (concurrency=) or a minute (rate=)",
}


def _connections(base_url: str, secrets: Secrets) -> Any:
    """Connections to one server and no other, on which no answer is larger than we read.

    They also keep what an attempt may have cost, and learn the keys that Anthropic's library adds.
    """
    import anthropic
    import httpx2

    home = httpx2.URL(base_url)
    unsent = (
        httpx2.ConnectError,
        httpx2.ConnectTimeout,
        httpx2.PoolTimeout,
        httpx2.LocalProtocolError,
    )

    class Connections(anthropic.DefaultAsyncHttpxClient):
        async def send(self, request: Any, **options: Any) -> Any:
            there = request.url
            if (there.scheme, there.host, there.port) != (home.scheme, home.host, home.port):
                raise anthropic.AnthropicError(f"{there.host} is not the server at {home.host}")
            for name in ("authorization", "x-api-key"):
                secrets.add(request.headers.get(name, "").removeprefix("Bearer "))
            charged = _charged.get([])
            charged.append(True)
            try:
                response = await super().send(request, **options)
            except unsent:
                charged.pop()
                raise
            except httpx2.HTTPError as error:
                if once.get():  # Anthropic's library repeats its own errors no more than ours
                    raise anthropic.AnthropicError("broken off") from error
                raise
            if not response.is_success:
                charged.pop()
            return response

    async def bound(response: Any) -> None:
        response.headers.pop("content-encoding", None)  # not asked for: it is not decoded
        if not response.request.url.path.endswith("/results"):  # those are read line by line
            response.stream = _bounded(response.stream)

    return Connections(event_hooks={"response": [bound]}, follow_redirects=False)


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
