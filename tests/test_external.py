"""Programs as provers: the status that is printed counts, and nothing that a program does harms."""

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from neurologic import Countermodel, Proved, Unknown, decide
from neurologic.entailment import Verdict
from neurologic.provers import Outcome
from neurologic.provers.agreement import Agreement
from neurologic.provers.external import External, eprover, vampire
from neurologic.provers.z3 import Z3
from tests.problems import NUMBERS, SORTED, UNSORTED, Case

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX's")


def ask(prover: External, case: Case = UNSORTED[0]) -> tuple[Outcome, ...]:
    asked = case.question
    every = (*asked.axioms(range(len(asked.premises))), *asked.premises)
    return prover.prove(every, asked.goals, signature=asked.signature)


class Fake:
    """Makes provers out of a few lines of Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, body: str, seconds: float = 20.0) -> External:
        path = self.folder / "fake-prover"
        path.write_text(f"#!{sys.executable}\nimport os, sys, time\n{body}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return External("Fake", (str(path), "{file}", "{seconds}"), seconds)


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path)


def test_a_theorem_is_proved(fake: Fake) -> None:
    outcomes = ask(fake("print('% SZS status Theorem for problem')"))
    assert outcomes == (Proved(), Proved())


def test_a_counter_satisfiable_goal_has_a_countermodel(fake: Fake) -> None:
    outcomes = ask(fake("print('# SZS status CounterSatisfiable')"))
    assert outcomes == (Countermodel(), Countermodel())


def test_the_status_is_found_among_other_lines_and_without_a_last_line_end(fake: Fake) -> None:
    body = "print('% starting\\n\\n%  x' * 9)\nsys.stdout.write('\\n% SZS status Theorem')"
    assert ask(fake(body))[0] == Proved()


def test_a_countermodel_of_a_prover_that_is_not_believed_is_none(fake: Fake) -> None:
    prover = fake("print('% SZS status Satisfiable')")
    (outcome, _) = ask(External("Fake", prover.command, models=False))
    assert outcome == Unknown("Fake: Satisfiable")


@pytest.mark.parametrize(
    ("status", "szs"),
    [("Timeout", "Timeout"), ("ResourceOut", "ResourceOut"), ("MemoryOut", "ResourceOut"),
     ("GaveUp", "GaveUp"), ("SyntaxError", "GaveUp")],
)  # fmt: skip
def test_every_other_status_leaves_the_question_open(fake: Fake, status: str, szs: str) -> None:
    assert ask(fake(f"print('% SZS status {status}')"))[0] == Unknown(f"Fake: {status}", szs=szs)


def test_the_exit_code_is_no_answer(fake: Fake) -> None:
    (outcome, _) = ask(fake("sys.exit(0)"))
    assert outcome == Unknown("Fake ended with exit code 0 and named no status")
    assert ask(fake("print('% SZS status Theorem', flush=True)\nsys.exit(7)"))[0] == Proved()


def test_garbage_is_no_answer_and_is_shown(fake: Fake) -> None:
    (outcome, _) = ask(fake("sys.stdout.buffer.write(bytes([0, 255, 10, 27]) + b'Theorem')"))
    assert isinstance(outcome, Unknown)
    assert "named no status; it said:" in outcome.reason
    assert "Theorem" in outcome.reason
    assert "\x1b" not in outcome.reason


def test_a_status_within_a_line_is_no_status(fake: Fake) -> None:
    (outcome, _) = ask(fake("print('axiom: % SZS status Theorem')"))
    assert isinstance(outcome, Unknown)


def test_a_program_that_hangs_is_ended_with_all_its_children(fake: Fake, tmp_path: Path) -> None:
    child = tmp_path / "child"
    body = (
        f"import subprocess\n"
        f"p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(child)!r}, 'w').write(str(p.pid))\ntime.sleep(600)"
    )
    start = time.monotonic()
    prover = External("Fake", fake(body).command, 2.0)
    asked = UNSORTED[0].question
    (outcome,) = prover.prove(asked.premises, asked.goals[:1], signature=asked.signature)
    assert outcome == Unknown("Fake took more than 2 s", szs="Timeout")
    assert time.monotonic() - start < 60
    pid = int(child.read_text(encoding="utf-8"))
    for _ in range(100):  # init may need a moment to collect it
        if not _runs(pid):
            break
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"


def test_a_program_that_closes_its_output_and_hangs_is_ended(fake: Fake) -> None:
    (outcome, _) = ask(fake("os.close(1)\nos.close(2)\ntime.sleep(600)", seconds=1.0))
    assert outcome == Unknown("Fake took more than 1 s", szs="Timeout")


def test_a_program_that_prints_without_end_is_ended(fake: Fake) -> None:
    (outcome, _) = ask(fake("while True: sys.stdout.write('a line\\n' * 10000)"))
    assert isinstance(outcome, Unknown)
    assert outcome.reason == "Fake printed 16000000 bytes and no status"
    (outcome, _) = ask(fake("while True: sys.stdout.write('no line end' * 10000)"))
    assert isinstance(outcome, Unknown)


def test_a_program_that_crashes_leaves_the_question_open(fake: Fake) -> None:
    (outcome, _) = ask(fake("os.abort()"))
    assert outcome == Unknown("Fake was ended by signal 6 and named no status")


def test_a_program_that_is_not_there_leaves_the_question_open() -> None:
    (outcome, _) = ask(External("Ghost", ("/nowhere/ghost", "{file}")))
    assert outcome == Unknown("Ghost cannot be run: No such file or directory")
    (outcome, _) = ask(External("Ghost", missing="ask a medium"))
    assert outcome == Unknown("Ghost is not installed: ask a medium")


def test_the_program_gets_the_problem_in_a_file_of_its_own(fake: Fake, tmp_path: Path) -> None:
    copy = tmp_path / "copy.p"
    ask(fake(f"open({str(copy)!r}, 'w').write(open(sys.argv[1]).read() + sys.argv[2])"))
    text = copy.read_text(encoding="utf-8")
    assert text.startswith("fof(premise_1, axiom, ! [X] : ('Man'(X) => 'Mortal'(X))).\n")
    assert text.endswith("fof(goal, conjecture, ~ 'Mortal'(socrates)).\n20")


def test_a_program_without_arithmetic_is_not_asked_about_numbers(fake: Fake) -> None:
    (outcome, _) = ask(fake("print('% SZS status Theorem')"), NUMBERS[0])
    assert outcome == Unknown("Fake does not calculate with numbers")


def test_a_question_that_tptp_cannot_ask_stays_open(fake: Fake) -> None:
    (outcome, _) = ask(
        fake("print('% SZS status Theorem')"), Case("Count(x, P(x)) >= 99\n? Q", (False, False))
    )
    assert isinstance(outcome, Unknown)
    assert "24 is the most" in outcome.reason


def test_a_third_opinion_that_disagrees_is_heard(fake: Fake) -> None:
    from neurologic import ProverError

    with pytest.raises(ProverError, match="two provers disagree"):
        decide(["P"], "Q", prover=Agreement(Z3(), fake("print('% SZS status Theorem')")))


E = eprover(10.0)
with_e = pytest.mark.skipif(not E.command, reason="E is not installed")


@with_e
@pytest.mark.solver
@pytest.mark.parametrize("case", [*UNSORTED, *SORTED])
def test_e_says_what_the_problem_says_or_nothing(case: Case) -> None:
    if any(word in case.text for word in ("Count(x: colour", "Count(d")):
        pytest.skip("counting over enumerations is arithmetic")
    for outcome, follows in zip(ask(eprover(1.0), case), case.follows, strict=True):
        if follows:
            assert outcome == Proved()
        else:
            assert not isinstance(outcome, Proved)


@with_e
@pytest.mark.solver
def test_a_verdict_by_e_is_a_verdict() -> None:
    decision = decide(["all x. (Man(x) -> Mortal(x))", "Man(ann)"], "Mortal(ann)", prover=E)
    assert decision.verdict is Verdict.ENTAILED
    assert decision.consistency == "consistent"


def test_vampire_is_asked_where_it_is() -> None:
    prover = vampire()
    outcomes = ask(prover)
    if prover.command:
        assert outcomes[0] == Proved()
    else:
        assert isinstance(outcomes[0], Unknown)
        assert "put vampire into PATH" in outcomes[0].reason
