"""The command line: what is printed where, one JSON object, exit codes, and escaped user text."""

import io
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import neurologic
from neurologic.cli import app, main
from neurologic.errors import ParseError
from neurologic.terminal import decode

EXAMPLES = Path(__file__).parent.parent / "examples"
RULES = "all x. (Man(x) -> Mortal(x))\nMan(socrates)\nWise(plato)\n"


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out.isascii()
        return json.loads(self.out.splitlines()[-1])


class Shell:
    """Runs the command line in this process, with given bytes as standard input."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch = monkeypatch
        self.capfd = capfd

    def __call__(self, *arguments: str, stdin: str | bytes = b"") -> Ran:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        stream = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")
        self.monkeypatch.setattr(sys, "stdin", stream)
        code = app(list(arguments), prog_name="neurologic", standalone_mode=False)
        out, err = self.capfd.readouterr()
        return Ran(code or 0, out, err)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capfd)


@pytest.mark.parametrize(
    ("example", "options", "verdict"),
    [
        ("socrates.txt", [], "ENTAILED"),
        ("garden.txt", [], "UNDETERMINED"),
        ("lighthouse.txt", [], "INCONSISTENT"),
        ("kinship.txt", ["--formulas"], "ENTAILED"),
        ("colours.txt", ["--formulas"], "ENTAILED"),
    ],
)
def test_each_example_has_its_verdict(
    run: Shell, example: str, options: list[str], verdict: str
) -> None:
    done = run("prove", str(EXAMPLES / example), "--json", *options)
    assert (done.code, done.json["verdict"], done.json["errors"]) == (0, verdict, [])


def test_every_example_is_tested() -> None:
    tested = {"socrates.txt", "garden.txt", "lighthouse.txt", "kinship.txt", "colours.txt"}
    assert {path.name for path in EXAMPLES.glob("*.txt")} == tested


def test_json_is_one_line_and_nothing_else(run: Shell) -> None:
    done = run("prove", "-", "--formulas", "--json", stdin=RULES + "? Mortal(socrates)")
    assert len(done.out.splitlines()) == 1
    assert [row["used"] for row in done.json["premises"]] == [True, True, False]


def test_the_core_can_be_left_out(run: Shell) -> None:
    problem = RULES + "? Mortal(socrates)"
    done = run("prove", "-", "--formulas", "--json", "--no-core", stdin=problem)
    assert [row["used"] for row in done.json["premises"]] == [None, None, None]


def test_prove_prints_sentence_formula_and_verdict(run: Shell) -> None:
    done = run("prove", str(EXAMPLES / "socrates.txt"))
    assert done.code == 0
    assert "Socrates is mortal." in done.out
    assert "True: the premises entail the conclusion" in done.out
    assert done.err == ""


def test_the_readme_shows_what_is_printed(run: Shell) -> None:
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    assert run("prove", str(EXAMPLES / "socrates.txt")).out in readme
    assert (EXAMPLES / "colours.txt").read_text(encoding="utf-8").split("\n", 1)[1] in readme


def test_the_readme_lists_every_example_command_with_a_file_that_exists() -> None:
    readme = (EXAMPLES.parent / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"examples/([\w./]+\w)", readme)
    assert named
    assert all((EXAMPLES / name).is_file() for name in named)


@pytest.mark.parametrize(
    ("options", "problem", "plain", "changed"),
    [
        (["--negation", "explicit"], "A(x) -> B(x)\n-B(a)\n? -A(a)", "ENTAILED", "UNDETERMINED"),
        (["--unique-names"], "P(a)\n? a != b", "UNDETERMINED", "ENTAILED"),
        (["--closed-domain"], "P(a)\n? all x. P(x)", "UNDETERMINED", "ENTAILED"),
        (["--existential-import"], "all x. (A(x) -> B(x))\n? exists x. B(x)", "UNDETERMINED",
         "ENTAILED"),
        (["--convention", "linc"], "P(a)\n-P(a)\n? Q(a)", "INCONSISTENT", None),
    ],
)  # fmt: skip
def test_each_option_of_the_semantics_changes_what_a_verdict_means(
    run: Shell, options: list[str], problem: str, plain: str, changed: str | None
) -> None:
    before = run("prove", "-", "--formulas", "--json", stdin=problem).json
    after = run("prove", "-", "--formulas", "--json", *options, stdin=problem).json
    assert before["verdict"] == plain
    if changed:
        assert after["verdict"] == changed
    else:
        assert (before["label"], after["label"]) == (None, "True")
    assert before["semantics"] != after["semantics"]


def test_arithmetic_can_be_left_uninterpreted(run: Shell) -> None:
    problem = "age(ann) = 3\n? age(ann) + 1 = 4"
    assert run("prove", "-", "--formulas", "--json", stdin=problem).json["label"] == "True"
    options = ["--formulas", "--json", "--arithmetic", "uninterpreted"]
    assert run("prove", "-", *options, stdin=problem).json["label"] == "Uncertain"


def test_an_undecided_question_has_its_own_exit_code(run: Shell) -> None:
    problem = "all x y z. f(f(x, y), z) = f(x, f(y, z))\nall x. f(e, x) = x\n? f(a, b) = f(b, a)"
    done = run("prove", "-", "--formulas", "--json", "--budget", "1", stdin=problem)
    assert (done.code, done.json["verdict"], done.json["label"]) == (3, "UNKNOWN", None)
    assert done.json["reason"]


def test_a_sentence_that_is_not_read_has_its_own_exit_code(run: Shell) -> None:
    done = run("prove", "-", "--formulas", stdin="P(a\n? P(a)")
    assert done.code == 1
    assert "could not be translated" in done.out
    assert "standard input, line 1" in done.err
    assert "^" in done.err


@pytest.mark.parametrize("command", ["prove", "translate"])
def test_formulas_that_are_read_as_english_bring_a_hint(run: Shell, command: str) -> None:
    done = run(command, str(EXAMPLES / "kinship.txt"))
    assert done.code == 1
    assert "ask again with --formulas" in done.err
    assert "--formulas" not in run(command, "-", stdin="Blue ideas sleep-\n? P(a").err


@pytest.mark.slow
@pytest.mark.solver
def test_a_long_chain_is_answered_without_a_long_search_for_its_core(run: Shell) -> None:
    rules = [f"all x. (P{i}(x) -> P{i + 1}(x))" for i in range(1000)]
    start = time.perf_counter()
    done = run(
        "prove", "-", "--formulas", "--json", stdin="\n".join([*rules, "P0(a)", "? P1000(a)"])
    )
    assert done.json["verdict"] == "ENTAILED"
    assert all(row["used"] for row in done.json["premises"])
    assert time.perf_counter() - start < 20


def test_wrong_usage_exits_with_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["neurologic", "prove", "-", "--negation", "fuzzy"])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert "fuzzy" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "codes"),
    [("prove", "01234"), ("check", "012"), ("translate", "012"), ("verify", "0123")],
)
def test_the_help_of_a_command_lists_its_own_exit_codes(
    run: Shell, command: str, codes: str
) -> None:
    told = run(command, "--help").out.partition("Exit codes:")[2]
    assert re.findall(r"^ *(\d)  ", told, flags=re.MULTILINE) == list(codes)


def test_the_version_is_the_package_version(run: Shell) -> None:
    assert run("--version").out == f"{neurologic.__version__}\n"


def test_translate_prints_formulas_without_asking_the_solver(run: Shell) -> None:
    done = run("translate", str(EXAMPLES / "socrates.txt"))
    assert done.code == 0
    assert "∀x (" in done.out
    assert "entail" not in done.out


def test_translate_as_json_lists_readings_with_their_cost(run: Shell) -> None:
    found = run("translate", "-", "--formulas", "--json", stdin=RULES + "? Mortal(socrates)").json
    assert found["conclusion"]["formula"] == "Mortal(socrates)"
    assert found["premises"][1]["readings"] == [{"formula": "Man(socrates)", "cost": 0.0}]
    assert found["errors"] == []


def test_translate_names_the_sentence_that_failed(run: Shell) -> None:
    done = run("translate", "-", "--formulas", "--json", stdin="P(a\n? P(a)")
    assert done.code == 1
    assert done.json["premises"][0]["formula"] is None
    assert done.json["errors"][0]["source"] == "standard input, line 1"


def test_check_lists_sorts_and_symbols(run: Shell) -> None:
    done = run("check", str(EXAMPLES / "colours.txt"), "--json")
    assert done.code == 0
    sorts = {sort["name"]: sort["members"] for sort in done.json["signature"]["sorts"]}
    assert sorts["colour"] == ["red", "green"]
    symbols = {symbol["name"]: symbol for symbol in done.json["signature"]["symbols"]}
    assert symbols["paint"]["arguments"] == ["region"]
    shown = run("check", str(EXAMPLES / "colours.txt")).out
    assert "sort colour = {red, green}" in shown
    assert "fun paint: region -> colour" in shown


def test_check_reports_clashes(run: Shell) -> None:
    done = run("check", "-", "--json", stdin="P(a)\nP(a, b)\n? P(b)")
    assert done.code == 0
    assert done.json["warnings"]


def test_check_reports_repairs(run: Shell) -> None:
    assert run("check", "-", stdin="(P(a)\n? P(a)").code == 1
    done = run("check", "-", "--repair", stdin="(P(a)\n? P(a)")
    assert done.code == 0
    assert "repaired" in done.err


def test_check_reports_sorts_that_do_not_fit(run: Shell) -> None:
    problem = "sort person\nsort town\nconst ann: person\npred In: town\nIn(ann)\n? In(ann)"
    done = run("check", "-", "--json", stdin=problem)
    assert done.code == 1
    assert done.json["errors"][0]["error"] == "SignatureError"
    assert done.json["errors"][0]["source"]


def test_markup_in_a_sentence_is_not_a_style(run: Shell) -> None:
    problem = "'[red]hot[/red]'(a)\n? '[red]hot[/red]'(a)"
    done = run("prove", "-", "--formulas", stdin=problem)
    assert done.code == 0
    assert "'[red]hot[/red]'(a)" in done.out


def test_markup_in_an_error_is_not_a_style(run: Shell) -> None:
    done = run("prove", "-", "--formulas", stdin="[bold] [/nothing]\n? P")
    assert done.code == 1
    assert "[bold] [/nothing]" in done.err


def test_terminal_control_characters_are_escaped(run: Shell) -> None:
    done = run("prove", "-", "--formulas", stdin="'\x1b[31mred'(a)\n\x1b]0;title\x07\n? P")
    assert "\x1b" not in done.out + done.err
    assert "\x07" not in done.out + done.err


def test_decoding_drops_the_mark_and_line_ends() -> None:
    assert decode(b"\xef\xbb\xbfA\r\nB\rC\n") == "A\nB\nC\n"


def test_bytes_that_are_not_utf8_are_located() -> None:
    with pytest.raises(ParseError) as caught:
        decode("P(a)\nCafé(a)\n".encode("latin-1"), "menu.txt")
    assert str(caught.value).splitlines() == [
        "menu.txt, line 2: byte 0xe9 is not UTF-8",
        "  Caf�(a)",
        "     ^",
        "hint: save the file as UTF-8",
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_output_that_cannot_be_written_is_an_error_in_one_line(more: list[str]) -> None:
    command = [sys.executable, "-m", "neurologic", "prove", str(EXAMPLES / "socrates.txt"), *more]
    with open("/dev/full", "w", encoding="utf-8") as full:
        found = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert found.returncode == 1
    assert found.stderr == "error: cannot write the output: No space left on device\n"
