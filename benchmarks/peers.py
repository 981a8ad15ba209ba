"""The peers that speed is measured against, each used the way its own documentation shows."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

from neurologic.formula import (
    And,
    Atom,
    Constant,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Or,
    Variable,
    Verum,
    Xor,
    fold,
)


def nltk_parser() -> Callable[[str], object]:
    """NLTK's reader of formulas: `nltk.sem.logic.LogicParser().parse`."""
    from nltk.sem.logic import LogicParser

    parse: Callable[[str], object] = LogicParser().parse
    return parse


def z3py_verdict(premises: Sequence[Formula], goal: Formula) -> str:
    """The verdict from z3py as a textbook has it: two fresh solvers, one question each.

    Args:
        premises: formulas without arithmetic, counting or numerals.
        goal: another one. Nothing limits the time: setting a limit would make z3py slower.

    Returns:
        The name of a `Verdict`.

    Raises:
        NotImplementedError: a formula is outside the plain language.
    """
    import z3

    build = _Builder()
    theory = [build(premise) for premise in premises]
    query = build(goal)
    answers = []
    for claim in (z3.Not(query), query):
        solver = z3.Solver()
        solver.add(*theory, claim)
        answers.append(solver.check())
    entailed, refuted = (answer == z3.unsat for answer in answers)
    if entailed or refuted:
        return "INCONSISTENT" if entailed and refuted else "ENTAILED" if entailed else "REFUTED"
    return "UNKNOWN" if z3.unknown in answers else "UNDETERMINED"


def prover9_binary() -> str | None:
    """The program, found as NLTK finds it: in the folder `PROVER9`, or on the path."""
    folder = os.environ.get("PROVER9")
    return (folder and shutil.which("prover9", path=folder)) or shutil.which("prover9")


def prover9_verdict(premises: Sequence[Formula], goal: Formula, *, binary: str) -> str:
    """The verdict from Prover9 as LINC has it: NLTK's input, and a process for each question.

    Both questions are asked, so that contradictory premises are found, and nothing limits the time.

    Args:
        premises: formulas that NLTK has.
        goal: another one.
        binary: the program.

    Returns:
        The name of a `Verdict`; what is not proved is UNDETERMINED.
    """
    from nltk.inference.prover9 import Prover9

    from neurologic.notation import to_nltk

    assumptions = [to_nltk(premise) for premise in premises]
    answers = []
    for claim in (goal, Not(goal)):
        text = Prover9().prover9_input(to_nltk(claim), assumptions)
        found = subprocess.run([binary], input=text, capture_output=True, text=True, check=False)
        answers.append("THEOREM PROVED" in found.stdout)
    entailed, refuted = answers
    if entailed or refuted:
        return "INCONSISTENT" if entailed and refuted else "ENTAILED" if entailed else "REFUTED"
    return "UNDETERMINED"


class _Builder:
    """Formulas as z3py expressions over one uninterpreted sort."""

    def __init__(self) -> None:
        import z3

        self.z3 = z3
        self.entity = z3.DeclareSort("Entity")

    def __call__(self, formula: Formula) -> Any:
        return fold(formula, self._step)

    def _step(self, node: Any, below: tuple[Any, ...]) -> Any:
        z3 = self.z3
        match node:
            case Variable(name) | Constant(name):
                # A variable's name starts with a letter that no constant of ours starts with.
                prefix = "?" if isinstance(node, Variable) else ""
                return z3.Const(prefix + name, self.entity)
            case Function(name, args):
                return z3.Function(name, *[self.entity] * (len(args) + 1))(*below)
            case Atom(name, args):
                if not args:
                    return z3.Bool(name)
                return z3.Function(name, *[self.entity] * len(args), z3.BoolSort())(*below)
            case ForAll(variable, _):
                return z3.ForAll([self._step(variable, ())], *below)
            case Exists(variable, _):
                return z3.Exists([self._step(variable, ())], *below)
            case Equals() | Iff():
                return below[0] == below[1]
            case Not():
                return z3.Not(*below)
            case And():
                return z3.And(*below)
            case Or():
                return z3.Or(*below)
            case Implies():
                return z3.Implies(*below)
            case Xor():
                return z3.Xor(*below)
            case Verum() | Falsum():
                return z3.BoolVal(isinstance(node, Verum))
            case _:
                raise NotImplementedError(type(node).__name__)
