"""Logical dependency structures from the English chart: what is a unit, a coupler, a dependent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import English, equivalent
from neurologic.dependency import DependencyStructure
from neurologic.errors import NeurologicError
from neurologic.formula import And, Formula, Not, Or, Xor
from neurologic.problem import Reading, TextProblem
from neurologic.translation.accumulation import accumulate

CASES = {
    "If Ann is not old then all cats purr.": """
        U1="Ann is old", U2="cats purr", D1="not", D2="all", C1="if ... then"
        U1 -> C1; D1 -> U1; U2 -> C1; D2 -> U2""",
    "Xena is tall and sings.": """
        U1="Xena is tall", U2="Xena sings", C1="and"
        U1 -> C1; U2 -> C1""",
    "Both Ann and Bob like red cars.": """
        U1="Ann likes red cars", U2="Bob likes red cars", C1="both ... and"
        U1 -> C1; U2 -> C1""",
    "Ann gives Bob to Carl or Dora.": """
        U1="Ann gives Bob to Carl", U2="Ann gives Bob to Dora", C1="or"
        U1 -> C1; U2 -> C1""",
    "Either Ann sings or Bob sings.": """
        U1="Ann sings", U2="Bob sings", C1="either ... or"
        U1 -> C1; U2 -> C1""",
    "Ann is neither tall nor kind.": """
        U1="Ann is tall", U2="Ann is kind", C1="neither ... nor"
        U1 -> C1; U2 -> C1""",
    "Ann sings unless Bob sings.": """
        U1="Ann sings", U2="Bob sings", C1="unless"
        U1 -> C1; U2 -> C1""",
    "Ann sings and Bob sings or Carl sings.": """
        U1="Ann sings", U2="Bob sings", U3="Carl sings", C1="or", C2="and"
        C2 -> C1; U1 -> C2; U2 -> C2; U3 -> C1""",
    "If Ann sings then Bob sings, and if Carl sings then Dora sings.": """
        U1="Ann sings", U2="Bob sings", U3="Carl sings", U4="Dora sings", C1="and", C2="if ... then", C3="if ... then"
        C2 -> C1; U1 -> C2; U2 -> C2; C3 -> C1; U3 -> C3; U4 -> C3""",
    "No dog that chases a cat that sleeps is kind.": """
        U1="dog is kind", D1="No", D2="that chases a cat", D3="that sleeps"
        D1 -> U1; D2 -> U1; D3 -> D2""",
    "Ann is a tall girl who sings.": """
        U1="Ann is a girl", D1="tall", D2="who sings"
        D1 -> U1; D2 -> U1""",
    "Old and dry things are brittle.": """
        U1="things are brittle", D1="Old and dry"
        D1 -> U1""",
    "Only cats purr.": """
        U1="cats purr", D1="Only"
        D1 -> U1""",
    "Not every dog barks.": """
        U1="dog barks", D1="not every"
        D1 -> U1""",
    "Everyone but Bob sings.": """
        U1="Everyone sings", D1="but Bob"
        D1 -> U1""",
    "Ann doesn't fly.": """
        U1="Ann flies", D1="doesn't"
        D1 -> U1""",
    "Ann and Bob do not dance.": """
        U1="Ann does not dance", U2="Bob does not dance", C1="and"
        U1 -> C1; U2 -> C1""",
    "Ann doesn't carry Bob.": """
        U1="Ann carries Bob", D1="doesn't"
        D1 -> U1""",
    "Ann cannot swim.": """
        U1="Ann swims", D1="can not"
        D1 -> U1""",
    "Ann did not sing.": """
        U1="Ann did sing", D1="not"
        D1 -> U1""",
    "Isn't Bob nice?": """
        U1="Is Bob nice", D1="not"
        D1 -> U1""",
    "It is not the case that Ann sings.": """
        U1="Ann sings", D1="It is not the case that"
        D1 -> U1""",
    "There is no cat in Rome.": """
        U1="There is cat", D1="no", D2="in Rome"
        D1 -> U1; D2 -> U1""",
    "Tom is a cat or a dog that barks.": """
        U1="Tom is a cat", U2="Tom is a dog", D1="that barks", C1="or"
        U1 -> C1; U2 -> C1; D1 -> U2""",
}
MERGED = {
    "Ann, who is tall, sings.": """
        U1="Ann sings", U2="Ann is tall", C1="(merge)"
        U1 -> C1; U2 -> C1""",
    "Every dog that does not bark sleeps.": """
        U1="dog sleeps", U2="dog barks", D1="Every", D2="does not", C1="(merge)"
        U1 -> C1; D1 -> U1; U2 -> C1; D2 -> U2""",
    "Ann likes the dog that Bob sees.": """
        U1="Ann likes the dog", U2="Bob sees dog", C1="(merge)"
        U1 -> C1; U2 -> C1""",
    "Carl barks or Tom is a dog that sleeps.": """
        U1="Carl barks", U2="Tom is a dog", U3="dog sleeps", C1="or", C2="(merge)"
        U1 -> C1; C2 -> C1; U2 -> C2; U3 -> C2""",
}
WORDS = ["Ann", "Tom", "every", "no", "some", "dog", "cats", "who", "that", "is", "are", "not", "tall"]  # fmt: skip
WORDS += ["and", "or", "if", "then", "either", "sings", "likes", "the", "does", "like", ",", "only"]

CONTEXT = [
    "Tom barks.",
    "Rex runs.",
    "Rex is a dog.",
    "All dogs bark.",
    "Dogs run.",
    "Tom is tall.",
]
CONTEXT += ["Dogs sing.", "Tom likes Rex.", "Dogs like Tom.", "Tom sees Rex.", "Tom sings."]
SUBJECTS = {
    "singular": [
        "Ann",
        "Every dog",
        "Some dog",
        "No dog",
        "Someone",
        "Not every dog",
        "Ann or Bob",
    ],
    "plural": ["Ann and Bob", "All dogs", "No dogs", "Dogs", "Only dogs", "Both Ann and every dog"],
}
PREDICATES = {
    "singular": [("barks", "runs"), ("is tall", "sings"), ("does not bark", "likes Tom")],
    "plural": [("bark", "run"), ("are tall", "sing"), ("do not bark", "like Tom")],
}
JOINTS = ["{} and {}", "{} or {}", "either {} or {}", "both {} and {}", "neither {} nor {}"]
MEANINGS: dict[str, Callable[[Sequence[Formula]], Formula]] = {
    "and": lambda parts: And(tuple(parts)),
    "both ... and": lambda parts: And(tuple(parts)),
    "or": lambda parts: Or(tuple(parts)),
    "either ... or": lambda parts: Xor(*parts),
    "neither ... nor": lambda parts: Not(Or(tuple(parts))),
}


def lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


@pytest.mark.parametrize("sentence", CASES)
def test_the_finest_structure_of_a_sentence_comes_first(sentence: str) -> None:
    assert str(English().structures(sentence)[0]) == lines(CASES[sentence])


@pytest.mark.parametrize("sentence", MERGED)
def test_relative_clauses_are_also_units_that_are_merged(sentence: str) -> None:
    assert lines(MERGED[sentence]) in map(str, English().structures(sentence))


@pytest.mark.parametrize("sentence", [*CASES, *MERGED])
def test_every_structure_is_valid_and_the_last_is_the_sentence_whole(sentence: str) -> None:
    found = English().structures(sentence)
    assert [structure.findings() for structure in found] == [()] * len(found)
    assert found[-1] == DependencyStructure.whole(sentence)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("sentence", "unit"),
    [
        ("Some dog barks and runs.", "dog barks and runs"),
        ("Every dog barks or runs.", "dog barks or runs"),
        ("Ann does not sing or dance.", "Ann sings or dances"),
    ],
)
def test_what_does_not_distribute_stays_in_one_unit(sentence: str, unit: str) -> None:
    (first, *_) = English().structures(sentence)
    assert [c.text for c in first.components if c.role != "dependent"] == [unit]


def test_what_distributes_is_taken_apart() -> None:
    (first, *_) = English().structures("Every dog barks and runs.")
    assert [c.text for c in first.components] == ["Every dog barks", "Every dog runs", "and"]


def test_a_coordination_that_cannot_be_taken_apart_leaves_the_sentence_whole() -> None:
    for sentence in (
        "It is not the case that Ann sings and Bob sings.",
        "Ann does not like either Bob or Carl.",
    ):
        assert English().structures(sentence) == (DependencyStructure.whole(sentence),)


def test_clauses_alone_are_structures_too_and_can_be_read_again() -> None:
    english = English()
    sentence = "If no cat that sleeps is old, then Ann sings and Bob does not sing."
    coarse = english.structures(sentence)[-2]
    units = [c.text for c in coarse.components if c.role == "unit"]
    assert units == ["no cat that sleeps is old", "Ann sings", "Bob does not sing"]
    assert all(english.structures(unit, [sentence]) for unit in units)


def test_what_the_chart_cannot_read_has_no_structure() -> None:
    for sentence in ("Most cats purr.", "", "cat the purr and", "\x00", "Ann " * 500):
        assert English().structures(sentence) == ()


def test_other_sentences_show_what_a_word_may_be() -> None:
    sentence = "Every glim is a wump that trilps."
    assert English().structures(sentence, ["Bob trilps.", "Ann is a glim.", "A wump is old."])


def test_a_long_sentence_has_one_unit() -> None:
    sentence = " and ".join(["Ann is kind"] * 20) + "."
    assert English().structures(sentence) == (DependencyStructure.whole(sentence),)


@cache
def formula(sentence: str) -> Formula | None:
    """What the rules of English make of a sentence beside the others."""
    match English().translate(TextProblem(tuple(CONTEXT), sentence)).sentences[-1]:
        case (Reading() as best, *_):
            return best.formula
        case _:
            return None


def below(structure: DependencyStructure, name: str) -> frozenset[str]:
    """A component and all that depends on it."""
    return frozenset({name}).union(*(below(structure, d) for d in structure.dependents(name)))


def recombined(structure: DependencyStructure, name: str) -> Formula | None:
    """The formulas of units with their dependents, joined as their couplers say."""
    if structure[name].role == "coupler":
        parts = [recombined(structure, each) for each in structure.dependents(name)]
        known = [part for part in parts if part is not None]
        return MEANINGS[structure[name].text](known) if len(known) == len(parts) else None
    texts = {frozenset(step.components): step.text for step in accumulate(structure)}
    return formula(f"{texts[below(structure, name)]}.")


@pytest.mark.parametrize("number", SUBJECTS)
def test_the_parts_of_a_coordination_say_together_what_the_sentence_says(number: str) -> None:
    likes, are = ("likes", "is") if number == "singular" else ("like", "are")
    said = [joint.format(a, b) for joint, (a, b) in product(JOINTS, PREDICATES[number])]
    said += [f"{likes} {joint.format('Tom', 'some dog')}" for joint in JOINTS]
    said += [f"{are} {joint.format('tall', 'old')}" for joint in JOINTS]
    apart = 0
    for subject, predicate in product(SUBJECTS[number], said):
        sentence = f"{subject} {predicate}."
        whole = formula(sentence)
        if whole is None:
            continue
        first = English().structures(sentence, CONTEXT)[0]
        if first[first.root].role == "coupler":
            parts = recombined(first, first.root)
            assert parts is not None, sentence
            assert equivalent(parts, whole), sentence
            apart += 1
    assert apart > 30


@pytest.mark.parametrize("sentence", [*CASES, *MERGED])
def test_every_structure_leads_to_its_sentence_step_by_step(sentence: str) -> None:
    for structure in English().structures(sentence):
        steps = accumulate(structure)
        assert steps[-1].text == sentence
        assert len({step.text for step in steps}) == len(steps)


@given(st.lists(st.sampled_from(WORDS), min_size=2, max_size=14))
def test_structures_of_any_words_are_valid(words: list[str]) -> None:
    sentence = " ".join(words).replace(" ,", ",") + "."
    for structure in English(strict=False).structures(sentence):
        assert structure.findings() == ()


@given(st.text(max_size=30))
def test_any_text_may_be_asked_for_its_structures(text: str) -> None:
    try:
        found = English().structures(text)
    except NeurologicError as error:
        pytest.fail(str(error))
    assert all(structure.sentence == text for structure in found)
