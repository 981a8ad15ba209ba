"""Recorded translations: files of problems with what a model once wrote for them.

Two kinds of rows are read. A row with `samples` holds raw texts in which lines after `TEXT:` repeat
a sentence and lines after `FOL:` give its formula, the conclusion last (LINC, EMNLP 2023). A row
with a `program` holds one text with the sections Predicates, Premises and Conclusion, whose lines
read `formula ::: sentence` (Logic-LM, Findings of EMNLP 2023).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal

from benchmarks.data import Label, goal_of, read_label, story_of
from benchmarks.rows import DataError, Row, read_rows, text_of, texts_of

Kind = Literal["samples", "program"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One recorded translation of a problem.

    Args:
        text: what the model wrote.
        formulas: the formulas found in it, premises first, the conclusion last.
        notes: what is odd about it.
        error: why no formulas were found, in a few words; else empty.
        sentences: what the model wrote beside each formula, where it did; no part of the problem.
    """

    text: str
    formulas: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: str = ""
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """A problem and its recorded translations.

    Args:
        id: the row's name; where it has none, its place in the file.
        source: where the row stands.
        label: the answer that the data set holds right.
        attempts: the translations in the order in which they were recorded.
        premises: the sentences given; empty where the row has none, whatever a model repeats.
        conclusion: the sentence asked about, likewise.
        story: problems of one story share premises; None where the row does not say.
        verdicts: what the recording itself says of each translation; empty where it does not.
        kind: the kind of row.
    """

    id: str
    source: str
    label: Label
    attempts: tuple[Attempt, ...]
    premises: tuple[str, ...] = ()
    conclusion: str = ""
    story: str | int | None = None
    verdicts: tuple[str, ...] = ()
    kind: Kind = "samples"


def load_recordings(path: Path, limit: int | None = None) -> list[Recording | DataError]:
    """The first `limit` problems of a file, unusable rows among them as errors.

    Raises:
        DataError: the file cannot be read, holds no row, or no row of it can be used.
    """
    rows = list(islice(_recordings(path), limit))
    if not rows:
        raise DataError("the data file holds no row", source=str(path))
    first = rows[0]
    if isinstance(first, DataError) and all(isinstance(row, DataError) for row in rows):
        first.hint = first.hint or "no row can be used: is this a file of recorded translations?"
        raise first
    return rows


def _recordings(path: Path) -> Iterator[Recording | DataError]:
    for source, row in read_rows(path):
        if isinstance(row, DataError):
            yield row
            continue
        try:
            recording = recording_of(row)
        except DataError as error:
            error.source = source
            yield error
        else:
            name = source.rpartition(", ")[2] if row.get("id") is None else str(row["id"])
            yield replace(recording, id=name, source=source)


def recording_of(row: Row) -> Recording:
    """The problem that a row of either kind holds.

    Raises:
        DataError: the row is of neither kind, or a field is missing or not of its kind.
    """
    if "samples" in row:
        return _from_samples(row)
    if "program" in row:
        return _from_program(row)
    raise DataError(
        "expected recorded 'samples' or a 'program', found neither",
        hint="samples are raw texts with FOL: lines; a program has 'formula ::: sentence' lines",
    )


def _from_samples(row: Row) -> Recording:
    premises = texts_of(row, "premises")
    samples = texts_of(row, "samples")
    verdicts = texts_of(row, "linc_verdicts") if "linc_verdicts" in row else ()
    if verdicts and len(verdicts) != len(samples):
        raise DataError(f"there are {len(samples)} samples, but {len(verdicts)} 'linc_verdicts'")
    return Recording(
        id="",
        source="",
        label=read_label(row.get("label", "")),
        attempts=tuple(sample(text, len(premises)) for text in samples),
        premises=premises,
        conclusion=goal_of(row),
        story=story_of(row),
        verdicts=verdicts,
    )


_FORMULA_LINE = re.compile(r"FOL:[ \t]*(.*)")


def sample(text: str, premises: int) -> Attempt:
    r"""The formulas of a raw text: what stands after `FOL:`, be it a tab or a space that follows.

    The last formula is the conclusion. Where there are more or fewer than the premises call for,
    none is moved or left out; a note says so.

    >>> found = sample("TEXT:\tAnn is tall.\nFOL:\tTall(ann)\nFOL: Old(ann)", premises=2)
    >>> found.formulas, found.notes
    (('Tall(ann)', 'Old(ann)'), ('1 formula for 2 premises',))
    """
    lines = [match[1].strip() for match in map(_FORMULA_LINE.match, text.split("\n")) if match]
    if not lines:
        return Attempt(text, error="no formula line")
    return Attempt(text, tuple(lines), _miscount(len(lines) - 1, premises))


def _miscount(found: int, premises: int) -> tuple[str, ...]:
    if found == premises:
        return ()
    return (f"{_counted(found, 'formula')} for {_counted(premises, 'premise')}",)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


_SECTION = re.compile(r"\s*(predicates|premises|conclusion)s?\s*:\s*$", re.IGNORECASE)


def _from_program(row: Row) -> Recording:
    told = row.get("premises") is not None
    return Recording(
        id="",
        source="",
        label=read_label(row.get("label", "")),
        attempts=(program(text_of(row, "program")),),
        premises=texts_of(row, "premises") if told else (),
        conclusion=text_of(row, "conclusion") if row.get("conclusion") is not None else "",
        story=story_of(row) if told or row.get("story_id") is not None else None,
        kind="program",
    )


def program(text: str) -> Attempt:
    r"""The formulas of a program, and the sentences beside them, which are the model's own words.

    Lines without `:::` are passed over; where the section of the conclusion holds several formulas,
    their conjunction is asked about.

    >>> found = program(
    ...     "Premises:\nTall(ann) ::: Ann is tall.\nConclusion:\nOld(ann) ::: Ann is old.")
    >>> found.formulas, found.sentences
    (('Tall(ann)', 'Old(ann)'), ('Ann is tall.', 'Ann is old.'))
    """
    lines: dict[str, list[tuple[str, str]]] = {"predicates": [], "premises": [], "conclusion": []}
    section = "predicates"
    for line in text.split("\n"):
        if heading := _SECTION.match(line):
            section = heading[1].lower()
        elif ":::" in line:
            formula, _, sentence = line.partition(":::")
            lines[section].append((formula.strip(), sentence.strip()))
    goals = lines["conclusion"]
    if not goals:
        return Attempt(text, error="no conclusion")
    goal = goals[0][0] if len(goals) == 1 else " ∧ ".join(f"({formula})" for formula, _ in goals)
    notes = () if len(goals) == 1 else (f"{len(goals)} conclusions, joined by ∧",)
    formulas = (*(formula for formula, _ in lines["premises"]), goal)
    sentences = (*(sentence for _, sentence in lines["premises"]), " ".join(s for _, s in goals))
    return Attempt(text, formulas, notes, sentences=sentences)


def identity_of(recording: Recording) -> str:
    """What tells a problem from others, in whichever file it stands.

    That is a digest of its sentences; where the row has none, its name, or its place if it has no
    name either.
    """
    if not recording.premises and not recording.conclusion:
        unnamed = recording.source.endswith(f", {recording.id}")
        return recording.source if unnamed else recording.id
    text = "\n".join((*recording.premises, recording.conclusion))
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:12]


def clusters(recordings: Sequence[Recording]) -> list[int]:
    """A number for each recording, the same for those of one story or of one problem.

    A problem may stand in several files and have a story in some of them only.
    """
    first: dict[object, int] = {}  # whoever had this story or was this problem first
    leader = list(range(len(recordings)))

    def found(at: int) -> int:
        while leader[at] != at:
            at = leader[at]
        return at

    for at, recording in enumerate(recordings):
        names: list[object] = [("problem", identity_of(recording))]
        if recording.story is not None:
            names.append(("story", recording.story))
        for name in names:
            ends = found(at), found(first.setdefault(name, at))
            leader[max(ends)] = min(ends)
    return [found(at) for at in range(len(recordings))]
