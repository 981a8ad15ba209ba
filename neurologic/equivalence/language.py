"""One language for several sentences: their forms, fingerprints and questions to a prover.

The sorts are those of all the sentences together, and the numerals that any of them mentions are
different elements in every structure that counts: only so is equivalence an equivalence relation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from neurologic.axioms import sorted_numerals
from neurologic.equivalence.canonical import Forms
from neurologic.equivalence.masks import ALL, bits_of
from neurologic.equivalence.worlds import World
from neurologic.errors import NeurologicError, ProverError, SemanticsError
from neurologic.formula import (
    INTEGER,
    Equals,
    Exists,
    Falsum,
    Formula,
    Not,
    Numeral,
    Sort,
    Variable,
    walk,
)
from neurologic.provers import Countermodel, Outcome, Proved, Prover
from neurologic.question import prover_of
from neurologic.signature import Signature, elaborate
from neurologic.signature.declarations import NUMERIC
from neurologic.structure import Structure, satisfies

SIZES = (2, 3, 1)
"""How many elements beside numerals the open sorts of each world have; the first tells most apart."""
_MOST_LOOKS = 4  # structures of a world that are tried as evidence


class Language:
    """The elaborated sentences of one comparison, and the theory under which they are compared.

    Args:
        signature: every sort and symbol of theory and sentences.
        theory: elaborated sentences that hold in every structure that counts.
        sentences: elaborated sentences that are compared.
        prover: decides what fingerprints leave open; by default grounding and SAT, else Z3.
        budget: resource units for each question.
    """

    def __init__(
        self,
        signature: Signature,
        theory: Sequence[Formula],
        sentences: Sequence[Formula],
        prover: Prover | None,
        budget: int,
    ) -> None:
        self.signature, self.theory, self.sentences = signature, tuple(theory), tuple(sentences)
        self.prover = None if prover is None else prover_of(prover)
        self.budget = budget
        self.words = signature.vocabulary()
        self.forms = Forms()
        self._axioms = [self.forms.number(axiom) for axiom in self.theory]
        self._numbers = [self.forms.number(sentence) for sentence in self.sentences]
        self.questions = 0
        self._prints: dict[tuple[int, int], int | None] = {}
        self._worlds: dict[int, World] = {}
        self._within: dict[int, int] = {}
        self._numerals: dict[Sort, list[Fraction]] | None = None

    @classmethod
    def of(
        cls,
        theory: Sequence[Formula],
        sentences: Sequence[Formula],
        declared: Signature,
        prover: Prover | None,
        budget: int,
    ) -> Language:
        """The language of sentences that are not elaborated yet.

        Raises:
            SignatureError: if their sorts do not fit together.
        """
        signature, found = elaborate((*theory, *sentences), declared)
        return cls(signature, found[: len(theory)], found[len(theory) :], prover, budget)

    def number(self, at: int) -> int | None:
        """The number of a sentence's canonical form; None if it is nested too deep for one."""
        return self._numbers[at]

    def world(self, stage: int) -> World:
        """The world of a stage: one for each of `SIZES`."""
        found = self._worlds.get(stage)
        if found is None:
            found = self._worlds[stage] = World(
                self.words, self.signature, self.forms, self.numerals, SIZES[stage]
            )
            self._within[stage] = self._theory_in(found)
        return found

    def _theory_in(self, world: World) -> int:
        """The structures of a world in which the theory holds."""
        within = ALL
        for number in self._axioms:
            found = None if number is None else world.fingerprint(number)
            within &= found or 0
            if not within:
                break
        return within

    def fingerprint(self, number: int | None, stage: int) -> int | None:
        """Where the form holds among the structures of a stage that satisfy the theory."""
        if number is None:
            return None
        key = (number, stage)
        if key not in self._prints:
            world, within = self.world(stage), self._within[stage]
            found = world.fingerprint(number) if within else 0
            self._prints[key] = None if found is None else found & within
        return self._prints[key]

    def within(self, stage: int) -> int:
        """The structures of a stage in which the theory is known to hold."""
        self.world(stage)
        return self._within[stage]

    @property
    def numerals(self) -> dict[Sort, list[Fraction]]:
        """The numbers that are mentioned: those of open sorts by sort, all others as integers."""
        if self._numerals is None:
            by_sort: dict[Sort, set[Fraction]] = {}
            plain = self.forms.plain  # then no sentence mentions a numeral
            for sentence in () if plain else (*self.theory, *self.sentences):
                for node in walk(sentence):
                    if isinstance(node, Numeral):
                        by_sort.setdefault(INTEGER, set()).add(node.value)
                    for sort, numeral in sorted_numerals(node, self.words):
                        if sort not in NUMERIC and self.words.sorts[sort].members is None:
                            by_sort.setdefault(sort, set()).add(numeral.value)
            self._numerals = {sort: sorted(found) for sort, found in by_sort.items()}
        return self._numerals

    # Questions

    def ask(self, goals: Sequence[Formula], *, models: bool = False) -> tuple[Outcome, ...]:
        """What the theory says of each goal, all asked at once.

        Raises:
            ProverError: if the prover is missing or misbehaves.
        """
        if not goals:
            return ()
        if self.prover is None:
            from neurologic.provers.grounding import Ground

            self.prover = Ground()
        self.questions += len(goals)
        outcomes = self.prover.prove(
            (*self.theory, *self._existence()),
            tuple(goals),
            signature=self.signature,
            budget=self.budget,
            models=models,
        )
        if len(outcomes) != len(goals):
            raise ProverError(f"the prover gave {len(outcomes)} outcomes for {len(goals)} goals")
        return tuple(outcomes)

    def check_theory(self) -> bool:
        """Find out whether the theory holds in a structure of a world; if in none, ask the prover.

        Returns:
            Whether it is known that the theory is not contradictory.

        Raises:
            SemanticsError: if the theory is contradictory.
            ProverError: if the prover is missing or misbehaves.
        """
        if not self.theory or any(self.within(stage) for stage in range(len(SIZES))):
            return True
        (falsity,) = self.ask((Falsum(),))
        if isinstance(falsity, Proved):
            raise SemanticsError(
                "the theory is contradictory: under it all formulas are equivalent"
            )
        return isinstance(falsity, Countermodel)

    def _existence(self) -> Iterator[Formula]:
        """Sentences that mention the numerals of each open sort, where that says anything."""
        for sort, numbers in self.numerals.items():
            if len(numbers) > 1 and sort not in NUMERIC:
                there = Variable("x", sort)
                for number in numbers:
                    yield Exists(there, Equals(there, Numeral(number)))

    # Evidence

    def difference(
        self, left: int, right: int, numbers: tuple[int | None, int | None]
    ) -> Structure | None:
        """Whether structures were met in which the first sentence holds and the second does not.

        Args:
            left: the place of the first sentence.
            right: the place of the second.
            numbers: their forms.
        """
        for stage in range(len(SIZES)):
            first, second = (self.fingerprint(number, stage) for number in numbers)
            if first is None or second is None or not first & ~second:
                continue
            pair = (self.sentences[left], self.sentences[right])
            for _, bit in zip(range(_MOST_LOOKS), bits_of(first & ~second), strict=False):
                found = self.world(stage).structure(bit, (*self.theory, *pair))
                if found is not None and self.separates(found, *pair):
                    return found
        return None

    def separates(self, structure: Structure, holds: Formula, fails: Formula) -> bool:
        """Whether theory and first sentence hold in the structure and the second does not."""
        try:
            return all(
                satisfies(structure, sentence) for sentence in (*self.theory, holds)
            ) and not satisfies(structure, fails)
        except NeurologicError:  # it leaves a symbol open, or lists no numbers
            return False

    def found(self, outcome: Outcome, holds: Formula, fails: Formula) -> Structure | None:
        """A structure for a question that came out in the negative, if one can be written down."""
        if not isinstance(outcome, Countermodel):
            return None
        given = outcome.structure
        if given is not None and self.separates(given, holds, fails):
            return given
        from neurologic.provers.finite_models import find

        sentences = (*self.theory, *self._existence(), holds, Not(fails))
        made = find(sentences, self.signature)
        return made if made is not None and self.separates(made, holds, fails) else None
