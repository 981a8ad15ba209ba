"""Derivations that a person can follow: each line is one literal, forced by one sentence and lines.

A line is a step of hyper-resolution: a clause of one premise, instantiated by the lemmas on it, of
which all literals but one are denied by earlier lines. Lines are found cheapest first, the cost of a
line being the number of lines it rests on (Knuth, A generalization of Dijkstra's algorithm, 1977).
Where no more follows, something is supposed until it turns out to be impossible; suppositions nest.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from neurologic.certification.minimal import Part
from neurologic.certification.propositions import Clause, union

MOST_MERGED = 2_000
"""The most clauses that instantiating premises may come to."""
MOST_WORK = 200_000
"""The most clauses that a search for a derivation may look at."""
_WIDEST = 24  # how many suppositions are tried at one place
_DEEPEST = 3  # how deep suppositions nest


@dataclass(frozen=True, slots=True)
class Line:
    """A literal, or a contradiction, with what it follows from.

    Args:
        literal: what holds; None for a contradiction.
        references: names of the parts that the line rests on directly.
        lines: positions of earlier lines that it rests on directly.
        supposed: the literals supposed, outermost first. A contradiction denies the last of them.
    """

    literal: int | None
    references: tuple[str, ...]
    lines: tuple[int, ...]
    supposed: tuple[int, ...]

    @property
    def is_supposition(self) -> bool:
        """Whether the line supposes its literal instead of deriving it."""
        return not self.references and not self.lines and self.literal is not None


@dataclass(frozen=True, slots=True)
class Rule:
    """A clause, and the parts that it comes from."""

    clause: Clause
    references: tuple[str, ...]


def rules(parts: Sequence[Part], quantified: Sequence[tuple[str, int]]) -> tuple[Rule, ...]:
    """The clauses of the parts, and those of premises with the lemmas on them worked in.

    Args:
        parts: the parts of a refutation.
        quantified: for a lemma the literal of the quantified sentence in its clause.
    """
    found: dict[Clause, Rule] = {}
    on: dict[int, list[Rule]] = {}
    literals = dict(quantified)
    for part in parts:
        for clause in part.clauses:
            rule = Rule(clause, (part.name,))
            if part.name in literals and literals[part.name] in clause:
                on.setdefault(literals[part.name], []).append(rule)
            found.setdefault(clause, rule)
    queue = list(found.values())
    for rule in queue:  # grows while it is read
        for literal in rule.clause:
            for lemma in on.get(-literal, ()):
                rest = tuple(other for other in rule.clause if other != literal)
                instance = tuple(other for other in lemma.clause if other != -literal)
                merged = union(rest, instance)
                if merged is None or merged in found or len(found) >= MOST_MERGED:
                    continue
                names = dict.fromkeys((*rule.references, *lemma.references))
                found[merged] = Rule(merged, tuple(names))
                queue.append(found[merged])
    return tuple(found.values())


class _Exhausted(Exception):  # noqa: N818 - never leaves this module
    """The work allowed is done."""


class _Context:
    """What is known, and which clauses have become short, under some suppositions."""

    __slots__ = ("heap", "known", "open", "supposed")

    def __init__(self, size: int) -> None:
        self.known: dict[int, int] = {}  # literal -> line
        self.open = [0] * size  # how many literals of a clause are not denied
        self.heap: list[tuple[int, int, int]] = []  # cost, order, clause
        self.supposed: tuple[int, ...] = ()

    def copy(self) -> _Context:
        other = _Context(0)
        other.known = dict(self.known)
        other.open = list(self.open)
        other.heap = []
        other.supposed = self.supposed
        return other


class Derivation:
    """A search for lines that end in a contradiction.

    Args:
        rules: the clauses.
        direct: whether the denied goal may be used only to see that the goal is reached.
        work: how many clauses may be looked at.
    """

    def __init__(self, rules: Sequence[Rule], direct: bool, work: int = MOST_WORK) -> None:
        self.rules, self.direct, self.work = rules, direct, work
        self.lines: list[Line] = []
        self.masks: list[int] = []  # the lines that a line rests on, itself included, as bits
        self.denied: dict[int, list[int]] = {}
        self.last = [direct and "g" in rule.references for rule in rules]
        for at, rule in enumerate(rules):
            for literal in rule.clause:
                self.denied.setdefault(-literal, []).append(at)

    def found(self, splits: bool) -> tuple[Line, ...] | None:
        """The lines of a refutation, the needed ones only, or None."""
        context = _Context(len(self.rules))
        for at, rule in enumerate(self.rules):
            context.open[at] = len(rule.clause)
            if len(rule.clause) <= 1:
                self._push(context, at)
        try:
            end = self._saturate(context)
            if end is None and splits:
                end = self._split(context, _DEEPEST)
        except _Exhausted:
            return None
        return None if end is None else self._needed(end)

    def _push(self, context: _Context, at: int) -> None:
        """Enter a clause of which at most one literal is not denied."""
        if self.last[at] and context.open[at]:
            return
        mask = 0
        for literal in self.rules[at].clause:
            line = context.known.get(-literal)
            if line is not None:
                mask |= self.masks[line]
        heapq.heappush(context.heap, (mask.bit_count() * 2 + bool(context.open[at]), at, at))

    def _saturate(self, context: _Context) -> int | None:
        """Derive what follows, cheapest first; the line of a contradiction, if there is one."""
        known = context.known
        while context.heap:
            _, _, at = heapq.heappop(context.heap)
            rule = self.rules[at]
            if any(literal in known for literal in rule.clause):
                continue
            rest = [literal for literal in rule.clause if -literal not in known]
            if len(rest) > 1:
                continue
            lines = tuple(known[-literal] for literal in rule.clause if -literal in known)
            literal = rest[0] if rest else None
            line = self._add(Line(literal, rule.references, lines, context.supposed))
            if literal is None:
                return line
            self._learn(context, literal, line)
        return None

    def _add(self, line: Line, *below: int) -> int:
        mask = 1 << len(self.lines)
        for other in (*line.lines, *below):
            mask |= self.masks[other]
        self.lines.append(line)
        self.masks.append(mask)
        return len(self.lines) - 1

    def _learn(self, context: _Context, literal: int, line: int) -> None:
        context.known[literal] = line
        for at in self.denied.get(literal, ()):
            self.work -= 1
            context.open[at] -= 1
            if context.open[at] <= 1:
                self._push(context, at)
        if self.work < 0:
            raise _Exhausted

    def _suppose(self, context: _Context, literal: int) -> tuple[_Context, int | None]:
        inner = context.copy()
        inner.supposed = (*context.supposed, literal)
        self._learn(inner, literal, self._add(Line(literal, (), (), inner.supposed)))
        return inner, self._saturate(inner)

    def _candidates(self, context: _Context) -> list[int]:
        """Literals worth supposing: those of short clauses first."""
        weights: dict[int, int] = {}
        for rule, size in zip(self.rules, context.open, strict=True):
            if any(literal in context.known for literal in rule.clause):
                continue
            for literal in rule.clause:
                if -literal not in context.known:
                    weights[abs(literal)] = weights.get(abs(literal), 0) + (64 >> min(size, 6))
        return sorted(weights, key=lambda number: (-weights[number], number))[:_WIDEST]

    def _split(self, context: _Context, depth: int) -> int | None:
        """Suppose one thing after the other; the line of a contradiction without it, or None."""
        while True:
            ends: list[tuple[int, int, int]] = []  # size of the whole, end, supposition
            impossible: list[tuple[int, int, int]] = []
            grown: list[tuple[int, int]] = []
            for number in self._candidates(context):
                for literal in (number, -number):
                    inner, end = self._suppose(context, literal)
                    if end is None:
                        grown.append((-len(inner.known), literal))
                        continue
                    impossible.append((self.masks[end].bit_count(), end, literal))
                    other = context.copy()
                    self._learn(other, -literal, end)
                    whole = self._saturate(other)
                    if whole is not None:
                        ends.append((self.masks[whole].bit_count(), whole, literal))
            if ends:
                return min(ends)[1]
            if not impossible:
                return self._nest(context, [literal for _, literal in sorted(grown)], depth)
            _, end, literal = min(impossible)
            self._learn(context, -literal, end)
            if (whole := self._saturate(context)) is not None:
                return whole

    def _nest(self, context: _Context, literals: Iterable[int], depth: int) -> int | None:
        """Suppose something and go on supposing inside."""
        if not depth:
            return None
        for literal in list(literals)[:3]:
            inner, end = self._suppose(context, literal)
            if end is None:
                end = self._split(inner, depth - 1)
            if end is None:
                continue
            outer = context.copy()
            self._learn(outer, -literal, end)
            whole = self._saturate(outer)
            return self._split(outer, depth) if whole is None else whole
        return None

    def _needed(self, end: int) -> tuple[Line, ...]:
        """The lines that the last one rests on, in order, numbered anew."""
        mask = self.masks[end]
        kept = [at for at in range(len(self.lines)) if mask >> at & 1]
        place = {at: new for new, at in enumerate(kept)}
        found = []
        for at in kept:
            line = self.lines[at]
            lines = tuple(sorted({place[other] for other in line.lines}))
            found.append(Line(line.literal, line.references, lines, line.supposed))
        return tuple(found)
