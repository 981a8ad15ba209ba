"""Translations are the same if they read alike or are proved equivalent, and apart otherwise."""

import doctest

import pytest
from hypothesis import given

import benchmarks.agreement
import benchmarks.distinct
from benchmarks.distinct import Texts, canonical_key, distinct
from neurologic.binding import substitute
from neurologic.formula import And, ForAll, Formula, Iff, Not, Or, Variable, map, walk
from neurologic.parsing import parse
from tests.strategies import formulas


@pytest.mark.parametrize("module", [benchmarks.agreement, benchmarks.distinct])
def test_the_examples_in_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def counted(*translations: Texts) -> tuple[int, int, int, int]:
    found = distinct((each, "ENTAILED") for each in translations)
    return found.texts, found.canonical, found.proved, found.unknown


def test_the_same_text_is_one_translation() -> None:
    assert counted(("P(a)", "Q(a)"), ("P(a)", "Q(a)")) == (1, 1, 1, 0)


def test_order_and_bound_names_make_no_difference() -> None:
    left = ("all x. (exists y. (R(x, y) & P(y)))", "P(a) | Q(a)")
    right = ("all u. (exists v. (P(v) & R(u, v)))", "Q(a) | P(a)")
    assert counted(left, right) == (2, 1, 1, 0)


def test_what_only_proof_shows_to_be_the_same_is_proved() -> None:
    assert counted(("P(a) -> Q(a)", "Q(a)"), ("-P(a) | Q(a)", "Q(a)")) == (2, 2, 1, 0)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("P(a)", "Q(a)"), ("Q(a)", "P(a)")),  # what is assumed is not what is asked
        (("P(a)", "Q(a)"), ("P(a)", "P(a)", "Q(a)")),
        (("P(a)", "Q(a)"), ("R(a)", "Q(a)")),
        (("all x. P(x)", "Q(a)"), ("exists x. P(x)", "Q(a)")),
    ],
)
def test_what_differs_stays_apart(left: Texts, right: Texts) -> None:
    assert counted(left, right) == (2, 2, 2, 0)


def test_translations_with_different_verdicts_are_not_compared() -> None:
    def refuse(left: Formula, right: Formula) -> bool:
        raise AssertionError("compared")

    pair = [(("P(a) -> Q(a)",), "ENTAILED"), (("-P(a) | Q(a)",), "REFUTED")]
    assert distinct(pair, refuse).proved == 2


def test_what_is_not_decided_stays_apart_and_is_counted() -> None:
    pair = [(("P(a) -> Q(a)", "Q(a)"), "ENTAILED"), (("-P(a) | Q(a)", "Q(a)"), "ENTAILED")]
    found = distinct(pair, lambda left, right: None)
    assert (found.proved, found.unknown) == (2, 1)


def test_a_difference_that_is_sure_outweighs_a_doubt() -> None:
    answers = {"P(a) → Q(a)": None, "R(a) → Q(a)": False}
    pair = [
        (("P(a) -> Q(a)", "R(a) -> Q(a)"), "ENTAILED"),
        (("-P(a) | Q(a)", "-R(a) | Q(a) | Q(a)"), "ENTAILED"),
    ]
    found = distinct(pair, lambda left, right: answers[str(right)])
    assert (found.proved, found.unknown) == (2, 0)


def test_a_translation_that_cannot_be_read_again_is_one_of_its_own() -> None:
    assert counted(("P(a",), ("P(a)",), ("P(a",)) == (2, 2, 2, 0)


def test_deep_formulas_are_compared() -> None:
    deep: Formula = parse("P(a)")
    for _ in range(5_000):
        deep = And((Or((deep, parse("Q(a)"))), parse("R(a)")))
    assert canonical_key(deep) == canonical_key(deep)
    assert canonical_key(Not(Not(deep))) == canonical_key(deep)


@given(formulas())
def test_a_key_outlives_other_bound_names_and_orders(formula: Formula) -> None:
    def turned(node: object) -> object:
        match node:
            case And(parts):
                return And(tuple(reversed(parts)))
            case Or(parts):
                return Or(tuple(reversed(parts)))
            case Iff(left, right):
                return Iff(right, left)
            case ForAll(variable, body):
                taken = {v.name for v in walk(node) if isinstance(v, Variable)}
                fresh = Variable(
                    next(f"x{n}" for n in range(99) if f"x{n}" not in taken), variable.sort
                )
                return ForAll(fresh, substitute(body, {variable.name: fresh}))
            case _:
                return node

    assert canonical_key(map(formula, turned)) == canonical_key(formula)
