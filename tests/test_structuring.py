"""Structures and formulas in replies: the limits are those of structures, the prompts are bounded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from neurologic import NeurologicError, StructureError
from neurologic.dependency import read_structure
from neurologic.dependency.reading import MOST_COMPONENTS, MOST_EDGES
from neurologic.parsing import read_constraints
from neurologic.problem import Lexicon
from neurologic.translation import drafting, preparing
from neurologic.translation.composing import Symbols, compose_system
from neurologic.translation.prompting import KEPT_PROMPTS
from neurologic.translation.structuring import structure_of, structure_system

SENTENCE = "Ann sings."


def parts(count: int, edges: int = 0) -> dict[str, Any]:
    components = [{"name": f"U{at}", "text": "Ann sings"} for at in range(1, count + 1)]
    edge = {"dependent": "U1", "head": "U2"}
    return {"components": components, "edges": [edge] * edges}


@pytest.mark.parametrize(
    "count", range(MOST_COMPONENTS - 1, MOST_COMPONENTS + 14), ids=lambda n: f"{n} components"
)
def test_a_structure_has_one_limit_however_it_is_written(count: int) -> None:
    lines = ", ".join(f'U{at}="Ann sings"' for at in range(1, count + 1)) + "\nNone"
    told = []
    for way in ("lines", "object"):
        try:
            if way == "lines":
                read_structure(SENTENCE, lines)
            else:
                structure_of(SENTENCE, parts(count))
        except NeurologicError as error:
            told.append(error.message)
    expected = f"a structure has at most {MOST_COMPONENTS} components"
    assert told == ([expected] * 2 if count > MOST_COMPONENTS else [])


def test_edges_beyond_the_limit_are_told_not_left_out() -> None:
    (error,) = structure_of(SENTENCE, parts(2, MOST_EDGES + 9)).findings()
    assert isinstance(error, StructureError)
    assert error.message == f"a structure has at most {MOST_EDGES} edges"


@pytest.mark.parametrize(
    "system",
    [structure_system, compose_system, preparing._system, drafting._writing],
    ids=["structures", "formulas", "preparation", "program"],
)
def test_the_prompts_that_are_kept_are_so_many_whatever_is_asked_for(system: Any) -> None:
    for number in range(2 * KEPT_PROMPTS):
        assert system(shots=1_000 + number) == system(shots=None)
    assert system.cache_info().currsize <= KEPT_PROMPTS


def test_what_is_declared_to_be_a_function_is_shown_as_one() -> None:
    declared, _ = read_constraints(
        "sort boat = {gull}\nfun load: boat -> Int\npred load: boat, boat\npred Late: boat"
    )
    glossed = ("load", 1, "tons"), ("load", 2, "x loads y"), ("Late", 1, "x is late")
    text = Symbols(declared, lexicon=Lexicon(glossed)).text()
    shown = json.loads(text.splitlines()[2])
    assert [(row["name"], row["arity"]) for row in shown["functions"]] == [("load", 1)]
    rows = [(row["name"], row["arity"]) for row in shown["predicates"]]
    assert rows == [("load", 2), ("Late", 1)]
    assert "functions" not in Symbols(lexicon=Lexicon(glossed)).text()
