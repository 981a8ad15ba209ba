"""The rule dialect of Logic-LM: facts, rules and a query for ProofWriter and ProntoQA.

`Kind($x, True) >>> Big($x, False)` is a rule whose head is negative. Spellings and plurals of a name
are one (`jompuses`, `Jompus`): models write both (see `names`). Negations are independent of what they
deny, so the rules are decided under explicit negation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from benchmarks.dialects.assuming import Assumption, once
from benchmarks.dialects.names import key_of, merged, uses
from benchmarks.dialects.rule_lines import VALUES, Name, Rule, Unbound, Written, is_open, parse
from benchmarks.dialects.sections import Line, lines_of, read_each
from neurologic.binding import universal_closure
from neurologic.errors import ParseError, Span
from neurologic.formula import And, Atom, Constant, Formula, Implies, Not, Term, Variable


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: a literal, whether its polarity was written, and the sentence beside it."""

    goal: Formula
    positive: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class RuleProgram:
    """A program of rules, read.

    Args:
        premises: facts and rules as formulas.
        query: what is asked; None where it cannot be read.
        errors: what cannot be read, each error with its place.
        guesses: what was guessed under tolerance, in words.
        notes: what is odd: names taken as one, facts that say nothing.
        assumed: readings that go beyond the dialect.
    """

    premises: tuple[Formula, ...]
    query: Query | None
    errors: tuple[ParseError, ...] = ()
    guesses: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    assumed: tuple[Assumption, ...] = ()


def read(program: str, *, tolerant: bool = False) -> RuleProgram:
    r"""The program with its facts, rules and query as formulas.

    Args:
        program: the text.
        tolerant: guess at what is written in another way: sentences of the form `Ann is kind`,
            `someone` for a variable.

    >>> found = read("Facts:\nJompus(Max, True)\nRules:\nJompuses($x, True) >>> Shy($x, False)\n"
    ...              "Query:\nShy(Max, False)")
    >>> [str(premise) for premise in found.premises], str(found.query.goal)
    (['Jompus(Max)', '∀x (Jompus(x) → ¬Shy(x))'], '¬Shy(Max)')
    """
    return _Reader(tolerant).program(program)


@dataclass(slots=True)
class _Reader:
    """One program on its way to formulas."""

    tolerant: bool
    arities: dict[str, int] = field(default_factory=dict)
    two_valued: set[str] = field(default_factory=set)
    errors: list[ParseError] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    assumed: list[Assumption] = field(default_factory=list)

    def program(self, program: str) -> RuleProgram:
        lines = [line for line in lines_of(program) if not _EMPTY.fullmatch(line.text)]
        for line in lines:
            if line.section == "predicates" and (match := _DECLARED.match(line.text)):
                places = [place.strip().lower() for place in match[2].split(",")]
                valued = places[-1] in ("bool", "boolean")
                self.arities[key_of(match[1])] = len(places) - valued
                self.two_valued |= {key_of(match[1])} if valued else set()
        statements = [line for line in lines if line.section in ("facts", "rules")]
        asked = [line for line in lines if line.section in ("query", "queries")]
        rules = read_each(statements, self._rule, self.errors)
        queries = read_each(asked, self._query, self.errors)
        if not asked:
            self.errors.append(ParseError("the program has no query", kind="no query"))
        elif len(queries) > 1:
            line = asked[1]
            self.errors.append(
                ParseError(
                    "the program has more than one query",
                    text=line.text,
                    span=(0, len(line.text)),
                    source=line.source,
                    kind="several queries",
                )
            )
        said = [line.sentence for line in (*statements, *asked)]
        names = _Names.of([rule for rule in rules if rule], [q[0] for q in queries], said)
        self.notes.extend(names.notes)
        premises = tuple(names.formula(rule) for rule in rules if rule)
        query = None
        if len(queries) == 1:
            atom, positive, sentence = queries[0]
            query = Query(names.formula(((), (atom,))), positive, sentence)
        return RuleProgram(
            premises,
            query,
            tuple(self.errors),
            tuple(dict.fromkeys(self.guesses)),
            tuple(dict.fromkeys(self.notes)),
            once(self.assumed),
        )

    def _rule(self, line: Line) -> Rule | None:
        rule = self._line(line)
        conditions, heads = (tuple(self._valued(atom, line) for atom in side) for side in rule)
        if not conditions and any(_variables(atom) for atom in heads):
            self._pass_over(heads, line)
            return None
        return conditions, heads

    def _pass_over(self, heads: tuple[Written, ...], line: Line) -> None:
        """A fact about $x: half a rule, which states no fact (Logic-LM passes it over too)."""
        if len(heads) > 1:
            raise ParseError(
                "a conjunction about a variable is neither a fact nor a rule",
                text=line.text,
                span=(0, len(line.text)),
                hint="write conditions >>> head",
                kind="half a rule",
            )
        name = _variables(heads[0])[0]
        self.notes.append(f"{line.source}: a fact about ${name} states nothing")

    def _query(self, line: Line) -> tuple[Written, bool | None, str]:
        conditions, heads = self._line(line)
        if conditions or len(heads) != 1:
            raise ParseError(
                "a query is one literal", text=line.text, span=(0, len(line.text)), kind="query"
            )
        atom = heads[0]
        declared = self.arities.get(key_of(atom.name.text), 0)
        if declared < len(atom.args) > 1 and is_open(atom.args[-1]):
            self.notes.append(f"{line.source}: the query asks for a truth value")
            self.assumed.append("query without truth value")
            atom = self._valued(replace(atom, args=atom.args[:-1]), line, asked=True)
            if is_negative(line.sentence):
                atom = replace(atom, positive=not atom.positive)
            return atom, None, line.sentence
        atom = self._valued(atom, line)
        if variables := _variables(atom):
            raise ParseError(
                f"the query is about the variable {variables[0]}",
                text=line.text,
                span=(0, len(line.text)),
                kind="query",
            )
        return atom, atom.positive, line.sentence

    def _line(self, line: Line) -> Rule:
        text = line.text.rstrip(".")
        try:
            found = parse(text)
        except ParseError as error:
            error.text = line.text
            guess = self.tolerant and error.kind != "too long"
            if guess and (spoken := _spoken(" ".join(text.split()))):
                self.guesses.append(f"{line.source}: a sentence is read as a statement")
                return spoken
            raise
        if _VALUE_AS_HEAD.search(text):
            self.assumed.append("truth value as head")
        return found

    def _valued(self, atom: Written, line: Line, asked: bool = False) -> Written:
        """The atom without the truth value among its arguments."""
        if not atom.args:
            return atom
        args, positive = atom.args, atom.positive
        last = args[-1]
        value = VALUES.get(last.text.lower()) if isinstance(last, Name) else None
        declared = self.arities.get(key_of(atom.name.text))
        if value is not None:
            args, positive = args[:-1], positive is value
        elif (declared is not None and declared < len(args)) or (len(args) > 1 and _asks(last)):
            raise ParseError(
                f"expected True or False as the last argument of {atom.name.text}",
                text=line.text,
                span=last.span if not isinstance(last, Written) else last.name.span,
                expected=("True", "False"),
                hint=f"declared: {atom.name.text} of {declared} and a truth value"
                if declared
                else "",
                kind="no value",
            )
        for arg in args:
            if isinstance(arg, Written):
                raise ParseError(
                    "an atom stands where a name belongs",
                    text=line.text,
                    span=arg.name.span,
                    kind="atom as argument",
                )
        affirmed = value is None and atom.positive and not asked
        if affirmed and key_of(atom.name.text) in self.two_valued:
            self.assumed.append("truth value left out")
        bound = tuple(self._argument(arg, line) for arg in args)
        return Written(atom.name, bound, positive)

    def _argument(self, arg: Name | Unbound | Written, line: Line) -> Name | Unbound | Written:
        if isinstance(arg, Unbound) and arg.text == "?":
            raise ParseError("expected a name", text=line.text, span=arg.span, kind="no value")
        if isinstance(arg, Name):
            if _VARIABLE.fullmatch(arg.text):
                return Unbound(arg.text, arg.span)
            if arg.text.lower() in _ANYONE:
                self._guess(f"{arg.text} stands for a variable", line, arg.span)
                return Unbound("x", arg.span)
        return arg

    def _guess(self, message: str, line: Line, span: Span) -> None:
        if not self.tolerant:
            raise ParseError(
                message, text=line.text, span=span, hint="read under tolerance only", kind="guess"
            )
        self.guesses.append(f"{line.source}: {message}")


def is_negative(sentence: str) -> bool:
    """Whether a simple sentence denies something.

    >>> is_negative("Max is not sour."), is_negative("Max is notable.")
    (True, False)
    """
    return _DENIAL.search(sentence) is not None


_DENIAL = re.compile(r"\b(?:not|never|no|nor|neither|cannot)\b|n['’]t\b", re.IGNORECASE)
_EMPTY = re.compile(r"[-–—*=_\s.]*|\(?none\.?\)?|n/?a", re.IGNORECASE)
_DECLARED = re.compile(r"([^()]+)\(([^()]*)\)")
_VALUE_AS_HEAD = re.compile(r"(?:>>>|[-=]>|→|⇒)\s*(?:true|false)\s*$", re.IGNORECASE)
_VARIABLE = re.compile(r"[u-z]\d*")
_ANYONE = frozenset(
    "someone something somebody anyone anything anybody everyone everything".split()
)


def _asks(arg: Name | Unbound | Written) -> bool:
    return isinstance(arg, Name) and arg.text.lower() != "x" and is_open(arg)


def _variables(atom: Written) -> list[str]:
    return [arg.text for arg in atom.args if isinstance(arg, Unbound)]


_SPOKEN = re.compile(r"(?:the\s+)?(\w+)\s+(?:is|are)\s+(not\s+)?(?:an?\s+)?(\w+)", re.IGNORECASE)


def _spoken(text: str) -> Rule | None:
    """The rule that sentences such as `Ann is kind and Ann is big >>> Ann is not cold` say."""
    sides = re.split(r"\s*>>>\s*", text)
    if len(sides) > 2:
        return None
    found = []
    for side in sides:
        atoms = []
        for part in re.split(r"\s*(?:&&|\band\b)\s*", side):
            if match := _SPOKEN.fullmatch(part.strip()):
                subject, denial, what = match.groups()
                atom = Written(Name(what, (0, 0)), (Name(subject, (0, 0)),), denial is None)
                atoms.append(replace(atom, args=(*atom.args, Name("True", (0, 0)))))
                continue
            try:
                atoms.extend(parse(part)[1])
            except ParseError:
                return None
        found.append(tuple(atoms))
    return ((), found[0]) if len(found) == 1 else (found[0], found[1])


@dataclass(slots=True)
class _Names:
    """Which names of a program are one, and what the one is called."""

    predicates: dict[str, str]
    constants: dict[str, str]
    notes: list[str]

    @classmethod
    def of(cls, rules: list[Rule], queries: list[Written], said: list[str]) -> _Names:
        atoms = [atom for rule in rules for side in rule for atom in side] + queries
        named = [atom.name.text for atom in atoms]
        constants = [arg.text for atom in atoms for arg in atom.args if isinstance(arg, Name)]
        notes: list[str] = []
        used = uses(rules, queries, said)
        return cls(merged(named, used, notes), merged(constants, {}, notes), notes)

    def formula(self, rule: Rule) -> Formula:
        conditions, heads = rule
        head = _joined([self._literal(atom) for atom in heads])
        if conditions:
            head = Implies(_joined([self._literal(atom) for atom in conditions]), head)
        names = dict.fromkeys(v for side in rule for atom in side for v in _variables(atom))
        return universal_closure(head, {name: Variable(name) for name in names})

    def _literal(self, atom: Written) -> Formula:
        args = tuple(self._term(arg) for arg in atom.args)
        found = Atom(self.predicates[atom.name.text], args)
        return found if atom.positive else Not(found)

    def _term(self, arg: Name | Unbound | Written) -> Term:
        if isinstance(arg, Name):
            return Constant(self.constants[arg.text])
        assert isinstance(arg, Unbound)
        return Variable(arg.text)


def _joined(parts: list[Formula]) -> Formula:
    return parts[0] if len(parts) == 1 else And(tuple(parts))
