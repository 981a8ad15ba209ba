"""The trusted kernel: whether a certificate shows what it claims. docs/decisions/kernel.md audits it.

A claim is refuted by lemmas and clauses: a lemma holds in every structure, or is made to hold by the
choice of what fresh constants denote (Henkin 1949); a clause follows by unit propagation from what
it cites. Or a finite structure shows that the claim does not follow.
"""

from __future__ import annotations

import json
import math
from itertools import combinations
from typing import Any, NamedTuple

from neurologic.errors import Rejected
from neurologic.kernel.clauses import Clauses
from neurologic.kernel.models import Models
from neurologic.kernel.sentences import run

_KEYS = (
    "format version verdict consistency semantics signature premises axioms goal negation evidence"
)
_SEMANTICS = {"negation": "'classical' 'explicit'", "unique_names": "True False",
              "closed_domain": "True False", "existential_import": "True False",
              "arithmetic": "'interpreted' 'uninterpreted'", "convention": "'neurologic' 'linc'"}  # fmt: skip
_VERDICTS = {  # what is shown of the goal and of its negation
    ("proof", "model"): ("ENTAILED", "consistent"), ("proof", None): ("ENTAILED", "unknown"),
    ("model", "proof"): ("REFUTED", "consistent"), (None, "proof"): ("REFUTED", "unknown"),
    ("model", "model"): ("UNDETERMINED", "consistent"), ("proof", "proof"): ("INCONSISTENT", "inconsistent"),
}  # fmt: skip


class Checked(NamedTuple):
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
        kernel.spend(len(certificate) // 8)
        value = json.loads(
            certificate, object_pairs_hook=_object, parse_float=int, parse_constant=int
        )
        return kernel.certificate(value)
    except Rejected:
        raise
    except Exception as error:  # what cannot be read is refused, whatever stands in the way
        raise Rejected(kernel.place, f"{type(error).__name__}: {error!s:.200}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice in an object")
    return dict(pairs)


class _Kernel(Models, Clauses):
    def certificate(self, value: Any) -> Checked:
        """What the evidence shows, if it is what is claimed."""
        form, version, verdict, consistency, *more = self.fields(value, "certificate", _KEYS)
        semantics, signature, premises, axioms, goal, negation, evidence = more
        known = repr((form, version)) == "('neurologic certificate', 1)"
        self.need(known, "no neurologic certificate of version 1")
        options = self.fields(semantics, "semantics", " ".join(_SEMANTICS))
        for choice, choices in zip(options, _SEMANTICS.values(), strict=True):
            self.need(repr(choice) in choices.split(), f"{choice!r:.80} is none of {choices}")
        self.signature(*self.fields(signature, "signature", "sorts symbols"))
        for i, premise in enumerate(self.items(premises, "premises")):
            self.given[f"p{i}"] = (self.stated(premise, self.place),)
        for i, axiom in enumerate(self.items(axioms, "axioms")):
            self.given[f"a{i}"] = (self.read(axiom, self.place),)
        aims = {"goal": self.stated(goal, "goal"), "negation": self.read(negation, "negation")}
        self.need(options[0] == "explicit" or sum(aims.values()) == 0, "not the goal's negation")
        self.asking = False
        shown: dict[str, str | None] = {"goal": None, "negation": None, "falsum": None}
        for name, piece in zip(
            shown, self.fields(evidence, "evidence", " ".join(shown)), strict=True
        ):
            if piece is not None and name in aims and "domains" in piece:
                self.model(piece, aims[name], f"evidence.{name}")
                shown[name] = "model"
            elif piece is not None:
                self.proof(piece, aims.get(name, 0), f"evidence.{name}")
                shown[name] = "proof"
        self.place, sides = "evidence", (shown["goal"], shown["negation"])
        self.need(not shown["falsum"] or "model" not in sides, "a model of what is refuted")
        sides = ("proof", "proof") if shown["falsum"] else sides
        self.need(sides in _VERDICTS, "shows no verdict")
        found = _VERDICTS[sides]
        if options[-1] == "linc" and found[0] == "INCONSISTENT":
            found = ("ENTAILED", "inconsistent")
        self.need((verdict, consistency) == found, f"shows {found[0]} and {found[1]}")
        return Checked(verdict, consistency, **shown, work=self.work)

    def stated(self, value: Any, place: str) -> int:
        text, formula = self.fields(value, place, "text formula")
        self.need(type(text) is str, "expected a sentence as text")
        return self.read(formula, f"{place}.formula")

    def proof(self, evidence: Any, goal: int, place: str) -> None:
        """Refuses what does not refute the premises together with the denied goal, if there is one."""
        self.table, lemmas, steps = self.fields(evidence, place, "table lemmas steps")
        self.need(type(self.table) is list, "expected a list as table")
        self.cited, clause, before = dict[int, int](), None, (self.symbols, self.taken)
        self.symbols, self.taken = dict(self.symbols), set(self.taken)  # witnesses are added
        facts = {**self.given, "g": (-goal,)} if goal else dict(self.given)
        for i, lemma in enumerate(self.items(lemmas, f"{place}.lemmas")):
            self.need(type(lemma) is list, "expected a list")
            facts[f"l{i}"] = self.lemma(*lemma)
        for i, step in enumerate(self.items(steps, f"{place}.steps")):
            literals, references = step
            self.need(type(step) is type(references) is list, "expected a list of references")
            for name in references:
                self.need(name in facts, f"there is no {name!r:.80} to refer to")
            clause, cited = self.clause(literals), [facts[name] for name in references]
            self.need(self.follows(clause, cited), "does not follow by unit propagation")
            facts[f"s{i}"] = clause
        for index in range(len(self.table)):
            self.sentence(index)  # also what is not cited is well formed
        self.need(clause in ((), (goal,)), "the last clause is neither empty nor the goal")
        self.symbols, self.taken = before

    def sentence(self, index: int) -> int:
        """A sentence of the table, read when it is first cited."""
        self.need(type(index) is int and index >= 0, "expected a place in the table")
        if index not in self.cited:
            place = self.place
            self.cited[index] = self.read(self.table[index], f"{place}, table[{index}]")
            self.place = place
        return self.cited[index]

    def clause(self, literals: list[int]) -> tuple[int, ...]:
        whole = type(literals) is list and all(type(n) is int for n in literals)
        self.need(whole, "expected a list of literals")
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
                valid = self.valid(clause) if kind == "eq" else self.counted(*clause)
                self.need(valid, "not valid by equality and calculation, or by counting")
                return clause
            case "enum", ():
                term = self.term(subject)
                members = self.sorts[self.nodes[term][2]]
                self.need(members, "not of an enumeration")
                return tuple(self.make("=", parts=(term, member)) for member in members or ())
            case "split", (low, high) if type(low) is type(high) is int:
                term = self.term(subject)
                self.need(self.fits(term, "Int") and low <= high, "no integer, or nothing between")
                self.spend(high - low)
                numbers = [self.numeral(str(n)) for n in range(low, high + 1)]
                outside = (term, numbers[0]), (numbers[-1], term)
                ends = (self.make("<", parts=pair) for pair in outside)
                return (*ends, *(self.make("=", parts=(term, n)) for n in numbers))
        raise Rejected(self.place, f"no kind of lemma: {kind!r:.80}")

    def quantified(self, kind: str, node: int, texts: Any) -> tuple[int, ...]:
        """For U, which says of all terms what B says of some: not U or B(t); not B(c) or U, c fresh.

        U is `all`, or an indexed `distinct` (of two assignments), or `count < k` (not `count >= k`).
        """
        (tag, sorts, _, parts), sign = self.nodes[node], 1
        places = {"all": 1, "distinct": 2}.get(tag, 0)
        if tag == "<":
            sign = 1 if self.nodes[parts[0]][0] == "count" else -1
            count, limit = parts[::sign]
            bound = self.values[limit]  # count < bound, or else not bound < count
            places = math.ceil(bound) if sign > 0 else math.floor(bound) + 1
            self.need(self.nodes[count][0] == "count", "no count beside a numeral")
            _, sorts, _, parts = self.nodes[count]
        texts = [texts] if type(texts) is str else texts
        fitting = type(texts) is list and len(texts) == places * len(sorts) > 0
        self.need(fitting, "no quantified sentence, or one for another number of terms")
        terms = []
        for text, sort in zip(texts, sorts * places, strict=True):
            if kind == "wit":
                self.need(self.named(text) not in self.taken, f"{text:.80} is not fresh")
                self.symbols[False, text, 0] = ((), sort)
                self.taken.add(text)
            terms.append(self.term(text))
            self.need(self.fits(terms[-1], sort), f"{text:.80} is not of the sort {sort}")
        rows = [terms[i : i + len(sorts)] for i in range(0, len(terms), len(sorts))]
        bodies = [[run(self.instance(part, row[::-1])) for part in parts] for row in rows]
        body = bodies[0][0]
        if tag == "distinct":
            body = self.make("implies", parts=(self.equal(*bodies), self.equal(*rows)))
        elif tag == "<":
            differ = [-self.equal(*pair) for pair in combinations(rows, 2)]
            body = -self.make("and", parts=[*(holds for (holds,) in bodies), *differ])
        return (-sign * node, body) if kind == "inst" else (-body, sign * node)

    def equal(self, left: list[int], right: list[int]) -> int:
        equations = [self.make("=", parts=pair) for pair in zip(left, right, strict=True)]
        return equations[0] if len(equations) == 1 else self.make("and", parts=equations)
