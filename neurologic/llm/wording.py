"""A request in the words of the Messages protocol, as far as a backend can follow them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from neurologic.errors import LLMUsageError
from neurologic.llm.protocol import Request

CACHED = 4096
"""Characters of a system text from which on it is worth a place in the backend's cache."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can do.

    Args:
        structured: it keeps to a JSON schema.
        temperature: it takes a temperature.
        count_tokens: it counts tokens without replying.
        batches: it takes batches of messages.
        cache: it takes marks for its cache.
    """

    structured: bool = False
    temperature: bool = False
    count_tokens: bool = False
    batches: bool = False
    cache: bool = False


def said(request: Request, model: str, can: Capabilities) -> dict[str, Any]:
    """The request as arguments of a call: without what the backend cannot do.

    Raises:
        LLMUsageError: if the schema is none.

    >>> from neurologic.llm.protocol import Message
    >>> said(Request("", (Message("user", "Hi"),), max_tokens=5), "m", Capabilities())
    {'model': 'm', 'max_tokens': 5, 'messages': [{'role': 'user', 'content': 'Hi'}]}
    """
    words: dict[str, Any] = {
        "model": model,
        "max_tokens": request.max_tokens,
        "messages": [{"role": turn.role, "content": turn.text} for turn in request.messages],
    }
    if request.system:
        words["system"] = request.system
        if can.cache and len(request.system) >= CACHED:
            mark = {"type": "ephemeral"}
            words["system"] = [{"type": "text", "text": request.system, "cache_control": mark}]
    output: dict[str, Any] = {}
    if request.effort is not None:
        output["effort"] = request.effort
    if request.schema is not None and can.structured:
        output["format"] = {"type": "json_schema", "schema": _schema(request.schema)}
    if output:
        words["output_config"] = output
    if request.stop:
        words["stop_sequences"] = list(request.stop)
    if request.temperature is not None:
        words["extra_body"] = {"temperature": request.temperature}
    return words


def digest(words: dict[str, Any]) -> str:
    """What requests share that a backend keeps in its cache, as a hash."""
    shared = [words.get("system"), words.get("output_config")]
    return hashlib.sha256(json.dumps(shared, sort_keys=True).encode("ascii")).hexdigest()


def _schema(text: str) -> dict[str, Any]:
    try:
        schema = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LLMUsageError("the schema is not JSON", text=text[:400], kind="schema") from error
    if not isinstance(schema, dict):
        raise LLMUsageError("the schema is not a JSON object", text=text[:400], kind="schema")
    return schema
