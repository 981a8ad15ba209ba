"""The order dialect of Logic-LM (LogicalDeduction): variables with domains of numbers, constraints.

Variables of one domain are constants of one ordered enumeration. An option is chosen if it must be
true: the puzzles ask which of the options is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from benchmarks.dialects.calls import elaboration
from benchmarks.dialects.declaring import Fault
from benchmarks.dialects.elaborating import Elaboration
from benchmarks.dialects.expressions import read as read_expression
from benchmarks.dialects.sections import Line, check_length, lines_of
from benchmarks.dialects.sorted_programs import SortedProgram
from neurologic.errors import ParseError
from neurologic.formula import Formula
from neurologic.problem import ChoiceProblem, Option
from neurologic.signature import SymbolDeclaration

_VARIABLE = re.compile(r"([^\W\d]\w*)\s*(?:\[IN\]|\bin\b|∈)\s*\[([-\d\s,]*)\]", re.IGNORECASE)
_POSITION = re.compile(r"[0-9]{1,1000}")
_OPTION = re.compile(r"\(?([A-Z])[).:]\s*")


def read(program: str, *, tolerant: bool = False) -> SortedProgram:
    """The program with its variables, constraints and options.

    Args:
        program: the text.
        tolerant: accepted for the sake of the other dialects; nothing is guessed in this one.

    >>> found = read('''Domain:
    ... 1: leftmost
    ... Variables:
    ... red [IN] [1, 2]
    ... blue [IN] [1, 2]
    ... Constraints:
    ... red < blue
    ... Query:
    ... A) red == 1
    ... B) blue == 1
    ... ''')
    >>> str(found.constraints[0]), found.labels
    ('red < blue', ('A', 'B'))
    """
    return _Reader(elaboration(program, tolerant=tolerant)).program(lines_of(program))


def variables(program: str) -> Elaboration:
    """The variables of a program, under which its lines can be read.

    Raises:
        ParseError: a line of them cannot be read; it shows the place.
    """
    reader = _Reader(elaboration(program))
    for line in lines_of(program):
        if line.section == "variables":
            reader.variable(line)
    if reader.errors:
        raise reader.errors[0]
    return reader.work


def condition(text: str) -> str:
    """A line without the letter of the option that it is.

    >>> condition("A) red == 1")
    'red == 1'
    """
    match = _OPTION.match(text)
    return text[match.end() :] if match else text


@dataclass(slots=True)
class _Reader:
    """One program, line by line."""

    work: Elaboration
    errors: list[ParseError] = field(default_factory=list)

    def program(self, lines: tuple[Line, ...]) -> SortedProgram:
        declared = self.work.declared
        for line in lines:
            if line.section == "variables":
                self.variable(line)
        constraints: list[Formula] = []
        options: list[Option] = []
        for line in lines:
            if line.section == "constraints" and (formula := self._formula(line, line.text)):
                constraints.append(formula)
            elif line.section in ("query", "queries"):
                self._option(line, options)
        if not options and not self.errors:
            self.errors.append(ParseError("the program has no options", kind="no options"))
        constraints = [*constraints, *declared.axioms(), *self.work.definitions]
        signature = declared.signature()
        problem = ChoiceProblem(signature, tuple(constraints), "must be true", tuple(options))
        labels = tuple(option.label for option in options)
        return SortedProgram(signature, tuple(constraints), (problem,), labels, tuple(self.errors))

    def variable(self, line: Line) -> None:
        """Take the declaration of a variable up."""
        try:
            check_length(line.text)
        except ParseError as error:
            error.at(line.source)
            self.errors.append(error)
            return
        match = _VARIABLE.fullmatch(line.text)
        numbers = [part.strip() for part in match[2].split(",")] if match else []
        if match is None:
            self._refuse(line, "expected a variable with its domain", "write name [IN] [1, 2, 3]")
            return
        for part in numbers:
            if not _POSITION.fullmatch(part):
                told = f"{part!r:.80} is no position: those are whole numbers from 0 on"
                self._refuse(line, told, "write name [IN] [1, 2, 3]")
                return
        declared, name = self.work.declared, match[1]
        if name in declared.functions:
            self._refuse(line, f"the variable {name} is declared twice", "")
            return
        members = {number: Fraction(number) for number in numbers}
        values = tuple(sorted(members.values()))
        found = next((e for e in declared.enumerations() if e.values == values), None)
        if found is None:
            found = declared.add(f"place{len(declared.sorts) or ''}", {**members})
        declared.functions[name] = SymbolDeclaration(name, (), found.sort)

    def _option(self, line: Line, options: list[Option]) -> None:
        match = _OPTION.match(line.text)
        if match is None:
            self._refuse(line, "expected the letter of an option", "write A) and a condition")
        elif any(option.label == match[1] for option in options):
            self._refuse(line, f"there are two options {match[1]}", "")
        elif formula := self._formula(line, line.text[match.end() :]):
            options.append(Option(match[1], (formula,)))

    def _formula(self, line: Line, text: str) -> Formula | None:
        try:
            return self.work.sentence(read_expression(text))
        except Fault as found:
            error = found.located(text)
        except ParseError as found:
            error = found
        error.at(line.source)
        self.errors.append(error)
        return None

    def _refuse(self, line: Line, message: str, hint: str) -> None:
        span = (0, len(line.text))
        error = ParseError(message, text=line.text, span=span, hint=hint, kind="syntax")
        error.at(line.source)
        self.errors.append(error)
