"""Repairs of malformed formulas: one small rewriting for each kind of mistake, each one listed.

A repair is tried only on request, and only where the mistake has one likely meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from neurologic.errors import ParseError, Span
from neurologic.notation import quoted
from neurologic.parsing.diagnosis import unclosed
from neurologic.problem import Note

_LATEX = {
    "forall": "∀", "exists": "∃", "neg": "¬", "lnot": "¬", "land": "∧", "wedge": "∧", "lor": "∨",
    "vee": "∨", "to": "→", "rightarrow": "→", "implies": "→", "Rightarrow": "→", "iff": "↔",
    "leftrightarrow": "↔", "oplus": "⊕", "neq": "≠", "leq": "≤", "geq": "≥",
}  # fmt: skip
_QUANTIFIERS = {
    "exist": "exists", "thereexists": "exists", "forsome": "exists", "every": "all", "each": "all",
    "any": "all", "forevery": "all", "foreach": "all", "none": "no", "nox": "no",
}  # fmt: skip
_WORDS = re.compile(r"[\w.'’-]+(?:[ \t]+[\w.'’-]+)+")


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters to be replaced, and why."""

    span: Span
    replacement: str
    message: str


def _close(text: str, error: ParseError) -> Edit | None:
    end = len(text.rstrip())
    open_brackets, _ = unclosed(text)
    closing = "".join(")" if text[at] == "(" else "]" for at in reversed(open_brackets))
    return Edit((end, end), closing, f"closed with {closing}")


def _open_or_drop(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    at, end = error.span
    if not text[end:].strip(" .;"):
        return Edit((at, end), "", f"dropped '{text[at:end]}' that closes nothing")
    opening = "(" if text[at] == ")" else "["
    return Edit((0, 0), opening, f"opened a bracket for the '{text[at]}' that closes nothing")


def _drop(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    start, end = error.span
    return Edit((start, end), "", f"dropped '{text[start:end]}'")


def _drop_ellipsis(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    start, end = error.span
    joined = re.search(r"(?:&|∧|\||∨|and|or)?\s*$", text[:start])
    if not re.match(r"\s*[)\]]*\s*\.?\s*$", text[end:]) or joined is None:
        return None
    return Edit((joined.start(), end), "", "dropped an ellipsis")


def _and(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    start, end = error.span
    return Edit((start, end), " ∧ ", f"read '{text[start:end]}' as ∧")


def _insert_and(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    start = error.span[0]
    if not re.match(r"[^\W\d]\w*\s*\(|[∀∃¬~-]", text[start:]):
        return None
    return Edit((start, start), "∧ ", "put the missing connective: ∧")


def _quote_words(text: str, error: ParseError) -> Edit | None:
    """Several words that stand for one name, in an argument or before one."""
    assert error.span is not None
    for run in _WORDS.finditer(text):
        if run.start() < error.span[0] < run.end():
            words = run.group().split()
            argument = re.search(r"[(,=]\s*$", text[: run.start()]) and re.match(
                r"\s*[),=]", text[run.end() :]
            )
            predicate = text[run.end() :].startswith("(") and all(w[0].isupper() for w in words)
            if argument or predicate:
                name = quoted(" ".join(words))
                return Edit(run.span(), name, f"read {name} as one name")
    return None


def _dot(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    return Edit(error.span, ".", f"read '{text[error.span[0]]}' as the dot of a quantifier")


def _unbracket(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    start, end = error.span
    return Edit((start, end), text[start + 1 : end - 1] + " ", "took a quantifier out of brackets")


def _spell_quantifier(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    start, end = error.span
    word = _QUANTIFIERS.get(text[start:end].lower())
    return Edit((start, end), word, f"read '{text[start:end]}' as {word}") if word else None


def _latex(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    start = error.span[0]
    command = re.match(r"\\([A-Za-z]+)", text[start:])
    sign = _LATEX.get(command[1]) if command else None
    if command is None or sign is None:
        return None
    return Edit((start, start + command.end()), sign, f"read {command.group()} as {sign}")


def _quote_plus(text: str, error: ParseError) -> Edit | None:
    """A name that ends in a plus sign, such as the grade a+."""
    assert error.span is not None
    at = error.span[0]
    name = re.search(r"(\w+[+-])\s*$", text[:at])
    if name is None or text[at] not in "),":
        return None
    return Edit(name.span(1), quoted(name[1]), f"read {name[1]} as a name")


def _quote_keyword(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    start, end = error.span
    word = text[start:end]
    return Edit((start, end), quoted(word), f"read '{word}' as a name")


def _negate_once(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    start, end = error.span
    return Edit(
        (start, end), "", f"read '{text[start:end]}' and the 'no' behind it as one negation"
    )


REPAIRS: dict[str, Callable[[str, ParseError], Edit | None]] = {
    "missing bracket": _close,
    "extra bracket": _open_or_drop,
    "trailing punctuation": _drop,
    "ellipsis": _drop_ellipsis,
    "comma as connective": _and,
    "^ as connective": _and,
    "missing connective": _insert_and,
    "space in a name": _quote_words,
    "quantifier separator": _dot,
    "bracketed quantifier": _unbracket,
    "quantifier spelling": _spell_quantifier,
    "double negation": _negate_once,
    "LaTeX command": _latex,
    "keyword as name": _quote_keyword,
    "unexpected symbol": _quote_plus,
}
"""What to try for each kind of mistake."""


@dataclass(slots=True)
class Mended:
    """A text under repair, with the original offset of each of its characters."""

    text: str
    origins: list[int]
    repairs: list[Note]

    @classmethod
    def of(cls, text: str) -> Mended:
        """The text as it is."""
        return cls(text, list(range(len(text) + 1)), [])

    def original(self, span: Span) -> Span:
        """Where a span of the mended text stood in the original."""
        last = len(self.origins) - 1
        start, end = (self.origins[min(at, last)] for at in span)
        return start, max(start, end)

    def mend(self, error: ParseError) -> bool:
        """Repair one mistake; whether there was a repair for it."""
        repair = REPAIRS.get(error.kind)
        edit = repair(self.text, error) if repair else None
        if edit is None:
            return False
        start, end = edit.span
        self.repairs.append(Note(edit.message, self.original(edit.span)))
        self.text = self.text[:start] + edit.replacement + self.text[end:]
        self.origins[start:end] = [self.origins[start]] * len(edit.replacement)
        return True
