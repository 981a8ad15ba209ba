"""Congruence closure with explanations: which closed terms are equal, and because of what.

Numerals and members of enumerations are values: two different ones in one class are a conflict, and
arithmetic on values is evaluated. Explanations are read off a proof forest (Nieuwenhuis and
Oliveras, Fast congruence closure and extensions, 2007).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

from neurologic.provers.instantiation.terms import Terms

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}

Reason = int | tuple[int, int] | None
"""The literal of an equation, two congruent terms, or None where values were calculated."""


class Congruence:
    """The classes of the closed terms that have come up, under some equations.

    Args:
        terms: the terms; `came` lists those that have come up.
        equations: literal and two sides of each equation.
        values: terms that are values, with what they denote.

    Attributes:
        representative: for each term the oldest member of its class.
        conflicts: sets of literals that no structure satisfies together.
    """

    def __init__(
        self, terms: Terms, equations: Iterable[tuple[int, int, int]], values: dict[int, Any]
    ) -> None:
        self.terms, self.values = terms, values
        self.representative = list(range(len(terms.heads)))
        self.members: dict[int, list[int]] = {}
        self.uses: dict[int, list[int]] = {}
        self.table: dict[tuple[int, tuple[int, ...]], int] = {}
        self.value: dict[int, int] = {}
        self.forest: dict[int, tuple[int, Reason]] = {}
        self.conflicts: list[list[int]] = []
        self.pending: list[tuple[int, int, Reason]] = []
        for term in values:
            self.extend(term)
            self.value[self.representative[term]] = term
        for term in terms.came:
            self.enter(term)
        for literal, left, right in equations:
            self.pending.append((left, right, literal))
            self._propagate()

    def extend(self, term: int) -> None:
        """Make room for terms that were built later."""
        while len(self.representative) <= term:
            self.representative.append(len(self.representative))

    def enter(self, term: int) -> None:
        """Take note of an applied term, its arguments being known."""
        args = self.terms.args[term]
        if not args:
            return
        self.extend(term)
        for arg in args:
            self.uses.setdefault(self.representative[arg], []).append(term)
        self._sign(term)
        self._propagate()

    def _sign(self, term: int) -> None:
        representative, terms = self.representative, self.terms
        key = (terms.heads[term], tuple([representative[arg] for arg in terms.args[term]]))
        other = self.table.setdefault(key, term)
        if representative[other] != representative[term]:
            self.pending.append((term, other, (term, other)))
        kind, operator = terms.symbols[key[0]]
        if kind == "arithmetic":
            sides = [self.value.get(arg) for arg in key[1]]
            if None not in sides:
                numbers = [self.values[side] for side in sides]  # type: ignore[index]
                if all(isinstance(number, Fraction) for number in numbers):
                    result = terms.numeral(_OPERATIONS[operator](*numbers))
                    self.extend(result)
                    self.values.setdefault(result, terms.symbols[terms.heads[result]][1])
                    self.value.setdefault(self.representative[result], result)
                    self.pending.append((term, result, None))

    def _propagate(self) -> None:
        representative, ages = self.representative, self.terms.ages
        while self.pending:
            left, right, reason = self.pending.pop()
            kept, lost = representative[left], representative[right]
            if kept == lost:
                continue
            self._link(left, right, reason)
            if (ages[lost], lost) < (ages[kept], kept):
                kept, lost = lost, kept
            moved = self.members.pop(lost, [lost])
            self.members.setdefault(kept, [kept]).extend(moved)
            for term in moved:
                representative[term] = kept
            old, new = self.value.get(kept), self.value.pop(lost, None)
            if old is None and new is not None:
                self.value[kept] = new
            elif old is not None and new is not None and self.values[old] != self.values[new]:
                self.conflicts.append(self.explain([(old, new)]))
            again = self.uses.pop(lost, [])
            if old is None and new is not None:
                again = [*again, *self.uses.get(kept, [])]
            if again:
                self.uses.setdefault(kept, []).extend(again)
            for term in again:
                self._sign(term)

    def _link(self, left: int, right: int, reason: Reason) -> None:
        """Make `left` the root of its tree and hang it below `right`."""
        forest = self.forest
        node, parent, why = left, right, reason
        while True:
            before = forest.get(node)
            forest[node] = (parent, why)
            if before is None:
                return
            parent, (node, why) = node, before

    def explain(self, pairs: Iterable[tuple[int, int]]) -> list[int]:
        """The literals of equations from which the terms of each pair are equal."""
        found: dict[int, None] = {}
        seen: set[tuple[int, int]] = set()
        todo = list(pairs)
        while todo:
            left, right = todo.pop()
            if left == right or (left, right) in seen:
                continue
            seen.add((left, right))
            seen.add((right, left))
            for term, reason in self._path(left, right):
                if isinstance(reason, int):
                    found[reason] = None
                elif reason is None:
                    applied = term if self.terms.args[term] else self.forest[term][0]
                    for arg in self.terms.args[applied]:
                        value = self._value_of(arg)
                        todo.append((arg, value))
                else:
                    one, other = reason
                    todo += zip(self.terms.args[one], self.terms.args[other], strict=True)
        return list(found)

    def _value_of(self, term: int) -> int:
        return self.value[self.representative[term]]

    def _path(self, left: int, right: int) -> list[tuple[int, Reason]]:
        """The edges between two terms of one class; each with the term at its lower end."""
        above: dict[int, int] = {left: 0}
        edges: list[tuple[int, Reason]] = []
        node = left
        while (edge := self.forest.get(node)) is not None:
            edges.append((node, edge[1]))
            node = edge[0]
            above[node] = len(edges)
        other: list[tuple[int, Reason]] = []
        node = right
        while node not in above:
            parent, reason = self.forest[node]
            other.append((node, reason))
            node = parent
        return edges[: above[node]] + other

    def find(self, head: int, args: tuple[int, ...]) -> int | None:
        """The representative of a term over representatives, if it is congruent to a known one."""
        found = self.table.get((head, args))
        return None if found is None else self.representative[found]
