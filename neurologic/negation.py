"""Explicit negation: ¬A is an atom of its own, stated or derived like any other.

This is the open-world reading of ProofWriter's rule theories: no contraposition, no case split, no
negation as failure. Each ¬ directly before an atom, in the formula as written, becomes the
complement atom `¬P`; what remains are rules without negation, whose classical consequences are what
forward chaining derives. An atom derived both ways therefore spreads to nothing else. Comparisons and
equations keep their meaning: they are tested in conditions and stated as facts, never derived.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
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

MARK = "¬"
"""What the name of a complement begins with, where no predicate's own name begins so."""


def free_mark(signature: Signature) -> str:
    """As many `¬` as no predicate's name begins with.

    >>> free_mark(Signature(symbols=(SymbolDeclaration("¬P"),)))
    '¬¬'
    """
    mark = MARK
    while any(symbol.is_predicate and symbol.name.startswith(mark) for symbol in signature.symbols):
        mark += MARK
    return mark


def explicit(formula: Formula, *, goal: bool = False, mark: str = MARK) -> Formula:
    """The formula with complement atoms in place of negations.

    Args:
        formula: a premise: facts, conjunctions of facts, rules, closed under quantifiers.
        goal: whether it is a goal: literals under ∧, ∨ and quantifiers, and B given A as A → B.
        mark: what the names of complements begin with.

    Raises:
        SemanticsError: for a negated compound, <->, ⊕, a disjunctive head, a comparison or an
            equation as a head, an implication in a condition or under ∨ or ∃ in a goal, a negated
            equation, or a count; the span shows it.

    >>> explicit(Not(Atom("P")))
    Atom('¬P')
    """
    return _Reading(formula, mark).positive("goal" if goal else "fact")


def complement(goal: Formula, *, mark: str = MARK) -> Formula:
    """What must be derivable for the goal to be refuted, negations already made explicit.

    >>> str(complement(And((Atom("P"), Not(Atom("Q"))))))
    "'¬P' ∨ Q"
    """
    return _Reading(goal, mark).complement()


def with_complements(
    signature: Signature, formulas: Iterable[Formula], *, mark: str = MARK
) -> Signature:
    """The signature with the complements that occur, of the same sorts as their predicates."""
    words = signature.vocabulary()
    new: dict[tuple[str, int], SymbolDeclaration] = {}
    for formula in formulas:
        for node in walk(formula):
            if isinstance(node, Atom):
                key = (node.predicate, len(node.args))
                if key not in words.predicates:
                    base = words.predicates[node.predicate.removeprefix(mark), key[1]]
                    new[key] = replace(base, name=node.predicate)
    return replace(signature, symbols=(*signature.symbols, *new.values()))


_BELOW = {"goal": {Or: "query", Exists: "query"}}
"""What a position becomes below a connective, if something else."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One formula on its way to rules without negation."""

    whole: Formula
    mark: str

    def positive(self, position: str) -> Formula:
        return trampoline(self._positive(self.whole, position))

    def complement(self) -> Formula:
        return trampoline(self._complement(self.whole))

    def _positive(self, formula: Any, position: str) -> Generator[Any, Any, Formula]:
        """The formula without negation.

        `position` is fact, head (of a rule), condition, goal, or query (a goal under ∨ or ∃).
        """
        below = _BELOW.get(position, {}).get(formula.__class__, position)
        match formula:
            case Verum() | Atom():
                return formula
            case Compare() | Equals() if position != "head" and not _counts(formula):
                return formula
            case Falsum() if position not in ("fact", "head"):
                return formula
            case Not(Atom() as atom):
                return self._opposite(atom)
            case Not(Compare() as atom) if position != "head":
                return self._opposite(atom)
            case And(parts):
                return And(tuple((yield from self._each(parts, below))))
            case Or(parts) if position not in ("fact", "head"):
                return Or(tuple((yield from self._each(parts, below))))
            case ForAll(variable, body) | Exists(variable, body):
                return formula.__class__(variable, (yield self._positive(body, below)))
            case Implies(condition, head) if position not in ("condition", "query"):
                left = yield self._positive(condition, "condition")
                then = "goal" if position == "goal" else "head"
                return Implies(left, (yield self._positive(head, then)))
            case _:
                return _refuse(formula, position, self.whole)

    def _each(self, parts: Iterable[Any], position: str) -> Generator[Any, Any, list[Any]]:
        result = []
        for part in parts:
            result.append((yield self._positive(part, position)))
        return result

    def _complement(self, formula: Any) -> Generator[Any, Any, Formula]:
        match formula:
            case Verum():
                return Falsum()
            case Falsum():
                return Verum()
            case Atom() | Compare() if not _counts(formula):
                return self._opposite(formula)
            case Not(Atom() | Compare() as atom):
                return atom
            case And(parts) | Or(parts):
                new = []
                for part in parts:
                    new.append((yield self._complement(part)))
                return Or(tuple(new)) if isinstance(formula, And) else And(tuple(new))
            case ForAll(variable, body):
                return Exists(variable, (yield self._complement(body)))
            case Exists(variable, body):
                return ForAll(variable, (yield self._complement(body)))
            case Implies(condition, head):
                holds = yield self._positive(condition, "condition")
                return And((holds, (yield self._complement(head))))
            case _:
                return _refuse(formula, "goal", self.whole)

    def _opposite(self, atom: Atom | Compare) -> Formula:
        if isinstance(atom, Atom):
            return Atom(self.mark + atom.predicate, atom.args)
        if _counts(atom):
            _refuse(atom, "goal", self.whole)
        opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[atom.operator]
        return Compare(opposite, atom.left, atom.right)  # type: ignore[arg-type]


def _counts(formula: Formula) -> bool:
    return any(isinstance(node, Count) for node in walk(formula))


def _refuse(part: Any, position: str, whole: Formula) -> NoReturn:
    match part:
        case Compare() | Equals() if _counts(part):
            what, hint = "a counting term", "use classical negation"
        case Compare() | Not(Compare()) if position == "head":
            what, hint = "a comparison as a head", "rules derive atoms and their complements"
        case Equals() if position == "head":
            what, hint = "an equation as a head", "rules derive atoms and their complements"
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
        case Implies() if position == "query":
            what, hint = "an implication under ∨ or ∃ in a goal", "ask for each part by itself"
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
