"""Problems answered side by side: bounded, in order at the end, and stopped as one."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from benchmarks.rows import Row
from benchmarks.rundir import opened
from benchmarks.runner import Halt, Question, collect, problem_row
from benchmarks.shared import Loop
from neurologic.errors import LLMError
from neurologic.llm import Message, Reply, Request, Scripted, complete
from tests.fault_server import failing, message, served
from tests.test_models import command, rows_of, samples, without_times

ASK = [Request("", (Message("user", str(number)),)) for number in range(40)]


class Nobody:
    def answered(self, row: Row, kept: bool) -> None: ...


def questions(ask: Callable[[str], None], keys: str = "abcdef") -> list[Question]:
    def question(key: str) -> Question:
        def answer() -> Row:
            ask(key)
            return problem_row(key=key, status="ENTAILED", label="True", answer="True")

        return Question(key, answer, {})

    return [question(key) for key in keys]


def test_rows_come_in_the_order_of_the_problems_whichever_is_first() -> None:
    last = threading.Event()

    def ask(key: str) -> None:
        if key == "f":
            last.set()
        elif key == "a":
            last.wait(20)

    rows = collect(questions(ask), None, Nobody(), workers=2)
    assert [row["key"] for row in rows] == list("abcdef")


def test_a_problem_that_fails_leaves_its_row_and_the_others_go_on() -> None:
    def ask(key: str) -> None:
        if key in "be":
            raise ValueError(key)

    rows = collect(questions(ask), None, Nobody(), workers=3)
    assert [row["error"] for row in rows] == ["", "ValueError", "", "", "ValueError", ""]


def test_a_halt_keeps_the_problems_under_way_and_begins_no_other(tmp_path: Path) -> None:
    both = threading.Barrier(2)
    begun = []

    def ask(key: str) -> None:
        begun.append(key)
        if key in "ab":
            both.wait(20)
        if key == "a":
            raise Halt("spent")
        time.sleep(0.2)

    with opened(tmp_path / "run", {"task": "t"}) as directory:
        with pytest.raises(Halt, match="spent"):
            collect(questions(ask, ascii_lowercase), directory, Nobody(), workers=2)
        assert "b" in directory.rows
        assert set(directory.rows) == set(begun) - {"a"}
        assert len(begun) < 26


# Models in one loop


def test_a_shared_model_has_no_more_calls_at_a_time_than_allowed() -> None:
    now = most = 0

    class Slow:
        model = "slow"

        async def complete(self, request: Request) -> Reply:
            import anyio

            nonlocal now, most
            now += 1
            most = max(most, now)
            await anyio.sleep(0.01)
            now -= 1
            return Reply(request.messages[0].text)

    outcomes: dict[int, Any] = {}
    with Loop(limit=3) as loop:
        llm = loop.share(Slow())

        def ask(number: int) -> None:
            outcomes[number] = complete(llm, ASK[10 * number : 10 * number + 10])

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [reply.text for number in range(4) for reply in outcomes[number]] == [
        str(number) for number in range(40)
    ]
    assert most == 3


def test_calls_under_way_end_with_the_run() -> None:
    begun = threading.Event()
    outcomes: list[Any] = []

    class Endless:
        model = "endless"

        async def complete(self, request: Request) -> Reply:
            import anyio

            begun.set()
            await anyio.sleep_forever()
            raise AssertionError

    def stop() -> None:
        with Loop(limit=3) as loop:
            llm = loop.share(Endless())
            asking = threading.Thread(target=lambda: outcomes.extend(complete(llm, ASK[:5])))
            asking.start()
            threads.append(asking)
            assert begun.wait(20)
            raise KeyboardInterrupt

    threads: list[threading.Thread] = []
    with pytest.raises(KeyboardInterrupt):
        stop()
    threads[0].join(20)
    assert [(type(outcome), outcome.kind) for outcome in outcomes] == [(LLMError, "stopped")] * 5


def test_a_model_is_not_asked_once_the_loop_has_ended() -> None:
    with Loop(limit=1) as loop:
        llm = loop.share(Scripted(["yes"]))
    (outcome,) = complete(llm, ASK[:1])
    assert isinstance(outcome, LLMError)
    assert outcome.kind == "stopped"


# A run over a socket


def answer(number: int, call: dict[str, Any]) -> Response:
    return JSONResponse(message("It follows.\nAnswer: True", model="m"))


def arguments(url: str, *more: object) -> tuple[object, ...]:
    return (
        "run", "folio", "--method", "cot", "--data", samples("cot"), "--json", "--model", "m",
        "--base-url", url, "--samples", 3, *more,
    )  # fmt: skip


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_the_server_sees_as_many_calls_at_a_time_as_allowed(limit: int, tmp_path: Path) -> None:
    with served(answer, delay=0.3 if limit > 1 else 0.0) as server:
        out = ("--concurrency", limit, "--out", tmp_path / "run")
        code, summary, complaint = command(*arguments(server.url, *out))
        assert code == 0, complaint
        assert (server.most, len(server.calls)) == (limit, 18)
        ways = ("--variants", "default,default/model=n", "--concurrency", limit)
        assert command(*arguments(server.url, *ways))[0] == 0
        assert server.most == limit
        server.delay = 0.0
        plain = command(*arguments(server.url, "--concurrency", 1))[1]
    assert without_times(summary) == without_times(plain)
    rows = [json.loads(line) for line in samples("cot").read_text(encoding="utf-8").splitlines()]
    assert [row["key"] for row in rows_of(tmp_path / "run")] == [row["id"] for row in rows]


def test_faults_of_some_problems_leave_the_others_as_they_were() -> None:
    def plan(number: int, call: dict[str, Any]) -> Response:
        if "Lena" in call["messages"][0]["content"]:
            return failing(400, "invalid_request_error")
        return answer(number, call)

    with served(plan, delay=0.01) as server:
        found = [command(*arguments(server.url, "--concurrency", limit))[1] for limit in (1, 7, 7)]
    assert found[0]["errors"] == {"LLMUsageError": 2}
    assert without_times(found[0]) == without_times(found[1]) == without_times(found[2])


HEEDING = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent may have it ignored
runpy.run_module("benchmarks", run_name="__main__", alter_sys=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are another matter there")
def test_ctrl_c_ends_a_run_whose_calls_would_last(tmp_path: Path) -> None:
    with served(answer, delay=600) as server:
        process = subprocess.Popen(
            [
                sys.executable, "-c", HEEDING,
                *map(str, arguments(server.url, "--out", tmp_path / "run")),
            ],
            cwd=Path(__file__).parent.parent, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while server.now < 8 and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "stopped; 0 of 6 problems are kept" in complaint
    assert "Traceback" not in complaint
