"""Sort inference over a whole problem: union-find over argument places, variables and equations.

Every argument place, bound variable, constant and function value is a *place*. A term that stands
in a place shares its sort. Equations, comparisons and sums *link* two places: linked places have
one sort, except that an integer may meet a rational. A linked group that is compared or calculated
with is numeric: Int, or Rational where a decimal occurs. What nothing determines is Entity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from neurologic.binding import universal_closure
from neurologic.formula import (
    BOOLEAN,
    ENTITY,
    INTEGER,
    RATIONAL,
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
from neurologic.signature.declarations import (
    NUMERIC,
    Signature,
    SortDeclaration,
    SymbolDeclaration,
    Vocabulary,
)
from neurologic.signature.filling import fill, with_sort
from neurologic.signature.places import Demand, Occurrence, Use, misfit, root_of
from neurologic.signature.plain import plain
from neurologic.signature.succession import spelled_out
from neurologic.signature.wellformed import (
    COMPARISONS,
    FORMULA_KINDS,
    OPERATIONS,
    TERM_KINDS,
    misplaced,
    unknown_operator,
)


def elaborate(
    formulas: Sequence[Formula],
    declared: Signature = Signature(),
    *,
    arithmetic: Literal["interpreted", "uninterpreted"] = "interpreted",
) -> tuple[Signature, tuple[Formula, ...]]:
    """The signature of a problem, and its formulas with every variable sorted and bound.

    Args:
        formulas: the whole problem; sorts are inferred over all of it, and free variables closed
            universally.
        declared: sorts and symbols that are known; the others are inferred.
        arithmetic: `uninterpreted` turns comparisons and sums into mere symbols named `<`, `<=`,
            `+`, `-`, `*` (`a > b` is `b < a`), so that numerals are constants like any other.

    Returns:
        The declared sorts and symbols and, by first appearance, the inferred ones.

    Raises:
        SignatureError: sorts or arities that do not fit, a term where a formula belongs or the
            reverse; `text` is the formula, `span` the symbol.
        TypeError: a part of a formula is neither term nor formula.

    >>> from neurologic.parsing import parse
    >>> print(elaborate([parse("all x. (age(x) > 18)")])[0])
    sort Entity
    sort Int
    fun age: Entity -> Int
    """
    usual = None if declared.sorts or declared.symbols else plain(formulas)
    if usual is not None:
        return usual
    if arithmetic == "uninterpreted":
        declared, formulas = _forget_numbers(declared, formulas)
    problem = _Problem(declared.vocabulary())
    free = [problem.read(formula) for formula in formulas]
    shifted = problem.settle_shifts()
    sorts = problem.solve()
    binders = iter([with_sort(v, sorts[place]) for v, place in problem.binders])
    filled = []
    for formula, variables in zip(formulas, free, strict=True):
        names = {name: Variable(name, sorts[place]) for name, (_, place) in variables.items()}
        sentence = fill(formula, binders, names)
        filled.append(universal_closure(sentence, names) if names else sentence)
    signature = problem.signature(sorts, declared)
    if shifted:
        words = signature.vocabulary()
        filled = [spelled_out(sentence, words) for sentence in filled]
    return signature, tuple(filled)


@dataclass(slots=True)
class _Problem:
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
        self.parent.append(len(self.parent))
        return len(self.parent) - 1

    def find(self, place: int) -> int:
        return root_of(self.parent, place)

    def read(self, formula: Formula) -> dict[str, tuple[Variable, int]]:
        """Add the constraints of one formula; the result tells the places of its free variables.

        A preorder walk that carries the place each term stands in, and the variables in scope.
        """
        scope: dict[str, list[int]] = {}
        free: dict[str, tuple[Variable, int]] = {}
        stack: list[tuple[Any, int]] = [(formula, -1)]
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
                case Atom(name, args):
                    places = self._symbol(name, len(args), True, formula)
                    for term, place in zip(reversed(args), reversed(places), strict=True):
                        if term.__class__ is Variable and scope.get(term.name):
                            self._union(place, scope[term.name][-1])
                        else:
                            stack.append((term, place))
                case Arithmetic(operator, left, right):
                    if operator not in OPERATIONS:
                        raise unknown_operator(node, formula)
                    if operator == "*" and not (_is_number(left) or _is_number(right)):
                        self.products.append(formula)
                    if self.ranked and _is_shift(operator, left, right):
                        self._shift(stack, node, formula, target)
                        continue
                    self.demands.append(Demand(target, operator, formula))
                    self._linked(stack, (left, right), formula, target)
                case Equals(left, right):
                    self._linked(stack, (left, right), formula)
                case Compare(operator, left, right):
                    if operator not in COMPARISONS:
                        raise unknown_operator(node, formula)
                    place = self._linked(stack, (left, right), formula)
                    self.demands.append(Demand(place, operator, formula))
                case _:
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
        return free

    def _linked(
        self, stack: list[tuple[Any, int]], terms: Sequence[Any], formula: Formula, first: int = -1
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

    def _shift(
        self, stack: list[tuple[Any, int]], node: Arithmetic, formula: Formula, target: int
    ) -> None:
        """A term and a number added to it, which has the same sort only if that is numeric."""
        number, place = self.new(), self.new()
        self.demands.append(Demand(target, node.operator, formula, number))
        self.links.append((target, place, formula))
        left = number if isinstance(node.left, Numeral) else place
        stack += ((node.right, number if left == place else place), (node.left, left))

    def settle_shifts(self) -> bool:
        """Whether numbers are added to members of enumerations; the others get their sorts."""
        if not self.ranked:
            return False
        groups = self._groups()
        ordered = {
            root_of(groups, use.place)
            for use in self.uses
            if use.sort not in NUMERIC and self.words.is_ordered(use.sort)
        }
        found = False
        for place, operator, formula, number in self.demands:
            if number < 0:
                continue
            if root_of(groups, place) in ordered:
                self.uses.append(Use(number, INTEGER, operator, formula))
                found = True
            else:
                self.links.append((place, number, formula))
        return found

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

    def solve(self) -> list[Sort]:
        """The sort of every place."""
        for formula in self.products:
            hint = "arithmetic is linear: one factor must be a number"
            raise misfit("a product of two unknowns", formula, "*", hint=hint)
        known = self._rigid()
        groups = self._groups()
        group_sort = self._group_sorts(groups)
        self._meet_demands(groups, group_sort)
        sorts = [
            known.get(self.find(place)) or group_sort.get(root_of(groups, place), ENTITY)
            for place in range(len(self.parent))
        ]
        for place, numeral, formula in self.numerals:
            self._check_numeral(sorts[place], numeral, formula)
        return sorts

    def _groups(self) -> list[int]:
        groups = list(self.parent)
        for left, right, _ in self.links:
            a, b = root_of(groups, left), root_of(groups, right)
            groups[max(a, b)] = min(a, b)
        return groups

    def _rigid(self) -> dict[int, Sort]:
        """The sorts that declarations give to classes of places."""
        known: dict[int, Sort] = {}
        for place, sort, symbol, formula in self.uses:
            root = self.find(place)
            other = known.setdefault(root, sort)
            if other != sort:
                raise misfit(f"{symbol} is of sort {sort}, where {other} is meant", formula, symbol)
        return known

    def _group_sorts(self, groups: list[int]) -> dict[int, Sort]:
        """What declarations say of linked groups, for the places in them that none reaches."""
        result: dict[int, Sort] = {}
        for place, sort, symbol, formula in self.uses:
            root = root_of(groups, place)
            other = result.setdefault(root, sort)
            if other != sort:
                if not {sort, other} <= NUMERIC:
                    raise misfit(
                        f"{symbol} is of sort {sort} and cannot be compared with sort {other}",
                        formula,
                        symbol,
                    )
                result[root] = RATIONAL
        return result

    def _meet_demands(self, groups: list[int], result: dict[int, Sort]) -> None:
        """Make the groups numeric that are compared or calculated with, as far as they may be."""
        for place, operator, formula, number in self.demands:
            sort = result.setdefault(root_of(groups, place), INTEGER)
            ranks = operator not in "+-*" or number >= 0
            if sort in NUMERIC or (ranks and self.words.is_ordered(sort)):
                continue
            what = "is not a sort of numbers" if operator in "+-*" else "has no order"
            hint = "uninterpreted arithmetic takes comparisons and sums as mere symbols"
            if operator in "+-" and self.words.is_ordered(sort):
                hint = "only a number is added to a member of an ordered enumeration: f(x) + 2"
            raise misfit(f"the sort {sort} {what}", formula, operator, hint=hint)
        for place, numeral, _ in self.numerals:
            if numeral.value.denominator != 1:
                root = root_of(groups, place)
                if result.get(root) == INTEGER:
                    result[root] = RATIONAL

    def _check_numeral(self, sort: Sort, numeral: Numeral, formula: Formula) -> None:
        written = str(numeral)
        if sort == INTEGER and numeral.value.denominator != 1:
            raise misfit(f"{written} is not an integer", formula, written)
        declaration = self.words.sorts[sort]
        if declaration.members is not None and self.words.member_named(sort, numeral.value) is None:
            raise misfit(f"{written} is not a member of the sort {sort}", formula, written)

    def signature(self, sorts: list[Sort], declared: Signature) -> Signature:
        """The declarations and, by first appearance, what was inferred."""
        words = self.words
        symbols = list(declared.symbols)
        for (name, arity, predicate), places in self.symbols.items():
            table = words.predicates if predicate else words.functions
            member = arity == 0 and not predicate and name in words.members
            if (name, arity) not in table and not member:
                own = [sorts[place] for place in places]
                result = BOOLEAN if predicate else own.pop()
                symbols.append(SymbolDeclaration(name, tuple(own), result))
        used = dict.fromkeys(sort for s in symbols for sort in (*s.arguments, s.result))
        used.update(dict.fromkeys(sorts[place] for _, place in self.binders))
        used.update(dict.fromkeys(sorts[literal.place] for literal in self.numerals))
        listed = {d.sort: d for d in declared.sorts}
        for sort in used:
            if sort != BOOLEAN:
                listed.setdefault(sort, SortDeclaration(sort))
        return Signature(tuple(listed.values()), tuple(symbols))


_LEAVE = -2


def _is_number(term: Any) -> bool:
    """Whether a term is calculated from numerals alone."""
    return all(isinstance(node, (Numeral, Arithmetic)) for node in walk(term))


def _is_shift(operator: str, left: Any, right: Any) -> bool:
    """Whether a number is added to something else, or taken away from it."""
    if isinstance(right, Numeral):
        return operator in ("+", "-") and not isinstance(left, Numeral)
    return operator == "+" and isinstance(left, Numeral)


def _forget_numbers(
    declared: Signature, formulas: Sequence[Formula]
) -> tuple[Signature, tuple[Formula, ...]]:
    """The problem with comparisons and sums as mere symbols; Int and Rational become Entity.

    Comparisons of ordered enumerations and of counts keep their meaning.
    """

    def entity(sort: Any) -> Any:
        return ENTITY if sort in NUMERIC else sort

    symbols = tuple(
        replace(s, arguments=tuple(map(entity, s.arguments)), result=entity(s.result))
        for s in declared.symbols
    )
    declared = replace(declared, symbols=symbols)
    problem = _Problem(declared.vocabulary(), erase=NUMERIC)
    free = [problem.read(formula) for formula in formulas]
    groups = problem._groups()
    known = problem._group_sorts(groups)
    kept = [known.get(root_of(groups, place)) for place, *_ in problem.demands]
    keep = iter([sort is not None and problem.words.is_ordered(sort) for sort in kept])
    binders = iter([with_sort(v, entity(v.sort)) for v, _ in problem.binders])
    result = []
    for formula, variables in zip(formulas, free, strict=True):
        names = {name: with_sort(v, entity(v.sort)) for name, (v, _) in variables.items()}
        result.append(fill(formula, binders, names, keep))
    return declared, tuple(result)
