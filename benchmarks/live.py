"""The part of the command `run` that asks a model: its options, and what it does with them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from benchmarks.console import answered, kept
from benchmarks.data import Example
from benchmarks.manifest import manifest_of
from benchmarks.rows import DataError, Row
from neurologic.errors import NeurologicError

if TYPE_CHECKING:
    from benchmarks.asking import Asking, ModelMethod, Pairing

Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        show_default=False,
        help="The model to ask; by default NEUROLOGIC_MODEL. scripted:FILE answers with the samples "
        "recorded in a file.",
    ),
]
Replay = Annotated[
    Path | None,
    typer.Option("--replay", show_default=False, help="Ask no model: answer from this recording."),
]
Record = Annotated[
    Path | None,
    typer.Option(
        "--record",
        show_default=False,
        help="Keep every reply in this recording, and ask for none that it has.",
    ),
]
Samples = Annotated[
    int | None,
    typer.Option("--samples", min=1, show_default="1", help="Samples of each problem, which vote."),
]
Variants = Annotated[
    str | None,
    typer.Option(
        "--variants",
        show_default=False,
        help="Ways to ask, which take turns, such as default,default/order=2,default/effort=high. "
        "linc has the prompts fine and lines as well.",
    ),
]
VoteRule = Annotated[
    str | None,
    typer.Option(
        "--vote",
        show_default="majority",
        help="majority, definite:SHARE, weighted, likelihood, or linc.",
    ),
]
Rounds = Annotated[
    int | None,
    typer.Option(
        "--rounds",
        min=0,
        show_default="2; 0 for a script",
        help="linc: how often at most a translation goes back to the model to be mended.",
    ),
]
PairedBy = Annotated[
    Literal["sentence", "order"] | None,
    typer.Option(
        "--pairing",
        show_default="sentence; order for a script",
        help="linc: formulas belong to the sentence that stands with them, or are taken in the "
        "order of their lines, as replay does.",
    ),
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", show_default=False, help="The model's server.")
]
MaxCost = Annotated[
    float | None,
    typer.Option(
        "--max-cost",
        show_default=False,
        help="Stop before a call that might take this command beyond so many US dollars.",
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what the run would ask and cost; ask nothing.")
]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says about the model; None where it says nothing."""

    model: str | None = None
    replay: Path | None = None
    record: Path | None = None
    samples: int | None = None
    variants: str | None = None
    vote: str | None = None
    rounds: int | None = None
    pairing: Pairing | None = None
    base_url: str | None = None
    max_cost: float | None = None
    dry_run: bool = False

    def given(self) -> list[str]:
        """The options that were given."""
        said = ((name, getattr(self, name)) for name in self.__slots__)
        return [f"--{name.replace('_', '-')}" for name, value in said if value not in (None, False)]


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A run over the problems of a file that asks a model."""

    task: str
    method: ModelMethod
    data: Path
    keys: Sequence[str]
    examples: Sequence[Example | DataError]
    options: Options
    start: float = field(default_factory=time.perf_counter)

    def asking(self) -> Asking:
        """How the problems are answered; what cannot be used is refused before the first call.

        Raises:
            NeurologicError: no model, no key, or an option that makes no sense.
        """
        from benchmarks.asking import Asking
        from benchmarks.models import Choice, Metered

        said = self.options
        choice = Choice(said.model, said.base_url, said.replay, said.record, said.max_cost)
        llm = Metered(choice.model(dry=said.dry_run))
        rounds = said.rounds if said.rounds is not None else 0 if llm.scripted else 2
        pairing = said.pairing or ("order" if llm.scripted and not rounds else "sentence")
        variants = tuple(filter(None, map(str.strip, (said.variants or "").split(","))))
        vote = said.vote or "majority"
        asking = Asking(self.method, llm, said.samples or 1, variants, vote, rounds, pairing)
        asking.check()
        return asking

    def estimate(self) -> dict[str, Any]:
        """What the run would ask and cost; repairs come on top."""
        from neurologic.llm import estimate

        asking = self.asking()
        usable = [example for example in self.examples if isinstance(example, Example)]
        requests = [request for example in usable for request in asking.requests(example)]
        found = estimate(asking.llm.llm, requests)
        return {
            "task": self.task,
            "method": self.method,
            "model": asking.llm.model,
            "dry_run": True,
            "n": len(self.examples),
            "requests": found.requests,
            "recorded": len(requests) - found.requests,
            "rounds": asking.rounds if self.method == "linc" else 0,
            "input_tokens": found.input_tokens,
            "exact": found.exact,
            "most_output_tokens": found.output_tokens,
            "least": _dollars(found.least),
            "most": _dollars(found.most),
        }

    def run(self, out: Path | None, retry_errors: bool) -> tuple[list[Row], dict[str, Any]]:
        """The rows and the summary."""
        from benchmarks.asking import question, summary_of

        asking = self.asking()
        pairs = zip(self.keys, self.examples, strict=True)
        questions = [question(key, example, asking) for key, example in pairs]

        def manifest() -> dict[str, Any]:
            return manifest_of(self.task, self.method, asking.config(), self.data)

        with kept(out, manifest, len(questions), retry_errors) as directory:
            rows = answered(questions, directory, self.task)
            summary: dict[str, Any] = {"task": self.task, "method": self.method}
            summary |= summary_of(rows, asking)
            summary["seconds"] = round(time.perf_counter() - self.start, 2)
            if directory is not None:
                directory.summarise(summary)
        return rows, summary


def refuse_model_options(method: str, options: Options) -> None:
    """Options about a model mean nothing where none is asked.

    Raises:
        NeurologicError: one was given.
    """
    if options.given():
        raise NeurologicError(
            f"{', '.join(options.given())}: --method {method} asks no model",
            hint="--method linc, direct, cot or scratchpad does",
        )


def _dollars(amount: object) -> float | None:
    return None if amount is None else round(float(str(amount)), 4)
