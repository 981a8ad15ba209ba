"""The commands about certificates: `verify`, `export`, and what `prove --certificate` does.

`verify` loads the kernel, the parser and the rules of English, and no prover.
"""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer

from neurologic.bound import Verified
from neurologic.bound import verify as verified
from neurologic.certification import CAVEAT, Certificate
from neurologic.certification.choices import is_choice_certificate
from neurologic.certification.page import AS_STATED, verdict_words
from neurologic.cli_choice import verify_options
from neurologic.cli_saving import save
from neurologic.display import semantics_json
from neurologic.entailment import Verdict
from neurologic.errors import NeurologicError, ParseError, Rejected
from neurologic.exports import Form, Side
from neurologic.exports import export as exported
from neurologic.problem import Semantics, TextProblem
from neurologic.reasoning import Answer
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
    content,
    load,
    print_json,
    print_problems,
    print_text,
    source_of,
)
from neurologic.translation import Formulas

UNBOUND = UNDECIDED
"""The exit code for a certificate that is accepted and not bound to a problem."""

MOST_BYTES = 100_000_000
"""The largest certificate that is read."""
_MOST_DIFFERENCES = 10

EXIT_CODES = "\n\n".join(
    (
        "Exit codes:",
        "0  accepted, and it is about the problem",
        "1  rejected: it does not check, or is about another problem or under another semantics; "
        "or a file does not read",
        "2  wrong usage",
        "3  accepted, but NOT BOUND: no problem was named; or a puzzle's answer is left open",
    )
)

CertificateFile = Annotated[
    str,
    typer.Argument(
        metavar="CERT", show_default=False, help="Certificate, or - for standard input."
    ),
]
ProblemFile = Annotated[
    str | None,
    typer.Option(
        "--problem",
        metavar="FILE",
        show_default=False,
        help="The problem that it should be about; read as `prove` reads it.",
    ),
]
AsFormulas = Annotated[
    bool, typer.Option("--formulas", help="The sentences of the problem are formulas.")
]
Repair = Annotated[
    bool, typer.Option("--repair/--no-repair", help="Mend formulas, as in `prove --repair`.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def verify(
    certificate: CertificateFile,
    problem: ProblemFile = None,
    formulas: AsFormulas = False,
    repair: Repair = False,
    as_json: Json = False,
    negation: Negation = "classical",
    unique_names: UniqueNames = False,
    closed_domain: ClosedDomain = False,
    existential_import: Import = False,
    arithmetic: Arithmetic = "interpreted",
    convention: Convention = "neurologic",
) -> None:
    """Check a certificate by the kernel, and whether it is about a problem; no prover is asked.

    A verdict is bound to a problem under one semantics: its options are those of `prove`. The
    certificates of a multiple-choice question are bound to it, and to its options.
    """
    semantics = Semantics(
        negation=negation,
        unique_names=unique_names,
        closed_domain=closed_domain,
        existential_import=existential_import,
        arithmetic=arithmetic,
        convention=convention,
    )
    asked = None if problem is None and semantics == Semantics() else semantics
    try:
        text = certificate_text(certificate)
        if is_choice_certificate(text):
            verify_options(text, problem, semantics, as_json)
        about = load(problem) if problem is not None else None
        translator = Formulas(repair=repair) if formulas else None
        found = verified(text, about, translator=translator, semantics=asked)
    except NeurologicError as error:
        _refuse(error, source_of(certificate), as_json)
    rejected = found.bound is False
    if as_json:
        print_json(_as_json(found))
    else:
        _print_verified(found, source_of(problem) if problem is not None else "", about)
    raise typer.Exit(BROKEN if rejected else ANSWERED if found.bound else UNBOUND)


EXPORTING = "\n\n".join(
    (
        "Exit codes:",
        "0  printed",
        "1  rejected: the certificate does not check; or it has no such proof, or does not read",
        "2  wrong usage",
    )
)

To = Annotated[
    Form,
    typer.Option(
        "--to",
        show_default=False,
        help="The problem as tptp, smtlib or latex; the proof as fitch; its propositional part as "
        "dimacs (what is given) and drup (the steps).",
    ),
]
OfWhat = Annotated[
    Side | None,
    typer.Option(
        "--side",
        show_default=False,
        help="Of the goal, of its negation, or of the falsity that the premises entail; by default "
        "of what is proved.",
    ),
]


def export(certificate: CertificateFile, to: To, side: OfWhat = None) -> None:
    """Print a certificate in another form; it is checked before."""
    try:
        read = certificate_text(certificate)
        if is_choice_certificate(read):
            raise ParseError(
                "it holds the certificates of the options of a question, and a single one is exported",
                source=source_of(certificate),
                hint="each text in its lists `certificates` is one: write that to a file",
            )
        text = exported(Certificate.read(read), to, side)
    except NeurologicError as error:
        _refuse(error, source_of(certificate), as_json=False)
    sys.stdout.write(text)
    raise typer.Exit(ANSWERED)


def certificate_text(file: str) -> bytes:
    """The text of a certificate.

    Raises:
        ParseError: the file cannot be read.
        Rejected: it is far too large for a certificate.
    """
    found = content(file, MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise Rejected("certificate", f"it has more than {MOST_BYTES} bytes")
    return found


def write_certificate(found: Answer, file: str) -> str:
    """Write the certificate of an answer, whole or not at all; why there is none, or nothing.

    Raises:
        EngineDisagreement: the certificate shows what the decision denies.
        ParseError: the file cannot be written.
    """
    made = found.certificate
    if made is None:
        return found.reason
    if not isinstance(made, Certificate):
        return made.reason
    save(made.text, file)
    return ""


def _refuse(error: NeurologicError, source: str, as_json: bool) -> NoReturn:
    """Say that the certificate is rejected, or that a file does not read."""
    if as_json:
        place = error.place if isinstance(error, Rejected) else ""
        print_json(
            {
                "accepted": False if isinstance(error, Rejected) else None,
                "bound": None,
                "place": place,
                "reason": error.message,
                "differences": [],
                "errors": [] if isinstance(error, Rejected) else [error.as_json()],
            }
        )
    elif isinstance(error, Rejected):
        print_text(f"rejected: {source} does not check", style="bold red")
        print_problems([error], [])
    else:
        print_problems([error], [])
    raise typer.Exit(BROKEN)


def _as_json(found: Verified) -> dict[str, object]:
    checked = found.checked
    return {
        "accepted": True,
        "bound": found.bound,
        "verdict": checked.verdict,
        "consistency": checked.consistency,
        "semantics": semantics_json(found.semantics),
        "evidence": {
            "goal": checked.goal,
            "negation": checked.negation,
            "falsum": checked.falsum,
        },
        "work": checked.work,
        "place": "",
        "reason": _reason(found),
        "differences": [difference.as_json() for difference in found.differences],
        "errors": [],
    }


def _reason(found: Verified) -> str:
    if found.bound is not False:
        return ""
    if found.differences[0].place.startswith("semantics"):
        return "it is under another semantics"
    return "it is about another problem"


def _print_verified(found: Verified, source: str, problem: TextProblem | None) -> None:
    checked = found.checked
    if found.bound is False:
        than = f" than {source}" if _reason(found) == "it is about another problem" else ""
        print_text(f"rejected: {_reason(found)}{than}", style="bold red")
        for difference in found.differences[:_MOST_DIFFERENCES]:
            print_text(str(difference))
        more = len(found.differences) - _MOST_DIFFERENCES
        if more > 0:
            print_text(f"and {more} differences more")
        return
    words = verdict_words(Verdict[checked.verdict], checked.consistency)
    print_text(f"accepted: {words}", style="bold green")
    print_text(f"consistency of the premises: {checked.consistency}")
    for what, kind in (
        ("the premises entail the conclusion", checked.goal),
        ("the premises entail its negation", checked.negation),
        ("the premises contradict each other", checked.falsum),
    ):
        if kind is not None:
            print_text(f"  that {what}: {'proved' if kind == 'proof' else 'refuted by a model'}")
    print_text(f"semantics: {found.semantics}")
    if problem is None:
        print_text(
            "NOT BOUND: no problem was named with --problem; it may be about any. " + AS_STATED,
            style="bold yellow",
        )
    else:
        print_text(f"bound: it is about {source}", style="bold green")
    print_text(CAVEAT)
