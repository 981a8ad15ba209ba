"""Ladders and counters say of literals in a row what clauses for each pair of them would say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.choice import choose, solve
from neurologic.parsing import read_choice, read_constraints
from neurologic.provers.ladders import Ladder, all_different, at_most_one, exactly
from neurologic.provers.propositional import Solver
from neurologic.provers.tables import Tables
from neurologic.structure import Element


def satisfiable(clauses: list[list[int]], assumed: Sequence[int]) -> bool:
    with Solver([[1], *clauses]) as solver:
        return bool(solver.solve(list(assumed), 10**9))


def names(size: int) -> tuple[list[int], Callable[[], int]]:
    """Propositions beside 1, which is true, and a source of others."""
    further = count(size + 2)
    return list(range(2, size + 2)), lambda: next(further)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_at_most_one_of_the_literals_is_true(row: list[bool]) -> None:
    literals, fresh = names(len(row))
    clauses = list(at_most_one(literals, fresh))
    chosen = [n if true else -n for n, true in zip(literals, row, strict=True)]
    assert satisfiable(clauses, chosen) is (sum(row) <= 1)


@given(st.sets(st.integers(-5, 30), min_size=1), st.integers(-7, 33), st.booleans(), st.data())
def test_a_rung_says_that_the_value_is_below_a_place(
    places: set[int], place: int, strict: bool, data: st.DataObject
) -> None:
    literals, fresh = names(len(places))
    clauses: list[list[int]] = []
    by_place = {Fraction(p): n for p, n in zip(sorted(places), literals, strict=True)}
    rung = Ladder(by_place, fresh, clauses).below(Fraction(place), strict)
    value = data.draw(st.sampled_from(sorted(places)))
    chosen = [n if p == value else -n for p, n in by_place.items()]
    holds = value < place if strict else value <= place
    assert satisfiable(clauses, [*chosen, rung]) is holds
    assert satisfiable(clauses, [*chosen, -rung]) is not holds


@given(st.lists(st.booleans(), max_size=9))
def test_the_literals_that_are_true_are_counted(row: list[bool]) -> None:
    literals, fresh = names(len(row))
    clauses: list[list[int]] = []
    numbers = exactly(literals, fresh, clauses)
    chosen = [n if true else -n for n, true in zip(literals, row, strict=True)]
    for number, name in enumerate(numbers):
        assert satisfiable(clauses, [*chosen, name]) is (number == sum(row))


def ordered(size: int) -> str:
    return "sort rank = {" + " < ".join(f"r{n}" for n in range(size)) + "}"


@pytest.mark.parametrize(
    ("constraint", "label"),
    [("now + 1 = then", "A"), ("now + 2 > then & now < then", "A"), ("then - 1 = now", "A")],
)
def test_an_order_of_two_thousand_members_is_written_out(constraint: str, label: str) -> None:
    problem = read_choice(
        f"{ordered(2000)}\nconst now, then: rank\nnow = r700\n{constraint}\n"
        "? must be true\n(A) then = r701\n(B) then = r702"
    )
    assert choose(problem, prover=Tables(otherwise=None)).label == label


def test_sums_with_too_many_cases_are_refused_with_what_to_do() -> None:
    signature, constraints = read_constraints(
        f"{ordered(200)}\nconst now, then: rank\nnow + 1 = then + 2"
    )
    with pytest.raises(Exception, match="more than 10000 cases") as caught:
        solve(signature, constraints)
    assert "give a term with a sum a name of its own" in str(caught.value)
    signature, constraints = read_constraints(
        f"{ordered(200)}\nconst now, then, both: rank\nnow + 1 = both\nboth = then + 2\nthen = r5"
    )
    found = solve(signature, constraints)
    assert found.unique
    assert found.structure is not None
    assert found.structure.value("now", ()) == "r6"


@given(st.lists(st.integers(0, 14), min_size=1, max_size=20))
def test_choices_are_all_different_if_no_value_is_taken_twice(taken: list[int]) -> None:
    literals, fresh = names(15 * len(taken))
    rows = [literals[15 * at : 15 * at + 15] for at in range(len(taken))]
    choices: list[dict[Element, int]] = [{f"v{n}": row[n] for n in range(15)} for row in rows]
    clauses = all_different(choices, fresh)
    chosen = {choice[f"v{n}"] for choice, n in zip(choices, taken, strict=True)}
    assumed = [literal if literal in chosen else -literal for literal in literals]
    assert satisfiable(clauses, assumed) is (len(set(taken)) == len(taken))


@given(st.integers(1, 7), st.integers(1, 7), st.booleans())
def test_a_distinct_is_stated_and_denied_alike(places: int, values: int, shifted: bool) -> None:
    """As many arguments as there are values can differ, one more cannot, named or bound."""
    members = ", ".join(f"m{i}" for i in range(places))
    low = 3 if shifted else 0
    declared = (
        f"sort s = {{{members}}}\nfun f: s -> Int\n"
        f"all x: s. ({low} <= f(x) & f(x) <= {low + values - 1})\n"
    )
    named = f"Distinct({', '.join(f'f(m{i})' for i in range(places))})" if places > 1 else "true"
    for text in ("Distinct(x: s, f(x))", named):
        asked = f"{declared}? could be true\n(A) {text}\n(B) ~({text})\n"
        differ, agree = choose(read_choice(asked)).options
        assert differ.holds is (places <= values)
        assert agree.holds is (places > 1)
