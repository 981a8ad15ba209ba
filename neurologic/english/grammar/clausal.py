"""The grammar of sentences: clauses, conditionals, denials and yes-no questions."""

from __future__ import annotations

from neurologic.english.grammar.rules import Rules
from neurologic.english.grammar.verbal import modal
from neurologic.english.syntax import (
    Biconditional,
    Conditional,
    Denial,
    Existence,
    Negated,
    NounPhrase,
    Predicate,
    Predication,
    Statement,
    Statements,
)
from neurologic.english.vocabulary import Word

RULES = Rules()
rule = RULES.add


@rule("Clause -> NP[n] VP[n]")
def _predication(subject: NounPhrase, predicate: Predicate) -> Statement:
    return Predication(subject, predicate)


@rule('Clause -> "there" -be[n] Simple[n]')
def _existence(phrase: NounPhrase) -> Statement:
    return Existence(phrase)


@rule('Clause -> "there" -be[n] -not Simple[n]')
def _absence(phrase: NounPhrase) -> Statement:
    return Denial(Existence(phrase))


@rule('Denied -> "it" "is" -not "true" "that"', 'Denied -> "it" "is" "false" "that"')
@rule('Denied -> "it" "is" -not "the" "case" "that"')
def _denied() -> None:
    return None


@rule('Affirmed -> "it" "is" "true" "that"', 'Affirmed -> "it" "is" "the" "case" "that"')
def _affirmed() -> None:
    return None


@rule("Clause -> -Denied Clauses", "Compound -> -Denied Compound")
def _denial(statement: Statement) -> Statement:
    return Denial(statement)


RULES.alias("Clause -> -Affirmed Clauses", "Compound -> -Affirmed Compound")


def _joined(connective: str, parts: tuple[Statement, ...]) -> Statement:
    return Statements(connective, parts)  # type: ignore[arg-type]


RULES.coordinate("Clauses", "Clause", _joined, nor=False)
RULES.alias("Statement -> Clauses", "Statement -> Compound")


@rule(
    'Compound -> "if" Clauses -comma? "then" Statement', 'Compound -> "if" Clauses -comma Statement'
)
def _conditional(antecedent: Statement, consequent: Statement) -> Statement:
    return Conditional(antecedent, consequent)


@rule('Compound -> Clauses -comma? "if" Clauses')
def _postponed_condition(consequent: Statement, antecedent: Statement) -> Statement:
    return Conditional(antecedent, consequent)


@rule('Compound -> Clauses -comma? "only if" Clauses')
def _necessary_condition(antecedent: Statement, consequent: Statement) -> Statement:
    return Conditional(antecedent, consequent)


@rule('Compound -> Clauses -comma? "if and only if" Clauses')
def _biconditional(left: Statement, right: Statement) -> Statement:
    return Biconditional(left, right)


@rule('Compound -> Clauses -comma? "unless" Clauses')
def _exception(consequent: Statement, condition: Statement) -> Statement:
    return Conditional(Denial(condition), consequent)


@rule('Compound -> "unless" Clauses -comma Clauses')
def _fronted_exception(condition: Statement, consequent: Statement) -> Statement:
    return Conditional(Denial(condition), consequent)


@rule("Compound -> Conditional1 -comma? -and Statement")
def _conjoined_conditionals(first: Statement, rest: Statement) -> Statement:
    return Statements("and", (first, rest))


@rule(
    'Conditional1 -> "if" Clauses -comma? "then" Clause',
    'Conditional1 -> "if" Clauses -comma Clause',
)
def _simple_conditional(antecedent: Statement, consequent: Statement) -> Statement:
    return Conditional(antecedent, consequent)


# Yes-no questions are read as the statements that they ask about.

RULES.alias("Question -> Statement")


@rule("Question -> -be[n] NP[n] Complement[n]", "Question -> -do[n] NP[n] VP[base]")
def _asked(subject: NounPhrase, predicate: Predicate) -> Statement:
    return Predication(subject, predicate)


@rule("Question -> modal NP[n] V[base]")
def _asked_modal(word: Word, subject: NounPhrase, predicate: Predicate) -> Statement:
    return Predication(subject, modal(word, predicate))


@rule('Question -> -be[n] "there" Simple[n]')
def _asked_existence(phrase: NounPhrase) -> Statement:
    return Existence(phrase)


RULES.add("Question -> -do[n] -not NP[n] VP[base]", "Question -> -be[n] -not NP[n] Complement[n]")(
    _asked
)  # `isn't Bob nice?` expects that he is (Ladd, A First Look at Negative Questions, 1981)


@rule(
    "Question -> -do[n] -not NP[n] VP[base]",
    "Question -> -be[n] -not NP[n] Complement[n]",
    cost=0.5,
)
def _asked_negation(subject: NounPhrase, predicate: Predicate) -> Statement:
    return Predication(subject, Negated(predicate))


RULES.alias(
    'Question -> "is" "it" "true" "that" Statement',
    'Question -> "is" "it" "the" "case" "that" Statement',
)


@rule('Question -> "is" "it" "false" "that" Statement')
def _asked_denial(statement: Statement) -> Statement:
    return Denial(statement)
