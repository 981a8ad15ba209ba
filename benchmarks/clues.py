"""Clues about houses in a row, translated by rules: who, where, beside whom.

A clue says where somebody lives (`X is in the third house`), how two live to each other (`X is
directly left of Y`, `There are two houses between X and Y`), or that X is or is not Y. Somebody is a
member of the sort that lives in houses, or whoever has a value of one of the functions on it; which
value a description names is told by the words of the member, and among several functions with such a
member by the words of the function. What the rules do not tell, or not surely, has no formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from neurologic.errors import TranslationError
from neurologic.formula import (
    INTEGER,
    And,
    Arithmetic,
    Compare,
    Constant,
    Equals,
    Exists,
    Formula,
    Function,
    Not,
    Numeral,
    Or,
    Sort,
    Term,
    Variable,
)
from neurologic.signature import Signature, SymbolDeclaration

_NUMBERS = "one two three four five six seven eight nine ten".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


@dataclass(frozen=True, slots=True)
class Street:
    """The declarations of a puzzle about houses in a row.

    Args:
        person: the sort of who lives there.
        people: its members.
        house: the function that says in which house, a number, somebody lives.
        features: each other function on people, with the members of its values.
    """

    person: Sort
    people: tuple[str, ...]
    house: SymbolDeclaration
    features: tuple[tuple[SymbolDeclaration, tuple[str, ...]], ...]

    @classmethod
    def of(cls, signature: Signature) -> Street:
        """The street that a signature declares.

        Raises:
            TranslationError: it declares none: there is not just one function into numbers.
        """
        members = {one.sort: one.members or () for one in signature.sorts}
        numbered = [s for s in signature.symbols if s.result == INTEGER and len(s.arguments) == 1]
        numbered = [s for s in numbered if not s.name.startswith("value_of_")]
        if len(numbered) != 1 or not members.get(numbered[0].arguments[0]):
            raise TranslationError("the declarations are not those of people in a row of houses")
        person = numbered[0].arguments[0]
        features = tuple(
            (symbol, members[symbol.result])
            for symbol in signature.symbols
            if symbol.arguments == (person,) and members.get(symbol.result)
        )
        return cls(person, members[person], numbered[0], features)

    def translate(self, clue: str) -> Formula:
        """The formula of a clue.

        Raises:
            TranslationError: the rules do not cover it.

        >>> from neurologic.parsing import read_constraints
        >>> signature, _ = read_constraints('''sort person = {Ann, Bob}
        ... sort pet = {owl, goat}
        ... fun house: person -> Int
        ... fun keeps: person -> pet''')
        >>> street = Street.of(signature)
        >>> print(street.translate("The owl keeper is directly left of Bob."))
        ∃x: person. (keeps(x) = owl ∧ house(x) + 1 = house(Bob))
        >>> print(street.translate("Ann is not the person with the goat"))
        keeps(Ann) ≠ goat
        """
        text = " ".join(clue.split()).strip(" .").replace("’", "'")
        for found in (*self._related(text), *self._placed(text), *self._same(text)):
            return found
        raise TranslationError("no rule covers the clue", text=clue, kind="no rule")

    # -- forms of clues

    def _related(self, text: str) -> Iterator[Formula]:
        for pattern, relation in _RELATIONS:
            if (match := pattern.fullmatch(text)) is None:
                continue
            left, right = self._somebody(match["x"], "x"), self._somebody(match["y"], "y")
            if left is None or right is None:
                continue
            number = match.groupdict().get("n", "").lower()
            apart = _NUMBERS.index(number) + 2 if number in _NUMBERS else 1
            if number and number not in _NUMBERS:
                continue
            yield self._said([left, right], self._relation(relation, left, right, apart))

    def _relation(self, relation: str, left: _Somebody, right: _Somebody, apart: int) -> Formula:
        a, b = self._home(left), self._home(right)
        match relation:
            case "before":
                return Compare("<", a, b)
            case "after":
                return Compare(">", a, b)
            case "left":
                return Equals(_plus(a, apart), b)
            case "right":
                return Equals(_plus(b, apart), a)
            case _:
                return Or((Equals(_plus(a, apart), b), Equals(_plus(b, apart), a)))

    def _placed(self, text: str) -> Iterator[Formula]:
        match = _PLACE.fullmatch(text)
        if match is None or (ordinal := match["n"].lower()) not in _ORDINALS:
            return
        who = self._somebody(match["x"], "x")
        if who is not None:
            number = Numeral(Fraction(_ORDINALS.index(ordinal) + 1))
            place = Equals(self._home(who), number)
            yield self._said([who], Not(place) if match["not"] else place)

    def _same(self, text: str) -> Iterator[Formula]:
        """X is Y: the first place to split at where both sides name somebody."""
        for match in re.finditer(r" is (not )?", text):
            left = self._somebody(text[: match.start()], "x")
            right = self._somebody(text[match.end() :], "x")
            if left is None or right is None:
                continue
            if left.name and right.name:
                continue
            who = left if left.name else right
            other = right if left.name else left
            assert other.feature is not None
            same: Formula = self._is(other, who.term)
            if match[1]:
                same = Not(same)
            yield self._said([who], same)

    # -- somebody

    def _somebody(self, text: str, variable: str) -> _Somebody | None:
        """Whom a description names; None if nobody, or not surely one."""
        words = _words(text)
        if len(words) == 1:
            for name in self.people:
                if words == _member_words(name, self.person.name):
                    return _Somebody(name, None, Constant(name))
        found = [
            _Named(met, symbol.name, member, own, frozenset(w for w in own if _told(w, words)))
            for symbol, members in self.features
            for own in [frozenset(_name_words(f"{symbol.name} {symbol.result.name}"))]
            for member in members
            if (met := _met(_member_words(member, symbol.result.name), words))
        ]
        chosen = _surest(found)
        if chosen is None:
            return None
        feature = chosen.function, chosen.member
        return _Somebody("", feature, Variable(variable, self.person))

    def _home(self, who: _Somebody) -> Term:
        return Function(self.house.name, (who.term,))

    def _is(self, who: _Somebody, term: Term) -> Formula:
        assert who.feature is not None
        function, value = who.feature
        return Equals(Function(function, (term,)), Constant(value))

    def _said(self, whom: list[_Somebody], formula: Formula) -> Formula:
        """The formula about those who are described: there are such."""
        described = [who for who in whom if who.feature is not None]
        if described:
            formula = And((*(self._is(who, who.term) for who in described), formula))
        for who in reversed(described):
            assert isinstance(who.term, Variable)
            formula = Exists(Variable(who.term.name, self.person), formula)
        return formula


@dataclass(frozen=True, slots=True)
class _Somebody:
    """A person by name, or whoever has a value of a feature."""

    name: str
    feature: tuple[str, str] | None
    term: Term


@dataclass(frozen=True, slots=True)
class _Named:
    """A value that a description may name.

    Args:
        met: how surely the words of the member stand there.
        function: the feature.
        member: the value.
        own: the words that the feature itself is named by.
        told: those of them that the description has.
    """

    met: int
    function: str
    member: str
    own: frozenset[str]
    told: frozenset[str]

    def hides(self, other: _Named) -> bool:
        """Whether it is another feature with something to it that is not told: red hair and red."""
        return self.own > other.own and not (self.own - other.own) & self.told


def _surest(found: list[_Named]) -> _Named | None:
    """The one value that a description names; None where it may be one as well as another."""
    met = max((one.met for one in found), default=0)
    found = [one for one in found if one.met == met]
    told = max((len(one.told) for one in found), default=0)
    found = [one for one in found if len(one.told) == told]
    found = [one for one in found if not any(one.hides(other) for other in found)]
    return found[0] if len(found) == 1 else None


_RELATIONS = [
    (re.compile(pattern, re.IGNORECASE), relation)
    for pattern, relation in (
        (r"(?P<x>.+) is directly left of (?P<y>.+)", "left"),
        (r"(?P<x>.+) is directly right of (?P<y>.+)", "right"),
        (r"(?P<x>.+) is somewhere to the left of (?P<y>.+)", "before"),
        (r"(?P<x>.+) is somewhere to the right of (?P<y>.+)", "after"),
        (r"(?P<x>.+) and (?P<y>.+) are next to each other", "beside"),
        (r"there (?:is|are) (?P<n>\w+) houses? between (?P<x>.+) and (?P<y>.+)", "beside"),
    )
]
_PLACE = re.compile(r"(?P<x>.+) is (?P<not>not )?in the (?P<n>\w+) house", re.IGNORECASE)

_FILLING = frozenset("a an the of in is has have who person people name named".split())


def _plus(term: Term, number: int) -> Term:
    return Arithmetic("+", term, Numeral(Fraction(number)))


def _words(text: str) -> list[str]:
    """The words of a description in lower case; what has a hyphen also as one word."""
    joined = re.findall(r"\w+", text.lower().replace("-", "").replace("'s", ""))
    split = re.findall(r"\w+", text.lower().replace("'s", ""))
    return list(dict.fromkeys((*joined, *split)))


def _told(word: str, words: list[str]) -> bool:
    return any(_alike(word, other) for other in words)


def _name_words(name: str) -> list[str]:
    """The words that a name is made of: has_hairColor is of hair and color."""
    parts = [part.lower() for part in re.findall(r"[A-Z]?[a-z]+|\d+|[A-Z]+(?![a-z])", name)]
    return [part.removesuffix("s") for part in parts if part not in _FILLING]


def _member_words(member: str, sort: str) -> list[str]:
    """The words of a member, which may bear the name of its sort in front."""
    return [w for w in member.removeprefix(f"{sort}_").lower().split("_") if w]


def _met(parts: list[str], words: list[str]) -> int:
    """How surely a description names a member: all its words, exactly or nearly; 0 if not."""
    total = 0
    for part in parts:
        if part in words:
            total += 3
        elif any(_alike(part, word) for word in words):
            total += 2
        else:
            return 0
    return total


def _alike(one: str, other: str) -> bool:
    """Whether two words may be forms of one, or one short for the other."""
    if one == other:
        return True
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= 4 or (shared == 3 == min(len(one), len(other)))
