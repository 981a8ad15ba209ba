"""Run directories: what was run, a row for each problem as soon as it is answered, the summary.

```
manifest.json   what was run, with which versions, on which data; written first
samples.jsonl   one row a problem, appended, flushed and synchronised; times stand last
summary.json    the figures; written when every problem is answered
```

A run that was stopped, by Ctrl-C or by SIGKILL, goes on where it stood: rows are kept by the key of
their problem, and a last line that was cut off is dropped. The configuration, the data, the
versions and the code must be the same; another run is refused with what differs.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from benchmarks.rows import DataError, Row, finite, read_rows
from benchmarks.runs import read_sample

MANIFEST, SAMPLES, SUMMARY, LOCK = "manifest.json", "samples.jsonl", "summary.json", ".lock"
SCHEMA = 1

_DECIDING_VERSIONS = ("neurologic", "z3", "grammar", "code")
_FIELDS = (
    "key", "id", "story", "source", "label", "status", "answer", "right", "confidence", "agreement",
    "tally", "votes", "premises", "conclusion", "formulas", "error", "message", "rlimit",
)  # fmt: skip
_VOTE_FIELDS = ("verdict", "label", "clash", "error")


def config_hash(manifest: Mapping[str, Any]) -> str:
    """The digest of all that decides what the rows say.

    >>> first = config_hash({"task": "replay", "command": ["a"]})
    >>> first == config_hash({"command": ["b"], "task": "replay"})
    True
    """
    text = json.dumps(_deciding(manifest), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _deciding(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What decides the rows: neither the command, the place of the data nor the machine does."""
    chosen = {key: manifest.get(key) for key in ("schema", "task", "method", "config", "seed")}
    data, versions = manifest.get("data") or {}, manifest.get("versions") or {}
    chosen["data"] = data.get("sha256")
    config = manifest.get("config")
    names = [*_DECIDING_VERSIONS]
    if isinstance(config, dict) and str(config.get("grammar", "")).startswith("nltk"):
        names.append("nltk")
    chosen["versions"] = {name: versions.get(name) for name in names}
    return chosen


@dataclass(slots=True)
class RunDirectory:
    """A run directory that this process alone writes; make one with `opened`."""

    path: Path
    rows: dict[str, Row] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _file: IO[bytes] | None = None

    def append(self, row: Row) -> None:
        """Keep the row of a problem; when this returns, it is on disk."""
        assert self._file is not None
        self._file.write(line_of(row))
        self._file.flush()
        os.fsync(self._file.fileno())
        self.rows[row["key"]] = row

    def ordered(self, keys: Sequence[str]) -> list[Row]:
        """All rows in the order of their problems, on disk as well; other rows come last."""
        asked = set(keys)
        wanted = [key for key in keys if key in self.rows]
        wanted += [key for key in self.rows if key not in asked]
        if wanted != list(self.rows):
            self._replace({key: self.rows[key] for key in wanted})
        return list(self.rows.values())

    def summarise(self, summary: Mapping[str, Any]) -> None:
        """Write the summary, in one step."""
        write_whole(self.path / SUMMARY, _json(summary))

    def _replace(self, rows: dict[str, Row]) -> None:
        if self._file is not None:
            self._file.close()
        write_whole(self.path / SAMPLES, b"".join(map(line_of, rows.values())))
        self.rows = rows
        self._file = (self.path / SAMPLES).open("ab")


@contextmanager
def opened(
    path: Path,
    manifest: Mapping[str, Any],
    *,
    retry_errors: bool = False,
    retry_samples: bool = False,
) -> Iterator[RunDirectory]:
    """The run directory at `path`, new or as far as an earlier run of the same manifest came.

    Args:
        path: the directory; it is made where there is none.
        manifest: what is run; `config_hash` and, at the end, `started` are its last words.
        retry_errors: leave out the rows of status ERROR, so that their problems are asked again.
        retry_samples: then leave out those with calls that got no reply as well.

    Raises:
        DataError: the directory holds another run or broken rows, another process is writing it, or
            it cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        with _locked(path):
            directory = RunDirectory(path)
            _begin(path, manifest)
            directory.rows = _kept(path / SAMPLES, directory.notes)
            directory._file = (path / SAMPLES).open("ab")
            try:
                if retry_errors:
                    _leave_out_failed(directory, retry_samples)
                yield directory
            finally:
                directory._file.close()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(f"the run cannot be written: {reason}", source=str(path)) from error


def _begin(path: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a new run, or compare it with the one that is there."""
    place = path / MANIFEST
    if not place.exists():
        if (path / SAMPLES).exists():
            raise DataError(
                f"the directory holds {SAMPLES}, but no {MANIFEST}",
                source=str(path),
                hint="take another directory",
            )
        write_whole(place, _json(manifest))
        return
    try:
        there = json.loads(place.read_bytes())
    except (ValueError, RecursionError) as error:
        raise DataError(f"the manifest is not JSON: {error}", source=str(place)) from error
    if not isinstance(there, dict):
        raise DataError("the manifest is not a JSON object", source=str(place))
    differing = list(_differences(_deciding(there), _deciding(manifest)))
    if differing:
        raise DataError(
            "the directory holds another run: " + "; ".join(differing),
            source=str(path),
            hint="take another directory, or the same options, data, versions and code",
        )


def _differences(there: Any, now: Any, name: str = "") -> Iterator[str]:
    if isinstance(there, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*there, *now)):
            yield from _differences(there.get(key), now.get(key), f"{name}.{key}" if name else key)
    elif there != now:
        yield f"{name} is {json.dumps(there)} there and {json.dumps(now)} now"


def _kept(path: Path, notes: list[str]) -> dict[str, Row]:
    """The rows of an earlier run by key; a last line that is no row is cut off the file.

    Raises:
        DataError: a line before the last is broken, a row is not as it was written, or a key is
            there twice.
    """
    if not path.exists():
        return {}
    content = path.read_bytes()
    body, newline, last = content.rpartition(b"\n")
    if last or (newline and not _is_row(body.rpartition(b"\n")[2])):
        whole = body + newline if last else body[: body.rfind(b"\n") + 1]
        if last and _is_row(last):  # only its line end is missing
            whole = content + b"\n"
        write_whole(path, whole)
        if not (last and _is_row(last)):
            notes.append("a row that was cut off is answered again")
    rows: dict[str, Row] = {}
    for source, row in read_rows(path):
        if isinstance(row, DataError):
            raise row
        key = row.get("key")
        if not isinstance(key, str) or key in rows:
            what = "has no key" if not isinstance(key, str) else f"repeats the key {key!r}"
            raise DataError(f"the row {what}", source=source)
        try:
            check(row)
        except DataError as error:
            error.source = source
            raise
        rows[key] = row
    return rows


def _leave_out_failed(directory: RunDirectory, samples: bool) -> None:
    """Leave out what ended in an error, and with `samples` also what lacks some of its replies."""
    rows = directory.rows
    failed = {key for key, row in rows.items() if row["status"] == "ERROR"}
    partly = {key for key, row in rows.items() if row.get("unanswered")} - failed
    leaving = failed | partly if samples else failed
    if leaving:
        directory._replace({key: row for key, row in rows.items() if key not in leaving})
    told = [f"{len(failed)} problems with errors are asked again"] if failed else []
    if partly and samples:
        told.append(f"{len(partly)} problems with failed samples are asked again, for those")
    elif partly:
        told.append(
            f"{len(partly)} problems with failed samples stay as they are: without --record their "
            "other samples would be paid for again"
        )
    directory.notes += told


def check(row: Row) -> None:
    """Refuse a row that no run wrote.

    Raises:
        DataError: a field is missing, or is not of its kind.
    """
    missing = [name for name in _FIELDS if name not in row]
    if not missing:
        read_sample(row)
        missing = [name for vote in row["votes"] for name in _VOTE_FIELDS if name not in vote]
        unanswered = row.get("unanswered", 0)
        if type(unanswered) is not int or unanswered < 0:
            raise DataError(
                f"expected a number of calls under 'unanswered', found {unanswered!r:.60}"
            )
    if missing:
        raise DataError(
            f"expected {missing[0]!r}, found nothing",
            hint="was the row edited? Where a line is deleted, its problem is answered again",
        )


def _is_row(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def line_of(row: Mapping[str, Any]) -> bytes:
    """The row as a line of a file; what UTF-8 cannot hold is written as JSON escapes.

    A number that is not finite becomes null, as JSON has none.
    """
    text = json.dumps(finite(row), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", errors="backslashreplace") + b"\n"


def _json(value: Mapping[str, Any]) -> bytes:
    text = json.dumps(finite(value), indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", errors="backslashreplace") + b"\n"


def write_whole(path: Path, content: bytes) -> None:
    """Put the content at `path` in one step: a reader finds what was there, or all of it."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the directory; the system lets go of it whenever this process ends, however it does."""
    with (path / LOCK).open("a+b") as file:
        try:
            _lock(file)
        except OSError as error:
            raise DataError(
                "another process is writing this directory",
                source=str(path),
                hint="wait for it, or take another directory",
            ) from error
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
