"""Small problems of every kind that the language has, for what must say the same of each of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from neurologic.formula import Formula
from neurologic.notation.problems import Plain
from neurologic.parsing import parse, read_problem
from neurologic.problem import Semantics
from neurologic.question import Question


@dataclass(frozen=True)
class Case:
    """A problem file, what is added to it, and whether goal and negation follow."""

    text: str
    follows: tuple[bool, bool]
    semantics: Semantics = Semantics()

    @property
    def question(self) -> Question:
        problem = read_problem(self.text)
        return Question.of(
            problem.premises,
            problem.conclusion,
            self.semantics,
            problem.signature,
            None,
            3_000_000,
        )

    @property
    def plain(self) -> Plain:
        asked = self.question
        axioms = asked.axioms(range(len(asked.premises)))
        return Plain.of(asked.premises, asked.goals, asked.signature, axioms)


UNSORTED = (
    Case("all x. (Man(x) -> Mortal(x))\nMan(socrates)\n? Mortal(socrates)", (True, False)),
    Case("all x. (Man(x) -> Mortal(x))\n-Mortal(zeus)\n? Man(zeus)", (False, True)),
    Case("P(a)\n? Q(a)", (False, False)),
    Case("P(a)\n-P(a)\n? Q(a)", (True, True)),
    Case("P xor Q\nP <-> Q\n? R", (True, True)),
    Case("all x. exists y. R(x, y)\n? exists y. all x. R(x, y)", (False, False)),
    Case("exists y. all x. R(x, y)\n? all x. exists y. R(x, y)", (True, False)),
    Case("f(f(a)) = a\nf(f(f(a))) = a\n? f(a) = a", (True, False)),
    Case("all x. (x = a | x = b)\nP(a)\nP(b)\n? all x. P(x)", (True, False)),
    Case("Distinct(a, b, c)\na = b\n? P(a)", (True, True)),
    Case("Distinct(a, b, c)\n? a = b | b = c", (False, True)),
    Case("Year(1969)\n? 1969 = 1970", (False, True)),
    Case("P(2)\n'2' = 3\n? P(3)", (False, False)),
    Case("P(a) & Q\n? True", (True, False)),
    Case("P -> False\n? P", (False, True)),
    Case("all x. (P(x) -> all x. Q(x))\nP(a)\n? Q(b)", (True, False)),
    Case("'Man'(man)\nman('Man')\n? 'Man'('Man') & 'man'(man)", (False, False)),
    Case("P(p)\np(P)\n? P(P)", (False, False)),
    Case("P(p, p)\n-P(p)\n-P\n? P(P, P)", (False, False)),
    Case("'it\\'s'(a)\n'a b'('|x|', '\\\\')\n'ñ'('%')\n? 'a b'('|x|', '\\\\') & 'ñ'('%')", (True, False)),
    Case("'and'('not', 'true')\n'$true'('forall')\n'_'\n? 'and'('not', 'not')", (False, False)),
    Case("'$false'\n-'$true'\n? '$true' | Q", (False, False)),
    Case("all x. P(x)\n? P('x') & P('X')", (True, False)),
    Case("select(store, concat) & Int(Real)\n? Int(abs) & exists let. Real(let)", (False, False)),
    Case("all x. (A(x) -> B(x))\n? exists x. B(x)", (True, False), Semantics(existential_import=True)),
    Case("P(a)\n? a != b", (True, False), Semantics(unique_names=True)),
    Case("P(a)\nP(b)\n? all x. P(x)", (True, False), Semantics(closed_domain=True)),
    Case("A(x) -> B(x)\n-B(a)\n? -A(a)", (False, False), Semantics(negation="explicit")),
    Case("A(x) -> -B(x)\nA(a)\n? B(a)", (False, True), Semantics(negation="explicit")),
    Case("age(ann) < 3\n? age(ann) < 4", (False, False), Semantics(arithmetic="uninterpreted")),
    Case("P(3)\n? 3 < 4 & -(4 <= 3)", (True, False), Semantics(arithmetic="uninterpreted")),
)  # fmt: skip
"""One open sort, no numbers."""

_SORTS = "sort person\nsort town\nfun home: person -> town\nconst ann: person\nconst rye: town\n"
_DAYS = "sort day = {mon < tue < wed}\npred Rain: day\nfun next: day -> day\n"
_COLOURS = "sort colour = {red, green}\nfun paint: colour -> colour\nconst c: colour\n"
SORTED = (
    Case(_SORTS + "all p: person. home(p) = rye\n? home(ann) = rye", (True, False)),
    Case(_SORTS + "all t: town. t = rye\n? home(ann) = rye", (True, False)),
    Case(_SORTS + "all p: person. p = ann\n? all t: town. t = rye", (False, False)),
    Case(_COLOURS + "c != red\n? c = green", (True, False)),
    Case(_COLOURS + "Distinct(x: colour, paint(x))\n? exists x: colour. paint(x) = red", (True, False)),
    Case(_COLOURS + "Count(x: colour, paint(x) = red) = 2\n? paint(green) = red", (True, False)),
    Case(_COLOURS + "Count(x: colour, paint(x) = c) = 0\n? paint(red) = paint(green)", (True, False)),
    Case(_COLOURS + "paint(red) = green\n? red = green", (False, True)),
    Case(_DAYS + "all d: day. (d > mon -> Rain(d))\n? Rain(wed)", (True, False)),
    Case(_DAYS + "all d: day. (d >= tue -> next(d) < d)\nnext(tue) != mon\n? False", (True, True)),
    Case(_DAYS + "Rain(mon)\n? exists d: day. d < mon", (False, True)),
    Case("sort size = {1, 2, 3}\npred Fits: size\nFits(2)\n? Fits(1)", (False, False)),
    Case("sort size = {1, 2, 3}\npred Fits: size\n-Fits(1)\n-Fits(2)\nexists s: size. Fits(s)\n? Fits(3)", (True, False)),
    Case("Count(x, P(x)) >= 2\n? exists x. P(x)", (True, False)),
    Case("Count(x, P(x)) = 1\nP(a)\nP(b)\n? a = b", (True, False)),
)  # fmt: skip
"""Sorts, enumerations, orders and counting, without numbers unless they count."""

NUMBERS = (
    Case("age(ann) = 3\n? age(ann) + 1 = 4", (True, False)),
    Case("age(ann) > 17\nall x. (age(x) >= 18 -> Adult(x))\n? Adult(ann)", (True, False)),
    Case("height(ann) > 1.5\n? height(ann) > 1.75", (False, False)),
    Case("height(ann) = 1.5\n? height(ann) + height(ann) = 3", (True, False)),
    Case("size(a) < -3\n? size(a) - 2 < -5", (True, False)),
    Case("2 * size(a) = 6\n? size(a) = 3", (True, False)),
    Case("sort day = {mon, tue}\npred Rain: day\nCount(d: day, Rain(d)) + 1 > 2\n? Rain(mon)", (True, False)),
    Case("'0'('3')\nsize('3') = 4\n? size('3') < 5 & '0'('4')", (False, False)),
    Case("3 < 2\n? P", (True, True)),
)  # fmt: skip
"""Interpreted arithmetic."""


def pelletier(folder: Path) -> Iterator[tuple[str, list[Formula], Formula]]:
    """Number, premises and goal of each problem of a list whose quantifiers all reach far."""
    for line in (folder / "pelletier.txt").read_text(encoding="utf-8").splitlines():
        number, _, text = line.partition("|")
        if number.isdigit():
            *premises, goal = (parse(_wide(part)) for part in text.split(" ; "))
            yield number, premises, goal


def _wide(text: str) -> str:
    """The text with a bracket behind each quantifier, closed where what holds it ends.

    >>> _wide("(forall x. P(x) | Q) -> exists y. R")
    '(forall x. (P(x) | Q)) -> exists y. (R)'
    """
    written, opened = [], [0]
    for token in re.findall(r"(?:forall|exists)[\w ]*\.|.", text):
        if token == ")":
            written.append(")" * opened.pop())
        written.append(token)
        if token == "(":
            opened.append(0)
        elif token.endswith(".") and len(token) > 1:
            written.append(" (")
            opened[-1] += 1
    return re.sub(r"\( +", "(", "".join(written)) + ")" * opened.pop()
