"""The search: a SAT solver proposes a model, and lemmas that speak against it are added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from neurologic.errors import ProverError
from neurologic.formula import INTEGER, Sort
from neurologic.provers.instantiation import theories
from neurologic.provers.instantiation.facts import Facts
from neurologic.provers.instantiation.matchers import Matcher, Pattern, matchers
from neurologic.provers.instantiation.propositions import Propositions
from neurologic.provers.instantiation.skeletons import Clause

MOST_INSTANCES = 64
"""How many instances are added at most before the SAT solver is asked again."""
CONFLICTS = 500
"""How many conflicts the SAT solver goes through before Python looks for signals."""
CONFLICT_STEPS = 20
"""What one conflict of the SAT solver counts as."""


class BudgetError(Exception):
    """The budget ran out."""


class Search:
    """A search for lemmas that contradict every model of the propositions.

    Args:
        props: the propositions; lemmas are added to them.
        budget: the most steps; a step is about a microsecond.
    """

    def __init__(self, props: Propositions, budget: int) -> None:
        self.props, self.budget = props, budget
        self.terms, self.skeletons = props.terms, props.skeletons
        self.steps = 0
        self.level = 1

    def run(self) -> bool:
        """Whether the sentences are contradictory; False also where that was not found out."""
        try:
            from pysat.solvers import Minisat22
        except ImportError as error:
            hint = "python -m pip install python-sat"
            raise ProverError("the SAT solver is not installed", hint=hint) from error
        with Minisat22() as solver:
            try:
                while (model := self._solve(solver)) is not None:
                    if not self._refine(model):
                        return False
            except BudgetError:
                return False
        return True

    def _spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > self.budget:
            raise BudgetError

    def _solve(self, solver: Any) -> list[int] | None:
        """A model of the clauses, None if there is none."""
        self._spend(20 + len(self.props.fresh))
        for clause in self.props.fresh:
            solver.add_clause(clause)
        self.props.fresh.clear()
        before = solver.accum_stats()["conflicts"]
        while True:
            solver.conf_budget(CONFLICTS)
            answer = solver.solve_limited(expect_interrupt=True)
            after = solver.accum_stats()["conflicts"]
            self._spend(CONFLICT_STEPS * (after - before))
            before = after
            if answer is not None:
                return solver.get_model() if answer else None

    def _relevant(self, model: list[int]) -> list[int]:
        """Literals of the model that make all sentences true."""
        props, guarded, size = self.props, self.props.guarded, len(model)
        chosen: dict[int, None] = {}
        queue, later, work = [0], list[Clause](), 0
        while queue or later:
            if queue:
                guard = queue.pop()
                clauses = guarded.get(guard, ())
                units = [clause[0] for clause in clauses if len(clause) == 1]
                later += [clause for clause in clauses if len(clause) != 1]
                if props.counts and guard:
                    units += self._cases(guard, model)
            else:
                units = []
                clauses, later = later, []
                for clause in clauses:
                    pick = 0
                    for literal in clause:
                        if literal in chosen:
                            break
                        at = abs(literal) - 1
                        if not pick and at < size and (model[at] > 0) is (literal > 0):
                            pick = literal
                    else:
                        units.append(pick)
                        chosen[pick] = None
                        queue.append(pick)
            work += len(clauses) + 1
            for literal in units:
                if literal not in chosen:
                    chosen[literal] = None
                    queue.append(literal)
        self._spend(work // 2)
        chosen.pop(0, None)
        return list(chosen)

    def _cases(self, literal: int, model: list[int]) -> list[int]:
        """What the model says of the cases of the counts that the literal compares."""
        atom = self.props.atoms[abs(literal)]
        cases = [
            case
            for term in (atom[1] if atom else ())
            if self.props.is_count(term)
            for case in self.props.counts.get(term, ())
        ]
        return [case if theories.true_in(model, case) else -case for case in cases]

    def _refine(self, model: list[int]) -> bool:
        """Add lemmas that the model does not satisfy or does not speak of; False if there are none."""
        props = self.props
        relevant = self._relevant(model)
        facts = theories.facts_of(props, relevant)
        self._spend(len(self.terms.came) + len(relevant) if props.equality else 1)
        if facts is None:
            return True
        lemmas = len(props.lemmas)
        universal, existential = self._quantified(relevant, facts)
        for literal in existential:
            props.name_witness(literal)
        added = False
        if props.enumerations:
            for term in theories.mentioned(props, relevant):
                props.member(term)
            added = bool(self.terms.counts) and theories.count(props, relevant, model)
        if props.equality and theories.split_integers(props, relevant):
            added = True
        while not added and len(props.lemmas) == lemmas:
            if self._match(universal, facts) or self._enumerate(universal, facts):
                return True
            oldest = max((self.terms.ages[t] for t in self.terms.came), default=0)
            if self.level > oldest * 4 + 8 and len(props.lemmas) == lemmas:
                return False
            self.level += 1
        return True

    def _quantified(self, relevant: list[int], facts: Facts) -> tuple[list[int], list[int]]:
        """Universal literals, and existential ones without a witness; one each of equal ones.

        What is said twice, of names that are equal in the model, has its instances and its witness
        already.
        """
        props, rep = self.props, facts.rep
        found: dict[tuple[int, bool, tuple[int, ...]], int] = {}
        for literal in relevant:
            if props.universal(literal) is not None:
                predicate, args = props.atoms[abs(literal)]  # type: ignore[misc]
                key = (predicate, literal > 0, tuple([rep[arg] for arg in args]))
                if key not in found or (
                    abs(literal) in props.witnesses and abs(found[key]) not in props.witnesses
                ):
                    found[key] = literal
        universal = [literal for literal in found.values() if props.universal(literal)]
        existential = [
            literal
            for literal in found.values()
            if not props.universal(literal) and abs(literal) not in props.witnesses
        ]
        return universal, existential

    def _match(self, universal: list[int], facts: Facts) -> bool:
        """Add instances that contradict the model, or else some that add to it."""
        against: dict[tuple[Any, ...], int] = {}
        further: dict[tuple[Any, ...], int] = {}
        ages = self.terms.ages
        for literal in universal:
            predicate, args = self.props.atoms[abs(literal)]  # type: ignore[misc]
            for matcher in matchers(self.skeletons, predicate, literal > 0):
                for values, left_over, triggered in facts.matches(matcher, args):
                    age = max(ages[values[slot]] for slot in matcher.sorts)
                    if left_over is not None and age > self.level:
                        continue
                    steps = self._missing(literal, matcher, values)
                    if not steps:
                        continue
                    if left_over is None:
                        against.setdefault(steps, age)
                    else:
                        further.setdefault(steps, age + triggered)
                self._spend(facts.steps + 1)
                facts.steps = 0
        chosen = against or further
        ordered = sorted(chosen, key=lambda steps: chosen[steps])
        for steps in ordered[:MOST_INSTANCES]:
            self._add(steps)
        return bool(chosen)

    def _missing(
        self, literal: int, matcher: Matcher, values: list[int]
    ) -> tuple[tuple[int, tuple[int, ...], int, bool], ...]:
        """The instances on the way to the matched clause that are not there yet."""
        missing: list[tuple[int, tuple[int, ...], int, bool]] = []
        build = self.terms.build
        for i, (predicate, parameters, slot) in enumerate(matcher.steps):
            args = tuple([build(p, values) for p in parameters])
            term = values[slot]
            if matcher.sorts[slot] == INTEGER and not self.terms.is_integer(term):
                return ()
            number = self.props.numbers.get((predicate, args))
            if missing or number is None or (number, term) not in self.props.instances:
                sign = literal > 0
                if i:
                    sign = self.skeletons.skeleton_of[predicate].kind == "all"
                missing.append((predicate, args, term, sign))
        return tuple(missing)

    def _add(self, steps: Sequence[tuple[int, tuple[int, ...], int, bool]]) -> None:
        for predicate, args, term, sign in steps:
            number = self.props.proposition(predicate, args)
            self.props.instantiate(number if sign else -number, term)
        self._spend(5)

    def _enumerate(self, universal: list[int], facts: Facts) -> bool:
        """Add instances by the age of their terms, where the model does not satisfy them."""
        found: dict[tuple[Any, ...], int] = {}
        for weight in range(self.level):
            for literal in universal:
                predicate, args = self.props.atoms[abs(literal)]  # type: ignore[misc]
                for matcher in matchers(self.skeletons, predicate, literal > 0):
                    for values in self._tuples(matcher, args, facts, weight):
                        steps = self._missing(literal, matcher, values)
                        if steps:
                            found.setdefault(steps, weight)
                            if len(found) >= MOST_INSTANCES:
                                break
            if found:
                break
        for steps in list(found)[:MOST_INSTANCES]:
            self._add(steps)
        return bool(found)

    def _tuples(
        self, matcher: Matcher, parameters: tuple[int, ...], facts: Facts, weight: int
    ) -> Iterator[list[int]]:
        """Values of age `weight` in sum under which the clause is not satisfied by the model."""
        values = [-1] * matcher.width
        bound = 0
        for i, parameter in enumerate(parameters):
            values[1 + i] = parameter
            bound |= 2 << i
        order = list(matcher.sorts)
        ages = self.terms.ages
        # which literals become closed with which slot
        closing: list[list[Pattern]] = []
        for slot in order:
            now = bound | 1 << slot
            closing.append(
                [
                    p
                    for p in matcher.literals
                    if p.predicate >= 0 and not p.mask & ~now and p.mask & ~bound
                ]
            )
            bound = now
        choices = [self._universe(matcher.sorts[slot], facts) for slot in order]
        stack: list[tuple[int, int]] = [(0, 0)]  # index among the choices, age so far
        while stack:
            place = len(stack) - 1
            index, age = stack.pop()
            if index >= len(choices[place]):
                continue
            stack.append((index + 1, age))
            self._spend(1)
            term = choices[place][index]
            total = age + ages[term]
            if total > weight:
                continue
            values[order[place]] = term
            if any(facts.literal(p, values) for p in closing[place]):
                continue
            if place + 1 < len(order):
                stack.append((0, total))
            elif total == weight:
                yield list(values)

    def _universe(self, sort: Sort, facts: Facts) -> list[int]:
        """One term of each class of the sort."""
        classes: dict[int, int] = {}
        for term in self.terms.universe.get(sort, ()):
            classes.setdefault(facts.known(term), term)
        found = list(classes.values())
        if not found:
            found = [facts.known(self.props.some(sort))]
        return found
