"""Misuse of the library is told what was expected: no traceback from inside, no hanging, no guess."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

from neurologic.choice import choose
from neurologic.dependency import Component, DependencyStructure
from neurologic.entailment import Verdict, consistent, decide, entails, equivalent
from neurologic.errors import NeurologicError, SemanticsError, SignatureError
from neurologic.formula import (
    ENTITY,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Variable,
    Verum,
    Xor,
)
from neurologic.llm import Message, Request, Scripted
from neurologic.problem import ChoiceProblem, Semantics, TextProblem
from neurologic.provers.grounding import Ground
from neurologic.provers.z3 import Z3
from neurologic.reasoning import reason
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration, elaborate
from neurologic.structure import Structure, satisfies
from neurologic.translation import Compositional, Direct, DraftAndPrune, select
from neurologic.translation.accumulation import accumulate
from neurologic.translation.exchanges import Exchange, converse

pytestmark = pytest.mark.solver

A, X = Constant("a"), Variable("x")
P = Atom("P", (A,))
PIGEONS = [
    *(f"In(p{p}, h0) | In(p{p}, h1)" for p in range(3)),
    *(f"-(In(p{p}, h{h}) & In(p{q}, h{h}))" for h in range(2) for q in range(3) for p in range(q)),
]


class TestSemantics:
    @pytest.mark.parametrize(
        ("option", "value", "expected"),
        [
            ("negation", "Explicit", ("classical", "explicit")),
            ("negation", None, ("classical", "explicit")),
            ("convention", "LINC", ("neurologic", "linc")),
            ("arithmetic", "x", ("interpreted", "uninterpreted")),
            ("unique_names", "no", ("False", "True")),
            ("closed_domain", 1, ("False", "True")),
            ("existential_import", None, ("False", "True")),
            ("negation", [], ("classical", "explicit")),
        ],
    )
    def test_an_option_has_the_values_it_lists(
        self, option: str, value: Any, expected: tuple[str, ...]
    ) -> None:
        with pytest.raises(SemanticsError) as caught:
            Semantics(**{option: value})
        assert caught.value.expected == expected
        assert option in caught.value.message
        assert all(choice in str(caught.value) for choice in expected)


class TestDecide:
    @pytest.mark.parametrize(
        ("premises", "goal", "message"),
        [
            (None, "P", "premises are a sequence"),
            (3, "P", "premises are a sequence"),
            (b"P", "P", "premises are a sequence"),
            (P, "P", "premises are a sequence"),
            (["P", None], "P", "premise 2: expected a formula or its text, got None"),
            ([A], "P", "premise 1: expected a formula or its text, got the term a"),
            ([b"P"], "P", "premise 1: expected a formula or its text, got b'P'"),
            ([], None, "the goal: expected a formula or its text, got None"),
            ([], X, "the goal: expected a formula or its text, got the term x"),
            ([], ["P"], "the goal: expected"),
        ],
    )
    def test_premises_and_goal_are_formulas_or_texts(
        self, premises: Any, goal: Any, message: str
    ) -> None:
        with pytest.raises(TypeError, match=message):
            decide(premises, goal)

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"semantics": None}, "expected semantics=Semantics"),
            ({"semantics": "classical"}, "expected semantics=Semantics"),
            ({"signature": "sort s"}, "expected signature=Signature"),
            ({"prover": "z3"}, "expected a prover, .* got 'z3'"),
            ({"prover": Z3}, "expected a prover, .* such as Z3"),
            ({"budget": "many"}, "expected a whole number as budget, got 'many'"),
            ({"budget": 1.5}, "expected a whole number as budget"),
            ({"budget": True}, "expected a whole number as budget"),
        ],
    )
    def test_options_are_of_their_kind(self, options: Any, message: str) -> None:
        for ask in (decide, entails):
            with pytest.raises(TypeError, match=message):
                ask(["P"], "P", **options)
        with pytest.raises(TypeError, match=message):
            consistent(["P"], **options)

    def test_the_work_on_a_core_is_a_number(self) -> None:
        with pytest.raises(TypeError, match="expected a number as core_effort, got 'much'"):
            decide(["P"], "P", core=True, core_effort="much")  # type: ignore[arg-type]

    def test_both_sides_of_an_equivalence_are_formulas(self) -> None:
        with pytest.raises(TypeError, match=r"^expected a formula or its text, got None"):
            equivalent("P", None)  # type: ignore[arg-type]

    @pytest.mark.parametrize("budget", [0, -1, -(10**30)])
    def test_a_budget_is_positive(self, budget: int) -> None:
        with pytest.raises(ValueError, match="at least 1 resource unit"):
            decide(["P"], "P", budget=budget)

    @pytest.mark.parametrize("budget", [2**31, 2**40, 10**30, 10**400])
    @pytest.mark.parametrize("prover", [Z3(), Ground()])
    def test_any_positive_budget_is_borne(self, budget: int, prover: Any) -> None:
        assert decide(["P(a)"], "P(a)", budget=budget, prover=prover).verdict is Verdict.ENTAILED
        assert not consistent(PIGEONS, budget=budget, prover=prover)

    def test_premises_may_come_from_a_generator(self) -> None:
        assert entails((text for text in ("P(a)", "P(a) -> Q(a)")), "Q(a)")  # type: ignore[arg-type]


def ill(kind: Any, *parts: Any) -> Any:
    """A node that the type checker would refuse."""
    return kind(*parts)


ONE = Numeral(Fraction(1))
ILL_FORMED = [
    ill(Atom, "P", (Atom("Q"),)),
    ill(Atom, "P", (ill(Function, "f", (Verum(),)),)),
    ill(Equals, A, Atom("Q")),
    ill(Compare, "<", ONE, Not(P)),
    ill(Not, A),
    ill(And, (P, ONE)),
    ill(ForAll, X, X),
    Compare(">", ill(Count, (X,), A), ONE),
    ill(Distinct, (P,)),
    ill(ForAll, "x", P),
    ill(Exists, A, P),
    ill(Compare, "=<", ONE, A),
    Compare("<", ill(Arithmetic, "/", A, A), A),
    Equals(A, ill(Arithmetic, "%", A, ONE)),
]


@pytest.mark.parametrize(
    "semantics",
    [Semantics(), Semantics(arithmetic="uninterpreted"), Semantics(negation="explicit")],
    ids=("interpreted", "uninterpreted", "explicit"),
)
@pytest.mark.parametrize("formula", ILL_FORMED, ids=lambda formula: repr(formula)[:40])
def test_ill_formed_formulas_are_refused_with_what_was_expected(
    formula: Any, semantics: Semantics
) -> None:
    for premises, goal in (([formula], P), ([], formula)):
        with pytest.raises((SignatureError, TypeError), match="expected"):
            decide(premises, goal, semantics=semantics)


@pytest.mark.parametrize("part", [None, "a", 3, ("a",)])
def test_what_is_no_node_is_refused_inside_a_formula(part: Any) -> None:
    for formula in (ill(Atom, "P", (part,)), ill(Not, part), ill(Equals, A, part)):
        with pytest.raises((NeurologicError, TypeError), match="expected"):
            decide([formula], P)


NULLARY = Function("f", ())


@pytest.mark.parametrize("prover", [Z3(), Ground()])
def test_a_function_without_arguments_is_a_constant(prover: Any) -> None:
    premises: list[Any] = [Atom("P", (NULLARY,)), Equals(Function("g", (NULLARY,)), Constant("f"))]
    goal = Exists(X, Equals(Function("g", (X,)), X))
    decision = decide(premises, goal, prover=prover, models=True)
    assert decision.verdict is Verdict.ENTAILED
    for semantics in (Semantics(unique_names=True), Semantics(closed_domain=True)):
        assert decide(premises, goal, prover=prover, semantics=semantics).verdict.name == "ENTAILED"


NODES: list[Any] = [
    Verum(), Falsum(), Atom("P"), Atom("P", (NULLARY,)), Equals(NULLARY, A), Distinct(()),
    Distinct((NULLARY,)), Distinct((), (X,)), Distinct((A,), (X,)), And(()), Or(()), And((P,)),
    Or((P,)), Not(And(())), Xor(P, Or(())), Implies(Distinct(()), P), Iff(And(()), P),
    ForAll(X, And(())), Exists(X, Or(())),
    Compare(">=", Count((), P), Numeral(Fraction(1))),
    Compare("<", Arithmetic("+", NULLARY, Numeral(Fraction(1))), Numeral(Fraction(1))),
    Equals(Count((X,), And(())), Numeral(Fraction(1))),
]  # fmt: skip


@pytest.mark.parametrize("node", NODES, ids=lambda node: repr(node)[:40])
def test_no_node_makes_a_prover_hang(node: Any) -> None:
    signature, (fact, claim) = elaborate([node, Not(node)])
    for prover in (Z3(), Ground()):
        outcomes = prover.prove([fact], [claim, node], signature=signature, budget=10**6)
        assert len(outcomes) == 2


def test_a_prover_takes_a_nullary_function_that_was_not_elaborated() -> None:
    symbols = (SymbolDeclaration("f", (), ENTITY), SymbolDeclaration("P", (ENTITY,)))
    signature = Signature((SortDeclaration(ENTITY),), symbols)
    atom = Atom("P", (Function("f", ()),))
    for prover in (Z3(), Ground()):
        (outcome,) = prover.prove([Atom("P", (Constant("f"),))], [atom], signature=signature)
        assert type(outcome).__name__ == "Proved"


class TestStructures:
    @pytest.mark.parametrize(
        ("tables", "message"),
        [
            ({"predicates": {("P", 1): ["a"]}}, r"a row of P is a tuple of 1 element, .* got 'a'"),
            ({"predicates": {("R", 2): [("a",)]}}, r"a row of R is a tuple of 2 elements"),
            ({"predicates": {("P", 1): [(None,)]}}, r"got \(None,\)"),
            ({"functions": {("f", 1): {"a": "a"}}}, r"a row of f is a tuple of 1 element"),
            ({"functions": {("a", 0): {("a",): "a"}}}, r"a row of a is a tuple of 0 elements"),
            ({"functions": {("f", 1): {("a",): None}}}, r"a value of f is .* got None"),
            ({"predicates": {("P", 1): [(1,)]}}, r"names or fractions, got \(1,\)"),
            ({"domains": {ENTITY: "ann"}}, r"the elements of Entity .* got 'ann'"),
            ({"domains": {ENTITY: ["ann", None]}}, r"the elements of Entity .* got None"),
        ],
    )  # fmt: skip
    def test_tables_have_rows_of_elements(self, tables: Any, message: str) -> None:
        with pytest.raises(TypeError, match=message):
            Structure.of(**{"domains": {ENTITY: ["a"]}, **tables})

    @pytest.mark.parametrize("formula", ILL_FORMED[-3:], ids=str)
    def test_unknown_operators_are_told(self, formula: Any) -> None:
        numbers = Structure.of({ENTITY: [Fraction(1)]}, {("a", 0): {(): Fraction(1)}},
                               {("P", 1): []})  # fmt: skip
        with pytest.raises((NeurologicError, TypeError), match="expected"):
            satisfies(numbers, formula)


class TestReason:
    @pytest.mark.parametrize(
        ("premises", "conclusion", "message"),
        [
            ([b"All cats purr."], "Tom purrs.", r"premise 1: expected a sentence, got b'All"),
            (["Tom is a cat.", 1], "Tom purrs.", "premise 2: expected a sentence, got 1"),
            ([P], "Tom purrs.", "premise 1: expected a sentence"),
            (["Tom is a cat."], ["Tom purrs."], r"conclusion: expected a sentence, got \["),
            (["Tom is a cat."], None, "conclusion: expected a sentence, got None"),
            (None, "Tom purrs.", "expected a list of sentences as premises, got None"),
            (b"Tom is a cat.", "Tom purrs.", "expected a list of sentences as premises"),
            ("Tom is a cat.", "Tom purrs.", "expected a list of sentences as premises"),
        ],
    )
    def test_sentences_are_texts(self, premises: Any, conclusion: Any, message: str) -> None:
        with pytest.raises(TypeError, match=message):
            reason(premises, conclusion)

    @pytest.mark.parametrize("option", [{"semantics": None}, {"prover": "z3"}, {"budget": "2"}])
    def test_options_are_of_their_kind(self, option: Any) -> None:
        with pytest.raises(TypeError, match="expected"):
            reason(["Tom is a cat."], "Tom is a cat.", **option)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: select(["P(a)"], signature=None), "Signature"),  # type: ignore[arg-type]
        (lambda: select(["P(a)"], lexicon=None), "Lexicon"),  # type: ignore[arg-type]
        (lambda: accumulate(None), "DependencyStructure"),  # type: ignore[arg-type]
        (lambda: Component("U1", None), "a text"),  # type: ignore[arg-type]
        (lambda: DependencyStructure("Ann sings.", ("U1",)), "Component"),  # type: ignore[arg-type]
        (lambda: DependencyStructure(None, ()), "sentence"),  # type: ignore[arg-type]
        (lambda: choose(ChoiceProblem(Signature(), (), "must be true", "x")), "Option"),  # type: ignore[arg-type]
        (lambda: choose(ChoiceProblem(None, (), "must be true", ())), "Signature"),  # type: ignore[arg-type]
        (lambda: Compositional(Scripted([])).translate("Ann sings."), "TextProblem"),  # type: ignore[arg-type]
        (lambda: Compositional(Scripted([])).sample(None, 2), "TextProblem"),  # type: ignore[arg-type]
    ],
)
def test_what_is_built_of_parts_says_which_part_is_of_the_wrong_type(
    call: Callable[[], object], expected: str
) -> None:
    with pytest.raises(TypeError, match=f"expected .*{expected}"):
        call()


def test_asking_ends_when_there_is_nothing_to_mend_however_many_rounds_there_may_be() -> None:
    class Watched(list[Exchange]):
        """Exchanges that are not looked at in vain."""

        looked = 0

        def __iter__(self) -> Iterator[Exchange]:
            self.looked += 1
            assert self.looked <= 2, "there was nothing left to mend"
            return super().__iter__()

    nothing = Exchange(Scripted(["yes"]), Request("", (Message("user", "?"),)), lambda _: (), str)
    converse(Watched([nothing]), rounds=10**40, limit=1)
    assert not nothing.open


@pytest.mark.parametrize("translator", [Compositional, Direct, DraftAndPrune])
def test_variants_may_be_any_iterable_also_an_empty_one(translator: Callable[..., Any]) -> None:
    problem = TextProblem(("All cats purr.",), "Tom purrs.")
    for variants in (iter(()), iter(["default", "default/order=2"])):
        found = translator(Scripted(lambda _: "no formulas"), rounds=0).sample(problem, 3, variants)
        assert len(found) == 3
