"""What the calls of a run come to: tokens, failures and dollars, kept with each problem's row.

A row keeps the tokens of every reply and how it is charged, so that a summary prices each reply by
itself, as `neurologic.llm.cost` does, with the table that is installed when it is made.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from benchmarks.rows import Row
from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm import Reply, Usage, cost

TOKENS = tuple(f.name for f in dataclasses.fields(Usage) if f.name != "raw")

_MOST = 10**12
"""More tokens than any call has; a larger count is nonsense and counts as none."""

_BATCH = " (batch)"
_HOUR = "cache_write_1h"


@dataclass(slots=True)
class Account:
    """What the models of a problem replied, and how they failed; several threads may enter it."""

    _replies: list[Reply] = field(default_factory=list)
    _failed: list[LLMError] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, outcome: Reply | LLMError) -> None:
        """Keep what came of a call."""
        with self._lock:
            if isinstance(outcome, LLMError):
                self._failed.append(outcome)
            else:
                self._replies.append(outcome)

    def failures(self) -> tuple[LLMError, ...]:
        """How calls failed, of all since `taken` was last called."""
        with self._lock:
            return tuple(self._failed)

    def taken(self) -> tuple[dict[str, dict[str, Any]], list[LLMError]]:
        """Calls and tokens of each model, those of batches apart, and errors; none is told twice.

        `usage` has the tokens of each reply, zeros left out; `cache_write_1h` of what was written
        to a cache stays there for an hour.
        """
        with self._lock:
            replies, self._replies = self._replies, []
            errors, self._failed = self._failed, []
        account: dict[str, dict[str, Any]] = {}
        told = [(reply.model + _BATCH * batch, used) for reply in replies
                for batch, used in [_used(reply.usage)]]  # fmt: skip
        for name, used in sorted(told, key=lambda pair: (pair[0], sorted(pair[1].items()))):
            counts = account.setdefault(name, {"calls": 0, **dict.fromkeys(TOKENS, 0), "usage": []})
            counts["calls"] += 1
            counts["usage"].append(used)
            for token in TOKENS:
                counts[token] += used.get(token, 0)
        return account, errors


def _used(usage: Usage) -> tuple[bool, dict[str, int]]:
    """Whether a reply came from a batch, at half the price; its tokens as far as there are any."""
    raw: Any = None
    with suppress(ValueError, RecursionError):
        raw = json.loads(usage.raw or "{}")
    raw = raw if isinstance(raw, dict) else {}
    made = raw.get("cache_creation")
    counts = {name: getattr(usage, name) for name in TOKENS}
    counts[_HOUR] = made.get("ephemeral_1h_input_tokens") if isinstance(made, dict) else 0
    used = {name: n for name, n in counts.items() if type(n) is int and 0 < n <= _MOST}
    return raw.get("service_tier") == "batch", used


def account_of(rows: Sequence[Row]) -> dict[str, Any]:
    """What the calls behind the rows come to.

    models: as the backend named them. calls: replies that the answers rest on, repairs included;
    a reply that a recording had already counts like another. batched: calls that were part of a
    batch. unanswered: calls that no reply came of, which `--retry-errors` makes again. cost: in US
    dollars; None where the price of a model is not known.
    """
    by_model: dict[str, Counter[str]] = {}
    usages: list[tuple[str, Mapping[str, int]]] = []
    for row in rows:
        for model, counts in (row.get("llm") or {}).items():
            usages += [(model, used) for used in counts["usage"]]
            sums = {name: counts[name] for name in ("calls", *TOKENS)}
            by_model.setdefault(model, Counter()).update(sums)
    total: Counter[str] = Counter()
    for sums in by_model.values():
        total.update(sums)
    return {
        "models": sorted({name.removesuffix(_BATCH) for name in by_model}),
        "calls": total["calls"],
        "batched": sum(c["calls"] for name, c in by_model.items() if name.endswith(_BATCH)),
        "unanswered": sum(row.get("unanswered", 0) for row in rows),
        "tokens": {name: total[name] for name in TOKENS},
        "cost": _cost(usages),
    }


def _cost(usages: Sequence[tuple[str, Mapping[str, int]]]) -> float | None:
    """The sum of what each reply costs; None where a price is not known."""
    if not usages:
        return None
    total = Decimal(0)
    try:
        for model, used in usages:
            total += _price(used, model)
    except LLMUsageError:
        return None
    return float(round(total, 6))


def _price(used: Mapping[str, int], model: str) -> Decimal:
    """What a reply costs, by its tokens and by how it is charged."""
    raw: dict[str, Any] = {"cache_creation": {"ephemeral_1h_input_tokens": used.get(_HOUR, 0)}}
    if model.endswith(_BATCH):
        raw["service_tier"] = "batch"
    tokens = {name: used.get(name, 0) for name in TOKENS}
    usage = Usage(**tokens, raw=json.dumps(raw))
    return cost(usage, model.removesuffix(_BATCH))
