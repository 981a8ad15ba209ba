"""Bad input, as library calls and through the command line: a located error or an answer.

Nothing here may end in a traceback, and nothing may be guessed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from neurologic import Formulas, NeurologicError, ParseError, parse, read_problem, reason
from neurologic.reasoning import answer

T = TypeVar("T")

ROOT = Path(__file__).parent.parent
DEEP = 10_000
MEGABYTE = 1_000_000

FORMULA_FILES: dict[str, bytes] = {
    "10,000 nested parentheses": b"(" * DEEP + b"P(a)" + b")" * DEEP + b"\n? P(a)",
    "10,000 unclosed parentheses": b"(" * DEEP + b"P(a)\n? P(a)",
    "10,000 surplus parentheses": b"P(a)" + b")" * DEEP + b"\n? P(a)",
    "10,000 negations": b"-" * DEEP + b"P(a)\n? P(a)",
    "10,000 negated words": b"not " * DEEP + b"P(a)\n? P(a)",
    "10,000 nested functions": b"P(" + b"f(" * DEEP + b"a" + b")" * DEEP + b")\n? P(a)",
    "10,000 nested implications": b"P(a) -> (" * DEEP + b"P(a)" + b")" * DEEP + b"\n? P(a)",
    "10,000 nested quantifiers": b"all x. " * DEEP + b"P(x)\n? P(a)",
    "a 1 MB line of one name": b"P" * MEGABYTE + b"(a)\n? P(a)",
    "a 1 MB line of conjuncts": b" & ".join([b"P(a)"] * (MEGABYTE // 7)) + b"\n? P(a)",
    "a 1 MB line of rubbish": b"%" * MEGABYTE + b"\n? P(a)",
    "a 1 MB line of spaces": b"P(a)" + b" " * MEGABYTE + b"\n? P(a)",
    "a null character": b"P(a)\x00\n? P(a)",
    "a null character in a name": b"'P\x00Q'(a)\n? P(a)",
    "lone surrogates": b"P(\xed\xa0\x80)\n? P(a)",
    "latin-1 bytes": b"Caf\xe9(a)\n? P(a)",
    "UTF-16": "P(a)\n? P(a)".encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbfP(a)\n? P(a)",
    "CRLF": b"P(a)\r\n? P(a)\r\n",
    "an empty file": b"",
    "blank lines only": b"\n \n\t\n",
    "comments only": b"# nothing\n",
    "no conclusion": b"P(a)\nQ(a)\n",
    "an empty conclusion": b"P(a)\n?\n",
    "two conclusions": b"P(a)\n? P(a)\n? Q(a)\n",
    "an unbalanced single quote": b"'P(a)\n? P(a)",
    "an unbalanced double quote": b'"P(a)\n? P(a)',
    "keywords as names": b"all(a) & exists(b) & not(c)\n? all(a)",
    "a keyword as a variable": b"all all. P(all)\n? P(a)",
    "quoted keywords as names": b"'all'('exists') & 'and'('or')\n? 'all'('exists')",
    "arity clashes": b"P(a) & P(a, b) & P\n? P(b)",
    "relation and function": b"P(a) & Q(P(a))\n? P(b)",
    "an unknown sort": b"all x: ghost. P(x)\n? P(a)",
    "an unknown sort in a declaration": b"pred P: ghost\nP(a)\n? P(a)",
    "a sort declared twice": b"sort s\nsort s\nP(a)\n? P(a)",
    "a declaration that does not read": b"sort = {\nP(a)\n? P(a)",
    "an enumeration without members": b"sort s = {}\nP(a)\n? P(a)",
    "nothing but operators": b"& | -> <->\n? =>",
    "terms without a predicate": b"a = \n? = a",
}
"""Problem files of formulas, as bytes, by what is wrong or odd about them."""

READABLE = {
    "10,000 nested parentheses",
    "10,000 negations",
    "10,000 negated words",
    "a 1 MB line of conjuncts",
    "a 1 MB line of spaces",
    "a byte order mark",
    "CRLF",
    "quoted keywords as names",
    "arity clashes",
    "relation and function",
}
"""Those that are odd but right: they must be answered."""

ENGLISH_FILES: dict[str, bytes] = {
    "10,000 negations": b"It is not the case that " * DEEP + b"Anne is kind.\n? Anne is kind.",
    "10,000 nested parentheses": b"(" * DEEP + b"Anne" + b")" * DEEP + b"\n? Anne is kind.",
    "10,000 words": b"Anne is kind and " * 3_333 + b"Anne is kind.\n? Anne is kind.",
    "a 1 MB line of one word": b"a" * MEGABYTE + b"\n? Anne is kind.",
    "a 1 MB line of words": b"very " * (MEGABYTE // 5) + b"\n? Anne is kind.",
    "a null character": b"Anne\x00is kind.\n? Anne is kind.",
    "lone surrogates": b"Anne is \xed\xa0\x80.\n? Anne is kind.",
    "latin-1 bytes": b"Ren\xe9 is kind.\n? Anne is kind.",
    "a byte order mark": b"\xef\xbb\xbfAnne is kind.\n? Anne is kind.",
    "CRLF": b"Anne is kind.\r\n? Anne is kind.\r\n",
    "an empty file": b"",
    "no conclusion": b"Anne is kind.\n",
    "an empty conclusion": b"Anne is kind.\n?\n",
    "two conclusions": b"Anne is kind.\n? Anne is kind.\n? Anne is nice.\n",
    "an unbalanced quote": b"Anne is 'kind.\n? Anne is kind.",
    "keywords as names": b"All is kind.\n? Not is kind.",
    "punctuation only": b"?!...\n? !!!",
    "other scripts": "Аня добрая.\n? 安妮很善良。".encode(),
    "markup": b"[red]Anne[/red] is kind.\n? Anne is [/kind].",
    "control characters": b"Anne is \x1b[31mkind.\n? Anne is kind.",
}

MISMATCHED = [
    "sort person\nconst ann: person\nsort town\nconst rome: town\nP(ann)\n? ann = rome",
    "sort colour = {red, green}\nconst sky: colour\nsky > 3\n? sky = red",
    "pred P: Entity\nP(a, b) & 3 < P(a)\n? P(a)",
]


def _text(data: bytes) -> str:
    """The text as a program may hold it: bytes that are not UTF-8 become lone surrogates."""
    return data.decode("utf-8", errors="surrogateescape")


def _result(call: Callable[[], T]) -> T | NeurologicError:
    try:
        return call()
    except NeurologicError as error:
        return error


def _answered_or_located(text: str, *, formulas: bool) -> bool:
    """Whether the problem is answered; else its errors are located."""
    problem = _result(lambda: read_problem(text, source="file"))
    if isinstance(problem, NeurologicError):
        assert isinstance(problem, ParseError)
        assert problem.source.startswith("file")
        assert str(problem).encode()
        return False
    result = answer(problem, translator=Formulas() if formulas else None, budget=1_000_000)
    json.dumps(result.as_json())
    assert str(result).encode()  # no lone surrogate is left in the text view
    if result.decision is not None:
        assert result.errors == ()
        return True
    assert result.verdict is None
    for error in result.errors:
        assert error.source.startswith(("file", "declaration"))
        assert error.message
        assert len(str(error)) < 10_000
    assert result.errors
    return False


@pytest.mark.parametrize("name", FORMULA_FILES)
def test_formulas_are_answered_or_refused_with_a_place(name: str) -> None:
    answered = _answered_or_located(_text(FORMULA_FILES[name]), formulas=True)
    if name in READABLE:
        assert answered


@pytest.mark.parametrize("name", ENGLISH_FILES)
def test_english_is_answered_or_refused_with_a_place(name: str) -> None:
    answered = _answered_or_located(_text(ENGLISH_FILES[name]), formulas=False)
    if name in ("CRLF", "a byte order mark"):
        assert answered


@pytest.mark.parametrize("name", FORMULA_FILES)
def test_a_single_formula_parses_or_raises_a_parse_error(name: str) -> None:
    for line in _text(FORMULA_FILES[name]).splitlines():
        found = _result(partial(parse, line.removeprefix("? ")))
        if isinstance(found, NeurologicError):
            assert found.span is not None
            assert 0 <= found.span[0] <= found.span[1] <= len(found.text) + 1
            assert "^" in str(found)
        else:
            assert parse(str(found)) == found


@pytest.mark.parametrize("text", MISMATCHED)
def test_sorts_that_do_not_fit_are_refused_with_a_place(text: str) -> None:
    assert not _answered_or_located(text, formulas=True)


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "\ud800", "?", "'", "(" * DEEP])
def test_sentences_of_nothing_are_refused(text: str) -> None:
    for result in (reason([text], text), reason([text], text, translator=Formulas())):
        assert result.verdict is None
        assert [error.source for error in result.errors] == ["premise 1", "conclusion"]


def _prove(*arguments: str, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "neurologic", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env=os.environ | env,
    )


def _shown(done: subprocess.CompletedProcess[bytes]) -> str:
    shown = (done.stdout + done.stderr).decode("utf-8")
    assert "Traceback" not in shown
    assert "\x1b" not in shown
    return shown


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULA_FILES)
def test_the_command_line_proves_or_refuses_formulas(name: str) -> None:
    done = _prove(
        "prove", "-", "--formulas", "--json", "--budget", "1000000", stdin=FORMULA_FILES[name]
    )
    _shown(done)
    answered = json.loads(done.stdout.splitlines()[-1])
    assert done.stdout.isascii()
    if answered["verdict"] is None:
        assert done.returncode == 1
        assert all(error["source"] for error in answered["errors"])
        assert answered["errors"]
    else:
        assert done.returncode == (3 if answered["verdict"] == "UNKNOWN" else 0)
    assert name not in READABLE or done.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ENGLISH_FILES)
def test_the_command_line_proves_or_refuses_english(name: str) -> None:
    done = _prove("prove", "-", stdin=ENGLISH_FILES[name])
    shown = _shown(done)
    assert done.returncode in (0, 1)
    assert ("error: standard input" in shown) == (done.returncode == 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMULA_FILES)
def test_the_command_line_checks_or_refuses_formulas(name: str) -> None:
    done = _prove("check", "-", stdin=FORMULA_FILES[name])
    shown = _shown(done)
    assert done.returncode in (0, 1)
    assert done.returncode == 0 or "standard input" in shown or "declaration: " in shown
    assert name not in READABLE or done.returncode == 0


@pytest.mark.parametrize("command", ["prove", "translate", "check"])
@pytest.mark.parametrize("file", ["no/such/file.txt", "examples", "nul\udcff"])
def test_a_file_that_cannot_be_opened_is_an_error_not_a_traceback(command: str, file: str) -> None:
    done = _prove(command, file)
    shown = _shown(done)
    assert done.returncode == 1
    assert "cannot read the file" in shown


@pytest.mark.parametrize("command", ["prove", "translate", "check"])
def test_a_file_error_is_json_when_asked_for(command: str) -> None:
    done = _prove(command, "no/such/file.txt", "--json")
    found = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 1
    assert "cannot read the file" in found["errors"][0]["message"]


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_a_closed_standard_input_is_an_error_not_a_traceback() -> None:
    command = [sys.executable, "-m", "neurologic", "prove", "-"]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command], capture_output=True, cwd=ROOT
    )
    assert done.returncode == 1
    assert "standard input: it is closed" in _shown(done)


def test_a_terminal_without_unicode_still_gets_an_answer() -> None:
    problem = "∀x P(x)\n? P('é')".encode()
    done = _prove("prove", "-", "--formulas", stdin=problem, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert b"\\u2200x P(x)" in done.stdout
