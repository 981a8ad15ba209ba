"""Data sets: how the rows of a file become examples with premises, a conclusion and a label.

A data set is anything with a `name` and a method `examples`. One's own takes ten lines:

```python
from benchmarks.data import Example, examples_of, read_label

class Riddles:
    name = "riddles"

    def examples(self, path):
        return examples_of(path, lambda row: Example(
            premises=tuple(row["clues"]), conclusion=row["claim"], label=read_label(row["gold"])))
```
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from benchmarks.rows import DataError, Row, read_rows, text_of, texts_of

Label: TypeAlias = Literal["True", "False", "Uncertain"]

_LABELS: dict[str, Label] = {
    **dict.fromkeys(("true", "a"), "True"),
    **dict.fromkeys(("false", "b"), "False"),
    **dict.fromkeys(("uncertain", "unknown", "null", "none", "c"), "Uncertain"),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One problem of a data set.

    Args:
        premises: the sentences given.
        conclusion: the sentence asked about.
        label: the answer that the data set holds right.
        id: the row's name; where it has none, its place in the file.
        source: where the row stands, such as `dev.jsonl, line 3`.
        premise_formulas: the formulas written for the premises, where the data set has them.
        conclusion_formula: the formula written for the conclusion, likewise.
        story: problems of one story share premises; None where nothing is known of it.
    """

    premises: tuple[str, ...]
    conclusion: str
    label: Label
    id: str = ""
    source: str = ""
    premise_formulas: tuple[str, ...] | None = None
    conclusion_formula: str | None = None
    story: str | int | None = None


class Dataset(Protocol):
    """Anything that turns a file into examples."""

    @property
    def name(self) -> str:
        """What the data set is called in a summary."""
        ...

    def examples(self, path: Path) -> Iterator[Example | DataError]:
        """The examples of the file in order; a row that cannot be used comes as its error."""
        ...


def read_label(value: object) -> Label:
    """The label that a row spells in one of the usual ways.

    >>> [read_label(value) for value in ("True", "B", "Unknown", "Uncertain", False, None)]
    ['True', 'False', 'Uncertain', 'Uncertain', 'False', 'Uncertain']

    Raises:
        DataError: the value is no spelling of a label.
    """
    if value is None or isinstance(value, bool | str):
        label = _LABELS.get(str(value).strip().lower())
        if label is not None:
            return label
    raise DataError(
        f"expected a label, found {str(value)[:40]!r}",
        hint="labels are True, False, Uncertain or Unknown; A, B, C; true, false, null",
    )


def examples_of(
    path: Path, convert: Callable[[Row], Example | None]
) -> Iterator[Example | DataError]:
    """The examples of a JSON Lines file; `convert` may answer None to leave a row out.

    An exception in `convert` becomes a `DataError` for that row alone.

    Raises:
        DataError: the file is missing, is a folder, or cannot be read.
    """
    for source, row in read_rows(path):
        if isinstance(row, DataError):
            yield row
            continue
        try:
            example = convert(row)
        except DataError as error:
            error.source = source
            yield error
        except Exception as error:
            message = f"the row cannot be read: {type(error).__name__}: {error}"
            yield DataError(message, source=source)
        else:
            if example is not None:
                name = source.rpartition(", ")[2] if row.get("id") is None else str(row["id"])
                yield replace(example, id=example.id or name, source=source)


def load(dataset: Dataset, path: Path, limit: int | None = None) -> list[Example | DataError]:
    """The first `limit` examples of a file, unusable rows among them as errors.

    Raises:
        DataError: the file cannot be read, holds no row, or no row of it can be used.
    """
    rows = list(islice(dataset.examples(path), limit))
    if not rows:
        raise DataError(f"the data file holds no row for {dataset.name}", source=str(path))
    first = rows[0]
    if isinstance(first, DataError) and all(isinstance(row, DataError) for row in rows):
        first.hint = first.hint or f"no row can be used: is this a file for {dataset.name}?"
        raise first
    return rows


@dataclass(frozen=True, slots=True)
class Premises:
    """Rows with `premises`, a `conclusion` or a `question`, and a `label` or an `answer`.

    Formulas are taken from `premises_fol` and `conclusion_fol` where a row has them.
    """

    name: str

    def examples(self, path: Path) -> Iterator[Example | DataError]:
        """The examples of the file in order; a row that cannot be used comes as its error."""
        return examples_of(path, self._example)

    def _example(self, row: Row) -> Example:
        label = next((row[key] for key in ("label", "answer") if key in row), "")
        formulas = row.get("premises_fol") is not None
        goal = row.get("conclusion_fol") is not None
        return Example(
            premises=texts_of(row, "premises"),
            conclusion=goal_of(row),
            label=read_label(label),
            premise_formulas=texts_of(row, "premises_fol") if formulas else None,
            conclusion_formula=text_of(row, "conclusion_fol") if goal else None,
            story=story_of(row),
        )


def goal_of(row: Row) -> str:
    """The sentence that a row asks about.

    It is the `conclusion`, else what follows the last `"? "` of the `question`, else the whole
    `question`.

    >>> goal_of({"question": "Otto is a raven. Does this follow? Otto is black."})
    'Otto is black.'

    Raises:
        DataError: the row has neither.
    """
    if row.get("conclusion") is not None:
        return text_of(row, "conclusion")
    if row.get("question") is None:
        raise DataError("expected a 'conclusion' or a 'question', found neither")
    return text_of(row, "question").rpartition("? ")[2]


def story_of(row: Row) -> str | int | None:
    """The row's `story_id`; where it has none, a digest of its premises, which a story shares.

    >>> story_of({"story_id": 7}), story_of({"premises": ["Ann is tall."]})
    (7, 'f8638cde')
    """
    story = row.get("story_id")
    if isinstance(story, str | int) and not isinstance(story, bool):
        return story
    text = "\n".join(texts_of(row, "premises"))
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Texts:
    """Rows with a `text` whose last sentence is the question, and an `answer`.

    Rows whose answer is not true, false or null (who-questions, "probably true") are left out.
    """

    name: str = "texts"

    def examples(self, path: Path) -> Iterator[Example | DataError]:
        """The examples of the file in order; a row that cannot be used comes as its error."""
        return examples_of(path, self._example)

    def _example(self, row: Row) -> Example | None:
        if "answer" not in row:
            raise DataError("expected an 'answer', found nothing")
        answer = row["answer"]
        if answer is not None and not isinstance(answer, bool):
            return None
        sentences = split(text_of(row, "text"))
        if not sentences:
            raise DataError("the text holds no sentence")
        return Example(
            premises=tuple(sentences[:-1]),
            conclusion=statement(sentences[-1]),
            label=read_label(answer),
        )


_INVERTED = re.compile(r"(?:is|are|was|were|does|do|did|has|have|had|can)\b", re.IGNORECASE)


def statement(sentence: str) -> str:
    """The sentence as a claim: a statement with a question mark gets a full stop instead.

    A question in inverted order stays as it is; reading it is the translator's affair.

    >>> statement("Elephants are animals?"), statement("Is John nice?")
    ('Elephants are animals.', 'Is John nice?')
    """
    sentence = sentence.strip()
    if sentence.endswith("?") and not _INVERTED.match(sentence):
        return sentence.rstrip("? ") + "."
    return sentence


def split(text: str) -> tuple[str, ...]:
    """The sentences of a text, as the library's own English reader splits them."""
    from neurologic.english.tokens import sentences

    return tuple(sentences(text))


DATASETS: dict[str, Dataset] = {
    "proofwriter": Premises("proofwriter"),
    "prontoqa": Premises("prontoqa"),
    "folio": Premises("folio"),
    "texts": Texts(),
}
