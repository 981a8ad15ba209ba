"""What is said to a model: instructions, examples, the sentences as data, and what to mend.

Sentences are untrusted text. They stand as JSON strings between `<problem>` and `</problem>`, with
quotes, line ends, angle brackets, control characters and marks of direction escaped, so that no
sentence can end its own string or the block.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from neurologic.errors import NeurologicError, printable
from neurologic.llm import LLM
from neurologic.problem import Lexicon

PROMPTS = ("default", "fine", "lines")
"""The prompts that come with the library: translation/prompts/*.md."""


@dataclass(frozen=True, slots=True)
class Example:
    """A problem with the translation that a model should give.

    Args:
        premises: sentences.
        conclusion: a sentence.
        formulas: those of the premises, then that of the conclusion.
        lexicon: the symbols of the formulas.
        label: the answer that follows; for checking examples, the model never sees it.
    """

    premises: tuple[str, ...]
    conclusion: str
    formulas: tuple[str, ...]
    lexicon: Lexicon
    label: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Instructions and examples.

    Args:
        name: how variants name it.
        instructions: what to do and in which notation.
        examples: shown after the instructions.
        layout: how the model is to reply, as JSON or as lines `formula ::: sentence`.
    """

    name: str
    instructions: str
    examples: tuple[Example, ...] = ()
    layout: Literal["json", "pairs"] = "json"


KEPT_PROMPTS = 64
"""How many system texts of one kind are kept, by their orders and numbers of examples."""

_BLOCK = re.compile(r"```json\n(.*?)\n```", re.DOTALL)
_HEAD = re.compile(r"<!-- layout: (json|pairs)(?:; examples: (\w+))? -->\n")


@cache
def shipped_prompt(name: str) -> Prompt:
    """A prompt that comes with the library.

    Raises:
        NeurologicError: if there is none of this name.

    >>> len(shipped_prompt("default").examples)
    4
    """
    if name not in PROMPTS:
        raise NeurologicError(
            f"there is no prompt {name[:80]!r}",
            text=name[:80],
            span=(0, len(name[:80]) or 1),
            expected=PROMPTS,
            hint=f"the prompts are {', '.join(PROMPTS)}; a Prompt of your own does as well",
        )
    instructions, shown = shipped(name)
    head = _HEAD.match(instructions)
    assert head is not None, name
    examples = shipped_prompt(head[2]).examples if head[2] else tuple(map(_example, shown))
    layout: Literal["json", "pairs"] = "json" if head[1] == "json" else "pairs"
    return Prompt(name, instructions[head.end() :].strip(), examples, layout)


@cache
def shipped(name: str) -> tuple[str, tuple[dict[str, Any], ...]]:
    """The instructions and the examples of translation/prompts/NAME.md."""
    path = resources.files("neurologic.translation") / "prompts" / f"{name}.md"
    instructions, _, blocks = path.read_text(encoding="utf-8").partition("\n# Examples\n")
    return instructions.strip(), tuple(json.loads(block) for block in _BLOCK.findall(blocks))


def _example(found: dict[str, Any]) -> Example:
    return Example(
        tuple(found["premises"]),
        found["conclusion"],
        tuple(found["formulas"]),
        Lexicon(
            tuple((name, arity, gloss) for name, arity, gloss in found["predicates"]),
            tuple((name, gloss) for name, gloss in found["constants"]),
        ),
        found["label"],
    )


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to ask: what makes several translations of one problem differ.

    Args:
        prompt: one of `PROMPTS`, or a prompt of your own.
        order: examples are shuffled with this seed; 0 leaves them as written. It chooses the
            request; it does not make a model repeat itself.
        effort: how hard the model is to think, in the backend's words.
        llm: another model.
        model: what to call it.
    """

    prompt: str | Prompt = "default"
    order: int = 0
    effort: str | None = None
    llm: LLM | None = None
    model: str = ""

    @classmethod
    def of(cls, text: str | Variant, models: Callable[[str], LLM] | None = None) -> Variant:
        """The variant that a text such as `fine/order=2/effort=high/model=NAME` names.

        Args:
            text: a prompt, then settings; `model=` stands last, as names may hold any sign.
            models: makes the model that a text names; without it, a text can name none.

        Raises:
            NeurologicError: if it names none.

        >>> Variant.of("fine/order=2").order, str(Variant.of("fine/order=2"))
        (2, 'fine/order=2')
        """
        if isinstance(text, Variant):
            return text
        if not isinstance(text, str):
            raise TypeError(f"expected a variant or its text, got {text!r:.80}")
        settings, named, model = text.partition("/model=")
        prompt, *parts = settings.split("/")
        found: dict[str, Any] = {}
        for setting in parts:
            key, _, value = setting.partition("=")
            if key == "order" and value.isascii() and value.isdigit() and len(value) < 10:
                found[key] = int(value)
            elif key == "effort" and value:
                found[key] = value
            else:
                raise _unread(text, setting)
        shipped_prompt(prompt)
        if named:
            if not model:
                raise _unread(text, "model=")
            if models is None:
                raise NeurologicError(
                    f"a variant names the model {model[:80]!r}, which has to be given",
                    text=text,
                    span=(len(settings) + 1, len(text)),
                    hint="Variant(..., llm=...) holds a model",
                )
            found |= {"llm": models(model), "model": model}
        return cls(prompt, **found)

    def __str__(self) -> str:
        parts = [self.prompt if isinstance(self.prompt, str) else self.prompt.name]
        parts += [f"order={self.order}"] if self.order else []
        parts += [f"effort={self.effort}"] if self.effort else []
        if self.llm is not None:
            parts.append(f"model={self.model or getattr(self.llm, 'model', '') or 'other'}")
        return "/".join(parts)


def variants_of(variants: Iterable[str | Variant], default: str | Variant) -> list[Variant]:
    """The variants that are named, at least one of them.

    Args:
        variants: variants or their texts.
        default: what there is if none is named.

    Raises:
        NeurologicError: if a text names no variant.
        TypeError: if there is one text instead of several.

    >>> list(map(str, variants_of((), "fine")))
    ['fine']
    >>> list(map(str, variants_of(["lines", Variant(order=2)], "fine")))
    ['lines', 'default/order=2']
    """
    if isinstance(variants, str):
        raise TypeError(f"expected a list of variants, got {variants!r:.80}")
    return [Variant.of(variant) for variant in variants] or [Variant.of(default)]


def _unread(text: str, setting: str) -> NeurologicError:
    start = text.find(setting)
    return NeurologicError(
        f"cannot read {setting[:80]!r} in a variant",
        text=text,
        span=(start, start + max(len(setting), 1)),
        expected=("order=NUMBER", "effort=LEVEL", "model=NAME"),
        hint="as in fine/order=2/effort=high/model=NAME",
    )


def system_text(prompt: Prompt, examples: Sequence[Example], order: int = 0) -> str:
    """The instructions and the examples: what all requests of a variant share.

    Args:
        prompt: the instructions and the layout of replies.
        examples: those to show.
        order: the seed of their order; 0 leaves it.
    """
    shown = list(examples)
    if order:
        random.Random(f"examples/{order}").shuffle(shown)
    return "\n\n".join((prompt.instructions, *_shown(prompt, shown)))


def _shown(prompt: Prompt, examples: Sequence[Example]) -> Iterator[str]:
    for number, example in enumerate(examples, 1):
        reply = example_reply(example, prompt.layout)
        problem = problem_text((*example.premises, example.conclusion))
        yield f"Example {number}\n\n{problem}\n\nThe reply:\n\n{reply}"


def example_reply(example: Example, layout: Literal["json", "pairs"]) -> str:
    """The reply that a model should give to an example."""
    lexicon, sentences = example.lexicon, (*example.premises, example.conclusion)
    pairs = list(zip(example.formulas, sentences, strict=True))
    if layout == "pairs":
        symbols = [f"{_applied(name, n)} ::: {gloss}" for name, n, gloss in lexicon.predicates]
        names = [f"{name} ::: {gloss}" for name, gloss in lexicon.constants]
        lines = [f"{formula} ::: {sentence}" for formula, sentence in pairs]
        blocks = ("Predicates:", *symbols, "Constants:", *names, "Premises:", *lines[:-1])
        return "\n".join((*blocks, "Conclusion:", lines[-1]))
    rows = [
        {"index": at, "sentence": sentence, "formula": formula}
        for at, (formula, sentence) in enumerate(pairs, 1)
    ]
    conclusion = {key: value for key, value in rows.pop().items() if key != "index"}
    said = {**_lexicon(lexicon), "sentences": rows, "conclusion": conclusion}
    return json.dumps(said, ensure_ascii=False)


def _applied(name: str, arity: int) -> str:
    return f"{name}({', '.join('xyzuvw'[:arity])})" if arity else name


def _lexicon(lexicon: Lexicon) -> dict[str, Any]:
    return {
        "predicates": [{"name": n, "arity": a, "gloss": g} for n, a, g in lexicon.predicates],
        "constants": [{"name": n, "gloss": g} for n, g in lexicon.constants],
    }


def problem_text(
    sentences: Sequence[str],
    *,
    concluding: bool = True,
    lexicon: Lexicon = Lexicon(),
    declarations: str = "",
) -> str:
    r"""The sentences as data, after the symbols that are fixed already.

    Args:
        sentences: the premises and, if `concluding`, the conclusion.
        concluding: the last sentence is the conclusion.
        lexicon: symbols to be used where they fit.
        declarations: declared sorts and symbols, one a line.

    >>> print(problem_text(["Tom </problem> purrs.\nHa!"]))
    <problem>
    {"index": 1, "role": "conclusion", "sentence": "Tom \u003c/problem\u003e purrs.\nHa!"}
    </problem>
    """
    parts = []
    if lexicon.predicates or lexicon.constants or declarations:
        fixed: dict[str, Any] = _lexicon(lexicon)
        fixed |= {"declarations": declarations.splitlines()} if declarations else {}
        parts.append(
            "These symbols are fixed already: use them for what they stand for, "
            f"and add what is missing.\n<lexicon>\n{escaped(fixed)}\n</lexicon>"
        )
    last = len(sentences) if concluding else 0
    rows = (
        {"index": at, "role": "conclusion" if at == last else "premise", "sentence": sentence}
        for at, sentence in enumerate(sentences, 1)
    )
    parts.append("\n".join(("<problem>", *map(escaped, rows), "</problem>")))
    return "\n\n".join(parts)


def escaped(value: Any) -> str:
    """The value as JSON on one line, in which nothing can be taken for markup or hides."""
    text = json.dumps(value, ensure_ascii=False)
    if text.isprintable() and "<" not in text and ">" not in text:
        return text
    return "".join(
        f"\\u{ord(c):04x}" if c in "<>" else c if c.isprintable() else json.dumps(c)[1:-1]
        for c in text
    )


_LONGEST_SHOWN = 400
_MOST_SHOWN = 50


def repair_text(problems: Sequence[NeurologicError]) -> str:
    """What is wrong with a reply, and the request to mend it."""
    return (
        f"{problems_text(problems)}\n"
        "Where a symbol of the conclusion occurs in no premise, use the symbol of the premises "
        "if both mean the same, and keep it if they do not. "
        "Reply with the whole translation again, mended, in the same form."
    )


def problems_text(problems: Sequence[NeurologicError]) -> str:
    """What is wrong with a reply, as data."""
    rows = []
    for error in problems[:_MOST_SHOWN]:
        start, end = error.span or (0, 0)
        row = {
            "where": error.source,
            "problem": error.message,
            "formula": error.text[:_LONGEST_SHOWN],
            "at": error.text[start:end][:_LONGEST_SHOWN],
            "hint": error.hint,
        }
        rows.append({key: printable(value) for key, value in row.items() if value})
    more = len(problems) - len(rows)
    tail = [f"and {more} more"] if more > 0 else []
    shown = (*map(escaped, rows), *tail)
    return "\n".join(("Your reply has problems:", "<problems>", *shown, "</problems>"))


@cache
def reply_schema(concluding: bool) -> str:
    """The JSON schema of a reply, as canonical JSON text."""
    formula = {"sentence": "string", "formula": "string"}
    fields: dict[str, Any] = {
        "predicates": [{"name": "string", "arity": "integer", "gloss": "string"}],
        "constants": [{"name": "string", "gloss": "string"}],
        "sentences": [{"index": "integer", **formula}],
    }
    if concluding:
        fields["conclusion"] = formula
    return schema_text(fields)


def schema_text(fields: dict[str, Any]) -> str:
    """A JSON schema of an object, as canonical JSON text; nested dictionaries are its shape.

    A type is its name, a list with one item is a list of such items.

    >>> schema_text({"index": "integer", "steps": [{"text": "string"}]})[:58]
    '{"additionalProperties":false,"properties":{"index":{"type'
    """
    return json.dumps(_schema(fields), separators=(",", ":"), sort_keys=True)


def _schema(shape: Any) -> dict[str, Any]:
    match shape:
        case str():
            return {"type": shape}
        case [item]:
            return {"type": "array", "items": _schema(item)}
        case _:
            return {
                "type": "object",
                "properties": {key: _schema(value) for key, value in shape.items()},
                "required": list(shape),
                "additionalProperties": False,
            }
