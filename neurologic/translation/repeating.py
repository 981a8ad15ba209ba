"""Whether two wordings are one sentence: what a repetition must keep, and what it may change.

Negations, words that bound or join (*all*, *only*, *must*, *or*, *before*), numbers, names and the
other words of content must stay, in their order. Case, quotes, contractions, spelling, articles and
inflection may change.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import Final

from neurologic.dependency.logical import NEGATIONS
from neurologic.dependency.words import likeness

_SPELT_ALIKE = 0.8
_SHORTEST_SLIP, _LONGEST_SLIP = 5, 60  # letters of a name in which a slip is known as one
_KEPT = 3  # words of content beside which another one may be a slip


def _forms(text: str) -> dict[str, str]:
    """Each word of some groups with the first of its group."""
    groups = [group.split() for group in text.replace("\n", " ").split("|")]
    return {form: group[0] for group in groups for form in group}


_NEGATIONS: Final = {word: word for word in NEGATIONS} | _forms("""
not n't ~ ≠ ¬ ∉|nobody noone|neither|nor|unless|hardly|scarcely|
barely|rarely|seldom|non|false falsely|untrue|incorrect|wrong wrongly|fail fails failed failing|
lack lacks lacked lacking|deny denies denied|refuse refuses refused|except excepting|impossible
""")
_BOUNDS: Final = _forms("""
all every each|everyone everybody|everything|any|anyone anybody|anything|can could|may might|must|
should ought|need needs needed|only solely|some|someone somebody|something|most|least|many|few|several|more|less|fewer|exactly|
or|xor|if when whenever|before|after|above|below|over|under|left|right|from|first|last|same|
different|other another others|earlier|later|until|since
""")
_CONTRACTED: Final = frozenset(
    "dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt cant couldnt wouldnt shouldnt "
    "wont shant mustnt neednt aint cannot".split()
)
_IDLE: Final = frozenset(
    "a an the this that these those be am is are was were been being has have had having do does did doing will would "
    "shall should wo sha ai he she it they we i you him her them us me his its their our your my "
    "who whom whose which what where there here then than so and but both either also too as of to "
    "in on at by for with about into therefore thus hence however moreover".split()
)
_NUMBERS: Final = {
    word: str(at)
    for at, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    word: word
    for word in "thirty forty fifty sixty seventy eighty ninety hundred thousand million billion "
    "second third fourth fifth sixth seventh eighth ninth tenth once twice thrice half dozen".split()
}
_COUNTING: Final = frozenset("exactly only just least most than of".split())
_SPELLINGS: Final = (
    (re.compile(r"(?<=[a-z]{2})our"), "or"),
    (re.compile(r"(?<=[a-z]{2})is(?=(?:e|es|ed|er|ers|ing|ation|ations)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{2}[bcdpt])re(?=s?$)"), "er"),
    (re.compile(r"ll"), "l"),
    (re.compile(r"(?<=[a-z])ogue(?=s?$)"), "og"),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"(?<=[a-z]{3})(?:nce)(?=s?$)"), "nse"),
    (re.compile(r"mme(?=s?$)"), "m"),
)
_ENDINGS: Final = re.compile(r"(?:ing|ed|es|s|e|ly)$")
_PREFIXES: Final = ("un", "in", "im", "ir", "il", "dis", "non", "mis")

_TAG = re.compile(r"\s*\[[A-Z]{1,4}\]")
_INITIALS = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_WORD = re.compile(r"(?<!\w)[-−]?\d+(?:[.,:/]\d+)*(?!\w)|[^\W_]+(?:'[^\W_]+)*|[≠¬∉]")
_OPENS = re.compile(r"(?:^|[.!?:])[\s\"'(\[]*$")
_SHORT = re.compile(r"'(?:s|re|ll|ve|d|m)$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence.

    Args:
        text: the word in small letters, without accents.
        capital: it begins with a capital.
        opening: it stands where any word has a capital.
    """

    text: str
    capital: bool
    opening: bool

    @property
    def stem(self) -> str:
        """The word without its ending, in one spelling; a number in digits, if it is a small one."""
        text = self.text
        if text[-1:].isdigit() or text[:1].isdigit():
            return re.sub(r"(?<=\d)(?:st|nd|rd|th)$|,(?=\d{3})", "", text)
        return _NUMBERS.get(text) or stem(text)

    @property
    def idle(self) -> bool:
        """Whether it carries no content of its own."""
        text = self.text
        return text in _IDLE or text in _NEGATIONS or text in _BOUNDS or text == "one"

    @property
    def nameable(self) -> bool:
        """Whether it is a name, if it has a capital."""
        return not self.idle and self.text not in _NUMBERS and not self.text[:1].isdigit()


@dataclass(frozen=True)
class Wording:
    """What of a sentence a repetition must keep."""

    words: tuple[Word, ...]

    @cached_property
    def negations(self) -> tuple[str, ...]:
        """The words that deny, in one form each, sorted."""
        return tuple(sorted(_NEGATIONS[w.text] for w in self.words if w.text in _NEGATIONS))

    @cached_property
    def bounds(self) -> tuple[str, ...]:
        """The words that bound, compare or join, in one form each, sorted; *both ... and* does not."""
        found = [_BOUNDS[w.text] for w in self.words if w.text in _BOUNDS]
        texts = [word.text for word in self.words]
        if "both" in texts and "and" not in texts[texts.index("both") :]:
            found.append("both")
        return tuple(sorted(found))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The numbers, as digits or words, sorted; a *one* that counts nothing is none."""
        found = []
        texts = ["", *(word.text for word in self.words), ""]
        for before, word, after in zip(texts[:-2], self.words, texts[2:], strict=True):
            text = word.text
            if text == "one" and not (
                {before, after} & _COUNTING or before in _NUMBERS or after in _NUMBERS
            ):
                continue
            if text in _NUMBERS or any(character.isdigit() for character in text):
                found.append(word.stem)
        return tuple(sorted(found))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems of the words that carry the content, in their order."""
        return tuple(word.stem for word in self.words if not word.idle)

    @cached_property
    def counted(self) -> Counter[str]:
        """How often each stem occurs."""
        return Counter(self.stems)


def wording(sentence: str) -> Wording:
    """The words of a sentence.

    >>> wording("“Ann” can’t sing.").negations, wording("Ann's colours realise 1,000.").stems
    (('not',), ('ann', 'color', 'realiz', '1000'))
    """
    found: list[Word] = []
    for word in _words(sentence):
        if word.text == "one" and found and found[-1].text == "no":
            found[-1] = replace(word, text="nobody")
        else:
            found.append(word)
    if [word.text for word in found[-2:]] == ["at", "all"]:
        del found[-2:]
    return Wording(tuple(found))


def _words(sentence: str) -> Iterator[Word]:
    plain = unicodedata.normalize("NFKD", _TAG.sub("", sentence, count=1))
    plain = "".join(c for c in plain.translate(_QUOTES) if not unicodedata.combining(c) or c == "̸")
    plain = unicodedata.normalize("NFC", plain)  # ≠ is = with a stroke
    plain = _INITIALS.sub(lambda found: found[0].replace(".", ""), plain)
    for match in _WORD.finditer(plain):
        raw = match.group()
        opening = bool(_OPENS.search(plain, max(0, match.start() - 8), match.start()))
        text = raw.casefold().replace("−", "-")
        if text.endswith("n't") or text in _CONTRACTED:
            verb = text.removesuffix("n't").removesuffix("not").removesuffix("nt")
            yield Word("can" if verb == "ca" else verb, capital=False, opening=True)
            text, raw = "not", ""
        yield Word(_SHORT.sub("", text).replace("'", ""), raw[:1].isupper(), opening)


_QUOTES: Final = str.maketrans("’‘`´ʼ", "'''''")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its ending, as it is spelt in America.

    >>> [stem(word) for word in ("studies", "study", "colours", "travelled", "sings", "running")]
    ['studi', 'studi', 'color', 'travel', 'sing', 'run']
    """
    if not word.isalpha() or len(word) < 4:
        return word
    for spelling, other in _SPELLINGS:
        word = spelling.sub(other, word)
    bare = _ENDINGS.sub("", word, count=1)
    if len(bare) < 3:
        bare = word
    if len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in "sz" and bare != word:
        bare = bare[:-1]
    return f"{bare[:-1]}i" if bare[-1] == "y" else bare


class Repetitions:
    """Compares sentences of one problem with repetitions of them."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.wordings = [wording(sentence) for sentence in sentences]
        self.places: dict[str, list[int]] = {}
        for at, each in enumerate(self.wordings):
            for part in each.counted:
                self.places.setdefault(part, []).append(at)
        self.names = frozenset(self._names())

    def _names(self) -> Iterator[str]:
        """The stems of words with a capital that none but a name has."""
        words = [word for each in self.wordings for word in each.words if word.nameable]
        small = {word.stem for word in words if not word.capital}
        for word in words:
            if word.capital and (not word.opening or word.stem not in small):
                yield word.stem

    def difference(self, at: int, said: Wording, *, loose: bool = False) -> str:
        """In what the words said differ from a sentence, so that they say something else.

        Args:
            at: the place of the sentence.
            said: the words.
            loose: names may be left out, and the rest may be put in any words and order.

        >>> Repetitions(["Ann doesn't sing."]).difference(0, wording("Ann sings."))
        "a negation ('not')"
        >>> Repetitions(["Ann doesn't sing."]).difference(0, wording("ann does not sing"))
        ''
        """
        mine = self.wordings[at]
        if told := _unlike(mine.negations, said.negations):
            return f"a negation ({told})"
        if told := _unlike(mine.numbers, said.numbers):
            return f"a number ({told})"
        names, others = self._named(mine, mine), self._named(said, mine)
        if loose:
            told = ", ".join(repr(n[:40]) for n in others if n not in mine.counted)
            return f"a name ({told})" if told else ""
        if len(names) != len(others) or not all(map(self._one_name, names, others)):
            told = _unlike(names, others) or "another order"
            return f"a name ({told})"
        if told := _unlike(mine.bounds, said.bounds):
            return f"the word {told}"
        if told := _opposite(mine.counted, said.counted):
            return told
        once = {s for s in mine.counted if mine.counted[s] == 1 == said.counted[s]}
        if [s for s in mine.stems if s in once] != [s for s in said.stems if s in once]:
            return "the order of its words"
        return ""

    def _named(self, said: Wording, mine: Wording) -> list[str]:
        """The names in some words, as stems; words that the sentence has in small letters are none."""
        names = [s for s in mine.stems if s in self.names]
        found = []
        for word in said.words:
            if not word.nameable:
                continue
            new = word.capital and word.stem not in mine.counted
            if new and word.opening:  # any word may stand there
                new = any(self._one_name(name, word.stem) for name in names)
            if new or word.stem in self.names:
                found.append(word.stem)
        return found

    def _one_name(self, mine: str, said: str, *, known: bool = False) -> bool:
        """Whether two names are one, perhaps with a slip of the pen that makes it no other name.

        Args:
            mine: one stem.
            said: the other.
            known: it must be seen to be a name.
        """
        if known and mine not in self.names:
            return False
        if mine == said:
            return True
        lengths = sorted((len(mine), len(said)))
        if not said.isalpha() or lengths[0] < _SHORTEST_SLIP or lengths[1] > _LONGEST_SLIP:
            return False
        if said in self.names:  # which may be another one
            return _one_letter_more(mine, said) or _one_letter_more(said, mine)
        return SequenceMatcher(None, mine, said, False).ratio() >= _SPELT_ALIKE

    def shared(self, at: int, said: Wording) -> float:
        """The share of content words, by their stems, that a sentence and some words share."""
        mine = self.wordings[at].counted
        return _share(sum((mine & said.counted).values()), mine, said.counted)

    def replaced(self, at: int, said: Wording) -> tuple[str, str]:
        """The words of content that are not those of a sentence, and those that are but for a slip.

        >>> said = wording("In town the big bat sings.")
        >>> Repetitions(["In town the big cat sings."]).replaced(0, said)
        ('', "'bat' for 'cat'")
        >>> Repetitions(["In town the cat sings."]).replaced(0, wording("In town the dog sings."))
        ("'cat', 'dog'", '')
        """
        mine = self.wordings[at]
        if mine.stems == said.stems:
            return "", ""
        ours, theirs = _apart(mine, said, idle=False)
        if "".join(word.stem for word in ours) == "".join(word.stem for word in theirs):
            return "", ""  # well-paid, wellpaid
        told = ", ".join(repr(word.text[:40]) for word in (*ours, *theirs)[:5])
        if len(ours) != len(theirs):
            ours, theirs = _apart(mine, said, idle=True)
        kept = len(mine.stems) - len(ours)
        slips = []
        for one, other in zip(ours, theirs, strict=False):
            if _inflected(one, other) or self._one_name(one.stem, other.stem, known=True):
                continue
            if not self._slip(one, other, kept):
                return told, ""
            slips.append(f"{other.text[:40]!r} for {one.text[:40]!r}")
        return (told, "") if len(ours) != len(theirs) or len(slips) > 1 else ("", "".join(slips))

    def _slip(self, mine: Word, said: Word, kept: int) -> bool:
        """Whether a word is perhaps another one with a slip of the pen, as far as the rest tells.

        Where both are words of the problem each may be meant. A short word is often another one with
        another letter: it is a slip only in a sentence that is the same otherwise, and in no other.
        """
        ours, theirs = len(self.places.get(mine.stem, ())) > 1, said.stem in self.places
        if (ours and theirs) or not _one_slip(mine.text, said.text):
            return False
        short = min(len(mine.text), len(said.text)) < _SHORTEST_SLIP
        return kept >= _KEPT and not (short and ours)

    def work(self, at: int, said: Wording) -> int:
        """How many pairs of characters, or what takes as long, it takes to compare."""
        mine = self.wordings[at]
        names = sum(len(part) for part in mine.stems if part in self.names)
        opening = sum(len(w.text) for w in said.words if w.opening and w.capital)
        shared = sum(len(self.places.get(part, ())) for part in said.counted)
        return 2 * names * (opening + _LONGEST_SLIP) + 10 * (shared + len(said.words))

    def closer(self, at: int, said: Wording, margin: float = 0.0) -> int | None:
        """Another sentence that shares more with the words said, by a margin, than that at a place."""
        common: Counter[int] = Counter()
        for part, count in said.counted.items():
            for place in self.places.get(part, ()):
                common[place] += min(count, self.wordings[place].counted[part])
        shares = {
            place: _share(number, self.wordings[place].counted, said.counted)
            for place, number in common.items()
        }
        best = min(shares, key=lambda place: (-shares[place], place), default=at)
        return best if best != at and shares[best] > shares.get(at, 0.0) + margin else None


def _apart(mine: Wording, said: Wording, *, idle: bool) -> tuple[list[Word], list[Word]]:
    """The words of either side that the other has not, or not as often, by their stems."""
    sides = [[w for w in each.words if idle or not w.idle] for each in (mine, said)]
    counts = [Counter(word.stem for word in side) for side in sides]
    found = []
    for side, more in zip(sides, (counts[0] - counts[1], counts[1] - counts[0]), strict=True):
        rest: list[Word] = []
        for word in reversed(side):
            if more[word.stem] > 0:
                more[word.stem] -= 1
                rest.append(word)
        found.append(rest[::-1])
    return found[0], found[1]


def _inflected(one: Word, other: Word) -> bool:
    """Whether two words are forms of one: *ate*, *eats*."""
    return any(likeness(a, b) for a in (one.text, one.stem) for b in (other.text, other.stem))


def _one_slip(one: str, other: str) -> bool:
    """Whether a word is another with one letter changed, or two that changed places.

    Of a longer word it is one inside, which may be missing as well, for there are many words such as
    *typical*, *atypical* and *payer*, *payee*.

    >>> [_one_slip("moral", said) for said in ("moarl", "morl", "amoral", "mural", "morals")]
    [True, True, False, True, False]
    """
    lengths = sorted((len(one), len(other)))
    if not one.isalpha() or not other.isalpha() or lengths[1] - lengths[0] > 1:
        return False
    if lengths[0] < _SHORTEST_SLIP - 1 and lengths[0] < lengths[1]:
        return False
    if lengths[1] >= _SHORTEST_SLIP and (one[0], one[-1]) != (other[0], other[-1]):
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return False
    one, other = one[start:], other[start:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return one[1:] == other[1:] or one[1:] == other or one == other[1:] or swapped


def _one_letter_more(short: str, long: str) -> bool:
    """Whether a word is another one with one more letter inside."""
    inner = range(1, len(long) - 1)
    return len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in inner)


def _share(common: int, one: Counter[str], other: Counter[str]) -> float:
    size = one.total() + other.total()
    return 2 * common / size if size else 1.0


def _unlike(mine: Iterable[str], said: Iterable[str]) -> str:
    """The words that are in one of both only."""
    one, other = Counter(mine), Counter(said)
    return ", ".join(repr(word[:40]) for word in sorted(((one - other) + (other - one)).keys())[:5])


def _opposite(mine: Counter[str], said: Counter[str]) -> str:
    """A word of one side that the other has with a prefix that denies it."""
    for one, other in ((mine - said, said - mine), (said - mine, mine - said)):
        for word in one:
            found = next((p + word for p in _PREFIXES if p + word in other), None)
            if found is not None:
                return f"a negation ({found[:40]!r})"
    return ""
