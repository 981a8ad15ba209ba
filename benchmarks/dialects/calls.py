"""What calls mean in many-sorted programs: connectives, quantifiers, counts, Distinct, Abs, sums."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from benchmarks.dialects.declaring import Declared, Fault, Subset
from benchmarks.dialects.elaborating import Elaboration, Reader
from benchmarks.dialects.expressions import Call, Expression, Listing, Num, Ref
from benchmarks.dialects.terms import (
    ABSOLUTE,
    NUMBERS,
    Bound,
    Scope,
    Typed,
    only,
    plain,
    renamed,
    replaced,
)
from neurologic.errors import Span
from neurologic.formula import (
    BOOLEAN,
    INTEGER,
    RATIONAL,
    And,
    Arithmetic,
    Count,
    Distinct,
    Equals,
    Exists,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Or,
    Term,
    Variable,
    Xor,
    walk,
)

_MOST_DISTINCT = 100
_MOST_TERMS = 200
_MOST_NODES = 20_000


def elaboration(program: str, *, tolerant: bool = False) -> Elaboration:
    """The work on one program, which declares nothing yet."""
    return Elaboration(Declared(), CALLS, tolerant, frozenset(re.findall(r"\w+", program)))


def _many(call: Call) -> tuple[Expression, ...]:
    match call.args:
        case (Listing(items, _),):
            args = items
        case args:
            pass
    if not args:
        raise Fault("arity", f"{call.name} of nothing", call.span)
    return args


def _exactly(call: Call, number: int) -> tuple[Expression, ...]:
    if len(call.args) != number:
        raise Fault(
            "arity", f"{call.name} takes {number} arguments, not {len(call.args)}", call.span
        )
    return call.args


def _and_or(work: Elaboration, call: Call, scope: Scope) -> Typed:
    parts = tuple(work.formula(arg, scope) for arg in _many(call))
    if len(parts) == 1:
        return Typed(parts[0], BOOLEAN, call.span)
    return Typed(And(parts) if call.name == "And" else Or(parts), BOOLEAN, call.span)


def _not(work: Elaboration, call: Call, scope: Scope) -> Typed:
    return Typed(Not(work.formula(only(call), scope)), BOOLEAN, call.span)


def _binary(work: Elaboration, call: Call, scope: Scope) -> Typed:
    left, right = (work.formula(arg, scope) for arg in _exactly(call, 2))
    node = {"Implies": Implies, "Xor": Xor, "Iff": Iff}[call.name](left, right)
    return Typed(node, BOOLEAN, call.span)


def _quantified(work: Elaboration, call: Call, scope: Scope) -> Typed:
    if len(call.args) != 2:
        raise Fault("binding", f"expected {call.name}([variable:sort], formula)", call.span)
    bounds, inner = work.bound(call.args[0], scope)
    formula = work.formula(call.args[1], inner)
    guards = _guard(work, bounds)
    universal = call.name == "ForAll"
    if guards:
        condition = guards[0] if len(guards) == 1 else And(tuple(guards))
        formula = Implies(condition, formula) if universal else And((*guards, formula))
    for bound in reversed(bounds):
        formula = (ForAll if universal else Exists)(bound.variable, formula)
    return Typed(formula, BOOLEAN, call.span)


def _count(work: Elaboration, call: Call, scope: Scope) -> Typed:
    if len(call.args) != 2:
        raise Fault("binding", "expected Count([variable:sort], formula)", call.span)
    bounds, inner = work.bound(call.args[0], scope)
    counted = work.typed(call.args[1], inner)
    if counted.sort in NUMBERS:
        return _total(work, counted, bounds, call.span)
    if counted.sort != BOOLEAN:
        told = f"expected a formula or a number, found a term of sort {counted.sort}"
        raise Fault("term as formula", told, call.args[1].span)
    body: Formula = counted.node
    guards = _guard(work, bounds)
    if guards:
        body = And((*guards, body))
    return Typed(Count(tuple(b.variable for b in bounds), body), INTEGER, call.span)


def _distinct(work: Elaboration, call: Call, scope: Scope) -> Typed:
    if len(call.args) == 2 and isinstance(call.args[0], Listing):
        return _injective(work, call, scope)
    terms = [work.typed(arg, scope) for arg in _many(call)]
    if len(terms) < 2:
        raise Fault("arity", "Distinct needs two terms", call.span)
    if len(terms) > _MOST_DISTINCT:
        raise Fault("too many", f"Distinct of more than {_MOST_DISTINCT} terms", call.span)
    for term in terms:
        if term.sort == BOOLEAN:
            raise Fault("sort", "Distinct is of terms, not of formulas", term.span)
    if all(term.sort == terms[0].sort and plain(term.node) for term in terms):
        return Typed(Distinct(tuple(term.node for term in terms)), BOOLEAN, call.span)
    pairs: list[Formula] = []
    for left, right in combinations(terms, 2):
        a, b = work.alike(left, right, call.span, ordered=False)
        pairs.append(Not(work.atom(Equals(a.node, b.node), call.span)))
    return Typed(And(tuple(pairs)) if len(pairs) > 1 else pairs[0], BOOLEAN, call.span)


def _injective(work: Elaboration, call: Call, scope: Scope) -> Typed:
    bounds, inner = work.bound(call.args[0], scope)
    term = work.typed(call.args[1], inner)
    if term.sort == BOOLEAN:
        raise Fault("sort", "Distinct is of terms, not of formulas", call.args[1].span)
    guards = _guard(work, bounds)
    if not guards and plain(term.node):
        variables = tuple(bound.variable for bound in bounds)
        return Typed(Distinct((term.node,), variables), BOOLEAN, call.span)
    others = [work.fresh_variable(bound.variable.sort or INTEGER) for bound in bounds]
    names = {b.variable.name: o.name for b, o in zip(bounds, others, strict=True)}
    second = renamed(term.node, names)
    same = work.atom(Equals(term.node, second), call.span)
    equal = [
        Equals(Variable(b.variable.name), Variable(o.name))
        for b, o in zip(bounds, others, strict=True)
    ]
    conditions = [*guards, *(renamed(guard, names) for guard in guards), same]
    left = conditions[0] if len(conditions) == 1 else And(tuple(conditions))
    formula: Formula = Implies(left, equal[0] if len(equal) == 1 else And(tuple(equal)))
    for variable in reversed([*(bound.variable for bound in bounds), *others]):
        formula = ForAll(variable, formula)
    return Typed(formula, BOOLEAN, call.span)


def _absolute(work: Elaboration, call: Call, scope: Scope) -> Typed:
    term = work.number(only(call), scope)
    return replace(term, node=Function(ABSOLUTE, (term.node,)), span=call.span)


def _sum(work: Elaboration, call: Call, scope: Scope) -> Typed:
    if len(call.args) == 2 and isinstance(call.args[0], Listing):
        bounds, inner = work.bound(call.args[0], scope)
        return _total(work, work.number(call.args[1], inner), bounds, call.span)
    terms = [work.number(arg, scope) for arg in _many(call)]
    node = terms[0].node
    for term in terms[1:]:
        node = Arithmetic("+", node, term.node)
    sort = RATIONAL if any(term.sort == RATIONAL for term in terms) else INTEGER
    return Typed(node, sort, call.span)


def _index(work: Elaboration, call: Call, scope: Scope) -> Typed:
    name, place = call.args
    found = work.declared.sorts.get(name.name) if isinstance(name, Ref) else None
    if found is None or not work.tolerant or not isinstance(place, Num):
        raise Fault("index", "a sort has no places to index", call.span, "name the member")
    if place.value.denominator != 1 or not 1 <= place.value <= len(found.members):
        raise Fault("index", f"{found.name} has no member {place.text}", place.span)
    work.guesses.append(f"the members of {found.name} are counted from 1")
    base = found.base if isinstance(found, Subset) else found
    member = found.members[int(place.value) - 1]
    return Typed(work.declared.member(base, member), base.sort, call.span)


def _total(work: Elaboration, term: Typed, bounds: Sequence[Bound], span: Span) -> Typed:
    """The sum of a number over what the variables range over: what Count of a number means."""
    nodes: list[Any] = [term.node]
    size = sum(1 for _ in walk(term.node))
    for bound in bounds:
        found = bound.subset or work.declared.enumeration(bound.variable.sort or INTEGER)
        terms = len(nodes) * len(found.members) if found is not None else 0
        if found is None or terms > _MOST_TERMS or terms * size > _MOST_NODES:
            raise Fault("sum", "a sum of too many or too long terms", span)
        base = found.base if isinstance(found, Subset) else found
        values = [work.declared.member(base, member) for member in found.members]
        variable = Variable(bound.variable.name)
        nodes = [replaced(node, variable, value) for node in nodes for value in values]
    total: Term = nodes[0]
    for node in nodes[1:]:
        total = Arithmetic("+", total, node)
    return Typed(total, term.sort, span)


def _guard(work: Elaboration, bounds: Sequence[Bound]) -> list[Formula]:
    """That the variables are in the subsets they range over."""
    return [
        work.one_of(bound.subset, Variable(bound.variable.name))
        for bound in bounds
        if bound.subset is not None
    ]


CALLS: dict[str, Reader] = {
    "And": _and_or, "Or": _and_or, "Not": _not, "Implies": _binary, "Xor": _binary,
    "Iff": _binary, "ForAll": _quantified, "Exists": _quantified, "Count": _count,
    "Distinct": _distinct, "AllDifferentConstraint": _distinct, "Abs": _absolute,
    "abs": _absolute, "Sum": _sum, "[]": _index,
}  # fmt: skip
