"""Entailment: premises and a goal are decided in both directions, and the verdict says the rest.

Both questions are always asked, whether the premises entail the goal and whether they entail its
negation, so that contradictory premises are found and never count as proof of anything.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

from neurologic.binding import universal_closure
from neurologic.errors import ProverError
from neurologic.formula import And, Falsum, Formula, Iff
from neurologic.problem import Semantics
from neurologic.provers import (
    DEFAULT_BUDGET,
    Countermodel,
    Engine,
    Outcome,
    Proved,
    Prover,
    Unknown,
)
from neurologic.question import Question, formula_of
from neurologic.signature import Signature


class Verdict(Enum):
    """What premises say about a goal. A verdict is not a truth value: `if verdict:` raises.

    >>> Verdict.UNDETERMINED.label
    'Uncertain'
    """

    ENTAILED = "entailed"
    REFUTED = "refuted"
    UNDETERMINED = "undetermined"
    INCONSISTENT = "inconsistent"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Literal["True", "False", "Uncertain"] | None:
        """The answer in the words of the data sets; None abstains."""
        return _LABELS.get(self)

    @property
    def szs(self) -> str:
        """The SZS status of the verdict alone; `Decision.szs` knows more."""
        return _SZS[self]

    @property
    def sentence(self) -> str:
        """What the verdict says, in a sentence.

        >>> Verdict.UNDETERMINED.sentence
        'Uncertain: the premises entail neither the conclusion nor its negation'
        """
        return _SENTENCES[self]

    def __str__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        raise TypeError(f"{self} is not a truth value; compare it: verdict is Verdict.ENTAILED")


_LABELS: dict[Verdict, Literal["True", "False", "Uncertain"]] = {
    Verdict.ENTAILED: "True",
    Verdict.REFUTED: "False",
    Verdict.UNDETERMINED: "Uncertain",
}
_SENTENCES = {
    Verdict.ENTAILED: "True: the premises entail the conclusion",
    Verdict.REFUTED: "False: the premises entail the negation of the conclusion",
    Verdict.UNDETERMINED: "Uncertain: the premises entail neither the conclusion nor its negation",
    Verdict.INCONSISTENT: "No answer: the premises entail the conclusion and its negation",
    Verdict.UNKNOWN: "No answer: the question was not decided",
}
_SZS = {
    Verdict.ENTAILED: "Theorem",
    Verdict.REFUTED: "CounterTheorem",
    Verdict.UNDETERMINED: "NoConsequence",
    Verdict.INCONSISTENT: "ContradictoryAxioms",
    Verdict.UNKNOWN: "GaveUp",
}

Consistency = Literal["consistent", "unknown", "inconsistent"]


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and how it came about.

    Args:
        verdict: what the premises say about the goal.
        reason: why the verdict is UNKNOWN or the consistency of the premises is; else empty.
        semantics: what the verdict means.
        consistency: whether the premises have a model in which the numerals of premises and goal
            are distinct, and what else the semantics adds holds.
        core: when asked for, indices of premises that, asked about the same goal, give the same
            verdict, and no longer do so when any one of them is left out (unless `reason` says that
            this was not shown). Sorts, and the names of a closed domain, stay those of the whole
            problem; numerals come with the premises that mention them. None for an open verdict.
        rlimit: resource units that the two questions took; the same on every run.
        seconds: wall time of the whole decision.
        goal: the outcome for the goal.
        negation: the outcome for the negated goal.
        signature: the sorts and symbols of the problem, inferred ones included.
    """

    verdict: Verdict
    reason: str
    semantics: Semantics
    consistency: Consistency
    core: tuple[int, ...] | None
    rlimit: int
    seconds: float
    goal: Outcome
    negation: Outcome
    signature: Signature

    @property
    def label(self) -> Literal["True", "False", "Uncertain"] | None:
        """The verdict's label."""
        return self.verdict.label

    @property
    def szs(self) -> str:
        """The SZS status, as precise as the outcomes allow."""
        if self.verdict is Verdict.UNKNOWN:
            open_ones = [o.szs for o in (self.goal, self.negation) if isinstance(o, Unknown)]
            return next((s for s in ("Timeout", "ResourceOut") if s in open_ones), "GaveUp")
        if self.verdict is Verdict.ENTAILED and self.consistency == "consistent":
            return "SatisfiableAxiomsTheorem"
        return self.verdict.szs

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def __str__(self) -> str:
        text = str(self.verdict)
        if self.verdict in (Verdict.ENTAILED, Verdict.REFUTED) and self.consistency != "consistent":
            text += f" (consistency: {self.consistency})"
        if self.core is not None:
            text += f" by premises {', '.join(str(i + 1) for i in self.core) or 'none'}"
        return f"{text}: {self.reason}" if self.reason else text


def decide(
    premises: Sequence[Formula | str],
    goal: Formula | str,
    *,
    semantics: Semantics = Semantics(),
    signature: Signature = Signature(),
    prover: Prover | None = None,
    engine: Engine = "auto",
    budget: int = DEFAULT_BUDGET,
    core: bool = False,
    core_effort: int = 50,
    models: bool = False,
) -> Decision:
    """What the premises say about the goal.

    Args:
        premises: formulas, or texts to parse; free variables are closed universally.
        goal: the same.
        semantics: what the verdict is to mean.
        signature: declared sorts and symbols; the rest is inferred.
        prover: decides; where none is given, the engine says who does.
        engine: `auto`, grounding or tables and SAT where they fit and Z3 for the rest; or `z3` or
            `ground` alone, for another opinion. What `ground` does not take is UNKNOWN, with the
            reason.
        budget: resource units for each question; what is not decided within is UNKNOWN.
        core: whether to find a minimal set of premises that gives the verdict; see `Decision`.
        core_effort: the most work on a core, in budgets of one question; a core found with less
            work suffices too, but some of it may be needless, and `reason` says so.
        models: whether countermodels carry a finite structure.

    Raises:
        TypeError, ValueError: if an argument is not what is said above; the budget is positive,
            and not both a prover and an engine are given.
        ParseError: if a text does not read.
        SignatureError: if sorts or arities do not fit together.
        SemanticsError: if a formula is outside the fragment of `semantics`.
        ProverError: if the prover is missing or fails.

    >>> decide(["all x. (Man(x) -> Mortal(x))", "Man(socrates)"], "Mortal(socrates)").verdict
    <Verdict.ENTAILED: 'entailed'>
    >>> print(decide(["P(a)", "-P(a)", "Q(b)"], "Q(b)", core=True))
    INCONSISTENT by premises 1, 2
    """
    start = time.perf_counter()
    if not isinstance(core_effort, (int, float)):
        raise TypeError(f"expected a number as core_effort, got {core_effort!r:.80}")
    question = Question.of(premises, goal, semantics, signature, prover, budget, engine)
    sides = question.ask(question.goals, models=models)
    verdict, consistency, reason = _verdict(sides[0], sides[1], semantics)
    found, doubt = _core(question, verdict, core_effort) if core else (None, "")
    return Decision(
        verdict=verdict,
        reason=reason or doubt,
        semantics=semantics,
        consistency=consistency,
        core=found,
        rlimit=sum(side.cost for side in sides),
        seconds=time.perf_counter() - start,
        goal=sides[0],
        negation=sides[1],
        signature=question.signature,
    )


def entails(
    premises: Sequence[Formula | str],
    goal: Formula | str,
    *,
    semantics: Semantics = Semantics(),
    signature: Signature = Signature(),
    prover: Prover | None = None,
    engine: Engine = "auto",
    budget: int = DEFAULT_BUDGET,
) -> bool:
    """Whether the premises entail the goal; contradictory ones entail everything.

    Raises:
        ProverError: if the question is not decided within the budget; `decide` reports that.

    >>> entails(["all x. P(x)"], "P(a)"), entails(["P(a)"], "all x. P(x)")
    (True, False)
    """
    question = Question.of(premises, goal, semantics, signature, prover, budget, engine)
    (outcome,) = question.ask(question.goals[:1])
    if isinstance(outcome, Unknown):
        raise ProverError(f"the question was not decided: {outcome.reason}")
    return isinstance(outcome, Proved)


def equivalent(
    left: Formula | str,
    right: Formula | str,
    *,
    semantics: Semantics = Semantics(),
    signature: Signature = Signature(),
    prover: Prover | None = None,
    engine: Engine = "auto",
    budget: int = DEFAULT_BUDGET,
) -> bool:
    """Whether the formulas hold in the same structures.

    Raises:
        ProverError: if the question is not decided within the budget.

    >>> equivalent("-(P(a) & Q(a))", "-P(a) | -Q(a)")
    True
    """
    same = Iff(universal_closure(formula_of(left)), universal_closure(formula_of(right)))
    return entails(
        (),
        same,
        semantics=semantics,
        signature=signature,
        prover=prover,
        engine=engine,
        budget=budget,
    )


def consistent(
    formulas: Sequence[Formula | str],
    *,
    semantics: Semantics = Semantics(),
    signature: Signature = Signature(),
    prover: Prover | None = None,
    engine: Engine = "auto",
    budget: int = DEFAULT_BUDGET,
) -> bool:
    """Whether the formulas have a common model; numerals that occur in them are distinct.

    A decision is about the numerals of its goal too: it finds inconsistent what leaves no room for
    them, `all x. x = c` with the goal `P(1) & P(2)`.

    Raises:
        ProverError: if the question is not decided within the budget.

    >>> consistent(["P(a)", "-P(b)"]), consistent(["P(a)", "a = b", "-P(b)"])
    (True, False)
    """
    return not entails(
        formulas,
        Falsum(),
        semantics=semantics,
        signature=signature,
        prover=prover,
        engine=engine,
        budget=budget,
    )


def _verdict(
    goal: Outcome, negation: Outcome, semantics: Semantics
) -> tuple[Verdict, Consistency, str]:
    """The row of the table of verdicts, and the reason where something stays open."""
    match goal, negation:
        case Proved(), Proved():
            if semantics.convention == "linc":
                return Verdict.ENTAILED, "inconsistent", "inconsistent premises answer True"
            return Verdict.INCONSISTENT, "inconsistent", ""
        case Proved(), Countermodel():
            return Verdict.ENTAILED, "consistent", ""
        case Proved(), Unknown(reason):
            return Verdict.ENTAILED, "unknown", f"no model of the premises was found: {reason}"
        case Countermodel(), Proved():
            return Verdict.REFUTED, "consistent", ""
        case Unknown(reason), Proved():
            return Verdict.REFUTED, "unknown", f"no model of the premises was found: {reason}"
        case Countermodel(), Countermodel():
            return Verdict.UNDETERMINED, "consistent", ""
        case Unknown(reason), Unknown(other):
            both = reason if reason == other else f"{reason}; for the negated goal: {other}"
            return Verdict.UNKNOWN, "unknown", both
        case Unknown(reason), _:
            return Verdict.UNKNOWN, "consistent", reason
        case _, Unknown(reason):
            return Verdict.UNKNOWN, "consistent", f"for the negated goal: {reason}"
    raise ProverError(f"the prover answered {goal!r:.80} and {negation!r:.80}")


_PREMISE_EFFORT = 100  # resource units that handing over one premise counts as


def _core(question: Question, verdict: Verdict, effort: int) -> tuple[tuple[int, ...] | None, str]:
    """A minimal set of premises that settles the verdict, and a doubt about its minimality."""
    goal, negation = question.goals
    match verdict:
        case Verdict.ENTAILED:
            targets: tuple[Formula, ...] = (goal,)
        case Verdict.REFUTED:
            targets = (negation,)
        case Verdict.INCONSISTENT if question.classical:  # ⊥, with the names of the goal
            targets = (And((goal, negation)),)
        case Verdict.INCONSISTENT:  # atom and complement, both derivable
            targets = (goal, negation)
        case _:
            return None, ""
    return _minimise(question, targets, effort)


def _minimise(
    question: Question, targets: tuple[Formula, ...], effort: int
) -> tuple[tuple[int, ...], str]:
    """Deletion: leave out one premise after the other, the last first, and see what breaks."""
    spent, undecided = 0, 0

    def suffice(chosen: tuple[int, ...]) -> tuple[int, ...] | None:
        """The premises used, if the chosen ones prove every target."""
        nonlocal spent, undecided
        outcomes = question.ask(targets, chosen, cores=True)
        spent += sum(outcome.cost for outcome in outcomes) + _PREMISE_EFFORT * len(chosen)
        undecided += any(isinstance(outcome, Unknown) for outcome in outcomes)
        return question.used(outcomes, chosen)

    everything = tuple(range(len(question.premises)))
    found = suffice(everything)
    open_ones = list(everything if found is None else found)
    undecided = 0
    needed: list[int] = []
    while open_ones:
        if spent > effort * question.budget:
            return tuple(sorted((*needed, *open_ones))), "the core was not fully minimised: budget"
        candidate = open_ones.pop()
        used = suffice(tuple(sorted((*needed, *open_ones))))
        if used is None:
            needed.append(candidate)
        else:
            open_ones = [i for i in open_ones if i in used]
    doubt = "a premise of the core may be needless: not decided" if undecided else ""
    return tuple(sorted(needed)), doubt
