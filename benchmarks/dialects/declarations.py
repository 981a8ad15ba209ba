"""Recorded declarations as ours, and recorded sentences under declarations that others wrote.

Members that are numbers are the numerals they look like, and what a member of a sequence is worth
has a function of its own, as in `value_of_locker(at(ann)) + 2`. A sentence of a program may be read
under the declarations of another one: sorts with the same members are one sort, and a function goes
by the name of the only one that takes and gives the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from benchmarks.dialects.calls import elaboration
from benchmarks.dialects.declaring import Declared, Enumeration, Fault, Subset
from benchmarks.dialects.elaborating import Elaboration
from benchmarks.dialects.expressions import (
    Binding,
    Call,
    Expression,
    Listing,
    Operation,
    Ref,
)
from benchmarks.dialects.expressions import read as read_expression
from benchmarks.dialects.sections import lines_of, too_long
from benchmarks.dialects.sorted_programs import in_subsets
from neurologic.errors import ParseError
from neurologic.formula import (
    INTEGER,
    RATIONAL,
    Constant,
    Distinct,
    Formula,
    Function,
    Numeral,
    Sort,
    Term,
    Variable,
    walk,
)
from neurologic.formula import map as changed
from neurologic.signature import Signature


@dataclass(slots=True)
class Declarations:
    """Declarations, read, under which further sentences can be read.

    Args:
        work: sorts and functions as the dialect has them.
        ranges: what the declarations themselves say.
    """

    work: Elaboration
    ranges: list[Formula] = field(default_factory=list)

    @property
    def declared(self) -> Declared:
        """Sorts and functions as the dialect has them."""
        return self.work.declared

    def signature(self) -> Signature:
        """Sorts and symbols as ours."""
        found = self.declared.signature()
        sorts = []
        for one in found.sorts:
            own = self.declared.enumeration(one.sort)
            members = own.members if own and own.numeric else map(_word, one.members or ())
            sorts.append(replace(one, members=tuple(members)))
        return Signature(tuple(sorts), found.symbols)

    def theory(self) -> tuple[Formula, ...]:
        """What holds of all that is declared: ranges, and what members are worth."""
        found = [*self.declared.axioms(), *in_subsets(self.work), *self.ranges]
        return tuple(map(self.native, found))

    def injections(self) -> tuple[Formula, ...]:
        """That no function of one argument takes a value twice: each has an attribute of its own."""
        found = []
        for symbol in self.declared.functions.values():
            if len(symbol.arguments) == 1 and not symbol.is_predicate:
                variable = Variable("v", symbol.arguments[0])
                term = Function(symbol.name, (Variable("v"),))
                found.append(Distinct((term,), (variable,)))
        return tuple(found)

    def formula(self, text: str, names: Mapping[str, str] | None = None) -> Formula:
        """The formula that a line of the dialect writes, in our own words.

        Args:
            text: the line.
            names: what sorts, functions and members that it mentions are called here.

        Raises:
            ParseError: the line does not read, or does not fit the declarations.
        """
        expression = read_expression(text)
        if names:
            expression = renamed(expression, names)
        return self.sentence(expression, text)

    def sentence(self, expression: Expression, text: str) -> Formula:
        """The formula that an expression writes.

        Raises:
            ParseError: it does not fit the declarations; the text shows where.
        """
        known, functions = len(self.work.definitions), dict(self.declared.functions)
        try:
            found = self.work.sentence(expression)
        except Fault as fault:
            raise fault.located(text) from None
        if len(self.work.definitions) > known:
            del self.work.definitions[known:]
            self.declared.functions = functions
            raise ParseError("a remainder needs symbols of its own", text=text, kind="modulo")
        return self.native(found)

    def native(self, formula: Formula) -> Formula:
        """The formula with numerals for members that are numbers."""
        ours: dict[Constant, Term] = {}
        for own in self.declared.enumerations():
            for member, value in zip(own.members, own.values, strict=True):
                constant = self.declared.member(own, member)
                if own.numeric:
                    ours[constant] = Numeral(value)
                elif (name := _word(constant.name)) != constant.name:
                    ours[constant] = Constant(name)
        if not ours:
            return formula

        def step(node: Any) -> Any:
            return ours.get(node, node) if isinstance(node, Constant) else node

        found: Formula = changed(formula, step)
        return found


def _word(name: str) -> str:
    """A name as one word, as members of enumerations are declared.

    >>> _word("Night's All Right"), _word("stir_fry")
    ('Night_s_All_Right', 'stir_fry')
    """
    return re.sub(r"[^\w.-]+", "_", name).strip("_") or name


def read(text: str) -> Declarations:
    """The declarations that a text holds, one a line.

    Raises:
        ParseError: a line does not read or is no declaration; it shows the place. Or the text is
            too long.

    >>> found = read('''child = EnumSort([Ann, Bob])
    ... seat = EnumSort([1, 2, 3])
    ... sits = Function([child] -> [seat])''')
    >>> print(found.signature())
    sort child = {Ann, Bob}
    sort seat = {1 < 2 < 3}
    fun sits: child -> seat
    fun value_of_seat: seat -> Int
    >>> print(found.formula("sits(Ann) - sits(Bob) == 1"))
    value_of_seat(sits(Ann)) - value_of_seat(sits(Bob)) = 1
    """
    if error := too_long(text):
        raise error
    result = Declarations(elaboration(text))
    ranges: list[tuple[Expression, str]] = []
    for line in lines_of(text, joined=True):
        try:
            expression = read_expression(line.text)
            if not result.declared.declare(expression):
                ranges.append((expression, line.text))
        except Fault as found:
            raise found.located(line.text).at(line.source) from None
        except ParseError as error:
            raise error.at(line.source) from None
    for own in result.declared.enumerations():
        own.worth = own.sequence
    for expression, written in ranges:
        result.ranges.append(result.sentence(expression, written))
    return result


def of_signature(signature: Signature) -> Declarations:
    r"""Declarations as the dialect has them, from ours; what it cannot say is left out.

    >>> from neurologic.parsing import read_constraints
    >>> signature, _ = read_constraints("sort seat = {1 < 2}\nconst mine: seat")
    >>> print(of_signature(signature).formula("mine < 2"))
    mine < 2
    """
    result = Declarations(elaboration(str(signature)))
    declared = result.declared
    for one in signature.sorts:
        if one.members:
            names = {m: Fraction(m) if _NUMERAL.fullmatch(m) else None for m in one.members}
            own = declared.add(str(one.sort), names)
            own.ordered = own.ordered or one.ordered
    measures = {own.measure: own for own in declared.enumerations()}
    for symbol in signature.symbols:
        if symbol.name in measures:
            measures[symbol.name].worth = True
        else:
            declared.functions[symbol.name] = symbol
    return result


_NUMERAL = re.compile(r"-?\d+")


def mentioned(formulas: Iterable[Formula]) -> frozenset[str]:
    """The names of the functions that formulas use."""
    return frozenset(node.name for f in formulas for node in walk(f) if isinstance(node, Function))


# -- one program's sentences under another one's declarations


def renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    """The expression with other names for sorts, functions and members."""

    def name(found: str) -> str:
        return names.get(found, found)

    match expression:
        case Ref(found, span):
            return Ref(name(found), span)
        case Call(found, args, span):
            return Call(name(found), tuple(renamed(arg, names) for arg in args), span)
        case Listing(items, span):
            return Listing(tuple(renamed(item, names) for item in items), span)
        case Binding(variable, sort, span):
            return Binding(variable, name(sort), span)
        case Operation(operators, operands, span):
            return Operation(operators, tuple(renamed(o, names) for o in operands), span)
        case _:
            return expression


def aligned(theirs: Declared, ours: Declared) -> dict[str, str]:
    r"""What the sorts, functions and members of a program are called under other declarations.

    Names are told by what they name: sorts by their members, functions by what they take and give.
    What nothing or more than one thing answers to keeps its name.

    >>> theirs = read("kid = EnumSort([ann, bob])\nplace = Function([kid] -> [int])").declared
    >>> ours = read('''child = EnumSort([Ann, Bob])
    ... seat = EnumSort([1, 2])
    ... sits = Function([child] -> [seat])''').declared
    >>> aligned(theirs, ours)
    {'kid': 'child', 'ann': 'Ann', 'bob': 'Bob', 'place': 'sits'}
    """
    names: dict[str, str] = {}
    members: dict[str, str] = {}
    for name, sort in theirs.sorts.items():
        alike = [o for o in ours.sorts.values() if _members(o) == _members(sort)]
        same = [o for o in alike if o.name == name] or alike
        if len(same) == 1:
            names[name] = same[0].name
            spelt = {_plain(m): m for m in same[0].members}
            members |= {m: spelt[_plain(m)] for m in sort.members}
    found = {own: other for own, other in names.items() if own != other}
    found |= {own: other for own, other in members.items() if own != other}
    for name, symbol in theirs.functions.items():
        if name in ours.functions and _fits(symbol, ours.functions[name], names, ours):
            continue
        fitting = [o.name for o in ours.functions.values() if _fits(symbol, o, names, ours)]
        if len(fitting) == 1 and fitting[0] != name:
            found[name] = fitting[0]
    return found


def _members(sort: Enumeration | Subset) -> frozenset[str]:
    return frozenset(map(_plain, sort.members))


def _plain(name: str) -> str:
    return re.sub(r"\W|_", "", name).casefold()


def _fits(theirs: Any, ours: Any, names: Mapping[str, str], declared: Declared) -> bool:
    """Whether two functions take and give the same, where a number may be a member that is one."""
    if len(theirs.arguments) != len(ours.arguments):
        return False
    pairs = [*zip(theirs.arguments, ours.arguments, strict=True), (theirs.result, ours.result)]
    return all(
        names.get(a.name, a.name) == b.name or (a in _NUMBERS and _is_number(b, declared))
        for a, b in pairs
    )


_NUMBERS = (INTEGER, RATIONAL)


def _is_number(sort: Sort, declared: Declared) -> bool:
    found = declared.enumeration(sort)
    return sort in _NUMBERS or (found is not None and found.sequence)
