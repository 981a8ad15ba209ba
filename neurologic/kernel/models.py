"""The trusted kernel's evaluator: whether a finite structure satisfies what is given and not the goal.

Elements of an open sort are tokens, numbers are exact fractions, members of an enumeration their
ranks. A function of numbers is known by some rows; nothing may depend on the others.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product
from typing import Any

from neurologic.kernel.sentences import ARITHMETIC, NUMERIC, VALUE, Sentences, number, run


class Models(Sentences):
    """The structure that is being looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, tuple[int, ...]] = {}  # premises and axioms, as clauses
        self.domains: dict[str, dict[str, Any]] = {}
        self.tables: dict[tuple[bool, str, int], dict[Any, Any]] = {}

    def model(self, evidence: Any, goal: int, place: str) -> None:
        """Refuses what is no finite structure in which all that is given holds and the goal does not."""
        domains, functions, predicates = self.fields(
            evidence, place, "domains functions predicates"
        )
        finite = self.sorts.keys() - NUMERIC
        self.need(domains.keys() == finite, "expected a domain for each finite sort")
        self.domains, self.tables = {}, {}
        for sort, listed in domains.items():
            elements, members = (
                list(self.items(listed, f"{place}.domains.{sort}")),
                self.sorts[sort],
            )
            self.domains[sort] = {element: element for element in elements}
            numerals = {node[1] for node in self.nodes if node[0] == "num" and node[2] == sort}
            self.place = f"{place}.domains.{sort}"
            self.need(numerals <= self.domains[sort].keys(), "a numeral of the problem is missing")
            twice = len(elements) != len(self.domains[sort])
            tokens = all(e in numerals or self.named(e) for e in elements)
            self.need(tokens and elements and not twice, "empty, or an element twice")
            if members is not None:
                names = [self.nodes[member][1] for member in members]
                self.need(elements == names, "not the members in their order")
                self.domains[sort] = {
                    name: self.values[m] for name, m in zip(names, members, strict=True)
                }
        for truth, tables in (False, functions), (True, predicates):
            for entry in self.items(tables, f"{place}.{'predicates' if truth else 'functions'}"):
                name, arity, rows = self.fields(entry, self.place, "name arguments rows")
                self.tabulate((truth, name, arity), rows)
        missing = [name for _, name, _ in self.symbols.keys() - self.tables.keys()]
        self.need(not missing, f"no table of {', '.join(sorted(missing)):.200}")
        self.place = place
        for name, (sentence,) in self.given.items():
            self.need(run(self.value(sentence, ())), f"{name} does not hold in the model")
        self.need(not run(self.value(goal, ())), "what is to be refuted holds in the model")

    def tabulate(self, key: tuple[bool, str, int], rows: Any) -> None:
        """Takes in the rows of a function or a predicate."""
        known = type(key[2]) is int and key in self.symbols and key not in self.tables
        self.need(known, "no symbol, or its second table")
        (sorts, result), table = self.symbols[key], dict[Any, Any]()
        for row in self.items(rows, f"{self.place}.rows"):
            args, value = row if result else (row, True)
            self.need(type(args) is list, "expected a list of elements")
            elements = tuple(self.element(e, sort) for e, sort in zip(args, sorts, strict=True))
            self.need(elements not in table, "a row twice")
            table[elements] = self.element(value, result) if result else True
        if result and NUMERIC.isdisjoint(sorts):
            rows = math.prod(len(self.domains[sort]) for sort in sorts)
            self.need(len(table) == rows, "a function without a value for some elements")
        self.tables[key] = table

    def element(self, token: Any, sort: str) -> Any:
        """What the token stands for in the domain of the sort."""
        if sort not in NUMERIC:
            return self.domains[sort][token]
        self.need(sort == "Rational" or "/" not in token, f"{token:.80} is no integer")
        return number(token)

    def value(self, literal: int, scope: tuple[Any, ...]) -> Any:
        """The value of a formula or a term; `scope` has those of the variables, the innermost first."""
        self.spend(3 + len(scope))
        tag, data, sort, parts = self.nodes[abs(literal)]
        if sort and literal in self.values:
            return self.values[literal]
        if tag == "var":
            return scope[data]
        bound = data if tag in ("all", "count", "distinct") else ()
        self.need(self.domains.keys() >= set(bound), f"no finite model of what ranges over {bound}")
        rows: list[tuple[Any, ...]] = []
        for row in product(*(self.domains[own].values() for own in reversed(bound))):
            rows.append(())
            for part in parts:
                rows[-1] += ((yield self.value(part, row + scope)),)
                if tag in ("all", "and") and not rows[-1][-1]:
                    return literal < 0
        if tag == "count":
            return Fraction(sum(holds for (holds,) in rows))
        if tag in ("fun", "atom"):
            table = self.tables[tag == "atom", data, len(parts)]
            self.need(tag == "atom" or rows[0] in table, f"no value of {data:.80} for some numbers")
            found = table.get(rows[0], False)
        elif bound:
            found = tag == "all" or len(set(rows)) == len(rows)
        else:
            found = VALUE[tag](*rows[0])
        if tag in ARITHMETIC:
            return self.values[self.numeral(str(found))]
        return found if sort else found == (literal > 0)
