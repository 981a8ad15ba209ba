"""The kernel's form: sentences, signatures and structures as certificates state them.

A sentence is an S-expression, `(all (x Entity) (implies (Man x) (Mortal x)))`; `neurologic.proof` reads
the same language by itself. `write` puts an elaborated formula into it, `read` takes it back.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from fractions import Fraction
from typing import Any, Protocol

from neurologic.binding import fresh_name
from neurologic.errors import SignatureError
from neurologic.formula import (
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
    Term,
    Variable,
    Verum,
    Xor,
    binders,
    trampoline,
    walk,
)
from neurologic.notation.kernel_reader import read
from neurologic.notation.kernel_tokens import BARE, WORDS, Element, element, name_of, numeral, token
from neurologic.signature import Signature, Vocabulary
from neurologic.signature.declarations import NUMERIC

__all__ = [
    "Element",
    "Tables",
    "element",
    "name_of",
    "numeral",
    "read",
    "signature_json",
    "structure_json",
    "token",
    "write",
]

_OF_CLASS = {node: word for word, node in WORDS.items() if node not in (Compare, Arithmetic)}


class Tables(Protocol):
    """What is asked of a finite structure: `neurologic.structure.Structure` has it."""

    @property
    def domains(self) -> tuple[tuple[Sort, tuple[Element, ...]], ...]:
        """The elements of each sort."""
        ...

    @property
    def functions(
        self,
    ) -> tuple[tuple[str, int, tuple[tuple[tuple[Element, ...], Element], ...]], ...]:
        """Name, arity and table of each function."""
        ...

    @property
    def predicates(self) -> tuple[tuple[str, int, tuple[tuple[Element, ...], ...]], ...]:
        """Name, arity and rows of each predicate."""
        ...


def write(
    formula: Formula | Term, signature: Signature | Vocabulary, sort: Sort | None = None
) -> str:
    """The elaborated formula, or a closed term, in the kernel's form.

    `a > b` is written `(< b a)`; a numeral in a place of an enumeration as the member it names, in a
    place of another sort but Int and Rational with the sort, `3:Entity`; a bound variable that would
    hide a constant, or that is no bare name, gets another name.

    Args:
        formula: an elaborated formula, or a term without free variables.
        signature: the symbols.
        sort: that of the place a term stands in; a numeral is else a number.

    Raises:
        NeurologicError: for a number that is too long to be written.
        SignatureError: for a free variable, or a symbol that the signature does not have.

    >>> from neurologic.signature import elaborate
    >>> x = Variable("x")
    >>> signature, (rule,) = elaborate([ForAll(x, Implies(Atom("Man", (x,)), Atom("Mortal", (x,))))])
    >>> write(rule, signature)
    '(all (x Entity) (implies (Man x) (Mortal x)))'
    """
    words = signature.vocabulary() if isinstance(signature, Signature) else signature
    return trampoline(_Writer(formula, words).written(formula, sort))


class _Writer:
    """One formula on its way to text, with the names of the variables in scope."""

    def __init__(self, formula: Any, words: Vocabulary) -> None:
        self.words = words
        self.constants = {name for name, arity in words.functions if not arity} | set(words.members)
        self.taken = set(self.constants)
        for node in walk(formula):
            self.taken.update(v.name for v in binders(node))
            if isinstance(node, Constant):
                self.constants.add(node.name)
        self.taken |= self.constants
        self.names: dict[str, str] = {}
        self.scope: dict[str, list[Variable]] = {}

    def written(self, node: Any, sort: Sort | None) -> Generator[Any, Any, str]:
        """The text of a node; `sort` is that of the place a term stands in."""
        match node:
            case Variable(name):
                if not self.scope.get(name):
                    raise SignatureError(f"the variable {name} is free", hint="close the formula")
                return self.named(name)
            case Constant(name) | Function(name, ()):
                return token(name)
            case Numeral(value):
                return self.number(value, sort)
            case Verum() | Falsum():
                return _OF_CLASS[type(node)]
            case Atom(name, args):
                return (yield from self.listed(token(name), args, self.places(node)))
            case Function(name, args):
                return (yield from self.listed(token(name), args, self.places(node)))
            case Compare(operator, left, right):
                terms = (left, right) if operator in ("<", "<=") else (right, left)
                own = self.common(terms)
                return (yield from self.listed(operator.replace(">", "<"), terms, (own, own)))
            case Equals(left, right):
                own = self.common((left, right))  # numerals alone are numbers
                return (yield from self.listed("=", (left, right), (own, own)))
            case Arithmetic(operator, left, right):
                return (yield from self.listed(operator, (left, right), (None, None)))
            case Distinct() | Count() | ForAll() | Exists():
                return (yield from self.bound(node))
            case Not(body):
                return (yield from self.listed("not", (body,), (None,)))
            case And(parts) | Or(parts):
                return (yield from self.listed(_OF_CLASS[type(node)], parts, (None,) * len(parts)))
            case Xor(left, right) | Implies(left, right) | Iff(left, right):
                word = _OF_CLASS[type(node)]
                return (yield from self.listed(word, (left, right), (None, None)))
            case _:
                raise TypeError(f"expected a formula or a term, got {node!r:.80}")

    def listed(
        self, head: str, parts: Sequence[Any], sorts: Sequence[Sort | None]
    ) -> Generator[Any, Any, str]:
        texts = [head]
        for part, sort in zip(parts, sorts, strict=True):
            texts.append((yield self.written(part, sort)))
        return f"({' '.join(texts)})"

    def bound(self, node: Any) -> Generator[Any, Any, str]:
        own = binders(node)
        for variable in own:
            self.scope.setdefault(variable.name, []).append(variable)
        pairs = " ".join(f"({self.named(v.name)} {token((v.sort or ENTITY).name)})" for v in own)
        head = f"{_OF_CLASS[type(node)]} {pairs}"
        if isinstance(node, (Count, Distinct)) and own:
            head = f"{_OF_CLASS[type(node)]} ({pairs})"
        elif not own:
            head = _OF_CLASS[type(node)]
        parts = node.terms if isinstance(node, Distinct) else (node.body,)
        sort = self.common(parts) if isinstance(node, Distinct) else None
        text = yield from self.listed(head, parts, (sort,) * len(parts))
        for variable in own:
            self.scope[variable.name].pop()
        return text

    def named(self, name: str) -> str:
        """The name that a variable is written by."""
        if name not in self.names:
            self.names[name] = name
            if token(name) != name or name in self.constants:
                stem = name if BARE.fullmatch(name) and name.isprintable() else "x"
                self.names[name] = fresh_name(stem, self.taken)
                self.taken.add(self.names[name])
        return self.names[name]

    def number(self, value: Fraction, sort: Sort | None) -> str:
        if sort is not None and self.words.sorts[sort].members is not None:
            member = self.words.member_named(sort, value)
            if member is None:
                raise SignatureError(f"{numeral(value)} is not a member of the sort {sort}")
            return token(member)
        return numeral(value) if sort is None else element(value, sort)

    def places(self, node: Atom | Function) -> tuple[Sort, ...]:
        """The sorts of the argument places of a symbol."""
        atom = isinstance(node, Atom)
        table = self.words.predicates if atom else self.words.functions
        name = node.predicate if isinstance(node, Atom) else node.name
        found = table.get((name, len(node.args)))
        if found is None:
            kind = "predicate" if atom else "function"
            raise SignatureError(f"the signature has no {kind} {name}/{len(node.args)}")
        return found.arguments

    def common(self, terms: Sequence[Any]) -> Sort | None:
        """The sort that compared terms share, as far as one of them tells."""
        for term in terms:
            match term:
                case Variable(name):
                    inner = self.scope.get(name)
                    if inner:
                        return inner[-1].sort or ENTITY
                case Constant(name) | Function(name, ()):
                    return self.words.sort_of_constant(name)
                case Function(name, args):
                    self.places(term)
                    return self.words.functions[name, len(args)].result
                case Count():
                    return INTEGER
                case Arithmetic():
                    return RATIONAL
        return None


def signature_json(signature: Signature) -> dict[str, Any]:
    """The signature as a certificate states it: every name a token, members as such only.

    >>> from neurologic.signature import SortDeclaration
    >>> signature_json(Signature((SortDeclaration(ENTITY),)))
    {'sorts': [{'name': 'Entity', 'members': None, 'ordered': False}], 'symbols': []}
    """
    words = signature.vocabulary()
    sorts = [
        {
            "name": token(found.sort.name),
            "members": None if found.members is None else [token(m) for m in found.members],
            "ordered": found.ordered and found.members is not None,
        }
        for found in dict.fromkeys(signature.sorts)
    ]
    symbols = [
        {
            "name": token(found.name),
            "arguments": [token(sort.name) for sort in found.arguments],
            "result": token(found.result.name),
        }
        for found in dict.fromkeys(signature.symbols)
        if found.arguments or found.is_predicate or found.name not in words.members
    ]
    return {"sorts": sorts, "symbols": symbols}


def structure_json(structure: Tables, signature: Signature) -> dict[str, Any]:
    """The structure as a certificate states it: each sort, function and predicate of the signature.

    Infinite sorts are left out, and so is what the signature does not declare.

    >>> from neurologic.signature import SortDeclaration
    >>> from neurologic.structure import Structure
    >>> signature = Signature((SortDeclaration(ENTITY),), ())
    >>> structure_json(Structure.of({ENTITY: ("ann",)}), signature)
    {'domains': {'Entity': ['ann']}, 'functions': [], 'predicates': []}
    """
    words = signature.vocabulary()
    elements = dict(structure.domains)
    domains = {
        token(found.sort.name): [element(e, found.sort) for e in elements.get(found.sort, ())]
        if found.members is None
        else [token(member) for member in found.members]
        for found in signature.sorts
        if found.sort not in NUMERIC
    }
    functions = []
    for name, arity, table in structure.functions:
        known = words.functions.get((name, arity))
        if known is not None and (arity or name not in words.members):
            own = known.arguments
            rows = [[_row(row, own, words), _placed(v, known.result, words)] for row, v in table]
            functions.append({"name": token(name), "arguments": arity, "rows": rows})
    predicates = []
    for name, arity, extension in structure.predicates:
        known = words.predicates.get((name, arity))
        if known is not None:
            listed = [_row(row, known.arguments, words) for row in extension]
            predicates.append({"name": token(name), "arguments": arity, "rows": listed})
    return {"domains": domains, "functions": functions, "predicates": predicates}


def _row(elements: Sequence[Element], sorts: Sequence[Sort], words: Vocabulary) -> list[str]:
    return [_placed(e, sort, words) for e, sort in zip(elements, sorts, strict=True)]


def _placed(value: Element, sort: Sort, words: Vocabulary) -> str:
    """The token of an element; a member of an enumeration that is a number has that of its name."""
    if isinstance(value, Fraction) and words.sorts[sort].members is not None:
        member = words.member_named(sort, value)
        if member is not None:
            return token(member)
    return element(value, sort)
