"""Unification: the most general substitution under which two expressions are the same.

Robinson (A machine-oriented logic based on the resolution principle, 1965), with the occurs check
and with sorts: a variable takes terms of its own sort only, a rational one also integers.
"""

from __future__ import annotations

from typing import Any

from neurologic.formula import (
    ENTITY,
    INTEGER,
    RATIONAL,
    Arithmetic,
    Compare,
    Constant,
    Count,
    Expression,
    Function,
    Node,
    Numeral,
    Sort,
    Term,
    Variable,
    binders,
    children,
    rebuild,
    walk,
)
from neurologic.signature import Signature, Vocabulary


def unify(
    left: Expression, right: Expression, signature: Signature = Signature()
) -> dict[str, Term] | None:
    """The most general unifier by names of variables, idempotent; None if there is none.

    Args:
        left: a term or an atom.
        right: another; what both say of a variable of the same name is about the same variable.
        signature: gives the sorts of functions and constants; those it does not know are Entity.

    A part with bound variables, such as a count, unifies with its equal only.

    >>> from neurologic.formula import Atom
    >>> x, y, a = Variable("x"), Variable("y"), Constant("a")
    >>> unifier = unify(Atom("R", (x, Function("f", (x,)))), Atom("R", (a, y)))
    >>> {name: str(term) for name, term in unifier.items()}
    {'x': 'a', 'y': 'f(a)'}
    >>> unify(x, Function("f", (x,))) is None
    True
    """
    words = signature.vocabulary()
    bound: dict[str, Any] = {}
    todo: list[tuple[Any, Any]] = [(left, right)]
    while todo:
        first, second = (_value(side, bound) for side in todo.pop())
        if first is second or (isinstance(first, Variable) and _same_variable(first, second)):
            continue
        if isinstance(second, Variable) and (
            not isinstance(first, Variable) or second.sort == RATIONAL  # takes what others take
        ):
            first, second = second, first
        if isinstance(first, Variable):
            fits = takes(first.sort or ENTITY, sort_of(second, words))
            if not fits or not isinstance(second, Node) or _occurs(first.name, second, bound):
                return None
            bound[first.name] = second
        elif binders(first) or binders(second):
            if first != second:
                return None
        elif _clash(first, second):
            return None
        else:
            todo.extend(zip(reversed(children(first)), reversed(children(second)), strict=True))
    return _resolved(bound)


def takes(sort: Sort, other: Sort | None) -> bool:
    """Whether a variable of the one sort may stand for a term of the other (None: a numeral)."""
    return other is None or sort == other or (sort == RATIONAL and other == INTEGER)


def sort_of(term: Any, words: Vocabulary) -> Sort | None:
    """The sort of a term; None for a numeral, which is of the sort of its place."""
    match term:
        case Variable(_, sort):
            return sort or ENTITY
        case Constant(name):
            return words.sort_of_constant(name) or ENTITY
        case Function(name, args):
            declared = words.functions.get((name, len(args)))
            return declared.result if declared else ENTITY
        case Count():
            return INTEGER
        case Arithmetic():
            parts = [n for n in walk(term) if not isinstance(n, Arithmetic | Numeral)]
            whole = all(n.value.denominator == 1 for n in walk(term) if isinstance(n, Numeral))
            return (
                INTEGER if whole and all(sort_of(n, words) != RATIONAL for n in parts) else RATIONAL
            )
        case _:
            return None


def _same_variable(first: Variable, second: Any) -> bool:
    return isinstance(second, Variable) and first.name == second.name


def _value(term: Any, bound: dict[str, Any]) -> Any:
    while isinstance(term, Variable) and term.name in bound:
        term = bound[term.name]
    return term


def _clash(first: Any, second: Any) -> bool:
    """Whether two expressions, neither of them a variable, differ in what stands at their head."""
    if type(first) is not type(second) or len(children(first)) != len(children(second)):
        return True
    if isinstance(first, Numeral):
        return bool(first.value != second.value)
    if isinstance(first, Arithmetic | Compare):
        return bool(first.operator != second.operator)
    return any(
        getattr(first, field, None) != getattr(second, field, None)
        for field in ("name", "predicate")
    )


def _occurs(name: str, term: Any, bound: dict[str, Any]) -> bool:
    seen: set[int] = set()
    stack = [term]
    while stack:
        node = _value(stack.pop(), bound)
        if isinstance(node, Variable):
            if node.name == name:
                return True
        elif id(node) not in seen:
            seen.add(id(node))
            stack.extend(children(node))
    return False


def _resolved(bound: dict[str, Any]) -> dict[str, Term]:
    """The bindings applied to each other until none applies; parts in common stay shared."""
    done: dict[int, Any] = {}
    for root in bound.values():
        stack = [(root, False)]
        while stack:
            node, ready = stack.pop()
            if id(node) in done:
                continue
            value = _value(node, bound)
            below = (value,) if value is not node else children(node)
            if not below:
                done[id(node)] = node
            elif ready:
                parts = [done[id(part)] for part in below]
                same = all(a is b for a, b in zip(parts, below, strict=True))
                done[id(node)] = (
                    parts[0] if value is not node else node if same else rebuild(node, parts)
                )
            else:
                stack.append((node, True))
                stack.extend((part, False) for part in below)
    return {name: done[id(term)] for name, term in sorted(bound.items())}
