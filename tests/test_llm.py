"""Asking language models: requests, keys, the synchronous call, and the scripted double."""

import asyncio
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

import neurologic
from neurologic.errors import LLMError, LLMTimeout, LLMUnavailable, LLMUsageError
from neurologic.llm import Message, Reply, Request, Scripted, Usage, complete, request_key

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
