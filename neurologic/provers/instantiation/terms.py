"""Terms as numbers: each is stored once, whether it is closed or has variables in it.

A variable is a slot: slot i has the value `values[i]` when a term is built. Symbols are numbers too.
"""

from __future__ import annotations

from typing import Any

from neurologic.formula import (
    INTEGER,
    RATIONAL,
    Arithmetic,
    Constant,
    Function,
    Numeral,
    Sort,
    Term,
)
from neurologic.signature import Vocabulary
from neurologic.signature.declarations import NUMERIC

Symbol = tuple[str, Any]
"""What a symbol is, as in ("constant", "ann"), ("function", "age"), ("all", 3)."""


class Terms:
    """All terms of one problem, and which closed ones have come up in each sort.

    Args:
        words: the sorts of the symbols.
    """

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.symbols: list[Symbol] = []
        self.symbol_numbers: dict[Symbol, int] = {}
        self.heads: list[int] = []
        self.args: list[tuple[int, ...]] = []
        self.masks: list[int] = []  # which slots occur
        self.slots: list[int] = []  # the slot that the term is, or -1
        self.ages: list[
            int
        ] = []  # how many steps of applying functions or naming witnesses made it
        self.index: dict[tuple[int, tuple[int, ...]], int] = {}
        self.programs: dict[int, list[int]] = {}
        self.variables: list[int] = []
        self.known: list[bool] = []  # whether it has come up in an atom
        self.came: list[int] = []  # closed terms in the order in which they came up
        self.universe: dict[Sort, list[int]] = {}
        self.numerals: set[int] = set()
        self.counts: list[Any] = []

    def symbol(self, kind: str, name: Any) -> int:
        """The number of a symbol."""
        key = (kind, name)
        found = self.symbol_numbers.get(key)
        if found is None:
            found = self.symbol_numbers[key] = len(self.symbols)
            self.symbols.append(key)
        return found

    def make(self, head: int, args: tuple[int, ...] = ()) -> int:
        """The term with this symbol and these arguments."""
        key = (head, args)
        found = self.index.get(key)
        if found is not None:
            return found
        mask, age = 0, -1 if not args else 0
        for arg in args:
            mask |= self.masks[arg]
            age = max(age, self.ages[arg])
        return self._store(head, args, mask, -1, age + 1)

    def _store(self, head: int, args: tuple[int, ...], mask: int, slot: int, age: int) -> int:
        term = self.index[head, args] = len(self.heads)
        self.heads.append(head)
        self.args.append(args)
        self.masks.append(mask)
        self.slots.append(slot)
        self.ages.append(age)
        self.known.append(False)
        return term

    def variable(self, slot: int) -> int:
        """The term that is this slot."""
        while len(self.variables) <= slot:
            k = len(self.variables)
            self.variables.append(self._store(self.symbol("slot", k), (), 1 << k, k, 0))
        return self.variables[slot]

    def constant(self, name: str) -> int:
        """The term that is this constant."""
        return self.make(self.symbol("constant", name))

    def numeral(self, value: Any) -> int:
        """The term that is this numeral."""
        term = self.make(self.symbol("numeral", value))
        self.numerals.add(term)
        return term

    def witness(self, name: str, sort: Sort, age: int) -> int:
        """A new constant."""
        term = self._store(self.symbol("constant", name), (), 0, -1, age)
        self.known[term] = True
        self.came.append(term)
        self.universe.setdefault(sort, []).append(term)
        return term

    def program(self, term: int) -> list[int]:
        """The subterms that are applied to slots, arguments before what they are arguments of."""
        found = self.programs.get(term)
        if found is not None:
            return found
        order: dict[int, None] = {}
        todo = [(term, False)]
        while todo:
            node, ready = todo.pop()
            if ready:
                order[node] = None
            elif self.masks[node] and self.slots[node] < 0 and node not in order:
                todo.append((node, True))
                todo.extend((arg, False) for arg in self.args[node])
        found = self.programs[term] = list(order)
        return found

    def build(self, term: int, values: Any) -> int:
        """The term with each slot replaced by its value."""
        if not self.masks[term]:
            return term
        slots = self.slots
        if slots[term] >= 0:
            return values[slots[term]]  # type: ignore[no-any-return]
        done: dict[int, int] = {}
        for node in self.program(term):
            args = tuple(
                values[slots[arg]] if slots[arg] >= 0 else done.get(arg, arg)
                for arg in self.args[node]
            )
            done[node] = self.make(self.heads[node], args)
        return done[term]

    def sort(self, term: int) -> Sort | None:
        """The sort of a closed term; None of a numeral, which is of the sort of its place."""
        kind, name = self.symbols[self.heads[term]]
        match kind:
            case "constant":
                return self.words.sort_of_constant(name)
            case "function":
                found = self.words.functions.get((name, len(self.args[term])))
                return found.result if found else None
            case "name":
                return name[1]  # type: ignore[no-any-return]
            case "numeral":
                return None
            case "arithmetic":
                return self._sort_of_result(term)
            case _:
                return INTEGER

    def _sort_of_result(self, term: int) -> Sort:
        """Int, unless there is anything but integers among what is calculated with."""
        todo = [term]
        while todo:
            node = todo.pop()
            kind, value = self.symbols[self.heads[node]]
            if kind == "arithmetic":
                todo += self.args[node]
            elif kind == "numeral":
                if value.denominator != 1:
                    return RATIONAL
            elif self.slots[node] < 0 and self.sort(node) == RATIONAL:
                return RATIONAL
        return INTEGER

    def is_integer(self, term: int) -> bool:
        """Whether the closed term may stand for a variable over Int."""
        kind, value = self.symbols[self.heads[term]]
        return value.denominator == 1 if kind == "numeral" else self.sort(term) == INTEGER

    def come_up(self, terms: tuple[int, ...]) -> None:
        """Closed terms occur in an atom: from now on they are in the universe, as are their parts."""
        known = self.known
        for term in terms:
            if known[term]:
                continue
            todo = [term]
            while todo:
                node = todo[-1]
                missing = [arg for arg in self.args[node] if not known[arg]]
                if missing:
                    todo += missing
                    continue
                todo.pop()
                if known[node]:
                    continue
                known[node] = True
                self.came.append(node)
                sort = self.sort(node)
                if sort is not None:
                    self.universe.setdefault(sort, []).append(node)

    def placed(self, term: int, sort: Sort) -> int:
        """The term in a place of this sort; a numeral names an element of an open sort there."""
        if term not in self.numerals:
            return term
        value = self.symbols[self.heads[term]][1]
        if sort not in NUMERIC:
            term = self.make(self.symbol("name", (value, sort)))
            self.numerals.add(term)
        whole = sort == RATIONAL and value.denominator == 1
        for own in (sort, INTEGER) if whole else (sort,):
            members = self.universe.setdefault(own, [])
            if term not in members:
                members.append(term)
        self.known[term] = True
        return term

    def value(self, term: int) -> Any:
        """What a numeral denotes: a number, or an element of an open sort."""
        kind, value = self.symbols[self.heads[term]]
        return value if kind == "numeral" else (str(value[1]), value[0])

    def expression(self, term: int, names: dict[int, Term], slots: Any = ()) -> Term:
        """The term as an expression; `names` says what constants are called that have other names."""
        done: dict[int, Term] = dict(names)
        todo = [term]
        while todo:
            node = todo[-1]
            if node in done:
                todo.pop()
                continue
            missing = [arg for arg in self.args[node] if arg not in done]
            if missing:
                todo += missing
                continue
            todo.pop()
            done[node] = self._expression(node, [done[arg] for arg in self.args[node]], slots)
        return done[term]

    def _expression(self, node: int, args: list[Term], slots: Any) -> Term:
        kind, name = self.symbols[self.heads[node]]
        match kind:
            case "slot":
                return slots[name]  # type: ignore[no-any-return]
            case "constant":
                return Constant(name)
            case "numeral":
                return Numeral(name)
            case "name":
                return Numeral(name[0])
            case "function":
                return Function(name, tuple(args))
            case "count":
                return self.counts[name](args)  # type: ignore[no-any-return]
            case _:
                return Arithmetic(name, args[0], args[1])
