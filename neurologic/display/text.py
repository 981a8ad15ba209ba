"""Plain text views of translations and decisions, for terminals and logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from neurologic.entailment import Decision, Verdict
from neurologic.errors import NeurologicError, printable
from neurologic.notation import render
from neurologic.problem import Semantics, Translation
from neurologic.signature import Signature
from neurologic.translation.sampling import Sampled
from neurologic.voting import Tally, Vote

_LONGEST = 2_000  # characters of a sentence or a formula shown in a text view

NOT_TRANSLATED = "No answer: the problem could not be translated"


def shorten(text: str, longest: int = _LONGEST) -> str:
    """The text on one line, safe for a terminal, and cut when it is very long.

    >>> shorten("all   men", 7)
    'all   …'
    """
    text = printable(text.replace("\n", " "))
    return text if len(text) <= longest else text[: longest - 1] + "…"


def translation_text(translation: Translation, used: Iterable[int] = ()) -> str:
    """Each sentence over its formula; the premises in `used`, counted from 0, carry a star."""
    return "\n".join(_translation_lines(translation, frozenset(used)))


def _translation_lines(translation: Translation, used: frozenset[int]) -> Iterator[str]:
    problem = translation.problem
    texts = (*problem.premises, problem.conclusion)
    width = len(str(len(problem.premises)))
    for index, text in enumerate(texts):
        goal = index == len(problem.premises)
        mark = "?" if goal else str(index + 1)
        star = "*" if index in used else " "
        yield f"{mark:>{width}}{star} {shorten(text)}"
        match translation.sentences[index] if index < len(translation.sentences) else ():
            case NeurologicError():
                yield f"{'':{width}}  (no formula)"
            case readings:
                formulas = [shorten(render(reading.formula)) for reading in readings[:1]]
                yield from (f"{'':{width}}  {f}" for f in formulas if f != shorten(text))


def verdict_sentence(verdict: Verdict) -> str:
    """What the verdict says, in a sentence.

    >>> verdict_sentence(Verdict.UNDETERMINED)
    'Uncertain: the premises entail neither the conclusion nor its negation'
    """
    return verdict.sentence


def semantics_text(semantics: Semantics) -> str:
    """What a verdict under this semantics means, every option named.

    >>> semantics_text(Semantics(unique_names=True))
    'classical negation, unique names, open domain, no existential import, interpreted arithmetic'
    """
    return str(semantics)


def semantics_json(semantics: Semantics) -> dict[str, object]:
    """The options of a semantics by name.

    >>> semantics_json(Semantics())["negation"]
    'classical'
    """
    return {field.name: getattr(semantics, field.name) for field in fields(semantics)}


def decision_text(decision: Decision) -> str:
    """The verdict, what it rests on, and what it means."""
    return "\n".join(_decision_lines(decision))


def _decision_lines(decision: Decision) -> Iterator[str]:
    verdict = decision.verdict
    yield f"{verdict_sentence(verdict)} ({verdict.name}, SZS {decision.szs})"
    if decision.core is not None:
        yield f"used: {premises_text(decision.core)}"
    if decision.reason:
        yield f"reason: {printable(decision.reason)}"
    if verdict in (Verdict.ENTAILED, Verdict.REFUTED) and decision.consistency == "unknown":
        yield "consistency: unknown (no model of the premises was found)"
    yield f"semantics: {semantics_text(decision.semantics)}"


def votes_text(
    tally: Tally,
    agreement: Sequence[tuple[str, float | None, int]],
    samples: Sequence[Sampled],
) -> str:
    """The vote, what each variant had to do with it, and what the translations took.

    Args:
        tally: the vote.
        agreement: each variant, the share of its votes that name the answer, how many it cast.
        samples: the translations.
    """
    lines = [f"votes: {tally}"]
    for variant, share, number in agreement if len(agreement) > 1 else ():
        agreed = "" if share is None else f", {share:.0%} for the answer"
        lines.append(f"  {printable(variant)}: {number} vote{'' if number == 1 else 's'}{agreed}")
    if tally.sentences:
        alike = sum(each.agreement is not None for each in tally.sentences)
        number = len(tally.sentences)
        lines.append(f"formulas: one class has most votes for {alike} of {number} sentences")
    usage = [sample.usage for sample in samples]
    taken = sum(u.input_tokens + u.cache_read + u.cache_write for u in usage)
    written = sum(u.output_tokens for u in usage)
    if taken or written:
        lines.append(f"tokens: {taken:,} read, {written:,} written")
    saved = [sample.saved for sample in samples if sample.saved.sentences]
    if saved:
        tokens = sum(each.tokens for each in saved)
        lines.append(f"read offline: {saved[0].sentences} sentences, about {tokens:,} tokens saved")
    return "\n".join(lines)


def vote_json(vote: Vote) -> dict[str, object]:
    """What one translation says, as a JSON object."""
    return {
        "verdict": None if vote.verdict is None else vote.verdict.name,
        "label": None if vote.verdict is None else vote.verdict.label,
        "clash": vote.clash,
        "error": vote.error,
        "variant": vote.variant,
    }


def premises_text(indices: Sequence[int]) -> str:
    """The premises at these positions, counted from 0, named as a person counts them.

    >>> premises_text([0, 2])
    'premises 1, 3'
    """
    numbers = ", ".join(str(index + 1) for index in sorted(indices))
    return f"premise{'' if len(indices) == 1 else 's'} {numbers}" if indices else "no premise"


def signature_json(signature: Signature) -> dict[str, object]:
    """The sorts and symbols of a signature as one JSON object."""
    return {
        "sorts": [
            {"name": d.sort.name, "members": d.members, "ordered": d.ordered}
            for d in signature.sorts
        ],
        "symbols": [
            {
                "name": symbol.name,
                "arguments": [sort.name for sort in symbol.arguments],
                "result": symbol.result.name,
            }
            for symbol in signature.symbols
        ],
    }


def problems_text(errors: Iterable[NeurologicError], warnings: Iterable[str]) -> str:
    """Errors with their carets, then warnings, each on lines of its own."""
    lines = [f"error: {error}" for error in errors]
    lines += [f"warning: {printable(warning)}" for warning in warnings]
    return "\n".join(lines)
