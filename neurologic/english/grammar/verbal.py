"""The grammar of predicates: verbs with objects, copulas with complements, negation, modals."""

from __future__ import annotations

from dataclasses import replace

from neurologic.english.grammar.rules import Rules
from neurologic.english.syntax import (
    Adjectival,
    AnyNominal,
    Classified,
    Comparison,
    Definite,
    Identified,
    Named,
    Negated,
    Nominal,
    NounPhrase,
    Passive,
    Predicate,
    Predicates,
    Prepositional,
    Shared,
    Verbal,
)
from neurologic.english.vocabulary import Word

RULES = Rules()
rule = RULES.add

IDENTITY = 0.3  # `is the mayor`: being identical, or holding an office
RELATED_DEFINITE = 0.0


def _joined(connective: str, parts: tuple[Predicate, ...]) -> Predicate:
    return Predicates(connective, parts)  # type: ignore[arg-type]


# Complements of `be`.


@rule("Adjective -> adjective")
def _adjectival(word: Word) -> Predicate:
    return Adjectival(word)


@rule("Adjective -> adjective preposition Object")
def _adjectival_relation(word: Word, preposition: Word, complement: NounPhrase) -> Predicate:
    return Adjectival(word, preposition, complement)


@rule('Adjective -> comparative "than" Object')
def _comparison(word: Word, standard: NounPhrase) -> Predicate:
    return Comparison((word,), standard)


@rule('Adjective -> more adjective "than" Object')
def _periphrastic_comparison(more: Word, word: Word, standard: NounPhrase) -> Predicate:
    return Comparison((more, word), standard)


@rule("Polar -> -not Adjective", "Polar[n] -> -not Complement1[n]")
def _negated(predicate: Predicate) -> Predicate:
    return Negated(predicate)


RULES.alias("Polar -> Adjective")
RULES.coordinate("Adjectives", "Polar", _joined, nor=False)

RULES.alias("Complement1[n] -> Adjective")


@rule('Complement1[sg] -> -"a" Nominal[sg]', "Complement1[pl] -> Nominal[pl]")
@rule('Complement1[sg] -> -"a" Choice[sg]', "Complement1[pl] -> Choice[pl]")
def _classified(nominal: AnyNominal) -> Predicate:
    return Classified(nominal)


RULES.add('Complement1[sg] -> -"the" Relational[sg]', cost=RELATED_DEFINITE)(_classified)


@rule("Complement1[n] -> -none Nominal[n]")
def _not_classified(nominal: AnyNominal) -> Predicate:
    return Negated(Classified(nominal))


@rule("Complement1[n] -> preposition Object")
def _located(preposition: Word, complement: NounPhrase) -> Predicate:
    return Prepositional(preposition, complement)


@rule('Complement1[n] -> participle "by" Object')
def _passive(verb: Word, agent: NounPhrase) -> Predicate:
    return Passive(verb, agent)


@rule("Complement1[sg] -> Name")
def _identical_name(words: tuple[Word, ...]) -> Predicate:
    return Identified(Named(words))


@rule("Complement1[sg] -> definite Nominal[sg]", cost=IDENTITY)
def _identical_definite(article: Word, nominal: Nominal) -> Predicate:
    return Identified(Definite(nominal, article))


RULES.alias("Polar[n] -> Complement1[n]")
RULES.coordinate("Complement[n]", "Polar[n]", _joined)


# Verbs and their objects.


@rule("V[f] -> verb[f]")
def _intransitive(verb: Word) -> Predicate:
    return Verbal(verb)


@rule("V[f] -> verb[f] Object")
def _transitive(verb: Word, object_: NounPhrase) -> Predicate:
    return Verbal(verb, object_)


@rule("V[f] -> verb[f] preposition Object")
def _prepositional_verb(verb: Word, preposition: Word, oblique: NounPhrase) -> Predicate:
    return Verbal(verb, None, preposition, oblique)


@rule("V[f] -> verb[f] Object oblique Object", cost=0.3)
def _ditransitive(
    verb: Word, object_: NounPhrase, preposition: Word, oblique: NounPhrase
) -> Predicate:
    return Verbal(verb, object_, preposition, oblique)


@rule("V[f] -> verb[f] -and verb[f] Object")
def _shared_object(first: Word, second: Word, object_: NounPhrase) -> Predicate:
    return Shared("and", (first, second), object_)


@rule("V[f] -> verb[f] -or verb[f] Object")
def _shared_object_choice(first: Word, second: Word, object_: NounPhrase) -> Predicate:
    return Shared("or", (first, second), object_)


# Verb phrases.

RULES.alias("VP1[f] -> V[f]")
RULES.alias("VP1[n] -> -be[n] Complement[n]")


@rule("VP1[n] -> -be[n] -not Several[n]")
def _negated_complements(predicate: Predicate) -> Predicate:
    return Negated(predicate)


@rule("Several[n] -> Polar.nAnd")
def _conjoined_complements(parts: tuple[Predicate, ...]) -> Predicate:
    return Predicates("and", parts)


@rule("Several[n] -> Polar.nOr", 'Several[n] -> "either" Polar.nOr')
def _disjoined_complements(parts: tuple[Predicate, ...]) -> Predicate:
    return Predicates("or", parts)


@rule("VP1[n] -> -do[n] -not VP[base]")
def _negated_verb(predicate: Predicate) -> Predicate:
    return Negated(predicate)


RULES.alias("VP1[n] -> -do[n] V[base]", cost=0.2)


@rule("VP1[n] -> modal V[base]")
def modal(word: Word, predicate: Predicate) -> Predicate:
    """The predicate with `can` as part of the meaning of its verb."""
    match predicate:
        case Verbal():
            return replace(predicate, modal=word.lemma)
        case Shared(connective, verbs, object_):
            parts = tuple(Verbal(verb, object_, modal=word.lemma) for verb in verbs)
            return Predicates(connective, parts)
        case _:
            return predicate


@rule("VP1[n] -> modal -not V[base]")
def _negated_modal(word: Word, predicate: Predicate) -> Predicate:
    return Negated(modal(word, predicate))


RULES.coordinate("VP[f]", "VP1[f]", _joined)
