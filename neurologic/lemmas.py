"""Henkin lemmas: the few sentences that turn a refutation in first-order logic into propositional steps.

Each lemma is a clause that holds in every structure (`Instance`, `Equality`, `Member`, `Apart`,
`Split`, `Counted`) or can be made to hold by choosing what new constants denote (`Witness`, `Alike`).
Premises, a denied goal and lemmas that are contradictory as propositions are contradictory: this is Henkin's
completeness proof read as a recipe (The completeness of the first-order functional calculus, 1949).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from neurologic.binding import substitute
from neurologic.formula import (
    Constant,
    Distinct,
    Equals,
    Exists,
    ForAll,
    Formula,
    Implies,
    Not,
    Term,
    conjunction,
)

Literal: TypeAlias = tuple[bool, Formula]
"""A closed formula that is no negation, and whether it is said to hold."""


def literal(formula: Formula, sign: bool = True) -> Literal:
    """The formula as a literal: negations go into the sign.

    >>> from neurologic.formula import Atom
    >>> literal(Not(Not(Not(Atom("P")))))
    (False, Atom('P'))
    """
    while isinstance(formula, Not):
        formula, sign = formula.body, not sign
    return sign, formula


@dataclass(frozen=True, slots=True)
class Instance:
    """What holds of all holds of this one; what holds of this one holds of some."""

    quantified: ForAll | Exists
    term: Term

    @property
    def clause(self) -> tuple[Literal, ...]:
        """¬∀x F ∨ F(t), or ¬F(t) ∨ ∃x F."""
        body = body_at(self.quantified, self.term)
        if isinstance(self.quantified, ForAll):
            return (False, self.quantified), literal(body)
        return literal(body, False), (True, self.quantified)


@dataclass(frozen=True, slots=True)
class Witness:
    """A new constant for what some element has to be."""

    quantified: ForAll | Exists
    constant: str

    @property
    def clause(self) -> tuple[Literal, ...]:
        """¬∃x F ∨ F(c), or ¬F(c) ∨ ∀x F."""
        body = body_at(self.quantified, Constant(self.constant))
        if isinstance(self.quantified, ForAll):
            return literal(body, False), (True, self.quantified)
        return (False, self.quantified), literal(body)


@dataclass(frozen=True, slots=True)
class Equality:
    """A clause that congruence closure and the order of numerals and members show to be valid."""

    clause: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A term of an enumeration is one of its members: `clause` says which there are."""

    term: Term
    clause: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Apart:
    """What an indexed `Distinct` says of two assignments: equal values have equal arguments."""

    distinct: Distinct
    left: tuple[Term, ...]
    right: tuple[Term, ...]

    @property
    def sentence(self) -> Formula:
        """The values are equal only if the arguments are."""
        return _apart(self.distinct, self.left, self.right)

    @property
    def clause(self) -> tuple[Literal, ...]:
        """¬Distinct ∨ the sentence."""
        return (False, self.distinct), literal(self.sentence)


@dataclass(frozen=True, slots=True)
class Alike:
    """New constants for two assignments of one value, if an indexed `Distinct` does not hold."""

    distinct: Distinct
    left: tuple[str, ...]
    right: tuple[str, ...]

    @property
    def sentence(self) -> Formula:
        """The values are equal only if the arguments are, which is to be denied."""
        left, right = (tuple(map(Constant, names)) for names in (self.left, self.right))
        return _apart(self.distinct, left, right)

    @property
    def clause(self) -> tuple[Literal, ...]:
        """¬ the sentence ∨ Distinct."""
        return literal(self.sentence, False), (True, self.distinct)


@dataclass(frozen=True, slots=True)
class Split:
    """An integer is below `low`, one of `low` to `high`, or above `high`."""

    term: Term
    low: int
    high: int
    clause: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A clause about a count over enumerations that counting shows to be valid."""

    clause: tuple[Literal, ...]


Lemma: TypeAlias = Instance | Witness | Equality | Member | Apart | Alike | Split | Counted


def _apart(distinct: Distinct, left: tuple[Term, ...], right: tuple[Term, ...]) -> Formula:
    (value,), variables = distinct.terms, distinct.variables
    one, other = (
        substitute(value, {v.name: t for v, t in zip(variables, row, strict=True)})
        for row in (left, right)
    )
    same = conjunction(Equals(a, b) for a, b in zip(left, right, strict=True))
    return Implies(Equals(one, other), same)


def body_at(quantified: ForAll | Exists, term: Term) -> Formula:
    """The body of the quantified sentence, about this closed term.

    >>> from neurologic.formula import Atom, Variable
    >>> body_at(ForAll(Variable("x"), Atom("P", (Variable("x"),))), Constant("a"))
    Atom('P', (Constant('a'),))
    """
    return substitute(quantified.body, {quantified.variable.name: term})
