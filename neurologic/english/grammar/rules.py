"""Grammar rules: phrase structure written as text, compiled to tries that a chart can follow.

`NP[n] -> determiner[n] Nominal[n]` stands for one rule per number; `-comma?` may be missing, and a
symbol after a minus sign is not handed to the builder; neither is a quoted word.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Builder = Callable[..., Any]

MIXED = 0.3
"""What it costs that `and` and `or` meet without a mark that groups them."""

FEATURES: dict[str, tuple[str, ...]] = {"n": ("sg", "pl"), "f": ("sg", "pl", "base")}
"""The values of each feature variable: number of a noun phrase, form of a verb phrase."""

_SYMBOL = re.compile(r"(?P<dropped>-)?(?P<name>\"[^\"]+\"|[\w.]+(?:\[\w+\])?)(?P<optional>\?)?")


_PART = re.compile(r"-?\"[^\"]+\"\??|\S+")


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A phrase of category `left` consists of phrases `right`; `build` makes its tree.

    `kept` are the places of `right` whose trees the builder takes.
    """

    left: str
    right: tuple[str, ...]
    kept: tuple[int, ...]
    cost: float
    build: Builder


class Rules:
    """The rules of one part of the grammar, in the order in which they were written."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def add(self, *patterns: str, cost: float = 0.0) -> Callable[[Builder], Builder]:
        """A decorator: the function builds the trees of the given patterns.

        >>> rules = Rules()
        >>> @rules.add("NP[n] -> determiner[n] Noun[n]")
        ... def quantified(determiner, noun):
        ...     return (determiner, noun)
        >>> [rule.left for rule in rules.rules]
        ['NP[sg]', 'NP[pl]']
        """

        def decorate(build: Builder) -> Builder:
            for pattern in patterns:
                self.rules.extend(expand(pattern, cost, build))
            return build

        return decorate

    def alias(self, *patterns: str, cost: float = 0.0) -> None:
        """Patterns whose tree is the tree of their one kept symbol."""
        self.add(*patterns, cost=cost)(lambda tree: tree)

    def coordinate(
        self,
        whole: str,
        part: str,
        build: Callable[[str, tuple[Any, ...]], Any],
        *,
        nor: bool = True,
        single: bool = True,
        conjunction: str = "and",
    ) -> None:
        """Rules for `whole` as one `part` or several joined by and, or, either-or, neither-nor.

        `and` binds more tightly than `or`; where the two meet without a mark, that costs a little.
        `conjunction` is the category of the words that stand for `and`.
        """

        def joined(connective: str) -> Builder:
            return lambda parts: build(connective, parts)

        both, some, term = (f"{_dotted(part)}{suffix}" for suffix in ("And", "Or", "Term"))
        if single:
            self.alias(f"{whole} -> {part}")
        and_ = f"-{conjunction}"
        self.add(f"{both} -> {part} -comma? {and_} {part}")(lambda a, b: (a, b))
        self.add(f"{both} -> {part} -comma {both}", f"{both} -> {part} -comma? {and_} {both}")(
            lambda first, rest: (first, *rest)
        )
        self.alias(f"{term} -> {part}")
        self.add(f"{term} -> {both}", cost=MIXED)(joined("and"))
        self.add(f"{some} -> {term} -comma? -or {term}")(lambda a, b: (a, b))
        self.add(f"{some} -> {term} -comma {some}", f"{some} -> {term} -comma? -or {some}")(
            lambda first, rest: (first, *rest)
        )
        self.add(f"{whole} -> {both}")(joined("and"))
        self.add(f'{whole} -> "both" {part} {and_} {part}')(lambda a, b: build("both", (a, b)))
        self.add(f"{whole} -> {some}")(joined("or"))
        self.add(f'{whole} -> "either" {some}')(joined("either"))
        if nor:
            self.add(f'{whole} -> "neither" {part} "nor" {part}')(lambda a, b: build("nor", (a, b)))


def _dotted(part: str) -> str:
    """The name of a category with its features as part of the name, to derive further names from."""
    return part.replace("[", ".").replace("]", "")


def expand(pattern: str, cost: float, build: Builder) -> Iterator[Rule]:
    """The rules that a pattern stands for: one per value of its variables and per optional part."""
    left, _, right = pattern.partition("->")
    variables = [v for v in FEATURES if f"[{v}]" in pattern or f".{v}" in pattern]
    for values in itertools.product(*(FEATURES[v] for v in variables)):
        text = (left, right)
        for variable, value in zip(variables, values, strict=True):
            text = tuple(
                re.sub(
                    rf"\.{variable}(?=[A-Z])", f".{value}", t.replace(f"[{variable}]", f"[{value}]")
                )
                for t in text
            )  # type: ignore[assignment]
        symbols = [_symbol(part) for part in _PART.findall(text[1])]
        choices = [(True, False) if optional else (True,) for _, _, optional in symbols]
        for present in itertools.product(*choices):
            chosen = [s for s, there in zip(symbols, present, strict=True) if there]
            kept = tuple(at for at, (_, dropped, _) in enumerate(chosen) if not dropped)
            yield Rule(text[0].strip(), tuple(name for name, _, _ in chosen), kept, cost, build)


def _symbol(text: str) -> tuple[str, bool, bool]:
    match = _SYMBOL.fullmatch(text)
    if match is None:
        raise ValueError(f"not a grammar symbol: {text!r}")
    name = match["name"]
    name = '","' if name == "comma" else name
    return name, bool(match["dropped"]) or name.startswith('"'), bool(match["optional"])


@dataclass(slots=True, eq=False)
class State:
    """A point inside the rules of a category: what may follow, and which rules are complete here."""

    branches: list[tuple[str, bool, frozenset[str], State]] = field(default_factory=list)
    complete: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """A compiled grammar: for each category where its rules begin, and what can begin a phrase."""

    states: Mapping[str, State]
    first: Mapping[str, frozenset[str]]


def compile_grammar(rules: Iterable[Rule]) -> Grammar:
    """The grammar of the rules; raises ValueError if a category can begin with itself."""
    by_left: dict[str, list[Rule]] = {}
    for rule in rules:
        by_left.setdefault(rule.left, []).append(rule)
    corners = _left_corners(by_left)
    first = {
        category: frozenset(symbol for symbol in symbols if symbol not in by_left)
        for category, symbols in corners.items()
    }
    return Grammar({category: _trie(group, first) for category, group in by_left.items()}, first)


def _left_corners(by_left: Mapping[str, list[Rule]]) -> dict[str, frozenset[str]]:
    """Every symbol that a phrase of a category can begin with."""
    corners = {left: {rule.right[0] for rule in group} for left, group in by_left.items()}
    changed = True
    while changed:
        changed = False
        for symbols in corners.values():
            further = set[str]().union(*(corners.get(symbol, ()) for symbol in symbols))
            if not further <= symbols:
                symbols |= further
                changed = True
    for left, symbols in corners.items():
        if left in symbols:
            raise ValueError(f"left recursion in {left}")
    return {left: frozenset(symbols) for left, symbols in corners.items()}


def _trie(group: list[Rule], first: Mapping[str, frozenset[str]]) -> State:
    root = State()
    for rule in group:
        state = root
        for symbol in rule.right:
            for name, _, _, following in state.branches:
                if name == symbol:
                    state = following
                    break
            else:
                following = State()
                starts = first.get(symbol, frozenset((symbol,)))
                state.branches.append((symbol, symbol not in first, starts, following))
                state = following
        state.complete.append(rule)
    return root
