"""Diagnosis: why a sentence could not be read, where, what would have fitted, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from neurologic.english.chart import Edge
from neurologic.english.tokens import Token
from neurologic.english.words import UNSUPPORTED
from neurologic.errors import Span, TranslationError

CATEGORIES: dict[str, str] = {
    "Statement": "a sentence",
    "Question": "a sentence",
    "Clauses": "a sentence",
    "Clause": "a sentence",
    "Simple": "a noun phrase",
    "NP": "a noun phrase",
    "Object": "a noun phrase",
    "Conjunct": "a noun phrase",
    "VP": "a verb phrase",
    "VP1": "a verb phrase",
    "Complement": "an adjective, a noun phrase or a place",
    '"then"': "'then'",
    "V": "a verb",
    "Exceptions": "a name",
    "Nominal": "a noun",
    "Choice": "a noun",
    "BareNP": "a noun",
    "Adjectives": "an adjective",
    "Adjective": "an adjective",
    "verb": "a verb",
    "noun": "a noun",
    "adjective": "an adjective",
    "name": "a name",
    "preposition": "a preposition",
    "end": "the end of the sentence",
    "comma": "','",
    "and": "'and'",
    "joint": "'and'",
    "or": "'or'",
    '"than"': "'than'",
    '"nor"': "'nor'",
    '"that"': "'that'",
    '"by"': "'by'",
}
"""The categories worth telling a reader, the most helpful first."""

WH_WORDS = frozenset("who whom what which whose where when why how".split())


def unreadable(
    text: str, tokens: Sequence[Token], furthest: int, expected: Iterable[str]
) -> TranslationError:
    """The error of a sentence for which the grammar has no tree.

    >>> from neurologic.english.tokens import tokenize
    >>> text = "Most birds fly."
    >>> print(unreadable(text, tokenize(text), 0, ["NP[pl]"]))
    'Most' is not a first-order quantifier
      Most birds fly.
      ^^^^
    hint: use all, some or no
    """
    wanted = readable_categories(expected)
    if furthest >= len(tokens):
        end = tokens[-1].end if tokens else len(text)
        message = f"the sentence ends where {_alternatives(wanted)} was expected"
        hint = "write: if ... then ..." if "'then'" in wanted else "complete the sentence"
        span = (end, end + 1)
        return TranslationError(message, text=text, span=span, expected=wanted, hint=hint)
    token = tokens[furthest]
    message, hint = _complaint(token, wanted, initial=furthest == 0)
    return TranslationError(message, text=text, span=token.span, expected=wanted, hint=hint)


def _complaint(token: Token, wanted: tuple[str, ...], *, initial: bool) -> tuple[str, str]:
    shown = f"'{token.text}'"
    if initial and token.lower in WH_WORDS:
        return (
            f"a question with {shown} asks for a name or a place",
            "state the conclusion as a sentence to be tested",
        )
    if token.lower in UNSUPPORTED:
        reason, hint = UNSUPPORTED[token.lower]
        return f"{shown} {reason}", hint
    if token.kind == "number":
        return f"the number {shown} is not supported", "use a, some, all or no"
    if token.lower in (".", "?", "!", ";", ":"):
        return f"the sentence does not end at {shown}", "put each sentence on a line of its own"
    if token.kind == "mark" and token.text != ",":
        return f"the mark {shown} is not supported", "leave it out"
    return f"cannot read {shown} here: expected {_alternatives(wanted)}", _PLAIN


_PLAIN = "use plain sentences: all cats purr, Anne likes Bob, if something is red then it is cold"


def readable_categories(expected: Iterable[str], limit: int = 4) -> tuple[str, ...]:
    """The expected categories in words, the most helpful first.

    >>> readable_categories(["and", "VP[sg]", "VP1[sg]", "be[sg]"])
    ('a verb phrase', "'and'")
    """
    bases = {symbol.partition("[")[0].replace('","', "comma") for symbol in expected}
    words = (word for category, word in CATEGORIES.items() if category in bases)
    return tuple(dict.fromkeys(words))[:limit]


def _alternatives(words: tuple[str, ...]) -> str:
    if not words:
        return "something else"
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


_DOUBTS: dict[str, tuple[str, str]] = {
    "NP": (
        "a noun without article may be a name, a kind or a stuff",
        "write all, some or the before it, or begin a name with a capital letter",
    ),
    "Simple": (
        "'the' with a plural may mean all of them or one group",
        "write all, or speak of them one by one",
    ),
    "Apposition": (
        "a clause between commas says something more of all of them",
        "leave the commas out if it restricts what is meant, else write two sentences",
    ),
    "verb": ("may not be a verb", "use it as a verb in a clearer sentence"),
    "noun": ("may not be a noun", "use it with an article in another sentence"),
    "adjective": ("may not be an adjective", "use it after 'is' in another sentence"),
    "modifier": ("may not be an adjective", "use it after 'is' in another sentence"),
    "name": ("may not be a name", "use it inside a sentence, with its capital letter"),
}


def weakest(edge: Edge) -> tuple[float, int, int, str]:
    """The costliest single step of a parse: its cost, the tokens it covers, and its category.

    The first of several equals is taken.
    """
    worst = (0.0, 0, edge.end, "")
    todo: list[tuple[Edge, int, str]] = [(edge, 0, "")]
    while todo:
        current, start, category = todo.pop()
        rule = current.rule
        own = current.cost if rule is None else rule.cost
        name = category if rule is None else rule.left
        if own > worst[0]:
            worst = (own, start, current.end, name)
        if rule is not None:
            at = start
            for symbol, part in zip(rule.right, current.parts, strict=True):
                todo.append((part, at, symbol))
                at = part.end
    return (*worst[:3], worst[3].partition("[")[0])


def doubtful(text: str, span: Span, category: str, reading: str) -> TranslationError:
    """The error of a sentence whose best reading rests on a doubtful step of its parse."""
    reason, hint = _DOUBTS.get(category, ("the sentence is too uncertain", "write it more simply"))
    if category in ("verb", "noun", "adjective", "modifier", "name"):
        reason = f"'{text[span[0] : span[1]]}' {reason} here"
    return too_uncertain(text, span, reason, hint, reading)


def too_uncertain(text: str, span: Span, reason: str, hint: str, reading: str) -> TranslationError:
    """The error of a sentence whose best reading is too uncertain to be used."""
    message = f"{reason}; the likeliest reading is {reading}"
    return TranslationError(message, text=text, span=span, hint=hint)


def ambiguous(text: str, span: Span, first: str, second: str) -> TranslationError:
    """The error of a sentence with two different readings of about the same cost."""
    message = f"the sentence has two readings, {first} and {second}"
    hint = "say it in two sentences, or repeat the subject"
    return TranslationError(message, text=text, span=span, hint=hint)


def excepted(text: str, span: Span, exception: str) -> TranslationError:
    """The error of a generic sentence to which another sentence makes an exception."""
    message = f"this cannot be meant of all: another sentence says '{exception.strip()}'"
    hint = "write all if there is no exception, or say which are meant"
    return TranslationError(message, text=text, span=span, hint=hint)
