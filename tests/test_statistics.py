"""Intervals, tests and measures: their laws, and what scipy says when it is asked by hand."""

import doctest
import time
from collections.abc import Sequence
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import benchmarks.curve
import benchmarks.measures
import benchmarks.statistics
from benchmarks.curve import k_curve, sizes, standard_error
from benchmarks.data import Label
from benchmarks.measures import (
    ANSWERS,
    ERROR_CLASSES,
    break_even,
    calibration,
    certified_wrong,
    confidences,
    confusion,
    error_class,
    errors,
    per_label,
    risk_coverage,
)
from benchmarks.runs import Sample
from benchmarks.statistics import bootstrap, flips, mcnemar, sign_flip, wilson
from neurologic.entailment import Verdict
from neurologic.voting import LABELS, Vote, rule

TRUE, FALSE, OPEN = Vote(Verdict.ENTAILED), Vote(Verdict.REFUTED), Vote(Verdict.UNDETERMINED)
FAILED = Vote(None, error="ParseError")

labels = st.sampled_from(LABELS)
answers = st.sampled_from((*LABELS, None))
votes = st.lists(st.sampled_from((TRUE, FALSE, OPEN, FAILED, Vote(Verdict.UNKNOWN))), max_size=6)
outcomes = st.lists(st.booleans(), min_size=1, max_size=40)
pairs = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


@st.composite
def sample_lists(draw: st.DrawFn) -> list[Sample]:
    rows = draw(st.lists(st.tuples(labels, answers, votes), min_size=1, max_size=12))
    return [
        Sample(str(at), label, answer, answer == label, votes=tuple(cast))
        for at, (label, answer, cast) in enumerate(rows)
    ]


@st.composite
def paired(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Differences of 0, 1 and -1, and the story of each."""
    rows = draw(st.lists(st.tuples(st.integers(-1, 1), st.integers(0, 9)), min_size=1, max_size=30))
    return [change for change, _ in rows], [story for _, story in rows]


@pytest.mark.parametrize("module", [benchmarks.curve, benchmarks.measures, benchmarks.statistics])
def test_docstrings_tell_the_truth(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


# Intervals


@given(outcomes)
def test_wilson_contains_the_share(right: list[bool]) -> None:
    interval = wilson(sum(right), len(right))
    assert interval is not None
    assert 0 <= interval.low <= sum(right) / len(right) + 1e-12
    assert sum(right) / len(right) - 1e-12 <= interval.high <= 1


@given(outcomes)
def test_wilson_of_the_wrong_mirrors_wilson_of_the_right(right: list[bool]) -> None:
    mine, other = wilson(sum(right), len(right)), wilson(len(right) - sum(right), len(right))
    assert mine is not None
    assert other is not None
    assert mine.low == pytest.approx(1 - other.high)


def test_wilson_is_what_scipy_says() -> None:
    by_hand = stats.binomtest(73, 102).proportion_ci(confidence_level=0.95, method="wilson")
    interval = wilson(73, 102)
    assert interval is not None
    assert (interval.low, interval.high) == (by_hand.low, by_hand.high)


def test_wilson_is_what_its_formula_says() -> None:
    n, p, z = 102, 73 / 102, stats.norm.ppf(0.975)
    middle, spread = p + z**2 / (2 * n), z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
    interval = wilson(73, 102)
    assert interval is not None
    assert interval.low == pytest.approx((middle - spread) / (1 + z**2 / n))
    assert interval.high == pytest.approx((middle + spread) / (1 + z**2 / n))


def test_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None
    assert bootstrap([], []) is None


@given(outcomes)
def test_bootstrap_lies_between_the_least_and_the_greatest_value(right: list[bool]) -> None:
    interval = bootstrap(right, range(len(right)), resamples=200)
    if len(right) == 1:
        assert interval is None
        return
    assert interval is not None
    assert min(right) <= interval.low <= interval.high <= max(right)


@given(outcomes)
def test_bootstrap_is_the_same_for_the_same_seed(right: list[bool]) -> None:
    stories = [at // 2 for at in range(len(right))]
    first, again = (bootstrap(right, stories, resamples=200, seed=7) for _ in range(2))
    assert first == again


def test_bootstrap_by_stories_of_one_problem_is_the_naive_one() -> None:
    right = [at % 3 > 0 for at in range(60)]
    by_story = bootstrap(right, [f"story {at}" for at in range(60)])
    by_hand = stats.bootstrap(
        (np.array(right, dtype=float),),
        np.mean,
        n_resamples=9_999,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert by_story is not None
    assert by_story.low == pytest.approx(by_hand.low, abs=0.02)
    assert by_story.high == pytest.approx(by_hand.high, abs=0.02)


def test_bootstrap_by_story_is_what_drawing_stories_by_hand_gives() -> None:
    stories = [[1, 1, 0], [0, 0], [1], [1, 0, 1, 1], [0, 1], [1, 1]]
    values = [value for story in stories for value in story]
    names = [at for at, story in enumerate(stories) for _ in story]
    dice = np.random.default_rng(3)
    means = []
    for _ in range(4_000):
        drawn = [stories[at] for at in dice.integers(0, len(stories), len(stories))]
        means.append(np.mean([value for story in drawn for value in story]))
    interval = bootstrap(values, names)
    assert interval is not None
    assert interval.low == pytest.approx(np.quantile(means, 0.025), abs=0.05)
    assert interval.high == pytest.approx(np.quantile(means, 0.975), abs=0.05)


def test_intervals_by_story_are_wider_where_stories_go_together() -> None:
    right = [at // 4 % 2 == 0 for at in range(80)]  # four alike in each story
    by_story = bootstrap(right, [at // 4 for at in range(80)])
    naive = bootstrap(right, range(80))
    assert by_story is not None
    assert naive is not None
    assert by_story.width > 1.5 * naive.width


# Tests on two runs


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_does_not_care_which_run_is_first(b: int, c: int) -> None:
    assert mcnemar(b, c) == pytest.approx(mcnemar(c, b))


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_two_tails_of_fair_coins(b: int, c: int) -> None:
    tail = sum(comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)
    assert mcnemar(b, c) == pytest.approx(min(1.0, 2 * tail))


def test_mcnemar_is_what_scipy_says() -> None:
    assert mcnemar(7, 12) == stats.binomtest(7, 19, 0.5, alternative="two-sided").pvalue


@given(outcomes)
def test_a_run_does_not_differ_from_itself(right: list[bool]) -> None:
    keys = [str(at) for at in range(len(right))]
    found = flips(keys, right, right)
    assert (found.gained, found.lost) == ((), ())
    assert sign_flip([0] * len(right), keys) == 1.0


@given(paired())
def test_sign_flip_does_not_care_which_run_is_first(rows: tuple[list[int], list[int]]) -> None:
    differences, stories = rows
    assert sign_flip(differences, stories) == sign_flip([-d for d in differences], stories)


@given(st.lists(st.integers(-1, 1), min_size=1, max_size=40))
def test_sign_flip_of_stories_of_one_problem_is_mcnemar(differences: list[int]) -> None:
    expected = mcnemar(differences.count(-1), differences.count(1))
    assert sign_flip(differences, range(len(differences))) == pytest.approx(expected)


@given(paired())
def test_sign_flip_is_what_all_choices_of_signs_say(rows: tuple[list[int], list[int]]) -> None:
    differences, stories = rows
    totals: dict[int, int] = {}
    for difference, story in zip(differences, stories, strict=True):
        totals[story] = totals.get(story, 0) + difference
    sums = [0]
    for total in totals.values():
        sums = [sign * total + rest for rest in sums for sign in (1, -1)]
    extreme = sum(abs(value) >= abs(sum(differences)) for value in sums)
    assert sign_flip(differences, stories) == pytest.approx(extreme / len(sums))


def test_sign_flip_is_what_scipy_says() -> None:
    totals = [3, -1, 2, 2, -1, 1, 0, 1]
    by_hand = stats.permutation_test(
        (totals, np.zeros(len(totals))),
        lambda a, b, axis: np.sum(a - b, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    )
    rows = [
        (1 if total > 0 else -1, at) for at, total in enumerate(totals) for _ in range(abs(total))
    ]
    assert sign_flip([d for d, _ in rows], [s for _, s in rows]) == pytest.approx(by_hand.pvalue)


def test_sign_flip_is_exact_for_a_thousand_stories() -> None:
    stories = range(1_020)
    differences = [1 if at % 2 else -1 for at in stories]
    assert sign_flip(differences, stories) == 1.0
    assert sign_flip([1] * 1_020, stories) == 2.0**-1019


# By label


@given(sample_lists())
def test_confusion_counts_every_problem_once(samples: list[Sample]) -> None:
    table = confusion(samples)
    assert sum(table[label][answer] for label in LABELS for answer in ANSWERS) == len(samples)
    assert sum(table[label][label] for label in LABELS) == sum(s.right for s in samples)


@given(sample_lists())
def test_f1_lies_between_precision_and_recall(samples: list[Sample]) -> None:
    for score in per_label(samples):
        if score.precision is not None and score.recall is not None:
            assert score.f1 is not None
            low, high = sorted((score.precision, score.recall))
            assert low - 1e-12 <= score.f1 <= high + 1e-12


# By number of votes


@given(sample_lists(), st.sampled_from(("majority", "definite:0.2", "linc")))
def test_the_curve_ends_where_all_votes_are_counted(samples: list[Sample], name: str) -> None:
    by = rule(name)
    points = k_curve(samples, by)
    if not any(sample.votes for sample in samples):
        assert points == ()
        return
    right = sum(by(sample.votes).label == sample.label for sample in samples) / len(samples)
    assert {point.n for point in points} == {len(samples)}
    assert points[-1].first == pytest.approx(right)
    assert points[-1].expected == pytest.approx(right)


@given(sample_lists())
def test_one_vote_is_right_as_often_as_a_vote_is(samples: list[Sample]) -> None:
    points = k_curve(samples, rule("majority"))
    if points:
        shares = [
            sum(vote.verdict is not None and vote.verdict.label == s.label for vote in s.votes)
            / max(1, len(s.votes))
            for s in samples
        ]
        assert points[0].expected == pytest.approx(sum(shares) / len(shares))


@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_the_standard_error_of_problems_alone_is_the_textbooks(values: list[float]) -> None:
    expected = float(np.std(values, ddof=1)) / len(values) ** 0.5
    assert standard_error(values, range(len(values))) == pytest.approx(expected, abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20), st.integers(1, 4))
def test_problems_that_repeat_their_story_make_an_error_no_smaller(
    values: list[float], times: int
) -> None:
    alone = standard_error(values, range(len(values)))
    clusters = [at for at in range(len(values)) for _ in range(times)]
    repeated = [values[at] for at in clusters]
    assert standard_error(repeated, clusters) == pytest.approx(alone, abs=1e-12)


def test_a_single_story_has_no_standard_error() -> None:
    problems = [Sample(key, "True", "True", True, story=1, votes=(TRUE,)) for key in "pq"]
    assert [point.error for point in k_curve(problems, rule("majority"))] == [None]


def test_drawn_choices_come_near_to_all_choices_and_say_so() -> None:
    problem = Sample("p", "True", "True", True, votes=(TRUE,) * 6 + (OPEN,) * 4)
    drawn = k_curve([problem], rule("majority"), subsets=100)
    every = k_curve([problem], rule("majority"), subsets=1_000)
    assert not drawn[4].exact
    assert every[4].exact
    assert drawn[4].expected == pytest.approx(every[4].expected, abs=0.15)
    assert drawn == k_curve([problem], rule("majority"), subsets=100)


@given(st.integers(0, 20_000))
def test_the_curve_has_each_small_number_and_the_last_but_few_points(most: int) -> None:
    found = sizes(most)
    assert found == sorted(set(found))
    assert found[:20] == list(range(1, min(most, 20) + 1))
    assert found[-1:] == ([most] if most else [])
    assert len(found) <= 45


def test_the_order_of_votes_counts_in_the_curve_as_in_the_rule() -> None:
    problem = Sample("p", "True", "True", True, votes=(OPEN, TRUE, TRUE, OPEN))
    assert [point.first for point in k_curve([problem], rule("linc"))] == [0, 0, 1, 0]


def test_ten_thousand_samples_have_a_curve_in_seconds() -> None:
    kinds = [TRUE, FALSE, OPEN, FAILED]
    dice = np.random.default_rng(1)
    cast = tuple(kinds[at] for at in dice.choice(4, 10_000, p=(0.4, 0.2, 0.3, 0.1)))
    start = time.perf_counter()
    points = k_curve([Sample("p", "True", "True", True, votes=cast)], rule("definite:0.2"))
    assert time.perf_counter() - start < 20
    assert (points[-1].k, points[-1].expected, points[-1].exact) == (10_000, 1.0, True)


# By confidence


@given(pairs)
def test_the_whole_curve_risks_the_error_rate(found: list[tuple[float, bool]]) -> None:
    curve = risk_coverage(found)
    assert curve is not None
    wrong = sum(not right for _, right in found) / len(found)
    assert curve.points[-1].coverage == 1
    assert curve.points[-1].risk == pytest.approx(wrong)
    assert 0 <= curve.area <= 1


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_ranking_that_knows_nothing_has_the_error_rate_as_area(right: list[bool]) -> None:
    curve = risk_coverage([(0.5, hit) for hit in right])
    assert curve is not None
    assert curve.area == pytest.approx(right.count(False) / len(right))


@given(pairs)
def test_order_of_problems_does_not_change_the_area(found: list[tuple[float, bool]]) -> None:
    first, second = risk_coverage(found), risk_coverage(found[::-1])
    assert first is not None
    assert second is not None
    assert first.area == pytest.approx(second.area)


def test_problems_without_an_answer_are_not_covered() -> None:
    curve = risk_coverage([(0.9, True)], n=4)
    assert curve is not None
    assert curve.points[-1].coverage == 0.25


@given(pairs, st.integers(1, 20))
def test_calibration_bins_hold_every_answer_once(
    found: list[tuple[float, bool]], bins: int
) -> None:
    measured = calibration(found, bins)
    assert measured is not None
    assert sum(part.n for part in measured.bins) == len(found)
    for part in measured.bins:
        if part.confidence is not None:
            assert part.low - 1e-9 <= part.confidence <= part.high + 1e-9
    assert 0 <= measured.ece <= 1
    assert 0 <= measured.brier <= 1


@given(pairs)
def test_one_bin_measures_the_mean_gap(found: list[tuple[float, bool]]) -> None:
    measured = calibration(found, 1)
    assert measured is not None
    gap = sum(figure for figure, _ in found) - sum(right for _, right in found)
    assert measured.ece == pytest.approx(abs(gap) / len(found))


def test_ece_is_what_histograms_by_hand_give() -> None:
    dice = np.random.default_rng(5)
    sure, hit = dice.uniform(size=500), dice.uniform(size=500) < 0.6
    measured = calibration(list(zip(sure.tolist(), hit.tolist(), strict=True)))
    edges = np.linspace(0, 1, 11)
    means = stats.binned_statistic(sure, [sure, hit.astype(float)], bins=edges)[0]
    counts = np.histogram(sure, edges)[0]
    assert measured is not None
    assert measured.ece == pytest.approx(float(np.sum(counts * np.abs(means[0] - means[1])) / 500))


def test_without_confidence_there_is_no_calibration() -> None:
    samples = [Sample("p", "True", "True", True, agreement=0.9)]
    assert calibration(confidences(samples)) is None
    assert risk_coverage([]) is None
    assert confidences(samples, "agreement") == [(0.9, True)]


# Certificates, rules, errors


def test_nothing_is_certified_until_there_are_certificates() -> None:
    right = Sample("p", "True", "True", True)
    wrong = Sample("q", "True", "False", False, certified=True)
    unchecked = Sample("r", "True", "True", True, certified=False)
    assert certified_wrong([right, unchecked]) is None
    found = certified_wrong([right, wrong, unchecked])
    assert found is not None
    assert (found.n, found.wrong, found.rate) == (1, 1, 1.0)


def test_at_the_break_even_share_both_rules_are_equally_accurate() -> None:
    split = (TRUE, TRUE, *(OPEN,) * 8)
    samples = [
        *_problems("True", split, 6), *_problems("False", (FALSE,) * 10, 5),
        *_problems("Uncertain", split, 3), *_problems("Uncertain", (OPEN,) * 10, 7),
    ]  # fmt: skip
    definite, majority = rule("definite:0.2"), rule("majority")
    found = break_even(samples, definite, majority)
    assert found is not None
    assert found.share is not None
    assert (found.gain, found.loss) == pytest.approx((1 - 5 / 11, 0.3))
    accuracy = (1 - found.share) * 1.0 + found.share * 0.7
    assert accuracy == pytest.approx((1 - found.share) * 5 / 11 + found.share * 1.0)


def test_a_rule_that_loses_nothing_has_no_break_even_share() -> None:
    samples = [
        *_problems("True", (TRUE, TRUE, *(OPEN,) * 8), 2),
        *_problems("Uncertain", (OPEN,), 1),
    ]
    found = break_even(samples, rule("definite:0.2"), rule("majority"))
    assert found is not None
    assert (found.gain, found.loss, found.share) == (1.0, 0.0, None)
    assert break_even(samples[:2], rule("definite:0.2"), rule("majority")) is None


def _problems(label: Label, cast: Sequence[Vote], number: int) -> list[Sample]:
    return [Sample(f"{label} {at}", label, None, False, votes=tuple(cast)) for at in range(number)]


@given(sample_lists())
def test_every_miss_has_one_class(samples: list[Sample]) -> None:
    unread = Sample("unread", None, None, False)
    unlabelled = Sample("unlabelled", None, "True", False, votes=(TRUE,))
    samples = [*samples, unread, unlabelled]
    found = errors(samples)
    assert sum(count for _, count in found.problems) == sum(not s.right for s in samples)
    assert dict(found.problems)["no label"] == 2
    failed = sum(count for _, count in found.failures)
    assert found.executed + found.unknown + failed == found.samples


@pytest.mark.parametrize(
    ("label", "answer", "cast", "expected"),
    [
        ("True", None, (FAILED,), "not executed"),
        ("True", None, (FAILED, Vote(Verdict.UNKNOWN)), "not executed"),
        ("True", None, (FAILED, Vote(Verdict.INCONSISTENT)), "no answer"),
        ("False", "Uncertain", (OPEN,), "proof lost"),
        ("Uncertain", "True", (TRUE,), "proof too many"),
        ("False", "True", (TRUE,), "opposite"),
        ("True", "True", (TRUE,), None),
    ],
)
def test_misses_are_told_apart(
    label: Label, answer: Label | None, cast: tuple[Vote, ...], expected: str | None
) -> None:
    sample = Sample("p", label, answer, label == answer, votes=cast)
    assert error_class(sample) == expected
    assert expected is None or expected in ERROR_CLASSES
