"""The method `gold`: the formulas that a data set itself gives, read and decided.

A row without a formula for its conclusion is read and its premises are tested for consistency.
Rows that share a story share the work: texts and premise sets are read and tested once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from benchmarks.data import Example
from benchmarks.methods import Finding, asked
from benchmarks.rows import DataError
from benchmarks.scoring import Reading
from neurologic.errors import NeurologicError, ParseError
from neurologic.formula import Formula
from neurologic.problem import Reading as FormulaReading
from neurologic.problem import Semantics, TextProblem, Translation


@lru_cache(maxsize=100_000)
def read_formula(text: str, repair: bool) -> tuple[Reading, FormulaReading | ParseError]:
    """A formula read as written if it can be, else with repairs if they are wanted."""
    from neurologic.parsing import read

    try:
        return "strict", read(text)
    except ParseError as error:
        if not repair:
            return "unread", error
    try:
        return "repaired", read(text, repair=True)
    except ParseError as error:
        return "unread", error


@dataclass(frozen=True, slots=True)
class Written:
    """A translator for sentences that are formulas already; it reads each formula once."""

    repair: bool = False

    def translate(self, problem: TextProblem) -> Translation:
        """Each formula's reading, or the error that stopped it."""
        sentences: list[tuple[FormulaReading, ...] | NeurologicError] = []
        for text in (*problem.premises, problem.conclusion):
            result = read_formula(text, self.repair)[1]
            sentences.append(result if isinstance(result, ParseError) else (result,))
        return Translation(problem, tuple(sentences))


@dataclass(frozen=True, slots=True)
class Gold:
    """Decide an example by its own formulas.

    Args:
        repair: mend formulas that do not read as written.
        semantics: what the verdicts mean.
    """

    repair: bool = True
    semantics: Semantics = Semantics()
    name: str = "gold"

    def answer(self, example: Example) -> Finding:
        """The verdict on the conclusion's formula, or whether the premises are consistent.

        Raises:
            DataError: the row has no formulas.
        """
        premises, goal = example.premise_formulas, example.conclusion_formula
        if premises is None:
            raise DataError("the row has no formulas ('premises_fol')", source=example.source)
        kinds = [read_formula(text, self.repair)[0] for text in premises]
        if goal is not None:
            kinds.append(read_formula(goal, self.repair)[0])
        reading: Reading = max(kinds, key=("strict", "repaired", "unread").index, default="strict")
        if goal is None:
            return _consistency(premises, self.repair, self.semantics, reading)
        return asked(premises, goal, Written(self.repair), self.semantics, reading)


def _consistency(
    premises: tuple[str, ...], repair: bool, semantics: Semantics, reading: Reading
) -> Finding:
    results = [read_formula(text, repair)[1] for text in premises]
    error = next((result for result in results if isinstance(result, ParseError)), None)
    if error is not None:
        return Finding("UNTRANSLATED", scored=False, reading=reading, error=error)
    formulas = tuple(r.formula for r in results if isinstance(r, FormulaReading))
    return Finding(
        status=_consistent(formulas, semantics),
        translated=True,
        scored=False,
        reading=reading,
        formulas=tuple(str(formula) for formula in formulas),
    )


@lru_cache(maxsize=10_000)
def _consistent(premises: tuple[Formula, ...], semantics: Semantics) -> str:
    """CONSISTENT, INCONSISTENT or UNKNOWN.

    The premises are asked for falsity: they refute it if and only if they are consistent.
    """
    from neurologic.entailment import decide
    from neurologic.formula import Falsum

    names = {"REFUTED": "CONSISTENT", "INCONSISTENT": "INCONSISTENT"}
    return names.get(decide(premises, Falsum(), semantics=semantics).verdict.name, "UNKNOWN")
