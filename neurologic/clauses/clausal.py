"""Clausal form: sentences as a set of clauses, each with the way back to what it was read off from.

Conjunctions are split and disjunctions multiplied out as long as that is small; beyond, a part gets
a name, a new predicate of its free variables (Tseitin 1968; Plaisted and Greenbaum, A
structure-preserving clause form translation, 1986), so that nested equivalences stay linear.
Quantified parts that say the same up to the names of their variables share one Skolem function, and
named parts that do share one name. A `Choice` records which bound variable of which sentence became
which term: the chain of choices turns an instance of a clause into instances of the sentence.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from math import prod
from typing import Any

from neurologic.clauses.normal_forms import (
    FreshNames,
    applied,
    function_names,
    rename_apart,
    replaced,
)
from neurologic.clauses.values import (
    Choice,
    ClausalForm,
    Clause,
    Definition,
    Literal,
    Skolem,
)
from neurologic.errors import ProverError
from neurologic.formula import (
    BOOLEAN,
    ENTITY,
    And,
    Atom,
    Count,
    Distinct,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Iff,
    Implies,
    Node,
    Not,
    Or,
    Sort,
    Term,
    Variable,
    Verum,
    Xor,
    binders,
    children,
    trampoline,
    walk,
)
from neurologic.signature import Signature, SymbolDeclaration

MOST_STEPS = 3_000_000
"""How many subexpressions `clausal_form` visits at most, some seconds of work."""

MOST_PRODUCTS = 6
"""How many clauses a disjunction may multiply out to before its parts get names."""


def clausal_form(
    sentences: Sequence[Formula],
    signature: Signature = Signature(),
    *,
    most_steps: int = MOST_STEPS,
) -> ClausalForm:
    """The clauses of the sentences.

    Args:
        sentences: closed formulas; a variable without a sort is of sort Entity.
        signature: its names are not used for new symbols.
        most_steps: the most subexpressions to visit.

    Raises:
        ProverError: if more would have to be visited.

    >>> x, y = Variable("x"), Variable("y")
    >>> likes = ForAll(x, Exists(y, And((Atom("Likes", (x, y)), Not(Atom("Likes", (y, x)))))))
    >>> for clause in clausal_form([likes]).clauses:
    ...     print(clause, clause.choices)
    Likes(x, skolem1(x)) (Choice(x := x), Choice(y := skolem1(x)))
    ¬Likes(skolem1(x), x) (Choice(x := x), Choice(y := skolem1(x)))
    """
    return _Conversion(sentences, signature, most_steps).run()


_Partial = tuple[tuple[Literal, ...], tuple[Choice, ...]]


class _Conversion:
    """One conversion: the names in use, what has been named, and the values of bound variables."""

    def __init__(self, sentences: Sequence[Formula], signature: Signature, steps: int) -> None:
        self.sentences, self.steps, self.most = sentences, steps, steps
        names = {symbol.name for symbol in signature.symbols} | function_names(sentences)
        names |= {member for sort in signature.sorts for member in sort.members or ()}
        atoms = {n.predicate for s in sentences for n in walk(s) if isinstance(n, Atom)}
        self.names = FreshNames(names | atoms)
        self.variables = FreshNames(())
        self.values: dict[str, Term] = {}
        self.bound: set[str] = set()
        self.skolems: dict[tuple[Any, ...], Skolem] = {}
        self.definitions: dict[tuple[Any, ...], Definition] = {}
        self.named: set[tuple[int, bool]] = set()
        self.pending: list[tuple[Definition, bool, int]] = []
        self.started: set[tuple[str, bool]] = set()
        self.source = 0

    def run(self) -> ClausalForm:
        clauses: list[Clause] = []
        apart = [rename_apart(sentence) for sentence in self.sentences]  # `named` holds identities
        self.bound = _bound_in_terms(apart)
        self.variables = FreshNames(self.bound)
        for source, sentence in enumerate(apart):
            self.source = source
            self.name_parts(sentence)
            clauses += self.clauses(trampoline(self.split(sentence, True, None)))
            while self.pending:
                definition, sign, self.source = self.pending.pop(0)
                clauses += self.clauses(self.definition(definition, sign))
        skolems, definitions = self.skolems.values(), self.definitions.values()
        return ClausalForm(tuple(clauses), tuple(skolems), tuple(definitions))

    def spend(self, steps: int = 1) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise ProverError(
                f"the clausal form takes more than {self.most} steps",
                hint="the sentences are too large, or too deeply nested",
            )

    def clauses(self, partial: list[_Partial]) -> Iterator[Clause]:
        for literals, choices in partial:
            unique = tuple(dict.fromkeys(literals))
            if any((not sign, atom) in unique for sign, atom in unique):
                continue
            chain = {id(c): c for leaf in choices for c in leaf.chain()}
            self.spend(len(chain))
            yield Clause(unique, self.source, tuple(chain.values()))

    def name_parts(self, sentence: Formula) -> None:
        """Decide which parts get names: those that make a disjunction multiply out too far."""

        def step(node: Any, below: tuple[tuple[int, int], ...]) -> tuple[int, int]:
            """How many clauses the node has, and how many its negation has."""
            self.spend()
            match node:
                case Not():
                    return below[0][1], below[0][0]
                case And(parts) | Or(parts):
                    sign = isinstance(node, Or)
                    split = sum(counts[sign] for counts in below)
                    product = self.product([(part, sign) for part in parts], below)
                    return (product, split) if sign else (split, product)
                case Implies(left, right):
                    product = self.product([(left, False), (right, True)], below)
                    return product, below[0][0] + below[1][1]
                case Iff() | Xor():
                    both = self.equivalence(node, below)
                    return both, both
                case ForAll() | Exists():
                    return below[0]
                case _:
                    return 1, 1

        fold_formula(sentence, step)

    def product(self, parts: Sequence[tuple[Any, bool]], counts: Sequence[tuple[int, int]]) -> int:
        """How many clauses the disjunction has, its largest parts named until they are few."""
        sizes = [count[not sign] for (_, sign), count in zip(parts, counts, strict=True)]
        total = prod(sizes)
        for i in sorted(range(len(parts)), key=lambda i: -sizes[i]):
            if total <= MOST_PRODUCTS or total == sizes[i]:
                break  # few enough, or nothing multiplies
            part, sign = parts[i]
            self.named.add((id(part), sign))
            total //= sizes[i]
        return total

    def equivalence(self, node: Iff | Xor, counts: Sequence[tuple[int, int]]) -> int:
        left, right = counts
        if left[0] * right[1] + left[1] * right[0] > MOST_PRODUCTS and max(left) > 1:
            self.named |= {(id(node.left), True), (id(node.left), False)}
            left = (1, 1)
        if left[0] * right[1] + left[1] * right[0] > MOST_PRODUCTS and max(right) > 1:
            self.named |= {(id(node.right), True), (id(node.right), False)}
            right = (1, 1)
        return left[0] * right[1] + left[1] * right[0]

    def split(
        self, node: Any, sign: bool, scope: Choice | None, *, whole: bool = False
    ) -> Generator[Any, Any, Any]:
        """The clauses that say the formula, or its negation, under the present values."""
        self.spend()
        if (id(node), sign) in self.named and not whole:
            return [((self.name(node, sign),), (scope,) if scope else ())]
        match node:
            case Not(body):
                return (yield self.split(body, not sign, scope))
            case And(parts) | Or(parts):
                signed = [(part, sign) for part in parts]
                return (yield self.combine(signed, isinstance(node, And) is sign, scope))
            case Implies(left, right):
                return (yield self.combine([(left, not sign), (right, sign)], not sign, scope))
            case Iff(left, right) | Xor(left, right):
                ways = []
                for part in (left, right):
                    for way in (True, False):
                        ways.append((yield self.split(part, way, scope)))
                if isinstance(node, Iff) is sign:
                    return self.multiply(ways[1], ways[2]) + self.multiply(ways[0], ways[3])
                return self.multiply(ways[0], ways[2]) + self.multiply(ways[1], ways[3])
            case ForAll(variable, body) | Exists(variable, body):
                if isinstance(node, ForAll) is sign:
                    term: Term = self.fresh(variable)
                else:
                    term = self.skolem(node, scope)
                self.values[variable.name] = term
                inner = Choice(variable, term, node, scope)
                return (yield self.split(body, sign, inner))
            case Verum() | Falsum():
                return [] if isinstance(node, Verum) is sign else [((), (scope,) if scope else ())]
            case _:
                atom = self.valued(node)
                return [(((sign, atom),), (scope,) if scope else ())]

    def valued(self, atom: Formula) -> Formula:
        """The atom under the present values; what it binds itself may have its name elsewhere too."""
        values = self.values
        if self.bound and (bound := _binders([atom])):
            values = {name: term for name, term in values.items() if name not in bound}
        found: Formula = replaced(atom, values)
        return found

    def combine(
        self, parts: Sequence[tuple[Any, bool]], conjunctive: bool, scope: Choice | None
    ) -> Generator[Any, Any, Any]:
        found: list[_Partial] = [] if conjunctive else [((), ())]
        for part, sign in parts:
            clauses = yield self.split(part, sign, scope)
            if conjunctive:
                found += clauses
            else:
                found = self.multiply(found, clauses)
        return found

    def multiply(self, left: list[_Partial], right: list[_Partial]) -> list[_Partial]:
        self.spend(sum(len(a[0]) + len(b[0]) for a in left for b in right) if left else 0)
        return [(a[0] + b[0], a[1] + b[1]) for a in left for b in right]

    def fresh(self, variable: Variable) -> Variable:
        return Variable(self.variables.keep(variable.name), variable.sort)

    def skolem(self, node: ForAll | Exists, scope: Choice | None) -> Term:
        key, parameters = self.shape(node)
        found = self.skolems.get(key)
        if found is None:
            sort = node.variable.sort or ENTITY
            declaration = self.declare("skolem", parameters, sort)
            term = applied(declaration.name, parameters)
            choice = Choice(node.variable, term, node, scope)
            found = self.skolems[key] = Skolem(declaration, parameters, choice)
        return applied(found.declaration.name, parameters)

    def declare(self, base: str, parameters: tuple[Variable, ...], sort: Sort) -> SymbolDeclaration:
        sorts = tuple(parameter.sort or ENTITY for parameter in parameters)
        return SymbolDeclaration(self.names.next(base), sorts, sort)

    def shape(self, formula: Formula) -> tuple[tuple[Any, ...], tuple[Variable, ...]]:
        """What the formula says under the present values, but for the names of its variables.

        The second value holds the clause variables that occur, in order.
        """
        tokens: list[Any] = []
        numbers: dict[str, int] = {}
        parameters: dict[str, tuple[int, Variable]] = {}
        for node in walk(formula):
            for variable in binders(node):
                numbers[variable.name] = len(numbers)
            for part in walk(self.values[node.name]) if self.is_free(node, numbers) else (node,):
                self.spend()
                if not isinstance(part, Variable):
                    tokens.append(_head(part))
                elif part is node:
                    tokens.append(numbers[part.name])
                else:
                    place = parameters.setdefault(part.name, (len(parameters), part))[0]
                    tokens.append((place, part.sort or ENTITY))
        return tuple(tokens), tuple(variable for _, variable in parameters.values())

    def is_free(self, node: Any, bound: dict[str, int]) -> bool:
        return isinstance(node, Variable) and node.name not in bound

    def name(self, node: Formula, sign: bool) -> Literal:
        """The literal of the new predicate that stands for the formula under the present values."""
        free = self.free(node)
        before = {v.name: self.values[v.name] for v in free}
        self.values.update((v.name, Variable(v.name, v.sort)) for v in free)
        key, parameters = self.shape(node)
        self.values.update(before)
        found = self.definitions.get(key)
        if found is None:
            declaration = self.declare("part", parameters, BOOLEAN)
            found = self.definitions[key] = Definition(declaration, parameters, node)
        name = found.declaration.name
        if (name, sign) not in self.started:
            self.started.add((name, sign))
            self.pending.append((found, sign, self.source))
        return sign, Atom(name, tuple(before[v.name] for v in parameters))

    def free(self, node: Formula) -> tuple[Variable, ...]:
        """The free variables of a part of a sentence whose binders have names of their own."""
        bound: set[str] = set()
        found: dict[str, Variable] = {}
        for part in walk(node):
            self.spend()
            bound.update(v.name for v in binders(part))
            if isinstance(part, Variable) and part.name not in bound:
                found.setdefault(part.name, part)
        return tuple(found.values())

    def definition(self, definition: Definition, sign: bool) -> list[_Partial]:
        """The clauses that say what the new predicate means, where it has this sign."""
        scope: Choice | None = None
        args = []
        for parameter in definition.parameters:
            term = self.fresh(parameter)
            self.values[parameter.name] = term
            scope = Choice(parameter, term, None, scope)
            args.append(term)
        literal = (not sign, Atom(definition.declaration.name, tuple(args)))
        clauses: list[_Partial] = trampoline(
            self.split(definition.formula, sign, scope, whole=True)
        )
        return [((literal, *literals), choices) for literals, choices in clauses]


def fold_formula(formula: Formula, combine: Any) -> Any:
    """`fold` over the parts of a formula that are formulas; atoms have no parts."""
    values: list[Any] = []
    todo: list[tuple[Any, bool]] = [(formula, False)]
    while todo:
        node, ready = todo.pop()
        below = children(node) if isinstance(node, _CONNECTIVES) else ()
        if ready or not below:
            at = len(values) - len(below)
            result = combine(node, tuple(values[at:]))
            del values[at:]
            values.append(result)
        else:
            todo.append((node, True))
            todo.extend((child, False) for child in reversed(below))
    return values[0]


_CONNECTIVES = (Not, And, Or, Implies, Iff, Xor, ForAll, Exists)


def _bound_in_terms(formulas: Sequence[Formula]) -> set[str]:
    """What counts and `Distinct` bind, and in them: no variable of a clause may be called so."""
    nodes = (node for formula in formulas for node in walk(formula))
    return _binders(node for node in nodes if isinstance(node, Count | Distinct) and binders(node))


def _binders(nodes: Iterable[Node]) -> set[str]:
    """The names that are bound in expressions."""
    return {v.name for node in nodes for part in walk(node) for v in binders(part)}


def _head(node: Any) -> tuple[Any, ...]:
    """What a node says by itself: its kind, its names and sorts, and how many parts it has."""
    sorts = tuple(variable.sort or ENTITY for variable in binders(node))
    words = tuple(
        getattr(node, field)
        for field in ("name", "predicate", "operator", "value")
        if hasattr(node, field)
    )
    return (type(node).__name__, words, sorts, len(children(node)))
