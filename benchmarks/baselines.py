"""A model that answers by itself: at once, after reasoning in words, or after writing formulas.

These are what translating and proving is measured against (LINC, EMNLP 2023: naive, chain of
thought, scratchpad). The prompts are in `benchmarks/prompts`, with examples of our own.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from benchmarks.data import Example, Label
from benchmarks.models import visible
from benchmarks.pipeline import Ballot
from benchmarks.recorded import sample
from neurologic.entailment import Verdict
from neurologic.errors import LLMError, NeurologicError, printable
from neurologic.llm import LLM, Message, Reply, Request, complete
from neurologic.translation.prompting import Variant
from neurologic.voting import Vote

Baseline: TypeAlias = Literal["direct", "cot", "scratchpad"]

PROMPTS = Path(__file__).with_name("prompts")

_MOST_TOKENS: dict[Baseline, int] = {"direct": 1024, "cot": 4096, "scratchpad": 4096}
_LONGEST_REPLY = 1_000_000
_EXAMPLE = "## Example\n"


class UnreadableAnswer(NeurologicError):  # noqa: N818 - says what happened
    """A reply that does not say True, False or Uncertain in the way that was asked for."""


def variant_of(text: str, models: Callable[[str], LLM] | None = None) -> Variant:
    """The way to ask that a text such as `default/order=2/effort=high` names.

    Args:
        text: the text.
        models: makes the model that it names with `model=`.

    Raises:
        NeurologicError: it names none, or a prompt that only translating has.
    """
    variant = Variant.of(text, models)
    if variant.prompt != "default":
        raise NeurologicError(
            f"{variant.prompt!r} is a prompt for translating only",
            text=text,
            span=(0, len(str(variant.prompt))),
            expected=("default",),
            hint="as in default/order=2/effort=high",
        )
    return variant


@cache
def system_text(method: Baseline, order: int = 0) -> str:
    """The instructions and examples of a method.

    Args:
        method: the method.
        order: the seed of the order of the examples; 0 leaves it.
    """
    text = (PROMPTS / f"{method}.md").read_text(encoding="utf-8")
    instructions, *examples = (part.strip() for part in text.split(_EXAMPLE))
    if order:
        random.Random(f"examples/{order}").shuffle(examples)
    return "\n\n".join([instructions, *(f"{_EXAMPLE}\n{example}" for example in examples)])


def problem_text(premises: Sequence[str], conclusion: str) -> str:
    r"""The problem as a model is shown it; each sentence is one line, in which nothing hides.

    >>> print(problem_text(["Ann is\ntall.", "The tall are old."], "Ann is old."))
    Premises:
    1. Ann is tall.
    2. The tall are old.
    Conclusion: Ann is old.
    """
    lines = [f"{number}. {_line(text)}" for number, text in enumerate(premises, start=1)]
    return "\n".join(["Premises:", *lines, f"Conclusion: {_line(conclusion)}"])


def _line(text: str) -> str:
    return visible(" ".join(text.split()))


def requests_of(
    method: Baseline, example: Example, k: int, variants: Sequence[Variant] = (Variant(),)
) -> list[tuple[Variant, Request]]:
    """The k requests of a problem, the variants taking turns."""
    asked = (Message("user", problem_text(example.premises, example.conclusion)),)
    found = []
    turns: Counter[Variant] = Counter()
    for number in range(k):
        variant = variants[number % len(variants)]
        request = Request(
            system_text(method, variant.order),
            asked,
            max_tokens=_MOST_TOKENS[method],
            effort=variant.effort,
            sample=turns[variant],
        )
        turns[variant] += 1
        found.append((variant, request))
    return found


def ballots(
    llm: LLM, method: Baseline, example: Example, k: int, variants: Sequence[Variant]
) -> list[Ballot]:
    """The ballot of each of k samples; one that failed, in whatever way, is a failed vote."""
    asked = requests_of(method, example, k, variants)
    outcomes: dict[int, Reply | LLMError] = {}
    for model in {id(v.llm): v.llm for v in variants}.values():
        places = [at for at, (variant, _) in enumerate(asked) if variant.llm is model]
        requests = [asked[at][1] for at in places]
        replies = complete(llm if model is None else model, requests, limit=max(k, 1))
        outcomes |= dict(zip(places, replies, strict=True))
    found = []
    for at, (variant, _) in enumerate(asked):
        outcome = outcomes[at]
        if isinstance(outcome, LLMError):
            ballot = failed(outcome)
        else:
            ballot = ballot_of(method, outcome, len(example.premises))
        found.append(replace(ballot, vote=replace(ballot.vote, variant=str(variant))))
    return found


def failed(error: NeurologicError) -> Ballot:
    """The ballot of a sample that ended in an error."""
    return Ballot(Vote(None, error=type(error).__name__), message=printable(error.message))


_VERDICTS: dict[Label, Verdict] = {
    "True": Verdict.ENTAILED,
    "False": Verdict.REFUTED,
    "Uncertain": Verdict.UNDETERMINED,
}


def ballot_of(method: Baseline, reply: Reply, premises: int) -> Ballot:
    """What a reply votes for; a scratchpad's formulas are shown, and nothing is decided by them."""
    try:
        if reply.stop in {"length", "refusal"}:
            cut = reply.stop == "length"
            raise UnreadableAnswer("the reply is cut off" if cut else "the model refused")
        label = read_answer(reply.text, alone=method == "direct")
    except UnreadableAnswer as error:
        return failed(error)
    formulas: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    if method == "scratchpad":
        attempt = sample(reply.text, premises)
        formulas, notes = attempt.formulas, attempt.notes
    return Ballot(Vote(_VERDICTS[label]), tuple(map(printable, formulas)), notes)


_MARKS = "*_` \t\r"
_ANSWER = re.compile(r"(?:answer[*_`]{0,2}:[*_` ]{0,4})(true|false|uncertain)", re.IGNORECASE)
_ALONE = re.compile(r"(true|false|uncertain)", re.IGNORECASE)
_LABELS: dict[str, Label] = {"true": "True", "false": "False", "uncertain": "Uncertain"}


def read_answer(text: str, *, alone: bool = False) -> Label:
    r"""The answer on the last line of a reply, `Answer: True` or the like; it is never guessed.

    Args:
        text: what the model wrote.
        alone: nothing else may stand there, and the word `Answer` may be missing.

    Raises:
        UnreadableAnswer: the last line gives no answer, another line gives another answer, or
            something else stands beside an answer that should stand alone.

    >>> read_answer("Ann is tall, so she is old.\nAnswer: True")
    'True'
    >>> read_answer("True or false?\nI think it is true.")
    Traceback (most recent call last):
    benchmarks.baselines.UnreadableAnswer: the last line is no answer
      I think it is true.
      ^^^^^^^^^^^^^^^^^^^
    hint: 'Answer: True', 'Answer: False' or 'Answer: Uncertain'
    """
    if len(text) > _LONGEST_REPLY:
        raise UnreadableAnswer(f"the reply has more than {_LONGEST_REPLY:,} characters")
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        raise UnreadableAnswer("the reply is empty")
    if alone and len(lines) > 1:
        raise UnreadableAnswer("the reply is more than the answer", text=lines[0][:400])
    last = lines[-1][:400]
    found = _answer(last) or (_ALONE.fullmatch(_bare(last)) if alone else None)
    if found is None:
        raise UnreadableAnswer(
            "the last line is no answer",
            text=last,
            span=(0, len(last)),
            hint="'Answer: True', 'Answer: False' or 'Answer: Uncertain'",
        )
    said = {match[1].lower() for line in lines if (match := _answer(line))}
    if len(said | {found[1].lower()}) > 1:
        raise UnreadableAnswer("the reply gives two answers", text=last, span=(0, len(last)))
    return _LABELS[found[1].lower()]


def _answer(line: str) -> re.Match[str] | None:
    return _ANSWER.fullmatch(_bare(line))


def _bare(line: str) -> str:
    """The line without the marks that models put around an answer, and without its full stop."""
    return line[:400].strip(_MARKS).removesuffix(".").rstrip(_MARKS)
