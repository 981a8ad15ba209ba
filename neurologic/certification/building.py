"""Certifying a verdict: evidence is looked for, written down, and must pass the kernel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from neurologic import proof as kernel
from neurologic.certification.certificate import Certificate
from neurologic.certification.evidence import Json, Proof, Sentences
from neurologic.certification.propositions import TooManyClauses
from neurologic.certification.search import DEFAULT_BUDGET, Search, about_all_numbers
from neurologic.entailment import Decision, Verdict
from neurologic.errors import EngineDisagreement, NeurologicError, ProverError, Rejected
from neurologic.formula import Formula, binders, walk
from neurologic.notation.kernel_form import signature_json, structure_json, write
from neurologic.problem import Lexicon, Semantics
from neurologic.provers import Countermodel, Proved
from neurologic.question import Question
from neurologic.signature import Signature
from neurologic.signature.declarations import NUMERIC
from neurologic.signature.members import named_members
from neurologic.structure import Structure

_Evidence = Proof | Structure | None
_DOUBT = 16  # the share of the budget for what an engine denies


@dataclass(frozen=True, slots=True)
class Uncertified:
    """A verdict that rests on the word of a prover, or that there is none.

    Args:
        verdict: the verdict of the engine; None if none was asked.
        reason: why there is no certificate.
        refused: a certificate that was built and that the kernel does not accept, which is a fault
            of this library and can be reported as it is; empty but for that.
    """

    verdict: Verdict | None
    reason: str
    refused: str = field(default="", repr=False)

    def __str__(self) -> str:
        if self.verdict is None or self.verdict is Verdict.UNKNOWN:
            return f"not decided, not certified: {self.reason}"
        return f"{self.verdict.name}: decided by the engine, not certified: {self.reason}"


def certify(
    premises: Sequence[Formula | str],
    goal: Formula | str,
    *,
    semantics: Semantics = Semantics(),
    signature: Signature = Signature(),
    texts: Sequence[str] = (),
    lexicon: Lexicon = Lexicon(),
    decision: Decision | None = None,
    budget: int = DEFAULT_BUDGET,
) -> Certificate | Uncertified:
    """A verdict that can be checked without trust in any prover, or why there is none.

    For True and False that is a proof, and a finite model that shows the premises to be consistent;
    for Uncertain two finite models; for inconsistent premises a proof from a minimal set of them.

    Args:
        premises: formulas, or texts to parse.
        goal: the same.
        semantics: what the verdict means.
        signature: declared sorts and symbols; the rest is inferred.
        texts: the sentences that the premises and the goal stand for, in this order.
        lexicon: what the symbols mean in words; shown, never checked.
        decision: what an engine decided about just this question: says what to look for. Without
            it proofs and models are looked for in turn.
        budget: steps that each finder may take on each side.

    Raises:
        TypeError, ValueError, ParseError, SignatureError, SemanticsError: as `decide`.
        EngineDisagreement: the certificate shows what the decision denies.
        ProverError: the SAT solver is missing.

    >>> found = certify(["all x. (Man(x) -> Mortal(x))", "Man(socrates)"], "Mortal(socrates)")
    >>> found.verdict, found.consistency
    (<Verdict.ENTAILED: 'entailed'>, 'consistent')
    """
    question = _with_names(Question.of(premises, goal, semantics, signature, _NoProver(), budget))
    if len(texts) not in (0, len(question.premises) + 1):
        raise ValueError(
            f"expected {len(question.premises) + 1} texts, premises and goal, got {len(texts)}"
        )
    build = _Building(question, tuple(texts), lexicon, budget)
    return build.certificate(decision)


def _with_names(question: Question) -> Question:
    """The question with one kind of term for the members of enumerations."""
    words = question.signature.vocabulary()
    goal, negation = (named_members(one, words) for one in question.goals)
    premises = tuple(named_members(premise, words) for premise in question.premises)
    return replace(question, premises=premises, goals=(goal, negation))


class _NoProver:
    """Stands where a question names its prover; certifying asks none."""

    def prove(self, *_: Any, **__: Any) -> Any:
        raise ProverError("no prover is asked here")


class _Building:
    """One certificate in the making."""

    def __init__(
        self, question: Question, texts: tuple[str, ...], lexicon: Lexicon, budget: int
    ) -> None:
        self.question, self.texts, self.lexicon = question, texts, lexicon
        self.axioms = question.axioms(range(len(question.premises)))
        self.search = Search(question.signature, budget)

    def sentences(self, goal: Formula | None) -> Sentences:
        return Sentences(self.question.premises, self.axioms, goal)

    def certificate(self, decision: Decision | None) -> Certificate | Uncertified:
        """The certificate of the question."""
        sides = [self.sentences(goal) for goal in self.question.goals]
        outcomes = (None, None) if decision is None else (decision.goal, decision.negation)
        falsum: Proof | None = None
        found: list[_Evidence] = [None, None]
        classical = self.question.classical  # else a glut is no contradiction: two proofs show it
        if classical and all(isinstance(outcome, Proved) for outcome in outcomes):
            falsum = self.search.proof(self.sentences(None))
        if falsum is None:
            found = [self._side(*pair) for pair in zip(sides, outcomes, strict=True)]
            if classical and all(isinstance(one, Proof) for one in found) and decision is None:
                falsum = self.search.proof(self.sentences(None))
        if falsum is not None:
            found = [None, None]
        verdict = _verdict(found, falsum, self.question.semantics)
        if verdict is None:
            return Uncertified(decision.verdict if decision else None, self._reason(found))
        try:
            text = self._text(verdict, found, falsum)
        except TooManyClauses:
            return Uncertified(decision.verdict if decision else None, "the proof is too large")
        except NeurologicError as error:  # such as a number too long to be written
            return Uncertified(decision.verdict if decision else None, error.message)
        return self._accepted(text, decision)

    def _side(self, sentences: Sentences, outcome: object) -> _Evidence:
        """The evidence on one side: what the engine says is looked for first."""
        match outcome:
            case Proved():
                return self.search.proof(sentences) or self.search.model(sentences, _DOUBT)
            case Countermodel(_, structure):
                found = self.search.model(sentences)
                if found is None and not about_all_numbers(sentences.asserted):
                    found = structure
                return found if found is not None else self.search.proof(sentences, _DOUBT)
            case _:
                return self.search.either(sentences)

    def _text(self, verdict: tuple[str, str], found: Sequence[_Evidence], falsum: _Evidence) -> str:
        evidence = [None if one is None else self._evidence(one) for one in (*found, falsum)]
        document = {
            "format": "neurologic certificate",
            "version": 1,
            "verdict": verdict[0],
            "consistency": verdict[1],
            **statement(self.question, self.texts),
            "evidence": dict(zip(("goal", "negation", "falsum"), evidence, strict=True)),
        }
        text = json.dumps(document, ensure_ascii=False)
        try:
            text.encode()
        except UnicodeEncodeError:  # a sentence with half a character
            text = json.dumps(document)
        return text

    def _evidence(self, one: Proof | Structure) -> Json:
        signature = self.question.signature
        return one.as_json() if isinstance(one, Proof) else structure_json(one, signature)

    def _accepted(self, text: str, decision: Decision | None) -> Certificate | Uncertified:
        """The certificate, if the kernel accepts it and it does not contradict the engine."""
        try:
            checked = kernel.check(text)
        except Rejected as error:
            if error.reason.startswith("costs more work"):
                reason = f"the certificate is too large to be checked: {error.reason}"
                return Uncertified(decision.verdict if decision else None, reason)
            return fault(decision.verdict if decision else None, error, text)
        for side, shown in (("goal", checked.goal), ("negation", checked.negation)):
            outcome = getattr(decision, side, None)
            proved, refuted = isinstance(outcome, Proved), isinstance(outcome, Countermodel)
            if (shown == "proof" and refuted) or (shown == "model" and proved):
                raise _disagreement(side, shown, outcome, text)
            if checked.falsum is not None and refuted:
                raise _disagreement(side, "proof", outcome, text)
        said = decision.verdict if decision else Verdict.UNKNOWN
        if said not in (Verdict.UNKNOWN, Verdict[checked.verdict]):
            return Uncertified(
                said, f"there are proofs of less alone, which show {checked.verdict}"
            )
        return Certificate(text, self.lexicon)

    def _reason(self, found: Sequence[_Evidence]) -> str:
        """Why the evidence does not make a verdict."""
        sentences = [*self.question.premises, *self.question.goals]
        if any(_is_arithmetical(sentence, self.question.signature) for sentence in sentences):
            return "arithmetic over unbounded integers is outside of what certificates cover"
        missing = [
            name for name, one in zip(("goal", "negated goal"), found, strict=True) if not one
        ]
        return f"no proof and no small model within the budget, for the {' and the '.join(missing)}"


def fault(verdict: Verdict | None, error: Rejected, text: str) -> Uncertified:
    """What is said of a verdict whose certificate the kernel refuses: the verdict may be right."""
    reason = f"a fault of the library: the certificate that was built does not check: {error}"
    return Uncertified(verdict, reason, text)


def _disagreement(side: str, shown: str, outcome: object, text: str) -> EngineDisagreement:
    said = "proved" if isinstance(outcome, Proved) else "refuted"
    what = "the goal" if side == "goal" else "the negated goal"
    return EngineDisagreement(f"the engine {said} {what}, but there is a checked {shown}", text)


def statement(question: Question, texts: Sequence[str] = ()) -> Json:
    """What a certificate says of its problem: semantics, signature, formulas and sentences.

    A certificate is one of this problem if its fields of these names are equal, `text` apart.
    """
    *facts, aim = texts or [""] * (len(question.premises) + 1)
    goal, negation = question.goals
    signature = question.signature
    words = signature.vocabulary()
    return {
        "semantics": {f.name: getattr(question.semantics, f.name) for f in fields(Semantics)},
        "signature": signature_json(signature),
        "premises": [
            {"text": text, "formula": write(premise, words)}
            for text, premise in zip(facts, question.premises, strict=True)
        ],
        "axioms": [write(axiom, words) for axiom in question.axioms(range(len(question.premises)))],
        "goal": {"text": aim, "formula": write(goal, words)},
        "negation": write(negation, words),
    }


def _verdict(
    found: Sequence[_Evidence], falsum: Proof | None, semantics: Semantics
) -> tuple[str, str] | None:
    """The verdict and the consistency that the evidence shows, None if it shows none."""
    goal, negation = found
    if falsum is not None or (isinstance(goal, Proof) and isinstance(negation, Proof)):
        return ("ENTAILED" if semantics.convention == "linc" else "INCONSISTENT"), "inconsistent"
    if isinstance(goal, Proof):
        return "ENTAILED", "unknown" if negation is None else "consistent"
    if isinstance(negation, Proof):
        return "REFUTED", "unknown" if goal is None else "consistent"
    if goal is None or negation is None:
        return None
    return "UNDETERMINED", "consistent"


def _is_arithmetical(sentence: Formula, signature: Signature) -> bool:
    """Whether the sentence is about numbers that no finite domain holds."""
    sorts = {sort for symbol in signature.symbols for sort in (symbol.result, *symbol.arguments)}
    sorts.update(v.sort for node in walk(sentence) for v in binders(node) if v.sort)
    return bool(sorts & NUMERIC)
