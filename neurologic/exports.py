"""What a certificate says, for other programs and readers: its problem, its propositions, its proof.

The problem goes to provers as TPTP and SMT-LIB and to a text as LaTeX. The propositional part of a
proof, which is all of it but the lemmas, goes to SAT checkers as DIMACS and DRUP: the clauses are the
kernel's own. The proof goes to readers in the manner of Fitch (Symbolic Logic, 1952).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from neurologic import proof
from neurologic.certification import Certificate
from neurologic.certification.page import axiom_words
from neurologic.certification.proof_lines import ProofLine, ReadableProof
from neurologic.certification.reading import formula_of
from neurologic.errors import NeurologicError
from neurologic.formula import Formula, Not, Sort
from neurologic.notation import render, to_latex
from neurologic.notation.kernel_form import name_of, read
from neurologic.notation.problems import Plain
from neurologic.notation.smtlib import written as smtlib_text
from neurologic.notation.tptp import written as tptp_text
from neurologic.notation.writing import comment
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration

Form: TypeAlias = Literal["tptp", "smtlib", "latex", "dimacs", "drup", "fitch"]
Side: TypeAlias = Literal["goal", "negation", "falsum"]
FORMS: tuple[Form, ...] = get_args(Form)
SIDES: tuple[Side, ...] = get_args(Side)


def export(certificate: Certificate, form: Form, side: Side | None = None) -> str:
    """The certificate in another form.

    Args:
        certificate: one that the kernel accepts.
        form: `tptp`, `smtlib` or `latex` for the problem, `dimacs` for the clauses of a proof,
            `drup` for its steps, `fitch` for the proof as text.
        side: which question, or the proof of what: the `goal`, its `negation`, or `falsum`; by
            default the one that is proved, or else the goal.

    Raises:
        NeurologicError: there is no such form or side, no proof on that side, or the form cannot
            say it.

    >>> from neurologic import certify
    >>> made = certify(["P(a)", "P(a) -> Q(a)"], "Q(a)")
    >>> print(export(made, "fitch"), end="")
     1 │ P(a)         premise 1
     2 │ P(a) → Q(a)  premise 2
       ├────
     3 │ Q(a)         1, 2
    >>> print(export(made, "drup"), end="")
    1 0
    2 0
    0
    """
    if form not in FORMS:
        raise NeurologicError(f"there is no form {form!r:.80}", expected=FORMS)
    if side not in (*SIDES, None):
        raise NeurologicError(f"there is no side {side!r:.80}", expected=SIDES)
    proved = [name for name in SIDES if name in certificate.proofs]
    chosen = side or (proved[0] if proved else "goal")
    match form:
        case "tptp":
            return _tptp(certificate, chosen)
        case "smtlib":
            return _smtlib(certificate)
        case "latex":
            premises, goal = certificate.document["premises"], certificate.document["goal"]
            formulas = [formula_of(row["formula"]) for row in (*premises, goal)]
            return to_latex(formulas[:-1], formulas[-1])
    if chosen not in proved:
        has = f"proved is: {' and '.join(proved) or 'nothing'}"
        raise NeurologicError(f"the certificate has no proof of its {chosen}", hint=has)
    if form == "fitch":
        return _fitch(certificate, chosen)
    clauses = _Clauses.of(certificate, chosen)
    return clauses.dimacs() if form == "dimacs" else clauses.drup()


# Problems


def _problem(certificate: Certificate, goals: Sequence[Formula]) -> tuple[Plain, list[str]]:
    document = certificate.document
    rows = [*document["premises"], document["goal"]]
    premises = [read(row["formula"]) for row in rows[:-1]]
    axioms = [read(text) for text in document["axioms"]]
    plain = Plain.of(premises, goals, _signature(document["signature"]), axioms)
    texts = [row["text"] for row in rows]
    return plain, texts if any(texts) else []


def _signature(stated: Mapping[str, Any]) -> Signature:
    return Signature(
        tuple(
            SortDeclaration(
                Sort(name_of(sort["name"])),
                None if sort["members"] is None else tuple(map(name_of, sort["members"])),
                sort["ordered"],
            )
            for sort in stated["sorts"]
            if sort["members"] is not None or sort["name"] not in _BUILT_IN
        ),
        tuple(
            SymbolDeclaration(
                name_of(symbol["name"]),
                tuple(Sort(name_of(sort)) for sort in symbol["arguments"]),
                Sort(name_of(symbol["result"])),
            )
            for symbol in stated["symbols"]
        ),
    )


_BUILT_IN = frozenset(("Entity", "Int", "Rational", "Bool"))


def _tptp(certificate: Certificate, side: Side) -> str:
    document = certificate.document
    stated = {"goal": document["goal"]["formula"], "negation": document["negation"]}
    plain, texts = _problem(certificate, [read(stated.get(side, "false"))])
    evidence = {name: what is not None for name, what in document["evidence"].items()}
    if side in certificate.proofs or evidence["falsum"]:
        status = "Theorem" if certificate.consistency != "inconsistent" else "ContradictoryAxioms"
    else:
        status = "CounterSatisfiable" if evidence.get(side) else "Unknown"
    return tptp_text(plain, status=status, texts=texts)


def _smtlib(certificate: Certificate) -> str:
    document = certificate.document
    goals = [read(document["goal"]["formula"]), read(document["negation"])]
    plain, texts = _problem(certificate, goals)
    return smtlib_text(plain, texts=texts)


# Propositions


class _Recorder(proof._Kernel):
    """The kernel, which notes what each step of a proof follows from."""

    def __init__(self) -> None:
        super().__init__()
        self.followed: dict[str, list[tuple[tuple[int, ...], list[tuple[int, ...]]]]] = {}
        self.denied: dict[str, int] = {}
        self.written: dict[str, dict[int, str]] = {}

    def proof(self, evidence: Any, goal: int, place: str) -> None:
        self.followed[place], self.denied[place] = [], goal
        self.current = self.followed[place]
        super().proof(evidence, goal, place)
        self.written[place] = {node: evidence["table"][i] for i, node in self.cited.items()}

    def follows(self, clause: tuple[int, ...], cited: list[tuple[int, ...]]) -> bool:
        self.current.append((clause, cited))
        return super().follows(clause, cited)


@dataclass(frozen=True, slots=True)
class _Clauses:
    """A proof as clauses: those that are given, and those that follow, the last one empty.

    Args:
        given: what premises, axioms, the denied goal and lemmas come to, and what ∧ and ↔ mean.
        steps: the clauses of the proof.
        names: the sentences that literals stand for, as the certificate writes them.
    """

    given: tuple[tuple[int, ...], ...]
    steps: tuple[tuple[int, ...], ...]
    names: tuple[tuple[Any, ...], ...]

    @classmethod
    def of(cls, certificate: Certificate, side: Side) -> _Clauses:
        """The clauses of the proof on one side."""
        kernel, place = _Recorder(), f"evidence.{side}"
        kernel.certificate(certificate.as_json())
        steps = [clause for clause, _ in kernel.followed[place]]
        derived, given = set[tuple[int, ...]](), dict[tuple[int, ...], None]()
        for clause, cited in kernel.followed[place]:
            given.update((c, None) for c in cited if c not in derived)
            derived.add(clause)
        if steps[-1]:  # the goal itself: denied, it leaves nothing
            given[-kernel.denied[place],] = None
            steps.append(())
        every = [literal for clause in (*given, *steps) for literal in clause]
        nodes = list(kernel.below(every, ("and", "iff")))
        for node in nodes:
            given.update(dict.fromkeys(_meaning(node, *kernel.nodes[node])))
        names = kernel.written[place]
        named = {abs(node) for node in names}
        order = sorted(nodes, key=lambda node: (node not in named, node))
        number = {node: i + 1 for i, node in enumerate(order)}

        def numbered(clause: Iterable[int]) -> tuple[int, ...]:
            signed = {number[abs(n)] * (1 if n > 0 else -1) for n in clause}
            return tuple(sorted(signed, key=lambda n: (abs(n), n)))

        return cls(
            tuple(map(numbered, filter(_says_something, given))),
            tuple(map(numbered, steps)),
            tuple((*numbered([n]), text) for n, text in names.items() if abs(n) in number),
        )

    def dimacs(self) -> str:
        """The given clauses, with the sentences as comments."""
        variables = max((abs(n) for c in (*self.given, *self.steps) for n in c), default=0)
        named = sorted(self.names, key=lambda entry: (abs(entry[0]), entry))
        lines = [comment("c", f"{number} {text}") for number, text in named]
        lines.append(f"p cnf {variables} {len(self.given)}")
        return "".join(f"{line}\n" for line in (*lines, *map(_line, self.given)))

    def drup(self) -> str:
        """The clauses that follow, one a line."""
        return "".join(f"{_line(clause)}\n" for clause in self.steps)


def _meaning(node: int, tag: str, _data: Any, _sort: str, parts: Any) -> Iterable[tuple[int, ...]]:
    """The clauses that say what the node stands for (Tseitin 1968)."""
    if tag == "and":
        yield (node, *(-part for part in parts))
        yield from ((-node, part) for part in parts)
    elif tag == "iff":
        yield from ((s * node, t * parts[0], s * t * parts[1]) for s in (1, -1) for t in (1, -1))


def _says_something(clause: Sequence[int]) -> bool:
    return not any(-literal in clause for literal in clause)


def _line(clause: Sequence[int]) -> str:
    return " ".join(map(str, (*clause, 0)))


# Proofs


def _fitch(certificate: Certificate, side: Side) -> str:
    return _Fitch(certificate, side, certificate.proofs[side]).text()


@dataclass(frozen=True, slots=True)
class _Row:
    """A numbered line under so many bars; `rule` draws a line below, `new` begins a subproof."""

    depth: int
    text: str
    because: str
    rule: bool = False


class _Fitch:
    """One proof on its way to text."""

    def __init__(self, certificate: Certificate, side: Side, read_proof: ReadableProof) -> None:
        self.certificate = certificate
        self.document, self.side, self.proof = certificate.document, side, read_proof
        self.rows: list[_Row] = []
        self.sources: dict[str, int] = {}  # the row of a premise, an axiom, a line, the assumption
        self.open: list[int] = []  # the rows that begin the subproofs which are open
        self.goal: Formula | None = None
        if side != "falsum":
            stated = (
                self.document["goal"]["formula"] if side == "goal" else self.document["negation"]
            )
            self.goal = formula_of(stated)

    def text(self) -> str:
        plain = self.proof.kind == "direct" and not self.proof.split
        self.given()
        indirect = self.goal is not None and not plain
        if indirect:
            self.assume(_denied(self.goal), "g")
        for line in self.proof.lines:
            self.line(line, int(indirect))
        if indirect:
            self.discharge(self.goal)
        return self.drawn()

    def given(self) -> None:
        """The premises and axioms that the proof uses."""
        kinds = (
            ("premises", "p", "premise {}"),
            ("axioms", "a", axiom_words(self.certificate) + ", {}"),
        )
        for key, letter, words in kinds:
            used = {at for line in self.proof.lines for at in getattr(line, key)}
            for at in sorted(used):
                row = self.document[key][at]
                formula = formula_of(row if isinstance(row, str) else row["formula"])
                self.add(0, render(formula), words.format(at + 1), f"{letter}{at}")
        if self.rows:
            self.rows[-1] = _Row(0, self.rows[-1].text, self.rows[-1].because, rule=True)

    def add(self, depth: int, text: str, because: str, source: str, rule: bool = False) -> None:
        self.rows.append(_Row(depth, text, because, rule))
        self.sources[source] = len(self.rows)

    def assume(self, formula: Formula | None, source: str) -> None:
        self.open.append(len(self.rows) + 1)
        shown = "⊥" if formula is None else render(formula)
        self.add(len(self.open), shown, "assumption", source, rule=True)

    def discharge(self, formula: Formula | None, source: str = "") -> None:
        """Leave the subproof: what was assumed in it is impossible."""
        begun = self.open.pop()
        because = f"{begun}–{len(self.rows)}, by contradiction"
        self.add(len(self.open), "⊥" if formula is None else render(formula), because, source)

    def line(self, line: ProofLine, below: int) -> None:
        name = f"l{line.number}"
        if line.supposed:
            self.assume(line.formula, name)
            return
        shown: Formula | None = line.formula
        if shown is None and line.reaches_goal and not below:
            shown = self.goal
        cited = self.cited(line)
        alone = len(cited) == 1 and not self.others(line) and line is not self.proof.lines[-1]
        if alone and shown is not None and self.rows[cited[0] - 1].text == render(shown):
            self.sources[name] = cited[0]  # it is there already
            return
        self.add(len(self.open), "⊥" if shown is None else render(shown), self.because(line), name)
        if line.denies is not None:
            self.discharge(line.denies, name)

    def cited(self, line: ProofLine) -> list[int]:
        """The rows that a line rests on."""
        names = [f"p{at}" for at in line.premises] + [f"a{at}" for at in line.axioms]
        names += [f"l{number}" for number in line.lines]
        names += ["g"] if line.denial and "g" in self.sources else []
        return sorted({self.sources[name] for name in names})

    def others(self, line: ProofLine) -> list[str]:
        """What else a line rests on."""
        parts = [*line.rules]
        parts += [f"{name} := {render(term)}" for name, term in line.substitution]
        return parts + [f"let {name} be such" for name in line.witnesses]

    def because(self, line: ProofLine) -> str:
        rows = ", ".join(map(str, self.cited(line)))
        return "; ".join(([rows] if rows else []) + self.others(line))

    def drawn(self) -> str:
        width = len(str(len(self.rows))) + 1
        starts = ["│ " * (row.depth + 1) + row.text for row in self.rows]
        column = max((len(start) for start in starts if len(start) <= _WIDEST), default=0)
        lines = []
        for number, (row, start) in enumerate(zip(self.rows, starts, strict=True), 1):
            lines.append(f"{number:>{width}} {start:<{column}}  {row.because}".rstrip())
            if row.rule:
                lines.append(f"{'':>{width}} {'│ ' * row.depth}├────")
        return "".join(f"{line}\n" for line in lines)


_WIDEST = 60  # characters of a formula that has its reason beside it


def _denied(formula: Formula | None) -> Formula | None:
    if formula is None or isinstance(formula, Not):
        return formula and formula.body
    return Not(formula)
