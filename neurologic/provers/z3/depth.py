"""How deep formulas may be nested: Z3 recurses in C, where a stack overflow ends the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from neurologic.errors import ProverError
from neurologic.formula import Exists, ForAll, Formula, Not, fold
from neurologic.provers.interruption import ThreadError, in_thread

T = TypeVar("T")

DEEPEST = 12_000
"""The deepest nesting that is handed to Z3; a run of negations counts as one."""
MOST_BLOCKS = 300
"""The most blocks of like quantifiers inside each other; their cost is quadratic at best."""
SHALLOW = 300
"""What is nested less deep fits on any thread's stack."""

_STACK = 512 << 20  # bytes of address space, of which only what is used becomes memory


def nesting(formulas: Iterable[Formula]) -> tuple[int, int]:
    """The depth of the deepest formula, and the most quantifier blocks inside each other.

    >>> from neurologic.formula import Atom, Variable
    >>> nesting([Not(Not(ForAll(Variable("x"), ForAll(Variable("y"), Atom("P")))))])
    (4, 1)
    """
    deepest, most = 0, 0
    for formula in formulas:
        depth, blocks, _ = fold(formula, _nesting)
        deepest, most = max(deepest, depth), max(most, blocks)
    return deepest, most


def _nesting(node: Any, below: tuple[tuple[int, int, Any], ...]) -> tuple[int, int, Any]:
    """Depth, blocks, and the kind of node, where a run of negations is one node."""
    kind = node.__class__
    depth = max((d for d, _, _ in below), default=0)
    blocks = max((b for _, b, _ in below), default=0)
    same = bool(below) and below[0][2] is kind
    if kind in (ForAll, Exists) and not same:
        blocks += 1
    return depth + (not (same and kind is Not)), blocks, kind


def refusal(formulas: Iterable[Formula]) -> tuple[str, bool]:
    """Why the formulas are nested too deep, if they are; and whether they need a large stack."""
    depth, blocks = nesting(formulas)
    if depth > DEEPEST:
        return f"a formula is nested {depth} deep, and Z3 bears {DEEPEST}", True
    if blocks > MOST_BLOCKS:
        return f"{blocks} blocks of quantifiers are nested, and Z3 bears {MOST_BLOCKS}", True
    return "", depth > SHALLOW


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
