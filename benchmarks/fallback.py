"""What a model says in words of problems that formulas did not answer: a column, never the accuracy."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from benchmarks import baselines
from benchmarks.baselines import UnreadableAnswer
from benchmarks.data import Example
from benchmarks.puzzles import Puzzle
from neurologic.errors import LLMError, NeurologicError, printable
from neurologic.llm import LLM, Message, Request, complete
from neurologic.problem import TextQuestion
from neurologic.translation.preparing import question_text
from neurologic.translation.prompting import Variant

_LETTER = re.compile(r"answer[*_`]{0,2}:[*_` ]{0,4}\(?([A-Z])\)?", re.IGNORECASE)
_LONGEST_REPLY = 1_000_000


def column(llm: LLM, problem: Puzzle | Example) -> dict[str, Any]:
    """The model's own answer after reasoning in words, whether it is right, or why there is none."""
    if isinstance(problem, Example):
        (ballot,) = baselines.ballots(llm, "cot", problem, 1, [Variant()])
        verdict = ballot.vote.verdict
        answer: str | None = verdict.label if verdict is not None else None
        return _told(answer, problem.label, ballot.vote.error, ballot.message)
    if not problem.text or not problem.options:
        return _told(None, problem.label, "NeurologicError", "there is no question with options")
    (reply,) = complete(llm, [request_of(problem)], limit=1)
    try:
        if isinstance(reply, LLMError):
            raise reply
        if reply.stop in {"length", "refusal"}:
            cut = reply.stop == "length"
            raise UnreadableAnswer("the reply is cut off" if cut else "the model refused")
        answer = read_letter(reply.text, [label for label, _ in problem.options])
    except NeurologicError as error:
        return _told(None, problem.label, type(error).__name__, printable(error.message))
    return _told(answer, problem.label)


def _told(answer: str | None, label: str, error: str = "", message: str = "") -> dict[str, Any]:
    right = answer is not None and answer == label
    return {"answer": answer, "right": right, "error": error, "message": message}


def request_of(puzzle: Puzzle) -> Request:
    """What the model is asked about a puzzle in words."""
    system = (Path(__file__).parent / "prompts" / "cot_choice.md").read_text(encoding="utf-8")
    data = question_text(TextQuestion(puzzle.text, puzzle.question, puzzle.options))
    return Request(system.strip(), (Message("user", data),), max_tokens=4096)


def read_letter(text: str, labels: list[str]) -> str:
    r"""The letter on the last line of a reply; it is never guessed.

    Raises:
        UnreadableAnswer: the last line gives none, or another line gives another one.

    >>> read_letter("B is impossible.\nAnswer: C", ["A", "B", "C"])
    'C'
    """
    if len(text) > _LONGEST_REPLY:
        raise UnreadableAnswer(f"the reply has more than {_LONGEST_REPLY:,} characters")
    lines = [line for line in text.split("\n") if line.strip()]
    last = lines[-1][:400].strip("*_` \t\r").removesuffix(".") if lines else ""
    found = _LETTER.fullmatch(last)
    if found is None or found[1].upper() not in labels:
        hint = f"'Answer: ' and one of {', '.join(labels)}"
        raise UnreadableAnswer("the last line is no answer", text=json.dumps(last), hint=hint)
    said = {m[1].upper() for line in lines if (m := _LETTER.fullmatch(line.strip("*_` \t\r.")))}
    if len(said | {found[1].upper()}) > 1:
        raise UnreadableAnswer("the reply gives two answers", text=json.dumps(last))
    return found[1].upper()
