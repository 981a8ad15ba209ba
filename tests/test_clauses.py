"""Normal forms keep meaning and size, unifiers are most general, clauses know their source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neurologic import (
    And,
    Atom,
    Constant,
    Count,
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
    Signature,
    Sort,
    SortDeclaration,
    SymbolDeclaration,
    Variable,
    Verum,
    Xor,
    equivalent,
    parse,
)
from neurologic.binding import free_variables, substitute, universal_closure
from neurologic.clauses import (
    clausal_form,
    negation_normal_form,
    prenex_form,
    skolem_form,
    unify,
)
from neurologic.errors import ProverError
from neurologic.formula import ENTITY, INTEGER, RATIONAL, walk
from neurologic.formula import map as map_nodes
from neurologic.structure import Structure, satisfies
from tests.strategies import sentences

X, Y, Z = (Variable(name) for name in "xyz")
A, B = Constant("a"), Constant("b")


def quantifiers(formula: Formula) -> list[Any]:
    return [node for node in walk(formula) if isinstance(node, ForAll | Exists)]


def size(formula: Formula) -> int:
    return sum(1 for _ in walk(formula))


# Normal forms.


@given(sentences())
def test_negation_normal_form_is_equivalent(formula: Formula) -> None:
    assert equivalent(formula, negation_normal_form(formula))


@given(sentences(depth=4))
def test_negations_stand_before_atoms_only_and_implications_and_exclusive_disjunctions_are_gone(
    formula: Formula,
) -> None:
    for node in walk(negation_normal_form(formula)):
        assert not isinstance(node, Implies | Xor)
        assert not isinstance(node, Not) or isinstance(node.body, Atom | Equals)


@given(sentences(depth=5))
def test_negation_normal_form_is_at_most_twice_as_large(formula: Formula) -> None:
    assert size(negation_normal_form(formula)) <= 2 * size(formula)


@given(sentences())
def test_prenex_form_is_equivalent(formula: Formula) -> None:
    assert equivalent(formula, prenex_form(formula))


@given(sentences(depth=4))
def test_prenex_form_has_all_quantifiers_in_front(formula: Formula) -> None:
    matrix = prenex_form(formula)
    while isinstance(matrix, ForAll | Exists):
        matrix = matrix.body
    assert not quantifiers(matrix)


def test_prenex_form_keeps_an_equivalence_that_has_no_quantifiers_below() -> None:
    matrix = prenex_form(parse("all x. (P(x) <-> (Q(x) <-> R(x)))"))
    assert str(matrix) == "∀x (P(x) ↔ (Q(x) ↔ R(x)))"


def test_prenex_form_says_when_nested_equivalences_of_quantified_formulas_grow_too_large() -> None:
    formula: Formula = parse("all x. P(x)")
    for _ in range(30):
        formula = Iff(formula, parse("all x. Q(x)"))
    with pytest.raises(ProverError, match="the prenex form has more than"):
        prenex_form(formula)


@given(sentences())
def test_a_skolem_form_entails_its_sentence_and_has_no_existential_quantifier(
    formula: Formula,
) -> None:
    skolemised = skolem_form(formula)
    assert not any(isinstance(node, Exists) for node in walk(skolemised))
    assert equivalent(And((skolemised, formula)), skolemised)


def test_skolem_functions_take_only_the_variables_that_matter() -> None:
    formula = parse("all x. all y. exists z. R(y, z)")
    assert str(skolem_form(formula)) == "∀x ∀y R(y, skolem1(y))"


def test_skolem_functions_avoid_names_in_use() -> None:
    formula = parse("exists x. R(x, skolem1)")
    assert str(skolem_form(formula, taken=("skolem2",))) == "R(skolem3, skolem1)"


# Clausal form.


def structures(elements: int) -> list[Structure]:
    """All structures of a size, up to isomorphism, for one constant and the predicates P, R, s."""
    domain = [str(i) for i in range(elements)]
    pairs = list(product(domain, repeat=2))
    return [
        Structure.of(
            {ENTITY: domain},
            {("ann", 0): {(): ann}},
            {
                ("P", 1): [(e,) for e, holds in zip(domain, p, strict=True) if holds],
                ("R", 2): [row for row, holds in zip(pairs, r, strict=True) if holds],
                ("s", 0): [()] if s else [],
            },
        )
        for ann in domain[:1]  # up to renaming of elements
        for p in product((False, True), repeat=elements)
        for r in product((False, True), repeat=len(pairs))
        for s in (False, True)
    ]


STRUCTURES = {elements: structures(elements) for elements in (1, 2)}


def small_language(formula: Formula) -> Formula:
    """The sentence in the language of ann, P, R, s and equality."""

    def change(node: Any) -> Any:
        if isinstance(node, Constant):
            return Constant("ann")
        if isinstance(node, Atom) and node.predicate == "Q":
            return Atom("R", node.args * 2)
        return node

    return map_nodes(formula, change)


def has_model(clauses: Sequence[Any], elements: int) -> bool:
    """Whether clauses without sorts have a model of this size, by grounding to propositions."""
    from pysat.solvers import Minisat22

    numbers: dict[Any, int] = {}

    def number(key: Any) -> int:
        return numbers.setdefault(key, len(numbers) + 1)

    domain = range(elements)
    with Minisat22() as solver:
        cells: set[Any] = set()

        def literals_of(clause: Any) -> tuple[list[Any], int]:
            """Literals over variables 0, 1, ... after all terms were pulled out."""
            places: dict[Any, int] = {}
            out: list[Any] = []

            def place(term: Any) -> int:
                if term not in places:
                    if not isinstance(term, Variable):
                        args = tuple(place(arg) for arg in getattr(term, "args", ()))
                        places[term] = len(places)
                        out.append((False, ("cell", term.name, args, places[term])))
                    else:
                        places[term] = len(places)
                return places[term]

            for sign, atom in clause.literals:
                if isinstance(atom, Equals):
                    out.append((sign, ("=", place(atom.left), place(atom.right))))
                else:
                    args = tuple(place(arg) for arg in atom.args)
                    out.append((sign, ("atom", atom.predicate, args)))
            return out, len(places)

        for clause in clauses:
            literals, count = literals_of(clause)
            for values in product(domain, repeat=count):
                ground: list[int] = []
                holds = False
                for sign, literal in literals:
                    match literal:
                        case ("=", left, right):
                            holds |= (values[left] == values[right]) is sign
                        case ("cell", name, args, result):
                            row = tuple(values[arg] for arg in args)
                            cells.add((name, row))
                            ground.append(-number((name, row, values[result])))
                        case ("atom", name, args):
                            key = number((name, tuple(values[arg] for arg in args)))
                            ground.append(key if sign else -key)
                if not holds:
                    solver.add_clause(ground)
        for name, row in cells:
            solver.add_clause([number((name, row, value)) for value in domain])
        return bool(solver.solve())


@given(sentences(depth=4).map(small_language), st.sampled_from((1, 2)))
def test_clauses_have_a_model_of_a_size_exactly_if_the_sentence_has(
    formula: Formula, elements: int
) -> None:
    expected = any(satisfies(structure, formula) for structure in STRUCTURES[elements])
    assert has_model(clausal_form([formula]).clauses, elements) is expected


@given(st.lists(sentences(depth=3).map(small_language), min_size=2, max_size=3))
def test_the_clauses_of_several_sentences_share_symbols_only_where_that_is_sound(
    formulas: list[Formula],
) -> None:
    expected = any(satisfies(structure, And(tuple(formulas))) for structure in STRUCTURES[2])
    assert has_model(clausal_form(formulas).clauses, 2) is expected


@st.composite
def counting(draw: st.DrawFn) -> Formula:
    """A sentence with counts in it whose variables have the names that those of others have."""
    names = ("x", "y", "x1", "y1")

    def change(node: Any) -> Any:
        if not isinstance(node, Atom) or node.predicate == "R" or not draw(st.booleans()):
            return node
        taken = {part.name for part in node.args if isinstance(part, Variable)}
        counted, other = draw(st.permutations([name for name in names if name not in taken]))[:2]
        right = node.args[0] if node.args else Variable(other)
        body: Any = Atom("R", (Variable(counted), right))
        if not node.args:
            body = draw(st.sampled_from((ForAll, Exists)))(Variable(other), body)
        count = Count((Variable(counted),), body)
        return Equals(count, Numeral(Fraction(draw(st.integers(0, 2)))))

    return map_nodes(small_language(draw(sentences(depth=3))), change)


def extensions(structure: Structure, symbols: Sequence[SymbolDeclaration]) -> Iterator[Structure]:
    """The structure with every table for new functions over its elements."""
    ((_, elements),) = structure.domains
    rows = [list(product(elements, repeat=len(symbol.arguments))) for symbol in symbols]
    for values in product(*(product(elements, repeat=len(each)) for each in rows)):
        functions = {(name, n): dict(table) for name, n, table in structure.functions}
        for symbol, places, column in zip(symbols, rows, values, strict=True):
            functions[symbol.name, len(symbol.arguments)] = dict(zip(places, column, strict=True))
        predicates = {(name, n): list(held) for name, n, held in structure.predicates}
        yield Structure.of(dict(structure.domains), functions, predicates)


@given(st.lists(counting(), min_size=1, max_size=3), st.sampled_from(STRUCTURES[2]))
def test_sentences_with_counts_hold_where_witnesses_make_their_clauses_hold(
    formulas: list[Formula], structure: Structure
) -> None:
    form = clausal_form(formulas)
    symbols = [skolem.declaration for skolem in form.skolems]
    assume(not form.definitions and sum(2 ** len(s.arguments) for s in symbols) <= 6)
    clauses = [
        universal_closure(Or(tuple(atom if sign else Not(atom) for sign, atom in clause.literals)))
        for clause in form.clauses
    ]
    found = any(
        all(satisfies(extended, clause) for clause in clauses)
        for extended in extensions(structure, symbols)
    )
    assert found is all(satisfies(structure, formula) for formula in formulas)


def test_a_count_keeps_its_variables_whatever_other_sentences_call_theirs() -> None:
    counted = parse("Count(x1, all x2. R(x1, x2)) = 2")
    for first in ("exists x2. P(x2)", "all x2. P(x2)", "all x1. exists x2. R(x1, x2)"):
        *_, clause = clausal_form([parse(first), counted]).clauses
        assert [atom for _, atom in clause.literals] == [counted]


def test_no_variable_of_a_clause_is_one_that_a_count_binds() -> None:
    """The name x is given away before, and the next one for it is that of a bound variable."""
    text = "all x. Count(y, all x1. R(y, x1) | R(x, x1)) = 2"
    _, clause = clausal_form([parse("all x. P(x)"), parse(text)]).clauses
    ((_, atom),) = clause.literals
    assert equivalent(universal_closure(atom), parse(text))


@given(sentences(depth=4))
def test_the_chain_of_choices_leads_from_the_sentence_to_the_clause(formula: Formula) -> None:
    """The sentence, one quantifier after another removed as the choices say, entails the clause."""
    for clause in clausal_form([formula]).clauses:
        for choice in clause.choices:
            if choice.quantified is None:
                continue
            assert choice.variable == choice.quantified.variable
            outer = {c.variable.name for c in choice.chain()[:-1]}
            assert free_variables(choice.quantified) <= outer


def nested(connective: Any, depth: int) -> Formula:
    formula: Formula = Atom("P0")
    for i in range(1, depth):
        formula = connective(formula, Atom(f"P{i}"))
    return formula


@pytest.mark.parametrize("connective", [Iff, Xor])
def test_nested_equivalences_stay_linear(connective: Any) -> None:
    form = clausal_form([nested(connective, 40)])
    assert len(form.clauses) < 8 * 40
    assert max(len(clause.literals) for clause in form.clauses) <= 6


def test_equivalences_nested_to_the_right_and_over_quantifiers_stay_linear() -> None:
    formula = parse("all x. P(x)")
    for i in range(40):
        formula = Iff(Exists(X, Atom(f"Q{i}", (X,))), formula)
    assert len(clausal_form([formula]).clauses) < 12 * 40


@given(st.integers(1, 12), st.sampled_from((Iff, Xor)))
def test_names_for_parts_keep_the_meaning_of_nested_equivalences(depth: int, link: Any) -> None:
    formula = nested(link, depth)
    clauses = clausal_form([formula]).clauses
    assert has_model(clauses, 1)
    assert equivalent(
        And((formula, *(c.formula() for c in clauses))), And(tuple(c.formula() for c in clauses))
    )


def test_a_disjunction_of_conjunctions_is_not_multiplied_out() -> None:
    parts = tuple(And((Atom(f"P{i}"), Atom(f"Q{i}"))) for i in range(30))
    assert len(clausal_form([Or(parts)]).clauses) <= 2 * 30 + 4


def test_parts_that_say_the_same_share_their_skolem_function() -> None:
    form = clausal_form([parse("exists x. P(x)"), parse("(exists y. P(y)) | Q(a)")])
    assert len(form.skolems) == 1


def test_parts_about_other_sorts_have_their_own_skolem_functions() -> None:
    days, people = Variable("x", Sort("day")), Variable("x", Sort("person"))
    same = Equals(X, X)
    form = clausal_form([Exists(v, substitute(same, {"x": v})) for v in (days, people)])
    assert [s.declaration.result.name for s in form.skolems] == ["day", "person"]


def test_new_symbols_avoid_the_names_of_the_signature() -> None:
    signature = Signature(symbols=(SymbolDeclaration("skolem1", (), ENTITY),))
    (clause,) = clausal_form([parse("exists x. P(x)")], signature).clauses
    assert str(clause) == "P(skolem2)"


def test_the_signature_of_a_clausal_form_declares_the_new_symbols() -> None:
    day = Variable("d", Sort("day"))
    form = clausal_form([ForAll(day, Exists(X, Atom("On", (X, day))))])
    assert str(form.signature(Signature(sorts=(SortDeclaration(Sort("day")),)))) == (
        "sort day\nfun skolem1: day -> Entity"
    )


def test_every_clause_names_its_sentence() -> None:
    form = clausal_form([parse("P(a)"), parse("Q(a) & R(a)")])
    assert [(str(clause), clause.source) for clause in form.clauses] == [
        ("P(a)", 0),
        ("Q(a)", 1),
        ("R(a)", 1),
    ]


def test_tautologies_and_repeated_literals_disappear() -> None:
    assert clausal_form([parse("P(a) | ~P(a)")]).clauses == ()
    (clause,) = clausal_form([parse("P(a) | P(a)")]).clauses
    assert len(clause.literals) == 1


def test_truth_values_are_computed() -> None:
    assert clausal_form([Verum()]).clauses == ()
    (clause,) = clausal_form([And((Atom("P"), Falsum()))]).clauses[1:]
    assert clause.literals == ()


def test_counts_are_terms_like_others() -> None:
    count = Count((Y,), Atom("R", (X, Y)))
    (clause,) = clausal_form([ForAll(X, Equals(count, Numeral(Fraction(2))))]).clauses
    assert clause.literals == ((True, Equals(count, Numeral(Fraction(2)))),)


def conjoined(formula: Formula) -> Formula:
    return And((formula, Atom("Q")))


def disjoined(formula: Formula) -> Formula:
    return Or((formula, Atom("Q")))


def equated(formula: Formula) -> Formula:
    return Iff(formula, Atom("Q"))


@pytest.mark.parametrize("wrap", [Not, conjoined, disjoined, equated])
def test_deep_formulas_have_normal_forms(wrap: Any) -> None:
    formula: Formula = Atom("P")
    for _ in range(10_000):
        formula = wrap(formula)
    assert negation_normal_form(formula)
    assert prenex_form(formula)
    assert skolem_form(formula)


@pytest.mark.parametrize("wrap", [Not, conjoined, disjoined, equated])
def test_deep_formulas_end_in_clauses_or_in_a_clear_error(wrap: Any) -> None:
    formula: Formula = Atom("P")
    for _ in range(10_000):
        formula = wrap(formula)
    if wrap in {Not, conjoined}:
        assert clausal_form([formula], most_steps=200_000).clauses
    else:
        with pytest.raises(ProverError, match="the clausal form takes more than 200000 steps"):
            clausal_form([formula], most_steps=200_000)


def test_very_deep_quantifiers_end_in_clauses_or_in_a_clear_error() -> None:
    formula: Formula = Atom("P", (Variable("x0"),))
    for i in range(10_000):
        formula = Exists(Variable(f"x{10_000 - i}"), formula)
    with pytest.raises(ProverError, match="takes more than"):
        clausal_form([Exists(Variable("x0"), formula)], most_steps=100_000)


# Unification.


@st.composite
def open_terms(draw: st.DrawFn, depth: int = 3) -> Any:
    kind = draw(
        st.sampled_from(("variable", "variable", "constant", "f", "g") if depth else ("variable",))
    )
    match kind:
        case "variable":
            return Variable(draw(st.sampled_from("uvwxyz")))
        case "constant":
            return Constant(draw(st.sampled_from("ab")))
        case "f":
            return Function("f", (draw(open_terms(depth - 1)),))
        case _:
            return Function("g", (draw(open_terms(depth - 1)), draw(open_terms(depth - 1))))


@given(open_terms(), open_terms())
def test_a_unifier_makes_the_terms_equal_and_is_idempotent(left: Any, right: Any) -> None:
    unifier = unify(left, right)
    if unifier is None:
        return
    assert substitute(left, unifier) == substitute(right, unifier)
    for term in unifier.values():
        assert substitute(term, unifier) == term


@given(open_terms(), st.dictionaries(st.sampled_from("uvwxyz"), open_terms(1)))
def test_terms_with_a_common_instance_unify_and_the_unifier_is_most_general(
    term: Any, change: dict[str, Any]
) -> None:
    """The term and a renamed instance of it unify, and the instance is one of the unified term."""
    names = {name: Variable(f"{name}1") for name in "uvwxyz"}
    instance = substitute(substitute(term, change), names)
    unifier = unify(term, instance)
    assert unifier is not None
    unified = substitute(instance, unifier)
    assert unify(unified, instance) is not None
    assert size(unified) == size(instance)  # nothing of the instance had to be made special


@given(
    open_terms(2),
    open_terms(2),
    st.dictionaries(
        st.sampled_from("uvwxyz"), st.sampled_from([A, B, Function("f", (A,))]), min_size=6
    ),
)
def test_terms_that_some_substitution_makes_equal_unify(
    left: Any, right: Any, ground: dict[str, Any]
) -> None:
    if substitute(left, ground) == substitute(right, ground):
        unifier = unify(left, right)
        assert unifier is not None
        assert substitute(substitute(left, unifier), ground) == substitute(left, ground)


def test_a_variable_does_not_unify_with_a_term_around_it() -> None:
    assert unify(X, Function("f", (X,))) is None
    assert unify(Function("g", (X, Y)), Function("g", (Y, Function("f", (X,))))) is None


def test_sorts_must_agree() -> None:
    day = Variable("d", Sort("day"))
    signature = Signature(
        (SortDeclaration(Sort("day"), ("monday",)),),
        (SymbolDeclaration("f", (ENTITY,), Sort("day")),),
    )
    assert unify(day, X, signature) is None
    assert unify(day, A, signature) is None
    assert unify(X, Constant("monday"), signature) is None
    assert unify(day, Constant("monday"), signature) == {"d": Constant("monday")}
    assert unify(day, Function("f", (A,)), signature) == {"d": Function("f", (A,))}


def test_a_rational_variable_takes_an_integer_one_and_not_the_other_way() -> None:
    whole, any_number = Variable("n", INTEGER), Variable("q", RATIONAL)
    assert unify(whole, any_number) == {"q": whole} == unify(any_number, whole)


def test_atoms_unify_if_predicate_and_arity_agree() -> None:
    assert unify(Atom("P", (X,)), Atom("P", (A,))) == {"x": A}
    assert unify(Atom("P", (X,)), Atom("Q", (A,))) is None
    assert unify(Atom("P", (X,)), Atom("P", (A, B))) is None


def test_unifiers_of_exponential_size_are_shared() -> None:
    left = tuple(Variable(f"x{i}") for i in range(200))
    inner: tuple[Any, ...] = (*left[1:], A)
    right = tuple(Function("g", (term, term)) for term in inner)
    unifier = unify(Function("h", left), Function("h", right))
    assert unifier is not None
    assert unifier["x199"] == Function("g", (A, A))


def test_deep_terms_unify() -> None:
    left: Any = X
    right: Any = A
    for _ in range(10_000):
        left, right = Function("f", (left,)), Function("f", (right,))
    assert unify(left, right) == {"x": A}
