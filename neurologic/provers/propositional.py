"""Sentences over finite domains as clauses, and the SAT solver that is asked about them.

Each subformula becomes a literal that implies it, so that a definition is written for the sign in
which the subformula occurs (Plaisted and Greenbaum 1986). A quantifier is written out for the
elements of its sort; what an ∃ may choose from is for the engine to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from neurologic.errors import ProverError
from neurologic.formula import (
    ENTITY,
    And,
    Atom,
    Constant,
    Distinct,
    Exists,
    Falsum,
    ForAll,
    Iff,
    Implies,
    Not,
    Or,
    Sort,
    Variable,
    Verum,
    Xor,
)
from neurologic.provers.interruption import interruptibly
from neurologic.structure import Element, Row

DEEPEST = 60
"""The deepest nesting that is written out."""
UNITS_OF_A_CONFLICT = 100
"""What a conflict of the SAT solver costs, in the units of a budget."""
_MOST_CONFLICTS = 2**31 - 1  # that the SAT solver counts
_FEW_CONFLICTS = 1000  # a matter of milliseconds


class BeyondError(Exception):
    """The problem is not of the kind that an engine takes, or too large: `str()` says why."""


class Grounding:
    """Clauses over ground atoms and over names of subformulas, built sentence by sentence.

    Args:
        domains: the elements of each sort.
        most: the most ground atoms to write out.
    """

    def __init__(self, domains: dict[Sort, list[Element]], most: int) -> None:
        self.domains, self.most = domains, most
        self.atoms: dict[tuple[str, Row], int] = {}
        self.clauses: list[list[int]] = [[1]]  # the proposition 1 is true
        self.variables = 1
        self.scope: dict[str, Element] = {}
        self.steps = 0

    def fresh(self) -> int:
        """A new proposition."""
        self.variables += 1
        return self.variables

    def step(self, number: int = 1) -> None:
        """Count ground atoms.

        Raises:
            BeyondError: there are too many.
        """
        self.steps += number
        if self.steps > self.most:
            raise BeyondError(f"more than {self.most} ground instances")

    def atom(self, node: Atom) -> int:
        """The proposition of an atom about elements."""
        self.steps += 1
        if self.steps > self.most:
            raise BeyondError(f"more than {self.most} ground instances")
        scope = self.scope
        row: list[Any] = []
        for term in node.args:
            kind = term.__class__
            if kind is Variable:
                row.append(scope[term.name])  # type: ignore[union-attr]
            elif kind is Constant:
                row.append(term.name)  # type: ignore[union-attr]
            else:
                row.append(term.value)  # type: ignore[union-attr]
        key = (node.predicate, tuple(row))
        found = self.atoms.get(key)
        if found is None:
            self.variables += 1
            found = self.atoms[key] = self.variables
        return found

    def atom_at(self, predicate: str, row: Row) -> int:
        """The proposition that a predicate holds of these elements."""
        key = (predicate, row)
        found = self.atoms.get(key)
        if found is None:
            self.variables += 1
            found = self.atoms[key] = self.variables
        return found

    def relation(self, node: Any) -> int:
        """A literal equivalent to an equation, a comparison or a `Distinct`."""
        if isinstance(node, Distinct):  # of names, which are distinct
            return 1
        raise BeyondError(f"{type(node).__name__} is not written out")

    def state(self, node: Any, sign: bool) -> None:
        """Add clauses that say the formula, or its negation."""
        kind = node.__class__
        if kind is Not:
            self.state(node.body, not sign)
        elif kind is (And if sign else Or):
            for part in node.parts:
                self.state(part, sign)
        elif kind is (ForAll if sign else Exists):
            for _ in self.instances(node):
                self.state(node.body, sign)
        else:
            clause: list[int] = []
            self.disjuncts(node, sign, clause)
            self.clauses.append(clause)

    def disjuncts(self, node: Any, sign: bool, clause: list[int]) -> None:
        """Add literals whose disjunction implies the formula, or its negation."""
        kind = node.__class__
        if kind is Not:
            self.disjuncts(node.body, not sign, clause)
        elif kind is (Or if sign else And):
            for part in node.parts:
                if part.__class__ is Atom:
                    clause.append(self.atom(part) if sign else -self.atom(part))
                else:
                    self.disjuncts(part, sign, clause)
        elif kind is Implies and sign:
            self.disjuncts(node.left, False, clause)
            self.disjuncts(node.right, True, clause)
        elif kind is (Exists if sign else ForAll):
            for _ in self.choices(node):
                self.disjuncts(node.body, sign, clause)
        else:
            clause.append(self.literal(node, sign))

    def literal(self, node: Any, sign: bool) -> int:
        """A literal that implies the formula, or its negation."""
        kind = node.__class__
        if kind is Atom:
            return self.atom(node) if sign else -self.atom(node)
        if kind is Not:
            return self.literal(node.body, not sign)
        if kind is Verum or kind is Falsum:
            return 1 if (kind is Verum) is sign else -1
        if kind not in _COMPOUND:
            return self.relation(node) if sign else -self.relation(node)
        name = self.fresh()
        if kind is (And if sign else Or):
            for part in node.parts:
                self.clauses.append([-name, self.literal(part, sign)])
        elif kind is Implies and not sign:
            self.clauses.append([-name, self.literal(node.left, True)])
            self.clauses.append([-name, self.literal(node.right, False)])
        elif kind is (ForAll if sign else Exists):
            for _ in self.instances(node):
                self.clauses.append([-name, self.literal(node.body, sign)])
        elif kind is Iff or kind is Xor:
            self.equivalence(name, node, (kind is Iff) is sign)
        else:
            clause = [-name]
            self.disjuncts(node, sign, clause)
            self.clauses.append(clause)
        return name

    def equivalence(self, name: int, node: Any, same: bool) -> None:
        """Say that the name implies that both sides are equivalent, or that they are not."""
        left, not_left = self.literal(node.left, True), self.literal(node.left, False)
        right, not_right = self.literal(node.right, True), self.literal(node.right, False)
        if same:
            self.clauses += ([-name, not_left, right], [-name, left, not_right])
        else:
            self.clauses += ([-name, left, right], [-name, not_left, not_right])

    def conjunction(self, literals: Sequence[int]) -> int:
        """A literal equivalent to the conjunction."""
        if len(literals) < 2:
            return literals[0] if literals else 1
        name = self.fresh()
        self.clauses += ([-name, literal] for literal in literals)
        self.clauses.append([name, *(-literal for literal in literals)])
        return name

    def instances(self, node: Any) -> Iterator[None]:
        """Each element in turn as the value of a universal variable."""
        return self.bind(node.variable.name, self.domains[node.variable.sort or ENTITY])

    def choices(self, node: Any) -> Iterator[None]:
        """Each element that an existential variable may denote, in turn as its value."""
        return self.instances(node)

    def bind(self, name: str, elements: Sequence[Element]) -> Iterator[None]:
        """Each of the elements in turn as the value of the variable."""
        before = self.scope.get(name)
        for element in elements:
            self.step()
            self.scope[name] = element
            yield
        if before is None:
            del self.scope[name]
        else:
            self.scope[name] = before


_COMPOUND = frozenset((And, Or, Implies, Iff, Xor, ForAll, Exists))


@cache
def _minisat() -> Any:
    try:
        from pysat.solvers import Minisat22
    except ImportError as error:
        hint = "python -m pip install python-sat"
        raise ProverError("the SAT solver is not installed", hint=hint) from error
    return Minisat22


class Solver:
    """A SAT solver on clauses, freed at the end of a `with` block.

    Raises:
        ProverError: if python-sat is not installed.
    """

    def __init__(self, clauses: list[list[int]]) -> None:
        self.solver = _minisat()(bootstrap_with=clauses)

    def __enter__(self) -> Solver:
        return self

    def __exit__(self, *_: object) -> None:
        self.solver.delete()

    def solve(self, assumptions: Sequence[int], units: int) -> bool | None:
        """Whether the clauses have a model in which the assumptions hold.

        Args:
            assumptions: literals.
            units: the budget, of which a conflict takes `UNITS_OF_A_CONFLICT`.

        Returns:
            None if the budget ran out. What takes more than a few conflicts goes on where Ctrl-C
            can end it.
        """
        conflicts = min(max(1, units // UNITS_OF_A_CONFLICT), _MOST_CONFLICTS)
        few = min(conflicts, _FEW_CONFLICTS)

        def limited(most: int) -> bool | None:
            self.solver.conf_budget(most)
            return self.solver.solve_limited(assumptions, expect_interrupt=True)  # type: ignore[no-any-return]

        answer = limited(few)
        if answer is None and conflicts > few:
            answer = interruptibly(lambda: limited(conflicts - few), self.solver.interrupt)
        return answer

    @property
    def spent(self) -> int:
        """The units that all questions so far took: conflicts, and a unit for each propagation."""
        statistics = self.solver.accum_stats()
        return UNITS_OF_A_CONFLICT * int(statistics["conflicts"]) + int(statistics["propagations"])

    def model(self) -> set[int]:
        """The propositions that are true in the model just found."""
        return {variable for variable in self.solver.get_model() or () if variable > 0}

    def core(self) -> set[int]:
        """The assumptions that were just contradicted."""
        return set(self.solver.get_core() or ())
