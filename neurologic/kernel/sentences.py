"""What a certificate says: its symbols and its sentences, as the trusted kernel reads them.

A formula is a number, the same for formulas that differ in the names of bound variables only (de
Bruijn 1972), and minus the number is its negation. `or`, `implies`, `xor`, `ex` and `<=` are reduced to
`and`, `iff`, `all`, `<` and the sign. Work is counted, nothing recurses with its input, and what is
not known is refused.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from neurologic.errors import Rejected

MOST_WORK = 1_000_000
"""The most units of work, of a microsecond or two, that a certificate may cost."""

_BARE, _QUOTED = r"(?![-+.]?[0-9])[^\x00-\x20()'\"\\]+", r"'(?:[^'\\\x00-\x1f]|\\.)*'"
_NAME = rf"(?:{_BARE}|{_QUOTED})"
_NUMBER = r"-?(?:0|[1-9][0-9]{0,999})(?:/[1-9][0-9]{0,999})?"
_PAIR = rf"\(({_NAME}) ({_NAME})\)"
_TOKEN: Any = re.compile(
    rf"(?:^| )(?:\((?P<binder>(?:all|ex) {_PAIR}|(?:count|distinct) \({_PAIR}(?: {_PAIR})*\))"
    rf"|\((?P<head>{_NAME})|(?P<leaf>{_NAME}|{_NUMBER}(?::{_NAME})?))|\)"
)
_ARITY = {"not": 1, "xor": 2, "iff": 2, "implies": 2, "all": 1, "ex": 1, "count": 1, "=": 2, "<": 2,
          "<=": 2, "+": 2, "-": 2, "*": 2, "and": None, "or": None, "distinct": None,
          "true": -1, "false": -1}  # fmt: skip
_OF_FORMULAS = {"not", "and", "or", "xor", "iff", "implies", "all", "ex", "count"}
ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul}
VALUE: dict[str, Any] = {
    **ARITHMETIC, "=": operator.eq, "<": operator.lt, "iff": operator.eq,
    "and": lambda *parts: all(parts), "distinct": lambda *terms: len(set(terms)) == len(terms)}  # fmt: skip
FLAT = {*ARITHMETIC, "=", "<", "distinct", "fun", "atom"}
NUMERIC = {"Int", "Rational"}


def number(token: str) -> Fraction:
    """The number that is written, in lowest terms."""
    value = Fraction(token) if re.fullmatch(_NUMBER, token) else None
    if value is None or str(value) != token:
        raise ValueError(f"{token:.80} is no number in lowest terms")
    return value


def is_name(token: str) -> bool:
    """Whether a name is written so: in quotes only if it must be, escaped only where unseen."""
    name = token
    if re.fullmatch(_QUOTED, token):
        escapes = r"\\(?:u\{([0-9a-f]{1,6})\}|(.))"
        name = re.sub(escapes, lambda found: found[2] or chr(int(found[1], 16)), token[1:-1])
    if re.fullmatch(_BARE, name) and name not in _ARITY and name.isprintable():
        return token == name
    plain = name.replace("\\", "\\\\").replace("'", "\\'")
    seen = (c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in plain)
    return token == f"'{''.join(seen)}'"


def run(call: Generator[Any, Any, Any]) -> Any:
    """The value of a recursive definition that yields its recursive calls."""
    stack, value = [call], None
    while stack:
        try:
            stack.append(stack[-1].send(value))
            value = None
        except StopIteration as stop:
            stack.pop()
            value = stop.value
    return value


class Sentences:
    """One check: its nodes, its signature, the work done, the place it is at."""

    def __init__(self) -> None:
        self.work, self.place, self.asking, self.endless = 0, "certificate", True, False
        # A node: operator, its name or index or bound sorts, its sort if it is a term, its parts.
        self.nodes: list[tuple[str, Any, str, tuple[int, ...]]] = [("", "", "", ())]
        self.numbers: dict[tuple[str, Any, str, tuple[int, ...]], int] = {}
        self.values: dict[int, Any] = {}  # of truth and falsity, numerals, members by their rank
        self.sorts: dict[str, list[int] | None] = {}  # the members of an enumeration, or None
        self.members: dict[str, int] = {}
        self.ordered: set[str] = set()
        self.taken: set[str] = set()  # what a fresh constant cannot be called
        # Whether it is a predicate, name, number of arguments; their sorts, and that of the value.
        self.symbols: dict[tuple[bool, str, int], tuple[tuple[str, ...], str]] = {}
        self.true, self.false = self.make("and"), self.make("false")
        self.values |= {self.true: True, self.false: False}

    def need(self, holds: object, reason: str) -> None:
        """Refuses what does not hold."""
        if not holds:
            raise Rejected(self.place, reason)

    def spend(self, units: int) -> None:
        """Counts work, and refuses when it is too much."""
        self.work += units
        self.need(self.work <= MOST_WORK, "costs more work than a certificate may")

    def fields(self, value: Any, place: str, keys: str) -> list[Any]:
        """The values of an object with exactly these keys."""
        self.place = place
        self.need(type(value) is dict, "expected an object")
        self.need(value.keys() == set(keys.split()), f"expected exactly the keys {keys}")
        return [value[key] for key in keys.split()]

    def items(self, value: Any, place: str) -> Iterator[Any]:
        """The items of a list, each visited as the place to speak of."""
        self.need(type(value) is list, f"expected a list as {place}")
        for i, item in enumerate(value):
            self.place = f"{place}[{i}]"
            self.spend(1)
            yield item

    def make(self, tag: str, data: Any = (), sort: str = "", parts: Iterable[int] = ()) -> int:
        """The number of a node; connectives are reduced to `and`, `iff`, `all` and the sign.

        So are equations of numerals: `2 = 2` says the same whatever sort they are of.
        """
        parts = tuple(parts)
        match tag, parts:
            case "not", (part,):
                return -part
            case "implies", (left, right):
                return -self.make("and", parts=(left, -right))
            case "or" | "ex", _:
                return -self.make(
                    "and" if tag == "or" else "all", data, parts=(-part for part in parts)
                )
            case "xor", _:
                return -self.make("iff", parts=parts)
            case "<=", (left, right):
                return -self.make("<", parts=(right, left))
        numerals = parts and not data and all(self.nodes[abs(n)][0] == "num" for n in parts)
        if tag in ("=", "distinct") and numerals:
            return self.true if VALUE[tag](*parts) else -self.true
        if tag in ARITHMETIC:
            sort = "Int" if all(self.nodes[part][2] == "Int" for part in parts) else "Rational"
        key = (tag, data, sort, parts)
        if key not in self.numbers:
            self.spend(4 + len(parts))
            self.numbers[key] = len(self.nodes)
            self.nodes.append(key)
        return self.numbers[key]

    def numeral(self, token: str) -> int:
        """The node of a number, or of a numeral that names an element of an open sort: `3:Entity`."""
        digits, colon, sort = token.partition(":")
        self.spend(10 + len(digits) // 4)
        value = number(digits)
        if colon:
            open_ = self.sorts.get(sort, ()) is None and sort not in NUMERIC
            self.need(open_, f"{sort} has no numerals")
        key = ("num", token, sort or ("Int" if value.denominator == 1 else "Rational"), ())
        self.need(
            self.asking or not colon or key in self.numbers, f"the problem does not mention {token}"
        )
        node = self.make(*key)
        self.values[node] = token if colon else value
        return node

    def read(self, text: str, place: str, formula: bool = True) -> int:
        """The sentence, or else the closed term, that is written in the text."""
        self.place = place
        self.spend(len(text) // 2)
        tokens = list(iter(_TOKEN.scanner(text).match, None))  # each begins where the last ends
        end = tokens[-1].end() if tokens else 0
        self.need(end == len(text), f"no token at character {end}")
        plain = text.isprintable() and all(map(is_name, re.findall(_QUOTED, text)))
        self.need(plain, "a name with needless quotes or escapes, or with what nobody sees")
        self.tokens = tokens[::-1]
        node: int = run(self.expression(formula, {}, 0))
        self.need(not self.tokens, "text after the end")
        return node

    def expression(self, formula: bool, scope: dict[str, list[Any]], depth: int) -> Any:
        """Reads a formula or a term; `scope` has the depth and the sort of what binds each name."""
        self.spend(7)
        self.need(self.tokens and self.tokens[-1][0] != ")", "an expression is missing")
        token = self.tokens.pop()
        if name := token["leaf"]:
            return self.leaf(name, formula, scope, depth)
        head, parts = token["head"] or token["binder"].split()[0], []
        bound = re.findall(_PAIR, token["binder"] or "")
        for level, (name, sort) in enumerate(bound, depth):
            self.need(
                name not in _ARITY and sort in self.sorts, f"{name} is no name, or {sort} no sort"
            )
            scope.setdefault(name, []).append((level, sort))
        while not self.tokens or self.tokens[-1][0] != ")":
            parts.append((yield self.expression(head in _OF_FORMULAS, scope, depth + len(bound))))
        self.tokens.pop()
        for name, _ in bound:
            scope[name].pop()
        return self.applied(head, tuple(sort for _, sort in bound), parts, formula)

    def leaf(self, token: str, formula: bool, scope: dict[str, list[Any]], depth: int) -> int:
        """The node of a name, of a numeral or of a truth value."""
        if formula:
            self.need(token in ("true", "false"), f"expected a formula, got {token:.80}")
            return self.true if token == "true" else -self.true
        if scope.get(token):
            level, sort = scope[token][-1]
            return self.make("var", depth - 1 - level, sort)
        if re.match(_NUMBER, token):
            return self.numeral(token)
        if token in self.members:
            return self.members[token]
        self.need((False, token, 0) in self.symbols, f"unknown term {token:.80}")
        return self.make("fun", token, self.symbols[False, token, 0][1])

    def applied(self, head: str, bound: tuple[str, ...], parts: list[int], formula: bool) -> int:
        """The node of a symbol or an operator, if it is known and its parts are what it asks for."""
        own = {self.nodes[abs(part)][2] for part in parts}
        if head not in _ARITY:
            known = (formula, head, len(parts))
            self.need(known in self.symbols, f"unknown {head:.80} with {len(parts)} arguments")
            sorts, result = self.symbols[known]
            same = (self.fits(part, sort) for part, sort in zip(parts, sorts, strict=True))
            self.need(all(same) and (parts or formula), f"{head} of terms of other sorts")
            return self.make("atom" if formula else "fun", head, result, parts)
        self.need(formula != (head == "count" or head in ARITHMETIC), f"{head} cannot stand here")
        self.need(_ARITY[head] in (None, len(parts)), f"{head} of {len(parts)} parts")
        self.need(bound or head not in ("all", "ex", "count"), f"{head} without a variable")
        self.endless |= head == "count" and any(self.sorts[sort] is None for sort in bound)
        if head not in _OF_FORMULAS and not bound and not own <= NUMERIC:
            equal, ordered = head in ("=", "distinct"), head in ("<", "<=") and own <= self.ordered
            self.need(len(own) == 1 and (equal or ordered), f"{head} does not hold between {own}")
        return self.make(head, bound, "Int" if head == "count" else "", parts)

    def fits(self, term: int, sort: str) -> bool:
        """Whether a term may stand in a place of the sort: integers are rationals."""
        return self.nodes[term][2] in (sort, "Int" if sort == "Rational" else sort)

    def instance(self, literal: int, values: Sequence[int], depth: int = 0) -> Any:
        """The expression with closed terms for its outermost free variables, the innermost first."""
        self.spend(3)
        tag, data, sort, parts = self.nodes[abs(literal)]
        if tag == "var":
            return literal if data < depth else values[data - depth]
        inner, new = depth + (len(data) if tag in ("all", "count", "distinct") else 0), []
        for part in parts:
            new.append((yield self.instance(part, values, inner)))
        node = self.make(tag, data, sort, new)
        return node if literal > 0 else -node

    def signature(self, sorts: Any, symbols: Any) -> None:
        """Takes in the sorts and the symbols."""
        for entry in self.items(sorts, "signature.sorts"):
            name, members, ordered = self.fields(entry, self.place, "name members ordered")
            fresh = self.named(name) not in self.sorts and name != "Bool" and type(ordered) is bool
            builtin = name in NUMERIC or name == "Entity"
            self.need(
                fresh and not (builtin and members) and (members or not ordered), "no such sort"
            )
            self.sorts[name] = None
            if members is not None:
                nodes = self.sorts[name] = []
                for member in self.items(members, f"{self.place}.members"):
                    self.need(
                        self.named(member) not in self.members, f"{member} is a member already"
                    )
                    self.members[member] = self.make("fun", member, name)
                    self.values[self.members[member]] = Fraction(len(nodes))
                    nodes.append(self.members[member])
                self.need(nodes, "an enumeration without members")
            self.ordered |= {name} if ordered else set()
        for entry in self.items(symbols, "signature.symbols"):
            name, arguments, result = self.fields(entry, self.place, "name arguments result")
            self.need(type(arguments) is list, "expected a list of sorts")
            self.need(all(sort in self.sorts for sort in arguments), "an unknown sort")
            self.need(result == "Bool" or result in self.sorts, "an unknown sort")
            key = (result == "Bool", self.named(name), len(arguments))
            self.need(
                key not in self.symbols and (key[0] or arguments or name not in self.members),
                "declared twice",
            )
            self.symbols[key] = (tuple(arguments), "" if result == "Bool" else result)
        self.taken = {*self.members, *(name for _, name, _ in self.symbols)}

    def named(self, token: str) -> str:
        """The token, if it is a name."""
        self.need(type(token) is str and is_name(token), f"{token!r:.80} is no name")
        return token

    def below(self, roots: Iterable[int], enter: Iterable[str]) -> dict[int, None]:
        """The nodes from the roots down, on from these operators only where they bind nothing."""
        todo, seen = list(roots), dict[int, None]()
        while todo:
            if (node := abs(todo.pop())) not in seen:
                seen[node] = None
                tag, bound, _, parts = self.nodes[node]
                self.spend(2 + len(parts))
                todo += parts if tag in enter and not (tag == "distinct" and bound) else ()
        return seen
