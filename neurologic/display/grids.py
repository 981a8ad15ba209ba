"""Structures over few elements as grids: one table per sort, per place, or per pair of sorts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias

from neurologic.display.structures import listed, structure_block, structure_drawing, tuple_text
from neurologic.display.text import shorten
from neurologic.structure import Element, Row, Structure, Symbol

_MOST_ROWS, _MOST_COLUMNS, _MOST_TABLES = 40, 16, 8
Domain: TypeAlias = tuple[str, tuple[Element, ...]]
Table: TypeAlias = dict[str, Any]
Unary: TypeAlias = tuple[str, Domain, dict[Row, Element]]
Cell: TypeAlias = Callable[[Element], str]
Column: TypeAlias = tuple[str, set[Symbol], Cell]
"""What stands over it, the symbols that it shows, and what it says of each element."""


def grid_block(structure: Structure, title: str) -> dict[str, Any]:
    """What a card shows of a structure that solves a puzzle or tells two formulas apart.

    Args:
        structure: the structure.
        title: what stands over it.

    >>> from neurologic.formula import Sort
    >>> seats = Structure.of({Sort("guest"): ("ann", "bob"), Sort("seat"): ("1", "2")},
    ...                      {("at", 1): {("ann",): "2", ("bob",): "1"}})
    >>> grid_block(seats, "")["grids"][0]["rows"]
    [('ann', ['2']), ('bob', ['1'])]
    """
    grids = _Grids.of(structure)
    made = list(islice(grids.tables(), _MOST_TABLES))
    if not made:
        return structure_block(structure, title, structure_drawing(structure))
    tables = [table for table, _ in made]
    tabled = set().union(*(symbols for _, symbols in made))
    rest = [(shorten(left), shorten(right)) for left, right in grids.rest(tables, tabled)]
    return {"title": title, "tables": [], "grids": tables, "facts": rest, "drawing": None}


@dataclass(frozen=True, slots=True)
class _Grids:
    """The functions of a structure by the sorts that they go over."""

    structure: Structure
    domains: tuple[Domain, ...]
    unary: tuple[Unary, ...]
    binary: tuple[tuple[str, Domain, Domain, dict[Row, Element]], ...]

    @classmethod
    def of(cls, structure: Structure) -> _Grids:
        every = ((sort.name, tuple(elements)) for sort, elements in structure.domains)
        domains = tuple(domain for domain in every if len(domain[1]) <= _MOST_ROWS)
        unary, binary = [], []
        for name, arity, rows in structure.functions:
            match [_over(domains, {row[at] for row, _ in rows}) for at in range(arity)]:
                case [domain] if domain is not None:
                    unary.append((name, domain, dict(rows)))
                case [one, other] if one and other and len(other[1]) <= _MOST_COLUMNS:
                    binary.append((name, one, other, dict(rows)))
        return cls(structure, domains, tuple(unary), tuple(binary))

    def tables(self) -> Iterator[tuple[Table, set[Symbol]]]:
        """The tables with the symbols that each shows; none where no function gives them a shape."""
        for domain in self._told():
            columns = [*self._called(domain), *self._columns(domain), *self._held(domain)]
            yield _table("", domain, columns)
        for name, one, other, table in self.binary:
            shown = {(name, 2)}
            columns = [(str(column), shown, _pair(table, column)) for column in other[1]]
            yield _table(f"{name}: {one[0]}, {other[0]}", one, columns)

    def _told(self) -> tuple[Domain, ...]:
        """The sorts that have a table: those of functions, else those that constants are in."""
        found = tuple(domain for domain in self.domains if self._columns(domain))
        if found or self.binary or self.structure.predicates:
            return found
        return tuple(domain for domain in self.domains if self._called(domain))

    def _columns(self, domain: Domain) -> list[Column]:
        place, placed = self._place()
        names = {name for name, _, _ in placed}
        into = [(name, {(name, 1)}, _inverse(table)) for name, _, table in placed]
        return (into if domain == place else []) + [
            (name, {(name, 1)}, _direct(table))
            for name, over, table in self.unary
            if over == domain and name not in names
        ]

    def _place(self) -> tuple[Domain | None, list[Unary]]:
        """The sort into which functions from several sorts go, one to one, and these functions."""
        for place in self.domains:
            into = [
                (name, over, table)
                for name, over, table in self.unary
                if over != place and len(over[1]) == len(place[1])
                if set(table.values()) == set(place[1])
            ]
            if len({over for _, over, _ in into}) > 1:
                return place, into
        return None, []

    def _called(self, domain: Domain) -> list[Column]:
        """What constants denote the elements of a sort, besides the one an element is called by."""
        names: dict[Element, list[str]] = {}
        for name, arity, rows in self.structure.functions:
            for _, value in rows if arity == 0 else ():
                if name != str(value) and value in domain[1]:
                    names.setdefault(value, []).append(name)
        shown = {(name, 0) for each in names.values() for name in each}
        if not shown:
            return []
        return [("called", shown, lambda element: ", ".join(names.get(element, ())))]

    def _held(self, domain: Domain) -> list[Column]:
        return [
            (name, {(name, 1)}, _holds({row[0] for row in rows}))
            for name, arity, rows in self.structure.predicates
            if arity == 1 and rows and self._of(rows) == domain
        ]

    def _of(self, rows: Iterable[Row]) -> Domain | None:
        """The sort with a table that the elements of which a predicate holds are in."""
        elements = {row[0] for row in rows}
        return next((d for d in self._told() if elements.issubset(d[1])), None)

    def rest(self, tables: Iterable[Table], tabled: set[Symbol]) -> Iterator[tuple[str, str]]:
        """What no table shows, where `tabled` are the symbols that some table does."""
        shown = {
            cell for table in tables for head, cells in table["rows"] for cell in (head, *cells)
        }
        for sort, elements in self.structure.domains:
            if not shown.issuperset(shorten(str(element)) for element in elements):
                yield sort.name, listed(map(str, elements))
        for name, arity, rows in self.structure.functions:
            if (name, arity) not in tabled and not _is_itself(name, rows):
                yield name, listed(f"{_left(name, row)}{value}" for row, value in rows)
        for name, arity, held in self.structure.predicates:
            if arity == 0:
                yield name, "true" if held else "false"
            elif (name, arity) not in tabled:
                each = (tuple_text(row) if arity > 1 else str(row[0]) for row in held)
                yield name, listed(each) if held else "of none"


def _is_itself(name: str, rows: Sequence[tuple[Row, Element]]) -> bool:
    """Whether this is the constant that an element is called by."""
    return [(row, str(value)) for row, value in rows] == [((), name)]


def _left(name: str, row: Row) -> str:
    return f"{name}{tuple_text(row)} = " if row else ""


def _over(domains: Iterable[Domain], elements: set[Element]) -> Domain | None:
    """The sort that just these elements make up."""
    return next((domain for domain in domains if set(domain[1]) == elements), None)


def _table(title: str, domain: Domain, columns: Sequence[Column]) -> tuple[Table, set[Symbol]]:
    corner, elements = domain
    columns = columns[:_MOST_COLUMNS]
    table = {
        "title": shorten(title),
        "corner": shorten(corner),
        "columns": [shorten(column) for column, _, _ in columns],
        "rows": [(shorten(str(e)), [shorten(cell(e)) for _, _, cell in columns]) for e in elements],
    }
    return table, set().union(*(symbols for _, symbols, _ in columns))


def _direct(table: dict[Row, Element]) -> Cell:
    return lambda element: str(table[(element,)])


def _inverse(table: dict[Row, Element]) -> Cell:
    return lambda element: ", ".join(
        str(row[0]) for row, value in table.items() if value == element
    )


def _pair(table: dict[Row, Element], column: Element) -> Cell:
    return lambda element: str(table.get((element, column), "–"))


def _holds(elements: set[Element]) -> Cell:
    return lambda element: "yes" if element in elements else "–"
