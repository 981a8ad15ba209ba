"""Checks of a refutation by lemmas, with an encoding of their own and Z3 for each lemma."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurologic.binding import free_variables
from neurologic.formula import (
    ENTITY,
    And,
    Atom,
    Compare,
    Constant,
    Falsum,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Variable,
    Verum,
    Xor,
    binders,
    children,
    walk,
)
from neurologic.lemmas import Instance, Lemma, Witness
from neurologic.parsing import parse
from neurologic.provers import Proved
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature, SymbolDeclaration, elaborate


def prepared(
    texts: Sequence[Formula | str], declared: Signature = Signature()
) -> tuple[Signature, tuple[Formula, ...]]:
    return elaborate([parse(t) if isinstance(t, str) else t for t in texts], declared)


def proposition(node: Any, scope: tuple[str, ...] = ()) -> str:
    """A name that formulas share if they differ in bound variables at most."""
    if isinstance(node, Variable):
        return f"#{len(scope) - 1 - scope[::-1].index(node.name)}"
    own = tuple(v.name for v in binders(node))
    sorts = [str(v.sort or ENTITY) for v in binders(node)]
    below = [proposition(child, (*scope, *own)) for child in children(node)]
    kind = type(node).__name__
    match node:
        case Compare(">" | ">=" as operator, _, _):
            return f"({'<' if operator == '>' else '<='} {' '.join(below[::-1])})"
        case Compare(operator, _, _):
            return f"({operator} {' '.join(below)})"
        case Constant(name) | Atom(name, _) | Function(name, _):
            return f"({kind} {name!r} {' '.join(below)})"
        case Numeral(value):
            return f"({value})"
        case _:
            return f"({kind} {sorts} {' '.join(below)})"


class Propositional:
    """Sentences over propositions, by a SAT solver and an encoding of its own."""

    def __init__(self) -> None:
        from pysat.solvers import Cadical153

        self.solver: Any = Cadical153()
        self.numbers: dict[str, int] = {}
        self.size = 0

    def new(self) -> int:
        self.size += 1
        return self.size

    def number(self, formula: Any) -> int:
        add = self.solver.add_clause
        match formula:
            case Not(body):
                return -self.number(body)
            case And(parts) | Or(parts):
                below = [self.number(part) for part in parts]
                sign = 1 if isinstance(formula, And) else -1
                new = self.new()
                for literal in below:
                    add([-sign * new, sign * literal])
                add([sign * new, *(-sign * literal for literal in below)])
                return new
            case Implies(left, right):
                return self.number(Or((Not(left), right)))
            case Iff(left, right) | Xor(left, right):
                a, b, new = self.number(left), self.number(right), self.new()
                for clause in ([-new, -a, b], [-new, a, -b], [new, a, b], [new, -a, -b]):
                    add(clause)
                return new if isinstance(formula, Iff) else -new
            case Verum() | Falsum():
                new = self.new()
                add([new if isinstance(formula, Verum) else -new])
                return new
            case _:
                name = proposition(formula)
                if name not in self.numbers:
                    self.numbers[name] = self.new()
                return self.numbers[name]


def contradictory(sentences: Sequence[Formula], lemmas: Sequence[Lemma]) -> bool:
    """Whether sentences and lemmas have no propositional model."""
    encoding = Propositional()
    for sentence in sentences:
        encoding.solver.add_clause([encoding.number(sentence)])
    for lemma in lemmas:
        literals = (
            encoding.number(formula) * (1 if sign else -1) for sign, formula in lemma.clause
        )
        encoding.solver.add_clause(list(literals))
    return not encoding.solver.solve()


def check(sentences: Sequence[Formula], lemmas: Sequence[Lemma], signature: Signature) -> None:
    """Fail unless each lemma is one and together they refute the sentences."""
    constants = {s.name for s in signature.symbols if not s.arguments}
    constants |= {m for d in signature.sorts for m in d.members or ()}
    symbols = list(signature.symbols)
    for lemma in lemmas:
        if isinstance(lemma, Witness):
            assert mentioned(lemma.quantified) <= constants
            assert lemma.constant not in constants
            constants.add(lemma.constant)
            sort = lemma.quantified.variable.sort or ENTITY
            symbols.append(SymbolDeclaration(lemma.constant, (), sort))
    known = Signature(signature.sorts, tuple(symbols))
    seen = {s.name for s in signature.symbols if not s.arguments}
    seen |= {m for d in signature.sorts for m in d.members or ()}
    for lemma in lemmas:
        for _, formula in lemma.clause:
            assert not free_variables(formula)
        if isinstance(lemma, Witness):
            seen.add(lemma.constant)
        elif isinstance(lemma, Instance):
            assert mentioned(lemma.term) | mentioned(lemma.quantified) <= constants
        else:
            claim = Or((Falsum(), *(f if sign else Not(f) for sign, f in lemma.clause)))
            (outcome,) = Z3().prove([], [claim], signature=known, budget=1_000_000)
            assert isinstance(outcome, Proved), claim
    assert contradictory(sentences, lemmas)


def mentioned(node: Any) -> set[str]:
    return {n.name for n in walk(node) if isinstance(n, Constant)}
