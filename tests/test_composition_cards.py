"""Cards of structures, selections and compositions: how a formula was built, and why it was taken."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import English, parse, reason
from neurologic.dependency import Component, DependencyStructure, read_structure
from neurologic.display import mimebundle
from neurologic.display.compositions import MOST_COMPOSITIONS
from neurologic.errors import TranslationError
from neurologic.llm import Request, Scripted
from neurologic.problem import Reading, TextProblem
from neurologic.translation.accumulation import accumulate
from neurologic.translation.compositional import Compositional
from neurologic.translation.compositions import Candidate, Composed, Composition, StepFormula
from neurologic.translation.selection import Selection, select
from tests.test_cards import HOSTILE, SVG, elements, rows, text

SENTENCE = "If Ann is not old, then all cats that purr are kind."
PREMISES = ["No dog that chases a cat is kind.", "Rex is a dog and chases Tom.", "Tom is a cat."]


def structure() -> DependencyStructure:
    return English().structures(SENTENCE)[0]


def translated(sentence: str) -> str:
    """The formula that the rules of English give a sentence, some formula where they give none."""
    match English().translate(TextProblem((), sentence)).sentences[-1]:
        case (Reading() as best, *_):
            return str(best.formula)
        case _:
            return "P"


def by_rule(request: Request) -> str:
    """Replies as a model that knows the rules of English would give them."""
    asked = [line for line in request.messages[-1].text.splitlines() if line.startswith('{"index"')]
    if '"steps"' not in "".join(asked):
        sentences = (*PREMISES, "Rex is kind.")
        return "\n".join(f"TEXT: {each}\nFOL: {translated(each)}" for each in sentences)
    given = [json.loads(line) for line in asked]
    replies = [
        {
            "index": row["index"],
            "steps": [{"text": step, "formula": translated(step)} for step in row["steps"]],
        }
        for row in given
    ]
    return json.dumps({"sentences": replies})


def disputed(**options: Any) -> Selection:
    candidates = ["all x. (Cat(x) -> Old(x))", "exists x. (Cat(x) & Old(x))", "P(a) & -P(a)"]
    return select([candidates[0], *candidates], **options)


def composition(sentence: str = "All cats are old.") -> Composition:
    found = English().structures("All cats are old.")[0]
    formulas = [parse("all x. (Cat(x) -> Old(x))"), parse("exists x. (Cat(x) & Old(x))")]
    failed = TranslationError("the reply has no formula")
    steps = (
        tuple(StepFormula(step, (Reading(formulas[0], ""), failed)) for step in accumulate(found)),
    )
    candidates = (
        Candidate(Reading(formulas[0], ""), 0),
        Candidate(failed, 0, 1),
        Candidate(Reading(formulas[1], ""), -1, 0, "terse"),
    )
    chosen = Selection(0, formulas[0], "the heaviest of 2 classes")
    return Composition(sentence, (found,), steps, candidates, chosen)


def test_a_structure_is_a_table_and_a_tree() -> None:
    bundle = structure()._repr_mimebundle_()
    assert rows(bundle["text/html"])[0] == ["", "role", "words", "depends on"]
    assert ["D1", "dependent", "not", "U1"] in rows(bundle["text/html"])
    assert ["C1", "coupler", "if ... then", "–"] in rows(bundle["text/html"])
    svg = ElementTree.fromstring(bundle["image/svg+xml"])
    labels = [box.text for box in svg.iter(f"{SVG}text")]
    assert labels[0] == "C1 if ... then"
    assert "D3 that purr" in labels
    assert len(list(svg.iter(f"{SVG}path"))) == len(labels)  # one edge less, and the arrow's head
    assert bundle["text/plain"] == str(structure())


def test_arrows_of_a_structure_go_from_a_component_to_its_head() -> None:
    svg = mimebundle(English().structures("Ann does not sing.")[0])["image/svg+xml"]
    (path,) = [
        path.get("d", "")
        for path in ElementTree.fromstring(svg).iter(f"{SVG}path")
        if path.get("class")
    ]
    start, end = path[1:].split("C")[0].split()[1], path.split()[-1]
    assert float(start) > float(end)


def test_a_structure_that_is_not_valid_says_why_and_is_not_drawn() -> None:
    wrong = read_structure("Ann sings.", 'U1="Ann sings", D1="not"\nD1 -> U1')
    circle = DependencyStructure(
        "Ann sings.",
        (Component("U1", "Ann"), Component("U2", "sings")),
        (("U1", "U2"), ("U2", "U1")),
    )
    for value in (wrong, circle, DependencyStructure("", ())):
        bundle = mimebundle(value)
        assert "image/svg+xml" not in bundle
        assert "error:" in text(bundle["text/html"])


def test_a_selection_shows_its_classes_and_what_the_judge_said() -> None:
    judged = disputed(
        verify="disprove",
        judge=lambda situation: "no" if "Old: true of nothing" in situation.text else "unsure",
    )
    html = judged._repr_mimebundle_()["text/html"]
    assert ["1", "∀x (Cat(x) → Old(x))", "1, 2", "50 %", ""] in rows(html)
    assert ["2", "∃x (Cat(x) ∧ Old(x))", "3", "25 %", "taken"] in rows(html)
    assert ["3", "P(a) ∧ ¬P(a)", "4", "25 %", "never holds, so may not win"] in rows(html)
    assert judged.judgements
    assert text(html).count("can this occur if the sentence holds?") == len(judged.judgements)
    assert "class 1 holds here, class 2 does not" in text(html)


def test_a_selection_without_choice_says_why() -> None:
    shown = text(mimebundle(select(["P(a) & -P(a)"]))["text/html"])
    assert "No formula no candidate says anything" in shown
    assert "No formula there is no candidate" in text(mimebundle(select([]))["text/html"])


def test_a_composition_shows_structure_steps_candidates_and_choice() -> None:
    html = composition()._repr_mimebundle_()["text/html"]
    shown = text(html)
    assert "Taken the heaviest of 2 classes" in shown
    assert ["cats are old", "∀x (Cat(x) → Old(x)) (the reply has no formula)"] in rows(html)
    assert ["2", "structure 1, sample 2", "(the reply has no formula)"] in rows(html)
    assert ["3", "direct, terse", "∃x (Cat(x) ∧ Old(x))"] in rows(html)


def test_a_composition_without_steps_is_printed_with_its_structures() -> None:
    structure = DependencyStructure.whole("Ann dances.")
    assert "Ann dances." in str(Composition("Ann dances.", (structure,)))


def test_a_composition_without_formula_shows_the_error() -> None:
    failed = Composition("Most cats purr.", error=TranslationError("no candidate reads"))
    assert "No formula no candidate reads" in text(mimebundle(failed)["text/html"])


def test_what_was_composed_says_how_many_sentences_have_a_formula_and_what_it_took() -> None:
    failed = Composition("Most cats purr.", error=TranslationError("no candidate reads"))
    composed = Composed((composition(), failed), calls={"structure": 1, "compose": 3})
    bundle = composed._repr_mimebundle_()
    assert "1 of 2 sentences have a formula" in text(bundle["text/html"])
    assert "calls: 1 for structure, 3 for compose" in text(bundle["text/html"])
    assert "All cats are old." in bundle["text/plain"]
    many = mimebundle(Composed((failed,) * (MOST_COMPOSITIONS + 5)))["text/html"]
    assert "and 5 more sentences" in text(many)


def test_the_card_of_an_answer_shows_how_its_formulas_were_built() -> None:
    translator = Compositional(Scripted(by_rule), offline=True)
    answer = reason(PREMISES, "Rex is kind.", translator=translator)
    assert answer.label == "False"
    html = mimebundle(answer)["text/html"]
    elements(html)
    shown = text(html)
    assert "How the formulas were built" in shown
    for sentence in (*PREMISES, "Rex is kind."):
        assert f"{sentence} " in shown[shown.index("How the formulas were built") :]
    assert ["No dog is kind", "∀x (Dog(x) → ¬Kind(x))"] in rows(html)
    assert "How the formulas were built" not in text(mimebundle(reason(PREMISES, "Tom is a cat."))["text/html"])  # fmt: skip


@pytest.mark.parametrize("place", ["structure", "composition", "reason", "situation", "error"])
def test_hostile_text_is_escaped_in_every_part(place: str) -> None:
    quoted = HOSTILE.replace('"', "")
    value: Any
    match place:
        case "structure":
            words = (Component("U1", HOSTILE), Component("D1", HOSTILE))
            value = DependencyStructure(HOSTILE, words, (("D1", "U1"),))
        case "composition":
            value = composition(HOSTILE)
        case "reason":
            value = Selection(0, parse(f"'{quoted}'(a)"), HOSTILE)
        case "situation":
            value = select(
                [f"'{quoted}'(a)", f"-'{quoted}'(a)"],
                verify="disprove",
                judge=lambda situation: HOSTILE,  # type: ignore[arg-type,return-value]
            )
        case _:
            failed = Composition(
                HOSTILE, error=TranslationError(HOSTILE, text=HOSTILE, span=(0, 3))
            )
            value = Composed((failed,), calls={HOSTILE: 1}, warnings=(HOSTILE,))
    bundle = mimebundle(value)
    for view in (bundle["text/html"], bundle.get("image/svg+xml", "")):
        assert "<script" not in view
        assert "<img" not in view
    elements(bundle["text/html"])


def test_a_structure_drawn_whole_has_no_script_and_is_the_same_each_time() -> None:
    whole = DependencyStructure.whole(HOSTILE)
    assert mimebundle(whole) == mimebundle(whole)
    assert ElementTree.fromstring(mimebundle(whole)["image/svg+xml"]).tag == f"{SVG}svg"
    assert "<script" not in mimebundle(whole)["image/svg+xml"]


NAMES = st.sampled_from(["U1", "U2", "D1", "D2", "C1", "X", ""])
TEXTS = st.sampled_from(["Ann sings", "not", "and", "who sings", "(merge)", "", "<b>", "Ann"])


@given(
    st.lists(st.builds(Component, NAMES, TEXTS), max_size=6),
    st.lists(st.tuples(NAMES, NAMES), max_size=6),
)
def test_any_structure_has_a_view_and_only_a_valid_one_a_drawing(
    components: list[Component], edges: list[tuple[str, str]]
) -> None:
    value = DependencyStructure("Ann, who sings, does not sing", tuple(components), tuple(edges))
    bundle = mimebundle(value)
    elements(bundle["text/html"])
    assert ("image/svg+xml" in bundle) is (not value.findings())
