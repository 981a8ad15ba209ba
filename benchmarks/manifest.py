"""Manifests: what a run was made with, so that it can be repeated, and told from another one."""

from __future__ import annotations

import datetime
import hashlib
import platform
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.rows import DataError, read_lines
from benchmarks.rundir import SCHEMA, config_hash

ROOT = Path(__file__).parent.parent


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
        "command": ["python", "-m", "benchmarks", *sys.argv[1:]],
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


def _data(path: Path) -> dict[str, Any]:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DataError(f"the data file cannot be read: {reason}", source=str(path)) from error
    return {"path": path.name, "sha256": digest, "rows": sum(1 for _ in read_lines(path))}


def versions() -> dict[str, str | None]:
    """The versions of the library, its prover, its grammar (a digest), NLTK and Python."""
    import neurologic

    return {
        "neurologic": neurologic.__version__,
        "z3": _version("z3-solver"),
        "nltk": _version("nltk"),
        "python": platform.python_version(),
        "grammar": _grammar(),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _grammar() -> str:
    from neurologic.parsing.syntax import grammar_text

    return hashlib.sha256(grammar_text().encode()).hexdigest()[:16]


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
