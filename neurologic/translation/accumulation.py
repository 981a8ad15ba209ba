"""A sentence built up from its simplest parts, by the six rules of CLOVER, without a model's help.

Ryu et al., ICLR 2025, section 3.2: each logic unit is said alone, then with more and more of what
depends on it, then coupled, until the sentence itself is reached. The texts are the sentence's own
words in its own order, so the same structure always gives the same steps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from neurologic.dependency import (
    MERGE,
    DependencyStructure,
    alignment,
    uncovered,
    word_spans,
    words_of,
)
from neurologic.dependency.logical import AUXILIARIES
from neurologic.english.morphology import third_person

_END = " \t\n.!?;,:"
_ALONE = {"n't": "not", "ca": "can", "wo": "will", "sha": "shall"}
_VERBAL = AUXILIARIES | {"need", "n't"}
_BARE = frozenset("do does did can ca could will wo would shall sha should may might must".split())
"""What a verb follows in its bare form."""
_OPENING = frozenset(
    "if unless when whenever while because since although though until before after".split()
)
_DETERMINERS = frozenset(
    "no any every each some exactly at only another other the this that these those".split()
)
_SEVERAL = frozenset(
    "two three four five six seven eight nine ten eleven twelve all many most several few both "
    "least more fewer".split()
)


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence on the way to the whole.

    Args:
        text: the sentence, in English.
        components: the names of the components that it holds.
        rule: which of the six rules made it: 1 a unit as it is, 2 a unit and its one dependent,
            3 a dependent of a dependent, 4 one or all of several dependents of a unit, 5 several
            components coupled, 6 one component coupled.
    """

    text: str
    components: tuple[str, ...]
    rule: int


def accumulate(structure: DependencyStructure) -> tuple[Step, ...]:
    r"""The sentences that lead to the sentence of the structure, simplest first; it is the last.

    Raises:
        StructureError: the structure is not valid; the error is its first finding.
        TypeError: it is none.

    >>> from neurologic.dependency import read_structure
    >>> for step in accumulate(
    ...     read_structure(
    ...         "Otto and exactly two other sailors row.",
    ...         'U1="Otto rows", U2="sailors row", D1="exactly two", D2="other", C1="and"\n'
    ...         "D1 -> U2; D2 -> D1; U1 -> C1; U2 -> C1",
    ...     )
    ... ):
    ...     print(step.rule, step.text)
    1 Otto rows
    1 sailors row
    2 exactly two sailors row
    3 exactly two other sailors row
    5 Otto and exactly two other sailors row.
    """
    if not isinstance(structure, DependencyStructure):
        raise TypeError(f"expected a DependencyStructure, got {structure!r:.80}")
    for error in structure.findings():
        raise error
    steps: list[Step] = []
    whole = tuple(component.name for component in structure.components)
    seen = {words_of(structure.sentence)}
    for names, rule in _merges(structure):
        text = structure.sentence if names == whole else _text(structure, names)
        words = words_of(text)
        if names == whole or (words and words not in seen):
            steps.append(Step(text, names, rule))
        seen.add(words)
    return tuple(steps)


def _merges(structure: DependencyStructure) -> Iterator[tuple[tuple[str, ...], int]]:
    """The names of the components of each step, in the order of the structure, and its rule."""
    names = [component.name for component in structure.components]
    done: set[frozenset[str]] = set()
    units = [c.name for c in structure.components if c.role == "unit"]
    for chosen, rule in (
        *((frozenset({unit}), 1) for unit in units),
        *_below(structure, structure.root),
    ):
        if chosen not in done:
            done.add(chosen)
            yield tuple(name for name in names if name in chosen), rule


def _below(structure: DependencyStructure, name: str) -> Iterator[tuple[frozenset[str], int]]:
    """The steps to a component with everything below it."""
    below = structure.dependents(name)
    if structure[name].role == "coupler":
        for part in below:
            yield from _below(structure, part)
        yield _subtree(structure, name), 5 if len(below) > 1 else 6
        return
    if structure[name].role == "dependent":  # it is the root: it is about all the rest
        for clause in _clauses(structure, name):
            yield from _below(structure, clause)
        yield _subtree(structure, name), 4 if len(below) > 1 else 2
        return
    for part in below:
        yield from _clause(structure, part)
    base = frozenset({name})
    parts = [_at_once(structure, part) for part in below]
    if len(parts) > 1:
        yield from ((base | part, 4) for part in parts)
    merged = base.union(*parts)
    yield merged, 4 if len(parts) > 1 else 2
    heads = [part for part in below if structure[part].role == "dependent"]
    while heads:
        deeper = [part for head in heads for part in structure.dependents(head)]
        for part in deeper:
            yield from _clause(structure, part)
            merged |= _at_once(structure, part)
            yield merged, 3
        heads = [part for part in deeper if structure[part].role == "dependent"]


def _clause(structure: DependencyStructure, name: str) -> Iterator[tuple[frozenset[str], int]]:
    """The steps to a clause that is itself an argument; a dependent has none of its own."""
    if structure[name].role != "dependent":
        yield from _below(structure, name)


def _clauses(structure: DependencyStructure, name: str) -> Iterator[str]:
    """The units and couplers that a dependent is about, through other dependents too."""
    for part in structure.dependents(name):
        if structure[part].role == "dependent":
            yield from _clauses(structure, part)
        else:
            yield part


def _at_once(structure: DependencyStructure, name: str) -> frozenset[str]:
    """What is merged as one: a dependent alone, a clause with everything below it."""
    if structure[name].role == "dependent":
        return frozenset({name})
    return _subtree(structure, name)


def _subtree(structure: DependencyStructure, name: str) -> frozenset[str]:
    parts = [_subtree(structure, part) for part in structure.dependents(name)]
    return frozenset({name}).union(*parts)


def _text(structure: DependencyStructure, names: tuple[str, ...]) -> str:
    """The components in the words of the sentence; a unit alone in its own."""
    units = [name for name in names if structure[name].role == "unit"]
    if len(names) == 1:
        return structure[names[0]].text.strip(_END)
    places = alignment(structure)
    positions = {p for name in names for p in places[name] if p is not None}
    if len(units) > 1 or any(structure[name].role == "coupler" for name in names):
        top = next(name for name in names if structure.head(name) not in names)
        if structure[top].role == "coupler" and any(_elliptic(structure, u) for u in units):
            return _joined(structure, top)
        low, high = min(positions), max(positions)
        outside = {p for name, at in places.items() if name not in names for p in at}
        for position in uncovered(structure):  # a pronoun, unless what it stands for is there
            if low < position < high and not outside.issuperset(
                p for p in positions if p < position
            ):
                positions.add(position)
        return _in_sentence(structure, positions, lambda position: "")
    folded = words_of(structure.sentence)
    positions |= {
        position  # the "does" of "does not"
        for position in uncovered(structure)
        if position + 1 in positions and folded[position + 1] in {"not", "n't"}
    }
    own = places[units[0]]
    if None in own or list(own) != sorted(p for p in own if p is not None):
        rest = positions.difference(p for p in own if p is not None)
        return _inserted(structure, units[0], sorted(rest))
    return _in_sentence(structure, positions, _own_forms(structure, units[0], names))


def _own_forms(
    structure: DependencyStructure, unit: str, names: tuple[str, ...]
) -> Callable[[int], str]:
    """The unit's own form of a word that it shares with another unit: *repairs* for *repair*.

    Also where the auxiliary is not there yet that the sentence has with the word: *no cat purrs* on
    the way to *no cat can purr*. Not where a dependent asks for another form: *two ... repair*,
    *does not repair*.
    """
    texts = [words_of(structure[name].text) for name in names if name != unit]
    words = {word for text in texts for word in text}
    if words & (_VERBAL | _SEVERAL) or any(word.isdigit() and word != "1" for word in words):
        return lambda position: ""
    text, places = structure[unit].text, alignment(structure)
    spans = dict(zip(places[unit], word_spans(text), strict=True))
    others = [c.name for c in structure.components if c.role == "unit" and c.name != unit]
    shared = {position for name in others for position in places[name]}
    later = (structure[name].text for name in structure.dependents(unit) if name not in names)
    if any(_BARE.intersection(words_of(each)) for each in later):
        shared.update(places[unit])

    def form(position: int) -> str:
        start, end = spans.get(position, (0, 0))
        return text[start:end] if position in shared else ""

    return form


def _in_sentence(
    structure: DependencyStructure, positions: set[int], form: Callable[[int], str]
) -> str:
    """The words at the positions, in order; neighbours keep what stands between them."""
    sentence, spans = structure.sentence, word_spans(structure.sentence)
    pieces: list[str] = []
    last = -2
    for position in sorted(positions):
        start, end = spans[position]
        word = sentence[start:end]
        gap = sentence[spans[last][1] : start] if position == last + 1 else " "
        if pieces:
            pieces.append(gap if gap.strip(" ,-–—") == "" else " ")
        own = form(position)
        kept = word if not own or own.casefold() == word.casefold() else own
        joined = position == last + 1 and not gap, position + 1 in positions
        pieces.append(_standing(kept, before=joined[0], after=joined[1]))
        last = position
    return "".join(pieces).strip(_END)


def _standing(word: str, *, before: bool, after: bool) -> str:
    """Half a contraction, written out where its other half is missing."""
    folded = word.casefold().replace("’", "'")
    alone = _ALONE.get(folded, word)
    return word if (before if folded == "n't" else after) else alone


def _elliptic(structure: DependencyStructure, unit: str) -> bool:
    """Whether a unit is a clause only by a verb of its own, or by words from further on."""
    words = words_of(structure[unit].text)
    places = alignment(structure)[unit]
    known = [place for place in places if place is not None]
    return known != sorted(known) or any(
        place is None and word in _VERBAL for word, place in zip(words, places, strict=True)
    )


def _joined(structure: DependencyStructure, coupler: str) -> str:
    """The coupled clauses, each whole: *the barge is big and the barge is old*."""
    word = structure[coupler].text
    halves = [half.strip() for half in word.replace("…", "...").split("...")]
    if word == MERGE:
        halves = ["and"]
    parts = list(structure.dependents(coupler))
    opening = halves[0].casefold() in _OPENING
    if opening:  # the clause right after "if" is its condition
        after = max((p for p in alignment(structure)[coupler] if p is not None), default=-1)
        parts.sort(key=lambda part: not _starts_after(structure, part, after))
    texts = [_lowered(_text(structure, _ordered(structure, part))) for part in parts]
    if len(texts) == 1:
        return f"{halves[0]} {texts[0]}"
    first, last = ", ".join(texts[:-1]), texts[-1]
    if len(halves) > 1:
        return f"{halves[0]} {first} {halves[-1]} {last}"
    return f"{halves[0]} {first}, {last}" if opening else f"{first} {halves[0]} {last}"


def _starts_after(structure: DependencyStructure, part: str, position: int) -> bool:
    places = alignment(structure)
    return any(p == position + 1 for name in _subtree(structure, part) for p in places[name])


def _ordered(structure: DependencyStructure, name: str) -> tuple[str, ...]:
    chosen = _subtree(structure, name)
    return tuple(c.name for c in structure.components if c.name in chosen)


def _lowered(text: str) -> str:
    """The text with a small first letter where that word is no name."""
    first = text.split(" ", 1)[0]
    known = _DETERMINERS | _SEVERAL | {"a", "an", "it", "they", "he", "she"}
    return text[:1].lower() + text[1:] if first.casefold() in known else text


def _inserted(structure: DependencyStructure, unit: str, rest: list[int]) -> str:
    """The unit in its own wording, with the words at further positions put between its words."""
    sentence, spans = structure.sentence, word_spans(structure.sentence)
    text = structure[unit].text
    words = [text[start:end] for start, end in word_spans(text)]
    order: list[int | None] = list(alignment(structure)[unit])
    folded = words_of(sentence)
    if not _VERBAL.isdisjoint(folded[position] for position in rest):
        for index, place in enumerate(order):  # did not post, for posted
            if place is not None and folded[place] != words_of(text)[index]:
                words[index] = sentence[slice(*spans[place])]
    for position in rest:
        if position - 1 in order:
            at = order.index(position - 1) + 1
        else:
            later = (i for i, p in enumerate(order) if p is not None and p > position)
            at = next(later, len(order))
        start, end = spans[position]
        word = sentence[start:end]
        word = word.lower() if position == 0 and at > 0 and word.istitle() else word
        words.insert(at, _standing(word, before=position - 1 in order, after=position + 1 in rest))
        order.insert(at, position)
        for beside in (at + 1, at - 1):  # no storm, for a no storm
            replaced = 0 <= beside < len(order) and order[beside] is None
            if (
                replaced
                and words[beside].casefold() in {"a", "an"}
                and _determines(folded[position])
            ):
                del words[beside], order[beside]
                break
    after = [order.index(p) + 1 for p in rest if folded[p] in _BARE | {"not", "n't"}]
    at = max(after, default=len(words))
    if at < len(words) and any(folded[p] in _BARE for p in rest):  # does not knead, for kneads
        words[at] = next(iter(third_person(words[at])), words[at])
    return re.sub(r" (n['’]t)\b", r"\1", " ".join(words))


def _determines(word: str) -> bool:
    return word in _DETERMINERS or word in _SEVERAL or word[:1].isdigit()
