"""Terms where terms belong, formulas where formulas belong, and operators that exist."""

from __future__ import annotations

from typing import Any

from neurologic.errors import SignatureError
from neurologic.formula import FORMULAS, TERMS, Arithmetic, Formula, Node

TERM_KINDS = frozenset(TERMS)
FORMULA_KINDS = frozenset(FORMULAS)
COMPARISONS = ("<", "<=", ">", ">=")
OPERATIONS = ("+", "-", "*")


def misplaced(node: Any, formula: Formula, *, term: bool) -> Exception:
    """The error that a part of a formula is of another kind than its place asks for.

    >>> from neurologic.formula import Atom, Constant, Not
    >>> print(misplaced(Constant("a"), Not(Constant("a")), term=False))
    expected a formula where the term a stands
      ¬a
       ^
    """
    wanted, other = ("term", "formula") if term else ("formula", "term")
    if not isinstance(node, Node):
        return TypeError(f"expected a {wanted} as part of a formula, got {node!r:.80}")
    text, part = str(formula), str(node)
    at = text.find(part)
    return SignatureError(
        f"expected a {wanted} where the {other} {part} stands",
        text=text,
        span=(at, at + len(part)) if at >= 0 else (0, len(text)),
    )


def unknown_operator(node: Any, formula: Formula) -> SignatureError:
    """The error that a comparison or an arithmetical term has an operator that there is not."""
    known = OPERATIONS if isinstance(node, Arithmetic) else COMPARISONS
    text = str(formula)
    return SignatureError(
        f"expected one of {' '.join(known)} as operator, got {node.operator!r:.40}",
        text=text,
        span=(0, len(text)),
        expected=known,
    )
