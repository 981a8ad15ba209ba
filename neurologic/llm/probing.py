"""Asking a backend what it can do, instead of assuming it."""

from __future__ import annotations

import json
from typing import Any

from neurologic.errors import LLMMalformed, LLMUnavailable, LLMUsageError
from neurologic.llm.anthropic import Anthropic
from neurologic.llm.protocol import Message, Request
from neurologic.llm.replies import read_object, read_reply
from neurologic.llm.wording import Capabilities

PROBE = Request(
    "You reply in JSON.",
    (Message("user", "Reply with the word no and nothing else."),),
    max_tokens=256,
    schema='{"type":"object","properties":{"answer":{"type":"string","enum":["yes"]}},'
    '"required":["answer"],"additionalProperties":false}',
)
"""A request whose schema and whose words want different replies."""

_ABSENT = {"400", "404", "405", "422", "500", "501"}
"""Statuses that servers give to what they do not have."""


async def probe(llm: Anthropic) -> Capabilities:
    """What the backend can do: from its list of models, or by trying on any other server.

    Trying costs one short reply. Nothing tells whether a server heeds a temperature or only
    takes it: servers other than Anthropic's are sent one when it is asked for.

    Raises:
        LLMError: if the backend cannot be reached or does not speak the protocol.
    """
    return await (_listed(llm) if llm.official else _tried(llm))


async def _listed(llm: Anthropic) -> Capabilities:
    body, _ = await llm.send(lambda client: client.models.with_raw_response.retrieve(llm.model))
    can = read_object(body).get("capabilities")
    has = can if isinstance(can, dict) else {}

    def supported(name: str) -> bool:
        entry = has.get(name)
        return isinstance(entry, dict) and entry.get("supported") is True

    return Capabilities(
        structured=supported("structured_outputs"),
        count_tokens=True,
        batches=supported("batch"),
        cache=True,
    )


async def _tried(llm: Anthropic) -> Capabilities:
    cache, structured = await _structured(llm)
    return Capabilities(
        structured=structured,
        temperature=True,
        count_tokens=await _counts(llm),
        batches=await _takes_batches(llm),
        cache=cache,
    )


async def _structured(llm: Anthropic) -> tuple[bool, bool]:
    """Whether marks for the cache are taken, and whether a schema is kept to."""
    marked = [{"type": "text", "text": PROBE.system, "cache_control": {"type": "ephemeral"}}]
    shape = {"format": {"type": "json_schema", "schema": json.loads(PROBE.schema or "{}")}}
    for extra in ({"output_config": shape}, {}):
        for system in (marked, PROBE.system):
            text = await _ask(llm, {"system": system, **extra})
            if text is not None:
                return system is marked, bool(extra) and _keeps_to_schema(text)
    return False, False


async def _ask(llm: Anthropic, said: dict[str, Any]) -> str | None:
    """The text of the reply, or None if the backend refuses the request."""
    asked: dict[str, Any] = {
        "model": llm.model,
        "max_tokens": PROBE.max_tokens,
        "messages": [{"role": "user", "content": PROBE.messages[0].text}],
        **said,
    }
    try:
        body, _ = await llm.send(lambda client: client.messages.with_raw_response.create(**asked))
    except LLMUsageError as error:
        if error.kind in {"400", "422"}:
            return None
        raise
    return read_reply(body).text


def _keeps_to_schema(text: str) -> bool:
    try:
        return bool(json.loads(text) == {"answer": "yes"})
    except (ValueError, RecursionError):
        return False


async def _counts(llm: Anthropic) -> bool:
    asked: Any = {"model": llm.model, "messages": [{"role": "user", "content": "Rex barks."}]}
    try:
        body, _ = await llm.send(
            lambda client: client.messages.with_raw_response.count_tokens(**asked)
        )
        return type(read_object(body).get("input_tokens")) is int
    except (LLMUsageError, LLMUnavailable, LLMMalformed) as error:
        if error.kind in _ABSENT or isinstance(error, LLMMalformed):
            return False
        raise


async def _takes_batches(llm: Anthropic) -> bool:
    try:
        body, _ = await llm.send(
            lambda client: client.messages.batches.with_raw_response.list(limit=1)
        )
        return isinstance(read_object(body).get("data"), list)
    except (LLMUsageError, LLMUnavailable, LLMMalformed) as error:
        if error.kind in _ABSENT or isinstance(error, LLMMalformed):
            return False
        raise
