"""A model that says what it was told to say, for tests and for playing back old samples."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from neurologic.errors import LLMError
from neurologic.llm.protocol import Reply, Request


class Scripted:
    """A model whose replies are given beforehand.

    Args:
        replies: one for each call, in the order of the calls, or a function from the request.
            A text stands for a reply of that text; an error is raised.
        model: the model named in replies and in recordings.

    Attributes:
        requests: what was asked, in order.

    >>> from neurologic.llm import Message, complete
    >>> echo = Scripted(lambda request: request.messages[-1].text.upper())
    >>> complete(echo, [Request("", (Message("user", "rex barks"),))])[0].text
    'REX BARKS'
    """

    def __init__(
        self,
        replies: Iterable[str | Reply | LLMError] | Callable[[Request], str | Reply | LLMError],
        model: str = "scripted",
    ) -> None:
        self.model = model
        self.requests: list[Request] = []
        self._lock = threading.Lock()
        self._answer = replies if callable(replies) else None
        self._rest = iter(()) if callable(replies) else iter(replies)

    async def complete(self, request: Request) -> Reply:
        """The next reply.

        Raises:
            LLMError: if the script says so or has come to its end.
        """
        with self._lock:
            self.requests.append(request)
            said = self._answer(request) if self._answer else next(self._rest, None)
        if said is None:
            raise LLMError(f"the script ends before call {len(self.requests)}", kind="script")
        if isinstance(said, LLMError):
            raise said
        return Reply(said, model=self.model) if isinstance(said, str) else said
