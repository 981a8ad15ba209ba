"""`+ 1` on an ordered enumeration, in the language without it: a case for each member it leads to.

`f(a) + 1 = f(b)` becomes `f(a) = mon ∧ f(b) = tue ∨ f(a) = tue ∧ f(b) = wed`. Beyond the last
member and before the first there is no value, and an equation, a comparison or an atom with a term
that has no value is false.
"""

from __future__ import annotations

import re
from fractions import Fraction
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
    Formula,
    Function,
    Numeral,
    Sort,
    Term,
    Variable,
    children,
    conjunction,
    disjunction,
)
from neurologic.signature.declarations import Vocabulary

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

    def change(node: Any) -> Any:
        if node.__class__ in _ATOMIC:
            return _split(node, words)
        return node

    return nodes.map(formula, change)


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_ATOMIC = frozenset((Atom, Equals, Compare, Distinct))


def _split(atomic: Any, words: Vocabulary) -> Formula:
    """The cases of an atomic formula: for each value of a shifted term, the formula with it."""
    done: list[Formula] = []
    todo: list[tuple[Any, tuple[Formula, ...]]] = [(atomic, ())]
    while todo:
        node, given = todo.pop()
        shift = _innermost(node, words)
        if shift is None:
            done.append(conjunction((*given, node)))
            continue
        if len(done) + len(todo) > MOST_CASES or (isinstance(node, Distinct) and node.variables):
            raise _beyond(atomic, shift)
        term, step, members = shift
        for place in range(len(members) - 1, -1, -1):
            if 0 <= place + step < len(members):
                here = () if term == members[place] else (Equals(term, members[place]),)
                if not here or term not in members:
                    value = members[place + step]
                    todo.append((_replaced(node, term, step, value), (*given, *here)))
    return atomic if done == [atomic] else nodes.map(disjunction(done), _numeral)


_Shift = tuple[Any, int, list[Term]]


def _innermost(node: Any, words: Vocabulary) -> _Shift | None:
    """A shifted term without another one in it, how far it is shifted, and what its sort contains."""
    found = None
    todo = list(children(node))
    while todo:
        term = todo.pop()
        if isinstance(term, Arithmetic):
            pair = _parts(term)
            members = _members(_sort(pair[0], words), words) if pair else None
            if pair and members is not None:
                found = (*pair, members)
        if not isinstance(term, Count):  # whose formula is split on its own
            todo.extend(children(term))
    return found


def _parts(term: Any) -> tuple[Any, int] | None:
    match term:
        case Arithmetic("+" | "-", Numeral(), Numeral()):
            return None
        case Arithmetic("+", Numeral(value), base) | Arithmetic("+", base, Numeral(value)):
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


def _members(sort: Sort | None, words: Vocabulary) -> list[Term] | None:
    declaration = words.sorts.get(sort) if sort is not None else None
    if declaration is None or declaration.members is None or not declaration.ordered:
        return None
    return [Constant(member) for member in declaration.members]


def _numeral(node: Any) -> Any:
    """A member that is a number, as the numeral that it is written as everywhere else."""
    if isinstance(node, Constant) and _NUMBER.fullmatch(node.name):
        return Numeral(Fraction(node.name))
    return node


def _replaced(node: Any, base: Any, step: int, value: Term) -> Any:
    """The node with a value in the place of each occurrence of the shifted term."""

    def change(part: Any) -> Any:
        return value if isinstance(part, Arithmetic) and _parts(part) == (base, step) else part

    return nodes.map(node, change)


def _beyond(atomic: Formula, shift: _Shift) -> SignatureError:
    text = str(atomic)
    if isinstance(atomic, Distinct) and atomic.variables:
        told = f"a sum of members of an enumeration in a Distinct over variables: {shift[0]}"
        hint = "Distinct of the term without the sum says the same, where all sums have values"
        return SignatureError(told, text=text, span=(0, len(text)), hint=hint)
    told = f"sums of members of enumerations lead to more than {MOST_CASES} cases"
    return SignatureError(told, text=text, span=(0, len(text)))
