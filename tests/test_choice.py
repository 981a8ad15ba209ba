"""Multiple-choice questions, grids and their text form, case by case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer

from neurologic import (
    ParseError,
    SemanticsError,
    SignatureError,
    Unknown,
    Verdict,
    certify,
    parse,
)
from neurologic.certification import Certificate, certify_options
from neurologic.choice import choose, solve
from neurologic.parsing import is_choice, read_choice, read_constraints
from neurologic.problem import KINDS, ChoiceProblem, Option
from neurologic.provers import Outcome
from neurologic.provers.tables import Tables
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature, elaborate
from tests.test_cli import Shell

PUZZLES = Path(__file__).parent.parent / "examples" / "puzzles"
GAME = """
sort child = {fay, gus, hal}
sort locker = {1 < 2 < 3}
fun at: child -> locker
Distinct(c: child, at(c))
at(fay) < at(gus)
"""


def ask(question: str, *options: str, game: str = GAME) -> Any:
    lines = (f"({chr(ord('A') + i)}) {option}" for i, option in enumerate(options))
    return read_choice("\n".join((game, f"? {question}", *lines)))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capfd)


class Sceptic:
    """Decides nothing."""

    def prove(self, premises: Any, goals: Any, **_: Any) -> tuple[Outcome, ...]:
        return tuple(Unknown("a sceptic") for _ in goals)


class Half:
    """Decides all but the last goal."""

    def __init__(self) -> None:
        self.asked = 0

    def prove(self, premises: Any, goals: Any, **options: Any) -> tuple[Outcome, ...]:
        self.asked += 1
        found = Tables().prove(premises, goals, **options)
        return (*found[:-1], Unknown("half"))


@pytest.mark.parametrize(
    ("file", "label"),
    [("crates", "B"), ("lockers", "C"), ("regatta", "A"), ("workshop", "B")],
)
def test_each_puzzle_has_its_answer_by_either_prover(file: str, label: str) -> None:
    problem = read_choice((PUZZLES / f"{file}.txt").read_text(encoding="utf-8"))
    assert choose(problem).label == choose(problem, prover=Z3()).label == label


def test_every_puzzle_is_tested() -> None:
    tested = {"crates.txt", "lockers.txt", "regatta.txt", "workshop.txt"}
    assert {path.name for path in PUZZLES.iterdir()} == tested


@pytest.mark.parametrize(
    ("question", "options", "status", "label"),
    [
        ("must be true", ("at(fay) = 1", "at(fay) != 3"), "one", "B"),
        ("could be true", ("at(fay) = 3", "at(gus) = 1", "at(gus) = 2"), "one", "C"),
        ("could be true", ("at(fay) = 1", "at(gus) = 3"), "several", None),
        ("could be true", ("at(fay) = 3", "at(gus) = 1"), "none", None),
        ("cannot be true", ("at(fay) = 3", "at(gus) = 3"), "one", "A"),
        ("could be false", ("at(fay) < at(gus)", "at(hal) = 2"), "one", "B"),
        ("must be true except", ("at(fay) < at(gus)", "at(hal) = 2"), "one", "B"),
        ("must be true, if at(hal) = 1", ("at(fay) = 2", "at(fay) = 1"), "one", "A"),
        ("must be true, if at(fay) = 3", ("at(fay) = 2", "at(fay) = 3"), "inconsistent", None),
        ("list at(fay)", ("1", "1; 2", "1; 2; 3"), "one", "B"),
        ("list", ("at(gus) = 2; at(gus) = 3", "at(gus) = 3"), "one", "A"),
        ("same effect as at(fay) < at(gus)", ("at(fay) = 1", "-(at(gus) < at(fay))"), "one", "B"),
        ("how many Count(c: child, at(c) < 3)", ("1", "2"), "one", "B"),
        ("maximum at(fay)", ("1", "2", "3"), "one", "B"),
        ("minimum at(gus)", ("1", "2", "3"), "one", "B"),
        ("minimum at(hal) if at(fay) = 1", ("1", "2", "3"), "one", "B"),
    ],
)
def test_each_kind_of_question_finds_its_option(
    question: str, options: tuple[str, ...], status: str, label: str | None
) -> None:
    choice = choose(ask(question, *options))
    assert (choice.status, choice.label) == (status, label)
    assert [option.label for option in choice.options] == list("ABC")[: len(options)]


def test_contradictory_constraints_stop_before_the_options() -> None:
    choice = choose(ask("must be true", "at(fay) = 1", game=GAME + "at(gus) < at(fay)\n"))
    assert (choice.status, choice.label) == ("inconsistent", None)
    assert choice.reason == "the constraints contradict each other"
    assert [option.holds for option in choice.options] == [None]


def test_a_contradictory_condition_is_told_from_contradictory_constraints() -> None:
    choice = choose(ask("could be true, if at(fay) = 3", "at(gus) = 1"))
    assert choice.reason == "the condition of the question contradicts the constraints"


def test_the_first_of_several_is_not_the_answer() -> None:
    choice = choose(ask("could be true", "at(fay) = 3", "at(fay) = 1", "at(fay) = 2"))
    assert choice.reason == "several options fit: B, C"
    assert str(choice).splitlines() == [
        "no answer: several options fit: B, C",
        "  A  no   it cannot be true",
        "  B  yes  it could be true",
        "  C  yes  it could be true",
    ]


def test_what_is_not_decided_is_unknown() -> None:
    choice = choose(ask("must be true", "at(fay) = 1"), prover=Sceptic())
    assert (choice.status, choice.label) == ("unknown", None)
    assert choice.options[0].holds is None


def test_one_option_that_fits_is_no_answer_while_another_is_open() -> None:
    choice = choose(ask("must be true", "at(fay) != 3", "at(hal) = 1"), prover=Half())
    assert (choice.status, choice.reason) == ("unknown", "not decided: B")
    assert [option.holds for option in choice.options] == [True, None]


def test_all_options_are_asked_about_at_once() -> None:
    prover = Half()
    choose(ask("must be true", *["at(fay) = 1"] * 5), prover=prover)
    assert prover.asked == 1


def test_options_show_what_could_be_true() -> None:
    problem = ask("could be true", "at(hal) = 1", "at(fay) = 3")
    shown, other = choose(problem, models=True).options
    assert shown.structure is not None
    assert shown.structure.value("at", ("hal",)) == 1
    assert other.structure is None


def test_the_answer_as_json_names_the_choice() -> None:
    found = choose(ask("must be true", "at(fay) != 3", "at(hal) = 1")).as_json()
    assert (found["status"], found["choice"], found["reason"]) == ("one", "A", "")
    assert found["options"][1] == {"label": "B", "holds": False, "why": "it could be false"}


def test_open_sorts_are_chosen_from_as_well() -> None:
    problem = ask("must be true", "Q(a)", "Q(b)", game="all x. (P(x) -> Q(x))\nP(a)")
    assert choose(problem).label == "A"


@pytest.mark.parametrize("at", range(1, 6))
def test_of_constraints_that_do_not_go_together_the_last_is_named(at: int) -> None:
    """Each is well-sorted by itself; `R` takes a number in the first and no number in one other."""
    others = [f"P{number}(a)" for number in range(5)]
    game = "\n".join(["R(1)", *others[: at - 1], "R(c) & c != gus", *others[at - 1 :]])
    with pytest.raises(SignatureError, match=f"constraint {at + 3}: "):
        choose(ask("must be true", "P0(a)", game=f"{GAME}{game}\n"))


def test_a_sort_error_says_in_which_option() -> None:
    with pytest.raises(SignatureError, match="option B: "):
        choose(ask("must be true", "at(fay) = 1", "at(fay) = gus"))
    with pytest.raises(SignatureError, match="constraint 3: "):
        choose(ask("must be true", "at(fay) = 1", game=GAME + "at(fay) = gus"))


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (ChoiceProblem(Signature(), (), "could be", (Option("A", (parse("P"),)),)), "the kind"),  # type: ignore[arg-type]
        (ChoiceProblem(Signature(), (), "must be true", (Option("A", ()),)), "no formula"),
        (ChoiceProblem(Signature(), (), "minimum", (Option("A", (parse("P"),)),)), "does not say"),
        (ChoiceProblem(Signature(), (), "same effect", (Option("A", (parse("P"),)),)), "names"),
        (
            ChoiceProblem(Signature(), (), "must be true", (Option("A", (parse("P"),)),) * 2),
            "two options have one label",
        ),
    ],
)
def test_a_question_that_is_none_is_an_error(problem: ChoiceProblem, message: str) -> None:
    with pytest.raises(SemanticsError, match=message):
        choose(problem)


def test_the_replaced_constraint_has_to_be_one() -> None:
    with pytest.raises(SemanticsError, match="not one of the constraints"):
        choose(ask("same effect as at(fay) = 1", "at(gus) = 2"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("P\n? perhaps\n(A) P", "there is no such question"),
        ("P\n? must be true", "there are no options"),
        ("P\n? must be true\n(A) P\n(A) Q", "line 4: a second option A"),
        ("P\n? must be true\n(A)", "line 3: the option is empty"),
        ("P\n? must be true\n(A) P\nQ", "line 4: only options follow the question"),
        ("P\n? must be true of P\n(A) P", "is no part of a question"),
        ("P\n? minimum\n(A) 1", "what is asked for?"),
        ("P\n? same effect\n(A) 1", "which constraint is to be replaced?"),
        ("P\n? must be true\n(A) P(", "line 3: "),
        ("P(\n? must be true\n(A) P", "line 1: "),
        ("P\n? minimum P & Q\n(A) 1", "line 2: expected a term"),
        ("P\n? must be true, if P(\n(A) 1", "line 2: "),
        ("P", "there is no conclusion"),
    ],
)
def test_errors_in_a_file_are_located(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_choice(text)
    assert message in str(caught.value)
    assert caught.value.span is not None
    start, end = caught.value.span
    assert 0 <= start < end <= len(caught.value.text) + 1


def test_windows_line_ends_and_comments_are_read() -> None:
    text = GAME + "# A question.\n? must be true\n# Options.\n(A) at(fay) != 3\n"
    assert choose(read_choice("\ufeff" + text.replace("\n", "\r\n"))).label == "A"


def test_a_plain_problem_is_no_choice_problem() -> None:
    assert not is_choice("P(a)\n? P(a)")
    assert not is_choice("must be true")
    assert all(
        is_choice(f"P\n? {'same effect as P' if kind == 'same effect' else kind}\n(A) P")
        for kind in KINDS
    )


def test_a_grid_with_one_solution_is_proved_to_have_one() -> None:
    signature, clues = read_constraints(GAME + "at(hal) = 1\n")
    grid = solve(signature, clues)
    assert grid.unique
    assert grid.structure is not None
    assert [grid.structure.value("at", (c,)) for c in ("fay", "gus", "hal")] == [2, 3, 1]
    assert grid.description is not None
    assert certify(clues, grid.description, signature=signature).verdict is Verdict.ENTAILED


def test_a_grid_with_two_solutions_comes_with_the_second() -> None:
    grid = solve(*read_constraints(GAME + "at(hal) < at(gus)\n"))
    assert grid.unique is False
    assert grid.other not in (None, grid.structure)


def test_a_grid_without_solution_says_so() -> None:
    grid = solve(*read_constraints(GAME + "at(gus) = 1\n"))
    assert str(grid) == "no solution: the constraints contradict each other"
    assert grid.as_json()["structure"] is None


def test_what_was_not_decided_of_a_grid_is_told() -> None:
    signature, clues = read_constraints(GAME)
    grid = solve(signature, clues, prover=Sceptic())
    assert str(grid) == "no solution was found: not decided: a sceptic"
    assert grid.exists is None
    one = solve(*read_constraints("P(a)"))
    assert (one.unique, one.structure is None) == (None, False)


def test_integers_with_bounds_are_tabled_and_others_go_to_z3() -> None:
    text = "sort c = {a, b}\nfun n: c -> Int\nn(a) + n(b) = 6\n"
    bounded = text + "all x: c. (1 <= n(x) & n(x) <= 3)\n"
    signature, clues = read_constraints(bounded)
    grid = solve(signature, clues, prover=Tables(otherwise=None))
    assert grid.unique
    assert solve(signature, clues, prover=Z3()).structure == grid.structure
    open_ended = solve(*read_constraints(text), prover=Tables(otherwise=None))
    assert "n is an integer without bounds" in open_ended.reason
    assert solve(*read_constraints(text)).unique is False


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("at(fay) + 1 = at(gus) & at(gus) = 1", False),
        ("at(fay) + 1 != 3 & at(fay) = 3", True),
        ("at(fay) + 1 > at(gus) & at(fay) = 3", False),
        ("at(fay) - 1 < at(gus) & at(fay) = 1", False),
        ("2 + at(fay) = at(gus)", True),
        ("at(fay) + 1 + 1 = 3", True),
        ("at(fay) + 1 - 1 = 3", False),
        ("1 < at(fay) < 3", True),
        ("exists l: locker. l + 2 = at(gus)", True),
        ("Count(c: child, at(c) + 1 = 3) = 1", True),
        ("Distinct(at(fay) + 1, at(gus)) & at(fay) = 3", False),
    ],
)
def test_beyond_the_ends_of_an_enumeration_there_is_no_value(text: str, answer: bool) -> None:
    game = GAME.rsplit("\n", 2)[0]  # without the order of Fay and Gus
    for prover in (None, Z3()):
        choice = choose(ask("could be true", text, game=game), prover=prover)
        assert choice.options[0].holds is answer


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Distinct(c: child, at(c) + 1)", "Distinct of the term without the sum"),
        ("at(fay) - at(gus) = 1", "only a number is added"),
        ("at(fay) + 0.5 = at(gus)", "0.5 is not an integer"),
    ],
)
def test_sums_that_mean_nothing_are_located(text: str, hint: str) -> None:
    signature, _ = read_constraints(GAME)
    with pytest.raises(SignatureError) as caught:
        elaborate([parse(text)], signature)
    assert hint in str(caught.value)
    assert caught.value.span is not None


@pytest.mark.parametrize("file", ["lockers", "regatta", "workshop"])
def test_the_options_of_the_puzzles_are_certified(file: str) -> None:
    problem = read_choice((PUZZLES / f"{file}.txt").read_text(encoding="utf-8"))
    wanted = "ENTAILED" if problem.kind == "must be true" else "REFUTED"
    certified = certify_options(problem)
    for option in choose(problem).options:
        (certificate,) = certified[option.label]
        assert isinstance(certificate, Certificate)
        assert (certificate.check().verdict == wanted) is option.holds


def test_an_extreme_is_one_of_the_values_that_a_sum_has_where_it_has_one() -> None:
    # after hal there may be no locker; then `at(hal) + 1` has no value, which is none beyond 3
    assert choose(ask("maximum at(hal) + 1", "1", "2", "3")).label == "C"
    assert choose(ask("minimum at(hal) + 1", "1", "2", "3")).label == "B"
    assert choose(ask("maximum at(hal) - 1", "1", "2", "3")).label == "B"
    assert choose(ask("maximum at(hal) + 2 if at(hal) != 1", "2", "3")).status == "none"


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("sort b = {}", "the sort b has no members", "an open sort is written: sort b"),
        ("sort b = {", "the sort b has no members", "an open sort is written: sort b"),
        ("sort b = {a <}", "'}' stands where a member is expected", "sort S = {a < b}"),
        ("sort b = {a,}", "'}' stands where a member is expected", "sort S = {a, b}"),
        ("sort b = {a, < c}", "'<' stands where a member is expected", "sort S = {a, b}"),
        ("sort b = {-1, 0}", "'-' stands where a member is expected", "in quotes: '-1'"),
        ("sort b = a, c", "'a' stands where '{' is expected", "sort S = {a, b}"),
        ("fun f: b ->", "the text ends where a sort is expected", "fun f: S, T -> U"),
    ],
)
def test_a_declaration_that_does_not_read_says_what_is_missing(
    line: str, message: str, hint: str
) -> None:
    with pytest.raises(ParseError) as caught:
        read_choice(f"{line}\nP\n? must be true\n(A) P")
    assert caught.value.message == message
    assert hint in caught.value.hint
    assert caught.value.source == "line 1"


@pytest.mark.parametrize("option", ["1; 2;", ";", "; 1", "1;; 2"])
def test_an_alternative_that_is_empty_is_told(option: str) -> None:
    with pytest.raises(ParseError, match="an alternative of the list is empty") as caught:
        ask("list at(fay)", option)
    assert "none at the end" in caught.value.hint


def test_a_semicolon_in_a_quoted_name_separates_nothing() -> None:
    problem = read_choice("P('a;b') | P(c)\n? list\n(A) P('a;b'); P(c)\n(B) P(c)")
    assert [len(option.formulas) for option in problem.options] == [2, 1]


@pytest.mark.parametrize(
    "subject",
    [
        "all y. (Old(y) -> Wise(y))",
        "all x. (Wise(x) | -Old(x))",
        "-exists x. (-Wise(x) & --Old(x))",
    ],
)
def test_the_constraint_to_replace_may_be_written_otherwise(subject: str) -> None:
    game = "all x. (Old(x) -> Wise(x))\nOld(ida)"
    options = ("all x. (-Wise(x) -> -Old(x))", "all x. (Wise(x) -> Old(x))")
    problem = ask(f"same effect as {subject}", *options, game=game)
    assert choose(problem).label == "A"
    assert certify_options(problem)["A"][0].verdict is Verdict.ENTAILED


def test_the_nearest_constraint_is_shown_where_none_is_meant() -> None:
    game = "all x. (Old(x) -> Wise(x))\nOld(ida)"
    with pytest.raises(SemanticsError, match="not one of the constraints") as caught:
        choose(ask("same effect as all x. (Old(x) -> Vise(x))", "Old(ida)", game=game))
    assert caught.value.hint == "the nearest constraint is: ∀x (Old(x) → Wise(x))"


LONG = "7" * 5000


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"sort s = {{{LONG} < 2}}\nP\n? must be true\n(A) P", "line 1"),
        (f"sort s = {{1, 2.{LONG}}}\nP\n? must be true\n(A) P", "line 1"),
        (f"P({LONG})\n? must be true\n(A) P", "line 1"),
        (f"P\n? must be true, if f(a) = {LONG}\n(A) P", "line 2"),
        (f"sort s = {{1 < 2}}\nconst a: s\n? list a\n(A) 1; {LONG}", "line 4"),
        (f"sort s = {{1 < 2}}\nconst a: s\n? maximum a + {LONG}\n(A) 1", "line 3"),
    ],
)
def test_a_number_of_thousands_of_digits_is_refused_where_it_stands(text: str, place: str) -> None:
    with pytest.raises(ParseError, match="a number of more than 1000 digits") as caught:
        read_choice(text)
    assert caught.value.source == place


@pytest.mark.parametrize("name", [f"'{LONG}'", "'1e999999999'", "'1_0'", "'٣'", "'1/2'"])
def test_a_member_that_no_numeral_writes_is_a_name(name: str) -> None:
    game = f"sort s = {{first < {name} < third}}\nconst a: s\na + 1 = third"
    problem = read_choice(f"{game}\n? must be true\n(A) a = {name}\n(B) a = first")
    assert choose(problem).label == choose(problem, prover=Z3()).label == "A"
    assert certify_options(problem)["A"][0].verdict is Verdict.ENTAILED


def test_a_quoted_name_beside_a_sum_stays_a_name() -> None:
    game = "sort s = {1 < 2}\nconst a: s\npred R: Entity, s\nR('7', a + 1)"
    problem = read_choice(f"{game}\n? must be true\n(A) R('7', 2)\n(B) R(7, 2)")
    assert choose(problem).label == "A"


def test_an_extreme_of_a_sum_is_certified() -> None:
    certified = certify_options(ask("maximum at(hal) + 1", "2", "3"))
    assert [each.verdict for each in certified["B"]] == [Verdict.UNDETERMINED, Verdict.ENTAILED]


def test_how_many_and_a_list_ask_for_a_value_that_is_there() -> None:
    assert choose(ask("how many at(hal) + 1 if at(hal) = 2", "3")).label == "A"
    assert choose(ask("how many at(hal) + 1 if at(hal) != 1", "3")).status == "none"
    assert choose(ask("list at(hal) + 1", "2; 3")).status == "none"
    assert choose(ask("list at(hal) + 1 if at(hal) < 3", "2; 3")).label == "A"


def test_a_minimum_is_certified_in_two_steps() -> None:
    problem = read_choice((PUZZLES / "crates.txt").read_text(encoding="utf-8"))
    value, bound = certify_options(problem)["B"]
    assert value.verdict is Verdict.UNDETERMINED  # it can be the least number
    assert bound.verdict is Verdict.ENTAILED  # and is never less


def test_prove_answers_a_file_with_options(run: Shell, tmp_path: Path) -> None:
    done = run("prove", str(PUZZLES / "regatta.txt"))
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:2] == ["A", "  A  yes  it must be true"]
    found = run("prove", str(PUZZLES / "regatta.txt"), "--json").json
    assert (found["choice"], found["status"], found["errors"]) == ("A", "one", [])
    with pytest.raises(typer.BadParameter):
        run("prove", str(PUZZLES / "regatta.txt"), "--negation", "explicit")
    broken = tmp_path / "broken.txt"
    broken.write_text("P(\n? must be true\n(A) P\n", encoding="utf-8")
    assert run("prove", str(broken)).code == 1
    wrong = tmp_path / "wrong.txt"
    wrong.write_text(GAME + "? must be true\n(A) at(fay) = gus\n", encoding="utf-8")
    done = run("prove", str(wrong))
    assert done.code == 1
    assert "option A" in done.err


def test_other_commands_do_not_take_options_for_premises(run: Shell) -> None:
    done = run("check", str(PUZZLES / "regatta.txt"))
    assert done.code == 1
    assert "a multiple-choice question" in done.err


def test_foreign_values_are_type_errors() -> None:
    with pytest.raises(TypeError, match="ChoiceProblem"):
        choose("P")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="constraint 1"):
        solve(Signature(), [3])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="at least 1"):
        choose(ask("must be true", "at(fay) = 1"), budget=0)


@pytest.mark.parametrize(
    ("kind", "option", "verdict"),
    [
        ("must be true", "-P(a)", "REFUTED"),
        ("must be true", "P(a)", "ENTAILED"),
        ("must be true", "--P(a)", "ENTAILED"),
        ("could be false", "-P(a)", "REFUTED"),
        ("could be true", "-P(a)", "REFUTED"),
        ("could be true", "P(a)", "ENTAILED"),
        ("cannot be true", "-P(a)", "REFUTED"),
        ("cannot be true", "-P(b)", "UNDETERMINED"),
        ("list", "-P(a)", "REFUTED"),
    ],
)
def test_what_is_certified_of_an_option_is_what_the_option_says(
    kind: str, option: str, verdict: str
) -> None:
    problem = read_choice(f"P(a)\n? {kind}\n(A) {option}\n(B) P(b)")
    first = certify_options(problem)["A"][0]
    assert str(first.verdict) == verdict


QUEUE = """
sort q = {w, x, y, z}
sort p = {first < second < third < fourth}
fun at: q -> p
Distinct(i: q, at(i))
at(w) = first
at(x) < at(y) < at(z)
"""


def test_what_is_declared_is_no_variable_whatever_its_look() -> None:
    question = "? must be true\n(A) at(x) = second\n(B) at(y) = second"
    assert choose(read_choice(QUEUE + question)).label == "A"
    signature, constraints = read_constraints(QUEUE)
    assert solve(signature, constraints).unique
    constant = "sort q = {a, b}\nconst x: q\npred P: q\nP(x)\n? must be true\n(A) P(a)\n(B) P(x)"
    assert choose(read_choice(constant)).label == "B"


@pytest.mark.parametrize(
    "asked",
    [
        "? minimum 2\n(A) 2\n(B) age(m)",
        "? maximum thu\n(A) thu\n(B) fri",
        "? minimum age(m)\n(A) age(m)\n(B) 3",
        "? minimum Count(x: d, age(x) = 2)\n(A) Count(y: d, age(y) = 2)\n(B) 3",
    ],
)
def test_what_has_one_value_by_itself_is_no_question(asked: str) -> None:
    declared = "sort d = {m, t}\nsort day = {thu < fri}\nfun age: d -> Int\nage(m) = 2\n"
    with pytest.raises(SemanticsError, match="does not say what the"):
        choose(read_choice(declared + asked))
