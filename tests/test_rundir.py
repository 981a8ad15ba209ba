"""Run directories: rows outlive whatever stops a run, and only the same run goes on in one."""

import doctest
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import benchmarks.rundir
import benchmarks.runner
from benchmarks.cli import app
from benchmarks.manifest import code_digest, manifest_of
from benchmarks.rows import DataError, Row
from benchmarks.rundir import RunDirectory, config_hash, line_of, opened
from benchmarks.runner import Question, collect, keys_of, problem_row

ROOT = Path(__file__).parent.parent
MANIFEST: dict[str, Any] = {
    "schema": 1,
    "task": "replay",
    "method": "neurologic",
    "command": ["python"],
    "config": {"vote": "majority"},
    "data": {"path": "a.jsonl", "sha256": "0", "rows": 3},
    "versions": {"neurologic": "1", "z3": "2", "grammar": "3", "python": "4", "code": "5"},
    "seed": 0,
}


@pytest.mark.parametrize("module", [benchmarks.rundir, benchmarks.runner])
def test_the_examples_in_docstrings_hold(module: Any) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0
    assert found.failed == 0


WHOLE = line_of(problem_row(key="a", status="ENTAILED", label="True", answer="True"))


def edited(field: str, value: object) -> bytes:
    """A row in which a field is another, or, where the value is None, left out."""
    row = json.loads(WHOLE) | {field: value}
    return line_of({key: each for key, each in row.items() if each is not None or key != field})


class Nobody:
    """Follows a run without a word."""

    def answered(self, row: Row, kept: bool) -> None:
        """Nothing is done."""


def ask_all(directory: RunDirectory, asked: list[str], fail: tuple[str, ...] = ()) -> list[Row]:
    """The rows of three problems; `asked` learns which were asked, those in `fail` raise."""

    def question(key: str) -> Question:
        def ask() -> Row:
            asked.append(key)
            if key in fail:
                raise ZeroDivisionError("a slip")
            return problem_row(key=key, status="ENTAILED", label="True", answer="True", id="ü")

        return Question(key, ask, {"label": "True", "id": "ü"})

    return collect([question(key) for key in "abc"], directory, Nobody())


def same(rows: list[Row]) -> list[Row]:
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def stored(path: Path) -> list[Row]:
    return [json.loads(line) for line in (path / "samples.jsonl").read_bytes().splitlines()]


def test_a_run_that_is_done_is_not_run_again(tmp_path: Path) -> None:
    asked: list[str] = []
    for _ in range(2):
        with opened(tmp_path, MANIFEST) as directory:
            rows = ask_all(directory, asked)
    assert asked == ["a", "b", "c"]
    assert rows == stored(tmp_path)


def test_a_file_cut_off_anywhere_is_completed_to_the_same_rows(tmp_path: Path) -> None:
    with opened(tmp_path / "whole", MANIFEST) as directory:
        whole = ask_all(directory, [])
    content = (tmp_path / "whole" / "samples.jsonl").read_bytes()
    for cut in range(len(content) + 1):
        path = tmp_path / "cut"
        with opened(path, MANIFEST):
            pass
        (path / "samples.jsonl").write_bytes(content[:cut])
        asked: list[str] = []
        with opened(path, MANIFEST) as directory:
            done = len(directory.rows)
            ask_all(directory, asked)
        complete = content[:cut].count(b"\n") + (content[cut:][:1] == b"\n")
        assert done == complete
        assert len(asked) == 3 - complete
        assert same(stored(path)) == same(whole)


def test_a_last_line_of_zeros_is_dropped(tmp_path: Path) -> None:
    with opened(tmp_path, MANIFEST) as directory:
        ask_all(directory, [])
    with (tmp_path / "samples.jsonl").open("ab") as file:
        file.write(b"\0" * 40 + b"\n")
    with opened(tmp_path, MANIFEST) as directory:
        assert list(directory.rows) == ["a", "b", "c"]
        assert directory.notes == ["a row that was cut off is answered again"]
    assert len(stored(tmp_path)) == 3


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (b'{"key": "a"\n{"key": "b"}\n', "not JSON"),
        (WHOLE + WHOLE, "repeats the key 'a'"),
        (edited("votes", None), "expected 'votes', found nothing"),
        (edited("right", None), "expected 'right', found nothing"),
        (edited("error", None), "expected 'error', found nothing"),
        (edited("votes", 5), "expected a list under 'votes', found 5"),
        (edited("votes", [5]), "expected an object for each vote"),
        (edited("votes", [{"verdict": None}]), "expected 'label', found nothing"),
        (b'{"id": "a"}\n{"key": "b"}\n', "has no key"),
    ],
)
def test_broken_rows_are_refused_with_their_line(
    tmp_path: Path, lines: bytes, complaint: str
) -> None:
    with opened(tmp_path, MANIFEST):
        pass
    (tmp_path / "samples.jsonl").write_bytes(lines)
    with pytest.raises(DataError, match=complaint) as caught, opened(tmp_path, MANIFEST):
        pass
    assert ", line " in caught.value.source


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"config": {"vote": "linc"}}, 'config.vote is "majority" there and "linc" now'),
        ({"data": {"sha256": "1"}}, 'data is "0" there and "1" now'),
        ({"versions": {"z3": "9", "neurologic": "1", "grammar": "3"}}, "versions.z3"),
        ({"seed": 1}, "seed is 0 there and 1 now"),
        ({"versions": {**MANIFEST["versions"], "code": "6"}}, 'versions.code is "5" there and "6"'),
    ],
)
def test_another_run_is_refused_with_what_differs(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with opened(tmp_path, MANIFEST):
        pass
    with pytest.raises(DataError) as caught, opened(tmp_path, MANIFEST | change):
        pass
    assert said in caught.value.message
    assert config_hash(MANIFEST) != config_hash(MANIFEST | change)


def test_the_command_and_the_machine_may_differ(tmp_path: Path) -> None:
    other = MANIFEST | {"command": ["else"], "platform": "else", "started": "later"}
    for manifest in (MANIFEST, other):
        with opened(tmp_path, manifest):
            pass
    assert config_hash(MANIFEST) == config_hash(other)


@pytest.mark.parametrize(("grammar", "decides"), [("nltk", True), ("ours", False)])
def test_the_version_of_nltk_decides_where_nltk_reads(grammar: str, decides: bool) -> None:
    first, second = (
        MANIFEST
        | {"config": {"grammar": grammar}, "versions": {**MANIFEST["versions"], "nltk": version}}
        for version in "12"
    )
    assert (config_hash(first) != config_hash(second)) is decides


def test_code_is_told_apart_by_what_its_files_hold(tmp_path: Path) -> None:
    file = tmp_path / "package" / "module.py"
    file.parent.mkdir()
    digests: list[str] = []
    for content in ("a = 1\n", "a = 2\n", "a = 1\n"):
        file.write_text(content, encoding="utf-8")
        (file.parent / "module.pyc").write_text(str(len(digests)), encoding="utf-8")
        digests.append(code_digest(file.parent))
    assert digests[0] == digests[2] != digests[1]


def test_a_change_of_the_report_is_no_other_code(tmp_path: Path) -> None:
    package = tmp_path / "benchmarks"
    package.mkdir()
    empty = code_digest(package)
    (package / "compare.py").write_text("", encoding="utf-8")
    assert code_digest(package) == empty
    (package / "replay.py").write_text("", encoding="utf-8")
    assert code_digest(package) != empty


def test_rows_are_put_in_order_in_linear_time(tmp_path: Path) -> None:
    keys = [str(number) for number in range(20_000)]
    directory = RunDirectory(tmp_path, {key: {"key": key} for key in keys})
    start = time.process_time()
    assert len(directory.ordered(keys)) == len(keys)
    assert time.process_time() - start < 2


def test_rows_without_a_manifest_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "samples.jsonl").write_text("precious\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no manifest\.json"), opened(tmp_path, MANIFEST):
        pass
    assert (tmp_path / "samples.jsonl").read_text(encoding="utf-8") == "precious\n"


@pytest.mark.parametrize("content", ["{", "[]", "[" * 100_000])
def test_a_broken_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match="manifest is not"), opened(tmp_path, MANIFEST):
        pass


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be written"), opened(tmp_path / "file", MANIFEST):
        pass


def test_two_processes_do_not_write_one_directory(tmp_path: Path) -> None:
    with opened(tmp_path, MANIFEST):
        code = (
            "import sys; from pathlib import Path; from benchmarks.rundir import opened\n"
            f"with opened(Path({str(tmp_path)!r}), {MANIFEST!r}): pass"
        )
        other = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
        )
    assert other.returncode == 1
    assert "another process is writing this directory" in other.stderr
    with opened(tmp_path, MANIFEST):
        pass


def test_an_error_is_a_row_and_is_asked_again_on_request(tmp_path: Path) -> None:
    with opened(tmp_path, MANIFEST) as directory:
        rows = ask_all(directory, [], fail=("b",))
    assert [row["status"] for row in rows] == ["ENTAILED", "ERROR", "ENTAILED"]
    assert (rows[1]["error"], rows[1]["message"], rows[1]["id"]) == (
        "ZeroDivisionError",
        "a slip",
        "ü",
    )
    asked: list[str] = []
    with opened(tmp_path, MANIFEST) as directory:
        ask_all(directory, asked)
    assert asked == []
    with opened(tmp_path, MANIFEST, retry_errors=True) as directory:
        ask_all(directory, asked)
        assert [row["key"] for row in stored(tmp_path)] == ["a", "c", "b"]
        directory.ordered("abc")
    assert asked == ["b"]
    assert [(row["key"], row["status"]) for row in stored(tmp_path)] == [
        (key, "ENTAILED") for key in "abc"
    ]


def test_a_row_has_its_keys_in_order_and_times_last() -> None:
    row = problem_row(key="a", status="ENTAILED", more={"extra": 1})
    assert list(row)[:3] == ["key", "id", "story"]
    assert list(row)[-3:] == ["extra", "rlimit", "seconds"]


def test_text_that_is_no_unicode_is_stored_and_read_back() -> None:
    row = problem_row(key="a", status="ERROR", message="\ud800 \0 ü")
    assert json.loads(line_of(row)) == row


def test_keys_are_unique_even_where_names_collide() -> None:
    assert keys_of(["a", "a#2", "a", "a"]) == ["a", "a#2", "a#3", "a#4"]


def test_a_manifest_says_what_a_run_was_made_with(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"a": 1}\n\n{"a": 2}\n', encoding="utf-8")
    manifest = manifest_of("replay", "linc", {"vote": "linc"}, file)
    assert manifest["data"]["path"] == "rows.jsonl"
    assert manifest["data"]["rows"] == 2
    assert len(manifest["data"]["sha256"]) == 64
    assert set(manifest["versions"]) == {
        "neurologic", "z3", "nltk", "python", "grammar", "code",
    }  # fmt: skip
    assert manifest["config_hash"] == config_hash(manifest)
    assert list(manifest)[-1] == "started"
    json.dumps(manifest)


# The commands


def recorded(path: Path, problems: int, samples: int = 3) -> Path:
    """A file of small problems, each with different translations."""
    rows = []
    for number in range(problems):
        texts = [
            f"TEXT:\tAnn is tall.\nFOL:\tTall{number}(ann)\n"
            f"TEXT:\tThe tall are old.\nFOL:\tall x. (Tall{number}(x) -> Old{version}(x))\n"
            f"TEXT:\tAnn is old.\nFOL:\tOld{version % 2}(ann)\n"
            for version in range(samples)
        ]
        rows.append(
            {
                "id": f"p{number}",
                "premises": ["Ann is tall.", "The tall are old."],
                "conclusion": "Ann is old.",
                "label": "True",
                "story_id": number // 2,
                "samples": texts,
            }
        )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def command(*arguments: object) -> tuple[int, dict[str, Any], str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    lines = result.stdout.splitlines()
    return result.exit_code, json.loads(lines[-1]) if lines else {}, result.stderr


def timeless(summary: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in summary.items() if key != "seconds"}


def test_rows_are_the_same_in_every_run_apart_from_times(tmp_path: Path) -> None:
    file = recorded(tmp_path / "file.jsonl", problems=4)
    first, second = (command("replay", file, "--out", tmp_path / name, "--json") for name in "ab")
    assert timeless(first[1]) == timeless(second[1])
    assert same(stored(tmp_path / "a")) == same(stored(tmp_path / "b"))
    kept = json.loads((tmp_path / "a" / "summary.json").read_bytes())
    assert kept == first[1]
    assert {item.name for item in (tmp_path / "a").iterdir()} == {
        ".lock",
        "manifest.json",
        "samples.jsonl",
        "summary.json",
    }


def test_a_run_with_more_problems_goes_on_where_the_smaller_one_ended(tmp_path: Path) -> None:
    file = recorded(tmp_path / "file.jsonl", problems=4)
    out = tmp_path / "run"
    assert command("replay", file, "--out", out, "--limit", 2, "--json")[1]["n"] == 2
    assert command("replay", file, "--out", out, "--json")[1]["n"] == 4
    _, summary, told = command("replay", file, "--out", out, "--limit", 2, "--json")
    note = "the directory holds 4 problems, of which 2 were asked for; the figures are over all of them"
    assert (summary["n"], summary["notes"]) == (4, [note])
    assert note in told


def test_a_run_over_fewer_problems_than_are_kept_says_over_which_its_figures_are(
    tmp_path: Path,
) -> None:
    rows = [
        {"premises": ["Otto is a raven."], "conclusion": f"Otto is {word}.", "label": "Uncertain"}
        for word in ("black", "old", "tall")
    ]
    file = tmp_path / "ravens.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    options = ("run", "folio", "--data", file, "--out", tmp_path / "run", "--json")
    assert "notes" not in command(*options)[1]
    _, summary, told = command(*options, "--limit", 1)
    note = "the directory holds 3 problems, of which 1 were asked for; the figures are over all of them"
    assert (summary["n"], summary["notes"]) == (3, [note])
    assert note in told


def test_numbers_that_are_not_finite_are_null_on_the_disk_and_in_the_figures(
    tmp_path: Path,
) -> None:
    nan, inf = float("nan"), float("inf")

    def ask() -> Row:
        row = problem_row(key="a", status="ENTAILED", confidence=nan, agreement=1.0)
        return row | {"tally": {"shares": [inf, 0.5]}}

    with opened(tmp_path / "run", {"task": "t"}) as directory:
        (row,) = collect([Question("a", ask, {})], directory, Nobody())
        directory.summarise({"ece": nan, "ci95": [0.0, -inf]})
    assert (row["confidence"], row["agreement"], row["tally"]) == (
        None,
        1.0,
        {"shares": [None, 0.5]},
    )
    for name in ("samples.jsonl", "summary.json"):
        text = (tmp_path / "run" / name).read_text(encoding="utf-8")
        assert json.loads(text, parse_constant=pytest.fail)


def test_another_vote_in_the_same_directory_is_refused(tmp_path: Path) -> None:
    file = recorded(tmp_path / "file.jsonl", problems=2)
    command("replay", file, "--out", tmp_path / "run", "--json")
    code, _, complaint = command("replay", file, "--out", tmp_path / "run", "--vote", "linc")
    assert code == 2
    assert 'config.vote is "majority" there and "linc" now' in complaint


def test_rows_of_other_code_are_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = recorded(tmp_path / "file.jsonl", problems=2)
    command("replay", file, "--out", tmp_path / "run", "--limit", 1, "--json")
    monkeypatch.setattr("benchmarks.manifest.code_digest", lambda *_: "other")
    code, _, complaint = command("replay", file, "--out", tmp_path / "run")
    assert code == 2
    assert "versions.code is" in complaint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_output_that_cannot_be_written_is_told_in_a_line(tmp_path: Path) -> None:
    file = recorded(tmp_path / "file.jsonl", problems=1)
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks", "replay", str(file), "--json"],
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["error: cannot write the output: No space left on device"]


def test_run_keeps_its_rows_as_replay_does(tmp_path: Path) -> None:
    file = tmp_path / "file.jsonl"
    row = {"id": "a", "premises": ["Otto is a raven.", "All ravens are black."]}
    row |= {"conclusion": "Otto is black.", "label": "True"}
    file.write_text(json.dumps(row) + "\nbroken\n", encoding="utf-8")
    arguments = ("run", "folio", "--data", file, "--out", tmp_path / "run", "--json")
    code, summary, _ = command(*arguments)
    assert code == 1
    assert (summary["n"], summary["right"], summary["errors"]) == (2, 1, {"DataError": 1})
    first, second = stored(tmp_path / "run")
    assert (first["key"], first["status"], first["right"]) == ("a", "ENTAILED", True)
    assert [vote["verdict"] for vote in first["votes"]] == ["ENTAILED"]
    assert (second["key"], second["status"]) == ("file.jsonl, line 2", "ERROR")
    assert timeless(command(*arguments)[1]) == timeless(summary)


def test_ctrl_c_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = recorded(tmp_path / "file.jsonl", problems=3)
    original = RunDirectory.append

    def append(self: RunDirectory, row: Row) -> None:
        original(self, row)
        if len(self.rows) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(RunDirectory, "append", append)
    code, _, complaint = command("replay", file, "--out", tmp_path / "run")
    assert code == 130
    assert "2 of 3 problems are kept" in complaint
    assert "the same command goes on" in complaint
    monkeypatch.undo()
    assert command("replay", file, "--out", tmp_path / "run", "--json")[1]["n"] == 3


def test_ctrl_c_without_a_directory_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("benchmarks.console.collect", stop)
    code, _, complaint = command("replay", recorded(tmp_path / "file.jsonl", problems=1))
    assert code == 130
    assert "no row is kept without --out" in complaint


def test_retrying_errors_needs_a_directory(tmp_path: Path) -> None:
    file = recorded(tmp_path / "file.jsonl", problems=1)
    code, _, complaint = command("replay", file, "--retry-errors")
    assert code == 2
    assert "--out" in complaint


# Killed


def killed(
    arguments: list[str], root: Path, samples: Path, when: Callable[[int], int], pause: float
) -> int:
    """Start a run and kill it once it has written some more rows; the rows it left."""

    def rows() -> int:
        return samples.read_bytes().count(b"\n") if samples.exists() else 0

    process = subprocess.Popen(
        arguments, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    target = when(rows())
    while rows() < target and process.poll() is None:
        time.sleep(0.001)
    time.sleep(pause)
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=60) == -signal.SIGKILL
    return rows()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system knows no SIGKILL")
def test_a_run_killed_twenty_times_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    file = recorded(tmp_path / "file.jsonl", problems=250, samples=8)
    dice = random.Random(0)
    root = tmp_path / "code"  # a copy: code that changes meanwhile would end the run
    for package in ("neurologic", "benchmarks", "grammars"):
        shutil.copytree(ROOT / package, root / package)

    def arguments(out: str) -> list[str]:
        replay = [sys.executable, "-m", "benchmarks", "replay", str(file), "--json"]
        return [*replay, "--out", str(tmp_path / out)]

    def finished(out: str) -> dict[str, Any]:
        done = subprocess.run(
            arguments(out), cwd=root, capture_output=True, text=True, timeout=120, check=True
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    undisturbed = finished("whole")
    samples = tmp_path / "killed" / "samples.jsonl"
    left = [
        killed(
            arguments("killed"),
            root,
            samples,
            lambda n: n + dice.randint(0, 8),
            dice.random() / 50,
        )
        for _ in range(20)
    ]
    assert left == sorted(left)
    assert 0 < left[-1] < 250
    assert timeless(finished("killed")) == timeless(undisturbed)
    assert same(stored(tmp_path / "killed")) == same(stored(tmp_path / "whole"))
    assert len({row["key"] for row in stored(tmp_path / "killed")}) == 250
