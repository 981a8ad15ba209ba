"""Hypothesis strategies for formulas: any closed one for notation, small languages for meaning."""

from __future__ import annotations

from fractions import Fraction
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
    Falsum,
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
    Verum,
    Xor,
)
from neurologic.notation import KEYWORDS

PLAIN = ("a", "bob", "Likes", "p", "P", "x", "z3", "lg-34", "mr.smith", "c++", "Tom's", "2008Games")
ODD = (
    *KEYWORDS,
    "ada lovelace",
    "a+",
    "3",
    "",
    "it's",
    'say "so"',
    "x.y",
    "ÉCLAIR",
    "naïve",
    "=",
)
names = st.sampled_from((*PLAIN, *ODD)) | st.text(min_size=1, max_size=6)
variable_names = st.sampled_from(("x", "y", "z1", "a", "person", "P"))
sorts = st.none() | st.sampled_from((Sort("Entity"), Sort("day"), Sort("Int")))
decimals = st.integers(-(10**6), 10**6).map(Fraction) | st.integers(-9999, 9999).map(
    lambda n: Fraction(n, 100)
)

_Scope = tuple[Variable, ...]


@st.composite
def terms(draw: st.DrawFn, scope: _Scope = (), depth: int = 2) -> Term:
    """A term whose variables are in scope."""
    visible = tuple({v.name: v for v in scope}.values())
    kinds = ["constant", "numeral"] + ["variable"] * 3 * bool(visible)
    if depth:
        kinds += ["function", "arithmetic", "count"]
    match draw(st.sampled_from(kinds)):
        case "constant":
            return Constant(draw(names))
        case "numeral":
            return Numeral(draw(decimals))
        case "variable":
            return draw(st.sampled_from(visible))
        case "function":
            args = st.lists(terms(scope, depth - 1), min_size=1, max_size=3)
            return Function(draw(names), tuple(draw(args)))
        case "arithmetic":
            operator: Any = draw(st.sampled_from(("+", "-", "*")))
            left = draw(terms(scope, depth - 1))
            return Arithmetic(operator, left, draw(terms(scope, depth - 1)))
        case _:
            bound = _variables(draw, sorts)
            return Count(bound, draw(formulas((*scope, *bound), depth - 1)))


@st.composite
def formulas(draw: st.DrawFn, scope: _Scope = (), depth: int = 4) -> Any:
    """A formula without free variables beyond `scope`: every node, odd names, sorted binders."""
    if depth == 0:
        return _atom(draw, scope, depth)
    below = formulas(scope, depth - 1)
    match draw(st.sampled_from(("atom", "not", "nary", "binary", "quantifier", "quantifier"))):
        case "atom":
            return _atom(draw, scope, depth)
        case "not":
            return Not(draw(below))
        case "nary":
            parts = tuple(draw(st.lists(below, min_size=2, max_size=4)))
            return draw(st.sampled_from((And, Or)))(parts)
        case "binary":
            return draw(st.sampled_from((Xor, Implies, Iff)))(draw(below), draw(below))
        case _:
            variable = Variable(draw(variable_names), draw(sorts))
            body = draw(formulas((*scope, variable), depth - 1))
            return draw(st.sampled_from((ForAll, Exists)))(variable, body)


def _atom(draw: st.DrawFn, scope: _Scope, depth: int) -> Any:
    term = terms(scope, min(depth, 2))
    match draw(st.sampled_from(("atom", "atom", "atom", "equals", "compare", "distinct", "truth"))):
        case "atom":
            return Atom(draw(names), tuple(draw(st.lists(term, max_size=3))))
        case "equals":
            return Equals(draw(term), draw(term))
        case "compare":
            operator: Any = draw(st.sampled_from(("<", "<=", ">", ">=")))
            return Compare(operator, draw(term), draw(term))
        case "distinct":
            if draw(st.booleans()):
                return Distinct(tuple(draw(st.lists(term, min_size=1, max_size=3))))
            bound = _variables(draw, st.sampled_from((Sort("Entity"), Sort("day"))))
            return Distinct((draw(terms((*scope, *bound), 1)),), bound)
        case _:
            return draw(st.sampled_from((Verum(), Falsum())))


def _variables(draw: st.DrawFn, of: st.SearchStrategy[Sort | None]) -> tuple[Variable, ...]:
    found = draw(st.lists(variable_names, min_size=1, max_size=2, unique=True))
    return tuple(Variable(name, draw(of)) for name in found)


PREDICATES = {"P": 1, "Q": 1, "R": 2, "s": 0}
CONSTANTS = ("ann", "bob", "cat")


@st.composite
def sentences(
    draw: st.DrawFn, scope: tuple[str, ...] = (), depth: int = 3, *, quantifiers: bool = True
) -> Any:
    """A closed formula over P/1, Q/1, R/2, s/0, equality and three constants."""
    leaf = depth == 0 or draw(st.integers(0, 3)) == 0
    if leaf:
        found = [Variable(name) for name in scope] + [Constant(name) for name in CONSTANTS]
        term: st.SearchStrategy[Any] = st.sampled_from(found)
        name = draw(st.sampled_from((*PREDICATES, "=")))
        if name == "=":
            return Equals(draw(term), draw(term))
        return Atom(name, tuple(draw(term) for _ in range(PREDICATES[name])))
    below = sentences(scope, depth - 1, quantifiers=quantifiers)
    kinds = ["not", "and", "or", "binary"] + ["quantifier"] * 2 * quantifiers
    match draw(st.sampled_from(kinds)):
        case "not":
            return Not(draw(below))
        case "and" | "or" as kind:
            return (And if kind == "and" else Or)((draw(below), draw(below)))
        case "binary":
            return draw(st.sampled_from((Xor, Implies, Iff)))(draw(below), draw(below))
        case _:
            name = "xyzu"[len(scope) % 4]
            body = draw(sentences((*scope, name), depth - 1))
            return draw(st.sampled_from((ForAll, Exists)))(Variable(name), body)


def ground_formulas(depth: int = 3) -> st.SearchStrategy[Formula]:
    """A formula without variables over the language of `sentences`."""
    return sentences((), depth, quantifiers=False)
