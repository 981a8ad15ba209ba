"""Refutations as clauses that follow by unit propagation, where no readable derivation is found.

A SAT solver says which clauses it learned (Goldberg and Novikov, Verification of proofs of
unsatisfiability for CNF formulas, 2003); of these the ones that the empty clause rests on are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neurologic.certification.minimal import Part
from neurologic.certification.propositions import Clause

MOST_LEARNED = 20_000
"""The most clauses that a refutation may learn."""


@dataclass(frozen=True, slots=True)
class Step:
    """A clause and what it follows from: names of parts, or positions of earlier steps."""

    clause: Clause
    references: tuple[str, ...]
    steps: tuple[int, ...]


def refutation(parts: Sequence[Part]) -> tuple[Step, ...] | None:
    """The steps from the parts to the empty clause, or None if there are too many.

    >>> parts = (Part("p0", ((1, 2),)), Part("p1", ((-1,),)), Part("g", ((-2,),)))
    >>> [(step.clause, step.references, step.steps) for step in refutation(parts)][-1]
    ((), (), (0, 1, 2))
    """
    from pysat.solvers import Glucose4

    database: list[tuple[Clause, str]] = [
        (clause, part.name) for part in parts for clause in part.clauses
    ]
    with Glucose4(with_proof=True) as solver:
        for clause, _ in database:
            solver.add_clause(list(clause))
        if solver.solve():
            return None
        trace = [
            [int(n) for n in line.split()[:-1]] for line in solver.get_proof() if line[0] != "d"
        ]
    if len(trace) > MOST_LEARNED:
        return None
    learned = [tuple(clause) for clause in trace if clause] + [()]
    return _trimmed(database, learned)


def _trimmed(database: list[tuple[Clause, str]], learned: list[Clause]) -> tuple[Step, ...] | None:
    """The clauses that the last one rests on, each with those that it follows from."""
    given = len(database)
    clauses = [clause for clause, _ in database] + learned
    wanted = {len(clauses) - 1}
    reasons: dict[int, tuple[int, ...]] = {}
    propagation = _Propagation(clauses)
    for at in range(len(clauses) - 1, given - 1, -1):
        if at not in wanted:
            continue
        used = propagation.refute(at)
        if used is None:
            return None
        reasons[at] = used
        wanted.update(used)
    place: dict[int, int] = {}
    steps: list[Step] = []
    for at in sorted(wanted):
        place[at] = len(steps)
        if at < given:
            steps.append(Step(clauses[at], (database[at][1],), ()))
        else:
            steps.append(Step(clauses[at], (), tuple(sorted(place[i] for i in reasons[at]))))
    return tuple(steps)


class _Propagation:
    """Unit propagation with two watched literals (Moskewicz et al., Chaff, 2001)."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.clauses = [list(dict.fromkeys(clause)) for clause in clauses]
        self.watched: dict[int, list[int]] = {}
        for at, clause in enumerate(self.clauses):
            for literal in clause[:2]:
                self.watched.setdefault(literal, []).append(at)

    def refute(self, target: int) -> tuple[int, ...] | None:
        """Which of the clauses before the target contradict its negation, or None."""
        reason: dict[int, int | None] = {-literal: None for literal in self.clauses[target]}
        queue = list(reason)
        for at, clause in enumerate(self.clauses[:target]):
            if len(clause) <= 1:
                if not clause:
                    return (at,)
                if -clause[0] in reason:
                    return self._used(at, reason)
                if clause[0] not in reason:
                    reason[clause[0]] = at
                    queue.append(clause[0])
        for literal in queue:  # grows while it is read
            conflict = self._propagate(-literal, target, reason, queue)
            if conflict is not None:
                return self._used(conflict, reason)
        return None

    def _propagate(
        self, false: int, target: int, reason: dict[int, int | None], queue: list[int]
    ) -> int | None:
        kept: list[int] = []
        watching = self.watched.get(false, [])
        conflict = None
        for position, at in enumerate(watching):
            clause = self.clauses[at]
            if len(clause) == 1 or at >= target:
                kept.append(at)
                continue
            if clause[0] == false:
                clause[0], clause[1] = clause[1], clause[0]
            if clause[0] in reason:
                kept.append(at)
                continue
            for i in range(2, len(clause)):
                if -clause[i] not in reason:
                    clause[1], clause[i] = clause[i], clause[1]
                    self.watched.setdefault(clause[1], []).append(at)
                    break
            else:
                kept.append(at)
                if -clause[0] in reason:
                    conflict = at
                    kept.extend(watching[position + 1 :])
                    break
                reason[clause[0]] = at
                queue.append(clause[0])
        self.watched[false] = kept
        return conflict

    def _used(self, conflict: int, reason: dict[int, int | None]) -> tuple[int, ...]:
        """The clauses that the conflict rests on."""
        used = {conflict}
        stack = [conflict]
        while stack:
            for literal in self.clauses[stack.pop()]:
                because = reason.get(-literal)
                if because is not None and because not in used:
                    used.add(because)
                    stack.append(because)
        return tuple(sorted(used))
