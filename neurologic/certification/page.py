"""A certificate as plain text: the verdict in words, the proof line by line, the models as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from neurologic.certification.certificate import CAVEAT, Certificate
from neurologic.certification.proof_lines import ProofLine, ReadableProof
from neurologic.certification.reading import formula_of
from neurologic.certification.words import in_words
from neurologic.entailment import Verdict
from neurologic.errors import printable
from neurologic.notation import render
from neurologic.problem import Semantics
from neurologic.structure import Element, Structure

if TYPE_CHECKING:
    import networkx

_LONGEST = 2_000  # characters of a sentence or a formula
_WIDEST = 60  # characters of what stands left in a table
_COLUMN = 48  # characters of a line that has its reason beside it


UNLESS = "unless the premises contradict each other: that they are consistent is not certified"
"""What the headline of a verdict says where it is not certified that the premises are consistent."""
AS_STATED = "Axioms and signature are taken from the certificate as they stand."


def verdict_words(verdict: Verdict, consistency: str) -> str:
    """A certified verdict in words.

    >>> verdict_words(Verdict.ENTAILED, "unknown").partition(":")[0]
    'True, unless the premises contradict each other'
    """
    return f"{verdict.label}, {UNLESS}" if consistency == "unknown" else verdict.sentence


def statement_remarks(certificate: Certificate) -> Iterator[str]:
    """What a certificate states besides sentences: its sorts, and that nobody compared them here."""
    document = certificate.document
    sorts = [
        sort_words(sort)
        for sort in document["signature"]["sorts"]
        if sort["members"] is not None or sort["name"] not in _GIVEN
    ]
    if sorts or document["axioms"]:
        yield AS_STATED
    if sorts:
        yield _cut(f"sorts: {'; '.join(sorts)}")


_GIVEN = frozenset(("Entity", "Int", "Rational", "Bool"))


def sort_words(sort: Mapping[str, Any]) -> str:
    """A sort that a signature declares, with its members.

    >>> sort_words({"name": "Size", "members": ["small", "large"], "ordered": True})
    'Size = {small < large}'
    """
    if sort["members"] is None:
        return str(sort["name"])
    between = " < " if sort["ordered"] else ", "
    return f"{sort['name']} = {{{between.join(sort['members'])}}}"


def axiom_words(certificate: Certificate) -> str:
    """What an axiom is said to be: the semantics adds none unless one of its options asks for it."""
    semantics = Semantics(**certificate.document["semantics"])
    if semantics.unique_names or semantics.closed_domain or semantics.arithmetic == "uninterpreted":
        return "added by the semantics"
    return "axiom stated by the certificate"


def page(certificate: Certificate) -> str:
    """The whole certificate for a reader; see `Certificate`."""
    if certificate.refusal:
        return f"NOT CERTIFIED: {certificate.refusal}"
    return "\n\n".join(block for block in _blocks(certificate) if block)


def _blocks(certificate: Certificate) -> Iterator[str]:
    yield _headline(certificate)
    yield _problem(certificate)
    proofs, models = certificate.proofs, certificate.models
    for side, proof in proofs.items():
        yield f"{proof_title(side, proof, len(proofs) > 1)}\n{_proof(certificate, side, proof)}"
    for side, structure in models.items():
        yield f"{model_title(certificate, side)}\n{model_text(structure)}"


def _headline(certificate: Certificate) -> str:
    verdict = certificate.verdict
    words = verdict_words(verdict, certificate.consistency)
    lines = [f"{words} ({verdict.name}, certified)"]
    if certificate.consistency == "inconsistent":
        used = ", ".join(str(at + 1) for at in certificate.used) or "none"
        lines.append(f"The premises contradict each other: {used}.")
    lines.append(CAVEAT)
    lines.append(f"semantics: {Semantics(**certificate.document['semantics'])}")
    lines += statement_remarks(certificate)
    return "\n".join(lines)


def _problem(certificate: Certificate) -> str:
    """The sentences over their formulas; premises that the proof rests on carry a star."""
    document = certificate.document
    used = frozenset(certificate.used)
    width = len(str(len(document["premises"])))
    lines: list[str] = []
    for at, premise in enumerate(document["premises"]):
        mark = f"{at + 1:>{width}}{'*' if at in used else ' '}"
        lines += _sentence(mark, premise["text"], premise["formula"])
    for at, axiom in enumerate(document["axioms"]):
        lines += _sentence(f"{f'a{at + 1}':>{width}} ", f"({axiom_words(certificate)})", axiom)
    goal = document["goal"]
    lines += _sentence(f"{'?':>{width}} ", goal["text"], goal["formula"])
    return "\n".join(lines)


def _sentence(mark: str, text: str, formula: str) -> Iterator[str]:
    shown = _cut(render(formula_of(formula)))
    if text and _cut(text) != shown:
        yield f"{mark} {_cut(text)}"
        yield f"{'':{len(mark)}} {shown}"
    else:
        yield f"{mark} {shown}"


def proof_title(side: str, proof: ReadableProof, several: bool) -> str:
    """What stands over a proof."""
    what = {"goal": "conclusion", "negation": "negated conclusion", "falsum": "contradiction"}[side]
    how = "" if side == "falsum" else ", direct" if proof.kind == "direct" else ", by contradiction"
    if not proof.readable:
        how = ", as clauses"
    elif proof.split:
        how += ", by cases"
    return f"Proof of the {what}{how}" if several or side != "goal" else f"Proof{how}"


def _proof(certificate: Certificate, side: str, proof: ReadableProof) -> str:
    opening = proof_opening(side, proof)
    lines = [f"(0) {opening}"] if opening else []
    said = [statement_of(certificate, side, proof, line) for line in proof.lines]
    starts = [
        f"{'   ' * line.depth}({line.number}) {text}"
        for line, text in zip(proof.lines, said, strict=True)
    ]
    column = max((len(text) for text in starts if len(text) <= _COLUMN), default=0)
    for line, start in zip(proof.lines, starts, strict=True):
        because, quotes = reason_of(certificate, line)
        below = " " * (start.index(")") + 2)
        if because and len(start) <= column:
            lines.append(f"{start:<{column}}  {because}")
        else:
            lines += [start, *([f"{below}{because}"] if because else [])]
        words = in_words(line.formula, certificate.lexicon) if line.formula is not None else None
        lines += [f"{below}{text}" for text in ((printable(words),) if words else ()) + quotes]
    return "\n".join(lines)


def proof_opening(side: str, proof: ReadableProof) -> str:
    """What is supposed before the first line, in a sentence; empty where nothing is."""
    if any(line.denial and not line.reaches_goal for line in proof.lines):
        return f"Suppose that the conclusion {'fails' if side == 'goal' else 'holds'}."
    return ""


def statement_of(certificate: Certificate, side: str, proof: ReadableProof, line: ProofLine) -> str:
    """What a line says, in formulas."""
    if line.formula is not None:
        shown = _cut(render(line.formula))
        if line.supposed:
            return f"Suppose {shown}"
        if line.reaches_goal and line.depth == 0:
            return f"{shown}, which was to be shown"
        return shown
    if line.reaches_goal:
        document = certificate.document
        stated = document["goal"]["formula"] if side == "goal" else document["negation"]
        goal = _cut(render(formula_of(stated)))
        if line.denies is not None:
            return f"in this case {goal}; otherwise {_cut(render(line.denies))}"
        return f"{goal}, which was to be shown"
    if line.denies is not None:
        return f"a contradiction, so {_cut(render(line.denies))}"
    if side == "falsum" or proof.kind == "direct":
        return "a contradiction"
    return f"a contradiction, so the conclusion {'holds' if side == 'goal' else 'fails'}"


def reason_of(certificate: Certificate, line: ProofLine) -> tuple[str, tuple[str, ...]]:
    """What a line rests on, in words, and the sentences of its premises, quoted."""
    if line.supposed:
        return "", ()
    document = certificate.document
    premises = tuple(dict.fromkeys(line.premises))
    sources = [f"premise {at + 1}" for at in premises]
    whose = "the semantics" if axiom_words(certificate) == "added by the semantics" else "axiom"
    sources += [f"{whose} (a{at + 1})" for at in dict.fromkeys(line.axioms)]
    if line.denial and not line.reaches_goal:
        sources.append("(0)")
    sources += line.rules
    because = " and ".join(sources)
    if line.substitution:
        values = ", ".join(f"{variable} := {term}" for variable, term in line.substitution)
        because = f"{because} with {values}" if because else f"taking {values}"
    if line.witnesses:
        some = f"for some {' and '.join(line.witnesses)}"
        because = f"{because}, {some}" if because else some
    if line.lines:
        lines = ", ".join(f"({number})" for number in dict.fromkeys(line.lines))
        because = f"{because} and {lines}" if because else lines
    if because and not because.startswith(("taking", "for some")):
        because = f"by {because}"
    quoted = [_cut(document["premises"][at]["text"]).strip() for at in premises]
    quotes = tuple(f"“{text}”" for text in quoted if text)
    return because, quotes


def model_title(certificate: Certificate, side: str) -> str:
    """What stands over a model: what holds in it and what it falsifies."""
    verdict = certificate.verdict
    if verdict is Verdict.UNDETERMINED:
        what = "the conclusion fails" if side == "goal" else "the conclusion holds"
        return f"A model: all premises hold, {what} (line ?)"
    what = "the conclusion" if side == "negation" else "the negated conclusion"
    return f"The premises are consistent: a model in which they and {what} hold"


def model_text(structure: Structure) -> str:
    """A finite structure as a table: what there is, what names denote, what holds of what."""
    rows: list[tuple[str, str]] = []
    for sort, elements in structure.domains:
        rows.append((sort.name, ", ".join(map(str, elements))))
    for name, arity, table in structure.functions:
        for row, value in table:
            shown = f"{name}({', '.join(map(str, row))})" if arity else name
            if shown != str(value):
                rows.append((shown, str(value)))
    for name, arity, held in structure.predicates:
        if arity == 0:
            rows.append((name, "true" if held else "false"))
        else:
            rows.append((name, ", ".join(map(_row, held)) or "of none"))
    width = min(max((len(left) for left, _ in rows), default=0), _WIDEST)
    return "\n".join(f"  {_cut(left):<{width}}  {_cut(right)}" for left, right in rows)


def _row(row: Iterable[Element]) -> str:
    elements = [str(element) for element in row]
    return elements[0] if len(elements) == 1 else f"({', '.join(elements)})"


def _cut(text: str) -> str:
    text = printable(" ".join(text.split("\n")))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def graph(certificate: Certificate) -> networkx.DiGraph:
    """The graph of a certificate; see `Certificate.graph`."""
    import networkx

    found = networkx.DiGraph()
    document = certificate.document
    for at, premise in enumerate(document["premises"]):
        shown = render(formula_of(premise["formula"]))
        found.add_node(f"p{at + 1}", kind="premise", formula=shown, text=premise["text"])
    for at, axiom in enumerate(document["axioms"]):
        found.add_node(f"a{at + 1}", kind="axiom", formula=render(formula_of(axiom)), text="")
    proofs = certificate.proofs
    for side, proof in proofs.items():
        prefix = f"{side} " if len(proofs) > 1 else ""
        for line in proof.lines:
            _add_line(found, certificate, (side, proof, line), prefix)
    return found


def _add_line(
    found: networkx.DiGraph,
    certificate: Certificate,
    place: tuple[str, ReadableProof, ProofLine],
    prefix: str,
) -> None:
    side, proof, line = place
    name = f"{prefix}{line.number}"
    kind = "supposition" if line.supposed else "line"
    found.add_node(name, kind=kind, formula=statement_of(certificate, side, proof, line), text="")
    sources = [f"p{at + 1}" for at in line.premises] + [f"a{at + 1}" for at in line.axioms]
    sources += [f"{prefix}{number}" for number in line.lines]
    if line.denial and not line.reaches_goal:
        denied = f"{prefix}denied conclusion"
        found.add_node(denied, kind="denial", formula="", text="the conclusion fails")
        sources.append(denied)
    found.add_edges_from((source, name) for source in sources)
