"""Structures from text: the two lines that `str` prints, as a language model writes them too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from neurologic.dependency.values import Component, DependencyStructure, Edge
from neurologic.errors import ParseError, StructureError

NAME = re.compile(r"[UCD][1-9][0-9]{0,3}")
MOST_COMPONENTS = 48
MOST_EDGES = 4 * MOST_COMPONENTS

_COMPONENT = re.compile(r"""\s*(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|“([^“”]*)”)\s*""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BLANK = re.compile(r"\s*")
_EDGE = re.compile(r"\s*(\w+)\s*(?:->|→)\s*(\w+)\s*")


def read_structure(sentence: str, text: str) -> DependencyStructure:
    r"""The structure that two lines describe, as `str` prints them.

    Only the form is checked here; `findings` checks the rest.

    Args:
        sentence: the sentence that the structure is of.
        text: the components on the first line; on the second the edges, or `None`.

    Raises:
        ParseError: the text is not of that form; the error points into it.
        StructureError: the text has more components or edges than a structure may have.

    >>> structure = read_structure("No cat sings.", 'U1="cat sings", D1="no"\nD1 -> U1')
    >>> structure.head("D1"), structure.findings()
    ('U1', ())
    """
    components: list[Component] = []
    position = 0
    while True:
        match = _COMPONENT.match(text, position)
        if match is None or NAME.fullmatch(match[1]) is None:
            raise _unreadable(text, position, 'a component such as U1="Ann sings"')
        plain = match[3] if match[2] is None else _ESCAPED.sub(_plain, match[2])
        components.append(Component(match[1], plain))
        position = match.end()
        if len(components) > MOST_COMPONENTS:
            raise StructureError(
                f"a structure has at most {MOST_COMPONENTS} components",
                text=text,
                span=match.span(1),
                kind="ids",
            )
        if text[position : position + 1] not in {",", ";"}:
            break
        position += 1
    return DependencyStructure(sentence, tuple(components), tuple(_read_edges(text, position)))


def _plain(escaped: re.Match[str]) -> str:
    return {"n": "\n", "r": "\r"}.get(escaped[1], escaped[1])


def _read_edges(text: str, position: int) -> Iterator[Edge]:
    rest = text[position:].strip()
    if not rest or rest.casefold() == "none":
        return
    for _ in range(MOST_EDGES):
        match = _EDGE.match(text, position)
        if match is None:
            raise _unreadable(text, position, "an edge such as D1 -> U1, or None")
        yield match[1], match[2]
        position = match.end()
        if position == len(text):
            return
        if text[position] not in ";,":
            raise _unreadable(text, position, "';' between two edges")
        position += 1
        if _BLANK.fullmatch(text, position):
            return
    message = f"a structure has at most {MOST_EDGES} edges"
    raise StructureError(message, text=text, span=(position, len(text)), kind="edges")


def _unreadable(text: str, position: int, expected: str) -> ParseError:
    while position < len(text) and text[position].isspace():
        position += 1
    return ParseError(
        f"expected {expected}",
        text=text,
        span=(position, min(position + 1, len(text))),
        expected=(expected,),
        kind="structure",
    )
