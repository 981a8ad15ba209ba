"""How large finite models are to be: the numbers that terms choose from, and what names denote."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from neurologic.formula import (
    INTEGER,
    RATIONAL,
    And,
    Arithmetic,
    Compare,
    Constant,
    Equals,
    Formula,
    Not,
    Numeral,
)
from neurologic.parsing import read_problem
from neurologic.provers.sizes import MOST_NUMBERS, Survey, plans
from neurologic.signature import elaborate

DECLARED = read_problem("const k: Int\nconst r: Rational\n? true").signature


def survey(numbers: list[Fraction], *, sums: bool) -> Survey:
    parts: list[Formula] = [Compare("<", Constant("r"), Numeral(number)) for number in numbers]
    if sums:
        parts.append(Not(Equals(Constant("r"), Arithmetic("+", Constant("r"), Constant("r")))))
    signature, formulas = elaborate([And((*parts, *parts))], DECLARED)
    return Survey.of(formulas, signature)


def spelt_out(numbers: list[Fraction], *, sums: bool) -> tuple[list[Fraction], list[Fraction]]:
    """The numbers near the numerals, all of them made before the first are kept."""
    ends = dict.fromkeys((*numbers, Fraction(0)))
    near = dict.fromkeys(n + d for d in (0, 1, -1) for n in ends)
    if sums:
        near |= dict.fromkeys(sign * m + n for m in ends for n in ends for sign in (1, -1))
    between = ((a + b) / 2 for a, b in pairwise(sorted(near)))
    whole = [n for n in near if n.denominator == 1][:MOST_NUMBERS]
    every = [*dict.fromkeys((*near, *between))][:MOST_NUMBERS]
    return whole, every


@given(
    st.lists(
        st.integers(-80, 80).map(lambda n: Fraction(n, 4)), min_size=1, max_size=MOST_NUMBERS - 1
    ),
    st.booleans(),
)
def test_terms_choose_from_the_first_numbers_near_the_numerals(
    numbers: list[Fraction], sums: bool
) -> None:
    found = survey(numbers, sums=sums)
    whole, every = spelt_out(numbers, sums=sums)
    assert set(found.values[INTEGER]) == set(whole)
    assert set(found.values[RATIONAL]) == set(every)


def test_of_very_many_numerals_only_the_first_numbers_are_made() -> None:
    many = [Fraction(n) for n in range(8_000)]
    for numbers in (many, [n + Fraction(1, 4) for n in many]):
        found = survey(numbers, sums=True)
        assert 0 < len(found.values[INTEGER]) <= MOST_NUMBERS
        assert len(found.values[RATIONAL]) == MOST_NUMBERS


def test_very_many_numerals_and_names_of_an_open_sort_are_each_one_element() -> None:
    n = 8_000
    names = [Constant(f"c{i}") for i in range(n)]
    equations = [Equals(one, other) for one, other in pairwise(names)]
    numerals = [Not(Equals(names[0], Numeral(Fraction(i)))) for i in range(n)]
    signature, formulas = elaborate([And(tuple(reversed(equations))), And(tuple(numerals))])
    found = Survey.of(formulas, signature)
    assert found.same(names[-1]) == "c0"
    (elements,) = next(plans(found, 1, separate=True)).domains.values()
    assert len(elements) == n + 1
