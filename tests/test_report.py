"""Reports of a run: all text is escaped, nothing is fetched, and figures say what they rest on."""

import doctest
import json
import random
import re
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import benchmarks.listing
import benchmarks.pages
import benchmarks.published
from benchmarks import pages, plots
from benchmarks.cli import app
from benchmarks.curve import KPoint
from benchmarks.measures import calibration, confusion, risk_coverage
from benchmarks.published import CERTAINTY, Published, beside, published
from benchmarks.rows import DataError
from benchmarks.runs import Run, Sample, read_run
from tests.run_directories import ENTAILED, UNDETERMINED, row, write_run

ATTACK = "<script>alert('x')</script> <img src=x onerror=alert(1)> & | `pipe` \x07"

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """The elements of a page; an element that is not closed where it should be is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return attacked(tmp_path / "run")


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of that run."""
    return pages.render_html(pages.report(read_run(attacked(tmp_path_factory.mktemp("a") / "run"))))


def attacked(path: Path) -> Path:
    """A run that has every kind of miss, votes that failed, and text that would like to be markup."""
    config = {"vote": "likelihood", "inconsistent": "abstain", "clashes": "fallback"}
    rows = [
        row("hit", "True", [ENTAILED] * 4 + [None], vote="likelihood", story=1),
        row("lost", "False", [UNDETERMINED] * 5, vote="likelihood", story=1),
        row("many", "Uncertain", [ENTAILED] * 5, vote="likelihood", story=2),
        row("opposite", "False", [ENTAILED] * 3, vote="likelihood", story=2),
        row("unread", "True", [None] * 5, vote="likelihood", story=3),
        row(
            ATTACK, "True", [ENTAILED, None], vote="likelihood", story=ATTACK,
            premises=[ATTACK], conclusion=ATTACK, formulas=[[ATTACK], [ATTACK, ATTACK]],
            source=ATTACK, error=ATTACK, message=ATTACK,
        ),
    ]  # fmt: skip
    rows[-1]["votes"][1] |= {"error": ATTACK, "variant": ATTACK, "message": ATTACK}
    data = {"path": f"folio {ATTACK}.jsonl", "sha256": "c" * 64, "rows": 6}
    return write_run(path, rows, config=config, data=data, platform=ATTACK)


def command(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("module", [benchmarks.listing, benchmarks.pages, benchmarks.published])
def test_docstrings_tell_the_truth(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


# The page


def test_text_from_outside_stays_text(html: str) -> None:
    page = Page(html)
    assert page.tags["script"] == page.tags["img"] == 0
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "".join(page.texts).count("<script>alert('x')</script>") > 10
    assert "\x07" not in html


def test_the_page_fetches_nothing(html: str) -> None:
    page = Page(html)
    links = {"href", "xlink:href", "src", "srcset", "data", "action"}
    fetched = [value for name, value in page.attributes if name in links and value]
    assert all(value.startswith("#") for value in fetched)
    assert "default-src 'none'" in html
    assert not re.search(r"@import|url\((?!#)", html)


def test_identifiers_are_unique_and_links_lead_somewhere(html: str) -> None:
    page = Page(html)
    names = Counter(value for name, value in page.attributes if name == "id")
    links = [v for n, v in page.attributes if n in {"href", "xlink:href"} and v]
    assert max(names.values()) == 1
    assert {link.removeprefix("#") for link in links} <= set(names)


def test_the_page_reads_in_both_colour_schemes(html: str) -> None:
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html


def test_every_problem_opens_to_sentences_formulas_and_votes(html: str) -> None:
    problem = html[html.index("<strong>hit</strong>") :]
    problem = problem[: problem.index("</details>")]
    for expected in ("Otto is a raven.", "Otto is black.", "Raven(otto)", "ENTAILED (True)"):
        assert expected in problem
    assert "Votes 1, 2, 3, 4: ENTAILED (True)" in problem
    assert "Vote 5: failed, ParseError" in problem
    assert html.count("<summary><strong>") == 6


def test_a_report_is_the_same_each_time(run: Path) -> None:
    first, again = (pages.report(read_run(run)) for _ in range(2))
    assert pages.render_html(first) == pages.render_html(again)
    assert pages.render_markdown(first) == pages.render_markdown(again)


def test_markdown_shows_text_as_text(run: Path) -> None:
    text = pages.render_markdown(pages.report(read_run(run)))
    assert "<script" not in text
    assert "<img" not in text
    assert r"&lt;script&gt;alert('x')&lt;/script&gt;" in text
    bar = re.compile(r"(?<!\\)\|")
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(bar.findall(line)) for line in table.splitlines()}) == 1, table


def test_plots_stand_in_the_page(run: Path) -> None:
    pytest.importorskip("matplotlib")
    found = pages.report(read_run(run))
    assert list(found.plots) == ["confusion", "votes", "risk", "calibration"]
    page = Page(pages.render_html(found))
    assert page.tags["svg"] == 4
    assert "There are no plots" not in pages.render_html(found)


def test_without_matplotlib_the_report_comes_without_plots_and_says_so(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "available", lambda: False)
    found = pages.report(read_run(run))
    assert found.plots == {}
    assert Page(pages.render_html(found)).tags["svg"] == 0
    for text in (pages.render_html(found), pages.render_markdown(found)):
        assert "There are no plots: matplotlib is not installed" in text


def test_without_jinja2_the_command_says_what_to_install(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    code, _, err = command("report", run)
    assert code == 2
    assert "a report needs jinja2\nhint: python -m pip install jinja2" in err


# The command


def test_the_command_writes_both_files_and_prints_the_measures(run: Path) -> None:
    code, out, err = command("report", run, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out.splitlines()[-1])
    assert (found["right"], found["n"]) == (2, 6)
    assert found["misses"] == {
        "not executed": 1, "proof lost": 1, "proof too many": 1, "opposite": 1,
    }  # fmt: skip
    assert found["confusion"]["False"] == {"True": 1, "False": 0, "Uncertain": 1, "none": 0}
    assert found["certified_wrong"] is None
    assert found["k_curve"][-1]["k"] == 5
    assert (found["samples"], found["executed"]) == (25, 18)
    assert (run / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert (run / "report.md").read_text(encoding="utf-8").startswith("# run\n")


def test_the_files_can_be_written_elsewhere(run: Path, tmp_path: Path) -> None:
    code, _, _ = command("report", run, "--out", tmp_path / "new" / "folder")
    assert code == 0
    assert (tmp_path / "new" / "folder" / "report.html").exists()
    assert not (run / "report.html").exists()


def test_a_place_that_cannot_be_written_is_told(run: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = command("report", run, "--out", tmp_path / "file")
    assert code == 2
    assert "the report cannot be written" in err


def test_a_run_without_votes_or_confidence_has_a_report(tmp_path: Path) -> None:
    bare = {"key": "p", "label": "True", "status": "ENTAILED", "answer": "True", "right": True}
    run = write_run(tmp_path / "run", [bare], config={}, data={})
    found = pages.report(read_run(run))
    assert found.as_json()["ece"] is None
    assert found.votes == ()
    assert found.risk is None
    assert "No problem is missed." in pages.render_html(found)
    assert "None is known for this data set." in pages.render_markdown(found)


def test_one_vote_a_problem_makes_no_curve_and_no_break_even(tmp_path: Path) -> None:
    rows = [row("p", "True"), row("q", "Uncertain", [UNDETERMINED])]
    found = pages.report(read_run(write_run(tmp_path / "run", rows)))
    assert found.votes == ()
    assert found.break_even is None
    assert not any("curve" in note for note in found.notes)


def test_votes_by_an_unknown_rule_have_no_curve_and_the_report_says_so(tmp_path: Path) -> None:
    rows = [row("p", "True", [ENTAILED] * 2)]
    run = write_run(tmp_path / "run", rows, config={"vote": "coin"})
    found = pages.report(read_run(run))
    assert found.votes == ()
    assert found.notes == ("There is no curve over votes: there is no voting rule 'coin'.",)
    assert found.break_even is None
    rows[0]["tally"] = None
    found = pages.report(read_run(write_run(tmp_path / "other", rows, config={})))
    assert any("does not say by which rule" in note for note in found.notes)


def test_agreement_is_not_called_calibrated(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [row("p", "True", [ENTAILED] * 3 + [UNDETERMINED] * 2)])
    found = pages.report(read_run(run))
    assert found.ranked_by == "agreement"
    assert found.as_json()["of"] == "agreement"
    html = pages.render_html(found)
    assert "not a probability" in html


# What the curve over votes may claim

SAMPLES = [
    ("FOL: All x. (Raven(x) -> Black(x))", "FOL: Black(otto)"),
    ("FOL:\tall x. (Raven(x) -> Black(x))", "FOL:\tBlack(otto)"),
    ("FOL:\tall x. (Raven(x) -> Black(x))", "FOL:\t-Black(otto)"),
    ("FOL:\tall x. (Raven(x) -> Blue(x))", "FOL:\tBlack(otto)"),
    ("FOL:\tBlack(otto) & -Black(otto)", "FOL:\tBlack(otto)"),
    ("FOL:\tall x. (Raven(x) -> Black(x, x))", "FOL:\tBlack(otto)"),
    ("FOL:\t(", "FOL:\tBlack(otto)"),
]


def recorded(path: Path) -> Path:
    """Twelve problems whose samples fail, contradict themselves, clash and tie in many ways."""
    dice = random.Random(3)
    lines = []
    for number in range(12):
        written = [dice.choice(SAMPLES) for _ in range(dice.randint(0 if number else 7, 7))]
        texts = [f"{rule}\nFOL:\tRaven(otto)\n{goal}\n" for rule, goal in written]
        label = ("True", "False", "Uncertain")[number % 3]
        problem: dict[str, Any] = {
            "premises": ["Ravens are black.", "Otto is a raven."],
            "label": label,
        }
        problem |= {"conclusion": f"{number}", "folio_validation_row": number, "samples": texts}
        lines.append(json.dumps(problem) + "\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path


OPTIONS = [
    f"--convention {convention} --vote {vote} {more}".strip()
    for convention in ("neurologic", "linc")
    for vote in ("majority", "definite:0.2", "weighted", "likelihood", "likelihood --table shipped", "linc")
    for more in ("", "--inconsistent abstain", "--inconsistent true")
]  # fmt: skip


@pytest.mark.parametrize("options", OPTIONS)
def test_the_curve_ends_at_the_accuracy_or_is_left_out_with_a_reason(
    tmp_path: Path, options: str
) -> None:
    run = tmp_path / "run"
    code, _, err = command(
        "replay", recorded(tmp_path / "ravens.jsonl"), *options.split(), "--out", run
    )
    assert code == 0, err
    found = pages.report(read_run(run)).as_json()
    if "likelihood" in options and "shipped" not in options:
        assert found["k_curve"] == []
        assert any("a table of its own" in note for note in found["notes"])
        return
    last = found["k_curve"][-1]
    assert (last["k"], last["n"]) == (7, found["n"])
    assert last["first"] == last["expected"] == found["accuracy"]
    assert found["notes"] == []


def test_a_report_says_when_the_table_has_seen_the_problems(tmp_path: Path) -> None:
    config = {"vote": "likelihood", "table": "shipped"}
    run = write_run(tmp_path / "run", [row("p", "True", [ENTAILED] * 2)], config=config)

    def notes(summary: str) -> str:
        (run / "summary.json").write_text(summary, encoding="utf-8")
        found = pages.report(read_run(run))
        assert all(note in pages.render_html(found) for note in found.notes)
        return " ".join(found.notes)

    assert "learnt from 1 of these problems (in_sample)" in notes('{"in_sample": 1}')
    assert "is not known" in notes('{"in_sample": null}')
    assert "is not known" in notes("{")
    assert "learnt" not in notes('{"in_sample": 0}')


def test_a_report_has_the_agreement_the_variants_and_the_distinct_translations(
    tmp_path: Path,
) -> None:
    counts = {"samples": 3, "texts": 3, "canonical": 2, "proved": 1, "unknown": 0}
    rows = [
        row("p", "True", [ENTAILED] * 3, distinct=counts),
        row("q", "True", [ENTAILED, None, None]),
    ]
    for each in rows:
        for vote, variant in zip(each["votes"], ("a<b>", "c", "c"), strict=True):
            vote["variant"] = variant
    found = pages.report(read_run(write_run(tmp_path / "run", rows)))
    measured = found.as_json()
    assert measured["agreement"] == 1.0
    assert measured["distinct"] == {"problems": 1, **counts, "per_problem": 1.0}
    assert measured["variants"]["c"]["with_answer"] == 0.5
    assert (measured["variants"]["c"]["right"], measured["variants"]["c"]["n"]) == (1, 2)
    assert measured["k_curve"][0]["standard_error"] == 0.3333
    text = pages.render_markdown(found)
    assert "3 differ as written, 2 up to bound names and order, 1 when" in text
    assert "| votes | expected | standard error | first k |" in text
    page = Page(pages.render_html(found))
    assert "a<b>" in page.texts
    assert "standard error" in page.texts


def test_counts_of_distinct_translations_that_no_run_wrote_are_refused(tmp_path: Path) -> None:
    for number, broken in enumerate(({}, {"samples": -1}, {"samples": "many"})):
        run = write_run(tmp_path / f"run{number}", [row("p", "True", distinct=broken)])
        with pytest.raises(DataError, match="'distinct'"):
            read_run(run)


def test_a_table_that_the_run_does_not_hold_makes_no_curve(tmp_path: Path) -> None:
    config = {"vote": "likelihood", "table": "0123456789abcdef"}
    rows = [row("p", "True", [ENTAILED] * 2, vote="likelihood")]
    found = pages.report(read_run(write_run(tmp_path / "run", rows, config=config)))
    assert found.votes == ()
    assert any("does not hold the likelihood table" in note for note in found.notes)


def test_votes_that_do_not_give_the_answer_make_no_curve(tmp_path: Path) -> None:
    rows = [row("p", "True", [ENTAILED] * 2 + [UNDETERMINED] * 8, vote="definite:0.2")]
    found = pages.report(read_run(write_run(tmp_path / "run", rows)))
    assert found.votes == ()
    assert any("counted again, do not give the answer" in note for note in found.notes)


def test_votes_that_were_cut_short_make_no_curve_and_no_calibration(tmp_path: Path) -> None:
    rows = [row("p", "True", [ENTAILED] * 3), row("q", "Uncertain", [UNDETERMINED] * 3)]
    run = write_run(tmp_path / "run", rows, config={"vote": "majority", "early": True})
    found = pages.report(read_run(run)).as_json()
    assert found["k_curve"] == []
    assert (found["ece"], found["brier"], found["aurc"], found["of"]) == (None,) * 4
    assert found["break_even"] is None
    assert any("The run stopped early" in note for note in found["notes"])


def test_problems_without_a_formula_to_compare_are_left_out(tmp_path: Path) -> None:
    open_ = row("q", "True", [None]) | {"scored": False}
    run = write_run(tmp_path / "run", [row("p", "True"), open_])
    found = pages.report(read_run(run)).as_json()
    assert (found["n"], found["right"], found["accuracy"], found["unscored"]) == (1, 1, 1.0, 1)
    assert found["notes"][0] == "1 problems have no formula to compare; they are left out"


def test_misses_of_every_kind_add_up(tmp_path: Path) -> None:
    unread = row("q", "True", []) | {"label": None, "status": "ERROR", "right": False}
    run = write_run(tmp_path / "run", [row("p", "True"), unread, row("r", "True", [None])])
    found = pages.report(read_run(run)).as_json()
    assert found["misses"] == {"not executed": 1, "no label": 1}
    assert sum(found["misses"].values()) == found["n"] - found["right"]


def test_a_verdict_that_the_prover_gave_up_on_is_not_executed(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", [row("p", "True", [ENTAILED, "UNKNOWN", None])])
    found = pages.report(read_run(run)).as_json()
    assert (found["samples"], found["executed"], found["unknown"]) == (3, 1, 1)
    assert found["failures"] == {"ParseError": 1}
    assert "on 1 the prover gave up" in pages.render_markdown(pages.report(read_run(run)))


def test_a_single_story_has_no_interval(tmp_path: Path) -> None:
    rows = [row("p", "True", story=1), row("q", "False", story=1)]
    found = pages.report(read_run(write_run(tmp_path / "run", rows)))
    assert found.as_json()["ci95"] is None
    for text in (pages.render_html(found), pages.render_markdown(found)):
        assert "– (a single story)" in text


def test_a_text_of_megabytes_is_shortened_and_says_so(tmp_path: Path) -> None:
    long = "A" * 3_000_000
    rows = [row("p", "True", premises=[long], conclusion=long, formulas=[[long, long], [long]])]
    rows[0]["votes"][0]["message"] = long
    rows[0] |= {"label": "False", "right": False}
    found = pages.report(read_run(write_run(tmp_path / "run", rows)))
    for text in (pages.render_html(found), pages.render_markdown(found)):
        assert len(text) < 100_000
        assert "(3,000,000 characters in all; the whole text is in the run directory)" in text


# Plots


def test_plots_are_the_same_bytes_and_carry_no_date() -> None:
    pytest.importorskip("matplotlib")
    samples = [Sample("p", "True", "True", True, confidence=0.8)]
    curve, measured = risk_coverage([(0.8, True)]), calibration([(0.8, True)])
    assert curve is not None
    assert measured is not None
    points = [KPoint(k, 0.5, 0.5, True, 9) for k in range(1, 31)]
    first, again = (
        (
            plots.confusion_plot(confusion(samples)),
            plots.k_plot(points),
            plots.risk_plot(curve),
            plots.calibration_plot(measured, "confidence"),
        )
        for _ in range(2)
    )
    assert first == again
    for svg in first:
        assert svg.startswith('<svg class="plot"')
        assert not re.search(r"<metadata|<style|<!--|#0[14]0[25]0[36]|\d{4}-\d\d-\d\d", svg)
        assert "currentColor" in svg


# Published results


def test_published_figures_say_where_they_are_from_and_whether_they_compare() -> None:
    for figure in published():
        assert 0 <= figure.percent <= 100
        assert figure.source
        assert figure.place
        assert figure.why
        assert figure.data_version
        assert figure.certainty in CERTAINTY
        assert bool(figure.files) == figure.comparable
        assert not figure.comparable or figure.n is not None
        assert figure.certainty != "memory" or "from memory" in figure.why
    assert len(set(published())) == len(published())


def test_executed_and_right_of_executed_make_right_of_all() -> None:
    rows: dict[tuple[object, ...], dict[str, float]] = {}
    for figure in published():
        name = (figure.system, figure.model, figure.setting, figure.dataset, figure.certainty)
        rows.setdefault(name, {})[figure.metric] = figure.percent
    whole = [row for row in rows.values() if len(row) == 3]
    assert len(whole) >= 20
    for found in whole:
        product = found["executed"] * found["accuracy of executed"] / 100
        assert found["accuracy"] == pytest.approx(product, abs=0.15)


def test_a_figure_compares_only_over_the_same_samples_of_the_same_problems() -> None:
    figure = Published(
        "LINC", "m", "", "FOLIO", "v0.0", 2, "accuracy", 50.0, "s", "p", "recomputed", True,
        "the same samples", ("gpt35-folio-8_a.jsonl",),
    )  # fmt: skip
    samples = tuple(Sample(key, "True", "True", True) for key in "pq")
    same = _run("gpt35-folio-8_a.jsonl", samples)
    assert [row.comparable for row in beside(same, [figure])] == [True]
    fewer = _run("gpt35-folio-8_a.jsonl", samples[:1])
    assert [row.why for row in beside(fewer, [figure])] == ["2 problems there, 1 here"]
    for name in (
        "gpt35-folio-4_a.jsonl",
        "gpt35-folio-8_a.jsonl.jsonl",
        "gpt35-folio-8_a-mini.jsonl",
    ):
        assert [row.comparable for row in beside(_run(name, samples), [figure])] == [False]
    other = _run("gpt35-folio-4_a.jsonl", samples)
    assert [row.comparable for row in beside(other, [figure])] == [False]
    assert list(beside(_run("prontoqa.jsonl", samples), [figure])) == []


def test_a_file_is_told_by_its_digest_where_one_is_known() -> None:
    figure = Published(
        "LINC", "m", "", "FOLIO", "v0.0", 1, "accuracy", 50.0, "s", "p", "recomputed", True,
        "the same samples", ("folio.jsonl",), ("a" * 64,),
    )  # fmt: skip
    samples = (Sample("p", "True", "True", True),)

    def judged(name: str, digest: str, figure: Published = figure) -> tuple[bool, str]:
        run = Run(Path("run"), {"data": {"path": name, "sha256": digest}}, samples)
        (found,) = beside(run, [figure])
        return found.comparable, found.why

    same = (True, "the same samples; the data file is told by its SHA-256")
    assert judged("folio.jsonl", "a" * 64) == same
    assert judged("renamed-folio.jsonl", "a" * 64) == same
    assert judged("folio.jsonl", "b" * 64)[0] is False
    by_name = judged("folio.jsonl", "b" * 64, replace(figure, sha256=()))
    assert by_name == (True, "the same samples; the data file is told by its name alone")


def test_the_table_of_published_results_is_printed() -> None:
    code, out, _ = command("published", "--dataset", "zebralogic", "--json")
    assert code == 0
    rows = json.loads(out.splitlines()[-1])["rows"]
    assert {row["dataset"] for row in rows} == {"ZebraLogic"}
    assert all(row["n"] == 240 for row in rows)
    code, out, _ = command("published")
    assert code == 0
    assert "quoted" in out


def _run(file: str, samples: tuple[Sample, ...]) -> Run:
    return Run(Path("run"), {"schema": 1, "data": {"path": file}}, samples)
