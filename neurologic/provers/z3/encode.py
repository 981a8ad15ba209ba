"""Formulas as Z3 terms: bound variables by de Bruijn index, symbols numbered by first appearance.

What Z3 sees does not depend on the names a user chose. Everything is built from the leaves upward
with a stack of its own, so that no nesting depth breaks it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ctypes import c_void_p
from fractions import Fraction
from typing import Any

from neurologic.counting import expand_counts
from neurologic.errors import ProverError
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
    Count,
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
    Variable,
    Verum,
    Xor,
    children,
)
from neurologic.provers.z3.binding import Context, handles
from neurologic.signature import Vocabulary

Value = tuple[Any, Sort | None]
"""A Z3 handle and its sort; a numeral whose sort is still open is its number and None."""

_NUMERIC = (INTEGER, RATIONAL)


_ATOMIC = frozenset((Atom, Equals, Compare, Distinct))
_NEW = -1  # in place of the number of values below: the node was not opened yet


class CountsError(Exception):
    """The formula counts, and counting is to be spelled out first."""


WIDEST = 32
"""The most places with a variable, in one atom or equation, of which patterns are made. E-matching
looks at every two of them before any budget is spent: at 400 places for 9 s, at 650 for minutes.
What is wider is decided by looking for models alone."""
LARGE = 300
"""A formula of fewer subexpressions is handed to Z3 without a look at how deep it is."""


class LargeFormulaError(Exception):
    """The formula is large enough to look at its depth first."""


class Encoder:
    """Turns the formulas of one problem into Z3 terms of one context.

    Args:
        context: where the terms live.
        words: the sorts of all symbols.
        weight: the weight of quantifiers, 0 for no penalty on long chains of instances.
        wary: whether to raise `LargeFormulaError` rather than build a large formula.
    """

    def __init__(self, context: Context, words: Vocabulary, weight: int, wary: bool) -> None:
        self.z3, self.c = context.z3, context.handle
        self.words, self.weight = words, weight
        self.wary = wary
        self.quantified = False
        self.wide = False  # an atom or equation is too wide for patterns
        self.mentions, self.opened = 0, 0  # of variables: so far, and when the last one began
        self.symbols = 0
        self.nameless = self.z3.mk_int_symbol(self.c, 0)
        self.sorts: dict[Sort, Any] = {}
        self.members: dict[str, Any] = {}
        self.functions: dict[tuple[str, int, bool], tuple[Any, tuple[Sort, ...], Sort]] = {}
        self.constants: dict[str, Value] = {}
        self.bound: dict[tuple[int, Sort], Value] = {}
        self.numerals: dict[Sort, dict[Fraction, Any]] = {}
        self.names_numerals = False
        self.scope: dict[str, list[tuple[int, Sort]]] = {}
        self.depth = 0
        self.build: dict[type, Callable[[Any, list[Value]], Value]] = {
            Function: self._function,
            Atom: self._atom,
            Arithmetic: self._arithmetic,
            Count: self._indicator,
            Equals: self._equals,
            Compare: self._compare,
            Distinct: self._distinct,
            And: lambda node, below: self._nary(self.z3.mk_and, below),
            Or: lambda node, below: self._nary(self.z3.mk_or, below),
            Not: lambda node, below: self._formula(self.z3.mk_not, below),
            Xor: lambda node, below: self._formula(self.z3.mk_xor, below),
            Implies: lambda node, below: self._formula(self.z3.mk_implies, below),
            Iff: lambda node, below: self._formula(self.z3.mk_iff, below),
            ForAll: self._quantifier,
            Exists: self._quantifier,
        }

    def encode(self, formula: Formula) -> Any:
        """The Z3 term of a sentence; `names_numerals` says whether it has numerals that are names.

        Raises:
            CountingError: if it counts in a way that has no expansion.
            LargeFormulaError: if the encoder is wary and the formula large.
        """
        self.names_numerals = False
        try:
            return self._encode(formula)
        except CountsError:
            self.scope.clear()
            self.depth = 0
            return self._encode(expand_counts(formula, self.words))

    def _encode(self, formula: Formula) -> Any:
        todo: list[tuple[Any, Any, int]] = [(formula, None, _NEW)]
        values: list[Value] = []
        steps = 0
        while todo:
            steps += 1
            if steps == LARGE and self.wary:
                raise LargeFormulaError
            node, own, arity = todo.pop()
            if arity != _NEW:
                at = len(values) - arity
                below = values[at:]
                del values[at:]
                values.append(self.build[node.__class__](node if own is None else own, below))
                continue
            match node:
                case Atom(_, args) if (simple := self._simple(args)) is not None:
                    values.append(self._atom(node, simple))
                case Variable(name):
                    values.append(self._variable(name))
                case Constant(name) | Function(name, ()):
                    values.append(self.constant(name))
                case Numeral(value):
                    values.append((value, None))
                case Verum():
                    values.append((self.z3.mk_true(self.c), BOOLEAN))
                case Falsum():
                    values.append((self.z3.mk_false(self.c), BOOLEAN))
                case ForAll() | Exists():
                    own, body = self._open(node)
                    todo += ((node, own, 1), (body, None, _NEW))
                case Not(Not(body)):
                    todo.append((body, None, _NEW))
                case And(()) | Or(()) | Distinct(()):
                    truth = self.z3.mk_false if isinstance(node, Or) else self.z3.mk_true
                    values.append((truth(self.c), BOOLEAN))
                case Count((_, *_)) | Distinct(_, (_, *_)):
                    raise CountsError
                case _:
                    if node.__class__ in _ATOMIC:
                        self.opened = self.mentions
                    below_nodes = children(node)
                    todo.append((node, None, len(below_nodes)))
                    todo.extend((child, None, _NEW) for child in reversed(below_nodes))
        return values[0][0]

    def _simple(self, terms: Sequence[Any]) -> list[Value] | None:
        """The values of variables and constants; None if there is another term among them."""
        values = []
        self.opened = self.mentions
        for term in terms:
            if term.__class__ is Variable:
                values.append(self._variable(term.name))
            elif term.__class__ is Constant:
                values.append(self.constants.get(term.name) or self.constant(term.name))
            else:
                return None
        return values

    def distinct_numerals(self) -> list[Any]:
        """Axioms that make the numerals of each sort without numbers pairwise distinct."""
        return [
            self.z3.mk_distinct(self.c, len(known), handles(known.values()))
            for known in self.numerals.values()
            if len(known) > 1
        ]

    def _symbol(self) -> Any:
        self.symbols += 1
        return self.z3.mk_int_symbol(self.c, self.symbols)

    def _made(self, handle: Any) -> Any:
        if not handle:
            raise ProverError("Z3 refused a term, which should not happen: please report it")
        return handle

    def sort(self, sort: Sort) -> Any:
        """The Z3 sort."""
        found = self.sorts.get(sort)
        if found is None:
            found = self.sorts[sort] = self._made(self._new_sort(sort))
        return found

    def _new_sort(self, sort: Sort) -> Any:
        z3, c = self.z3, self.c
        if sort == BOOLEAN:
            return z3.mk_bool_sort(c)
        if sort == INTEGER:
            return z3.mk_int_sort(c)
        if sort == RATIONAL:
            return z3.mk_real_sort(c)
        declaration = self.words.sorts.get(sort)
        if declaration is None or declaration.members is None:
            return z3.mk_uninterpreted_sort(c, self._symbol())
        size = len(declaration.members)
        names = handles(self._symbol() for _ in range(size))
        constants, testers = handles([None] * size), handles([None] * size)
        made = z3.mk_enumeration_sort(c, self._symbol(), size, names, constants, testers)
        for member, constructor in zip(declaration.members, constants, strict=True):
            self.members[member] = z3.mk_app(c, constructor, 0, None)
        return made

    def declaration(self, name: str, arity: int, predicate: bool) -> Any:
        """The Z3 declaration of a symbol, the sorts of its arguments and that of its value."""
        key = (name, arity, predicate)
        found = self.functions.get(key)
        if found is None:
            table = self.words.predicates if predicate else self.words.functions
            symbol = table.get((name, arity))
            if symbol is None:
                raise ProverError(f"{name} with {arity} arguments is not in the signature")
            domain = handles(self.sort(sort) for sort in symbol.arguments)
            result = self.sort(symbol.result)
            made = self.z3.mk_func_decl(self.c, self._symbol(), arity, domain, result)
            found = self.functions[key] = (self._made(made), symbol.arguments, symbol.result)
        return found

    def constant(self, name: str) -> Value:
        """The term of a constant or of a member of an enumeration."""
        if name in self.constants:
            return self.constants[name]
        sort = self.words.members.get(name)
        if sort is not None:
            self.sort(sort)
            value = (self.members[name], sort)
        else:
            declaration, _, sort = self.declaration(name, 0, False)
            value = (self._made(self.z3.mk_app(self.c, declaration, 0, None)), sort)
        self.constants[name] = value
        return value

    def label(self) -> Any:
        """A fresh proposition."""
        made = self.z3.mk_func_decl(self.c, self._symbol(), 0, None, self.sort(BOOLEAN))
        return self._made(self.z3.mk_app(self.c, self._made(made), 0, None))

    def witness(self, sort: Sort) -> Any:
        """A term of the sort that no formula mentions."""
        made = self.z3.mk_func_decl(self.c, self._symbol(), 0, None, self.sort(sort))
        return self._made(self.z3.mk_app(self.c, self._made(made), 0, None))

    def _variable(self, name: str) -> Value:
        places = self.scope.get(name)
        if not places:
            raise ProverError(f"the variable {name} is free", hint="close the formula")
        self.mentions += 1
        if self.mentions - self.opened > WIDEST:
            self.wide = True
        level, sort = places[-1]
        key = (self.depth - 1 - level, sort)
        found = self.bound.get(key)
        if found is None:
            made = self.z3.mk_bound(self.c, key[0], self.sort(sort))
            found = self.bound[key] = (self._made(made), sort)
        return found

    def _open(self, node: Any) -> tuple[tuple[type, tuple[Variable, ...]], Formula]:
        """Enter a run of like quantifiers."""
        kind, variables = node.__class__, []
        while node.__class__ is kind:
            variables.append(node.variable)
            node = node.body
        for variable in variables:
            place = (self.depth, variable.sort or ENTITY)
            self.scope.setdefault(variable.name, []).append(place)
            self.depth += 1
        self.quantified = True
        return (kind, tuple(variables)), node

    def _quantifier(self, own: tuple[type, tuple[Variable, ...]], below: list[Value]) -> Value:
        kind, variables = own
        for variable in variables:
            self.scope[variable.name].pop()
        self.depth -= len(variables)
        sorts = [self.sort(variable.sort or ENTITY) for variable in variables]
        size = len(variables)
        made = self.z3.mk_quantifier(
            self.c, kind is ForAll, self.weight, 0, None,
            size, handles(sorts), handles([self.nameless] * size), below[0][0],
        )  # fmt: skip
        return self._made(made), BOOLEAN

    def term(self, value: Value, sort: Sort | None) -> Any:
        """The handle of a value where a sort is wanted: numerals get it, integers may widen."""
        handle, own = value
        if own is not None:
            if own == INTEGER and sort == RATIONAL:
                return self._made(self.z3.mk_int2real(self.c, handle))
            return handle
        if sort is None:
            sort = RATIONAL
        if sort in _NUMERIC:
            return self._made(self.z3.mk_numeral(self.c, str(handle).encode(), self.sort(sort)))
        declaration = self.words.sorts.get(sort)
        if declaration is not None and declaration.members is not None:
            self.sort(sort)
            return self.members[self.words.member_named(sort, handle) or ""]
        self.names_numerals = True
        known = self.numerals.setdefault(sort, {})
        if handle not in known:
            known[handle] = self.witness(sort)
        return known[handle]

    def _application(self, symbol: Any, below: list[Value]) -> Value:
        declaration, arguments, result = symbol
        terms = (c_void_p * len(below))()
        for i, value in enumerate(below):
            own, sort = value[1], arguments[i]
            terms[i] = value[0] if own is sort else self.term(value, sort)
        return self._made(self.z3.mk_app(self.c, declaration, len(below), terms)), result

    def _function(self, node: Function, below: list[Value]) -> Value:
        return self._application(self.declaration(node.name, len(below), False), below)

    def _atom(self, node: Atom, below: list[Value]) -> Value:
        return self._application(self.declaration(node.predicate, len(below), True), below)

    def _formula(self, make: Any, below: Sequence[Value]) -> Value:
        return self._made(make(self.c, *(handle for handle, _ in below))), BOOLEAN

    def _nary(self, make: Any, below: Sequence[Value]) -> Value:
        parts = handles(handle for handle, _ in below)
        return self._made(make(self.c, len(below), parts)), BOOLEAN

    def _common_sort(self, below: Sequence[Value]) -> Sort | None:
        """The sort in which values are compared; None when all are numerals."""
        sorts = {sort for _, sort in below if sort is not None}
        numerals = [value for value, sort in below if sort is None]
        if not sorts:
            return None
        if sorts <= {INTEGER} and all(value.denominator == 1 for value in numerals):
            return INTEGER
        return RATIONAL if sorts <= set(_NUMERIC) else sorts.pop()

    def _equals(self, node: Equals, below: list[Value]) -> Value:
        sort = self._common_sort(below)
        left, right = (self.term(value, sort) for value in below)
        return self._made(self.z3.mk_eq(self.c, left, right)), BOOLEAN

    def _distinct(self, node: Distinct, below: list[Value]) -> Value:
        sort = self._common_sort(below)
        terms = handles(self.term(value, sort) for value in below)
        return self._made(self.z3.mk_distinct(self.c, len(below), terms)), BOOLEAN

    def _compare(self, node: Compare, below: list[Value]) -> Value:
        sort = self._common_sort(below)
        terms = [self.term(value, sort) for value in below]
        if sort is not None and sort not in _NUMERIC:
            terms = [self._rank(term, sort) for term in terms]
        name = {"<": "mk_lt", "<=": "mk_le", ">": "mk_gt", ">=": "mk_ge"}[node.operator]
        return self._made(getattr(self.z3, name)(self.c, *terms)), BOOLEAN

    def _rank(self, term: Any, sort: Sort) -> Any:
        """The position of a member of an ordered enumeration, as an integer."""
        z3, c, integer = self.z3, self.c, self.sort(INTEGER)
        members = self.words.sorts[sort].members or ()
        rank = z3.mk_numeral(c, str(len(members) - 1).encode(), integer)
        for position in range(len(members) - 2, -1, -1):
            here = z3.mk_eq(c, term, self.members[members[position]])
            rank = z3.mk_ite(c, here, z3.mk_numeral(c, str(position).encode(), integer), rank)
        return self._made(rank)

    def _arithmetic(self, node: Arithmetic, below: list[Value]) -> Value:
        sort = self._common_sort(below)
        if sort is None:
            whole = all(value.denominator == 1 for value, _ in below)
            sort = INTEGER if whole else RATIONAL
        terms = handles(self.term(value, sort) for value in below)
        make = {"+": self.z3.mk_add, "-": self.z3.mk_sub, "*": self.z3.mk_mul}[node.operator]
        return self._made(make(self.c, 2, terms)), sort

    def _indicator(self, node: Count, below: list[Value]) -> Value:
        integer = self.sort(INTEGER)
        one, zero = (self.z3.mk_numeral(self.c, digit, integer) for digit in (b"1", b"0"))
        return self._made(self.z3.mk_ite(self.c, below[0][0], one, zero)), INTEGER
