"""From a recorded translation to a vote: which lines are formulas, who reads them, who decides.

A pipeline is a choice at each of five steps. `LINC` is the one whose verdicts were recorded with the
paper's samples (its splitter is older than the code published last), `OURS` the library's; what
lies between them is a waterfall (see `benchmarks.waterfall`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import Literal, TypeAlias

from benchmarks import linc
from benchmarks.recorded import Attempt
from neurologic.entailment import Decision, Verdict, consistent, decide
from neurologic.errors import NeurologicError, ParseError, SignatureError, printable
from neurologic.formula import Exists, ForAll, Formula
from neurologic.parsing import read
from neurologic.problem import Reading, Semantics
from neurologic.provers import DEFAULT_BUDGET
from neurologic.signature import clashes
from neurologic.voting import Vote

Splitter = Literal["tab", "any"]
Grammar = Literal["nltk", "nltk, else ours", "ours"]
Clashes = Literal["error", "fallback", "count"]
Inconsistent = Literal["abstain", "true"]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The way from a recorded translation to an answer.

    Args:
        splitter: `tab`: a formula follows `FOL:` and a tab; `any`: or a space.
        grammar: who reads a translation: NLTK after LINC's rewriting, our tolerant grammar, or ours
            only what NLTK cannot read. Formulas are read with their reader's conventions of scope
            and variables.
        clashes: a name used in two ways is an `error`, as in Prover9; or its vote is a `fallback`
            where there is no cleaner one; or it may `count`.
        inconsistent: whether inconsistent premises `abstain` or vote `true`.
        vote: the voting rule (see `neurologic.voting.rule`).
        budget: resource units for each question.
    """

    splitter: Splitter = "any"
    grammar: Grammar = "ours"
    clashes: Clashes = "fallback"
    inconsistent: Inconsistent = "abstain"
    vote: str = "majority"
    budget: int = DEFAULT_BUDGET

    def as_json(self) -> dict[str, object]:
        """The choices as a JSON object."""
        return asdict(self)


OURS = Pipeline()
LINC = Pipeline("tab", "nltk", "error", "true", "linc")


@dataclass(frozen=True, slots=True)
class Ballot:
    """What became of one translation: its vote, and what a reader may want to see.

    Args:
        vote: the vote.
        formulas: the formulas as they were read; the text of those that were not.
        notes: repairs, clashes, miscounts.
        message: what the error says, where there is one.
        rlimit: resource units that deciding took.
    """

    vote: Vote
    formulas: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    message: str = ""
    rlimit: int = 0


Sentences: TypeAlias = tuple[Formula, ...]


@dataclass(slots=True)
class Teller:
    """Turns the translations of one problem into ballots; what is the same is decided once."""

    pipeline: Pipeline
    _decided: dict[tuple[str, ...], Ballot] = field(default_factory=dict)

    def ballot(self, attempt: Attempt) -> Ballot:
        """The ballot of a translation; whatever is wrong with it becomes part of the ballot."""
        texts = attempt.formulas
        if self.pipeline.splitter == "tab":
            texts = linc.formula_lines(attempt.text)
        if not texts:
            error = attempt.error or "no formula line"
            return Ballot(Vote(None, error=error), message=error)
        if texts not in self._decided:
            self._decided[texts] = _cast(self.pipeline, texts, attempt.notes)
        return self._decided[texts]


def _cast(pipeline: Pipeline, texts: tuple[str, ...], notes: tuple[str, ...]) -> Ballot:
    ballot = Ballot(Vote(None), texts, notes)
    if pipeline.grammar != "ours":
        try:
            formulas = tuple(map(linc.read, texts))
        except linc.LincError as error:
            if pipeline.grammar == "nltk":
                return _failed(ballot, error)
        else:
            return _as_prover9(pipeline, ballot, formulas)
    return _as_ours(pipeline, ballot)


def _as_prover9(pipeline: Pipeline, ballot: Ballot, formulas: Sentences) -> Ballot:
    """The ballot by Prover9's conventions."""
    ballot = replace(ballot, formulas=tuple(map(str, formulas)))
    try:
        if pipeline.clashes == "error":
            linc.check_symbols(formulas)
        verdict, rlimit = linc.decided(formulas, pipeline.budget)
    except NeurologicError as error:
        return _failed(ballot, error)
    return replace(ballot, vote=Vote(verdict, clash=bool(clashes(formulas))), rlimit=rlimit)


def _as_ours(pipeline: Pipeline, ballot: Ballot) -> Ballot:
    """The ballot by our grammar and conventions."""
    readings = [_reading(text) for text in ballot.formulas]
    return ballot_of_readings(pipeline, readings, ballot.formulas, ballot.notes)


def ballot_of_readings(
    pipeline: Pipeline,
    readings: Sequence[Reading | NeurologicError],
    texts: Sequence[str],
    notes: Sequence[str] = (),
) -> Ballot:
    """The ballot of a translation that is read already; an error in it is the ballot's error.

    Args:
        pipeline: what clashes do, and the budget.
        readings: the reading of each premise and of the conclusion, or the error in its place.
        texts: what was read; shown where there is no formula.
        notes: what is odd about the translation as a whole.
    """
    notes = [*notes]
    for number, reading in enumerate(readings, start=1):
        if isinstance(reading, Reading):
            told = (*reading.repairs, *reading.notes)
            notes += [f"formula {number}: {note.message}" for note in told]
    shown = tuple(
        str(reading.formula) if isinstance(reading, Reading) else text
        for reading, text in zip(readings, texts, strict=True)
    )
    ballot = Ballot(Vote(None), shown, tuple(notes))
    read_ones = [reading for reading in readings if isinstance(reading, Reading)]
    for reading in readings:
        if not isinstance(reading, Reading):
            return _failed(ballot, reading)
    found = clashes(reading.formula for reading in read_ones)
    ballot = replace(ballot, notes=(*notes, *map(str, found)))
    if found and pipeline.clashes == "error":
        return replace(ballot, vote=Vote(None, clash=True, error="clash"), message=str(found[0]))
    return _decided(pipeline, ballot, read_ones, bool(found))


def _reading(text: str) -> Reading | ParseError:
    try:
        return read(text, repair=True)
    except ParseError as error:
        return error


def _decided(
    pipeline: Pipeline, ballot: Ballot, readings: Sequence[Reading], clash: bool
) -> Ballot:
    """The ballot with its verdict."""
    formulas = tuple(reading.formula for reading in readings)
    try:
        decision, notes = _decision(formulas, pipeline.budget)
        if decision.verdict is Verdict.INCONSISTENT:
            other, told = _possible(readings)
            if told:
                decision, notes = _decision(other, pipeline.budget)
                notes = (*told, *notes)
                formulas = other
    except NeurologicError as error:
        return _failed(ballot, error, clash)
    if decision.verdict is Verdict.UNKNOWN:
        notes = (*notes, decision.reason)
    return replace(
        ballot,
        vote=Vote(decision.verdict, clash=clash),
        formulas=tuple(map(str, formulas)),
        notes=(*ballot.notes, *notes),
        rlimit=decision.rlimit,
    )


@lru_cache(maxsize=4096)
def _decision(formulas: Sentences, budget: int) -> tuple[Decision, tuple[str, ...]]:
    """The decision; numbers that do not fit into sorts are taken as mere symbols, and noted."""
    premises, goal = formulas[:-1], formulas[-1]
    try:
        return decide(premises, goal, budget=budget), ()
    except SignatureError as error:
        note = f"arithmetic is uninterpreted: {printable(error.message)}"
    plain = Semantics(arithmetic="uninterpreted")
    return decide(premises, goal, semantics=plain, budget=budget), (note,)


def _possible(readings: Sequence[Reading]) -> tuple[Sentences, tuple[str, ...]]:
    """The formulas, and notes on those whose free variables cannot be meant universally.

    `Hums(nora, x) & x != noon`, closed universally, contradicts itself; what was meant is that
    there is such an x. Only premises are looked at.
    """
    formulas = [reading.formula for reading in readings]
    notes = []
    for at, reading in enumerate(readings[:-1]):
        if any(note.message.startswith(_CLOSED) for note in reading.notes):
            if consistent([reading.formula]):
                continue
            formulas[at] = _existential(reading)
            notes.append(
                f"formula {at + 1}: closed existentially, as for all x it would contradict itself"
            )
    return tuple(formulas), tuple(notes)


_CLOSED = "free variable closed universally: "


def _existential(reading: Reading) -> Formula:
    """The formula with the quantifiers that close it turned round."""
    closed = next(n.message for n in reading.notes if n.message.startswith(_CLOSED))
    variables, formula = [], reading.formula
    for _ in closed.removeprefix(_CLOSED).split(", "):
        assert isinstance(formula, ForAll)
        variables.append(formula.variable)
        formula = formula.body
    for variable in reversed(variables):
        formula = Exists(variable, formula)
    return formula


def _failed(ballot: Ballot, error: NeurologicError, clash: bool = False) -> Ballot:
    kind = error.kind if isinstance(error, linc.LincError) else type(error).__name__
    return replace(
        ballot, vote=Vote(None, clash=clash, error=kind), message=printable(error.message)
    )
