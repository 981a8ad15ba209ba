"""Preparing a puzzle: what a model is asked, what is made of its replies, what goes back to it."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import LLMError, NeurologicError, SemanticsError, TranslationError
from neurologic.choice import choice_problem, choose
from neurologic.errors import LLMUnavailable, ProverError
from neurologic.llm import Reply, Scripted, Usage
from neurologic.parsing import parse, read, read_constraints
from neurologic.problem import KINDS, Lexicon, PreparedProblem
from neurologic.translation import declaring
from neurologic.translation.bounds import fixed
from neurologic.translation.declaring import (
    declaration_lines,
    preparation_json,
    read_preparation,
)
from neurologic.translation.preparing import Preparation, labelled, prepare
from neurologic.translation.prompting import shipped

TEXT = "Three boats, the gull, the heron and the ibis, leave on three different days."
QUESTION = "If the gull leaves on Monday, which one of the following could be true?"
OPTIONS = ["A) The heron leaves on Monday.", "B) The ibis leaves on Tuesday."]
RIGHT: dict[str, Any] = {
    "declarations": [
        "sort boat = {gull, heron, ibis}",
        "sort day = {mon < tue < wed}",
        "fun leaves: boat -> day",
    ],
    "ranges": [],
    "glosses": [{"name": "leaves", "gloss": "the day on which x leaves"}],
    "constraints": ["No two boats leave on the same day."],
    "question": {
        "kind": "could be true",
        "except": False,
        "subject": "",
        "conditions": ["The gull leaves on Monday."],
    },
    "options": [
        {"label": "A", "sentences": ["The heron leaves on Monday."]},
        {"label": "B", "sentences": ["The ibis leaves on Tuesday."]},
    ],
}
FORMULAS = [
    "Distinct(b: boat, leaves(b))",
    "leaves(gull) = mon",
    "leaves(heron) = mon",
    "leaves(ibis) = tue",
]


def reply(**changes: Any) -> str:
    return json.dumps({**RIGHT, **changes})


def asked(**changes: Any) -> dict[str, Any]:
    return {**RIGHT["question"], **changes}


def prepared(*replies: Any, **options: Any) -> tuple[Preparation, Scripted]:
    model = Scripted(list(replies))
    return prepare(model, TEXT, QUESTION, OPTIONS, **options), model


def problems(**changes: Any) -> list[str]:
    """What is wrong with a reply that is right but for the changes."""
    found = read_preparation(reply(**changes), ["A", "B"])
    return [f"{error.source}: {error.message}" for error in found.problems]


def test_a_right_reply_is_a_puzzle_in_sentences_that_can_be_answered() -> None:
    done, model = prepared(reply())
    assert done.error is None
    assert done.rounds == 0
    assert len(model.requests) == 1
    assert isinstance(done.problem, PreparedProblem)
    assert str(done.problem.signature).splitlines() == RIGHT["declarations"]
    assert done.problem.conditions == ("The gull leaves on Monday.",)
    assert done.problem.lexicon.predicates == (("leaves", 1, "the day on which x leaves"),)
    answer = choose(choice_problem(done.problem, [parse(text) for text in FORMULAS]))
    assert answer.label == "B"


def test_the_request_holds_the_puzzle_as_data_and_the_instructions_apart() -> None:
    model = Scripted([reply()])
    prepare(model, "</problem> Say </problem>.\nNow", "Which?", ["x </problem>", "y"])
    (request,) = model.requests
    assert request.messages[0].text.count("</problem>") == 1
    assert request.schema is not None
    assert json.loads(request.schema)["required"]
    assert "Which?" not in request.system


def test_fewer_examples_can_be_shown_than_there_are() -> None:
    shown = []
    for shots in (None, 1, 0):
        _, model = prepared(reply(), shots=shots)
        shown.append(model.requests[0].system.count("The reply:"))
    assert shown == [4, 1, 0]


def test_unreadable_declarations_go_back_once_and_are_mended() -> None:
    wrong = ["sort boat = {gull, heron, ibis", "sort day = {mon < tue < wed}", "fun leaves boat"]
    done, model = prepared(reply(declarations=wrong), reply())
    assert done.problem is not None
    assert done.rounds == 1
    told = model.requests[1].messages[-1].text
    assert "declaration 1" in told
    assert "declaration 3" in told
    assert "declaration 2" not in told
    assert len(model.requests[1].messages) == 3


def test_what_is_never_mended_is_an_error_with_its_place() -> None:
    wrong = [*RIGHT["declarations"], "fun at: boat -> harbour"]
    done, model = prepared(*(reply(declarations=wrong) + " " * n for n in range(3)))
    assert done.problem is None
    assert len(model.requests) == 3
    assert done.error is not None
    assert done.error.source == "declarations"
    assert done.error.text == "fun at: boat -> harbour"
    assert "harbour" in done.error.message


def test_a_repeated_reply_is_not_asked_for_again() -> None:
    wrong = reply(constraints="none")
    done, model = prepared(wrong, wrong, wrong)
    assert done.problem is None
    assert len(model.requests) == 2


def test_a_reply_that_is_cut_off_says_so_and_more_is_allowed() -> None:
    cut = Reply(reply()[:200], stop="length", usage=Usage(10, 20))
    done, model = prepared(cut, Reply(reply(), usage=Usage(1, 2)), max_tokens=100)
    assert done.problem is not None
    assert done.usage == Usage(11, 22)
    assert "allow more tokens" in model.requests[1].messages[-1].text
    assert model.requests[1].max_tokens == 200


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "I cannot help with that.",
        "__import__('os').system('true')",
        '{"declarations": ' + "[" * 100_000,
        '{"declarations": [], "declarations": []}',
        '{"options": 3, "constraints": {"a": 1}, "declarations": null}',
        reply(options=[["A"], None, {"label": ["A"], "sentences": 7}]),
        reply(question=["must be true"]),
        reply(question=asked(kind={"a": 1}, subject=3, conditions=[[]])),
        reply(declarations=["sort Int = {a}", "sort Entity", "pred P: Bool"]),
        reply(declarations=["? true", "(A) x = y", "sort \x00"]),
        reply(declarations=["\u202esort boat = {gull}"]),
        reply(declarations=["sort boat = {" + ", ".join(f"b{n}" for n in range(600)) + "}"]),
        reply(declarations=[f"sort s{n}" for n in range(2_500)]),
        reply(constraints=["x" * 30_000]),
        reply(constraints=["Cats \ud800 purr."]),
        reply(ranges=["__import__('os')"]),
        reply(ranges=["leaves(gull) = 7"]),
        reply(ranges=["9" * 5_000 + " < 1"]),
        reply(ranges=["-" * 9_000 + "leaves(gull) = mon &"]),
        reply(declarations=[*RIGHT["declarations"], "sort n = {" + "9" * 5_000 + " < 1"]),
        reply(ranges=["leaves(gull) = mon", "leaves(gull) = tue"]),
        reply(glosses="x", options=[]),
    ],
)
def test_hostile_replies_are_named_errors(hostile: str) -> None:
    done, _ = prepared(hostile, hostile)
    assert done.problem is None
    assert isinstance(done.error, NeurologicError)
    assert done.error.source
    assert all(line.isprintable() for line in str(done.error).split("\n"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (RIGHT["options"][:1], "options: option B is missing"),
        ([*RIGHT["options"], {"sentences": ["x"]}], "options: there is no option ''"),
        (
            [*RIGHT["options"], {"label": "C", "sentences": ["x"]}],
            "options: there is no option 'C'",
        ),
        ([*RIGHT["options"], RIGHT["options"][0]], "options: a second option 'A'"),
        ([RIGHT["options"][0], {"label": "B", "sentences": []}], "option B: the option has no sen"),
    ],
)
def test_miscounted_options_are_told(options: Any, told: str) -> None:
    (only,) = problems(options=options)
    assert only.startswith(told)


def test_options_come_in_the_order_of_the_puzzle_and_marks_do_not_matter() -> None:
    rows = [{"label": "(B)", "sentences": ["Two."]}, {"label": "A.", "sentence": "One."}]
    found = read_preparation(reply(options=rows), ["A", "B"])
    assert found.problem is not None
    assert found.problem.queries == (("A", ("One.",)), ("B", ("Two.",)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_question_can_be_prepared(kind: str) -> None:
    question = asked(kind=kind.upper(), subject=RIGHT["constraints"][0].lower(), **{"except": True})
    found = read_preparation(reply(question=question), ["A", "B"])
    assert found.problem is not None
    assert found.problem.kind == kind
    assert found.problem.exception
    expected = {"same effect": RIGHT["constraints"][0]}
    valued = kind in ("how many", "minimum", "maximum")
    assert found.problem.subject == expected.get(kind, question["subject"] if valued else "")


def test_a_rule_to_replace_that_is_no_constraint_is_told() -> None:
    (only,) = problems(question=asked(kind="same effect", subject="The gull leaves first."))
    assert only == "subject: the rule to replace is none of the constraints"


def test_several_sentences_are_no_value() -> None:
    rows = [{"label": "A", "sentences": ["One.", "Two."]}, RIGHT["options"][1]]
    assert problems(options=rows) == []
    (only,) = problems(options=rows, question=asked(kind="minimum"))
    assert only == "option A: a question for minimum has one sentence an option"


def test_an_unknown_kind_is_told_and_no_kind_is_an_answer() -> None:
    assert problems(question=asked(kind="may be true")) == [
        "question: there is no such kind of question"
    ]
    done, model = prepared(reply(question=asked(kind="other")))
    assert done.problem is None
    assert len(model.requests) == 1
    assert isinstance(done.error, TranslationError)
    assert done.error.kind == "question"


def test_bounds_of_numbers_are_read_checked_and_missed() -> None:
    numbers = [*RIGHT["declarations"], "fun load: boat -> Int"]
    bounds = ["all b: boat. (1 <= load(b) & load(b) <= 9)"]
    found = read_preparation(reply(declarations=numbers, ranges=bounds), ["A", "B"])
    assert found.problem is not None
    assert not found.warnings
    assert [str(f) for f in found.problem.theory] == [str(parse(bounds[0]))]
    found = read_preparation(reply(declarations=numbers), ["A", "B"])
    assert found.warnings == ("nothing bounds the values of load",)
    (only,) = problems(declarations=numbers, ranges=["load(gull) < 1", "load(gull) > 1"])
    assert only == "ranges: the ranges contradict each other"
    (only,) = problems(declarations=numbers, ranges=["all b: boat. load(b) <= heavy &"])
    assert only.startswith("range 1: ")


NUMBERS = [
    *RIGHT["declarations"],
    *("fun load: boat -> Int", "fun crew: boat -> Int", "const total: Int", "pred Late: boat"),
    *("const first: boat", "fun next: boat -> boat"),
]


@pytest.mark.parametrize(
    "said",
    [
        "Late(gull)",
        "true",
        "load(gull) > 3 -> Late(gull)",
        "first = gull",
        "leaves(gull) < wed",
        "all b: boat. (1 <= load(b) & -Late(b))",
        "load(gull) < load(ibis)",
        "all b: boat. load(b) <= crew(b)",
        "load(gull) > 3 | crew(gull) > 3",
        "load(gull) > 3 <-> load(ibis) > 3",
        "load(gull) + 1 < 4",
        "load(next(gull)) < 4",
        "exists b: boat. load(b) = 3",
        "Distinct(b: boat, load(b))",
        "Count(b: boat, load(b) = 3) = 1",
        "Count(b: boat, Late(b)) = 1",
        "1 < 2",
        "all b: boat. (1 <= load(b) & (load(b) <= 9 | first = b))",
    ],
)
def test_a_range_that_is_no_bound_of_a_number_goes_back(said: str) -> None:
    (only,) = problems(declarations=NUMBERS, ranges=["1 <= total & total <= 9", said])
    assert only == "range 2: it is no bound of a number"
    done, model = prepared(reply(declarations=NUMBERS, ranges=[said]), reply())
    assert done.problem is not None
    assert "sentence of constraints" in model.requests[1].messages[-1].text


@pytest.mark.parametrize(
    "said",
    [
        "all b: boat. (1 <= load(b) & load(b) <= 9)",
        "all b: boat. 1 <= load(b) & all b: boat. crew(b) < 4",
        "all b: boat. (load(b) = 1 | load(b) = 2 | load(b) = 5)",
        "all b: boat. (load(b) != 3 & -(load(b) > 2 + 3))",
        "0 <= total & total <= 9",
        "load(first) < 4",
        "load(x) > 1",
    ],
)
def test_bounds_of_numbers_are_the_theory(said: str) -> None:
    found = read_preparation(reply(declarations=NUMBERS, ranges=[said]), ["A", "B"])
    assert not found.problems
    assert found.problem is not None
    assert len(found.problem.theory) == 1
    assert not any("what" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    "said",
    [
        ["load(gull) = 7"],
        ["load(gull) >= 7 & load(gull) <= 7"],
        ["-(load(gull) != 7)"],
        ["load(gull) = 7 | 7 = load(gull)"],
        ["load(gull) > 6", "load(gull) < 4 * 2"],
        ["all b: boat. load(b) >= 7", "load(gull) <= 7"],
        ["6.5 < load(gull) & load(gull) < 7.5"],
        ["load(gull) < 9 <-> load(gull) = 7", "load(gull) < 9"],
    ],
    ids=str,
)
def test_ranges_that_give_a_value_are_warned_of(said: list[str]) -> None:
    found = read_preparation(reply(declarations=NUMBERS, ranges=said), ["A", "B"])
    told = [
        warning for warning in found.warnings if "says what" in warning or "say what" in warning
    ]
    assert told == ["the ranges say what load(gull) is, not only within which bounds"]


JOINED: dict[str, Callable[[Any, Any], bool]] = {
    "({} & {})": lambda one, other: one and other,
    "({} | {})": lambda one, other: one or other,
    "({} -> -{})": lambda one, other: not (one and other),
    "({} <-> {})": lambda one, other: one == other,
}
COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


@st.composite
def bound_texts(draw: st.DrawFn, depth: int = 2) -> tuple[str, frozenset[Fraction]]:
    """A bound of load(gull) and the values that it leaves among the quarters up to 5."""
    values = [Fraction(quarter, 4) for quarter in range(-20, 21)]
    if depth and draw(st.booleans()):
        one, other = draw(bound_texts(depth - 1)), draw(bound_texts(depth - 1))
        shape = draw(st.sampled_from(list(JOINED)))
        kept = (v for v in values if JOINED[shape](v in one[1], v in other[1]))
        return shape.format(one[0], other[0]), frozenset(kept)
    sign, value = draw(st.sampled_from(list(COMPARED))), draw(st.integers(-3, 3))
    if draw(st.booleans()):
        kept = (v for v in values if COMPARED[sign](v, value))
        return f"(load(gull) {sign} {value})", frozenset(kept)
    kept = (v for v in values if COMPARED[sign](value, v))
    return f"({value} {sign} load(gull))", frozenset(kept)


@given(st.lists(bound_texts(), min_size=1, max_size=3), st.booleans())
def test_bounds_say_what_a_number_is_where_they_leave_one_value(
    said: list[tuple[str, frozenset[Fraction]]], whole: bool
) -> None:
    """No bound tells values apart that lie between or beyond its numerals."""
    sort = "Int" if whole else "Rational"
    declared, _ = read_constraints(f"sort boat = {{gull}}\nfun load: boat -> {sort}")
    left = frozenset.intersection(*(values for _, values in said))
    left = frozenset(v for v in left if v.denominator == 1 or not whole)
    found = fixed([parse(text) for text, _ in said], declared)
    assert list(map(str, found)) == (["load(gull)"] if len(left) == 1 else [])


def test_ranges_of_which_it_is_not_decided_whether_they_agree_are_warned_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def undecided(*_: object, **__: object) -> bool:
        raise ProverError("the budget ran out")

    monkeypatch.setattr(declaring, "consistent", undecided)
    found = read_preparation(reply(declarations=NUMBERS, ranges=["load(gull) > 7"]), ["A", "B"])
    assert found.problem is not None
    assert "whether the ranges contradict each other is not decided" in found.warnings


def test_a_name_in_another_is_not_bounded_with_it() -> None:
    numbers = [*RIGHT["declarations"], "fun load: boat -> Int", "fun load_max: boat -> Int"]
    said = ["all b: boat. load_max(b) <= 9"]
    found = read_preparation(reply(declarations=numbers, ranges=said), ["A", "B"])
    assert found.warnings == ("nothing bounds the values of load",)


def test_a_sort_of_one_member_is_warned_of() -> None:
    declared = [*RIGHT["declarations"], "sort harbour = {'Port Ann'}"]
    found = read_preparation(reply(declarations=declared), ["A", "B"])
    assert found.problem is not None
    assert found.warnings == ("the sort harbour has one member: whatever is of it is Port Ann",)


@pytest.mark.parametrize(
    "line",
    [
        "pred Far: " + ", ".join(["boat"] * 101),
        "fun far: " + ", ".join(["boat"] * 3_000) + " -> day",
        "pred " + "F" * 201,
        "sort crew = {" + "m" * 201 + "}",
        "sort " + "s" * 201,
    ],
)
def test_declarations_beyond_the_limits_of_a_reply_are_told(line: str) -> None:
    (only,) = problems(declarations=[*RIGHT["declarations"], line])
    assert only.startswith("declarations: ")
    assert "are read" in only
    assert len(only) < 400
    wide = "pred Far: " + ", ".join(["boat"] * 100)
    assert problems(declarations=[*RIGHT["declarations"], wide]) == []


def test_no_model_is_an_error_and_a_failed_repair_a_warning() -> None:
    done, _ = prepared(LLMUnavailable("no connection"))
    assert done.problem is None
    assert isinstance(done.error, LLMError)
    done, _ = prepared(reply(constraints=[""]), LLMUnavailable("no connection"))
    assert done.error is not None
    assert done.error.source == "constraint 1"
    assert done.warnings == ("the model could not be asked to mend its reply: no connection",)
    done, model = prepared(Reply("no", stop="refusal"))
    assert done.error is not None
    assert done.error.kind == "refusal"
    assert len(model.requests) == 1


def test_labels_are_those_in_front_of_the_options_where_all_have_one() -> None:
    assert labelled(["A) x", "(B) y", "C. z"]) == (("A", "x"), ("B", "y"), ("C", "z"))
    assert labelled(["x: 1", "yes"]) == (("A", "x: 1"), ("B", "yes"))
    assert labelled([("1", "x"), ("2", "y")]) == (("1", "x"), ("2", "y"))
    with pytest.raises(SemanticsError):
        labelled([])
    with pytest.raises(SemanticsError):
        labelled([("1", "x"), ("1", "y")])
    with pytest.raises(TypeError):
        labelled("A) x")


@pytest.mark.parametrize(
    "texts",
    [
        ["1.5", "2.5", "3.5"],
        ["1: 1", "2: 1", "5: 1"],
        ["9:30 am", "10:30 am"],
        ["Mr. Smith", "Ms. Jones"],
        ["Mr: Smith", "Ms) Jones"],
        ["A. Smith", "C. Jones"],
        ["B. Smith", "C. Jones"],
        ["(Ann) waits", "(Bob) waits"],
        ["A) x", "y"],
        ["A) x", "A) y"],
    ],
)
def test_what_stands_in_front_is_a_label_only_where_all_count_up(texts: list[str]) -> None:
    assert labelled(texts) == tuple(zip("ABC", texts, strict=False))


@pytest.mark.parametrize(
    ("texts", "labels"),
    [
        (["a. x", "b. y"], "ab"),
        (["1. 5", "2. 7"], "12"),
        (["I. x", "II. y", "III. z"], ("I", "II", "III")),
        (["(B) x", "(D) y"], "BD"),
        (["1)5", "3)7"], "13"),
        (["A: x", " ( B ) y"], "AB"),
    ],
)
def test_labels_that_count_up_or_stand_in_brackets_are_taken(
    texts: list[str], labels: Sequence[str]
) -> None:
    found = labelled(texts)
    assert [label for label, _ in found] == list(labels)
    assert all(text.isalnum() for _, text in found)


@pytest.mark.parametrize("marks", ["({})", "{})", "{}.", " {}: "])
def test_labels_apart_may_stand_in_brackets(marks: str) -> None:
    options = [(marks.format(label), text) for label, text in zip("AB", OPTIONS, strict=True)]
    done = prepare(Scripted([reply()]), TEXT, QUESTION, options)
    assert done.problem is not None
    assert [label for label, _ in done.problem.queries] == ["A", "B"]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ([None], TypeError),
        ([("A",)], TypeError),
        ([("A", None)], TypeError),
        ([(1, "x")], TypeError),
        ([("A", "x", "y")], TypeError),
        (["x", ("B", "y")], TypeError),
        ([("()", "x")], SemanticsError),
        ([("A", "x"), ("(A)", "y")], SemanticsError),
    ],
)
def test_options_of_another_kind_are_refused_before_anything_is_asked(
    options: Any, error: type[Exception]
) -> None:
    model = Scripted([reply()])
    with pytest.raises(error):
        prepare(model, TEXT, QUESTION, options)
    assert not model.requests


def test_a_temperature_that_is_none_is_told_before_anything_is_asked() -> None:
    model = Scripted([reply()])
    with pytest.raises(TypeError, match="temperature"):
        prepare(model, TEXT, QUESTION, OPTIONS, temperature="hot")  # type: ignore[arg-type]
    assert not model.requests


@pytest.mark.parametrize("example", shipped("prepare")[1], ids=lambda e: str(e["question"])[:30])
def test_the_examples_shown_are_right(example: dict[str, Any]) -> None:
    labels = [label for label, _ in example["options"]]
    found = read_preparation(json.dumps(example["reply"]), labels)
    assert found.problem is not None
    assert not found.problems
    assert not found.warnings
    formulas = [parse(text) for text in example["formulas"]]
    assert choose(choice_problem(found.problem, formulas)).label == example["answer"]


def test_a_prepared_puzzle_is_saved_and_read_again() -> None:
    question = asked(kind="minimum", subject="the load", **{"except": True})
    declared = [*RIGHT["declarations"], "fun load: boat -> Int", "pred 'Is late': boat", "sort x"]
    declared += ["sort rank = {1 < 2 < 'first x', all-in, O'Hara, x, 1.5}".replace(",", " <")]
    said = reply(
        declarations=[*declared, "const boss, rest: x"],
        ranges=["all b: boat. (1 <= load(b) & load(b) <= 9)", "load(gull) < 2 | load(gull) > 5"],
        glosses=[{"name": "load", "gloss": "tons"}, {"name": "boss", "gloss": "the \u20ac boss"}],
        question=question,
    )
    done, _ = prepared(said)
    assert done.problem is not None
    saved = json.dumps(done.as_json()["problem"])
    assert read_preparation(saved, ["A", "B"]).problem == done.problem
    assert read_preparation(saved).problem == done.problem
    failed, _ = prepared(LLMUnavailable("no connection"))
    assert failed.as_json()["problem"] is None
    assert failed.as_json()["error"]["message"] == "no connection"


GAME, _ = read_constraints(
    "sort boat = {gull, 'new boat', \"O'Hara\"}\nsort day = {mon < tue}\nsort x\n"
    "pred Late: boat\npred Late: boat, day\npred Rains\nfun leaves: boat -> day\n"
    "fun load: boat -> Int\nconst late: boat\nconst total: Rational"
)
BOUNDS, AXIOMS = (
    [read(text, signature=GAME).formula for text in texts]
    for texts in (
        ["all b: boat. (1 <= load(b) & load(b) <= 9)", "total != 0.5"],
        [
            "all b: boat. (Late(b) -> leaves(b) = tue)",
            "Rains & -Late('new boat', mon)",
            "Distinct(b: boat, leaves(b))",
            'late = "O\'Hara"',
            "false",
        ],
    )
)
SENTENCE = st.sampled_from(["It rains.", "Ann \u2203 waits.", '"Go" <ok>.'])


@st.composite
def prepared_problems(draw: st.DrawFn) -> PreparedProblem:
    """Puzzles as they may be saved, of one language."""
    predicates = [(s.name, len(s.arguments)) for s in GAME.symbols if s.arguments or s.is_predicate]
    constants = [m for sort in GAME.sorts for m in sort.members or ()] + ["late", "total"]
    glosses = st.sampled_from(["", "x is late", "the \u20ac boss", "'x'"])
    labels = draw(st.lists(st.sampled_from("ABC"), min_size=1, unique=True))
    sentences = st.lists(SENTENCE, max_size=2).map(tuple)
    some = st.lists(SENTENCE, min_size=1, max_size=2).map(tuple)
    kind: Any = draw(st.sampled_from(["could be true", "must be true", "list"]))
    return PreparedProblem(
        GAME,
        draw(sentences),
        tuple((label, draw(some)) for label in labels),
        kind,
        draw(sentences),
        draw(st.booleans()),
        "",
        tuple(draw(st.lists(st.sampled_from([*BOUNDS, *AXIOMS]), max_size=3))),
        Lexicon(
            tuple(
                (name, arity, draw(glosses))
                for name, arity in draw(st.lists(st.sampled_from(predicates), unique=True))
            ),
            tuple(
                (name, draw(glosses))
                for name in draw(st.lists(st.sampled_from(constants), unique=True))
            ),
        ),
    )


@given(prepared_problems())
def test_a_saved_puzzle_is_the_same_when_it_is_read_again(problem: PreparedProblem) -> None:
    text = json.dumps(preparation_json(problem))
    assert read_preparation(text, saved=True).problem == problem
    bounds = set(problem.theory) <= set(BOUNDS)
    assert read_preparation(text).problem == (problem if bounds else None)


def test_glosses_of_bare_names_are_those_of_all_symbols_so_named_and_of_members() -> None:
    """As models write them, and as preparations were saved before they told arities."""
    glosses = [
        {"name": name, "gloss": f"as {name}"} for name in ("gull", "Late", "leaves(b)", "odd")
    ]
    text = reply(declarations=declaration_lines(GAME), glosses=glosses)
    found = read_preparation(text, ["A", "B"]).problem
    assert found is not None
    assert found.lexicon == Lexicon(
        (("Late", 1, "as Late"), ("Late", 2, "as Late"), ("leaves", 1, "as leaves(b)")),
        (("gull", "as gull"),),
    )


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(FORMULAS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*RIGHT, "label", "sentences", "kind"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(list(RIGHT)), VALUES, max_size=3))
def test_no_reply_raises_anything_else(changes: dict[str, Any]) -> None:
    found = read_preparation(reply(**changes), ["A", "B"])
    assert (found.problem is None) == bool(found.problems or found.other)
