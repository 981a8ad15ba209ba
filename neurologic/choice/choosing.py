"""Multiple-choice questions: what constraints force, allow and forbid, option by option."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from neurologic.binding import universal_closure
from neurologic.choice.claims import Claim, claims_of, replaced
from neurologic.choice.naming import check_names
from neurologic.choice.replacing import without
from neurologic.errors import NeurologicError, ProverError, SemanticsError, SignatureError
from neurologic.formula import Falsum, Formula, Node, Not
from neurologic.problem import ChoiceProblem, Option
from neurologic.provers import (
    DEFAULT_BUDGET,
    Countermodel,
    Outcome,
    Proved,
    Prover,
    Unknown,
)
from neurologic.question import check_budget, check_signature, formula_of, prover_of
from neurologic.signature import Signature, elaborate
from neurologic.structure import Structure

Status = Literal["one", "several", "none", "inconsistent", "unknown"]
"""How many options fit, or why that is not known."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one option.

    Args:
        label: the option's label.
        holds: whether it is what the question asks for (with EXCEPT: the exception); None if that
            was not decided, or not asked because the constraints are inconsistent.
        why: what the constraints say of it, in words.
        structure: when models were asked for, a structure of the constraints that shows it, where
            one does.
    """

    label: str
    holds: bool | None
    why: str
    structure: Structure | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer to a multiple-choice question, with what was found of each option.

    Args:
        status: whether `one` option fits, `several` or `none`; `inconsistent` constraints, under
            which anything would; or `unknown`, what is not decided could change the answer.
        label: the one option that fits; else None.
        options: every option, in order.
        reason: why there is no label; else empty.
        warnings: names that were not declared, and what they were taken for.
    """

    status: Status
    label: str | None
    options: tuple[Judged, ...]
    reason: str = ""
    warnings: tuple[str, ...] = ()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def as_json(self) -> dict[str, Any]:
        """The answer as JSON: `status`, `choice`, `reason`, `warnings`, and what each option is."""
        return {
            "status": self.status,
            "choice": self.label,
            "reason": self.reason,
            "options": [
                {"label": option.label, "holds": option.holds, "why": option.why}
                for option in self.options
            ],
            "warnings": list(self.warnings),
        }

    def __str__(self) -> str:
        width = max((len(option.label) for option in self.options), default=0)
        marks = {True: "yes", False: "no", None: "?"}
        head = self.label if self.label is not None else f"no answer: {self.reason}"
        rows = (f"  {o.label:{width}}  {marks[o.holds]:3}  {o.why}" for o in self.options)
        return "\n".join((head, *rows, *(f"warning: {told}" for told in self.warnings)))


def choose(
    problem: ChoiceProblem,
    *,
    prover: Prover | None = None,
    budget: int = DEFAULT_BUDGET,
    models: bool = False,
) -> Choice:
    """The option that the question asks for, after all of them were tested.

    Args:
        problem: the constraints, the question and its options.
        prover: decides; by default tables over enumerations where they fit, else Z3. It is asked
            once, about all options.
        budget: resource units for each thing that is asked; what is not decided within is unknown.
        models: whether options carry a structure that shows what could be true.

    Raises:
        TypeError, ValueError: a part of the problem, or the budget, is not what is said above.
        SemanticsError: the question or an option is not of the form that its kind asks for.
        SignatureError: sorts or arities do not fit together, or a name is a slip of the pen for one
            that was declared; `source` says where.
        ProverError: the prover is missing or fails.

    >>> from neurologic.parsing import read_choice
    >>> problem = read_choice('''
    ... sort day = {mon < tue < wed}
    ... const audit, briefing: day
    ... audit < briefing
    ... ? could be true
    ... (A) audit = wed
    ... (B) briefing = mon
    ... (C) briefing = tue
    ... ''')
    >>> print(choose(problem))
    C
      A  no   it cannot be true
      B  no   it cannot be true
      C  yes  it could be true
    """
    check_budget(budget)
    asked = Asked.of(problem)
    goals = asked.goals
    signature, sentences = asked.elaborated()
    prover = prover_of(prover)
    split = len(asked.premises)
    premises = sentences[:split]
    outcomes = prover.prove(
        premises, sentences[split:], signature=signature, budget=budget, models=models
    )
    if len(outcomes) != len(goals):
        raise ProverError(f"the prover gave {len(outcomes)} outcomes for {len(goals)} goals")
    contradiction, *found = outcomes
    reason = ""
    if isinstance(contradiction, Proved):
        reason = asked.blame(prover, premises, sentences[split], signature, budget)
    answer = concluded(asked, contradiction, found, reason)
    return replace(answer, warnings=asked.warnings(signature))


def concluded(
    asked: Asked, contradiction: Outcome, found: Sequence[Outcome], reason: str = ""
) -> Choice:
    """The answer, from what is known of each thing that is asked.

    Args:
        asked: what is asked.
        contradiction: whether the goal follows that shows the constraints to be contradictory.
        found: whether the goal of each claim does, in order.
        reason: what contradicts what, if so.
    """
    options = asked.problem.options
    if isinstance(contradiction, Proved):
        told = "not tested: the constraints are inconsistent"
        return Choice(
            "inconsistent", None, tuple(Judged(o.label, None, told) for o in options), reason
        )
    left = iter(found)
    tested = tuple(
        _judged(option, asked.problem, [(claim, next(left)) for claim in claims])
        for option, claims in zip(options, asked.claims, strict=True)
    )
    shown = found if asked.contradiction == Falsum() else ()  # models of all that is given
    consistent = any(isinstance(outcome, Countermodel) for outcome in (contradiction, *shown))
    doubt = contradiction.reason if isinstance(contradiction, Unknown) and not consistent else ""
    return _choice(tested, doubt)


@dataclass(frozen=True, slots=True)
class Asked:
    """The premises of a question, the goal that shows them contradictory, and all claims."""

    problem: ChoiceProblem
    premises: tuple[Formula, ...]
    contradiction: Formula
    claims: tuple[tuple[Claim, ...], ...]

    @classmethod
    def of(cls, problem: ChoiceProblem) -> Asked:
        """What a problem asks.

        Raises:
            TypeError, SemanticsError: as `choose`.
        """
        if not isinstance(problem, ChoiceProblem):
            raise TypeError(f"expected a ChoiceProblem, got {problem!r:.80}")
        check_signature(problem.signature)
        for option in problem.options:
            if not isinstance(option, Option):
                raise TypeError(f"expected an Option, got {option!r:.80}")
        labels = [option.label for option in problem.options]
        if len(set(labels)) != len(labels):
            raise SemanticsError(f"two options have one label: {', '.join(labels)}")
        constraints: tuple[Formula, ...] = problem.constraints
        contradiction: Formula = Falsum()
        if problem.kind == "same effect":
            subject = replaced(problem)
            constraints = without(subject, constraints, problem.signature)
            contradiction = Not(universal_closure(subject))
        premises = tuple(
            formula_of(f, f"constraint {i}")
            for i, f in enumerate((*constraints, *problem.conditions), 1)
        )
        claims = tuple(claims_of(problem, option) for option in problem.options)
        return cls(problem, premises, contradiction, claims)

    @property
    def goals(self) -> list[Formula]:
        """The goal that shows a contradiction, and that of each claim in order."""
        return [self.contradiction, *(c.goal for claims in self.claims for c in claims)]

    def elaborated(self) -> tuple[Signature, tuple[Formula, ...]]:
        """The signature of the whole question, and its premises and goals as elaborated.

        Raises:
            SignatureError: sorts or arities do not fit together, or a name is a slip of the pen for
                one that was declared; `source` says where.
        """
        signature, sentences = _elaborated(
            (*self.premises, *self.goals), self._places, self.problem.signature
        )
        self.warnings(signature)
        return signature, sentences

    def warnings(self, signature: Signature) -> tuple[str, ...]:
        """What is to be told of names, where this is the signature of the whole question.

        Raises:
            SignatureError: a name is a slip of the pen for one that was declared.
        """
        return check_names(self.problem.signature, signature, self._written())

    def _written(self) -> Iterator[tuple[Node, str]]:
        """What the question is made of, as it was written, with what to call it in errors."""
        yield from zip(self.premises, constraint_places(len(self.premises)), strict=True)
        if self.problem.subject is not None:
            yield self.problem.subject, "the question"
        for option in self.problem.options:
            place = f"option {option.label}"
            yield from ((formula_of(formula, place), place) for formula in option.formulas)

    @property
    def _places(self) -> list[str]:
        """What to call the premises and the goals in errors."""
        told = [p for p, claims in self.placed for _ in claims]
        return [*constraint_places(len(self.premises)), "the question", *told]

    @property
    def placed(self) -> Iterator[tuple[str, tuple[Claim, ...]]]:
        """The claims of each option with the place to name in errors."""
        for option, claims in zip(self.problem.options, self.claims, strict=True):
            yield f"option {option.label}", claims

    def blame(
        self,
        prover: Prover,
        premises: Sequence[Formula],
        contradiction: Formula,
        signature: Signature,
        budget: int,
    ) -> str:
        """Whether it is the conditions that contradict the constraints."""
        if self.problem.conditions:
            alone = premises[: len(premises) - len(self.problem.conditions)]
            (outcome,) = prover.prove(alone, (contradiction,), signature=signature, budget=budget)
            if isinstance(outcome, Countermodel):
                return "the condition of the question contradicts the constraints"
        return "the constraints contradict each other"


def constraint_places(number: int) -> list[str]:
    """What to call so many constraints in errors."""
    return [f"constraint {i}" for i in range(1, number + 1)]


def _elaborated(
    sentences: Sequence[Formula], places: Sequence[str], declared: Signature
) -> tuple[Signature, tuple[Formula, ...]]:
    try:
        return elaborate(sentences, declared)
    except SignatureError as error:
        raise _located(error, sentences, places, declared) from None


def _located(
    error: SignatureError, sentences: Sequence[Formula], places: Sequence[str], declared: Signature
) -> NeurologicError:
    """The error of the first sentence that does not fit by itself, else with those before it."""

    def unfit(some: Sequence[Formula]) -> SignatureError | None:
        try:
            elaborate(some, declared)
        except SignatureError as found:
            return found
        return None

    for sentence, place in zip(sentences, places, strict=True):
        found = unfit((sentence,))
        if found is not None:
            return found.at(place)
    fit = bisect_left(
        range(1, len(sentences)), True, key=lambda number: unfit(sentences[:number]) is not None
    )
    return (unfit(sentences[: fit + 1]) or error).at(places[fit])


def _judged(
    option: Option, problem: ChoiceProblem, found: Sequence[tuple[Claim, Outcome]]
) -> Judged:
    """What the outcomes of an option's claims make of it."""
    fits: bool | None = True
    why, structure = "", None
    for claim, outcome in found:
        if isinstance(outcome, Countermodel) and structure is None:
            structure = outcome.structure
        if isinstance(outcome, Unknown):
            if fits:
                fits, why = None, f"not decided: {outcome.reason}"
        elif isinstance(outcome, Proved) is not claim.entailed:
            fits, why = False, claim.missed
            break
        elif fits and claim.met:
            why = claim.met
    holds = fits if fits is None else fits is not problem.exception
    return Judged(option.label, holds, why, structure)


def _choice(tested: tuple[Judged, ...], doubt: str) -> Choice:
    """The answer, where `doubt` says why the constraints are not known to be consistent."""
    fitting = [option.label for option in tested if option.holds]
    open_ones = [option.label for option in tested if option.holds is None]
    if doubt:
        return Choice("unknown", None, tested, f"the constraints may be inconsistent: {doubt}")
    if len(fitting) > 1:
        return Choice("several", None, tested, f"several options fit: {', '.join(fitting)}")
    if open_ones:
        return Choice("unknown", None, tested, f"not decided: {', '.join(open_ones)}")
    if fitting:
        return Choice("one", fitting[0], tested)
    return Choice("none", None, tested, "no option fits")
