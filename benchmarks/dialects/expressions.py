"""Expressions of many-sorted programs as they are written, before any sort is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

from lark import Token, Transformer

from benchmarks.dialects.sections import parsed, parser
from neurologic.errors import Span


@dataclass(frozen=True, slots=True)
class Ref:
    """A name."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Num:
    """A number."""

    value: Fraction
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A name with arguments in brackets."""

    name: str
    args: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Listing:
    """What stands in square brackets."""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Binding:
    """A variable with its sort, `c:child`."""

    name: str
    sort: str
    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """Operands joined by one connective or one sign of arithmetic after the other."""

    operators: tuple[str, ...]
    operands: tuple[Expression, ...]
    span: Span


Expression: TypeAlias = Ref | Num | Call | Listing | Binding | Operation

_SIGNS = {
    "ARROW": "->", "IFF": "<->", "OR": "or", "OR_WORD": "or", "XOR": "xor", "AND": "and",
    "AND_WORD": "and", "OR_TITLE": "or", "AND_TITLE": "and", "NOT": "not", "NOT_WORD": "not", "IN": "in", "EQUALS": "==", "NEQ": "!=",
    "LT": "<", "LEQ": "<=", "GT": ">", "GEQ": ">=", "PLUS": "+", "MINUS": "-", "TIMES": "*", "MODULO": "%",
}  # fmt: skip


def _span(parts: list[Any]) -> Span:
    first, last = parts[0], parts[-1]
    start = (first.start_pos or 0) if isinstance(first, Token) else first.span[0]
    end = (last.end_pos or 0) if isinstance(last, Token) else last.span[1]
    return start, end


def _joined(self: object, parts: list[Any]) -> Operation:
    signs = tuple(_SIGNS[part.type] for part in parts if isinstance(part, Token))
    return Operation(signs, tuple(p for p in parts if not isinstance(p, Token)), _span(parts))


class _Builder(Transformer[Any, Any]):
    """Parse trees to expressions, while the parser runs."""

    arrow = disjunction = exclusive = conjunction = comparison = sum = product = _joined
    negated = negative = _joined

    def call(self, parts: list[Any]) -> Call:
        args = tuple(part for part in parts if not isinstance(part, Token))
        return Call(str(parts[0]), args, _span(parts))

    def index(self, parts: list[Any]) -> Call:
        return Call("[]", (Ref(str(parts[0]), _span(parts[:1])), parts[2]), _span(parts))

    def reference(self, parts: list[Token]) -> Ref:
        return Ref(str(parts[0]), _span(parts))

    def number(self, parts: list[Token]) -> Num:
        return Num(Fraction(str(parts[0])), str(parts[0]), _span(parts))

    def quoted(self, parts: list[Token]) -> Ref:
        return Ref(str(parts[0])[1:-1], _span(parts))

    def bracketed(self, parts: list[Any]) -> Any:
        return parts[1]

    def listing(self, parts: list[Any]) -> Listing:
        return Listing(tuple(p for p in parts if not isinstance(p, Token)), _span(parts))

    def binding(self, parts: list[Token]) -> Binding:
        return Binding(str(parts[0]), str(parts[2]), _span(parts))


@cache
def _parser() -> Callable[[str], Expression]:
    lark = parser("sorted", _Builder())
    return lambda text: parsed(lark, text)


def read(text: str) -> Expression:
    """The expression that a line writes.

    Raises:
        ParseError: the line is none; it shows the place.

    >>> read("seat(Ann) < 3").operators
    ('<',)
    """
    return _parser()(text)
