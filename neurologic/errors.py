"""The errors of the library: each says what is wrong, where, what was expected and how to mend it.

```
NeurologicError
├── ParseError         a formula or a problem file that does not read
├── SignatureError     sorts or arities that do not fit together
├── SemanticsError     an unknown option, or a formula outside the fragment of a semantics
├── StructureError     a dependency structure that its sentence cannot have
├── TranslationError   a sentence that could not be turned into a formula
├── ProverError        a prover that misbehaves (an undecided question is a result, not an error)
│   └── EngineDisagreement two engines of which one proves what the other denies
├── Rejected           a certificate that does not show what it claims
└── LLMError           a language model that could not be asked or did not answer
    ├── LLMUsageError      asked wrongly: no key, no model, a setting the backend does not have
    ├── LLMUnavailable     no connection, or still overloaded after the last attempt
    │   └── LLMTimeout         not answered within the deadline
    ├── LLMMalformed       an answer that is not what the protocol says
    └── BudgetExceeded     the next call might cost more than is left
```
"""

from __future__ import annotations

Span = tuple[int, int]
"""A half-open range of character offsets into a text."""

_WINDOW = 100  # characters of a line shown around an error


class NeurologicError(Exception):
    """What is wrong (`message`), where (`text`, `span`, `related`), `expected`, and a `hint`.

    Args:
        message: one sentence without a full stop.
        text: the text that was read, whole.
        span: the offending characters, as offsets into `text`.
        related: further spans worth a caret, such as the bracket left open.
        expected: what would have been right there, in words.
        hint: how to mend it.
        source: where the text stands, such as `premise 3` or `problem.txt, line 4`.
        kind: a short class for counting and for repairs, such as `missing bracket`.

    >>> print(NeurologicError("expected a term", text="P(,a)", span=(2, 3), hint="drop the comma"))
    expected a term
      P(,a)
        ^
    hint: drop the comma
    """

    def __init__(
        self,
        message: str,
        *,
        text: str = "",
        span: Span | None = None,
        related: tuple[Span, ...] = (),
        expected: tuple[str, ...] = (),
        hint: str = "",
        source: str = "",
        kind: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.span = span
        self.related = related
        self.expected = expected
        self.hint = hint
        self.source = source
        self.kind = kind

    def at(self, source: str) -> NeurologicError:
        """The same error, said to stand at `source`."""
        self.source = self.source or source
        return self

    def __str__(self) -> str:
        lines = [f"{self.source}: {self.message}" if self.source else self.message]
        if self.span is not None:
            lines.append(draw(self.text, (*self.related, self.span)))
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return printable("\n".join(lines))

    def as_json(self) -> dict[str, object]:
        """The error as a JSON object, for machines and for a model's repair prompt."""
        return {
            "error": type(self).__name__,
            "kind": self.kind,
            "message": printable(self.message),
            "source": self.source,
            "text": printable(self.text[: _WINDOW * 10]),
            "span": list(self.span) if self.span else None,
            "expected": list(self.expected),
            "hint": printable(self.hint),
        }


class ParseError(NeurologicError):
    """A formula or a problem file that does not read."""


class SignatureError(NeurologicError):
    """Sorts, arities or declarations that do not fit together."""


class SemanticsError(NeurologicError):
    """A formula outside the fragment on which the chosen semantics is defined, or no semantics."""


class StructureError(NeurologicError):
    """A dependency structure that its sentence cannot have.

    Its `kind` is one of `ids`, `edges`, `root`, `cycle`, `dependent on coupler`, `coupler`,
    `cover`, `atom`, `conjunction`.
    """


class TranslationError(NeurologicError):
    """A sentence that could not be turned into a formula."""


class ProverError(NeurologicError):
    """A prover that is missing or misbehaves."""


class EngineDisagreement(ProverError):  # noqa: N818 - says what happened
    """A certificate that was checked shows what an engine denies: one of them is wrong.

    Args:
        message: who says what.
        certificate: the text of the certificate, which reproduces the case.
    """

    def __init__(self, message: str, certificate: str = "") -> None:
        super().__init__(message, hint="the certificate is checked: suspect the engine first")
        self.certificate = certificate


class Rejected(NeurologicError):  # noqa: N818 - says what happened
    """A certificate that the kernel does not accept.

    Args:
        place: where in the certificate, such as `evidence.goal.steps[3]`.
        reason: what is wrong there.

    >>> print(Rejected("evidence.goal.lemmas[0]", "table[4] is no quantified sentence"))
    evidence.goal.lemmas[0]: table[4] is no quantified sentence
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(reason, source=place)
        self.place = place
        self.reason = reason


class LLMError(NeurologicError):
    """A language model that could not be asked or did not answer."""

    request_id = ""
    """The backend's name for the call, where it gave one: what its support asks for."""

    attempts: int | None = None
    """How many attempts behind it may have been charged for; None where that is not known."""


class LLMUsageError(LLMError):
    """A model asked wrongly: no key, no model, or a setting that the backend does not have."""


class LLMUnavailable(LLMError):  # noqa: N818 - says what happened
    """No connection, or a backend still failing after the last attempt: ask again later."""


class LLMTimeout(LLMUnavailable):
    """A call that was not answered within its deadline."""


class LLMMalformed(LLMError):  # noqa: N818 - says what happened
    """An answer that is not what the protocol says, such as HTML or broken JSON."""


class BudgetExceeded(LLMError):  # noqa: N818 - says what happened
    """A call that was not made because it might have cost more than is left."""


def printable(text: str) -> str:
    r"""The text with control characters and lone surrogates escaped, so that any terminal takes it.

    >>> printable("a\x00b\ud800")
    'a\\x00b\\ud800'
    """
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or c.isprintable() else ascii(c)[1:-1] for c in text)


def draw(text: str, spans: tuple[Span, ...]) -> str:
    """The line of the last span, cut to a window, with carets under every span on that line.

    >>> print(draw("P(a)) & Q(a)", ((4, 5),)))
      P(a)) & Q(a)
          ^
    """
    main = spans[-1]
    start = text.rfind("\n", 0, min(main[0], len(text))) + 1
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    low, high = start, end
    if end - start > _WINDOW:
        low = max(start, min(main[0] - _WINDOW // 2, end - _WINDOW))
        high = min(end, low + _WINDOW)
    marks = [" "] * (high - low + 1)
    for left, right in spans:
        for position in range(max(left, low), min(max(right, left + 1), high + 1)):
            marks[position - low] = "^"
    # Every character is drawn one column wide: combining or control characters would shift carets.
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[low:high])
    head = "…" if low > start else ""
    tail = "…" if high < end else ""
    return f"  {head}{line}{tail}\n  {' ' * len(head)}{''.join(marks).rstrip()}"
