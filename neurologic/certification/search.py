"""Looking for evidence: a refutation or a finite model, by finders that nobody needs to trust."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, count, product
from typing import TypeAlias

from neurologic.binding import free_variables
from neurologic.certification.evidence import Proof, Sentences
from neurologic.formula import (
    ENTITY,
    And,
    Constant,
    Distinct,
    Exists,
    ForAll,
    Formula,
    Implies,
    Not,
    Or,
    binders,
    disjunction,
    walk,
)
from neurologic.lemmas import Alike, Apart, Lemma, body_at
from neurologic.signature import Signature, SymbolDeclaration
from neurologic.signature.declarations import NUMERIC
from neurologic.structure import Structure

DEFAULT_BUDGET = 2_000_000
"""The steps that each finder may take on each side of a question, about a microsecond each."""
_NUMBERS = 5_000  # steps of a search for a proof about all numbers
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

    def proof(self, sentences: Sentences, share: int = 1) -> Proof | None:
        """A proof that the sentences are contradictory: short searches first."""
        for refute, part in _SCHEDULE:
            found = self._proof(sentences, refute, max(1, self.budget // (part * share)))
            if found is not None:
                return found
        return None

    def model(self, sentences: Sentences, share: int = 1) -> Structure | None:
        """A finite structure in which all the sentences hold."""
        from neurologic.provers.finite_models import find

        budget = max(1, self.budget // share // _CELL)
        asserted = sentences.asserted
        if about_all_numbers(asserted):
            return None
        found = find(asserted, self.signature, budget=budget)
        if found is None:  # what there is gets names: ∃x ∃y ... is tried on one row, not on all
            signature, named = opened(asserted, self.signature)
            if signature != self.signature:
                found = find(named, signature, budget=budget)
        return found

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
        asserted = sentences.asserted
        if about_all_numbers(asserted):
            budget = min(budget, _NUMBERS)  # each instance brings new numbers, without end
        signature, alike, apart = _distinctions(asserted, self.signature)
        said = [disjunction((lemma.distinct, Not(lemma.sentence))) for lemma in alike]
        said += (disjunction((Not(lemma.distinct), lemma.sentence)) for lemma in apart)
        lemmas = refute((*asserted, *said), signature, budget)
        if lemmas is None:
            return None
        return Proof.of(sentences, (*alike, *apart, *lemmas), self.signature)


def opened(
    sentences: Sequence[Formula], signature: Signature
) -> tuple[Signature, tuple[Formula, ...]]:
    """The sentences with new constants for what they say there is; models of these are models.

    >>> from neurologic.parsing import parse
    >>> signature, sentences = opened([parse("exists x. P(x)"), parse("-(all y. P(y))")], Signature())
    >>> [str(sentence) for sentence in sentences]
    ['P(c1)', '¬P(c2)']
    """
    taken = {symbol.name for symbol in signature.symbols}
    taken.update(name for sort in signature.sorts for name in sort.members or ())
    symbols: list[SymbolDeclaration] = []
    found: list[Formula] = []
    todo = [(sentence, True) for sentence in reversed(sentences)]
    while todo:
        node, sign = todo.pop()
        match node:
            case Not(body):
                todo.append((body, not sign))
            case And(parts) | Or(parts) if isinstance(node, And) is sign:
                todo += [(part, sign) for part in reversed(parts)]
            case Implies(left, right) if not sign:
                todo += [(right, False), (left, True)]
            case Exists(variable) | ForAll(variable) if isinstance(node, Exists) is sign:
                name = next(n for i in count(1) if (n := f"c{i}") not in taken)
                taken.add(name)
                symbols.append(SymbolDeclaration(name, (), variable.sort or ENTITY))
                todo.append((body_at(node, Constant(name)), sign))
            case _:
                found.append(node if sign else Not(node))
    return replace(signature, symbols=(*signature.symbols, *symbols)), tuple(found)


_MOST_PAIRS = 500  # of assignments to the variables of a Distinct


def _distinctions(
    sentences: Sequence[Formula], signature: Signature
) -> tuple[Signature, list[Alike], list[Apart]]:
    """What each closed indexed `Distinct` says, which the finders do not find themselves.

    Two new constants are alike if it does not hold, and if it does no two assignments of members,
    or else of names, are. The signature has the new constants.
    """
    words = signature.vocabulary()
    alike: list[Alike] = []
    apart: list[Apart] = []
    symbols: list[SymbolDeclaration] = []
    taken = {symbol.name for symbol in signature.symbols} | set(words.members)
    names = (name for i in count(1) if (name := f"c{i}") not in taken)
    for distinct in dict.fromkeys(node for s in sentences for node in walk(s)):
        if not isinstance(distinct, Distinct) or not distinct.variables:
            continue
        sorts = [variable.sort or ENTITY for variable in distinct.variables]
        if free_variables(distinct) or not NUMERIC.isdisjoint(sorts):
            continue
        new = [SymbolDeclaration(next(names), (), sort) for sort in sorts * 2]
        symbols += new
        left, right = new[: len(sorts)], new[len(sorts) :]
        alike.append(Alike(distinct, tuple(s.name for s in left), tuple(s.name for s in right)))
    constants = [symbol for symbol in (*signature.symbols, *symbols) if not symbol.arguments]
    for distinct in [lemma.distinct for lemma in alike]:
        ranges = []
        for sort in (variable.sort or ENTITY for variable in distinct.variables):
            found = words.sorts[sort].members or [s.name for s in constants if s.result == sort]
            ranges.append(found)
        rows = list(product(*(map(Constant, own) for own in ranges)))
        if len(rows) * (len(rows) - 1) // 2 <= _MOST_PAIRS:
            apart += (Apart(distinct, *pair) for pair in combinations(rows, 2))
    return replace(signature, symbols=(*signature.symbols, *symbols)), alike, apart


def about_all_numbers(sentences: Sequence[Formula]) -> bool:
    """Whether something ranges over Int or Rational: no finite structure can be checked then."""
    return any(v.sort in NUMERIC for s in sentences for node in walk(s) for v in binders(node))


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


_SCHEDULE = (
    (_instantiation, 50),
    (_tableau, 20),
    (_instantiation, 4),
    (_tableau, 2),
    (_instantiation, 1),
)
"""Which finders look for a proof, and for which share of the budget."""
