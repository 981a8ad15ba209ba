"""Finite structures and what holds in them."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.errors import ProverError, SignatureError
from neurologic.formula import (
    ENTITY,
    INTEGER,
    And,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Exists,
    ForAll,
    Formula,
    Function,
    Not,
    Numeral,
    Sort,
    Variable,
)
from neurologic.parsing import parse
from neurologic.structure import Structure, satisfies
from tests.strategies import CONSTANTS, PREDICATES, sentences

DAY = Sort("day")
SMALL = Structure.of(
    {ENTITY: ("ann", "bob", "cat"), DAY: ("mon", "tue", "wed")},
    {
        ("ann", 0): {(): "ann"},
        ("bob", 0): {(): "bob"},
        ("pet", 0): {(): "cat"},
        ("friend", 1): {("ann",): "bob", ("bob",): "ann", ("cat",): "ann"},
        ("age", 1): {("ann",): Fraction(30), ("bob",): Fraction(41), ("cat",): Fraction(3)},
    },
    {
        ("Likes", 2): {("ann", "bob"), ("bob", "cat"), ("cat", "cat")},
        ("Animal", 1): {("cat",)},
        ("rains", 0): {()},
    },
)
X, Y = Variable("x"), Variable("y")


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("Likes(ann, bob)", True),
        ("Likes(bob, ann)", False),
        ("rains", True),
        ("Animal(pet) & -Animal(ann)", True),
        ("Animal(ann) | Animal(bob)", False),
        ("Animal(ann) -> Animal(bob)", True),
        ("Animal(pet) <-> rains", True),
        ("Animal(pet) ⊕ rains", False),
        ("all x. exists y. Likes(x, y)", True),
        ("exists y. all x. Likes(x, y)", False),
        ("friend(friend(ann)) = ann", True),
        ("friend(pet) != ann", False),
        ("age(ann) + 11 = age(bob)", True),
        ("2 * age(pet) < age(ann) - 20", True),
        ("age(ann) >= 30.5", False),
        ("3 < 4", True),
        ("False", False),
        ("True", True),
    ],
)
def test_formulas_mean_what_they_say(text: str, truth: bool) -> None:
    assert satisfies(SMALL, parse(text)) is truth


def test_members_denote_themselves_in_their_order() -> None:
    assert satisfies(SMALL, Compare("<", Constant("mon"), Constant("wed")))
    assert not satisfies(SMALL, Compare(">=", Constant("mon"), Constant("tue")))


def test_counts_are_exact() -> None:
    liking = Count((X,), Exists(Y, Atom("Likes", (X, Y))))
    pairs = Count((X, Y), Atom("Likes", (X, Y)))
    assert satisfies(SMALL, Compare(">=", liking, Numeral(Fraction(3))))
    assert not satisfies(SMALL, Compare(">", pairs, Numeral(Fraction(3))))


def test_distinct_means_pairwise_different() -> None:
    ann, bob, pet = Constant("ann"), Constant("bob"), Constant("pet")
    assert satisfies(SMALL, Distinct((ann, bob, pet)))
    assert not satisfies(SMALL, Distinct((ann, bob, ann)))


def test_indexed_distinct_means_injective() -> None:
    assert satisfies(SMALL, Distinct((Function("age", (X,)),), (X,)))
    assert not satisfies(SMALL, Distinct((Function("friend", (X,)),), (X,)))


def test_an_inner_variable_hides_the_outer_one() -> None:
    inner = Exists(X, Atom("Animal", (X,)))
    assert satisfies(SMALL, ForAll(X, And((inner, Exists(Y, Atom("Likes", (X, Y)))))))


def test_integers_need_a_domain_only_where_they_are_quantified() -> None:
    n = Variable("n", INTEGER)
    positive = ForAll(n, Compare(">", n, Numeral(Fraction(0))))
    with pytest.raises(SignatureError, match="no elements of the sort Int"):
        satisfies(SMALL, positive)
    assert satisfies(Structure.of({INTEGER: (Fraction(1), Fraction(2))}), positive)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Unheard(ann)", "does not interpret Unheard/1"),
        ("Likes(ann, carl)", "no value of carl"),
        ("friend(30) = ann", "no value of friend"),
    ],
)
def test_what_is_not_interpreted_is_an_error(text: str, message: str) -> None:
    with pytest.raises(SignatureError, match=message):
        satisfies(SMALL, parse(text))


def test_a_free_variable_is_an_error() -> None:
    with pytest.raises(SignatureError, match="x is free"):
        satisfies(SMALL, Atom("Animal", (X,)))


def test_too_much_work_is_refused() -> None:
    formula: Formula = Atom("Animal", (Constant("pet"),))
    for i in range(30):
        formula = ForAll(Variable(f"v{i}"), formula)
    with pytest.raises(ProverError, match="more than 1000 steps"):
        satisfies(SMALL, formula, most_steps=1000)


def test_ten_thousand_nested_operators_evaluate() -> None:
    formula: Formula = Atom("rains")
    for _ in range(10_000):
        formula = Not(formula)
    assert satisfies(SMALL, formula)


def test_structures_are_values_with_a_readable_form() -> None:
    twin = Structure.of(
        dict(SMALL.domains),
        {(name, arity): dict(table) for name, arity, table in SMALL.functions},
        {(name, arity): rows for name, arity, rows in SMALL.predicates},
    )
    assert twin == SMALL
    assert hash(twin) == hash(SMALL)
    assert str(SMALL).splitlines() == [
        "Entity = {ann, bob, cat}",
        "day = {mon, tue, wed}",
        "ann = ann",
        "bob = bob",
        "pet = cat",
        "friend: ann ↦ bob, bob ↦ ann, cat ↦ ann",
        "age: ann ↦ 30, bob ↦ 41, cat ↦ 3",
        "Likes = {(ann, bob), (bob, cat), (cat, cat)}",
        "Animal = {cat}",
        "rains = true",
    ]


@st.composite
def structures(draw: st.DrawFn) -> Structure:
    """A structure of up to three elements for the language of `sentences`."""
    elements = ("d1", "d2", "d3")[: draw(st.integers(1, 3))]
    element = st.sampled_from(elements)
    rows = {
        (name, arity): [
            row for row in itertools.product(elements, repeat=arity) if draw(st.booleans())
        ]
        for name, arity in PREDICATES.items()
    }
    constants = {(name, 0): {(): draw(element)} for name in CONSTANTS}
    return Structure.of({ENTITY: elements}, constants, rows)


@given(structures(), sentences(), st.data())
def test_a_quantifier_is_a_conjunction_over_the_domain(
    structure: Structure, sentence: Formula, data: st.DataObject
) -> None:
    body = data.draw(sentences(("v",), 2))
    v = Variable("v")
    instances = [
        satisfies(
            Structure.of(
                dict(structure.domains),
                {("it", 0): {(): e}}
                | {(name, arity): dict(table) for name, arity, table in structure.functions},
                {(name, arity): rows for name, arity, rows in structure.predicates},
            ),
            _at(body),
        )
        for e in structure.domain(ENTITY)
    ]
    assert satisfies(structure, ForAll(v, body)) is all(instances)
    assert satisfies(structure, Exists(v, body)) is any(instances)
    assert satisfies(structure, Not(sentence)) is not satisfies(structure, sentence)


def _at(body: Formula) -> Formula:
    from neurologic.binding import substitute

    return substitute(body, {"v": Constant("it")})
