"""Text to raw syntax: the action of each rule of the Lark grammar on its parts.

While a group is reduced, inside out
and right to left, each quantifier's scope is settled and its variable's occurrences are claimed;
`neurologic.parsing.grouping` then builds the formula.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left, insort
from collections import defaultdict
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

from lark import Lark

from neurologic.errors import ParseError, Span
from neurologic.formula import Sort, Variable
from neurologic.notation import MOST_DIGITS
from neurologic.parsing.lexer import ContextualLexer, Lexeme
from neurologic.parsing.raw import (
    Application,
    Binding,
    Cluster,
    Group,
    Name,
    Numeric,
    Prefix,
    Raw,
    Sum,
    Truth,
    Values,
)
from neurologic.problem import Note
from neurologic.signature import SortDeclaration, SymbolDeclaration

COMPARISONS = frozenset({"EQUALS", "NEQ", "LT", "LEQ", "GT", "GEQ"})
_JOINS_TERMS = COMPARISONS | {"PLUS", "MINUS", "TIMES"}


class _Reduction:
    """The action of each grammar rule on its children, with what one parse gathers.

    `names` holds the occurrences of each bare name that no quantifier has claimed, by place.
    """

    def __init__(self) -> None:
        self.names: defaultdict[str, list[Name]] = defaultdict(list)
        self.notes: list[Note] = []

    def begin(self) -> None:
        """Forget the last text."""
        self.names = defaultdict(list)
        self.notes = []

    def operand(self, items: list[Any]) -> Cluster:
        prefixes: list[Prefix] = []
        for item in items[:-1]:
            if isinstance(item, list):
                if prefixes and prefixes[-1].variable is None and item[0].variable is None:
                    raise _negated_twice(prefixes[-1], item[0])
                prefixes += item
            else:
                prefixes.append(Prefix(item.type, None, item.span))
        primary = items[-1]
        if isinstance(primary, Lexeme):
            primary = self._leaf(primary)
            if prefixes and prefixes[-1].kind == "MINUS" and isinstance(primary, Numeric):
                primary.negative = True
                primary.span = (prefixes.pop().span[0], primary.span[1])
        start = prefixes[0].span[0] if prefixes else primary.span[0]
        return Cluster(prefixes, [primary], [], (start, primary.span[1]))

    def expression(self, items: list[Any]) -> Group:
        clusters = [items[0]]
        connectives: list[Lexeme] = []
        asymmetric = -1
        for at in range(1, len(items), 2):
            operator, cluster = items[at], items[at + 1]
            if operator.type not in _JOINS_TERMS:
                if operator.type not in {"AND", "OR"}:
                    asymmetric = len(connectives)
                connectives.append(operator)
                clusters.append(cluster)
                continue
            if cluster.prefixes:
                raise _misplaced(cluster, operator)
            last = clusters[-1]
            last.operators.append(operator)
            last.parts += cluster.parts
            last.span = (last.span[0], cluster.span[1])
        span = (clusters[0].span[0], clusters[-1].span[1])
        group = Group(clusters, connectives, span, asymmetric)
        self._settle_scopes(group)
        return group

    def bracketed(self, items: list[Any]) -> Cluster:
        *prefixes, opening, group, closing = items
        group.span = (opening.start_pos, closing.end_pos)
        return self.operand([*prefixes, group])

    def quantifier(self, items: list[Lexeme]) -> list[Prefix]:
        word = items[0]
        kind = {"NO": "EXISTS", "FOR_ALL": "FORALL"}.get(word.type, word.type)
        if items[1].type == "VARIABLES":  # `x y z.`
            start = items[1].start_pos
            prefixes = [
                Prefix(kind, Variable(m.group()), (start + m.start(), start + m.end()))
                for m in re.finditer(r"\w+", items[1].value)
            ]
        else:
            prefixes = []
            name = ""
            for before, item in pairwise(items):
                if item.type == "BOUND" and before.type == "COLON":
                    prefixes[-1].variable = Variable(name, Sort(item.value))
                elif item.type == "BOUND":
                    name = item.value
                    prefixes.append(Prefix(kind, Variable(name), item.span))
        prefixes[0].span = (word.start_pos, prefixes[0].span[1])
        return [Prefix("NOT", None, word.span), *prefixes] if word.type == "NO" else prefixes

    def quantified(self, items: list[Any]) -> Binding:
        word, _, name, _, group, closing = items
        if not self._occurs(Variable(name.value), word.start_pos, closing.end_pos):
            raise ParseError(
                f"'{word.value}' is a word of the notation",
                span=word.span,
                expected=("a name",),
                hint=f"as a name, write it in quotes: '{word.value}'",
                kind="keyword as name",
            )
        return self._bound(word.type, word, [Variable(name.value)], group, closing)

    def application(self, items: list[Any]) -> Application:
        head, closing = items[0], items[-1]
        text = unquoted(head.value) if head.type == "QUOTED" else head.value
        args = [self._leaf(item) if isinstance(item, Lexeme) else item for item in items[2:-1:2]]
        return Application(text, args, (head.start_pos, closing.end_pos))

    def sum(self, items: list[Any]) -> Sum:
        parts = [self._leaf(item) if isinstance(item, Lexeme) else item for item in items[::2]]
        return Sum(parts, items[1::2], (parts[0].span[0], parts[-1].span[1]))

    def negative(self, items: list[Lexeme]) -> Numeric:
        minus, digits = items
        return Numeric(digits.value, (minus.span[0], digits.span[1]), negative=True)

    def term_in_brackets(self, items: list[Any]) -> Any:
        return self._leaf(items[1]) if isinstance(items[1], Lexeme) else items[1]

    def counted(self, items: list[Lexeme]) -> Variable:
        return Variable(items[0].value, Sort(items[2].value) if len(items) > 1 else None)

    named = counted

    def count(self, items: list[Any]) -> Binding:
        variables = [item for item in items if isinstance(item, Variable)]
        return self._bound("COUNT", items[0], variables, items[-2], items[-1])

    def distinct(self, items: list[Any]) -> Binding | Values:
        variables = [item for item in items if isinstance(item, Variable)]
        args = [
            self._leaf(item) if isinstance(item, Lexeme) else item
            for item in items[2:-1:2]
            if not isinstance(item, Variable)
        ]
        if variables:
            return self._bound("DISTINCT", items[0], variables, args[0], items[-1])
        return Values(args, (items[0].start_pos, items[-1].end_pos))

    def sort_declaration(self, items: list[Any]) -> SortDeclaration:
        name, *members = items
        separators = {item.type: item for item in members[1::2]}
        if len(separators) > 1:
            raise ParseError(
                "an enumeration is ordered throughout or not at all",
                span=separators["COMMA"].span,
                expected=("'<'",),
                hint="write '<' between all members, or ',' between all",
                kind="declaration",
            )
        return SortDeclaration(
            Sort(name.value), tuple(members[::2]) or None, ordered="LT" in separators
        )

    def member(self, items: list[Lexeme]) -> str:
        token = items[0]
        if token.type == "NUMERAL" and longest_run(token.value) > MOST_DIGITS:
            raise ParseError(
                f"a number of more than {MOST_DIGITS} digits", span=token.span, kind="too long"
            )
        return unquoted(items[0].value) if items[0].type == "QUOTED" else items[0].value

    def function(self, items: list[Any]) -> SymbolDeclaration:
        name, sorts, _, result = items
        return SymbolDeclaration(self.member([name]), sorts, Sort(result.value))

    def predicate(self, items: list[Any]) -> SymbolDeclaration:
        return SymbolDeclaration(self.member(items[:1]), items[1] if len(items) > 1 else ())

    def constants(self, items: list[Lexeme]) -> list[SymbolDeclaration]:
        *names, sort = items
        return [SymbolDeclaration(self.member([name]), (), Sort(sort.value)) for name in names]

    def sorts(self, items: list[Lexeme]) -> tuple[Sort, ...]:
        return tuple(Sort(item.value) for item in items if item.type == "BOUND")

    def _leaf(self, token: Lexeme) -> Name | Numeric | Truth:
        span = token.span
        match token.type:
            case "NAME":
                name = Name(token.value, span)
                names = self.names[name.text]
                if names and names[-1].span > span:
                    insort(names, name, key=_place)
                else:
                    names.append(name)
                return name
            case "QUOTED":
                return Name(unquoted(token.value), span, quoted=True)
            case "NUMERAL":
                return Numeric(token.value, span)
            case kind:
                return Truth(kind == "TRUE", span)

    def _bound(
        self, kind: str, word: Lexeme, variables: list[Variable], body: Any, closing: Lexeme
    ) -> Binding:
        span = (word.start_pos, closing.end_pos)
        for variable in variables:
            self._claim(variable, *span)
        return Binding(kind, variables, body, span)

    def _settle_scopes(self, group: Group) -> None:
        """Let each quantifier reach to the end of the group if its variable occurs that far."""
        end = group.span[1]
        for cluster in reversed(group.clusters):
            for at in range(len(cluster.prefixes) - 1, -1, -1):
                prefix = cluster.prefixes[at]
                if prefix.variable is None:
                    continue
                stop = cluster.span[1]
                if cluster.wide or (stop < end and self._occurs(prefix.variable, stop, end)):
                    cluster.wide = max(cluster.wide, at + 1)
                    stop = end
                if not self._claim(prefix.variable, prefix.span[1], stop):
                    name = prefix.variable.name
                    message = f"{name} does not occur in the scope of its quantifier"
                    self.notes.append(Note(message, prefix.span))

    def _occurs(self, variable: Variable, start: int, stop: int) -> bool:
        names = self.names.get(variable.name, ())
        at = bisect_left(names, start, key=_start)
        return at < len(names) and names[at].span[0] < stop

    def _claim(self, variable: Variable, start: int, stop: int) -> bool:
        """Bind the free occurrences between two offsets; whether there are any."""
        names = self.names.get(variable.name)
        if not names:
            return False
        low = bisect_left(names, start, key=_start)
        high = bisect_left(names, stop, low, key=_start)
        for name in names[low:high]:
            name.variable = variable
            name.bound = True
        del names[low:high]
        return low < high


def longest_run(numeral: str) -> int:
    """How many digits stand before the point or after it, whichever are more."""
    return max(map(len, numeral.lstrip("$€£").replace(",", "").split(".")))


def _start(name: Name) -> int:
    return name.span[0]


def _place(name: Name) -> Span:
    return name.span


def _negated_twice(sign: Prefix, word: Prefix) -> ParseError:
    """For `-no x. P(x)`: models write it for `no x. P(x)`, a logician would for `some x. P(x)`."""
    return ParseError(
        "a negation before 'no' may be meant as one negation or as two",
        span=sign.span,
        related=(word.span,),
        expected=("'no' or 'exists'",),
        hint="write -exists for none, exists for some",
        kind="double negation",
    )


def _misplaced(cluster: Cluster, operator: Lexeme) -> ParseError:
    prefix = cluster.prefixes[0]
    what = "a negation" if prefix.variable is None else "a quantifier"
    return ParseError(
        f"{what} stands where '{operator.value}' expects a term",
        span=prefix.span,
        expected=("a term",),
        hint="only terms can be compared or added",
        kind="formula as term",
    )


_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)


def unquoted(text: str) -> str:
    r"""The name that a quoted token stands for.

    >>> unquoted("'a \\'quoted\\' name'")
    "a 'quoted' name"
    """

    def plain(match: re.Match[str]) -> str:
        if match[1]:
            code = int(match[1], 16)
            return chr(code) if code <= 0x10FFFF else match[0]
        return "\n" if match[2] == "n" else match[2]

    return _ESCAPE.sub(plain, text[1:-1]) if "\\" in text else text[1:-1]


def grammar_text() -> str:
    """The text of grammars/fol.lark: inside an installed package, else beside it."""
    packaged = resources.files("neurologic") / "_grammars" / "fol.lark"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "grammars" / "fol.lark").read_text(encoding="utf-8")


@cache
def _engine() -> tuple[Lark, _Reduction]:
    reduction = _Reduction()
    lark = Lark(
        grammar_text(),
        parser="lalr",
        lexer=ContextualLexer,
        start=["expression", "declaration"],
        transformer=reduction,
        maybe_placeholders=False,
    )
    return lark, reduction


_LOCK = threading.Lock()


def parse_formula(text: str) -> Raw:
    """The raw syntax of a formula.

    Raises:
        lark.exceptions.UnexpectedInput: where the text leaves the grammar.
        ParseError: where a token stands that no bracketing can make sense of; without its text.
    """
    lark, reduction = _engine()
    with _LOCK:
        reduction.begin()
        group = lark.parse(text, start="expression")
        return Raw(group, dict(reduction.names), reduction.notes)  # type: ignore[arg-type]


def parse_declaration(text: str) -> SortDeclaration | SymbolDeclaration | list[SymbolDeclaration]:
    """The declaration that a line makes; errors as in `parse_formula`."""
    lark, reduction = _engine()
    with _LOCK:
        reduction.begin()
        return lark.parse(text, start="declaration")  # type: ignore[return-value]
