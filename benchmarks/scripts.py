"""Models that answer the requests of a compositional translation from what is known beforehand.

`scripted:zebra` has rules for clues about houses in a row (`benchmarks.clues`). `scripted:logiclm:FILE`
has the programs that Logic-LM once recorded: where a sentence stands beside a formula there, it is
the formula, in our notation and under the declarations that are asked with; an option is told by its
letter. What neither knows is left out of a reply, as a model might leave it out.

Every structure is the whole sentence as one unit, and a judge is unsure. Requests are read as a model
reads them: by the data in the message, and by the instructions for what is asked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.clues import Street
from benchmarks.logiclm import Programs
from benchmarks.requests import rows_of, sentences_of, signature_of
from benchmarks.rows import Row
from benchmarks.stages import stage_of
from neurologic.errors import LLMError, NeurologicError
from neurologic.llm import Request, Scripted
from neurologic.signature import Signature

ZEBRA = "scripted:zebra"
LOGICLM = "scripted:logiclm:"

Formulas: TypeAlias = Callable[[Request, Signature], Mapping[str, str]]
"""The formulas that are known for the sentences of a request, by sentence."""


def is_script(name: str) -> bool:
    """Whether the name of a model is that of a script of this module.

    >>> is_script("scripted:zebra"), is_script("scripted:samples.jsonl")
    (True, False)
    """
    return name == ZEBRA or name.startswith(LOGICLM)


def script(name: str, problems: Sequence[Any]) -> Scripted:
    """The model of this name, for the problems of a run.

    Args:
        name: `scripted:zebra` or `scripted:logiclm:FILE`.
        problems: the puzzles or examples that are asked about.

    Raises:
        DataError: the file cannot be read, or none of its rows is a program of these problems.
    """
    if name == ZEBRA:
        return Scripted(_Script(_clues), model=ZEBRA)
    path = Path(name.removeprefix(LOGICLM))
    programs = Programs.load(path, problems)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    return Scripted(_Script(programs.formulas, programs), model=f"{LOGICLM}{path.name}@{digest}")


def _clues(request: Request, signature: Signature) -> dict[str, str]:
    street = Street.of(signature)
    found = {}
    for sentence in sentences_of(request):
        with suppress(NeurologicError):
            found[sentence] = str(street.translate(sentence))
    return found


@dataclass(frozen=True, slots=True)
class _Script:
    """The replies of a script, by what is asked for."""

    formulas: Formulas
    programs: Programs | None = None

    def __call__(self, request: Request) -> str | LLMError:
        try:
            return self._reply(request)
        except NeurologicError as error:
            return LLMError(f"the script has no reply: {error.message}", kind="script")

    def _reply(self, request: Request) -> str | LLMError:
        match stage_of(request):
            case "structure":
                return _json([_whole(row) for row in rows_of(request)])
            case "compose":
                known = self._known(request, signature_of(request))
                found = (_composed(row, known) for row in rows_of(request))
                return _json([row for row in found if row])
            case "judge":
                return json.dumps({"reason": "a script knows no situations", "answer": "unsure"})
            case "translate":
                known = self._known(request, Signature())
                return "\n".join(f"TEXT: {text}\nFOL: {f}" for text, f in known.items())
            case "prepare" if self.programs is not None:
                return self.programs.preparation(request)
            case "plan":
                return "Take the program that was recorded."
            case "program" if self.programs is not None:
                return self.programs.program(request)
            case stage:
                return LLMError(f"the script has no replies for the stage {stage}", kind="script")

    def _known(self, request: Request, signature: Signature) -> Mapping[str, str]:
        """The formulas of a request; none where the script has nothing on its problem."""
        try:
            return self.formulas(request, signature)
        except LLMError:
            return {}


def _json(rows: list[Row]) -> str:
    return json.dumps({"sentences": rows}, ensure_ascii=False)


def _whole(row: Row) -> Row:
    unit = {"name": "U1", "text": row["sentence"]}
    told = {key: row[key] for key in ("index", "sentence")}
    return told | {"structures": [{"components": [unit], "edges": []}]}


def _composed(row: Row, known: Mapping[str, str]) -> Row | None:
    """The row with the formula of its last step; None where none is known."""
    formula = known.get(row["sentence"])
    if formula is None:
        return None
    steps = row.get("steps") or [row["sentence"]]
    told = {key: row[key] for key in ("index", "sentence")}
    return told | {"steps": [{"text": steps[-1], "formula": formula}]}
