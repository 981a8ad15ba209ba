"""Function-free problems by their ground instances and a SAT solver; everything else goes to Z3.

Without functions, equality and numbers, and with no ∃ in the scope of a ∀ once negations are pushed
inward, sentences have a model exactly when their instances over the named elements have one
(Herbrand; Bernays and Schönfinkel). Each subformula becomes a literal that implies it (Plaisted and
Greenbaum 1986), an ∃ outside every ∀ a fresh element. Most translated texts are of this kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
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
    Formula,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Sort,
    Variable,
    Verum,
    Xor,
)
from neurologic.provers import (
    DEFAULT_BUDGET,
    Countermodel,
    Outcome,
    Proved,
    Prover,
    Unknown,
)
from neurologic.provers.interruption import interruptibly
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature, Vocabulary
from neurologic.signature.declarations import NUMERIC
from neurologic.structure import Element, Row, Structure

MOST_INSTANCES = 50_000
"""The most ground subformulas that are written out; larger problems go to Z3."""
DEEPEST = 60
"""The deepest nesting that is grounded; deeper formulas go to Z3."""
UNITS_OF_A_CONFLICT = 100
"""What a conflict of the SAT solver costs, in the units of a budget."""
_MOST_CONFLICTS = 2**31 - 1  # that the SAT solver counts
_FEW_CONFLICTS = 1000  # a matter of milliseconds


class _BeyondError(Exception):
    """The problem is not function-free, or too large."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Grounding and SAT for what it fits, another prover for the rest.

    Args:
        otherwise: the prover that gets the other problems.

    >>> from neurologic.signature import elaborate
    >>> signature, formulas = elaborate([Atom("P", (Constant("a"),)), Atom("P", (Constant("b"),))])
    >>> outcomes = Ground().prove(formulas[:1], formulas, signature=signature)
    >>> [type(outcome).__name__ for outcome in outcomes]
    ['Proved', 'Countermodel']
    """

    otherwise: Prover = field(default_factory=Z3)

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
            ProverError: if the SAT solver or the other prover is missing or fails.
        """
        denials = [goal.body if isinstance(goal, Not) else Not(goal) for goal in goals]
        try:
            words = signature.vocabulary()
            domains, witnesses = _universe((*premises, *denials), signature, words)
            grounding = _Grounding(domains, words, iter(witnesses))
            labels = grounding.premises(premises, cores)
            claims = [grounding.literal(denial, True) for denial in denials]
        except _BeyondError:
            return self.otherwise.prove(
                premises, goals, signature=signature, budget=budget, models=models, cores=cores
            )
        search = _Search(grounding, labels, budget)
        with search:
            return tuple(
                search.outcome(claim, signature if models else None, cores) for claim in claims
            )


class _Search:
    """The SAT solver on the clauses of a grounding."""

    def __init__(self, grounding: _Grounding, labels: list[int], budget: int) -> None:
        self.grounding, self.labels, self.budget = grounding, labels, budget
        self.spent = 0

    def __enter__(self) -> _Search:
        try:
            from pysat.solvers import Minisat22
        except ImportError as error:
            hint = "python -m pip install python-sat"
            raise ProverError("the SAT solver is not installed", hint=hint) from error
        self.solver = Minisat22(bootstrap_with=self.grounding.clauses)
        return self

    def __exit__(self, *_: object) -> None:
        self.solver.delete()

    def solve(self, assumptions: list[int]) -> bool | None:
        """The solver's answer, None if the budget ran out.

        What takes more than a few conflicts goes on where Ctrl-C can end it.
        """
        conflicts = min(max(1, self.budget // UNITS_OF_A_CONFLICT), _MOST_CONFLICTS)
        few = min(conflicts, _FEW_CONFLICTS)

        def limited(most: int) -> bool | None:
            self.solver.conf_budget(most)
            return self.solver.solve_limited(assumptions, expect_interrupt=True)  # type: ignore[no-any-return]

        answer = limited(few)
        if answer is None and conflicts > few:
            answer = interruptibly(lambda: limited(conflicts - few), self.solver.interrupt)
        return answer

    def outcome(self, claim: int, signature: Signature | None, cores: bool) -> Outcome:
        answer = self.solve([claim, *self.labels])
        statistics = self.solver.accum_stats()
        total = UNITS_OF_A_CONFLICT * statistics["conflicts"] + statistics["propagations"]
        cost, self.spent = total - self.spent + len(self.grounding.clauses), total
        if answer is None:
            reason = f"the budget of {self.budget} resource units ran out"
            return Unknown(reason, cost, "ResourceOut")
        if answer:
            true = self.solver.get_model() or []
            if signature is None:
                return Countermodel(cost)
            return Countermodel(cost, self.grounding.structure(true, signature))
        found = set(self.solver.get_core() or ())
        used = tuple(i for i, label in enumerate(self.labels) if label in found)
        return Proved(cost, used if cores else None)


def _universe(
    sentences: Sequence[Formula], signature: Signature, words: Vocabulary
) -> tuple[dict[Sort, list[Element]], list[Element]]:
    """The elements of each sort, and among them a witness for each ∃ outside every ∀, in order.

    Raises:
        _BeyondError: if the sentences are not of the kind that is grounded.
    """
    domains: dict[Sort, list[Element]] = {}
    for declaration in signature.sorts:
        domains[declaration.sort] = list(declaration.members or ())
    taken = set(words.members)
    for symbol in signature.symbols:
        if not symbol.is_predicate:
            if symbol.arguments or symbol.result in NUMERIC:
                raise _BeyondError
            taken.add(symbol.name)
            if symbol.name not in words.members:
                if words.sorts[symbol.result].members is not None:
                    raise _BeyondError
                domains[symbol.result].append(symbol.name)
    survey = _Survey(words)
    for sentence in sentences:
        survey.visit(sentence, True, 0, 0)
    for sort, number in survey.numerals:
        domains[sort].append(number)
    names = (f"e{i}" for i in count(1))
    fresh: Iterator[Element] = (name for name in names if name not in taken)
    witnesses = [next(fresh) for _ in survey.witnesses]
    for sort, witness in zip(survey.witnesses, witnesses, strict=True):
        domains[sort].append(witness)
    for sort, elements in domains.items():
        if not elements and sort not in NUMERIC:
            elements.append(next(fresh))
    return domains, witnesses


class _Survey:
    """A first pass: whether the sentences fit, which numerals occur, which witnesses they need."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.numerals: dict[tuple[Sort, Fraction], None] = {}
        self.witnesses: list[Sort] = []
        self.steps = 0

    def visit(self, node: Any, sign: bool, universals: int, depth: int) -> None:
        self.steps += 1
        if self.steps > MOST_INSTANCES or depth > DEEPEST:
            raise _BeyondError
        kind = node.__class__
        if kind is Atom:
            for place, term in enumerate(node.args):
                if term.__class__ is Numeral:
                    symbol = self.words.predicates[node.predicate, len(node.args)]
                    self.numeral(symbol.arguments[place], term)
                elif term.__class__ not in (Variable, Constant):
                    raise _BeyondError
        elif kind is Not:
            self.visit(node.body, not sign, universals, depth + 1)
        elif kind is And or kind is Or:
            for part in node.parts:
                self.visit(part, sign, universals, depth + 1)
        elif kind is Implies:
            self.visit(node.left, not sign, universals, depth + 1)
            self.visit(node.right, sign, universals, depth + 1)
        elif kind is Iff or kind is Xor:
            for part in (node.left, node.right):
                self.visit(part, True, universals, depth + 1)
                self.visit(part, False, universals, depth + 1)
        elif kind is ForAll or kind is Exists:
            sort = node.variable.sort or ENTITY
            if sort in NUMERIC:
                raise _BeyondError
            if (kind is ForAll) is sign or self.words.sorts[sort].members is not None:
                universals += 1  # the body is written out for several elements
            elif universals:
                raise _BeyondError
            else:
                self.witnesses.append(sort)
            self.visit(node.body, sign, universals, depth + 1)
        elif kind is Distinct and sign and not depth and not node.variables:
            names = [term for term in node.terms if term.__class__ in (Constant, Numeral)]
            if len(set(names)) != len(node.terms):
                raise _BeyondError
        elif kind is not Verum and kind is not Falsum:
            raise _BeyondError

    def numeral(self, sort: Sort, numeral: Numeral) -> None:
        if sort in NUMERIC or self.words.sorts[sort].members is not None:
            raise _BeyondError
        self.numerals[sort, numeral.value] = None


class _Grounding:
    """Clauses over ground atoms and over names of subformulas, built sentence by sentence."""

    def __init__(
        self, domains: dict[Sort, list[Element]], words: Vocabulary, witnesses: Iterator[Element]
    ) -> None:
        self.domains, self.words, self.witnesses = domains, words, witnesses
        self.atoms: dict[tuple[str, Row], int] = {}
        self.clauses: list[list[int]] = [[1]]  # the proposition 1 is true
        self.variables = 1
        self.scope: dict[str, Element] = {}
        self.steps = 0

    def premises(self, sentences: Sequence[Formula], cores: bool) -> list[int]:
        """Assert the sentences, or name each by a literal that asserts it when assumed."""
        if cores:
            labels = []
            for sentence in sentences:
                label = self.fresh()
                self.clauses.append([-label, self.literal(sentence, True)])
                labels.append(label)
            return labels
        for sentence in sentences:
            self.state(sentence, True)
        return []

    def fresh(self) -> int:
        self.variables += 1
        return self.variables

    def atom(self, node: Atom) -> int:
        self.steps += 1
        if self.steps > MOST_INSTANCES:
            raise _BeyondError
        scope = self.scope
        row: list[Element] = []
        for term in node.args:
            match term:
                case Variable(name):
                    row.append(scope[name])
                case Constant(name):
                    row.append(name)
                case Numeral(value):
                    row.append(value)
        key = (node.predicate, tuple(row))
        found = self.atoms.get(key)
        if found is None:
            self.variables += 1
            found = self.atoms[key] = self.variables
        return found

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
        elif kind is not Distinct:  # names are distinct already
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
        if kind is Verum or kind is Falsum or kind is Distinct:
            return 1 if (kind is not Falsum) is sign else -1
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
        left, not_left = self.literal(node.left, True), self.literal(node.left, False)
        right, not_right = self.literal(node.right, True), self.literal(node.right, False)
        if same:
            self.clauses += ([-name, not_left, right], [-name, left, not_right])
        else:
            self.clauses += ([-name, left, right], [-name, not_left, not_right])

    def instances(self, node: Any) -> Iterator[None]:
        """Each element in turn as the value of a universal variable."""
        return self._bind(node.variable.name, self.domains[node.variable.sort or ENTITY])

    def choices(self, node: Any) -> Iterator[None]:
        """A witness as the value of an existential variable, or each member of an enumeration."""
        sort = node.variable.sort or ENTITY
        closed = self.words.sorts[sort].members is not None
        elements = self.domains[sort] if closed else [next(self.witnesses)]
        return self._bind(node.variable.name, elements)

    def _bind(self, name: str, elements: Sequence[Element]) -> Iterator[None]:
        before = self.scope.get(name)
        for element in elements:
            self.steps += 1
            self.scope[name] = element
            yield
        if before is None:
            del self.scope[name]
        else:
            self.scope[name] = before

    def structure(self, model: Sequence[int], signature: Signature) -> Structure:
        """The structure in which the atoms of the model hold and no others."""
        true = {variable for variable in model if variable > 0}
        constants = [s.name for s in signature.symbols if not s.is_predicate]
        rows: dict[tuple[str, int], list[Row]] = {
            (s.name, len(s.arguments)): [] for s in signature.symbols if s.is_predicate
        }
        for (name, row), variable in self.atoms.items():
            if variable in true:
                rows[name, len(row)].append(row)
        domains = {sort: elements for sort, elements in self.domains.items() if elements}
        return Structure.of(domains, {(name, 0): {(): name} for name in constants}, rows)
