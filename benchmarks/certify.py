"""Certifying the verdicts on problems: how many have a certificate, how long it takes, how it reads."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from benchmarks.data import DATASETS, Example, Label, load
from benchmarks.gold import read_formula
from benchmarks.pipeline import Ballot
from benchmarks.recorded import load_recordings
from benchmarks.rows import DataError
from neurologic.certification import Certificate, Uncertified, certify
from neurologic.entailment import Decision, Verdict, decide
from neurologic.errors import (
    EngineDisagreement,
    NeurologicError,
    ParseError,
    Rejected,
    SignatureError,
)
from neurologic.formula import Formula
from neurologic.parsing import parse, read
from neurologic.problem import Lexicon, Semantics, TextProblem

Task: TypeAlias = Literal["folio", "proofwriter", "linc", "pelletier"]
Method: TypeAlias = Literal["gold", "english", "recorded"]

METHODS: dict[str, Method] = {
    "folio": "gold",
    "proofwriter": "english",
    "linc": "recorded",
    "pelletier": "gold",
}
"""How the formulas of a task are come by, unless another way is asked for."""


@dataclass(frozen=True, slots=True)
class Item:
    """Formulas to be certified: premises, then the goal.

    Args:
        id: names the problem.
        formulas: premises, and last the goal.
        texts: the sentences they stand for, where they are known.
        lexicon: what the symbols mean, where that is known.
        label: the verdict that must come out, where one must.
    """

    id: str
    formulas: tuple[Formula, ...]
    texts: tuple[str, ...] = ()
    lexicon: Lexicon = Lexicon()
    label: str | None = None


def items(task: Task, method: Method, data: Path, limit: int | None) -> list[Item | DataError]:
    """The problems of a file whose sentences all have formulas; distinct ones for `linc`.

    Raises:
        DataError: the file cannot be read, or the method does not fit the task.
    """
    if task == "pelletier":
        return list(_theorems(data))[:limit]
    if method == "recorded":
        return list(_distinct(data, limit))
    if task == "linc":
        raise DataError("recorded translations are certified as recorded", source=str(data))
    return [
        item
        for example in load(DATASETS[task], data, limit)
        if (item := _item(example, method)) is not None
    ]


def _item(example: Example | DataError, method: Method) -> Item | DataError | None:
    if isinstance(example, DataError):
        return example
    texts = (*example.premises, example.conclusion)
    if method == "english":
        return _translated(example, texts)
    if example.premise_formulas is None or example.conclusion_formula is None:
        return None
    readings = [
        read_formula(text, True)[1]
        for text in (*example.premise_formulas, example.conclusion_formula)
    ]
    formulas = tuple(r.formula for r in readings if not isinstance(r, ParseError))
    if len(formulas) < len(readings):
        return None
    return Item(example.id, formulas, texts if len(texts) == len(formulas) else ())


def _translated(example: Example, texts: tuple[str, ...]) -> Item | None:
    from neurologic.reasoning import best, translate

    translation, errors = translate(TextProblem(example.premises, example.conclusion))
    if errors:
        return None
    return Item(example.id, best(translation), texts, translation.lexicon)


def _distinct(data: Path, limit: int | None) -> Iterator[Item | DataError]:
    """The distinct readable translations of recorded problems."""
    known: set[tuple[Formula, ...]] = set()
    for recording in load_recordings(data, limit):
        if isinstance(recording, DataError):
            yield recording
            continue
        for at, attempt in enumerate(recording.attempts):
            try:
                formulas = tuple(read(text, repair=True).formula for text in attempt.formulas)
            except ParseError:
                continue
            if formulas and formulas not in known:
                known.add(formulas)
                texts = (*recording.premises, recording.conclusion)
                texts = texts if len(texts) == len(formulas) else ()
                yield Item(f"{recording.id}, sample {at + 1}", formulas, texts)


_PREFIX = re.compile(r"\s*\b(?:forall|exists)\b[^.()]*\.")


def wide(text: str) -> str:
    """The formula with brackets that make every quantifier reach as far as it can.

    >>> wide("(exists x. P -> Q(x)) & p")
    '(exists x.( P -> Q(x))) & p'
    """
    out: list[str] = []
    open_ones = [0]  # for each bracket that is open, how many of ours close with it
    at = 0
    while at < len(text):
        prefix = _PREFIX.match(text, at)
        if prefix:
            out.append(f"{prefix[0]}(")
            open_ones[-1] += 1
            at = prefix.end()
            continue
        if text[at] == "(":
            open_ones.append(0)
        elif text[at] == ")" and len(open_ones) > 1:
            out.append(")" * open_ones.pop())
        out.append(text[at])
        at += 1
    return "".join(out) + ")" * sum(open_ones)


def _theorems(data: Path) -> Iterator[Item | DataError]:
    """The lines `name|premise ; ... ; conclusion`, all theorems whose quantifiers reach far."""
    try:
        lines = data.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"the file cannot be read: {error}", source=str(data)) from error
    for line in lines:
        if line.startswith("#") or not line.strip():
            continue
        name, _, text = line.partition("|")
        try:
            formulas = tuple(parse(wide(part)) for part in text.split(" ; "))
        except ParseError as error:
            yield DataError(error.message, source=f"{data}, {name}")
            continue
        yield Item(name, formulas, label="ENTAILED")


@dataclass(slots=True)
class Tally:
    """What certifying a file comes to."""

    n: int = 0
    verdicts: int = 0
    certified: int = 0
    rejected: int = 0
    disagreements: int = 0
    models: int = 0
    consistency_models: int = 0
    proofs: int = 0
    readable: int = 0
    by_verdict: dict[str, int] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    misses: list[dict[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The figures; times are of certifying alone, in milliseconds."""
        return {
            "n": self.n,
            "verdicts": self.verdicts,
            "certified": self.certified,
            "rejected": self.rejected,
            "disagreements": self.disagreements,
            "models": self.models,
            "consistency_models": self.consistency_models,
            "by_verdict": dict(sorted(self.by_verdict.items())),
            "median_ms": _figure(self.milliseconds, statistics.median),
            "max_ms": _figure(self.milliseconds, max),
            "proofs": self.proofs,
            "readable": self.readable,
            "readable_share": round(self.readable / self.proofs, 4) if self.proofs else None,
            "median_lines": _figure(self.lines, statistics.median),
            "max_lines": _figure(self.lines, max),
            "misses": self.misses,
        }

    def add(self, item: Item, semantics: Semantics) -> None:
        """Decide, certify and check one problem."""
        self.n += 1
        try:
            semantics, decision = _decided(item, semantics)
        except NeurologicError as error:
            self.misses.append(_miss(item, None, f"not decided: {error.message}"))
            return
        decided = decision.verdict is not Verdict.UNKNOWN
        self.verdicts += decided
        start = time.perf_counter()
        try:
            found = certify(
                item.formulas[:-1],
                item.formulas[-1],
                semantics=semantics,
                texts=item.texts,
                lexicon=item.lexicon,
                decision=decision,
            )
        except EngineDisagreement as error:
            self.disagreements += 1
            self.misses.append(_miss(item, decision, error.message))
            return
        except NeurologicError as error:
            self.rejected += 1
            self.misses.append(_miss(item, decision, error.message))
            return
        self.milliseconds.append((time.perf_counter() - start) * 1000)
        if isinstance(found, Uncertified):
            self.misses.append(_miss(item, decision, found.reason))
            return
        self._count(item, found, decision)

    def _count(self, item: Item, found: Certificate, decision: Decision) -> None:
        try:
            checked = Certificate.read(found.text)
        except Rejected as error:
            self.rejected += 1
            self.misses.append(_miss(item, decision, str(error)))
            return
        verdict = checked.verdict.name
        self.by_verdict[verdict] = self.by_verdict.get(verdict, 0) + 1
        self.certified += 1
        if item.label not in (None, verdict):
            self.misses.append(_miss(item, decision, f"certified {verdict}, not {item.label}"))
        self.models += len(checked.models)
        if checked.verdict in (Verdict.ENTAILED, Verdict.REFUTED):
            self.consistency_models += len(checked.models)
        for proof in checked.proofs.values():
            self.proofs += 1
            self.readable += proof.readable
            self.lines.append(len(proof.lines))


def measure(found: Sequence[Item | DataError], semantics: Semantics = Semantics()) -> Tally:
    """What certifying these problems comes to."""
    from benchmarks import report

    tally = Tally()
    for item in report.tracked(found, len(found), "certify"):
        if isinstance(item, DataError):
            tally.misses.append({"id": item.source, "verdict": "", "reason": item.message})
        else:
            tally.add(item, semantics)
    return tally


def certified_answer(ballots: Sequence[Ballot], label: Label | None) -> bool | None:
    """Whether the answer that a vote gave has a certificate; None where there is no answer.

    The certificate is that of the first translation that voted for the answer, of one without a
    clash if there is one.
    """
    if label is None:
        return None
    own = [b for b in ballots if b.vote.verdict is not None and b.vote.verdict.label == label]
    if not own:  # such as a True that inconsistent premises gave
        return False
    chosen = min(own, key=lambda ballot: ballot.vote.clash)
    try:
        item = Item("", tuple(parse(text) for text in chosen.formulas))
        semantics, decision = _decided(item, Semantics())
        found = certify(
            item.formulas[:-1], item.formulas[-1], semantics=semantics, decision=decision
        )
    except NeurologicError:
        return False
    return isinstance(found, Certificate) and found.verdict.label == label


def _decided(item: Item, semantics: Semantics) -> tuple[Semantics, Decision]:
    """The decision; numbers that do not fit into sorts are taken as mere symbols."""
    premises, goal = item.formulas[:-1], item.formulas[-1]
    try:
        return semantics, decide(premises, goal, semantics=semantics)
    except SignatureError:
        plain = Semantics(arithmetic="uninterpreted")
        return plain, decide(premises, goal, semantics=plain)


def _miss(item: Item, decision: Decision | None, reason: str) -> dict[str, str]:
    verdict = "" if decision is None else decision.verdict.name
    return {"id": item.id, "verdict": verdict, "reason": reason}


def _figure(values: Sequence[float], of: Any) -> float | None:
    return round(of(values), 2) if values else None
