"""Sort inference, declarations, clashes and near-duplicates."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.errors import SignatureError
from neurologic.formula import (
    BOOLEAN,
    ENTITY,
    INTEGER,
    RATIONAL,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    ForAll,
    Formula,
    Function,
    Numeral,
    Sort,
    Variable,
    walk,
)
from neurologic.parsing import parse, read_constraints, read_problem
from neurologic.signature import (
    Signature,
    SortDeclaration,
    SymbolDeclaration,
    clashes,
    elaborate,
    near_duplicates,
)
from tests.strategies import sentences

PERSON, CITY, DAY = Sort("person"), Sort("city"), Sort("day")
DECLARED = Signature(
    (
        SortDeclaration(PERSON),
        SortDeclaration(CITY),
        SortDeclaration(DAY, ("mon", "tue", "wed"), ordered=True),
        SortDeclaration(Sort("color"), ("red", "green")),
    ),
    (
        SymbolDeclaration("Likes", (PERSON, PERSON)),
        SymbolDeclaration("home", (PERSON,), CITY),
        SymbolDeclaration("age", (PERSON,), INTEGER),
        SymbolDeclaration("ann", (), PERSON),
        SymbolDeclaration("on", (PERSON,), DAY),
        SymbolDeclaration("shade", (PERSON,), Sort("color")),
        SymbolDeclaration("price", (CITY,), RATIONAL),
    ),
)


def sorts_of(*texts: str, declared: Signature = Signature()) -> dict[str, str]:
    """The inferred symbols as `name: (argument sorts) result`."""
    signature, _ = elaborate([parse(text) for text in texts], declared)
    return {
        s.name: f"({', '.join(map(str, s.arguments))}) {s.result}"
        for s in signature.symbols
        if s not in declared.symbols
    }


def refused(formula: Formula | str, declared: Signature = DECLARED) -> SignatureError:
    """The error that elaborating a formula raises."""
    with pytest.raises(SignatureError) as caught:
        elaborate([parse(formula) if isinstance(formula, str) else formula], declared)
    return caught.value


def marked(error: SignatureError) -> str:
    """The characters that the error points at."""
    assert error.span is not None
    return error.text[slice(*error.span)]


class TestUndeclaredText:
    def test_everything_is_an_entity_by_default(self) -> None:
        assert sorts_of("all x. (Man(x) -> Mortal(father(x)))", "Man(socrates)") == {
            "Man": "(Entity) Bool",
            "Mortal": "(Entity) Bool",
            "father": "(Entity) Entity",
            "socrates": "() Entity",
        }

    def test_a_numeral_is_an_entity_where_nothing_is_compared(self) -> None:
        assert sorts_of("Born(ann, 1912)")["Born"] == "(Entity, Entity) Bool"

    def test_a_comparison_makes_its_place_an_integer_throughout_the_problem(self) -> None:
        found = sorts_of("Born(ann, 1912)", "all x y. (Born(x, y) & y < 1900 -> Old(x))")
        assert found["Born"] == "(Entity, Int) Bool"
        assert found["ann"] == "() Entity"

    def test_sums_make_integers_too(self) -> None:
        assert sorts_of("Age(ann, age(bob) + 2)") == {
            "Age": "(Entity, Int) Bool",
            "ann": "() Entity",
            "age": "(Entity) Int",
            "bob": "() Entity",
        }

    def test_equations_carry_numbers_to_other_places(self) -> None:
        assert sorts_of("all x. (x = limit -> Speed(x))", "limit > 30")["Speed"] == "(Int) Bool"

    def test_a_decimal_makes_a_numeric_place_rational(self) -> None:
        assert sorts_of("Price(a, 2.50)", "all x y. (Price(x, y) & y > 2 -> Dear(x))")["Price"] == (
            "(Entity, Rational) Bool"
        )

    def test_a_decimal_alone_is_an_entity(self) -> None:
        assert sorts_of("Price(a, 2.50)")["Price"] == "(Entity, Entity) Bool"

    def test_a_symbol_is_its_name_and_its_arity(self) -> None:
        signature, _ = elaborate([parse("Moved(ann) & Moved(ann, 3) & 3 < 4")])
        assert len([s for s in signature.symbols if s.name == "Moved"]) == 2

    def test_predicates_and_constants_have_separate_name_spaces(self) -> None:
        signature, _ = elaborate([parse("Flu(Flu)")])
        assert [s.result for s in signature.symbols] == [BOOLEAN, ENTITY]

    def test_symbols_are_listed_by_first_appearance(self) -> None:
        assert list(sorts_of("Q(b) & P(a)")) == ["Q", "b", "P", "a"]

    def test_free_variables_are_closed_universally(self) -> None:
        _, (closed,) = elaborate([Atom("P", (Variable("x"),))])
        assert closed == ForAll(Variable("x", ENTITY), Atom("P", (Variable("x", ENTITY),)))

    def test_inner_variables_of_one_name_have_sorts_of_their_own(self) -> None:
        _, (formula,) = elaborate([parse("(all x. P(x)) & (all x. (x < 3 -> Q(x)))")])
        sorts = [n.variable.sort for n in walk(formula) if isinstance(n, ForAll)]
        assert sorts == [ENTITY, INTEGER]

    def test_a_product_of_two_unknowns_is_refused(self) -> None:
        x, y = Constant("k"), Constant("m")
        error = refused(Compare("<", Arithmetic("*", x, y), Numeral(Fraction(3))), Signature())
        assert "product" in error.message
        assert marked(error) == "*"

    def test_uninterpreted_arithmetic_leaves_mere_symbols(self) -> None:
        formulas = [parse("age(ann) + 1 > 18"), parse("3 <= age(bob)")]
        signature, (first, second) = elaborate(formulas, arithmetic="uninterpreted")
        assert first == Atom(
            "<",
            (
                Numeral(Fraction(18)),
                Function("+", (Function("age", (Constant("ann"),)), Numeral(Fraction(1)))),
            ),
        )
        assert second == Atom("<=", (Numeral(Fraction(3)), Function("age", (Constant("bob"),))))
        assert INTEGER not in {d.sort for d in signature.sorts}

    def test_uninterpreted_arithmetic_keeps_counts_and_ordered_enumerations(self) -> None:
        x = Variable("x", PERSON)
        kept = (
            Compare(">=", Count((x,), Atom("Likes", (x, x))), Numeral(Fraction(2))),
            Compare("<", Function("on", (Constant("ann"),)), Constant("wed")),
        )
        assert elaborate(kept, DECLARED, arithmetic="uninterpreted")[1] == kept


class TestDeclarations:
    def test_undeclared_symbols_take_the_sorts_of_their_places(self) -> None:
        found = sorts_of("Likes(ann, bob)", "all x. (Kind(x) -> Likes(x, bob))", declared=DECLARED)
        assert found == {"bob": "() person", "Kind": "(person) Bool"}

    def test_members_are_constants_of_their_sort(self) -> None:
        assert sorts_of("Busy(tue)", declared=DECLARED) == {"Busy": "(day) Bool"}

    def test_ordered_members_compare(self) -> None:
        elaborate([parse("on(ann) < wed")], DECLARED)

    def test_an_integer_may_meet_a_rational(self) -> None:
        formula = Compare(
            "<",
            Function("price", (Function("home", (Constant("ann"),)),)),
            Function("age", (Constant("ann"),)),
        )
        assert elaborate([formula], DECLARED)[1] == (formula,)

    @pytest.mark.parametrize(
        ("text", "message", "symbol"),
        [
            ("Likes(ann, mon)", "is of sort", "mon"),
            ("Likes(ann)", "takes 2 arguments, not 1", "Likes"),
            ("home(ann) = ann", "cannot be compared", "home"),
            ("home(ann) < home(ann)", "has no order", "<"),
            ("shade(ann) < red", "has no order", "<"),
            ("on(ann) + on(bob) = mon", "not a sort of numbers", "+"),
            ("age(ann) = mon", "cannot be compared", "mon"),
            ("on(ann) = 3", "not a member", "3"),
        ],
    )
    def test_a_sort_mismatch_is_located(self, text: str, message: str, symbol: str) -> None:
        error = refused(text)
        assert message in error.message
        assert marked(error) == symbol
        assert error.text == str(parse(text))

    def test_a_decimal_where_an_integer_is_declared_is_located(self) -> None:
        signature = Signature((), (SymbolDeclaration("P", (INTEGER,)),))
        error = refused("P(2.5)", signature)
        assert "not an integer" in error.message
        assert marked(error) == "2.5"

    def test_an_unknown_sort_of_a_variable_is_located(self) -> None:
        x = Variable("x", Sort("planet"))
        error = refused(ForAll(x, Atom("P", (x,))))
        assert (error.message, marked(error)) == ("unknown sort planet", "planet")

    @pytest.mark.parametrize(
        ("sorts", "symbols", "message"),
        [
            ((), (SymbolDeclaration("P", (PERSON,)),), "unknown sort person"),
            ((SortDeclaration(DAY, ()),), (), "at least one member"),
            ((SortDeclaration(DAY, ("mon", "mon")),), (), "already a member"),
            ((SortDeclaration(PERSON), SortDeclaration(PERSON, ("a",))), (), "declared twice"),
            ((SortDeclaration(INTEGER, ("a",)),), (), "built in"),
            ((), (SymbolDeclaration("P", (BOOLEAN,)),), "Bool is the sort of formulas"),
            (
                (),
                (SymbolDeclaration("c", (), ENTITY), SymbolDeclaration("c", (), INTEGER)),
                "declared twice",
            ),
        ],
    )
    def test_declarations_that_contradict_are_located(
        self,
        sorts: tuple[SortDeclaration, ...],
        symbols: tuple[SymbolDeclaration, ...],
        message: str,
    ) -> None:
        with pytest.raises(SignatureError, match=message) as caught:
            Signature(sorts, symbols).vocabulary()
        assert caught.value.span is not None


def test_a_signature_prints_as_the_declarations_of_a_problem_file() -> None:
    lines = [line for line in str(DECLARED).splitlines() if line]
    problem = read_problem("\n".join([*lines, "Likes(ann, ann)", "? Likes(ann, ann)"]))
    assert problem.signature == DECLARED


@given(st.lists(sentences(), max_size=4))
def test_elaboration_is_idempotent(formulas: list[Formula]) -> None:
    signature, once = elaborate(formulas)
    assert elaborate(once) == (signature, once)
    assert elaborate(once, signature) == (signature, once)


@given(st.lists(sentences(), max_size=4))
def test_every_variable_gets_a_sort(formulas: list[Formula]) -> None:
    _, elaborated = elaborate(formulas)
    assert all(
        node.sort is not None
        for formula in elaborated
        for node in walk(formula)
        if isinstance(node, Variable)
    )


def test_numbers_elaborate_idempotently() -> None:
    texts = ("Born(ann, 1912)", "all x y. (Born(x, y) & y < 1900.5 -> Old(x))", "limit > 3")
    signature, once = elaborate([parse(text) for text in texts])
    assert elaborate(once, signature) == (signature, once)


def test_injectivity_is_typed() -> None:
    x = Variable("x")
    formula = Distinct((Function("on", (x,)),), (x,))
    _, (typed,) = elaborate([formula], DECLARED)
    assert isinstance(typed, Distinct)
    assert typed.variables == (Variable("x", PERSON),)


def test_ten_thousand_nested_operators_elaborate() -> None:
    formula: Formula = Atom("P", (Constant("a"),))
    for _ in range(10_000):
        formula = ForAll(Variable("x"), formula)
    _, (typed,) = elaborate([formula])
    assert sum(1 for node in walk(typed) if isinstance(node, ForAll)) == 10_000


def test_a_name_with_two_uses_is_a_clash() -> None:
    texts = ("Moved(ann)", "Moved(ann, rome)", "P(Flu)", "Flu(ann)", "P(boss(ann))", "boss(ann)")
    assert list(map(str, clashes([parse(text) for text in texts]))) == [
        "Moved is used as a predicate of 1 argument and as a predicate of 2 arguments",
        "Flu is used as a constant and as a predicate of 1 argument",
        "boss is used as a function of 1 argument and as a predicate of 1 argument",
    ]


def test_one_use_is_no_clash() -> None:
    assert clashes([parse("P(a) & P(b) & Q(a)")]) == ()


def test_names_that_look_alike_are_reported_and_others_are_not() -> None:
    texts = ("Student(ann)", "Students(Ann)", "Love(ann, bob)", "Loves(ann, bob)", "Liked(bob)")
    found = near_duplicates([parse(text) for text in texts])
    assert [group.names for group in found] == [
        ("Student", "Students"),
        ("ann", "Ann"),
        ("Love", "Loves"),
    ]


def test_equality_has_no_place_of_its_own() -> None:
    _, (formula,) = elaborate([Equals(Constant("a"), Constant("b"))])
    assert formula == Equals(Constant("a"), Constant("b"))


NAMES = st.text(max_size=8) | st.sampled_from(
    (
        *("Question Man", "O'Hara", "O’Hara", "C++", "x", "x-1", "all", "sort", "1", "007", "-2"),
        *(
            "1.5",
            "2024-05-01",
            "a.b",
            "",
            "\\",
            "'",
            '"',
            "\n",
            "\u202e",
            "a, b",
            "a}",
            "§",
            "_",
            "no",
        ),
    )
)
SORTS = st.sampled_from(list(map(Sort, ("day", "song", "Int", "Entity", "größe"))))


@st.composite
def signatures(draw: st.DrawFn) -> Signature:
    """Declarations that need not go together, with names of every kind."""
    members: st.SearchStrategy[Any] = st.none() | st.lists(NAMES, min_size=1, max_size=4).map(tuple)
    sorts = st.builds(SortDeclaration, SORTS, members).map(
        lambda s: replace(s, ordered=draw(st.booleans()) and len(s.members or ()) > 1)
    )
    symbols = st.builds(
        SymbolDeclaration, NAMES, st.lists(SORTS, max_size=3).map(tuple), SORTS | st.just(BOOLEAN)
    )
    return Signature(
        tuple(draw(st.lists(sorts, max_size=3))), tuple(draw(st.lists(symbols, max_size=3)))
    )


@given(signatures())
def test_a_printed_signature_is_read_again(signature: Signature) -> None:
    assert read_constraints(str(signature)) == (signature, ())
    assert len(str(signature).splitlines()) == len(signature.sorts) + len(signature.symbols)
