"""How formulas were built and chosen: structures of sentences, steps, candidates, classes, judges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from neurologic.dependency import DependencyStructure
from neurologic.display import drawing
from neurologic.display.findings import chip, table
from neurologic.display.text import shorten
from neurologic.errors import NeurologicError, printable
from neurologic.notation import render
from neurologic.problem import Reading
from neurologic.translation.compositions import Composed, Composition
from neurologic.translation.selection import Judgement, Selection

if TYPE_CHECKING:
    import networkx

MOST_COMPOSITIONS = 40
"""Of how many sentences a card shows how their formulas were built."""
_MOST_ROWS = 40  # of a table
_LABEL = 60  # characters of a component in a drawing
_KINDS = {"unit": "premise", "coupler": "line", "dependent": "supposition"}
_OPINIONS = {"yes": "true", "no": "false", "unsure": "none"}
_STATUS = {
    "tautology": "always holds, so may not win",
    "contradiction": "never holds, so may not win",
    "unknown": "whether it says anything was not decided",
}


def composed_card(
    value: DependencyStructure | Selection | Composition | Composed,
) -> dict[str, Any]:
    """What a card shows of a structure, a selection, or what was composed.

    >>> composed_card(DependencyStructure.whole("Ann sings."))["grids"][0]["rows"]
    [('U1', ['unit', 'Ann sings.', '–'])]
    """
    match value:
        case DependencyStructure():
            block = _structure(value)
            return {
                "errors": block["findings"],
                "grids": [block["table"]],
                "drawing": block["drawing"],
            }
        case Selection():
            return {"verdict": _chosen(value), "selection": _selection(value)}
        case Composition():
            return {"verdict": _taken(value), "compositions": [_composition(value, opened=True)]}
        case Composed():
            return _composed(value)


def composition_blocks(compositions: Iterable[Any]) -> list[dict[str, Any]]:
    """What an answer's card shows of how its formulas were built; other values are left out.

    Args:
        compositions: as a `Translation` carries them.
    """
    known = [each for each in compositions if isinstance(each, Composition)]
    return [_composition(each) for each in known[:MOST_COMPOSITIONS]]


# --- structures -----------------------------------------------------------------------------------


def _structure(structure: DependencyStructure) -> dict[str, Any]:
    wrong = structure.findings()
    rows = [
        (each.name, [each.role, each.text, structure.head(each.name) or "–"])
        for each in structure.components[:_MOST_ROWS]
    ]
    return {
        "findings": [printable(str(error)) for error in wrong],
        "table": table("", ["role", "words", "depends on"], rows),
        "drawing": None if wrong else structure_graph(structure),
        "whole": len(structure.components) == 1,
    }


def structure_graph(structure: DependencyStructure) -> drawing.Drawing | None:
    """A valid structure as a tree below its root, with arrows from each component to its head.

    Args:
        structure: a structure without findings.
    """
    import networkx

    words = structure.words
    graph: networkx.DiGraph = networkx.DiGraph()
    todo = [structure.root]
    while todo and len(graph) <= drawing.MOST_NODES:
        name = todo.pop(0)
        component = structure[name]
        graph.add_node(
            name,
            label=f"{name} {component.text}",
            title=f"{component.role} {name}: {component.text}",
            kind=_KINDS[component.role],
        )
        head = structure.head(name)
        if head is not None:
            graph.add_edge(head, name)
        todo += sorted(structure.dependents(name), key=lambda each: words.get(each, ())[:1])
    description = "what depends on what in the sentence"
    return drawing.layered(graph, description, upward=True, longest=_LABEL)


# --- selections -----------------------------------------------------------------------------------


def _chosen(selection: Selection) -> dict[str, str]:
    if selection.formula is None:
        return chip("none", "No formula", selection.reason)
    return chip("true", "Taken", selection.reason)


def _selection(selection: Selection) -> dict[str, Any]:
    classes = selection.classes[:_MOST_ROWS]
    return {
        "formula": "" if selection.formula is None else shorten(render(selection.formula)),
        "classes": [
            {
                "number": at + 1,
                "formula": shorten(render(each.representative)),
                "candidates": _numbers(each.members),
                "share": selection.weights[at] if at < len(selection.weights) else 0.0,
                "note": _STATUS.get(each.status, ""),
                "won": at == selection.winner,
            }
            for at, each in enumerate(classes)
        ],
        "more": len(selection.classes) - len(classes),
        "judgements": [_judgement(each) for each in selection.judgements[:_MOST_ROWS]],
    }


def _numbers(places: Sequence[int]) -> str:
    return ", ".join(str(place + 1) for place in places[:_MOST_ROWS]) + ", …" * (
        len(places) > _MOST_ROWS
    )


def _judgement(judgement: Judgement) -> dict[str, Any]:
    holds, fails = judgement.about
    return {
        "kind": _OPINIONS.get(judgement.opinion, "none"),
        "opinion": judgement.opinion,
        "about": f"class {holds + 1} holds here, class {fails + 1} does not",
        "text": [shorten(line) for line in judgement.situation.text.splitlines()[:_MOST_ROWS]],
        "reason": shorten(judgement.reason),
    }


# --- compositions ---------------------------------------------------------------------------------


def _taken(composition: Composition) -> dict[str, str]:
    if composition.error is not None:
        return chip("none", "No formula", composition.error.message)
    if composition.selection is None:
        return chip("none", "No formula", "no candidate reads")
    return _chosen(composition.selection)


def _composition(composition: Composition, *, opened: bool = False) -> dict[str, Any]:
    formula, selection = composition.formula, composition.selection
    return {
        "sentence": shorten(composition.sentence),
        "formula": "" if formula is None else shorten(render(formula)),
        "error": "" if composition.error is None else printable(str(composition.error)),
        "opened": opened,
        "structures": [
            _structure(structure) | {"steps": list(_steps(composition, at))}
            for at, structure in enumerate(composition.structures[:_MOST_ROWS])
        ],
        "candidates": list(_candidates(composition)),
        "selection": None if selection is None else _selection(selection),
        "reason": "" if selection is None else printable(selection.reason),
    }


def _steps(composition: Composition, at: int) -> Iterator[tuple[str, list[str]]]:
    for step in composition.steps[at][:_MOST_ROWS] if at < len(composition.steps) else ():
        said = dict.fromkeys(map(_said, step.formulas))  # samples that agree are said once
        yield shorten(step.step.text), list(said)


def _said(found: Reading | NeurologicError) -> str:
    if isinstance(found, NeurologicError):
        return shorten(f"({found.message})")
    return shorten(render(found.formula))


def _candidates(composition: Composition) -> Iterator[dict[str, Any]]:
    for at, each in enumerate(composition.candidates[:_MOST_ROWS]):
        source = "direct" if each.structure < 0 else f"structure {each.structure + 1}"
        sample = f", sample {each.sample + 1}" if each.sample else ""
        variant = f", {each.variant}" if each.variant not in ("", "default") else ""
        yield {
            "number": at + 1,
            "source": shorten(f"{source}{sample}{variant}"),
            "formula": _said(each.formula),
            "failed": isinstance(each.formula, NeurologicError),
            "chosen": composition.selection is not None and composition.selection.chosen == at,
        }


def _composed(composed: Composed) -> dict[str, Any]:
    number = len(composed.compositions)
    read = sum(formula is not None for formula in composed.formulas)
    kind = "true" if read == number else "uncertain" if read else "none"
    calls = ", ".join(f"{count} for {printable(stage)}" for stage, count in composed.calls.items())
    usage = composed.usage
    taken = usage.input_tokens + usage.cache_read + usage.cache_write
    remarks = [f"calls: {calls}"] if calls else []
    if taken or usage.output_tokens:
        remarks.append(f"tokens: {taken:,} read, {usage.output_tokens:,} written")
    more = number - MOST_COMPOSITIONS
    return {
        "verdict": chip(kind, f"{read} of {number}", "sentences have a formula"),
        "remarks": remarks + ([f"and {more:,} more sentences"] if more > 0 else []),
        "compositions": composition_blocks(composed.compositions),
        "warnings": [printable(warning) for warning in composed.warnings],
    }
