"""Many calls: random faults, kills at random points, and limits under load."""

import os
import random
import signal
import subprocess
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from starlette.responses import JSONResponse, Response

from neurologic.errors import LLMError, LLMMalformed, LLMUnavailable, LLMUsageError
from neurologic.llm import (
    Anthropic,
    Capabilities,
    Message,
    Recording,
    Reply,
    Request,
    complete,
    recorded,
)
from tests.fault_server import Broken, Server, dripping, failing, good, page, served

CAN = Capabilities(cache=True)
ROOT = Path(__file__).parent.parent


def numbered(count: int, system: str = "Translate.") -> list[Request]:
    return [Request(system, (Message("user", str(number)),)) for number in range(count)]


def number_of(call: dict[str, Any]) -> str:
    return str(call["messages"][0]["content"])


Outcome: TypeAlias = type[Reply] | type[LLMError]

_ONCE = ("429", "529", "500", "reset", "drop")  # mended by a second attempt
_FAULTS: dict[str, Outcome] = {
    "429": Reply,
    "529": Reply,
    "500": Reply,
    "reset": Reply,
    "drop": Reply,
    "drip": Reply,
    "empty": Reply,
    "refusal": Reply,
    "truncation": Reply,
    "html": LLMMalformed,
    "broken json": LLMMalformed,
    "openai": LLMMalformed,
    "down": LLMUnavailable,
    "always reset": LLMUnavailable,
    "always dropped": LLMUnavailable,
    "refused": LLMUsageError,
}


def faulty(fault: str, number: str) -> Response:
    match fault:
        case "429" | "529" | "500":
            return failing(int(fault), retry_after_ms="5")
        case "down":
            return failing(503, retry_after_ms="5")
        case "refused":
            return failing(400)
        case "html":
            return page()
        case "broken json":
            return Response('{"type": "message", ', media_type="application/json")
        case "openai":
            return JSONResponse({"choices": []})
        case "reset" | "always reset":
            return Broken("reset")
        case "drop" | "always dropped":
            return Broken("drop")
        case "drip":
            return dripping(0.05, number)
        case "empty":
            return good(content=[])
        case "refusal":
            return good(number, "refusal")
        case _:
            return good(number, "max_tokens")


@pytest.mark.slow
def test_of_2000_calls_with_every_fifth_at_fault_every_one_is_accounted_for_once() -> None:
    count = 2000
    chance = random.Random(7)
    faults = {str(n): chance.choice(list(_FAULTS)) for n in range(count) if chance.random() < 0.2}
    tries: Counter[str] = Counter()
    paid: Counter[str] = Counter()

    probed = 0

    def plan(_: int, call: dict[str, Any]) -> Response:
        nonlocal probed
        number = number_of(call)
        if not number.isdecimal():  # the probe: it fails once, and then the schema is ignored
            probed += 1
            return failing(529, retry_after_ms="5") if probed == 1 else good("no")
        tries[number] += 1
        fault = faults.get(number)
        if fault is None or (fault in _ONCE and tries[number] > 1):
            paid[number] += 1
            return good(number)
        return faulty(fault, number)

    with served(plan, keep=False, delay=0.002) as server:
        llm = Anthropic("m", base_url=server.url, concurrency=32)
        asks = [replace(each, schema='{"type": "object"}') for each in numbered(count)]
        outcomes = complete(llm, asks, limit=64)
    assert probed == 2
    assert len(outcomes) == count
    for index, outcome in enumerate(outcomes):
        fault = faults.get(str(index))
        assert type(outcome) is (_FAULTS[fault] if fault else Reply)
        if isinstance(outcome, Reply):  # its own and no one else's
            assert outcome.text == ("" if fault == "empty" else str(index))
    assert set(faults.values()) == set(_FAULTS)
    assert set(paid.values()) == {1}
    once = sum(fault in _ONCE for fault in faults.values())
    down = sum(_FAULTS[fault] is LLMUnavailable for fault in faults.values())
    assert sum(tries.values()) == count + once + 2 * down  # no call beyond the attempts
    assert 1 < server.most <= 32


@pytest.mark.slow
def test_500_concurrent_samples_keep_to_the_limit_and_to_bounded_memory() -> None:
    with served(lambda _, call: good(number_of(call)), keep=False, delay=0.01) as server:
        llm = Anthropic("m", base_url=server.url, capabilities=CAN, concurrency=16)
        complete(llm, numbered(1))  # what is loaded once does not count
        tracemalloc.start()
        outcomes = complete(llm, numbered(500, "Translate with care. " * 1000), limit=500)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert [outcome.text for outcome in outcomes if isinstance(outcome, Reply)] == [
        str(number) for number in range(500)
    ]
    assert 2 <= server.most <= 16
    assert peak < 40 * 2**20


_ZYGOTE = """
import os, sys
sys.path.insert(0, sys.argv[1])
import anthropic
from neurologic.llm import Anthropic, Capabilities, Message, Recording, Request, complete
url, path, count = sys.argv[2], sys.argv[3], int(sys.argv[4])
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        llm = Anthropic("m", base_url=url, capabilities=Capabilities(cache=True), concurrency=4)
        asks = [Request("Translate.", (Message("user", str(n)),)) for n in range(count)]
        with Recording(path, llm) as recording:
            complete(recording, asks, limit=4)
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@contextmanager
def zygote(server: Server, path: Path, count: int) -> Iterator[subprocess.Popen[str]]:
    """A process that has loaded everything and forks one run for every line it gets."""
    command = [sys.executable, "-c", _ZYGOTE, str(ROOT), server.url, str(path), str(count)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()


def run(process: subprocess.Popen[str], server: Server, calls: int | None = None) -> int:
    """One run, killed when the server has had so many calls of it; its status."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    child = int(process.stdout.readline())
    if calls is not None:
        target = len(server.calls) + calls
        end = time.monotonic() + 30
        while len(server.calls) < target and time.monotonic() < end:
            time.sleep(0.0005)
        os.kill(child, signal.SIGKILL)
    return int(process.stdout.readline())


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills need fork")
def test_runs_killed_at_20_random_points_resume_and_pay_for_no_recorded_reply_again(
    tmp_path: Path,
) -> None:
    count, kills, limit = 500, 20, 4
    path = tmp_path / "replies.jsonl"
    asked: Counter[str] = Counter()
    again: list[str] = []
    known: set[str] = set()

    def plan(_: int, call: dict[str, Any]) -> Response:
        number = number_of(call)
        asked[number] += 1
        if number in known:
            again.append(number)
        return good(number)

    chance = random.Random(11)
    interrupted, sizes = 0, []
    with served(plan, keep=False, delay=0.002) as server, zygote(server, path, count) as process:
        for _ in range(kills):
            interrupted += run(process, server, chance.randint(1, 40)) == signal.SIGKILL
            known = {each.reply.text for each in recorded(path)} if path.exists() else set()
            sizes.append(len(known))
        assert run(process, server) == 0
    assert interrupted == kills
    assert 0 < sizes[kills // 2] < sizes[-1] < count  # kills came while there was work to lose
    assert again == []
    assert set(asked) == {str(number) for number in range(count)}
    # Only what was under way at a kill, paid or not, had to be asked again.
    assert sum(asked.values()) <= count + interrupted * limit
    replies = [each.reply.text for each in recorded(path)]
    assert sorted(replies, key=int) == [str(number) for number in range(count)]
    summary = complete(Recording(path, mode="replay"), numbered(count))
    assert [reply.text for reply in summary if isinstance(reply, Reply)] == [
        str(number) for number in range(count)
    ]
