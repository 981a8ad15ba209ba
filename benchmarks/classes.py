"""The classes of the candidates for each sentence, beside those of a loop of solver calls alone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from benchmarks.gold import read_formula
from benchmarks.recorded import load_recordings
from benchmarks.rows import DataError, read_rows, texts_of
from neurologic.errors import NeurologicError, ParseError, SignatureError
from neurologic.formula import Formula, Iff
from neurologic.provers import DEFAULT_BUDGET, Proved, Prover

if TYPE_CHECKING:
    from neurologic.equivalence import Grouping

Partition: TypeAlias = frozenset[frozenset[int]]
Alone: TypeAlias = tuple[Partition, int] | None
"""The classes of one sentence's candidates by the solver, and its calls; None if sorts clash."""


def sentences(path: Path, repair: bool, limit: int | None = None) -> tuple[list[Any], int]:
    """The readable candidates for each sentence of a file, and how many do not read.

    The file holds recorded translations, or rows with `candidates`. A sample with more or fewer
    formulas than sentences is left out.

    Raises:
        DataError: the file cannot be read, or no row can be used.
    """
    slots: list[list[str]] = []
    first = next((row for _, row in read_rows(path) if not isinstance(row, DataError)), {})
    if "candidates" in first:
        for source, row in read_rows(path):
            if isinstance(row, DataError):
                raise row
            try:
                slots.append(list(texts_of(row, "candidates")))
            except DataError as error:
                error.source = source
                raise
            if limit is not None and len(slots) >= limit:
                break
    else:
        for recording in load_recordings(path, limit):
            if isinstance(recording, DataError):
                continue
            size = len(recording.premises) + 1
            fitting = [a.formulas for a in recording.attempts if len(a.formulas) == size]
            slots += ([formulas[i] for formulas in fitting] for i in range(size))
    found: list[list[Formula]] = []
    unread = 0
    for texts in slots:
        results = [read_formula(text, repair)[1] for text in texts]
        formulas = [r.formula for r in results if not isinstance(r, ParseError)]
        unread += len(results) - len(formulas)
        if formulas:
            found.append(formulas)
    return found, unread


def by_solver(
    formulas: Sequence[Formula], prover: Prover, budget: int = DEFAULT_BUDGET
) -> tuple[Partition, int]:
    """The classes by a solver alone, and its calls: each formula against one of each class.

    Raises:
        SignatureError: if the sorts of the formulas do not fit together.
    """
    from neurologic.signature import elaborate

    signature, elaborated = elaborate(formulas)
    groups: list[list[int]] = []
    calls = 0
    for at, sentence in enumerate(elaborated):
        for group in groups:
            calls += 1
            same = Iff(elaborated[group[0]], sentence)
            (outcome,) = prover.prove((), (same,), signature=signature, budget=budget)
            if isinstance(outcome, Proved):
                group.append(at)
                break
        else:
            groups.append([at])
    return frozenset(map(frozenset, groups)), calls


def measure(
    slots: Sequence[Sequence[Formula]], engine: Literal["auto", "z3"], only: bool = False
) -> dict[str, Any]:
    """Both ways over all sentences, one after the other.

    Args:
        slots: the candidates for each sentence.
        engine: who is called in the loop: `auto`, grounding and SAT where they fit, or `z3`.
        only: whether to leave the loop out.
    """
    from neurologic.equivalence import Grouping

    for formulas in slots[:5]:  # both ways are timed with everything loaded
        Grouping.of(formulas)
    found, ours = _grouped(slots)
    groupings = [each for each in found if isinstance(each, Grouping)]
    questions = sum(each.questions for each in groupings)
    statuses = Counter(c.status for each in groupings for c in each.classes)
    summary: dict[str, Any] = {
        "sentences": len(slots),
        "candidates": sum(map(len, slots)),
        "classes": sum(statuses.values()),
        **{status: statuses[status] for status in ("tautology", "contradiction", "unknown")},
        "ill_sorted": len(found) - len(groupings),
        "calls": questions,
        "cpu": round(ours, 3),
    }
    if only:
        return summary
    alone, loop = _looped(slots, engine)
    calls = sum(other[1] for other in alone if other is not None)
    return summary | {
        **_agreement(found, alone),
        "solver_calls": calls,
        "solver_cpu": round(loop, 3),
        "fewer_calls": round(calls / max(1, questions), 1),
        "less_cpu": round(loop / ours, 1) if ours else None,
    }


def _grouped(
    slots: Sequence[Sequence[Formula]],
) -> tuple[list[Grouping | NeurologicError], float]:
    """The classes of each sentence's candidates by ours, and the processor time in seconds."""
    from neurologic.equivalence import Grouping

    found: list[Grouping | NeurologicError] = []
    start = time.process_time()
    for formulas in slots:
        try:
            found.append(Grouping.of(formulas))
        except NeurologicError as error:
            found.append(error)
    return found, time.process_time() - start


def _looped(
    slots: Sequence[Sequence[Formula]], engine: Literal["auto", "z3"]
) -> tuple[list[Alone], float]:
    """The classes by the loop of solver calls, and the processor time in seconds."""
    from neurologic.provers.grounding import Ground
    from neurologic.provers.z3 import Z3

    prover: Prover = Z3() if engine == "z3" else Ground()
    found: list[Alone] = []
    start = time.process_time()
    for formulas in slots:
        try:
            found.append(by_solver(formulas, prover))
        except SignatureError:
            found.append(None)
    return found, time.process_time() - start


def _agreement(
    found: Sequence[Grouping | NeurologicError], alone: Sequence[Alone]
) -> dict[str, int]:
    """How many sentences both ways sorted, and of how many the classes are the same."""
    pairs = [
        (frozenset(frozenset(c.members) for c in each.classes), other[0])
        for each, other in zip(found, alone, strict=True)
        if not isinstance(each, NeurologicError) and other is not None
    ]
    return {"compared": len(pairs), "same": sum(ours == theirs for ours, theirs in pairs)}
