"""From formulas to clauses to lines: clauses mean the same, parts are needed, steps follow."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neurologic.certification import drup, propositions
from neurologic.certification.derivation import Derivation, Line, Rule, rules
from neurologic.certification.minimal import Part, minimal
from neurologic.certification.propositions import (
    Clause,
    Propositions,
    TooManyClauses,
    compounds,
    key,
    union,
)
from neurologic.formula import (
    And,
    Falsum,
    Formula,
    Iff,
    Implies,
    Not,
    Or,
    Variable,
    Verum,
    Xor,
    fold,
)
from neurologic.parsing import parse
from tests.strategies import ground_formulas, sentences

clauses = st.lists(
    st.lists(st.integers(1, 4).flatmap(lambda n: st.sampled_from((n, -n))), min_size=1, max_size=3),
    min_size=1,
    max_size=9,
).map(lambda found: tuple(Part(f"p{i}", (tuple(dict.fromkeys(c)),)) for i, c in enumerate(found)))


def holds(found: tuple[Clause, ...], world: dict[int, bool]) -> bool:
    return all(any(world[abs(n)] is (n > 0) for n in clause) for clause in found)


def truth(formula: Formula, numbers: Propositions, world: dict[int, bool]) -> bool:
    def value(node: Any, below: tuple[bool, ...]) -> bool:
        match node:
            case Verum() | Falsum():
                return isinstance(node, Verum)
            case Not():
                return not below[0]
            case And() | Or():
                return all(below) if isinstance(node, And) else any(below)
            case Implies():
                return not below[0] or below[1]
            case Iff() | Xor():
                return (below[0] is below[1]) is isinstance(node, Iff)
            case _:
                return world.get(numbers.number(node), False)

    return fold(formula, value)


def worlds(size: int) -> list[dict[int, bool]]:
    return [dict(enumerate(row, 1)) for row in product((False, True), repeat=size)]


def satisfiable(parts: tuple[Part, ...]) -> bool:
    found = tuple(clause for part in parts for clause in part.clauses)
    return any(holds(found, world) for world in worlds(4))


@given(ground_formulas(), st.booleans())
def test_clauses_hold_exactly_where_the_formula_does(formula: Formula, sign: bool) -> None:
    numbers = Propositions()
    found = numbers.clauses([(sign, formula)])
    assume(len(numbers.sentences) <= 8)
    for world in worlds(len(numbers.sentences)):
        assert holds(found, world) is (truth(formula, numbers, world) is sign)


@given(ground_formulas())
def test_an_opaque_sentence_and_its_meaning_say_what_it_says(formula: Formula) -> None:
    numbers = Propositions()
    plain = numbers.clauses([(True, formula)])
    inner = [compound for compound in compounds(formula) if compound != formula][:1]
    assume(inner)
    numbers.opaque = frozenset(map(key, inner))
    opaque = numbers.clauses([(True, formula)])
    meaning = tuple(numbers.meaning(inner[0]))
    assume(len(numbers.sentences) <= 8)
    for world in worlds(len(numbers.sentences)):
        if holds(meaning, world):
            assert holds(opaque, world) is holds(plain, world)


@given(sentences())
def test_a_key_knows_no_names_of_bound_variables(formula: Formula) -> None:
    from neurologic.formula import map as mapped

    def primed(node: Any) -> Any:
        if isinstance(node, Variable):
            return Variable(f"{node.name}1", node.sort)
        bound = getattr(node, "variable", None)
        return type(node)(primed(bound), node.body) if bound is not None else node

    renamed = mapped(formula, primed)
    assert key(renamed) == key(formula)
    assert key(Not(renamed)) != key(formula)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("all x. exists y. R(x, y)", "all u. exists v. R(u, v)", True),
        ("all x. exists y. R(x, y)", "all x. exists y. R(y, x)", False),
        ("all x. all x. P(x)", "all y. all x. P(x)", True),
        ("all x. all x. P(x)", "all y. all x. P(y)", False),
        ("P(a)", "P('a ')", False),
        ("all x. P(x)", "exists x. P(x)", False),
        ("1 < 2", "2 > 1", True),
        ("P", "P(a)", False),
    ],
)
def test_sentences_have_the_same_key_up_to_renaming(one: str, other: str, same: bool) -> None:
    assert (key(parse(one)) == key(parse(other))) is same


def test_what_comes_to_too_many_clauses_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(propositions, "MOST_CLAUSES", 8)
    with pytest.raises(TooManyClauses):
        Propositions().clauses([(True, parse("a & b & c | d & e & f | g & h"))])


@given(clauses)
def test_minimal_parts_are_contradictory_and_each_is_needed(parts: tuple[Part, ...]) -> None:
    found = minimal(parts)
    if found is None:
        assert satisfiable(parts)
        return
    assert not satisfiable(found)
    for part in found:
        assert satisfiable(tuple(other for other in found if other is not part))


def test_premises_are_left_out_before_lemmas() -> None:
    parts = (
        Part("p0", ((1,),)),
        Part("p1", ((2,),)),
        Part("g", ((-3,),)),
        Part("l0", ((-1, -2, 3),)),
        Part("l1", ((-1, 4),)),
        Part("l2", ((-4, 3),)),
    )
    assert [part.name for part in minimal(parts) or ()] == ["p0", "g", "l1", "l2"]


@given(clauses)
def test_each_learned_clause_follows_from_what_it_refers_to(parts: tuple[Part, ...]) -> None:
    steps = drup.refutation(parts)
    assert (steps is None) is satisfiable(parts)
    if steps is None:
        return
    assert steps[-1].clause == ()
    own = {part.name: part.clauses for part in parts}
    for step in steps:
        given_ones = [steps[at].clause for at in step.steps]
        given_ones += [clause for name in step.references for clause in own[name]]
        assert refuted([*given_ones, *((-n,) for n in step.clause)])


@given(clauses)
def test_each_line_of_a_derivation_follows(parts: tuple[Part, ...]) -> None:
    lines = Derivation(rules(parts, ()), direct=False).found(splits=True)
    if lines is None:
        assert satisfiable(parts)
        return
    assert not satisfiable(parts)
    assert lines[-1].literal is None
    assert not lines[-1].supposed
    own = {part.name: part.clauses for part in parts}
    for line in lines:
        if not line.is_supposition:
            before = [lines[at] for at in line.lines if not lines[at].is_supposition]
            given_ones = [clause_of(other) for other in before]
            given_ones += [clause for name in line.references for clause in own[name]]
            assert refuted([*given_ones, *((-n,) for n in clause_of(line))])


def clause_of(line: Line) -> Clause:
    own = () if line.literal is None else (line.literal,)
    return tuple(-n for n in line.supposed) + own


def refuted(found: list[Clause]) -> bool:
    """Whether unit propagation finds the clauses contradictory."""
    true: set[int] = set()
    while True:
        fresh: set[int] = set()
        for clause in found:
            rest = [n for n in clause if -n not in true]
            if not rest:
                return True
            if len(set(rest)) == 1 and rest[0] not in true:
                fresh.add(rest[0])
        if not fresh:
            return False
        true |= fresh


def test_a_lemma_is_worked_into_the_premise_that_it_is_about() -> None:
    premise, lemma = Part("p0", ((1,),)), Part("l0", ((-1, -2, 3),))
    assert Rule((-2, 3), ("p0", "l0")) in rules((premise, lemma), [("l0", -1)])


def test_the_cheapest_line_is_taken() -> None:
    parts = (
        Part("p0", ((1,),)),
        Part("p1", ((-1, 2),)),
        Part("p2", ((-2, 3),)),
        Part("p3", ((-3, 4),)),
        Part("p4", ((-1, 4),)),
        Part("g", ((-4,),)),
    )
    lines = Derivation(rules(parts, ()), direct=True).found(splits=False)
    assert lines is not None
    assert [line.references for line in lines] == [("p0",), ("p4",), ("g",)]


def test_clauses_are_joined_unless_they_hold_anyway() -> None:
    assert union((1, -2), (-2, 3)) == (1, -2, 3)
    assert union((1,), (-1,)) is None
    assert union((), (1,)) == (1,)
