"""Structuring: the dependency structures of sentences, taken from a model's reply and validated."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from neurologic.dependency import Component, DependencyStructure, read_structure
from neurologic.dependency.reading import MOST_COMPONENTS, MOST_EDGES
from neurologic.english import English
from neurologic.errors import NeurologicError, TranslationError
from neurologic.llm import Reply
from neurologic.translation.accumulation import accumulate
from neurologic.translation.prompting import KEPT_PROMPTS, schema_text, shipped
from neurologic.translation.rows import (
    brief,
    listed,
    numbers,
    placed,
    read_rows,
    rows_text,
)

MOST_STRUCTURES = 20
"""The most structures of a sentence that are read from a reply."""
LONGEST_TEXT = 2_000
"""The longest text of a component, in characters, that is read."""

SCHEMA = schema_text(
    {
        "sentences": [
            {
                "index": "integer",
                "sentence": "string",
                "structures": [
                    {
                        "components": [{"name": "string", "text": "string"}],
                        "edges": [{"dependent": "string", "head": "string"}],
                    }
                ],
            }
        ]
    }
)


@dataclass(slots=True)
class Structuring:
    """The structures of sentences as replies give them.

    Args:
        sentences: those of the problem, whose places the numbers of a request count.
        wanted: the places of those that have no valid structure yet.
        most: how many structures of a sentence are kept.
        found: the valid structures of each sentence.
        errors: what was wrong with the last ones of a sentence that has none.
        notes: what was odd and could be settled.
    """

    sentences: Sequence[str]
    wanted: set[int]
    most: int
    found: dict[int, tuple[DependencyStructure, ...]] = field(default_factory=dict)
    errors: dict[int, tuple[NeurologicError, ...]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def request(self) -> str:
        """The sentences as data."""
        rows = [{"index": at + 1, "sentence": self.sentences[at]} for at in sorted(self.wanted)]
        plural = "structures" if self.most > 1 else "structure"
        most = f"up to {self.most} {plural}" if self.most > 1 else f"one {plural}"
        return f"Give {most} for each of these sentences.\n\n{rows_text(rows)}"

    def again(self) -> str:
        """How to ask once more for those that have none."""
        return (
            f"Reply again in the same form, with sound structures, for sentence "
            f"{numbers(self.wanted)} only; keep the numbers."
        )

    def read(self, reply: Reply) -> tuple[NeurologicError, ...]:
        """Keep the valid structures of a reply; the result is what has to be mended."""
        try:
            rows = read_rows(reply, self.sentences, "structure", merge="structures")
        except TranslationError as error:
            self.errors |= dict.fromkeys(self.wanted, (error,))
            return (error,)
        problems: list[NeurologicError] = []
        self.notes += [note for note in rows.notes if note not in self.notes]
        for at in sorted(self.wanted):
            row = rows.found[at]
            valid: list[DependencyStructure] = []
            wrong: list[NeurologicError] = []
            if isinstance(row, TranslationError):
                wrong = [placed(row, f"sentence {at + 1}")]
            else:
                valid, wrong = self._structures(at, row.get("structures"))
            if valid:
                self.found[at] = tuple(valid)
                self.wanted.discard(at)
                self.errors.pop(at, None)
            else:
                self.errors[at] = tuple(wrong)
                problems += wrong
        return (*problems, *rows.strays) if problems else ()

    def _structures(
        self, at: int, given: Any
    ) -> tuple[list[DependencyStructure], list[NeurologicError]]:
        """The valid structures of a sentence, and what is wrong with the others."""
        sentence, place = self.sentences[at], f"sentence {at + 1}"
        valid: list[DependencyStructure] = []
        wrong: list[NeurologicError] = []
        for number, raw in enumerate(listed(given, MOST_STRUCTURES), 1):
            source = f"{place}, structure {number}"
            try:
                structure = structure_of(sentence, raw)
                findings: Sequence[NeurologicError] = structure.findings()
                if not findings:
                    valid.append(structure)
            except NeurologicError as error:
                findings = (error,)
            wrong += [placed(error, source) for error in findings]
        if not valid and not wrong:
            span = (0, len(sentence) or 1)
            message = "the reply gives no structure for this sentence"
            wrong = [TranslationError(message, text=sentence, span=span, source=place)]
        return different(valid)[: self.most], wrong


def different(structures: Iterable[DependencyStructure]) -> list[DependencyStructure]:
    """The first of valid structures that build their sentence up by the same steps.

    >>> twice = [DependencyStructure.whole("Ann sings.")] * 2
    >>> len(different(twice))
    1
    """
    found: dict[tuple[str, ...], DependencyStructure] = {}
    for structure in structures:
        found.setdefault(tuple(step.text for step in accumulate(structure)), structure)
    return list(found.values())


def offline(sentences: Sequence[str]) -> Iterator[tuple[DependencyStructure, ...]]:
    """The structures of each sentence by the English chart; none where it does not read it.

    Args:
        sentences: the sentences of one text, each of which shows what words of others may be.

    >>> [len(found) for found in offline(["If Ann is not old then all cats purr.", "Huh?"])]
    [3, 0]
    """
    for found in English().structures_in(sentences):
        yield tuple(different(found))


def structure_of(sentence: str, raw: Any) -> DependencyStructure:
    """The structure that a part of a reply says, not yet validated.

    Components and edges are objects or texts: `{"name": "U1", "text": ...}`, `"D1 -> U1"`; a whole
    structure may be a text as well, as `str(structure)` writes it.

    Raises:
        NeurologicError: if it says none.

    >>> print(structure_of("Ann sings.", {"components": [{"name": "U1", "text": "Ann sings."}]}))
    U1="Ann sings."
    None
    """
    if isinstance(raw, str):
        return read_structure(sentence, raw[: LONGEST_TEXT * 4])
    components = raw.get("components") if isinstance(raw, dict) else None
    if not isinstance(components, list) or not components:
        raise _shape("a structure is an object with 'components' and 'edges'", raw)
    if len(components) > MOST_COMPONENTS:
        raise _shape(f"a structure has at most {MOST_COMPONENTS} components", raw)
    edges = listed(raw.get("edges"), MOST_EDGES + 1)
    return DependencyStructure(
        sentence, tuple(map(_component, components)), tuple(map(_edge, edges))
    )


def _component(raw: Any) -> Component:
    name, text = (raw.get("name"), raw.get("text")) if isinstance(raw, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(text, str):
        raise _shape("a component is an object with 'name' and 'text'", raw)
    if len(name) > 10 or len(text) > LONGEST_TEXT:
        raise _shape("the name or the text of a component is too long", raw)
    return Component(name.strip(), " ".join(text.split()))


_ARROW = re.compile(r"\s*(\w{1,10})\s*(?:->|→)\s*(\w{1,10})\s*")


def _edge(raw: Any) -> tuple[str, str]:
    match raw:
        case {"dependent": str(dependent), "head": str(head)}:
            return dependent.strip()[:20], head.strip()[:20]
        case [str(dependent), str(head)]:
            return dependent.strip()[:20], head.strip()[:20]
        case str() if arrow := _ARROW.fullmatch(raw[:100]):
            return arrow[1], arrow[2]
        case _:
            raise _shape("an edge is an object with 'dependent' and 'head'", raw)


def _shape(message: str, raw: Any) -> TranslationError:
    text = brief(raw)
    return TranslationError(message, text=text, span=(0, len(text)), kind="shape")


# --- the prompt -----------------------------------------------------------------------------------


@lru_cache(maxsize=KEPT_PROMPTS)
def structure_system(order: int = 0, shots: int | None = None) -> str:
    """The instructions and examples that all structure requests share.

    Args:
        order: the seed of the order of the examples; 0 leaves it.
        shots: how many examples are shown at most; None shows all.
    """
    instructions, examples = shipped("structure")
    return "\n\n".join((instructions, *_shown(shuffled(examples[:shots], order))))


def shuffled(examples: Sequence[Any], order: int) -> list[Any]:
    """The examples in the order that a seed says; 0 leaves it."""
    shown = list(examples)
    if order:
        random.Random(f"examples/{order}").shuffle(shown)
    return shown


def _shown(examples: Sequence[dict[str, Any]]) -> list[str]:
    texts = []
    for number, example in enumerate(examples, 1):
        rows = [{"index": 1, "sentence": example["sentence"]}]
        reply = {"sentences": [{**rows[0], "structures": example["structures"]}]}
        said = json.dumps(reply, ensure_ascii=False)
        texts.append(f"Example {number}\n\n{rows_text(rows)}\n\nThe reply:\n\n{said}")
    return texts
