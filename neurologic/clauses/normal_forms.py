"""Negation normal form, prenex form and Skolem form of formulas.

An equivalence is not expanded where it need not be: ¬(A ↔ B) is A ↔ ¬B, so the negation normal form
is never larger than twice the formula. Only quantifiers below an equivalence force it open, since a
quantifier that occurs with both signs is no prefix; that growth is exponential and therefore bounded.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

from neurologic.binding import free_variables
from neurologic.errors import ProverError
from neurologic.formula import (
    And,
    Constant,
    Count,
    Distinct,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Or,
    Term,
    Variable,
    Verum,
    Xor,
    binders,
    children,
    fold,
    rebuild,
    trampoline,
    walk,
)
from neurologic.formula import map as map_nodes

MOST_NODES = 200_000
"""How large a normal form may grow where equivalences over quantifiers are opened."""


def negation_normal_form(formula: Formula) -> Formula:
    """The equivalent formula of literals under ∧, ∨, ↔ and quantifiers, at most twice as large.

    >>> from neurologic.formula import Atom
    >>> p, q = Atom("P"), Atom("Q")
    >>> str(negation_normal_form(Not(Implies(p, Xor(q, Not(p))))))
    'P ∧ (Q ↔ ¬P)'
    """
    return trampoline(_negated(formula, True))  # type: ignore[no-any-return]


def _negated(node: Any, sign: bool) -> Generator[Any, Any, Any]:
    match node:
        case Not(body):
            return (yield _negated(body, not sign))
        case And(parts) | Or(parts):
            inner = []
            for part in parts:
                inner.append((yield _negated(part, sign)))
            return (And if isinstance(node, And) is sign else Or)(tuple(inner))
        case Implies(left, right):
            first = yield _negated(left, not sign)
            return (Or if sign else And)((first, (yield _negated(right, sign))))
        case Iff(left, right) | Xor(left, right):
            first = yield _negated(left, True)
            return Iff(first, (yield _negated(right, isinstance(node, Iff) is sign)))
        case ForAll(variable, body) | Exists(variable, body):
            kind = ForAll if isinstance(node, ForAll) is sign else Exists
            return kind(variable, (yield _negated(body, sign)))
        case Verum() | Falsum():
            return Verum() if isinstance(node, Verum) is sign else Falsum()
        case _:
            return node if sign else Not(node)


def prenex_form(formula: Formula) -> Formula:
    """The equivalent formula that is a row of quantifiers before a formula without any.

    Quantifiers inside a `Count` are part of a term and stay where they are.

    Raises:
        ProverError: if opening equivalences over quantifiers makes it larger than `MOST_NODES`.

    >>> from neurologic.formula import Atom
    >>> x = Variable("x")
    >>> every = ForAll(x, Atom("P", (x,)))
    >>> str(prenex_form(Implies(every, every)))
    '∃x ∀x1 (¬P(x) ∨ P(x1))'
    """
    prefix: list[Any] = []
    open_form = rename_apart(_opened(negation_normal_form(formula)))
    matrix = trampoline(_without_quantifiers(open_form, prefix))
    for quantified in reversed(prefix):
        matrix = type(quantified)(quantified.variable, matrix)
    return matrix  # type: ignore[no-any-return]


def _without_quantifiers(node: Any, prefix: list[Any]) -> Generator[Any, Any, Any]:
    while isinstance(node, ForAll | Exists):
        prefix.append(node)
        node = node.body
    if not isinstance(node, And | Or | Iff):
        return node
    parts = []
    for part in children(node):
        parts.append((yield _without_quantifiers(part, prefix)))
    return rebuild(node, parts)


def _opened(formula: Formula) -> Formula:
    """The formula in negation normal form with no quantifier left below an equivalence."""
    size = 0

    def step(old: Any, new: tuple[Any, ...]) -> tuple[Any, bool, int]:
        nonlocal size
        quantified = isinstance(old, ForAll | Exists) or any(found for _, found, _ in new)
        nodes = 1 + sum(count for _, _, count in new)
        parts = [part for part, _, _ in new]
        if not quantified or not isinstance(old, Iff):
            return (rebuild(old, parts) if parts else old), quantified, nodes
        if 2 * nodes > MOST_NODES:
            raise ProverError(
                f"the prenex form has more than {MOST_NODES} nodes",
                hint="equivalences between quantified formulas double with each nesting",
            )
        left, right = parts
        opposite = negation_normal_form(Not(left)), negation_normal_form(Not(right))
        opened = And((Or((opposite[0], right)), Or((left, opposite[1]))))
        return opened, True, 2 * nodes

    return fold(formula, step)[0]  # type: ignore[no-any-return]


def skolem_form(formula: Formula, taken: Iterable[str] = ()) -> Formula:
    """The formula in negation normal form, satisfiable exactly if the original is, without ∃.

    ∀x ∃y φ(x, y) becomes ∀x φ(x, f(x)) with a new function f of the variables that occur in ∃y φ.

    Args:
        formula: a sentence.
        taken: names of functions and constants that are in use elsewhere.

    Raises:
        ProverError: as `prenex_form`.

    >>> from neurologic.formula import Atom
    >>> x, y = Variable("x"), Variable("y")
    >>> str(skolem_form(ForAll(x, Exists(y, Atom("R", (x, y))))))
    '∀x R(x, skolem1(x))'
    """
    names = FreshNames((*taken, *function_names([formula])))
    open_form = rename_apart(_opened(negation_normal_form(formula)))
    return trampoline(_skolemized(open_form, {}, [], names))  # type: ignore[no-any-return]


def _skolemized(
    node: Any, terms: dict[str, Term], scope: list[Variable], names: FreshNames
) -> Generator[Any, Any, Any]:
    match node:
        case ForAll(variable, body):
            scope.append(variable)
            body = yield _skolemized(body, terms, scope, names)
            scope.pop()
            return ForAll(variable, body)
        case Exists(variable, body):
            free = free_variables(node)
            inner = {n for name in free if name in terms for n in free_variables(terms[name])}
            args = tuple(v for v in scope if v.name in free | inner)
            terms[variable.name] = applied(names.next("skolem"), args)
            return (yield _skolemized(body, terms, scope, names))
        case And() | Or() | Iff() | Not():
            parts = []
            for part in children(node):
                parts.append((yield _skolemized(part, terms, scope, names)))
            return rebuild(node, parts)
        case _:
            return replaced(node, terms)


def applied(name: str, args: tuple[Any, ...]) -> Term:
    """The function applied to the terms; the constant where there are none."""
    return Function(name, args) if args else Constant(name)


def replaced(node: Any, terms: dict[str, Term]) -> Any:
    """The expression with terms for its variables, where no name is both bound in it and replaced."""
    return map_nodes(
        node, lambda part: terms.get(part.name, part) if isinstance(part, Variable) else part
    )


def rename_apart(formula: Formula) -> Formula:
    """The formula, up to bound names the same, in which no two binders share a name.

    No name is free and bound at once.

    >>> from neurologic.formula import Atom
    >>> x = Variable("x")
    >>> every = ForAll(x, Atom("P", (x,)))
    >>> str(rename_apart(And((every, every))))
    '(∀x P(x)) ∧ ∀x1 P(x1)'
    """
    renamed: Formula = trampoline(_renamed(formula, {}, FreshNames(free_variables(formula))))
    return renamed


def _renamed(node: Any, scope: dict[str, Variable], names: FreshNames) -> Generator[Any, Any, Any]:
    if isinstance(node, Variable):
        return scope.get(node.name, node)
    own = binders(node)
    before = [(v.name, scope.get(v.name)) for v in own]
    renamed = tuple(Variable(names.keep(v.name), v.sort) for v in own)
    scope.update((v.name, new) for v, new in zip(own, renamed, strict=True))
    parts = []
    for child in children(node):
        parts.append((yield _renamed(child, scope, names)))
    for name, old in reversed(before):
        if old is None:
            scope.pop(name, None)
        else:
            scope[name] = old
    match node:
        case ForAll() | Exists():
            return type(node)(renamed[0], parts[0])
        case Count():
            return Count(renamed, parts[0])
        case Distinct():
            return Distinct(tuple(parts), renamed)
        case _:
            return rebuild(node, parts) if parts else node


class FreshNames:
    """Names not yet in use, numbered in the order in which they are asked for.

    >>> names = FreshNames({"x", "x1"})
    >>> names.keep("y"), names.keep("y"), names.next("x")
    ('y', 'y1', 'x2')
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self.taken = set(taken)
        self.numbers: dict[str, int] = {}

    def keep(self, name: str) -> str:
        """The name itself if it is free, else a numbered one."""
        if name in self.taken:
            return self.next(name)
        self.taken.add(name)
        return name

    def next(self, base: str) -> str:
        """The next of `base1`, `base2`, ... that is free."""
        stem = base.rstrip("0123456789") or base
        number = self.numbers.get(stem, 0) + 1
        while f"{stem}{number}" in self.taken:
            number += 1
        self.numbers[stem] = number
        self.taken.add(f"{stem}{number}")
        return f"{stem}{number}"


def function_names(formulas: Iterable[Formula]) -> set[str]:
    """The names of the functions and constants that occur."""
    return {
        node.name
        for formula in formulas
        for node in walk(formula)
        if isinstance(node, Function | Constant)
    }
