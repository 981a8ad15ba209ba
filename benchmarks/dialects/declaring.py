"""Declarations of many-sorted programs: enumerations, subsets of them, and functions.

An enumeration of numbers is an ordered enumeration whose members have a value; one of weekdays or
months is ordered as the calendar has it. An enumeration all of whose members belong to an earlier
one is a subset of that. Other enumerations are ordered as they are listed where terms are compared.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from benchmarks.dialects.assuming import Assumption
from benchmarks.dialects.expressions import Call, Expression, Listing, Num, Operation, Ref
from neurologic.errors import ParseError, Span
from neurologic.formula import (
    BOOLEAN,
    INTEGER,
    RATIONAL,
    Constant,
    Equals,
    Formula,
    Function,
    Numeral,
    Sort,
    Term,
)
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration

_SEQUENCES = (
    "monday tuesday wednesday thursday friday saturday sunday".split(),
    "january february march april may june july august september october november december".split(),
    "first second third fourth fifth sixth seventh eighth ninth tenth".split(),
)
_ENDS = {"bottom", "top"}

MEASURE = "value_of_"
"""How the name of a function begins that says what the members of a sort are worth."""


class Fault(Exception):  # noqa: N818 - becomes a located ParseError at the border of a line
    """What is wrong with a part of a line."""

    def __init__(self, kind: str, message: str, span: Span, hint: str = "") -> None:
        super().__init__(message)
        self.kind, self.message, self.span, self.hint = kind, message, span, hint

    def located(self, text: str) -> ParseError:
        """The error, with the line it is in."""
        return ParseError(self.message, text=text, span=self.span, hint=self.hint, kind=self.kind)


@dataclass(slots=True)
class Enumeration:
    """A sort with members, in order.

    Args:
        name: the sort's name.
        members: as the program writes them, numbers in their order.
        values: what each member is worth: a number itself, any other its place, from 1.
        sequence: whether the order is given by what the members are.
        numeric: whether the members are numbers.
    """

    name: str
    members: tuple[str, ...]
    values: tuple[Fraction, ...]
    sequence: bool
    numeric: bool
    ordered: bool = False
    worth: bool = False

    @property
    def sort(self) -> Sort:
        """The sort."""
        return Sort(self.name)

    @property
    def measure(self) -> str:
        """The name of the function from members to what they are worth."""
        return f"{MEASURE}{self.name}"

    @property
    def number(self) -> Sort:
        """The sort of what members are worth."""
        return INTEGER if all(v.denominator == 1 for v in self.values) else RATIONAL


@dataclass(frozen=True, slots=True)
class Subset:
    """Some members of an enumeration under a name of their own."""

    name: str
    base: Enumeration
    members: tuple[str, ...]


@dataclass(slots=True)
class Declared:
    """What a program declares.

    Args:
        sorts: enumerations and subsets by name.
        functions: symbols by name; one without arguments is a constant.
        ranges: conditions that declarations themselves impose: a value in a subset.
        notes: what is odd about the declarations.
        assumed: readings that go beyond the dialect.
    """

    sorts: dict[str, Enumeration | Subset] = field(default_factory=dict)
    functions: dict[str, SymbolDeclaration] = field(default_factory=dict)
    results: dict[str, Subset] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    assumed: list[Assumption] = field(default_factory=list)
    shared: set[str] = field(default_factory=set)

    def declare(self, expression: Expression) -> bool:
        """Take a declaration up; False where the line is none.

        Raises:
            Fault: it is a declaration with something wrong.
        """
        match expression:
            case Operation(("==",), (Ref(name, span), Call("EnumSort", args, _))):
                self._free(name, span)
                self._enumeration(name, args, span)
            case Operation(("==",), (Ref(name, span), Call("Function", args, _))):
                self._free(name, span)
                self._function(name, args, span)
            case Operation(
                ("==",), (Ref(name, span), Listing(items, _) | Call("Set", (Listing(items, _),), _))
            ):
                self._free(name, span)
                self._subset(name, items, span)
            case _:
                return False
        return True

    def _free(self, name: str, span: Span) -> None:
        if name in self.sorts or name in self.functions:
            raise Fault("declared twice", f"{name} is declared twice", span)
        if name in ("int", "bool"):
            raise Fault("built in", f"{name} is built in", span)
        if name.startswith(MEASURE):
            told = f"names that begin with {MEASURE} are for what members are worth"
            raise Fault("built in", told, span)

    def _enumeration(self, name: str, args: tuple[Expression, ...], span: Span) -> None:
        match args:
            case (Listing(items, _),) if items:
                pass
            case _:
                raise Fault("declaration", "expected EnumSort([member, ...])", span)
        names: dict[str, Fraction | None] = {}
        for item in items:
            if not isinstance(item, Ref | Num):
                raise Fault("declaration", "expected the name of a member", item.span)
            member = item.name if isinstance(item, Ref) else item.text
            if member in names:
                raise Fault("declared twice", f"{member} is listed twice", item.span)
            names[member] = item.value if isinstance(item, Num) else None
        for known in self.enumerations():
            if all(member in known.members for member in names) and not known.numeric:
                self.sorts[name] = Subset(name, known, tuple(names))
                return
        self.add(name, names)

    def _subset(self, name: str, items: tuple[Expression, ...], span: Span) -> None:
        """A list of members of one sort."""
        members = tuple(item.name for item in items if isinstance(item, Ref))
        for known in self.enumerations():
            if members and len(members) == len(items) and set(members) <= set(known.members):
                self.sorts[name] = Subset(name, known, members)
                return
        raise Fault("declaration", "expected a list of members of one sort", span)

    def add(self, name: str, names: dict[str, Fraction | None]) -> Enumeration:
        """Declare an enumeration by its members; numbers come with their value."""
        numbers = [value for value in names.values() if value is not None]
        numeric = len(numbers) == len(names)
        members = tuple(names)
        if numeric:
            members = tuple(sorted(names, key=lambda m: names[m] or Fraction(0)))
            values = tuple(sorted(numbers))
        else:
            values = tuple(Fraction(place) for place in range(1, len(members) + 1))
            values = _numbered(members) or values
        sequence = numeric or _in_sequence(members)
        for known in self.enumerations():
            self.shared |= set(known.members) & set(members)
        found = Enumeration(name, members, values, sequence, numeric, ordered=sequence)
        self.sorts[name] = found
        return found

    def _function(self, name: str, args: tuple[Expression, ...], span: Span) -> None:
        match args:
            case (Operation(("->",), (Listing(places, _), Listing(results, _))),):
                pass
            case (Operation(("->",), (Listing(places, _), Ref() as single)),):
                results = (single,)
            case _:
                raise Fault("declaration", "expected Function([sort, ...] -> [sort])", span)
        if not results:
            raise Fault("declaration", "the function has no result", span)
        if len(results) > 1:
            self.notes.append(f"{name}: of several results all but the last are arguments")
            self.assumed.append("several results of a function")
        *arguments, result = [*places, *results]
        sorts = tuple(self._sort(place) for place in arguments)
        if BOOLEAN in sorts:
            raise Fault("declaration", "bool is no sort of arguments", span)
        if isinstance(result, Call) and result.name == "EnumSort":
            self._enumeration(f"{name}_value", result.args, result.span)
            result = Ref(f"{name}_value", result.span)
        self.functions[name] = SymbolDeclaration(name, sorts, self._sort(result))
        if isinstance(result, Ref) and isinstance(found := self.sorts.get(result.name), Subset):
            self.results[name] = found

    def _sort(self, place: Expression) -> Sort:
        if not isinstance(place, Ref):
            raise Fault("declaration", "expected the name of a sort", place.span)
        match place.name:
            case "bool" | "Bool":
                return BOOLEAN
            case "int" | "Int":
                return INTEGER
            case "real" | "Real":
                return RATIONAL
        found = self.sorts.get(place.name)
        if found is None:
            hint = close(place.name, self.sorts)
            raise Fault("unknown sort", f"the sort {place.name} is not declared", place.span, hint)
        return found.base.sort if isinstance(found, Subset) else found.sort

    def enumerations(self) -> list[Enumeration]:
        """The enumerations, subsets left out."""
        return [sort for sort in self.sorts.values() if isinstance(sort, Enumeration)]

    def enumeration(self, sort: Sort) -> Enumeration | None:
        """The enumeration that a sort is, if it is one."""
        found = self.sorts.get(sort.name)
        return found if isinstance(found, Enumeration) else None

    def owners(self, member: str) -> list[Enumeration]:
        """The enumerations that have a member of this name."""
        return [found for found in self.enumerations() if member in found.members]

    def member(self, of: Enumeration, name: str) -> Constant:
        """A member as a constant; members of two sorts, and numbers, carry the sort's name."""
        if of.numeric or name in self.shared:
            return Constant(f"{of.name}_{name}")
        return Constant(name)

    def arrange(self, of: Enumeration) -> None:
        """Order an enumeration whose members a line compares."""
        if not of.sequence:
            self.assumed.append("members ordered as listed")
        of.ordered = True

    def worth(self, of: Enumeration, term: Term) -> Term:
        """The number that a member is worth."""
        of.worth = True
        return Function(of.measure, (term,))

    def signature(self) -> Signature:
        """The declarations as ours."""
        sorts = tuple(
            SortDeclaration(e.sort, tuple(self.member(e, m).name for m in e.members), e.ordered)
            for e in self.enumerations()
        )
        measures = [
            SymbolDeclaration(e.measure, (e.sort,), e.number)
            for e in self.enumerations()
            if e.worth
        ]
        return Signature(sorts, (*self.functions.values(), *measures))

    def axioms(self) -> Iterable[Formula]:
        """What members are worth, where that matters."""
        for found in self.enumerations():
            if found.worth:
                for member, value in zip(found.members, found.values, strict=True):
                    yield Equals(self.worth(found, self.member(found, member)), Numeral(value))


def close(name: str, known: Iterable[str]) -> str:
    """A hint at a name that is spelt almost the same, if there is one."""
    found = difflib.get_close_matches(name, list(known), 1, 0.75)
    return f"did you mean {found[0]}?" if found else ""


def _in_sequence(members: tuple[str, ...]) -> bool:
    """Whether the order of the members is given by what they are.

    Weekdays, months and ordinals, each after the one before it; names around a growing number, such
    as area1, area2; a list from bottom to top or from top to bottom.
    """
    if len(members) > 1 and (
        _numbered(members) or {members[0].lower(), members[-1].lower()} == _ENDS
    ):
        return True
    for sequence in _SEQUENCES:
        places = [
            next((i for i, full in enumerate(sequence) if _short(m, full)), -1) for m in members
        ]
        if places[0] >= 0 and -1 not in places and sorted(set(places)) == places:
            return True
    return False


def _numbered(members: tuple[str, ...]) -> tuple[Fraction, ...] | None:
    """The numbers in names that are alike but for them, if they grow."""
    found = [re.fullmatch(r"(\D*)(\d+)(\D*)", member) for member in members]
    if len({(match[1], match[3]) for match in found if match}) != 1 or not all(found):
        return None
    numbers = tuple(Fraction(match[2]) for match in found if match)
    return numbers if sorted(set(numbers)) == list(numbers) else None


def _short(member: str, full: str) -> bool:
    return len(member) >= 3 and full.startswith(member.lower())
