"""The methods `clover` and `draft-and-prune`: problems translated step by step, and decided.

`clover` has each sentence taken apart, its formulas composed and one selected (`Compositional`); a
puzzle that is not prepared is prepared first. `draft-and-prune` has whole programs written after
plans, and those that hold up vote. A multiple-choice question is answered if exactly one option fits,
a grid if it is found and proved to be the only one; nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from benchmarks import fallback
from benchmarks.accounts import Account
from benchmarks.data import Example
from benchmarks.dialects.declarations import mentioned
from benchmarks.dialects.declaring import MEASURE
from benchmarks.methods import ByTranslation
from benchmarks.models import Metered, server_of
from benchmarks.puzzles import Grid, Puzzle
from benchmarks.rows import DataError, Row
from benchmarks.runner import Halt, Question, example_question, known_of, problem_row, short_source
from benchmarks.shared import Loop, is_refusal
from benchmarks.stages import stage_of
from neurologic.choice import choice_problem, choose, solve
from neurologic.errors import (
    BudgetExceeded,
    LLMError,
    NeurologicError,
    SignatureError,
    printable,
)
from neurologic.formula import Formula
from neurologic.llm import Recording, Reply, Request
from neurologic.problem import (
    PreparedProblem,
    TextProblem,
    TextQuestion,
    Translation,
    Translator,
)
from neurologic.signature import Signature, elaborate
from neurologic.translation import Compositional, DraftAndPrune, Verify, prepare
from neurologic.translation.compositions import Composition
from neurologic.translation.declaring import preparation_json

Stepwise: TypeAlias = Literal["clover", "draft-and-prune"]


class Unprepared(NeurologicError):  # noqa: N818 - says what happened
    """A puzzle that has no declarations and sentences, or none that can be used."""


@dataclass(slots=True, eq=False)
class Staged:
    """A model around a model: it counts the replies by what they are for.

    Args:
        llm: the model that is asked, with its account.
        calls: how many replies each stage had.
    """

    llm: Metered
    calls: Counter[str] = field(default_factory=Counter)

    @property
    def model(self) -> str:
        """The model that is asked for."""
        return self.llm.model

    async def complete(self, request: Request) -> Reply:
        """The model's reply, counted."""
        reply = await self.llm.complete(request)
        self.calls[stage_of(request)] += 1
        return reply


@dataclass(frozen=True, slots=True)
class Composing:
    """How problems are answered step by step.

    Args:
        method: `clover` or `draft-and-prune`.
        llm: the model.
        verify: how one of several formulas for a sentence is selected.
        structures: in how many ways a sentence is taken apart at most; 0 takes none apart.
        samples: how often formulas are asked for with each structure; the plans of a draft.
        offline: the English chart takes apart what it reads.
        rounds: how often what is malformed goes back to the model at most.
        fallback: ask in words about what has no answer, in a column of its own.
        limit: the most requests of a problem that are handed to a model at a time.
    """

    method: Stepwise
    llm: Metered
    verify: Verify = "consistency"
    structures: int = 3
    samples: int = 1
    offline: bool = False
    rounds: int = 2
    fallback: bool = False
    limit: int = 8

    def config(self) -> dict[str, Any]:
        """Every option that decides what the rows say."""
        config: dict[str, Any] = {"model": self.llm.model, "server": server_of(self.llm)}
        config |= {"samples": self.samples, "rounds": self.rounds, "fallback": self.fallback}
        if self.method == "clover":
            config |= {"verify": self.verify, "structures": self.structures}
            config |= {"offline_structures": self.offline}
        return config

    @contextmanager
    def side_by_side(self, limit: int) -> Iterator[Composing]:
        """The same for several threads: no more than `limit` calls at a time, of all together."""
        with Loop(limit) as loop:
            yield replace(self, llm=Metered(loop.share(self.llm.llm)), limit=limit)

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Let others write to the recording at the end, whatever happens."""
        try:
            yield
        finally:
            if isinstance(self.llm.llm, Recording):
                self.llm.llm.close()

    def anew(self) -> Staged:
        """The model with an account and a count of its own."""
        return Staged(Metered(self.llm.llm, Account()))

    def compositional(self, llm: Staged) -> Compositional:
        """The translator of `clover`."""
        return Compositional(
            llm,
            structures=self.structures,
            samples=self.samples,
            verify=self.verify,
            offline=self.offline,
            rounds=self.rounds,
            limit=self.limit,
        )

    def drafting(self, llm: Staged) -> DraftAndPrune:
        """The translator of `draft-and-prune`."""
        return DraftAndPrune(llm, plans=self.samples, rounds=self.rounds, limit=self.limit)


def question(key: str, problem: Puzzle | Example | DataError, how: Composing) -> Question:
    """The problem as a question of a run; its answer says what became of it.

    A spent budget, or a model that refuses to be asked, ends the run; a problem about which the model
    could not be asked is an ERROR, which can be asked again.
    """
    known = known_of_puzzle(problem) if isinstance(problem, Puzzle) else known_of(problem)

    def ask() -> Row:
        if isinstance(problem, DataError):
            raise problem
        llm = how.anew()
        row: Row
        if isinstance(problem, Example):
            row = _text(key, problem, how, llm)
        else:
            row = _puzzle(key, problem, how, llm, known)
        own = llm.llm.account.failures()  # those of the answer in words are in its column
        if how.fallback and row["answer"] is None:
            row["fallback"] = fallback.column(llm, problem)
        account, errors = llm.llm.taken()
        for error in errors:
            if isinstance(error, BudgetExceeded):
                raise Halt(str(error))
            if is_refusal(error):
                raise Halt(str(error), misused=True)
        row |= {"calls": dict(sorted(llm.calls.items())), "llm": account, "unanswered": len(errors)}
        if own and row["answer"] is None:
            row["status"] = "ERROR"
            if not row["error"]:
                error = own[0]
                row |= {"error": type(error).__name__, "message": printable(error.message)}
        return row

    return Question(key, ask, known)


_UNPREPARED: Mapping[str, Any] = {"prepared_by": None, "prepared": []}


def known_of_puzzle(puzzle: Puzzle) -> dict[str, Any]:
    """What the data file says of a puzzle, as fields of its row, and what was prepared of it.

    Runs over the same puzzles have the same premises, conclusion and options, whoever prepared them.
    """
    own = () if puzzle.recorded else puzzle.sentences
    return {
        "source": short_source(puzzle.source),
        "id": puzzle.id,
        "story": puzzle.story,
        "label": puzzle.label,
        "premises": (puzzle.text,) if puzzle.text else own,
        "conclusion": puzzle.question,
        "more": {
            "kind": "grid" if isinstance(puzzle.prepared, Grid) else "choice",
            "options": [f"{label}) {text}" for label, text in puzzle.options],
            **_prepared_by("file" if puzzle.recorded else "data", puzzle.prepared),
        },
    }


def _prepared_by(whom: str, prepared: PreparedProblem | Grid | None) -> dict[str, Any]:
    """The sentences that are translated, and whether the data, a file or the model has them."""
    if prepared is None:
        return dict(_UNPREPARED)
    return {"prepared_by": whom, "prepared": list(prepared.sentences)}


# -- sentences with a conclusion


@dataclass(slots=True)
class _Kept:
    """A translator around a translator, which keeps the translation."""

    translator: Translator
    translation: Translation | None = None

    def translate(self, problem: TextProblem) -> Translation:
        self.translation = self.translator.translate(problem)
        return self.translation


def _text(key: str, example: Example, how: Composing, llm: Staged) -> Row:
    translator = _Kept(how.compositional(llm) if how.method == "clover" else how.drafting(llm))
    row = example_question(key, example, ByTranslation(how.method, translator)).ask()
    formulas = row["formulas"][0] if row["formulas"] else []
    row |= {"sentences": len(example.premises) + 1, "formed": sum(map(bool, formulas))}
    found = translator.translation
    if found is not None:
        errors = [each for each in found.sentences if isinstance(each, NeurologicError)]
        row |= {"unread": _kinds(errors), "warnings": list(found.warnings)}
    if found is not None and found.compositions:
        row["candidates"] = _candidates(found.compositions)
    return row


# -- puzzles


@dataclass(frozen=True, slots=True)
class _Found:
    """What became of a puzzle: the fields of its row."""

    status: str
    answer: str | None = None
    formulas: tuple[str, ...] = ()
    error: NeurologicError | None = None
    message: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def _puzzle(key: str, puzzle: Puzzle, how: Composing, llm: Staged, known: dict[str, Any]) -> Row:
    try:
        found = (
            _composed(puzzle, how, llm) if how.method == "clover" else _drafted(puzzle, how, llm)
        )
    except NeurologicError as error:
        found = _Found("UNPREPARED" if isinstance(error, Unprepared) else "ERROR", error=error)
    more = {**known["more"], **found.more}
    return problem_row(
        key=key,
        status=found.status,
        answer=found.answer,  # type: ignore[arg-type]
        formulas=[found.formulas],
        error=type(found.error).__name__ if found.error else "",
        message=printable(found.error.message) if found.error else found.message,
        **{**known, "more": more},
    )


def _composed(puzzle: Puzzle, how: Composing, llm: Staged) -> _Found:
    """The puzzle by way of the formulas of its sentences."""
    prepared = puzzle.prepared or _prepared(puzzle, how, llm)
    sentences = prepared.sentences
    composed = how.compositional(llm).compose(
        sentences,
        signature=prepared.signature,
        theory=prepared.theory,
        lexicon=prepared.lexicon,
    )
    formulas = tuple("" if f is None else str(f) for f in composed.formulas)
    more: dict[str, Any] = {}
    if puzzle.prepared is None and isinstance(prepared, PreparedProblem):
        more |= _prepared_by("model", prepared)
        more["preparation"] = preparation_json(prepared)
    more |= {"sentences": len(sentences), "formed": sum(map(bool, formulas))}
    more |= {"unread": _kinds(composed.errors), "warnings": list(composed.warnings)}
    more |= {"candidates": _candidates(composed.compositions)}
    if composed.errors:
        return _Found("UNTRANSLATED", None, formulas, composed.errors[0], more=more)
    whole = [formula for formula in composed.formulas if formula is not None]
    try:
        _refuse_strangers(prepared, whole)
    except NeurologicError as error:
        return _Found("UNTRANSLATED", None, formulas, error, more=more)
    try:
        found = _solved(prepared, whole) if isinstance(prepared, Grid) else _chosen(prepared, whole)
    except NeurologicError as error:
        return _Found("ERROR", None, formulas, error, more=more)
    return replace(found, formulas=formulas, more={**more, **found.more})


def _refuse_strangers(prepared: PreparedProblem | Grid, formulas: Sequence[Formula]) -> None:
    """Refuse symbols that are not declared: what is said with them says nothing of the puzzle.

    Raises:
        SignatureError: there are such; or the formulas do not fit together.
    """
    used, _ = elaborate((*prepared.theory, *formulas), prepared.signature)
    known = {(s.name, len(s.arguments)) for s in prepared.signature.symbols}
    known |= {(name, arity) for name, arity, _ in prepared.lexicon.predicates}
    known |= {(name, 0) for name, _ in prepared.lexicon.constants}
    strangers = [s.name for s in used.symbols if (s.name, len(s.arguments)) not in known]
    if strangers:
        raise SignatureError(
            f"not declared: {', '.join(strangers)}", hint="formulas have the symbols declared"
        )


def _candidates(compositions: Sequence[Composition]) -> dict[str, int]:
    """How many formulas there were to select from, and in how many classes."""
    selections = [c.selection for c in compositions if c.selection is not None]
    return {
        "formulas": sum(len(c.candidates) for c in compositions),
        "classes": sum(len(selection.classes) for selection in selections),
        "judgements": sum(len(selection.judgements) for selection in selections),
    }


def _kinds(errors: Sequence[NeurologicError]) -> dict[str, int]:
    """How many errors there are of each kind."""
    told = (f"{type(e).__name__}{f': {e.kind}' if e.kind else ''}" for e in errors)
    return dict(sorted(Counter(told).items()))


def _prepared(puzzle: Puzzle, how: Composing, llm: Staged) -> PreparedProblem:
    """The puzzle as the model prepares it."""
    if puzzle.error is not None:
        message = f"the recorded preparation cannot be used: {puzzle.error.message}"
        raise Unprepared(message, text=puzzle.error.text, span=puzzle.error.span)
    if not puzzle.options:
        raise Unprepared("the puzzle has no options, and a model prepares those of a question")
    found = prepare(llm, puzzle.text, puzzle.question, puzzle.options, rounds=how.rounds)
    if isinstance(found.error, LLMError):
        raise found.error
    if found.problem is None:
        told = found.error.message if found.error else "there is no preparation"
        raise Unprepared(f"the puzzle is not prepared: {told}")
    return found.problem


def _chosen(prepared: PreparedProblem, formulas: Sequence[Formula]) -> _Found:
    """The option that fits."""
    used = mentioned(formulas)
    problem = choice_problem(needed(prepared, used), formulas)
    choice = choose(problem)
    more = {"fits": [option.label for option in choice.options if option.holds]}
    return _Found(choice.status.upper(), choice.label, message=choice.reason, more=more)


def needed(prepared: PreparedProblem, used: frozenset[str]) -> PreparedProblem:
    """The problem without what members are worth, where no formula asks for it."""
    idle = {s.name for s in prepared.signature.symbols if s.name.startswith(MEASURE)} - used
    if not idle:
        return prepared
    symbols = tuple(s for s in prepared.signature.symbols if s.name not in idle)
    theory = tuple(f for f in prepared.theory if not mentioned([f]) & idle)
    signature = Signature(prepared.signature.sorts, symbols)
    return replace(prepared, signature=signature, theory=theory)


def _solved(grid: Grid, formulas: Sequence[Formula]) -> _Found:
    """The grid, if it is the only one."""
    solution = solve(grid.signature, [*grid.theory, *formulas])
    if solution.structure is None:
        status = "INCONSISTENT" if solution.exists is False else "UNKNOWN"
        return _Found(status, message=solution.reason)
    match solution.unique:
        case True:
            return _Found("UNIQUE", grid.text(solution.structure))
        case False:
            return _Found("SEVERAL", message=solution.reason)
        case None:
            return _Found("UNKNOWN", message=solution.reason)


def _drafted(puzzle: Puzzle, how: Composing, llm: Staged) -> _Found:
    """The puzzle by a vote of programs."""
    asked: TextQuestion | PreparedProblem
    if puzzle.text and puzzle.options:
        asked = TextQuestion(puzzle.text, puzzle.question, puzzle.options)
    elif isinstance(puzzle.prepared, PreparedProblem):
        asked = puzzle.prepared
    else:
        raise Unprepared("a draft is of a multiple-choice question, with its text or prepared")
    drafted = how.drafting(llm).choose(asked)
    programs = [_program(program) for program in drafted.programs]
    more: dict[str, Any] = {"votes_for": dict(drafted.votes), "programs": programs}
    if asked is not puzzle.prepared:
        more |= _UNPREPARED
    status = "VOTED" if drafted.label is not None else "TIED" if drafted.votes else "PRUNED"
    return _Found(status, drafted.label, message=drafted.reason, more=more)


def _program(program: Any) -> dict[str, Any]:
    error = program.error
    return {
        "label": program.label,
        "status": program.choice.status if program.choice is not None else "unread",
        "error": type(error).__name__ if error is not None else "",
        "pruned": program.pruned,
        "text": printable(program.text[:4_000]),
    }
