"""Statements: clauses, conditionals and denials become the formula of a sentence."""

from __future__ import annotations

from dataclasses import replace

from neurologic.english.context import Context, InterpretationError
from neurologic.english.discourse import (
    Box,
    Equivalence,
    Implication,
    Negation,
    to_formula,
)
from neurologic.english.semantics import in_boxes, join, noun_phrase, say, some
from neurologic.english.syntax import (
    Bare,
    Biconditional,
    Classified,
    Conditional,
    Denial,
    Existence,
    Negated,
    NounPhrase,
    Predicate,
    Predicates,
    Predication,
    Quantified,
    QuantifierPronoun,
    Statement,
    Statements,
    span,
)
from neurologic.formula import And, Formula, Term, conjunction

GENERIC = 0.5  # `a cat sleeps`: some cat, or every cat


def interpret(tree: Statement, context: Context) -> Formula:
    """The formula of a statement; what else is to be known of it is left in the context.

    Raises:
        InterpretationError: a pronoun without antecedent, or a phrase without a reading.
    """
    box = Box()
    statement(tree, box, context)
    parts = [to_formula(box), *context.presupposed]
    flat = [p for part in parts for p in (part.parts if isinstance(part, And) else (part,))]
    return context.close(conjunction(flat if context.presupposed else parts))


def _nothing(term: Term, box: Box) -> None:
    """The scope that says nothing: `there is a cat`."""


# Statements.


def statement(tree: Statement, box: Box, context: Context) -> None:
    """State in the box what a statement says."""
    match tree:
        case Predication(subject, predicate):
            if isinstance(subject, Quantified) and subject.determiner == "a":
                subject = _generic_or_existential(subject, predicate, box, context)
            noun_phrase(subject, box, context, lambda t, b: say(predicate, t, b, context))
        case Existence(phrase):
            _exists(phrase, box, context)
        case Denial(denied):
            inner = box.inner(licenses_any=True)
            statement(denied, inner, context)
            box.add(Negation(inner))
        case Conditional(antecedent, consequent):
            given = box.inner(licenses_any=True)
            statement(antecedent, given, context)
            then = Box(given)
            statement(consequent, then, context)
            box.add(Implication(given, then))
        case Biconditional(left, right):
            boxes = in_boxes((left, right), box, lambda part, b: statement(part, b, context))
            box.add(Equivalence(*boxes))
        case Statements(connective, parts):
            join(connective, parts, box, context, lambda part, b: statement(part, b, context))


def _generic_or_existential(
    subject: Quantified, predicate: Predicate, box: Box, context: Context
) -> Quantified:
    """`a cat is an animal` is about every cat; `a cat sleeps` about one, or else about all."""
    if box.licenses_any:
        return subject
    if context.choose(_classifies(predicate), GENERIC):
        context.note("'a' is read as 'every'", subject.quantifier)
        return replace(subject, determiner="every")
    context.note("'a' is read as 'some'", subject.quantifier)
    return subject


def _classifies(predicate: Predicate) -> bool:
    """The predicate says of what kind something is."""
    match predicate:
        case Negated(denied):
            return _classifies(denied)
        case Predicates(_, parts):
            return all(_classifies(part) for part in parts)
        case _:
            return isinstance(predicate, Classified)


def _exists(phrase: NounPhrase, box: Box, context: Context) -> None:
    match phrase:
        case Quantified("a" | "some", _) | QuantifierPronoun("some", _):
            noun_phrase(phrase, box, context, _nothing)
        case Bare(nominal):
            some(nominal, box, context, _nothing)
        case Quantified("no", nominal):
            inner = box.inner(licenses_any=True)
            some(nominal, inner, context, _nothing)
            box.add(Negation(inner))
        case Quantified("any", _) | QuantifierPronoun("any", _) if box.licenses_any:
            noun_phrase(phrase, box, context, _nothing)
        case _:
            message = "'there is' introduces something new"
            raise InterpretationError(message, span(phrase), "use a, some or no after 'there is'")
