"""Free and bound variables: substitution that avoids capture, universal closure, fresh names."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from neurologic.formula import (
    Exists,
    ForAll,
    Formula,
    Node,
    Term,
    Variable,
    binders,
    children,
    fold,
    rebuild,
    trampoline,
    walk,
)

T = TypeVar("T")


def free_variables(node: Node) -> frozenset[str]:
    """The names of the variables with a free occurrence.

    >>> from neurologic.formula import Atom
    >>> sorted(free_variables(ForAll(Variable("x"), Atom("P", (Variable("x"), Variable("y"))))))
    ['y']
    """

    def step(node: Any, below: tuple[frozenset[str], ...]) -> frozenset[str]:
        if isinstance(node, Variable):
            return frozenset((node.name,))
        free = frozenset[str]().union(*below)
        bound = binders(node)
        return free.difference(v.name for v in bound) if bound else free

    return fold(node, step)


def substitute(node: T, terms: Mapping[str, Term]) -> T:
    """The expression with free variables replaced by terms; bound variables step aside.

    >>> from neurologic.formula import Atom
    >>> x, y = Variable("x"), Variable("y")
    >>> str(substitute(ForAll(y, Atom("R", (x, y))), {"x": y}))
    '∀y1 R(y, y1)'
    """
    return trampoline(_substitute(node, dict(terms)))  # type: ignore[no-any-return]


def _substitute(node: Any, terms: dict[str, Any]) -> Generator[Any, Any, Any]:
    if isinstance(node, Variable):
        return terms.get(node.name, node)
    own = binders(node)
    if own:
        terms = {name: term for name, term in terms.items() if name not in {v.name for v in own}}
        free = free_variables(node)
        terms = {name: term for name, term in terms.items() if name in free}
        taken = frozenset[str]().union(*(free_variables(term) for term in terms.values()))
        renamed = []
        for variable in own:
            if variable.name in taken:
                inside = frozenset[str]().union(*(free_variables(c) for c in children(node)))
                fresh = fresh_name(variable.name, taken | inside)
                terms[variable.name] = Variable(fresh, variable.sort)
                taken |= {fresh}
                variable = terms[variable.name]
            renamed.append(variable)
        match node:
            case ForAll() | Exists():
                node = replace(node, variable=renamed[0])
            case _:
                node = replace(node, variables=tuple(renamed))
    if not terms:
        return node
    parts = []
    for child in children(node):
        parts.append((yield _substitute(child, terms)))
    return rebuild(node, parts)


def fresh_name(base: str, taken: Iterable[str]) -> str:
    """The first of `base1`, `base2`, ... that is not taken.

    >>> fresh_name("x", {"x", "x1"})
    'x2'
    """
    taken = frozenset(taken)
    stem = base.rstrip("0123456789") or base
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def universal_closure(formula: Formula, order: Iterable[str] = ()) -> Formula:
    """The formula with its free variables bound universally, in `order` and then by name.

    >>> from neurologic.formula import Atom
    >>> str(universal_closure(Atom("P", (Variable("x"),))))
    '∀x P(x)'
    """
    free = free_variables(formula)
    sorts = {v.name: v for v in walk(formula) if isinstance(v, Variable) and v.name in free}
    names = [name for name in dict.fromkeys(order) if name in free]
    names += sorted(free.difference(names))
    for name in reversed(names):
        formula = ForAll(sorts[name], formula)
    return formula
