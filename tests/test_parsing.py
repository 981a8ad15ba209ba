"""The notation as it is read: corpora of lines, laws, errors with their carets, repairs."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurologic import (
    And,
    Atom,
    Constant,
    Exists,
    ForAll,
    NeurologicError,
    Not,
    ParseError,
    Signature,
    Sort,
    SortDeclaration,
    SymbolDeclaration,
    Variable,
    parse,
    read,
    read_problem,
    render,
)
from neurologic.notation import KEYWORDS
from neurologic.parsing import LONGEST, locate
from tests.strategies import formulas

CORPUS = Path(__file__).parent / "corpus"


def lines(name: str) -> list[str]:
    """The lines of a corpus file without comments and blanks."""
    text = (CORPUS / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def blocks(name: str) -> list[tuple[str, str]]:
    """The first line of each block of a corpus file, and the lines below it."""
    text = (CORPUS / name).read_text(encoding="utf-8")
    found = [
        "\n".join(line for line in block.splitlines() if not line.startswith("#"))
        for block in text.split("\n\n")
    ]
    return [tuple(block.split("\n", 1)) for block in found if block]  # type: ignore[misc]


@pytest.mark.parametrize("line", lines("identity.txt"))
def test_a_line_of_the_identity_corpus_prints_back_to_itself(line: str) -> None:
    assert render(parse(line)) == line
    assert parse(render(parse(line), "ascii")) == parse(line)


@pytest.mark.parametrize(("written", "meant"), blocks("spellings.txt"))
def test_what_people_and_models_write_is_read(written: str, meant: str) -> None:
    assert render(parse(written)) == meant.strip()


@pytest.mark.parametrize(("written", "expected"), blocks("repairs.txt"))
def test_a_repair_is_made_on_request_only_and_listed(written: str, expected: str) -> None:
    with pytest.raises(ParseError):
        parse(written)
    reading = read(written, repair=True)
    told = [f"repair: {note.message}" for note in reading.repairs]
    assert [render(reading.formula), *told] == expected.strip().split("\n")
    assert all(note.span and 0 <= note.span[0] <= len(written) for note in reading.repairs)


@pytest.mark.parametrize(("written", "message"), blocks("parse_errors.txt"))
def test_an_error_shows_what_and_where_and_how_to_mend_it(written: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(written)
    assert str(caught.value) == message.rstrip("\n")
    assert caught.value.text == written
    assert caught.value.kind


@given(formulas())
def test_a_formula_reads_back_as_it_was_printed(formula: And) -> None:
    assert parse(render(formula)) == formula
    ascii_text = render(formula, "ascii")
    assert ascii_text.isascii()
    assert parse(ascii_text) == formula


@given(st.text(max_size=40) | st.text("()∀x. PQa,&->'\"=<¬…1[]", max_size=40))
def test_any_text_is_a_formula_or_a_located_error(text: str) -> None:
    for repair in (False, True):
        error = refusal(text, repair=repair)
        assert error is None or (error.span is not None and str(error))


def refusal(text: str, *, repair: bool) -> NeurologicError | None:
    """The error of reading a text, or None."""
    try:
        read(text, repair=repair)
    except NeurologicError as error:
        return error
    return None


@pytest.mark.parametrize("word", sorted(KEYWORDS))
def test_every_keyword_prints_quoted_and_reads_back_as_a_name(word: str) -> None:
    formula = Atom(word, (Constant(word),))
    assert render(formula) == f"'{word}'('{word}')"
    assert parse(render(formula)) == formula


def test_where_the_scope_could_be_read_otherwise_the_reading_says_so() -> None:
    assert "reaches to the end" in read("all x. P(x) & Q(x)").notes[0].message
    narrow = read("exists y. Pet(ann, y) -> -Travels(ann)").notes[0]
    assert "ends before the next connective" in narrow.message
    assert not read("all x. (P(x) & Q(x))").notes
    assert not read("exists x. P(x) & Q(a)").notes, "both readings mean the same"


def test_a_free_variable_is_closed_universally_and_noted() -> None:
    reading = read("Likes(x, ann) & Likes(y, x)")
    assert render(reading.formula) == "∀x ∀y (Likes(x, ann) ∧ Likes(y, x))"
    assert [note.message for note in reading.notes] == ["free variable closed universally: x, y"]


def test_a_declared_constant_is_no_variable_whatever_its_look() -> None:
    declared = Signature((SortDeclaration(Sort("line"), ("x", "y")),))
    reading = read("Longer(x, y)", signature=declared)
    assert reading.formula == Atom("Longer", (Constant("x"), Constant("y")))
    assert not reading.notes


def test_a_parity_chain_and_a_chain_of_arrows_are_noted() -> None:
    assert "odd number" in read("P ⊕ Q ⊕ R").notes[0].message
    assert "A → (B → C)" in read("P -> Q -> R").notes[0].message


def test_a_vacuous_quantifier_is_noted() -> None:
    assert "does not occur" in read("all x. P(a)").notes[0].message


def test_repairs_are_placed_in_the_original_text() -> None:
    text = "Writer(ada lovelace) & P(a))"
    reading = read(text, repair=True)
    assert [text[note.span[0] : note.span[1]] for note in reading.repairs if note.span] == [
        "ada lovelace",
        ")",
    ]


@pytest.mark.parametrize("depth", [10_000])
def test_nesting_has_no_depth_at_which_reading_breaks(depth: int) -> None:
    assert parse("(" * depth + "P(a)" + ")" * depth) == Atom("P", (Constant("a"),))
    negated = parse("¬" * depth + "P(a)")
    assert isinstance(negated, Not)
    assert render(negated) == "¬" * depth + "P(a)"
    nested = parse("P(" + "f(" * depth + "a" + ")" * depth + ")")
    assert render(nested).count("f(") == depth
    quantified = parse("∀x " * depth + "P(x)")
    assert isinstance(quantified, ForAll)
    right = parse("(P(a) → " * depth + "P(a)" + ")" * depth)
    assert parse(render(right)) == right


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(ParseError, match="characters, more than"):
        parse("P" * (LONGEST + 1))


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"all x. (P{n}(x) -> exists y. R{n}(x, y))" for n in range(200)]
    expected = [parse(text) for text in texts]
    found: list[object] = []

    def work() -> None:
        from neurologic.parsing import forget

        forget()
        found.append([parse(text) for text in texts] == expected)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_a_symbol_is_located_by_whole_words() -> None:
    assert locate("Happy(ann) & P(anna)", "anna") == (15, 19)
    assert locate("P(a)", "b") is None


def test_a_bound_variable_shadows_a_constant_of_the_same_name() -> None:
    formula = parse("∀ann (P(ann) ∧ ∃bob R(ann, bob)) ∧ P(bob)")
    ann, bob = Variable("ann"), Variable("bob")
    inner = And((Atom("P", (ann,)), Exists(bob, Atom("R", (ann, bob)))))
    assert formula == And((ForAll(ann, inner), Atom("P", (Constant("bob"),))))


PROBLEM = """\ufeff# A problem.\r
sort day = {mon < tue < wed}\r
sort person\r
fun lecture: day, person -> Int\r
pred Busy: person * day\r
const ann, bob: person\r
\r
Ann is busy.\r
? Bob is busy.\r
"""


def test_a_problem_file_has_sentences_declarations_and_a_conclusion() -> None:
    problem = read_problem(PROBLEM, source="p.txt")
    assert problem.premises == ("Ann is busy.",)
    assert problem.conclusion == "Bob is busy."
    assert problem.sources == ("p.txt, line 8", "p.txt, line 9")
    day, person = Sort("day"), Sort("person")
    assert problem.signature == Signature(
        (SortDeclaration(day, ("mon", "tue", "wed"), ordered=True), SortDeclaration(person)),
        (
            SymbolDeclaration("lecture", (day, person), Sort("Int")),
            SymbolDeclaration("Busy", (person, day)),
            SymbolDeclaration("ann", (), person),
            SymbolDeclaration("bob", (), person),
        ),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Ann is tall.", "there is no conclusion"),
        ("", "there is no conclusion"),
        ("? P\n? Q", "a second conclusion; the first is line 1"),
        ("P\n?", "the conclusion is empty"),
        ("P\x00\n? Q", "a NUL character"),
        ("sort day = {mon < tue, wed}\n? P", "ordered throughout or not at all"),
        ("sort day = \n? P", "the text ends where"),
        ("fun f: day\n? P", "the text ends where"),
    ],
)
def test_a_broken_problem_file_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ParseError, match=message) as caught:
        read_problem(text)
    assert caught.value.span is not None


def test_an_english_sentence_about_sorts_is_no_declaration() -> None:
    problem = read_problem("sort of people like fun things.\nfun is good.\n? P")
    assert len(problem.premises) == 2


@pytest.mark.parametrize(
    "text",
    [
        "∀x (P(x)) → Q(x)) ∧ R(x)",
        "P(a) -> Q(a)) & R(a)",
        "P(a) | Q(a), R(a)",
        "P(a) -> Q(a), R(a)",
    ],
)
def test_a_mistake_with_two_likely_meanings_is_not_repaired(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text, repair=True)


def test_a_comma_before_an_arrow_joins_the_conditions() -> None:
    assert render(parse("P(a), -Q(a) -> R(a)", repair=True)) == "P(a) ∧ ¬Q(a) → R(a)"


def test_a_minus_sign_that_could_be_read_otherwise_is_noted() -> None:
    assert "read as 'not'" in read("-a + b > 0").notes[0].message
    assert "not as a difference" in read("age-1 > 3").notes[0].message
    assert not read("-1 < n").notes
    assert not read("-P(a)").notes


@pytest.mark.parametrize("number", ["9" * 5000, "0." + "0" * 2000 + "1", "1" + ",000" * 2000])
def test_an_endless_number_is_refused(number: str) -> None:
    with pytest.raises(ParseError, match="more than 1000 digits"):
        parse(f"P({number})")


def test_reading_time_grows_with_the_length_of_the_text() -> None:
    flat = " & ".join(["all x. P(x)"] * 4000)
    nested = " & ".join(f"all v{n}. P(v{n})" for n in range(2000))
    nested += " & " + " & ".join(f"Q(v{n})" for n in range(2000))
    assert len(parse(flat).parts) == 4000  # type: ignore[union-attr]
    assert render(parse(nested)).count("∀") == 2000
