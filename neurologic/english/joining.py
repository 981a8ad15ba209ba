"""What and, or, nor and either make of several things that are said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from neurologic.english.context import Context
from neurologic.english.discourse import Alternatives, Box, Denied, Negation
from neurologic.english.syntax import Connective

T = TypeVar("T")


def in_boxes(parts: tuple[T, ...], box: Box, state: Callable[[T, Box], None]) -> tuple[Box, ...]:
    """Each of the parts stated in a new box inside the given one."""
    denied = replace(box.denied, by_not=False) if box.denied else None
    boxes = []
    for part in parts:
        inner = box.inner(denied=denied)
        state(part, inner)
        boxes.append(inner)
    return tuple(boxes)


def join(
    connective: Connective,
    parts: tuple[T, ...],
    box: Box,
    context: Context,
    state: Callable[[T, Box], None],
) -> None:
    """State several things joined by a connective."""
    match connective:
        case "and" | "both":
            for part in parts:
                state(part, box)
        case "or":
            box.add(Alternatives(in_boxes(parts, box, state)))
        case "either":
            exclusive = len(parts) == 2 and context.choose(context.options.exclusive_either, 1.0)
            way = "exclusively" if exclusive else "inclusively"
            context.note(f"'either ... or' is read {way}")
            box.add(Alternatives(in_boxes(parts, box, state), exclusive))
        case "nor":
            for part in parts:
                inner = box.inner(denied=Denied(False, context.clause))
                state(part, inner)
                box.add(Negation(inner))
