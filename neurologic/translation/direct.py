"""A language model translates a whole problem in one reply, which must pass the grammar.

What does not read, symbols that clash, and symbols of the conclusion that no premise uses go back to
the model at most twice; the attempt with the fewest problems is kept. A reply is text to be parsed
and nothing else: what it says apart from its formulas changes no verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add
from typing import Any

from neurologic.english import English
from neurologic.errors import LLMError, NeurologicError, SignatureError, TranslationError, printable
from neurologic.formula import Formula
from neurologic.llm import LLM, Message, Reply, Request, Usage, complete
from neurologic.parsing import locate, read
from neurologic.problem import Lexicon, Reading, TextProblem, Translation
from neurologic.signature import clashes, elaborate
from neurologic.translation.prompting import (
    Example,
    Prompt,
    Variant,
    escaped,
    problem_text,
    repair_text,
    reply_schema,
    shipped_prompt,
    system_text,
    variants_of,
)
from neurologic.translation.replies import Draft, read_reply
from neurologic.translation.rows import placed
from neurologic.translation.sampling import Sampled, Saved, check_temperature, whole
from neurologic.translation.vocabulary import merged, unused, used

_LONGEST_HISTORY = 20_000  # characters of a reply that are shown to the model again
_MOST_TOKENS = 32_000
_CUT = "the reply was cut off: allow more tokens"
_DOUBT = 1.0  # a reading that costs at most this much more than the best one may be meant as well

Sentence = tuple[Reading, ...] | NeurologicError


@dataclass(frozen=True, slots=True)
class Direct:
    r"""Translates by asking a language model once for all sentences of a problem (LINC, 2023).

    Args:
        llm: the model.
        variant: which prompt, which order of examples, how much effort.
        examples: shown instead of those of the prompt.
        shots: how many examples are shown at most; None shows all.
        rounds: how often problems go back to the model at most.
        repair: mend what is almost a formula; every repair is listed in the reading.
        hybrid: sentences that offline English reads, and reads in one way only, are not sent.
        max_tokens: of a reply.
        temperature: for a model that has one.
        limit: how many calls may be under way at a time.

    >>> from neurologic.llm import Scripted
    >>> model = Scripted(["TEXT: All cats purr.\nFOL: all x. (Cat(x) -> Purr(x))\n"
    ...                   "TEXT: Tom is a cat.\nFOL: Cat(tom)\nTEXT: Tom purrs.\nFOL: Purr(tom)"])
    >>> problem = TextProblem(("All cats purr.", "Tom is a cat."), "Tom purrs.")
    >>> [str(readings[0].formula) for readings in Direct(model).translate(problem).sentences]
    ['∀x (Cat(x) → Purr(x))', 'Cat(tom)', 'Purr(tom)']
    """

    llm: LLM
    variant: str | Variant = "default"
    examples: tuple[Example, ...] | None = None
    shots: int | None = None
    rounds: int = 2
    repair: bool = True
    hybrid: bool = False
    max_tokens: int = 4096
    temperature: float | None = None
    limit: int = 8

    def __post_init__(self) -> None:
        Variant.of(self.variant)  # a mistake is told before anything is asked
        for name, least in (("shots", 0), ("rounds", 0), ("max_tokens", 1), ("limit", 1)):
            value = getattr(self, name)
            if value is not None or name != "shots":
                whole(name, value, least)
        check_temperature(self.temperature)

    def translate(self, problem: TextProblem) -> Translation:
        """The readings of each sentence, or the error that stopped it.

        Raises:
            LLMError: if the model could not be asked.
            TranslationError: if its reply could not be used at all.
        """
        (sampled,) = self.sample(problem, 1)
        if sampled.translation is None:
            assert sampled.error is not None
            raise sampled.error
        return sampled.translation

    def sample(
        self, problem: TextProblem, k: int, variants: Sequence[str | Variant] = ()
    ) -> tuple[Sampled, ...]:
        """`k` translations, shared out among the variants in turn; none is lost if one fails.

        Args:
            problem: the sentences.
            k: how many translations.
            variants: ways to ask, as texts such as `fine/order=2/effort=high`; by default the
                translator's own.

        Raises:
            NeurologicError: if `k` is not positive or a variant cannot be read.
        """
        whole("samples", k, 1)
        ways = variants_of(variants, self.variant)
        part = _part(problem, self.hybrid)
        if not part.sent:
            return tuple(Sampled(part.known, saved=part.saved, variant="offline") for _ in range(k))
        turns: Counter[tuple[str, int]] = Counter()
        jobs = []
        for at in range(k):
            way = ways[at % len(ways)]
            key = (str(way), id(way.llm))
            jobs.append(_Job(part, way, self._request(part, way, turns[key])))
            turns[key] += 1
        for _ in range(self.rounds + 1):
            self._ask([job for job in jobs if job.open])
        return tuple(job.result() for job in jobs)

    def _request(self, part: _Part, variant: Variant, sample: int) -> Request:
        prompt = variant.prompt
        prompt = prompt if isinstance(prompt, Prompt) else shipped_prompt(prompt)
        examples = prompt.examples if self.examples is None else self.examples
        shown = examples if self.shots is None else examples[: self.shots]
        asked = "Translate these sentences.\n\n" + part.text
        return Request(
            system_text(prompt, shown, variant.order),
            (Message("user", asked),),
            max_tokens=self.max_tokens,
            schema=reply_schema(part.concluding) if prompt.layout == "json" else None,
            effort=variant.effort,
            temperature=self.temperature,
            sample=sample,
        )

    def _ask(self, jobs: Sequence[_Job]) -> None:
        """One call for each job, those of one model at the same time."""
        models: dict[int, tuple[LLM, list[_Job]]] = {}
        for job in jobs:
            llm = self.llm if job.variant.llm is None else job.variant.llm
            models.setdefault(id(llm), (llm, []))[1].append(job)
        for llm, own in models.values():
            for job, reply in zip(
                own, complete(llm, [job.request for job in own], limit=self.limit), strict=True
            ):
                job.take(reply, self.repair)


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a problem is sent to the model, and the readings of the rest.

    Args:
        problem: all sentences.
        sent: the places of those that are sent.
        known: the readings of the others, with a placeholder for each sent one.
        saved: what is not sent.
        text: how the sentences are put to the model.
    """

    problem: TextProblem
    sent: tuple[int, ...]
    known: Translation
    saved: Saved
    text: str

    @property
    def concluding(self) -> bool:
        """Whether the conclusion is among the sentences sent."""
        return len(self.problem.premises) in self.sent

    @property
    def sentences(self) -> list[str]:
        """The sentences sent."""
        texts = (*self.problem.premises, self.problem.conclusion)
        return [texts[at] for at in self.sent]

    def place(self, at: int) -> str:
        """What the model calls the sentence at a place of the problem: its number as it was sent."""
        if at == len(self.problem.premises):
            return "conclusion"
        return f"sentence {self.sent.index(at) + 1}" if at in self.sent else "a fixed sentence"


def _part(problem: TextProblem, hybrid: bool) -> _Part:
    texts = (*problem.premises, problem.conclusion)
    known: list[Sentence] = [TranslationError("the model was not asked", text=t) for t in texts]
    translation, sent = Translation(problem, tuple(known)), tuple(range(len(texts)))
    if hybrid:
        try:
            translation = English().translate(problem)
        except NeurologicError:  # such as sorts that offline English cannot meet: all is sent
            hybrid = False
        else:
            found = translation.sentences
            sent = tuple(at for at in sent if not _is_sure(found[at]))
    kept = [texts[at] for at in sent]
    text = problem_text(
        kept,
        concluding=len(problem.premises) in sent,
        lexicon=translation.lexicon if hybrid else Lexicon(),
        declarations=str(problem.signature),
    )
    saved = Saved()
    if hybrid and len(sent) < len(texts):
        others = [at for at in range(len(texts)) if at not in sent]
        spared = sum(_spared(texts[at], translation.sentences[at]) for at in others)
        fixed = len(escaped([translation.lexicon.predicates, translation.lexicon.constants]))
        saved = Saved(len(others), max(spared - fixed, 0) // 4 if sent else spared // 4)
    return _Part(problem, sent, translation, saved, text)


def _is_sure(readings: Sentence) -> bool:
    """Whether a sentence was read offline, and nothing else may be meant by it."""
    if isinstance(readings, NeurologicError) or not readings:
        return False
    return all(other.cost - readings[0].cost > _DOUBT for other in readings[1:])


def _spared(text: str, readings: Sentence) -> int:
    """The characters of request and reply that a sentence not sent would have taken."""
    formula = "" if isinstance(readings, NeurologicError) else str(readings[0].formula)
    row = {"index": 1, "role": "premise", "sentence": text}
    return len(escaped(row)) + len(escaped({**row, "formula": formula}))


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What became of one reply.

    Args:
        draft: its formulas, None if it could not be used at all.
        translation: all sentences with their readings.
        hard: what stands in the way of a verdict.
        soft: what is suspicious.
    """

    draft: Draft | None
    translation: Translation
    hard: tuple[NeurologicError, ...]
    soft: tuple[NeurologicError, ...] = ()

    @property
    def badness(self) -> tuple[bool, int, int]:
        """The attempt with the least is the best."""
        return self.draft is None, len(self.hard), len(self.soft)


@dataclass(slots=True)
class _Job:
    """One sample on its way: what to ask next, and the attempts so far."""

    part: _Part
    variant: Variant
    request: Request
    attempts: list[_Attempt] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    failure: LLMError | None = None
    open: bool = True

    def take(self, reply: Reply | LLMError, repair: bool) -> None:
        """Read a reply, and ask once more if there is something to mend."""
        if isinstance(reply, LLMError):
            self.failure, self.open = reply, False
            return
        repeated = bool(self.replies) and self.replies[-1].text == reply.text
        self.replies.append(reply)
        attempt = _attempt(self.part, reply, repair)
        self.attempts.append(attempt)
        problems = (*attempt.hard, *attempt.soft)
        self.open = bool(problems) and not repeated and reply.stop != "refusal"
        if self.open:
            again = (
                self.request.messages[0],
                Message("assistant", _history(reply.text)),
                Message("user", repair_text(problems)),
            )
            most = self.request.max_tokens
            if reply.stop == "length":
                most = max(most, min(most * 2, _MOST_TOKENS))
            self.request = replace(self.request, messages=again, max_tokens=most)

    def result(self) -> Sampled:
        """The best attempt, or why there is none."""
        usage = reduce(add, (reply.usage for reply in self.replies), Usage())
        rounds, variant = max(len(self.replies) - 1, 0), str(self.variant)
        best = min(self.attempts, key=lambda attempt: attempt.badness, default=None)
        translation: Translation | None = None
        error: NeurologicError | None = self.failure
        if best is not None:
            strays = best.draft.strays if best.draft else best.hard
            error = strays[0] if strays else None
            if error is None:
                translation = self._finished(best)
        replies = tuple(self.replies)
        return Sampled(translation, error, variant, usage, rounds, replies, self.part.saved)

    def _finished(self, best: _Attempt) -> Translation:
        warnings = [*self.part.known.warnings, *(best.draft.notes if best.draft else ())]
        warnings += [f"{e.source}: {e.message}" for e in best.soft if e.kind != "clash"]
        if self.failure is not None:
            warnings.append(
                f"the model could not be asked to mend its reply: {self.failure.message}"
            )
        saved = self.part.saved
        if saved.sentences:
            whole = len(best.translation.sentences)
            warnings.append(
                f"{saved.sentences} of {whole} sentences were read offline, "
                f"which saved about {saved.tokens} tokens"
            )
        return replace(best.translation, warnings=tuple(map(printable, warnings)))


def _history(text: str) -> str:
    """A reply as it is shown to the model again."""
    return printable(text[:_LONGEST_HISTORY]).strip() or "(nothing)"


def _attempt(part: _Part, reply: Reply, repair: bool) -> _Attempt:
    problem = part.problem
    try:
        if reply.stop == "refusal":
            raise TranslationError("the model refused to translate", source="reply", kind="refusal")
        cut = reply.stop == "length"
        draft = read_reply(reply.text, part.sentences, concluding=part.concluding, cut=cut)
    except TranslationError as error:
        if reply.stop == "length":
            error.hint = _CUT
        return _Attempt(None, part.known, (error,))
    sentences = list(part.known.sentences)
    hard: list[NeurologicError] = []
    for at, formula in zip(part.sent, draft.formulas, strict=True):
        sentences[at] = found = _read(formula, problem, repair)
        if isinstance(found, NeurologicError) and found.kind == "unpaired" and cut:
            found.hint = _CUT
        if isinstance(found, NeurologicError):
            hard.append(placed(found, part.place(at)))
    texts = [None if isinstance(s, NeurologicError) else s[0] for s in sentences]
    formulas = [reading.formula if reading else None for reading in texts]
    known = part.known.lexicon if len(part.sent) < len(sentences) else Lexicon()
    lexicon = merged(known, draft.lexicon, used(f for f in formulas if f is not None))
    soft = tuple(_suspicions(part, texts, formulas, draft.lexicon))
    soft += _sorts(part, formulas)
    translation = Translation(problem, tuple(sentences), lexicon)
    return _Attempt(draft, translation, (*hard, *draft.strays), soft)


def _read(formula: str | TranslationError, problem: TextProblem, repair: bool) -> Sentence:
    if isinstance(formula, TranslationError):
        return formula
    try:
        return (read(formula, repair=repair, signature=problem.signature),)
    except NeurologicError as error:
        return error


def _suspicions(
    part: _Part,
    readings: Sequence[Reading | None],
    formulas: Sequence[Formula | None],
    declared: Lexicon,
) -> Iterator[NeurologicError]:
    """Clashing symbols, and symbols of the conclusion that no premise uses."""
    for clash in clashes(f for f in formulas if f is not None):
        yield _about(part, readings, range(len(readings)), clash.name, str(clash), "clash")
    arities: dict[str, set[int]] = {}
    for name, arity, _ in declared.predicates:
        arities.setdefault(name, set()).add(arity)
    for name, arity, _ in used(f for f in formulas if f is not None).predicates:
        if name in arities and arity not in arities[name]:
            listed = " and ".join(map(str, sorted(arities[name])))
            message = f"{name} is declared with {listed} arguments and used with {arity}"
            yield _about(part, readings, range(len(readings)), name, message, "arity")
    *premises, conclusion = formulas
    if conclusion is None or not premises or any(premise is None for premise in premises):
        return
    for name, message in unused(conclusion, [p for p in premises if p is not None]):
        yield _about(part, readings, (len(premises),), name, message, "unused")


def _sorts(part: _Part, formulas: Sequence[Formula | None]) -> tuple[NeurologicError, ...]:
    """Why the formulas do not fit together, or the declarations, if they do not."""
    found = {at: formula for at, formula in enumerate(formulas) if formula is not None}
    try:
        elaborate(tuple(found.values()), part.problem.signature)
    except SignatureError as error:
        at = next((at for at, formula in found.items() if str(formula) == error.text), None)
        return (placed(error, "symbols" if at is None else part.place(at)),)
    return ()


def _about(
    part: _Part,
    readings: Sequence[Reading | None],
    places: Iterable[int],
    name: str,
    message: str,
    kind: str,
) -> NeurologicError:
    """An error about a symbol, located where it first stands."""
    shown: dict[str, Any] = {"source": "symbols"}
    for at in places:
        reading = readings[at]
        if reading is None or at not in part.sent:
            continue
        span = locate(reading.text, name)
        if span is not None:
            shown = {"text": reading.text, "span": span, "source": part.place(at)}
            break
    return TranslationError(message, kind=kind, **shown)
