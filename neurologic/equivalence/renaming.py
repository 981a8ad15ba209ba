"""Renamings: which symbols of one formula may stand for which of another, the likeliest first.

Only symbols of equal arity and sorts are matched, one to one, as many as there are. The order is by
similarity of names; the next best matching after one is found by splitting what is left at each of
its pairs (Murty 1968), with maximum weight matchings by networkx.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import islice, permutations, product
from math import factorial, prod
from typing import Any

from neurologic.binding import fresh_name
from neurologic.formula import (
    BOOLEAN,
    Atom,
    Constant,
    Formula,
    Function,
    Not,
    Sort,
    map,
    walk,
)
from neurologic.signature import Signature, SymbolDeclaration

_IDENTICAL = 1_000_000  # the weight of a pair with one name: more than all similarities together
_MOST_WORK = 8_000_000  # edges times nodes of the graphs that are matched, some seconds
_MOST_VARIANTS = 5_000  # of one matching that are put in order


@dataclass(frozen=True, slots=True, order=True)
class Symbol:
    """A symbol that occurs in a formula, with its sorts.

    Args:
        name: its name.
        arguments: the sorts of its arguments.
        result: the sort of its value, Bool for a predicate.
    """

    name: str
    arguments: tuple[Sort, ...]
    result: Sort

    @property
    def predicate(self) -> bool:
        """Whether it is a predicate."""
        return self.result == BOOLEAN

    @property
    def key(self) -> tuple[str, int, bool]:
        """What makes it the same symbol as another, whatever its sorts."""
        return self.name, len(self.arguments), self.predicate


@dataclass(frozen=True, slots=True, order=True)
class Renamed:
    """A symbol of the left formula and the symbol of the right one that stands for it.

    Args:
        left: the name in the left formula.
        right: the name in the right formula.
        arity: how many arguments both take.
        order: which argument of the right symbol, counted from 0, is each argument of the left;
            empty where the order is the same.
        negated: whether the left predicate stands for the negation of the right one.

    >>> print(Renamed("Likes", "IsLikedBy", 2, (1, 0)))
    Likes(x1, x2) ~ IsLikedBy(x2, x1)
    """

    left: str
    right: str
    arity: int
    order: tuple[int, ...] = ()
    negated: bool = False

    @property
    def inverse(self) -> Renamed:
        """The same pair seen from the right formula."""
        order = tuple(self.order.index(i) for i in range(len(self.order)))
        return replace(self, left=self.right, right=self.left, order=order)

    def __str__(self) -> str:
        sign = "¬" * self.negated
        if not self.order:
            return f"{self.left} ~ {sign}{self.right}"
        own = ", ".join(f"x{i + 1}" for i in range(self.arity))
        there = [""] * self.arity
        for i, place in enumerate(self.order):
            there[place] = f"x{i + 1}"
        return f"{self.left}({own}) ~ {sign}{self.right}({', '.join(there)})"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two symbols that are matched, and how the arguments and the sign go over."""

    left: Symbol
    right: Symbol
    order: tuple[int, ...] = ()
    negated: bool = False

    @property
    def changed(self) -> int:
        """How many things but the name differ."""
        return bool(self.order) + self.negated

    def renamed(self) -> Renamed:
        """The pair as it is reported."""
        arity = len(self.left.arguments)
        return Renamed(self.left.name, self.right.name, arity, self.order, self.negated)


Matching = tuple[Pair, ...]
Edge = tuple[int, int]


def symbols(
    formula: Formula, signature: Signature, fixed: frozenset[tuple[str, int, bool]]
) -> list[Symbol]:
    """The symbols of an elaborated formula by name, without members of enumerations and `fixed`."""
    words = signature.vocabulary()
    found: set[Symbol] = set()
    for key in keys(formula) - fixed:
        name, arity, predicate = key
        if arity == 0 and not predicate and name in words.members:
            continue
        declared = (words.predicates if predicate else words.functions)[name, arity]
        found.add(Symbol(name, declared.arguments, declared.result))
    return sorted(found)


def keys(formula: Formula) -> frozenset[tuple[str, int, bool]]:
    """Name, arity and kind of what occurs in the formula."""
    found = set()
    for node in walk(formula):
        match node:
            case Atom(name, args):
                found.add((name, len(args), True))
            case Function(name, args):
                found.add((name, len(args), False))
            case Constant(name):
                found.add((name, 0, False))
    return frozenset(found)


class Matchings:
    """Every way to match as many symbols as there are, those of the most similar names first.

    `cut` says, once they were gone through, whether the work was ended before all were met.
    """

    def __init__(self, left: Sequence[Symbol], right: Sequence[Symbol]) -> None:
        self.left, self.right, self.cut = left, right, False
        self.weights = {
            (i, j): _likeness(one.name, other.name)
            for i, one in enumerate(left)
            for j, other in enumerate(right)
            if (one.arguments, one.result) == (other.arguments, other.result)
        }
        self._work = 0

    def __iter__(self) -> Iterator[Matching]:
        nothing: frozenset[Edge] = frozenset()
        first = self._heaviest(nothing, nothing)
        heap = [(-self._weight(first), first, nothing, nothing)]
        while heap:
            _, matched, forced, forbidden = heapq.heappop(heap)
            yield tuple(Pair(self.left[i], self.right[j]) for i, j in matched)
            kept = set(forced)
            for edge in matched:
                if edge in forced:
                    continue
                if self._work > _MOST_WORK:
                    self.cut = True
                    return
                without = forbidden | {edge}
                found = self._heaviest(frozenset(kept), without)
                if len(found) == len(first):
                    heapq.heappush(heap, (-self._weight(found), found, frozenset(kept), without))
                kept.add(edge)

    def _weight(self, matched: Sequence[Edge]) -> int:
        return sum(self.weights[edge] for edge in matched)

    def _heaviest(self, forced: frozenset[Edge], forbidden: frozenset[Edge]) -> tuple[Edge, ...]:
        """The matching of most pairs and, of those, of most weight, with the forced pairs in it."""
        import networkx

        taken = {i for i, _ in forced}, {j for _, j in forced}
        graph = networkx.Graph()
        for (i, j), weight in self.weights.items():
            if i not in taken[0] and j not in taken[1] and (i, j) not in forbidden:
                graph.add_edge(("left", i), ("right", j), weight=weight)
        self._work += 1 + graph.number_of_edges() * graph.number_of_nodes()
        found = set(forced)
        for one, other in networkx.max_weight_matching(graph, maxcardinality=True):
            (_, i), (_, j) = sorted((one, other))
            found.add((i, j))
        return tuple(sorted(found))


def _likeness(one: str, other: str) -> int:
    if one == other:
        return _IDENTICAL
    ratios = [
        SequenceMatcher(None, first, second, autojunk=False).ratio()
        for first, second in ((one, other), (one.lower(), other.lower()))
    ]
    return round(1000 * sum(ratios))


def variants(matching: Matching, permute: bool, polarity: bool) -> Iterator[Matching]:
    """The matching with arguments permuted and signs flipped: fewest changes first, none left out.

    The matching itself, unchanged, is not among them.
    """
    choices = [list(_pairs(pair, permute, polarity)) for pair in matching]
    every: Iterator[Matching] = product(*choices)
    if prod(len(choice) for choice in choices) <= _MOST_VARIANTS:
        every = iter(sorted(every, key=lambda pairs: sum(pair.changed for pair in pairs)))
    return islice(every, 1, None)


def number_of_maps(
    left: Sequence[Symbol], right: Sequence[Symbol], permute: bool, polarity: bool
) -> int:
    """An upper bound on how many maps there are."""
    total = 1
    for kind in {(s.arguments, s.result) for s in left}:
        own = sum((s.arguments, s.result) == kind for s in left)
        other = sum((s.arguments, s.result) == kind for s in right)
        matched = min(own, other)
        total *= factorial(max(own, other)) // factorial(max(own, other) - matched)
        orders = factorial(len(kind[0])) if permute else 1
        total *= (orders * (1 + (polarity and kind[1] == BOOLEAN))) ** matched
    return total


def _pairs(pair: Pair, permute: bool, polarity: bool) -> Iterator[Pair]:
    sorts = pair.left.arguments
    orders: list[tuple[int, ...]] = [()]
    if permute and len(sorts) > 1:
        orders += [
            order
            for order in islice(permutations(range(len(sorts))), 1, None)
            if all(sorts[i] == pair.right.arguments[place] for i, place in enumerate(order))
        ]
    for order in orders:
        yield replace(pair, order=order)
        if polarity and pair.left.predicate:
            yield replace(pair, order=order, negated=True)


def moves(
    matching: Matching,
    left: frozenset[tuple[str, int, bool]],
    right: frozenset[tuple[str, int, bool]],
) -> bool:
    """Whether a symbol is not matched with itself, as it is, though it occurs in both formulas."""
    for pair in matching:
        same = pair.left.key == pair.right.key
        if (same and pair.changed) or (
            not same and (pair.left.key in right or pair.right.key in left)
        ):
            return True
    return False


def renamed(
    formula: Formula,
    matching: Matching,
    taken: frozenset[tuple[str, int, bool]],
    signature: Signature,
) -> tuple[Formula, Signature]:
    """The right formula in the symbols of the left one.

    A symbol that is not matched, and goes by a name that the left formula has, gets a new one.

    Args:
        formula: the right formula.
        matching: the matched symbols.
        taken: the symbols of the left formula and of the theory.
        signature: what is declared.

    Returns:
        The formula, and the declarations with those of new names.
    """
    into = {pair.right.key: pair for pair in matching}
    own = keys(formula)
    names = {name for name, _, _ in taken | own}
    names |= {symbol.name for symbol in signature.symbols}
    declared = {(s.name, len(s.arguments), s.is_predicate): s for s in signature.symbols}
    fresh: dict[tuple[str, int, bool], str] = {}
    more: list[SymbolDeclaration] = []
    targets = {pair.left.key for pair in matching}
    for key in sorted(own - into.keys()):
        if key in targets:
            fresh[key] = fresh_name(key[0], names)
            names.add(fresh[key])
            if key in declared:
                more.append(replace(declared[key], name=fresh[key]))

    def change(node: Any) -> Any:
        match node:
            case Atom(name, args) | Function(name, args):
                key = (name, len(args), isinstance(node, Atom))
            case Constant(name):
                key, args = (name, 0, False), ()
            case _:
                return node
        pair = into.get(key)
        if pair is None:
            name = fresh.get(key, name)
            return Atom(name, args) if key[2] else Function(name, args) if args else Constant(name)
        args = tuple(args[place] for place in pair.order) or args
        if isinstance(node, Atom):
            atom = Atom(pair.left.name, args)
            return Not(atom) if pair.negated else atom
        return Function(pair.left.name, args) if args else Constant(pair.left.name)

    return map(formula, change), replace(signature, symbols=(*signature.symbols, *more))
