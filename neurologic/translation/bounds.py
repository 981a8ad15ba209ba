"""Bounds of numbers: what a puzzle's declarations may say of values, and nothing besides.

A bound compares one number, such as load(b) for all b, with numerals. Whatever else holds is a
sentence of the puzzle, which is translated and can be checked; a formula that says it in its place
could be the answer itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import reduce
from math import ceil, floor
from operator import add, and_, mul, or_, sub
from typing import Any, Final, TypeAlias, TypeGuard

from neurologic.errors import TranslationError
from neurologic.formula import (
    INTEGER,
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
    fold,
    walk,
)
from neurologic.signature import Signature
from neurologic.signature.declarations import NUMERIC

Number: TypeAlias = Constant | Function

_HINT = "a bound compares one number with numerals; what else holds is a sentence of constraints"
_MOST_PARTS = 50_000  # bounds that are looked at for single values
_MOST_SHAPES = 32  # ways in which the arguments of one function are variables or not
_OPERATIONS: Final[dict[str, Callable[[Fraction, Fraction], Fraction]]] = {
    "+": add,
    "-": sub,
    "*": mul,
}
_Pattern: TypeAlias = tuple[str, tuple[Term | None, ...]]


def bounded(formula: Formula, signature: Signature) -> tuple[Number, ...]:
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


def fixed(formulas: Iterable[Formula], signature: Signature) -> tuple[Number, ...]:
    r"""The numbers to which bounds leave one value, so that they say what it is.

    Args:
        formulas: bounds, as `bounded` takes them; what holds of load(b) for all b holds of load(gull).
        signature: the declarations.

    >>> from neurologic.parsing import parse, read_constraints
    >>> declared, _ = read_constraints("sort boat = {gull, ibis}\nfun load: boat -> Int")
    >>> said = "all b: boat. load(b) > 6", "load(gull) < 8 & load(ibis) < 9"
    >>> print(*fixed([parse(each) for each in said], declared))
    load(gull)
    """
    results = {(s.name, len(s.arguments)): s.result for s in signature.symbols}
    numbers = {symbol for symbol, result in results.items() if result in NUMERIC}
    said: dict[_Pattern, list[Formula]] = {}
    shapes: dict[tuple[str, int], dict[tuple[bool, ...], None]] = {}
    terms: dict[Number, _Pattern] = {}
    for formula in formulas:
        for part in _parts(formula):
            term = _bounded(part, numbers)
            name, arguments = terms[term] = _pattern(term)
            said.setdefault((name, arguments), []).append(part)
            shape = tuple(each is None for each in arguments)
            shapes.setdefault((name, len(arguments)), {})[shape] = None
    found, left = [], _MOST_PARTS
    for term, (name, arguments) in terms.items():
        wider = {
            tuple(None if any_one else each for any_one, each in zip(shape, arguments, strict=True))
            for shape in list(shapes[name, len(arguments)])[:_MOST_SHAPES]
        }
        parts = [part for each in {*wider, arguments} for part in said.get((name, each), ())]
        left -= len(parts)
        if left < 0:
            break
        if _values(parts, whole=results[name, len(arguments)] == INTEGER) == 1:
            found.append(term)
    return tuple(found)


def _pattern(term: Number) -> _Pattern:
    """The name of a number and its arguments, with None for a variable."""
    arguments = term.args if isinstance(term, Function) else ()
    return term.name, tuple(None if isinstance(each, Variable) else each for each in arguments)


def _values(parts: Sequence[Formula], *, whole: bool) -> int:
    """How many values formulas leave to the number that they bound, 2 standing for more than one.

    The numerals cut the line into cells, in turn what lies between two of them and a numeral itself.
    A formula is true or false of a whole cell: it is the set of cells, one bit for each.
    """
    cuts = sorted({value for part in parts for value in _sides(part)})
    places = {value: 2 * at + 1 for at, value in enumerate(cuts)}
    everywhere = (1 << (2 * len(cuts) + 1)) - 1

    def cells(node: Any, below: tuple[Any, ...]) -> Any:
        match node:
            case Numeral() | Arithmetic():
                return _value(node, below)
            case Equals():
                return 1 << next(places[side] for side in below if side is not None)
            case Compare(operator):
                value = below[0] if below[1] is None else below[1]
                least = (operator in "<=") == (below[1] is not None)  # the number is at most it
                upto = (1 << (places[value] + (least == (len(operator) > 1)))) - 1
                return upto if least else everywhere ^ upto
            case Not():
                return everywhere ^ below[0]
            case And():
                return reduce(and_, below, everywhere)
            case Or():
                return reduce(or_, below, 0)
            case Implies():
                return everywhere ^ below[0] | below[1]
            case Iff():
                return everywhere ^ below[0] ^ below[1]
        return None

    held = reduce(and_, (fold(part, cells) for part in parts), everywhere)
    count = 0
    while held and count < 2:
        at, between = divmod((held & -held).bit_length(), 2)
        held &= held - 1
        if not between:
            count += not whole or cuts[at - 1].denominator == 1
        elif whole and 0 < at < len(cuts):
            count += ceil(cuts[at]) - floor(cuts[at - 1]) - 1
        else:
            count = 2
    return min(count, 2)


def _sides(part: Formula) -> Iterator[Fraction]:
    """The values that a formula compares a number with."""
    for node in walk(part):
        if isinstance(node, Compare | Equals):
            for side in (node.left, node.right):
                if _is_number(side):
                    yield fold(side, _value)


def _value(node: Any, below: tuple[Fraction, ...]) -> Fraction:
    if isinstance(node, Numeral):
        return node.value
    return _OPERATIONS[node.operator](*below)


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


def _bounded(part: Formula, numbers: set[tuple[str, int]]) -> Number:
    """The one number that a part compares with numerals."""
    terms: dict[Number, None] = {}
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


def _is_bounded(term: Term, numbers: set[tuple[str, int]]) -> TypeGuard[Number]:
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
