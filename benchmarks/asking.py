"""Asking a model about the problems of a data set: k samples each, which vote.

`linc` has the sentences translated and decides; the other methods take the model's own answer (see
`benchmarks.baselines`). Rows, rules and figures are those of a replay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from benchmarks import baselines
from benchmarks.accounts import Account, account_of
from benchmarks.agreement import agreement, differing, variant_figures
from benchmarks.baselines import failed
from benchmarks.batching import batched
from benchmarks.curve import k_curve
from benchmarks.data import Example
from benchmarks.distinct import distinct
from benchmarks.measures import rounded
from benchmarks.models import Metered, server_of
from benchmarks.pipeline import OURS, Ballot, Teller, ballot_of_readings
from benchmarks.recorded import sample
from benchmarks.replay import figures, rule_of, voted_row
from benchmarks.rows import DataError, Row
from benchmarks.runner import Halt, Question, known_of
from benchmarks.runs import read_sample
from benchmarks.shared import Loop, is_refusal
from neurologic.entailment import Verdict
from neurologic.errors import (
    BudgetExceeded,
    LLMError,
    NeurologicError,
    TranslationError,
    printable,
)
from neurologic.llm import LLM, Recording, Reply, Request, Scripted, request_key
from neurologic.problem import TextProblem
from neurologic.translation.direct import Direct
from neurologic.translation.prompting import Variant
from neurologic.translation.sampling import Sampled
from neurologic.voting import Rule

ModelMethod: TypeAlias = Literal["linc", "direct", "cot", "scratchpad"]

Pairing: TypeAlias = Literal["sentence", "order"]


@dataclass(frozen=True, slots=True)
class Asking:
    """How problems are answered by a model.

    Args:
        method: what the model is asked for.
        llm: the model.
        samples: how often it is asked about each problem.
        variants: the ways to ask, which take turns; none leaves it to the method's own.
        vote: the voting rule.
        rounds: for `linc`, how often at most a translation goes back to be mended.
        pairing: for `linc`, to which sentence a formula belongs: the `sentence` that stands with it,
            or that of its place in the `order` of the lines, the last line the conclusion, as in a
            replay. There, a conclusion that is written down twice becomes a premise.
        others: the models that variants name, by the name they have there.
        limit: the most requests of a problem that are handed to a model at a time.
    """

    method: ModelMethod
    llm: Metered
    samples: int = 1
    variants: tuple[str, ...] = ()
    vote: str = "majority"
    rounds: int = 2
    pairing: Pairing = "sentence"
    others: Mapping[str, LLM] = field(default_factory=dict)
    limit: int = 8

    @property
    def rule(self) -> Rule:
        """The voting rule; `likelihood` has the table that comes with the library."""
        return rule_of(replace(OURS, vote=self.vote))

    def check(self) -> None:
        """Refuse a rule or a variant that there is not, and options that do not go together.

        Raises:
            NeurologicError: what is wrong.
        """
        assert self.rule
        if self.pairing == "order" and self.rounds:
            raise NeurologicError(
                "a translation that is mended is paired by its sentences",
                hint="--pairing order goes with --rounds 0",
            )
        assert self.ways()

    def ways(self) -> list[Variant]:
        """The variants; models that they name are entered into the account of the first.

        Raises:
            NeurologicError: there is no such variant.
        """
        metered = {name: Metered(llm, self.llm.account) for name, llm in self.others.items()}
        read = Variant.of if self.method == "linc" else baselines.variant_of
        return [read(text, metered.__getitem__) for text in self.variants or ("default",)]

    def config(self) -> dict[str, Any]:
        """Every option that decides what the rows say."""
        config: dict[str, Any] = {"model": self.llm.model, "samples": self.samples}
        config |= {"server": server_of(self.llm)}
        config |= {"variants": list(self.variants), "vote": self.vote, "prompts": self._prompts()}
        if self.method == "linc":
            config |= {"rounds": self.rounds, "pairing": self.pairing}
        return config

    def _prompts(self) -> str:
        """A digest of how the model is asked."""
        one = Example(("One is one.",), "One is one.", "True")
        keys = "".join(request_key(r, "") for own in self.asked(one).values() for r in own)
        return hashlib.sha256(keys.encode()).hexdigest()[:16]

    def requests(self, example: Example) -> list[Request]:
        """What the model would be asked about a problem, repairs apart; it is not asked."""
        return self.asked(example)[""]

    def asked(self, example: Example) -> dict[str, list[Request]]:
        """The same for each model, by the name it has in variants; the first has none."""
        deaf = {
            name: Scripted(lambda request: LLMError("nothing is asked", kind="dry run"))
            for name in ("", *self.others)
        }
        others = {name: deaf[name] for name in self.others}
        replace(self, llm=Metered(deaf[""]), others=others).ballots(example)
        return {
            name: sorted(llm.requests, key=lambda request: request.sample)
            for name, llm in deaf.items()
        }

    def models(self) -> dict[str, LLM]:
        """The models by the name they have in variants; the first has none."""
        return {"": self.llm.llm, **self.others}

    def through_batches(self, examples: Sequence[Example]) -> Asking:
        """The same after the first requests about the examples were answered by way of batches.

        Raises:
            Halt: the batches are not there yet.
            LLMError: a model takes no batches.
        """
        requests: dict[str, list[Request]] = {name: [] for name in self.models()}
        for example in examples:
            for name, own in self.asked(example).items():
                requests[name] += own
        return self._with({n: batched(llm, requests[n]) for n, llm in self.models().items()})

    @contextmanager
    def side_by_side(self, limit: int) -> Iterator[Asking]:
        """The same for several threads: no more than `limit` calls at a time, of all together."""
        with Loop(limit) as loop:
            shared = {name: loop.share(llm) for name, llm in self.models().items()}
            yield replace(self._with(shared), limit=limit)

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Let others write to the recording at the end, whatever happens."""
        try:
            yield
        finally:
            if isinstance(self.llm.llm, Recording):
                self.llm.llm.close()

    def _with(self, models: dict[str, LLM]) -> Asking:
        first = models.pop("")
        return replace(self, llm=Metered(first), others=models)

    def anew(self) -> Asking:
        """The same with an account of its own."""
        return replace(self, llm=Metered(self.llm.llm, Account()))

    def ballots(self, example: Example) -> tuple[list[Ballot], list[Ballot]]:
        """The ballot of each sample; one that failed is a failed vote.

        Where formulas are paired by their order, the ballots of pairing by sentences come second.
        """
        if self.method != "linc":
            found = baselines.ballots(self.llm, self.method, example, self.samples, self.ways())
            return found, []
        translator = Direct(self.llm, rounds=self.rounds, limit=self.limit)
        problem = TextProblem(example.premises, example.conclusion)
        sampled = translator.sample(problem, self.samples, variants=self.ways())
        strict = [_paired(each) for each in sampled]
        if self.pairing == "sentence":
            return strict, []
        teller = Teller(OURS)
        premises = len(example.premises)
        ordered = [
            _by(each, _in_order(teller, each.replies[0], premises)) if each.replies else ballot
            for each, ballot in zip(sampled, strict, strict=True)
        ]
        return ordered, strict


def _in_order(teller: Teller, reply: Reply, premises: int) -> Ballot:
    """The ballot of a reply whose last formula is the conclusion, unless its end is missing."""
    if reply.stop == "length":
        return failed(TranslationError("the reply is cut off"))
    return teller.ballot(sample(reply.text, premises))


def _paired(sampled: Sampled) -> Ballot:
    """The ballot of a translation whose formulas are paired by their sentences."""
    if sampled.translation is None:
        return _by(sampled, failed(sampled.error or NeurologicError("no translation")))
    problem = sampled.translation.problem
    readings = [
        sentence if isinstance(sentence, NeurologicError) else sentence[0]
        for sentence in sampled.translation.sentences
    ]
    texts = (*problem.premises, problem.conclusion)
    notes = list(sampled.translation.warnings)
    if sampled.rounds:
        notes.append(f"went back to be mended: {sampled.rounds}")
    return _by(sampled, ballot_of_readings(OURS, readings, texts, notes))


def _by(sampled: Sampled, ballot: Ballot) -> Ballot:
    return replace(ballot, vote=replace(ballot.vote, variant=sampled.variant))


def question(key: str, example: Example | DataError, asking: Asking) -> Question:
    """The question what the samples of a problem vote for.

    A problem none of whose samples got a reply ends in an error. `unanswered` calls are made again
    with the problem. A spent budget, or a model that refuses to be asked, ends the run.
    """
    known = known_of(example)

    def ask() -> Row:
        if isinstance(example, DataError):
            raise example
        own = asking.anew()
        ballots, strict = own.ballots(example)
        account, errors = own.llm.taken()
        for error in errors:
            if isinstance(error, BudgetExceeded):
                raise Halt(str(error))
            if is_refusal(error):
                raise Halt(str(error), misused=True)
        more: dict[str, Any] = {"llm": account, "unanswered": len(errors)}
        if asking.method == "linc":
            decided = [(b.formulas, b.vote.verdict) for b in ballots if b.vote.verdict is not None]
            more["distinct"] = distinct(decided).as_json()
        row = voted_row(key, ballots, asking.rule, known, more=more)
        for vote, ballot, other in zip(row["votes"], ballots, strict or ballots, strict=True):
            if _differ(ballot, other):
                vote["by_sentence"] = {
                    "verdict": other.vote.verdict.name if other.vote.verdict is not None else None,
                    "clash": other.vote.clash,
                    "error": other.vote.error,
                }
        if errors and not account:
            failure = {"error": type(errors[0]).__name__, "message": printable(errors[0].message)}
            row |= {"status": "ERROR", **failure}
        return row

    return Question(key, ask, known)


def _differ(ballot: Ballot, other: Ballot) -> bool:
    """Whether two readings of one reply are told apart by more than the wording of a failure."""
    if ballot.vote.verdict is None and other.vote.verdict is None:
        return False
    return ballot.vote != other.vote or ballot.formulas != other.formulas


def summary_of(rows: Sequence[Row], asking: Asking) -> dict[str, Any]:
    """The figures of a replay, how samples and variants agree, and what the calls come to."""
    summary = {"vote": asking.vote, "model": asking.llm.model, **figures(rows)}
    samples = [read_sample(row) for row in rows]
    summary["agreement"] = rounded(agreement(samples))
    variants = variant_figures(samples, asking.rule)
    summary["variants"] = {each.variant: each.as_json() for each in variants}
    summary["k_curve"] = [point.as_json() for point in k_curve(samples, asking.rule)]
    if asking.method == "linc":
        apart = differing(samples)
        summary["distinct"] = apart.as_json() if apart else None
        summary["pairing"] = asking.pairing
        if asking.pairing == "order":
            summary["by_sentence"] = by_sentence(rows, asking.rule)
    return summary | {"messages": messages_of(rows), "llm": account_of(rows)}


_LONGEST_MESSAGE = 400


def messages_of(rows: Sequence[Row]) -> dict[str, str]:
    """The first message of each class of error, of problems and of samples, and whose it is.

    >>> vote = {"error": "LLMTimeout", "message": "no answer"}
    >>> messages_of([{"key": "a", "error": "", "votes": [vote]}])
    {'LLMTimeout': 'a: no answer'}
    """
    found: dict[str, str] = {}
    for row in rows:
        for each in (row, *row["votes"]):
            if (kind := each.get("error")) and (said := each.get("message")):
                line = " ".join(f"{row['key']}: {said}".split())
                found.setdefault(str(kind), printable(line[:_LONGEST_MESSAGE]))
    return dict(sorted(found.items()))


def by_sentence(rows: Sequence[Row], rule: Rule) -> dict[str, Any]:
    """What pairing formulas by their sentences would change: problems right, and which samples."""
    right, differing = 0, []
    for row in rows:
        found = read_sample(row)
        votes = list(found.votes)
        for at, vote in enumerate(row["votes"]):
            if (other := vote.get("by_sentence")) is not None:
                differing.append(f"{row['key']}, sample {at + 1}")
                verdict = Verdict[other["verdict"]] if other["verdict"] else None
                votes[at] = replace(
                    votes[at], verdict=verdict, clash=other["clash"], error=other["error"]
                )
        label = rule(votes).label
        right += label is not None and label == found.label
    return {"right": right, "differing": differing}
