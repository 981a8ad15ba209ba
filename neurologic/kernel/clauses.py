"""The trusted kernel's clauses: whether one follows from others, and whether one is valid by itself.

A clause follows if unit propagation refutes its negation (Goldberg and Novikov 2003). It is valid if
congruence closure (Nelson and Oppen 1980), calculation and the bounds of terms refute its negation,
or if counting the cases that it leaves open does.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from neurologic.kernel.sentences import ARITHMETIC, FLAT, VALUE, Sentences, run


class Clauses(Sentences):
    """What is asked of clauses: literals are nodes, or minus these."""

    def follows(self, clause: tuple[int, ...], cited: list[tuple[int, ...]]) -> bool:
        """Whether unit propagation refutes the negated clause, what it cites, what `and` means."""
        clauses = [{-literal} for literal in clause] + [set(c) for c in cited]
        for node in self.below((literal for c in clauses for literal in c), ("and", "iff")):
            tag, _, _, parts = self.nodes[node]
            if tag == "and":
                clauses += [{node, *(-part for part in parts)}, *({-node, part} for part in parts)]
            elif tag == "iff":
                a, b = parts
                clauses += [{s * node, t * a, s * t * b} for s in (1, -1) for t in (1, -1)]
        true, before = set[int](), -1
        while before < len(true):
            before, rest = len(true), []
            for c in clauses:
                self.spend(1 + len(c))
                left = {literal for literal in c if -literal not in true}
                if not left:
                    return True
                if len(left) == 1:
                    true |= left
                elif true.isdisjoint(left):
                    rest.append(left)
            clauses = rest
        return False

    def valid(self, clause: tuple[int, ...]) -> bool:
        """Whether congruence closure and calculation refute the negated clause."""
        root: dict[int, int] = {}

        def find(node: int) -> int:
            while (up := root.get(node, node)) != node:
                root[node] = root.get(up, up)
                node = up
            return node

        nodes = [(node, *self.nodes[node]) for node in self.below(clause, FLAT)]
        equal = [(abs(literal), self.false if literal > 0 else self.true) for literal in clause]
        while equal:
            for pair in equal:
                a, b = sorted(map(find, pair), key=self.values.__contains__)
                if a != b and a in self.values:
                    return True  # the same, and of two values
                root[a] = b
            false, true = ([n for n in nodes if find(n[0]) == t] for t in (self.false, self.true))
            apart = {frozenset(map(find, n[4])) for n in false if n[1] == "="}
            order = [(find(n[4][0]), find(n[4][1]), True) for n in true if n[1] == "<"]
            order += [(find(n[4][1]), find(n[4][0]), False) for n in false if n[1] == "<"]
            if self.contradictory(order):
                return True
            equal, same = [], dict[Any, int]()
            for node, tag, data, _, parts in nodes:
                self.spend(8 + len(parts))
                if tag in FLAT and parts and not (tag == "distinct" and data):
                    roots = [find(part) for part in parts]
                    equal.append((node, same.setdefault((tag, data, *roots), node)))
                    if tag == "=" and find(node) == self.true:
                        equal.append((parts[0], parts[1]))
                    value = None
                    if tag in VALUE and all(r in self.values for r in roots):
                        value = VALUE[tag](*(self.values[r] for r in roots))
                    elif tag in ("=", "<", "distinct") and len(set(roots)) < len(roots):
                        value = tag == "="
                    elif tag == "distinct" and find(node) == self.false:
                        self.spend(len(roots) ** 2)
                        pairs = [{*pair} for pair in combinations(roots, 2)]
                        left = [p for p in pairs if not (p in apart or p <= self.values.keys())]
                        equal += [(a, b) for a, b in left if len(left) == 1]  # one pair is equal
                        value = None if left else True
                    if tag in ARITHMETIC and value is not None:
                        equal.append((node, self.numeral(str(value))))
                    elif value is not None:
                        equal.append((node, self.true if value else self.false))
            equal = [(a, b) for a, b in equal if find(a) != find(b)]
        return False

    def contradictory(self, order: list[tuple[int, int, bool]]) -> bool:
        """Whether a term has no value: what is below it, strictly or not, is too high."""
        self.spend(len(order) ** 2)
        for (least, term, above), (other, most, below) in product(order, order):
            if term == other and {least, most} <= self.values.keys():
                low, high = self.values[least], self.values[most]
                if self.nodes[term][2] != "Rational":  # integers, and ranks of members
                    low = math.floor(low) + 1 if above else math.ceil(low)
                    high = math.ceil(high) - 1 if below else math.floor(high)
                    above = below = False
                if low > high or (low == high and (above or below)):
                    return True
        return False

    def counted(self, literal: int, *others: int) -> bool:
        """Whether the literal compares a count and holds, however many cases the others leave open."""
        tag, _, _, parts = self.nodes[abs(literal)]
        count = next(part for part in parts if self.nodes[part][0] == "count")
        _, sorts, _, (body,) = self.nodes[count]
        ranges = [self.sorts[sort] or [] for sort in sorts]
        self.need(all(ranges) and tag in ("=", "<"), "no count over enumerations is compared")
        self.spend(math.prod(map(len, ranges)) * (1 + len(others)))
        cases = [run(self.instance(body, row[::-1])) for row in product(*ranges)]
        least = sum(-case in others for case in cases)
        most = sum(case not in others for case in cases)
        numbers = ([Fraction(n) if p == count else self.values[p] for p in parts]
                   for n in range(least, most + 1))  # fmt: skip
        return all(VALUE[tag](*pair) == (literal > 0) for pair in numbers)
