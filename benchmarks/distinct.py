"""How many translations of a problem say something different.

Translations that read alike are taken together first: bound variables are counted instead of named,
and the parts of ∧, ∨, ⊕, ↔ and = have no order. What then still differs is shown to be the same by
Z3 or not at all: formula by formula, those in the same place must be equivalent. What Z3 leaves
undecided stays apart and is counted, and so does what is the same only under other names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neurologic.entailment import equivalent
from neurologic.errors import NeurologicError
from neurologic.formula import (
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Equals,
    Formula,
    Function,
    Iff,
    Not,
    Numeral,
    Or,
    Variable,
    Xor,
    binders,
    children,
    trampoline,
    walk,
)
from neurologic.parsing import parse

BUDGET = 100_000
"""Resource units for each question whether two formulas are equivalent."""

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many of a problem's translations differ.

    Args:
        samples: translations that were read and decided.
        texts: different ones among them, as they are written.
        canonical: different ones up to bound names and the order of what has none.
        proved: what is left when those that Z3 shows to be equivalent are taken together.
        unknown: how many of these are apart from another one only because Z3 did not decide.
        classes: for each text, the number of its class, counted from 0.
    """

    samples: int
    texts: int
    canonical: int
    proved: int
    unknown: int
    classes: Mapping[Texts, int]

    def as_json(self) -> dict[str, int]:
        """The numbers as a JSON object."""
        counts = {"samples": self.samples, "texts": self.texts, "canonical": self.canonical}
        return counts | {"proved": self.proved, "unknown": self.unknown}


def distinct(
    translations: Iterable[tuple[Texts, object]],
    same: Callable[[Formula, Formula], bool | None] | None = None,
) -> Distinct:
    """How many translations of a problem differ.

    Args:
        translations: the formulas of each, premises first, with the verdict. Those with different
            verdicts cannot be equivalent and are not compared.
        same: whether two formulas are equivalent, None where that is not known; by default Z3 says.

    >>> found = distinct([
    ...     (("all x. (Cat(x) -> Purrs(x))", "Cat(tom)"), "ENTAILED"),
    ...     (("all y. (Cat(y) -> Purrs(y))", "Cat(tom)"), "ENTAILED"),
    ...     (("all y. (-Purrs(y) -> -Cat(y))", "Cat(tom)"), "ENTAILED"),
    ...     (("Purrs(tom)", "Cat(tom)"), "ENTAILED")])
    >>> found.texts, found.canonical, found.proved, found.unknown
    (4, 3, 2, 0)
    """
    asked = _Asked(same or _same)
    first: dict[tuple[object, ...], int] = {}  # a canonical form, and the class it is in
    leaders: list[tuple[object, Sequence[Formula]]] = []
    doubtful: set[int] = set()
    classes: dict[Texts, int] = {}
    samples = 0
    for texts, verdict in translations:
        samples += 1
        if texts in classes:
            continue
        formulas = _read(texts)
        form = (verdict, *(map(canonical_key, formulas) if formulas else texts))
        if form not in first:
            place = len(leaders)
            open_ = False
            for at, (other, leader) in enumerate(leaders):
                answer = asked.translations(formulas, leader) if other == verdict else False
                if answer:
                    place = at
                    break
                open_ = open_ or answer is None
            if place == len(leaders):
                leaders.append((verdict, formulas))
                if open_:
                    doubtful.add(place)
            first[form] = place
        classes[texts] = first[form]
    return Distinct(samples, len(classes), len(first), len(leaders), len(doubtful), classes)


class _Asked:
    """Answers to the questions asked so far about the formulas of one problem."""

    def __init__(self, same: Callable[[Formula, Formula], bool | None]) -> None:
        self._same = same
        self._known: dict[tuple[str, str], bool | None] = {}

    def translations(self, left: Sequence[Formula], right: Sequence[Formula]) -> bool | None:
        """Whether the formulas are equivalent place by place; None where some are not known to be."""
        if len(left) != len(right) or not left:
            return False
        answers = []
        for one, other in zip(reversed(left), reversed(right), strict=True):  # the conclusion first
            answers.append(self._formulas(one, other))
            if answers[-1] is False:
                return False
        return None if None in answers else True

    def _formulas(self, left: Formula, right: Formula) -> bool | None:
        key = canonical_key(left), canonical_key(right)
        if key[0] == key[1]:
            return True
        if key not in self._known:
            alike = _symbols(left) == _symbols(right)
            self._known[key] = self._same(left, right) if alike else False
        return self._known[key]


def _read(texts: Texts) -> tuple[Formula, ...]:
    """The formulas; none if they cannot be read again, which leaves them a class of their own."""
    try:
        return tuple(map(parse, texts))
    except NeurologicError:
        return ()


def _same(left: Formula, right: Formula) -> bool | None:
    try:
        return equivalent(left, right, budget=BUDGET)
    except NeurologicError:  # not decided, or symbols whose sorts do not fit together
        return None


def _symbols(formula: Formula) -> frozenset[tuple[str, str, int]]:
    found = set()
    for node in walk(formula):
        match node:
            case Atom(name, args) | Function(name, args):
                found.add((type(node).__name__, name, len(args)))
            case Constant(name):
                found.add(("Function", name, 0))
    return frozenset(found)


def canonical_key(formula: Formula) -> str:
    """A digest that formulas share if they differ in nothing but bound names and order.

    >>> one, other = parse("all x. (P(x) & -Q(x))"), parse("all y. (-Q(y) & P(y) & P(y))")
    >>> canonical_key(one) == canonical_key(other)
    True
    >>> canonical_key(parse("P(a) -> Q(a)")) == canonical_key(parse("Q(a) -> P(a)"))
    False
    """
    return trampoline(_key(formula, {}, 0))


def _key(node: Any, bound: Mapping[str, int], depth: int) -> Generator[Any, Any, str]:
    if isinstance(node, Variable) and node.name in bound:
        return f"bound {depth - bound[node.name]}"
    if isinstance(node, Not) and isinstance(node.body, Not):
        return (yield _key(node.body.body, bound, depth))  # type: ignore[no-any-return]
    own = binders(node)
    inside = {**bound, **{variable.name: depth + at for at, variable in enumerate(own)}}
    depth += len(own)
    keys = []
    for part in _parts(node):
        keys.append((yield _key(part, inside, depth)))
    if isinstance(node, And | Or):
        keys = sorted(set(keys))
        if len(keys) == 1:
            return keys[0]  # type: ignore[no-any-return]
    elif isinstance(node, Iff | Xor | Equals):
        keys.sort()
    said = [type(node).__name__, *_own(node), *(str(variable.sort) for variable in own), *keys]
    return hashlib.sha256("\n".join(said).encode("utf-8", errors="replace")).hexdigest()


def _parts(node: Any) -> tuple[Any, ...]:
    """The children, those of an ∧ within an ∧ among them; so for ∨."""
    if not isinstance(node, And | Or):
        return children(node)
    found: list[Any] = []
    waiting = list(reversed(node.parts))
    while waiting:
        part = waiting.pop()
        if type(part) is type(node):
            waiting.extend(reversed(part.parts))
        else:
            found.append(part)
    return tuple(found)


def _own(node: Any) -> tuple[str, ...]:
    """What a node says beside its children and variables."""
    match node:
        case Atom(name) | Function(name) | Variable(name):
            return (repr(name),)
        case Arithmetic(operator):
            return (operator,)
        case Compare(comparison):
            return (comparison,)
        case Constant() | Numeral():
            return (repr(node),)
        case _:
            return ()
