"""The command `equivalence`: candidates against gold, classes against a solver alone, LE beside."""

from __future__ import annotations

import doctest
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import benchmarks.equivalence
import benchmarks.le_score
from benchmarks.classes import by_solver, measure
from benchmarks.cli import app
from benchmarks.equivalence import Pair, judge
from benchmarks.le_score import le_score
from neurologic.parsing import parse
from neurologic.provers.z3 import Z3
from tests.test_equivalence import LE_CALLS_THESE_EQUAL

SENTENCES = ["Ann is tall.", "The tall are old."]
FORMULAS = ["Tall(ann)", "all x. (Tall(x) -> Old(x))"]


def written(path: Path, *rows: Mapping[str, object]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def gold(tmp_path: Path) -> Path:
    row = {
        "id": "ann",
        "premises": SENTENCES,
        "premises_fol": FORMULAS,
        "conclusion": "Ann is old.",
        "conclusion_fol": "Old(ann)",
        "label": "True",
    }
    return written(tmp_path / "gold.jsonl", row)


def recorded(tmp_path: Path, *samples: tuple[str, ...], label: str = "True") -> Path:
    texts = ["\n".join(f"FOL:\t{formula}" for formula in sample) for sample in samples]
    row = {"id": "x", "label": label, "premises": SENTENCES, "conclusion": "Ann is old."}
    return written(tmp_path / "recorded.jsonl", row | {"samples": texts})


def command(*arguments: object) -> tuple[int, dict[str, Any], str]:
    result = CliRunner().invoke(app, ["equivalence", *map(str, arguments)])
    lines = result.stdout.splitlines()
    summary = json.loads(lines[-1]) if lines and "--json" in arguments else {}
    return result.exit_code, summary, result.stdout + result.stderr


@pytest.mark.parametrize("module", [benchmarks.equivalence, benchmarks.le_score])
def test_the_examples_in_docstrings_hold(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("kind", "score"),
    [
        ("swapped quantifiers", 1.0),
        ("another quantifier", 1.0),
        ("swapped arguments", 1.0),
        ("reversed implication", 1.0),
        ("padding", 0.875),
    ],
)
def test_the_le_score_has_its_published_failures(kind: str, score: float) -> None:
    left, right = LE_CALLS_THESE_EQUAL[kind]
    assert le_score(parse(left), parse(right)) == le_score(parse(right), parse(left)) == score


def test_the_le_score_of_unlike_formulas_is_below_one() -> None:
    assert le_score(parse("P(a) & Q(a)"), parse("P(a) | Q(a)")) == 0.5
    assert le_score(parse("P(a)"), parse("-P(a)")) == 0.0


def test_the_le_score_knows_no_equations_and_no_large_formulas() -> None:
    many = parse(" & ".join(f"P{i}(a)" for i in range(13)))
    assert le_score(parse("a = b"), parse("P(a)")) is None
    assert le_score(many, many) is None


@pytest.mark.parametrize("kind", LE_CALLS_THESE_EQUAL)
def test_proof_stands_beside_the_le_score(kind: str) -> None:
    judged = judge(Pair(*LE_CALLS_THESE_EQUAL[kind]), repair=True)
    assert judged.le is not None
    assert judged.le > 0.8
    assert judged.relation != "equivalent"
    assert judged.renamed != "equivalent"


def test_candidates_are_compared_with_the_formulas_of_their_sentences(tmp_path: Path) -> None:
    path = recorded(
        tmp_path,
        ("Tall(ann)", "all y. (-Old(y) -> -Tall(y))", "Old(ann)"),
        ("IsTall(ann)", "all x. (Old(x) -> Tall(x))", "Old(ann"),
    )
    code, summary, _ = command(
        "--gold", gold(tmp_path), "--candidates", path, "--no-repair", "--json"
    )
    assert code == 0
    assert (summary["n"], summary["read"], summary["unmatched"]) == (6, 5, 0)
    assert summary["relations"] == {"equivalent": 3, "incomparable": 2}
    assert summary["relations_renamed"] == {"equivalent": 4, "isomorphic": 1}
    assert summary["true_equivalence"] == 0.5
    assert (summary["le_one"], summary["le_one_not_equivalent"]) == (5, 1)
    assert (summary["samples"], summary["samples_executable"]) == (2, 0.5)
    assert (summary["entailments"], summary["entailment_preserving"]) == (1, 0.5)
    assert summary["entailment_preserving_any"] == 1.0


def test_entailment_is_kept_or_lost_only_where_there_is_one(tmp_path: Path) -> None:
    path = recorded(tmp_path, (*FORMULAS, "Old(ann)"), label="Uncertain")
    _, summary, _ = command("--gold", gold(tmp_path), "--candidates", path, "--json")
    assert (summary["entailments"], summary["entailment_preserving"]) == (0, None)


def test_a_file_of_pairs_needs_no_gold_file(tmp_path: Path) -> None:
    path = written(
        tmp_path / "pairs.jsonl",
        {"gold": "P(a) -> Q(a)", "candidate": "-P(a) | Q(a)"},
        {"gold": "P(a)", "candidate": "age(a) * age(b) > 3"},
        {"gold": "P(a", "candidate": "P(a)"},
    )
    _, summary, _ = command("--candidates", path, "--no-repair", "--json")
    assert (summary["n"], summary["gold_unusable"]) == (2, 1)
    assert (summary["true_equivalence"], summary["executable"]) == (0.5, 0.5)
    assert "samples" not in summary


def test_formulas_are_matched_by_id(tmp_path: Path) -> None:
    known = written(tmp_path / "gold.jsonl", {"id": 1, "formula": "P(a)"})
    path = written(
        tmp_path / "candidates.jsonl",
        {"id": 1, "candidates": ["--P(a)", "Q(a)"]},
        {"id": 2, "formula": "P(a)"},
    )
    _, summary, _ = command("--gold", known, "--candidates", path, "--json")
    assert (summary["n"], summary["unmatched"], summary["true_equivalence"]) == (2, 1, 0.5)


@pytest.mark.parametrize("turned", [False, True])
def test_what_has_two_gold_formulas_is_compared_with_neither(tmp_path: Path, turned: bool) -> None:
    rows = [{"id": "a", "formula": "P(a)"}, {"id": "a", "formula": "Q(a)"}]
    known = written(
        tmp_path / "gold.jsonl", *rows[:: -1 if turned else 1], {"id": "b", "formula": "P(a)"}
    )
    path = written(
        tmp_path / "candidates.jsonl",
        {"id": "a", "formula": "P(a)"},
        {"id": "b", "formula": "P(a)"},
    )
    code, summary, out = command("--gold", known, "--candidates", path, "--json")
    assert (summary["n"], summary["unmatched"], summary["true_equivalence"]) == (1, 1, 1.0)
    assert "several formulas of the id 'a'" in out
    assert code == 1


@pytest.mark.parametrize("turned", [False, True])
def test_a_story_with_two_formulas_of_a_sentence_tells_so(tmp_path: Path, turned: bool) -> None:
    row = json.loads(gold(tmp_path).read_text(encoding="utf-8"))
    other = {**row, "premises_fol": ["Small(ann)", FORMULAS[1]]}
    known = written(tmp_path / "two.jsonl", *[row, other][:: -1 if turned else 1])
    path = recorded(tmp_path, (*FORMULAS, "Old(ann)"))
    _, summary, out = command("--gold", known, "--candidates", path, "--json")
    assert (summary["n"], summary["unmatched"], summary["true_equivalence"]) == (2, 1, 1.0)
    assert "several formulas of the sentence 'Ann is tall.'" in out


def test_programs_are_matched_by_the_sentences_beside_their_formulas(tmp_path: Path) -> None:
    program = (
        "Premises:\nIsTall(ann) ::: Ann is  tall.\nBig(ann) ::: Ann is big.\n"
        "Conclusion:\nOld(ann) ::: Ann is old."
    )
    path = written(tmp_path / "programs.jsonl", {"id": "p", "label": "True", "program": program})
    _, summary, _ = command("--gold", gold(tmp_path), "--candidates", path, "--json")
    assert (summary["n"], summary["unmatched"]) == (2, 1)
    assert summary["equivalent_renamed"] == 1.0


def test_gold_problems_with_too_few_formulas_are_counted(tmp_path: Path) -> None:
    row = {
        "premises": SENTENCES,
        "premises_fol": FORMULAS[:1],
        "conclusion": "Ann is old.",
        "conclusion_fol": "Old(ann)",
    }
    known = written(tmp_path / "gold.jsonl", row)
    path = recorded(tmp_path, (*FORMULAS, "Old(ann)"))
    _, summary, _ = command("--gold", known, "--candidates", path, "--json")
    assert (summary["n"], summary["unmatched"], summary["gold_misaligned"]) == (1, 2, 1)


def test_classes_are_those_of_a_solver_alone_with_fewer_calls(tmp_path: Path) -> None:
    path = recorded(
        tmp_path,
        ("Tall(ann)", "all x. (Tall(x) -> Old(x))", "Old(ann)"),
        ("Tall(ann)", "all x. (-Old(x) -> -Tall(x))", "Old(ann) & -Old(ann)"),
        ("IsTall(ann)", "-exists x. (Tall(x) & -Old(x))", "--Old(ann)"),
    )
    code, summary, _ = command("--classes", path, "--json")
    assert code == 0
    assert (summary["sentences"], summary["candidates"], summary["classes"]) == (3, 9, 5)
    assert (summary["compared"], summary["same"]) == (3, 3)
    assert summary["contradiction"] == 1
    assert summary["solver_calls"] == 6
    assert summary["calls"] == 0


def test_rows_of_candidates_are_grouped_too(tmp_path: Path) -> None:
    rows = [{"candidates": ["P(a)", "--P(a)", "Q(a)"]}, {"candidates": ["P(a"]}]
    path = written(tmp_path / "candidates.jsonl", *rows)
    _, summary, _ = command("--classes", path, "--no-repair", "--json")
    assert (summary["sentences"], summary["classes"], summary["unread"]) == (1, 2, 1)


def test_a_difference_from_the_solver_is_told() -> None:
    formulas = [parse("P(a)"), parse("Q(a)"), parse("P(a) & P(a)")]
    partition, calls = by_solver(formulas, Z3())
    assert partition == {frozenset({0, 2}), frozenset({1})}
    assert calls == 2
    assert measure([formulas], "z3")["same"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give either"),
        (("--classes", "missing.jsonl"), "cannot be read"),
        (("--candidates", "missing.jsonl"), "cannot be read"),
    ],
)
def test_wrong_usage_is_told_in_a_line(arguments: tuple[str, ...], message: str) -> None:
    code, _, output = command(*arguments)
    assert code == 2
    assert message in output


def test_what_cannot_be_paired_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "c.jsonl", {"id": 7, "formula": "P(a)"})
    code, _, output = command("--gold", gold(tmp_path), "--candidates", path)
    assert code == 2
    assert "no candidate has a gold formula" in output


def test_the_classes_of_recorded_samples_are_those_of_a_solver_alone(data: Path) -> None:
    code, summary, _ = command(
        "--classes", data / "linc/gpt35-folio-8_a.jsonl", "--limit", 12, "--json"
    )
    assert code == 0
    assert summary["same"] == summary["compared"] == summary["sentences"] > 50
    assert summary["solver_calls"] >= 100 * max(1, summary["calls"])
