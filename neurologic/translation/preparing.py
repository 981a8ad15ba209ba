"""A puzzle as it stands in print becomes declarations and plain sentences, by one model's reply.

The declarations are in the language of formulas; each sentence can be translated by itself. What is
malformed goes back to the model, at most so many times.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, reduce
from operator import add
from typing import Any

from neurologic.errors import NeurologicError, SemanticsError, TranslationError
from neurologic.llm import LLM, Message, Reply, Request, Usage
from neurologic.problem import PreparedProblem, TextQuestion
from neurologic.translation.declaring import (
    Prepared,
    bare_label,
    preparation_json,
    read_preparation,
)
from neurologic.translation.exchanges import Exchange, converse
from neurologic.translation.prompting import KEPT_PROMPTS, escaped, schema_text, shipped
from neurologic.translation.sampling import check_temperature, whole

_MARK = re.compile(r"\s*\(?\s*([^\W_]{1,3})\s*(?:\)\s*|[.:]\s+)(\S.*)", re.DOTALL)
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_SERIES = (
    tuple(string.ascii_uppercase),
    tuple(string.ascii_lowercase),
    tuple(map(str, range(1, 1000))),
    _ROMAN,
    tuple(map(str.lower, _ROMAN)),
)
_AGAIN = "Reply with the whole JSON object again, mended, in the same form."
_CUT = "the reply was cut off: allow more tokens"


@dataclass(frozen=True, slots=True)
class Preparation:
    """What became of a puzzle that a model was asked to prepare.

    Args:
        problem: the puzzle in sentences; None if it could not be had.
        error: why not.
        replies: what the model said, the first reply first.
        usage: the tokens of all calls.
        rounds: how often the model was asked to mend its reply.
        warnings: what is odd.
    """

    problem: PreparedProblem | None
    error: NeurologicError | None = None
    replies: tuple[Reply, ...] = ()
    usage: Usage = field(default_factory=Usage)
    rounds: int = 0
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The puzzle as a JSON object, which `read_preparation` reads again, or the error."""
        return {
            "problem": preparation_json(self.problem) if self.problem else None,
            "error": self.error.as_json() if self.error else None,
            "rounds": self.rounds,
            "warnings": list(self.warnings),
        }


def prepare(
    llm: LLM,
    text: str,
    question: str,
    options: Sequence[str | tuple[str, str]],
    *,
    rounds: int = 2,
    shots: int | None = None,
    max_tokens: int = 8192,
    effort: str | None = None,
    temperature: float | None = None,
    sample: int = 0,
) -> Preparation:
    """The puzzle as declarations and sentences, or the error that stood in the way.

    Args:
        llm: the model.
        text: what the question is about.
        question: the question, with its if-clause.
        options: the answers; a label in front, as in `A) Ann waits`, may be left out.
        rounds: how often what is malformed goes back to the model at most.
        shots: how many examples are shown at most; None shows all.
        max_tokens: of a reply.
        effort: how hard the model is to think, in the backend's words.
        temperature: for a model that has one.
        sample: which of several preparations this is.

    Raises:
        TypeError: an option is no text, or no label and a text; or the temperature is no number.
        SemanticsError: there are no options, one has no label, or two have the same.

    >>> from neurologic.llm import Scripted
    >>> model = Scripted(['''{"declarations": ["sort person = {ann, bo}", "pred Waits: person"],
    ...     "constraints": ["Ann waits or Bo waits."],
    ...     "question": {"kind": "must be true", "conditions": ["Ann does not wait."]},
    ...     "options": [{"label": "A", "sentences": ["Bo waits."]}]}'''])
    >>> done = prepare(model, "Ann or Bo waits.", "If Ann doesn't, who must?", ["A) Bo"])
    >>> done.problem.kind, done.problem.sentences
    ('must be true', ('Ann waits or Bo waits.', 'Ann does not wait.', 'Bo waits.'))
    """
    whole("rounds", rounds, 0)
    whole("max_tokens", max_tokens, 1)
    if shots is not None:
        whole("shots", shots, 0)
    check_temperature(temperature)
    asked = TextQuestion(text, question, labelled(options))
    state = _State([label for label, _ in asked.options])
    request = Request(
        _system(shots),
        (Message("user", f"Prepare this puzzle.\n\n{question_text(asked)}"),),
        max_tokens=max_tokens,
        schema=preparation_schema(),
        effort=effort,
        temperature=temperature,
        sample=sample,
    )
    exchange = Exchange(llm, request, state.take, lambda: _AGAIN)
    converse([exchange], rounds=rounds, limit=1)
    usage = reduce(add, (reply.usage for reply in exchange.replies), Usage())
    problem, error, warnings = state.outcome(exchange.failure)
    spent = tuple(exchange.replies), usage, max(len(exchange.replies) - 1, 0)
    return Preparation(problem, error, *spent, warnings)


@dataclass(slots=True)
class _State:
    """The attempts at one puzzle so far."""

    labels: list[str]
    attempts: list[Prepared] = field(default_factory=list)

    def take(self, reply: Reply) -> Sequence[NeurologicError]:
        """What there is to mend in a reply."""
        try:
            if reply.stop == "refusal":
                raise TranslationError("the model refused", source="reply", kind="refusal")
            found = read_preparation(reply.text, self.labels)
        except TranslationError as error:
            if reply.stop == "length":
                error.hint = _CUT
            found = Prepared(None, (error,))
        self.attempts.append(found)
        return () if found.other else found.problems

    def outcome(
        self, failure: NeurologicError | None
    ) -> tuple[PreparedProblem | None, NeurologicError | None, tuple[str, ...]]:
        """The prepared puzzle or why there is none, and what is odd."""
        if not self.attempts:
            return None, failure, ()
        best = min(
            self.attempts, key=lambda each: (each.problem is None, not each.other, _count(each))
        )
        if best.problem is not None:
            return best.problem, None, best.warnings
        warnings = best.warnings
        if failure is not None:
            told = f"the model could not be asked to mend its reply: {failure.message}"
            warnings = (*warnings, told)
        return None, best.other or best.problems[0], warnings


def _count(found: Prepared) -> int:
    return len(found.problems)


def labelled(options: Sequence[str | tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each option with its label: the one in front of it, where all have one, else A, B, C.

    What stands in front are labels only if they count up: A B C, a b c, 1 2 3, I II III, in this
    order and from the first; or if each is a letter or a number before a bracket. A label that
    stands apart is taken as it is, without brackets, dot or colon.

    Raises:
        TypeError: an option is neither a text nor a label and a text, or some are this, some that.
        SemanticsError: there are no options, one has no label, or two have the same.

    >>> labelled(["(A) red", "(B) blue"]) == labelled(["red", "blue"])
    True
    >>> labelled(["9:30 am", "10:30 am"])
    (('A', '9:30 am'), ('B', '10:30 am'))
    """
    if isinstance(options, str):
        raise TypeError(f"expected a list of options, got {options!r:.80}")
    rows = list(options)
    if not rows:
        raise SemanticsError("the question has no options")
    texts = [row for row in rows if isinstance(row, str)]
    if len(texts) == len(rows):
        return _marked(texts)
    pairs = []
    for row in rows:
        match row:
            case (str(label), str(text)):
                pairs.append((bare_label(label), text))
            case str():
                raise TypeError("expected options either all with or all without a label apart")
            case _:
                raise TypeError(f"expected a text, or a label and a text, got {row!r:.80}")
    if not all(label for label, _ in pairs):
        raise SemanticsError("an option has an empty label")
    if len({label for label, _ in pairs}) < len(pairs):
        raise SemanticsError("two options have one label")
    return tuple(pairs)


def _marked(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The options with the labels in front of them, or with labels of our own."""
    marks = [mark for text in texts if (mark := _MARK.fullmatch(text))]
    labels = [mark[1] for mark in marks]
    counting = any(labels == list(series[: len(labels)]) for series in _SERIES)
    bracketed = len(set(labels)) == len(labels) and all(
        (mark[1].isdecimal() or len(mark[1]) == 1) and mark[0][mark.end(1) :].lstrip()[:1] == ")"
        for mark in marks
    )
    if len(marks) == len(texts) and (counting or bracketed):
        return tuple((mark[1], mark[2].strip()) for mark in marks)
    letters = [*string.ascii_uppercase, *map(str, range(1, 1000))]
    if len(texts) > len(letters):
        raise SemanticsError(f"a question with {len(texts):,} options is not asked")
    return tuple((letters[at], text.strip()) for at, text in enumerate(texts))


def question_text(asked: TextQuestion) -> str:
    """The puzzle as data, of which nothing can be taken for markup."""
    rows = [
        escaped({"text": asked.text}),
        escaped({"question": asked.question}),
        *(escaped({"label": label, "option": text}) for label, text in asked.options),
    ]
    return "\n".join(("<problem>", *rows, "</problem>"))


@lru_cache(maxsize=KEPT_PROMPTS)
def _system(shots: int | None) -> str:
    instructions, examples = shipped("prepare")
    parts = [instructions]
    for number, example in enumerate(examples[:shots], 1):
        asked = example_question(example)
        reply = json.dumps(example["reply"], ensure_ascii=False)
        parts.append(f"Example {number}\n\n{question_text(asked)}\n\nThe reply:\n\n{reply}")
    return "\n\n".join(parts)


def example_question(example: dict[str, Any]) -> TextQuestion:
    """The question of a prompt's example."""
    options = tuple((label, text) for label, text in example["options"])
    return TextQuestion(example["text"], example["question"], options)


@cache
def preparation_schema() -> str:
    """The JSON schema of a reply, as canonical JSON text."""
    texts = ["string"]
    fields = {
        "declarations": texts,
        "ranges": texts,
        "glosses": [{"name": "string", "gloss": "string"}],
        "constraints": texts,
        "question": {
            "kind": "string",
            "except": "boolean",
            "subject": "string",
            "conditions": texts,
        },
        "options": [{"label": "string", "sentences": texts}],
    }
    return schema_text(fields)
