"""`reason` and its Answer: verdicts with their evidence, and never a guess without a formula."""

import dataclasses
import json
from dataclasses import dataclass, field

import pytest

from neurologic import (
    Formulas,
    LLMError,
    NeurologicError,
    Reading,
    Semantics,
    SemanticsError,
    Signature,
    SignatureError,
    Sort,
    SortDeclaration,
    SymbolDeclaration,
    TextProblem,
    Translation,
    TranslationError,
    Verdict,
    parse,
    reason,
)
from neurologic.reasoning import Answer, answer, place

MORTALS = ["All men are mortal.", "Socrates is a man.", "Plato is wise."]
RULES = ["all x. (Man(x) -> Mortal(x))", "Man(socrates)", "Wise(plato)"]


@dataclass(frozen=True)
class Phrasebook:
    """A translator by table: what it does not list it cannot translate."""

    pages: dict[str, list[str]] = field(default_factory=dict)

    def translate(self, problem: TextProblem) -> Translation:
        return Translation(problem, tuple(map(self.look_up, _sentences(problem))))

    def look_up(self, text: str) -> tuple[Reading, ...] | NeurologicError:
        if text in self.pages:
            readings = enumerate(self.pages[text])
            return tuple(Reading(parse(f), text, cost) for cost, f in readings)
        return TranslationError("expected a listed sentence", text=text, span=(0, len(text)))


def _sentences(problem: TextProblem) -> tuple[str, ...]:
    return (*problem.premises, problem.conclusion)


def prove(premises: list[str], conclusion: str, semantics: Semantics = Semantics()) -> Answer:
    return reason(premises, conclusion, translator=Formulas(), semantics=semantics, core=True)


def test_english_is_the_default() -> None:
    result = reason(MORTALS, "Socrates is mortal.")
    assert (result.verdict, result.label, result.szs) == (
        Verdict.ENTAILED,
        "True",
        "SatisfiableAxiomsTheorem",
    )


@pytest.mark.parametrize(
    ("premises", "conclusion", "verdict", "label"),
    [
        (RULES, "Mortal(socrates)", Verdict.ENTAILED, "True"),
        (RULES, "-Mortal(socrates)", Verdict.REFUTED, "False"),
        (RULES, "Mortal(plato)", Verdict.UNDETERMINED, "Uncertain"),
        ([*RULES, "-Mortal(socrates)"], "Wise(plato)", Verdict.INCONSISTENT, None),
        ([], "P(a) | -P(a)", Verdict.ENTAILED, "True"),
    ],
)
def test_each_verdict_carries_its_label(
    premises: list[str], conclusion: str, verdict: Verdict, label: str | None
) -> None:
    result = prove(premises, conclusion)
    assert (result.verdict, result.label) == (verdict, label)
    assert result.errors == ()


def test_a_budget_that_is_too_small_is_unknown_with_a_reason() -> None:
    hard = [
        "all x y z. (f(f(x, y), z) = f(x, f(y, z)))",
        "all x. (f(e, x) = x)",
        "all x. (f(i(x), x) = e)",
    ]
    goal = "all x. (f(x, i(x)) = e)"
    result = reason(hard, goal, translator=Formulas(), budget=1)
    assert result.verdict is Verdict.UNKNOWN
    assert result.label is None
    assert result.reason


def test_a_sentence_without_a_formula_leaves_no_verdict() -> None:
    result = reason(["The raven."], "P", translator=Phrasebook({"P": ["P"]}))
    assert (result.verdict, result.label, result.decision) == (None, None, None)
    (error,) = result.errors
    assert isinstance(error, TranslationError)
    assert error.source == "premise 1"
    assert "^^^^^^^^^^" in str(error)


def test_the_other_sentences_keep_their_formulas() -> None:
    result = reason(["P", "?"], "Q", translator=Phrasebook({"P": ["P"], "Q": ["Q"]}))
    assert result.formulas == (parse("P"), None, parse("Q"))


def test_a_translator_that_fails_as_a_whole_is_an_error_in_the_answer() -> None:
    class Offline:
        def translate(self, problem: TextProblem) -> Translation:
            raise LLMError("no key")

    result = reason(["P"], "Q", translator=Offline())
    assert [type(error) for error in result.errors] == [LLMError]
    assert result.verdict is None
    assert [row["formula"] for row in result.as_json()["premises"]] == [None]  # type: ignore[attr-defined]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_translator_that_loses_sentences_is_an_error(count: int) -> None:
    class Forgetful:
        def translate(self, problem: TextProblem) -> Translation:
            return Translation(problem, ((Reading(parse("P")),),) * count)

    result = reason(["P"], "Q", translator=Forgetful())
    assert result.verdict is None
    assert f"expected readings of 2 sentences, got {count}" in result.errors[0].message


def test_no_reading_at_all_is_an_error() -> None:
    result = reason(["P"], "Q", translator=Phrasebook({"P": [], "Q": ["Q"]}))
    assert [error.source for error in result.errors] == ["premise 1"]


def test_the_best_reading_is_asked_and_the_next_one_is_told() -> None:
    pages = {"S": ["P(a)", "Q(a)"], "G": ["P(a)"]}
    result = reason(["S"], "G", translator=Phrasebook(pages))
    assert result.verdict is Verdict.ENTAILED
    assert "premise 1: could also be read as Q(a)" in result.warnings


def test_a_far_fetched_reading_is_not_told() -> None:
    pages = {"S": ["P(a)", "P(a) & P(a)", "Q(a)"], "G": ["P(a)"]}
    told = reason(["S"], "G", translator=Phrasebook(pages)).warnings
    assert not any("Q(a)" in warning for warning in told)


def test_sorts_that_do_not_fit_are_located_in_the_sentence() -> None:
    town, person = Sort("town"), Sort("person")
    declared = Signature(
        (SortDeclaration(town), SortDeclaration(person)),
        (SymbolDeclaration("ann", (), person), SymbolDeclaration("In", (town,))),
    )
    result = reason(["In(rome)", "In(ann)"], "In(rome)", translator=Formulas(), signature=declared)
    (error,) = result.errors
    assert isinstance(error, SignatureError)
    assert error.source == "premise 2"
    assert "^" in str(error)
    assert result.verdict is None


def test_a_formula_outside_the_fragment_is_a_located_error() -> None:
    result = prove(["P(a) <-> Q(a)"], "P(a)", Semantics(negation="explicit"))
    (error,) = result.errors
    assert isinstance(error, SemanticsError)
    assert error.source == "premise 1"
    assert result.verdict is None


def test_clashing_symbols_are_warned_about() -> None:
    result = prove(["P(a)", "P(a, b)"], "P(b)")
    assert any("P" in warning for warning in result.warnings)


def test_free_variables_are_noted_with_their_sentence() -> None:
    result = prove(["P(x)"], "P(a)")
    assert result.verdict is Verdict.ENTAILED
    assert any(warning.startswith("premise 1: ") for warning in result.warnings)


def test_repairs_are_told() -> None:
    result = reason(["(P(a)"], "P(a)", translator=Formulas(repair=True))
    assert result.verdict is Verdict.ENTAILED
    assert any(warning.startswith("premise 1: repaired: ") for warning in result.warnings)


def test_without_repair_nothing_is_mended() -> None:
    assert reason(["(P(a)"], "P(a)", translator=Formulas()).verdict is None


def test_one_string_is_not_a_list_of_premises() -> None:
    with pytest.raises(TypeError, match="list of sentences"):
        reason("All men are mortal.", "Socrates is mortal.")


def test_the_json_object_has_what_tools_read() -> None:
    result = json.loads(json.dumps(prove(RULES, "Mortal(socrates)").as_json()))
    assert result["verdict"] == "ENTAILED"
    assert result["label"] == "True"
    assert result["szs"] == "SatisfiableAxiomsTheorem"
    assert result["reason"] == ""
    assert result["semantics"]["negation"] == "classical"
    assert [row["used"] for row in result["premises"]] == [True, True, False]
    assert result["premises"][0]["text"] == RULES[0]
    assert result["premises"][0]["formula"] == "∀x (Man(x) → Mortal(x))"
    assert result["conclusion"] == {"text": "Mortal(socrates)", "formula": "Mortal(socrates)"}
    assert result["warnings"] == result["errors"] == []
    assert result["consistency"] == "consistent"
    assert result["rlimit"] >= 0
    assert result["seconds"] >= 0


def test_the_json_object_of_an_untranslated_problem_has_the_same_keys() -> None:
    failed = reason(["???"], "P", translator=Formulas()).as_json()
    assert failed.keys() == prove(RULES, "Mortal(socrates)").as_json().keys()
    assert (failed["verdict"], failed["label"], failed["szs"]) == (None, None, "InputError")
    assert failed["errors"]
    assert failed["reason"]


def test_without_a_core_nothing_is_said_about_use() -> None:
    result = reason(RULES, "Mortal(socrates)", translator=Formulas())
    assert [row["used"] for row in result.as_json()["premises"]] == [None] * 3  # type: ignore[attr-defined]


def test_the_core_of_an_inconsistency_names_the_culprits() -> None:
    result = prove(["P(a)", "Q(a)", "-P(a)"], "R(a)")
    assert [row["used"] for row in result.as_json()["premises"]] == [True, False, True]  # type: ignore[attr-defined]


def test_the_text_view_shows_sentences_formulas_verdict_and_semantics() -> None:
    shown = str(prove(RULES, "Mortal(socrates)"))
    assert "1* all x. (Man(x) -> Mortal(x))" in shown
    assert "∀x (Man(x) → Mortal(x))" in shown
    assert (
        "True: the premises entail the conclusion (ENTAILED, SZS SatisfiableAxiomsTheorem)" in shown
    )
    assert "used: premises 1, 2" in shown
    assert "semantics: classical negation" in shown


def test_the_text_view_of_a_failure_shows_the_caret() -> None:
    shown = str(reason(["P(a"], "P(a)", translator=Formulas()))
    assert "(no formula)" in shown
    assert "could not be translated" in shown
    assert "^" in shown


def test_an_answer_is_a_frozen_value() -> None:
    result = prove(RULES, "Mortal(socrates)")
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.errors = ()  # type: ignore[misc]


def test_sources_of_a_file_are_kept() -> None:
    problem = TextProblem(("P(a",), "P(a)", sources=("p.txt, line 4", "p.txt, line 5"))
    (error,) = answer(problem, translator=Formulas()).errors
    assert str(error).startswith("p.txt, line 4: ")


def test_places_are_counted_from_one() -> None:
    problem = TextProblem(("A", "B"), "C")
    assert [place(problem, i) for i in range(3)] == ["premise 1", "premise 2", "conclusion"]
