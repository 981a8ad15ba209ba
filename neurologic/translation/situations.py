"""Situations that tell formulas apart: real structures, with little in them, in words.

A structure in which one formula holds and another does not is looked for among small models in
which different names denote different things and among random ones; the prover is asked where that
finds nothing in either direction. What holds in it without need is taken away. Nothing is shown
that `satisfies` has not confirmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from neurologic.equivalence.language import SIZES, Language
from neurologic.errors import NeurologicError, SignatureError, printable
from neurologic.formula import (
    Atom,
    Constant,
    Formula,
    Function,
    Implies,
    Not,
    Sort,
    binders,
    walk,
)
from neurologic.problem import Lexicon
from neurologic.provers import Prover
from neurologic.provers.finite_models import find
from neurologic.signature import Signature
from neurologic.signature.declarations import NUMERIC, SymbolDeclaration
from neurologic.structure import Element, Row, Structure, Symbol, satisfies

_SEARCH = 20_000  # steps of a search for a small model
_EVALUATION = 200_000  # steps for a formula in one structure
_SPARING = 20_000  # the same, for what may be taken away
_MOST_ROWS = 60  # taken away one by one, and shown of a table
_LONGEST_WORDS = 200
_LONGEST_LINE = 2_000
_VARIABLES = ("x", "y", "z", "u", "v", "w")  # as glosses name the arguments


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
    found = next((found for search in searches if (found := search(left, right))), None)
    if found is None and (is_apart(left, right) or not is_apart(right, left)):
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


def in_words(structure: Structure, language: Language, lexicon: Lexicon = Lexicon()) -> str:
    """The structure as tables in words: what there is, what it is called, what holds of it.

    Symbols that no formula of the language uses are left out.

    Args:
        structure: the structure.
        language: whose symbols it interprets.
        lexicon: glosses of predicates, functions and constants.

    >>> from neurologic.formula import ENTITY, Variable
    >>> purrs, tom = Atom("Purr", (Constant("tom"),)), Atom("Cat", (Constant("tom"),))
    >>> both = Language.of((), (purrs, tom), Signature(), None, 1)
    >>> small = Structure.of({ENTITY: ("tom", "e1")}, {("tom", 0): {(): "tom"}},
    ...                      {("Cat", 1): [("tom",)], ("Purr", 1): []})
    >>> print(in_words(small, both, Lexicon((("Cat", 1, "x is a cat"),), (("tom", "Tom"),))))
    There are 2 things: tom, e1.
    The name tom stands for Tom.
    Cat (x is a cat): true of tom; false of e1.
    Purr: true of nothing.
    """
    lines = _Telling(structure, language, lexicon).lines()
    return "\n".join(_cut(printable(" ".join(line.split()))) for line in lines)


class _Telling:
    """One structure on its way into words."""

    def __init__(self, structure: Structure, language: Language, lexicon: Lexicon) -> None:
        self.structure = structure
        self.domains = dict(structure.domains)
        self.words = language.words
        self.glosses: dict[Symbol, str] = {(n, 0): _words(gloss) for n, gloss in lexicon.constants}
        self.glosses |= {(n, arity): _words(gloss) for n, arity, gloss in lexicon.predicates}
        self.used: set[Symbol] = set()
        self.sorts: set[Sort] = set()
        for sentence in language.sentences:
            for node in walk(sentence):
                match node:
                    case Atom(name, args) | Function(name, args):
                        self.used.add((name, len(args)))
                    case Constant(name):
                        self.used.add((name, 0))
                    case _:
                        self.sorts |= {v.sort for v in binders(node) if v.sort is not None}
        declared = [self._declared(symbol) for symbol in self.used]
        for symbol in (each for each in declared if each is not None):
            self.sorts |= {*symbol.arguments, symbol.result}
        for name, _ in self.used:
            if name in self.words.members:
                self.sorts.add(self.words.members[name])

    def _declared(self, symbol: Symbol) -> SymbolDeclaration | None:
        return self.words.predicates.get(symbol) or self.words.functions.get(symbol)

    def lines(self) -> Iterator[str]:
        yield from self._things()
        yield from self._names()
        for name, arity, table in self.structure.functions:
            if arity and (name, arity) in self.used:
                cells = [f"{_tuple(row)}: {value}" for row, value in table]
                yield f"{self._title(name, arity)}: {_listed(cells, '; ')}."
        for name, arity, rows in self.structure.predicates:
            if (name, arity) in self.used:
                yield f"{self._title(name, arity)}: {self._truth(name, arity, rows)}."

    def _things(self) -> Iterator[str]:
        for sort, elements in self.structure.domains:
            if sort not in self.sorts or sort in NUMERIC:
                continue
            listed = _listed(list(map(str, elements)), ", ")
            if sort.name == "Entity":
                one = len(elements) == 1
                yield f"There {'is 1 thing' if one else f'are {len(elements)} things'}: {listed}."
                continue
            declared = self.words.sorts.get(sort)
            order = ", in this order" if declared is not None and declared.ordered else ""
            yield f"{sort}: {listed}{order}."

    def _names(self) -> Iterator[str]:
        for name, arity, table in self.structure.functions:
            if arity or (name, 0) not in self.used:
                continue
            gloss = self.glosses.get((name, 0), "")
            value = str(table[0][1])
            if value != name:
                yield f"The name {name} stands for {value}{f', {gloss}' if gloss else ''}."
            elif gloss and gloss != name:
                yield f"The name {name} stands for {gloss}."

    def _title(self, name: str, arity: int) -> str:
        gloss = self.glosses.get((name, arity), "")
        if gloss or arity < 2:
            return f"{name} ({gloss})" if gloss else name
        return f"{name}({', '.join(_VARIABLES[:arity]) if arity <= len(_VARIABLES) else arity})"

    def _truth(self, name: str, arity: int, rows: Sequence[Row]) -> str:
        if arity == 0:
            return "true" if rows else "false"
        if not rows:
            return "true of nothing"
        true = f"true of {_listed(list(map(_tuple, rows)), ', ')}"
        others = self._others(name, rows) if arity == 1 else None
        if others is None:
            return f"{true}; of nothing else"
        return f"{true}; false of {_listed(list(map(str, others)), ', ')}" if others else true

    def _others(self, name: str, rows: Sequence[Row]) -> list[Element] | None:
        """The elements of which a predicate of one argument does not hold, where they are listed."""
        declared = self.words.predicates.get((name, 1))
        elements = self.domains.get(declared.arguments[0]) if declared is not None else None
        if elements is None:
            return None
        return [element for element in elements if (element,) not in rows]


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} …"


def _words(gloss: str) -> str:
    return " ".join(gloss[: _LONGEST_WORDS * 2].split())[:_LONGEST_WORDS]


def _listed(items: Sequence[str], between: str) -> str:
    more = f"{between}… ({len(items):,} in all)" if len(items) > _MOST_ROWS else ""
    return between.join(items[:_MOST_ROWS]) + more


def _tuple(row: Row) -> str:
    return str(row[0]) if len(row) == 1 else f"({', '.join(map(str, row))})"
