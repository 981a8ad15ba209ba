"""Explicit negation against a naive forward chainer, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.binding import substitute
from neurologic.entailment import Verdict, decide
from neurologic.errors import SemanticsError
from neurologic.formula import (
    And,
    Atom,
    Constant,
    Exists,
    ForAll,
    Formula,
    Implies,
    Not,
    Or,
    Variable,
    conjunction,
)
from neurologic.parsing import parse
from neurologic.problem import Semantics
from neurologic.provers import Proved

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

    def test_uninterpreted_numerals_keep_their_order(self) -> None:
        mere = Semantics(negation="explicit", arithmetic="uninterpreted")
        for goal, name in (("5 < 3", "REFUTED"), ("3 < 5", "ENTAILED"), ("3 < 3", "REFUTED"),
                           ("-(5 <= 3)", "ENTAILED"), ("3 < a", "UNDETERMINED")):  # fmt: skip
            assert decide(["P(a)"], goal, semantics=mere).verdict.name == name
        rule = "all x. (-(x < 3) -> Big(x))"
        assert decide([rule, "P(5)"], "Big(5)", semantics=mere).verdict is Verdict.ENTAILED

    @pytest.mark.parametrize("name", ["'¬P'", "'¬¬P'"])
    def test_a_predicate_named_like_a_complement_is_another_one(self, name: str) -> None:
        assert verdict([f"{name}(a)"], "-P(a)") == "UNDETERMINED"
        assert verdict([f"{name}(a)", "-P(a)"], f"-{name}(a)") == "REFUTED"
        assert verdict([f"-{name}(a)", "P(a)"], f"{name}(a)") == "REFUTED"
        assert verdict([f"-{name}(a)"], "P(a)") == "UNDETERMINED"

    def test_existential_import_takes_any_legal_rule(self) -> None:
        both = Semantics(negation="explicit", existential_import=True)
        rule = "all x. (P(x) | -Q(x) -> R(x))"
        decision = decide([rule, "S(a)"], "exists x. R(x)", semantics=both, core=True)
        assert (decision.verdict, decision.core) == (Verdict.ENTAILED, (0,))
        assert verdict([rule], "exists x. R(x)") == "UNDETERMINED"
        with pytest.raises(SemanticsError, match="a disjunctive head") as caught:
            decide(["all x. (P(x) -> Q(x) | R(x))"], "p", semantics=both)
        assert caught.value.text == str(parse("all x. (P(x) -> Q(x) | R(x))"))

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
            ("all x. (P(x) -> 3 < 2)", "a comparison as a head", "3 < 2"),
            ("all x. (P(x) -> Q(x) & -(age(x) < 2))", "a comparison as a head", "¬(age(x) < 2)"),
            ("all x. (P(x) -> x = a)", "an equation as a head", "x = a"),
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

    @pytest.mark.parametrize(
        ("goal", "what", "part"),
        [
            ("P(a) <-> Q(a)", "an equivalence", "P(a) ↔ Q(a)"),
            ("(P(a) -> Q(a)) | (Q(a) -> P(a))", "an implication under", "P(a) → Q(a)"),
            ("exists x. (P(x) -> Q(x))", "an implication under", "P(x) → Q(x)"),
            ("R(a) -> P(a) | (all x. (Q(x) -> P(a)))", "an implication under", "Q(x) → P(a)"),
            ("(P(a) -> Q(a)) -> R(a)", "an implication in a condition", "P(a) → Q(a)"),
        ],
    )
    def test_goals_are_refused_too(self, goal: str, what: str, part: str) -> None:
        with pytest.raises(SemanticsError, match=what) as caught:
            decide(["P(a)"], goal, semantics=EXPLICIT)
        assert caught.value.span is not None
        assert caught.value.text[slice(*caught.value.span)] == part

    def test_facts_about_numbers_keep_their_meaning(self) -> None:
        facts = ("age(ann) = 20", "all x. (age(x) >= 18 -> Adult(x))")
        assert verdict(facts, "Adult(ann)") == "ENTAILED"
        assert verdict((*facts, "age(ann) < 3"), "Q(bob)") == "INCONSISTENT"


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


goals = st.recursive(
    open_literals.map(as_formula),
    lambda parts: st.builds(
        lambda kind, one, two: kind((one, two)), st.sampled_from((And, Or)), parts, parts
    ),
    max_leaves=4,
)
closures = st.sampled_from(("exists", "forall", "given"))


def derives(facts: list[Literal], theory: list[Any], goal: Any) -> bool:
    """Whether forward chaining answers the goal; `nobody` is anyone, known by the goal alone."""
    match goal:
        case Implies(condition, head):
            given = condition.parts if isinstance(condition, And) else (condition,)
            return derives([*facts, *(_literal(part) for part in given)], theory, head)
        case ForAll(x, body):
            return derives(facts, theory, substitute(body, {x.name: Constant("nobody")}))
        case Exists(x, body):
            people = (Constant(name) for name in (*PEOPLE, "nobody"))
            return any(derives(facts, theory, substitute(body, {x.name: p})) for p in people)
        case And(parts):
            return all(derives(facts, theory, part) for part in parts)
        case Or(parts):
            return any(derives(facts, theory, part) for part in parts)
        case _:
            return _literal(goal) in forward_chain(facts, theory)


def _literal(formula: Any) -> Literal:
    positive = isinstance(formula, Atom)
    atom = formula if positive else formula.body
    return atom.predicate, atom.args[0].name, positive


@given(st.lists(literals, max_size=4), st.lists(rules, max_size=5), open_literals, goals, closures)
def test_compound_goals_are_what_forward_chaining_answers(
    facts: list[Literal], theory: list[Any], given_: Literal, body: Formula, closure: str
) -> None:
    premises = [as_formula(fact) for fact in facts]
    for conditions, head in theory:
        rule = Implies(conjunction(map(as_formula, conditions)), as_formula(head))
        premises.append(ForAll(X, rule))
    goal: Formula
    match closure:
        case "exists":
            goal = Exists(X, body)
        case "forall":
            goal = ForAll(X, body)
        case _:
            goal = ForAll(X, Implies(as_formula(given_), body))
    decision = decide(premises, goal, semantics=EXPLICIT)
    assert isinstance(decision.goal, Proved) is derives(facts, theory, goal)


def test_a_conjunction_of_heads_states_each() -> None:
    rule = ForAll(X, Implies(Atom("P", (X,)), And((Atom("Q", (X,)), Not(Atom("R", (X,)))))))
    premises = [rule, Atom("P", (Constant("ann"),))]
    assert verdict(premises, "R(ann)") == "REFUTED"
