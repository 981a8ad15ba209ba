"""The command line of the benchmarks: `run`, `formulas`, `speed` and `chains`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from benchmarks import (
    after,
    calibrating,
    certifying,
    comparing,
    live,
    programs_command,
    replaying,
    report,
    stepwise,
)
from benchmarks.console import (
    EXIT_CODES,
    Json,
    Limit,
    Out,
    RetryErrors,
    answered,
    kept,
    leave,
    more_rows,
    note,
    print_summary,
    usable,
)
from benchmarks.data import DATASETS, Example, load
from benchmarks.manifest import manifest_of
from benchmarks.methods import Method
from benchmarks.rows import DataError, Row, finite
from benchmarks.runner import example_question, keys_of, read_outcome, short_source
from benchmarks.scoring import Outcome, score
from neurologic.errors import NeurologicError
from neurologic.problem import Semantics

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Measure the library: problems with labels, formula lines, speed beside the peers.",
    epilog=EXIT_CODES,
)
app.add_typer(replaying.app)
app.add_typer(calibrating.app)
app.add_typer(certifying.app)
app.add_typer(programs_command.app)
app.add_typer(comparing.app)
app.add_typer(after.app)

Data = Annotated[
    Path, typer.Option("--data", show_default=False, help="A data file: one JSON object a line.")
]
Repair = Annotated[
    bool, typer.Option("--repair/--no-repair", help="Mend formulas that do not read as written.")
]


Task = Annotated[
    Literal[
        "proofwriter", "prontoqa", "folio", "texts", "arlsat", "zebralogic", "logicaldeduction"
    ],
    typer.Argument(help="The data set that the file belongs to."),
]
AskedBy = Annotated[
    Literal["english", "gold", "linc", "direct", "cot", "scratchpad", "clover", "draft-and-prune"],
    typer.Option(
        help="english: translate the sentences; gold: take the file's formulas. With a model: "
        "linc: it translates, we decide; direct: it answers at once; cot: after reasoning in "
        "words; scratchpad: after writing formulas; clover: it takes sentences apart and translates "
        "step by step, one of several formulas is selected by proof; draft-and-prune: it writes "
        "programs after plans, those that hold up vote. Puzzles take the last two."
    ),
]
Negation = Annotated[
    Literal["classical", "explicit"],
    typer.Option(help="explicit: not-P is an atom of its own, as ProofWriter's labels have it."),
]
Rows = Annotated[
    Path | None,
    typer.Option("--rows", show_default=False, help="Write a JSON object for each problem."),
]

_RUN = """Answer the problems of a file and compare with the labels.

translated: every sentence became a formula.

decided: answered True or False.

right: the label is met; UNDETERMINED meets Uncertain.

wrong: decided, and not the label.

accuracy: right / n.

With gold formulas, rows that have none for the conclusion are read and tested for consistency.

With a model, the figures are those of replay, and llm says what the calls come to.

clover, draft-and-prune: formed are the sentences that got a formula; executed the problems that came
to a decision, be it that no option fits or several; answered those with one answer; exec_accuracy is
right / executed; calls are replies a problem by stage."""


@app.command(help=_RUN, epilog=EXIT_CODES)
def run(
    task: Task,
    data: Data,
    method: AskedBy = "english",
    model: live.Model = None,
    samples: live.Samples = None,
    variants: live.Variants = None,
    vote: live.VoteRule = None,
    rounds: live.Rounds = None,
    pairing: live.PairedBy = None,
    replay: live.Replay = None,
    record: live.Record = None,
    base_url: live.BaseUrl = None,
    max_cost: live.MaxCost = None,
    concurrency: live.Concurrency = None,
    batch: live.Batch = False,
    dry_run: live.DryRun = False,
    verify: stepwise.Verifying = None,
    structures: stepwise.Structures = None,
    offline_structures: stepwise.Offline = False,
    preparation: stepwise.Preparation = None,
    fallback: stepwise.Fallback = None,
    negation: Negation = "classical",
    repair: Repair = True,
    limit: Limit = None,
    rows: Rows = None,
    out: Out = None,
    retry_errors: RetryErrors = False,
    as_json: Json = False,
) -> None:
    """Answer the problems of a file and compare with the labels."""
    start = time.perf_counter()
    options = live.Options(
        model, replay, record, samples, variants, vote, rounds, pairing, base_url, max_cost,
        concurrency, batch, dry_run,
    )  # fmt: skip
    ways = stepwise.Ways(verify, structures, offline_structures, preparation, fallback)
    with usable():
        if method == "clover" or method == "draft-and-prune":
            _refuse(negation, rows)
            problems, keys = stepwise.load_problems(task, data, ways, limit)
            steps = stepwise.StepwiseRun(task, method, data, keys, problems, options, ways, start)
            _leave_rows(*steps.run(out, retry_errors), as_json)
        ways.refuse(method)
        if task not in DATASETS:
            raise NeurologicError(
                f"{task} is a data set of puzzles, which --method {method} cannot answer",
                hint="--method clover and draft-and-prune can",
            )
        examples = load(DATASETS[task], data, limit)
        keys = keys_of(
            short_source(e.source) if isinstance(e, DataError) else e.id for e in examples
        )
        if method != "english" and method != "gold":
            _refuse(negation, rows)
            asked = live.LiveRun(task, method, data, keys, examples, options, start)
            _leave_live(asked, out, retry_errors, as_json)
        live.refuse_model_options(method, options)
        semantics = Semantics(negation=negation)
        plain = _PlainRun(task, method, data, keys, examples, semantics, repair, start)
        outcomes, summary = plain.run(rows, out, retry_errors)
    print_summary(summary, as_json, lambda: report.print_failures(outcomes))
    leave(failed=any(outcome.status == "ERROR" for outcome in outcomes))


@dataclass(frozen=True, slots=True)
class _PlainRun:
    """A run without a model: by English rules or gold formulas."""

    task: str
    method: Literal["english", "gold"]
    data: Path
    keys: Sequence[str]
    examples: Sequence[Example | DataError]
    semantics: Semantics
    repair: bool
    start: float

    def run(
        self, rows: Path | None, out: Path | None, retry_errors: bool
    ) -> tuple[list[Outcome], dict[str, Any]]:
        """What became of each problem, and the figures."""
        _require_formulas(self.method, self.examples, self.data)
        asker = _method(self.method, self.semantics, self.repair)
        pairs = zip(self.keys, self.examples, strict=True)
        questions = [example_question(*pair, asker) for pair in pairs]
        with (
            _sink(rows) as write,
            kept(out, self._manifest, len(self.keys), retry_errors) as directory,
        ):
            outcomes = [read_outcome(row) for row in answered(questions, directory, self.task)]
            for outcome in outcomes:
                write(outcome)
            summary = self._summary(outcomes)
            if directory is not None:
                directory.summarise(summary)
        return outcomes, summary

    def _manifest(self) -> dict[str, Any]:
        repair = self.repair if self.method == "gold" else None
        config = {"negation": self.semantics.negation, "repair": repair}
        return manifest_of(self.task, self.method, config, self.data)

    def _summary(self, outcomes: Sequence[Outcome]) -> dict[str, Any]:
        summary: dict[str, Any] = {"task": self.task, "method": self.method}
        summary |= score(outcomes).as_json()
        if self.method == "gold":
            summary |= _readings(outcomes)
        summary["semantics"] = {"negation": self.semantics.negation}
        note(summary, more_rows(outcomes, len(self.keys)))
        summary["seconds"] = round(time.perf_counter() - self.start, 2)
        return summary


def _refuse(negation: str, rows: Path | None) -> None:
    if negation != "classical":
        raise NeurologicError(
            "--negation explicit is for --method english and gold",
            hint="a model's formulas are decided classically, as in LINC",
        )
    if rows is not None:
        raise NeurologicError(
            "--rows is for --method english and gold", hint="--out keeps the rows of any run"
        )


def _leave_live(run: live.LiveRun, out: Path | None, retry_errors: bool, as_json: bool) -> NoReturn:
    """Ask a model, or say what that would cost, and end the command."""
    if run.options.dry_run:
        print_summary(run.estimate(), as_json)
        leave(failed=False)
    _leave_rows(*run.run(out, retry_errors), as_json)


def _leave_rows(rows: Sequence[Row], summary: dict[str, Any], as_json: bool) -> NoReturn:
    """Print what a run with a model came to, and end the command."""
    print_summary(summary, as_json)
    leave(failed=any(row["status"] == "ERROR" for row in rows))


@app.command(epilog=EXIT_CODES)
def formulas(data: Data, repair: Repair = True, as_json: Json = False) -> None:
    """Read every formula line of a file and list by class what cannot be read.

    Formulas stand after FOL: in the samples of a row, or in premises_fol and conclusion_fol; in a
    file that is not .jsonl each line is one.
    """
    from benchmarks import lines

    start = time.perf_counter()
    with usable():
        reading = lines.measure(lines.formula_lines(data), repair)
        if reading.errors and not reading.n:
            raise reading.errors[0]
        if not reading.n:
            raise DataError("the data file holds no formula", source=str(data))
    summary = {"task": "formulas", "method": "repair" if repair else "strict", **reading.as_json()}
    unread = summary.pop("unread")
    if as_json:
        summary["unread"] = unread
    summary["seconds"] = round(time.perf_counter() - start, 2)
    shown = [{key: row[key] for key in ("class", "count", "formula")} for row in unread]
    print_summary(summary, as_json, lambda: report.print_rows("not read", shown))
    leave(failed=bool(reading.errors))


@app.command(epilog=EXIT_CODES)
def speed(
    data: Annotated[
        list[Path] | None,
        typer.Option(
            "--data",
            show_default=False,
            help="A file with formulas, or a folder with folio*.jsonl; may be repeated. "
            "By default the folder NEUROLOGIC_DATA, else samples that are part of the benchmarks.",
        ),
    ] = None,
    rounds: Annotated[
        int, typer.Option(min=1, help="How often each formula is given to both parsers.")
    ] = 3,
    as_json: Json = False,
) -> None:
    """Measure parsing beside NLTK and verdicts beside z3py: ratios above 1 mean we are faster.

    parse_vs_nltk: each formula as for the first time.

    parse_memo_vs_nltk: each formula again, now that it is remembered.

    verdict_vs_z3py: our decide beside z3py with two fresh solvers a problem.

    verdict_vs_z3py_z3only: the same without grounding, Z3 alone on both sides.

    verdict_vs_prover9: beside Prover9 in a process for each question; null where it is absent.
    """
    from benchmarks import speed as measuring

    start = time.perf_counter()
    with usable():
        work = measuring.workload(measuring.data_files(data or []))
        summary = {"task": "speed", **measuring.measure(work, rounds)}
    summary["seconds"] = round(time.perf_counter() - start, 2)
    print_summary(summary, as_json)
    leave(failed=summary["agree"] != len(work.problems))


@app.command(epilog=EXIT_CODES)
def chains(
    depth: Annotated[
        list[int] | None,
        typer.Option(min=1, show_default=False, help="A depth; may be repeated."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask three questions about chains of 10 to 5000 rules: entailed, refuted, undetermined."""
    from benchmarks import chains as chaining

    start = time.perf_counter()
    depths = depth or list(chaining.DEPTHS)
    links = list(report.tracked(chaining.measure(depths), 3 * len(depths), "chains"))
    rows = [link.as_json() for link in links]
    met = sum(link.met for link in links)
    summary: dict[str, Any] = {"task": "chains", "n": len(links), "right": met}
    summary["slowest"] = max(row["seconds"] for row in rows)
    if as_json:
        summary["rows"] = rows
    summary["seconds"] = round(time.perf_counter() - start, 2)
    print_summary(summary, as_json, lambda: report.print_rows("chains", rows))
    leave(failed=met != len(links))


def _method(name: str, semantics: Semantics, repair: bool) -> Method:
    from benchmarks import gold, methods

    if name == "gold":
        return gold.Gold(repair, semantics)
    return methods.english(semantics)


def _require_formulas(method: str, examples: Sequence[Example | DataError], data: Path) -> None:
    usable = [example for example in examples if isinstance(example, Example)]
    if method == "gold" and all(example.premise_formulas is None for example in usable):
        raise DataError(
            "no row has formulas under 'premises_fol'",
            source=str(data),
            hint="use --method english, or a file with formulas",
        )


def _readings(outcomes: Sequence[Outcome]) -> dict[str, object]:
    strict = sum(outcome.reading == "strict" for outcome in outcomes)
    repaired = sum(outcome.reading == "repaired" for outcome in outcomes)
    inconsistent = [outcome for outcome in outcomes if outcome.status == "INCONSISTENT"]
    return {
        "parsed_strict": strict,
        "parsed": strict + repaired,
        "inconsistent": [outcome.id for outcome in inconsistent],
        "unparsed": [outcome.id for outcome in outcomes if outcome.reading == "unread"],
    }


@contextmanager
def _sink(path: Path | None) -> Iterator[Callable[[Outcome], object]]:
    """A writer of outcomes into a file, a line each as soon as it is known."""
    if path is None:
        yield lambda outcome: None
        return
    try:
        file = path.open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(f"the rows cannot be written: {reason}", source=str(path)) from error
    with file:
        yield lambda outcome: file.write(_line(outcome))


def _line(outcome: Outcome) -> str:
    text = json.dumps(finite(outcome.as_json()), ensure_ascii=False, allow_nan=False)
    return f"{text}\n"
