"""Fingerprints: the truth values of formulas in many seeded random finite structures at once.

A world is 256 structures with the same domains, in which a symbol's meaning is drawn by a hash of
its name: a truth value is then one integer of 256 bits, a term's value an integer for each element
that it may denote, and a connective one machine operation. Two formulas with different fingerprints
differ in a structure that can be written down, and that is a proof that they are not equivalent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import inf, prod
from typing import Any

from neurologic.equivalence.canonical import Forms
from neurologic.equivalence.masks import (
    ALL,
    Values,
    combinations,
    different,
    drawn,
    gathered,
    met,
    same,
)
from neurologic.errors import NeurologicError
from neurologic.formula import Formula, Sort
from neurologic.signature import Signature, Vocabulary
from neurologic.signature.declarations import NUMERIC, number_named
from neurologic.structure import Element, Row, Structure, satisfies

MOST_COST = 20_000
"""Formulas that would take more evaluations have no fingerprint in a world."""
_MOST_CELLS = 400  # of a table that is written down whole
_MOST_VALUES = 60  # of a term


class World:
    """Structures with the same domains, of some size, in which canonical forms are evaluated.

    Args:
        words: the sorts of all symbols.
        signature: the same as declarations.
        forms: the canonical forms.
        numerals: the numbers that occur in the problem, by sort.
        size: how many elements an open sort has beside its numerals.
    """

    def __init__(
        self,
        words: Vocabulary,
        signature: Signature,
        forms: Forms,
        numerals: Mapping[Sort, Sequence[Fraction]],
        size: int,
    ) -> None:
        self.words, self.signature, self.forms, self.size = words, signature, forms, size
        self.numbers = _pool(numerals)
        self.domains: dict[Sort, list[Element]] = {}
        self.sound = True
        self.places: dict[Element, Fraction] = {}
        taken = {symbol.name for symbol in signature.symbols} | set(words.members)
        for declaration in signature.sorts:
            sort = declaration.sort
            if declaration.members is not None:
                members = [_member(name) for name in declaration.members]
                self.domains[sort] = members
                self.places |= {e: Fraction(i) for i, e in enumerate(members) if isinstance(e, str)}
                self.sound = self.sound and _in_order(members)
            elif sort not in NUMERIC:
                stem = "e" if sort.name == "Entity" else sort.name.lower()
                named: list[Element] = list(numerals.get(sort, ()))
                wanted = max(size, 0 if named else 1)
                free = (f"{stem}{i}" for i in range(1, wanted + len(taken) + 1))
                named += [name for name in free if name not in taken][:wanted]
                self.domains[sort] = named
        self._truths: dict[tuple[int, tuple[Element, ...]], int] = {}
        self._tables: dict[tuple[str, Row], int] = {}
        self._values: dict[tuple[str, Row], Values] = {}
        self._costs: dict[int, float] = {}

    def fingerprint(self, number: int) -> int | None:
        """The structures in which the sentence of this form holds, as bits; None if that is much.

        None also if it quantifies over numbers, which no finite structure lists, or if an
        enumeration has numbers for members and not in their order.
        """
        if not self.sound or self.cost(number) > MOST_COST:
            return None
        return self._truth(number, ())

    def cost(self, number: int) -> float:
        """How many evaluations the form takes at most; infinite if it has no value here."""
        found = self._costs.get(number)
        if found is None:
            found = self._costs[number] = self._cost(self.forms.forms[number])
        return found

    def _cost(self, form: tuple[Any, ...]) -> float:
        match form[0]:
            case "v" | "c" | "k" | "T" | "F":
                return 1.0
            case "A" | "E":
                return 1 + self._size((form[1],)) * self.cost(form[2])
            case "C" | "I":
                size = self._size(form[1])
                return 1 + size * self.cost(form[2]) * (1 if form[0] == "C" else size)
            case "p" | "f":
                return _product(map(self._ways, form[2:])) + sum(map(self.cost, form[2:]))
            case "=" | "<" | "<=" | "+" | "-" | "*":
                return _product(map(self._ways, form[1:])) + sum(map(self.cost, form[1:]))
            case _:
                return 1 + sum(map(self.cost, form[1:]))

    def _size(self, sorts: Sequence[Sort]) -> float:
        return _product(len(self.domains.get(sort, ())) or inf for sort in sorts)

    def _ways(self, term: int) -> float:
        """How many values a term may take."""
        form = self.forms.forms[term]
        match form[0]:
            case "v" | "k":
                return 1
            case "c" | "f":
                return max(len(self.numbers), *map(len, self.domains.values()), 1)
            case "C":
                return self._size(form[1]) + 1
            case _:
                return min(_product(map(self._ways, form[1:])), _MOST_VALUES)

    # Evaluation. The environment lists the values of the bound variables, the innermost first.

    def _truth(self, number: int, env: tuple[Element, ...]) -> int:
        key = (number, env)
        found = self._truths.get(key)
        if found is None:
            found = self._truths[key] = self._evaluate(self.forms.forms[number], env)
        return found

    def _evaluate(self, form: tuple[Any, ...], env: tuple[Element, ...]) -> int:
        kind = form[0]
        if kind == "p":
            return self._atom(form, env)
        if kind == "n":
            return ALL ^ self._truth(form[1], env)
        if kind == "&":
            result = ALL
            for part in form[1:]:
                result &= self._truth(part, env)
                if not result:
                    break
            return result
        if kind == "|":
            result = 0
            for part in form[1:]:
                result |= self._truth(part, env)
                if result == ALL:
                    break
            return result
        if kind in {"A", "E"}:
            result = ALL if kind == "A" else 0
            for element in self.domains[form[1]]:
                holds = self._truth(form[2], (element, *env))
                result = result & holds if kind == "A" else result | holds
            return result
        return self._rarer(form, env)

    def _rarer(self, form: tuple[Any, ...], env: tuple[Element, ...]) -> int:
        match form[0]:
            case "T" | "F":
                return ALL if form[0] == "T" else 0
            case "x":
                result = 0
                for part in form[1:]:
                    result ^= self._truth(part, env)
                return result
            case "=":
                return same(self._term(form[1], env), self._term(form[2], env))
            case "<" | "<=":
                return self._compared(form, env)
            case "D":
                return different([self._term(term, env) for term in form[1:]])
            case "I":
                return different(
                    [
                        self._term(form[2], (*reversed(values), *env))
                        for values in product(*(self.domains[sort] for sort in form[1]))
                    ]
                )
        raise TypeError(f"expected a formula, got {form!r:.80}")

    def _atom(self, form: tuple[Any, ...], env: tuple[Element, ...]) -> int:
        result = 0
        for row, mask in self._rows(form[2:], env):
            result |= mask & self._holds(form[1], row)
        return result

    def _rows(self, terms: Sequence[int], env: tuple[Element, ...]) -> list[tuple[Row, int]]:
        rows: list[tuple[Row, int]] = [((), ALL)]
        for term in terms:
            values = self._term(term, env)
            if len(values) == 1:
                rows = [((*row, values[0][0]), mask) for row, mask in rows]
            else:
                rows = [
                    ((*row, element), both)
                    for row, mask in rows
                    for element, where in values
                    if (both := mask & where)
                ]
        return rows

    def _compared(self, form: tuple[Any, ...], env: tuple[Element, ...]) -> int:
        result = 0
        right = self._term(form[2], env)
        for first, where in self._term(form[1], env):
            low = self.position(first)
            for second, there in right:
                high = self.position(second)
                if low < high or (low == high and form[0] == "<="):
                    result |= where & there
        return result

    def _term(self, number: int, env: tuple[Element, ...]) -> Values:
        form = self.forms.forms[number]
        match form[0]:
            case "v":
                return [(env[form[1] - 1], ALL)]
            case "c":
                return self._denoted(form[1], ())
            case "k":
                return [(form[1], ALL)]
            case "f":
                return gathered(
                    (element, mask & where)
                    for row, mask in self._rows(form[2:], env)
                    for element, where in self._denoted(form[1], row)
                )
            case "C":
                return self._counted(form, env)
        return gathered(
            (_calculated(form[0], row), mask) for row, mask in self._rows(form[1:], env)
        )

    def _counted(self, form: tuple[Any, ...], env: tuple[Element, ...]) -> Values:
        counts = [ALL]  # by number, the structures in which so many assignments were met
        for values in product(*(self.domains[sort] for sort in form[1])):
            holds = self._truth(form[2], (*reversed(values), *env))
            counts.append(0)
            for number in range(len(counts) - 1, 0, -1):
                counts[number] = counts[number] & ~holds | counts[number - 1] & holds
            counts[0] &= ~holds
        return [(Fraction(number), mask) for number, mask in enumerate(counts) if mask]

    # The meaning of symbols

    def _holds(self, name: str, row: Row) -> int:
        """The structures in which the predicate holds of the row: rarely, often, or by half."""
        key = (name, row)
        found = self._tables.get(key)
        if found is None:
            found = self._tables[key] = met(self.size, name, row)
        return found

    def _denoted(self, name: str, row: Row) -> Values:
        key = (name, row)
        found = self._values.get(key)
        if found is None:
            if not row and name in self.words.members:
                found = [(_member(name), ALL)]
            else:
                found = self._chosen(name, row)
            self._values[key] = found
        return found

    def _chosen(self, name: str, row: Row) -> Values:
        sort = self.words.functions[name, len(row)].result
        elements = self.domains.get(sort)
        if elements is None:
            whole = [n for n in self.numbers if n.denominator == 1 or sort.name == "Rational"]
            elements = list(whole)
        if len(elements) == 1:
            return [(elements[0], ALL)]
        bits = (len(elements) - 1).bit_length() + 1
        masks = drawn(f"{self.size} {name} {row} =", bits)
        return gathered(
            (elements[choice % len(elements)], mask) for choice, mask in combinations(masks)
        )

    def position(self, element: Element) -> Fraction:
        """A number itself, or the place of a member among those of its sort."""
        return element if isinstance(element, Fraction) else self.places.get(element, Fraction(0))

    # One of the structures

    def structure(self, bit: int, sentences: Sequence[Formula]) -> Structure | None:
        """The structure of this bit, with all that the sentences look up; None if they cannot."""
        seen = _Seen(self, bit)
        try:
            for sentence in sentences:
                satisfies(seen, sentence)
        except NeurologicError:
            return None
        return seen.structure()


class _Seen:
    """One structure of a world as an interpretation that remembers what was looked up."""

    def __init__(self, world: World, bit: int) -> None:
        self.world, self.bit = world, 1 << bit
        self.functions: dict[tuple[str, int], dict[Row, Element]] = {}
        self.predicates: dict[tuple[str, int], set[Row]] = {}
        for symbol in world.signature.symbols:
            key = (symbol.name, len(symbol.arguments))
            if symbol.is_predicate:
                self.predicates[key] = set()
            elif key[1] or symbol.name not in world.words.members:
                self.functions[key] = {}
            domains = [world.domains.get(sort) for sort in symbol.arguments]
            if all(domain is not None for domain in domains):
                sizes = [domain for domain in domains if domain is not None]
                if prod(map(len, sizes)) <= _MOST_CELLS:
                    for row in product(*sizes):
                        (self.holds if symbol.is_predicate else self.value)(symbol.name, row)

    def domain(self, sort: Sort) -> Sequence[Element]:
        return self.world.domains[sort]

    def value(self, name: str, args: Row) -> Element:
        found = next(e for e, mask in self.world._denoted(name, args) if mask & self.bit)
        if args or found != name:
            self.functions.setdefault((name, len(args)), {})[args] = found
        return found

    def holds(self, name: str, args: Row) -> bool:
        holds = bool(self.world._holds(name, args) & self.bit)
        if holds:
            self.predicates.setdefault((name, len(args)), set()).add(args)
        return holds

    def position(self, element: Element) -> Fraction:
        return self.world.position(element)

    def structure(self) -> Structure:
        called: dict[Element, Element] = {}  # elements go by the first name that denotes them
        for (name, arity), table in self.functions.items():
            symbol = self.world.words.functions.get((name, arity))
            open_sort = symbol and self.world.words.sorts[symbol.result].members is None
            if not arity and open_sort and isinstance(table[()], str):
                called.setdefault(table[()], name)

        def as_called(row: Row) -> Row:
            return tuple([called.get(element, element) for element in row])

        return Structure.of(
            {sort: as_called(tuple(elements)) for sort, elements in self.world.domains.items()},
            {
                key: {as_called(row): called.get(value, value) for row, value in table.items()}
                for key, table in self.functions.items()
            },
            {key: [as_called(row) for row in rows] for key, rows in self.predicates.items()},
        )


def _product(numbers: Iterable[float]) -> float:
    """The product of numbers from 1 on; infinite where it is more than a float holds."""
    return prod(map(float, numbers))


def _calculated(operator: str, row: Row) -> Fraction:
    left, right = (element if isinstance(element, Fraction) else Fraction(0) for element in row)
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case _:
            return left * right


def _pool(numerals: Mapping[Sort, Sequence[Fraction]]) -> list[Fraction]:
    """The numbers that terms of number sorts denote: near those that are mentioned."""
    found = {Fraction(0), Fraction(1), Fraction(2)}
    for numbers in list(numerals.values()):
        for number in numbers[:8]:
            found |= {number - 1, number, number + 1}
    return sorted(found)[:24]


def _in_order(members: Sequence[Element]) -> bool:
    """Whether the numbers among the members, which stand for themselves, rise, or there are none."""
    numbers = [member for member in members if isinstance(member, Fraction)]
    return not numbers or (len(numbers) == len(members) and numbers == sorted(set(numbers)))


def _member(name: str) -> Element:
    """A member of an enumeration as an element: a number where it is written as one."""
    number = number_named(name)
    return name if number is None else number
