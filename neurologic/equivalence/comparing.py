"""Comparison: how two formulas are related, as they are or up to renaming, with evidence.

Similar names only order the search for a renaming; each map is decided by proof. A map that moves a
name away from an identical name shows that the formulas have the same shape and no more: that is
how a → b and b → a are alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from neurologic.equivalence.classing import formulas_of
from neurologic.equivalence.language import SIZES, Language
from neurologic.equivalence.renaming import (
    Matching,
    Matchings,
    Renamed,
    keys,
    moves,
    number_of_maps,
    renamed,
    symbols,
    variants,
)
from neurologic.errors import SignatureError
from neurologic.formula import Formula, Implies
from neurologic.provers import DEFAULT_BUDGET, Proved, Prover, Unknown
from neurologic.question import check_budget, formula_of
from neurologic.signature import Signature, elaborate
from neurologic.structure import Structure

Relation = Literal["equivalent", "implies", "implied", "incomparable", "unknown", "isomorphic"]
"""How one formula is related to another; `isomorphic`: equivalent once names are exchanged."""
_CONVERSE: dict[Relation, Relation] = {"implies": "implied", "implied": "implies"}

MOST_MAPS = 1_000
"""How many maps of names a search tries at most."""
_MOST_OPEN = 3
"""A search ends after so many maps that were not decided."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a left formula is related to a right one.

    Args:
        relation: `equivalent`; `implies` (the left one is stronger); `implied` (it is weaker);
            `incomparable`; `unknown`, where a question was not decided; `isomorphic`, only by a
            search: equivalent under maps alone that move a name away from an identical name.
        forward: whether left implies right under the renaming; None if that was not decided.
        backward: whether right implies left.
        left_only: a structure in which left holds and right does not, where that was found. Under
            a renaming, right is read in the names of left; for `isomorphic`, both as they are.
        right_only: a structure in which right holds and left does not.
        renaming: the symbols that are matched and differ, in the order of the left names.
        maps: how many maps were tried; 0 without a search.
        reason: why something stays open; else empty.
    """

    relation: Relation
    forward: bool | None
    backward: bool | None
    left_only: Structure | None = None
    right_only: Structure | None = None
    renaming: tuple[Renamed, ...] = ()
    maps: int = 0
    reason: str = ""

    @property
    def separating(self) -> Structure | None:
        """A structure in which one of the two holds and the other does not."""
        return self.left_only or self.right_only

    @property
    def converse(self) -> Comparison:
        """The comparison of right with left."""
        return Comparison(
            _CONVERSE.get(self.relation, self.relation),
            self.backward,
            self.forward,
            self.right_only,
            self.left_only,
            tuple(sorted(pair.inverse for pair in self.renaming)),
            self.maps,
            self.reason,
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def __str__(self) -> str:
        told = f"{self.relation}"
        if self.renaming:
            told += f" with {'; '.join(map(str, self.renaming))}"
        return f"{told} ({self.reason})" if self.reason else told


def compare(
    left: Formula | str,
    right: Formula | str,
    *,
    theory: Iterable[Formula | str] = (),
    signature: Literal["fixed", "search"] = "fixed",
    declared: Signature = Signature(),
    permute: bool = False,
    polarity: bool = False,
    prover: Prover | None = None,
    budget: int = DEFAULT_BUDGET,
    most_maps: int = MOST_MAPS,
) -> Comparison:
    """How the left formula is related to the right one.

    Args:
        left: a formula, or a text to parse; free variables are closed universally.
        right: the same.
        theory: what is taken to hold. Its symbols are never renamed.
        signature: `fixed`, a name means the same in both formulas; `search`, look for a map of the
            names of one to those of the other under which they are equivalent.
        declared: declared sorts and symbols; the rest is inferred.
        permute: whether a search may permute the arguments of a symbol.
        polarity: whether a search may match a predicate with the negation of another.
        prover: decides what is left; by default grounding and SAT where they fit, else Z3.
        budget: resource units for each question to the prover.
        most_maps: how many maps a search tries.

    Returns:
        Where no map makes them equivalent, the relation under the likeliest map that moves no name
        away from an identical one.

    Raises:
        TypeError, ValueError: if an argument is of another kind.
        ParseError: if a text does not read.
        SignatureError: if sorts do not fit together.
        SemanticsError: if the theory is contradictory.
        ProverError: if the prover is missing or misbehaves.

    >>> compare("all x. (P(x) & Q(x))", "P(a)").relation
    'implies'
    >>> print(compare("exists x. (Dog(x) & Barks(x))", "exists x. (IsDog(x) & Bark(x))",
    ...               signature="search"))
    equivalent with Barks ~ Bark; Dog ~ IsDog
    >>> found = compare("all x. (A(x) -> B(x))", "all x. (B(x) -> A(x))", signature="search")
    >>> found.relation, [str(pair) for pair in found.renaming]
    ('isomorphic', ['A ~ B', 'B ~ A'])
    """
    if signature not in ("fixed", "search"):
        raise ValueError(f"signature is {signature!r:.80}, expected 'fixed' or 'search'")
    if signature == "fixed" and (permute or polarity):
        raise ValueError("permute and polarity are for signature='search'")
    check_budget(budget)
    _check_most(most_maps)
    one, other = formula_of(left, "left"), formula_of(right, "right")
    swapped = str(other) < str(one)  # so that the result does not depend on which comes first
    if swapped:
        one, other = other, one
    asked = _Asked(tuple(formulas_of(theory, "axiom")), declared, prover, budget)
    if signature == "fixed":
        found = asked.fixed(one, other)
    else:
        found = _Search(asked, one, other, permute, polarity, most_maps).found()
    return found.converse if swapped else found


def _check_most(most_maps: Any) -> None:
    if not isinstance(most_maps, int) or isinstance(most_maps, bool):
        raise TypeError(f"expected a whole number as most_maps, got {most_maps!r:.80}")
    if most_maps < 1:
        raise ValueError(f"most_maps is at least 1, got {most_maps}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every comparison of a call shares."""

    theory: tuple[Formula, ...]
    declared: Signature
    prover: Prover | None
    budget: int

    def language(self, left: Formula, right: Formula, declared: Signature) -> Language:
        return Language.of(self.theory, (left, right), declared, self.prover, self.budget)

    def fixed(self, left: Formula, right: Formula) -> Comparison:
        return related(self.language(left, right, self.declared))


def related(language: Language) -> Comparison:
    """How the two sentences of a language are related."""
    language.check_theory()
    first, second = language.sentences
    numbers = language.number(0), language.number(1)
    if numbers[0] is not None and numbers[0] == numbers[1]:
        return Comparison("equivalent", True, True)
    models = [
        language.difference(0, 1, numbers),
        language.difference(1, 0, (numbers[1], numbers[0])),
    ]
    holds: list[bool | None] = [None if model is None else False for model in models]
    reasons = []
    open_ones = [side for side in (0, 1) if models[side] is None]
    pairs = ((first, second), (second, first))
    goals = [Implies(*pairs[side]) for side in open_ones]
    for side, outcome in zip(open_ones, language.ask(goals, models=True), strict=True):
        holds[side] = None if isinstance(outcome, Unknown) else isinstance(outcome, Proved)
        if isinstance(outcome, Unknown):
            reasons.append(outcome.reason)
        models[side] = language.found(outcome, *pairs[side])
    return Comparison(
        relation=_relation(holds[0], holds[1]),
        forward=holds[0],
        backward=holds[1],
        left_only=models[0],
        right_only=models[1],
        reason="; ".join(dict.fromkeys(reasons)),
    )


def _relation(forward: bool | None, backward: bool | None) -> Relation:
    match forward, backward:
        case True, True:
            return "equivalent"
        case True, False:
            return "implies"
        case False, True:
            return "implied"
        case False, False:
            return "incomparable"
        case _:
            return "unknown"


class _Search:
    """The search for a map of the symbols of the right formula to those of the left one."""

    def __init__(
        self,
        asked: _Asked,
        left: Formula,
        right: Formula,
        permute: bool,
        polarity: bool,
        most_maps: int,
    ) -> None:
        self.asked, self.left, self.right = asked, left, right
        self.permute, self.polarity, self.most = permute, polarity, most_maps
        axioms = asked.theory
        fixed = frozenset(key for axiom in axioms for key in keys(axiom))
        sides = [elaborate((*axioms, side), asked.declared) for side in (left, right)]
        self.own, self.other = (symbols(found[-1], words, fixed) for words, found in sides)
        self.keys = [frozenset(s.key for s in side) for side in (self.own, self.other)]
        self.taken = keys(left) | fixed
        self.cut = False

    def found(self) -> Comparison:
        likeliest: Comparison | None = None
        moved: Comparison | None = None
        undecided = unsettled = tried = 0
        for tried, matching in enumerate(islice(self._maps(), self.most), 1):
            language = self._language(matching)
            if language is None:
                continue
            moving = moves(matching, *self.keys)
            if moving and moved is not None:
                continue
            if likeliest is None and not moving:
                likeliest = result = related(language)
                likeliest = replace(result, renaming=_told(matching))
            elif _apart(language):
                continue
            else:
                result = related(language)
            if result.relation == "equivalent":
                result = replace(result, renaming=_told(matching))
                if not moving:
                    return replace(result, maps=tried)
                moved = result
            if result.relation == "unknown":
                undecided += not moving
                unsettled += 1
                if unsettled == _MOST_OPEN:
                    self.cut = True
                    break
        if moved is not None:
            return self._isomorphic(moved, tried, undecided)
        if likeliest is None:
            self.asked.fixed(self.left, self.right)  # raises the error of sorts
            raise SignatureError("no map of names fits the sorts")
        return self._none(likeliest, tried, undecided)

    def _isomorphic(self, moved: Comparison, tried: int, undecided: int) -> Comparison:
        try:
            fixed = self.asked.fixed(self.left, self.right)
        except SignatureError as error:
            return replace(moved, relation="isomorphic", maps=tried, reason=error.message)
        reason = f"{undecided} other maps were not decided" if undecided else ""
        return replace(
            fixed, relation="isomorphic", renaming=moved.renaming, maps=tried, reason=reason
        )

    def _none(self, likeliest: Comparison, tried: int, undecided: int) -> Comparison:
        reasons = [likeliest.reason] if likeliest.reason else []
        every = number_of_maps(self.own, self.other, self.permute, self.polarity)
        if every > tried and (self.cut or tried >= self.most):
            reasons.append(f"{tried} maps were tried of at most {every}")
        if undecided and likeliest.relation != "unknown":
            reasons.append(f"{undecided} maps were not decided")
            likeliest = replace(likeliest, relation="unknown")
        return replace(likeliest, maps=tried, reason="; ".join(reasons))

    def _maps(self) -> Iterator[Matching]:
        """The maps in order: first names alone, then with arguments and signs changed."""
        seen: list[Matching] = []
        names = Matchings(self.own, self.other)
        for matching in names:
            if self.permute or self.polarity:
                seen.append(matching)
                if len(seen) > self.most // 2:
                    self.cut = True
                    break
            yield matching
        self.cut = self.cut or names.cut
        for matching in seen:
            yield from variants(matching, self.permute, self.polarity)

    def _language(self, matching: Matching) -> Language | None:
        right, declared = renamed(self.right, matching, self.taken, self.asked.declared)
        try:
            return self.asked.language(self.left, right, declared)
        except SignatureError:
            return None


def _told(matching: Matching) -> tuple[Renamed, ...]:
    pairs = (pair for pair in matching if pair.changed or pair.left.name != pair.right.name)
    return tuple(sorted(pair.renamed() for pair in pairs))


def _apart(language: Language) -> bool:
    """Whether fingerprints tell the two sentences apart."""
    numbers = language.number(0), language.number(1)
    for stage in range(len(SIZES)):
        first, second = (language.fingerprint(number, stage) for number in numbers)
        if first is not None and second is not None and first != second:
            return True
    return False
