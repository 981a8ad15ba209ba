"""Rule chains: d rules, each of which passes a property on, and three questions about the end.

From P0(a) and ∀x (P0(x) → P1(x)), ..., ∀x (P(d-1)(x) → Pd(x)): Pd(a) is entailed, ¬Pd(a) is
refuted, and Pd(b) is undetermined. Solvers with default settings give up at a depth of 50.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from neurologic.errors import printable
from neurologic.formula import Atom, Constant, ForAll, Formula, Implies, Not, Variable

DEPTHS = (10, 50, 200, 1000, 5000)


@dataclass(frozen=True, slots=True)
class Link:
    """The verdict on one question about one chain."""

    depth: int
    expected: str
    verdict: str
    seconds: float
    reason: str = ""

    @property
    def met(self) -> bool:
        """The verdict is the expected one."""
        return self.verdict == self.expected

    def as_json(self) -> dict[str, Any]:
        """The link as a JSON object."""
        return asdict(self) | {"seconds": round(self.seconds, 3)}


def chain(depth: int) -> tuple[tuple[Formula, ...], dict[str, Formula]]:
    """The premises of a chain, and each question with the verdict it deserves.

    >>> premises, questions = chain(2)
    >>> [str(premise) for premise in premises]
    ['P0(a)', '∀x (P0(x) → P1(x))', '∀x (P1(x) → P2(x))']
    >>> {verdict: str(goal) for verdict, goal in questions.items()}
    {'ENTAILED': 'P2(a)', 'REFUTED': '¬P2(a)', 'UNDETERMINED': 'P2(b)'}
    """
    x, a, b = Variable("x"), Constant("a"), Constant("b")
    rules = (ForAll(x, Implies(Atom(f"P{i}", (x,)), Atom(f"P{i + 1}", (x,)))) for i in range(depth))
    end = f"P{depth}"
    questions: dict[str, Formula] = {
        "ENTAILED": Atom(end, (a,)),
        "REFUTED": Not(Atom(end, (a,))),
        "UNDETERMINED": Atom(end, (b,)),
    }
    return (Atom("P0", (a,)), *rules), questions


def measure(depths: Iterable[int] = DEPTHS) -> Iterator[Link]:
    """The verdicts on the three questions about a chain of each depth, with wall times."""
    from neurologic.entailment import decide

    for depth in depths:
        premises, questions = chain(depth)
        for expected, goal in questions.items():
            start = time.perf_counter()
            try:
                decision = decide(premises, goal)
                verdict, reason = decision.verdict.name, decision.reason
            except Exception as error:
                verdict, reason = type(error).__name__, printable(str(error))
            yield Link(depth, expected, verdict, time.perf_counter() - start, reason)
