"""Problem files: one sentence a line, `#` comments, declarations, and the conclusion after `?`.

```
# Anything after a hash at the start of a line is a comment.
sort day = {mon < tue < wed}
fun  lecture: day -> Int
All cats are animals.
? Tom is an animal.
```
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lark.exceptions import UnexpectedInput

from neurologic.errors import ParseError, Span
from neurologic.parsing.diagnosis import diagnose
from neurologic.parsing.syntax import parse_declaration
from neurologic.problem import TextProblem
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration

_DECLARATION = re.compile(
    r"sort\s+\w+\s*(?:$|=)|(?:fun|pred|const)\s+"
    r"""(?:\w[\w.'’+-]*|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|‘[^’]*’|“[^”]*”)\s*(?:$|[:,])"""
)
_NUL = "\x00"


def read_problem(text: str, *, source: str = "") -> TextProblem:
    r"""The sentences and declarations of a problem file.

    Args:
        text: the file's text; a byte order mark and CRLF line ends are taken away.
        source: what to call it in errors, such as its path.

    Raises:
        TypeError: it is no text.
        ParseError: for a malformed declaration, no conclusion or several, or a NUL character.

    >>> problem = read_problem("All men are mortal.\nSocrates is a man.\n? Socrates is mortal.")
    >>> problem.premises, problem.conclusion
    (('All men are mortal.', 'Socrates is a man.'), 'Socrates is mortal.')
    """
    check_text(text)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    found = _Found(text)
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        found.line(line, start, f"{source}, line {number}" if source else f"line {number}")
        start += len(line) + 1
    if found.conclusion is None:
        hint = "put it on a line that starts with '?'"
        end = (len(text), len(text) + 1)
        raise _error("there is no conclusion", text, end, source, hint=hint)
    conclusion, place = found.conclusion
    return TextProblem(
        tuple(sentence for sentence, _ in found.premises),
        conclusion,
        Signature(tuple(found.sorts), tuple(found.symbols)),
        (*(where for _, where in found.premises), place),
    )


def check_text(text: object) -> None:
    """Refuse what is no text.

    Raises:
        TypeError: it is something else, such as bytes that were not decoded.
    """
    if not isinstance(text, str):
        raise TypeError(f"expected a text, got {type(text).__name__}")


@dataclass(slots=True)
class _Found:
    """What was found in the lines of a text so far: sentences with their places, declarations."""

    text: str
    premises: list[tuple[str, str]] = field(default_factory=list)
    conclusion: tuple[str, str] | None = None
    sorts: list[SortDeclaration] = field(default_factory=list)
    symbols: list[SymbolDeclaration] = field(default_factory=list)

    def line(self, line: str, start: int, place: str) -> None:
        """Take up a line, which begins at this offset of the text."""
        sentence = line.strip()
        if _NUL in line:
            told = "a NUL character: this is no text file"
            raise _error(told, self.text, (start, start + 1), place)
        if _DECLARATION.match(sentence):
            _declare(sentence, place, self.sorts, self.symbols)
        elif sentence.startswith("?"):
            self._conclude(sentence[1:].strip(), (start, start + max(len(line), 1)), place)
        elif sentence and not sentence.startswith("#"):
            self.premises.append((sentence, place))

    def _conclude(self, sentence: str, span: Span, place: str) -> None:
        if self.conclusion is not None:
            told = f"a second conclusion; the first is {self.conclusion[1]}"
            hint = "a problem has one line that starts with '?'"
            raise _error(told, self.text, span, place, hint=hint)
        if not sentence:
            hint = "write a sentence after '?'"
            raise _error("the conclusion is empty", self.text, span, place, hint=hint)
        self.conclusion = sentence, place


def _declare(
    line: str, place: str, sorts: list[SortDeclaration], symbols: list[SymbolDeclaration]
) -> None:
    try:
        declared = parse_declaration(line)
    except UnexpectedInput as error:
        refused = _refused(line, error)
        raise refused.at(place) from None
    except ParseError as error:
        error.text = line
        raise error.at(place) from None
    match declared:
        case SortDeclaration():
            sorts.append(declared)
        case SymbolDeclaration():
            symbols.append(declared)
        case _:
            symbols.extend(declared)


_HINT = (
    "declarations: sort S | sort S = {a, b} | sort S = {a < b} | fun f: S, T -> U | "
    "pred P: S, T | const a, b: S"
)
_NO_MEMBERS = re.compile(r"sort\s+(\w+)\s*=\s*(\{\s*\}?)\s*")


def _refused(line: str, error: UnexpectedInput) -> ParseError:
    """The error of a declaration: what stands where a name or a member is expected."""
    empty = _NO_MEMBERS.fullmatch(line)
    if empty:
        return ParseError(
            f"the sort {empty[1]} has no members",
            text=line,
            span=empty.span(2),
            hint=f"an enumeration has at least one member; an open sort is written: sort {empty[1]}",
            kind="declaration",
        )
    found = diagnose(line, error)
    start = found.span[0] if found.span else len(line)
    inside = "{" in line[:start] and "}" not in line[:start]
    expected = "a member" if inside else "'{'" if line[:start].rstrip()[-1:] == "=" else "a sort"
    vague = r"where (a term|a formula|a variable|something else) is expected"
    found.message = re.sub(vague, f"where {expected} is expected", found.message)
    found.args = (found.message,)
    signed = inside and line[start : start + 1] == "-"
    found.hint = "a number below zero stands in quotes: '-1'" if signed else _HINT
    found.kind = "declaration"
    return found


def _error(message: str, text: str, span: Span, place: str, hint: str = "") -> ParseError:
    return ParseError(message, text=text, span=span, source=place, hint=hint, kind="problem file")
