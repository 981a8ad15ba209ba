"""Doubts: constructions that may mean two things, and what is said to one who writes them."""

from __future__ import annotations

import re

from neurologic.english.context import Context, InterpretationError
from neurologic.english.discourse import Box
from neurologic.english.syntax import (
    Bare,
    Connective,
    Definite,
    Named,
    Negated,
    Nominal,
    NounPhrase,
    Predicate,
    Predicates,
    Pronoun,
    Reflexive,
    Trace,
    span,
)
from neurologic.english.vocabulary import Word

SOME_OBJECTS = 0.1  # `likes cats`: some cats, or cats in general
DOUBTFUL_SCOPE = 1.0
OR_SUBJECT = 1.6  # `cats or dogs are pets` usually speaks of both

_VOWEL = re.compile("[aeiouy]")


def begins_negated(parts: tuple[Predicate, ...]) -> bool:
    """Only the first of the parts is negated, and `not` may be meant for all of them."""
    return isinstance(parts[0], Negated) and not isinstance(parts[1], Negated)


def doubt_scope(denied: Predicate, context: Context) -> None:
    """`not A and not B` is hardly ever the denial of `A and not B`."""
    match denied:
        case Predicates(_, parts) if any(isinstance(part, Negated) for part in parts):
            context.doubt(DOUBTFUL_SCOPE, "it is not clear how far 'not' reaches")
        case _:
            pass


def check_without(preposition: str, complement: NounPhrase) -> None:
    """`lives without a car` denies the car, but not the living: that is not read.

    Raises:
        InterpretationError: the word is `without`, and its complement is none of the known things.
    """
    fixed = (Named, Definite, Pronoun, Reflexive, Trace)
    if preposition == "without" and not isinstance(complement, fixed):
        message = "'without' after a verb or an adjective denies part of what is said"
        hint = "say it in two sentences: Ann walks, and Ann has no car"
        raise InterpretationError(message, span(complement), hint)


def check_infinitive(preposition: str, complement: NounPhrase, context: Context) -> None:
    """`fails to win` says that he does not win: `win` is no thing that he fails to."""
    match complement:
        case Bare(Nominal(head, False)) if preposition == "to":
            reason = f"'to {head.text}' may be what is done"
            hint = "state what is done, or write a, some or the after to"
            context.refuse(reason, hint, head)
        case _:
            pass


def doubt_bare(head: Word, context: Context) -> None:
    """`likes cats` may be about some or all; `likes eating` is about no thing at all."""
    reason = "a noun without article may mean some of them or all of them"
    context.doubt(SOME_OBJECTS, reason, hint="write all or some before it")
    if head.lemma.endswith("ing") and _VOWEL.search(head.lemma[:-3]):
        reason = f"'{head.text}' may be what is done"
        context.refuse(reason, "write a, some or the before it if it is a thing", head)


def doubt_joined(
    connective: Connective,
    parts: tuple[NounPhrase, ...],
    box: Box,
    context: Context,
    *,
    is_subject: bool,
) -> None:
    """`does not love Ann and Bob` and `cats or dogs are pets` may mean two things."""
    if connective == "and" and box.denied and box.denied.clause == context.clause:
        reason = "'not' with 'and' may deny each of them or only that it is both"
        context.refuse(reason, "write or, or both ... and")
    if connective == "or" and is_subject and isinstance(parts[-1], Bare):
        reason = "'or' between kinds may mean one of them or both"
        mixed = any(isinstance(part, Named) for part in parts)
        doubt = 2 * OR_SUBJECT if mixed else OR_SUBJECT
        context.doubt(doubt, reason, hint="write two sentences")
