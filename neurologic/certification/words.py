"""Literals in words, by the glosses of a lexicon, where it has them."""

from __future__ import annotations

import re

from neurologic.formula import Atom, Constant, Equals, Formula, Not, Numeral, Term, walk
from neurologic.problem import Lexicon

_PLACES = ("x", "y", "z")
_IS = re.compile(r"\b(is|are|was|were|can|will|must)\b")
_VERB = re.compile(r"x ([a-z]+(?<!s))(?! (?:is|are|was|were|has|have)\b)(?=$| )")
_NO_VERB = frozenset(("and", "or", "has", "have", "did", "had", "of"))


def in_words(formula: Formula, lexicon: Lexicon) -> str | None:
    """What the literal says, None where the lexicon has no words for it.

    >>> lexicon = Lexicon((("Man", 1, "x is a man"),), (("socrates", "Socrates"),))
    >>> in_words(Not(Atom("Man", (Constant("socrates"),))), lexicon)
    'Socrates is not a man.'
    """
    positive = not isinstance(formula, Not)
    atom = formula if positive else formula.body  # type: ignore[union-attr]
    match atom:
        case Atom(name, args):
            said = _applied(name, args, lexicon, positive)
        case Equals(left, right):
            one, other = _term(left, lexicon), _term(right, lexicon)
            if one is None or other is None:
                return None
            said = f"{one} {'is' if positive else 'is not'} {other}"
        case _:
            return None
    if said is None:
        return None
    names = {node.name for node in walk(atom) if isinstance(node, Constant)}
    if said.split(" ")[0] not in names:  # names stay as they are
        said = said[:1].upper() + said[1:]
    return f"{said.rstrip('.')}."


def _applied(name: str, args: tuple[Term, ...], lexicon: Lexicon, positive: bool) -> str | None:
    gloss = next((g for n, arity, g in lexicon.predicates if (n, arity) == (name, len(args))), "")
    if not gloss or len(args) > len(_PLACES):
        return None
    places = dict(zip(_PLACES, (_term(arg, lexicon) for arg in args), strict=False))
    if None in places.values():
        return None
    if not re.search(r"\bx\b", gloss) and len(args) == 1:
        gloss = f"x {gloss}"
    gloss = _inflected(gloss, positive)
    return re.sub(r"\b[xyz]\b", lambda m: places.get(m[0]) or m[0], gloss)


def _inflected(gloss: str, positive: bool) -> str:
    """The gloss said or denied of one thing; a bare verb gets its ending.

    >>> [_inflected(g, s) for g in ("x is tall", "x chase y", "x marry y") for s in (True, False)][1:5]
    ['x is not tall', 'x chases y', 'x does not chase y', 'x marries y']
    """
    verb = None if _IS.search(gloss) else _VERB.match(gloss)
    if verb and verb[1] not in _NO_VERB:
        said = _third_person(verb[1]) if positive else f"does not {verb[1]}"
        return f"x {said}{gloss[verb.end() :]}"
    if positive:
        return gloss
    turned = _IS.sub(r"\1 not", gloss, count=1)
    return f"it is not so that {gloss}" if turned == gloss else turned


def _third_person(verb: str) -> str:
    if re.search(r"(?:[xzo]|ch|sh)$", verb):
        return f"{verb}es"
    return re.sub(r"([^aeiou])y$", r"\1ie", verb) + "s"


def _term(term: Term, lexicon: Lexicon) -> str | None:
    match term:
        case Constant(name):
            return next((gloss for n, gloss in lexicon.constants if n == name and gloss), name)
        case Numeral():
            return str(term)
        case _:
            return None
