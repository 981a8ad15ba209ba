"""The vocabulary of a problem: what each word may be, learned from all sentences at once.

A word of an open class may be a noun, an adjective, a verb or a name; each possibility has a cost,
0 where the problem itself shows it, and a lemma, chosen among the candidates of `morphology` by
which of them occur in the problem (`brilpuses` is the plural of `brilpus` where `brilpus` occurs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from neurologic.english import morphology
from neurologic.english.evidence import Class, observe
from neurologic.english.tokens import Token
from neurologic.english.words import CLOSED, is_closed

UNSEEN = 0.2
"""The cost of a class for a word of which the problem shows no class."""
UNLIKELY = 0.4
"""The further cost where the form of the word speaks against the class."""
CONTRARY = 1.6
"""The cost of a class for a word that the problem shows to belong to another."""
LIKELY_NAME = 0.4
"""The cost of a word as a noun or a modifier where it begins a sentence and may be a name."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its place: its lemma, the text it stands for, where, and its tense if it has one."""

    lemma: str
    text: str
    start: int
    end: int
    past: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a problem, learned from all its sentences.

    Args:
        forms: all forms that occur, in lower case.
        lower: those that occur without a capital.
        shown: for each class the lemmas that some sentence shows to belong to it.

    >>> from neurologic.english.tokens import tokenize
    >>> words = learn([tokenize("Every brilpus is shy."), tokenize("Brilpuses are cats.")])
    >>> words.noun_lemma("brilpuses"), "shy" in words.shown["adjective"]
    ('brilpus', True)
    """

    forms: frozenset[str] = frozenset()
    lower: frozenset[str] = frozenset()
    shown: dict[Class, frozenset[str]] = field(default_factory=dict)

    def noun_lemma(self, form: str) -> str:
        """The singular that a noun form belongs to."""
        return self._attested(form, morphology.singulars(form), lambda noun: (noun,)) or form

    def verb_lemma(self, form: str, candidates: tuple[str, ...]) -> str:
        """The verb that an inflected form belongs to."""
        return self._attested(form, candidates, _inflections) or form

    def _attested(
        self, form: str, candidates: tuple[str, ...], inflect: Callable[[str], Iterable[str]]
    ) -> str:
        """The first candidate of which the problem has another form, else the likeliest."""
        for candidate in candidates:
            if any(other in self.forms and other != form for other in inflect(candidate)):
                return candidate
        return candidates[0] if candidates else ""

    def entries(self, token: Token, *, initial: bool) -> tuple[tuple[str, float, Word], ...]:
        """The lexical categories that a token may have, each with its cost and its word."""
        lower = token.lower
        found: list[tuple[str, float, Word]] = [
            (
                category,
                0.0,
                Word(value or lower, token.text, token.start, token.end, value == "past"),
            )
            for category, value in CLOSED.get(lower, ())
        ]
        if token.kind == "word" and not is_closed(lower):
            found.extend(_open_entries(self, token, initial=initial))
        elif token.kind == "word" and _is_variable_name(token):
            found.append(("name", 0.0, Word(lower, token.text, token.start, token.end)))
        return tuple(found)

    def cost(self, cls: Class, lemma: str, form: str, *, unlikely: bool = False) -> float:
        """What it costs to take a form for a word of a class."""
        if lemma in self.shown.get(cls, ()):
            return 0.0
        candidates = {form, lemma, self.noun_lemma(form)}
        rivals = any(
            other != cls and not candidates.isdisjoint(lemmas)
            for other, lemmas in self.shown.items()
            if not (cls == "noun" and other == "adjective" and form != lemma)
        )
        return (CONTRARY if rivals else UNSEEN) + (UNLIKELY if unlikely else 0.0)


def learn(sentences: Iterable[Sequence[Token]]) -> Vocabulary:
    """The vocabulary that the sentences of a problem show; their order does not matter."""
    sentences = [tuple(tokens) for tokens in sentences]
    forms = frozenset(token.lower for tokens in sentences for token in tokens)
    bare = Vocabulary(forms)
    shown: dict[Class, set[str]] = {"noun": set(), "adjective": set(), "verb": set(), "name": set()}
    for tokens in sentences:
        for cls, form in observe(tokens):
            shown[cls].add(_lemma(bare, cls, form))
    lower = frozenset(t.lower for tokens in sentences for t in tokens if not t.is_capitalized)
    shown["name"].difference_update(shown["noun"] & lower)
    return Vocabulary(forms, lower, {cls: frozenset(lemmas) for cls, lemmas in shown.items()})


def _lemma(vocabulary: Vocabulary, cls: Class, form: str) -> str:
    match cls:
        case "noun":
            return vocabulary.noun_lemma(form)
        case "verb":
            finite = morphology.third_person(form) or morphology.pasts(form)
            return vocabulary.verb_lemma(form, finite)
        case "adjective" | "name":
            return form


def _inflections(verb: str) -> tuple[str, ...]:
    """The regular forms of a verb, any of which shows that the verb exists."""
    if not verb:
        return ()
    stem = verb[:-1] if verb.endswith("e") else verb
    if verb.endswith("y"):
        return (verb, f"{verb}s", f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
    return (verb, f"{verb}s", f"{verb}es", f"{stem}ed", f"{stem}ing")


def _is_variable_name(token: Token) -> bool:
    """A single capital letter: a name even where the letter is a function word (`I` excepted)."""
    return len(token.text) == 1 and token.text.isupper() and token.text not in "AI"


def _open_entries(
    vocabulary: Vocabulary, token: Token, *, initial: bool
) -> Iterable[tuple[str, float, Word]]:
    lower = token.lower
    capital = token.is_capitalized and not initial
    known_name = lower in vocabulary.shown.get("name", ())

    def word(lemma: str, *, past: bool = False) -> Word:
        return Word(lemma, token.text, token.start, token.end, past)

    if token.is_capitalized:
        yield ("name", _name_cost(vocabulary, lower, initial=initial), word(token.text))
    if capital and len(token.text) == 1:
        return
    plus = (0.4 if capital else 0.0) + (1.0 if initial and known_name else 0.0)
    if token.is_capitalized and initial and _may_be_name(vocabulary, lower):
        plus += LIKELY_NAME
    yield from (
        (category, cost + plus, word(lemma))
        for category, cost, lemma in _nominal_entries(vocabulary, lower)
    )
    if not capital:
        yield from (
            (category, cost + plus, word(lemma, past=past))
            for category, cost, lemma, past in _verbal_entries(vocabulary, lower)
        )


def _may_be_name(vocabulary: Vocabulary, lower: str) -> bool:
    """Nothing in the problem shows that the word is not a name, and it is no plural."""
    if lower in vocabulary.lower or morphology.singulars(lower):
        return False
    return all(lower not in shown for cls, shown in vocabulary.shown.items() if cls != "name")


def _name_cost(vocabulary: Vocabulary, lower: str, *, initial: bool) -> float:
    """A capital inside a sentence shows a name; at its beginning it shows little."""
    if not initial:
        return 0.0 if vocabulary.noun_lemma(lower) not in vocabulary.shown.get("noun", ()) else 0.4
    if lower in vocabulary.shown.get("name", ()):
        return 0.0
    if lower in vocabulary.lower:
        return 2 * CONTRARY
    common = any(
        vocabulary.noun_lemma(lower) in vocabulary.shown.get(cls, ()) or lower in lemmas
        for cls, lemmas in vocabulary.shown.items()
        if cls != "name"
    )
    return CONTRARY if common else UNLIKELY if morphology.singulars(lower) else 0.0


def _nominal_entries(vocabulary: Vocabulary, form: str) -> Iterable[tuple[str, float, str]]:
    """The readings of a form as noun, as adjective, as modifier of a noun and as comparative."""
    if form in _VERBS_ONLY:
        return
    singulars = morphology.singulars(form)
    adverbial = form.endswith("ly") and len(form) > 5
    shown = vocabulary.shown
    if not singulars or morphology.is_invariant(form):
        cost = vocabulary.cost("noun", form, form, unlikely=adverbial or _is_inflected_verb(form))
        yield ("noun[sg]", cost, form)
    if singulars:
        lemma = vocabulary.noun_lemma(form)
        cost = vocabulary.cost("noun", lemma, form, unlikely=False)
        yield ("noun[pl]", cost, lemma)
    unlikely = bool(singulars) or form in morphology.IRREGULAR_PASTS
    yield ("adjective", vocabulary.cost("adjective", form, form, unlikely=unlikely), form)
    if form in shown.get("adjective", ()) or form in shown.get("noun", ()):
        yield ("modifier", 0.0, form)
    elif not singulars:
        yield ("modifier", vocabulary.cost("adjective", form, form, unlikely=unlikely), form)
    if morphology.comparatives(form):
        yield ("comparative", 0.0, form)


def _verbal_entries(vocabulary: Vocabulary, form: str) -> Iterable[tuple[str, float, str, bool]]:
    """The readings of a form as a verb, finite or not, and as a past participle."""
    third, past = morphology.third_person(form), morphology.pasts(form)
    adverbial = form.endswith("ly") and len(form) > 5
    if third:
        lemma = vocabulary.verb_lemma(form, third)
        yield ("verb[sg]", vocabulary.cost("verb", lemma, form), lemma, False)
    if past:
        lemma = vocabulary.verb_lemma(form, past)
        cost = vocabulary.cost("verb", lemma, form)
        yield ("verb[sg]", cost, lemma, True)
        yield ("verb[pl]", cost, lemma, True)
    if form == "have" or not (third or past) or form in morphology.IRREGULAR_VERBS:
        cost = vocabulary.cost("verb", form, form, unlikely=adverbial)
        yield ("verb[pl]", cost, form, False)
        yield ("verb[base]", cost, form, False)
    participle = morphology.participles(form)
    if participle:
        lemma = vocabulary.verb_lemma(form, participle)
        yield ("participle", vocabulary.cost("verb", lemma, form) / 2, lemma, False)


_VERBS_ONLY = frozenset(["have", "has", "had"])


def _is_inflected_verb(form: str) -> bool:
    return form in morphology.IRREGULAR_PASTS
