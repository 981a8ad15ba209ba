"""The answer to a multiple-choice question with a certificate for each thing that it claims.

Written down it is one JSON object, in which certificates are texts, so that the kernel reads just
what was made. It does not say what the answer is: that follows from what the certificates show.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from neurologic.certification.building import Uncertified, certify
from neurologic.certification.certificate import Certificate, text_of
from neurologic.certification.search import DEFAULT_BUDGET
from neurologic.choice.choosing import Asked, Choice, concluded
from neurologic.choice.claims import Claim
from neurologic.errors import Rejected
from neurologic.formula import Falsum, Formula, Not
from neurologic.problem import ChoiceProblem
from neurologic.proof import Checked
from neurologic.provers import Countermodel, Outcome, Proved, Unknown

FORMAT: Final = "neurologic choice certificate"
MOST_OPTIONS = 1000
"""The most certificates that are read from one text."""

Made: TypeAlias = Certificate | Uncertified


def goals_of(asked: Asked) -> list[tuple[str, tuple[Claim, ...]]]:
    """The claims of each option by its label, and first what a replaced constraint claims, by ''.

    A certificate is about the goal of a claim, or about what that denies.
    """
    options = zip((option.label for option in asked.problem.options), asked.claims, strict=True)
    if asked.contradiction == Falsum():  # any model of the constraints shows them consistent
        return list(options)
    whole = Claim(asked.contradiction, False, "", "", denies=True)
    return [("", (whole,)), *options]


def certified_goal(claim: Claim) -> Formula:
    """The formula that the certificate of a claim is about."""
    return claim.goal.body if claim.denies and isinstance(claim.goal, Not) else claim.goal


@dataclass(frozen=True, slots=True)
class CertifiedChoice:
    """A certificate for each claim about each option.

    Args:
        asked: what is asked.
        made: by label, and by '' for the constraint that is replaced, the certificate of each
            claim or why there is none.
    """

    asked: Asked
    made: tuple[tuple[str, tuple[Made, ...]], ...]

    @classmethod
    def of(cls, problem: ChoiceProblem, budget: int = DEFAULT_BUDGET) -> CertifiedChoice:
        """The certificates of a question; `budget` is what each finder may spend on each side.

        Raises:
            TypeError, SemanticsError, SignatureError, ProverError: as `certify_options`.
        """
        asked = Asked.of(problem)
        signature, _ = asked.elaborated()  # that of the whole question, for every option

        def certified(claim: Claim) -> Made:
            goal = certified_goal(claim)
            return certify(asked.premises, goal, signature=signature, budget=budget)

        return cls(asked, tuple((label, tuple(map(certified, c))) for label, c in goals_of(asked)))

    @property
    def choice(self) -> Choice:
        """The answer as far as the certificates show it; each is checked by the kernel once more."""
        return shown(
            self.asked,
            [
                one.check() if isinstance(one, Certificate) else one.reason
                for _, made in self.made
                for one in made
            ],
        )

    @property
    def text(self) -> str:
        """The certificates as one JSON object."""
        return json.dumps(
            {
                "format": FORMAT,
                "version": 1,
                "options": [
                    {
                        "label": label,
                        "certificates": [
                            one.text if isinstance(one, Certificate) else None for one in made
                        ],
                    }
                    for label, made in self.made
                ],
            }
        )


def shown(asked: Asked, found: Sequence[Checked | str]) -> Choice:
    """The answer that follows from what certificates show.

    Args:
        asked: what is asked.
        found: for each claim of `goals_of`, what the kernel found its certificate to show, or why
            there is none.
    """
    signature, _ = asked.elaborated()
    return replace(_shown(asked, found), warnings=asked.warnings(signature))


def _shown(asked: Asked, found: Sequence[Checked | str]) -> Choice:
    claims = [claim for _, claims in goals_of(asked) for claim in claims]
    outcomes = [_outcome(*pair) for pair in zip(claims, found, strict=True)]
    checked = [one for one in found if not isinstance(one, str)]
    if any(one.consistency == "inconsistent" for one in checked):
        return concluded(asked, Proved(0), (), "the constraints contradict each other")
    if asked.contradiction != Falsum():
        return concluded(asked, outcomes[0], outcomes[1:])
    consistent = any(one.consistency == "consistent" for one in checked)
    doubt = Unknown("no certificate shows that they are consistent")
    return concluded(asked, Countermodel(0) if consistent else doubt, outcomes)


def _outcome(claim: Claim, found: Checked | str) -> Outcome:
    """What a certificate shows of the goal of a claim: proved, refuted by a model, or neither."""
    if isinstance(found, str):
        return Unknown(found)
    denied = claim.denies and isinstance(claim.goal, Not)
    if found.verdict == ("REFUTED" if denied else "ENTAILED"):
        return Proved(0)
    # a goal fails in a model of its negation: in what the certificate has on the other side
    if (found.goal if not denied else found.negation) == "model":
        return Countermodel(0)
    return Unknown(f"the certificate shows {found.verdict} and no model")


def read_certificates(text: str | bytes) -> list[tuple[str, list[str | None]]]:
    """The labels and the texts of the certificates in what `CertifiedChoice.text` writes.

    Raises:
        Rejected: it is something else; `place` says where.
    """
    try:
        document = json.loads(text_of(text), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Rejected("certificate", f"it is not JSON: {error}") from None
    if not isinstance(document, dict) or document.keys() != {"format", "version", "options"}:
        raise Rejected("certificate", "expected the keys format, version and options")
    version = document["version"]
    if document["format"] != FORMAT or type(version) is not int or version != 1:
        raise Rejected("certificate", f"expected the format {FORMAT!r} in version 1")
    if not isinstance(document["options"], list):
        raise Rejected("options", "expected a list")
    found = list(_rows(document["options"]))
    if sum(len(texts) for _, texts in found) > MOST_OPTIONS:
        raise Rejected("options", f"there are more than {MOST_OPTIONS} certificates")
    if not any(one is not None for _, texts in found for one in texts):
        raise Rejected("options", "there is no certificate")
    return found


def is_choice_certificate(text: str | bytes) -> bool:
    """Whether a text says that it holds the certificates of a multiple-choice question.

    A quote in a text of JSON has a backslash before it, so that this is no sentence of a premise.

    >>> is_choice_certificate(f'{{"version": 1, "options": [], "format": "{FORMAT}"}}')
    True
    """
    data = text.encode(errors="replace") if isinstance(text, str) else text
    return _FORMAT.search(data) is not None


_FORMAT = re.compile(rb'(?<!\\)"format"\s*:\s*"' + FORMAT.encode() + b'"')


def _rows(options: Iterable[Any]) -> Iterator[tuple[str, list[str | None]]]:
    for at, row in enumerate(options):
        place = f"options[{at}]"
        if not isinstance(row, dict) or row.keys() != {"label", "certificates"}:
            raise Rejected(place, "expected the keys label and certificates")
        label, texts = row["label"], row["certificates"]
        if not isinstance(label, str) or not isinstance(texts, list):
            raise Rejected(place, "expected a text and a list")
        if not all(one is None or isinstance(one, str) for one in texts):
            raise Rejected(f"{place}.certificates", "expected texts, or null where there is none")
        yield label, texts


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found
