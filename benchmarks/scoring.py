"""Scores: how many problems were translated, decided, right and wrong.

For n problems, of which `unscored` have no formula to compare:
right + wrong <= n - unscored, wrong <= decided <= translated, and accuracy = right / (n - unscored).
A problem that is not decided is never wrong; if its label is Uncertain and the verdict is
UNDETERMINED, it is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from benchmarks.data import Label

Reading = Literal["strict", "repaired", "unread"]

STATUSES = (
    "ENTAILED", "REFUTED", "UNDETERMINED", "INCONSISTENT", "UNKNOWN",
    "CONSISTENT", "UNTRANSLATED", "ERROR",
)  # fmt: skip

EXECUTED = frozenset((
    "ENTAILED", "REFUTED", "UNDETERMINED", "INCONSISTENT", "ABSTAINED",
    "ONE", "SEVERAL", "NONE", "UNIQUE", "VOTED", "TIED",
))  # fmt: skip
"""The status of a problem that came to a decision, be it that the question has no answer.

UNKNOWN is none, as the prover gave up, nor is PRUNED, where no program held up.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one problem.

    Args:
        id: the row's name.
        source: where the row stands.
        label: the answer the data set holds right; None where the row could not be read.
        status: a verdict's name; CONSISTENT where only the premises could be tested; UNTRANSLATED
            where a sentence became no formula; ERROR where the problem ended in an error.
        answer: the label that the verdict stands for; None if it stands for none.
        translated: every sentence became a formula.
        scored: there was a conclusion to decide.
        reading: for written formulas, whether they were read as written, with repairs, or not.
        formulas: the formulas, where there are any, premises first.
        error: the class of the error, where there is one, and `message` what it says.
        clash: the formulas use a name in two ways.
        rlimit: resource units that deciding took.
        seconds: wall time.
    """

    id: str
    source: str
    label: Label | None
    status: str
    answer: Label | None = None
    translated: bool = False
    scored: bool = True
    reading: Reading | None = None
    formulas: tuple[str, ...] = ()
    error: str = ""
    message: str = ""
    clash: bool = False
    rlimit: int = 0
    seconds: float = 0.0

    @property
    def decided(self) -> bool:
        """The answer is True or False."""
        return self.answer in ("True", "False")

    @property
    def right(self) -> bool:
        """The label is met."""
        return self.scored and self.answer is not None and self.answer == self.label

    @property
    def wrong(self) -> bool:
        """Decided, and not the label."""
        return self.scored and self.decided and self.answer != self.label

    def as_json(self) -> dict[str, object]:
        """The outcome as one row of a file; times come last, as all else is reproducible."""
        row: dict[str, object] = {
            "id": self.id,
            "label": self.label,
            "status": self.status,
            "answer": self.answer,
            "right": self.right,
            "formulas": list(self.formulas),
        }
        if self.reading is not None:
            row["reading"] = self.reading
        if self.error:
            row |= {"error": self.error, "message": self.message}
        return row | {"source": self.source, "seconds": round(self.seconds, 4)}


@dataclass(frozen=True, slots=True)
class Score:
    """The counts of a run; `verdicts` says how often each status occurred, `errors` each class."""

    n: int
    unscored: int
    translated: int
    decided: int
    right: int
    wrong: int
    verdicts: tuple[tuple[str, int], ...]
    errors: tuple[tuple[str, int], ...]

    @property
    def accuracy(self) -> float | None:
        """The share of problems whose label is met; None if there is none to score."""
        scored = self.n - self.unscored
        return round(self.right / scored, 4) if scored else None

    def as_json(self) -> dict[str, object]:
        """The counts as a JSON object; `unscored` and `errors` only where there are any."""
        row: dict[str, object] = {
            "n": self.n,
            "translated": self.translated,
            "decided": self.decided,
            "right": self.right,
            "wrong": self.wrong,
            "accuracy": self.accuracy,
            "verdicts": dict(self.verdicts),
            "errors": dict(self.errors),
        }
        return row | {"unscored": self.unscored} if self.unscored else row


def score(outcomes: Iterable[Outcome]) -> Score:
    """The counts over all outcomes.

    >>> met = Outcome("a", "", "True", "ENTAILED", "True", translated=True)
    >>> missed = Outcome("b", "", "True", "REFUTED", "False", translated=True)
    >>> total = score([met, missed])
    >>> total.n, total.decided, total.right, total.wrong, total.accuracy
    (2, 2, 1, 1, 0.5)
    """
    outcomes = list(outcomes)
    seen = Counter(outcome.status for outcome in outcomes)
    errors = Counter(outcome.error for outcome in outcomes if outcome.status == "ERROR")
    return Score(
        n=len(outcomes),
        unscored=sum(not outcome.scored for outcome in outcomes),
        translated=sum(outcome.translated for outcome in outcomes),
        decided=sum(outcome.decided for outcome in outcomes),
        right=sum(outcome.right for outcome in outcomes),
        wrong=sum(outcome.wrong for outcome in outcomes),
        verdicts=tuple((status, seen[status]) for status in STATUSES if seen[status]),
        errors=tuple(sorted(errors.items())),
    )
