"""Text to raw syntax: the Lark grammar's rules as small mutable records with their places.

A raw `Group` is what stands between two brackets: clusters (a term, an atom or an equation behind
its negations and quantifiers) with connectives between them. While a group is reduced, inside out
and right to left, each quantifier's scope is settled and its variable's occurrences are claimed;
`neurologic.parsing.grouping` then builds the formula.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, v_args

from neurologic.errors import ParseError, Span
from neurologic.formula import Sort, Variable
from neurologic.problem import Note
from neurologic.signature import SortDeclaration, SymbolDeclaration

Declaration = SortDeclaration | SymbolDeclaration

NEGATIONS = frozenset({"NOT", "MINUS"})
COMPARISONS = frozenset({"EQUALS", "NEQ", "LT", "LEQ", "GT", "GEQ"})
ARITHMETIC = frozenset({"PLUS", "MINUS", "TIMES"})


@dataclass(slots=True)
class Name:
    """A bare or quoted name that stands for a constant, a variable or a proposition."""

    text: str
    span: Span
    quoted: bool = False
    variable: Variable | None = None


@dataclass(slots=True)
class Numeric:
    """A number in digits."""

    text: str
    span: Span
    negative: bool = False


@dataclass(slots=True)
class Truth:
    """`True` or `False`."""

    value: bool
    span: Span


@dataclass(slots=True)
class Application:
    """A symbol and its arguments, which are terms."""

    head: Name
    args: list[Any]
    span: Span


@dataclass(slots=True)
class Sum:
    """Terms with arithmetic operators between them, ungrouped."""

    parts: list[Any]
    operators: list[Token]
    span: Span


@dataclass(slots=True)
class Binding:
    """The variables that `Count`, `Distinct` or a quantifier applied to arguments binds."""

    kind: str
    variables: list[Variable]
    body: Any
    span: Span


@dataclass(slots=True)
class Values:
    """`Distinct` of terms."""

    args: list[Any]
    span: Span


@dataclass(slots=True)
class Prefix:
    """A negation, or a quantifier with one variable."""

    kind: str
    variable: Variable | None
    span: Span


@dataclass(slots=True)
class Cluster:
    """Prefixes, and the operands that arithmetic and comparisons join behind them.

    `wide` counts the prefixes whose scope reaches to the end of the group.
    """

    prefixes: list[Prefix]
    parts: list[Any]
    operators: list[Token]
    span: Span
    wide: int = 0


@dataclass(slots=True)
class Group:
    """Clusters with connectives between them, ungrouped."""

    clusters: list[Cluster]
    connectives: list[Token]
    span: Span


@dataclass(slots=True)
class Raw:
    """A parsed text: its outermost group, its names that no quantifier claims, and notes."""

    group: Group
    free: dict[str, list[Name]]
    notes: list[Note]


@dataclass(slots=True)
class _State:
    """What one parse gathers: the occurrences of each name, in order of place, and notes."""

    names: defaultdict[str, list[Name]] = field(default_factory=lambda: defaultdict(list))
    notes: list[Note] = field(default_factory=list)


def sign(token: Token) -> str:
    """The operator a token stands for: `AND_WORD` is `AND`."""
    return str(token.type).split("_")[0]


def span_of(token: Token) -> Span:
    """The characters of a token."""
    return token.start_pos or 0, token.end_pos or 0


@v_args(inline=True)
class _Reduction(Transformer[Token, Any]):
    """The action of each grammar rule. Holds the state of the parse under way, behind a lock."""

    def __init__(self) -> None:
        super().__init__()
        self.state = _State()

    def start(self, group: Group) -> Raw:
        return Raw(group, self.state.names, self.state.notes)

    def name(self, token: Token) -> Name:
        span = span_of(token)
        if token.type == "QUOTED":
            return Name(unquoted(token), span, quoted=True)
        name = Name(str(token), span)
        self.state.names[name.text].append(name)
        return name

    def head(self, token: Token) -> Name:
        text = unquoted(token) if token.type == "QUOTED" else str(token)
        return Name(text, span_of(token), token.type == "QUOTED")

    def application(self, head: Name, *args: Any) -> Application:
        *terms, close = args
        return Application(head, [t for t in terms if t is not None], (head.span[0], close.end_pos))

    def term(self, *items: Any) -> Any:
        if len(items) == 1:
            return _numeric(items[0])
        parts = [_numeric(part) for part in items[::2]]
        return Sum(parts, list(items[1::2]), (parts[0].span[0], parts[-1].span[1]))

    def negative(self, minus: Token, digits: Token) -> Numeric:
        return Numeric(str(digits), (span_of(minus)[0], span_of(digits)[1]), negative=True)

    def binding(self, name: Token, sort: Token | None) -> tuple[Variable, Span]:
        return Variable(str(name), Sort(str(sort)) if sort else None), span_of(name)

    def quantifier(self, word: Token, *bindings: Any) -> list[Prefix]:
        kind = sign(word)
        if isinstance(bindings[0], Token):  # VARIABLES: `x y z.`
            start = span_of(bindings[0])[0]
            bindings = tuple(
                (Variable(m.group()), (start + m.start(), start + m.end()))
                for m in re.finditer(r"\w+", bindings[0])
            )
        quantifier = "EXISTS" if kind == "NO" else kind
        prefixes = [Prefix(quantifier, v, span) for v, span in filter(None, bindings)]
        prefixes[0].span = (span_of(word)[0], prefixes[0].span[1])
        return [Prefix("NOT", None, span_of(word)), *prefixes] if kind == "NO" else prefixes

    def operand(self, *items: Any) -> Cluster:
        *before, primary = items
        prefixes: list[Prefix] = []
        for item in before:
            if isinstance(item, list):
                prefixes.extend(item)
            else:
                prefixes.append(Prefix(sign(item), None, span_of(item)))
        if isinstance(primary, Token):
            if primary.type == "NUMERAL":
                primary = _numeric(primary)
                if prefixes and prefixes[-1].kind == "MINUS":
                    primary.negative = True
                    primary.span = (prefixes.pop().span[0], primary.span[1])
            else:
                primary = Truth(sign(primary) == "TRUE", span_of(primary))
        start = prefixes[0].span[0] if prefixes else primary.span[0]
        return Cluster(prefixes, [primary], [], (start, primary.span[1]))

    def expression(self, *items: Any) -> Group:
        clusters = [items[0]]
        connectives = []
        for operator, cluster in zip(items[1::2], items[2::2], strict=True):
            kind = sign(operator)
            if kind in COMPARISONS or kind in ARITHMETIC:
                if cluster.prefixes:
                    raise _misplaced(cluster, operator)
                clusters[-1].operators.append(operator)
                clusters[-1].parts += cluster.parts
                clusters[-1].span = (clusters[-1].span[0], cluster.span[1])
            else:
                connectives.append(operator)
                clusters.append(cluster)
        group = Group(clusters, connectives, (clusters[0].span[0], clusters[-1].span[1]))
        self._settle_scopes(group)
        return group

    def group(self, open_: Token, group: Group, close: Token) -> Group:
        group.span = (span_of(open_)[0], span_of(close)[1])
        return group

    def quantified(self, word: Token, name: Token, group: Group, close: Token) -> Binding:
        kind, variable = sign(word), Variable(str(name))
        span = (span_of(word)[0], span_of(close)[1])
        self._claim(variable, span)
        return Binding(kind, [variable], group, span)

    def counted(self, name: Name, sort: Token | None) -> Variable:
        return Variable(name.text, Sort(str(sort)) if sort else None)

    named = counted

    def count(self, word: Token, *items: Any) -> Binding:
        return self._bound("COUNT", word, *items)

    def distinct_values(self, word: Token, *items: Any) -> Binding:
        return self._bound("DISTINCT", word, *items)

    def distinct(self, word: Token, *items: Any) -> Values:
        *terms, close = items
        return Values(list(terms), (span_of(word)[0], span_of(close)[1]))

    def _bound(self, kind: str, word: Token, *items: Any) -> Binding:
        *variables, body, close = items
        span = (span_of(word)[0], span_of(close)[1])
        for variable in variables:
            self._claim(variable, span)
        return Binding(kind, variables, body, span)

    def sort_declaration(self, name: Token, *members: Any) -> Declaration:
        ordered = [t for t in members if isinstance(t, Token)]
        if ordered and len(ordered) != len(members) // 2:
            raise ParseError(
                "an enumeration is ordered throughout or not at all",
                span=span_of(ordered[0]),
                expected=("one separator",),
            )
        names = tuple(m for m in members if isinstance(m, str) and not isinstance(m, Token))
        return SortDeclaration(Sort(str(name)), names or None, bool(ordered))

    def member(self, name: Any) -> str:
        return name.text if isinstance(name, Name) else str(name)

    def function(self, name: Name, sorts: tuple[Sort, ...], _: Token, result: Token) -> Declaration:
        return SymbolDeclaration(name.text, sorts, Sort(str(result)))

    def predicate(self, name: Name, sorts: tuple[Sort, ...] | None) -> Declaration:
        return SymbolDeclaration(name.text, sorts or ())

    def constants(self, *items: Any) -> list[SymbolDeclaration]:
        *names, sort = items
        return [SymbolDeclaration(name.text, (), Sort(str(sort))) for name in names]

    def sorts(self, *items: Token) -> tuple[Sort, ...]:
        return tuple(Sort(str(item)) for item in items if item.type == "BOUND")

    def _settle_scopes(self, group: Group) -> None:
        """Let each quantifier reach to the end of the group if its variable occurs that far."""
        end = group.span[1]
        for cluster in reversed(group.clusters):
            for at in range(len(cluster.prefixes) - 1, -1, -1):
                prefix = cluster.prefixes[at]
                if prefix.variable is None:
                    continue
                wide = cluster.wide > at or self._occurs(prefix.variable, cluster.span[1], end)
                cluster.wide = max(cluster.wide, at + 1) if wide else 0
                scope = (prefix.span[1], end if wide else cluster.span[1])
                if not self._claim(prefix.variable, scope):
                    name = prefix.variable.name
                    self.state.notes.append(
                        Note(f"{name} does not occur in the scope of its quantifier", prefix.span)
                    )

    def _occurs(self, variable: Variable, start: int, end: int) -> bool:
        names = self.state.names.get(variable.name, ())
        at = bisect_left(names, start, key=lambda name: name.span[0])
        return at < len(names) and names[at].span[0] < end

    def _claim(self, variable: Variable, scope: Span) -> bool:
        """Bind the free occurrences within the scope; whether there are any."""
        names = self.state.names.get(variable.name)
        if not names:
            return False
        low = bisect_left(names, scope[0], key=lambda name: name.span[0])
        high = bisect_left(names, scope[1], low, key=lambda name: name.span[0])
        for name in names[low:high]:
            name.variable = variable
        del names[low:high]
        return low < high


def _numeric(part: Any) -> Any:
    if isinstance(part, Token):
        return Numeric(str(part), span_of(part))
    return part


def _misplaced(cluster: Cluster, operator: Token) -> ParseError:
    prefix = cluster.prefixes[0]
    what = "a negation" if prefix.variable is None else "a quantifier"
    return ParseError(
        f"{what} stands where '{operator}' expects a term",
        span=prefix.span,
        expected=("a term",),
        hint="only terms can be compared or added",
        kind="formula as term",
    )


_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|(.))", re.DOTALL)


def unquoted(text: str) -> str:
    r"""The name that a quoted token stands for.

    >>> unquoted(r"'it\\'s'")
    "it's"
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
        start=["start", "declaration"],
        transformer=reduction,
        maybe_placeholders=True,
    )
    return lark, reduction


_LOCK = threading.Lock()


def parse_raw(text: str, start: str = "start") -> Any:
    """The raw syntax of a formula (`Raw`), or of a declaration.

    Raises:
        lark.exceptions.UnexpectedInput: where the text leaves the grammar.
        ParseError: where a token stands that no bracketing can make sense of.
    """
    lark, reduction = _engine()
    with _LOCK:
        reduction.state = _State()
        return lark.parse(text, start=start)
