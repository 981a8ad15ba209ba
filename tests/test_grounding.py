"""Grounding and SAT: the same answers as Z3, on the problems they take."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.errors import ProverError
from neurologic.formula import (
    Atom,
    Constant,
    Distinct,
    Equals,
    Exists,
    ForAll,
    Formula,
    Implies,
    Not,
    Sort,
    Variable,
    map,
)
from neurologic.parsing import parse
from neurologic.provers import Countermodel, Outcome, Proved, Unknown
from neurologic.provers.agreement import Agreement
from neurologic.provers.grounding import MOST_INSTANCES, Ground
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature, SortDeclaration, elaborate
from neurologic.structure import satisfies
from tests.strategies import sentences

pytestmark = pytest.mark.solver

X = Variable("x")
DAY = Sort("day")
DAYS = Signature((SortDeclaration(DAY, ("mon", "tue", "wed")),))


class Nobody:
    """A prover that is never meant to be asked."""

    def prove(self, premises: Any, goals: Any, **_: Any) -> tuple[Unknown, ...]:
        return tuple(Unknown("not grounded") for _ in goals)


def ask(
    premises: list[Formula | str],
    *goals: Formula | str,
    declared: Signature = Signature(),
    **o: Any,
) -> list[Outcome]:
    """What grounding alone says."""
    formulas = [parse(f) if isinstance(f, str) else f for f in (*premises, *goals)]
    signature, elaborated = elaborate(formulas, declared)
    cut = len(premises)
    ground = Ground(otherwise=Nobody())
    return list(ground.prove(elaborated[:cut], elaborated[cut:], signature=signature, **o))


def without_equality(formula: Formula) -> Formula:
    """The formula with R in place of equality."""

    def change(node: Any) -> Any:
        return Atom("R", (node.left, node.right)) if isinstance(node, Equals) else node

    return map(formula, change)


theories = st.lists(sentences().map(without_equality), max_size=4)


@given(theories, sentences().map(without_equality))
def test_grounding_agrees_with_z3(premises: list[Formula], goal: Formula) -> None:
    signature, (*facts, aim) = elaborate([*premises, goal])
    both = Agreement(Ground(otherwise=Nobody()), Z3())
    outcomes = both.prove(facts, [aim, Not(aim)], signature=signature, budget=200_000)
    assert len(outcomes) == 2


@given(theories, sentences().map(without_equality))
def test_a_countermodel_satisfies_the_premises_and_not_the_goal(
    premises: list[Formula], goal: Formula
) -> None:
    (outcome,) = ask([*premises], goal, models=True)
    if isinstance(outcome, Countermodel):
        assert outcome.structure is not None
        assert all(satisfies(outcome.structure, premise) for premise in premises)
        assert not satisfies(outcome.structure, goal)


@given(theories, sentences().map(without_equality))
def test_cores_suffice(premises: list[Formula], goal: Formula) -> None:
    (outcome,) = ask([*premises], goal, cores=True)
    if isinstance(outcome, Proved):
        assert outcome.used is not None
        (again,) = ask([premises[i] for i in outcome.used], goal)
        assert isinstance(again, Proved)


@pytest.mark.parametrize(
    ("premises", "goal", "kind"),
    [
        (["all x. (Man(x) -> Mortal(x))", "Man(socrates)"], "Mortal(socrates)", Proved),
        (["exists x. P(x)", "all x. (P(x) -> Q(x))"], "exists x. Q(x)", Proved),
        (["exists x. P(x)"], "all x. P(x)", Countermodel),
        (["all x. P(x)"], "exists x. P(x)", Proved),
        (["P(1)", "-P(2)"], "P(2)", Countermodel),
        (["(exists x. P(x)) <-> q", "P(a)"], "q", Proved),
        (["(exists x. P(x)) ⊕ q", "P(a)"], "-q", Proved),
        (["q -> (all x. P(x)) & (exists y. R(y))", "q"], "exists y. (R(y) & P(y))", Proved),
        ([], "True", Proved),
        (["False"], "p", Proved),
    ],
)
def test_function_free_problems_are_decided(premises: list[Any], goal: str, kind: type) -> None:
    (outcome,) = ask(premises, goal)
    assert isinstance(outcome, kind)


def test_enumerations_are_expanded() -> None:
    day, other = Variable("d", DAY), Variable("e", DAY)
    each: list[Formula | str] = ["Busy(mon)", "Busy(tue)", "Busy(wed)"]
    assert isinstance(ask(each, ForAll(day, Atom("Busy", (day,))), declared=DAYS)[0], Proved)
    later = ForAll(day, Exists(other, Atom("Before", (day, other))))
    outcome = ask([later], Atom("Before", (Constant("mon"), Constant("tue"))), declared=DAYS)[0]
    assert isinstance(outcome, Countermodel)


def test_names_are_distinct_when_unique() -> None:
    names = Distinct((Constant("ann"), Constant("bob")))
    (outcome,) = ask([names, "P(ann)"], "P(bob)", models=True)
    assert isinstance(outcome, Countermodel)
    assert outcome.structure is not None
    assert satisfies(outcome.structure, names)


@pytest.mark.parametrize(
    "text",
    [
        "all x. exists y. R(x, y)",
        "P(f(a))",
        "a = b",
        "all x. (P(x, 3) -> 3 < 4)",
        "f(a) = 3",
    ],
)
def test_other_problems_go_to_the_other_prover(text: str) -> None:
    (outcome,) = ask([text], "p")
    assert outcome == Unknown("not grounded")


def test_large_problems_go_to_the_other_prover() -> None:
    names: list[Formula | str] = [f"P(c{i})" for i in range(40)]
    variables = [Variable(f"v{i}") for i in range(3)]
    rule: Formula = Atom("T", tuple(variables))
    for variable in variables:
        rule = ForAll(variable, rule)
    assert MOST_INSTANCES < 40**3
    assert ask([*names, rule], "p") == [Unknown("not grounded")]


def test_deep_problems_go_to_the_other_prover() -> None:
    formula: Formula = Atom("p")
    for _ in range(10_000):
        formula = Implies(Atom("p"), formula)
    assert ask([formula], "p") == [Unknown("not grounded")]


def test_an_exhausted_budget_is_unknown_with_a_reason() -> None:
    holes, pigeons = range(7), range(8)
    premises: list[Formula | str] = [
        parse(" | ".join(f"In(p{p}, h{h})" for h in holes)) for p in pigeons
    ]
    for h in holes:
        for p, q in itertools.combinations(pigeons, 2):
            premises.append(f"-(In(p{p}, h{h}) & In(p{q}, h{h}))")
    (outcome,) = ask(premises, "False", budget=1000)
    assert isinstance(outcome, Unknown)
    assert outcome.szs == "ResourceOut"
    assert "budget of 1000" in outcome.reason
    assert isinstance(ask(premises, "False")[0], Proved)


def test_costs_repeat_whatever_was_asked_before() -> None:
    premises: list[Formula | str] = ["exists x. (P(x) | Q(x))", "all x. (P(x) -> Q(x))"]
    first = ask(premises, "exists x. Q(x)", "all x. Q(x)", models=True, cores=True)
    ask(["R(a) | R(b)"], "R(a)")
    assert ask(premises, "exists x. Q(x)", "all x. Q(x)", models=True, cores=True) == first


def test_provers_that_disagree_raise() -> None:
    class Liar:
        def prove(self, premises: Any, goals: Any, **_: Any) -> tuple[Outcome, ...]:
            return tuple(Proved() for _ in goals)

    signature, formulas = elaborate([parse("p")])
    with pytest.raises(ProverError, match="two provers disagree"):
        Agreement(Z3(), Liar()).prove([], formulas, signature=signature, budget=1000)
