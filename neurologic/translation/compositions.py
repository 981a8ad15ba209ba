"""Compositions: how the formulas of sentences were built and chosen, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import TypeAlias

from neurologic.dependency import DependencyStructure
from neurologic.errors import NeurologicError, printable
from neurologic.formula import Formula
from neurologic.llm import Reply, Usage
from neurologic.problem import Lexicon, Reading, TextProblem, Translation
from neurologic.translation.accumulation import Step
from neurologic.translation.selection import Selection

Read: TypeAlias = Reading | NeurologicError
"""A formula as it was read, or why it was not."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One formula for a sentence, or why it is none.

    Args:
        formula: its reading, or the error.
        structure: the place of the structure that it was composed by; -1 for one that was not.
        sample: which of the samples of that structure it is.
        variant: how the model was asked.
    """

    formula: Read
    structure: int
    sample: int = 0
    variant: str = ""


@dataclass(frozen=True, slots=True)
class StepFormula:
    """A step to a sentence with what it became.

    Args:
        step: its text, its components, and the rule that made it.
        formulas: its reading or its error in each sample.
    """

    step: Step
    formulas: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class Composition:
    """How the formula of a sentence was built and chosen.

    Args:
        sentence: the sentence.
        structures: how it was taken apart, without those that are not valid.
        steps: for each structure the sentences that lead to the sentence, with their formulas.
        candidates: all formulas for it, also those that do not read.
        selection: which of the candidates is taken, and on what grounds; None if none reads.
        error: why there is no formula.
    """

    sentence: str
    structures: tuple[DependencyStructure, ...] = ()
    steps: tuple[tuple[StepFormula, ...], ...] = ()
    candidates: tuple[Candidate, ...] = ()
    selection: Selection | None = None
    error: NeurologicError | None = None

    @property
    def reading(self) -> Reading | None:
        """The reading of the candidate that is taken."""
        if self.error is not None or self.selection is None or self.selection.chosen is None:
            return None
        found = self.candidates[self.selection.chosen].formula
        return found if isinstance(found, Reading) else None

    @property
    def formula(self) -> Formula | None:
        """The formula that is taken."""
        return self.reading.formula if self.reading else None

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def __str__(self) -> str:
        lines = [self.sentence]
        for structure, steps in zip(self.structures, chain(self.steps, repeat(())), strict=False):
            lines += [f"  {line}" for line in str(structure).splitlines()]
            for step in steps:
                said = " | ".join(map(_said, step.formulas))
                lines.append(f"    {step.step.text} ::: {said}")
        lines.append(f"  => {self.selection if self.error is None else self.error.message}")
        return printable("\n".join(lines))


def _said(found: Read) -> str:
    return found.message if isinstance(found, NeurologicError) else str(found.formula)


@dataclass(frozen=True, slots=True)
class Composed:
    """The sentences of a problem, each with its formula or its error, and what that took.

    Args:
        compositions: one for each sentence.
        lexicon: what the words became.
        usage: the tokens of all calls.
        replies: what the model said, by the order of the stages.
        calls: how many replies each stage took: `translate` (for a lexicon), `structure`,
            `compose`, `judge`.
        warnings: what a reader should know.
        rounds: how often the model was asked to mend a reply.
    """

    compositions: tuple[Composition, ...]
    lexicon: Lexicon = field(default_factory=Lexicon)
    usage: Usage = field(default_factory=Usage)
    replies: tuple[Reply, ...] = ()
    calls: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    rounds: int = 0

    @property
    def formulas(self) -> tuple[Formula | None, ...]:
        """The formula of each sentence, None where there is none."""
        return tuple(composition.formula for composition in self.compositions)

    @property
    def errors(self) -> tuple[NeurologicError, ...]:
        """Why sentences have no formula."""
        return tuple(c.error for c in self.compositions if c.error is not None)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def __str__(self) -> str:
        return "\n".join(map(str, self.compositions))

    def translation(self, problem: TextProblem) -> Translation:
        """The formulas as a translation of the problem that they are of."""
        return Translation(
            problem,
            tuple(_readings(composition) for composition in self.compositions),
            self.lexicon,
            self.warnings,
            self.compositions,
        )


def _readings(composition: Composition) -> tuple[Reading, ...] | NeurologicError:
    if composition.error is not None:
        return composition.error
    return () if composition.reading is None else (composition.reading,)
