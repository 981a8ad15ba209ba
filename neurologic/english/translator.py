"""The translator: the sentences of a problem become readings or located errors, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from neurologic.dependency import DependencyStructure
from neurologic.english import diagnosis, generics, syntax, tense
from neurologic.english.chart import Chart, ComplexityError, Edge, Leaf, build, leaves
from neurologic.english.context import Context, InterpretationError, Introduction, Options
from neurologic.english.dependencies import structures_of
from neurologic.english.discourse import canonical
from neurologic.english.grammar import GRAMMAR
from neurologic.english.phrases import phrase
from neurologic.english.statements import interpret
from neurologic.english.tokens import Token, tokenize
from neurologic.english.usage import survey
from neurologic.english.vocabulary import Vocabulary, Word, learn
from neurologic.errors import NeurologicError, Span, TranslationError
from neurologic.formula import Formula
from neurologic.problem import Lexicon, Reading, TextProblem, Translation

STRICT = 1.5
"""The greatest cost of a reading that strict translation gives."""
LENIENT = 6.0
"""The greatest cost of a reading that lenient translation gives."""
MARGIN = 0.2
"""How much a second reading must cost more than the first for the sentence not to be ambiguous."""
MAX_WORDS = 200
MAX_CHARACTERS = 4000
MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class English:
    """A translator for controlled English.

    Args:
        strict: refuse a sentence whose best reading is uncertain or has a rival of about the same
            cost; otherwise the best reading is given, with its cost.
        readings: how many readings of a sentence to give at most.
        exclusive_either: `either A or B` means that exactly one holds.

    >>> problem = TextProblem(("All cats purr.", "Tom is a cat."), "Does Tom purr?")
    >>> for readings in English().translate(problem).sentences:
    ...     print(readings[0].formula)
    ∀x (Cat(x) → Purr(x))
    Cat(tom)
    Purr(tom)
    """

    strict: bool = True
    readings: int = 3
    exclusive_either: bool = True

    def translate(self, problem: TextProblem) -> Translation:
        """The readings of each premise and of the conclusion, or the error that stopped them."""
        texts = (*problem.premises, problem.conclusion)
        sentences = [
            _prepare(text, is_conclusion=at == len(problem.premises))
            for at, text in enumerate(texts)
        ]
        vocabulary = learn(s.tokens for s in sentences if s.error is None)
        parsed = [_parse(sentence, vocabulary) for sentence in sentences]
        options = Options(self.exclusive_either)
        usage = survey(p.parses[0].tree for p in parsed if p.parses)
        awaited = _awaited(parsed)
        known: tuple[Introduction, ...] = ()
        read: list[_Candidates | TranslationError] = []
        for at, (sentence, parses) in enumerate(zip(sentences, parsed, strict=True)):
            background = Context(usage=usage, options=options, known=known, awaited=awaited[at])
            result = self._read(sentence, parses, background)
            if not isinstance(result, TranslationError):
                known += tuple(result[0].context.introduced)
            read.append(result)
        _compare_tenses(sentences, read, strict=self.strict)
        if self.strict:
            _refuse_generics(sentences, read)
        for result, source in zip(read, problem.sources, strict=False):
            if isinstance(result, NeurologicError):
                result.source = source
        results = tuple(
            result if isinstance(result, NeurologicError) else _readings(sentence, result)
            for sentence, result in zip(sentences, read, strict=True)
        )
        return Translation(problem, results, _lexicon(read))

    def structures(
        self, sentence: str, context: Sequence[str] = ()
    ) -> tuple[DependencyStructure, ...]:
        """Logical dependency structures of a sentence, the finest first, the sentence whole last.

        Every one is valid. There is none where the sentence cannot be read.

        Args:
            sentence: the sentence, or a yes-no question.
            context: other sentences of the same text, which show what its words may be.

        >>> fine, coarse, whole = English().structures("If Ann is not old then all cats purr.")
        >>> print(fine)
        U1="Ann is old", U2="cats purr", D1="not", D2="all", C1="if ... then"
        U1 -> C1; D1 -> U1; U2 -> C1; D2 -> U2
        >>> print(coarse)
        U1="Ann is not old", U2="all cats purr", C1="if ... then"
        U1 -> C1; U2 -> C1
        """
        return next(self.structures_in((sentence, *context)))

    def structures_in(self, text: Sequence[str]) -> Iterator[tuple[DependencyStructure, ...]]:
        """The structures of each sentence of a text, as `structures` finds them.

        Args:
            text: its sentences, each of which shows what words of the others may be.
        """
        sentences = [_prepare(sentence, is_conclusion=True) for sentence in text]
        vocabulary = learn(s.tokens for s in sentences if s.error is None)
        for sentence in sentences:
            parses = _parse(sentence, vocabulary).parses
            if not parses or parses[0].cost > (STRICT if self.strict else LENIENT):
                yield ()
                continue
            tree = phrase(parses[0].edge, sentence.goal)
            yield structures_of(tree, sentence.tokens, sentence.text)

    def _read(
        self, sentence: _Sentence, parsed: _Parsed, background: Context
    ) -> _Candidates | TranslationError:
        """The readings of one sentence, best first, or what is wrong with it."""
        error = sentence.error or parsed.error
        if error is not None:
            return error
        try:
            candidates = sorted(_candidates(sentence, parsed, background), key=lambda c: c.cost)
        except InterpretationError as problem:
            return TranslationError(
                problem.message, text=sentence.text, span=problem.span, hint=problem.hint
            )
        distinct: dict[object, _Candidate] = {}
        for candidate in candidates:
            distinct.setdefault(canonical(candidate.formula), candidate)
        limit = STRICT if self.strict else LENIENT
        best, *others = distinct.values()
        rest = [candidate for candidate in others if candidate.cost <= limit]
        if best.cost > limit or (self.strict and best.context.flipped):
            return _refused(sentence, best)
        if self.strict and rest and rest[0].cost - best.cost < MARGIN:
            span = _span(sentence, 0, len(sentence.tokens))
            first, second = str(best.formula), str(rest[0].formula)
            return diagnosis.ambiguous(sentence.text, span, first, second)
        for other in others if self.strict else ():
            if other.cost > limit and other.clear_cost - best.cost < MARGIN:
                return _refused(sentence, other)  # as likely, but of two meanings itself
        return (best, *rest)[: self.readings]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence cut into words, or the error that forbids it."""

    text: str
    tokens: tuple[Token, ...] = ()
    goal: str = "Statement"
    error: TranslationError | None = None


@dataclass(frozen=True, slots=True)
class _Parse:
    """A tree, its edge, its cost, its least certain step, and the words that speak of the past."""

    tree: Any
    edge: Edge
    cost: float
    weakest: tuple[float, int, int, str]
    past: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Parsed:
    """The trees of a sentence, best first, or the error that there are none."""

    parses: tuple[_Parse, ...] = ()
    error: TranslationError | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A possible reading."""

    cost: float
    formula: Formula
    context: Context
    parse: _Parse

    @property
    def clear_cost(self) -> float:
        """What the reading costs without the doubts which of two things it means."""
        return self.cost - self.context.ambiguity


_Candidates = tuple[_Candidate, ...]


def _prepare(text: str, *, is_conclusion: bool) -> _Sentence:
    """The words of a sentence without its final mark; an error if it cannot be English at all."""

    def refuse(message: str, span: Span, hint: str = "") -> _Sentence:
        return _Sentence(text, error=TranslationError(message, text=text, span=span, hint=hint))

    for at, character in enumerate(text):
        if not character.isprintable() and not character.isspace():
            return refuse("a control character is no part of a sentence", (at, at + 1), "remove it")
    if len(text) > MAX_CHARACTERS:
        span = (MAX_CHARACTERS, MAX_CHARACTERS + 1)
        return refuse("the sentence is too long to be read", span, "say it in several sentences")
    tokens = list(tokenize(text))
    asks = False
    while tokens and tokens[-1].text in (".", "!", "?", ";"):
        asks = tokens.pop().text == "?" or asks
    if not tokens:
        return refuse("the sentence is empty", (0, max(1, len(text))), "write a sentence")
    if len(tokens) > MAX_WORDS:
        span = tokens[MAX_WORDS].span
        return refuse(
            f"the sentence has more than {MAX_WORDS} words", span, "say it in several sentences"
        )
    if asks and not is_conclusion:
        span = (len(text.rstrip()) - 1, len(text.rstrip()))
        return refuse("a premise states something: it is no question", span, "end with a full stop")
    return _Sentence(text, tuple(tokens), "Question" if is_conclusion else "Statement")


Entries = tuple[tuple[tuple[str, float, Word], ...], ...]


def _parse(sentence: _Sentence, vocabulary: Vocabulary) -> _Parsed:
    if sentence.error is not None:
        return _Parsed()
    entries = tuple(
        vocabulary.entries(token, initial=at == 0) for at, token in enumerate(sentence.tokens)
    )
    parses, furthest, expected = _trees(sentence.goal, entries)
    if parses:
        return _Parsed(parses)
    if expected is None:
        span = _span(sentence, furthest, furthest + 1)
        message, hint = "the sentence is too complex to be read", "say it in several sentences"
        error = TranslationError(message, text=sentence.text, span=span, hint=hint)
    else:
        error = diagnosis.unreadable(sentence.text, sentence.tokens, furthest, expected)
    return _Parsed(error=error)


@lru_cache(maxsize=4096)  # a function of its arguments: sentences recur among problems
def _trees(goal: str, entries: Entries) -> tuple[tuple[_Parse, ...], int, tuple[str, ...] | None]:
    """The trees of a lattice of words, best first; where it failed and what was expected there."""
    lattice = []
    for entry in entries:
        categories: dict[str, list[Leaf]] = {}
        for category, cost, word in entry:
            categories.setdefault(category, []).append(Leaf(cost, word))
        lattice.append(categories)
    chart = Chart(GRAMMAR, lattice)
    try:
        edges = chart.parses(goal)
    except ComplexityError:
        return (), chart.furthest, None
    trees = [(build(edge), edge) for edge in edges]
    parses = tuple(
        _Parse(tree, edge, edge.cost, diagnosis.weakest(edge), _pasts(edge))
        for tree, edge in trees
        if syntax.depth(tree) <= MAX_DEPTH
    )
    if trees and not parses:
        return (), len(entries) // 2, None
    return parses, chart.furthest, tuple(chart.expected)


def _pasts(edge: Edge) -> tuple[Word, ...]:
    return tuple(word for word in leaves(edge) if word.past)


def _span(sentence: _Sentence, start: int, end: int) -> Span:
    """The characters of the tokens from `start` to `end`."""
    last = len(sentence.tokens) - 1
    return (sentence.tokens[min(start, last)].start, sentence.tokens[min(end - 1, last)].end)


def _candidates(sentence: _Sentence, parsed: _Parsed, background: Context) -> Iterator[_Candidate]:
    """Every tree interpreted in its usual way, and with each open choice decided otherwise."""
    failure: InterpretationError | None = None
    found = False

    def candidate(parse: _Parse, flipped: frozenset[int]) -> _Candidate:
        context = Context(
            sentence.text,
            sentence.goal == "Statement",
            background.usage,
            background.options,
            flipped,
            background.known,
            background.awaited,
        )
        formula = interpret(parse.tree, context)
        for word in parse.past:
            context.note("tense is not represented", word)
        return _Candidate(parse.cost + context.cost, formula, context, parse)

    for parse in parsed.parses:
        if failure is not None and parse.cost > parsed.parses[0].cost + MARGIN and not found:
            break  # a much less likely tree is no way out of a failure
        try:
            usual = candidate(parse, frozenset())
        except InterpretationError as problem:
            failure = failure or problem
            continue
        found = True
        yield usual
        for choice, plus in enumerate(usual.context.alternatives):
            flipped = candidate(parse, frozenset((choice,)))
            yield replace(flipped, cost=max(flipped.cost, usual.cost + plus))
    if failure is not None and not found:
        raise failure


def _awaited(parsed: list[_Parsed]) -> list[frozenset[str]]:
    """For each sentence the nouns that later sentences use with `the`."""
    nouns: frozenset[str] = frozenset()
    awaited = []
    for parses in reversed(parsed):
        awaited.append(nouns)
        if parses.parses:
            nouns |= {
                tree.nominal.head.lemma
                for tree in syntax.subtrees(parses.parses[0].tree)
                if isinstance(tree, syntax.Definite)
            }
    return awaited[::-1]


def _refused(sentence: _Sentence, best: _Candidate) -> TranslationError:
    """The error that shows the greatest of the doubts about a reading."""
    cost, start, end, category = best.parse.weakest
    reading = str(best.formula)
    doubt = max(best.context.doubts, key=lambda doubt: doubt.cost, default=None)
    if doubt is None or doubt.cost <= cost:
        span = _span(sentence, start, end)
        return diagnosis.doubtful(sentence.text, span, category, reading)
    word = doubt.word
    span = (word.start, word.end) if word else _span(sentence, 0, len(sentence.tokens))
    return diagnosis.too_uncertain(sentence.text, span, doubt.reason, doubt.hint, reading)


def _readings(sentence: _Sentence, candidates: _Candidates) -> tuple[Reading, ...]:
    return tuple(
        Reading(c.formula, sentence.text, round(c.cost, 3), notes=tuple(c.context.notes))
        for c in candidates
    )


def _refuse_generics(
    sentences: list[_Sentence], read: list[_Candidates | TranslationError]
) -> None:
    """Replace the reading of a generic premise by an error where the text has an exception to it."""
    premises = [
        None if isinstance(r, TranslationError) else (r[0].parse.tree, r[0].formula)
        for r in read[:-1]
    ]
    for place, exception in generics.exceptions(premises).items():
        tree, _ = premises[place] or (None, None)
        span = syntax.span(tree.subject) if tree is not None else (0, 1)
        read[place] = diagnosis.excepted(sentences[place].text, span, sentences[exception].text)


def _said(result: _Candidates | TranslationError) -> tense.Said | None:
    if isinstance(result, TranslationError):
        return None
    best = result[0]
    return tense.Said(best.formula, bool(best.parse.past), best.context.predicates)


def _compare_tenses(
    sentences: list[_Sentence], read: list[_Candidates | TranslationError], *, strict: bool
) -> None:
    """Note where two tenses meet; if strict, refuse what only the tenses keep from contradiction.

    The conclusion is also refused if it asks of one time what the premises say of another only.
    """
    *premises, asked = map(_said, read)
    for place, gloss in tense.mixed(premises).items():
        result = read[place]
        if not isinstance(result, TranslationError):
            said = tense.name(not result[0].parse.past)
            result[0].context.note(f"'{gloss}' is said in the {said} tense elsewhere")
    if not strict:
        return
    missed = tense.other(premises, asked) if asked else None
    if asked and missed:
        said, wanted = tense.name(not asked.past), tense.name(asked.past)
        reason = f"the premises say '{missed}' in the {said} tense, this sentence in the {wanted}"
        read[-1] = _untimely(sentences[-1], reason)
    for place, earlier in tense.contrary(premises).items():
        reason = f"only the tense keeps this from contradicting '{sentences[earlier].text.strip()}'"
        read[place] = _untimely(sentences[place], reason)


def _untimely(sentence: _Sentence, reason: str) -> TranslationError:
    span = _span(sentence, 0, len(sentence.tokens))
    hint = "use one tense: time is not represented"
    return TranslationError(reason, text=sentence.text, span=span, hint=hint)


def _lexicon(read: list[_Candidates | TranslationError]) -> Lexicon:
    predicates: dict[tuple[str, int], str] = {}
    constants: dict[str, str] = {}
    for candidates in read:
        if not isinstance(candidates, TranslationError):
            for key, gloss in candidates[0].context.predicates.items():
                predicates.setdefault(key, gloss)
            for name, gloss in candidates[0].context.constants.items():
                constants.setdefault(name, gloss)
    entries = tuple((name, arity, gloss) for (name, arity), gloss in predicates.items())
    return Lexicon(entries, tuple(constants.items()))
