"""Readings that look alike and differ: exceptions, negation with some, and without."""

import pytest

from neurologic.english import English
from neurologic.errors import TranslationError
from neurologic.problem import Reading, TextProblem


def results(*sentences: str) -> tuple[object, ...]:
    """What becomes of the sentences, of which the last is the conclusion."""
    return English().translate(TextProblem(tuple(sentences[:-1]), sentences[-1])).sentences


def readings(*sentences: str) -> list[tuple[Reading, ...]]:
    """The readings of the sentences, all of which must be read."""
    found = []
    for result in results(*sentences):
        assert isinstance(result, tuple), result
        found.append(result)
    return found


def best(*sentences: str) -> list[str]:
    """The best formulas of the sentences, printed."""
    return [str(reading.formula) for reading, *_ in readings(*sentences)]


def refused(*sentences: str, place: int = -1) -> TranslationError:
    """The error of one of the sentences, the last unless another is asked for."""
    result = results(*sentences)[place]
    assert isinstance(result, TranslationError), result
    assert result.hint
    return result


EXCEPTIONS = {
    "No one but Bob is rich.": "(∀x (x ≠ bob → ¬Rich(x))) ∧ Rich(bob)",
    "Nobody but Bob sings.": "(∀x (x ≠ bob → ¬Sing(x))) ∧ Sing(bob)",
    "Nothing but Rex is a dog.": "(∀x (x ≠ rex → ¬Dog(x))) ∧ Dog(rex)",
    "Everyone but Bob is rich.": "(∀x (x ≠ bob → Rich(x))) ∧ ¬Rich(bob)",
    "Everyone except Bob is rich.": "(∀x (x ≠ bob → Rich(x))) ∧ ¬Rich(bob)",
    "Anyone but Bob is rich.": "(∀x (x ≠ bob → Rich(x))) ∧ ¬Rich(bob)",
    "Every man but Bob is rich.": "(∀x (Man(x) ∧ x ≠ bob → Rich(x))) ∧ Man(bob) ∧ ¬Rich(bob)",
    "No man but Bob is rich.": "(∀x (Man(x) ∧ x ≠ bob → ¬Rich(x))) ∧ Man(bob) ∧ Rich(bob)",
    "All men but Bob are rich.": "(∀x (Man(x) ∧ x ≠ bob → Rich(x))) ∧ Man(bob) ∧ ¬Rich(bob)",
    "Bob loves everyone but Ann.": "(∀x (x ≠ ann → Love(bob, x))) ∧ ¬Love(bob, ann)",
    "Bob loves no one but Ann.": "(∀x (x ≠ ann → ¬Love(bob, x))) ∧ Love(bob, ann)",
}


@pytest.mark.parametrize(("sentence", "formula"), EXCEPTIONS.items())
def test_but_after_a_quantifier_makes_an_exception(sentence: str, formula: str) -> None:
    assert best(sentence) == [formula]


def test_but_joins_predicates_and_clauses_as_and_does() -> None:
    assert best("Bob loves everyone but hates Ann.") == ["(∀x Love(bob, x)) ∧ Hate(bob, ann)"]
    assert best("Bob is rich but not kind.") == ["Rich(bob) ∧ ¬Kind(bob)"]
    assert best("No one sings but Bob dances.") == ["(∀x ¬Sing(x)) ∧ Dance(bob)"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Bob does not love everyone but Ann.",
        "If everyone but Bob sings then Ann dances.",
        "Someone but Bob is rich.",
        "Some men but Bob are rich.",
        "Ann but Bob is rich.",
        "Everyone but Ann and Bob is rich.",
        "No one who is rich but Bob is sad.",
        "Nobody but students is rich.",
    ],
)
def test_an_exception_that_has_no_clear_reading_is_refused(sentence: str) -> None:
    refused(sentence)


SOME = {
    "Bob does not love some woman.": "∃x (Woman(x) ∧ ¬Love(bob, x))",
    "Bob does not love someone.": "∃x ¬Love(bob, x)",
    "Bob does not see something red.": "∃x (Red(x) ∧ ¬See(bob, x))",
    "Everyone does not like someone.": "∀x ∃y ¬Like(x, y)",
    "Some man does not love some woman.": "∃x ∃y (Man(x) ∧ Woman(y) ∧ ¬Love(x, y))",
    "Bob is not in some house.": "∃x (House(x) ∧ ¬In(bob, x))",
    "If Bob does not love some woman then Ann is sad.": (
        "∀x (Woman(x) ∧ ¬Love(bob, x) → Sad(ann))"
    ),
    "Every man who does not love some woman is sad.": (
        "∀x ∀y (Man(x) ∧ Woman(y) ∧ ¬Love(x, y) → Sad(x))"
    ),
    "Bob does not love any woman.": "¬∃x (Woman(x) ∧ Love(bob, x))",
    "Bob does not love a woman.": "¬∃x (Woman(x) ∧ Love(bob, x))",
    "Bob does not love a man who loves some woman.": (
        "¬∃x ∃y (Man(x) ∧ Woman(y) ∧ Love(x, y) ∧ Love(bob, x))"
    ),
    "It is not the case that Bob loves some woman.": "¬∃x (Woman(x) ∧ Love(bob, x))",
}


@pytest.mark.parametrize(("sentence", "formula"), SOME.items())
def test_some_is_not_in_the_scope_of_not(sentence: str, formula: str) -> None:
    assert best(sentence) == [formula]


@pytest.mark.parametrize(
    "sentence",
    [
        "No man loves some woman.",
        "Neither Ann nor Bob loves some woman.",
        "Bob does not love some woman or some man.",
    ],
)
def test_some_in_other_negations_is_refused(sentence: str) -> None:
    assert "some" in refused(sentence).message


WITHOUT = {
    "Bob is without a house.": "¬∃x (House(x) ∧ With(bob, x))",
    "Bob is without money.": "¬∃x (Money(x) ∧ With(bob, x))",
    "Bob is without any car.": "¬∃x (Car(x) ∧ With(bob, x))",
    "Bob is not without a car.": "¬¬∃x (Car(x) ∧ With(bob, x))",
    "Bob is without Ann.": "¬With(bob, ann)",
    "Every man without a car walks.": "∀x ((Man(x) ∧ ¬∃y (Car(y) ∧ With(x, y))) → Walk(x))",
    "Everyone without money is sad.": "∀x ((¬∃y (Money(y) ∧ With(x, y))) → Sad(x))",
    "Bob lives without Ann.": "LiveWithout(bob, ann)",
}


@pytest.mark.parametrize(("sentence", "formula"), WITHOUT.items())
def test_without_is_a_negation(sentence: str, formula: str) -> None:
    assert best(sentence) == [formula]


@pytest.mark.parametrize(
    "sentence",
    ["Bob lives without a car.", "Bob lives without money.", "Bob is happy without a car."],
)
def test_a_verb_without_something_is_refused(sentence: str) -> None:
    assert "without" in refused(sentence).message
