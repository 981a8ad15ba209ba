"""The constraint that a question about the same effect replaces, found in what it says."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from neurologic.equivalence.canonical import Forms
from neurologic.errors import SemanticsError, SignatureError
from neurologic.formula import Formula
from neurologic.signature import Signature, elaborate


def without(
    subject: Formula, constraints: Sequence[Formula], declared: Signature
) -> tuple[Formula, ...]:
    """The constraints but the one that the subject is, or that has its canonical form.

    Args:
        subject: the constraint to replace, perhaps in other words.
        constraints: the constraints.
        declared: declared sorts and symbols.

    Raises:
        SemanticsError: it is none of them; the hint shows the nearest one.

    >>> from neurologic.parsing import parse
    >>> found = without(parse("Q(a) | -P(a)"), [parse("P(a) -> Q(a)"), parse("P(b)")], Signature())
    >>> [str(formula) for formula in found]
    ['P(b)']
    """
    alike = [c == subject for c in constraints]
    if not any(alike):
        alike = _alike(subject, constraints, declared)
    if not any(alike):
        raise SemanticsError(
            "the formula to replace is not one of the constraints",
            text=str(subject),
            span=(0, len(str(subject))),
            hint=_nearest(str(subject), [str(c) for c in constraints]),
        )
    return tuple(c for c, same in zip(constraints, alike, strict=True) if not same)


def _alike(subject: Formula, constraints: Sequence[Formula], declared: Signature) -> list[bool]:
    """Of each constraint, whether it differs from the subject in what never changes a meaning."""
    try:
        _, sentences = elaborate((subject, *constraints), declared)
    except SignatureError:  # told where the question is asked, with its place
        return [False] * len(constraints)
    forms = Forms()
    wanted, *numbers = (forms.number(sentence) for sentence in sentences)
    return [number is not None and number == wanted for number in numbers]


def _nearest(text: str, others: Sequence[str]) -> str:
    """The hint that shows the constraint whose text is most like the one that was not found."""
    if not others:
        return "there are no constraints"
    best = max(others, key=lambda other: SequenceMatcher(None, text, other).ratio())
    return f"the nearest constraint is: {best}"
