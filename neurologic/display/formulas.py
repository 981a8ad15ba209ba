"""A formula or a term as a card: what it says, and its parts as a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neurologic.display import drawing
from neurologic.display.text import shorten
from neurologic.formula import binders, children
from neurologic.notation import render

if TYPE_CHECKING:
    import networkx

_SIGNS = {
    "Not": "¬", "And": "∧", "Or": "∨", "Xor": "⊕", "Implies": "→", "Iff": "↔",
    "ForAll": "∀", "Exists": "∃",
}  # fmt: skip


def formula_card(formula: Any) -> dict[str, Any]:
    """What a card shows of a formula or a term.

    >>> from neurologic.formula import Atom
    >>> formula_card(Atom("P"))["formula"]
    'P'
    """
    picture = drawing.layered(_tree(formula), "the formula as a tree")
    return {"formula": shorten(render(formula)), "drawing": picture}


def _tree(formula: Any) -> networkx.DiGraph:
    """The formula's parts, each below what it is part of; atoms and terms are not taken apart."""
    import networkx

    graph = networkx.DiGraph()
    todo: list[tuple[Any, int | None]] = [(formula, None)]
    while todo and len(graph) <= drawing.MOST_NODES:
        node, parent = todo.pop()
        at = len(graph)
        parts = children(node) if node.__class__.__name__ in _SIGNS else ()
        label = _SIGNS[node.__class__.__name__] if parts else render(node)
        label += ", ".join(render(variable) for variable in binders(node)) if parts else ""
        graph.add_node(at, label=label, title=render(node), kind="line" if parts else "premise")
        if parent is not None:
            graph.add_edge(parent, at)
        todo.extend((part, at) for part in reversed(parts))
    return graph
