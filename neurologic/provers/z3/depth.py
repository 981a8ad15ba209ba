"""How deep formulas may be nested, and how wide their atoms be, for Z3 to bear them.

Z3 recurses in C, where a stack overflow ends the process. Its E-matching looks at every two places of
a pattern where one variable stands, before any budget is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from neurologic.errors import ProverError
from neurologic.formula import (
    And,
    Exists,
    ForAll,
    Formula,
    Iff,
    Implies,
    Not,
    Or,
    Variable,
    Xor,
    fold,
)
from neurologic.provers.interruption import ThreadError, in_thread

T = TypeVar("T")

DEEPEST = 12_000
"""The deepest nesting that is handed to Z3; a run of negations counts as one."""
MOST_BLOCKS = 300
"""The most blocks of like quantifiers inside each other; their cost is quadratic at best."""
SHALLOW = 300
"""What is nested less deep fits on any thread's stack."""
WIDEST = 100
"""The most places with a variable, in one atom or equation, that patterns are made of: a pattern of
400 takes 9 s to prepare, whatever the budget. What is wider is decided by looking for models alone."""

_CONNECTIVES = frozenset((And, Or, Not, Xor, Implies, Iff, ForAll, Exists))
_STACK = 512 << 20  # bytes of address space, of which only what is used becomes memory


def nesting(formulas: Iterable[Formula]) -> tuple[int, int, int]:
    """The depth of the deepest formula, the most quantifier blocks inside each other, and the width.

    The width is the number of places with a variable in the widest atom or equation.

    >>> from neurologic.formula import Atom, Variable
    >>> x, y = Variable("x"), Variable("y")
    >>> nesting([Not(Not(ForAll(x, ForAll(y, Atom("R", (x, y, x))))))])
    (5, 1, 3)
    """
    deepest, most, widest = 0, 0, 0
    for formula in formulas:
        depth, blocks, width, _ = fold(formula, _nesting)
        deepest, most, widest = max(deepest, depth), max(most, blocks), max(widest, width)
    return deepest, most, widest


def _nesting(node: Any, below: tuple[tuple[int, int, int, Any], ...]) -> tuple[int, int, int, Any]:
    """Depth, blocks, width, and the kind of node, where a run of negations is one node."""
    kind = node.__class__
    if kind is Variable:
        return 1, 0, 1, kind
    depth = max((d for d, _, _, _ in below), default=0)
    blocks = max((b for _, b, _, _ in below), default=0)
    joined = max if kind in _CONNECTIVES else sum
    width = joined([w for _, _, w, _ in below]) if below else 0
    same = bool(below) and below[0][3] is kind
    if kind in (ForAll, Exists) and not same:
        blocks += 1
    return depth + (not (same and kind is Not)), blocks, width, kind


@dataclass(frozen=True, slots=True)
class Shape:
    """How formulas are handed to Z3.

    Args:
        refused: why they are not; empty if they are.
        deep: whether they need a large stack.
        wide: whether an atom is too wide for patterns.
    """

    refused: str = ""
    deep: bool = False
    wide: bool = False


def shape(formulas: Iterable[Formula]) -> Shape:
    """How the formulas are handed to Z3, or why they are nested too deep for that."""
    depth, blocks, width = nesting(formulas)
    wide = width > WIDEST
    if depth > DEEPEST:
        return Shape(f"a formula is nested {depth} deep, and Z3 bears {DEEPEST}", True, wide)
    if blocks > MOST_BLOCKS:
        told = f"{blocks} blocks of quantifiers are nested, and Z3 bears {MOST_BLOCKS}"
        return Shape(told, True, wide)
    return Shape("", depth > SHALLOW, wide)


def on_large_stack(work: Callable[[], T], stop: Callable[[], None]) -> T:
    """The value of `work()`, computed in a thread with a stack of its own.

    Args:
        work: what to do there.
        stop: makes it return soon when a signal ends the waiting for it.

    Raises:
        ProverError: if the system does not grant the stack.
    """
    try:
        return in_thread(work, stop, stack=_STACK)
    except ThreadError as error:
        raise ProverError(f"no stack for a deeply nested formula: {error}") from error
