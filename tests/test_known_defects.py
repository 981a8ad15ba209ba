"""What went wrong in published pipelines of models and solvers, and does not go wrong here.

Each test is named for a defect that running such a pipeline showed: sorts that lose their range,
contradictions that win votes, texts that are executed, one process for each comparison, a stage
lost to one error of a server, a class that can never be chosen.
"""

from __future__ import annotations

import ast
import json
import multiprocessing
import os
import pkgutil
import re
import subprocess
import tomllib
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from itertools import permutations
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.testing import CliRunner

import benchmarks
import neurologic
from benchmarks.baselines import Baseline, system_text
from benchmarks.cli import app
from benchmarks.data import DATASETS, Example
from benchmarks.dialects import sorted_programs
from benchmarks.programs import Ran, ran
from neurologic.choice import choose
from neurologic.entailment import Verdict, decide
from neurologic.equivalence import classes, compare
from neurologic.errors import LLMError, NeurologicError, SemanticsError
from neurologic.llm import Message, Recording, Reply, Request, Scripted, complete
from neurologic.parsing import parse, read_choice
from neurologic.problem import TextProblem
from neurologic.structure import satisfies
from neurologic.translation import Direct
from neurologic.translation.compositional import Compositional
from neurologic.translation.judging import Opinion, Situation
from neurologic.translation.selection import select

ROOT = Path(neurologic.__file__).parent.parent

WEEK = """# Declarations
day = EnumSort([Monday, Tuesday, Wednesday])
task = EnumSort([sow, reap])
when = Function([task] -> [day])
# Constraints
{constraint}
# Options
{options}
"""


def program(*options: str, constraint: str = "", label: str = "A") -> Ran:
    text = WEEK.format(constraint=constraint, options="\n".join(options))
    return ran({"id": "1", "label": label, "program": text})


# -- the range of a sort is lost when formulas are compared


def test_formulas_that_are_equivalent_within_the_week_are_one_class() -> None:
    found = sorted_programs.read(WEEK.format(constraint="", options="is_sat(True)"))
    said = [
        "when(sow) > Monday",
        "when(sow) = Tuesday | when(sow) = Wednesday",
        "-(when(sow) = Monday)",
    ]
    (one,) = classes(said, signature=found.signature)
    assert one.members == (0, 1, 2)
    assert select(said, signature=found.signature).chosen == 0


def test_the_declared_range_of_a_number_counts_when_formulas_are_compared() -> None:
    axioms = ["1 <= shelf(ann)", "shelf(ann) <= 3"]
    said = ("shelf(ann) > 2", "shelf(ann) = 3")
    assert compare(*said, theory=axioms).relation == "equivalent"
    assert compare(*said).relation == "implied"
    assert len(select(said, theory=axioms).classes) == 1


def test_a_sort_is_not_taken_for_a_sequence_since_its_name_has_letters_of_one() -> None:
    declared = "topics = EnumSort([Stopgap, Mondayish])\nof = Function([topics] -> [topics])"
    found = sorted_programs.read(f"# Declarations\n{declared}\n# Options\nis_sat(of(Stopgap) == 2)")
    assert [error.kind for error in found.errors] == ["sort"]
    assert not found.signature.sorts[0].ordered


# -- contradictions are equivalent to each other, and win


CONTRADICTIONS = [
    "Late(ann) & -Late(ann)",
    "all x. (Ill(x) & -Ill(x))",
    "-(Late(bob) -> Late(bob))",
]


def test_no_number_of_contradictions_outvotes_a_formula_that_says_something() -> None:
    found = select([*CONTRADICTIONS, "Late(ann)"])
    assert found.chosen == len(CONTRADICTIONS)


def test_contradictions_alone_are_no_choice() -> None:
    found = select(CONTRADICTIONS)
    assert (found.chosen, found.formula) == (None, None)
    assert "never" in found.reason


# -- from inconsistent constraints everything follows, and the first option is printed


@pytest.mark.parametrize("test", ["is_valid", "is_unsat", "is_sat"])
def test_inconsistent_constraints_are_said_to_be_and_answer_nothing(test: str) -> None:
    found = program(
        f"{test}(when(sow) == Monday)", f"{test}(when(sow) == Tuesday)",
        constraint="when(sow) < when(reap)\nwhen(reap) < when(sow)",
    )  # fmt: skip
    assert (found.status, found.answer, found.right) == ("inconsistent", None, False)


def test_a_question_over_inconsistent_constraints_has_no_answer() -> None:
    game = (
        "sort kid = {fay, gus}\nTall(fay)\n-Tall(fay)\n? must be true\n(A) Tall(gus)\n(B) Tall(fay)"
    )
    found = choose(read_choice(game))
    assert (found.status, found.label) == ("inconsistent", None)


def test_inconsistent_premises_prove_nothing() -> None:
    assert decide([parse("P(a)"), parse("-P(a)")], parse("Q(a)")).verdict is Verdict.INCONSISTENT
    with pytest.raises(SemanticsError):
        select(["Q(a)", "-Q(a)"], theory=["P(a)", "-P(a)"])


# -- what a model writes is executed


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').mkdir('{path}')",
        "[open('{path}', 'w') for _ in [1]]",
        "(lambda: exec('import os; os.mkdir(\"{path}\")'))()",
    ],
)
def test_what_a_model_writes_is_read_and_never_run(text: str, tmp_path: Path) -> None:
    target = tmp_path / "made"
    written = text.format(path=target)
    assert program(f"is_sat({written})").status == "unread"
    assert program("is_sat(True)", constraint=written).status == "unread"
    model = Scripted(lambda _: f"TEXT: Ann is late.\nFOL: {written}")
    for translator in (Direct(model, rounds=1), Compositional(model, rounds=1)):
        with suppress(NeurologicError):
            translator.translate(TextProblem((), "Ann is late."))
    assert len(model.requests) > 2
    assert not target.exists()


_RUNNERS = {"eval", "exec", "compile", "__import__", "import_module", "exec_module", "execfile"}
_MODULES = {
    "builtins", "code", "codeop", "imp", "runpy", "pickle", "marshal", "shelve", "dill",
    "cloudpickle",
}  # fmt: skip
_LAZILY = re.compile(r"importlib\.import_module\(f'\{__name__\}\.\{_[A-Z]+\[\w+\]\}'\)")


def runners(tree: ast.AST) -> list[str]:
    """The parts of a module that might run a text, however they name what runs it."""
    lazily = {id(n.func) for n in ast.walk(tree)
              if isinstance(n, ast.Call) and _LAZILY.fullmatch(ast.unparse(n))}  # fmt: skip
    return [ast.unparse(n) for n in ast.walk(tree) if _runs(n) and id(n) not in lazily]


def _runs(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name("re"), attr="compile"):
            return False
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _RUNNERS or name == "__builtins__"
        case ast.Constant(value=str(text)):  # as in getattr(module, "eval")
            return text in _RUNNERS | {"__builtins__", "builtins"}
        case ast.Import(names=names):
            return any(one.name.partition(".")[0] in _MODULES for one in names)
        case ast.ImportFrom(module=module, names=names):
            first = (module or "").partition(".")[0]
            return first in _MODULES or any(one.name in _RUNNERS for one in names)
        case ast.keyword(arg="shell"):
            return True
        case _:
            return False


@pytest.mark.parametrize("package", [neurologic, benchmarks])
def test_no_module_can_run_a_text(package: Any) -> None:
    files = sorted(Path(package.__file__).parent.rglob("*.py"))
    assert Path(package.__file__) in files
    assert len(files) > len(list(pkgutil.iter_modules(package.__path__)))
    found = {file: runners(ast.parse(file.read_text(encoding="utf-8"))) for file in files}
    assert {file: parts for file, parts in found.items() if parts} == {}


@pytest.mark.parametrize(
    "text",
    [
        "eval(text)",
        "run = exec",
        "list(map(eval, texts))",
        "import builtins",
        "from builtins import eval as read",
        "import re, builtins as b",
        "re.builtins.eval(text)",
        "__builtins__['eval'](text)",
        "getattr(re, 'exec')(text)",
        "__import__(text)",
        "importlib.import_module(text)",
        "importlib.import_module(f'{text}.{_MODULES[name]}')",
        "from importlib import import_module",
        "spec.loader.exec_module(module)",
        "from re import compile",
        "code.compile(text)",
        "import pickle",
        "from runpy import run_path",
        "subprocess.run(text, shell=True)",
    ],
)
def test_whatever_could_run_a_text_is_seen(text: str) -> None:
    assert runners(ast.parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "re.compile(text)",
        "executed = evaluation(text)",
        "ast.literal_eval(text)",
        "importlib.import_module(f'{__name__}.{_MODULES[name]}')",
        "'no text is passed to eval or exec'",
    ],
)
def test_what_runs_no_text_is_not_suspected(text: str) -> None:
    assert not runners(ast.parse(text))


# -- an arrow, a sign of logic or a blank ends the program, and nothing mends it


@pytest.mark.parametrize(
    "line",
    [
        "ForAll([t:task], when(t) == Monday -> t == sow)",
        "ForAll([t : task], when(t) == Monday → t == sow)",
        "ForAll( [ t:task ], ¬(when(t) == Monday) ∨ t == sow )",
        "ForAll([t:task], (when(t) == Monday & t == sow) <-> when(t) == Monday)",
        "ForAll([t:task], (when(t) == Monday ∧ t == sow) ↔ when(t) == Monday)",
    ],
)
def test_arrows_signs_and_blanks_are_read(line: str) -> None:
    found = program(
        "is_valid(when(reap) != Monday)", "is_valid(when(sow) == Monday)", constraint=line
    )
    assert (found.status, found.answer) == ("one", "A")


def test_a_formula_that_does_not_read_goes_back_to_the_model() -> None:
    said = "TEXT: Ann is late.\nFOL: {}"
    model = Scripted([said.format("Late(ann -> ->"), said.format("Late(ann)")])
    found = Direct(model).translate(TextProblem((), "Ann is late.")).sentences[-1]
    assert not isinstance(found, NeurologicError)
    assert str(found[0].formula) == "Late(ann)"
    assert '"where": "conclusion"' in model.requests[1].messages[-1].text


# -- a bound variable takes the name of a constant from all that follows


@pytest.mark.parametrize(
    "constraint",
    [
        "Exists([sow:task], when(sow) == Monday)\nwhen(sow) == Tuesday",
        "And(Exists([sow:task], when(sow) == Monday), when(sow) == Tuesday)",
        "Implies(ForAll([sow:task], when(sow) != Monday), False)\nwhen(sow) == Tuesday",
    ],
)
def test_a_bound_variable_leaves_the_constant_of_its_name_alone(constraint: str) -> None:
    found = program(
        "is_valid(when(sow) != Monday)", "is_valid(when(reap) != Monday)", constraint=constraint
    )  # fmt: skip
    assert (found.status, found.answer) == ("one", "A")


def test_a_bound_variable_in_a_formula_leaves_the_constant_of_its_name_alone() -> None:
    premises = [parse("exists sow. Ripe(sow)"), parse("-Ripe(sow)")]
    assert decide(premises, parse("Ripe(sow)")).verdict is Verdict.REFUTED
    assert len(classes(["exists sow. Ripe(sow)", "exists x. Ripe(x)", "Ripe(sow)"])) == 2


# -- every comparison starts a process


def test_comparing_and_answering_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a process was started")

    for module, names in {
        subprocess: ("Popen", "run", "call", "check_output"),
        multiprocessing.Process: ("start",),
        os: (
            "system",
            "popen",
            "fork",
            "forkpty",
            "posix_spawn",
            "posix_spawnp",
            "execv",
            "execve",
        ),
    }.items():
        for name in names:
            if hasattr(module, name):
                monkeypatch.setattr(module, name, refuse)
    said = [f"all x. (Goat{i % 3}(x) -> exists y. Sees(x, y))" for i in range(10)]
    found = select([*said, "exists y. all x. Sees(x, y)"], verify="disprove", judge=lambda _: "yes")
    assert found.formula is not None
    assert program("is_valid(when(sow) == Monday)", "is_sat(when(sow) == Monday)").answer == "B"


# -- scoring ends in a traceback, and files that the code names are not there


def test_every_module_of_the_benchmarks_can_be_imported() -> None:
    for found in pkgutil.walk_packages(benchmarks.__path__, "benchmarks."):
        if not found.name.endswith("__main__"):
            import_module(found.name)


@pytest.mark.parametrize("method", get_args(Baseline))
def test_every_prompt_that_a_method_names_is_there(method: Baseline) -> None:
    assert "Answer: Uncertain" in system_text(method)


def test_a_score_is_printed_whatever_the_rows_are(tmp_path: Path) -> None:
    rows: list[object] = [
        {"id": "1", "label": "A", "program": WEEK.format(constraint="", options="is_sat(True)")},
        {"id": "2", "label": "A", "program": "no program"},
        {"id": "3", "label": "A"},
        ["no row"],
    ]
    file = tmp_path / "programs.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = CliRunner().invoke(app, ["programs", str(file), "--json"])
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["n"], figures["right"], figures["errors"]) == (4, 1, {"DataError": 2})


# -- one error of a server loses a stage, and results are written at the end only


class Flaky:
    """A model that cannot be asked now and then."""

    def __init__(self, fails: Callable[[int, Request], bool], says: str = "Late(ann)") -> None:
        self.fails, self.says = fails, says
        self.asked: list[Request] = []

    @property
    def model(self) -> str:
        return "flaky"

    async def complete(self, request: Request) -> Reply:
        self.asked.append(request)
        if self.fails(len(self.asked), request):
            raise LLMError("the server is overloaded")
        return Reply(self.says)


def requests(number: int) -> list[Request]:
    return [Request("", (Message("user", f"question {at}"),)) for at in range(number)]


def test_an_error_of_one_request_leaves_the_replies_to_the_others() -> None:
    model = Flaky(lambda number, _: number == 2)
    found = complete(model, requests(4), limit=1)
    assert [isinstance(each, LLMError) for each in found] == [False, True, False, False]


def test_replies_are_kept_as_they_come_and_only_what_failed_is_asked_again(tmp_path: Path) -> None:
    file = tmp_path / "replies.jsonl"
    first = Flaky(lambda number, _: number == 2)
    complete(Recording(file, first), requests(4), limit=1)
    kept = file.read_text(encoding="utf-8")
    assert kept.count("Late(ann)") == 3
    second = Flaky(lambda *_: False)
    found = complete(Recording(file, second), requests(4), limit=1)
    assert all(isinstance(each, Reply) for each in found)
    assert len(second.asked) == 1


def test_an_error_in_one_stage_leaves_the_formulas_that_came_another_way() -> None:
    apart = {
        "components": [{"name": "U1", "text": "Tom purrs"}, {"name": "D1", "text": "does not"}],
        "edges": ["D1 -> U1"],
    }
    whole = {"components": [{"name": "U1", "text": "Tom does not purr"}], "edges": []}
    structures = {"sentences": [{"index": 1, "structures": [apart, whole]}]}
    step = {"text": "Tom does not purr.", "formula": "-Purr(tom)"}
    formulas = {"sentences": [{"index": 1, "steps": [step]}]}
    overloaded = LLMError("the server is overloaded")
    model = Scripted([json.dumps(structures), overloaded, json.dumps(formulas)])
    composed = Compositional(model, limit=1, rounds=0).compose(["Tom does not purr."])
    assert [str(formula) for formula in composed.formulas] == ["¬Purr(tom)"]
    assert len(model.requests) == 3


# -- after a pair that is both wrong, the last class can never be chosen


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_any_class_can_win_wherever_it_stands(order: tuple[int, ...]) -> None:
    meant = parse("all x. (Goat(x) -> Bold(x))")
    others = ["all x. Goat(x)", "exists x. (Goat(x) & -Bold(x))", "all x. (Bold(x) -> Goat(x))"]
    candidates = [meant, *map(parse, others)]

    def judge(situation: Situation) -> Opinion:
        return "yes" if satisfies(situation.structure, meant) else "no"

    said = [candidates[at] for at in order for _ in range(1 if candidates[at] == meant else 3)]
    assert select(said).formula != meant
    assert select(said, verify="disprove", judge=judge).formula == meant


# -- only some of the data sets are released; no tests, no licence


@pytest.mark.parametrize("name", ["folio", "proofwriter", "prontoqa"])
def test_the_data_sets_of_reasoning_in_sentences_are_read(name: str, tmp_path: Path) -> None:
    row = {"id": "1", "premises": ["Ann is late."], "conclusion": "Ann is late.", "label": "True"}
    file = tmp_path / "data.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (example,) = DATASETS[name].examples(file)
    assert isinstance(example, Example)
    assert example.conclusion == "Ann is late."


def metadata() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_package_has_a_licence_and_tests_go_with_it() -> None:
    found = metadata()
    assert found["project"]["license"] == "MIT"
    assert (ROOT / "LICENSE").is_file()
    assert "tests" in found["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]


# -- an old client library and one version of Python are pinned


def test_no_old_library_and_no_single_version_of_python_is_pinned() -> None:
    project = metadata()["project"]
    assert project["requires-python"] == ">=3.11"
    named = [line for line in project["classifiers"] if re.search(r"Python :: 3\.\d+$", line)]
    assert len(named) > 1
    assert project["dependencies"]
    for requirement in project["dependencies"]:
        assert not set("=<~!") & set(requirement.replace(">=", "")), requirement
        assert not requirement.startswith("openai")
