"""Judges of situations: can this occur if the sentence holds? Asked of a model, or of any callable.

A situation is a finite structure in words. A judge sees the sentence and the situation and no
formula, so that what it says depends on what the sentence means and not on how it was translated.
What it says is untrusted: whatever is no opinion counts as `unsure`.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, reduce
from importlib import resources
from operator import add
from typing import Any, Literal, TypeAlias, get_args

from neurologic.errors import LLMError, NeurologicError, TranslationError, printable
from neurologic.llm import LLM, Message, Reply, Request, Usage, complete
from neurologic.structure import Structure
from neurologic.translation.prompting import escaped
from neurologic.translation.replies import read_object
from neurologic.translation.sampling import check_temperature, whole

Opinion = Literal["yes", "no", "unsure"]
"""What a judge may say of a situation."""
OPINIONS: tuple[Opinion, ...] = get_args(Opinion)

_LONGEST_REASON = 300
_MOST_OBJECTS = 50  # places where one is looked for; what follows is read as prose
_LONGEST_SENTENCE = 4_000
_WORD = "(?:yes|no|unsure)"
_ANSWER = re.compile(
    rf"\banswer\b[\s*_:=\"'`]*({_WORD}\b(?:\W{{0,9}}\b(?:or|and)\b\W{{0,9}}{_WORD}\b|\s*[/|]\s*{_WORD}\b)*)",
    re.IGNORECASE,
)
_DECODER = json.JSONDecoder()
_SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "reason": {"type": "string"},
            "answer": {"type": "string", "enum": list(OPINIONS)},
        },
        "required": ["reason", "answer"],
        "additionalProperties": False,
    }
)


@dataclass(frozen=True, slots=True)
class Situation:
    """A sentence, and a structure of which it is asked whether it can occur if the sentence holds.

    Args:
        sentence: the sentence.
        structure: the structure.
        text: the structure as tables in words.
    """

    sentence: str
    structure: Structure
    text: str


Judge: TypeAlias = Callable[[Situation], Opinion]
"""Whether the situation can occur if the sentence holds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a judge said of a situation.

    Args:
        situation: what was asked.
        opinion: what was said; `unsure` where it is no opinion or cannot be read.
        reason: why the opinion is `unsure`, if the judge did not say so itself; else empty.
        reply: what a model replied to this question; None if there was no call, or it failed.
    """

    situation: Situation
    opinion: Opinion
    reason: str = ""
    reply: Reply | None = None


class ModelJudge:
    """A judge that asks a language model; what it once said of a situation it does not ask again.

    It keeps what it was told as long as it lives, and several threads may share it.

    Args:
        llm: the model.
        effort: how hard to think, in the backend's words.
        max_tokens: of a reply.
        temperature: for a model that has one.

    Attributes:
        asked: every call, in order; a call that failed or could not be read is repeated when the
            situation comes up again.

    >>> from neurologic.formula import ENTITY
    >>> from neurologic.llm import Scripted
    >>> judge = ModelJudge(Scripted(['{"reason": "e1 is a cat that is silent.", "answer": "no"}']))
    >>> silent = Situation("All cats purr.", Structure.of({ENTITY: ("e1",)}), "Cat: e1. Purr: none.")
    >>> judge(silent), judge(silent), len(judge.replies)
    ('no', 'no', 1)
    """

    def __init__(
        self,
        llm: LLM,
        *,
        effort: str | None = None,
        max_tokens: int = 1024,
        temperature: float | None = None,
    ) -> None:
        whole("max_tokens", max_tokens, 1)
        check_temperature(temperature)
        self.llm, self.effort = llm, effort
        self.max_tokens, self.temperature = max_tokens, temperature
        self.asked: list[Asked] = []
        self._known: dict[tuple[str, str], Opinion] = {}
        self._lock = threading.Lock()

    def __call__(self, situation: Situation) -> Opinion:
        """The model's opinion."""
        return self.judged(situation).opinion

    def judged(self, situation: Situation) -> Asked:
        """The model's opinion with its reply; without one where it is known from before."""
        key = (situation.sentence, situation.text)
        with self._lock:
            known = self._known.get(key)
        if known is not None:
            return Asked(situation, known)
        (reply,) = complete(self.llm, [self.request(situation)], limit=1)
        asked = _read(situation, reply)
        with self._lock:
            self.asked.append(asked)
            if not asked.reason:
                self._known[key] = asked.opinion
        return asked

    def request(self, situation: Situation) -> Request:
        """What the model is asked about a situation."""
        return Request(
            _instructions(),
            (Message("user", _question(situation)),),
            max_tokens=self.max_tokens,
            schema=_SCHEMA,
            effort=self.effort,
            temperature=self.temperature,
        )

    @property
    def replies(self) -> tuple[Reply, ...]:
        """What the model replied, in order."""
        return tuple(asked.reply for asked in self.asked if asked.reply is not None)

    @property
    def usage(self) -> Usage:
        """What the replies used."""
        return reduce(add, (reply.usage for reply in self.replies), Usage())


def ask(judge: Judge, situation: Situation) -> Asked:
    """What a judge says of a situation: it may raise, or talk nonsense, and is unsure then.

    >>> nowhere = Situation("Tom purrs.", Structure.of({}), "")
    >>> ask(lambda situation: "perhaps", nowhere).reason
    "the judge said 'perhaps', which is none of yes, no, unsure"
    """
    try:
        if isinstance(judge, ModelJudge) and type(judge).__call__ is ModelJudge.__call__:
            return judge.judged(situation)  # which says more than an opinion
        said: Any = judge(situation)
        shown = "" if isinstance(said, str) and said in OPINIONS else _brief(repr(said))
    except Exception as error:  # a judge is anyone's code
        told = error.message if isinstance(error, NeurologicError) else _told(error)
        return Asked(situation, "unsure", _brief(f"the judge failed: {told}"))
    if shown:
        reason = f"the judge said {shown}, which is none of {', '.join(OPINIONS)}"
        return Asked(situation, "unsure", reason)
    return Asked(situation, said)


def _told(error: Exception) -> str:
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # even its text may fail
        return type(error).__name__


def _brief(text: str) -> str:
    """A text that was given, short and on one line."""
    return printable(" ".join(text[: _LONGEST_REASON * 2].split()))[:_LONGEST_REASON]


@cache
def _instructions() -> str:
    path = resources.files("neurologic.translation") / "prompts" / "judge.md"
    return path.read_text(encoding="utf-8").strip()


def _question(situation: Situation) -> str:
    shown = {
        "sentence": situation.sentence[:_LONGEST_SENTENCE],
        "situation": situation.text.splitlines(),
    }
    return f"<problem>\n{escaped(shown)}\n</problem>\n\nCan this situation occur if the sentence holds?"


def _read(situation: Situation, reply: Reply | LLMError) -> Asked:
    """What a reply says; a reply that says two things says nothing."""
    if isinstance(reply, LLMError):
        return Asked(situation, "unsure", _brief(f"the model failed: {reply.message}"))
    if reply.stop == "refusal":
        return Asked(situation, "unsure", "the model refused to judge", reply)
    if reply.stop == "length":
        return Asked(situation, "unsure", "the reply was cut off: allow more tokens", reply)
    try:
        said = _answers(reply.text)
    except TranslationError as error:
        said, reason = set(), error.message
    else:
        told = "says " + " and ".join(sorted(said)) if said else "has no answer"
        reason = f"the reply {told}"
    if len(said) == 1:
        return Asked(situation, said.pop(), "", reply)
    return Asked(situation, "unsure", _brief(reason), reply)


def _answers(text: str) -> set[Opinion]:
    """The opinions that a reply gives: in objects, after the word `Answer`, or as its only word."""
    if "{" not in text:
        return _written(text)
    try:
        read_object(text, frozenset(("answer",)))  # is short, is sound, and has no key twice
    except TranslationError:
        if '"answer"' not in text:
            return _written(text)
        raise
    found: set[Opinion] = set()
    prose, at = "", 0
    for _ in range(_MOST_OBJECTS):
        start = text.find("{", at)
        if start < 0:
            break
        prose += text[at:start]
        value, at = _object(text, start)
        said = value.get("answer") if isinstance(value, dict) else None
        found |= _written(said, alone=True) if isinstance(said, str) else set()
    return found | _written(prose + text[at:])


def _object(text: str, start: int) -> tuple[Any, int]:
    """The JSON value that begins here and where it ends; None and the next place if none does."""
    try:
        return _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, start + 1


def _written(text: str, alone: bool = False) -> set[Opinion]:
    word = text[:40].strip(" \n\t.!*_\"'`").lower()
    if word in OPINIONS:
        return {opinion for opinion in OPINIONS if opinion == word}
    said = "" if alone else " ".join(_ANSWER.findall(text)).lower()
    return {opinion for opinion in OPINIONS if re.search(rf"\b{opinion}\b", said)}
