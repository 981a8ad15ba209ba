"""Verdicts: the table, the options of the semantics, cores, and laws."""

from __future__ import annotations

import random
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neurologic.entailment import Decision, Verdict, consistent, decide, entails, equivalent
from neurologic.errors import ParseError, ProverError, SignatureError
from neurologic.formula import (
    INTEGER,
    Atom,
    Constant,
    Equals,
    ForAll,
    Formula,
    Implies,
    Not,
    Sort,
    Variable,
    map,
)
from neurologic.parsing import parse
from neurologic.problem import Semantics
from neurologic.provers import Countermodel, Proved, Unknown
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration
from neurologic.structure import satisfies
from tests.strategies import sentences

pytestmark = pytest.mark.solver

SOCRATES = ("all x. (Man(x) -> Mortal(x))", "Man(socrates)")
SUCCESSOR = (
    "all x. (s(x) != zero)",
    "all x y. (s(x) = s(y) -> x = y)",
    "all x. (N(x) -> N(s(x)))",
    "N(zero)",
)
ENDLESS_ORDER = (
    "all x. -Before(x, x)",
    "all x y z. (Before(x, y) & Before(y, z) -> Before(x, z))",
    "all x. exists y. Before(x, y)",
    "Before(a, b)",
)
ANCESTORS = (
    "all x. exists y. Parent(y, x)",
    "all x y. (Parent(x, y) -> Ancestor(x, y))",
    "all x y z. (Ancestor(x, y) & Ancestor(y, z) -> Ancestor(x, z))",
    "all x. -Ancestor(x, x)",
    "Parent(ann, bob)",
)


def verdict(premises: Any, goal: Any, **options: Any) -> str:
    """The verdict's name."""
    return decide(premises, goal, **options).verdict.name


class TestTheTable:
    @pytest.mark.parametrize(
        ("premises", "goal", "name", "label", "szs", "consistency"),
        [
            (SOCRATES, "Mortal(socrates)", "ENTAILED", "True", "SatisfiableAxiomsTheorem",
             "consistent"),
            (SOCRATES, "-Mortal(socrates)", "REFUTED", "False", "CounterTheorem", "consistent"),
            (SOCRATES, "Mortal(zeus)", "UNDETERMINED", "Uncertain", "NoConsequence", "consistent"),
            (("P(a)", "-P(a)"), "Q(b)", "INCONSISTENT", None, "ContradictoryAxioms",
             "inconsistent"),
            ((), "P(a) | -P(a)", "ENTAILED", "True", "SatisfiableAxiomsTheorem", "consistent"),
            ((), "P(a) & -P(a)", "REFUTED", "False", "CounterTheorem", "consistent"),
        ],
    )  # fmt: skip
    def test_each_row(
        self, premises: Any, goal: str, name: str, label: str, szs: str, consistency: str
    ) -> None:
        decision = decide(premises, goal)
        assert decision.verdict.name == name
        assert decision.label == decision.verdict.label == label
        assert decision.szs == szs
        assert decision.consistency == consistency
        assert decision.reason == ""

    def test_inconsistent_premises_are_reported_not_entailed(self) -> None:
        assert verdict(("P(a)", "-P(a)"), "P(a)") == "INCONSISTENT"

    def test_an_undecided_question_is_unknown_with_a_reason(self) -> None:
        hard = ("all x y z. (f(f(x, y), z) = f(x, f(y, z)))", "all x. (f(x, x) = e)")
        decision = decide(hard, "all x y. (f(x, y) = g(f(y, x)))", budget=20_000)
        assert decision.verdict is Verdict.UNKNOWN
        assert decision.label is None
        assert "the budget of 20000 resource units ran out" in decision.reason
        assert decision.szs == "ResourceOut"

    @pytest.mark.parametrize(
        ("premises", "goal"),
        [
            (SUCCESSOR, "N(s(s(zero)))"),
            (ENDLESS_ORDER, "exists x. Before(b, x)"),
            (ANCESTORS, "Ancestor(ann, bob)"),
        ],
    )
    def test_a_goal_is_entailed_though_no_finite_model_shows_consistency(
        self, premises: Any, goal: str
    ) -> None:
        decision = decide(premises, goal)
        assert (decision.verdict, decision.consistency) == (Verdict.ENTAILED, "unknown")
        assert "no model of the premises was found" in decision.reason
        assert decision.szs == "Theorem"
        assert decision.seconds < 10

    def test_a_refuted_goal_may_leave_consistency_unknown_too(self) -> None:
        decision = decide(ENDLESS_ORDER, "all x. -Before(b, x)")
        assert (decision.verdict, decision.consistency) == (Verdict.REFUTED, "unknown")

    def test_a_verdict_is_not_a_truth_value(self) -> None:
        with pytest.raises(TypeError, match="not a truth value"):
            bool(Verdict.ENTAILED)

    def test_a_decision_is_a_value_with_a_readable_form(self) -> None:
        decision = decide((*SOCRATES, "P(a)"), "Mortal(socrates)", core=True)
        assert str(decision) == "ENTAILED by premises 1, 2"
        assert isinstance(decision.goal, Proved)
        assert isinstance(decision.negation, Countermodel)
        assert decision.rlimit == decision.goal.cost + decision.negation.cost > 0
        assert decision.seconds > 0
        with pytest.raises(FrozenInstanceError):
            decision.verdict = Verdict.REFUTED  # type: ignore[misc]

    def test_models_come_on_request(self) -> None:
        goal = parse("Mortal(zeus)")
        decision = decide(SOCRATES, goal, models=True)
        for outcome, truth in ((decision.goal, False), (decision.negation, True)):
            assert isinstance(outcome, Countermodel)
            assert outcome.structure is not None
            assert satisfies(outcome.structure, goal) is truth


class TestInput:
    def test_texts_and_formulas_mix(self) -> None:
        a = Constant("a")
        assert verdict([Atom("P", (a,)), "all x. (P(x) -> Q(x))"], Atom("Q", (a,))) == "ENTAILED"

    def test_free_variables_are_closed_universally(self) -> None:
        assert verdict([Atom("P", (Variable("x"),))], "P(a)") == "ENTAILED"

    def test_a_single_text_is_no_sequence_of_premises(self) -> None:
        with pytest.raises(TypeError, match="sequence"):
            decide("P(a)", "P(a)")

    def test_what_does_not_read_raises(self) -> None:
        with pytest.raises(ParseError):
            decide(["P(a"], "P(a)")

    def test_what_does_not_fit_raises(self) -> None:
        signature = Signature((SortDeclaration(Sort("person")),))
        with pytest.raises(SignatureError):
            decide([ForAll(Variable("x", Sort("city")), Atom("P"))], "P", signature=signature)

    def test_another_prover_is_asked_instead(self) -> None:
        class Sceptic:
            def prove(self, premises: Any, goals: Any, **_: Any) -> tuple[Unknown, ...]:
                return tuple(Unknown("a sceptic proves nothing") for _ in goals)

        decision = decide(["p"], "p", prover=Sceptic())
        assert decision.verdict is Verdict.UNKNOWN
        assert decision.reason == "a sceptic proves nothing"

    def test_a_prover_that_miscounts_is_an_error(self) -> None:
        class Lazy:
            def prove(self, premises: Any, goals: Any, **_: Any) -> tuple[Unknown, ...]:
                return ()

        with pytest.raises(ProverError, match="0 outcomes for 2 goals"):
            decide(["p"], "p", prover=Lazy())

    def test_ten_thousand_nested_negations_are_decided(self) -> None:
        formula: Formula = Atom("p")
        for _ in range(10_000):
            formula = Not(formula)
        assert verdict([formula], Atom("p")) == "ENTAILED"


class TestSemantics:
    def test_unique_names_make_constants_different(self) -> None:
        named = Semantics(unique_names=True)
        assert verdict((), "a = b") == "UNDETERMINED"
        assert verdict(("P(a) & P(b)",), "a = b", semantics=named) == "REFUTED"
        assert verdict((), "a = 3", semantics=named) == "REFUTED"

    def test_unique_names_leave_numbers_free_to_coincide(self) -> None:
        named = Semantics(unique_names=True)
        assert verdict(("n > 3", "m > 3"), "n = m", semantics=named) == "UNDETERMINED"

    def test_a_closed_domain_holds_what_is_named(self) -> None:
        closed = Semantics(closed_domain=True)
        assert verdict(("P(a)", "P(b)"), "all x. P(x)", semantics=closed) == "ENTAILED"
        assert verdict(("P(a)", "P(b)"), "all x. P(x)") == "UNDETERMINED"
        assert verdict(("P(1)", "P(b)"), "all x. P(x)", semantics=closed) == "ENTAILED"

    def test_a_closed_domain_without_names_has_one_element(self) -> None:
        closed = Semantics(closed_domain=True)
        assert verdict(("exists x. P(x)",), "all x. P(x)", semantics=closed) == "ENTAILED"

    def test_existential_import_gives_premises_instances(self) -> None:
        darapti = ("all x. (M(x) -> P(x))", "all x. (M(x) -> S(x))")
        goal = "exists x. (S(x) & P(x))"
        assert verdict(darapti, goal) == "UNDETERMINED"
        decision = decide(darapti, goal, semantics=Semantics(existential_import=True), core=True)
        assert (decision.verdict, decision.core) == (Verdict.ENTAILED, (0, 1))

    def test_existential_import_leaves_the_goal_alone(self) -> None:
        imported = Semantics(existential_import=True)
        goal = "all x. (M(x) -> M(x))"
        assert verdict(("-M(a)",), goal, semantics=imported) == "ENTAILED"

    def test_uninterpreted_arithmetic_knows_the_order_of_numerals_only(self) -> None:
        mere = Semantics(arithmetic="uninterpreted")
        assert verdict((), "1 + 1 = 2") == "ENTAILED"
        assert verdict((), "1 + 1 = 2", semantics=mere) == "UNDETERMINED"
        assert verdict(("P(2)", "P(3)"), "2 < 3 & 3 >= 2 & 2 <= 2", semantics=mere) == "ENTAILED"
        assert verdict((), "3 < 2.5", semantics=mere) == "REFUTED"
        rules = ("all x. (P(x) -> x > 3)", "P(a)")
        assert verdict(rules, "a > 3", semantics=mere) == "ENTAILED"
        assert verdict(("a > 3", "3 > b"), "a > b", semantics=mere) == "UNDETERMINED"

    def test_uninterpreted_arithmetic_takes_what_sorts_cannot(self) -> None:
        person = Sort("person")
        signature = Signature((SortDeclaration(person),), (SymbolDeclaration("ann", (), person),))
        with pytest.raises(SignatureError, match="has no order"):
            decide(["ann > 3"], "ann > 2", signature=signature)

    def test_the_convention_of_linc_answers_true_on_contradictions(self) -> None:
        linc = Semantics(convention="linc")
        decision = decide(("P(a)", "-P(a)"), "Q(b)", semantics=linc)
        assert (decision.label, decision.consistency) == ("True", "inconsistent")
        assert "inconsistent premises answer True" in decision.reason
        assert verdict(SOCRATES, "-Mortal(socrates)", semantics=linc) == "REFUTED"


class TestCores:
    def test_a_core_is_minimal_and_suffices(self) -> None:
        premises = (
            "Q(a)", "P(a)", "all x. (P(x) -> R(x))", "all x. (Q(x) -> R(x))",
            "all x. (R(x) -> S(x))", "T(a)",
        )  # fmt: skip
        core = decide(premises, "S(a)", core=True).core
        assert core is not None
        assert entails([premises[i] for i in core], "S(a)")
        for left_out in core:
            rest = [premises[i] for i in core if i != left_out]
            assert not entails(rest, "S(a)")

    def test_the_core_of_a_contradiction_is_about_the_premises_alone(self) -> None:
        premises = ("P(a)", "Q(b)", "all x. (P(x) -> R(x))", "-R(a)")
        assert decide(premises, "Q(b)", core=True).core == (0, 2, 3)

    def test_the_core_of_a_refutation_proves_the_negation(self) -> None:
        assert decide(("Q(b)", *SOCRATES), "-Mortal(socrates)", core=True).core == (1, 2)

    def test_a_tautology_needs_no_premise(self) -> None:
        assert decide(("Q(b)",), "P(a) | -P(a)", core=True).core == ()

    def test_an_open_verdict_has_no_core(self) -> None:
        assert decide(SOCRATES, "Mortal(zeus)", core=True).core is None

    def test_without_the_flag_there_is_none(self) -> None:
        assert decide(SOCRATES, "Mortal(socrates)").core is None

    def test_asking_for_a_core_changes_neither_verdict_nor_cost(self) -> None:
        plain, with_core = (decide(SOCRATES, "Mortal(socrates)", core=c) for c in (False, True))
        assert plain.rlimit == with_core.rlimit

    def test_the_core_of_a_long_chain_is_found_in_time(self) -> None:
        chain = ["P0(a)", *(f"all x. (P{i}(x) -> P{i + 1}(x))" for i in range(60))]
        decision = decide([*chain, "Q(a)", "Q(b)"], "P40(a)", core=True)
        assert decision.core == tuple(range(41))


def fifty_problems() -> list[tuple[list[str], str]]:
    """Problems of many kinds: ground, quantified, with functions, numbers and contradictions."""
    draw = random.Random(11)
    problems = []
    for i in range(50):
        premises = [f"P{draw.randrange(4)}({name})" for name in "abc"]
        for _ in range(draw.randrange(1, 6)):
            one, two, three = (draw.randrange(4) for _ in range(3))
            premises.append(f"all x. (P{one}(x) & -P{two}(x) -> P{three}(x))")
        if i % 3 == 0:
            premises.append(f"all x. (P{draw.randrange(4)}(x) -> exists y. (R(x, y) & x != y))")
        if i % 4 == 0:
            premises.append("age(a) > 3 & all x. (age(x) > 2 -> P0(x))")
        if i % 5 == 0:
            premises.append(f"-P{draw.randrange(4)}(f(a)) & f(b) = a")
        if i % 7 == 0:
            premises.append("-P1(b)")
        problems.append((premises, f"P{draw.randrange(4)}(a)"))
    return problems


def test_fifty_problems_in_two_orders_give_the_same_verdicts_cores_and_costs() -> None:
    problems = fifty_problems()

    def results(order: list[int]) -> dict[int, Any]:
        decisions = {i: decide(*problems[i], core=True) for i in order}
        return {i: (d.verdict, d.core, d.rlimit, d.goal.cost) for i, d in decisions.items()}

    order = list(range(50))
    first = results(order)
    assert {verdict for verdict, *_ in first.values()} >= {
        Verdict.ENTAILED,
        Verdict.UNDETERMINED,
        Verdict.INCONSISTENT,
    }
    assert results(order[::-1]) == first


@pytest.mark.parametrize("depth", [10, 50, 200, 1000, 5000])
def test_chains_of_rules_are_decided_within_seconds(depth: int) -> None:
    x, a = Variable("x"), Constant("a")
    chain: list[Formula] = [Atom("P0", (a,))]
    chain += (
        ForAll(x, Implies(Atom(f"P{i}", (x,)), Atom(f"P{i + 1}", (x,)))) for i in range(depth)
    )
    end = Atom(f"P{depth}", (a,))
    for goal, expected in (
        (end, Verdict.ENTAILED),
        (Not(end), Verdict.REFUTED),
        (Atom("Q", (a,)), Verdict.UNDETERMINED),
    ):
        decision = decide(chain, goal)
        assert decision.verdict is expected
        assert decision.seconds < 5


def test_entails_is_about_one_direction() -> None:
    assert entails(SOCRATES, "Mortal(socrates)")
    assert not entails(SOCRATES, "Mortal(zeus)")
    assert entails(("P(a)", "-P(a)"), "Q(b)")


def test_entails_raises_where_it_cannot_say() -> None:
    with pytest.raises(ProverError, match="not decided"):
        entails(ENDLESS_ORDER, "Before(b, a)", budget=20_000)


def test_equivalence_closes_each_side_by_itself() -> None:
    x, y = Variable("x"), Variable("y")
    assert equivalent(Atom("P", (x,)), Atom("P", (y,)))
    assert equivalent("all x. (P(x) & Q(x))", "(all x. P(x)) & (all x. Q(x))")
    assert not equivalent("exists x. (P(x) & Q(x))", "(exists x. P(x)) & (exists x. Q(x))")


def test_consistency_is_having_a_model() -> None:
    assert consistent(SOCRATES)
    assert consistent(())
    assert not consistent((*SOCRATES, "-Mortal(socrates)"))


OPPOSITE = {
    Verdict.ENTAILED: Verdict.REFUTED,
    Verdict.REFUTED: Verdict.ENTAILED,
    Verdict.UNDETERMINED: Verdict.UNDETERMINED,
    Verdict.INCONSISTENT: Verdict.INCONSISTENT,
}
theories = st.lists(sentences(), max_size=4)


def known(premises: list[Formula], goal: Formula, **options: Any) -> Decision:
    """The decision; the example is dropped if it is not known within a small budget."""
    decision = decide(premises, goal, budget=100_000, **options)
    assume(not any(isinstance(o, Unknown) for o in (decision.goal, decision.negation)))
    return decision


@given(theories, sentences())
def test_deciding_is_symmetric_under_negation_of_the_goal(
    premises: list[Formula], goal: Formula
) -> None:
    assert known(premises, Not(goal)).verdict is OPPOSITE[known(premises, goal).verdict]


@given(theories, sentences(), st.randoms())
def test_the_order_of_premises_changes_no_verdict(
    premises: list[Formula], goal: Formula, shuffle: Any
) -> None:
    other = premises.copy()
    shuffle.shuffle(other)
    assert known(other, goal).verdict is known(premises, goal).verdict


@given(theories, sentences())
def test_renaming_symbols_changes_neither_verdict_nor_cost_nor_core(
    premises: list[Formula], goal: Formula
) -> None:
    def rename(node: Any) -> Any:
        match node:
            case Atom(name, args):
                return Atom({"P": "Q", "Q": "zebra", "R": "P", "s": "ann"}[name], args)
            case Constant(name):
                return Constant({"ann": "bob", "bob": "R", "cat": "∃"}[name])
            case _:
                return node

    one = known(premises, goal, core=True)
    two = decide([map(p, rename) for p in premises], map(goal, rename), budget=100_000, core=True)
    assert (one.verdict, one.rlimit, one.core) == (two.verdict, two.rlimit, two.core)


@given(theories, sentences())
def test_cores_are_minimal(premises: list[Formula], goal: Formula) -> None:
    decision = known(premises, goal, core=True)
    assume(decision.core is not None)
    assert decision.core is not None
    kept = [premises[i] for i in decision.core]
    assert decide(kept, goal).verdict is decision.verdict
    for left_out in range(len(kept)):
        rest = kept[:left_out] + kept[left_out + 1 :]
        assert decide(rest, goal, budget=100_000).verdict is not decision.verdict


def test_equality_over_numbers_and_over_entities_is_one_relation() -> None:
    n = Variable("n", INTEGER)
    assert entails((), ForAll(n, Equals(n, n)))
