"""A prepared question and the formulas of its sentences make a choice problem that can be answered."""

from typing import Any

import pytest

from neurologic import NeurologicError, SemanticsError
from neurologic.choice import choice_problem, choose
from neurologic.parsing import parse, read_constraints
from neurologic.problem import PreparedProblem

DECLARED = "sort day = {mon < tue < wed}\nsort event = {audit, tour}\nfun on: event -> day"
SIGNATURE, _ = read_constraints(DECLARED)
BEFORE = "The audit is before the tour."


def asked(kind: Any, *options: str, **given: Any) -> PreparedProblem:
    queries = tuple(zip("ABCDE", ((option,) for option in options), strict=False))
    return PreparedProblem(SIGNATURE, (BEFORE,), queries, kind, **given)


def answer(prepared: PreparedProblem, *formulas: str) -> str | None:
    return choose(choice_problem(prepared, [parse(text) for text in formulas])).label


def test_formulas_go_to_constraints_conditions_and_options_in_that_order() -> None:
    prepared = asked(
        "must be true", "tour on Tuesday", "tour on Wednesday", conditions=("not mon",)
    )
    assert prepared.sentences == (BEFORE, "not mon", "tour on Tuesday", "tour on Wednesday")
    problem = choice_problem(prepared, [parse(f"P{n}") for n in range(4)])
    assert list(map(str, problem.constraints)) == ["P0"]
    assert list(map(str, problem.conditions)) == ["P1"]
    assert [(o.label, *map(str, o.formulas)) for o in problem.options] == [("A", "P2"), ("B", "P3")]


def test_what_the_declarations_say_of_numbers_is_a_constraint_too() -> None:
    theory = (parse("on(tour) != wed"),)
    prepared = asked("must be true", "tour on Tuesday", "tour on Wednesday", theory=theory)
    assert answer(prepared, "on(audit) < on(tour)", "on(tour) = tue", "on(tour) = wed") == "A"


def test_an_exception_is_the_option_that_does_not_fit() -> None:
    prepared = asked("could be true", "a", "b", exception=True)
    assert answer(prepared, "on(audit) < on(tour)", "on(tour) = tue", "on(tour) = mon") == "B"


def test_a_list_has_several_sentences_an_option() -> None:
    queries = (("A", ("on Tuesday",)), ("B", ("on Tuesday", "on Wednesday")))
    prepared = PreparedProblem(SIGNATURE, (BEFORE,), queries, "list")
    formulas = "on(audit) < on(tour)", "on(tour) = tue", "on(tour) = tue", "on(tour) = wed"
    assert answer(prepared, *formulas) == "B"


def test_the_constraint_to_replace_is_known_by_its_sentence() -> None:
    prepared = asked("same effect", "a", "b", subject="the audit is BEFORE the tour")
    formulas = "on(audit) < on(tour)", "on(tour) = wed", "on(tour) > on(audit)"
    assert answer(prepared, *formulas) == "B"
    with pytest.raises(SemanticsError) as caught:
        choice_problem(asked("same effect", "a", subject="The tour is late."), [parse("P")] * 2)
    assert caught.value.text == "The tour is late."


def test_a_minimum_is_of_the_term_that_the_options_have_in_common() -> None:
    prepared = asked(
        "minimum", "on Monday", "on Tuesday", "on Wednesday", subject="day of the tour"
    )
    formulas = "on(audit) < on(tour)", "on(tour) = mon", "tue = on(tour)", "on(tour) = wed"
    assert answer(prepared, *formulas) == "B"


def test_counts_are_one_term_whatever_their_variables() -> None:
    prepared = asked("maximum", "one", "two", "three")
    counted = "Count(e: event, on(e) = mon) = 1", "Count(x: event, on(x) = mon) = 2", "2 + 1 = 1"
    assert answer(prepared, "on(audit) < on(tour)", *counted[:2], f"{counted[0][:-1]} 3") == "A"
    with pytest.raises(SemanticsError, match="what its maximum is"):
        answer(prepared, "on(audit) < on(tour)", *counted)


def test_how_many_asks_for_nothing_but_the_truth_of_an_option() -> None:
    prepared = asked("how many", "none", "one or more")
    none, some = "all e: event. on(e) != wed", "exists e: event. on(e) = wed"
    assert answer(prepared, "on(audit) = tue & on(tour) = wed", none, some) == "B"


def test_a_sentence_without_formula_is_named() -> None:
    with pytest.raises(SemanticsError, match="has no formula") as caught:
        choice_problem(asked("must be true", "a"), [parse("P"), None])
    assert (caught.value.source, caught.value.text) == ("sentence 2", "a")


def test_another_number_of_formulas_is_refused() -> None:
    with pytest.raises(SemanticsError, match="expected 2 formulas"):
        choice_problem(asked("must be true", "a"), [parse("P")])
    with pytest.raises(TypeError):
        choice_problem(asked("must be true", "a"), [parse("P"), 2])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("queries", "kind"),
    [
        ((), "must be true"),
        ((("A", ()),), "list"),
        ((("A", ("a",)), ("A", ("b",))), "must be true"),
        ((("A", ("a",)),), "might be true"),
    ],
)
def test_a_question_without_kind_or_options_is_none(queries: Any, kind: Any) -> None:
    with pytest.raises(NeurologicError):
        PreparedProblem(SIGNATURE, (), queries, kind)


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (("age(m) = 2", "age(t) = 2"), "minimum"),
        (("age(m) = 1 + 1", "age(t) = 1 + 1"), "maximum"),
        (("on(m) = fri", "on(t) = fri"), "minimum"),
        (("age(m) = age(m)", "age(m) = 3"), "minimum"),
        (("Count(x: d, age(x) = 2) = Count(y: d, age(y) = 2)",) * 2, "maximum"),
        (("age(m) = 2", "age(m) = age(m) + 1"), "minimum"),
    ],
)
def test_a_value_is_no_term_that_options_have_in_common(
    options: tuple[str, ...], kind: Any
) -> None:
    declared = "sort d = {m, t}\nsort day = {thu < fri}\nfun age: d -> Int\nfun on: d -> day"
    signature, _ = read_constraints(declared)
    queries = tuple(zip("AB", (("one.",), ("two.",)), strict=True))
    prepared = PreparedProblem(signature, ("Ages.",), queries, kind)
    with pytest.raises(SemanticsError, match="do not say of one term"):
        answer(prepared, "age(m) = 2 & age(t) = 3", *options)
    counted = PreparedProblem(signature, ("Ages.",), queries, "how many")
    problem = choice_problem(counted, [parse("age(m) = 2"), *map(parse, options)])
    assert problem.subject is None


def test_a_constant_may_be_what_has_the_least_value() -> None:
    signature, _ = read_constraints("sort day = {mon < tue < wed}\nconst start: day")
    queries = (("A", ("Monday.",)), ("B", ("Tuesday.",)))
    prepared = PreparedProblem(signature, ("Later.",), queries, "minimum")
    assert answer(prepared, "start > mon", "start = mon", "tue = start") == "B"
