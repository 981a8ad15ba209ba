"""Clausal form of what the connectives say, with a name for a part where it would grow too long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Clause = tuple[int, ...]

MOST_CLAUSES = 16
"""The most clauses that a disjunction is multiplied out to."""
LONGEST = 64
"""The most literals, or conjoined clauses, that are carried upward without a name for them."""


def clausal(
    nodes: Sequence[tuple[Any, ...]], root: int, sign: bool, atoms: int
) -> tuple[list[Clause], int, list[Clause]]:
    """Clauses that the formula (or its negation) amounts to, the number of names, their clauses.

    Literal ±(i+1) is atom i; names come after the `atoms`. A clause about a name begins with its
    negation and says what it implies, which is all that is needed of it (Plaisted and Greenbaum, A
    structure-preserving clause form translation, 1986).

    Args:
        nodes: connectives over nodes with smaller numbers, and ("atom", i).
        root: the node.
        sign: whether the formula itself is meant, or its negation.
        atoms: how many atoms there are.

    >>> nodes = [("atom", 0), ("atom", 1), ("implies", 0, 1), ("atom", 2), ("iff", 2, 3)]
    >>> clausal(nodes, 2, True, 3)
    ([(-1, 2)], 0, [])
    >>> clausal(nodes, 2, False, 3)
    ([(1,), (-2,)], 0, [])
    """
    form = _Form(atoms)
    found: dict[int, list[Clause]] = {}
    for number, polarity in _needed(nodes, root, sign):
        found[2 * number + polarity] = form.of(nodes[number], polarity, found)
    clauses = [c for c in map(_simplified, found[2 * root + sign]) if c is not None]
    definitions = [c for c in map(_simplified, form.definitions) if c is not None]
    return clauses, form.names, definitions


def _needed(nodes: Sequence[tuple[Any, ...]], root: int, sign: bool) -> list[tuple[int, bool]]:
    """Which nodes are needed with which sign, each after what it is built from."""
    seen = {(root, sign)}
    todo = [(root, sign)]
    while todo:
        number, polarity = todo.pop()
        kind, *parts = nodes[number]
        if kind == "atom":
            continue
        below: list[tuple[int, bool]]
        if kind == "not":
            below = [(parts[0], not polarity)]
        elif kind == "implies":
            below = [(parts[0], not polarity), (parts[1], polarity)]
        elif kind in ("iff", "xor"):
            below = [(part, either) for part in parts for either in (True, False)]
        else:
            below = [(part, polarity) for part in parts]
        for entry in below:
            if entry not in seen:
                seen.add(entry)
                todo.append(entry)
    return sorted(seen)


class _Form:
    def __init__(self, atoms: int) -> None:
        self.atoms, self.names = atoms, 0
        self.definitions: list[Clause] = []

    def of(self, node: tuple[Any, ...], sign: bool, found: dict[int, list[Clause]]) -> list[Clause]:
        kind, *parts = node
        match kind:
            case "atom":
                return [(parts[0] + 1 if sign else -parts[0] - 1,)]
            case "true" | "false":
                return [] if (kind == "true") is sign else [()]
            case "not":
                return found[2 * parts[0] + (not sign)]
            case "implies":
                groups = [found[2 * parts[0] + (not sign)], found[2 * parts[1] + sign]]
                return self.either(groups) if sign else self.both(groups)
            case "iff" | "xor":
                left, not_left = found[2 * parts[0] + 1], found[2 * parts[0]]
                right, not_right = found[2 * parts[1] + 1], found[2 * parts[1]]
                if (kind == "xor") is sign:
                    right, not_right = not_right, right
                return self.both([self.either([not_left, right]), self.either([left, not_right])])
            case _:
                groups = [found[2 * part + sign] for part in parts]
                return self.both(groups) if (kind == "and") is sign else self.either(groups)

    def both(self, groups: list[list[Clause]]) -> list[Clause]:
        if sum(map(len, groups)) > LONGEST:
            groups = [self.named(group) if len(group) > 1 else group for group in groups]
        return [clause for group in groups for clause in group]

    def either(self, groups: list[list[Clause]]) -> list[Clause]:
        result: list[Clause] = [()]
        for group in groups:
            if len(group) > 1 and len(result) * len(group) > MOST_CLAUSES:
                group = self.named(group)
            result = [before + clause for before in result for clause in group]
            if sum(map(len, result)) > LONGEST * max(1, len(result)):
                result = self.named(result)
        return result

    def named(self, group: list[Clause]) -> list[Clause]:
        self.names += 1
        name = self.atoms + self.names
        self.definitions += ((-name, *clause) for clause in group)
        return [(name,)]


def _simplified(clause: Clause) -> Clause | None:
    """The clause without repetitions; None if it holds anyway."""
    literals = dict.fromkeys(clause)
    if any(-literal in literals for literal in literals):
        return None
    return tuple(literals)
