"""Formulas are grouped and compared by proof; nothing that holds always or never wins a vote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest

from neurologic import (
    And,
    Atom,
    Formula,
    Not,
    ParseError,
    SemanticsError,
    Signature,
    SignatureError,
    Sort,
    SortDeclaration,
    Unknown,
    parse,
    satisfies,
)
from neurologic.equivalence import Grouping, by_sentence, class_weights, classes, compare, winner
from neurologic.formula import INTEGER
from neurologic.provers import Outcome
from neurologic.provers.grounding import Ground
from neurologic.signature import SymbolDeclaration, elaborate
from neurologic.voting import Vote, rule


def members(formulas: Sequence[Formula | str], **options: Any) -> list[tuple[int, ...]]:
    return [found.members for found in classes(formulas, **options)]


class Sceptic:
    """Decides nothing, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def prove(self, premises: Any, goals: Any, **_: Any) -> tuple[Outcome, ...]:
        self.asked += len(goals)
        return tuple(Unknown("no opinion") for _ in goals)


# Classes


def test_what_is_proved_equivalent_is_one_class() -> None:
    assert members(["P(a) -> Q(a)", "R(a)", "-Q(a) -> -P(a)", "-(P(a) & -Q(a))"]) == [
        (0, 2, 3),
        (1,),
    ]


def test_names_of_variables_and_order_need_no_prover() -> None:
    sceptic = Sceptic()
    found = members(
        [
            "all x. (P(x) -> exists y. (R(x, y) & Q(y)))",
            "all u. ((exists v. (Q(v) & R(u, v))) | -P(u))",
            "-exists z. (P(z) & all w. (-R(z, w) | -Q(w)))",
            "all x. all k. (P(x) -> exists y. (R(x, y) & Q(y) & Q(y)))",
        ],
        prover=sceptic,
    )
    assert found == [(0, 1, 2, 3)]
    assert sceptic.asked == 0


def test_what_a_random_structure_tells_apart_needs_no_prover() -> None:
    sceptic = Sceptic()
    found = members(
        [
            "all x. exists y. R(x, y)",
            "exists y. all x. R(x, y)",
            "all x. R(f(x), x)",
            "all x. R(x, f(x))",
            "age(kim) > 3",
            "age(kim) > 4",
            "Rank(kim, 1)",
            "Rank(kim, 2)",
        ],
        prover=sceptic,
    )
    assert len(found) == 8
    assert sceptic.asked == 0


def test_all_questions_of_a_round_are_asked_at_once() -> None:
    calls = []

    class Counting:
        def prove(self, premises: Any, goals: Any, **options: Any) -> tuple[Outcome, ...]:
            from neurologic.provers.z3 import Z3

            calls.append(len(goals))
            return Z3().prove(premises, goals, **options)

    texts = [
        "all x. all y. R(x, y)", "all y. all x. R(x, y)", "all x. (all y. R(x, y) & R(x, x))"
    ]  # fmt: skip
    assert members(texts, prover=Counting()) == [(0, 1, 2)]
    assert calls == [2]


def test_contradictions_and_tautologies_never_win_however_many_they_are() -> None:
    found = classes(
        ["P(a) & -P(a)", "exists x. x != x", "Q(b)", "all x. (P(x) | -P(x))", "R(a) -> R(a)"]
    )
    assert [(each.members, each.status) for each in found] == [
        ((2,), "contingent"),
        ((3, 4), "tautology"),
        ((0, 1), "contradiction"),
    ]
    best = winner(found)
    assert best is not None
    assert best.members == (2,)


def test_a_contradiction_that_only_proof_finds_is_flagged() -> None:
    text = "(exists y. all x. (R(y, x) <-> -R(x, x)))"
    assert [each.status for each in classes([text, f"-{text}"])] == ["tautology", "contradiction"]


def test_no_class_wins_a_tie() -> None:
    assert winner(classes(["P(a)", "Q(a)"])) is None
    assert winner(()) is None
    assert winner(classes(["P(a) | -P(a)"])) is None


def test_unknown_is_kept_apart_from_different() -> None:
    found = classes(["all x. all y. R(x, y)", "all y. all x. R(x, y)", "P(a)"], prover=Sceptic())
    assert [(each.members, each.undecided) for each in found] == [
        ((0,), (1,)),
        ((1,), (0,)),
        ((2,), ()),
    ]


def test_questions_about_many_formulas_that_are_hard_to_tell_apart_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("neurologic.equivalence.classing.MOST_QUESTIONS", 1)
    sceptic = Sceptic()
    orders = ["x. all y. all z", "x. all z. all y", "y. all x. all z", "z. all y. all x"]
    found = classes([f"all {order}. R(x, y, z)" for order in orders], prover=sceptic)
    assert sceptic.asked == 3
    assert [len(each.undecided) for each in found] == [3, 3, 3, 3]


def test_a_status_that_was_not_decided_is_unknown() -> None:
    found = classes(["exists y. all x. (R(y, x) <-> -R(x, x))"], prover=Sceptic())
    assert found[0].status == "unknown"
    assert found[0].may_win


def test_the_representative_is_what_was_written_most_often_then_the_shortest() -> None:
    often = classes(["P(a) & Q(a)", "Q(a) & P(a)", "Q(a) & P(a)"])
    assert str(often[0].representative) == "Q(a) ∧ P(a)"
    short = classes(["-(-P(a) | -Q(a))", "P(a) & Q(a)"])
    assert str(short[0].representative) == "P(a) ∧ Q(a)"


def test_equivalence_is_equivalence_under_the_theory() -> None:
    texts = ["Dog(rex)", "Dog(rex) & Animal(rex)"]
    assert members(texts) == [(0,), (1,)]
    assert members(texts, theory=["all x. (Dog(x) -> Animal(x))"]) == [(0, 1)]


def test_a_theory_makes_contradictions() -> None:
    found = classes(["P(a) & Q(a)", "P(a)"], theory=["-(P(a) & Q(a))"])
    assert [(each.members, each.status) for each in found] == [
        ((1,), "contingent"),
        ((0,), "contradiction"),
    ]


def test_a_contradictory_theory_is_refused() -> None:
    with pytest.raises(SemanticsError, match="the theory is contradictory"):
        classes(["P(a)", "Q(a)"], theory=["R(a)", "-R(a)"])


@pytest.mark.parametrize("sides", [("P(a)", "P(a)"), ("P(a)", "--P(a)"), ("P(a)", "Q(a)")])
def test_nothing_is_compared_under_a_contradictory_theory(sides: tuple[str, str]) -> None:
    with pytest.raises(SemanticsError, match="the theory is contradictory"):
        compare(*sides, theory=["R(a)", "-R(a)"])
    with pytest.raises(SemanticsError, match="the theory is contradictory"):
        compare(*sides, theory=["R(a)", "-R(a)"], signature="search")
    with pytest.raises(SemanticsError, match="the theory is contradictory"):
        classes(["True", "P(a) | -P(a)"], theory=["R(a)", "-R(a)"])


@pytest.mark.parametrize(
    ("budget", "error", "message"),
    [
        (0, ValueError, "the budget is at least 1"),
        (-5, ValueError, "the budget is at least 1"),
        (True, TypeError, "expected a whole number as budget"),
        ("10", TypeError, "expected a whole number as budget"),
        (1.5, TypeError, "expected a whole number as budget"),
    ],
)
def test_a_budget_that_is_none_is_told(budget: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        compare("P(a)", "P(a)", budget=budget)
    with pytest.raises(error, match=message):
        classes(["P(a)"], budget=budget)


@pytest.mark.parametrize(
    ("most", "error", "message"),
    [
        (0, ValueError, "most_maps is at least 1, got 0"),
        (-1, ValueError, "most_maps is at least 1, got -1"),
        (False, TypeError, "expected a whole number as most_maps, got False"),
        ("3", TypeError, "expected a whole number as most_maps, got '3'"),
    ],
)
def test_a_number_of_maps_that_is_none_is_told(
    most: Any, error: type[Exception], message: str
) -> None:
    signatures: tuple[Literal["fixed", "search"], ...] = ("fixed", "search")
    for signature in signatures:
        with pytest.raises(error, match=message):
            compare("P(a)", "Q(a)", signature=signature, most_maps=most)


def test_what_is_no_prover_is_told() -> None:
    for prover in ("z3", type):
        with pytest.raises(TypeError, match="expected a prover"):
            compare("P(a)", "Q(a)", prover=prover)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="expected a prover"):
            classes(["P(a)", "Q(a)"], prover=prover)  # type: ignore[arg-type]


class Counted(Ground):
    """The usual prover, which counts how often it is asked."""

    calls = 0

    def prove(self, *given: Any, **options: Any) -> tuple[Outcome, ...]:
        Counted.calls += 1
        return super().prove(*given, **options)


def test_many_pairs_of_formulas_are_asked_about_together() -> None:
    formulas = [f"P({n}) -> Q(a)" for n in range(60)]
    formulas += [f"P({n}) -> (Q(a) | Q(a) & P({n}))" for n in range(60)]
    assert members(formulas, prover=Counted()) == [(n, n + 60) for n in range(60)]
    assert Counted.calls <= 3


WEEK = Signature(
    (SortDeclaration(Sort("day"), ("mon", "tue", "wed"), ordered=True),),
    (SymbolDeclaration("exam", (), Sort("day")), SymbolDeclaration("rest", (), Sort("day"))),
)


def test_members_of_an_enumeration_are_all_there_are() -> None:
    texts = ["exam != mon & exam != tue", "exam = wed", "exam > tue", "exam >= tue"]
    assert members(texts, signature=WEEK) == [(0, 1, 2), (3,)]
    assert members(texts[:2]) == [(0,), (1,)]


@pytest.mark.parametrize("numbers", [("5", "7", "9"), ("9", "5", "7"), ("05", "5", "7")])
def test_members_that_are_numbers_keep_the_order_of_their_sort(numbers: tuple[str, ...]) -> None:
    size = Sort("size")
    shoes = Signature(
        (SortDeclaration(size, numbers, ordered=True),),
        (SymbolDeclaration("mine", (), size), SymbolDeclaration("yours", (), size)),
    )
    last = numbers[-1]
    texts = [f"mine = {last}", "all x: size. x <= mine", "mine <= yours", "-(yours < mine)"]
    assert members(texts, signature=shoes) == [(0, 1), (2, 3)]


def test_a_bound_variable_may_be_called_like_a_constant() -> None:
    assert members(["exists kim. P(kim)", "P(kim)", "exists x. P(x)"]) == [(0, 2), (1,)]


def test_integers_lie_apart() -> None:
    assert members(["age(kim) > 3", "age(kim) >= 4", "-(age(kim) < 4)"]) == [(0, 1, 2)]


def test_numerals_of_any_candidate_are_there_for_all() -> None:
    two = "exists x. exists y. x != y"
    assert [each.members for each in classes([two, "P(1) | -P(1) | P(2)", "P(1)"])] == [
        (2,),
        (0, 1),
    ]


def test_formulas_whose_sorts_do_not_fit_are_different() -> None:
    texts = ["age(ann) > 3", "age(ann) = bob & P(bob)", "age(ann) >= 4", "P(bob) & age(ann) = bob"]
    assert members(texts) == [(0, 2), (1, 3)]


def test_an_ill_sorted_formula_is_named() -> None:
    with pytest.raises(SignatureError) as error:
        classes(["P(a)", "P(a)", "age(x) * age(y) > 3"])
    assert error.value.source == "formula 2"


def test_a_text_that_does_not_read_is_located() -> None:
    with pytest.raises(ParseError):
        classes(["P(a)", "P(a"])


@pytest.mark.parametrize("wrong", ["P(a)", parse("P(a)"), 3, None, [3]])
def test_anything_but_formulas_is_refused(wrong: Any) -> None:
    with pytest.raises(TypeError):
        classes(wrong)


def test_no_formulas_make_no_classes() -> None:
    assert classes([]) == ()


def test_deep_formulas_are_compared_without_a_canonical_form() -> None:
    deep: Any = Atom("P")
    for _ in range(3000):
        deep = And((Not(Not(deep)), Atom("Q")))
    assert members([deep, "P & Q", "Q"]) == [(0, 1), (2,)]


# Comparison


@pytest.mark.parametrize(
    ("left", "right", "relation"),
    [
        ("P(a) & Q(a)", "-(-Q(a) | -P(a))", "equivalent"),
        ("all x. P(x)", "P(a)", "implies"),
        ("P(a)", "all x. P(x)", "implied"),
        ("P(a)", "Q(a)", "incomparable"),
        ("age(kim) > 5", "age(kim) > 3", "implies"),
        ("all x. f(f(x)) = x", "all x. all y. (f(x) = f(y) -> x = y)", "implies"),
    ],
)
def test_relations(left: str, right: str, relation: str) -> None:
    assert compare(left, right).relation == relation


LE_CALLS_THESE_EQUAL = {
    "swapped quantifiers": ("all x. exists y. Sees(x, y)", "exists y. all x. Sees(x, y)"),
    "another quantifier": ("all x. Sings(x)", "exists x. Sings(x)"),
    "swapped arguments": ("Sees(ann, bob)", "Sees(bob, ann)"),
    "reversed implication": ("all x. (Cat(x) -> Furry(x))", "all x. (Furry(x) -> Cat(x))"),
    "padding": (
        "all x. (Cat(x) -> Big(x) | Small(x))",
        "all x. (Cat(x) -> Big(x))",
    ),
}


@pytest.mark.parametrize("search", ["fixed", "search"])
@pytest.mark.parametrize(
    ("left", "right"), LE_CALLS_THESE_EQUAL.values(), ids=LE_CALLS_THESE_EQUAL.keys()
)
def test_what_the_le_score_takes_for_equal_is_told_apart(
    left: str, right: str, search: Any
) -> None:
    found = compare(left, right, signature=search)
    assert found.relation != "equivalent"
    structure = found.separating
    assert structure is not None
    _, sentences = elaborate([parse(left), parse(right)])
    first, second = (satisfies(structure, sentence) for sentence in sentences)
    assert first is not second


def test_incomparable_formulas_have_a_structure_for_each() -> None:
    left, right = parse("P(a)"), parse("Q(b)")
    found = compare(left, right)
    assert found.left_only is not None
    assert found.right_only is not None
    assert satisfies(found.left_only, left)
    assert not satisfies(found.left_only, right)
    assert satisfies(found.right_only, right)
    assert not satisfies(found.right_only, left)


def test_what_no_finite_structure_tells_apart_is_unknown_with_the_reason() -> None:
    injective = "all x. all y. (f(x) = f(y) -> x = y)"
    found = compare(injective, "all y. exists x. f(x) = y", budget=20_000)
    assert (found.relation, found.forward, found.separating) == ("unknown", None, None)
    assert "budget" in found.reason


def test_a_theory_may_make_formulas_equivalent() -> None:
    theory = ["all x. (Dog(x) <-> Hound(x))"]
    assert compare("Dog(rex)", "Hound(rex)").relation == "incomparable"
    assert compare("Dog(rex)", "Hound(rex)", theory=theory).relation == "equivalent"


def test_an_implication_under_the_theory_is_separated_within_it() -> None:
    theory = [parse("all x. (Dog(x) -> Animal(x))")]
    found = compare("Dog(rex)", "Animal(rex)", theory=theory)
    assert found.relation == "implies"
    assert found.separating is not None
    assert satisfies(found.separating, elaborate(theory)[1][0])


# Search


@pytest.mark.parametrize(
    ("left", "right", "pairs"),
    [
        ("Tall(ann)", "IsTall(Ann)", ["Tall ~ IsTall", "ann ~ Ann"]),
        (
            "all x. (Dog(x) -> exists y. Owns(y, x))",
            "all x. (Hound(x) -> exists y. HasDog(y, x))",
            ["Dog ~ Hound", "Owns ~ HasDog"],
        ),
        ("age(kim) > 3", "years(kim) >= 4", ["age ~ years"]),
        ("all x. f(f(x)) = x", "all x. g(g(x)) = x", ["f ~ g"]),
    ],
)
def test_a_renaming_is_found_and_reported(left: str, right: str, pairs: list[str]) -> None:
    found = compare(left, right, signature="search")
    assert found.relation == "equivalent"
    assert [str(pair) for pair in found.renaming] == pairs


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("all x. (Cat(x) -> Furry(x))", "all x. (Furry(x) -> Cat(x))"),
        ("Sees(ann, bob)", "Sees(bob, ann)"),
        ("Tall(ann) & -Tall(bob)", "Tall(bob) & -Tall(ann)"),
    ],
)
def test_a_map_away_from_an_identical_name_shows_the_shape_alone(left: str, right: str) -> None:
    found = compare(left, right, signature="search")
    assert found.relation == "isomorphic"
    assert found.separating is not None
    assert found.renaming


def test_permuted_arguments_are_found_only_on_request() -> None:
    pair = ("all x. all y. (Owns(x, y) -> Rich(x))", "all x. all y. (OwnedBy(y, x) -> Rich(x))")
    assert compare(*pair, signature="search").relation == "incomparable"
    found = compare(*pair, signature="search", permute=True)
    assert found.relation == "equivalent"
    assert [str(each) for each in found.renaming] == ["Owns(x1, x2) ~ OwnedBy(x2, x1)"]


def test_permuting_the_arguments_of_one_name_is_isomorphic_only() -> None:
    pair = ("all x. Owns(kim, x)", "all x. Owns(x, kim)")
    assert compare(*pair, signature="search", permute=True).relation == "isomorphic"


def test_polarity_is_flipped_only_on_request() -> None:
    pair = ("all x. (Bird(x) -> -Grounded(x))", "all x. (Bird(x) -> Flies(x))")
    assert compare(*pair, signature="search").relation == "incomparable"
    found = compare(*pair, signature="search", polarity=True)
    assert found.relation == "equivalent"
    assert [str(each) for each in found.renaming] == ["Grounded ~ ¬Flies"]


def test_symbols_of_other_arity_or_sort_are_never_matched() -> None:
    assert compare("Tall(ann)", "Taller(ann, bob)", signature="search").renaming == ()
    ages = Signature(symbols=(SymbolDeclaration("Age", (INTEGER,)),))
    found = compare("Age(3)", "Rank(3)", signature="search", declared=ages)
    assert found.relation == "incomparable"
    assert found.renaming == ()


def test_without_a_map_the_relation_under_the_likeliest_is_told() -> None:
    found = compare("Dog(rex) & Big(rex)", "IsDog(rex)", signature="search")
    assert found.relation == "implies"
    assert [str(each) for each in found.renaming] == ["Dog ~ IsDog"]
    assert found.separating is not None


def test_a_symbol_left_over_never_takes_a_name_of_the_other_formula() -> None:
    found = compare("P(a)", "P(a) & Q(a) & R(a)", signature="search")
    assert (found.relation, found.renaming) == ("implied", ())


def test_the_symbols_of_the_theory_are_not_renamed() -> None:
    theory = ["all x. (Dog(x) -> Animal(x))"]
    assert compare("Dog(rex)", "Hound(rex)", signature="search").relation == "equivalent"
    found = compare("Dog(rex)", "Hound(rex)", signature="search", theory=theory)
    assert found.relation == "incomparable"


def test_a_search_is_bounded_and_says_so() -> None:
    left = " & ".join(f"P{i}(a)" for i in range(7))
    right = " | ".join(f"Q{i}(b)" for i in range(7))
    found = compare(left, right, signature="search", most_maps=20)
    assert found.maps == 20
    assert found.reason == "20 maps were tried of at most 5040"


def test_a_search_that_decides_nothing_ends_soon() -> None:
    sceptic = Sceptic()
    left = "all x. all y. (R(x, y) & S(x, y) & T(x, y) & U(x, y))"
    right = "all y. all x. (A(x, y) & B(x, y) & C(x, y) & D(x, y))"
    found = compare(left, right, signature="search", prover=sceptic)
    assert found.relation == "unknown"
    assert found.maps < 24


@pytest.mark.parametrize("options", [{"signature": "guess"}, {"permute": True}])
def test_wrong_options_are_refused(options: Any) -> None:
    with pytest.raises(ValueError, match="search"):
        compare("P", "Q", **options)


# Votes over formulas


def test_each_sentence_has_a_vote_of_its_own() -> None:
    found = by_sentence([["P(a)", "Q(a)"], ["--P(a)", "R(a)"], ["P(a)", "R(a) & R(a)"], None])
    assert [each.votes for each in found] == [3, 3]
    assert [each.winner and each.winner.members for each in found] == [(0, 1, 2), (1, 2)]
    assert [each.agreement for each in found] == [1, pytest.approx(2 / 3)]


def test_translations_of_another_length_and_unreadable_formulas_do_not_vote() -> None:
    found = by_sentence([["P(a)"], ["P(a)", "Q(a)"], ["P(a"], ["Q(a)"]])
    assert [(each.votes, each.reason) for each in found] == [(2, "a tie")]


def test_a_sentence_of_tautologies_has_no_winner() -> None:
    (found,) = by_sentence([["P(a) | -P(a)"], ["Q(a) -> Q(a)"]])
    assert (found.winner, found.reason) == (None, "no formula may win")
    assert class_weights([found], 2) == (0.0, 0.0)


def test_the_vote_over_formulas_stands_beside_the_vote_over_verdicts() -> None:
    from neurologic import Verdict

    votes = [Vote(Verdict.ENTAILED), Vote(Verdict.UNDETERMINED), Vote(Verdict.UNDETERMINED)]
    written = [["P(a)"], ["Q(a)"], ["P(b)"]]
    plain, beside = rule("majority")(votes), rule("majority")(votes, written)
    assert plain.sentences == ()
    assert "sentences" not in plain.as_json()
    assert (beside.label, beside.counts) == (plain.label, plain.counts)
    assert [each.reason for each in beside.sentences] == ["a tie"]
    assert beside.as_json()["sentences"] == [each.as_json() for each in beside.sentences]


def test_class_sizes_may_weigh_votes() -> None:
    from neurologic import Verdict

    votes = [Vote(Verdict.ENTAILED)] * 2 + [Vote(Verdict.REFUTED)] * 3
    written = [["P(a)"], ["P(a) & P(a)"], ["Q(a)"], ["R(a)"], ["S(a)"]]
    assert rule("weighted")(votes, written).label == "False"
    assert rule("weighted:classes")(votes, written).label == "True"
    assert rule("weighted:classes")(votes).label == "False"


def test_atoms_with_hundreds_of_arguments_are_sorted_like_others() -> None:
    names = ", ".join("abc"[i % 3] for i in range(700))
    found = classes(["P(a)", f"R({names})", f"--R({names})"])
    assert sorted(each.members for each in found) == [(0,), (1, 2)]


def test_it_is_known_whether_the_theory_was_decided() -> None:
    one_law = "all x. all y. all z. f(f(f(x, y), z), f(x, f(f(x, z), x))) = z"
    doubtful = Grouping.of(["P(a)"], theory=[one_law, "f(a, b) != f(b, a)"], budget=50_000)
    assert doubtful.doubted
    assert not Grouping.of(["P(a)"], theory=["P(a) -> Q(a)"]).doubted
    assert not Grouping.of(["P(a)"]).doubted
