"""Reference: what names and definite descriptions stand for, within a sentence and across them."""

from __future__ import annotations

from collections.abc import Callable

from neurologic.english.context import Context, InterpretationError, Introduction, Kind
from neurologic.english.discourse import Box
from neurologic.english.syntax import (
    AnyNominal,
    Definite,
    Modifier,
    Named,
    Nominal,
    NominalChoice,
    Pronoun,
    Reflexive,
    span,
    subtrees,
)
from neurologic.english.vocabulary import Word
from neurologic.english.words import IMPERSONAL, PERSONAL
from neurologic.formula import Term

Describe = Callable[[Nominal, Term, Box], None]


def name(words: tuple[Word, ...], context: Context) -> Term:
    """The constant of a name, or the variable of a name such as X."""
    texts = tuple(word.lemma for word in words)
    if len(texts) == 1 and texts[0] in context.usage.variables:
        context.note(f"{texts[0]} is read as a variable, for everything", words[0])
        return context.universal(texts[0])
    return context.constant(texts, " ".join(texts))


def definite(phrase: Definite, box: Box, context: Context, describe: Describe) -> Term:
    """`the N` takes up an N that the sentence has introduced; otherwise it is a name.

    The name is that of the whole description; what the description says is presupposed.
    """
    nominal = phrase.nominal
    noun = nominal.head.lemma
    modifiers = _modifiers(nominal)
    described = bool(nominal.postmodifiers or nominal.complement)
    known = context.described(noun, box)
    if known is not None and not (modifiers or described):
        return known
    if known is not None or not _is_closed(nominal):
        message = f"it is not clear whether this is one {noun} or depends on what was said before"
        raise InterpretationError(message, span(phrase), "give it a name, or use a instead of the")
    if not described:
        earlier = context.taken_up(noun, modifiers, nominal.head)
        if earlier is not None:
            return context.constant(earlier.constant, f"the {' '.join(earlier.constant)}", noun)
    words = _description(phrase, box, context)
    unknown = all(introduction.constant != words for introduction in context.known)
    if unknown and not context.asserts and noun in context.usage.nouns:
        context.note(f"no premise speaks of the {noun}", nominal.head)
    context.introduced.append(Introduction(noun, modifiers, words))
    article = (
        "" if isinstance(nominal.complement, Named) and phrase.article == nominal.head else "the "
    )
    term = context.constant(words, f"{article}{' '.join(words)}", noun)
    if noun in context.usage.nouns or described or modifiers & context.usage.adjectives:
        context.presuppose(lambda root: describe(nominal, term, root))
    return term


def _modifiers(nominal: Nominal) -> frozenset[str]:
    return frozenset(m.word.lemma for m in nominal.premodifiers if isinstance(m, Modifier))


def _is_closed(nominal: Nominal) -> bool:
    """The description depends on nothing outside it."""
    complement = nominal.complement
    if not (complement is None or isinstance(complement, Named | Definite)):
        return False
    if any(not isinstance(m, Modifier) or m.negated for m in nominal.premodifiers):
        return False
    return not any(isinstance(tree, Pronoun | Reflexive) for tree in subtrees(nominal))


def _description(phrase: Definite, box: Box, context: Context) -> tuple[str, ...]:
    """The words that name what a description describes: `head of mary`, `bear who is big`."""
    nominal = phrase.nominal
    words = [m.word.lemma for m in nominal.premodifiers if isinstance(m, Modifier)]
    words.append(nominal.head.lemma)
    match nominal.complement:
        case Named(name):
            words += ["of", *(word.lemma for word in name)]
        case Definite() as owner:
            words += ["of", *_description(owner, box, context)]
        case _:
            pass
    if nominal.postmodifiers:
        words.append(context.text[nominal.head.end : span(nominal)[1]].strip())
    return tuple(words)


def kind(nominal: AnyNominal, quantifier: Word) -> Kind:
    """Whether what is quantified over is a person or a thing, as its words show."""
    word = quantifier.text.lower()
    heads = nouns(nominal)
    if word in PERSONAL or "person" in heads:
        return "person"
    return "thing" if word in IMPERSONAL or "thing" in heads else "any"


def nouns(nominal: AnyNominal) -> frozenset[str]:
    """The nouns that a nominal says of something."""
    parts = nominal.parts if isinstance(nominal, NominalChoice) else (nominal,)
    return frozenset(part.head.lemma for part in parts)


def introduced(nominal: AnyNominal, box: Box, context: Context) -> Term | None:
    """A constant for what an assertion introduces and a later `the N` takes up."""
    if box.outer is not None or not context.asserts or not isinstance(nominal, Nominal):
        return None
    noun = nominal.head.lemma
    if nominal.plural or nominal.complement is not None or noun not in context.awaited:
        return None
    words = tuple(m.word.lemma for m in nominal.premodifiers if isinstance(m, Modifier))
    return context.introduce(noun, _modifiers(nominal), (*words, noun))
