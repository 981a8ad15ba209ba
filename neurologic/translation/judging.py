"""Judges of situations: can this occur if the sentence holds? Asked of a model, or of any callable.

A situation is a finite structure in words. A judge sees the sentence and the situation and no
formula, so that what it says depends on what the sentence means and not on how it was translated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from neurologic.structure import Structure

Opinion = Literal["yes", "no", "unsure"]


@dataclass(frozen=True, slots=True)
class Situation:
    """A sentence, and a structure of which it is asked whether it can occur if the sentence holds.

    Args:
        sentence: the sentence.
        structure: the structure.
        text: the structure as tables in words.
    """

    sentence: str
    structure: Structure
    text: str


Judge: TypeAlias = Callable[[Situation], Opinion]
"""Whether the situation can occur if the sentence holds."""
