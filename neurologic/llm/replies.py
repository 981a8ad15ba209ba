"""Reading what a model sent: a reply, of the Messages protocol or ready-made, or an error that says what is wrong."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any, get_args

from neurologic.errors import LLMError, LLMMalformed, LLMUnavailable
from neurologic.llm.protocol import Reply, Stop, Usage

LARGEST = 8 * 2**20
"""The most bytes read of an answer; what is longer is malformed."""

MOST_TOKENS = 10**12
"""More tokens than any call has; a larger count is nonsense."""

_STOPS: dict[str, Stop] = {
    "end_turn": "end",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "stop_sequence": "stop",
    "refusal": "refusal",
}


def read_reply(body: bytes, *, request_id: str = "", seconds: float = 0.0) -> Reply:
    """The reply that the body of a successful answer holds.

    A reply without text is a reply: it was paid for, and what to make of it is the caller's
    matter.

    Raises:
        LLMMalformed: if the body is not a message of the protocol.
        LLMUnavailable: if it is an error of an overloaded backend, sent as a success.

    >>> read_reply(b'{"type": "message", "model": "m", "stop_reason": "end_turn", "content": '
    ...            b'[{"type": "text", "text": "Barks(rex)"}], "usage": null}').text
    'Barks(rex)'
    """
    try:
        return message_reply(read_object(body), request_id=request_id, seconds=seconds)
    except LLMError as error:
        error.request_id = request_id
        raise


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object that the body is.

    Raises:
        LLMMalformed: if it is anything else.
    """
    if len(body) >= LARGEST:
        raise _malformed(f"an answer of more than {LARGEST // 2**20} MB", b"", "too large")
    start = body.lstrip()[:20].lower()
    if not start:
        raise _malformed("an empty answer", body, "empty")
    if start.startswith(b"<"):
        raise _malformed("a page of HTML instead of a reply", body, "html")
    if body.startswith(b"\x1f\x8b"):
        raise _malformed("a compressed answer, which was not asked for", b"", "encoding")
    if start.startswith((b"event:", b"data:", b":")):
        raise _malformed("a stream that was not asked for", body, "stream")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _malformed("an answer that is not JSON", body, "json") from error
    if not isinstance(said, dict):
        raise _malformed("an answer that is not a JSON object", body, "json")
    return said


def message_reply(said: dict[str, Any], *, request_id: str = "", seconds: float = 0.0) -> Reply:
    """The reply that a message object holds; raises as `read_reply` does."""
    shown = json.dumps(said)[:400].encode("ascii")
    if said.get("type") == "error":
        raise backend_error(said)
    if "choices" in said:
        raise _malformed("an answer in OpenAI's form, not Anthropic's", shown, "openai")
    content, model, stop = said.get("content"), said.get("model"), said.get("stop_reason")
    if said.get("type") != "message" or not isinstance(content, list):
        raise _malformed("an answer that is not a message", shown, "shape")
    if not isinstance(model, str) or not isinstance(stop, str):
        raise _malformed("a message without its model or its stop reason", shown, "shape")
    if stop not in _STOPS:
        raise _malformed(
            f"a message that stopped for an unknown reason, {stop[:40]}", shown, "stop"
        )
    words = []
    for block in content:
        if not isinstance(block, dict):
            raise _malformed("a message with content that is no block", shown, "shape")
        if block.get("type") == "text":
            if not isinstance(block.get("text"), str):
                raise _malformed("a text block without text", shown, "shape")
            words.append(block["text"])
    return Reply(
        "".join(words), _STOPS[stop], model, read_usage(said.get("usage")), request_id, seconds
    )


def backend_error(said: dict[str, Any]) -> LLMError:
    """The error object of a backend as ours: one that passes when asked later, or one that stays."""
    error = said.get("error")
    kind = error.get("type") if isinstance(error, dict) else None
    words = error.get("message") if isinstance(error, dict) else None
    text = f"the backend reported {kind or 'an error'}: {words or ''}"[:400]
    passing = kind in {"overloaded_error", "api_error", "rate_limit_error", "timeout_error"}
    return (LLMUnavailable if passing else LLMMalformed)(text, kind=str(kind or "error"))


def read_usage(usage: object) -> Usage:
    """The tokens used; what the backend does not say, or says as nonsense, is 0.

    >>> read_usage({"input_tokens": 5, "output_tokens": "many", "cache_read_input_tokens": 7})
    ... # doctest: +ELLIPSIS
    Usage(input_tokens=5, output_tokens=0, cache_read=7, cache_write=0, thinking=0, raw='{...}')
    """
    if not isinstance(usage, dict):
        return Usage()
    details = usage.get("output_tokens_details")
    return Usage(
        _count(usage.get("input_tokens")),
        _count(usage.get("output_tokens")),
        _count(usage.get("cache_read_input_tokens")),
        _count(usage.get("cache_creation_input_tokens")),
        _count(details.get("thinking_tokens")) if isinstance(details, dict) else 0,
        json.dumps(usage, sort_keys=True),
    )


def _count(value: object) -> int:
    return value if type(value) is int and _counts(value) else 0


def checked(reply: object) -> Reply:
    """The reply, if it is one to the last field: a model of one's own may return anything.

    Raises:
        LLMMalformed: if it is not.

    >>> checked(Reply("Barks(rex)")).text
    'Barks(rex)'
    """
    if not isinstance(reply, Reply):
        raise _odd(f"a {type(reply).__name__} and not a Reply")
    for name in ("text", "model", "request_id"):
        if not isinstance(getattr(reply, name), str):
            raise _odd(f"a Reply whose {name} is not a text")
    if reply.stop not in get_args(Stop):
        raise _odd(f"a Reply whose stop is none of {', '.join(get_args(Stop))}")
    if not isinstance(reply.seconds, (int, float)) or not 0 <= reply.seconds < math.inf:
        raise _odd("a Reply whose seconds are not a number")
    if not isinstance(reply.usage, Usage):
        raise _odd("a Reply whose usage is not a Usage")
    counts = asdict(reply.usage)
    if not isinstance(counts.pop("raw"), str) or not all(map(_counts, counts.values())):
        raise _odd(f"a Usage whose counts are not all whole numbers from 0 to {MOST_TOKENS:,}")
    return reply


def _counts(value: object) -> bool:
    return type(value) is int and 0 <= value <= MOST_TOKENS


def _odd(what: str) -> LLMMalformed:
    return LLMMalformed(
        f"the model replied with {what}", hint="complete() returns a Reply", kind="protocol"
    )


def _malformed(what: str, body: bytes, kind: str) -> LLMMalformed:
    hint = "is base_url that of a server that speaks Anthropic's Messages protocol (/v1/messages)?"
    shown = body[:400].decode("utf-8", "replace")
    return LLMMalformed(f"the backend sent {what}", text=shown, hint=hint, kind=kind)
