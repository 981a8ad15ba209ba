"""Many-sorted programs of Logic-LM (AR-LSAT) and of CLOVER: declarations, constraints, options."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from benchmarks.dialects.assuming import Assumption, once
from benchmarks.dialects.calls import elaboration
from benchmarks.dialects.declaring import Fault
from benchmarks.dialects.elaborating import Elaboration
from benchmarks.dialects.expressions import Call, Expression, Listing
from benchmarks.dialects.expressions import read as read_expression
from benchmarks.dialects.questions import EXCEPTION, KINDS, TESTS, is_heading
from benchmarks.dialects.sections import Line, lines_of
from neurologic.errors import NeurologicError, ParseError
from neurologic.formula import Constant, ForAll, Formula, Function, Variable
from neurologic.problem import ChoiceProblem, Kind, Option
from neurologic.signature import Signature

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SortedProgram:
    """A many-sorted program, read.

    Args:
        signature: sorts and functions.
        constraints: what holds, ranges from the declarations first.
        problems: the question: options that ask the same in one problem, in order of the options.
        labels: the labels of the options, in order.
        errors: what cannot be read, each error with its place.
        guesses: what was guessed under tolerance, in words.
        notes: what is odd.
        assumed: readings that go beyond the dialect.
    """

    signature: Signature
    constraints: tuple[Formula, ...]
    problems: tuple[ChoiceProblem, ...]
    labels: tuple[str, ...]
    errors: tuple[NeurologicError, ...] = ()
    guesses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    assumed: tuple[Assumption, ...] = ()


_LABEL = re.compile(r"\(([A-Z])\)|([A-Z])(?:[).:]|$)")


@dataclass(frozen=True, slots=True)
class _Tested:
    """An option with what is asked of it."""

    kind: Kind
    exception: bool
    option: Option


def read(program: str, *, tolerant: bool = False) -> SortedProgram:
    """The program with its declarations, constraints and options.

    Args:
        program: the text.
        tolerant: guess: an undeclared name stands for any member, members count as their places.

    >>> found = read('''# Declarations
    ... child = EnumSort([Ann, Bob])
    ... seat = Function([child] -> [int])
    ... # Constraints
    ... ForAll([c:child], And(1 <= seat(c), seat(c) <= 2))
    ... # Options
    ... is_sat(seat(Ann) < seat(Bob)) ::: (A)''')
    >>> print(found.constraints[0])
    ∀c: child. (1 ≤ seat(c) ∧ seat(c) ≤ 2)
    """
    return _Reader(elaboration(program, tolerant=tolerant)).program(lines_of(program, joined=True))


@dataclass(slots=True)
class _Reader:
    """One program, line by line."""

    work: Elaboration
    errors: list[ParseError] = field(default_factory=list)
    asked: list[_Tested] = field(default_factory=list)

    def program(self, lines: tuple[Line, ...]) -> SortedProgram:
        declared = self.work.declared
        ranges: list[Formula] = []
        for line in lines:
            if line.section in ("declarations", ""):
                self._each(line, lambda e: self._declaration(e, ranges))
        constraints = list(ranges)
        for line in lines:
            if line.section == "constraints":
                self._each(line, lambda e: constraints.append(self._sentence(e)))
        options = [line for line in lines if line.section == "options" and not is_heading(line)]
        for at, line in enumerate(options):
            self._each(line, lambda e, at=at, line=line: self._option(e, at, line))  # type: ignore[misc]
        if not options and not self.errors:
            self.errors.append(ParseError("the program has no options", kind="no options"))
        constraints = [
            *declared.axioms(),
            *in_subsets(self.work),
            *self.work.definitions,
            *constraints,
        ]
        return SortedProgram(
            declared.signature(),
            tuple(constraints),
            self._problems(tuple(constraints)),
            tuple(one.option.label for one in self.asked),
            tuple(self.errors),
            tuple(dict.fromkeys(self.work.guesses)),
            tuple(declared.notes),
            once(declared.assumed),
        )

    def _declaration(self, expression: Expression, ranges: list[Formula]) -> None:
        if not self.work.declared.declare(expression):
            ranges.append(self._sentence(expression))

    def _sentence(self, expression: Expression) -> Formula:
        return self.work.sentence(expression)

    def _each(self, line: Line, take: Callable[[Expression], object]) -> None:
        try:
            take(self._read(line))
        except Fault as found:
            error = found.located(line.text)
        except ParseError as found:
            error = found
        else:
            return
        error.at(line.source)
        self.errors.append(error)

    def _read(self, line: Line) -> Expression:
        try:
            return read_expression(line.text)
        except ParseError as error:
            missing = line.text.count("(") - line.text.count(")")
            if not self.work.tolerant or error.kind != "missing bracket" or missing < 1:
                raise
            found = read_expression(line.text + ")" * missing)
            self.work.guesses.append("brackets are closed at the end of a line")
            return found

    def _option(self, expression: Expression, at: int, line: Line) -> None:
        exception = False
        while isinstance(expression, Call) and expression.name == EXCEPTION:
            if len(expression.args) != 1:
                raise Fault("arity", "is_exception takes 1 argument", expression.span)
            exception, expression = not exception, expression.args[0]
        if not isinstance(expression, Call) or expression.name not in KINDS:
            hint = f"expected one of {TESTS}"
            raise Fault("option", "this asks nothing of the constraints", expression.span, hint)
        label = _label(line.sentence) or chr(ord("A") + at)
        if any(one.option.label == label for one in self.asked):
            raise Fault("option", f"there are two options {label}", expression.span)
        kind = KINDS[expression.name]
        formulas = self._formulas(expression, kind)
        self.asked.append(_Tested(kind, exception, Option(label, formulas)))

    def _formulas(self, call: Call, kind: Kind) -> tuple[Formula, ...]:
        args = call.args
        if kind == "list":
            if len(args) == 1 and isinstance(args[0], Listing):
                args = args[0].items
            if not args:
                raise Fault("arity", "is_accurate_list of nothing", call.span)
            return tuple(self._sentence(arg) for arg in args)
        if kind == "same effect":
            raise Fault("same effect", "which constraint is replaced is not said", call.span)
        if not args:
            raise Fault("arity", f"{call.name} takes a formula", call.span)
        if len(args) > 1:  # as Solver.check(a, b) takes them
            self.work.declared.notes.append(f"the arguments of {call.name} are meant together")
            self.work.declared.assumed.append("several formulas in a test")
            return (self._sentence(Call("And", args, call.span)),)
        return (self._sentence(args[0]),)

    def _problems(self, constraints: tuple[Formula, ...]) -> tuple[ChoiceProblem, ...]:
        groups: dict[tuple[Kind, bool], list[Option]] = {}
        for one in self.asked:
            groups.setdefault((one.kind, one.exception), []).append(one.option)
        signature = self.work.declared.signature()
        return tuple(
            ChoiceProblem(signature, constraints, kind, tuple(options), exception=exception)
            for (kind, exception), options in groups.items()
        )


def in_subsets(work: Elaboration) -> list[Formula]:
    """That functions into a subset have their values there."""
    found: list[Formula] = []
    for name, subset in work.declared.results.items():
        symbol = work.declared.functions[name]
        variables = [Variable(f"v{i}", s) for i, s in enumerate(symbol.arguments, 1)]
        term = Function(name, tuple(Variable(v.name) for v in variables))
        formula = work.one_of(subset, term if variables else Constant(name))
        for variable in reversed(variables):
            formula = ForAll(variable, formula)
        found.append(formula)
    return found


def _label(sentence: str) -> str:
    match = _LABEL.match(sentence)
    return match[1] or match[2] if match else ""
