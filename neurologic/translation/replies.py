"""A model's reply becomes formulas, each paired with its sentence: untrusted text, read and bounded.

Three layouts are read, with prose and fenced blocks around them: a JSON object with `predicates`,
`constants`, `sentences` and `conclusion`; lines `TEXT: sentence` before lines `FOL: formula`; and
lines `formula ::: sentence`. A formula belongs to the sentence whose number or text stands with it.
Too many, too few, twice or to no sentence is a located error; no formula moves up to fill a gap.
The formulas are not parsed here, and nothing in a reply is ever executed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from neurologic.errors import Span, TranslationError, printable
from neurologic.problem import Lexicon
from neurologic.translation.pairing import Entry, pair

LONGEST_REPLY = 1_000_000
"""The longest reply, in bytes of UTF-8, that is read."""
LONGEST_FORMULA = 20_000
"""The longest formula, in characters, that is read from a reply."""
MOST_FORMULAS = 2_000
"""The most formulas, and the most symbols of a lexicon, that are read from a reply."""
LONGEST_NAME = 200
MOST_ARGUMENTS = 100

Layout: TypeAlias = Literal["json", "lines", "pairs"]

_EXCERPT = 1_000  # characters of an unusable reply kept with its error
_MOST_OBJECTS = 50  # places where a JSON object is looked for


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reply says of the sentences of a problem.

    Args:
        formulas: the text of the formula of each sentence, or why there is none.
        lexicon: the predicates and constants that the reply declares.
        strays: formulas that belong to no sentence.
        notes: what was odd and could be settled.
        layout: how the reply was written.
    """

    formulas: tuple[str | TranslationError, ...]
    lexicon: Lexicon = field(default_factory=Lexicon)
    strays: tuple[TranslationError, ...] = ()
    notes: tuple[str, ...] = ()
    layout: Layout = "json"


def read_reply(
    text: str, sentences: Sequence[str], *, concluding: bool = True, cut: bool = False
) -> Draft:
    r"""The formulas of a reply, one for each sentence.

    Args:
        text: what the model wrote.
        sentences: what it was asked to translate.
        concluding: the last of them is the conclusion.
        cut: the reply was cut off: its last line, or an object without end, is not read.

    Raises:
        TranslationError: if nothing in the reply can be used: it holds no formulas, is broken or
            cut off, or exceeds `LONGEST_REPLY` or `MOST_FORMULAS`.

    >>> draft = read_reply(
    ...     "TEXT: Tom purrs.\nFOL: Purr(tom)\nTEXT: All cats purr.\nFOL: all x. (Cat(x) -> Purr(x))",
    ...     ["All cats purr.", "Tom purrs."])
    >>> draft.formulas
    ('all x. (Cat(x) -> Purr(x))', 'Purr(tom)')
    """
    if len(text) > LONGEST_REPLY or len(text.encode("utf-8", "surrogatepass")) > LONGEST_REPLY:
        raise _unusable(f"the reply has more than the {LONGEST_REPLY:,} bytes that are read", text)
    found, broken = _json_object(text)
    if cut and broken is not None:
        raise broken
    if cut and found is None:  # half a formula may read as a whole one
        text = text[: text.rfind("\n") + 1]
    if found is not None:
        entries, lexicon, notes = _from_json(found)
        layout: Layout = "json"
    elif entries := list(_from_lines(text)):
        layout, lexicon, notes = "lines", Lexicon(), []
    elif pairs := list(_from_pairs(text)):
        layout = "pairs"
        entries, lexicon, notes = _split(pairs)
    else:
        raise broken or _unusable("there is no formula in the reply", text)
    if len(entries) > MOST_FORMULAS:
        message = f"the reply has {len(entries):,} formulas, more than the {MOST_FORMULAS:,} read"
        raise _unusable(message, text)
    formulas, strays, remarks = pair(entries, sentences, concluding=concluding)
    checked = tuple(f if isinstance(f, TranslationError) else checked_formula(f) for f in formulas)
    return Draft(checked, lexicon, strays, (*notes, *remarks), layout)


def _unusable(
    message: str, text: str, at: int = 0, kind: str = "reply", hint: str = ""
) -> TranslationError:
    """The error of a whole reply, of which a part around `at` is kept."""
    start = max(0, at - _EXCERPT // 2)
    shown = text[start : start + _EXCERPT]
    span = (at - start, min(at - start + 1, max(len(shown), 1)))
    return TranslationError(message, text=shown, span=span, source="reply", kind=kind, hint=hint)


def checked_formula(formula: str) -> str | TranslationError:
    """The formula, unless it is empty, too long or holds characters that hide what it says."""

    def refuse(message: str, span: Span, kind: str) -> TranslationError:
        text = formula[:_EXCERPT]
        return TranslationError(message, text=text, span=span, kind=kind)

    if not formula:
        return refuse("the formula is empty", (0, 1), "empty")
    if len(formula) > LONGEST_FORMULA:
        message = f"the formula has more than the {LONGEST_FORMULA:,} characters that are read"
        return refuse(message, (0, 1), "too long")
    at = hidden(formula)
    if at is None:
        return formula
    shown = printable(formula[at])
    message = f"the character {shown} (U+{ord(formula[at]):04X}) has no place in a formula"
    start = max(0, at - _EXCERPT // 2)
    return TranslationError(
        message,
        text=formula[start : start + _EXCERPT],
        span=(at - start, at - start + 1),
        kind="control character",
        hint="take it away",
    )


def hidden(text: str) -> int | None:
    """Where a control character, a mark of direction or a lone surrogate stands, or None.

    >>> hidden("Cat(tom)"), hidden("Cat(t\u202eom)")
    (None, 5)
    """
    if text.isprintable():
        return None
    return next((i for i, c in enumerate(text) if not (c.isprintable() or c.isspace())), None)


# --- JSON -----------------------------------------------------------------------------------------


class _DuplicateError(ValueError):
    """A JSON object with one key twice."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateError(key)
        found[key] = value
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_unique)


def json_value(text: str, at: int) -> tuple[Any, int]:
    """The JSON value that begins at a place of a text, and where it ends.

    Raises:
        ValueError: if there is none, or an object in it has a key twice.
        RecursionError: if it is nested too deeply.

    >>> json_value('[{"index": 1}, {"ind', 1)
    ({'index': 1}, 13)
    """
    return _DECODER.raw_decode(text, at)


_FORMULAS = frozenset(("sentences", "premises", "conclusion"))


def read_object(text: str, keys: frozenset[str]) -> dict[str, Any]:
    """The last JSON object in a reply that has one of these keys, with prose and fences around it.

    Raises:
        TranslationError: if there is none, the reply is too long, or JSON on the way to it is
            broken, nested too deeply, or has a key twice.

    >>> read_object('Here it is: {"steps": ["Tom purrs"]}', frozenset(("steps",)))
    {'steps': ['Tom purrs']}
    """
    if len(text) > LONGEST_REPLY or len(text.encode("utf-8", "surrogatepass")) > LONGEST_REPLY:
        raise _unusable(f"the reply has more than the {LONGEST_REPLY:,} bytes that are read", text)
    found, broken = _json_object(text, keys)
    if found is None:
        wanted = " or ".join(repr(key) for key in sorted(keys))
        raise broken or _unusable(f"there is no JSON object with {wanted} in the reply", text)
    return found


def _json_object(
    text: str, keys: frozenset[str] = _FORMULAS
) -> tuple[dict[str, Any] | None, TranslationError | None]:
    """The last object with one of the keys, or the first error met on the way to one."""
    found: dict[str, Any] | None = None
    broken: TranslationError | None = None
    at = text.find("{")
    for _ in range(_MOST_OBJECTS):
        if at < 0:
            break
        end = at + 1
        try:
            value, end = json_value(text, at)
        except _DuplicateError as error:
            place = text.find(json.dumps(error.key), text.find(json.dumps(error.key), at) + 1)
            message = f"the key {error.key[:LONGEST_NAME]!r} stands twice in one JSON object"
            raise _unusable(message, text, max(place, at), "duplicate key") from None
        except json.JSONDecodeError as error:
            message = f"broken JSON: {error.msg[:1].lower()}{error.msg[1:]}"
            cut = error.pos >= len(text.rstrip().removesuffix("```").rstrip())
            hint = "the reply is cut off: allow more tokens" if cut else ""
            broken = broken or _unusable(message, text, error.pos, "broken json", hint)
        except (RecursionError, ValueError) as error:  # ValueError: a number of too many digits
            what = "nested too deeply" if isinstance(error, RecursionError) else "an endless number"
            broken = broken or _unusable(f"broken JSON: {what}", text, at, "broken json")
        else:
            if isinstance(value, dict) and keys & value.keys():
                found = value
        at = text.find("{", end)
    return found, broken


def _from_json(found: dict[str, Any]) -> tuple[list[Entry], Lexicon, list[str]]:
    notes: list[str] = []
    entries = []
    for key in ("sentences", "premises"):
        rows = found.get(key, [])
        if not isinstance(rows, list):
            message = f"'{key}' is no list"
            raise _unusable(message, json.dumps(rows)[:_EXCERPT], kind="shape")
        if len(rows) > MOST_FORMULAS:
            message = f"'{key}' has {len(rows):,} entries, more than the {MOST_FORMULAS:,} read"
            raise _unusable(message, "")
        entries += [_entry(row) for row in rows]
    if found.get("conclusion") is not None:
        entries.append(_entry(found["conclusion"], conclusion=True))
    if not entries:
        raise _unusable("there is no formula in the reply", json.dumps(found)[:_EXCERPT])
    predicates, constants = _rows(found, "predicates", notes), _rows(found, "constants", notes)
    lexicon = Lexicon(
        tuple(p for row in predicates if (p := _predicate(row, notes))),
        tuple((n, _gloss(row)) for row in constants if (n := _name(row, "constant", notes))),
    )
    return entries, lexicon, notes


def _entry(row: Any, *, conclusion: bool = False) -> Entry:
    if isinstance(row, str):
        return Entry(row.strip(), conclusion=conclusion)
    if not isinstance(row, dict):
        return Entry("", conclusion=conclusion)
    formula, sentence, index = row.get("formula"), row.get("sentence"), row.get("index")
    if isinstance(sentence, int) and index is None:
        sentence, index = None, sentence
    return Entry(
        formula.strip() if isinstance(formula, str) else "",
        sentence if isinstance(sentence, str) else None,
        index if isinstance(index, int) and not isinstance(index, bool) else None,
        conclusion=conclusion,
    )


def _rows(found: dict[str, Any], key: str, notes: list[str]) -> list[Any]:
    rows = found.get(key, [])
    if not isinstance(rows, list) or len(rows) > MOST_FORMULAS:
        notes.append(f"the {key} of the reply are not used: they are no list, or too long a one")
        return []
    return rows


_SHAPE = re.compile(r"\s*([^()\s][^()]*?)\s*\(([^()]*)\)\s*")


def _predicate(row: Any, notes: list[str]) -> tuple[str, int, str] | None:
    """A declared predicate; its arity may be written as arguments: `Likes(x, y)`."""
    arity = row.get("arity") if isinstance(row, dict) else None
    name = _name(row, "predicate", notes)
    if name and (shape := _SHAPE.fullmatch(name)):
        name = shape[1]
        if arity is None:
            arity = len(shape[2].split(",")) if shape[2].strip() else 0
    if not name:
        return None
    if not isinstance(arity, int) or isinstance(arity, bool) or not 0 <= arity <= MOST_ARGUMENTS:
        notes.append(f"the reply declares the predicate {name} without a number of arguments")
        return None
    return name, arity, _gloss(row)


def _name(row: Any, kind: str, notes: list[str]) -> str | None:
    name = row if isinstance(row, str) else row.get("name") if isinstance(row, dict) else None
    if isinstance(name, str) and 0 < len(name.strip()) <= LONGEST_NAME and hidden(name) is None:
        return name.strip()
    notes.append(f"the reply declares a {kind} without a usable name")
    return None


def _gloss(row: Any) -> str:
    """What a symbol means, on one line and without hidden characters."""
    gloss = row.get("gloss") if isinstance(row, dict) else None
    return printable(" ".join(gloss.split()))[:_EXCERPT] if isinstance(gloss, str) else ""


# --- lines ----------------------------------------------------------------------------------------

_LABEL = re.compile(
    r"\s*(?:[-*•>]\s+|\d+[.)]\s*)?[*_`]*(TEXT|Text|FOL|Fol)[*_`]*\s*:[*_`]*[ \t]*(.*)"
)


def _from_lines(text: str) -> Iterator[Entry]:
    """A formula for each line `FOL:`, with the sentence of the last `TEXT:` not yet used."""
    sentence: str | None = None
    for line in text.split("\n"):
        if label := _LABEL.match(line.rstrip("\r")):
            if label[1].upper() == "TEXT":
                sentence = label[2].strip()
            else:
                yield Entry(_bare(label[2]), sentence)
                sentence = None


_HEADING = re.compile(
    r"[\s#*_]*(predicate|constant|premise|fact|rule|conclusion|query)s?[\s*_]*:[\s*_]*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*\d+[.)]\s+")


def _from_pairs(text: str) -> Iterator[tuple[str, str, str]]:
    """The section, the formula and the sentence of each line `formula ::: sentence`."""
    section = ""
    for line in text.split("\n"):
        if heading := _HEADING.fullmatch(line):
            section = heading[1].lower()
        elif ":::" in line:
            formula, _, sentence = line.partition(":::")
            yield section, _bare(_NUMBERED.sub("", formula, count=1)), sentence.strip()


def _split(
    pairs: Sequence[tuple[str, str, str]],
) -> tuple[list[Entry], Lexicon, list[str]]:
    """The lines of the lexicon apart from those of the formulas."""
    notes: list[str] = []
    entries = [
        Entry(formula, sentence, conclusion=section in ("conclusion", "query"))
        for section, formula, sentence in pairs
        if section not in ("predicate", "constant")
    ]
    symbols = {
        kind: [{"name": f, "gloss": s} for section, f, s in pairs if section == kind][
            :MOST_FORMULAS
        ]
        for kind in ("predicate", "constant")
    }
    for row in symbols["predicate"]:
        if "(" not in row["name"]:
            row["name"] += "()"
    lexicon = Lexicon(
        tuple(p for row in symbols["predicate"] if (p := _predicate(row, notes))),
        tuple(
            (n, _gloss(row)) for row in symbols["constant"] if (n := _name(row, "constant", notes))
        ),
    )
    return entries, lexicon, notes


def _bare(formula: str) -> str:
    """The formula without the marks that some models put around it."""
    formula = formula.strip()
    while len(formula) > 1 and formula[0] == formula[-1] and formula[0] in "`$":
        formula = formula[1:-1].strip()
    return formula
