"""Models for a run: which one an option names, and an account of what they reply.

`scripted:FILE` is a model made of recorded samples: the k-th sample of a problem is its reply to the
k-th request of that problem.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import recorded, scripts
from benchmarks.accounts import Account
from benchmarks.rows import DataError
from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm import LLM, Anthropic, Budget, Recording, Reply, Request, Scripted
from neurologic.llm.asking import ask
from neurologic.llm.settings import model_name
from neurologic.translation.prompting import escaped

SCRIPT = "scripted:"


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
        problems: what is asked about, which scripts of `benchmarks.scripts` are made for.
    """

    name: str | None = None
    base_url: str | None = None
    replay: Path | None = None
    record: Path | None = None
    most: float | None = None
    concurrency: int = 8
    problems: Sequence[Any] = ()

    def __post_init__(self) -> None:
        if "@" in (self.base_url or ""):
            raise LLMUsageError(
                "--base-url holds a user name or a password", hint="they would be shown and kept"
            )
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
            dry: nothing will be asked, so a recording is looked at, neither made nor held, and a
                model without a key will do.

        Raises:
            LLMUsageError: no model, no key, a further model that is the model itself; or one that
                must not cost much and has no price, no recording, or another beside it.
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
        if self.most is not None and self.record is None and not dry:
            raise LLMUsageError(
                "--max-cost needs a recording: without one, what a stopped run paid for is lost",
                hint="give it with --record FILE",
            )
        llm = self._asked(self.name, dry)
        asked = {name: self._asked(name, dry) for name in others}
        if self.most is not None:
            llm = Budget(llm, self.most)
        if self.record is None or (dry and _is_empty(self.record)):
            return llm, _apart(llm, asked)
        recording = Recording(self.record, llm, mode="replay" if dry else "readwrite")
        return recording, _apart(
            recording, {name: recording.beside(other) for name, other in asked.items()}
        )

    def _asked(self, name: str | None, dry: bool = False) -> LLM:
        if name is not None and scripts.is_script(name):
            return scripts.script(name, self.problems)
        if name is not None and name.startswith(SCRIPT):
            return scripted(Path(name.removeprefix(SCRIPT)))
        try:
            return Anthropic(name, base_url=self.base_url, concurrency=self.concurrency)
        except LLMUsageError as error:
            if not dry or error.kind != "key":
                raise
            return Keyless(model_name(name), error)

    def _named(self, name: str) -> str:
        """What a recording calls the model."""
        return str(getattr(self._asked(name), "model", "")) if name.startswith(SCRIPT) else name


def _is_empty(path: Path) -> bool:
    with suppress(OSError):  # what cannot be looked at is told when it is opened
        return path.stat().st_size == 0
    return not path.exists()


@dataclass(frozen=True, slots=True)
class Keyless:
    """A model that there is no key for: requests to it can be counted out, not asked.

    Args:
        model: its name.
        error: what is wrong.
    """

    model: str
    error: LLMUsageError

    async def complete(self, request: Request) -> Reply:
        """No reply."""
        raise self.error

    async def count(self, request: Request) -> int:
        """No count of tokens."""
        raise self.error


def server_of(llm: Any) -> str | None:
    """The address that a model is asked at, whatever stands around it; None where there is none."""
    while getattr(llm, "llm", None) is not None:
        llm = llm.llm
    found = getattr(llm, "base_url", None)
    return found if isinstance(found, str) else None


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
    """The text with single spaces, as a prompt shows it; of a line that is JSON, the texts in it."""
    return visible(" ".join(" ".join(_texts(line)) for line in text.split("\n")))


def visible(text: str) -> str:
    r"""The text with what is not to be seen, such as marks of direction, escaped as in JSON.

    >>> visible("Ann is \u202etall.\x1b")
    'Ann is \\u202etall.\\u001b'
    """
    return "".join(c if c.isprintable() else escaped(c)[1:-1] for c in text)


def _texts(line: str) -> list[str]:
    if line.startswith("{"):
        with suppress(ValueError, RecursionError):
            found = json.loads(line)
            return [" ".join(text.split()) for text in found.values() if isinstance(text, str)]
    return line.split()


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
            reply = await ask(self.llm, request)
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

    def taken(self) -> tuple[dict[str, dict[str, Any]], list[LLMError]]:
        """The account since it was last taken."""
        return self.account.taken()
