"""The first requests of a run as message batches: at half the price, within a day, into a recording.

A run goes on from the recording afterwards. What a batch made no reply of is a failed sample and is
not asked for again, as it may have been paid for; requests to mend a translation go one by one.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.runner import Halt
from neurologic.errors import LLMError, LLMTimeout, LLMUnavailable, LLMUsageError
from neurologic.llm import LLM, Recording, Reply, Request, complete_batch

_OWN = frozenset(
    ("expired", "canceled", "overloaded_error", "api_error", "rate_limit_error", "timeout_error")
)
"""What one request of a batch may have met, and not the batch."""


@dataclass(frozen=True, slots=True)
class Batched:
    """A model after its batches: what they met is met again, all else is asked of the model.

    Args:
        llm: the recording that the batches filled.
        failed: the requests without a reply.
    """

    llm: LLM
    failed: Mapping[Request, LLMError]

    @property
    def model(self) -> str:
        """The model that is asked for."""
        return str(getattr(self.llm, "model", ""))

    async def complete(self, request: Request) -> Reply:
        """The model's reply."""
        if request in self.failed:
            raise self.failed[request]
        return await self.llm.complete(request)

    async def __aenter__(self) -> Batched:
        if isinstance(self.llm, Recording):
            await self.llm.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        if isinstance(self.llm, Recording):
            await self.llm.__aexit__(*error)


def batched(llm: LLM, requests: Sequence[Request]) -> LLM:
    """The model, its replies to the requests recorded by way of batches.

    What is recorded already is not sent, and batches that an earlier run sent are collected first.

    Args:
        llm: a recording around a backend that takes batches.
        requests: what to ask.

    Raises:
        Halt: the batches could not be sent or have not ended in time; they stay to be collected.
        LLMError: the model takes no batches, or cannot be reached.
    """
    if not isinstance(llm, Recording):
        raise LLMUsageError("a batch needs a recording", hint="--batch goes with --record FILE")
    wanted = [request for request in dict.fromkeys(requests) if request not in llm]
    if not wanted:
        return llm
    what = "1 request goes" if len(wanted) == 1 else f"{len(wanted)} requests go"
    print(f"note: {what} to {llm.model} in batches, which take up to a day", file=sys.stderr)
    failed = {
        request: outcome
        for request, outcome in zip(wanted, complete_batch(llm, wanted), strict=True)
        if isinstance(outcome, LLMError)
    }
    for error in failed.values():
        unread = not all(llm.batches.values())
        if (
            isinstance(error, LLMTimeout)
            or (isinstance(error, LLMUnavailable) and error.kind not in _OWN)
            or unread
        ):
            raise Halt(f"{error}\nhint: without --batch what is missing is asked for one by one")
    return Batched(llm, failed) if failed else llm
