"""A check of Henkin lemmas that shares nothing with the finders: propositions by SAT, naive equality."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from pysat.solvers import Minisat22

from neurologic import (
    And,
    Compare,
    Constant,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Signature,
    Variable,
    Verum,
    Xor,
)
from neurologic.binding import free_variables
from neurologic.formula import binders, children, walk
from neurologic.lemmas import Equality, Instance, Lemma, Member, Witness

CONNECTIVES = (Not, And, Or, Implies, Iff, Xor, Verum, Falsum)


def key(formula: Any, scope: tuple[str, ...] = ()) -> Any:
    """What a formula says, whatever its bound variables are called."""
    if isinstance(formula, Variable):
        return ("bound", scope[::-1].index(formula.name)) if formula.name in scope else formula
    own = binders(formula)
    inner = (*scope, *(v.name for v in own))
    parts = tuple(key(child, inner) for child in children(formula))
    words = tuple(
        getattr(formula, field, None) for field in ("name", "predicate", "operator", "value")
    )
    return (type(formula).__name__, words, tuple(str(v.sort or "Entity") for v in own), parts)


def problems(sentences: Sequence[Formula], lemmas: Sequence[Lemma], signature: Signature) -> str:
    """Why the lemmas do not refute the sentences; nothing if they do."""
    names = {symbol.name for symbol in signature.symbols}
    names |= {member for sort in signature.sorts for member in sort.members or ()}
    for lemma in lemmas:
        mentioned: set[str] = set()
        match lemma:
            case Witness(quantified, constant):
                mentioned = constants(quantified)
                if constant in names:
                    return f"{constant} is not new"
            case Instance(quantified, term):
                mentioned = constants(quantified) | constants(term)
            case Equality(clause):
                if not valid(clause, signature):
                    return (
                        f"not valid: {' | '.join(('' if s else '~') + str(a) for s, a in clause)}"
                    )
            case Member(term, clause):
                mentioned = constants(term)
            case _:
                return f"unexpected lemma {lemma}"
        if mentioned - names:
            return f"{sorted(mentioned - names)} before their witnesses"
        if isinstance(lemma, Witness):
            names.add(lemma.constant)
        if any(free_variables(atom) for _, atom in lemma.clause):
            return f"open: {lemma}"
    return "" if contradictory(sentences, lemmas) else "still satisfiable as propositions"


def constants(node: Any) -> set[str]:
    return {part.name for part in walk(node) if isinstance(part, Constant)}


def contradictory(sentences: Sequence[Formula], lemmas: Sequence[Lemma]) -> bool:
    numbers: dict[Any, int] = {}
    with Minisat22() as solver:

        def number(formula: Any) -> int:
            known = key(formula)
            if known in numbers:
                return numbers[known]
            mine = numbers[known] = len(numbers) + 1
            if not isinstance(formula, CONNECTIVES):
                return mine
            parts = [number(part) for part in children(formula)]
            match formula:
                case Verum() | Falsum():
                    solver.add_clause([mine if isinstance(formula, Verum) else -mine])
                case Not():
                    solver.add_clause([mine, parts[0]])
                    solver.add_clause([-mine, -parts[0]])
                case Iff() | Xor():
                    one, two = parts[0], parts[1] if isinstance(formula, Iff) else -parts[1]
                    for a, b, c in ((1, 1, 1), (-1, -1, 1), (1, -1, -1), (-1, 1, -1)):
                        solver.add_clause([-a * one, -b * two, c * mine])
                case _:
                    if isinstance(formula, Implies):
                        parts = [-parts[0], parts[1]]
                    sign = -1 if isinstance(formula, And) else 1
                    solver.add_clause([-sign * mine, *(sign * part for part in parts)])
                    for part in parts:
                        solver.add_clause([sign * mine, -sign * part])
            return mine

        for sentence in sentences:
            solver.add_clause([number(sentence)])
        for lemma in lemmas:
            solver.add_clause([number(a) if sign else -number(a) for sign, a in lemma.clause])
        return not solver.solve()


def value(term: Any, signature: Signature) -> Any:
    """The sort and the place of a member of an enumeration; what a numeral says; else None."""
    if isinstance(term, Numeral):
        return "number", term.value
    for declaration in signature.sorts:
        if isinstance(term, Constant) and term.name in (declaration.members or ()):
            return declaration.sort.name, (declaration.members or ()).index(term.name)
    return None


def valid(clause: Sequence[tuple[bool, Formula]], signature: Signature = Signature()) -> bool:
    """Whether congruence, and the order of numerals and members, refute the clause denied."""
    terms = {key(part): part for _, atom in clause for part in (atom, *walk(atom))}
    parent = {k: k for k in terms}

    def find(k: Any) -> Any:
        while parent[k] != k:
            k = parent[k]
        return k

    def merge(a: Any, b: Any) -> None:
        parent[find(a)] = find(b)

    parent["true"] = "true"
    parent["false"] = "false"
    apart = [("true", "false")]
    for sign, atom in clause:
        match atom:
            case Equals(left, right):
                if sign:
                    apart.append((key(left), key(right)))
                else:
                    merge(key(left), key(right))
            case Distinct(parts, ()):
                pairs = list(combinations(parts, 2))
                if not sign:
                    apart += [(key(a), key(b)) for a, b in pairs]
                elif len(pairs) == 1:
                    merge(key(pairs[0][0]), key(pairs[0][1]))
                else:  # the denied `Distinct` is a disjunction: the rest must refute each case
                    rest = [literal for literal in clause if literal[1] is not atom]
                    return all(valid([*rest, (False, Equals(a, b))], signature) for a, b in pairs)
            case _:
                merge(key(atom), "false" if sign else "true")
    values = [(k, value(part, signature)) for k, part in terms.items()]
    known = [(k, v) for k, v in values if v]
    apart += [(a, b) for (a, m), (b, n) in combinations(known, 2) if m != n]
    for k, part in terms.items():
        if isinstance(part, Compare):
            left, right = value(part.left, signature), value(part.right, signature)
            if left and right and left[0] == right[0]:
                a, b = left[1], right[1]
                holds = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[part.operator]
                merge(k, "true" if holds else "false")
    changed = True
    while changed:
        changed = False
        seen: dict[Any, Any] = {}
        for k, part in terms.items():
            if not children(part) or binders(part) or isinstance(part, Not | ForAll | Exists):
                continue
            head = (
                type(part),
                *(getattr(part, f, None) for f in ("name", "predicate", "operator")),
            )
            row = (head, tuple(find(key(child)) for child in children(part)))
            other = seen.setdefault(row, k)
            if find(other) != find(k):
                merge(other, k)
                changed = True
    return any(find(a) == find(b) for a, b in apart)
