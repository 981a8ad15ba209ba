"""The lemmas that a refutation needs, written as values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurologic.binding import substitute
from neurologic.formula import Constant
from neurologic.lemmas import (
    Counted,
    Equality,
    Instance,
    Lemma,
    Literal,
    Member,
    Split,
    Witness,
    literal,
)
from neurologic.provers.instantiation.propositions import Propositions
from neurologic.provers.instantiation.skeletons import Clause


def core(props: Propositions) -> list[int]:
    """Numbers of lemmas that suffice, witnesses included."""
    from pysat.solvers import Minisat22

    needed = list(range(len(props.lemmas)))
    for _ in range(3):
        kept = set(needed)
        selectors = {lemma: props.count + 1 + i for i, lemma in enumerate(needed)}
        with Minisat22() as solver:
            for lemma, clause in props.clauses:
                if lemma < 0:
                    solver.add_clause(clause)
                elif lemma in kept:
                    solver.add_clause((-selectors[lemma], *clause))
            if solver.solve(assumptions=list(selectors.values())):
                raise AssertionError("the lemmas do not suffice")
            core = set(solver.get_core() or ())
        fewer = [lemma for lemma in needed if selectors[lemma] in core]
        if len(fewer) == len(needed):
            break
        needed = fewer
    return _with_witnesses(props, needed)


def _with_witnesses(props: Propositions, needed: list[int]) -> list[int]:
    """The lemmas, and those that name the constants they mention."""
    kept = set(needed)
    todo = list(needed)
    seen: set[int] = set()
    while todo:
        entry = props.lemmas[todo.pop()]
        terms = [entry.term] if entry.kind not in ("equality", "counted") else []
        for number in (entry.subject, *map(abs, entry.clause)):
            atom = props.atoms[number]
            terms += atom[1] if atom else (props.rows[number][0],) if number in props.rows else ()
        while terms:
            term = terms.pop()
            if term in seen:
                continue
            seen.add(term)
            terms += props.terms.args[term]
            lemma = props.witness_terms.get(term)
            if lemma is not None and lemma not in kept:
                kept.add(lemma)
                todo.append(lemma)
    return sorted(kept)


def written(props: Propositions, needed: Sequence[int]) -> tuple[Lemma, ...]:
    """The lemmas as values; witnesses are called c1, c2, ... in order."""
    names: dict[int, Any] = {}
    index = 0
    declared = {symbol.name for symbol in props.signature.symbols} | set(props.words.members)
    for lemma in needed:
        entry = props.lemmas[lemma]
        if entry.kind == "witness":
            index += 1
            while f"c{index}" in declared:
                index += 1
            names[entry.term] = Constant(f"c{index}")
    expression = props.terms.expression

    def formula(number: int) -> Any:
        if number in props.rows:
            term, row = props.rows[number]
            counted: Any = expression(term, names)
            members = [expression(member, names) for member in row]
            own = zip(counted.variables, members, strict=True)
            return substitute(counted.body, {v.name: member for v, member in own})
        predicate, args = props.atoms[number]  # type: ignore[misc]
        return props.skeletons.formula(predicate, [expression(arg, names) for arg in args])

    def clause(numbers: Clause) -> tuple[Literal, ...]:
        return tuple(literal(formula(abs(number)), number > 0) for number in numbers)

    result: list[Lemma] = []
    for lemma in needed:
        entry = props.lemmas[lemma]
        match entry.kind:
            case "instance":
                term = expression(entry.term, names)
                result.append(Instance(formula(entry.subject), term))
            case "witness":
                result.append(Witness(formula(entry.subject), names[entry.term].name))
            case "member":
                result.append(Member(expression(entry.term, names), clause(entry.clause)))
            case "split":
                term = expression(entry.term, names)
                result.append(Split(term, *entry.bounds, clause(entry.clause)))
            case "counted":
                result.append(Counted(clause(entry.clause)))
            case _:
                result.append(Equality(clause(entry.clause)))
    return tuple(result)
