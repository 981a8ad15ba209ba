"""LINC's pipeline, reproduced with its effects: rewriting, NLTK's scope, Prover9's conventions."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import benchmarks.linc
from benchmarks import linc
from benchmarks.pipeline import LINC, Teller
from benchmarks.recorded import sample
from benchmarks.replay import rule_of
from neurologic.binding import universal_closure
from neurologic.entailment import Verdict, equivalent
from neurologic.parsing import parse
from neurologic.voting import Vote


def test_the_examples_in_docstrings_hold() -> None:
    found = doctest.testmod(benchmarks.linc)
    assert found.attempted > 0
    assert found.failed == 0


def said(*formulas: str) -> str:
    """What LINC answers to formulas, the conclusion last: a label, or the stage that fails."""
    text = "\n".join(f"TEXT:\tA sentence.\nFOL:\t{formula}" for formula in formulas)
    vote = Teller(LINC).ballot(sample(text, len(formulas) - 1)).vote
    if vote.verdict is None:
        return vote.error
    return rule_of(LINC)([vote]).label or "none"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Near(Oslo, New York)", "Near(Oslo, New_York)"),
        ("Rank(ann, 12)", "Rank(ann, OneTwo)"),
        ("Costs(tea, 2.5) & Two2(x)", "Costs(tea, TwoDotFive) & Two2(x)"),
        ("P(A-B) & Q(-A)", "P(A_B) & Q(_A)"),
        ("all x. (x = y)", "all x. (x_=_y)"),
        ("P(A) | (-Happy)", "P(A) | (_Happy)"),
        ("Rank(ann, 1) & P12(bob)", "Rank(ann, One) & POne2(bob)"),
        ("Old(ann) -> Tall(bob)", "Old(ann) -> Tall(bob)"),
        ("Drives(Tom's car, Tom's)", "Drives(Toms_car, Toms)"),
    ],
)
def test_arguments_become_single_names_wherever_they_occur(text: str, name: str) -> None:
    assert linc.rewritten(text) == name


def test_only_a_tab_starts_a_formula() -> None:
    assert linc.formula_lines("FOL:\tP(a)\nFOL: Q(a)\nTEXT:\tFOL:\nFOL:\tR(a) ") == ("P(a)", "R(a)")


def test_a_quantifier_holds_only_what_follows_it_at_once() -> None:
    assert said("exists x. P(x) & Q(x)", "Q(Ann)") == "True"
    assert said("exists x. (P(x) & Q(x))", "Q(Ann)") == "Uncertain"


def test_arrows_group_to_the_left() -> None:
    assert linc.read("A -> B -> C") == parse("(A -> B) -> C")


def test_an_equation_in_brackets_says_that_all_things_are_equal() -> None:
    only_one = "all x. all y. ((P(x) & P(y)) -> (x = y))"
    assert said(only_one, "P(Ann)", "Q(Ann)", "Q(Bob)") == "True"


def test_a_negation_in_innermost_brackets_is_lost() -> None:
    assert said("Rainy -> (-Happy)", "Rainy", "-Happy") == "Uncertain"
    assert said("Rainy -> -Happy", "Rainy", "-Happy") == "True"


def test_falsity_is_a_proposition_like_any_other() -> None:
    assert said("P(Ann) -> False", "-P(Ann)") == "Uncertain"


@pytest.mark.parametrize("name", ["x", "zoe", "uncle_bob", "w2"])
def test_a_free_name_from_u_on_is_a_variable_of_any_length(name: str) -> None:
    assert said(f"P({name})", "P(Bob)") == "True"


@pytest.mark.parametrize("name", ["a", "tom", "Zoe", "_x"])
def test_any_other_free_name_is_a_constant(name: str) -> None:
    assert said(f"P({name})", "P(Bob)") == "Uncertain"


def test_a_goal_with_a_free_variable_is_refuted_only_for_all() -> None:
    assert said("-P(Ann)", "P(Bob)", "P(x)") == "Uncertain"
    assert said("all x. -P(x)", "P(x)") == "False"


@pytest.mark.parametrize(
    ("formulas", "stage"),
    [
        (("Moved(Ann)", "Moved(Ann, Bob)"), "Prover9: two arities"),
        (("Flu", "Flu(Ann)"), "Prover9: two arities"),
        (("Flu(Ann)", "Has(Ann, Flu)"), "Prover9: two arities"),
        (("Age(Ann)", "Old(Age(Ann))"), "Prover9: relation and function"),
        (("Exists x. P(x)", "P(Ann)"), "NLTK"),
        (("all x, y. P(x, y)", "P(Ann, Ann)"), "NLTK"),
        (("P(Ann) > 3", "P(Ann)"), "NLTK"),
        (("P(Zoë)", "P(Ann)"), "Prover9: syntax"),
        (("~P(Ann)", "Q(Ann)"), "Prover9: syntax"),
        (("P(all x. Q(x))", "P(Ann)"), "Prover9: syntax"),
        ((), "no formula line"),
    ],
)
def test_what_linc_cannot_take_is_an_error_of_its_stage(
    formulas: tuple[str, ...], stage: str
) -> None:
    assert said(*formulas) == stage


def test_an_apostrophe_may_stand_in_a_name() -> None:
    assert said("Old(Tom'sCar)", "Old(Tom'sCar)") == "True"


def test_a_negated_side_of_an_equation_is_a_term() -> None:
    assert said("-x = y", "Ann = Bob") == "True"  # minus x is whatever y is: there is one thing


def test_inconsistent_premises_answer_true() -> None:
    assert said("P(Ann)", "-P(Ann)", "Q(Bob)") == "True"


def test_a_tie_goes_to_the_label_met_first_and_failures_are_dropped() -> None:
    true, false, failed = Vote(Verdict.ENTAILED), Vote(Verdict.REFUTED), Vote(None, error="NLTK")
    assert rule_of(LINC)([failed, false, true, true, false, failed]).label == "False"
    assert rule_of(LINC)([failed]).label is None


atoms = st.sampled_from(["P(a)", "P(x)", "Q(x)", "Q(b)", "R(x, b)"])
bracketed = st.recursive(
    atoms,
    lambda below: (
        st.tuples(below, st.sampled_from(["&", "|", "->", "<->"]), below).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        )
        | below.map(lambda body: f"-{body}")
        | below.map(lambda body: f"(all x. ({body}))")
    ),
    max_leaves=6,
)


@given(bracketed)
def test_where_all_brackets_are_written_linc_reads_what_we_read(text: str) -> None:
    assert equivalent(universal_closure(linc.read(text)), parse(text))


@given(st.text(alphabet="PQxyab()-&|<>=.,'\"! 1é", max_size=25))
def test_any_text_is_read_or_refused_by_a_stage(text: str) -> None:
    try:
        stage = str(type(linc.read(text)).__module__)
    except linc.LincError as error:
        stage = error.kind
    assert stage in {"neurologic.formula", "NLTK", "Prover9: syntax"}


def test_deep_formulas_are_refused_not_fatal() -> None:
    for text in ("(" * 5000 + "P" + ")" * 5000, "-" * 5000 + "P", " & ".join(["P(a)"] * 5000)):
        with pytest.raises(linc.LincError):
            linc.read(text)
