"""The symbols of formulas and of lexicons: which are used, which a conclusion has for itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from neurologic.formula import Atom, Constant, Formula, Function, walk
from neurologic.problem import Lexicon
from neurologic.signature import Signature, elaborate, near_duplicates

Symbol: TypeAlias = tuple[str, str, int]


def symbols_of(formulas: Iterable[Formula]) -> Iterator[Symbol]:
    """The symbols of formulas, each as often as it occurs: its kind, its name and its arity.

    >>> list(symbols_of([Atom("Cat", (Constant("tom"),))]))
    [('predicate', 'Cat', 1), ('constant', 'tom', 0)]
    """
    for formula in formulas:
        for node in walk(formula):
            match node:
                case Atom(name, args):
                    yield "predicate", name, len(args)
                case Function(name, args):
                    yield "function", name, len(args)
                case Constant(name):
                    yield "constant", name, 0
                case _:
                    pass


def used(formulas: Iterable[Formula]) -> Lexicon:
    """The predicates and constants of formulas, without glosses, by first appearance.

    >>> used([Atom("Cat", (Constant("tom"),))])
    Lexicon(predicates=(('Cat', 1, ''),), constants=(('tom', ''),))
    """
    found = list(dict.fromkeys(symbols_of(formulas)))
    return Lexicon(
        tuple((name, arity, "") for kind, name, arity in found if kind == "predicate"),
        tuple((name, "") for kind, name, _ in found if kind == "constant"),
    )


def merged(*lexicons: Lexicon) -> Lexicon:
    """One lexicon of several; of two glosses of a symbol the first that says something.

    >>> merged(Lexicon((("Cat", 1, ""),)), Lexicon((("Cat", 1, "x is a cat"),))).predicates
    (('Cat', 1, 'x is a cat'),)
    """
    predicates: dict[tuple[str, int], str] = {}
    constants: dict[str, str] = {}
    for lexicon in lexicons:
        for name, arity, gloss in lexicon.predicates:
            predicates[name, arity] = predicates.get((name, arity)) or gloss
        for name, gloss in lexicon.constants:
            constants[name] = constants.get(name) or gloss
    return Lexicon(
        tuple((name, arity, gloss) for (name, arity), gloss in predicates.items()),
        tuple(constants.items()),
    )


def unused(conclusion: Formula, premises: Sequence[Formula]) -> Iterator[tuple[str, str]]:
    """The symbols of a conclusion that no premise uses, each with a sentence that says so.

    >>> tom = (Constant("tom"),)
    >>> [message for _, message in unused(Atom("Cats", tom), [Atom("Cat", tom)])]
    ['no premise uses the predicate Cats of 1 argument; they use Cat']
    """
    known = set(symbols_of(premises))
    alike = near_duplicates((*premises, conclusion))
    for symbol in dict.fromkeys(symbols_of((conclusion,))):
        if symbol in known:
            continue
        kind, name, arity = symbol
        message = f"no premise uses the {kind} {name}"
        if kind != "constant":
            message += f" of {arity} argument{'' if arity == 1 else 's'}"
        others = {n for k, n, _ in known if k == kind}
        group = next((g for g in alike if g.kind == kind and name in g.names), None)
        near = [n for n in group.names if n in others and n != name] if group else []
        near += [name] if name in others else []
        yield name, f"{message}; they use {', '.join(near)}" if near else message


def undeclared(formulas: Sequence[Formula], signature: Signature) -> list[str]:
    """The names of the symbols of formulas that are not declared as they are used.

    Raises:
        SignatureError: the formulas do not fit the declarations or each other.

    >>> undeclared([Atom("Cat", (Constant("tom"),))], Signature())
    ['Cat', 'tom']
    """
    known = {(symbol.name, len(symbol.arguments)) for symbol in signature.symbols}
    symbols = elaborate(formulas, signature)[0].symbols
    return [each.name for each in symbols if (each.name, len(each.arguments)) not in known]
