"""How candidate formulas compare with gold formulas: by proof, by LE score, and by what they entail.

Files are JSON Lines. Gold rows are problems with `premises`, `premises_fol` and, where there are
any, `conclusion` and `conclusion_fol`; or rows with an `id` and a `formula`. Candidates are recorded
translations (see `benchmarks.recorded`), rows with an `id` and a `formula` or `candidates`, or, with
no gold file, rows with `gold` and `candidate`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.gold import read_formula
from benchmarks.le_score import le_score
from benchmarks.recorded import Attempt, Recording, recording_of
from benchmarks.rows import DataError, Row, read_rows, text_of, texts_of, told
from neurologic.errors import NeurologicError, ParseError
from neurologic.formula import Formula

MOST_MAPS = 300
"""How many maps of names are tried for a pair."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold formula and a candidate for it, as texts."""

    gold: str
    candidate: str


@dataclass(slots=True)
class Loaded:
    """What two files hold.

    Args:
        pairs: candidates with their gold formulas.
        problems: whole translations.
        unmatched: candidates without a gold formula.
        misaligned: gold problems whose formulas are not as many as their sentences; of those, only
            the conclusion is paired.
        errors: rows that cannot be used.
    """

    pairs: list[Pair] = field(default_factory=list)
    problems: list[Recording] = field(default_factory=list)
    unmatched: int = 0
    misaligned: int = 0
    errors: list[DataError] = field(default_factory=list)


def load(gold: Path | None, candidates: Path) -> Loaded:
    """The pairs of two files, or of one file of pairs.

    Raises:
        DataError: a file cannot be read, or nothing in the two can be paired.
    """
    loaded = Loaded()
    known = _Gold() if gold is None else _Gold.of(gold, loaded.errors)
    loaded.misaligned = known.misaligned
    for source, row in read_rows(candidates):
        try:
            if isinstance(row, DataError):
                raise row
            _pair(row, known, loaded)
        except DataError as error:
            error.source = error.source or source
            loaded.errors.append(error)
    if not loaded.pairs:
        if loaded.errors:
            raise loaded.errors[0]
        raise DataError(
            "no candidate has a gold formula",
            source=str(candidates),
            hint="sentences are matched by their text, formulas by their id",
        )
    return loaded


class _Gold:
    """Gold formulas by sentence, within a story where it is known, and by id.

    What has two formulas has none, as nothing says which is meant.
    """

    def __init__(self) -> None:
        self.sentences: dict[tuple[str, ...], str | None] = {}
        self.ids: dict[str, str | None] = {}
        self.misaligned = 0

    @classmethod
    def of(cls, path: Path, errors: list[DataError]) -> _Gold:
        known = cls()
        for source, row in read_rows(path):
            try:
                if isinstance(row, DataError):
                    raise row
                known.add(row)
            except DataError as error:
                error.source = error.source or source
                errors.append(error)
        if not known.sentences and not known.ids:
            if errors:
                raise errors[0]
            raise DataError("the gold file holds no formula", source=str(path))
        return known

    def add(self, row: Row) -> None:
        if "formula" in row:
            name, formula = str(row.get("id", "")), text_of(row, "formula")
            if self.ids.setdefault(name, formula) != formula:
                self.ids[name] = None
                raise DataError(f"the gold file has several formulas of the id {name!r:.80}")
            return
        sentences, formulas = texts_of(row, "premises"), texts_of(row, "premises_fol")
        fitting = len(sentences) == len(formulas)
        self.misaligned += not fitting
        pairs = list(zip(sentences, formulas, strict=True)) if fitting else []
        if isinstance(row.get("conclusion"), str) and isinstance(row.get("conclusion_fol"), str):
            pairs.append((row["conclusion"], row["conclusion_fol"]))
        story = _spaced(" ".join(sentences))
        clashing = []
        for sentence, formula in pairs:
            within = (story, _spaced(sentence))
            if self.sentences.setdefault(within, formula) != formula:
                self.sentences[within] = None
                clashing.append(sentence)
            if self.sentences.setdefault(within[1:], formula) != formula:
                self.sentences[within[1:]] = None
        if clashing:
            what = f"several formulas of the sentence {clashing[0]!r:.80}"
            raise DataError(f"the gold file has {what} under the same premises")

    def formula(self, sentence: str, story: Sequence[str]) -> str | None:
        within = (_spaced(" ".join(story)), _spaced(sentence))
        return self.sentences.get(within, self.sentences.get(within[1:]))


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _pair(row: Row, known: _Gold, loaded: Loaded) -> None:
    if "gold" in row:
        loaded.pairs.append(Pair(text_of(row, "gold"), text_of(row, "candidate")))
        return
    if "formula" in row or "candidates" in row:
        written = texts_of(row, "candidates") if "candidates" in row else (text_of(row, "formula"),)
        gold = known.ids.get(str(row.get("id", "")))
        _add(loaded, gold, written)
        return
    recording = recording_of(row)
    loaded.problems.append(recording)
    for attempt in recording.attempts:
        sentences = attempt.sentences or (*recording.premises, recording.conclusion)
        if len(sentences) != len(attempt.formulas):
            continue
        for sentence, formula in zip(sentences, attempt.formulas, strict=True):
            _add(loaded, known.formula(sentence, recording.premises), [formula])


def _add(loaded: Loaded, gold: str | None, written: Iterable[str]) -> None:
    for text in written:
        if gold is None:
            loaded.unmatched += 1
        else:
            loaded.pairs.append(Pair(gold, text))


@dataclass(frozen=True, slots=True)
class Judged:
    """How one candidate compares with its gold formula.

    Args:
        gold: whether the gold formula can be used.
        read: whether the candidate reads.
        usable: whether its sorts fit as well.
        relation: with names as they are; `error` where the two do not fit together.
        renamed: the same after a search for a map of names.
        le: the LE score, None where it is not defined.
    """

    gold: bool
    read: bool = False
    usable: bool = False
    relation: str = "error"
    renamed: str = "error"
    le: float | None = None


@lru_cache(maxsize=100_000)
def judge(pair: Pair, repair: bool) -> Judged:
    """The comparison of a pair."""
    from neurologic.equivalence import compare

    gold = _usable(pair.gold, repair)[1]
    if gold is None:
        return Judged(gold=False)
    read, candidate = _usable(pair.candidate, repair)
    if candidate is None:
        return Judged(gold=True, read=read)
    relation = renamed = "error"
    with suppress(NeurologicError):  # a name has other sorts in the two
        relation = renamed = compare(candidate, gold).relation
    if relation != "equivalent":
        with suppress(NeurologicError):
            found = compare(candidate, gold, signature="search", most_maps=MOST_MAPS)
            renamed = found.relation
    return Judged(True, True, True, relation, renamed, le_score(candidate, gold))


def _usable(text: str, repair: bool) -> tuple[bool, Formula | None]:
    """Whether the text reads, and its formula if its sorts fit as well."""
    from neurologic.signature import elaborate

    result = read_formula(text, repair)[1]
    if isinstance(result, ParseError):
        return False, None
    try:
        elaborate([result.formula])
    except NeurologicError:
        return True, None
    return True, result.formula


def measure(loaded: Loaded, repair: bool) -> dict[str, Any]:
    """The figures of all pairs and problems."""
    judged = [judge(pair, repair) for pair in loaded.pairs]
    known = [each for each in judged if each.gold]
    n = len(known)
    scores = [each.le or 0.0 for each in known]
    full = [each for each in known if each.le == 1.0]
    relations = Counter(each.relation for each in known if each.usable)
    renamed = Counter(each.renamed for each in known if each.usable)
    return {
        "n": n,
        "read": sum(each.read for each in known),
        "executable": _share(sum(each.usable for each in known), n),
        "true_equivalence": _share(relations["equivalent"], n),
        "equivalent_renamed": _share(renamed["equivalent"], n),
        "le": round(sum(scores) / n, 4) if n else None,
        "le_one": len(full),
        "le_one_not_equivalent": sum(each.renamed != "equivalent" for each in full),
        "le_undefined": sum(each.usable and each.le is None for each in known),
        "relations": dict(sorted(relations.items())),
        "relations_renamed": dict(sorted(renamed.items())),
        "pairs": len(set(loaded.pairs)),
        "gold_unusable": len(judged) - n,
        "gold_misaligned": loaded.misaligned,
        "unmatched": loaded.unmatched,
        "errors": {"DataError": len(loaded.errors)} if loaded.errors else {},
        "messages": told(loaded.errors),
        **_problems(loaded.problems, repair),
    }


def _problems(problems: Sequence[Recording], repair: bool) -> dict[str, Any]:
    """How many whole translations are decided, and how many keep an entailment."""
    if not problems:
        return {}
    verdicts = [[_verdict(attempt, repair) for attempt in p.attempts] for p in problems]
    samples = sum(map(len, verdicts))
    decided = sum(verdict is not None for row in verdicts for verdict in row)
    true = [row for p, row in zip(problems, verdicts, strict=True) if p.label == "True"]
    kept = [verdict == "ENTAILED" for row in true for verdict in row]
    return {
        "problems": len(problems),
        "samples": samples,
        "samples_executable": _share(decided, samples),
        "entailments": len(true),
        "entailment_preserving": _share(sum(kept), len(kept)),
        "entailment_preserving_any": _share(sum("ENTAILED" in row for row in true), len(true)),
    }


def _verdict(attempt: Attempt, repair: bool) -> str | None:
    """The verdict on a whole translation; None if it cannot be decided as it is."""
    if not attempt.formulas:
        return None
    results = [read_formula(text, repair)[1] for text in attempt.formulas]
    formulas = [r.formula for r in results if not isinstance(r, ParseError)]
    if len(formulas) < len(results):
        return None
    return _decided(tuple(formulas))


@lru_cache(maxsize=20_000)
def _decided(formulas: tuple[Formula, ...]) -> str | None:
    from neurologic.entailment import decide

    try:
        return decide(formulas[:-1], formulas[-1]).verdict.name
    except NeurologicError:
        return None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
