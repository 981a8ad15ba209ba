"""A finite structure read off a Z3 model, and checked by our own evaluator before it is believed.

Sorts without numbers become the finite universes of the model. Symbols with numbers among their
arguments are tabled where the problem's formulas look them up. Problems that quantify over numbers
have no finite structure of this kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import byref, c_void_p
from fractions import Fraction
from itertools import product
from typing import Any

from neurologic.errors import ProverError
from neurologic.formula import BOOLEAN, ENTITY, Formula, Not, Sort, binders, walk
from neurologic.provers.z3.binding import handles
from neurologic.provers.z3.encode import Encoder
from neurologic.signature import SymbolDeclaration
from neurologic.signature.declarations import NUMERIC, number_named
from neurologic.structure import Element, Row, Structure, satisfies

MOST_CELLS = 20_000
"""The most table cells that a structure is worth."""
MOST_CHECK_STEPS = 2_000_000


class TooLargeError(Exception):
    """The model has no finite structure of sensible size."""


def structure_of(
    encoder: Encoder, model: Any, symbols: Sequence[SymbolDeclaration], sentences: Sequence[Formula]
) -> Structure | None:
    """The structure, in which all the sentences hold, or None where there is none of sensible size.

    Raises:
        ProverError: if the model of Z3 is no model.
    """
    if any(v.sort in NUMERIC for s in sentences for node in walk(s) for v in binders(node)):
        return None
    reading = _Reading(encoder, model, symbols)
    try:
        reading.tabulate()
        for sentence in sentences:
            if not satisfies(reading, sentence, most_steps=MOST_CHECK_STEPS):
                raise _RefutedError(f"Z3 gave a model in which {sentence!s:.200} does not hold")
        return reading.structure()
    except TooLargeError:
        return None
    except _RefutedError as error:
        raise ProverError(str(error)) from None
    except ProverError:  # more steps than the check is worth
        return None


class _RefutedError(Exception):
    pass


class _Reading:
    """A Z3 model as an `Interpretation`; what is looked up becomes the structure."""

    def __init__(self, encoder: Encoder, model: Any, symbols: Sequence[SymbolDeclaration]) -> None:
        self.encoder, self.model = encoder, model
        self.z3, self.c = encoder.z3, encoder.c
        self.symbols = {(s.name, len(s.arguments), s.is_predicate): s for s in symbols}
        self.domains: dict[Sort, tuple[Element, ...]] = {}
        self.handles: dict[tuple[Sort, Element], Any] = {}
        self.elements: dict[Any, Element] = {}
        self.functions: dict[tuple[str, int], dict[Row, Element]] = {}
        self.predicates: dict[tuple[str, int], dict[Row, bool]] = {}
        self.cells = 0

    def tabulate(self) -> None:
        """Name the elements and fill the tables of all symbols without numbers."""
        for sort in list(self.encoder.sorts):
            if sort not in NUMERIC and sort != BOOLEAN:
                self._name_elements(sort)
        for (name, arity, predicate), symbol in self.symbols.items():
            table: dict[Any, Any] = self.predicates if predicate else self.functions
            table[name, arity] = {}
            if not NUMERIC.isdisjoint(symbol.arguments):
                continue
            for row in product(*(self.domain(sort) for sort in symbol.arguments)):
                self._look_up(symbol, row)

    def domain(self, sort: Sort) -> Sequence[Element]:
        if sort not in self.domains:
            self._name_elements(sort)
        return self.domains[sort]

    def value(self, name: str, args: Row) -> Element:
        symbol = self.symbols.get((name, len(args), False))
        if symbol is None:  # a member of an enumeration
            return self._member(name)
        return self._look_up(symbol, args)  # type: ignore[no-any-return]

    def holds(self, name: str, args: Row) -> bool:
        return self._look_up(self.symbols[name, len(args), True], args)  # type: ignore[no-any-return]

    def position(self, element: Element) -> Fraction:
        if isinstance(element, Fraction):
            return element
        sort = self.encoder.words.members[element]
        return Fraction(self.domains[sort].index(element))

    def structure(self) -> Structure:
        return Structure.of(
            self.domains,
            self.functions,
            {
                key: [r for r, true in table.items() if true]
                for key, table in self.predicates.items()
            },
        )

    def _look_up(self, symbol: SymbolDeclaration, row: Row) -> Any:
        key = (symbol.name, len(row))
        table: Any = (self.predicates if symbol.is_predicate else self.functions)[key]
        if row not in table:
            self.cells += 1
            if self.cells > MOST_CELLS:
                raise TooLargeError
            table[row] = self._evaluate(symbol, row)
        return table[row]

    def _evaluate(self, symbol: SymbolDeclaration, row: Row) -> Any:
        declaration, arguments, result = self.encoder.declaration(
            symbol.name, len(row), symbol.is_predicate
        )
        terms = [self._handle(sort, element) for sort, element in zip(arguments, row, strict=True)]
        term = self.z3.mk_app(self.c, declaration, len(terms), handles(terms))
        value = self._value(term)
        if result == BOOLEAN:
            return self.z3.get_bool_value(self.c, value) == 1
        return self._element(result, value)

    def _value(self, term: Any) -> Any:
        out = c_void_p()
        if not self.z3.model_eval(self.c, self.model, term, True, byref(out)):
            raise ProverError("Z3 could not evaluate a term in its own model")
        return out.value

    def _element(self, sort: Sort, handle: Any) -> Element:
        if sort in NUMERIC:
            digits = self.z3.get_numeral_string(self.c, handle).decode()
            try:
                return Fraction(digits)
            except ValueError:
                raise TooLargeError from None
        if handle not in self.elements:
            raise TooLargeError
        return self.elements[handle]

    def _handle(self, sort: Sort, element: Element) -> Any:
        if sort in NUMERIC and isinstance(element, Fraction):
            return self.encoder.term((element, None), sort)
        return self.handles[sort, element]

    def _member(self, name: str) -> Element:
        number = number_named(name)
        return name if number is None else number

    def _name_elements(self, sort: Sort) -> None:
        """Call each element by a numeral, a constant or a number that denotes it."""
        named: dict[Any, Element] = {}
        declaration = self.encoder.words.sorts.get(sort)
        self.encoder.sort(sort)
        if declaration is not None and declaration.members is not None:
            for member in declaration.members:
                named[self._value(self.encoder.members[member])] = self._member(member)
        else:
            universe = self._universe(sort)
            for number, term in self.encoder.numerals.get(sort, {}).items():
                named.setdefault(self._value(term), number)
            for name, _, predicate in [key for key in self.symbols if key[1] == 0]:
                symbol = self.symbols[name, 0, predicate]
                if symbol.result == sort:
                    term, _ = self.encoder.constant(name)
                    named.setdefault(self._value(term), name)
            self._number(sort, universe, named)
        self.domains[sort] = tuple(named.values())
        self.elements.update(named)
        self.handles.update({(sort, element): handle for handle, element in named.items()})

    def _number(self, sort: Sort, universe: Sequence[Any], named: dict[Any, Element]) -> None:
        stem = "e" if sort == ENTITY else sort.name.lower()
        taken = {name for name, _, _ in self.symbols} | set(self.encoder.words.members)
        number = 0
        for handle in universe:
            if handle in named:
                continue
            number += 1
            while f"{stem}{number}" in taken:
                number += 1
            named[handle] = f"{stem}{number}"

    def _universe(self, sort: Sort) -> list[Any]:
        z3, c, own = self.z3, self.c, self.encoder.sort(sort)
        for i in range(z3.model_get_num_sorts(c, self.model)):
            if z3.model_get_sort(c, self.model, i) == own:
                vector = z3.model_get_sort_universe(c, self.model, own)
                z3.ast_vector_inc_ref(c, vector)
                found = [
                    z3.ast_vector_get(c, vector, j) for j in range(z3.ast_vector_size(c, vector))
                ]
                z3.ast_vector_dec_ref(c, vector)
                return found
        return [self._value(self.encoder.witness(sort))]


def denial(goal: Formula) -> Formula:
    """The goal denied, without a double negation."""
    return goal.body if isinstance(goal, Not) else Not(goal)
