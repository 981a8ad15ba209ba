"""Manifests: what a run was made with, so that it can be repeated, and told from another one."""

from __future__ import annotations

import datetime
import hashlib
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import benchmarks
from benchmarks.rows import DataError, read_lines
from benchmarks.rundir import SCHEMA, config_hash

ROOT = Path(__file__).parent.parent

_TELLING = frozenset(
    f"benchmarks/{name}"
    for name in (
        "after.py", "agreement.py", "chains.py", "compare.py", "curve.py", "lines.py", "listing.py",
        "measures.py", "pages.py", "peers.py", "plots.py", "published.json", "published.py",
        "report.py", "speed.py", "statistics.py",
    )
)  # fmt: skip
"""What only tells of rows that are there: a run may go on when it has changed."""


def manifest_of(
    task: str, method: str, config: Mapping[str, Any], data: Path, *, seed: int = 0
) -> dict[str, Any]:
    """The manifest of a run.

    Args:
        task: the command, or the data set it runs on.
        method: how problems are answered.
        config: every option that decides what the rows say.
        data: the data file.
        seed: what chance was seeded with.

    Raises:
        DataError: the data file cannot be read.
    """
    manifest: dict[str, Any] = {
        "schema": SCHEMA,
        "task": task,
        "method": method,
        "command": ["python", "-m", "benchmarks", *map(without_password, sys.argv[1:])],
        "config": dict(config),
        "config_hash": "",
        "data": _data(data),
        "versions": versions(),
        "git": _git(),
        "seed": seed,
        "platform": platform.platform(),
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    manifest["config_hash"] = config_hash(manifest)
    return manifest


def without_password(text: str) -> str:
    """The text without what an address in it says of a user.

    >>> without_password("--base-url=http://ann:secret@127.0.0.1:8080/v1")
    '--base-url=http://***@127.0.0.1:8080/v1'
    """
    return re.sub(r"(://)[^/\s]*@", r"\1***@", text)


def _data(path: Path) -> dict[str, Any]:
    rows = sum(1 for _ in read_lines(path))
    return {"path": path.name, "sha256": digest_of(path), "rows": rows}


def digest_of(path: Path) -> str:
    """The SHA-256 of a data file.

    Raises:
        DataError: it cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(f"the data file cannot be read: {reason}", source=str(path)) from error


def versions() -> dict[str, str | None]:
    """The versions of library, prover, NLTK and Python; digests of the grammar and of all code."""
    import neurologic

    return {
        "neurologic": neurologic.__version__,
        "z3": _version("z3-solver"),
        "nltk": _version("nltk"),
        "python": platform.python_version(),
        "grammar": _grammar(),
        "code": code_digest(Path(neurologic.__file__).parent, Path(benchmarks.__file__).parent),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _grammar() -> str:
    from neurologic.parsing.syntax import grammar_text

    return hashlib.sha256(grammar_text().encode()).hexdigest()[:16]


_CODE = frozenset({".py", ".lark", ".json", ".md", ".txt", ".toml"})


def code_digest(*packages: Path) -> str:
    """A digest of all files of the packages that decide what a run does.

    Unlike a commit, it tells two uncommitted changes apart, and is the same where only the
    documentation changed or what only tells of rows.
    """
    digest = hashlib.sha256()
    for package in packages:
        for path in sorted(package.rglob("*")):
            name = path.relative_to(package.parent).as_posix()
            if path.suffix in _CODE and name not in _TELLING:
                content = path.read_bytes().replace(b"\r\n", b"\n")
                digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _git() -> dict[str, Any]:
    """The commit of the checkout, and whether files differ from it; nulls outside a checkout."""
    sha = _git_says("rev-parse", "HEAD")
    status = _git_says("status", "--porcelain", "--untracked-files=no")
    return {"sha": sha, "dirty": None if status is None else bool(status)}


def _git_says(*arguments: str) -> str | None:
    try:
        found = subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.strip() if found.returncode == 0 else None
