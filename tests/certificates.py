"""Small certificates for the tests of the kernel: written by hand, from texts and lemmas."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from neurologic.formula import Not, Sort
from neurologic.notation.kernel_form import signature_json, token, write
from neurologic.parsing import parse
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration, elaborate

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


DAYS = Signature(
    (SortDeclaration(Sort("day"), ("mon", "tue", "wed"), ordered=True),),
    (
        SymbolDeclaration("off", (), Sort("day")),
        SymbolDeclaration("next", (Sort("day"),), Sort("day")),
        SymbolDeclaration("Open", (Sort("day"),)),
    ),
)
OPEN = "(count ((d day)) (Open d))"
ADULT = "(all (x Entity) (iff (Adult x) (<= 18 (age x))))"
GREEK = ("all x. (Greek(x) -> Human(x))", "all x. (Human(x) -> Mortal(x))", "Greek(plato)")
GREEKS = [
    "(all (x Entity) (implies (Greek x) (Human x)))",
    "(all (y Entity) (implies (Human y) (Mortal y)))",
    "(Human plato)",
    "(Mortal plato)",
]
HAPPY = {"plato/0": [[[], "'1 2'"]]}, {"Greek/1": [["'1 2'"]], "Human/1": [["'1 2'"]]}


def cases() -> dict[str, dict[str, Any]]:
    """Certificates that show what they claim, by what they are examples of."""
    greek = proof(
        GREEKS,
        [["inst", 0, "plato"], ["inst", 1, "plato"]],
        [[3], ["p0", "l0", "p2"]],
        [[4], ["p1", "l1", "s0"]],
    )
    greeks = model({"Entity": ["'1 2'"]}, HAPPY[0], HAPPY[1] | {"Mortal/1": [["'1 2'"]]})
    pair = model(
        {"Entity": ["a", "b"]},
        {"ann/0": [[[], "a"]]},
        {"P/1": [["a"]], "Q/1": [["b"]], "R/2": [["a", "b"]]},
    )
    other = model(
        {"Entity": ["a", "b"]},
        {"ann/0": [[[], "a"]]},
        {"P/1": [["a"]], "Q/1": [["a"]], "R/2": [["a", "b"]]},
    )
    some = ["exists x. P(x)", "all x. (P(x) -> exists y. R(x, y))"]
    week = {
        "off/0": [[[], "mon"]],
        "next/1": [[["mon"], "tue"], [["tue"], "wed"], [["wed"], "wed"]],
    }
    return {
        "direct": stated(GREEK, "Mortal(plato)", goal=greek, negation=greeks),
        "refuted": stated(
            GREEK,
            "exists x. (Greek(x) & -Mortal(x)) & -Mortal(plato)",
            negation=proof(
                GREEKS,
                [["inst", 0, "plato"], ["inst", 1, "plato"]],
                everything(3, 2),
            ),
            goal=greeks,
        ),
        "two models": stated(
            ["P(ann)", "exists x. R(ann, x)"], "Q(ann)", goal=pair, negation=other
        ),
        "witness": stated(
            some,
            "exists x. exists y. R(x, y)",
            goal=proof(
                [
                    "(ex (x Entity) (P x))",
                    "(all (x Entity) (implies (P x) (ex (y Entity) (R x y))))",
                    "(ex (y Entity) (R c1 y))",
                    "(ex (x Entity) (ex (y Entity) (R x y)))",
                ],
                [["wit", 0, "c1"], ["inst", 1, "c1"], ["inst", 3, "c1"]],
                [[3], ["p0", "p1", "l0", "l1"]],
                [[], ["s0", "l2", "g"]],
            ),
        ),
        "denied": stated(
            ["all x. (P(x) | Q(x))", "-(all x. P(x))"],
            "exists x. Q(x)",
            goal=proof(
                [
                    "(all (x Entity) (P x))",
                    "(all (x Entity) (or (P x) (Q x)))",
                    "(ex (z Entity) (Q z))",
                ],
                [["wit", 0, "c1"], ["inst", 1, "c1"], ["inst", 2, "c1"]],
                everything(2, 3),
            ),
        ),
        "equality": stated(
            ["a = b", "f(a) = c", "P(f(b)) <-> Q(c)", "Q(c)"],
            "P(f(a)) & c = f(b)",
            goal=proof(
                ["(= a b)", "(= (f a) c)", "(P (f b))", "(P (f a))", "(= c (f b))"],
                [["eq", [-1, -3, 4]], ["eq", [-1, -2, 5]]],
                everything(4, 2),
            ),
        ),
        "inconsistent": stated(
            ["all x. (P(x) xor Q(x))", "P(ann) & Q(ann)"],
            "R(ann)",
            falsum=proof(
                ["(all (x Entity) (xor (P x) (Q x)))"],
                [["inst", 0, "ann"]],
                everything(2, 1, goal=False),
            ),
        ),
        "both": stated(
            ["P(ann) & -P(ann)"],
            "Q(ann)",
            goal=proof([], [], [[], ["p0"]]),
            negation=proof(["(Q ann)"], [], [[-1], ["p0"]]),
        ),
        "members": stated(
            ["Open(mon)", "Open(tue)", "Open(wed)"],
            "Open(next(off))",
            DAYS,
            goal=proof(
                ["(Open (next off))"]
                + [f"(= (next off) {day})" for day in ("mon", "tue", "wed")]
                + [f"(Open {day})" for day in ("mon", "tue", "wed")],
                [["enum", "(next off)"], *(["eq", [1, -i, -i - 3]] for i in (2, 3, 4))],
                everything(3, 4),
            ),
            negation=model(
                {"day": ["mon", "tue", "wed"]}, week, {"Open/1": [["mon"], ["tue"], ["wed"]]}
            ),
        ),
        "order": stated(
            ["all d: day. (d > mon -> Open(d))", "tue < off"],
            "Open(off) & -(off < wed)",
            DAYS,
            goal=proof(
                [
                    "(all (d day) (implies (< mon d) (Open d)))",
                    "(< tue off)",
                    "(= off mon)",
                    "(= off tue)",
                    "(= off wed)",
                    "(< mon off)",
                    "(< off wed)",
                ],
                [
                    ["inst", 0, "off"],
                    ["enum", "off"],
                    *(["eq", clause] for clause in ([-2, -3], [-2, -4], [-5, 6], [-5, -7])),
                ],
                everything(2, 6),
            ),
        ),
        "count": stated(
            ["Open(mon)", "-Open(wed)"],
            "Count(d: day, Open(d)) < 3 & Count(d: day, Open(d)) >= 1",
            DAYS,
            goal=proof(
                [f"(< {OPEN} 3)", f"(<= 1 {OPEN})", "(Open mon)", "(Open wed)"],
                [["count", [1, 4]], ["count", [2, -3]]],
                everything(2, 2),
            ),
        ),
        "at least": stated(
            ["Count(x: Entity, P(x)) >= 2"],
            "exists x. exists y. (P(x) & P(y) & x != y)",
            goal=proof(
                [
                    "(<= 2 (count ((x Entity)) (P x)))",
                    "(ex (x Entity) (ex (y Entity) (and (P x) (P y) (not (= x y)))))",
                    "(ex (y Entity) (and (P c1) (P y) (not (= c1 y))))",
                ],
                [["wit", 0, ["c1", "c2"]], ["inst", 1, "c1"], ["inst", 2, "c2"]],
                everything(1, 3),
            ),
        ),
        "at most": stated(
            ["Count(x: Entity, P(x)) < 2", "P(a)", "P(b)"],
            "a = b",
            goal=proof(
                ["(< (count ((x Entity)) (P x)) 2)"], [["inst", 0, ["a", "b"]]], everything(3, 1)
            ),
        ),
        "injective": stated(
            ["Distinct(x: Entity, f(x))", "f(a) = f(b)"],
            "a = b",
            goal=proof(
                ["(distinct ((x Entity)) (f x))"], [["inst", 0, ["a", "b"]]], everything(2, 1)
            ),
        ),
        "numbers": stated(
            ["all x. (Adult(x) <-> age(x) >= 18)", "age(ann) = 7 + 14"],
            "Adult(ann) & age(ann) != 20",
            goal=proof(
                [ADULT, "(= (age ann) (+ 7 14))", "(<= 18 (age ann))", "(= (age ann) 20)"],
                [["inst", 0, "ann"], ["eq", [-2, 3]], ["eq", [-2, -4]]],
                everything(2, 3),
            ),
            negation=model(
                {"Entity": ["ann"]},
                {"ann/0": [[[], "ann"]], "age/1": [[["ann"], "21"]]},
                {"Adult/1": [["ann"]]},
            ),
        ),
        "split": stated(
            ["n >= 1", "n <= 3", "n != 1"],
            "n = 2 | n = 3",
            goal=proof([], [["split", "n", 1, 3]], everything(3, 1)),
        ),
        "numerals": stated(
            ["all x. x = a", "P(1)"],
            "P(2)",
            falsum=proof(
                ["(all (x Entity) (= x a))", "(= 1:Entity a)", "(= 2:Entity a)"],
                [["inst", 0, "1:Entity"], ["inst", 0, "2:Entity"], ["eq", [-2, -3]]],
                everything(2, 3, goal=False),
            ),
        ),
    }
