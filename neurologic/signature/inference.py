"""Sort inference over a whole problem: union-find over argument places, variables and equations.

Every argument place, bound variable, constant and function value is a *place*. A term that stands
in a place shares its sort. Equations, comparisons and sums *link* two places: linked places have
one sort, except that an integer may meet a rational. A linked group that is compared or calculated
with is numeric: Int, or Rational where a decimal occurs. What nothing determines is Entity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from neurologic.binding import universal_closure
from neurologic.formula import (
    BOOLEAN,
    ENTITY,
    INTEGER,
    RATIONAL,
    Formula,
    Numeral,
    Sort,
    Variable,
)
from neurologic.signature.collecting import Places
from neurologic.signature.declarations import (
    NUMERIC,
    Signature,
    SortDeclaration,
    SymbolDeclaration,
)
from neurologic.signature.filling import fill, with_sort
from neurologic.signature.places import Use, misfit, root_of
from neurologic.signature.plain import plain
from neurologic.signature.succession import spelled_out


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
class _Problem(Places):
    """The places of a problem, and what follows about their sorts."""

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
