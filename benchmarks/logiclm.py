"""Logic-LM's recorded programs as what a model might say when asked step by step.

A program holds formulas beside sentences. The program of a problem is the one of its id, else the
one with the most sentences in common. Its formulas are written in our notation, under the
declarations that a request shows: sorts and functions go by the names that they have there (see
`benchmarks.dialects.declarations.aligned`). A formula that does not fit there is shown as it was
recorded, and fails as it would for a model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.data import Example
from benchmarks.dialects import orders, rules, sorted_programs
from benchmarks.dialects.calls import elaboration
from benchmarks.dialects.declarations import Declarations, aligned, of_signature, renamed
from benchmarks.dialects.declaring import Fault
from benchmarks.dialects.expressions import Call, Expression
from benchmarks.dialects.expressions import read as read_expression
from benchmarks.dialects.questions import KINDS, asked, is_heading
from benchmarks.dialects.sections import lines_of, sections_of
from benchmarks.puzzles import Puzzle
from benchmarks.recorded import program as folio_program
from benchmarks.requests import data_of
from benchmarks.rows import DataError, read_rows
from neurologic.errors import LLMError, NeurologicError, ParseError
from neurologic.llm import Request
from neurologic.problem import ChoiceProblem
from neurologic.signature import Signature
from neurologic.translation.bounds import bounded


@dataclass(slots=True)
class Program:
    """One recorded program.

    Args:
        id: the problem's name.
        text: the program.
        problem: the problem, where one of this name is asked about.
        known: the texts that a request about it may show, by their words.
        lines: each sentence with the line that stands beside it.
    """

    id: str
    text: str
    problem: Puzzle | Example | None = None
    known: frozenset[str] = frozenset()
    lines: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        self.lines = tuple(_beside(self))
        texts: list[str] = [sentence for sentence, _ in self.lines]
        match self.problem:
            case Puzzle() as puzzle:
                texts += [*puzzle.sentences, puzzle.text, puzzle.question]
                texts += [text for _, text in puzzle.options]
            case Example() as example:
                texts = [*example.premises, example.conclusion]
            case None:
                pass
        texts += _stated(self)
        texts += [text for _, *told in _options(self) for text in told]
        self.known = frozenset(filter(None, map(plain, texts)))

    @property
    def dialect(self) -> str:
        """How the program is written: `sorted`, `order`, `rules` or `formulas`."""
        found = sections_of(self.text)
        if "declarations" in found or "options" in found:
            return "sorted"
        if "variables" in found:
            return "order"
        return "rules" if found & {"facts", "rules"} else "formulas"


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of a file."""

    programs: tuple[Program, ...]

    @classmethod
    def load(cls, path: Path, problems: Sequence[Any]) -> Programs:
        """The programs of a file, with the problems that are asked about.

        Raises:
            DataError: the file cannot be read, or no row of it is a program.
        """
        named = {p.id: p for p in problems if isinstance(p, Puzzle | Example)}
        found = []
        for _, row in read_rows(path):
            if isinstance(row, DataError) or not isinstance(row.get("program"), str):
                continue
            name = str(row.get("id"))
            found.append(Program(name, row["program"], named.get(name)))
        if not found:
            raise DataError("no row of the script has a 'program'", source=str(path))
        return cls(tuple(found))

    def of(self, request: Request) -> Program:
        """The program of the problem that a request is about.

        Raises:
            LLMError: there is none.
        """
        asked = frozenset(filter(None, map(plain, _texts(request))))
        best = max(self.programs, key=lambda one: len(one.known & asked))
        shared = len(best.known & asked)
        least = len(asked) if best.problem is not None else max(1, len(asked) / 2)
        if not shared or shared < least:
            raise LLMError("there is no program of this problem", kind="script")
        return best

    def formulas(self, request: Request, signature: Signature) -> Mapping[str, str]:
        """The formulas of the sentences of a request, by sentence."""
        program = self.of(request)
        found = _converted(program, signature)
        rows = [row["sentence"] for row in _data(request) if isinstance(row.get("sentence"), str)]
        return {text: found[plain(text)] for text in rows if plain(text) in found}

    def preparation(self, request: Request) -> str:
        """Declarations and sentences as the program has them, as a reply of preparation.

        Raises:
            NeurologicError: the program has none that can be read.
        """
        program = self.of(request)
        declared = _declared(program)
        if declared is None:
            raise LLMError("the program has no declarations", kind="script")
        for own in declared.declared.enumerations():
            own.worth = own.sequence and any(c in program.text for c in "+-")
        kind, excepted = _kind(program)
        puzzle = program.problem if isinstance(program.problem, Puzzle) else None
        given = dict(puzzle.options) if puzzle else {}
        options = [
            {"label": label, "sentences": [given.get(label) or sentence or text]}
            for label, sentence, text in _options(program)
        ]
        constraints = list(dict.fromkeys(_stated(program)))
        ranges, more = _axioms(program, declared)
        reply = {
            "declarations": str(declared.signature()).split("\n"),
            "ranges": ranges,
            "glosses": [],
            "constraints": [*more, *constraints],
            "question": {"kind": kind, "except": excepted, "subject": "", "conditions": []},
            "options": options,
        }
        return json.dumps(reply, ensure_ascii=False)

    def program(self, request: Request) -> str:
        """The program in our notation; where it cannot be read, as it was recorded."""
        program = self.of(request)
        read = orders.read if program.dialect == "order" else sorted_programs.read
        found = read(program.text)
        if found.errors or len(found.problems) != 1:
            return program.text
        return choice_text(found.problems[0])


def choice_text(problem: ChoiceProblem) -> str:
    r"""The problem as `neurologic.parsing.read_choice` reads it.

    >>> from neurologic.parsing import read_choice
    >>> text = "const a: Int\na > 1\n? must be true except\n(A) a > 2\n(B) a > 0"
    >>> choice_text(read_choice(text)) == text
    True
    """
    asked = f"? {problem.kind}{' except' if problem.exception else ''}"
    if problem.conditions:
        asked += f", if {' ∧ '.join(f'({formula})' for formula in problem.conditions)}"
    options = [f"({o.label}) {'; '.join(map(str, o.formulas))}" for o in problem.options]
    declared = str(problem.signature)
    lines = [*([declared] if declared else []), *map(str, problem.constraints), asked, *options]
    return "\n".join(lines)


def plain(text: str) -> str:
    """The words of a sentence, by which it is known again.

    >>> plain("Ann's  seat is 3.")
    'ann s seat is 3'
    """
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


def _texts(request: Request) -> Iterator[str]:
    for row in _data(request):
        for value in row.values():
            if isinstance(value, str):
                yield value


def _data(request: Request) -> Iterator[dict[str, Any]]:
    for row in data_of(request):
        if "predicates" not in row and "declarations" not in row:
            row = {key: value for key, value in row.items() if key not in ("role", "label")}
            yield row


# -- what stands beside what


def _beside(program: Program) -> Iterator[tuple[str, str]]:
    """Each sentence of a program with the line that stands beside it."""
    if program.dialect == "formulas":
        attempt = folio_program(program.text)
        yield from zip(attempt.sentences, attempt.formulas, strict=False)
        return
    for line in lines_of(program.text, joined=True):
        if program.dialect == "sorted" and line.section in ("declarations", ""):
            yield line.text, line.text  # an axiom that is a sentence of its own
        if line.sentence and line.section in ("constraints", "facts", "rules"):
            yield line.sentence, line.text
        elif line.sentence and line.section in ("query", "queries"):
            yield line.sentence, orders.condition(line.text)


def _stated(program: Program) -> Iterator[str]:
    """The constraints of a program in words, or as they are written where no words stand beside."""
    for line in lines_of(program.text, joined=True):
        if line.section == "constraints":
            yield line.sentence or line.text


def _converted(program: Program, signature: Signature) -> dict[str, str]:
    """The formulas of a program in our notation, by the words of their sentences."""
    match program.dialect:
        case "formulas":
            return joined((sentence, formula) for sentence, formula in program.lines)
        case "rules":
            return _rules(program)
        case _:
            return _sorted(program, signature)


def _rules(program: Program) -> dict[str, str]:
    """The rules by their sentences, if each line became one."""
    found = rules.read(program.text)
    stated = [x for x in lines_of(program.text) if x.section in ("facts", "rules")]
    result: dict[str, str] = {}
    if len(found.premises) == len(stated):
        pairs = zip(stated, found.premises, strict=True)
        result = joined((line.sentence, str(formula)) for line, formula in pairs)
    if found.query is not None:
        sentence = found.query.sentence
        if isinstance(program.problem, Example):
            sentence = program.problem.conclusion
        result.setdefault(plain(sentence), str(found.query.goal))
    return result


def _sorted(program: Program, signature: Signature) -> dict[str, str]:
    theirs = _declared(program)
    ours = of_signature(signature)
    names: Mapping[str, str] = {}
    if theirs is not None:
        names = aligned(theirs.declared, ours.declared)
    pairs = (*program.lines, *_asked(program))
    return joined((sentence, _written(text, names, ours)) for sentence, text in pairs)


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The formulas by the words of their sentences; several beside one sentence are meant together.

    >>> joined([("It rains.", "Rains"), ("It rains", "Wet"), ("It rains", "Rains"), ("", "Dry")])
    {'it rains': '(Rains) ∧ (Wet)'}
    """
    found: dict[str, dict[str, None]] = {}
    for sentence, formula in pairs:
        if words := plain(sentence):
            found.setdefault(words, {})[formula] = None
    return {
        words: next(iter(formulas))
        if len(formulas) == 1
        else " ∧ ".join(f"({f})" for f in formulas)
        for words, formulas in found.items()
    }


def _written(text: str, names: Mapping[str, str], ours: Declarations) -> str:
    """The formula of a line in our notation, or the line where there is none."""
    try:
        expression = _untested(read_expression(text))
        return str(ours.sentence(renamed(expression, names), text))
    except NeurologicError:
        return text


def _untested(expression: Expression) -> Expression:
    """What an option asks about, without what it asks of it."""
    while isinstance(expression, Call) and len(expression.args) == 1:
        if not expression.name.startswith("is_"):
            break
        expression = expression.args[0]
    return expression


def _asked(program: Program) -> Iterator[tuple[str, str]]:
    """The options with the sentences that the problem has for them, which are told by the letter."""
    puzzle = program.problem
    if not isinstance(puzzle, Puzzle):
        return
    given = dict(puzzle.options)
    if puzzle.prepared is not None:
        queries = getattr(puzzle.prepared, "queries", ())
        given |= {label: texts[0] for label, texts in queries if len(texts) == 1}
    for label, _, text in _options(program):
        if label in given:
            yield given[label], text


_LETTER = re.compile(r"\(?([A-Z])[).:]?(?:\s|$)")


def _options(program: Program) -> Iterator[tuple[str, str, str]]:
    """The label, the sentence and the line of each option."""
    at = 0
    for line in lines_of(program.text, joined=True):
        if program.dialect == "order" and line.section in ("query", "queries"):
            match = _LETTER.match(line.text)
            yield match[1] if match else chr(65 + at), line.sentence, orders.condition(line.text)
        elif line.section == "options" and not is_heading(line):
            match = _LETTER.match(line.sentence)
            yield match[1] if match else chr(65 + at), "", line.text
        else:
            continue
        at += 1


def _declared(program: Program) -> Declarations | None:
    """What a program declares, as far as it reads; None where its dialect declares nothing."""
    match program.dialect:
        case "order":
            return Declarations(orders.variables(program.text))
        case "sorted":
            pass
        case _:
            return None
    result = Declarations(elaboration(program.text))
    for line in lines_of(program.text, joined=True):
        if line.section not in ("declarations", ""):
            continue
        try:
            expression = read_expression(line.text)
            if not result.declared.declare(expression):
                result.ranges.append(result.sentence(expression, line.text))
        except (Fault, ParseError):
            continue  # what is missing then is told where it is used
    return result


def _axioms(program: Program, declared: Declarations) -> tuple[list[str], list[str]]:
    """What a program's declarations say: bounds of numbers, and lines that say anything else."""
    signature = declared.signature()
    given, declared.ranges = declared.ranges, []
    bounds, others = [str(formula) for formula in declared.theory()], []
    declared.ranges = given
    for line in lines_of(program.text, joined=True):
        if program.dialect != "sorted" or line.section not in ("declarations", ""):
            continue
        try:
            formula = declared.formula(line.text)
        except NeurologicError:
            continue  # a declaration, or what cannot be read
        try:
            bounded(formula, signature)
        except NeurologicError:
            others.append(line.text)
        else:
            bounds.append(str(formula))
    return bounds, others


def _kind(program: Program) -> tuple[str, bool]:
    """What the options of a program ask; `other` where the program does not say all of it."""
    if program.dialect == "order":
        return "must be true", False
    lines = (x for x in lines_of(program.text) if x.section == "options" and not is_heading(x))
    tests, exception = asked(next((line.text for line in lines), ""))
    kind = next((KINDS[name] for name in tests if name in KINDS), "same effect")
    return "other" if kind == "same effect" else kind, exception
