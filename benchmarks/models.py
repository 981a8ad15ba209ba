"""Models for a run: which one an option names, and what its calls come to.

`scripted:FILE` is a model made of recorded samples: the k-th sample of a problem is its reply to the
k-th request of that problem.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks import recorded
from benchmarks.rows import DataError, Row
from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm import (
    LLM,
    Anthropic,
    Budget,
    Recording,
    Reply,
    Request,
    Scripted,
    Usage,
    cost,
)

SCRIPT = "scripted:"

TOKENS = tuple(f.name for f in dataclasses.fields(Usage) if f.name != "raw")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which model is asked, as the options say.

    Args:
        name: the model; `scripted:FILE` is made of recorded samples; None leaves it to the
            recording, or to NEUROLOGIC_MODEL.
        base_url: the server, where it is not the official one.
        replay: a recording that answers instead; no model is asked.
        record: a recording that grows by every reply, and answers what it has already.
        most: US dollars that the calls of this command may cost.
        concurrency: the most calls at a time.
    """

    name: str | None = None
    base_url: str | None = None
    replay: Path | None = None
    record: Path | None = None
    most: float | None = None
    concurrency: int = 8

    def __post_init__(self) -> None:
        if self.replay is None:
            return
        for option, value in (("--record", self.record), ("--max-cost", self.most)):
            if value is not None:
                raise LLMUsageError(
                    f"--replay and {option} do not go together",
                    hint="--record FILE answers from the file as well, and asks for the rest",
                )

    def models(
        self, others: Sequence[str] = (), *, dry: bool = False
    ) -> tuple[LLM, dict[str, LLM]]:
        """The model, and those that variants name, which share its server and its recording.

        Nothing is asked yet.

        Args:
            others: the names of further models.
            dry: nothing will be asked, so a recording is looked at and not made.

        Raises:
            LLMUsageError: no model, no key, no price for one that must not cost much, or a further
                model that is the model itself, or that must not cost much.
            LLMError: the recording cannot be used.
            DataError: the file of samples cannot be used.
        """
        if self.most is not None and others:
            raise LLMUsageError(
                f"--max-cost limits one model, and the variants name {', '.join(others)} as well",
                hint="ask the models in runs of their own, or leave --max-cost out",
            )
        if self.replay is not None:
            name = None if self.name is None else self._named(self.name)
            first = Recording(self.replay, mode="replay", model=name)
            more = {n: Recording(self.replay, mode="replay", model=self._named(n)) for n in others}
            return first, _apart(first, more)
        llm = self._asked(self.name)
        asked = {name: self._asked(name) for name in others}
        if self.most is not None:
            llm = Budget(llm, self.most)
        if self.record is None or (dry and not self.record.exists()):
            return llm, _apart(llm, asked)
        recording = Recording(self.record, llm, mode="readwrite")
        return recording, _apart(
            recording, {name: recording.beside(other) for name, other in asked.items()}
        )

    def _asked(self, name: str | None) -> LLM:
        if name is not None and name.startswith(SCRIPT):
            return scripted(Path(name.removeprefix(SCRIPT)))
        return Anthropic(name, base_url=self.base_url, concurrency=self.concurrency)

    def _named(self, name: str) -> str:
        """What a recording calls the model."""
        return str(getattr(self._asked(name), "model", "")) if name.startswith(SCRIPT) else name


def _apart(first: LLM, others: Mapping[str, LLM]) -> dict[str, LLM]:
    """The other models.

    Raises:
        LLMUsageError: one is the first again; its samples would be those of the first.
    """
    for name, other in others.items():
        if getattr(other, "model", "") == getattr(first, "model", ""):
            raise LLMUsageError(
                f"a variant names {name}, which is the model that is asked anyway",
                hint="leave model= out of the variant",
            )
    return dict(others)


def scripted(path: Path) -> Scripted:
    """The model made of a file of recorded samples (see `benchmarks.recorded`).

    The problem of a request is the one whose sentences stand in it, the conclusion last. Requests of
    one variant are counted by themselves, and one that goes on after a reply, such as to mend it,
    gets the same sample again.

    Raises:
        DataError: the file cannot be read, or none of its rows can be used.
    """
    problems = [
        found
        for found in recorded.load_recordings(path)
        if isinstance(found, recorded.Recording) and found.conclusion
    ]
    if not problems:
        raise DataError("no row of the script has a conclusion and samples", source=str(path))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    return Scripted(_Script(problems), model=f"{SCRIPT}{path.name}@{digest}")


class _Script:
    """Finds the recorded sample that a request stands for."""

    def __init__(self, problems: Sequence[recorded.Recording]) -> None:
        self._problems = [
            ([_plain(text) for text in problem.premises], _plain(problem.conclusion), problem)
            for problem in problems
        ]

    def __call__(self, request: Request) -> str | LLMError:
        asked = next((m.text for m in request.messages if m.role == "user"), "")
        problem = self._problem(_plain(asked))
        if problem is None:
            return LLMError("the script has no such problem", kind="script")
        if request.sample >= len(problem.attempts):
            message = f"the script has {len(problem.attempts)} samples of {problem.id}"
            return LLMError(message, kind="script")
        return problem.attempts[request.sample].text

    def _problem(self, asked: str) -> recorded.Recording | None:
        """The problem all of whose sentences are asked about: its conclusion stands last.

        A shorter conclusion may be a part of a longer one, and a story a part of another.
        """
        best: tuple[tuple[int, int, int], recorded.Recording] | None = None
        for premises, conclusion, problem in self._problems:
            at = asked.rfind(conclusion)
            if at < 0 or any(premise not in asked for premise in premises):
                continue
            score = at + len(conclusion), len(conclusion), sum(map(len, premises))
            if best is None or score > best[0]:
                best = score, problem
        return best[1] if best else None


def _plain(text: str) -> str:
    """The text with single spaces; of a line that is JSON, the texts in it."""
    return " ".join(" ".join(_texts(line)) for line in text.split("\n"))


def _texts(line: str) -> list[str]:
    if line.startswith("{"):
        with suppress(ValueError, RecursionError):
            found = json.loads(line)
            return [" ".join(text.split()) for text in found.values() if isinstance(text, str)]
    return line.split()


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

    def taken(self) -> tuple[dict[str, dict[str, int]], list[LLMError]]:
        """Calls and tokens of each model since this was last asked, those of batches apart; errors."""
        with self._lock:
            replies, self._replies = self._replies, []
            errors, self._failed = self._failed, []
        account: dict[str, dict[str, int]] = {}
        for name, reply in sorted(((_tier(r), r) for r in replies), key=lambda pair: pair[0]):
            counts = account.setdefault(name, dict.fromkeys(("calls", *TOKENS), 0))
            counts["calls"] += 1
            for token in TOKENS:
                counts[token] += getattr(reply.usage, token)
        return account, errors


_BATCH = " (batch)"


def _tier(reply: Reply) -> str:
    """The model that replied, and whether it did so in a batch, at half the price."""
    with suppress(ValueError):
        raw = json.loads(reply.usage.raw or "{}")
        if isinstance(raw, dict) and raw.get("service_tier") == "batch":
            return reply.model + _BATCH
    return reply.model


@dataclass(slots=True, eq=False)
class Metered:
    """A model around a model: it keeps account of the replies.

    Args:
        llm: the model that is asked.
        account: where the replies are entered.
    """

    llm: LLM
    account: Account = field(default_factory=Account)

    @property
    def model(self) -> str:
        """The model that is asked for."""
        return str(getattr(self.llm, "model", ""))

    async def complete(self, request: Request) -> Reply:
        """The model's reply, entered into the account."""
        try:
            reply = await self.llm.complete(request)
        except LLMError as error:
            self.account.enter(error)
            raise
        self.account.enter(reply)
        return reply

    async def __aenter__(self) -> Metered:
        if isinstance(self.llm, AbstractAsyncContextManager):
            await self.llm.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        if isinstance(self.llm, AbstractAsyncContextManager):
            await self.llm.__aexit__(*error)

    @property
    def scripted(self) -> bool:
        """Whether the replies are, or once were, those of recorded samples."""
        return self.model.startswith(SCRIPT)

    def taken(self) -> tuple[dict[str, dict[str, int]], list[LLMError]]:
        """The account since it was last taken."""
        return self.account.taken()


def account_of(rows: Sequence[Row]) -> dict[str, Any]:
    """What the calls behind the rows come to.

    models: as the backend named them. calls: replies that the answers rest on, repairs included;
    a reply that a recording had already counts like another. batched: calls that were part of a
    batch. cost: in US dollars; None where the price of a model is not known.
    """
    by_model: dict[str, Counter[str]] = {}
    for row in rows:
        for model, counts in (row.get("llm") or {}).items():
            by_model.setdefault(model, Counter()).update(counts)
    total: Counter[str] = Counter()
    for counts in by_model.values():
        total.update(counts)
    return {
        "models": sorted({name.removesuffix(_BATCH) for name in by_model}),
        "calls": total["calls"],
        "batched": sum(c["calls"] for name, c in by_model.items() if name.endswith(_BATCH)),
        "tokens": {name: total[name] for name in TOKENS},
        "cost": _cost(by_model),
    }


def _cost(by_model: Mapping[str, Mapping[str, int]]) -> float | None:
    total = Decimal(0)
    try:
        for model, counts in by_model.items():
            used: dict[str, Any] = {name: counts[name] for name in TOKENS}
            batch = model.endswith(_BATCH)
            total += cost(Usage(**used), model.removesuffix(_BATCH), batch=batch)
    except LLMUsageError:
        return None
    return float(round(total, 6)) if by_model else None
