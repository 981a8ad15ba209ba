"""Results that others published, as data: where each figure is from, how sure, and how comparable."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from benchmarks.runs import Run

TABLE = Path(__file__).with_name("published.json")

CERTAINTY = {
    "read": "read in the source",
    "recomputed": "recomputed from what the source published",
    "memory": "quoted from memory",
}


@dataclass(frozen=True, slots=True)
class Published:
    """A published figure.

    Args:
        system: what answered.
        model: the language model behind it.
        setting: how it was used, where that matters.
        dataset: what was answered.
        data_version: which version or choice of problems; `not stated` where the source read does
            not say.
        n: how many problems; None where the source read does not say.
        metric: `accuracy` is right of all, `executed` the share that was decided at all, `accuracy
            of executed` right of those.
        percent: the figure.
        source: the paper.
        place: where in it, or how the figure was come by.
        certainty: `read` in the source, `recomputed` from its outputs, or quoted from `memory`.
        comparable: whether a run over one of `files` may be set beside it.
        why: why, or why not.
        files: the names of those data files.
        sha256: their digests, where they are known; then a name alone is not enough.
    """

    system: str
    model: str
    setting: str
    dataset: str
    data_version: str
    n: int | None
    metric: Literal["accuracy", "executed", "accuracy of executed"]
    percent: float
    source: str
    place: str
    certainty: Literal["read", "recomputed", "memory"]
    comparable: bool
    why: str
    files: tuple[str, ...]
    sha256: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The figure as a JSON object."""
        return asdict(self) | {"files": list(self.files), "sha256": list(self.sha256)}


@dataclass(frozen=True, slots=True)
class Beside:
    """A published figure beside a run: whether they compare, and why."""

    published: Published
    comparable: bool
    why: str


@cache
def published() -> tuple[Published, ...]:
    """All published figures that are known here, in the order of the table.

    >>> {figure.certainty for figure in published()} <= set(CERTAINTY)
    True
    """
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(
        Published(**row | {"files": tuple(row["files"]), "sha256": tuple(row.get("sha256", ()))})
        for row in rows
    )


def beside(run: Run, figures: Sequence[Published] | None = None) -> Iterator[Beside]:
    """The published figures for the data set of a run; those that compare come first.

    A figure compares if the run's data file is one of the figure's, told by its digest or, where
    none is known, by its whole name; `why` says by which.
    """
    name = f"{run.data.get('path') or ''} {run.manifest.get('task', '')}"
    about = [
        figure for figure in (published() if figures is None else figures) if named(figure, name)
    ]
    judged = [Beside(figure, *_judge(figure, run.data, len(run.samples))) for figure in about]
    yield from sorted(judged, key=lambda row: not row.comparable)


def named(figure: Published, name: str) -> bool:
    """Whether a name, such as that of a data file, has the name of the figure's data set in it."""
    return _plain(figure.dataset) in _plain(name)


def _judge(figure: Published, data: Mapping[str, Any], n: int) -> tuple[bool, str]:
    if not figure.comparable:
        return False, figure.why
    by_name, by_digest = data.get("path") in figure.files, data.get("sha256") in figure.sha256
    if not by_name and not by_digest:
        return False, "not known to be the same outputs of a model on the same problems"
    if figure.sha256 and not by_digest:
        return False, "the data file has the name, but not the SHA-256, of the one that is known"
    if figure.n != n:
        return False, f"{figure.n} problems there, {n} here"
    rests = "told by its SHA-256" if by_digest else "told by its name alone"
    return True, f"{figure.why}; the data file is {rests}"


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
