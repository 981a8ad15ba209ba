"""Cards: whatever shows itself in a notebook as HTML and SVG; decisions, certificates and answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from neurologic.certification import CAVEAT, Certificate, Uncertified
from neurologic.certification.page import (
    UNLESS,
    axiom_words,
    model_title,
    proof_opening,
    proof_title,
    reason_of,
    statement_of,
    statement_remarks,
)
from neurologic.certification.proof_lines import ProofLine, ReadableProof
from neurologic.certification.reading import formula_of
from neurologic.certification.words import in_words
from neurologic.choice import Choice, Solution
from neurologic.dependency import DependencyStructure
from neurologic.display import drawing
from neurologic.display.compositions import composed_card, composition_blocks
from neurologic.display.findings import finding_card
from neurologic.display.formulas import formula_card
from neurologic.display.structures import structure_block, structure_drawing
from neurologic.display.templates import rendered
from neurologic.display.text import premises_text, semantics_text, shorten
from neurologic.entailment import Decision, Verdict
from neurologic.equivalence import Comparison, EquivalenceClass
from neurologic.errors import EngineDisagreement, NeurologicError, printable
from neurologic.formula import Node
from neurologic.notation import render
from neurologic.problem import Semantics
from neurologic.provers import Countermodel, Outcome, Proved, Unknown
from neurologic.structure import Structure
from neurologic.translation.compositions import Composed, Composition
from neurologic.translation.selection import Selection

if TYPE_CHECKING:
    import networkx

MOST_SENTENCES = 200
"""How many premises a card lists; of more it says how many there are."""
_KINDS = {"True": "true", "False": "false", "Uncertain": "uncertain", None: "none"}


def views(value: Any) -> dict[str, str]:
    """The views of a value by MIME type; see `neurologic.display.mimebundle`."""
    picture: drawing.Drawing | None = None
    match value:
        case Node():
            card = formula_card(value)
            picture = card["drawing"]
        case Structure():
            picture = structure_drawing(value)
            card = {"models": [structure_block(value, "", picture)]}
        case Decision():
            picture = _decision_drawing(value)
            card = _decision(value) | {"drawing": picture}
        case Certificate():
            card = _certificate(value)
            picture = _first_drawing(card)
        case Choice() | Solution() | Comparison() | EquivalenceClass():
            card = finding_card(value)
            picture = card.get("drawing") or _first_drawing(card)
        case DependencyStructure() | Selection() | Composition() | Composed():
            card = composed_card(value)
            picture = card.get("drawing")
        case Uncertified():
            card = {"remarks": [printable(str(value))]}
        case _:
            card = _answer(value)
            picture = _first_drawing(card)
    found = {"text/plain": str(value), "text/html": rendered("card.html.j2", card=card)}
    if isinstance(value, Node):
        found["text/latex"] = f"${render(value, 'latex')}$"  # type: ignore[arg-type]
    if picture is not None:
        found["image/svg+xml"] = picture.svg
    return found


def _first_drawing(card: dict[str, Any]) -> drawing.Drawing | None:
    blocks = (*card.get("proofs", ()), *card.get("models", ()))
    return next((block["drawing"] for block in blocks if block["drawing"] is not None), None)


# --- decisions ------------------------------------------------------------------------------------


def _verdict(verdict: Verdict, label: str | None, status: str) -> dict[str, Any]:
    word, _, rest = verdict.sentence.partition(": ")
    return {"kind": _KINDS[label], "label": word, "sentence": rest, "status": status}


def _decision(decision: Decision) -> dict[str, Any]:
    remarks = []
    if decision.core is not None:
        remarks.append(f"used: {premises_text(decision.core)}")
    if decision.reason:
        remarks.append(f"reason: {printable(decision.reason)}")
    verdict = decision.verdict
    if verdict in (Verdict.ENTAILED, Verdict.REFUTED) and decision.consistency == "unknown":
        remarks.append("consistency: unknown (no model of the premises was found)")
    return {
        "verdict": _verdict(verdict, decision.label, f"{verdict.name}, SZS {decision.szs}"),
        "remarks": remarks,
        "semantics": semantics_text(decision.semantics),
    }


def _decision_drawing(decision: Decision) -> drawing.Drawing | None:
    import networkx

    graph = networkx.DiGraph()
    graph.add_node("premises", label="premises", kind="premise")
    for name, outcome in (("conclusion", decision.goal), ("negation", decision.negation)):
        kind = "goal" if isinstance(outcome, Proved) else "unused"
        graph.add_node(name, label=f"{name}: {_outcome(outcome)}", kind=kind)
        graph.add_edge("premises", name)
    return drawing.layered(graph, "what the premises entail")


def _outcome(outcome: Outcome) -> str:
    match outcome:
        case Proved():
            return "entailed"
        case Countermodel():
            return "not entailed"
        case Unknown():
            return "open"


# --- certificates ---------------------------------------------------------------------------------


def _certificate(certificate: Certificate) -> dict[str, Any]:
    if certificate.refusal:
        return {"remarks": [f"NOT CERTIFIED: {certificate.refusal}"]}
    verdict = certificate.verdict
    remarks = list(statement_remarks(certificate))
    if certificate.consistency == "inconsistent":
        remarks.append(f"The premises contradict each other: {premises_text(certificate.used)}.")
    return {
        "verdict": _unless(
            certificate, _verdict(verdict, verdict.label, f"{verdict.name}, certified")
        ),
        "caveat": CAVEAT,
        "remarks": remarks,
        "sentences": list(_certified_sentences(certificate)),
        **_evidence(certificate),
        "semantics": semantics_text(Semantics(**certificate.document["semantics"])),
    }


def _unless(certificate: Certificate, verdict: dict[str, Any]) -> dict[str, Any]:
    return verdict | ({"sentence": UNLESS} if certificate.consistency == "unknown" else {})


def _evidence(certificate: Certificate) -> dict[str, Any]:
    """The proofs and the models of a certificate."""
    proofs, models = certificate.proofs, certificate.models
    return {
        "proofs": [
            _proof(certificate, side, proof, proof_title(side, proof, len(proofs) > 1))
            for side, proof in proofs.items()
        ],
        "models": [
            structure_block(found, model_title(certificate, side), structure_drawing(found))
            for side, found in models.items()
        ],
    }


def _certified_sentences(certificate: Certificate) -> Iterator[dict[str, Any]]:
    document, used = certificate.document, frozenset(certificate.used)
    proved = bool(certificate.proofs)
    for at, premise in enumerate(document["premises"][:MOST_SENTENCES]):
        formula = formula_of(premise["formula"])
        yield _sentence(str(at + 1), premise["text"], formula, at in used if proved else None)
    yield from _more(len(document["premises"]))
    for at, axiom in enumerate(document["axioms"][:MOST_SENTENCES]):
        yield _sentence(f"a{at + 1}", f"({axiom_words(certificate)})", formula_of(axiom), None)
    goal = document["goal"]
    yield _sentence("?", goal["text"], formula_of(goal["formula"]), None)


def _more(number: int) -> Iterator[dict[str, Any]]:
    if number > MOST_SENTENCES:
        text = f"and {number - MOST_SENTENCES:,} more premises"
        yield {"mark": "…", "text": text, "formula": "", "used": None, "note": ""}


def _sentence(
    mark: str, text: str, formula: Any, used: bool | None, note: str = ""
) -> dict[str, Any]:
    shown = "" if formula is None else shorten(render(formula))
    text = shorten(text)
    return {
        "mark": mark,
        "text": "" if text == shown else text,
        "formula": shown,
        "used": used,
        "note": note,
    }


def _proof(certificate: Certificate, side: str, proof: ReadableProof, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "opening": proof_opening(side, proof),
        "lines": [_line(certificate, side, proof, line) for line in proof.lines],
        "drawing": drawing.layered(_steps(certificate, side, proof), title),
    }


def _line(
    certificate: Certificate, side: str, proof: ReadableProof, line: ProofLine
) -> dict[str, Any]:
    because, quotes = reason_of(certificate, line)
    words = None if line.formula is None else in_words(line.formula, certificate.lexicon)
    words = printable(words) if words else ""
    return {
        "number": line.number,
        "depth": min(line.depth, 12),
        "said": statement_of(certificate, side, proof, line),
        "because": because,
        "words": "" if f"“{words}”" in quotes else words,
        "quotes": quotes,
    }


def _steps(certificate: Certificate, side: str, proof: ReadableProof) -> networkx.DiGraph:
    """The part of a certificate's graph that belongs to one proof, with labels; premises greyed."""
    import networkx

    whole = certificate.graph()
    prefix = f"{side} " if len(certificate.proofs) > 1 else ""
    own = {f"{prefix}{line.number}": line for line in proof.lines}
    graph = networkx.DiGraph()
    for name, node in whole.nodes.items():
        line = own.get(name)
        if line is not None:
            label = f"({line.number}) {_short(line, node['formula'])}"
            kind = "goal" if line is proof.lines[-1] else node["kind"]
            graph.add_node(name, label=label, title=node["formula"], kind=kind)
        elif node["kind"] in ("premise", "axiom"):
            used = any(after in own for after in whole.successors(name))
            graph.add_node(
                name,
                label=name if node["kind"] == "axiom" else f"premise {name[1:]}",
                title="\n".join(t for t in (node["text"], node["formula"]) if t),
                kind="premise" if used else "unused",
            )
        elif node["kind"] == "denial" and name.startswith(prefix):
            graph.add_node(name, label="supposition", title=node["text"], kind="denial")
    graph.add_edges_from((s, t) for s, t in whole.edges if s in graph and t in graph)
    return graph


def _short(line: ProofLine, formula: str) -> str:
    if line.formula is not None:
        return render(line.formula)
    return "the goal" if line.reaches_goal else "⊥"


# --- answers --------------------------------------------------------------------------------------


def _answer(answer: Any) -> dict[str, Any]:
    """The card of a `neurologic.reasoning.Answer`."""
    decision: Decision | None = answer.decision
    card: dict[str, Any] = {
        "warnings": [printable(warning) for warning in answer.warnings],
        "errors": [printable(str(error)) for error in answer.errors],
    }
    certificate, doubt = _certificate_of(answer)
    if decision is None:
        sentence = printable(answer.reason)
        card["verdict"] = {"kind": "none", "label": "No answer", "sentence": sentence, "status": ""}
        card["semantics"] = semantics_text(answer.semantics)
    else:
        card |= _decision(decision)
    if certificate is not None:
        card["verdict"] = _unless(certificate, card["verdict"])
        card["verdict"]["status"] += ", certified"
        card["caveat"] = CAVEAT
        card["remarks"] = [*card.get("remarks", ()), *statement_remarks(certificate)]
        card |= _evidence(certificate)
    elif doubt:
        card["remarks"] = [*card.get("remarks", ()), printable(doubt)]
    card["sentences"] = list(_answered_sentences(answer, certificate))
    card["compositions"] = composition_blocks(answer.translation.compositions)
    if answer.tally is not None:
        card["votes"] = _votes(answer)
    return card


def _certificate_of(answer: Any) -> tuple[Certificate | None, str]:
    try:
        found = answer.certificate
    except EngineDisagreement as error:
        return None, f"the engines disagree: {error.message}"
    except NeurologicError as error:
        return None, f"not certified: {error.message}"
    if isinstance(found, Certificate):
        refusal = found.refusal
        return (None, f"NOT CERTIFIED: {refusal}") if refusal else (found, "")
    return None, "" if found is None else str(found)


def _answered_sentences(answer: Any, certificate: Certificate | None) -> Iterator[dict[str, Any]]:
    problem, formulas = answer.problem, answer.formulas
    core = answer.decision.core if answer.decision else None
    used: Sequence[int] | None = core
    if certificate is not None and certificate.proofs:
        used = certificate.used
    for at, text in enumerate(problem.premises[:MOST_SENTENCES]):
        formula = formulas[at] if at < len(formulas) else None
        note = "" if formula is not None else "no formula"
        yield _sentence(str(at + 1), text, formula, None if used is None else at in used, note)
    yield from _more(len(problem.premises))
    goal = formulas[-1] if len(formulas) > len(problem.premises) else None
    yield _sentence("?", problem.conclusion, goal, None, "" if goal is not None else "no formula")


def _votes(answer: Any) -> dict[str, Any]:
    counted: dict[str, int] = {}
    for vote in answer.votes:
        verdict = vote.verdict
        name = "not translated" if verdict is None else verdict.label or verdict.name.lower()
        counted[name] = counted.get(name, 0) + 1
    return {
        "summary": printable(str(answer.tally)),
        "bars": [
            {"label": name, "number": number, "share": number / len(answer.votes)}
            for name, number in sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))
        ],
        "variants": [
            {"name": printable(name), "votes": number, "share": share}
            for name, share, number in answer.agreement
        ],
    }
