"""Comparing two runs: what is paired, what the tests say, and which directories are refused."""

import doctest
import json
from pathlib import Path
from typing import Any

import pytest
from scipy import stats
from typer.testing import CliRunner

import benchmarks.compare
import benchmarks.runs
from benchmarks.cli import app
from benchmarks.compare import compare, differences
from benchmarks.rows import DataError
from benchmarks.runs import read_run
from tests.run_directories import ENTAILED, REFUTED, UNDETERMINED, row, write_run

CHANGES = "llggggg......"  # lost, gained, and right in both runs


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    """Two runs of which the second gains five problems and loses two."""
    first, second = [], []
    for at, change in enumerate(CHANGES):
        before, after = (REFUTED if change == flip else ENTAILED for flip in "gl")
        first.append(row(f"p{at}", "True", [before], story=at // 2))
        second.append(row(f"p{at}", "True", [after], story=at // 2))
    config = {"vote": "definite:0.2"}
    return (
        write_run(tmp_path / "first", first),
        write_run(tmp_path / "second", second, config=config, started="later"),
    )


def command(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def compared(*arguments: object) -> dict[str, Any]:
    code, out, err = command("compare", *arguments, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out.splitlines()[-1])
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("module", [benchmarks.compare, benchmarks.runs])
def test_docstrings_tell_the_truth(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


def test_flips_are_counted_and_listed(runs: tuple[Path, Path]) -> None:
    found = compared(*runs)
    assert found["n"] == 13
    assert found["lost"] == ["p0", "p1"]
    assert found["gained"] == ["p2", "p3", "p4", "p5", "p6"]
    assert found["mcnemar"]["b"] == 2
    assert found["mcnemar"]["c"] == 5
    assert found["difference"] == round(3 / 13, 4)
    assert (found["a"]["right"], found["b"]["right"]) == (8, 11)


def test_p_values_are_those_of_scipy(runs: tuple[Path, Path]) -> None:
    found = compared(*runs)
    assert found["mcnemar"]["p"] == stats.binomtest(2, 7, 0.5).pvalue
    totals = [-2, 2, 2, 1, 0, 0, 0]
    by_hand = stats.permutation_test(
        (totals, [0] * 7),
        lambda a, b: sum(a) - sum(b),
        permutation_type="samples",
        vectorized=False,
    )
    assert found["sign_flip"]["p"] == pytest.approx(by_hand.pvalue)
    wilson = stats.binomtest(8, 13).proportion_ci(method="wilson")
    assert found["a"]["wilson95"] == [round(wilson.low, 4), round(wilson.high, 4)]


def test_turning_the_runs_round_turns_the_signs(runs: tuple[Path, Path]) -> None:
    there, back = compared(*runs), compared(*reversed(runs))
    assert there["difference"] == -back["difference"]
    assert (there["gained"], there["lost"]) == (back["lost"], back["gained"])
    assert there["mcnemar"]["p"] == back["mcnemar"]["p"]
    assert there["sign_flip"] == back["sign_flip"]


def test_a_run_beside_itself_does_not_differ(runs: tuple[Path, Path]) -> None:
    found = compared(runs[0], runs[0])
    assert found["mcnemar"] == {"b": 0, "c": 0, "p": 1.0}
    assert found["sign_flip"]["p"] == 1.0
    assert found["difference_ci95"] == [0.0, 0.0]
    assert found["differs"] == {}


def test_what_differs_between_manifests_is_named(runs: tuple[Path, Path]) -> None:
    found = compared(*runs)
    assert found["differs"]["config.vote"] == ["majority", "definite:0.2"]
    assert "started" not in found["differs"]


def test_a_missing_field_differs_from_null() -> None:
    assert differences({"seed": None}, {}) == {}
    assert differences({"a": {"b": 1}}, {"a": {"b": 2}}) == {"a.b": (1, 2)}


def test_problems_of_one_run_only_are_listed_and_left_out(tmp_path: Path) -> None:
    first = write_run(tmp_path / "first", [row("p", "True"), row("q", "True")])
    second = write_run(tmp_path / "second", [row("q", "True"), row("r", "True"), row("s", "True")])
    found = compared(first, second)
    assert (found["n"], found["only_a"], found["only_b"]) == (1, ["p"], ["r", "s"])
    assert found["warnings"] == [
        "only first has 1 of the problems",
        "only second has 2 of the problems",
    ]


def test_runs_over_other_samples_of_the_same_problems_are_compared_with_a_warning(
    tmp_path: Path,
) -> None:
    other = {"path": "other.jsonl", "sha256": "b" * 64, "rows": 1}
    first = write_run(tmp_path / "first", [row("p", "True")])
    second = write_run(tmp_path / "second", [row("p", "True", [UNDETERMINED])], data=other)
    found = compared(first, second)
    assert found["differs"]["data.sha256"] == ["a" * 64, "b" * 64]
    assert "the data files differ (ravens.jsonl and other.jsonl)" in found["warnings"][0]
    code, _, err = command("compare", first, second)
    assert code == 0
    assert err.startswith("warning: the data files differ")


@pytest.mark.parametrize(
    "change",
    [
        {"label": "False", "verdicts": [REFUTED]},
        {"conclusion": "Otto is white."},
        {"premises": ["Otto is a crow."]},
    ],
)
def test_runs_over_different_data_are_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    first = write_run(tmp_path / "first", [row("p", "True")])
    second = write_run(tmp_path / "second", [row(**{"key": "p", "label": "True"} | change)])
    code, out, err = command("compare", first, second, "--json")
    assert (code, out) == (2, "")
    assert "runs over different data: the problem 'p' has" in err


def test_options_count_where_both_runs_tell_them(tmp_path: Path) -> None:
    rows = [row("p", "True", [ENTAILED])]
    told = [{**rows[0], "options": ["A) Ada swims."]}], [{**rows[0], "options": ["A) Ben swims."]}]
    first, second = (write_run(tmp_path / f"told{at}", each) for at, each in enumerate(told))
    untold = write_run(tmp_path / "untold", rows)
    assert compared(first, untold)["n"] == 1
    with pytest.raises(DataError, match="the problem 'p' has options"):
        compare(read_run(first), read_run(second))


def test_runs_without_a_common_problem_are_refused(tmp_path: Path) -> None:
    first = write_run(tmp_path / "first", [row("p", "True")])
    second = write_run(tmp_path / "second", [row("q", "True")])
    with pytest.raises(DataError, match="first and second share no problem"):
        compare(read_run(first), read_run(second))


def test_the_table_for_people_says_the_same(runs: tuple[Path, Path]) -> None:
    code, out, _ = command("compare", *runs)
    assert code == 0
    assert "b 2, c 5, p 0.4531" in out
    assert "p2, p3, p4, p5, p6" in out


def test_stories_that_only_one_run_knows_count_whichever_comes_first(tmp_path: Path) -> None:
    known = [row(f"p{at}", "True", [(ENTAILED, REFUTED)[at < 4]], story=at // 4) for at in range(8)]
    unknown = [row(f"p{at}", "True") for at in range(8)]
    first = write_run(tmp_path / "first", known)
    second = write_run(tmp_path / "second", unknown)
    there, back = compared(first, second), compared(second, first)
    assert there["stories"] == back["stories"] == 2
    assert there["sign_flip"] == back["sign_flip"] == {"p": 1.0}
    assert there["difference_ci95"] == [-end for end in reversed(back["difference_ci95"])]
    assert (there["a"], there["b"]) == (back["b"], back["a"])
    for found in (there, back):
        assert "the runs do not have the same stories" in found["warnings"][0]


def test_stories_that_overlap_are_taken_together(tmp_path: Path) -> None:
    first = write_run(tmp_path / "a", [row(f"p{at}", "True", story=at // 2) for at in range(6)])
    second = write_run(
        tmp_path / "b", [row(f"p{at}", "True", story=(at + 1) // 2) for at in range(6)]
    )
    found = compared(first, second)
    assert (found["stories"], found["difference_ci95"]) == (1, None)
    code, out, _ = command("compare", first, second)
    assert code == 0
    assert "a single story" in out


def test_stories_under_other_names_are_the_same_stories(tmp_path: Path) -> None:
    first = write_run(tmp_path / "a", [row(f"p{at}", "True", story=at // 2) for at in range(6)])
    second = write_run(
        tmp_path / "b", [row(f"p{at}", "True", story=f"story {at // 2}") for at in range(6)]
    )
    found = compared(first, second)
    assert (found["stories"], found["warnings"]) == (3, [])


# Directories that cannot be used


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    code, out, err = command("compare", tmp_path / "nowhere", tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {tmp_path / 'nowhere'}: the run directory does not exist")


def test_a_file_is_no_run_directory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="the run directory is no directory"):
        read_run(tmp_path / "file")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"manifest.json: the manifest cannot be read: No such file"),
        ("{", "the manifest is not JSON"),
        ("[]", "the manifest is not a JSON object"),
        ("{}", "the manifest has schema None, expected 1"),
        ('{"schema": 1, "seed": NaN}', "the manifest is not JSON: the number NaN is not finite"),
        ('{"schema": 1, "seed": 1e999}', "the number 1e999 is not finite"),
        ('{"schema": 2}', "the manifest has schema 2, expected 1"),
    ],
)
def test_a_broken_manifest_is_told(tmp_path: Path, content: str | None, message: str) -> None:
    run = write_run(tmp_path / "run", [row("p", "True")])
    if content is None:
        (run / "manifest.json").unlink()
    else:
        (run / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_run(run)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": 3}, "expected a text under 'key', found 3"),
        ({"label": "Maybe"}, "expected a label or null under 'label', found 'Maybe'"),
        ({"right": False}, "'right' does not go with 'answer' and 'label'"),
        ({"confidence": "high"}, "expected a number or null under 'confidence', found 'high'"),
        ({"confidence": True}, "expected a number or null under 'confidence', found True"),
        ({"agreement": float("nan")}, "expected a number from 0 to 1 under 'agreement', found nan"),
        ({"confidence": float("inf")}, "expected a number from 0 to 1 under 'confidence'"),
        ({"confidence": 1.5}, "expected a number from 0 to 1 under 'confidence', found 1.5"),
        ({"agreement": -0.1}, "expected a number from 0 to 1 under 'agreement', found -0.1"),
        ({"seconds": float("nan")}, "expected a number from 0 to 1e+12 under 'seconds', found nan"),
        (
            {"votes": [{"verdict": None, "weight": float("nan")}]},
            "expected a number from 0 to 1e+12 under 'weight', found nan",
        ),
        ({"votes": [{"verdict": None, "weight": "much"}]}, "expected a number under 'weight'"),
        ({"votes": [3]}, "expected an object for each vote under 'votes'"),
        ({"votes": [{"verdict": "YES"}]}, "expected the name of a verdict in a vote, found 'YES'"),
        ({"votes": [{"verdict": None, "formulas": 9}]}, "a vote names formulas 9, but there are 2"),
        ({"formulas": ["A"]}, "expected a list of formulas for each translation"),
        ({"premises": [1]}, "expected texts under 'premises'"),
    ],
)
def test_a_broken_row_is_told_with_its_line(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    run = write_run(tmp_path / "run", [row("p", "True"), row("q", "True") | change])
    with pytest.raises(DataError) as caught:
        read_run(run)
    assert f"samples.jsonl, line 2: {message}" in str(caught.value)


def test_a_row_without_a_field_that_counts_is_told(tmp_path: Path) -> None:
    found = row("p", "True")
    del found["answer"]
    run = write_run(tmp_path / "run", [found])
    with pytest.raises(DataError, match="expected 'answer', found nothing"):
        read_run(run)


def test_a_problem_that_is_there_twice_is_told(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [row("p", "True"), row("p", "True")])
    with pytest.raises(DataError, match="line 2: the problem 'p' is there twice"):
        read_run(run)


def test_a_run_without_problems_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the run holds no problem"):
        read_run(write_run(tmp_path / "run", []))


def test_a_last_line_that_was_cut_off_is_left_out_and_noted(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [row("p", "True"), row("q", "True")])
    samples = run / "samples.jsonl"
    samples.write_bytes(samples.read_bytes()[:-40])
    found = read_run(run)
    assert [sample.key for sample in found.samples] == ["p"]
    assert found.notes == (
        "samples.jsonl ends in a line that was cut off; it is left out",
        "the run holds 1 of the 2 problems of its data",
    )


def test_a_broken_line_in_the_middle_is_told(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [row("p", "True"), row("q", "True")])
    samples = run / "samples.jsonl"
    samples.write_bytes(b"{\n" + samples.read_bytes())
    with pytest.raises(DataError, match="line 1: the line is not JSON"):
        read_run(run)


def test_votes_find_their_formulas_by_index_or_by_place(tmp_path: Path) -> None:
    by_index = row("p", "True", [ENTAILED, None, ENTAILED])
    by_place = row("q", "True", [ENTAILED, None])
    for vote in by_place["votes"]:
        del vote["formulas"]
    found = read_run(write_run(tmp_path / "run", [by_index, by_place]))
    clean, broken = ("Raven(otto)", "Black(otto)"), ("Raven(otto", "Black(otto)")
    assert found.samples[0].formulas == (clean, broken, clean)
    assert found.samples[1].formulas == (clean, broken)
