"""What a checked certificate says, read back into formulas and structures, for showing it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from neurologic import formula as language
from neurologic.formula import (
    ENTITY,
    Count,
    Distinct,
    Equals,
    Exists,
    ForAll,
    Formula,
    Sort,
    Term,
    Variable,
)
from neurologic.notation import kernel_form
from neurologic.notation.kernel_form import name_of
from neurologic.structure import Element, Structure

_NUMERAL = re.compile(r"(-?[0-9]+(?:/[0-9]+)?)(?::.*)?")  # with its sort, where that is open


def formula_of(text: str) -> Formula:
    """The closed formula that a text of a certificate writes; the sort Entity goes without saying.

    >>> print(formula_of("(all (x Entity) (implies (Man x) (not (= x 3))))"))
    ∀x (Man(x) → x ≠ 3)
    """
    return language.map(kernel_form.read(text), _plain)


def term_of(text: str) -> Term:
    """The closed term that a text of a certificate writes.

    >>> print(term_of("(father ann)"))
    father(ann)
    """
    equation = formula_of(f"(= {text} {text})")
    assert isinstance(equation, Equals)
    return equation.left


def element_of(token: str) -> Element:
    """The element that a token of a model names: a number or a name.

    >>> element_of("ann"), element_of("3:Entity")
    ('ann', Fraction(3, 1))
    """
    numeral = _NUMERAL.fullmatch(token)
    return Fraction(numeral[1]) if numeral else name_of(token)


def structure_of(evidence: Mapping[str, Any]) -> Structure:
    """The structure that a model of a certificate describes."""
    return Structure.of(
        {
            Sort(name_of(name)): [element_of(one) for one in elements]
            for name, elements in evidence["domains"].items()
        },
        {
            (name_of(f["name"]), f["arguments"]): {
                tuple(map(element_of, row)): element_of(value) for row, value in f["rows"]
            }
            for f in evidence["functions"]
        },
        {
            (name_of(p["name"]), p["arguments"]): [tuple(map(element_of, r)) for r in p["rows"]]
            for p in evidence["predicates"]
        },
    )


def _plain(node: Any) -> Any:
    match node:
        case Variable():
            return _unsorted(node)
        case ForAll(variable) | Exists(variable):
            return replace(node, variable=_unsorted(variable))
        case Count(variables) | Distinct(_, variables) if variables:
            return replace(node, variables=tuple(map(_unsorted, variables)))
        case _:
            return node


def _unsorted(variable: Variable) -> Variable:
    return Variable(variable.name) if variable.sort == ENTITY else variable
