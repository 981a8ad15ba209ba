"""Certificates on the command line: written whole or not at all, checked without any prover, bound."""

import html
import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from neurologic import Semantics, certify
from neurologic.bound import verify
from neurologic.certification import Certificate
from neurologic.certification.building import fault
from neurologic.certification.page import reason_of
from neurologic.errors import EngineDisagreement, NeurologicError, Rejected
from neurologic.parsing import read_problem
from neurologic.reasoning import Answer
from neurologic.translation import Formulas
from tests.problems import SORTED, UNSORTED, Case
from tests.test_cli import Ran, Shell

EXAMPLES = Path(__file__).parent.parent / "examples"
SOCRATES = str(EXAMPLES / "socrates.txt")
MEN = "all x. (Man(x) -> Mortal(x))\nMan(socrates)\n? Mortal(socrates)"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capfd)


def proved(run: Shell, folder: Path, problem: str, *options: str) -> tuple[str, str]:
    """The paths of a problem and of its certificate."""
    file, certificate = folder / "problem.txt", folder / "certificate.json"
    file.write_text(problem, encoding="utf-8")
    done = run("prove", str(file), "--certificate", str(certificate), *options)
    assert done.code == 0
    return str(file), str(certificate)


def bound(run: Shell, certificate: str, problem: str, *options: str) -> Ran:
    return run("verify", certificate, "--problem", problem, *options)


@pytest.mark.parametrize(
    ("example", "options"),
    [("socrates.txt", []), ("garden.txt", []), ("lighthouse.txt", []),
     ("kinship.txt", ["--formulas"]), ("colours.txt", ["--formulas"])],
)  # fmt: skip
def test_each_example_has_a_certificate_that_is_about_it(
    run: Shell, tmp_path: Path, example: str, options: list[str]
) -> None:
    made = str(tmp_path / "made.json")
    done = run("prove", str(EXAMPLES / example), "--certificate", made, *options)
    assert done.code == 0
    assert f"certificate: {made}\n" in done.out
    checked = bound(run, made, str(EXAMPLES / example), *options)
    assert checked.code == 0
    assert "bound: it is about" in checked.out
    assert checked.err == ""


def test_a_certificate_without_a_problem_is_not_bound(run: Shell, tmp_path: Path) -> None:
    _, made = proved(run, tmp_path, MEN, "--formulas")
    done = run("verify", made)
    assert done.code == 3
    assert "accepted: True: the premises entail the conclusion" in done.out
    assert "NOT BOUND" in done.out
    assert "whether they say what the sentences say is not certified" in done.out


def test_a_certificate_is_read_from_standard_input(run: Shell, tmp_path: Path) -> None:
    problem, made = proved(run, tmp_path, MEN, "--formulas")
    data = Path(made).read_bytes()
    assert run("verify", "-", "--problem", problem, "--formulas", stdin=data).code == 0


@pytest.mark.parametrize(
    ("other", "place", "line"),
    [
        (MEN.replace("Man(socrates)\n", "Man(plato)\n"), "premise 2", "Man(plato)"),
        (MEN.replace("Mortal(x)", "Wise(x)"), "premise 1", "all x. (Man(x) -> Wise(x))"),
        (MEN.replace("? Mortal(socrates)", "? -Mortal(socrates)"), "the conclusion", "-Mortal(socrates)"),
        (MEN.replace("\n?", "\nWise(plato)\n?"), "premise 3", "Wise(plato)"),
        (MEN.replace("Man(socrates)\n", ""), "premise 2", "nothing"),
    ],
)  # fmt: skip
def test_another_problem_is_rejected_and_the_first_difference_shown(
    run: Shell, tmp_path: Path, other: str, place: str, line: str
) -> None:
    problem, made = proved(run, tmp_path, MEN, "--formulas")
    Path(problem).write_text(other, encoding="utf-8")
    done = bound(run, made, problem, "--formulas")
    assert done.code == 1
    assert done.out.startswith(f"rejected: it is about another problem than {problem}\n{place}\n")
    assert f"  problem:     {line}\n" in done.out
    assert "accepted" not in done.out


@pytest.mark.parametrize(
    "other",
    ["sort Entity2\n" + MEN, MEN.replace("Man(socrates)", "Man( socrates )"),
     "sort person\npred Man: person\n" + MEN],
)  # fmt: skip
def test_declarations_and_spelling_are_part_of_the_problem(
    run: Shell, tmp_path: Path, other: str
) -> None:
    problem, made = proved(run, tmp_path, MEN, "--formulas")
    Path(problem).write_text(other, encoding="utf-8")
    assert bound(run, made, problem, "--formulas").code == 1


def test_comments_and_blank_lines_are_not_part_of_the_problem(run: Shell, tmp_path: Path) -> None:
    problem, made = proved(run, tmp_path, MEN, "--formulas")
    Path(problem).write_text("# a title\n\n" + MEN.replace("\n?", "\n\n?"), encoding="utf-8")
    assert bound(run, made, problem, "--formulas").code == 0


def test_the_same_words_read_otherwise_are_another_problem(run: Shell, tmp_path: Path) -> None:
    problem, made = proved(run, tmp_path, MEN, "--formulas")
    document = json.loads(Path(made).read_text(encoding="utf-8"))
    document["premises"][1]["formula"] = "(Mortal socrates)"
    forged = certify(["all x. (Man(x) -> Mortal(x))", "Mortal(socrates)"], "Mortal(socrates)",
                     texts=MEN.replace("? ", "").split("\n"))  # fmt: skip
    assert isinstance(forged, Certificate)
    Path(made).write_text(forged.text, encoding="utf-8")
    done = bound(run, made, problem, "--formulas")
    assert done.code == 1
    assert "premise 2\n  certificate: Mortal(socrates)\n  problem:     Man(socrates)\n" in done.out


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--negation", "explicit"], "A(x) -> B(x)\n-B(a)\n? -A(a)"),
        (["--negation", "explicit"], "A(x) -> -B(x)\nA(a)\n? B(a)"),
        (["--unique-names"], "P(a)\n? a != b"),
        (["--closed-domain"], "P(a)\n? all x. P(x)"),
        (["--existential-import"], "all x. (A(x) -> B(x))\n? exists x. B(x)"),
        (["--convention", "linc"], "P(a)\n-P(a)\n? Q(a)"),
        (["--arithmetic", "uninterpreted"], "P(3)\n? 3 < 4"),
        (["--repair"], "(P(a)\n? P(a)"),
    ],
)
def test_a_certificate_is_bound_under_its_semantics(
    run: Shell, tmp_path: Path, options: list[str], problem: str
) -> None:
    file, made = proved(run, tmp_path, problem, "--formulas", *options)
    done = bound(run, made, file, "--formulas", *options)
    assert done.code == 0
    assert "\nsemantics: " in done.out
    if options != ["--repair"]:
        done = bound(run, made, file, "--formulas")
        assert done.code == 1
        assert done.out.startswith(
            f"rejected: it is under another semantics\nsemantics, {options[0]}\n"
        )
        assert "accepted" not in done.out


def test_opposite_verdicts_on_one_problem_are_not_both_about_it(run: Shell, tmp_path: Path) -> None:
    problem = "P(a)\n? all x. P(x)"
    file, made = proved(run, tmp_path, problem, "--formulas", "--closed-domain")
    assert bound(run, made, file, "--formulas", "--closed-domain").code == 0
    done = bound(run, made, file, "--formulas", "--json")
    assert (done.code, done.json["reason"]) == (1, "it is under another semantics")
    assert done.json["differences"] == [
        {"place": "semantics, --closed-domain", "certificate": "yes", "problem": "no"}
    ]
    assert run("verify", made, "--json").json["semantics"]["closed_domain"] is True
    assert run("verify", made).code == 3
    assert run("verify", made, "--unique-names").code == 1
    file, made = proved(run, tmp_path, problem, "--formulas")
    assert bound(run, made, file, "--formulas", "--closed-domain").code == 1
    assert bound(run, made, file, "--formulas").code == 0


def test_the_command_that_checks_names_the_semantics(run: Shell, tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    options = ["--formulas", "--unique-names", "--negation", "explicit"]
    done = run("prove", "-", *options, "--certificate", str(made), stdin="P(a)\n? P(a)")
    assert "--problem - --formulas --negation explicit --unique-names\n" in done.out


@pytest.mark.parametrize("case", [*UNSORTED, *SORTED])
def test_what_is_certified_is_about_its_problem(case: Case) -> None:
    problem = read_problem(case.text)
    made = certify(
        problem.premises, problem.conclusion, semantics=case.semantics, signature=problem.signature
    )
    if not isinstance(made, Certificate):
        pytest.skip(f"not certified: {made.reason}")
    found = verify(made.text, problem, translator=Formulas(), semantics=case.semantics)
    assert found.differences == ()
    assert found.bound
    shown = (found.checked.goal, found.checked.negation)
    if found.checked.falsum is None:
        assert shown == tuple("proof" if follows else "model" for follows in case.follows)
    else:
        assert case.follows == (True, True)


def test_axioms_that_the_semantics_does_not_add_are_noticed() -> None:
    problem = read_problem("P(a)\n? a != b")
    unique = Semantics(unique_names=True)
    made = certify(problem.premises, problem.conclusion, semantics=unique)
    assert isinstance(made, Certificate)
    document = made.as_json()
    document["axioms"].append("(P a)")
    found = verify(json.dumps(document), problem, translator=Formulas(), semantics=unique)
    assert [str(d) for d in found.differences] == [
        "what the semantics adds, 2\n  certificate: P(a)\n  problem:     nothing"
    ]


def test_a_certificate_that_does_not_check_is_rejected_with_its_place(
    run: Shell, tmp_path: Path
) -> None:
    _, made = proved(run, tmp_path, MEN, "--formulas")
    text = Path(made).read_text(encoding="utf-8")
    Path(made).write_text(text.replace('"inst", 0', '"inst", 1'), encoding="utf-8")
    done = run("verify", made)
    assert done.code == 1
    assert done.out == f"rejected: {made} does not check\n"
    assert "evidence.goal.lemmas[0]" in done.err


@pytest.mark.parametrize(
    "junk", [b"", b"{}", b"[" * 100_000, b"\xff\xfe", b"null", b'{"a": 1, "a": 2}']
)
def test_junk_is_rejected(run: Shell, junk: bytes) -> None:
    done = run("verify", "-", stdin=junk)
    assert done.code == 1
    assert done.out == "rejected: standard input does not check\n"


def test_a_file_that_is_not_there_is_an_error(run: Shell, tmp_path: Path) -> None:
    problem, made = proved(run, tmp_path, MEN, "--formulas")
    for arguments in (["nowhere.json"], [made, "--problem", "nowhere.txt"]):
        done = run("verify", *arguments)
        assert done.code == 1
        assert "cannot read the file: No such file or directory" in done.err
        assert "rejected" not in done.out
    assert run("verify", made, "--problem", problem).code == 1  # formulas are no English


def test_a_file_that_is_far_too_large_is_not_read(
    run: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neurologic.cli_certificates.MOST_BYTES", 10)
    _, made = proved(run, tmp_path, MEN, "--formulas")
    done = run("verify", made)
    assert done.code == 1
    assert "more than 10 bytes" in done.err
    done = run("verify", "-", stdin=Path(made).read_bytes())
    assert done.code == 1
    assert "more than 10 bytes" in done.err


def test_json_says_the_same(run: Shell, tmp_path: Path) -> None:
    problem, made = proved(run, tmp_path, MEN, "--formulas")
    found = bound(run, made, problem, "--formulas", "--json").json
    assert {**found, "work": None} == {
        "accepted": True, "bound": True, "verdict": "ENTAILED", "consistency": "consistent",
        "evidence": {"goal": "proof", "negation": "model", "falsum": None}, "work": None,
        "semantics": {
            "negation": "classical", "unique_names": False, "closed_domain": False,
            "existential_import": False, "arithmetic": "interpreted", "convention": "neurologic",
        },
        "place": "", "reason": "", "differences": [], "errors": [],
    }  # fmt: skip
    assert run("verify", made, "--json").json["bound"] is None
    Path(problem).write_text(MEN.replace("Man(socrates)", "Man(plato)"), encoding="utf-8")
    done = bound(run, made, problem, "--formulas", "--json")
    assert (done.code, done.json["accepted"], done.json["bound"]) == (1, True, False)
    assert done.json["differences"][0] == {
        "place": "premise 2", "certificate": "Man(socrates)", "problem": "Man(plato)",
    }  # fmt: skip
    done = run("verify", "-", "--json", stdin="{}")
    assert (done.code, done.json["accepted"]) == (1, False)
    assert done.json["place"] == "certificate"
    done = run("verify", "nowhere.json", "--json")
    assert (done.code, done.json["accepted"]) == (1, None)
    assert done.json["errors"][0]["source"] == "nowhere.json"


def test_bytes_that_are_no_plain_utf8_are_rejected_by_everything_that_reads(run: Shell) -> None:
    made = certify(["P(a)"], "P(a)")
    assert isinstance(made, Certificate)
    encoded = [made.text.encode(name) for name in ("utf-16", "utf-16-le", "utf-32", "utf-8-sig")]
    for data in (*encoded, b"\xff", made.text.encode().replace(b"(P a)", b"(\xe9 a)")):
        for reading in (Certificate.read, verify):
            with pytest.raises(Rejected):
                reading(data)
        for command in (["verify", "-"], ["export", "-", "--to", "fitch"]):
            done = run(*command, stdin=data)
            assert done.code == 1
            assert done.out == "rejected: standard input does not check\n"
            assert "Traceback" not in done.err
    assert Certificate.read(made.text.encode()) == made


# What is not certified

ENDLESS = [
    "all x y z. (Less(x, y) & Less(y, z) -> Less(x, z))",
    "all x. -Less(x, x)",
    "all x. exists y. Less(x, y)",
    "P(a)",
]


@pytest.mark.parametrize("label", ["True", "False"])
def test_a_verdict_on_premises_that_may_contradict_each_other_says_so_first(
    run: Shell, label: str
) -> None:
    made = certify(ENDLESS, "P(a)" if label == "True" else "-P(a)", budget=20_000)
    assert isinstance(made, Certificate)
    unless = "unless the premises contradict each other: that they are consistent is not certified"
    done = run("verify", "-", stdin=made.text)
    assert done.out.startswith(f"accepted: {label}, {unless}\n")
    assert str(made).startswith(f"{label}, {unless} (")
    card = made._repr_mimebundle_()["text/html"]
    assert unless in card
    assert "the premises entail" not in card.split("</p>")[0]


def test_axioms_and_signature_are_shown_as_what_the_certificate_states(run: Shell) -> None:
    made = certify(["Q(a)"], "P(a) | Q(a)")
    assert isinstance(made, Certificate)
    document = made.as_json()
    document["axioms"].append("(Q a)")
    forged = Certificate.read(json.dumps(document))
    as_stated = "Axioms and signature are taken from the certificate as they stand."
    for view in (str(forged), forged._repr_mimebundle_()["text/html"]):
        assert "axiom stated by the certificate" in view
        assert "added by the semantics" not in view
        assert as_stated in view
    assert as_stated not in str(made)
    assert as_stated in run("verify", "-", stdin=made.text).out


def test_members_of_enumerations_are_shown() -> None:
    problem = read_problem(
        "sort Colour = {red, green}\nsort Size = {small < large}\nsort Person\n"
        "pred Likes: Person, Colour\nconst ann: Person\nfun size: Person -> Size\n"
        "size(ann) = small\nall x: Colour. Likes(ann, x)\n? Likes(ann, red)"
    )
    made = certify(problem.premises, problem.conclusion, signature=problem.signature)
    assert isinstance(made, Certificate)
    sorts = ("Colour = {red, green}", "Size = {small < large}", "Person")
    for view in (str(made), html.unescape(made._repr_mimebundle_()["text/html"])):
        (line,) = [line for line in view.split("\n") if "sorts: " in line]
        assert all(sort in line for sort in sorts)


def test_a_certificate_that_nobody_checked_is_not_shown_as_certified() -> None:
    made = certify(["P(a)"], "P(a)")
    assert isinstance(made, Certificate)
    for text in (made.text.replace("ENTAILED", "REFUTED"), "{}", "no JSON"):
        forged = Certificate(text)
        for view in (str(forged), text_in(forged._repr_mimebundle_()["text/html"])):
            assert "NOT CERTIFIED: " in view
            assert ", certified" not in view
            assert "False" not in view
    assert "certified)" in str(Certificate(made.text))


def text_in(page: str) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)


def test_a_premise_that_a_line_cites_twice_is_named_once() -> None:
    made = certify(["P(a)", "P(a) -> Q(a)"], "Q(a)")
    assert isinstance(made, Certificate)
    line = made.lines[-1]
    twice = replace(line, premises=line.premises * 2)
    assert reason_of(made, twice) == reason_of(made, line)
    assert reason_of(made, twice)[0].count("premise 2") == 1


# Writing


def test_a_built_certificate_that_the_kernel_refuses_is_a_verdict_without_one(
    run: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> Any:
        raise Rejected("evidence.goal", "does not follow")

    monkeypatch.setattr("neurologic.certification.building.fault", fault)
    monkeypatch.setattr("neurologic.proof.check", refuse)
    made = tmp_path / "made.json"
    done = run("prove", SOCRATES, "--certificate", str(made))
    assert done.code == 4
    assert "True: the premises entail the conclusion" in done.out
    assert "evidence.goal: does not follow" in done.err
    assert not made.exists()


def test_json_says_where_the_certificate_is(run: Shell, tmp_path: Path) -> None:
    made = str(tmp_path / "made.json")
    done = run("prove", SOCRATES, "--certificate", made, "--json")
    assert done.json["certificate"] == {"file": made, "reason": "", "error": None}
    assert "certificate" not in run("prove", SOCRATES, "--json").json


def test_a_verdict_without_a_certificate_says_why_and_has_its_own_exit_code(
    run: Shell, tmp_path: Path
) -> None:
    made = tmp_path / "made.json"
    problem = "age(a) < age(b)\nage(b) < age(c)\n? age(a) < age(c)"
    done = run("prove", "-", "--formulas", "--certificate", str(made), stdin=problem)
    assert done.code == 4
    assert "True" in done.out
    assert "no certificate was written: arithmetic" in done.err
    assert not made.exists()
    done = run("prove", "-", "--formulas", "--certificate", str(made), "--json", stdin=problem)
    assert done.json["certificate"]["file"] is None
    assert "arithmetic" in done.json["certificate"]["reason"]


def test_a_problem_that_is_not_read_has_no_certificate(run: Shell, tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    done = run("prove", "-", "--formulas", "--certificate", str(made), stdin="P(a\n? P(a)")
    assert done.code == 1
    assert "no certificate was written: not translated" in done.err
    assert not made.exists()


def test_an_old_certificate_is_replaced_whole_and_nothing_is_left_over(
    run: Shell, tmp_path: Path
) -> None:
    made = tmp_path / "certificate.json"
    made.write_text("old", encoding="utf-8")
    proved(run, tmp_path, MEN, "--formulas")
    assert json.loads(made.read_text(encoding="utf-8"))["version"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["certificate.json", "problem.txt"]
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        assert stat.S_IMODE(made.stat().st_mode) == 0o666 & ~mask


def test_a_certificate_that_cannot_be_written_is_an_error(run: Shell, tmp_path: Path) -> None:
    for file in (tmp_path / "nowhere" / "made.json", tmp_path):
        done = run("prove", SOCRATES, "--certificate", str(file))
        assert done.code == 1
        assert "cannot write the certificate" in done.err
        assert "True: the premises entail the conclusion" in done.out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of Unix")
def test_a_link_stays_and_what_it_leads_to_keeps_its_mode(run: Shell, tmp_path: Path) -> None:
    target, link, new = (tmp_path / name for name in ("target.json", "link.json", "new.json"))
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    link.symlink_to(target)
    for file in (link, tmp_path / "dangling.json"):
        if file != link:
            file.symlink_to(new)
        assert run("prove", SOCRATES, "--certificate", str(file)).code == 0
        assert file.is_symlink()
    assert json.loads(target.read_text(encoding="utf-8")) == json.loads(
        new.read_text(encoding="utf-8")
    )
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of Unix")
def test_a_pipe_is_written_to_and_not_replaced(run: Shell, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("prove", SOCRATES, "--certificate", str(pipe)).code == 0
        assert json.loads(os.read(reader, 1_000_000))["verdict"] == "ENTAILED"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.skipif(os.name != "posix", reason="a file that is standard output")
def test_the_file_that_standard_output_goes_to_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    with out.open("wb") as stream:
        subprocess.run(
            [sys.executable, "-m", "neurologic", "prove", SOCRATES, "--certificate", str(out)],
            stdout=stream,
            check=True,
            cwd=EXAMPLES.parent,
        )
    shown = out.read_text(encoding="utf-8")
    assert '"verdict": "ENTAILED"' in shown or '"verdict":"ENTAILED"' in shown
    assert "True: the premises entail the conclusion" in shown


def test_a_certificate_on_standard_output_is_wrong_usage(run: Shell) -> None:
    with pytest.raises(typer.BadParameter, match="wants a file"):
        run("prove", SOCRATES, "--certificate", "-")


def test_an_engine_that_contradicts_the_kernel_is_an_error(
    run: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disagree(self: Answer) -> Any:
        raise EngineDisagreement("the engine proved the goal, but there is a checked model", "{}")

    monkeypatch.setattr(Answer, "certificate", property(disagree))
    done = run("prove", SOCRATES, "--certificate", str(tmp_path / "made.json"))
    assert done.code == 1
    assert "there is a checked model" in done.err


# Without provers

_MODULES = """
import sys
sys.argv = ["neurologic", *sys.argv[1:]]
from neurologic.cli import main
try:
    main()
except SystemExit as stop:
    print("code", stop.code)
print("loaded", *sorted({name.split(".")[0] for name in sys.modules} & {"z3", "pysat", "nltk"}))
"""


@pytest.mark.parametrize("problem", [[], ["--problem", SOCRATES]])
def test_checking_loads_no_prover(run: Shell, tmp_path: Path, problem: list[str]) -> None:
    made = str(tmp_path / "made.json")
    assert run("prove", SOCRATES, "--certificate", made).code == 0
    done = subprocess.run(
        [sys.executable, "-c", _MODULES, "verify", made, *problem],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        cwd=EXAMPLES.parent,
    )
    *_, code, loaded = done.stdout.splitlines()
    assert code == f"code {0 if problem else 3}"
    assert loaded.split() == ["loaded"]


def test_proving_loads_one_which_shows_that_the_test_above_can_fail(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MODULES, "prove", SOCRATES],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        cwd=EXAMPLES.parent,
    )
    assert len(done.stdout.splitlines()[-1].split()) > 1


def test_the_help_of_verify_has_its_own_exit_codes(run: Shell) -> None:
    assert "NOT BOUND" in run("verify", "--help").out
    assert "4  answered, but no certificate" in run("prove", "--help").out


def test_the_kernels_refusal_and_an_unreadable_problem_are_errors_of_the_library() -> None:
    with pytest.raises(Rejected):
        verify("{}")
    made = certify(["P"], "P")
    assert isinstance(made, Certificate)
    with pytest.raises(NeurologicError):
        verify(made.text, read_problem("P(\n? P"), translator=Formulas())
