"""The part of the command `run` for `clover` and `draft-and-prune`: options, the run, its figures."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from benchmarks.console import answered, kept, more_rows, note
from benchmarks.live import Options, given_in
from benchmarks.manifest import digest_of, manifest_of
from benchmarks.rows import DataError, Row
from benchmarks.scoring import EXECUTED
from neurologic.errors import NeurologicError

if TYPE_CHECKING:
    from benchmarks.composing import Composing, Stepwise

Verifying = Annotated[
    Literal["none", "consistency", "disprove"] | None,
    typer.Option(
        "--verify",
        show_default="consistency",
        help="clover: which of several formulas for a sentence is taken. none: the first; "
        "consistency: of the heaviest class of equivalent ones; disprove: the model also judges "
        "situations in which classes differ.",
    ),
]
Structures = Annotated[
    int | None,
    typer.Option(
        "--structures",
        min=0,
        show_default="3",
        help="clover: in how many ways a sentence is taken apart at most; with 0 its formula is "
        "asked for directly.",
    ),
]
Offline = Annotated[
    bool,
    typer.Option(
        "--offline-structures",
        help="clover: English rules take apart what they read; the model is asked for the rest.",
    ),
]
Preparation = Annotated[
    Path | None,
    typer.Option(
        "--preparation",
        show_default=False,
        help="Declarations and sentences recorded for the puzzles, by id. A row that has its own "
        "needs none; else the model prepares the puzzle.",
    ),
]
Fallback = Annotated[
    Literal["cot"] | None,
    typer.Option(
        "--fallback",
        show_default=False,
        help="clover, draft-and-prune: ask in words about what has no answer. It is counted in a "
        "column of its own and never in the accuracy.",
    ),
]


@dataclass(frozen=True, slots=True)
class Ways:
    """What the command line says about clover and draft-and-prune; None where it says nothing."""

    verify: Literal["none", "consistency", "disprove"] | None = None
    structures: int | None = None
    offline_structures: bool = False
    preparation: Path | None = None
    fallback: Literal["cot"] | None = None

    def given(self) -> list[str]:
        """The options that were given."""
        return given_in(self)

    def refuse(self, method: str) -> None:
        """Refuse options of these methods for another one.

        Raises:
            NeurologicError: one was given.
        """
        if self.given():
            raise NeurologicError(
                f"{', '.join(self.given())}: not for --method {method}",
                hint="--method clover and draft-and-prune have these",
            )


@dataclass(frozen=True, slots=True)
class StepwiseRun:
    """A run over the problems of a file that translates them step by step."""

    task: str
    method: Stepwise
    data: Path
    keys: Sequence[str]
    problems: Sequence[Any]
    options: Options
    ways: Ways
    start: float = field(default_factory=time.perf_counter)

    def composing(self) -> Composing:
        """How the problems are answered; what cannot be used is refused before the first call.

        Raises:
            NeurologicError: no model, no key, or an option that makes no sense.
        """
        from benchmarks.composing import Composing
        from benchmarks.models import Choice, Metered

        said, ways = self.options, self.ways
        self._refuse()
        choice = Choice(
            said.model,
            said.base_url,
            said.replay,
            said.record,
            said.max_cost,
            said.concurrency or _CONCURRENCY,
            tuple(self.problems),
        )
        llm = Metered(choice.models()[0])
        draft = self.method == "draft-and-prune"
        rounds = said.rounds
        if rounds is None:
            rounds = 0 if llm.scripted else 1 if draft else 2
        return Composing(
            self.method,
            llm,
            verify=ways.verify or "consistency",
            structures=3 if ways.structures is None else ways.structures,
            samples=said.samples or (5 if draft else 1),
            offline=ways.offline_structures,
            rounds=rounds,
            fallback=ways.fallback is not None,
        )

    def _refuse(self) -> None:
        """Refuse options that say nothing here.

        Raises:
            NeurologicError: one was given.
        """
        unused = ("variants", "vote", "pairing", "batch", "dry_run")
        given = [f"--{name.replace('_', '-')}" for name in unused if getattr(self.options, name)]
        if self.method == "draft-and-prune":
            given += [o for o in self.ways.given() if o not in ("--preparation", "--fallback")]
        if given:
            raise NeurologicError(
                f"{', '.join(given)}: not for --method {self.method}",
                hint="--samples and --rounds are",
            )
        if self.method == "draft-and-prune" and self.task == "zebralogic":
            raise NeurologicError(
                "a draft is of a question with options, and a grid has none",
                hint="--method clover finds grids",
            )
        if self.ways.preparation is not None and self.task not in ("arlsat", "logicaldeduction"):
            raise NeurologicError("--preparation is for arlsat and logicaldeduction")

    def run(self, out: Path | None, retry_errors: bool) -> tuple[list[Row], dict[str, Any]]:
        """The rows and the summary."""
        from benchmarks.composing import question

        how = self.composing()
        pairs = list(zip(self.keys, self.problems, strict=True))

        def manifest() -> dict[str, Any]:
            config = how.config()
            if self.ways.preparation is not None:
                config["preparation"] = digest_of(self.ways.preparation)
            return manifest_of(self.task, self.method, config, self.data)

        free = self.options.record or self.options.replay  # what was got is not paid for again
        with (
            how.closing(),
            kept(out, manifest, len(pairs), retry_errors, free is not None) as directory,
        ):
            limit = self._concurrency(how)
            with how.side_by_side(limit) as shared:
                questions = [question(key, problem, shared) for key, problem in pairs]
                rows = answered(questions, directory, self.task, workers=limit)
            summary: dict[str, Any] = {"task": self.task, "method": self.method}
            summary |= summary_of(rows, how)
            if self.ways.preparation is not None:
                summary["prepared"] = sum(row.get("prepared_by") == "file" for row in rows)
            note(summary, more_rows(rows, len(pairs)))
            summary["seconds"] = round(time.perf_counter() - self.start, 2)
            if directory is not None:
                directory.summarise(summary)
        return rows, summary

    def _concurrency(self, how: Composing) -> int:
        """Calls and problems at a time; where nothing is waited for, one problem after the other."""
        idle = how.llm.scripted or self.options.replay is not None
        return self.options.concurrency or (1 if idle else _CONCURRENCY)


_CONCURRENCY = 8


def summary_of(rows: Sequence[Row], how: Composing) -> dict[str, Any]:
    """The figures of a run.

    n: problems. sentences, formed: sentences that were translated, and those that got a formula.
    executed: problems that came to a decision: all formulas are there, and what was asked of them is
    decided, be it that several options fit or none, or that they contradict each other. answered:
    those with one answer. accuracy: right of n; exec_accuracy: right of executed. calls: replies a
    problem by stage. fallback: the answers in words to what has none, and how many would be right
    with them.
    """
    from benchmarks.accounts import account_of
    from benchmarks.asking import messages_of

    n = len(rows)
    right = sum(row["right"] for row in rows)
    executed = sum(row["status"] in EXECUTED for row in rows)
    wrong = [row for row in rows if row["answer"] is not None and not row["right"]]
    summary: dict[str, Any] = {"model": how.llm.model, **_ways(how), "n": n}
    summary |= {
        "sentences": sum(row.get("sentences", 0) for row in rows),
        "formed": sum(row.get("formed", 0) for row in rows),
        "executed": executed,
        "answered": sum(row["answer"] is not None for row in rows),
        "right": right,
        "wrong": len(wrong),
        "executed_share": _share(executed, n),
        "accuracy": _share(right, n),
        "exec_accuracy": _share(right, executed),
        "statuses": _counts(Counter(row["status"] for row in rows)),
        "unread": _counts(_summed(row.get("unread") or {} for row in rows)),
        "errors": _counts(Counter(row["error"] for row in rows if row["error"])),
        "calls": _per_problem(rows),
    }
    if any("candidates" in row for row in rows):
        summary["candidates"] = _counts(_summed(row.get("candidates") or {} for row in rows))
    if any("programs" in row for row in rows):
        programs = [program for row in rows for program in row.get("programs", ())]
        summary["programs"] = _counts(Counter(program["status"] for program in programs))
    if how.fallback:
        summary["fallback"] = _fallback(rows)
    times = [row["seconds"] for row in rows]
    summary["median_seconds"] = round(median(times), 3) if times else None
    return summary | {"messages": messages_of(rows), "llm": account_of(rows)}


def _ways(how: Composing) -> dict[str, Any]:
    if how.method != "clover":
        return {"plans": how.samples}
    told = {"verify": how.verify, "structures": how.structures, "samples": how.samples}
    return told | ({"offline_structures": True} if how.offline else {})


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _counts(found: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _summed(found: Any) -> Counter[str]:
    total: Counter[str] = Counter()
    for counts in found:
        total.update(counts)
    return total


def _per_problem(rows: Sequence[Row]) -> dict[str, float]:
    """The replies of each stage, and of all, on the average of all problems."""
    total = _summed(row.get("calls") or {} for row in rows)
    found = {stage: round(count / len(rows), 3) for stage, count in sorted(total.items())}
    return found | {"all": round(total.total() / len(rows), 3)} if rows else {}


def _fallback(rows: Sequence[Row]) -> dict[str, Any]:
    asked = [row["fallback"] for row in rows if row.get("fallback")]
    right = sum(each["right"] for each in asked)
    with_them = sum(row["right"] for row in rows) + right
    return {
        "asked": len(asked),
        "answered": sum(each["answer"] is not None for each in asked),
        "right": right,
        "accuracy_with": _share(with_them, len(rows)),
    }


def load_problems(
    task: str, data: Path, ways: Ways, limit: int | None
) -> tuple[list[Any], list[str]]:
    """The problems of a file with their names.

    Raises:
        DataError: a file cannot be used.
    """
    from benchmarks import puzzles
    from benchmarks.data import DATASETS, load
    from benchmarks.runner import keys_of, short_source

    found: list[Any]
    if task in puzzles.PUZZLES:
        found = list(puzzles.load(task, data, ways.preparation, limit))
    else:
        found = list(load(DATASETS[task], data, limit))
    names = [short_source(p.source) if isinstance(p, DataError) else p.id for p in found]
    return found, keys_of(names)
