"""From clauses to the numbers that the search works with, and back.

Where equations can be used, Brand's modification (Proving theorems with the modification method,
SIAM J. Computing 4, 1975) takes the place of the axioms of equality: a term that an equation may
replace is pulled out, P(a) becoming P(x) ∨ a ≠ x, and an equation s = t becomes s = z ∨ t ≠ z in
both directions, so that x = x is the only axiom left. What a modified clause says follows from the
original by congruence alone: each such step is one `Equality` lemma.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

from neurologic.binding import free_variables, substitute
from neurologic.clauses import ClausalForm, Clause
from neurologic.clauses.unification import sort_of
from neurologic.errors import ProverError
from neurologic.formula import (
    ENTITY,
    INTEGER,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Function,
    Numeral,
    Sort,
    Variable,
    binders,
    children,
    walk,
)
from neurologic.provers.tableau.search import Literal, MatrixClause, Term
from neurologic.signature import Signature, Vocabulary

MOST_DEPTH = 150
"""How deep the terms of a clause may nest."""

MOST_VALUES = 60
"""How many numerals and members of enumerations are told apart in pairs."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What an instance of a clause of the matrix stands for.

    Args:
        clause: the number of the clause it is an instance of, or None.
        equalities: clauses that congruence, or the order of values, makes valid.
        member: the term that is one of the members listed in the first of the equalities.
    """

    clause: int | None
    equalities: tuple[tuple[Literal, ...], ...] = ()
    member: Term | None = None


@dataclass(slots=True)
class Matrix:
    """The clauses as numbers, what each stands for, and the sorts of its variables."""

    form: ClausalForm
    signature: Signature
    words: Vocabulary
    clauses: list[MatrixClause] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    sorts: list[tuple[Sort, ...]] = field(default_factory=list)
    symbols: list[tuple[Any, ...]] = field(default_factory=list)
    result: list[Sort | None] = field(default_factory=list)
    predicates: list[tuple[Any, ...]] = field(default_factory=lambda: [()])
    reflexive: list[int] = field(default_factory=list)
    _numbers: dict[Any, int] = field(default_factory=dict)

    def add(self, literals: Sequence[Literal], sorts: Sequence[Sort], origin: Origin) -> None:
        """One more clause, unless it says nothing new."""
        unique = tuple(dict.fromkeys(literals))
        if any((-p, args) in unique or self.trivial(p, args) for p, args in unique):
            return
        self.append(unique, sorts, origin)

    def append(self, literals: tuple[Literal, ...], sorts: Sequence[Sort], origin: Origin) -> None:
        """One more clause."""
        self.clauses.append(MatrixClause(literals, len(sorts), not sorts))
        self.origins.append(origin)
        self.sorts.append(tuple(sorts))

    def trivial(self, predicate: int, args: tuple[Term, ...]) -> bool:
        """Whether the literal says that something is itself."""
        return predicate > 0 and self.predicates[predicate][0] == "=" and args[0] == args[1]

    def predicate(self, key: tuple[Any, ...]) -> int:
        """The number of a predicate."""
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.predicates)
            self.predicates.append(key)
        return number

    def sorts_of(self, predicate: int, arity: int) -> tuple[Sort, ...]:
        """The sorts of a predicate's arguments."""
        match self.predicates[predicate]:
            case ("atom", name, _):
                declared = self.words.predicates.get((name, arity))
                return declared.arguments if declared else (ENTITY,) * arity
            case ("distinct", pattern, _):
                return _place_sorts(pattern, arity) if pattern is not None else (ENTITY,) * arity
            case (_, sort):
                return (sort,) * arity
        raise AssertionError(predicate)

    def places(self, number: int) -> tuple[Sort, ...]:
        """The sorts of a symbol's arguments."""
        kind, name, arity = self.symbols[number]
        if kind == "function":
            declared = self.words.functions.get((name, arity))
            return declared.arguments if declared else (ENTITY,) * int(arity)
        if kind == "arithmetic":
            return (self.result[number] or INTEGER,) * int(arity)
        return _place_sorts(name, arity) if arity else ()

    def symbol(self, key: tuple[Any, ...], sort: Sort | None) -> int:
        """The number of a function, a constant or another term's head."""
        number = self._numbers.get(("term", *key))
        if number is None:
            number = self._numbers["term", *key] = len(self.symbols)
            self.symbols.append(key)
            self.result.append(sort)
        return number


class Encoder:
    """Turns one clause after another into numbers."""

    def __init__(self, form: ClausalForm, signature: Signature) -> None:
        full = form.signature(signature)
        self.words = full.vocabulary()
        self.patterns: dict[Any, Any] = {}
        self.matrix = Matrix(form, full, self.words)

    def literals(self, clause: Clause) -> tuple[list[Literal], dict[str, int], list[Sort]]:
        """The literals over variables numbered in order, their numbers and their sorts."""
        variables = {v.name: i for i, v in enumerate(clause.variables())}
        sorts = [v.sort or ENTITY for v in clause.variables()]
        return [self.literal(s, a, variables) for s, a in clause.literals], variables, sorts

    def literal(self, sign: bool, atom: Any, variables: dict[str, int]) -> Literal:
        """The literal over numbered variables."""
        match atom:
            case Atom(name, args):
                key: tuple[Any, ...] = ("atom", name, len(args))
            case Equals(left, right):
                args = (left, right)
                key = ("=", self.common(left, right))
            case Compare(operator, left, right):
                args = (left, right)
                key = (operator, self.common(left, right))
            case Distinct(_, bound) if bound:
                pattern, args = self.pattern(atom)
                key = ("distinct", pattern, len(args))
            case Distinct(args):
                key = ("distinct", None, len(args))
            case _:
                raise ProverError(f"expected an atom, got {atom!r:.80}")
        number = self.matrix.predicate(key)
        return (number if sign else -number), tuple(self.term(arg, variables) for arg in args)

    def pattern(self, node: Any) -> tuple[Any, tuple[Variable, ...]]:
        """What an expression that binds variables says of its free ones, always in one wording."""
        pattern, free = abstracted(node)
        return self.patterns.setdefault(_shape(pattern), pattern), free

    def common(self, left: Any, right: Any) -> Sort:
        """The sort of the things compared; a rational side makes the other one rational."""
        sorts = {sort for sort in (sort_of(left, self.words), sort_of(right, self.words)) if sort}
        return max(sorts, key=lambda s: s.name) if sorts else INTEGER

    def term(self, node: Any, variables: dict[str, int], depth: int = 0) -> Term:
        """The term over numbered variables."""
        if depth > MOST_DEPTH:
            raise ProverError(f"a term is nested more than {MOST_DEPTH} deep")
        if isinstance(node, Variable):
            return variables[node.name]
        sort = sort_of(node, self.words)
        match node:
            case Constant(name):
                key: tuple[Any, ...] = ("function", name, 0)
                args: tuple[Any, ...] = ()
            case Function(name, args):
                key = ("function", name, len(args))
            case Arithmetic(operator, left, right):
                args = (left, right)
                key = ("arithmetic", operator, 2)
            case Numeral(value):
                args, key = (), ("numeral", value, 0)
            case Count():
                pattern, args = self.pattern(node)
                key = ("count", pattern, len(args))
            case _:
                raise ProverError(f"expected a term, got {node!r:.80}")
        inner = [self.term(arg, variables, depth + 1) for arg in args]
        return (self.matrix.symbol(key, sort), *inner)


def abstracted(node: Any) -> tuple[Any, tuple[Variable, ...]]:
    """An expression that binds variables, its free ones renamed in order, and those."""
    free = free_variables(node)
    found = dict.fromkeys(n for n in walk(node) if isinstance(n, Variable) and n.name in free)
    first = {v.name: v for v in reversed(found)}
    order = [first[name] for name in dict.fromkeys(v.name for v in found)]
    places = {v.name: Variable(f"place{i}", v.sort) for i, v in enumerate(order)}
    return substitute(node, places), tuple(order)


def _place_sorts(pattern: Any, arity: int) -> tuple[Sort, ...]:
    free = {v.name: v.sort or ENTITY for v in walk(pattern) if isinstance(v, Variable)}
    return tuple(free[f"place{i}"] for i in range(arity))


def _shape(pattern: Any) -> tuple[Any, ...]:
    """What the expression says, whatever its bound variables are called."""
    tokens: list[Any] = []
    numbers: dict[str, int] = {}
    for node in walk(pattern):
        for variable in binders(node):
            numbers[variable.name] = len(numbers)
        words = [getattr(node, f, None) for f in ("predicate", "operator", "value")]
        name = getattr(node, "name", None)
        bound = numbers.get(name) if isinstance(node, Variable) and name else None
        sorts = tuple(v.sort or ENTITY for v in binders(node))
        tokens.append((type(node), name if bound is None else bound, *words, sorts))
        tokens.append(len(children(node)))
    return tuple(tokens)


def matrix_of(form: ClausalForm, signature: Signature, *, modified: bool = True) -> Matrix:
    """The matrix of the clauses: modified where equations can be used, with what values are.

    Args:
        form: the clauses.
        signature: that of the sentences.
        modified: whether equality is to be built in by Brand's modification.

    Raises:
        ProverError: if a term is nested too deeply.
    """
    encoder = Encoder(form, signature)
    matrix = encoder.matrix
    read = [encoder.literals(clause) for clause in form.clauses]
    theory = list(_values(encoder, [literals for literals, _, _ in read]))
    equations = {p for p, key in enumerate(matrix.predicates) if key and key[0] == "="}
    seen: set[Any] = set()
    rows = [(literals, sorts, Origin(number)) for number, (literals, _, sorts) in enumerate(read)]
    rows += theory
    rows = [row for row in rows if not any(matrix.trivial(p, args) for p, args in row[0])]
    usable = _Usable(matrix, equations, [literals for literals, _, _ in rows])
    for literals, sorts, origin in rows:
        key = (tuple(literals), tuple(sorts))
        if key in seen:
            continue
        seen.add(key)
        if not usable.any or not modified:
            matrix.add(literals, sorts, origin)
        else:
            for new, more, equalities in _modified(usable, literals, sorts):
                entry = Origin(origin.clause, (*origin.equalities, *equalities), origin.member)
                matrix.add(new, more, entry)
    for p in sorted(equations):
        literal = (p, (0, 0))
        matrix.reflexive.append(len(matrix.clauses))
        matrix.append((literal,), [matrix.predicates[p][1]], Origin(None, ((literal,),)))
    return matrix


class _Usable:
    """Which terms an equation may replace: those with a head that stands on a side of one."""

    def __init__(
        self, matrix: Matrix, equations: set[int], rows: Sequence[Sequence[Literal]]
    ) -> None:
        self.matrix, self.equations = matrix, equations
        sides = [(p, arg) for row in rows for p, args in row if p in equations for arg in args]
        self.any = bool(sides)
        self.heads = {arg[0] for _, arg in sides if type(arg) is not int}
        self.sorts = {matrix.predicates[p][1] for p, arg in sides if type(arg) is int}
        new = {skolem.declaration.name for skolem in matrix.form.skolems}
        self.open = {  # congruence holds for what the sentences speak of, not for witnesses and parts
            number
            for number, (kind, name, _) in enumerate(matrix.symbols)
            if kind == "arithmetic" or (kind == "function" and name not in new)
        }
        parts = {definition.declaration.name for definition in matrix.form.definitions}
        self.open_predicates = {
            number
            for number, key in enumerate(matrix.predicates)
            if key and key[0] != "distinct" and not (key[0] == "atom" and key[1] in parts)
        }

    def replaces(self, term: Term) -> bool:
        if type(term) is int:
            return False
        return term[0] in self.heads or self.matrix.result[term[0]] in self.sorts

    def equation(self, term: Term) -> int:
        sort = self.matrix.result[term[0]] or ENTITY
        return self.matrix.predicate(("=", sort))


def _modified(
    usable: _Usable, literals: Sequence[Literal], sorts: Sequence[Sort]
) -> Iterator[tuple[list[Literal], list[Sort], list[tuple[Literal, ...]]]]:
    """The modified clauses, with their sorts and the lemmas that make them consequences."""
    places = [i for i, (p, _) in enumerate(literals) if p in usable.equations]
    turns = product((False, True), repeat=len(places)) if len(places) <= 3 else _both(len(places))
    for turn in turns:
        turned = {i for i, back in zip(places, turn, strict=True) if back}
        new: list[Literal] = []
        pulled: list[Literal] = []
        lemmas: list[tuple[Literal, ...]] = []
        every = list(sorts)
        for i, (p, args) in enumerate(literals):
            own: list[Literal] = []
            flat = list(args)
            if abs(p) in usable.open_predicates:
                root = abs(p) in usable.equations
                flat = [_flat(usable, arg, own, every, root=root) for arg in args]
            if p in usable.equations:
                left, right = reversed(flat) if i in turned else flat
                every.append(usable.matrix.predicates[p][1])
                own.append((-p, (right, len(every) - 1)))
                flat = [left, len(every) - 1]
            literal = (p, tuple(flat))
            new.append(literal)
            if own:
                lemmas.append(((-p, args), literal, *own))
            pulled += own
        yield [*new, *pulled], every, lemmas


def _both(count: int) -> list[tuple[bool, ...]]:
    return [(False,) * count, (True,) * count]


def _flat(
    usable: _Usable, term: Term, own: list[Literal], sorts: list[Sort], *, root: bool = False
) -> Term:
    """The term with a variable for each part that may be replaced; `own` says which."""
    if type(term) is int:
        return term
    flat = term
    if term[0] in usable.open:
        flat = (term[0], *[_flat(usable, part, own, sorts) for part in term[1:]])
    if root or not usable.replaces(term):
        return flat
    sorts.append(usable.matrix.result[term[0]] or ENTITY)
    own.append((-usable.equation(term), (flat, len(sorts) - 1)))
    return len(sorts) - 1


_Row = tuple[list[Literal], list[Sort], Origin]


def _values(encoder: Encoder, rows: Sequence[Sequence[Literal]]) -> Iterator[_Row]:
    """What is known of `Distinct`, of numerals and of members, about those that occur."""
    matrix = encoder.matrix
    yield from _all_different(encoder, rows)
    words = encoder.words
    by_sort: dict[Sort, list[Term]] = {}
    occurring = {part[0] for row in rows for _, args in row for arg in args for part in _parts(arg)}
    for number in sorted(occurring):
        kind, name, arity = matrix.symbols[number]
        sort = matrix.result[number]
        if kind == "function" and not arity and name in words.members and sort:
            by_sort.setdefault(sort, []).append((number,))
    equations = [key[1] for key in matrix.predicates if key and key[0] == "="]
    for sort in list(equations):
        declaration = words.sorts.get(sort)
        for member in (declaration.members if declaration else None) or ():
            term = encoder.term(Constant(member), {})
            if term not in by_sort.setdefault(sort, []):
                by_sort[sort].append(term)
        if declaration and declaration.members:
            p = matrix.predicate(("=", sort))
            some = tuple((p, (0, encoder.term(Constant(m), {}))) for m in declaration.members)
            yield list(some), [sort], Origin(None, (some,), member=0)
    numerals = [(n,) for n in sorted(occurring) if matrix.symbols[n][0] == "numeral"]
    for key in list(matrix.predicates):
        if key and key[0] in {"=", "<", "<=", ">", ">="}:
            yield from _comparisons(
                encoder, key, [*by_sort.get(key[1], ()), *numerals][:MOST_VALUES]
            )


def _comparisons(encoder: Encoder, key: tuple[Any, ...], values: list[Term]) -> Iterator[_Row]:
    p = encoder.matrix.predicate(key)
    pairs = combinations(values, 2) if key[0] == "=" else product(values, repeat=2)
    for left, right in pairs:
        holds = _compared(encoder, key, left, right)
        if holds is not None:
            literal = (p if holds else -p, (left, right))
            yield [literal], [], Origin(None, ((literal,),))


def _compared(encoder: Encoder, key: tuple[Any, ...], left: Term, right: Term) -> bool | None:
    first, second = (encoder.matrix.symbols[term[0]] for term in (left, right))
    if key[0] == "=":
        return None if first[0] != second[0] else first == second
    if first[0] == second[0] == "numeral":
        a, b = first[1], second[1]
    else:
        declaration = encoder.words.sorts.get(key[1])
        if not declaration or not declaration.ordered or not declaration.members:
            return None
        if not {first[1], second[1]} <= set(declaration.members):
            return None
        a, b = (declaration.members.index(name) for name in (first[1], second[1]))
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[key[0]])


def _all_different(encoder: Encoder, rows: Sequence[Sequence[Literal]]) -> Iterator[_Row]:
    """`Distinct` of some terms, and each two of them different: each follows from the other."""
    matrix = encoder.matrix
    for number, key in list(enumerate(matrix.predicates)):
        if not key or key[0] != "distinct" or key[1] is not None:
            continue
        for args in dict.fromkeys(args for row in rows for p, args in row if abs(p) == number):
            sorts = _sorts_of(encoder, args)
            if sorts is None:
                continue
            sort, width = sorts
            p = matrix.predicate(("=", sort))
            same = [(p, pair) for pair in combinations(args, 2)]
            for _, pair in same:
                clause = ((-number, args), (-p, pair))
                yield list(clause), [sort] * width, Origin(None, (clause,))
            whole = ((number, args), *same)
            yield list(whole), [sort] * width, Origin(None, (whole,))


def _sorts_of(encoder: Encoder, args: tuple[Term, ...]) -> tuple[Sort, int] | None:
    """The sort of the terms and how many variables they use; None where a variable is deeper."""
    known = [encoder.matrix.result[arg[0]] for arg in args if type(arg) is not int]
    inner = [part for arg in args if type(arg) is not int for part in _variables(arg)]
    if inner or not all(known):
        return None
    variables = [arg for arg in args if type(arg) is int]
    sort = next((s for s in known if s), ENTITY)
    return sort, max(variables, default=-1) + 1


def _parts(term: Term) -> Iterator[Term]:
    stack = [term]
    while stack:
        node = stack.pop()
        if type(node) is not int:
            yield node
            stack.extend(node[1:])


def _variables(term: Term) -> list[int]:
    found, stack = [], [term]
    while stack:
        node = stack.pop()
        if type(node) is int:
            found.append(node)
        else:
            stack.extend(node[1:])
    return found
