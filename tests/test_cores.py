"""Cores, verdicts and consistency agree, also where numerals and other names are distinct."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neurologic.entailment import Decision, Verdict, consistent, decide
from neurologic.formula import (
    Atom,
    Compare,
    Constant,
    Formula,
    Function,
    Not,
    Numeral,
    Or,
    Sort,
    map,
)
from neurologic.parsing import parse
from neurologic.problem import Semantics
from neurologic.provers import Proved, Prover, Unknown
from neurologic.provers.grounding import Ground
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration, elaborate
from tests.strategies import sentences

pytestmark = pytest.mark.solver

MERE = Semantics(arithmetic="uninterpreted")
NAMED = Semantics(unique_names=True)
CLOSED = Semantics(closed_domain=True)
COIN = Sort("coin")
COINS = Signature(
    (SortDeclaration(COIN, ("1", "2", "5"), ordered=True),),
    (SymbolDeclaration("c", (), COIN), SymbolDeclaration("d", (), COIN)),
)


def settled(premises: Any, goal: Any, **options: Any) -> Decision:
    """The decision with its core; the example is dropped if a small budget does not settle it."""
    decision = decide(premises, goal, budget=100_000, core=True, **options)
    assume(not any(isinstance(o, Unknown) for o in (decision.goal, decision.negation)))
    assume(decision.core is not None)
    return decision


def check_core(premises: Any, goal: Any, decision: Decision, **options: Any) -> None:
    """The core alone gives the verdict, and without any one of its premises it does not."""
    assert decision.core is not None
    kept = [premises[i] for i in decision.core]
    assert decide(kept, goal, **options).verdict is decision.verdict
    for left_out in range(len(kept)):
        rest = kept[:left_out] + kept[left_out + 1 :]
        less = decide(rest, goal, budget=100_000, **options)
        assert less.verdict is not decision.verdict


class TestNumerals:
    @pytest.mark.parametrize(
        ("premises", "goal", "verdict", "core"),
        [
            (("P(a) | R(b, f(1)) | f(a) = a", "P(b)"), "all z. z = 2", "REFUTED", (0,)),
            (("P(1)", "Q(2)", "all x. x = c"), "S(d)", "INCONSISTENT", (0, 1, 2)),
            (("R(b, b)", "all y. all x. (y = f(1))", "a = b"), "P(f(2)) & P(1)", "INCONSISTENT",
             (1,)),
            (("P(1)", "all x. x = c"), "P(2)", "INCONSISTENT", (0, 1)),
            (("Q(3)", "all x. x = c"), "P(1) & P(2)", "INCONSISTENT", (1,)),
            (("Q(3)", "P(a)"), "-(1 = 2)", "ENTAILED", ()),
        ],
    )  # fmt: skip
    def test_a_premise_is_in_the_core_for_its_numerals_too(
        self, premises: Any, goal: str, verdict: str, core: tuple[int, ...]
    ) -> None:
        decision = decide(premises, goal, core=True)
        assert (decision.verdict.name, decision.core) == (verdict, core)
        check_core(premises, goal, decision)

    def test_inconsistency_is_about_the_numerals_of_premises_and_goal(self) -> None:
        premises, goal = ("P(1)", "all x. x = c"), parse("P(2)")
        assert consistent(premises)
        assert not consistent((*premises, Or((goal, Not(goal)))))
        assert decide(premises, goal).verdict is Verdict.INCONSISTENT

    def test_the_order_of_uninterpreted_numerals_comes_with_those_that_occur(self) -> None:
        premises = ("P(1)", "all x. -(x < 2)", "Q(3)")
        decision = decide(premises, "S(d)", semantics=MERE, core=True)
        assert (decision.verdict, decision.core) == (Verdict.INCONSISTENT, (0, 1))
        check_core(premises, "S(d)", decision, semantics=MERE)

    def test_unique_names_come_with_the_premises_that_mention_them(self) -> None:
        premises = ("P(a)", "Q(b)", "all x. x = c")
        decision = decide(premises, "p", semantics=NAMED, core=True)
        assert decision.core is not None
        assert decision.verdict is Verdict.INCONSISTENT
        check_core(premises, "p", decision, semantics=NAMED)

    def test_a_closed_domain_is_that_of_the_whole_problem(self) -> None:
        decision = decide(("P(a)", "P(1)", "Q(a)"), "all x. P(x)", semantics=CLOSED, core=True)
        assert (decision.verdict, decision.core) == (Verdict.ENTAILED, (0, 1))

    def test_members_of_an_enumeration_are_distinct_whoever_mentions_them(self) -> None:
        premises = ("-(c = 1)", "c < 5", "d = 5", "Q(d)")
        decision = decide(premises, "c = 2", signature=COINS, core=True)
        assert (decision.verdict, decision.core) == (Verdict.ENTAILED, (0, 1))
        check_core(premises, "c = 2", decision, signature=COINS)


@pytest.mark.parametrize("prover", [Z3(), Ground()])
def test_what_a_prover_says_it_used_suffices_with_numerals(prover: Prover) -> None:
    texts = ("P(1)", "all x. x = c", "Q(2)", "R(3, 4)", "S(c)", "False & P(1)")
    signature, (*premises, goal) = elaborate([parse(text) for text in texts])
    (outcome,) = prover.prove(premises, [goal], signature=signature, budget=10**6, cores=True)
    assert isinstance(outcome, Proved)
    assert outcome.used is not None
    kept = [premises[i] for i in outcome.used]
    (again,) = prover.prove(kept, [goal], signature=signature, budget=10**6)
    assert isinstance(again, Proved)


@st.composite
def numbered(draw: st.DrawFn) -> Any:
    """A closed formula in which constants may be numerals or the value of a function."""
    one, two = Numeral(Fraction(1)), Numeral(Fraction(2))
    kinds = (
        Constant("ann"),
        Constant("bob"),
        one,
        two,
        Numeral(Fraction(3)),
        Function("f", (one,)),
    )
    meaning = {name: draw(st.sampled_from(kinds)) for name in ("ann", "bob", "cat")}

    def change(node: Any) -> Any:
        return meaning[node.name] if isinstance(node, Constant) else node

    return map(draw(sentences()), change)


def compared(formula: Formula) -> Formula:
    """The formula with `<` in place of R."""

    def change(node: Any) -> Any:
        if isinstance(node, Atom) and node.predicate == "R":
            return Compare("<", *node.args)
        return node

    return map(formula, change)


problems = st.lists(numbered(), max_size=4), numbered()


@given(*problems)
def test_the_core_alone_gives_the_verdict_and_nothing_of_it_is_needless(
    premises: list[Formula], goal: Formula
) -> None:
    check_core(premises, goal, settled(premises, goal))


@given(*problems)
def test_cores_with_unique_names_are_minimal_and_suffice(
    premises: list[Formula], goal: Formula
) -> None:
    check_core(premises, goal, settled(premises, goal, semantics=NAMED), semantics=NAMED)


@given(st.lists(numbered().map(compared), max_size=4), numbered().map(compared))
def test_cores_with_uninterpreted_comparisons_are_minimal_and_suffice(
    premises: list[Formula], goal: Formula
) -> None:
    check_core(premises, goal, settled(premises, goal, semantics=MERE), semantics=MERE)


@given(*problems)
def test_in_a_closed_domain_the_core_suffices_among_the_same_names(
    premises: list[Formula], goal: Formula
) -> None:
    decision = settled(premises, goal, semantics=CLOSED)
    assert decision.core is not None
    mere_names = [Or((premise, Not(premise))) for premise in premises]
    core = set(decision.core)
    kept = [p if i in core else mere_names[i] for i, p in enumerate(premises)]
    assert decide(kept, goal, semantics=CLOSED).verdict is decision.verdict
    for i in core:
        rest = [*kept[:i], mere_names[i], *kept[i + 1 :]]
        less = decide(rest, goal, semantics=CLOSED, budget=100_000)
        assert less.verdict is not decision.verdict


@given(*problems, st.sampled_from((Semantics(), MERE, NAMED, CLOSED)))
def test_a_decision_and_consistent_agree_on_the_same_names(
    premises: list[Formula], goal: Formula, semantics: Semantics
) -> None:
    decision = decide(premises, goal, semantics=semantics, budget=100_000)
    assume(decision.consistency != "unknown")
    both = (*premises, Or((goal, Not(goal))))
    assert consistent(both, semantics=semantics) is (decision.consistency == "consistent")
    if decision.consistency == "consistent" and semantics is not CLOSED:
        assert consistent(premises, semantics=semantics)
