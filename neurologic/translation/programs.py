"""A model's program for a puzzle: read by the grammar of choice files, decided, kept or pruned.

A program is untrusted text and is never executed. It votes if it reads, mentions nothing that it does
not declare, has the options of the puzzle, does not contradict itself, and exactly one option fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from neurologic.choice import Choice, choose
from neurologic.errors import (
    NeurologicError,
    ProverError,
    SignatureError,
    TranslationError,
    printable,
)
from neurologic.llm import Reply, Usage
from neurologic.parsing import read_choice
from neurologic.problem import ChoiceProblem
from neurologic.provers import Prover
from neurologic.translation.declaring import check_size
from neurologic.translation.replies import (
    LONGEST_FORMULA,
    LONGEST_NAME,
    LONGEST_REPLY,
    MOST_FORMULAS,
    hidden,
)
from neurologic.translation.vocabulary import undeclared

_SHOWN = 1_000
_MOST_SHOWN = 20
_CUT = "the reply was cut off: allow more tokens"


@dataclass(frozen=True, slots=True)
class Program:
    """One plan, the program written for it, and what became of them.

    Args:
        plan: the plan, in plain words; empty if there is none.
        text: the program as it was last written; empty if there is none.
        problem: what the program says; None if it does not read.
        choice: what was found of its options; None if it was not decided.
        error: what stood in the way of a decision.
        rounds: how often the model was asked to mend the program.
    """

    plan: str
    text: str = ""
    problem: ChoiceProblem | None = None
    choice: Choice | None = None
    error: NeurologicError | None = None
    rounds: int = 0

    @property
    def label(self) -> str | None:
        """The option that the program votes for; None if it was pruned."""
        return self.choice.label if self.choice is not None else None

    @property
    def pruned(self) -> str:
        """Why the program has no vote; empty if it has one."""
        if self.error is not None:
            error = self.error
            told = f"{error.source}: {error.message}" if error.source else error.message
            return printable(_short(told))
        if self.choice is None:
            return "there is no program"
        return self.choice.reason if self.choice.label is None else ""

    def as_json(self) -> dict[str, Any]:
        """The program as a JSON object."""
        return {
            "plan": printable(self.plan),
            "program": printable(self.text),
            "choice": self.choice.as_json() if self.choice else None,
            "error": self.error.as_json() if self.error else None,
            "pruned": self.pruned,
            "rounds": self.rounds,
        }


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} ..."


@dataclass(frozen=True, slots=True)
class Drafted:
    """The option that programs vote for, and what became of each program.

    Args:
        label: the option with the most votes; None if no program has a vote, or in a tie.
        reason: why there is none; else empty.
        votes: each option that was voted for and how often, those with the most votes first.
        programs: all programs in the order of their plans, those that were pruned as well.
        replies: what the model said, the plans first.
        usage: the tokens of all calls.
        calls: how many replies each stage took.
    """

    label: str | None
    reason: str
    votes: tuple[tuple[str, int], ...]
    programs: tuple[Program, ...]
    replies: tuple[Reply, ...] = ()
    usage: Usage = field(default_factory=Usage)
    calls: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The vote and the programs as a JSON object."""
        return {
            "choice": self.label,
            "reason": self.reason,
            "votes": dict(self.votes),
            "programs": [program.as_json() for program in self.programs],
            "calls": self.calls,
        }

    def __str__(self) -> str:
        votes = ", ".join(f"{label} {count}" for label, count in self.votes) or "none"
        head = f"{self.label or 'no answer'} (votes: {votes})"
        rows = [
            f"  {at}  {program.label or f'pruned: {program.pruned}'}"
            for at, program in enumerate(self.programs, 1)
        ]
        return "\n".join((f"{head}: {self.reason}" if self.reason else head, *rows))


def vote(programs: Sequence[Program]) -> tuple[str | None, str, tuple[tuple[str, int], ...]]:
    """The option that most programs come to or why there is none, and the votes.

    >>> vote([Program("a plan")])
    (None, 'no program has a vote', ())
    """
    votes = Counter(program.label for program in programs if program.label is not None)
    ranked = tuple(votes.most_common())  # of equals, the one met first
    if not ranked:
        return None, "no program has a vote", ()
    label, most = ranked[0]
    tied = sorted(other for other, count in ranked if count == most)
    if len(tied) > 1:
        return None, f"a tie of {', '.join(tied)}", ranked
    return label, "", ranked


@dataclass(slots=True)
class Writing:
    """A program on its way: what its last version is and comes to."""

    plan: str
    labels: Sequence[str]
    prover: Prover | None
    budget: int
    text: str = ""
    problem: ChoiceProblem | None = None
    choice: Choice | None = None
    error: NeurologicError | None = None

    def take(self, reply: Reply) -> Sequence[NeurologicError]:
        """What there is to mend in a reply; a program that reads is decided."""
        self.text, self.problem, self.error = "", None, None
        try:
            if reply.stop == "refusal":
                raise TranslationError("the model refused", source="reply", kind="refusal")
            self.text = program_text(reply.text)
            self.problem = read_program(self.text, self.labels)
            self.choice = choose(self.problem, prover=self.prover, budget=self.budget)
        except NeurologicError as error:
            if reply.stop == "length":
                error.hint = _CUT
            self.error = error
            return () if isinstance(error, ProverError) else (error,)
        return ()

    def program(self, failure: NeurologicError | None, replies: Sequence[Reply]) -> Program:
        """What became of it, `failure` being why the model could not be asked."""
        error = self.error if replies else failure
        rounds = max(len(replies) - 1, 0)
        return Program(self.plan, self.text, self.problem, self.choice, error, rounds)


def program_text(reply: str) -> str:
    r"""The program in a reply: its last block that asks a question, else all of it.

    Raises:
        TranslationError: the reply is empty, too long or holds characters that hide what it says.

    >>> program_text("Here it is:\n```\nP(a)\n? must be true\n(A) P(a)\n```\nDone.")
    'P(a)\n? must be true\n(A) P(a)'
    """
    if len(reply) > LONGEST_REPLY or len(reply.encode("utf-8", "surrogatepass")) > LONGEST_REPLY:
        raise _unusable(f"the reply has more than the {LONGEST_REPLY:,} bytes that are read", reply)
    text = next((block for block in reversed(_blocks(reply)) if _asks(block)), reply)
    text = text.strip("\r\n").rstrip()
    if not text.strip():
        raise _unusable("there is no program in the reply", reply)
    if text.count("\n") >= MOST_FORMULAS:
        raise _unusable(
            f"the program has more than the {MOST_FORMULAS:,} lines that are read", text
        )
    longest = max(map(len, text.split("\n")))
    if longest > LONGEST_FORMULA:
        told = f"a line has more than the {LONGEST_FORMULA:,} characters that are read"
        raise _unusable(told, text)
    at = hidden(text)
    if at is not None:
        told = f"the character {printable(text[at])} has no place in a program"
        raise _unusable(told, text[max(0, at - 40) : at + 40])
    return text


def _blocks(reply: str) -> list[str]:
    """The texts between lines of three backticks; the last may be open."""
    blocks: list[list[str]] = []
    inside = False
    for line in reply.split("\n"):
        if line.lstrip().startswith("```"):
            inside = not inside
            blocks += [[]] if inside else []
        elif inside:
            blocks[-1].append(line)
    return ["\n".join(block) for block in blocks]


def _asks(block: str) -> bool:
    return any(line.lstrip().startswith("?") for line in block.split("\n"))


def _unusable(message: str, text: str) -> TranslationError:
    shown = text[:_SHOWN]
    span = (0, 1) if shown else None
    return TranslationError(message, text=shown, span=span, source="reply", kind="reply")


def read_program(text: str, labels: Sequence[str]) -> ChoiceProblem:
    """What a program says.

    Args:
        text: the program.
        labels: those of the puzzle's options.

    Raises:
        NeurologicError: a line does not read, a symbol is not declared, or the options are others.
    """
    problem = read_choice(text)
    own = [option.label for option in problem.options]
    if sorted(own) != sorted(labels):
        theirs = ", ".join(_listed(own))
        raise TranslationError(
            f"the program has the options {theirs}, the puzzle {', '.join(labels)}",
            source="options",
            kind="options",
        )
    check_size(problem.signature)
    asked = [formula for option in problem.options for formula in option.formulas]
    formulas = (*problem.constraints, *problem.conditions, *asked)
    if missing := undeclared(formulas, problem.signature):
        raise SignatureError(
            f"not declared: {', '.join(_listed(missing))}",
            source="declarations",
            hint="declare each symbol, or write it as it is declared",
        )
    return problem


def _listed(names: Sequence[str]) -> list[str]:
    """Some of the names, none at too great length."""
    shown = [name[:LONGEST_NAME] for name in names[:_MOST_SHOWN]]
    return shown if len(shown) == len(names) else [*shown, f"{len(names) - len(shown):,} more"]
