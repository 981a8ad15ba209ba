"""From clauses to the numbers that the search works with, and back.

Where equations can be used, Brand's modification (Proving theorems with the modification method,
SIAM J. Computing 4, 1975) takes the place of the axioms of equality: a term that an equation may
replace is pulled out, P(a) becoming P(x) ∨ a ≠ x, and an equation s = t becomes s = z ∨ t ≠ z in
both directions, so that x = x is the only axiom left. What a modified clause says follows from the
original by congruence alone: each such step is one `Equality` lemma.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from neurologic.clauses import ClausalForm
from neurologic.formula import ENTITY, Sort
from neurologic.provers.tableau.encoding import Encoder, Matrix, Origin
from neurologic.provers.tableau.search import Literal, Term
from neurologic.provers.tableau.values import clauses_of_values
from neurologic.signature import Signature


def matrix_of(form: ClausalForm, signature: Signature, *, modified: bool = True) -> Matrix:
    """The matrix of the clauses: modified where equations can be used, with what values are.

    Args:
        form: the clauses.
        signature: that of the sentences.
        modified: whether equality is to be built in by Brand's modification.

    Raises:
        ProverError: if a term is nested too deeply.
    """
    encoder = Encoder(form, signature)
    matrix = encoder.matrix
    read = [encoder.literals(clause) for clause in form.clauses]
    theory = list(clauses_of_values(encoder, [literals for literals, _, _ in read]))
    equations = {p for p, key in enumerate(matrix.predicates) if key and key[0] == "="}
    seen: set[Any] = set()
    rows = [(literals, sorts, Origin(number)) for number, (literals, _, sorts) in enumerate(read)]
    rows += theory
    rows = [row for row in rows if not any(matrix.trivial(p, args) for p, args in row[0])]
    usable = _Usable(matrix, equations, [literals for literals, _, _ in rows])
    for literals, sorts, origin in rows:
        key = (tuple(literals), tuple(sorts))
        if key in seen:
            continue
        seen.add(key)
        if not usable.any or not modified:
            matrix.add(literals, sorts, origin)
        else:
            for new, more, equalities in _modified(usable, literals, sorts):
                entry = Origin(origin.clause, (*origin.equalities, *equalities), origin.member)
                matrix.add(new, more, entry)
    for p in sorted(equations):
        literal = (p, (0, 0))
        matrix.reflexive.append(len(matrix.clauses))
        matrix.append((literal,), [matrix.predicates[p][1]], Origin(None, ((literal,),)))
    return matrix


class _Usable:
    """Which terms an equation may replace: those with a head that stands on a side of one."""

    def __init__(
        self, matrix: Matrix, equations: set[int], rows: Sequence[Sequence[Literal]]
    ) -> None:
        self.matrix, self.equations = matrix, equations
        sides = [(p, arg) for row in rows for p, args in row if p in equations for arg in args]
        self.any = bool(sides)
        self.heads = {arg[0] for _, arg in sides if type(arg) is not int}
        self.sorts = {matrix.predicates[p][1] for p, arg in sides if type(arg) is int}
        new = {skolem.declaration.name for skolem in matrix.form.skolems}
        self.open = {  # congruence holds for what the sentences speak of, not for witnesses and parts
            number
            for number, (kind, name, _) in enumerate(matrix.symbols)
            if kind == "arithmetic" or (kind == "function" and name not in new)
        }
        parts = {definition.declaration.name for definition in matrix.form.definitions}
        self.open_predicates = {
            number
            for number, key in enumerate(matrix.predicates)
            if key and key[0] != "distinct" and not (key[0] == "atom" and key[1] in parts)
        }

    def replaces(self, term: Term) -> bool:
        if type(term) is int:
            return False
        return term[0] in self.heads or self.matrix.result[term[0]] in self.sorts

    def equation(self, term: Term) -> int:
        sort = self.matrix.result[term[0]] or ENTITY
        return self.matrix.predicate(("=", sort))


def _modified(
    usable: _Usable, literals: Sequence[Literal], sorts: Sequence[Sort]
) -> Iterator[tuple[list[Literal], list[Sort], list[tuple[Literal, ...]]]]:
    """The modified clauses, with their sorts and the lemmas that make them consequences."""
    places = [i for i, (p, _) in enumerate(literals) if p in usable.equations]
    turns = product((False, True), repeat=len(places)) if len(places) <= 3 else _both(len(places))
    for turn in turns:
        turned = {i for i, back in zip(places, turn, strict=True) if back}
        new: list[Literal] = []
        pulled: list[Literal] = []
        lemmas: list[tuple[Literal, ...]] = []
        every = list(sorts)
        for i, (p, args) in enumerate(literals):
            own: list[Literal] = []
            flat = list(args)
            if abs(p) in usable.open_predicates:
                root = abs(p) in usable.equations
                flat = [_flat(usable, arg, own, every, root=root) for arg in args]
            if p in usable.equations:
                left, right = reversed(flat) if i in turned else flat
                every.append(usable.matrix.predicates[p][1])
                own.append((-p, (right, len(every) - 1)))
                flat = [left, len(every) - 1]
            literal = (p, tuple(flat))
            new.append(literal)
            if own:
                lemmas.append(((-p, args), literal, *own))
            pulled += own
        yield [*new, *pulled], every, lemmas


def _both(count: int) -> list[tuple[bool, ...]]:
    return [(False,) * count, (True,) * count]


def _flat(
    usable: _Usable, term: Term, own: list[Literal], sorts: list[Sort], *, root: bool = False
) -> Term:
    """The term with a variable for each part that may be replaced; `own` says which."""
    if type(term) is int:
        return term
    flat = term
    if term[0] in usable.open:
        flat = (term[0], *[_flat(usable, part, own, sorts) for part in term[1:]])
    if root or not usable.replaces(term):
        return flat
    sorts.append(usable.matrix.result[term[0]] or ENTITY)
    own.append((-usable.equation(term), (flat, len(sorts) - 1)))
    return len(sorts) - 1
