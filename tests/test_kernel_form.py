"""The form in which certificates state sentences: written, read back, and read by the kernel alike."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.errors import NeurologicError, ParseError, SignatureError
from neurologic.formula import (
    And,
    Atom,
    Compare,
    Constant,
    Count,
    Equals,
    Exists,
    ForAll,
    Formula,
    Function,
    Iff,
    Node,
    Not,
    Numeral,
    Sort,
    Variable,
    fold,
    rebuild,
    walk,
)
from neurologic.kernel.sentences import Sentences
from neurologic.notation.kernel_form import (
    name_of,
    numeral,
    read,
    signature_json,
    structure_json,
    token,
    write,
)
from neurologic.parsing import parse
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration, elaborate
from neurologic.structure import Structure
from tests.certificates import DAYS
from tests.strategies import formulas, names

NUMBERED = Signature((SortDeclaration(Sort("floor"), ("1", "2", "10"), ordered=True),))


def written(text: str, declared: Signature = Signature()) -> str:
    signature, (formula,) = elaborate([parse(text)], declared)
    return write(formula, signature)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("all x. (Man(x) -> Mortal(x))", "(all (x Entity) (implies (Man x) (Mortal x)))"),
        ("p & (q | -r)", "(and (p) (or (q) (not (r))))"),
        ("(p xor q) <-> True", "(iff (xor (p) (q)) true)"),
        ("a != b", "(not (= a b))"),
        ("age(ann) > 3", "(< 3 (age ann))"),
        ("age(ann) >= 2.5", "(<= 5/2 (age ann))"),
        ("age(ann) + 1 < 2 * n - -3", "(< (+ (age ann) 1) (- (* 2 n) -3))"),
        ("P(3)", "(P 3:Entity)"),
        ("3 = 4", "(= 3 4)"),
        ("f(3) = 4", "(= (f 3:Entity) 4:Entity)"),
        ("Distinct(a, 3)", "(distinct a 3:Entity)"),
        ("Count(x: Entity, P(x)) >= 2", "(<= 2 (count ((x Entity)) (P x)))"),
        ("Distinct(x: Entity, f(x))", "(distinct ((x Entity)) (f x))"),
        ("P('ada lovelace') & P('and') & P('3')", "(and (P 'ada lovelace') (P 'and') (P '3'))"),
        ("P('it\\'s') & 'x y'(a)", "(and (P 'it\\'s') ('x y' a))"),
    ],
)
def test_sentences_are_written_as_the_kernel_reads_them(text: str, form: str) -> None:
    assert written(text) == form


def test_a_numeral_that_names_a_member_is_written_as_the_member() -> None:
    text = "all f: floor. (f = 2 | f < 10 | f != 1)"
    form = "(all (f floor) (or (= f '2') (< f '10') (not (= f '1'))))"
    assert written(text, NUMBERED) == form
    assert write(Numeral(Fraction(10)), NUMBERED, Sort("floor")) == "'10'"
    with pytest.raises(SignatureError, match="7 is not a member of the sort floor"):
        write(Numeral(Fraction(7)), NUMBERED, Sort("floor"))


def test_a_variable_that_would_hide_a_constant_gets_another_name() -> None:
    x, entity = Variable("a", Sort("Entity")), Sort("Entity")
    signature = Signature(
        (SortDeclaration(entity),),
        (
            SymbolDeclaration("a", (), entity),
            SymbolDeclaration("a1", (), entity),
            SymbolDeclaration("R", (entity, entity)),
        ),
    )
    formula = ForAll(x, Exists(Variable("a2", entity), Atom("R", (x, Constant("a")))))
    assert write(formula, signature) == "(all (a3 Entity) (ex (a2 Entity) (R a3 a)))"


def test_a_variable_whose_name_is_no_bare_name_gets_another() -> None:
    entity = Sort("Entity")
    signature = Signature((SortDeclaration(entity),), (SymbolDeclaration("P", (entity,)),))
    for name in ("and", "a b", "3", "", "it's", "(", "\u200b"):
        x = Variable(name, entity)
        form = write(ForAll(x, Atom("P", (x,))), signature)
        assert form.split()[0] == "(all"
        assert read(form) != ForAll(x, Atom("P", (x,)))
        kernel_of(signature).read(form, "here")


def kernel_of(signature: Signature) -> Sentences:
    kernel = Sentences()
    stated = signature_json(signature)
    kernel.signature(stated["sorts"], stated["symbols"])
    return kernel


@given(names)
def test_a_name_is_read_back_from_its_token(name: str) -> None:
    assert name_of(token(name)) == name
    assert token(name).isprintable()
    assert " " not in token(name) or token(name)[0] == "'"


@pytest.mark.parametrize("text", ["'Man'", "a b", "3", "and", "", "'", "'a", "'\\u{61}'", "\u200b"])
def test_a_name_has_one_token(text: str) -> None:
    with pytest.raises(ParseError):
        name_of(text)


def _canonical(formula: Formula) -> Any:
    """The formula with bound variables numbered and comparisons turned."""

    def step(node: Any, below: tuple[Any, ...]) -> Any:
        match node:
            case Compare(operator, _, _) if operator in (">", ">="):
                left, right = below
                return Compare("<" if operator == ">" else "<=", right, left)
            case _:
                return rebuild(node, below) if below else node

    return fold(formula, step)


@given(formulas())
def test_what_is_written_is_read_back(formula: Formula) -> None:
    try:
        signature, (sentence,) = elaborate([formula])
    except SignatureError:
        return
    form = write(sentence, signature)
    again = read(form)
    assert write(again, signature) == form
    assert len(list(walk(again))) == len(list(walk(sentence)))
    if not any(isinstance(node, (ForAll, Exists, Count)) for node in walk(sentence)) and (
        "((" not in form
    ):
        assert again == _canonical(sentence)


@given(formulas())
def test_the_kernel_reads_what_is_written(formula: Formula) -> None:
    try:
        signature, (sentence,) = elaborate([formula])
    except SignatureError:
        return
    kernel = kernel_of(signature)
    first = kernel.read(write(sentence, signature), "here")
    assert kernel.read(write(Not(Not(sentence)), signature), "here") == first
    assert kernel.read(write(Not(sentence), signature), "here") == -first


def test_the_kernel_takes_formulas_with_other_bound_names_for_the_same() -> None:
    signature, (first, second, third) = elaborate(
        [
            parse("all x. exists y. (R(x, y) & all x. S(x))"),
            parse("all u. exists v. (R(u, v) & all w. S(w))"),
            parse("all u. exists v. (R(v, u) & all w. S(w))"),
        ]
    )
    kernel = kernel_of(signature)
    one, two, three = (kernel.read(write(f, signature), "") for f in (first, second, third))
    assert one == two != three


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the text ends"),
        ("(P a", "the text ends before"),
        ("(P a) b", "expected the end"),
        ("(not)", "wrong number of parts"),
        ("(all (x Entity))", "wrong number of parts"),
        ("(and P)", "expected a formula"),
        ("(= (and) a)", "cannot stand here"),
        ("(+ 1 2)", "cannot stand here"),
        ("(P (a))", "cannot stand here"),
        ("(P 'a')", "expected a name"),
        ("(P 01)", "expected a name"),
        ('(P "a")', "expected a token"),
        ("(all x (P x))", "expected ("),
        ("(count ((x Entity)) (P x))", "cannot stand here"),
    ],
)
def test_what_is_no_sentence_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        read(text)
    assert message in str(caught.value)
    assert caught.value.span is not None


def test_a_free_variable_and_an_unknown_symbol_are_refused() -> None:
    x = Variable("x", Sort("Entity"))
    with pytest.raises(SignatureError, match="the variable x is free"):
        write(Equals(x, x), Signature())
    with pytest.raises(SignatureError, match="no predicate P/1"):
        write(ForAll(x, Atom("P", (x,))), Signature())
    with pytest.raises(SignatureError, match="no function f/1"):
        write(Equals(Function("f", (Constant("a"),)), Constant("a")), Signature())


def test_a_number_that_is_too_long_is_refused() -> None:
    with pytest.raises(NeurologicError):
        numeral(Fraction(10**1000))
    assert numeral(Fraction(1, 3)) == "1/3"


def test_deep_formulas_are_written_and_read() -> None:
    formula: Formula = Atom("p")
    for _ in range(10_000):
        formula = Not(Iff(formula, Atom("p")))
    signature = Signature((), (SymbolDeclaration("p"),))
    assert read(write(formula, signature)) == formula


def test_a_signature_is_stated_with_its_members_once() -> None:
    stated = signature_json(DAYS)
    assert stated["sorts"] == [{"name": "day", "members": ["mon", "tue", "wed"], "ordered": True}]
    assert [symbol["name"] for symbol in stated["symbols"]] == ["off", "next", "Open"]
    member = SymbolDeclaration("mon", (), Sort("day"))
    assert signature_json(Signature(DAYS.sorts, (*DAYS.symbols, member))) == stated


def test_a_structure_is_stated_with_tokens() -> None:
    entity = Sort("Entity")
    signature = Signature(
        (SortDeclaration(entity),),
        (
            SymbolDeclaration("age", (entity,), Sort("Int")),
            SymbolDeclaration("new york", (), entity),
            SymbolDeclaration("P", (entity,)),
        ),
    )
    one = Fraction(1)
    structure = Structure.of(
        {entity: ("a b", one)},
        {("age", 1): {("a b",): one, (one,): Fraction(2)}, ("new york", 0): {(): one}},
        {("P", 1): {(one,)}, ("Unknown", 0): ()},
    )
    assert structure_json(structure, signature) == {
        "domains": {"Entity": ["'a b'", "1:Entity"]},
        "functions": [
            {"name": "age", "arguments": 1, "rows": [[["1:Entity"], "2"], [["'a b'"], "1"]]},
            {"name": "'new york'", "arguments": 0, "rows": [[[], "1:Entity"]]},
        ],
        "predicates": [{"name": "P", "arguments": 1, "rows": [["1:Entity"]]}],
    }


@given(st.text(alphabet="()' \\abP=<+-*/0129:x", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found: Any = read(text)
    except ParseError:
        found = And(())
    assert isinstance(found, Node)
