"""Structures in words: tables that say all there is and that can be read in one way only.

Names that are no plain words stand in quotes. What holds of most is told by what it does not hold
of; a structure that is too large even so is not told at all, since a part of it misleads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import product
from math import prod

from neurologic.equivalence.language import Language
from neurologic.errors import printable
from neurologic.formula import Atom, Constant, Function, Sort, binders, walk
from neurologic.notation import name as written
from neurologic.notation import quoted
from neurologic.problem import Lexicon
from neurologic.signature.declarations import NUMERIC, SymbolDeclaration
from neurologic.structure import Element, Row, Structure, Symbol

_MOST_ROWS = 60  # of a table
_MOST_THINGS = 300  # of a sort
_MOST_CELLS = 20_000  # of a table that is told by what is missing
_LONGEST_WORDS = 200
_LONGEST_NAME = 200
_LONGEST_LINE = 8_000
_VARIABLES = ("x", "y", "z", "u", "v", "w")  # as glosses name the arguments
_TAKEN = frozenset(("nothing", "everything"))  # words that names may be mistaken for
_MARKS = (":", ";", "(", ")", '"', ". ")  # with which a gloss may be mistaken for the rest


class _LongError(Exception):
    """The structure is too large to be told."""


def in_words(structure: Structure, language: Language, lexicon: Lexicon = Lexicon()) -> str | None:
    """The structure as tables in words: what there is, what it is called, what holds of it.

    Symbols that no formula of the language uses are left out.

    Args:
        structure: the structure.
        language: whose symbols it interprets.
        lexicon: glosses of predicates, functions and constants.

    Returns:
        The lines; None if there is too much to tell.

    >>> from neurologic.formula import ENTITY
    >>> from neurologic.signature import Signature
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
    try:
        lines = list(_Telling(structure, language, lexicon).lines())
    except _LongError:
        return None
    if any(len(line) > _LONGEST_LINE for line in lines):
        return None
    return "\n".join(map(printable, lines))


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
                yield f"{self._title(name, arity)}: {_values(table)}."
        for name, arity, rows in self.structure.predicates:
            if (name, arity) in self.used:
                yield f"{self._title(name, arity)}: {self._truth(name, arity, rows)}."

    def _things(self) -> Iterator[str]:
        for sort, elements in self.structure.domains:
            if sort not in self.sorts or sort in NUMERIC:
                continue
            listed = _listed([_called(each) for each in elements], _MOST_THINGS)
            if sort.name == "Entity":
                one = len(elements) == 1
                yield f"There {'is 1 thing' if one else f'are {len(elements)} things'}: {listed}."
                continue
            declared = self.words.sorts.get(sort)
            order = ", in this order" if declared is not None and declared.ordered else ""
            yield f"{written(sort.name)}: {listed}{order}."

    def _names(self) -> Iterator[str]:
        for name, arity, table in self.structure.functions:
            if arity or (name, 0) not in self.used:
                continue
            gloss = self.glosses.get((name, 0), "")
            value = table[0][1]
            if value != name:
                told = f", {gloss}" if gloss else ""
                yield f"The name {_called(name)} stands for {_called(value)}{told}."
            elif gloss and gloss != name:
                yield f"The name {_called(name)} stands for {gloss}."

    def _title(self, name: str, arity: int) -> str:
        gloss = self.glosses.get((name, arity), "")
        shown = _named(name)
        if gloss or arity < 2:
            return f"{shown} ({gloss})" if gloss else shown
        return f"{shown}({', '.join(_VARIABLES[:arity]) if arity <= len(_VARIABLES) else arity})"

    def _truth(self, name: str, arity: int, rows: Sequence[Row]) -> str:
        if arity == 0:
            return "true" if rows else "false"
        if not rows:
            return "true of nothing"
        if arity == 1 and len(rows) <= _MOST_ROWS:
            true = f"true of {_listed(list(map(_tuple, rows)))}"
            others = self._others(name, 1, rows, _MOST_THINGS)
            if others is None or len(others) > _MOST_ROWS:
                return f"{true}; of nothing else"
            return f"{true}; false of {_listed(list(map(_tuple, others)))}" if others else true
        if len(rows) <= _MOST_ROWS:
            return f"true of {_listed(list(map(_tuple, rows)))}; of nothing else"
        others = self._others(name, arity, rows, _MOST_CELLS)
        if others is None:
            raise _LongError
        but = f" but {_listed(list(map(_tuple, others)))}" if others else ""
        return f"true of everything{but}"

    def _others(self, name: str, arity: int, rows: Sequence[Row], most: int) -> list[Row] | None:
        """The rows of which a predicate does not hold, where there are not too many to look at."""
        declared = self.words.predicates.get((name, arity))
        if declared is None:
            return None
        domains = [self.domains.get(sort, ()) for sort in declared.arguments]
        if not 0 < prod(map(len, domains)) <= most:
            return None
        true = set(rows)
        return [row for row in product(*domains) if row not in true]


def _words(gloss: str) -> str:
    """A gloss that has an end, in quotes if it could be mistaken for more than one."""
    text = " ".join(gloss[: _LONGEST_WORDS * 2].split())[:_LONGEST_WORDS]
    if not any(mark in text for mark in _MARKS):
        return text
    return '"' + text.replace('"', "'") + '"'


def _named(name: str, term: bool = False) -> str:
    """A name, in quotes unless it is a plain word; a long one is cut and has a mark of its own."""
    if len(name) > _LONGEST_NAME:
        mark = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        return quoted(f"{name[:_LONGEST_NAME]}…{mark}")
    return quoted(name) if name in _TAKEN else written(name, term=term)


def _called(element: Element) -> str:
    return _named(element, term=True) if isinstance(element, str) else str(element)


def _listed(items: Sequence[str], most: int = _MOST_ROWS) -> str:
    if len(items) > most:
        raise _LongError
    return ", ".join(items)


def _values(table: Sequence[tuple[Row, Element]]) -> str:
    """The values of a function: of a large table, the most common one for all the rest."""
    cells, rest = list(table), ""
    if len(cells) > _MOST_ROWS:
        ((value, _),) = Counter(value for _, value in cells).most_common(1)
        cells = [cell for cell in cells if cell[1] != value]
        rest = f"{_called(value)} for {'all others' if cells else 'everything'}"
    if len(cells) > _MOST_ROWS:
        raise _LongError
    told = [f"{_tuple(row)}: {_called(value)}" for row, value in cells]
    return "; ".join([*told, rest] if rest else told)


def _tuple(row: Row) -> str:
    return _called(row[0]) if len(row) == 1 else f"({', '.join(map(_called, row))})"
