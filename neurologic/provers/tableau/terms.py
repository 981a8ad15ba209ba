"""Small terms under substitutions that are values: unification, matching and the Knuth-Bendix order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from neurologic.provers.tableau.search import Term

MOST_WEIGHT = 60
"""Terms with more symbols than this are forgotten."""

Substitution: TypeAlias = dict[int, Term]


class TooHeavy(Exception):  # noqa: N818 - says what happened
    """A term has more symbols than are kept."""


def unify(pairs: Iterable[tuple[Term, Term]], bound: Substitution) -> bool:
    """Extend the substitution so that the terms become equal, if that can be done."""
    stack = list(pairs)
    while stack:
        a, b = stack.pop()
        while type(a) is int and a in bound:
            a = bound[a]
        while type(b) is int and b in bound:
            b = bound[b]
        if a is b or a == b:
            continue
        if type(a) is not int:
            a, b = b, a
        if type(a) is int:
            if _occurs(a, b, bound):
                return False
            bound[a] = b
        elif a[0] != b[0]:
            return False
        else:
            stack.extend(zip(a[1:], b[1:], strict=True))
    return True


def matching(patterns: Sequence[Term], terms: Sequence[Term]) -> Substitution | None:
    """What the variables of the patterns stand for in the terms; None if they do not match."""
    found: Substitution = {}
    stack = list(zip(patterns, terms, strict=True))
    while stack:
        pattern, term = stack.pop()
        if type(pattern) is int:
            if found.setdefault(pattern, term) != term:
                return None
        elif type(term) is int or pattern[0] != term[0]:
            return None
        else:
            stack.extend(zip(pattern[1:], term[1:], strict=True))
    return found


def matches(patterns: Sequence[Term], terms: Sequence[Term]) -> bool:
    """Whether the terms are an instance of the patterns."""
    return matching(patterns, terms) is not None


def greater(left: Term, right: Term) -> bool:
    """Whether the left term is greater in the Knuth-Bendix order with all weights 1."""
    if type(left) is int or left == right:
        return False
    if type(right) is int:
        return right in variables(left)
    mine, other = variables(left), variables(right)
    if any(other.count(v) > mine.count(v) for v in set(other)):
        return False
    first, second = weight(left), weight(right)
    if first != second:
        return first > second
    if left[0] != right[0]:
        return (len(left), left[0]) > (len(right), right[0])
    for a, b in zip(left[1:], right[1:], strict=True):
        if a != b:
            return greater(a, b)
    return False


def _occurs(variable: int, term: Term, bound: Substitution) -> bool:
    stack = [term]
    while stack:
        node = stack.pop()
        if type(node) is int:
            if node == variable:
                return True
            if node in bound:
                stack.append(bound[node])
        else:
            stack.extend(node[1:])
    return False


# Terms of units are small (`MOST_WEIGHT`), so these may recurse.


def value(term: Term, bound: Substitution, depth: int = 0) -> Term:
    """The term with variables followed to what they stand for.

    Raises:
        TooHeavy: if it nests more than `MOST_WEIGHT` deep.
    """
    while type(term) is int:
        if term not in bound:
            return term
        term = bound[term]
    if len(term) == 1:
        return term
    if depth > MOST_WEIGHT:
        raise TooHeavy
    return (term[0], *[value(part, bound, depth + 1) for part in term[1:]])


def filled(term: Term, values: Substitution) -> Term:
    """The term with values for its variables, which are not looked into."""
    if type(term) is int:
        return values[term]
    if len(term) == 1:
        return term
    return (term[0], *[filled(part, values) for part in term[1:]])


def renamed(term: Term, names: dict[int, int]) -> Term:
    """The term with its variables numbered in the order in which they are met."""
    if type(term) is int:
        return names.setdefault(term, len(names))
    if len(term) == 1:
        return term
    return (term[0], *[renamed(part, names) for part in term[1:]])


def shifted(term: Term, by: int) -> Term:
    """The term with the numbers of its variables raised."""
    if type(term) is int:
        return term + by
    if len(term) == 1:
        return term
    return (term[0], *[shifted(part, by) for part in term[1:]])


def replaced(term: Term, place: tuple[int, ...], new: Term) -> Term:
    """The term with another at a place."""
    if not place:
        return new
    i = place[0]
    return (*term[:i], replaced(term[i], place[1:], new), *term[i + 1 :])


def places(term: Term) -> Iterator[tuple[tuple[int, ...], Term]]:
    """The parts that are no variables, with their places."""
    stack: list[tuple[tuple[int, ...], Term]] = [((), term)]
    while stack:
        place, node = stack.pop()
        if type(node) is not int:
            yield place, node
            stack.extend(((*place, i), node[i]) for i in range(1, len(node)))


def subterms(term: Term) -> Iterator[Term]:
    """The parts that are no variables."""
    return (part for _, part in places(term))


def weight(term: Term) -> int:
    """How many symbols and variables the term has."""
    return 1 if type(term) is int else 1 + sum(weight(part) for part in term[1:])


def size_of(term: Term) -> int:
    """The weight of a term of any depth."""
    count, stack = 0, [term]
    while stack:
        node = stack.pop()
        count += 1
        if type(node) is not int:
            stack.extend(node[1:])
    return count


def variables(term: Term) -> list[int]:
    """The variables, each as often as it occurs."""
    if type(term) is int:
        return [term]
    return [v for part in term[1:] for v in variables(part)]
