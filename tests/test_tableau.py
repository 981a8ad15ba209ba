"""What the tableau finds refutes the sentences, as an independent check sees it; and what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import (
    And,
    Arithmetic,
    Atom,
    Constant,
    Distinct,
    Equals,
    Exists,
    ForAll,
    Formula,
    Function,
    Implies,
    Not,
    Numeral,
    Signature,
    Sort,
    SortDeclaration,
    SymbolDeclaration,
    Variable,
    Verdict,
    consistent,
    decide,
    parse,
)
from neurologic.clauses import clausal_form
from neurologic.formula import ENTITY, INTEGER, RATIONAL, disjunction
from neurologic.formula import map as map_nodes
from neurologic.lemmas import Equality, Instance, Lemma, Member, Witness
from neurologic.provers.tableau import _lemmas_from_below as lemmas_from_below
from neurologic.provers.tableau import _saturated as saturated
from neurologic.provers.tableau import refute, terms
from neurologic.signature import elaborate
from tests.henkin import contradictory, problems, valid
from tests.strategies import sentences

X, Y = Variable("x"), Variable("y")


def refuted(
    texts: Sequence[str | Formula], declared: Signature = Signature(), budget: int = 100_000
) -> tuple[Lemma, ...] | None:
    """The lemmas against premises and the denial of the last sentence; checked if there are any."""
    formulas = [parse(text) if isinstance(text, str) else text for text in texts]
    formulas[-1] = Not(formulas[-1])
    signature, elaborated = elaborate(formulas, declared)
    lemmas = refute(elaborated, signature, budget=budget)
    if lemmas is not None:
        assert not problems(elaborated, lemmas, signature)
    return lemmas


# Laws.


@given(st.lists(sentences(depth=3), min_size=1, max_size=4))
def test_what_is_refuted_is_unsatisfiable_and_the_lemmas_show_it(formulas: list[Formula]) -> None:
    signature, elaborated = elaborate(formulas)
    lemmas = refute(elaborated, signature, budget=3_000)
    if lemmas is not None:
        assert not problems(elaborated, lemmas, signature)
        assert consistent(formulas) is False


def without_equality(formula: Formula) -> Formula:
    return map_nodes(
        formula, lambda n: Atom("R", (n.left, n.right)) if isinstance(n, Equals) else n
    )


@given(sentences(depth=3).map(without_equality), sentences(depth=2).map(without_equality))
def test_every_sentence_follows_from_itself_and_more(formula: Formula, more: Formula) -> None:
    assert refuted([And((formula, more)), formula]) is not None


@given(st.lists(sentences(depth=3), min_size=1, max_size=4))
def test_the_same_question_has_the_same_answer(formulas: list[Formula]) -> None:
    signature, elaborated = elaborate(formulas)
    first = refute(elaborated, signature, budget=2_000)
    assert first == refute(elaborated, signature, budget=2_000)


@st.composite
def with_functions(draw: st.DrawFn) -> Any:
    """A sentence about f, g, P, equality and constants, small enough to be decided often."""
    scope: list[Variable] = []

    def term(depth: int) -> Any:
        kind = draw(st.sampled_from(("variable", "constant", "f", "g")[: 2 + 2 * (depth > 0)]))
        if kind == "variable" and scope:
            return draw(st.sampled_from(scope))
        if kind in {"variable", "constant"}:
            return Constant(draw(st.sampled_from("ab")))
        return Function(kind, (term(depth - 1),))

    quantifiers = []
    for name in draw(st.sampled_from(("", "x", "xy"))):
        scope.append(Variable(name))
        quantifiers.append(draw(st.sampled_from((ForAll, ForAll, Exists))))
    literals: list[Formula] = []
    for _ in range(draw(st.integers(1, 3))):
        atom: Formula = Equals(term(1), term(1)) if draw(st.booleans()) else Atom("P", (term(1),))
        literals.append(Not(atom) if draw(st.booleans()) else atom)
    formula: Any = disjunction(literals)
    for kind, variable in zip(reversed(quantifiers), reversed(scope), strict=True):
        formula = kind(variable, formula)
    return formula


@given(st.lists(with_functions(), min_size=2, max_size=5))
def test_refutations_with_equality_and_functions_are_right(formulas: list[Formula]) -> None:
    signature, elaborated = elaborate(formulas)
    lemmas = refute(elaborated, signature, budget=3_000)
    if lemmas is not None:
        assert not problems(elaborated, lemmas, signature)
        verdict = decide(formulas, Atom("Q")).verdict
        assert verdict is Verdict.INCONSISTENT


@given(st.lists(with_functions(), min_size=2, max_size=5))
def test_what_is_refuted_from_below_is_right(formulas: list[Formula]) -> None:
    signature, elaborated = elaborate(formulas)
    form = clausal_form(elaborated, signature)
    if any(sum(sign for sign, _ in clause.literals) > 1 for clause in form.clauses):
        return
    found = saturated(form, signature, 3_000)
    if found is not None:
        assert not problems(elaborated, lemmas_from_below(*found, signature), signature)


# Terms in numbers: a variable is an int, anything else a symbol with its arguments.


def numbered_terms(variables: int = 3, depth: int = 3) -> st.SearchStrategy[Any]:
    leaf: st.SearchStrategy[Any] = st.sampled_from([(0,), (1,)])
    if variables:
        leaf |= st.integers(0, variables - 1)
    return st.recursive(
        leaf,
        lambda below: st.tuples(st.just(2), below) | st.tuples(st.just(3), below, below),
        max_leaves=2**depth,
    )


ground_values = st.fixed_dictionaries({i: numbered_terms(0, 2) for i in range(3)})


@given(numbered_terms(0), numbered_terms(0))
def test_two_different_closed_terms_are_ordered_one_way(left: Any, right: Any) -> None:
    assert terms.greater(left, right) + terms.greater(right, left) == (left != right)


@given(numbered_terms(), numbered_terms(), ground_values)
def test_the_order_of_terms_is_that_of_their_instances(
    left: Any, right: Any, values: dict[int, Any]
) -> None:
    if terms.greater(left, right):
        assert terms.greater(terms.filled(left, values), terms.filled(right, values))


@given(numbered_terms())
def test_a_term_is_greater_than_its_parts(term: Any) -> None:
    for place, part in terms.places(term):
        assert terms.replaced(term, place, part) == term
        assert not place or terms.greater(term, part)


@given(numbered_terms(), ground_values)
def test_a_term_matches_its_instances_and_unifies_with_them(term: Any, values: Any) -> None:
    instance = terms.filled(term, values)
    match = terms.matching([term], [instance])
    assert match is not None
    assert all(values[variable] == found for variable, found in match.items())
    assert terms.unify([(term, instance)], {})


@given(numbered_terms(), numbered_terms())
def test_terms_under_their_unifier_are_the_same(left: Any, right: Any) -> None:
    bound: dict[int, Any] = {}
    moved = terms.shifted(right, 3)
    if terms.unify([(left, moved)], bound):
        assert terms.value(left, bound) == terms.value(moved, bound)


# What is found.

THEOREMS = {
    "the drinker": ["exists x. (Drinks(x) -> all y. Drinks(y))"],
    "Russell's barber": ["~exists x. all y. (Shaves(x, y) <-> ~Shaves(y, y))"],
    "nested equivalence": ["((P <-> Q) <-> R) <-> (P <-> (Q <-> R))"],
    "exclusive disjunction": ["P ⊕ Q", "P", "~Q"],
    "a chain of witnesses": [
        "all x. exists y. Parent(x, y)",
        "all x. all y. (Parent(x, y) -> Older(y, x))",
        "exists y. exists z. (Older(y, ann) & Older(z, y))",
    ],
    "quantifiers below an equivalence": [
        "(all x. P(x)) <-> exists x. Q(x)",
        "all x. P(x)",
        "exists x. Q(x)",
    ],
    "premises that are contradictory by themselves": ["P(a)", "all x. ~P(x)", "Q(b)"],
    "a quantifier with an unused variable": ["all x. exists y. all z. P(y)", "exists y. P(y)"],
    "symmetry": ["a = b", "b = a"],
    "transitivity": ["a = b", "b = c", "c = d", "a = d"],
    "congruence": ["all x. f(x) = g(x)", "P(f(f(a)))", "P(g(g(a)))"],
    "an equation in a condition": ["all x. (x = a -> P(x))", "P(a)"],
    "a case distinction by equations": ["all x. (x = a | x = b)", "P(a)", "P(b)", "all x. P(x)"],
    "an equation from a function": ["all x. f(f(x)) = x", "P(f(f(f(f(a)))))", "P(a)"],
    "one of three": [
        "all x. (Lives(x) -> x = ann | x = bob)",
        "exists x. (Lives(x) & Guilty(x))",
        "~Guilty(bob)",
        "Guilty(ann)",
    ],
    "at most one": [
        "all x. all y. (King(x) & King(y) -> x = y)",
        "King(arthur)",
        "Bald(arthur)",
        "all x. (King(x) -> Bald(x))",
    ],
    "injective": ["all x. all y. (f(x) = f(y) -> x = y)", "f(a) = f(b)", "P(a)", "P(b)"],
    "a left inverse is a right inverse": [
        "all x. all y. all z. mul(mul(x, y), z) = mul(x, mul(y, z))",
        "all x. mul(one, x) = x",
        "all x. mul(inv(x), x) = one",
        "all x. mul(x, inv(x)) = one",
    ],
    "a group of involutions commutes": [
        "all x. all y. all z. mul(mul(x, y), z) = mul(x, mul(y, z))",
        "all x. mul(one, x) = x",
        "all x. mul(x, x) = one",
        "all x. all y. mul(x, y) = mul(y, x)",
    ],
    "detachment": [
        "all x. all y. Valid(imp(x, imp(y, x)))",
        "all x. all y. all z. Valid(imp(imp(x, imp(y, z)), imp(imp(x, y), imp(x, z))))",
        "all x. all y. (Valid(imp(x, y)) & Valid(x) -> Valid(y))",
        "all x. Valid(imp(x, x))",
    ],
    "numerals differ": ["Age(ann) = 3", "Age(bob) = 4", "~(ann = bob)"],
    "a numeral is less than another": ["all x. (x < 7 -> Small(x))", "Small(3)"],
    "a count is a term": ["Count(x, P(x)) = 2", "all n. (n = 2 -> Q(n))", "Q(Count(y, P(y)))"],
}


@pytest.mark.parametrize("name", sorted(THEOREMS))
def test_a_theorem_is_found_and_its_lemmas_refute_the_denial(name: str) -> None:
    assert refuted(THEOREMS[name]) is not None


@pytest.mark.parametrize(
    "texts",
    [
        ["P(a)", "P(b)"],
        ["all x. exists y. R(x, y)", "exists y. all x. R(x, y)"],
        ["a = b | a = c", "a = b"],
        ["all x. (P(x) -> P(f(x)))", "P(a)", "P(b)"],
        ["all x. all y. (f(x) = f(y) -> x = y)", "all x. exists y. f(y) = x"],
    ],
)
def test_what_does_not_follow_is_not_found(texts: list[str]) -> None:
    assert refuted(texts, budget=5_000) is None


def test_unique_names_are_used() -> None:
    names = Distinct(tuple(map(Constant, ("ann", "bob", "cat"))))
    assert refuted([names, "~(ann = cat)"]) is not None
    apart = ["~(ann = bob)", "~(ann = cat)", "~(bob = cat)"]
    assert refuted([*apart, names]) is not None


DAYS = Signature(
    (SortDeclaration(Sort("day"), ("monday", "tuesday", "sunday"), ordered=True),),
    (SymbolDeclaration("Open", (Sort("day"),)), SymbolDeclaration("visit", (), Sort("day"))),
)


def test_members_of_an_enumeration_are_different_and_ordered() -> None:
    assert refuted(["visit = monday", "~(visit = tuesday)"], DAYS) is not None
    assert refuted(["all d: day. (monday < d -> Open(d))", "Open(sunday)"], DAYS) is not None


def test_an_enumeration_has_no_other_members() -> None:
    lemmas = refuted(["~(visit = monday)", "~(visit = tuesday)", "visit = sunday"], DAYS)
    assert lemmas is not None
    assert any(isinstance(lemma, Member) for lemma in lemmas)


def test_a_variable_nobody_binds_gets_a_witness_where_its_sort_has_no_constant() -> None:
    person = Variable("x", Sort("person"))
    declared = Signature((SortDeclaration(Sort("person")),))
    some, every = Exists(person, Atom("P", (person,))), ForAll(person, Atom("P", (person,)))
    lemmas = refuted([every, some], declared)
    assert lemmas is not None
    assert any(isinstance(lemma, Witness) for lemma in lemmas)


def test_sorts_keep_terms_apart() -> None:
    person, day = Variable("x", Sort("person")), Variable("x", Sort("day"))
    declared = Signature(
        (SortDeclaration(Sort("person")), SortDeclaration(Sort("day"))),
        (SymbolDeclaration("ann", (), Sort("person")), SymbolDeclaration("now", (), Sort("day"))),
    )
    one_day = ForAll(day, Equals(day, Constant("now")))
    assert refuted([one_day, ForAll(person, Equals(person, Constant("ann")))], declared) is None


def test_integers_and_other_numbers_are_kept_apart() -> None:
    whole = Variable("n", INTEGER)
    half = Numeral(Fraction(1, 2))
    every_whole = ForAll(whole, Atom("P", (Arithmetic("+", whole, Numeral(Fraction(1))),)))
    declared = Signature(symbols=(SymbolDeclaration("P", (RATIONAL,)),))
    three = Atom("P", (Arithmetic("+", Numeral(Fraction(2)), Numeral(Fraction(1))),))
    other = Atom("P", (Arithmetic("+", half, Numeral(Fraction(1))),))
    assert refuted([every_whole, three], declared) is not None
    assert refuted([every_whole, other], declared) is None


def test_witnesses_are_new_and_in_the_order_in_which_they_depend_on_each_other() -> None:
    lemmas = refuted(
        [
            "exists x. R(x, c1)",
            "all x. all z. (R(x, z) -> exists y. R(y, x))",
            "exists x. exists y. exists z. (R(x, y) & R(y, z) & R(z, c1))",
        ]
    )
    assert lemmas is not None
    names = [lemma.constant for lemma in lemmas if isinstance(lemma, Witness)]
    assert names == ["c2", "c3", "c4"]


def test_lemmas_are_about_the_sentences_as_written() -> None:
    lemmas = refuted(["all x. (Man(x) -> Mortal(x))", "Man(socrates)", "Mortal(socrates)"])
    assert lemmas == (
        Instance(
            ForAll(
                Variable("x", ENTITY),
                Implies(
                    Atom("Man", (Variable("x", ENTITY),)), Atom("Mortal", (Variable("x", ENTITY),))
                ),
            ),
            Constant("socrates"),
        ),
    )


def test_a_budget_of_nothing_finds_nothing() -> None:
    assert refuted(THEOREMS["a chain of witnesses"], budget=0) is None


def test_deep_sentences_are_refuted_or_given_up() -> None:
    formula: Formula = Atom("P")
    for _ in range(10_000):
        formula = And((formula, Atom("P")))
    assert refute([formula, Not(Atom("P"))], Signature((), (SymbolDeclaration("P"),))) == ()
    term: Any = Constant("a")
    for _ in range(1_000):
        term = Function("f", (term,))
    assert refuted([Atom("P", (term,)), Atom("P", (term,))]) is None


# The check itself.


def test_the_check_refuses_lemmas_that_do_not_suffice() -> None:
    signature, elaborated = elaborate([parse("all x. P(x)"), parse("~P(a)")])
    every = elaborated[0]
    assert isinstance(every, ForAll)
    assert problems(elaborated, [Instance(every, Constant("a"))], signature) == ""
    assert problems(elaborated, [Instance(every, Constant("b"))], signature)
    assert not contradictory(elaborated, [])


def test_the_check_refuses_witnesses_that_are_not_new() -> None:
    signature, elaborated = elaborate([parse("exists x. P(x)"), parse("~P(a)")])
    some = elaborated[0]
    assert isinstance(some, Exists)
    assert problems(elaborated, [Witness(some, "a")], signature) == "a is not new"


def test_the_check_refuses_equations_that_do_not_follow() -> None:
    a, b, c = map(Constant, "abc")
    assert valid(((False, Equals(a, b)), (False, Equals(b, c)), (True, Equals(c, a))))
    assert not valid(((False, Equals(a, b)), (True, Equals(c, a))))
    assert valid(((False, Equals(Numeral(Fraction(1)), Numeral(Fraction(2)))),))
    lemma = Equality(((True, Equals(a, b)),))
    signature, elaborated = elaborate([Not(Equals(a, b))])
    assert problems(elaborated, [lemma], signature).startswith("not valid")


def test_terms_that_grow_too_deep_are_forgotten() -> None:
    """Each step of the rule makes a deeper term: the search ends with its steps, or before."""
    assert refuted(["P(a)", "all x. (P(x) -> P(f(f(f(f(x))))))", "P(b)"], budget=20_000) is None
