"""Recorded programs run honestly: each is read, tested and compared with its label.

A program is read if each of its lines is; tested if its statements are consistent besides and every
option, or the query, was evaluated. Only a program that singles out one answer has one: several
options that fit, none, and inconsistent statements are results of their own, never an answer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from benchmarks.data import goal_of, read_label
from benchmarks.dialects import orders, rules, sorted_programs
from benchmarks.dialects.assuming import Assumption, in_formulas
from benchmarks.dialects.sections import MOST_CHARACTERS, sections_of, too_long
from benchmarks.dialects.sorted_programs import SortedProgram
from benchmarks.pipeline import OURS, Teller
from benchmarks.recorded import program as folio_program
from benchmarks.rows import DataError, Row, read_rows, text_of
from neurologic.choice import Choice, choose
from neurologic.entailment import Verdict, decide
from neurologic.errors import NeurologicError, printable
from neurologic.formula import And, Distinct, Formula, Function, Not, Variable
from neurologic.problem import ChoiceProblem, Option, Semantics
from neurologic.signature import SymbolDeclaration

World = Literal["open", "closed"]
Dialect: TypeAlias = Literal["rules", "formulas", "order", "sorted", "declarations"]

EXPLICIT = Semantics(negation="explicit")
_WORDS = {
    Verdict.ENTAILED: "True",
    Verdict.REFUTED: "False",
    Verdict.UNDETERMINED: "Uncertain",
}


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a recorded program.

    Args:
        id: the problem's name.
        label: the answer that is held right; empty where there is none.
        dialect: how the program is written.
        read: whether each of its lines is read.
        status: `one`, `several` or `none` of the options fit; a query is answered by a verdict, in
            lower case; `inconsistent`, `unknown`, `unread`, or `failed` with an error.
        answer: the one answer; a letter, or True, False or Uncertain.
        fits: the options that fit.
        printed: the answer that Logic-LM's conventions give: the first option that passes, as it
            passes under inconsistent constraints too; None if there is none.
        asked: for a query, whether it is positive; None where that is not written.
        flipped: whether its polarity is not that of the sentence asked about; None if not compared.
        repaired: the answer once the query has the sentence's polarity.
        errors: what cannot be read or decided.
        guesses: what was guessed under tolerance.
        notes: what is odd.
        assumed: readings that go beyond the dialect, on which the result rests.
        gold: of declarations with a grid: whether the grid satisfies them.
        ordered: whether a sort that the program declares is ordered.
        seconds: reading and testing, wall time.
    """

    id: str
    label: str
    dialect: Dialect
    read: bool = False
    status: str = "unread"
    answer: str | None = None
    fits: tuple[str, ...] = ()
    printed: str | None = None
    asked: bool | None = None
    flipped: bool | None = None
    repaired: str | None = None
    errors: tuple[NeurologicError, ...] = ()
    guesses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    assumed: tuple[Assumption, ...] = ()
    gold: bool | None = None
    ordered: bool = False
    seconds: float = 0.0

    @property
    def tested(self) -> bool:
        """Whether it is consistent and every option, or the query, was evaluated."""
        return self.status in _TESTED

    @property
    def right(self) -> bool:
        """Whether its one answer is the label."""
        return self.answer is not None and self.answer == self.label

    @property
    def wrong(self) -> bool:
        """Whether it answers otherwise than the label; Uncertain decides nothing."""
        return self.answer not in (None, "Uncertain", self.label)

    def as_json(self) -> dict[str, Any]:
        """The result as a JSON object."""
        return {
            "id": self.id, "label": self.label or None, "dialect": self.dialect,
            "read": self.read, "tested": self.tested, "status": self.status,
            "answer": self.answer, "fits": list(self.fits), "printed": self.printed,
            "flipped": self.flipped, "repaired": self.repaired, "gold": self.gold,
            "errors": [error.as_json() for error in self.errors], "guesses": list(self.guesses),
            "notes": list(self.notes), "assumed": list(self.assumed), "seconds": round(self.seconds, 4),
        }  # fmt: skip


_TESTED = {"one", "several", "none", "entailed", "refuted", "undetermined"}


@dataclass(frozen=True, slots=True)
class Settings:
    """How programs are read and decided.

    Args:
        tolerant: guess at what is not written as its dialect has it.
        world: `open`: what is not derivable is Uncertain; `closed`: an atom asked about that is not
            derivable is false.
        questions: the sentence that each problem asks about, by the problem's name.
    """

    tolerant: bool = False
    world: World = "open"
    questions: Mapping[str, str] | None = None


def run(path: Path, settings: Settings, limit: int | None = None) -> Iterator[Ran | DataError]:
    """What becomes of each program of a file; a row that cannot be used is an error in its place.

    Raises:
        DataError: the file cannot be read.
    """
    for number, (source, row) in enumerate(read_rows(path)):
        if limit is not None and number >= limit:
            return
        if isinstance(row, DataError):
            yield row
            continue
        start = time.perf_counter()
        try:
            found = ran(row, settings, source)
        except DataError as error:
            error.source = source
            yield error
            continue
        except Exception as error:  # no program stops the run
            yield DataError(f"{type(error).__name__}: {printable(str(error))}", source=source)
            continue
        yield replace(found, seconds=time.perf_counter() - start)


def ran(row: Row, settings: Settings = Settings(), source: str = "") -> Ran:
    r"""What becomes of the program of a row.

    Raises:
        DataError: the row has no program, or no label where one is needed.

    >>> row = {"label": "A", "program": "Facts:\nTall(Ann, True)\nQuery:\nTall(Ann, True)"}
    >>> ran(row).status, ran(row).right
    ('entailed', True)
    """
    name = str(row["id"]) if row.get("id") is not None else source
    if "clover_declarations" in row:
        return _declarations(row, name)
    if "program" not in row:
        raise DataError("expected a 'program' or 'clover_declarations', found neither")
    program, label = text_of(row, "program"), row.get("label")
    known = _DIALECTS.get(str(row.get("dataset")))
    dialect = known or _dialect(sections_of(program[:MOST_CHARACTERS]))
    if long := too_long(program):
        return Ran(name, str(label), dialect, errors=(long,))
    try:
        match dialect:
            case "rules":
                started = Ran(name, read_label(label), dialect)
                two_valued = row.get("dataset") == "ProntoQA"
                return _rules(started, program, settings, two_valued)
            case "formulas":
                return _formulas(Ran(name, read_label(label), dialect), program)
            case "order":
                found = orders.read(program, tolerant=settings.tolerant)
                return _options(Ran(name, _letter(label), dialect), found)
            case _:
                found = sorted_programs.read(program, tolerant=settings.tolerant)
                return _options(Ran(name, _letter(label), dialect), found)
    except RecursionError:
        error = NeurologicError("the program nests too deeply", kind="too deep")
        return Ran(name, str(label), dialect, errors=(error,))


_DIALECTS: dict[str, Dialect] = {
    "ProofWriter": "rules",
    "ProntoQA": "rules",
    "FOLIO": "formulas",
    "LogicalDeduction": "order",
    "AR-LSAT": "sorted",
}


def _dialect(headings: frozenset[str]) -> Dialect:
    if "options" in headings or "declarations" in headings:
        return "sorted"
    if "variables" in headings or "domain" in headings:
        return "order"
    if "premises" in headings or "conclusion" in headings:
        return "formulas"
    if headings & {"facts", "rules", "query", "queries"}:
        return "rules"
    return "formulas"


def _letter(label: object) -> str:
    if isinstance(label, str) and len(label.strip()) == 1 and label.strip().isalpha():
        return label.strip().upper()
    raise DataError(f"expected the letter of an option as label, found {str(label)[:40]!r}")


# -- queries


def _rules(result: Ran, program: str, settings: Settings, two_valued: bool) -> Ran:
    found = rules.read(program, tolerant=settings.tolerant)
    result = replace(
        result,
        guesses=found.guesses,
        notes=found.notes,
        assumed=found.assumed,
        errors=found.errors,
    )
    query = found.query
    if found.errors or query is None:
        return result
    try:
        decision = decide(found.premises, query.goal, semantics=EXPLICIT)
    except NeurologicError as error:
        return replace(result, read=True, status="failed", errors=(error,))
    verdict = decision.verdict
    positive = not isinstance(query.goal, Not)
    printed = _WORDS.get(verdict)
    if verdict is Verdict.UNDETERMINED and two_valued:
        printed = "False"
    sentence = (settings.questions or {}).get(result.id)
    flipped = None if sentence is None else positive is rules.is_negative(sentence)
    answered = _in_world(verdict, positive, settings.world)
    other = _in_world(_opposite(verdict), not positive, settings.world)
    repaired = other if flipped else answered
    return replace(
        result,
        read=True,
        status=answered.value,
        answer=_WORDS.get(answered),
        printed=printed,
        asked=query.positive,
        flipped=flipped,
        repaired=_WORDS.get(repaired),
    )


def _opposite(verdict: Verdict) -> Verdict:
    swap = {Verdict.ENTAILED: Verdict.REFUTED, Verdict.REFUTED: Verdict.ENTAILED}
    return swap.get(verdict, verdict)


def _in_world(verdict: Verdict, positive: bool, world: World) -> Verdict:
    if world == "closed" and verdict is Verdict.UNDETERMINED:
        return Verdict.REFUTED if positive else Verdict.ENTAILED
    return verdict


def _formulas(result: Ran, program: str) -> Ran:
    """Premises and a conclusion, read and decided as `replay` does."""
    attempt = folio_program(program)
    ballot = Teller(OURS).ballot(attempt)
    verdict = ballot.vote.verdict
    assumed = in_formulas(attempt.formulas, ballot.notes)
    result = replace(result, notes=ballot.notes, assumed=assumed)
    if verdict is None:
        error = NeurologicError(ballot.message, kind=ballot.vote.error or "unread")
        return replace(result, errors=(error,))
    printed = "True" if verdict is Verdict.INCONSISTENT else _WORDS.get(verdict)
    answer = _WORDS.get(verdict)
    return replace(result, read=True, status=verdict.value, answer=answer, printed=printed)


# -- options


def _options(result: Ran, program: SortedProgram) -> Ran:
    ordered = any(declared.ordered for declared in program.signature.sorts)
    result = replace(
        result,
        guesses=program.guesses,
        notes=program.notes,
        assumed=program.assumed,
        errors=program.errors,
        ordered=ordered,
    )
    if program.errors:
        return result
    try:
        choices = [(problem, choose(problem)) for problem in program.problems]
    except NeurologicError as error:
        return replace(result, read=True, status="failed", errors=(error,))
    result = replace(
        result, read=True, printed=_printed(program, choices, result.dialect == "order")
    )
    judged = {option.label: option.holds for _, choice in choices for option in choice.options}
    statuses = {choice.status for _, choice in choices}
    fits = tuple(label for label in program.labels if judged[label])
    if "inconsistent" in statuses:
        return replace(result, status="inconsistent")
    if "unknown" in statuses or None in judged.values():
        return replace(result, status="unknown", fits=fits)
    status = "one" if len(fits) == 1 else "several" if fits else "none"
    return replace(result, status=status, fits=fits, answer=fits[0] if len(fits) == 1 else None)


def _printed(
    program: SortedProgram, choices: Sequence[tuple[ChoiceProblem, Choice]], order: bool
) -> str | None:
    """The first option whose test passes.

    Under inconsistent constraints a test passes or fails for nothing; order puzzles have no
    solution then and print none.
    """
    passed = set()
    for problem, choice in choices:
        for option in choice.options:
            holds = option.holds
            if choice.status == "inconsistent":
                vacuous = problem.kind in ("must be true", "cannot be true")
                holds = vacuous is not problem.exception and not order
            if holds:
                passed.add(option.label)
    return next((label for label in program.labels if label in passed), None)


# -- declarations


def _declarations(row: Row, name: str) -> Ran:
    """CLOVER's declarations; where the query is a formula, the gold grid, tested against them."""
    text = f"Declarations:\n{text_of(row, 'clover_declarations')}"
    query = row.get("clover_queries")
    grid = isinstance(query, str) and query.lstrip().startswith("And(")
    if grid:
        text += f"\nOptions:\nis_sat({query})"
    if long := too_long(text):
        return Ran(name, "", "declarations", errors=(long,))
    found = sorted_programs.read(text)
    errors = tuple(error for error in found.errors if error.kind != "no options")
    label = row["label"] if isinstance(row.get("label"), str) else ""
    ordered = any(declared.ordered for declared in found.signature.sorts)
    result = Ran(
        name, label, "declarations", errors=errors, notes=found.notes, assumed=found.assumed,
        ordered=ordered,
    )  # fmt: skip
    if errors:
        return result
    result = replace(result, read=True, status="declared")
    if not grid:
        return result
    try:
        gold = choose(_with_injections(found.problems[0])).status == "one"
    except NeurologicError as error:
        return replace(result, status="failed", errors=(error,))
    return replace(result, gold=gold)


def _with_injections(problem: ChoiceProblem) -> ChoiceProblem:
    """The question whether the grid can be, given also that each attribute is had by one only."""
    injections = [
        _injective(symbol)
        for symbol in problem.signature.symbols
        if len(symbol.arguments) == 1 and not symbol.is_predicate
    ]
    (option,) = problem.options
    together = And((*option.formulas, *injections))
    return replace(problem, options=(Option(option.label, (together,)),))


def _injective(symbol: SymbolDeclaration) -> Formula:
    variable = Variable("v", symbol.arguments[0])
    return Distinct((Function(symbol.name, (Variable("v"),)),), (variable,))


# -- questions


def sentences(path: Path) -> dict[str, str]:
    """The sentence that each problem of a file asks about, by the problem's name.

    Raises:
        DataError: the file cannot be read, or no row of it asks about a sentence.
    """
    found: dict[str, str] = {}
    for _, row in read_rows(path):
        if isinstance(row, DataError) or row.get("id") is None:
            continue
        try:
            found[str(row["id"])] = goal_of(row)
        except DataError:
            continue
    if not found:
        raise DataError("no row has an 'id' and a sentence asked about", source=str(path))
    return found
