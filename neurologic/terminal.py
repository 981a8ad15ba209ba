"""What all commands share: files that are read, and text and JSON that are printed as they are."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from neurologic import display
from neurologic.errors import NeurologicError, ParseError
from neurologic.parsing import is_choice, read_choice, read_problem
from neurologic.problem import ChoiceProblem, Semantics, TextProblem

ANSWERED, BROKEN, UNDECIDED = 0, 1, 3  # 2 is a usage error

Negation = Annotated[
    Literal["classical", "explicit"],
    typer.Option(help="explicit: not-P is an atom of its own, as in ProofWriter."),
]
UniqueNames = Annotated[
    bool, typer.Option("--unique-names", help="Different names denote different things.")
]
ClosedDomain = Annotated[
    bool, typer.Option("--closed-domain", help="There is nothing but what is named.")
]
Import = Annotated[
    bool, typer.Option("--existential-import", help="All A are B says that there is an A.")
]
Arithmetic = Annotated[
    Literal["interpreted", "uninterpreted"],
    typer.Option(help="uninterpreted: < and + are mere symbols."),
]
Convention = Annotated[
    Literal["neurologic", "linc"],
    typer.Option(help="linc: inconsistent premises answer True, to reproduce that paper."),
]


def semantics_options(semantics: Semantics) -> list[str]:
    """The options that a semantics is asked for with, those of the default left out.

    >>> semantics_options(Semantics(unique_names=True, negation="explicit"))
    ['--negation explicit', '--unique-names']
    """
    found = []
    for option in fields(semantics):
        value = getattr(semantics, option.name)
        if value != option.default:
            flag = f"--{option.name.replace('_', '-')}"
            found.append(flag if value is True else f"{flag} {value}")
    return found


def load(file: str) -> TextProblem:
    """The problem in a file, or on standard input if the name is `-`.

    Raises:
        ParseError: the file cannot be opened, is not UTF-8, or holds no problem with a conclusion.
    """
    found = load_any(file)
    if isinstance(found, ChoiceProblem):
        raise ParseError(
            "a multiple-choice question, where premises and a conclusion are expected",
            source=source_of(file),
            hint="`prove` finds the option that fits",
        )
    return found


def load_any(file: str) -> TextProblem | ChoiceProblem:
    """The problem in a file, or the multiple-choice question, as its line with `?` says.

    Raises:
        ParseError: as `load`.
    """
    source = source_of(file)
    text = decode(content(file), source)
    return (
        read_choice(text, source=source) if is_choice(text) else read_problem(text, source=source)
    )


def source_of(file: str) -> str:
    """What a file is called in errors."""
    return "standard input" if file == "-" else file


def content(file: str, most: int = -1) -> bytes:
    """The bytes of a file, or of standard input if the name is `-`; the first so many, or all.

    Raises:
        ParseError: the file cannot be opened or read.
    """
    source = source_of(file)
    if file == "-" and sys.stdin is None:
        raise ParseError("it is closed", source=source)
    try:
        if file == "-":
            return sys.stdin.buffer.read(most)
        with open(file, "rb") as stream:
            return stream.read(most)
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        what = error.strerror if isinstance(error, OSError) else str(error)
        raise ParseError(f"cannot read the file: {what}", source=source) from error


def decode(data: bytes, source: str = "") -> str:
    r"""The text that the bytes stand for in UTF-8, without byte order mark, lines ended by `\n`.

    Raises:
        ParseError: the bytes are not UTF-8; the error shows the line and the byte.

    >>> decode(b"\xef\xbb\xbfP(a)\r\n? P(b)")
    'P(a)\n? P(b)'
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ParseError("the file is UTF-16", source=source, hint="save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = data.rfind(b"\n", 0, error.start) + 1
        end = data.find(b"\n", start)
        line = data[start : end if end >= 0 else None].decode("utf-8", errors="replace")
        column = len(data[start : error.start].decode("utf-8", errors="replace"))
        number = data.count(b"\n", 0, start) + 1
        raise ParseError(
            f"byte 0x{data[error.start]:02x} is not UTF-8",
            text=line,
            span=(column, column + 1),
            source=f"{source}, line {number}".lstrip(", "),
            hint="save the file as UTF-8",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def print_problems(errors: Iterable[NeurologicError], warnings: Iterable[str]) -> None:
    """Errors and warnings go to standard error."""
    text = display.problems_text(errors, warnings)
    if text:
        Console(stderr=True, highlight=False, soft_wrap=True).print(Text(text))


def print_text(text: str, style: str = "") -> None:
    """Print text as it is: `[red]` in a sentence is not a style."""
    Console(highlight=False, soft_wrap=True).print(Text(text, style=style))


def print_json(value: Mapping[str, object]) -> None:
    """Print one line of ASCII, which also carries lone surrogates."""
    typer.echo(json.dumps(value))
