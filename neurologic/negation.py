"""Explicit negation: ¬A is an atom of its own, stated or derived like any other.

This is the open-world reading of ProofWriter's rule theories: no contraposition, no case split, no
negation as failure. Each ¬ directly before an atom, in the formula as written, becomes the
complement atom `¬P`; what remains are rules without negation, whose classical consequences are what
forward chaining derives. A contradiction elsewhere therefore spreads to nothing else.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import replace
from typing import Any, NoReturn

from neurologic.errors import SemanticsError
from neurologic.formula import (
    And,
    Atom,
    Compare,
    Count,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Iff,
    Implies,
    Not,
    Or,
    Verum,
    Xor,
    trampoline,
    walk,
)
from neurologic.signature import Signature, SymbolDeclaration

_MARK = "¬"


def explicit(formula: Formula, *, goal: bool = False) -> Formula:
    """The formula with complement atoms in place of negations.

    Args:
        formula: a premise: facts, conjunctions of facts, rules, closed under quantifiers.
        goal: whether it is a goal, in which a disjunction is allowed too.

    Raises:
        SemanticsError: for a negated compound, <->, ⊕, a disjunctive head, an implication in a
            condition, a negated equation, or a count; the span shows it.

    >>> explicit(Not(Atom("P")))
    Atom('¬P')
    """
    position = "goal" if goal else "head"
    return trampoline(_positive(formula, position, formula))


def complement(goal: Formula) -> Formula:
    """What must be derivable for the goal to be refuted, negations already made explicit.

    >>> str(complement(And((Atom("P"), Not(Atom("Q"))))))
    "'¬P' ∨ Q"
    """
    return trampoline(_complement(goal, goal))


def with_complements(signature: Signature, formulas: Iterable[Formula]) -> Signature:
    """The signature with the complements that occur, of the same sorts as their predicates."""
    words = signature.vocabulary()
    new: dict[tuple[str, int], SymbolDeclaration] = {}
    for formula in formulas:
        for node in walk(formula):
            if isinstance(node, Atom):
                key = (node.predicate, len(node.args))
                if key not in words.predicates:
                    base = words.predicates[node.predicate.removeprefix(_MARK), key[1]]
                    new[key] = replace(base, name=node.predicate)
    return replace(signature, symbols=(*signature.symbols, *new.values()))


def _positive(formula: Any, position: str, whole: Formula) -> Generator[Any, Any, Formula]:
    """The formula without negation; `position` is head, condition or goal."""
    match formula:
        case Verum() | Atom():
            return formula
        case Compare() | Equals() if not _counts(formula):
            return formula
        case Falsum() if position != "head":
            return formula
        case Not(Atom() | Compare() as atom):
            return _opposite(atom, whole)
        case And(parts):
            return And(tuple((yield from _each(parts, position, whole))))
        case Or(parts) if position != "head":
            return Or(tuple((yield from _each(parts, position, whole))))
        case ForAll(variable, body) | Exists(variable, body):
            return formula.__class__(variable, (yield _positive(body, position, whole)))
        case Implies(condition, head) if position != "condition":
            left = yield _positive(condition, "condition", whole)
            return Implies(left, (yield _positive(head, position, whole)))
        case _:
            return _refuse(formula, position, whole)


def _each(parts: Iterable[Any], position: str, whole: Formula) -> Generator[Any, Any, list[Any]]:
    result = []
    for part in parts:
        result.append((yield _positive(part, position, whole)))
    return result


def _complement(formula: Any, whole: Formula) -> Generator[Any, Any, Formula]:
    match formula:
        case Verum():
            return Falsum()
        case Falsum():
            return Verum()
        case Atom() | Compare() if not _counts(formula):
            return _opposite(formula, whole)
        case Not(Atom() | Compare() as atom):
            return atom
        case And(parts) | Or(parts):
            new = []
            for part in parts:
                new.append((yield _complement(part, whole)))
            return Or(tuple(new)) if isinstance(formula, And) else And(tuple(new))
        case ForAll(variable, body):
            return Exists(variable, (yield _complement(body, whole)))
        case Exists(variable, body):
            return ForAll(variable, (yield _complement(body, whole)))
        case Implies(condition, head):
            holds = yield _positive(condition, "goal", whole)
            return And((holds, (yield _complement(head, whole))))
        case _:
            return _refuse(formula, "goal", whole)


def _opposite(atom: Atom | Compare, whole: Formula) -> Formula:
    if isinstance(atom, Atom):
        return Atom(_MARK + atom.predicate, atom.args)
    if _counts(atom):
        _refuse(atom, "goal", whole)
    opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[atom.operator]
    return Compare(opposite, atom.left, atom.right)  # type: ignore[arg-type]


def _counts(formula: Formula) -> bool:
    return any(isinstance(node, Count) for node in walk(formula))


def _refuse(part: Any, position: str, whole: Formula) -> NoReturn:
    match part:
        case Not(Equals()) | Equals():
            what, hint = "an equation", "only atoms have complements"
        case Not():
            what, hint = "the negation of a compound", "write ¬ before atoms only"
        case Iff():
            what, hint = "an equivalence", "write the two rules"
        case Xor():
            what, hint = "an exclusive or", "write the rules it stands for"
        case Or():
            what, hint = "a disjunctive head", "rules derive one head at a time"
        case Implies():
            what, hint = "an implication in a condition", "give it a name by rules of its own"
        case Falsum():
            what, hint = "the head ⊥", "state the complement that is meant"
        case Distinct():
            what, hint = "Distinct", "state the equations that are meant"
        case _:
            what, hint = "a counting term", "use classical negation"
    text, inner = str(whole), str(part)
    start = max(text.find(inner), 0)
    span = (start, start + len(inner)) if inner in text else (0, len(text))
    raise SemanticsError(
        f"explicit negation is not defined for {what}", text=text, span=span, hint=hint
    )
