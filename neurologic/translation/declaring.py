"""A model's preparation of a puzzle: declarations, sentences and the kind of question, all checked.

A reply is untrusted text. Declarations are read by the grammar of problem files, bounds of numbers
by that of formulas; labels, kind and subject have to be those of the puzzle. Whatever is wrong is
told with its place, so that it can go back to the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

from neurologic.choice import constraint_named
from neurologic.entailment import consistent
from neurologic.errors import (
    NeurologicError,
    ParseError,
    SignatureError,
    TranslationError,
    printable,
)
from neurologic.formula import Formula
from neurologic.parsing import locate, read, read_constraints
from neurologic.problem import KINDS, Kind, Lexicon, PreparedProblem
from neurologic.signature import Signature
from neurologic.signature.declarations import NUMERIC
from neurologic.translation.bounds import bounded, fixed
from neurologic.translation.replies import (
    LONGEST_FORMULA,
    LONGEST_NAME,
    MOST_ARGUMENTS,
    MOST_FORMULAS,
    hidden,
    read_object,
)
from neurologic.translation.vocabulary import undeclared

MOST_MEMBERS = 500
"""The most members, of all sorts together, that a reply may declare."""

_T = TypeVar("_T")
_KEYS: Final = frozenset(("declarations", "constraints", "options"))
_VALUED: Final = frozenset(("how many", "minimum", "maximum"))
_SHOWN = 400
_BUDGET = 1_000_000
_DECLARATIONS = (
    "declarations: sort S | sort S = {a, b} | sort S = {a < b} | fun f: S, T -> U | "
    "pred P: S, T | const a, b: S"
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a reply makes of a puzzle.

    Args:
        problem: the puzzle in sentences; None if there is something to mend.
        problems: what there is to mend.
        other: why the question cannot be asked, where the model says that it is of no known kind.
        warnings: what is odd.
    """

    problem: PreparedProblem | None
    problems: tuple[NeurologicError, ...] = ()
    other: TranslationError | None = None
    warnings: tuple[str, ...] = ()


def read_preparation(
    text: str, labels: Sequence[str] | None = None, *, saved: bool = False
) -> Prepared:
    r"""The puzzle in sentences, or all that keeps the reply from being one.

    Args:
        text: what the model wrote, or what `preparation_json` made.
        labels: those that the options must have; None takes any.
        saved: `preparation_json` made the text of a puzzle whose theory may be more than bounds of
            numbers: formulas of any kind are taken. Never so what a model wrote.

    Raises:
        TranslationError: nothing in the reply can be used.

    >>> found = read_preparation('''{"declarations": ["sort day = {mon, tue"],
    ...     "constraints": ["It rains."], "question": {"kind": "must be true"},
    ...     "options": [{"label": "A", "sentences": ["Ann waits."]}]}''')
    >>> [(error.source, error.message) for error in found.problems]
    [('declaration 1', "the text ends where ',' is expected")]
    """
    found = read_object(text, _KEYS)
    reader = _Reader(found)
    signature = reader.signature()
    theory = reader.theory(signature, saved=saved)
    constraints = reader.texts("constraints", "constraint", found.get("constraints", []))
    question = found.get("question")
    if not isinstance(question, dict) or not question:
        reader.wrong("there is no question in the reply", "question")
        question = {}
    kind = reader.kind(question)
    excepted = question.get("except", False)
    if not isinstance(excepted, bool):
        reader.wrong("except is neither true nor false", "question", repr(excepted))
    conditions = reader.texts("conditions", "condition", question.get("conditions", []))
    queries = reader.options(labels, kind)
    subject = reader.subject(question, kind, constraints)
    lexicon = reader.lexicon(signature)
    if kind is None or reader.problems:
        return Prepared(None, tuple(reader.problems), reader.other, tuple(reader.warnings))
    problem = PreparedProblem(
        signature, constraints, queries, kind, conditions, excepted, subject, theory, lexicon
    )
    return Prepared(problem, warnings=tuple(reader.warnings))


def preparation_json(problem: PreparedProblem) -> dict[str, Any]:
    """A prepared puzzle as the JSON object of a reply, which `read_preparation` reads again.

    Beside each gloss stands the arity of its symbol, which a reply need not give.

    >>> import json
    >>> puzzle = PreparedProblem(
    ...     Signature(), ("It rains.",), (("A", ("Ann waits.",)),), "could be true")
    >>> read_preparation(json.dumps(preparation_json(puzzle))).problem == puzzle
    True
    """
    lexicon = problem.lexicon
    glosses = [*lexicon.predicates, *((name, 0, gloss) for name, gloss in lexicon.constants)]
    return {
        "declarations": declaration_lines(problem.signature),
        "ranges": [str(formula) for formula in problem.theory],
        "glosses": [
            {"name": name, "arity": arity, "gloss": gloss} for name, arity, gloss in glosses
        ],
        "constraints": list(problem.constraints),
        "question": {
            "kind": problem.kind,
            "except": problem.exception,
            "subject": problem.subject,
            "conditions": list(problem.conditions),
        },
        "options": [
            {"label": label, "sentences": list(sentences)} for label, sentences in problem.queries
        ],
    }


def declaration_lines(signature: Signature) -> list[str]:
    """The declarations as they are read again: names in quotes where they need them.

    >>> from neurologic.parsing import read_constraints
    >>> declaration_lines(read_constraints("sort city = {'new york', 3}")[0])
    ["sort city = {'new york', 3}"]
    """
    return [*map(str, signature.sorts), *map(str, signature.symbols)]


def check_size(signature: Signature) -> Signature:
    """The declarations of a reply, which keep to its limits.

    Raises:
        SignatureError: too many members, too long a name, or too many arguments.

    >>> from neurologic.parsing import read_constraints
    >>> print(check_size(read_constraints("sort city = {oslo, rome}")[0]))
    sort city = {oslo, rome}
    """
    members = [name for sort in signature.sorts for name in sort.members or ()]
    if len(members) > MOST_MEMBERS:
        told = f"the sorts have {len(members):,} members, more than the {MOST_MEMBERS:,} read"
        raise SignatureError(told, source="declarations")
    names = [sort.sort.name for sort in signature.sorts] + members
    names += [symbol.name for symbol in signature.symbols]
    for name in names:
        if len(name) > LONGEST_NAME:
            told = f"a name has more than the {LONGEST_NAME} characters that are read"
            shown = printable(name[:LONGEST_NAME])
            raise SignatureError(
                told, text=shown, span=(0, max(len(shown), 1)), source="declarations"
            )
    for symbol in signature.symbols:
        if len(symbol.arguments) > MOST_ARGUMENTS:
            shown = printable(symbol.name)
            told = (
                f"{shown} has {len(symbol.arguments):,} arguments, more than the "
                f"{MOST_ARGUMENTS} that are read"
            )
            raise SignatureError(
                told, text=shown, span=(0, max(len(shown), 1)), source="declarations"
            )
    return signature


def bare_label(text: str) -> str:
    """A label without brackets, dot or colon.

    >>> [bare_label(label) for label in ("(A)", "A.", "A")]
    ['A', 'A', 'A']
    """
    return text.strip().strip(" ().:")


@dataclass(slots=True)
class _Reader:
    """Reads the parts of a reply and gathers what is wrong with them."""

    found: dict[str, Any]
    problems: list[NeurologicError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    other: TranslationError | None = None

    def wrong(self, message: str, source: str, text: str = "", hint: str = "") -> None:
        text = text[:_SHOWN]
        span = (0, len(text)) if text else None
        self.problems.append(
            TranslationError(
                message, text=text, span=span, source=source, hint=hint, kind="preparation"
            )
        )

    def attempt(self, source: str, how: Callable[[], _T]) -> _T | None:
        """What a step brings; its error is kept with the place."""
        try:
            return how()
        except NeurologicError as error:
            error.source = source
            self.problems.append(error)
            return None

    def texts(self, key: str, name: str, rows: object) -> tuple[str, ...]:
        """The texts of a list, each on one line."""
        if not isinstance(rows, list) or len(rows) > MOST_FORMULAS:
            self.wrong(f"{key} is no list of at most {MOST_FORMULAS:,} texts", name)
            return ()
        return tuple(self._texts(name, rows))

    def _texts(self, name: str, rows: list[Any]) -> Iterator[str]:
        for at, row in enumerate(rows, 1):
            source = f"{name} {at}"
            text = " ".join(row.split()) if isinstance(row, str) else ""
            if not text:
                self.wrong("it is no text, or an empty one", source)
            elif len(text) > LONGEST_FORMULA:
                told = f"it has more than the {LONGEST_FORMULA:,} characters that are read"
                self.wrong(told, source, text)
            elif hidden(text) is not None:
                told = "a control character or a mark of direction has no place in a text"
                self.wrong(told, source, printable(text), "take it away")
            else:
                yield text

    def signature(self) -> Signature:
        """The declared sorts and symbols."""
        lines = self.texts("declarations", "declaration", self.found.get("declarations", []))
        parts = []
        for at, line in enumerate(lines, 1):
            source = f"declaration {at}"
            part = self.attempt(source, lambda line=line: _declared(line))  # type: ignore[misc]
            parts += [part] if part else []
        signature = Signature(
            tuple(sort for part in parts for sort in part.sorts),
            tuple(symbol for part in parts for symbol in part.symbols),
        )
        sized = self.attempt("declarations", lambda: check_size(signature))
        if sized is not None and len(parts) == len(
            lines
        ):  # else what is unknown may be what did not read
            self.attempt("declarations", signature.vocabulary)
        self.warnings += [
            f"the sort {sort.sort} has one member: whatever is of it is {sort.members[0]}"
            for sort in signature.sorts
            if sort.members and len(sort.members) == 1
        ]
        return signature

    def theory(self, signature: Signature, *, saved: bool) -> tuple[Formula, ...]:
        """The bounds of numbers, or what else was saved, as formulas of the declared language."""
        lines = self.texts("ranges", "range", self.found.get("ranges", []))
        if self.problems:
            return ()
        found: list[Formula] = []
        bounds: list[Formula] = []
        known: set[str] = set()
        for at, line in enumerate(lines, 1):
            formula = self.attempt(f"range {at}", partial(_closed, line, signature))
            if formula is None:
                continue
            try:
                known |= {term.name for term in bounded(formula, signature)}
                bounds.append(formula)
            except TranslationError as error:
                if not saved:
                    error.source = f"range {at}"
                    self.problems.append(error)
            found.append(formula)
        self.warnings += [
            f"the ranges say what {term} is, not only within which bounds"
            for term in fixed(bounds, signature)
        ]
        if found and not self.problems and not saved:
            agreed = _consistent(found, signature)
            if agreed is None:
                self.warnings.append("whether the ranges contradict each other is not decided")
            elif not agreed:
                self.wrong("the ranges contradict each other", "ranges", "; ".join(lines))
        numbers = [s.name for s in signature.symbols if s.result in NUMERIC]
        self.warnings += [f"nothing bounds the values of {n}" for n in numbers if n not in known]
        return tuple(found)

    def kind(self, question: dict[str, Any]) -> Kind | None:
        """The kind of question; None if it is none of those that can be asked."""
        said = question.get("kind")
        name = " ".join(said.replace("_", " ").split()).lower() if isinstance(said, str) else ""
        if name == "other":
            self.other = TranslationError(
                "the model found no kind for the question", source="question", kind="question"
            )
            return None
        known = next((kind for kind in KINDS if kind == name), None)
        if known is None and question:
            expected = ", ".join((*KINDS, "other"))
            self.wrong("there is no such kind of question", "question", name, f"one of: {expected}")
        return known

    def options(
        self, labels: Sequence[str] | None, kind: Kind | None
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The sentences of each option, in the order of the labels."""
        rows = self.found.get("options", [])
        if not isinstance(rows, list) or len(rows) > MOST_FORMULAS:
            self.wrong("options is no list", "options")
            return ()
        said: dict[str, tuple[str, ...]] = {}
        for row in rows:
            label = row.get("label") if isinstance(row, dict) else None
            label = bare_label(label) if isinstance(label, str) else ""
            if label in said or not label or (labels is not None and label not in labels):
                told = "a second option" if label in said else "there is no option"
                self.wrong(f"{told} {printable(label[:40])!r}", "options")
                continue
            sentences = row.get("sentences", row.get("sentence", []))
            sentences = [sentences] if isinstance(sentences, str) else sentences
            said[label] = self.texts("sentences", f"option {label}, sentence", sentences)
            if kind in _VALUED and len(said[label]) > 1:
                self.wrong(f"a question for {kind} has one sentence an option", f"option {label}")
            elif sentences == []:
                self.wrong("the option has no sentence", f"option {label}")
        if not rows:
            self.wrong("the question has no options", "options")
        wanted = said if labels is None else labels
        for label in wanted:
            if label not in said:
                self.wrong(f"option {label} is missing", "options")
        return tuple((label, said[label]) for label in wanted if label in said)

    def subject(
        self, question: dict[str, Any], kind: Kind | None, constraints: Sequence[str]
    ) -> str:
        """What the question is about, the constraint to replace in its own words."""
        said = question.get("subject")
        subject = (
            printable(" ".join(said.split()))[:LONGEST_FORMULA] if isinstance(said, str) else ""
        )
        if kind != "same effect":
            return subject if kind in _VALUED else ""
        place = constraint_named(subject, constraints)
        if place is None:
            hint = "it repeats one of the constraints word for word"
            self.wrong("the rule to replace is none of the constraints", "subject", subject, hint)
            return ""
        return constraints[place]

    def lexicon(self, signature: Signature) -> Lexicon:
        """What the symbols and the members mean, as far as the reply says."""
        constants = {
            (s.name, len(s.arguments)): not s.arguments and not s.is_predicate
            for s in signature.symbols
        }
        names = {name for name, _ in constants}
        members = [name for sort in signature.sorts for name in sort.members or ()]
        constants |= {(name, 0): True for name in members if name not in names}
        names.update(members)
        exact: dict[tuple[str, int], str] = {}
        others: dict[str, str] = {}
        for name, arity, gloss in self.glosses():
            plain = name if name in names else name.partition("(")[0].strip().strip("'`")
            if arity is not None and (plain, arity) in constants:
                exact[plain, arity] = gloss
            else:
                others[plain] = gloss
        for name, arity in constants:
            if name in others:
                exact.setdefault((name, arity), others[name])
        return Lexicon(
            tuple((name, n, gloss) for (name, n), gloss in exact.items() if not constants[name, n]),
            tuple((name, gloss) for (name, n), gloss in exact.items() if constants[name, n]),
        )

    def glosses(self) -> Iterator[tuple[str, int | None, str]]:
        """Each name that the reply glosses, its arity if that is said, and what it means."""
        rows = self.found.get("glosses", [])
        for row in rows if isinstance(rows, list) else []:
            match row:
                case {"name": str(name), "gloss": str(gloss)}:
                    arity = row.get("arity")
                    said = arity if isinstance(arity, int) else None
                    yield name, said, printable(" ".join(gloss.split()))[:_SHOWN]


def _declared(line: str) -> Signature:
    """The declaration that a line is.

    Raises:
        ParseError: it is none.
    """
    line = line.strip("`")
    if line.startswith("#"):
        return Signature()
    try:
        signature, formulas = read_constraints(line)
    except ParseError as error:
        error.hint = error.hint or _DECLARATIONS
        raise
    if formulas:
        raise ParseError("it is no declaration", text=line, span=(0, len(line)), hint=_DECLARATIONS)
    return signature


def _closed(line: str, declared: Signature) -> Formula:
    """The formula that a line is, of the declared language.

    Raises:
        NeurologicError: it is none, or of another one.
    """
    formula = read(line, signature=declared).formula
    for name in undeclared((formula,), declared):
        span = locate(line, name) or (0, len(line))
        raise SignatureError(f"{name} is not declared", text=line, span=span)
    return formula


def _consistent(theory: Sequence[Formula], signature: Signature) -> bool | None:
    """Whether formulas go together; None if that is not decided."""
    try:
        return consistent(theory, signature=signature, budget=_BUDGET)
    except NeurologicError:
        return None
