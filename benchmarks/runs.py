"""Run directories, read back: `manifest.json` says what was run, `samples.jsonl` what came of it."""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from benchmarks.data import Label
from benchmarks.rows import DataError, Row, read_rows
from neurologic.entailment import Verdict
from neurologic.voting import Vote

MANIFEST, SAMPLES, SUMMARY, SCHEMA = "manifest.json", "samples.jsonl", "summary.json", 1

_LABELS = ("True", "False", "Uncertain")
_PUZZLES = ("choice", "grid")  # labelled by the letter of an option, or by the rows of the grid
_NUMBER = (int, float)
_OPTIONAL = type(None)
_KINDS: dict[str, tuple[type, ...]] = {
    "key": (str,),
    "id": (str,),
    "story": (str, int, _OPTIONAL),
    "source": (str,),
    "label": (str, _OPTIONAL),
    "status": (str,),
    "answer": (str, _OPTIONAL),
    "right": (bool,),
    "confidence": (*_NUMBER, _OPTIONAL),
    "agreement": (*_NUMBER, _OPTIONAL),
    "tally": (dict, _OPTIONAL),
    "votes": (list,),
    "premises": (list,),
    "conclusion": (str,),
    "options": (list,),
    "formulas": (list,),
    "certified": (bool, _OPTIONAL),
    "distinct": (dict, _OPTIONAL),
    "error": (str,),
    "message": (str,),
    "rlimit": (*_NUMBER, _OPTIONAL),
    "seconds": (*_NUMBER, _OPTIONAL),
}
_REQUIRED = ("key", "label", "status", "answer", "right")


@dataclass(frozen=True, slots=True)
class Sample:
    """One problem of a run, as `samples.jsonl` has it.

    Args:
        key: what matches the problem between runs.
        id: the row's name in the data set.
        story: problems of one story share premises; None makes the problem a story of its own.
        label: the answer the data set holds right; None where it has none.
        status: what became of it, as `benchmarks.runner.problem_row` has it.
        answer: the run's answer; None if it has none.
        right: the answer is the label.
        confidence: the probability of the answer, under a rule that knows one.
        agreement: the answer's share of the counted votes; no probability.
        tally: what the voting rule says, as JSON.
        votes: what each translation says.
        premises: the sentences given.
        conclusion: the sentence asked about.
        options: the answers to choose from, in words; None where the row does not say.
        formulas: the formulas of each translation, premises first, in the order of the votes.
        messages: what the error of each translation says, in the same order; empty without one.
        certified: whether the verdict has a certificate that was checked; None where none was made.
        distinct: how many of the translations differ, as `benchmarks.distinct` counts them.
        error: the class of the error, where there is one, and `message` what it says.
        seconds: wall time.
        source: where the problem stands.
    """

    key: str
    label: Label | None
    answer: Label | None
    right: bool
    status: str = ""
    id: str = ""
    story: str | int | None = None
    confidence: float | None = None
    agreement: float | None = None
    tally: Mapping[str, Any] | None = None
    votes: tuple[Vote, ...] = ()
    premises: tuple[str, ...] = ()
    conclusion: str = ""
    options: tuple[str, ...] | None = None
    formulas: tuple[tuple[str, ...], ...] = ()
    messages: tuple[str, ...] = ()
    certified: bool | None = None
    distinct: Mapping[str, int] | None = None
    error: str = ""
    message: str = ""
    seconds: float = 0.0
    source: str = ""

    @property
    def cluster(self) -> Hashable:
        """What the problem is resampled with: its story, or the problem alone."""
        return ("story", self.story) if self.story is not None else ("problem", self.key)


@dataclass(frozen=True, slots=True)
class Run:
    """A run directory.

    Args:
        path: the directory.
        manifest: its manifest.
        samples: its problems in order, without those that nothing could be compared with.
        notes: what a reader should know.
        unscored: how many problems had no formula to compare.
        summary: the figures that the run itself printed; empty while it has not come to its end.
    """

    path: Path
    manifest: Mapping[str, Any]
    samples: tuple[Sample, ...]
    notes: tuple[str, ...] = ()
    unscored: int = 0
    summary: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the directory."""
        return self.path.resolve().name

    @property
    def data(self) -> Mapping[str, Any]:
        """What the manifest says of the data: `path`, `sha256`, `rows`."""
        found = self.manifest.get("data")
        return found if isinstance(found, dict) else {}

    @property
    def title(self) -> str:
        """Task, method and rule in a few words."""
        config = self.manifest.get("config")
        vote = config.get("vote") if isinstance(config, dict) else None
        parts = (self.manifest.get("task"), self.manifest.get("method"), vote)
        return " · ".join(str(part) for part in parts if part)


def read_run(path: Path) -> Run:
    """The run in a directory.

    A last line that was cut off in the middle of writing is left out, and noted; so are problems
    that are not scored.

    Raises:
        DataError: the directory, its manifest or a row of its samples cannot be used.
    """
    if not path.is_dir():
        what = "is no directory" if path.exists() else "does not exist"
        raise DataError(
            f"the run directory {what}",
            source=str(path),
            hint="python -m benchmarks replay writes one",
        )
    manifest = _manifest(path / MANIFEST)
    samples: dict[str, Sample] = {}
    notes: list[str] = []
    keys: set[str] = set()
    file = path / SAMPLES
    for source, row in read_rows(file):
        if isinstance(row, DataError):
            if _cut_off(file, source):
                notes.append(f"{SAMPLES} ends in a line that was cut off; it is left out")
                continue
            raise row
        try:
            sample = read_sample(row)
        except DataError as error:
            error.source = source
            raise
        if sample.key in keys:
            raise DataError(f"the problem {sample.key!r} is there twice", source=source)
        keys.add(sample.key)
        if row.get("scored") is not False:
            samples[sample.key] = sample
    if not samples:
        what = "no problem with a formula to compare" if keys else "no problem"
        raise DataError(f"the run holds {what}", source=str(file))
    rows = manifest.get("data", {}).get("rows") if isinstance(manifest.get("data"), dict) else None
    unscored = len(keys) - len(samples)
    if unscored:
        notes.append(f"{unscored} problems have no formula to compare; they are left out")
    if isinstance(rows, int) and rows > len(keys):
        notes.append(f"the run holds {len(keys)} of the {rows} problems of its data")
    told = _summary(path / SUMMARY)
    return Run(path, manifest, tuple(samples.values()), tuple(notes), unscored, told)


def _summary(path: Path) -> dict[str, Any]:
    """What the run printed; nothing where there is no summary that can be read."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _cut_off(file: Path, source: str) -> bool:
    """Whether the place is the file's last line, and no line end follows."""
    content = file.read_bytes()
    last = content.count(b"\n") + 1
    return not content.endswith(b"\n") and source.endswith(f", line {last}")


def _manifest(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        manifest = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(
            f"the manifest cannot be read: {reason}",
            source=str(path),
            hint="is this a run directory? It holds manifest.json and samples.jsonl",
        ) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"the manifest is not JSON: {error}", source=str(path)) from error
    if not isinstance(manifest, dict):
        raise DataError("the manifest is not a JSON object", source=str(path))
    if manifest.get("schema") != SCHEMA:
        raise DataError(
            f"the manifest has schema {manifest.get('schema')!r}, expected {SCHEMA}",
            source=str(path),
        )
    return manifest


def _finite(text: str) -> float:
    """The number; infinities and NaN are no JSON and end in no JSON."""
    if math.isfinite(number := float(text)):
        return number
    raise ValueError(f"the number {text:.20} is not finite")


def read_sample(row: Row) -> Sample:
    """The problem that a row of `samples.jsonl` tells of.

    >>> read_sample({"key": "a", "label": "True", "status": "ENTAILED", "answer": "True",
    ...              "right": True}).right
    True

    Raises:
        DataError: a field is missing, is not of its kind, or is a number out of range.
    """
    for key in _REQUIRED:
        if key not in row:
            raise DataError(f"expected {key!r}, found nothing")
    for key, kinds in _KINDS.items():
        value = row.get(key)
        wrong = not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)
        if key in row and wrong:
            raise DataError(f"expected {_expected(kinds)} under {key!r}, found {value!r:.60}")
    for key in ("confidence", "agreement"):
        _require_between(row, key, 1)
    _require_between(row, "seconds", _MOST)
    for key in ("label", "answer"):
        if row[key] not in (*_LABELS, None) and row.get("kind") not in _PUZZLES:
            raise DataError(f"expected a label or null under {key!r}, found {row[key]!r:.60}")
    if row["right"] != (row["answer"] is not None and row["answer"] == row["label"]):
        raise DataError("'right' does not go with 'answer' and 'label'")
    votes = row.get("votes", [])
    if not all(isinstance(vote, dict) for vote in votes):
        raise DataError("expected an object for each vote under 'votes'")
    _require_counts(row.get("distinct"))
    premises, lists = row.get("premises", []), row.get("formulas", [])
    if not all(isinstance(text, str) for text in premises):
        raise DataError("expected texts under 'premises'")
    options = row.get("options")
    if not all(isinstance(text, str) for text in options or ()):
        raise DataError("expected texts under 'options'")
    fields = {key: row[key] for key in _KINDS if key in row and key != "rlimit"}
    fields |= {
        "votes": tuple(_vote(vote) for vote in votes),
        "premises": tuple(premises),
        "options": tuple(options) if options is not None else None,
        "formulas": _translations(lists, votes),
        "messages": tuple(str(vote.get("message") or "") for vote in votes),
        "seconds": row.get("seconds") or 0.0,
    }
    return Sample(**cast(Any, fields))


_COUNTS = ("samples", "texts", "canonical", "proved", "unknown")


def _require_counts(found: Any) -> None:
    for name in _COUNTS if found is not None else ():
        count = found.get(name)
        if type(count) is not int or not 0 <= count <= _MOST:
            raise DataError(f"expected a number of {name} under 'distinct', found {count!r:.60}")


_MOST = 1e12  # seconds and weights


def _require_between(row: Row, key: str, most: float) -> None:
    value = row.get(key)
    if value is not None and not 0 <= value <= most:
        raise DataError(f"expected a number from 0 to {most:g} under {key!r}, found {value!r:.60}")


def _translations(lists: list[Any], votes: list[Row]) -> tuple[tuple[str, ...], ...]:
    """The formulas of each vote, which names its list by index, or has the list in its place."""
    if not all(isinstance(formulas, list) for formulas in lists):
        raise DataError("expected a list of formulas for each translation under 'formulas'")
    if not votes:
        return tuple(tuple(map(str, formulas)) for formulas in lists)
    found = []
    for place, vote in enumerate(votes):
        at = vote.get("formulas", place)
        if not isinstance(at, int) or not (0 <= at < len(lists) or "formulas" not in vote):
            raise DataError(f"a vote names formulas {at!r:.20}, but there are {len(lists)}")
        found.append(tuple(map(str, lists[at])) if at < len(lists) else ())
    return tuple(found)


def _vote(found: Row) -> Vote:
    name = found.get("verdict")
    if name is not None and name not in Verdict.__members__:
        raise DataError(f"expected the name of a verdict in a vote, found {name!r:.60}")
    weight = found.get("weight", 1.0)
    if not isinstance(weight, int | float):
        raise DataError(f"expected a number under 'weight' in a vote, found {weight!r:.60}")
    _require_between(found, "weight", _MOST)
    return Vote(
        Verdict[name] if name is not None else None,
        clash=bool(found.get("clash")),
        error=str(found.get("error") or ""),
        variant=str(found.get("variant") or ""),
        weight=float(weight),
    )


def _expected(kinds: tuple[type, ...]) -> str:
    names = {str: "a text", bool: "a truth value", list: "a list", dict: "an object"}
    names |= {int: "a number", float: "a number", _OPTIONAL: "null"}
    return " or ".join(dict.fromkeys(names[kind] for kind in kinds))
