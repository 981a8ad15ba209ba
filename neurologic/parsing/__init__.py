"""Text to formulas: one tolerant grammar, located errors, and repairs on request."""

from __future__ import annotations

import re
from functools import lru_cache

from lark.exceptions import UnexpectedInput

from neurologic.errors import ParseError, Span
from neurologic.formula import Formula
from neurologic.parsing.choice_file import is_choice, read_choice, read_constraints
from neurologic.parsing.diagnosis import diagnose
from neurologic.parsing.grouping import build
from neurologic.parsing.problem_file import read_problem
from neurologic.parsing.repair import Mended
from neurologic.parsing.syntax import parse_formula
from neurologic.problem import Note, Reading
from neurologic.signature import Signature

__all__ = [
    "LONGEST",
    "forget",
    "is_choice",
    "locate",
    "parse",
    "read",
    "read_choice",
    "read_constraints",
    "read_problem",
]

_UNDECLARED = Signature()

LONGEST = 1_000_000
"""The longest text, in characters, that is read as a formula."""

_QUOTED_FORMULA = re.compile(r"\s*(?:\"[^\"]*\([^\"]*\"|“[^”]*\([^”]*”)\s*")
_LONGEST_REPAIRED = 20_000
_MOST_REPAIRS = 20


def parse(text: str, *, repair: bool = False) -> Formula:
    r"""The formula that a text says.

    Args:
        text: a formula in any of the spellings of grammars/fol.lark.
        repair: mend what is malformed in a way that has one likely meaning.

    Raises:
        ParseError: where the text is no formula; it shows the place and how to mend it.

    >>> print(parse("all x. (Man(x) -> Mortal(x))"))
    ∀x (Man(x) → Mortal(x))
    >>> parse("P(a")
    Traceback (most recent call last):
    neurologic.errors.ParseError: expected ')' to close '(' opened at column 2
      P(a
       ^ ^
    hint: count the brackets
    """
    return read(text, repair=repair).formula


def read(text: str, *, repair: bool = False, signature: Signature = _UNDECLARED) -> Reading:
    """The formula that a text says, with the repairs made and notes on how it was read.

    Args:
        text: a formula.
        repair: as in `parse`.
        signature: declarations; a declared constant or member is no variable, whatever its look.

    Raises:
        ParseError: where the text is no formula, even mended.

    >>> reading = read("(P(a) & Q(x)", repair=True)
    >>> print(reading.formula)
    ∀x (P(a) ∧ Q(x))
    >>> [note.message for note in reading.repairs + reading.notes]
    ['closed with )', 'free variable closed universally: x']
    """
    if not isinstance(text, str):
        raise TypeError(f"expected a text, got {type(text).__name__}")
    if signature == _UNDECLARED:
        return _read(text, repair, frozenset())
    constants = frozenset(
        name for declared in signature.sorts for name in declared.members or ()
    ) | frozenset(symbol.name for symbol in signature.symbols if not symbol.arguments)
    return _read(text, repair, constants)


@lru_cache(maxsize=8192)
def _read(text: str, repair: bool, constants: frozenset[str]) -> Reading:
    if not repair:
        formula, notes = _formula(text, constants)
        return Reading(formula, text, notes=notes)
    mended = Mended.of(text if len(text) <= _LONGEST_REPAIRED else "")
    first: ParseError | None = None
    for _ in range(_MOST_REPAIRS + 1):
        try:
            formula, notes = _formula(mended.text if first else text, constants)
        except ParseError as error:
            first = first or error
            if len(text) > _LONGEST_REPAIRED or not mended.mend(error):
                break
        else:
            moved = (Note(n.message, n.span and mended.original(n.span)) for n in notes)
            return Reading(
                formula, text, repairs=tuple(mended.repairs), notes=tuple(moved) if first else notes
            )
    assert first is not None
    raise first


def _formula(text: str, constants: frozenset[str]) -> tuple[Formula, tuple[Note, ...]]:
    if len(text) > LONGEST:
        raise ParseError(
            f"the formula has {len(text):,} characters, more than the {LONGEST:,} that are read",
            text=text,
            span=(LONGEST, LONGEST + 1),
            kind="too long",
        )
    try:
        if _QUOTED_FORMULA.fullmatch(text):
            raise ParseError(
                "the whole formula stands in quotes",
                span=(0, len(text)),
                expected=("a formula",),
                hint="take the quotes away; a proposition of that name stands in single quotes",
                kind="wrapped",
            )
        return build(parse_formula(text), constants)
    except UnexpectedInput as error:
        raise diagnose(text, error) from None
    except ParseError as error:
        error.text = text
        raise


def forget() -> None:
    """Forget the texts read so far; they are remembered to be read once only."""
    _read.cache_clear()


def locate(text: str, name: str) -> Span | None:
    """Where a symbol's name first stands in the text of a formula, or None.

    >>> locate("Likes(ann, bob)", "bob")
    (11, 14)
    """
    for match in re.finditer(re.escape(name), text):
        before, after = text[: match.start()][-1:], text[match.end() :][:1]
        if not re.match(r"\w", before) and not re.match(r"\w", after):
            return match.span()
    return None
