"""The places of a problem: what its formulas say of the sorts of terms, before anything follows from it.

Every argument place, bound variable, constant and function value is a place. A term that stands in
a place shares its sort; equations, comparisons and sums link two places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from neurologic.formula import (
    BOOLEAN,
    INTEGER,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Formula,
    Function,
    Numeral,
    Sort,
    Variable,
    binders,
    children,
    walk,
)
from neurologic.signature.declarations import Vocabulary
from neurologic.signature.places import Demand, Occurrence, Use, misfit, root_of
from neurologic.signature.wellformed import (
    COMPARISONS,
    FORMULA_KINDS,
    OPERATIONS,
    TERM_KINDS,
    misplaced,
    unknown_operator,
)

_Stack: TypeAlias = list[tuple[Any, int]]
_Scope: TypeAlias = dict[str, list[int]]

_LEAVE = -2


@dataclass(slots=True)
class Places:
    """The places of a problem and what is said of them."""

    words: Vocabulary
    erase: frozenset[Sort] = frozenset()
    parent: list[int] = field(default_factory=list)
    links: list[tuple[int, int, Formula]] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    products: list[Formula] = field(default_factory=list)
    numerals: list[Occurrence] = field(default_factory=list)
    binders: list[tuple[Variable, int]] = field(default_factory=list)
    symbols: dict[tuple[str, int, bool], tuple[int, ...]] = field(default_factory=dict)

    @property
    def ranked(self) -> bool:
        """Whether there is an ordered enumeration."""
        return any(declaration.ordered for declaration in self.words.sorts.values())

    def new(self) -> int:
        """A place of which nothing is known yet."""
        self.parent.append(len(self.parent))
        return len(self.parent) - 1

    def find(self, place: int) -> int:
        """The place that stands for all those that share its sort."""
        return root_of(self.parent, place)

    def read(self, formula: Formula) -> dict[str, tuple[Variable, int]]:
        """Add the constraints of one formula; the result tells the places of its free variables.

        A preorder walk that carries the place each term stands in, and the variables in scope.
        """
        scope: dict[str, list[int]] = {}
        free: dict[str, tuple[Variable, int]] = {}
        stack: _Stack = [(formula, -1)]
        while stack:
            node, target = stack.pop()
            if target == _LEAVE:
                for variable in node:
                    scope[variable.name].pop()
                continue
            kind = node.__class__
            if kind not in (TERM_KINDS if target >= 0 else FORMULA_KINDS):
                raise misplaced(node, formula, term=target >= 0)
            match node:
                case Variable(name):
                    inner = scope.get(name)
                    if not inner:
                        if name not in free:
                            free[name] = (node, self._variable(node, formula))
                        inner = [free[name][1]]
                    self._union(target, inner[-1])
                case Constant(name):
                    self._union(target, self._symbol(name, 0, False, formula)[0])
                case Numeral():
                    self.numerals.append(Occurrence(target, node, formula))
                case Function(name, args):
                    places = self._symbol(name, len(args), False, formula)
                    self._union(target, places[-1])
                    stack.extend(zip(reversed(args), reversed(places[:-1]), strict=True))
                case Atom():
                    self._atom(stack, node, formula, scope)
                case Arithmetic():
                    self._arithmetic(stack, node, formula, target)
                case Equals(left, right):
                    self._linked(stack, (left, right), formula)
                case Compare(operator, left, right):
                    if operator not in COMPARISONS:
                        raise unknown_operator(node, formula)
                    place = self._linked(stack, (left, right), formula)
                    self.demands.append(Demand(place, operator, formula))
                case _:
                    self._binding(stack, node, formula, target, scope)
        return free

    def _atom(self, stack: _Stack, node: Atom, formula: Formula, scope: _Scope) -> None:
        places = self._symbol(node.predicate, len(node.args), True, formula)
        for term, place in zip(reversed(node.args), reversed(places), strict=True):
            if term.__class__ is Variable and scope.get(term.name):
                self._union(place, scope[term.name][-1])
            else:
                stack.append((term, place))

    def _arithmetic(self, stack: _Stack, node: Arithmetic, formula: Formula, target: int) -> None:
        operator, left, right = node.operator, node.left, node.right
        if operator not in OPERATIONS:
            raise unknown_operator(node, formula)
        if operator == "*" and not (_is_number(left) or _is_number(right)):
            self.products.append(formula)
        if self.ranked and _is_shift(operator, left, right):
            self._shift(stack, node, formula, target)
            return
        self.demands.append(Demand(target, operator, formula))
        self._linked(stack, (left, right), formula, target)

    def _binding(
        self, stack: _Stack, node: Any, formula: Formula, target: int, scope: _Scope
    ) -> None:
        """A connective, a quantifier, a Count or a Distinct."""
        if isinstance(node, Count):
            self.uses.append(Use(target, INTEGER, "Count", formula))
        own = binders(node)
        if own:
            stack.append((own, _LEAVE))
            for variable in own:
                place = self._binder(variable, formula)
                scope.setdefault(variable.name, []).append(place)
        if isinstance(node, Distinct):
            self._linked(stack, node.terms, formula)
        else:
            stack.extend((child, -1) for child in reversed(children(node)))

    def _linked(
        self, stack: _Stack, terms: Sequence[Any], formula: Formula, first: int = -1
    ) -> int:
        """Give each term a place of its own, linked to the first."""
        pairs: list[tuple[Any, int]] = []
        for term in terms:
            place = self.new()
            if first >= 0:
                self.links.append((first, place, formula))
            else:
                first = place
            pairs.append((term, place))
        stack.extend(reversed(pairs))
        return first

    def _shift(self, stack: _Stack, node: Arithmetic, formula: Formula, target: int) -> None:
        """A term and a number added to it, which has the same sort only if that is numeric."""
        number, place = self.new(), self.new()
        self.demands.append(Demand(target, node.operator, formula, number))
        self.links.append((target, place, formula))
        left = place if isinstance(node.right, Numeral) else number
        stack += ((node.right, number if left == place else place), (node.left, left))

    def _binder(self, variable: Variable, formula: Formula) -> int:
        place = self._variable(variable, formula)
        self.binders.append((variable, place))
        return place

    def _variable(self, variable: Variable, formula: Formula) -> int:
        """A new place for a variable, with the sort that is written on it."""
        if not isinstance(variable, Variable):
            raise TypeError(f"expected a variable to be bound, got {variable!r:.80}")
        place = self.new()
        sort = None if variable.sort in self.erase else variable.sort
        if sort == BOOLEAN:
            raise misfit("Bool is the sort of formulas, not of terms", formula, sort.name)
        if sort is not None:
            if sort not in self.words.sorts:
                raise misfit(
                    f"unknown sort {sort}", formula, sort.name, hint=f"declare sort {sort}"
                )
            self.uses.append(Use(place, sort, variable.name, formula))
        return place

    def _symbol(self, name: str, arity: int, predicate: bool, formula: Formula) -> tuple[int, ...]:
        """The places of a symbol: its arguments and, unless a predicate, its value."""
        key = (name, arity, predicate)
        places = self.symbols.get(key)
        if places is None:
            sorts = self._declared(name, arity, predicate, formula)
            places = tuple(self.new() for _ in range(arity + (not predicate)))
            self.symbols[key] = places
            self.uses.extend(
                Use(place, sort, name, formula)
                for place, sort in zip(places, sorts, strict=bool(sorts))
            )
        return places

    def _declared(
        self, name: str, arity: int, predicate: bool, formula: Formula
    ) -> tuple[Sort, ...]:
        words = self.words
        if arity == 0 and not predicate and name in words.members:
            return (words.members[name],)
        table = words.predicates if predicate else words.functions
        found = table.get((name, arity))
        if found is not None:
            return found.arguments if predicate else (*found.arguments, found.result)
        others = sorted(n for (other, n) in table if other == name)
        if others:
            takes = " or ".join(map(str, others))
            raise misfit(
                f"{name} takes {takes} argument{'s' * (others != [1])}, not {arity}",
                formula,
                name,
            )
        return ()

    def _union(self, left: int, right: int) -> None:
        parent = self.parent
        while parent[left] != left:
            parent[left] = left = parent[parent[left]]
        while parent[right] != right:
            parent[right] = right = parent[parent[right]]
        if left < right:
            parent[right] = left
        else:
            parent[left] = right


def _is_number(term: Any) -> bool:
    """Whether a term is calculated from numerals alone."""
    return all(isinstance(node, (Numeral, Arithmetic)) for node in walk(term))


def _is_shift(operator: str, left: Any, right: Any) -> bool:
    """Whether a number is added to something else, or taken away from it."""
    if isinstance(right, Numeral):
        return operator in ("+", "-")
    return operator == "+" and isinstance(left, Numeral)
