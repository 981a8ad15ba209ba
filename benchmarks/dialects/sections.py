"""The lines of a recorded program by section, and what every reader does with a line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from lark import Lark, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from neurologic.errors import ParseError, Span
from neurologic.notation import MOST_DIGITS

T = TypeVar("T")

MOST_CHARACTERS = 100_000
"""The most characters of a program that is read; the longest that models recorded has 3,218."""
MOST_LINES = 2_000
"""The most lines of a program that is read; the longest that models recorded has 59."""
LONGEST = 20_000
"""The longest line, in characters, that is read."""
DEEPEST = 80
"""How deep brackets, signs of negation and arrows may nest in a line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A statement of a program.

    Args:
        text: the statement, without the sentence beside it.
        sentence: what stands after `:::`.
        section: the heading it stands under, in lower case; empty before the first.
        number: its line in the program, counted from 1.
    """

    text: str
    sentence: str
    section: str
    number: int

    @property
    def source(self) -> str:
        """Where the line stands, in words."""
        return f"line {self.number}"


_HEADINGS = (
    "predicates premises conclusion facts rules query queries domain variables constraints "
    "declarations options"
).split()
_HEADING = re.compile(rf"[#*\s]*({'|'.join(_HEADINGS)})\b[*\s]*(?::[*\s]*)?", re.IGNORECASE)
_NO_STATEMENT = re.compile(r"\s*(?:#|```|[-–—=_*]{3,}\s*$)")  # a comment, a fence, a rule
_OPENING, _CLOSING = "([{", ")]}"


def too_long(program: str) -> ParseError | None:
    r"""What is wrong with a program that has more characters or lines than are read.

    >>> too_long("Facts:\nTall(ann, True)")
    >>> print(too_long("Tall(ann, True)\n" * 2_000))
    the program has 2,001 lines, where 2,000 is the most
    """
    for what, found, most in (
        ("characters", len(program), MOST_CHARACTERS),
        ("lines", program.count("\n") + 1, MOST_LINES),
    ):
        if found > most:
            told = f"the program has {found:,} {what}, where {most:,} is the most"
            return ParseError(told, kind="too long")
    return None


def lines_of(program: str, joined: bool = False) -> tuple[Line, ...]:
    r"""The statements of a program.

    Args:
        program: the text.
        joined: whether a statement with an open bracket goes on in the next line.

    >>> [line.text for line in lines_of("Facts:\nTall(ann, True) ::: Ann is tall.\nRules:\n")]
    ['Tall(ann, True)']
    """
    result: list[Line] = []
    section, pending = "", None
    for number, raw in enumerate(program.split("\n"), start=1):
        if heading := _HEADING.fullmatch(raw):
            section, pending = heading[1].lower(), None
            continue
        text, _, sentence = raw.partition(":::")
        if not text.strip() or _NO_STATEMENT.match(raw):
            continue
        line = Line(text.strip(), sentence.strip(), section, number)
        if pending is not None:
            line = replace(pending, text=f"{pending.text} {line.text}", sentence=line.sentence)
            result[-1] = line
        else:
            result.append(line)
        pending = line if joined and not sentence and _open(line.text) else None
    return tuple(result)


def sections_of(program: str) -> frozenset[str]:
    """The headings that a program has, in lower case."""
    found = map(_HEADING.fullmatch, program.split("\n"))
    return frozenset(heading[1].lower() for heading in found if heading)


def _open(text: str) -> bool:
    return sum(text.count(sign) for sign in _OPENING) > sum(text.count(sign) for sign in _CLOSING)


@cache
def grammar(name: str) -> str:
    """The text of a grammar file."""
    path = Path(__file__).parents[2] / "grammars" / f"{name}.lark"
    return path.read_text(encoding="utf-8")


def parser(name: str, builder: Transformer[Any, Any]) -> Lark:
    """A parser that builds values while it reads, without recursion."""
    return Lark(
        grammar(name),
        parser="lalr",
        transformer=builder,
        maybe_placeholders=False,
        propagate_positions=False,
    )


def parsed(lark: Lark, text: str) -> Any:
    """The value of a line.

    Raises:
        ParseError: the text is none of the grammar's; it shows the place.
    """
    _guard(text)
    try:
        return lark.parse(text)
    except UnexpectedInput as error:
        raise _located(text, error) from None


_RUN = re.compile(rf"(?:(?:[¬~!+−-]|\bnot\b)\s*){{{DEEPEST}}}", re.IGNORECASE)
_DIGITS = re.compile(rf"\d{{{MOST_DIGITS + 1},}}")
_ARROWS = re.compile(r"[-=]>|>>>|→|⇒")


def check_length(text: str) -> None:
    """Refuse a line that is longer than what is read.

    Raises:
        ParseError: it is.
    """
    if len(text) > LONGEST:
        raise ParseError(
            f"the line has more than the {LONGEST:,} characters that are read",
            text=text,
            span=(LONGEST, LONGEST + 1),
            kind="too long",
        )


def _guard(text: str) -> None:
    check_length(text)
    digits = _DIGITS.search(text)
    if digits:
        raise ParseError(
            f"a number of more than {MOST_DIGITS} digits",
            text=text,
            span=digits.span(),
            kind="too long",
        )
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth > DEEPEST:
            raise _deep(text, (at, at + 1))
    run = _RUN.search(text)
    if run:
        raise _deep(text, run.span())
    arrows = [match.span() for match in _ARROWS.finditer(text)]
    if len(arrows) > DEEPEST:
        raise _deep(text, arrows[DEEPEST])


def _deep(text: str, span: Span) -> ParseError:
    return ParseError(
        f"the line nests deeper than {DEEPEST} levels", text=text, span=span, kind="too deep"
    )


_WORDS = {
    "LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]", "COMMA": ",", "COLON": ":",
    "WORD": "a name", "NAME": "a name", "QUOTED": "a quoted name", "NUMBER": "a number",
    "VARIABLE": "a variable", "ARROW": "->", "AND": "&&", "EQUALS": "=", "$END": "the end",
}  # fmt: skip


def _located(text: str, error: UnexpectedInput) -> ParseError:
    match error:
        case UnexpectedToken(token=token, expected=expected):
            names = sorted({_WORDS[name] for name in expected if name in _WORDS})
            if token.type == "$END":
                end = len(text.rstrip())
                missing = text.count("(") - text.count(")")
                hint = f"{missing} of the brackets '(' are not closed" if missing > 0 else ""
                return ParseError(
                    "the line ends too early",
                    text=text,
                    span=(end, end + 1),
                    expected=tuple(names),
                    hint=hint,
                    kind="missing bracket" if missing > 0 else _kind(text),
                )
            start = token.start_pos or 0
            extra = token.value == ")" and text.count(")") > text.count("(")
            return ParseError(
                f"{str(token.value)[:40]!r} cannot stand here",
                text=text,
                span=(start, start + len(token.value)),
                expected=tuple(names),
                hint="there are more ')' than '('" if extra else "",
                kind="extra bracket" if extra else _kind(text),
            )
        case UnexpectedCharacters():
            at = error.pos_in_stream or 0
            return ParseError(
                f"{text[at : at + 1]!r} cannot stand here",
                text=text,
                span=(at, at + 1),
                kind=_kind(text),
            )
        case _:
            return ParseError("the line does not read", text=text, span=(0, len(text)))


_PROSE = re.compile(r"[^()\[\]=<>]+")


def _kind(text: str) -> str:
    return "prose" if _PROSE.fullmatch(text) else "syntax"


def read_each(
    lines: Iterable[Line], read: Callable[[Line], T], errors: list[ParseError]
) -> list[T]:
    """What is read of each line; the errors are collected, each with its place."""
    result = []
    for line in lines:
        try:
            result.append(read(line))
        except ParseError as error:
            error.at(line.source)
            errors.append(error)
    return result
