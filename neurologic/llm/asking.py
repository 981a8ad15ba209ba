"""Asking a model many things from ordinary code, whether or not an event loop is running."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from copy import copy
from typing import TypeVar

import anyio
from anyio.from_thread import start_blocking_portal

from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm.protocol import LLM, Reply, Request
from neurologic.llm.replies import checked

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
    stopped: list[BaseException] = []
    waiting = iter(enumerate(requests))

    async def work() -> None:
        try:
            for index, request in waiting:
                outcomes[index] = await outcome(llm, request)
        except (KeyboardInterrupt, SystemExit) as error:  # an event loop would not survive it
            stopped.append(error)
            tasks.cancel_scope.cancel()

    try:
        async with entered(llm), anyio.create_task_group() as tasks:
            for _ in range(min(limit, len(requests))):
                tasks.start_soon(work)
    except LLMError as error:  # it could not be entered
        return [copy(error) for _ in requests]
    if stopped:
        raise stopped[0]
    return [outcomes[index] for index in range(len(requests))]


async def outcome(llm: LLM, request: Request) -> Reply | LLMError:
    """The reply, or the error that stood in its way."""
    try:
        return await ask(llm, request)
    except LLMError as error:
        return error


async def ask(llm: LLM, request: Request) -> Reply:
    """The reply of a model that may be anyone's: what breaks the protocol is told on.

    Ctrl-C, SystemExit and a cancellation from outside pass.

    Raises:
        LLMError: the model's own, or one that says what it raised instead.
        LLMMalformed: the reply is none.
    """
    try:
        return checked(await llm.complete(request))
    except BaseException as error:
        if _passes(error):
            raise
        raise _told_on(error) from error


@asynccontextmanager
async def entered(llm: LLM) -> AsyncIterator[None]:
    """The model with its connections open, where it has any.

    A model that fails to close them has replied all the same.

    Raises:
        LLMError: if they could not be opened.
    """
    if not isinstance(llm, AbstractAsyncContextManager):
        yield
        return
    try:
        await llm.__aenter__()
    except BaseException as error:
        if _passes(error):
            raise
        raise _told_on(error) from error
    try:
        yield
    finally:
        with suppress(Exception):
            await llm.__aexit__(None, None, None)


def _passes(error: BaseException) -> bool:
    """Whether the error is a model's to raise, or comes from outside of it."""
    if isinstance(error, GeneratorExit):  # with no frame below, it is we who are being closed
        return error.__traceback__ is None or error.__traceback__.tb_next is None
    if isinstance(error, asyncio.CancelledError):
        with suppress(RuntimeError):  # not an event loop of asyncio
            task = asyncio.current_task()
            return task is None or task.cancelling() > 0
        return False
    ours = LLMError, KeyboardInterrupt, SystemExit, anyio.get_cancelled_exc_class()
    return isinstance(error, ours)


def _told_on(error: BaseException) -> LLMError:
    return LLMError(
        f"the model raised {type(error).__name__}: {error}",
        hint="an LLM should raise LLMError and nothing else",
        kind="protocol",
    )


def run(work: Callable[[], Awaitable[_T]]) -> _T:
    """The result of asynchronous work, run to its end in an event loop of its own thread."""
    values: list[_T] = []
    stopped: list[BaseException] = []

    async def guarded() -> None:
        try:
            values.append(await work())
        except (KeyboardInterrupt, SystemExit) as error:
            stopped.append(error)

    with start_blocking_portal() as portal:  # left by an exception, it cancels what is under way
        portal.call(guarded)
    if stopped:
        raise stopped[0]
    return values[0]
