"""The table of the likelihood vote, learnt from recorded translations by one command."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.calibrate import learn
from benchmarks.cli import app
from neurologic.entailment import Verdict
from neurologic.voting import Label, LikelihoodTable, Vote, rule, shipped_table

SAYS = {
    "True": "FOL:\tP(a)\nFOL:\tP(a)",
    "False": "FOL:\tP(a)\nFOL:\t-P(a)",
    "Uncertain": "FOL:\tP(a)\nFOL:\tP(b)",
}


def recorded(folder: Path) -> Path:
    """A file of recorded samples in which a quarter of the proofs is lost."""
    rows = []
    for number in range(12):
        label = list(SAYS)[number % 3]
        samples = [SAYS[label]] * 3 + [SAYS["Uncertain"]]
        row = {"id": f"p{number}", "story_id": number // 3, "label": label, "samples": samples}
        rows.append(row | {"premises": ["A is."], "conclusion": f"A is {number}."})
    path = folder / "samples.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def figures(*arguments: str) -> dict[str, Any]:
    found = CliRunner().invoke(app, ["calibrate", *arguments, "--json"])
    assert found.exit_code == 0, found.output
    return dict(json.loads(found.stdout.splitlines()[-1]))


def test_the_table_is_learnt_and_written_and_read_back(tmp_path: Path) -> None:
    written = tmp_path / "table.json"
    found = figures(str(recorded(tmp_path)), "--out", str(written))
    assert (found["n"], found["stories"], found["right"]) == (12, 4, 12)
    table = LikelihoodTable.from_json(json.loads(written.read_text(encoding="utf-8")))
    assert table.chances[0] == pytest.approx((4 / 7, 1 / 7, 2 / 7))
    assert "12 problems of 4 stories in samples.jsonl" in table.provenance


def test_votes_teach_as_the_rule_counts_them() -> None:
    problems: list[tuple[Label, list[Vote]]] = [("True", [Vote(Verdict.INCONSISTENT)])] * 4
    assert learn(problems).chances[0] == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    gullible = rule("majority", inconsistent="true")
    assert learn(problems, counting=gullible).chances[0] == pytest.approx((5 / 7, 1 / 7, 1 / 7))


def test_a_written_table_serves_a_replay(tmp_path: Path) -> None:
    written = tmp_path / "table.json"
    path = recorded(tmp_path)
    figures(str(path), "--out", str(written))
    arguments = ["replay", str(path), "--vote", "likelihood", "--table", str(written), "--json"]
    found = CliRunner().invoke(app, arguments)
    assert json.loads(found.stdout.splitlines()[-1])["right"] == 12


def in_sample(path: Path, table: str | Path) -> tuple[int | None, str]:
    """How many problems a table was learnt from, and what is noted of it."""
    arguments = ["replay", str(path), "--vote", "likelihood", "--table", str(table), "--json"]
    found = CliRunner().invoke(app, arguments)
    return json.loads(found.stdout.splitlines()[-1])["in_sample"], found.stderr


def test_a_replay_says_how_many_problems_its_table_was_learnt_from(tmp_path: Path) -> None:
    table, path = tmp_path / "table.json", recorded(tmp_path)
    figures(str(path), "--out", str(table), "--limit", "9")
    assert in_sample(path, table) == (12, in_sample(path, table)[1])  # the same file
    rows = path.read_text(encoding="utf-8").splitlines()
    part = tmp_path / "part.jsonl"
    part.write_text("\n".join(rows[5:]) + "\n", encoding="utf-8")
    count, told = in_sample(part, table)
    assert count == 4
    assert "learnt from 4 of these problems" in told
    part.write_text("\n".join(rows[9:]) + "\n", encoding="utf-8")
    assert in_sample(part, table) == (0, "")


def test_a_table_that_says_nothing_of_its_problems_is_noted(tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    table.write_text(json.dumps(shipped_table().as_json()), encoding="utf-8")
    count, told = in_sample(recorded(tmp_path), table)
    assert count is None
    assert "it is not known" in told


def test_a_problem_in_several_files_is_one_problem_of_one_story(tmp_path: Path) -> None:
    first = recorded(tmp_path)
    rows = [json.loads(line) for line in first.read_text(encoding="utf-8").splitlines()]
    second = tmp_path / "second.jsonl"
    for row in rows:
        row["samples"].append(SAYS["True"])
        row["story_id"] += 100
    second.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = figures(str(first), str(second))
    assert (found["n"], found["problems"], found["stories"]) == (24, 12, 4)
    said = "12 problems x 2 files of 4 stories in samples.jsonl, second.jsonl"
    assert found["table"]["provenance"] == said


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    found = CliRunner().invoke(app, ["calibrate", str(path), str(path)])
    assert found.exit_code == 2
    assert "the same rows are given twice" in found.output


def test_a_file_without_problems_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    path.write_text("{}\n", encoding="utf-8")
    found = CliRunner().invoke(app, ["calibrate", str(path)])
    assert found.exit_code == 2
    assert "line 1: expected recorded 'samples'" in found.output


def test_a_table_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["calibrate", str(recorded(tmp_path)), "--out", str(tmp_path)])
    assert found.exit_code == 2
    assert "cannot be written" in found.output


def test_the_shipped_table_is_what_the_recorded_samples_teach(data: Path) -> None:
    files = [str(data / "linc" / f"gpt35-folio-{shots}_a.jsonl") for shots in (1, 2, 4, 8)]
    found = figures(*files)
    learnt, shipped = LikelihoodTable.from_json(found["table"]), shipped_table()
    for row, other in zip(learnt.chances, shipped.chances, strict=True):
        assert row == pytest.approx(other, abs=1e-3)
    assert learnt.weight == pytest.approx(shipped.weight, abs=1e-2)
    assert in_sample(Path(files[0]), "shipped")[0] == 102
    assert found["ece"] <= 0.10
