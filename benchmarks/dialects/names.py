"""Which names of a rule program are one: spellings of a word, its plural, its third person.

Case, blanks and underscores never tell names apart. A plural or a third person is taken for its
base word if the library's rules of English say that it can be one and the program does not use the
two as different words: it writes both with as many places, never both in one statement, never
affirms of one what it denies of the other, and calls nobody by the base word as by an adjective.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from benchmarks.dialects.rule_lines import Name, Rule, Unbound, Written
from neurologic.english import morphology

Claim: TypeAlias = tuple[frozenset[str], tuple[str, ...]]
"""What a word is said of, and under which conditions."""


def key_of(name: str) -> str:
    """What names that are spelt differently have in common: letters and digits in lower case.

    >>> key_of("The bald eagle"), key_of("Bald_Eagle")
    ('baldeagle', 'baldeagle')
    """
    text = re.sub(r"^the\s+", "", name.strip(), flags=re.IGNORECASE)
    return re.sub(r"[\W_]+", "", text).casefold()


_IN_S = frozenset(
    "news atlas bias canvas alias chaos cosmos ethos pathos asbestos rhinoceros christmas pancreas "
    "mathematics physics economics politics ethics athletics gymnastics electronics mechanics "
    "measles mumps rabies diabetes molasses".split()
) | {
    base for bases in morphology.IRREGULAR_PLURALS.values() for base in bases if base.endswith("s")
}
"""Words that end in s and are no plurals."""


def stems(word: str) -> tuple[str, ...]:
    """The words of which this one can be the plural or the third person.

    >>> stems("jompuses"), stems("ponies"), stems("chases")
    (('jompus', 'jompuse'), ('pony', 'ponie'), ('chase', 'chas'))
    >>> stems("bus"), stems("news"), stems("glass")
    ((), (), ())
    """
    if word in _IN_S:
        return ()
    found = (*morphology.singulars(word), *morphology.third_person(word))
    return tuple(stem for stem in dict.fromkeys(found) if stem != word)


@dataclass(slots=True)
class Use:
    """How a program uses a word.

    Args:
        places: how many arguments it has, without the truth value.
        statements: the statements it occurs in.
        affirmed: what it is affirmed of.
        denied: what it is denied of.
        adjective: whether a sentence beside a statement says that something is so, without article.
    """

    places: set[int] = field(default_factory=set)
    statements: set[int] = field(default_factory=set)
    affirmed: set[Claim] = field(default_factory=set)
    denied: set[Claim] = field(default_factory=set)
    adjective: bool = False

    def is_apart_from(self, plural: Use) -> bool:
        """Whether the program tells the word apart from what may be its plural."""
        return (
            self.adjective
            or self.places != plural.places
            or bool(self.statements & plural.statements)
            or bool(self.affirmed & plural.denied)
            or bool(self.denied & plural.affirmed)
        )


_IS_SO = re.compile(
    r"\b(?:is|are|was|were|be)\s+(?:not\s+)?(?:very\s+|quite\s+)?(\w+)"
    r"(?=\s*(?:[.,;?!]|$|(?:and|or|but|then)\b))",
    re.IGNORECASE,
)


def uses(rules: Iterable[Rule], query: Iterable[Written], said: Iterable[str]) -> dict[str, Use]:
    """How each word, by its key, is used.

    Args:
        rules: facts and rules.
        query: what is asked.
        said: the sentences beside them.
    """
    found: dict[str, Use] = defaultdict(Use)
    for number, (conditions, heads) in enumerate(rules):
        given = frozenset(_text(atom) for atom in conditions)
        for atom in (*conditions, *heads):
            use = found[key_of(atom.name.text)]
            use.places.add(len(atom.args))
            use.statements.add(number)
        for atom in heads:
            use = found[key_of(atom.name.text)]
            claim = (given, tuple(_argument(arg) for arg in atom.args))
            (use.affirmed if atom.positive else use.denied).add(claim)
    for atom in query:
        found[key_of(atom.name.text)].places.add(len(atom.args))
    for sentence in said:
        for match in _IS_SO.finditer(sentence):
            if (key := key_of(match[1])) in found:
                found[key].adjective = True
    return dict(found)


def _text(atom: Written) -> str:
    sign = "" if atom.positive else "not "
    return f"{sign}{key_of(atom.name.text)}({', '.join(_argument(arg) for arg in atom.args)})"


def _argument(arg: Name | Unbound | Written) -> str:
    if isinstance(arg, Written):
        return _text(arg)
    return f"${arg.text}" if isinstance(arg, Unbound) else key_of(arg.text)


def merged(names: Iterable[str], used: dict[str, Use], notes: list[str]) -> dict[str, str]:
    """Each name with the spelling that stands for all that are one with it.

    Args:
        names: as they are written, in order.
        used: how words are used, by their key; empty for names that have no plural.
        notes: takes up which names are one.
    """
    first: dict[str, str] = {}
    spelling: dict[str, str] = {}
    for name in dict.fromkeys(names):
        key = key_of(name) or name
        key = next(_bases(key, used), key)
        first.setdefault(key, name)
        spelling[name] = first[key]
        if spelling[name] != name:
            notes.append(f"{name} is {spelling[name]}")
    return spelling


def _bases(key: str, used: dict[str, Use]) -> Iterator[str]:
    if key in used:
        for stem in stems(key):
            if stem in used and not used[stem].is_apart_from(used[key]):
                yield stem
