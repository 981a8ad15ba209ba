"""Tokens of the kernel's form: operators, names, numerals, elements.

A name is bare, or in single quotes if it could be taken for something else: `Man`, `'new york'`.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any, TypeAlias

from neurologic.errors import NeurologicError, ParseError
from neurologic.formula import (
    And,
    Arithmetic,
    Compare,
    Count,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Iff,
    Implies,
    Not,
    Or,
    Sort,
    Verum,
    Xor,
)
from neurologic.notation import MOST_DIGITS
from neurologic.signature.declarations import NUMERIC

WORDS: dict[str, Any] = {
    "not": Not,
    "and": And,
    "or": Or,
    "xor": Xor,
    "implies": Implies,
    "iff": Iff,
    "all": ForAll,
    "ex": Exists,
    "true": Verum,
    "false": Falsum,
    "=": Equals,
    "<": Compare,
    "<=": Compare,
    "distinct": Distinct,
    "count": Count,
    "+": Arithmetic,
    "-": Arithmetic,
    "*": Arithmetic,
}
BARE = re.compile(r"(?![-+.]?[0-9])[^ ()'\"\\]+")
NUMERAL = re.compile(r"-?(?:0|[1-9][0-9]{0,999})(?:/[1-9][0-9]{0,999})?")

Element: TypeAlias = str | Fraction


def token(name: str) -> str:
    r"""The name as it stands in a certificate.

    In quotes stand operators, what begins like a number, and what has blanks, brackets, quotes or
    characters that nobody sees; the latter are escaped.

    >>> print(token("Man"), token("and"), token("new york"), token("3"), token("a\u200b"))
    Man 'and' 'new york' '3' 'a\u{200b}'
    """
    if BARE.fullmatch(name) and name not in WORDS and name.isprintable():
        return name
    plain = name.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in plain) + "'"


def numeral(value: Fraction) -> str:
    """The number as it stands in a certificate: a fraction in lowest terms.

    Raises:
        NeurologicError: numerator or denominator has more than `MOST_DIGITS` digits.

    >>> numeral(Fraction(-5, 10))
    '-1/2'
    """
    if max(abs(value.numerator), value.denominator) >= 10**MOST_DIGITS:
        raise NeurologicError(f"a number of more than {MOST_DIGITS} digits is not written")
    return str(value)


def element(value: Element, sort: Sort) -> str:
    """The element of a structure as it stands in a certificate.

    >>> from neurologic.formula import ENTITY, INTEGER
    >>> element("ann", ENTITY), element(Fraction(3), ENTITY), element(Fraction(3), INTEGER)
    ('ann', '3:Entity', '3')
    """
    if isinstance(value, str):
        return token(value)
    return numeral(value) if sort in NUMERIC else f"{numeral(value)}:{token(sort.name)}"


def name_of(text: str) -> str:
    r"""The name that a token stands for.

    Raises:
        ParseError: if it is not the token of a name, as `token` writes it.

    >>> name_of("'it\\'s'")
    "it's"
    """
    name = text
    if text[:1] == "'":
        escapes = re.compile(r"\\(?:u\{([0-9a-f]{1,6})\}|(.))")
        name = escapes.sub(_unescaped, text[1:-1])
    if token(name) != text:
        raise ParseError("expected a name", text=text, span=(0, len(text)), hint=token(name))
    return name


def _unescaped(match: re.Match[str]) -> str:
    if match[2]:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if code < 0x110000 else match[0]
