"""How large the domains of a finite model are to be: a survey of the sentences, and sizes to try."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise, product
from math import prod
from typing import Any

from neurologic.axioms import sorted_numerals
from neurologic.formula import (
    ENTITY,
    INTEGER,
    RATIONAL,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Sort,
    Variable,
    Xor,
    binders,
    children,
)
from neurologic.provers.propositional import DEEPEST, BeyondError
from neurologic.signature import Signature, Vocabulary
from neurologic.signature.declarations import NUMERIC, number_named
from neurologic.structure import Element

MOST_NUMBERS = 40
"""The most values that a term of sort Int or Rational is given to choose from."""
_MORE_THAN_NAMES = 2  # elements without a name where there are many names
_MOST_SORTS = 3  # whose sizes are varied apart from each other


@dataclass(frozen=True, slots=True)
class Plan:
    """The elements of one attempt.

    Args:
        domains: the elements of every sort but numbers.
        unnamed: those of open sorts that stand for no name.
        constants: the constants that are elements of their own.
    """

    domains: dict[Sort, list[Element]]
    unnamed: dict[Sort, tuple[Element, ...]]
    constants: dict[str, Element]


@dataclass(slots=True)
class Survey:
    """What a search for finite models needs to know of the sentences.

    `sorts` are the open ones. `equal` leads from a name to another that a sentence outright says is
    the same. `leaves` counts what there is to write out under each sequence of sorts quantified
    over. `witnesses` counts, by sort, the ∃ outside every ∀, where these and the names bound the
    size of the smallest model (Bernays and Schönfinkel); it is None for other problems.
    """

    words: Vocabulary
    sorts: list[Sort]
    constants: dict[str, Sort]
    numerals: dict[Sort, dict[Fraction, None]] = field(default_factory=dict)
    values: dict[Sort, list[Element]] = field(default_factory=dict)
    equal: dict[str, str | Fraction] = field(default_factory=dict)
    leaves: dict[tuple[Sort, ...], int] = field(default_factory=dict)
    witnesses: dict[Sort, int] | None = field(default_factory=dict)
    numbers: dict[Fraction, None] = field(default_factory=dict)
    sums: bool = False

    @classmethod
    def of(
        cls, sentences: Sequence[Formula], signature: Signature, *, bounded: bool = False
    ) -> Survey:
        """The survey of closed elaborated sentences.

        Args:
            sentences: the sentences.
            signature: their signature.
            bounded: whether numbers come from bounds that the caller finds: then none are listed.

        Raises:
            BeyondError: the sentences quantify over numbers, are nested too deep, or there are
                functions of numbers.
        """
        words = signature.vocabulary()
        constants = {
            symbol.name: symbol.result for (_, n), symbol in words.functions.items() if n == 0
        }
        constants.update(words.members)
        sorts = [d.sort for d in signature.sorts if d.members is None and d.sort not in NUMERIC]
        survey = cls(words, sorts, constants, {sort: {} for sort in sorts})
        for sentence in sentences:
            survey._visit(sentence, True, (), False, 0)
            survey._equations(sentence)
        for sort, numerals in survey.numerals.items():
            survey.numerals[sort] = dict.fromkeys(sorted(numerals))
        if not bounded and any(symbol.result in NUMERIC for symbol in words.functions.values()):
            survey._number_values()
        return survey

    @property
    def crowded(self) -> bool:
        """Whether two names, or a name and a numeral, might denote one element."""
        named = Counter(sort for sort in self.constants.values() if sort in self.numerals)
        return any(n + len(self.numerals[sort]) > 1 for sort, n in named.items())

    def compare(self, sign: str, left: Element, right: Element) -> bool:
        """Whether the comparison of numbers or of members of an ordered enumeration holds."""
        return _COMPARISONS[sign](self.position(left), self.position(right))

    def instances(self, domains: dict[Sort, list[Element]]) -> int:
        """About how many ground atoms the sentences have over these domains."""
        sizes = {sort: len(elements) for sort, elements in domains.items()}
        return sum(n * prod(map(sizes.__getitem__, over)) for over, n in self.leaves.items())

    def same(self, term: Any) -> str | Fraction | None:
        """The name or number that a name of an open sort is said to be the same as, or itself."""
        if isinstance(term, Numeral):
            return term.value
        if not isinstance(term, Constant) or self.constants[term.name] not in self.numerals:
            return None
        passed: list[str] = []
        found: str | Fraction = term.name
        while isinstance(found, str) and found in self.equal:
            passed.append(found)
            found = self.equal[found]
        for name in passed:  # from now on it takes one step
            self.equal[name] = found
        return found

    def position(self, element: Element) -> Fraction:
        """A number itself, or the place of a member among those of its sort.

        Raises:
            BeyondError: it has none.
        """
        if isinstance(element, Fraction):
            return element
        found = self.words.places.get(element)
        if found is None:
            raise BeyondError(f"{element} has no place in an order")
        return Fraction(found)

    def _visit(
        self, node: Any, sign: bool | None, over: tuple[Sort, ...], universal: bool, depth: int
    ) -> None:
        """Look at a formula that occurs with this sign, None for both, or at a term.

        `universal` says whether it is in the scope of what may be an ∀.
        """
        if depth > DEEPEST:
            raise BeyondError(f"nested more than {DEEPEST} deep")
        kind = node.__class__
        if kind is Variable or kind is Constant:
            return
        if kind is Numeral:
            self.numbers[node.value] = None
            return
        self._look_up(node)
        if kind is ForAll or kind is Exists or kind is Count or kind is Distinct:
            over, universal = self._bound(node, sign, over, universal)
        elif kind is Not:
            sign = None if sign is None else not sign
        elif kind is Iff or kind is Xor:
            sign = None
        self.leaves[over] = self.leaves.get(over, 0) + (1 if sign is not None else 2)
        first = kind is Implies
        for child in children(node):
            below = not sign if first and sign is not None else sign
            self._visit(child, below, over, universal, depth + 1)
            first = False

    def _look_up(self, node: Any) -> None:
        """Look at the symbol and the numerals that stand directly in a node."""
        kind = node.__class__
        if kind is Atom or kind is Function:
            name = node.predicate if kind is Atom else node.name
            table = self.words.predicates if kind is Atom else self.words.functions
            symbol = table.get((name, len(node.args)))
            if symbol is None:
                raise BeyondError(f"{name} is not in the signature")
            if kind is Function:
                self.witnesses = None
                if not NUMERIC.isdisjoint(symbol.arguments):
                    raise BeyondError(f"{name} is a function of numbers")
        elif kind is Arithmetic:
            self.sums = True
        elif kind is not Equals and kind is not Distinct and kind is not Compare:
            return
        for term in children(node):
            if term.__class__ is Constant and term.name not in self.constants:
                raise BeyondError(f"{term.name} is not in the signature")
        for sort, numeral in sorted_numerals(node, self.words):
            listed = self.numerals.get(sort)
            if listed is not None:
                listed[numeral.value] = None

    def _bound(
        self, node: Any, sign: bool | None, over: tuple[Sort, ...], universal: bool
    ) -> tuple[tuple[Sort, ...], bool]:
        counting = isinstance(node, (Count, Distinct))
        exists = not counting and (sign is None or (node.__class__ is Exists) is sign)
        cases = [self.words.sorts[v.sort or ENTITY].members or () for v in binders(node)]
        if isinstance(node, Count):  # what may be its value, like a numeral
            self.numbers[Fraction(prod(map(len, cases)))] = None
        for variable in binders(node):
            sort = variable.sort or ENTITY
            if sort in NUMERIC:
                raise BeyondError(f"{variable.name} ranges over numbers")
            if counting or (exists and universal):
                self.witnesses = None
            elif exists and self.witnesses is not None:
                self.witnesses[sort] = self.witnesses.get(sort, 0) + 1
            universal = universal or sign is None or not exists or sort not in self.numerals
            over = (*over, sort)
        return over, universal

    def _equations(self, sentence: Formula) -> None:
        todo = [sentence]
        while todo:
            node = todo.pop()
            if isinstance(node, And):
                todo.extend(reversed(node.parts))
            elif isinstance(node, Equals):
                one, other = self.same(node.left), self.same(node.right)
                if one is None or other is None or one == other:
                    continue
                if isinstance(other, str):
                    self.equal[other] = one
                elif isinstance(one, str):
                    self.equal[one] = other

    def _number_values(self) -> None:
        """The values from which terms of the numeric sorts choose: near numerals, and few."""
        ends = dict.fromkeys((*self.numbers, Fraction(0)))
        whole: dict[Fraction, None] = {}
        every: dict[Fraction, None] = {}
        for number in _near(list(ends), self.sums):
            if number.denominator == 1 and len(whole) < MOST_NUMBERS:
                whole[number] = None
            if len(every) < MOST_NUMBERS:
                every[number] = None
            elif len(whole) == MOST_NUMBERS:
                break
        if len(every) < MOST_NUMBERS:  # so few that every number near is there
            between = [(a + b) / 2 for a, b in pairwise(sorted(every))]
            every |= dict.fromkeys(between)
        self.values[INTEGER] = [*sorted(whole, key=_plain)]
        self.values[RATIONAL] = [*sorted([*every][:MOST_NUMBERS], key=_plain)]


def _near(ends: Sequence[Fraction], sums: bool) -> Iterator[Fraction]:
    """The numerals, their neighbours, and sums and differences of the first of them."""
    yield from (n + d for d in (0, 1, -1) for n in ends)
    if sums:
        few = ends[:MOST_NUMBERS]
        yield from (sign * m + n for m in few for n in few for sign in (1, -1))


def _plain(number: Fraction) -> tuple[int, Fraction, bool]:
    """A key by which 0, 1, -1, 2, ... come first."""
    return number.denominator, abs(number), number < 0


_COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def plans(survey: Survey, most: int, *, separate: bool) -> Iterator[Plan]:
    """Domains to try, by the number of elements that are added to what has to be there.

    Args:
        survey: the survey of the sentences.
        most: the most elements of an open sort.
        separate: whether each constant is an element of its own, apart from those that a sentence
            says are the same; else there are as few elements as possible.
    """
    constants: dict[str, Element] = {member: _member(member) for member in survey.words.members}
    base: dict[Sort, dict[Element, None]] = {
        sort: dict.fromkeys(numerals) for sort, numerals in survey.numerals.items()
    }
    if separate:
        for name, sort in survey.constants.items():
            if sort in base:
                constants[name] = survey.same(Constant(name)) or name
                base[sort][constants[name]] = None
    enumerations = {
        sort: [_member(member) for member in declaration.members]
        for sort, declaration in survey.words.sorts.items()
        if declaration.members is not None
    }
    least = [0 if elements else 1 for elements in base.values()]
    for extras in _vectors(least, _bounds(survey, base, most, separate=separate)):
        unnamed: dict[Sort, tuple[Element, ...]] = {
            sort: tuple(f"{sort}\0{i}" for i in range(extra))
            for sort, extra in zip(base, extras, strict=True)
        }
        domains = {sort: [*elements, *unnamed[sort]] for sort, elements in base.items()}
        yield Plan(domains | enumerations, unnamed, constants)


def _bounds(
    survey: Survey, base: Mapping[Sort, Collection[Element]], most: int, *, separate: bool
) -> list[int]:
    """The most elements that are added to each sort."""
    bounds = []
    more = _MORE_THAN_NAMES if separate and survey.crowded else 0
    named = Counter(() if separate else survey.constants.values())
    for sort, elements in base.items():
        bound = max(most - len(elements), more)
        if survey.witnesses is not None:
            bound = min(bound, survey.witnesses.get(sort, 0) + named[sort])
        bounds.append(bound if elements else max(bound, 1))
    return bounds


def _vectors(least: Sequence[int], bounds: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Numbers between the least and the bounds: by their largest excess, then by their sum.

    >>> list(_vectors([1, 0], [2, 1]))
    [(1, 0), (1, 1), (2, 0), (2, 1)]
    """
    spans = [high - low for low, high in zip(least, bounds, strict=True)]
    free = sum(1 for span in spans if span)
    for top in range(max(spans, default=0) + 1):
        if free > _MOST_SORTS:  # too many combinations: grow together
            chosen = [tuple(min(top, span) for span in spans)]
        else:
            ranges = [range(min(top, span) + 1) for span in spans]
            every = (v for v in product(*ranges) if max(v, default=0) == top)
            chosen = sorted(every, key=lambda v: (sum(v), v))
        for vector in chosen:
            yield tuple(low + more for low, more in zip(least, vector, strict=True))


def _member(name: str) -> Element:
    """The element that a member of an enumeration is: a numeral denotes its number in every sort."""
    number = number_named(name)
    return name if number is None else number
