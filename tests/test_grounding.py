"""Grounding and SAT: the same answers as Z3, on the problems they take."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from benchmarks.data import DATASETS, Example
from benchmarks.data import load as load_examples
from neurologic.cli import app
from neurologic.entailment import Verdict, consistent, decide, entails, equivalent
from neurologic.errors import ParseError, ProverError
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
from neurologic.parsing import parse, read
from neurologic.provers import ENGINES, Countermodel, Engine, Outcome, Proved, Unknown
from neurologic.provers.agreement import Agreement
from neurologic.provers.grounding import MOST_INSTANCES, Ground
from neurologic.provers.z3 import Z3
from neurologic.reasoning import answer
from neurologic.signature import Signature, SortDeclaration, elaborate
from neurologic.structure import satisfies
from neurologic.terminal import load
from neurologic.translation import Formulas
from tests.strategies import sentences

pytestmark = pytest.mark.solver

EXAMPLES = Path(__file__).parent.parent / "examples"
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
    assert 40**3 < MOST_INSTANCES < 32 * 40**3  # under three variables an instance counts so much
    assert ask([*names, rule], "p") == [Unknown("not grounded")]
    assert decide([*names, rule], "p", engine="ground").verdict is Verdict.UNDETERMINED


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


@given(st.lists(sentences(), max_size=3), sentences())
def test_every_engine_gives_the_same_verdict_or_says_why_it_has_none(
    premises: list[Formula], goal: Formula
) -> None:
    auto, z3, ground = (decide(premises, goal, engine=engine, budget=200_000) for engine in ENGINES)
    if Verdict.UNKNOWN not in (auto.verdict, z3.verdict):
        assert (auto.verdict, auto.consistency) == (z3.verdict, z3.consistency)
    if ground.verdict is Verdict.UNKNOWN:
        assert ground.reason.startswith("it cannot be grounded: ")
    else:
        assert (ground.verdict, ground.rlimit) == (auto.verdict, auto.rlimit)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.txt")), ids=lambda path: str(path.stem))
@pytest.mark.parametrize("engine", ["z3", "ground"])
def test_every_engine_agrees_on_the_examples(path: Path, engine: Engine) -> None:
    problem = load(str(path))
    translator = Formulas() if path.stem in ("kinship", "colours") else None
    usual = answer(problem, translator=translator)
    other = answer(problem, translator=translator, engine=engine)
    assert usual.decision is not None
    assert other.verdict in (usual.verdict, *[Verdict.UNKNOWN] * (engine == "ground"))


def test_every_engine_agrees_on_folio(data: Path) -> None:
    decided = 0
    for example in load_examples(DATASETS["folio"], data / "folio_validation_a.jsonl", None):
        if not isinstance(example, Example) or not example.conclusion_formula:
            continue
        try:
            *facts, goal = [
                read(text, repair=True).formula
                for text in (*(example.premise_formulas or ()), example.conclusion_formula)
            ]
        except ParseError:
            continue
        auto, z3, ground = (decide(facts, goal, engine=engine) for engine in ENGINES)
        assert auto.verdict is z3.verdict
        assert ground.verdict in (z3.verdict, Verdict.UNKNOWN)
        decided += ground.verdict is not Verdict.UNKNOWN
    assert decided > 80


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("all x. exists y. R(x, y)", "there is an ∃ in the scope of a ∀"),
        ("P(f(a))", "f is a function"),
        ("a = b", "there is an equation"),
        ("age > 3", "age is a number"),
    ],
)
def test_grounding_alone_says_why_it_does_not_decide(text: str, why: str) -> None:
    decision = decide([text], "p", engine="ground")
    assert decision.verdict is Verdict.UNKNOWN
    assert decision.reason == f"it cannot be grounded: {why}"
    assert decision.szs == "GaveUp"
    with pytest.raises(ProverError, match=f"it cannot be grounded: {re.escape(why)}"):
        entails([text], "p", engine="ground")


def test_more_instances_than_there_may_be_are_not_written_out() -> None:
    names: list[Formula | str] = [f"P(c{i})" for i in range(120)]
    rule = "all x, y, z. (R(x, y) & R(y, z) -> R(x, z))"
    decision = decide([*names, rule], "P(c1)", engine="ground")
    assert decision.reason.startswith("it cannot be grounded: about 5184")
    assert decision.rlimit == 0
    assert decide([*names, rule], "P(c1)").verdict is Verdict.ENTAILED


def test_an_engine_that_there_is_not_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="'vampire', expected one of 'auto', 'z3', 'ground'"):
        decide(["p"], "p", engine="vampire")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="either a prover or an engine"):
        equivalent("p", "p", prover=Z3(), engine="ground")
    assert consistent(["p"], engine="z3")


def test_the_command_line_asks_the_engine(tmp_path: Path) -> None:
    file = tmp_path / "problem.txt"
    file.write_text("P(f(a))\n? P(f(a))\n", encoding="utf-8")
    run = CliRunner()
    alone = run.invoke(app, ["prove", str(file), "--formulas", "--engine", "ground", "--json"])
    assert alone.exit_code == 3
    assert json.loads(alone.stdout)["reason"] == "it cannot be grounded: f is a function"
    assert run.invoke(app, ["prove", str(file), "--formulas", "--engine", "z3"]).exit_code == 0
    assert run.invoke(app, ["prove", str(file), "--engine", "eprover"]).exit_code == 2


def test_provers_that_disagree_raise() -> None:
    class Liar:
        def prove(self, premises: Any, goals: Any, **_: Any) -> tuple[Outcome, ...]:
            return tuple(Proved() for _ in goals)

    signature, formulas = elaborate([parse("p")])
    with pytest.raises(ProverError, match="two provers disagree"):
        Agreement(Z3(), Liar()).prove([], formulas, signature=signature, budget=1000)
