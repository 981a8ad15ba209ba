"""Lines of the rule dialect as they are written: atoms, negations, rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeAlias

from lark import Token, Transformer

from benchmarks.dialects.sections import parsed, parser
from neurologic.errors import ParseError, Span


@dataclass(frozen=True, slots=True)
class Name:
    """Words that name something, and where they stand."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Unbound:
    """A variable `$x`, or `?`, as an argument."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Written:
    """An atom as it is written, its truth value still among the arguments."""

    name: Name
    args: tuple[Name | Unbound | Written, ...]
    positive: bool = True


Rule: TypeAlias = tuple[tuple[Written, ...], tuple[Written, ...]]
"""The conditions and the heads; a fact has no conditions."""


class _Builder(Transformer[Any, Any]):
    """Parse trees to values, while the parser runs."""

    def start(self, parts: list[Any]) -> Rule:
        if len(parts) == 1:
            return (), parts[0]
        if isinstance(parts[2], Name):  # P >>> False: P has that truth value
            return (), (_assigned(parts[0], parts[2]),)
        return parts[0], parts[2]

    def conjunction(self, parts: list[Any]) -> tuple[Written, ...]:
        atoms: list[Written] = []
        for part in parts:
            if isinstance(part, Token):
                continue
            atoms.extend(part if isinstance(part, tuple) else (part,))
        return tuple(atoms)

    def bracketed(self, parts: list[Any]) -> Any:
        return parts[1]

    def negated(self, parts: list[Any]) -> Written:
        body = parts[1]
        if isinstance(body, tuple):
            if len(body) != 1:
                raise ParseError(
                    "a conjunction is negated",
                    span=body[0].name.span,
                    hint="negate atoms one by one",
                    kind="negated conjunction",
                )
            body = body[0]
        return replace(body, positive=not body.positive)  # type: ignore[no-any-return]

    def valued(self, parts: list[Any]) -> Written:
        return _with_value(replace(parts[2], positive=not parts[2].positive), parts[4])

    def valued_after(self, parts: list[Any]) -> Written:
        return _with_value(parts[0], parts[2])

    def negation(self, parts: list[Any]) -> None:
        return None

    def atom(self, parts: list[Any]) -> Written:
        args = tuple(part for part in parts[1:] if not isinstance(part, Token))
        return Written(parts[0], args)

    def name(self, words: list[Token]) -> Name:
        start, end = words[0].start_pos or 0, words[-1].end_pos or 0
        return Name(" ".join(words), (start, end))

    def variable(self, parts: list[Token]) -> Unbound:
        return Unbound(str(parts[0])[1:], _span(parts[0]))

    def unknown(self, parts: list[Token]) -> Unbound:
        return Unbound("?", _span(parts[0]))

    def quoted(self, parts: list[Token]) -> Name:
        return Name(str(parts[0])[1:-1], _span(parts[0]))


def _span(token: Token) -> Span:
    return token.start_pos or 0, token.end_pos or 0


VALUES = {"true": True, "false": False}


def _with_value(atom: Written, name: Name) -> Written:
    value = VALUES.get(name.text.lower())
    if value is None:
        raise ParseError(
            "expected True or False", span=name.span, expected=("True", "False"), kind="no value"
        )
    return replace(atom, positive=atom.positive is value)


def _assigned(atoms: tuple[Written, ...], name: Name) -> Written:
    if len(atoms) != 1:
        raise ParseError("expected a head", span=name.span, hint="write an atom", kind="head")
    if name.text.lower() in VALUES:
        return _with_value(atoms[0], name)
    if not is_open(name):
        raise ParseError("expected a head", span=name.span, hint="write an atom", kind="head")
    return replace(atoms[0], args=(*atoms[0].args, name))


@cache
def _parser() -> Callable[[str], Rule]:
    lark = parser("rules", _Builder())
    return lambda text: parsed(lark, text)


def parse(text: str) -> Rule:
    """The fact or the rule that a line writes.

    Raises:
        ParseError: the line is none; it shows the place.
    """
    return _parser()(text)


def is_open(arg: Name | Unbound | Written) -> bool:
    """Whether the argument stands for a truth value that is asked for."""
    if isinstance(arg, Name):
        return arg.text.lower() in ("bool", "x", "value", "unknown")
    return isinstance(arg, Unbound)
