"""A connection tableau: finds refutations goal-directed and says them in Henkin lemmas.

The sentences become clauses, the search closes a tableau of their instances, and the instances are
lifted back to the sentences. Horn clauses that no tableau closes soon are refuted from below, which
suits equations. Nothing here is trusted: who wants to be sure checks the lemmas.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from neurologic.binding import substitute
from neurologic.clauses import ClausalForm, clausal_form
from neurologic.errors import ProverError
from neurologic.formula import (
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Distinct,
    Equals,
    Formula,
    Function,
    Numeral,
    trampoline,
)
from neurologic.lemmas import Lemma
from neurologic.lemmas import Literal as Signed
from neurologic.provers.tableau.encoding import Matrix
from neurologic.provers.tableau.lifting import Lifting
from neurologic.provers.tableau.matrix import matrix_of
from neurologic.provers.tableau.search import Exhausted, Literal, Search, Term
from neurologic.provers.tableau.terms import MOST_WEIGHT, size_of
from neurologic.provers.tableau.units import ANY, Saturation
from neurologic.signature import Signature

DEFAULT_BUDGET = 400_000
"""How many steps one search takes: one to two seconds of work."""

__all__ = ["DEFAULT_BUDGET", "refute"]


def refute(
    sentences: Sequence[Formula], signature: Signature, *, budget: int = DEFAULT_BUDGET
) -> tuple[Lemma, ...] | None:
    """Lemmas with which the sentences are contradictory as propositions; None if none were found.

    Args:
        sentences: closed, elaborated; the search begins with the last one, the denied goal.
        signature: every sort and symbol that occurs.
        budget: the most steps to take, a few microseconds each; the same ones on every run.

    Never found where the sentences are satisfiable; not always found where they are not.

    >>> from neurologic import parse
    >>> from neurologic.signature import elaborate
    >>> texts = ["all x. (Man(x) -> Mortal(x))", "Man(socrates)", "~Mortal(socrates)"]
    >>> signature, sentences = elaborate([parse(text) for text in texts])
    >>> for lemma in refute(sentences, signature):
    ...     print(lemma.quantified, lemma.term)
    ∀x: Entity. (Man(x) → Mortal(x)) socrates
    """
    try:
        return _refuted(sentences, signature, budget)
    except (ProverError, Exhausted):  # too large, too deep, or of sorts that this finder mixes up
        return None


def _refuted(
    sentences: Sequence[Formula], signature: Signature, budget: int
) -> tuple[Lemma, ...] | None:
    form = clausal_form(sentences, signature)
    matrix = matrix_of(form, signature)
    horn = all(sum(sign for sign, _ in clause.literals) <= 1 for clause in form.clauses)
    steps = budget // 2 if horn else budget
    search = Search(matrix.clauses, steps, matrix.reflexive)
    if _closed(search, matrix, len(sentences) - 1, steps):
        return _lemmas(matrix, search, signature)
    saturation = _saturated(form, signature, steps) if horn else None
    return None if saturation is None else _lemmas_from_below(*saturation, signature)


def _closed(search: Search, matrix: Matrix, goal: int, budget: int) -> bool:
    """Whether some tableau closes: shallow ones first, with restricted backtracking first."""
    first, other = _starts(matrix, goal)
    shares = (
        (first, True, budget // 4),
        (first + other, True, budget // 2),
        (first + other, False, budget),
    )
    for starts, cut, share in shares:
        spent = 0
        limit = 1
        while spent < share and search.steps > 0:
            before, search.limit_hit = search.steps, False
            search.steps = min(before, share - spent)
            given = search.steps
            try:
                for start in starts:
                    if search.prove(start, limit, cut):
                        return True
            except Exhausted:
                search.steps = 0
            used = given - search.steps
            spent += used
            search.steps = before - used
            if not search.limit_hit:
                break
            limit += 1
    return False


def _starts(matrix: Matrix, goal: int) -> tuple[list[int], list[int]]:
    """The clauses to start with: those of the denied goal, and the other negative ones."""
    first, other = [], []
    for number, (clause, origin) in enumerate(zip(matrix.clauses, matrix.origins, strict=True)):
        negative = all(p < 0 for p, _ in clause.literals)
        if origin.clause is not None and matrix.form.clauses[origin.clause].source == goal:
            first.append(number)
        elif negative:
            other.append(number)
    return first, other


def _saturated(
    form: ClausalForm, signature: Signature, steps: int
) -> tuple[Matrix, Saturation] | None:
    """A contradiction found from below; only Horn clauses are looked at."""
    matrix = matrix_of(form, signature, modified=False)
    if any(sum(p > 0 for p, _ in clause.literals) > 1 for clause in matrix.clauses):
        return None
    for clause in matrix.clauses:
        if any(size_of(arg) > MOST_WEIGHT for _, args in clause.literals for arg in args):
            return None
    equations = {p for p, key in enumerate(matrix.predicates) if key and key[0] == "="}
    saturation = Saturation(matrix.clauses, equations, steps)
    return None if saturation.run() is None else (matrix, saturation)


def _lemmas_from_below(
    matrix: Matrix, saturation: Saturation, signature: Signature
) -> tuple[Lemma, ...]:
    """The lemmas of the instances that a contradiction of units is made of."""
    lifting = Lifting(matrix.form, signature)
    decoder = _Decoder(matrix, {ANY: None}, lifting)
    for clause, parents in saturation.proof():
        for parent in parents:
            if parent.is_clause:
                _lift(matrix, parent.number, parent.terms, decoder, lifting)
        if clause:
            lifting.equality([decoder.closed(literal) for literal in clause])
    return tuple(lifting.lemmas)


def _lemmas(matrix: Matrix, search: Search, signature: Signature) -> tuple[Lemma, ...]:
    """The lemmas of the clauses that the closed tableau is made of."""
    lifting = Lifting(matrix.form, signature)
    decoder = _Decoder(matrix, search.bindings, lifting)
    for number, base in search.used:
        count = len(matrix.sorts[number])
        _lift(matrix, number, range(base, base + count), decoder, lifting)
    return tuple(lifting.lemmas)


def _lift(
    matrix: Matrix, number: int, values: Sequence[Term], decoder: _Decoder, lifting: Lifting
) -> None:
    """Add the lemmas of one instance of a clause."""
    origin = matrix.origins[number]
    terms = [decoder.term(v, sort) for v, sort in zip(values, matrix.sorts[number], strict=True)]
    if origin.clause is not None:
        variables = matrix.form.clauses[origin.clause].variables()
        named = zip(variables, terms, strict=False)  # modified clauses have more variables
        lifting.instance(origin.clause, {v.name: term for v, term in named})
    for equality in origin.equalities:
        literals = [decoder.literal(literal, terms) for literal in equality]
        if origin.member is not None and equality is origin.equalities[0]:
            lifting.member(terms[0], literals)
        else:
            lifting.equality(literals)


class _Decoder:
    """Reads the search's terms and literals back as formulas."""

    def __init__(self, matrix: Matrix, bindings: Any, lifting: Lifting) -> None:
        self.matrix, self.bindings, self.lifting = matrix, bindings, lifting

    def literal(self, literal: Literal, terms: Sequence[Any]) -> Signed:
        """A literal of a clause whose variables stand for these terms."""
        number, args = literal
        key = self.matrix.predicates[abs(number)]
        parts = [self.build(arg, terms) for arg in args]
        return number > 0, _atom(key, parts)

    def closed(self, literal: Literal) -> Signed:
        """A literal of the search."""
        number, args = literal
        key = self.matrix.predicates[abs(number)]
        sorts = self.matrix.sorts_of(abs(number), len(args))
        parts = [self.term(arg, sort) for arg, sort in zip(args, sorts, strict=True)]
        return number > 0, _atom(key, parts)

    def term(self, term: Term, sort: Any) -> Any:
        """The ground term that a term of the search, of this sort, stands for."""
        return trampoline(self._value(term, sort))

    def _value(self, term: Term, sort: Any) -> Generator[Any, Any, Any]:
        while type(term) is int:
            value = self.bindings[term]
            if value is None:
                return self.lifting.filler(sort)
            term = value
        parts = []
        for part, inner in zip(term[1:], self.matrix.places(term[0]), strict=True):
            parts.append((yield self._value(part, inner)))
        return _term(self.matrix.symbols[term[0]], parts)

    def build(self, term: Term, terms: Sequence[Any]) -> Any:
        """A term of a clause, its variables replaced; its depth is small, see `matrix`."""
        if type(term) is int:
            return terms[term]
        parts = [self.build(part, terms) for part in term[1:]]
        return _term(self.matrix.symbols[term[0]], parts)


def _term(key: tuple[Any, ...], parts: list[Any]) -> Any:
    match key:
        case ("function", name, 0):
            return Constant(name)
        case ("function", name, _):
            return Function(name, tuple(parts))
        case ("arithmetic", (operator, _), _):
            return Arithmetic(operator, *parts)
        case ("numeral", value, _):
            return Numeral(value)
        case (_, pattern, _):
            return substitute(pattern, {f"place{i}": part for i, part in enumerate(parts)})


def _atom(key: tuple[Any, ...], parts: list[Any]) -> Any:
    match key:
        case ("atom", name, _):
            return Atom(name, tuple(parts))
        case ("=", _):
            return Equals(*parts)
        case ("distinct", None, _):
            return Distinct(tuple(parts))
        case ("distinct", pattern, _):
            return substitute(pattern, {f"place{i}": part for i, part in enumerate(parts)})
        case (operator, _):
            return Compare(operator, *parts)
    raise AssertionError(key)
