"""Quantified sentences up to alpha-equivalence: a skeleton, and the closed terms that fill it in.

A skeleton keeps of ∀x (R(x, f(a, x)) → ∃y R(y, f(a, b))) what depends on x; the largest terms that
do not are its parameters: here `a` and `f(a, b)`. A closed quantified sentence is then just an atom,
whose predicate is the skeleton and whose arguments are the parameters, also inside other sentences.
Nothing is ever substituted, and two sentences are equal up to alpha-equivalence if and only if
their skeletons are the same and their parameters are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from neurologic import formula as language
from neurologic.binding import substitute
from neurologic.formula import (
    ENTITY,
    INTEGER,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Sort,
    Term,
    Variable,
    Verum,
    Xor,
    binders,
    children,
    walk,
)
from neurologic.provers.instantiation.clauses import clausal
from neurologic.provers.instantiation.terms import Terms

LocalAtom = tuple[int, tuple[int, ...]]
"""A predicate's number and arguments, closed or with slots."""
Clause = tuple[int, ...]


@dataclass(slots=True)
class Skeleton:
    """What a binder says: slots 0 to k-1 are its own variables, the slots after them parameters."""

    kind: str
    variables: tuple[Variable, ...]
    parameters: int
    atoms: tuple[LocalAtom, ...]
    root: Any
    clausal: dict[bool, tuple[list[Clause], int, list[Clause]]] = field(default_factory=dict)
    matchers: dict[bool, Any] = field(default_factory=dict)
    shape: Any = None  # as an expression, its parameters being variables
    names: frozenset[str] = frozenset()  # of all variables that are bound in it

    @property
    def sort(self) -> Sort:
        """The sort of the bound variable."""
        return self.variables[0].sort or ENTITY


@dataclass(slots=True)
class Body:
    """A closed sentence: its atoms, and how they are connected."""

    atoms: tuple[LocalAtom, ...]
    root: int


class _Frame:
    """The part of a sentence that one binder governs, inner binders being atoms of it."""

    def __init__(self, level: int, own: tuple[Variable, ...], hidden: list[Any]) -> None:
        self.level, self.own, self.hidden = level, own, hidden
        self.atoms: dict[LocalAtom, int] = {}


_CONNECTIVES: dict[type, str] = {
    Not: "not", And: "and", Or: "or", Xor: "xor", Iff: "iff", Implies: "implies",
    Verum: "true", Falsum: "false",
}  # fmt: skip
_CLASSES = {name: kind for kind, name in _CONNECTIVES.items()}


class Skeletons:
    """The skeletons of one problem; reads sentences and writes them.

    Args:
        terms: where terms and symbols are stored.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.nodes: list[tuple[Any, ...]] = []  # connectives over numbers of nodes, and atoms
        self.node_numbers: dict[tuple[Any, ...], int] = {}
        self.all: list[Skeleton] = []
        self.numbers: dict[Any, int] = {}
        symbol = terms.symbol
        self.equals = symbol("=", 2)
        self.less = symbol("<", 2)
        self.at_most = symbol("<=", 2)
        self.skeleton_of: dict[int, Skeleton] = {}  # by the number of the predicate

    def node(self, *parts: Any) -> int:
        """The number of a connective applied to nodes, or of an atom."""
        found = self.node_numbers.get(parts)
        if found is None:
            found = self.node_numbers[parts] = len(self.nodes)
            self.nodes.append(parts)
        return found

    # reading

    def read(self, sentence: Formula) -> Body:
        """A closed, elaborated sentence."""
        frames = [_Frame(0, (), [])]
        scope: dict[str, tuple[int, Sort]] = {}
        values: list[int] = []
        todo: list[tuple[Any, int]] = [(sentence, -1)]
        terms = self.terms
        while todo:
            node, count = todo.pop()
            kind = node.__class__
            if count >= 0:
                at = len(values) - count
                below = tuple(values[at:])
                del values[at:]
                values.append(self._combine(node, kind, below, frames, scope))
            elif kind is Variable:
                values.append(terms.variable(scope[node.name][0]))
            elif kind is Constant:
                values.append(terms.constant(node.name))
            elif kind is Numeral:
                values.append(terms.numeral(node.value))
            else:
                own = binders(node)
                if own:
                    level = frames[-1].level + len(frames[-1].own)
                    hidden = [(v.name, scope.get(v.name)) for v in own]
                    for i, variable in enumerate(own):
                        scope[variable.name] = (level + i, variable.sort or ENTITY)
                    frames.append(_Frame(level, own, hidden))
                parts = children(node)
                todo.append((node, len(parts)))
                todo.extend((part, -1) for part in reversed(parts))
        return Body(tuple(frames[0].atoms), values[0])

    def _combine(
        self, node: Any, kind: type, below: tuple[int, ...], frames: list[_Frame], scope: Any
    ) -> int:
        terms = self.terms
        connective = _CONNECTIVES.get(kind)
        if connective is not None:
            return self.node(connective, *below)
        if kind is Atom:
            if terms.numerals:
                below = self._numerals(
                    below, terms.words.predicates.get((node.predicate, len(below)))
                )
            return self._leaf(
                frames[-1], terms.symbol("predicate", (node.predicate, len(below))), below
            )
        if kind is Function:
            if terms.numerals:
                below = self._numerals(below, terms.words.functions.get((node.name, len(below))))
            return terms.make(terms.symbol("function", node.name), below)
        if kind is Arithmetic:
            return terms.make(terms.symbol("arithmetic", node.operator), below)
        if kind is Equals:
            below = self._beside((node.left, node.right), below, scope)
            return self._leaf(frames[-1], self.equals, below)
        if kind is Compare:
            below = self._beside((node.left, node.right), below, scope)
            if node.operator in (">", ">="):
                below = below[::-1]
            return self._leaf(
                frames[-1], self.less if node.operator in ("<", ">") else self.at_most, below
            )
        if kind is Distinct and not node.variables:
            below = self._beside(node.terms, below, scope)
            return self._leaf(frames[-1], terms.symbol("distinct", len(below)), below)
        if kind is Count and not node.variables:
            frames.append(_Frame(frames[-1].level + len(frames[-1].own), (), []))
        return self._close(node, kind, below, frames, scope)

    def _leaf(self, frame: _Frame, predicate: int, args: tuple[int, ...]) -> int:
        atoms = frame.atoms
        return self.node("atom", atoms.setdefault((predicate, args), len(atoms)))

    def _close(
        self, node: Any, kind: type, below: tuple[int, ...], frames: list[_Frame], scope: Any
    ) -> int:
        """The atom, or the term, that a binder and what it governs become in the part around it."""
        frame = frames.pop()
        for name, before in frame.hidden:
            if before is None:
                del scope[name]
            else:
                scope[name] = before
        arguments: list[int] = []
        atoms = tuple(
            (predicate, tuple(self._abstract(arg, frame, arguments) for arg in args))
            for predicate, args in frame.atoms
        )
        root: Any = below[0]
        name = _BINDERS[kind]
        if kind is Distinct:
            root = tuple(self._abstract(term, frame, arguments) for term in below)
        key = (name, tuple(v.sort for v in frame.own), atoms, root)
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.all)
            self.all.append(Skeleton(name, frame.own, len(arguments), atoms, root))
            self.skeleton_of[self.terms.symbol(name, number)] = self.all[-1]
            if kind is Count:
                while len(self.terms.counts) <= number:
                    self.terms.counts.append(None)
                self.terms.counts[number] = lambda args: self._filled(number, args)
        symbol = self.terms.symbol(name, number)
        if kind is Count:
            return self.terms.make(symbol, tuple(arguments))
        return self._leaf(frames[-1], symbol, tuple(arguments))

    def _abstract(self, term: int, frame: _Frame, arguments: list[int]) -> int:
        """The term over the binder's slots; largest subterms without its variables are arguments."""
        terms, width = self.terms, len(frame.own)
        own = ((1 << width) - 1) << frame.level
        values: list[int] = []
        todo: list[tuple[int, bool]] = [(term, False)]
        while todo:
            node, ready = todo.pop()
            if ready:
                at = len(values) - len(terms.args[node])
                args = tuple(values[at:])
                del values[at:]
                values.append(terms.make(terms.heads[node], args))
            elif not terms.masks[node] & own:
                arguments.append(node)
                values.append(terms.variable(width + len(arguments) - 1))
            elif terms.slots[node] >= 0:
                values.append(terms.variable(terms.slots[node] - frame.level))
            else:
                todo.append((node, True))
                todo.extend((arg, False) for arg in reversed(terms.args[node]))
        return values[0]

    def _numerals(self, below: tuple[int, ...], declared: Any) -> tuple[int, ...]:
        """The arguments, numerals being of the sorts of their places."""
        if declared is None or self.terms.numerals.isdisjoint(below):
            return below
        place = self.terms.placed
        return tuple(place(t, sort) for t, sort in zip(below, declared.arguments, strict=True))

    def _beside(
        self, written: Sequence[Term], below: tuple[int, ...], scope: Any
    ) -> tuple[int, ...]:
        """The sides, numerals being of the sort of the other side."""
        terms = self.terms
        if terms.numerals.isdisjoint(below):
            return below
        sort = None
        for expression, term in zip(written, below, strict=True):
            if isinstance(expression, Variable):
                sort = sort or scope[expression.name][1]
            else:
                sort = sort or terms.sort(term)
        return tuple(terms.placed(term, sort or INTEGER) for term in below)

    # writing

    def clauses(self, skeleton: Skeleton, sign: bool) -> tuple[list[Clause], int, list[Clause]]:
        """The body, or its negation, in clausal form over the skeleton's atoms; see `clausal`."""
        found = skeleton.clausal.get(sign)
        if found is None:
            found = clausal(self.nodes, skeleton.root, sign, len(skeleton.atoms))
            skeleton.clausal[sign] = found
        return found

    def formula(self, predicate: int, args: Sequence[Term]) -> Formula:
        """The atom as a formula."""
        kind, name = self.terms.symbols[predicate]
        match kind:
            case "=":
                return Equals(args[0], args[1])
            case "<" | "<=":
                return Compare(kind, args[0], args[1])
            case "predicate":
                return Atom(name[0], tuple(args))
            case "distinct":
                return Distinct(tuple(args))
            case _:
                return self._filled(name, args)  # type: ignore[no-any-return]

    def _filled(self, number: int, args: Sequence[Term]) -> Any:
        skeleton = self.all[number]
        if skeleton.shape is None:
            self._shape(number)
        if not args:
            return skeleton.shape
        names = {f"#{i}": arg for i, arg in enumerate(args)}
        free = {v.name for arg in args for v in walk(arg) if isinstance(v, Variable)}
        if free & skeleton.names:
            return substitute(skeleton.shape, names)

        def change(node: Any) -> Any:
            return names.get(node.name, node) if node.__class__ is Variable else node

        return language.map(skeleton.shape, change)

    def _shape(self, number: int) -> None:
        """The skeleton as an expression whose parameters are variables #0, #1, ..."""
        pending = [number]
        while pending:  # inner binders first
            skeleton = self.all[pending[-1]]
            if skeleton.shape is not None:
                pending.pop()
                continue
            inner = [n for n in self._inner(skeleton) if self.all[n].shape is None]
            if inner:
                pending += inner
                continue
            pending.pop()
            below = (self.all[n].names for n in self._inner(skeleton))
            skeleton.names = frozenset(v.name for v in skeleton.variables).union(*below)
            slots = [*skeleton.variables, *(Variable(f"#{i}") for i in range(skeleton.parameters))]
            expression = self.terms.expression
            if skeleton.kind == "distinct all":
                parts = tuple(expression(t, {}, slots) for t in skeleton.root)
                skeleton.shape = Distinct(parts, skeleton.variables)
                continue
            atoms = [
                self.formula(predicate, [expression(t, {}, slots) for t in args])
                for predicate, args in skeleton.atoms
            ]
            body = self._written(skeleton.root, atoms)
            if skeleton.kind == "count":
                skeleton.shape = Count(skeleton.variables, body)
            else:
                quantifier = ForAll if skeleton.kind == "all" else Exists
                skeleton.shape = quantifier(skeleton.variables[0], body)

    def _inner(self, skeleton: Skeleton) -> list[int]:
        """The numbers of the binders that occur in the body."""
        symbols, heads = self.terms.symbols, self.terms.heads
        found = [symbols[p][1] for p, _ in skeleton.atoms if p in self.skeleton_of]
        todo = [term for _, args in skeleton.atoms for term in args]
        if skeleton.kind == "distinct all":
            todo += skeleton.root
        while todo:
            term = todo.pop()
            todo += self.terms.args[term]
            if symbols[heads[term]][0] == "count":
                found.append(symbols[heads[term]][1])
        return found

    def _written(self, root: int, atoms: Sequence[Formula]) -> Formula:
        done: dict[int, Formula] = {}
        for number in reachable(self.nodes, root):
            kind, *parts = self.nodes[number]
            if kind == "atom":
                done[number] = atoms[parts[0]]
            else:
                below = [done[part] for part in parts]
                made: Any = _CLASSES[kind]
                done[number] = made(tuple(below)) if kind in ("and", "or") else made(*below)
        return done[root]


_BINDERS: dict[type, str] = {ForAll: "all", Exists: "ex", Count: "count", Distinct: "distinct all"}


def reachable(nodes: Sequence[tuple[Any, ...]], root: int) -> list[int]:
    """The nodes below and including the root, each after what it is built from."""
    seen = {root}
    todo = [root]
    while todo:
        kind, *parts = nodes[todo.pop()]
        if kind != "atom":
            for part in parts:
                if part not in seen:
                    seen.add(part)
                    todo.append(part)
    return sorted(seen)
