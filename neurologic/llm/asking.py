"""Asking a model many things from ordinary code, whether or not an event loop is running."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar

import anyio
from anyio.from_thread import start_blocking_portal

from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm.protocol import LLM, Reply, Request

_T = TypeVar("_T")


def complete(llm: LLM, requests: Sequence[Request], *, limit: int = 8) -> list[Reply | LLMError]:
    """The reply to each request, or the error that stood in its way; the order is kept.

    It works in a script and inside a running event loop, such as a notebook's: the calls run in
    a thread of their own. One failure never ends the rest. Stopping it (Ctrl-C) cancels the
    calls under way.

    Args:
        llm: the model.
        requests: what to ask.
        limit: the most requests handed to the model at a time.

    Raises:
        LLMUsageError: if `limit` is not positive.

    >>> from neurologic.llm import Message, Scripted
    >>> ask = [Request("", (Message("user", text),)) for text in ("one", "two")]
    >>> [reply.text for reply in complete(Scripted(["1", "2"]), ask, limit=1)]
    ['1', '2']
    """
    if limit < 1:
        raise LLMUsageError(f"the limit of {limit} lets no request through", hint="at least 1")
    return run(lambda: complete_all(llm, requests, limit=limit))


async def complete_all(
    llm: LLM, requests: Sequence[Request], *, limit: int = 8
) -> list[Reply | LLMError]:
    """The same for asynchronous code."""
    outcomes: dict[int, Reply | LLMError] = {}
    waiting = iter(enumerate(requests))

    async def work() -> None:
        for index, request in waiting:
            outcomes[index] = await outcome(llm, request)

    async with entered(llm), anyio.create_task_group() as tasks:
        for _ in range(min(limit, len(requests))):
            tasks.start_soon(work)
    return [outcomes[index] for index in range(len(requests))]


async def outcome(llm: LLM, request: Request) -> Reply | LLMError:
    """The reply or the error; a model that breaks the protocol with another exception is told on."""
    try:
        return await llm.complete(request)
    except LLMError as error:
        return error
    except Exception as error:
        broken = LLMError(
            f"the model raised {type(error).__name__}: {error}",
            hint="an LLM should raise LLMError and nothing else",
            kind="protocol",
        )
        broken.__cause__ = error
        return broken


@asynccontextmanager
async def entered(llm: LLM) -> AsyncIterator[None]:
    """The model with its connections open, where it has any."""
    if isinstance(llm, AbstractAsyncContextManager):
        async with llm:
            yield
    else:
        yield


def run(work: Callable[[], Awaitable[_T]]) -> _T:
    """The result of asynchronous work, run to its end in an event loop of its own thread."""
    with start_blocking_portal() as portal:  # left by an exception, it cancels what is under way
        return portal.call(work)
