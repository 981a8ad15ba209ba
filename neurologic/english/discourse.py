"""Discourse representation: boxes of referents and conditions, and their first-order formulas.

A box introduces referents and states conditions on them (Kamp and Reyle, From Discourse to Logic,
1993). What a box introduces is accessible in it, in the boxes inside it, and in the consequent of
an implication whose antecedent it is; that is why `a farmer who owns a donkey beats it` needs no
quantifier that reaches beyond its clause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from neurologic.formula import (
    And,
    Exists,
    ForAll,
    Formula,
    Iff,
    Implies,
    Node,
    Not,
    Or,
    Term,
    Variable,
    Xor,
    binders,
    conjunction,
    disjunction,
    fold,
)


@dataclass(frozen=True, slots=True)
class Referent:
    """Something a sentence speaks of: its term, the nouns said of it, and what pronouns fit it.

    `order` is its place among all that the sentence mentions; `named` things have a name or a
    description that stands for them everywhere.
    """

    term: Term
    nouns: frozenset[str] = frozenset()
    kind: Literal["person", "thing", "any"] = "any"
    order: int = 0
    named: bool = False


@dataclass(frozen=True, slots=True)
class Denied:
    """How a box is denied: by `not`, or by another word; and in how deeply embedded a clause."""

    by_not: bool
    clause: int


@dataclass(slots=True, eq=False)
class Box:
    """A discourse representation structure; `outer` is the box whose referents it can reach.

    `denied` tells whether a negation has the box, and only it, as its scope.
    """

    outer: Box | None = None
    referents: list[Referent] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    licenses_any: bool = False
    denied: Denied | None = None

    def inner(self, *, licenses_any: bool = False, denied: Denied | None = None) -> Box:
        """A new box from which the referents of this one are accessible.

        In the scope of a negation and in an antecedent `any` is existential: such boxes license it.
        """
        licensed = licenses_any or denied is not None or self.licenses_any
        return Box(self, licenses_any=licensed, denied=denied)

    def introduce(self, referent: Referent) -> Term:
        """Make a referent known in the box; its term."""
        self.referents.append(referent)
        return referent.term

    def add(self, condition: Condition) -> None:
        """State a condition."""
        self.conditions.append(condition)

    def accessible(self) -> Iterator[Referent]:
        """The referents that a pronoun in this box may stand for, outermost first."""
        chain: list[Box] = []
        box: Box | None = self
        while box is not None:
            chain.append(box)
            box = box.outer
        for box in reversed(chain):
            yield from box.referents


@dataclass(frozen=True, slots=True, eq=False)
class Negation:
    """It is not so that the box holds."""

    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class Implication:
    """Whatever the antecedent speaks of, if it holds then the consequent holds."""

    antecedent: Box
    consequent: Box


@dataclass(frozen=True, slots=True, eq=False)
class Alternatives:
    """One of the boxes holds; if `exclusive`, exactly one of two."""

    boxes: tuple[Box, ...]
    exclusive: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Equivalence:
    """Both boxes hold or neither does."""

    left: Box
    right: Box


Condition: TypeAlias = Formula | Negation | Implication | Alternatives | Equivalence


def to_formula(box: Box) -> Formula:
    """The first-order formula of a box: what it introduces exists and is as the conditions say.

    >>> from neurologic.formula import Atom
    >>> box = Box()
    >>> antecedent = box.inner()
    >>> x = antecedent.introduce(Referent(Variable("x")))
    >>> antecedent.add(Atom("Red", (x,)))
    >>> consequent = antecedent.inner()
    >>> consequent.add(Atom("Rough", (x,)))
    >>> box.add(Implication(antecedent, consequent))
    >>> str(to_formula(box))
    '∀x (Red(x) → Rough(x))'
    """
    return _bind(Exists, box, conjunction(_condition(c) for c in box.conditions))


def _condition(condition: Condition) -> Formula:
    match condition:
        case Negation(box):
            return Not(to_formula(box))
        case Implication(antecedent, consequent):
            then = to_formula(consequent)
            given = [_condition(c) for c in antecedent.conditions]
            body = Implies(conjunction(given), then) if given else then
            return _bind(ForAll, antecedent, body)
        case Alternatives(boxes, exclusive):
            parts = [to_formula(b) for b in boxes]
            if exclusive and len(parts) == 2:
                return Xor(parts[0], parts[1])
            return disjunction(parts)
        case Equivalence(left, right):
            return Iff(to_formula(left), to_formula(right))
        case _:
            return condition


def _bind(quantifier: Callable[[Variable, Formula], Formula], box: Box, body: Formula) -> Formula:
    for referent in reversed(box.referents):
        if isinstance(referent.term, Variable):
            body = quantifier(referent.term, body)
    return body


def variable_names() -> Iterator[str]:
    """The names of variables in the order in which a formula uses them: x, y, z, x1, y1, ..."""
    round_ = 0
    while True:
        yield from (f"{letter}{round_ or ''}" for letter in "xyz")
        round_ += 1


def canonical(formula: Formula) -> object:
    """A value that two formulas share if they differ in order and nesting of `and` and `or` only."""

    def step(node: Node, below: tuple[Any, ...]) -> Any:
        if isinstance(node, And | Or):
            name = type(node).__name__
            flat = [p for part in below for p in (part[1] if part[0] == name else (part,))]
            return (name, tuple(sorted(flat, key=repr)))
        labels = tuple(getattr(node, field) for field in node.__match_args__)
        own = tuple(label for label in labels if isinstance(label, str))
        return (type(node).__name__, own, tuple(v.name for v in binders(node)), below)

    return fold(formula, step)
