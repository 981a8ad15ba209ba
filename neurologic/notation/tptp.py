"""TPTP: a problem as FOF where it has one open sort, and as TFF where it has sorts or numbers.

Sutcliffe, The logic languages of the TPTP world (2022). Premises, and what the semantics and the
sorts add to them, have the role `axiom`, the goal the role `conjecture`. Enumerations are types with
axioms for closure, distinctness and order; numerals that are mere names are distinct constants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, Literal, TypeAlias

from neurologic.errors import NeurologicError
from neurologic.formula import (
    BOOLEAN,
    ENTITY,
    INTEGER,
    RATIONAL,
    And,
    Arithmetic,
    Atom,
    Compare,
    Constant,
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
    Sort,
    Variable,
    Verum,
    Xor,
    children,
)
from neurologic.notation import MOST_DIGITS
from neurologic.notation.problems import Plain
from neurologic.notation.writing import Piece, Writer, comment, encoded
from neurologic.signature import Signature
from neurologic.signature.declarations import NUMERIC

Language: TypeAlias = Literal["fof", "tff"]

_BINARY = {And: " & ", Or: " | ", Xor: " <~> ", Implies: " => ", Iff: " <=> "}
_WORDS = {
    "<": "$less", "<=": "$lesseq", ">": "$greater", ">=": "$greatereq",
    "+": "$sum", "-": "$difference", "*": "$product",
}  # fmt: skip
_TYPES = {ENTITY: "$i", INTEGER: "$int", RATIONAL: "$rat", BOOLEAN: "$o"}
_BARE = re.compile(r"[a-z][a-zA-Z0-9_]*")


def to_tptp(
    premises: Sequence[Formula],
    goal: Formula,
    *,
    signature: Signature = Signature(),
    axioms: Sequence[Formula] = (),
    language: Language | None = None,
    status: str = "",
    texts: Sequence[str] = (),
) -> str:
    """The problem in TPTP's language.

    Args:
        premises: sentences; sorts that they do not carry are inferred.
        goal: the conjecture.
        signature: declared sorts and symbols.
        axioms: what the semantics adds to the premises.
        language: `fof` or `tff`; by default the simpler one that can say it.
        status: an SZS status, such as `Theorem`, for the comment at the beginning.
        texts: the sentences that premises and goal come from, for comments.

    Raises:
        SignatureError: if sorts or arities do not fit together.
        CountingError: if a count has no finite expansion of sensible size.
        NeurologicError: if `fof` is asked for and the problem has several sorts or numbers, or a
            number has too many digits.

    >>> x = Variable("x")
    >>> rule = ForAll(x, Implies(Atom("Man", (x,)), Atom("mortal", (x,))))
    >>> print(to_tptp([rule], Atom("mortal", (Constant("socrates"),))), end="")
    fof(premise_1, axiom, ! [X] : ('Man'(X) => mortal(X))).
    fof(goal, conjecture, mortal(socrates)).
    """
    plain = Plain.elaborated(premises, (goal,), signature, axioms)
    return written(plain, language=language, status=status, texts=texts)


def written(
    plain: Plain,
    *,
    language: Language | None = None,
    status: str = "",
    texts: Sequence[str] = (),
) -> str:
    """As `to_tptp`, for a problem with one goal that is elaborated already."""
    chosen = language or ("fof" if _unsorted(plain) else "tff")
    if chosen == "fof" and not _unsorted(plain):
        raise NeurologicError("fof has no sorts and no numbers", hint="write tff")
    writer = _Writer(plain, chosen == "tff")
    lines = [comment("% Status   :", status)] if status else []
    lines += writer.declarations() if chosen == "tff" else ()
    said = [*(comment("%", text) for text in texts)]
    formulas = [(f"premise_{i + 1}", "axiom", f) for i, f in enumerate(plain.premises)]
    for i, entry in enumerate(formulas):
        lines += said[i : i + 1]
        lines.append(writer.statement(*entry))
    for i, formula in enumerate(plain.axioms):
        lines.append(writer.statement(f"semantics_{i + 1}", "axiom", formula))
    for i, formula in enumerate(plain.definitions):
        lines.append(writer.statement(f"count_{i + 1}", "axiom", formula))
    for i, text in enumerate(writer.background()):
        lines.append(f"{chosen}(background_{i + 1}, axiom, {text}).")
    lines += said[len(plain.premises) : len(plain.premises) + 1]
    lines += (writer.statement("goal", "conjecture", goal) for goal in plain.goals)
    return "\n".join((*lines, ""))


def _unsorted(plain: Plain) -> bool:
    """Whether there is one open sort and no number."""
    sorts = plain.symbols.sorts
    return len(sorts) <= 1 and all(s not in NUMERIC and not plain.members(s) for s in sorts)


def _spelled(name: str, mark: str) -> str:
    r"""A name as an atomic word, in single quotes unless it is a lower-case word.

    There is no `$` in it: E takes `'$false'` for falsity.

    >>> [_spelled("socrates", ""), _spelled("it's", ""), _spelled("P", "p1"), _spelled("$f", "")]
    ['socrates', "'it\\'s'", "'P%p1'", "'%24f'"]
    """
    text = encoded(name, " -#&-~") + (f"%{encoded(mark, ' -#&-~')}" if mark else "")
    if _BARE.fullmatch(text):
        return text
    inner = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{inner or '%'}'"


def _beside_numbers(name: str, mark: str) -> str:
    """As `_spelled`, but no number: E takes `'3'` for 3."""
    digits = not mark and re.fullmatch(r"[-+0-9./eE]+", name)
    return f"'{name}%'" if digits else _spelled(name, mark)


def _variable(name: str) -> str:
    """A name as an upper-case word; distinct names may become alike, which `Writer.bound` mends."""
    text = encoded(name, "A-Za-z0-9_").replace("%", "_")
    return text[:1].upper() + text[1:] if text[:1].isalpha() else f"V{text}"


class _Writer(Writer):
    """Writes formulas in TPTP, every compound in brackets."""

    def __init__(self, plain: Plain, typed: bool) -> None:
        numbers = not NUMERIC.isdisjoint(plain.symbols.sorts)
        super().__init__(plain, _beside_numbers if numbers else _spelled, _variable)
        self.typed = typed

    def statement(self, name: str, role: str, formula: Formula) -> str:
        return f"{'tff' if self.typed else 'fof'}({name}, {role}, {self.write(formula)})."

    def pieces(self, node: Any, wanted: Sort | None) -> Sequence[Piece]:
        match node:
            case Variable():
                return self._cast(self.occurrence(node), node, wanted)
            case Numeral(value):
                sort = wanted or RATIONAL
                return [self.numeral(value, sort) or _number(value, sort)]
            case Constant():
                return self._cast(self.symbol(node), node, wanted)
            case Atom() | Function() | Arithmetic():
                name = _WORDS[node.operator] if isinstance(node, Arithmetic) else self.symbol(node)
                parts = self._listed(self.places.below(node), ", ")
                return self._cast([name, *(["(", *parts, ")"] if parts else [])], node, wanted)
            case Verum():
                return ["$true"]
            case Falsum():
                return ["$false"]
            case Not(Equals() as equation):
                return self._listed(self.places.below(equation), " != ")
            case Equals():
                return self._listed(self.places.below(node), " = ")
            case Not(body):
                return ["~ ", (body, None)]
            case Compare():
                return self._comparison(node)
            case Distinct():
                pairs = [
                    self._listed(pair, " != ") for pair in combinations(self.places.below(node), 2)
                ]
                return ["(", *_joined(pairs, " & "), ")"]
            case And(()) | Or(()):
                return ["$true" if isinstance(node, And) else "$false"]
            case ForAll() | Exists():
                variables, body, leave = self.quantified(node)
                sign = "!" if isinstance(node, ForAll) else "?"
                return [f"{sign} [{self._bindings(variables)}] : ", (body, None), leave]
            case _:
                return ["(", *self._listed(self.places.below(node), _BINARY[type(node)]), ")"]

    def _bindings(self, variables: Sequence[tuple[str, Sort]]) -> str:
        if self.typed:
            return ", ".join(f"{name}: {self.type(sort)}" for name, sort in variables)
        return ", ".join(name for name, _ in variables)

    def _listed(self, parts: Sequence[Piece], between: str) -> list[Piece]:
        return _joined([[part] for part in parts], between)

    def _cast(self, text: str | Sequence[Piece], node: Any, wanted: Sort | None) -> Sequence[Piece]:
        pieces = [text] if isinstance(text, str) else text
        if wanted == RATIONAL and self.places.of(node) == INTEGER:
            return ["$to_rat(", *pieces, ")"]
        return pieces

    def _comparison(self, node: Compare) -> list[Piece]:
        sort = self.places.common(children(node))
        first, second = self.places.below(node)
        if sort is None or sort in NUMERIC:
            return [_WORDS[node.operator], "(", first, ", ", second, ")"]
        if node.operator in (">", ">="):
            first, second = second, first
        before: list[Piece] = [f"{self.order(sort)}(", first, ", ", second, ")"]
        if node.operator in ("<", ">"):
            return before
        return ["(", *before, " | ", first, " = ", second, ")"]

    def type(self, sort: Sort) -> str:
        return _TYPES.get(sort) or self.sort(sort)

    def declarations(self) -> Iterator[str]:
        """The types of sorts and symbols."""
        types = [
            f"{self.sort(sort)}: $tType" for sort in self.plain.symbols.sorts if sort not in _TYPES
        ]
        for sort in self.plain.symbols.sorts:
            for member in self.plain.members(sort) or ():
                types.append(f"{self.names['f', member, 0]}: {self.type(sort)}")
        for sort, value in self.plain.symbols.numerals:
            types.append(f"{self.numeral(value, sort)}: {self.type(sort)}")
        for sort in self.plain.symbols.compared:
            own = self.type(sort)
            types.append(f"{self.order(sort)}: ({own} * {own}) > $o")
        for symbol in self.plain.symbols.declared:
            kind = "p" if symbol.is_predicate else "f"
            places = " * ".join(map(self.type, symbol.arguments))
            if len(symbol.arguments) > 1:
                places = f"({places})"
            arrow = " > " if places else ""
            name = self.names[kind, symbol.name, len(symbol.arguments)]
            types.append(f"{name}: {places}{arrow}{self.type(symbol.result)}")
        return (f"tff(type_{i + 1}, type, {text})." for i, text in enumerate(types))

    def background(self) -> Iterator[str]:
        """What sorts say: closure, distinctness and order of enumerations, distinct numerals."""
        for sort in self.plain.symbols.sorts:
            members = [self.names["f", m, 0] for m in self.plain.members(sort) or ()]
            if members:
                yield from (f"{a} != {b}" for a, b in combinations(members, 2))
                one_of = " | ".join(f"X = {member}" for member in members)
                yield f"! [X: {self.type(sort)}] : ({one_of})"
            if sort in self.plain.symbols.compared:
                for i, low in enumerate(members):
                    for j, high in enumerate(members):
                        yield f"{'' if i < j else '~ '}{self.order(sort)}({low}, {high})"
        for one, two in combinations(self.plain.symbols.numerals, 2):
            if one[0] == two[0]:
                yield f"{self.numeral(one[1], one[0])} != {self.numeral(two[1], two[0])}"


def _joined(parts: Sequence[Sequence[Piece]], between: str) -> list[Piece]:
    pieces: list[Piece] = []
    for i, part in enumerate(parts):
        pieces += ((between,) if i else ()) + tuple(part)
    return pieces


def _number(value: Fraction, sort: Sort) -> str:
    """A number as TPTP writes it.

    Raises:
        NeurologicError: if it has too many digits.
    """
    if max(abs(value.numerator), value.denominator) >= 10**MOST_DIGITS:
        raise NeurologicError(f"a number of more than {MOST_DIGITS} digits is not written")
    return f"{value.numerator}/{value.denominator}" if sort == RATIONAL else str(value)
