"""Declared sorts and symbols, and a vocabulary to look them up in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from neurologic.errors import SignatureError
from neurologic.formula import BOOLEAN, ENTITY, INTEGER, RATIONAL, Sort

BUILT_IN = (ENTITY, INTEGER, RATIONAL, BOOLEAN)
NUMERIC = frozenset((INTEGER, RATIONAL))


@dataclass(frozen=True, slots=True)
class SortDeclaration:
    """A sort: open if `members` is None, else an enumeration, distinct and closed."""

    sort: Sort
    members: tuple[str, ...] | None = None
    ordered: bool = False

    def __str__(self) -> str:
        if self.members is None:
            return f"sort {self.sort}"
        members = (" < " if self.ordered else ", ").join(map(_member, self.members))
        return f"sort {self.sort} = {{{members}}}"


@dataclass(frozen=True, slots=True)
class SymbolDeclaration:
    """A symbol with the sorts of its arguments and of its value; Bool makes it a predicate."""

    name: str
    arguments: tuple[Sort, ...] = ()
    result: Sort = BOOLEAN

    @property
    def is_predicate(self) -> bool:
        """Whether the symbol is a predicate rather than a function or a constant."""
        return self.result is BOOLEAN or self.result == BOOLEAN

    def __str__(self) -> str:
        name, places = _name(self.name), ", ".join(map(str, self.arguments))
        if self.is_predicate:
            return f"pred {name}: {places}" if places else f"pred {name}"
        if places:
            return f"fun {name}: {places} -> {self.result}"
        return f"const {name}: {self.result}"


@dataclass(frozen=True, slots=True)
class Signature:
    """Declared sorts and symbols; empty for unsorted text.

    As text it is read again: names stand in quotes where they need them.

    >>> person = Sort("person")
    >>> print(Signature((SortDeclaration(person),), (SymbolDeclaration("Likes", (person, person)),)))
    sort person
    pred Likes: person, person
    >>> print(SortDeclaration(Sort("song"), ("Question Man", "3", "solo")))
    sort song = {'Question Man', 3, solo}
    """

    sorts: tuple[SortDeclaration, ...] = ()
    symbols: tuple[SymbolDeclaration, ...] = ()

    def vocabulary(self) -> Vocabulary:
        """The declarations as dictionaries.

        Raises:
            SignatureError: if they contradict each other or name an unknown sort.
        """
        return Vocabulary.of(self)

    def __str__(self) -> str:
        return "\n".join(map(str, (*self.sorts, *self.symbols)))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A signature as dictionaries: sorts by value, symbols by name and arity, members by name.

    `places` holds the place of each member in its sort, counted from 0, and `numbers` those members
    that are numbers.
    """

    sorts: dict[Sort, SortDeclaration]
    predicates: dict[tuple[str, int], SymbolDeclaration]
    functions: dict[tuple[str, int], SymbolDeclaration]
    members: dict[str, Sort]
    places: dict[str, int] = field(default_factory=dict)
    numbers: dict[tuple[Sort, Fraction], str] = field(default_factory=dict)

    @classmethod
    def of(cls, signature: Signature) -> Vocabulary:
        """The vocabulary of a signature, which is checked."""
        words = cls(dict(_BUILT_IN), {}, {}, {})
        for declaration in signature.sorts:
            words._add_sort(declaration)
        for symbol in signature.symbols:
            words._add_symbol(symbol)
        return words

    def _add_sort(self, declaration: SortDeclaration) -> None:
        sort, members = declaration.sort, declaration.members
        known = self.sorts.get(sort)
        if known == declaration:
            return
        if sort in BUILT_IN:
            told = f"the sort {sort} is built in and cannot be declared"
            raise _wrong(told, str(declaration), sort.name)
        if known is not None:
            raise _wrong(f"the sort {sort} is declared twice", str(declaration), sort.name)
        self.sorts[sort] = declaration
        if members is None:
            return
        if not members:
            told = f"the sort {sort} needs at least one member"
            raise _wrong(told, str(declaration), sort.name)
        for place, member in enumerate(members):
            if member in self.members:
                other = self.members[member]
                told = f"{member} is already a member of the sort {other}"
                raise _wrong(told, str(declaration), member)
            self.members[member], self.places[member] = sort, place
            value = number_named(member) if member[:1] in _DIGITS else None
            if value is not None:
                self.numbers.setdefault((sort, value), member)

    def _add_symbol(self, symbol: SymbolDeclaration) -> None:
        key, predicate = (symbol.name, len(symbol.arguments)), symbol.is_predicate
        for sort in (*symbol.arguments, symbol.result):
            if sort is not ENTITY and sort not in self.sorts:
                hint = f"declare sort {sort}"
                raise _wrong(f"unknown sort {sort}", str(symbol), sort.name, hint=hint)
        if BOOLEAN in symbol.arguments:
            raise _wrong("Bool is the sort of formulas, not of terms", str(symbol), "Bool")
        table = self.predicates if predicate else self.functions
        known = table.setdefault(key, symbol)
        if known is not symbol and known != symbol:
            text = str(symbol)
            raise _wrong(f"{symbol.name} is declared twice, as {known} and as {text}", text, text)
        if predicate or key[1] or symbol.name not in self.members:
            return
        member_of = self.members[symbol.name]
        if member_of != symbol.result:
            told = f"{symbol.name} is a member of the sort {member_of}"
            raise _wrong(told, str(symbol), symbol.name)

    def sort_of_constant(self, name: str) -> Sort | None:
        """The sort of a constant or of a member of an enumeration; None if undeclared."""
        if name in self.members:
            return self.members[name]
        found = self.functions.get((name, 0))
        return found.result if found else None

    def is_ordered(self, sort: Sort) -> bool:
        """Whether `<` is defined on the sort: numbers and ordered enumerations."""
        declaration = self.sorts.get(sort)
        return sort in NUMERIC or (declaration is not None and declaration.ordered)

    def member_named(self, sort: Sort, value: Fraction) -> str | None:
        """The member of an enumeration that is written as this number."""
        return self.numbers.get((sort, value))


_BUILT_IN = {sort: SortDeclaration(sort) for sort in BUILT_IN}


_DIGITS = frozenset("-0123456789")
_NUMBER = re.compile(r"-?[0-9]{1,1000}(\.[0-9]{1,1000})?")  # as long as numerals may be


def number_named(name: str) -> Fraction | None:
    """The number that a member of an enumeration is, None where its name is none.

    >>> number_named("-2.5"), number_named("1e9"), number_named("first")
    (Fraction(-5, 2), None, None)
    """
    return Fraction(name) if _NUMBER.fullmatch(name) else None


def _name(text: str) -> str:
    """A name as declarations write it."""
    from neurologic.notation import name

    return name(text)


def _member(text: str) -> str:
    """A member as declarations write it: numbers stand bare."""
    short = len(text) <= 1000  # as long as numerals may be
    return text if short and text.isascii() and text.isdigit() else _name(text)


def _wrong(message: str, text: str, part: str, hint: str = "") -> SignatureError:
    start = max(text.find(part), 0)
    return SignatureError(
        message, text=text, span=(start, start + len(part)), hint=hint, source="declaration"
    )
