"""Certificates of questions with numerals, enumerations, bounds and `Distinct`."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import proof as kernel
from neurologic.certification import Certificate, Uncertified, building, certify
from neurologic.entailment import decide
from neurologic.errors import Rejected
from neurologic.formula import (
    INTEGER,
    RATIONAL,
    Compare,
    Constant,
    Distinct,
    Equals,
    Formula,
    Not,
    Numeral,
    Or,
    Sort,
)
from neurologic.notation.kernel_form import write
from neurologic.parsing import read_problem
from neurologic.problem import Semantics
from neurologic.question import Question
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration

SIZES = "sort size = {1, 2, 3}\npred Fits: size\n"
NUMBER = "const n: Int\n"


def certificate(text: str) -> Certificate | Uncertified:
    problem = read_problem(text)
    return certify(problem.premises, problem.conclusion, signature=problem.signature)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Year(1969)\n? 1969 = 1970", "REFUTED"),
        ("? 1 = 0", "REFUTED"),
        ("? 1 = 1", "ENTAILED"),
        ("Year(1969)\n? Distinct(1969, 1970)", "ENTAILED"),
        ("all x. (P <-> x = 2)\nYear(1)\n? False", "INCONSISTENT"),
        ("sort man\npred Tall: man\nall x: man. (Tall(x) <-> x = 2)\n? Tall(2)", "ENTAILED"),
        ("sort man\nall x: man. Distinct(x, 2)\n? False", "INCONSISTENT"),
        (
            "Count(d: day, On(d)) = age(a)\nsort day = {mon, tue, wed}\nall d: day. On(d)\n? age(b) = 3",
            "UNDETERMINED",
        ),
        (SIZES + "Fits(2)\n? Fits(1)", "UNDETERMINED"),
        (SIZES + "-Fits(1)\n-Fits(2)\nexists s: size. Fits(s)\n? Fits(3)", "ENTAILED"),
        ("P(a)\n-P(b)\n-Distinct(a, b)\n? Q(a)", "INCONSISTENT"),
        ("-Distinct(a, b)\nP(a)\n? P(b)", "ENTAILED"),
        ("-Distinct(a, b, c)\na != b\nb != c\n? c = a", "ENTAILED"),
        ("-Distinct(a, b, c)\na != b\n? c = a", "UNDETERMINED"),
        ("a != b\nb != c\n? Distinct(a, b, c)", "UNDETERMINED"),
        ("a != b\nb != c\nc != a\n? Distinct(a, b, c)", "ENTAILED"),
        ("sort c = {r, g, b}\n? Distinct(x: c, x)", "ENTAILED"),
        ("sort c = {r, g}\nfun f: c -> c\n? Distinct(x: c, f(x)) | f(r) = f(g)", "ENTAILED"),
        (
            "sort man\nfun f: man -> man\nDistinct(x: man, f(f(x)))\n? Distinct(x: man, f(x))",
            "ENTAILED",
        ),
        (
            "sort man\nconst a: man\nexists x: man. -(x = 2 | x = a)\n? all x: man. (x = 2 | x = a)",
            "REFUTED",
        ),
        ("exists x. (x != 3 & P(x))\n? exists x. (Distinct(x, 3) & P(x))", "ENTAILED"),
        (NUMBER + "n < 3\n5 < n\n? Q", "INCONSISTENT"),
        (NUMBER + "2 < n\nn < 3\n? Q", "INCONSISTENT"),
        ("const n: Rational\n2 < n\nn < 3\n? n = 2", "REFUTED"),
        ("const n: Rational\n3 < n\nn <= 3\n? Q", "INCONSISTENT"),
        (NUMBER + "n < 3\n? n < 5", "ENTAILED"),
        (NUMBER + "n < 3\n? n <= 2", "ENTAILED"),
        (NUMBER + "n < 3\n? n < 2", "UNDETERMINED"),
        (NUMBER + "2 < n\nn < 4\n? n = 3", "ENTAILED"),
        (NUMBER + "2 < n\nn < 6\nn != 3\n? n > 3", "ENTAILED"),
    ],
)
def test_a_verdict_is_certified(text: str, verdict: str) -> None:
    found = certificate(text)
    assert isinstance(found, Certificate), found.reason
    assert found.check().verdict == verdict


def test_a_certificate_that_does_not_check_is_told_and_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: str) -> None:
        raise Rejected("evidence", "it shows nothing")

    monkeypatch.setattr(building, "fault", TOLD)
    monkeypatch.setattr(kernel, "check", refuse)
    found = certificate("P(a)\n? P(a)")
    assert isinstance(found, Uncertified)
    assert "a fault of the library" in str(found)
    assert "evidence: it shows nothing" in found.reason
    monkeypatch.undo()
    assert kernel.check(found.refused).verdict == "ENTAILED"


TOLD = building.fault  # what is told outside of tests, where it fails


DAY = Sort("day")
TERMS: dict[Sort, list[Any]] = {
    INTEGER: [Constant("n"), Constant("m"), *(Numeral(Fraction(k, 2)) for k in (2, 3, 4, 6))],
    RATIONAL: [Constant("q"), *(Numeral(Fraction(k, 2)) for k in (2, 3, 4))],
    DAY: [Constant("d"), Constant("e"), Constant("mon"), Constant("tue"), Constant("wed")],
}
SIGNATURE = Signature(
    (SortDeclaration(DAY, ("mon", "tue", "wed"), ordered=True),),
    tuple(
        SymbolDeclaration(term.name, (), sort)
        for sort, own in TERMS.items()
        for term in own
        if isinstance(term, Constant) and len(term.name) == 1
    ),
)


@st.composite
def relations(draw: st.DrawFn) -> Formula:
    """An equation, a comparison or a `Distinct` of numbers or of members."""
    term = st.sampled_from(TERMS[draw(st.sampled_from(list(TERMS)))])
    operator: Any = draw(st.sampled_from(("<", "<=", ">", ">=", "=", "distinct")))
    if operator == "distinct":
        return Distinct(tuple(draw(st.lists(term, min_size=2, max_size=3))))
    left, right = draw(term), draw(term)
    return Equals(left, right) if operator == "=" else Compare(operator, left, right)


@given(st.lists(relations(), min_size=1, max_size=4), st.lists(st.booleans(), min_size=4))
def test_a_lemma_about_bounds_and_differences_is_valid(
    atoms: list[Formula], signs: list[bool]
) -> None:
    signed = [atom if sign else Not(atom) for atom, sign in zip(atoms, signs, strict=False)]
    goal = signed[0] if len(signed) == 1 else Or(tuple(signed))
    asked = Question.of([], goal, Semantics(), SIGNATURE, None, 1)
    literals = [
        i + 1 if sign else -i - 1 for i, sign in zip(range(len(atoms)), signs, strict=False)
    ]
    table = [write(atom, asked.signature) for atom in atoms]
    proof = {"table": table, "lemmas": [["eq", literals]], "steps": [[[], ["g", "l0"]]]}
    document = {
        "format": "neurologic certificate",
        "version": 1,
        "verdict": "ENTAILED",
        "consistency": "unknown",
        **building.statement(asked),
        "evidence": {"goal": proof, "negation": None, "falsum": None},
    }
    refused = ""
    try:
        kernel.check(json.dumps(document))
    except Rejected as error:
        refused = error.reason
    assert not refused or "not valid" in refused
    if not refused:
        assert decide([], goal, signature=SIGNATURE).verdict.name == "ENTAILED"
