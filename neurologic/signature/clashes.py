"""Names used in several ways: legal, but in translated text usually a slip worth a warning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from neurologic.formula import Atom, Constant, Formula, Function, walk

Use = tuple[str, int]
"""How a name is used, `predicate`, `function` or `constant`, and with how many arguments."""


@dataclass(frozen=True, slots=True)
class Clash:
    """A name with two uses: two arities, predicate and constant, relation and function."""

    name: str
    uses: tuple[Use, ...]

    def __str__(self) -> str:
        return f"{self.name} is used as " + " and as ".join(map(_describe, self.uses))


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Names of one kind that differ only by case, punctuation, plural or inflection."""

    kind: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"the {self.kind}s {', '.join(self.names)} look like one and are kept apart"


def clashes(formulas: Iterable[Formula]) -> tuple[Clash, ...]:
    """The names used in more than one way, by first appearance.

    >>> moved = Atom("Moved", (Constant("ann"),)), Atom("Moved", (Constant("ann"), Constant("bob")))
    >>> [str(clash) for clash in clashes(moved)]
    ['Moved is used as a predicate of 1 argument and as a predicate of 2 arguments']
    """
    uses: dict[str, dict[Use, None]] = {}
    for name, use in _uses(formulas):
        uses.setdefault(name, {})[use] = None
    return tuple(Clash(name, tuple(own)) for name, own in uses.items() if len(own) > 1)


def near_duplicates(formulas: Iterable[Formula]) -> tuple[NearDuplicate, ...]:
    """The groups of different names that are probably meant to be one.

    >>> cats = Atom("Cat", (Constant("tom"),)), Atom("Cats", (Constant("Tom"),))
    >>> [str(group) for group in near_duplicates(cats)]
    ['the predicates Cat, Cats look like one and are kept apart', \
'the constants tom, Tom look like one and are kept apart']
    """
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for name, (kind, _) in _uses(formulas):
        groups.setdefault((kind, _stem(name)), {})[name] = None
    return tuple(
        NearDuplicate(kind, tuple(names)) for (kind, _), names in groups.items() if len(names) > 1
    )


def _uses(formulas: Iterable[Formula]) -> Iterable[tuple[str, Use]]:
    for formula in formulas:
        for node in walk(formula):
            match node:
                case Atom(name, args):
                    yield name, ("predicate", len(args))
                case Function(name, args):
                    yield name, ("function", len(args))
                case Constant(name):
                    yield name, ("constant", 0)
                case _:
                    pass


def _describe(use: Use) -> str:
    kind, arity = use
    if kind == "constant":
        return "a constant"
    return f"a {kind} of {arity} argument{'' if arity == 1 else 's'}"


def _stem(name: str) -> str:
    """A rough stem: what is left of a name without case, punctuation and one English ending."""
    stem = re.sub(r"[\W_]+", "", name.casefold())
    for ending, instead in (("ies", "y"), ("ied", "y"), ("es", ""), ("ed", ""), ("ing", "")):
        if stem.endswith(ending) and len(stem) > len(ending) + 2:
            stem = stem[: -len(ending)] + instead
            break
    else:
        if stem.endswith("s") and not stem.endswith("ss") and len(stem) > 3:
            stem = stem[:-1]
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1].isalpha() and stem[-1] not in "aeiouls":
        stem = stem[:-1]
    return stem[:-1] if stem.endswith("e") and len(stem) > 3 else stem
