"""Accumulation follows its six rules, word for word, and always ends in the sentence."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.dependency import MERGE, Component, DependencyStructure, read_structure, words_of
from neurologic.errors import StructureError
from neurologic.translation.accumulation import Step, accumulate

CORPUS = Path(__file__).parent / "corpus" / "accumulation.txt"
BLOCKS = [
    block.splitlines()
    for block in CORPUS.read_text(encoding="utf-8").strip().split("\n\n")
    if not block.startswith("#")
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: str(block[0]))
def test_a_sentence_accumulates_as_the_corpus_says(block: list[str]) -> None:
    structure = read_structure(block[0], "\n".join(block[1:3]))
    assert [str(error) for error in structure.findings()] == []
    assert str(structure) == "\n".join(block[1:3])
    assert [f"{step.rule} {step.text}" for step in accumulate(structure)] == block[3:]


def test_the_corpus_has_every_rule_and_at_least_thirty_sentences_of_our_own() -> None:
    assert {line[0] for block in BLOCKS for line in block[3:]} == set("123456")
    assert len({block[0] for block in BLOCKS[1:]}) > 30


def test_a_step_says_which_components_it_holds() -> None:
    structure = read_structure(
        "Rune never eats two plums.",
        'U1="Rune eats plums", D1="never", D2="two"\nD1 -> U1; D2 -> U1',
    )
    assert [(step.components, step.rule) for step in accumulate(structure)] == [
        (("U1",), 1),
        (("U1", "D1"), 4),
        (("U1", "D2"), 4),
        (("U1", "D1", "D2"), 4),
    ]


def test_the_whole_sentence_is_one_step() -> None:
    sentence = "If it snows, then either Ulf or Vera skis."
    assert accumulate(DependencyStructure.whole(sentence)) == (Step(sentence, ("U1",), 1),)


def test_an_invalid_structure_is_refused_with_its_first_finding() -> None:
    structure = read_structure("Ulf skis.", 'U1="Ulf skis", D1="not"\nNone')
    with pytest.raises(StructureError, match="has no head") as caught:
        accumulate(structure)
    assert str(caught.value) == str(structure.findings()[0])


def test_the_verb_that_a_unit_shares_keeps_its_number() -> None:
    structure = read_structure(
        "Only Enzo and two other clerks count coins.",
        'U1="Enzo counts coins", U2="clerks count coins", D1="Only", D2="two", D3="other", C1="and"'
        "\nD1 -> U1; D2 -> U2; D3 -> D2; U1 -> C1; U2 -> C1",
    )
    texts = [step.text for step in accumulate(structure)]
    assert "Only Enzo counts coins" in texts
    assert "two other clerks count coins" in texts


def test_a_verb_without_its_auxiliary_has_the_form_of_its_unit() -> None:
    structure = read_structure(
        "No cook can sing.", 'U1="cook sings", D1="No", D2="can"\nD1 -> U1; D2 -> U1'
    )
    assert [step.text for step in accumulate(structure)] == [
        "cook sings",
        "No cook sings",
        "cook can sing",
        "No cook can sing.",
    ]


def test_a_half_of_a_contraction_is_written_out() -> None:
    structure = read_structure(
        "Gus won't ever hum.", 'U1="Gus will hum", D1="not", D2="ever"\nD1 -> U1; D2 -> U1'
    )
    assert [step.text for step in accumulate(structure)] == [
        "Gus will hum",
        "Gus won't hum",
        "Gus will ever hum",
        "Gus won't ever hum.",
    ]


SYLLABLES = [a + b for a in "bdfgklmnprtvz" for b in "aeiou"]


@st.composite
def valid_structures(draw: st.DrawFn) -> DependencyStructure:
    """A random tree over words that are alike to no other, in a random order of the sentence."""
    count = draw(st.integers(1, 9))
    seed = draw(st.integers(0, 2**32))
    chance = random.Random(seed)
    words = [f"{syllable}x{chance.choice('qj')}u" for syllable in SYLLABLES]
    chance.shuffle(words)
    roles = [chance.choice("UUCCD") if count > 1 else "U"]
    heads = [-1]
    for index in range(1, count):
        head = chance.randrange(index)
        heads.append(head)
        roles.append(chance.choice("UC" if roles[head] == "C" else "UDC"))
    if "U" not in roles:
        roles[-1] = "U"
    for index, head in enumerate(heads):  # a coupler joins two components, or one with its head
        alone = head < 0 or roles[head] == "C"
        if roles[index] == "C" and heads.count(index) < 1 + alone:
            roles[index] = "U"
    names = [f"{role}{index + 1}" for index, role in enumerate(roles)]
    texts = [
        MERGE if role == "C" and chance.random() < 0.3
        else " ".join(words.pop() for _ in range({"C": 1, "U": 2}.get(role, chance.randint(1, 2))))
        for role in roles
    ]  # fmt: skip
    order = [word for text in texts if text != MERGE for word in text.split()]
    if draw(st.booleans()):
        chance.shuffle(order)
    return DependencyStructure(
        " ".join(order) + ".",
        tuple(map(Component, names, texts)),
        tuple((names[i], names[head]) for i, head in enumerate(heads) if head >= 0),
    )


def below(structure: DependencyStructure, name: str) -> set[str]:
    """A component and all that depends on it."""
    return {name}.union(*(below(structure, part) for part in structure.dependents(name)))


def said(structure: DependencyStructure, names: Iterable[str]) -> frozenset[str]:
    """The words of components; that clauses are merged is no word."""
    texts = (structure[name].text for name in names)
    return frozenset(word for text in texts if text != MERGE for word in words_of(text))


@given(valid_structures())
def test_accumulation_starts_with_the_units_grows_and_ends_in_the_sentence(
    structure: DependencyStructure,
) -> None:
    assert structure.findings() == ()
    steps = accumulate(structure)
    names = tuple(component.name for component in structure.components)
    assert (steps[-1].text, steps[-1].components) == (structure.sentence, names)
    assert [step.components for step in steps if step.rule == 1] == [
        (component.name,)
        for component in structure.components
        if (component.role == "unit"
        and words_of(component.text) != words_of(structure.sentence))
        or len(names) == 1
    ]  # fmt: skip
    assert len({step.components for step in steps}) == len(steps)
    assert {said(structure, step.components) for step in steps} >= {
        said(structure, below(structure, component.name))
        for component in structure.components
        if component.role != "dependent"
    }, "each clause is said with all that it has"
    for index, step in enumerate(steps):
        words = set(words_of(step.text)) - {"and"}  # which merged clauses are said with
        assert words == said(structure, step.components)
        heads = {structure.head(name) for name in step.components} - set(step.components)
        assert len(heads) == 1, "a step is a connected part of the tree"
        if step.rule != 1 and index:
            assert any(
                set(earlier.components) < set(step.components) for earlier in steps[:index]
            ), "a step adds to an earlier one"


@given(valid_structures())
def test_accumulation_is_the_same_each_time_and_after_printing(
    structure: DependencyStructure,
) -> None:
    again = read_structure(structure.sentence, str(structure))
    assert again == structure
    assert accumulate(again) == accumulate(structure)
