"""Recorded programs: what is read, what is decided, and that nothing is answered for no reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.cli import app
from benchmarks.dialects import declarations, orders, rules, sorted_programs
from benchmarks.dialects.sections import MOST_CHARACTERS, MOST_LINES
from benchmarks.program_figures import summary
from benchmarks.programs import Ran, Settings, ran, sentences
from benchmarks.rows import DataError
from neurologic.choice import choose
from neurologic.errors import ParseError

GAME = """# Declarations
child = EnumSort([Ann, Bob, Cleo])
seat = Function([child] -> [int])
ForAll([c:child], And(1 <= seat(c), seat(c) <= 3))

# Constraints
Distinct([c:child], seat(c)) ::: No two children share a seat.
seat(Ann) < seat(Bob) ::: Ann sits before Bob.

# Options
Question ::: Which must be true?
{options}
"""


def game(*options: str, constraint: str = "") -> str:
    text = "\n".join(f"{option} ::: ({chr(65 + i)})" for i, option in enumerate(options))
    return GAME.format(options=text).replace("\n# Options", f"{constraint}\n# Options")


def run(program: str, label: str = "A", **settings: Any) -> Ran:
    return ran({"id": "1", "label": label, "program": program}, Settings(**settings))


def constraints(declarations: str, *lines: str, tolerant: bool = False) -> list[str]:
    text = "\n".join(["# Declarations", declarations, "# Constraints", *lines, "# Options"])
    found = sorted_programs.read(f"{text}\nis_sat(True)", tolerant=tolerant)
    assert not found.errors, str(found.errors[0])
    return [str(formula) for formula in found.constraints]


def fault(declarations: str, *lines: str) -> Any:
    text = "\n".join(["# Declarations", declarations, "# Constraints", *lines, "# Options"])
    found = sorted_programs.read(f"{text}\nis_sat(True)")
    assert found.errors
    return found.errors[0]


# -- the rule dialect

RULES = """Predicates:
Kind($x, bool) ::: x is a kind one
Sees($x, $y, bool) ::: x has y in sight

Facts:
Kind(Ann, True) ::: Ann is kind.
Sees(owl, barn owl, True) ::: The owl sees the barn owl.

Rules:
Kind($x, True) >>> Big($x, False) ::: Kind people are not big.
Sees($x, barn owl, True) >>> Kind(barn owl, True) ::: If someone sees the barn owl, it is kind.

Query:
{query}
"""


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("Big(Ann, False)", "entailed"),
        ("Big(Ann, True)", "refuted"),
        ("Big(owl, True)", "undetermined"),
        ("Sees(owl, barn owl, True)", "entailed"),  # a query of two places is answered
        ("Sees(owl, Barn_Owl, False)", "refuted"),
        ("Kind(Barn Owl, True)", "entailed"),
    ],
)
def test_facts_and_rules_decide_a_query(query: str, status: str) -> None:
    assert run(RULES.format(query=query)).status == status


def test_a_negation_is_no_contraposition() -> None:
    program = "Facts:\nBig(Ann, True)\nRules:\nKind($x, True) >>> Big($x, False)\nQuery:\n"
    assert run(program + "Kind(Ann, False)").status == "undetermined"


def test_a_closed_world_denies_what_is_not_derivable() -> None:
    program = RULES.format(query="Big(owl, True)")
    assert run(program, world="closed").answer == "False"
    assert run(RULES.format(query="Big(owl, False)"), world="closed").answer == "True"


@pytest.mark.parametrize(
    "line",
    [
        "Kind($x, True) >>> Big($x, False)", "Kind($x, True) >>> ¬Big($x, True)",
        "Kind($x) -> not Big($x)", "Kind(x, True) → ~Big(x)", "Kind($x, True) => !Big($x, True)",
        "Kind($x, True) >>> Not(Big($x, True))", "Kind($x, True) >>> Not(Big($x), True)",
        "Kind($x, True) >>> Big($x) = False",
    ],
)  # fmt: skip
def test_every_sign_of_negation_says_the_same(line: str) -> None:
    found = rules.read(f"Facts:\nKind(Ann, True)\nRules:\n{line}\nQuery:\nBig(Ann, True)")
    assert [str(premise) for premise in found.premises] == [
        "Kind(Ann)",
        "∀x (Kind(x) → ¬Big(x))",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Wizard", "Wizards"), ("Bus", "Buses"), ("Pony", "Ponies"), ("Blixus", "Blixuses"),
     ("Like", "Likes"), ("very big", "VeryBig")],
)  # fmt: skip
def test_plurals_and_spellings_of_a_name_are_one_name(one: str, other: str) -> None:
    program = f"Facts:\n{one}(Ann, True)\nRules:\n{other}($x, True) >>> Big($x, True)\nQuery:\n"
    found = run(program + "Big(Ann, True)")
    assert found.status == "entailed"
    assert found.notes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Actor", "Act"), ("Bus", "Bu"), ("Glass", "Glas"), ("Axis", "Axi"),
        ("News", "New"), ("Lens", "Len"), ("Ethics", "Ethic"), ("Virus", "Viru"),
    ],
)  # fmt: skip
def test_names_that_begin_alike_stay_apart(one: str, other: str) -> None:
    program = f"Facts:\n{one}(Ann, True)\nRules:\n{other}($x, True) >>> Big($x, True)\nQuery:\n"
    assert run(program + "Big(Ann, True)").status == "undetermined"


@pytest.mark.parametrize(
    "line",
    [
        "Mean($x, True) >>> Means($x, True)",  # a rule from a name to itself says nothing
        "Mean(Bob, True) && Means(Bob, False) >>> Odd(Bob, True)",
        "Mean(Ann, False)",
        "Mean(Bob, Eve, True)",
        "Mean(Bob, True) ::: Bob is mean.",  # an adjective has no plural
        "Mean(Bob, True) ::: If Bob is not mean then Bob is odd.",
    ],
)
def test_words_that_a_program_uses_as_two_are_no_plural_of_each_other(line: str) -> None:
    rules = "Means(Ann, True)\nMean($x, True) >>> Big($x, True)"
    query = "Query:\nBig(Ann, True)"
    assert run(f"Facts:\n{rules}\n{query}").status == "entailed"
    found = run(f"Facts:\n{rules}\n{line}\n{query}")
    assert "Mean is Means" not in found.notes
    if ">>> Means" not in line:
        assert found.status == "undetermined"


def test_an_article_before_a_noun_does_not_make_it_an_adjective() -> None:
    program = (
        "Facts:\nBlixus(Ann, True) ::: Ann is a blixus.\n"
        "Rules:\nBlixuses($x, True) >>> Big($x, True) ::: Blixuses are big.\nQuery:\n"
    )
    assert run(program + "Big(Ann, True)").answer == "True"


def test_a_rule_among_the_facts_is_a_rule() -> None:
    program = "Facts:\nKind($x, True) >>> Big($x, True)\nKind(Ann, True)\nQuery:\nBig(Ann, True)"
    assert run(program).answer == "True"


def test_a_fact_about_a_variable_states_nothing_and_is_noted() -> None:
    found = run("Facts:\nKind($x, True)\nQuery:\nKind(Ann, True)")
    assert found.status == "undetermined"
    assert "states nothing" in found.notes[0]


def test_contradictory_facts_about_the_query_are_no_answer() -> None:
    found = run("Facts:\nKind(Ann, True)\nKind(Ann, False)\nQuery:\nKind(Ann, True)")
    assert found.status == "inconsistent"
    assert found.answer is None
    assert not found.tested
    assert not found.right


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Ann is kind.", "prose"),
        ("Kind(someone, True) >>> Big(someone, True)", "guess"),
        ("Kind(Ann, Very)", "no value"),
        ("Kind(Big(Ann, True))", "atom as argument"),
        ("Kind(Ann, True", "missing bracket"),
        ("Kind(Ann, True))", "extra bracket"),
        ("Kind($x, True) && Big($x, True)", "half a rule"),
        ("not (Kind(Ann) & Big(Ann)) >>> Tall(Ann)", "negated conjunction"),
    ],
)
def test_what_cannot_be_read_is_located_and_leaves_the_program_unread(line: str, kind: str) -> None:
    found = run(f"Predicates:\nKind($x, bool)\nFacts:\n{line}\nQuery:\nKind(Ann, True)")
    error = found.errors[0]
    assert found.status == "unread"
    assert (error.kind, error.source) == (kind, "line 4")
    assert error.span is not None
    assert error.text == line


def test_tolerance_guesses_and_says_so() -> None:
    program = "Facts:\nAnn is kind.\nKind(someone, True) >>> Big(someone, True)\nQuery:\n"
    found = run(program + "Big(Ann, True)", tolerant=True)
    assert found.answer == "True"
    assert len(found.guesses) == 2


@pytest.mark.parametrize(
    ("program", "assumed"),
    [
        ("Facts:\nKind(Ann, True)\nQuery:\nKind(Ann, bool)", "query without truth value"),
        (
            "Predicates:\nKind($x, bool)\nFacts:\nKind(Ann)\nQuery:\nKind(Ann, True)",
            "truth value left out",
        ),
        ("Facts:\nKind(Ann) >>> True\nQuery:\nKind(Ann, True)", "truth value as head"),
        (game("is_sat(seat(Ann) == 1, seat(Bob) == 2)"), "several formulas in a test"),
        (
            game("is_sat(True)").replace(
                "[int])\n", "[int])\nf = Function([child] -> [child, bool])\n"
            ),
            "several results of a function",
        ),
        (game("is_sat(Ann < Bob)"), "members ordered as listed"),
        ("Premises:\nTall(ann) & (Old(ann) ::: a\nConclusion:\nTall(ann) ::: b", "formula mended"),
        (
            "Premises:\n∀x Tall(x) → Old(x) ::: a\nTall(ann) ::: b\nConclusion:\nOld(ann) ::: c",
            "brackets left out",
        ),
        (
            "Premises:\nTall(ann) ::: a\nConclusion:\nTall(ann) ::: b\nTall(ann) ::: c",
            "several conclusions joined",
        ),
        (
            "Premises:\nHums(nora, x) ∧ x ≠ noon ::: a\nConclusion:\n∃x Hums(nora, x) ::: b",
            "variable closed existentially",
        ),
    ],
)
def test_a_program_that_rests_on_a_reading_beyond_its_dialect_is_counted_apart(
    program: str, assumed: str
) -> None:
    found = run(program)
    figures = summary([found], Settings())
    assert found.assumed == (assumed,)
    assert found.as_json()["assumed"] == [assumed]
    assert (figures["right"], figures["tested"]) == (1, 1)
    assert figures["assumed"] == {assumed: 1}
    without = [f"{name}_without_assumed" for name in ("read", "tested", "right")]
    assert [figures[name] for name in without] == [0, 0, 0]


@pytest.mark.parametrize(
    "program",
    [
        RULES.format(query="Big(Ann, False)"),
        "Facts:\nBlixuses($x, True) >>> Big($x, True)\nBlixus(Ann, True)\nQuery:\nBig(Ann, True)",
        game("is_valid(seat(Ann) + 1 <= seat(Bob))"),
        "Predicates:\nKind($x)\nFacts:\nKind(Ann)\nQuery:\nKind(Ann)",
        "Predicates:\nKind($x, bool)\nFacts:\n¬Kind(Ann)\nQuery:\nKind(Ann, False)",
        "Premises:\nTall(ann) ::: a\nConclusion:\nTall(ann) ::: b",
        "Declarations:\nday = EnumSort([Monday, Tuesday])\nOptions:\nis_valid(Monday < Tuesday)",
    ],
)
def test_a_program_that_is_as_its_dialect_has_it_rests_on_nothing_assumed(program: str) -> None:
    figures = summary([run(program)], Settings())
    assert figures["assumed"] == {}
    assert figures["right_without_assumed"] == figures["right"] == 1


def test_what_is_assumed_in_a_program_that_is_not_read_counts_for_nothing() -> None:
    figures = summary([run("Facts:\nhm hm\nQuery:\nKind(Ann, bool)")], Settings())
    assert (figures["read"], figures["assumed"]) == (0, {})


def test_a_query_without_a_truth_value_takes_the_sentence_beside_it() -> None:
    facts = "Facts:\nKind(Ann, True)\nQuery:\n"
    assert run(facts + "Kind(Ann, bool) ::: Ann is kind.").answer == "True"
    assert run(facts + "Kind(Ann, bool) ::: Ann is not kind.").answer == "False"


def test_a_query_against_its_sentence_is_reported_and_the_mended_figure_stands_apart() -> None:
    program = "Facts:\nKind(Ann, True)\nQuery:\nKind(Ann, False)"
    settings = Settings(questions={"1": "Ann is kind."})
    found = ran({"id": "1", "label": "A", "program": program}, settings)
    assert (found.answer, found.flipped, found.repaired) == ("False", True, "True")
    figures = summary([found], settings)
    assert (figures["right"], figures["polarity"]["repaired_right"]) == (0, 1)


def test_a_predicate_and_a_constant_of_one_name_do_not_collide() -> None:
    program = "Premises:\nVacuum(vacuum) ::: a\nConclusion:\nVacuum(vacuum) ::: a"
    assert run(program).answer == "True"


def test_formulas_with_inconsistent_premises_are_no_answer() -> None:
    found = run("Premises:\nP(a) ::: a\n¬P(a) ::: b\nConclusion:\nP(a) ::: a")
    assert (found.status, found.answer, found.printed) == ("inconsistent", None, "True")


# -- many-sorted programs


def test_exactly_one_option_is_an_answer() -> None:
    found = run(game("is_valid(seat(Bob) == 1)", "is_valid(seat(Bob) > 1)"), "B")
    assert (found.status, found.answer, found.right) == ("one", "B", True)


def test_the_first_of_several_options_is_never_the_answer() -> None:
    found = run(game("is_sat(seat(Ann) == 1)", "is_sat(seat(Ann) == 2)", "is_sat(seat(Ann) == 3)"))
    assert (found.status, found.answer, found.fits) == ("several", None, ("A", "B"))
    assert found.printed == "A"
    assert not found.right


def test_no_option_that_fits_is_a_result() -> None:
    assert run(game("is_sat(seat(Ann) == 3)", "is_valid(seat(Ann) == 2)")).status == "none"


def test_inconsistent_constraints_are_no_answer() -> None:
    found = run(game("is_valid(seat(Ann) == 1)", constraint="seat(Bob) < seat(Ann)"))
    assert (found.status, found.answer, found.fits) == ("inconsistent", None, ())
    assert found.printed == "A"  # what taking the first option that passes comes to


@pytest.mark.parametrize(
    ("option", "fits"),
    [
        ("is_sat(seat(Ann) == 2)", True), ("is_sat(seat(Ann) == 3)", False),
        ("is_unsat(seat(Ann) == 3)", True), ("is_unsat(seat(Ann) == 2)", False),
        ("is_exception(is_sat(seat(Ann) == 3))", True),
        ("is_exception(is_valid(seat(Ann) < 3))", False),
        ("is_accurate_list([seat(Ann) == 1, seat(Ann) == 2])", True),
        ("is_accurate_list([seat(Ann) == 1])", False),
        ("is_accurate_list([seat(Ann) < 3, seat(Ann) == 3])", False),
        ("is_sat(seat(Ann) == 1, seat(Bob) == 2)", True),
        ("is_sat(seat(Ann) == 1, seat(Ann) == 2)", False),
    ],
)  # fmt: skip
def test_each_test_of_an_option_means_what_it_says(option: str, fits: bool) -> None:
    assert run(game(option)).fits == (("A",) if fits else ())


def test_options_of_different_kinds_are_tested_together() -> None:
    found = run(game("is_valid(seat(Ann) == 1)", "is_sat(seat(Cleo) == 3)", "is_unsat(True)"), "B")
    assert (found.status, found.answer) == ("one", "B")


DAYS = "day = EnumSort([Monday, Tuesday, Wednesday])\njob = EnumSort([audit, review])\n"
WHEN = f"{DAYS}when = Function([job] -> [day])"


def test_weekdays_are_an_ordered_enumeration_and_keep_their_range() -> None:
    found = sorted_programs.read(f"Declarations:\n{WHEN}\nOptions:\nis_sat(True)")
    assert str(found.signature.sorts[0]) == "sort day = {Monday < Tuesday < Wednesday}"
    program = f"# Declarations\n{WHEN}\n# Options\n"
    beyond = "is_sat(And(when(audit) != Monday, when(audit) != Tuesday, when(audit) != Wednesday))"
    assert run(program + beyond).status == "none"


def test_two_ways_to_say_a_range_are_equivalent_within_the_sort() -> None:
    program = f"# Declarations\n{WHEN}\n# Options\n"
    same = (
        "is_valid((when(audit) > Monday) == Or(when(audit) == Tuesday, when(audit) == Wednesday))"
    )
    assert run(program + same).answer == "A"


def test_a_sort_whose_name_or_member_contains_top_is_no_sequence() -> None:
    declared = "topics = EnumSort([Stops, Potpourri])\nof = Function([topics] -> [topics])"
    assert fault(declared, "of(Stops) == 2").kind == "sort"
    found = sorted_programs.read(f"Declarations:\n{declared}\nOptions:\nis_sat(True)")
    assert not found.signature.sorts[0].ordered


@pytest.mark.parametrize(
    "line",
    [
        "when(review) == when(audit) + 1", "when(review) - when(audit) == 1",
        "And(Abs(when(audit) - when(review)) == 1, when(audit) < when(review))",
        "Or(And(when(audit) == Monday, when(review) == Tuesday), "
        "And(when(audit) == Tuesday, when(review) == Wednesday))",
    ],
)  # fmt: skip
def test_steps_along_an_ordered_enumeration_are_counted_in_places(line: str) -> None:
    program = f"# Declarations\n{WHEN}\n# Constraints\n{line}\n# Options\n"
    options = [
        "is_valid(when(audit) < when(review))",
        "is_valid(when(review) != Monday)",
        "is_sat(And(when(audit) == Monday, when(review) == Wednesday))",
        "is_sat(when(review) == Wednesday)",
    ]
    assert run(program + "\n".join(options)).fits == ("A", "B", "D")


def test_an_atom_about_a_member_past_the_end_is_false() -> None:
    declared = f"{DAYS}open = Function([day] -> [bool])"
    program = f"# Declarations\n{declared}\n# Options\n"
    option = "is_sat(ForAll([d:day], open(d + 1)))\nis_sat(ForAll([d:day], Not(open(d + 1))))"
    assert run(program + option, "B").answer == "B"


def test_numbers_as_members_keep_their_values_in_several_sorts() -> None:
    declared = (
        "locker = EnumSort([1, 2, 3])\nday = EnumSort([1, 2])\nchild = EnumSort([Ann, Bob])\n"
        "of = Function([child] -> [locker])\non = Function([child] -> [day])"
    )
    program = f"# Declarations\n{declared}\n# Constraints\nof(Ann) == on(Ann) + 1\n# Options\n"
    options = ["is_sat(of(Ann) == 1)", "is_sat(of(Ann) == 3)", "is_valid(of(Ann) > on(Ann))"]
    assert run(program + "\n".join(options)).fits == ("B", "C")


def test_a_list_of_members_of_an_earlier_sort_is_a_subset_of_it() -> None:
    declared = (
        "child = EnumSort([Ann, Bob, Cleo])\ngirl = EnumSort([Ann, Cleo])\n"
        "tall = Function([child] -> [bool])"
    )
    program = f"# Declarations\n{declared}\n# Constraints\nForAll([g:girl], tall(g))\n# Options\n"
    options = [
        "is_valid(tall(Cleo))", "is_valid(tall(Bob))", "is_sat(Count([g:girl], tall(g)) == 1)",
        "is_valid(Exists([g:girl], tall(g)))", "is_valid(Bob in girl)",
    ]  # fmt: skip
    assert run(program + "\n".join(options)).fits == ("A", "D")


@pytest.mark.parametrize(
    "line",
    [
        "ForAll([c:child], Implies(tall(c), kind(c)))",
        "ForAll([c : child], tall(c) -> kind(c))",
        "ForAll( [ c:child ] , tall(c) → kind(c) )",
        "ForAll([c:child], ¬tall(c) ∨ kind(c))",
        "ForAll([c:child], Not(tall(c)) | kind(c))",
        "ForAll([c:child], not tall(c) or kind(c))",
        "ForAll([c:child], (tall(c) && kind(c)) <-> tall(c))",
    ],
)
def test_arrows_signs_and_blanks_are_read(line: str) -> None:
    declared = (
        "child = EnumSort([Ann, Bob])\ntall = Function([child] -> [bool])\n"
        "kind = Function([child] -> [bool])"
    )
    program = f"# Declarations\n{declared}\n# Constraints\n{line}\n# Options\n"
    options = ["is_sat(And(tall(Ann), Not(kind(Ann))))", "is_sat(And(kind(Bob), Not(tall(Bob))))"]
    assert run(program + "\n".join(options), "B").answer == "B"


def test_a_bound_variable_named_like_a_constant_leaves_the_constant_alone() -> None:
    declared = "child = EnumSort([Ann, Bob])\ntall = Function([child] -> [bool])"
    lines = "Exists([Ann:child], tall(Ann))\nNot(tall(Ann))"
    program = f"# Declarations\n{declared}\n# Constraints\n{lines}\n# Options\n"
    assert run(program + "is_valid(tall(Bob))\nis_sat(tall(Ann))").answer == "A"


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch {path}')",
        "is_sat(__import__('os').mkdir('{path}'))",
        "open('{path}', 'w')",
        "(lambda: open('{path}', 'w'))()",
    ],
)
@pytest.mark.parametrize("place", ["# Declarations", "# Constraints", "# Options"])
def test_no_text_of_a_program_is_executed(text: str, place: str, tmp_path: Path) -> None:
    target = tmp_path / "made"
    line = text.format(path=target)
    for tolerant in (False, True):
        found = run(GAME.format(options="").replace(place, f"{place}\n{line}"), tolerant=tolerant)
        assert found.status == "unread"
    assert not target.exists()


@pytest.mark.parametrize(
    ("line", "part", "kind"),
    [
        ("seat(Ann) < Bob", "seat(Ann) < Bob", "sort"),
        ("seat(Dan) == 1", "Dan", "undeclared"),
        ("seat(1) == 1", "1", "sort"),
        ("seat(Ann, Bob) == 1", "seat(Ann, Bob)", "arity"),
        ("ForAll([c:children], seat(c) == 1)", "c:children", "unknown sort"),
        ("seat(Ann)", "seat(Ann)", "term as formula"),
        ("Not(seat(Ann) == 1, seat(Bob) == 1)", "Not(seat(Ann) == 1, seat(Bob) == 1)", "arity"),
        ("And(seat(Ann) == 1, child)", "child", "sort as term"),
        ("Distinct([c:child], seat(c) == 1)", "seat(c) == 1", "sort"),
        ("ForAll([n:int], seat(Ann) == n)", "n:int", "endless"),
        ("seat(Ann) == 1)", ")", "extra bracket"),
        ("seat(Ann) % seat(Bob) == 0", "seat(Bob)", "modulo"),
        ("seat(Ann) @ 2 == 0", "@", "syntax"),
    ],
)
def test_a_sort_error_is_located_in_the_line(line: str, part: str, kind: str) -> None:
    declared = "child = EnumSort([Ann, Bob])\nseat = Function([child] -> [int])"
    error = fault(declared, line)
    assert error.kind == kind
    assert error.source == "line 5"
    start, end = error.span
    assert error.text[start:end] == part
    assert "^" in str(error)


def test_a_name_almost_spelt_right_gets_a_hint() -> None:
    declared = "child = EnumSort([Annabel, Bob])\nseat = Function([child] -> [int])"
    assert fault(declared, "seat(Anabel) == 1").hint == "did you mean Annabel?"


def test_a_count_of_numbers_is_their_sum() -> None:
    declared = "child = EnumSort([Ann, Bob])\nage = Function([child] -> [int])"
    assert constraints(declared, "Count([c:child], age(c)) == 9") == ["age(Ann) + age(Bob) = 9"]


def test_a_remainder_is_read_and_decided() -> None:
    options = [
        "is_sat(And(seat(Ann) % 2 == 0, seat(Bob) == 3))", "is_sat(seat(Ann) % 2 == 2)",
        "is_valid(ForAll([c:child], Or(seat(c) % 2 == 1, seat(c) == 2)))",
        "is_valid((seat(Ann) - 9) % 4 >= 0)", "is_valid(seat(Ann) % 2 == 1)",
    ]  # fmt: skip
    assert run(game(*options)).fits == ("A", "C", "D")


@pytest.mark.parametrize("name", ["remainder1", "quotient1"])
@pytest.mark.parametrize("early", [True, False])
def test_a_remainder_has_a_name_that_the_program_has_not(name: str, early: bool) -> None:
    own, bounds = f"{name} = Function([child] -> [int])", "seat(Ann) % 2 == 1"
    program = game(
        f"is_valid({name}(Ann) == 7)", f"is_sat({name}(Bob) == 1)", "is_valid(seat(Ann) == 1)",
        constraint=f"ForAll([c:child], {name}(c) == 7)\nseat(Ann) % 2 == 1",
    )  # fmt: skip
    lines = [own, bounds] if early else [bounds, own]
    program = program.replace("ForAll([c:child], And", "\n".join((*lines, "ForAll([c:child], And")))
    assert run(program).fits == ("A", "C")


def test_what_members_are_worth_is_not_declared_otherwise() -> None:
    declared = "day = EnumSort([monday, tuesday])\nvalue_of_day = Function([day] -> [int])"
    error = fault(declared, "value_of_day(monday) == 7")
    assert (error.kind, error.source) == ("built in", "line 3")


def test_a_remainder_that_is_refused_leaves_nothing_declared() -> None:
    declared = declarations.read("child = EnumSort([Ann])\nseat = Function([child] -> [int])")
    before = declared.signature()
    with pytest.raises(ParseError):
        declared.formula("seat(Ann) % 2 == 1")
    assert declared.signature() == before


def test_a_member_of_two_sorts_is_told_by_its_place() -> None:
    declared = (
        "tree = EnumSort([rose, oak])\ncolour = EnumSort([rose, red])\n"
        "of = Function([tree] -> [colour])"
    )
    assert constraints(declared, "of(rose) == rose") == ["of(tree_rose) = colour_rose"]


def test_a_free_name_is_an_error_and_under_tolerance_a_counted_guess() -> None:
    line = "is_valid(seat(c) <= 3)"
    assert run(game(line)).status == "unread"
    found = run(game(line), tolerant=True)
    assert (found.status, len(found.guesses)) == ("one", 1)


def test_a_statement_with_an_open_bracket_goes_on_in_the_next_line() -> None:
    option = "is_sat(And(seat(Ann) == 1,\n  seat(Bob) == 2))"
    assert run(game(option)).answer == "A"


@pytest.mark.parametrize(
    "line",
    ["(" * 3000 + "seat(Ann) == 1" + ")" * 3000, "not " * 5000 + "True", "True -> " * 2000 + "True",
     "seat(Ann) == " + "1 + " * 4000 + "1", "Abs(" * 30 + "seat(Ann)" + ")" * 30 + " == 1",
     "And(" + ", ".join(["True"] * 3000) + ")"],
)  # fmt: skip
def test_long_and_deep_lines_are_read_or_refused(line: str) -> None:
    assert run(game("is_sat(True)", constraint=line)).status in ("one", "unread", "inconsistent")


@pytest.mark.parametrize("said", ["(A)", "A", "A) Ann", "", "Ann has the first seat."])
def test_an_option_has_the_label_beside_it_or_that_of_its_place(said: str) -> None:
    found = sorted_programs.read(GAME.format(options=f"is_sat(seat(Ann) == 1) ::: {said}"))
    assert found.labels == ("A",)


def test_fences_rules_and_comments_are_no_statements() -> None:
    program = game("is_sat(seat(Ann) == 1)", constraint="# a comment\n---\n```")
    assert run(f"```\n{program}\n```").answer == "A"


# -- orders

ORDER = """Domain:
1: oldest
3: newest
Variables:
van [IN] [1, 2, 3]
bus [IN] [1, 2, 3]
cab [IN] [1, 2, 3]
Constraints:
{constraints}
AllDifferentConstraint([van, bus, cab]) ::: All have different values.
Query:
A) van == 2 ::: The van is the second-newest.
B) bus == 2 ::: Second comes the bus.
C) cab == 2 ::: The cab is the second-newest.
"""


def test_an_order_puzzle_has_the_option_that_must_be_true() -> None:
    found = run(ORDER.format(constraints="van < bus ::: a\ncab == bus + 1 ::: b"), "B")
    assert (found.status, found.answer, found.printed) == ("one", "B", "B")


def test_an_order_puzzle_that_leaves_the_order_open_is_not_answered() -> None:
    assert run(ORDER.format(constraints="van < bus")).status == "none"


def test_an_order_puzzle_without_solution_is_inconsistent() -> None:
    found = run(ORDER.format(constraints="van < bus\nbus < cab\ncab < van"))
    assert (found.status, found.answer, found.printed) == ("inconsistent", None, None)


@pytest.mark.parametrize("domain", ["-1, 0", "1 2", "1,, 2", "", "²", "7" * 5000])
def test_a_domain_that_holds_no_positions_is_told(domain: str) -> None:
    program = ORDER.format(constraints="van < bus").replace(
        "van [IN] [1, 2, 3]", f"van [IN] [{domain}]"
    )
    first = orders.read(program).errors[0]
    wrong = "expected a variable with its domain" if domain == "²" else "is no position"
    assert wrong in str(first)
    assert "write name [IN] [1, 2, 3]" in str(first)


def test_a_number_of_thousands_of_digits_is_refused_in_every_dialect() -> None:
    long = "7" * 5000
    for found in (
        orders.read(ORDER.format(constraints=f"van == {long}")),
        sorted_programs.read(game(f"is_sat(seat(Ann) == {long})")),
        rules.read(f"Facts:\nOld({long}, True)\nQuery:\nOld({long}, True)"),
    ):
        assert "a number of more than 1000 digits" in str(found.errors[0])


def test_a_number_outside_the_domain_is_no_place() -> None:
    found = orders.read(ORDER.format(constraints="van == 4"))
    assert choose(found.problems[0]).status == "inconsistent"


# -- rows and the command


def clover(**row: Any) -> Ran:
    return ran({"id": "1", "label": "A", **row})


def test_declarations_are_read_and_a_gold_grid_satisfies_them() -> None:
    declared = (
        "person = EnumSort([ann, bob])\npet = EnumSort([cat, dog])\n"
        "lives = Function([person] -> [int])\nhas = Function([person] -> [pet])\n"
        "ForAll([p:person], And(1 <= lives(p), lives(p) <= 2))"
    )
    grid = "And(And(lives(ann) == 1, has(ann) == {}), And(lives(bob) == {}, has(bob) == dog))"
    good = clover(clover_declarations=declared, clover_queries=grid.format("cat", 2))
    assert (good.read, good.gold) == (True, True)
    assert clover(clover_declarations=declared, clover_queries=grid.format("cat", 3)).gold is False
    assert clover(clover_declarations=declared, clover_queries=grid.format("dog", 2)).gold is False


def test_a_function_with_two_results_is_read_with_a_note() -> None:
    found = clover(
        clover_declarations="a = EnumSort([p, q])\nb = EnumSort([r, s])\nf = Function([a] -> [b, a])"
    )
    assert found.read
    assert "several results" in found.notes[0]


@pytest.mark.parametrize(
    "row", [{"id": "1"}, {"program": "Facts:\nQuery:", "label": "Z9"}, {"program": 3, "label": "A"}]
)
def test_a_row_that_cannot_be_used_is_an_error(row: dict[str, Any]) -> None:
    with pytest.raises(DataError):
        ran(row)


def test_an_empty_program_is_unread() -> None:
    assert run("").status == "unread"
    assert run("Facts:\nQuery:\n").errors[0].kind == "no query"


def test_a_program_without_headings_is_unread_in_the_dialect_of_its_data_set() -> None:
    found = ran({"id": "1", "dataset": "AR-LSAT", "label": "E", "program": "no headings at all"})
    assert (found.dialect, found.status) == ("sorted", "unread")


def test_an_error_in_one_program_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(program: str, *, tolerant: bool) -> None:
        raise ZeroDivisionError("in the reader")

    row = {"id": "1", "label": "A", "program": "Facts:\nKind(Ann, True)\nQuery:\nKind(Ann, True)"}
    file = written(tmp_path / "programs.jsonl", {**row, "program": game("is_sat(True)")}, row)
    monkeypatch.setattr(sorted_programs, "read", broken)
    done = CliRunner().invoke(app, ["programs", str(file), "--json"])
    figures = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (figures["right"], figures["errors"]) == (1, {"DataError": 1})


def written(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_the_command_counts_and_goes_on_after_a_bad_row(tmp_path: Path) -> None:
    file = written(
        tmp_path / "programs.jsonl",
        {"id": "1", "label": "A", "program": RULES.format(query="Big(Ann, False)")},
        {"id": "2", "label": "B", "program": RULES.format(query="Big(Ann, False)")},
        {"id": "3", "label": "A", "program": game("is_sat(seat(Ann) == 1)", "is_sat(True)")},
        ["no object"],
        {"id": "5", "label": "A", "program": "Facts:\nhm hm\nQuery:\nKind(Ann, True)"},
    )
    rows = tmp_path / "rows.jsonl"
    done = CliRunner().invoke(app, ["programs", str(file), "--json", "--rows", str(rows)])
    figures = json.loads(done.stdout.splitlines()[-1])
    assert done.exit_code == 1
    expected = {
        "n": 5, "read": 3, "tested": 3, "one": 2, "one_right": 1, "several": 1, "several_gold": 1,
        "none": 0, "inconsistent": 0, "right": 1, "wrong": 1, "printed_right": 2,
    }  # fmt: skip
    assert {key: figures[key] for key in expected} == expected
    assert figures["failed"] == {"prose": 1}
    assert figures["errors"] == {"DataError": 1}
    assert figures["messages"] == {f"{file}, line 4": "the line is a JSON list, expected an object"}
    assert len(rows.read_text(encoding="utf-8").splitlines()) == 5


def test_the_table_names_the_first_rows_that_cannot_be_used(tmp_path: Path) -> None:
    good = {"id": "1", "label": "A", "program": RULES.format(query="Big(Ann, False)")}
    file = written(tmp_path / "p.jsonl", good, *[["no object"]] * 12, {"label": "A", "id": "14"})
    done = CliRunner().invoke(app, ["programs", str(file)], env={"COLUMNS": "300"})
    assert "DataError: 13" in done.stdout
    assert "line 2: the line is a JSON list" in done.stdout
    assert "line 11: the line is a JSON list" in done.stdout
    assert "line 12:" not in done.stdout


LONG = [
    ("AR-LSAT", "# Constraints\n" + "on(a) == 1 ::: x\n" * MOST_LINES),
    ("AR-LSAT", "# Constraints\n" + "on(a) == 1" + " " * MOST_CHARACTERS),
    ("ProofWriter", "Facts:\n" + "".join(f"Kind(A{i}, True)\n" for i in range(300_000))),
    ("FOLIO", "Premises:\n" + "Tall(ann) ::: Ann is tall.\n" * MOST_LINES),
    ("LogicalDeduction", f"Variables:\na [IN] [{', '.join(map(str, range(1_000_000)))}]"),
    ("", "\n" * 1_000_000),
]


@pytest.mark.parametrize(("dataset", "program"), LONG)
def test_a_program_of_very_many_lines_or_characters_is_too_long(dataset: str, program: str) -> None:
    found = ran({"id": "1", "dataset": dataset, "label": "A", "program": program})
    assert (found.status, found.errors[0].kind) == ("unread", "too long")


def test_declarations_of_very_many_lines_are_too_long() -> None:
    text = "a = EnumSort([p, q])\n" * MOST_LINES
    assert clover(clover_declarations=text).errors[0].kind == "too long"
    with pytest.raises(ParseError, match=r"lines, where 2,000 is the most"):
        declarations.read(text)


def test_a_variable_with_a_very_long_line_is_too_long() -> None:
    domain = ", ".join(map(str, range(5_000)))
    found = orders.read(f"Variables:\na [IN] [{domain}]\nQuery:\nA) a == 1")
    assert (found.errors[0].kind, found.errors[0].source) == ("too long", "line 2")


@pytest.mark.parametrize(
    "line", ["Facts:" + "*" * 90_000 + "x", "Kind" + " " * 90_000 + "x", " " * 90_000 + ">>> x"]
)
@pytest.mark.parametrize("heading", ["Predicates:", "Facts:"])
@pytest.mark.parametrize("tolerant", [True, False])
def test_a_line_of_one_sign_over_and_over_ends_in_an_error(
    heading: str, line: str, tolerant: bool
) -> None:
    found = rules.read(f"{heading}\n{line}\nQuery:\nKind(Ann, True)", tolerant=tolerant)
    assert bool(found.errors) is (heading == "Facts:")


def test_questions_of_other_problems_are_refused(tmp_path: Path) -> None:
    program = {
        "id": "1",
        "label": "A",
        "program": "Facts:\nKind(Ann, True)\nQuery:\nKind(Ann, True)",
    }
    other = {"id": "2", "question": "True or false? Ann is kind."}
    paths = tmp_path / "programs.jsonl", tmp_path / "questions.jsonl"
    for path, row in zip(paths, (program, other), strict=True):
        path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["programs", str(paths[0]), "--questions", str(paths[1])])
    assert done.exit_code == 2
    assert "no program is of a question here" in done.stderr


def test_the_command_compares_queries_with_their_questions(tmp_path: Path) -> None:
    program = "Facts:\nKind(Ann, True)\nQuery:\nKind(Ann, False)"
    file = written(tmp_path / "programs.jsonl", {"id": "1", "label": "A", "program": program})
    asked = written(
        tmp_path / "questions.jsonl", {"id": "1", "question": "True or false? Ann is kind."}
    )
    assert sentences(asked) == {"1": "Ann is kind."}
    done = CliRunner().invoke(app, ["programs", str(file), "--questions", str(asked), "--json"])
    assert json.loads(done.stdout)["polarity"] == {
        "compared": 1, "flipped": 1, "flipped_wrong": 1, "repaired_right": 1, "repaired_wrong": 0,
        "repaired_right_without_assumed": 1,
    }  # fmt: skip


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["programs", str(tmp_path / "none.jsonl")])
    assert done.exit_code == 2
