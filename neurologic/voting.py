"""Voting: several translations of one problem are decided each, and a rule makes one answer of them.

Votes that name no label stay visible: failures, undecided questions, inconsistent premises. A vote
whose formulas use one name in two ways counts only where there is no cleaner one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, permutations
from typing import Literal

from neurologic.entailment import Verdict
from neurologic.equivalence.sentences import SentenceTally, by_sentence, class_weights
from neurologic.errors import NeurologicError
from neurologic.formula import Formula
from neurologic.likelihood import LABELS, Counts, Label, LikelihoodTable, shipped_table

__all__ = [
    "FORESEEN",
    "LABELS",
    "QUORUM",
    "RULES",
    "Choice",
    "Counts",
    "Label",
    "LikelihoodTable",
    "Rule",
    "Tally",
    "Vote",
    "definite",
    "first_met",
    "likelihood",
    "majority",
    "rule",
    "settled",
    "shipped_table",
]

FORESEEN = 20
"""The most votes to come over which `settled` looks ahead; it tries all that they may say."""

QUORUM = 5
"""The fewest counted votes on which `definite` lets a minority win."""


@dataclass(frozen=True, slots=True)
class Vote:
    """What one translation says.

    Args:
        verdict: the verdict of its formulas; None if there is none.
        clash: its formulas use a name in two ways.
        error: the class of the failure where there is no verdict.
        variant: who cast it: a prompt, a model, an order of examples.
        weight: what it counts under `weighted`.
    """

    verdict: Verdict | None
    clash: bool = False
    error: str = ""
    variant: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Tally:
    """The answer that votes make, and what became of each vote.

    Args:
        rule: the rule's name.
        label: the answer; None abstains.
        reason: why it abstains; empty if it does not.
        counts: what each label was worth, in the order of `LABELS`.
        agreement: the winner's share of what was counted. It is no probability: a split vote for
            True is right more often than a unanimous one for Uncertain.
        confidence: the winner's probability, under a rule that knows one.
        tied: the labels that shared the lead, if several did.
        clashing: votes left out for a clash.
        inconsistent: votes that abstain since their premises contradict each other.
        undecided: votes that abstain since the prover gave up.
        failed: classes of failure and how many votes each took.
        sentences: for each sentence the vote over formulas, where the translations were given.
    """

    rule: str
    label: Label | None
    reason: str
    counts: tuple[tuple[Label, float], ...]
    agreement: float | None = None
    confidence: float | None = None
    tied: tuple[Label, ...] = ()
    clashing: int = 0
    inconsistent: int = 0
    undecided: int = 0
    failed: tuple[tuple[str, int], ...] = ()
    sentences: tuple[SentenceTally, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The tally as a JSON object; `sentences` is there where the translations were given."""
        more: dict[str, object] = {}
        if self.sentences:
            more["sentences"] = [each.as_json() for each in self.sentences]
        return more | {
            "rule": self.rule,
            "label": self.label,
            "reason": self.reason,
            "counts": dict(self.counts),
            "agreement": self.agreement,
            "confidence": self.confidence,
            "tied": list(self.tied),
            "clashing": self.clashing,
            "inconsistent": self.inconsistent,
            "undecided": self.undecided,
            "failed": dict(self.failed),
        }

    def __str__(self) -> str:
        counted = ", ".join(f"{count:g} {label}" for label, count in self.counts if count)
        aside = [
            f"{number} {word}"
            for word, number in (
                ("clashing", self.clashing),
                ("inconsistent", self.inconsistent),
                ("undecided", self.undecided),
                *self.failed,
            )
            if number
        ]
        answer = self.label or f"no answer ({self.reason})"
        beside = f"; set aside: {', '.join(aside)}" if aside else ""
        return f"{answer} by {self.rule} of {counted or 'no votes'}{beside}"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a rule makes of counted votes: a label, or the labels that share the lead."""

    label: Label | None
    tied: tuple[Label, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A named way to choose a label from counts, with what is counted; call it on votes.

    Args:
        name: how the rule is written, such as `definite:0.2`.
        choose: the label of counts, at least one of which is positive.
        inconsistent: whether inconsistent premises `abstain` or vote `true`, as in LINC.
        clashes: whether votes with a clash are a `fallback` or `count` like others.
        threshold: the least confidence (agreement where the rule knows no confidence) of an answer.
        weighted: whether votes count by their weight.
        by_classes: whether votes count by how many translations say the same of each sentence.
    """

    name: str
    choose: Callable[[Counts], Choice]
    inconsistent: Literal["abstain", "true"] = "abstain"
    clashes: Literal["fallback", "count"] = "fallback"
    threshold: float = 0.0
    weighted: bool = False
    by_classes: bool = False

    def __call__(
        self,
        votes: Sequence[Vote],
        translations: Sequence[Sequence[Formula | str] | None] = (),
    ) -> Tally:
        """The tally of the votes.

        Args:
            votes: what each translation says.
            translations: their formulas, in the same order, None where there are none: then the
                tally has a vote over formulas beside that over verdicts.

        >>> votes = [Vote(Verdict.ENTAILED)] * 3 + [Vote(Verdict.UNDETERMINED)] * 7
        >>> rule("majority")(votes).label, rule("definite:0.2")(votes).label
        ('Uncertain', 'True')
        """
        sentences = by_sentence(translations)
        weights = [vote.weight if self.weighted else 1 for vote in votes]
        if self.by_classes and sentences:
            shares = class_weights(sentences, len(votes))
            weights = [weight * share for weight, share in zip(weights, shares, strict=True)]
        labelled = [
            (vote, label, weight)
            for vote, weight in zip(votes, weights, strict=True)
            if (label := self._label(vote))
        ]
        clean = [entry for entry in labelled if not entry[0].clash]
        counted = clean if clean and self.clashes == "fallback" else labelled
        counts: dict[Label, float] = {}  # in the order in which the labels were met
        for _, label, weight in counted:
            counts[label] = counts.get(label, 0) + weight
        total = sum(counts.values())
        choice = self.choose(counts) if total > 0 else Choice(None)
        agreement = counts[choice.label] / total if choice.label else None
        trust = agreement if choice.confidence is None else choice.confidence
        if total <= 0:
            reason = "no vote names a label"
        elif trust is None:
            reason = "a tie"
        else:
            reason = f"below the threshold {self.threshold:g}" if trust < self.threshold else ""
        verdicts = Counter(vote.verdict for vote in votes)
        return Tally(
            rule=self.name,
            label=None if reason else choice.label,
            reason=reason,
            counts=tuple((label, counts.get(label, 0)) for label in LABELS),
            agreement=agreement,
            confidence=choice.confidence,
            tied=choice.tied,
            clashing=len(labelled) - len(counted),
            inconsistent=verdicts[Verdict.INCONSISTENT] if self.inconsistent == "abstain" else 0,
            undecided=verdicts[Verdict.UNKNOWN],
            failed=_failures(votes),
            sentences=sentences,
        )

    def _label(self, vote: Vote) -> Label | None:
        if vote.verdict is None:
            return None
        if vote.verdict is Verdict.INCONSISTENT and self.inconsistent == "true":
            return "True"
        return vote.verdict.label


def _failures(votes: Sequence[Vote]) -> tuple[tuple[str, int], ...]:
    found = Counter(vote.error or "no verdict" for vote in votes if vote.verdict is None)
    return tuple(sorted(found.items()))


def majority(counts: Counts) -> Choice:
    """The label with most votes.

    Where Uncertain shares the lead, it wins: no definite label has the majority. True against False
    is no answer.

    >>> majority({"True": 2, "Uncertain": 2})
    Choice(label='Uncertain', tied=('True', 'Uncertain'), confidence=None)
    >>> majority({"True": 2, "False": 2}).label is None
    True
    """
    most = max(counts.values())
    leaders = tuple(label for label in LABELS if counts.get(label, 0) == most)
    if len(leaders) == 1:
        return Choice(leaders[0])
    return Choice("Uncertain" if "Uncertain" in leaders else None, leaders)


def definite(share: float) -> Callable[[Counts], Choice]:
    """True or False wins from a share of the votes, if it has two of at least `QUORUM`.

    A slip in a translation breaks a proof more often than it makes one, so a few proofs weigh more
    than many failures to prove. Where both labels have the share, the one with more wins; where
    neither has, the label with most votes, a definite one before Uncertain.

    >>> definite(0.2)({"True": 2, "Uncertain": 8}).label
    'True'
    >>> definite(0.2)({"True": 1, "Uncertain": 3}).label  # no quorum
    'Uncertain'
    """

    def choose(counts: Counts) -> Choice:
        total = sum(counts.values())
        enough: dict[Label, float] = {
            label: count
            for label, count in counts.items()
            if label != "Uncertain" and count >= 2 and count >= share * total - 1e-9
        }
        choice = majority(enough if enough and total >= QUORUM else counts)
        found = [label for label in choice.tied if label != "Uncertain"]
        return Choice(found[0], choice.tied) if len(found) == 1 else choice

    return choose


def first_met(counts: Counts) -> Choice:
    """The label with most votes, among equals the one met first: the rule of LINC (EMNLP 2023)."""
    most = max(counts.values())
    leaders = tuple(label for label in counts if counts[label] == most)
    return Choice(leaders[0], leaders if len(leaders) > 1 else ())


def likelihood(table: LikelihoodTable) -> Callable[[Counts], Choice]:
    """The label that is most probable given the counts, with its probability."""

    def choose(counts: Counts) -> Choice:
        posterior = table.posterior(counts)
        most = max(posterior.values())
        leaders = tuple(label for label in LABELS if posterior[label] == most)
        if len(leaders) > 1:
            return Choice(None, leaders)
        return Choice(leaders[0], confidence=most)

    return choose


RULES = ("majority", "definite:SHARE", "weighted", "weighted:classes", "likelihood", "linc")
"""The names that `rule` knows; SHARE is a number such as 0.2."""


def rule(
    name: str,
    *,
    inconsistent: Literal["abstain", "true"] = "abstain",
    clashes: Literal["fallback", "count"] = "fallback",
    threshold: float = 0.0,
    table: LikelihoodTable | None = None,
) -> Rule:
    """The rule of a name, one of `RULES`, such as `definite:0.2`.

    Args:
        name: the rule. `weighted:classes` weighs a vote also by the mean share of translations that
            say the same of a sentence, where they are given. `linc` counts clashes, lets
            inconsistent premises vote True, and breaks ties by the vote met first, whatever the
            other arguments say.
        inconsistent: as in `Rule`.
        clashes: as in `Rule`.
        threshold: as in `Rule`.
        table: for `likelihood`; the shipped one unless given.

    Raises:
        NeurologicError: if there is no such rule.
    """
    kind, _, argument = name.partition(":")
    weighted, by_classes = kind == "weighted", name == "weighted:classes"
    choose: Callable[[Counts], Choice]
    match kind, argument:
        case ("majority" | "weighted", "") | ("weighted", "classes"):
            choose = majority
        case "likelihood", "":
            choose = likelihood(table or shipped_table())
        case "linc", "":
            return Rule(name, first_met, inconsistent="true", clashes="count")
        case "definite", _ if (share := _share(argument)) is not None:
            choose = definite(share)
        case _:
            raise NeurologicError(
                f"there is no voting rule {name!r}",
                text=name,
                span=(0, len(name)),
                expected=RULES,
                hint="SHARE is a number above 0 and at most 1, as in definite:0.2",
            )
    return Rule(name, choose, inconsistent, clashes, threshold, weighted, by_classes)


def _share(text: str) -> float | None:
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0 < share <= 1 else None


def settled(by: Rule, votes: Sequence[Vote], total: int) -> bool:
    """Whether the answer stays the same whatever the votes to come say; they weigh 1 each.

    True is never wrong; where more than `FORESEEN` votes are to come, or formulas count as well, it
    is not tried.

    Args:
        by: any rule.
        votes: the votes so far.
        total: how many there will be.

    >>> settled(rule("majority"), [Vote(Verdict.ENTAILED)] * 6, 10)
    True
    >>> settled(rule("majority"), [Vote(Verdict.ENTAILED)] * 5, 10)
    False
    """
    left = total - len(votes)
    if left <= 0:
        return True
    if (
        left > FORESEEN
        or by.by_classes
        or not any(v.verdict is not None and not v.clash for v in votes)
    ):
        return False
    now = by(votes).label
    return all(by([*votes, *more]).label == now for more in _completions(left))


def _completions(number: int) -> Iterator[list[Vote]]:
    """Every multiset of further votes, its labels met in every order."""
    verdicts = (Verdict.ENTAILED, Verdict.REFUTED, Verdict.UNDETERMINED)
    for silent in range(number + 1):
        for split in combinations_with_replacement(range(3), number - silent):
            sizes = Counter(split)
            for order in permutations(sizes):
                yield [Vote(verdicts[at]) for at in order for _ in range(sizes[at])]
