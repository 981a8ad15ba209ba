"""Votes: what counts, what wins, what is set aside, and when the answer is settled."""

import json
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import NeurologicError, Verdict
from neurologic.voting import (
    LABELS,
    LikelihoodTable,
    Vote,
    rule,
    settled,
    shipped_table,
)

TRUE, FALSE, UNCERTAIN = (
    Vote(verdict) for verdict in (Verdict.ENTAILED, Verdict.REFUTED, Verdict.UNDETERMINED)
)
CONTRADICTORY, OPEN = Vote(Verdict.INCONSISTENT), Vote(Verdict.UNKNOWN)
FAILED = Vote(None, error="ParseError")

votes = st.builds(
    Vote,
    st.sampled_from((*Verdict, None)),
    st.booleans(),
    error=st.sampled_from(("ParseError", "SignatureError")),
)
TABLE = LikelihoodTable(
    ((0.6, 0.1, 0.3), (0.1, 0.6, 0.3), (0.15, 0.15, 0.7)), 2.5, (0.3, 0.3, 0.4), "made up"
)
names = st.sampled_from(("majority", "definite:0.2", "definite:0.5", "weighted", "likelihood"))


def test_the_majority_wins() -> None:
    tally = rule("majority")([TRUE, TRUE, FALSE, UNCERTAIN])
    assert (tally.label, tally.agreement, tally.confidence) == ("True", 0.5, None)
    assert tally.counts == (("True", 2), ("False", 1), ("Uncertain", 1))


def test_uncertain_wins_a_tie_and_the_tie_stays_visible() -> None:
    tally = rule("majority")([UNCERTAIN, FALSE])
    assert (tally.label, tally.tied) == ("Uncertain", ("False", "Uncertain"))


def test_true_against_false_is_no_answer() -> None:
    tally = rule("majority")([TRUE, FALSE])
    assert (tally.label, tally.tied, tally.reason) == (None, ("True", "False"), "a tie")


def test_two_definite_votes_in_ten_win_under_definite_and_one_does_not() -> None:
    assert rule("definite:0.2")([TRUE] * 2 + [UNCERTAIN] * 8).label == "True"
    assert rule("definite:0.1")([TRUE] + [UNCERTAIN] * 9).label == "Uncertain"
    assert rule("definite:0.2")([TRUE] * 2 + [FALSE] * 3 + [UNCERTAIN] * 5).label == "False"
    assert rule("definite:0.2")([TRUE] * 2 + [FALSE] * 2 + [UNCERTAIN] * 5).label is None


def test_definite_needs_a_quorum_of_five_counted_votes() -> None:
    assert rule("definite:0.2")([TRUE] + [UNCERTAIN] * 3 + [FAILED] * 6).label == "Uncertain"


def test_clashing_votes_count_only_where_there_is_no_cleaner_one() -> None:
    clashing = Vote(Verdict.ENTAILED, clash=True)
    assert rule("majority")([clashing] * 3 + [FALSE]).label == "False"
    assert rule("majority")([clashing] * 3 + [FALSE]).clashing == 3
    assert rule("majority")([clashing] * 3 + [FAILED]).label == "True"
    assert rule("majority", clashes="count")([clashing] * 3 + [FALSE]).label == "True"


def test_inconsistent_and_undecided_votes_abstain_and_failures_are_counted_by_class() -> None:
    tally = rule("majority")([CONTRADICTORY] * 2 + [OPEN, FAILED, FAILED, UNCERTAIN])
    assert tally.label == "Uncertain"
    assert (tally.inconsistent, tally.undecided, tally.failed) == (2, 1, (("ParseError", 2),))
    assert rule("majority", inconsistent="true")([CONTRADICTORY] * 2 + [UNCERTAIN]).label == "True"


def test_no_vote_that_names_a_label_is_no_answer() -> None:
    tally = rule("majority")([FAILED, OPEN])
    assert (tally.label, tally.agreement, tally.reason) == (None, None, "no vote names a label")
    assert rule("majority")([]).label is None


def test_weights_count_under_weighted_alone() -> None:
    heavy = Vote(Verdict.ENTAILED, weight=3.0)
    assert rule("weighted")([heavy, FALSE, FALSE]).label == "True"
    assert rule("majority")([heavy, FALSE, FALSE]).label == "False"


def test_an_answer_below_the_threshold_is_withheld() -> None:
    tally = rule("majority", threshold=0.6)([TRUE, FALSE, UNCERTAIN, TRUE])
    assert (tally.label, tally.agreement) == (None, 0.5)
    assert tally.reason == "below the threshold 0.6"


def test_linc_takes_the_first_met_of_equals_and_lets_contradictions_vote_true() -> None:
    assert rule("linc")([UNCERTAIN, TRUE]).label == "Uncertain"
    assert rule("linc")([CONTRADICTORY, FALSE, FAILED]).label == "True"


def test_the_likelihood_knows_its_confidence() -> None:
    tally = rule("likelihood", table=TABLE)([TRUE] * 4 + [UNCERTAIN] * 3)
    assert tally.label == "True"
    assert tally.confidence is not None
    assert 0.5 < tally.confidence < 1


@pytest.mark.parametrize(
    "name", ["", "plurality", "definite", "definite:0", "definite:x", "majority:1"]
)
def test_an_unknown_rule_is_refused_with_the_choices(name: str) -> None:
    with pytest.raises(NeurologicError, match="there is no voting rule") as caught:
        rule(name)
    assert "majority" in caught.value.expected


@given(st.lists(votes, max_size=12), names)
def test_every_vote_is_counted_or_set_aside(cast: list[Vote], name: str) -> None:
    tally = rule(name, table=TABLE)(cast)
    aside = tally.clashing + tally.inconsistent + tally.undecided
    aside += sum(count for _, count in tally.failed)
    assert sum(count for _, count in tally.counts) + aside == len(cast)
    assert (tally.label is None) == bool(tally.reason)
    assert json.loads(json.dumps(tally.as_json()))["label"] == tally.label
    assert str(tally)


@given(st.lists(votes, max_size=10), st.randoms(use_true_random=False), names)
def test_the_order_of_votes_changes_nothing(cast: list[Vote], random: object, name: str) -> None:
    shuffled = list(cast)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rule(name, table=TABLE)(cast) == rule(name, table=TABLE)(shuffled)


@given(st.lists(votes, max_size=7), st.lists(votes, max_size=4), names | st.just("linc"))
def test_a_settled_answer_stays_whatever_comes(
    cast: list[Vote], more: list[Vote], name: str
) -> None:
    by = rule(name, table=TABLE)
    if settled(by, cast, len(cast) + len(more)):
        assert by([*cast, *more]).label == by(cast).label


def test_an_answer_that_can_be_overtaken_is_not_settled() -> None:
    assert settled(rule("majority"), [TRUE] * 6, 10)
    assert not settled(rule("majority"), [TRUE] * 4, 10)
    assert not settled(rule("definite:0.2"), [UNCERTAIN] * 8, 10)
    assert settled(rule("definite:0.2"), [UNCERTAIN] * 9, 10)
    assert not settled(rule("majority"), [FAILED] * 9, 10)


@given(st.lists(st.sampled_from((TRUE, FALSE, UNCERTAIN)), min_size=1, max_size=10))
def test_the_posterior_is_a_probability(cast: Sequence[Vote]) -> None:
    counts = dict(rule("majority")(cast).counts)
    posterior = TABLE.posterior(counts)
    assert sum(posterior.values()) == pytest.approx(1)
    assert tuple(posterior) == LABELS


def test_a_table_survives_json_and_a_broken_one_is_refused() -> None:
    assert LikelihoodTable.from_json(json.loads(json.dumps(TABLE.as_json()))) == TABLE
    for broken in (None, {}, {"chances": {}, "prior": {}, "weight": 1}, {"chances": 3}):
        with pytest.raises(NeurologicError):
            LikelihoodTable.from_json(broken)
    with pytest.raises(NeurologicError):
        LikelihoodTable(((0.5, 0.5, 0),) * 3, 1.0)
    with pytest.raises(NeurologicError):
        LikelihoodTable(TABLE.chances, 0.0)


def test_the_shipped_table_says_where_it_comes_from() -> None:
    table = shipped_table()
    assert table.provenance
    assert sum(Fraction(p).limit_denominator(10**6) for p in table.prior) == pytest.approx(1)
    assert rule("likelihood")([UNCERTAIN] * 10).label == "Uncertain"
    assert rule("likelihood")([TRUE] * 10).label == "True"


def test_the_chances_are_learnt_from_labelled_votes() -> None:
    calibrate = pytest.importorskip("benchmarks.calibrate")
    problems = [("True", [TRUE] * 3 + [UNCERTAIN])] * 9 + [("Uncertain", [UNCERTAIN] * 4)] * 9
    table = calibrate.learn(problems)
    assert table.chances[0] == pytest.approx(((1 + 6.75) / 12, 1 / 12, (1 + 2.25) / 12))
    assert table.prior == pytest.approx((10 / 21, 1 / 21, 10 / 21))
    assert rule("likelihood", table=table)([TRUE, UNCERTAIN]).label == "True"


def test_a_storys_table_does_not_know_the_story() -> None:
    calibrate = pytest.importorskip("benchmarks.calibrate")
    problems = [
        (n // 2, "True" if n % 3 else "False", [TRUE] * (n % 4) + [FALSE]) for n in range(20)
    ]
    tables = calibrate.cross_validated(problems)
    assert set(tables) == set(range(10))
    others = [(label, votes) for story, label, votes in problems if story != 3]
    assert tables[3].chances == calibrate.learn(others).chances
    assert tables[3].chances != calibrate.learn([p[1:] for p in problems]).chances


@pytest.mark.parametrize(("percent", "count", "total"), [(7, 7, 100), (14, 7, 50), (28, 7, 25)])
def test_an_exact_share_is_a_share(percent: int, count: int, total: int) -> None:
    cast = [TRUE] * count + [UNCERTAIN] * (total - count)
    assert rule(f"definite:{percent / 100}")(cast).label == "True"


def test_many_votes_to_come_are_not_foreseen() -> None:
    assert not settled(rule("majority"), [TRUE] * 190, 1000)
    assert settled(rule("majority"), [TRUE] * 990, 1000)
    assert settled(rule("majority"), [TRUE] * 3, 3)
