"""Z3 as a prover: a context of its own for every problem, and a budget that repeats exactly.

The premises are asserted once; goals are asked between push and pop. Quantifiers have weight 0, so
that long chains of rules stay cheap, and a query that ends open is asked again with weight 1.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from neurologic.errors import ProverError
from neurologic.formula import Formula, Not, fold
from neurologic.provers import DEFAULT_BUDGET, Countermodel, Outcome, Proved, Unknown
from neurologic.provers.z3.binding import Context, handles, library
from neurologic.provers.z3.encode import Encoder
from neurologic.signature import Signature, Vocabulary

_DEEPEST = 100_000
_SATISFIABLE, _UNSATISFIABLE = 1, -1


@dataclass(frozen=True, slots=True)
class Z3:
    """The Z3 theorem prover.

    Args:
        weights: the quantifier weights that are tried in turn until a query is decided.

    >>> Z3().version[:3]
    'Z3 '
    """

    weights: tuple[int, ...] = (0, 1)

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
        words = signature.vocabulary()
        outcomes: dict[int, Outcome] = {}
        for weight in self.weights:
            open_goals = [
                i for i in range(len(goals)) if isinstance(outcomes.get(i), Unknown | None)
            ]
            if not open_goals:
                break
            with Context(rlimit=budget) as context:
                session = _Session(context, words, weight, cores)
                asked = session.ask(premises, [goals[i] for i in open_goals])
            for i, outcome in zip(open_goals, asked, strict=True):
                outcomes[i] = _after(outcomes.get(i), outcome)
            if not session.encoder.quantified:
                break
        return tuple(outcomes[i] for i in range(len(goals)))


def _after(first: Outcome | None, second: Outcome) -> Outcome:
    """The later outcome, with the cost of both."""
    if first is None:
        return second
    from dataclasses import replace

    return replace(second, cost=first.cost + second.cost)


class _Session:
    """One problem in one context."""

    def __init__(self, context: Context, words: Vocabulary, weight: int, cores: bool) -> None:
        self.context, self.z3, self.c = context, context.z3, context.handle
        self.encoder = Encoder(context, words, weight)
        self.cores = cores
        self.labels: list[Any] = []
        self.spent = 0

    def ask(self, premises: Sequence[Formula], goals: Sequence[Formula]) -> list[Outcome]:
        encode = self.encoder.encode
        facts = [encode(premise) for premise in premises]
        denials = [
            encode(goal.body) if isinstance(goal, Not) else self.z3.mk_not(self.c, encode(goal))
            for goal in goals
        ]
        with self._solver() as solver:
            for axiom in self.encoder.distinct_numerals():
                self.z3.solver_assert(self.c, solver, axiom)
            for fact in facts:
                self.z3.solver_assert(self.c, solver, fact)
            self.context.check()
            result = []
            for denial in denials:
                self.z3.solver_push(self.c, solver)
                self.z3.solver_assert(self.c, solver, denial)
                result.append(self._check(solver))
                self.z3.solver_pop(self.c, solver, 1)
        return result

    @contextlib.contextmanager
    def _solver(self) -> Iterator[Any]:
        solver = self.z3.mk_simple_solver(self.c)
        self.context.check()
        self.z3.solver_inc_ref(self.c, solver)
        try:
            yield solver
        finally:
            self.z3.solver_dec_ref(self.c, solver)

    def _check(self, solver: Any) -> Outcome:
        answer = self.z3.solver_check(self.c, solver)
        total = self._rlimit(solver)
        cost, self.spent = total - self.spent, total
        if answer == _UNSATISFIABLE:
            return Proved(cost)
        if answer == _SATISFIABLE:
            return Countermodel(cost)
        reason = (self.z3.solver_get_reason_unknown(self.c, solver) or b"").decode()
        return Unknown(reason, cost)

    def _rlimit(self, solver: Any) -> int:
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
