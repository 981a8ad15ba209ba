"""Whether a certificate is about a problem: what it states is computed anew from the problem's text.

A certificate says of its own formulas that they are those of a problem. The kernel cannot know; here
the signature, the premises, what the semantics adds, the goal and its negation are made from the
sentences again, by the same translator and under the certificate's semantics, and compared.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import zip_longest
from typing import Any

from neurologic import proof
from neurologic.certification import statement
from neurologic.certification.certificate import text_of
from neurologic.certification.page import sort_words
from neurologic.display import shorten
from neurologic.errors import NeurologicError, ProverError
from neurologic.notation import render
from neurologic.notation.kernel_form import read
from neurologic.problem import Semantics, TextProblem, Translator
from neurologic.question import Question
from neurologic.reasoning import best, located, translate


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where a certificate and a problem differ, and what each of them has there."""

    place: str
    certificate: str
    problem: str

    def __str__(self) -> str:
        mine, other = shorten(self.certificate, 300), shorten(self.problem, 300)
        return (
            f"{self.place}\n  certificate: {mine or 'nothing'}\n  problem:     {other or 'nothing'}"
        )

    def as_json(self) -> dict[str, str]:
        """The difference as a JSON object."""
        return {"place": self.place, "certificate": self.certificate, "problem": self.problem}


@dataclass(frozen=True, slots=True)
class Verified:
    """What the kernel found a certificate to show, and whether that is about a problem.

    Args:
        checked: what is shown.
        bound: whether the certificate is about the problem; None where there was no problem.
        semantics: what its verdict means.
        differences: where it is about another one, or under another semantics than was asked for.
    """

    checked: proof.Checked
    bound: bool | None
    semantics: Semantics
    differences: tuple[Difference, ...] = ()


def verify(
    certificate: str | bytes,
    problem: TextProblem | None = None,
    *,
    translator: Translator | None = None,
    semantics: Semantics | None = None,
) -> Verified:
    """What a certificate shows, and whether it shows that of a problem.

    No prover is asked, and none is loaded.

    Args:
        certificate: its text.
        problem: what it should be about.
        translator: turns the problem's sentences into formulas; by default controlled English.
        semantics: what the verdict should mean; with a problem, by default `Semantics()`. One
            problem may have one verdict under one semantics and another under another.

    Raises:
        Rejected: the kernel does not accept the certificate.
        NeurologicError: the problem does not read, or does not fit the certificate's semantics.

    >>> from neurologic import certify
    >>> from neurologic.translation import Formulas
    >>> made = certify(["P(a)", "P(a) -> Q(a)"], "Q(a)")
    >>> same = TextProblem(("P(a)", "P(a) -> Q(a)"), "Q(a)")
    >>> verify(made.text, same, translator=Formulas()).bound
    True
    >>> other = TextProblem(("P(a)", "P(a) -> Q(b)"), "Q(a)")
    >>> for difference in verify(made.text, other, translator=Formulas()).differences[:1]:
    ...     print(difference)
    premise 2
      certificate: P(a) → Q(a)
      problem:     P(a) → Q(b)
    """
    text = text_of(certificate)
    checked = proof.check(text)
    document = json.loads(text)
    stated = Semantics(**document["semantics"])
    if semantics is not None or problem is not None:
        others = tuple(semantics_differences(stated, semantics or Semantics()))
        if others:
            return Verified(checked, False, stated, others)
    if problem is None:
        return Verified(checked, None, stated)
    found = tuple(differences(document, problem, translator))
    return Verified(checked, not found, stated, found)


def semantics_differences(mine: Semantics, other: Semantics) -> Iterator[Difference]:
    """The options that two semantics set otherwise, a certificate's before the one asked for."""
    words = {True: "yes", False: "no"}
    for option in fields(Semantics):
        values = [getattr(semantics, option.name) for semantics in (mine, other)]
        if values[0] != values[1]:
            place = f"semantics, --{option.name.replace('_', '-')}"
            yield Difference(place, *(words.get(value, value) for value in values))


def differences(
    document: Mapping[str, Any], problem: TextProblem, translator: Translator | None = None
) -> Iterator[Difference]:
    """Where a checked certificate is about another problem; nothing where it is about this one.

    A sentence that the certificate leaves empty is not compared, its formula is.

    Raises:
        NeurologicError: the problem does not read, or does not fit the certificate's semantics.
    """
    translation, errors = translate(problem, translator)
    if errors:
        raise errors[0]
    formulas = best(translation)
    semantics = Semantics(**document["semantics"])
    try:
        question = Question.of(
            formulas[:-1], formulas[-1], semantics, problem.signature, Nobody(), 1
        )
        stated = statement(question, (*problem.premises, problem.conclusion))
    except NeurologicError as error:
        raise located(error, translation) from None
    yield from stated_differences(document, stated)


def stated_differences(
    document: Mapping[str, Any], stated: Mapping[str, Any]
) -> Iterator[Difference]:
    """Where a checked certificate states another thing than it should; the semantics apart."""
    rows = zip_longest(document["premises"], stated["premises"], fillvalue=_NOTHING)
    for number, (mine, other) in enumerate(rows, 1):
        yield from _of_sentences(f"premise {number}", mine, other)
    axioms = zip_longest(document["axioms"], stated["axioms"], fillvalue="")
    for number, (axiom, wanted) in enumerate(axioms, 1):
        yield from _of_formulas(f"what the semantics adds, {number}", axiom, wanted)
    yield from _of_sentences("the conclusion", document["goal"], stated["goal"])
    yield from _of_formulas("the negated conclusion", document["negation"], stated["negation"])
    yield from _of_signatures(document["signature"], stated["signature"])


_NOTHING = {"text": "", "formula": ""}


def _of_sentences(
    place: str, mine: Mapping[str, str], other: Mapping[str, str]
) -> Iterator[Difference]:
    if mine["text"] and mine["text"] != other["text"]:
        yield Difference(place, mine["text"], other["text"])
    else:
        yield from _of_formulas(place, mine["formula"], other["formula"])


def _of_formulas(place: str, mine: str, other: str) -> Iterator[Difference]:
    if mine != other:
        shown = _shown(mine), _shown(other)
        same = shown[0] == shown[1]  # they differ in what the notation does not show
        yield Difference(place, *((mine, other) if same else shown))


def _shown(text: str) -> str:
    """A formula of a certificate in the notation, where that has a form for it."""
    with contextlib.suppress(NeurologicError):
        return render(read(text)) if text else ""
    return text


def _of_signatures(mine: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Difference]:
    """Declarations that one of the signatures has alone; their order says nothing."""
    for kind, words in (("sorts", _sort), ("symbols", _symbol)):
        ours, theirs = (
            {json.dumps(entry, sort_keys=True): words(entry) for entry in signature[kind]}
            for signature in (mine, other)
        )
        for key in sorted(ours.keys() ^ theirs.keys(), key=lambda key: (key in theirs, key)):
            yield Difference("signature", ours.get(key, ""), theirs.get(key, ""))


def _sort(entry: Mapping[str, Any]) -> str:
    return f"sort {sort_words(entry)}"


def _symbol(entry: Mapping[str, Any]) -> str:
    places = ", ".join(entry["arguments"])
    if entry["result"] == "Bool":
        return f"pred {entry['name']}: {places}".removesuffix(": ")
    arrow = f"{places} -> " if places else ""
    return f"{'fun' if places else 'const'} {entry['name']}: {arrow}{entry['result']}"


class Nobody:
    """Stands where a question names its prover; none is asked."""

    def prove(self, *_: Any, **__: Any) -> Any:
        """Refuse to be asked."""
        raise ProverError("no prover is asked here")
