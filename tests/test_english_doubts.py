"""Sentences that seem plain and are not: each is refused, or read with a warning, or read right."""

import pytest

from neurologic.english import English
from neurologic.errors import TranslationError
from neurologic.problem import Reading, TextProblem


def results(*sentences: str) -> tuple[object, ...]:
    """What becomes of the sentences, of which the last is the conclusion."""
    return English().translate(TextProblem(tuple(sentences[:-1]), sentences[-1])).sentences


def read(*sentences: str, place: int = -1) -> tuple[Reading, ...]:
    """The readings of one of the sentences, the last unless another is asked for."""
    result = results(*sentences)[place]
    assert isinstance(result, tuple), result
    return result


def formulas(*sentences: str, place: int = -1) -> list[str]:
    """The formulas of one of the sentences, the likeliest first."""
    return [str(reading.formula) for reading in read(*sentences, place=place)]


def notes(*sentences: str, place: int = -1) -> list[str]:
    """What is to be known of the likeliest reading of one of the sentences."""
    return [note.message for note in read(*sentences, place=place)[0].notes]


REFUSED = {
    "Men, who are mortal, are sad.": "commas",
    "Every cat, which is fierce, sleeps.": "commas",
    "John does not love Mary and Sue.": "not",
    "Bob is not in Rome and Paris.": "not",
    "Nobody likes Mary and Sue.": "not",
    "Nobody likes cats and dogs.": "not",
    "Every man who does not love Mary and Sue is sad.": "not",
    "John fails to win.": "to",
    "John refuses to eat.": "to",
    "John is able to swim.": "to",
    "John has to win.": "to",
    "John stopped eating.": "eating",
    "John is afraid of flying.": "flying",
    "Bob and Ann are siblings.": "each other",
    "Bob and Ann are not friends.": "each other",
}


@pytest.mark.parametrize(("sentence", "word"), REFUSED.items())
def test_a_sentence_that_may_mean_two_things_is_refused(sentence: str, word: str) -> None:
    (result,) = results(sentence)
    assert isinstance(result, TranslationError), result
    assert word in result.message
    assert result.hint


READ = {
    "John, who is tall, sings.": "Tall(john) ∧ Sing(john)",
    "The king, who is old, sings.": "Old(king) ∧ Sing(king)",
    "John does not love Mary or Sue.": "¬(Love(john, mary) ∨ Love(john, sue))",
    "John does not love both Mary and Sue.": "¬(Love(john, mary) ∧ Love(john, sue))",
    "John goes to Rome.": "GoTo(john, rome)",
    "John listens to cats.": "∃x (Cat(x) ∧ ListenTo(john, x))",
    "Bob is a sibling of Ann.": "SiblingOf(bob, ann)",
    "Bob and Ann are students.": "Student(bob) ∧ Student(ann)",
    "Bob loves a king.": "∃x (King(x) ∧ Love(bob, x))",
}


@pytest.mark.parametrize(("sentence", "formula"), READ.items())
def test_its_plainer_relatives_are_read(sentence: str, formula: str) -> None:
    assert formulas(sentence, "Eve is kind.", place=0)[0] == formula


def test_a_clause_between_commas_is_not_asked() -> None:
    (result,) = results("John, who is tall, sings?")
    assert isinstance(result, TranslationError)


@pytest.mark.parametrize(
    ("question", "formula"),
    [
        ("Isn't Bob nice?", "Nice(bob)"),
        ("Doesn't Bob sing?", "Sing(bob)"),
        ("Aren't cats animals?", "∀x (Cat(x) → Animal(x))"),
        ("Is Bob not nice?", "¬Nice(bob)"),
    ],
)
def test_a_negative_question_asks_whether_the_positive_statement_holds(
    question: str, formula: str
) -> None:
    assert formulas(question)[0] == formula


def test_all_are_not_comes_with_the_reading_not_all_are() -> None:
    assert formulas("All men are not mortal.") == [
        "∀x (Man(x) → ¬Mortal(x))",
        "¬∀x (Man(x) → Mortal(x))",
    ]
    assert formulas("Every man does not sing.") == [
        "∀x (Man(x) → ¬Sing(x))",
        "¬∀x (Man(x) → Sing(x))",
    ]


@pytest.mark.parametrize(
    "sentence",
    ["All red people are not blue.", "Each man is not mortal.", "Men are not mortal."],
)
def test_a_rule_that_is_not_ambiguous_has_one_reading(sentence: str) -> None:
    assert len(formulas(sentence)) == 1


def test_a_text_of_negative_rules_has_no_reading_not_all() -> None:
    assert (
        len(formulas("Cats are not dogs.", "Every dog is not a bird.", "Rex sings.", place=1)) == 1
    )


def test_a_bare_plural_object_comes_with_the_reading_about_all() -> None:
    assert formulas("Ann likes cats.") == [
        "∃x (Cat(x) ∧ Like(ann, x))",
        "∀x (Cat(x) → Like(ann, x))",
    ]
    assert notes("Ann likes cats.") == ["'cats' is read as some of them"]
    assert notes("Cats like milk.") == ["'milk' is read as some of them"]


def test_people_are_noted_to_be_everything_where_the_text_speaks_of_kinds() -> None:
    warned = notes("Rich people are happy.", "Rex is a dog.", "Rex is rich.", place=0)
    assert warned == ["'people' is taken to include everything, whatever else it is said to be"]
    assert notes("Rich people are happy.", "The dog is rich.", "Rex is rich.", place=0) == []


PRIVATIVE = {
    "John is a fake doctor.": "FakeDoctor(john)",
    "John is a former president.": "FormerPresident(john)",
    "John is a rich former president.": "Rich(john) ∧ FormerPresident(john)",
    "John is a former rich president.": "FormerRichPresident(john)",
}


@pytest.mark.parametrize(("sentence", "formula"), PRIVATIVE.items())
def test_a_fake_doctor_is_not_taken_to_be_a_doctor(sentence: str, formula: str) -> None:
    others = ("All doctors are rich.", "The gun is fake.", "All presidents sing.")
    assert formulas(*others, sentence, "Eve is kind.", place=3) == [formula]


def test_the_whale_may_be_every_whale_where_whales_are_spoken_of() -> None:
    assert formulas("The whale is a mammal.", "Moby is a whale.", "Moby is old.", place=0) == [
        "Mammal(whale) ∧ Whale(whale)",
        "∀x (Whale(x) → Mammal(x))",
    ]
    assert notes("The whale is a mammal.", "Moby is a whale.", "Moby is old.", place=0) == [
        "'the whale' is read as one whale"
    ]
    assert len(formulas("The whale is a mammal.", "Moby is old.", place=0)) == 1
    assert len(formulas("A whale sings.", "The whale is old.", "Moby is a whale.", place=1)) == 1


def test_the_man_of_a_conclusion_is_noted_to_be_unknown_to_the_premises() -> None:
    assert "no premise speaks of the man" in notes("Bob is a man.", "The man sings.")
    assert notes("A man sings.", "The man sings.") == []
    assert notes("The man is rich.", "Bob is a man.", "The man sings.") == []
