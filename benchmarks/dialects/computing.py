"""Sums, products and remainders in many-sorted programs."""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING

from benchmarks.dialects.declaring import Fault
from benchmarks.dialects.expressions import Operation
from benchmarks.dialects.terms import Scope, Typed
from neurologic.formula import (
    INTEGER,
    RATIONAL,
    And,
    Arithmetic,
    Compare,
    Constant,
    Equals,
    ForAll,
    Formula,
    Function,
    Numeral,
    Sort,
    Term,
    Variable,
    walk,
)
from neurologic.signature import SymbolDeclaration

if TYPE_CHECKING:
    from benchmarks.dialects.elaborating import Elaboration


def computed(work: Elaboration, expression: Operation, scope: Scope) -> Typed:
    """The number that an expression computes.

    Raises:
        Fault: a part of it is no number, or it is a remainder that has no meaning.
    """
    terms = [work.number(part, scope) for part in expression.operands]
    home = next((term.home for term in terms if term.home is not None), None)
    sort = RATIONAL if any(term.sort == RATIONAL for term in terms) else INTEGER
    if len(terms) == 1:
        zero = Numeral(Fraction(0))
        node: Term = Arithmetic("-", zero, terms[0].node)
        if isinstance(terms[0].node, Numeral):
            node = Numeral(-terms[0].node.value)
    else:
        node = terms[0].node
        for sign, term in zip(expression.operators, terms[1:], strict=True):
            if sign == "%":
                node = _remainder(work, node, term, sort, scope)
                continue
            node = Arithmetic(sign, node, term.node)  # type: ignore[arg-type]
    return Typed(node, sort, expression.span, home)


def _remainder(work: Elaboration, term: Term, divisor: Typed, sort: Sort, scope: Scope) -> Term:
    """The remainder of a division, named by a function that `definitions` define."""
    by = divisor.node.value if isinstance(divisor.node, Numeral) else Fraction(0)
    if sort != INTEGER or by < 1:
        raise Fault("modulo", "a remainder is of integers, by a number above 0", divisor.span)
    here = {node.name for node in walk(term) if isinstance(node, Variable)}
    known = [*scope.values(), *work.free.values()]
    bound = [b.variable for b in known if b.variable.name in here]
    sorts = tuple(variable.sort or INTEGER for variable in bound)
    args = tuple(Variable(variable.name) for variable in bound)
    names = [_fresh(work, word) for word in ("quotient", "remainder")]
    for name in names:
        work.declared.functions[name] = SymbolDeclaration(name, sorts, INTEGER)
    quotient, rest = (Function(name, args) if args else Constant(name) for name in names)
    whole = Arithmetic("+", Arithmetic("*", Numeral(by), quotient), rest)
    formula: Formula = And((
        work.atom(Equals(term, whole), divisor.span),
        Compare("<=", Numeral(Fraction(0)), rest),
        Compare("<", rest, Numeral(by)),
    ))  # fmt: skip
    for variable in reversed(bound):
        formula = ForAll(variable, formula)
    work.definitions.append(formula)
    return rest


def _fresh(work: Elaboration, word: str) -> str:
    """A name that nothing in the program has, be it declared yet or not."""
    taken = {*work.words, *work.declared.functions}
    return next(name for n in count(1) if (name := f"{word}{n}") not in taken)
