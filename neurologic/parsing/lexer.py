"""A lean contextual lexer for Lark: the terminals that the parser can take now, in one pattern.

Lark's own contextual lexer does the same and also counts lines and columns, which formulas on one
line do not need; without that, parsing a formula took about a fifth less time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lark import Token
from lark.common import LexerConf
from lark.exceptions import UnexpectedCharacters, UnexpectedToken
from lark.lexer import Lexer, LexerState, TerminalDef

from neurologic.errors import Span
from neurologic.notation import KEYWORDS


class Lexeme:
    """A token: its terminal, its characters and where they stand."""

    __slots__ = ("end_pos", "start_pos", "type", "value")
    line = column = end_line = end_column = None  # Lark asks for them at the end of a text

    def __init__(self, kind: str, value: str, start: int, end: int) -> None:
        self.type = kind
        self.value = value
        self.start_pos = start
        self.end_pos = end

    @property
    def span(self) -> Span:
        """The characters, as offsets into the text."""
        return self.start_pos, self.end_pos


class ContextualLexer(Lexer):
    """Lexemes with their offsets; a name that is a word of the notation is that word."""

    __future_interface__ = 2  # `lex` is given the parser's state

    def __init__(self, conf: LexerConf) -> None:
        def precedence(terminal: TerminalDef) -> tuple[int, int, int, str]:  # Lark's own order
            pattern = terminal.pattern
            return -terminal.priority, -pattern.max_width, -len(pattern.value), terminal.name

        ignored = "|".join(t.pattern.to_regexp() for t in conf.terminals if t.name in conf.ignore)
        terminals = [t for t in conf.terminals if t.name not in conf.ignore]
        self._terminals = sorted(terminals, key=precedence)
        self._gap = f"(?:{ignored})*"
        self._by_state: dict[int, re.Pattern[str]] = {}

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[Any]:
        """The tokens of a text, each of a kind that the parser can take if there is one."""
        text = lexer_state.text.text
        by_state = self._by_state
        position = 0
        while True:
            state = parser_state.state_stack[-1]
            pattern = by_state.get(state) or self._compile(state, parser_state)
            match = pattern.match(text, position)
            kind = match.lastgroup if match else None
            if match is None or kind is None:
                raise self._unexpected(text, position, parser_state)
            if kind == "END":
                return
            value = match[kind]
            position = match.end()
            if kind == "NAME" or kind == "BOUND":
                kind = KEYWORDS.get(value, kind)
            yield Lexeme(kind, value, position - len(value), position)

    def _compile(self, state: int, parser_state: Any) -> re.Pattern[str]:
        accepted = parser_state.parse_conf.states[state]
        pattern = self._alternatives(t for t in self._terminals if t.name in accepted)
        self._by_state[state] = pattern
        return pattern

    def _alternatives(self, terminals: Iterator[TerminalDef]) -> re.Pattern[str]:
        kinds = [f"(?P<{t.name}>{t.pattern.to_regexp()})" for t in terminals]
        return re.compile(self._gap + "(?:" + "|".join([*kinds, r"(?P<END>\Z)"]) + ")")

    def _unexpected(
        self, text: str, position: int, parser_state: Any
    ) -> UnexpectedCharacters | UnexpectedToken:
        """The error for a token that the parser cannot take now, or for no token at all."""
        accepted = {t for t in parser_state.parse_conf.states[parser_state.position] if t.isupper()}
        match = self._alternatives(iter(self._terminals)).match(text, position)
        if match and match.lastgroup:
            kind = match.lastgroup
            token = Token(kind, match[kind], match.start(kind))
            return UnexpectedToken(token, accepted, parser_state)  # type: ignore[no-untyped-call]
        gap = re.compile(self._gap).match(text, position)
        at = gap.end() if gap else position
        return UnexpectedCharacters(  # type: ignore[no-untyped-call]
            text, at, 1, at + 1, allowed=accepted, state=parser_state
        )
