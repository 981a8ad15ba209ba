"""Z3 as a prover: a context of its own for every problem, and a budget that repeats exactly.

The premises are asserted once; goals are asked between push and pop. Quantifiers have weight 0, so
that long chains of rules stay cheap, and a query that ends open is asked again with weight 1: with a
small share of the budget first, since what is proved at all is mostly proved soon.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from neurologic.counting import CountingError
from neurologic.formula import Formula
from neurologic.provers import DEFAULT_BUDGET, Countermodel, Outcome, Proved, Unknown
from neurologic.provers.interruption import interruptibly
from neurologic.provers.z3.binding import MOST_UNITS, Context, handles, library
from neurologic.provers.z3.depth import on_large_stack, refusal
from neurologic.provers.z3.encode import Encoder, LargeFormulaError
from neurologic.provers.z3.models import denial, structure_of
from neurologic.signature import Signature, Vocabulary
from neurologic.structure import Structure

_SATISFIABLE, _UNSATISFIABLE = 1, -1

BRIEF = 300_000
"""A query with at most so many resource units is asked in the thread of the caller, which Ctrl-C
reaches once the query is over; what takes more than `PATIENCE` is asked again where it may end it."""
PATIENCE = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Z3:
    """The Z3 theorem prover.

    Args:
        attempts: quantifier weights to try in turn until a query is decided, each with its share
            of the budget. A weight that ended without an answer, and not for want of budget, is
            not tried again.
        timeout: seconds of wall time for one query, an outer guard that no result should depend
            on: work between two looks at the budget may be long.

    >>> int(Z3().version.split('.')[0]) >= 4
    True
    """

    attempts: tuple[tuple[int, float], ...] = ((0, 0.1), (1, 0.1), (0, 0.5), (1, 0.3))
    timeout: float = 60.0

    @property
    def version(self) -> str:
        """The name and version of the library."""
        return str(library().get_full_version().decode())

    def prove(
        self,
        premises: Sequence[Formula],
        goals: Sequence[Formula],
        *,
        signature: Signature = Signature(),
        budget: int = DEFAULT_BUDGET,
        models: bool = False,
        cores: bool = False,
    ) -> tuple[Outcome, ...]:
        """The outcome of each goal; see `Prover.prove`.

        Raises:
            ProverError: if Z3 is missing or fails.
        """
        asked = _Asked(tuple(premises), signature, signature.vocabulary(), budget, models, cores)
        outcomes: dict[int, Outcome] = {}
        gave_up: set[tuple[int, int]] = set()  # goals and weights that more budget does not help
        for weight, share in self.attempts:
            waiting = [
                i
                for i in range(len(goals))
                if isinstance(outcomes.get(i), Unknown | None) and (i, weight) not in gave_up
            ]
            if not waiting:
                continue
            limit = max(1, int(min(budget, MOST_UNITS) * share))
            answers, quantified = self._ask(asked, [goals[i] for i in waiting], weight, limit)
            for i, answer in zip(waiting, answers, strict=True):
                before = outcomes[i].cost if i in outcomes else 0
                outcomes[i] = replace(answer, cost=before + answer.cost)
                if isinstance(answer, Unknown) and answer.szs == "GaveUp":
                    gave_up.update(
                        (i, w) for w, _ in self.attempts if w == weight or not quantified
                    )
        return tuple(outcomes[i] for i in range(len(goals)))

    def _ask(
        self, asked: _Asked, goals: Sequence[Formula], weight: int, limit: int
    ) -> tuple[list[Outcome], bool]:
        """The outcomes of one attempt, and whether quantifier weights matter at all."""
        running: list[Context] = []

        def attempt(*, wary: bool, brief: bool = False) -> tuple[list[Outcome], bool]:
            timeout = min(self.timeout, PATIENCE) if brief else self.timeout
            with Context(rlimit=limit, timeout=timeout) as context:
                running.append(context)
                session = _Session(context, asked, weight, limit, wary, brief)
                try:
                    answers = session.ask(goals)
                except CountingError as error:
                    return [Unknown(error.message)] * len(goals), False
                if timeout < self.timeout and any(map(_timed_out, answers)):
                    return attempt(wary=wary)
                return answers, session.encoder.quantified

        def stop() -> None:
            for context in running:
                context.interrupt()

        brief = limit <= BRIEF
        try:
            return attempt(wary=True, brief=brief)
        except LargeFormulaError:
            why, deep = refusal((*asked.premises, *goals))
        if why:
            return [Unknown(why)] * len(goals), False
        if deep:
            return on_large_stack(lambda: attempt(wary=False), stop)
        return attempt(wary=False, brief=brief)


def _timed_out(outcome: Outcome) -> bool:
    return isinstance(outcome, Unknown) and outcome.szs == "Timeout"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What does not change from attempt to attempt."""

    premises: tuple[Formula, ...]
    signature: Signature
    words: Vocabulary
    budget: int
    models: bool
    cores: bool


class _Session:
    """One problem in one context."""

    def __init__(
        self, context: Context, asked: _Asked, weight: int, limit: int, wary: bool, brief: bool
    ) -> None:
        self.context, self.z3, self.c = context, context.z3, context.handle
        self.asked, self.limit, self.brief = asked, limit, brief
        self.encoder = Encoder(context, asked.words, weight, wary)
        self.labels: list[Any] = []
        self.numerals: list[int] = []  # the premises that mention numerals as names
        self.spent = 0

    def ask(self, goals: Sequence[Formula]) -> list[Outcome]:
        """The outcome of each goal; the premises are asserted once."""
        denials = [denial(goal) for goal in goals]
        facts = []
        for i, premise in enumerate(self.asked.premises):
            facts.append(self.encoder.encode(premise))
            if self.encoder.names_numerals:
                self.numerals.append(i)
        claims = [self.encoder.encode(claim) for claim in denials]
        axioms = self.encoder.distinct_numerals()
        if self.asked.cores:
            facts, axioms = self._labelled((*facts, *axioms)), []
        result: list[Outcome] = []
        with self._solver() as solver:
            for axiom in (*axioms, *facts):
                self.z3.solver_assert(self.c, solver, axiom)
            self.context.check()
            for claim, denied in zip(claims, denials, strict=True):
                last = len(result) == len(claims) - 1  # which needs no way back
                if not last:
                    self.z3.solver_push(self.c, solver)
                self.z3.solver_assert(self.c, solver, claim)
                result.append(self._check(solver, denied))
                if not last:
                    self.z3.solver_pop(self.c, solver, 1)
            self.context.check()
        return result

    def _labelled(self, terms: Sequence[Any]) -> list[Any]:
        """Each term under a label of its own."""
        self.labels = [self.encoder.label() for _ in terms]
        pairs = zip(self.labels, terms, strict=True)
        return [self.z3.mk_implies(self.c, label, term) for label, term in pairs]

    @contextlib.contextmanager
    def _solver(self) -> Iterator[Any]:
        solver = self.z3.mk_simple_solver(self.c)
        self.context.check()
        self.z3.solver_inc_ref(self.c, solver)
        self.context.set_up(solver, matching=not self.encoder.wide)
        try:
            yield solver
        finally:
            self.z3.solver_dec_ref(self.c, solver)

    def _check(self, solver: Any, denied: Formula) -> Outcome:
        if self.brief:
            answer = self._ask_solver(solver)
        else:
            answer = interruptibly(lambda: self._ask_solver(solver), self.context.interrupt)
        total = self._resources(solver)
        cost, self.spent = total - self.spent, total
        if answer == _UNSATISFIABLE:
            return Proved(cost, self._used(solver) if self.asked.cores else None)
        if answer == _SATISFIABLE:
            return Countermodel(cost, self._structure(solver, denied))
        return self._unknown(solver, cost)

    def _ask_solver(self, solver: Any) -> int:
        if not self.labels:
            return int(self.z3.solver_check(self.c, solver))
        labels = handles(self.labels)
        return int(self.z3.solver_check_assumptions(self.c, solver, len(labels), labels))

    def _unknown(self, solver: Any, cost: int) -> Unknown:
        words = (self.z3.solver_get_reason_unknown(self.c, solver) or b"").decode()
        if cost >= self.limit or "resource" in words:
            reason = f"the budget of {self.asked.budget} resource units ran out"
            return Unknown(reason, cost, "ResourceOut")
        if "timeout" in words or "cancel" in words:
            return Unknown("the time-out guard stopped it", cost, "Timeout")
        if "quantifiers" in words:
            return Unknown("the quantifiers were instantiated without end in sight", cost)
        if "arithmetic" in words:
            return Unknown("the arithmetic is beyond what Z3 decides", cost)
        return Unknown(f"Z3 gave up: {words or 'without a reason'}", cost)

    def _used(self, solver: Any) -> tuple[int, ...]:
        vector = self.z3.solver_get_unsat_core(self.c, solver)
        self.context.check()
        self.z3.ast_vector_inc_ref(self.c, vector)
        size = self.z3.ast_vector_size(self.c, vector)
        found = {self.z3.ast_vector_get(self.c, vector, i) for i in range(size)}
        self.z3.ast_vector_dec_ref(self.c, vector)
        used = {i for i, label in enumerate(self.labels) if label in found}
        size = len(self.asked.premises)
        if any(i >= size for i in used):  # numerals are distinct, whichever premise brought them
            used.update(self.numerals)
        return tuple(sorted(i for i in used if i < size))

    def _structure(self, solver: Any, denied: Formula) -> Structure | None:
        if not self.asked.models:
            return None
        model = self.z3.solver_get_model(self.c, solver)
        self.context.check()
        self.z3.model_inc_ref(self.c, model)
        try:
            sentences = (*self.asked.premises, denied)
            return structure_of(self.encoder, model, self.asked.signature.symbols, sentences)
        finally:
            self.z3.model_dec_ref(self.c, model)

    def _resources(self, solver: Any) -> int:
        """The resource units that the context has used so far."""
        z3, c = self.z3, self.c
        statistics = z3.solver_get_statistics(c, solver)
        z3.stats_inc_ref(c, statistics)
        total = 0
        for i in reversed(range(z3.stats_size(c, statistics))):
            if z3.stats_get_key(c, statistics, i) == b"rlimit count":
                total = z3.stats_get_uint_value(c, statistics, i)
                break
        z3.stats_dec_ref(c, statistics)
        return total
