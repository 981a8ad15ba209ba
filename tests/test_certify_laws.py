"""Laws of certificates over random questions with equality, functions and enumerations."""

from __future__ import annotations

from typing import Any

from hypothesis import given, note
from hypothesis import strategies as st

from neurologic.certification import Certificate, Uncertified, certify
from neurologic.certification.evidence import Proof, Sentences
from neurologic.certification.search import Search
from neurologic.entailment import Verdict
from neurologic.formula import (
    ENTITY,
    And,
    Atom,
    Constant,
    Equals,
    Exists,
    ForAll,
    Formula,
    Function,
    Iff,
    Implies,
    Not,
    Or,
    Sort,
    Term,
    Variable,
    Xor,
)
from neurologic.problem import Semantics
from neurologic.question import Question
from neurologic.signature import Signature, SortDeclaration, SymbolDeclaration

COLOUR = Sort("colour")
SIGNATURE = Signature(
    (SortDeclaration(COLOUR, ("red", "green")),),
    (
        SymbolDeclaration("P", (ENTITY,)),
        SymbolDeclaration("R", (ENTITY, ENTITY)),
        SymbolDeclaration("Of", (ENTITY, COLOUR)),
        SymbolDeclaration("f", (ENTITY,), ENTITY),
        SymbolDeclaration("paint", (ENTITY,), COLOUR),
        SymbolDeclaration("a", (), ENTITY),
        SymbolDeclaration("b", (), ENTITY),
    ),
)
BUDGET = 15_000


@st.composite
def terms(draw: st.DrawFn, scope: tuple[Variable, ...], sort: Sort, depth: int = 1) -> Term:
    own = [variable for variable in scope if variable.sort == sort]
    if sort == COLOUR:
        plain: list[Term] = [*own, Constant("red"), Constant("green")]
        applied = "paint"
    else:
        plain = [*own, *own, Constant("a"), Constant("b")]
        applied = "f"
    if depth and draw(st.integers(0, 3)) == 0:
        return Function(applied, (draw(terms(scope, ENTITY, depth - 1)),))
    return draw(st.sampled_from(plain))


@st.composite
def sorted_sentences(draw: st.DrawFn, scope: tuple[Variable, ...] = (), depth: int = 3) -> Any:
    """A closed formula over `SIGNATURE`."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        match draw(st.sampled_from(("P", "R", "Of", "=", "= colour"))):
            case "P":
                return Atom("P", (draw(terms(scope, ENTITY)),))
            case "R":
                return Atom("R", (draw(terms(scope, ENTITY)), draw(terms(scope, ENTITY))))
            case "Of":
                return Atom("Of", (draw(terms(scope, ENTITY)), draw(terms(scope, COLOUR))))
            case name:
                sort = ENTITY if name == "=" else COLOUR
                return Equals(draw(terms(scope, sort)), draw(terms(scope, sort)))
    below = sorted_sentences(scope, depth - 1)
    match draw(st.sampled_from(("not", "nary", "binary", "quantifier", "quantifier"))):
        case "not":
            return Not(draw(below))
        case "nary":
            return draw(st.sampled_from((And, Or)))((draw(below), draw(below)))
        case "binary":
            return draw(st.sampled_from((Xor, Implies, Iff)))(draw(below), draw(below))
        case _:
            sort = draw(st.sampled_from((ENTITY, ENTITY, COLOUR)))
            variable = Variable("xyzu"[len(scope) % 4], sort)
            body = draw(sorted_sentences((*scope, variable), depth - 1))
            return draw(st.sampled_from((ForAll, Exists)))(variable, body)


questions = st.tuples(st.lists(sorted_sentences(), max_size=3), sorted_sentences())
semantics = st.builds(
    Semantics,
    unique_names=st.booleans(),
    closed_domain=st.booleans(),
    existential_import=st.booleans(),
)


@given(questions, semantics)
def test_no_side_of_a_question_has_a_proof_and_a_model(
    question: tuple[list[Formula], Formula], meaning: Semantics
) -> None:
    premises, goal = question
    asked = Question.of(premises, goal, meaning, SIGNATURE, None, BUDGET)
    search = Search(asked.signature, BUDGET)
    axioms = asked.axioms(range(len(asked.premises)))
    for side in asked.goals:
        sentences = Sentences(asked.premises, axioms, side)
        proof, model = search.proof(sentences), search.model(sentences)
        note(f"{side}: {proof is not None} {model}")
        assert proof is None or model is None


@given(questions, semantics)
def test_every_certificate_survives_storing_and_checking(
    question: tuple[list[Formula], Formula], meaning: Semantics
) -> None:
    premises, goal = question
    found = certify(premises, goal, semantics=meaning, signature=SIGNATURE, budget=BUDGET)
    if isinstance(found, Uncertified):
        assert found.reason
        return
    again = Certificate.read(found.text.encode())
    assert again == found
    assert str(again) == str(found)
    assert again.check().verdict == again.verdict.name
    for proof in again.proofs.values():
        assert [line.number for line in proof.lines] == list(range(1, len(proof.lines) + 1))


@given(questions)
def test_the_negated_goal_has_the_opposite_certificate(
    question: tuple[list[Formula], Formula],
) -> None:
    premises, goal = question
    one = certify(premises, goal, signature=SIGNATURE, budget=BUDGET)
    other = certify(premises, Not(goal), signature=SIGNATURE, budget=BUDGET)
    if isinstance(one, Certificate) and isinstance(other, Certificate):
        assert other.verdict is OPPOSITE.get(one.verdict, one.verdict)


OPPOSITE = {Verdict.ENTAILED: Verdict.REFUTED, Verdict.REFUTED: Verdict.ENTAILED}


def test_a_proof_is_not_made_of_lemmas_that_do_not_suffice() -> None:
    asked = Question.of([Atom("P", (Constant("a"),))], Atom("s"), Semantics(), Signature(), None, 1)
    assert Proof.of(Sentences(asked.premises, (), asked.goals[0]), (), asked.signature) is None
