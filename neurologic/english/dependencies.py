"""Logical dependency structures of controlled English, from the chart's own tree and without an LLM.

The tree says which words are clauses, which join them, and which are negations, quantifiers,
modifiers and relative clauses. A coordination is taken apart where each part says on its own what
the whole says together; under a negation, or under a quantifier that does not distribute over it,
it stays inside one unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from neurologic.dependency import MERGE, Component, DependencyStructure
from neurologic.dependency.words import likeness
from neurologic.english.morphology import in_third_person
from neurologic.english.phrases import Group, Phrase, group
from neurologic.english.tokens import Token

MOST_WORDS = 60
"""Of a longer sentence only the structure that is one unit is given."""

Places: TypeAlias = tuple[int, ...]


@dataclass(slots=True)
class _Dependent:
    """The tokens of a dependent, and what depends on it."""

    places: Places
    dependents: list[_Dependent] = field(default_factory=list)

    @property
    def every(self) -> Iterator[int]:
        """Its tokens and those of what depends on it."""
        yield from self.places
        for dependent in self.dependents:
            yield from dependent.every


@dataclass(slots=True)
class _Unit:
    """The tokens of a unit in the order of its text, and what depends on it."""

    places: Places
    dependents: list[_Dependent] = field(default_factory=list)
    forms: dict[int, str] = field(default_factory=dict)  # of words that change their form


@dataclass(slots=True)
class _Coupled:
    """The tokens of a coupler, none for a merge, and what it couples."""

    joints: Places
    parts: list[_Node]


_Node: TypeAlias = _Unit | _Coupled


def structures_of(
    tree: Phrase, tokens: Sequence[Token], sentence: str
) -> tuple[DependencyStructure, ...]:
    """The valid structures of a sentence that its tree shows, from the finest to one unit.

    Args:
        tree: the tree of the sentence.
        tokens: its words, in the places that the tree names.
        sentence: its text.
    """
    found: dict[DependencyStructure, None] = {}
    if len(tokens) <= MOST_WORDS:
        for detail in (_FINE, _MERGED, _COARSE):
            node = _Reading(tuple(tokens), **detail).statement(tree)
            structure = _Writing(tokens, sentence).structure(node)
            if len(structure.components) > 1 and not structure.findings():
                found[structure] = None
    found[DependencyStructure.whole(sentence)] = None
    return tuple(found)


_FINE = {"merging": False, "detailed": True}
_MERGED = {"merging": True, "detailed": True}
_COARSE = {"merging": False, "detailed": False}

_STATEMENTS = frozenset({"Statement", "Clauses", "Clause", "Compound", "Conditional1"})
_CLOSED_OFF = frozenset({"Simple", "Explicit", "BareNP", "Apposed", "Relative", "Nominal"})
"""Phrases whose coordinations are none of the clause."""
_COORDINATED = ("VP", "Complement", "Object", "Conjuncts")
"""Where a clause is taken apart, the first choice first."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to take a tree apart.

    `merging` makes relative clauses units of their own; without `detailed`, clauses stay whole.
    """

    tokens: tuple[Token, ...]
    merging: bool
    detailed: bool

    def statement(self, tree: Phrase) -> _Node:
        """The node of a sentence or of a clause in it."""
        joined = group(tree)
        if joined is not None:
            return _Coupled(joined.joints, [self.statement(part) for part in joined.parts])
        below = [part for part in tree.parts if _is_statement(part)]
        if tree.categories[:1] in (("Denied",), ("Affirmed",)):
            return self._opened(tree, self.statement(tree.parts[1]))
        if len(below) > 1 or (below and tree.category == "Compound" and len(tree.parts) > 1):
            joints = [p for p in tree.parts if p not in below and p.symbol != '","']
            return _Coupled(
                tuple(place for joint in joints for place in joint.places),
                [self.statement(part) for part in below],
            )
        if below and len(tree.parts) == 1:
            return self.statement(below[0])
        if below:  # `is it true that ...`
            return _Unit(self._words(tree.places))
        return self._clause((), tree, None) if self.detailed else _Unit(self._words(tree.places))

    def _opened(self, tree: Phrase, inner: _Node) -> _Node:
        """A statement after `it is not the case that`, which depends on the unit that it opens."""
        opening = tree.parts[0]
        if isinstance(inner, _Unit) and self.detailed:
            inner.dependents.insert(0, _Dependent(tuple(opening.places)))
            return inner
        return _Unit(self._words(tree.places))

    def _clause(self, frame: Places, focus: Phrase, subject: Phrase | None) -> _Node:
        """The node of a clause, of which the frame is what coordinated phrases share."""
        for whole, joined, over in self._splits(focus, subject):
            around = (*frame, *(place for place in focus.places if place not in whole.places))
            parts = [self._clause(around, part, over) for part in joined.parts]
            if whole.category == "Conjuncts":
                for part, node in zip(joined.parts, parts, strict=True):
                    if isinstance(node, _Unit) and part.parts[0].symbol.endswith("[sg]"):
                        node.forms.update(self._about_one(focus))
            return _Coupled(joined.joints, parts)
        return self._unit(frame, focus)

    def _about_one(self, clause: Phrase) -> Iterator[tuple[int, str]]:
        """The verbs of a clause about several things in the forms in which one thing does it."""
        for verb in _own(clause):
            text = self.tokens[verb.start].text
            if verb.symbol == "be[pl]":
                yield verb.start, {"are": "is", "were": "was"}.get(text, text)
            elif verb.category == "do":
                yield verb.start, "does" if text == "do" else text
            elif verb.symbol == "verb[pl]" and verb.word is not None and not verb.word.past:
                yield verb.start, _singular(text)

    def _splits(
        self, focus: Phrase, subject: Phrase | None
    ) -> Iterator[tuple[Phrase, Group, Phrase | None]]:
        """The coordinations to take apart, best first, each with the subject that it is under."""
        found = []
        todo: list[tuple[Phrase, Phrase | None]] = [(focus, subject)]
        while todo:
            phrase, over = todo.pop()
            joined = group(phrase)
            if joined is not None:
                usual = phrase.category in _COORDINATED
                if usual and (over is None or _distributes(over, joined.connective)):
                    found.append((phrase, joined, over))
            elif phrase.category not in _CLOSED_OFF and "not" not in phrase.categories:
                first = next((part for part in phrase.parts if part.category == "NP"), None)
                for part in reversed(phrase.parts):
                    todo.append((part, over if first is None or part is first else first))
        return iter(sorted(found, key=lambda split: _COORDINATED.index(split[0].category)))

    def _unit(self, frame: Places, focus: Phrase) -> _Node:
        """A unit with its dependents, or units that speak of the same thing."""
        unit = _Unit(())
        merged: list[_Unit] = []
        taken: set[int] = set()
        for dependent, relative in self._dependents(focus, unit):
            if self.merging and relative is not None:
                merged.append(relative)
            else:
                unit.dependents.append(dependent)
            taken.update(dependent.every)
        unit.places = self._words((*frame, *(p for p in focus.places if p not in taken)))
        return _Coupled((), [unit, *merged]) if merged else unit

    def _words(self, places: Iterable[int]) -> Places:
        """The places without those of marks."""
        return tuple(p for p in sorted(places) if self.tokens[p].kind != "mark")

    def _dependents(self, focus: Phrase, unit: _Unit) -> Iterator[tuple[_Dependent, _Unit | None]]:
        """The dependents in a clause; a relative clause also as a unit of its own."""
        todo = [focus]
        while todo:
            phrase = todo.pop()
            if group(phrase) is not None:
                continue
            negation = self._negation(phrase, unit)
            if negation:
                yield _Dependent(negation), None
            for part in phrase.parts:
                if part.start in negation:
                    continue
                if self._quantifies(part, phrase):
                    yield _Dependent(tuple(part.places)), None
                elif part.category in ("Premodifiers", "Postmodifiers", "Relative"):
                    yield from self._modifiers(part, phrase)
                elif part.category == "Adjectives" and "quantifier" in phrase.categories:
                    yield self._dependent(part), None
                elif part.category == "Exceptions":
                    but = next(p for p in phrase.parts if p.category == "except")
                    yield _Dependent(self._words((*but.places, *part.places))), None
                elif part.category != "except":
                    todo.append(part)

    def _negation(self, phrase: Phrase, unit: _Unit) -> Places:
        """The tokens of a negation or of a modal verb; the verb then stands as it does without."""
        leading = ("modal", "not", "do", "universal", "none")
        found = [part for part in phrase.parts if part.category in leading]
        kinds = [part.category for part in found]
        if not {"modal", "not", "none"} & set(kinds):
            return ()
        past = self.tokens[found[0].start].lower == "did"
        if kinds[0] == "do" and (past or phrase.category == "Question"):
            found = found[1:]
        elif kinds[0] in ("do", "modal") and phrase.symbol.endswith("[sg]"):
            for verb in _own(phrase):
                if verb.symbol == "verb[base]":
                    unit.forms[verb.start] = _singular(self.tokens[verb.start].text)
        return tuple(place for part in found for place in part.places)

    def _quantifies(self, part: Phrase, whole: Phrase) -> bool:
        """Whether a part is a quantifier that leaves a clause when it is taken away."""
        if part.category == "determiner":
            return self.tokens[part.start].lower != "a"
        return part.symbol == '"only"' or (
            part.category == "universal" and "Relative" not in whole.categories
        )

    def _modifiers(
        self, phrase: Phrase, whole: Phrase
    ) -> Iterator[tuple[_Dependent, _Unit | None]]:
        """Modifiers one by one, all as one where a conjunction joins them."""
        if any(part.category in ("and", "or") for part in _outer(phrase)):
            yield self._dependent(phrase), None
            return
        for part in _outer(phrase):
            if part.category in ("Premodifier", "Postmodifier", "Relative"):
                yield self._dependent(part), self._relative(part, _noun(whole))

    def _dependent(self, phrase: Phrase) -> _Dependent:
        """A dependent, with the relative clauses in it as its own dependents."""
        inner = [
            part
            for part in _outermost(phrase, "Postmodifiers")
            if not any(p.category in ("and", "or") for p in _outer(part))
        ]
        taken = {place for part in inner for place in part.places}
        own = self._words(place for place in phrase.places if place not in taken)
        return _Dependent(own, [self._dependent(part) for part in inner])

    def _relative(self, phrase: Phrase, noun: Phrase | None) -> _Unit | None:
        """What a relative clause says, of the noun that it is about; None for what is none."""
        while phrase.category in ("Postmodifier", "Apposition"):
            below = next((p for p in phrase.parts if p.category in _RELATIVES), None)
            if below is None:
                return None
            phrase = below
        if noun is None or phrase.category != "Relative":
            return None
        of = self._words(noun.places)
        said = phrase.parts[1]
        unit = _Unit(())
        if phrase.categories == ("relative", "VP"):
            unit.dependents = [each for each, _ in self._dependents(said, unit)]
            taken = {place for each in unit.dependents for place in each.every}
            unit.places = (*of, *self._words(p for p in said.places if p not in taken))
        else:
            unit.places = (*self._words(said.places), *of)
        return unit


_RELATIVES = ("Relative", "Apposition")


def _is_statement(phrase: Phrase) -> bool:
    return phrase.category in _STATEMENTS


def _outer(phrase: Phrase) -> Iterator[Phrase]:
    """What a list of modifiers consists of: the modifiers and the words that join them."""
    todo = [phrase]
    while todo:
        current = todo.pop()
        if current.category in ("Premodifiers", "PremodifierOr", "Postmodifiers"):
            todo.extend(reversed(current.parts))
        else:
            yield current


def _singular(verb: str) -> str:
    """The third person of a verb, unless it does not look like a form of that verb."""
    form = in_third_person(verb)
    return form if likeness(verb.lower(), form.lower()) else verb


def _own(clause: Phrase) -> Iterator[Phrase]:
    """The phrases in a clause that are not inside a noun phrase or a relative clause of it."""
    todo = [clause]
    while todo:
        current = todo.pop()
        yield current
        if current is clause or current.category not in _CLOSED_OFF:
            todo.extend(reversed(current.parts))


def _outermost(phrase: Phrase, category: str) -> Iterator[Phrase]:
    todo = list(reversed(phrase.parts))
    while todo:
        current = todo.pop()
        if current.category == category:
            yield current
        else:
            todo.extend(reversed(current.parts))


def _noun(phrase: Phrase) -> Phrase | None:
    """The noun or the name that modifiers in a phrase are about, None for a pronoun."""
    return next((part for part in phrase.parts if part.category in ("noun", "Apposed")), None)


def _distributes(subject: Phrase, connective: str) -> bool:
    """Whether what is said of a subject with this connective is said in parts as well."""
    scope = _scope(subject)
    return scope == "one" or (scope == "every" and connective in ("and", "both"))


def _scope(subject: Phrase) -> str:
    """Whether a noun phrase is about `one` thing, `every` one of several, or something `else`."""
    found = "one"
    todo = [subject]
    while todo:
        phrase = todo.pop()
        joined = group(phrase)
        if joined is not None and joined.connective not in ("and", "both"):
            return "else"
        if joined is not None or phrase.category == "BareNP":
            found = "every"
        if phrase.category in ("not", "except") or phrase.symbol == '"only"':
            return "else"
        if phrase.word is not None and phrase.category in ("determiner", "universal", "quantifier"):
            if phrase.word.lemma != "every":
                return "else"
            found = "every"
        if phrase.category not in ("Postmodifiers", "Relative", "Premodifiers"):
            todo.extend(phrase.parts)
    return found


class _Writing:
    """The components and edges of one structure, named as they are written."""

    def __init__(self, tokens: Sequence[Token], sentence: str) -> None:
        self.tokens, self.sentence = tokens, sentence
        self.components: dict[str, list[Component]] = {"U": [], "D": [], "C": []}
        self.edges: list[tuple[str, str]] = []

    def structure(self, node: _Node) -> DependencyStructure:
        """The structure of a sentence's node."""
        self._write(node, None)
        every = tuple(part for parts in self.components.values() for part in parts)
        return DependencyStructure(self.sentence, every, tuple(self.edges))

    def _write(self, node: _Node | _Dependent, head: str | None) -> None:
        match node:
            case _Unit(places, dependents, forms):
                name = self._name("U", self._text(places, forms), head)
                for dependent in dependents:
                    self._write(dependent, name)
            case _Dependent(places, dependents):
                name = self._name("D", self._text(places, {}), head)
                for dependent in dependents:
                    self._write(dependent, name)
            case _Coupled(joints, parts):
                words = [self.tokens[place].text.lower() for place in joints]
                name = self._name("C", " ... ".join(words) or MERGE, head)
                for part in parts:
                    self._write(part, name)

    def _name(self, role: str, text: str, head: str | None) -> str:
        name = f"{role}{len(self.components[role]) + 1}"
        self.components[role].append(Component(name, text))
        if head is not None:
            self.edges.append((name, head))
        return name

    def _text(self, places: Places, forms: dict[int, str]) -> str:
        text = ""
        before: int | None = None
        for place in places:
            token = self.tokens[place]
            attached = before == place - 1 and self.tokens[place - 1].end == token.start
            text += "" if attached or not text else " "
            shared = any(t.span == token.span for t in self.tokens if t is not token)
            word = token.lower if shared or (token.lower == "not" and not attached) else token.text
            text += forms.get(place, word)
            before = place
        return text
