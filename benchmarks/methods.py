"""Methods: ways to answer an example. `ByTranslation` asks the library to translate and decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from benchmarks.data import Example, Label
from benchmarks.scoring import Reading
from neurologic.errors import NeurologicError
from neurologic.problem import Semantics, Translator

if TYPE_CHECKING:
    from neurologic.reasoning import Answer


@dataclass(frozen=True, slots=True)
class Finding:
    """What a method found out about an example; the fields are those of `scoring.Outcome`."""

    status: str
    answer: Label | None = None
    translated: bool = False
    scored: bool = True
    reading: Reading | None = None
    formulas: tuple[str, ...] = ()
    error: Exception | None = None
    clash: bool = False
    rlimit: int = 0


class Method(Protocol):
    """Anything that answers an example."""

    @property
    def name(self) -> str:
        """What the method is called in a summary."""
        ...

    def answer(self, example: Example) -> Finding:
        """The finding for one example; an exception becomes an error of that example alone."""
        ...


@dataclass(frozen=True, slots=True)
class ByTranslation:
    """Translate the sentences of an example and decide.

    Args:
        name: what the method is called in a summary.
        translator: turns the sentences into formulas.
        semantics: what the verdicts mean.
    """

    name: str
    translator: Translator
    semantics: Semantics = Semantics()

    def answer(self, example: Example) -> Finding:
        """The library's own answer to the sentences of the example."""
        return asked(example.premises, example.conclusion, self.translator, self.semantics)


def english(semantics: Semantics = Semantics()) -> ByTranslation:
    """The method `english`: the rules of controlled English, offline."""
    from neurologic.english import English

    return ByTranslation("english", English(), semantics)


def asked(
    premises: Sequence[str],
    conclusion: str,
    translator: Translator,
    semantics: Semantics,
    reading: Reading | None = None,
) -> Finding:
    """The finding that `neurologic.reason` leads to."""
    from neurologic.reasoning import reason

    answer = reason(premises, conclusion, translator=translator, semantics=semantics)
    return _finding(answer, reading)


def _finding(answer: Answer, reading: Reading | None) -> Finding:
    from neurologic.signature import clashes

    formulas = tuple("" if formula is None else str(formula) for formula in answer.formulas)
    sentences = answer.translation.sentences
    translated = len(sentences) == len(answer.problem.premises) + 1 and not any(
        isinstance(sentence, NeurologicError) or not sentence for sentence in sentences
    )
    if answer.decision is None:
        error = next(iter(answer.errors), None)
        status = "ERROR" if translated else "UNTRANSLATED"
        return Finding(
            status, translated=translated, reading=reading, formulas=formulas, error=error
        )
    return Finding(
        status=answer.decision.verdict.name,
        answer=cast("Label | None", answer.label),
        translated=True,
        reading=reading,
        formulas=formulas,
        clash=bool(clashes(filter(None, answer.formulas))),
        rlimit=answer.decision.rlimit,
    )
