"""What every export of a problem to another system needs: plain formulas, and the sorts of terms.

Counts and indexed `Distinct` are spelled out, what is said of numerals alone is decided, and each
term knows the sort that its place wants.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from neurologic import formula as language
from neurologic.binding import free_variables
from neurologic.counting import expand_counts
from neurologic.errors import NeurologicError
from neurologic.formula import (
    BOOLEAN,
    ENTITY,
    INTEGER,
    RATIONAL,
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
    Not,
    Numeral,
    Sort,
    Variable,
    Verum,
    fold,
    walk,
)
from neurologic.notation.kernel_tokens import numeral
from neurologic.signature import Signature, SymbolDeclaration, Vocabulary, elaborate
from neurologic.signature.declarations import NUMERIC

Key: TypeAlias = tuple[str, str, int]
"""A symbol: its kind, its name, its arity.

The kind is `p` for a predicate, `f` for a function or constant, `s` for a sort, `n` with a sort's
name for a numeral that is a mere name, `o` with a sort's name for the order of an enumeration.
"""


@dataclass(frozen=True, slots=True)
class Symbols:
    """The sorts and symbols that some formulas use.

    Args:
        sorts: every sort of a variable, an argument or a value, by name.
        declared: the predicates and functions, by name and arity.
        numerals: the numerals that are names of elements of an open sort, by sort and value.
        compared: the ordered enumerations that are compared.
    """

    sorts: tuple[Sort, ...]
    declared: tuple[SymbolDeclaration, ...]
    numerals: tuple[tuple[Sort, Fraction], ...]
    compared: tuple[Sort, ...]


@dataclass(frozen=True)
class Plain:
    """A problem in formulas that other systems have a form for.

    Args:
        premises: elaborated sentences.
        axioms: what the semantics adds.
        goals: the sentences that are asked about.
        definitions: what the functions that count say.
        signature: the sorts and symbols, the functions that count among them.
    """

    premises: tuple[Formula, ...]
    axioms: tuple[Formula, ...]
    goals: tuple[Formula, ...]
    definitions: tuple[Formula, ...]
    signature: Signature

    @classmethod
    def of(
        cls,
        premises: Sequence[Formula],
        goals: Sequence[Formula],
        signature: Signature,
        axioms: Sequence[Formula] = (),
    ) -> Plain:
        """The problem that elaborated formulas make.

        Raises:
            CountingError: if a count has no finite expansion of sensible size.
        """
        written = (*premises, *axioms, *goals)
        if not any(_to_be_spelled(node) for f in written for node in walk(f)):
            return cls(tuple(premises), tuple(axioms), tuple(goals), (), signature)
        counters = _Counters(signature)
        plain = [counters.plain(formula) for formula in written]
        first, last = len(premises), len(written) - len(goals)
        symbols = (*signature.symbols, *counters.symbols)
        return cls(
            tuple(plain[:first]),
            tuple(plain[first:last]),
            tuple(plain[last:]),
            tuple(counters.definitions),
            Signature(signature.sorts, symbols),
        )

    @classmethod
    def elaborated(
        cls,
        premises: Sequence[Formula],
        goals: Sequence[Formula],
        signature: Signature = Signature(),
        axioms: Sequence[Formula] = (),
    ) -> Plain:
        """The problem that formulas make whose sorts may still have to be inferred.

        Raises:
            SignatureError: if sorts or arities do not fit together.
            CountingError: as `of`.
        """
        whole, sentences = elaborate((*premises, *axioms, *goals), signature)
        first, last = len(premises), len(sentences) - len(goals)
        return cls.of(sentences[:first], sentences[last:], whole, sentences[first:last])

    @property
    def sentences(self) -> tuple[Formula, ...]:
        """Every formula of the problem."""
        return (*self.premises, *self.axioms, *self.definitions, *self.goals)

    @cached_property
    def words(self) -> Vocabulary:
        """The signature as dictionaries."""
        return self.signature.vocabulary()

    @cached_property
    def symbols(self) -> Symbols:
        """The sorts and symbols that occur."""
        return _Survey(self.words).of(self.sentences)

    def members(self, sort: Sort) -> tuple[str, ...] | None:
        """The members of an enumeration, None for another sort."""
        return self.words.sorts[sort].members

    def keys(self) -> Iterator[Key]:
        """Every symbol that needs a name."""
        for sort in self.symbols.sorts:
            if sort is not None and sort not in NUMERIC:
                yield "s", sort.name, 0
            yield from (("f", member, 0) for member in self.members(sort) or ())
        for symbol in self.symbols.declared:
            kind = "p" if symbol.is_predicate else "f"
            yield kind, symbol.name, len(symbol.arguments)
        for sort, value in self.symbols.numerals:
            yield f"n{sort.name}", numeral(value), 0
        for sort in self.symbols.compared:
            yield f"o{sort.name}", f"order_{sort.name}", 0


_COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def _to_be_spelled(node: Any) -> bool:
    """Whether other systems have no form for the node, or only one with numbers in it."""
    match node:
        case Count() | Distinct():
            return True
        case Equals(Numeral(), Numeral()) | Compare(_, Numeral(), Numeral()):
            return True
        case _:
            return False


class _Counters:
    """Counts spelled out; an indicator of a formula becomes a function with a definition."""

    def __init__(self, signature: Signature) -> None:
        self.words = signature.vocabulary()
        self.taken = {symbol.name for symbol in signature.symbols} | set(self.words.members)
        self.symbols: list[SymbolDeclaration] = []
        self.definitions: list[Formula] = []
        self.known: dict[Formula, Function | Constant] = {}

    def plain(self, formula: Formula) -> Formula:
        spelled = expand_counts(formula, self.words)
        return language.map(spelled, self._change)

    def _change(self, node: Any) -> Any:
        match node:
            case Count((), body):
                return self._indicator(body)
            case Distinct(terms, ()) if len(terms) < 2:
                return Verum()
            case Distinct(terms, ()) if all(isinstance(term, Numeral) for term in terms):
                return Verum() if len(set(terms)) == len(terms) else Falsum()
            case Equals(Numeral(left), Numeral(right)):
                return Verum() if left == right else Falsum()
            case Compare(sign, Numeral(left), Numeral(right)):
                return Verum() if _COMPARISONS[sign](left, right) else Falsum()
            case _:
                return node

    def _indicator(self, body: Formula) -> Function | Constant:
        """A term that is 1 where the formula holds and 0 where it does not."""
        if body in self.known:
            return self.known[body]
        free = free_variables(body)
        variables = {v.name: v for v in walk(body) if isinstance(v, Variable) and v.name in free}
        arguments = tuple(variables[name] for name in sorted(free))
        number = len(self.symbols) + 1
        while (name := f"indicator{number}") in self.taken:
            number += 1
        self.taken.add(name)
        sorts = tuple(v.sort or ENTITY for v in arguments)
        self.symbols.append(SymbolDeclaration(name, sorts, INTEGER))
        term = Function(name, arguments) if arguments else Constant(name)
        one, zero = (Equals(term, Numeral(Fraction(value))) for value in (1, 0))
        for sentence in (Iff(body, one), Iff(Not(body), zero)):
            for variable in reversed(arguments):
                sentence = ForAll(variable, sentence)  # type: ignore[assignment]
            self.definitions.append(sentence)
        self.known[body] = term
        return term


class _Survey:
    """Looks through formulas for what they use."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self.sorts: set[Sort] = set()
        self.declared: dict[tuple[str, int, bool], SymbolDeclaration] = {}
        self.numerals: set[tuple[Sort, Fraction]] = set()
        self.compared: set[Sort] = set()

    def of(self, formulas: Iterable[Formula]) -> Symbols:
        for formula in formulas:
            places = Places(formula, self.words)
            for node in walk(formula):
                self.look(node, places)
        for symbol in self.declared.values():
            self.sorts.update((*symbol.arguments, symbol.result))
        self.sorts.discard(BOOLEAN)
        declared = sorted(self.declared.values(), key=lambda s: (s.is_predicate, s.name, str(s)))
        return Symbols(
            tuple(sorted(self.sorts)),
            tuple(declared),
            tuple(sorted(self.numerals)),
            tuple(sorted(self.compared)),
        )

    def look(self, node: Any, places: Places) -> None:
        match node:
            case Atom(name, args):
                self.declared[name, len(args), True] = symbol_of(self.words, name, len(args), True)
            case Function(name, args):
                found = symbol_of(self.words, name, len(args), False)
                self.declared[name, len(args), False] = found
            case Constant(name) if name in self.words.members:
                self.sorts.add(self.words.members[name])
            case Constant(name):
                self.declared[name, 0, False] = symbol_of(self.words, name, 0, False)
            case ForAll(variable, _) | Exists(variable, _):
                self.sorts.add(variable.sort or ENTITY)
        if isinstance(node, Compare):
            sort = places.common(language.children(node))
            if sort is not None and sort not in NUMERIC:
                self.compared.add(sort)
        for term, wanted in places.below(node):
            if wanted is None:
                continue
            self.sorts.add(wanted)
            named = wanted not in NUMERIC and self.words.sorts[wanted].members is None
            if isinstance(term, Numeral) and named:
                self.numerals.add((wanted, term.value))


def symbol_of(words: Vocabulary, name: str, arity: int, predicate: bool) -> SymbolDeclaration:
    """The declaration of a symbol.

    Raises:
        NeurologicError: if there is none.
    """
    table = words.predicates if predicate else words.functions
    if (name, arity) not in table:
        raise NeurologicError(f"{name} with {arity} arguments is not in the signature")
    return table[name, arity]


class Places:
    """The sorts of the terms of one formula, and the sorts that their places want."""

    def __init__(self, formula: Formula, words: Vocabulary) -> None:
        self.words = words
        self.sorts: dict[int, Sort | None] = {}
        fold(formula, self._note)

    def _note(self, node: Any, below: tuple[Sort | None, ...]) -> Sort | None:
        sort: Sort | None = BOOLEAN
        match node:
            case Variable(_, own):
                sort = own or ENTITY
            case Constant(name):
                sort = self.words.sort_of_constant(name)
                if sort is None:
                    raise NeurologicError(f"the constant {name} is not in the signature")
            case Numeral():
                sort = None
            case Function(name, args):
                sort = symbol_of(self.words, name, len(args), False).result
            case Count():
                sort = INTEGER
            case Arithmetic():
                sort = self.common(language.children(node))
                if sort is None:
                    sort = INTEGER if _whole(node) else RATIONAL
        self.sorts[id(node)] = sort
        return sort

    def of(self, term: Any) -> Sort | None:
        """The sort of a term; None for a numeral, which takes the sort of its place."""
        return self.sorts[id(term)]

    def common(self, terms: Sequence[Any]) -> Any:
        """The sort in which terms are compared; None if all of them are numerals."""
        sorts = {self.sorts[id(term)] for term in terms} - {None}
        if not sorts:
            return None
        if sorts <= {INTEGER} and all(map(_whole, terms)):
            return INTEGER
        return RATIONAL if sorts <= NUMERIC else min(s for s in sorts if s)

    def below(self, node: Any) -> tuple[tuple[Any, Sort | None], ...]:
        """The parts of a node with the sorts that their places want, None for formulas."""
        parts = language.children(node)
        match node:
            case Atom(name, args) | Function(name, args):
                symbol = symbol_of(self.words, name, len(args), isinstance(node, Atom))
                return tuple(zip(args, symbol.arguments, strict=True))
            case Equals() | Compare() | Distinct() | Arithmetic():
                sort = self.common(parts) or (
                    self.of(node) if isinstance(node, Arithmetic) else RATIONAL
                )
                return tuple((part, sort) for part in parts)
            case _:
                return tuple((part, None) for part in parts)


def _whole(term: Any) -> bool:
    """Whether no numeral directly in the term is a fraction."""
    if isinstance(term, Numeral):
        return term.value.denominator == 1
    if isinstance(term, Arithmetic):
        return not any(isinstance(n, Numeral) and n.value.denominator != 1 for n in walk(term))
    return True
