"""What is wrong with a text that left the grammar: the mistake named, not the token."""

from __future__ import annotations

import re

from lark.exceptions import UnexpectedInput, UnexpectedToken

from neurologic.errors import ParseError, Span, printable
from neurologic.notation import KEYWORDS

_QUOTES = re.compile(
    r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"|‘[^’\n]*’|“[^”\n]*”|(?<=\w)['’]\w"
)
_WORD = re.compile(r"[^\W\d]\w*")
# Two words that follow each other and begin in lower case, outside brackets of arguments.
_PROSE = re.compile(r"[\w)]\s+[a-z]+\s+[a-z]+\b(?!\s*[.(])|\b(?:is|for|such|when)\s")
_CLOSING = {")": "(", "]": "["}
_QUANTIFIER = r"(?:[∀∃]|\b(?:all|exists|[Ff]orall|ForAll|Exists))"
_BRACKETED = re.compile(rf"[(\[]\s*{_QUANTIFIER}\s*\w+\s*$")
_SEPARATED = re.compile(rf"{_QUANTIFIER}\s*\w+\s*([,:])\s*$")
_CONNECTIVES = {"AND", "OR", "XOR", "ARROW", "IFF"}
_LOGICAL = re.compile(r"∧|∨|→|↔|⊕|¬|∀|∃|&|\||->|<->|=>|~|!(?!=)|(?:all|exists|not|and|or|no)\b")


def unclosed(text: str) -> tuple[tuple[int, ...], int | None]:
    """Offsets of brackets left open, outermost first, and of the first that closes nothing.

    >>> unclosed("((a)"), unclosed("a))")
    (((0,), None), ((), 1))
    """
    plain = _QUOTES.sub(lambda match: " " * len(match.group()), text)
    stack: list[int] = []
    for at, character in enumerate(plain):
        if character in "([":
            stack.append(at)
        elif character in _CLOSING:
            if not stack or plain[stack[-1]] != _CLOSING[character]:
                return tuple(stack), at
            stack.pop()
    return tuple(stack), None


def diagnose(text: str, error: UnexpectedInput) -> ParseError:
    """The located error for a text that the grammar refused."""
    at = error.pos_in_stream if error.pos_in_stream is not None else len(text)
    accepted = _accepted(error)
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        at = len(text.rstrip())
        return _ended(text, at, accepted)
    value = str(error.token.value) if isinstance(error, UnexpectedToken) else ""
    span = (at, at + max(len(value), 1))
    found = text[span[0] : span[1]]
    return (
        _bracket(text, span, found)
        or _punctuation(text, span, found)
        or _keyword(text, span, found, accepted)
        or _argument(text, span, found, accepted)
        or _quantifier(text, span, accepted)
        or _word(text, span, found, accepted)
        or _symbol(text, span, found, accepted)
    )


def _accepted(error: UnexpectedInput) -> frozenset[str]:
    """The terminals that could have stood there."""
    parser = getattr(error, "interactive_parser", None)
    return frozenset(parser.accepts()) if parser is not None else frozenset()


def _expected(accepted: frozenset[str]) -> tuple[str, ...]:
    words = []
    if "FORALL" in accepted:
        words.append("a formula")
    elif accepted & {"NAME", "NUMERAL", "BOUND"}:
        words.append("a variable" if "NAME" not in accepted else "a term")
    if "AND" in accepted:
        words.append("a connective")
    if "COMMA" in accepted:
        words.append("','")
    if "RPAR" in accepted:
        words.append("')'")
    if "DOT" in accepted:
        words.append("'.'")
    if "COLON" in accepted and "BOUND" not in accepted:
        words.append("':'")
    return tuple(words)


def _ended(text: str, at: int, accepted: frozenset[str]) -> ParseError:
    span = (at, at + 1)
    open_brackets, _ = unclosed(text)
    if not text.strip():
        return ParseError(
            "there is no formula here",
            text=text,
            span=(0, 1),
            expected=("a formula",),
            kind="empty",
        )
    if open_brackets and accepted & {"RPAR", "RBRACKET"}:
        opened = open_brackets[-1]
        close = ")" if text[opened] == "(" else "]"
        return ParseError(
            f"expected '{close}' to close '{text[opened]}' opened at column {opened + 1}",
            text=text,
            span=span,
            related=((opened, opened + 1),),
            expected=(f"'{close}'",),
            hint="count the brackets",
            kind="missing bracket",
        )
    return ParseError(
        f"the text ends where {_either(_expected(accepted))} is expected",
        text=text,
        span=span,
        expected=_expected(accepted),
        hint="complete the formula or take the last connective away",
        kind="unfinished",
    )


def _either(words: tuple[str, ...]) -> str:
    return " or ".join(words) if words else "something else"


def _bracket(text: str, span: Span, found: str) -> ParseError | None:
    if found not in _CLOSING:
        return None
    _, extra = unclosed(text[: span[1]])
    if extra != span[0]:
        return None
    return ParseError(
        f"'{found}' closes nothing",
        text=text,
        span=span,
        expected=("a connective", "the end"),
        hint="take it away, or open a bracket before",
        kind="extra bracket",
    )


def _punctuation(text: str, span: Span, found: str) -> ParseError | None:
    rest = text[span[0] :]
    if rest.startswith(("...", "…")):
        return ParseError(
            "an ellipsis is not a formula",
            text=text,
            span=(span[0], span[0] + (3 if rest[0] == "." else 1)),
            hint="write out what it stands for",
            kind="ellipsis",
        )
    if found in {"'", '"', "‘", "“"}:
        return ParseError(
            f"the quote {found} is not closed",
            text=text,
            span=span,
            expected=("a closing quote",),
            hint="close it on the same line, or write a quote inside a name as \\'",
            kind="missing quote",
        )
    if rest.strip() in {".", ";", ",", "!", "?"}:
        return ParseError(
            f"the formula is complete before '{found}'",
            text=text,
            span=span,
            expected=("the end",),
            hint="take it away",
            kind="trailing punctuation",
        )
    if ord(found[0]) < 32 or not found[0].isprintable():
        return ParseError(
            f"the character {printable(found[0])} (U+{ord(found[0]):04X}) has no place in a formula",
            text=text,
            span=(span[0], span[0] + 1),
            hint="take it away",
            kind="control character",
        )
    return None


_APPLIED = re.compile(rf"({'|'.join(w for w in KEYWORDS)})\s*(?:\(\s*[\w ]+)?$")


def _keyword(text: str, span: Span, found: str, accepted: frozenset[str]) -> ParseError | None:
    """A word of the notation where a name was meant."""
    if found in KEYWORDS and re.match(r"\s*[,)(]", text[span[1] :]) and "NAME" in accepted:
        word, span = found, span
    elif accepted <= {"BOUND", "VARIABLES", "LPAR", "COMMA"}:
        applied = _APPLIED.search(text[: span[0]])
        if applied is None:
            return None
        word, span = applied[1], applied.span(1)
    else:
        return None
    return ParseError(
        f"'{word}' is a word of the notation",
        text=text,
        span=span,
        expected=("a name",),
        hint=f"as a name, write it in quotes: '{word}'",
        kind="keyword as name",
    )


def _opening(text: str, at: int) -> int | None:
    """The innermost bracket open at an offset, if it holds the arguments of a symbol."""
    open_brackets, _ = unclosed(text[:at])
    if open_brackets and re.search(r"[\w'\"’”+]$", text[: open_brackets[-1]]):
        return open_brackets[-1]
    return None


def _argument(text: str, span: Span, found: str, accepted: frozenset[str]) -> ParseError | None:
    opening = _opening(text, span[0])
    if opening is None or accepted & _CONNECTIVES:
        return None
    related = ((opening, opening + 1),)
    if _LOGICAL.match(text, span[0]):
        return ParseError(
            "a formula stands inside an argument",
            text=text,
            span=span,
            related=related,
            expected=_expected(accepted),
            hint="arguments are terms: say it with a connective between two atoms",
            kind="formula as term",
        )
    if found in {"[", "{", "∈"}:
        return ParseError(
            "a list or a set stands inside an argument",
            text=text,
            span=span,
            related=related,
            expected=_expected(accepted),
            hint="write one atom for each member and join them with ∧",
            kind="list or set",
        )
    if found in {"=", "==", ":"}:
        return ParseError(
            "a named argument is not part of the notation",
            text=text,
            span=span,
            related=related,
            expected=_expected(accepted),
            hint="write the value alone",
            kind="named argument",
        )
    return None


def _quantifier(text: str, span: Span, accepted: frozenset[str]) -> ParseError | None:
    before = text[: span[0]]
    bracketed = _BRACKETED.search(before)
    if bracketed and text[span[0]] in ")]":
        return ParseError(
            "a quantifier stands alone in brackets",
            text=text,
            span=(bracketed.start(), span[1]),
            expected=("a formula",),
            hint="take the brackets away: ∃x (...)",
            kind="bracketed quantifier",
        )
    separated = _SEPARATED.search(before)
    if separated:
        return ParseError(
            f"'{separated[1]}' stands between a quantifier and its formula",
            text=text,
            span=separated.span(1),
            expected=("'.'", "a formula"),
            hint="write a dot",
            kind="quantifier separator",
        )
    word = re.search(r"(\w+)\s+$", before)
    if word and re.match(r"\w+\s*\.(?!\w)", text[span[0] :]) and "AND" in accepted:
        return ParseError(
            f"'{word[1]}' is not a quantifier",
            text=text,
            span=word.span(1),
            expected=("all", "exists", "no"),
            hint="write all, exists or no",
            kind="quantifier spelling",
        )
    return None


def _word(text: str, span: Span, found: str, accepted: frozenset[str]) -> ParseError | None:
    if not _WORD.match(found):
        return None
    before = text[: span[0]].rstrip()
    if "AND" in accepted and _PROSE.search(text):
        return ParseError(
            "ordinary words stand between the symbols",
            text=text,
            span=span,
            expected=_expected(accepted),
            hint="write the sentence as a formula",
            kind="prose",
        )
    if re.search(r"[\w'’\"]$", before) and accepted & {"AND", "COMMA"}:
        return ParseError(
            f"'{found}' follows a name without anything between them",
            text=text,
            span=span,
            expected=_expected(accepted),
            hint="quote a name that has spaces: 'two words'; join formulas with a connective",
            kind="space in a name",
        )
    if before.endswith((")", "]")) and "AND" in accepted:
        return ParseError(
            f"a connective is missing before '{found}'",
            text=text,
            span=span,
            expected=_expected(accepted),
            hint="write ∧, ∨, → or ↔",
            kind="missing connective",
        )
    return None


def _symbol(text: str, span: Span, found: str, accepted: frozenset[str]) -> ParseError:
    kind, hint = "unexpected symbol", ""
    if found == "," and "AND" in accepted:
        kind, hint = "comma as connective", "write ∧ if the comma means 'and'"
    elif found in {"∈", "∉", "⊆", "⊂"}:
        kind, hint = "list or set", "use a predicate: Member(x, s)"
    elif found in {"^", "+"}:
        kind, hint = f"{found} as connective", "write ∧, ∨ or ⊕"
    elif found in {"`", "$"} and span[0] == len(text) - len(text.lstrip()):
        kind, hint = "wrapped", "write the formula alone"
    elif found == "\\":
        kind, hint = "LaTeX command", "write the sign or the word: ∃ or exists"
    elif found in {"{", "}"}:
        kind, hint = "list or set", "write the formula with connectives"
    return ParseError(
        f"'{printable(found[:40])}' stands where {_either(_expected(accepted))} is expected",
        text=text,
        span=span,
        expected=_expected(accepted),
        hint=hint,
        kind=kind,
    )
