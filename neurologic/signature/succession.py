"""`+ 1` on an ordered enumeration, in the language without it: a case for each member it leads to.

`f(a) + 1 = f(b)` becomes `f(a) = mon ∧ f(b) = tue ∨ f(a) = tue ∧ f(b) = wed`. Beyond the last
member and before the first there is no value, and an equation, a comparison or an atom with a term
that has no value is false. Of `f(a) = 2 + 1` the sum is the member one place after 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurologic import formula as nodes
from neurologic.errors import SignatureError
from neurologic.formula import (
    ENTITY,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Falsum,
    Formula,
    Function,
    Numeral,
    Sort,
    Term,
    Variable,
    children,
    conjunction,
    disjunction,
    rebuild,
    walk,
)
from neurologic.signature.declarations import Vocabulary, number_named

MOST_CASES = 10_000
"""The most cases that one atomic formula is split into."""


def spelled_out(formula: Formula, words: Vocabulary) -> Formula:
    """The sentence without sums of members of enumerations.

    Args:
        formula: a sentence whose variables carry sorts.
        words: the sorts of all symbols.

    Raises:
        SignatureError: such a sum stands in a `Distinct` over variables, or there are too many
            cases.
    """
    ranks = _Ranks(words)

    def change(node: Any) -> Any:
        if node.__class__ not in _ATOMIC:
            return _summed(node, ranks)
        summed: Any = _summed(node, ranks)
        if any(part is _NOWHERE for part in walk(summed)):
            return Falsum()
        return _split(summed, ranks)

    return nodes.map(formula, change)


_ATOMIC = frozenset((Atom, Equals, Compare, Distinct))
_NOWHERE = Constant("")  # in the place of a sum of numerals that has no value


def _summed(node: Any, ranks: _Ranks) -> Any:
    """The node with a member in the place of each sum of numerals that stands for one."""
    if not any(isinstance(part, Arithmetic) for part in children(node)):
        return node
    words = ranks.words
    match node:
        case Atom(name, args):
            sorts: Sequence[Sort | None] = words.predicates[name, len(args)].arguments
        case Function(name, args):
            sorts = words.functions[name, len(args)].arguments
        case Equals() | Compare() | Distinct():
            known = [_sort(term, words) for term in children(node)]
            sorts = [next((sort for sort in known if sort is not None), None)] * len(known)
        case _:
            return node
    terms = [ranks.sum(*pair) for pair in zip(children(node), sorts, strict=True)]
    return rebuild(node, terms)


def _split(atomic: Any, ranks: _Ranks) -> Formula:
    """The cases of an atomic formula: for each value of a shifted term, the formula with it."""
    done: list[Formula] = []
    todo: list[tuple[Any, tuple[Formula, ...]]] = [(atomic, ())]
    while todo:
        node, given = todo.pop()
        shift = _innermost(node, ranks)
        if shift is None:
            done.append(conjunction((*given, node)))
            continue
        term, step, members = shift
        if isinstance(node, Distinct) and node.variables:
            raise _beyond(atomic, term)
        known = members.places.get(term)
        last = len(members.terms) - 1
        places = range(max(0, -step), min(last, last - step) + 1) if known is None else (known,)
        if len(done) + len(todo) + len(places) > MOST_CASES:
            raise _beyond(atomic, term)
        for place in reversed(places):
            if 0 <= place + step <= last:
                here = () if known is not None else (Equals(term, members.terms[place]),)
                value = members.terms[place + step]
                todo.append((_replaced(node, term, step, value), (*given, *here)))
    return atomic if done == [atomic] else nodes.map(disjunction(done), ranks.written)


class _Members:
    """The members of an ordered enumeration as terms, by place, and the place of each."""

    def __init__(self, names: Sequence[str]) -> None:
        self.terms: list[Term] = [Constant(name) for name in names]
        self.places: dict[Any, int] = {term: place for place, term in enumerate(self.terms)}


class _Ranks:
    """The ordered enumerations of a vocabulary, each written out when first asked for."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self._known: dict[Sort, _Members] = {}

    def of(self, term: Any) -> _Members | None:
        """What the sort of a term contains, if that is an ordered enumeration."""
        sort = _sort(term, self.words)
        declaration = self.words.sorts.get(sort) if sort is not None else None
        if sort is None or declaration is None or not declaration.ordered:
            return None
        if sort not in self._known:
            self._known[sort] = _Members(declaration.members or ())
        return self._known[sort]

    def sum(self, term: Any, sort: Sort | None) -> Any:
        """The member that a sum of numerals is, in a place of an ordered enumeration."""
        declaration = self.words.sorts.get(sort) if sort is not None else None
        if sort is None or declaration is None or declaration.members is None:
            return term
        base, steps = term, []
        while isinstance(base, Arithmetic):
            pair = _shifted(base)
            if pair is None:
                return term
            base, step = pair
            steps.append(step)
        member = self.words.member_named(sort, base.value) if isinstance(base, Numeral) else None
        if member is None:
            return term
        place = self.words.places[member]
        for step in reversed(steps):
            place += step
            if not 0 <= place < len(declaration.members):
                return _NOWHERE
        return self.written(Constant(declaration.members[place]))

    def written(self, node: Any) -> Any:
        """A member that is a number, as the numeral that it is written as everywhere else."""
        if isinstance(node, Constant) and node.name in self.words.members:
            value = number_named(node.name)
            return node if value is None else Numeral(value)
        return node


_Shift = tuple[Any, int, _Members]


def _innermost(node: Any, ranks: _Ranks) -> _Shift | None:
    """A shifted term without another one in it, how far it is shifted, and what its sort contains."""
    found = None
    todo = list(children(node))
    while todo:
        term = todo.pop()
        if isinstance(term, Arithmetic):
            pair = _parts(term)
            members = ranks.of(pair[0]) if pair else None
            if pair and members is not None:
                found = (*pair, members)
        if not isinstance(term, Count):  # whose formula is split on its own
            todo.extend(children(term))
    return found


def _parts(term: Any) -> tuple[Any, int] | None:
    """What is shifted and how far, if that is no numeral itself."""
    pair = _shifted(term)
    return None if pair is None or isinstance(pair[0], Numeral) else pair


def _shifted(term: Any) -> tuple[Any, int] | None:
    match term:
        case Arithmetic("+", base, Numeral(value)) | Arithmetic("+", Numeral(value), base):
            return base, int(value)
        case Arithmetic("-", base, Numeral(value)):
            return base, -int(value)
    return None


def _sort(term: Any, words: Vocabulary) -> Sort | None:
    while isinstance(term, Arithmetic):
        pair = _parts(term)
        if pair is None:
            return None
        term = pair[0]
    match term:
        case Variable(_, sort):
            return sort or ENTITY
        case Constant(name):
            return words.sort_of_constant(name)
        case Function(name, args):
            symbol = words.functions.get((name, len(args)))
            return symbol.result if symbol else None
    return None


def _replaced(node: Any, base: Any, step: int, value: Term) -> Any:
    """The node with a value in the place of each occurrence of the shifted term."""

    def change(part: Any) -> Any:
        return value if isinstance(part, Arithmetic) and _parts(part) == (base, step) else part

    return nodes.map(node, change)


def _beyond(atomic: Formula, term: Any) -> SignatureError:
    text = str(atomic)
    if isinstance(atomic, Distinct) and atomic.variables:
        told = f"a sum of members of an enumeration in a Distinct over variables: {term}"
        hint = "Distinct of the term without the sum says the same, where all sums have values"
        return SignatureError(told, text=text, span=(0, len(text)), hint=hint)
    told = f"sums of members of enumerations lead to more than {MOST_CASES} cases"
    hint = "give a term with a sum a name of its own, a constant or a function, and say what it is"
    return SignatureError(told, text=text, span=(0, len(text)), hint=hint)
