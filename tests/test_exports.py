"""A certificate in other forms: each is checked by a program that knows nothing of ours."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given

from neurologic import Formula, NeurologicError, certify
from neurologic.certification import Certificate
from neurologic.exports import FORMS, SIDES, Form, Side, export
from neurologic.parsing import parse, read_problem
from neurologic.parsing.tptp import read_tptp
from tests.problems import NUMBERS, SORTED, UNSORTED, Case, pelletier
from tests.strategies import sentences
from tests.test_cli import Shell
from tests.test_smtlib import answers
from tests.test_tptp import follows

MEN = ["all x. (Man(x) -> Mortal(x))", "Man(socrates)"]
CASES = ["A | B", "A -> C", "B -> C"]


def certified(premises: Any, goal: Any, **options: Any) -> Certificate:
    made = certify(premises, goal, **options)
    assert isinstance(made, Certificate), made
    return made


def of(case: Case) -> Certificate:
    problem = read_problem(case.text)
    made = certify(
        problem.premises, problem.conclusion, semantics=case.semantics, signature=problem.signature
    )
    if not isinstance(made, Certificate):
        pytest.skip(f"not certified: {made.reason}")
    return made


CERTIFIED = (*UNSORTED, *SORTED, *NUMBERS)


# DIMACS and DRUP, by a checker of forty lines


def clauses(text: str) -> list[list[int]]:
    lines = (line for line in text.splitlines() if line and line[0] not in "cp")
    return [[int(word) for word in line.split()[:-1]] for line in lines]


def refutes(dimacs: str, drup: str) -> bool:
    """Whether each clause follows by unit propagation from those before, the last one empty."""
    known = clauses(dimacs)
    for clause in clauses(drup):
        if not contradicts([*known, *([-literal] for literal in clause)]):
            return False
        if not clause:
            return True
        known.append(clause)
    return False


def contradicts(known: list[list[int]]) -> bool:
    true: set[int] = set()
    changed = True
    while changed:
        changed = False
        for clause in known:
            if any(literal in true for literal in clause):
                continue
            left = [literal for literal in clause if -literal not in true]
            if not left:
                return True
            if len(left) == 1:
                true.add(left[0])
                changed = True
    return False


def header(dimacs: str) -> tuple[int, int]:
    (found,) = re.findall(r"^p cnf (\d+) (\d+)$", dimacs, re.MULTILINE)
    return int(found[0]), int(found[1])


def check(made: Certificate) -> int:
    """How many proofs there are; each is refuted again by its clauses."""
    for side in made.proofs:
        assert side in SIDES
        dimacs, drup = export(made, "dimacs", side), export(made, "drup", side)
        assert refutes(dimacs, drup)
        variables, number = header(dimacs)
        given = clauses(dimacs)
        assert len(given) == number
        assert {abs(n) for c in (*given, *clauses(drup)) for n in c} <= set(range(1, variables + 1))
    return len(made.proofs)


def test_the_checker_of_these_tests_can_refuse() -> None:
    dimacs = export(certified(CASES, "C"), "dimacs")
    assert not refutes(dimacs, "1 0\n")
    assert not refutes(dimacs, "0\n") or contradicts(clauses(dimacs))
    without = "\n".join(line for line in dimacs.splitlines() if line != clause_line(dimacs))
    drup = export(certified(CASES, "C"), "drup")
    assert refutes(dimacs, drup)
    assert not refutes(without, drup)


def clause_line(dimacs: str) -> str:
    """The first clause of one literal: a premise, or the denied goal."""
    return next(line for line in dimacs.splitlines() if re.fullmatch(r"-?\d+ 0", line))


@pytest.mark.parametrize("case", CERTIFIED)
def test_the_clauses_of_a_proof_are_refuted_by_its_steps(case: Case) -> None:
    check(of(case))


@given(sentences(), sentences())
def test_random_proofs_are_refuted_by_their_steps(premise: Formula, goal: Formula) -> None:
    made = certify([premise], goal, budget=20_000)
    assume(isinstance(made, Certificate))
    assert isinstance(made, Certificate)
    check(made)


def test_another_checker_agrees() -> None:
    dratify = pytest.importorskip("dratify")
    number = 0
    for case in CERTIFIED:
        problem = read_problem(case.text)
        made = certify(
            problem.premises,
            problem.conclusion,
            semantics=case.semantics,
            signature=problem.signature,
        )
        for side in made.proofs if isinstance(made, Certificate) else ():
            number += 1
            assert accepted(dratify, made, side)
    assert number > 20


def accepted(dratify: Any, made: Any, side: Any) -> bool:
    formula = dratify.parse_dimacs(export(made, "dimacs", side))
    return bool(dratify.check_proof(formula, export(made, "drup", side), engine="python").ok)


def test_sentences_are_named_in_comments() -> None:
    dimacs = export(certified(MEN, "Mortal(socrates)"), "dimacs")
    assert "c 1 (all (x Entity) (implies (Man x) (Mortal x)))\n" in dimacs
    assert "(Mortal socrates)\n" in dimacs
    assert dimacs.isascii()


@pytest.mark.slow
def test_the_proofs_of_pelletiers_problems_are_refuted_by_their_steps(data: Path) -> None:
    number = 0
    for _, premises, goal in pelletier(data):
        made = certify(premises, goal, budget=100_000)
        if isinstance(made, Certificate):
            number += check(made)
    assert number >= 50


# Problems


@pytest.mark.solver
@pytest.mark.parametrize("case", CERTIFIED)
def test_the_problem_for_provers_is_the_problem(case: Case) -> None:
    made = of(case)
    assert answers(export(made, "smtlib")) == tuple("unsat" if f else "sat" for f in case.follows)
    sides: tuple[Side, ...] = ("goal", "negation")
    for side, expected in zip(sides, case.follows, strict=True):
        assert follows(read_tptp(export(made, "tptp", side))) == expected


@pytest.mark.parametrize(
    ("premises", "goal", "side", "status"),
    [
        (MEN, "Mortal(socrates)", "goal", "Theorem"),
        (MEN, "Mortal(socrates)", "negation", "CounterSatisfiable"),
        (["P"], "Q", "goal", "CounterSatisfiable"),
        (["P", "-P"], "Q", None, "ContradictoryAxioms"),
    ],
)
def test_the_status_is_what_is_certified(
    premises: list[str], goal: str, side: Any, status: str
) -> None:
    assert export(certified(premises, goal), "tptp", side).startswith(f"% Status   : {status}\n")


def test_sentences_stand_beside_formulas() -> None:
    made = certified(MEN, "Mortal(socrates)", texts=["All men.", "He is.", "He too."])
    assert "% All men.\nfof(premise_1" in export(made, "tptp")
    assert "; He is.\n(assert (Man socrates))" in export(made, "smtlib")
    assert r"2 & \mathit{Man}(\mathit{socrates}) \\" in export(made, "latex")


# Proofs for readers


def test_a_proof_by_cases_is_drawn_with_its_suppositions() -> None:
    made = certified(
        ["A | B", "A -> C", "A -> -C", "B -> D | E", "D -> F", "E -> F"], "F & (A | B)"
    )
    lines = export(made, "fitch").splitlines()
    assert lines[0].split("│")[1].split("  ")[0].strip() == "A ∨ B"
    assert any("assumption" in line and "│ │" in line for line in lines)
    assert lines[-1].split("│")[1].strip().startswith("F ∧ (A ∨ B)")


def test_a_direct_proof_supposes_nothing() -> None:
    text = export(certified(MEN, "Mortal(socrates)"), "fitch")
    assert text.splitlines()[-1].split() == [*"3 │ Mortal(socrates) 1, 2; x := socrates".split()]
    assert "assumption" not in text


def test_contradictory_premises_end_in_falsity() -> None:
    assert export(certified(["P(a)", "-P(a)"], "Q"), "fitch").splitlines()[-1].split() == [
        "3", "│", "⊥", "1,", "2",
    ]  # fmt: skip


@pytest.mark.parametrize("case", CERTIFIED)
def test_each_line_rests_on_lines_before_it_that_can_be_seen(case: Case) -> None:
    made = of(case)
    for side in made.proofs:
        rows = re.findall(r"^ *(\d+) ((?:│ )+)(.*)$", export(made, "fitch", side), re.MULTILINE)  # type: ignore[arg-type]
        assert [int(number) for number, _, _ in rows] == list(range(1, len(rows) + 1))
        assert len(rows[-1][1]) == 2
        open_since: list[int] = []
        begun = {}
        for number, bars, _ in rows:
            depth = len(bars) // 2
            open_since = open_since[: depth - 1] + [int(number)] * (depth - 1 - len(open_since))
            begun[int(number)] = tuple(open_since)
        for number, _, said in rows:
            reasons = re.sub(r"\d+–\d+", "", said.rsplit("  ", 1)[-1])  # a subproof as a whole
            if "assumption" in reasons or "premise" in reasons or "semantics" in reasons:
                continue
            for cited in re.findall(r"(?<![\w.])\d+(?=[,;]|$)", reasons.split("; ")[0]):
                assert int(cited) < int(number)
                seen = begun[int(cited)]
                assert begun[int(number)][: len(seen)] == seen


# Misuse, and the command line


def test_a_form_or_a_side_that_is_not_there_is_an_error() -> None:
    made = certified(["P"], "Q")
    with pytest.raises(NeurologicError, match="there is no form 'pdf'"):
        export(made, "pdf")  # type: ignore[arg-type]
    with pytest.raises(NeurologicError, match="there is no side 'left'"):
        export(made, "fitch", "left")  # type: ignore[arg-type]
    proofs: tuple[Form, ...] = ("dimacs", "drup", "fitch")
    for form in proofs:
        with pytest.raises(NeurologicError, match="has no proof of its goal"):
            export(made, form)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capfd)


@pytest.mark.parametrize("form", FORMS)
def test_the_command_line_prints_each_form(run: Shell, tmp_path: Path, form: Any) -> None:
    made = certified(MEN, "Mortal(socrates)")
    path = tmp_path / "made.json"
    path.write_text(made.text, encoding="utf-8")
    done = run("export", str(path), "--to", form)
    assert (done.code, done.out, done.err) == (0, export(made, form), "")
    assert run("export", "-", "--to", form, stdin=made.text).out == done.out


def test_a_certificate_that_does_not_check_is_not_exported(run: Shell) -> None:
    document = json.loads(certified(MEN, "Mortal(socrates)").text)
    document["verdict"] = "REFUTED"
    done = run("export", "-", "--to", "tptp", stdin=json.dumps(document))
    assert done.code == 1
    assert done.out.startswith("rejected: ")
    done = run("export", "-", "--to", "drup", stdin=certified(["P"], "Q").text)
    assert done.code == 1
    assert "has no proof of its goal" in done.err


def test_names_that_look_like_commands_stay_names() -> None:
    made = certified([parse("'\\\\input{x}'(a)")], parse("'\\\\input{x}'(a)"))
    assert "\\input" not in export(made, "latex")
    assert read_tptp(export(made, "tptp")).goal == parse("'\\\\input{x}'(a)")
