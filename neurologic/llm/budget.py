"""A limit on what a model may cost, kept by never making a call that might break it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

import anyio

from neurologic.errors import (
    BudgetExceeded,
    LLMError,
    LLMMalformed,
    LLMTimeout,
    LLMUnavailable,
    LLMUsageError,
)
from neurologic.llm.asking import ask
from neurologic.llm.prices import cost
from neurologic.llm.protocol import LLM, Reply, Request, Usage, once


class Budget:
    """A model that costs at most so much: an LLM around an LLM.

    Before a call, the most that it could cost is set aside: the whole input at the price of
    writing to the cache, and a reply of `max_tokens`. A call that does not fit waits for those
    under way, which mostly turn out cheaper; when none is under way, it and all later ones are
    refused. A call that broke off may have been charged for: what was set aside for it is spent, and
    it is made again, up to the model's `attempts`, only if it can be paid for again. A `Recording` around the budget keeps what was got, so that the same run with more
    money goes on from there.

    Args:
        llm: the model.
        limit: US dollars.
        price: from usage and model to dollars.

    Attributes:
        spent: dollars so far. An attempt that may have been charged for without saying how much
            counts with all that was set aside for it: one that ended at the deadline, broke off,
            or brought a malformed answer or one without usage.

    Raises:
        LLMUsageError: if the limit is not a positive number or the model has no price.

    >>> from neurologic.llm import Message, Scripted, complete
    >>> cheap = Budget(Scripted(["one", "two"]), 1, price=lambda usage, model: Decimal("0.6"))
    >>> ask = [Request("", (Message("user", "Hi"),))] * 2
    >>> [str(reply) if isinstance(reply, Exception) else reply.text
    ...  for reply in complete(cheap, ask, limit=1)]  # doctest: +ELLIPSIS
    ['one', 'the next call might cost $0.6000, and of $1 only $0.4000 are left...']
    """

    def __init__(
        self,
        llm: LLM,
        limit: float | Decimal | str,
        *,
        price: Callable[[Usage, str], Decimal] = cost,
    ) -> None:
        self.llm = llm
        self.limit = _dollars(limit)
        self.model = str(getattr(llm, "model", ""))
        self.spent = Decimal(0)
        self._price = price
        self._held: list[Decimal] = []
        self._ended = False
        self._lock = threading.Lock()
        price(Usage(), self.model)  # a model without a price is told before the first call

    async def __aenter__(self) -> Budget:
        if isinstance(self.llm, AbstractAsyncContextManager):
            await self.llm.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        if isinstance(self.llm, AbstractAsyncContextManager):
            await self.llm.__aexit__(*error)

    async def complete(self, request: Request) -> Reply:
        """The reply, if it can be paid for in any case.

        Raises:
            BudgetExceeded: if it might cost more than is left.
            LLMError: whatever the model raises.
        """
        most = self._price(_most(request), self.model)
        left = _attempts(self.llm)
        while True:
            left -= 1
            try:
                return await self._attempt(request, most)
            except LLMUnavailable as error:
                broken_off = bool(error.attempts) and not isinstance(error, LLMTimeout)
                if not broken_off or not left:
                    raise

    async def _attempt(self, request: Request, most: Decimal) -> Reply:
        while not self._set_aside(most):
            await anyio.sleep(0.02)
        charge = most  # unless we learn otherwise
        alone = once.set(True)
        try:
            reply = await ask(self.llm, request)
            charge = self._charge(reply, most)
            return reply
        except LLMError as error:
            charge = most * _lost(error)
            raise
        finally:
            once.reset(alone)
            with self._lock:
                self._held.remove(most)
                self.spent += charge

    def _set_aside(self, most: Decimal) -> bool:
        """Whether the money is set aside; raises if it never will be."""
        with self._lock:
            left = self.limit - self.spent
            if not self._ended and most <= left - sum(self._held):
                self._held.append(most)
                return True
            if not self._ended and self._held:
                return False
            self._ended = True
            raise BudgetExceeded(
                f"the next call might cost ${most:.4f}, and of ${self.limit} only "
                f"${left:.4f} are left",
                hint="a larger budget; a Recording around it keeps what was paid for",
                kind="budget",
            )

    def _charge(self, reply: Reply, most: Decimal) -> Decimal:
        """The price of the reply; of the model asked for, where the one returned has none."""
        if Usage() == replace(reply.usage, raw=""):
            return most  # it does not say
        for model in (reply.model, self.model):
            try:
                return self._price(reply.usage, model)
            except LLMUsageError:
                continue
        return most


def _most(request: Request) -> Usage:
    """The most that a request can use. A token has two bytes or more, save in odd texts."""
    said = [request.system, request.schema or "", *(turn.text for turn in request.messages)]
    size = sum(len(text.encode("utf-8", "replace")) for text in said)
    return Usage(cache_write=size // 2 + 200, output_tokens=request.max_tokens)


def _lost(error: LLMError) -> int:
    """How many attempts behind an error may have been charged for."""
    if error.attempts is not None:
        return error.attempts
    return int(isinstance(error, LLMTimeout | LLMMalformed))


def _attempts(llm: LLM) -> int:
    attempts = getattr(llm, "attempts", 1)
    return attempts if isinstance(attempts, int) and attempts > 0 else 1


def _dollars(limit: float | Decimal | str) -> Decimal:
    amount = Decimal(0)
    if isinstance(limit, int | float | Decimal | str) and not isinstance(limit, bool):
        with suppress(InvalidOperation):
            amount = Decimal(str(limit))
    if amount.is_nan() or amount <= 0:
        raise LLMUsageError(
            f"a budget of {limit!r:.80} lets no call through",
            hint="a positive number of dollars",
            kind="setting",
        )
    return amount
