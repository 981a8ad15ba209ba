"""Conversion between our formulas and `nltk.sem.logic` expressions.

NLTK's language has no exclusive or, sorts, numbers, comparisons or counting, and its connectives
are binary. A conversion keeps the meaning; what NLTK cannot say is an error.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import reduce
from typing import TYPE_CHECKING, Any

from neurologic.errors import NeurologicError
from neurologic.formula import (
    And,
    Atom,
    Constant,
    Equals,
    Exists,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Or,
    Variable,
    Xor,
    trampoline,
)

if TYPE_CHECKING:
    from nltk.sem.logic import Expression


def to_nltk(formula: Formula) -> Expression:
    """The formula as an NLTK expression.

    Names are kept as they are; names that NLTK's own parser would not read back, such as `lg-34`,
    are legal in its objects. `A ⊕ B` becomes `-(A <-> B)`.

    Raises:
        NeurologicError: for sorts, numerals, comparisons, counting, `Distinct`, `True`, `False`.

    >>> x = Variable("x")
    >>> print(to_nltk(ForAll(x, Implies(Atom("Man", (x,)), Atom("Mortal", (x,))))))
    all x.(Man(x) -> Mortal(x))
    """
    return trampoline(_to(formula))


def from_nltk(expression: Expression) -> Formula:
    """The NLTK expression as a formula; its individual variables stay variables.

    Raises:
        NeurologicError: for lambda abstractions and other expressions that are not first-order.

    >>> from nltk.sem.logic import Expression
    >>> print(from_nltk(Expression.fromstring("all x.(man(x) -> exists y.loves(x, y))")))
    ∀x (man(x) → ∃y loves(x, y))
    """
    return trampoline(_from(expression))  # type: ignore[no-any-return]


def _to(node: Any) -> Generator[Any, Any, Any]:
    from nltk.sem import logic

    match node:
        case Variable(name, None):
            return logic.IndividualVariableExpression(logic.Variable(name))
        case Constant(name):
            return logic.ConstantExpression(logic.Variable(name))
        case Atom(name, args) | Function(name, args):
            expression = logic.ConstantExpression(logic.Variable(name))
            for arg in args:
                expression = logic.ApplicationExpression(expression, (yield _to(arg)))
            return expression
        case Not(body):
            return logic.NegatedExpression((yield _to(body)))
        case ForAll(Variable(name, None), body):
            return logic.AllExpression(logic.Variable(name), (yield _to(body)))
        case Exists(Variable(name, None), body):
            return logic.ExistsExpression(logic.Variable(name), (yield _to(body)))
        case And(parts) | Or(parts):
            binary = logic.AndExpression if isinstance(node, And) else logic.OrExpression
            converted = []
            for part in parts:
                converted.append((yield _to(part)))
            return reduce(binary, converted)
        case Implies(left, right):
            return logic.ImpExpression((yield _to(left)), (yield _to(right)))
        case Iff(left, right):
            return logic.IffExpression((yield _to(left)), (yield _to(right)))
        case Xor(left, right):
            same = logic.IffExpression((yield _to(left)), (yield _to(right)))
            return logic.NegatedExpression(same)
        case Equals(left, right):
            return logic.EqualityExpression((yield _to(left)), (yield _to(right)))
        case _:
            raise NeurologicError(f"NLTK has no form for {node}")


def _from(expression: Any) -> Generator[Any, Any, Any]:
    from nltk.sem import logic

    binary = {logic.ImpExpression: Implies, logic.IffExpression: Iff}
    nary = {logic.AndExpression: And, logic.OrExpression: Or}
    quantifiers = {logic.AllExpression: ForAll, logic.ExistsExpression: Exists}
    kind = type(expression)
    if kind is logic.NegatedExpression:
        return Not((yield _from(expression.term)))
    if kind in quantifiers:
        return quantifiers[kind](Variable(expression.variable.name), (yield _from(expression.term)))
    if kind in binary:
        first = yield _from(expression.first)
        return binary[kind](first, (yield _from(expression.second)))
    if kind in nary:
        first = yield _from(expression.first)
        return nary[kind]((first, (yield _from(expression.second))))
    if kind is logic.EqualityExpression:
        first = yield _term(expression.first)
        return Equals(first, (yield _term(expression.second)))
    head, args = yield from _applied(expression)
    return Atom(head, args)


def _term(expression: Any) -> Generator[Any, Any, Any]:
    from nltk.sem import logic

    if type(expression) is logic.ConstantExpression:
        return Constant(expression.variable.name)
    if type(expression) is logic.IndividualVariableExpression:
        return Variable(expression.variable.name)
    head, args = yield from _applied(expression)
    return Function(head, args)


def _applied(expression: Any) -> Generator[Any, Any, tuple[str, tuple[Any, ...]]]:
    """The head symbol of a curried application and its arguments."""
    from nltk.sem import logic

    args = []
    while isinstance(expression, logic.ApplicationExpression):
        args.append((yield _term(expression.argument)))
        expression = expression.function
    if not isinstance(expression, logic.AbstractVariableExpression):
        raise NeurologicError(f"not a first-order expression: {str(expression)[:100]}")
    return expression.variable.name, tuple(reversed(args))
