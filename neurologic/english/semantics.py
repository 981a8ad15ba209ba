"""Semantics: a syntax tree becomes a discourse representation, phrase by phrase, left to right.

A noun phrase takes what is said of it as a function of a term and a box, its scope (Montague, The
Proper Treatment of Quantification in Ordinary English, 1973); so quantifiers take scope in the
order of the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from neurologic.english import reference
from neurologic.english.context import Context, InterpretationError, Kind
from neurologic.english.discourse import (
    Box,
    Denied,
    Implication,
    Negation,
)
from neurologic.english.doubts import (
    DOUBTFUL_SCOPE,
    begins_negated,
    check_infinitive,
    check_without,
    doubt_bare,
    doubt_joined,
    doubt_scope,
)
from neurologic.english.joining import join
from neurologic.english.quantifiers import (
    Restriction,
    Scope,
    denial,
    every,
    excepting,
    introduce,
    quantify,
)
from neurologic.english.syntax import (
    Adjectival,
    AnyNominal,
    Apposed,
    Bare,
    Classified,
    Comparison,
    Definite,
    Except,
    Gapped,
    Identified,
    Modifier,
    ModifierChoice,
    Named,
    Negated,
    Nominal,
    NominalChoice,
    NounPhrase,
    NounPhrases,
    Only,
    Passive,
    Predicate,
    Predicates,
    Prepositional,
    Pronoun,
    Quantified,
    QuantifierPronoun,
    Reflexive,
    Shared,
    Trace,
    Verbal,
    span,
)
from neurologic.english.vocabulary import Word
from neurologic.english.words import PRIVATIVE, VACUOUS
from neurologic.formula import Atom, Equals, Term

ALL_OBJECTS = 0.5
HEAD_OF_COMPOUND = 0.1  # a baby bird is a bird, but a toy bird is not
DOUBTFUL_NAME = 2.0
DOUBTFUL_BY = 0.5  # `seen by Bob` is a passive rather than an adjective


# Predicates.


def say(predicate: Predicate, term: Term, box: Box, context: Context) -> None:
    """State in the box that the predicate holds of the term."""
    match predicate:
        case Adjectival(adjective, None):
            _atom((adjective.lemma,), (term,), f"x is {adjective.lemma}", box, context)
        case Adjectival(adjective, Word() as preposition, complement) if complement is not None:
            words = (adjective.lemma, preposition.lemma)
            if preposition.lemma == "by":
                context.doubt(DOUBTFUL_BY, "'by' is part of a passive", preposition)
            _relate(words, f"x is {' '.join(words)} y", term, complement, box, context)
        case Comparison(words, standard):
            names = (*(word.lemma for word in words), "than")
            _relate(names, f"x is {' '.join(names)} y", term, standard, box, context)
        case Classified(nominal):
            describe(nominal, term, box, context)
        case Prepositional(Word("without") as preposition, complement):
            _without(preposition, term, complement, box, context)
        case Prepositional(preposition, complement):
            word = preposition.lemma
            _relate((word,), f"x is {word} y", term, complement, box, context)
        case Identified(phrase):
            noun_phrase(phrase, box, context, lambda t, b: b.add(Equals(term, t)))
        case Verbal():
            _verbal(predicate, term, box, context)
        case Shared(connective, verbs, object_):
            relations = [context.predicate((v.lemma,), 2, f"x {v.lemma} y") for v in verbs]
            shared: Callable[[Term, Box], None] = lambda t, b: join(  # noqa: E731
                connective, tuple(relations), b, context, lambda n, c: c.add(Atom(n, (term, t)))
            )
            noun_phrase(object_, box, context, shared, subject=term)
        case Passive(verb, agent):
            name = context.predicate((verb.lemma,), 2, f"x {verb.lemma} y")
            scope: Scope = lambda t, b: b.add(Atom(name, (t, term)))  # noqa: E731
            noun_phrase(agent, box, context, scope, subject=term)
        case Gapped(subject, inside):
            context.gaps.append(term)
            noun_phrase(subject, box, context, lambda t, b: say(inside, t, b, context))
            context.gaps.pop()
        case Negated(denied):
            doubt_scope(denied, context)
            inner = box.inner(denied=Denied(True, context.clause))
            say(denied, term, inner, context)
            box.add(Negation(inner))
        case Predicates(connective, parts):
            if connective == "or" and begins_negated(parts):
                context.doubt(DOUBTFUL_SCOPE, "it is not clear how far 'not' reaches")
            if any(isinstance(p, Identified) and isinstance(p.phrase, Named) for p in parts[1:]):
                reason = "it is not clear what the last name is joined to"
                context.doubt(DOUBTFUL_NAME, reason, hint="say it in two sentences")
            join(connective, parts, box, context, lambda part, b: say(part, term, b, context))


def _atom(
    words: tuple[str, ...], terms: tuple[Term, ...], gloss: str, box: Box, context: Context
) -> None:
    box.add(Atom(context.predicate(words, len(terms), gloss), terms))


def _relate(
    words: tuple[str, ...],
    gloss: str,
    term: Term,
    complement: NounPhrase,
    box: Box,
    context: Context,
) -> None:
    """State a relation between the term and what a noun phrase stands for."""
    check_without(words[-1], complement)
    check_infinitive(words[-1], complement, context)
    name = context.predicate(words, 2, gloss)
    noun_phrase(complement, box, context, lambda t, b: b.add(Atom(name, (term, t))), subject=term)


def _without(
    preposition: Word, term: Term, complement: NounPhrase, box: Box, context: Context
) -> None:
    """`without a car`: there is no car with it."""
    inner = box.inner(denied=Denied(False, context.clause))
    name = context.predicate(("with",), 2, "x is with y")
    related: Scope = lambda t, b: b.add(Atom(name, (term, t)))  # noqa: E731
    if isinstance(complement, Bare):
        some(complement.nominal, inner, context, related)
    else:
        noun_phrase(complement, inner, context, related, subject=term)
    box.add(Negation(inner))


def _verbal(predicate: Verbal, term: Term, box: Box, context: Context) -> None:
    """A verb with its objects; a preposition becomes part of the verb's name."""
    prefix = (predicate.modal,) if predicate.modal else ()
    words = (*prefix, predicate.verb.lemma)
    phrases = [predicate.object] if predicate.object is not None else []
    gloss = f"x {' '.join(words)}" + (" y" if phrases else "")
    if predicate.preposition is not None and predicate.oblique is not None:
        check_without(predicate.preposition.lemma, predicate.oblique)
        check_infinitive(predicate.preposition.lemma, predicate.oblique, context)
        words = (*words, predicate.preposition.lemma)
        phrases.append(predicate.oblique)
        gloss += f" {predicate.preposition.lemma} {'z' if len(phrases) == 2 else 'y'}"
    name = context.predicate(words, 1 + len(phrases), gloss)

    def argue(terms: tuple[Term, ...], remaining: list[NounPhrase], inner: Box) -> None:
        if not remaining:
            inner.add(Atom(name, terms))
            return
        first, *rest = remaining
        noun_phrase(first, inner, context, lambda t, b: argue((*terms, t), rest, b), subject=term)

    argue((term,), phrases, box)


# Nominals.


def describe(nominal: AnyNominal, term: Term, box: Box, context: Context) -> None:
    """State in the box all that a nominal says of the term."""
    if isinstance(nominal, NominalChoice):
        join("or", nominal.parts, box, context, lambda part, b: describe(part, term, b, context))
        return
    compound: list[str] = []
    privative = False  # the words after `fake` are not said of what is fake
    opaque = bool(nominal.head.lemma) and nominal.head.lemma not in VACUOUS
    for modifier in nominal.premodifiers:
        match modifier:
            case Modifier(word, False) if opaque and (
                privative or word.lemma in PRIVATIVE or word.lemma not in context.usage.adjectives
            ):
                privative = privative or word.lemma in PRIVATIVE
                compound.append(word.lemma)
            case Modifier(word, False):
                _atom((word.lemma,), (term,), f"x is {word.lemma}", box, context)
            case Modifier(word, True):
                say(Negated(Adjectival(word)), term, box, context)
            case ModifierChoice(parts):
                choices = tuple(_adjectival(part) for part in parts)
                say(Predicates("or", choices), term, box, context)
    _head(nominal, tuple(compound), term, box, context)
    context.clause += 1
    for predicate in nominal.postmodifiers:
        say(predicate, term, box, context)
    context.clause -= 1


def _says_nothing(nominal: Nominal, context: Context) -> bool:
    """The head is a word like `thing`, whose modifiers say all there is to say."""
    noun = nominal.head.lemma
    return nominal.complement is None and (not noun or context.usage.is_vacuous(noun))


def _adjectival(modifier: Modifier) -> Predicate:
    adjectival = Adjectival(modifier.word)
    return Negated(adjectival) if modifier.negated else adjectival


def _head(
    nominal: Nominal, compound: tuple[str, ...], term: Term, box: Box, context: Context
) -> None:
    """State the noun itself, with the modifiers that are part of its meaning."""
    noun = nominal.head.lemma
    if nominal.complement is not None:
        words = (*compound, noun, "of")
        _relate(words, f"x is a {' '.join(words)} y", term, nominal.complement, box, context)
        return
    if _says_nothing(nominal, context):
        if noun == "person" and context.usage.kinds:
            word = nominal.head
            reason = "is taken to include everything, whatever else it is said to be"
            context.note(f"'{word.text}' {reason}", word)
        return
    if compound:
        words = (*compound, noun)
        _atom(words, (term,), f"x is a {' '.join(words)}", box, context)
        if noun not in context.usage.nouns or not PRIVATIVE.isdisjoint(compound):
            return
        reason = f"a {' '.join(words)} is taken to be a {noun}"
        context.doubt(HEAD_OF_COMPOUND, reason, nominal.head)
        context.note(reason, nominal.head)
    _atom((noun,), (term,), f"x is a {noun}", box, context)


# Noun phrases.


def noun_phrase(
    phrase: NounPhrase,
    box: Box,
    context: Context,
    scope: Scope,
    *,
    subject: Term | None = None,
) -> None:
    """State the scope of what a noun phrase stands for; `subject` is that of its verb, if any."""
    match phrase:
        case Named(words):
            scope(reference.name(words, context), box)
        case Definite():
            scope(_definite(phrase, box, context), box)
        case Pronoun(word):
            scope(context.antecedent(word, box, subject=subject), box)
        case Reflexive(word):
            if subject is None:
                message = f"'{word.text}' has no subject to refer to"
                raise InterpretationError(message, (word.start, word.end), "repeat the name")
            scope(subject, box)
        case Trace():
            scope(context.gaps[-1], box)
        case Quantified(determiner, nominal, quantifier):
            _quantify(determiner, nominal, quantifier, box, context, scope)
        case QuantifierPronoun(determiner, word, postmodifiers):
            _quantify(determiner, _pronominal(word, postmodifiers), word, box, context, scope)
        case Bare(nominal) if subject is None:
            every(_restriction(nominal, context), box, context, scope)
        case Bare(nominal):
            _bare_object(nominal, box, context, scope)
        case Only(restricted):
            _only(restricted, box, context, scope)
        case Except(quantified, exceptions):
            _except(quantified, exceptions, box, context, scope)
        case Apposed(known, predicate):
            if box.outer is not None or not context.asserts:
                message = "what is said between commas is said for certain, here nothing else is"
                raise InterpretationError(message, span(phrase), "say it in a sentence before")
            noun_phrase(known, box, context, lambda t, b: say(predicate, t, b, context))
            noun_phrase(known, box, context, scope)
        case NounPhrases(connective, parts):
            doubt_joined(connective, parts, box, context, is_subject=subject is None)
            join(
                connective, parts, box, context,
                lambda part, b: noun_phrase(part, b, context, scope, subject=subject),
            )  # fmt: skip


def _bare_object(nominal: AnyNominal, box: Box, context: Context, scope: Scope) -> None:
    """`likes cats`: some cats, unless it is cats in general."""
    head = (nominal.parts[-1] if isinstance(nominal, NominalChoice) else nominal).head
    doubt_bare(head, context)
    if context.choose(True, ALL_OBJECTS):
        context.note(f"'{head.text}' is read as some of them", head)
        some(nominal, box, context, scope)
    else:
        every(_restriction(nominal, context), box, context, scope)


def _definite(phrase: Definite, box: Box, context: Context) -> Term:
    return reference.definite(phrase, box, context, lambda n, t, b: describe(n, t, b, context))


def _pronominal(word: Word, postmodifiers: tuple[Predicate, ...]) -> Nominal:
    """`everyone who sings` as a noun that says nothing with its restrictions."""
    return Nominal(replace(word, lemma=""), False, (), postmodifiers)


def _restriction(nominal: AnyNominal, context: Context, kind: Kind = "any") -> Restriction:
    return Restriction(nominal, lambda t, b: describe(nominal, t, b, context), kind)


def _quantify(
    determiner: str,
    nominal: AnyNominal,
    quantifier: Word,
    box: Box,
    context: Context,
    scope: Scope,
) -> None:
    restriction = _restriction(nominal, context, reference.kind(nominal, quantifier))
    quantify(determiner, restriction, quantifier, box, context, scope)


def _except(
    quantified: Quantified | QuantifierPronoun,
    exceptions: tuple[NounPhrase, ...],
    box: Box,
    context: Context,
    scope: Scope,
) -> None:
    """`everyone but Bob`, where it is clear what is said of Bob.

    Raises:
        InterpretationError: there is no universal statement to which Bob is an exception.
    """
    match quantified:
        case Quantified(determiner, nominal, quantifier):
            pass
        case QuantifierPronoun(determiner, quantifier, after):
            nominal = _pronominal(quantifier, after)
    if determiner not in ("every", "any", "no"):
        message = "an exception is made to all or none"
        raise InterpretationError(message, span(quantified), "use every or no")
    if box.licenses_any:
        message = "it is not clear what is said of the exception in a condition or a denial"
        raise InterpretationError(message, span(quantified), "say it in two sentences")
    terms = tuple(_excepted(phrase, box, context) for phrase in exceptions)
    restriction = _restriction(nominal, context, reference.kind(nominal, quantifier))
    usual, contrary = scope, denial(scope, context)
    if determiner == "no":
        usual, contrary = contrary, usual
    excepting(restriction, terms, box, context, usual, contrary)


def _excepted(phrase: NounPhrase, box: Box, context: Context) -> Term:
    """The term of a name or a definite description."""
    found: list[Term] = []
    noun_phrase(phrase, box, context, lambda term, _: found.append(term))
    return found[0]


def some(nominal: AnyNominal, box: Box, context: Context, scope: Scope) -> None:
    """Introduce something that the nominal describes, and state the scope of it."""
    scope(introduce(_restriction(nominal, context), box, context), box)


def _only(phrase: Named | Bare, box: Box, context: Context, scope: Scope) -> None:
    """`only cats purr`: whatever purrs is a cat; `only Ann sings`: Ann does, and nobody else."""
    given = box.inner()
    term = context.variable(given)
    scope(term, given)
    then = given.inner()
    match phrase:
        case Bare(nominal):
            describe(nominal, term, then, context)
        case Named(words):
            name = reference.name(words, context)
            scope(name, box)
            then.add(Equals(term, name))
    box.add(Implication(given, then))
