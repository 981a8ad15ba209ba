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
from neurologic.english.joining import in_boxes, join
from neurologic.english.semantics import noun_phrase, say, some
from neurologic.english.syntax import (
    Adjectival,
    Bare,
    Biconditional,
    Classified,
    Conditional,
    Definite,
    Denial,
    Existence,
    Negated,
    Nominal,
    NounPhrase,
    NounPhrases,
    Predicate,
    Predicates,
    Predication,
    Quantified,
    QuantifierPronoun,
    Statement,
    Statements,
    span,
)
from neurologic.english.words import RECIPROCAL, VACUOUS
from neurologic.formula import And, Formula, Term, conjunction

GENERIC = 0.5  # `a cat sleeps`: some cat, or every cat
GENERIC_DEFINITE = 0.7  # `the cat is an animal`: one cat, or every cat
NOT_ALL = 0.8  # `all cats are not black`: none is, or not all are


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
            if isinstance(subject, Definite) and _may_be_generic(subject, predicate, box, context):
                subject = _one_or_every(subject, context)
            _doubt_reciprocal(subject, predicate, context)
            if _denies_of_all(subject, predicate, box, context) and not context.choose(
                True, NOT_ALL
            ):
                denied = Predication(subject, predicate.predicate)  # type: ignore[union-attr]
                statement(Denial(denied), box, context)
                return
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


def _denies_of_all(subject: NounPhrase, predicate: Predicate, box: Box, context: Context) -> bool:
    """`all cats are not black` may say that not all are; of `each cat` it says so of each."""
    match subject, predicate:
        case Quantified("every", Nominal(head), quantifier), Negated():
            vague = head.lemma not in VACUOUS and quantifier.text.lower() in ("all", "every")
            return vague and box.outer is None and not context.usage.denies_kinds
        case _:
            return False


def _may_be_generic(subject: Definite, predicate: Predicate, box: Box, context: Context) -> bool:
    """`the whale is a mammal` where the text speaks of whales, but of no one whale before."""
    match subject.nominal:
        case Nominal(head, False, _, (), None) if head.lemma in context.usage.kinds:
            new = all(introduction.noun != head.lemma for introduction in context.known)
            return new and box.outer is None and _classifies(predicate, or_describes=True)
        case _:
            return False


def _one_or_every(subject: Definite, context: Context) -> NounPhrase:
    noun = subject.nominal.head
    if context.choose(True, GENERIC_DEFINITE):
        context.note(f"'the {noun.lemma}' is read as one {noun.lemma}", noun)
        return subject
    return Quantified("every", subject.nominal, subject.article)


def _doubt_reciprocal(subject: NounPhrase, predicate: Predicate, context: Context) -> None:
    """`Bob and Ann are siblings` says of each what it is to the other."""
    if isinstance(predicate, Negated):
        predicate = predicate.predicate
    match subject, predicate:
        case NounPhrases("and" | "both"), Classified(Nominal(word, _, _, _, None)):
            pass
        case NounPhrases("and" | "both"), Adjectival(word, None):
            pass
        case _:
            return
    if word.lemma in RECIPROCAL:
        reason = f"'{word.text}' may be what they are to each other"
        context.refuse(reason, "say of one what it is to the other", word)


def _classifies(predicate: Predicate, *, or_describes: bool = False) -> bool:
    """The predicate says of what kind something is, or else, if that will do, what it is like."""
    match predicate:
        case Negated(denied):
            return _classifies(denied, or_describes=or_describes)
        case Predicates(_, parts):
            return all(_classifies(part, or_describes=or_describes) for part in parts)
        case Adjectival(_, None):
            return or_describes
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
