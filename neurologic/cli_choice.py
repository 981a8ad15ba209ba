"""What `prove` does with a file that asks a multiple-choice question: the option that fits."""

from __future__ import annotations

from typing import NoReturn

import typer

from neurologic.choice import Choice, choose
from neurologic.errors import printable
from neurologic.problem import ChoiceProblem, Semantics
from neurologic.provers import Engine
from neurologic.question import prover_of
from neurologic.terminal import ANSWERED, UNDECIDED, print_json, print_text

_STYLES = {"one": "bold green", "unknown": "bold yellow"}


def choose_option(
    problem: ChoiceProblem,
    semantics: Semantics,
    engine: Engine,
    budget: int,
    as_json: bool,
    certificate: str | None,
) -> NoReturn:
    """Print the option that fits, and what was found of each.

    Raises:
        typer.Exit: when it is done.
        typer.BadParameter: for an option that is about the conclusion of premises.
        NeurologicError: the question does not fit together.
    """
    if semantics != Semantics() or certificate is not None:
        raise typer.BadParameter(
            "a multiple-choice question takes --engine, --budget and --json alone"
        )
    found = choose(problem, prover=prover_of(None, engine), budget=budget)
    if as_json:
        print_json({**found.as_json(), "warnings": [], "errors": []})
    else:
        _print_choice(found)
    raise typer.Exit(UNDECIDED if found.status == "unknown" else ANSWERED)


def _print_choice(found: Choice) -> None:
    head, *rows = printable(str(found)).split("\n")
    print_text(head, style=_STYLES.get(found.status, "bold magenta"))
    print_text("\n".join(rows))
