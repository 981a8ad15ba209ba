"""Clues about houses in a row, translated by rules: who, where, beside whom.

A clue says where somebody lives (`X is in the third house`), how two live to each other (`X is
directly left of Y`, `There are two houses between X and Y`), or that X is or is not Y. Somebody is a
member of the sort that lives in houses, or whoever has a value of one of the functions on it; which
value a description names is told by the words of the member, and among several functions with such a
member by the words of the function. A description has no words beside these but such as say nothing
more: articles, verbs of having and liking, the forms that a thing comes in. What the rules do not tell,
or not surely, has no formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from benchmarks.dialects.declaring import MEASURE
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
        numbered = [s for s in numbered if not s.name.startswith(MEASURE)]
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
        found = dict.fromkeys((*self._related(text), *self._placed(text), *self._same(text)))
        if len(found) > 1:
            raise TranslationError(
                "the rules read the clue in two ways", text=clue, kind="two ways"
            )
        for formula in found:
            return formula
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
        """X is Y, wherever both sides of `is` name somebody."""
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
            _Named(met, symbol.name, member, parts, own, told)
            for symbol, members in self.features
            for own in [frozenset(_name_words(f"{symbol.name} {symbol.result.name}"))]
            for told in [frozenset(word for word in own if _told(word, words))]
            for member in members
            for parts in [_member_words(member, symbol.result.name)]
            if (met := _met(parts, words))
        ]
        chosen = _surest(found)
        if chosen is None or not chosen.explains(text):
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
        parts: the words of the member.
        own: the words that the feature itself is named by.
        told: those of them that the description has.
    """

    met: int
    function: str
    member: str
    parts: list[str]
    own: frozenset[str]
    told: frozenset[str]

    def hides(self, other: _Named) -> bool:
        """Whether it is another feature with something to it that is not told: red hair and red."""
        return self.own > other.own and not (self.own - other.own) & self.told

    def explains(self, text: str) -> bool:
        """Whether a description says nothing but that somebody has this value."""
        verb = re.split(r"[^a-z]", self.function, maxsplit=1)[0]
        if verb.endswith("s") and verb not in _EMPTY and not _told(verb, _words(text)):
            return False  # who has an owl is not who fears it
        forms = {word for kind, words in _FORMS.items() if kind in self.own for word in words}
        said = _PARENT.sub("parentof ", _bare(text)).split()
        return all(
            self._explained(token.replace("-", ""), forms)
            or all(self._explained(part, forms) for part in token.split("-"))
            for token in said
        )

    def _explained(self, word: str, forms: set[str]) -> bool:
        return word in _EMPTY or word in forms or _told(word, [*self.parts, *self.own])


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

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_PLURAL = frozenset(("", "s", "es"))
_ENDINGS = _PLURAL | frozenset("e y ie ies r er ers ing ed ish ist yist ren".split())

_EMPTY = frozenset(
    "a an the of in on with as to is who whose one person name named "
    "has loves likes enjoys prefers partial favorite keeps owns uses drinks eating smokes attended "
    "lives living residing going goes lover enthusiast hobbyist keeper owner drinker eater smoker "
    "only many unique".split()
)
"""Words that say of somebody no more than that he has a value, whichever it is."""

_FORMS = {
    "book": ("books",),
    "vacation": ("breaks", "retreats", "tours", "trips"),
    "education": ("degree", "diploma"),
    "flower": ("arrangement", "boquet", "bouquet", "vase"),
    "pet": ("aquarium",),
    "animal": ("aquarium",),
    "house": ("home", "style", "villa"),
    "child": ("parentof",),
    "month": ("birthday",),
}
"""Words that say no more than what kind of thing a value is, by the words of features."""

_PARENT = re.compile(r"\b(?:mother|father|parent) of ")

_FILLING = frozenset("a an the of in is has have who person people name named".split())


def _plus(term: Term, number: int) -> Term:
    return Arithmetic("+", term, Numeral(Fraction(number)))


def _bare(text: str) -> str:
    """A description in lower case, without the endings of the genitive."""
    return re.sub(r"'s\b", "", text.lower())


def _words(text: str) -> list[str]:
    """The words of a description; what has a hyphen also as one word."""
    joined = re.findall(r"\w+", _bare(text).replace("-", ""))
    split = re.findall(r"\w+", _bare(text))
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
    """Whether two words are forms of one, or short for the same month.

    >>> _alike("painting", "paints"), _alike("sept", "september"), _alike("water", "watermelon")
    (True, True, False)
    """
    if one == other:
        return True
    for month in _MONTHS:
        if month.startswith(one) and month.startswith(other) and min(len(one), len(other)) >= 3:
            return True
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    endings = _ENDINGS if shared > 3 else _PLURAL
    return shared >= 3 and endings.issuperset((one[shared:], other[shared:]))
