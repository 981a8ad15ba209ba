"""What controlled English refuses: every sentence is read, or the error shows where it fails."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.english import English
from neurologic.english.translator import MAX_WORDS
from neurologic.errors import NeurologicError, TranslationError
from neurologic.problem import Note, Reading, TextProblem

CORPUS = Path(__file__).parent / "corpus" / "english_errors.txt"


def blocks() -> list[tuple[str, str]]:
    """Each sentence of the corpus with the message below it."""
    found = CORPUS.read_text(encoding="utf-8").split("\n\n")
    return [
        tuple(block.strip("\n").split("\n", 1))  # type: ignore[misc]
        for block in found
        if block.strip() and not block.startswith("#")
    ]


def results(*sentences: str) -> tuple[tuple[Reading, ...] | NeurologicError, ...]:
    """What becomes of the sentences, of which the last is the conclusion."""
    return English().translate(TextProblem(tuple(sentences[:-1]), sentences[-1])).sentences


def refusal(*sentences: str) -> NeurologicError:
    """The error of the last sentence."""
    last = results(*sentences)[-1]
    assert isinstance(last, TranslationError), last
    return last


@pytest.mark.parametrize(("sentence", "message"), blocks())
def test_an_error_shows_what_and_where_and_how_to_say_it(sentence: str, message: str) -> None:
    error = refusal(sentence)
    assert str(error) == message
    assert error.text == sentence


def test_a_premise_is_no_question() -> None:
    first, _ = results("Is Ann kind?", "Ann is old.")
    assert isinstance(first, TranslationError)
    assert first.span == (11, 12)


def test_a_pronoun_does_not_reach_across_sentences() -> None:
    _, second = results("Ann is kind.", "She is old.")
    assert isinstance(second, TranslationError)
    assert "'She' has no antecedent" in second.message


def test_the_noun_is_refused_where_the_text_speaks_of_several() -> None:
    error = refusal("A red car is new.", "A blue car is new.", "The car is fast.")
    assert "which car" in error.message


def test_a_conclusion_of_another_tense_is_refused() -> None:
    error = refusal("Ann was rich.", "Ann is rich.")
    assert "tense" in error.message
    assert isinstance(results("Ann was rich.", "Was Ann rich?")[-1], tuple)


@pytest.mark.parametrize(
    ("past", "present"),
    [
        ("Ann was rich.", "Ann is not rich."),
        ("Ann did not sing.", "Ann sings."),
        ("Ann loved Bob and Carl.", "Ann does not love Bob."),
        ("Ann was not loved by Bob.", "Bob loves Ann."),
    ],
)
def test_premises_that_only_their_tenses_keep_from_contradiction_are_refused(
    past: str, present: str
) -> None:
    for premises in ((past, present), (present, past)):
        first, second, _ = results(*premises, "Eve is kind.")
        assert isinstance(first, tuple)
        assert isinstance(second, TranslationError)
        assert "tense" in second.message
        assert premises[0] in second.message


def test_a_contradiction_in_one_tense_is_read() -> None:
    first, second, _ = results("Ann was rich.", "Ann was not rich.", "Eve is kind.")
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)


def test_premises_that_say_a_predicate_in_two_tenses_are_noted() -> None:
    found = results("Ann was rich.", "All rich men sing.", "Ann was a man.", "Ann sings.")
    notes = [{n.message for n in r[0].notes} for r in found if isinstance(r, tuple)]
    assert notes == [
        {"tense is not represented"},
        {"'x is rich' is said in the past tense elsewhere"},
        {"tense is not represented", "'x is a man' is said in the present tense elsewhere"},
        set(),
    ]


@pytest.mark.parametrize(
    ("sentence", "word"),
    [("Ann was rich.", "was"), ("Ann did not sing.", "did"), ("Ann loved Bob.", "loved")],
)
def test_a_past_tense_is_noted_at_its_word(sentence: str, word: str) -> None:
    (result,) = results(sentence)
    assert isinstance(result, tuple)
    start = sentence.index(word)
    assert Note("tense is not represented", (start, start + len(word))) in result[0].notes


def test_an_error_in_one_sentence_leaves_the_others_their_readings() -> None:
    first, second = results("Most birds fly.", "Tweety is a bird.")
    assert isinstance(first, TranslationError)
    assert isinstance(second, tuple)


def test_an_error_says_where_its_sentence_stands() -> None:
    problem = TextProblem(("Most birds fly.",), "Ann sings.", sources=("line 1", "line 2"))
    error = English().translate(problem).sentences[0]
    assert isinstance(error, TranslationError)
    assert error.source == "line 1"


@pytest.mark.parametrize("text", ["", "   ", "...", "?", "\n"])
def test_an_empty_sentence_is_refused(text: str) -> None:
    assert "empty" in refusal(text).message


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ud800", "\u202e"])
def test_a_control_character_is_shown_where_it_stands(character: str) -> None:
    error = refusal(f"Anne is{character} cold.")
    assert error.span == (7, 8)
    assert str(error).isprintable() or "\n" in str(error)


HOSTILE = {
    "a conjunction without end": "Anne is cold and " * 5000,
    "many clauses": "Anne is cold" + " and Bob is kind" * 45 + ".",
    "many adjectives": "The " + "cold " * 150 + "cat sleeps.",
    "many names": "Anne " * 180,
    "many nouns": "cats " * 180,
    "nested relative clauses": "Anne likes a cat" + " that likes a cat" * 45 + ".",
    "centre embedding": "The cat " + "that the cat " * 40 + "likes " * 41 + "Bob.",
    "nested conditions": "If " * 60 + "Anne is cold.",
    "nested denials": "It is not the case that " * 30 + "Anne is cold.",
    "nested places": "Anne sees a cat" + " in a cat" * 60 + ".",
    "nested possession": "Anne is the mother" + " of the mother" * 50 + " of Bob.",
    "mixed connectives": "Anne is cold" + " or kind and red" * 40 + ".",
    "one long word": "a" * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_sentence_is_read_or_refused_but_never_overflows(text: str) -> None:
    (result,) = results(text)
    if isinstance(result, NeurologicError):
        assert result.span is not None
    else:
        assert hash(result[0].formula) == hash(result[0].formula)


def test_a_sentence_of_too_many_words_is_refused_at_the_first_word_too_many() -> None:
    error = refusal("cat " * (MAX_WORDS + 1))
    assert error.span == (4 * MAX_WORDS, 4 * MAX_WORDS + 3)


WORDS = (
    "all every no some a the cat cats dog sees sleeps sleep red Anne Bob is are not and or if then "
    "who that it they either neither nor only than of in by can does do , ' . ? \x00 3 most"
).split(" ")


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_text_has_readings_or_a_located_error(text: str) -> None:
    for result in results(text, text):
        if isinstance(result, NeurologicError):
            assert isinstance(result, TranslationError)
            assert result.span is not None
            start, end = result.span
            assert 0 <= start < end <= len(text) + 1
            assert str(result)
        else:
            assert result
            assert [r.cost for r in result] == sorted(r.cost for r in result)


def test_a_generic_sentence_is_refused_where_the_text_makes_an_exception() -> None:
    first, *others = results(
        "Birds fly.", "Penguins are birds.", "Penguins do not fly.", "Tweety flies."
    )
    assert isinstance(first, TranslationError)
    assert "'Penguins do not fly.'" in first.message
    assert first.span == (0, 5)
    assert all(isinstance(other, tuple) for other in others)


def test_a_universal_sentence_stands_even_where_the_text_contradicts_it() -> None:
    premises = ("All birds fly.", "All penguins are birds.", "No penguin flies.")
    assert all(isinstance(result, tuple) for result in results(*premises, "Tweety flies."))
