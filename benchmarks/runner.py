"""Running over problems: none of them can stop the run, and each leaves a row.

Every command that answers problems writes rows of one form (`problem_row`), into a run directory
where one is given (see `benchmarks.rundir`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from benchmarks.data import Example, Label
from benchmarks.methods import Finding, Method
from benchmarks.rows import DataError, Row, finite
from benchmarks.rundir import RunDirectory, check, line_of
from benchmarks.scoring import Outcome
from neurologic.errors import printable


def run(examples: Iterable[Example | DataError], method: Method) -> Iterator[Outcome]:
    """The outcome of each example, in order.

    An unusable row and any exception while a problem is answered become outcomes of status ERROR
    that carry the class of the error.
    """
    for example in examples:
        yield outcome_of(example, method)


def outcome_of(example: Example | DataError, method: Method) -> Outcome:
    """The outcome of one example; see `run`."""
    if isinstance(example, DataError):
        return _failed(Outcome("", example.source, None, "ERROR"), example)
    start = time.perf_counter()
    try:
        outcome = _outcome(example, method.answer(example))
    except Exception as error:
        outcome = _failed(Outcome(example.id, example.source, example.label, "ERROR"), error)
    return replace(outcome, seconds=time.perf_counter() - start)


def _outcome(example: Example, finding: Finding) -> Outcome:
    outcome = Outcome(
        id=example.id,
        source=example.source,
        label=example.label,
        status=finding.status,
        answer=finding.answer,
        translated=finding.translated,
        scored=finding.scored,
        reading=finding.reading,
        formulas=finding.formulas,
        clash=finding.clash,
        rlimit=finding.rlimit,
    )
    return outcome if finding.error is None else _failed(outcome, finding.error)


def _failed(outcome: Outcome, error: Exception) -> Outcome:
    return replace(outcome, error=type(error).__name__, message=printable(str(error)))


@dataclass(frozen=True, slots=True)
class Question:
    """A problem to be answered: its key, and the function that makes its row.

    An exception in `ask` becomes a row of status ERROR, built on `known`.
    """

    key: str
    ask: Callable[[], Row]
    known: Mapping[str, Any]

    def row(self) -> Row:
        """The row of the problem, whatever happens; no number in it is infinite or NaN."""
        start = time.perf_counter()
        try:
            row: Row = finite(self.ask())
            check(row)
            line_of(row)  # what could not be written or read again is told here
        except Exception as error:
            failure = {"error": type(error).__name__, "message": _told(error)}
            row = problem_row(key=self.key, status="ERROR", **{**self.known, **failure})
        row.pop("seconds", None)  # it stands last
        row["seconds"] = round(time.perf_counter() - start, 4)
        return row


_LONGEST_MESSAGE = 10_000


def _told(error: Exception) -> str:
    """What the error says, if it says anything."""
    try:
        return printable(str(error)[:_LONGEST_MESSAGE])
    except Exception as other:
        return f"it cannot be said: {type(other).__name__}"


class Watcher(Protocol):
    """Whoever follows a run."""

    def answered(self, row: Row, kept: bool) -> None:
        """A problem is answered, or was already (`kept`)."""
        ...


class Halt(KeyboardInterrupt):
    """A reason to end the run as Ctrl-C does, once the problems under way are answered.

    Args:
        reason: what is told.
        misused: the command was, such as with a wrong key, and cannot go on as it is.
    """

    def __init__(self, reason: str = "", *, misused: bool = False) -> None:
        super().__init__(reason)
        self.misused = misused


def collect(
    questions: Sequence[Question],
    directory: RunDirectory | None,
    watcher: Watcher,
    workers: int = 1,
) -> list[Row]:
    """The rows of the problems in order; those that the directory has are not asked again.

    Args:
        questions: the problems; no key is there twice.
        directory: where rows are kept, each as soon as it is there.
        watcher: who is told.
        workers: how many problems are answered at a time.

    Raises:
        Halt: a question ended the run.
    """
    rows: dict[str, Row] = {}
    waiting = []
    for question in questions:
        row = directory.rows.get(question.key) if directory else None
        if row is None:
            waiting.append(question)
        else:
            rows[question.key] = row
            watcher.answered(row, True)
    answers = (question.row() for question in waiting) if workers == 1 else _aside(waiting, workers)
    for row in answers:
        if directory:
            directory.append(row)
        rows[row["key"]] = row
        watcher.answered(row, False)
    return [rows[question.key] for question in questions]


def _aside(questions: Sequence[Question], workers: int) -> Iterator[Row]:
    """The rows as they come from so many threads; left early, what has not begun never does."""
    pool = ThreadPoolExecutor(workers, thread_name_prefix="problem")
    halt: Halt | None = None
    try:
        asked = [pool.submit(question.row) for question in questions]
        for future in as_completed(asked):
            if future.cancelled():
                continue
            error = future.exception()
            if error is None:
                yield future.result()
            elif not isinstance(error, Halt):
                raise error
            elif halt is None:
                halt = error
                for other in asked:
                    other.cancel()
        if halt is not None:
            raise halt
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def problem_row(
    *,
    key: str,
    status: str,
    id: str = "",
    story: str | int | None = None,
    source: str = "",
    label: Label | None = None,
    answer: Label | None = None,
    confidence: float | None = None,
    agreement: float | None = None,
    tally: Mapping[str, object] | None = None,
    votes: Sequence[Mapping[str, object]] = (),
    premises: Sequence[str] = (),
    conclusion: str = "",
    formulas: Sequence[Sequence[str]] = (),
    certified: bool | None = None,
    error: str = "",
    message: str = "",
    more: Mapping[str, object] | None = None,
    rlimit: int = 0,
    seconds: float = 0.0,
) -> Row:
    """The row of a problem in `samples.jsonl`; its keys always stand in this order, times last.

    Args:
        key: names the problem in its file; what a run is resumed by.
        status: a verdict's name; ABSTAINED: votes, but no answer; of a question with options ONE,
            SEVERAL or NONE, by how many fit; of a grid UNIQUE or SEVERAL; of drafts VOTED, TIED or
            PRUNED; UNTRANSLATED; UNPREPARED; ERROR.
        id: the problem's name in the data set.
        story: problems of one story share premises; None makes it a story of its own.
        source: file name and line.
        label: the answer that the data set holds right.
        answer: the run's answer; None if there is none. `right` follows from the two.
        confidence: the probability of the answer, under a rule that knows one.
        agreement: the answer's share of the counted votes; no probability.
        tally: what the voting rule says.
        votes: for each translation its verdict, or why there is none.
        premises: the sentences given.
        conclusion: the sentence asked about.
        formulas: the distinct translations, premises first; votes name theirs by its index.
        certified: whether the verdict has a certificate that was checked; None if none was made.
        error: the class of an error that ended the problem.
        message: what that error says.
        more: what only one kind of run knows.
        rlimit: resource units that all decisions took.
        seconds: wall time.
    """
    return {
        "key": key,
        "id": id,
        "story": story,
        "source": source,
        "label": label,
        "status": status,
        "answer": answer,
        "right": answer is not None and answer == label,
        "confidence": confidence,
        "agreement": agreement,
        "tally": tally,
        "votes": list(votes),
        "premises": list(premises),
        "conclusion": conclusion,
        "formulas": [list(formulas_) for formulas_ in formulas],
        "certified": certified,
        "error": error,
        "message": message,
        **(more or {}),
        "rlimit": rlimit,
        "seconds": round(seconds, 4),
    }


def keys_of(names: Iterable[str]) -> list[str]:
    """A key for each problem: its name, with a number where the name was there before.

    >>> keys_of(["a", "b", "a"])
    ['a', 'b', 'a#2']
    """
    taken: set[str] = set()
    keys = []
    for name in names:
        key, number = name, 1
        while key in taken:
            number += 1
            key = f"{name}#{number}"
        taken.add(key)
        keys.append(key)
    return keys


def short_source(source: str) -> str:
    """The place of a row without the folders of its file.

    >>> short_source("/data/linc/dev.jsonl, line 3")
    'dev.jsonl, line 3'
    """
    path, comma, line = source.rpartition(", line ")
    return f"{Path(path).name}{comma}{line}" if comma else Path(source).name


def example_question(key: str, example: Example | DataError, method: Method) -> Question:
    """The question whether a method meets the label of an example."""

    def ask() -> Row:
        outcome = outcome_of(example, method)
        vote = {
            "verdict": outcome.status if outcome.status in _VERDICTS else None,
            "label": outcome.answer,
            "clash": outcome.clash,
            "error": "" if outcome.status in _VERDICTS else outcome.error or outcome.status,
            "variant": method.name,
            "rlimit": outcome.rlimit,
            "formulas": 0,
        }
        extra = {
            "translated": outcome.translated,
            "scored": outcome.scored,
            "reading": outcome.reading,
        }
        return problem_row(
            key=key,
            status=outcome.status,
            answer=outcome.answer,
            votes=[vote],
            formulas=[outcome.formulas],
            error=outcome.error,
            message=outcome.message,
            more=extra,
            rlimit=outcome.rlimit,
            **known,
        )

    known = known_of(example)
    return Question(key, ask, known)


def known_of(example: Example | DataError) -> dict[str, Any]:
    """What the data file says of a problem, as fields of its row."""
    known: dict[str, Any] = {"source": short_source(example.source)}
    if isinstance(example, Example):
        known |= {
            "id": example.id,
            "story": example.story,
            "label": example.label,
            "premises": example.premises,
            "conclusion": example.conclusion,
        }
    return known


_VERDICTS = ("ENTAILED", "REFUTED", "UNDETERMINED", "INCONSISTENT", "UNKNOWN")


def read_outcome(row: Row) -> Outcome:
    """The outcome that a row of `run` tells of."""
    return Outcome(
        id=row["id"],
        source=row["source"],
        label=row["label"],
        status=row["status"],
        answer=row["answer"],
        translated=row.get("translated", False),
        scored=row.get("scored", True),
        reading=row.get("reading"),
        formulas=tuple(row["formulas"][0]) if row["formulas"] else (),
        error=row["error"],
        message=row["message"],
        clash=any(vote["clash"] for vote in row["votes"]),
        rlimit=row["rlimit"],
        seconds=row["seconds"],
    )
