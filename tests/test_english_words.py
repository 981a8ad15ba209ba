"""Sentences, tokens, inflection, grammar rules: the parts that the translation is built from."""

import pytest

from neurologic.english import sentence_spans, sentences
from neurologic.english.grammar import GRAMMAR
from neurologic.english.grammar.rules import Rules, compile_grammar
from neurologic.english.morphology import comparatives, pasts, singulars, third_person
from neurologic.english.tokens import tokenize
from neurologic.english.vocabulary import learn
from neurologic.english.words import CLOSED, UNSUPPORTED


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Birds fly. Tweety is a bird?", ["Birds fly.", "Tweety is a bird?"]),
        ("It costs 3.50 euros. Yes!", ["It costs 3.50 euros.", "Yes!"]),
        ("Dr. Low is tall. Mr. J. Low is not.", ["Dr. Low is tall.", "Mr. J. Low is not."]),
        ("If X is old, X is Y. Y is red.", ["If X is old, X is Y.", "Y is red."]),
        ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
        ("Really?! Yes...", ["Really?!", "Yes..."]),
        ("No full stop", ["No full stop"]),
        ("  \n ", []),
        ("One.\n  Two.", ["One.", "Two."]),
    ],
)
def test_a_text_is_cut_at_the_ends_of_its_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts
    assert [text[start:end] for start, end in sentence_spans(text)] == parts


def test_contractions_are_spelled_out_and_keep_their_places() -> None:
    text = "Bob can't swim, and it isn't Mary's."
    tokens = tokenize(text)
    assert [t.lower for t in tokens] == [
        "bob", "can", "not", "swim", ",", "and", "it", "is", "not", "mary", "'s", ".",
    ]  # fmt: skip
    assert all(text[t.start : t.end] for t in tokens)
    assert [text[t.start : t.end] for t in tokens if t.lower == "mary"] == ["Mary"]


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("cats", "cat"),
        ("brilpuses", "brilpus"),
        ("foxes", "fox"),
        ("berries", "berry"),
        ("mice", "mouse"),
        ("women", "woman"),
        ("wolves", "wolf"),
        ("houses", "house"),
        ("sheep", "sheep"),
    ],
)
def test_a_plural_leads_to_its_singular(plural: str, singular: str) -> None:
    assert singulars(plural)[0] == singular


@pytest.mark.parametrize("word", ["cold", "brilpus", "famous", "glass", "this", "is"])
def test_a_word_that_is_no_plural_has_no_singular(word: str) -> None:
    assert singulars(word) == ()


@pytest.mark.parametrize(
    ("form", "verb"),
    [("chases", "chase"), ("goes", "go"), ("flies", "fly"), ("watches", "watch"), ("has", "have")],
)
def test_a_third_person_leads_to_its_verb(form: str, verb: str) -> None:
    assert third_person(form)[0] == verb


@pytest.mark.parametrize(
    ("form", "verb"),
    [
        ("liked", "like"),
        ("visited", "visit"),
        ("stopped", "stop"),
        ("carried", "carry"),
        ("bought", "buy"),
        ("needed", "need"),
        ("used", "use"),
    ],
)
def test_a_past_tense_leads_to_its_verb(form: str, verb: str) -> None:
    assert pasts(form)[0] == verb


def test_a_comparative_leads_to_its_adjective() -> None:
    assert "nice" in comparatives("nicer")
    assert "big" in comparatives("bigger")


def test_the_lemma_is_the_candidate_that_the_problem_has_in_another_form() -> None:
    words = learn([tokenize("Teeth can ache."), tokenize("He aches.")])
    assert words.verb_lemma("aches", third_person("aches")) == "ache"
    words = learn([tokenize("A gas leaks."), tokenize("Gases leak.")])
    assert words.noun_lemma("gases") == "gas"


@pytest.mark.parametrize(
    ("singular", "plural"),
    [("base", "bases"), ("basis", "bases"), ("axe", "axes"), ("axis", "axes")],
)
def test_a_plural_of_two_nouns_belongs_to_the_one_that_the_problem_has(
    singular: str, plural: str
) -> None:
    words = learn([tokenize(f"All {plural} are strong."), tokenize(f"Alpha is a {singular}.")])
    assert words.noun_lemma(plural) == singular


def test_no_content_word_is_listed_beforehand() -> None:
    listed = set(CLOSED) | set(UNSUPPORTED)
    assert not listed & {"cat", "red", "kind", "bird", "like", "chase", "anne", "glimpus", "round"}
    assert len(listed) < 350


def test_a_category_that_begins_with_itself_is_refused() -> None:
    rules = Rules()
    rules.alias("A -> B", "B -> A")
    with pytest.raises(ValueError, match="left recursion"):
        compile_grammar(rules.rules)


def test_every_category_of_the_grammar_can_begin_with_some_word() -> None:
    assert all(GRAMMAR.first[category] for category in GRAMMAR.states)
    assert {"Statement", "Question"} <= set(GRAMMAR.states)
