"""What equality, values, order and counting have to say against a model, as lemmas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor
from typing import Any, TypeAlias

from neurologic.formula import INTEGER, RATIONAL
from neurologic.provers.instantiation.congruence import Congruence
from neurologic.provers.instantiation.facts import Facts
from neurologic.provers.instantiation.propositions import Propositions
from neurologic.provers.instantiation.skeletons import Clause

MOST_CONFLICTS = 8
"""How many equality lemmas are added at most before the SAT solver is asked again."""
WIDEST = 100
"""The most integers that an integer is split into."""


def facts_of(props: Propositions, relevant: Sequence[int]) -> Facts | None:
    """The literals as facts, unless equality refutes them: then that is added as lemmas."""
    literals = []
    equations: list[tuple[int, int, int]] = []
    for literal in relevant:
        atom = props.atoms[abs(literal)]
        if atom is not None:
            literals.append((literal > 0, *atom))
            if literal > 0 and atom[0] == props.skeletons.equals:
                equations.append((literal, atom[1][0], atom[1][1]))
    terms, values = props.terms, props.values
    if terms.numerals:
        values = {**values, **{t: terms.value(t) for t in sorted(terms.numerals)}}
    congruence = None
    if props.equality:
        congruence = Congruence(terms, equations, values)
        if _conflicts(props, congruence, relevant):
            return None
    return Facts(props.skeletons, literals, congruence, values)


def _conflicts(props: Propositions, congruence: Congruence, relevant: Sequence[int]) -> bool:
    if congruence.conflicts:
        found = [tuple(-literal for literal in congruence.conflicts[0])]
    else:
        found = sorted(_refuted(props, congruence, relevant), key=len)
    return sum(props.state(clause) for clause in found[:MOST_CONFLICTS]) > 0


def _refuted(
    props: Propositions, congruence: Congruence, relevant: Sequence[int]
) -> Iterator[Clause]:
    """Clauses that are valid and false in the model."""
    rep = congruence.representative
    seen: dict[tuple[int, tuple[int, ...]], int] = {}
    for literal in relevant:
        atom = props.atoms[abs(literal)]
        if atom is None or atom[0] in props.skeletons.skeleton_of:
            continue
        predicate, args = atom
        kind = props.terms.symbols[predicate][0]
        if kind == "=":
            if literal < 0 and rep[args[0]] == rep[args[1]]:
                yield _because(congruence, [(args[0], args[1])], (-literal,))
            continue
        if kind == "distinct":
            clause = _distinct(props, congruence, literal, args)
        else:
            clause = _order(congruence, literal, kind, args) if kind in ("<", "<=") else None
        if clause is None:
            other = seen.setdefault((predicate, tuple([rep[arg] for arg in args])), literal)
            if (other > 0) is not (literal > 0):
                before = props.atoms[abs(other)]
                pairs = list(zip(args, before[1], strict=True)) if before else []
                clause = _because(congruence, pairs, (-literal, -other))
        if clause is not None:
            yield clause
    yield from _bounded(props, congruence, relevant)


def _bounded(
    props: Propositions, congruence: Congruence, relevant: Sequence[int]
) -> Iterator[Clause]:
    """Clauses against terms that are above one value and below another, with none between."""
    rep, values = congruence.representative, congruence.values
    sides: dict[int, list[list[_Bound]]] = {}
    for literal in relevant:
        if (sides_of := _comparison(props, literal)) is None:
            continue
        left, right, strict = sides_of
        low, high = congruence.value.get(rep[left]), congruence.value.get(rep[right])
        for value, term, place in ((low, right, 0), (high, left, 1)):
            sort = props.terms.sort(term)
            known = congruence.value.get(rep[term]) is not None
            if value is not None and sort in (INTEGER, RATIONAL) and not known:
                bound = _number(values[value], strict, sort == INTEGER, place)
                other = left if place == 0 else right
                entry = (bound, literal, term, other, value)
                sides.setdefault(rep[term], [[], []])[place].append(entry)
    for lows, highs in sides.values():
        if lows and highs:
            least, most = max(lows), min(highs)
            if least[0] > most[0]:
                pairs = [(least[2], most[2]), least[3:], most[3:]]
                yield _because(congruence, pairs, (-least[1], -most[1]))


_Bound: TypeAlias = tuple[tuple[Any, int], int, int, int, int]
"""The least or the greatest number, its literal, the term, what it is compared with, that's value."""


def _number(value: Any, strict: bool, whole: bool, place: int) -> tuple[Any, int]:
    """The bound as one that counts itself; the second part is a little more, or a little less."""
    if not whole:
        return value, strict * (-1 if place else 1)
    if place:
        return (ceil(value) - 1 if strict else floor(value)), 0
    return (floor(value) + 1 if strict else ceil(value)), 0


def _comparison(props: Propositions, literal: int) -> tuple[int, int, bool] | None:
    """What the literal says is less, what is greater, and whether strictly."""
    atom = props.atoms[abs(literal)]
    if atom is None or atom[0] not in (props.skeletons.less, props.skeletons.at_most):
        return None
    left, right = atom[1] if literal > 0 else atom[1][::-1]
    return left, right, (atom[0] == props.skeletons.less) is (literal > 0)


def _because(congruence: Congruence, pairs: list[tuple[int, int]], clause: Clause) -> Clause:
    return (*(-literal for literal in congruence.explain(pairs)), *clause)


def _distinct(
    props: Propositions, congruence: Congruence, literal: int, args: tuple[int, ...]
) -> Clause | None:
    if literal < 0:
        pairs = [(a, b) for i, a in enumerate(args) for b in args[i + 1 :]]
        clause = (-literal, *(props.proposition(props.skeletons.equals, pair) for pair in pairs))
        if tuple(sorted(clause)) in props.stated:
            return None
        props.guarded[0].append(clause)
        return clause
    seen: dict[int, int] = {}
    for arg in args:
        if congruence.representative[arg] in seen:
            other = seen[congruence.representative[arg]]
            return _because(congruence, [(other, arg)], (-literal,))
        seen[congruence.representative[arg]] = arg
    return None


def _order(congruence: Congruence, literal: int, kind: str, args: tuple[int, ...]) -> Clause | None:
    """The clause against a comparison of equals, or of values."""
    rep = congruence.representative
    if rep[args[0]] == rep[args[1]]:
        if (kind == "<=") is (literal > 0):
            return None
        return _because(congruence, [(args[0], args[1])], (-literal,))
    terms = [congruence.value.get(rep[arg]) for arg in args]
    if terms[0] is None or terms[1] is None:
        return None
    left, right = congruence.values[terms[0]], congruence.values[terms[1]]
    if (left < right if kind == "<" else left <= right) is (literal > 0):
        return None
    pairs = [(arg, term) for arg, term in zip(args, terms, strict=True) if term is not None]
    return _because(congruence, pairs, (-literal,))


def split_integers(props: Propositions, relevant: Sequence[int]) -> bool:
    """Say of integers between two bounds of the model which they may be."""
    bounds: dict[int, list[Any]] = {}
    for literal in relevant:
        if (sides := _comparison(props, literal)) is None:
            continue
        left, right, strict = sides
        low, high = props.number_of(left), props.number_of(right)
        if (low is None) is (high is None):
            continue
        term, place = (right, 0) if high is None else (left, 1)
        if props.terms.sort(term) == INTEGER:
            bound = bounds.setdefault(term, [None, None])
            value, _ = _number(high if low is None else low, strict, True, place)
            before = bound[place] is None
            bound[place] = value if before else (max, min)[place](bound[place], value)
    added = False
    for term, (low, high) in bounds.items():
        if low is not None and high is not None and low <= high <= low + WIDEST:
            added |= props.split(term, low, high)
    return added


def mentioned(props: Propositions, relevant: Sequence[int]) -> dict[int, None]:
    """The terms in the atoms of these literals, parts of terms included."""
    found: dict[int, None] = {}
    for literal in relevant:
        atom = props.atoms[abs(literal)]
        todo = list(atom[1]) if atom else []
        while todo:
            term = todo.pop()
            if term not in found:
                found[term] = None
                todo += props.terms.args[term]
    return found


def count(props: Propositions, relevant: Sequence[int], model: Sequence[int]) -> bool:
    """Add what counting says against the comparisons of counts in the model."""
    counts = [term for term in mentioned(props, relevant) if props.is_count(term)]
    if new := [term for term in counts if term not in props.counts]:
        return sum(len(props.cases(term)) for term in new) > 0
    added, free = False, set(counts)
    skeletons = props.skeletons
    for literal in relevant:
        atom = props.atoms[abs(literal)]
        if atom and atom[0] in (skeletons.equals, skeletons.less, skeletons.at_most):
            for place, term in enumerate(atom[1]):
                cases = props.counts.get(term)
                if cases and props.number_of(atom[1][1 - place]) is not None:
                    free.discard(term)
                    added |= _compared(props, literal, place, cases, model)
    for term in counts:
        if term in free and props.counts[term]:
            added |= props.split(term, 0, len(props.counts[term]))
    return added


def _compared(
    props: Propositions, literal: int, place: int, cases: list[int], model: Sequence[int]
) -> bool:
    """Hold the comparison of a count with a number to what the model says of the cases."""
    predicate, args = props.atoms[abs(literal)] or (0, ())
    value = props.number_of(args[1 - place])
    less, at_most = props.skeletons.less, props.skeletons.at_most

    def holds(number: int) -> bool:
        sides = (number, value) if place == 0 else (value, number)
        if predicate == less:
            return bool(sides[0] < sides[1])
        return bool(sides[0] <= sides[1]) if predicate == at_most else number == value

    true = [case for case in cases if true_in(model, case)]
    false = [-case for case in cases if not true_in(model, case)]
    wanted = literal > 0
    if holds(len(true)) is wanted:
        return False

    def refuted(known: int, denied: int) -> bool:
        """Whether so many true and so many false cases are enough, whatever the rest are."""
        return all(holds(n) is not wanted for n in range(known, len(cases) - denied + 1))

    while false and refuted(len(true), len(false) - 1):
        false.pop()
    while true and refuted(len(true) - 1, len(false)):
        true.pop()
    return props.counted((-literal, *(-case for case in (*true, *false))))


def true_in(model: Sequence[int], literal: int) -> bool:
    """Whether the model says that the literal holds."""
    at = abs(literal) - 1
    return at < len(model) and (model[at] > 0) is (literal > 0)
