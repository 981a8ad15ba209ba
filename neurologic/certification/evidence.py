"""From lemmas that were found to a proof as a certificate holds it: minimal, and readable if it can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import Any, TypeAlias

from neurologic import formula as language
from neurologic.certification import drup
from neurologic.certification.derivation import Derivation, Line, Rule, rules
from neurologic.certification.minimal import Part, minimal
from neurologic.certification.propositions import Propositions, TooManyClauses, compounds, key
from neurologic.formula import ENTITY, Constant, ForAll, Formula, Not, Sort, Term, walk
from neurologic.lemmas import (
    Alike,
    Apart,
    Counted,
    Equality,
    Instance,
    Lemma,
    Literal,
    Member,
    Split,
    Witness,
)
from neurologic.notation.kernel_form import write
from neurologic.signature import Signature, SymbolDeclaration, Vocabulary

Json: TypeAlias = dict[str, Any]
_RawStep: TypeAlias = tuple[tuple[int, ...], list[str]]

_SHORT = 6  # lines of a derivation that need not be shorter
_MOST_COMPOUNDS = 200  # compound sentences of one part that are compared with those of others
MOST_LINES = 5_000
"""The most lines of a derivation that counts as readable."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is to be shown contradictory: premises, what the semantics adds, and a denied goal."""

    premises: tuple[Formula, ...]
    axioms: tuple[Formula, ...]
    goal: Formula | None

    @property
    def asserted(self) -> tuple[Formula, ...]:
        """The sentences as they are to hold together, the goal denied."""
        last = () if self.goal is None else (Not(self.goal),)
        return (*self.axioms, *self.premises, *last)

    @property
    def named(self) -> tuple[tuple[str, Formula, bool], ...]:
        """Each sentence with what refers to it, and whether it holds or is denied."""
        found = [(f"p{i}", sentence, True) for i, sentence in enumerate(self.premises)]
        found += [(f"a{i}", sentence, True) for i, sentence in enumerate(self.axioms)]
        if self.goal is not None:
            found.append(("g", self.goal, False))
        return tuple(found)


@dataclass(slots=True)
class Proof:
    """A proof under construction: the numbers of sentences, the parts, and the lemmas kept."""

    numbers: Propositions
    parts: tuple[Part, ...]
    lemmas: dict[str, Lemma]
    words: Vocabulary
    renamed: dict[str, str]
    signed: dict[str, tuple[Literal, ...]]
    goal: Formula | None
    _table: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, sentences: Sentences, lemmas: Sequence[Lemma], signature: Signature
    ) -> Proof | None:
        """The minimal proof from the lemmas; None if they do not show a contradiction.

        Args:
            sentences: what is to be contradictory.
            lemmas: what a finder gave.
            signature: the sorts and symbols of the sentences.
        """
        numbers = Propositions()
        named = {f"l{at}": lemma for at, lemma in enumerate(lemmas)}
        signed: dict[str, tuple[Literal, ...]] = {
            name: ((sign, sentence),) for name, sentence, sign in sentences.named
        }
        signed |= {name: lemma.clause for name, lemma in named.items()}
        try:
            parts = [Part(name, numbers.clauses(clause)) for name, clause in signed.items()]
        except TooManyClauses:
            return None
        kept = minimal(parts)
        if kept is None:
            return None
        used = {part.name: named[part.name] for part in kept if part.name in named}
        introduced = _introduced(used, named)
        renamed = _renaming(introduced.values(), signature)
        return cls(
            numbers,
            kept,
            introduced,
            _with_new(introduced.values(), renamed, signature).vocabulary(),
            renamed,
            {part.name: signed[part.name] for part in kept},
            sentences.goal,
        )

    def premises(self) -> tuple[int, ...]:
        """The positions of the premises that are used."""
        return tuple(int(part.name[1:]) for part in self.parts if part.name[0] == "p")

    def as_json(self) -> Json:
        """The evidence of a certificate."""
        lines = self.lines()
        steps = self._clause_steps() if lines is None else self._line_steps(lines)
        if steps is None:
            raise TooManyClauses
        places = {name: f"l{at}" for at, name in enumerate(self.lemmas)}
        lemmas = [self._lemma(lemma) for lemma in self.lemmas.values()]
        listed = [
            [[self._literal(n) for n in clause], [places.get(name, name) for name in names]]
            for clause, names in steps
        ]
        table = [self._written(self.numbers.sentence(number)) for number in self._table]
        return {"table": table, "lemmas": lemmas, "steps": listed}

    def lines(self) -> tuple[Line, ...] | None:
        """The shortest derivation that a person can follow, None if none is found."""
        found = rules(self.parts, self._quantified())
        best = self._shortest(found)
        if best is None or len(best) > _SHORT:
            more = self._shortest((*found, *self._whole()))
            if best is None or (more is not None and len(more) < len(best)):
                best = more
        return best if best is not None and len(best) <= MOST_LINES else None

    def _shortest(self, found: Sequence[Rule]) -> tuple[Line, ...] | None:
        """A direct derivation if there is one, else one by contradiction, else one by cases."""
        with_goal = self.goal is not None
        for splits in (False, True):
            direct = Derivation(found, direct=True).found(splits) if with_goal else None
            if direct is not None and not splits:
                return direct
            denied = Derivation(found, direct=False).found(splits)
            options = [lines for lines in (direct, denied) if lines is not None]
            if options:
                return min(options, key=len)
        return None

    def _whole(self) -> tuple[Rule, ...]:
        """Rules about compound sentences that stand in several places, as if they were atoms."""
        places: dict[str, tuple[Formula, set[str]]] = {}
        for name, literals in self.signed.items():
            for _, sentence in literals:
                for compound in islice(compounds(sentence), _MOST_COMPOUNDS):
                    places.setdefault(key(compound), (compound, set()))[1].add(name)
        shared = {k: compound for k, (compound, names) in places.items() if len(names) > 1}
        if not shared:
            return ()
        self.numbers.opaque = frozenset(shared)
        try:
            parts = [Part(n, self.numbers.clauses(clause)) for n, clause in self.signed.items()]
            found = list(rules(parts, self._quantified()))
            for compound in shared.values():
                found += (Rule(c, ()) for c in self.numbers.meaning(compound) if len(c) > 1)
        except TooManyClauses:
            return ()
        finally:
            self.numbers.opaque = frozenset()
        return tuple(found)

    def _quantified(self) -> list[tuple[str, int]]:
        """For each lemma on a quantified sentence the literal of that sentence in its clause."""
        found = []
        for part in self.parts:
            match self.lemmas.get(part.name):
                case (Instance(quantified, _) | Witness(quantified, _)) as lemma:
                    denied = isinstance(quantified, ForAll) is isinstance(lemma, Instance)
                    number = self.numbers.number(quantified)
                    found.append((part.name, -number if denied else number))
        return found

    def _line_steps(self, lines: Sequence[Line]) -> list[_RawStep]:
        """Each line as the clause that its suppositions make of it."""
        place: dict[int, str] = {}
        steps: list[_RawStep] = []
        for at, line in enumerate(lines):
            if line.is_supposition:
                continue
            place[at] = f"s{len(steps)}"
            clause = tuple(-literal for literal in line.supposed)
            if line.literal is not None:
                clause += (line.literal,)
            before = [place[other] for other in line.lines if other in place]
            steps.append((clause, [*line.references, *before]))
        if lines[-1].references == ("g",) and len(steps) > 1:
            assert self.goal is not None
            if steps[-2][0] == (self.numbers.literal(self.goal),):
                return steps[:-1]  # the goal itself is the line before
        return steps

    def _clause_steps(self) -> list[_RawStep] | None:
        found = drup.refutation(self.parts)
        if found is None:
            return None
        return [
            (step.clause, [*step.references, *(f"s{at}" for at in step.steps)]) for step in found
        ]

    def _literal(self, literal: int) -> int:
        place = self._table.setdefault(abs(literal), len(self._table)) + 1
        return place if literal > 0 else -place

    def _written(self, expression: Formula | Term, sort: Sort | None = None) -> str:
        """The text of a sentence or a term, its witnesses named in the order they come in."""
        if self.renamed:
            expression = language.map(expression, self._new)
        return write(expression, self.words, sort)

    def _new(self, node: Any) -> Any:
        if isinstance(node, Constant) and node.name in self.renamed:
            return Constant(self.renamed[node.name])
        return node

    def _lemma(self, lemma: Lemma) -> list[Any]:
        match lemma:
            case Instance(quantified, term):
                place = self._literal(self.numbers.number(quantified)) - 1
                return ["inst", place, self._written(term, quantified.variable.sort or ENTITY)]
            case Witness(quantified, constant):
                place = self._literal(self.numbers.number(quantified)) - 1
                return ["wit", place, self._written(Constant(constant))]
            case Member(term, _):
                return ["enum", self._written(term)]
            case Apart(distinct, left, right):
                place = self._literal(self.numbers.number(distinct)) - 1
                sorts = [variable.sort or ENTITY for variable in distinct.variables] * 2
                terms = zip((*left, *right), sorts, strict=True)
                return ["inst", place, [self._written(term, sort) for term, sort in terms]]
            case Alike(distinct, left, right):
                place = self._literal(self.numbers.number(distinct)) - 1
                return ["wit", place, [self._written(Constant(c)) for c in (*left, *right)]]
            case Split(term, low, high, _):
                return ["split", self._written(term), low, high]
            case Equality(clause) | Counted(clause):
                literals = []
                for sign, sentence in clause:
                    number = self._literal(self.numbers.number(sentence))
                    literals.append(number if sign else -number)
                return ["eq" if isinstance(lemma, Equality) else "count", literals]


def _introduced(used: Mapping[str, Lemma], every: Mapping[str, Lemma]) -> dict[str, Lemma]:
    """The lemmas used, and those that introduce the constants that they mention, in order."""
    introduces = {new: name for name, lemma in every.items() for new in _new_constants(lemma)}
    wanted = dict.fromkeys(used)
    queue = list(used)
    for name in queue:  # grows while it is read
        for constant in _mentioned(every[name]):
            other = introduces.get(constant)
            if other is not None and other not in wanted:
                wanted[other] = None
                queue.append(other)
    return {name: lemma for name, lemma in every.items() if name in wanted}


def _renaming(lemmas: Iterable[Lemma], signature: Signature) -> dict[str, str]:
    """Names c1, c2, ... for the witnesses; empty where they have these names."""
    taken = {symbol.name for symbol in signature.symbols}
    taken.update(name for sort in signature.sorts for name in sort.members or ())
    names = (f"c{number}" for number in count(1))
    free = (name for name in names if name not in taken)
    renamed = {new: next(free) for lemma in lemmas for new in _new_constants(lemma)}
    return {} if all(old == new for old, new in renamed.items()) else renamed


def _with_new(
    lemmas: Iterable[Lemma], renamed: Mapping[str, str], signature: Signature
) -> Signature:
    """The signature with the constants that lemmas introduce, by their new names."""
    new = [entry for lemma in lemmas for entry in _new_constants(lemma).items()]
    symbols = (SymbolDeclaration(renamed.get(name, name), (), sort) for name, sort in new)
    return replace(signature, symbols=(*signature.symbols, *symbols))


def _new_constants(lemma: Lemma) -> dict[str, Sort]:
    """The constants that a lemma introduces, and their sorts."""
    match lemma:
        case Witness(quantified, constant):
            return {constant: quantified.variable.sort or ENTITY}
        case Alike(distinct, left, right):
            sorts = [variable.sort or ENTITY for variable in distinct.variables] * 2
            return dict(zip((*left, *right), sorts, strict=True))
    return {}


def _mentioned(lemma: Lemma) -> set[str]:
    """The constants that a lemma mentions."""
    match lemma:
        case Instance(quantified, term):
            roots: tuple[Any, ...] = (quantified, term)
        case Witness(quantified, _) | Alike(quantified, _, _):
            roots = (quantified,)
        case Member(term, _) | Split(term, _, _, _):
            roots = (term,)
        case Apart(distinct, left, right):
            roots = (distinct, *left, *right)
        case Equality(clause) | Counted(clause):
            roots = tuple(sentence for _, sentence in clause)
    return {node.name for root in roots for node in walk(root) if isinstance(node, Constant)}
