"""The closed word classes of English: the only words whose grammar is known beforehand.

`CLOSED` gives each function word its lexical categories, as the grammar names them, with a value.
`UNSUPPORTED` lists function words that are understood well enough to be refused: each comes with
what to say about it. No word of an open class (noun, verb, adjective, name) is listed anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable

SINGULAR, PLURAL, BASE = "sg", "pl", "base"


_DIRECTIONAL = frozenset(
    "of to into onto from toward towards by for through across along via".split()
)
"""Prepositions that say where an action goes: they do not tell which thing a noun means."""


def _closed() -> dict[str, tuple[tuple[str, str], ...]]:
    table: dict[str, tuple[tuple[str, str], ...]] = {}

    def enter(words: str | Iterable[str], *entries: tuple[str, str]) -> None:
        for word in words.split() if isinstance(words, str) else words:
            table[word] = (*table.get(word, ()), *entries)

    enter("a", ("determiner[sg]", "a"))
    enter("every each", ("determiner[sg]", "every"), ("universal[sg]", "every"))
    enter("all", ("determiner[pl]", "every"), ("universal[pl]", "every"))
    enter("some", ("determiner[sg]", "some"), ("determiner[pl]", "some"))
    enter("any", ("determiner[sg]", "any"), ("determiner[pl]", "any"))
    enter("no", ("determiner[sg]", "no"), ("determiner[pl]", "no"), ("none", "no"))
    enter("the", ("definite", "the"))
    enter("everyone everybody everything", ("quantifier", "every"))
    enter("someone somebody something", ("quantifier", "some"))
    enter("anyone anybody anything", ("quantifier", "any"))
    enter(("no one", "nobody", "nothing"), ("quantifier", "no"))
    enter("it he she", ("subject[sg]", ""))
    enter("they", ("subject[pl]", ""))
    enter("it him her them", ("object", ""))
    enter("itself himself herself themselves", ("reflexive", ""))
    enter("who", ("relative", "person"))
    enter("that which", ("relative", "thing"))
    enter("who whom that which", ("object_relative", ""))
    enter("is", ("be[sg]", ""))
    enter("was", ("be[sg]", "past"))
    enter("are", ("be[pl]", ""))
    enter("were", ("be[pl]", "past"))
    enter("be", ("be[base]", ""))
    enter("does", ("do[sg]", ""))
    enter("do", ("do[pl]", ""))
    enter("did", ("do[sg]", "past"), ("do[pl]", "past"))
    enter("can", ("modal", "can"))
    enter("more", ("more", "more"))
    enter("not", ("not", ""))
    enter("and", ("and", ""), ("joint", ""))
    enter("but", ("and", ""), ("except", ""))
    enter("except", ("except", ""))
    enter("or", ("or", ""))
    for preposition in PREPOSITIONS:
        enter(preposition, ("preposition", preposition))
        if preposition != "of":
            enter(preposition, ("oblique", preposition))
        if preposition not in _DIRECTIONAL:
            enter(preposition, ("locative", preposition))
    for word in (*STRUCTURE, ","):
        enter((word,), (f'"{word}"', word))
    return table


PREPOSITIONS = tuple(
    "of in on at near under above below behind beside with without from to into inside outside "
    "against through over around about for by beyond toward towards onto upon across along among "
    "within via".split()
)

STRUCTURE = (
    "if", "then", "'s", "unless", "only if", "if and only if", "only", "either", "neither", "nor", "both",
    "there", "than", "case", "that", "it", "by", "of", "true", "false", "the", "is", "a",
)  # fmt: skip
"""Words that the grammar names literally; `true`, `false` and `case` are open-class elsewhere."""

CLOSED = _closed()
OPEN_TOO = frozenset({"case", "true", "false"})
"""Words with a part in a fixed phrase that are ordinary nouns or adjectives elsewhere."""

VACUOUS = frozenset({"thing", "person", "people", "someone", "something", "entity", "object"})
"""Nouns that say nothing of what they are said of, unless the problem uses them to say something."""

PRIVATIVE = frozenset(
    "fake former alleged toy counterfeit ex would-be so-called supposed pretend pretended mock pseudo "
    "imaginary fictional fictitious apparent putative potential future past sham".split()
)
"""Modifiers that are functions of their noun: what they are said of need not be what it says."""

RECIPROCAL = frozenset(
    "sibling brother sister twin cousin friend enemy neighbour neighbor colleague partner spouse "
    "rival relative classmate roommate ally lover married engaged related equal identical similar "
    "adjacent parallel".split()
)
"""What two are to each other: `Bob and Ann are siblings` says more than that each is a sibling."""

PERSONAL = frozenset(
    "he she him her who whom himself herself someone somebody everyone everybody anyone anybody "
    "nobody".split()
) | {"no one", "person"}
IMPERSONAL = frozenset("it itself something everything anything nothing thing".split())

_NOT_FIRST_ORDER = "is not a first-order quantifier"
_COUNTING = "counts, and counting is not supported"
_TIME = "introduces a time or a reason, which is not supported"
_POSSESSIVE = "is a possessive"
_ADVERB = "is an adverb that the logic does not represent"

UNSUPPORTED: dict[str, tuple[str, str]] = {
    **dict.fromkeys(
        "most many few several various numerous much little half".split(),
        (_NOT_FIRST_ORDER, "use all, some or no"),
    ),
    **dict.fromkeys(
        "one two three four five six seven eight nine ten eleven twelve hundred thousand first "
        "second third last least exactly twice once".split(),
        (_COUNTING, "use a, some, all or no"),
    ),
    **dict.fromkeys(
        "probably possibly perhaps maybe likely unlikely certainly surely supposedly".split(),
        ("is a degree of belief, which the logic does not represent", "leave it out"),
    ),
    **dict.fromkeys(
        "must should may might will would shall could ought".split(),
        ("is a modal verb", "state what holds, without the modal verb"),
    ),
    **dict.fromkeys(
        "because since while when whenever where wherever after before until although though "
        "during despite therefore thus hence whereas whether".split(),
        (_TIME, "split the sentence, or use if ... then"),
    ),
    **dict.fromkeys(
        "his its their my your our whose".split(),
        (_POSSESSIVE, "name the thing owned, or write that its owner has it"),
    ),
    **dict.fromkeys(
        "very quite rather too so somewhat slightly extremely really almost nearly just even also "
        "always never often sometimes usually rarely seldom still already yet again ever "
        "here now today ago soon however otherwise else except instead together".split(),
        (_ADVERB, "leave it out, or make it part of the adjective with a hyphen"),
    ),
    **dict.fromkeys(
        "i you we me us myself yourself ourselves yours mine ours".split(),
        ("has no referent in the text", "name the person"),
    ),
    **dict.fromkeys(
        "this these those".split(),
        ("points outside the sentence", "use the, all or some, or a name"),
    ),
    **dict.fromkeys(
        "as other another same different such less fewer enough".split(),
        ("compares in a way that is not supported", "use a comparative with than"),
    ),
    **dict.fromkeys(
        "what why how when where whom".split(),
        ("asks for a name or a place", "state the conclusion as a sentence to be tested"),
    ),
    **dict.fromkeys(
        "whoever whatever whichever".split(),
        ("is a clause without a noun", "write everyone who, or everything that"),
    ),
    **dict.fromkeys(
        "been being am let".split(),
        ("builds a verb form that is not supported", "use the simple present"),
    ),
    **dict.fromkeys(
        "up down out off away back between".split(),
        ("is a particle that is not supported", "join it to the verb with a hyphen"),
    ),
}


def is_closed(word: str) -> bool:
    """The word belongs to a closed class only, so that it is never a noun, verb, adjective or name.

    >>> is_closed("every"), is_closed("most"), is_closed("cat"), is_closed("case")
    (True, True, False, False)
    """
    return (word in CLOSED or word in UNSUPPORTED) and word not in OPEN_TOO
