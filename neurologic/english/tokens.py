"""Tokens: an English text cut into sentences, and a sentence into words with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from neurologic.errors import Span

ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st jr sr vs etc e.g i.e cf fig no vol pp inc ltd co gen col sgt capt rev hon "
    "messrs mt approx dept est jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
"""Words that may end in a full stop without ending a sentence."""

CONTRACTIONS: dict[str, tuple[str, ...]] = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "iff": ("if and only if",),
}
"""Words that stand for other words and are not read off their spelling."""

MERGED: tuple[tuple[str, ...], ...] = (
    ("if", "and", "only", "if"),
    ("just", "in", "case"),
    ("as", "well", "as"),
    ("only", "if"),
    ("no", "one"),
    ("every", "one"),
    ("any", "one"),
    ("some", "one"),
)
"""Function words that are written in several words, longest first."""

_NUMBER = r"\d+(?:[.,]\d+)*%?"
_WORD = r"[^\W\d_](?:[\w]|['’\-](?=\w)|\.(?=[^\W\d_]\.?(?=\W|$))(?<=\b[^\W\d_]\.))*"
_TOKEN = re.compile(rf"(?P<word>{_WORD})|(?P<number>{_NUMBER})|(?P<mark>\S)")
_CLITIC = re.compile(r"(?P<stem>.+?)(?P<clitic>n't|'s|'re|'m|'ve|'ll|'d|s')$", re.IGNORECASE)
_BREAK = re.compile(r"[.!?]+[\"”’')\]]*(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a mark: as written, in lower case with merged words in full, and where it stands.

    >>> [token.lower for token in tokenize("Anne isn't cold.")]
    ['anne', 'is', 'not', 'cold', '.']
    """

    text: str
    lower: str
    start: int
    end: int
    kind: str = "word"

    @property
    def span(self) -> Span:
        """The characters of the token."""
        return (self.start, self.end)

    @property
    def is_capitalized(self) -> bool:
        """The word begins with a capital letter."""
        return self.kind == "word" and self.text[:1].isupper()


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of a sentence, contractions spelled out and multi-word function words joined.

    >>> [token.lower for token in tokenize("No one can't swim, if and only if it's Mary's pool.")]
    ['no one', 'can', 'not', 'swim', ',', 'if and only if', 'it', 'is', 'mary', "'s", 'pool', '.']
    """
    plain: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        token = Token(match[0], _plain(match[0]), match.start(), match.end(), kind)
        if token.text == "." and plain and _shortens(plain[-1], text[token.end :]):
            continue
        plain.extend(_expand(token) if kind == "word" else [token])
    return _merge(plain)


def _shortens(word: Token, rest: str) -> bool:
    """The word before a full stop is an abbreviation or an initial, and the sentence goes on."""
    is_initial = len(word.text) == 1 and word.is_capitalized and rest[1:2].isupper()
    return bool(rest.strip()) and (word.lower in ABBREVIATIONS or is_initial)


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")


_SUBJECTS = frozenset(
    "it he she they we you i there that this who what where here everyone everybody someone "
    "somebody nobody nothing something everything".split()
)
_CLITICS = {"'re": "are", "'m": "am", "'ve": "have", "'ll": "will", "'d": "would", "n't": "not"}


def _expand(token: Token) -> list[Token]:
    """The words that a contracted word stands for."""
    if token.lower in CONTRACTIONS:
        words = CONTRACTIONS[token.lower]
        return [Token(token.text, word, token.start, token.end) for word in words]
    match = _CLITIC.fullmatch(token.lower)
    if match is None:
        return [token]
    stem, clitic = match["stem"], match["clitic"]
    if clitic == "s'":
        return [token]
    cut = token.start + len(stem)
    first = Token(token.text[: len(stem)], stem, token.start, cut)
    word = _CLITICS.get(clitic, "is" if stem in _SUBJECTS else clitic)
    return [first, Token(token.text[len(stem) :], word, cut, token.end)]


def _merge(tokens: list[Token]) -> tuple[Token, ...]:
    merged: list[Token] = []
    at = 0
    while at < len(tokens):
        for words in MERGED:
            group = tokens[at : at + len(words)]
            if tuple(token.lower for token in group) == words:
                text = " ".join(token.text for token in group)
                merged.append(Token(text, " ".join(words), group[0].start, group[-1].end))
                at += len(words)
                break
        else:
            merged.append(tokens[at])
            at += 1
    return tuple(
        replace(token, lower=_ALIASES[token.lower]) if token.lower in _ALIASES else token
        for token in merged
    )


_ALIASES = {
    "just in case": "if and only if",
    "as well as": "and",
    "every one": "everyone",
    "any one": "anyone",
    "some one": "someone",
    "no-one": "no one",
    "an": "a",
}
"""Spellings that are read as another function word."""


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Where the sentences of a text stand, without the white space around them.

    A full stop ends a sentence unless it belongs to an abbreviation, an initial or a decimal.

    >>> text = "Mr. A. Low weighs 70.5 kg. Is he tall? Yes"
    >>> [text[start:end] for start, end in sentence_spans(text)]
    ['Mr. A. Low weighs 70.5 kg.', 'Is he tall?', 'Yes']
    """
    spans: list[Span] = []
    start = 0
    for match in _BREAK.finditer(text):
        if match[0] == "." and _is_abbreviation(text, match.start(), match.end()):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return tuple(span for span in (_strip(text, *span) for span in spans) if span[0] < span[1])


def sentences(text: str) -> list[str]:
    """The sentences of a text.

    >>> sentences("Birds fly. Tweety is a bird. Does Tweety fly?")
    ['Birds fly.', 'Tweety is a bird.', 'Does Tweety fly?']
    """
    return [text[start:end] for start, end in sentence_spans(text)]


def _is_abbreviation(text: str, stop: int, end: int) -> bool:
    """The full stop at `stop` belongs to a word that is usually shortened, and the text goes on."""
    if not text[end:].strip():
        return False
    word = re.search(r"[^\W_](?:[\w.]*)$", text[max(0, stop - 20) : stop])
    if word is None:
        return False
    lower = word[0].lower()
    following = text[end:].lstrip()[:1]
    if lower in ABBREVIATIONS:
        return lower != "no" or following.isdigit()
    is_initial = len(word[0]) == 1 and word[0].isupper() and following.isupper()
    before = text[: stop - 1].split()
    return is_initial and (not before or before[-1][0].isupper())


def _strip(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end)
