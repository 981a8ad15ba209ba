"""The part of the command `run` that asks a model: its options, and what it does with them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from benchmarks.console import answered, kept, more_rows, note
from benchmarks.data import Example
from benchmarks.manifest import manifest_of
from benchmarks.recorded import Recording
from benchmarks.replaying import in_sample_notes, shipped
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
        "recorded in a file; clover and draft-and-prune also have scripted:zebra and "
        "scripted:logiclm:FILE.",
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
    typer.Option(
        "--samples",
        min=1,
        show_default="1",
        help="Samples of each problem, which vote; clover: formulas for each structure, from which "
        "one is selected; draft-and-prune: plans, 5.",
    ),
]
Variants = Annotated[
    str | None,
    typer.Option(
        "--variants",
        show_default=False,
        help="Ways to ask, which take turns, such as "
        "default,default/order=2,default/effort=high,default/model=NAME. "
        "linc has the prompts fine and lines as well.",
    ),
]
VoteRule = Annotated[
    str | None,
    typer.Option(
        "--vote",
        show_default="majority",
        help="majority, definite:SHARE, weighted, weighted:classes, likelihood, or linc.",
    ),
]
Rounds = Annotated[
    int | None,
    typer.Option(
        "--rounds",
        min=0,
        show_default="2, draft-and-prune 1; 0 for a script",
        help="linc, clover, draft-and-prune: how often at most what is malformed goes back to the "
        "model to be mended.",
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
        help="Stop before a call that might take this command beyond so many US dollars; with "
        "--record.",
    ),
]
Concurrency = Annotated[
    int | None,
    typer.Option(
        "--concurrency",
        min=1,
        show_default="8; 1 where no model is asked",
        help="Calls at a time, over all problems.",
    ),
]
Batch = Annotated[
    bool,
    typer.Option(
        "--batch",
        help="Send the first request of every sample in message batches, at half the price and "
        "within a day; with --record.",
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help="Say what the run would ask and cost; no reply is asked for. A server that counts "
        "tokens (count_tokens) is sent the texts; where it cannot be asked, tokens are guessed.",
    ),
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
    concurrency: int | None = None
    batch: bool = False
    dry_run: bool = False

    def given(self) -> list[str]:
        """The options that were given."""
        return given_in(self)


def given_in(said: Any) -> list[str]:
    """The options that a command line gave: the fields with a value that is not False, as flags."""
    fields = ((name, getattr(said, name)) for name in said.__slots__)
    given = [name for name, value in fields if value is not None and value is not False]
    return [f"--{name.replace('_', '-')}" for name in given]


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
        if said.batch:
            _refuse_batch(said)
        variants = tuple(filter(None, map(str.strip, (said.variants or "").split(","))))
        choice = Choice(
            said.model,
            said.base_url,
            said.replay,
            said.record,
            said.max_cost,
            said.concurrency or _CONCURRENCY,
        )
        model, others = choice.models(_models_of(self.method, variants), dry=said.dry_run)
        llm = Metered(model)
        rounds = said.rounds if said.rounds is not None else 0 if llm.scripted else 2
        pairing = said.pairing or ("order" if llm.scripted and not rounds else "sentence")
        vote, samples = said.vote or "majority", said.samples or 1
        asking = Asking(self.method, llm, samples, variants, vote, rounds, pairing, others)
        asking.check()
        return asking

    def estimate(self) -> dict[str, Any]:
        """What the run would ask and cost; repairs come on top."""
        from neurologic.llm import estimate

        asking = self.asking()
        usable = [example for example in self.examples if isinstance(example, Example)]
        asked = [asking.asked(example) for example in usable]
        requests = {
            name: [request for one in asked for request in one[name]] for name in asking.models()
        }
        found = [estimate(llm, requests[name]) for name, llm in asking.models().items()]
        sent = sum(each.requests for each in found)
        notes = [f"tokens are guessed, a quarter of the characters: {each.note}"
                 for each in found if each.note]  # fmt: skip
        summary = {
            "task": self.task,
            "method": self.method,
            "model": asking.llm.model,
            "dry_run": True,
            "n": len(self.examples),
            "requests": sent,
            "recorded": sum(map(len, requests.values())) - sent,
            "rounds": asking.rounds if self.method == "linc" else 0,
            "input_tokens": sum(each.input_tokens for each in found),
            "exact": all(each.exact for each in found),
            "most_output_tokens": sum(each.output_tokens for each in found),
            "least": self._dollars([each.least for each in found]),
            "most": self._dollars([each.most for each in found]),
        }
        note(summary, list(dict.fromkeys(notes)))
        return summary

    def _dollars(self, amounts: Sequence[Decimal | None]) -> float | None:
        """The sum, of batches the half; None where a price is not known."""
        known = [amount for amount in amounts if amount is not None]
        if len(known) < len(amounts):
            return None
        return round(float(sum(known)) / (2 if self.options.batch else 1), 4)

    def run(self, out: Path | None, retry_errors: bool) -> tuple[list[Row], dict[str, Any]]:
        """The rows and the summary."""
        from benchmarks.asking import question, summary_of

        asking = self.asking()
        pairs = list(zip(self.keys, self.examples, strict=True))

        def manifest() -> dict[str, Any]:
            return manifest_of(self.task, self.method, asking.config(), self.data)

        free = self.options.record or self.options.replay  # what was got is not paid for again
        retry = retry_errors, free is not None
        with asking.closing(), kept(out, manifest, len(pairs), *retry) as directory:
            done = directory.rows if directory else {}
            ready = asking
            if self.options.batch:
                ready = asking.through_batches(
                    [each for key, each in pairs if key not in done and isinstance(each, Example)]
                )
            limit = self._concurrency(asking)
            with ready.side_by_side(limit) as shared:
                questions = [question(key, example, shared) for key, example in pairs]
                rows = answered(questions, directory, self.task, workers=limit)
            summary: dict[str, Any] = {"task": self.task, "method": self.method}
            summary |= summary_of(rows, asking)
            origin = self._origin() if asking.vote == "likelihood" else {}
            notes = in_sample_notes(origin["in_sample"]) if origin else []
            summary |= origin
            note(summary, [*notes, *more_rows(rows, len(pairs))])
            summary["seconds"] = round(time.perf_counter() - self.start, 2)
            if directory is not None:
                directory.summarise(summary)
        return rows, summary

    def _origin(self) -> dict[str, Any]:
        """What the table of the vote was learnt from, and how many of these problems were among it."""
        given = shipped()
        problems = [
            Recording(each.id, each.source, each.label, (), each.premises, each.conclusion)
            for each in self.examples
            if isinstance(each, Example)
        ]
        return {
            "table": "shipped",
            "provenance": given.table.provenance,
            "in_sample": given.among(problems, self.data),
        }

    def _concurrency(self, asking: Asking) -> int:
        """Calls and problems at a time; where nothing is waited for, one problem after the other."""
        idle = asking.llm.scripted or self.options.replay is not None
        return self.options.concurrency or (1 if idle else _CONCURRENCY)


_CONCURRENCY = 8


def _models_of(method: ModelMethod, variants: Sequence[str]) -> list[str]:
    """The models that the variants name.

    Raises:
        NeurologicError: there is no such variant.
    """
    from benchmarks.baselines import variant_of
    from neurologic.llm import LLM, Scripted
    from neurologic.translation.prompting import Variant

    names: dict[str, LLM] = {}
    for text in variants:
        read = Variant.of if method == "linc" else variant_of
        read(text, lambda name: names.setdefault(name, Scripted([])))
    return list(names)


def _refuse_batch(said: Options) -> None:
    """Refuse options that do not go with batches.

    Raises:
        NeurologicError: one was given, or one is missing.
    """
    if said.max_cost is not None:
        raise NeurologicError(
            "--batch and --max-cost do not go together: a batch that is sent cannot be stopped",
            hint="--dry-run says what it may cost",
        )
    if said.replay is not None or (said.model or "").startswith("scripted:"):
        raise NeurologicError("--batch asks a model, and here none is asked")
    if said.record is None:
        raise NeurologicError(
            "--batch needs a recording, into which its replies go",
            hint="give it with --record FILE",
        )


def refuse_model_options(method: str, options: Options) -> None:
    """Options about a model mean nothing where none is asked.

    Raises:
        NeurologicError: one was given.
    """
    if options.given():
        raise NeurologicError(
            f"{', '.join(options.given())}: --method {method} asks no model",
            hint="--method linc, direct, cot, scratchpad, clover or draft-and-prune does",
        )
