"""A question made ready for a prover: what may be asked, and what its semantics adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from neurologic.axioms import background, with_import
from neurologic.errors import ProverError
from neurologic.formula import FORMULAS, TERMS, Atom, Constant, Formula, Node, Not, walk
from neurologic.negation import complement, explicit, free_mark, with_complements
from neurologic.problem import Semantics
from neurologic.provers import ENGINES, Engine, Outcome, Proved, Prover
from neurologic.signature import Signature, elaborate


@dataclass(frozen=True, slots=True)
class Question:
    """Elaborated premises, a goal and its negation, and how to ask about some of the premises.

    The sorts are those of the whole problem. Numerals, and names where they are unique, come with
    the sentences that mention them: a premise is asked together with what its names add.
    """

    premises: tuple[Formula, ...]
    goals: tuple[Formula, Formula]
    signature: Signature
    semantics: Semantics
    prover: Prover
    budget: int
    sentences: tuple[Formula, ...]  # premises and goal as elaborated, before anything is added
    declared: Signature
    mark: str

    @classmethod
    def of(
        cls,
        premises: Sequence[Formula | str],
        goal: Formula | str,
        semantics: Semantics,
        declared: Signature,
        prover: Prover | None,
        budget: int,
        engine: Engine = "auto",
    ) -> Question:
        """The question that these arguments ask.

        Raises:
            TypeError: an argument is of another kind than is asked for, or both a prover and an
                engine are.
            ValueError: the budget is not positive, or there is no such engine.
            ParseError, SignatureError, SemanticsError: as `decide`.
        """
        _check_options(semantics, declared, budget)
        prover = prover_of(prover, engine)
        written = _sentences(premises, goal)
        signature, sentences = elaborate(written, declared, arithmetic=semantics.arithmetic)
        if semantics.negation == "explicit":  # errors show the formulas as written
            for i, sentence in enumerate(written):
                explicit(sentence, goal=i == len(written) - 1)
        *facts, aim = sentences
        goals: tuple[Formula, Formula] = (aim, Not(aim))
        mark = ""
        if semantics.negation == "explicit":
            mark = free_mark(signature)
            facts = [explicit(fact, mark=mark) for fact in facts]
            goals = (explicit(aim, goal=True, mark=mark), complement(aim, mark=mark))
        if semantics.existential_import:
            facts = [with_import(fact) for fact in facts]
        question = cls(
            tuple(facts), goals, signature, semantics, prover, budget, sentences, declared, mark
        )
        if question.classical:
            return question
        every = (*facts, *goals, *question.axioms(range(len(facts))))
        return replace(question, signature=with_complements(signature, every, mark=mark))

    @property
    def classical(self) -> bool:
        """Whether the second goal is the negation of the first."""
        return self.semantics.negation == "classical"

    def axioms(self, chosen: Sequence[int]) -> tuple[Formula, ...]:
        """What the semantics adds to the chosen premises and the goal.

        A closed domain is that of all the premises: with fewer names it would not be larger.
        """
        semantics, sentences, signature = self.semantics, self.sentences, self.signature
        if len(chosen) < len(self.premises) and not semantics.closed_domain:
            sentences = (*(sentences[i] for i in chosen), sentences[-1])
            if semantics.unique_names:
                signature = self._mentioned(sentences)
        axioms = background(sentences, signature, semantics)
        if self.classical:
            return axioms
        return tuple(
            explicit(axiom, mark=self.mark) if isinstance(axiom, (Atom, Not)) else axiom
            for axiom in axioms
        )

    def _mentioned(self, sentences: Iterable[Formula]) -> Signature:
        """The signature without the constants that are neither declared nor in the sentences."""
        names = {n.name for s in sentences for n in walk(s) if isinstance(n, Constant)}
        names.update(s.name for s in self.declared.symbols if not s.arguments)
        symbols = self.signature.symbols
        kept = (s for s in symbols if s.arguments or s.is_predicate or s.name in names)
        return replace(self.signature, symbols=tuple(kept))

    def ask(
        self,
        goals: Sequence[Formula],
        chosen: Sequence[int] | None = None,
        *,
        models: bool = False,
        cores: bool = False,
    ) -> tuple[Outcome, ...]:
        """The outcome of each goal, given the chosen premises; by default all of them."""
        if chosen is None:
            chosen = range(len(self.premises))
        outcomes = self.prover.prove(
            (*self.axioms(chosen), *(self.premises[i] for i in chosen)),
            tuple(goals),
            signature=self.signature,
            budget=self.budget,
            models=models,
            cores=cores,
        )
        if len(outcomes) != len(goals):
            raise ProverError(f"the prover gave {len(outcomes)} outcomes for {len(goals)} goals")
        return tuple(outcomes)

    def used(self, outcomes: Sequence[Outcome], chosen: Sequence[int]) -> tuple[int, ...] | None:
        """Which of the chosen premises suffice, None unless every goal is proved.

        An axiom that is used may come with any of them.
        """
        axioms = len(self.axioms(chosen))
        used: set[int] = set()
        for outcome in outcomes:
            if not isinstance(outcome, Proved):
                return None
            if outcome.used is None or any(i < axioms for i in outcome.used):
                used.update(chosen)
            else:
                used.update(chosen[i - axioms] for i in outcome.used)
        return tuple(sorted(used))


def prover_of(prover: Prover | None, engine: str = "auto") -> Prover:
    """The prover that is given, or the one that the engine is.

    Raises:
        TypeError: what is given is no prover, or both are given.
        ValueError: there is no such engine.
    """
    if prover is not None and (isinstance(prover, type) or not hasattr(prover, "prove")):
        raise TypeError(
            f"expected a prover, a value with a method `prove` such as Z3(), got {prover!r:.80}"
        )
    if engine not in ENGINES:
        known = ", ".join(map(repr, ENGINES))
        raise ValueError(f"engine is {engine!r:.80}, expected one of {known}")
    if prover is None:
        return _prover_of(engine)
    if engine != "auto":
        raise TypeError(f"expected either a prover or an engine, got {prover!r:.80} and {engine}")
    return prover


@cache
def _prover_of(engine: str) -> Prover:
    if engine == "z3":
        from neurologic.provers.z3 import Z3

        return Z3()
    from neurologic.provers.grounding import MOST_ALONE, Ground
    from neurologic.provers.tables import Tables

    alone = Ground(otherwise=None, most=MOST_ALONE)
    return Tables(otherwise=Ground() if engine == "auto" else alone)


_FORMULAS = frozenset(FORMULAS)


def formula_of(sentence: Formula | str, place: str = "") -> Formula:
    """The formula itself, or what a text reads as.

    Raises:
        TypeError: if it is neither.
        ParseError: if the text does not read.
    """
    if sentence.__class__ in _FORMULAS:
        return sentence  # type: ignore[return-value]
    if isinstance(sentence, str):
        from neurologic.parsing import parse

        return parse(sentence)
    what = f"the term {sentence}" if isinstance(sentence, TERMS) else f"{sentence!r:.80}"
    raise TypeError(f"{place}: expected a formula or its text, got {what}".removeprefix(": "))


def _sentences(premises: Any, goal: Any) -> tuple[Formula, ...]:
    if isinstance(premises, (str, bytes, Node)) or not isinstance(premises, Iterable):
        raise TypeError(
            f"premises are a sequence of formulas or texts, not a single one: got {premises!r:.80}"
        )
    facts: list[Any] = [
        premise if premise.__class__ in _FORMULAS else formula_of(premise, f"premise {i}")
        for i, premise in enumerate(premises, 1)
    ]
    return (*facts, formula_of(goal, "the goal"))


def _check_options(semantics: Any, declared: Any, budget: Any) -> None:
    if not isinstance(semantics, Semantics):
        raise TypeError(f"expected semantics=Semantics(...), got {semantics!r:.80}")
    check_signature(declared)
    check_budget(budget)


def check_signature(declared: Any) -> None:
    """Refuse declarations that are none.

    Raises:
        TypeError: as `Question.of`.
    """
    if not isinstance(declared, Signature):
        raise TypeError(f"expected signature=Signature(...), got {declared!r:.80}")


def check_budget(budget: Any) -> None:
    """Refuse a budget that is no positive whole number.

    Raises:
        TypeError, ValueError: as `Question.of`.
    """
    if not isinstance(budget, int) or isinstance(budget, bool):
        raise TypeError(f"expected a whole number as budget, got {budget!r:.80}")
    if budget < 1:
        raise ValueError(f"the budget is at least 1 resource unit, got {budget}")
