"""The command `equivalence`: candidates against gold formulas, or classes against a solver alone."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from benchmarks.console import EXIT_CODES, Json, Limit, leave, print_summary, usable
from neurologic.errors import NeurologicError

app = typer.Typer(add_completion=False)

Gold = Annotated[
    Path | None,
    typer.Option("--gold", show_default=False, help="Problems with gold formulas, or id: formula."),
]
Candidates = Annotated[
    Path | None,
    typer.Option(
        "--candidates",
        show_default=False,
        help="Recorded translations, rows with id and formula or candidates; without --gold, rows "
        "with gold and candidate.",
    ),
]
Classes = Annotated[
    Path | None,
    typer.Option(
        "--classes",
        show_default=False,
        help="Group the candidates for each sentence of this file, and do so again with a solver "
        "alone.",
    ),
]


@app.command(epilog=EXIT_CODES)
def equivalence(
    gold: Gold = None,
    candidates: Candidates = None,
    classes: Classes = None,
    engine: Annotated[
        Literal["auto", "z3"],
        typer.Option(help="With --classes: who is called in the loop; auto: SAT where it fits."),
    ] = "auto",
    repair: Annotated[
        bool, typer.Option("--repair/--no-repair", help="Mend formulas that do not read.")
    ] = True,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Compare candidate formulas with gold formulas by proof, and by the LE score beside it.

    n: candidates with a gold formula. executable: those that read and whose sorts fit.

    true_equivalence: proved equivalent, names as they are. equivalent_renamed: with a map of names
    that moves no name away from an identical one.

    le: mean LE score, 0 where it is not defined. le_one_not_equivalent: of those that LE gives 1.

    samples_executable: whole translations that are decided. entailment_preserving: samples of
    problems labelled True that prove the conclusion; any: problems with such a sample.

    With --classes, calls and cpu are ours, solver_calls and solver_cpu those of a loop that compares
    each candidate with one of each class; same: sentences with the same classes.
    """
    start = time.perf_counter()
    with usable():
        if (classes is None) == (candidates is None):
            raise NeurologicError("give either --candidates, with or without --gold, or --classes")
        if classes is not None and gold is not None:
            raise NeurologicError("--gold goes with --candidates")
        summary: dict[str, Any] = {"task": "equivalence"}
        failed = False
        if classes is not None:
            from benchmarks import classes as grouping

            slots, unread = grouping.sentences(classes, repair, limit)
            if not slots:
                raise NeurologicError("the file holds no candidate that reads")
            summary |= grouping.measure(slots, engine) | {"unread": unread}
            failed = summary["same"] != summary["compared"]
        elif candidates is not None:
            from benchmarks import equivalence as comparing

            loaded = comparing.load(gold, candidates)
            if limit is not None:
                loaded.problems = loaded.problems[:limit]
                loaded.pairs = loaded.pairs[:limit]
            summary |= comparing.measure(loaded, repair)
            failed = bool(loaded.errors)
    summary["seconds"] = round(time.perf_counter() - start, 2)
    print_summary(summary, as_json)
    leave(failed=failed)
