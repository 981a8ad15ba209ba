"""Whether the certificates of a multiple-choice question are about it, and what answer they show.

What each certificate should state is computed anew from the question's text: that the premises are
its constraints and conditions, and the goal what is claimed of the option.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from neurologic import proof
from neurologic.bound import Difference, Nobody, semantics_differences, stated_differences
from neurologic.certification import statement
from neurologic.certification.choices import certified_goal, goals_of, read_certificates, shown
from neurologic.choice.choosing import Asked, Choice
from neurologic.errors import Rejected
from neurologic.formula import Formula
from neurologic.problem import ChoiceProblem, Semantics
from neurologic.question import Question
from neurologic.signature import Signature


@dataclass(frozen=True, slots=True)
class VerifiedChoice:
    """What the kernel found certificates to show, and whether that answers a question.

    Args:
        checked: by label, what each certificate shows, None where there is none.
        bound: whether they are about the question; None where there was none.
        choice: the answer that they show, where they are about the question.
        differences: where they are about another one.
    """

    checked: tuple[tuple[str, tuple[proof.Checked | None, ...]], ...]
    bound: bool | None
    choice: Choice | None = None
    differences: tuple[Difference, ...] = ()


def verify_choice(text: str | bytes, problem: ChoiceProblem | None = None) -> VerifiedChoice:
    r"""What the certificates of a multiple-choice question show, and whether they are about it.

    No prover is asked, and none is loaded.

    Args:
        text: what `CertifiedChoice.text` wrote.
        problem: the question that they should be about.

    Raises:
        Rejected: the text is of another form, or the kernel does not accept a certificate.
        TypeError, SemanticsError, SignatureError: the question is none; as `choose`.

    >>> from neurologic import read_choice
    >>> from neurologic.certification import CertifiedChoice
    >>> problem = read_choice("P(a) -> Q(a)\n? must be true, if P(a)\n(A) Q(a)\n(B) P(b)")
    >>> found = verify_choice(CertifiedChoice.of(problem).text, problem)
    >>> found.bound, found.choice.label
    (True, 'A')
    """
    rows = read_certificates(text)
    checked = tuple(
        (label, tuple(_checked(f"option {label}", at, one) for at, one in enumerate(texts)))
        for label, texts in rows
    )
    if problem is None:
        return VerifiedChoice(checked, None)
    asked = Asked.of(problem)
    found = tuple(_differences(rows, asked))
    if found:
        return VerifiedChoice(checked, False, None, found)
    none = "there is no certificate"
    every = [none if one is None else one for _, of_option in checked for one in of_option]
    return VerifiedChoice(checked, True, shown(asked, every))


def _checked(place: str, at: int, text: str | None) -> proof.Checked | None:
    if text is None:
        return None
    try:
        return proof.check(text)
    except Rejected as error:
        raise Rejected(f"{place}, certificate {at + 1}, {error.place}", error.reason) from None


def _differences(rows: list[tuple[str, list[str | None]]], asked: Asked) -> Iterator[Difference]:
    wanted = [(label, [certified_goal(c) for c in claims]) for label, claims in goals_of(asked)]
    forms = [
        [f"{label or 'the constraint'}: {number}" for label, number in side]
        for side in (
            [(label, len(texts)) for label, texts in rows],
            [(label, len(goals)) for label, goals in wanted],
        )
    ]
    if forms[0] != forms[1]:
        yield Difference("certificates by option", *("; ".join(side) for side in forms))
        return
    signature, _ = asked.elaborated()
    for (label, texts), (_, goals) in zip(rows, wanted, strict=True):
        for at, (text, goal) in enumerate(zip(texts, goals, strict=True), 1):
            if text is not None:
                place = f"option {label}, certificate {at}" if label else "the constraint"
                for difference in _of_certificate(json.loads(text), asked, goal, signature):
                    yield replace(difference, place=f"{place}: {difference.place}")


def _of_certificate(
    document: Mapping[str, Any], asked: Asked, goal: Formula, signature: Signature
) -> Iterator[Difference]:
    """Where a checked certificate is about another goal, other premises or another semantics."""
    yield from semantics_differences(Semantics(**document["semantics"]), Semantics())
    question = Question.of(asked.premises, goal, Semantics(), signature, Nobody(), 1)
    yield from stated_differences(document, statement(question))
