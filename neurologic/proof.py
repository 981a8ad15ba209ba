"""The trusted kernel: whether a certificate shows what it claims. docs/decisions/kernel.md audits it.

A claim is refuted by lemmas and clauses: a lemma holds in every structure, or is made to hold by the
choice of what fresh constants denote (Henkin 1949); a clause follows by unit propagation from what it
cites. Or a finite structure shows that it does not follow. A formula is a number, the same for
formulas that differ in the names of bound variables only (de Bruijn 1972); minus the number is its
negation. Work is counted, nothing recurses with its input, and what is not known is refused.
"""

from __future__ import annotations

import json
import math
import operator
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from neurologic.errors import Rejected

MOST_WORK = 1_000_000
"""The most units of work, of a microsecond or two, that a certificate may cost."""

_NAME = r"(?:(?![-+.]?[0-9])[^\x00-\x20()'\"\\]+|'(?:[^'\\\x00-\x1f]|\\.)*')"
_NUMBER = r"-?(?:0|[1-9][0-9]{0,999})(?:/[1-9][0-9]{0,999})?"
_PAIR = rf"\(({_NAME}) ({_NAME})\)"
_TOKEN = re.compile(
    rf"(?:^| )(?:\((?P<binder>(?:all|ex) {_PAIR}|(?:count|distinct) \({_PAIR}(?: {_PAIR})*\))"
    rf"|\((?P<head>{_NAME})|(?P<leaf>{_NAME}|{_NUMBER}(?::{_NAME})?))|\)"
)
_ARITY = {"not": 1, "xor": 2, "iff": 2, "implies": 2, "all": 1, "ex": 1, "count": 1, "=": 2, "<": 2,
          "<=": 2, "+": 2, "-": 2, "*": 2, "and": None, "or": None, "distinct": None,
          "true": -1, "false": -1}  # fmt: skip
_OF_FORMULAS = {"not", "and", "or", "xor", "iff", "implies", "all", "ex", "count"}
_ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_VALUE: dict[str, Any] = {
    **_ARITHMETIC, "=": operator.eq, "<": operator.lt, "iff": operator.eq,
    "and": lambda *parts: all(parts), "distinct": lambda *terms: len(set(terms)) == len(terms)}  # fmt: skip
_CALCULATED = {*_ARITHMETIC, "=", "<", "distinct", "fun", "atom"}
_NUMERIC = {"Int", "Rational"}
_SEMANTICS = {"negation": "'classical' 'explicit'", "unique_names": "True False",
              "closed_domain": "True False", "existential_import": "True False",
              "arithmetic": "'interpreted' 'uninterpreted'", "convention": "'neurologic' 'linc'"}  # fmt: skip
_VERDICTS = {  # what is shown of the goal and of its negation
    ("proof", "model"): ("ENTAILED", "consistent"), ("proof", None): ("ENTAILED", "unknown"),
    ("model", "proof"): ("REFUTED", "consistent"), (None, "proof"): ("REFUTED", "unknown"),
    ("model", "model"): ("UNDETERMINED", "consistent"), ("proof", "proof"): ("INCONSISTENT", "inconsistent")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What a certificate shows, each claim by a `proof`, by a `model` or not at all."""

    verdict: str
    consistency: str
    goal: str | None
    negation: str | None
    falsum: str | None
    work: int


def check(certificate: str | bytes) -> Checked:
    """What the certificate shows: its verdict and its consistency, computed anew.

    Raises:
        Rejected: for anything but a certificate of version 1 that shows what it claims.

    >>> check("[]")
    Traceback (most recent call last):
    neurologic.errors.Rejected: certificate: expected an object
    """
    kernel = _Kernel()
    try:
        return kernel.certificate(json.loads(certificate, object_pairs_hook=_object, parse_int=_integer,
                                             parse_float=_integer, parse_constant=_integer))  # fmt: skip
    except Rejected:
        raise
    except Exception as error:  # what cannot be read is refused, whatever stands in the way
        raise Rejected(kernel.place, f"{type(error).__name__}: {error!s:.200}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice in an object")
    return dict(pairs)


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ValueError(f"{text:.20} is no integer of at most 18 digits")
    return int(text)


def _number(token: str) -> Fraction:
    value = Fraction(token) if re.fullmatch(_NUMBER, token) else None
    if value is None or str(value) != token:
        raise ValueError(f"{token:.80} is no number in lowest terms")
    return value


def _run(call: Generator[Any, Any, Any]) -> Any:
    """The value of a recursive definition that yields its recursive calls."""
    stack, value = [call], None
    while stack:
        try:
            stack.append(stack[-1].send(value))
            value = None
        except StopIteration as stop:
            stack.pop()
            value = stop.value
    return value


class _Kernel:
    """One check: its nodes, its signature, the work done, the place it is at."""

    def __init__(self) -> None:
        self.work, self.place, self.asking, self.endless = 0, "certificate", True, False
        # A node: operator, its name or index or bound sorts, its sort if it is a term, its parts.
        self.nodes: list[tuple[str, Any, str, tuple[int, ...]]] = [("", "", "", ())]
        self.numbers: dict[tuple[str, Any, str, tuple[int, ...]], int] = {}
        self.values: dict[int, Any] = {}  # of truth and falsity, numerals, members by their rank
        self.sorts: dict[str, list[int] | None] = {}  # the members of an enumeration, or None
        self.members: dict[str, int] = {}
        self.ordered: set[str] = set()
        self.symbols: dict[
            tuple[bool, str, int], tuple[Sequence[str], str]
        ] = {}  # by whether predicates
        self.true, self.false = self.make("and"), self.make("false")
        self.values |= {self.true: True, self.false: False}

    def need(self, holds: object, reason: str) -> None:
        if not holds:
            raise Rejected(self.place, reason)

    def spend(self, units: int) -> None:
        self.work += units
        self.need(self.work <= MOST_WORK, "costs more work than a certificate may")

    def fields(self, value: Any, place: str, keys: str) -> list[Any]:
        self.place = place
        self.need(type(value) is dict, "expected an object")
        self.need(value.keys() == set(keys.split()), f"expected exactly the keys {keys}")
        return [value[key] for key in keys.split()]

    def items(self, value: Any, place: str) -> Iterator[Any]:
        self.need(type(value) is list, f"expected a list as {place}")
        for i, item in enumerate(value):
            self.place = f"{place}[{i}]"
            self.spend(1)
            yield item

    def make(self, tag: str, data: Any = (), sort: str = "", parts: Iterable[int] = ()) -> int:
        """The number of a node; connectives are reduced to `and`, `iff`, `all` and the sign."""
        parts = tuple(parts)
        match tag, parts:
            case "not", (part,):
                return -part
            case "implies", (left, right):
                return -self.make("and", parts=(left, -right))
            case "or" | "ex", _:
                return -self.make(
                    "and" if tag == "or" else "all", data, parts=(-part for part in parts)
                )
            case "xor", _:
                return -self.make("iff", parts=parts)
            case "<=", (left, right):
                return -self.make("<", parts=(right, left))
        if tag in _ARITHMETIC:
            sort = "Int" if all(self.nodes[part][2] == "Int" for part in parts) else "Rational"
        key = (tag, data, sort, parts)
        if key not in self.numbers:
            self.spend(4 + len(parts))
            self.numbers[key] = len(self.nodes)
            self.nodes.append(key)
        return self.numbers[key]

    def numeral(self, token: str) -> int:
        """The node of a number, or of a numeral that names an element of an open sort: `3:Entity`."""
        digits, colon, sort = token.partition(":")
        self.spend(10)
        value = _number(digits)
        if colon:
            self.need(self.sorts[sort] is None and sort not in _NUMERIC, f"{sort} has no numerals")
        key = ("num", token, sort or ("Int" if value.denominator == 1 else "Rational"), ())
        self.need(
            self.asking or not colon or key in self.numbers, f"the problem does not mention {token}"
        )
        node = self.make(*key)
        self.values[node] = token if colon else value
        return node

    def read(self, text: str, place: str, formula: bool = True) -> int:
        """The sentence, or else the closed term, that is written in the text."""
        self.place, end, self.tokens = place, 0, list[re.Match[str]]()
        while end < len(text):
            token = _TOKEN.match(text, end)
            if token is None:
                raise Rejected(place, f"no token at character {end}")
            self.spend(1)
            self.tokens.append(token)
            end = token.end()
        self.tokens.reverse()
        node: int = _run(self.expression(formula, {}, 0))
        self.need(not self.tokens, "text after the end")
        return node

    def expression(self, formula: bool, scope: dict[str, list[Any]], depth: int) -> Any:
        """Reads a formula or a term; `scope` has the depth and the sort of what binds each name."""
        token = self.tokens.pop()
        if name := token["leaf"]:
            return self.leaf(name, formula, scope, depth)
        head, parts = token["head"] or token["binder"].split()[0], []
        bound = re.findall(_PAIR, token["binder"] or "")
        for level, (name, sort) in enumerate(bound, depth):
            self.need(
                name not in _ARITY and sort in self.sorts, f"{name} is no name, or {sort} no sort"
            )
            scope.setdefault(name, []).append((level, sort))
        while self.tokens[-1][0] != ")":
            parts.append((yield self.expression(head in _OF_FORMULAS, scope, depth + len(bound))))
        self.tokens.pop()
        for name, _ in bound:
            scope[name].pop()
        return self.applied(head, tuple(sort for _, sort in bound), parts, formula)

    def leaf(self, token: str, formula: bool, scope: dict[str, list[Any]], depth: int) -> int:
        if formula:
            return {"true": self.true, "false": -self.true}[token]
        if scope.get(token):
            level, sort = scope[token][-1]
            return self.make("var", depth - 1 - level, sort)
        if re.match(_NUMBER, token):
            return self.numeral(token)
        if token in self.members:
            return self.members[token]
        return self.make("fun", token, self.symbols[False, token, 0][1])

    def applied(self, head: str, bound: tuple[str, ...], parts: list[int], formula: bool) -> int:
        """The node of a symbol or an operator, if it is known and its parts are what it asks for."""
        own = {self.nodes[abs(part)][2] for part in parts}
        if head not in _ARITY:
            sorts, result = self.symbols[formula, head, len(parts)]
            same = (self.fits(part, sort) for part, sort in zip(parts, sorts, strict=True))
            self.need(all(same) and (parts or formula), f"{head} of terms of other sorts")
            return self.make("atom" if formula else "fun", head, result, parts)
        self.need(formula != (head == "count" or head in _ARITHMETIC), f"{head} cannot stand here")
        self.need(_ARITY[head] in (None, len(parts)), f"{head} of {len(parts)} parts")
        self.need(bound or head not in ("all", "ex", "count"), f"{head} without a variable")
        self.endless |= head == "count" and any(self.sorts[sort] is None for sort in bound)
        if head not in _OF_FORMULAS and not bound and not own <= _NUMERIC:
            equal, ordered = head in ("=", "distinct"), head in ("<", "<=") and own <= self.ordered
            self.need(len(own) == 1 and (equal or ordered), f"{head} does not hold between {own}")
        return self.make(head, bound, "Int" if head == "count" else "", parts)

    def fits(self, term: int, sort: str) -> bool:
        return self.nodes[term][2] in (sort, "Int" if sort == "Rational" else sort)

    def instance(self, literal: int, values: Sequence[int], depth: int = 0) -> Any:
        """The expression with closed terms for its outermost free variables, the innermost first."""
        self.spend(1)
        tag, data, sort, parts = self.nodes[abs(literal)]
        if tag == "var":
            return literal if data < depth else values[data - depth]
        inner, new = depth + (len(data) if tag in ("all", "count", "distinct") else 0), []
        for part in parts:
            new.append((yield self.instance(part, values, inner)))
        node = self.make(tag, data, sort, new)
        return node if literal > 0 else -node

    # Proofs

    def proof(self, evidence: Any, goal: int, place: str) -> None:
        """Refuses what does not refute the premises together with the denied goal, if there is one."""
        self.table, lemmas, steps = self.fields(evidence, place, "table lemmas steps")
        self.cited, declared, clause = dict[int, int](), self.symbols, None
        self.symbols = dict(declared)  # witnesses are added
        facts = dict(self.given)
        if goal:
            facts["g"] = (-goal,)
        for i, lemma in enumerate(self.items(lemmas, f"{place}.lemmas")):
            facts[f"l{i}"] = self.lemma(*lemma)
        for i, (literals, references) in enumerate(self.items(steps, f"{place}.steps")):
            self.need(
                type(literals) is type(references) is list, "expected a clause and references"
            )
            clause = self.clause(literals)
            cited = [facts[reference] for reference in references]
            self.need(self.follows(clause, cited), "does not follow by unit propagation")
            facts[f"s{i}"] = clause
        self.need(clause in ((), (goal,)), "the last clause is neither empty nor the goal")
        self.symbols = declared

    def sentence(self, index: int) -> int:
        """A sentence of the table, read when it is first cited."""
        self.need(type(index) is int and index >= 0, "expected a place in the table")
        if index not in self.cited:
            place = self.place
            self.cited[index] = self.read(self.table[index], f"{place}: table[{index}]")
            self.place = place
        return self.cited[index]

    def clause(self, literals: list[int]) -> tuple[int, ...]:
        nodes = [self.sentence(abs(literal) - 1) for literal in literals]
        return tuple(node if n > 0 else -node for node, n in zip(nodes, literals, strict=True))

    def term(self, text: str) -> int:
        """A closed term that has a value in every structure: an endless count has none."""
        self.endless = False
        term = self.read(text, self.place, formula=False)
        self.need(not self.endless, "a count over a sort that may be infinite")
        return term

    def lemma(self, kind: str, subject: Any, *more: Any) -> tuple[int, ...]:
        """A clause that holds in every structure, or by the choice of what fresh constants denote."""
        match kind, more:
            case "inst" | "wit", (texts,):
                return self.quantified(kind, abs(self.sentence(subject)), texts)
            case "eq" | "count", ():
                clause = self.clause(subject)
                valid = self.valid(clause) if kind == "eq" else self.counted(clause)
                self.need(valid, "not valid by equality and calculation, or by counting")
                return clause
            case "enum", ():
                term = self.term(subject)
                return self.alternatives(term, self.sorts[self.nodes[term][2]] or ())
            case "split", (low, high):
                term = self.term(subject)
                self.need(self.fits(term, "Int") and low <= high, "no integer, or nothing between")
                self.spend(high - low)
                numbers = [self.numeral(str(number)) for number in range(low, high + 1)]
                outside = (term, numbers[0]), (numbers[-1], term)
                ends = [self.make("<", parts=pair) for pair in outside]
                return (*ends, *self.alternatives(term, numbers))
        raise Rejected(self.place, f"no kind of lemma: {kind}")

    def alternatives(self, term: int, others: Sequence[int]) -> tuple[int, ...]:
        self.need(others, "not of an enumeration")
        return tuple(self.make("=", parts=(term, other)) for other in others)

    def quantified(self, kind: str, node: int, texts: Any) -> tuple[int, ...]:
        """For U, which says of all terms what B says of some: not U or B(t); not B(c) or U, c fresh.

        U is `all`, or an indexed `distinct` (of two assignments), or `count < k` (not `count >= k`).
        """
        (tag, sorts, _, parts), sign = self.nodes[node], 1
        number = {"all": 1, "distinct": 2}.get(tag, 0)
        if tag == "<":
            sign = 1 if self.nodes[parts[0]][0] == "count" else -1
            count, limit = parts[::sign]
            bound = self.values[limit]  # count < bound, or else not bound < count
            number = math.ceil(bound) if sign > 0 else math.floor(bound) + 1
            _, sorts, _, parts = self.nodes[count]
            self.need(self.nodes[count][0] == "count", "no count beside a numeral")
        texts = [texts] if type(texts) is str else texts
        self.need(
            number > 0 and len(texts) == number * len(sorts) > 0,
            "no terms for a quantified sentence",
        )
        terms = []
        for text, sort in zip(texts, sorts * number, strict=True):
            if kind == "wit":
                self.need(self.named(text) not in self.members, f"{text} is not fresh")
                self.need(
                    all(text != known for _, known, _ in self.symbols), f"{text} is not fresh"
                )
                self.symbols[False, text, 0] = ((), sort)
            terms.append(self.term(text))
            self.need(self.fits(terms[-1], sort), f"{text} is not of the sort {sort}")
        rows = [terms[i : i + len(sorts)] for i in range(0, len(terms), len(sorts))]
        bodies = [[_run(self.instance(part, row[::-1])) for part in parts] for row in rows]
        body = bodies[0][0]
        if tag == "distinct":
            body = self.make("implies", parts=(self.equal(*bodies), self.equal(*rows)))
        elif tag == "<":
            differ = [-self.equal(*pair) for pair in combinations(rows, 2)]
            body = -self.make("and", parts=[*(body for (body,) in bodies), *differ])
        return (-sign * node, body) if kind == "inst" else (-body, sign * node)

    def equal(self, left: list[int], right: list[int]) -> int:
        equations = [self.make("=", parts=pair) for pair in zip(left, right, strict=True)]
        return equations[0] if len(equations) == 1 else self.make("and", parts=equations)

    def below(self, roots: Iterable[int], enter: Iterable[str]) -> dict[int, None]:
        """The nodes from the roots down, on from these operators only where they bind nothing."""
        todo, seen = list(roots), dict[int, None]()
        while todo:
            if (node := abs(todo.pop())) not in seen:
                seen[node] = None
                tag, bound, _, parts = self.nodes[node]
                self.spend(2 + len(parts))
                todo += parts if tag in enter and not (tag == "distinct" and bound) else ()
        return seen

    def follows(self, clause: tuple[int, ...], cited: list[tuple[int, ...]]) -> bool:
        """Whether unit propagation refutes the negated clause, what is cited and what `and` means."""
        clauses = [{-literal} for literal in clause] + [set(c) for c in cited]
        for node in self.below((literal for c in clauses for literal in c), ("and", "iff")):
            tag, _, _, parts = self.nodes[node]
            if tag == "and":
                clauses += [{node, *(-part for part in parts)}, *({-node, part} for part in parts)]
            elif tag == "iff":
                a, b = parts
                clauses += [{s * node, t * a, s * t * b} for s in (1, -1) for t in (1, -1)]
        left, todo = [len(c) for c in clauses], [min(c) for c in clauses if len(c) == 1]
        without, true = dict[int, list[int]](), set[int]()
        for i, c in enumerate(clauses):
            self.spend(2 + len(c))
            for literal in c:
                without.setdefault(-literal, []).append(i)
        while todo:
            if (literal := todo.pop()) not in true:
                true.add(literal)
                for i in without.get(literal, ()):
                    left[i] -= 1
                    todo += [o for o in clauses[i] if -o not in true] if left[i] == 1 else []
                    if left[i] == 0:
                        return True
        return 0 in left

    def valid(self, clause: tuple[int, ...]) -> bool:
        """Whether congruence closure and calculation refute the negated clause."""
        nodes = self.below(clause, _CALCULATED)
        root: dict[int, int] = {}

        def find(node: int) -> int:
            while (up := root.get(node, node)) != node:
                root[node] = root.get(up, up)
                node = up
            return node

        equal = [(abs(literal), self.false if literal > 0 else self.true) for literal in clause]
        while equal:
            for pair in equal:
                a, b = sorted(map(find, pair), key=self.values.__contains__)
                if a != b and a in self.values:
                    return True  # two values
                root[a] = b
            equal, same = [], dict[Any, int]()
            for node in nodes:
                self.spend(3)
                tag, data, _, parts = self.nodes[node]
                if parts and tag in _CALCULATED and not (tag == "distinct" and data):
                    roots = [find(part) for part in parts]
                    equal.append((node, same.setdefault((tag, data, *roots), node)))
                    equal += (
                        [(parts[0], parts[1])] if tag == "=" and find(node) == self.true else []
                    )
                    value = None
                    if tag in _VALUE and all(r in self.values for r in roots):
                        value = _VALUE[tag](*(self.values[r] for r in roots))
                    elif tag in ("=", "<", "distinct") and len(set(roots)) < len(roots):
                        value = tag == "="
                    if value is not None:
                        equal.append(
                            (
                                node,
                                self.numeral(str(value))
                                if tag in _ARITHMETIC
                                else self.true
                                if value
                                else self.false,
                            )
                        )
            equal = [(a, b) for a, b in equal if find(a) != find(b)]
        return False

    def counted(self, clause: tuple[int, ...]) -> bool:
        """Whether the first literal compares a count and holds whatever the others leave open."""
        tag, _, _, parts = self.nodes[abs(clause[0])]
        count = next(part for part in parts if self.nodes[part][0] == "count")
        _, sorts, _, (body,) = self.nodes[count]
        ranges = [self.sorts[sort] or [] for sort in sorts]
        self.need(all(ranges) and tag in ("=", "<"), "no count over enumerations")
        self.spend(math.prod(map(len, ranges)) * len(clause))
        cases = [_run(self.instance(body, row[::-1])) for row in product(*ranges)]
        least, most = (
            sum(-case in clause for case in cases),
            sum(case not in clause for case in cases),
        )
        return all(
            _VALUE[tag](*(Fraction(n) if part == count else self.values[part] for part in parts))
            == (clause[0] > 0)
            for n in range(least, most + 1)
        )

    # Models

    def model(self, evidence: Any, goal: int, place: str) -> None:
        """Refuses what is no finite structure in which all that is given holds and the goal does not."""
        domains, functions, predicates = self.fields(
            evidence, place, "domains functions predicates"
        )
        self.need(
            domains.keys() == self.sorts.keys() - _NUMERIC, "expected a domain for each finite sort"
        )
        self.domains, self.tables = dict[str, dict[str, Any]](), dict[Any, dict[Any, Any]]()
        for sort, listed in domains.items():
            elements = list(self.items(listed, f"{place}.domains.{sort}"))
            self.place, members = f"{place}.domains.{sort}", self.sorts[sort]
            names = elements if members is None else [self.nodes[member][1] for member in members]
            values = elements if members is None else [self.values[member] for member in members]
            self.domains[sort] = dict(zip(elements, values, strict=True))
            numerals = {node[1] for node in self.nodes if node[0] == "num" and node[2] == sort}
            self.need(numerals <= set(elements), "a numeral of the problem is missing")
            self.need(
                elements and len(set(elements)) == len(elements), "empty, or an element twice"
            )
            self.need(elements == names, "not the members in their order")
        for predicate, tables in (False, functions), (True, predicates):
            for table in self.items(
                tables, f"{place}.{'predicates' if predicate else 'functions'}"
            ):
                name, arity, rows = self.fields(table, self.place, "name arguments rows")
                self.tabulate((predicate, name, arity), rows)
        self.need(
            self.tables.keys() == self.symbols.keys(), "a symbol of the signature has no table"
        )
        for name, clause in self.given.items():
            self.need(_run(self.value(clause[0], ())), f"{name} does not hold in the model")
        self.need(not _run(self.value(goal, ())), "what is to be refuted holds in the model")

    def tabulate(self, key: tuple[bool, str, int], rows: Any) -> None:
        self.need(key in self.symbols and key not in self.tables, "no symbol, or its second table")
        sorts, result = self.symbols[key]
        table = self.tables[key] = {}
        for row in self.items(rows, f"{self.place}.rows"):
            args, value = row if result else (row, True)
            self.need(type(args) is list, "expected a list of elements")
            elements = tuple(self.element(e, sort) for e, sort in zip(args, sorts, strict=True))
            self.need(elements not in table, "a row twice")
            table[elements] = self.element(value, result) if result else True
        total = (
            not result
            or not _NUMERIC.isdisjoint(sorts)
            or len(table) == math.prod(len(self.domains[sort]) for sort in sorts)
        )
        self.need(total, "a function without a value for some elements")

    def element(self, token: Any, sort: str) -> Any:
        if sort not in _NUMERIC:
            return self.domains[sort][token]
        self.need(sort == "Rational" or "/" not in token, f"{token} is no integer")
        return _number(token)

    def value(self, literal: int, scope: tuple[Any, ...]) -> Any:
        """The value of a formula or a term; `scope` has those of the variables, the innermost first."""
        self.spend(3 + len(scope))
        tag, data, sort, parts = self.nodes[abs(literal)]
        if sort and abs(literal) in self.values:
            return self.values[abs(literal)]
        if tag == "var":
            return scope[data]
        bound = data if tag in ("all", "count", "distinct") else ()
        self.need(self.domains.keys() >= set(bound), f"no finite model of what ranges over {bound}")
        seen = []
        for row in product(*(self.domains[sort].values() for sort in reversed(bound))):
            below = []
            for part in parts:
                below.append((yield self.value(part, row + scope)))
                if tag in ("all", "and") and not below[-1]:
                    return literal < 0
            seen.append(tuple(below))
        if tag == "count":
            return Fraction(sum(holds for (holds,) in seen))
        if tag in ("fun", "atom"):
            table = self.tables[tag == "atom", data, len(parts)]
            self.need(not sort or seen[0] in table, f"no value of {data} for some numbers")
            found = table.get(seen[0], False)
        elif bound:
            found = tag == "all" or len(set(seen)) == len(seen)
        else:
            found = _VALUE[tag](*seen[0])
        if tag in _ARITHMETIC:
            found = self.values[self.numeral(str(found))]
        return found if sort else found == (literal > 0)

    # Certificates

    def certificate(self, value: Any) -> Checked:
        form, version, verdict, consistency, *more = self.fields(
            value,
            "certificate",
            "format version verdict consistency semantics signature premises axioms goal negation evidence",
        )
        self.need(
            repr((form, version)) == "('neurologic certificate', 1)", "no certificate of version 1"
        )
        semantics, signature, premises, axioms, goal, negation, evidence = more
        options = self.fields(semantics, "semantics", " ".join(_SEMANTICS))
        for choice, known in zip(options, _SEMANTICS.values(), strict=True):
            self.need(repr(choice) in known.split(), f"{choice!r:.80} is none of {known}")
        self.signature(*self.fields(signature, "signature", "sorts symbols"))
        self.given: dict[str, tuple[int, ...]] = {
            f"p{i}": (self.stated(p),) for i, p in enumerate(self.items(premises, "premises"))
        }
        for i, axiom in enumerate(self.items(axioms, "axioms")):
            self.given[f"a{i}"] = (self.read(axiom, self.place),)
        self.place = "goal"
        goals = {
            "goal": self.stated(goal),
            "negation": self.read(negation, "negation"),
            "falsum": 0,
        }
        self.need(options[0] == "explicit" or sum(goals.values()) == 0, "not the goal's negation")
        self.asking = False
        shown: dict[str, str | None] = dict.fromkeys(goals)
        for name, piece in zip(
            goals, self.fields(evidence, "evidence", " ".join(goals)), strict=True
        ):
            if piece is not None:
                shown[name] = "model" if name != "falsum" and "domains" in piece else "proof"
                (self.model if shown[name] == "model" else self.proof)(
                    piece, goals[name], f"evidence.{name}"
                )
        self.place = "evidence"
        sides = (shown["goal"], shown["negation"])
        self.need(not shown["falsum"] or "model" not in sides, "a model of what is refuted")
        found = _VERDICTS.get(
            ("proof", "proof") if shown["falsum"] else sides, ("nothing", "unknown")
        )
        if options[-1] == "linc" and found[0] == "INCONSISTENT":
            found = ("ENTAILED", "inconsistent")
        self.need((verdict, consistency) == found, f"the evidence shows {found[0]}, {found[1]}")
        return Checked(verdict, consistency, **shown, work=self.work)

    def stated(self, value: Any) -> int:
        place = self.place
        text, formula = self.fields(value, place, "text formula")
        self.need(type(text) is str, "expected a sentence as text")
        return self.read(formula, f"{place}.formula")

    def signature(self, sorts: Any, symbols: Any) -> None:
        for entry in self.items(sorts, "signature.sorts"):
            name, members, ordered = self.fields(entry, self.place, "name members ordered")
            fresh = self.named(name) not in self.sorts and name != "Bool" and type(ordered) is bool
            builtin = name in _NUMERIC or name == "Entity"
            self.need(
                fresh and not (builtin and members) and (members or not ordered), "no such sort"
            )
            self.sorts[name] = None
            if members is not None:
                nodes = self.sorts[name] = []
                for member in self.items(members, f"{self.place}.members"):
                    self.need(
                        self.named(member) not in self.members, f"{member} is a member already"
                    )
                    self.members[member] = self.make("fun", member, name)
                    self.values[self.members[member]] = Fraction(len(nodes))
                    nodes.append(self.members[member])
                self.need(nodes, "an enumeration without members")
            self.ordered |= {name} if ordered else set()
        for entry in self.items(symbols, "signature.symbols"):
            name, arguments, result = self.fields(entry, self.place, "name arguments result")
            self.need(type(arguments) is list, "expected a list of sorts")
            self.need(all(sort in self.sorts for sort in arguments), "an unknown sort")
            self.need(result == "Bool" or result in self.sorts, "an unknown sort")
            key = (result == "Bool", self.named(name), len(arguments))
            self.need(
                key not in self.symbols and (key[0] or arguments or name not in self.members),
                "declared twice",
            )
            self.symbols[key] = (tuple(arguments), "" if result == "Bool" else result)

    def named(self, token: str) -> str:
        self.need(re.fullmatch(_NAME, token) and token not in _ARITY, f"{token!r:.80} is no name")
        return token
