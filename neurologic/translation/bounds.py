"""Bounds of numbers: what a puzzle's declarations may say of values, and nothing besides.

A bound compares one number, such as load(b) for all b, with numerals. Whatever else holds is a
sentence of the puzzle, which is translated and can be checked; a formula that says it in its place
could be the answer itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from neurologic.errors import TranslationError
from neurologic.formula import (
    And,
    Arithmetic,
    Compare,
    Constant,
    Equals,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Term,
    Variable,
    children,
    walk,
)
from neurologic.signature import Signature
from neurologic.signature.declarations import NUMERIC

_HINT = "a bound compares one number with numerals; what else holds is a sentence of constraints"


def bounded(formula: Formula, signature: Signature) -> tuple[Term, ...]:
    r"""The numbers that a formula bounds, one for each part of its conjunction.

    Args:
        formula: what the declarations are said to bring with them.
        signature: the declarations.

    Raises:
        TranslationError: it says anything else; `text` is the part that does.

    >>> from neurologic.parsing import parse, read_constraints
    >>> declared, _ = read_constraints("sort boat = {gull, ibis}\nfun load: boat -> Int")
    >>> [str(term) for term in bounded(parse("all b: boat. (1 <= load(b) & load(b) <= 9)"), declared)]
    ['load(b)', 'load(b)']
    """
    numbers = {
        (symbol.name, len(symbol.arguments))
        for symbol in signature.symbols
        if symbol.result in NUMERIC
    }
    return tuple(_bounded(part, numbers) for part in _parts(formula))


def fixed(formula: Formula) -> Term | None:
    """The number whose value a formula gives, if any part of it is an equation.

    >>> from neurologic.parsing import parse
    >>> print(fixed(parse("load(gull) = 7 & load(ibis) < 3")), fixed(parse("load(ibis) < 3")))
    load(gull) None
    """
    for part in _parts(formula):
        if isinstance(part, Equals):
            return part.right if _is_number(part.left) else part.left
    return None


def _parts(formula: Formula) -> Iterator[Formula]:
    """The parts of a conjunction, universal quantifiers taken away."""
    stack = [formula]
    while stack:
        match stack.pop():
            case ForAll(_, body):
                stack.append(body)
            case And(operands):
                stack.extend(reversed(operands))
            case part:
                yield part


def _bounded(part: Formula, numbers: set[tuple[str, int]]) -> Term:
    """The one number that a part compares with numerals."""
    terms: dict[Term, None] = {}
    stack = [part]
    while stack:
        node = stack.pop()
        match node:
            case Compare(_, left, right) | Equals(left, right):
                own = [side for side in (left, right) if not _is_number(side)]
                if len(own) != 1 or not _is_bounded(own[0], numbers):
                    raise _wrong(node)
                terms[own[0]] = None
            case And() | Or() | Not() | Implies() | Iff():
                stack.extend(children(node))
            case _:
                raise _wrong(node)
    if len(terms) != 1:
        raise _wrong(part)
    return next(iter(terms))


def _is_number(term: Term) -> bool:
    return all(isinstance(node, Numeral | Arithmetic) for node in walk(term))


def _is_bounded(term: Term, numbers: set[tuple[str, int]]) -> bool:
    """Whether a term is a number of the declarations, of variables and names alone."""
    match term:
        case Constant(name):
            return (name, 0) in numbers
        case Function(name, args):
            simple = all(isinstance(argument, Variable | Constant | Numeral) for argument in args)
            return simple and (name, len(args)) in numbers
    return False


def _wrong(node: Formula) -> TranslationError:
    text = str(node)[:400]
    return TranslationError(
        "it is no bound of a number", text=text, span=(0, len(text)), hint=_HINT, kind="preparation"
    )
