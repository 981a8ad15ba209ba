"""Composing: the formulas of a sentence's steps, the simplest first, taken from a model's reply.

Each formula must pass the grammar and the sorts of the declarations. A sentence whose last formula
does not goes back to the model with all that is wrong with its steps; so does, once, a last formula
with symbols that were not given.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from neurologic.dependency import read_structure
from neurologic.errors import NeurologicError, SignatureError, TranslationError
from neurologic.formula import Formula
from neurologic.llm import Reply
from neurologic.parsing import locate, read
from neurologic.problem import Lexicon, Reading
from neurologic.signature import Signature, SymbolDeclaration, elaborate
from neurologic.translation.accumulation import Step, accumulate
from neurologic.translation.compositions import Read
from neurologic.translation.pairing import Entry, normal, pair
from neurologic.translation.prompting import KEPT_PROMPTS, escaped, schema_text, shipped
from neurologic.translation.replies import checked_formula
from neurologic.translation.rows import (
    Row,
    listed,
    numbers,
    placed,
    read_rows,
    rows_text,
)
from neurologic.translation.structuring import shuffled
from neurologic.translation.vocabulary import merged, symbols_of, used

_MORE_STEPS = 5  # rows that are read of one sentence, beyond three for each step
_LONGEST_STEP = 2_000  # characters of a repeated step that are read
SCHEMA = schema_text(
    {
        "sentences": [
            {
                "index": "integer",
                "sentence": "string",
                "steps": [{"text": "string", "formula": "string"}],
            }
        ]
    }
)


@dataclass(frozen=True, slots=True)
class Symbols:
    """What the formulas of a problem may be written with, and what holds by the declarations.

    Args:
        signature: declared sorts and symbols.
        theory: what holds by the declarations alone, such as the range of a number.
        lexicon: symbols with glosses.
        functions: functions that are in use, without being declared.
    """

    signature: Signature = Signature()
    theory: tuple[Formula, ...] = ()
    lexicon: Lexicon = Lexicon()
    functions: tuple[SymbolDeclaration, ...] = ()

    def with_formulas(self, formulas: Sequence[Formula], lexicon: Lexicon) -> Symbols:
        """The symbols with those of formulas that were written before."""
        declared = {(s.name, len(s.arguments)) for s in self.signature.symbols}
        try:
            inferred = elaborate(formulas, self.signature)[0].symbols
        except SignatureError:
            inferred = ()
        functions = tuple(
            symbol
            for symbol in inferred
            if symbol.arguments
            and not symbol.is_predicate
            and (symbol.name, len(symbol.arguments)) not in declared
        )
        return Symbols(
            self.signature, self.theory, merged(self.lexicon, lexicon, used(formulas)), functions
        )

    def text(self) -> str:
        """The symbols as data."""
        lines = (*str(self.signature).splitlines(), *map(str, self.functions))
        return symbols_text(self.lexicon, lines, self._functions())

    def read(self, formula: str, repair: bool) -> Read:
        """The formula as the grammar and the sorts take it, or why they do not."""
        try:
            reading = read(formula, repair=repair, signature=self.signature)
            elaborate((*self.theory, reading.formula), self.signature)
        except NeurologicError as error:
            return error
        return reading

    def strangers(self, reading: Reading) -> Iterator[TranslationError]:
        """An error for each symbol that was not given, if any were."""
        known = self._known()
        for kind, name, arity in dict.fromkeys(symbols_of((reading.formula,))) if known else ():
            if (kind, name, arity) in known:
                continue
            message = f"the {kind} {name}"
            if kind != "constant":
                message += f" of {arity} argument{'' if arity == 1 else 's'}"
            yield TranslationError(
                f"{message} is not among the symbols",
                text=reading.text,
                span=locate(reading.text, name),
                hint="use one of the symbols given, if one fits",
                kind="stranger",
            )

    def _functions(self) -> frozenset[tuple[str, int]]:
        return frozenset(
            (symbol.name, len(symbol.arguments))
            for symbol in (*self.signature.symbols, *self.functions)
            if symbol.arguments and not symbol.is_predicate
        )

    def _known(self) -> frozenset[tuple[str, str, int]]:
        declared = (
            ("predicate" if s.is_predicate else "function" if s.arguments else "constant", s)
            for s in (*self.signature.symbols, *self.functions)
        )
        found = {(kind, s.name, len(s.arguments)) for kind, s in declared}
        found |= {
            ("constant", name, 0) for sort in self.signature.sorts for name in sort.members or ()
        }
        glossed = {(name, arity) for name, arity, _ in self.lexicon.predicates}
        found |= {("predicate", *symbol) for symbol in glossed - self._functions()}
        found |= {("constant", name, 0) for name, _ in self.lexicon.constants}
        return frozenset(found)


@dataclass(slots=True)
class Composing:
    """The formulas of the steps of sentences as replies give them.

    Args:
        sentences: those of the problem, whose places the numbers of a request count.
        steps: those of each sentence that is asked about; the last is the sentence.
        symbols: what the formulas may be written with.
        repair: mend what is almost a formula.
        found: what each step became.
        wanted: the places of the sentences that are still to be mended.
        notes: what was odd and could be settled.
    """

    sentences: Sequence[str]
    steps: Mapping[int, tuple[Step, ...]]
    symbols: Symbols
    repair: bool = True
    found: dict[int, tuple[Read, ...]] = field(default_factory=dict)
    wanted: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    _mended: bool = False
    _homes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wanted = set(self.steps)
        for at, sentence in enumerate(self.sentences):
            for text in (sentence, *(step.text for step in self.steps.get(at, ()))):
                self._homes.setdefault(normal(text), at)

    def request(self) -> str:
        """The symbols and the steps as data."""
        rows = [_row(at + 1, self.sentences[at], self.steps[at]) for at in sorted(self.steps)]
        asked = "Write the formula of each step of these sentences."
        return f"{self.symbols.text()}{asked}\n\n{rows_text(rows)}"

    def again(self) -> str:
        """How to ask once more for the sentences whose formulas have problems."""
        return (
            "Where a symbol is not among those given and none of them fits, keep it. "
            "Reply again in the same form, with all steps, mended, for sentence "
            f"{numbers(self.wanted)} only; keep the numbers."
        )

    def read(self, reply: Reply) -> tuple[NeurologicError, ...]:
        """Keep the formulas of a reply; the result is what has to be mended."""
        first, self._mended = not self._mended, True
        try:
            rows = read_rows(reply, self.sentences, "formula")
        except TranslationError as error:
            for at in self.wanted:
                self._keep(at, (error,) * len(self.steps[at]))
            return (error,)
        problems: list[NeurologicError] = []
        self.notes += [note for note in rows.notes if note not in self.notes]
        for at in sorted(self.wanted):
            row = rows.found[at]
            if isinstance(row, TranslationError):
                self._keep(at, (row,) * len(self.steps[at]))
                told: list[NeurologicError] = [placed(row, f"sentence {at + 1}")]
            else:
                self._keep(at, self._formulas(row, at))
                told = self._told(at, strangers=first)
            if told:
                problems += told
            else:
                self.wanted.discard(at)
        return (*problems, *rows.strays) if problems else ()

    def _keep(self, at: int, formulas: tuple[Read, ...]) -> None:
        """Take the formulas, unless earlier ones are better."""
        earlier = self.found.get(at)
        if earlier is None or not _reads(earlier) or _reads(formulas):
            self.found[at] = formulas

    def _formulas(self, row: Row, at: int) -> tuple[Read, ...]:
        texts = [step.text for step in self.steps[at]]
        given = listed(row.get("steps"), 3 * len(texts) + _MORE_STEPS)
        if not given and isinstance(row.get("formula"), str):  # the last step alone
            given = [{"text": texts[-1], "formula": row["formula"]}]
        own = frozenset(map(normal, texts))
        told = [(entry, self._elsewhere(entry, own)) for entry in map(_entry, given)]
        foreign = [error for _, error in told if error is not None]
        entries = [entry for entry, error in told if error is None]
        paired, strays, notes = pair(entries, texts, concluding=False)
        self.notes += [f"sentence {at + 1}: {n.replace('sentence', 'step')}" for n in notes]
        refused = next((error for error in strays if error.kind == "contradictory"), None)
        if refused is not None:
            refused.message = refused.message.replace("sentence", "step")
            refused.hint = refused.hint.replace("sentence", "step")
        elif foreign:
            refused = foreign[0]
        if refused is not None and isinstance(paired[-1], TranslationError):
            paired = (*paired[:-1], refused)
        return tuple(self._formula(found) for found in paired)

    def _elsewhere(self, entry: Entry, own: frozenset[str]) -> TranslationError | None:
        """That a formula stands with a step of another sentence, if it does."""
        said = normal(entry.sentence or "")
        home = self._homes.get(said)
        if home is None or not said or said in own:
            return None
        return TranslationError(
            f"the formula stands with words of sentence {home + 1}",
            text=entry.formula,
            span=(0, len(entry.formula) or 1),
            hint="give each sentence the formulas of its own steps",
            kind="contradictory",
        )

    def _formula(self, found: str | TranslationError) -> Read:
        if isinstance(found, str):
            found = checked_formula(found)
        if isinstance(found, TranslationError):
            return found
        return self.symbols.read(found, self.repair)

    def _told(self, at: int, *, strangers: bool) -> list[NeurologicError]:
        """What the model is told of a sentence: nothing, if its last formula is in order."""
        *_, last = formulas = self.found[at]
        where = [f"sentence {at + 1}, step {number}" for number in range(1, len(formulas) + 1)]
        if isinstance(last, Reading):
            odd = self.symbols.strangers(last) if strangers else ()
            return [placed(error, where[-1]) for error in odd]
        failed = zip(formulas, where, strict=True)
        return [placed(f, place) for f, place in failed if isinstance(f, NeurologicError)]


def _reads(formulas: tuple[Read, ...]) -> bool:
    return isinstance(formulas[-1], Reading)


def _row(number: int, sentence: str, steps: Sequence[Step]) -> Row:
    return {"index": number, "sentence": sentence, "steps": [step.text for step in steps]}


def _entry(step: Any) -> Entry:
    if not isinstance(step, dict):
        return Entry(step.strip() if isinstance(step, str) else "")
    formula, text = step.get("formula"), step.get("text")
    return Entry(
        formula.strip() if isinstance(formula, str) else "",
        text[:_LONGEST_STEP] if isinstance(text, str) else None,
    )


def symbols_text(
    lexicon: Lexicon,
    declarations: Sequence[str],
    functions: Collection[tuple[str, int]] = (),
) -> str:
    """The symbols as data, with an empty line behind; nothing, if there are none.

    Args:
        lexicon: symbols with glosses.
        declarations: declared sorts and symbols, one a line.
        functions: those symbols of the lexicon, with their arities, that are no predicates.
    """
    rows = [{"name": n, "arity": a, "gloss": g} for n, a, g in lexicon.predicates]
    found = {
        "predicates": [row for row in rows if (row["name"], row["arity"]) not in functions],
        "functions": [row for row in rows if (row["name"], row["arity"]) in functions],
        "constants": [{"name": n, "gloss": g} for n, g in lexicon.constants],
        "declarations": [line.replace("->", "→") for line in declarations],
    }
    found = {key: rows for key, rows in found.items() if rows}
    said = escaped(found).replace(" \\u003c ", " < ")  # between blanks it opens nothing
    return f"The symbols:\n<symbols>\n{said}\n</symbols>\n\n" if found else ""


@lru_cache(maxsize=KEPT_PROMPTS)
def compose_system(order: int = 0, shots: int | None = None) -> str:
    """The instructions and examples that all compose requests share.

    Args:
        order: the seed of the order of the examples; 0 leaves it.
        shots: how many examples are shown at most; None shows all.
    """
    instructions, examples = shipped("compose")
    return "\n\n".join((instructions, *_shown(shuffled(examples[:shots], order))))


def _shown(examples: Sequence[dict[str, Any]]) -> Iterator[str]:
    for number, example in enumerate(examples, 1):
        lexicon = Lexicon(
            tuple((name, arity, gloss) for name, arity, gloss in example["predicates"]),
            tuple((name, gloss) for name, gloss in example["constants"]),
        )
        rows, replies = [], []
        for at, row in enumerate(example["rows"], 1):
            steps = example_steps(row)
            rows.append(_row(at, row["sentence"], steps))
            said = [
                {"text": step.text, "formula": formula}
                for step, formula in zip(steps, row["formulas"], strict=True)
            ]
            replies.append({**rows[-1], "steps": said})
        symbols = symbols_text(lexicon, example["declarations"])
        reply = json.dumps({"sentences": replies}, ensure_ascii=False)
        yield f"Example {number}\n\n{symbols}{rows_text(rows)}\n\nThe reply:\n\n{reply}"


def example_steps(row: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps of a sentence of an example."""
    return accumulate(read_structure(row["sentence"], row["structure"]))
