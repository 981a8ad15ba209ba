"""Puzzles run step by step: read, scripted, decided; what fails is named and nothing is guessed."""

from __future__ import annotations

import doctest
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

import benchmarks.clues
import benchmarks.composing
import benchmarks.dialects.declarations
import benchmarks.dialects.orders
import benchmarks.dialects.questions
import benchmarks.fallback
import benchmarks.logiclm
import benchmarks.puzzles
import benchmarks.requests
import benchmarks.scripts
import benchmarks.stages
from benchmarks.asking import ModelMethod
from benchmarks.composing import Composing, Stepwise, question
from benchmarks.data import Example
from benchmarks.dialects import declarations
from benchmarks.fallback import read_letter
from benchmarks.measures import error_class
from benchmarks.models import Metered
from benchmarks.puzzles import Grid, Puzzle, puzzle_of
from benchmarks.rows import DataError, Row
from benchmarks.runner import Halt
from benchmarks.runs import read_run, read_sample
from benchmarks.scripts import script
from benchmarks.stages import stage_of
from benchmarks.stepwise import summary_of
from neurologic.choice import solve
from neurologic.errors import (
    BudgetExceeded,
    LLMError,
    LLMUsageError,
    NeurologicError,
    ParseError,
)
from neurologic.formula import Formula
from neurologic.llm import Request, Scripted, complete
from neurologic.parsing import read_choice
from tests.puzzle_rows import (
    DECLARED,
    GAME,
    ORDER,
    ORDER_PROGRAM,
    PREPARED,
    PROGRAM,
    STREET,
    game,
    prepared,
    street,
    written,
)
from tests.test_models import command, rows_of


@pytest.mark.parametrize(
    "module",
    [
        benchmarks.clues,
        benchmarks.composing,
        benchmarks.dialects.declarations,
        benchmarks.dialects.orders,
        benchmarks.dialects.questions,
        benchmarks.fallback,
        benchmarks.logiclm,
        benchmarks.puzzles,
        benchmarks.scripts,
        benchmarks.stages,
    ],
)
def test_examples_in_docstrings_hold(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The files of a run on a game: the data, its preparation, a recorded program."""
    return {
        "data": written(tmp_path / "games.jsonl", GAME),
        "preparation": written(tmp_path / "prepared.jsonl", PREPARED),
        "program": written(tmp_path / "programs.jsonl", {"id": "reef-1", "program": PROGRAM}),
    }


def clover(task: str, *options: object) -> tuple[dict[str, Any], int]:
    code, summary, complaint = command("run", task, "--method", "clover", "--json", *options)
    assert code in (0, 1), complaint
    return summary, code


def on_game(files: Mapping[str, Path], *options: object) -> dict[str, Any]:
    summary, _ = clover(
        "arlsat", "--data", files["data"], "--preparation", files["preparation"],
        "--model", f"scripted:logiclm:{files['program']}", *options,
    )  # fmt: skip
    return summary


# -- runs on scripts


def test_a_grid_is_found_proved_unique_and_compared(tmp_path: Path) -> None:
    data = written(tmp_path / "streets.jsonl", STREET)
    summary, code = clover(
        "zebralogic", "--data", data, "--model", "scripted:zebra", "--out", tmp_path / "run"
    )
    assert (code, summary["n"], summary["right"], summary["statuses"]) == (0, 1, 1, {"UNIQUE": 1})
    assert (summary["sentences"], summary["formed"]) == (8, 8)
    assert summary["calls"] == {"all": 2.0, "compose": 1.0, "structure": 1.0}
    (row,) = rows_of(tmp_path / "run")
    assert row["answer"] == "1 ada owl iced-tea; 2 ben goat milk; 3 cal newt cocoa"
    assert read_run(tmp_path / "run").samples[0].right


def test_the_gold_grid_is_compared_with_and_not_used(tmp_path: Path) -> None:
    rows = STREET["label"]["rows"]
    turned = [["1", *rows[2][1:]], ["2", *rows[1][1:]], ["3", *rows[0][1:]]]
    other = {**STREET, "label": {**STREET["label"], "rows": turned}}
    data = written(tmp_path / "streets.jsonl", other)
    summary, _ = clover(
        "zebralogic", "--data", data, "--model", "scripted:zebra", "--out", tmp_path / "run"
    )
    assert (summary["right"], summary["wrong"], summary["answered"]) == (0, 1, 1)
    (row,) = rows_of(tmp_path / "run")
    assert row["answer"] == "1 ada owl iced-tea; 2 ben goat milk; 3 cal newt cocoa"


@pytest.mark.parametrize(
    ("clues", "status"),
    [
        ("Ada is in the first house", "SEVERAL"),
        ("Ada is in the first house\nAda is in the second house", "INCONSISTENT"),
        ("Ada is in the first house\nIt rains", "UNTRANSLATED"),
    ],
)
def test_a_grid_that_is_not_the_only_one_is_no_answer(
    tmp_path: Path, clues: str, status: str
) -> None:
    data = written(tmp_path / "streets.jsonl", {**STREET, "clover_constraints": clues})
    summary, code = clover("zebralogic", "--data", data, "--model", "scripted:zebra")
    assert (code, summary["statuses"], summary["answered"]) == (0, {status: 1}, 0)


@pytest.mark.parametrize(
    ("exists", "unique", "status"),
    [
        (False, None, "INCONSISTENT"),
        (None, None, "UNKNOWN"),
        (True, None, "UNKNOWN"),
        (True, False, "SEVERAL"),
        (True, True, "UNIQUE"),
    ],
)
@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("reason", ["", "not decided", "it is too large to write down"])
def test_the_status_of_a_grid_is_what_was_decided_and_not_how_it_is_worded(
    monkeypatch: pytest.MonkeyPatch,
    exists: bool | None,
    unique: bool | None,
    status: str,
    shown: bool,
    reason: str,
) -> None:
    solution = solve(street().prepared.signature, _SURE)  # type: ignore[union-attr]
    structure = solution.structure if exists and (shown or unique is not None) else None
    found = replace(solution, structure=structure, unique=unique, exists=exists, reason=reason)
    monkeypatch.setattr(benchmarks.composing, "solve", lambda *_: found)
    row = row_of(street(), Composing("clover", Metered(script("scripted:zebra", []))))
    assert row["status"] == status
    assert (row["answer"] is not None) == (status == "UNIQUE")


_SURE = [
    f"{function}({person}) = {value}"
    for person, *values in (("Ada", 1, "owl", "milk"), ("Ben", 2, "newt", "cocoa"),
                            ("Cal", 3, "goat", "iced_tea"))
    for function, value in zip(("lives", "keeps", "has_drink"), values, strict=True)
]  # fmt: skip


@pytest.mark.parametrize("method", ["clover", "draft-and-prune"])
@pytest.mark.parametrize("options", [None, []])
def test_a_question_without_options_is_not_prepared_and_not_asked_again(
    method: Any, options: object
) -> None:
    model = Scripted(lambda request: "")
    puzzle = puzzle_of("arlsat", {**GAME, "options": options})
    row = row_of(puzzle, Composing(method, Metered(model)))
    assert (row["status"], row["error"], row["answer"]) == ("UNPREPARED", "Unprepared", None)
    assert not model.requests


def test_recorded_formulas_answer_where_their_sentences_match(files: dict[str, Path]) -> None:
    summary = on_game(files)
    assert (summary["statuses"], summary["right"], summary["accuracy"]) == ({"ONE": 1}, 1, 1.0)
    assert (summary["sentences"], summary["formed"], summary["exec_accuracy"]) == (5, 5, 1.0)
    assert summary["model"].startswith("scripted:logiclm:programs.jsonl@")


def test_a_sentence_without_a_recorded_formula_is_left_out_and_named(
    files: dict[str, Path], tmp_path: Path
) -> None:
    changed = PROGRAM.replace("Ada dives before Ben.", "Ben dives after Ada.")
    written(files["program"], {"id": "reef-1", "program": changed})
    summary = on_game(files, "--out", tmp_path / "run")
    assert (summary["statuses"], summary["formed"]) == ({"UNTRANSLATED": 1}, 4)
    assert summary["unread"] == {"TranslationError: unpaired": 1}
    (row,) = rows_of(tmp_path / "run")
    assert (row["answer"], row["error"]) == (None, "TranslationError")


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("slot(ada) < slot(ben) :::", "slot(ada) < slot(ada) :::", "UNTRANSLATED"),
        ("Distinct([d:diver], slot(d))", "slot(ben) < slot(ada)", "INCONSISTENT"),
        ("is_valid(slot(cal) == 1)", "is_valid(slot(ben) != 1)", "SEVERAL"),
        ("is_valid(slot(ada) != 3)", "is_valid(slot(ada) == 3)", "NONE"),
        ("is_valid(slot(ada) != 3)", "is_valid(__import__('os'))", "UNTRANSLATED"),
        ("is_valid(slot(ada) != 3)", "is_valid(Depth(ada) > 3)", "UNTRANSLATED"),
    ],
)
def test_what_formulas_come_to_is_told_and_never_guessed(
    files: dict[str, Path], old: str, new: str, status: str
) -> None:
    assert old in PROGRAM
    written(files["program"], {"id": "reef-1", "program": PROGRAM.replace(old, new)})
    summary = on_game(files)
    assert (summary["statuses"], summary["answered"]) == ({status: 1}, 0)
    assert status != "UNTRANSLATED" or set(summary["errors"]) <= _UNTRANSLATED


_UNTRANSLATED = {"TranslationError", "ParseError", "SignatureError"}


def test_another_problem_has_no_formulas(files: dict[str, Path]) -> None:
    written(files["program"], {"id": "other", "program": ORDER_PROGRAM})
    summary = on_game(files)
    assert (summary["statuses"], summary["formed"]) == ({"UNTRANSLATED": 1}, 0)


def test_a_puzzle_that_nobody_prepared_is_prepared_by_the_model(tmp_path: Path) -> None:
    data = written(tmp_path / "shelves.jsonl", ORDER)
    programs = written(tmp_path / "p.jsonl", {"id": "shelf-1", "program": ORDER_PROGRAM})
    summary, _ = clover(
        "logicaldeduction", "--data", data, "--model", f"scripted:logiclm:{programs}"
    )
    assert (summary["right"], summary["statuses"]) == (1, {"ONE": 1})
    assert summary["calls"] == {"all": 3.0, "compose": 1.0, "prepare": 1.0, "structure": 1.0}


def test_a_model_prepares_once_for_many_runs(tmp_path: Path) -> None:
    data = written(tmp_path / "shelves.jsonl", ORDER)
    programs = written(tmp_path / "p.jsonl", {"id": "shelf-1", "program": ORDER_PROGRAM})
    options = ("--data", data, "--model", f"scripted:logiclm:{programs}")
    clover("logicaldeduction", *options, "--out", tmp_path / "run")
    saved = tmp_path / "run" / "samples.jsonl"
    summary, _ = clover("logicaldeduction", *options, "--preparation", saved, "--structures", 0)
    assert (summary["right"], summary["calls"]) == (1, {"all": 1.0, "compose": 1.0})
    written(saved, {**rows_of(tmp_path / "run")[0], "preparation": {"declarations": 3}})
    summary, _ = clover("logicaldeduction", *options, "--preparation", saved)
    assert summary["statuses"] == {"UNPREPARED": 1}


def test_a_line_without_words_costs_a_puzzle_none_of_its_other_formulas(
    files: dict[str, Path], tmp_path: Path
) -> None:
    """Whoever prepares by a script, or starts from what a script prepared, gets the same formulas."""
    bare = PROGRAM.replace(" ::: No two divers dive in one slot.", "")
    written(files["program"], {"id": "reef-1", "program": bare})
    options = ("--data", files["data"], "--model", f"scripted:logiclm:{files['program']}")
    first, _ = clover("arlsat", *options, "--out", tmp_path / "run")
    saved = tmp_path / "run" / "samples.jsonl"
    second, _ = clover("arlsat", *options, "--preparation", saved)
    assert (first["formed"], first["sentences"]) == (4, 5)
    assert (second["formed"], second["sentences"]) == (4, 5)


def test_runs_over_the_same_puzzles_compare_whoever_prepared_them(tmp_path: Path) -> None:
    data = written(tmp_path / "shelves.jsonl", ORDER)
    programs = written(tmp_path / "p.jsonl", {"id": "shelf-1", "program": ORDER_PROGRAM})
    options = ("--data", data, "--model", f"scripted:logiclm:{programs}")
    first, second = tmp_path / "first", tmp_path / "second"
    alone, _ = clover("logicaldeduction", *options, "--out", first)
    saved = ("--preparation", first / "samples.jsonl")
    summary, _ = clover("logicaldeduction", *options, *saved, "--out", second)
    assert ("prepared" in alone, summary["prepared"]) == (False, 1)
    (mine,), (theirs,) = rows_of(first), rows_of(second)
    assert (mine["prepared_by"], theirs["prepared_by"]) == ("model", "file")
    assert mine["prepared"] == theirs["prepared"]
    assert len(mine["prepared"]) == len(mine["formulas"][0])
    assert mine["premises"] == theirs["premises"] == [ORDER["context"]]
    code, found, complaint = command("compare", first, second, "--json")
    assert (code, found["n"]) == (0, 1), complaint


def test_runs_over_puzzles_with_other_options_are_refused(
    files: dict[str, Path], tmp_path: Path
) -> None:
    on_game(files, "--out", tmp_path / "a")
    changed = ["A) Ada is not last.", "B) Cal is first.", "C) Ben is third."]
    written(files["data"], {**GAME, "options": changed})
    on_game(files, "--out", tmp_path / "b")
    code, _, complaint = command("compare", tmp_path / "a", tmp_path / "b", "--json")
    assert (code, "has options" in complaint) == (2, True)


def test_preparations_that_would_be_paid_for_again_are_refused(files: dict[str, Path]) -> None:
    own = ("--data", files["data"], "--model", f"scripted:logiclm:{files['program']}")
    options = ("run", "arlsat", "--method", "clover", *own, "--preparation", files["preparation"])
    written(files["preparation"], {**PREPARED, "id": "cave-1"})
    code, _, complaint = command(*options)
    assert (code, "no preparation is for a puzzle" in complaint) == (2, True)
    files["preparation"].write_text(f"{json.dumps(PREPARED)}\n{json.dumps(PREPARED)[:90]}\n")
    code, _, complaint = command(*options)
    assert (code, "line 2" in complaint, "not JSON" in complaint) == (2, True, True)


def test_a_preparation_that_cannot_be_used_is_named(files: dict[str, Path]) -> None:
    written(files["preparation"], {**PREPARED, "clover_declarations": "import os"})
    summary = on_game(files)
    assert summary["statuses"] == {"UNPREPARED": 1}
    assert summary["errors"] == {"Unprepared": 1}
    assert "recorded preparation" in summary["messages"]["Unprepared"]


def test_drafts_are_pruned_and_vote(files: dict[str, Path]) -> None:
    code, summary, _ = command(
        "run", "arlsat", "--method", "draft-and-prune", "--data", files["data"],
        "--model", f"scripted:logiclm:{files['program']}", "--samples", 3, "--json",
    )  # fmt: skip
    assert (code, summary["right"], summary["statuses"]) == (0, 1, {"VOTED": 1})
    assert (summary["programs"], summary["plans"]) == ({"one": 3}, 3)
    assert summary["calls"] == {"all": 6.0, "plan": 3.0, "program": 3.0}


def test_a_draft_that_does_not_hold_up_has_no_vote(files: dict[str, Path]) -> None:
    changed = PROGRAM.replace("slot(ada) != 3", "slot(ada) == 3")
    written(files["program"], {"id": "reef-1", "program": changed})
    code, summary, _ = command(
        "run", "arlsat", "--method", "draft-and-prune", "--data", files["data"],
        "--model", f"scripted:logiclm:{files['program']}", "--samples", 2, "--json",
    )  # fmt: skip
    assert (code, summary["statuses"], summary["answered"]) == (0, {"PRUNED": 1}, 0)
    assert summary["programs"] == {"none": 2}


FOLIO = {
    "id": "birds", "premises": ["All ravens are black.", "Otto is a raven."],
    "conclusion": "Otto is black.", "label": "True",
}  # fmt: skip
RULES = """Predicates:
Raven(x) ::: x is a raven
Premises:
∀x (Raven(x) → Black(x)) ::: All ravens are black.
Raven(otto) ::: Otto is a raven.
Conclusion:
Black(otto) ::: Otto is black.
"""


@pytest.mark.parametrize("method", ["clover", "draft-and-prune"])
def test_problems_with_a_conclusion_run_as_well(tmp_path: Path, method: str) -> None:
    data = written(tmp_path / "folio.jsonl", FOLIO)
    programs = written(tmp_path / "p.jsonl", {"id": "other-name", "program": RULES})
    code, summary, complaint = command(
        "run", "folio", "--method", method, "--data", data, "--samples", 1,
        "--model", f"scripted:logiclm:{programs}", "--json",
    )  # fmt: skip
    assert (code, summary["right"], summary["statuses"]) == (0, 1, {"ENTAILED": 1}), complaint
    assert (summary["sentences"], summary["formed"], summary["unread"]) == (3, 3, {})
    assert ("candidates" in summary) is (method == "clover")


def test_proofwriter_rules_are_formulas_of_their_sentences(tmp_path: Path) -> None:
    program = """Predicates:
Raven($x, bool) ::: Is x a raven?
Black($x, bool) ::: Is x black?
Facts:
Raven(Otto, True) ::: Otto is a raven.
Rules:
Raven($x, True) >>> Black($x, True) ::: All ravens are black.
Query:
Black(Otto, False) ::: Otto is not black.
"""
    row = {**FOLIO, "conclusion": "Otto is not black.", "label": "False"}
    data = written(tmp_path / "pw.jsonl", row)
    programs = written(tmp_path / "p.jsonl", {"id": "birds", "program": program})
    summary, _ = clover("proofwriter", "--data", data, "--model", f"scripted:logiclm:{programs}")
    assert (summary["right"], summary["statuses"]) == (1, {"REFUTED": 1})


# -- what options do


def test_without_structures_none_are_asked_for(files: dict[str, Path]) -> None:
    summary = on_game(files, "--structures", 0, "--verify", "none")
    assert (summary["right"], summary["structures"], summary["verify"]) == (1, 0, "none")
    assert summary["calls"] == {"all": 1.0, "compose": 1.0}


def test_samples_enlarge_the_pool_that_is_selected_from(files: dict[str, Path]) -> None:
    summary = on_game(files, "--structures", 0, "--samples", 4)
    assert summary["candidates"] == {"formulas": 20, "classes": 5, "judgements": 0}
    assert summary["calls"] == {"all": 4.0, "compose": 4.0}


def test_offline_structures_spare_the_model_what_english_rules_read(tmp_path: Path) -> None:
    data = written(tmp_path / "folio.jsonl", FOLIO)
    programs = written(tmp_path / "p.jsonl", {"id": "birds", "program": RULES})
    summary, _ = clover(
        "folio", "--data", data, "--model", f"scripted:logiclm:{programs}", "--offline-structures"
    )
    assert summary["right"] == 1
    assert summary["offline_structures"] is True
    assert "structure" not in summary["calls"]


@pytest.mark.parametrize(
    ("task", "options", "told"),
    [
        ("folio", ("--method", "linc", "--verify", "none"), "--verify: not for --method linc"),
        ("folio", ("--method", "english", "--structures", "2"), "--structures: not for"),
        ("folio", ("--method", "clover", "--vote", "majority"), "--vote: not for --method clover"),
        ("arlsat", ("--method", "clover", "--batch"), "--batch: not for"),
        ("arlsat", ("--method", "draft-and-prune", "--verify", "none"), "--verify: not for"),
        ("arlsat", ("--method", "draft-and-prune", "--structures", "0"), "--structures: not for"),
        ("folio", ("--method", "english", "--structures", "0"), "--structures: not for"),
        ("folio", ("--method", "english", "--rounds", "0"), "--rounds"),
        ("zebralogic", ("--method", "draft-and-prune"), "a grid has none"),
        ("arlsat", ("--method", "clover", "--negation", "explicit"), "--negation explicit"),
        ("arlsat", ("--method", "linc"), "data set of puzzles"),
        ("arlsat", (), "data set of puzzles"),
    ],
)
def test_options_that_say_nothing_are_refused(
    tmp_path: Path, task: str, options: tuple[str, ...], told: str
) -> None:
    rows = {"folio": FOLIO, "arlsat": {**GAME, **PREPARED}, "zebralogic": STREET}
    data = written(tmp_path / "d.jsonl", rows[task])
    code, _, complaint = command("run", task, "--data", data, "--model", "scripted:zebra", *options)
    assert code == 2
    assert told in complaint


def test_whoever_gives_a_model_in_vain_is_told_which_methods_ask_one(tmp_path: Path) -> None:
    data = written(tmp_path / "d.jsonl", FOLIO)
    code, _, complaint = command(
        "run", "folio", "--method", "english", "--data", data, "--model", "m"
    )
    assert code == 2
    told = set(re.findall(r"[\w-]+", complaint))
    assert told >= {*get_args(ModelMethod), *get_args(Stepwise)}


def test_a_preparation_is_for_puzzles(tmp_path: Path, files: dict[str, Path]) -> None:
    data = written(tmp_path / "d.jsonl", FOLIO)
    options = ("--method", "clover", "--model", "scripted:zebra")
    code, _, complaint = command(
        "run", "folio", "--data", data, *options, "--preparation", files["preparation"]
    )
    assert (code, "--preparation is for" in complaint) == (2, True)
    for name in (files["data"], tmp_path / "missing.jsonl"):
        code, _, complaint = command(
            "run", "arlsat", "--data", files["data"], *options, "--preparation", name
        )
        assert (code, str(name) in complaint) == (2, True)


# -- models that answer by rule


def asking(answer: Callable[[str, Request], str | LLMError], **options: Any) -> Composing:
    llm = Scripted(lambda request: answer(stage_of(request), request))
    return Composing("clover", Metered(llm), rounds=0, **options)


FORMULAS = {
    "No two divers dive in one slot": "Distinct(d: divers, dives(d))",
    "Ada dives before Ben": "dives(Ada) < dives(Ben)",
    "Ada does not dive last": "dives(Ada) != 3",
    "Cal dives first": "dives(Cal) = 1",
    "Ben dives second": "dives(Ben) = 2",
}


def composed(request: Request, formulas: Mapping[str, str]) -> str:
    found = [
        {**row, "steps": [{"text": row["sentence"], "formula": formulas[row["sentence"]]}]}
        for row in benchmarks.requests.rows_of(request)
        if row["sentence"] in formulas
    ]
    return json.dumps({"sentences": found})


def row_of(puzzle: Puzzle | Example, how: Composing) -> Row:
    return question("p", puzzle, how).row()


def test_the_judge_is_counted_as_a_stage_of_its_own() -> None:
    wrong = {**FORMULAS, "Ada dives before Ben": "dives(Ben) < dives(Ada)"}

    def answer(stage: str, request: Request) -> str:
        if stage == "judge":
            return json.dumps({"reason": "so it is", "answer": "yes"})
        return composed(request, wrong if request.sample % 3 == 0 else FORMULAS)

    options: dict[str, Any] = {"structures": 0, "samples": 3, "verify": "disprove"}
    row = row_of(game(), asking(answer, **options))
    assert (row["status"], row["right"]) == ("ONE", True)
    assert row["calls"]["judge"] >= 1
    assert row["candidates"]["judgements"] == row["calls"]["judge"]
    assert sum(row["calls"].values()) == sum(c["calls"] for c in row["llm"].values())


def test_the_heaviest_class_wins_whatever_came_first() -> None:
    wrong = {**FORMULAS, "Ada dives before Ben": "dives(Ben) < dives(Ada)"}

    def answer(stage: str, request: Request) -> str:
        return composed(request, wrong if request.sample == 0 else FORMULAS)

    rows = [
        row_of(game(), asking(answer, structures=0, samples=3, verify=verify))
        for verify in ("none", "consistency")
    ]
    assert [row["right"] for row in rows] == [False, True]


@pytest.mark.parametrize(
    "reply",
    [
        "", "I cannot.", "{}", "[" * 5000, '{"sentences": 3}', "\ud800", "\x00",
        '{"sentences": [{"index": 1, "steps": [{"formula": "__import__(\'os\')"}]}]}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["clover", "draft-and-prune"])
def test_whatever_a_model_says_ends_in_a_named_error(reply: str, method: Any) -> None:
    how = Composing(method, Metered(Scripted(lambda request: reply)), rounds=1, samples=2)
    for puzzle in (game(), puzzle_of("arlsat", GAME)):
        row = row_of(puzzle, how)
        assert row["answer"] is None
        assert row["status"] in {"UNTRANSLATED", "UNPREPARED", "PRUNED"}
        assert row["error"] or row["status"] == "PRUNED"


def test_a_model_that_is_out_of_reach_leaves_an_error_that_can_be_asked_again() -> None:
    how = asking(lambda stage, request: LLMError("nobody is there", kind="connection"))
    for problem in (game(), street(), puzzle_of("arlsat", GAME), Example(("A.",), "B.", "True")):
        row = row_of(problem, how)
        assert (row["status"], row["error"], row["answer"]) == ("ERROR", "LLMError", None)
        assert row["unanswered"] >= 1


@pytest.mark.parametrize(
    "error", [BudgetExceeded("it is spent"), LLMUsageError("no such key", kind="401")]
)
def test_a_spent_budget_or_a_refused_key_ends_the_run(error: LLMError) -> None:
    how = asking(lambda stage, request: error)
    for problem in (game(), street(), puzzle_of("arlsat", GAME), Example(("A.",), "B.", "True")):
        with pytest.raises(Halt):
            row_of(problem, how)


def test_an_unforeseen_error_leaves_a_row_that_a_run_can_go_on_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def compositional(*_: object) -> None:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(Composing, "compositional", compositional)
    for problem in (game(), street()):
        row = row_of(problem, asking(lambda *_: ""))
        assert (row["status"], row["error"]) == ("ERROR", "ZeroDivisionError")
        assert read_sample(row).label == problem.label


def test_problems_side_by_side_have_the_same_rows(tmp_path: Path) -> None:
    data = several(tmp_path, 6)
    options = ("--data", data, "--model", "scripted:zebra", "--out")
    clover("zebralogic", *options, tmp_path / "one")
    clover("zebralogic", *options, tmp_path / "four", "--concurrency", 4)
    assert lasting(tmp_path / "one") == lasting(tmp_path / "four")


def test_answers_in_words_stand_in_a_column_of_their_own() -> None:
    def answer(stage: str, request: Request) -> str:
        if stage == "cot_choice":
            return "Ada is before Ben, so she is not last.\nAnswer: A"
        return "no formulas today"

    how = asking(answer, fallback=True)
    row = row_of(game(), how)
    assert (row["answer"], row["right"], row["status"]) == (None, False, "UNTRANSLATED")
    assert row["fallback"] == {"answer": "A", "right": True, "error": "", "message": ""}
    summary = summary_of([row], how)
    assert (summary["accuracy"], summary["exec_accuracy"]) == (0.0, None)
    assert summary["fallback"] == {"asked": 1, "answered": 1, "right": 1, "accuracy_with": 1.0}
    assert summary["calls"]["cot_choice"] == 1.0


def test_words_that_are_not_had_change_nothing_else() -> None:
    def answer(stage: str, request: Request) -> str | LLMError:
        return LLMError("out of reach") if stage == "cot_choice" else "no formulas today"

    row = row_of(game(), asking(answer, fallback=True))
    alone = row_of(game(), asking(answer))
    assert (row["status"], row["error"]) == (alone["status"], alone["error"])
    assert row["fallback"]["error"] == "LLMError"
    assert row["unanswered"] == 1
    assert list(row)[-1] == "seconds"


def test_what_is_answered_is_not_asked_about_in_words() -> None:
    def answer(stage: str, request: Request) -> str:
        assert stage in {"compose", "structure"}
        return composed(request, FORMULAS)

    row = row_of(game(), asking(answer, fallback=True))
    assert row["right"]
    assert "fallback" not in row


@pytest.mark.parametrize(
    "text", ["", "A", "Answer: Z", "Answer: A\nAnswer: B", "Answer: A or B", "The answer is A"]
)
def test_a_letter_is_never_guessed(text: str) -> None:
    with pytest.raises(NeurologicError):
        read_letter(text, ["A", "B", "C"])


def test_a_script_knows_its_file_and_says_what_it_has_not(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        script(f"scripted:logiclm:{tmp_path / 'none.jsonl'}", [])
    with pytest.raises(DataError, match="no row of the script"):
        script(f"scripted:logiclm:{written(tmp_path / 'd.jsonl', GAME)}", [])
    (reply,) = complete(script("scripted:zebra", []), [Request("Sing.", ())])
    assert isinstance(reply, LLMError)


def test_a_recorded_program_is_a_choice_file_of_ours(tmp_path: Path) -> None:
    programs = benchmarks.logiclm.Programs.load(
        written(tmp_path / "p.jsonl", {"id": "reef-1", "program": PROGRAM}), [game()]
    )
    how = benchmarks.fallback.request_of(game())
    problem = read_choice(programs.program(how))
    assert (problem.kind, [o.label for o in problem.options]) == ("must be true", ["A", "B", "C"])
    assert all(isinstance(formula, Formula) for formula in problem.constraints)


def test_lines_of_programs_are_read_and_not_run() -> None:
    declared = declarations.read(DECLARED)
    for text in ("__import__('os').system('true')", "dives(Ada) < ", "lambda: 1", "Ada.name == 1"):
        with pytest.raises(ParseError):
            declared.formula(text)


def test_what_members_are_worth_is_left_out_where_nothing_asks_for_it() -> None:
    problem = prepared()
    plain = benchmarks.composing.needed(problem, frozenset({"dives"}))
    assert "value_of" not in str(plain.signature)
    assert plain.theory == ()
    assert benchmarks.composing.needed(problem, frozenset({"value_of_slots"})) == problem


def test_columns_of_a_grid_are_told_by_their_values() -> None:
    grid = street().prepared
    assert isinstance(grid, Grid)
    assert grid.columns == ("lives", "", "keeps", "has_drink")
    other = {**STREET["label"], "rows": [["1", "Ada", "wolf", "milk"]]}
    assert isinstance(street(label=other).error, DataError)


# -- runs that are kept


def test_a_run_on_puzzles_is_reported_and_compared(files: dict[str, Path], tmp_path: Path) -> None:
    on_game(files, "--out", tmp_path / "a")
    written(files["program"], {"id": "reef-1", "program": PROGRAM.replace("!= 3", "== 3")})
    on_game(files, "--out", tmp_path / "b")
    code, found, complaint = command("compare", tmp_path / "a", tmp_path / "b", "--json")
    assert (code, found["lost"]) == (0, ["reef-1"]), complaint
    code, found, complaint = command("report", tmp_path / "b", "--json")
    assert code == 0, complaint
    text = (tmp_path / "b" / "report.md").read_text(encoding="utf-8")
    assert "labels of their own" in text
    assert "| no answer | 1 |" in text
    assert (tmp_path / "b" / "report.html").read_text(encoding="utf-8").count("<h2>") > 3


@pytest.mark.parametrize(
    "status",
    ["SEVERAL", "NONE", "TIED", "INCONSISTENT", "PRUNED", "UNKNOWN", "UNTRANSLATED", "UNPREPARED",
     "ERROR"],
)  # fmt: skip
def test_the_summary_and_the_report_agree_on_what_was_executed(status: str) -> None:
    row = {**row_of(game(), asking(lambda *_: "")), "status": status}
    executed = summary_of([row], asking(lambda *_: ""))["executed"]
    assert error_class(read_sample(row)) == ("no answer" if executed else "not executed")


def several(tmp_path: Path, number: int) -> Path:
    rows = [{**STREET, "id": f"street-{at}"} for at in range(number)]
    return written(tmp_path / "streets.jsonl", *rows)


def lasting(directory: Path) -> list[Row]:
    return [{k: v for k, v in row.items() if k != "seconds"} for row in rows_of(directory)]


def test_a_run_goes_on_where_it_stood(tmp_path: Path) -> None:
    data = several(tmp_path, 3)
    options = ("--data", data, "--model", "scripted:zebra", "--out")
    clover("zebralogic", *options, tmp_path / "whole")
    clover("zebralogic", *options, tmp_path / "parts", "--limit", 1)
    samples = tmp_path / "parts" / "samples.jsonl"
    samples.write_bytes(samples.read_bytes() + samples.read_bytes()[:60])  # as a kill leaves it
    summary, _ = clover("zebralogic", *options, tmp_path / "parts")
    assert summary["right"] == 3
    assert lasting(tmp_path / "parts") == lasting(tmp_path / "whole")
    code, _, complaint = command(
        "run", "zebralogic", "--method", "clover", "--verify", "none", *options, tmp_path / "parts"
    )
    assert (code, "verify" in complaint) == (2, True)


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """The directory of a run that was killed after its first rows."""
    out = tmp_path / "killed"
    arguments: tuple[object, ...] = (
        "run",
        "zebralogic",
        "--method",
        "clover",
        "--data",
        several(tmp_path, 40),
    )
    arguments += ("--model", "scripted:zebra", "--out", out)
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(1200):
        if (out / "samples.jsonl").exists() and (out / "samples.jsonl").stat().st_size:
            break
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return out


def test_a_kill_loses_no_row(killed: Path, tmp_path: Path) -> None:
    kept = (killed / "samples.jsonl").read_bytes().count(b"\n")
    assert kept >= 1
    before = lasting(killed) if (killed / "samples.jsonl").read_bytes().endswith(b"\n") else []
    summary, _ = clover(
        "zebralogic", "--data", tmp_path / "streets.jsonl", "--model", "scripted:zebra",
        "--out", killed,
    )  # fmt: skip
    assert (summary["n"], summary["right"]) == (40, 40)
    assert lasting(killed)[: len(before)] == before


def test_replies_are_recorded_and_answer_again(files: dict[str, Path], tmp_path: Path) -> None:
    record = tmp_path / "replies.jsonl"
    first = on_game(files, "--record", record)
    code, again, complaint = command(
        "run", "arlsat", "--method", "clover", "--data", files["data"], "--rounds", 0,
        "--preparation", files["preparation"], "--replay", record, "--json",
    )  # fmt: skip
    assert code == 0, complaint
    assert (again["right"], again["calls"]) == (first["right"], first["calls"])
