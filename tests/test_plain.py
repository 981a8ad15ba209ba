"""The usual case of elaboration gives what the general one gives."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.errors import SignatureError
from neurologic.formula import (
    ENTITY,
    INTEGER,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    ForAll,
    Formula,
    Function,
    Node,
    Not,
    Numeral,
    Term,
    Variable,
    walk,
)
from neurologic.parsing import parse
from neurologic.signature import Signature, elaborate, inference
from neurologic.signature.plain import plain
from tests.strategies import formulas, sentences

X = Variable("x")


def in_general(given: list[Formula]) -> tuple[Signature, tuple[Formula, ...]]:
    """What whole-problem inference makes of the formulas."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inference, "plain", lambda formulas: None)
        return elaborate(given)


@given(st.lists(sentences(), max_size=4))
def test_elaboration_is_the_same_in_the_usual_case(given: list[Formula]) -> None:
    assert elaborate(given) == in_general(given)
    assert plain(given) is not None


@given(st.lists(formulas(), max_size=2))
def test_formulas_of_every_kind_are_elaborated_as_in_general(given: list[Formula]) -> None:
    found = plain(given)
    if found is not None:
        assert found == in_general(given)


@pytest.mark.parametrize(
    "formula",
    [
        Atom("P", (X,)),
        Atom("P", (Function("f", ()),)),
        Atom("P", (Arithmetic("+", Constant("a"), Numeral(Fraction(1))),)),
        Compare("<", Constant("a"), Numeral(Fraction(1))),
        Equals(Count((X,), Atom("P", (X,))), Numeral(Fraction(1))),
        Distinct((Constant("a"), Constant("b"))),
        Atom("P", (Atom("Q"),)),  # type: ignore[arg-type]
        ForAll(Variable("n", INTEGER), Atom("P")),
        Constant("a"),
        And((Atom("P"), X)),  # type: ignore[arg-type]
    ],
)
def test_anything_else_is_left_to_inference(formula: Formula) -> None:
    assert plain([formula]) is None


def test_functions_equations_and_numerals_are_usual() -> None:
    given = [parse("all x. (f(g(x, a)) = x | f = 3 | P(2.5))"), parse("1 = 2"), parse("'3'(3)")]
    assert plain(given) == in_general(given)
    assert plain(given[1:2]) == in_general(given[1:2])


def test_deep_terms_are_left_to_inference() -> None:
    term: Term = Constant("a")
    for _ in range(10_000):
        term = Function("f", (term,))
    assert plain([Atom("P", (term,))]) is None
    assert elaborate([Equals(term, term)])[1] == (Equals(term, term),)


def test_depth_is_left_to_inference() -> None:
    formula: Formula = Atom("P")
    for _ in range(10_000):
        formula = Not(formula)
    assert plain([formula]) is None
    assert elaborate([formula])[1] == (formula,)


def test_what_is_no_formula_is_refused_as_ever() -> None:
    with pytest.raises(SignatureError, match="expected a formula where the term a stands"):
        elaborate([Not(Constant("a"))])  # type: ignore[arg-type]


def test_names_are_listed_by_first_appearance() -> None:
    found = plain([parse("all x. (P(x, b) -> Q(a))"), parse("P(a) | r")])
    assert found is not None
    assert [str(symbol) for symbol in found[0].symbols] == [
        "pred P: Entity, Entity",
        "const b: Entity",
        "pred Q: Entity",
        "const a: Entity",
        "pred P: Entity",
        "pred r",
    ]
    variables = {n for f in found[1] for n in walk(f) if isinstance(n, Variable)}
    assert variables == {Variable("x", ENTITY)}
    assert isinstance(found[1][0], Node)
