"""Printing formulas, and converting them to NLTK and back."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from nltk.sem.logic import Expression

from neurologic import (
    And,
    Atom,
    Compare,
    Constant,
    ForAll,
    Formula,
    Implies,
    NeurologicError,
    Not,
    Numeral,
    Or,
    Variable,
    Xor,
    equivalent,
    from_nltk,
    parse,
    render,
    to_nltk,
)
from neurologic.notation import numeral
from tests.strategies import sentences


@given(sentences())
def test_a_formula_survives_the_way_through_nltk(formula: Formula) -> None:
    back = from_nltk(to_nltk(formula))
    assert equivalent(back, formula)
    assert to_nltk(back) == to_nltk(formula)


@given(sentences())
def test_ascii_text_without_xor_is_read_alike_by_nltk(formula: Formula) -> None:
    text = render(formula, "ascii")
    if " xor " not in text:
        assert equivalent(from_nltk(Expression.fromstring(text)), formula)


def test_nltk_keeps_names_that_its_own_parser_would_refuse() -> None:
    formula = Atom("Risk-averse", (Constant("gpt-3"),))
    assert from_nltk(to_nltk(formula)) == formula


def test_exclusive_or_becomes_a_negated_equivalence_in_nltk() -> None:
    assert str(to_nltk(Xor(Atom("P"), Atom("Q")))) == "-(P <-> Q)"


@pytest.mark.parametrize(
    "formula", [Compare("<", Constant("a"), Constant("b")), parse("∀x: person. P(x)")]
)
def test_what_nltk_cannot_say_is_refused(formula: Formula) -> None:
    with pytest.raises(NeurologicError, match="NLTK has no form"):
        to_nltk(formula)


def test_a_lambda_abstraction_is_not_first_order() -> None:
    with pytest.raises(NeurologicError, match="not a first-order expression"):
        from_nltk(Expression.fromstring(r"\x.P(x)"))


@pytest.mark.parametrize(
    ("value", "text"),
    [(Fraction(0), "0"), (Fraction(-1, 4), "-0.25"), (Fraction(12345, 100), "123.45")],
)
def test_a_numeral_is_written_exactly(value: Fraction, text: str) -> None:
    assert numeral(value) == text
    assert parse(f"P({text})") == Atom("P", (Numeral(value),))


def test_a_third_has_no_decimal_form() -> None:
    with pytest.raises(NeurologicError, match="no finite decimal form"):
        render(Atom("P", (Numeral(Fraction(1, 3)),)))


@pytest.mark.parametrize("connective", [And, Or])
def test_a_connective_needs_two_parts(connective: Any) -> None:
    with pytest.raises(TypeError, match="needs two or more parts"):
        render(connective((Atom("P"),)))


def test_what_is_no_formula_is_refused_by_type() -> None:
    with pytest.raises(TypeError, match="expected a formula or a term, got str"):
        render("P(a)")  # type: ignore[arg-type]


def test_deep_formulas_print() -> None:
    formula: Formula = Atom("P", (Variable("x"),))
    for _ in range(10_000):
        formula = ForAll(Variable("x"), Not(Implies(formula, Atom("q"))))
    assert render(formula).startswith("∀x ¬((∀x ¬((")
    assert parse(render(formula)) == formula


def test_what_a_style_cannot_write_is_refused() -> None:
    with pytest.raises(NeurologicError, match="cannot be written in ascii"):
        render(ForAll(Variable("é"), Atom("P", (Variable("é"),))), "ascii")
    with pytest.raises(NeurologicError, match="cannot be written in unicode"):
        render(Atom("P", (Variable("my x"),)))
    with pytest.raises(NeurologicError, match="more than 1000 digits"):
        render(Atom("P", (Numeral(Fraction(10) ** 5000),)))
    with pytest.raises(NeurologicError, match="there is no style"):
        render(Atom("P"), "tptp")  # type: ignore[arg-type]
