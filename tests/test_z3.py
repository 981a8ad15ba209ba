"""Z3 as a prover: agreement with our own evaluation, repeatability, limits."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import threading
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neurologic.errors import ProverError
from neurologic.formula import (
    ENTITY,
    INTEGER,
    RATIONAL,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Sort,
    Term,
    Variable,
    Xor,
)
from neurologic.formula import map as map_formula
from neurologic.parsing import parse
from neurologic.provers import Countermodel, Outcome, Proved, Unknown, z3
from neurologic.provers.z3 import Z3, binding
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration, elaborate
from neurologic.structure import Structure, satisfies
from tests.strategies import CONSTANTS, PREDICATES, ground_formulas, sentences

pytestmark = pytest.mark.solver

DAY, PERSON = Sort("day"), Sort("person")
DECLARED = Signature(
    (
        SortDeclaration(PERSON),
        SortDeclaration(DAY, ("mon", "tue", "wed"), ordered=True),
        SortDeclaration(Sort("coin"), ("5", "10"), ordered=True),
    ),
    (
        SymbolDeclaration("on", (PERSON,), DAY),
        SymbolDeclaration("age", (PERSON,), INTEGER),
        SymbolDeclaration("weight", (PERSON,), RATIONAL),
        SymbolDeclaration("ann", (), PERSON),
        SymbolDeclaration("bob", (), PERSON),
    ),
)
X, Y = Variable("x"), Variable("y")


def ask(
    premises: list[Formula | str],
    *goals: Formula | str,
    declared: Signature = Signature(),
    **options: Any,
) -> list[Outcome]:
    """The outcomes of goals after elaboration."""
    formulas = [parse(f) if isinstance(f, str) else f for f in (*premises, *goals)]
    signature, formulas_ = elaborate(formulas, declared)
    cut = len(premises)
    return list(Z3().prove(formulas_[:cut], formulas_[cut:], signature=signature, **options))


def proves(premises: list[Formula | str], goal: Formula | str, **options: Any) -> bool:
    """Whether the goal is proved; an open question fails the test."""
    (outcome,) = ask(premises, goal, **options)
    assert not isinstance(outcome, Unknown), outcome
    return isinstance(outcome, Proved)


class TestLanguage:
    @pytest.mark.parametrize(
        ("premises", "goal"),
        [
            (["all x. (Man(x) -> Mortal(x))", "Man(socrates)"], "Mortal(socrates)"),
            (["P(a)", "a = b"], "P(b)"),
            (["all x. R(x, f(x))"], "exists y. R(a, y)"),
            (["p ⊕ q", "p"], "-q"),
            (["p <-> q", "-p"], "-q"),
            ([], "-(1 = 2)"),
            (["P(1)", "P(2)", "all x. all y. (P(x) & P(y) -> x = y)"], "False"),
            (["age(ann) > 18", "age(bob) = age(ann) + 1"], "age(bob) >= 20"),
            (["weight(ann) > 2.5"], "weight(ann) > 2"),
            ([], "all x. (x < 3 -> x + 1 <= 3)"),
            ([], "all x y. (2 * x = 2 * y + 1 -> False)"),
        ],
    )
    def test_textbook_inferences_are_proved(self, premises: list[Any], goal: str) -> None:
        assert proves(premises, goal)

    @pytest.mark.parametrize(
        "goal",
        [
            "on(ann) = mon | on(ann) = tue | on(ann) = wed",
            "-(mon = tue)",
            "mon < wed & -(wed <= tue)",
            "on(ann) > tue -> on(ann) = wed",
            "age(ann) < 3.5 -> age(ann) <= 3",
            "weight(ann) < age(ann) & age(ann) <= 3 -> weight(ann) < 3",
        ],
    )
    def test_declared_sorts_mean_what_they_say(self, goal: str) -> None:
        assert proves([], goal, declared=DECLARED)

    def test_enumerations_are_closed_under_quantifiers(self) -> None:
        day = Variable("d", DAY)
        assert proves(
            ["Busy(mon)", "Busy(tue)", "Busy(wed)"], ForAll(day, Atom("Busy", (day,))),
            declared=DECLARED,
        )  # fmt: skip

    def test_numerals_are_members_where_the_members_are_numbers(self) -> None:
        coin = Variable("c", Sort("coin"))
        five, ten = (Equals(coin, Numeral(Fraction(n))) for n in (5, 10))
        assert proves([], ForAll(coin, Xor(five, ten)), declared=DECLARED)

    def test_an_integer_sort_is_infinite_and_an_open_one_is_not_empty(self) -> None:
        n, m = Variable("n", INTEGER), Variable("m", INTEGER)
        assert proves([], ForAll(n, Exists(m, Compare("<", n, m))))
        assert proves(["all x. P(x)"], "exists x. P(x)")

    def test_counts_over_open_sorts_compare_with_numerals(self) -> None:
        liked = Count((X,), Atom("P", (X,)))
        two = Numeral(Fraction(2))
        facts: list[Formula | str] = ["P(a)", "P(b)", "a != b"]
        assert proves(facts, Compare(">=", liked, two))
        assert not proves(facts, Equals(liked, two))
        assert proves([*facts, "all x. (P(x) -> x = a | x = b)"], Equals(two, liked))
        assert proves([Compare("<", liked, two)], "P(a) & P(b) -> a = b")

    def test_counts_of_pairs_count_pairs(self) -> None:
        pairs = Count((X, Y), Atom("R", (X, Y)))
        assert proves(["R(a, a)", "R(a, b)", "a != b"], Compare(">", pairs, Numeral(Fraction(1))))

    def test_counts_over_enumerations_are_numbers(self) -> None:
        day = Variable("d", DAY)
        busy, free = (Count((day,), f) for f in (Atom("B", (day,)), Not(Atom("B", (day,)))))
        total = Equals(Arithmetic("+", busy, free), Numeral(Fraction(3)))
        assert proves([], total, declared=DECLARED)
        assert proves(["B(mon)", "-B(tue)"], Compare("<=", free, busy), declared=DECLARED) is False

    def test_a_count_that_cannot_be_expanded_is_unknown_with_a_reason(self) -> None:
        left, right = Count((X,), Atom("P", (X,))), Count((X,), Atom("Q", (X,)))
        (outcome,) = ask([], Compare("<", left, right))
        assert isinstance(outcome, Unknown)
        assert "not compared with a numeral" in outcome.reason

    def test_indexed_distinct_is_injectivity(self) -> None:
        injective = Distinct((Function("f", (X,)),), (X,))
        assert proves([injective, "f(a) = f(b)"], "a = b")

    def test_a_free_variable_is_an_error(self) -> None:
        with pytest.raises(ProverError, match="x is free"):
            Z3().prove([], [Atom("P", (X,))], signature=elaborate([Atom("P", (Constant("a"),))])[0])


def chain(depth: int) -> list[Formula]:
    """P0(a) and the rules from each Pi to the next."""
    rules = [ForAll(X, Implies(Atom(f"P{i}", (X,)), Atom(f"P{i + 1}", (X,)))) for i in range(depth)]
    return [Atom("P0", (Constant("a"),)), *rules]


@pytest.mark.parametrize("depth", [10, 50, 200, 1000, 5000])
def test_chains_of_rules_are_decided_to_any_depth(depth: int) -> None:
    end, other = Atom(f"P{depth}", (Constant("a"),)), Atom("Q", (Constant("a"),))
    outcomes = ask([*chain(depth)], end, Not(end), other, Not(other))
    assert [type(o) for o in outcomes] == [Proved, Countermodel, Countermodel, Countermodel]


class TestBudget:
    HARD = ("all x y z. (f(f(x, y), z) = f(x, f(y, z)))", "all x. (f(x, x) = e & f(e, x) = x)")

    def test_an_exhausted_budget_is_unknown_with_a_reason(self) -> None:
        (outcome,) = ask([*self.HARD], "all x y. (f(x, y) = g(f(y, x)))", budget=20_000)
        assert isinstance(outcome, Unknown)
        assert "budget of 20000" in outcome.reason
        assert outcome.szs == "ResourceOut"

    def test_what_the_time_out_guard_stops_is_unknown_with_a_reason(self) -> None:
        signature, (*premises, goal) = elaborate(
            [parse(t) for t in (*self.HARD, "all x y. (f(x, y) = g(f(y, x)))")]
        )
        (outcome,) = Z3(timeout=0.01).prove(
            premises, [goal], signature=signature, budget=400_000_000
        )
        assert isinstance(outcome, Unknown)
        # on a busy machine the last attempt may begin and give up within the time
        assert outcome.szs in ("Timeout", "GaveUp")
        assert outcome.reason

    def test_what_outlasts_the_callers_patience_is_asked_again_to_the_same_end(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        premises: list[Formula | str] = [*self.HARD, "P(a)"]
        goals = ("all x y. (f(x, y) = g(f(y, x)))", "exists x. P(x)")
        patient = ask(premises, *goals, budget=400_000)
        monkeypatch.setattr(z3, "PATIENCE", 0.001)
        assert ask(premises, *goals, budget=400_000) == patient
        assert {type(outcome) for outcome in patient} == {Unknown, Proved}


class TestRepeatability:
    def problems(self) -> list[tuple[Signature, tuple[Formula, ...]]]:
        """Fifty problems of many kinds."""
        draw = random.Random(7)
        found = []
        for i in range(50):
            rules = [*chain(draw.randrange(1, 8))]
            for _ in range(draw.randrange(6)):
                one, two, three = (f"P{draw.randrange(6)}" for _ in range(3))
                rules.append(parse(f"all x. ({one}(x) & -{two}(x) -> exists y. R(x, y))"))
                rules.append(parse(f"all x y. (R(x, y) -> {three}(y) | {one}(x) & x != y)"))
            if i % 5 == 0:
                rules.append(parse(f"age(a) + {i} > age(b)"))
            if i % 7 == 0:
                rules.append(Not(Atom("P1", (Constant("a"),))))
            rules.append(parse(f"P{draw.randrange(8)}(a) | exists x. R(x, a)"))
            found.append(elaborate(rules))
        return found

    def results(self, order: list[int]) -> dict[int, Any]:
        """Outcome, cost and core of each problem, asked in this order."""
        problems = self.problems()
        found = {}
        for i in order:
            signature, (*premises, goal) = problems[i]
            found[i] = Z3().prove(premises, [goal, Not(goal)], signature=signature, cores=True)
        return found

    def test_fifty_problems_in_any_order_give_the_same_outcomes_costs_and_cores(self) -> None:
        order = list(range(50))
        first = self.results(order)
        assert {type(o).__name__ for pair in first.values() for o in pair} >= {
            "Proved",
            "Countermodel",
        }
        assert self.results(order[::-1]) == first
        random.Random(3).shuffle(order)
        assert self.results(order) == first

    def test_threads_give_the_same_results(self) -> None:
        expected = self.results(list(range(20)))
        found: list[dict[int, Any]] = []
        threads = [
            threading.Thread(target=lambda: found.append(self.results(list(range(20)))))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [expected, expected]

    def test_names_do_not_matter(self) -> None:
        costs = set()
        for p, a, f in (("P", "a", "f"), ("Zebra", "ånn", "b"), ("q1", "P", "R")):
            texts = (f"all x. ({p}(x) -> exists y. ({p}({f}(y)) & x != y))", f"{p}({a})")
            costs.add(ask([*texts], f"{p}({f}({a}))")[0].cost)
        assert len(costs) == 1


def deep(shape: str, depth: int) -> Formula:
    """A formula of many levels."""
    formula: Formula = Atom("P0")
    for i in range(depth):
        atom = Atom(f"P{i % 7}")
        match shape:
            case "negations":
                formula = Not(formula)
            case "implications":
                formula = Implies(atom, formula)
            case "alternation":
                formula = And((atom, formula)) if i % 2 else Or((atom, formula))
            case "equivalences":
                formula = Iff(atom, formula)
            case _:
                kind = ForAll if i % 2 else Exists
                formula = kind(X, Or((Atom("Q", (X,)), formula)))
    return formula


class TestDepth:
    @pytest.mark.parametrize("shape", ["negations", "implications", "alternation", "equivalences"])
    def test_ten_thousand_nested_operators_are_decided(self, shape: str) -> None:
        (outcome,) = ask([deep(shape, 10_000)], Atom("P3"))
        assert not isinstance(outcome, Unknown)

    def test_they_are_decided_in_a_thread_with_a_small_stack(self) -> None:
        code = (
            "import threading; threading.stack_size(512 * 1024)\n"
            "from tests.test_z3 import ask, deep, Atom\n"
            "run = lambda: print(type(ask([deep('implications', 10_000)], Atom('P3'))[0]))\n"
            "t = threading.Thread(target=run); t.start(); t.join()"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
        assert "Countermodel" in done.stdout, done.stderr

    @pytest.mark.parametrize(("shape", "depth"), [("quantifiers", 5000), ("implications", 20_000)])
    def test_what_is_too_deep_is_unknown_with_a_reason(self, shape: str, depth: int) -> None:
        (outcome,) = ask([deep(shape, depth)], Atom("P3"))
        assert isinstance(outcome, Unknown)
        assert "Z3 bears" in outcome.reason

    @pytest.mark.parametrize("arguments", [650, 3_000])
    def test_a_relation_of_many_places_is_decided_within_the_budget(self, arguments: int) -> None:
        relates = ForAll(X, Atom("R", (X,) * arguments))
        outcome, same = ask([relates], Atom("S"), relates)
        assert isinstance(outcome, Countermodel | Unknown)  # E-matching took minutes, unstopped
        assert isinstance(same, Proved)

    def test_terms_with_a_variable_in_many_places_are_as_well(self) -> None:
        inner = Function("f", (X,) * 60)
        moved = ForAll(X, Not(Equals(Function("f", (inner, X) * 30), X)))
        outcome, same = ask([moved], Atom("S"), moved)
        assert isinstance(outcome, Countermodel | Unknown)
        assert isinstance(same, Proved)


def structure_for(values: dict[str, bool]) -> Structure:
    """The structure of three elements, named by the constants, with these ground atoms."""
    rows = {
        (name, arity): [
            row for row in itertools.product(CONSTANTS, repeat=arity) if values[name + "".join(row)]
        ]
        for name, arity in PREDICATES.items()
    }
    constants = {(name, 0): {(): name} for name in CONSTANTS}
    return Structure.of({ENTITY: CONSTANTS}, constants, rows)


@given(ground_formulas(), st.data())
def test_satisfies_agrees_with_z3_on_ground_formulas(formula: Formula, data: st.DataObject) -> None:
    atoms = [
        (name, row)
        for name, arity in PREDICATES.items()
        for row in itertools.product(CONSTANTS, repeat=arity)
    ]
    values = {name + "".join(row): data.draw(st.booleans()) for name, row in atoms}
    diagram: list[Formula | str] = [Distinct(tuple(map(Constant, CONSTANTS)))]
    for name, row in atoms:
        atom = Atom(name, tuple(map(Constant, row)))
        diagram.append(atom if values[name + "".join(row)] else Not(atom))
    assert proves(diagram, formula) is satisfies(structure_for(values), formula)


@st.composite
def sums(draw: st.DrawFn, depth: int = 2) -> Term:
    """A ground linear term."""
    if depth == 0 or draw(st.booleans()):
        return Numeral(Fraction(draw(st.integers(-20, 20)), draw(st.sampled_from((1, 1, 2, 10)))))
    operator: Any = draw(st.sampled_from("+-*"))
    return Arithmetic(operator, draw(sums(depth - 1)), draw(sums(depth - 1)))


@given(sums(), sums(), st.sampled_from(("<", "<=", ">", ">=", "=")))
def test_exact_arithmetic_agrees_with_z3(left: Term, right: Term, operator: Any) -> None:
    formula = Equals(left, right) if operator == "=" else Compare(operator, left, right)
    assert proves([], formula) is satisfies(Structure.of({}), formula)


@given(st.lists(sentences(), max_size=3), sentences())
def test_a_countermodel_satisfies_the_premises_and_not_the_goal(
    premises: list[Formula], goal: Formula
) -> None:
    (outcome,) = ask([*premises], goal, models=True, budget=200_000)
    assume(isinstance(outcome, Countermodel) and outcome.structure is not None)
    assert isinstance(outcome, Countermodel)
    assert outcome.structure is not None
    assert all(satisfies(outcome.structure, premise) for premise in premises)
    assert not satisfies(outcome.structure, goal)


def with_numbers(formula: Formula) -> Formula:
    """The formula with functions and numbers: ages compared, P of ages, f in equations."""

    def change(node: Any) -> Any:
        match node:
            case Atom("Q", (term,)):
                return Compare("<", Function("age", (term,)), Numeral(Fraction(3)))
            case Atom("P", (term,)):
                return Atom("P", (Function("age", (term,)),))
            case Equals(left, right):
                return Equals(Function("f", (left,)), right)
            case _:
                return node

    return map_formula(formula, change)


@given(st.lists(sentences().map(with_numbers), max_size=3), sentences().map(with_numbers))
def test_countermodels_with_functions_and_numbers_satisfy_the_premises_too(
    premises: list[Formula], goal: Formula
) -> None:
    (outcome,) = ask([*premises], goal, models=True, budget=100_000)
    assume(isinstance(outcome, Countermodel) and outcome.structure is not None)
    assert isinstance(outcome, Countermodel)
    assert outcome.structure is not None
    assert all(satisfies(outcome.structure, premise) for premise in premises)
    assert not satisfies(outcome.structure, goal)


class TestLibrary:
    def test_a_missing_library_says_how_to_install_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(binding, "_library_path", lambda: None)
        with pytest.raises(ProverError, match="not installed") as caught:
            binding.library.__wrapped__()
        assert "z3-solver" in caught.value.hint

    def test_a_library_that_does_not_load_is_a_prover_error(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(binding, "_library_path", lambda: __file__)
        with pytest.raises(ProverError, match="does not load"):
            binding.library.__wrapped__()

    def test_an_error_of_the_library_is_a_prover_error(self) -> None:
        with binding.Context(rlimit=1000, timeout=1.0) as context:
            integer = context.z3.mk_int_sort(context.handle)
            context.z3.mk_numeral(context.handle, b"three", integer)
            with pytest.raises(ProverError, match="Z3 failed"):
                context.check()

    def test_a_symbol_outside_the_signature_is_a_prover_error(self) -> None:
        with pytest.raises(ProverError, match="P with 0 arguments is not in the signature"):
            Z3().prove([], [Atom("P")], signature=Signature())


class TestCountermodels:
    def structure(self, premises: list[Formula | str], goal: Formula | str, **o: Any) -> Any:
        (outcome,) = ask(premises, goal, models=True, **o)
        assert isinstance(outcome, Countermodel)
        return outcome.structure

    def test_elements_are_named_by_constants_and_numerals(self) -> None:
        found = self.structure(["P(ann)", "-P(bob)", "P(7)", "ann != 7"], "all x. P(x)")
        assert set(found.domain(ENTITY)) >= {"ann", "bob", Fraction(7)}

    def test_numbers_are_tabled_where_they_are_looked_up(self) -> None:
        premises: list[Formula | str] = ["age(ann) > 30", "Old(age(ann))", "-Old(31)"]
        found = self.structure(premises, "age(bob) > 3 | Old(5)")
        assert all(satisfies(found, parse(str(premise))) for premise in premises)
        assert not satisfies(found, parse("age(bob) > 3"))

    def test_enumerations_keep_their_members(self) -> None:
        found = self.structure(["on(ann) > mon"], "on(ann) = wed", declared=DECLARED)
        assert found.domain(DAY) == ("mon", "tue", "wed")
        assert satisfies(found, parse("on(ann) = tue"))

    def test_quantified_numbers_have_no_finite_structure(self) -> None:
        assert self.structure(["all x. (x < 3 -> Small(x))"], "Small(4)") is None

    def test_without_the_flag_there_is_none(self) -> None:
        (outcome,) = ask(["P(a)"], "P(b)")
        assert outcome == Countermodel(outcome.cost)


def test_cores_name_premises_that_suffice() -> None:
    premises: list[Formula | str] = ["Q(a)", "P(a)", "all x. (P(x) -> R(x))", "Q(b)"]
    (outcome,) = ask(premises, "R(a)", cores=True)
    assert isinstance(outcome, Proved)
    assert outcome.used == (1, 2)
