"""Writes vote.jsonl, the recording that notebook 02 replays: replies by hand, no model said them.

Requests are part of a recording, so after a change to the prompts it is made anew:
`python notebooks/recordings/make.py`.
"""

from __future__ import annotations

from pathlib import Path

from neurologic import reason
from neurologic.llm import Recording, Scripted
from neurologic.translation import Direct

HERE = Path(__file__).parent
PREMISES = [
    "Every violinist of the orchestra practises daily.",
    "Whoever practises daily and sleeps well plays without mistakes.",
    "Mira is a violinist of the orchestra.",
    "Mira does not play without mistakes.",
]
CONCLUSION = "Mira sleeps well."

RIGHT = [
    "∀x (Violinist(x) → PractisesDaily(x))",
    "∀x (PractisesDaily(x) ∧ SleepsWell(x) → PlaysFaultlessly(x))",
    "Violinist(mira)",
    "¬PlaysFaultlessly(mira)",
    "SleepsWell(mira)",
]
APART = [*RIGHT[:3], "PlaysWithMistakes(mira)", RIGHT[4]]
BROKEN = [*RIGHT[:3], "¬PlaysFaultlessly(mira", RIGHT[4]]
OTHERWISE = [
    "all x. (OrchestraViolinist(x) -> Practises(x))",
    "all x. (Practises(x) -> (Sleeps(x) -> Faultless(x)))",
    "OrchestraViolinist(mira)",
    "-Faultless(mira)",
    "Sleeps(mira)",
]


def lines(formulas: list[str]) -> str:
    """A reply as lines `formula ::: sentence`."""
    sentences = [*PREMISES, CONCLUSION]
    return "\n".join(f"{f} ::: {s}" for f, s in zip(formulas, sentences, strict=True))


REPLIES = [
    lines(formulas)
    for formulas in (RIGHT, APART, RIGHT, OTHERWISE, BROKEN, RIGHT, OTHERWISE, APART)
]


def make(path: Path) -> None:
    """Record the replies under the requests of the notebook."""
    path.unlink(missing_ok=True)
    with Recording(path, Scripted(REPLIES), mode="record") as recording:
        translator = Direct(recording, rounds=0, repair=False, limit=1)
        reason(
            PREMISES, CONCLUSION, translator=translator, samples=8, variants=["default", "lines"]
        )


if __name__ == "__main__":
    make(HERE / "vote.jsonl")
