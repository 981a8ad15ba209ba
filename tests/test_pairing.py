"""A formula belongs to the sentence it stands with: what a repetition may change, and what not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.errors import TranslationError
from neurologic.translation import pairing
from neurologic.translation.pairing import Entry, pair
from neurologic.translation.repeating import Repetitions, stem, wording
from tests.instructions import instructions

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
    ("A cat sings.", "All cats sing."),
    ("Cooks sing at home.", "Every cook sings at home."),
    ("Ann feeds any cat at home.", "Ann feeds some cat at home."),
    ("If anyone sings, then Ann dances.", "If everyone sings, then Ann dances."),
    ("Both cooks sing at home.", "The cooks sing at home."),
    ("Ann must sing at home.", "Ann may sing at home."),
    ("Ann can sing at home.", "Ann should sing at home."),
    ("Ann needs to sing at home.", "Ann is to sing at home."),
    ("In town the big cat sings.", "In town the big dog sings."),
    ("Ann is a young cook at home.", "Ann is an old cook at home."),
    ("Ann is an old cook at home.", "Ann is a cook at home."),
    ("Ann sings because Bo dances.", "Ann sings and Bo dances."),
    ("Tom is a big black cat.", "Tom is a large black cat."),
    ("The typical cook at home sings well.", "The atypical cook at home sings well."),
    ("The payer in this town sings well.", "The payee in this town sings well."),
    ("Ann is tall at home in town.", "Ann is taller at home in town."),
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
    said = "If Ann is tall and is a singer, then Ann lives in the well known."
    assert paired(sentence, said, "Ann lives in the well known.", index=None) == FORMULA
    said = said.replace("well known", "big town")
    assert paired(sentence, said, "Ann lives in the big town.", index=None) != FORMULA


def test_few_words_with_another_one_are_another_sentence() -> None:
    for sentence, said in (("The cat sings.", "The dog sings."), ("Ann sings.", "Ann dances.")):
        assert paired(sentence, said) != FORMULA
        assert paired(sentence, said, "Snow lies on the hill.", index=None) != FORMULA


def test_another_word_of_the_problem_is_no_slip() -> None:
    sentence, said = "At home Ann feeds the small cat.", "At home Ann feeds the small bat."
    assert paired(sentence, said, "The cat sings.", "The bat dances.") != FORMULA
    assert paired(sentence, said, "The cat sings.") != FORMULA


def test_what_is_taken_for_a_slip_is_noted() -> None:
    sentence, said = "Ann feels tired with a glu.", "Ann feels tired with a flu."
    for index in (1, None):
        _, _, (note,) = pair([Entry(FORMULA, said, index)], [sentence, "Snow lies on the hill."])
        assert note.endswith("with 'flu' for 'glu'")


def test_where_the_place_tells_the_sentence_content_may_be_put_in_other_words() -> None:
    entries = [
        Entry("P", "Tom and his cats will go to sleep."),
        Entry("Q", "Snow lies on the hill."),
    ]
    sentences = ["Tom and the pets of his will go to bed.", "Snow lies on the hill."]
    found, strays, notes = pair(entries, sentences)
    assert (found, strays) == (("P", "Q"), ())
    assert "by its place" in notes[0]
    entries[0] = Entry("P", "Tom and all his cats will go to sleep.")
    assert isinstance(
        pair(entries, ["Tom and a cat of his will go to sleep.", sentences[1]])[0][0],
        TranslationError,
    )


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
    ("Snow lies on the hill.", "The snow lies on the hill"),
    ("Fjord boats sail, and Ann sings.", "fjord boats sail and ann sings"),
    ("Ann ate bread at home.", "Ann eats bread at home."),
    ("The women sang in the choir.", "The woman sings in the choir."),
    ("Ann is both tall and old.", "Ann is tall and old."),
    ("A well-paid cook sings at home.", "A wellpaid cook sings at home."),
    ("Ann foes not sing in the choir at home.", "Ann does not sing in the choir at home."),
    ("Ann feels tired at home with a glu.", "Ann feels tired at home with the flu."),
    ("Symptons of old age include deafness.", "Symptoms of old age include deafness."),
    ("The politicans in town sing at noon.", "The politicians in town sing at noon."),
    ("Ann sings in the choir.", "Ann sings in the choir at all."),
    ("Thus everyone at home sings.", "Everybody at home sings."),
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


NAMES = [
    f"{a}{b}ar{c}" for a in ("Bo", "Ka", "Mi", "To") for b in "bdfgk" for c in ("el", "on", "in")
]
SUNG = f"In town {' '.join(NAMES)} sing."
HOSTILE = {
    "sentences alike": ([f"{'cook hall ' * 10}{at} boat" for at in range(60)], "the {} boats"),
    "names and openings": ([SUNG], "{} " + " ".join(f"{n[::-1].capitalize()}." for n in NAMES)),
    "a long tail": (["Ann sings in town."], "{}" + " Bo Cy. Di!" * 500),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_repetitions_take_no_more_work_than_is_allowed(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is executed is counted, not the time that it takes."""
    monkeypatch.setattr(pairing, "_MOST_WORK", 50_000)
    monkeypatch.setattr(pairing, "_LONGEST_COMPARED", 100)
    sentences, shape = HOSTILE[kind]

    def entries(count: int) -> list[Entry]:
        places = [at % len(sentences) for at in range(count)]
        return [Entry("P", shape.format(sentences[at]), at + 1) for at in places]

    def work(count: int) -> tuple[int, int]:
        """The instructions that are executed for so many, and the length of what is repeated."""
        given = entries(count)
        executed = instructions(lambda: pair(given, sentences, concluding=False))
        return executed, sum(len(each.sentence or "") for each in given)

    (few, short), (many, long) = work(40), work(160)
    assert few < 15 * (50_000 + short)
    assert many - few < 120 * 500 + long - short


def test_too_many_repetitions_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "_MOST_WORK", 500_000)
    entries = [Entry("P", SUNG.replace(" sing", " will sing"), 1)] * 20
    (found,), strays, _ = pair(entries, [SUNG], concluding=False)
    assert found == "P"
    told = "the reply repeats too many sentences in other words"
    assert strays
    assert all(told in stray.message for stray in strays)
