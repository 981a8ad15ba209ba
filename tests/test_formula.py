"""Formulas as values: equality, hashing, the three traversals, substitution."""

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import (
    And,
    Atom,
    Constant,
    Exists,
    ForAll,
    Formula,
    Function,
    Implies,
    Not,
    Or,
    Variable,
    Verum,
    equivalent,
    formula,
    free_variables,
    parse,
    render,
    substitute,
    universal_closure,
)
from neurologic.binding import fresh_name
from neurologic.formula import (
    FORMULAS,
    TERMS,
    Node,
    binders,
    children,
    conjunction,
    disjunction,
    fold,
    rebuild,
    walk,
)
from tests.strategies import formulas, sentences

x, y = Variable("x"), Variable("y")


@given(formulas())
def test_a_formula_equals_its_copy_and_hashes_alike(formula: Any) -> None:
    twin = pickle.loads(pickle.dumps(formula))
    assert twin == formula
    assert hash(twin) == hash(formula)
    assert copy.deepcopy(formula) == formula
    assert repr(twin) == repr(formula)


@given(formulas(), formulas())
def test_formulas_are_equal_exactly_if_they_are_written_alike(first: Any, second: Any) -> None:
    assert (first == second) == (repr(first) == repr(second))


@given(formulas())
def test_a_formula_is_rebuilt_from_its_children(formula: Any) -> None:
    for node in walk(formula):
        assert rebuild(node, children(node)) == node
        assert isinstance(node, (*TERMS, *FORMULAS))
    assert eval(repr(formula), namespace()) == formula


def namespace() -> dict[str, Any]:
    """What `repr` needs to be read back by Python."""
    from fractions import Fraction

    from neurologic.formula import Sort

    classes = {kind.__name__: kind for kind in (*TERMS, *FORMULAS)}
    return {**classes, "Fraction": Fraction, "Sort": Sort}


@given(formulas())
def test_mapping_the_identity_changes_nothing(written: Any) -> None:
    assert formula.map(written, lambda node: node) is written


@given(formulas())
def test_walk_and_fold_see_the_same_nodes(formula: Any) -> None:
    counted = fold(formula, lambda node, below: 1 + sum(below))
    assert counted == len(list(walk(formula)))


@given(formulas())
def test_a_closed_formula_has_no_free_variables(formula: Any) -> None:
    assert not free_variables(formula)


@given(sentences(("x", "y")), st.sampled_from(("ann", "bob")))
def test_substitution_leaves_no_free_occurrence(formula: Formula, name: str) -> None:
    replaced = substitute(formula, {"x": Constant(name)})
    assert free_variables(replaced) == free_variables(formula) - {"x"}


@given(sentences(("x", "y")))
def test_renaming_a_variable_forth_and_back_means_the_same(formula: Formula) -> None:
    there = substitute(formula, {"x": Variable("w")})
    back = substitute(there, {"w": x})
    assert equivalent(universal_closure(back), universal_closure(formula))


def test_a_bound_variable_steps_aside_for_a_term_that_would_be_captured() -> None:
    captured = ForAll(y, Exists(Variable("y1"), Atom("R", (x, y, Variable("y1")))))
    assert render(substitute(captured, {"x": y})) == "∀y1 ∃y2 R(y, y1, y2)"


def test_a_fresh_name_is_not_taken() -> None:
    assert fresh_name("x", {"x", "x1", "x2"}) == "x3"
    assert fresh_name("7", ()) == "71"


def test_closure_binds_in_the_order_asked_for() -> None:
    open_formula = Atom("R", (x, y))
    assert render(universal_closure(open_formula)) == "∀x ∀y R(x, y)"
    assert render(universal_closure(open_formula, ["y"])) == "∀y ∀x R(x, y)"
    assert universal_closure(Atom("P")) == Atom("P")


def test_joining_formulas_makes_the_least_formula() -> None:
    p, q = Atom("P"), Atom("Q")
    assert conjunction([]) == Verum()
    assert conjunction([p]) == p
    assert conjunction(iter([p, q])) == And((p, q))
    assert disjunction([p, q]) == Or((p, q))
    assert render(disjunction([])) == "⊥"


def test_a_symbol_and_its_namesake_of_another_kind_differ() -> None:
    assert Constant("a") != Variable("a")
    assert Atom("f", (x,)) != Function("f", (x,))
    assert Atom("P") != "P"
    assert len({Constant("a"), Variable("a"), Constant("a")}) == 2


def test_what_is_no_node_has_no_children() -> None:
    with pytest.raises(TypeError, match="expected a term or a formula"):
        children("P")  # type: ignore[arg-type]


def test_deep_formulas_compare_hash_print_and_traverse() -> None:
    def deep() -> Formula:
        made: Formula = Atom("P", (x,))
        for _ in range(10_000):
            made = ForAll(x, Not(Implies(made, Atom("q"))))
        return made

    first, second = deep(), deep()
    assert first == second
    assert hash(first) == hash(second)
    assert repr(first) == repr(second)
    assert str(first) == str(second)
    assert not free_variables(first)
    assert substitute(first, {"x": y}) == first
    assert len(list(walk(first))) == 40_002


def test_every_node_says_what_it_binds() -> None:
    assert binders(parse("all x. P(x)")) == (x,)
    assert [v.name for v in binders(parse("Count(x, y, R(x, y)) > 1").left)] == ["x", "y"]  # type: ignore[union-attr]
    assert binders(Atom("P")) == ()
    assert isinstance(Atom("P"), Node)
