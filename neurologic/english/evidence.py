"""Evidence: which words of a problem stand where only a noun, an adjective, a verb or a name can.

`are not W.` shows an adjective, `a W is` a noun, `does not W` a verb, a capital inside a sentence a
name. What is found in one sentence holds for the whole problem (see `vocabulary`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from neurologic.english.morphology import participles, pasts, singulars, third_person
from neurologic.english.tokens import Token
from neurologic.english.words import UNSUPPORTED, VACUOUS, is_closed

Class: TypeAlias = Literal["noun", "adjective", "verb", "name"]
Observation: TypeAlias = tuple[Class, str]

_KINDS: dict[str, frozenset[str]] = {
    "determiner": frozenset("a every each all some any no the".split()),
    "be": frozenset("is are was were be".split()),
    "do": frozenset("do does did".split()),
    "modal": frozenset(["can"]),
    "not": frozenset(["not"]),
    "and": frozenset(["and", "or", "but", "nor", ","]),
    "relative": frozenset("who that which whom".split()),
    "pronoun": frozenset("it they he she him her them".split()),
    "quantifier": frozenset(
        "someone something somebody everyone everything everybody anyone anything anybody nobody "
        "nothing".split()
    )
    | {"no one"},
    "clause": frozenset("if then unless either neither both there than".split())
    | {"only if", "if and only if", "only"},
    "end": frozenset(". ? ! ;".split()),
}
_KIND = {word: kind for kind, words in _KINDS.items() for word in words}

_BOUNDARY = frozenset({"end", "and", "clause"})
_AFTER_SUBJECT = frozenset({"be", "do", "modal"})
_AFTER_VERB = frozenset({"determiner", "pronoun", "name", "quantifier", "preposition"})


def kind(token: Token, *, initial: bool) -> str:
    """The kind of place that a token fills: `open` for a word of an open class."""
    word = token.lower
    if word in _KIND:
        return _KIND[word]
    if token.kind != "word":
        return "mark"
    if is_closed(word):
        return "unsupported" if word in UNSUPPORTED else "preposition"
    return "name" if token.is_capitalized and not initial else "open"


def observe(tokens: Sequence[Token]) -> Iterator[Observation]:
    """What a sentence shows about the classes of its words, by their forms in lower case.

    >>> from neurologic.english.tokens import tokenize
    >>> sorted(observe(tokenize("Anne likes the grey heron and is not cold.")))
    [('adjective', 'cold'), ('verb', 'likes')]
    """
    kinds = [
        "end",
        *(kind(token, initial=at == 0) for at, token in enumerate(tokens)),
        "end",
        "end",
    ]
    words = ["", *(token.lower for token in tokens), "", ""]
    for at in range(1, len(tokens) + 1):
        if kinds[at] == "name" and kinds[at - 1] != "determiner":
            yield ("name", words[at])
        if kinds[at] == "open" and kinds[at - 1] not in ("open", "name"):
            yield from _run(kinds, words, at)


def _run(kinds: list[str], words: list[str], at: int) -> Iterator[Observation]:
    """What the words of an open class from `at` on show by what stands around them."""
    stop = at
    while kinds[stop] == "open":
        stop += 1
    run = words[at:stop]
    before, after = kinds[at - 1], kinds[stop]
    before_that = kinds[at - 2] if at > 1 else "end"
    if before == "not":
        before, before_that = before_that, kinds[at - 3] if at > 2 else "end"
    predicative = before_that == "be" or (before_that == "not" and at > 3 and kinds[at - 3] == "be")
    if run[-1] in _VACUOUS_FORMS and len(run) > 1:
        yield from (("adjective", word) for word in run[:-1])
        yield from _stacked(kinds, words, at)
    elif before in ("do", "modal"):
        if before_that != "end":
            yield ("verb", run[0])
    elif before == "determiner":
        yield from _after_determiner(run, after, predicative=predicative)
    elif before == "be" and before_that != "end":
        yield from _after_be(kinds, words, at, run, after)
    elif before == "pronoun" or (before == "relative" and after in _BOUNDARY | _AFTER_VERB):
        yield ("verb", run[0])
    elif at == 1:
        yield from _initial(run, after, words[stop])
    elif before == "quantifier" and after in _AFTER_VERB and len(run) == 1:
        yield ("verb", run[0])
    if before == "name" and len(run) == 1 and third_person(run[0]) and after in _AFTER_VERB:
        yield ("verb", run[0])


_VACUOUS_FORMS = VACUOUS | {"things", "persons", "entities", "objects"}


def _stacked(kinds: list[str], words: list[str], at: int) -> Iterator[Observation]:
    """The adjectives before a comma or `and` that modify the same noun: `red, cold things`."""
    while at > 2 and kinds[at - 1] == "and" and kinds[at - 2] == "open":
        before = kinds[at - 3] if at > 3 else "end"
        if before not in ("end", "determiner", "and", "clause"):
            return
        at -= 2
        yield ("adjective", words[at])


def _after_determiner(run: list[str], after: str, *, predicative: bool) -> Iterator[Observation]:
    if after in _AFTER_SUBJECT or after == "relative" or predicative or len(run) == 1:
        if not (after in _AFTER_VERB and len(run) > 1):
            yield ("noun", run[-1])
    elif after in _AFTER_VERB and after != "preposition" and _is_finite(run[-1]):
        yield ("verb", run[-1])
        yield ("noun", run[-2])


def _after_be(
    kinds: list[str], words: list[str], at: int, run: list[str], after: str
) -> Iterator[Observation]:
    """`is cold and kind`: adjectives; `are cats`: a noun where the form is a plural."""
    if len(run) > 1 or after not in _BOUNDARY | {"preposition"}:
        return
    if after == "preposition" and words[at + 1] == "by" and participles(run[0]):
        return
    plural = words[at - 2 if kinds[at - 1] == "not" else at - 1] in ("are", "were")
    yield ("noun" if plural and singulars(run[0]) else "adjective", run[0])
    while kinds[at + 1] == "and":
        at += 3 if kinds[at + 2] == "not" else 2
        if kinds[at] != "open" or kinds[at + 1] not in _BOUNDARY or singulars(words[at]):
            return
        if third_person(words[at]):
            return
        yield ("adjective", words[at])


def _initial(run: list[str], after: str, following: str) -> Iterator[Observation]:
    """A sentence that begins with words of an open class: a bare plural or a name."""
    if len(run) == 1 and following in ("is", "was", "does") and singulars(run[0]):
        yield ("name", run[0])
    elif after in ("do", "modal", "be", "relative") and singulars(run[-1]):
        yield ("noun", run[-1])
    elif len(run) == 2 and singulars(run[0]) and not singulars(run[1]):
        yield ("noun", run[0])
        yield ("verb", run[1])
    elif len(run) == 2 and after in ("determiner", "name", "quantifier") and _is_finite(run[1]):
        yield ("verb", run[1])


def _is_finite(word: str) -> bool:
    return bool(third_person(word) or pasts(word))
