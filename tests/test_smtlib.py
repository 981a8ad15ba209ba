"""SMT-LIB: Z3 reads the text of every problem and says what the problem says."""

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import z3
from hypothesis import assume, given

from neurologic import (
    Atom,
    Compare,
    Constant,
    ForAll,
    Formula,
    Function,
    Implies,
    NeurologicError,
    Not,
    Numeral,
    Variable,
    decide,
)
from neurologic.notation import smtlib, to_smtlib
from neurologic.provers import Countermodel, Proved
from tests.problems import NUMBERS, SORTED, UNSORTED, Case, pelletier
from tests.strategies import formulas, sentences


def answers(text: str, units: int = 5_000_000) -> tuple[str, ...]:
    """What Z3 says to each `check-sat` of a text."""
    common, *questions = text.split("(push 1)\n")
    said = []
    for question in questions:
        context = z3.Context()
        solver = z3.SimpleSolver(ctx=context)
        solver.set("rlimit", units)
        commands = re.sub(r"^\((check-sat|pop).*\n", "", question, flags=re.MULTILINE)
        solver.add(z3.parse_smt2_string(common + commands, ctx=context))
        said.append(str(solver.check()))
    return tuple(said)


@pytest.mark.solver
@pytest.mark.parametrize("case", [*UNSORTED, *SORTED, *NUMBERS])
def test_z3_reads_the_text_and_says_what_the_problem_says(case: Case) -> None:
    found = answers(smtlib.written(case.plain))
    assert found == tuple("unsat" if follows else "sat" for follows in case.follows)


@pytest.mark.parametrize("case", [*UNSORTED, *SORTED, *NUMBERS])
def test_sorts_need_not_be_inferred_before(case: Case) -> None:
    asked = case.question
    axioms = asked.axioms(range(len(asked.premises)))
    goal, negation = asked.goals
    text = to_smtlib(
        asked.premises, goal, negation=negation, signature=asked.signature, axioms=axioms
    )
    assert text == smtlib.written(case.plain)


@pytest.mark.solver
@given(sentences(), sentences())
def test_the_text_of_a_random_problem_has_its_verdict(premise: Formula, goal: Formula) -> None:
    said = answers(to_smtlib([premise], goal))
    decision = decide([premise], goal)
    for word, outcome in zip(said, (decision.goal, decision.negation), strict=True):
        if word != "unknown" and isinstance(outcome, (Proved, Countermodel)):
            assert (word == "unsat") == isinstance(outcome, Proved)


@pytest.mark.solver
@given(formulas())
def test_z3_reads_whatever_is_written(formula: Any) -> None:
    try:
        text = to_smtlib([], formula)
    except NeurologicError:
        assume(False)
    assert len(answers(text, 1)) == 2


@pytest.mark.solver
@pytest.mark.parametrize("name", sorted(smtlib._RESERVED))
def test_a_word_of_the_language_is_a_name_like_any_other(name: str) -> None:
    x = Constant(name)
    premises: list[Formula] = [
        Atom(name, (x,)),
        ForAll(Variable(name), Implies(Atom(name, (Variable(name),)), Atom("Q"))),
    ]
    assert answers(to_smtlib(premises, Atom("Q"))) == ("unsat", "sat")


def test_names_that_would_be_written_alike_stay_apart() -> None:
    names = ["and", "and%", "a|b", "a%7Cb", "", "%", "p", "p%p1", "_", "a.b"]
    text = to_smtlib([Atom(name) for name in names], Atom("Q"))
    declared = re.findall(r"^\(declare-fun (.*) \(\) Bool\)$", text, re.MULTILINE)
    assert len({name.strip("|") for name in declared}) == len(names) + 1


def test_a_variable_never_hides_a_constant() -> None:
    x = Variable("x")
    formula = ForAll(x, Implies(Atom("P", (x,)), Atom("P", (Constant("x"),))))
    assert answers(
        to_smtlib([formula, Atom("P", (Constant("a"),))], Atom("P", (Constant("x"),)))
    ) == (
        "unsat",
        "sat",
    )


def test_sentences_are_shown_as_comments_that_nothing_leaves() -> None:
    text = to_smtlib([Atom("P")], Atom("P"), texts=["It\n(assert false)\x00", "So it is."])
    assert "; It (assert false)\\x00\n(assert P)\n; So it is.\n(push 1)\n" in text


def test_a_deep_formula_is_written() -> None:
    formula: Formula = Atom("P", (Variable("x"),))
    for _ in range(10_000):
        formula = ForAll(Variable("x"), Not(Implies(formula, Atom("q"))))
    assert to_smtlib([], formula).count("forall") == 20_000


def test_a_number_that_is_too_long_is_refused() -> None:
    size = Function("size", (Constant("a"),))
    with pytest.raises(NeurologicError, match="more than 1000 digits"):
        to_smtlib([], Compare("<", size, Numeral(Fraction(10**2000))))


def test_a_free_variable_that_was_not_closed_is_refused() -> None:
    from neurologic.notation.problems import Plain
    from neurologic.signature import elaborate

    x = Variable("x")
    signature, _ = elaborate([Atom("P", (x,))])
    plain = Plain.of([Atom("P", (x,))], [Atom("P", (x,))] * 2, signature)
    with pytest.raises(NeurologicError, match="the variable x is free"):
        smtlib.written(plain)


@pytest.mark.solver
@pytest.mark.slow
def test_pelletiers_problems_are_theorems_in_smtlib_too(data: Path) -> None:
    wrong = []
    for number, premises, goal in pelletier(data):
        said = answers(to_smtlib(premises, goal), 200_000)[0]
        if said == "sat":
            wrong.append(number)
    assert wrong == []
