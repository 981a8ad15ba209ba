"""Which formula belongs to which sentence: by number, by text, and never by a guess that shifts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from neurologic.errors import TranslationError
from neurologic.translation.repeating import Repetitions, wording

ALIKE = 0.85
"""How much alike a repeated sentence must be to the one it stands for."""
LIKE = 0.4
"""How much alike it must be at least where a number says which sentence is meant."""
SHARED = 0.5
"""The share of words of content that must then be exceeded, if it is not `ALIKE`."""
MARGIN = 0.1
"""How much less every other sentence must be alike."""
_MOST_WORK = 20_000_000  # pairs of characters compared over the whole reply: some seconds at most
_A_CHARACTER, _A_SENTENCE = 20, 30  # to make words of it, and to look at it, in such pairs
_LONGEST_COMPARED = 1_000
_TOO_MANY = "the reply repeats too many sentences in other words"
_SHOWN = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A formula as it stands in a reply, with what says to which sentence it belongs.

    Args:
        formula: its text.
        sentence: the sentence as the reply repeats it.
        index: the sentence's number, counted from 1.
        conclusion: it is said to be the conclusion.
    """

    formula: str
    sentence: str | None = None
    index: int | None = None
    conclusion: bool = False


def pair(
    entries: Sequence[Entry], sentences: Sequence[str], *, concluding: bool = True
) -> tuple[tuple[str | TranslationError, ...], tuple[TranslationError, ...], tuple[str, ...]]:
    """Each sentence's formula or the error that it has none; formulas of no sentence; notes.

    Formulas with neither number nor sentence are taken in order, if there are as many as sentences.

    Args:
        entries: the formulas of a reply.
        sentences: those to be translated.
        concluding: the last of them is the conclusion.

    >>> pair([Entry("P", index=2), Entry("Q", "One."), Entry("R", index=9)], ["One.", "Two."])[0]
    ('Q', 'P')
    >>> [type(found).__name__ for found in pair([Entry("P", index=2)], ["One.", "Two."])[0]]
    ['TranslationError', 'str']
    """
    matcher = _Matcher(sentences, concluding)
    notes: list[str] = []
    unlabelled = all(e.sentence is None and e.index is None and not e.conclusion for e in entries)
    if unlabelled and len(entries) == len(sentences):
        homes: list[int | TranslationError] = list(range(len(entries)))
    else:
        homes = [matcher.home(entry, at) for at, entry in enumerate(entries)]
        _fill(homes, entries, matcher, notes)
    notes = [*matcher.notes, *notes]
    claims: dict[int, list[str]] = {}
    for entry, home in zip(entries, homes, strict=True):
        if isinstance(home, int):
            claims.setdefault(home, []).append(entry.formula)
    formulas = tuple(_settled(claims.get(at, []), s) for at, s in enumerate(sentences))
    return formulas, tuple(h for h in homes if isinstance(h, TranslationError)), tuple(notes)


def _settled(formulas: list[str], sentence: str) -> str | TranslationError:
    different = list(dict.fromkeys(formulas))
    if len(different) == 1:
        return different[0]
    if different:
        message = f"the reply gives {len(different)} formulas for this sentence"
        hint = "join them with ∧"
    else:
        message, hint = "the reply gives no formula for this sentence", ""
    text = sentence[:_SHOWN]
    return TranslationError(
        message, text=text, span=(0, len(text) or 1), hint=hint, kind="unpaired"
    )


def _fill(
    homes: list[int | TranslationError],
    entries: Sequence[Entry],
    matcher: _Matcher,
    notes: list[str],
) -> None:
    """Settle formulas without a home where nothing can have shifted.

    There are as many formulas as sentences, and every other one stands at its own sentence's place.
    A formula that stands with what denies its sentence, or is of another one, is not settled.
    """
    if len(entries) != len(matcher.sentences):
        return
    if any(isinstance(home, int) and home != at for at, home in enumerate(homes)):
        return
    for at, home in enumerate(homes):
        if isinstance(home, TranslationError) and home.kind == "unknown sentence":
            said = entries[at].sentence
            if said and (differs := matcher.otherwise(at, said, known=False, loose=True)[0]):
                message = f"the formula stands at the place of sentence {at + 1}, but {differs}"
                homes[at] = _stray(entries[at], at, message, "contradictory")
                continue
            homes[at] = at
            notes.append(f"formula {at + 1} of the reply is paired by its place: {home.message}")


class _Matcher:
    """Finds the sentence of an entry, each of several equal sentences once."""

    def __init__(self, sentences: Sequence[str], concluding: bool) -> None:
        self.sentences = sentences
        self.concluding = concluding
        self.normal = [normal(sentence) for sentence in sentences]
        self.places: dict[str, list[int]] = {}
        for at, text in enumerate(self.normal):
            self.places.setdefault(text, []).append(at)
        self.used: dict[str, int] = {}
        self.longest = 2 * max(map(len, sentences), default=0) + _LONGEST_COMPARED
        self.work = 0
        self.notes: list[str] = []

    @cached_property
    def repetitions(self) -> Repetitions:
        """The words of the sentences; few replies need them."""
        return Repetitions(self.sentences)

    def home(self, entry: Entry, at: int) -> int | TranslationError:
        """The place of the entry's sentence, or why it has none."""
        last = len(self.sentences) - 1
        if entry.conclusion and not self.concluding:
            return _stray(entry, at, "no conclusion was to be translated", "unpaired")
        if entry.conclusion or entry.index is not None:
            home = last if entry.conclusion else (entry.index or 0) - 1
            if not 0 <= home <= last:
                return _stray(entry, at, f"there is no sentence {entry.index}", "unpaired")
            return self.confirmed(home, entry, at) if entry.sentence else home
        if entry.sentence is None:
            return _stray(entry, at, "no sentence stands with the formula", "unknown sentence")
        said = normal(entry.sentence)
        if places := self.places.get(said):
            turn = self.used.get(said, 0)
            self.used[said] = turn + 1
            return places[min(turn, len(places) - 1)]
        near = self.nearest(said)
        if near is None:
            message = "the formula stands with no sentence of the problem"
            return _stray(entry, at, message, "unknown sentence")
        told, slip = self.otherwise(near, entry.sentence)
        if told:
            message = f"the formula stands with words like those of sentence {near + 1}, but {told}"
            return _stray(entry, at, message, "contradictory")
        self.notes.append(f"the reply repeats sentence {near + 1} in other words{slip}")
        return near

    def confirmed(self, home: int, entry: Entry, at: int) -> int | TranslationError:
        """The place that a number names, unless the sentence beside it is another one."""
        said = normal(entry.sentence or "")
        others = self.places.get(said)
        if not said or (others and home in others):
            return home
        name = "the conclusion" if entry.conclusion else f"sentence {home + 1}"
        other = others[0] if others else self.nearest(said)
        if other is not None and other != home:
            message = f"the formula is given for {name}, but with sentence {other + 1}"
            return _stray(entry, at, message, "contradictory")
        told, slip = _TOO_MANY if self.work > _MOST_WORK else "with another sentence", ""
        like = other is not None or self.likeness(home, said, LIKE) >= LIKE
        if like:
            told, slip = self.otherwise(home, entry.sentence or "", known=other is not None)
        if told:
            message = f"the formula is given for {name}, but {told}"
            return _stray(entry, at, message, "contradictory")
        self.notes.append(f"the reply repeats {name} in other words{slip}")
        return home

    def otherwise(
        self, home: int, sentence: str, *, known: bool = True, loose: bool = False
    ) -> tuple[str, str]:
        """Why words are no repetition of a sentence, though they are like it; else what was a slip.

        Args:
            home: the place of the sentence.
            sentence: the words.
            known: letter by letter, they are much more like this sentence than any other.
            loose: they may be put in any words, if they share few with the sentence.
        """
        if len(sentence) > self.longest:
            return "with another sentence", ""
        said = wording(sentence)
        self.work += _A_CHARACTER * len(sentence) + self.repetitions.work(home, said)
        if self.work > _MOST_WORK:
            return _TOO_MANY, ""
        little = self.repetitions.shared(home, said) <= SHARED
        if told := self.repetitions.difference(home, said, loose=loose and little):
            return f"the sentence with it differs in {told}", ""
        closer = self.repetitions.closer(home, said, MARGIN if known else 0.0)
        if closer is not None and self.normal[closer] != self.normal[home]:
            return f"the sentence with it is more like sentence {closer + 1}", ""
        if little and not known:
            return ("", "") if loose else ("with another sentence", "")
        told, slip = self.repetitions.replaced(home, said)
        if told:
            return f"the sentence with it has other words ({told})", ""
        return "", f", with {slip}" if slip else ""

    def nearest(self, said: str) -> int | None:
        """The one sentence that is nearly the one repeated; none once that takes too much work."""
        if self.work > _MOST_WORK:
            return None
        scores = [(self.likeness(at, said, ALIKE - MARGIN), at) for at in range(len(self.normal))]
        scores.sort(reverse=True)
        if not scores or scores[0][0] < ALIKE:
            return None
        close = [score for score, _ in scores[1:] if scores[0][0] - score < MARGIN]
        return None if close else scores[0][1]

    def likeness(self, at: int, said: str, least: float) -> float:
        """How much alike a sentence and the one repeated are; 0 where it is less than `least`.

        It is 0 as well once a reply has taken too much work, so that no reply takes more.
        """
        mine, said = self.normal[at][:_LONGEST_COMPARED], said[:_LONGEST_COMPARED]
        self.work += _A_SENTENCE + len(mine) + len(said)
        if self.work > _MOST_WORK:
            return 0.0
        matcher = SequenceMatcher(None, mine, said, False)
        if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
            return 0.0
        self.work += len(mine) * len(said)
        return matcher.ratio() if self.work <= _MOST_WORK else 0.0


def _stray(entry: Entry, at: int, message: str, kind: str) -> TranslationError:
    text = entry.formula[:_SHOWN]
    return TranslationError(
        message,
        text=text,
        span=(0, len(text) or 1),
        source=f"formula {at + 1} of the reply",
        hint="give one formula for each sentence, with the sentence as it stands",
        kind=kind,
    )


def normal(sentence: str) -> str:
    """The sentence without what a repetition may change: case, spacing, quotes, the full stop.

    >>> normal("  “Tom”  purrs. ") == normal("tom purrs")
    True
    """
    plain = re.sub(r"[\"'“”‘’`]", "", sentence.casefold())
    return " ".join(plain.split()).rstrip(".!?;: ")
