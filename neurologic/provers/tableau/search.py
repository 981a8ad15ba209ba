"""The search for a closed connection tableau, without recursion and with all state in the open.

Terms are small: a variable is an int, anything else a tuple of a symbol's number and its arguments.
A literal is the number of its predicate, negative where the literal is, and a tuple of arguments.
The rules are those of Otten and Bibel (leanCoP: lean connection-based theorem proving, 2003) with
Otten's restricted backtracking (AI Communications 23, 2010): a goal is closed by a lemma, by a
complementary literal on its branch, or by a clause with one; a branch may not repeat a literal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Term: TypeAlias = Any
"""An int for a variable, else a tuple: the symbol's number, then the arguments."""

Literal: TypeAlias = tuple[int, tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class MatrixClause:
    """A clause over the variables 0, 1, ... of its own."""

    literals: tuple[Literal, ...]
    variables: int
    ground: bool


@dataclass(frozen=True, slots=True, eq=False)
class Contrapositive:
    """A clause entered through one of its literals."""

    number: int
    literal: Literal
    rest: tuple[Literal, ...]
    variables: int
    ground: bool
    heads: tuple[tuple[int, int], ...]  # places of the entry literal that are no variables


class Exhausted(Exception):  # noqa: N818 - says what happened
    """The steps are used up."""


class _Path:
    """A branch, leaf first."""

    __slots__ = ("above", "literal")

    def __init__(self, literal: Literal, above: _Path | None) -> None:
        self.literal, self.above = literal, above


@dataclass(frozen=True, slots=True, eq=False)
class _Goals:
    """What is left to close: the literals of a clause from one on, and what comes after."""

    literals: tuple[Literal, ...]
    at: int
    path: _Path | None
    lemmas: _Path | None
    depth: int
    after: _Goals | None
    height: int = -1  # the number of open choices to cut back to when this is reached


class _Choice:
    """The ways to close a goal that are still untried, and what to undo before the next."""

    __slots__ = ("clauses", "goals", "next", "paths", "trail", "used", "variables")

    def __init__(
        self, goals: _Goals, paths: list[Literal], clauses: Sequence[Contrapositive]
    ) -> None:
        self.goals, self.paths, self.clauses = goals, paths, clauses
        self.next = 0
        self.trail = self.variables = self.used = 0


class Search:
    """A matrix, indexed, and one search at a time in it.

    Literals are well sorted and there is an equality for each sort: unification keeps to sorts.

    Args:
        clauses: the clauses; their numbers are what `used` speaks of.
        steps: how many steps may be taken in all: attempts to close a goal, and long comparisons.
        reflexive: the numbers of the clauses x = x, which are tried before others.
    """

    def __init__(
        self, clauses: Sequence[MatrixClause], steps: int, reflexive: Sequence[int] = ()
    ) -> None:
        self.clauses = clauses
        self.steps = steps
        self.index: dict[int, list[Contrapositive]] = {}
        self.bindings: list[Term | None] = []
        self.trail: list[int] = []
        self.used: list[tuple[int, int]] = []
        self.limit_hit = False

        def order(number: int) -> tuple[bool, int]:
            return number not in reflexive, len(clauses[number].literals)

        for number in sorted(range(len(clauses)), key=order):
            clause = clauses[number]
            for i, literal in enumerate(clause.literals):
                rest = clause.literals[:i] + clause.literals[i + 1 :]
                heads = tuple(
                    (k, arg[0]) for k, arg in enumerate(literal[1]) if type(arg) is not int
                )
                entry = Contrapositive(
                    number, literal, rest, clause.variables, clause.ground, heads
                )
                self.index.setdefault(literal[0], []).append(entry)

    def prove(self, start: int, limit: int, cut: bool) -> bool:
        """Whether a tableau with this start clause closes within a depth; `used` says how.

        Raises:
            Exhausted: if `steps` fall below zero.
        """
        self.bindings, self.trail, self.used = [], [], []
        clause = self.clauses[start]
        self.used.append((start, 0))
        self.bindings.extend([None] * clause.variables)
        goals: _Goals | None = _Goals(clause.literals, 0, None, None, 1, None)
        choices: list[_Choice] = []
        while goals is not None:
            if goals.height >= 0:
                del choices[goals.height :]
            if goals.at == len(goals.literals):
                goals = goals.after
                continue
            choice = None
            if not self._repeats(goals):
                literal = goals.literals[goals.at]
                if self._among(literal, goals.lemmas):
                    goals = _Goals(
                        goals.literals,
                        goals.at + 1,
                        goals.path,
                        goals.lemmas,
                        goals.depth,
                        goals.after,
                    )
                    continue
                choice = self._choice(goals, literal)
            step = self._advance(choice, choices, limit, cut) if choice else None
            while step is None:
                if not choices:
                    return False
                choice = choices.pop()
                self._undo(choice)
                step = self._advance(choice, choices, limit, cut)
            goals = step
        return True

    def _choice(self, goals: _Goals, literal: Literal) -> _Choice:
        opposite = -literal[0]
        paths = []
        path = goals.path
        while path is not None:
            if path.literal[0] == opposite:
                paths.append(path.literal)
            path = path.above
        choice = _Choice(goals, paths, self.index.get(opposite, ()))
        choice.trail, choice.variables, choice.used = (
            len(self.trail),
            len(self.bindings),
            len(self.used),
        )
        return choice

    def _undo(self, choice: _Choice) -> None:
        bindings, trail = self.bindings, self.trail
        while len(trail) > choice.trail:
            bindings[trail.pop()] = None
        del bindings[choice.variables :]
        del self.used[choice.used :]

    def _advance(
        self, choice: _Choice, choices: list[_Choice], limit: int, cut: bool
    ) -> _Goals | None:
        """The goals after the next way to close the goal that works; None if there is none."""
        goals = choice.goals
        literal = goals.literals[goals.at]
        args = literal[1]
        height = len(choices)
        after = _Goals(
            goals.literals,
            goals.at + 1,
            goals.path,
            _Path(literal, goals.lemmas),
            goals.depth,
            goals.after,
            height if cut else -1,
        )
        while choice.next < len(choice.paths):
            other = choice.paths[choice.next]
            choice.next += 1
            self._spend()
            if self._unify(args, other[1]):
                if len(self.trail) > choice.trail:  # else nothing else can do better
                    choices.append(choice)
                return after
            self._undo(choice)
        return self._extended(choice, choices, after, limit)

    def _extended(
        self, choice: _Choice, choices: list[_Choice], after: _Goals, limit: int
    ) -> _Goals | None:
        """The goals after the next clause that closes the goal; None if there is none."""
        goals = choice.goals
        literal = goals.literals[goals.at]
        args = literal[1]
        while True:
            place = choice.next - len(choice.paths)
            if place >= len(choice.clauses):
                return None
            entry = choice.clauses[place]
            choice.next += 1
            if self._clashes(entry.heads, args):
                if not choice.next % 8:
                    self._spend()
                continue
            self._spend()
            if goals.depth >= limit and not entry.ground and entry.rest:
                self.limit_hit = True
                continue
            base = len(self.bindings)
            self.bindings.extend([None] * entry.variables)
            if not self._unify(args, tuple([instantiate(arg, base) for arg in entry.literal[1]])):
                self._undo(choice)
                continue
            self.used.append((entry.number, base))
            if not entry.rest and all(v >= choice.variables for v in self.trail[choice.trail :]):
                return after  # a unit that binds nothing of the goal
            choices.append(choice)
            if not entry.rest:
                return after
            rest = tuple(
                [(p, tuple([instantiate(t, base) for t in terms])) for p, terms in entry.rest]
            )
            path = _Path(literal, goals.path)
            return _Goals(rest, 0, path, goals.lemmas, goals.depth + 1, after)

    def _spend(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise Exhausted

    def _clashes(self, heads: tuple[tuple[int, int], ...], args: tuple[Term, ...]) -> bool:
        bindings = self.bindings
        for place, head in heads:
            term = args[place]
            while type(term) is int:
                value = bindings[term]
                if value is None:
                    break
                term = value
            else:
                if term[0] != head:
                    return True
        return False

    def _repeats(self, goals: _Goals) -> bool:
        """Whether a literal that is left to close stands on its own branch already."""
        path = goals.path
        left = goals.literals[goals.at :]
        compared = 0
        while path is not None:
            predicate, args = path.literal
            for literal in left:
                if literal[0] == predicate:
                    compared += 1
                    if self._same(literal[1], args):
                        return True
            path = path.above
        self.steps -= compared >> 2
        return False

    def _among(self, literal: Literal, known: _Path | None) -> bool:
        predicate, args = literal
        compared = 0
        while known is not None:
            if known.literal[0] == predicate:
                compared += 1
                if self._same(args, known.literal[1]):
                    return True
            known = known.above
        self.steps -= compared >> 2
        return False

    def _same(self, left: tuple[Term, ...], right: tuple[Term, ...]) -> bool:
        bindings = self.bindings
        stack = []
        for a, b in zip(left, right):  # noqa: B905 - one predicate has one arity
            while type(a) is int and bindings[a] is not None:
                a = bindings[a]
            while type(b) is int and bindings[b] is not None:
                b = bindings[b]
            if a is b:
                continue
            if type(a) is int or type(b) is int or a[0] != b[0]:
                if a != b:
                    return False
            elif len(a) > 1:
                stack.append((a, b))
        return not stack or self._same_within(stack)

    def _same_within(self, stack: list[tuple[Term, Term]]) -> bool:
        bindings = self.bindings
        work = 0
        while stack:
            a, b = stack.pop()
            work += 1
            while type(a) is int and bindings[a] is not None:
                a = bindings[a]
            while type(b) is int and bindings[b] is not None:
                b = bindings[b]
            if a is b:
                continue
            if type(a) is int or type(b) is int or a[0] != b[0]:
                if a != b:
                    self.steps -= work >> 3
                    return False
            elif len(a) > 1:
                stack.extend(zip(a[1:], b[1:]))  # noqa: B905
        self.steps -= work >> 3
        return True

    def _unify(self, left: tuple[Term, ...], right: tuple[Term, ...]) -> bool:
        bindings, trail = self.bindings, self.trail
        stack = list(zip(left, right))  # noqa: B905
        while stack:
            a, b = stack.pop()
            while type(a) is int and bindings[a] is not None:
                a = bindings[a]
            while type(b) is int and bindings[b] is not None:
                b = bindings[b]
            if a is b:
                continue
            if type(b) is int:
                if type(a) is int:
                    if a == b:
                        continue
                    if a > b:  # the younger one is bound: what the goal knows stays as it is
                        a, b = b, a
                elif self._occurs(b, a):
                    return False
                bindings[b] = a
                trail.append(b)
            elif type(a) is int:
                if self._occurs(a, b):
                    return False
                bindings[a] = b
                trail.append(a)
            elif a[0] != b[0]:
                return False
            else:
                stack.extend(zip(a[1:], b[1:]))  # noqa: B905
        return True

    def _occurs(self, variable: int, term: Term) -> bool:
        if len(term) == 1:
            return False
        bindings = self.bindings
        stack = [term]
        seen: set[int] = set()
        work = 0
        while stack:
            node = stack.pop()
            work += 1
            if type(node) is int:
                if node == variable:
                    self.steps -= work >> 3
                    return True
                value = bindings[node]
                if value is not None and node not in seen:
                    seen.add(node)
                    stack.append(value)
            elif len(node) > 1:
                stack.extend(node[1:])
        self.steps -= work >> 3
        return False


def instantiate(term: Term, base: int) -> Term:
    """The term over the variables from `base` on. Its depth is small: see `matrix`."""
    if type(term) is int:
        return term + base
    if len(term) == 1:
        return term
    return (term[0], *[instantiate(part, base) for part in term[1:]])
