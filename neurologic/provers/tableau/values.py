"""What is known beforehand of the values that occur: numerals, members of enumerations, `Distinct`.

Each of these clauses is valid by itself, or is the list of an enumeration's members.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any, TypeAlias

from neurologic.formula import ENTITY, Constant, Sort
from neurologic.provers.tableau.encoding import Encoder, Origin
from neurologic.provers.tableau.search import Literal, Term

MOST_VALUES = 60
"""How many numerals and members of enumerations are told apart in pairs."""

Row: TypeAlias = tuple[list[Literal], list[Sort], Origin]


def clauses_of_values(encoder: Encoder, rows: Sequence[Sequence[Literal]]) -> Iterator[Row]:
    """What is known of `Distinct`, of numerals and of members, about those that occur."""
    matrix = encoder.matrix
    yield from _all_different(encoder, rows)
    words = encoder.words
    by_sort: dict[Sort, list[Term]] = {}
    occurring = {part[0] for row in rows for _, args in row for arg in args for part in _parts(arg)}
    for number in sorted(occurring):
        kind, name, arity = matrix.symbols[number]
        sort = matrix.result[number]
        if kind == "function" and not arity and name in words.members and sort:
            by_sort.setdefault(sort, []).append((number,))
    equations = [key[1] for key in matrix.predicates if key and key[0] == "="]
    for sort in list(equations):
        declaration = words.sorts.get(sort)
        for member in (declaration.members if declaration else None) or ():
            term = encoder.term(Constant(member), {})
            if term not in by_sort.setdefault(sort, []):
                by_sort[sort].append(term)
        if declaration and declaration.members:
            p = matrix.predicate(("=", sort))
            some = tuple((p, (0, encoder.term(Constant(m), {}))) for m in declaration.members)
            yield list(some), [sort], Origin(None, (some,), member=0)
    numerals = [(n,) for n in sorted(occurring) if matrix.symbols[n][0] == "numeral"]
    for key in list(matrix.predicates):
        if key and key[0] in {"=", "<", "<=", ">", ">="}:
            yield from _comparisons(
                encoder, key, [*by_sort.get(key[1], ()), *numerals][:MOST_VALUES]
            )


def _comparisons(encoder: Encoder, key: tuple[Any, ...], values: list[Term]) -> Iterator[Row]:
    p = encoder.matrix.predicate(key)
    pairs = combinations(values, 2) if key[0] == "=" else product(values, repeat=2)
    for left, right in pairs:
        holds = _compared(encoder, key, left, right)
        if holds is not None:
            literal = (p if holds else -p, (left, right))
            yield [literal], [], Origin(None, ((literal,),))


def _compared(encoder: Encoder, key: tuple[Any, ...], left: Term, right: Term) -> bool | None:
    first, second = (encoder.matrix.symbols[term[0]] for term in (left, right))
    if key[0] == "=":
        return None if first[0] != second[0] else first == second
    if first[0] == second[0] == "numeral":
        a, b = first[1], second[1]
    else:
        declaration = encoder.words.sorts.get(key[1])
        if not declaration or not declaration.ordered or not declaration.members:
            return None
        if not {first[1], second[1]} <= set(declaration.members):
            return None
        a, b = (declaration.members.index(name) for name in (first[1], second[1]))
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[key[0]])


def _all_different(encoder: Encoder, rows: Sequence[Sequence[Literal]]) -> Iterator[Row]:
    """`Distinct` of some terms, and each two of them different: each follows from the other."""
    matrix = encoder.matrix
    for number, key in list(enumerate(matrix.predicates)):
        if not key or key[0] != "distinct" or key[1] is not None:
            continue
        for args in dict.fromkeys(args for row in rows for p, args in row if abs(p) == number):
            sorts = _sorts_of(encoder, args)
            if sorts is None:
                continue
            sort, width = sorts
            p = matrix.predicate(("=", sort))
            same = [(p, pair) for pair in combinations(args, 2)]
            for _, pair in same:
                clause = ((-number, args), (-p, pair))
                yield list(clause), [sort] * width, Origin(None, (clause,))
            whole = ((number, args), *same)
            yield list(whole), [sort] * width, Origin(None, (whole,))


def _sorts_of(encoder: Encoder, args: tuple[Term, ...]) -> tuple[Sort, int] | None:
    """The sort of the terms and how many variables they use; None where a variable is deeper."""
    known = [encoder.matrix.result[arg[0]] for arg in args if type(arg) is not int]
    inner = [part for arg in args if type(arg) is not int for part in _variables(arg)]
    if inner or not all(known):
        return None
    variables = [arg for arg in args if type(arg) is int]
    sort = next((s for s in known if s), ENTITY)
    return sort, max(variables, default=-1) + 1


def _parts(term: Term) -> Iterator[Term]:
    stack = [term]
    while stack:
        node = stack.pop()
        if type(node) is not int:
            yield node
            stack.extend(node[1:])


def _variables(term: Term) -> list[int]:
    found, stack = [], [term]
    while stack:
        node = stack.pop()
        if type(node) is int:
            found.append(node)
        else:
            stack.extend(node[1:])
    return found
