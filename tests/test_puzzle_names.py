"""Slips of the pen in puzzles, values that are too large to show, and values of the wrong kind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import neurologic
from neurologic import (
    ParseError,
    Rejected,
    SignatureError,
    classes,
    parse,
    read_choice,
    read_constraints,
    solve,
)
from neurologic.bound_choice import verify_choice
from neurologic.certification.choices import (
    FORMAT,
    CertifiedChoice,
    is_choice_certificate,
    read_certificates,
)
from neurologic.choice import choose
from neurologic.choice.naming import is_slip
from neurologic.display import mimebundle
from neurologic.provers.tables import Tables
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature, elaborate
from tests.test_cli import Shell

HARBOUR = """
sort boat = {ann, bob, cid}
sort place = {1 < 2 < 3}
fun at: boat -> place
at(ann) = 1
"""
QUESTION = """? could be true
(A) at({name}) = 2
(B) at(ann) = 3
(C) at(bob) = 2 & at(bob) = 1
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capfd)


def ask(question: str, *options: str, game: str = HARBOUR) -> Any:
    lines = (f"({chr(ord('A') + i)}) {option}" for i, option in enumerate(options))
    return read_choice("\n".join((game, f"? {question}", *lines)))


@pytest.mark.parametrize("name", ["an", "Ann", "anna", "anm", "nan"])
def test_a_name_one_edit_away_from_a_member_is_an_error(name: str) -> None:
    with pytest.raises(SignatureError) as caught:
        choose(read_choice(HARBOUR + QUESTION.format(name=name)))
    error = caught.value
    assert error.message == f"{name} is not declared: is ann meant?"
    assert error.hint == f"write ann, or declare it: const {name}: boat"
    assert error.source == "option A"
    assert error.span is not None
    assert error.text == f"at({name}) = 2"  # not what is claimed of it
    assert error.text[slice(*error.span)] == name


def test_a_declared_name_may_be_like_a_member() -> None:
    found = choose(read_choice(f"const an: boat\n{HARBOUR}" + QUESTION.format(name="an")))
    assert (found.label, found.warnings) == ("A", ())


def test_a_slip_is_an_error_on_the_command_line_and_in_a_grid_and_in_certificates(
    run: Shell,
) -> None:
    text = HARBOUR + QUESTION.format(name="an")
    done = run("prove", "-", "--json", stdin=text)
    assert done.code == 1
    assert "is ann meant?" in done.json["errors"][0]["message"]
    with pytest.raises(SignatureError, match=r"constraint 2: an is not declared: is ann meant\?"):
        solve(*read_constraints(HARBOUR + "at(an) = 2"))
    with pytest.raises(SignatureError, match="is ann meant"):
        CertifiedChoice.of(read_choice(text))


def test_an_undeclared_constant_of_an_enumeration_is_told(run: Shell) -> None:
    text = HARBOUR + QUESTION.format(name="annika")
    told = "annika is not declared: it is taken for one of boat; is ann meant?"
    found = choose(read_choice(text))
    assert (found.label, found.warnings) == ("A", (told,))
    assert found.as_json()["warnings"] == [told]
    assert str(found).endswith(f"\nwarning: {told}")
    assert told in mimebundle(found)["text/html"]
    done = run("prove", "-", "--json", stdin=text)
    assert (done.code, done.json["choice"], done.json["warnings"]) == (0, "A", [told])
    done = run("prove", "-", stdin=text)
    assert done.err == f"warning: {told}\n"
    assert "warning" not in done.out
    grid = solve(*read_constraints(HARBOUR + "at(annika) = 2"))
    assert grid.warnings == (told,)
    assert grid.as_json()["warnings"] == [told]
    assert f"warning: {told}" in str(grid)


def test_certificates_show_the_same_warnings() -> None:
    problem = read_choice(HARBOUR + QUESTION.format(name="annika"))
    made = CertifiedChoice.of(problem)
    assert made.choice.warnings == choose(problem).warnings
    bound = verify_choice(made.text, problem).choice
    assert bound is not None
    assert bound.warnings == choose(problem).warnings


def test_a_name_that_is_like_none_is_told_with_the_nearest() -> None:
    grid = solve(*read_constraints(HARBOUR + "at(zoe) = 2"))
    (told,) = grid.warnings
    assert told.startswith("zoe is not declared: it is taken for one of boat; the nearest name is ")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("sort s = {a, b}\nfun cargo: s -> s\ncargoo(a) = b", "cargo"),
        ("sort s = {a, b}\npred Leaves: s\nLeave(a)", "Leaves"),
        ("sort s = {a, b}\nconst first: s\nfisrt = a", "first"),
        ("sort s = {'new york', rome}\nconst c: s\nc != 'new yrok'", "'new york'"),
    ],
)
def test_other_declared_names_are_misspelt_as_well(text: str, meant: str) -> None:
    with pytest.raises(SignatureError) as caught:
        solve(*read_constraints(text))
    assert f"is {meant} meant?" in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "at(anna) = 2 & at(ann) = 1",  # nothing is declared
        "sort boat\nfun at: boat -> Int\nconst ann: boat\nat(anna) = 2",  # an open sort
        "sort s = {a, b}\nconst c: s\nc = a\nRed(a) | Rod(b)",  # of these none is declared
        "sort s = {a, b}\npred P: s\nQ(a)",  # short names are all alike
    ],
)
def test_where_nothing_is_declared_nothing_is_told(text: str) -> None:
    assert solve(*read_constraints(text)).warnings == ()


def test_names_are_slips_up_to_one_edit() -> None:
    assert all(is_slip(name, "heron") for name in ("herons", "hern", "heren", "hreon", "HERON"))
    assert not any(is_slip(name, "heron") for name in ("heron", "her", "heroine", "plover", ""))
    assert not is_slip("x", "y")


@pytest.mark.parametrize("kind", ["how many", "minimum", "maximum", "list"])
def test_a_sort_is_no_term(kind: str) -> None:
    with pytest.raises(ParseError) as caught:
        ask(f"{kind} boat", "3", "2")
    error = caught.value
    assert error.message == "boat is a sort, where a term is expected"
    assert "Count(x: boat, P(x))" in error.hint
    assert error.source == "line 7"
    assert error.span is not None
    assert error.text[slice(*error.span)] == "boat"


def test_the_plural_of_a_sort_is_none_either() -> None:
    with pytest.raises(SignatureError) as caught:
        choose(ask("how many boats", "3", "2"))
    assert caught.value.message == "boats is not declared, and the sort boat is no term"
    assert (caught.value.source, caught.value.text) == ("the question", "boats")


def test_premises_and_a_conclusion_are_told_as_well(run: Shell) -> None:
    done = run("prove", "-", "--formulas", "--json", stdin=f"{HARBOUR}? at(an) = 1")
    assert (done.code, done.json["verdict"]) == (1, None)
    assert done.json["errors"][0]["message"] == "an is not declared: is ann meant?"
    assert "line 6" in done.json["errors"][0]["source"]
    done = run("prove", "-", "--formulas", "--json", stdin=f"{HARBOUR}? at(annika) = 1")
    assert (done.code, done.json["verdict"]) == (0, "UNDETERMINED")
    told = "annika is not declared: it is taken for one of boat; is ann meant?"
    assert told in done.json["warnings"]


def test_a_sort_is_no_term_in_a_constraint() -> None:
    with pytest.raises(SignatureError, match="boat is a sort, where a term is expected"):
        solve(*read_constraints(HARBOUR + "at(boat) = 2"))
    text = "sort boat = {ann, bob}\nconst boat: boat\nboat = ann"
    assert solve(*read_constraints(text)).unique


@pytest.mark.parametrize("prover", [None, Tables(otherwise=None)])
def test_numerals_beside_numerals_leave_the_tables(prover: Any) -> None:
    text = "sort slot = {1 < 2 < 3}\nconst a: slot\n"
    grid = solve(*read_constraints(text + "1 != 3"), prover=prover)
    assert (grid.exists, grid.unique) == (True, False)
    grid = solve(*read_constraints(text + "1 != 3 & a > 2 & Distinct(1, 2, 3)"), prover=prover)
    assert grid.unique
    assert str(grid.structure) == "slot = {1, 2, 3}\na = 3"
    grid = solve(*read_constraints(text + "1 = 3"), prover=prover)
    assert (grid.exists, str(grid)) == (
        False,
        "no solution: the constraints contradict each other",
    )


def test_numerals_that_are_quantified_over_are_no_bare_ones() -> None:
    text = "sort slot = {1 < 2}\nconst a: slot\nall x: Entity. x = 1"
    found = solve(*read_constraints(text), prover=Tables(otherwise=None))
    assert "the sort Entity is open" in found.reason


def test_that_there_is_a_solution_is_said_though_it_is_too_large() -> None:
    members = ", ".join(f"m{i}" for i in range(150))
    declared, clues = read_constraints(f"sort s = {{{members}}}\nfun f: s, s -> s\nf(m1, m2) = m3")
    grid = solve(declared, clues)
    assert (grid.exists, grid.structure, grid.unique) == (True, None, None)
    assert str(grid) == "there is a solution, not shown here: it is too large to write down"
    assert grid.as_json()["exists"] is True
    html = mimebundle(grid)["text/html"]
    assert "No solution" not in html
    assert "too large to write down" in html


SUMS = "sort place = {1 < 2 < 3}\nsort boat = {ann, bob}\nfun at: boat -> place\npred Wet: place\n"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("at(ann) = 2 + 1", "at(ann) = 3"),
        ("at(ann) = 3 - 1 - 1", "at(ann) = 1"),
        ("at(ann) < 1 + 1", "at(ann) < 2"),
        ("at(ann) = 3 + 1", "false"),
        ("at(ann) = 3 + 1 - 1", "false"),
        ("at(ann) != 3 + 1", "true"),
        ("Wet(1 + 1)", "Wet(2)"),
        ("-Wet(3 + 1)", "true"),
        ("at(ann) + 1 = 1 + 1", "at(ann) = 1"),
        ("Count(b: boat, at(b) = 1 + 1) = 1 + 1", "Count(b: boat, at(b) = 2) = 2"),
        ("exists p: place. (p = 2 + 1 & Wet(p))", "Wet(3)"),
        ("2 + 1 = 3", "true"),
    ],
)
def test_a_sum_of_numerals_is_the_member_so_many_places_on(text: str, same: str) -> None:
    declared, _ = read_constraints(SUMS)
    signature, (one, other) = elaborate([parse(text), parse(same)], declared)
    for prover in (Tables(otherwise=None), Z3()):
        goals = (neurologic.Iff(one, other),)
        (outcome,) = prover.prove((), goals, signature=signature)
        assert isinstance(outcome, neurologic.Proved)


def test_the_next_member_need_not_be_the_next_number() -> None:
    declared, _ = read_constraints("sort even = {2 < 4 < 6}\nconst e: even")
    assert str(elaborate([parse("e = 2 + 1")], declared)[1][0]) == "e = 4"
    with pytest.raises(SignatureError, match="1 is not a member of the sort even"):
        elaborate([parse("e = 1 + 2")], declared)


@pytest.mark.parametrize(
    "question",
    [
        "same effect as except at(ann) = 1",
        "same effect except as at(ann) = 1",
        "Same Effect  EXCEPT  as at(ann) = 1",
        "same effect except at(ann) = 1",
    ],
)
def test_except_stands_before_or_after_as(question: str) -> None:
    problem = ask(question, "at(ann) < 2", "at(ann) = 2")
    assert (problem.kind, problem.exception) == ("same effect", True)
    assert choose(problem).label == "B"
    assert not ask("same effect as at(ann) = 1", "at(ann) < 2").exception


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: solve(None, ["P(a)"]), "expected a Signature"),  # type: ignore[arg-type]
        (lambda: solve(Signature(), "P(a)"), "a sequence of formulas"),
        (lambda: solve(Signature(), parse("P(a)")), "a sequence of formulas"),  # type: ignore[arg-type]
        (lambda: solve(Signature(), 5), "a sequence of formulas"),  # type: ignore[arg-type]
        (lambda: classes(["P(a)"], signature=3), "expected signature=Signature"),  # type: ignore[arg-type]
        (lambda: read_choice(5), "expected a text, got int"),  # type: ignore[arg-type]
        (lambda: read_choice(b"x"), "expected a text, got bytes"),  # type: ignore[arg-type]
        (lambda: read_constraints(None), "expected a text, got NoneType"),  # type: ignore[arg-type]
        (lambda: neurologic.read_problem(b"P"), "expected a text, got bytes"),  # type: ignore[arg-type]
        (lambda: verify_choice(5), "a certificate as text or bytes, got 5"),  # type: ignore[arg-type]
        (lambda: verify_choice(5, ask("list", "P(a)")), "a certificate"),  # type: ignore[arg-type]
    ],
)
def test_values_of_the_wrong_kind_are_told(call: Any, told: str) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert told in str(caught.value)


def test_certificates_of_options_are_known_whatever_the_order_of_keys(
    run: Shell, tmp_path: Path
) -> None:
    problem = ask("must be true", "at(ann) < 2", "at(ann) = 2")
    document = json.loads(CertifiedChoice.of(problem).text)
    turned = json.dumps(dict(reversed(document.items())), indent=2)
    assert is_choice_certificate(turned)
    found = verify_choice(turned, problem).choice
    assert found is not None
    assert found.label == "A"
    file = tmp_path / "options.json"
    file.write_text(turned, encoding="utf-8")
    assert "bound" in run("verify", str(file), "--json").json
    done = run("export", str(file), "--to", "tptp")
    assert done.code == 1
    assert "the certificates of the options of a question" in done.err
    assert "does not check" not in done.err
    assert done.out == ""


def test_a_certificate_that_speaks_of_the_format_is_not_of_that_format() -> None:
    sentence = json.dumps({"format": FORMAT})
    assert not is_choice_certificate(json.dumps({"premises": [{"text": sentence}]}))


@pytest.mark.parametrize("version", ["1.0", "true", '"1"', "1e0"])
def test_the_version_is_a_whole_number(version: str) -> None:
    with pytest.raises(Rejected, match="in version 1"):
        read_certificates(f'{{"format": "{FORMAT}", "version": {version}, "options": []}}')
