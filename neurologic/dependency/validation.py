"""What can be wrong with a structure, each finding located in the structure or in its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from neurologic.dependency.logical import denies, no_clause, repeated, scattered
from neurologic.dependency.placing import alignment, is_too_long, is_whole, uncovered
from neurologic.dependency.reading import MOST_COMPONENTS, MOST_EDGES, NAME
from neurologic.dependency.values import MERGE, Component, DependencyStructure
from neurologic.dependency.words import likeness, word_spans, words_of
from neurologic.errors import Span, StructureError

_CONJUNCTIONS = frozenset(
    "and or nor but if then unless iff because whenever when while although though since so "
    "whereas until before after provided & ∧ ∨ → ↔".split()
)
_COMPANIONS = frozenset("either neither both whether only just exactly in case that not".split())
_PRONOUNS = frozenset("it they he she them him her its their his".split())
_VERBS = frozenset("do does did am is are was were has have had can could will would".split())
_FILLERS = _PRONOUNS | frozenset(
    "a an the be am is are was were been has have had do does did there someone something itself "
    "themselves".split()
)
_CLAUSES = frozenset("if unless then whenever iff".split())
_PAIRS = (("either", "or"), ("neither", "nor"))


def findings(
    structure: DependencyStructure, atoms: Callable[[str], int | None] | None = None
) -> list[StructureError]:
    """What is wrong with the structure, in the order ids, shape, couplers, cover, atoms."""
    names = list(_names(structure))
    if names or is_whole(structure):
        return names
    if len(structure.edges) > MOST_EDGES:
        message = f"a structure has at most {MOST_EDGES} edges"
        return [StructureError(message, text=str(structure), span=(0, 1), kind="edges")]
    checks = (_edges, _roots, _couplings, _coverage)
    found = [error for check in checks for error in check(structure)]
    return [*found, *_clauses(structure, atoms)]


def is_conjunction(words: Iterable[str]) -> bool:
    """Whether folded words are a conjunction and nothing else.

    >>> is_conjunction(["only", "if"]), is_conjunction(["only"])
    (True, False)
    """
    words = set(words)
    return bool(words & _CONJUNCTIONS) and words <= _CONJUNCTIONS | _COMPANIONS


def _layout(structure: DependencyStructure) -> tuple[str, list[Span], list[Span]]:
    """`str(structure)`, and where in it each component and each edge stands."""
    spans: tuple[list[Span], list[Span]] = ([], [])
    at = 0
    components = list(map(str, structure.components))
    edges = [f"{dependent} -> {head}" for dependent, head in structure.edges]
    for index, pieces in enumerate((components, edges)):
        for piece in pieces:
            spans[index].append((at, at + len(piece)))
            at += len(piece) + 2
        at += 1 - 2 * bool(pieces)
    return str(structure), *spans


def _names(structure: DependencyStructure) -> Iterator[StructureError]:
    text, spans, _ = _layout(structure)
    seen: set[str] = set()

    def error(message: str, span: Span, hint: str = "") -> StructureError:
        return StructureError(message, text=text, span=span, hint=hint, kind="ids")

    if not structure.components:
        yield error("a structure has at least one component", (0, 0))
    elif len(structure.components) > MOST_COMPONENTS:
        yield error(f"a structure has at most {MOST_COMPONENTS} components", spans[-1])
    for component, span in zip(structure.components, spans, strict=True):
        if NAME.fullmatch(component.name) is None:
            hint = "U1 is a unit, C1 a coupler, D1 a dependent"
            yield error(f"{component.name!r:.40} is no name of a component", span, hint)
        elif component.name in seen:
            yield error(f"two components are called {component.name}", span)
        seen.add(component.name)


def _edges(structure: DependencyStructure) -> Iterator[StructureError]:
    """Wrong edges: those that lead nowhere, second heads."""
    text, _, edge_spans = _layout(structure)
    names = {component.name for component in structure.components}
    heads: dict[str, str] = {}
    for (dependent, head), span in zip(structure.edges, edge_spans, strict=True):
        unknown = [name for name in (dependent, head) if name not in names]
        if unknown:
            message = f"there is no component {unknown[0]!r:.40}"
            yield StructureError(message, text=text, span=span, kind="edges")
        elif dependent in heads:
            message = f"{dependent} has two heads" if heads[dependent] != head else "an edge twice"
            yield StructureError(message, text=text, span=span, kind="edges")
        else:
            heads[dependent] = head


def _roots(structure: DependencyStructure) -> Iterator[StructureError]:
    """No root or a second one, and what depends on itself."""
    text, spans, edge_spans = _layout(structure)
    heads: dict[str, set[str]] = {}
    for dependent, head in structure.edges:
        heads.setdefault(dependent, set()).add(head)
    roots = [
        (component, span)
        for component, span in zip(structure.components, spans, strict=True)
        if component.name not in heads
    ]
    for component, span in roots[1:]:
        message = f"{component.name} has no head, and neither has {roots[0][0].name}"
        hint = "every component but one has a head"
        yield StructureError(message, text=text, span=span, hint=hint, kind="root")
    if structure.components and not roots:
        yield StructureError("every component has a head", text=text, span=(0, 1), kind="root")
    for (dependent, head), span in zip(structure.edges, edge_spans, strict=True):
        if _reaches(heads, head, dependent):
            message = f"{dependent} depends on itself"
            yield StructureError(message, text=text, span=span, kind="cycle")


def _reaches(heads: dict[str, set[str]], start: str, goal: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting and goal not in seen:
        further = heads.get(waiting.pop(), set()) - seen
        seen |= further
        waiting += further
    return goal in seen


def _couplings(structure: DependencyStructure) -> Iterator[StructureError]:
    text, spans, edge_spans = _layout(structure)
    roles = {component.name: component.role for component in structure.components}
    for (dependent, head), span in zip(structure.edges, edge_spans, strict=True):
        if roles.get(dependent) == "dependent" and roles.get(head) == "coupler":
            yield StructureError(
                f"the dependent {dependent} depends on a coupler",
                text=text,
                span=span,
                hint="it depends on a unit, or on another dependent",
                kind="dependent on coupler",
            )
    for component, span in zip(structure.components, spans, strict=True):
        message = _coupling(structure, component) if component.role == "coupler" else ""
        if message:
            hint = "a coupler joins two or more components"
            yield StructureError(message, text=text, span=span, hint=hint, kind="coupler")
        if component.role == "dependent" and is_conjunction(words_of(component.text)):
            message = f"{component.name} is a bare conjunction"
            hint = "a conjunction is a coupler, or stays inside a unit"
            yield StructureError(message, text=text, span=span, hint=hint, kind="conjunction")


def _coupling(structure: DependencyStructure, coupler: Component) -> str:
    """What is wrong with what a coupler joins, the empty text for nothing.

    One component is enough where what it is joined with is the coupler's head, or its fellow under
    a coupler above, or depends on the component itself: *Ann either sings or not*.
    """
    parts, head = structure.dependents(coupler.name), structure.head(coupler.name)
    if not parts:
        return f"{coupler.name} couples nothing"
    if denies(words_of(coupler.text)):
        return f"{coupler.name} is a negation, which is a dependent"
    names = {component.name: component.role for component in structure.components}
    if len(parts) > 1:
        return ""
    if head in names:
        alone = names[head] == "coupler" and len(structure.dependents(head)) == 1
    else:
        discontinuous = "..." in coupler.text or "…" in coupler.text
        alone = not (discontinuous and structure.dependents(parts[0]))
    return f"{coupler.name} joins {parts[0]} to nothing" if alone else ""


def _coverage(structure: DependencyStructure) -> Iterator[StructureError]:
    text, spans, _ = _layout(structure)
    sentence = structure.sentence
    if is_too_long(structure):
        size = len(words_of(sentence))
        message = f"the components are too long for a sentence of {size} words"
        yield StructureError(message, text=text, span=(0, 1), kind="cover")
        return
    where = {c.name: span for c, span in zip(structure.components, spans, strict=True)}
    for component in structure.components:
        message = _strange(structure, component)
        if message:
            span = where[component.name]
            yield StructureError(message, text=text, span=span, kind="cover")
    for name, word in repeated(structure):
        message = f"{name} says {word!r:.40} again, which its clause has already"
        yield StructureError(message, text=text, span=where[name], kind="cover")
    several = sum(component.role == "unit" for component in structure.components) > 1
    for position in uncovered(structure):
        start, end = word_spans(sentence)[position]
        if not (several and _stands_for_others(sentence, position)):
            yield StructureError(
                f"no component covers {sentence[start:end]!r:.40}",
                text=sentence,
                span=(start, end),
                hint="every word of the sentence belongs to a component",
                kind="cover",
            )


def _strange(structure: DependencyStructure, component: Component) -> str:
    """Which word of a component its sentence has not, in words; the empty text if there is none."""
    if component.role == "coupler" and component.text == MERGE:
        return ""
    words, sentence = words_of(component.text), words_of(structure.sentence)
    places = alignment(structure)[component.name]
    coupler = component.role == "coupler"
    for word, place in zip(words, places, strict=False):
        known = place is not None or any(likeness(word, other) for other in sentence)
        if coupler and not known and not _is_implied(word, words, sentence):
            return f"the sentence has no word {word!r:.40}, which {component.name} has"
        if not coupler and not known and word not in _FILLERS:
            return f"the sentence has no word {word!r:.40}, which {component.name} has"
    if not coupler and all(place is None for place in places):
        return f"{component.name} has no word of the sentence"
    if coupler and not words:
        return f"{component.name} has no word"
    return ""


def _is_implied(word: str, words: tuple[str, ...], sentence: tuple[str, ...]) -> bool:
    """Whether a coupler may have a word that the sentence leaves out.

    An *and* that is a comma or a colon, a *then* after *if*, the *if* of *should it rain*.
    """
    if word == "then":
        return "if" in words
    inverted = sentence[:1] in {("should",), ("had",), ("were",)}
    return words == ("and",) or (inverted and set(words) <= {"if", "then"})


def _stands_for_others(sentence: str, position: int) -> bool:
    """Whether a word stands for words that units repeat: a pronoun, *so does*, *does too*."""
    words = words_of(sentence)
    word, after = words[position], words[position + 1 : position + 2]
    if word == "so":
        return bool(after) and after[0] in _VERBS
    if word == "too":
        follows = sentence[word_spans(sentence)[position][1] :].lstrip()
        return not follows[:1].isalnum() or after[0] in _CONJUNCTIONS
    return word in _PRONOUNS or word in {"do", "does", "did"}


def _clauses(
    structure: DependencyStructure, atoms: Callable[[str], int | None] | None
) -> Iterator[StructureError]:
    text, spans, _ = _layout(structure)
    if all(component.role != "unit" for component in structure.components):
        yield StructureError("there is no unit", text=text, span=(0, 1), kind="atom")
    for component, span in zip(structure.components, spans, strict=True):
        if component.role != "unit":
            continue
        words = words_of(component.text)
        pairs = [f"{a} ... {b}" for a, b in _PAIRS if a in words and b in words]
        joining = [*(word for word in words if word in _CLAUSES), *pairs]
        count = None if atoms is None else atoms(component.text)
        wrong = no_clause(structure, component.name)
        if wrong:
            message = wrong
        elif len(structure.components) > 1 and joining:
            message = f"{component.name} holds more than one clause: it has {joining[0]!r}"
        elif count is not None and count > 1 and len(structure.components) > 1:
            message = f"{component.name} says {count} atoms"
        else:
            continue
        hint = "a unit is a clause that says one atom; couple several units"
        yield StructureError(message, text=text, span=span, hint=hint, kind="atom")
    for name, word in scattered(structure):
        message = f"{name} reaches over {word!r:.40}, which is of another clause"
        hint = "a negation or a quantifier of each clause is a dependent of its own"
        span = spans[[component.name for component in structure.components].index(name)]
        yield StructureError(message, text=text, span=span, hint=hint, kind="atom")
