"""Two runs over the same problems: which is better, by how much, and whether that could be chance."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.rows import DataError
from benchmarks.runs import Run, Sample
from benchmarks.statistics import Flips, Interval, bootstrap, flips, mcnemar, sign_flip, wilson

# What may differ between runs of which nobody would say that they differ.
_INCIDENTAL = {"started", "command", "config_hash", "schema"}


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The share of problems that are right.

    Args:
        right: problems whose label is met.
        n: problems.
        wilson: the interval of independent problems.
        clustered: the interval by story; None where all problems are of one.
    """

    right: int
    n: int
    wilson: Interval
    clustered: Interval | None

    @property
    def share(self) -> float:
        """Right over all."""
        return self.right / self.n

    def as_json(self) -> dict[str, object]:
        """The accuracy as a JSON object."""
        return {
            "right": self.right,
            "n": self.n,
            "accuracy": round(self.share, 4),
            "wilson95": self.wilson.as_json(),
            "ci95": self.clustered.as_json() if self.clustered else None,
        }


def accuracy(samples: Sequence[Sample], clusters: Sequence[Hashable] | None = None) -> Accuracy:
    """The accuracy of at least one problem, with both intervals.

    Args:
        samples: the problems.
        clusters: what each is resampled with; its story unless given.

    Raises:
        DataError: there is no problem.

    >>> accuracy([Sample("p", "True", "True", True), Sample("q", "True", None, False)]).share
    0.5
    """
    right = [sample.right for sample in samples]
    naive = wilson(sum(right), len(right))
    if clusters is None:
        clusters = [sample.cluster for sample in samples]
    clustered = bootstrap(right, clusters)
    if naive is None:
        raise DataError("there is no problem to score")
    return Accuracy(sum(right), len(right), naive, clustered)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two runs say of the problems that both have.

    Args:
        first: the accuracy of the first run on the problems of both.
        second: the accuracy of the second run.
        difference: second less first.
        interval: the interval of the difference by story; None where all problems are of one.
        flips: the problems that only one of them has right.
        mcnemar: the p-value of the exact test on problems.
        sign_flip: the p-value of the exact test on stories.
        stories: how many stories the problems have.
        only: the problems that only the first has, and that only the second has.
        differs: the fields of the manifests that differ, with both values.
        warnings: what else a reader should know.
    """

    first: Accuracy
    second: Accuracy
    difference: float
    interval: Interval | None
    flips: Flips
    mcnemar: float
    sign_flip: float
    stories: int
    only: tuple[tuple[str, ...], tuple[str, ...]]
    differs: Mapping[str, tuple[Any, Any]]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The comparison as a JSON object; p-values in full."""
        return {
            "n": self.first.n,
            "stories": self.stories,
            "a": self.first.as_json(),
            "b": self.second.as_json(),
            "difference": round(self.difference, 4),
            "difference_ci95": self.interval.as_json() if self.interval else None,
            "mcnemar": {
                "b": len(self.flips.lost),
                "c": len(self.flips.gained),
                "p": self.mcnemar,
            },
            "sign_flip": {"p": self.sign_flip},
            "gained": list(self.flips.gained),
            "lost": list(self.flips.lost),
            "only_a": list(self.only[0]),
            "only_b": list(self.only[1]),
            "differs": {field: list(values) for field, values in self.differs.items()},
            "warnings": list(self.warnings),
        }


def compare(first: Run, second: Run) -> Comparison:
    """The second run beside the first, on the problems that both have, matched by key.

    Problems that share a story in either run are taken together.

    Raises:
        DataError: the runs share no problem, or a problem of one key has another text or label in
            the other run: then they are runs over different data.
    """
    there = {sample.key: sample for sample in second.samples}
    pairs = [(sample, there[sample.key]) for sample in first.samples if sample.key in there]
    if not pairs:
        raise DataError(
            f"{first.name} and {second.name} share no problem",
            source=str(second.path),
            hint="compare takes two runs over the same problems",
        )
    _require_same_problems(first, second, pairs)
    mine, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    change = [int(b.right) - int(a.right) for a, b in pairs]
    clusters = _stories(pairs)
    found = flips([a.key for a in mine], [a.right for a in mine], [b.right for b in theirs])
    shared = {sample.key for sample in mine}
    only = (
        tuple(sample.key for sample in first.samples if sample.key not in shared),
        tuple(sample.key for sample in second.samples if sample.key not in shared),
    )
    differs = differences(first.manifest, second.manifest)
    return Comparison(
        first=accuracy(mine, clusters),
        second=accuracy(theirs, clusters),
        difference=sum(change) / len(change),
        interval=bootstrap(change, clusters),
        flips=found,
        mcnemar=mcnemar(len(found.lost), len(found.gained)),
        sign_flip=sign_flip(change, clusters),
        stories=len(set(clusters)),
        only=only,
        differs=differs,
        warnings=(*_warnings(first, second, only, differs), *_told(pairs, clusters)),
    )


def _stories(pairs: Sequence[tuple[Sample, Sample]]) -> list[Hashable]:
    """A cluster for each pair: those that share a story in one run, and those tied by them."""
    parents: dict[Hashable, Hashable] = {}

    def root(name: Hashable) -> Hashable:
        while (above := parents.setdefault(name, name)) != name:
            parents[name] = name = parents[above]
        return name

    for a, b in pairs:
        parents[root(("second", b.cluster))] = root(("first", a.cluster))
    return [root(("first", a.cluster)) for a, _ in pairs]


def _told(pairs: Sequence[tuple[Sample, Sample]], clusters: Sequence[Hashable]) -> tuple[str, ...]:
    """A warning where the runs do not have the same stories."""
    together = len(set(clusters))
    if all(len({pair[of].cluster for pair in pairs}) == together for of in (0, 1)):
        return ()
    return (
        "the runs do not have the same stories; problems that share one in either are taken together",
    )


def _require_same_problems(first: Run, second: Run, pairs: Sequence[tuple[Sample, Sample]]) -> None:
    for a, b in pairs:
        for field in ("label", "premises", "conclusion", "options"):
            mine, theirs = getattr(a, field), getattr(b, field)
            untold = field == "options" and None in (mine, theirs)
            if mine != theirs and not untold:
                raise DataError(
                    f"runs over different data: the problem {a.key!r} has {field} "
                    f"{mine!r:.60} in {first.name}, but {theirs!r:.60} in {second.name}",
                    source=b.source or str(second.path),
                    hint="compare takes two runs over the same problems",
                )


def _warnings(
    first: Run,
    second: Run,
    only: tuple[tuple[str, ...], tuple[str, ...]],
    differs: Mapping[str, tuple[Any, Any]],
) -> tuple[str, ...]:
    found = [f"{run.name}: {note}" for run in (first, second) for note in run.notes]
    if "data.sha256" in differs:
        names = " and ".join(str(run.data.get("path", "unnamed")) for run in (first, second))
        found.append(
            f"the data files differ ({names}); labels and sentences of the problems compared do not"
        )
    for run, missing in zip((first, second), only, strict=True):
        if missing:
            found.append(f"only {run.name} has {len(missing)} of the problems")
    return tuple(found)


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields of two manifests that differ, nested ones with dots; None where one is missing.

    >>> differences({"seed": 0, "config": {"vote": "majority"}}, {"config": {"vote": "linc"}})
    {'seed': (0, None), 'config.vote': ('majority', 'linc')}
    """
    mine, theirs = _flat(first), _flat(second)
    fields = dict.fromkeys([*mine, *theirs])
    return {
        field: (mine.get(field), theirs.get(field))
        for field in fields
        if mine.get(field) != theirs.get(field) and field.partition(".")[0] not in _INCIDENTAL
    }


def _flat(manifest: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    pending: list[tuple[str, Any]] = list(manifest.items())
    while pending:
        key, value = pending.pop(0)
        if isinstance(value, dict):
            pending[:0] = [(f"{key}.{inner}", item) for inner, item in value.items()]
        else:
            found[key] = value
    return found
