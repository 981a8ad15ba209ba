"""Clauses as the numbers that the search works with, and what each number stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from neurologic.binding import free_variables, substitute
from neurologic.clauses import ClausalForm, Clause
from neurologic.clauses.unification import sort_of
from neurologic.errors import ProverError
from neurologic.formula import (
    ENTITY,
    INTEGER,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Function,
    Numeral,
    Sort,
    Variable,
    binders,
    children,
    walk,
)
from neurologic.provers.tableau.search import Literal, MatrixClause, Term
from neurologic.signature import Signature, Vocabulary

MOST_DEPTH = 150
"""How deep the terms of a clause may nest."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What an instance of a clause of the matrix stands for.

    Args:
        clause: the number of the clause it is an instance of, or None.
        equalities: clauses that congruence, or the order of values, makes valid.
        member: the term that is one of the members listed in the first of the equalities.
    """

    clause: int | None
    equalities: tuple[tuple[Literal, ...], ...] = ()
    member: Term | None = None


@dataclass(slots=True)
class Matrix:
    """The clauses as numbers, what each stands for, and the sorts of its variables."""

    form: ClausalForm
    signature: Signature
    words: Vocabulary
    clauses: list[MatrixClause] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    sorts: list[tuple[Sort, ...]] = field(default_factory=list)
    symbols: list[tuple[Any, ...]] = field(default_factory=list)
    result: list[Sort | None] = field(default_factory=list)
    predicates: list[tuple[Any, ...]] = field(default_factory=lambda: [()])
    reflexive: list[int] = field(default_factory=list)
    _numbers: dict[Any, int] = field(default_factory=dict)

    def add(self, literals: Sequence[Literal], sorts: Sequence[Sort], origin: Origin) -> None:
        """One more clause, unless it says nothing new."""
        unique = tuple(dict.fromkeys(literals))
        if any((-p, args) in unique or self.trivial(p, args) for p, args in unique):
            return
        self.append(unique, sorts, origin)

    def append(self, literals: tuple[Literal, ...], sorts: Sequence[Sort], origin: Origin) -> None:
        """One more clause."""
        self.clauses.append(MatrixClause(literals, len(sorts), not sorts))
        self.origins.append(origin)
        self.sorts.append(tuple(sorts))

    def trivial(self, predicate: int, args: tuple[Term, ...]) -> bool:
        """Whether the literal says that something is itself."""
        return predicate > 0 and self.predicates[predicate][0] == "=" and args[0] == args[1]

    def predicate(self, key: tuple[Any, ...]) -> int:
        """The number of a predicate."""
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.predicates)
            self.predicates.append(key)
        return number

    def sorts_of(self, predicate: int, arity: int) -> tuple[Sort, ...]:
        """The sorts of a predicate's arguments."""
        match self.predicates[predicate]:
            case ("atom", name, _):
                declared = self.words.predicates.get((name, arity))
                return declared.arguments if declared else (ENTITY,) * arity
            case ("distinct", pattern, _):
                return _place_sorts(pattern, arity) if pattern is not None else (ENTITY,) * arity
            case (_, sort):
                return (sort,) * arity
        raise AssertionError(predicate)

    def places(self, number: int) -> tuple[Sort, ...]:
        """The sorts of a symbol's arguments."""
        kind, name, arity = self.symbols[number]
        if kind == "function":
            declared = self.words.functions.get((name, arity))
            return declared.arguments if declared else (ENTITY,) * int(arity)
        if kind == "arithmetic":
            return (self.result[number] or INTEGER,) * int(arity)
        return _place_sorts(name, arity) if arity else ()

    def symbol(self, key: tuple[Any, ...], sort: Sort | None) -> int:
        """The number of a function, a constant or another term's head."""
        number = self._numbers.get(("term", *key))
        if number is None:
            number = self._numbers["term", *key] = len(self.symbols)
            self.symbols.append(key)
            self.result.append(sort)
        return number


class Encoder:
    """Turns one clause after another into numbers."""

    def __init__(self, form: ClausalForm, signature: Signature) -> None:
        full = form.signature(signature)
        self.words = full.vocabulary()
        self.patterns: dict[Any, Any] = {}
        self.matrix = Matrix(form, full, self.words)

    def literals(self, clause: Clause) -> tuple[list[Literal], dict[str, int], list[Sort]]:
        """The literals over variables numbered in order, their numbers and their sorts."""
        variables = {v.name: i for i, v in enumerate(clause.variables())}
        sorts = [v.sort or ENTITY for v in clause.variables()]
        return [self.literal(s, a, variables) for s, a in clause.literals], variables, sorts

    def literal(self, sign: bool, atom: Any, variables: dict[str, int]) -> Literal:
        """The literal over numbered variables."""
        match atom:
            case Atom(name, args):
                key: tuple[Any, ...] = ("atom", name, len(args))
            case Equals(left, right):
                args = (left, right)
                key = ("=", self.common(left, right))
            case Compare(operator, left, right):
                args = (left, right)
                key = (operator, self.common(left, right))
            case Distinct(_, bound) if bound:
                pattern, args = self.pattern(atom)
                key = ("distinct", pattern, len(args))
            case Distinct(args):
                key = ("distinct", None, len(args))
            case _:
                raise ProverError(f"expected an atom, got {atom!r:.80}")
        number = self.matrix.predicate(key)
        return (number if sign else -number), tuple(self.term(arg, variables) for arg in args)

    def pattern(self, node: Any) -> tuple[Any, tuple[Variable, ...]]:
        """What an expression that binds variables says of its free ones, always in one wording."""
        pattern, free = abstracted(node)
        return self.patterns.setdefault(_shape(pattern), pattern), free

    def common(self, left: Any, right: Any) -> Sort:
        """The sort of the things compared; a rational side makes the other one rational."""
        sorts = {sort for sort in (sort_of(left, self.words), sort_of(right, self.words)) if sort}
        return max(sorts, key=lambda s: s.name) if sorts else INTEGER

    def term(self, node: Any, variables: dict[str, int], depth: int = 0) -> Term:
        """The term over numbered variables."""
        if depth > MOST_DEPTH:
            raise ProverError(f"a term is nested more than {MOST_DEPTH} deep")
        if isinstance(node, Variable):
            return variables[node.name]
        sort = sort_of(node, self.words)
        match node:
            case Constant(name):
                key: tuple[Any, ...] = ("function", name, 0)
                args: tuple[Any, ...] = ()
            case Function(name, args):
                key = ("function", name, len(args))
            case Arithmetic(operator, left, right):
                args = (left, right)
                key = ("arithmetic", (operator, sort), 2)  # whole sums and others are not mixed
            case Numeral(value):
                args, key = (), ("numeral", value, 0)
            case Count():
                pattern, args = self.pattern(node)
                key = ("count", pattern, len(args))
            case _:
                raise ProverError(f"expected a term, got {node!r:.80}")
        inner = [self.term(arg, variables, depth + 1) for arg in args]
        return (self.matrix.symbol(key, sort), *inner)


def abstracted(node: Any) -> tuple[Any, tuple[Variable, ...]]:
    """An expression that binds variables, its free ones renamed in order, and those."""
    free = free_variables(node)
    found = dict.fromkeys(n for n in walk(node) if isinstance(n, Variable) and n.name in free)
    first = {v.name: v for v in reversed(found)}
    order = [first[name] for name in dict.fromkeys(v.name for v in found)]
    places = {v.name: Variable(f"place{i}", v.sort) for i, v in enumerate(order)}
    return substitute(node, places), tuple(order)


def _place_sorts(pattern: Any, arity: int) -> tuple[Sort, ...]:
    free = {v.name: v.sort or ENTITY for v in walk(pattern) if isinstance(v, Variable)}
    return tuple(free[f"place{i}"] for i in range(arity))


def _shape(pattern: Any) -> tuple[Any, ...]:
    """What the expression says, whatever its bound variables are called."""
    tokens: list[Any] = []
    numbers: dict[str, int] = {}
    for node in walk(pattern):
        for variable in binders(node):
            numbers[variable.name] = len(numbers)
        words = [getattr(node, f, None) for f in ("predicate", "operator", "value")]
        name = getattr(node, "name", None)
        bound = numbers.get(name) if isinstance(node, Variable) and name else None
        sorts = tuple(v.sort or ENTITY for v in binders(node))
        tokens.append((type(node), name if bound is None else bound, *words, sorts))
        tokens.append(len(children(node)))
    return tuple(tokens)
