"""The formulas over a given vocabulary as a grammar, for decoders that let through nothing else.

A model that decodes under such a grammar writes declared symbols with their arities and nothing
else, and each formula reads: `parse` takes every text that the grammar generates, and the grammar
takes what `render` prints of every formula of the fragment. The fragment is first-order logic with
equality over the declared symbols; where the signature has numbers or an ordered sort also numerals,
sums, differences, products and comparisons. `⊤`, `⊥`, `Count` and `Distinct` are not in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from neurologic.errors import NeurologicError
from neurologic.formula import ENTITY, Sort
from neurologic.notation import VARIABLE_LIKE, Style, name
from neurologic.problem import Lexicon
from neurologic.signature import Signature, SymbolDeclaration

_NUMBERS = ("Int", "Rational")
_LETTERS = "xyzuvw"


@dataclass(frozen=True, slots=True)
class _Text:
    """Characters that stand as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class _Digits:
    """One to eighteen decimal digits."""


@dataclass(frozen=True, slots=True)
class _Variable:
    """One of the letters, with or without a digit."""

    letters: str


_Symbol = _Text | _Digits | _Variable | str  # a str names a rule
_Alternatives = tuple[tuple[_Symbol, ...], ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A name for alternatives; with `joints`, for one or more of them with a joint between each two.

    A chain is written left-recursively for Lark and as a repetition for GBNF, which has no left
    recursion. With `least` 2 it has at least one joint; `bounded`, at most two.
    """

    name: str
    alternatives: _Alternatives
    joints: tuple[str, ...] = ()
    least: Literal[1, 2] = 1
    bounded: bool = False


def signature_of(lexicon: Lexicon) -> Signature:
    """The predicates and constants of a lexicon as an unsorted signature.

    >>> print(signature_of(Lexicon((("Cat", 1, "is a cat"),), (("tom", "Tom"),))))
    pred Cat: Entity
    const tom: Entity
    """
    predicates = (SymbolDeclaration(n, (ENTITY,) * arity) for n, arity, _ in lexicon.predicates)
    constants = (SymbolDeclaration(n, (), ENTITY) for n, _ in lexicon.constants)
    return Signature((), tuple(dict.fromkeys((*predicates, *constants))))


def lark_grammar(
    vocabulary: Signature | Lexicon, style: Style = "unicode", *, depth: int | None = None
) -> str:
    """The grammar as Lark reads it, and llguidance; the start rule is `start`.

    Args:
        vocabulary: the symbols; those of a lexicon are unsorted.
        style: the spelling of the connectives, as in `render`.
        depth: how deep brackets, negations, quantifiers and functions nest at most; then a chain of
            one connective has at most three operands too, so that every text comes to an end. None
            bounds nothing.

    Raises:
        NeurologicError: if the names leave no letter for variables, or `depth` is negative.

    >>> lexicon = Lexicon((("Cat", 1, "is a cat"),), (("tom", "Tom"),))
    >>> print(lark_grammar(lexicon).splitlines()[-1])
    constant: "tom"
    """
    return "".join(f"{_lark_rule(rule)}\n" for rule in _rules(vocabulary, style, depth))


def gbnf_grammar(
    vocabulary: Signature | Lexicon, style: Style = "unicode", *, depth: int | None = None
) -> str:
    """The grammar in the GBNF of llama.cpp; the start rule is `root`. Arguments as `lark_grammar`.

    >>> lexicon = Lexicon((("Cat", 1, "is a cat"),), (("tom", "Tom"),))
    >>> print(gbnf_grammar(lexicon).splitlines()[0])
    root ::= formula
    """
    return "".join(f"{_gbnf_rule(rule)}\n" for rule in _rules(vocabulary, style, depth))


def _rules(vocabulary: Signature | Lexicon, style: Style, depth: int | None) -> list[_Rule]:
    signature = signature_of(vocabulary) if isinstance(vocabulary, Lexicon) else vocabulary
    signature.vocabulary()  # contradictory declarations are refused
    rules = [
        *_connectives(style, atoms=any(symbol.is_predicate for symbol in signature.symbols)),
        *_quantifiers(signature, style),
        *_comparisons(signature, style),
        *_atoms(signature, style),
    ]
    return rules if depth is None else _bounded(rules, depth)


def _bounded(rules: list[_Rule], depth: int) -> list[_Rule]:
    """The rules with levels: a reference back to an earlier rule, or to itself, goes a level down.

    Every recursion has such a reference, so that none goes below the last level.
    """
    if depth < 0:
        raise NeurologicError(f"expected a depth of 0 or more, got {depth}")
    leaves = [r for r in rules if not any(isinstance(s, str) for a in r.alternatives for s in a)]
    rules = [rule for rule in rules if rule not in leaves]
    place = {rule.name: at for at, rule in enumerate(rules)}
    levels = [
        _Rule(
            f"{rule.name}_at_{level}",
            tuple(_lowered(rule, alternative, level, place) for alternative in rule.alternatives),
            rule.joints,
            rule.least,
            bounded=True,
        )
        for rule in rules
        for level in range(depth, -1, -1)
    ]
    ends = {rule.name for rule in leaves}
    known = {rule.name for rule in levels} | ends
    while True:  # what refers to a level that there is not cannot be chosen
        kept = [
            replace(rule, alternatives=own)
            for rule in levels
            if (own := tuple(a for a in rule.alternatives if _can(a, known)))
        ]
        names = {rule.name for rule in kept} | ends
        if names == known:
            break
        levels, known = kept, names
    levels = [_Rule("start", ((f"start_at_{depth}",),)), *kept, *leaves]
    wanted = {"start"}
    for _ in levels:
        below = (s for r in levels if r.name in wanted for a in r.alternatives for s in a)
        wanted |= {symbol for symbol in below if isinstance(symbol, str)}
    return [rule for rule in levels if rule.name in wanted]


def _lowered(
    rule: _Rule, alternative: tuple[_Symbol, ...], level: int, place: dict[str, int]
) -> tuple[_Symbol, ...]:
    return tuple(
        f"{symbol}_at_{level - (place[symbol] <= place[rule.name])}" if symbol in place else symbol
        for symbol in alternative
    )


def _can(alternative: tuple[_Symbol, ...], known: set[str]) -> bool:
    return all(not isinstance(symbol, str) or symbol in known for symbol in alternative)


def _connectives(style: Style, *, atoms: bool) -> Iterator[_Rule]:
    """Precedence as `render` writes it: a quantifier without brackets is the last operand."""
    signs = dict(
        zip(
            ("and", "or", "xor", "implies", "iff"),
            (" ∧ ", " ∨ ", " ⊕ ", " → ", " ↔ ")
            if style == "unicode"
            else (" & ", " | ", " xor ", " -> ", " <-> "),
            strict=True,
        )
    )
    sign, between = ("¬", "¬") if style == "unicode" else ("-", "- ")
    last = (
        ("conjunction", signs["and"]),
        ("disjunction", signs["or"]),
        ("parity", signs["xor"]),
        ("parity", signs["implies"]),
        ("implication", signs["iff"]),
    )
    ending: _Alternatives = tuple((left, _Text(joint), "quantified") for left, joint in last)
    yield _Rule("start", (("formula",),))
    yield _Rule("formula", (("equivalence",), ("quantified",), *ending))
    yield _Rule(
        "equivalence",
        (("implication",), ("implication", _Text(signs["iff"]), "implication")),
    )
    yield _Rule("implication", (("parity",), ("parity", _Text(signs["implies"]), "parity")))
    yield _Rule("parity", (("disjunction",),), (signs["xor"],))
    yield _Rule("disjunction", (("conjunction",),), (signs["or"],))
    yield _Rule("conjunction", (("literal",),), (signs["and"],))
    yield _Rule("literal", (("tight",), ("comparison",)))
    yield _Rule("tight", (("positive",), ("negated",)))
    bracketed: _Alternatives = ((_Text("("), "formula", _Text(")")),)
    yield _Rule("positive", (("atom",), *bracketed) if atoms else bracketed)
    yield _Rule("negated", ((_Text(sign), "positive"), (_Text(between), "negated")))
    yield _Rule("quantified", (("quantification",), ("denied",)))
    yield _Rule("denied", ((_Text(sign), "quantification"), (_Text(between), "denied")))


def _quantifiers(signature: Signature, style: Style) -> Iterator[_Rule]:
    letters = _free_letters(signature)
    quantifiers = ("∀", "∃") if style == "unicode" else ("all ", "exists ")
    sorts = _bindable(signature)
    end = " " if style == "unicode" else ". "
    body: _Alternatives = ((_Text(end), "scope"),)
    if sorts:
        body += ((_Text(": "), "sort", _Text(". "), "scope"),)
    yield _Rule("quantification", tuple(("quantifier", "variable", *rest) for rest in body))
    yield _Rule("quantifier", tuple((_Text(q),) for q in quantifiers))
    yield _Rule("scope", (("tight",), ("quantified",)))
    if sorts:
        yield _Rule("sort", tuple((_Text(sort.name),) for sort in sorts))
    yield _Rule("variable", ((_Variable(letters),),))


def _bindable(signature: Signature) -> tuple[Sort, ...]:
    """The sorts that a quantifier may name: those declared and those that symbols use."""
    used = [d.sort for d in signature.sorts]
    for symbol in signature.symbols:
        used += [*symbol.arguments, *(() if symbol.is_predicate else (symbol.result,))]
    found = dict.fromkeys(sort for sort in used if sort != ENTITY)
    return (*found, ENTITY) if found else ()


def _free_letters(signature: Signature) -> str:
    """The letters that begin variables: no proposition may look like one of them.

    Constants that do stand in quotes, and what is applied to arguments is no variable.
    """
    propositions = (s.name for s in signature.symbols if s.is_predicate and not s.arguments)
    taken = {name[0] for name in propositions if VARIABLE_LIKE.fullmatch(name)}
    letters = "".join(letter for letter in _LETTERS if letter not in taken)
    if not letters:
        raise NeurologicError(
            "no letter is left for variables: there are propositions called u, v, w, x, y and z",
            hint="rename one of them",
        )
    return letters


def _comparisons(signature: Signature, style: Style) -> Iterator[_Rule]:
    numeric = any(sort.name in _NUMBERS for sort in _bindable(signature))
    ordered = numeric or any(declared.ordered for declared in signature.sorts)
    signs = ["=", "≠" if style == "unicode" else "!="]
    if ordered:
        signs += ["<", "≤", ">", "≥"] if style == "unicode" else ["<", "<=", ">", ">="]
    term = "sum" if numeric else "term"
    yield _Rule("comparison", tuple((term, _Text(f" {sign} "), term) for sign in signs))
    if numeric:
        yield _Rule("sum", (("product",),), (" + ", " - "))
        yield _Rule("product", (("factor",),), (" * ",))
        yield _Rule("factor", (("term",), ("number",), (_Text("("), "calculation", _Text(")"))))
        yield _Rule("calculation", (("long_sum",), ("long_product",)))
        yield _Rule("long_sum", (("product",),), (" + ", " - "), least=2)
        yield _Rule("long_product", (("factor",),), (" * ",), least=2)
        digits = _Digits()
        positive: _Alternatives = ((digits,), (digits, _Text("."), digits))
        yield _Rule("number", (*positive, *((_Text("-"), *rest) for rest in positive)))


def _atoms(signature: Signature, style: Style) -> Iterator[_Rule]:
    """Symbols grouped by their number of arguments."""
    numeric = any(sort.name in _NUMBERS for sort in _bindable(signature))
    argument = "sum" if numeric else "term"
    predicates = _by_arity(s for s in signature.symbols if s.is_predicate)
    functions = _by_arity(s for s in signature.symbols if not s.is_predicate and s.arguments)
    constants = [s.name for s in signature.symbols if not s.is_predicate and not s.arguments]
    constants += [member for declared in signature.sorts for member in declared.members or ()]
    numbers = [c for c in constants if re.fullmatch(r"\d+(\.\d+)?", c)]
    constants = [name(c, style, term=True) for c in constants] + numbers
    applied = [_applied("predicate", arity, argument) for arity in predicates]
    if applied:
        yield _Rule("atom", tuple(applied))
    for arity, symbols in predicates.items():
        yield _Rule(f"predicate_{arity}", tuple((_Text(name(s, style)),) for s in symbols))
    terms: list[tuple[_Symbol, ...]] = [("variable",)]
    terms += [("constant",)] if constants else []
    terms += [_applied("function", arity, argument) for arity in functions]
    yield _Rule("term", tuple(terms))
    for arity, symbols in functions.items():
        yield _Rule(f"function_{arity}", tuple((_Text(name(s, style)),) for s in symbols))
    if constants:
        yield _Rule("constant", tuple((_Text(text),) for text in dict.fromkeys(constants)))


def _by_arity(symbols: Iterator[SymbolDeclaration]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for symbol in symbols:
        own = found.setdefault(len(symbol.arguments), [])
        if symbol.name not in own:
            own.append(symbol.name)
    return dict(sorted(found.items()))


def _applied(kind: str, arity: int, argument: str) -> tuple[_Symbol, ...]:
    head = f"{kind}_{arity}"
    if not arity:
        return (head,)
    more: tuple[_Symbol, ...] = (_Text(", "), argument)
    return (head, _Text("("), argument, *more * (arity - 1), _Text(")"))


def _lark_rule(rule: _Rule) -> str:
    own = " | ".join(_sequence(a, "lark") for a in rule.alternatives)
    if not rule.joints:
        return f"{rule.name}: {own}"
    if rule.bounded:
        return f"{rule.name}: {_few(rule, own)}"
    head = own if rule.least == 2 else rule.name
    if rule.least == 1:
        chained = [f"{rule.name} {_quoted(joint)} {own}" for joint in rule.joints]
        return f"{rule.name}: {' | '.join((own, *chained))}"
    first = [f"{head} {_quoted(joint)} {own}" for joint in rule.joints]
    chained = [f"{rule.name} {_quoted(joint)} {own}" for joint in rule.joints]
    return f"{rule.name}: {' | '.join((*first, *chained))}"


def _gbnf_rule(rule: _Rule) -> str:
    own = " | ".join(_sequence(a, "gbnf") for a in rule.alternatives)
    label = "root" if rule.name == "start" else rule.name.replace("_", "-")
    if not rule.joints:
        return f"{label} ::= {own}"
    if rule.bounded:
        return f"{label} ::= {_few(rule, own)}"
    joints = " | ".join(map(_quoted, rule.joints))
    joint = f"({joints})" if len(rule.joints) > 1 else joints
    return f"{label} ::= {own} ({joint} {own}){'*' if rule.least == 1 else '+'}"


def _few(rule: _Rule, own: str) -> str:
    """A chain of at most three, in both dialects."""
    joint = f"({' | '.join(map(_quoted, rule.joints))})"
    return f"{own} ({joint} {own} ({joint} {own})?){'?' if rule.least == 1 else ''}"


def _sequence(symbols: Sequence[_Symbol], dialect: Literal["lark", "gbnf"]) -> str:
    words = []
    for symbol in symbols:
        match symbol:
            case _Text(text):
                words.append(_quoted(text))
            case _Variable(letters):
                words.append(f"/[{letters}][0-9]?/" if dialect == "lark" else f"[{letters}] [0-9]?")
            case _Digits():
                words.append("/[0-9]{1,18}/" if dialect == "lark" else "[0-9]{1,18}")
            case _:
                words.append(symbol if dialect == "lark" else symbol.replace("_", "-"))
    return " ".join(words)


def _quoted(text: str) -> str:
    """The text as a literal; JSON's escapes are those of both dialects."""
    return json.dumps(text, ensure_ascii=False)
