"""Unit lemmas from below: what a Horn problem says of single literals, until one denies another.

A tableau works from the goal and proves the same lemma again on every branch; here each fact is
derived once, lightest first. Rules give facts by hyperresolution; equations give equations by
superposition and are used as rewrite rules (Knuth and Bendix, Simple word problems in universal
algebras, 1970), ordered by the Knuth-Bendix order. Every fact remembers the facts it came from.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from neurologic.provers.tableau.search import Exhausted, Literal, MatrixClause, Term
from neurologic.provers.tableau.terms import (
    MOST_WEIGHT,
    Substitution,
    TooHeavy,
    filled,
    greater,
    matches,
    matching,
    places,
    renamed,
    replaced,
    shifted,
    size_of,
    subterms,
    unify,
    value,
    weight,
)

MOST_GROUND = 800
"""Proofs that speak of terms with more symbols than this are given up."""

ANY = -1
"""The variable that a proof leaves open."""


@dataclass(frozen=True, slots=True)
class Parent:
    """An instance of a clause or of an earlier unit, over the variables of the unit it leads to."""

    is_clause: bool
    number: int
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A literal that follows, over the variables 0, 1, ..., and what it follows from.

    Its parents are either a clause and facts that resolve with it, or facts from which it follows
    by congruence alone.
    """

    literal: Literal | None
    variables: int
    parents: tuple[Parent, ...]


@dataclass(slots=True)
class _Active:
    facts: list[int] = field(default_factory=list)
    rewrites: dict[int, list[tuple[int, Term, Term]]] = field(default_factory=dict)


class Saturation:
    """One saturation; `run` says which unit is the contradiction.

    Args:
        clauses: Horn clauses.
        equations: the numbers of the predicates that are equations.
        steps: how many unifications and matchings may be tried.
    """

    def __init__(self, clauses: Sequence[MatrixClause], equations: set[int], steps: int) -> None:
        self.equations, self.steps = equations, steps
        self.units: list[Unit] = []
        self.known: dict[Literal, int] = {}
        self.passive: list[tuple[int, int]] = []
        self.active = _Active()
        self.goals: list[int] = []
        self.done: set[int] = set()
        self.rules: list[tuple[int, MatrixClause, list[Literal], Literal | None]] = []
        self.contradiction: int | None = None
        for number, clause in enumerate(clauses):
            heads = [literal for literal in clause.literals if literal[0] > 0]
            body = [(-p, args) for p, args in clause.literals if p < 0]
            if len(clause.literals) == 1:
                parent = (True, number, 0, clause.variables)
                self.derive(clause.literals[0], {}, (parent,))
            else:
                self.rules.append((number, clause, body, heads[0] if heads else None))

    def run(self) -> int | None:
        """The number of the contradiction; None if there is none, or the steps are used up."""
        try:
            while self.contradiction is None and self.passive:
                _, number = heapq.heappop(self.passive)
                if number not in self.done:
                    self.done.add(number)
                    self.take(number)
        except Exhausted:
            return None
        return self.contradiction

    def spend(self) -> None:
        """Count one step."""
        self.steps -= 1
        if self.steps < 0:
            raise Exhausted

    def proof(self) -> Iterator[tuple[tuple[Literal, ...], tuple[Parent, ...]]]:
        """The instances of units that lead to the contradiction, each after what it leads to.

        With each come the clause that it is by congruence (nothing where it is by a clause), and its
        parents. What a variable stands for that is left does not matter.

        Raises:
            Exhausted: if the terms grow too large.
        """
        assert self.contradiction is not None
        todo: list[tuple[int, tuple[Term, ...]]] = [(self.contradiction, ())]
        seen: set[tuple[int, tuple[Term, ...]]] = set()
        while todo:
            entry = todo.pop()
            if entry in seen:
                continue
            seen.add(entry)
            unit, values = self.units[entry[0]], dict(enumerate(entry[1]))
            for v in range(len(values), unit.variables):
                values[v] = ANY
            parents = []
            for parent in unit.parents:
                terms = tuple([filled(term, values) for term in parent.terms])
                if sum(map(size_of, terms)) > MOST_GROUND:
                    raise Exhausted
                parents.append(Parent(parent.is_clause, parent.number, terms))
                if not parent.is_clause:
                    todo.append((parent.number, terms))
            clause: list[Literal] = []
            if not any(parent.is_clause for parent in parents):
                if unit.literal is not None:
                    clause.append(_instance(unit.literal, values))
                for parent in parents:
                    p, args = _instance(self.literal(parent.number), dict(enumerate(parent.terms)))
                    clause.append((-p, args))
            yield tuple(clause), tuple(parents)

    def derive(
        self,
        literal: Literal | None,
        bound: Substitution,
        sources: Sequence[tuple[bool, int, int, int]],
    ) -> int | None:
        """Keep what follows from the sources: (clause or unit, its number, first variable, how many)."""
        names: dict[int, int] = {}
        result, size = None, 0
        try:
            if literal is not None:
                args = tuple([renamed(value(arg, bound), names) for arg in literal[1]])
                result, size = (literal[0], args), sum(map(weight, args))
                if size > MOST_WEIGHT or result in self.known or self.trivial(result):
                    return self.known.get(result)
            parents = []
            for is_clause, number, base, count in sources:
                terms = [renamed(value(base + i, bound), names) for i in range(count)]
                parents.append(Parent(is_clause, number, tuple(terms)))
        except TooHeavy:
            return None
        self.units.append(Unit(result, len(names), tuple(parents)))
        made = len(self.units) - 1
        if result is None:
            self.contradiction = made
        else:
            self.known[result] = made
            heapq.heappush(self.passive, (size, made))
        return made

    def trivial(self, literal: Literal) -> bool:
        """Whether the literal says that something is itself."""
        return literal[0] in self.equations and literal[1][0] == literal[1][1]

    def take(self, number: int) -> None:
        """Make a fact or a goal part of what is combined with what comes."""
        simpler = self.simplified(number)
        if simpler is None:
            return
        number = simpler
        literal = self.literal(number)
        if literal[0] < 0:
            self.goals.append(number)
            if -literal[0] in self.equations:
                bound: Substitution = {}
                if unify([literal[1]], bound):
                    source = (False, number, 0, self.units[number].variables)
                    self.derive(None, bound, (source,))
                    return
            for fact in self.active.facts:
                self.clash(fact, number)
            return
        for fact in self.active.facts:
            self.spend()
            other = self.literal(fact)
            if other[0] == literal[0] and matches(other[1], literal[1]):
                return  # an instance of what is known
        self.active.facts.append(number)
        for goal in list(self.goals):
            self.clash(number, goal)
        if literal[0] in self.equations:
            self.use_equation(number, literal)
        for fact in list(self.active.facts):
            self.superpose(number, fact)
            if fact != number:
                self.superpose(fact, number)
        for rule in self.rules:
            for i in range(len(rule[2])):
                self.hyperresolve(rule, number, i)

    def literal(self, number: int) -> Literal:
        """The literal of a unit that is no contradiction."""
        found = self.units[number].literal
        assert found is not None
        return found

    def clash(self, fact: int, goal: int) -> None:
        """Close if the fact and the goal contradict each other."""
        (p, args), (q, denied) = self.literal(fact), self.literal(goal)
        if p != -q:
            return
        width = self.units[fact].variables
        moved = tuple([shifted(arg, width) for arg in denied])
        for turned in (False, True)[: 1 + (p in self.equations)]:
            self.spend()
            bound: Substitution = {}
            sides = args[::-1] if turned else args
            if unify(zip(sides, moved, strict=True), bound):
                one = (False, fact, 0, width)
                two = (False, goal, width, self.units[goal].variables)
                self.derive(None, bound, (one, two))
                return

    def use_equation(self, number: int, literal: Literal) -> None:
        """Rewrite with the equation what it can rewrite, if it has a direction."""
        left, right = literal[1]
        for big, small in ((left, right), (right, left)):
            if greater(big, small):
                self.active.rewrites.setdefault(big[0], []).append((number, big, small))
                for units in (self.active.facts, self.goals):
                    for other in list(units):
                        if other != number and self.rewritable(self.literal(other), big):
                            units.remove(other)
                            self.done.discard(other)
                            heapq.heappush(self.passive, (0, other))

    def rewritable(self, literal: Literal, big: Term) -> bool:
        """Whether the left side of a rewrite rule matches a part."""
        for arg in literal[1]:
            for part in subterms(arg):
                if part[0] == big[0]:
                    self.spend()
                    if matches((big,), (part,)):
                        return True
        return False

    def simplified(self, number: int) -> int | None:
        """The unit with all rewrite rules applied; None if nothing is left of it."""
        while True:
            literal = self.literal(number)
            step = self.rewrite_step(number, literal)
            if step is None:
                return number
            rule, bound, place, small = step
            args = list(literal[1])
            args[place[0]] = replaced(args[place[0]], place[1:], small)
            width = self.units[number].variables
            one = (False, number, 0, width)
            two = (False, rule, width, self.units[rule].variables)
            before = len(self.units)
            made = self.derive((literal[0], tuple(args)), bound, (one, two))
            if made is None or made < before:
                return None
            self.done.add(made)
            number = made

    def rewrite_step(
        self, number: int, literal: Literal
    ) -> tuple[int, Substitution, tuple[int, ...], Term] | None:
        """A rule that applies to the unit, how, where, and what stands there afterwards."""
        width = self.units[number].variables
        for i, arg in enumerate(literal[1]):
            for place, part in places(arg):
                for rule, big, small in self.active.rewrites.get(part[0], ()):
                    if rule == number:
                        continue
                    self.spend()
                    match = matching((big,), (part,))
                    if match is not None:
                        bound = {width + v: term for v, term in match.items()}
                        return rule, bound, (i, *place), value(shifted(small, width), bound)
        return None

    def superpose(self, equation: int, into: int) -> None:
        """Derive what follows when the equation replaces a part of the other fact."""
        p, (left, right) = self.literal(equation)[0], (*self.literal(equation)[1], 0, 0)[:2]
        if p not in self.equations:
            return
        q, args = self.literal(into)
        width = self.units[equation].variables
        moved = [shifted(arg, width) for arg in args]
        sources = ((False, equation, 0, width), (False, into, width, self.units[into].variables))
        for big, small in ((left, right), (right, left)):
            if type(big) is int or greater(small, big):
                continue
            for i, arg in enumerate(moved):
                if q in self.equations and greater(moved[1 - i], arg):
                    continue
                for place, part in places(arg):
                    if part[0] != big[0]:
                        continue
                    self.spend()
                    bound: Substitution = {}
                    if unify([(big, part)], bound):
                        new = list(moved)
                        new[i] = replaced(arg, place, small)
                        self.derive((q, tuple(new)), bound, sources)

    def hyperresolve(self, rule: Any, fact: int, first: int) -> None:
        """Derive what a rule says when the fact is its condition number `first`."""
        number, clause, body, head = rule
        todo: list[tuple[int, Substitution, tuple[Any, ...], int]] = [
            (0, {}, ((True, number, 0, clause.variables),), clause.variables)
        ]
        while todo:
            at, bound, sources, width = todo.pop()
            if at == len(body):
                self.derive(head, bound, sources)
                continue
            order = [first, *[i for i in range(len(body)) if i != first]]
            p, args = body[order[at]]
            for other in [fact] if at == 0 else self.active.facts:
                q, known = self.literal(other)
                if q != p:
                    continue
                self.spend()
                count = self.units[other].variables
                more = dict(bound)
                moved = [shifted(arg, width) for arg in known]
                if unify(zip(args, moved, strict=True), more):
                    source = (False, other, width, count)
                    todo.append((at + 1, more, (*sources, source), width + count))


def _instance(literal: Literal, values: Substitution) -> Literal:
    return literal[0], tuple([filled(arg, values) for arg in literal[1]])
