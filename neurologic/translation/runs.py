"""Runs: one compositional translation of a problem on its way through its stages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from neurologic.dependency import DependencyStructure
from neurologic.errors import LLMError, NeurologicError, TranslationError
from neurologic.llm import LLM, Reply
from neurologic.problem import Reading
from neurologic.translation.accumulation import accumulate
from neurologic.translation.composing import Composing, Symbols
from neurologic.translation.compositions import Candidate, Composition, Read, StepFormula
from neurologic.translation.exchanges import Exchange
from neurologic.translation.prompting import Variant
from neurologic.translation.sampling import Sampled
from neurologic.translation.structuring import Structuring


@dataclass(slots=True)
class Run:
    """One translation of a problem on its way through the stages.

    Args:
        sentences: what is translated.
        symbols: what the formulas may be written with.
        variant: how the model is asked.
        llm: the model.
        turn: how many runs of this variant and model there are before this one.
        draft: the direct translation that the lexicon is taken from.
        concluding: the last sentence is the conclusion.
        found: the structures of each sentence, by its place.
        structuring, stage: the request for structures, and what reads its replies.
        composing: the requests for formulas, what reads their replies, and the place of the
            structure that each is about, -1 for sentences as a whole.
        fallen: the sentences without a structure, and why.
        direct: what the draft has of each sentence.
    """

    sentences: tuple[str, ...]
    symbols: Symbols
    variant: Variant
    llm: LLM
    turn: int = 0
    draft: Sampled | None = None
    concluding: bool = False
    found: dict[int, tuple[DependencyStructure, ...]] = field(default_factory=dict)
    structuring: Exchange | None = None
    stage: Structuring | None = None
    composing: list[tuple[Exchange, Composing, int]] = field(default_factory=list)
    fallen: dict[int, str] = field(default_factory=dict)
    direct: dict[int, Read] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.draft is None or self.draft.translation is None:
            return
        translation = self.draft.translation
        for at, found in enumerate(translation.sentences):
            if isinstance(found, NeurologicError):
                self.direct[at] = found
            elif found:
                self.direct[at] = found[0]
        read = [found.formula for found in self.direct.values() if isinstance(found, Reading)]
        self.symbols = self.symbols.with_formulas(read, translation.lexicon)

    def settle(self) -> None:
        """Take the structures that were found; a sentence without one is one unit, with a reason."""
        if self.stage is None:
            return
        self.found |= self.stage.found
        for at in self.stage.wanted:
            self.found[at] = (DependencyStructure.whole(self.sentences[at]),)
            errors = self.stage.errors.get(at, ())
            failure = self.structuring.failure if self.structuring else None
            told = errors[0].message if errors else failure.message if failure else "none was given"
            self.fallen[at] = told

    def structure(self, at: int, place: int) -> DependencyStructure:
        """One of the structures of a sentence; the sentence as one unit for -1."""
        if place < 0:
            return DependencyStructure.whole(self.sentences[at])
        return self.found[at][place]

    def candidates(self, at: int) -> tuple[Candidate, ...]:
        """The formulas of a sentence: composed ones by structure and sample, then the direct one."""
        found = []
        variant = str(self.variant)
        samples: Counter[int] = Counter()
        direct = [Candidate(self.direct[at], -1, 0, variant)] if at in self.direct else []
        for exchange, stage, place in self.composing:
            if at in stage.steps:
                sample = samples[place] + (len(direct) if place < 0 else 0)
                samples[place] += 1
                formulas = stage.found.get(at) or (_unasked(exchange),)
                found.append(Candidate(formulas[-1], place, sample, variant))
        return tuple(found + direct if samples.keys() - {-1} else direct + found)

    def steps(self, at: int) -> tuple[tuple[StepFormula, ...], ...]:
        """The steps of each structure of a sentence, with their formulas in each sample."""
        rows: list[tuple[StepFormula, ...]] = []
        for place in range(len(self.found.get(at, ()))):
            stages = [(e, s) for e, s, p in self.composing if p == place and at in s.steps]
            steps = accumulate(self.structure(at, place))
            said = [s.found.get(at) or (_unasked(e),) * len(steps) for e, s in stages]
            columns = [tuple(formulas[n] for formulas in said) for n in range(len(steps))]
            rows.append(tuple(map(StepFormula, steps, columns)))
        return tuple(rows)

    def exchanges(self) -> list[Exchange]:
        """What was asked for structures and formulas."""
        first = [self.structuring] if self.structuring else []
        return [*first, *(exchange for exchange, _, _ in self.composing)]

    def failure(self) -> LLMError | None:
        """Why the model could not be asked for formulas."""
        failures = (exchange.failure for exchange, _, _ in self.composing)
        return next((failure for failure in failures if failure is not None), None)

    def replies(self) -> dict[str, tuple[Reply, ...]]:
        """What the model said, by stage."""
        return {
            "translate": self.draft.replies if self.draft else (),
            "structure": tuple(self.structuring.replies if self.structuring else ()),
            "compose": tuple(reply for e, _, _ in self.composing for reply in e.replies),
        }

    def rounds(self) -> int:
        """How often the model was asked to mend a reply."""
        mended = sum(max(len(exchange.replies) - 1, 0) for exchange in self.exchanges())
        return mended + (self.draft.rounds if self.draft else 0)

    def place(self, at: int) -> str:
        """What a reader calls a sentence."""
        if not self.concluding:
            return f"sentence {at + 1}"
        return "conclusion" if at == len(self.sentences) - 1 else f"premise {at + 1}"

    def warnings(self, compositions: Sequence[Composition]) -> list[str]:
        """What a reader should know of how the formulas came about."""
        told = []
        for at, reason in sorted(self.fallen.items()):
            told.append(f"{self.place(at)}: translated as a whole, without a structure: {reason}")
        for at, composition in enumerate(compositions):
            failed = [c for c in composition.candidates if isinstance(c.formula, NeurologicError)]
            if failed and composition.error is None:
                number = f"{len(failed)} of {len(composition.candidates)} candidates"
                told.append(f"{self.place(at)}: {number} did not read")
            if composition.selection is not None:
                told += [f"{self.place(at)}: {doubt}" for doubt in composition.selection.doubts]
        stages = [stage for _, stage, _ in self.composing]
        told += dict.fromkeys(
            note for stage in (self.stage, *stages) if stage is not None for note in stage.notes
        )
        for exchange in self.exchanges():
            if exchange.failure is not None and exchange.replies:
                message = exchange.failure.message
                told.append(f"the model could not be asked to mend its reply: {message}")
        return told


def _unasked(exchange: Exchange) -> NeurologicError:
    message = "the model was not asked for a formula"
    return exchange.failure or TranslationError(message, kind="unasked")
