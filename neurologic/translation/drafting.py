"""Draft and prune: several plans in plain words, a program for each, and a vote of those that hold up.

A program whose formulas do not read, contradict each other, or let no option or several fit says of
itself that it is wrong; it has no vote. What is left votes for the option that it proves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from functools import cache, lru_cache, reduce
from operator import add
from typing import Any

from neurologic.entailment import Verdict, decide
from neurologic.errors import LLMError, NeurologicError, SemanticsError, TranslationError, printable
from neurologic.llm import LLM, Message, Reply, Request, Usage, complete
from neurologic.problem import (
    PreparedProblem,
    Semantics,
    TextProblem,
    TextQuestion,
    Translation,
)
from neurologic.provers import DEFAULT_BUDGET, Prover
from neurologic.question import check_budget
from neurologic.translation.declaring import declaration_lines
from neurologic.translation.direct import Direct
from neurologic.translation.exchanges import Exchange, converse
from neurologic.translation.preparing import example_question, labelled, question_text
from neurologic.translation.programs import Drafted, Writing, vote
from neurologic.translation.prompting import (
    KEPT_PROMPTS,
    Variant,
    escaped,
    problem_text,
    shipped,
    variants_of,
)
from neurologic.translation.sampling import Sampled, check_temperature, whole

_LABEL = re.compile(r"[^\W_]{1,3}")
_LONGEST_PLAN = 20_000
_AGAIN = "Reply with the whole program again, mended, in one block."


@dataclass(frozen=True, slots=True)
class DraftAndPrune:
    r"""Plans several times in plain words, writes a program for each plan, and lets them vote.

    Args:
        llm: the model.
        plans: how many plans.
        rounds: how often a program that does not read goes back to the model at most.
        shots: how many examples are shown at most; None shows all.
        variant: how `translate` and `sample` ask for formulas, as `Direct` does.
        max_tokens: of a reply.
        effort: how hard the model is to think, in the backend's words.
        temperature: for a model that has one.
        limit: how many calls may be under way at a time.
        prover: decides what a program comes to.
        budget: resource units for each thing that is asked.
        semantics: what a verdict means, when `translate` looks which translations contradict
            themselves and which verdict most of them agree on.

    >>> from neurologic.llm import Scripted
    >>> model = Scripted([
    ...     "There are two days. Ann comes on one of them.",
    ...     "sort day = {mon, tue}\nconst ann: day\nann != mon\n? must be true\n"
    ...     "(A) ann = mon\n(B) ann = tue"])
    >>> puzzle = TextQuestion("Ann comes on Monday or Tuesday, not on Monday.", "When?",
    ...                       (("A", "Monday"), ("B", "Tuesday")))
    >>> print(DraftAndPrune(model, plans=1).choose(puzzle))
    B (votes: B 1)
      1  B
    """

    llm: LLM
    plans: int = 5
    rounds: int = 1
    shots: int | None = None
    variant: str | Variant = "default"
    max_tokens: int = 4096
    effort: str | None = None
    temperature: float | None = None
    limit: int = 8
    prover: Prover | None = None
    budget: int = DEFAULT_BUDGET
    semantics: Semantics = Semantics()

    def __post_init__(self) -> None:
        check_budget(self.budget)
        Variant.of(self.variant)  # a mistake is told before anything is asked
        for name, least in (("plans", 1), ("rounds", 0), ("max_tokens", 1), ("limit", 1)):
            whole(name, getattr(self, name), least)
        if self.shots is not None:
            whole("shots", self.shots, 0)
        check_temperature(self.temperature)

    def choose(self, problem: TextQuestion | PreparedProblem) -> Drafted:
        """The option that most of the programs for a puzzle come to.

        Args:
            problem: the puzzle as it stands in print, or in prepared sentences.

        Raises:
            TypeError: it is neither.
            SemanticsError: it has no options, two of one label, or a label that is not one to three
                letters or digits.
        """
        if isinstance(problem, TextQuestion):
            problem = replace(problem, options=labelled(problem.options))
            text, labels = question_text(problem), [label for label, _ in problem.options]
        elif isinstance(problem, PreparedProblem):
            text, labels = prepared_text(problem), [label for label, _ in problem.queries]
        else:
            raise TypeError(f"expected a TextQuestion or PreparedProblem, got {problem!r:.80}")
        if not labels or len(set(labels)) < len(labels):
            raise SemanticsError("expected options with a label of its own each")
        for label in labels:
            if not _LABEL.fullmatch(label):
                told = f"no program can have an option {printable(label[:40])!r}"
                hint = "a label is one to three letters or digits"
                raise SemanticsError(told, hint=hint)
        planned = self._planned(text, self.plans)
        plans = [_plan(reply) for reply in planned]
        writings, exchanges = [], []
        for at, plan in enumerate(plans):
            writing = Writing(
                plan if isinstance(plan, str) else "", labels, self.prover, self.budget
            )
            request = self._request(_writing(self.shots), f"{text}\n\n{_shown(writing.plan)}", at)
            writings.append(writing)
            exchanges.append(
                Exchange(
                    self.llm, request, writing.take, lambda: _AGAIN, open=isinstance(plan, str)
                )
            )
        converse(exchanges, rounds=self.rounds, limit=self.limit)
        programs = tuple(
            writing.program(exchange.failure if isinstance(plan, str) else plan, exchange.replies)
            for plan, writing, exchange in zip(plans, writings, exchanges, strict=True)
        )
        drafts = [reply for reply in planned if isinstance(reply, Reply)]
        written = [reply for exchange in exchanges for reply in exchange.replies]
        usage = reduce(add, (reply.usage for reply in (*drafts, *written)), Usage())
        calls = {"plan": len(drafts), "program": len(written)}
        return Drafted(*vote(programs), programs, (*drafts, *written), usage, calls)

    def translate(self, problem: TextProblem) -> Translation:
        """The first of several translations whose verdict most of those agree on that hold up.

        Where none holds up, it is the first that reads: texts may contradict themselves.

        Raises:
            LLMError: if the model could not be asked.
            TranslationError: if no reply could be used at all, no translation reads, or two verdicts
                have the most translations.
        """
        samples = self.sample(problem, self.plans)
        made = [sample.translation for sample in samples if sample.translation]
        if not made:
            raise next(sample.error for sample in samples if sample.error)
        verdicts = [self._verdict(translation) for translation in made]
        definite = (Verdict.ENTAILED, Verdict.REFUTED, Verdict.UNDETERMINED)
        votes = Counter(verdict for verdict in verdicts if verdict in definite)
        if not votes:
            first = _first_read(made)
            told = f"none of {len(samples)} translations holds up: this is the first that reads"
            return replace(first, warnings=(*first.warnings, told))
        (verdict, count), *others = votes.most_common()
        if tied := [other.name for other, number in others if number == count]:
            told = f"the translations disagree: a tie of {', '.join(sorted((verdict.name, *tied)))}"
            raise TranslationError(told, kind="tie")
        chosen = made[verdicts.index(verdict)]
        told = (
            f"{count} of {len(samples)} translations come to {verdict.name}; "
            f"{len(samples) - sum(votes.values())} were pruned"
        )
        return replace(chosen, warnings=(*chosen.warnings, told))

    def sample(
        self, problem: TextProblem, k: int, variants: Sequence[str | Variant] = ()
    ) -> tuple[Sampled, ...]:
        """`k` translations, each after a plan of its own; none is lost if one fails.

        Args:
            problem: the sentences.
            k: how many translations.
            variants: ways to ask for formulas, as texts such as `fine/order=2`; by default the
                translator's own.

        Raises:
            NeurologicError: if `k` is not positive or a variant cannot be read.
        """
        whole("samples", k, 1)
        ways = variants_of(variants, self.variant)
        text = problem_text(
            (*problem.premises, problem.conclusion), declarations=str(problem.signature)
        )
        planned = self._planned(text, k)
        plans = [_plan(reply) for reply in planned]
        found: dict[int, Sampled] = {}
        for at, way in enumerate(ways):
            shown = {n: plan for n in range(at, k, len(ways)) if isinstance(plan := plans[n], str)}
            if shown:
                llm = _Planned(way.llm or self.llm, list(shown.values()))
                made = self._direct(llm, way).sample(problem, len(shown))
                found |= dict(zip(shown, made, strict=True))
        return tuple(_whole(found.get(n), planned[n], str(ways[n % len(ways)])) for n in range(k))

    def _direct(self, llm: LLM, way: Variant) -> Direct:
        return Direct(
            llm,
            replace(way, llm=None, effort=way.effort or self.effort),
            shots=self.shots,
            rounds=self.rounds,
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            limit=self.limit,
        )

    def _verdict(self, translation: Translation) -> Verdict | None:
        """What a translation comes to; None if a sentence of it has no formula."""
        formulas = []
        for readings in translation.sentences:
            if isinstance(readings, NeurologicError) or not readings:
                return None
            formulas.append(readings[0].formula)
        try:
            return decide(
                formulas[:-1],
                formulas[-1],
                semantics=self.semantics,
                signature=translation.problem.signature,
                prover=self.prover,
                budget=self.budget,
            ).verdict
        except NeurologicError:
            return None

    def _planned(self, text: str, count: int) -> list[Reply | LLMError]:
        """The replies to requests for plans, each asking in a way of its own while they last."""
        instructions, ways = _planning()
        requests = [
            self._request(
                instructions, f"Plan this problem.\n\n{text}\n\n{ways[at % len(ways)]}", at
            )
            for at in range(count)
        ]
        return complete(self.llm, requests, limit=self.limit)

    def _request(self, system: str, text: str, sample: int) -> Request:
        return Request(
            system,
            (Message("user", text),),
            max_tokens=self.max_tokens,
            effort=self.effort,
            temperature=self.temperature,
            sample=sample,
        )


class _Planned:
    """A model that is shown a plan with each request: that of the request's sample."""

    def __init__(self, llm: LLM, plans: Sequence[str]) -> None:
        self.llm = llm
        self.model = str(getattr(llm, "model", ""))
        self._plans = plans

    async def __aenter__(self) -> _Planned:
        if isinstance(self.llm, AbstractAsyncContextManager):
            await self.llm.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        if isinstance(self.llm, AbstractAsyncContextManager):
            await self.llm.__aexit__(*error)

    async def complete(self, request: Request) -> Reply:
        first, *later = request.messages
        shown = Message(first.role, f"{first.text}\n\n{_shown(self._plans[request.sample])}")
        return await self.llm.complete(replace(request, messages=(shown, *later)))


def _plan(reply: Reply | LLMError) -> str | NeurologicError:
    """The plan in a reply, or why there is none."""
    if isinstance(reply, LLMError):
        return reply
    text = printable(reply.text[:_LONGEST_PLAN]).strip()
    if reply.stop == "refusal" or not text:
        told = "the model refused to plan" if reply.stop == "refusal" else "the plan is empty"
        return TranslationError(told, source="plan", kind=reply.stop)
    return text


def _shown(plan: str) -> str:
    """A plan as data."""
    return f"Somebody made this plan for it.\n<plan>\n{escaped(plan)}\n</plan>"


def _whole(sampled: Sampled | None, plan: Reply | LLMError, variant: str) -> Sampled:
    """The translation together with its plan."""
    if isinstance(plan, LLMError):
        return Sampled(None, plan, variant)
    if sampled is None:
        found = _plan(plan)
        error = found if isinstance(found, NeurologicError) else None
        return Sampled(None, error, variant, plan.usage, replies=(plan,))
    return replace(
        sampled, usage=plan.usage + sampled.usage, replies=(plan, *sampled.replies), variant=variant
    )


def _first_read(made: Sequence[Translation]) -> Translation:
    """The first translation of which each sentence has a formula.

    Raises:
        TranslationError: if there is none.
    """
    errors: list[NeurologicError] = []
    for translation in made:
        found = [s for s in translation.sentences if isinstance(s, NeurologicError)]
        if not found:
            return translation
        errors += found[:1]
    first = errors[0]
    raise TranslationError(
        f"no translation reads; the first: {first.message}",
        text=first.text,
        span=first.span,
        source=first.source,
        hint=first.hint,
        kind=first.kind,
    ) from first


def prepared_text(problem: PreparedProblem) -> str:
    """A prepared puzzle as data, of which nothing can be taken for markup."""
    fixed = {"declarations": declaration_lines(problem.signature)}
    asked: dict[str, Any] = {"question": problem.kind, "except": problem.exception}
    asked |= {"subject": problem.subject} if problem.subject else {}
    rows = [
        *([fixed | {"ranges": list(map(str, problem.theory))}] if problem.theory else [fixed]),
        *({"constraint": sentence} for sentence in problem.constraints),
        *({"condition of the question": sentence} for sentence in problem.conditions),
        asked,
        *({"label": label, "sentences": sentences} for label, sentences in problem.queries),
    ]
    return "\n".join(("<problem>", *map(escaped, rows), "</problem>"))


@cache
def _planning() -> tuple[str, tuple[str, ...]]:
    """What a plan is, and the ways to make one."""
    instructions, _, ways = shipped("plan")[0].partition("\n# Ways\n")
    return instructions.strip(), tuple(way[2:] for way in ways.strip().splitlines())


@lru_cache(maxsize=KEPT_PROMPTS)
def _writing(shots: int | None) -> str:
    """What a program is, with the examples."""
    instructions, examples = shipped("program")
    parts = [instructions]
    for number, example in enumerate(examples[:shots], 1):
        asked = f"{question_text(example_question(example))}\n\n{_shown(example['plan'])}"
        program = "\n".join(("```", *example["program"], "```"))
        parts.append(f"Example {number}\n\n{asked}\n\nThe reply:\n\n{program}")
    return "\n\n".join(parts)
