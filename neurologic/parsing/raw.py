"""Raw syntax: what the grammar's rules make of a text, as small mutable records with their places.

A raw `Group` is what stands between two brackets: clusters (a term, an atom or an equation behind
its negations and quantifiers) with connectives between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurologic.errors import Span
from neurologic.formula import Variable
from neurologic.parsing.lexer import Lexeme
from neurologic.problem import Note


@dataclass(slots=True)
class Name:
    """A bare or quoted name that stands for a constant, a variable or a proposition.

    `bound` says that a quantifier claimed it; a variable without a binder is free.
    """

    text: str
    span: Span
    quoted: bool = False
    variable: Variable | None = None
    bound: bool = False


@dataclass(slots=True)
class Numeric:
    """A number in digits."""

    text: str
    span: Span
    negative: bool = False


@dataclass(slots=True)
class Truth:
    """`True` or `False`."""

    value: bool
    span: Span


@dataclass(slots=True)
class Application:
    """A symbol and its arguments, which are terms."""

    head: str
    args: list[Any]
    span: Span


@dataclass(slots=True)
class Sum:
    """Terms with arithmetic operators between them, ungrouped."""

    parts: list[Any]
    operators: list[Lexeme]
    span: Span


@dataclass(slots=True)
class Binding:
    """The variables that `Count`, `Distinct` or a quantifier applied to arguments binds."""

    kind: str
    variables: list[Variable]
    body: Any
    span: Span


@dataclass(slots=True)
class Values:
    """`Distinct` of terms."""

    args: list[Any]
    span: Span


@dataclass(slots=True)
class Prefix:
    """A negation, or a quantifier with one variable."""

    kind: str
    variable: Variable | None
    span: Span


@dataclass(slots=True)
class Cluster:
    """Prefixes, and the operands that arithmetic and comparisons join behind them.

    `wide` counts the prefixes whose scope reaches to the end of the group.
    """

    prefixes: list[Prefix]
    parts: list[Any]
    operators: list[Lexeme]
    span: Span
    wide: int = 0


@dataclass(slots=True)
class Group:
    """Clusters with connectives between them, ungrouped.

    `asymmetric` is the place of the last connective other than ∧ and ∨, or -1: before it, it matters
    whether a quantifier reaches beyond.
    """

    clusters: list[Cluster]
    connectives: list[Lexeme]
    span: Span
    asymmetric: int = -1


@dataclass(slots=True)
class Raw:
    """A parsed text: its outermost group, its names that no quantifier claims, and notes."""

    group: Group
    free: dict[str, list[Name]]
    notes: list[Note]
