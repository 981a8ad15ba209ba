"""Commands on runs that are done: `compare`, `report`, and `published`, the table of others."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import report as printing
from benchmarks.console import Json, print_summary, usable

_EXIT_CODES = """Exit codes:

0 done.

2 wrong usage, or a run directory that cannot be used."""

app = typer.Typer(add_completion=False)


@app.command(epilog=_EXIT_CODES)
def compare(
    run_a: Annotated[Path, typer.Argument(help="A run directory.", show_default=False)],
    run_b: Annotated[
        Path, typer.Argument(help="A run over the same problems.", show_default=False)
    ],
    as_json: Json = False,
) -> None:
    """Tell whether run B is better than run A on the problems that both have.

    ci95: 95 % interval of a bootstrap by story, null for a single one; wilson95: of problems taken
    as independent.

    mcnemar: b problems are right in A alone (lost), c in B alone (gained); exact test.

    sign_flip: exact test by story.
    """
    from benchmarks import compare as comparing
    from benchmarks.runs import read_run

    start = time.perf_counter()
    with usable():
        first, second = read_run(run_a), read_run(run_b)
        found = comparing.compare(first, second)
    summary: dict[str, Any] = {
        "task": "compare",
        "run_a": first.name,
        "run_b": second.name,
        **found.as_json(),
        "seconds": round(time.perf_counter() - start, 2),
    }
    print_summary(summary if as_json else _readable(summary), as_json)
    for warning in [] if as_json else found.warnings:
        print(f"warning: {warning}", file=sys.stderr)


def _readable(comparison: dict[str, Any]) -> dict[str, Any]:
    """The comparison with an interval or a test on one line each."""

    def interval(ends: list[float] | None) -> str:
        return "{:.4f} to {:.4f}".format(*ends) if ends else "- (a single story)"

    shown = {key: value for key, value in comparison.items() if key != "warnings"}
    for run in ("a", "b"):
        row = comparison[run]
        shown[run] = (
            f"{row['right']} of {row['n']} right: {row['accuracy']:.4f}, "
            f"by story {interval(row['ci95'])}, Wilson {interval(row['wilson95'])}"
        )
    shown["difference_ci95"] = interval(comparison["difference_ci95"])
    shown["mcnemar"] = "b {b}, c {c}, p {p:.4g}".format(**comparison["mcnemar"])
    shown["sign_flip"] = "p {p:.4g}".format(**comparison["sign_flip"])
    for field in ("gained", "lost", "only_a", "only_b"):
        shown[field] = ", ".join(comparison[field]) or "-"
    shown["differs"] = {
        field: " / ".join(map(str, values)) for field, values in comparison["differs"].items()
    } or None
    return shown


@app.command(epilog=_EXIT_CODES)
def report(
    run: Annotated[Path, typer.Argument(help="A run directory.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(show_default=False, help="Where to write; by default into the run directory."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write report.html and report.md of a run: figures, plots, every problem with its votes.

    Plots need matplotlib, which the extra `bench` installs.
    """
    from benchmarks import pages
    from benchmarks.runs import read_run

    start = time.perf_counter()
    with usable():
        found, page, text = pages.write(read_run(run), out)
    measured = found.as_json()
    summary: dict[str, Any] = {"task": "report", "run": found.run.name}
    summary |= {"html": str(page), "markdown": str(text)}
    if not as_json:
        keep = ("right", "n", "accuracy", "ci95", "misses", "ece", "brier", "plots", "notes")
        measured = {key: measured[key] for key in keep}
    print_summary(summary | measured | {"seconds": round(time.perf_counter() - start, 2)}, as_json)


@app.command(epilog=_EXIT_CODES)
def published(
    dataset: Annotated[
        str | None,
        typer.Option(show_default=False, help="Only figures on this data set, such as folio."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the results that others published: with n, data version, source, and how sure."""
    from benchmarks.published import CERTAINTY, named, published

    rows = [figure for figure in published() if dataset is None or named(figure, dataset)]
    if as_json:
        found = {"task": "published", "rows": [row.as_json() for row in rows]}
        print(json.dumps(found, allow_nan=False))
        return
    printing.print_rows(
        "published results",
        [
            {
                "system": ", ".join(filter(None, (row.system, row.model, row.setting))),
                "data": f"{row.dataset}, {row.data_version}",
                "n": row.n,
                "metric": row.metric,
                "%": row.percent,
                "comparable": f"{'yes' if row.comparable else 'no'}: {row.why}",
                "source": f"{row.source}; {row.place}; {CERTAINTY[row.certainty]}",
            }
            for row in rows
        ],
    )
