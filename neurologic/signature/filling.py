"""Formulas with new variables: the second half of elaboration, once the sorts are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from neurologic.formula import (
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Exists,
    ForAll,
    Formula,
    Function,
    Sort,
    Variable,
    binders,
    children,
    rebuild,
)


def fill(
    formula: Formula,
    binder: Iterator[Variable],
    free: Mapping[str, Variable],
    keep: Iterator[bool] | None = None,
) -> Formula:
    """The formula with new variables; everything comes in the order of `Places.read`.

    A function without arguments becomes a constant.
    Where `keep` says so, a comparison becomes an atom and an arithmetical term a function.
    """
    scope: dict[str, list[Variable]] = {}
    todo: list[tuple[Any, Any, bool]] = [(formula, None, True)]
    values: list[Any] = []
    while todo:
        node, own, kept = todo.pop()
        if node.__class__ is Atom:
            filled = _filled_atom(node, scope)
            if filled is not None:
                values.append(filled)
                continue
        below = children(node)
        if own is None and below:
            own = tuple(next(binder) for _ in binders(node))
            for variable in own:
                scope.setdefault(variable.name, []).append(variable)
            if keep is not None and isinstance(node, (Compare, Arithmetic)):
                kept = next(keep)
            todo.append((node, own, kept))
            todo.extend((child, None, True) for child in reversed(below))
            continue
        if isinstance(node, Variable):
            inner = scope.get(node.name)
            node = inner[-1] if inner else free[node.name]
        elif isinstance(node, Function) and not below:
            node = Constant(node.name)
        elif below:
            at = len(values) - len(below)
            new = values[at:]
            del values[at:]
            node = _rebuilt(node, below, new, own) if kept else _as_symbol(node, new)
            for variable in own:
                scope[variable.name].pop()
        values.append(node)
    return values[0]  # type: ignore[no-any-return]


def _filled_atom(atom: Atom, scope: Mapping[str, list[Variable]]) -> Atom | None:
    """The atom with the variables in scope, if its arguments are such variables and constants."""
    args: list[Variable | Constant] = []
    for term in atom.args:
        if term.__class__ is Constant:
            args.append(term)
        elif term.__class__ is Variable and scope.get(term.name):
            args.append(scope[term.name][-1])
        else:
            return None
    return Atom(atom.predicate, tuple(args))


def _as_symbol(node: Compare | Arithmetic, args: Sequence[Any]) -> Atom | Function:
    if isinstance(node, Compare):
        swap = node.operator in (">", ">=")
        return Atom(node.operator.replace(">", "<"), tuple(args[::-1] if swap else args))
    return Function(node.operator, tuple(args))


def with_sort(variable: Variable, sort: Sort | None) -> Variable:
    """The variable with this sort."""
    return variable if variable.sort == sort else Variable(variable.name, sort)


def _rebuilt(node: Any, below: Sequence[Any], new: Sequence[Any], own: Sequence[Variable]) -> Any:
    same = all(a is b for a, b in zip(below, new, strict=True))
    if not own:
        return node if same else rebuild(node, new)
    match node:
        case ForAll(variable, _) | Exists(variable, _):
            same = same and variable is own[0]
            return node if same else node.__class__(own[0], new[0])
        case _:
            same = same and all(a is b for a, b in zip(binders(node), own, strict=True))
            return node if same else replace(rebuild(node, new), variables=tuple(own))
