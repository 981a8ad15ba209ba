"""Situations that tell formulas apart: real structures, with little in them, and others like them.

A structure in which one formula holds and another does not is looked for among small models in
which different names denote different things and among random ones; the prover is asked where that
finds nothing in either direction. What holds in it without need is taken away. Nothing is shown
that `satisfies` has not confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, islice, product

from neurologic.equivalence.language import SIZES, Language
from neurologic.errors import NeurologicError, SignatureError
from neurologic.formula import (
    Formula,
    Implies,
    Not,
    Sort,
)
from neurologic.provers import Prover
from neurologic.provers.finite_models import find
from neurologic.signature import Signature, Vocabulary
from neurologic.signature.declarations import NUMERIC, SymbolDeclaration
from neurologic.structure import Element, Row, Structure, Symbol, satisfies
from neurologic.translation.vocabulary import symbols_of

_SEARCH = 20_000  # steps of a search for a small model
_EVALUATION = 200_000  # steps for a formula in one structure
_SPARING = 20_000  # the same, for what may be taken away
_VARYING = 5_000  # the same, for a structure that differs from one that was found
_MOST_ARGUMENTS = 12  # of a symbol for which a model is looked for: tables grow with each
_MOST_ROWS = 60  # taken away one by one
_MOST_VARIED = 24  # structures that are tried as further ones
_MOST_DOUBLED = 8  # places of one element in a row


@dataclass(frozen=True, slots=True)
class Side:
    """A formula among those of one language.

    Args:
        language: the language.
        at: the formula's place in it.
    """

    language: Language
    at: int

    @property
    def sentence(self) -> Formula:
        """The formula, elaborated."""
        return self.language.sentences[self.at]

    def holds(self, structure: Structure) -> bool | None:
        """Whether it holds in a structure; None where that has no answer."""
        try:
            return satisfies(structure, self.sentence, most_steps=_EVALUATION)
        except NeurologicError:
            return None


def sides(
    formulas: Sequence[Formula],
    theory: Sequence[Formula],
    signature: Signature,
    prover: Prover | None,
    budget: int,
) -> list[Side]:
    """The formulas in one language, or in several where their sorts do not fit together."""

    def language(group: Sequence[int]) -> Language:
        return Language.of(theory, [formulas[i] for i in group], signature, prover, budget)

    places = sorted(range(len(formulas)), key=lambda i: str(formulas[i]))
    try:
        groups = [(places, language(places))]
    except SignatureError:
        groups = []
        for place in places:
            for i, (group, _) in enumerate(groups):
                try:
                    groups[i] = ([*group, place], language([*group, place]))
                except SignatureError:
                    continue
                break
            else:
                groups.append(([place], language([place])))
    found = {place: Side(own, at) for group, own in groups for at, place in enumerate(group)}
    return [found[place] for place in range(len(formulas))]


def is_apart(left: Side, right: Side) -> bool:
    """Whether a random structure was met in which the left formula holds and the right does not."""
    if left.language is not right.language:
        return False
    language = left.language
    for stage in range(len(SIZES)):
        first, second = (
            language.fingerprint(language.number(side.at), stage) for side in (left, right)
        )
        if first is not None and second is not None and first & ~second:
            return True
    return False


def separating(left: Side, right: Side) -> Structure | None:
    """A structure in which theory and left formula hold and the right one does not, if one is found.

    Raises:
        SemanticsError: if the theory is contradictory.
        ProverError: if the prover is missing or misbehaves.
    """
    if left.language is not right.language:
        return None
    language, holds, fails = left.language, left.sentence, right.sentence
    searches = [_small, _random]
    if _is_closed(language):
        searches.reverse()  # random structures are at hand, and none of them is any smaller
    wide = any(len(each.arguments) > _MOST_ARGUMENTS for each in language.signature.symbols)
    if wide:
        searches = [_random]
    found = next((found for search in searches if (found := search(left, right))), None)
    if found is None and not wide and (is_apart(left, right) or not is_apart(right, left)):
        (outcome,) = language.ask((Implies(holds, fails),), models=True)
        found = language.found(outcome, holds, fails)
    return None if found is None else _spare(found, left, right)


def _is_closed(language: Language) -> bool:
    """Whether there is nothing but members of enumerations and numbers."""
    return not any(
        declared.members is None and declared.sort not in NUMERIC
        for declared in language.signature.sorts
    )


def _small(left: Side, right: Side) -> Structure | None:
    language = left.language
    sentences = (*language.theory, *language._existence(), left.sentence, Not(right.sentence))
    found = find(sentences, language.signature, budget=_SEARCH)
    try:
        real = found is not None and _separates(found, left, right, _EVALUATION)
    except NeurologicError:  # it takes too long to say
        return None
    return found if real else None


def _separates(structure: Structure, left: Side, right: Side, steps: int) -> bool:
    """Whether theory and left formula hold in the structure and the right one does not."""
    return all(
        satisfies(structure, sentence, most_steps=steps)
        for sentence in (*left.language.theory, left.sentence)
    ) and not satisfies(structure, right.sentence, most_steps=steps)


def _random(left: Side, right: Side) -> Structure | None:
    language = left.language
    numbers = language.number(left.at), language.number(right.at)
    return language.difference(left.at, right.at, numbers)


def _spare(structure: Structure, left: Side, right: Side) -> Structure:
    """The structure without what holds in it and need not, as far as that is soon found out."""
    tries = _MOST_ROWS
    for at, (name, arity, rows) in enumerate(structure.predicates):
        kept = rows
        for row in ((), *rows) if len(rows) > 1 else rows:  # first all of them, then each
            without = tuple(each for each in kept if each != row) if row else ()
            if not kept or tries <= 0:
                break
            tries -= 1
            tables = list(structure.predicates)
            tables[at] = (name, arity, without)
            fewer = Structure(structure.domains, structure.functions, tuple(tables))
            try:
                needless = _separates(fewer, left, right, _SPARING)
            except NeurologicError:
                return structure
            if needless:
                structure, kept = fewer, without
    return structure


def further(found: Sequence[Structure], left: Side, right: Side) -> Iterator[Structure]:
    """Other structures in which theory and left formula hold and the right one does not.

    They differ from one that was found in a fact, in a value, or in a thing more, and are few.
    """
    tries = _MOST_VARIED
    for structure in reversed(found):
        for other in _varied(structure, left, right):
            if tries <= 0:
                return
            tries -= 1
            try:
                real = _separates(other, left, right, _VARYING)
            except NeurologicError:  # it takes too long to say, or has a fact too few
                return
            if real:
                yield other


def _varied(structure: Structure, left: Side, right: Side) -> Iterator[Structure]:
    """The structure with one thing else: first in what the two formulas speak of."""
    spoken = _symbols((left.sentence, right.sentence))
    used = _symbols(left.language.sentences) - spoken
    domains = dict(structure.domains)
    words = left.language.words
    for symbols in (spoken, used):
        for at, (name, arity, rows) in enumerate(structure.predicates):
            declared = words.predicates.get((name, arity))
            if (name, arity) not in symbols or declared is None:
                continue
            for row in _rows(declared, domains):
                kept = tuple(each for each in rows if each != row)
                flipped = kept if len(kept) < len(rows) else (*rows, row)
                tables = list(structure.predicates)
                tables[at] = (name, arity, tuple(sorted(flipped, key=str)))
                yield Structure(structure.domains, structure.functions, tuple(tables))
        for at, (name, arity, cells) in enumerate(structure.functions):
            declared = words.functions.get((name, arity))
            if (name, arity) not in symbols or declared is None:
                continue
            if not arity and not _is_listed(declared.result, words):
                continue  # what a name of a thing stands for
            for row, value in cells[:_MOST_VARIED]:
                for other in _others(value, domains.get(declared.result)):
                    changed = list(structure.functions)
                    to = tuple((r, other if r == row else v) for r, v in cells)
                    changed[at] = (name, arity, to)
                    yield Structure(structure.domains, tuple(changed), structure.predicates)
    for sort, elements in structure.domains:
        if elements and not _is_listed(sort, words):
            yield _with_double(structure, sort, elements[-1], left.language)


def _symbols(sentences: Iterable[Formula]) -> set[Symbol]:
    """The predicates, functions and constants that occur."""
    return {(name, arity) for _, name, arity in symbols_of(sentences)}


def _is_listed(sort: Sort, words: Vocabulary) -> bool:
    """Whether it is an enumeration, or of numbers: no thing can be added."""
    declared = words.sorts.get(sort)
    return sort in NUMERIC or (declared is not None and declared.members is not None)


def _rows(
    declared: SymbolDeclaration, domains: Mapping[Sort, Sequence[Element]]
) -> Iterator[tuple[Element, ...]]:
    """Some of the rows of arguments, where their sorts are listed."""
    sorts = [domains.get(sort) or () for sort in declared.arguments]
    return islice(product(*sorts), _MOST_VARIED)


def _others(value: Element, elements: Sequence[Element] | None) -> Iterator[Element]:
    """Other values that a term may have."""
    if elements:
        yield from (each for each in elements if each != value)
    elif isinstance(value, Fraction):
        yield from (value + 1, value - 1)


def _with_double(structure: Structure, sort: Sort, like: Element, language: Language) -> Structure:
    """The structure with one more element of a sort, of which the same holds as of another."""
    taken = {each for _, elements in structure.domains for each in elements}
    taken |= {symbol.name for symbol in language.signature.symbols}
    stem = "e" if sort.name == "Entity" else sort.name.lower()
    new = next(name for i in count(1) if (name := f"{stem}{i}") not in taken)
    words = language.words

    def doubled(row: Row, symbol: SymbolDeclaration | None) -> list[Row]:
        sorts = symbol.arguments if symbol is not None else ()
        ways = [
            (each, new) if each == like and at < len(sorts) and sorts[at] == sort else (each,)
            for at, each in enumerate(row)
        ]
        return list(islice(product(*ways), 2**_MOST_DOUBLED))

    return Structure.of(
        {s: (*elements, new) if s == sort else elements for s, elements in structure.domains},
        {
            (name, arity): {
                row: value
                for cell, value in cells
                for row in doubled(cell, words.functions.get((name, arity)))
            }
            for name, arity, cells in structure.functions
        },
        {
            (name, arity): [
                row for each in rows for row in doubled(each, words.predicates.get((name, arity)))
            ]
            for name, arity, rows in structure.predicates
        },
    )
