"""What calls cost, from recorded usage, and what they would cost, by counting tokens first.

Prices are looked up when they are asked for, in a table that ships with `genai-prices` (the extra
`prices`); nothing is fetched. Usage is what recordings keep, so that a report can be priced anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import anyio

from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm.asking import entered, run
from neurologic.llm.protocol import LLM, Request, Usage, request_key


def cost(usage: Usage, model: str, *, batch: bool = False) -> Decimal:
    """The price of what was used, in US dollars.

    Price every reply by itself and add the prices: a sum of usages no longer says what was part of
    a batch or stays cached for an hour.

    Args:
        usage: what was used; its raw account says which cache entries live for an hour and
            whether the call was part of a batch.
        model: the model as returned.
        batch: whether to take half the price, which is that of batches, in any case.

    Raises:
        LLMUsageError: if the model has no price or `genai-prices` is not installed.

    >>> read, cached = Usage(input_tokens=1_000_000), Usage(cache_read=1_000_000)
    >>> 0 < cost(cached, "claude-opus-5-5") < cost(read, "claude-opus-5-5")
    True
    """
    try:
        from genai_prices import Usage as Tokens
        from genai_prices import calc_price
    except ImportError as error:
        raise LLMUsageError(
            "prices need the package genai-prices", hint="pip install 'neurologic[prices]'"
        ) from error
    raw = _raw(usage)
    hour = min(_hour_writes(raw), usage.cache_write)
    # Its input_tokens include what a cache held; ours, as Anthropic's, do not.
    tokens = Tokens(
        input_tokens=usage.input_tokens + usage.cache_read + usage.cache_write,
        cache_read_tokens=usage.cache_read,
        cache_write_tokens=usage.cache_write,
        cache_write_1h_tokens=hour,
        output_tokens=usage.output_tokens,
    )
    try:
        price = calc_price(tokens, model, provider_id="anthropic").total_price
    except (LookupError, ValueError) as error:
        raise LLMUsageError(f"no price is known for the model {model}", kind="price") from error
    return price / 2 if batch or raw.get("service_tier") == "batch" else price


@dataclass(frozen=True, slots=True)
class Estimate:
    """What requests would use and cost, without a single reply.

    Args:
        requests: how many would be asked; what is recorded already is not.
        input_tokens: how many tokens they have.
        output_tokens: the most tokens of all replies.
        exact: whether the backend counted the input; else it is characters by four.
        note: why it did not count, where it was asked.
        least: dollars for the input alone, nothing of it cached; None where there is no price.
        most: dollars with every reply at its longest.
    """

    requests: int
    input_tokens: int
    output_tokens: int
    exact: bool
    least: Decimal | None
    most: Decimal | None
    note: str = ""

    def __str__(self) -> str:
        about = "" if self.exact else "about "
        text = (
            f"{self.requests} requests, {about}{self.input_tokens} input tokens, "
            f"at most {self.output_tokens} output tokens"
        )
        if self.least is None or self.most is None:
            text = f"{text}; the model has no known price"
        else:
            text = f"{text}: ${self.least:.2f} to ${self.most:.2f}"
        return f"{text} (tokens not counted: {self.note})" if self.note else text


def estimate(llm: LLM | str, requests: Sequence[Request], *, limit: int = 8) -> Estimate:
    """What the requests would cost: tokens are counted where the backend counts them.

    Samples of one request are counted once. Counting is free, but the texts leave this machine:
    they are sent to the backend. Where it does not count, or cannot be asked, tokens are guessed
    and the estimate says so. The name of a model, instead of a model, asks nobody.

    >>> from neurologic.llm import Message
    >>> asks = [Request("", (Message("user", "Rex barks."),))]
    >>> print(estimate("claude-opus-5-5", asks))  # doctest: +ELLIPSIS
    1 requests, about 3 input tokens, at most 4096 output tokens: $0.00 to $...
    """
    wanted = [each for each in requests if not _is_recorded(llm, each)]
    inner = _innermost(llm)
    model = inner if isinstance(inner, str) else str(getattr(inner, "model", ""))
    distinct = {request_key(replace(each, sample=0), model): each for each in wanted}
    counts, note = run(lambda: _counts(inner, distinct, limit)) if distinct else ({}, "")
    keys = [request_key(replace(each, sample=0), model) for each in wanted]
    tokens = sum(counts.get(key) or _guess(each) for key, each in zip(keys, wanted, strict=True))
    longest = sum(each.max_tokens for each in wanted)
    try:
        least: Decimal | None = cost(Usage(tokens), model)
        most: Decimal | None = cost(Usage(tokens, longest), model)
    except LLMUsageError:
        least = most = None
    exact = counts.keys() == distinct.keys()
    return Estimate(len(wanted), tokens, longest, exact, least, most, note)


async def _counts(llm: Any, distinct: dict[str, Request], limit: int) -> tuple[dict[str, int], str]:
    """Tokens of each request, by key; none, and why, where the backend does not count them."""
    if isinstance(llm, str) or not hasattr(llm, "count"):
        return {}, ""
    counts: dict[str, int] = {}
    failed: list[LLMError] = []
    waiting = iter(distinct.items())

    async def work() -> None:
        for key, request in waiting:
            if failed:
                return
            try:
                counts[key] = await llm.count(request)
            except LLMError as error:
                failed.append(error)
            except Exception as error:  # of a model of one's own
                failed.append(LLMError(f"the model raised {type(error).__name__}: {error}"))

    try:
        async with entered(llm), anyio.create_task_group() as tasks:
            for _ in range(min(limit, len(distinct))):
                tasks.start_soon(work)
    except LLMError as error:  # it could not be entered
        failed.append(error)
    return ({}, failed[0].message) if failed else (counts, "")


def _guess(request: Request) -> int:
    return (len(request.system) + sum(len(turn.text) for turn in request.messages)) // 4 + 1


def _is_recorded(llm: Any, request: Request) -> bool:
    return not isinstance(llm, str) and hasattr(llm, "__contains__") and request in llm


def _innermost(llm: Any) -> Any:
    while getattr(llm, "llm", None) is not None:
        llm = llm.llm
    return llm


def _raw(usage: Usage) -> dict[str, Any]:
    try:
        said = json.loads(usage.raw or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _hour_writes(raw: dict[str, Any]) -> int:
    made = raw.get("cache_creation")
    count = made.get("ephemeral_1h_input_tokens") if isinstance(made, dict) else 0
    return count if type(count) is int and count > 0 else 0
