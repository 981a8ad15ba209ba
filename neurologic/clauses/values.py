"""Clauses, and what connects them with the sentences they were read off from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from neurologic.formula import (
    Exists,
    ForAll,
    Formula,
    Not,
    Term,
    Variable,
    binders,
    disjunction,
    walk,
)
from neurologic.signature import Signature, SymbolDeclaration

Literal: TypeAlias = tuple[bool, Formula]
"""An atom, and whether it is said to hold."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Choice:
    """What a bound variable of a source sentence stands for in a clause.

    Args:
        variable: the variable, with a name of its own in the sentence.
        term: a variable of the clause where every value is meant, else a Skolem term.
        quantified: the subformula that binds it; None for a free variable of a named part.
        outer: the choice for the quantifier next outside, None at the outermost.
    """

    variable: Variable
    term: Term
    quantified: ForAll | Exists | None
    outer: Choice | None

    def chain(self) -> tuple[Choice, ...]:
        """The choices on the way from the outermost quantifier to this one."""
        found: list[Choice] = []
        choice: Choice | None = self
        while choice is not None:
            found.append(choice)
            choice = choice.outer
        return tuple(reversed(found))

    def __repr__(self) -> str:
        return f"Choice({self.variable.name} := {self.term})"


@dataclass(frozen=True, slots=True)
class Clause:
    """A disjunction of literals about all values of its variables.

    Args:
        literals: signed atoms, none twice and none with its opposite.
        source: the number of the sentence that it was read off from.
        choices: what the bound variables of the sentence stand for, outer ones first.
    """

    literals: tuple[Literal, ...]
    source: int
    choices: tuple[Choice, ...] = ()

    def formula(self) -> Formula:
        """The clause as a sentence."""
        body = disjunction(atom if sign else Not(atom) for sign, atom in self.literals)
        for variable in reversed(self.variables()):
            body = ForAll(variable, body)
        return body

    def variables(self) -> tuple[Variable, ...]:
        """The variables of the literals, in order."""
        found: dict[str, Variable] = {}
        for _, atom in self.literals:
            bound = {v.name for node in walk(atom) for v in binders(node)}
            for node in walk(atom):
                if isinstance(node, Variable) and node.name not in bound:
                    found.setdefault(node.name, node)
        return tuple(found.values())

    def __str__(self) -> str:
        return " ∨ ".join(str(a if sign else Not(a)) for sign, a in self.literals) or "⊥"


@dataclass(frozen=True, slots=True)
class Skolem:
    """A Skolem function: the term for `parameters` is a witness of the choice's sentence there."""

    declaration: SymbolDeclaration
    parameters: tuple[Variable, ...]
    choice: Choice


@dataclass(frozen=True, slots=True)
class Definition:
    """A new predicate that stands for a subformula and its free variables."""

    declaration: SymbolDeclaration
    parameters: tuple[Variable, ...]
    formula: Formula


@dataclass(frozen=True, slots=True)
class ClausalForm:
    """Clauses, satisfiable exactly if the sentences are, and the symbols that they add."""

    clauses: tuple[Clause, ...]
    skolems: tuple[Skolem, ...]
    definitions: tuple[Definition, ...]

    def signature(self, signature: Signature) -> Signature:
        """The signature of the sentences with the new symbols."""
        new = [skolem.declaration for skolem in self.skolems]
        new += [definition.declaration for definition in self.definitions]
        return Signature(signature.sorts, (*signature.symbols, *new))
