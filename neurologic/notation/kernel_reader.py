"""The reader of the kernel's form: sentences of certificates as formulas of the library."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from fractions import Fraction
from typing import Any

from neurologic.errors import ParseError
from neurologic.formula import (
    ENTITY,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Sort,
    Variable,
    Xor,
    trampoline,
)
from neurologic.notation.kernel_tokens import NUMERAL, WORDS, name_of

_TOKEN = re.compile(r" ?(\(|\)|'(?:[^'\\]|\\.)*'|[^ ()'\"\\]+(?:(?<=:)'(?:[^'\\]|\\.)*')?)")


def read(text: str) -> Formula:
    """The formula that a text in the kernel's form writes.

    Raises:
        ParseError: if it writes none; the span shows where.

    >>> str(read("(all (x Entity) (implies (Man x) (Mortal x)))"))
    '∀x: Entity. (Man(x) → Mortal(x))'
    """
    reader = _Reader(text)
    formula: Formula = trampoline(reader.expression(formula=True))
    if reader.at < len(reader.tokens):
        raise reader.wrong("expected the end of the formula")
    return formula


class _Reader:
    """A text, its tokens, how far they are read, and the sorts of the variables in scope."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.tokens: list[re.Match[str]] = []
        self.scope: dict[str, list[Sort]] = {}
        end = 0
        while end < len(text):
            found = _TOKEN.match(text, end)
            if found is None:
                raise ParseError("expected a token", text=text, span=(end, end + 1))
            self.tokens.append(found)
            end = found.end()

    def wrong(self, message: str, back: int = 0) -> ParseError:
        at = self.at - back
        span = self.tokens[at].span(1) if at < len(self.tokens) else (len(self.text),) * 2
        return ParseError(message, text=self.text, span=span)

    def next(self, wanted: str = "") -> str:
        if self.at == len(self.tokens):
            raise self.wrong(f"the text ends before {wanted or 'the formula does'}")
        self.at += 1
        found = self.tokens[self.at - 1][1]
        if wanted and found != wanted:
            raise self.wrong(f"expected {wanted}", back=1)
        return found

    def name(self) -> str:
        found = self.next()
        try:
            return name_of(found)
        except ParseError:
            raise self.wrong("expected a name", back=1) from None

    def opens(self, count: int) -> bool:
        ahead = self.tokens[self.at : self.at + count]
        return len(ahead) == count and all(found[1] == "(" for found in ahead)

    def variables(self, head: str) -> list[Variable]:
        """The variables that an operator binds, which are in scope from here on."""
        many = head == "count" or (head == "distinct" and self.opens(2))
        if not many and head not in ("all", "ex"):
            return []
        if many:
            self.next("(")
        bound: list[Variable] = []
        while not bound or (many and self.opens(1)):
            self.next("(")
            bound.append(Variable(self.name(), Sort(self.name())))
            self.next(")")
        if many:
            self.next(")")
        for variable in bound:
            self.scope.setdefault(variable.name, []).append(variable.sort or ENTITY)
        return bound

    def expression(self, formula: bool) -> Generator[Any, Any, Any]:
        head = self.next()
        if head != "(":
            return self.leaf(head, formula)
        head = self.next()
        word = WORDS.get(head)
        if word is None:
            self.at -= 1
            head = self.name()
        begin = self.at - 1
        bound = self.variables(head) if word else []
        below = word in _OVER_FORMULAS
        parts: list[Any] = []
        while self.at < len(self.tokens) and self.tokens[self.at][1] != ")":
            parts.append((yield self.expression(below)))
        self.next(")")
        for variable in bound:
            self.scope[variable.name].pop()
        built = None
        if word is None:
            built = Atom(head, tuple(parts)) if formula else Function(head, tuple(parts))
        elif formula == (word not in (Count, Arithmetic)):
            built = _built(head, word, bound, parts)
        if built is None or built == Function(head, ()):
            self.at = begin
            raise self.wrong(f"{head} cannot stand here, or has the wrong number of parts")
        return built

    def leaf(self, text: str, formula: bool) -> Any:
        if formula and text in ("true", "false"):
            return WORDS[text]()
        digits = text.split(":")[0]
        if not formula and NUMERAL.fullmatch(digits) and str(Fraction(digits)) == digits:
            return Numeral(Fraction(digits))
        self.at -= 1
        if formula:
            raise self.wrong("expected a formula")
        name = self.name()
        sorts = self.scope.get(name)
        return Variable(name, sorts[-1]) if sorts else Constant(name)


_OVER_FORMULAS = (Not, And, Or, Xor, Implies, Iff, ForAll, Exists, Count)


def _built(head: str, word: Any, bound: Sequence[Variable], parts: Sequence[Any]) -> Any:
    """The node of an operator, None if the number of its parts is wrong."""
    if word in (And, Or):
        return word(tuple(parts))
    if word is Distinct:
        return Distinct(tuple(parts), tuple(bound))
    if word in (Compare, Arithmetic) and len(parts) == 2:
        return word(head, *parts)
    if word in (Equals, Xor, Implies, Iff) and len(parts) == 2:
        return word(*parts)
    if word in (Not, ForAll, Exists, Count) and len(parts) == 1:
        variables = () if word is Not else (tuple(bound),) if word is Count else tuple(bound)
        return word(*variables, *parts)
    return None
