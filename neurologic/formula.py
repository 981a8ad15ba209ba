"""Many-sorted first-order formulas with equality as frozen values, and three ways to traverse them.

Terms are variables, constants, numerals, applied functions, linear arithmetic and counting terms;
formulas are built from atoms, equations, comparisons and `Distinct` by the usual connectives.
`And` and `Or` are n-ary and keep the nesting they were built with. Nothing here recurses on the
Python stack: formulas nested ten thousand deep compare, hash, print and traverse.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias, TypeVar, final

T = TypeVar("T")


@final
@dataclass(frozen=True, slots=True, order=True)
class Sort:
    """A sort, known by its name; what it contains is declared in a `Signature`."""

    name: str

    def __str__(self) -> str:
        return self.name


ENTITY = Sort("Entity")
INTEGER = Sort("Int")
RATIONAL = Sort("Rational")
BOOLEAN = Sort("Bool")


class Node:
    """What terms and formulas share: structural equality, a cached hash, and printing."""

    __slots__ = ("_hash",)
    __match_args__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Node):
            return NotImplemented
        stack: list[tuple[Any, Any]] = [(self, other)]
        while stack:
            left, right = stack.pop()
            if left is right:
                continue
            if left.__class__ is not right.__class__:
                return False
            if isinstance(left, Node):
                stack.extend(
                    (getattr(left, field), getattr(right, field)) for field in left.__match_args__
                )
            elif isinstance(left, tuple):
                if len(left) != len(right):
                    return False
                stack.extend(zip(left, right, strict=True))
            elif left != right:
                return False
        return True

    def __hash__(self) -> int:
        try:
            return self._hash  # type: ignore[attr-defined, no-any-return]
        except AttributeError:
            pass
        for node in reversed(list(walk(self))):  # children before parents: no recursion
            fields = tuple(getattr(node, field) for field in node.__match_args__)
            object.__setattr__(node, "_hash", hash((node.__class__.__name__, fields)))
        return self._hash  # type: ignore[attr-defined, no-any-return]

    def __repr__(self) -> str:
        return fold(self, _repr)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def __str__(self) -> str:
        from neurologic.notation import render

        return render(self)  # type: ignore[arg-type]  # a node is a term or a formula


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Variable(Node):
    """A variable; `sort` is None until it is declared or inferred (then Entity if nothing else)."""

    name: str
    sort: Sort | None = None


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Constant(Node):
    """A name for one element."""

    name: str


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Numeral(Node):
    """A number written in digits: an integer or a finite decimal, exact."""

    value: Fraction


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Function(Node):
    """A function symbol applied to one or more terms."""

    name: str
    args: tuple[Term, ...]


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Arithmetic(Node):
    """A sum, a difference or a product of two terms."""

    operator: Literal["+", "-", "*"]
    left: Term
    right: Term


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Count(Node):
    """The number of assignments to `variables` under which `body` holds."""

    variables: tuple[Variable, ...]
    body: Formula


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Verum(Node):
    """The formula that is always true."""


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Falsum(Node):
    """The formula that is never true."""


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Atom(Node):
    """A predicate applied to terms; with no terms, a proposition."""

    predicate: str
    args: tuple[Term, ...] = ()


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Equals(Node):
    """The two terms denote the same element."""

    left: Term
    right: Term


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Compare(Node):
    """Two numbers, or two members of an ordered enumeration, compared."""

    operator: Literal["<", "<=", ">", ">="]
    left: Term
    right: Term


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Distinct(Node):
    """The terms denote pairwise different elements.

    With `variables`, there is one term, and it takes a different value for each assignment to them:
    `Distinct((f(c),), (c,))` says that f is injective.
    """

    terms: tuple[Term, ...]
    variables: tuple[Variable, ...] = ()


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Not(Node):
    """Negation."""

    body: Formula


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class And(Node):
    """Conjunction of two or more formulas."""

    parts: tuple[Formula, ...]


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Or(Node):
    """Disjunction of two or more formulas."""

    parts: tuple[Formula, ...]


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Xor(Node):
    """Exclusive disjunction: exactly one of the two holds."""

    left: Formula
    right: Formula


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Implies(Node):
    """Material implication."""

    left: Formula
    right: Formula


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Iff(Node):
    """Equivalence."""

    left: Formula
    right: Formula


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ForAll(Node):
    """The body holds for every value of the variable. Occurrences are bound by name."""

    variable: Variable
    body: Formula


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Exists(Node):
    """The body holds for some value of the variable. Occurrences are bound by name."""

    variable: Variable
    body: Formula


Term: TypeAlias = Variable | Constant | Numeral | Function | Arithmetic | Count
"""What denotes an element or a number."""
Formula: TypeAlias = (
    Verum | Falsum | Atom | Equals | Compare | Distinct
    | Not | And | Or | Xor | Implies | Iff | ForAll | Exists
)  # fmt: skip
"""A formula of first-order logic, closed or with free variables."""
Expression: TypeAlias = Term | Formula
"""A term or a formula."""

TERMS = (Variable, Constant, Numeral, Function, Arithmetic, Count)
FORMULAS = (
    Verum, Falsum, Atom, Equals, Compare, Distinct,
    Not, And, Or, Xor, Implies, Iff, ForAll, Exists,
)  # fmt: skip

_CHILDREN: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    **dict.fromkeys((Variable, Constant, Numeral, Verum, Falsum), lambda node: ()),
    **dict.fromkeys((Function, Atom), lambda node: node.args),
    **dict.fromkeys(
        (Arithmetic, Equals, Compare, Xor, Implies, Iff), lambda node: (node.left, node.right)
    ),
    **dict.fromkeys((Count, Not, ForAll, Exists), lambda node: (node.body,)),
    **dict.fromkeys((And, Or), lambda node: node.parts),
    Distinct: lambda node: node.terms,
}


def children(node: Node) -> tuple[Any, ...]:
    """The immediate subexpressions, left to right; a binder's variables are not among them."""
    try:
        return _CHILDREN[node.__class__](node)
    except KeyError:
        raise TypeError(f"expected a term or a formula, got {node!r:.80}") from None


def binders(node: Node) -> tuple[Variable, ...]:
    """The variables that the node itself binds in its children."""
    match node:
        case ForAll(variable, _) | Exists(variable, _):
            return (variable,)
        case Count(variables, _) | Distinct(_, variables):
            return variables
        case _:
            return ()


def rebuild(node: T, parts: Iterable[Any]) -> T:
    """The node with its children replaced, left to right."""
    return _rebuild(node, tuple(parts))  # type: ignore[no-any-return]


def _rebuild(node: Any, parts: tuple[Any, ...]) -> Any:
    match node:
        case Function(name, _) | Atom(name, _):
            return node.__class__(name, parts)
        case Equals() | Xor() | Implies() | Iff() | Not():
            return node.__class__(*parts)
        case And() | Or():
            return node.__class__(parts)
        case ForAll(variable, _) | Exists(variable, _):
            return node.__class__(variable, *parts)
        case Arithmetic(operator, _, _):
            return Arithmetic(operator, *parts)
        case Compare(comparison, _, _):
            return Compare(comparison, *parts)
        case Count(variables, _):
            return Count(variables, *parts)
        case Distinct(_, variables):
            return Distinct(parts, variables)
        case _:
            return node


def walk(node: Node) -> Iterator[Any]:
    """Every subexpression, a node before its children, left to right.

    >>> [str(node) for node in walk(Not(Atom("Likes", (Constant("ann"), Constant("bob")))))]
    ['¬Likes(ann, bob)', 'Likes(ann, bob)', 'ann', 'bob']
    """
    stack: list[Any] = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def fold(node: Node, combine: Callable[[Any, tuple[T, ...]], T]) -> T:
    """The value `combine(node, values of its children)`, computed from the leaves upward.

    >>> fold(Not(Atom("P")), lambda node, below: 1 + max(below, default=0))
    2
    """
    todo: list[tuple[Any, bool]] = [(node, False)]
    values: list[T] = []
    while todo:
        node, ready = todo.pop()
        below = children(node)
        if ready or not below:
            at = len(values) - len(below)
            result = combine(node, tuple(values[at:]))
            del values[at:]
            values.append(result)
        else:
            todo.append((node, True))
            todo.extend((child, False) for child in reversed(below))
    return values[0]


def map(node: T, change: Callable[[Any], Any]) -> T:  # the textbook's name, hiding the builtin here
    """The expression with `change` applied to every subexpression, leaves first.

    >>> swap = lambda node: Atom("Q") if node == Atom("P") else node
    >>> str(map(And((Atom("P"), Atom("R"))), swap))
    'Q ∧ R'
    """

    def step(old: Any, new: tuple[Any, ...]) -> Any:
        same = all(a is b for a, b in zip(children(old), new, strict=True))
        return change(old if same else rebuild(old, new))

    return fold(node, step)  # type: ignore[arg-type, no-any-return]


def trampoline(step: Generator[Any, Any, T]) -> T:
    """The value of a recursive definition written as a generator that yields its recursive calls.

    Use it where a traversal carries something downward; its depth is bounded by memory alone.

    >>> def depth(node):
    ...     below = []
    ...     for child in children(node):
    ...         below.append((yield depth(child)))
    ...     return 1 + max(below, default=0)
    >>> trampoline(depth(Not(Not(Atom("P")))))
    3
    """
    stack = [step]
    value: Any = None
    while stack:
        try:
            call = stack[-1].send(value)
        except StopIteration as stop:
            stack.pop()
            value = stop.value
        else:
            stack.append(call)
            value = None
    return value  # type: ignore[no-any-return]


def _repr(node: Any, below: tuple[str, ...]) -> str:
    parts = iter(below)
    own = binders(node)
    fields = []
    for field in node.__match_args__:
        value = getattr(node, field)
        if isinstance(value, tuple) and value is not own:
            inner = ", ".join(next(parts) for _ in value)
            fields.append(f"({inner},)" if len(value) == 1 else f"({inner})")
        elif isinstance(value, Node) and value not in own:
            fields.append(next(parts))
        elif value is not None and value != ():
            fields.append(repr(value))
    return f"{type(node).__name__}({', '.join(fields)})"


def conjunction(parts: Iterable[Formula]) -> Formula:
    """The conjunction of any number of formulas: `Verum` of none, the formula itself of one."""
    parts = tuple(parts)
    return And(parts) if len(parts) > 1 else parts[0] if parts else Verum()


def disjunction(parts: Iterable[Formula]) -> Formula:
    """The disjunction of any number of formulas: `Falsum` of none, the formula itself of one."""
    parts = tuple(parts)
    return Or(parts) if len(parts) > 1 else parts[0] if parts else Falsum()
