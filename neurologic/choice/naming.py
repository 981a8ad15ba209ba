"""Names that were not declared where declarations are given: told, or refused as slips of the pen.

An undeclared name is a symbol like any other, which may mean whatever fits. Where it is one edit
away from a declared name, that is hardly what was meant, and a question about it has another answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from neurologic.errors import SignatureError
from neurologic.formula import Atom, Constant, Formula, Function, Node, walk
from neurologic.parsing.choice_file import sort_hint
from neurologic.problem import Semantics
from neurologic.signature import Signature, SymbolDeclaration, elaborate
from neurologic.signature.places import find_symbol

_SHORTEST = 3  # names of one or two letters are all alike
_ALIKE = 0.6


def check_names(
    declared: Signature,
    elaborated: Signature,
    written: Iterable[tuple[Node, str]],
) -> tuple[str, ...]:
    r"""What is to be told of constants that were not declared and belong to an enumeration.

    Args:
        declared: the declarations; without any there is nothing to tell.
        elaborated: the declarations and what was inferred, as `elaborate` returns them.
        written: the formulas and terms as they were written, and what to call each in errors.

    Raises:
        SignatureError: a name that was not declared is one edit away from one that was, or is the
            name of a sort; `source` says where.

    >>> from neurologic.parsing import read_constraints
    >>> from neurologic.signature import elaborate
    >>> declared, (late,) = read_constraints("sort day = {mon, tue}\nconst a: day\na = noon")
    >>> check_names(declared, elaborate([late], declared)[0], [(late, "line 3")])
    ('noon is not declared: it is taken for one of day; the nearest name is mon',)
    """
    told = []
    for symbol in elaborated.symbols[len(declared.symbols) :]:  # those that were inferred
        constant = not symbol.arguments and not symbol.is_predicate
        sort = _sort_called(symbol.name, declared) if constant else None
        if sort is not None:
            message = f"{_written(sort)} is a sort, where a term is expected"
            if sort != symbol.name:
                message = f"{_written(symbol.name)} is not declared, and the sort {sort} is no term"
            raise _located(symbol, message, sort_hint(sort), written)
        known = tuple(_alike_in_kind(symbol, declared))
        if not known:
            continue
        meant = next((name for name in known if is_slip(symbol.name, name)), None)
        if meant is not None:
            message = f"{_written(symbol.name)} is not declared: is {_written(meant)} meant?"
            hint = f"write {_written(meant)}, or declare it: {symbol}"
            raise _located(symbol, message, hint, written)
        if constant:
            told.append(_warning(symbol, known))
    return tuple(told)


def undeclared(
    formulas: Sequence[Formula], declared: Signature, semantics: Semantics = Semantics()
) -> tuple[str, ...]:
    """What is to be told of the names in premises and a conclusion; see `check_names`.

    Raises:
        SignatureError: as `check_names`, or sorts and arities do not fit together.
    """
    if not any(sort.members is not None for sort in declared.sorts):
        return ()
    signature, _ = elaborate(formulas, declared, arithmetic=semantics.arithmetic)
    return check_names(declared, signature, ((formula, "") for formula in formulas))


def is_slip(name: str, other: str) -> bool:
    """Whether a name is another one but for one letter more, less or changed, two swapped, or case.

    >>> [is_slip(name, "bruno") for name in ("bruno", "Bruno", "brno", "burno", "bruna", "brun-o")]
    [False, True, True, True, True, True]
    >>> is_slip("a", "b"), is_slip("anna", "bruno")
    (False, False)
    """
    if name == other or max(len(name), len(other)) < _SHORTEST:
        return False
    left, right = name.casefold(), other.casefold()
    for _ in "front", "back":  # what is left is the edit, the second time backwards
        same = sum(
            1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False))
        )
        left, right = left[same:][::-1], right[same:][::-1]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])


def _sort_called(name: str, declared: Signature) -> str | None:
    """The sort that a name is the name of, or the plural of that."""
    for sort in (declaration.sort.name for declaration in declared.sorts):
        if name.casefold() in [sort.casefold() + ending for ending in ("", "s", "es")]:
            return sort
    return None


def _alike_in_kind(symbol: SymbolDeclaration, declared: Signature) -> Iterator[str]:
    """The declared names that an inferred symbol might be meant to be, those of its sort first.

    For a constant they are given only if its sort is an enumeration.
    """
    if symbol.arguments or symbol.is_predicate:
        for other in declared.symbols:
            if (len(other.arguments), other.is_predicate) == (
                len(symbol.arguments),
                symbol.is_predicate,
            ):
                yield other.name
        return
    if not any(d.sort == symbol.result and d.members is not None for d in declared.sorts):
        return
    for own in (True, False):
        for declaration in declared.sorts:
            if (declaration.sort == symbol.result) is own:
                yield from declaration.members or ()
        for other in declared.symbols:
            constant = not other.arguments and not other.is_predicate
            if constant and (other.result == symbol.result) is own:
                yield other.name


def _warning(symbol: SymbolDeclaration, known: Sequence[str]) -> str:
    name = symbol.name.casefold()
    nearness = [SequenceMatcher(None, name, other.casefold()).ratio() for other in known]
    best = max(nearness)
    nearest = _written(known[nearness.index(best)])
    which = f"is {nearest} meant?" if best >= _ALIKE else f"the nearest name is {nearest}"
    own = f"{_written(symbol.name)} is not declared: it is taken for one of {symbol.result}"
    return f"{own}; {which}"


def _located(
    symbol: SymbolDeclaration,
    message: str,
    hint: str,
    written: Iterable[tuple[Node, str]],
) -> SignatureError:
    """The error, where the symbol first stands."""
    for part, place in written:
        if any(_is(node, symbol) for node in walk(part)):
            text = str(part)
            span = find_symbol(text, _written(symbol.name))
            return SignatureError(message, text=text, span=span, hint=hint, source=place)
    return SignatureError(message, hint=hint)


def _is(node: object, symbol: SymbolDeclaration) -> bool:
    match node:
        case Atom(name, args):
            used = name, len(args), True
        case Function(name, args):
            used = name, len(args), False
        case Constant(name):
            used = name, 0, False
        case _:
            return False
    return used == (symbol.name, len(symbol.arguments), symbol.is_predicate)


def _written(name: str) -> str:
    """A name as formulas write it."""
    return str(Constant(name))
