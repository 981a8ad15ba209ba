"""A model's reply: three layouts, each formula with its own sentence, and nothing hostile gets far."""

from __future__ import annotations

import json
import time
from difflib import SequenceMatcher
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import TranslationError
from neurologic.translation import pairing
from neurologic.translation.pairing import Entry, pair
from neurologic.translation.replies import (
    LONGEST_FORMULA,
    LONGEST_REPLY,
    MOST_FORMULAS,
    Draft,
    read_reply,
)

SENTENCES = ("All owls hunt at night.", "Ulla is an owl.", "Ulla hunts at night.")
FORMULAS = ("∀x (Owl(x) → HuntsAtNight(x))", "Owl(ulla)", "HuntsAtNight(ulla)")
LEXICON: dict[str, Any] = {
    "predicates": [
        {"name": "Owl", "arity": 1, "gloss": "x is an owl"},
        {"name": "HuntsAtNight", "arity": 1, "gloss": "x hunts at night"},
    ],
    "constants": [{"name": "ulla", "gloss": "Ulla"}],
}


def by_json(formulas: tuple[str, ...] = FORMULAS, **more: Any) -> dict[str, Any]:
    rows = [{"index": i, "formula": f} for i, f in enumerate(formulas[:-1], 1)]
    return {**LEXICON, "sentences": rows, "conclusion": {"formula": formulas[-1]}, **more}


JSON = json.dumps(by_json(), ensure_ascii=False)
LINES = "\n".join(f"TEXT:\t{s}\nFOL:\t{f}" for s, f in zip(SENTENCES, FORMULAS, strict=True))
PAIRS = f"""Predicates:
Owl(x) ::: x is an owl
HuntsAtNight(x) ::: x hunts at night
Constants:
ulla ::: Ulla
Premises:
{FORMULAS[0]} ::: {SENTENCES[0]}
{FORMULAS[1]} ::: {SENTENCES[1]}
Conclusion:
{FORMULAS[2]} ::: {SENTENCES[2]}
"""
LAYOUTS = {"json": JSON, "lines": LINES, "pairs": PAIRS}
WRAPPINGS = {
    "bare": "{}",
    "fenced": "```\n{}\n```",
    "prose": "Sure! Here is the translation.\n\n{}\n\nLet me know if {{x}} or {{}} is unclear.",
    "fenced in prose": "Here it is: {{ not json }}\n```json\n{}\n```\nDone.",
}


def found(draft: Draft) -> list[str]:
    """The formulas, an error by its class."""
    return [f if isinstance(f, str) else f"{type(f).__name__}: {f.message}" for f in draft.formulas]


# --- layouts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrapping", WRAPPINGS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_with_what_stands_around_it(layout: str, wrapping: str) -> None:
    draft = read_reply(WRAPPINGS[wrapping].format(LAYOUTS[layout]), SENTENCES)
    assert draft.formulas == FORMULAS
    assert (draft.layout, draft.strays, draft.notes) == (layout, (), ())


@pytest.mark.parametrize("layout", ["json", "pairs"])
def test_the_lexicon_is_read_with_its_glosses(layout: str) -> None:
    lexicon = read_reply(LAYOUTS[layout], SENTENCES).lexicon
    assert lexicon.predicates == (
        ("Owl", 1, "x is an owl"),
        ("HuntsAtNight", 1, "x hunts at night"),
    )
    assert lexicon.constants == (("ulla", "Ulla"),)


@pytest.mark.parametrize("text", [LINES.replace("\n", "\r\n"), LINES.replace(":\t", ": ")])
def test_line_ends_and_spaces_of_any_kind_do(text: str) -> None:
    assert read_reply(text, SENTENCES).formulas == FORMULAS


def test_marks_around_labels_and_formulas_are_taken_away() -> None:
    text = "\n".join(
        f"{i}. **TEXT:** {s}\n**FOL:** `{f}`"
        for i, (s, f) in enumerate(zip(SENTENCES, FORMULAS, strict=True), 1)
    )
    assert read_reply(text, SENTENCES).formulas == FORMULAS


def test_the_last_of_several_objects_counts() -> None:
    draft = json.dumps(by_json(("P", "Q", "R")))
    assert read_reply(f"A draft: {draft}\nNow better: {JSON}", SENTENCES).formulas == FORMULAS


def test_the_sentence_may_be_its_number() -> None:
    rows = [{"sentence": i, "formula": f} for i, f in enumerate(FORMULAS, 1)]
    assert read_reply(json.dumps({"sentences": rows}), SENTENCES).formulas == FORMULAS


def test_an_arity_may_be_written_as_arguments() -> None:
    reply = by_json(predicates=[{"name": "Sees(x, y)", "gloss": "x sees y"}])
    assert read_reply(json.dumps(reply), SENTENCES).lexicon.predicates == (("Sees", 2, "x sees y"),)


# --- pairing --------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["lines", "pairs"])
def test_the_order_of_the_lines_does_not_matter(layout: str) -> None:
    if layout == "lines":
        text = "\n".join(f"TEXT: {s}\nFOL: {f}" for s, f in zip(SENTENCES[::-1], FORMULAS[::-1]))  # noqa: B905
    else:
        text = "\n".join(f"{f} ::: {s}" for s, f in zip(SENTENCES[::-1], FORMULAS[::-1]))  # noqa: B905
    assert read_reply(text, SENTENCES).formulas == FORMULAS


@pytest.mark.parametrize("lost", [0, 1, 2])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_lost_formula_is_an_error_of_its_sentence_and_no_other_moves(
    layout: str, lost: int
) -> None:
    kept = [i for i in range(3) if i != lost]
    if layout == "json":
        rows = [{"index": i + 1, "formula": FORMULAS[i]} for i in kept]
        text = json.dumps({"sentences": rows})
    elif layout == "lines":
        text = "\n".join(f"TEXT: {SENTENCES[i]}\nFOL: {FORMULAS[i]}" for i in kept)
    else:
        text = "\n".join(f"{FORMULAS[i]} ::: {SENTENCES[i]}" for i in kept)
    draft = read_reply(text, SENTENCES)
    assert [draft.formulas[i] for i in kept] == [FORMULAS[i] for i in kept]
    error = draft.formulas[lost]
    assert isinstance(error, TranslationError)
    assert (error.text, error.span) == (SENTENCES[lost], (0, len(SENTENCES[lost])))


def test_a_conclusion_written_twice_does_not_become_a_premise() -> None:
    text = f"{LINES}\nTEXT: {SENTENCES[2]}\nFOL: {FORMULAS[2]}"
    assert read_reply(text, SENTENCES).formulas == FORMULAS


def test_two_different_formulas_for_a_sentence_are_an_error() -> None:
    text = f"{LINES}\nTEXT: {SENTENCES[2]}\nFOL: Owl(ulla)"
    assert found(read_reply(text, SENTENCES)) == [
        *FORMULAS[:2],
        "TranslationError: the reply gives 2 formulas for this sentence",
    ]


def test_a_formula_for_no_sentence_is_a_stray() -> None:
    draft = read_reply(f"{LINES}\nTEXT: Mice are afraid of owls.\nFOL: Afraid(mice)", SENTENCES)
    assert draft.formulas == FORMULAS
    (stray,) = draft.strays
    assert (stray.text, stray.source) == ("Afraid(mice)", "formula 4 of the reply")


@pytest.mark.parametrize("index", [0, -1, 4, 10**9])
def test_a_number_of_no_sentence_is_a_stray(index: int) -> None:
    rows = [{"index": index, "formula": "P"}]
    draft = read_reply(json.dumps(by_json(sentences=rows)), SENTENCES)
    assert f"there is no sentence {index}" in draft.strays[0].message


def test_a_number_and_a_sentence_that_contradict_each_other_pair_nothing() -> None:
    rows = [{"index": 1, "sentence": SENTENCES[1], "formula": FORMULAS[1]}]
    draft = read_reply(json.dumps(by_json(sentences=rows)), SENTENCES)
    assert "given for sentence 1, but with sentence 2" in draft.strays[0].message
    assert isinstance(draft.formulas[0], TranslationError)


def test_numbers_counted_from_zero_shift_nothing() -> None:
    rows = [
        {"index": i, "sentence": s, "formula": f}
        for i, (s, f) in enumerate(zip(SENTENCES[:2], FORMULAS[:2], strict=True))
    ]
    draft = read_reply(json.dumps(by_json(sentences=rows)), SENTENCES)
    assert len(draft.strays) == 2
    assert not any(isinstance(formula, str) for formula in draft.formulas[:2])


def test_formulas_alone_are_paired_by_order_if_there_are_as_many() -> None:
    text = "\n".join(f"FOL: {f}" for f in FORMULAS)
    assert read_reply(text, SENTENCES).formulas == FORMULAS


@pytest.mark.parametrize("number", [1, 2, 4])
def test_formulas_alone_of_another_number_are_not_paired(number: int) -> None:
    draft = read_reply("\n".join(["FOL: P(a)"] * number), SENTENCES)
    assert len(draft.strays) == number
    assert all(isinstance(formula, TranslationError) for formula in draft.formulas)


def test_equal_sentences_take_turns() -> None:
    text = "TEXT: It rains.\nFOL: Rain\nTEXT: It rains.\nFOL: Rains"
    assert read_reply(text, ("It rains.", "It rains.")).formulas == ("Rain", "Rains")


def test_a_sentence_repeated_with_a_slip_is_known_and_noted() -> None:
    text = LINES.replace("TEXT:\tAll owls hunt at night.", "TEXT:\tAll the owls hunt at night")
    draft = read_reply(text, SENTENCES)
    assert draft.formulas == FORMULAS
    assert draft.notes == ("the reply repeats sentence 1 in other words",)


def test_case_quotes_and_the_full_stop_are_no_slip() -> None:
    text = LINES.replace("TEXT:\tAll owls hunt at night.", "TEXT:\t“all  owls hunt at night”")
    assert read_reply(text, SENTENCES).notes == ()


def test_a_sentence_in_other_words_is_paired_by_its_place_only_if_nothing_moved() -> None:
    other = LINES.replace("TEXT:\tUlla is an owl.", "TEXT:\tThis concerns a certain bird.")
    draft = read_reply(other, SENTENCES)
    assert draft.formulas == FORMULAS
    assert "paired by its place" in draft.notes[0]
    short = other.split("\nTEXT:\tUlla hunts")[0]
    assert [type(f).__name__ for f in read_reply(short, SENTENCES).formulas] == [
        "str", "TranslationError", "TranslationError",
    ]  # fmt: skip


def test_a_conclusion_is_paired_as_such_only_where_one_was_asked_for() -> None:
    draft = read_reply(json.dumps(by_json()), SENTENCES[:2], concluding=False)
    assert draft.formulas == FORMULAS[:2]
    assert [stray.message for stray in draft.strays] == ["no conclusion was to be translated"]


@given(st.permutations(range(6)), st.sets(st.integers(0, 5)))
def test_whatever_is_lost_or_moved_no_sentence_gets_the_formula_of_another(
    order: list[int], lost: set[int]
) -> None:
    sentences = [f"Number {i} is {'very ' * i}big." for i in range(6)]
    for labelled in (True, False):
        entries = [
            Entry(f"P{i}", None if labelled else sentences[i], i + 1 if labelled else None)
            for i in order
            if i not in lost
        ]
        formulas, strays, _ = pair(entries, sentences)
        for i, formula in enumerate(formulas):
            assert isinstance(formula, TranslationError) if i in lost else formula == f"P{i}"
        assert strays == ()


# --- broken and hostile replies -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no formula in the reply"),
        ("I cannot help with that.", "no formula in the reply"),
        ("{}", "no formula in the reply"),
        ('{"sentences": []}', "no formula in the reply"),
        (JSON[:-40], "broken JSON"),
        (JSON.replace('"arity"', "arity", 1), "broken JSON"),
        ('{"sentences": "all"}', "'sentences' is no list"),
        ('{"sentences": [], "sentences": []}', "the key 'sentences' stands twice"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"sentences": [' + "[" * 100_000, "nested too deeply"),
        ('{"sentences": [{"index": ' + "9" * 5_000 + "}]}", "broken JSON"),
    ],
)
def test_a_reply_of_no_use_is_an_error_that_says_where(text: str, message: str) -> None:
    with pytest.raises(TranslationError, match=message) as caught:
        read_reply(text, SENTENCES)
    assert caught.value.source == "reply"
    assert caught.value.span is not None
    assert len(caught.value.text) <= 1_000
    str(caught.value)


def test_the_caret_stands_where_the_json_breaks() -> None:
    with pytest.raises(TranslationError) as caught:
        read_reply(JSON.replace('"arity": 1', '"arity": one', 1), SENTENCES)
    assert caught.value.span is not None
    assert caught.value.text[caught.value.span[0] :].startswith("one")


def test_a_key_twice_is_no_choice_between_two_formulas() -> None:
    text = JSON.replace('"formula":', '"formula": "Owl(ulla)", "formula":', 1)
    with pytest.raises(TranslationError, match="'formula' stands twice"):
        read_reply(text, SENTENCES)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_reply_of_five_megabytes_is_refused_at_once(layout: str) -> None:
    start = time.perf_counter()
    with pytest.raises(TranslationError, match="1,000,000 bytes") as caught:
        read_reply(LAYOUTS[layout] + " " * 5_000_000, SENTENCES)
    assert time.perf_counter() - start < 1
    assert len(caught.value.text) <= 1_000


def test_bytes_are_counted_and_not_characters() -> None:
    with pytest.raises(TranslationError, match="bytes"):
        read_reply("∀" * (LONGEST_REPLY // 2), SENTENCES)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["TEXT: Ulla is an owl.\nFOL: Owl(ulla)"] * 10_000),
        "\n".join(["Owl(ulla) ::: Ulla is an owl."] * 10_000),
        json.dumps({"sentences": [{"index": 1, "formula": "P"}] * 10_000}),
    ],
)
def test_ten_thousand_formulas_are_refused(text: str) -> None:
    with pytest.raises(TranslationError, match=f"10,000 .* more than the {MOST_FORMULAS:,}"):
        read_reply(text, SENTENCES)


def test_many_sentences_that_are_none_of_the_problem_take_no_time() -> None:
    text = "\n".join(f"TEXT: {'x' * 300} {i}\nFOL: P" for i in range(MOST_FORMULAS))
    start = time.perf_counter()
    draft = read_reply(text, [f"{'y' * 300} {i}" for i in range(500)])
    assert len(draft.strays) == MOST_FORMULAS
    assert time.perf_counter() - start < 20


def test_a_formula_that_is_too_long_is_an_error_of_its_sentence() -> None:
    text = json.dumps(by_json(("P" * (LONGEST_FORMULA + 1), *FORMULAS[1:])))
    first, *rest = read_reply(text, SENTENCES).formulas
    assert isinstance(first, TranslationError)
    assert "20,000 characters" in first.message
    assert tuple(rest) == FORMULAS[1:]


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\x1b", "\u202e", "\u2066", "\ud800", "\x7f"]
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_hidden_characters_are_located(layout: str, character: str) -> None:
    formula = f"Owl({character}ulla)"
    text = LAYOUTS[layout].replace("Owl(ulla)", formula)
    if layout == "json":
        text = json.dumps(by_json((FORMULAS[0], formula, FORMULAS[2])))
    error = read_reply(text, SENTENCES).formulas[1]
    assert isinstance(error, TranslationError)
    assert error.span == (4, 5)
    assert str(error).isprintable() or str(error).replace("\n", "").isprintable()
    json.dumps(error.as_json()).encode()


@pytest.mark.parametrize("row", [None, 3, [], {}, {"formula": 5}, {"index": 1}, {"formula": ["P"]}])
def test_an_entry_without_a_formula_pairs_nothing(row: Any) -> None:
    draft = read_reply(json.dumps(by_json(sentences=[row])), SENTENCES)
    assert isinstance(draft.formulas[0], TranslationError)
    assert draft.formulas[2] == FORMULAS[2]


@pytest.mark.parametrize(
    "row",
    [
        3, None, {}, {"name": ""}, {"name": "P"}, {"name": "P", "arity": -1}, {"name": "P", "arity": True},
        {"name": "P", "arity": 10**6}, {"name": "P\u202e", "arity": 1}, {"name": "P" * 999, "arity": 1},
    ],
)  # fmt: skip
def test_a_symbol_that_cannot_be_used_is_noted_and_left_out(row: Any) -> None:
    draft = read_reply(json.dumps(by_json(predicates=[row])), SENTENCES)
    assert draft.formulas == FORMULAS
    assert draft.lexicon.predicates == ()
    assert len(draft.notes) == 1


@pytest.mark.parametrize("rows", [{"name": "P"}, "P", None, [{"name": "P", "arity": 1}] * 9_999])
def test_a_lexicon_of_the_wrong_shape_costs_the_lexicon_only(rows: Any) -> None:
    draft = read_reply(json.dumps(by_json(predicates=rows)), SENTENCES)
    assert draft.formulas == FORMULAS
    assert draft.lexicon.predicates == ()
    assert "not used" in draft.notes[0]


def test_a_gloss_is_one_printable_line() -> None:
    rows = [{"name": "P", "arity": 1, "gloss": "x is\n\u202ea\x1b[2J P" + "!" * 5_000}]
    ((_, _, gloss),) = read_reply(
        json.dumps(by_json(predicates=rows)), SENTENCES
    ).lexicon.predicates
    assert gloss.isprintable()
    assert len(gloss) <= 1_000


def _is_draft_or_located(text: str) -> bool:
    try:
        return len(read_reply(text, SENTENCES).formulas) == len(SENTENCES)
    except TranslationError as error:
        return error.span is not None


@given(st.text(max_size=300))
def test_any_text_is_a_draft_or_a_located_error(text: str) -> None:
    assert _is_draft_or_located(text)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(st.sampled_from(("index", "sentence", "formula", "name", "arity")), below)
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(("predicates", "constants", "sentences", "premises", "conclusion")), _VALUES
    )
)
def test_any_object_is_a_draft_or_a_located_error(value: dict[str, Any]) -> None:
    assert _is_draft_or_located(json.dumps(value))


class _Counting(SequenceMatcher[str]):
    """Counts the pairs of characters that comparisons look at."""

    compared = 0

    def ratio(self) -> float:
        _Counting.compared += len(self.a) * len(self.b)  # type: ignore[attr-defined]
        return super().ratio()


@pytest.mark.parametrize("letters", ["a", "the committee that approved the budget of the library "])
def test_sentences_repeated_in_other_words_take_bounded_work(
    letters: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "SequenceMatcher", _Counting)
    _Counting.compared = 0
    sentences = [(letters * 600)[: 600 - at] + str(at) for at in range(20)]
    said = (letters * 600)[:520] + "q" * 80
    text = "".join(f"TEXT: {said}{at}\nFOL: P{at}\n" for at in range(1_000))
    draft = read_reply(text, sentences)
    assert all(isinstance(formula, TranslationError) for formula in draft.formulas)
    assert 0 < _Counting.compared < 25_000_000
