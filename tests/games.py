"""A small game, items in slots, with all its structures: what choosing and solving are judged by."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

from hypothesis import strategies as st

from neurologic import (
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
    Structure,
    Term,
    Variable,
    Xor,
    satisfies,
)
from neurologic.parsing import read_problem
from neurologic.signature import elaborate

ITEM, SLOT = Sort("item"), Sort("slot")
ITEMS, SLOTS = ("a", "b", "c"), ("low", "mid", "top")
SIGNATURE = read_problem(
    "sort item = {a, b, c}\nsort slot = {low < mid < top}\n"
    "fun at: item -> slot\npred Red: item\n? true"
).signature


@cache
def structures() -> tuple[Structure, ...]:
    """Every structure of the signature: 216."""
    return tuple(
        Structure.of(
            {ITEM: ITEMS, SLOT: SLOTS},
            {("at", 1): {(item,): slot for item, slot in zip(ITEMS, slots, strict=True)}},
            {("Red", 1): [(item,) for item, red in zip(ITEMS, reds, strict=True) if red]},
        )
        for slots in product(SLOTS, repeat=3)
        for reds in product((False, True), repeat=3)
    )


def models(*formulas: Formula) -> frozenset[int]:
    """The numbers of the structures in which all the formulas hold."""
    _, sentences = elaborate(formulas, SIGNATURE)
    return frozenset(
        number
        for number, structure in enumerate(structures())
        if all(satisfies(structure, sentence) for sentence in sentences)
    )


@st.composite
def _item(draw: st.DrawFn, scope: tuple[Variable, ...]) -> Term:
    items: list[Term] = [*map(Constant, ITEMS), *scope]
    return draw(st.sampled_from(items))


@st.composite
def _slot(draw: st.DrawFn, scope: tuple[Variable, ...]) -> Term:
    base: Term = Function("at", (draw(_item(scope)),))
    match draw(st.sampled_from(("base", "base", "member", "shift"))):
        case "member":
            return Constant(draw(st.sampled_from(SLOTS)))
        case "shift":
            sign: Any = draw(st.sampled_from("+-"))
            return Arithmetic(
                sign, base, Numeral(draw(st.sampled_from((Fraction(1), Fraction(2)))))
            )
        case _:
            return base


_comparisons: Any = st.sampled_from(("<", "<=", ">", ">="))


@st.composite
def sentences(draw: st.DrawFn, scope: tuple[Variable, ...] = (), depth: int = 2) -> Any:
    """A closed formula about the game: order, successors, counts, `Distinct`, quantifiers."""
    if depth == 0 or draw(st.booleans()):
        match draw(st.sampled_from(("at", "at", "order", "red", "count", "distinct"))):
            case "at":
                return Equals(draw(_slot(scope)), draw(_slot(scope)))
            case "order":
                return Compare(draw(_comparisons), draw(_slot(scope)), draw(_slot(scope)))
            case "red":
                return Atom("Red", (draw(_item(scope)),))
            case "count":
                x = Variable(f"n{len(scope)}", ITEM)
                body = draw(sentences((*scope, x), 0))
                number = Numeral(draw(st.integers(0, 3).map(Fraction)))
                return Compare(draw(_comparisons), Count((x,), body), number)
            case _:
                x = Variable("d", ITEM)
                return Distinct((Function("at", (x,)),), (x,))
    below = sentences(scope, depth - 1)
    match draw(st.sampled_from(("not", "nary", "binary", "quantifier"))):
        case "not":
            return Not(draw(below))
        case "nary":
            parts = draw(st.lists(below, min_size=2, max_size=3))
            return draw(st.sampled_from((And, Or)))(tuple(parts))
        case "binary":
            return draw(st.sampled_from((Xor, Implies, Iff)))(draw(below), draw(below))
        case _:
            x = Variable(f"x{len(scope)}", ITEM)
            body = draw(sentences((*scope, x), depth - 1))
            return draw(st.sampled_from((ForAll, Exists)))(x, body)
