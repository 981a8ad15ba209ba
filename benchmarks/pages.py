"""The report of a run: `report.md`, and `report.html`, one file without scripts.

Sentences, formulas and messages come from data sets and language models: jinja2 escapes them all,
and the page forbids scripts besides.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args

from benchmarks import plots
from benchmarks.agreement import (
    Differing,
    VariantFigures,
    agreement,
    differing,
    variant_figures,
)
from benchmarks.compare import Accuracy, accuracy
from benchmarks.curve import KPoint, k_curve
from benchmarks.listing import groups, translations
from benchmarks.measures import (
    ANSWERS,
    ERROR_CLASSES,
    BreakEven,
    Calibration,
    CertifiedWrong,
    Confusion,
    ErrorCount,
    LabelScore,
    RiskCoverage,
    break_even,
    calibration,
    certified_wrong,
    confidences,
    confusion,
    error_class,
    errors,
    per_label,
    risk_coverage,
    rounded,
)
from benchmarks.pipeline import OURS, Clashes, Inconsistent, Pipeline
from benchmarks.published import CERTAINTY, Beside, beside
from benchmarks.replay import rule_of
from benchmarks.rows import DataError
from benchmarks.runs import Run
from neurologic.errors import NeurologicError, printable
from neurologic.voting import LABELS, Rule, shipped_table

TEMPLATES = Path(__file__).with_name("templates")
HTML, MARKDOWN = "report.html", "report.md"

DEFINITE, MAJORITY = "definite:0.2", "majority"

SHOWN = 2_000  # characters of one text; the whole text stands in the run directory

_NO_PLOTS = "There are no plots: matplotlib is not installed (python -m pip install '.[bench]')."


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says of a run, computed once for the page, the text and the JSON object.

    Risk and calibration are those of the confidence; where the rule knows none, of the agreement,
    and `ranked_by` says so.
    """

    run: Run
    accuracy: Accuracy
    labels: tuple[LabelScore, ...]
    confusion: Confusion
    errors: ErrorCount
    votes: tuple[KPoint, ...]
    risk: RiskCoverage | None
    calibration: Calibration | None
    ranked_by: str
    certified: CertifiedWrong | None
    break_even: BreakEven | None
    published: tuple[Beside, ...]
    agreement: float | None = None
    variants: tuple[VariantFigures, ...] = ()
    distinct: Differing | None = None
    notes: tuple[str, ...] = ()
    plots: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The measures as a JSON object; null where a run has nothing to measure."""
        measured = self.calibration
        return {
            **self.accuracy.as_json(),
            "unscored": self.run.unscored,
            "data": dict(self.run.data),
            "labels": [score.as_json() for score in self.labels],
            "confusion": {label: dict(row) for label, row in self.confusion.items()},
            "misses": dict(self.errors.problems),
            "samples": self.errors.samples,
            "executed": self.errors.executed,
            "unknown": self.errors.unknown,
            "failures": dict(self.errors.failures),
            "agreement": rounded(self.agreement),
            "variants": {each.variant: each.as_json() for each in self.variants},
            "distinct": self.distinct.as_json() if self.distinct else None,
            "k_curve": [point.as_json() for point in self.votes],
            "of": self.ranked_by or None,
            "aurc": rounded(self.risk.area) if self.risk else None,
            "ece": rounded(measured.ece) if measured else None,
            "brier": rounded(measured.brier) if measured else None,
            "certified_wrong": rounded(self.certified.rate) if self.certified else None,
            "break_even": rounded(self.break_even.share) if self.break_even else None,
            "published": [
                row.published.as_json() | {"comparable": row.comparable, "why": row.why}
                for row in self.published
            ],
            "plots": list(self.plots),
            "notes": list(self.notes),
        }


def report(run: Run) -> Report:
    """The report of a run; without matplotlib it has no plots and says so."""
    samples = run.samples
    table, (votes, even, variants, notes) = confusion(samples), _by_votes(run)
    ranked_by, pairs = "", confidences(())
    if not _config(run).get("early"):
        known = (by for by in ("confidence", "agreement") if confidences(samples, by))
        ranked_by = next(known, "")
        pairs = confidences(samples, ranked_by)
    risk, measured = risk_coverage(pairs, len(samples)), calibration(pairs)
    drawn: dict[str, str] = {}
    if plots.available():
        if any(sum(row.values()) for row in table.values()):  # puzzles have labels of their own
            drawn["confusion"] = plots.confusion_plot(table)
        if votes:
            drawn["votes"] = plots.k_plot(votes)
        if risk:
            drawn["risk"] = plots.risk_plot(risk)
        if measured:
            drawn["calibration"] = plots.calibration_plot(measured, ranked_by)
    else:
        notes = (*notes, _NO_PLOTS)
    return Report(
        run=run,
        accuracy=accuracy(samples),
        labels=per_label(samples),
        confusion=table,
        errors=errors(samples),
        votes=votes,
        risk=risk,
        calibration=measured,
        ranked_by=ranked_by,
        certified=certified_wrong(samples),
        break_even=even,
        published=tuple(beside(run)),
        agreement=agreement(samples),
        variants=variants,
        distinct=differing(samples),
        notes=(*run.notes, *_origin(run), *notes),
        plots=drawn,
    )


def _by_votes(
    run: Run,
) -> tuple[tuple[KPoint, ...], BreakEven | None, tuple[VariantFigures, ...], tuple[str, ...]]:
    """The curve over votes, the break-even of two rules, the variants, and why any is left out."""
    if not any(len(sample.votes) > 1 for sample in run.samples):
        return (), None, (), ()
    if _config(run).get("early"):
        return (), None, (), (_EARLY,)
    even: BreakEven | None = None
    try:
        pipeline = _pipeline(run)
        rules = [rule_of(replace(pipeline, vote=name)) for name in (DEFINITE, MAJORITY)]
        even = break_even(run.samples, *rules)
        by = _rule(run, pipeline)
    except NeurologicError as error:
        return (), even, (), (f"There is no curve over votes: {error.message}.",)
    for sample in run.samples:
        if (by(sample.votes).label if sample.votes else None) != sample.answer:
            why = f"There is no curve over votes: {_OTHER} (problem {sample.key})."
            return (), even, (), (why,)
    return k_curve(run.samples, by), even, variant_figures(run.samples, by), ()


def _origin(run: Run) -> tuple[str, ...]:
    """Whether the table of a likelihood vote has seen the problems, where it was not learnt here."""
    config = _config(run)
    if config.get("vote") != "likelihood" or config.get("table") == "cross-validated":
        return ()
    count = run.summary.get("in_sample")
    if type(count) is not int:
        return (f"{_TABLE} Whether from some of these problems is not known.",)
    if not count:
        return ()
    why = f"It was learnt from {count} of these problems (in_sample), so calibration is no result."
    return (f"{_TABLE} {why}",)


_TABLE = "The votes were counted by a table that was learnt beforehand."
_EARLY = (
    "The run stopped early: votes that could not change an answer were left out. So there is no "
    "curve over votes, no break-even, and no calibration or risk, which need all votes."
)
_OTHER = "its votes, counted again, do not give the answer of the run"


def _config(run: Run) -> Mapping[str, Any]:
    found = run.manifest.get("config")
    return found if isinstance(found, dict) else {}


def _pipeline(run: Run) -> Pipeline:
    """The pipeline of the run, as its manifest or its tallies name it.

    Raises:
        DataError: they name no rule, or a choice that there is not.
    """
    config = _config(run)
    told = [sample.tally.get("rule") for sample in run.samples if sample.tally]
    chosen: dict[str, Any] = {
        part.name: config[part.name] for part in fields(Pipeline) if part.name in config
    }
    chosen.setdefault("vote", next(filter(None, told), None))
    pipeline = replace(OURS, **chosen)
    known = {"inconsistent": get_args(Inconsistent), "clashes": get_args(Clashes)}
    if not all(getattr(pipeline, name) in choices for name, choices in known.items()):
        raise DataError("the run counted its votes in a way that is not known")
    if not isinstance(pipeline.vote, str):
        raise DataError("the run does not say by which rule it voted")
    return pipeline


def _rule(run: Run, pipeline: Pipeline) -> Rule:
    """The rule by which the run voted, the same that the run made.

    Raises:
        NeurologicError: there is no such rule, or its table is not known.
    """
    table = _config(run).get("table", "shipped") if pipeline.vote == "likelihood" else "shipped"
    if table == "cross-validated":
        raise DataError("each story was judged by a table of its own, learnt on the other stories")
    if table not in ("shipped", _digest(shipped_table().as_json())):
        raise DataError("the run does not hold the likelihood table it was counted by")
    return rule_of(pipeline)


def _digest(table: Mapping[str, object]) -> str:
    """The name that the manifest of a replay has for a likelihood table."""
    return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()[:16]


# Writing ----------------------------------------------------------------------------------------


def render_html(found: Report) -> str:
    """The page: everything from outside escaped, no script, nothing fetched."""
    from markupsafe import Markup

    environment = _environment(autoescape=True, finalize=_visible)
    drawn = {name: Markup(svg) for name, svg in found.plots.items()}
    return _render(environment, "report.html.j2", found, plots=drawn)


def render_markdown(found: Report) -> str:
    """The same in Markdown, without the problems that are right, and without plots."""
    environment = _environment(autoescape=False, finalize=escape_markdown)
    return _render(environment, "report.md.j2", found, plots={})


def write(run: Run, folder: Path | None = None) -> tuple[Report, Path, Path]:
    """Write both files, into the run's directory unless told otherwise: report, HTML, Markdown.

    Raises:
        DataError: jinja2 is missing, or the files cannot be written.
    """
    found = report(run)
    folder = run.path if folder is None else folder
    page, text = folder / HTML, folder / MARKDOWN
    for path, content in ((page, render_html(found)), (text, render_markdown(found))):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise DataError(f"the report cannot be written: {reason}", source=str(path)) from error
    return found, page, text


def _environment(**options: Any) -> Any:
    try:
        import jinja2
    except ImportError as error:
        raise DataError("a report needs jinja2", hint="python -m pip install jinja2") from error
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **options,
    )
    environment.filters |= {"percent": percent, "figure": figure, "shown": shown}
    return environment


def _visible(value: object) -> object:
    """A text with control characters shown; what was made for the page stays as it is."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return printable(shortened(value))


def shortened(text: str) -> str:
    """The text, or the beginning of a very long one and how long it is.

    >>> shortened("x" * 10_000)[-71:]
    'xx … (10,000 characters in all; the whole text is in the run directory)'
    """
    if len(text) <= SHOWN:
        return text
    whole = f"{len(text):,} characters in all; the whole text is in the run directory"
    return f"{text[:SHOWN]} … ({whole})"


def _render(environment: Any, template: str, found: Report, **more: Any) -> str:
    text = environment.get_template(template).render(
        report=found,
        run=found.run,
        manifest=found.run.manifest,
        groups=groups(found.run.samples),
        translations=translations,
        error_class=error_class,
        labels=LABELS,
        answers=ANSWERS,
        error_classes=ERROR_CLASSES,
        certainty=CERTAINTY,
        **more,
    )
    return str(text)


def percent(share: float | None) -> str:
    """The share in per cent with one decimal; a dash for none.

    >>> percent(0.1234), percent(None)
    ('12.3 %', '–')
    """
    return "–" if share is None else f"{100 * share:.1f} %"


def figure(value: float | None) -> str:
    """The figure with three decimals; a dash for none."""
    return "–" if value is None else f"{value:.3f}"


def shown(value: object) -> str:
    """A value of a manifest as text: lists in one line, control characters escaped."""
    match value:
        case None | "":
            return "–"
        case list():
            return printable(" ".join(str(item) for item in value))
        case dict():
            return printable(", ".join(f"{key} {shown(item)}" for key, item in value.items()))
        case _:
            return printable(str(value))


_MARKDOWN = re.compile(r"([\\`*_\[\]|~#])")


def escape_markdown(value: object) -> object:
    r"""A text so that Markdown shows it as it is: no markup, no HTML, one line.

    >>> print(escape_markdown("a|b <script>"))
    a\|b &lt;script&gt;
    """
    if not isinstance(value, str):
        return value
    text = html.escape(printable(" ".join(shortened(value).split())), quote=False)
    return _MARKDOWN.sub(r"\\\1", text)
