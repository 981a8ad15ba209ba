"""Language models: a request and its reply, and ways to ask, to record and to keep to a budget.

Anything with an asynchronous `complete` method is a model. The smallest one:

>>> from neurologic.llm import Message, Reply, Request, complete
>>> class Parrot:
...     async def complete(self, request):
...         return Reply(request.messages[-1].text)
>>> [reply.text for reply in complete(Parrot(), [Request("", (Message("user", "Hello"),))])]
['Hello']
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from neurologic.llm.protocol import (
    LLM,
    Message,
    Reply,
    Request,
    Usage,
    request_key,
)

if TYPE_CHECKING:
    from neurologic.llm.anthropic import Anthropic
    from neurologic.llm.asking import complete, complete_all
    from neurologic.llm.batches import complete_batch
    from neurologic.llm.budget import Budget
    from neurologic.llm.lines import Recorded, recorded
    from neurologic.llm.prices import Estimate, cost, estimate
    from neurologic.llm.recording import Recording
    from neurologic.llm.scripted import Scripted
    from neurologic.llm.wording import Capabilities

_HOMES = {
    "anthropic": ("Anthropic",),
    "asking": ("complete", "complete_all"),
    "batches": ("complete_batch",),
    "budget": ("Budget",),
    "lines": ("Recorded", "recorded"),
    "prices": ("Estimate", "cost", "estimate"),
    "recording": ("Recording",),
    "scripted": ("Scripted",),
    "wording": ("Capabilities",),
}  # fmt: skip
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "LLM",
    "Anthropic",
    "Budget",
    "Capabilities",
    "Estimate",
    "Message",
    "Recorded",
    "Recording",
    "Reply",
    "Request",
    "Scripted",
    "Usage",
    "complete",
    "complete_all",
    "complete_batch",
    "cost",
    "estimate",
    "recorded",
    "request_key",
]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value
