"""The command `certify`, and replays that certify their answers."""

from __future__ import annotations

import doctest
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import benchmarks.certify
from benchmarks.certify import items, measure, wide
from benchmarks.cli import app
from benchmarks.rows import DataError
from neurologic import certification
from neurologic.entailment import decide
from neurologic.parsing import parse

TALL = ("Tall(ann)", "all x. (Tall(x) -> Old(x))")
GOALS = {"Old(ann)": "True", "-Old(ann)": "False", "Old(bob)": "Uncertain"}


def written(path: Path, *rows: Mapping[str, object]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def gold(path: Path, *goals: str) -> Path:
    sentences = ["Ann is tall.", "The tall are old."]
    return written(
        path / "gold.jsonl",
        *(
            {
                "id": f"problem {number}",
                "premises": sentences,
                "premises_fol": list(TALL),
                "conclusion": "It is.",
                "conclusion_fol": goal,
                "label": GOALS.get(goal, "Uncertain"),
            }
            for number, goal in enumerate(goals)
        ),
    )


def recorded(path: Path, *goals: str, label: str = "True") -> Path:
    samples = ["\n".join(f"FOL:\t{formula}" for formula in (*TALL, goal)) for goal in goals]
    row = {"id": "ann", "label": label, "samples": samples, "conclusion": "Ann is old."}
    return written(path / "recorded.jsonl", row | {"premises": ["Ann is tall.", "So are the old."]})


def command(*arguments: object) -> tuple[int, dict[str, Any], str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    lines = result.stdout.splitlines()
    summary = json.loads(lines[-1]) if lines and "--json" in arguments else {}
    return result.exit_code, summary, result.stdout + result.stderr


def test_the_examples_in_docstrings_hold() -> None:
    found = doctest.testmod(benchmarks.certify)
    assert found.attempted > 0
    assert found.failed == 0


def test_every_kind_of_verdict_is_certified(tmp_path: Path) -> None:
    path = gold(tmp_path, *GOALS)
    code, summary, _ = command("certify", "folio", "--data", path, "--json")
    assert code == 0
    assert (summary["n"], summary["verdicts"], summary["certified"]) == (3, 3, 3)
    assert summary["rejected"] == summary["disagreements"] == 0
    assert summary["by_verdict"] == {"ENTAILED": 1, "REFUTED": 1, "UNDETERMINED": 1}
    assert (summary["models"], summary["consistency_models"]) == (4, 2)
    assert (summary["proofs"], summary["readable"], summary["max_lines"]) == (2, 2, 2)
    assert summary["misses"] == []


def test_english_is_translated_first(tmp_path: Path) -> None:
    row = {"premises": ["Anne is big.", "All big things are kind."], "label": "True"}
    path = written(tmp_path / "english.jsonl", row | {"conclusion": "Anne is kind."})
    code, summary, _ = command("certify", "proofwriter", "--data", path, "--json")
    assert (code, summary["method"], summary["certified"]) == (0, "english", 1)


def test_translations_that_were_recorded_twice_count_once(tmp_path: Path) -> None:
    path = recorded(tmp_path, "Old(ann)", "Old(ann)", "Old(bob)", "& )( |")
    code, summary, _ = command("certify", "linc", "--data", path, "--json")
    assert (code, summary["n"], summary["certified"]) == (0, 2, 2)


def test_a_verdict_without_a_certificate_is_a_miss_with_its_reason(tmp_path: Path) -> None:
    path = gold(tmp_path, "exists x. x + x = 7", "Old(ann)")
    code, summary, _ = command("certify", "folio", "--data", path, "--json")
    assert code == 0
    assert summary["certified"] == 1
    (miss,) = summary["misses"]
    assert miss["id"] == "problem 0"
    assert "integers" in miss["reason"]


def test_an_engine_that_is_wrong_fails_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = decide(TALL, "-Old(ann)")
    monkeypatch.setattr(benchmarks.certify, "decide", lambda *_, **__: wrong)
    code, summary, _ = command("certify", "folio", "--data", gold(tmp_path, "Old(ann)"), "--json")
    assert code == 1
    assert (summary["disagreements"], summary["certified"]) == (1, 0)


def test_theorems_that_must_come_out_are_held_against_their_label(tmp_path: Path) -> None:
    path = tmp_path / "theorems.txt"
    path.write_text("# two\n1|p | ~p\n2|p ; p -> q ; r\n", encoding="utf-8")
    code, summary, _ = command("certify", "pelletier", "--data", path, "--json")
    assert code == 0
    assert summary["certified"] == 2
    assert [miss["reason"] for miss in summary["misses"]] == [
        "certified UNDETERMINED, not ENTAILED"
    ]


def test_quantifiers_of_the_theorems_reach_as_far_as_they_can() -> None:
    text = wide("exists x y. P(x, y) -> forall x y. P(x, y)")
    assert parse(text) == parse("exists x. exists y. (P(x,y) -> forall x. forall y. P(x,y))")


def test_a_file_that_is_missing_is_said_so(tmp_path: Path) -> None:
    for task in ("folio", "linc", "pelletier"):
        code, _, said = command("certify", task, "--data", tmp_path / "none")
        assert code == 2
        assert "none" in said


def test_recorded_translations_have_no_other_method(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="as recorded"):
        items("linc", "gold", recorded(tmp_path, "Old(ann)"), None)


def test_a_replay_certifies_its_answers_when_asked(tmp_path: Path) -> None:
    path = recorded(tmp_path, "Old(ann)", "Old(ann)", "Old(bob)", label="False")
    _, plain, _ = command("replay", path, "--json")
    assert "certified" not in plain
    code, summary, _ = command("replay", path, "--certify", "--json")
    assert code == 0
    assert (summary["certified"], summary["certified_wrong"]) == (1, 1)
    assert summary["certified_wrong_rate"] == 1.0


def test_an_answer_that_rests_on_inconsistent_premises_is_not_certified(tmp_path: Path) -> None:
    row = {"id": "ann", "label": "True", "samples": ["FOL:\tP(a)\nFOL:\t-P(a)\nFOL:\tQ(b)"]}
    path = written(tmp_path / "r.jsonl", row | {"premises": ["A.", "B."], "conclusion": "C."})
    code, summary, _ = command("replay", path, "--convention", "linc", "--certify", "--json")
    assert code == 0
    assert (summary["right"], summary["certified"]) == (1, 0)


@pytest.mark.solver
@pytest.mark.parametrize("file", ["folio_validation_a.jsonl", "linc/gpt35-folio-8_a.jsonl"])
def test_every_verdict_on_folio_is_certified_and_every_proof_reads(data: Path, file: str) -> None:
    task: Any = "linc" if file.startswith("linc") else "folio"
    tally = measure(items(task, benchmarks.certify.METHODS[task], data / file, 100))
    assert tally.certified == tally.verdicts > 0
    assert tally.rejected == tally.disagreements == 0
    assert tally.misses == []
    assert tally.readable == tally.proofs
    assert max(tally.lines) <= 15


def test_the_names_that_tools_rely_on_are_there() -> None:
    assert {"certify", "Certificate", "Uncertified", "statement"} <= set(certification.__all__)
