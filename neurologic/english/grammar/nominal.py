"""The grammar of noun phrases: names, determiners, modifiers, relative clauses, coordination."""

from __future__ import annotations

from dataclasses import replace

from neurologic.english.grammar.rules import Rules
from neurologic.english.syntax import (
    AnyNominal,
    Apposed,
    Bare,
    Definite,
    Determiner,
    Except,
    Gapped,
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
    Prepositional,
    Pronoun,
    Quantified,
    QuantifierPronoun,
    Reflexive,
    Trace,
    Verbal,
)
from neurologic.english.vocabulary import Word

RULES = Rules()
rule = RULES.add

Modifiers = tuple[Modifier | ModifierChoice, ...]
Postmodifiers = tuple[Predicate, ...]

BARE_SINGULAR_SUBJECT = 1.8  # `water is wet` may be about a name, a kind or a stuff
BARE_SINGULAR_OBJECT = 0.4
NEGATED_MODIFIER = 0.3  # `are not red cats` denies more than `red`
UNMARKED_RELATIVE = 0.3  # `a car Ann bought`, without `that`
STACKED = 0.3  # a second relative clause may belong to a noun in the first
APPOSITION = 1.8  # `cats, which purr, ...` says of all cats that they purr
DEFINITE_PLURAL = 1.8  # `the cats` may be all cats of the text or one group of them


# Modifiers before the noun.


@rule("Premodifier -> modifier")
def _modifier(word: Word) -> Modifier:
    return Modifier(word)


@rule("Premodifier -> -not modifier", cost=NEGATED_MODIFIER)
def _negated_modifier(word: Word) -> Modifier:
    return Modifier(word, negated=True)


@rule("PremodifierOr -> Premodifier -or Premodifier")
def _two_modifiers(left: Modifier, right: Modifier) -> tuple[Modifier, ...]:
    return (left, right)


@rule("PremodifierOr -> Premodifier -comma? -or PremodifierOr")
@rule("PremodifierOr -> Premodifier -comma PremodifierOr")
def _more_modifiers(first: Modifier, rest: tuple[Modifier, ...]) -> tuple[Modifier, ...]:
    return (first, *rest)


@rule("Premodifiers -> Premodifier")
def _one_premodifier(word: Modifier) -> Modifiers:
    return (word,)


@rule("Premodifiers -> PremodifierOr")
def _choice_of_modifiers(words: tuple[Modifier, ...]) -> Modifiers:
    return (ModifierChoice(words),)


@rule("Premodifiers -> Premodifier -comma? Premodifiers")
@rule("Premodifiers -> Premodifier -comma? -and Premodifiers")
def _stacked_modifiers(first: Modifier, rest: Modifiers) -> Modifiers:
    return (first, *rest)


# Modifiers after the noun.


@rule("GapVP[f] -> verb[f]")
def _gapped_verb(verb: Word) -> Predicate:
    return Verbal(verb, Trace())


@rule("GapVP[f] -> verb[f] preposition")
def _gapped_preposition(verb: Word, preposition: Word) -> Predicate:
    return Verbal(verb, preposition=preposition, oblique=Trace())


@rule("GapVP[f] -> -do[f] -not verb[base]")
def _gapped_negation(verb: Word) -> Predicate:
    return Negated(Verbal(verb, Trace()))


@rule("GapClause -> NP[n] GapVP[n]", "UnmarkedGap -> Explicit[n] GapVP[n]")
def _gapped(subject: NounPhrase, predicate: Predicate) -> Predicate:
    return Gapped(subject, predicate)


RULES.alias("Relative[n] -> -relative VP[n]")
RULES.alias("Relative[n] -> -object_relative GapClause")
RULES.alias("Postmodifier[n] -> Relative[n]", "Postmodifier[n] -> Apposition[n]")
RULES.alias("Apposition[n] -> -comma Relative[n] -comma", cost=APPOSITION)
RULES.alias("Postmodifier[n] -> UnmarkedGap", cost=UNMARKED_RELATIVE)


@rule("Postmodifier[n] -> locative Object", cost=0.3)
def _prepositional(preposition: Word, complement: NounPhrase) -> Predicate:
    return Prepositional(preposition, complement)


@rule('Postmodifier[n] -> participle "by" Object')
def _reduced_passive(verb: Word, agent: NounPhrase) -> Predicate:
    return Passive(verb, agent)


@rule("Postmodifiers[n] -> Postmodifier[n]")
def _one_postmodifier(predicate: Predicate) -> Postmodifiers:
    return (predicate,)


@rule("Postmodifiers[n] -> Postmodifier[n] Postmodifiers[n]", cost=STACKED)
@rule("Postmodifiers[n] -> Relative[n] -and Postmodifiers[n]")
def _more_postmodifiers(first: Predicate, rest: Postmodifiers) -> Postmodifiers:
    return (first, *rest)


# Nominals.


@rule("Nominal[sg] -> noun[sg]")
def _singular_noun(head: Word) -> Nominal:
    return Nominal(head, plural=False)


@rule("Nominal[pl] -> noun[pl]")
def _plural_noun(head: Word) -> Nominal:
    return Nominal(head, plural=True)


@rule("Nominal[sg] -> Premodifiers noun[sg]")
def _modified_singular(modifiers: Modifiers, head: Word) -> Nominal:
    return Nominal(head, False, modifiers)


@rule("Nominal[pl] -> Premodifiers noun[pl]")
def _modified_plural(modifiers: Modifiers, head: Word) -> Nominal:
    return Nominal(head, True, modifiers)


@rule("Restricted[sg] -> noun[sg] Postmodifiers[sg]")
def _restricted_singular(head: Word, after: Postmodifiers) -> Nominal:
    return Nominal(head, False, (), after)


@rule("Restricted[pl] -> noun[pl] Postmodifiers[pl]")
def _restricted_plural(head: Word, after: Postmodifiers) -> Nominal:
    return Nominal(head, True, (), after)


@rule("Restricted[sg] -> Premodifiers noun[sg] Postmodifiers[sg]")
def _fully_restricted_singular(before: Modifiers, head: Word, after: Postmodifiers) -> Nominal:
    return Nominal(head, False, before, after)


@rule("Restricted[pl] -> Premodifiers noun[pl] Postmodifiers[pl]")
def _fully_restricted_plural(before: Modifiers, head: Word, after: Postmodifiers) -> Nominal:
    return Nominal(head, True, before, after)


@rule('Relational[n] -> noun[n] "of" Object')
def _relational(head: Word, complement: NounPhrase) -> Nominal:
    return Nominal(head, False, complement=complement)


@rule('Relational[n] -> Premodifiers noun[n] "of" Object')
def _modified_relational(before: Modifiers, head: Word, complement: NounPhrase) -> Nominal:
    return Nominal(head, False, before, complement=complement)


RULES.alias("Nominal[n] -> Restricted[n]", "Nominal[n] -> Relational[n]")


@rule("NominalOr[n] -> Nominal[n] -or Nominal[n]")
def _two_nominals(left: Nominal, right: Nominal) -> tuple[Nominal, ...]:
    return (left, right)


@rule(
    "NominalOr[n] -> Nominal[n] -comma NominalOr[n]", "NominalOr[n] -> Nominal[n] -or NominalOr[n]"
)
def _more_nominals(first: Nominal, rest: tuple[Nominal, ...]) -> tuple[Nominal, ...]:
    return (first, *rest)


@rule("Choice[n] -> NominalOr[n]")
def _choice_of_nominals(parts: tuple[Nominal, ...]) -> NominalChoice:
    return NominalChoice(parts)


# Noun phrases that are one phrase.


@rule("Name -> name")
def _name(word: Word) -> tuple[Word, ...]:
    return (word,)


@rule("Name -> name Name")
def _longer_name(word: Word, rest: tuple[Word, ...]) -> tuple[Word, ...]:
    return (word, *rest)


@rule("Explicit[sg] -> Name", "Explicit[sg] -> -definite Name")
def _named(words: tuple[Word, ...]) -> NounPhrase:
    return Named(words)


@rule("Explicit[n] -> determiner[n] Nominal[n]", "Simple[n] -> determiner[n] Choice[n]")
def _quantified(determiner: Word, nominal: AnyNominal) -> NounPhrase:
    return Quantified(_determiner(determiner), nominal, determiner)


@rule("Simple[pl] -> universal[pl] -definite Nominal[pl]", cost=0.3)
def _all_the(determiner: Word, nominal: AnyNominal) -> NounPhrase:
    return Quantified("every", nominal, determiner)


@rule("Simple[n] -> -not universal[n] Nominal[n]")
def _not_every(determiner: Word, nominal: AnyNominal) -> NounPhrase:
    return Quantified("not every", nominal, determiner)


@rule("Simple[pl] -> determiner[n] Nominal[n] -joint Nominal[n]")
def _shared_determiner(determiner: Word, left: Nominal, right: Nominal) -> NounPhrase:
    return NounPhrases("and", (_quantified(determiner, left), _quantified(determiner, right)))


@rule("Explicit[sg] -> definite Nominal[sg]")
def _definite(article: Word, nominal: Nominal) -> NounPhrase:
    return Definite(nominal, article)


RULES.add("Simple[pl] -> definite Nominal[pl]", cost=DEFINITE_PLURAL)(_definite)


@rule("Simple[sg] -> quantifier")
def _quantifier_pronoun(word: Word) -> NounPhrase:
    return QuantifierPronoun(_determiner(word), word)


@rule("Simple[sg] -> quantifier Postmodifiers[sg]")
def _restricted_pronoun(word: Word, after: Postmodifiers) -> NounPhrase:
    return QuantifierPronoun(_determiner(word), word, after)


@rule("Simple[sg] -> quantifier Adjectives")
def _modified_pronoun(word: Word, predicate: Predicate) -> NounPhrase:
    return QuantifierPronoun(_determiner(word), word, (predicate,))


@rule("Simple[n] -> determiner[n] Nominal[n] -except Exceptions")
def _excepting(determiner: Word, nominal: AnyNominal, exceptions: tuple[NounPhrase, ...]) -> Except:
    return Except(Quantified(_determiner(determiner), nominal, determiner), exceptions)


@rule("Simple[sg] -> quantifier -except Exceptions")
def _pronoun_excepting(word: Word, exceptions: tuple[NounPhrase, ...]) -> Except:
    return Except(QuantifierPronoun(_determiner(word), word), exceptions)


@rule("Exceptions -> Excepted")
def _one_exception(phrase: NounPhrase) -> tuple[NounPhrase, ...]:
    return (phrase,)


@rule("Exceptions -> Excepted -joint Exceptions", "Exceptions -> Excepted -comma Exceptions")
def _more_exceptions(first: NounPhrase, rest: tuple[NounPhrase, ...]) -> tuple[NounPhrase, ...]:
    return (first, *rest)


RULES.alias("Excepted -> Owner")


@rule("Simple[pl] -> universal[pl] Relative[pl]")
def _all_who(word: Word, relative: Predicate) -> NounPhrase:
    return QuantifierPronoun("every", word, (relative,))


def _determiner(word: Word) -> Determiner:
    return word.lemma  # type: ignore[return-value]


@rule('Simple[sg] -> Owner "\'s" Owned[sg]')
def _possessive(owner: NounPhrase, owned: Nominal) -> NounPhrase:
    return Definite(replace(owned, complement=owner), owned.head)


@rule("Owner -> Name")
def _named_owner(words: tuple[Word, ...]) -> NounPhrase:
    return Named(words)


@rule("Owner -> definite noun[sg]")
def _definite_owner(article: Word, noun: Word) -> NounPhrase:
    return Definite(Nominal(noun, False), article)


@rule("Owned[sg] -> noun[sg]")
def _owned(head: Word) -> Nominal:
    return Nominal(head, plural=False)


@rule("Owned[sg] -> Premodifiers noun[sg]")
def _modified_owned(modifiers: Modifiers, head: Word) -> Nominal:
    return Nominal(head, False, modifiers)


@rule("BareNP[n] -> Nominal[n]")
def _bare(nominal: AnyNominal) -> NounPhrase:
    return Bare(nominal)


RULES.alias("Simple[n] -> Explicit[n]", "Simple[pl] -> BareNP[pl]", "Explicit[n] -> Pronominal[n]")


# Subjects and objects: simple phrases, pronouns and their coordinations.


@rule("Pronominal[n] -> subject[n]", "ObjectPronoun -> object")
def _pronoun(word: Word) -> NounPhrase:
    return Pronoun(word)


@rule("ObjectPronoun -> reflexive")
def _reflexive(word: Word) -> NounPhrase:
    return Reflexive(word)


@rule('NP[n] -> "only" BareNP[pl]', 'NP[n] -> "only" OnlyName')
def _only(phrase: Named | Bare) -> NounPhrase:
    return Only(phrase)


@rule("OnlyName -> Name")
def _only_name(words: tuple[Word, ...]) -> NounPhrase:
    return Named(words)


@rule("NP[sg] -> Apposed -comma Relative[sg] -comma")
def _apposed(phrase: Named | Definite, predicate: Predicate) -> NounPhrase:
    return Apposed(phrase, predicate)


@rule("Apposed -> definite Nominal[sg]")
def _apposed_definite(article: Word, nominal: Nominal) -> NounPhrase:
    return Definite(nominal, article)


RULES.alias("Apposed -> OnlyName")

RULES.alias("NP[n] -> Simple[n]")
RULES.alias("NP[sg] -> BareNP[sg]", cost=BARE_SINGULAR_SUBJECT)
RULES.alias("Conjunct -> Simple[n]")


def _joined(connective: str, parts: tuple[NounPhrase, ...]) -> NounPhrase:
    return NounPhrases(connective, parts)  # type: ignore[arg-type]


RULES.coordinate("Conjuncts", "Conjunct", _joined, single=False, conjunction="joint")
RULES.alias("NP[n] -> Conjuncts")

RULES.alias("Object1 -> Simple[n]", "Object1 -> ObjectPronoun")
RULES.alias("Object1 -> BareNP[sg]", cost=BARE_SINGULAR_OBJECT)
RULES.coordinate("Object", "Object1", _joined, conjunction="joint")
