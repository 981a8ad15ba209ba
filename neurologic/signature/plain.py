"""The usual case of elaboration: nothing declared, compared, calculated with or counted.

Then everything is an Entity, and one pass finds the symbols and gives the variables their sort.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurologic.formula import (
    BOOLEAN,
    ENTITY,
    And,
    Atom,
    Constant,
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
    Variable,
    Verum,
    Xor,
)
from neurologic.signature.declarations import Signature, SortDeclaration, SymbolDeclaration

_DEEPEST = 100
_ENTITIES = (SortDeclaration(ENTITY),)
_Key = tuple[str, int, bool]


def plain(formulas: Sequence[Formula]) -> tuple[Signature, tuple[Formula, ...]] | None:
    """The signature and the sentences as `elaborate` gives them, None where it takes more.

    >>> x = Variable("x")
    >>> signature, _ = plain([ForAll(x, Atom("P", (x, Constant("a"))))])
    >>> print(signature)
    sort Entity
    pred P: Entity, Entity
    const a: Entity
    """
    reading = _Reading()
    try:
        sentences = tuple([reading.sentence(formula, 0) for formula in formulas])
    except _OtherError:
        return None
    symbols = tuple([_declaration(key) for key in reading.symbols])
    used = reading.entities or any(
        not predicate or arity for _, arity, predicate in reading.symbols
    )
    return Signature(_ENTITIES if used else (), symbols), sentences


class _OtherError(Exception):
    """This is not the usual case."""


class _Reading:
    """Symbols by first appearance, and the variables in scope."""

    def __init__(self) -> None:
        self.symbols: dict[_Key, None] = {}
        self.scope: dict[str, Variable] = {}
        self.entities = False  # whether there are any besides symbols

    def sentence(self, node: Any, depth: int) -> Any:
        """The formula with its variables sorted."""
        kind = node.__class__
        if kind is Atom:
            return self.atom(node)
        if depth > _DEEPEST:
            raise _OtherError
        depth += 1
        if kind is Not:
            return Not(self.sentence(node.body, depth))
        if kind is And or kind is Or:
            return kind(tuple([self.sentence(part, depth) for part in node.parts]))
        if kind is Implies or kind is Iff or kind is Xor:
            return kind(self.sentence(node.left, depth), self.sentence(node.right, depth))
        if kind is ForAll or kind is Exists:
            variable = node.variable
            if variable.__class__ is not Variable or variable.sort not in (None, ENTITY):
                raise _OtherError
            name = variable.name
            before = self.scope.get(name)
            self.scope[name] = own = Variable(name, ENTITY)
            self.entities = True
            body = self.sentence(node.body, depth)
            if before is None:
                del self.scope[name]
            else:
                self.scope[name] = before
            return kind(own, body)
        if kind is Equals:
            return Equals(self.term(node.left, 0), self.term(node.right, 0))
        if kind is Verum or kind is Falsum:
            return node
        raise _OtherError

    def atom(self, node: Atom) -> Atom:
        args = node.args
        self.symbols[node.predicate, len(args), True] = None
        if not args:
            return node
        return Atom(node.predicate, tuple([self.term(term, 0) for term in args]))

    def term(self, node: Any, depth: int) -> Any:
        """The term with its variables sorted."""
        kind = node.__class__
        if kind is Variable:
            found = self.scope.get(node.name)
            if found is None:  # a free variable is closed
                raise _OtherError
            return found
        if kind is Constant:
            self.symbols[node.name, 0, False] = None
        elif kind is Numeral:
            self.entities = True
        elif kind is Function and node.args and depth < _DEEPEST:
            self.symbols[node.name, len(node.args), False] = None
            return Function(node.name, tuple([self.term(t, depth + 1) for t in node.args]))
        else:
            raise _OtherError
        return node


def _declaration(key: _Key) -> SymbolDeclaration:
    name, arity, predicate = key
    return SymbolDeclaration(name, (ENTITY,) * arity, BOOLEAN if predicate else ENTITY)
