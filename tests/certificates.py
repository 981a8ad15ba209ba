"""Small certificates for the tests of the kernel: written by hand, from texts and lemmas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from neurologic.formula import Formula, Not
from neurologic.notation.kernel_form import signature_json, token, write
from neurologic.parsing import parse
from neurologic.signature import Signature, elaborate

SEMANTICS = {
    "negation": "classical",
    "unique_names": False,
    "closed_domain": False,
    "existential_import": False,
    "arithmetic": "interpreted",
    "convention": "neurologic",
}


def stated(
    premises: Sequence[str], aim: str, /, declared: Signature = Signature(), **evidence: Any
) -> dict[str, Any]:
    """A certificate about these formulas with the evidence given for goal, negation and falsum."""
    signature, formulas = elaborate([parse(text) for text in (*premises, aim)], declared)
    *facts, goal = formulas
    shown = {side: evidence.get(side) for side in ("goal", "negation", "falsum")}
    kinds = {
        side: piece and ("model" if "domains" in piece else "proof")
        for side, piece in shown.items()
    }
    verdict, consistency = concluded(kinds)
    return {
        "format": "neurologic certificate",
        "version": 1,
        "verdict": verdict,
        "consistency": consistency,
        "semantics": dict(SEMANTICS),
        "signature": signature_json(signature),
        "premises": [
            {"text": text, "formula": write(fact, signature)}
            for text, fact in zip(premises, facts, strict=True)
        ],
        "axioms": [],
        "goal": {"text": aim, "formula": write(goal, signature)},
        "negation": write(Not(goal), signature),
        "evidence": shown,
    }


def concluded(kinds: dict[str, Any]) -> tuple[str, str]:
    """Verdict and consistency of what is shown by proof or by model."""
    if kinds["falsum"] or kinds["goal"] == kinds["negation"] == "proof":
        return "INCONSISTENT", "inconsistent"
    consistency = "consistent" if "model" in kinds.values() else "unknown"
    if kinds["goal"] == kinds["negation"] == "model":
        return "UNDETERMINED", consistency
    return "ENTAILED" if kinds["goal"] == "proof" else "REFUTED", consistency


def proof(table: Sequence[str], lemmas: Sequence[list[Any]], *steps: list[Any]) -> dict[str, Any]:
    """A proof from texts in the kernel's form."""
    return {"table": list(table), "lemmas": list(lemmas), "steps": list(steps)}


def everything(premises: int, lemmas: int, *, goal: bool = True) -> list[Any]:
    """The step to the empty clause that cites all there is."""
    cited = [*(f"p{i}" for i in range(premises)), *(f"l{i}" for i in range(lemmas))]
    return [[], [*cited, *["g"] * goal]]


def text(certificate: Any) -> str:
    """The certificate as JSON text."""
    return json.dumps(certificate)


def model(
    domains: dict[str, list[str]], functions: Any = (), predicates: Any = ()
) -> dict[str, Any]:
    """A model whose tables are named `name/arity`."""
    return {
        "domains": domains,
        "functions": [_table(key, rows) for key, rows in dict(functions).items()],
        "predicates": [_table(key, rows) for key, rows in dict(predicates).items()],
    }


def _table(key: str, rows: Any) -> dict[str, Any]:
    name, _, arity = key.rpartition("/")
    return {"name": token(name), "arguments": int(arity), "rows": rows}


def formula_text(formula: Formula, signature: Signature) -> str:
    """The formula in the kernel's form."""
    return write(formula, signature)
