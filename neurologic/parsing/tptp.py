"""TPTP to problems: FOF, CNF and first-order TFF with linear arithmetic, by grammars/tptp.lark.

Words and quoted words are names; `$i` is Entity, `$int` Int, `$rat` and `$real` Rational. Axioms in
all their kinds are premises; a negated conjecture is a premise whose goal is falsity.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from neurologic.errors import ParseError, Span
from neurologic.formula import (
    BOOLEAN,
    ENTITY,
    INTEGER,
    RATIONAL,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Sort,
    Term,
    Variable,
    Verum,
    Xor,
)
from neurologic.problem import Problem
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration

LONGEST = 10_000_000
"""The longest text, in characters, that is read as a TPTP problem."""

_PREMISES = frozenset(
    "axiom hypothesis definition assumption lemma theorem corollary negated_conjecture".split()
)
_SORTS = {"$i": ENTITY, "$int": INTEGER, "$rat": RATIONAL, "$real": RATIONAL, "$o": BOOLEAN}
_COMPARISONS: dict[str, Literal["<", "<=", ">", ">="]] = {
    "$less": "<", "$lesseq": "<=", "$greater": ">", "$greatereq": ">=",
}  # fmt: skip
_ARITHMETIC: dict[str, Literal["+", "-", "*"]] = {
    "$sum": "+", "$difference": "-", "$product": "*",
}  # fmt: skip
_BINARY: dict[str, Callable[..., Formula]] = {
    "=>": Implies,
    "<=": lambda left, right: Implies(right, left),
    "<=>": Iff,
    "<~>": Xor,
    "~|": lambda left, right: Not(Or((left, right))),
    "~&": lambda left, right: Not(And((left, right))),
}


def read_tptp(text: str, *, source: str = "") -> Problem:
    """The problem that a TPTP text states.

    Args:
        text: annotated formulas in `fof`, `cnf` or `tff`.
        source: what to call the text in errors, such as its path.

    Raises:
        ParseError: where the text leaves the subset that is read, or has several conjectures.

    >>> problem = read_tptp("fof(a, axiom, ![X]: (man(X) => mortal(X))). fof(c, conjecture, mortal(a)).")
    >>> print(*problem.premises, problem.goal, sep="; ")
    ∀X (man(X) → mortal(X)); mortal(a)
    """
    if len(text) > LONGEST:
        raise ParseError(f"a text of more than {LONGEST} characters is not read", source=source)
    lark, building = _engine()
    with _LOCK:
        building.begin(text)
        try:
            lark.parse(text)
        except UnexpectedInput as error:
            raise _unexpected(error, text).at(source) from None
        except ParseError as error:
            error.at(source)
            raise
        return building.problem()


@dataclass(frozen=True, slots=True)
class _Application:
    """A word with its arguments, before it is known to be a formula or a term."""

    word: Token
    args: tuple[Any, ...]


@dataclass(slots=True)
class _Statements:
    """What the statements read so far say."""

    text: str
    premises: list[Formula] = field(default_factory=list)
    goals: list[Formula] = field(default_factory=list)
    sorts: list[SortDeclaration] = field(default_factory=list)
    symbols: list[SymbolDeclaration] = field(default_factory=list)


@v_args(inline=True)
class _Building(Transformer[Token, Any]):
    """The action of each rule of the grammar on its children."""

    def begin(self, text: str) -> None:
        self.said = _Statements(text)

    def problem(self, *_: Any) -> Problem:
        """The problem so far, with falsity as its goal where there is no conjecture."""
        said = self.said
        goal = said.goals[0] if said.goals else Falsum()
        signature = Signature(tuple(said.sorts), tuple(said.symbols))
        return Problem(tuple(said.premises), goal, signature)

    def sentence(self, language: Token, _name: Token, role: Token, formula: Any, *_: Any) -> None:
        if role == "conjecture":
            if self.said.goals:
                raise self._error("a second conjecture", role)
            self.said.goals.append(formula)
        elif role in _PREMISES:
            self.said.premises.append(formula)
        else:
            raise self._error(f"the role {role} is not read", role, "axiom", "conjecture")

    def declaration(self, *_: Any) -> None:
        """Nothing is left to do: the type has been noted."""

    def include(self, word: Token, *_: Any) -> None:
        raise self._error("other files are not included", word)

    def annotation(self, *_: Any) -> None:
        """Sources and the like say nothing that is needed."""

    def constant_type(self, word: Token, sort: Any) -> None:
        if sort == "$tType":
            self.said.sorts.append(SortDeclaration(Sort(_plain(word))))
        else:
            self.said.symbols.append(SymbolDeclaration(_plain(word), (), sort))

    def symbol_type(self, word: Token, *sorts: Sort) -> None:
        self.said.symbols.append(SymbolDeclaration(_plain(word), sorts[:-1], sorts[-1]))

    def sort(self, word: Token) -> Any:
        if word == "$tType":
            return "$tType"
        if word.startswith("$") and word not in _SORTS:
            raise self._error(f"there is no type {word}", word, *_SORTS)
        return _SORTS.get(word) or Sort(_plain(word))

    # Formulas

    def atom(self, part: Any) -> Formula:
        if not isinstance(part, _Application):
            where = part[1] if isinstance(part, tuple) else None
            raise self._error("a term where a formula belongs", where)
        word, args = part.word, part.args
        if not word.startswith("$"):
            return Atom(_plain(word), tuple(self._term(arg) for arg in args))
        terms = tuple(self._term(arg) for arg in args)
        if word in ("$true", "$false") and not terms:
            return Verum() if word == "$true" else Falsum()
        if word in _COMPARISONS and len(terms) == 2:
            return Compare(_COMPARISONS[word], *terms)
        if word == "$distinct" and terms:
            return Distinct(terms)
        raise self._error(f"{word} is not read as a formula", word)

    def equation(self, left: Any, right: Any) -> Formula:
        return Equals(self._term(left), self._term(right))

    def inequation(self, left: Any, right: Any) -> Formula:
        return Not(self.equation(left, right))

    def negation(self, body: Formula) -> Formula:
        return Not(body)

    def conjunction(self, *parts: Formula) -> Formula:
        return And(parts)

    def disjunction(self, *parts: Formula) -> Formula:
        return Or(parts)

    def binary(self, left: Formula, word: Token, right: Formula) -> Formula:
        joined: Formula = _BINARY[word](left, right)
        return joined

    def quantified(self, sign: Token, *parts: Any) -> Formula:
        formula: Formula = parts[-1]
        for variable in reversed(parts[:-1]):
            formula = (ForAll if sign == "!" else Exists)(variable, formula)
        return formula

    def variable(self, name: Token, sort: Any = None) -> Variable:
        return Variable(str(name), sort)

    # Terms: what was read, with the token that shows where

    def bound(self, name: Token) -> tuple[Term, Token]:
        return Variable(str(name)), name

    def number(self, token: Token) -> tuple[Term, Token]:
        digits = sum(map(str.isdigit, token))
        if digits > 1000:
            raise self._error("a number of more than 1000 digits is not read", token)
        return Numeral(Fraction(str(token))), token

    def application(self, word: Token, *args: Any) -> _Application:
        return _Application(word, tuple((self._term(arg), word) for arg in args))

    def _term(self, part: Any) -> Term:
        if isinstance(part, tuple):
            return part[0]  # type: ignore[no-any-return]
        word, args = part.word, tuple(arg[0] for arg in part.args)
        if not word.startswith("$"):
            name = _plain(word)
            return Function(name, args) if args else Constant(name)
        if word in _ARITHMETIC and len(args) == 2:
            return Arithmetic(_ARITHMETIC[word], *args)
        if word == "$uminus" and len(args) == 1:
            return Arithmetic("-", Numeral(Fraction(0)), args[0])
        if word in ("$to_rat", "$to_real") and len(args) == 1:
            return args[0]  # type: ignore[no-any-return]
        raise self._error(f"{word} is not read as a term", word)

    def _error(self, message: str, token: Token | None, *expected: str) -> ParseError:
        start = (token.start_pos if token is not None else None) or 0
        span = (start, start + max(1, len(token or "")))
        return _located(message, self.said.text, span, expected)


def _plain(word: str) -> str:
    r"""The name that an atomic word stands for.

    >>> _plain(r"'it\'s'"), _plain("a")
    ("it's", 'a')
    """
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith("'") else str(word)


def _located(message: str, text: str, span: Span, expected: tuple[str, ...] = ()) -> ParseError:
    line = text.count("\n", 0, span[0]) + 1
    return ParseError(message, text=text, span=span, expected=expected, source=f"line {line}")


def _unexpected(error: UnexpectedInput, text: str) -> ParseError:
    at = len(text.rstrip()) if isinstance(error, UnexpectedEOF) else error.pos_in_stream
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        at = len(text.rstrip())
    start = len(text) if at is None or at < 0 else at
    expected = tuple(sorted(_shown(name) for name in _expected(error)))
    end = "the end" if start >= len(text.rstrip()) else repr(text[start : start + 20].split()[0])
    one_of = f", expected {' or '.join(expected)}" if 0 < len(expected) < 6 else ""
    return _located(f"{end} does not belong here{one_of}", text, (start, start + 1), expected)


def _expected(error: UnexpectedInput) -> set[str]:
    if isinstance(error, UnexpectedToken):
        return set(error.accepts or error.expected or ())
    return set(error.allowed or ()) if isinstance(error, UnexpectedCharacters) else set()


_SIGNS = {
    "LPAR": "(", "RPAR": ")", "COMMA": ",", "DOT": ".", "COLON": ":", "LSQB": "[", "RSQB": "]",
    "VBAR": "|", "AMPERSAND": "&", "EQUAL": "=", "TILDE": "~", "MORETHAN": ">", "STAR": "*",
    "LANGUAGE": "fof, tff or cnf", "$END": "the end",
}  # fmt: skip


def _shown(terminal: str) -> str:
    sign = _SIGNS.get(terminal, terminal.lower().replace("_", " "))
    return sign if sign[0].isalpha() else repr(sign)


def grammar_text() -> str:
    """The text of grammars/tptp.lark: inside an installed package, else beside it."""
    packaged = resources.files("neurologic") / "_grammars" / "tptp.lark"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "grammars" / "tptp.lark").read_text(encoding="utf-8")


_LOCK = threading.Lock()


@cache
def _engine() -> tuple[Lark, _Building]:
    building = _Building()
    lark = Lark(
        grammar_text(),
        parser="lalr",
        start="problem",
        transformer=building,
        maybe_placeholders=False,
    )
    return lark, building
