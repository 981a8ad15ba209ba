"""Expressions of many-sorted programs become formulas, and what does not fit is located.

A number and a member of an ordered enumeration compare by what the member is worth. A number that
stands where a member belongs is the member worth it, if there is one; else its atom is false.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from benchmarks.dialects.computing import computed
from benchmarks.dialects.declaring import Declared, Enumeration, Fault, Subset, close
from benchmarks.dialects.expressions import (
    Binding,
    Call,
    Expression,
    Listing,
    Num,
    Operation,
    Ref,
)
from benchmarks.dialects.terms import (
    ABSOLUTE,
    MEMBER,
    NUMBERS,
    Bound,
    Scope,
    Typed,
    either,
    equivalent,
    folded,
    only,
    other_sort,
    plain,
    replaced,
)
from neurologic.errors import Span
from neurologic.formula import (
    BOOLEAN,
    INTEGER,
    RATIONAL,
    And,
    Arithmetic,
    Atom,
    Compare,
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
    Sort,
    Term,
    Variable,
    Verum,
    Xor,
    walk,
)

_MOST_RESOLVED = 6
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=", "in")
Reader: TypeAlias = Callable[["Elaboration", Call, Scope], Typed]


@dataclass(slots=True)
class Elaboration:
    """The formulas of one program, line by line.

    Args:
        declared: sorts and functions.
        calls: what calls of names that are no function mean.
        tolerant: whether an undeclared name in a place of known sort is closed universally, and
            members of any enumeration count as their place.
        words: the words of the program, which no name that is made up may be.
        guesses: what was guessed, in words.
        definitions: what quotients and remainders are.
    """

    declared: Declared
    calls: Mapping[str, Reader]
    tolerant: bool = False
    words: frozenset[str] = frozenset()
    guesses: list[str] = field(default_factory=list)
    fresh: int = 0
    free: dict[str, Bound] = field(default_factory=dict)
    definitions: list[Formula] = field(default_factory=list)

    def sentence(self, expression: Expression) -> Formula:
        """The formula that a line writes.

        Raises:
            Fault: something in it does not fit; the span shows it.
        """
        self.free = {}
        formula = self.formula(expression, {})
        for bound in reversed(self.free.values()):
            formula = ForAll(bound.variable, formula)
        return formula

    # -- formulas

    def formula(self, expression: Expression, scope: Scope) -> Formula:
        """The expression as a formula."""
        found = self.typed(expression, scope, BOOLEAN)
        if found.sort != BOOLEAN:
            raise Fault(
                "term as formula",
                f"expected a formula, found a term of sort {found.sort}",
                expression.span,
                "compare it with something",
            )
        return found.node  # type: ignore[no-any-return]

    def typed(self, expression: Expression, scope: Scope, wanted: Sort | None = None) -> Typed:
        """The expression with its sort; `wanted` settles names that several sorts share."""
        match expression:
            case Ref(name, span):
                return self._reference(name, span, scope, wanted)
            case Num(value, _, span):
                return self._number(value, span, wanted)
            case Call():
                return self._call(expression, scope)
            case Operation(operators, _, span):
                sign = operators[0]
                if sign in ("+", "-", "*", "%"):
                    return computed(self, expression, scope)
                if sign in _COMPARISONS:
                    return Typed(self._chain(expression, scope), BOOLEAN, span)
                return Typed(self._connective(expression, scope), BOOLEAN, span)
            case Listing(_, span):
                raise Fault("list as term", "a list stands where a term or a formula belongs", span)
            case Binding(_, _, span):
                raise Fault("variable as term", "a variable with its sort stands here", span)

    def _connective(self, expression: Operation, scope: Scope) -> Formula:
        parts = tuple(self.formula(part, scope) for part in expression.operands)
        match expression.operators[0]:
            case "not":
                return Not(parts[0])
            case "->":
                return Implies(*parts)
            case "<->":
                return Iff(*parts)
            case "and":
                return And(parts)
            case "or":
                return Or(parts)
            case _:
                return folded(Xor, parts)

    def _chain(self, expression: Operation, scope: Scope) -> Formula:
        operands = expression.operands
        parts = [
            self._comparison(sign, operands[at], operands[at + 1], scope)
            for at, sign in enumerate(expression.operators)
        ]
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _comparison(self, sign: str, left: Expression, right: Expression, scope: Scope) -> Formula:
        span = (left.span[0], right.span[1])
        if sign == "in":
            return self._within(left, right, scope)
        a, b = self._sides(left, right, scope)
        if BOOLEAN in (a.sort, b.sort):
            if a.sort != b.sort:
                raise Fault(
                    "sort", f"a formula and a term of sort {other_sort(a, b)} are compared", span
                )
            if sign not in ("==", "!="):
                raise Fault("sort", f"formulas are compared by {sign}", span)
            same = equivalent(a.node, b.node)
            return same if sign == "==" else Not(same)
        a, b = self.alike(a, b, span, ordered=sign not in ("==", "!="))
        if sign in ("==", "!="):
            same = self.atom(Equals(a.node, b.node), span)
            return same if sign == "==" else Not(same)
        return self.atom(Compare(sign, a.node, b.node), span)  # type: ignore[arg-type]

    def _sides(self, left: Expression, right: Expression, scope: Scope) -> tuple[Typed, Typed]:
        """Both sides, the one whose sort is plain first, so that it settles the other's."""
        if self._settled(left, scope):
            a = self.typed(left, scope)
            return a, self.typed(right, scope, a.sort)
        b = self.typed(right, scope)
        return self.typed(left, scope, b.sort), b

    def _settled(self, expression: Expression, scope: Scope) -> bool:
        match expression:
            case Num():
                return False
            case Ref(name, _):
                known = name in scope or name in self.declared.functions
                return known or len(self.declared.owners(name)) == 1
            case _:
                return True

    def alike(self, a: Typed, b: Typed, span: Span, *, ordered: bool) -> tuple[Typed, Typed]:
        """Two terms as of one sort."""
        if a.sort != b.sort and not {a.sort, b.sort} <= set(NUMBERS):
            first, second = self._worth(a, b), self._worth(b, a)
            if first is None or second is None:
                raise Fault(
                    "sort", f"a term of sort {a.sort} is compared with one of {b.sort}", span
                )
            return first, second
        found = self.declared.enumeration(a.sort)
        if ordered and found is not None:
            self.declared.arrange(found)
        return a, b

    def _worth(self, term: Typed, other: Typed) -> Typed | None:
        """The number that a term is worth, where it can be compared with the other's."""
        if term.sort in NUMBERS:
            return term
        found = self.declared.enumeration(term.sort)
        if found is None:
            return None
        if not found.sequence and other.home is not found:
            if not self.tolerant:
                return None
            self.guesses.append(f"members of {found.name} count as their places")
        self.declared.arrange(found)
        return Typed(self.declared.worth(found, term.node), found.number, term.span, found)

    def _within(self, left: Expression, right: Expression, scope: Scope) -> Formula:
        match right:
            case Listing(items, _) if items:
                return either([self._comparison("==", left, item, scope) for item in items])
            case Ref(name, span) if name in self.declared.sorts:
                found = self.declared.sorts[name]
                base = found.base if isinstance(found, Subset) else found
                term = self.typed(left, scope, base.sort)
                if term.sort != base.sort:
                    raise Fault("sort", f"a term of sort {term.sort} is no member of {name}", span)
                if isinstance(found, Subset):
                    return self.one_of(found, term.node)
                return Verum()
        raise Fault("list expected", "expected a list or a sort after in", right.span)

    def atom(self, atom: Formula, span: Span) -> Formula:
        """The atom with absolute values and members by worth resolved."""
        if sum(_unresolved(node) for node in walk(atom)) > _MOST_RESOLVED:
            told = f"more than {_MOST_RESOLVED} absolute values and computed members in one atom"
            raise Fault("too many", told, span)
        for node in walk(atom):
            match node:
                case Function(name, (term,)) if name == ABSOLUTE and plain(term):
                    zero, minus = Numeral(Fraction(0)), Arithmetic("-", Numeral(Fraction(0)), term)
                    positive = self.atom(replaced(atom, node, term), span)
                    negative = self.atom(replaced(atom, node, minus), span)
                    return Or((
                        And((Compare(">=", term, zero), positive)),
                        And((Compare("<", term, zero), negative)),
                    ))  # fmt: skip
                case Function(name, (term,)) if name.startswith(MEMBER) and plain(term):
                    found = self.declared.sorts[name.removeprefix(MEMBER)]
                    assert isinstance(found, Enumeration)
                    variable = self.fresh_variable(found.sort)
                    is_it = Equals(self.declared.worth(found, Variable(variable.name)), term)
                    body = self.atom(replaced(atom, node, Variable(variable.name)), span)
                    return Exists(variable, And((is_it, body)))
        return atom

    def fresh_variable(self, sort: Sort) -> Variable:
        """A variable of a name not used yet."""
        self.fresh += 1
        return Variable(f"v{self.fresh}", sort)

    # -- terms

    def _reference(self, name: str, span: Span, scope: Scope, wanted: Sort | None) -> Typed:
        if name in scope:
            variable = scope[name].variable
            return Typed(Variable(variable.name), variable.sort or INTEGER, span)
        symbol = self.declared.functions.get(name)
        if symbol is not None and not symbol.arguments:
            node = Atom(name) if symbol.is_predicate else Constant(name)
            return Typed(node, symbol.result, span)
        owners = self.declared.owners(name)
        chosen = next((e for e in owners if e.sort == wanted), None)
        if chosen is None and len(owners) == 1:
            chosen = owners[0]
        if chosen is not None:
            return Typed(self.declared.member(chosen, name), chosen.sort, span)
        if owners:
            sorts = " and ".join(e.name for e in owners)
            raise Fault("ambiguous", f"{name} is a member of {sorts}", span)
        if name in ("True", "true", "False", "false"):
            return Typed(Verum() if name.lower() == "true" else Falsum(), BOOLEAN, span)
        if symbol is not None:
            raise Fault("arity", f"{name} needs {len(symbol.arguments)} arguments", span)
        if name in self.declared.sorts:
            raise Fault("sort as term", f"the sort {name} stands where a term belongs", span)
        return self._undeclared(name, span, wanted)

    def _undeclared(self, name: str, span: Span, wanted: Sort | None) -> Typed:
        alike = [
            (e, m)
            for e in self.declared.enumerations()
            for m in e.members
            if m.casefold() == name.casefold() and wanted in (None, e.sort)
        ]
        if len(alike) == 1:  # the only name that differs in nothing but case
            found, member = alike[0]
            self.declared.notes.append(f"{name} is {member}")
            return Typed(self.declared.member(found, member), found.sort, span)
        if self.tolerant and wanted is not None and self.declared.enumeration(wanted):
            if name not in self.free:
                variable = Variable(self._name(name, {}), wanted)
                self.free[name] = Bound(variable)
                self.guesses.append(f"{name} is taken for any member of {wanted}")
            variable = self.free[name].variable
            return Typed(Variable(variable.name), variable.sort or wanted, span)
        known = [m for e in self.declared.enumerations() for m in e.members]
        hint = close(name, [*self.declared.functions, *known]) or "declare it"
        raise Fault("undeclared", f"{name} is not declared", span, hint)

    def _number(self, value: Fraction, span: Span, wanted: Sort | None) -> Typed:
        found = self.declared.enumeration(wanted) if wanted else None
        if found is not None and found.numeric and value in found.values:
            name = found.members[found.values.index(value)]
            return Typed(self.declared.member(found, name), found.sort, span)
        return Typed(Numeral(value), INTEGER if value.denominator == 1 else RATIONAL, span)

    def number(self, expression: Expression, scope: Scope) -> Typed:
        """The expression as a number."""
        term = self.typed(expression, scope)
        if term.sort in NUMBERS:
            return term
        found = self.declared.enumeration(term.sort)
        if found is None:
            raise Fault("sort", "a formula stands where a number belongs", expression.span)
        self.declared.arrange(found)
        return Typed(self.declared.worth(found, term.node), found.number, term.span, found)

    def argument(self, expression: Expression, scope: Scope, wanted: Sort) -> Term:
        """The expression as a term of the sort that its place asks for."""
        term = self.typed(expression, scope, wanted)
        if term.sort == wanted or (term.sort in NUMBERS and wanted == RATIONAL):
            return term.node  # type: ignore[no-any-return]
        given, place = self.declared.enumeration(term.sort), self.declared.enumeration(wanted)
        if wanted in NUMBERS and given is not None and given.sequence:
            return self.declared.worth(given, term.node)
        if place is not None and not isinstance(term.node, Numeral):
            number = term.sort in NUMBERS and (place.numeric or term.home is place)
            if number:
                return Function(f"{MEMBER}{place.name}", (term.node,))
            if given is not None and given.numeric and place.numeric:
                inner = self.declared.worth(given, term.node)
                return Function(f"{MEMBER}{place.name}", (inner,))
        what = "a formula" if term.sort == BOOLEAN else f"one of {term.sort}"
        raise Fault("sort", f"expected a term of sort {wanted}, found {what}", expression.span)

    # -- calls

    def _call(self, call: Call, scope: Scope) -> Typed:
        symbol = self.declared.functions.get(call.name)
        if symbol is not None:
            return self._application(call, scope)
        subset = self.declared.sorts.get(call.name)
        if isinstance(subset, Subset):
            term = self.argument(only(call), scope, subset.base.sort)
            return Typed(self.one_of(subset, term), BOOLEAN, call.span)
        reader = self.calls.get(call.name)
        if reader is None:
            hint = close(call.name, [*self.declared.functions, *self.calls])
            raise Fault("undeclared", f"{call.name} is not declared", call.span, hint)
        return reader(self, call, scope)

    def _application(self, call: Call, scope: Scope) -> Typed:
        symbol = self.declared.functions[call.name]
        if len(call.args) != len(symbol.arguments):
            raise Fault(
                "arity",
                f"{call.name} takes {len(symbol.arguments)} arguments, not {len(call.args)}",
                call.span,
                f"declared as {symbol}",
            )
        pairs = zip(call.args, symbol.arguments, strict=True)
        args = tuple(self.argument(arg, scope, sort) for arg, sort in pairs)
        if symbol.is_predicate:
            return Typed(self.atom(Atom(call.name, args), call.span), BOOLEAN, call.span)
        return Typed(Function(call.name, args), symbol.result, call.span)

    def bound(self, expression: Expression, scope: Scope) -> tuple[list[Bound], Scope]:
        """The variables that a binding list declares, and the scope with them."""
        match expression:
            case Listing(items, _):
                found = items
            case Binding():
                found = (expression,)
            case _:
                raise Fault("binding", "expected [variable:sort]", expression.span)
        bounds, inner = [], dict(scope)
        for item in found:
            if not isinstance(item, Binding):
                raise Fault("binding", "expected variable:sort", item.span, "write [v:sort]")
            sort = self.declared.sorts.get(item.sort)
            if sort is None:
                if item.sort in ("int", "bool"):
                    raise Fault("endless", f"{item.sort} cannot be gone through", item.span)
                hint = close(item.sort, self.declared.sorts)
                raise Fault(
                    "unknown sort", f"the sort {item.sort} is not declared", item.span, hint
                )
            base = sort.base if isinstance(sort, Subset) else sort
            variable = Variable(self._name(item.name, inner), base.sort)
            one = Bound(variable, sort if isinstance(sort, Subset) else None)
            bounds.append(one)
            inner[item.name] = one
        return bounds, inner

    def _name(self, name: str, scope: Scope) -> str:
        """A name for a variable that no constant, member or variable in scope has."""
        taken = {bound.variable.name for bound in scope.values()} | set(self.declared.functions)
        taken |= {bound.variable.name for bound in self.free.values()}
        taken |= {m for e in self.declared.enumerations() for m in e.members}
        while name in taken:
            name += "_"
        return name

    def one_of(self, subset: Subset, term: Term) -> Formula:
        """That the term is in the subset."""
        return either([Equals(term, self.declared.member(subset.base, m)) for m in subset.members])


def _unresolved(node: Any) -> bool:
    return isinstance(node, Function) and not plain(Function(node.name, ()))
