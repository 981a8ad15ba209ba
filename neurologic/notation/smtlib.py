"""SMT-LIB 2: a problem as declarations and assertions, asked about the goal and about its negation.

Barrett, Fontaine and Tinelli, The SMT-LIB Standard 2.6 (2017). Enumerations are datatypes of
constants, ordered by the position of each; numerals that are mere names are distinct constants.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from neurologic.errors import NeurologicError
from neurologic.formula import (
    BOOLEAN,
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

_OPERATORS = {
    And: "and", Or: "or", Xor: "xor", Implies: "=>", Iff: "=", Not: "not", Equals: "=",
    Distinct: "distinct",
}  # fmt: skip
_SORTS = {INTEGER: "Int", RATIONAL: "Real", BOOLEAN: "Bool"}
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

# Words of the language, of the theories, and of what Z3 and cvc5 add: `|and|` is `and`.
_RESERVED = frozenset(
    """BINARY DECIMAL HEXADECIMAL NUMERAL STRING par let exists forall match as is lambda choice
    assert push pop exit echo reset eval simplify display include help minimize maximize model
    true false not and or xor distinct ite implies iff if div mod abs rem divisible exp pi sin cos
    tan sec csc cot asin acos atan arcsin arccos arctan sinh cosh tanh asinh acosh atanh sqrt euler
    power pow2 iand int2bv bv2nat bv2int nat2bv to_real to_int is_int is_real int2real real2int
    select store map const default array concat extract repeat zero_extend sign_extend rotate_left
    rotate_right fp to_fp to_fp_unsigned to_ieee_bv RNE RNA RTP RTN RTZ NaN roundNearestTiesToEven
    roundNearestTiesToAway roundTowardPositive roundTowardNegative roundTowardZero union inter
    intersection intersect setminus difference subset member singleton insert card complement
    transpose product join tclosure iden emptyset univset choose filter nil cons head tail pair
    first second mkPair tuple tuple_select tuple_update nth len length substr indexof replace char
    prefixof suffixof contains at unit empty update set bag sep wand pto inverse pbeq pble pbge
    Int Real Bool Array BitVec FloatingPoint Float16 Float32 Float64 Float128 RoundingMode String
    RegLan RegEx Seq Sequence Set Bag Relation List Pair Tuple UnitTuple Unicode Char Table
    FiniteField Proof Pattern UnicodeString""".split()
)
_RESERVED_PREFIX = re.compile(r"(bv|fp_|str_|re_|seq_|set_|to_|is_|ext_|int_|ff_)")


def to_smtlib(
    premises: Sequence[Formula],
    goal: Formula,
    *,
    negation: Formula | None = None,
    signature: Signature = Signature(),
    axioms: Sequence[Formula] = (),
    texts: Sequence[str] = (),
) -> str:
    """The problem in SMT-LIB 2, with the two questions that a verdict rests on.

    The first `check-sat` answers `unsat` exactly if the premises entail the goal, the second if they
    entail its negation.

    Args:
        premises: sentences; sorts that they do not carry are inferred.
        goal: what is asked about.
        negation: what the goal's refutation would prove; by default the goal's negation.
        signature: declared sorts and symbols.
        axioms: what the semantics adds to the premises.
        texts: the sentences that premises and goal come from, for comments.

    Raises:
        SignatureError: if sorts or arities do not fit together.
        CountingError: if a count has no finite expansion of sensible size.
        NeurologicError: if a number has too many digits.

    >>> x = Variable("x")
    >>> rule = ForAll(x, Implies(Atom("Man", (x,)), Atom("Mortal", (x,))))
    >>> print(to_smtlib([rule], Atom("Mortal", (Constant("socrates"),))), end="")
    (set-logic ALL)
    (declare-sort Entity 0)
    (declare-fun socrates () Entity)
    (declare-fun Man (Entity) Bool)
    (declare-fun Mortal (Entity) Bool)
    (assert (forall ((x Entity)) (=> (Man x) (Mortal x))))
    (push 1)
    (assert (not (Mortal socrates)))
    (check-sat) ; unsat: the premises entail the goal
    (pop 1)
    (push 1)
    (assert (not (not (Mortal socrates))))
    (check-sat) ; unsat: the premises entail the negation of the goal
    (pop 1)
    """
    goals = (goal, Not(goal) if negation is None else negation)
    return written(Plain.elaborated(premises, goals, signature, axioms), texts=texts)


def written(plain: Plain, *, texts: Sequence[str] = ()) -> str:
    """As `to_smtlib`, for a problem with the goal and its negation that is elaborated already."""
    writer = _Writer(plain)
    lines = ["(set-logic ALL)", *writer.declarations()]
    said = [comment(";", text) for text in texts]
    for i, formula in enumerate(plain.premises):
        lines += said[i : i + 1]
        lines.append(f"(assert {writer.write(formula)})")
    lines += (f"(assert {writer.write(f)})" for f in (*plain.axioms, *plain.definitions))
    lines += said[len(plain.premises) : len(plain.premises) + 1]
    asked = ("the goal", "the negation of the goal")
    for goal, what in zip(plain.goals, asked, strict=True):
        lines += ("(push 1)", f"(assert (not {writer.write(goal)}))")
        lines += (f"(check-sat) ; unsat: the premises entail {what}", "(pop 1)")
    return "\n".join((*lines, ""))


def _spelled(name: str, mark: str) -> str:
    """A name as a symbol, between bars unless it is a plain word that no theory knows.

    >>> _spelled("Man", ""), _spelled("it's", ""), _spelled("and", ""), _spelled("a|b", "p1")
    ('Man', "|it's|", '|and%|', '|a%7Cb%p1|')
    """
    text = encoded(name, r" -$&-\[\]-{}~")
    if mark:
        text += "%" + encoded(mark, r" -$&-\[\]-{}~")
    elif name in _RESERVED or _RESERVED_PREFIX.match(name) or not _named(name):
        text += "%"
    return text if _BARE.fullmatch(text) else f"|{text}|"


def _named(name: str) -> bool:
    """Whether the name holds something that no operator or library function of a theory does."""
    return (
        bool(name)
        and bool(re.search(r"[A-Za-z0-9']", name))
        and "." not in name
        and ":" not in name
    )


def _variable(name: str) -> str:
    text = encoded(name, "A-Za-z0-9_").replace("%", "_")
    return text if _BARE.fullmatch(text) and text not in _RESERVED else f"v_{text}"


class _Writer(Writer):
    """Writes formulas in SMT-LIB's prefix notation."""

    def __init__(self, plain: Plain) -> None:
        super().__init__(plain, _spelled, _variable)

    def pieces(self, node: Any, wanted: Sort | None) -> Sequence[Piece]:
        match node:
            case Variable():
                return self._cast([self.occurrence(node)], node, wanted)
            case Numeral(value):
                sort = wanted or RATIONAL
                return [self.numeral(value, sort) or _number(value, sort)]
            case Constant():
                return self._cast([self.symbol(node)], node, wanted)
            case Atom() | Function():
                parts = self.places.below(node)
                name = self.symbol(node)
                return self._cast(_applied(name, parts) if parts else [name], node, wanted)
            case Arithmetic():
                return self._cast(_applied(node.operator, self.places.below(node)), node, wanted)
            case Verum() | And(()):
                return ["true"]
            case Falsum() | Or(()):
                return ["false"]
            case And((only,)) | Or((only,)):
                return [(only, None)]
            case Compare():
                return self._comparison(node)
            case ForAll() | Exists():
                variables, body, leave = self.quantified(node)
                word = "forall" if isinstance(node, ForAll) else "exists"
                bound = " ".join(f"({name} {self.type(sort)})" for name, sort in variables)
                return [f"({word} ({bound}) ", (body, None), ")", leave]
            case _:
                return _applied(_OPERATORS[type(node)], self.places.below(node))

    def _cast(self, pieces: Sequence[Piece], node: Any, wanted: Sort | None) -> Sequence[Piece]:
        if wanted == RATIONAL and self.places.of(node) == INTEGER:
            return ["(to_real ", *pieces, ")"]
        return pieces

    def _comparison(self, node: Compare) -> list[Piece]:
        sort = self.places.common(children(node))
        first, second = self.places.below(node)
        if sort is None or sort in NUMERIC:
            return [f"({node.operator} ", first, " ", second, ")"]
        rank = self.order(sort)
        return [f"({node.operator} ({rank} ", first, f") ({rank} ", second, "))"]

    def type(self, sort: Sort) -> str:
        return _SORTS.get(sort) or self.sort(sort)

    def declarations(self) -> Iterator[str]:
        """Sorts, members, symbols, numerals that are names, and orders."""
        symbols = self.plain.symbols
        for sort in symbols.sorts:
            members = self.plain.members(sort)
            if members:
                listed = " ".join(f"({self.names['f', member, 0]})" for member in members)
                yield f"(declare-datatypes (({self.type(sort)} 0)) (({listed})))"
            elif sort not in _SORTS:
                yield f"(declare-sort {self.type(sort)} 0)"
        for sort in symbols.compared:
            first = [self.names["f", m, 0] for m in self.plain.members(sort) or ()][:-1]
            tests = "".join(f"(ite (= x {member}) {i} " for i, member in enumerate(first))
            rank = f"{tests}{len(first)}{')' * len(first)}"
            yield f"(define-fun {self.order(sort)} ((x {self.type(sort)})) Int {rank})"
        for symbol in symbols.declared:
            kind = "p" if symbol.is_predicate else "f"
            name = self.names[kind, symbol.name, len(symbol.arguments)]
            places = " ".join(map(self.type, symbol.arguments))
            yield f"(declare-fun {name} ({places}) {self.type(symbol.result)})"
        names: dict[Sort, list[str]] = {}
        for sort, value in symbols.numerals:
            text = self.numeral(value, sort) or ""
            names.setdefault(sort, []).append(text)
            yield f"(declare-fun {text} () {self.type(sort)})"
        for known in names.values():
            if len(known) > 1:
                yield f"(assert (distinct {' '.join(known)}))"


def _applied(operator: str, parts: Sequence[Piece]) -> list[Piece]:
    pieces: list[Piece] = [f"({operator}"]
    for part in parts:
        pieces += (" ", part)
    return [*pieces, ")"]


def _number(value: Fraction, sort: Sort) -> str:
    """A number as SMT-LIB writes it.

    Raises:
        NeurologicError: if it has too many digits, or is a fraction where an integer belongs.
    """
    if max(abs(value.numerator), value.denominator) >= 10**MOST_DIGITS:
        raise NeurologicError(f"a number of more than {MOST_DIGITS} digits is not written")
    if sort == INTEGER:
        text = str(abs(value.numerator))
    elif value.denominator == 1:
        text = f"{abs(value.numerator)}.0"
    else:
        text = f"(/ {abs(value.numerator)}.0 {value.denominator}.0)"
    return f"(- {text})" if value < 0 else text
