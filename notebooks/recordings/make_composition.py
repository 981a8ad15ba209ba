"""Writes composition.jsonl, the recording that notebook 03 replays: replies by hand, by no model.

Requests are part of a recording, so after a change to the prompts it is made anew:
`python notebooks/recordings/make_composition.py`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from neurologic import reason
from neurologic.llm import Recording, Request, Scripted
from neurologic.translation import Compositional, prepare

HERE = Path(__file__).parent

TEXT = (
    "Five speakers (Ada, Ben, Cleo, Dan and Eve) give one talk each, on the five days from Monday "
    "to Friday, one talk a day. Ada speaks on some day before Ben. Eve speaks on the day "
    "immediately after Dan. Ben does not speak on Tuesday unless Cleo speaks on Monday."
)
QUESTION = "If Eve speaks on Friday, which one of the following must be true?"
OPTIONS = [
    "A) Ada speaks on Monday.",
    "B) Ben speaks on Wednesday.",
    "C) Cleo speaks on Tuesday.",
    "D) Cleo speaks on Monday.",
    "E) Ada speaks on Tuesday.",
]
PREMISES = [
    "Every restorer who works on frescoes is patient.",
    "No patient person shouts.",
    "Iva is a restorer who works on frescoes.",
]
CONCLUSION = "Iva does not shout."

PREPARED = {
    "declarations": [
        "sort speaker = {ada, ben, cleo, dan, eve}",
        "sort day = {mon < tue < wed < thu < fri}",
        "fun talk: speaker -> day",
    ],
    "ranges": [],
    "glosses": [{"name": "talk", "gloss": "the day on which x speaks"}],
    "constraints": [
        "No two speakers speak on the same day.",
        "Ada speaks on some day before Ben.",
        "Eve speaks on the day immediately after Dan.",
        "Ben does not speak on Tuesday unless Cleo speaks on Monday.",
    ],
    "question": {
        "kind": "must be true",
        "except": False,
        "subject": "",
        "conditions": ["Eve speaks on Friday."],
    },
    "options": [{"label": option[0], "sentences": [option[3:]]} for option in OPTIONS],
}

DIRECT = {
    "predicates": [
        {"name": "Restorer", "arity": 1, "gloss": "x is a restorer"},
        {"name": "Frescoes", "arity": 1, "gloss": "x works on frescoes"},
        {"name": "Patient", "arity": 1, "gloss": "x is patient"},
        {"name": "Shouts", "arity": 1, "gloss": "x shouts"},
    ],
    "constants": [{"name": "iva", "gloss": "Iva"}],
    "sentences": [
        {"index": 1, "formula": "∀x (Restorer(x) ∧ Frescoes(x) → Patient(x))"},
        {"index": 2, "formula": "∀x (Patient(x) → ¬Shouts(x))"},
        {"index": 3, "formula": "Restorer(iva) ∧ Frescoes(iva)"},
    ],
    "conclusion": {"formula": "¬Shouts(iva)"},
}

UNLESS = "Ben does not speak on Tuesday unless Cleo speaks on Monday."
STRUCTURES: dict[str, list[tuple[dict[str, str], list[tuple[str, str]]]]] = {
    UNLESS: [
        (
            {
                "U1": "Ben speaks on Tuesday",
                "D1": "does not",
                "U2": "Cleo speaks on Monday",
                "C1": "unless",
            },
            [("D1", "U1"), ("U1", "C1"), ("U2", "C1")],
        ),
        (
            {
                "U1": "Ben does not speak on Tuesday",
                "U2": "Cleo speaks on Monday",
                "C1": "unless",
            },
            [("U1", "C1"), ("U2", "C1")],
        ),
        ({"U1": UNLESS}, []),
    ],
    "No two speakers speak on the same day.": [
        (
            {"U1": "speakers speak on the same day", "D1": "two", "D2": "no"},
            [("D1", "U1"), ("D2", "D1")],
        ),
    ],
    "Eve speaks on the day immediately after Dan.": [
        ({"U1": "Eve speaks on the day after Dan", "D1": "immediately"}, [("D1", "U1")]),
    ],
    "Every restorer who works on frescoes is patient.": [
        (
            {"U1": "restorer is patient", "D1": "every", "D2": "who works on frescoes"},
            [("D1", "U1"), ("D2", "U1")],
        ),
    ],
    "No patient person shouts.": [
        ({"U1": "patient person shouts", "D1": "no"}, [("D1", "U1")]),
    ],
    "Iva is a restorer who works on frescoes.": [
        (
            {"U1": "Iva is a restorer", "U2": "Iva works on frescoes", "C1": "(merge)"},
            [("U1", "C1"), ("U2", "C1")],
        ),
    ],
    "Iva does not shout.": [
        ({"U1": "Iva shouts", "D1": "does not"}, [("D1", "U1")]),
    ],
}

RIGHT = "talk(cleo) ≠ mon → talk(ben) ≠ tue"
CONVERSE = "talk(cleo) = mon → talk(ben) = tue"
FORMULAS = {
    "speakers speak on the same day": "∃x: speaker ∃y: speaker (talk(x) = talk(y))",
    "two speakers speak on the same day": ("∃x: speaker ∃y: speaker (x ≠ y ∧ talk(x) = talk(y))"),
    "No two speakers speak on the same day.": "Distinct(x: speaker, talk(x))",
    "Ada speaks on some day before Ben.": "talk(ada) < talk(ben)",
    "Eve speaks on the day after Dan": "talk(dan) < talk(eve)",
    "Eve speaks on the day immediately after Dan.": "talk(dan) + 1 = talk(eve)",
    "Ben speaks on Tuesday": "talk(ben) = tue",
    "Ben does not speak on Tuesday": "talk(ben) ≠ tue",
    "Cleo speaks on Monday": "talk(cleo) = mon",
    "Eve speaks on Friday.": "talk(eve) = fri",
    "Ada speaks on Monday.": "talk(ada) = mon",
    "Ben speaks on Wednesday.": "talk(ben) = wed",
    "Cleo speaks on Tuesday.": "talk(cleo) = tue",
    "Cleo speaks on Monday.": "talk(cleo) = mon",
    "Ada speaks on Tuesday.": "talk(ada) = tue",
    "restorer is patient": "∃x (Restorer(x) ∧ Patient(x))",
    "every restorer is patient": "∀x (Restorer(x) → Patient(x))",
    "restorer who works on frescoes is patient": ("∃x (Restorer(x) ∧ Frescoes(x) ∧ Patient(x))"),
    "Every restorer who works on frescoes is patient.": (
        "∀x (Restorer(x) ∧ Frescoes(x) → Patient(x))"
    ),
    "patient person shouts": "∃x (Patient(x) ∧ Shouts(x))",
    "No patient person shouts.": "¬∃x (Patient(x) ∧ Shouts(x))",
    "Iva is a restorer": "Restorer(iva)",
    "Iva works on frescoes": "Frescoes(iva)",
    "Iva is a restorer who works on frescoes.": "Restorer(iva) ∧ Frescoes(iva)",
    "Iva shouts": "Shouts(iva)",
    "Iva does not shout.": "¬Shouts(iva)",
}


def rows(text: str) -> list[dict[str, Any]]:
    """The sentences that a request holds as data."""
    block = text.partition("<problem>\n")[2].partition("\n</problem>")[0]
    return [json.loads(line) for line in block.splitlines()]


def structured(row: dict[str, Any]) -> dict[str, Any]:
    """The structures of a sentence: those written above, else the sentence as one unit."""
    known = STRUCTURES.get(row["sentence"], [({"U1": row["sentence"]}, [])])
    return {
        "index": row["index"],
        "structures": [
            {
                "components": [{"name": name, "text": text} for name, text in components.items()],
                "edges": [{"dependent": dependent, "head": head} for dependent, head in edges],
            }
            for components, edges in known
        ],
    }


def composed(row: dict[str, Any]) -> dict[str, Any]:
    """The formulas of a sentence's steps: the sentence with "unless" is right in one of three."""
    steps = [{"text": text, "formula": formula(text, row["steps"])} for text in row["steps"]]
    return {"index": row["index"], "steps": steps}


def formula(step: str, steps: list[str]) -> str:
    """The formula of a step."""
    if step == UNLESS:
        return RIGHT if "Ben speaks on Tuesday" in steps else CONVERSE
    for text, found in FORMULAS.items():
        if step.rstrip(".").lower() == text.rstrip(".").lower():
            return found
    raise KeyError(step)


def judged(situation: list[str]) -> dict[str, str]:
    """What a careful reader says of a situation: Ben on Tuesday needs Cleo on Monday."""
    said = " ".join(situation)
    if "ben: tue" in said and "cleo: mon" not in said:
        return {"reason": "Ben speaks on Tuesday and Cleo not on Monday.", "answer": "no"}
    return {"reason": "Nothing of this breaks the rule.", "answer": "yes"}


def reply(request: Request) -> str:
    """The reply to a request, by what it asks."""
    asked = request.messages[0].text
    if asked.startswith("Prepare"):
        return json.dumps(PREPARED)
    if asked.startswith("Translate"):
        return json.dumps(DIRECT)
    if asked.startswith("Give"):
        return json.dumps({"sentences": [structured(row) for row in rows(asked)]})
    if "Write the formula" in asked:
        return json.dumps({"sentences": [composed(row) for row in rows(asked)]})
    return json.dumps(judged(rows(asked)[0]["situation"]))


def make(path: Path) -> None:
    """Record the replies under the requests of the notebook."""
    path.unlink(missing_ok=True)
    with Recording(path, Scripted(reply), mode="record") as recording:
        prepared = prepare(recording, TEXT, QUESTION, OPTIONS).problem
        assert prepared is not None
        translator = Compositional(recording, verify="disprove", limit=1)
        translator.compose(
            prepared.sentences,
            signature=prepared.signature,
            theory=prepared.theory,
            lexicon=prepared.lexicon,
        )
        reason(PREMISES, CONCLUSION, translator=translator)


if __name__ == "__main__":
    make(HERE / "composition.jsonl")
