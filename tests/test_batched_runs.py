"""Runs of the benchmarks by message batches: paid once, resumed after a kill, then as any run."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from neurologic.errors import LLMError, LLMTimeout, LLMUnavailable
from tests.fault_server import Server, message, served
from tests.test_llm_batches import Batches, text
from tests.test_models import command, kill_when, rows_of, samples, without_times

USAGE = {"input_tokens": 1000, "output_tokens": 100}


def reply(entry: dict[str, Any]) -> dict[str, Any]:
    said = message("It follows.\nAnswer: True", model="claude-haiku-5-5", usage=USAGE)
    return {"type": "succeeded", "message": said}


class Taking(Batches):
    """A server's batches, which it also lists, so that it is known to have them."""

    def create(self, call: dict[str, Any]) -> Response:
        return super().create(call) if call else JSONResponse({"data": []})


def batches(server: Server, **more: Any) -> Taking:
    return Taking(server, **{"plan": lambda number, entry: reply(entry), **more})


def arguments(server: Server, folder: Path, *more: object) -> tuple[object, ...]:
    return (
        "run", "folio", "--method", "cot", "--data", samples("cot"), "--json", "--samples", 2,
        "--model", "claude-haiku-5-5", "--base-url", server.url,
        "--record", folder / "replies.jsonl", "--out", folder / "run", *more,
    )  # fmt: skip


def singly(number: int, call: dict[str, Any]) -> Response:
    said = message("It follows.\nAnswer: True", model="claude-haiku-5-5", usage=USAGE)
    return JSONResponse(said)


def asked(server: Server) -> list[dict[str, Any]]:
    """The calls beside the one that finds out what the server can do."""
    return [call for call in server.calls if "Premises:" in json.dumps(call)]


def test_a_batched_run_has_the_figures_of_one_that_asks_one_by_one(tmp_path: Path) -> None:
    with served(singly) as server:
        taken = batches(server)
        code, summary, complaint = command(*arguments(server, tmp_path / "a", "--batch"))
        assert code == 2  # there is no folder
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        code, summary, complaint = command(*arguments(server, tmp_path / "a", "--batch"))
        assert code == 0, complaint
        assert asked(server) == []
        assert [len(entries) for entries in taken.sent] == [12]
        code, other, complaint = command(*arguments(server, tmp_path / "b"))
        assert code == 0, complaint
    assert (summary["llm"]["calls"], summary["llm"]["batched"]) == (12, 12)
    assert summary["llm"]["cost"] == pytest.approx(other["llm"]["cost"] / 2)
    for key in set(summary) - {"llm", "seconds"}:
        assert summary[key] == other[key], key


def test_a_dry_run_of_batches_costs_the_half(tmp_path: Path) -> None:
    with served(singly) as server:
        batches(server)
        whole = command(*arguments(server, tmp_path, "--dry-run"))[1]
        half = command(*arguments(server, tmp_path, "--dry-run", "--batch"))[1]
    assert half["most"] == pytest.approx(whole["most"] / 2, abs=1e-4)
    assert half["requests"] == whole["requests"] == 12


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_run_killed_while_its_batch_is_out_collects_it_and_pays_once(tmp_path: Path) -> None:
    recording = tmp_path / "replies.jsonl"

    def sent() -> bool:
        return recording.exists() and b'"batch"' in recording.read_bytes()

    with served(singly) as server:
        taken = batches(server, looks=10_000)
        kill_when(sent, *arguments(server, tmp_path, "--batch"))
        assert len(taken.sent) == 1
        assert rows_of(tmp_path / "run") == []
        taken.looks = 0
        code, summary, complaint = command(*arguments(server, tmp_path, "--batch"))
        assert code == 0, complaint
        assert (len(taken.sent), asked(server)) == (1, [])
        assert summary["llm"]["batched"] == 12
        again = command(*arguments(server, tmp_path, "--batch"))[1]
        assert (len(taken.sent), asked(server)) == (1, [])
    assert without_times(again) == without_times(summary)


def test_problems_that_are_answered_are_not_in_a_later_batch(tmp_path: Path) -> None:
    with served(singly) as server:
        taken = batches(server)
        command(*arguments(server, tmp_path, "--limit", 2))
        assert len(asked(server)) == 4
        code, summary, complaint = command(*arguments(server, tmp_path, "--batch"))
        assert code == 0, complaint
        assert [len(entries) for entries in taken.sent] == [8]
    assert (summary["n"], summary["llm"]["calls"], summary["llm"]["batched"]) == (6, 12, 8)


def test_a_request_that_a_batch_refused_is_a_failed_vote_and_not_asked_again(
    tmp_path: Path,
) -> None:
    refused = {"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}

    def plan(number: int, entry: dict[str, Any]) -> dict[str, Any]:
        return {"type": "errored", "error": refused} if "Lena" in text(entry) else reply(entry)

    with served(singly) as server:
        batches(server, plan=plan)
        code, summary, _ = command(*arguments(server, tmp_path, "--batch"))
        assert asked(server) == []
    assert (code, summary["n"], summary["errors"]) == (1, 6, {"LLMUsageError": 2})
    assert sum(row["status"] == "ERROR" for row in rows_of(tmp_path / "run")) == 2


def test_a_batch_whose_key_is_refused_ends_the_run_and_is_sent_by_the_next(tmp_path: Path) -> None:
    with served(singly) as server:
        taken = batches(server)
        whole, tries = server.routes["/v1/messages/batches"], []

        def busy(call: dict[str, Any]) -> Response:
            if not call:
                return whole(call)
            tries.append(call)
            return JSONResponse({"type": "error", "error": {"type": "x", "message": "y"}}, 401)

        server.routes["/v1/messages/batches"] = busy
        code, summary, complaint = command(*arguments(server, tmp_path, "--batch"))
        assert code == 2
        assert "answered 401" in complaint
        assert len(tries) == 1
        server.routes["/v1/messages/batches"] = whole
        code, summary, complaint = command(*arguments(server, tmp_path, "--batch"))
        assert (code, summary["errors"], len(taken.sent)) == (0, {}, 1), complaint


@pytest.mark.parametrize(
    "error", [LLMTimeout("late", kind="batch"), LLMUnavailable("gone", kind="connection")]
)
def test_a_batch_that_is_late_or_out_of_reach_stops_the_run_and_asks_nothing_singly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: LLMError
) -> None:
    monkeypatch.setattr("benchmarks.batching.complete_batch", lambda _, asks: [error] * len(asks))
    with served(singly) as server:
        code, _, complaint = command(*arguments(server, tmp_path, "--batch"))
        assert server.calls == []
    assert code == 130
    assert f"error: {error.message}\nhint: without --batch" in complaint
    assert "0 of 6 problems are kept" in complaint


def test_requests_that_expired_again_and_again_are_failed_votes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expired = LLMUnavailable("the request ended as expired", kind="expired")
    monkeypatch.setattr("benchmarks.batching.complete_batch", lambda _, asks: [expired] * len(asks))
    with served(singly) as server:
        code, summary, _ = command(*arguments(server, tmp_path, "--batch"))
        assert server.calls == []
    assert (code, summary["n"], summary["errors"]) == (1, 6, {"LLMUnavailable": 6})


def test_a_backend_without_batches_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    with served(singly) as server:
        code, _, complaint = command(*arguments(server, tmp_path, "--batch"))
        assert asked(server) == []
    assert code == 2
    assert "takes no batches" in complaint
