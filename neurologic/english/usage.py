"""Usage: how the sentences of a problem use their words, read off the trees of all of them.

`a red cat` is red and a cat where the problem says of something that it is red; elsewhere the two
words are one predicate, as in `a guinea pig`. `person` says nothing unless something is said to be
a person. `X` is a variable where it occurs in conditionals only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from neurologic.english.syntax import (
    Adjectival,
    Bare,
    Biconditional,
    Classified,
    Conditional,
    Definite,
    Modifier,
    ModifierChoice,
    Named,
    Negated,
    Nominal,
    Predication,
    Quantified,
    parts,
)
from neurologic.english.words import VACUOUS

_VARIABLE = re.compile(r"[U-Z]\d{0,2}")


@dataclass(frozen=True, slots=True)
class Usage:
    """What the problem says by which words.

    Args:
        adjectives: words that are said of something on their own, and so split off before a noun.
        nouns: nouns that stand without a modifier somewhere outside definite descriptions.
        predicated: nouns that something is said to be, of those that usually say nothing.
        kinds: nouns that something is said to be, of the others.
        denies_kinds: some sentence denies something of a whole kind and cannot be read otherwise.
        variables: names that occur in conditionals only and look like variables.
    """

    adjectives: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    predicated: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    denies_kinds: bool = False
    variables: frozenset[str] = frozenset()

    def is_vacuous(self, noun: str) -> bool:
        """The noun says nothing of what it is said of."""
        return noun in VACUOUS and noun not in self.predicated


def survey(trees: Iterable[Any]) -> Usage:
    """The usage of the words in the best trees of the sentences of a problem."""
    adjectives: set[str] = set()
    nouns: set[str] = set()
    predicated: set[str] = set()
    kinds: set[str] = set()
    universal: set[str] = set()
    constant: set[str] = set()
    trees = tuple(trees)
    for tree in trees:
        conditional = isinstance(tree, Conditional | Biconditional)
        for node, definite in _nodes(tree):
            match node:
                case Adjectival(adjective, None):
                    adjectives.add(adjective.lemma)
                case ModifierChoice(choices):
                    adjectives.update(choice.word.lemma for choice in choices)
                case Modifier(word, True):
                    adjectives.add(word.lemma)
                case Nominal(head, _, (), _, None) if not definite:
                    nouns.add(head.lemma)
                case Named((word,)) if _VARIABLE.fullmatch(word.lemma):
                    (universal if conditional else constant).add(word.lemma)
                case _:
                    pass
            match node:
                case Classified(Nominal(head, _, (), ())):
                    predicated.add(head.lemma)
                    kinds.add(head.lemma)
                case Classified(Nominal(head)):
                    kinds.add(head.lemma)
                case _:
                    pass
    return Usage(
        frozenset(adjectives),
        frozenset(nouns),
        frozenset(predicated & VACUOUS),
        frozenset(kinds - VACUOUS),
        any(map(_denies_kind, trees)),
        frozenset(universal - constant),
    )


def _denies_kind(tree: Any) -> bool:
    """`cats are not dogs`, `no cat is a dog`, `each cat is not a dog`: of all cats in any case."""
    match tree:
        case Predication(Bare(Nominal(head)), Negated()) | Predication(
            Quantified("no", Nominal(head)), _
        ):
            return head.lemma not in VACUOUS
        case Predication(Quantified("every", Nominal(head), quantifier), Negated()):
            return head.lemma not in VACUOUS and quantifier.text.lower() == "each"
        case _:
            return False


def _nodes(tree: Any) -> Iterator[tuple[Any, bool]]:
    """All nodes of a tree, each with whether it is the nominal of a definite description."""
    todo: list[tuple[Any, bool]] = [(tree, False)]
    while todo:
        node, definite = todo.pop()
        yield node, definite
        todo.extend((part, isinstance(node, Definite)) for part in parts(node))
