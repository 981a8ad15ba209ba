"""The report of a run: `report.md`, and `report.html`, one file without scripts.

Sentences, formulas and messages come from data sets and language models: jinja2 escapes them all,
and the page forbids scripts besides.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import plots
from benchmarks.compare import Accuracy, accuracy
from benchmarks.measures import (
    ANSWERS,
    ERROR_CLASSES,
    BreakEven,
    Calibration,
    CertifiedWrong,
    Confusion,
    ErrorCount,
    KPoint,
    LabelScore,
    RiskCoverage,
    break_even,
    calibration,
    certified_wrong,
    confidences,
    confusion,
    error_class,
    errors,
    k_curve,
    per_label,
    risk_coverage,
    rounded,
)
from benchmarks.published import CERTAINTY, Beside, beside
from benchmarks.rows import DataError
from benchmarks.runs import Run, Sample
from neurologic.errors import NeurologicError, printable
from neurologic.voting import LABELS, Rule, Vote, rule

TEMPLATES = Path(__file__).with_name("templates")
HTML, MARKDOWN = "report.html", "report.md"

DEFINITE, MAJORITY = "definite:0.2", "majority"

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
    notes: tuple[str, ...] = ()
    plots: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The measures as a JSON object; null where a run has nothing to measure."""
        measured = self.calibration
        return {
            **self.accuracy.as_json(),
            "data": dict(self.run.data),
            "labels": [score.as_json() for score in self.labels],
            "confusion": {label: dict(row) for label, row in self.confusion.items()},
            "misses": dict(self.errors.problems),
            "samples": self.errors.samples,
            "executed": self.errors.executed,
            "failures": dict(self.errors.failures),
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
    notes = list(run.notes)
    several = any(len(sample.votes) > 1 for sample in samples)
    by = _rule_of(run) if several else None
    if several and by is None:
        notes.append("There is no curve over votes: the run does not say by which rule it voted.")
    if by is not None and by.name == "likelihood":
        notes.append("The curve over votes uses the likelihood table that ships with the library.")
    ranked_by = next((by for by in ("confidence", "agreement") if confidences(samples, by)), "")
    pairs = confidences(samples, ranked_by)
    votes = k_curve(samples, by) if by else ()
    table, risk = confusion(samples), risk_coverage(pairs, len(samples))
    measured = calibration(pairs)
    drawn: dict[str, str] = {}
    if plots.available():
        drawn["confusion"] = plots.confusion_plot(table)
        if votes:
            drawn["votes"] = plots.k_plot(votes)
        if risk:
            drawn["risk"] = plots.risk_plot(risk)
        if measured:
            drawn["calibration"] = plots.calibration_plot(measured, ranked_by)
    else:
        notes.append(_NO_PLOTS)
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
        break_even=break_even(samples, rule(DEFINITE), rule(MAJORITY)) if several else None,
        published=tuple(beside(run)),
        notes=tuple(notes),
        plots=drawn,
    )


def _rule_of(run: Run) -> Rule | None:
    """The rule by which the run voted, as its manifest or its tallies name it."""
    config = run.manifest.get("config")
    config = config if isinstance(config, dict) else {}
    told = [sample.tally.get("rule") for sample in run.samples if sample.tally]
    name = config.get("vote") or (told[0] if told else None)
    if config.get("convention") == "linc":
        name = "linc"
    options: dict[str, Any] = {"threshold": config.get("threshold") or 0.0}
    options |= {key: config[key] for key in ("inconsistent", "clashes") if key in config}
    if options.get("clashes") == "error":  # then clashes are no votes, and none is to be set aside
        del options["clashes"]
    try:
        return rule(str(name), **options) if name else None
    except (NeurologicError, TypeError):
        return None


# The problems -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Translation:
    """One set of formulas, and what the votes cast by it say.

    Args:
        formulas: the formulas, premises first.
        votes: for each thing said, the numbers of the votes that say it, counted from 1.
        messages: what their errors say.
    """

    formulas: tuple[str, ...]
    votes: tuple[tuple[str, tuple[int, ...]], ...]
    messages: tuple[str, ...]


def translations(sample: Sample) -> tuple[Translation, ...]:
    """The distinct translations of a problem in the order of their first vote.

    >>> from neurologic.entailment import Verdict
    >>> votes = (Vote(Verdict.ENTAILED), Vote(Verdict.ENTAILED), Vote(None, error="arity"))
    >>> formulas = (("A", "A"), ("A", "A"), ())
    >>> problem = Sample("p", "True", "True", True, votes=votes, formulas=formulas)
    >>> [(found.formulas, found.votes) for found in translations(problem)]
    [(('A', 'A'), (('ENTAILED (True)', (1, 2)),)), ((), (('failed, arity', (3,)),))]
    """
    if not sample.votes:
        return tuple(Translation(formulas, (), ()) for formulas in sample.formulas)
    found: dict[tuple[str, ...], dict[str, list[int]]] = {}
    messages: dict[tuple[str, ...], dict[str, None]] = {}
    told = sample.messages or ("",) * len(sample.votes)
    rows = zip(sample.votes, sample.formulas, told, strict=True)
    for number, (vote, formulas, message) in enumerate(rows, start=1):
        found.setdefault(formulas, {}).setdefault(ballot(vote), []).append(number)
        if message:
            messages.setdefault(formulas, {})[message] = None
    return tuple(
        Translation(
            formulas,
            votes=tuple((said, tuple(numbers)) for said, numbers in votes.items()),
            messages=tuple(messages.get(formulas, ())),
        )
        for formulas, votes in found.items()
    )


def ballot(vote: Vote) -> str:
    """What a vote says, in words.

    >>> ballot(Vote(None, error="arity", variant="8-shot"))
    'failed, arity, 8-shot'
    """
    said = "failed"
    if vote.verdict is not None:
        label = vote.verdict.label
        said = f"{vote.verdict.name} ({label})" if label else vote.verdict.name
    clash = "clash of symbols" if vote.clash else ""
    return ", ".join(filter(None, (said, clash, vote.error, vote.variant)))


@dataclass(frozen=True, slots=True)
class Group:
    """Problems that are missed in one way, or that are right."""

    title: str
    about: str
    samples: tuple[Sample, ...]


def groups(samples: Sequence[Sample]) -> tuple[Group, ...]:
    """The problems by class of error, those that are right last."""
    kinds: list[tuple[str, str]] = [*ERROR_CLASSES.items()]
    found = [
        Group(kind, about, tuple(sample for sample in samples if error_class(sample) == kind))
        for kind, about in kinds
    ]
    unlabelled = tuple(sample for sample in samples if sample.label is None)
    right = tuple(sample for sample in samples if sample.right)
    found.append(Group("no label", "could not be read, or has no label", unlabelled))
    found.append(Group("right", "the answer is the label", right))
    return tuple(group for group in found if group.samples)


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
        raise DataError(
            "a report needs jinja2", hint="python -m pip install '.[bench]' installs it"
        ) from error
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
    return printable(value)


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
    text = html.escape(printable(" ".join(value.split())), quote=False)
    return _MARKDOWN.sub(r"\\\1", text)
