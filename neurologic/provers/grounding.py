"""Function-free problems by their ground instances and a SAT solver; everything else goes to Z3.

Without functions, equality and numbers, and with no ∃ in the scope of a ∀ once negations are pushed
inward, sentences have a model exactly when their instances over the named elements have one
(Herbrand; Bernays and Schönfinkel). An ∃ outside every ∀ gets a fresh element. Most translated texts
are of this kind. How many instances there will be is reckoned before any is written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from math import prod
from typing import Any

from neurologic.formula import (
    ENTITY,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Function,
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
from neurologic.provers.propositional import DEEPEST, BeyondError, Grounding, Solver
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature, Vocabulary
from neurologic.signature.declarations import NUMERIC
from neurologic.structure import Element, Row, Structure

MOST_INSTANCES = 200_000
"""The most ground atoms that are written out; larger problems go to Z3."""
_DEEP, _WEIGHT = 3, 32
"""Atoms under three variables or more count so much: there Z3, which instantiates on demand, wins."""
MOST_ALONE = 500_000
"""The same where no other prover is to decide them."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Grounding and SAT for what it fits, another prover for the rest.

    Args:
        otherwise: the prover that gets the other problems; None leaves them `Unknown`, with the
            reason why they are not grounded.
        most: the most ground atoms to write out.

    >>> from neurologic.signature import elaborate
    >>> signature, formulas = elaborate([Atom("P", (Constant("a"),)), Atom("P", (Constant("b"),))])
    >>> outcomes = Ground().prove(formulas[:1], formulas, signature=signature)
    >>> [type(outcome).__name__ for outcome in outcomes]
    ['Proved', 'Countermodel']
    """

    otherwise: Prover | None = field(default_factory=Z3)
    most: int = MOST_INSTANCES

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
            weight = 1 if self.otherwise is None else _WEIGHT
            sentences = (*premises, *denials)
            domains, witnesses = _universe(sentences, signature, words, self.most, weight)
            grounding = _Instances(domains, words, iter(witnesses), self.most)
            labels = grounding.premises(premises, cores)
            claims = [grounding.literal(denial, True) for denial in denials]
        except BeyondError as why:
            if self.otherwise is None:
                return (Unknown(f"it cannot be grounded: {why}"),) * len(goals)
            return self.otherwise.prove(
                premises, goals, signature=signature, budget=budget, models=models, cores=cores
            )
        with Solver(grounding.clauses) as solver:
            search = _Search(solver, grounding, labels, budget)
            return tuple(
                search.outcome(claim, signature if models else None, cores) for claim in claims
            )


class _Search:
    """The SAT solver on the clauses of a grounding."""

    def __init__(
        self, solver: Solver, grounding: _Instances, labels: list[int], budget: int
    ) -> None:
        self.solver, self.grounding, self.labels, self.budget = solver, grounding, labels, budget
        self.spent = 0

    def outcome(self, claim: int, signature: Signature | None, cores: bool) -> Outcome:
        answer = self.solver.solve([claim, *self.labels], self.budget)
        total = self.solver.spent
        cost, self.spent = total - self.spent + len(self.grounding.clauses), total
        if answer is None:
            reason = f"the budget of {self.budget} resource units ran out"
            return Unknown(reason, cost, "ResourceOut")
        if answer:
            if signature is None:
                return Countermodel(cost)
            return Countermodel(cost, self.grounding.structure(self.solver.model(), signature))
        if not cores:
            return Proved(cost)
        found = self.solver.core()
        return Proved(cost, tuple(i for i, label in enumerate(self.labels) if label in found))


def _universe(
    sentences: Sequence[Formula], signature: Signature, words: Vocabulary, most: int, weight: int
) -> tuple[dict[Sort, list[Element]], list[Element]]:
    """The elements of each sort, and among them a witness for each ∃ outside every ∀, in order.

    Raises:
        BeyondError: if the sentences are not of the kind that is grounded, or too many.
    """
    domains: dict[Sort, list[Element]] = {}
    for declaration in signature.sorts:
        domains[declaration.sort] = list(declaration.members or ())
    taken = set(words.members)
    for symbol in signature.symbols:
        if not symbol.is_predicate:
            if symbol.arguments:
                raise BeyondError(f"{symbol.name} is a function")
            if symbol.result in NUMERIC:
                raise BeyondError(f"{symbol.name} is a number")
            taken.add(symbol.name)
            if symbol.name not in words.members:
                if words.sorts[symbol.result].members is not None:
                    raise BeyondError(f"{symbol.name} is one of an enumeration, but which is open")
                domains[symbol.result].append(symbol.name)
    survey = _Survey(words, most)
    for sentence in sentences:
        survey.visit(sentence, True, (), 0)
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
    sizes = {sort: len(elements) for sort, elements in domains.items()}
    estimate = 0
    for over, leaves in survey.leaves.items():
        instances = leaves * prod(map(sizes.__getitem__, over))
        estimate += instances if len(over) < _DEEP else weight * instances
    if estimate > most:
        raise BeyondError(f"about {estimate} ground instances, where {most} is the most")
    return domains, witnesses


class _Survey:
    """A first pass: whether the sentences fit, and which numerals and witnesses they need.

    `leaves` counts the atoms under each sequence of sorts that they are written out for.
    """

    def __init__(self, words: Vocabulary, most: int) -> None:
        self.words, self.most = words, most
        self.numerals: dict[tuple[Sort, Fraction], None] = {}
        self.witnesses: list[Sort] = []
        self.leaves: dict[tuple[Sort, ...], int] = {}
        self.steps = 0

    def visit(self, node: Any, sign: bool, over: tuple[Sort, ...], depth: int) -> None:
        self.steps += 1
        if self.steps > self.most:
            raise BeyondError(f"more than {self.most} subformulas")
        if depth > DEEPEST:
            raise BeyondError(f"nested more than {DEEPEST} deep")
        kind = node.__class__
        if kind is Atom:
            self.leaves[over] = self.leaves.get(over, 0) + 1
            for place, term in enumerate(node.args):
                if term.__class__ is Numeral:
                    symbol = self.words.predicates[node.predicate, len(node.args)]
                    self.numeral(symbol.arguments[place], term)
                elif term.__class__ not in (Variable, Constant):
                    raise BeyondError(f"there is {_KINDS[term.__class__]}")
        elif kind is Not:
            self.visit(node.body, not sign, over, depth + 1)
        elif kind is And or kind is Or:
            for part in node.parts:
                self.visit(part, sign, over, depth + 1)
        elif kind is Implies:
            self.visit(node.left, not sign, over, depth + 1)
            self.visit(node.right, sign, over, depth + 1)
        elif kind is Iff or kind is Xor:
            for part in (node.left, node.right):
                self.visit(part, True, over, depth + 1)
                self.visit(part, False, over, depth + 1)
        elif kind is ForAll or kind is Exists:
            self.quantified(node, sign, over, depth)
        elif kind is Distinct and sign and not depth and not node.variables:
            names = [term for term in node.terms if term.__class__ in (Constant, Numeral)]
            if len(set(names)) != len(node.terms):
                raise BeyondError("two terms of a Distinct are the same, or one is no name")
        elif kind is not Verum and kind is not Falsum:
            raise BeyondError(f"there is {_KINDS[kind]}")

    def quantified(self, node: Any, sign: bool, over: tuple[Sort, ...], depth: int) -> None:
        sort = node.variable.sort or ENTITY
        if sort in NUMERIC:
            raise BeyondError(f"{node.variable.name} ranges over numbers")
        if (node.__class__ is ForAll) is sign or self.words.sorts[sort].members is not None:
            over = (*over, sort)  # the body is written out for several elements
        elif over:
            raise BeyondError("there is an ∃ in the scope of a ∀")
        else:
            self.witnesses.append(sort)
        self.visit(node.body, sign, over, depth + 1)

    def numeral(self, sort: Sort, numeral: Numeral) -> None:
        if sort in NUMERIC:
            raise BeyondError(f"{numeral} is a number")
        if self.words.sorts[sort].members is not None:
            raise BeyondError(f"{numeral} is a member of an enumeration")
        self.numerals[sort, numeral.value] = None


_KINDS = {
    Equals: "an equation",
    Compare: "a comparison",
    Distinct: "a Distinct of other things than names",
    Function: "a function",
    Arithmetic: "a sum or a product",
    Count: "a count",
}


class _Instances(Grounding):
    """A grounding in which an ∃ over an open sort has a witness of its own."""

    def __init__(
        self,
        domains: dict[Sort, list[Element]],
        words: Vocabulary,
        witnesses: Iterator[Element],
        most: int,
    ) -> None:
        super().__init__(domains, 3 * most)  # the estimate is of atoms, steps are variables as well
        self.words, self.witnesses = words, witnesses

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

    def choices(self, node: Any) -> Iterator[None]:
        """A witness as the value of an existential variable, or each member of an enumeration."""
        sort = node.variable.sort or ENTITY
        closed = self.words.sorts[sort].members is not None
        elements = self.domains[sort] if closed else [next(self.witnesses)]
        return self.bind(node.variable.name, elements)

    def structure(self, true: set[int], signature: Signature) -> Structure:
        """The structure in which the true atoms hold and no others."""
        constants = [s.name for s in signature.symbols if not s.is_predicate]
        rows: dict[tuple[str, int], list[Row]] = {
            (s.name, len(s.arguments)): [] for s in signature.symbols if s.is_predicate
        }
        for (name, row), variable in self.atoms.items():
            if variable in true:
                rows[name, len(row)].append(row)
        domains = {sort: elements for sort, elements in self.domains.items() if elements}
        return Structure.of(domains, {(name, 0): {(): name} for name in constants}, rows)
