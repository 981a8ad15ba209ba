"""Cards of what was found of options, grids, two formulas, or formulas that are equivalent."""

from __future__ import annotations

from typing import Any

from neurologic.choice import Choice, Solution
from neurologic.display.formulas import formula_card
from neurologic.display.grids import grid_block
from neurologic.display.text import shorten
from neurologic.equivalence import Comparison, EquivalenceClass
from neurologic.errors import printable

_MOST_OPTIONS = 100
_YES = {True: "yes", False: "no", None: "not decided"}
_RELATIONS = {
    "equivalent": ("true", "each of the two formulas implies the other"),
    "implies": ("uncertain", "the left formula is the stronger one"),
    "implied": ("uncertain", "the left formula is the weaker one"),
    "incomparable": ("false", "neither of the two formulas implies the other"),
    "isomorphic": ("uncertain", "equivalent only if names that both formulas have change places"),
    "unknown": ("none", "not decided"),
}
_STATUS = {
    "contingent": "",
    "tautology": "It always holds, so it translates no sentence and wins no vote.",
    "contradiction": "It never holds, so it translates no sentence and wins no vote.",
    "unknown": "Whether it always or never holds was not decided.",
}


def finding_card(value: Choice | Solution | Comparison | EquivalenceClass) -> dict[str, Any]:
    """What a card shows of a finding.

    >>> finding_card(Choice("none", None, (), "no option fits"))["verdict"]["sentence"]
    'no option fits'
    """
    match value:
        case Choice():
            return _choice(value)
        case Solution():
            return _solution(value)
        case Comparison():
            return _comparison(value)
        case EquivalenceClass():
            return _class(value)


def chip(kind: str, label: str, sentence: str = "", status: str = "") -> dict[str, str]:
    """The line that opens a card: a coloured word, and what it means."""
    label, sentence = shorten(label), printable(sentence)
    return {"kind": kind, "label": label, "sentence": sentence, "status": status}


def table(corner: str, columns: list[str], rows: list[tuple[str, list[str]]]) -> dict[str, Any]:
    """A table of a card: each row with what stands at its head."""
    cut = [(shorten(head), [shorten(cell) for cell in cells]) for head, cells in rows]
    return {"title": "", "corner": corner, "columns": columns, "rows": cut}


def _choice(choice: Choice) -> dict[str, Any]:
    kind = {"one": "true", "unknown": "uncertain"}.get(choice.status, "none")
    if choice.label is None:
        opening = chip(kind, "No answer", choice.reason, choice.status)
    else:
        why = next((o.why for o in choice.options if o.label == choice.label), "")
        opening = chip(kind, choice.label, why, "all options were tested, one fits")
    options = choice.options[:_MOST_OPTIONS]
    rows = [(option.label, [_YES[option.holds], option.why]) for option in options]
    more = len(choice.options) - len(options)
    return {
        "verdict": opening,
        "grids": [table("option", ["fits", "what was found"], rows)] if rows else [],
        "remarks": [f"and {more:,} more options"] * bool(more) + _warned(choice.warnings),
        "models": [
            grid_block(option.structure, f"A structure for option {shorten(option.label)}")
            | {"folded": True}
            for option in options
            if option.structure is not None
        ],
    }


def _solution(solution: Solution) -> dict[str, Any]:
    remarks = _warned(solution.warnings)
    if solution.structure is None:
        heads = {True: ("uncertain", "A solution"), None: ("uncertain", "No solution was found")}
        opening = chip(*heads.get(solution.exists, ("none", "No solution")), solution.reason)
        return {"verdict": opening, "remarks": remarks}
    if solution.unique:
        opening = chip("true", "The only solution", "that there is no other is proved")
    elif solution.unique is None:
        opening = chip("uncertain", "A solution", f"perhaps not the only one: {solution.reason}")
    else:
        told = f"not the only one: {solution.reason}" if solution.reason else "not the only one"
        opening = chip("uncertain", "A solution", told)
    blocks = [grid_block(solution.structure, "")]
    if solution.other is not None:
        blocks.append(grid_block(solution.other, "Another solution"))
    return {"verdict": opening, "models": blocks, "remarks": remarks}


def _warned(warnings: tuple[str, ...]) -> list[str]:
    return [f"warning: {shorten(told)}" for told in warnings[:_MOST_OPTIONS]]


def _comparison(comparison: Comparison) -> dict[str, Any]:
    kind, sentence = _RELATIONS[comparison.relation]
    directions = [
        ("left implies right", [_YES[comparison.forward]]),
        ("right implies left", [_YES[comparison.backward]]),
    ]
    tables = [table("direction", ["holds"], directions)]
    if comparison.renaming:
        pairs: list[tuple[str, list[str]]] = [(str(pair), []) for pair in comparison.renaming]
        tables.append(table("names that are matched", [], pairs))
    shown = (
        (comparison.left_only, "The left formula holds here and the right one does not"),
        (comparison.right_only, "The right formula holds here and the left one does not"),
    )
    remarks = [f"reason: {printable(comparison.reason)}"] if comparison.reason else []
    if comparison.maps:
        remarks.append(f"maps of names that were tried: {comparison.maps:,}")
    return {
        "verdict": chip(kind, comparison.relation, sentence),
        "grids": tables,
        "remarks": remarks,
        "models": [grid_block(found, title) for found, title in shown if found is not None],
    }


def _class(found: EquivalenceClass) -> dict[str, Any]:
    number = len(found)
    remarks = [
        f"{number} formula{'' if number == 1 else 's'}, proved equivalent: "
        f"{', '.join(map(str, found.members[:_MOST_OPTIONS]))}{', …' * (number > _MOST_OPTIONS)}"
    ]
    if _STATUS[found.status]:
        remarks.append(_STATUS[found.status])
    if found.undecided:
        others = ", ".join(map(str, found.undecided[:_MOST_OPTIONS]))
        remarks.append(f"It is not decided whether it is the class of {others}.")
    return formula_card(found.representative) | {"remarks": remarks}
