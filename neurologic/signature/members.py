"""Members of enumerations that are numbers, by their names: `at(x) = 3` with the constant '3'.

Elaborated formulas have numerals there, as people write them; who searches for proofs is better off
with one kind of term for all members.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurologic import formula as nodes
from neurologic.formula import (
    ENTITY,
    Atom,
    Compare,
    Constant,
    Distinct,
    Equals,
    Formula,
    Function,
    Numeral,
    Sort,
    Variable,
    rebuild,
)
from neurologic.signature.declarations import Vocabulary


def named_members(formula: Formula, words: Vocabulary) -> Formula:
    r"""The sentence with constants for the numerals that are members of enumerations.

    Args:
        formula: an elaborated sentence.
        words: the sorts of all symbols.

    >>> from neurologic.parsing import parse, read_problem
    >>> from neurologic.signature import elaborate
    >>> declared = read_problem("sort slot = {1 < 2}\nconst a: slot\n? true").signature
    >>> signature, (sentence,) = elaborate([parse("a = 2")], declared)
    >>> print(named_members(sentence, signature.vocabulary()))
    a = '2'
    """
    if not any(name[:1].isdigit() or name[:1] == "-" for name in words.members):
        return formula

    def change(node: Any) -> Any:
        match node:
            case Atom(name, args):
                symbol = words.predicates[name, len(args)]
                return rebuild(node, _named(args, symbol.arguments, words))
            case Function(name, args):
                symbol = words.functions[name, len(args)]
                return rebuild(node, _named(args, symbol.arguments, words))
            case Equals(left, right) | Compare(_, left, right):
                return rebuild(node, _alike((left, right), words))
            case Distinct(terms, _):
                return rebuild(node, _alike(terms, words))
        return node

    return nodes.map(formula, change)


def _named(terms: Sequence[Any], sorts: Sequence[Sort], words: Vocabulary) -> list[Any]:
    return [_name(term, sort, words) for term, sort in zip(terms, sorts, strict=True)]


def _alike(terms: Sequence[Any], words: Vocabulary) -> list[Any]:
    """The terms, which have one sort; what no term tells is that of a number."""
    sorts = [sort for sort in (_sort(term, words) for term in terms) if sort is not None]
    return [_name(term, sorts[0], words) for term in terms] if sorts else list(terms)


def _name(term: Any, sort: Sort, words: Vocabulary) -> Any:
    if not isinstance(term, Numeral) or words.sorts[sort].members is None:
        return term
    member = words.member_named(sort, term.value)
    return term if member is None else Constant(member)


def _sort(term: Any, words: Vocabulary) -> Sort | None:
    match term:
        case Variable(_, sort):
            return sort or ENTITY
        case Constant(name):
            return words.sort_of_constant(name)
        case Function(name, args):
            return words.functions[name, len(args)].result
    return None
