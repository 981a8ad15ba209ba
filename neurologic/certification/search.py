"""Looking for evidence: a refutation or a finite model, by finders that nobody needs to trust."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from neurologic.certification.evidence import Proof, Sentences
from neurologic.formula import Formula, Not
from neurologic.lemmas import Lemma
from neurologic.signature import Signature
from neurologic.structure import Structure

DEFAULT_BUDGET = 2_000_000
"""The steps that each finder may take on each side of a question, about a microsecond each."""
_ATTEMPT = 15  # steps that an attempt of the tableau to close a goal counts as
_CELL = 3  # steps that one of the model finder counts as

_Refuter: TypeAlias = Callable[[tuple[Formula, ...], Signature, int], tuple[Lemma, ...] | None]


@dataclass(frozen=True, slots=True)
class Search:
    """A search for proofs and models over one signature.

    Args:
        signature: every sort and symbol of the sentences.
        budget: steps that each finder may take at most in one search.
    """

    signature: Signature
    budget: int = DEFAULT_BUDGET

    def proof(self, sentences: Sentences) -> Proof | None:
        """A proof that the sentences are contradictory: short searches first."""
        budget = self.budget
        for refute, share in (
            (_instantiation, 50),
            (_tableau, 20),
            (_instantiation, 4),
            (_tableau, 2),
            (_instantiation, 1),
        ):
            found = self._proof(sentences, refute, max(1, budget // share))
            if found is not None:
                return found
        return None

    def model(self, sentences: Sentences, share: int = 1) -> Structure | None:
        """A finite structure in which all the sentences hold."""
        from neurologic.provers.finite_models import find

        return find(
            _asserted(sentences), self.signature, budget=max(1, self.budget // share // _CELL)
        )

    def either(self, sentences: Sentences) -> Proof | Structure | None:
        """A proof or a model, with growing budgets."""
        for share in (256, 32, 4, 1):
            for attempt in self._attempts(sentences, share):
                if attempt is not None:
                    return attempt
        return None

    def _attempts(self, sentences: Sentences, share: int) -> Iterator[Proof | Structure | None]:
        steps = max(1, self.budget // share)
        yield self._proof(sentences, _instantiation, steps)
        yield self.model(sentences, share)
        yield self._proof(sentences, _tableau, steps)

    def _proof(self, sentences: Sentences, refute: _Refuter, budget: int) -> Proof | None:
        lemmas = refute(_asserted(sentences), self.signature, budget)
        if lemmas is None:
            return None
        return Proof.of(sentences, lemmas, self.signature)


def _asserted(sentences: Sentences) -> tuple[Formula, ...]:
    """The sentences as they are to hold together, the goal denied."""
    goal = sentences.goal
    last = () if goal is None else (Not(goal),)
    return (*sentences.axioms, *sentences.premises, *last)


def _instantiation(
    sentences: tuple[Formula, ...], signature: Signature, budget: int
) -> tuple[Lemma, ...] | None:
    from neurologic.provers.instantiation import refute

    return refute(sentences, signature, budget=budget)


def _tableau(
    sentences: tuple[Formula, ...], signature: Signature, budget: int
) -> tuple[Lemma, ...] | None:
    from neurologic.provers.tableau import refute

    return refute(sentences, signature, budget=max(1, budget // _ATTEMPT))
