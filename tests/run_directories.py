"""Small run directories for tests, as the benchmarks write them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from neurologic.entailment import Verdict
from neurologic.voting import Vote, rule

ENTAILED, REFUTED, UNDETERMINED = "ENTAILED", "REFUTED", "UNDETERMINED"


def row(
    key: str,
    label: str,
    verdicts: Sequence[str | None] = (ENTAILED,),
    *,
    vote: str = "majority",
    premises: Sequence[str] = ("Otto is a raven.",),
    conclusion: str = "Otto is black.",
    **more: Any,
) -> dict[str, Any]:
    """The row of a problem whose translations got these verdicts; None is one that failed."""
    cast = [Vote(Verdict[name]) if name else Vote(None, error="ParseError") for name in verdicts]
    tally = rule(vote)(cast)
    votes = [
        {
            "verdict": name,
            "label": each.verdict.label if each.verdict is not None else None,
            "clash": False,
            "error": each.error,
            "variant": "",
            "rlimit": 7,
            "formulas": 0 if name else 1,
        }
        for name, each in zip(verdicts, cast, strict=True)
    ]
    return {
        "key": key,
        "id": key,
        "story": None,
        "source": "ravens.jsonl, line 1",
        "label": label,
        "status": tally.label or "ABSTAINED",
        "answer": tally.label,
        "right": tally.label == label,
        "confidence": tally.confidence,
        "agreement": tally.agreement,
        "tally": tally.as_json(),
        "votes": votes,
        "premises": list(premises),
        "conclusion": conclusion,
        "formulas": [["Raven(otto)", "Black(otto)"], ["Raven(otto", "Black(otto)"]],
        "certified": None,
        "error": "",
        "message": "",
        "rlimit": 7,
        "seconds": 0.01,
    } | more


def manifest(rows: int, **more: Any) -> dict[str, Any]:
    """A manifest with every field that a run has."""
    return {
        "schema": 1,
        "task": "replay",
        "method": "recorded",
        "command": ["python", "-m", "benchmarks", "replay", "ravens.jsonl"],
        "config": {"vote": "majority", "inconsistent": "abstain", "clashes": "fallback"},
        "config_hash": "0123456789abcdef",
        "data": {"path": "ravens.jsonl", "sha256": "a" * 64, "rows": rows},
        "versions": {"neurologic": "0", "z3": "4", "python": "3", "grammar": "f"},
        "git": {"sha": None, "dirty": None},
        "seed": 0,
        "platform": "any",
        "started": "2026-01-01T00:00:00+00:00",
    } | more


def write_run(path: Path, rows: Sequence[Mapping[str, Any]], **more: Any) -> Path:
    """Write a run directory of these rows; `more` replaces fields of its manifest."""
    path.mkdir(parents=True)
    text = "".join(json.dumps(found) + "\n" for found in rows)
    (path / "samples.jsonl").write_text(text, encoding="utf-8")
    (path / "manifest.json").write_text(json.dumps(manifest(len(rows), **more)), encoding="utf-8")
    return path
