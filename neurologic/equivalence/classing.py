"""Classes: formulas grouped by proved equivalence, and which class may win a vote.

What reads alike is merged first, then what has the same canonical form; what differs in a random
finite structure is kept apart, and the solver decides the rest, all open questions at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from neurologic.equivalence.language import SIZES, Language
from neurologic.errors import SignatureError
from neurologic.formula import Formula, Iff, Node, Not
from neurologic.provers import DEFAULT_BUDGET, Countermodel, Outcome, Proved, Prover
from neurologic.question import check_budget, check_signature, formula_of
from neurologic.signature import Signature

Status = Literal["contingent", "tautology", "contradiction", "unknown"]
"""Whether the formulas of a class hold sometimes, always or never under the theory."""
MOST_QUESTIONS = 2_000
"""After so many questions about one group of formulas, what is left is undecided."""
_MANY_NUMERALS = 100
"""Each question takes longer the more numerals there are: so many leave half of the questions."""
_ORDER: dict[Status, int] = {"contingent": 0, "unknown": 1, "tautology": 2, "contradiction": 3}


@dataclass(frozen=True, slots=True)
class EquivalenceClass:
    """Formulas that are proved to be equivalent.

    Args:
        members: their places among the formulas that were given, counted from 0, in order.
        representative: what was written most often among them; of equals, the shortest.
        status: whether the members hold always (`tautology`), never (`contradiction`), sometimes
            (`contingent`), or whether that was not decided (`unknown`).
        undecided: the first members of classes of which it is not known whether they are this one.
    """

    members: tuple[int, ...]
    representative: Formula
    status: Status
    undecided: tuple[int, ...] = ()

    @property
    def may_win(self) -> bool:
        """Whether a vote may choose it: what holds always or never translates no sentence."""
        return self.status not in {"tautology", "contradiction"}

    def __len__(self) -> int:
        return len(self.members)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from neurologic.display import mimebundle

        return mimebundle(self)

    def __str__(self) -> str:
        told = "" if self.status == "contingent" else f", {self.status}"
        places = ", ".join(str(place) for place in self.members)
        return f"{self.representative}  [{places}{told}]"


def classes(
    formulas: Iterable[Formula | str],
    *,
    theory: Iterable[Formula | str] = (),
    signature: Signature = Signature(),
    prover: Prover | None = None,
    budget: int = DEFAULT_BUDGET,
) -> tuple[EquivalenceClass, ...]:
    """The formulas grouped by proved equivalence, the class that wins a vote first.

    Classes that may win come first, the larger before the smaller; tautologies and contradictions
    come last, however many wrote them. Two classes are proved to be different unless one names the
    other under `undecided`, which is also what happens to formulas that are many and hard to tell
    apart, after `MOST_QUESTIONS`. Formulas whose sorts do not fit together are in different classes.

    Args:
        formulas: what is grouped; texts are parsed, free variables closed universally.
        theory: what is taken to hold; equivalence is equivalence under it.
        signature: declared sorts and symbols; the rest is inferred from all formulas together.
        prover: decides what is left; by default grounding and SAT where they fit, else Z3.
        budget: resource units for each question to the prover.

    Raises:
        TypeError, ValueError: if an argument is of another kind, or the budget is not positive.
        ParseError: if a text does not read.
        SignatureError: if the theory or a formula by itself is ill-sorted; `source` says which.
        SemanticsError: if the theory is proved to be contradictory.
        ProverError: if the prover is missing or misbehaves.

    >>> for found in classes(["-(P(a) & Q(a))", "Q(b)", "P(a) -> -Q(a)", "P(a) | -P(a)"]):
    ...     print(found)
    P(a) → ¬Q(a)  [0, 2]
    Q(b)  [1]
    P(a) ∨ ¬P(a)  [3, tautology]
    """
    return Grouping.of(formulas, theory, signature, prover, budget).classes


@dataclass(frozen=True, slots=True)
class Grouping:
    """The classes of formulas, and what is to be known of how they were found.

    Args:
        classes: the classes.
        questions: how many questions the prover was asked.
        doubted: whether it was not decided that the theory is free of contradictions.
    """

    classes: tuple[EquivalenceClass, ...]
    questions: int
    doubted: bool = False

    @classmethod
    def of(
        cls,
        formulas: Iterable[Formula | str],
        theory: Iterable[Formula | str] = (),
        signature: Signature = Signature(),
        prover: Prover | None = None,
        budget: int = DEFAULT_BUDGET,
    ) -> Grouping:
        """See `classes`."""
        check_budget(budget)
        check_signature(signature)
        places: dict[Formula, list[int]] = {}
        for at, formula in enumerate(formulas_of(formulas, "formula")):
            places.setdefault(formula, []).append(at)
        axioms = formulas_of(theory, "axiom")
        found: list[EquivalenceClass] = []
        questions, sure = 0, True
        for group, language in _compatible(places, axioms, signature, prover, budget):
            sorting = _Sorting(language, group, [places[formula] for formula in group])
            found += sorting.classes()
            questions += language.questions
            sure = sure and sorting.sure
        found.sort(key=lambda each: (_ORDER[each.status], -len(each), each.members))
        return cls(tuple(found), questions, not sure)


def winner(found: Sequence[EquivalenceClass]) -> EquivalenceClass | None:
    """The class with most members that may win; None if there is none or several are as large.

    >>> winner(classes(["P(a) & -P(a)", "P(a) & -P(a)", "Q(a)"])).members
    (2,)
    >>> winner(classes(["P(a)", "Q(a)"])) is None
    True
    """
    able = sorted((each for each in found if each.may_win), key=len, reverse=True)
    if not able or (len(able) > 1 and len(able[0]) == len(able[1])):
        return None
    return able[0]


def formulas_of(given: Any, kind: str) -> list[Formula]:
    """The formulas of a sequence, texts among them parsed."""
    if isinstance(given, (str, bytes, Node)) or not isinstance(given, Iterable):
        raise TypeError(f"expected a sequence of formulas or texts, got {given!r:.80}")
    return [formula_of(each, f"{kind} {at}") for at, each in enumerate(given)]


def _compatible(
    places: dict[Formula, list[int]],
    theory: list[Formula],
    signature: Signature,
    prover: Prover | None,
    budget: int,
) -> list[tuple[list[Formula], Language]]:
    """The formulas by language: in one, or in the order of their texts where sorts do not fit."""

    def language(group: list[Formula]) -> Language:
        return Language.of(theory, group, signature, prover, budget)

    formulas = list(places)
    if not formulas:
        return []
    try:
        return [(formulas, language(formulas))]
    except SignatureError:
        language([])  # the theory is to be well-sorted, and so is each formula
    for formula in formulas:
        try:
            language([formula])
        except SignatureError as error:
            error.source = error.source or f"formula {places[formula][0]}"
            raise
    groups: list[tuple[list[Formula], Language]] = []
    for formula in sorted(formulas, key=str):
        for i, (group, _) in enumerate(groups):
            try:
                groups[i] = ([*group, formula], language([*group, formula]))
            except SignatureError:
                continue
            break
        else:
            groups.append(([formula], language([formula])))
    return groups


class _Sorting:
    """Distinct formulas of one language on their way into classes.

    A `unit` is a canonical form, or a formula that has none, with the places that share it.
    """

    def __init__(
        self, language: Language, written: Sequence[Formula], places: Sequence[list[int]]
    ) -> None:
        self.language, self.written, self.places = language, written, places
        units: dict[object, list[int]] = {}
        for at in range(len(written)):
            number = language.number(at)
            units.setdefault(("deep", at) if number is None else number, []).append(at)
        self.units = list(units.values())
        self.numbers = [language.number(unit[0]) for unit in self.units]
        self.apart: dict[tuple[int, int], bool] = {}  # of units asked about: whether they differ
        self.sure = True  # that the theory is not contradictory

    def classes(self) -> list[EquivalenceClass]:
        groups = self._groups()
        doubted = not all(self.apart.values())
        statuses = self._statuses([group[0] for group in groups])
        if "contingent" not in statuses:  # else some structure of the theory was met
            self.sure = self.language.check_theory()
        members = [
            sorted(place for unit in group for at in self.units[unit] for place in self.places[at])
            for group in groups
        ]
        return [
            EquivalenceClass(
                tuple(members[i]),
                self._representative(group),
                statuses[i],
                tuple(
                    sorted(
                        members[j][0]
                        for j, other in enumerate(groups if doubted else ())
                        if j != i and self._open(group, other)
                    )
                ),
            )
            for i, group in enumerate(groups)
        ]

    def _representative(self, group: list[int]) -> Formula:
        counts: Counter[int] = Counter()
        for unit in group:
            for at in self.units[unit]:
                counts[at] += len(self.places[at])
        most = max(counts.values())
        able = [self.written[at] for at, count in counts.items() if count == most]
        return (
            able[0]
            if len(able) == 1
            else min(able, key=lambda formula: (len(str(formula)), str(formula)))
        )

    def _groups(self) -> list[list[int]]:
        """The units by class."""
        everything = range(len(self.units))
        alike = self._alike(list(everything), 0)
        if all(len(group) == 1 for group in alike):
            return alike
        return [
            *(group for group in alike if len(group) == 1),
            *self._proved([group for group in alike if len(group) > 1]),
        ]

    def _alike(self, units: list[int], stage: int) -> list[list[int]]:
        """The units that no fingerprint tells apart; all of them, where one has no fingerprint."""
        if len(units) < 2:
            return [units] if units else []
        if stage == len(SIZES):
            return [units]
        found: dict[int, list[int]] = {}
        for unit in units:
            mark = self.language.fingerprint(self.numbers[unit], stage)
            if mark is None:
                return self._alike(units, stage + 1)
            found.setdefault(mark, []).append(unit)
        return [part for group in found.values() for part in self._alike(group, stage + 1)]

    def _differ(self, left: int, right: int) -> bool:
        """Whether the two are known to differ, or were asked about and not proved equivalent."""
        if (left, right) in self.apart:
            return True
        for stage in range(len(SIZES)):
            first = self.language.fingerprint(self.numbers[left], stage)
            second = self.language.fingerprint(self.numbers[right], stage)
            if first is not None and second is not None and first != second:
                return True
        return False

    def _proved(self, alike: list[list[int]]) -> list[list[int]]:
        """The classes of groups of units, by questions to the prover: a round asks all groups'."""
        runs = [self._rounds(units) for units in alike]
        found: dict[int, list[list[int]]] = {}
        answers: list[list[Outcome]] = [[] for _ in runs]
        while len(found) < len(runs):
            asked: list[tuple[int, list[Formula]]] = []
            for at, run in enumerate(runs):
                if at in found:
                    continue
                try:
                    goals = run.send(answers[at]) if answers[at] else next(run)
                    asked.append((at, goals))
                except StopIteration as done:
                    found[at] = done.value
            outcomes = iter(self.language.ask([goal for _, goals in asked for goal in goals]))
            for at, goals in asked:
                answers[at] = list(islice(outcomes, len(goals)))
        return [group for at in range(len(runs)) for group in found[at]]

    def _rounds(self, units: list[int]) -> Generator[list[Formula], list[Outcome], list[list[int]]]:
        """The classes of units: yields what is asked in each round, and is sent the outcomes."""
        texts = {unit: self._sentence(unit) for unit in units}
        waiting = sorted(units, key=lambda unit: str(texts[unit]))
        groups: list[list[int]] = []
        numerals = sum(map(len, self.language.numerals.values()))
        most = MOST_QUESTIONS // (1 + numerals // _MANY_NUMERALS)
        questions = 0
        while waiting:
            if questions > most:
                return groups + self._unasked(waiting, groups)
            asked: list[tuple[int, list[int]]] = []
            for unit in waiting:
                group = next((g for g in groups if not self._differ(g[0], unit)), None)
                if group is None:
                    groups.append([unit])
                else:
                    asked.append((unit, group))
            if not asked:
                break
            questions += len(asked)
            outcomes = yield [Iff(texts[group[0]], texts[unit]) for unit, group in asked]
            waiting = []
            for (unit, group), outcome in zip(asked, outcomes, strict=True):
                if isinstance(outcome, Proved):
                    group.append(unit)
                else:
                    waiting.append(unit)
                    known = isinstance(outcome, Countermodel)
                    self.apart[group[0], unit] = self.apart[unit, group[0]] = known
        return groups

    def _unasked(self, waiting: list[int], groups: list[list[int]]) -> list[list[int]]:
        """Units that are not asked about any more: classes of their own, with a doubt."""
        left = [[unit] for unit in waiting]
        for i, (unit,) in enumerate(left):
            for other in (*groups, *left[:i]):
                if not self._differ(other[0], unit):
                    self.apart[other[0], unit] = self.apart[unit, other[0]] = False
        return left

    def _sentence(self, unit: int) -> Formula:
        """The sentence that stands for the unit: the least text, so that order has no say."""
        sentences = [self.language.sentences[at] for at in self.units[unit]]
        return sentences[0] if len(sentences) == 1 else min(sentences, key=str)

    def _open(self, left: list[int], right: list[int]) -> bool:
        """Whether two classes may yet be one: a question failed and nothing tells them apart."""
        pairs = [(one, other) for one in left for other in right]
        found = [self.apart[pair] for pair in pairs if pair in self.apart]
        return bool(found) and not any(found)

    def _statuses(self, units: list[int]) -> list[Status]:
        """Of each class, whether it holds always, never, or sometimes."""
        statuses: list[Status] = ["contingent"] * len(units)
        asked: list[tuple[int, Status]] = []
        goals: list[Formula] = []
        for i, unit in enumerate(units):
            number = self.numbers[unit]
            if number in (self.language.forms.true, self.language.forms.false):
                true = number == self.language.forms.true
                statuses[i] = "tautology" if true else "contradiction"
                continue
            met, missed = self._seen(number)
            sentence = self._sentence(unit)
            if not missed:
                asked.append((i, "tautology"))
                goals.append(sentence)
            if not met:
                asked.append((i, "contradiction"))
                goals.append(Not(sentence))
        answers: dict[int, dict[Status, Outcome]] = {}
        for (i, status), outcome in zip(asked, self.language.ask(goals), strict=True):
            answers.setdefault(i, {})[status] = outcome
        for i, outcomes in answers.items():
            proved = [status for status, o in outcomes.items() if isinstance(o, Proved)]
            if proved:
                statuses[i] = proved[0]
            elif not all(isinstance(outcome, Countermodel) for outcome in outcomes.values()):
                statuses[i] = "unknown"
        return statuses

    def _seen(self, number: int | None) -> tuple[bool, bool]:
        """Whether some structure satisfies the form, and whether some structure does not."""
        met = missed = False
        for stage in range(len(SIZES)):
            mark = self.language.fingerprint(number, stage)
            if mark is not None:
                met = met or bool(mark)
                missed = missed or mark != self.language.within(stage)
            if met and missed:
                break
        return met, missed
