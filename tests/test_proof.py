"""The kernel: what it accepts, what it refuses and where, and an attack on it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from neurologic import proof as kernel
from neurologic.errors import NeurologicError, Rejected
from neurologic.proof import check
from tests.certificates import (
    DAYS,
    GREEK,
    GREEKS,
    cases,
    everything,
    model,
    proof,
    stated,
    text,
)

HOME = Path(kernel.__file__).parent
TRUSTED = (HOME / "proof.py", *sorted((HOME / "kernel").glob("*.py")))


def rejected(certificate: Any) -> str:
    """Where and why the certificate is refused."""
    with pytest.raises(Rejected) as caught:
        check(certificate if isinstance(certificate, (str, bytes)) else text(certificate))
    return f"{caught.value.place}: {caught.value.reason}"


def shows(*args: Any, **evidence: Any) -> str:
    """The verdict of a certificate."""
    return check(text(stated(*args, **evidence))).verdict


# What is accepted


@pytest.mark.parametrize("name", cases())
def test_a_certificate_that_shows_what_it_claims_is_accepted(name: str) -> None:
    certificate = cases()[name]
    checked = check(text(certificate))
    assert (checked.verdict, checked.consistency) == (
        certificate["verdict"],
        certificate["consistency"],
    )
    for side, piece in certificate["evidence"].items():
        kind = None if piece is None else "model" if "domains" in piece else "proof"
        assert getattr(checked, side) == kind


def test_bytes_are_read_like_text() -> None:
    certificate = text(cases()["direct"])
    assert check(certificate.encode()) == check(certificate)


def test_the_work_is_counted_and_the_same_each_time() -> None:
    certificate = text(cases()["order"])
    assert check(certificate).work == check(certificate).work > 0


def test_linc_answers_true_from_contradictory_premises_and_says_so() -> None:
    certificate = cases()["inconsistent"]
    certificate["semantics"]["convention"] = "linc"
    assert rejected(certificate) == "evidence: shows ENTAILED and inconsistent"
    certificate["verdict"] = "ENTAILED"
    assert check(text(certificate)).consistency == "inconsistent"


def test_with_explicit_negation_the_second_goal_need_not_be_the_negation() -> None:
    certificate = cases()["two models"]
    certificate["negation"] = "(R ann ann)"
    assert rejected(certificate) == "negation: not the goal's negation"
    certificate["semantics"]["negation"] = "explicit"
    assert check(text(certificate)).verdict == "UNDETERMINED"


def test_formulas_that_differ_in_bound_names_are_the_same() -> None:
    table = ["(all (z Entity) (implies (Greek z) (Human z)))", *GREEKS[1:]]
    lemmas = [["inst", 0, "plato"], ["inst", 1, "plato"]]
    assert shows(GREEK, "Mortal(plato)", goal=proof(table, lemmas, everything(3, 2))) == "ENTAILED"


def test_a_function_of_numbers_needs_only_the_rows_that_are_used() -> None:
    rows = {"double/1": [[["2"], "4"]]}
    used = model({}, rows, {"Big/1": [["4"]]})
    certificate = stated(["Big(double(2))", "double(2) = 4"], "Big(2)", goal=used)
    certificate["evidence"]["negation"] = model({}, rows, {"Big/1": [["2"], ["4"]]})
    certificate["signature"]["sorts"] = [{"name": "Int", "members": None, "ordered": False}]
    certificate["signature"]["symbols"] = [
        {"name": "double", "arguments": ["Int"], "result": "Int"},
        {"name": "Big", "arguments": ["Int"], "result": "Bool"},
    ]
    for premise, formula in zip(
        certificate["premises"], ("(Big (double 2))", "(= (double 2) 4)"), strict=True
    ):
        premise["formula"] = formula
    certificate["goal"]["formula"] = "(Big 2)"
    certificate["negation"] = "(not (Big 2))"
    certificate["verdict"], certificate["consistency"] = "UNDETERMINED", "consistent"
    assert check(text(certificate)).verdict == "UNDETERMINED"
    certificate["goal"]["formula"] = "(Big (double 3))"
    certificate["negation"] = "(not (Big (double 3)))"
    assert "no value of double for some numbers" in rejected(certificate)


# What is refused: proofs

FRESH = ["exists x. P(x)", "-P(ann)"]
TABLE = ["(ex (x Entity) (P x))", "(P ann)", "(all (x Entity) (P x))", "(ex (x Entity) (R c1 x))"]


def fallacy(lemmas: list[Any], *steps: Any, premises: Any = FRESH, table: Any = TABLE) -> str:
    """Where and why a proof that some x and all x are R is refused."""
    goal = "exists x. all y. R(x, y)"
    last = steps or (everything(len(premises), len(lemmas)),)
    return rejected(stated(premises, goal, goal=proof(table, lemmas, *last)))


@pytest.mark.parametrize("name", ["ann", "P", "R"])
def test_a_witness_is_no_name_of_the_signature(name: str) -> None:
    assert fallacy([["wit", 0, name]]) == f"evidence.goal.lemmas[0]: {name} is not fresh"


def test_a_witness_is_no_member_of_an_enumeration() -> None:
    table = ["(ex (d day) (Open d))"]
    evidence = proof(table, [["wit", 0, "mon"]], everything(1, 1))
    found = rejected(stated(["exists d: day. Open(d)"], "Open(mon)", DAYS, goal=evidence))
    assert found == "evidence.goal.lemmas[0]: mon is not fresh"


def test_each_witness_is_new() -> None:
    assert "lemmas[1]: c1 is not fresh" in fallacy([["wit", 0, "c1"], ["wit", 2, "c1"]])


def test_nothing_mentions_a_witness_before_it_is_introduced() -> None:
    unknown = "unknown term c1"
    assert fallacy([["wit", 3, "c1"]]) == f"evidence.goal.lemmas[0], table[3]: {unknown}"
    assert fallacy([["inst", 2, "c1"], ["wit", 0, "c1"]]) == f"evidence.goal.lemmas[0]: {unknown}"


def test_two_witnesses_of_one_lemma_are_different_constants() -> None:
    table = ["(<= 2 (count ((x Entity)) (P x)))"]
    evidence = proof(table, [["wit", 0, ["c1", "c1"]]], everything(1, 1))
    assert "c1 is not fresh" in rejected(
        stated(["Count(x: Entity, P(x)) >= 2"], "P(a)", goal=evidence)
    )


def test_a_witness_of_one_proof_is_no_constant_of_the_next() -> None:
    first = proof(TABLE[:1], [["wit", 0, "c1"]], [[], ["p0", "p1"]])
    second = proof(["(P c1)"], [], [[1], ["p0"]])
    certificate = stated(["-P(ann)", "P(ann)"], "Q(ann)", goal=first, negation=second)
    assert rejected(certificate).startswith("evidence.negation.steps[0], table[0]: unknown")


def test_an_instance_of_some_is_not_given_by_some() -> None:
    assert "does not follow" in fallacy([["inst", 0, "ann"]])


def test_a_shadowed_variable_is_not_replaced() -> None:
    premises = ["all x. (P(x) | all x. Q(x))", "-P(ann)", "-Q(ann)"]
    table = ["(all (x Entity) (or (P x) (all (x Entity) (Q x))))"]
    open_ = proof(table, [["inst", 0, "ann"]], everything(3, 1))
    assert "does not follow" in rejected(stated(premises, "R(ann)", goal=open_))


def test_terms_have_the_sort_of_the_variable() -> None:
    premises = ["all d: day. Open(d)", "Old(ann)"]
    for term, reason in (
        ("ann", "ann is not of the sort day"),
        ("1:day", "day has no numerals"),
        ("(next ann)", "next of terms of other sorts"),
        ("x", "unknown term x"),
        ("(Open mon)", "unknown Open"),
        ("", "an expression is missing"),
    ):
        evidence = proof(["(all (d day) (Open d))"], [["inst", 0, term]], everything(2, 1))
        assert reason in rejected(stated(premises, "-Old(ann)", DAYS, goal=evidence))


def test_a_numeral_exists_only_where_the_problem_mentions_it() -> None:
    certificate = cases()["numerals"]
    certificate["evidence"]["falsum"]["table"][2] = "(= 3:Entity a)"
    certificate["evidence"]["falsum"]["lemmas"][1] = ["inst", 0, "3:Entity"]
    assert rejected(certificate) == (
        "evidence.falsum.lemmas[1]: the problem does not mention 3:Entity"
    )


def test_a_count_that_may_be_infinite_is_no_integer() -> None:
    premises = ["all n: Int. (n < 5 | Big(n))", "Count(x: Entity, P(x)) >= 5", "Q(ann)"]
    evidence = proof(
        ["(all (n Int) (or (< n 5) (Big n)))"],
        [["inst", 0, "(count ((x Entity)) (P x))"]],
        everything(3, 1),
    )
    found = rejected(stated(premises, "exists n: Int. Big(n)", goal=evidence))
    assert "a count over a sort that may be infinite" in found


@pytest.mark.parametrize(
    ("literals", "premises"),
    [
        ([1], ["a = b"]),
        ([-1, 2], ["a = b", "P(a)"]),
        ([], ["a = b"]),
        ([-2, 3], ["P(b)", "a = b"]),
        ([-2, -3], ["P(b)", "P(a)"]),
    ],
)
def test_what_is_not_valid_by_equality_is_refused(literals: list[int], premises: Any) -> None:
    table = ["(= a b)", "(P a)", "(P b)"]
    evidence = proof(table, [["eq", literals]], everything(len(premises), 1))
    certificate = stated([*premises, "P(b) | -P(b)", "a = a"], "-P(a)", goal=evidence)
    assert "not valid by equality" in rejected(certificate)


@pytest.mark.parametrize("literals", [[1], [2], [-1], [1, -3], [2, 3], [2, 4], [-1, -2]])
def test_a_count_depends_on_the_cases_that_are_not_given(literals: list[int]) -> None:
    certificate = cases()["count"]
    certificate["evidence"]["goal"]["lemmas"] = [["count", literals]]
    assert rejected(certificate).startswith("evidence.goal.lemmas[0]: not valid")


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ([], "the last clause is neither empty nor the goal"),
        ([[[-2], ["p1"]]], "the last clause is neither empty nor the goal"),
        ([[[], ["p0"]]], "does not follow by unit propagation"),
        ([[[], ["s0"]]], "there is no 's0' to refer to"),
        ([[[], ["p2"]]], "there is no 'p2' to refer to"),
        ([[[], ["l0"]]], "there is no 'l0' to refer to"),
        ([[[], ["p-1"]]], "there is no 'p-1' to refer to"),
        ([[[0], ["p0"]]], "expected a place in the table"),
        ([[[5], ["p0"]]], "IndexError"),
        ([[[True], ["p0"]]], "expected a list of literals"),
        ([[[], "p0"]], "expected a list of references"),
        ([[[], ["p0"], []]], "ValueError"),
        (["ab"], "expected a list of"),
    ],
)
def test_a_step_cites_what_there_is_and_follows_from_it(steps: Any, reason: str) -> None:
    evidence = proof(TABLE[:3], [], *steps)
    assert reason in rejected(stated(FRESH, "Q(ann)", goal=evidence))


def test_what_is_not_cited_is_well_formed_as_well() -> None:
    evidence = proof(["(P ann)", "(P bob)"], [], [[], ["p0"]])
    found = rejected(stated(["P(ann) & -P(ann)"], "Q(ann)", goal=evidence))
    assert found == "evidence.goal.steps[0], table[1]: unknown term bob"


def test_the_premises_refute_themselves_without_the_denied_goal() -> None:
    certificate = stated(FRESH, "P(ann) | -P(ann)", falsum=proof([], [], [[], ["g"]]))
    assert rejected(certificate) == "evidence.falsum.steps[0]: there is no 'g' to refer to"


@pytest.mark.parametrize(
    "lemma",
    [[], ["inst"], ["inst", 0], ["skolem", 0, "a"], ["inst", -1, "ann"], ["inst", "0", "ann"],
     ["inst", 1, "ann"], ["inst", 0, "ann", "ann"], ["inst", 0, ["ann", "ann"]], ["inst", 0, []],
     ["wit", 0, "all"], ["wit", 0, "3"], ["wit", 0, "(f a)"], ["wit", 0, ""], ["wit", 0, "a b"],
     ["enum", "ann"], ["enum", 1], ["split", "ann", 0, 1], ["split", "3", 1, 0], ["split", "3", 0],
     ["split", "3", 0, 10**9], ["split", "3", False, True], ["eq", 1], ["eq", [9]], ["eq", []], ["count", []], ["count", [1]], None, "inst",
     {"inst": 1}],
)  # fmt: skip
def test_no_other_lemma_is_known(lemma: Any) -> None:
    evidence = proof(TABLE, [lemma], everything(2, 1))
    assert rejected(stated(FRESH, "Q(ann)", goal=evidence)).startswith("evidence.goal.lemmas")


# What is refused: models

SHY = {"Entity": ["e1", "e2"]}, {"ann/0": [[[], "e1"]]}, {"P/1": [["e1"]], "Q/1": []}


@pytest.mark.parametrize(
    ("part", "value", "reason"),
    [
        ("domains", {}, "expected a domain for each finite sort"),
        ("domains", {"Entity": ["e1", "e2"], "day": ["e3"]}, "expected a domain"),
        ("domains", {"Entity": []}, "empty, or an element twice"),
        ("domains", {"Entity": ["e1", "e1"]}, "empty, or an element twice"),
        ("domains", {"Entity": "e1"}, "expected a list"),
        ("domains", {"Entity": [["e1"]]}, "TypeError"),
        ("domains", [], "AttributeError"),
        ("functions", [], "no table of ann"),
        ("functions", [{"name": "ann", "arguments": 0, "rows": []}], "without a value"),
        ("functions", [{"name": "ann", "arguments": 0, "rows": [[[], "e3"]]}], "KeyError: 'e3'"),
        ("functions", [{"name": "ann", "arguments": 0, "rows": [[["e1"], "e1"]]}], "ValueError"),
        (
            "functions",
            [{"name": "ann", "arguments": 0, "rows": [[[], "e1"], [[], "e2"]]}],
            "a row twice",
        ),
        ("functions", [{"name": "ann", "arguments": 0, "rows": [[[], "e1"]]}] * 2, "second table"),
        ("functions", [{"name": "bob", "arguments": 0, "rows": [[[], "e1"]]}], "no symbol"),
        ("predicates", [{"name": "P", "arguments": 1, "rows": [["e1"]]}], "no table of Q"),
        ("predicates", [{"name": "P", "arguments": 2, "rows": []}], "no symbol"),
        ("predicates", [{"name": "P", "arguments": 1, "rows": [["e1"], ["e1"]]}], "a row twice"),
        ("predicates", [{"name": "P", "arguments": 1, "rows": ["e"]}], "a list of elements"),
        ("predicates", [{"name": "P", "arguments": 1, "rows": [], "more": 1}], "exactly the keys"),
    ],
)
def test_a_structure_is_whole_and_of_the_signature(part: str, value: Any, reason: str) -> None:
    structure = model(*SHY)
    structure[part] = value
    found = rejected(stated(["P(ann)"], "Q(ann)", goal=structure))
    assert reason in found
    assert found.startswith("evidence.goal")


def test_the_premises_hold_in_a_model_and_the_goal_does_not() -> None:
    assert "p1 does not hold" in rejected(
        stated(["P(ann)", "all x. P(x)"], "Q(ann)", goal=model(*SHY))
    )
    wrong = stated(["Q(ann) -> P(ann)"], "exists x. -Q(x)", goal=model(*SHY))
    assert "what is to be refuted holds" in rejected(wrong)
    certificate = stated(["P(ann)"], "Q(ann)", goal=model(*SHY))
    certificate["axioms"] = ["(Q ann)"]
    assert "a0 does not hold in the model" in rejected(certificate)


def test_an_enumeration_has_its_members_as_elements_in_their_order() -> None:
    certificate = cases()["members"]
    days = certificate["evidence"]["negation"]["domains"]
    for listed in (["mon", "tue"], ["tue", "mon", "wed"], ["mon", "tue", "wed", "sun"], ["a"]):
        days["day"] = listed
        assert "not the members in their order" in rejected(certificate)


def test_a_model_has_the_numerals_of_the_problem() -> None:
    structure = model({"Entity": ["1:Entity"]}, {}, {"P/1": [["1:Entity"]]})
    assert "a numeral of the problem is missing" in rejected(
        stated(["P(1)"], "P(2)", goal=structure)
    )


def test_no_finite_structure_is_a_model_of_what_ranges_over_all_integers() -> None:
    structure = model({}, {}, {"P/1": [["1"]]})
    certificate = stated(["exists n: Int. P(n)"], "P(2)", goal=structure)
    certificate["signature"]["symbols"] = [{"name": "P", "arguments": ["Int"], "result": "Bool"}]
    certificate["goal"]["formula"], certificate["negation"] = "(P 2)", "(not (P 2))"
    certificate["signature"]["sorts"] = [{"name": "Int", "members": None, "ordered": False}]
    assert "no finite model of what ranges over" in rejected(certificate)


def test_a_value_lies_in_its_sort() -> None:
    certificate = cases()["numbers"]
    for value, reason in (("'21'", "ValueError"), ("7/2", "no integer"), ("021", "ValueError")):
        certificate["evidence"]["negation"]["functions"][1]["rows"] = [[["ann"], value]]
        assert reason in rejected(certificate)


# What is refused: the rest


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("(= mon ann)", "does not hold between"),
        ("(= mon 1)", "does not hold between"),
        ("(< ann ann)", "does not hold between"),
        ("(+ 1 2)", "cannot stand here"),
        ("(= (and) 1)", "and cannot stand here"),
        ("(Open ann)", "terms of other sorts"),
        ("(Open mon mon)", "unknown Open with 2 arguments"),
        ("(Shut mon)", "unknown Shut"),
        ("Open", "expected a formula"),
        ("(Open x)", "unknown term x"),
        ("(Open (off))", "off of terms of other sorts"),
        ("(all (d day))", "all of 0 parts"),
        ("(all (Open mon))", "no sort"),
        ("(all Open)", "expected a formula"),
        ("(all (d night) (Open d))", "no sort"),
        ("(all (and day) (Open and))", "no name"),
        ("(not)", "not of 0 parts"),
        ("(not true true)", "not of 2 parts"),
        ("(true)", "of 0 parts"),
        ("(Open mon", "an expression is missing"),
        ("(Open mon))", "text after the end"),
        (")", "an expression is missing"),
        ("", "an expression is missing"),
        ("(Open  mon)", "no token"),
        ("( Open mon)", "no token"),
        ("(Open mon )", "no token"),
        ("(Open\tmon)", "no token"),
        ("(Open 'mon)", "no token"),
        ("(= 01 1)", "no token"),
        ("(= -0 1)", "ValueError"),
        ("(= 2/4 1)", "ValueError"),
        ("(= 1/0 1)", "no token"),
        ("(= 1.5 1)", "no token"),
        (f"(= {'9' * 1001} 1)", "no token"),
        ("(= 1:day mon)", "day has no numerals"),
        ("(= 1:Int 1)", "Int has no numerals"),
        ("(Open \ud800)", "with what nobody sees"),
        ("(Open \u202e)", "with what nobody sees"),
        ("(Open 'mon')", "needless quotes"),
        ("(Open '\\u{6d}on')", "needless quotes"),
        ("(Open 'mo\x00n')", "no token"),
        ("(count ((d day)) (Open d))", "count cannot stand here"),
        ("(< (count (Open mon)) 1)", "count"),
    ],
)
def test_a_sentence_is_well_formed_and_well_sorted(formula: str, reason: str) -> None:
    certificate = stated(["Old(ann)"], "n = 1", DAYS)
    certificate["axioms"] = [formula]
    found = rejected(certificate)
    assert found.startswith("axioms[0]: ")
    assert reason in found


@pytest.mark.parametrize(
    ("sorts", "symbols"),
    [
        ([("day", [], False)], []),
        ([("day", ["a", "a"], False)], []),
        ([("day", ["a"], False), ("night", ["a"], False)], []),
        ([("day", None, False), ("day", None, False)], []),
        ([("day", None, True)], []),
        ([("day", ["a"], 1)], []),
        ([("day", "ab", False)], []),
        ([("Bool", None, False)], []),
        ([("Int", ["1"], False)], []),
        ([("Entity", ["a"], False)], []),
        ([("and", None, False)], []),
        ([("3", None, False)], []),
        ([("", None, False)], []),
        ([(None, None, False)], []),
        ([], [("a", [], "day")]),
        ([], [("P", ["Entity"], "Bool")]),
        ([("Entity", None, False)], [("P", ["Bool"], "Bool")]),
        ([("Entity", None, False)], [("P", "Entity", "Bool")]),
        ([("Entity", None, False)], [("a", [], "Entity"), ("a", [], "Entity")]),
        ([("day", ["a"], False)], [("a", [], "day")]),
        ([("Entity", None, False)], [("true", [], "Bool")]),
        ([("Entity", None, False)], [("new york", [], "Entity")]),
        ([("Entity", None, False)], [("a\u0000", [], "Entity")]),
    ],
)
def test_the_signature_is_well_formed(sorts: Any, symbols: Any) -> None:
    certificate = cases()["direct"]
    certificate["signature"] = {
        "sorts": [{"name": n, "members": m, "ordered": o} for n, m, o in sorts],
        "symbols": [{"name": n, "arguments": a, "result": r} for n, a, r in symbols],
    }
    assert rejected(certificate).startswith("signature.")


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("version", 2, "no neurologic certificate of version 1"),
        ("version", "1", "no neurologic certificate of version 1"),
        ("version", True, "no neurologic certificate of version 1"),
        ("format", "certificate", "no neurologic certificate of version 1"),
        ("verdict", "REFUTED", "evidence: shows ENTAILED and consistent"),
        ("verdict", None, "evidence: shows ENTAILED and consistent"),
        ("consistency", "unknown", "evidence: shows ENTAILED and consistent"),
        ("negation", "(Mortal plato)", "not the goal's negation"),
        ("premises", [], "there is no 'p0' to refer to"),
        ("premises", {}, "expected a list"),
        ("premises", [{"text": 1, "formula": "true"}], "expected a sentence as text"),
        ("premises", [{"formula": "true"}], "exactly the keys"),
        ("axioms", "", "expected a list"),
        ("goal", "(Mortal plato)", "expected an object"),
        ("evidence", {"goal": None, "negation": None, "falsum": None}, "shows no verdict"),
        ("evidence", {"goal": None, "negation": None}, "exactly the keys"),
        ("semantics", {"negation": "classical"}, "exactly the keys"),
    ],
)
def test_a_certificate_says_what_it_must_and_no_more(key: str, value: Any, reason: str) -> None:
    certificate = cases()["direct"]
    certificate[key] = value
    assert reason in rejected(certificate)
    del certificate[key]
    assert "expected exactly the keys" in rejected(certificate)


@pytest.mark.parametrize("option", list(cases()["direct"]["semantics"]))
@pytest.mark.parametrize("value", ["", "other", None, 0, 1, [], "True"])
def test_no_other_semantics_is_known(option: str, value: Any) -> None:
    certificate = cases()["direct"]
    certificate["semantics"][option] = value
    assert rejected(certificate).startswith("semantics: ")


def test_a_proof_and_a_model_of_the_same_are_not_believed() -> None:
    certificate = cases()["two models"]
    certificate["evidence"]["falsum"] = proof([], [], [[], []])
    assert rejected(certificate).startswith("evidence.falsum.steps[0]")
    certificate["evidence"]["falsum"] = certificate["evidence"]["goal"]
    assert "exactly the keys table lemmas steps" in rejected(certificate)


@pytest.mark.parametrize(
    "junk",
    ["", "null", "[]", "0", "NaN", '"x"', "{", "{}", '{"a": 1, "a": 1}', "[" * 100_000, "\ud800",
     '{"a":' * 50_000, "9" * 5000, "1e999", b"\xff\xfe\x00", b"\x80", b"", "\ufeff{}", "[1.5]", "tru"],
)  # fmt: skip
def test_junk_is_refused(junk: Any) -> None:
    assert rejected(junk)


@pytest.mark.parametrize(
    "value", [None, 1, {}, [], object(), type, bytearray(b"{}"), 1.5, Rejected]
)
def test_what_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(Rejected):
        check(value)


def test_a_key_that_stands_twice_is_refused() -> None:
    certificate = text(cases()["direct"])
    assert check(certificate).verdict == "ENTAILED"
    for key in ("verdict", "formula", "steps", "rows"):
        twice = certificate.replace(f'"{key}":', f'"{key}": null, "{key}":', 1)
        assert "a key stands twice in an object" in rejected(twice)
    null = certificate.replace('"falsum": null', '"falsum": {"a": 1, "a": 1}')
    assert "a key stands twice in an object" in rejected(null)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1.0", "1e0", "9" * 5000])
def test_a_number_is_a_whole_one(number: str) -> None:
    assert rejected(text(cases()["direct"]).replace('"version": 1', f'"version": {number}'))


# Bounds


def test_deep_sentences_are_read() -> None:
    deep = "(not " * 10_000 + "true" + ")" * 10_000
    quantified = "(all (x Entity) " * 10_000 + "(Greek x)" + ")" * 10_000
    certificate = cases()["direct"]
    certificate["axioms"] = [deep, quantified]
    certificate["evidence"]["negation"] = None
    certificate["consistency"] = "unknown"
    assert check(text(certificate)).verdict == "ENTAILED"


def big(kind: str) -> dict[str, Any]:
    """A certificate that asks for much work."""
    elements = [f"e{i}" for i in range(40)]
    large = model(
        {"Entity": elements},
        {"plato/0": [[[], "e0"]]},
        {name: [[e] for e in elements] for name in ("Greek/1", "Human/1", "Mortal/1")},
    )
    certificate = cases()["direct"]
    evidence = certificate["evidence"]
    match kind:
        case "four quantifiers over 40 elements":
            four = " ".join(f"(all ({v} Entity)" for v in "xyzu")
            certificate["axioms"] = [f"{four} (or (Greek x) (Human y) (Mortal z) (Greek u))))))"]
            evidence["negation"] = large
        case "10,000 lemmas":
            evidence["goal"]["lemmas"] *= 5_000
        case "100,000 steps":
            evidence["goal"]["steps"] = evidence["goal"]["steps"][:1] * 100_000
        case "a wide sentence":
            certificate["axioms"] = ["(and " + " ".join(["(Greek plato)"] * 200_000) + ")"]
        case "a deep sentence":
            certificate["axioms"] = ["(not " * 500_000 + "true" + ")" * 500_000]
        case "a long list":
            return {"certificate": [[]] * 3_000_000}
        case "much to split":
            evidence["goal"]["lemmas"] += [["split", "1", 0, 10**17]]
    return certificate


@pytest.mark.parametrize(
    "kind",
    ["four quantifiers over 40 elements", "10,000 lemmas", "100,000 steps", "a wide sentence",
     "a deep sentence", "a long list", "much to split"],
)  # fmt: skip
def test_too_much_work_is_refused(kind: str) -> None:
    certificate = text(big(kind))
    if kind == "10,000 lemmas":
        assert check(certificate).verdict == "ENTAILED"
    else:
        assert "costs more work than a certificate may" in rejected(certificate)


# The published schema


def test_the_schema_describes_what_the_kernel_accepts() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((HOME / "certificate.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    for certificate in cases().values():
        validator.validate(certificate)
        for key in certificate:
            assert not validator.is_valid({k: v for k, v in certificate.items() if k != key})


# Trust


def test_the_kernel_imports_the_standard_library_and_the_errors_alone() -> None:
    for file in TRUSTED:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert all(name.name in sys.stdlib_module_names for name in node.names)
            if isinstance(node, ast.ImportFrom):
                module = node.module or ""
                ours = module == "neurologic.errors" or module.startswith("neurologic.kernel")
                assert ours or module.split(".")[0] in sys.stdlib_module_names


def test_each_file_of_the_kernel_is_short() -> None:
    for file in TRUSTED:
        assert len(file.read_text(encoding="utf-8").splitlines()) < 300


def test_the_kernel_runs_without_any_prover_or_parser() -> None:
    code = (
        "import sys; from neurologic.proof import check\n"
        "print(check(sys.stdin.read()).verdict)\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'z3', 'pysat', 'lark', 'networkx', 'nltk', 'typer', 'anthropic'}\n"
        "ours = {name for name in sys.modules if name.startswith('neurologic')}\n"
        "assert not any('provers' in name or 'parsing' in name for name in ours)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=text(cases()["direct"]),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "ENTAILED\n"


def test_a_refusal_is_an_error_of_the_library_and_says_where() -> None:
    with pytest.raises(NeurologicError) as caught:
        check("{}")
    assert str(caught.value).startswith("certificate: expected exactly the keys")


def with_element(value: Any) -> Any:
    """A certificate of two models of `P(ann)`, one of them with this element besides."""
    found = cases()["two models"]
    model = found["evidence"]["goal"]
    model["domains"]["Entity"].append(value)
    return found


@pytest.mark.parametrize(
    "element", ["1", "1/0", "3", "3:Entity", "", "a b", "'ann2'", "a\u200b", "and", 1, None, False]
)
def test_an_element_is_a_name_or_a_numeral_of_the_problem(element: Any) -> None:
    assert rejected(with_element(element)).startswith("evidence.goal")


def test_lemmas_and_terms_are_lists() -> None:
    whole = stated(FRESH, "Q(ann)")
    lemmas: list[Any] = [{"enum": 5, "a": [1]}, ["inst", 0, {"ann": 7}], "inst"]
    for lemma in lemmas:
        whole["evidence"]["goal"] = proof(TABLE[:3], [lemma], [[], ["p0"]])
        assert rejected(whole).startswith("evidence.goal.lemmas[0]")


def test_large_numbers_cost_more_work() -> None:
    def work(digits: int) -> int:
        number = "7" * digits
        shown = proof([f"(= {number} {number})"], [["eq", [1]]], [[1], ["l0"]])
        whole = stated(["n = 1"], f"{number} = {number}", goal=shown)
        return check(json.dumps(whole)).work

    assert work(900) > work(9) + 400
