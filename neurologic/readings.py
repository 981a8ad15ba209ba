"""Readings of a problem: the formula of each sentence, its errors with their places, its warnings."""

from __future__ import annotations

from collections.abc import Iterator

from neurologic.english import English
from neurologic.errors import NeurologicError, TranslationError
from neurologic.formula import Formula
from neurologic.notation import render
from neurologic.problem import Reading, TextProblem, Translation, Translator
from neurologic.signature import clashes, near_duplicates

_CLOSE = 1.0  # a second reading is worth a warning if it costs at most this much more


def translate(
    problem: TextProblem, translator: Translator | None = None
) -> tuple[Translation, tuple[NeurologicError, ...]]:
    """The problem's translation, and the errors of the sentences that have no formula."""
    translator = English() if translator is None else translator
    try:
        translation = translator.translate(problem)
    except NeurologicError as error:  # such as a language model that cannot be asked
        return Translation(problem, ()), (error,)
    return checked(problem, translation)


def checked(
    problem: TextProblem, translation: Translation
) -> tuple[Translation, tuple[NeurologicError, ...]]:
    """The translation, and an error for each sentence without a formula."""
    wanted = len(problem.premises) + 1
    if len(translation.sentences) != wanted:
        message = f"expected readings of {wanted} sentences, got {len(translation.sentences)}"
        return Translation(problem, ()), (TranslationError(message, source="translator"),)
    errors: list[NeurologicError] = []
    for index, sentence in enumerate(translation.sentences):
        match sentence:
            case NeurologicError():
                errors.append(sentence.at(place(problem, index)))
            case ():
                message = "the translator found no reading"
                text = (*problem.premises, problem.conclusion)[index]
                span = (0, len(text))
                errors.append(
                    TranslationError(message, text=text, span=span, source=place(problem, index))
                )
    return translation, tuple(errors)


def place(problem: TextProblem, index: int) -> str:
    """Where a sentence stands: `premise 2`, `conclusion`, or its line in a file.

    >>> place(TextProblem(("A", "B"), "C"), 1)
    'premise 2'
    """
    if index < len(problem.sources):
        return problem.sources[index]
    return "conclusion" if index == len(problem.premises) else f"premise {index + 1}"


def best(translation: Translation) -> tuple[Formula, ...]:
    """The formula of each sentence that has one, from its best reading."""
    found = (best_reading(sentence) for sentence in translation.sentences)
    return tuple(reading.formula for reading in found if reading)


def translation_warnings(translation: Translation) -> tuple[str, ...]:
    """What a reader should know: notes, repairs, other readings, clashing or near equal symbols."""
    return tuple(_warnings(translation))


def located(error: NeurologicError, translation: Translation) -> NeurologicError:
    """An error about one of the formulas, said to stand at the sentence it came from."""
    for index, sentence in enumerate(translation.sentences):
        reading = best_reading(sentence)
        if reading and error.text and error.text == render(reading.formula):
            error.at(place(translation.problem, index))
            break
    return error


def best_reading(sentence: tuple[Reading, ...] | NeurologicError) -> Reading | None:
    """The first of a sentence's readings; None for one that has none."""
    return None if isinstance(sentence, NeurologicError) or not sentence else sentence[0]


def _warnings(translation: Translation) -> Iterator[str]:
    for index, sentence in enumerate(translation.sentences):
        if isinstance(sentence, NeurologicError) or not sentence:
            continue
        first, *others = sentence
        where = place(translation.problem, index)
        yield from (f"{where}: repaired: {note.message}" for note in first.repairs)
        yield from (f"{where}: {note.message}" for note in first.notes)
        for other in others[:1]:
            if other.cost - first.cost > _CLOSE:
                break
            yield f"{where}: could also be read as {render(other.formula)}"
    yield from translation.warnings
    formulas = best(translation)
    yield from map(str, clashes(formulas))
    yield from map(str, near_duplicates(formulas))
