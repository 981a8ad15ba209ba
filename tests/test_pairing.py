"""A formula belongs to the sentence it stands with: what a repetition may change, and what not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.errors import TranslationError
from neurologic.translation.pairing import Entry, pair
from neurologic.translation.repeating import Repetitions, stem, wording

FORMULA = "P(a)"


def paired(sentence: str, said: str, *others: str, index: int | None = 1) -> str:
    """FORMULA if it is taken for the sentence, else why it is not."""
    (found, *_), strays, _ = pair([Entry(FORMULA, said, index)], [sentence, *others])
    if isinstance(found, str):
        return found
    assert {stray.kind for stray in strays} <= {"contradictory", "unknown sentence"}
    return " ".join(stray.message for stray in strays)


# --- what is another sentence ---------------------------------------------------------------------

DENIED = [
    ("Ann does not sing.", "Ann does sing."),
    ("Ann does not sing.", "Ann sings at all."),
    ("Ann doesn't sing in the choir.", "Ann does sing in the choir."),
    ("Ann doesn’t sing in the choir.", "Ann sings in the choir."),
    ("Ann can't sing in the choir.", "Ann can sing in the choir."),
    ("Ann cannot sing in the choir.", "Ann can sing in the choir."),
    ("No cook sings in the choir.", "Each cook sings in the choir."),
    ("Ann never sings in the choir.", "Ann ever sings in the choir."),
    ("None of the cooks sings at home.", "One of the cooks sings at home."),
    ("Nobody sings in the choir.", "Somebody sings in the choir."),
    ("No one sings in the choir.", "Someone sings in the choir."),
    ("Nothing rusts in the desert.", "Everything rusts in the desert."),
    ("Neither cook sings in the choir.", "Either cook sings in the choir."),
    ("Ann sings without a book.", "Ann sings with a book."),
    ("Ann sings unless Bo is tired.", "Ann sings because Bo is tired."),
    ("Ann hardly sings at home.", "Ann sings at home."),
    ("Ann is unhappy about the song.", "Ann is happy about the song."),
    ("It is false that Ann sings at home.", "It is true that Ann sings at home."),
    ("Ann fails to sing at home.", "Ann does sing at home."),
    ("3 ≠ 4 in this puzzle.", "3 = 4 in this puzzle."),
]
OTHERWISE = [
    ("Ann has two cats at home.", "Ann has three cats at home."),
    ("Ann comes on day 12.", "Ann comes on day 13."),
    ("Exactly one cook sings.", "Exactly two cooks sing."),
    ("The bus leaves at 9:30.", "The bus leaves at 9:45."),
    ("Ann sings in the choir.", "Bo sings in the choir."),
    ("Ann loves Bo.", "Bo loves Ann."),
    ("In town, Ann Lee sings.", "In town, Ann Fox sings."),
    ("All cooks are singers.", "All singers are cooks."),
    ("Ann sings or dances at home.", "Ann sings and dances at home."),
    ("Only cooks sing at home.", "All cooks sing at home."),
    ("Some cooks sing at home.", "All cooks sing at home."),
    ("Ann sings before Bo dances.", "Ann sings after Bo dances."),
    ("At least two cooks sing.", "At most two cooks sing."),
    ("Ann sings if it rains.", "Ann sings and it rains."),
]


@pytest.mark.parametrize(("sentence", "said"), DENIED + OTHERWISE)
def test_what_says_something_else_is_not_taken(sentence: str, said: str) -> None:
    for mine, other in ((sentence, said), (said, sentence)):
        assert paired(mine, other) != FORMULA
        assert paired(mine, other, index=None) != FORMULA


@pytest.mark.parametrize(("sentence", "said"), DENIED)
def test_the_place_alone_does_not_pair_a_sentence_with_its_denial(sentence: str, said: str) -> None:
    entries = [Entry("P", said), Entry("Q", "Snow lies on the hill.")]
    (found, _), strays, _ = pair(entries, [sentence, "Snow lies on the hill."])
    assert isinstance(found, TranslationError)
    assert [stray.kind for stray in strays] == ["contradictory"]


def test_the_error_says_what_differs_and_where() -> None:
    _, (stray,), _ = pair([Entry(FORMULA, "Ann sings.", 1)], ["Ann doesn't sing."])
    told = "the formula is given for sentence 1, but the sentence with it differs in a negation"
    assert stray.message == f"{told} ('not')"
    assert (stray.kind, stray.source) == ("contradictory", "formula 1 of the reply")
    assert stray.text[slice(*(stray.span or ()))] == FORMULA


def test_formulas_of_two_sentences_cannot_change_places() -> None:
    """The reviewer's example: the words are like both sentences, the numbers are swapped."""
    entries = [
        Entry("all x. (Dog(x) -> Lazy(x))", "Every dog is a lazy one", 1),
        Entry("all x. (Cat(x) -> Lazy(x))", "Every cat is a lazy one", 2),
    ]
    found, strays, _ = pair(entries, ["All cats are lazy.", "All dogs are lazy."], concluding=False)
    assert all(isinstance(formula, TranslationError) for formula in found)
    assert "more like sentence 2" in strays[0].message
    right = [Entry(entry.formula, entry.sentence, 3 - (entry.index or 0)) for entry in entries]
    found, strays, _ = pair(right, ["All cats are lazy.", "All dogs are lazy."], concluding=False)
    assert found == (entries[1].formula, entries[0].formula)
    assert strays == ()


def test_a_slip_is_no_other_name_of_the_problem() -> None:
    sentence, said = "In town Marian Leonhard sings.", "In town Maria Leonhard sings."
    assert paired(sentence, said) == FORMULA
    assert "a name" in paired(sentence, said, "At noon Maria dances.")
    twice = "At noon Leonhardt eats bread.", "At noon Leonard eats bread."
    assert paired(sentence, sentence.replace("Leonhard", "Leonard"), *twice) == FORMULA


def test_a_sentence_may_hold_another_one() -> None:
    sentence = "If Ann is tall and is a singer, then Ann lives in well knwon."
    said = "If Ann is tall and is a singer, then Ann lives in a big town."
    assert paired(sentence, said, "Ann lives in a big town.", index=None) == FORMULA


def test_words_that_share_little_are_another_sentence_in_spite_of_their_number() -> None:
    assert "another sentence" in paired("All dogs are lazy ones.", "All cats are crazy ones.")


def test_the_tail_of_a_long_sentence_counts() -> None:
    long = "Ann sings in the big hall of the old town, " * 40
    assert paired(f"{long} and Bo does not dance.", f"{long} and Bo does dance.") != FORMULA


def test_the_conclusion_is_no_exception() -> None:
    (found,), strays, _ = pair(
        [Entry(FORMULA, "Ann sings.", conclusion=True)], ["Ann does not sing."]
    )
    assert isinstance(found, TranslationError)
    assert "given for the conclusion" in strays[0].message


# --- what is the sentence all the same ------------------------------------------------------------

SAME = [
    ("Ann doesn't sing “at home”.", 'Ann doesn’t sing "at home"'),
    ("Ann doesn't sing at home.", "ANN DOES NOT SING AT HOME!"),
    ("Ann can't sing at home.", "Ann cannot sing at home."),
    ("Ann won't sing at home.", "Ann will not sing at home"),
    ("They aren't singing at home.", "They arent singing at home."),
    ("It's Ann's song.", "It is Ann's song."),
    ("Nobody sings in the choir.", "No one sings in the choir."),
    ("Two cooks have three cats.", "2 cooks have 3 cats."),
    ("The town has 1,000 cooks.", "The town has 1000 cooks."),
    ("The colour of Ann's centre is grey.", "The color of Ann's center is gray."),
    ("Ann realises that Bo travelled.", "Ann realizes that Bo traveled."),
    ("Every cook at the party sings.", "Every cook at party sings"),
    ("Ann is a cook in the U.S.A.", "Ann is a cook in the USA"),
    ("Zoë sings at the café.", "Zoe sings at the cafe."),
    ("All cooks are lazy.", "Every cook is a lazy one."),
    ("If someone studies, Ann sings.", "If somebody studies, Ann sings."),
    ("Someone either studys or sings.", "Someone either studies or sings."),
    ("[X] Ann sings in the choir.", "Ann sings in the choir."),
    ("In town Leonore Schmdt sings.", "In town Leonore Schmidt sings."),
    ("Tom is a big black cat.", "Tom is a large black cat."),
    ("Snow lies on the hill.", "The snow lies on the hill"),
    ("Fjord boats sail, and Ann sings.", "fjord boats sail and ann sings"),
]


@pytest.mark.parametrize(("sentence", "said"), SAME)
def test_honest_variation_still_pairs(sentence: str, said: str) -> None:
    assert paired(sentence, said) == FORMULA
    assert paired(said, sentence) == FORMULA
    assert paired(sentence, said, "Snow melts.", "Bo dances on the bridge.") == FORMULA


def test_equal_sentences_are_no_reason_against_each_other() -> None:
    twice = ["All cats purr.", "all cats purr"]
    entries = [Entry("P", "All the cats purr.", 1), Entry("Q", "All the cats purr.", 2)]
    assert pair(entries, twice)[0] == ("P", "Q")


@given(st.lists(st.sampled_from("Ann Bo sings not no all 3 2 cat, never. don't".split())))
def test_a_sentence_repeats_itself(words: list[str]) -> None:
    text = " ".join(words)
    repetitions = Repetitions([text, "Snow lies."])
    for said in (text, text.upper(), text.lower(), text.replace("'", "’")):
        assert repetitions.difference(0, wording(said)) == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_texts_are_compared(mine: str, said: str) -> None:
    found, strays, _ = pair([Entry("P", said, 1)], [mine])
    assert isinstance(found[0], str) or len(strays) == 1


@pytest.mark.parametrize(
    "words",
    [
        "study studies studied",
        "colour colours color",
        "centre center",
        "realise realized realizing",
    ],
)
def test_forms_of_a_word_have_one_stem(words: str) -> None:
    assert len(set(map(stem, words.split()))) == 1


def test_many_long_repetitions_take_bounded_time() -> None:
    sentences = [f"{'cook singer town hall ' * 10}{at} boat" for at in range(400)]
    entries = [Entry("P", f"the {s} boats", at % 400 + 1) for at, s in enumerate(sentences * 5)]
    found, strays, _ = pair(entries, sentences)
    assert len(found) == 400
    assert {stray.kind for stray in strays} <= {"contradictory"}
