"""Cards in notebooks: they show what a value says, escape everything, and fetch and run nothing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import Not, Verdict, decide, parse, reason
from neurologic.display import drawing, mimebundle
from neurologic.formula import ENTITY
from neurologic.llm import Scripted
from neurologic.structure import Structure
from neurologic.translation import Direct, Formulas

CATS = (("All cats purr.", "Tom is a cat.", "Bob is a dog."), "Tom purrs.")
HOSTILE = '<script>alert("1")</script><img src=x onerror=y>'
SVG = "{http://www.w3.org/2000/svg}"


class _Balanced(HTMLParser):
    """Every element that is opened is closed, in order; attributes are collected."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.open.append(tag)
        self.seen.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Balanced()
    parser.feed(html)
    assert parser.open == []
    return parser.seen


def text(html: str) -> str:
    """What a reader sees."""
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def formulas(premises: list[str], conclusion: str) -> Any:
    return reason(premises, conclusion, translator=Formulas())


VALUES: dict[str, Callable[[], Any]] = {
    "a formula": lambda: parse("all x. (Cat(x) -> -Old(x) <-> exists y. Likes(x, y))"),
    "a term": lambda: parse("P(f(a))").args[0],  # type: ignore[union-attr]
    "a decision": lambda: decide(["P(a)"], "Q(a)", models=True),
    "a structure": lambda: decide(["R(a, b)"], "R(b, a)", models=True).goal.structure,  # type: ignore[union-attr]
    "a proof": lambda: reason(*CATS),
    "a certificate": lambda: reason(*CATS).certificate,
    "two models": lambda: reason(["Ann loves Bob."], "Bob loves Ann."),
    "a contradiction": lambda: reason(["Tom is a cat.", "Tom is not a cat."], "Bob is a dog."),
    "no translation": lambda: reason(["Most cats purr."], "Tom purrs."),
    "no certificate": lambda: formulas(["all n: Int. n < f(n)"], "exists n: Int. f(n) < n"),
    "functions": lambda: formulas(["all x. f(f(x)) = x", "f(a) = b"], "f(b) = a"),
}


@pytest.mark.parametrize("name", VALUES)
def test_every_view_is_well_formed_and_refers_to_nothing(name: str) -> None:
    bundle = mimebundle(VALUES[name]())
    assert bundle["text/plain"]
    seen = elements(bundle["text/html"])
    assert not [tag for tag, _ in seen if tag in ("script", "img", "link", "iframe", "object", "a")]
    for _, attributes in seen:
        assert not [key for key in attributes if key.startswith("on") or key in ("src", "href")]
    for view in (bundle["text/html"], bundle.get("image/svg+xml", "")):
        assert not re.findall(r"https?://(?!www\.w3\.org/2000/svg)", view)
        assert "@import" not in view
        assert set(re.findall(r"url\(([^)]*)\)", view)) <= {"#nl-head"}
    if "image/svg+xml" in bundle:
        assert ElementTree.fromstring(bundle["image/svg+xml"]).tag == f"{SVG}svg"


def test_the_card_of_an_answer_says_verdict_caveat_proof_and_model() -> None:
    shown = text(reason(*CATS)._repr_mimebundle_()["text/html"])
    for part in (
        "True the premises entail the conclusion",
        "whether they say what the sentences say is not certified",
        "All cats purr. ∀x (Cat(x) → Purr(x)) used",
        "Bob is a dog. Dog(bob)",
        "by premise 1 with x := tom and (1)",
        "a model in which they and the conclusion hold",
        "semantics: classical negation",
    ):
        assert part in shown


def test_premises_that_are_not_used_are_greyed() -> None:
    seen = elements(mimebundle(reason(*CATS))["text/html"])
    rows = [attributes.get("class") for tag, attributes in seen if tag == "tr"]
    assert rows.count("nl-unused") == 1
    svg = ElementTree.fromstring(mimebundle(reason(*CATS))["image/svg+xml"])
    boxes = {box.get("class") for box in svg.iter(f"{SVG}rect")}
    assert boxes == {"nl-box premise", "nl-box line", "nl-box goal", "nl-box unused"}


def test_counter_models_say_what_they_falsify() -> None:
    answer = reason(["Ann loves Bob."], "Bob loves Ann.")
    assert answer.verdict is Verdict.UNDETERMINED
    shown = text(mimebundle(answer)["text/html"])
    assert "all premises hold, the conclusion fails (line ?)" in shown
    assert "all premises hold, the conclusion holds (line ?)" in shown
    assert "Love (ann, bob)" in shown


def test_a_verdict_without_certificate_says_so() -> None:
    answer = formulas(["a < b", "b < c"], "a < c")
    shown = text(mimebundle(answer)["text/html"])
    assert answer.label == "True"
    assert "not certified" in shown


def test_votes_are_shown_with_their_numbers() -> None:
    good = "TEXT: Tom is a cat.\nFOL: Cat(tom)\nTEXT: Tom purrs.\nFOL: Cat(tom) | Purr(tom)"
    other = good.replace("Cat(tom) | Purr(tom)", "Purr(tom)")
    llm = Scripted([good, good, other])
    answer = reason(["Tom is a cat."], "Tom purrs.", translator=Direct(llm, rounds=0), samples=3)
    shown = text(mimebundle(answer)["text/html"])
    assert "True 2 Uncertain 1" in shown


@pytest.mark.parametrize("place", ["premise", "conclusion", "name", "element", "gloss"])
def test_what_is_hostile_is_escaped_wherever_it_stands(place: str) -> None:
    quoted = HOSTILE.replace('"', "")
    value: Any
    match place:
        case "premise":
            value = reason([HOSTILE, "Tom is a cat."], "Tom is a cat.")
        case "conclusion":
            value = reason(["Tom is a cat."], HOSTILE)
        case "name":
            value = formulas([f"'{quoted}'(a)"], f"'{quoted}'(a)")
        case "element":
            value = Structure.of({ENTITY: (HOSTILE,)}, {}, {(HOSTILE, 2): [(HOSTILE, HOSTILE)]})
        case _:
            symbols = f'{{"predicates": [{{"name": "P", "arity": 1, "gloss": "{quoted}"}}],'
            rows = (
                '"sentences": [{"index": 1, "formula": "P(a)"}, {"index": 2, "formula": "P(a)"}]}'
            )
            llm = Scripted([symbols + rows])
            value = reason(["It is so."], "It is so.", translator=Direct(llm, rounds=0))
    bundle = mimebundle(value)
    for view in (bundle["text/html"], bundle.get("image/svg+xml", "")):
        assert "<script" not in view
        assert "<img" not in view
    elements(bundle["text/html"])


@given(st.text(max_size=40))
def test_any_text_may_be_a_sentence(sentence: str) -> None:
    elements(mimebundle(reason([sentence], sentence))["text/html"])


def test_what_is_too_large_to_read_is_not_drawn() -> None:
    deep = parse("P(a)")
    for _ in range(10_000):
        deep = Not(deep)
    bundle = mimebundle(deep)
    assert "image/svg+xml" not in bundle
    assert len(bundle["text/html"]) < 20_000
    many = Structure.of({ENTITY: [f"e{i}" for i in range(500)]}, {}, {("R", 2): []})
    assert "image/svg+xml" not in mimebundle(many)
    answer = formulas([f"P{i}(a)" for i in range(1_000)], "P7(a)")
    assert "and 800 more premises" in text(mimebundle(answer)["text/html"])


def test_the_same_value_has_the_same_views() -> None:
    first, second = mimebundle(reason(*CATS)), mimebundle(reason(*CATS))
    assert first == second


def test_boxes_of_a_layer_do_not_overlap() -> None:
    import networkx

    graph = networkx.gn_graph(40, seed=7).reverse()
    for node in graph:
        graph.nodes[node]["label"] = f"node {node}" * (node % 3 + 1)
    picture = drawing.layered(graph, "a tree")
    assert picture is not None
    for one in picture.boxes:
        for other in picture.boxes:
            if one is not other and one.y == other.y:
                assert abs(one.x - other.x) >= (one.width + other.width) / 2
        assert one.x - one.width / 2 >= 0
        assert one.x + one.width / 2 <= picture.width
