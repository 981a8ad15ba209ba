"""Finite models: what is found holds, what has small models is found, and the same every time."""

from __future__ import annotations

import os
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.entailment import Verdict, decide
from neurologic.formula import (
    ENTITY,
    And,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Function,
    Implies,
    Not,
    Numeral,
    Or,
    Sort,
    Variable,
)
from neurologic.parsing import parse
from neurologic.provers import Countermodel, Proved
from neurologic.provers.finite_models import find
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration, elaborate
from neurologic.structure import Structure, satisfies
from tests.strategies import sentences
from tests.test_interruption import PREAMBLE, PROMPT, interrupted, start

pytestmark = pytest.mark.solver

DAY, PERSON = Sort("day"), Sort("person")
WEEK = Signature(
    (SortDeclaration(DAY, ("mon", "tue", "wed"), ordered=True), SortDeclaration(PERSON)),
    (
        SymbolDeclaration("born", (PERSON,), DAY),
        SymbolDeclaration("Works", (PERSON, DAY)),
        SymbolDeclaration("today", (), DAY),
        *(SymbolDeclaration(name, (), PERSON) for name in ("ann", "bob")),
    ),
)


def model(
    *given: Formula | str, declared: Signature = Signature(), **options: Any
) -> Structure | None:
    """What is found for these formulas."""
    formulas = [parse(f) if isinstance(f, str) else f for f in given]
    signature, elaborated = elaborate(formulas, declared)
    found = find(elaborated, signature, **options)
    if found is not None:
        assert all(satisfies(found, sentence) for sentence in elaborated)
    return found


def size(structure: Structure | None, sort: Sort = ENTITY) -> int:
    assert structure is not None
    return len(structure.domain(sort))


@st.composite
def small_sentences(draw: st.DrawFn, scope: tuple[str, ...] = (), depth: int = 3) -> Any:
    """A sentence over P/1, a function f/1, equality and two constants."""
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        names = [Variable(name) for name in scope] + [Constant(name) for name in ("ann", "bob")]
        plain: st.SearchStrategy[Any] = st.sampled_from(names)
        term = plain | plain.map(lambda t: Function("f", (t,)))
        if draw(st.booleans()):
            return Equals(draw(term), draw(term))
        return Atom("P", (draw(term),))
    below = small_sentences(scope, depth - 1)
    match draw(st.sampled_from(("not", "and", "or", "if", "all", "some", "all", "some"))):
        case "not":
            return Not(draw(below))
        case "and" | "or" as kind:
            return (And if kind == "and" else Or)((draw(below), draw(below)))
        case "if":
            return Implies(draw(below), draw(below))
        case kind:
            name = "xyzu"[len(scope) % 4]
            body = draw(small_sentences((*scope, name), depth - 1))
            return (ForAll if kind == "all" else Exists)(Variable(name), body)


def every_structure(elements: tuple[str, ...]) -> Any:
    """Each structure with these elements for P, f, ann and bob."""
    for ann, bob in product(elements, repeat=2):
        for values in product(elements, repeat=len(elements)):
            for row in product((False, True), repeat=len(elements)):
                yield Structure.of(
                    {ENTITY: elements},
                    {
                        ("ann", 0): {(): ann},
                        ("bob", 0): {(): bob},
                        ("f", 1): {(e,): v for e, v in zip(elements, values, strict=True)},
                    },
                    {("P", 1): {(e,) for e, true in zip(elements, row, strict=True) if true}},
                )


@given(st.lists(small_sentences(), min_size=1, max_size=3))
def test_a_model_with_one_or_two_elements_is_found_exactly_if_there_is_one(
    given: list[Formula],
) -> None:
    there_is = any(
        all(satisfies(structure, sentence) for sentence in given)
        for elements in (("e1",), ("e1", "e2"))
        for structure in every_structure(elements)
    )
    assert (model(*given, distinct=False, most=2) is not None) == there_is


@given(st.lists(sentences(), max_size=4), sentences())
def test_a_model_is_found_for_what_is_not_entailed_and_for_nothing_else(
    premises: list[Formula], goal: Formula
) -> None:
    decision = decide(premises, goal, budget=200_000)
    found = model(*premises, Not(goal))
    if decision.verdict in (Verdict.ENTAILED, Verdict.INCONSISTENT):
        assert found is None
    elif decision.verdict is Verdict.UNDETERMINED:
        # Formulas so small that no axiom of infinity is among them.
        assert found is not None


@st.composite
def sorted_sentences(draw: st.DrawFn, scope: tuple[Variable, ...] = (), depth: int = 3) -> Any:
    """A sentence about people and the ordered days of `WEEK`, with counts and a function."""
    people: st.SearchStrategy[Any] = st.sampled_from(
        [Constant("ann"), Constant("bob"), *(v for v in scope if v.sort == PERSON)]
    )
    day: st.SearchStrategy[Any] = st.sampled_from(
        [*map(Constant, ("mon", "wed", "today")), *(v for v in scope if v.sort == DAY)]
    ) | people.map(lambda person: Function("born", (person,)))
    variable = Variable("xyzu"[len(scope) % 4], draw(st.sampled_from((DAY, PERSON))))
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        match draw(st.sampled_from(("works", "same", "order", "person", "distinct"))):
            case "works":
                return Atom("Works", (draw(people), draw(day)))
            case "same":
                return Equals(draw(day), draw(day))
            case "order":
                return Compare(draw(st.sampled_from(("<", "<=", ">", ">="))), draw(day), draw(day))
            case "person":
                return Equals(draw(people), draw(people))
            case _:
                return Distinct(tuple(draw(st.lists(day, min_size=1, max_size=3))))
    inner = sorted_sentences((*scope, variable), depth - 1)
    below = sorted_sentences(scope, depth - 1)
    match draw(st.sampled_from(("not", "or", "if", "all", "some", "all", "some", "count"))):
        case "not":
            return Not(draw(below))
        case "or":
            return Or((draw(below), draw(below)))
        case "if":
            return Implies(draw(below), draw(below))
        case "count":
            number = Numeral(Fraction(draw(st.integers(0, 3))))
            sign: Any = draw(st.sampled_from(("<", ">=", "=")))
            count = Count((variable,), draw(inner))
            return Equals(number, count) if sign == "=" else Compare(sign, count, number)
        case kind:
            return (ForAll if kind == "all" else Exists)(variable, draw(inner))


@given(st.lists(sorted_sentences(), min_size=1, max_size=3))
def test_what_z3_finds_with_few_people_is_found_and_what_it_refutes_is_not(
    given: list[Formula],
) -> None:
    signature, elaborated = elaborate(given, WEEK)
    (outcome,) = Z3().prove(
        elaborated, [Falsum()], signature=signature, budget=100_000, models=True
    )
    if isinstance(outcome, Proved):
        assert model(*given, declared=WEEK) is None
    elif isinstance(outcome, Countermodel) and outcome.structure is not None:
        people = size(outcome.structure, PERSON)
        if people <= 4:
            assert size(model(*given, declared=WEEK, distinct=False), PERSON) <= people


@given(st.lists(sentences(), max_size=3), st.booleans())
def test_the_same_model_is_found_every_time(given: list[Formula], distinct: bool) -> None:
    first = model(*given, distinct=distinct)
    model(Atom("P", (Constant("z3"),)))
    assert model(*given, distinct=distinct) == first


@given(st.lists(small_sentences(), min_size=1, max_size=2))
def test_the_smallest_model_is_found_where_names_do_not_matter(given: list[Formula]) -> None:
    found = model(*given, distinct=False)
    if found is not None and size(found) > 1:
        assert model(*given, distinct=False, most=size(found) - 1) is None


def test_names_denote_different_elements_where_they_may() -> None:
    found = model("Student(bonnie)", "exists x. Teacher(x)", "Student(rina)")
    assert str(found).splitlines()[:3] == [
        "Entity = {bonnie, rina}",
        "bonnie = bonnie",
        "rina = rina",
    ]


def test_names_that_are_said_to_be_the_same_are_one_element_and_the_others_are_not() -> None:
    found = model("ann = bob & P(cat)", "-P(ann)")
    assert found is not None
    assert found.domain(ENTITY) == ("ann", "cat")
    assert found.value("bob", ()) == "ann"


def test_names_coincide_where_they_must() -> None:
    found = model("all x. all y. x = y", "P(ann)", "Q(bob)")
    assert size(found) == 1


def test_elements_without_a_name_are_numbered_past_the_names_in_use() -> None:
    found = model("P(e1)", "exists x. -P(x)")
    assert found is not None
    assert found.domain(ENTITY) == ("e1", "e2")


def test_elements_are_called_as_the_constants_that_denote_them() -> None:
    found = model("all x. exists y. (f(x) = y & x != y)", "P(ann) & -P(f(ann))", distinct=False)
    assert found is not None
    assert found.domain(ENTITY) == ("ann", "e1")


@pytest.mark.parametrize(
    "given",
    [
        ("P(a)", "-P(a)"),
        ("all x. P(x)", "exists x. -P(x)"),
        ("f(a) = b", "f(b) = a", "f(f(a)) != a"),
        ("1 = 2",),
        ("P(1)", "Q(2)", "all x. all y. x = y"),
        (Falsum(),),
    ],
)
def test_contradictory_sentences_have_no_model(given: tuple[Formula | str, ...]) -> None:
    assert model(*given) is None


def test_sentences_with_infinite_models_alone_have_none_within_the_budget() -> None:
    order = ("all x. -R(x, x)", "all x, y, z. (R(x, y) & R(y, z) -> R(x, z))")
    assert model(*order, "all x. exists y. R(x, y)") is None
    assert size(model(*order, "exists x, y, z. (R(x, y) & R(y, z))")) == 3


def test_no_sentences_have_a_model() -> None:
    assert size(model("P(a)", declared=WEEK), PERSON) == 2
    assert find((), Signature()) == Structure.of({})


def test_enumerations_consist_of_their_members() -> None:
    found = model("Works(ann, today)", "-Works(ann, mon)", "born(bob) > tue", declared=WEEK)
    assert found is not None
    assert found.domain(DAY) == ("mon", "tue", "wed")
    assert found.value("today", ()) in ("tue", "wed")
    assert found.value("born", ("bob",)) == "wed"


def test_more_than_the_members_there_are_has_no_model() -> None:
    d = Variable("d", DAY)
    works = Atom("Works", (Constant("ann"), d))
    three = Compare(">=", Count((d,), works), Numeral(Fraction(3)))
    off = parse("-Works(ann, tue)")
    assert model(three, declared=WEEK) is not None
    assert model(three, off, declared=WEEK) is None
    two = Equals(Count((d,), works), Numeral(Fraction(2)))
    found = model(two, off, declared=WEEK)
    assert found is not None
    assert found.holds("Works", ("ann", "mon"))


def test_counts_over_open_sorts_make_room() -> None:
    x = Variable("x")
    at_least = Compare(">", Count((x,), Atom("P", (x,))), Numeral(Fraction(4)))
    assert size(model(at_least)) == 5
    assert model(at_least, most=4) is None


def test_a_function_with_different_values_has_no_more_arguments_than_values() -> None:
    p = Variable("p", PERSON)
    different = Distinct((Function("born", (p,)),), (p,))
    carl = SymbolDeclaration("carl", (), PERSON)
    three = Signature(WEEK.sorts, (*WEEK.symbols, carl))
    found = model(different, "born(carl) < born(ann)", declared=three)
    assert found is not None
    assert len({found.value("born", (who,)) for who in found.domain(PERSON)}) == 3
    four = Signature(three.sorts, (*three.symbols, SymbolDeclaration("dora", (), PERSON)))
    assert size(model(different, declared=four), PERSON) == 1


def test_numerals_denote_themselves() -> None:
    found = model("Costs(book, 12.5)", "exists x. Costs(x, 3)", "-Costs(book, 3)")
    assert found is not None
    assert [str(e) for e in found.domain(ENTITY)] == ["3", "25/2", "book"]


@pytest.mark.parametrize(
    ("text", "there_is"),
    [
        ("age(ann) > 18 & age(bob) < age(ann)", True),
        ("age(ann) + 2 = age(bob) & age(bob) = 20", True),
        ("age(ann) > 18 & age(ann) < 19", False),
        ("2 + 2 = 4", True),
        ("2 * 2 < 4", False),
        ("age(ann) > 18.25 & age(ann) < 18.5", True),
        ("all n: Int. age(ann) < n", False),
    ],
)
def test_integers_are_looked_for_near_the_numerals(text: str, there_is: bool) -> None:
    assert (model(text) is not None) == there_is


def test_sorts_grow_apart_from_each_other() -> None:
    animal = Sort("animal")
    declared = Signature((SortDeclaration(PERSON), SortDeclaration(animal)))
    p, q, a, b, c = (
        Variable("p", PERSON),
        Variable("q", PERSON),
        *(Variable(name, animal) for name in "abc"),
    )
    alone = ForAll(p, ForAll(q, Equals(p, q)))
    three = Exists(a, Exists(b, Exists(c, Distinct((a, b, c)))))
    found = model(alone, three, declared=declared)
    assert (size(found, PERSON), size(found, animal)) == (1, 3)


def test_a_small_budget_ends_the_search() -> None:
    many = Compare(">=", Count((Variable("x"),), Atom("P", (Variable("x"),))), Numeral(Fraction(6)))
    assert model(many, budget=1000) is None
    assert model(many) is not None


def test_what_is_too_deep_or_open_has_no_model() -> None:
    deep: Formula = Atom("p")
    for _ in range(10_000):
        deep = Implies(Atom("p"), deep)
    assert model(deep) is None
    signature = Signature((), (SymbolDeclaration("P", (ENTITY,)),))
    assert find([Atom("P", (Variable("x", ENTITY),))], signature) is None
    assert find([Atom("Q", (Constant("a"),))], signature) is None


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
def test_ctrl_c_ends_a_search_at_once() -> None:
    code = f"""{PREAMBLE}
from neurologic.parsing import parse
from neurologic.provers.finite_models import find
from neurologic.signature import elaborate
signature, sentences = elaborate([parse(text) for text in crowded])
print("ready", flush=True)
try:
    print(find(sentences, signature, budget=2_000_000_000))
except KeyboardInterrupt:
    print("interrupted")
"""
    process = start(code)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    out, err, seconds = interrupted(process, 2.0)
    assert (out, err) == ("interrupted\n", "")
    assert seconds < PROMPT
