"""The command line: `python -m neurologic prove|translate|check FILE`, `verify|export CERT`."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Annotated, NoReturn

import typer

import neurologic
from neurologic import display
from neurologic.cli_certificates import EXIT_CODES as VERIFYING
from neurologic.cli_certificates import EXPORTING, export, verify, write_certificate
from neurologic.cli_choice import choose_option
from neurologic.cli_saving import certified, print_certified
from neurologic.entailment import Verdict
from neurologic.errors import NeurologicError, printable
from neurologic.notation import render
from neurologic.problem import ChoiceProblem, Semantics, TextProblem, Translation, Translator
from neurologic.provers import DEFAULT_BUDGET, Engine
from neurologic.reasoning import Answer, answer, best, located, translate, translation_warnings
from neurologic.signature import elaborate
from neurologic.terminal import (
    ANSWERED,
    BROKEN,
    UNDECIDED,
    Arithmetic,
    ClosedDomain,
    Convention,
    Import,
    Negation,
    UniqueNames,
    load,
    load_any,
    print_json,
    print_problems,
    print_text,
    semantics_options,
)
from neurologic.translation import Formulas

_PATIENT, _BRIEF = 50, 2  # the work on a core, in budgets of one question

_EXIT_CODES = "\n\n".join(
    (
        "Exit codes:",
        "0  answered: True, False, Uncertain, inconsistent premises, or the option of a puzzle",
        "1  the file or a sentence could not be read, or a certificate could not be written",
        "2  wrong usage",
        "3  not decided within the budget",
        "4  answered, but no certificate was found for --certificate",
    )
)
_READING = "\n\n".join(
    (
        "Exit codes:",
        "0  every sentence was read",
        "1  the file or a sentence could not be read, or the formulas do not fit together",
        "2  wrong usage",
    )
)

_STYLES = {
    Verdict.ENTAILED: "bold green",
    Verdict.REFUTED: "bold red",
    Verdict.UNDETERMINED: "bold yellow",
    Verdict.INCONSISTENT: "bold magenta",
    Verdict.UNKNOWN: "bold magenta",
}

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="From sentences to a verdict: English or formulas in, a decision by solvers out.",
    epilog="The exit codes of a command stand in its own help.",
)

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="Problem file, or - for standard input: one sentence a line, # comments, "
        "the conclusion on the line that starts with ?.",
    ),
]
AsFormulas = Annotated[bool, typer.Option("--formulas", help="The sentences are formulas.")]
Repair = Annotated[
    bool, typer.Option("--repair/--no-repair", help="Mend formulas; every repair is listed.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Budget = Annotated[
    int,
    typer.Option(min=1, help="The solver's resource units per question; a million is a second."),
]
EngineName = Annotated[
    Engine,
    typer.Option(
        "--engine",
        help="Who decides: z3 alone, or ground, which is instances or tables and SAT, alone; auto takes "
        "the one that fits.",
    ),
]
Core = Annotated[
    bool | None,
    typer.Option(
        "--core/--no-core",
        show_default=False,
        help="Find the premises that the verdict needs: with as much work as it takes, or not at "
        "all; by default with little work.",
    ),
]

CertificateFile = Annotated[
    str | None,
    typer.Option(
        "--certificate",
        metavar="FILE",
        show_default=False,
        help="Write a certificate of the verdict, which `verify` checks.",
    ),
]


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """From sentences to a verdict: English or formulas in, a decision by solvers out."""
    if show:
        typer.echo(neurologic.__version__)
        raise typer.Exit(ANSWERED)


@app.command(epilog=_EXIT_CODES)
def prove(
    file: File,
    formulas: AsFormulas = False,
    repair: Repair = False,
    as_json: Json = False,
    negation: Negation = "classical",
    unique_names: UniqueNames = False,
    closed_domain: ClosedDomain = False,
    existential_import: Import = False,
    arithmetic: Arithmetic = "interpreted",
    convention: Convention = "neurologic",
    engine: EngineName = "auto",
    budget: Budget = DEFAULT_BUDGET,
    core: Core = None,
    certificate: CertificateFile = None,
) -> None:
    """Decide whether the premises of FILE entail its conclusion.

    A file with a question about options, such as "? must be true", gets the option that fits.
    """
    if certificate == "-":
        raise typer.BadParameter("--certificate wants a file; - is none, the answer is printed")
    semantics = Semantics(
        negation=negation,
        unique_names=unique_names,
        closed_domain=closed_domain,
        existential_import=existential_import,
        arithmetic=arithmetic,
        convention=convention,
    )
    try:
        problem = load_any(file)
        if isinstance(problem, ChoiceProblem):
            choose_option(problem, file, semantics, engine, budget, as_json, certificate)
        result = answer(
            problem,
            translator=_translator(formulas, repair),
            semantics=semantics,
            engine=engine,
            budget=budget,
            core=core is not False,
            core_effort=_PATIENT if core else _BRIEF,
        )
    except NeurologicError as error:
        result = _unread(error, semantics)
    if result.errors and not formulas and result.problem.conclusion:
        hint = _formulas_hint(result.problem)
        result = replace(result, warnings=(*result.warnings, *hint))
    options = ["--formulas"] * formulas + ["--repair"] * repair + semantics_options(semantics)
    raise typer.Exit(_report(result, certificate, as_json, " ".join((file, *options))))


def _report(result: Answer, certificate: str | None, as_json: bool, asked: str) -> int:
    """Print an answer, with the certificate written if one is wanted; the exit code."""
    said: dict[str, object] = {}
    code = BROKEN if result.decision is None else ANSWERED
    if result.verdict is Verdict.UNKNOWN:
        code = UNDECIDED
    if certificate is not None:
        said, code = certified(partial(write_certificate, result, certificate), certificate, code)
    if as_json:
        print_json({**result.as_json(), **said})
    else:
        _print_answer(result)
        print_certified(said, asked)
    return code


app.command(epilog=VERIFYING)(verify)
app.command(epilog=EXPORTING)(export)


@app.command("translate", epilog=_READING)
def translate_file(
    file: File, formulas: AsFormulas = False, repair: Repair = False, as_json: Json = False
) -> None:
    """Print the formula of each sentence of FILE."""
    try:
        problem = load(file)
    except NeurologicError as error:
        _fail(error, as_json)
    translation, errors = translate(problem, _translator(formulas, repair))
    warnings = translation_warnings(translation)
    if errors and not formulas:
        warnings = (*warnings, *_formulas_hint(problem))
    if as_json:
        print_json(_sentences_json(translation, warnings, errors))
    else:
        print_text(display.translation_text(translation))
        print_problems(errors, warnings)
    raise typer.Exit(BROKEN if errors else ANSWERED)


@app.command(epilog=_READING)
def check(
    file: File,
    repair: Repair = False,
    arithmetic: Arithmetic = "interpreted",
    as_json: Json = False,
) -> None:
    """Read the formulas of FILE; list repairs, clashing symbols, and the sorts of everything."""
    try:
        problem = load(file)
    except NeurologicError as error:
        _fail(error, as_json)
    translation, errors = translate(problem, Formulas(repair=repair))
    warnings = translation_warnings(translation)
    signature = None
    if not errors:
        try:
            signature, _ = elaborate(best(translation), problem.signature, arithmetic=arithmetic)
        except NeurologicError as error:
            errors = (located(error, translation),)
    if as_json:
        found = _sentences_json(translation, warnings, errors)
        print_json({**found, "signature": signature and display.signature_json(signature)})
    else:
        print_text(display.translation_text(translation))
        if signature:
            print_text("")
            print_text(printable(str(signature)))
        print_problems(errors, warnings)
    raise typer.Exit(BROKEN if errors else ANSWERED)


def main() -> None:
    """Run the command line; what the terminal cannot show is printed escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except OSError as error:  # a full disk; a broken pipe ends quietly in typer
        sys.stderr.write(f"error: cannot write the output: {error.strerror}\n")
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())  # nothing is flushed at the end
        sys.exit(BROKEN)


def _translator(formulas: bool, repair: bool) -> Translator | None:
    return Formulas(repair=repair) if formulas else None


def _formulas_hint(problem: TextProblem) -> tuple[str, ...]:
    """A warning if sentences that are no English are formulas."""
    _, errors = translate(problem, Formulas())
    return () if errors else ("every line reads as a formula: ask again with --formulas",)


def _unread(error: NeurologicError, semantics: Semantics = Semantics()) -> Answer:
    nothing = TextProblem((), "")
    return Answer(nothing, Translation(nothing, ()), semantics, None, (error,))


def _fail(error: NeurologicError, as_json: bool) -> NoReturn:
    if as_json:
        print_json(
            {"premises": [], "conclusion": None, "warnings": [], "errors": [error.as_json()]}
        )
    else:
        print_problems([error], [])
    raise typer.Exit(BROKEN)


def _sentences_json(
    translation: Translation, warnings: Iterable[str], errors: Iterable[NeurologicError]
) -> dict[str, object]:
    texts = (*translation.problem.premises, translation.problem.conclusion)
    rows: list[dict[str, object]] = []
    for text, sentence in zip(texts, translation.sentences, strict=False):
        readings = () if isinstance(sentence, NeurologicError) else sentence
        rows.append(
            {
                "text": text,
                "formula": render(readings[0].formula) if readings else None,
                "readings": [{"formula": render(r.formula), "cost": r.cost} for r in readings],
            }
        )
    return {
        "premises": rows[:-1],
        "conclusion": rows[-1] if rows else None,
        "warnings": list(warnings),
        "errors": [error.as_json() for error in errors],
    }


def _print_answer(result: Answer) -> None:
    if result.translation.sentences:
        core = result.decision.core if result.decision else None
        print_text(display.translation_text(result.translation, core or ()))
        print_text("")
    if result.decision:
        verdict, *rest = display.decision_text(result.decision).split("\n")
        print_text(verdict, style=_STYLES[result.decision.verdict])
        print_text("\n".join(rest))
    else:
        print_text(display.NOT_TRANSLATED, style="bold magenta")
    print_problems(result.errors, result.warnings)
