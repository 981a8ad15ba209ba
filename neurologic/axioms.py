"""What a semantics adds to a problem: unique names, a closed domain, order, existential import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from neurologic.formula import (
    And,
    Atom,
    Constant,
    Distinct,
    Equals,
    Exists,
    ForAll,
    Formula,
    Function,
    Implies,
    Not,
    Numeral,
    Sort,
    Term,
    Variable,
    disjunction,
    walk,
)
from neurologic.problem import Semantics
from neurologic.signature import Signature, Vocabulary
from neurologic.signature.declarations import NUMERIC


def background(
    formulas: Sequence[Formula], signature: Signature, semantics: Semantics
) -> tuple[Formula, ...]:
    """The axioms that unique names, a closed domain and uninterpreted arithmetic stand for.

    Args:
        formulas: the elaborated problem.
        signature: its signature.
        semantics: which axioms are wanted.

    >>> from neurologic.signature import elaborate
    >>> signature, formulas = elaborate([Atom("P", (Constant("a"),)), Atom("P", (Constant("b"),))])
    >>> [str(f) for f in background(formulas, signature, Semantics(closed_domain=True))]
    ['∀x: Entity. (x = a ∨ x = b)']
    """
    axioms: list[Formula] = []
    if not (
        semantics.unique_names or semantics.closed_domain or semantics.arithmetic == "uninterpreted"
    ):
        return ()
    names = _names(formulas, signature)
    for sort, terms in names.items():
        if semantics.unique_names and len(terms) > 1:
            axioms.append(Distinct(tuple(terms)))
        if semantics.closed_domain:
            axioms.append(_closure(sort, terms))
    if semantics.arithmetic == "uninterpreted":
        axioms += _order(formulas)
    return tuple(axioms)


def with_import(premise: Formula) -> Formula:
    """The premise ∀x̄ (A → B) with ∃x̄ A added; any other premise as it is.

    >>> x = Variable("x")
    >>> str(with_import(ForAll(x, Implies(Atom("Greek", (x,)), Atom("Human", (x,))))))
    '(∀x (Greek(x) → Human(x))) ∧ ∃x Greek(x)'
    """
    variables = []
    body = premise
    while isinstance(body, ForAll):
        variables.append(body.variable)
        body = body.body
    if not variables or not isinstance(body, Implies):
        return premise
    some = body.left
    for variable in reversed(variables):
        some = Exists(variable, some)
    return And((premise, some))


def _names(formulas: Iterable[Formula], signature: Signature) -> dict[Sort, list[Term]]:
    """The constants and numerals of each open sort that is in use."""
    words = signature.vocabulary()
    names: dict[Sort, list[Term]] = {
        sort: []
        for sort in (declaration.sort for declaration in signature.sorts)
        if words.sorts[sort].members is None and sort not in NUMERIC
    }
    for symbol in signature.symbols:
        if not symbol.arguments and symbol.result in names:
            names[symbol.result].append(Constant(symbol.name))
    numerals: dict[tuple[Sort, Numeral], None] = {}
    for formula in formulas:
        for node in walk(formula):
            for sort, numeral in sorted_numerals(node, words):
                if sort in names:
                    numerals[sort, numeral] = None
    for sort, numeral in sorted(numerals, key=lambda entry: entry[1].value):
        names[sort].append(numeral)
    return names


def sorted_numerals(node: object, words: Vocabulary) -> Iterable[tuple[Sort, Numeral]]:
    """The numerals that stand directly in a node, with the sorts of their places."""
    match node:
        case Atom(name, args) | Function(name, args):
            table = words.predicates if isinstance(node, Atom) else words.functions
            for sort, term in zip(table[name, len(args)].arguments, args, strict=True):
                if isinstance(term, Numeral):
                    yield sort, term
        case Equals(left, right):
            yield from _beside((left, right), words)
        case Distinct(terms, _):
            yield from _beside(terms, words)


def _beside(terms: Sequence[Term], words: Vocabulary) -> Iterable[tuple[Sort, Numeral]]:
    sorts: list[Sort | None] = []
    for term in terms:
        match term:
            case Variable(_, sort):
                sorts.append(sort)
            case Constant(name):
                sorts.append(words.sort_of_constant(name))
            case Function(name, args):
                sorts.append(words.functions[name, len(args)].result)
            case _:
                pass
    for term in terms:
        for sort in sorts[:1]:
            if isinstance(term, Numeral) and sort is not None:
                yield sort, term


def _closure(sort: Sort, terms: Sequence[Term]) -> Formula:
    """Every element of the sort is named; where there is no name, there is one element."""
    x, y = Variable("x", sort), Variable("y", sort)
    if not terms:
        return ForAll(x, ForAll(y, Equals(x, y)))
    return ForAll(x, disjunction(Equals(x, term) for term in terms))


def _order(formulas: Iterable[Formula]) -> list[Formula]:
    """What `<` and `<=` as mere symbols say of the numerals that occur."""
    nodes = [node for formula in formulas for node in walk(formula)]
    numerals = {node for node in nodes if isinstance(node, Numeral)}
    ranked = sorted(numerals, key=lambda numeral: numeral.value)
    facts: list[Formula] = []
    for operator in ("<", "<="):
        if not any(isinstance(node, Atom) and node.predicate == operator for node in nodes):
            continue
        for low, high in combinations(ranked, 2):
            facts += (Atom(operator, (low, high)), Not(Atom(operator, (high, low))))
        for numeral in ranked:
            same = Atom(operator, (numeral, numeral))
            facts.append(same if operator == "<=" else Not(same))
    return facts
