"""Puzzles of our own as rows of data files, with what was prepared and recorded of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.puzzles import Puzzle, puzzle_of
from neurologic.problem import PreparedProblem

DECLARED = """divers = EnumSort([Ada, Ben, Cal])
slots = EnumSort([1, 2, 3])
dives = Function([divers] -> [slots])"""

GAME: dict[str, Any] = {
    "id": "reef-1",
    "context": "Ada, Ben and Cal dive one after the other. Ada dives before Ben.",
    "question": "Which one of the following must be true?",
    "options": ["A) Ada is not last.", "B) Cal is first.", "C) Ben is second."],
    "label": "A",
}
PREPARED: dict[str, Any] = {
    "id": "reef-1",
    "clover_declarations": DECLARED,
    "clover_constraints": "No two divers dive in one slot\nAda dives before Ben",
    "clover_queries": "Ada does not dive last\nCal dives first\nBen dives second",
    "clover_additional_constraints": None,
    "clover_queries_function": "### Function\nis_valid()",
}
PROGRAM = """# Declarations
diver = EnumSort([ada, ben, cal])
slot = Function([diver] -> [int])
ForAll([d:diver], And(1 <= slot(d), slot(d) <= 3))

# Constraints
Distinct([d:diver], slot(d)) ::: No two divers dive in one slot.
slot(ada) < slot(ben) ::: Ada dives before Ben.

# Options
Question ::: Which one of the following must be true?
is_valid(slot(ada) != 3) ::: (A)
is_valid(slot(cal) == 1) ::: (B)
is_valid(slot(ben) == 2) ::: (C)
"""

STREET: dict[str, Any] = {
    "id": "street-1",
    "label": {
        "header": ["House", "Name", "Pet", "Drink"],
        "rows": [["1", "Ada", "owl", "iced tea"], ["2", "Ben", "goat", "milk"],
                 ["3", "Cal", "newt", "cocoa"]],
    },
    "clover_declarations": "people = EnumSort([Cal, Ada, Ben])\npets = EnumSort([goat, newt, owl])\n"
    "drinks = EnumSort([milk, cocoa, iced_tea])\nlives = Function([people] -> [int])\n"
    "keeps = Function([people] -> [pets])\nhas_drink = Function([people] -> [drinks])\n"
    "ForAll([p:people], And(1 <= lives(p), lives(p) <= 3))",
    "clover_constraints": "Ada is directly left of the person who keeps goats\n"
    "The cocoa drinker is in the third house\nThe owl keeper is the person who drinks iced tea\n"
    "Ben is not the cocoa drinker\nThe owl keeper is somewhere to the left of Cal\n"
    "The milk drinker is Ben\nThe goat keeper is not in the first house\n"
    "There is one house between the owl keeper and the newt keeper",
    "clover_queries": "And(lives(Ada) == 1)",
}  # fmt: skip

ORDER: dict[str, Any] = {
    "id": "shelf-1",
    "context": "Three jars stand in a row. The oat jar is left of the rye jar. The fig jar is first.",
    "question": "Which of the following is true?",
    "options": ["A) The oat jar is first.", "B) The rye jar is last."],
    "label": "B",
}
ORDER_PROGRAM = """Domain:
1: leftmost
3: rightmost
Variables:
oat_jar [IN] [1, 2, 3]
rye_jar [IN] [1, 2, 3]
fig_jar [IN] [1, 2, 3]
Constraints:
oat_jar < rye_jar ::: The oat jar is left of the rye jar.
fig_jar == 1 ::: The fig jar is first.
AllDifferentConstraint([oat_jar, rye_jar, fig_jar]) ::: All jars have different places.
Query:
A) oat_jar == 1 ::: The oat jar is first.
B) rye_jar == 3 ::: The rye jar is last.
"""


def written(path: Path, *rows: Mapping[str, Any]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def game(**changes: Any) -> Puzzle:
    return puzzle_of("arlsat", {**GAME, **PREPARED, **changes})


def prepared(**changes: Any) -> PreparedProblem:
    found = game(**changes)
    assert isinstance(found.prepared, PreparedProblem), found.error
    return found.prepared


def street(**changes: Any) -> Puzzle:
    return puzzle_of("zebralogic", {**STREET, **changes})
