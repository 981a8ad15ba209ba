"""The answer to a multiple-choice question is certified option by option, and bound to the question."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from neurologic import EngineDisagreement, Rejected, choose, read_choice
from neurologic.bound_choice import verify_choice
from neurologic.certification import CertifiedChoice, certify_options
from neurologic.choice import Choice, Judged
from neurologic.cli_choice import write_choice
from tests.test_cli import Shell

PUZZLES = Path(__file__).parent.parent / "examples" / "puzzles"
GAME = """
sort child = {fay, gus, hal}
sort locker = {1 < 2 < 3}
fun at: child -> locker
Distinct(c: child, at(c))
at(fay) < at(gus)
"""
QUESTIONS = [
    "must be true, if at(hal) = 3\n(A) at(fay) = 1\n(B) at(gus) = 1",
    "could be true except\n(A) at(fay) = 1\n(B) at(gus) = 1\n(C) at(hal) = 2",
    "cannot be true\n(A) at(fay) = 3\n(B) at(fay) = 2",
    "could be false\n(A) at(fay) != 3\n(B) at(hal) = 1",
    "list at(fay)\n(A) 1; 2\n(B) 1\n(C) 1; 2; 3",
    "minimum at(gus)\n(A) 1\n(B) 2\n(C) 3",
    "maximum at(hal) + 1\n(A) 2\n(B) 3",
    "how many Count(c: child, at(c) > 1)\n(A) 2\n(B) 3",
    "same effect as at(fay) < at(gus)\n(A) at(gus) > at(fay)\n(B) at(fay) = 1",
    "must be true, if at(fay) = 3\n(A) at(fay) = 1\n(B) at(gus) = 1",
    "same effect as at(fay) < at(gus), if at(fay) = 3\n(A) at(gus) > at(fay)\n(B) at(fay) = 1",
]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capfd)


def edited(text: str, change: Any) -> str:
    document = json.loads(text)
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_certificates_of_a_question_show_its_answer(question: str) -> None:
    problem = read_choice(f"{GAME}? {question}")
    made, said = CertifiedChoice.of(problem), choose(problem)
    found = verify_choice(made.text, problem)
    assert found.bound is True
    assert found.choice is not None
    for shown in (made.choice, found.choice):
        assert (shown.status, shown.label) == (said.status, said.label)
        assert [o.holds for o in shown.options] == [o.holds for o in said.options]
        assert [o.why for o in shown.options] == [o.why for o in said.options]


def test_certificates_that_leave_the_answer_open_are_not_taken_for_it(
    run: Shell, tmp_path: Path
) -> None:
    puzzle, made = str(PUZZLES / "regatta.txt"), tmp_path / "made.json"
    run("prove", puzzle, "--certificate", str(made))
    whole = json.loads(made.read_text(encoding="utf-8"))
    whole["options"][1]["certificates"][0] = None
    made.write_text(json.dumps(whole), encoding="utf-8")
    done = run("verify", str(made), "--problem", puzzle, "--json")
    assert (done.json["accepted"], done.json["bound"]) == (True, True)
    assert done.json["answer"]["choice"] is None
    assert done.code == 3


@pytest.mark.parametrize("file", sorted(p.name for p in PUZZLES.glob("*.txt")))
def test_each_puzzle_is_certified_and_verified(run: Shell, tmp_path: Path, file: str) -> None:
    puzzle, made = str(PUZZLES / file), str(tmp_path / "made.json")
    done = run("prove", puzzle, "--certificate", made)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1].endswith(f"verify {made} --problem {puzzle}")
    checked = run("verify", made, "--problem", puzzle)
    assert (checked.code, checked.err) == (0, "")
    told = run("verify", made, "--problem", puzzle, "--json").json
    assert (told["accepted"], told["bound"], told["differences"]) == (True, True, [])
    assert told["answer"]["choice"] == done.out.splitlines()[0]
    assert run("verify", made).code == 3


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at(fay) < at(gus)", "at(fay) <= at(gus)"),
        ("(B) at(gus) = 1", "(B) at(gus) = 2"),
        ("if at(hal) = 3", "if at(hal) = 1"),
        ("(B)", "(C)"),
        ("{1 < 2 < 3}", "{1 < 2 < 3 < 4}"),
        ("must be true", "list"),
    ],
)
def test_certificates_are_not_those_of_another_question(old: str, new: str) -> None:
    question = f"{GAME}? {QUESTIONS[0]}"
    text = CertifiedChoice.of(read_choice(question)).text
    found = verify_choice(text, read_choice(question.replace(old, new)))
    assert found.bound is False
    assert found.choice is None
    assert found.differences


def test_certificates_of_two_options_are_not_exchanged() -> None:
    problem = read_choice(f"{GAME}? {QUESTIONS[0]}")
    text = CertifiedChoice.of(problem).text

    def exchange(document: Any) -> None:
        one, other = document["options"]
        one["certificates"], other["certificates"] = other["certificates"], one["certificates"]

    found = verify_choice(edited(text, exchange), problem)
    assert [d.place for d in found.differences][:1] == ["option A, certificate 1: the conclusion"]
    assert found.bound is False


def test_an_option_without_certificate_is_not_decided_by_the_others() -> None:
    problem = read_choice(f"{GAME}? {QUESTIONS[0]}")

    def leave_out(document: Any) -> None:
        document["options"][1]["certificates"] = [None]

    found = verify_choice(edited(CertifiedChoice.of(problem).text, leave_out), problem)
    assert found.choice is not None
    assert (found.bound, found.choice.status, found.choice.label) == (True, "unknown", None)


def test_the_kernel_refuses_a_changed_certificate_of_an_option() -> None:
    problem = read_choice(f"{GAME}? {QUESTIONS[0]}")

    def change(document: Any) -> None:
        row = document["options"][1]
        row["certificates"] = [row["certificates"][0].replace("REFUTED", "ENTAILED")]

    with pytest.raises(Rejected, match="shows REFUTED") as caught:
        verify_choice(edited(CertifiedChoice.of(problem).text, change), problem)
    assert caught.value.place.startswith("option B, certificate 1")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"format": "neurologic choice certificate", "version": 2, "options": []}',
        '{"format": "neurologic choice certificate", "version": true, "options": []}',
        '{"format": "neurologic choice certificate", "version": 1, "options": {}}',
        '{"format": "neurologic choice certificate", "version": 1, "options": []}',
        '{"format": "neurologic choice certificate", "version": 1, "options": [1]}',
        '{"format": "neurologic choice certificate", "version": 1, "options": [], "options": []}',
        '{"format": "neurologic choice certificate", "version": 1, "options": '
        '[{"label": "A", "certificates": [{}]}]}',
        '{"format": "neurologic choice certificate", "version": 1, "options": '
        '[{"label": 1, "certificates": []}]}',
        b"\xff",
    ],
)
def test_what_is_no_choice_certificate_is_rejected(text: str | bytes) -> None:
    with pytest.raises(Rejected):
        verify_choice(text)


def test_nothing_is_written_that_does_not_show_the_answer(run: Shell, tmp_path: Path) -> None:
    file, made = tmp_path / "ages.txt", tmp_path / "made.json"
    file.write_text(
        "fun age: Entity -> Int\nage(ann) < age(bob)\nage(bob) < age(cy)\n"
        "? must be true\n(A) age(ann) < age(cy)\n(B) age(cy) < age(bob)\n",
        encoding="utf-8",
    )
    done = run("prove", str(file), "--certificate", str(made))
    assert done.out.startswith("A\n")
    assert done.code == 4
    assert "no certificate was written" in done.err
    assert not made.exists()
    said = run("prove", str(file), "--certificate", str(made), "--json").json["certificate"]
    assert said["file"] is None
    assert said["reason"].startswith("the certificates do not show the answer")


def test_an_answer_that_certificates_deny_is_no_answer(tmp_path: Path) -> None:
    problem = read_choice(f"{GAME}? {QUESTIONS[0]}")
    wrong = Choice("one", "B", (Judged("A", False, "no"), Judged("B", True, "yes")))
    with pytest.raises(EngineDisagreement, match="option A"):
        write_choice(problem, wrong, str(tmp_path / "made.json"))


def test_a_choice_certificate_is_verified_with_a_question_alone(run: Shell, tmp_path: Path) -> None:
    made = str(tmp_path / "made.json")
    puzzle = str(PUZZLES / "lockers.txt")
    run("prove", puzzle, "--certificate", made)
    done = run("verify", made, "--problem", str(PUZZLES.parent / "socrates.txt"))
    assert done.code == 1
    assert "where a multiple-choice question is expected" in done.err
    with pytest.raises(typer.BadParameter):
        run("verify", made, "--problem", puzzle, "--negation", "explicit")
    done = run("verify", made, "--problem", str(PUZZLES / "crates.txt"))
    assert done.code == 1
    assert done.out.startswith("rejected: the certificates are about another question")


def test_no_prover_is_loaded_to_verify(run: Shell, tmp_path: Path) -> None:
    made, puzzle = str(tmp_path / "made.json"), str(PUZZLES / "lockers.txt")
    run("prove", puzzle, "--certificate", made)
    script = (
        "import sys\nfrom neurologic.cli import app\n"
        f"app(['verify', {made!r}, '--problem', {puzzle!r}], standalone_mode=False)\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'z3', 'pysat', 'networkx'}))"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_verdicts_are_those_of_each_option(run: Shell) -> None:
    problem = read_choice((PUZZLES / "workshop.txt").read_text(encoding="utf-8"))
    made = dict(CertifiedChoice.of(problem).made)
    for label, certificates in certify_options(problem).items():
        assert [one.verdict for one in made[label]] == [one.verdict for one in certificates]
