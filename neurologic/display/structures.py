"""Finite structures as tables: what there is, what it is called, what holds of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from neurologic.display import drawing
from neurologic.display.text import shorten
from neurologic.structure import Element, Row, Structure

_MOST_ELEMENTS, _MOST_COLUMNS = 40, 16  # of a table
_MOST_ROWS = 60  # of a list


def structure_block(
    structure: Structure, title: str, picture: drawing.Drawing | None
) -> dict[str, Any]:
    """What a card shows of a structure.

    Args:
        structure: the structure.
        title: what stands over it.
        picture: a drawing of it.
    """
    tabled = _tabled(structure)
    return {
        "title": title,
        "tables": [_table(structure, sort, elements, tabled) for sort, elements in tabled],
        "facts": [(shorten(left), shorten(right)) for left, right in _facts(structure, tabled)],
        "drawing": picture,
    }


def _tabled(structure: Structure) -> list[tuple[str, tuple[Element, ...]]]:
    """The sorts whose elements fit into a table."""
    sorts = [(sort.name, elements) for sort, elements in structure.domains]
    return [(name, elements) for name, elements in sorts if len(elements) <= _MOST_ELEMENTS]


def _unary(structure: Structure) -> list[tuple[str, frozenset[Element]]]:
    found = [
        (name, frozenset(row[0] for row in rows))
        for name, arity, rows in structure.predicates
        if arity == 1
    ]
    return found[:_MOST_COLUMNS]


def _table(
    structure: Structure,
    sort: str,
    elements: Sequence[Element],
    tabled: Sequence[tuple[str, Sequence[Element]]],
) -> dict[str, Any]:
    """The elements of a sort, their names, and which unary predicates hold of them."""
    columns = [
        (name, held)
        for name, held in _unary(structure)
        if len(tabled) == 1 or any(element in held for element in elements)
    ]
    names = _names(structure)
    rows = []
    for element in elements:
        others = ", ".join(names.get(element, ()))
        rows.append((shorten(str(element)), others, [element in held for _, held in columns]))
    named = any(others for _, others, _ in rows)
    return {"sort": sort, "columns": [name for name, _ in columns], "rows": rows, "named": named}


def _names(structure: Structure) -> dict[Element, list[str]]:
    """The constants that denote each element, besides the one it is called by."""
    found: dict[Element, list[str]] = {}
    for name, arity, table in structure.functions:
        for _, value in table:
            if arity == 0 and name != str(value):
                found.setdefault(value, []).append(name)
    return found


def _facts(
    structure: Structure, tabled: Sequence[tuple[str, Sequence[Element]]]
) -> Iterator[tuple[str, str]]:
    """What no table shows, a name or a value on the left and what it is on the right."""
    shown = {name for name, _ in tabled}
    for sort, elements in structure.domains:
        if sort.name not in shown:
            yield sort.name, listed(map(str, elements))
    told = {element for _, elements in tabled for element in elements}
    for name, arity, table in structure.functions:
        if arity:
            yield name, listed(f"{name}{tuple_text(row)} = {value}" for row, value in table)
        elif any(value not in told for _, value in table):
            yield name, listed(str(value) for _, value in table)
    unary = {name for name, _ in _unary(structure)} if shown else set()
    for name, arity, rows in structure.predicates:
        if arity == 0:
            yield name, "true" if rows else "false"
        elif arity > 1 or name not in unary or not told.issuperset(row[0] for row in rows):
            yield name, listed(map(tuple_text, rows)) if rows else "of none"
        elif not rows and len(tabled) > 1:
            yield name, "of none"


def tuple_text(row: Row) -> str:
    """A row as people write it: `(ann, bob)`."""
    return f"({', '.join(map(str, row))})"


def listed(items: Iterable[str]) -> str:
    """The items with commas between them; of very many the first, and how many there are."""
    every = list(items)
    more = f", … ({len(every):,} in all)" if len(every) > _MOST_ROWS else ""
    return ", ".join(every[:_MOST_ROWS]) + more


def structure_drawing(structure: Structure) -> drawing.Drawing | None:
    """Elements and the binary relations and unary functions between them, if there are any."""
    elements = [element for _, domain in structure.domains for element in domain]
    place = {element: at for at, element in enumerate(elements)}
    if len(place) < len(elements):
        return None
    edges = [
        (place[row[0]], place[row[1]], name)
        for name, arity, rows in structure.predicates
        if arity == 2
        for row in rows
        if row[0] in place and row[1] in place
    ]
    edges += [
        (place[row[0]], place[value], f"{name}()")
        for name, arity, table in structure.functions
        if arity == 1
        for row, value in table
        if row[0] in place and value in place
    ]
    if not edges:
        return None
    unary = _unary(structure)
    nodes = [(str(e), listed(name for name, held in unary if e in held)) for e in elements]
    return drawing.circle(nodes, edges, "the relations between the elements")
