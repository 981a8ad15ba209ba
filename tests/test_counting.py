"""Counts spelled out hold in the same structures as counts."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.counting import MOST_WITNESSES, CountingError, expand_counts
from neurologic.formula import (
    ENTITY,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    ForAll,
    Formula,
    Function,
    Numeral,
    Sort,
    Variable,
    walk,
)
from neurologic.signature import Signature, SortDeclaration
from neurologic.structure import Structure, satisfies

DAY = Sort("day")
DAYS = ("mon", "tue", "wed")
WORDS = Signature((SortDeclaration(DAY, DAYS),)).vocabulary()
X, Y, D = Variable("x", ENTITY), Variable("y", ENTITY), Variable("d", DAY)


def number(value: int | Fraction) -> Numeral:
    """A numeral."""
    return Numeral(Fraction(value))


@st.composite
def structures(draw: st.DrawFn) -> Structure:
    """R between up to three people, W between people and days, f from people to people."""
    people = ("ann", "bob", "cat")[: draw(st.integers(1, 3))]
    rows = {
        "R": itertools.product(people, people),
        "W": itertools.product(people, DAYS),
    }
    return Structure.of(
        {ENTITY: people, DAY: DAYS},
        {("f", 1): {(p,): draw(st.sampled_from(people)) for p in people}},
        {(name, 2): [row for row in all_ if draw(st.booleans())] for name, all_ in rows.items()},
    )


counts = st.sampled_from(
    (
        Count((X,), Atom("R", (X, X))),
        Count((X,), Exists(Y, Atom("R", (X, Y)))),
        Count((X, Y), Atom("R", (X, Y))),
        Count((D,), ForAll(X, Atom("W", (X, D)))),
    )
)
values = st.sampled_from([number(n) for n in (-1, 0, 1, 2, 3, 4, Fraction(1, 2), Fraction(5, 2))])
operators = st.sampled_from(("<", "<=", ">", ">=", "="))


@given(structures(), counts, operators, values, st.booleans())
def test_a_comparison_with_a_numeral_keeps_its_meaning(
    structure: Structure, count: Count, operator: Any, value: Numeral, mirrored: bool
) -> None:
    left, right = (value, count) if mirrored else (count, value)
    formula: Formula
    formula = Equals(left, right) if operator == "=" else Compare(operator, left, right)
    expanded = expand_counts(formula, WORDS)
    assert not any(isinstance(node, Count) and node.variables for node in walk(expanded))
    assert satisfies(structure, expanded) is satisfies(structure, formula)


@given(structures(), values)
def test_counts_over_enumerations_calculate(structure: Structure, value: Numeral) -> None:
    works = Count((D,), Atom("W", (Variable("x", ENTITY), D)))
    formula = Exists(X, Compare("<", Arithmetic("+", works, number(1)), value))
    assert satisfies(structure, expand_counts(formula, WORDS)) is satisfies(structure, formula)


@given(structures())
def test_indexed_distinct_keeps_its_meaning(structure: Structure) -> None:
    formula = Distinct((Function("f", (X,)),), (X,))
    assert satisfies(structure, expand_counts(formula, WORDS)) is satisfies(structure, formula)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        (Equals(Count((X,), Atom("R", (X, X))), Constant("n")), "not compared with a numeral"),
        (Compare(">", Count((X,), Atom("R", (X, X))), number(MOST_WITNESSES)), "is the most"),
        (Equals(Count((D, *(Variable(f"d{i}", DAY) for i in range(8))),
                      Atom("p")), number(1)), "sums over 19683 assignments"),
    ],
)  # fmt: skip
def test_what_has_no_sensible_expansion_is_refused(formula: Formula, message: str) -> None:
    with pytest.raises(CountingError, match=message):
        expand_counts(formula, WORDS)
