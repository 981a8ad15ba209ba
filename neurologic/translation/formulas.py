"""The translator for sentences that are formulas already: each is read by the grammar."""

from __future__ import annotations

from dataclasses import dataclass

from neurologic.errors import NeurologicError
from neurologic.parsing import read
from neurologic.problem import Reading, TextProblem, Translation


@dataclass(frozen=True, slots=True)
class Formulas:
    """Reads each sentence as a formula.

    Args:
        repair: mend what is almost a formula; every repair is listed in the reading.

    >>> problem = TextProblem(("all x. (Man(x) -> Mortal(x))",), "Mortal(socrates)")
    >>> [str(readings[0].formula) for readings in Formulas().translate(problem).sentences]
    ['∀x (Man(x) → Mortal(x))', 'Mortal(socrates)']
    """

    repair: bool = False

    def translate(self, problem: TextProblem) -> Translation:
        """The reading of each premise and of the conclusion, or the error that stopped it."""
        sentences = (*problem.premises, problem.conclusion)
        return Translation(problem, tuple(self._read(text, problem) for text in sentences))

    def _read(self, text: str, problem: TextProblem) -> tuple[Reading, ...] | NeurologicError:
        try:
            return (read(text, repair=self.repair, signature=problem.signature),)
        except NeurologicError as error:
            return error
