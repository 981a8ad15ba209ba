"""Quantifiers over enumerations spelt out, so that a prover is left with few quantifiers or none.

∀x φ over the members a, b, c is φ(a) ∧ φ(b) ∧ φ(c), and ∃x φ the disjunction. Z3 instantiates on
demand, and where functions have such values it may run out of budget before it has done so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from neurologic import formula as language
from neurologic.binding import substitute
from neurologic.formula import (
    ENTITY,
    Constant,
    Exists,
    ForAll,
    Formula,
    Sort,
    conjunction,
    disjunction,
    fold,
)
from neurologic.provers import DEFAULT_BUDGET, Outcome, Prover
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature

MOST_NODES = 20_000
"""A sentence that would become larger is left as it is."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """Asks another prover about sentences without quantifiers over enumerations.

    Args:
        prover: the other prover.
        most: the most nodes of a sentence that is spelt out.

    >>> from neurologic.parsing import parse
    >>> from neurologic.signature import SortDeclaration, elaborate
    >>> day = SortDeclaration(Sort("day"), ("mon", "tue"))
    >>> signature, (one, both) = elaborate(
    ...     [parse("Rains(mon) & Rains(tue)"), parse("all d: day. Rains(d)")], Signature((day,)))
    >>> print(spelt(both, {Sort("day"): ("mon", "tue")}))
    Rains(mon) ∧ Rains(tue)
    >>> [type(each).__name__ for each in Spelling().prove([one], [both], signature=signature)]
    ['Proved']
    """

    prover: Prover = field(default_factory=Z3)
    most: int = MOST_NODES

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
            ProverError: if the other prover is missing or fails.
        """
        members = {each.sort: each.members for each in signature.sorts if each.members is not None}
        if members:
            premises = [spelt(premise, members, self.most) for premise in premises]
            goals = [spelt(goal, members, self.most) for goal in goals]
        return self.prover.prove(
            premises, goals, signature=signature, budget=budget, models=models, cores=cores
        )


def spelt(
    sentence: Formula, members: dict[Sort, tuple[str, ...]], most: int = MOST_NODES
) -> Formula:
    """The elaborated sentence with its quantifiers over enumerations spelt out, if that is short.

    Args:
        sentence: an elaborated sentence.
        members: the members of each enumeration.
        most: the most nodes of the result.
    """

    def size(node: Any, parts: tuple[int, ...]) -> int:
        found = 1 + sum(parts)
        if isinstance(node, ForAll | Exists):
            return found * (len(members.get(node.variable.sort or ENTITY, ())) or 1)
        return found

    def change(node: Any) -> Any:
        if not isinstance(node, ForAll | Exists) or node.variable.sort not in members:
            return node
        join = conjunction if isinstance(node, ForAll) else disjunction
        name = node.variable.name
        return join(
            substitute(node.body, {name: Constant(each)}) for each in members[node.variable.sort]
        )

    return sentence if fold(sentence, size) > most else language.map(sentence, change)
