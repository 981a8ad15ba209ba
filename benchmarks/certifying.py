"""The command `certify`: how many verdicts on the problems of a file are certified."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from benchmarks import report
from benchmarks.console import EXIT_CODES, Json, Limit, leave, print_summary, usable
from neurologic.problem import Semantics

app = typer.Typer(add_completion=False)


@app.command(epilog=EXIT_CODES)
def certify(
    task: Annotated[
        Literal["folio", "proofwriter", "linc", "pelletier"],
        typer.Argument(help="What the file holds; linc: recorded translations."),
    ],
    data: Annotated[Path, typer.Option("--data", show_default=False, help="The data file.")],
    method: Annotated[
        Literal["gold", "english", "recorded"] | None,
        typer.Option(
            show_default=False,
            help="gold: the file's formulas; english: translate the sentences; recorded: what a "
            "model once wrote. By default gold for folio, english for proofwriter.",
        ),
    ] = None,
    negation: Annotated[
        Literal["classical", "explicit"],
        typer.Option(help="explicit: not-P is an atom of its own."),
    ] = "classical",
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Decide the problems of a file, certify the verdicts, and check the certificates.

    verdicts: problems that were decided. certified: those with a certificate that the kernel
    accepts. rejected: certificates that it does not accept.

    models: finite models in the certificates. consistency_models: those that show the premises of a
    True or a False to be consistent.

    median_ms, max_ms: making and checking a certificate, deciding not included.

    readable: proofs of literals under suppositions that nest. median_lines, max_lines: of proofs.

    misses: what was not certified, or is certified against what must come out, and why.
    """
    from benchmarks import certify as certifying

    start = time.perf_counter()
    with usable():
        chosen = method or certifying.METHODS[task]
        found = certifying.items(task, chosen, data, limit)
        tally = certifying.measure(found, Semantics(negation=negation))
    summary: dict[str, Any] = {"task": "certify", "data": task, "method": chosen}
    summary |= tally.as_json()
    summary["seconds"] = round(time.perf_counter() - start, 2)
    misses = summary["misses"]
    if not as_json:
        summary["misses"] = len(misses)
    print_summary(summary, as_json, lambda: report.print_rows("not certified", misses))
    leave(failed=bool(tally.rejected or tally.disagreements))
