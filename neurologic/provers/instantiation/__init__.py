"""Refutation by instances: a SAT solver, and lemmas that are added where its model needs them.

The sentences are propositions to the SAT solver: quantified sentences and atoms are what it gives
truth values to. Its model then shows which lemmas are missing: a witness for an existential that it
holds true, an instance of a universal one that contradicts it or adds to it, an equation it
overlooks. When no model is left, the lemmas that took part are a proof.
"""

from __future__ import annotations

from collections.abc import Sequence

from neurologic.formula import Formula
from neurologic.lemmas import Lemma
from neurologic.provers.instantiation.propositions import Propositions
from neurologic.provers.instantiation.search import Search
from neurologic.provers.instantiation.writing import core, written
from neurologic.signature import Signature

DEFAULT_BUDGET = 1_000_000
"""Steps that one refutation may take; a step is about a microsecond."""


def refute(
    sentences: Sequence[Formula], signature: Signature, *, budget: int = DEFAULT_BUDGET
) -> tuple[Lemma, ...] | None:
    """Lemmas with which the sentences are contradictory as propositions, None if none were found.

    Args:
        sentences: closed sentences, elaborated.
        signature: every sort and symbol that occurs.
        budget: the most steps to take; the same steps are taken on every run.

    Raises:
        ProverError: if the SAT solver is missing.

    >>> from neurologic.parsing import parse
    >>> from neurologic.signature import elaborate
    >>> texts = ["all x. (Man(x) -> Mortal(x))", "Man(socrates)", "-Mortal(socrates)"]
    >>> signature, sentences = elaborate([parse(text) for text in texts])
    >>> for lemma in refute(sentences, signature):
    ...     print(lemma.quantified, "with", lemma.term)
    ∀x: Entity. (Man(x) → Mortal(x)) with socrates
    """
    props = Propositions(sentences, signature)
    if not Search(props, budget).run():
        return None
    return written(props, core(props))
