"""Puzzles of data files: read with what was prepared of them, clues by rules; what fails is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.clues import Street
from benchmarks.dialects import declarations
from benchmarks.dialects.declarations import aligned
from benchmarks.puzzles import Grid, Puzzle, load, puzzle_of
from benchmarks.rows import DataError
from neurologic.errors import (
    NeurologicError,
    TranslationError,
)
from neurologic.formula import Sort
from neurologic.parsing import read, read_constraints
from neurologic.signature import elaborate
from neurologic.structure import Structure, satisfies
from tests.puzzle_rows import (
    DECLARED,
    GAME,
    PREPARED,
    STREET,
    game,
    prepared,
    street,
    written,
)

# -- what is recorded is read


def test_a_recorded_preparation_is_read_with_its_question() -> None:
    found = prepared()
    assert str(found.signature).splitlines() == [
        "sort divers = {Ada, Ben, Cal}",
        "sort slots = {1 < 2 < 3}",
        "fun dives: divers -> slots",
        "fun value_of_slots: slots -> Int",
    ]
    assert (found.kind, found.exception) == ("must be true", False)
    assert [name for name, _, _ in found.lexicon.predicates] == ["value_of_slots"]
    assert found.queries[0] == ("A", ("Ada does not dive last",))
    assert found.sentences[:2] == ("No two divers dive in one slot", "Ada dives before Ben")


@pytest.mark.parametrize(
    ("function", "kind", "exception"),
    [
        ("is_sat()", "could be true", False),
        ("### Function\nis_unsat()", "cannot be true", False),
        ("# Function\nis_exception(), is_sat()", "could be true", True),
        ("is_valid()\n\n### Explanation\nAs is_unsat(q) says", "must be true", False),
    ],
)
def test_a_query_function_is_a_kind_of_question(function: str, kind: str, exception: bool) -> None:
    found = prepared(clover_queries_function=function)
    assert (found.kind, found.exception) == (kind, exception)


@pytest.mark.parametrize(
    "changes",
    [
        {"clover_declarations": "__import__('os').system('touch pwned')"},
        {"clover_declarations": "divers = EnumSort([Ada, Ada])"},
        {"clover_declarations": "dives = Function([divers] -> [slots])"},
        {"clover_queries_function": "is_anything()"},
        {"clover_queries_function": "is_sat(), is_valid()"},
        {"clover_queries": ""},
    ],
)
def test_what_cannot_be_read_is_an_error_of_its_puzzle(changes: dict[str, Any]) -> None:
    found = game(**changes)
    assert found.prepared is None
    assert isinstance(found.error, NeurologicError)


def test_a_sentence_may_stand_after_an_empty_line_and_members_may_have_blanks() -> None:
    declared = DECLARED.replace("Ada", '"Aunt Ada\'s"')
    found = prepared(clover_queries="One\n\nTwo\n \nThree", clover_declarations=declared)
    assert [label for label, _ in found.queries] == ["A", "B", "C"]
    assert read_constraints(str(found.signature))[0] == found.signature


@pytest.mark.parametrize("label", ["", "a letter", 3, None, {"header": []}])
def test_a_label_that_is_no_letter_or_grid_is_refused(label: object) -> None:
    with pytest.raises(DataError):
        game(label=label)
    with pytest.raises(DataError):
        street(label=label)


def test_rows_that_cannot_be_used_stand_as_errors_in_their_place(tmp_path: Path) -> None:
    data = written(tmp_path / "games.jsonl", GAME, {"id": "x", "label": "A"}, {"id": "y"})
    good, *bad = load("arlsat", data)
    assert isinstance(good, Puzzle)
    assert [type(row) for row in bad] == [DataError, DataError]
    with pytest.raises(DataError, match="is this a file for zebralogic"):
        load("zebralogic", data)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("dives(Ada) < dives(Ben)", "dives(Ada) < dives(Ben)"),
        ("dives(Ada) == 2", "dives(Ada) = 2"),
        ("Distinct([d:divers], dives(d))", "Distinct(d: divers, dives(d))"),
        ("Count([d:divers], dives(d) == 1) <= 1", "Count(d: divers, dives(d) = 1) ≤ 1"),
        ("Implies(dives(Cal) == 1, dives(Ben) != 2)", "dives(Cal) = 1 → dives(Ben) ≠ 2"),
        (
            "dives(Ada) + 1 == dives(Ben)",
            "value_of_slots(dives(Ada)) + 1 = value_of_slots(dives(Ben))",
        ),
    ],
)
def test_sentences_of_the_dialect_are_ours(text: str, formula: str) -> None:
    declared = declarations.read(DECLARED)
    assert str(declared.formula(text)) == formula
    signature = declared.signature()
    again = read(formula, signature=signature).formula
    assert elaborate([again], signature)[1] == elaborate([declared.formula(text)], signature)[1]


def test_names_of_another_program_are_told_by_what_they_name() -> None:
    ours = declarations.read(DECLARED).declared
    assert aligned(ours, ours) == {}
    theirs = declarations.read(
        "d = EnumSort([ADA, ben, cal])\ntime = Function([d] -> [int])\nold = Function([d] -> [bool])"
    ).declared
    names = aligned(theirs, ours)
    assert names["d"] == "divers"
    assert names["time"] == "dives"
    assert names["ADA"] == "Ada"
    assert "old" not in names


def test_of_two_functions_that_fit_none_is_taken() -> None:
    ours = declarations.read(f"{DECLARED}\nrests = Function([divers] -> [slots])").declared
    theirs = declarations.read(
        "d = EnumSort([Ada, Ben, Cal])\ntime = Function([d] -> [int])"
    ).declared
    assert "time" not in aligned(theirs, ours)


# -- clues by rules


def rules() -> Street:
    return Street.of(street().prepared.signature)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("clue", "formula"),
    [
        ("Ada is in the second house", "lives(Ada) = 2"),
        ("Ada is not in the first house.", "lives(Ada) ≠ 1"),
        ("The owl keeper is Ben", "keeps(Ben) = owl"),
        ("Ben is not the person who drinks cocoa", "has_drink(Ben) ≠ cocoa"),
        ("Ada is directly left of Ben", "lives(Ada) + 1 = lives(Ben)"),
        ("Ada is directly right of Ben", "lives(Ben) + 1 = lives(Ada)"),
        ("Ada is somewhere to the right of Ben", "lives(Ada) > lives(Ben)"),
        (
            "There are two houses between Ada and Cal",
            "lives(Ada) + 3 = lives(Cal) ∨ lives(Cal) + 3 = lives(Ada)",
        ),
        (
            "Ada and the iced-tea lover are next to each other",
            "∃y: people. (has_drink(y) = iced_tea ∧ (lives(Ada) + 1 = lives(y) ∨ "
            "lives(y) + 1 = lives(Ada)))",
        ),
    ],
)
def test_a_clue_becomes_a_formula(clue: str, formula: str) -> None:
    assert str(rules().translate(clue)) == formula


@pytest.mark.parametrize(
    "clue",
    [
        "", "Ada", "Ada is tall", "Ada is in the eleventieth house", "Ada is Ben", "is is is",
        "There are many houses between Ada and Ben", "The person next door is Ada",
    ],
)  # fmt: skip
def test_a_clue_that_no_rule_covers_has_no_formula(clue: str) -> None:
    with pytest.raises(TranslationError):
        rules().translate(clue)


def test_a_description_of_two_features_is_not_guessed_at() -> None:
    signature, _ = read_constraints(
        "sort person = {Ann, Bo}\nsort pet = {pet_cat, dog}\nsort guest = {guest_cat, hen}\n"
        "fun house: person -> Int\nfun has_pet: person -> pet\nfun has_guest: person -> guest"
    )
    clues = Street.of(signature)
    with pytest.raises(TranslationError):
        clues.translate("Ann is the cat lover")
    assert str(clues.translate("Ann is the person with a pet cat")) == "has_pet(Ann) = pet_cat"


def test_what_hair_is_red_is_not_the_colour_red() -> None:
    signature, _ = read_constraints(
        "sort person = {Ann, Bo}\nsort color = {color_red, blue}\nsort hair = {hair_red, fair}\n"
        "fun house: person -> Int\nfun has_color: person -> color\nfun hair_color: person -> hair"
    )
    clues = Street.of(signature)
    assert str(clues.translate("Ann is the one with red hair")) == "hair_color(Ann) = hair_red"
    assert str(clues.translate("Ann is the one who likes red")) == "has_color(Ann) = color_red"


PEOPLE, PETS, DRINKS = ("Ada", "Ben", "Cal"), ("goat", "newt", "owl"), ("cocoa", "milk", "iced_tea")
PERSON, PET, DRINK = Sort("people"), Sort("pets"), Sort("drinks")


def streets() -> Iterator[tuple[Structure, dict[str, int]]]:
    """Every street of three houses, with the house of each person, pet and drink."""
    for homes, pets, drinks in product(permutations((1, 2, 3)), permutations(PETS), [DRINKS]):
        lives, keeps = dict(zip(PEOPLE, homes, strict=True)), dict(zip(PEOPLE, pets, strict=True))
        has = dict(zip(PEOPLE, drinks, strict=True))
        structure = Structure.of(
            {PERSON: PEOPLE, PET: PETS, DRINK: DRINKS},
            {
                ("lives", 1): {(name,): Fraction(home) for name, home in lives.items()},
                ("keeps", 1): {(name,): pet for name, pet in keeps.items()},
                ("has_drink", 1): {(name,): drink for name, drink in has.items()},
            },
        )
        at = lives | {keeps[name]: lives[name] for name in PEOPLE}
        yield structure, at | {has[name]: lives[name] for name in PEOPLE}


@pytest.mark.parametrize(
    ("clue", "meant"),
    [
        ("The goat keeper is Ben", lambda at: at["goat"] == at["Ben"]),
        ("The goat keeper is not the milk drinker", lambda at: at["goat"] != at["milk"]),
        ("The owl keeper is directly left of Ada", lambda at: at["owl"] + 1 == at["Ada"]),
        ("Cal is directly right of the newt lover", lambda at: at["Cal"] == at["newt"] + 1),
        ("The person who drinks cocoa is somewhere to the left of the goat owner",
         lambda at: at["cocoa"] < at["goat"]),
        ("The newt keeper and the milk drinker are next to each other",
         lambda at: abs(at["newt"] - at["milk"]) == 1),
        ("There is one house between the owl keeper and Ben",
         lambda at: abs(at["owl"] - at["Ben"]) == 2),
        ("The iced tea lover is not in the second house", lambda at: at["iced_tea"] != 2),
    ],
)  # fmt: skip
def test_a_clue_holds_in_just_the_streets_that_it_describes(
    clue: str, meant: Callable[[dict[str, int]], bool]
) -> None:
    formula = rules().translate(clue)
    told = [(satisfies(structure, formula), meant(at)) for structure, at in streets()]
    assert all(found == wanted for found, wanted in told)
    assert {wanted for _, wanted in told} == {True, False}


# A template says of houses x and y, and of Cal's, what holds; None where a street does not tell.
TEMPLATES: dict[str, Callable[[int, int, int], bool] | None] = {
    "{x} is {y}": lambda x, y, cal: x == y,
    "{x} is not {y}": lambda x, y, cal: x != y,
    "{x} is directly left of {y}": lambda x, y, cal: x + 1 == y,
    "{x} is not directly left of {y}": lambda x, y, cal: x + 1 != y,
    "{x} is directly right of {y}": lambda x, y, cal: x == y + 1,
    "{x} is somewhere to the left of {y}": lambda x, y, cal: x < y,
    "{x} is not somewhere to the right of {y}": lambda x, y, cal: x <= y,
    "{x} is left of {y}": lambda x, y, cal: x < y,
    "{x} is next to {y}": lambda x, y, cal: abs(x - y) == 1,
    "{x} is not next to {y}": lambda x, y, cal: abs(x - y) != 1,
    "{x} is in the house next to {y}": lambda x, y, cal: abs(x - y) == 1,
    "{x} and {y} are next to each other": lambda x, y, cal: abs(x - y) == 1,
    "{x} and {y} are not next to each other": lambda x, y, cal: abs(x - y) != 1,
    "There is one house between {x} and {y}": lambda x, y, cal: abs(x - y) == 2,
    "There are two houses between {x} and {y}": lambda x, y, cal: abs(x - y) == 3,
    "{x} is in the second house": lambda x, y, cal: x == 2,
    "{x} is not in the third house": lambda x, y, cal: x != 3,
    "{x} is {y} or Cal": lambda x, y, cal: x in (y, cal),
    "{x} is neither {y} nor Cal": lambda x, y, cal: x not in (y, cal),
    "If {x} is {y}, Cal is in the first house": lambda x, y, cal: x != y or cal == 1,
    "If {x} is {y} then {x} is Cal": lambda x, y, cal: x != y or x == cal,
    "It is false that {x} is {y}": lambda x, y, cal: x != y,
    "It is false that {x} is in the second house": lambda x, y, cal: x != 2,
    "{x} is the neighbour of {y}": lambda x, y, cal: abs(x - y) == 1,
    "{x} is between {y} and Cal": lambda x, y, cal: min(y, cal) < x < max(y, cal),
    "{x} is older than {y}": None,
    "{x} is fond of {y}": None,
    "{x} is a friend of {y}": None,
    "{x} is never {y}": lambda x, y, cal: x != y,
}
DESCRIPTIONS = {
    "Ada": "Ada", "Ben": "Ben", "the owl keeper": "owl", "the person who keeps goats": "goat",
    "the one with a newt": "newt", "the iced-tea lover": "iced_tea", "the milk drinker": "milk",
    "the person who only drinks cocoa": "cocoa", "whoever hates milk": "", "the watermilk lover": "",
    "the person who keeps no owl": "", "the mother of the owl keeper": "", "the goatee wearer": "",
    "the keeper of owls and goats": "", "Ben, the owl keeper": "",
}  # fmt: skip


@given(*map(st.sampled_from, [list(TEMPLATES), list(DESCRIPTIONS), list(DESCRIPTIONS)]))
@settings(deadline=None, max_examples=300)
def test_a_clue_has_the_formula_of_its_meaning_or_none(template: str, x: str, y: str) -> None:
    try:
        formula = rules().translate(template.format(x=x, y=y))
    except TranslationError:
        return
    meant = TEMPLATES[template]
    assert meant is not None
    assert DESCRIPTIONS[x] or "{x}" not in template
    assert DESCRIPTIONS[y] or "{y}" not in template
    for structure, at in streets():
        a, b = at[DESCRIPTIONS[x]], at.get(DESCRIPTIONS[y], 0)
        assert satisfies(structure, formula) == meant(a, b, at["Cal"])


@pytest.mark.parametrize("member", ["goat", "goats"])
def test_who_has_something_is_not_who_fears_it(member: str) -> None:
    signature, _ = read_constraints(
        "sort person = {Ann, Bo}\nsort animal = {goat, hen}\n"
        "fun house: person -> Int\nfun fears: person -> animal"
    )
    clues = Street.of(signature)
    assert str(clues.translate(f"Ann is the person who fears {member}")) == "fears(Ann) = goat"
    for other in ("keeps", "loves", "has", "hates"):
        with pytest.raises(TranslationError):
            clues.translate(f"Ann is the person who {other} {member}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
KEYS = sorted({*GAME, *PREPARED, *STREET, "preparation"})


@given(st.sampled_from(["arlsat", "zebralogic", "logicaldeduction"]), st.data())
@settings(deadline=None, max_examples=150)
def test_whatever_a_row_holds_is_a_puzzle_or_a_located_error(
    tmp_path_factory: pytest.TempPathFactory, task: Any, data: st.DataObject
) -> None:
    row = dict(STREET if task == "zebralogic" else {**GAME, **PREPARED})
    changed = data.draw(st.dictionaries(st.sampled_from(KEYS), JSON, min_size=1, max_size=3))
    path = written(tmp_path_factory.mktemp("rows") / "rows.jsonl", row | changed, row)
    first, second = load(task, path)
    assert isinstance(second, Puzzle)
    assert isinstance(first, Puzzle) or "line 1" in first.source


@pytest.mark.parametrize("text", ["sort a = {x, y}", "fun f: Entity -> Int", "pred P: Int"])
def test_declarations_of_no_street_are_refused(text: str) -> None:
    with pytest.raises(TranslationError):
        Street.of(read_constraints(text)[0])


TWINS: dict[str, Any] = {
    "id": "twins-1",
    "label": {
        "header": ["Name", "Fears", "Keeps"],
        "rows": [["Ada", "cat", "dog"], ["Ben", "dog", "cat"]],
    },
    "clover_declarations": "people = EnumSort([Ada, Ben])\nanimals = EnumSort([dog, cat])\n"
    "keeps = Function([people] -> [animals])\nfears = Function([people] -> [animals])",
    "clover_constraints": "Ada keeps the dog\nAda fears the cat",
}


TEXTS = st.lists(st.text("JKDoe. )(:?I1a", min_size=1, max_size=6).map(str.strip).filter(bool),
                 min_size=2, max_size=6)  # fmt: skip


@pytest.mark.parametrize("mark", ["{}) ", "({}) ", "{}. ", "{}: "])
@given(TEXTS)
def test_labels_in_front_of_options_are_no_part_of_them(mark: str, texts: list[str]) -> None:
    marked = [f"{mark.format('ABCDEF'[at])}{text}" for at, text in enumerate(texts)]
    found = puzzle_of("arlsat", {**GAME, "options": marked}).options
    assert found == tuple(zip("ABCDEF", texts, strict=False))


@pytest.mark.parametrize(
    "options",
    [
        ["J. Doe paints", "K. Roe paints", "Doe and Roe paint"],
        ["J. Doe", "K. Roe", "C. Poe"],
        ["A. Doe", "A. Roe"],
        ["I. Newton", "V. Woolf"],
        ["A: is first", "is second"],
    ],
)
def test_initials_are_no_labels(options: list[str]) -> None:
    found = puzzle_of("arlsat", {**GAME, "options": options}).options
    assert found == tuple(zip("ABC", options, strict=False))


@pytest.mark.parametrize("marks", ["abc", "123", ["I", "II", "III"]])
def test_options_that_count_otherwise_are_told_by_letters(marks: list[str]) -> None:
    options = [f"{mark}) rye" for mark in marks]
    found = puzzle_of("arlsat", {**GAME, "options": options}).options
    assert found == (("A", "rye"), ("B", "rye"), ("C", "rye"))


def test_two_columns_of_the_same_values_go_by_their_header() -> None:
    found = puzzle_of("zebralogic", TWINS).prepared
    assert isinstance(found, Grid)
    assert found.columns == ("", "fears", "keeps")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (["Name", "Animal", "Pet"], "not clear which function has the values of column 2"),
        (["Name", "Keeps", "Keeps"], "not clear which function has the values of column 3"),
    ],
)
def test_a_column_of_two_functions_is_refused(header: list[str], told: str) -> None:
    found = puzzle_of("zebralogic", {**TWINS, "label": {**TWINS["label"], "header": header}})
    assert found.prepared is None
    assert told in str(found.error)


def test_a_grid_without_a_column_for_a_function_is_refused() -> None:
    label = {"header": ["Name", "Keeps"], "rows": [["Ada", "dog"], ["Ben", "cat"]]}
    found = puzzle_of("zebralogic", {**TWINS, "label": label})
    assert "the grid has no column for fears" in str(found.error)


def test_members_that_are_spelt_alike_are_refused() -> None:
    declared = TWINS["clover_declarations"].replace("dog, cat", "a_cat, a__cat")
    found = puzzle_of("zebralogic", {**TWINS, "clover_declarations": declared})
    assert "spelt alike" in str(found.error)


def test_a_grid_without_declarations_is_told_what_it_lacks() -> None:
    with pytest.raises(DataError, match="a grid is read with declarations"):
        puzzle_of("zebralogic", {"context": "Three live here.", "label": TWINS["label"]})


def test_a_preparation_with_other_options_is_none() -> None:
    found = game(clover_queries="Ada does not dive last")
    assert found.prepared is None
    assert "the preparation has the options A, the row A, B, C" in str(found.error)


def test_a_field_without_a_value_hides_no_recorded_preparation(tmp_path: Path) -> None:
    data = written(tmp_path / "data.jsonl", {**GAME, "preparation": None})
    (found,) = load("arlsat", data, written(tmp_path / "prepared.jsonl", PREPARED))
    assert isinstance(found, Puzzle)
    assert found.prepared is not None


def test_a_preparation_goes_to_the_one_row_that_it_was_made_for(tmp_path: Path) -> None:
    other = {**GAME, "context": "Cal swims."}
    unnamed = {key: value for key, value in GAME.items() if key != "id"}
    data = written(tmp_path / "data.jsonl", GAME, other, unnamed)
    first, second, third = load("arlsat", data, written(tmp_path / "one.jsonl", PREPARED))
    assert isinstance(first, Puzzle)
    assert first.prepared is not None
    assert isinstance(second, DataError)
    assert "another row has this id" in second.message
    assert isinstance(third, Puzzle)
    assert third.prepared is None


def test_two_preparations_of_one_id_are_for_no_row(tmp_path: Path) -> None:
    data = written(tmp_path / "data.jsonl", GAME, {**GAME, "id": "reef-2"})
    twice = written(tmp_path / "two.jsonl", PREPARED, PREPARED, {**PREPARED, "id": "reef-2"})
    first, second = load("arlsat", data, twice)
    assert isinstance(first, DataError)
    assert "has several of this id" in first.message
    assert isinstance(second, Puzzle)


def test_preparations_for_other_puzzles_are_refused(tmp_path: Path) -> None:
    data = written(tmp_path / "data.jsonl", {**GAME, "id": "reef-2"}, GAME)
    recorded = written(tmp_path / "prepared.jsonl", PREPARED)
    second = load("arlsat", data, recorded)[1]
    assert isinstance(second, Puzzle)
    assert second.recorded
    with pytest.raises(DataError, match=r"it is for 'reef-1', the data has 'reef-2'") as caught:
        load("arlsat", data, recorded, limit=1)
    assert caught.value.source == str(recorded)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f'{{"id": "reef-1", "clover_declarations": "{"d" * 200}', "not JSON"),
        ('["reef-1"]', "expected an object"),
        ('{"clover_declarations": "d = EnumSort([a])"}', "without an 'id'"),
        ('{"id": null, "preparation": {}}', "without an 'id'"),
    ],
)
def test_a_row_of_preparations_that_is_lost_is_told_with_its_line(
    tmp_path: Path, line: str, told: str
) -> None:
    data = written(tmp_path / "data.jsonl", GAME)
    recorded = written(tmp_path / "prepared.jsonl", PREPARED)
    recorded.write_text(f"{line}\n{recorded.read_text()}", encoding="utf-8")
    with pytest.raises(DataError, match=told) as caught:
        load("arlsat", data, recorded)
    assert caught.value.source == f"{recorded}, line 1"


def test_a_preparation_of_another_text_is_refused(tmp_path: Path) -> None:
    recorded = {**PREPARED, "context": "Another game."}
    data = written(tmp_path / "data.jsonl", GAME, {**GAME, "id": "reef-2"})
    first, _ = load("arlsat", data, written(tmp_path / "prepared.jsonl", recorded))
    assert isinstance(first, DataError)
    assert "for another context" in first.message
