"""A language model translates sentence by sentence, each built up from its parts (CLOVER).

Ryu et al., ICLR 2025: a sentence is taken apart into a dependency structure; by rule that gives
shorter sentences, the simplest first, whose formulas are asked for in one go; several structures
and samples give several candidates, and of these one is selected by proof. A formula that fails
leaves the other candidates of its sentence; a sentence of which no candidate reads is an error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import get_args

from neurologic.errors import LLMError, NeurologicError, TranslationError, printable
from neurologic.formula import Formula
from neurologic.llm import LLM, Message, Reply, Request, Usage
from neurologic.problem import Lexicon, Reading, TextProblem, Translation
from neurologic.signature import Signature, elaborate
from neurologic.translation import composing, structuring
from neurologic.translation.accumulation import accumulate
from neurologic.translation.composing import Composing, Symbols, compose_system
from neurologic.translation.compositions import Candidate, Composed, Composition
from neurologic.translation.direct import Direct
from neurologic.translation.exchanges import Exchange, converse
from neurologic.translation.judging import Judge, ModelJudge
from neurologic.translation.prompting import Variant, variants_of
from neurologic.translation.runs import Run
from neurologic.translation.sampling import Sampled, check_temperature, whole
from neurologic.translation.selection import Selection, Verify, placed, select
from neurologic.translation.structuring import Structuring, offline, structure_system
from neurologic.translation.vocabulary import merged, used


@dataclass(frozen=True, slots=True)
class Compositional:
    r"""Translates each sentence by its parts, in several ways, and selects one formula by proof.

    Args:
        llm: the model.
        structures: how many ways a sentence is taken apart at most; 0 takes none apart.
        samples: how often the formulas for each structure are asked for.
        verify: `none` takes the first candidate, `consistency` the heaviest class of equivalent
            ones, `disprove` also asks a judge about situations in which classes differ.
        judge: who is asked; by default the model.
        offline: the English chart takes apart what it reads; the model is asked for the rest.
        shots: how many examples are shown in each request at most; None shows all.
        rounds: how often problems of each request go back to the model at most.
        repair: mend what is almost a formula; every repair is listed in the reading.
        max_tokens: of a reply.
        temperature: for a model that has one.
        limit: how many calls may be under way at a time.

    >>> from neurologic.llm import Scripted
    >>> model = Scripted([
    ...     '{"sentences": [{"index": 1, "structures": [{"components": [{"name": "U1", "text": '
    ...     '"Tom purrs"}, {"name": "D1", "text": "does not"}], "edges": ["D1 -> U1"]}]}]}',
    ...     '{"sentences": [{"index": 1, "steps": [{"text": "Tom purrs", "formula": "Purr(tom)"}, '
    ...     '{"text": "Tom does not purr.", "formula": "-Purr(tom)"}]}]}'])
    >>> composed = Compositional(model).compose(["Tom does not purr."])
    >>> print(composed.formulas[0], composed.calls)
    ¬Purr(tom) {'structure': 1, 'compose': 1}
    """

    llm: LLM
    structures: int = 3
    samples: int = 1
    verify: Verify = "consistency"
    judge: Judge | None = None
    offline: bool = False
    shots: int | None = None
    rounds: int = 2
    repair: bool = True
    max_tokens: int = 8192
    temperature: float | None = None
    limit: int = 8

    def __post_init__(self) -> None:
        least = {"structures": 0, "samples": 1, "rounds": 0, "max_tokens": 1, "limit": 1}
        least |= {} if self.shots is None else {"shots": 0}
        for name, value in least.items():
            whole(name, getattr(self, name), value)
        if self.verify not in get_args(Verify):
            expected = ", ".join(get_args(Verify))
            raise NeurologicError(f"verify is {self.verify!r:.80}, expected one of {expected}")
        if self.judge is not None and not callable(self.judge):
            raise TypeError(f"expected a judge that can be called, got {self.judge!r:.80}")
        check_temperature(self.temperature)

    def compose(
        self,
        sentences: Iterable[str],
        *,
        signature: Signature = Signature(),
        theory: Iterable[Formula] = (),
        lexicon: Lexicon = Lexicon(),
        concluding: bool = False,
    ) -> Composed:
        """The formula of each sentence, under declarations that all of them share.

        Args:
            sentences: what is translated.
            signature: declared sorts and symbols.
            theory: what holds by the declarations alone, such as the range of a number.
            lexicon: what the symbols mean, and symbols that are not declared.
            concluding: the last sentence is a conclusion; for the names of sentences in warnings.

        Raises:
            TypeError: if a sentence is no text, or the signature or the lexicon is none.
            SignatureError: if the declarations or the theory are ill-sorted.
        """
        if not isinstance(signature, Signature):
            raise TypeError(f"expected a Signature, got {signature!r:.80}")
        if not isinstance(lexicon, Lexicon):
            raise TypeError(f"expected a Lexicon, got {lexicon!r:.80}")
        texts = () if isinstance(sentences, str) else tuple(sentences)
        if isinstance(sentences, str) or not all(isinstance(text, str) for text in texts):
            raise TypeError(f"expected a list of sentences, got {texts or sentences!r:.80}")
        symbols = Symbols(signature, tuple(theory), lexicon)
        elaborate(symbols.theory, signature)
        run = Run(texts, symbols, Variant(), self.llm, concluding=concluding)
        (composed,) = self._composed([run])
        return composed

    def composed(self, problem: TextProblem) -> Composed:
        """The formulas of a problem; without declared symbols, one call of `Direct` finds them.

        Raises:
            LLMError: if the model could not be asked for the symbols.
            TranslationError: if its reply could not be used at all.
        """
        (run,) = self._runs(problem, 1, ())
        if isinstance(run, Sampled):
            assert run.error is not None
            raise run.error
        (composed,) = self._composed([run])
        return composed

    def translate(self, problem: TextProblem) -> Translation:
        """The reading of each sentence, or the error that stopped it.

        Raises:
            LLMError: if the model could not be asked.
            SignatureError: if the declarations of the problem are ill-sorted.
            TranslationError: if there is no lexicon since the model's reply could not be used.
        """
        (sampled,) = self.sample(problem, 1)
        if sampled.translation is None:
            assert sampled.error is not None
            raise sampled.error
        return sampled.translation

    def sample(
        self, problem: TextProblem, k: int, variants: Sequence[str | Variant] = ()
    ) -> tuple[Sampled, ...]:
        """`k` translations, each with all its stages, shared out among the variants in turn.

        Args:
            problem: the sentences.
            k: how many translations.
            variants: ways to ask; the prompt is that of the lexicon, the order of examples, effort
                and model those of all stages.

        Raises:
            NeurologicError: if `k` is not positive, a variant cannot be read, or the declarations
                of the problem are ill-sorted.
        """
        whole("samples", k, 1)
        runs = self._runs(problem, k, variants)
        composed = iter(self._composed([run for run in runs if isinstance(run, Run)]))
        return tuple(
            run if isinstance(run, Sampled) else _sampled(next(composed), problem, run)
            for run in runs
        )

    def _runs(
        self, problem: TextProblem, k: int, variants: Sequence[str | Variant]
    ) -> list[Run | Sampled]:
        """What is to be composed, with the symbols that it starts from; or why it cannot start."""
        if not isinstance(problem, TextProblem):
            raise TypeError(f"expected a TextProblem, got {problem!r:.80}")
        ways = variants_of(variants, "default")
        sentences = (*problem.premises, problem.conclusion)
        symbols = Symbols(problem.signature)
        drafts: tuple[Sampled | None, ...] = (None,) * k
        if not problem.signature.symbols:
            drafts = self._direct().sample(problem, k, ways)
        else:
            elaborate((), problem.signature)
        turns: Counter[tuple[int, str | None, int]] = Counter()
        runs: list[Run | Sampled] = []
        for at, draft in enumerate(drafts):
            way = ways[at % len(ways)]
            llm = self.llm if way.llm is None else way.llm
            asked = way.order, way.effort, id(llm)  # the prompt is that of the draft alone
            turn = turns[asked]
            turns[asked] += 1
            if draft is not None and draft.translation is None:
                runs.append(draft)
                continue
            runs.append(Run(sentences, symbols, way, llm, turn, draft, concluding=True))
        return runs

    def _direct(self) -> Direct:
        return Direct(
            self.llm,
            shots=self.shots,
            rounds=self.rounds,
            repair=self.repair,
            max_tokens=self.max_tokens,
            temperature=self.temperature,
            limit=self.limit,
        )

    def _composed(self, runs: Sequence[Run]) -> list[Composed]:
        """All stages of several runs, each stage of all of them at the same time."""
        for run in runs:
            self._structure(run)
        self._converse([run.structuring for run in runs if run.structuring])
        for run in runs:
            self._compose(run)
        self._converse([exchange for run in runs for exchange, _, _ in run.composing])
        return [self._selected(run) for run in runs]

    def _converse(self, exchanges: Sequence[Exchange]) -> None:
        converse(exchanges, rounds=self.rounds, limit=self.limit)

    def _exchange(
        self, run: Run, system: str, stage: Structuring | Composing, schema: str, sample: int = 0
    ) -> Exchange:
        request = Request(
            system,
            (Message("user", stage.request()),),
            max_tokens=self.max_tokens,
            schema=schema,
            effort=run.variant.effort,
            temperature=self.temperature,
            sample=sample,
        )
        return Exchange(run.llm, request, stage.read, stage.again)

    def _structure(self, run: Run) -> None:
        """Prepare the request for the structures of all sentences, without those read offline."""
        if not self.structures:
            return
        read = offline(run.sentences) if self.offline else ()
        run.found = {at: found[: self.structures] for at, found in enumerate(read) if found}
        wanted = {at for at, s in enumerate(run.sentences) if at not in run.found and s.strip()}
        if wanted:
            stage = Structuring(run.sentences, wanted, self.structures)
            system = structure_system(run.variant.order, self.shots)
            run.structuring = self._exchange(run, system, stage, structuring.SCHEMA, run.turn)
            run.stage = stage

    def _compose(self, run: Run) -> None:
        """Prepare a request for the formulas of each structure, for all sentences that have it."""
        run.settle()
        system = compose_system(run.variant.order, self.shots)
        most = max(map(len, run.found.values()), default=0)
        places = range(most) if self.structures else (-1,)
        asked = self.samples if self.structures or run.draft is None else self.samples - 1
        for place in places:
            steps = {
                at: accumulate(run.structure(at, place))
                for at, sentence in enumerate(run.sentences)
                if sentence.strip() and place < len(run.found.get(at, ()))
            }
            for sample in range(asked if steps else 0):
                stage = Composing(run.sentences, steps, run.symbols, self.repair)
                number = run.turn * self.samples + sample
                exchange = self._exchange(run, system, stage, composing.SCHEMA, number)
                run.composing.append((exchange, stage, place))

    def _selected(self, run: Run) -> Composed:
        judge = self.judge
        if judge is None and self.verify == "disprove":
            judge = ModelJudge(run.llm, effort=run.variant.effort, temperature=self.temperature)
        compositions = tuple(self._composition(run, at, judge) for at in range(len(run.sentences)))
        replies = run.replies() | {"judge": tuple(_judged(compositions))}
        every = tuple(reply for stage in replies.values() for reply in stage)
        formulas = [c.formula for c in compositions if c.formula is not None]
        return Composed(
            compositions,
            merged(run.symbols.lexicon, used(formulas)),
            reduce(add, (reply.usage for reply in every), Usage()),
            every,
            {stage: len(said) for stage, said in replies.items() if said},
            tuple(map(printable, run.warnings(compositions))),
            run.rounds(),
        )

    def _composition(self, run: Run, at: int, judge: Judge | None) -> Composition:
        """The candidates of a sentence, and the one that is selected."""
        sentence = run.sentences[at]
        candidates = run.candidates(at)
        made = Composition(sentence, run.found.get(at, ()), run.steps(at), candidates)
        read = [n for n, c in enumerate(candidates) if isinstance(c.formula, Reading)]
        if not read:
            return replace(made, error=_unread(sentence, candidates, run.failure()))
        try:
            chosen = select(
                [c.formula.formula for c in candidates if isinstance(c.formula, Reading)],
                sentence=sentence,
                verify=self.verify,
                judge=judge,
                signature=run.symbols.signature,
                theory=run.symbols.theory,
                lexicon=run.symbols.lexicon,
            )
        except NeurologicError as error:
            return replace(made, error=error)
        selection = _numbered(chosen, read)
        if selection.chosen is None:
            span = (0, len(sentence) or 1)
            message = f"no candidate is taken: {selection.reason}"
            none = TranslationError(message, text=sentence, span=span, kind="no choice")
            return replace(made, selection=selection, error=none)
        return replace(made, selection=selection)


def _judged(compositions: Iterable[Composition]) -> Iterator[Reply]:
    """What a model that is the judge replied."""
    for composition in compositions:
        judgements = composition.selection.judgements if composition.selection else ()
        yield from (each.reply for each in judgements if each.reply is not None)


def _unread(
    sentence: str, candidates: Sequence[Candidate], failure: LLMError | None
) -> NeurologicError:
    """Why a sentence has no formula: the first error of its candidates."""
    errors = [c.formula for c in candidates if isinstance(c.formula, NeurologicError)]
    if not errors:
        span = (0, len(sentence) or 1)
        message = "there is nothing to translate" if not sentence.strip() else "no formula"
        return failure or TranslationError(message, text=sentence, span=span, kind="empty")
    first = errors[0]
    if len(errors) == 1 or isinstance(first, LLMError):
        return first
    return TranslationError(
        f"none of the {len(errors)} candidate formulas reads; the first: {first.message}",
        text=first.text,
        span=first.span,
        hint=first.hint,
        kind=first.kind,
    )


def _numbered(selection: Selection, places: Sequence[int]) -> Selection:
    """The selection among the candidates that read, with places among all candidates."""
    return replace(
        selection,
        chosen=None if selection.chosen is None else places[selection.chosen],
        classes=tuple(placed(each, places) for each in selection.classes),
    )


def _sampled(composed: Composed, problem: TextProblem, run: Run) -> Sampled:
    """What became of one run; there is no translation if the model could not be asked at all."""
    errors = composed.errors
    failed = sum(isinstance(error, LLMError) for error in errors)
    dead = failed == len(composed.compositions)
    return Sampled(
        None if dead else composed.translation(problem),
        errors[0] if dead else None,
        str(run.variant),
        composed.usage,
        composed.rounds,
        composed.replies,
    )
