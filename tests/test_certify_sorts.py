"""Certificates of questions with numerals, enumerations, bounds and `Distinct`."""

from __future__ import annotations

import pytest

from neurologic import proof as kernel
from neurologic.certification import Certificate, Uncertified, building, certify
from neurologic.errors import Rejected
from neurologic.parsing import read_problem

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
