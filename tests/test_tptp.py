"""TPTP: what is written reads back with the same meaning, and what is read is TPTP."""

import contextlib
import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neurologic import (
    Atom,
    Constant,
    Countermodel,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Function,
    Implies,
    NeurologicError,
    Not,
    ParseError,
    Problem,
    Proved,
    Semantics,
    Signature,
    Variable,
    decide,
    equivalent,
    parse,
)
from neurologic.notation import to_tptp, tptp
from neurologic.notation.problems import Plain
from neurologic.parsing.tptp import read_tptp
from neurologic.provers.external import eprover
from neurologic.question import Question
from tests.problems import NUMBERS, SORTED, UNSORTED, Case, pelletier
from tests.strategies import formulas, sentences


def texts(plain: Plain) -> list[str]:
    """The text of each of the two questions."""
    return [tptp.written(dataclasses.replace(plain, goals=(goal,))) for goal in plain.goals]


def follows(problem: Problem) -> bool:
    decision = decide(problem.premises, problem.goal, signature=problem.signature)
    return isinstance(decision.goal, Proved)


@pytest.mark.solver
@pytest.mark.parametrize("case", [*UNSORTED, *SORTED, *NUMBERS])
def test_what_is_written_reads_back_with_the_same_verdict(case: Case) -> None:
    assert tuple(follows(read_tptp(text)) for text in texts(case.plain)) == case.follows


@pytest.mark.parametrize("case", [*UNSORTED, *SORTED, *NUMBERS])
def test_sorts_need_not_be_inferred_before(case: Case) -> None:
    asked = case.question
    axioms = asked.axioms(range(len(asked.premises)))
    goal = asked.goals[0]
    text = to_tptp(asked.premises, goal, signature=asked.signature, axioms=axioms)
    assert text == texts(case.plain)[0]


@pytest.mark.parametrize("case", UNSORTED)
def test_a_problem_with_one_sort_is_fof(case: Case) -> None:
    assert all(line.startswith("fof(") for line in texts(case.plain)[0].splitlines())


@pytest.mark.parametrize("case", [*SORTED[:13], *NUMBERS[:-1]])
def test_a_problem_with_sorts_or_numbers_is_tff(case: Case) -> None:
    text = texts(case.plain)[0]
    assert all(line.startswith("tff(") for line in text.splitlines())
    with pytest.raises(NeurologicError, match="fof has no sorts and no numbers"):
        tptp.written(dataclasses.replace(case.plain, goals=case.plain.goals[:1]), language="fof")


@pytest.mark.solver
@given(sentences())
def test_a_formula_reads_back_as_an_equivalent_one(formula: Formula) -> None:
    assert equivalent(read_tptp(to_tptp([], formula)).goal, formula)


@given(formulas())
def test_whatever_is_written_is_read(formula: Any) -> None:
    try:
        text = to_tptp([], formula)
    except NeurologicError:
        assume(False)
    again = rewritten(text)
    if "%" not in text:  # what an escape stands for is not looked at
        assert rewritten(again) == again


def rewritten(text: str) -> str:
    """The text of the problem that a text states; what numerals alone say has been decided."""
    problem = read_tptp(text)
    return to_tptp(problem.premises, problem.goal, signature=problem.signature)


@given(st.lists(st.text(max_size=4), min_size=2, unique=True))
def test_different_names_are_written_differently(names: list[str]) -> None:
    goal = Atom("goal", tuple(map(Constant, names)))
    text = to_tptp([], goal, signature=Signature())
    (again,) = (read_tptp(text).goal,)
    assert isinstance(again, Atom)
    assert len(set(again.args)) == len(names)


def test_one_name_for_several_things_becomes_several_names() -> None:
    p, x = Constant("p"), Variable("p")
    goal = ForAll(x, Implies(Atom("p", (x,)), Atom("p", (p, Function("p", (p,))))))
    assert to_tptp([Atom("p")], goal).splitlines() == [
        "fof(premise_1, axiom, 'p%p0').",
        "fof(goal, conjecture, ! [P] : ('p%p1'(P) => 'p%p2'('p%f0', 'p%f1'('p%f0')))).",
    ]


def test_variables_in_scope_of_each_other_have_different_names() -> None:
    outer, inner = Variable("x"), Variable("X")
    goal = ForAll(outer, Exists(inner, Exists(outer, Atom("R", (outer, inner)))))
    assert "! [X] : ? [X_1, X_2] : 'R'(X_2, X_1)" in to_tptp([], goal)


def test_sentences_and_a_status_stand_in_comments() -> None:
    text = to_tptp([Atom("p")], Atom("p"), texts=["It\nis: \x1b.", "So."], status="Theorem")
    assert text.splitlines() == [
        "% Status   : Theorem",
        "% It is: \\x1b.",
        "fof(premise_1, axiom, p).",
        "% So.",
        "fof(goal, conjecture, p).",
    ]


def test_deep_formulas_are_written_and_read() -> None:
    formula: Formula = Atom("p", (Variable("X"),))
    for _ in range(3_000):
        formula = ForAll(Variable("X"), Not(Implies(formula, Atom("q"))))
    text = to_tptp([], formula)
    assert text.count("=>") == 3_000
    assert to_tptp([], read_tptp(text).goal) == text


# Reading


def goal_of(formula: str, language: str = "fof") -> Formula:
    return read_tptp(f"{language}(g, conjecture, {formula}).").goal


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("p", "p"),
        ("~ p & q & ~~r", "-p & q & --r"),
        ("(p => q) <=> (q <= p)", "(p -> q) <-> (p -> q)"),
        ("(p ~| q) | (p ~& q)", "-(p | q) | -(p & q)"),
        ("p <~> $false", "p xor False"),
        ("a = b", "a = b"),
        ("~ a != 'a b'", "-(a != 'a b')"),
        ("$less($sum(1, a), 2.5) & $greatereq(1/2, a)", "1 + a < 2.5 & 0.5 >= a"),
        ("$distinct(a, b, c)", "Distinct(a, b, c)"),
        (r"'it\'s \\'", r"'it\'s \\'"),
    ],
)
def test_a_formula_is_read(text: str, formula: str) -> None:
    assert goal_of(text) == parse(formula)


def test_quantifiers_bind_the_unit_behind_them() -> None:
    x, y = Variable("X"), Variable("Y")
    found = goal_of("! [X, Y] : p(X, Y) => q")
    assert found == Implies(ForAll(x, ForAll(y, Atom("p", (x, y)))), Atom("q"))


def test_roles_types_comments_and_annotations_are_read() -> None:
    problem = read_tptp(
        "% a comment\ntff(t1, type, person: $tType).\ntff(t2, type, age: (person) > $int).".replace(
            "(person) >", "person >"
        )
        + "tff(t3, type, knows: (person * person) > $o). tff(t4, type, (ann: person))."
        "/* another ** one */ tff(a, hypothesis, ![P: person]: knows(P, ann), file('x.p', a), [b(c)])."
        "cnf(c, negated_conjecture, ~ knows(X, X))."
    )
    assert str(problem.signature) == (
        "sort person\nfun age: person -> Int\npred knows: person, person\nconst ann: person"
    )
    assert problem.goal == Falsum()
    assert [type(premise) for premise in problem.premises] == [ForAll, Not]
    assert follows(problem)


@pytest.mark.parametrize(
    ("text", "message", "shown"),
    [
        ("fof(a, axiom, p & q | r).", "'|' does not belong here", "|"),
        ("fof(a, axiom, p", "the end does not belong here", ""),
        ("include('axioms.ax').", "other files are not included", "include"),
        ("fof(a, axiom, X).", "a term where a formula belongs", "X"),
        ("fof(a, axiom, 3).", "a term where a formula belongs", "3"),
        ("fof(a, axiom, p($ite(a))).", "$ite is not read as a term", "$ite"),
        ("fof(a, axiom, $box(a)).", "$box is not read as a formula", "$box"),
        ("fof(a, plain, p).", "the role plain is not read", "plain"),
        ("fof(a, conjecture, p).\nfof(b, conjecture, q).", "a second conjecture", "conjecture"),
        ("tff(t, type, a: $real2).", "there is no type $real2", "$real2"),
        ("thf(a, axiom, p).", "does not belong here, expected fof, tff or cnf", "t"),
        (f"fof(a, axiom, p({'9' * 1001})).", "more than 1000 digits", "9" * 1001),
    ],
)
def test_what_is_not_read_is_located(text: str, message: str, shown: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_tptp(text, source="problem.p")
    assert message in str(caught.value)
    assert caught.value.span is not None
    assert text[slice(*caught.value.span)] == shown
    assert caught.value.source.startswith("line ")


@given(st.text(alphabet="fof(a,xiom).&|~=>![X]: p'%/*$1", max_size=60))
def test_no_other_error_leaves_the_reader(text: str) -> None:
    with contextlib.suppress(ParseError):
        read_tptp(text)


def test_each_error_is_of_its_own_text() -> None:
    for name in ("p", "q"):
        with pytest.raises(ParseError) as caught:
            read_tptp(f"fof(a, axiom, {name} &).")
        assert caught.value.text == f"fof(a, axiom, {name} &)."
    assert read_tptp("fof(a, axiom, p).").premises == (Atom("p"),)


# Against E


E = eprover(10.0)
with_e = pytest.mark.skipif(not E.command, reason="E is not installed")


@with_e
@given(formulas())
def test_e_reads_whatever_is_written(formula: Any) -> None:
    try:
        text = to_tptp([], formula)
    except NeurologicError:
        assume(False)
    if re.search(r"\$(int|rat|less|greater)", text):
        return  # E knows no arithmetic, and is not asked
    reading = dataclasses.replace(E, command=(E.command[0], "--syntax-only", "{file}"))
    assert reading._ask(text) == "Unknown"  # as opposed to a syntax error


@with_e
@pytest.mark.solver
@pytest.mark.slow
def test_e_agrees_on_pelletiers_problems(data: Path) -> None:
    """It leaves a few open within two seconds, and refutes none."""
    proved, refuted = 0, []
    for number, premises, goal in pelletier(data):
        asked = Question.of(premises, goal, Semantics(), Signature(), E, 1)
        (outcome,) = dataclasses.replace(E, seconds=2.0).prove(
            asked.premises, asked.goals[:1], signature=asked.signature
        )
        proved += isinstance(outcome, Proved)
        if isinstance(outcome, Countermodel):
            refuted.append(number)
    assert refuted == []
    assert proved >= 60
