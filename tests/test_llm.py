"""Asking language models: requests, keys, the synchronous call, and the scripted double."""

import asyncio
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import anyio
import pytest

import neurologic
from neurologic.errors import LLMError, LLMMalformed, LLMTimeout, LLMUnavailable, LLMUsageError
from neurologic.llm import (
    LLM,
    Message,
    Recording,
    Reply,
    Request,
    Scripted,
    Usage,
    complete,
    complete_all,
    request_key,
)

ASK = Request("Translate.", (Message("user", "Rex barks."),))


def asks(count: int) -> list[Request]:
    return [replace(ASK, sample=number) for number in range(count)]


def test_replies_come_in_the_order_of_the_requests() -> None:
    class Slowest:
        async def complete(self, request: Request) -> Reply:
            await anyio.sleep(0.02 * (3 - request.sample))
            return Reply(str(request.sample))

    replies = complete(Slowest(), asks(3))
    assert [reply.text for reply in replies if isinstance(reply, Reply)] == ["0", "1", "2"]


def test_one_failure_does_not_end_the_rest() -> None:
    script = Scripted(["one", LLMUnavailable("overloaded"), "three"])
    first, second, third = complete(script, asks(3), limit=1)
    assert isinstance(first, Reply)
    assert isinstance(second, LLMUnavailable)
    assert isinstance(third, Reply)
    assert third.text == "three"


def test_a_model_that_breaks_the_protocol_is_told_on_and_the_rest_goes_on() -> None:
    class Broken:
        async def complete(self, request: Request) -> Reply:
            if request.sample == 0:
                raise KeyError("oops")
            return Reply("fine")

    broken, fine = complete(Broken(), asks(2))
    assert isinstance(broken, LLMError)
    assert "KeyError" in str(broken)
    assert isinstance(fine, Reply)


MISBEHAVIOUR: dict[str, Any] = {
    "nothing": None,
    "a text": "Barks(rex)",
    "no text": Reply(None),  # type: ignore[arg-type]
    "bytes": Reply(b"x"),  # type: ignore[arg-type]
    "a number": Reply(5),  # type: ignore[arg-type]
    "an unknown stop": Reply("P", stop="weird"),  # type: ignore[arg-type]
    "no usage": Reply("P", usage=None),  # type: ignore[arg-type]
    "usage of words": Reply("P", usage=Usage("many")),  # type: ignore[arg-type]
    "less than nothing": Reply("P", usage=Usage(-5)),
    "more than there is": Reply("P", usage=Usage(int("9" * 4300))),
    "a list of models": Reply("P", model=["m"]),  # type: ignore[arg-type]
    "no time at all": Reply("P", seconds=float("nan")),
    "an error": KeyError("oops"),
    "many errors": ExceptionGroup("several", [ValueError("1")]),
    "no memory": MemoryError(),
    "depth": RecursionError(),
    "a cancellation of its own": asyncio.CancelledError(),
    "an exit from a generator": GeneratorExit(),
    "an end": StopAsyncIteration(),
}


@dataclass
class Misbehaving:
    """A model that replies properly but to its second request."""

    said: Any
    model: str = "odd"

    async def complete(self, request: Request) -> Reply:
        if request.sample != 1:
            return Reply("fine")
        if isinstance(self.said, BaseException):
            raise self.said
        return self.said  # type: ignore[no-any-return]


@pytest.mark.parametrize("said", MISBEHAVIOUR.values(), ids=MISBEHAVIOUR)
@pytest.mark.parametrize("recording", [False, True])
def test_a_model_that_misbehaves_loses_that_sample_and_no_other(
    said: Any, recording: bool, tmp_path: Path
) -> None:
    llm: LLM = Misbehaving(said)
    if recording:
        llm = Recording(tmp_path / "r.jsonl", llm)
    first, odd, last = complete(llm, asks(3))
    assert isinstance(odd, LLMError)
    assert isinstance(odd, LLMMalformed) == (not isinstance(said, BaseException))
    assert first == last == Reply("fine")
    if recording:
        assert len(Recording(tmp_path / "r.jsonl", mode="replay")) == 2


def test_a_model_that_waits_for_what_was_cancelled_loses_that_sample() -> None:
    class Waiting:
        async def complete(self, request: Request) -> Reply:
            if request.sample == 0:
                task = asyncio.ensure_future(asyncio.sleep(5))
                task.cancel()
                await task
            return Reply("fine")

    cancelled, fine = complete(Waiting(), asks(2))
    assert isinstance(cancelled, LLMError)
    assert isinstance(fine, Reply)


def test_a_cancellation_from_outside_passes() -> None:
    class Silent:
        async def complete(self, request: Request) -> Reply:
            await anyio.sleep(60)
            return Reply("")

    async def bounded() -> bool:
        with anyio.move_on_after(0.02) as scope:
            await complete_all(Silent(), [ASK])
        return scope.cancelled_caught

    assert anyio.run(bounded)


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(3)])
def test_what_is_meant_to_end_a_program_passes(stop: BaseException) -> None:
    with pytest.raises(type(stop)) as caught:
        complete(Misbehaving(stop), asks(3))
    assert caught.value is stop


class Doors:
    """A model whose connections do not open, or do not close."""

    model = "doors"

    def __init__(self, opens: bool) -> None:
        self.opens = opens

    async def __aenter__(self) -> "Doors":
        if not self.opens:
            raise OSError("no door")
        return self

    async def __aexit__(self, *_: object) -> None:
        raise OSError("stuck")

    async def complete(self, request: Request) -> Reply:
        return Reply("fine")


def test_a_model_that_cannot_be_entered_is_an_error_of_every_request() -> None:
    first, second = complete(Doors(opens=False), asks(2))
    assert isinstance(first, LLMError)
    assert isinstance(second, LLMError)
    assert "no door" in str(first)
    assert first is not second


def test_replies_are_not_lost_to_a_model_that_cannot_be_left() -> None:
    assert complete(Doors(opens=True), asks(2)) == [Reply("fine")] * 2


def test_no_more_than_the_limit_are_asked_at_a_time() -> None:
    now, most = 0, 0

    class Counting:
        async def complete(self, request: Request) -> Reply:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await anyio.sleep(0.001)
            now -= 1
            return Reply("")

    complete(Counting(), asks(50), limit=4)
    assert most == 4


def test_it_works_inside_a_running_event_loop() -> None:
    async def cell() -> list[Reply | LLMError]:
        return complete(Scripted(["from a notebook"]), [ASK])

    (reply,) = asyncio.run(cell())
    assert isinstance(reply, Reply)
    assert reply.text == "from a notebook"


def test_a_model_that_holds_connections_is_entered_once_and_left() -> None:
    log: list[str] = []

    class Connected:
        async def __aenter__(self) -> "Connected":
            log.append("enter")
            return self

        async def __aexit__(self, *_: object) -> None:
            log.append("exit")

        async def complete(self, request: Request) -> Reply:
            log.append("call")
            return Reply("")

    complete(Connected(), asks(2))
    assert log == ["enter", "call", "call", "exit"]


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(LLMUsageError, match="limit"):
        complete(Scripted([]), [ASK], limit=0)


def test_no_requests_give_no_replies() -> None:
    assert complete(Scripted([]), []) == []


def test_a_script_that_ends_early_says_so() -> None:
    (ended,) = complete(Scripted([]), [ASK])
    assert isinstance(ended, LLMError)
    assert "ends before call 1" in str(ended)


def test_a_script_keeps_what_was_asked() -> None:
    script = Scripted(["a", "b"])
    complete(script, asks(2), limit=1)
    assert script.requests == asks(2)


@pytest.mark.parametrize(
    "changed",
    [
        replace(ASK, system="Other."),
        replace(ASK, messages=(Message("assistant", "Rex barks."),)),
        replace(ASK, max_tokens=5),
        replace(ASK, schema="{}"),
        replace(ASK, effort="low"),
        replace(ASK, temperature=0.0),
        replace(ASK, stop=("\n",)),
        replace(ASK, sample=1),
    ],
    ids=lambda request: next(
        n for n in request.__slots__ if getattr(request, n) != getattr(ASK, n)
    ),
)
def test_whatever_shapes_the_reply_changes_the_key(changed: Request) -> None:
    assert request_key(changed, "m") != request_key(ASK, "m")
    assert request_key(ASK, "m") != request_key(ASK, "n")


def test_the_spelling_of_a_schema_does_not_change_the_key() -> None:
    one = replace(ASK, schema='{"type": "object", "required": []}')
    other = replace(ASK, schema='{"required":[],"type":"object"}')
    assert request_key(one, "m") == request_key(other, "m")


def test_a_temperature_of_1_is_one_of_1_0() -> None:
    whole, real = replace(ASK, temperature=1), replace(ASK, temperature=1.0)
    assert request_key(whole, "m") == request_key(real, "m")


def test_text_that_no_encoding_takes_has_a_key() -> None:
    odd = replace(ASK, system="\ud800\x00")
    assert len(request_key(odd, "m")) == 64


def test_usages_add_up() -> None:
    total = sum((Usage(1, 2, 3, 4, 5, "{}") for _ in range(3)), Usage())
    assert total == Usage(3, 6, 9, 12, 15)


def test_a_timeout_is_a_kind_of_unavailability() -> None:
    assert issubclass(LLMTimeout, LLMUnavailable)


@pytest.mark.parametrize(
    "module", ["neurologic", "neurologic.llm", "neurologic.provers.z3", "neurologic.reasoning"]
)
def test_nothing_but_the_adapter_loads_the_vendor_library(module: str) -> None:
    root = str(Path(neurologic.__file__).parent.parent)
    code = (
        f"import sys; sys.path.insert(0, {root!r}); import {module}; "
        "print([m for m in sys.modules if m.split('.')[0] in {'anthropic', 'httpx2', 'pydantic'}])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


_WORKER = """
import sys
sys.path.insert(0, {root!r})
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from neurologic import Direct, decide, reason
from neurologic.llm import Scripted

def work(premises):
    verdict = decide(premises, "P(a)").verdict.name
    reason(["Rex barks."], "Rex barks.", translator=Direct(Scripted(lambda request: "")))
    return verdict, [m for m in sys.modules if m.split(".")[0] in {{"anthropic", "httpx2", "pydantic"}}]

if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        print(pool.submit(work, ["all x. P(x)"]).result())
"""


def test_a_worker_that_decides_and_translates_loads_no_vendor_library(tmp_path: Path) -> None:
    script = tmp_path / "worker.py"
    script.write_text(_WORKER.format(root=str(Path(neurologic.__file__).parent.parent)), "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(script)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "('ENTAILED', [])"


def test_the_network_is_off_in_tests_beyond_this_machine() -> None:
    with pytest.raises(RuntimeError, match="network is off"):
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()


_WAITING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent may have it ignored
sys.path.insert(0, {root!r})
import anyio
from neurologic.llm import Message, Request, complete

class Silent:
    async def complete(self, request):
        print("asked", flush=True)
        await anyio.sleep(60)

complete(Silent(), [Request("", (Message("user", "Hi"),))])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ")
def test_stopping_it_does_not_wait_for_the_calls_under_way() -> None:
    root = str(Path(neurologic.__file__).parent.parent)
    with subprocess.Popen(
        [sys.executable, "-c", _WAITING.format(root=root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "asked\n"
        process.send_signal(signal.SIGINT)
        _, shown = process.communicate(timeout=20)
    assert "KeyboardInterrupt" in shown
