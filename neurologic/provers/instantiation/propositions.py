"""The propositions, clauses and lemmas of a search, all of them numbers until they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from neurologic.formula import ENTITY, Formula, Sort
from neurologic.provers.instantiation.clauses import clausal
from neurologic.provers.instantiation.skeletons import Clause, Skeletons
from neurologic.provers.instantiation.terms import Terms
from neurologic.signature import Signature

MOST_ROWS = 256
"""How many assignments of a count are told apart at most."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A lemma as numbers: an instance or a witness of a proposition, or a clause."""

    kind: str
    subject: int
    term: int
    clause: Clause = ()
    bounds: tuple[int, int] = (0, 0)


class Propositions:
    """What the SAT solver is told: which sentences are propositions, and what holds between them.

    Args:
        sentences: closed, elaborated sentences.
        signature: their sorts and symbols.

    Attributes:
        atoms: predicate and arguments of each proposition, None for the name of a part.
        clauses: every clause, with the number of the lemma that it states, -1 for none.
        guarded: by literal, the clauses that have to hold if it does; those of 0 always.
        fresh: the clauses that the solver was not told yet.
    """

    def __init__(self, sentences: Sequence[Formula], signature: Signature) -> None:
        self.signature = signature
        self.words = signature.vocabulary()
        self.terms = Terms(self.words)
        self.skeletons = Skeletons(self.terms)
        self.count = 0
        self.numbers: dict[tuple[int, tuple[int, ...]], int] = {}
        self.atoms: list[tuple[int, tuple[int, ...]] | None] = [None]
        self.levels: dict[int, int] = {}  # of quantified propositions
        self.guarded: dict[int, list[Clause]] = {0: []}
        self.clauses: list[tuple[int, Clause]] = []  # with the number of a lemma, -1 for none
        self.fresh: list[Clause] = []  # what the solver does not know yet
        self.lemmas: list[Entry] = []
        self.instances: set[tuple[int, int]] = set()
        self.witnesses: dict[int, int] = {}
        self.witness_terms: dict[int, int] = {}  # term to number of the lemma
        self.members: set[int] = set()
        self.stated: set[Clause] = set()
        self.taken = {symbol.name for symbol in signature.symbols} | set(self.words.members)
        self.values: dict[int, Any] = {}
        self.equality = False
        self.counts: dict[int, list[int]] = {}  # literals for the assignments of a count
        self.rows: dict[int, tuple[int, tuple[int, ...]]] = {}  # name of the body of a count
        for declaration in signature.sorts:
            for place, member in enumerate(declaration.members or ()):
                term = self.terms.constant(member)
                self.values[term] = (str(declaration.sort), place)
                self.terms.come_up((term,))
        self.enumerations = {
            d.sort: [self.terms.constant(m) for m in d.members]
            for d in signature.sorts
            if d.members is not None
        }
        bodies = [self.skeletons.read(sentence) for sentence in sentences]
        for body in bodies:
            form = clausal(self.skeletons.nodes, body.root, True, len(body.atoms))
            self.emit(form, [self.proposition(*atom) for atom in body.atoms], 0, -1)

    def proposition(self, predicate: int, args: tuple[int, ...], level: int = -1) -> int:
        """The number of an atom."""
        key = (predicate, args)
        found = self.numbers.get(key)
        if found is not None:
            return found
        self.count += 1
        number = self.numbers[key] = self.count
        self.atoms.append(key)
        if args:
            self.terms.come_up(args)
        if predicate in self.skeletons.skeleton_of:
            self.levels[number] = level
        elif predicate == self.skeletons.equals:
            self.equality = True
            other = self.numbers.get((predicate, args[::-1]))
            if args[0] == args[1]:
                self.state((number,))
            elif other is not None:
                self.state((-number, other))
                self.state((number, -other))
        elif self.terms.symbols[predicate][0] in ("distinct", "<", "<="):
            self.equality = True
            if predicate == self.skeletons.at_most:
                other = self.proposition(self.skeletons.less, args[::-1])
                self.state((-number, -other))
                self.state((number, other))
        return number

    def name(self) -> int:
        """The number of a new proposition, which names a part of a sentence."""
        self.count += 1
        self.atoms.append(None)
        return self.count

    def state(self, clause: Clause) -> bool:
        """Add a clause about equations, unless it is known."""
        key = tuple(sorted(clause))
        if key in self.stated:
            return False
        self.stated.add(key)
        self.lemmas.append(Entry("equality", 0, 0, clause))
        self.clause(clause, len(self.lemmas) - 1)
        return True

    def clause(self, clause: Clause, lemma: int) -> None:
        """Add a clause that a lemma states, or the sentences if the lemma is -1."""
        self.clauses.append((lemma, clause))
        self.fresh.append(clause)

    def emit(
        self,
        form: tuple[list[Clause], int, list[Clause]],
        numbers: list[int],
        guard: int,
        lemma: int,
    ) -> None:
        """Add the clauses of a body under a guard, the literal that makes them relevant."""
        clauses, names, definitions = form
        if names:
            numbers = numbers + [self.name() for _ in range(names)]
        for clause in clauses:
            literals = tuple([numbers[i - 1] if i > 0 else -numbers[-i - 1] for i in clause])
            self.guarded.setdefault(guard, []).append(literals)
            self.clause((-guard, *literals) if guard else literals, lemma)
        for clause in definitions:
            literals = tuple([numbers[i - 1] if i > 0 else -numbers[-i - 1] for i in clause])
            self.guarded.setdefault(-literals[0], []).append(literals[1:])
            self.clause(literals, lemma)

    def _body(self, number: int, sign: bool, term: int, lemma: int, level: int) -> None:
        """State the body of a quantified proposition about a term, as far as it has that sign."""
        predicate, args = self.atoms[number]  # type: ignore[misc]
        skeleton = self.skeletons.skeleton_of[predicate]
        form = self.skeletons.clauses(skeleton, sign)
        values = (term, *args)
        build = self.terms.build
        numbers = [
            self.proposition(p, tuple([build(arg, values) for arg in below]), level)
            for p, below in skeleton.atoms
        ]
        self.emit(form, numbers, number if sign else -number, lemma)

    def universal(self, literal: int) -> bool | None:
        """Whether a literal says something of everything; None if it is not quantified."""
        atom = self.atoms[abs(literal)]
        skeleton = atom and self.skeletons.skeleton_of.get(atom[0])
        if not skeleton or skeleton.kind not in ("all", "ex"):
            return None
        return (skeleton.kind == "all") is (literal > 0)

    def instantiate(self, literal: int, term: int) -> bool:
        """Add an instance of a universal literal, unless it is there."""
        number = abs(literal)
        if (number, term) in self.instances:
            return False
        self.instances.add((number, term))
        self.terms.come_up((term,))
        level = max(self.levels[number], self.terms.ages[term], 0)
        self.lemmas.append(Entry("instance", number, term))
        self._body(number, literal > 0, term, len(self.lemmas) - 1, level)
        return True

    def name_witness(self, literal: int) -> int:
        """Name what an existential literal speaks of."""
        number = abs(literal)
        found = self.witnesses.get(number)
        if found is not None:
            return found
        skeleton = self.skeletons.skeleton_of[self.atoms[number][0]]  # type: ignore[index]
        index = len(self.witnesses) + 1
        while f"c{index}" in self.taken:
            index += 1
        self.taken.add(f"c{index}")
        level = self.levels[number]
        term = self.terms.witness(f"c{index}", skeleton.sort, level + 1)
        self.witnesses[number] = term
        self.lemmas.append(Entry("witness", number, term))
        self.witness_terms[term] = len(self.lemmas) - 1
        self._body(number, literal > 0, term, len(self.lemmas) - 1, level)
        self.member(term)
        return term

    def member(self, term: int) -> bool:
        """A term of an enumeration is one of its members."""
        if term in self.members or term in self.values:
            return False
        self.members.add(term)
        if term in self.witness_terms:
            number = self.lemmas[self.witness_terms[term]].subject
            sort: Any = self.skeletons.skeleton_of[self.atoms[number][0]].sort  # type: ignore[index]
        else:
            sort = self.terms.sort(term)
        members = self.enumerations.get(sort)
        if members is None:
            return False
        clause = tuple(self.proposition(self.skeletons.equals, (term, m)) for m in members)
        self.lemmas.append(Entry("member", 0, term, clause))
        self.guarded[0].append(clause)
        self.clause(clause, len(self.lemmas) - 1)
        return True

    def some(self, sort: Sort) -> int:
        """A term of a sort of which none has come up."""
        for symbol in self.signature.symbols:
            if not symbol.arguments and symbol.result == sort:
                term = self.terms.constant(symbol.name)
                self.terms.come_up((term,))
                return term
        for number in sorted(self.levels):
            atom = self.atoms[number]
            skeleton = self.skeletons.skeleton_of[atom[0]] if atom else None
            if skeleton and skeleton.kind in ("all", "ex") and skeleton.sort == sort:
                return self.name_witness(number if skeleton.kind == "ex" else -number)
        raise AssertionError(sort)  # a universal sentence over the sort exists

    def cases(self, term: int) -> list[int]:
        """For each assignment of a count over enumerations, the literal that it is counted by.

        Empty where the count ranges over an open sort, or over too much.
        """
        found = self.counts.get(term)
        if found is not None:
            return found
        found = self.counts[term] = []
        skeleton = self.skeletons.all[self.terms.symbols[self.terms.heads[term]][1]]
        ranges = [self.enumerations.get(v.sort or ENTITY, []) for v in skeleton.variables]
        size = 1
        for members in ranges:
            size *= len(members)
        if not 0 < size <= MOST_ROWS:
            return found
        for row in product(*ranges):
            values = (*row, *self.terms.args[term])
            numbers = [
                self.proposition(p, tuple([self.terms.build(arg, values) for arg in below]), 0)
                for p, below in skeleton.atoms
            ]
            node, sign = self.skeletons.nodes[skeleton.root], 1
            while node[0] == "not":
                node, sign = self.skeletons.nodes[node[1]], -sign
            if node[0] == "atom":
                found.append(sign * numbers[node[1]])
                continue
            name = self.name()
            self.rows[name] = (term, row)
            for holds in (True, False):
                form = self.skeletons.clauses(skeleton, holds)
                self.emit(form, numbers, name if holds else -name, -1)
            found.append(name)
        return found

    def is_count(self, term: int) -> bool:
        """Whether the term is a count."""
        return self.terms.symbols[self.terms.heads[term]][0] == "count"

    def number_of(self, term: int) -> Any:
        """What a numeral denotes, None for other terms."""
        kind, value = self.terms.symbols[self.terms.heads[term]]
        return value if kind == "numeral" else None

    def split(self, term: int, low: int, high: int) -> bool:
        """An integer is below, between or above; False if that was said before."""
        equals, less, numeral = self.skeletons.equals, self.skeletons.less, self.terms.numeral
        numbers = [numeral(Fraction(n)) for n in range(low, high + 1)]
        clause = (
            self.proposition(less, (term, numbers[0])),
            self.proposition(less, (numbers[-1], term)),
            *(self.proposition(equals, (term, n)) for n in numbers),
        )
        if clause in self.stated:
            return False
        self.stated.add(clause)
        self.lemmas.append(Entry("split", 0, term, clause, (low, high)))
        self.guarded[0].append(clause)
        self.clause(clause, len(self.lemmas) - 1)
        return True

    def counted(self, clause: Clause) -> bool:
        """State a clause that counting shows to be valid, unless it is known."""
        key = tuple(sorted(clause))
        if key in self.stated:
            return False
        self.stated.add(key)
        self.lemmas.append(Entry("counted", 0, 0, clause))
        self.clause(clause, len(self.lemmas) - 1)
        return True
