"""The LE score of two formulas, as LogicLLaMA publishes it: a similarity, not an equivalence.

Each distinct atom counts as a propositional variable, whatever its arguments; quantifiers count for
nothing. The atoms of one formula are bound to those of the other, the shorter list padded with
variables of no meaning, and the score is the best share of rows on which the truth tables agree.
So it gives 1 to ∀ against ∃, to exchanged arguments, and to a → b against b → a.

This follows the published description, not the published code. Known differences: atoms are told
apart by what they read as, not by their tokens; bindings are met depth-first in the order of edit
distance; formulas of more than 12 atoms have no score (the cost doubles with each).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from neurologic.formula import (
    And,
    Atom,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Iff,
    Implies,
    Not,
    Or,
    Verum,
    Xor,
    children,
    fold,
)

MOST_BINDINGS = 1000
MOST_ATOMS = 12


def le_score(left: Formula, right: Formula) -> float | None:
    """The best share of equal rows; None where it is not defined.

    It knows no equations, comparisons, or counts, and no formulas of more than `MOST_ATOMS` atoms.

    >>> from neurologic.parsing import parse
    >>> le_score(parse("all x. (Dog(x) -> Barks(x))"), parse("exists y. (Barks(y) -> Dog(y))"))
    1.0
    >>> le_score(parse("all x. (A(x) -> B(x) | C(x))"), parse("all x. (A(x) -> B(x))"))
    0.875
    """
    own, other = _atoms(left), _atoms(right)
    if own is None or other is None or max(len(own), len(other)) > MOST_ATOMS:
        return None
    if len(own) < len(other):
        left, right, own, other = right, left, other, own
    rows = 1 << len(own)
    columns = [_column(i, len(own)) for i in range(len(own))]
    table = _table(left, dict(zip(own, columns, strict=True)), rows)
    best = 0
    for _, binding in zip(range(MOST_BINDINGS), _bindings(own, other), strict=False):
        bound = {atom: columns[place] for atom, place in zip(other, binding, strict=True)}
        differing = (table ^ _table(right, bound, rows)).bit_count()
        best = max(best, rows - differing)
        if best == rows:
            break
    return best / rows


def _atoms(formula: Formula) -> list[Atom] | None:
    """The distinct atoms by first appearance; None where there is something that LE has not."""
    known = (Atom, And, Or, Not, Implies, Iff, Xor, ForAll, Exists, Verum, Falsum)
    found: dict[Atom, None] = {}
    todo: list[Any] = [formula]
    while todo:
        node = todo.pop()
        if not isinstance(node, known):
            return None
        if isinstance(node, Atom):
            found[node] = None
        else:
            todo += reversed(children(node))
    return list(found)


def _column(place: int, size: int) -> int:
    """The column of a variable in the table of all rows: a bit for each."""
    period = 1 << place
    ones = (1 << period) - 1
    column = 0
    for start in range(period, 1 << size, 2 * period):
        column |= ones << start
    return column


def _table(formula: Formula, columns: dict[Atom, int], rows: int) -> int:
    full = (1 << rows) - 1

    def value(node: Any, below: tuple[int, ...]) -> int:
        match node:
            case Atom():
                return columns[node]
            case Verum():
                return full
            case Falsum():
                return 0
            case Not():
                return full ^ below[0]
            case And():
                result = full
                for part in below:
                    result &= part
                return result
            case Or():
                result = 0
                for part in below:
                    result |= part
                return result
            case Implies():
                return (full ^ below[0]) | below[1]
            case Xor():
                return below[0] ^ below[1]
            case Iff():
                return full ^ below[0] ^ below[1]
            case ForAll() | Exists():
                return below[0]
            case _:  # a term
                return 0

    return fold(formula, value)


def _bindings(own: Sequence[Atom], other: Sequence[Atom]) -> Iterator[tuple[int, ...]]:
    """Each way to give the atoms of `other` places among `own`, the nearest names first."""
    names = [str(atom) for atom in own]
    nearest = [
        sorted(range(len(own)), key=lambda i, text=str(atom): (edits(text, names[i]), i))  # type: ignore[misc]
        for atom in other
    ]

    def extend(chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        if len(chosen) == len(nearest):
            yield chosen
            return
        for place in nearest[len(chosen)]:
            if place not in chosen:
                yield from extend((*chosen, place))

    return extend(())


@lru_cache(maxsize=100_000)
def edits(one: str, other: str) -> int:
    """How many letters to insert, delete or change (Levenshtein 1965).

    >>> edits("Barks", "Bark"), edits("cat", "cot")
    (1, 1)
    """
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, there in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != there))
    return row[-1]
