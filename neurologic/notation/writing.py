"""Writing a problem for another system: names of their own, and formulas from left to right.

Other systems have one name space where ours has several, and words that are no names: every symbol
gets a name that no other symbol, variable or word has. What `Writer` leaves open is the language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from neurologic.errors import NeurologicError
from neurologic.formula import ENTITY, Atom, Formula, Function, Sort, Variable, binders
from neurologic.notation.problems import Key, Places, Plain
from neurologic.signature.declarations import NUMERIC

Piece: TypeAlias = "str | tuple[Any, Sort | None] | Callable[[], None]"
"""A text, a node and the sort its place wants, or something to do once what is before is written."""


class Writer:
    """Writes formulas from left to right with a stack of its own, so that no depth breaks it.

    Args:
        plain: the problem that the formulas are from.
        spelled: how a symbol's name is written, given the name and a mark that is empty unless
            symbols share the name.
        variable: how a variable's name is written.
    """

    def __init__(
        self, plain: Plain, spelled: Callable[[str, str], str], variable: Callable[[str], str]
    ) -> None:
        self.plain = plain
        self.words = plain.words
        self.variable = variable
        self.names = _names(plain.keys(), spelled)
        self.taken = set(self.names.values())
        self.scope: dict[str, list[str]] = {}
        self.open: set[str] = set()
        self.places: Places

    def write(self, formula: Formula) -> str:
        """The formula in the other system's language."""
        self.places = Places(formula, self.words)
        written: list[str] = []
        todo: list[Piece] = [(formula, None)]
        while todo:
            piece = todo.pop()
            if isinstance(piece, str):
                written.append(piece)
            elif isinstance(piece, tuple):
                todo.extend(reversed(self.pieces(*piece)))
            else:
                piece()
        return "".join(written)

    def pieces(self, node: Any, wanted: Sort | None) -> Sequence[Piece]:
        """What a node is written as; each language has its own way."""
        raise NotImplementedError

    def symbol(self, node: Any) -> str:
        """The name of an atom's predicate, of a function or of a constant."""
        match node:
            case Atom(name, args):
                return self.names["p", name, len(args)]
            case Function(name, args):
                return self.names["f", name, len(args)]
            case _:
                return self.names["f", node.name, 0]

    def sort(self, sort: Sort) -> str:
        """The name of a sort that is not numeric."""
        return self.names["s", sort.name, 0]

    def order(self, sort: Sort) -> str:
        """The name of what orders an enumeration."""
        return self.names[f"o{sort.name}", f"order_{sort.name}", 0]

    def numeral(self, value: Fraction, sort: Sort) -> str | None:
        """The name of a numeral where it is a mere name, None where it is a number."""
        if sort in NUMERIC:
            return None
        if self.plain.members(sort) is not None:
            return self.names["f", self.words.member_named(sort, value) or "", 0]
        return self.names[f"n{sort.name}", str(value), 0]

    def bound(self, variable: Variable) -> tuple[str, Callable[[], None]]:
        """The name of a variable that is bound here, and what ends its scope.

        It differs from the names of all symbols and of all variables in scope.
        """
        base = self.variable(variable.name)
        number = len(self.scope.get(variable.name, ()))  # as many have been given out at least
        text = f"{base}_{number}" if number else base
        while text in self.taken or text in self.open:
            number += 1
            text = f"{base}_{number}"
        self.open.add(text)
        self.scope.setdefault(variable.name, []).append(text)

        def close() -> None:
            self.open.discard(text)
            self.scope[variable.name].pop()

        return text, close

    def occurrence(self, variable: Variable) -> str:
        """The name of the variable where it occurs.

        Raises:
            NeurologicError: if it is free.
        """
        if not self.scope.get(variable.name):
            raise NeurologicError(f"the variable {variable.name} is free", hint="close the formula")
        return self.scope[variable.name][-1]

    def quantified(self, node: Any) -> tuple[list[tuple[str, Sort]], Formula, Callable[[], None]]:
        """Enter a run of like quantifiers: their variables, the body, and what leaves them."""
        kind, variables, closing = type(node), [], []
        while isinstance(node, kind):
            (variable,) = binders(node)
            text, close = self.bound(variable)
            variables.append((text, variable.sort or ENTITY))
            closing.append(close)
            node = node.body

        def leave() -> None:
            for close in reversed(closing):
                close()

        return variables, node, leave


def _names(keys: Iterable[Key], spelled: Callable[[str, str], str]) -> dict[Key, str]:
    """A name for each symbol: its own, with a mark where several symbols share it."""
    every = sorted(set(keys))
    sharing: dict[str, int] = {}
    for _, name, _ in every:
        sharing[name] = sharing.get(name, 0) + 1
    return {
        key: spelled(key[1], f"{key[0]}{key[2]}" if sharing[key[1]] > 1 else "") for key in every
    }


def encoded(text: str, plain: str) -> str:
    r"""The text with every character but some ASCII ones as `%` and its UTF-8 bytes in hex.

    Args:
        text: a name.
        plain: which characters stay, as the inside of a character class.

    >>> encoded("naïve 100%\n", "a-z0-9 ")
    'na%C3%AFve 100%25%0A'
    """

    def escaped(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))

    return re.sub(f"[^{plain}]", escaped, text)


def comment(sign: str, text: str) -> str:
    r"""A comment line; the text cannot end it.

    >>> comment("%", "All men\nare mortal.")
    '% All men are mortal.'
    """
    shown = " ".join(text.split())
    return f"{sign} {''.join(c if c.isprintable() else ascii(c)[1:-1] for c in shown)}".rstrip()
