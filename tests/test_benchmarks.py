"""The benchmarks: rows, labels, scores, the commands, and the figures the library promises."""

import doctest
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import benchmarks.chains
import benchmarks.data
import benchmarks.lines
import benchmarks.scoring
import benchmarks.speed
from benchmarks.cli import app
from benchmarks.data import DATASETS, Example, Texts, examples_of, goal_of, load, read_label
from benchmarks.lines import classify, formula_lines
from benchmarks.methods import Finding
from benchmarks.peers import prover9_binary, prover9_verdict, z3py_verdict
from benchmarks.rows import DataError, read_rows
from benchmarks.runner import run
from benchmarks.scoring import STATUSES, Outcome, score
from neurologic.errors import ParseError
from neurologic.formula import Atom, Constant, Count, Falsum, Not, Numeral, Variable, Verum
from neurologic.formula import Compare as Comparison
from neurologic.parsing import parse

ROOT = Path(__file__).parent.parent
BENCHMARK_MODULES = (benchmarks.chains, benchmarks.data, benchmarks.lines, benchmarks.scoring)

ANIMALS = [
    {
        "id": "a1",
        "premises": ["Otto is a raven.", "All ravens are black."],
        "question": "Is the following statement true, false, or unknown? Otto is black.",
        "label": "True",
    },
    {
        "id": "a2",
        "premises": ["Otto is a raven.", "All ravens are black."],
        "question": "Is the following statement true, false, or unknown? Otto is not black.",
        "answer": "B",
    },
    {
        "id": "a3",
        "premises": ["Otto is a raven.", "All ravens are black."],
        "conclusion": "Otto is old.",
        "label": "Unknown",
    },
]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: object, name: str = "rows.jsonl") -> Path:
        path = tmp_path / name
        lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
        path.write_bytes(b"\n".join(lines) + b"\n")
        return path

    return write


Write = Callable[..., Path]


def command(*arguments: object) -> tuple[int, dict[str, Any], str]:
    """The exit code, the JSON object on the last line, and what was said on standard error."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    lines = result.stdout.splitlines()
    summary = json.loads(lines[-1]) if lines and "--json" in arguments else {}
    return result.exit_code, summary, result.stderr


@pytest.mark.parametrize("module", BENCHMARK_MODULES)
def test_the_examples_in_docstrings_hold(module: Any) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


# Rows


def test_a_broken_line_is_a_located_error_and_the_rows_after_it_are_read(write: Write) -> None:
    path = write(b"\xef\xbb\xbf" + b'{"a": 1}', b"", b'{"a": ', b"\xff{}", b"[1]", {"a": 2})
    found = dict(read_rows(path))
    places = [f"{path}, line {number}" for number in (1, 3, 4, 5, 6)]
    assert list(found) == places
    assert found[places[0]] == {"a": 1}
    assert found[places[4]] == {"a": 2}
    for place, words in zip(
        places[1:4], ("not JSON", "not UTF-8", "expected an object"), strict=True
    ):
        error = found[place]
        assert isinstance(error, DataError)
        assert str(error).startswith(place)
        assert words in str(error)


@pytest.mark.parametrize("line", [b"[" * 200_000, b'{"n": ' + b"9" * 10_000 + b"}"])
def test_a_line_that_overwhelms_the_json_reader_is_an_error_row(write: Write, line: bytes) -> None:
    ((_, row),) = read_rows(write(line))
    assert isinstance(row, DataError)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"conclusion": "C.", "label": "True"}, "'premises', found nothing"),
        ({"premises": "P.", "conclusion": "C.", "label": "True"}, "'premises', found text"),
        ({"premises": ["P."], "label": "True"}, "'conclusion' or a 'question'"),
        ({"premises": ["P."], "conclusion": 3, "label": "True"}, "'conclusion', found number"),
        ({"premises": ["P."], "conclusion": "C.", "label": "Maybe"}, "found 'Maybe'"),
        ({"premises": ["P."], "conclusion": "C."}, "expected a label"),
        ({"premises": [1], "conclusion": "C.", "label": "A"}, "found list of other things"),
    ],
)
def test_a_row_without_its_fields_says_what_was_expected(
    write: Write, row: dict[str, object], words: str
) -> None:
    good = {"premises": ["P."], "conclusion": "C.", "label": "True"}
    first, second = DATASETS["folio"].examples(write(good, row))
    assert isinstance(first, Example)
    assert isinstance(second, DataError)
    assert second.source.endswith("line 2")
    assert words in str(second)


def test_a_file_of_another_kind_is_refused_as_a_whole(write: Write) -> None:
    with pytest.raises(DataError, match=r"line 1: .*\n?.*no row can be used"):
        load(DATASETS["folio"], write({"text": "A.", "answer": True}, {"text": "B."}))


def test_labels_are_read_in_every_usual_spelling() -> None:
    assert {read_label(word) for word in ("True", "true", "TRUE", "A", True)} == {"True"}
    assert {read_label(word) for word in ("False", "false", "B", False)} == {"False"}
    unknown = ("Uncertain", "Unknown", "unknown", "null", "C", None)
    assert {read_label(word) for word in unknown} == {"Uncertain"}


@pytest.mark.parametrize("word", ["", "D", "yes", 1, 0, ["True"]])
def test_what_is_no_label_is_refused(word: object) -> None:
    with pytest.raises(DataError, match="expected a label"):
        read_label(word)


def test_the_goal_is_the_conclusion_else_the_end_of_the_question_else_the_whole() -> None:
    assert goal_of({"conclusion": "Otto is old.", "question": "True? No."}) == "Otto is old."
    assert goal_of({"question": "Is this so? Or that? Otto is old."}) == "Otto is old."
    assert goal_of({"question": "Otto is old."}) == "Otto is old."
    assert goal_of({"question": "Is Otto old?"}) == "Is Otto old?"


def test_a_row_without_a_name_is_called_by_its_line(write: Write) -> None:
    row = {"premises": ["P."], "conclusion": "C.", "label": "A"}
    first, second = load(DATASETS["prontoqa"], write(row, {**row, "id": 0}))
    assert isinstance(first, Example)
    assert isinstance(second, Example)
    assert (first.id, second.id) == ("line 1", "0")


def test_texts_end_in_their_question_and_other_answers_are_left_out(write: Write) -> None:
    path = write(
        {"text": "Ravens are birds. Otto is a raven. Otto is a bird?", "answer": True},
        {"text": "Ravens are birds. Who is a bird?", "answer": "Otto"},
        {"text": "Otto is a raven. Is Otto old?", "answer": None},
        {"text": "Otto is a raven. Otto is old?", "answer": "Probably true."},
    )
    first, second = load(Texts(), path)
    assert isinstance(first, Example)
    assert isinstance(second, Example)
    assert first.premises == ("Ravens are birds.", "Otto is a raven.")
    assert (first.conclusion, first.label) == ("Otto is a bird.", "True")
    assert (second.conclusion, second.label) == ("Is Otto old?", "Uncertain")


def test_a_data_set_of_ones_own_is_one_method(write: Write) -> None:
    class Riddles:
        name = "riddles"

        def examples(self, path: Path) -> Iterator[Example | DataError]:
            return examples_of(
                path,
                lambda row: Example(tuple(row["clues"]), row["claim"], read_label(row["gold"])),
            )

    rows = load(Riddles(), write({"clues": ["P."], "claim": "Q.", "gold": "C"}, {"claim": "Q."}))
    assert isinstance(rows[0], Example)
    assert rows[0].premises == ("P.",)
    assert isinstance(rows[1], DataError)
    assert "KeyError: 'clues'" in str(rows[1])


# Running and scoring


@dataclass(frozen=True)
class Scripted:
    """A method that finds what the conclusion of an example says, or raises it."""

    findings: dict[str, Finding | Exception]
    name: str = "scripted"

    def answer(self, example: Example) -> Finding:
        finding = self.findings[example.conclusion]
        if isinstance(finding, Exception):
            raise finding
        return finding


def test_an_exception_in_one_problem_is_counted_and_the_run_goes_on() -> None:
    method = Scripted({
        "good": Finding("ENTAILED", "True", translated=True),
        "bad": ZeroDivisionError("by \x00"),
        "deep": RecursionError("too deep"),
    })  # fmt: skip
    examples: list[Example | DataError] = [
        Example((), "bad", "True", "1", "f, line 1"),
        DataError("no row", source="f, line 2"),
        Example((), "deep", "False", "3", "f, line 3"),
        Example((), "good", "True", "4", "f, line 4"),
    ]
    outcomes = list(run(examples, method))
    assert [o.status for o in outcomes] == ["ERROR", "ERROR", "ERROR", "ENTAILED"]
    total = score(outcomes)
    assert dict(total.errors) == {"DataError": 1, "RecursionError": 1, "ZeroDivisionError": 1}
    assert (total.n, total.right, total.decided, total.accuracy) == (4, 1, 1, 0.25)
    assert outcomes[0].message == r"by \x00"


ANSWERS = {"ENTAILED": "True", "REFUTED": "False", "UNDETERMINED": "Uncertain"}


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    status = draw(st.sampled_from(STATUSES))
    return Outcome(
        id="x",
        source="",
        label=draw(st.sampled_from(["True", "False", "Uncertain"])),
        status=status,
        answer=ANSWERS.get(status),  # type: ignore[arg-type]
        translated=status not in {"UNTRANSLATED", "ERROR"},
        scored=status != "CONSISTENT",
        error="ValueError" if status == "ERROR" else "",
    )


@given(st.lists(outcomes()))
def test_every_problem_is_counted_once(found: list[Outcome]) -> None:
    total = score(found)
    rest = [o for o in found if not o.right and not o.wrong]
    assert total.right + total.wrong + len(rest) == total.n == len(found)
    assert sum(count for _, count in total.verdicts) == total.n
    assert sum(count for _, count in total.errors) == dict(total.verdicts).get("ERROR", 0)


@given(st.lists(outcomes()))
def test_wrong_is_decided_and_decided_is_translated(found: list[Outcome]) -> None:
    total = score(found)
    assert total.wrong <= total.decided <= total.translated <= total.n
    scored = total.n - total.unscored
    assert total.accuracy == (round(total.right / scored, 4) if scored else None)


def test_undetermined_meets_uncertain_and_abstaining_meets_nothing() -> None:
    def outcome(status: str, label: str) -> Outcome:
        answer = ANSWERS.get(status)
        return Outcome("", "", label, status, answer, translated=True)  # type: ignore[arg-type]

    assert outcome("UNDETERMINED", "Uncertain").right
    missed = outcome("UNDETERMINED", "True")
    assert not missed.right
    assert not missed.wrong
    for status in ("INCONSISTENT", "UNKNOWN"):
        for label in ("True", "False", "Uncertain"):
            abstained = outcome(status, label)
            assert not abstained.right
            assert not abstained.wrong


# Commands


def test_run_english_prints_every_figure_on_its_last_line(write: Write) -> None:
    code, summary, _ = command(
        "run", "prontoqa", "--data", write(*ANIMALS), "--method", "english", "--json"
    )
    assert code == 0
    assert summary["task"] == "prontoqa"
    assert summary["method"] == "english"
    assert summary["verdicts"] == {"ENTAILED": 1, "REFUTED": 1, "UNDETERMINED": 1}
    assert (summary["n"], summary["translated"], summary["decided"]) == (3, 3, 2)
    assert (summary["right"], summary["wrong"], summary["accuracy"]) == (3, 0, 1.0)
    assert summary["errors"] == {}
    assert summary["seconds"] > 0


def test_negation_chooses_the_semantics(write: Write) -> None:
    contraposition = {
        "premises": ["If Otto is old then Otto is kind.", "Otto is not kind."],
        "conclusion": "Otto is old.",
        "label": "Unknown",
    }
    path = write(contraposition)
    _, classical, _ = command("run", "proofwriter", "--data", path, "--json")
    _, explicit, _ = command(
        "run", "proofwriter", "--data", path, "--negation", "explicit", "--json"
    )
    assert classical["verdicts"] == {"REFUTED": 1}
    assert explicit["verdicts"] == {"UNDETERMINED": 1}


GOLD: list[dict[str, object]] = [
    {"id": "g1", "premises_fol": ["P(a)", "∀x (P(x) → Q(x))"], "conclusion_fol": "Q(a)"},
    {"id": "g2", "premises_fol": ["P(a)", "∀x (P(x) → Q(x)"], "conclusion_fol": "Q(a)"},
    {"id": "g3", "premises_fol": ["P(a)", "∀x (P(x) → ¬P(x))"], "conclusion_fol": None},
    {"id": "g4", "premises_fol": ["P(a)", "P(b)"], "conclusion_fol": None},
    {"id": "g5", "premises_fol": ["P(a)", "∧ → ("], "conclusion_fol": None},
]
GOLD_ROWS = [{"premises": [], "conclusion": "", "label": "True", **row} for row in GOLD]


def test_run_gold_decides_formulas_and_tests_the_other_rows_for_consistency(write: Write) -> None:
    path = write(*GOLD_ROWS)
    code, summary, _ = command("run", "folio", "--data", path, "--method", "gold", "--json")
    assert code == 0
    assert (summary["n"], summary["unscored"], summary["translated"]) == (5, 3, 4)
    assert (summary["right"], summary["accuracy"]) == (2, 1.0)
    assert (summary["parsed_strict"], summary["parsed"]) == (3, 4)
    assert summary["inconsistent"] == ["g3"]
    assert summary["unparsed"] == ["g5"]
    counted = {"ENTAILED": 2, "INCONSISTENT": 1, "CONSISTENT": 1, "UNTRANSLATED": 1}
    assert summary["verdicts"] == counted


def test_without_repair_only_what_reads_as_written_is_decided(write: Write) -> None:
    path = write(*GOLD_ROWS[:2])
    _, summary, _ = command(
        "run", "folio", "--data", path, "--method", "gold", "--no-repair", "--json"
    )
    assert (summary["translated"], summary["right"], summary["parsed"]) == (1, 1, 1)
    assert summary["verdicts"] == {"ENTAILED": 1, "UNTRANSLATED": 1}


def test_gold_needs_formulas(write: Write) -> None:
    path = write(*ANIMALS)
    code, _, complaint = command("run", "prontoqa", "--data", path, "--method", "gold", "--json")
    assert code == 2
    assert "no row has formulas" in complaint


def test_an_unreadable_row_is_an_error_row_and_the_exit_code_says_so(write: Write) -> None:
    path = write(ANIMALS[0], b"{", ANIMALS[2])
    code, summary, _ = command("run", "prontoqa", "--data", path, "--json")
    assert code == 1
    assert summary["errors"] == {"DataError": 1}
    assert (summary["n"], summary["right"], summary["accuracy"]) == (3, 2, 0.6667)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x00\x01\xff", b"not json\n"])
@pytest.mark.parametrize("task", ["run", "formulas", "speed"])
def test_a_file_without_rows_is_a_located_error(tmp_path: Path, content: bytes, task: str) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_bytes(content)
    extra = ("folio",) if task == "run" else ()
    code, _, complaint = command(task, *extra, "--data", path, "--json")
    assert code == 2
    assert str(path) in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize("task", ["run", "formulas", "speed"])
def test_a_missing_file_is_a_located_error(tmp_path: Path, task: str) -> None:
    extra = ("texts",) if task == "run" else ()
    code, _, complaint = command(task, *extra, "--data", tmp_path / "missing.jsonl")
    assert code == 2
    assert "missing.jsonl: the data file cannot be read: No such file" in complaint


def test_a_folder_is_no_data_file(tmp_path: Path) -> None:
    code, _, complaint = command("run", "folio", "--data", tmp_path)
    assert code == 2
    assert "Is a directory" in complaint


def test_limit_takes_the_first_problems(write: Write) -> None:
    _, summary, _ = command("run", "prontoqa", "--data", write(*ANIMALS), "--limit", 2, "--json")
    assert summary["n"] == 2


def test_rows_are_the_same_in_every_run_apart_from_times(write: Write, tmp_path: Path) -> None:
    path = write(*ANIMALS)
    written = []
    for name in ("one.jsonl", "two.jsonl"):
        command("run", "prontoqa", "--data", path, "--rows", tmp_path / name)
        lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        written.append([{k: v for k, v in row.items() if k != "seconds"} for row in rows])
    assert written[0] == written[1]
    assert [row["answer"] for row in written[0]] == ["True", "False", "Uncertain"]


def test_rows_that_cannot_be_written_are_an_error_before_anything_runs(
    write: Write, tmp_path: Path
) -> None:
    code, _, complaint = command("run", "prontoqa", "--data", write(*ANIMALS), "--rows", tmp_path)
    assert code == 2
    assert "the rows cannot be written: Is a directory" in complaint


def test_without_json_a_table_is_printed(write: Write) -> None:
    result = CliRunner().invoke(app, ["run", "prontoqa", "--data", str(write(*ANIMALS, b"{"))])
    assert "accuracy" in result.stdout
    assert "line 4" in result.stdout


def test_python_dash_m_benchmarks_runs_from_the_checkout(write: Write) -> None:
    arguments = ["run", "folio", "--data", str(write(*GOLD_ROWS)), "--method", "gold", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["right"] == 2
    assert done.stderr == ""


def test_the_library_does_not_import_its_benchmarks() -> None:
    script = "import sys, neurologic.cli; print([m for m in sys.modules if 'benchmarks' in m])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


# Formula lines


def test_formula_lines_are_read_and_the_rest_is_listed_by_class(write: Write) -> None:
    sample = "TEXT:\tOtto is old.\nFOL:\tOld(otto)\nTEXT: Flu.\nFOL: Signs(flu, {cough})\n"
    path = write({"samples": [sample, sample, "FOL:\tall x. (P(x) -> Q(x)\n"]})
    code, summary, _ = command("formulas", "--data", path, "--json")
    assert code == 0
    assert (summary["n"], summary["distinct"], summary["read"]) == (5, 3, 3)
    assert (summary["strict"], summary["repaired"], summary["share"]) == (2, 1, 0.6)
    assert summary["failed"] == {"set or list": 2}
    (line,) = summary["unread"]
    assert (line["formula"], line["count"]) == ("Signs(flu, {cough})", 2)


def test_formula_lines_stand_in_three_kinds_of_file(write: Write) -> None:
    rows = write({"premises_fol": ["P(a)"], "conclusion_fol": "Q(a)"}, {"samples": ["FOL: R(a)"]})
    assert [text for _, text in formula_lines(rows)] == ["P(a)", "Q(a)", "R(a)"]
    plain = write(b"# a comment", b"P(a)", b"", b"Q(a)", name="formulas.txt")
    assert [text for _, text in formula_lines(plain)] == ["P(a)", "Q(a)"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty"),
        ("P(a) & ...", "ellipsis"),
        ("In(a, {b, c})", "set or list"),
        ("Born(otto, year=2001)", "keyword argument"),
        ("Said(a, Old(b) & Kind(b))", "formula as argument"),
        ("Old(x) for all x such that Raven(x)", "natural-language residue"),
        ("((P(a))", "unbalanced brackets"),
        ("(P(a)))", "unbalanced brackets"),
        ("In(a, snow island)", "several words where one name is expected"),
    ],
)
def test_failing_lines_are_classed(text: str, kind: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert classify(caught.value) == kind


# Speed and chains


def test_speed_measures_built_in_samples_where_no_data_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NEUROLOGIC_DATA", raising=False)
    code, summary, _ = command("speed", "--rounds", 1, "--json")
    assert code == 0
    assert summary["n"]["problems"] == summary["agree"] > 10
    assert summary["unread"] == 0
    ratios = ("parse_vs_nltk", "parse_memo_vs_nltk", "verdict_vs_z3py", "verdict_vs_z3py_z3only")
    for ratio in ratios:
        assert summary[ratio] > 0
    assert (summary["verdict_vs_prover9"] is None) == (summary["peers"]["prover9"] is None)
    assert set(summary["peers"]) == {"nltk", "z3-solver", "prover9"}


def test_the_built_in_samples_have_the_labels_they_deserve() -> None:
    path = benchmarks.speed.SAMPLES
    _, summary, _ = command("run", "folio", "--data", path, "--method", "gold", "--json")
    assert summary["n"] == summary["right"] == summary["parsed_strict"]


def test_the_peer_knows_all_verdicts() -> None:
    p, q = Atom("P"), Atom("Q")
    assert z3py_verdict([p], p) == "ENTAILED"
    assert z3py_verdict([p], Falsum()) == "REFUTED"
    assert z3py_verdict([p], q) == "UNDETERMINED"
    assert z3py_verdict([Falsum()], Verum()) == "INCONSISTENT"


def test_prover9_is_asked_both_questions_and_proves_by_what_it_prints(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "prover9"
    # A prover that proves a goal exactly if it stands among the assumptions.
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "text = sys.stdin.read()\n"
        "lines = [line.strip() for line in text.splitlines()]\n"
        "goal = lines[lines.index('formulas(goals).') + 1]\n"
        "print('THEOREM PROVED' if lines.count(goal) > 1 else 'SEARCH FAILED')\n",
        encoding="utf-8",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PROVER9", str(tmp_path))
    binary = prover9_binary()
    assert binary == str(program)
    p, q = Atom("P", (Constant("a"),)), Atom("Q", (Constant("a"),))
    assert prover9_verdict([p], p, binary=binary) == "ENTAILED"
    assert prover9_verdict([Not(p)], p, binary=binary) == "REFUTED"
    assert prover9_verdict([p], q, binary=binary) == "UNDETERMINED"
    assert prover9_verdict([p, Not(p)], p, binary=binary) == "INCONSISTENT"


def test_the_peer_refuses_what_it_cannot_say() -> None:
    counting = Comparison(">=", Count((Variable("x"),), Verum()), Numeral(2))  # type: ignore[arg-type]
    with pytest.raises(NotImplementedError):
        z3py_verdict([], counting)


def test_short_chains_have_their_verdicts() -> None:
    code, summary, _ = command("chains", "--depth", 3, "--depth", 60, "--json")
    assert code == 0
    assert summary["n"] == summary["right"] == 6
    assert [row["verdict"] for row in summary["rows"][3:]] == [
        "ENTAILED",
        "REFUTED",
        "UNDETERMINED",
    ]


# Figures on the data sets


def figures(*arguments: object) -> dict[str, Any]:
    code, summary, complaint = command(*arguments, "--json")
    assert code == 0, complaint or summary["errors"]
    return summary


@pytest.mark.parametrize(("negation", "right"), [("explicit", 600), ("classical", 585)])
@pytest.mark.slow
def test_proofwriter_is_answered_from_its_english(data: Path, negation: str, right: int) -> None:
    file = data / "proofwriter_dev.jsonl"
    summary = figures("run", "proofwriter", "--data", file, "--negation", negation)
    assert summary["n"] == summary["translated"] == 600
    assert summary["right"] == right
    assert summary["seconds"] < 40


def test_prontoqa_is_answered_from_its_english(data: Path) -> None:
    summary = figures("run", "prontoqa", "--data", data / "prontoqa_a.jsonl")
    assert summary["n"] == summary["translated"] == summary["right"] == 250


def test_few_answers_to_short_texts_are_wrong(data: Path) -> None:
    summary = figures("run", "texts", "--data", data / "english" / "nlpsolver_core_a.jsonl")
    assert summary["n"] == 508
    assert summary["decided"] > 0
    assert summary["wrong"] <= 0.05 * summary["decided"]


def test_folio_validation_is_decided_by_its_formulas(data: Path) -> None:
    file = data / "folio_validation_a.jsonl"
    summary = figures("run", "folio", "--data", file, "--method", "gold", "--repair")
    assert summary["n"] == summary["translated"] == 113
    assert summary["right"] >= 109


def test_folio_train_is_read_and_its_two_inconsistent_premise_sets_are_found(data: Path) -> None:
    file = data / "folio_train.jsonl"
    summary = figures("run", "folio", "--data", file, "--method", "gold", "--repair")
    assert summary["n"] == summary["unscored"] == 1004
    assert summary["parsed"] >= 994
    assert summary["parsed_strict"] >= 960
    rows = range(317, 320), range(437, 441)
    assert summary["inconsistent"] == [f"folio-train-{i}" for set_ in rows for i in set_]


@pytest.mark.parametrize("shots", [1, 2, 4, 8])
def test_nearly_every_formula_line_of_a_model_is_read(data: Path, shots: int) -> None:
    file = data / "linc" / f"gpt35-folio-{shots}_a.jsonl"
    summary = figures("formulas", "--data", file, "--repair")
    assert summary["share"] >= 0.99
    assert sum(summary["failed"].values()) == summary["n"] - summary["read"]


def test_chains_of_any_depth_are_decided() -> None:
    summary = figures("chains")
    assert summary["right"] == summary["n"] == 15
    assert summary["slowest"] < 5


def test_our_verdicts_are_the_peers_verdicts(data: Path) -> None:
    summary = figures("speed", "--data", data)
    assert summary["agree"] == summary["n"]["problems"] > 0
