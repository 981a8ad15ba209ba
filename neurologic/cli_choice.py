"""Multiple-choice questions on the command line: the option that fits, and its certificates."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NoReturn

import typer

from neurologic.bound_choice import VerifiedChoice, verify_choice
from neurologic.certification import CAVEAT, CertifiedChoice
from neurologic.certification.page import AS_STATED
from neurologic.choice import Choice, choose
from neurologic.cli_saving import certified, print_certified, save
from neurologic.errors import EngineDisagreement, ParseError, printable
from neurologic.problem import ChoiceProblem, Semantics
from neurologic.provers import Engine
from neurologic.question import prover_of
from neurologic.terminal import (
    ANSWERED,
    BROKEN,
    UNDECIDED,
    load_any,
    print_json,
    print_problems,
    print_text,
    source_of,
)

_STYLES = {"one": "bold green", "unknown": "bold yellow"}
_MOST_DIFFERENCES = 10


def choose_option(
    problem: ChoiceProblem,
    file: str,
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
    if semantics != Semantics():
        raise typer.BadParameter(
            "a multiple-choice question takes --engine, --budget, --certificate and --json alone"
        )
    found = choose(problem, prover=prover_of(None, engine), budget=budget)
    said: dict[str, object] = {}
    code = UNDECIDED if found.status == "unknown" else ANSWERED
    if certificate is not None:
        write = partial(write_choice, problem, found, certificate)
        said, code = certified(write, certificate, code)
    if as_json:
        print_json({**found.as_json(), "errors": [], **said})
    else:
        _print_choice(found)
        print_certified(said, file)
    raise typer.Exit(code)


def write_choice(problem: ChoiceProblem, found: Choice, file: str) -> str:
    """Write the certificates of a question, if they show the answer; why not, or nothing.

    Raises:
        EngineDisagreement: they show what the answer denies.
        ParseError: the file cannot be written.
    """
    if found.status == "unknown":
        return found.reason
    made = CertifiedChoice.of(problem)
    shown = made.choice
    for option, other in zip(found.options, shown.options, strict=True):
        if None not in (option.holds, other.holds) and option.holds is not other.holds:
            text = f"the engine says of option {option.label}: {option.why}, but checked "
            raise EngineDisagreement(f"{text}certificates show: {other.why}", made.text)
    if (shown.status, shown.label) != (found.status, found.label):
        return f"the certificates do not show the answer: {shown.reason or shown.status}"
    save(made.text, file)
    return ""


def verify_options(text: bytes, file: str | None, semantics: Semantics, as_json: bool) -> NoReturn:
    """Check the certificates of a multiple-choice question, and whether they are about that of a file.

    Raises:
        typer.Exit: when it is done.
        typer.BadParameter: for an option that is about the conclusion of premises.
        NeurologicError: the file does not read, or the kernel does not accept a certificate.
    """
    if semantics != Semantics():
        raise typer.BadParameter("a multiple-choice question takes --problem and --json alone")
    problem = None if file is None else load_any(file)
    if problem is not None and not isinstance(problem, ChoiceProblem):
        raise ParseError(
            "premises and a conclusion, where a multiple-choice question is expected",
            source=source_of(file or ""),
            hint="the certificates are those of the options of a question",
        )
    found = verify_choice(text, problem)
    if as_json:
        print_json(_as_json(found))
    else:
        _print_verified(found, source_of(file or ""))
    if found.bound is False:
        raise typer.Exit(BROKEN)
    answered = found.choice is not None and found.choice.status != "unknown"
    raise typer.Exit(ANSWERED if answered else UNDECIDED)


def _as_json(found: VerifiedChoice) -> dict[str, object]:
    return {
        "accepted": True,
        "bound": found.bound,
        "answer": None if found.choice is None else found.choice.as_json(),
        "options": [
            {"label": label, "verdicts": [one and one.verdict for one in checked]}
            for label, checked in found.checked
        ],
        "work": sum(one.work for _, checked in found.checked for one in checked if one),
        "place": "",
        "reason": "they are about another question" if found.bound is False else "",
        "differences": [difference.as_json() for difference in found.differences],
        "errors": [],
    }


def _print_verified(found: VerifiedChoice, source: str) -> None:
    if found.bound is False:
        told = f"rejected: the certificates are about another question than {source}"
        print_text(printable(told), style="bold red")
        for difference in found.differences[:_MOST_DIFFERENCES]:
            print_text(printable(str(difference)))
        more = len(found.differences) - _MOST_DIFFERENCES
        if more > 0:
            print_text(f"and {more} differences more")
        return
    print_text("accepted: each certificate checks", style="bold green")
    for label, checked in found.checked:
        verdicts = ", ".join(one.verdict if one else "no certificate" for one in checked)
        print_text(printable(f"  {label or 'the constraint'}: {verdicts}"))
    if found.choice is None:
        told = "NOT BOUND: no problem was named with --problem; they may be about any. "
        print_text(told + AS_STATED, style="bold yellow")
    else:
        print_text(f"bound: they are about {printable(source)}, and show", style="bold green")
        _print_choice(found.choice)
    print_text(CAVEAT)


def _print_choice(found: Choice) -> None:
    head, *rows = printable(str(replace(found, warnings=()))).split("\n")
    print_text(head, style=_STYLES.get(found.status, "bold magenta"))
    print_text("\n".join(rows))
    print_problems([], found.warnings)
