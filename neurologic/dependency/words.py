"""Words of a sentence, and where in the sentence the words of a part of it stand.

A part keeps the words of its sentence but may inflect them (*repairs*, *repair*), repeat them and
put them in another order. Aligned is first what keeps the order, as tightly as possible, and then
the rest, each word to the nearest place left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from neurologic.errors import Span

_WORD = re.compile(
    r"[$€£]?\w+(?:(?:[-'’]|(?<=\d)[.,:/](?=\d)|(?<=\b\w)\.(?=\w\b))\w+)*%?"
    r"|[!/-]?[<=>+~|&¬±×÷←-⇿∀-⋿⨀-⫿]+"  # a sign says as much as a word
)
_FORMS = """
be am is are was were been being|have has had having|do does did done doing|can ca|will wo|
shall sha|not n't|and &|a an|go goes went gone going|man men|woman women|person people|child children|
foot feet|tooth teeth|mouse mice|buy bought|bring brought|think thought|teach taught|catch caught|
sit sat sitting|run ran running|eat ate|see saw seen|give gave given giving|take took taken taking|
make made making|know knew|grow grew|write wrote written writing|drive drove driven driving|
ride rode ridden riding|speak spoke spoken|choose chose chosen choosing|win won|get got getting|
leave left leaving|lose lost losing|meet met|keep kept|sell sold|tell told|hold held|stand stood|
sing sang sung|drink drank drunk|swim swam swum|begin began begun|lie lies lay lying|say said|
lead led|feed fed|find found|build built|send sent|spend spent|sleep slept|feel felt|come came|
wolf wolves|life lives|leaf leaves|wife wives|half halves
"""
_LEMMAS = {
    form: group.split()[0]
    for group in _FORMS.replace("\n", "").split("|")
    for form in group.split()
}
_ENDINGS = ("", "s", "es", "d", "ed", "ing", "en")  # not those that compare, nor hard, hardly
_CHANGED = ("e", "y", "ies", "ied", "ing", "ed", "es")  # stem and ending
_POSSESSIVE = re.compile(r"'(?:s|re|ll|ve|d|m)?$")
_EXACT = frozenset(
    "the for and not but any all one two ten per has had her his him its our you who why how now "
    "new old out off may few then than them this that these those ever even never every "
    "some none only once over under".split()
)
_ARTICLES = frozenset(["a", "an", "the"])  # too frequent to be moved out of order
_UNALIGNED = 100.0
_LOOSE = 6  # words between two aligned words; more is not worse


@lru_cache(maxsize=1024)
def word_spans(text: str) -> tuple[Span, ...]:
    """Where the words of a text stand; *doesn't* and *cannot* are two.

    Punctuation is no word, but a sign that says something is: `=`, `≠`, `¬`.

    >>> [text[a:b] for text in ["Ann can't sing, Bo's 3.5% can."] for a, b in word_spans(text)]
    ['Ann', 'ca', "n't", 'sing', "Bo's", '3.5%', 'can']
    """
    spans: list[Span] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = match.group().casefold().replace("’", "'")
        cut = 3 if word.endswith("n't") or word == "cannot" else 0
        if cut and end - start > cut:
            spans += [(start, end - cut), (end - cut, end)]
        else:
            spans.append((start, end))
    return tuple(spans)


@lru_cache(maxsize=1024)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded for comparison: no capitals, no possessive endings.

    >>> words_of("Ann's dog doesn't bark.")
    ('ann', 'dog', 'does', "n't", 'bark')
    """
    return tuple(_folded(text[start:end]) for start, end in word_spans(text))


def _folded(word: str) -> str:
    word = word.casefold().replace("’", "'")
    return word if word == "n't" else _POSSESSIVE.sub("", word) or word


@lru_cache(maxsize=8192)
def likeness(left: str, right: str) -> int:
    """2 for the same word, 1 for forms of one word as far as their looks tell, 0 for different ones.

    >>> likeness("study", "studies"), likeness("is", "are"), likeness("hard", "hardly")
    (1, 1, 0)
    """
    if left == right:
        return 2
    if _LEMMAS.get(left, left) == _LEMMAS.get(right, right):
        return 1
    if left in _EXACT or right in _EXACT:
        return 0
    stem = 0
    while stem < min(len(left), len(right)) and left[stem] == right[stem]:
        stem += 1
    if stem == 2:  # fly, flies
        return int({left[2:], right[2:]} <= {"y", "ies", "ied"})
    return int(stem >= 3 and _inflect(left[stem - 1], left[stem:], right[stem:]))


def _inflect(last: str, one: str, other: str) -> bool:
    """Whether two endings belong to one stem, of which `last` is the last letter."""
    if one in _ENDINGS and other in _ENDINGS:
        return True
    if not one or not other:
        ending = one or other  # stop, stopped
        return len(ending) > 2 and ending[0] == last and ending[1:] in _ENDINGS
    return one in _CHANGED and other in _CHANGED


def align(
    part: Sequence[str],
    sentence: Sequence[str],
    *,
    costs: Sequence[float] = (),
    tight: bool = True,
) -> tuple[int | None, ...]:
    """For each word of the part its position in the sentence, None where the sentence lacks it.

    Args:
        part: folded words, in the order of the part.
        sentence: folded words.
        costs: what it costs to take each position, such as 1 for one that is taken already; none
            for all alike.
        tight: whether words that are neighbours in the part should be neighbours in the sentence.

    >>> align(["ann", "dances"], ["ann", "sings", "and", "dances"])
    (0, 3)
    """
    places = _places(part, sentence, costs or [0.0] * len(sentence))
    found = _in_order(places, tight=tight)
    for index, options in enumerate(places):
        if found[index] is None and part[index] not in _ARTICLES:
            taken = {position for position in found if position is not None}
            free = [(price, position) for position, price in options if position not in taken]
            if free:
                found[index] = min((p + _distance(at, taken) / 10, at) for p, at in free)[1]
    return tuple(found)


def _distance(position: int, taken: Iterable[int]) -> int:
    return min((abs(position - other) for other in taken), default=0)


def _places(
    part: Sequence[str], sentence: Sequence[str], costs: Sequence[float]
) -> list[list[tuple[int, float]]]:
    """For each word of the part the positions of words like it, and what each costs."""
    places: dict[str, list[tuple[int, float]]] = {}
    for word in set(part):
        alike = [(position, likeness(word, other)) for position, other in enumerate(sentence)]
        places[word] = [
            (position, 2.0 - like + costs[position]) for position, like in alike if like
        ]
    return [places[word] for word in part]


def _in_order(places: Sequence[Sequence[tuple[int, float]]], *, tight: bool) -> list[int | None]:
    """The cheapest alignment that keeps the order, by dynamic programming over the last position."""
    best: dict[int, float] = {-1: 0.0}  # last position (-1: none yet) -> cost so far
    steps: list[dict[int, int | None]] = []  # last position -> the one before; None: word skipped
    for options in places:
        row = {last: price + _UNALIGNED for last, price in best.items()}
        step: dict[int, int | None] = dict.fromkeys(best)
        earlier = sorted(best)
        index, least = 0, (float("inf"), -1)
        for position, price in options:
            while index < len(earlier) and earlier[index] < position:
                least = min(least, (best[earlier[index]], earlier[index]))
                index += 1
            loose = _LOOSE if tight and least[1] >= 0 else 0
            total, before = least[0] + loose, least[1]
            for gap in range(_LOOSE if tight else 0):
                near = position - 1 - gap
                if near >= 0 and near in best and best[near] + gap < total:
                    total, before = best[near] + gap, near
            total += price
            if position not in row or total < row[position]:
                row[position], step[position] = total, before
        best = row
        steps.append(step)
    last = min(best, key=lambda position: (best[position], position))
    found: list[int | None] = []
    for step in reversed(steps):
        before_last = step[last]
        found.append(None if before_last is None else last)
        last = last if before_last is None else before_last
    return found[::-1]
