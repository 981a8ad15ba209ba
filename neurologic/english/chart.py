"""A memoised k-best chart: every phrase of every category, found once, the cheapest kept.

The chart works top down and left to right like recursive descent, but a generator per goal stands
in for the recursion, so that no sentence overflows the stack; a beam per span and a bound on steps
keep it polynomial. It remembers the furthest place where nothing fitted, and what was tried there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from neurologic.english.grammar.rules import Grammar, Rule

Goal = tuple[str, int]
Partial = tuple[float, tuple["Edge", ...]]

BEAM = 5
"""How many phrases of one category are kept for one span."""
BUDGET = 200_000
"""How many partial phrases a sentence may give rise to."""


class Edge(NamedTuple):
    """A phrase from some place to `end`: the rule and the phrases it consists of, or a word."""

    cost: float
    end: int
    rule: Rule | None
    parts: tuple[Any, ...]


class Leaf(NamedTuple):
    """What a token may be: the cost of one lexical category and the word it is then."""

    cost: float
    word: Any


Lattice = Sequence[Mapping[str, Sequence[Leaf]]]
"""For each token its lexical categories."""


class ComplexityError(Exception):
    """The sentence gives rise to more partial phrases than the budget allows."""


class Chart:
    """The phrases of one sentence; `parses` finds those that a goal covers it with."""

    def __init__(self, grammar: Grammar, lattice: Lattice, *, budget: int = BUDGET) -> None:
        self._grammar = grammar
        self._leaves = [
            {
                symbol: [Edge(leaf.cost, at + 1, None, (leaf.word,)) for leaf in leaves]
                for symbol, leaves in entry.items()
            }
            for at, entry in enumerate(lattice)
        ]
        self._leaves.append({})
        self._length = len(lattice)
        self._memo: dict[Goal, list[Edge]] = {}
        self._budget = budget
        self.furthest = 0
        self.expected: dict[str, None] = {}

    def parses(self, goal: str) -> list[Edge]:
        """The phrases of category `goal` that cover the sentence, cheapest first.

        Raises:
            ComplexityError: the budget of steps is spent.
        """
        complete = []
        for edge in self._solve((goal, 0)):
            if edge.end == self._length:
                complete.append(edge)
            else:
                self._miss(edge.end, "end")
        return complete

    def _solve(self, goal: Goal) -> list[Edge]:
        """The edges of a goal, with the goals they need solved first, on an explicit stack."""
        memo = self._memo
        if goal in memo:
            return memo[goal]
        stack = [(goal, self._fill(goal))]
        answer: list[Edge] | None = None
        while stack:
            current, search = stack[-1]
            try:
                needed = search.send(answer) if answer is not None else next(search)
            except StopIteration as stop:
                answer = memo[current] = stop.value
                stack.pop()
            else:
                memo[needed] = []  # no category begins with itself: never seen while open
                stack.append((needed, self._fill(needed)))
                answer = None
        return memo[goal]

    def _fill(self, goal: Goal) -> Generator[Goal, list[Edge], list[Edge]]:
        """All phrases of a category from a place on, by following its rules word by word."""
        symbol, start = goal
        memo, leaves = self._memo, self._leaves
        found: dict[int, list[Edge]] = {}
        agenda: list[tuple[Any, dict[int, list[Partial]]]] = [
            (self._grammar.states[symbol], {start: [(0.0, ())]})
        ]
        for state, partials in agenda:  # the agenda grows while it is followed
            for rule in state.complete:
                for end, items in partials.items():
                    phrases = found.setdefault(end, [])
                    phrases.extend(
                        Edge(cost + rule.cost, end, rule, parts) for cost, parts in items
                    )
            for name, is_terminal, first, following in state.branches:
                extended: dict[int, list[Partial]] = {}
                for at, items in partials.items():
                    if first.isdisjoint(leaves[at]):
                        self._miss(at, name)
                        continue
                    if is_terminal:
                        edges = leaves[at][name]
                    else:
                        step = (name, at)
                        known = memo.get(step)
                        edges = (yield step) if known is None else known
                    for edge in edges:
                        partial = extended.setdefault(edge.end, [])
                        partial.extend((cost + edge.cost, (*parts, edge)) for cost, parts in items)
                if extended:
                    self._spend(extended, at)
                    agenda.append((following, extended))
        return [edge for end in found for edge in _best_edges(found[end])]

    def _spend(self, extended: dict[int, list[Partial]], at: int) -> None:
        for items in extended.values():
            self._budget -= len(items)
            if len(items) > BEAM:
                items.sort(key=_cost)
                del items[BEAM:]
        if self._budget < 0:
            self.furthest = max(self.furthest, at)
            raise ComplexityError

    def _miss(self, at: int, symbol: str) -> None:
        if at > self.furthest:
            self.furthest = at
            self.expected = {}
        if at == self.furthest:
            self.expected[symbol] = None


def _cost(partial: Any) -> float:
    return partial[0]  # type: ignore[no-any-return]


def _best_edges(edges: list[Edge]) -> list[Edge]:
    if len(edges) > 1:
        edges.sort(key=_cost)
        del edges[BEAM:]
    return edges


def leaves(edge: Edge) -> Iterator[Any]:
    """The words of a phrase, also those that its tree leaves out, from left to right."""
    todo = [edge]
    while todo:
        current = todo.pop()
        if current.rule is None:
            yield current.parts[0]
        else:
            todo.extend(reversed(current.parts))


def build(edge: Edge) -> Any:
    """The tree of a phrase, built from the leaves upward without recursion."""
    todo: list[tuple[Edge, bool]] = [(edge, False)]
    values: list[Any] = []
    while todo:
        current, ready = todo.pop()
        if current.rule is None:
            values.append(current.parts[0])
        elif ready:
            at = len(values) - len(current.parts)
            below = values[at:]
            del values[at:]
            values.append(current.rule.build(*(below[place] for place in current.rule.kept)))
        else:
            todo.append((current, True))
            todo.extend((part, False) for part in reversed(current.parts))
    return values[0]
