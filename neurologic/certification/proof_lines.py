"""The steps of a certificate read as lines: what is supposed, what follows, from which premise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from neurologic import lemmas as henkin
from neurologic.certification.derivation import rules
from neurologic.certification.minimal import Part
from neurologic.certification.propositions import Propositions, TooManyClauses
from neurologic.certification.reading import formula_of, term_of
from neurologic.formula import (
    Exists,
    ForAll,
    Formula,
    Not,
    Term,
    disjunction,
)
from neurologic.notation.kernel_form import name_of


@dataclass(frozen=True, slots=True)
class ProofLine:
    """One line of a proof.

    Args:
        number: the line's number, from 1.
        formula: what holds; None for a contradiction, or where the goal is reached.
        supposed: whether the formula is supposed rather than derived.
        depth: how many suppositions the line stands under.
        premises: positions of the premises that it rests on directly, from 0.
        axioms: positions of what the semantics adds.
        denial: whether it rests directly on the goal being denied.
        substitution: the variables of the premise, and what they stand for here.
        witnesses: new names, for things that the premise says there are.
        rules: in words, what else it rests on: equality, the members of a sort, counting.
        lines: numbers of the lines that it rests on directly.
        reaches_goal: whether the line is the goal, or shows it under what is supposed.
        denies: what is impossible once the line has ended in a contradiction.
    """

    number: int
    formula: Formula | None
    supposed: bool
    depth: int
    premises: tuple[int, ...] = ()
    axioms: tuple[int, ...] = ()
    denial: bool = False
    substitution: tuple[tuple[str, Term], ...] = ()
    witnesses: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    reaches_goal: bool = False
    denies: Formula | None = None


@dataclass(frozen=True, slots=True)
class ReadableProof:
    """A proof as lines.

    Args:
        lines: the lines, in order.
        kind: `direct`, `by contradiction`, or `clauses`: not readable, each line a clause.
        split: whether something is supposed on the way.
    """

    lines: tuple[ProofLine, ...]
    kind: str
    split: bool

    @property
    def readable(self) -> bool:
        """Whether the lines are literals, under suppositions that nest."""
        return self.kind != "clauses"


def read_proof(document: Mapping[str, Any], side: str) -> ReadableProof:
    """The proof on one side of a certificate that the kernel has accepted.

    Args:
        document: the certificate as JSON.
        side: `goal`, `negation` or `falsum`.
    """
    return _Reading(document, side).proof()


class _NotNested(Exception):  # noqa: N818 - never leaves this module
    """The steps are no lines under suppositions."""


class _Reading:
    """One reading of the steps on one side."""

    def __init__(self, document: Mapping[str, Any], side: str) -> None:
        evidence = document["evidence"][side]
        self.table: list[str] = evidence["table"]
        self.sentences: dict[int, Formula] = {}
        self.lemmas: list[list[Any]] = evidence["lemmas"]
        self.steps: list[Any] = evidence["steps"]
        self.document, self.side = document, side
        self.goal: Formula | None = None
        if side != "falsum":
            stated = document["goal"]["formula"] if side == "goal" else document["negation"]
            self.goal = formula_of(stated)
        self.numbers = Propositions()
        self.parts: dict[str, Part | None] = {}
        self.quantified: dict[str, int] = {}
        self.lines: list[ProofLine] = []
        self.line_of: dict[int, int] = {}  # the line number of a step
        self.supposed: list[tuple[int, int]] = []  # literal and line number
        self.inside: list[tuple[int, ...]] = []  # under which suppositions a step can be used

    def proof(self) -> ReadableProof:
        try:
            for at in range(len(self.steps)):
                self.step(at)
            if self.supposed:
                raise _NotNested
        except _NotNested:
            return ReadableProof(tuple(self.clauses()), "clauses", False)
        direct = self.goal is not None and not any(
            line.denial and not line.reaches_goal for line in self.lines
        )
        if not direct:
            self.lines = [_without_goal(line) for line in self.lines]
        kind = "direct" if direct else "by contradiction"
        return ReadableProof(tuple(self.lines), kind, any(line.supposed for line in self.lines))

    def sentence(self, at: int) -> Formula:
        """A sentence of the table; those that nothing refers to need not read."""
        if at not in self.sentences:
            self.sentences[at] = formula_of(self.table[at])
        return self.sentences[at]

    def formula(self, literal: int) -> Formula:
        sentence = self.sentence(abs(literal) - 1)
        return sentence if literal > 0 else Not(sentence)

    def step(self, at: int) -> None:
        clause, references = self.steps[at]
        before = [int(name[1:]) for name in references if name[0] == "s"]
        denied = tuple(-literal for literal in clause)
        ends = not clause or any(self.inside[other] == denied for other in before)
        if not clause and self.supposed:
            raise _NotNested
        under = denied if ends else denied[:-1]
        self.open(under)
        literal = None if ends else clause[-1]
        lines = [self.line_of[other] for other in before]
        lines += self.needed_suppositions(clause, references, before)
        denies = None
        if ends and clause:
            self.supposed.pop()
            denies = self.formula(clause[-1])
        last = at == len(self.steps) - 1
        reaches = "g" in references and literal is None
        reaches |= last and literal is not None and self.goal is not None
        self.inside.append(denied[:-1] if clause else ())
        self.line_of[at] = len(self.lines) + 1
        self.lines.append(
            ProofLine(
                number=len(self.lines) + 1,
                formula=None if literal is None else self.formula(literal),
                supposed=False,
                depth=len(under),
                premises=tuple(int(name[1:]) for name in references if name[0] == "p"),
                axioms=tuple(int(name[1:]) for name in references if name[0] == "a"),
                denial="g" in references,
                lines=tuple(sorted(set(lines))),
                reaches_goal=reaches,
                denies=denies,
                **self.because(references),
            )
        )

    def open(self, under: tuple[int, ...]) -> None:
        """Suppose what is new; what was supposed before must be among it."""
        now = tuple(literal for literal, _ in self.supposed)
        if under[: len(now)] != now:
            raise _NotNested
        for literal in under[len(now) :]:
            number = len(self.lines) + 1
            depth = len(self.supposed) + 1
            self.lines.append(ProofLine(number, self.formula(literal), True, depth))
            self.supposed.append((literal, number))

    def because(self, references: Sequence[str]) -> dict[str, Any]:
        """What the lemmas referred to say: a substitution, new names, rules."""
        substitution: list[tuple[str, Term]] = []
        witnesses: list[str] = []
        others: list[str] = []
        for name in references:
            if name[0] != "l":
                continue
            lemma = self.lemmas[int(name[1:])]
            match lemma:
                case ["inst", index, str(text)] if quantified := self.quantified_at(index):
                    substitution.append((quantified.variable.name, term_of(text)))
                case ["wit", index, str(text)] if self.quantified_at(index):
                    witnesses.append(name_of(text))
                case [kind, *_]:
                    others.append(_RULES.get(kind, "counting"))
        return {
            "substitution": tuple(substitution),
            "witnesses": tuple(witnesses),
            "rules": tuple(dict.fromkeys(others)),
        }

    def needed_suppositions(
        self, clause: Sequence[int], references: Sequence[str], before: Sequence[int]
    ) -> list[int]:
        """The lines that suppose what the step rests on directly."""
        if not self.supposed:
            return []
        every = [number for _, number in self.supposed]
        parts = [self.part(name) for name in references if name[0] != "s"]
        if any(part is None for part in parts):
            return every[-1:]
        own = dict(self.supposed)
        known = {self.number(-literal) for literal in own}
        known |= {
            -self.number(self.steps[other][0][-1]) for other in before if self.steps[other][0]
        }
        goal = self.number(clause[-1]) if clause else 0
        options = []
        for rule in rules([part for part in parts if part], [*self.quantified.items()]):
            if all(one == goal or one in known for one in rule.clause):
                used = [n for literal, n in own.items() if self.number(-literal) in rule.clause]
                options.append((len(used), used))
        return min(options)[1] if options else every[-1:]

    def number(self, literal: int) -> int:
        """The literal in the numbering of the parts."""
        return self.numbers.literal(self.formula(literal))

    def quantified_at(self, at: int) -> ForAll | Exists | None:
        """The sentence of the table, if it is quantified."""
        sentence = self.sentence(at)
        return sentence if isinstance(sentence, (ForAll, Exists)) else None

    def part(self, name: str) -> Part | None:
        """The clauses of a premise, an axiom, the denied goal or an instance."""
        if name not in self.parts:
            try:
                self.parts[name] = self.read_part(name)
            except TooManyClauses:
                self.parts[name] = None
        return self.parts[name]

    def read_part(self, name: str) -> Part | None:
        at = int(name[1:] or 0)
        match name[0]:
            case "p":
                return Part(name, self.numbers.clauses([(True, self.stated("premises", at))]))
            case "a":
                return Part(name, self.numbers.clauses([(True, self.stated("axioms", at))]))
            case "g" if self.goal is not None:
                return Part(name, self.numbers.clauses([(False, self.goal)]))
        lemma = self.lemmas[at]
        match lemma:
            case ["inst" | "wit" as kind, index, str(text)] if quantified := self.quantified_at(
                index
            ):
                made: henkin.Instance | henkin.Witness
                if kind == "inst":
                    made = henkin.Instance(quantified, term_of(text))
                else:
                    made = henkin.Witness(quantified, name_of(text))
                down = isinstance(quantified, ForAll) is (kind == "inst")
                number = self.numbers.number(quantified)
                self.quantified[name] = -number if down else number
                return Part(name, self.numbers.clauses(made.clause))
            case ["eq" | "count", literals]:
                signed = [henkin.literal(self.formula(one)) for one in literals]
                return Part(name, self.numbers.clauses(signed))
        return None

    def stated(self, key: str, at: int) -> Formula:
        entry = self.document[key][at]
        return formula_of(entry if isinstance(entry, str) else entry["formula"])

    def clauses(self) -> list[ProofLine]:
        """Each step as a line whose formula is its clause."""
        found = []
        for at, (clause, references) in enumerate(self.steps):
            found.append(
                ProofLine(
                    number=at + 1,
                    formula=disjunction([self.formula(n) for n in clause]) if clause else None,
                    supposed=False,
                    depth=0,
                    premises=tuple(int(name[1:]) for name in references if name[0] == "p"),
                    axioms=tuple(int(name[1:]) for name in references if name[0] == "a"),
                    denial="g" in references,
                    lines=tuple(int(name[1:]) + 1 for name in references if name[0] == "s"),
                    **self.because(references),
                )
            )
        return found


_RULES = {
    "eq": "equality",
    "enum": "the members of the sort",
    "split": "the order of the integers",
    "count": "counting",
}


def _without_goal(line: ProofLine) -> ProofLine:
    return replace(line, reaches_goal=False) if line.formula is None else line
