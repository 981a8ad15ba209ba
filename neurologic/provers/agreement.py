"""Two provers that must agree: for tests, and for verdicts that two engines should stand behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from neurologic.errors import ProverError
from neurologic.formula import Formula
from neurologic.provers import Outcome, Prover, Unknown
from neurologic.signature import Signature


@dataclass(frozen=True, slots=True)
class Agreement:
    """Asks both provers; the first one's outcome counts, the second's where the first is open.

    Args:
        first: the prover whose proofs and models are reported.
        second: the prover that checks it.
    """

    first: Prover
    second: Prover

    def prove(
        self,
        premises: Sequence[Formula],
        goals: Sequence[Formula],
        *,
        signature: Signature,
        budget: int,
        models: bool = False,
        cores: bool = False,
    ) -> tuple[Outcome, ...]:
        """The outcome of each goal; see `Prover.prove`.

        Raises:
            ProverError: if one prover proves what the other refutes.
        """
        one, two = (
            prover.prove(
                premises, goals, signature=signature, budget=budget, models=models, cores=cores
            )
            for prover in (self.first, self.second)
        )
        result = []
        for goal, here, there in zip(goals, one, two, strict=True):
            decided = not isinstance(here, Unknown) and not isinstance(there, Unknown)
            if decided and type(here) is not type(there):
                raise ProverError(
                    f"two provers disagree: {type(here).__name__} and {type(there).__name__}",
                    text=str(goal),
                    span=(0, len(str(goal))),
                )
            chosen = there if isinstance(here, Unknown) else here
            result.append(replace(chosen, cost=here.cost + there.cost))
        return tuple(result)
