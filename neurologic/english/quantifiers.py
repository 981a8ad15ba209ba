"""Quantifiers: how determiners bind what a nominal restricts, and where `some` takes its scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from neurologic.english import reference
from neurologic.english.context import Context, Kind
from neurologic.english.discourse import Box, Denied, Implication, Negation
from neurologic.english.syntax import AnyNominal
from neurologic.english.vocabulary import Word
from neurologic.formula import Equals, Not, Term

Scope = Callable[[Term, Box], None]


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a noun phrase is about.

    Args:
        nominal: the nominal that restricts it.
        state: states in a box all that the nominal says of a term.
        kind: whether it is a person or a thing.
    """

    nominal: AnyNominal
    state: Scope
    kind: Kind = "any"


def quantify(
    determiner: str, of: Restriction, word: Word, box: Box, context: Context, scope: Scope
) -> None:
    """State the scope of what a determiner and its nominal bind; `word` is the determiner's."""
    match determiner:
        case "every":
            every(of, box, context, scope)
        case "no":
            every(of, box, context, denial(scope, context))
        case "not every":
            inner = box.inner(licenses_any=True)
            every(of, inner, context, scope)
            box.add(Negation(inner))
        case "any" if not box.licenses_any:
            every(of, box, context, scope)
        case "some":
            _positive(of, word, box, context, scope)
        case _:
            scope(introduce(of, box, context), box)


def every(
    of: Restriction, box: Box, context: Context, scope: Scope, *, but: tuple[Term, ...] = ()
) -> None:
    """The scope holds of everything that the restriction fits, `but` for some exceptions."""
    given = box.inner()
    term = context.variable(given, reference.nouns(of.nominal), of.kind)
    of.state(term, given)
    for exception in but:
        given.add(Not(Equals(term, exception)))
    then = given.inner()
    scope(term, then)
    box.add(Implication(given, then))


def excepting(
    of: Restriction,
    exceptions: tuple[Term, ...],
    box: Box,
    context: Context,
    usual: Scope,
    contrary: Scope,
) -> None:
    """`every cat but Tom purrs`: Tom is a cat and does not, all others do.

    Exceptives say that the exceptions are what stands between the sentence and a universal truth
    (von Fintel, Exceptive Constructions, 1993). `contrary` is what is said of them.
    """
    every(of, box, context, usual, but=exceptions)
    for exception in exceptions:
        of.state(exception, box)
        contrary(exception, box)


def denial(scope: Scope, context: Context) -> Scope:
    """The scope that says the contrary."""

    def denied(term: Term, box: Box) -> None:
        inner = box.inner(denied=Denied(False, context.clause))
        scope(term, inner)
        box.add(Negation(inner))

    return denied


def introduce(of: Restriction, box: Box, context: Context) -> Term:
    """Something new in the box that the restriction fits."""
    term = reference.introduced(of.nominal, box, context) or context.variable(
        box, reference.nouns(of.nominal), of.kind
    )
    of.state(term, box)
    return term


def _positive(of: Restriction, word: Word, box: Box, context: Context, scope: Scope) -> None:
    """`some` speaks of something outside the scope of `not`: `does not love some woman`.

    It is a positive polarity item (Baker, Double Negatives, 1970).
    """
    outer = box
    while outer.outer is not None and outer.denied == Denied(True, context.clause):
        outer = outer.outer
    if outer.denied == Denied(False, context.clause):
        reason = "'some' in a denial may mean any at all, or one in particular"
        context.refuse(reason, "use any, or begin with the some phrase", word)
    scope(introduce(of, outer, context), box)
