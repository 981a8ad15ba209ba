"""LINC's own way from a recorded sample to a verdict (Olausson et al., EMNLP 2023), as recorded.

The verdicts that were recorded with the samples come from an older splitter than the code published
last: a formula is what follows `FOL:` and a tab, where the later code takes every line with `FOL:`.
What is repeated here is the recorded behaviour.

Formulas are rewritten into what NLTK reads, NLTK parses them, and Prover9's conventions say what
they mean. All three have effects that their authors did not mean:

- the rewriting joins what stands in innermost brackets into one name, so that `(x = y)` becomes
  `(x_=_y)` and `P(-a)` becomes `P(_a)`, spells out digits and dots, and drops apostrophes;
- a quantifier of NLTK's holds only what follows it immediately, `->` groups to the left, and `True`
  and `False` are propositions like any other;
- a free name that begins with u, v, w, x, y or z is a variable of Prover9's, closed universally,
  and a name used with two arities, or as relation and as function, is an error;
- whether the conclusion is entailed is asked first, so inconsistent premises answer True.

Prover9 itself is not asked: Z3 decides, under Prover9's conventions and without its time-out.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from functools import lru_cache
from typing import Any

from neurologic.binding import free_variables, universal_closure
from neurologic.entailment import Verdict, decide
from neurologic.errors import NeurologicError
from neurologic.formula import (
    Atom,
    Constant,
    Exists,
    ForAll,
    Formula,
    Function,
    Not,
    Variable,
    children,
    rebuild,
    trampoline,
    walk,
)
from neurologic.provers import DEFAULT_BUDGET, Proved, Unknown


class LincError(NeurologicError):
    """A sample on which LINC's pipeline ends in an error; `kind` says at which of its stages."""


_SPELLED = str.maketrans(
    {
        "0": "Zero", "1": "One", "2": "Two", "3": "Three", "4": "Four", "5": "Five", "6": "Six",
        "7": "Seven", "8": "Eight", "9": "Nine", ".": "Dot", " ": "_", "-": "_", "'": None,
    }
)  # fmt: skip
_INNERMOST = re.compile(r"\(([^()]*)\)")


def formula_lines(text: str) -> tuple[str, ...]:
    r"""What LINC, as recorded, takes for the formulas of a sample: what follows `FOL:` and a tab.

    >>> formula_lines("TEXT:\tAnn is tall.\nFOL:\tTall(Ann)\nFOL: Old(Ann)")
    ('Tall(Ann)',)
    """
    lines = text.split("\n")
    return tuple(line[5:].strip() for line in lines if line.startswith("FOL:\t"))


def rewritten(text: str) -> str:
    """The formula after LINC's rewriting: each argument becomes one name, wherever it occurs.

    >>> rewritten("Rank(Tom's car, No. 1) & (x = y) & (-Happy) & P(A-B)")
    'Rank(Toms_car, NoDot_One) & (x_=_y) & (_Happy) & P(A_B)'
    """
    for inner in _INNERMOST.findall(text):
        for argument in map(str.strip, inner.split(",")):
            name = argument.translate(_SPELLED)
            if name != argument:
                text = text.replace(argument, name)
    return text


@lru_cache(maxsize=8192)
def read(text: str) -> Formula:
    """The formula as NLTK parses it and Prover9 understands it; free variables stay free.

    >>> print(read("exists x. P(x) & Q(x)"), "|", read("A -> B -> C"))
    (∃x P(x)) ∧ Q(x) | (A → B) → C

    Raises:
        LincError: NLTK cannot parse it, or Prover9 could not.
    """
    from nltk.sem.logic import LogicalExpressionException, LogicParser

    from neurologic.notation.nltk_objects import from_nltk

    try:
        expression = _with_minus(LogicParser().parse(rewritten(text)))
    except (LogicalExpressionException, RecursionError) as error:
        message = str(error).partition("\n")[0]
        raise LincError(f"NLTK: {message}", text=text, kind="NLTK") from error
    try:
        formula = _with_variables(from_nltk(expression))
    except NeurologicError as error:
        raise LincError(f"Prover9: {error.message}", text=text, kind="Prover9: syntax") from error
    for name in _names(formula):
        if not _NAME.fullmatch(name):
            message = f"Prover9 reads no name {name!r}"
            raise LincError(message, text=text, kind="Prover9: syntax")
    return formula


# a symbol of Prover9's; "-" before a term is one too
_NAME = re.compile(r"""[A-Za-z0-9_$']+|"[^"]*"|-""")
_VARIABLE = re.compile(r"[u-z]")


def _with_minus(expression: Any) -> Any:
    """The expression, a negated side of an equation applied to a function `-`, as in Prover9."""
    from nltk.sem import logic

    match expression:
        case logic.EqualityExpression():
            sides = [
                logic.ApplicationExpression(
                    logic.ConstantExpression(logic.Variable("-")), side.term
                )
                if isinstance(side, logic.NegatedExpression)
                else side
                for side in (expression.first, expression.second)
            ]
            return logic.EqualityExpression(*sides)
        case logic.NegatedExpression():
            return logic.NegatedExpression(_with_minus(expression.term))
        case logic.BinaryExpression():
            return type(expression)(_with_minus(expression.first), _with_minus(expression.second))
        case logic.QuantifiedExpression():
            return type(expression)(expression.variable, _with_minus(expression.term))
        case _:
            return expression


def _with_variables(formula: Formula) -> Formula:
    """The formula with Prover9's variables: what is bound, and free names from u on; no others."""
    return trampoline(_resolved(formula, frozenset()))  # type: ignore[no-any-return]


def _resolved(node: Any, bound: frozenset[str]) -> Generator[Any, Any, Any]:
    match node:
        case Variable(name) | Constant(name) | Function(name, ()):
            variable = name in bound or _VARIABLE.match(name)
            return Variable(name) if variable else Constant(name)
        case ForAll(Variable(name)) | Exists(Variable(name)):
            bound |= {name}
    parts = []
    for child in children(node):
        parts.append((yield _resolved(child, bound)))
    return rebuild(node, parts)


def _names(formula: Formula) -> Iterator[str]:
    for node in walk(formula):
        match node:
            case Atom(name) | Function(name) | Constant(name) | Variable(name):
                yield name


def check_symbols(formulas: Iterable[Formula]) -> None:
    """Refuse what Prover9 refuses.

    Raises:
        LincError: a name has two arities, or is used as a relation and as a function; constants
            are functions without arguments.
    """
    uses: dict[str, tuple[str, int]] = {}
    for formula in formulas:
        for node in walk(formula):
            match node:
                case Atom(name, args):
                    use = "relation", len(args)
                case Function(name, args):
                    use = "function", len(args)
                case Constant(name):
                    use = "function", 0
                case _:
                    continue
            before = uses.setdefault(name, use)
            if before[1] != use[1]:
                message = f"{name} has {before[1]} and {use[1]} arguments"
                raise LincError(f"Prover9: {message}", kind="Prover9: two arities")
            if before != use:
                message = f"Prover9: {name} is a relation and a function"
                raise LincError(message, kind="Prover9: relation and function")


@lru_cache(maxsize=4096)
def decided(formulas: tuple[Formula, ...], budget: int = DEFAULT_BUDGET) -> tuple[Verdict, int]:
    """What the last formula is in the light of the others, as Prover9 understands the question.

    The resource units that it took are returned beside the verdict.

    The goal and the negated goal are two questions, and the free variables of each are closed
    universally: of a goal P(x), the second asks for ∀x ¬P(x). Inconsistent premises are reported as
    such; under LINC's convention they count as True.
    """
    *premises, goal = formulas
    first = decide(premises, universal_closure(goal), budget=budget)
    if not free_variables(goal):
        return first.verdict, first.rlimit
    second = decide(premises, universal_closure(Not(goal)), budget=budget)
    cost = first.rlimit + second.rlimit
    match first.goal, second.goal:
        case Proved(), Proved():
            return Verdict.INCONSISTENT, cost
        case Proved(), _:
            return Verdict.ENTAILED, cost
        case _, Proved():
            return Verdict.REFUTED, cost
        case (Unknown(), _) | (_, Unknown()):
            return Verdict.UNKNOWN, cost
    return Verdict.UNDETERMINED, cost
