"""From sentences to a verdict: the one place where language and logic meet.

One translation is decided and answers. Several translations of a problem are decided each, vote,
and the answer shows one of those that voted for the winner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from neurologic import display
from neurologic.choice.naming import undeclared
from neurologic.english import English
from neurologic.entailment import Decision, Verdict, decide
from neurologic.errors import NeurologicError, TranslationError
from neurologic.formula import Formula
from neurologic.notation import render
from neurologic.problem import Semantics, TextProblem, Translation, Translator
from neurologic.provers import DEFAULT_BUDGET, Engine, Prover
from neurologic.readings import (
    best,
    best_reading,
    checked,
    located,
    place,
    translate,
    translation_warnings,
)
from neurologic.signature import Signature, clashes
from neurologic.translation.sampling import Sampled, whole
from neurologic.voting import Label, Rule, Tally, Vote, rule

__all__ = ["Answer", "Voting", "answer", "best", "located", "place", "reason", "translate",
           "translation_warnings"]  # fmt: skip

if TYPE_CHECKING:
    from neurologic.certification import Certificate, Uncertified
    from neurologic.translation.prompting import Variant

Voting: TypeAlias = Rule | Callable[[Sequence[Vote]], Tally]
"""What makes votes an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a problem: its translation, the decision, and what a reader should know.

    There is a decision exactly if every sentence became a formula and the formulas fit together;
    otherwise `errors` says where it failed, and there is no verdict: nothing is guessed.

    With several translations, `translation` and `decision` are those of one that voted for the
    winner, the first without a clash if there is one; where the vote abstains there is no decision.

    Args:
        problem: the sentences that were asked about.
        translation: the readings of each sentence, best first, or its error.
        semantics: what the verdict means.
        decision: the verdict with its evidence, or None.
        errors: each with its place; empty if there is a decision.
        warnings: notes, repairs, clashing or nearly equal symbols, other readings.
        tally: the vote of several translations, or None.
        votes: what each of them says, in the order of `samples`.
        samples: the translations, with what they took.
        curve: the label after the first vote, the first two, and so on.
    """

    problem: TextProblem
    translation: Translation
    semantics: Semantics
    decision: Decision | None = None
    errors: tuple[NeurologicError, ...] = ()
    warnings: tuple[str, ...] = ()
    tally: Tally | None = None
    votes: tuple[Vote, ...] = ()
    samples: tuple[Sampled, ...] = ()
    curve: tuple[str | None, ...] = ()
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def certificate(self) -> Certificate | Uncertified | None:
        """The verdict with a proof and models that a small program checks; None without a decision.

        It is made when it is first asked for. `Uncertified` says why there is none.

        Raises:
            EngineDisagreement: it shows what the decision denies.

        >>> answer = reason(["All men are mortal.", "Socrates is a man."], "Socrates is mortal.")
        >>> answer.certificate.check().verdict
        'ENTAILED'
        """
        if self.decision is None:
            return None
        if "certificate" not in self._made:
            from neurologic.certification import certify

            formulas = best(self.translation)
            self._made["certificate"] = certify(
                formulas[:-1],
                formulas[-1],
                semantics=self.decision.semantics,
                signature=self.problem.signature,
                texts=(*self.problem.premises, self.problem.conclusion),
                lexicon=self.translation.lexicon,
                decision=self.decision,
            )
        return self._made["certificate"]  # type: ignore[no-any-return]

    @property
    def verdict(self) -> Verdict | None:
        """The verdict, or None if the problem could not be translated or the vote abstains."""
        return self.decision.verdict if self.decision else None

    @property
    def label(self) -> str | None:
        """`True`, `False` or `Uncertain` as a word, or None: no answer."""
        if self.tally is not None:
            return self.tally.label
        return self.decision.label if self.decision else None

    @property
    def szs(self) -> str:
        """The verdict in the words of the SZS ontology.

        `InputError` without a translation, `Unknown` where a vote abstains.
        """
        if self.decision:
            return self.decision.szs
        return "Unknown" if any(vote.verdict is not None for vote in self.votes) else "InputError"

    @property
    def reason(self) -> str:
        """Why there is no answer; empty if there is one."""
        if self.decision:
            return self.decision.reason
        if self.tally is not None and not self.errors:
            return f"the vote abstains: {self.tally.reason}"
        return f"not translated: {self.errors[0].message}" if self.errors else "not translated"

    @property
    def agreement(self) -> tuple[tuple[str, float | None, int], ...]:
        """Each variant, the share of its votes that name the answer, and how many those all are.

        The share is None where the vote abstains. It is no probability.
        """
        variants = dict.fromkeys(vote.variant for vote in self.votes)
        return tuple((variant, *self._share(variant)) for variant in variants)

    def _share(self, variant: str) -> tuple[float | None, int]:
        own = [vote for vote in self.votes if vote.variant == variant]
        if self.label is None:
            return None, len(own)
        agreed = sum(1 for v in own if v.verdict is not None and v.verdict.label == self.label)
        return agreed / len(own), len(own)

    @property
    def formulas(self) -> tuple[Formula | None, ...]:
        """The formula of each premise and of the conclusion, None where there is none."""
        found = (best_reading(readings) for readings in self.translation.sentences)
        return tuple(reading.formula if reading else None for reading in found)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def __str__(self) -> str:
        core = self.decision.core if self.decision else None
        blocks = [display.translation_text(self.translation, core or ())]
        if self.decision:
            blocks.append(display.decision_text(self.decision))
        elif self.tally is not None and not self.errors:
            blocks.append(f"No answer: {self.reason}")
        else:
            blocks.append(display.NOT_TRANSLATED)
        if self.tally is not None:
            blocks.append(display.votes_text(self.tally, self.agreement, self.samples))
        blocks.append(display.problems_text(self.errors, self.warnings))
        return "\n\n".join(block for block in blocks if block)

    def as_json(self) -> dict[str, object]:
        """The answer as one JSON object.

        `used` says whether a premise is in the minimal core; null where there is no core.
        """
        *premises, conclusion = [*self.problem.premises, self.problem.conclusion]
        formulas = [None if f is None else render(f) for f in self.formulas]
        formulas += [None] * (len(premises) + 1 - len(formulas))
        decision = self.decision
        core = decision.core if decision else None
        return {
            "verdict": decision.verdict.name if decision else None,
            "label": self.label,
            "szs": self.szs,
            "reason": self.reason,
            "semantics": display.semantics_json(self.semantics),
            "premises": [
                {
                    "text": text,
                    "formula": formulas[index],
                    "used": None if core is None else index in core,
                }
                for index, text in enumerate(premises)
            ],
            "conclusion": {"text": conclusion, "formula": formulas[-1]},
            "warnings": list(self.warnings),
            "errors": [error.as_json() for error in self.errors],
            "consistency": decision.consistency if decision else None,
            "rlimit": decision.rlimit if decision else None,
            "seconds": decision.seconds if decision else None,
            "tally": self.tally.as_json() if self.tally else None,
            "votes": [display.vote_json(vote) for vote in self.votes],
            "agreement": [
                {"variant": variant, "share": share, "votes": number}
                for variant, share, number in self.agreement
            ],
            "curve": list(self.curve),
            "samples": [sample.as_json() for sample in self.samples],
        }


def reason(
    premises: Iterable[str],
    conclusion: str,
    *,
    translator: Translator | None = None,
    semantics: Semantics = Semantics(),
    signature: Signature = Signature(),
    prover: Prover | None = None,
    engine: Engine = "auto",
    budget: int = DEFAULT_BUDGET,
    core: bool = False,
    core_effort: int = 50,
    samples: int | None = None,
    variants: Sequence[str | Variant] = (),
    vote: str | Voting = "majority",
) -> Answer:
    """What the premises say about the conclusion.

    Args:
        premises: one sentence each.
        conclusion: a sentence.
        translator: turns sentences into formulas; by default controlled English.
        semantics: what the verdict means.
        signature: declared sorts and symbols.
        prover: decides; where none is given, the engine says who does.
        engine: `auto`, `z3` or `ground`; see `decide`.
        budget: resource units for each question; what is not decided within is UNKNOWN.
        core: also find a minimal set of premises that settles the verdict.
        core_effort: the most work on it, in budgets of one question.
        samples: how many translations vote; None is one translation and no vote, or one for each
            variant if there are variants.
        variants: ways to translate, shared out among the samples in turn.
        vote: how the answer is chosen: a rule, or the name of one (`neurologic.voting.RULES`), or a
            function of the votes that gives a `Tally`.

    Raises:
        TypeError: `premises` is one string instead of several, a sentence is no string, or several
            samples are asked of a translator that always gives the same one.
        NeurologicError: there is no such rule, variant or number of samples.

    >>> answer = reason(["All men are mortal.", "Socrates is a man."], "Socrates is mortal.")
    >>> answer.label, answer.verdict.name
    ('True', 'ENTAILED')
    """
    if isinstance(premises, (str, bytes)) or not isinstance(premises, Iterable):
        raise TypeError(f"expected a list of sentences as premises, got {premises!r:.80}")
    problem = TextProblem(tuple(premises), conclusion, signature)
    for index, sentence in enumerate((*problem.premises, conclusion)):
        if not isinstance(sentence, str):
            where = place(problem, index)
            raise TypeError(f"{where}: expected a sentence, got {sentence!r:.80}")
    return answer(
        problem,
        translator=translator,
        semantics=semantics,
        prover=prover,
        engine=engine,
        budget=budget,
        core=core,
        core_effort=core_effort,
        samples=samples,
        variants=variants,
        vote=vote,
    )


def answer(
    problem: TextProblem,
    *,
    translator: Translator | None = None,
    semantics: Semantics = Semantics(),
    prover: Prover | None = None,
    engine: Engine = "auto",
    budget: int = DEFAULT_BUDGET,
    core: bool = False,
    core_effort: int = 50,
    samples: int | None = None,
    variants: Sequence[str | Variant] = (),
    vote: str | Voting = "majority",
) -> Answer:
    """As `reason`, for a problem that is one value, such as one read from a file."""
    settings: dict[str, Any] = {"prover": prover, "engine": engine, "budget": budget}
    effort: dict[str, Any] = {"core": core, "core_effort": core_effort}
    if samples is None and not variants:
        translation, errors = translate(problem, translator)
        return _decided(problem, translation, errors, semantics, settings | effort)
    chosen = _voting(vote)
    variants = variants if isinstance(variants, str) else tuple(variants)
    ask = getattr(translator, "sample", None)
    if ask is None:
        raise TypeError(
            f"{type(translator or English()).__name__} gives one translation only: "
            "several samples need a translator with a method sample, such as Direct"
        )
    if samples is not None:
        whole("samples", samples, 1)
    sampled = tuple(ask(problem, len(variants) if samples is None else samples, variants))
    found = _decided_each(problem, sampled, semantics, settings)
    votes = tuple(_vote(a, s.variant) for a, s in zip(found, sampled, strict=True))
    written = [best(a.translation) if a.decision else None for a in found]
    tally = chosen(votes, written) if isinstance(chosen, Rule) else chosen(votes)
    shown = _representative(found, votes, tally)
    if core and tally.label is not None:
        shown = _decided(problem, shown.translation, (), semantics, settings | effort)
    return replace(
        shown,
        decision=shown.decision if tally.label is not None else None,
        errors=() if any(a.decision for a in found) else shown.errors,
        tally=tally,
        votes=votes,
        samples=sampled,
        curve=_curve(chosen, votes, written),
    )


def _voting(vote: Any) -> Voting:
    """The rule that is named, or the rule or function that is given."""
    if not isinstance(vote, str) and not callable(vote):
        raise TypeError(f"expected a rule, its name or a function as vote, got {vote!r:.80}")
    return rule(vote) if isinstance(vote, str) else vote


def _curve(
    chosen: Voting, votes: Sequence[Vote], written: Sequence[Sequence[Formula] | None]
) -> tuple[Label | None, ...]:
    """The label after each vote; formulas are looked at where the rule counts them."""
    every = range(1, len(votes) + 1)
    if isinstance(chosen, Rule) and chosen.by_classes:
        return tuple(chosen(votes[:n], written[:n]).label for n in every)
    return tuple(chosen(votes[:n]).label for n in every)


def _decided(
    problem: TextProblem,
    translation: Translation,
    errors: tuple[NeurologicError, ...],
    semantics: Semantics,
    settings: dict[str, Any],
) -> Answer:
    """The answer that one translation gives."""
    warnings = translation_warnings(translation)
    if errors:
        return Answer(problem, translation, semantics, None, errors, warnings)
    formulas = best(translation)
    try:
        warnings = (*warnings, *undeclared(formulas, problem.signature, semantics))
        decision = decide(
            formulas[:-1],
            formulas[-1],
            semantics=semantics,
            signature=problem.signature,
            **settings,
        )
    except NeurologicError as error:
        errors = (located(error, translation),)
        return Answer(problem, translation, semantics, None, errors, warnings)
    return Answer(problem, translation, semantics, decision, (), warnings)


def _decided_each(
    problem: TextProblem,
    sampled: Sequence[Sampled],
    semantics: Semantics,
    settings: dict[str, Any],
) -> list[Answer]:
    """The answer of each translation; equal formulas are decided once."""
    known: dict[tuple[Formula, ...], Decision] = {}
    found = []
    for sample in sampled:
        if sample.translation is None:
            error = sample.error or TranslationError("the translator found no reading")
            found.append(Answer(problem, Translation(problem, ()), semantics, None, (error,)))
            continue
        translation, errors = checked(problem, sample.translation)
        formulas = best(translation)
        if not errors and formulas in known:
            warnings = translation_warnings(translation)
            one = Answer(problem, translation, semantics, known[formulas], (), warnings)
        else:
            one = _decided(problem, translation, errors, semantics, settings)
        if one.decision is not None:
            known[formulas] = one.decision
        found.append(one)
    return found


def _vote(one: Answer, variant: str) -> Vote:
    """What one translation says."""
    clash = bool(clashes(best(one.translation)))
    if one.verdict is not None:
        return Vote(one.verdict, clash, variant=variant)
    error = one.errors[0].kind or type(one.errors[0]).__name__
    return Vote(None, clash, error, variant)


def _representative(found: Sequence[Answer], votes: Sequence[Vote], tally: Tally) -> Answer:
    """The translation to show: one that voted for the winner, without a clash if possible.

    Where the vote abstains, or a rule made the label of other verdicts, the first with a decision.
    """

    def rank(at: int) -> tuple[bool, bool, bool, int]:
        label = found[at].label
        other = tally.label is None or label != tally.label
        return found[at].decision is None, other, votes[at].clash, at

    return found[min(range(len(found)), key=rank)]
