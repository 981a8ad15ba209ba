"""The context of one sentence under interpretation: what it mentions, supposes and costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from neurologic.english.discourse import Box, Referent, to_formula, variable_names
from neurologic.english.usage import Usage
from neurologic.english.vocabulary import Word
from neurologic.errors import Span
from neurologic.formula import Constant, ForAll, Formula, Term, Variable
from neurologic.problem import Note

Kind = Literal["person", "thing", "any"]

NO_USAGE = Usage()
UNCLEAR_PRONOUN = 0.5
AMBIGUOUS_PRONOUN = 2.0
AMBIGUOUS = 2.0  # what may mean two things


class InterpretationError(Exception):
    """A phrase that parses but has no interpretation: what is wrong, where, and how to mend it."""

    def __init__(self, message: str, span: Span, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.span, self.hint = message, span, hint


@dataclass(frozen=True, slots=True)
class Options:
    """How to read what English leaves open."""

    exclusive_either: bool = True


@dataclass(frozen=True, slots=True)
class Introduction:
    """Something that a later `the N` may take up: its noun, the modifiers, the constant's words."""

    noun: str
    modifiers: frozenset[str]
    constant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What makes a reading uncertain: what it costs, why, at which word, and how to mend it.

    `ambiguous` doubts are no reason to prefer another reading of the sentence.
    """

    cost: float
    reason: str
    word: Word | None = None
    hint: str = ""
    ambiguous: bool = False


@dataclass(slots=True)
class Context:
    """What a sentence has mentioned so far, the notes and costs of its reading, its vocabulary.

    A sentence that `asserts` also says what its definite descriptions presuppose; one that is asked
    does not. `flipped` holds the open choices, by their order in the sentence, to be decided the
    other way; `alternatives` tells what each other way would cost. `known` is what earlier
    sentences introduced, and `awaited` are the nouns with `the` in later ones. `clause` tells how many
    nouns are being restricted: how deeply embedded the clause is that is read.
    """

    text: str = ""
    asserts: bool = True
    usage: Usage = NO_USAGE
    options: Options = Options()
    flipped: frozenset[int] = frozenset()
    known: tuple[Introduction, ...] = ()
    awaited: frozenset[str] = frozenset()
    introduced: list[Introduction] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    alternatives: list[float] = field(default_factory=list)
    predicates: dict[tuple[str, int], str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    mentioned: list[Referent] = field(default_factory=list)
    presupposed: list[Formula] = field(default_factory=list)
    gaps: list[Term] = field(default_factory=list)
    clause: int = 0
    _names: Iterator[str] = field(default_factory=variable_names)
    _order: int = 0

    def choose(self, usual: bool, cost: float) -> bool:
        """The usual way to decide an open choice, or the other where this reading flips it."""
        self.alternatives.append(cost)
        if len(self.alternatives) - 1 in self.flipped:
            self.doubt(cost, "the sentence is read in the less usual way")
            return not usual
        return usual

    @property
    def cost(self) -> float:
        """What the interpretation costs, all doubts together."""
        return sum(doubt.cost for doubt in self.doubts)

    def doubt(self, cost: float, reason: str, word: Word | None = None, hint: str = "") -> None:
        """Something that makes the reading uncertain."""
        self.doubts.append(Doubt(cost, reason, word, hint))

    def refuse(self, reason: str, hint: str, word: Word | None = None) -> None:
        """What is read may mean two things: too uncertain, yet no less likely to be what it is."""
        self.doubts.append(Doubt(AMBIGUOUS, reason, word, hint, ambiguous=True))

    @property
    def ambiguity(self) -> float:
        """What the doubts cost that are no reason to prefer another reading."""
        return sum(doubt.cost for doubt in self.doubts if doubt.ambiguous)

    def note(self, message: str, word: Word | None = None) -> None:
        """Something to know about the reading."""
        note = Note(message, (word.start, word.end) if word else None)
        if note not in self.notes:
            self.notes.append(note)

    def predicate(self, words: tuple[str, ...], arity: int, gloss: str) -> str:
        """The name of the predicate that the words stand for."""
        name = camel(words)
        self.predicates.setdefault((name, arity), gloss)
        return name

    def variable(self, box: Box, nouns: frozenset[str] = frozenset(), kind: Kind = "any") -> Term:
        """A new referent of the box."""
        return box.introduce(Referent(self.fresh(), nouns, kind, self._next()))

    def fresh(self) -> Variable:
        """A variable that the sentence does not use yet."""
        return Variable(next(self._names))

    def constant(
        self, words: tuple[str, ...], gloss: str, noun: str = "", *, named: bool = True
    ) -> Term:
        """What a name or a definite description stands for, the same throughout the problem."""
        name = snake(words)
        self.constants.setdefault(name, gloss)
        term = Constant(name)
        if all(referent.term != term for referent in self.mentioned):
            nouns = frozenset([noun] if noun else ())
            self.mentioned.append(Referent(term, nouns, "any", self._next(), named))
        return term

    def universal(self, name: str) -> Term:
        """The variable that a name such as X stands for."""
        if name not in self.variables:
            self.variables[name] = self.fresh()
            self.mentioned.append(Referent(self.variables[name], order=self._next()))
        return self.variables[name]

    def described(self, noun: str, box: Box) -> Term | None:
        """The referent that `the noun` takes up, the nearest if there are several."""
        fitting = [r for r in box.accessible() if noun in r.nouns]
        return fitting[-1].term if fitting else None

    def introduce(self, noun: str, modifiers: frozenset[str], words: tuple[str, ...]) -> Term:
        """A constant for something new that later sentences take up."""
        taken = {introduction.constant for introduction in (*self.known, *self.introduced)}
        constant, number = words, 1
        while constant in taken:
            number += 1
            constant = (*words, str(number))
        self.introduced.append(Introduction(noun, modifiers, constant))
        return self.constant(constant, f"the {' '.join(words)}", noun, named=False)

    def taken_up(self, noun: str, modifiers: frozenset[str], word: Word) -> Introduction | None:
        """What `the modifiers noun` takes up, of all that was introduced before.

        Raises:
            InterpretationError: it may be one of several things.
        """
        fitting = dict.fromkeys(
            introduction
            for introduction in (*self.known, *self.introduced)
            if introduction.noun == noun and modifiers <= introduction.modifiers
        )
        exact = [introduction for introduction in fitting if introduction.modifiers == modifiers]
        candidates = exact or list(fitting)
        if len(candidates) > 1:
            raise InterpretationError(
                f"it is not clear which {noun} this is: the text speaks of several",
                (word.start, word.end),
                "describe it as it was first described, or use names",
            )
        return candidates[0] if candidates else None

    def antecedent(self, word: Word, box: Box, *, subject: Term | None = None) -> Term:
        """What a pronoun stands for: the first thing mentioned that fits and is not its subject.

        Raises:
            InterpretationError: nothing in the sentence fits.
        """
        wanted = {"it": "thing"}.get(
            word.lemma, "any" if word.lemma in ("they", "them") else "person"
        )
        excluded = {"thing": "person", "person": "thing"}.get(wanted)
        fitting = sorted(
            (
                referent
                for referent in (*box.accessible(), *self.mentioned)
                if referent.kind != excluded and referent.term != subject
            ),
            key=lambda referent: referent.order,
        )
        if not fitting:
            raise InterpretationError(
                f"the pronoun '{word.text}' has no antecedent in the sentence",
                (word.start, word.end),
                "repeat the name or the noun: pronouns do not reach across sentences",
            )
        first, *others = fitting
        if first.named and others:
            reason = f"'{word.text}' may stand for more than one of those named"
            self.doubt(AMBIGUOUS_PRONOUN, reason, word, "repeat the name")
        elif any(not other.named for other in others):
            reason = f"'{word.text}' may stand for something else"
            self.doubt(UNCLEAR_PRONOUN, reason, word, "repeat the noun, with the")
            self.note(reason, word)
        return first.term

    def _next(self) -> int:
        self._order += 1
        return self._order

    def presuppose(self, describe: Callable[[Box], None]) -> None:
        """What a definite description says holds of what it names, whatever the sentence says."""
        if not self.asserts:
            return
        root = Box()
        describe(root)
        formula = to_formula(root)
        if root.conditions and formula not in self.presupposed:
            self.presupposed.append(formula)

    def close(self, formula: Formula) -> Formula:
        """The formula with the variables that stand for names bound universally."""
        for variable in reversed(self.variables.values()):
            formula = ForAll(variable, formula)
        return formula


_SEPARATORS = re.compile(r"[^\w]+|_")


def camel(words: tuple[str, ...]) -> str:
    """The predicate name of some words.

    >>> camel(("warm-blooded",)), camel(("live", "in"))
    ('WarmBlooded', 'LiveIn')
    """
    pieces = [piece for word in words for piece in _SEPARATORS.split(word) if piece]
    return "".join(piece[0].upper() + piece[1:] for piece in pieces)


def snake(words: tuple[str, ...]) -> str:
    """The constant name of some words.

    >>> snake(("Mr", "Dursley")), snake(("bald", "eagle"))
    ('mr_dursley', 'bald_eagle')
    """
    pieces = [piece for word in words for piece in _SEPARATORS.split(word) if piece]
    return "_".join(pieces).lower()
