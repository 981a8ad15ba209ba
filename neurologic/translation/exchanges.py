"""Exchanges: a request, its replies, and what goes back to the model until all is mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from neurologic.errors import LLMError, NeurologicError, printable
from neurologic.llm import LLM, Message, Reply, Request, complete
from neurologic.translation.prompting import problems_text

_LONGEST_HISTORY = 20_000  # characters of a reply that are shown to the model again
_MOST_TOKENS = 32_000


@dataclass(slots=True)
class Exchange:
    """One request on its way: the replies so far, and whether to ask once more.

    Args:
        llm: the model.
        request: what to ask next.
        read: takes a reply, keeps what it says, and tells what has to be mended.
        again: how to ask for the mended reply, in words.
        replies: what the model said, the first reply first.
        failure: why the model could not be asked.
        open: whether it is to be asked.
    """

    llm: LLM
    request: Request
    read: Callable[[Reply], Sequence[NeurologicError]]
    again: Callable[[], str]
    replies: list[Reply] = field(default_factory=list)
    failure: LLMError | None = None
    open: bool = True

    def take(self, reply: Reply | LLMError) -> None:
        """Read a reply, and ask once more if there is something to mend."""
        if isinstance(reply, LLMError):
            self.failure, self.open = reply, False
            return
        repeated = bool(self.replies) and self.replies[-1].text == reply.text
        self.replies.append(reply)
        problems = self.read(reply)
        self.open = bool(problems) and not repeated and reply.stop != "refusal"
        if not self.open:
            return
        again = (
            self.request.messages[0],
            Message("assistant", printable(reply.text[:_LONGEST_HISTORY]).strip() or "(nothing)"),
            Message("user", f"{problems_text(problems)}\n{self.again()}"),
        )
        most = self.request.max_tokens
        if reply.stop == "length":
            most = max(most, min(most * 2, _MOST_TOKENS))
        self.request = replace(self.request, messages=again, max_tokens=most)


def converse(exchanges: Sequence[Exchange], *, rounds: int, limit: int) -> None:
    """Ask until nothing is left to mend, each exchange `1 + rounds` times at most.

    Args:
        exchanges: what to ask; those of one model are asked at the same time.
        rounds: how often problems go back to the model at most.
        limit: how many calls may be under way at a time.
    """
    for _ in range(rounds + 1):
        models: dict[int, list[Exchange]] = {}
        for exchange in exchanges:
            if exchange.open:
                models.setdefault(id(exchange.llm), []).append(exchange)
        if not models:
            return
        for own in models.values():
            requests = [exchange.request for exchange in own]
            replies = complete(own[0].llm, requests, limit=limit)
            for exchange, reply in zip(own, replies, strict=True):
                exchange.take(reply)
