"""Problems about enumerations by the tables of their functions and a SAT solver, models and all.

Where every sort is an enumeration, a structure is a finite table: for each row of arguments one
value among the members of a sort. Sentences hold in all structures exactly when the clauses that
deny it have no model. Integers take part where the premises themselves say between which numbers a
function lies. Counting, `Distinct`, equations and comparisons of all such terms are written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from neurologic.formula import (
    ENTITY,
    INTEGER,
    And,
    Compare,
    Constant,
    Equals,
    ForAll,
    Formula,
    Function,
    Not,
    Numeral,
    Or,
    Variable,
    binders,
    walk,
)
from neurologic.provers import (
    DEFAULT_BUDGET,
    Countermodel,
    Outcome,
    Proved,
    Prover,
    Unknown,
    finite_models,
)
from neurologic.provers.grounding import Ground
from neurologic.provers.propositional import BeyondError, Solver
from neurologic.provers.sizes import Survey, plans
from neurologic.signature import Signature, Vocabulary
from neurologic.signature.declarations import NUMERIC, number_named

MOST_INSTANCES = 400_000
"""The most ground atoms that are written out; larger problems go to the other prover."""
MOST_INTEGERS = 200
"""The widest range of an integer that is written out."""


@dataclass(frozen=True, slots=True)
class Tables:
    r"""Function tables over enumerations and SAT, another prover for what is not of this kind.

    Args:
        otherwise: the prover that gets the other problems; None leaves them `Unknown`, with the
            reason why they are not written out.
        most: the most ground atoms to write out.

    >>> from neurologic.parsing import parse, read_problem
    >>> from neurologic.signature import elaborate
    >>> declared = read_problem("sort day = {mon, tue}\nfun f: day -> day\n? true").signature
    >>> texts = ["all d: day. f(d) != d", "f(f(mon)) = mon"]
    >>> signature, formulas = elaborate([parse(text) for text in texts], declared)
    >>> outcomes = Tables(otherwise=None).prove(formulas[:1], formulas[1:], signature=signature)
    >>> [type(outcome).__name__ for outcome in outcomes]
    ['Proved']
    """

    otherwise: Prover | None = field(default_factory=Ground)
    most: int = MOST_INSTANCES

    def prove(
        self,
        premises: Sequence[Formula],
        goals: Sequence[Formula],
        *,
        signature: Signature = Signature(),
        budget: int = DEFAULT_BUDGET,
        models: bool = False,
        cores: bool = False,
    ) -> tuple[Outcome, ...]:
        """The outcome of each goal; see `Prover.prove`.

        Raises:
            ProverError: if the SAT solver or the other prover is missing or fails.
        """
        try:
            question = _Clauses(premises, goals, signature, self.most, cores=cores)
        except BeyondError as why:
            if self.otherwise is None:
                return (Unknown(f"it has no finite tables: {why}"),) * len(goals)
            return self.otherwise.prove(
                premises, goals, signature=signature, budget=budget, models=models, cores=cores
            )
        with Solver(question.tables.clauses) as solver:
            return tuple(question.outcomes(solver, budget, models=models, cores=cores))


class _Clauses:
    """The clauses of premises and denied goals, and what to assume to ask for a goal."""

    def __init__(
        self,
        premises: Sequence[Formula],
        goals: Sequence[Formula],
        signature: Signature,
        most: int,
        *,
        cores: bool,
    ) -> None:
        denials = [goal.body if isinstance(goal, Not) else Not(goal) for goal in goals]
        signature = _without_bare_numerals(signature, (*premises, *denials))
        _fits(signature)
        survey = Survey.of((*premises, *denials), signature, bounded=True)
        self.bounding = _bound_integers(survey, premises)
        plan = next(plans(survey, 1, separate=True))
        estimate = survey.instances(plan.domains)
        if estimate > most:
            raise BeyondError(f"about {estimate} ground instances, where {most} is the most")
        self.tables = tables = finite_models.Tables(survey, plan, 4 * most)
        self.labels: list[int] = []
        for premise in premises:
            if cores:
                self.labels.append(tables.fresh())
                tables.clauses.append([-self.labels[-1], tables.literal(premise, True)])
            else:
                tables.state(premise, True)
        self.claims = [tables.literal(denial, True) for denial in denials]

    def outcomes(
        self, solver: Solver, budget: int, *, models: bool, cores: bool
    ) -> Iterator[Outcome]:
        spent = 0
        for claim in self.claims:
            answer = solver.solve([claim, *self.labels], budget)
            total = solver.spent
            cost, spent = total - spent + len(self.tables.clauses), total
            if answer is None:
                reason = f"the budget of {budget} resource units ran out"
                yield Unknown(reason, cost, "ResourceOut")
            elif answer:
                yield Countermodel(cost, self.tables.structure(solver.model()) if models else None)
            elif not cores:
                yield Proved(cost)
            else:
                found = solver.core()
                used = {i for i, label in enumerate(self.labels) if label in found}
                yield Proved(cost, tuple(sorted(used | self.bounding)))


def _without_bare_numerals(signature: Signature, sentences: Sequence[Formula]) -> Signature:
    """The signature without the open sorts that have no symbol and no variable.

    Such a sort is that of numerals which stand beside numerals alone, as in 1 != 3, and what is
    said of these does not depend on what else there is.
    """
    named = {sort for symbol in signature.symbols for sort in (*symbol.arguments, symbol.result)}
    bare = {
        declaration.sort
        for declaration in signature.sorts
        if declaration.members is None and declaration.sort not in NUMERIC
    } - named
    if not bare:
        return signature
    for sentence in sentences:
        for node in walk(sentence):
            bare.difference_update(variable.sort or ENTITY for variable in binders(node))
    return replace(signature, sorts=tuple(d for d in signature.sorts if d.sort not in bare))


def _fits(signature: Signature) -> None:
    """Whether every sort has known members, in an order that agrees with that of their numbers.

    Raises:
        BeyondError: if not.
    """
    for declaration in signature.sorts:
        members = declaration.members
        if members is None:
            if declaration.sort not in NUMERIC:
                raise BeyondError(f"the sort {declaration.sort} is open")
        elif declaration.ordered:
            numbers = [number for number in map(number_named, members) if number is not None]
            if numbers and len(numbers) < len(members):
                raise BeyondError(f"the order of {declaration.sort} is one of names and numbers")
            if any(one >= other for one, other in pairwise(numbers)):
                raise BeyondError(f"the order of {declaration.sort} is not that of its numbers")


class _Range:
    """What premises say of the values of one function or constant, everywhere."""

    def __init__(self) -> None:
        self.least: Fraction | None = None
        self.greatest: Fraction | None = None
        self.premises: set[int] = set()

    def narrow(self, sign: str, value: Fraction, premise: int) -> None:
        if sign in (">=", ">", "="):
            low = Fraction(floor(value) + 1 if sign == ">" else ceil(value))
            if self.least is None or low > self.least:
                self.least = low
                self.premises.add(premise)
        if sign in ("<=", "<", "="):
            high = Fraction(ceil(value) - 1 if sign == "<" else floor(value))
            if self.greatest is None or high < self.greatest:
                self.greatest = high
                self.premises.add(premise)


def _bound_integers(survey: Survey, premises: Sequence[Formula]) -> set[int]:
    """Let integers range over what the premises leave them; which premises those are.

    Raises:
        BeyondError: a function has rational values, or integers without bounds.
    """
    symbols = [s for s in survey.words.functions.values() if s.result in NUMERIC]
    if not symbols:
        return set()
    ranges: dict[tuple[str, int], _Range] = {(s.name, len(s.arguments)): _Range() for s in symbols}
    for at, premise in enumerate(premises):
        for key, sign, value in _said(premise, survey.words):
            if key in ranges:
                ranges[key].narrow(sign, value, at)
    values: set[Fraction] = set()
    for symbol in symbols:
        found = ranges[symbol.name, len(symbol.arguments)]
        if symbol.result != INTEGER:
            raise BeyondError(f"{symbol.name} is rational")
        if found.least is None or found.greatest is None:
            raise BeyondError(f"{symbol.name} is an integer without bounds")
        least, greatest = int(found.least), max(int(found.least), int(found.greatest))
        if greatest - least >= MOST_INTEGERS:
            raise BeyondError(f"{symbol.name} has more than {MOST_INTEGERS} values")
        values.update(map(Fraction, range(least, greatest + 1)))
    survey.values[INTEGER] = sorted(values)
    return {at for found in ranges.values() for at in found.premises}


def _said(premise: Any, words: Vocabulary) -> Iterator[tuple[tuple[str, int], str, Fraction]]:
    """The bounds that a premise gives outright to all values of a function, or to a constant."""
    todo = [premise]
    while todo:
        node = todo.pop()
        match node:
            case ForAll(_, body):
                todo.append(body)
            case And(parts):
                todo.extend(parts)
            case Or(parts) if parts:
                found = [list(_equation(part, words)) for part in parts]
                keys = {key for said in found for key, _ in said}
                if all(found) and len(keys) == 1:
                    numbers = [value for said in found for _, value in said]
                    key = keys.pop()
                    yield key, ">=", min(numbers)
                    yield key, "<=", max(numbers)
            case Equals():
                for key, value in _equation(node, words):
                    yield key, "=", value
            case Compare(sign, term, Numeral(value)) if own := _everywhere(term):
                yield own, sign, value
            case Compare(sign, Numeral(value), term) if own := _everywhere(term):
                yield own, _CONVERSE[sign], value


_CONVERSE = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _equation(node: Any, words: Vocabulary) -> Iterator[tuple[tuple[str, int], Fraction]]:
    match node:
        case Equals(Numeral(value), term) | Equals(term, Numeral(value)):
            key = _everywhere(term)
            if key is not None and words.functions[key].result in NUMERIC:
                yield key, value


def _everywhere(term: Any) -> tuple[str, int] | None:
    """The function of a term that stands for all its values: f(x, y), or a constant.

    The premise is a sentence and the walk came to the term through ∀ alone, so that the variables
    are universal.
    """
    match term:
        case Constant(name):
            return name, 0
        case Function(name, args) if all(isinstance(arg, Variable) for arg in args):
            return (name, len(args)) if len(set(args)) == len(args) else None
    return None
