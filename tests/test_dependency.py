"""Dependency structures: read, printed, aligned with their sentence, and refused with a reason."""

from __future__ import annotations

import pickle

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic.dependency import (
    MERGE,
    Component,
    DependencyStructure,
    alignment,
    read_structure,
    uncovered,
    word_spans,
)
from neurologic.errors import NeurologicError, ParseError, StructureError

PAIR = 'U1="Ole hums", U2="Pia hums", C1="and"\n'


def kinds(sentence: str, text: str) -> list[str]:
    return [error.kind for error in read_structure(sentence, text).findings()]


def test_a_structure_reads_as_it_prints() -> None:
    text = 'U1="Ole hums", U2="Pia hums", D1="loudly", C1="and"\nU1 -> C1; U2 -> C1; D1 -> U2'
    structure = read_structure("Ole and Pia loudly hum.", text)
    assert str(structure) == text
    assert structure.root == "C1"
    assert structure.dependents("C1") == ("U1", "U2")
    assert (structure.head("D1"), structure.head("C1")) == ("U2", None)
    assert structure["D1"].role == "dependent"
    with pytest.raises(KeyError):
        structure["U9"]


def test_quotation_marks_and_line_ends_in_a_component_survive() -> None:
    structure = DependencyStructure.whole('Ole said:\r\n"a \\ b".')
    assert str(structure).count("\n") == 1
    assert read_structure(structure.sentence, str(structure)) == structure


def test_typographic_quotation_marks_and_arrows_are_read() -> None:
    structure = read_structure("No eel hums.", "U1=“eel hums”; D1 = “no”\n\nD1 → U1;\n")
    assert str(structure) == 'U1="eel hums", D1="no"\nD1 -> U1'


def test_lists_become_tuples_and_structures_can_be_sent_to_another_process() -> None:
    structure = DependencyStructure("Ole hums.", [Component("U1", "Ole hums")], [])  # type: ignore[arg-type]
    assert structure.findings() == ()
    assert pickle.loads(pickle.dumps(structure)) == structure


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", 0),
        ("U1=hums", 0),
        ('U1="hums", X1="not"', 11),
        ('U1="hums", U0="not"', 11),
        ('U1="hums" U2="not"', 10),
        ('U1="hums"\nU1 - C1', 10),
        ('U1="hums"\nD1 -> U1 U1 -> C1', 19),
        ('U1="hums\nNone', 0),
        ('U1="hums"\nNone of these', 10),
    ],
)
def test_what_is_no_structure_is_refused_where_it_goes_wrong(text: str, place: int) -> None:
    with pytest.raises(ParseError) as caught:
        read_structure("Ole hums.", text)
    assert caught.value.span is not None
    assert caught.value.span[0] == place
    assert caught.value.expected


def test_a_flood_of_components_is_refused() -> None:
    with pytest.raises(StructureError, match="at most 48"):
        read_structure("Ole hums.", ", ".join(f'U{i}="hums"' for i in range(1, 5000)))
    with pytest.raises(StructureError, match="at most 192 edges"):
        read_structure("Ole hums.", 'U1="Ole", U2="hums"\n' + ";".join(["U1 -> U2"] * 5000))
    components = (Component("U1", "Ole"), Component("U2", "hums"))
    flood = DependencyStructure("Ole hums.", components, (("U1", "U2"),) * 5000)
    assert [error.message for error in flood.findings()] == ["a structure has at most 192 edges"]


@pytest.mark.parametrize(
    ("sentence", "text", "kind", "marked"),
    [
        ("Ole hums.", 'U1="Ole hums", U1="Ole"\nNone', "ids", 'U1="Ole"'),
        ("Ole hums.", 'U1="Ole hums"\nU1 -> C7', "edges", "U1 -> C7"),
        ("Ole and Pia hum.", PAIR + "U1 -> C1; U2 -> C1; U2 -> U1", "edges", "U2 -> U1"),
        ("Ole and Pia hum.", PAIR + "U1 -> C1; U2 -> C1; U2 -> C1", "edges", "U2 -> C1"),
        ("Ole and Pia hum.", PAIR + "U1 -> C1", "root", 'C1="and"'),
        ("Ole and Pia hum.", PAIR + "U1 -> C1; C1 -> U2; U2 -> C1", "cycle", "C1 -> U2"),
        (
            "Ole and Pia do not hum.",
            PAIR.strip() + ', D1="do not"\nU1 -> C1; U2 -> C1; D1 -> C1',
            "dependent on coupler",
            "D1 -> C1",
        ),
        ("Ole and Pia hum.", PAIR + "C1 -> U1; U2 -> U1", "coupler", 'C1="and"'),
        ("Ole hums loudly.", 'U1="Ole hums"\nNone', "cover", "loudly"),
        ("Ole hums.", 'U1="Ole hums", D1="never"\nD1 -> U1', "cover", 'D1="never"'),
        ("Ole hums.", 'U1="Ole hums", D1=""\nD1 -> U1', "cover", 'D1=""'),
        ("Ole hums.", 'U1="Ole hums", D1="it is"\nD1 -> U1', "cover", 'D1="it is"'),
        ("Ole hums.", 'U1="Ole hums", C1="..."\nU1 -> C1', "cover", 'C1="..."'),
        (
            "Exactly one cook hums and Ole naps.",
            'U1="cook hums", U2="Ole naps", D1="exactly", C1="and"\nD1 -> U1; U1 -> C1; U2 -> C1',
            "cover",
            "one",
        ),
        (
            "It rains so Ole hums.",
            'U1="It rains", U2="Ole hums", C1="(merge)"\nU1 -> C1; U2 -> C1',
            "cover",
            "so",
        ),
        (
            "Ole is so ill that Pia hums.",
            'U1="Ole is ill", U2="Pia hums", C1="(merge)"\nU1 -> C1; U2 -> C1',
            "cover",
            "so",
        ),
        (
            "Ole hums if Pia hums.",
            PAIR.replace('"and"', '"only if"') + "U1 -> C1; U2 -> C1",
            "cover",
            'C1="only if"',
        ),
        (
            "Ole or Pia hums.",
            PAIR.replace('"and"', '"neither ... or"') + "U1 -> C1; U2 -> C1",
            "cover",
            'C1="neither ... or"',
        ),
        (
            "Ole or Pia hums.",
            PAIR.replace('"and"', '"or and"') + "U1 -> C1; U2 -> C1",
            "cover",
            'C1="or and"',
        ),
        (
            "If Ole does not hum then Pia hums.",
            PAIR.replace('"and"', '"if not ... then"') + "U1 -> C1; U2 -> C1",
            "coupler",
            'C1="if not ... then"',
        ),
        ("Ole hums not.", 'U1="Ole hums", C1="not"\nU1 -> C1', "coupler", 'C1="not"'),
        ("Ole hums.", 'U1="Ole hums", C1="(merge)"\nU1 -> C1', "coupler", 'C1="(merge)"'),
        ("Unless Ole hums.", 'U1="Ole hums", C1="unless"\nU1 -> C1', "coupler", 'C1="unless"'),
        ("Ole does not hum.", 'U1="not", D1="Ole does hum"\nD1 -> U1', "atom", 'U1="not"'),
        (
            "Ole does not hum and Pia does not nap.",
            'U1="Ole hums", U2="Pia naps", D1="does not does not", C1="and"\n'
            "D1 -> U1; U1 -> C1; U2 -> C1",
            "atom",
            'D1="does not does not"',
        ),
        (
            "Two eels and three cods hum.",
            'U1="eels hum", U2="cods hum", D1="two three", C1="and"\nD1 -> U1; U1 -> C1; U2 -> C1',
            "atom",
            'D1="two three"',
        ),
        (
            "Ole does not hum.",
            'U1="Ole does not hum", D1="not"\nD1 -> U1',
            "cover",
            'D1="not"',
        ),
        ("Ole ≠ Pia", 'U1="Ole = Pia"\nNone', "cover", 'U1="Ole = Pia"'),
        ("¬ Ole hums", 'U1="Ole hums"\nNone', "cover", "¬"),
        ("Ole hardly hums.", 'U1="Ole hums hard"\nNone', "cover", 'U1="Ole hums hard"'),
        ("Ole is the tallest.", 'U1="Ole is the tall"\nNone', "cover", 'U1="Ole is the tall"'),
        ("Ole hums.", 'U1="Ole hums", C1="pleasingly"\nU1 -> C1', "cover", 'C1="pleasingly"'),
        (
            "If Ole hums, no eel hums.",
            'U1="If Ole hums, eel hums", D1="no"\nD1 -> U1',
            "atom",
            'U1="If Ole hums, eel hums"',
        ),
        (
            "No eel either hums or sings.",
            'U1="eel either hums or sings", D1="no"\nD1 -> U1',
            "atom",
            'U1="eel either hums or sings"',
        ),
        ("No eel.", 'D1="No", D2="eel"\nD1 -> D2', "atom", "D"),
        (
            "Ole and Pia hum.",
            'U1="Ole hums", U2="Pia hums", D1="and"\nU2 -> U1; D1 -> U2',
            "conjunction",
            'D1="and"',
        ),
        (
            "Ole hums only if Pia hums.",
            'U1="Ole hums", U2="Pia hums", D1="only if"\nU2 -> U1; D1 -> U2',
            "conjunction",
            'D1="only if"',
        ),
    ],
)
def test_each_mistake_is_found_named_and_located(
    sentence: str, text: str, kind: str, marked: str
) -> None:
    errors = [e for e in read_structure(sentence, text).findings() if e.kind == kind]
    assert errors, kinds(sentence, text)
    assert errors[0].span is not None
    assert errors[0].text[slice(*errors[0].span)] == marked
    assert "^" in str(errors[0])


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("Ole is so ill that Pia hums.", PAIR.replace("Ole hums", "Ole is ill")),
        ("Ole hums, and so does Pia.", PAIR),
        ("Ole hums; Pia hums.", PAIR),
        ("Ole & Pia hum.", PAIR),
        ("Should Ole hum, Pia hums.", PAIR.replace("Ole hums", "Ole should hum")),
        ("Not only Ole but also Pia hums.", PAIR),
    ],
)
def test_what_joins_may_be_a_mark_an_order_of_words_or_several_words(
    sentence: str, text: str
) -> None:
    words = {"so": "so ... that", "Should": "if", "Not": "not only ... but also"}
    written = next((word for key, word in words.items() if key in sentence.split()), "and")
    written = "and" if "and so" in sentence else written
    assert kinds(sentence, text.replace('"and"', f'"{written}"') + "U1 -> C1; U2 -> C1") == []


def test_one_component_is_enough_under_a_coupler_where_the_other_part_is_near() -> None:
    either = 'U1="Ole hums", D1="not", C1="either ... or"\nU1 -> C1; D1 -> U1'
    assert kinds("Ole either hums or not.", either) == []
    headed = 'U1="Ole hums", U2="Pia naps", C1="if"\nC1 -> U1; U2 -> C1'
    assert kinds("Ole hums if Pia naps.", headed) == []


def test_dependents_in_a_circle_are_judged() -> None:
    assert "cycle" in kinds("No eel.", 'U1="the eel", D1="no", D2="no"\nD1 -> D2; D2 -> D1')


def test_the_alignment_of_a_structure_cannot_be_changed_for_others() -> None:
    structure = read_structure("No eel hums.", 'U1="eel hums", D1="no"\nD1 -> U1')
    with pytest.raises(TypeError):
        alignment(structure)["U1"] = ()  # type: ignore[index]
    structure.words["U1"] = ()
    assert structure.words["U1"] == (1, 2)


def test_words_of_a_structure_that_is_too_long_have_no_place() -> None:
    names = [f"U{i}" for i in range(1, 2001)]
    chain = DependencyStructure(
        " ".join(f"eel{name}" for name in names),
        tuple(Component(name, f"eel{name}") for name in names),
        tuple(zip(names[1:], names, strict=False)),
    )
    assert set(chain.words.values()) == {()}
    whole = DependencyStructure.whole(chain.sentence)
    assert whole.words == {"U1": tuple(range(2000))}


def test_names_that_are_no_names_are_found_in_values_too() -> None:
    structure = DependencyStructure("Ole hums.", (Component("unit", "Ole hums"),))
    assert [error.kind for error in structure.findings()] == ["ids"]
    assert [error.kind for error in DependencyStructure("Ole.", ()).findings()] == ["ids"]


def test_every_edge_of_a_cycle_is_reported_and_that_there_is_no_root() -> None:
    assert kinds("Ole, Pia hum.", 'U1="Ole hums", U2="Pia hums"\nU1 -> U2; U2 -> U1') == [
        "root",
        "cycle",
        "cycle",
    ]


@pytest.mark.parametrize("kept", ["if", "unless", "whenever", "then"])
def test_a_whole_sentence_may_hold_any_conjunction(kept: str) -> None:
    sentence = f"Ole hums {kept} Pia hums."
    assert DependencyStructure.whole(sentence).findings(lambda text: 2) == ()
    assert kinds(sentence, f'U1="ole hums {kept} Pia hums"') == []


def test_a_unit_that_says_several_atoms_is_found_where_someone_can_count_them() -> None:
    structure = read_structure(
        "No eel hums and sings.", 'U1="eel hums and sings", D1="No"\nD1 -> U1'
    )
    assert structure.findings() == ()
    assert structure.findings(lambda text: None) == ()
    found = structure.findings(lambda text: text.count(" and ") + 1)
    assert [(error.kind, error.message) for error in found] == [("atom", "U1 says 2 atoms")]


def test_units_may_repeat_inflect_and_fill_in() -> None:
    text = (
        'U1="the carpenter studies a plan", U2="the carpenter is tired", C1="or"\n'
        "U1 -> C1; U2 -> C1"
    )
    structure = read_structure("The carpenters study plans or are tired.", text)
    assert structure.findings() == ()
    assert structure.words == {"U1": (0, 1, 2, 3), "U2": (0, 1, 5, 6), "C1": (4,)}


def test_the_same_word_twice_goes_to_the_components_it_belongs_to() -> None:
    structure = read_structure(
        "Either no eel or no cod hums.",
        'U1="eel hums", U2="cod hums", D1="no", D2="no", C1="either ... or"\n'
        "D1 -> U1; D2 -> U2; U1 -> C1; U2 -> C1",
    )
    assert structure.words == {"U1": (2, 6), "U2": (5, 6), "D1": (1,), "D2": (4,), "C1": (0, 3)}
    assert uncovered(structure) == ()


def test_a_merge_covers_the_relative_pronoun_and_a_unit_the_pronoun_that_it_fills_in() -> None:
    merge = 'U1="A fox hums", U2="a fox naps", C1="(merge)"\nU1 -> C1; U2 -> C1'
    assert read_structure("A fox who naps hums.", merge).words["C1"] == (2,)
    assert kinds("A fox who naps hums.", merge.replace(MERGE, "and")) == ["cover"]
    either = 'U1="a fox naps", U2="a fox hums", C1="if"\nU1 -> C1; U2 -> C1'
    assert kinds("If a fox naps, then it hums.", either) == []


def test_what_an_ellipsis_leaves_out_a_unit_may_say_twice() -> None:
    pair = 'U1="Ole joins the choir", U2="Pia joins the choir", C1="if"\nU1 -> C1; U2 -> C1'
    assert kinds("Ole joins the choir if Pia does too.", pair) == []
    assert (
        kinds("Ole's boat leaks more than Pia's.", "U1=\"Ole's boat leaks more than Pia's boat\"")
        == []
    )


def test_a_word_moves_where_a_like_word_would_be_left_over() -> None:
    structure = read_structure(
        "If a fox is ill, they are not busy.",
        'U1="a fox is ill", U2="a fox is busy", D1="not", C1="if"\nD1 -> U2; U1 -> C1; U2 -> C1',
    )
    assert structure.findings() == ()
    assert structure.words["U2"] == (1, 2, 6, 8)


def test_the_graph_has_components_as_nodes_and_heads_as_targets() -> None:
    structure = read_structure("Ole and Pia hum.", PAIR + "U1 -> C1; U2 -> C1")
    graph = structure.graph()
    assert sorted(graph.edges) == [("U1", "C1"), ("U2", "C1")]
    assert graph.nodes["C1"] == {"text": "and", "role": "coupler"}


NAMES = ["U1", "U2", "U3", "C1", "C2", "D1", "D2"]
WORDS = dict(
    zip(NAMES, ["baxu pexo", "doqu sixa", "fuxi tuqa", "gaqu", "kexu", "luqi", "moxa"], strict=True)
)


@st.composite
def random_structures(draw: st.DrawFn) -> DependencyStructure:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    if draw(st.booleans()):  # near a tree, so that valid ones are not rare
        edges = [(name, draw(st.sampled_from(names[:i]))) for i, name in enumerate(names) if i]
    else:
        ends = st.sampled_from(names)
        edges = draw(st.lists(st.tuples(ends, ends), max_size=8))
    components = tuple(Component(name, WORDS[name]) for name in names)
    return DependencyStructure(" ".join(WORDS[name] for name in names), components, tuple(edges))


def joins_nothing(structure: DependencyStructure, name: str) -> bool:
    parts, head = structure.dependents(name), structure.head(name)
    if head is None or (head[0] == "C" and len(structure.dependents(head)) == 1):
        return len(parts) < 2
    return not parts


@given(random_structures())
def test_the_validator_agrees_with_networkx(structure: DependencyStructure) -> None:
    graph = structure.graph()
    found = {error.kind for error in structure.findings()}
    simple = len(set(structure.edges)) == len(structure.edges)
    tree = networkx.is_arborescence(graph.reverse())
    assert ({"root", "cycle", "edges"}.isdisjoint(found)) == (simple and tree)
    assert ("cycle" in found) == (not networkx.is_directed_acyclic_graph(graph))
    assert ("root" in found) == ([d for _, d in graph.out_degree()].count(0) != 1)
    assert ("coupler" in found) == any(
        name.startswith("C") and joins_nothing(structure, name) for name in graph
    )
    assert ("dependent on coupler" in found) == any(
        a.startswith("D") and b.startswith("C") for a, b in graph.edges
    )
    assert ("atom" in found) == (not any(name.startswith("U") for name in graph))
    assert "cover" not in found
    assert "ids" not in found


SCRAPS = st.sampled_from(
    "and or if not no either ... (merge) Ole Ole's hums hum isn't won't ' \" \\ 3.5% ’ the a".split()
)
TEXTS = st.one_of(st.lists(SCRAPS, max_size=6).map(" ".join), st.text(max_size=12))


@given(TEXTS, st.lists(st.tuples(st.text(max_size=3), TEXTS), max_size=5), st.data())
def test_anything_at_all_is_judged_and_nothing_else_raised(
    sentence: str, parts: list[tuple[str, str]], data: st.DataObject
) -> None:
    names = [data.draw(st.sampled_from([*NAMES, name])) for name, _ in parts]
    ends = st.sampled_from([*names, "U1"])
    edges = tuple(data.draw(st.lists(st.tuples(ends, ends), max_size=4)))
    components = tuple(Component(name, text) for name, (_, text) in zip(names, parts, strict=True))
    structure = DependencyStructure(sentence, components, edges)
    for error in structure.findings():
        assert error.kind
        assert error.span is not None
        assert str(error)
    assert len(structure.words) <= len(components)
    assert DependencyStructure.whole(sentence).findings() == ()


@given(st.text(alphabet='U1CD2=" ,;->\n\\None“”ax', max_size=40))
def test_any_text_reads_as_it_prints_or_is_refused_with_a_place(text: str) -> None:
    try:
        structure = read_structure("ax", text)
    except NeurologicError as error:
        located = error.span is not None
    else:
        located = read_structure("ax", str(structure)) == structure
    assert located


@given(st.text(max_size=60))
def test_words_are_disjoint_and_in_order(text: str) -> None:
    ends = [end for span in word_spans(text) for end in span]
    assert ends == sorted(ends)
    assert all(start < end for start, end in word_spans(text))
