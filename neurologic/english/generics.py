"""Generics: `birds fly` is read as all birds fly, unless the text itself names birds that do not.

A bare plural tolerates exceptions, a universal sentence has none (Carlson, Reference to Kinds in
English, 1977). Where other sentences make an exception, the universal reading would leave a kind
empty that the text speaks of; then it is better to ask than to conclude anything from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neurologic.english.discourse import canonical
from neurologic.english.syntax import Bare, Nominal, Predication
from neurologic.english.words import VACUOUS
from neurologic.formula import And, Atom, Exists, ForAll, Formula, Implies, Not

Literal = tuple[object, bool]


@dataclass(frozen=True, slots=True)
class Universal:
    """What a premise says of a kind: the predicates of the kind, and each thing said of it.

    Args:
        place: which premise it is.
        kind: the predicates that its subjects have.
        literals: what it says of them, with whether it affirms it.
        generic: it is a bare plural.
    """

    place: int
    kind: frozenset[str]
    literals: tuple[Literal, ...]
    generic: bool


def exceptions(premises: Sequence[tuple[Any, Formula] | None]) -> dict[int, int]:
    """The generic premises that another premise contradicts for a narrower kind, and by which.

    Each premise is given as its tree and its formula, or None where it could not be read.
    """
    rules = [rule for rule in map(_universal, range(len(premises)), premises) if rule is not None]
    found: dict[int, int] = {}
    said = {literal for rule in rules for literal in rule.literals}
    if not any((key, not affirmed) in said for key, affirmed in said):
        return found
    for narrow in {rule.kind: rule for rule in rules}.values():
        for rule, opponent in _contradictions(narrow.kind, rules):
            if rule.generic and rule.kind != narrow.kind:
                found.setdefault(rule.place, opponent.place)
    return found


def _universal(place: int, premise: tuple[Any, Formula] | None) -> Universal | None:
    match premise:
        case (tree, ForAll(_, Implies(left, right))):
            parts = left.parts if isinstance(left, And) else (left,)
            kind = frozenset(p.predicate for p in parts if isinstance(p, Atom) and len(p.args) == 1)
            if len(kind) < len(parts):
                return None
            said = right.parts if isinstance(right, And) else (right,)
            return Universal(place, kind, tuple(map(_literal, said)), _is_generic(tree))
        case _:
            return None


def _is_generic(tree: Any) -> bool:
    """The subject is a bare plural with a noun that says something: not `red things`."""
    match tree:
        case Predication(Bare(Nominal(head))):
            return bool(head.lemma) and head.lemma not in VACUOUS
        case _:
            return False


def _literal(formula: Formula) -> Literal:
    """The formula without its negation, and whether it had none."""
    match formula:
        case Not(body):
            key, affirmed = _literal(body)
            return key, not affirmed
        case ForAll(variable, Implies(left, Not(right))):
            return canonical(Exists(variable, And((left, right)))), False
        case Atom(predicate, (_,)):
            return predicate, True
        case _:
            return canonical(formula), True


def _contradictions(
    kind: frozenset[str], rules: Sequence[Universal]
) -> list[tuple[Universal, Universal]]:
    """The pairs of rules of which one says of the kind what the other denies of it."""
    waiting: dict[str, list[Universal]] = {}
    for rule in rules:
        for predicate in sorted(rule.kind):
            waiting.setdefault(predicate, []).append(rule)
    known: set[str] = set()
    sources: dict[Literal, Universal] = {}
    agenda = sorted(kind)
    while agenda:
        predicate = agenda.pop()
        if predicate in known:
            continue
        known.add(predicate)
        for rule in waiting.get(predicate, ()):
            if rule.kind <= known:
                for key, affirmed in rule.literals:
                    sources.setdefault((key, affirmed), rule)
                    if affirmed and isinstance(key, str):
                        agenda.append(key)
    return [
        (rule, sources[key, not affirmed])
        for (key, affirmed), rule in sources.items()
        if (key, not affirmed) in sources
    ]
