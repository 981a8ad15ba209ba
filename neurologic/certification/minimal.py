"""Minimal refutations: which premises, and then which lemmas, are still contradictory together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neurologic.certification.propositions import Clause


@dataclass(frozen=True, slots=True)
class Part:
    """A premise, an axiom, the denied goal or a lemma: what refers to it, and its clauses.

    References are those of a certificate: `p0`, `a0`, `g`, `l0`.
    """

    name: str
    clauses: tuple[Clause, ...]


def minimal(parts: Sequence[Part]) -> tuple[Part, ...] | None:
    """Parts that are contradictory, no premise, axiom or lemma of which can be left out.

    Premises are left out first, the last one first, then lemmas. The denied goal stays. None if the
    parts are not contradictory.

    >>> parts = (Part("p0", ((1,),)), Part("p1", ((2,),)), Part("g", ((-1,),)))
    >>> [part.name for part in minimal(parts)]
    ['p0', 'g']
    """
    from pysat.solvers import Minisat22

    width = max((abs(n) for part in parts for c in part.clauses for n in c), default=0)
    selector = {part.name: width + 1 + at for at, part in enumerate(parts)}
    with Minisat22() as solver:
        for part in parts:
            for clause in part.clauses:
                solver.add_clause([*clause, -selector[part.name]])

        def core(names: Sequence[str]) -> list[str] | None:
            """Which of the parts are contradictory, in order; None if they are not."""
            if solver.solve(assumptions=[selector[name] for name in names]):
                return None
            used = frozenset(solver.get_core() or ())
            return [name for name in names if selector[name] in used or name == "g"]

        names = [part.name for part in parts]
        if (first := core(names)) is None:
            return None
        lemmas = [name for name in names if name[0] == "l"]
        facts = [name for name in first if name[0] != "l"]
        for removable in ("pa", "l"):
            kept = [*facts, *lemmas]
            for name in [name for name in reversed(kept) if name[0] in removable]:
                if name not in kept:
                    continue
                found = core([other for other in kept if other != name])
                if found is not None:  # premises: every lemma stays at hand until those are settled
                    kept = [o for o in kept if o in found or (o[0] == "l" and removable == "pa")]
                    kept = [other for other in kept if other != name]
            facts = [name for name in kept if name[0] != "l"]
            lemmas = core([*facts, *lemmas]) or [] if removable == "pa" else kept
            lemmas = [name for name in lemmas if name[0] == "l"]
    chosen = {*facts, *lemmas}
    return tuple(part for part in parts if part.name in chosen)
