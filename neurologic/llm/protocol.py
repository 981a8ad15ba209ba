"""What is said to a language model and what comes back: the one-method protocol `LLM`."""

from __future__ import annotations

import hashlib
import json
from contextvars import ContextVar
from dataclasses import dataclass, fields
from typing import Any, Literal, Protocol, TypeAlias

Role: TypeAlias = Literal["user", "assistant"]
Stop: TypeAlias = Literal["end", "length", "refusal", "stop"]

once: ContextVar[bool] = ContextVar("once", default=False)
"""Whether an attempt that may have been charged for is the caller's to repeat, not the model's."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation.

    Args:
        role: who speaks, `user` or `assistant`.
        text: what is said.
    """

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """Everything that shapes a reply, and nothing else.

    Args:
        system: the long prefix that many requests share: instructions and examples. A backend
            that can keeps it in a cache.
        messages: the conversation, which the model continues.
        max_tokens: the most tokens of the reply, thinking included.
        schema: the JSON schema of the reply, as JSON text; a backend that cannot honour it
            replies with text.
        effort: how hard to think, in the backend's words, such as `low` or `high`.
        temperature: only for a backend that has one; others refuse the request.
        stop: texts at which the reply ends.
        sample: which of several samples of one request this is. It is part of the key of a
            recording and is never sent.

    >>> Request("You translate.", (Message("user", "Rex barks."),)).max_tokens
    4096
    """

    system: str
    messages: tuple[Message, ...]
    max_tokens: int = 4096
    schema: str | None = None
    effort: str | None = None
    temperature: float | None = None
    stop: tuple[str, ...] = ()
    sample: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call used, in tokens; 0 where the backend does not say.

    Args:
        input_tokens: tokens read at the full price, so neither from nor into a cache.
        output_tokens: tokens written, thinking included.
        cache_read: tokens read from a cache.
        cache_write: tokens put into a cache.
        thinking: how many of the output tokens were thinking.
        raw: the backend's own account as JSON text, for pricing later.

    >>> Usage(10, 2) + Usage(5, 1, cache_read=100)
    Usage(input_tokens=15, output_tokens=3, cache_read=100, cache_write=0, thinking=0, raw='')
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read: int = 0
    cache_write: int = 0
    thinking: int = 0
    raw: str = ""

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            self.thinking + other.thinking,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said.

    Args:
        text: the words, perhaps none: untrusted, to be parsed and never executed.
        stop: why it stopped: `end` of its own accord, `length` when cut off at `max_tokens`,
            `refusal`, or `stop` at one of the request's stop texts.
        model: the model as the backend names it, which may differ from the one asked for.
        usage: what the call used.
        request_id: the backend's name for the call.
        seconds: how long the call took, waits between attempts included.
    """

    text: str
    stop: Stop = "end"
    model: str = ""
    usage: Usage = Usage()
    request_id: str = ""
    seconds: float = 0.0


class LLM(Protocol):
    """Anything that replies to a request.

    A model that holds connections may also be an asynchronous context manager: `complete` and
    the wrappers of this package enter it once around many calls.
    """

    async def complete(self, request: Request) -> Reply:
        """The reply.

        Raises:
            LLMError: and nothing else, if there is none.
        """
        ...


def canonical(request: Request) -> dict[str, Any]:
    """The request as JSON: settings left at their defaults are left out.

    So a setting that is added to `Request` later does not change the key of an older request.

    >>> canonical(Request("", (Message("user", "Hi"),), sample=2))
    {'system': '', 'messages': [['user', 'Hi']], 'max_tokens': 4096, 'sample': 2}
    """
    said: dict[str, Any] = {
        "system": request.system,
        "messages": [[message.role, message.text] for message in request.messages],
        "max_tokens": request.max_tokens,
    }
    for field in fields(request):
        value = getattr(request, field.name)
        if field.name not in said and value != field.default:
            said[field.name] = list(value) if isinstance(value, tuple) else value
    if isinstance(request.temperature, int):
        said["temperature"] = float(request.temperature)  # 1 is 1.0
    if request.schema is not None:
        said["schema"] = _canonical_schema(request.schema)
    return said


def request_key(request: Request, model: str) -> str:
    """The SHA-256 of all that shapes the reply: the request in canonical form and the model.

    >>> ask = Request("", (Message("user", "Hi"),))
    >>> request_key(ask, "m")[:16]
    'ec099555b16f3ac1'
    >>> request_key(ask, "m") == request_key(ask, "other")
    False
    """
    said = {**canonical(request), "model": model}
    return hashlib.sha256(
        json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii")
    ).hexdigest()


def _canonical_schema(schema: str) -> str:
    try:
        return json.dumps(json.loads(schema), sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return schema
