"""Raw syntax to formulas: precedence, scope, and what each name stands for.

Loosest first: ↔, →, ⊕, ∨, ∧; then negations and quantifiers, =, ≠, <, ≤, >, ≥, then + and -, then *.
→ groups to the right, ↔ and ⊕ to the left; ∧ and ∨ are n-ary. A quantifier whose variable occurs
to the right of its operand reaches to the end of the group, and a negation before it with it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Generator
from fractions import Fraction
from functools import reduce
from typing import Any

from neurologic.binding import free_variables, universal_closure
from neurologic.errors import ParseError, Span
from neurologic.formula import (
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
    Count,
    Distinct,
    Equals,
    Exists,
    Falsum,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Numeral,
    Or,
    Variable,
    Verum,
    Xor,
    trampoline,
)
from neurologic.notation import DIFFERENCE, MOST_DIGITS, VARIABLE_LIKE
from neurologic.parsing.raw import (
    Application,
    Binding,
    Cluster,
    Group,
    Name,
    Numeric,
    Raw,
    Sum,
    Truth,
    Values,
)
from neurologic.parsing.syntax import COMPARISONS, longest_run
from neurologic.problem import Note

_OPERATORS = {"LT": "<", "LEQ": "<=", "GT": ">", "GEQ": ">="}
_ARITHMETIC = {"PLUS": "+", "MINUS": "-", "TIMES": "*"}
_LOOSEST_FIRST = ("IFF", "ARROW", "XOR", "OR", "AND")

_Step = Generator[Any, Any, Any]


def build(raw: Raw, constants: frozenset[str] = frozenset()) -> tuple[Formula, tuple[Note, ...]]:
    """The closed formula of a raw text, and notes on what was settled on the way.

    Args:
        raw: a parsed text.
        constants: declared names, which are constants even if they look like variables.

    Raises:
        ParseError: where a term stands for a formula or the other way round; without its text.
    """
    notes = list(raw.notes)
    free = []
    for text, names in raw.free.items():
        if VARIABLE_LIKE.fullmatch(text) and text not in constants:
            free += names
            for name in names:
                name.variable = Variable(text)
    formula = trampoline(_group(raw.group, 0, len(raw.group.clusters), 0, notes))
    if not free:
        return formula, _sorted(notes)
    order = dict.fromkeys(name.text for name in sorted(free, key=lambda name: name.span))
    closed = universal_closure(formula, order)
    if closed is not formula:
        still = free_variables(formula)
        listed = ", ".join(name for name in order if name in still)
        first = min(name.span for name in free if name.text in still)
        notes.append(Note(f"free variable closed universally: {listed}", first))
    return closed, _sorted(notes)


def _sorted(notes: list[Note]) -> tuple[Note, ...]:
    return tuple(sorted(notes, key=lambda note: note.span or (0, 0)))


def _group(group: Group, low: int, high: int, skip: int, notes: list[Note]) -> _Step:
    """The formula of the clusters from `low` to `high`, the first without its `skip` prefixes."""
    formulas: list[Formula] = []
    for at in range(low, high):
        cluster = group.clusters[at]
        start = skip if at == low else 0
        if cluster.wide > start:
            body = yield _group(group, at, high, cluster.wide, notes)
            formulas.append(_prefixed(cluster, start, cluster.wide, body))
            if at + 1 < high:
                _note_scope(cluster, notes, wide=True)
            high = at + 1
            break
        body = _flat_atom(cluster) or (yield from _cluster(cluster, notes))
        formulas.append(_prefixed(cluster, start, len(cluster.prefixes), body))
        if at <= group.asymmetric and any(p.variable for p in cluster.prefixes[start:]):
            _note_scope(cluster, notes, wide=False)
    return _connected(formulas, group, low, notes) if len(formulas) > 1 else formulas[0]


def _note_scope(cluster: Cluster, notes: list[Note], *, wide: bool) -> None:
    """Say how far a quantifier was read to reach, where the other reading means something else."""
    prefix = next(p for p in reversed(cluster.prefixes) if p.variable)
    name = prefix.variable.name if prefix.variable else ""
    reach = "reaches to the end" if wide else "ends before the next connective"
    notes.append(Note(f"the scope of {name} {reach}: no brackets say so", prefix.span))


def _prefixed(cluster: Cluster, start: int, stop: int, body: Formula) -> Formula:
    for prefix in reversed(cluster.prefixes[start:stop]):
        if prefix.variable is None:
            body = Not(body)
        elif prefix.kind == "EXISTS":
            body = Exists(prefix.variable, body)
        else:
            body = ForAll(prefix.variable, body)
    return body


def _connected(formulas: list[Formula], group: Group, low: int, notes: list[Note]) -> Formula:
    """The formulas joined by the connectives between them, loosest first."""
    kinds = [token.type for token in group.connectives[low : low + len(formulas) - 1]]
    span = (group.clusters[low].span[0], group.clusters[low + len(formulas) - 1].span[1])
    if kinds.count("ARROW") > 1 and "IFF" not in kinds:
        notes.append(Note("A → B → C is read as A → (B → C)", span))
    if kinds.count("XOR") > 1:
        notes.append(Note("a chain of ⊕ says that an odd number of its parts hold", span))
    if "XOR" in kinds and "OR" in kinds:
        notes.append(Note("A ∨ B ⊕ C is read as (A ∨ B) ⊕ C", span))
    if "IFF" in kinds and ("ARROW" in kinds or kinds.count("IFF") > 1):
        notes.append(Note("↔ is read as the loosest connective, from the left", span))
    return _joined(formulas, kinds, 0)


def _joined(formulas: list[Formula], kinds: list[str], level: int) -> Formula:
    if len(formulas) == 1:
        return formulas[0]
    while _LOOSEST_FIRST[level] not in kinds:
        level += 1
    kind = _LOOSEST_FIRST[level]
    cuts = [-1, *(at for at, other in enumerate(kinds) if other == kind), len(kinds)]
    parts = [
        _joined(formulas[a + 1 : b + 1], kinds[a + 1 : b], level + 1)
        for a, b in itertools.pairwise(cuts)
    ]
    match kind:
        case "AND":
            return And(tuple(parts))
        case "OR":
            return Or(tuple(parts))
        case "XOR":
            return reduce(Xor, parts)
        case "IFF":
            return reduce(Iff, parts)
        case _:
            return reduce(lambda right, left: Implies(left, right), reversed(parts))


def _flat_atom(cluster: Cluster) -> Atom | None:
    """The atom of a predicate on mere names, which most operands are; None for anything else."""
    part = cluster.parts[0]
    if cluster.operators or part.__class__ is not Application:
        return None
    terms = []
    for arg in part.args:
        if arg.__class__ is not Name or "-" in arg.text:
            return None
        terms.append(arg.variable or Constant(arg.text))
    return Atom(part.head, tuple(terms))


def _cluster(cluster: Cluster, notes: list[Note]) -> _Step:
    """The formula of a cluster without its prefixes: an atom, or terms compared."""
    if not cluster.operators:
        return (yield from _formula(cluster.parts[0], notes))
    kinds = [token.type for token in cluster.operators]
    cuts = [-1, *(at for at, kind in enumerate(kinds) if kind in COMPARISONS), len(kinds)]
    if len(cuts) == 2:
        raise _term_for_formula(cluster.span)
    _note_signs(cluster, kinds, notes)
    terms = []
    for a, b in itertools.pairwise(cuts):
        terms.append((yield _sum(cluster.parts[a + 1 : b + 1], kinds[a + 1 : b], notes)))
    compared = [
        _comparison(kinds[cut], left, right)
        for cut, left, right in zip(cuts[1:], terms, terms[1:], strict=False)
    ]
    if len(compared) == 1:
        return compared[0]
    notes.append(Note("a chain of comparisons is read as their conjunction", cluster.span))
    return And(tuple(compared))


def _note_signs(cluster: Cluster, kinds: list[str], notes: list[Note]) -> None:
    """Say how a minus sign was read where numbers are compared, and it could be another thing."""
    if cluster.prefixes and cluster.prefixes[-1].kind == "MINUS":
        message = "'-' before a comparison is read as 'not'"
        notes.append(Note(message, cluster.prefixes[-1].span))
    if set(kinds) - {"EQUALS", "NEQ"}:
        for part in cluster.parts:
            if isinstance(part, Name) and not part.quoted and re.search(r"-\d+$", part.text):
                notes.append(Note(f"{part.text} is read as a name, not as a difference", part.span))


def _comparison(kind: str, left: Any, right: Any) -> Formula:
    match kind:
        case "EQUALS":
            return Equals(left, right)
        case "NEQ":
            return Not(Equals(left, right))
        case _:
            return Compare(_OPERATORS[kind], left, right)  # type: ignore[arg-type]


def _sum(parts: list[Any], kinds: list[str], notes: list[Note]) -> _Step:
    """Products first, then sums from the left."""
    terms = []
    for part in parts:
        terms.append((yield from _term(part, notes)))
    total = [terms[0]]
    signs = []
    for kind, term in zip(kinds, terms[1:], strict=True):
        if kind == "TIMES":
            total[-1] = Arithmetic("*", total[-1], term)
        else:
            signs.append(kind)
            total.append(term)
    result = total[0]
    for kind, term in zip(signs, total[1:], strict=True):
        result = Arithmetic(_ARITHMETIC[kind], result, term)  # type: ignore[arg-type]
    return result


def _formula(part: Any, notes: list[Note]) -> _Step:
    """The formula that an operand stands for."""
    match part:
        case Application(head, args, _):
            terms = []
            for arg in args:
                terms.append((yield from _term(arg, notes)))
            return Atom(head, tuple(terms))
        case Group(clusters, _, _):
            return (yield _group(part, 0, len(clusters), 0, notes))
        case Name(text, _, _, _, False):
            return Atom(text)
        case Name(text, span):
            raise ParseError(
                f"the variable {text} stands where a formula is expected",
                span=span,
                expected=("a formula",),
                hint=f"apply a predicate to it: P({text})",
                kind="term as formula",
            )
        case Truth(value, _):
            return Verum() if value else Falsum()
        case Values(args, span):
            terms = []
            for arg in args:
                terms.append((yield from _term(arg, notes)))
            return Distinct(tuple(terms))
        case Binding("DISTINCT", variables, body, _):
            term = yield from _term(body, notes)
            return Distinct((term,), tuple(variables))
        case Binding("FORALL" | "EXISTS" | "NO" as kind, variables, body, _):
            inner = yield _group(body, 0, len(body.clusters), 0, notes)
            if kind == "FORALL":
                return ForAll(variables[0], inner)
            found = Exists(variables[0], inner)
            return Not(found) if kind == "NO" else found
        case _:
            raise _term_for_formula(part.span)


def _term_for_formula(span: Span) -> ParseError:
    return ParseError(
        "a term stands where a formula is expected",
        span=span,
        expected=("a formula",),
        hint="compare it with another term, or apply a predicate to it",
        kind="term as formula",
    )


def _term(part: Any, notes: list[Note]) -> _Step:
    """The term that an operand or an argument stands for."""
    match part:
        case Name(text, span, is_quoted, variable):
            if variable is None and not is_quoted and DIFFERENCE.fullmatch(text):
                raise _name_or_difference(text, span)
            return variable or Constant(text)
        case Application(head, args, span):
            if not args:
                notes.append(Note(f"{head}() is read as the constant {head}", span))
                return Constant(head)
            terms = []
            for arg in args:
                simple = isinstance(arg, Name)
                terms.append(
                    (yield from _term(arg, notes)) if simple else (yield _term(arg, notes))
                )
            return Function(head, tuple(terms))
        case Numeric(text, span, negative):
            if "," in text:
                notes.append(Note(f"{text} is read as one number", span))
            if text[0] in "$€£":
                notes.append(Note(f"{text} is read as the number without its currency", span))
            if longest_run(text) > MOST_DIGITS:
                raise ParseError(
                    f"a number of more than {MOST_DIGITS} digits",
                    span=span,
                    kind="too long",
                )
            value = Fraction(text.lstrip("$€£").replace(",", ""))
            return Numeral(-value if negative else value)
        case Sum(parts, operators, _):
            return (yield _sum(parts, [token.type for token in operators], notes))
        case Binding("COUNT", variables, body, _):
            return Count(tuple(variables), (yield _group(body, 0, len(body.clusters), 0, notes)))
        case Group([Cluster([], parts, operators, _)], [], _):
            if any(token.type in COMPARISONS for token in operators):
                raise _formula_for_term(part.span)
            return (yield _sum(parts, [token.type for token in operators], notes))
        case _:
            raise _formula_for_term(part.span)


def _name_or_difference(text: str, span: Span) -> ParseError:
    return ParseError(
        f"{text} may be a name or a difference",
        span=span,
        expected=("a term",),
        hint=f"write {text.replace('-', ' - ')} for the difference, '{text}' for the name",
        kind="name or difference",
    )


def _formula_for_term(span: Span) -> ParseError:
    return ParseError(
        "a formula stands where a term is expected",
        span=span,
        expected=("a term",),
        hint="only names, numbers and functions of them can be compared or be arguments",
        kind="formula as term",
    )
