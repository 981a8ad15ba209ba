"""Laws: choosing, solving and tables agree with a look at every structure of a small game."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neurologic import (
    And,
    Arithmetic,
    Constant,
    Count,
    Countermodel,
    Equals,
    Formula,
    Function,
    Not,
    Numeral,
    Proved,
    Term,
    Variable,
    parse,
    satisfies,
)
from neurologic.choice import Choice, choose, solve
from neurologic.parsing import read_constraints
from neurologic.problem import ChoiceProblem, Kind, Option
from neurologic.provers.tables import Tables
from neurologic.provers.z3 import Z3
from neurologic.signature import elaborate
from tests.games import ITEM, ITEMS, SIGNATURE, SLOTS, models, sentences, structures

TRUTH_KINDS: tuple[Kind, ...] = (
    "must be true",
    "could be true",
    "cannot be true",
    "could be false",
)
few = st.lists(sentences(), max_size=3).map(tuple)
options = st.lists(sentences(), min_size=1, max_size=5)


def fits(kind: Kind, cases: frozenset[int], option: frozenset[int]) -> bool:
    """Whether an option fits, by the structures in which constraints and option hold."""
    match kind:
        case "must be true":
            return cases <= option
        case "could be true":
            return bool(cases & option)
        case "cannot be true":
            return not cases & option
        case _:
            return not cases <= option


def expected(cases: frozenset[int], fitting: list[bool]) -> tuple[str, str | None]:
    """The status and the label that there should be."""
    if not cases:
        return "inconsistent", None
    labels = [chr(ord("A") + i) for i, fit in enumerate(fitting) if fit]
    if len(labels) == 1:
        return "one", labels[0]
    return ("several" if labels else "none"), None


def found(choice: Choice) -> tuple[str, str | None]:
    return choice.status, choice.label


def labelled(formulas: Any) -> tuple[Option, ...]:
    return tuple(
        Option(chr(ord("A") + i), f if isinstance(f, tuple) else (f,))
        for i, f in enumerate(formulas)
    )


@given(few, st.sampled_from(TRUTH_KINDS), st.booleans(), options)
def test_choose_agrees_with_all_structures(
    constraints: tuple[Formula, ...], kind: Kind, exception: bool, formulas: list[Formula]
) -> None:
    problem = ChoiceProblem(
        SIGNATURE, constraints[1:], kind, labelled(formulas), constraints[:1], exception
    )
    cases = models(*constraints)
    fitting = [fits(kind, cases, models(f)) is not exception for f in formulas]
    choice = choose(problem)
    assert found(choice) == expected(cases, fitting)
    if cases:
        assert [option.holds for option in choice.options] == fitting


@given(few, st.lists(st.lists(sentences(), min_size=1, max_size=3), min_size=1, max_size=3))
def test_a_list_is_accurate_and_complete(
    constraints: tuple[Formula, ...], lists: list[list[Formula]]
) -> None:
    problem = ChoiceProblem(SIGNATURE, constraints, "list", labelled(map(tuple, lists)))
    cases = models(*constraints)
    fitting = []
    for alternatives in lists:
        each = [models(f) for f in alternatives]
        accurate = all(cases & one for one in each)
        fitting.append(accurate and cases <= frozenset().union(*each))
    assert found(choose(problem)) == expected(cases, fitting)


@given(few, sentences(), options)
def test_the_same_effect_leaves_the_same_structures(
    others: tuple[Formula, ...], replaced: Formula, formulas: list[Formula]
) -> None:
    rest = tuple(f for f in others if f != replaced)
    problem = ChoiceProblem(
        SIGNATURE, (*rest, replaced), "same effect", labelled(formulas), subject=replaced
    )
    cases, without = models(*rest, replaced), models(*rest)
    fitting = [without & models(f) == cases for f in formulas]
    assert found(choose(problem)) == expected(cases, fitting)


@given(
    few,
    st.sampled_from(("how many", "minimum", "maximum")),
    st.one_of(sentences(depth=1), st.sampled_from(ITEMS)),
    st.sampled_from(("", "+", "-")),
    st.booleans(),
)
def test_extremes_and_numbers_are_those_of_all_structures(
    constraints: tuple[Formula, ...], kind: Kind, subject: Any, sign: Any, exception: bool
) -> None:
    if isinstance(subject, str):
        term: Term = Function("at", (Constant(subject),))
        if sign:  # a term that may have no value
            term = Arithmetic(sign, term, Numeral(Fraction(1)))
        values: list[Term] = [Constant(slot) for slot in SLOTS]
    else:  # the items that are not low, none where the sentence does not hold
        x = Variable("counted", ITEM)
        term = Count((x,), And((subject, Not(Equals(Function("at", (x,)), Constant("low"))))))
        values = [Numeral(Fraction(n)) for n in range(4)]
    formulas = [Equals(term, value) for value in values]
    problem = ChoiceProblem(
        SIGNATURE, constraints, kind, labelled(formulas), exception=exception, subject=term
    )
    cases = models(*constraints)
    attained = [i for i, f in enumerate(formulas) if cases & models(f)]
    always = [i for i, f in enumerate(formulas) if cases <= models(f)]
    right = {"how many": always[0] if len(always) == 1 else None}
    if attained:
        right |= {"minimum": min(attained), "maximum": max(attained)}
    fitting = [(i == right.get(kind)) is not exception for i in range(len(formulas))]
    assert found(choose(problem)) == expected(cases, fitting)


@given(st.lists(sentences(), max_size=6).map(tuple))
@example(tuple(parse(f"at({item}) = {slot}") for item, slot in zip(ITEMS, SLOTS, strict=True)))
@example(tuple(parse(f"at({item}) = low & Red({item})") for item in ITEMS))
def test_solve_finds_the_only_structure_just_if_there_is_one(
    constraints: tuple[Formula, ...],
) -> None:
    cases = models(*constraints)
    solution = solve(SIGNATURE, constraints)
    every = structures()
    if not cases:
        assert solution.structure is None
        assert solution.other is None
    else:
        assert solution.structure in [every[i] for i in cases]
        assert solution.unique is (len(cases) == 1)
        if len(cases) > 1:
            assert solution.other in [every[i] for i in cases]
            assert solution.other != solution.structure


@pytest.mark.solver
@given(few, st.lists(sentences(), min_size=1, max_size=3))
def test_tables_and_z3_agree(constraints: tuple[Formula, ...], goals: list[Formula]) -> None:
    signature, elaborated = elaborate((*constraints, *goals), SIGNATURE)
    split = len(constraints)
    premises, asked = elaborated[:split], elaborated[split:]
    tables = Tables(otherwise=None).prove(
        premises, asked, signature=signature, models=True, cores=True
    )
    others = Z3().prove(premises, asked, signature=signature)
    for goal, outcome, other in zip(asked, tables, others, strict=True):
        assert type(outcome) is type(other)
        if isinstance(outcome, Countermodel):
            structure = outcome.structure
            assert structure is not None
            assert all(satisfies(structure, premise) for premise in premises)
            assert not satisfies(structure, goal)
        else:
            assert isinstance(outcome, Proved)
            assert outcome.used is not None
            kept = [premises[i] for i in outcome.used]
            (again,) = Z3().prove(kept, (goal,), signature=signature)
            assert isinstance(again, Proved)


COMPARED: dict[str, Any] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@pytest.mark.parametrize("sign", sorted(COMPARED))
@pytest.mark.parametrize("step", [-3, -2, -1, 1, 2, 3])
def test_a_sum_is_the_member_so_many_places_on_or_nothing(sign: str, step: int) -> None:
    shift = f"at(a) {'+' if step > 0 else '-'} {abs(step)}"
    holds = models(parse(f"{shift} {sign} at(b)"))
    for number, structure in enumerate(structures()):
        place, other = (SLOTS.index(str(structure.value("at", (item,)))) for item in "ab")
        there = 0 <= place + step < len(SLOTS)
        right = COMPARED[sign](place + step, other) if there else sign == "!="
        assert (number in holds) is right


BOUNDED, _ = read_constraints("sort item = {a, b}\nfun n: item -> Int\nconst m: Int")
terms = st.sampled_from(("n(a)", "n(b)", "m", "n(a) + n(b)", "2 * m", "m - 1"))
linear = terms | st.sampled_from(("0", "1", "2"))
signs = st.sampled_from(("=", "!=", "<", "<="))
bounds = st.lists(st.integers(-1, 3), min_size=4, max_size=4)


@pytest.mark.solver
@given(bounds, st.lists(st.tuples(terms, signs, linear), min_size=1, max_size=4))
def test_tables_and_z3_agree_about_integers_with_bounds(
    ends: list[int], comparisons: list[tuple[str, str, str]]
) -> None:
    ranges = [
        f"all x: item. ({ends[0]} <= n(x) & n(x) < {ends[1]})",
        f"m >= {ends[2]} & {ends[3]} >= m",
    ]
    texts = [" ".join(comparison) for comparison in comparisons]
    written = [parse(text) for text in (*ranges, *texts)]
    signature, elaborated = elaborate(written, BOUNDED)
    *premises, goal = elaborated
    (here,) = Tables(otherwise=None).prove(premises, (goal,), signature=signature, cores=True)
    (there,) = Z3().prove(premises, (goal,), signature=signature)
    assert type(here) is type(there)
    if isinstance(here, Proved):
        kept = [premises[i] for i in here.used or ()]
        (again,) = Z3().prove(kept, (goal,), signature=signature)
        assert isinstance(again, Proved)


def test_every_kind_is_held_to_a_law() -> None:
    tested = {*TRUTH_KINDS, "list", "same effect", "how many", "minimum", "maximum"}
    assert tested == set(get_args(Kind))
