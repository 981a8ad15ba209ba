"""Refutation by instances: what it returns is a proof, and it never refutes what has a model."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.binding import free_variables
from neurologic.formula import (
    ENTITY,
    And,
    Atom,
    Compare,
    Constant,
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
    binders,
    children,
    walk,
)
from neurologic.lemmas import Equality, Instance, Lemma, Member, Witness
from neurologic.parsing import parse
from neurologic.provers import Proved
from neurologic.provers.instantiation import refute
from neurologic.provers.z3 import Z3
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration, elaborate
from neurologic.structure import Structure, satisfies
from tests.strategies import sentences

pytestmark = pytest.mark.solver

BUDGET = 60_000
DAY = Sort("day")
DAYS = Signature((SortDeclaration(DAY, ("mon", "tue", "wed"), ordered=True),))


def prepared(
    texts: Sequence[Formula | str], declared: Signature = Signature()
) -> tuple[Signature, tuple[Formula, ...]]:
    return elaborate([parse(t) if isinstance(t, str) else t for t in texts], declared)


def proposition(node: Any, scope: tuple[str, ...] = ()) -> str:
    """A name that formulas share if they differ in bound variables at most."""
    if isinstance(node, Variable):
        return f"#{len(scope) - 1 - scope[::-1].index(node.name)}"
    own = tuple(v.name for v in binders(node))
    sorts = [str(v.sort or ENTITY) for v in binders(node)]
    below = [proposition(child, (*scope, *own)) for child in children(node)]
    kind = type(node).__name__
    match node:
        case Compare(">" | ">=" as operator, _, _):
            return f"({'<' if operator == '>' else '<='} {' '.join(below[::-1])})"
        case Compare(operator, _, _):
            return f"({operator} {' '.join(below)})"
        case Constant(name) | Atom(name, _) | Function(name, _):
            return f"({kind} {name!r} {' '.join(below)})"
        case Numeral(value):
            return f"({value})"
        case _:
            return f"({kind} {sorts} {' '.join(below)})"


class Propositional:
    """Sentences over propositions, by a SAT solver and an encoding of its own."""

    def __init__(self) -> None:
        from pysat.solvers import Cadical153

        self.solver: Any = Cadical153()
        self.numbers: dict[str, int] = {}
        self.size = 0

    def new(self) -> int:
        self.size += 1
        return self.size

    def number(self, formula: Any) -> int:
        add = self.solver.add_clause
        match formula:
            case Not(body):
                return -self.number(body)
            case And(parts) | Or(parts):
                below = [self.number(part) for part in parts]
                sign = 1 if isinstance(formula, And) else -1
                new = self.new()
                for literal in below:
                    add([-sign * new, sign * literal])
                add([sign * new, *(-sign * literal for literal in below)])
                return new
            case Implies(left, right):
                return self.number(Or((Not(left), right)))
            case Iff(left, right) | Xor(left, right):
                a, b, new = self.number(left), self.number(right), self.new()
                for clause in ([-new, -a, b], [-new, a, -b], [new, a, b], [new, -a, -b]):
                    add(clause)
                return new if isinstance(formula, Iff) else -new
            case Verum() | Falsum():
                new = self.new()
                add([new if isinstance(formula, Verum) else -new])
                return new
            case _:
                name = proposition(formula)
                if name not in self.numbers:
                    self.numbers[name] = self.new()
                return self.numbers[name]


def contradictory(sentences: Sequence[Formula], lemmas: Sequence[Lemma]) -> bool:
    """Whether sentences and lemmas have no propositional model."""
    encoding = Propositional()
    for sentence in sentences:
        encoding.solver.add_clause([encoding.number(sentence)])
    for lemma in lemmas:
        literals = (
            encoding.number(formula) * (1 if sign else -1) for sign, formula in lemma.clause
        )
        encoding.solver.add_clause(list(literals))
    return not encoding.solver.solve()


def check(sentences: Sequence[Formula], lemmas: Sequence[Lemma], signature: Signature) -> None:
    """Fail unless each lemma is one and together they refute the sentences."""
    constants = {s.name for s in signature.symbols if not s.arguments}
    constants |= {m for d in signature.sorts for m in d.members or ()}
    symbols = list(signature.symbols)
    for lemma in lemmas:
        if isinstance(lemma, Witness):
            assert mentioned(lemma.quantified) <= constants
            assert lemma.constant not in constants
            constants.add(lemma.constant)
            sort = lemma.quantified.variable.sort or ENTITY
            symbols.append(SymbolDeclaration(lemma.constant, (), sort))
    known = Signature(signature.sorts, tuple(symbols))
    seen = {s.name for s in signature.symbols if not s.arguments}
    seen |= {m for d in signature.sorts for m in d.members or ()}
    for lemma in lemmas:
        for _, formula in lemma.clause:
            assert not free_variables(formula)
        if isinstance(lemma, Witness):
            seen.add(lemma.constant)
        elif isinstance(lemma, Instance):
            assert mentioned(lemma.term) | mentioned(lemma.quantified) <= constants
        else:
            claim = Or((Falsum(), *(f if sign else Not(f) for sign, f in lemma.clause)))
            (outcome,) = Z3().prove([], [claim], signature=known, budget=1_000_000)
            assert isinstance(outcome, Proved), claim
    assert contradictory(sentences, lemmas)


def mentioned(node: Any) -> set[str]:
    return {n.name for n in walk(node) if isinstance(n, Constant)}


def refuted(
    texts: Sequence[Formula | str], declared: Signature = Signature(), budget: int = 1_000_000
) -> tuple[Lemma, ...] | None:
    """The lemmas, after they were checked."""
    signature, sentences = prepared(texts, declared)
    lemmas = refute(sentences, signature, budget=budget)
    if lemmas is not None:
        check(sentences, lemmas, signature)
    return lemmas


THEOREMS = [
    ["p", "-p"],
    ["False"],
    ["all x. (Man(x) -> Mortal(x))", "Man(socrates)", "-Mortal(socrates)"],
    ["-(exists x. (Drinks(x) -> all y. Drinks(y)))"],
    ["-(exists x. exists y. (P(x, y) -> all x. all y. P(x, y)))"],
    ["exists x. all y. R(x, y)", "-(all y. exists x. R(x, y))"],
    ["all x. exists y. R(x, y)", "all x. all y. (R(x, y) -> R(y, x))",
     "all x. all y. all z. (R(x, y) & R(y, z) -> R(x, z))", "-(all x. R(x, x))"],
    ["(exists x. P(x)) <-> q", "P(a)", "-q"],
    ["(all x. P(x)) ⊕ (exists x. Q(x))", "all x. P(x)", "Q(b)"],
    ["exists x. all y. (Shaves(x, y) <-> -Shaves(y, y))"],
    ["all x. (P(x) -> P(f(x)))", "P(a)", "-P(f(f(f(f(a)))))"],
    ["a = b", "b = c", "P(a)", "-P(c)"],
    ["all x. all y. (f(x) = f(y) -> x = y)", "f(f(a)) = f(f(b))", "P(a)", "-P(b)"],
    ["all x. (x = a | x = b)", "P(a)", "P(b)", "exists x. -P(x)"],
    ["exists x. exists y. all z. (z = x | z = y)", "P(a)", "P(b)", "a != b", "-(all x. P(x))"],
    ["all x. f(x) = x", "f(a) != g(a)", "all x. f(g(x)) = f(f(x))"],
    ["a = 3", "a = 4"],
    ["Age(ann) = 3", "Age(bob) = 4", "Age(bob) < Age(ann)"],
    ["Age(ann) = 3", "Age(bob) = Age(ann) + 4", "Age(bob) != 7"],
    ["all x. (Born(x) > 1900 -> Modern(x))", "Born(ann) = 1950", "-Modern(ann)"],
    ["all x. (P(x) | x = a)", "-P(b)", "Distinct(a, b)"],
    ["-Distinct(a, b)", "P(a)", "-P(b)"],
]  # fmt: skip


@pytest.mark.parametrize("texts", THEOREMS, ids=" ; ".join)
def test_contradictions_are_refuted(texts: list[str]) -> None:
    assert refuted(texts) is not None


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["p | q"],
        ["exists x. P(x)", "exists x. -P(x)"],
        ["all x. exists y. R(x, y)", "all x. -R(x, x)"],
        ["all x. all y. (R(x, y) -> R(y, x))", "R(a, b)", "-R(b, b)"],
        ["all x. (x = a | x = b)", "P(a)", "-P(b)"],
        ["all x. (P(x) -> P(f(x)))", "P(a)", "-P(b)"],
    ],
    ids=" ; ".join,
)
def test_what_has_a_model_is_not_refuted(texts: list[str]) -> None:
    assert refuted(texts, budget=BUDGET) is None


def test_members_of_an_enumeration_are_all_there_are() -> None:
    day = Variable("d", DAY)
    free = Exists(day, Not(Atom("Busy", (day,))))
    lemmas = refuted(["Busy(mon)", "Busy(tue)", "Busy(wed)", free], DAYS)
    assert lemmas is not None
    assert any(isinstance(lemma, Member) for lemma in lemmas)


def test_members_of_an_enumeration_are_different_and_ordered() -> None:
    off = SymbolDeclaration("off", (), DAY)
    declared = Signature(DAYS.sorts, (off,))
    tuesday = Equals(Constant("off"), Constant("tue"))
    later = Compare("<", Constant("tue"), Constant("off"))
    assert refuted([tuesday, Equals(Constant("off"), Constant("wed"))], declared) is not None
    assert refuted([tuesday, later], declared) is not None
    assert refuted([later, Compare("<", Constant("off"), Constant("wed"))], declared) is not None
    assert refuted([later], declared) is None


def test_names_of_witnesses_are_new() -> None:
    lemmas = refuted(["P(c1)", "exists x. Q(x)", "all x. (Q(x) -> P(x))", "all x. -(Q(x) & P(x))"])
    assert lemmas is not None
    assert [w.constant for w in lemmas if isinstance(w, Witness)] == ["c2"]


def test_only_lemmas_that_are_needed_are_returned() -> None:
    noise = [f"all x. (P{i}(x) -> P{i + 1}(x))" for i in range(10)]
    lemmas = refuted([*noise, "P5(a)", "-P8(a)", "P0(b)", "R(c, d)"])
    assert lemmas is not None
    assert len(lemmas) == 3


@given(st.lists(sentences(), min_size=1, max_size=4))
def test_refutations_are_proofs_and_agree_with_z3(theory: list[Formula]) -> None:
    signature, elaborated = prepared(theory)
    lemmas = refute(elaborated, signature, budget=BUDGET)
    (outcome,) = Z3().prove(elaborated, [Falsum()], signature=signature, budget=300_000)
    if lemmas is not None:
        check(elaborated, lemmas, signature)
        assert isinstance(outcome, Proved)


SMALL = (("a",), ("a", "b"))


def structures(size: int) -> Any:
    """The structures over the language of `sentences` with one or two elements."""
    domain = SMALL[size - 1]
    rows = list(product(domain, repeat=2))
    for names in product(domain, repeat=3):
        for p, q, r, s in product(
            product((False, True), repeat=size), product((False, True), repeat=size),
            product((False, True), repeat=size * size), (False, True),
        ):  # fmt: skip
            yield Structure.of(
                {ENTITY: domain},
                {(n, 0): {(): e} for n, e in zip(("ann", "bob", "cat"), names, strict=True)},
                {
                    ("P", 1): [(e,) for e, holds in zip(domain, p, strict=True) if holds],
                    ("Q", 1): [(e,) for e, holds in zip(domain, q, strict=True) if holds],
                    ("R", 2): [row for row, holds in zip(rows, r, strict=True) if holds],
                    ("s", 0): [()] if s else [],
                },
            )


@given(st.lists(sentences(), min_size=1, max_size=3))
def test_what_holds_in_a_small_structure_is_never_refuted(theory: list[Formula]) -> None:
    signature, elaborated = prepared(theory)
    if refute(elaborated, signature, budget=BUDGET) is not None:
        for structure in structures(1):
            assert not all(satisfies(structure, sentence) for sentence in elaborated)


@given(st.lists(sentences(), min_size=1, max_size=4))
def test_the_same_lemmas_come_twice(theory: list[Formula]) -> None:
    signature, elaborated = prepared(theory)
    first = refute(elaborated, signature, budget=BUDGET)
    refute(*prepared(["all x. (P(x) -> Q(x))", "P(zoe)", "-Q(zoe)"])[::-1])
    assert refute(elaborated, signature, budget=BUDGET) == first


def test_a_budget_that_runs_out_refutes_nothing() -> None:
    texts = ["all x. (P(x) -> P(f(x)))", "P(a)", "-P(f(f(f(f(a)))))"]
    signature, elaborated = prepared(texts)
    assert refute(elaborated, signature, budget=10) is None
    assert refute(elaborated, signature, budget=100_000) is not None


def test_endless_instances_end_with_the_budget() -> None:
    texts = ["all x. exists y. R(x, y)", "all x. all y. all z. (R(x, y) & R(y, z) -> R(x, z))",
             "all x. -R(x, x)"]  # fmt: skip
    assert refuted(texts, budget=BUDGET) is None


DEEP = 5_000


def deep_terms() -> Term:
    term: Term = Constant("a")
    for _ in range(DEEP):
        term = Function("f", (term,))
    return term


def test_deep_formulas_and_terms_are_no_recursion() -> None:
    x = Variable("x", ENTITY)
    p, nested = Atom("P", (x,)), Atom("P", (x,))
    negated: Formula = p
    for i in range(DEEP):
        negated = Not(negated)
        nested = (And if i % 2 else Or)((nested, p))  # type: ignore[assignment]
    signature, _ = prepared(["P(f(a))"])
    deep = deep_terms()
    for problem in (
        (ForAll(x, negated), Exists(x, Not(p))),
        (ForAll(x, nested), Exists(x, Not(p))),
        (ForAll(x, p), Not(Atom("P", (deep,)))),
    ):
        assert refute(problem, signature) is not None
    quantified: Formula = Atom("P", (Constant("a"),))
    for _ in range(DEEP):
        quantified = ForAll(x, quantified)
    refute((quantified, Not(Atom("P", (Constant("a"),)))), signature, budget=BUDGET)


def test_equality_is_explained_by_few_equations() -> None:
    chain = [f"a{i} = a{i + 1}" for i in range(6)]
    lemmas = refuted([*chain, "a0 = a6", "P(a0)", "-P(a6)"])
    assert lemmas is not None
    (lemma,) = lemmas
    assert isinstance(lemma, Equality)
