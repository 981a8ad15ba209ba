"""Refutation by instances: what it returns is a proof, and it never refutes what has a model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.formula import (
    BOOLEAN,
    ENTITY,
    INTEGER,
    RATIONAL,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Sort,
    Term,
    Variable,
    Xor,
)
from neurologic.lemmas import Counted, Equality, Lemma, Member, Split, Witness
from neurologic.provers import Proved
from neurologic.provers.instantiation import refute
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration
from neurologic.structure import Structure, satisfies
from tests.refutations import check, prepared
from tests.strategies import sentences

pytestmark = pytest.mark.solver

BUDGET = 60_000
DAY = Sort("day")
DAYS = Signature((SortDeclaration(DAY, ("mon", "tue", "wed"), ordered=True),))


def refuted(
    texts: Sequence[Formula | str], declared: Signature = Signature(), budget: int = 1_000_000
) -> tuple[Lemma, ...] | None:
    """The lemmas, after they were checked."""
    signature, sentences = prepared(texts, declared)
    lemmas = refute(sentences, signature, budget=budget)
    if lemmas is not None:
        check(sentences, lemmas, signature)
    return lemmas


THEOREMS = [
    ["p", "-p"],
    ["False"],
    ["all x. (Man(x) -> Mortal(x))", "Man(socrates)", "-Mortal(socrates)"],
    ["-(exists x. (Drinks(x) -> all y. Drinks(y)))"],
    ["-(exists x. exists y. (P(x, y) -> all x. all y. P(x, y)))"],
    ["exists x. all y. R(x, y)", "-(all y. exists x. R(x, y))"],
    ["all x. exists y. R(x, y)", "all x. all y. (R(x, y) -> R(y, x))",
     "all x. all y. all z. (R(x, y) & R(y, z) -> R(x, z))", "-(all x. R(x, x))"],
    ["(exists x. P(x)) <-> q", "P(a)", "-q"],
    ["(all x. P(x)) ⊕ (exists x. Q(x))", "all x. P(x)", "Q(b)"],
    ["exists x. all y. (Shaves(x, y) <-> -Shaves(y, y))"],
    ["all x. (P(x) -> P(f(x)))", "P(a)", "-P(f(f(f(f(a)))))"],
    ["a = b", "b = c", "P(a)", "-P(c)"],
    ["all x. all y. (f(x) = f(y) -> x = y)", "f(f(a)) = f(f(b))", "P(a)", "-P(b)"],
    ["all x. (x = a | x = b)", "P(a)", "P(b)", "exists x. -P(x)"],
    ["exists x. exists y. all z. (z = x | z = y)", "P(a)", "P(b)", "a != b", "-(all x. P(x))"],
    ["all x. f(x) = x", "f(a) != g(a)", "all x. f(g(x)) = f(f(x))"],
    ["a = 3", "a = 4"],
    ["Age(ann) = 3", "Age(bob) = 4", "Age(bob) < Age(ann)"],
    ["Age(ann) = 3", "Age(bob) = Age(ann) + 4", "Age(bob) != 7"],
    ["all x. (Born(x) > 1900 -> Modern(x))", "Born(ann) = 1950", "-Modern(ann)"],
    ["all x. (P(x) | x = a)", "-P(b)", "Distinct(a, b)"],
    ["-Distinct(a, b)", "P(a)", "-P(b)"],
    ["Visits(ann, 3)", "Age(ann) = 3", "all x. all y. (Visits(x, y) -> y = x)", "ann != 3"],
    ["Visits(ann, 3)", "Age(ann) = 3", "all x. (x = 3 | x = 4)", "ann != 3", "P(3)", "-P(4)",
     "P(ann)"],
]  # fmt: skip


@pytest.mark.parametrize("texts", THEOREMS, ids=" ; ".join)
def test_contradictions_are_refuted(texts: list[str]) -> None:
    assert refuted(texts) is not None


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["p | q"],
        ["exists x. P(x)", "exists x. -P(x)"],
        ["all x. exists y. R(x, y)", "all x. -R(x, x)"],
        ["all x. all y. (R(x, y) -> R(y, x))", "R(a, b)", "-R(b, b)"],
        ["all x. (x = a | x = b)", "P(a)", "-P(b)"],
        ["all x. (P(x) -> P(f(x)))", "P(a)", "-P(b)"],
    ],
    ids=" ; ".join,
)
def test_what_has_a_model_is_not_refuted(texts: list[str]) -> None:
    assert refuted(texts, budget=BUDGET) is None


def test_members_of_an_enumeration_are_all_there_are() -> None:
    day = Variable("d", DAY)
    free = Exists(day, Not(Atom("Busy", (day,))))
    lemmas = refuted(["Busy(mon)", "Busy(tue)", "Busy(wed)", free], DAYS)
    assert lemmas is not None
    assert any(isinstance(lemma, Member) for lemma in lemmas)


def test_members_of_an_enumeration_are_different_and_ordered() -> None:
    off = SymbolDeclaration("off", (), DAY)
    declared = Signature(DAYS.sorts, (off,))
    tuesday = Equals(Constant("off"), Constant("tue"))
    later = Compare("<", Constant("tue"), Constant("off"))
    assert refuted([tuesday, Equals(Constant("off"), Constant("wed"))], declared) is not None
    assert refuted([tuesday, later], declared) is not None
    assert refuted([later, Compare("<", Constant("off"), Constant("wed"))], declared) is not None
    assert refuted([later], declared) is None


D, X = Variable("d", DAY), Variable("x", ENTITY)
BUSY, HOT = Atom("Busy", (D,)), Atom("Hot", (D,))


def busy(day: str) -> Formula:
    return Atom("Busy", (Constant(day),))


def number_of(body: Formula, *variables: Variable) -> Term:
    return Count(variables or (D,), body)


def numeral(value: int) -> Numeral:
    return Numeral(Fraction(value))


COUNTED: dict[str, list[Formula]] = {
    "two of three, but two are not": [
        Compare(">=", number_of(BUSY), numeral(2)), Not(busy("mon")), Not(busy("wed"))],
    "one, but two are": [Equals(number_of(BUSY), numeral(1)), busy("mon"), busy("wed")],
    "fewer than none": [Compare("<", number_of(BUSY), numeral(0))],
    "more than there are": [Compare(">", number_of(BUSY), numeral(3))],
    "between one and three, but not two": [
        Not(Equals(number_of(BUSY), numeral(2))), Compare(">", number_of(BUSY), numeral(1)),
        Compare("<", number_of(BUSY), numeral(3))],
    "as many as there are": [
        Equals(number_of(BUSY), number_of(HOT)), ForAll(D, BUSY), Not(ForAll(D, HOT))],
    "a sum": [Equals(Arithmetic("+", number_of(BUSY), numeral(1)), numeral(5))],
    "for each person": [
        ForAll(X, Compare(">=", number_of(Atom("On", (X, D))), numeral(2))),
        ForAll(X, Not(Atom("On", (X, Constant("mon"))))),
        Not(Atom("On", (Constant("ann"), Constant("tue"))))],
    "both": [Equals(number_of(And((BUSY, HOT))), numeral(3)), Not(busy("tue"))],
    "someone": [
        Equals(number_of(Exists(X, Atom("On", (X, D)))), numeral(0)),
        ForAll(X, Atom("On", (X, Constant("tue"))))],
    "none that is not": [
        Compare("<=", number_of(Not(BUSY)), numeral(0)), Not(busy("tue"))],
    "pairs": [
        Compare(">=", number_of(And((BUSY, Atom("Busy", (Variable("e", DAY),)))), D,
                                Variable("e", DAY)), numeral(5)), Not(busy("tue"))],
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTED)
def test_counts_over_enumerations_are_counted(name: str) -> None:
    lemmas = refuted(COUNTED[name], DAYS)
    assert lemmas is not None
    assert any(isinstance(lemma, Counted | Split) for lemma in lemmas)


def test_a_count_that_fits_is_not_refuted() -> None:
    assert refuted([Equals(number_of(BUSY), numeral(1)), busy("mon")], DAYS, BUDGET) is None


def test_integers_between_bounds_are_one_of_few() -> None:
    few = ["1 <= Age(ann)", "Age(ann) <= 3"]
    lemmas = refuted([*few, "Age(ann) != 1", "Age(ann) != 2", "Age(ann) != 3"])
    assert lemmas is not None
    assert any(isinstance(lemma, Split) for lemma in lemmas)
    assert refuted([*few, "Age(bob) = Age(ann) + 2", "Age(bob) > 5"]) is not None
    assert refuted([*few, "Age(ann) != 1", "Age(ann) != 3"], budget=BUDGET) is None


def test_what_holds_of_all_integers_need_not_hold_of_other_numbers() -> None:
    rate, whole = Constant("rate"), Variable("x", INTEGER)
    declared = Signature((), (SymbolDeclaration("rate", (), RATIONAL),))
    no_integer = ForAll(whole, Not(Equals(whole, rate)))
    assert refuted([no_integer, Equals(rate, numeral(3))], declared) is not None
    half = Numeral(Fraction(1, 2))
    assert refuted([no_integer, Equals(rate, half)], declared, BUDGET) is None


def test_names_of_witnesses_are_new() -> None:
    lemmas = refuted(["P(c1)", "exists x. Q(x)", "all x. (Q(x) -> P(x))", "all x. -(Q(x) & P(x))"])
    assert lemmas is not None
    assert [w.constant for w in lemmas if isinstance(w, Witness)] == ["c2"]


def test_only_lemmas_that_are_needed_are_returned() -> None:
    noise = [f"all x. (P{i}(x) -> P{i + 1}(x))" for i in range(10)]
    lemmas = refuted([*noise, "P5(a)", "-P8(a)", "P0(b)", "R(c, d)"])
    assert lemmas is not None
    assert len(lemmas) == 3


@given(st.lists(sentences(), min_size=1, max_size=4))
def test_refutations_are_proofs_and_agree_with_z3(theory: list[Formula]) -> None:
    signature, elaborated = prepared(theory)
    lemmas = refute(elaborated, signature, budget=BUDGET)
    (outcome,) = Z3().prove(elaborated, [Falsum()], signature=signature, budget=300_000)
    if lemmas is not None:
        check(elaborated, lemmas, signature)
        assert isinstance(outcome, Proved)


TERMS: dict[Sort, Sequence[str]] = {
    ENTITY: "ab",
    DAY: ("d", "mon", "tue", "wed"),
    INTEGER: "n",
}
WORLD = Signature(
    DAYS.sorts,
    tuple(
        SymbolDeclaration(name, arguments, result)
        for name, arguments, result in (
            ("a", (), ENTITY), ("b", (), ENTITY), ("d", (), DAY), ("n", (), INTEGER),
            ("f", (ENTITY,), ENTITY), ("day", (ENTITY,), DAY), ("next", (DAY,), DAY),
            ("age", (ENTITY,), INTEGER), ("P", (ENTITY,), BOOLEAN), ("Old", (INTEGER,), BOOLEAN),
            ("R", (ENTITY, ENTITY), BOOLEAN), ("Busy", (DAY,), BOOLEAN),
            ("On", (ENTITY, DAY), BOOLEAN),
        )
    ),
)  # fmt: skip


@st.composite
def world_terms(draw: st.DrawFn, sort: Sort, scope: tuple[Variable, ...], depth: int = 1) -> Term:
    """A term of the sort, with functions, members of an enumeration and numerals."""
    leaves: list[Term] = [*(v for v in scope if v.sort == sort)]
    leaves += [Constant(name) for name in TERMS[sort]]
    if sort == INTEGER:
        leaves += [numeral(value) for value in range(3)]
    functions = [s for s in WORLD.symbols if s.arguments and s.result == sort] if depth else []
    chosen = draw(st.sampled_from([*leaves, *functions]))
    if isinstance(chosen, SymbolDeclaration):
        return Function(
            chosen.name, tuple(draw(world_terms(s, scope, depth - 1)) for s in chosen.arguments)
        )
    return chosen


@st.composite
def world_sentences(draw: st.DrawFn, scope: tuple[Variable, ...] = (), depth: int = 3) -> Any:
    """A closed formula about `WORLD`."""
    kind = draw(st.sampled_from(["atom", "=", "<"] + ["not", "join", "quantifier"] * bool(depth)))
    match kind:
        case "atom":
            symbol = draw(st.sampled_from([s for s in WORLD.symbols if s.result == BOOLEAN]))
            args = tuple(draw(world_terms(sort, scope)) for sort in symbol.arguments)
            return Atom(symbol.name, args)
        case "=" | "<":
            sort = draw(st.sampled_from([ENTITY, DAY, INTEGER] if kind == "=" else [DAY, INTEGER]))
            left, right = draw(world_terms(sort, scope)), draw(world_terms(sort, scope))
            if kind == "=":
                return Equals(left, right)
            return Compare(draw(st.sampled_from(["<", "<=", ">", ">="])), left, right)
        case "not":
            return Not(draw(world_sentences(scope, depth - 1)))
        case "join":
            parts = draw(world_sentences(scope, depth - 1)), draw(world_sentences(scope, depth - 1))
            if draw(st.booleans()):
                return draw(st.sampled_from([And, Or]))(parts)
            return draw(st.sampled_from([Implies, Iff, Xor]))(*parts)
        case _:
            variable = Variable(f"x{len(scope)}", draw(st.sampled_from([ENTITY, DAY])))
            body = draw(world_sentences((*scope, variable), depth - 1))
            return draw(st.sampled_from([ForAll, Exists]))(variable, body)


@given(st.lists(world_sentences(), min_size=2, max_size=5))
def test_refutations_with_functions_days_and_numbers_are_proofs(theory: list[Formula]) -> None:
    signature, elaborated = prepared(theory, WORLD)
    lemmas = refute(elaborated, signature, budget=BUDGET // 4)
    if lemmas is not None:
        check(elaborated, lemmas, signature)
        (outcome,) = Z3().prove(elaborated, [Falsum()], signature=signature, budget=300_000)
        assert isinstance(outcome, Proved)


def structures() -> Iterator[Structure]:
    """All structures with one element, and with two where ann and bob differ and cat is bob."""
    for domain, cat in (("a",), "a"), (("a", "b"), "b"):
        rows = list(product(domain, repeat=2))
        names = {"ann": "a", "bob": domain[-1], "cat": cat}
        for p, q, r, s in product(*map(subsets, (domain, domain, rows, [()]))):
            yield Structure.of(
                {ENTITY: domain},
                {(name, 0): {(): element} for name, element in names.items()},
                {
                    ("P", 1): [(e,) for e in p],
                    ("Q", 1): [(e,) for e in q],
                    ("R", 2): r,
                    ("s", 0): s,
                },
            )


def subsets(elements: Sequence[Any]) -> list[list[Any]]:
    return [
        [e for e, chosen in zip(elements, row, strict=True) if chosen]
        for row in product((False, True), repeat=len(elements))
    ]


@given(st.lists(sentences(), min_size=1, max_size=3))
def test_what_holds_in_a_small_structure_is_never_refuted(theory: list[Formula]) -> None:
    signature, elaborated = prepared(theory)
    if refute(elaborated, signature, budget=BUDGET) is not None:
        for structure in structures():
            assert not all(satisfies(structure, sentence) for sentence in elaborated)


@given(st.lists(sentences(), min_size=1, max_size=4))
def test_the_same_lemmas_come_twice(theory: list[Formula]) -> None:
    signature, elaborated = prepared(theory)
    first = refute(elaborated, signature, budget=BUDGET)
    refute(*prepared(["all x. (P(x) -> Q(x))", "P(zoe)", "-Q(zoe)"])[::-1])
    assert refute(elaborated, signature, budget=BUDGET) == first


def test_a_budget_that_runs_out_refutes_nothing() -> None:
    texts = ["all x. (P(x) -> P(f(x)))", "P(a)", "-P(f(f(f(f(a)))))"]
    signature, elaborated = prepared(texts)
    assert refute(elaborated, signature, budget=10) is None
    assert refute(elaborated, signature, budget=100_000) is not None


def test_endless_instances_end_with_the_budget() -> None:
    texts = ["all x. exists y. R(x, y)", "all x. all y. all z. (R(x, y) & R(y, z) -> R(x, z))",
             "all x. -R(x, x)"]  # fmt: skip
    assert refuted(texts, budget=BUDGET) is None


DEEP = 5_000


def deep_terms() -> Term:
    term: Term = Constant("a")
    for _ in range(DEEP):
        term = Function("f", (term,))
    return term


def test_deep_formulas_and_terms_are_no_recursion() -> None:
    x = Variable("x", ENTITY)
    p, nested = Atom("P", (x,)), Atom("P", (x,))
    negated: Formula = p
    for i in range(DEEP):
        negated = Not(negated)
        nested = (And if i % 2 else Or)((nested, p))  # type: ignore[assignment]
    signature, _ = prepared(["P(f(a))"])
    deep = deep_terms()
    for problem in (
        (ForAll(x, negated), Exists(x, Not(p))),
        (ForAll(x, nested), Exists(x, Not(p))),
        (ForAll(x, p), Not(Atom("P", (deep,)))),
    ):
        assert refute(problem, signature) is not None
    quantified: Formula = Atom("P", (Constant("a"),))
    for _ in range(DEEP):
        quantified = ForAll(x, quantified)
    refute((quantified, Not(Atom("P", (Constant("a"),)))), signature, budget=BUDGET)


def test_equality_is_explained_by_few_equations() -> None:
    chain = [f"a{i} = a{i + 1}" for i in range(6)]
    lemmas = refuted([*chain, "a0 = a6", "P(a0)", "-P(a6)"])
    assert lemmas is not None
    (lemma,) = lemmas
    assert isinstance(lemma, Equality)
