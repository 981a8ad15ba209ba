"""Certificates: what they carry for each verdict, how they read, and when there is none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import networkx
import pytest

from neurologic.certification import (
    CAVEAT,
    Certificate,
    ProofLine,
    Uncertified,
    certify,
    derivation,
    evidence,
)
from neurologic.entailment import Verdict, decide
from neurologic.errors import EngineDisagreement, Rejected
from neurologic.formula import Sort
from neurologic.parsing import parse
from neurologic.problem import Lexicon, Semantics
from neurologic.provers import Countermodel, Proved
from neurologic.reasoning import reason
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration
from neurologic.structure import satisfies
from tests.certificates import cases

SOCRATES = ("all x. (Man(x) -> Mortal(x))", "Man(socrates)")
COLOURS = Signature(
    (SortDeclaration(Sort("colour"), ("red", "green", "blue")),),
    (
        SymbolDeclaration("paint", (Sort("Entity"),), Sort("colour")),
        SymbolDeclaration("wall", (), Sort("Entity")),
    ),
)


def certified(premises: Any, goal: str, **options: Any) -> Certificate:
    """The certificate, which must exist, and which the kernel must accept a second time."""
    found = certify(premises, goal, **options)
    assert isinstance(found, Certificate), found
    assert found.check().verdict == found.verdict.name
    return found


def reasons(certificate: Certificate) -> list[tuple[int, ...]]:
    return [line.premises for line in certificate.lines]


def test_true_carries_a_proof_and_a_model_of_premises_and_conclusion() -> None:
    found = certified(SOCRATES, "Mortal(socrates)")
    assert (found.verdict, found.consistency) == (Verdict.ENTAILED, "consistent")
    assert list(found.proofs) == ["goal"]
    model = found.models["negation"]
    assert all(satisfies(model, parse(f)) for f in (*SOCRATES, "Mortal(socrates)"))


def test_false_carries_a_proof_of_the_negation_and_a_model() -> None:
    found = certified(SOCRATES, "-Mortal(socrates)")
    assert (found.verdict, found.consistency) == (Verdict.REFUTED, "consistent")
    assert list(found.proofs) == ["negation"]
    assert satisfies(found.models["goal"], parse("Mortal(socrates)"))


def test_uncertain_carries_two_models_of_the_premises_that_differ_on_the_conclusion() -> None:
    found = certified(SOCRATES, "Greek(socrates)")
    assert found.verdict is Verdict.UNDETERMINED
    assert not found.proofs
    goal = parse("Greek(socrates)")
    assert [satisfies(found.models[side], goal) for side in ("goal", "negation")] == [False, True]


def test_inconsistent_premises_carry_a_proof_from_a_minimal_set_of_them() -> None:
    found = certified(["Q(b)", "P(a)", "all x. (P(x) -> R(x))", "all x. -R(x)", "R(c)"], "Q(b)")
    assert (found.verdict, found.consistency) == (Verdict.INCONSISTENT, "inconsistent")
    assert list(found.proofs) == ["falsum"]
    assert found.used in ((3, 4), (1, 2, 3))
    assert len(found.used) == 2


def test_inconsistent_premises_answer_true_under_the_convention_of_linc() -> None:
    found = certified(["P(a)", "-P(a)"], "Q(b)", semantics=Semantics(convention="linc"))
    assert (found.verdict, found.consistency) == (Verdict.ENTAILED, "inconsistent")


def test_an_atom_and_its_complement_are_proved_each_and_nothing_else_follows() -> None:
    explicit = Semantics(negation="explicit")
    found = certified(["P(a)", "-P(a)", "Q(b)"], "P(a)", semantics=explicit)
    assert found.verdict is Verdict.INCONSISTENT
    assert list(found.proofs) == ["goal", "negation"]
    other = certified(["P(a)", "-P(a)", "Q(b)"], "Q(c)", semantics=explicit)
    assert other.verdict is Verdict.UNDETERMINED


@pytest.mark.parametrize("semantics", [Semantics(unique_names=True), Semantics(closed_domain=True)])
def test_what_the_semantics_adds_is_an_axiom_that_lines_refer_to(semantics: Semantics) -> None:
    if semantics.unique_names:
        found = certified(["P(a)"], "a != b | Q(b)", semantics=semantics)
    else:
        found = certified(["P(a)", "P(b)"], "all x. P(x)", semantics=semantics)
    assert found.verdict is Verdict.ENTAILED
    assert any(line.axioms for line in found.lines)
    assert "(added by the semantics)" in str(found)


def test_equal_things_have_equal_properties() -> None:
    found = certified(["a = b", "f(a) = c", "P(f(b))"], "P(c)")
    assert found.verdict is Verdict.ENTAILED
    assert any("equality" in line.rules for line in found.lines)


def test_a_thing_is_one_of_the_members_of_its_sort() -> None:
    premises = ["paint(wall) != red", "paint(wall) != green"]
    found = certified(premises, "paint(wall) = blue", signature=COLOURS)
    assert found.verdict is Verdict.ENTAILED
    other = certified(premises[:1], "paint(wall) = blue", signature=COLOURS)
    assert other.verdict is Verdict.UNDETERMINED


def test_only_what_is_needed_is_used() -> None:
    premises = ["Q(b)", *SOCRATES, "all x. (Mortal(x) -> Being(x))", "Man(plato)"]
    found = certified(premises, "Mortal(socrates)")
    assert found.used == (1, 2)


def test_a_direct_proof_ends_with_the_conclusion() -> None:
    found = certified(SOCRATES, "Mortal(socrates)")
    assert found.proofs["goal"].kind == "direct"
    assert not found.proofs["goal"].split
    assert reasons(found) == [(1,), (0,)]
    last = found.lines[-1]
    assert str(last.formula) == "Mortal(socrates)"
    assert last.reaches_goal
    assert [(v, str(t)) for v, t in last.substitution] == [("x", "socrates")]
    assert last.lines == (1,)


def test_an_existential_conclusion_is_reached_by_an_example() -> None:
    found = certified(["all x. exists y. Likes(x, y)", "Cat(tom)"], "exists z. Likes(tom, z)")
    assert found.proofs["goal"].kind == "direct"


def test_a_witness_has_the_first_name_that_is_free() -> None:
    premises = ["exists x. (P(x) & Q(x))", "all x. (P(x) -> R(x))", "S(c1)"]
    found = certified(premises, "exists x. R(x)")
    assert {name for line in found.lines for name in line.witnesses} == {"c2"}


def test_a_conclusion_about_all_is_proved_by_contradiction() -> None:
    found = certified(["all x. (A(x) -> B(x))", "all x. (B(x) -> C(x))"], "all x. (A(x) -> C(x))")
    proof = found.proofs["goal"]
    assert (proof.kind, proof.split) == ("by contradiction", False)
    assert any(line.denial for line in proof.lines)
    assert "(0) Suppose that the conclusion fails." in str(found)


def test_cases_are_distinguished_where_nothing_else_follows() -> None:
    found = certified(["p | q", "p | -q", "-p | q"], "p & q")
    proof = found.proofs["goal"]
    assert proof.readable
    assert proof.split
    supposed = [line for line in proof.lines if line.supposed]
    assert [line.depth for line in supposed] == [1]
    assert any(line.denies is not None for line in proof.lines)


def test_a_conclusion_that_is_a_premise_takes_one_line() -> None:
    rule = "p & (q | r) | -p & -q -> r & s | t"
    found = certified(["p -> p", rule], rule)
    assert reasons(found) == [(1,)]
    assert found.proofs["goal"].kind == "direct"
    assert not found.proofs["goal"].split


def test_what_premises_say_together_is_not_taken_apart() -> None:
    premises = ["p & q & r & s & t & u -> v & w", "p & q & r & s & t & u"]
    found = certified(premises, "v & w")
    assert len(found.lines) <= 3


def test_a_long_chain_of_rules_is_a_long_proof_that_reads() -> None:
    rules = [f"all x. (P{i}(x) -> P{i + 1}(x))" for i in range(100)]
    found = certified(["P0(a)", *rules], "P100(a)")
    assert found.readable
    assert len(found.lines) == 101


def test_what_there_must_be_many_of_is_found_in_a_model() -> None:
    names = "xyzuv"
    many = "exists x y z u v. (" + " & ".join(
        f"{a} != {b}" for i, a in enumerate(names) for b in names[i + 1 :]
    )
    found = certified([many + " & P(x) & -P(y))"], "Q(a)")
    assert found.verdict is Verdict.UNDETERMINED


def test_suppositions_nest_where_one_is_not_enough() -> None:
    found = certified([], "((p <-> q) <-> r) <-> (p <-> (q <-> r))")
    assert found.readable
    assert max(line.depth for line in found.lines) == 2
    _well_nested(found.lines)


def _well_nested(lines: tuple[ProofLine, ...]) -> None:
    """Each line refers to lines that stand, or were closed, in what encloses it."""
    by_number = {line.number: line for line in lines}
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    for line in lines:
        for number in line.lines:
            other = by_number[number]
            outer = other.depth - (other.denies is not None)
            assert number < line.number
            assert outer <= line.depth


def test_clauses_stand_where_no_readable_proof_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derivation, "MOST_WORK", 0)
    monkeypatch.setattr(evidence, "MOST_LINES", 0)
    found = certified(["p | q", "p | -q", "-p | q", "-p | -q | r"], "p & q & r")
    assert not found.readable
    assert found.proofs["goal"].kind == "clauses"
    assert "Proof, as clauses" in str(found)


def test_consistency_is_not_certified_where_every_model_is_infinite() -> None:
    order = [
        "all x y z. (Less(x, y) & Less(y, z) -> Less(x, z))",
        "all x. -Less(x, x)",
        "all x. exists y. Less(x, y)",
        "P(a)",
    ]
    found = certified(order, "P(a)", budget=20_000)
    assert (found.verdict, found.consistency) == (Verdict.ENTAILED, "unknown")
    assert "consistent is not certified" in str(found)


def test_unbounded_arithmetic_is_not_certified_and_says_so() -> None:
    premises, goal = ["all x. (x + 0 = x)"], "exists x. x + x = 7"
    decision = decide(premises, goal)
    found = certify(premises, goal, decision=decision, budget=2_000)
    assert isinstance(found, Uncertified)
    assert found.verdict is decision.verdict
    assert "integers" in found.reason
    assert "not certified" in str(found)


def test_what_is_not_decided_within_the_budget_is_a_value_with_a_reason() -> None:
    premises = ["all x. exists y. R(x, y)", "all x. -R(x, x)", "all x y z. (R(x,y)&R(y,z)->R(x,z))"]
    found = certify(premises, "P(a)", budget=3)
    assert isinstance(found, Uncertified)
    assert found.verdict is None
    assert "budget" in found.reason


@pytest.mark.parametrize("goal", ["Mortal(socrates)", "-Mortal(socrates)", "Greek(socrates)"])
def test_the_decision_of_an_engine_leads_to_the_same_certificate(goal: str) -> None:
    led = certified(SOCRATES, goal, decision=decide(SOCRATES, goal))
    assert led.verdict is certified(SOCRATES, goal).verdict


@pytest.mark.parametrize(
    ("goal", "wrong"),
    [
        ("Mortal(socrates)", {"goal": Countermodel()}),
        ("Greek(socrates)", {"goal": Proved()}),
        ("Greek(socrates)", {"goal": Proved(), "negation": Proved()}),
    ],
)
def test_an_engine_that_is_wrong_is_contradicted(goal: str, wrong: dict[str, Any]) -> None:
    decision = replace(decide(SOCRATES, goal), **wrong)
    with pytest.raises(EngineDisagreement) as caught:
        certify(SOCRATES, goal, decision=decision)
    assert Certificate.read(caught.value.certificate).check()


def test_a_stored_certificate_shows_itself_again() -> None:
    texts = ("All men are mortal.", "Socrates is a man.", "Socrates is mortal.")
    found = certified(SOCRATES, "Mortal(socrates)", texts=texts)
    again = Certificate.read(json.dumps(found.as_json()).encode())
    assert again.as_json() == found.as_json()
    assert str(again) == str(found)
    assert again.lines == found.lines


def test_a_certificate_that_was_tampered_with_is_not_read() -> None:
    document = certified(SOCRATES, "Mortal(socrates)").as_json()
    document["goal"]["formula"] = "(Mortal plato)"
    with pytest.raises(Rejected):
        Certificate.read(json.dumps(document))


def test_the_page_quotes_sentences_and_says_lines_in_words() -> None:
    answer = reason(["All men are mortal.", "Socrates is a man."], "Socrates is mortal.")
    found = answer.certificate
    assert isinstance(found, Certificate)
    page = str(found)
    assert CAVEAT in page
    assert "“All men are mortal.”" in page
    assert "premise 1 with x := socrates and (1)" in page
    assert page.count("Socrates is mortal.") == 2
    assert "names may coincide" in page


def test_the_page_says_which_line_each_model_falsifies() -> None:
    page = str(certified(SOCRATES, "Greek(socrates)"))
    assert "all premises hold, the conclusion fails" in page
    assert "all premises hold, the conclusion holds" in page


def test_texts_belong_to_all_sentences_or_to_none() -> None:
    with pytest.raises(ValueError, match="expected 3 texts"):
        certify(SOCRATES, "Mortal(socrates)", texts=("All men are mortal.",))


def test_the_lexicon_is_shown_and_is_no_part_of_what_is_certified() -> None:
    lexicon = Lexicon((("Mortal", 1, "x will die"),), (("socrates", "the philosopher"),))
    found = certified(SOCRATES, "Mortal(socrates)", lexicon=lexicon)
    assert "The philosopher will die." in str(found)
    assert found == certified(SOCRATES, "Mortal(socrates)")


def test_the_graph_leads_from_premises_to_the_last_line() -> None:
    found = certified([*SOCRATES, "Q(b)"], "Mortal(socrates)")
    graph = found.graph()
    assert networkx.is_directed_acyclic_graph(graph)
    assert networkx.ancestors(graph, "2") == {"p1", "p2", "1"}
    assert graph.nodes["p3"]["kind"] == "premise"
    assert not graph.edges("p3")


def test_an_answer_makes_its_certificate_once_and_only_when_asked() -> None:
    answer = reason(["All men are mortal.", "Socrates is a man."], "Socrates is mortal.")
    assert not answer._made
    assert answer.certificate is answer.certificate


def test_an_answer_without_a_decision_has_no_certificate() -> None:
    assert reason(["Wibble wobble the."], "Socrates is mortal.").certificate is None


def test_the_same_question_has_the_same_certificate() -> None:
    premises = ["A(a) | B(a)", "all x. (A(x) -> C(x))", "all x. (B(x) -> C(x))"]
    assert certified(premises, "C(a)").text == certified(premises, "C(a)").text


def test_exclusive_alternatives_nest_without_doubling_the_work() -> None:
    text = "p"
    for _ in range(40):
        text = f"({text}) <-> q"
    assert certified([text], "p").verdict is Verdict.ENTAILED


def test_a_deep_formula_is_certified_or_refused_in_words() -> None:
    goal = "p" + " & p" * 3_000
    found = certify(["p"], goal)
    assert isinstance(found, Uncertified) or found.verdict is Verdict.ENTAILED


@pytest.mark.parametrize("name", sorted(cases()))
def test_a_certificate_made_elsewhere_shows_itself(name: str) -> None:
    found = Certificate.read(json.dumps(cases()[name]))
    assert CAVEAT in str(found)
    assert networkx.is_directed_acyclic_graph(found.graph())
    for proof in found.proofs.values():
        assert len(proof.lines) >= 1
