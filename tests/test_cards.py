"""Cards in notebooks: they show what a value says, escape everything, and fetch and run nothing."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from fractions import Fraction
from html import unescape
from html.parser import HTMLParser
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import Not, Verdict, decide, parse, reason
from neurologic.choice import Choice, Judged, Solution, choose, solve
from neurologic.display import drawing, mimebundle
from neurologic.equivalence import classes, compare
from neurologic.formula import ENTITY, Sort
from neurologic.llm import Scripted
from neurologic.parsing import read_choice, read_constraints
from neurologic.structure import Structure
from neurologic.translation import Direct, Formulas

CATS = (("All cats purr.", "Tom is a cat.", "Bob is a dog."), "Tom purrs.")
HOSTILE = '<script>alert("1")</script><img src=x onerror=y>'
FERRIES = """
sort ferry = {alba, brio, corsa}
sort hour = {seven < eight < nine}
fun  leaves: ferry -> hour
Distinct(f: ferry, leaves(f))
leaves(alba) < leaves(brio)
? could be true
(A) leaves(alba) = nine
(B) leaves(corsa) = eight
(C) leaves(brio) = seven
"""
STALLS = """
sort keeper = {uma, vito, wren}
sort stall = {1 < 2 < 3}
sort fruit = {figs, limes, pears}
fun  at: keeper -> stall
fun  sells: keeper -> fruit
Distinct(k: keeper, at(k))
Distinct(k: keeper, sells(k))
at(vito) + 1 = at(uma)
at(uma) = 3
sells(vito) = limes
sells(uma) = figs
"""
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
    "a choice": lambda: choose(read_choice(FERRIES), models=True),
    "a grid": lambda: solve(*read_constraints(STALLS)),
    "two grids": lambda: solve(*read_constraints(STALLS.replace("sells(uma) = figs", ""))),
    "no grid": lambda: solve(*read_constraints(STALLS + "at(uma) = 1")),
    "a comparison": lambda: compare("all x. exists y. R(x, y)", "exists y. all x. R(x, y)"),
    "a renaming": lambda: compare(
        "all x. (A(x) -> B(x))", "all x. (B(x) -> A(x))", signature="search"
    ),
    "a class": lambda: classes(["P(a) -> Q(a)", "-P(a) | Q(a)"])[0],
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


# --- choices, grids, comparisons, classes ---------------------------------------------------------


def rows(html: str) -> list[list[str]]:
    """The cells of each row of each table."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", html, flags=re.DOTALL)
    return [[text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in found]


def test_the_card_of_a_choice_says_what_was_found_of_every_option() -> None:
    html = mimebundle(VALUES["a choice"]())["text/html"]
    assert "B it could be true (all options were tested, one fits)" in text(html)
    table = rows(html)
    assert table[0] == ["option", "fits", "what was found"]
    assert ["A", "no", "it cannot be true"] in table
    assert ["B", "yes", "it could be true"] in table
    assert ["corsa", "eight"] in table


def test_a_choice_without_answer_says_why() -> None:
    several = FERRIES.replace("= seven\n", "= eight\n", 1)
    shown = text(mimebundle(choose(read_choice(several)))["text/html"])
    assert "No answer several options fit: B, C (several)" in shown


def test_a_grid_is_a_table_with_a_row_for_each_keeper() -> None:
    html = mimebundle(VALUES["a grid"]())["text/html"]
    assert "The only solution" in text(html)
    assert rows(html) == [
        ["keeper", "at", "sells"],
        ["uma", "3", "figs"],
        ["vito", "2", "limes"],
        ["wren", "1", "pears"],
    ]


def test_a_grid_of_places_has_a_row_for_each_place() -> None:
    house, name, pet = Sort("house"), Sort("name"), Sort("pet")
    street = Structure.of(
        {house: ("h1", "h2"), name: ("ida", "jon"), pet: ("cat", "owl")},
        {("of", 1): {("ida",): "h2", ("jon",): "h1"}, ("in", 1): {("cat",): "h1", ("owl",): "h2"}},
    )
    html = mimebundle(Solution(street, True))["text/html"]
    assert rows(html) == [["house", "of", "in"], ["h1", "jon", "cat"], ["h2", "ida", "owl"]]


def test_a_function_of_two_arguments_is_a_table_by_itself() -> None:
    row, column = Sort("row"), Sort("column")
    square = Structure.of(
        {row: ("r1", "r2"), column: ("c1", "c2")},
        {("at", 2): {("r1", "c1"): "x", ("r1", "c2"): "y", ("r2", "c1"): "y", ("r2", "c2"): "x"}},
    )
    html = mimebundle(Solution(square, None, reason="out of budget"))["text/html"]
    assert rows(html) == [["row", "c1", "c2"], ["r1", "x", "y"], ["r2", "y", "x"]]
    assert "perhaps not the only one: out of budget" in text(html)


def test_constants_are_listed_by_what_they_are() -> None:
    order = "sort day = {mon < tue}\nconst audit, tour: day\naudit < tour"
    html = mimebundle(solve(*read_constraints(order)))["text/html"]
    assert rows(html) == [["day", "called"], ["mon", "audit"], ["tue", "tour"]]


def test_another_solution_stands_beside_the_first() -> None:
    shown = text(mimebundle(VALUES["two grids"]())["text/html"])
    assert "not the only one" in shown
    assert "Another solution" in shown
    assert "No solution" in text(mimebundle(VALUES["no grid"]())["text/html"])


def test_what_a_grid_cannot_show_is_listed() -> None:
    stall = Sort("stall")
    odd = Structure.of(
        {stall: ("left", "right")},
        {("next", 1): {("left",): "right", ("right",): "left"}, ("sum", 3): {("a", "b", "c"): "d"}},
        {("Open", 1): [("left",)], ("Dry", 0): [()], ("Near", 2): [("left", "right")]},
    )
    html = mimebundle(Solution(odd, True))["text/html"]
    assert ["left", "right", "yes"] in rows(html)
    for part in ("sum sum(a, b, c) = d", "Dry true", "Near (left, right)"):
        assert part in text(html)


@st.composite
def streets(draw: st.DrawFn) -> Structure:
    """A structure over a few sorts, some one to one with each other, with symbols of all kinds."""
    size = draw(st.integers(1, 3))
    sorts = {Sort(f"s{n}"): tuple(f"e{n}_{i}" for i in range(size)) for n in range(3)}
    domains = list(sorts.values())
    over = st.lists(st.sampled_from(domains), max_size=3)
    functions: dict[tuple[str, int], dict[Any, Any]] = {}
    for number in range(draw(st.integers(0, 20))):
        places, into = draw(over), draw(st.sampled_from(domains))
        values = draw(st.permutations(into))
        rows = list(product(*places))
        functions[f"f{number}", len(places)] = {
            row: values[at % len(values)] for at, row in enumerate(rows)
        }
    predicates = {}
    for number in range(draw(st.integers(0, 4))):
        rows = list(product(*draw(over)))
        held = draw(st.lists(st.sampled_from(rows), unique=True))
        predicates[f"P{number}", len(rows[0])] = held
    return Structure.of(sorts, functions, predicates)


@given(streets())
def test_a_card_names_every_symbol_of_a_grid(structure: Structure) -> None:
    shown = set(re.findall(r"\w+", text(mimebundle(Solution(structure, True))["text/html"])))
    symbols = {name for name, _, _ in (*structure.functions, *structure.predicates)}
    assert shown >= symbols


def test_what_belongs_to_the_places_stands_beside_what_is_there() -> None:
    seat, guest, dish = Sort("seat"), Sort("guest"), Sort("dish")
    table = Structure.of(
        {seat: ("s1", "s2"), guest: ("ida", "jon"), dish: ("pie", "stew")},
        {
            ("at", 1): {("ida",): "s2", ("jon",): "s1"},
            ("served", 1): {("pie",): "s1", ("stew",): "s2"},
            ("colour", 1): {("s1",): "red", ("s2",): "blue"},
        },
    )
    html = mimebundle(Solution(table, True))["text/html"]
    assert ["seat", "at", "served", "colour"] in rows(html)
    assert ["s1", "jon", "pie", "red"] in rows(html)


def test_why_there_is_another_solution_is_told() -> None:
    structure = Structure.of({Sort("seat"): ("s1",)}, {("at", 0): {(): "s1"}})
    found = Solution(structure, False, reason="the other one is too large to write down")
    assert found.reason in text(mimebundle(found)["text/html"])


def test_a_comparison_shows_a_structure_that_tells_the_formulas_apart() -> None:
    bundle = mimebundle(VALUES["a comparison"]())
    shown = text(bundle["text/html"])
    assert "implied the left formula is the weaker one" in shown
    assert "The left formula holds here and the right one does not" in shown
    assert "right implies left yes" in shown
    assert "image/svg+xml" in bundle
    assert "A ~ B" in text(mimebundle(VALUES["a renaming"]())["text/html"])


def test_a_class_says_what_is_in_it_and_whether_it_may_win() -> None:
    shown = text(mimebundle(VALUES["a class"]())["text/html"])
    assert "2 formulas, proved equivalent: 0, 1" in shown
    (never,) = classes(["P(a) & -P(a)"])
    assert "wins no vote" in text(never._repr_mimebundle_()["text/html"])


def test_hostile_names_in_grids_and_options_are_escaped() -> None:
    structure = Structure.of({Sort(HOSTILE): (HOSTILE,)}, {(HOSTILE, 1): {(HOSTILE,): HOSTILE}})
    judged = Judged(HOSTILE, True, HOSTILE, structure)
    for value in (
        Choice("one", HOSTILE, (judged,)),
        Choice("none", None, (judged,), HOSTILE),
        Solution(structure, False, structure),
        Solution(None, None, reason=HOSTILE),
    ):
        html = value._repr_mimebundle_()["text/html"]
        assert "<script" not in html
        assert "<img" not in html
        elements(html)


ELEMENTS = st.sampled_from(["a", "b", "c", Fraction(1), Fraction(2), "<i>"])
SORTS = st.sampled_from([Sort("s"), Sort("t"), Sort("u")])
PLACES = st.dictionaries(SORTS, st.lists(ELEMENTS, min_size=1, max_size=4, unique=True), min_size=1)


@given(
    PLACES,
    st.dictionaries(st.sampled_from("fg"), st.dictionaries(st.tuples(ELEMENTS), ELEMENTS)),
    st.dictionaries(
        st.sampled_from("hk"), st.dictionaries(st.tuples(ELEMENTS, ELEMENTS), ELEMENTS)
    ),
    st.dictionaries(st.sampled_from("ab"), ELEMENTS),
    st.dictionaries(st.sampled_from("PQ"), st.lists(st.tuples(ELEMENTS))),
)
def test_every_value_of_a_structure_is_in_its_view(
    domains: Any, unary: Any, binary: Any, constants: Any, predicates: Any
) -> None:
    functions = {(name, 1): table for name, table in unary.items()}
    functions |= {(name, 2): table for name, table in binary.items()}
    functions |= {(name, 0): {(): value} for name, value in constants.items()}
    held = {(name, 1): members for name, members in predicates.items()}
    html = mimebundle(Solution(Structure.of(domains, functions, held), True))["text/html"]
    elements(html)
    shown = text(unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL)))
    for (name, _), table in functions.items():
        for value in table.values():
            assert name in shown or name == str(value)
            assert str(value) in unescape(html)
    for name, members in predicates.items():
        assert name in shown or not members
