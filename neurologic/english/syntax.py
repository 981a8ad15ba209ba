"""Syntax trees of controlled English: what the grammar builds and `semantics` interprets.

A statement says a predicate of a noun phrase; whatever can be said of one thing is a predicate,
be it a verb with its objects, an adjective, a noun, a prepositional phrase or a relative clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias, final

from neurologic.english.vocabulary import Word

Connective: TypeAlias = Literal["and", "both", "or", "either", "nor"]
Determiner: TypeAlias = Literal["a", "some", "any", "every", "no", "only", "not every"]


# Nominals: what a noun phrase says of the things it is about.


@final
@dataclass(frozen=True, slots=True)
class Modifier:
    """An adjective or a noun before a noun, perhaps negated: `red`, `not red`."""

    word: Word
    negated: bool = False


@final
@dataclass(frozen=True, slots=True)
class ModifierChoice:
    """Modifiers of which one must fit: `big or strong`."""

    parts: tuple[Modifier, ...]


@final
@dataclass(frozen=True, slots=True)
class Nominal:
    """A noun with all that restricts it; `complement` is the B of `father of B`."""

    head: Word
    plural: bool
    premodifiers: tuple[Modifier | ModifierChoice, ...] = ()
    postmodifiers: tuple[Predicate, ...] = ()
    complement: NounPhrase | None = None


@final
@dataclass(frozen=True, slots=True)
class NominalChoice:
    """Nominals of which one must fit, under one determiner: `an animal or bird`."""

    parts: tuple[Nominal, ...]


AnyNominal: TypeAlias = Nominal | NominalChoice


# Noun phrases.


@final
@dataclass(frozen=True, slots=True)
class Named:
    """A proper name of one word or several."""

    words: tuple[Word, ...]


@final
@dataclass(frozen=True, slots=True)
class Definite:
    """`the N`."""

    nominal: Nominal
    article: Word


@final
@dataclass(frozen=True, slots=True)
class Quantified:
    """A determiner with a nominal; `quantifier` is its word."""

    determiner: Determiner
    nominal: AnyNominal
    quantifier: Word


@final
@dataclass(frozen=True, slots=True)
class QuantifierPronoun:
    """`everyone`, `something red`, `nobody who ...`."""

    determiner: Determiner
    word: Word
    postmodifiers: tuple[Predicate, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Bare:
    """A plural or a mass noun without determiner: `cats`, `fish`."""

    nominal: AnyNominal


@final
@dataclass(frozen=True, slots=True)
class Pronoun:
    """A personal pronoun."""

    word: Word


@final
@dataclass(frozen=True, slots=True)
class Reflexive:
    """`itself` and its like: the subject again."""

    word: Word


@final
@dataclass(frozen=True, slots=True)
class Trace:
    """The place that a relative clause leaves open: the object of `whom Ann likes`."""


@final
@dataclass(frozen=True, slots=True)
class Only:
    """`only cats`, `only Ann`."""

    phrase: Named | Bare


@final
@dataclass(frozen=True, slots=True)
class Except:
    """`everyone but Bob`, `no cat but Tom`."""

    phrase: Quantified | QuantifierPronoun
    exceptions: tuple[NounPhrase, ...]


@final
@dataclass(frozen=True, slots=True)
class Apposed:
    """`Ann, who is tall,`: something known, of which more is said."""

    phrase: Named | Definite
    predicate: Predicate


@final
@dataclass(frozen=True, slots=True)
class NounPhrases:
    """Noun phrases joined by a connective; what is said is said of each."""

    connective: Connective
    parts: tuple[NounPhrase, ...]


NounPhrase: TypeAlias = (
    Named
    | Definite
    | Quantified
    | QuantifierPronoun
    | Bare
    | Pronoun
    | Reflexive
    | Trace
    | Only
    | Except
    | Apposed
    | NounPhrases
)


# Predicates.


@final
@dataclass(frozen=True, slots=True)
class Adjectival:
    """`cold`; with a complement `afraid of mice`."""

    adjective: Word
    preposition: Word | None = None
    complement: NounPhrase | None = None


@final
@dataclass(frozen=True, slots=True)
class Comparison:
    """`taller than Bob`, `more careful than Bob`; `words` name the comparative."""

    words: tuple[Word, ...]
    standard: NounPhrase


@final
@dataclass(frozen=True, slots=True)
class Classified:
    """`a cat`, `cats`: being one of a kind."""

    nominal: AnyNominal


@final
@dataclass(frozen=True, slots=True)
class Prepositional:
    """`in Estonia`: a preposition as a relation."""

    preposition: Word
    complement: NounPhrase


@final
@dataclass(frozen=True, slots=True)
class Identified:
    """`Bob`: being the very same."""

    phrase: Named | Definite


@final
@dataclass(frozen=True, slots=True)
class Verbal:
    """A verb with its objects: `sleeps`, `sees Bob`, `lives in Rome`, `gives Bob to Ann`."""

    verb: Word
    object: NounPhrase | None = None
    preposition: Word | None = None
    oblique: NounPhrase | None = None
    modal: str = ""


@final
@dataclass(frozen=True, slots=True)
class Passive:
    """`seen by Bob`: the verb's object is the subject."""

    verb: Word
    agent: NounPhrase


@final
@dataclass(frozen=True, slots=True)
class Shared:
    """`admires and trusts Bob`: several verbs with one object."""

    connective: Connective
    verbs: tuple[Word, ...]
    object: NounPhrase


@final
@dataclass(frozen=True, slots=True)
class Gapped:
    """`whom Bob likes`: what the clause says of the thing that fills its trace."""

    subject: NounPhrase
    predicate: Predicate


@final
@dataclass(frozen=True, slots=True)
class Negated:
    """Not the predicate."""

    predicate: Predicate


@final
@dataclass(frozen=True, slots=True)
class Predicates:
    """Predicates joined by a connective."""

    connective: Connective
    parts: tuple[Predicate, ...]


Predicate: TypeAlias = Adjectival | Comparison | Classified | Prepositional | Identified | Verbal | Shared | Passive | Gapped | Negated | Predicates  # fmt: skip


# Statements.


@final
@dataclass(frozen=True, slots=True)
class Predication:
    """A predicate said of a noun phrase."""

    subject: NounPhrase
    predicate: Predicate


@final
@dataclass(frozen=True, slots=True)
class Existence:
    """`there is a cat`."""

    phrase: NounPhrase


@final
@dataclass(frozen=True, slots=True)
class Denial:
    """`it is not the case that ...`."""

    statement: Statement


@final
@dataclass(frozen=True, slots=True)
class Conditional:
    """`if ... then ...`."""

    antecedent: Statement
    consequent: Statement


@final
@dataclass(frozen=True, slots=True)
class Biconditional:
    """`... if and only if ...`."""

    left: Statement
    right: Statement


@final
@dataclass(frozen=True, slots=True)
class Statements:
    """Statements joined by a connective."""

    connective: Connective
    parts: tuple[Statement, ...]


Statement: TypeAlias = Predication | Existence | Denial | Conditional | Biconditional | Statements

TREES = (
    Modifier, ModifierChoice, Nominal, NominalChoice, Named, Definite, Quantified,
    QuantifierPronoun, Bare, Pronoun, Reflexive, Trace, Only, Except, Apposed, NounPhrases, Adjectival, Comparison,
    Classified, Prepositional, Identified, Verbal, Shared, Passive, Gapped, Negated, Predicates,
    Predication, Existence, Denial, Conditional, Biconditional, Statements,
)  # fmt: skip


def parts(tree: object) -> tuple[object, ...]:
    """The trees and words directly inside a tree, in the order of its fields."""
    found: list[object] = []
    for name in type(tree).__match_args__ if isinstance(tree, TREES) else ():
        value = getattr(tree, name)
        found.extend(value if isinstance(value, tuple) else (value,))
    return tuple(part for part in found if isinstance(part, (*TREES, Word)))


def depth(tree: object) -> int:
    """How deeply trees are nested in a tree, counted without recursion."""
    deepest, todo = 0, [(tree, 1)]
    while todo:
        node, level = todo.pop()
        deepest = max(deepest, level)
        todo.extend((part, level + 1) for part in parts(node))
    return deepest


def subtrees(tree: object) -> Iterator[object]:
    """The tree and all trees and words inside it, in no order that matters."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(parts(node))


def span(tree: object) -> tuple[int, int]:
    """Where the words of a tree stand in the sentence."""
    words = [node for node in subtrees(tree) if isinstance(node, Word)]
    return (min(word.start for word in words), max(word.end for word in words))
