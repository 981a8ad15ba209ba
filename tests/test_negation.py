"""Explicit negation against a naive forward chainer, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.entailment import Verdict, decide
from neurologic.errors import SemanticsError
from neurologic.formula import (
    And,
    Atom,
    Constant,
    ForAll,
    Formula,
    Implies,
    Not,
    Variable,
    conjunction,
)
from neurologic.parsing import parse
from neurologic.problem import Semantics

pytestmark = pytest.mark.solver

EXPLICIT = Semantics(negation="explicit")
X = Variable("x")


def verdict(premises: Any, goal: Any, **options: Any) -> str:
    """The verdict's name under explicit negation."""
    return decide(premises, goal, semantics=EXPLICIT, **options).verdict.name


class TestMeaning:
    def test_there_is_no_contraposition(self) -> None:
        rules = ("all x. (Kind(x) -> Nice(x))", "-Nice(ann)")
        assert verdict(rules, "Kind(ann)") == "UNDETERMINED"
        assert decide(rules, "Kind(ann)").verdict is Verdict.REFUTED

    def test_there_is_no_case_split(self) -> None:
        rules = ("all x. (Kind(x) -> Nice(x))", "all x. (-Kind(x) -> Nice(x))")
        assert verdict(rules, "Nice(ann)") == "UNDETERMINED"
        assert decide(rules, "Nice(ann)").verdict is Verdict.ENTAILED

    def test_nothing_is_false_by_default(self) -> None:
        assert verdict(("all x. (-Kind(x) -> Nice(x))",), "Nice(ann)") == "UNDETERMINED"

    def test_what_is_stated_or_derived_to_be_false_is_refuted(self) -> None:
        rules = ("all x. (Round(x) -> -Red(x))", "Round(ball)")
        assert verdict(rules, "Red(ball)") == "REFUTED"
        assert verdict(rules, "-Red(ball)") == "ENTAILED"

    def test_a_goal_derived_both_ways_is_inconsistent(self) -> None:
        decision = decide(("P(a)", "Q(a)", "-P(a)"), "P(a)", semantics=EXPLICIT, core=True)
        assert (decision.verdict, decision.core) == (Verdict.INCONSISTENT, (0, 2))

    def test_a_glut_elsewhere_does_not_explode(self) -> None:
        assert verdict(("P(a)", "-P(a)"), "Q(a)") == "UNDETERMINED"
        assert verdict(("P(a)", "-P(a)", "Q(b)"), "Q(b)") == "ENTAILED"

    @pytest.mark.parametrize(
        ("goal", "name"),
        [
            ("P(a) & -Q(a)", "ENTAILED"),
            ("P(a) & Q(a)", "REFUTED"),
            ("P(a) & Q(b)", "UNDETERMINED"),
            ("Q(a) | -P(a)", "REFUTED"),
            ("exists x. -Q(x)", "ENTAILED"),
            ("all x. Q(x)", "REFUTED"),
            ("P(a) -> Q(a)", "REFUTED"),
            ("all x. (P(x) -> P(x))", "ENTAILED"),
        ],
    )
    def test_compound_goals_are_refuted_by_their_duals(self, goal: str, name: str) -> None:
        assert verdict(("P(a)", "-Q(a)"), goal) == name

    def test_comparisons_have_complements_of_their_own(self) -> None:
        rules = ("all x. (-(age(x) < 18) -> Adult(x))", "age(ann) >= 18")
        assert verdict(rules, "Adult(ann)") == "ENTAILED"

    def test_sorts_are_shared_with_the_complement(self) -> None:
        assert verdict(("Born(ann, 1912)", "-Born(bob, 1900)"), "Born(bob, 1900)") == "REFUTED"


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "what", "part"),
        [
            ("-(P(a) & Q(a))", "negation of a compound", "¬(P(a) ∧ Q(a))"),
            ("--P(a)", "negation of a compound", "¬¬P(a)"),
            ("-(all x. P(x))", "negation of a compound", "¬∀x P(x)"),
            ("all x. (P(x) <-> Q(x))", "an equivalence", "P(x) ↔ Q(x)"),
            ("P(a) ⊕ Q(a)", "an exclusive or", "P(a) ⊕ Q(a)"),
            ("P(a) | Q(a)", "a disjunctive head", "P(a) ∨ Q(a)"),
            ("all x. (P(x) -> Q(x) | R(x))", "a disjunctive head", "Q(x) ∨ R(x)"),
            ("(P(a) -> Q(a)) -> R(a)", "an implication in a condition", "P(a) → Q(a)"),
            ("a != b", "an equation", "a ≠ b"),
            ("all x. (P(x) -> False)", "the head ⊥", "⊥"),
        ],
    )
    def test_what_has_no_meaning_is_refused_where_it_stands(
        self, text: str, what: str, part: str
    ) -> None:
        with pytest.raises(SemanticsError, match=what) as caught:
            decide([text], "P(a)", semantics=EXPLICIT)
        assert caught.value.span is not None
        assert caught.value.text[slice(*caught.value.span)] == part
        assert caught.value.text == str(parse(text))

    def test_a_disjunction_in_a_condition_is_fine(self) -> None:
        rules = ("all x. (P(x) | Q(x) -> R(x))", "Q(a)")
        assert verdict(rules, "R(a)") == "ENTAILED"

    def test_goals_are_refused_too(self) -> None:
        with pytest.raises(SemanticsError, match="an equivalence"):
            decide(["P(a)"], "P(a) <-> Q(a)", semantics=EXPLICIT)


Literal = tuple[str, str, bool]
PREDICATES, PEOPLE = ("P", "Q", "R"), ("ann", "bob")
literals = st.tuples(st.sampled_from(PREDICATES), st.sampled_from(PEOPLE), st.booleans())
open_literals = st.tuples(
    st.sampled_from(PREDICATES), st.sampled_from((*PEOPLE, "x")), st.booleans()
)
rules = st.tuples(st.lists(open_literals, min_size=1, max_size=2), open_literals)


def as_formula(literal: Literal) -> Formula:
    """The literal as a formula; `x` is a variable."""
    predicate, name, positive = literal
    atom = Atom(predicate, (X if name == "x" else Constant(name),))
    return atom if positive else Not(atom)


def forward_chain(facts: list[Literal], theory: list[Any]) -> set[Literal]:
    """Everything derivable, by trying every instance of every rule until nothing is new."""
    known = set(facts)
    while True:
        new = set()
        for body, head in theory:
            for person in (*PEOPLE, "nobody"):
                here = [(p, person if n == "x" else n, sign) for p, n, sign in (*body, head)]
                if known.issuperset(here[:-1]):
                    new.add(here[-1])
        if new <= known:
            return known
        known |= new


@given(st.lists(literals, max_size=4), st.lists(rules, max_size=5), literals)
def test_explicit_negation_agrees_with_forward_chaining(
    facts: list[Literal], theory: list[Any], goal: Literal
) -> None:
    premises = [as_formula(fact) for fact in facts]
    for body, head in theory:
        premises.append(ForAll(X, Implies(conjunction(map(as_formula, body)), as_formula(head))))
    derived = forward_chain(facts, theory)
    yes, no = goal in derived, (*goal[:2], not goal[2]) in derived
    expected = {
        (True, False): Verdict.ENTAILED,
        (False, True): Verdict.REFUTED,
        (True, True): Verdict.INCONSISTENT,
        (False, False): Verdict.UNDETERMINED,
    }[yes, no]
    assert decide(premises, as_formula(goal), semantics=EXPLICIT).verdict is expected


def test_a_conjunction_of_heads_states_each() -> None:
    rule = ForAll(X, Implies(Atom("P", (X,)), And((Atom("Q", (X,)), Not(Atom("R", (X,)))))))
    premises = [rule, Atom("P", (Constant("ann"),))]
    assert verdict(premises, "R(ann)") == "REFUTED"
