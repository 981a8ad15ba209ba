"""Printers: a formula as text in Unicode, in the ASCII of NLTK and Prover9, or in LaTeX.

The first two are inverse to the parser: `parse(render(f)) == f` for every formula without free
variables. Brackets are written where precedence or scope would read otherwise, and around every
quantifier that stands beside a connective. Whole problems: `to_tptp`, `to_smtlib`, `to_latex`;
formulas as NLTK's objects: `to_nltk`.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Generator, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from neurologic.errors import NeurologicError
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
    Expression,
    Falsum,
    ForAll,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Variable,
    Verum,
    Xor,
    trampoline,
)

if TYPE_CHECKING:
    from neurologic.notation.latex import to_latex
    from neurologic.notation.nltk_objects import from_nltk, to_nltk
    from neurologic.notation.smtlib import to_smtlib
    from neurologic.notation.tptp import to_tptp

__all__ = [
    "KEYWORDS",
    "MOST_DIGITS",
    "VARIABLE_LIKE",
    "Form",
    "Style",
    "from_nltk",
    "name",
    "numeral",
    "quoted",
    "render",
    "to_latex",
    "to_nltk",
    "to_smtlib",
    "to_tptp",
]

Style = Literal["unicode", "ascii"]
"""A spelling of the notation that is read and written."""
Form = Literal["unicode", "ascii", "latex"]
"""A form in which formulas are written."""

KEYWORDS = {
    word: terminal
    for terminal, words in {
        "FORALL": ("all", "All", "ALL", "forall", "Forall", "ForAll", "FORALL"),
        "EXISTS": ("exists", "Exists", "EXISTS", "some"),
        "NO": ("no", "No"),
        "NOT": ("not", "Not", "NOT"),
        "AND": ("and", "And", "AND"),
        "OR": ("or", "Or", "OR"),
        "XOR": ("xor", "Xor", "XOR"),
        "ARROW": ("implies",),
        "IFF": ("iff",),
        "TRUE": ("True", "true"),
        "FALSE": ("False", "false"),
        "COUNT": ("Count",),
        "DISTINCT": ("Distinct",),
    }.items()
    for word in words
}
"""Words of the notation and their terminals in grammars/fol.lark; as names they stand in quotes."""

MOST_DIGITS = 1000
"""The most digits of a number, before or after the point, that are read or written."""

VARIABLE_LIKE = re.compile(r"[u-z]\d?")
"""A name that is a variable even where no quantifier binds it (Prover9's convention)."""

# A bare name as grammars/fol.lark reads it, and the stricter one that NLTK and Prover9 read too.
_LONG = r"(?:\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)?[^\W\d]\w*|_\w*|[^\W\d_](?:[^\W\d]|\d+[^\W\d])\w*)(?:[-.'’]\w+)*(?:\+\+)?"
_SHORT = r"[^\W\d_]\d*(?:\+\+|(?:-[^\W\d]\w*|['’]\w+)+)?"
DIFFERENCE = re.compile(r"[u-z]\d?-[u-z]\d?")
_VARIABLE = {
    "unicode": re.compile(r"[^\W\d]\w*"),
    "ascii": re.compile(r"[A-Za-z_][A-Za-z0-9_]*"),
    "latex": re.compile(r"(?s:.*)"),
}
_NAME = {"unicode": re.compile(f"{_LONG}|{_SHORT}"), "ascii": re.compile(r"[A-Za-z][A-Za-z0-9_]*")}

_SIGNS = {
    "unicode": {
        And: "∧", Or: "∨", Xor: "⊕", Implies: "→", Iff: "↔", Not: "¬", ForAll: "∀", Exists: "∃",
        "<=": "≤", ">=": "≥", "!=": "≠", Verum: "⊤", Falsum: "⊥",
    },
    "ascii": {
        And: "&", Or: "|", Xor: "xor", Implies: "->", Iff: "<->", Not: "-", ForAll: "all ",
        Exists: "exists ", "<=": "<=", ">=": ">=", "!=": "!=", Verum: "True", Falsum: "False",
    },
    "latex": {
        And: r"\land", Or: r"\lor", Xor: r"\oplus", Implies: r"\rightarrow",
        Iff: r"\leftrightarrow", Not: r"\neg ", ForAll: r"\forall ", Exists: r"\exists ",
        "<=": r"\leq", ">=": r"\geq", "!=": r"\neq", "*": r"\cdot", Verum: r"\top",
        Falsum: r"\bot",
    },
}  # fmt: skip

# How tightly a printed expression holds together; a higher number binds tighter.
# "Open" is a connective whose last operand is a quantifier without brackets: nothing may follow it.
_QUANTIFIED, _OPEN, _IFF, _IMPLIES, _XOR, _OR, _AND, _COMPARED, _SUM, _PRODUCT, _TIGHT = range(11)


_HOMES = {
    "to_nltk": "nltk_objects",
    "from_nltk": "nltk_objects",
    "to_tptp": "tptp",
    "to_smtlib": "smtlib",
    "to_latex": "latex",
}


def __getattr__(attribute: str) -> Any:
    """What has a module of its own, loaded when first asked for."""
    if attribute in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[attribute]}"), attribute)
    raise AttributeError(f"module {__name__!r} has no attribute {attribute!r}")


_Printed = tuple[str, int]
_Scope = dict[str, int]


def render(formula: Expression, style: Form = "unicode") -> str:
    """The formula or term as text.

    Args:
        formula: what to print; any depth.
        style: `unicode` (∀x (P(x) → Q(x))); `ascii` (all x. (P(x) -> Q(x))), whose text has
            ASCII characters only and which NLTK and Prover9 read as far as they know the language;
            or `latex`, for LaTeX's mathematics mode, where no name can be a command.

    Raises:
        NeurologicError: for a variable whose name the style cannot write, or a number without a
            finite decimal form.

    >>> x = Variable("x")
    >>> rule = ForAll(x, Implies(Atom("Man", (x,)), Atom("Mortal", (x,))))
    >>> render(rule)
    '∀x (Man(x) → Mortal(x))'
    >>> render(rule, "ascii")
    'all x. (Man(x) -> Mortal(x))'
    """
    if style not in _SIGNS:
        raise NeurologicError(f"there is no style {style!r}", expected=tuple(_SIGNS))
    return trampoline(_print(formula, style, {}))[0]


def name(text: str, style: Form = "unicode", *, term: bool = False, bound: bool = False) -> str:
    """A symbol's name as it is written: bare if that reads back, else in single quotes.

    Args:
        text: the name.
        style: as in `render`.
        term: it names a constant, so that a look of a variable (u to z) must be quoted away.
        bound: a variable of this name is bound here.

    >>> name("ada lovelace"), name("x", term=True), name("lg-34"), name("lg-34", "ascii")
    ("'ada lovelace'", "'x'", 'lg-34', "'lg-34'")
    """
    if style == "latex":
        return _latex_name(text)
    bare = _NAME[style].fullmatch(text) and text not in KEYWORDS and not bound
    variable = VARIABLE_LIKE.fullmatch(text) or DIFFERENCE.fullmatch(text)
    if bare and not (term and variable):
        return text
    return quoted(text, style)


def quoted(text: str, style: Form = "unicode") -> str:
    r"""The text in single quotes, with a backslash before what could not stand there.

    >>> print(quoted("it's\n"))
    'it\'s\n'
    """
    if style == "latex":
        return _latex_name(text)
    plain = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + "".join(_escaped(c, style) for c in plain) + "'"


def _escaped(character: str, style: Form) -> str:
    if character == "\n":
        return "\\n"
    if character == " " or (character.isprintable() and (style == "unicode" or character < "\x7f")):
        return character
    return f"\\u{{{ord(character):x}}}"


_LATEX_WORD = re.compile(r"[A-Za-z]+")
_LATEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    "`": "{`}", "-": "{-}", "'": "{'}", ",": "{,}", "!": "{!}", "?": "{?}",
    " ": r"\ ",
} | {c: "\\" + c for c in "#$%&_{}"}  # fmt: skip


def _latex_name(text: str) -> str:
    """The name in italics, every character that means something to LaTeX escaped."""
    if _LATEX_WORD.fullmatch(text):
        return text if len(text) == 1 else rf"\mathit{{{text}}}"
    return rf"\textit{{{''.join(map(_latex_character, text))}}}"


def _latex_character(character: str) -> str:
    if character in _LATEX:
        return _LATEX[character]
    if character.isprintable():
        return character
    return rf"\textbackslash{{}}u\{{{ord(character):x}\}}"


def numeral(value: Fraction) -> str:
    """The number in decimal digits, exact.

    Raises:
        NeurologicError: if it has no finite decimal form, or more than `MOST_DIGITS` digits.

    >>> numeral(Fraction(5)), numeral(Fraction(-25, 10)), numeral(Fraction(1, 1000))
    ('5', '-2.5', '0.001')
    """
    if abs(value) >= 10**MOST_DIGITS:
        raise NeurologicError(f"a number of more than {MOST_DIGITS} digits is not written")
    if value.denominator == 1:
        return str(value.numerator)
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
        if digits > MOST_DIGITS:
            raise NeurologicError("a number has no finite decimal form, or too long a one")
    shifted = str(abs(value * 10**digits)).zfill(digits + 1)
    return f"{'-' if value < 0 else ''}{shifted[:-digits]}.{shifted[-digits:]}"


def _print(node: Any, style: Form, scope: _Scope) -> Generator[Any, Any, _Printed]:
    """The text and how tightly it holds together; `scope` counts the binders of each name."""
    signs = _SIGNS[style]
    match node:
        case Variable():
            return _variable(node, style), _TIGHT
        case Constant(text):
            return name(text, style, term=True, bound=scope.get(text, 0) > 0), _TIGHT
        case Numeral(value):
            return numeral(value), _TIGHT
        case Verum() | Falsum():
            return signs[type(node)], _TIGHT
        case Atom(text, args) | Function(text, args):
            head = name(text, style)
            if args:
                return f"{head}({', '.join((yield from _texts(args, style, scope)))})", _TIGHT
            # A bare proposition must not be taken for a bound variable.
            return (quoted(text, style) if scope.get(text, 0) > 0 else head), _TIGHT
        case Count(variables, body):
            inner = yield from _within(variables, (body,), style, scope)
            named = (_binding(variable, style) for variable in variables)
            return f"{_word('Count', style)}({', '.join((*named, *inner))})", _TIGHT
        case Distinct(terms, variables):
            inner = yield from _within(variables, terms, style, scope)
            named = (_binding(Variable(v.name, v.sort or ENTITY), style) for v in variables)
            return f"{_word('Distinct', style)}({', '.join((*named, *inner))})", _TIGHT
        case Not(Equals(left, right)):
            return (yield from _compared("!=", left, right, style, scope)), _COMPARED
        case Not(body):
            return (yield from _negated(body, style, scope))
        case ForAll(variable, _) | Exists(variable, _):
            return (yield from _quantifier(node, variable, style, scope)), _QUANTIFIED
        case Equals(left, right):
            return (yield from _compared("=", left, right, style, scope)), _COMPARED
        case Compare(operator, left, right):
            return (yield from _compared(operator, left, right, style, scope)), _COMPARED
        case Arithmetic(operator, left, right):
            own = _PRODUCT if operator == "*" else _SUM
            (first,) = yield from _operands((left,), own, style, scope)
            (second,) = yield from _operands((right,), own + 1, style, scope)
            return f"{first} {signs.get(operator, operator)} {second}", own
        case And(parts) | Or(parts):
            return (yield from _joined(node, parts, style, scope))
        case Xor(left, right) | Implies(left, right) | Iff(left, right):
            return (yield from _joined(node, (left, right), style, scope))
        case _:
            raise TypeError(f"expected a formula or a term, got {type(node).__name__}")


def _compared(
    operator: str, left: Any, right: Any, style: Form, scope: _Scope
) -> Generator[Any, Any, str]:
    texts = yield from _operands((left, right), _SUM, style, scope)
    return f" {_SIGNS[style].get(operator, operator)} ".join(texts)


def _negated(body: Any, style: Form, scope: _Scope) -> Generator[Any, Any, _Printed]:
    text, strength = yield _print(body, style, scope)
    loose = _QUANTIFIED < strength < _TIGHT
    sign = _SIGNS[style][Not]
    if style == "ascii" and text.startswith("-") and not loose:
        sign = "- "
    held = f"({text})" if loose else text
    return sign + held, _QUANTIFIED if strength == _QUANTIFIED else _TIGHT


def _operands(
    nodes: Iterable[Any], least: int, style: Form, scope: _Scope
) -> Generator[Any, Any, list[str]]:
    """Each node's text, in brackets if it holds together less tightly than `least`."""
    texts = []
    for node in nodes:
        text, strength = yield _print(node, style, scope)
        texts.append(f"({text})" if strength < least else text)
    return texts


def _texts(nodes: Iterable[Any], style: Form, scope: _Scope) -> Generator[Any, Any, list[str]]:
    return (yield from _operands(nodes, _QUANTIFIED, style, scope))


# How tightly each connective holds together, and the first and the other operands at least.
_CONNECTIVES: dict[type, tuple[int, int, int]] = {
    And: (_AND, _AND + 1, _AND + 1),
    Or: (_OR, _OR + 1, _OR + 1),
    Xor: (_XOR, _XOR, _XOR + 1),
    Implies: (_IMPLIES, _IMPLIES + 1, _IMPLIES + 1),  # never chained: NLTK would group to the left
    Iff: (_IFF, _IFF + 1, _IFF + 1),
}


def _joined(
    node: Any, parts: tuple[Any, ...], style: Form, scope: _Scope
) -> Generator[Any, Any, _Printed]:
    """Operands with the connective between them."""
    if len(parts) < 2:
        raise TypeError(f"{type(node).__name__} needs two or more parts, got {len(parts)}")
    own, first, others = _CONNECTIVES[type(node)]
    texts = yield from _operands(parts[:1], first, style, scope)
    texts += yield from _operands(parts[1:-1], others, style, scope)
    last, strength = yield _print(parts[-1], style, scope)
    open_ended = strength == _QUANTIFIED
    texts.append(last if open_ended or strength >= others else f"({last})")
    return f" {_SIGNS[style][type(node)]} ".join(texts), _OPEN if open_ended else own


def _within(
    variables: tuple[Variable, ...], nodes: Iterable[Any], style: Form, scope: _Scope
) -> Generator[Any, Any, list[str]]:
    for variable in variables:
        scope[variable.name] = scope.get(variable.name, 0) + 1
    texts = yield from _texts(nodes, style, scope)
    for variable in variables:
        scope[variable.name] -= 1
    return texts


def _quantifier(
    node: ForAll | Exists, variable: Variable, style: Form, scope: _Scope
) -> Generator[Any, Any, str]:
    scope[variable.name] = scope.get(variable.name, 0) + 1
    text, strength = yield _print(node.body, style, scope)
    scope[variable.name] -= 1
    held = f"({text})" if _QUANTIFIED < strength < _TIGHT else text
    dot = "." if style == "ascii" or variable.sort else ""
    if style == "latex":
        dot = r"\ " if dot else r"\,"
    return f"{_SIGNS[style][type(node)]}{_binding(variable, style)}{dot} {held}"


def _binding(variable: Variable, style: Form) -> str:
    text = _variable(variable, style)
    if style == "latex" and variable.sort:
        return f"{text}{{:}}{_latex_name(variable.sort.name)}"
    return f"{text}: {variable.sort}" if variable.sort else text


def _word(text: str, style: Form) -> str:
    return rf"\mathrm{{{text}}}" if style == "latex" else text


def _variable(variable: Variable, style: Form) -> str:
    if not _VARIABLE[style].fullmatch(variable.name):
        raise NeurologicError(
            f"the variable {variable.name[:40]!r} cannot be written in {style}",
            hint="variables are letters, digits and underscores: rename it",
        )
    return _latex_name(variable.name) if style == "latex" else variable.name
