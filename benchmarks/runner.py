"""Running a method over examples, one problem at a time: none of them can stop the run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from benchmarks.data import Example
from benchmarks.methods import Finding, Method
from benchmarks.rows import DataError
from benchmarks.scoring import Outcome
from neurologic.errors import printable


def run(examples: Iterable[Example | DataError], method: Method) -> Iterator[Outcome]:
    """The outcome of each example, in order.

    An unusable row and any exception while a problem is answered become outcomes of status ERROR
    that carry the class of the error.
    """
    for example in examples:
        if isinstance(example, DataError):
            yield _failed(Outcome("", example.source, None, "ERROR"), example)
            continue
        start = time.perf_counter()
        try:
            outcome = _outcome(example, method.answer(example))
        except Exception as error:
            outcome = _failed(Outcome(example.id, example.source, example.label, "ERROR"), error)
        yield replace(outcome, seconds=time.perf_counter() - start)


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
    )
    return outcome if finding.error is None else _failed(outcome, finding.error)


def _failed(outcome: Outcome, error: Exception) -> Outcome:
    return replace(outcome, error=type(error).__name__, message=printable(str(error)))
