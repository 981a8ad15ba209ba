"""One event loop for all calls of a run, whatever threads ask: problems are answered side by side.

So the limits of a model, its connections and the first request to fill a cache are those of the
whole run and not of each problem.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, ExitStack
from copy import copy
from typing import Any

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal

from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm import LLM, Reply, Request


class Loop:
    """An event loop in a thread of its own, as long as the context lasts.

    Leaving it by an exception, such as Ctrl-C, cancels the calls under way. When a model refuses to
    be asked at all, as with a wrong key, no further call is made.

    Args:
        limit: the most calls at a time, of all models together.

    >>> from neurologic.llm import Message, Scripted, complete
    >>> with Loop(limit=2) as loop:
    ...     llm = loop.share(Scripted(["yes"]))
    ...     complete(llm, [Request("", (Message("user", "Is it?"),))])[0].text
    'yes'
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._stack = ExitStack()
        self._calls: set[Future[Reply]] = set()
        self._portal: BlockingPortal | None = None
        self._slots: anyio.CapacityLimiter | None = None
        self._refusal: LLMError | None = None

    def __enter__(self) -> Loop:
        self._portal = self._stack.enter_context(start_blocking_portal())
        self._slots = self._portal.call(anyio.CapacityLimiter, self._limit)
        return self

    def __exit__(self, *error: Any) -> None:
        self._portal = None
        for call in tuple(self._calls):
            call.cancel()
        self._stack.__exit__(*error)

    def share(self, llm: LLM) -> LLM:
        """The model, to be asked from any thread; its connections are open until the end."""
        assert self._portal is not None
        if isinstance(llm, AbstractAsyncContextManager):
            self._stack.enter_context(self._portal.wrap_async_context_manager(llm))
        return _Shared(self, llm)

    async def ask(self, llm: LLM, request: Request) -> Reply:
        """The model's reply, from the event loop of the run to that of whoever asks."""
        if self._portal is None:
            raise _stopped()
        call = self._portal.start_task_soon(self._complete, llm, request)
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        try:
            return await asyncio.wrap_future(call)
        except asyncio.CancelledError:
            if self._portal is None:  # not whoever asks is stopped, but the run
                raise _stopped() from None
            raise

    async def _complete(self, llm: LLM, request: Request) -> Reply:
        assert self._slots is not None
        async with self._slots:
            if self._refusal is not None:
                raise copy(self._refusal)
            try:
                return await llm.complete(request)
            except LLMUsageError as error:
                if is_refusal(error):
                    self._refusal = error
                raise


_REFUSALS = frozenset(("key", "401", "402", "403", "404"))


def is_refusal(error: LLMError) -> bool:
    """Whether a model refuses to be asked at all: the key is wrong, or there is no such model."""
    return isinstance(error, LLMUsageError) and error.kind in _REFUSALS


def _stopped() -> LLMError:
    return LLMError("the run was stopped", kind="stopped")


class _Shared:
    """A model that lives in the loop of a run."""

    def __init__(self, loop: Loop, llm: LLM) -> None:
        self.llm = llm
        self.model = str(getattr(llm, "model", ""))
        self._loop = loop

    async def complete(self, request: Request) -> Reply:
        return await self._loop.ask(self.llm, request)
