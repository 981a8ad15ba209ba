"""Repairs of malformed formulas: one small rewriting for each kind of mistake, each one listed.

A repair is tried only on request, and only where the mistake has one likely meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from lark.exceptions import UnexpectedInput

from neurologic.errors import ParseError, Span
from neurologic.formula import Formula
from neurologic.notation import quoted
from neurologic.parsing.diagnosis import unclosed
from neurologic.parsing.grouping import build
from neurologic.parsing.syntax import parse_formula
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


_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LOOSER = re.compile(r"∨|\||→|->|=>|⇒|↔|<->|⊕|\b(?:or|xor|implies|iff)\b")
_WRAPPED = re.compile(r"\s*([\"`$“]+)(.*?)([\"`$”]+)\s*", re.DOTALL)
_LABELLED = re.compile(r"\s*(?:\d+\s*[.):]|[A-Za-z]+\s*\d*\s*:)\s+")
_UNDOTTED = re.compile(
    r"(?:[∀∃]|\b(?:all|exists|some|[Ff]or ?all|ForAll|Exists))\s*\w+(?:\s*,\s*\w+)*\s*([,:])\s*\w+\s*\("
)


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters to be replaced, and why."""

    span: Span
    replacement: str
    message: str


Repair: TypeAlias = Callable[[str, ParseError], Edit | None]


def _close(text: str, error: ParseError) -> Edit | None:
    end = len(text.rstrip())
    open_brackets, _ = unclosed(text)
    closing = "".join(")" if text[at] == "(" else "]" for at in reversed(open_brackets))
    return Edit((end, end), closing, f"closed with {closing}")


def _open_or_drop(text: str, error: ParseError) -> Edit | None:
    """A bracket that closes nothing is dropped at the end, or where opening one reads alike."""
    assert error.span is not None
    at, end = error.span
    if text[end:].strip(" .;") and _read(text[:at] + text[end:]) != _read(
        ("(" if text[at] == ")" else "[") + text
    ):
        return None
    return Edit((at, end), "", f"dropped '{text[at:end]}' that closes nothing")


def _read(text: str) -> Formula | None:
    """The formula of a text, or None if it has further mistakes."""
    try:
        return build(parse_formula(text))[0]
    except (UnexpectedInput, ParseError):
        return None


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
    """A comma or ^ between formulas, unless a looser connective stands before it in the group."""
    assert error.span is not None
    start, end = error.span
    open_brackets, _ = unclosed(text[:start])
    group = text[open_brackets[-1] + 1 if open_brackets else 0 : start]
    while (shorter := _BRACKETED.sub("", group)) != group:
        group = shorter
    if _LOOSER.search(group):
        return None
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


def _unwrap(text: str, error: ParseError) -> Edit | None:
    """A formula in quotes, back-ticks or dollar signs."""
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped is None or not wrapped[2].strip():
        return None
    return Edit((0, len(text)), wrapped[2], f"took the formula out of {wrapped[1]}")


def _drop_label(text: str, error: ParseError) -> Edit | None:
    """A number or a word such as `Premise 1:` before the formula."""
    label = _LABELLED.match(text)
    if label is None:
        return None
    return Edit(label.span(), "", f"dropped '{label.group().strip()}' before the formula")


def _dot_before_predicate(text: str, error: ParseError) -> Edit | None:
    """The comma or colon of `forall x, P(x)`: a predicate follows it, no variable and no sort."""
    assert error.span is not None
    for undotted in _UNDOTTED.finditer(text):
        behind = text[undotted.end() : error.span[0]]
        if undotted.start() <= error.span[0] and ")" not in behind:
            sign = undotted[1]
            return Edit(undotted.span(1), ".", f"read '{sign}' as the dot of a quantifier")
    return None


def _space_difference(text: str, error: ParseError) -> Edit | None:
    assert error.span is not None
    start, end = error.span
    name = text[start:end]
    return Edit((start, end), name.replace("-", " - "), f"read {name} as a difference")


def _first_of(*repairs: Repair) -> Repair:
    """The first repair that there is."""

    def repair(text: str, error: ParseError) -> Edit | None:
        return next((edit for one in repairs if (edit := one(text, error))), None)

    return repair


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


REPAIRS: dict[str, Repair] = {
    "missing bracket": _close,
    "extra bracket": _open_or_drop,
    "trailing punctuation": _drop,
    "ellipsis": _drop_ellipsis,
    "comma as connective": _first_of(_dot_before_predicate, _and),
    "^ as connective": _and,
    "missing connective": _insert_and,
    "space in a name": _quote_words,
    "quantifier separator": _first_of(_dot_before_predicate, _dot),
    "bracketed quantifier": _unbracket,
    "quantifier spelling": _spell_quantifier,
    "double negation": _negate_once,
    "LaTeX command": _latex,
    "keyword as name": _quote_keyword,
    "name or difference": _space_difference,
    "term as formula": _dot_before_predicate,
    "wrapped": _unwrap,
    "unexpected symbol": _first_of(_quote_plus, _dot_before_predicate, _drop_label),
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
