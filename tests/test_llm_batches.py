"""Message batches: matching, retries, resuming, and what a batch refuses."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from neurologic.errors import LLMError, LLMMalformed, LLMTimeout, LLMUnavailable, LLMUsageError
from neurologic.llm import (
    Anthropic,
    Budget,
    Capabilities,
    Message,
    Recording,
    Reply,
    Request,
    Scripted,
    complete,
    complete_batch,
    recorded,
)
from tests.fault_server import Server, failing, message, served

CAN = Capabilities(batches=True)


def asks(count: int) -> list[Request]:
    return [Request("", (Message("user", str(number)),)) for number in range(count)]


def text(entry: dict[str, Any]) -> str:
    return str(entry["params"]["messages"][0]["content"])


def succeeded(entry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "succeeded", "message": message(f"P{text(entry)}")}


@dataclass
class Batches:
    """The batch half of a server: `plan` turns a round and an entry into a result."""

    server: Server
    plan: Callable[[int, dict[str, Any]], dict[str, Any] | None] = lambda n, entry: succeeded(entry)
    sent: list[list[dict[str, Any]]] = field(default_factory=list)
    looks: int = 1  # how often a batch is looked at before it has ended

    def __post_init__(self) -> None:
        self.server.routes["/v1/messages/batches"] = self.create

    def create(self, call: dict[str, Any]) -> Response:
        number = len(self.sent)
        entries = call["requests"]
        self.sent.append(entries)
        path = f"/v1/messages/batches/batch_{number}"
        self.server.routes[path] = lambda _: self.look(number)
        self.server.routes[f"{path}/results"] = lambda _: self.results(number)
        return JSONResponse(self.described(number, "in_progress"))

    def described(self, number: int, status: str) -> dict[str, Any]:
        where = f"{self.server.url}/v1/messages/batches/batch_{number}/results"
        return {
            "id": f"batch_{number}",
            "type": "message_batch",
            "processing_status": status,
            "results_url": where if status == "ended" else None,
            "created_at": "2026-01-01T00:00:00Z",
            "expires_at": "2026-01-02T00:00:00Z",
            "request_counts": {},
        }

    def look(self, number: int) -> Response:
        self.looks -= 1
        return JSONResponse(self.described(number, "in_progress" if self.looks > 0 else "ended"))

    def results(self, number: int) -> Response:
        lines = []
        for entry in reversed(self.sent[number]):  # any order but that of the requests
            result = self.plan(number, entry)
            if result is not None:
                lines.append(json.dumps({"custom_id": entry["custom_id"], "result": result}))
        return Response("\n".join(lines), media_type="application/x-jsonl")


def run(server: Server, path: Path, requests: list[Request], **more: Any) -> list[Reply | LLMError]:
    llm = Anthropic("m", base_url=server.url, capabilities=CAN, attempts=1)
    with Recording(path, llm) as recording:
        return complete_batch(recording, requests, **{"poll": 0.01, **more})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "r.jsonl"


def texts(replies: list[Reply | LLMError]) -> list[str]:
    return [reply.text if isinstance(reply, Reply) else type(reply).__name__ for reply in replies]


def test_results_out_of_order_are_matched_to_their_requests(path: Path) -> None:
    with served() as server:
        batches = Batches(server, looks=3)
        assert texts(run(server, path, asks(20))) == [f"P{n}" for n in range(20)]
        assert len(batches.sent) == 1
        assert server.calls == []
    assert texts(complete(Recording(path, mode="replay"), asks(20))) == [f"P{n}" for n in range(20)]


def test_ids_are_hashes_that_the_backend_takes_and_say_nothing(path: Path) -> None:
    with served() as server:
        batches = Batches(server)
        run(server, path, asks(2))
    for entry in batches.sent[0]:
        assert len(entry["custom_id"]) == 64
        assert entry["custom_id"].isalnum()


def test_expired_cancelled_and_passing_errors_are_sent_again_and_the_rest_is_not(
    path: Path,
) -> None:
    overloaded = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
    first: dict[str, dict[str, Any] | None] = {
        "1": {"type": "expired"},
        "2": {"type": "canceled"},
        "3": {"type": "errored", "error": overloaded},
        "4": None,  # missing altogether
    }
    with served() as server:
        batches = Batches(
            server, lambda n, entry: first.get(text(entry), succeeded(entry)) if n == 0
            else succeeded(entry)
        )  # fmt: skip
        assert texts(run(server, path, asks(6))) == [f"P{n}" for n in range(6)]
    assert sorted(text(entry) for entry in batches.sent[1]) == ["1", "2", "3", "4"]


def test_a_request_that_is_refused_or_malformed_is_not_sent_again(path: Path) -> None:
    refused = {"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}
    results = [
        {"type": "errored", "error": refused},
        {"type": "succeeded", "message": {"choices": []}},
    ]
    with served() as server:
        batches = Batches(server, lambda n, entry: results[int(text(entry))])
        first, second = run(server, path, asks(2))
        assert len(batches.sent) == 1
    assert isinstance(first, LLMUsageError)
    assert isinstance(second, LLMMalformed)


def test_what_expires_every_time_ends_as_unavailable(path: Path) -> None:
    with served() as server:
        batches = Batches(server, lambda n, entry: {"type": "expired"})
        (error,) = run(server, path, asks(1), rounds=2)
        assert len(batches.sent) == 2
    assert isinstance(error, LLMUnavailable)
    assert error.kind == "expired"


def test_a_run_that_ended_too_early_is_collected_by_the_next_and_paid_once(path: Path) -> None:
    with served() as server:
        batches = Batches(server, looks=10**6)
        (error,) = run(server, path, asks(1), within=0.05)
        assert isinstance(error, LLMTimeout)
        batches.looks = 1
        assert texts(run(server, path, asks(1))) == ["P0"]
        assert texts(run(server, path, asks(1))) == ["P0"]
        assert len(batches.sent) == 1


def test_a_batch_is_kept_for_the_run_whose_requests_it_answers(path: Path) -> None:
    with served() as server:
        batches = Batches(server, looks=10**6)
        run(server, path, asks(2), within=0.05)
        batches.looks = 1
        other = [Request("", (Message("user", "other"),))]
        assert texts(run(server, path, other)) == ["Pother"]
        assert texts(run(server, path, asks(2))) == ["P0", "P1"]
        assert len(batches.sent) == 2


def test_what_is_recorded_is_not_sent(path: Path) -> None:
    with served() as server:
        batches = Batches(server)
        run(server, path, asks(2))
        assert texts(run(server, path, asks(3))) == ["P0", "P1", "P2"]
        assert [len(entries) for entries in batches.sent] == [2, 1]


def test_many_requests_go_in_several_batches(path: Path) -> None:
    with served() as server:
        batches = Batches(server)
        assert texts(run(server, path, asks(5), largest=2)) == [f"P{n}" for n in range(5)]
        assert [len(entries) for entries in batches.sent] == [2, 2, 1]


def test_a_backend_that_cannot_take_a_batch_now_is_asked_again(path: Path) -> None:
    with served() as server:
        batches = Batches(server)
        answers = [failing(529), failing(500)]
        create = batches.create
        server.routes["/v1/messages/batches"] = lambda call: (
            answers.pop() if answers else create(call)
        )
        assert texts(run(server, path, asks(1))) == ["P0"]


def test_results_that_break_off_are_read_again(path: Path) -> None:
    with served() as server:
        batches = Batches(server)
        broken = [failing(503), failing(503)]
        results = batches.results

        def flaky(number: int) -> Response:
            return broken.pop() if broken else results(number)

        batches.results = flaky  # type: ignore[method-assign]
        llm = Anthropic("m", base_url=server.url, capabilities=CAN, attempts=2)
        with Recording(path, llm) as recording:
            assert texts(complete_batch(recording, asks(1), poll=0.01)) == ["P0"]


def test_a_batch_is_priced_as_one(path: Path) -> None:
    with served() as server:
        Batches(server)
        run(server, path, asks(1))
    (line,) = recorded(path)
    assert json.loads(line.reply.usage.raw)["service_tier"] == "batch"


def test_a_backend_without_batches_is_told_before_anything_is_sent(path: Path) -> None:
    with served() as server:
        llm = Anthropic("m", base_url=server.url, capabilities=Capabilities())
        with Recording(path, llm) as recording, pytest.raises(LLMUsageError, match="no batches"):
            complete_batch(recording, asks(1))
        assert server.other == []


def test_a_budget_or_a_model_of_ones_own_cannot_be_batched(path: Path) -> None:
    llm = Anthropic("claude-opus-5-5", base_url="http://127.0.0.1:1")
    for unfit in (Budget(llm, 1), Scripted([])):
        with Recording(path, unfit) as recording, pytest.raises(LLMUsageError, match="Anthropic"):
            complete_batch(recording, asks(1))


def test_equal_requests_are_sent_once_and_samples_are_not_equal(path: Path) -> None:
    (one,) = asks(1)
    with served() as server:
        batches = Batches(server)
        assert texts(run(server, path, [one, one, replace(one, sample=1)])) == ["P0"] * 3
        assert len(batches.sent[0]) == 2


def test_results_that_are_gone_are_asked_for_again_by_a_later_run(path: Path) -> None:
    with served() as server:
        batches = Batches(server, looks=10**6)
        run(server, path, asks(1), within=0.05)
        batches.looks = 1
        gone = {**batches.described(0, "ended"), "results_url": None}
        server.routes["/v1/messages/batches/batch_0"] = lambda call: JSONResponse(gone)
        assert texts(run(server, path, asks(1))) == ["P0"]
        assert len(batches.sent) == 2


def test_a_batch_that_is_gone_is_sent_again_by_a_later_run(path: Path) -> None:
    with served() as server:
        batches = Batches(server, looks=10**6)
        run(server, path, asks(1), within=0.05)
        batches.looks = 1
        del server.routes["/v1/messages/batches/batch_0"]
        assert texts(run(server, path, asks(1))) == ["P0"]
        assert len(batches.sent) == 2


@pytest.mark.parametrize("results", [None, "404"])
def test_a_batch_just_sent_whose_results_are_gone_is_not_sent_three_times(
    path: Path, results: str | None
) -> None:
    with served() as server:
        batches = Batches(server)

        def describe(number: int, status: str) -> dict[str, Any]:
            if results is not None:
                del server.routes[f"/v1/messages/batches/batch_{number}/results"]
            where = f"{server.url}/v1/messages/batches/batch_{number}/results"
            url = None if results is None else where
            return {"id": f"batch_{number}", "processing_status": "ended", "results_url": url}

        batches.look = lambda number: JSONResponse(describe(number, "ended"))  # type: ignore[method-assign]
        first, second = run(server, path, asks(2))
        assert isinstance(first, LLMError)
        assert isinstance(second, LLMError)
        assert first is not second
        assert len(batches.sent) == 1


def test_a_success_without_a_message_is_an_error_and_not_sent_again(path: Path) -> None:
    with served() as server:
        batches = Batches(server, lambda n, entry: {"type": "succeeded"})
        (error,) = run(server, path, asks(1))
        assert isinstance(error, LLMMalformed)
        assert len(batches.sent) == 1


@pytest.mark.parametrize("line", ["not json", "[1]", '{"custom_id": 5}', "{" * 50_000])
def test_a_result_that_does_not_read_concerns_its_request_alone(path: Path, line: str) -> None:
    with served() as server:
        batches = Batches(server, lambda n, entry: None if text(entry) == "1" else succeeded(entry))
        results = batches.results

        def spoilt(number: int) -> Response:
            return Response(line.encode() + b"\n" + bytes(results(number).body))

        batches.results = spoilt  # type: ignore[method-assign]
        assert texts(run(server, path, asks(3))) == ["P0", "LLMMalformed", "P2"]
        assert len(batches.sent) == 1


def test_a_batch_that_may_not_be_read_concerns_its_requests_alone(path: Path) -> None:
    with served() as server:
        batches = Batches(server)
        results = batches.results
        batches.results = lambda number: failing(403) if number == 1 else results(number)  # type: ignore[method-assign]
        replies = run(server, path, asks(6), largest=2)
        assert texts(replies) == ["P0", "P1", "LLMUsageError", "LLMUsageError", "P4", "P5"]
        assert replies[2] is not replies[3]
        assert len(batches.sent) == 3
        batches.results = results  # type: ignore[method-assign]
        assert texts(run(server, path, asks(6))) == [f"P{n}" for n in range(6)]
        assert len(batches.sent) == 3  # collected, not paid for again


def test_an_earlier_batch_that_may_not_be_read_does_not_hold_up_other_requests(path: Path) -> None:
    with served() as server:
        batches = Batches(server, looks=10**6)
        run(server, path, asks(1), within=0.05)
        batches.looks = 1
        batches.results, results = (lambda number: failing(403)), batches.results  # type: ignore[method-assign]
        first = batches.results
        batches.results = lambda number: first(number) if number == 0 else results(number)  # type: ignore[method-assign]
        assert texts(run(server, path, asks(3))) == ["LLMUsageError", "P1", "P2"]


def test_a_batch_is_sent_by_one_attempt_in_each_round(path: Path) -> None:
    with served() as server:
        server.routes["/v1/messages/batches"] = lambda call: failing(529)
        llm = Anthropic("m", base_url=server.url, capabilities=CAN, attempts=3)
        with Recording(path, llm) as recording:
            (error,) = complete_batch(recording, asks(1), poll=0.01, rounds=2)
        assert isinstance(error, LLMUnavailable)
        assert server.other == ["POST /v1/messages/batches"] * 2


@pytest.mark.parametrize("name", ["poll", "within", "rounds", "largest"])
@pytest.mark.parametrize("wrong", [0, -1, float("nan"), "x", True])
def test_settings_that_make_no_sense_are_refused(path: Path, name: str, wrong: Any) -> None:
    with served() as server, pytest.raises(LLMUsageError, match=f"{name} must be"):
        run(server, path, asks(1), **{name: wrong})
