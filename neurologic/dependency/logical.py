"""Words that carry logic, and whether a structure keeps each where it belongs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from neurologic.dependency.placing import Placed, alignment
from neurologic.dependency.values import DependencyStructure
from neurologic.dependency.words import words_of

NEGATIONS = frozenset("not n't no never none nobody nothing nowhere without ¬ ~".split())
_NUMERALS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty hundred half once twice".split()
)
_QUANTIFIERS = frozenset(
    "all any each every some most many several few fewer less more least both either neither only "
    "just exactly other others another same different".split()
)
AUXILIARIES = frozenset(
    "do does did can ca could will wo would shall sha should may might must am is are was were be "
    "been being has have had".split()
)
_JOINING = frozenset("and or nor but".split())
_EMPTY = frozenset("a an the of at than it there that as so too up to".split())


def carries_logic(word: str) -> bool:
    """Whether a folded word is a negation, a numeral or a quantifier.

    >>> [word for word in words_of("At least two of them don't sing.") if carries_logic(word)]
    ['least', 'two', "n't"]
    """
    return word in NEGATIONS | _QUANTIFIERS | _NUMERALS or word[:1].isdigit()


def denies(words: Iterable[str]) -> bool:
    """Whether folded words of a coupler hold a negation that is no part of the conjunction.

    >>> denies(["if", "not", "then"]), denies(["not", "only", "but", "also"]), denies(["nor"])
    (True, False, False)
    """
    words = set(words)
    return bool(words & NEGATIONS) and not (
        {"not", "only", "but"} <= words or {"whether", "or", "not"} <= words
    )


def no_clause(structure: DependencyStructure, name: str) -> str:
    """Why a unit is no clause; the empty text if it may be one.

    >>> from neurologic.dependency import read_structure
    >>> structure = read_structure("Ann does not sing.", 'U1="not", D1="Ann does sing"')
    >>> no_clause(structure, "U1")
    'U1 is no clause'
    """
    words = words_of(structure[name].text)
    if len(words) < 2 or all(_is_function_word(word) for word in words):
        return f"{name} is no clause"
    opens = words[0] in _JOINING and alignment(structure)[name][0] != 0
    if words[-1] in _JOINING or opens:
        return f"{name} is no clause: {words[0] if opens else words[-1]!r} joins it to nothing"
    return ""


def _is_function_word(word: str) -> bool:
    return carries_logic(word) or word in AUXILIARIES | _JOINING | _EMPTY


def repeated(structure: DependencyStructure) -> Iterator[tuple[str, str]]:
    r"""The components that say again a logical word that their clause has, and that word.

    >>> from neurologic.dependency import read_structure
    >>> text = 'U1="Ann does not sing", D1="not"\nD1 -> U1'
    >>> list(repeated(read_structure("Ann does not sing.", text)))
    [('D1', 'not')]
    """
    sentence, places = words_of(structure.sentence), alignment(structure)
    held: dict[str, set[int]] = {}
    for component in structure.components:
        top = _clause_of(structure, component.name)
        if component.role == "coupler" or not top:
            continue
        before = held.setdefault(top, set())
        here = [p for p in places[component.name] if p is not None and carries_logic(sentence[p])]
        for position in here:
            if position in before:
                yield component.name, sentence[position]
            before.add(position)


def _clause_of(structure: DependencyStructure, name: str) -> str:
    """The unit that a component is part of: itself, or what its dependents lead to."""
    heads = dict(structure.edges)
    roles = {component.name: component.role for component in structure.components}
    for _ in structure.components:  # no more: what is wrong may go in a circle
        if roles.get(name) != "dependent":
            return name if roles.get(name) == "unit" else ""
        name = heads.get(name, "")
    return ""


def scattered(structure: DependencyStructure) -> Iterator[tuple[str, str]]:
    r"""The dependents of logical words alone that reach over a foreign clause, and a word of it.

    >>> from neurologic.dependency import read_structure
    >>> text = 'U1="Ann sings", U2="Bo hums", D1="not not", C1="and"\nD1->U1; U1->C1; U2->C1'
    >>> list(scattered(read_structure("Ann does not sing and Bo does not hum.", text)))
    [('D1', 'and')]
    """
    sentence, places = words_of(structure.sentence), alignment(structure)
    others = [component.name for component in structure.components if component.role != "dependent"]
    for component in structure.components:
        words = words_of(component.text)
        top = _clause_of(structure, component.name)
        if component.role != "dependent" or not top or not all(map(_is_function_word, words)):
            continue
        known = _known(places[component.name])
        own = _known(places[top])
        between = [
            position
            for other in others
            if other != top
            for position in _known(places[other]) - own - known
            if min(known, default=0) < position < max(known, default=0)
        ]
        if between:
            yield component.name, sentence[min(between)]


def _known(places: Placed) -> set[int]:
    return {place for place in places if place is not None}
