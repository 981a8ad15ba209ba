"""The grammar of a vocabulary: what it generates reads, what is over the vocabulary it takes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark
from lark.exceptions import UnexpectedInput
from lark.lexer import PatternStr

from neurologic import (
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Equals,
    Exists,
    ForAll,
    Function,
    Iff,
    Implies,
    NeurologicError,
    Not,
    Numeral,
    Or,
    Signature,
    SignatureError,
    Sort,
    SortDeclaration,
    SymbolDeclaration,
    Variable,
    Xor,
    parse,
    render,
)
from neurologic.formula import ENTITY, INTEGER, walk
from neurologic.notation import Style
from neurologic.problem import Lexicon
from neurologic.translation.grammar import gbnf_grammar, lark_grammar, signature_of
from tests.strategies import decimals, names

PLAIN = signature_of(
    Lexicon(
        (("Cat", 1, "is a cat"), ("Chase", 2, "chases"), ("Rain", 0, "it rains")),
        (("tom", "Tom"), ("jerry", "Jerry")),
    )
)
DAY = Sort("day")
RICH = Signature(
    (SortDeclaration(DAY, ("mon", "tue", "wed"), ordered=True),),
    (
        SymbolDeclaration("Cat", (ENTITY,)),
        SymbolDeclaration("Chase", (ENTITY, ENTITY)),
        SymbolDeclaration("captain america", (ENTITY,)),
        SymbolDeclaration("age", (ENTITY,), INTEGER),
        SymbolDeclaration("between", (ENTITY, DAY), ENTITY),
        SymbolDeclaration("x", (), ENTITY),
        SymbolDeclaration("all", (), ENTITY),
    ),
)
SIGNATURES = {"plain": PLAIN, "rich": RICH}
STYLES: tuple[Style, ...] = ("unicode", "ascii")


def _gbnf(text: str) -> Lark:
    """A reader for a grammar in GBNF, by way of Lark's notation."""
    lines = []
    for line in text.splitlines():
        label, _, body = line.partition(" ::= ")
        pieces = re.findall(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\](?:\{1,18\})?|[^"\[]+', body)
        parts = [
            piece
            if piece[0] == '"'
            else f"/{piece}/"
            if piece[0] == "["
            else re.sub(r"(?<=\w)-(?=\w)", "_", piece)
            for piece in pieces
        ]
        lines.append(f"{label.replace('-', '_')}: {''.join(parts)}")
    return Lark("\n".join(lines), start="root", parser="earley")


def _readers(signature: Signature, style: Style) -> list[Lark]:
    text = lark_grammar(signature, style)
    return [Lark(text, parser="earley"), _gbnf(gbnf_grammar(signature, style))]


READERS = {(key, style): _readers(s, style) for key, s in SIGNATURES.items() for style in STYLES}


@st.composite
def _generated(draw: st.DrawFn, reader: Lark, start: str, freely: int = 60) -> str:
    """A text of the grammar: rules chosen freely for a while, then those that end soonest."""
    rules: dict[str, list[list[Any]]] = {}
    for rule in reader.rules:
        rules.setdefault(rule.origin.name, []).append(list(rule.expansion))
    heights = _heights(rules)
    terminals = {t.name: t.pattern for t in reader.terminals}
    todo, parts, steps = [(start, True)], [], 0
    while todo:
        name, is_rule = todo.pop()
        if not is_rule:
            pattern = terminals[name]
            parts.append(
                pattern.value
                if isinstance(pattern, PatternStr)
                else draw(st.from_regex(pattern.value, fullmatch=True))
            )
            continue
        steps += 1
        choices = sorted(rules[name], key=lambda e: (_height(e, heights), len(e)))
        chosen = draw(st.sampled_from(choices)) if steps < freely else choices[0]
        todo += [(symbol.name, not symbol.is_term) for symbol in reversed(chosen)]
    return "".join(parts)


def _height(expansion: list[Any], heights: dict[str, int]) -> int:
    return 1 + max((0 if s.is_term else heights[s.name] for s in expansion), default=0)


def _heights(rules: dict[str, list[list[Any]]]) -> dict[str, int]:
    """The least height of a tree under each rule."""
    heights = dict.fromkeys(rules, 10**6)
    for _ in rules:
        for name, expansions in rules.items():
            heights[name] = min(_height(e, heights) for e in expansions)
    return heights


def _declared(signature: Signature) -> set[tuple[str, int, bool]]:
    found = {(s.name, len(s.arguments), s.is_predicate) for s in signature.symbols}
    return found | {(m, 0, False) for d in signature.sorts for m in d.members or ()}


def _used(formula: Any) -> set[tuple[str, int, bool]]:
    found = set()
    for node in walk(formula):
        match node:
            case Atom(name, args):
                found.add((name, len(args), True))
            case Function(name, args):
                found.add((name, len(args), False))
            case Constant(name):
                found.add((name, 0, False))
            case _:
                pass
    return found


@settings(max_examples=25)
@given(st.data())
@pytest.mark.parametrize("kind", ["lark", "gbnf"])
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("key", SIGNATURES)
def test_what_the_grammar_generates_reads_and_uses_declared_symbols_only(
    key: str, style: Style, kind: str, data: st.DataObject
) -> None:
    at, start = (0, "start") if kind == "lark" else (1, "root")
    text = data.draw(_generated(READERS[key, style][at], start))
    assert _used(parse(text)) <= _declared(SIGNATURES[key])


@st.composite
def _over(draw: st.DrawFn, key: str, scope: tuple[str, ...] = (), depth: int = 4) -> Any:
    """A formula over one of the signatures, in the fragment of the grammar."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return _atom_over(draw, key, scope)
    below = _over(key, scope, depth - 1)
    match draw(st.sampled_from(("not", "nary", "binary", "quantifier", "quantifier"))):
        case "not":
            return Not(draw(below))
        case "nary":
            parts = tuple(draw(st.lists(below, min_size=2, max_size=3)))
            return draw(st.sampled_from((And, Or)))(parts)
        case "binary":
            return draw(st.sampled_from((Xor, Implies, Iff)))(draw(below), draw(below))
        case _:
            name = draw(st.sampled_from(("x", "y", "z1", "u")))
            sort = draw(st.sampled_from((None, DAY, INTEGER))) if key == "rich" else None
            body = draw(_over(key, (*scope, name), depth - 1))
            return draw(st.sampled_from((ForAll, Exists)))(Variable(name, sort), body)


def _atom_over(draw: st.DrawFn, key: str, scope: tuple[str, ...]) -> Any:
    signature = SIGNATURES[key]
    predicates = [s for s in signature.symbols if s.is_predicate]
    term = _terms_over(key, scope, 2 if key == "rich" else 0)
    kinds = ["atom", "atom", "equals"] + ["compare"] * (key == "rich")
    match draw(st.sampled_from(kinds)):
        case "atom":
            symbol = draw(st.sampled_from(predicates))
            return Atom(symbol.name, tuple(draw(term) for _ in symbol.arguments))
        case "equals":
            return Equals(draw(term), draw(term))
        case _:
            operator: Any = draw(st.sampled_from(("<", "<=", ">", ">=")))
            return Compare(operator, draw(term), draw(term))


@st.composite
def _terms_over(draw: st.DrawFn, key: str, scope: tuple[str, ...], depth: int) -> Any:
    signature = SIGNATURES[key]
    constants = [s.name for s in signature.symbols if not s.is_predicate and not s.arguments]
    constants += [m for d in signature.sorts for m in d.members or ()]
    leaves: list[st.SearchStrategy[Any]] = [st.sampled_from(constants).map(Constant)]
    if scope:
        leaves += [st.sampled_from(scope).map(Variable)] * 2
    if key == "rich":
        leaves.append(decimals.map(Numeral))
    if depth == 0 or draw(st.booleans()):
        return draw(st.one_of(leaves))
    below = _terms_over(key, scope, depth - 1)
    if draw(st.booleans()):
        operator: Any = draw(st.sampled_from(("+", "-", "*")))
        return Arithmetic(operator, draw(below), draw(below))
    symbol = draw(st.sampled_from([s for s in signature.symbols if s.arguments][-2:]))
    return Function(symbol.name, tuple(draw(below) for _ in symbol.arguments))


@settings(max_examples=25)
@given(st.data())
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("key", SIGNATURES)
def test_every_formula_over_the_vocabulary_is_taken_as_it_prints(
    key: str, style: Style, data: st.DataObject
) -> None:
    text = render(data.draw(_over(key)), style)
    for reader in READERS[key, style]:
        reader.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dog(tom)",
        "Cat(bob)",
        "Cat(tom, jerry)",
        "Chase(tom)",
        "Cat",
        "∀x Cat(x",
        "Cat(tom) and Rain",
    ],
)
def test_anything_else_is_not_taken(text: str) -> None:
    for reader in READERS["plain", "unicode"]:
        with pytest.raises(UnexpectedInput):
            reader.parse(text)


@settings(max_examples=30)
@given(st.lists(names, min_size=1, max_size=3, unique=True), st.sampled_from(STYLES))
def test_any_name_has_its_place_in_the_grammar(found: list[str], style: Style) -> None:
    lexicon = Lexicon(tuple((n, 1, "") for n in found), tuple((n, "") for n in found))
    readers = _readers(signature_of(lexicon), style)
    for name in found:
        text = render(Atom(name, (Constant(name),)), style)
        for reader in readers:
            reader.parse(text)


def test_the_grammar_suits_a_parser_without_backtracking() -> None:
    text = "∀x (Cat(x) ∧ Rain → ∃y Chase(x, y)) "
    reader = Lark(lark_grammar(PLAIN), parser="lalr")
    assert reader.parse(text.strip()).data == "start"


BOUNDED = {
    (depth, dialect): Lark(lark_grammar(PLAIN, depth=depth), parser="earley")
    if dialect == "lark"
    else _gbnf(gbnf_grammar(PLAIN, depth=depth))
    for depth in (0, 2)
    for dialect in ("lark", "gbnf")
}


@settings(max_examples=15)
@given(st.data())
@pytest.mark.parametrize(("depth", "dialect"), BOUNDED)
def test_a_bounded_grammar_generates_formulas_of_the_whole_one(
    depth: int, dialect: str, data: st.DataObject
) -> None:
    reader = BOUNDED[depth, dialect]
    text = data.draw(_generated(reader, "start" if dialect == "lark" else "root", freely=40))
    assert _used(parse(text)) <= _declared(PLAIN)
    READERS["plain", "unicode"][0].parse(text)


@pytest.mark.parametrize(("depth", "dialect"), BOUNDED)
def test_no_rule_of_a_bounded_grammar_leads_back_to_itself(depth: int, dialect: str) -> None:
    below: dict[str, set[str]] = {}
    for rule in BOUNDED[depth, dialect].rules:
        names = {symbol.name for symbol in rule.expansion if not symbol.is_term}
        below.setdefault(rule.origin.name, set()).update(names)
    while ended := {name for name, names in below.items() if not names & below.keys()}:
        below = {name: names for name, names in below.items() if name not in ended}
    assert below == {}


def test_depth_counts_what_nests() -> None:
    flat, deep = (Lark(lark_grammar(PLAIN, depth=depth), parser="earley") for depth in (0, 3))
    flat.parse("Cat(tom) ∧ Rain → Chase(tom, jerry)")
    with pytest.raises(UnexpectedInput):
        flat.parse("∀x Cat(x)")
    deep.parse("∀x (Cat(x) → ∃y Chase(x, y))")
    with pytest.raises(NeurologicError, match="depth of 0 or more"):
        lark_grammar(PLAIN, depth=-1)


def test_a_proposition_that_looks_like_a_variable_takes_the_letter() -> None:
    text = lark_grammar(Signature((), (SymbolDeclaration("x"),)))
    assert "variable: /[yzuvw][0-9]?/" in text
    taken = Signature((), tuple(SymbolDeclaration(letter) for letter in "uvwxyz"))
    with pytest.raises(NeurologicError, match="no letter is left"):
        lark_grammar(taken)


def test_a_vocabulary_without_predicates_has_equations() -> None:
    reader = Lark(lark_grammar(Lexicon((), (("tom", ""),))))
    reader.parse("∀x (x = tom)")


def test_contradictory_declarations_make_no_grammar() -> None:
    twice = Signature(
        (), (SymbolDeclaration("f", (ENTITY,), ENTITY), SymbolDeclaration("f", (DAY,)))
    )
    with pytest.raises(SignatureError, match="unknown sort day"):
        gbnf_grammar(twice)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("key", SIGNATURES)
def test_llguidance_compiles_both_forms(key: str, style: Style) -> None:
    llguidance = pytest.importorskip("llguidance", reason="the decoder llguidance is not installed")
    matcher = llguidance.LLMatcher
    from llguidance.gbnf_to_lark import gbnf_to_lark

    signature = SIGNATURES[key]
    texts = [lark_grammar(signature, style, depth=depth) for depth in (None, 0, 3)]
    texts += [gbnf_to_lark(gbnf_grammar(signature, style, depth=depth)) for depth in (None, 0, 3)]
    for text in texts:
        assert matcher.validate_grammar(matcher.grammar_from_lark(text)) == ""


def test_llguidance_refuses_what_is_no_grammar() -> None:
    llguidance = pytest.importorskip("llguidance", reason="the decoder llguidance is not installed")
    matcher = llguidance.LLMatcher
    assert matcher.validate_grammar(matcher.grammar_from_lark("start: missing"))
