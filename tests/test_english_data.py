"""Controlled English on public data sets: all sentences are read, and quickly enough."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from neurologic.english import English
from neurologic.errors import NeurologicError
from neurologic.problem import TextProblem


def problems(path: Path, limit: int) -> list[TextProblem]:
    """The problems of a file of the Logic-LM collection."""
    if not path.exists():
        pytest.skip(f"no {path.name}")
    with path.open(encoding="utf-8") as lines:
        rows: list[dict[str, Any]] = [json.loads(line) for line in lines][:limit]
    return [TextProblem(tuple(r["premises"]), r["question"].rpartition("? ")[2]) for r in rows]


@pytest.mark.parametrize("name", ["proofwriter_dev.jsonl", "prontoqa_a.jsonl"])
def test_every_sentence_of_the_rule_languages_is_read(data: Path, name: str) -> None:
    chosen = problems(data / name, 60)
    start = time.process_time()
    read = [English().translate(problem) for problem in chosen]
    seconds = time.process_time() - start
    errors = [s for t in read for s in t.sentences if isinstance(s, NeurologicError)]
    assert errors == []
    assert seconds < 10
