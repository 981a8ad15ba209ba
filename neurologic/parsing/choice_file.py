"""Choice problems as text: declarations, constraints, a question, and an option a line.

```
sort child = {fred, juan, marc}
sort locker = {1 < 2 < 3}
fun  at: child -> locker
Distinct(c: child, at(c))
? must be true, if at(juan) = 1
(A) at(fred) = 2
(B) at(marc) != 1
```
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from neurologic.errors import ParseError, Span
from neurologic.formula import Constant, Equals, Formula, Sort, Term, walk
from neurologic.parsing.problem_file import check_text, read_problem
from neurologic.problem import KINDS, ChoiceProblem, Kind, Option, TextProblem
from neurologic.signature import Signature

_OPTION = re.compile(r"\(\s*([^\W_]{1,3})\s*\)\s*")
_KIND = re.compile(
    r"(?P<kind>must be true|could be true|cannot be true|could be false|list|"
    r"same effect(?:\s+except)?\s+as|same effect|how many|minimum|maximum)\b\s*"
    r"(?P<except>except\b)?\s*",
    re.IGNORECASE,
)
_IF = re.compile(r"(?:^|,|\s)\s*if\s+")
_HINT = "the question is one of: " + ", ".join(f"? {kind}" for kind in KINDS)
_VALUED: Final = frozenset(("how many", "minimum", "maximum"))


def is_choice(text: str) -> bool:
    r"""Whether a text is a choice problem: a question on a line with `?`, and options after it.

    It is meant to be one as well where the question stands alone and its options are missing.

    >>> is_choice("P(a)\n? must be true\n(A) P(a)"), is_choice("P(a)\n? P(a)")
    (True, False)
    >>> is_choice("P(a)\n? must be true"), is_choice("P(a)\n? Lists are long.")
    (True, False)
    """
    lines = [line.strip() for line in text.removeprefix("\ufeff").splitlines()]
    at = next((i for i, line in enumerate(lines) if line.startswith("?")), None)
    if at is None:
        return False
    asked = lines[at][1:].strip()
    kind = _KIND.match(asked)
    if kind is None:
        return False
    return kind.end() == len(asked) or any(_OPTION.match(line) for line in lines[at + 1 :])


def read_choice(text: str, *, source: str = "") -> ChoiceProblem:
    r"""The constraints, the question and the options of a choice problem.

    The question is the kind of question, perhaps `except`, then what it is about where the kind
    asks for that, then perhaps `if` and a condition: `? could be true except, if P(a)`,
    `? minimum Count(c: child, at(c) = 1)`, `? same effect as P(a) -> Q(a)`. The alternatives of a
    `list` are separated by semicolons; `? list at(fred)` takes the values of that term alone, as
    `how many`, `minimum` and `maximum` do.

    Args:
        text: declarations and constraints, as in a problem file; the question; options, each on a
            line that starts with its label in parentheses.
        source: what to call the text in errors, such as its path.

    Raises:
        TypeError: it is no text.
        ParseError: for a malformed line; `source` says which.

    >>> problem = read_choice("P(a) -> Q(a)\n? could be false, if P(a)\n(A) Q(a)\n(B) P(b)")
    >>> problem.kind, [option.label for option in problem.options]
    ('could be false', ['A', 'B'])
    """
    check_text(text)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    places = [f"{source}, line {n}" if source else f"line {n}" for n in range(1, len(lines) + 1)]
    options: list[_Line] = []
    question: _Line | None = None
    for at, (line, place) in enumerate(zip(lines, places, strict=True)):
        stripped = line.strip()
        if question is None:
            if stripped.startswith("?"):
                question = _Line(stripped[1:].strip(), line, place)
                lines[at] = "? true"
        elif _OPTION.match(stripped):
            options.append(_Line(stripped, line, place))
            lines[at] = ""
        elif stripped and not stripped.startswith("#"):
            raise _error("only options follow the question", line, place, _OPTIONS_HINT)
    head = read_problem("\n".join(lines), source=source)
    constraints = _constraints(head)
    if question is None:  # read_problem has said so
        raise AssertionError
    question = replace(question, signature=head.signature)
    asked = _question(question)
    options = [replace(line, signature=head.signature) for line in options]
    read = tuple(_options(options, asked, question))
    return ChoiceProblem(
        signature=head.signature,
        constraints=constraints,
        kind=asked.kind,
        options=read,
        conditions=asked.conditions,
        exception=asked.excepted,
        subject=None if asked.kind == "list" else asked.subject,  # its options are equations
    )


def read_constraints(text: str, *, source: str = "") -> tuple[Signature, tuple[Formula, ...]]:
    r"""The declarations and the constraints of a text that asks nothing: a grid to be solved.

    Args:
        text: declarations and formulas, one a line, as in a problem file without its question.
        source: what to call the text in errors, such as its path.

    Raises:
        TypeError: it is no text.
        ParseError: for a malformed line; `source` says which.

    >>> signature, constraints = read_constraints("sort day = {mon < tue}\nconst a: day\na > mon")
    >>> str(constraints[0])
    'a > mon'
    """
    check_text(text)
    head = read_problem(f"{text}\n? true", source=source)
    return head.signature, _constraints(head)


def _constraints(head: TextProblem) -> tuple[Formula, ...]:
    return tuple(
        _Line(premise, premise, place, head.signature).read(_parse)
        for premise, place in zip(head.premises, head.sources, strict=False)
    )


_OPTIONS_HINT = "an option starts with its label in parentheses: (A) at(fred) = 1"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, or what is left of it to read."""

    text: str
    whole: str
    place: str
    signature: Signature = Signature()

    def read(self, how: Callable[[str, Signature], Any], part: str | None = None) -> Any:
        """What the text, or a part of it, reads as; an error says in which line."""
        try:
            return how(self.text if part is None else part, self.signature)
        except ParseError as error:
            raise error.at(self.place) from None

    def error(self, message: str, hint: str) -> ParseError:
        return _error(message, self.whole, self.place, hint)


@dataclass(frozen=True, slots=True)
class _Question:
    kind: Kind
    excepted: bool
    subject: Any
    conditions: tuple[Formula, ...]


def _question(line: _Line) -> _Question:
    matched = _KIND.match(line.text)
    if matched is None:
        raise line.error("there is no such question", _HINT)
    kind: Any = matched["kind"].lower()
    excepted = matched["except"] is not None
    if kind.startswith("same effect"):
        excepted = excepted or "except" in kind
        kind = "same effect"
    about, *conditions = _IF.split(line.text[matched.end() :], maxsplit=1)
    about = about.strip().removesuffix(",").strip()
    subject: Formula | Term | None = None
    if kind == "same effect":
        if not about:
            raise line.error("which constraint is to be replaced?", "? same effect as FORMULA")
        subject = line.read(_parse, about)
    elif kind in _VALUED or (kind == "list" and about):
        if not about:
            raise line.error("what is asked for?", f"? {kind} TERM")
        subject = line.read(_term, about)
    elif about:
        raise line.error(f"{about!r:.80} is no part of a question", "a condition starts with 'if'")
    read = tuple(line.read(_parse, condition) for condition in conditions)
    return _Question(kind, excepted, subject, read)


def _options(lines: list[_Line], asked: _Question, question: _Line) -> Iterator[Option]:
    if not lines:
        raise question.error("there are no options", _OPTIONS_HINT)
    labels: set[str] = set()
    for line in lines:
        matched = _OPTION.match(line.text)
        label = matched[1] if matched else ""
        rest = line.text[matched.end() :] if matched else ""
        if label in labels:
            raise line.error(f"a second option {label}", "each option has a label of its own")
        if not rest:
            raise line.error("the option is empty", _OPTIONS_HINT)
        labels.add(label)
        parts = _alternatives(rest) if asked.kind == "list" else [rest]
        if not all(map(str.strip, parts)):
            raise line.error("an alternative of the list is empty", _LIST_HINT)
        if asked.subject is None or asked.kind == "same effect":
            formulas = tuple(line.read(_parse, part.strip()) for part in parts)
        else:
            terms = [line.read(_term, part.strip()) for part in parts]
            formulas = tuple(Equals(asked.subject, term) for term in terms)
        yield Option(label, formulas)


_LIST_HINT = "alternatives stand between semicolons, none at the end: (A) 1; 3"
_SEMICOLON = re.compile(r"((?<!\w)'(?:[^'\\]|\\.)*')|;")


def _alternatives(text: str) -> list[str]:
    r"""The parts between semicolons, those in quoted names left alone.

    >>> _alternatives("1; 'a;b'")
    ['1', " 'a;b'"]
    """
    ends = [match.start() for match in _SEMICOLON.finditer(text) if not match[1]]
    starts = [0, *(end + 1 for end in ends)]
    return [text[start:end] for start, end in zip(starts, (*ends, len(text)), strict=True)]


def _parse(text: str, signature: Signature) -> Formula:
    """The formula that a text reads as; what is declared is no variable, whatever its look."""
    from neurologic.parsing import read

    return read(text, signature=signature).formula


def _term(text: str, signature: Signature) -> Term:
    """The term that a text reads as: the left side of an equation."""
    try:
        found = _parse(f"{text} = 0", signature)
    except ParseError as error:
        end = max(len(text), 1)
        error.text = text
        error.span = _within(error.span, end)
        error.related = tuple(span for span in error.related if span[1] <= end)
        raise
    if not isinstance(found, Equals):
        raise ParseError("expected a term", text=text, span=(0, len(text)))
    sort = _sort_in(found.left, signature)
    if sort is not None:
        told = f"{sort} is a sort, where a term is expected"
        at = text.find(sort)
        span = (at, at + len(sort)) if at >= 0 else (0, len(text))
        raise ParseError(told, text=text, span=span, hint=sort_hint(sort))
    return found.left


def _sort_in(term: Term, signature: Signature) -> str | None:
    """The name of a sort that stands in a term and is no constant as well."""
    sorts = {declared.sort.name for declared in signature.sorts}
    own = {name for declared in signature.sorts for name in declared.members or ()}
    own.update(symbol.name for symbol in signature.symbols if not symbol.arguments)
    found = (node.name for node in walk(term) if isinstance(node, Constant))
    return next((name for name in found if name in sorts and name not in own), None)


def sort_hint(sort: str) -> str:
    """How to count what is of a sort, whose name is no term.

    >>> sort_hint("boat")
    'what is of a sort is counted with a formula that is true of it: Count(x: boat, P(x))'
    """
    counted = f"Count(x: {Sort(sort)}, P(x))"
    return f"what is of a sort is counted with a formula that is true of it: {counted}"


def _within(span: Span | None, end: int) -> Span | None:
    return None if span is None else (min(span[0], end - 1), max(min(span[1], end), 1))


def _error(message: str, line: str, place: str, hint: str = "") -> ParseError:
    span: Span = (len(line) - len(line.lstrip()), max(len(line.rstrip()), 1))
    return ParseError(message, text=line, span=span, source=place, hint=hint, kind="problem file")
