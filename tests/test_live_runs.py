"""Runs that meet trouble: they say why, stop in time, go on, and pay for nothing twice."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response
from typer.main import get_command

from benchmarks.accounts import Account, account_of
from benchmarks.asking import Asking, messages_of
from benchmarks.cli import app
from benchmarks.data import Example
from benchmarks.models import Metered
from benchmarks.rundir import opened
from benchmarks.runner import Question, collect, problem_row
from neurologic.llm import Recording, Reply, Scripted, Usage, cost, recorded
from tests.fault_server import Server, failing, message, served
from tests.test_models import BASELINES, command, rows_of, samples, without_times

MODEL = "claude-haiku-5-5"


def true(usage: dict[str, Any] | None = None) -> Response:
    usage = usage or {"input_tokens": 1000, "output_tokens": 100}
    return JSONResponse(message("It follows.\nAnswer: True", model=MODEL, usage=usage))


def run(server: Server | None, *options: object, method: str = "cot") -> Any:
    where = ("--base-url", server.url) if server else ()
    return command(
        "run", "folio", "--method", method, "--data", samples("cot"), "--json",
        "--model", MODEL, *where, *options,
    )  # fmt: skip


# What is wrong is said


def test_a_summary_has_the_first_message_of_each_class_of_error() -> None:
    def plan(number: int, call: dict[str, Any]) -> Response:
        if number < 2:
            return failing(400, "invalid_request_error")
        return JSONResponse(message("Who knows?\x1b[31m", model=MODEL))

    with served(plan) as server:
        code, summary, _ = run(server, "--concurrency", 1)
    assert (code, summary["errors"]) == (1, {"LLMUsageError": 2})
    messages = summary["messages"]
    assert set(messages) == {"LLMUsageError", "UnreadableAnswer"}
    assert "answered 400" in messages["LLMUsageError"]
    assert messages["LLMUsageError"].startswith("ravens-1: ")
    assert all(said.isprintable() and len(said) <= 400 for said in messages.values())


def test_a_long_message_with_control_characters_is_cut_and_escaped() -> None:
    row = {"key": "a\x1b", "error": "E", "message": "x\u202e\n" * 1000, "votes": []}
    (said,) = messages_of([row]).values()
    assert said.isprintable()
    assert said.startswith("a\\x1b: x\\u202e x")
    assert len(said) < 2500


def test_a_replay_that_has_no_reply_says_so() -> None:
    recording = samples("cot").with_name("replies-cot.jsonl")
    code, summary, _ = command(
        "run", "folio", "--method", "direct", "--data", samples("cot"), "--replay", recording,
        "--json",
    )  # fmt: skip
    assert code == 1
    assert "not in the recording" in summary["messages"]["LLMError"]


# What refuses to be asked ends the run


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.parametrize("method", ["linc", *BASELINES])
def test_a_key_or_a_model_that_is_refused_ends_the_run_after_the_first_call(
    status: int, method: str, tmp_path: Path
) -> None:
    with served(lambda number, call: failing(status, "refused")) as server:
        options = ("--concurrency", 1, "--samples", 3, "--out", tmp_path / "run")
        code, _, complaint = run(server, *options, method=method)
        sentences = [call for call in server.calls if "Lena" in json.dumps(call)]
    assert code == 2
    assert f"answered {status}" in complaint
    assert "0 of 6 problems are kept" in complaint
    assert len(server.calls) - len(sentences) <= 2


def test_a_refused_key_is_asked_with_no_more_often_than_calls_are_under_way() -> None:
    with served(lambda number, call: failing(401)) as server:
        assert run(server, "--concurrency", 2, "--samples", 10)[0] == 2
        assert len(server.calls) <= 2


def test_a_run_with_another_key_goes_on_where_the_refused_one_ended(tmp_path: Path) -> None:
    options = ("--record", tmp_path / "replies.jsonl", "--out", tmp_path / "run")
    with served(lambda number, call: true() if number < 3 else failing(401)) as server:
        assert run(server, "--concurrency", 1, *options)[0] == 2
        assert len(rows_of(tmp_path / "run")) == 3
        server.plan = lambda number, call: true()
        code, summary, _ = run(server, *options)
        assert (code, summary["n"], len(server.calls)) == (0, 6, 3 + 1 + 3)


# Failed samples are asked again


def overloaded(number: int, call: dict[str, Any]) -> Response:
    return failing(529, "overloaded_error", x_should_retry="false") if number % 3 == 0 else true()


def test_samples_that_failed_are_asked_again_and_no_others(tmp_path: Path) -> None:
    options = ("--record", tmp_path / "replies.jsonl", "--out", tmp_path / "run", "--samples", 3)
    with served(overloaded) as server:
        code, summary, _ = run(server, "--concurrency", 1, *options)
        assert (code, summary["errors"], summary["failed"]) == (0, {}, {"LLMUnavailable": 6})
        assert (summary["llm"]["unanswered"], len(server.calls)) == (6, 18)
        server.plan = lambda number, call: true()
        assert run(server, *options)[1]["failed"] == {"LLMUnavailable": 6}
        assert len(server.calls) == 18
        code, summary, complaint = run(server, *options, "--retry-errors")
        assert (code, summary["failed"], len(server.calls)) == (0, {}, 24)
        assert "6 problems with failed samples are asked again" in complaint
        assert (summary["llm"]["unanswered"], summary["llm"]["calls"]) == (0, 18)


def test_without_a_recording_the_other_samples_are_not_paid_for_again(tmp_path: Path) -> None:
    options = ("--out", tmp_path / "run", "--samples", 3)
    with served(overloaded) as server:
        run(server, "--concurrency", 1, *options)
        code, summary, complaint = run(server, *options, "--retry-errors")
        assert (code, summary["failed"], len(server.calls)) == (0, {"LLMUnavailable": 6}, 18)
    assert "6 problems with failed samples stay as they are" in complaint


def test_a_mending_that_failed_is_tried_again_without_paying_for_the_first_reply(
    tmp_path: Path,
) -> None:
    mended = "TEXT: Otto is a raven.\nFOL: Raven(otto)\nTEXT: Otto sings.\nFOL: Sings(otto)"
    data = tmp_path / "data.jsonl"
    row = {"id": "1", "premises": ["Otto is a raven."], "conclusion": "Otto sings.",
           "label": "Uncertain"}  # fmt: skip
    data.write_text(json.dumps(row), encoding="utf-8")

    def plan(number: int, call: dict[str, Any]) -> Response:
        if len(call["messages"]) == 1:
            return JSONResponse(message("FOL: Raven(otto", model=MODEL))
        return failing(529, x_should_retry="false")

    with served(plan) as server:
        arguments = (
            "run", "folio", "--method", "linc", "--data", data, "--model", MODEL, "--json",
            "--base-url", server.url, "--record", tmp_path / "r.jsonl", "--out", tmp_path / "run",
        )  # fmt: skip
        assert command(*arguments)[1]["llm"]["unanswered"] == 1
        server.plan = lambda number, call: JSONResponse(message(mended, model=MODEL))
        code, summary, complaint = command(*arguments, "--retry-errors")
        assert (code, summary["right"]) == (0, 1), complaint
        asked = [len(c["messages"]) for c in server.calls if "Otto" in json.dumps(c["messages"])]
        assert asked.count(1) == 1
        assert asked.count(3) >= 2


# One problem never ends a run


class Nobody:
    def answered(self, row: Any, kept: bool) -> None: ...


class Mute(Exception):  # noqa: N818 - it says nothing
    def __str__(self) -> str:
        raise RuntimeError("no words")


def odd(what: str) -> Any:
    if what == "mute":
        raise Mute
    extras: dict[str, dict[str, Any]] = {
        "huge": {"llm": 10**5000},
        "object": {"more": object()},
        "wide": {"unanswered": "many"},
    }
    more = extras.get(what, {})
    row = problem_row(key=what, status="ENTAILED", label="True", answer="True", more=more)
    if what == "nested":
        deep: list[Any] = []
        for _ in range(100_000):
            deep = [deep]
        row["tally"] = {"deep": deep}
    return row


def test_a_row_that_cannot_be_written_is_an_error_of_its_problem(tmp_path: Path) -> None:
    keys = ["huge", "object", "mute", "wide", "nested", "sound"]
    asked = [Question(key, lambda key=key: odd(key), {}) for key in keys]  # type: ignore[misc]
    with opened(tmp_path / "run", {"task": "t"}) as directory:
        rows = collect(asked, directory, Nobody())
    assert [row["status"] for row in rows] == ["ERROR"] * 5 + ["ENTAILED"]
    assert all(row["error"] and row["message"] for row in rows[:5])
    with opened(tmp_path / "run", {"task": "t"}) as directory:
        assert list(directory.rows) == keys


@pytest.mark.parametrize("count", ["9" * 4300, "1e308", "-5", "true", '"7"'])
def test_counts_of_tokens_that_no_call_has_do_not_end_a_run(count: str, tmp_path: Path) -> None:
    said = json.dumps(message("Answer: True", model=MODEL, usage={"input_tokens": 0}))
    body = said.replace('"input_tokens": 0', f'"input_tokens": {count}, "output_tokens": 7')
    with served(lambda number, call: Response(body, media_type="application/json")) as server:
        code, summary, complaint = run(server, "--out", tmp_path / "run")
    assert (code, summary["n"], summary["errors"]) == (0, 6, {}), complaint
    assert 0 <= summary["llm"]["tokens"]["input_tokens"] < 10**13
    assert summary["llm"]["tokens"]["output_tokens"] == 42


def test_counts_of_a_model_of_ones_own_that_cannot_be_are_none() -> None:
    account = Account()
    account.enter(Reply("", model="m", usage=Usage(10**4299, 5)))
    account.enter(Reply("", model="m", usage=Usage(10**4299, -5)))
    (found,) = account.taken()[0].values()
    assert (found["input_tokens"], found["output_tokens"], found["calls"]) == (0, 5, 2)


# Prices


def price_of(path: Path) -> float:
    return float(sum((cost(e.reply.usage, e.reply.model) for e in recorded(path)), Decimal(0)))


@pytest.mark.parametrize(
    "usage",
    [
        {"input_tokens": 1_000_000, "output_tokens": 10_000},
        {"input_tokens": 1_000_000, "output_tokens": 10_000, "service_tier": "batch"},
        {
            "input_tokens": 1000,
            "output_tokens": 10,
            "cache_creation_input_tokens": 500_000,
            "cache_creation": {"ephemeral_1h_input_tokens": 400_000},
        },
        {"input_tokens": 5, "cache_read_input_tokens": 190_000, "output_tokens": 9},
    ],
)
def test_a_summary_costs_what_the_replies_of_its_recording_do(
    usage: dict[str, Any], tmp_path: Path
) -> None:
    recording = tmp_path / "replies.jsonl"
    with served(lambda number, call: true(usage)) as server:
        summary = run(server, "--samples", 2, "--record", recording)[1]
        again = run(server, "--samples", 2, "--record", recording, "--out", tmp_path / "run")[1]
    assert summary["llm"]["cost"] == pytest.approx(price_of(recording), rel=1e-6)
    assert without_times(summary) == without_times(again)
    replayed = command(
        "run", "folio", "--method", "cot", "--data", samples("cot"), "--samples", 2, "--json",
        "--replay", recording,
    )[1]  # fmt: skip
    assert replayed["llm"] == summary["llm"]
    assert account_of(rows_of(tmp_path / "run")) == summary["llm"]


def test_a_batch_costs_half_and_an_hour_in_the_cache_more() -> None:
    plain = {"input_tokens": 1000, "cache_creation_input_tokens": 1000, "output_tokens": 10}
    hour = plain | {"cache_creation": {"ephemeral_1h_input_tokens": 1000}}
    found = {}
    for name, usage in (("plain", plain), ("hour", hour)):
        for tier in ("standard", "batch"):
            raw = json.dumps(usage | {"service_tier": tier})
            account = Account()
            account.enter(Reply("", model=MODEL, usage=Usage(1000, 10, 0, 1000, raw=raw)))
            found[name, tier] = account_of([{"llm": account.taken()[0]}])["cost"]
    assert found["plain", "batch"] == pytest.approx(found["plain", "standard"] / 2, abs=1e-6)
    assert found["hour", "batch"] == pytest.approx(found["hour", "standard"] / 2, abs=1e-6)
    assert found["hour", "standard"] > found["plain", "standard"]


# A dry run


def without_keys(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    for name in ("API_KEY", "AUTH_TOKEN", "BASE_URL"):
        monkeypatch.delenv(f"ANTHROPIC_{name}", raising=False)
    monkeypatch.delenv("NEUROLOGIC_BASE_URL", raising=False)
    monkeypatch.setenv("HOME", str(home))


def test_a_dry_run_without_a_key_guesses_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_keys(monkeypatch, tmp_path)
    code, summary, complaint = run(None, "--dry-run", "--max-cost", 1)
    assert code == 0, complaint
    assert (summary["requests"], summary["exact"]) == (6, False)
    assert summary["input_tokens"] > 0
    assert 0 < summary["least"] < summary["most"]
    assert "tokens are guessed" in complaint
    assert "there is no key" in " ".join(summary["notes"])
    assert run(None)[0] == 2


def test_a_dry_run_whose_server_is_out_of_reach_guesses_and_says_so() -> None:
    with served() as gone:
        url = gone.url
    code, summary, complaint = run(None, "--dry-run", "--base-url", url)
    assert (code, summary["exact"]) == (0, False), complaint
    assert "no connection" in complaint


def test_a_dry_run_leaves_a_recording_that_is_being_written_as_it_is(tmp_path: Path) -> None:
    recording = tmp_path / "replies.jsonl"
    with served(lambda number, call: true()) as server:
        run(server, "--limit", 2, "--record", recording)
        torn = recording.read_bytes() + b'{"key": "half a li'
        recording.write_bytes(torn)
        with Recording(recording, Scripted(["x"])):
            recording.write_bytes(torn)  # as a writer in the middle of a line leaves it
            code, summary, complaint = run(server, "--dry-run", "--record", recording)
        assert (code, summary["recorded"], summary["requests"]) == (0, 2, 4), complaint
        assert recording.read_bytes().startswith(torn)
        recording.write_bytes(torn)
        run(server, "--dry-run", "--record", recording)
    assert recording.read_bytes() == torn


def test_a_dry_run_does_not_touch_an_empty_file(tmp_path: Path) -> None:
    recording = tmp_path / "replies.jsonl"
    recording.touch()
    with served() as server:
        code, summary, complaint = run(server, "--dry-run", "--record", recording)
    assert (code, summary["recorded"], recording.read_bytes()) == (0, 0, b""), complaint


def test_the_help_says_that_texts_are_sent_to_be_counted() -> None:
    (run_,) = [c for name, c in get_command(app).commands.items() if name == "run"]  # type: ignore[attr-defined]
    (dry,) = [option for option in run_.params if option.name == "dry_run"]
    assert "count_tokens" in dry.help
    assert "sent the texts" in dry.help


# Servers and what names them


def test_a_run_does_not_go_on_at_another_server(tmp_path: Path) -> None:
    with served(lambda n, c: true()) as first, served(lambda n, c: true()) as other:
        assert run(first, "--limit", 2, "--out", tmp_path / "run")[0] == 0
        code, _, complaint = run(other, "--limit", 4, "--out", tmp_path / "run")
        assert (code, other.calls) == (2, [])
        assert f'config.server is "{first.url}" there and "{other.url}" now' in complaint
        assert run(first, "--limit", 4, "--out", tmp_path / "run")[0] == 0


@pytest.mark.parametrize("way", ["asked", "replayed", "scripted"])
def test_a_password_in_an_address_is_refused_and_kept_nowhere(way: str, tmp_path: Path) -> None:
    options = {
        "asked": ("--model", "m"),
        "replayed": ("--replay", samples("cot").with_name("replies-cot.jsonl")),
        "scripted": ("--model", f"scripted:{samples('cot')}"),
    }[way]
    code, _, complaint = command(
        "run", "folio", "--method", "cot", "--data", samples("cot"), *options,
        "--base-url", "http://ann:hunter2@127.0.0.1:9", "--out", tmp_path / "run",
        "--record" if way != "replayed" else "--vote",
        tmp_path / "r.jsonl" if way != "replayed" else "majority",
    )  # fmt: skip
    assert code == 2
    assert "hunter2" not in complaint
    assert list(tmp_path.iterdir()) == []


# Prompts


@pytest.mark.parametrize("method", ["linc", *BASELINES])
def test_no_mark_of_direction_or_control_character_reaches_a_prompt_raw(method: Any) -> None:
    odd = "Ann is \u202etall.\x1b[31m\x00\u2066\ud800"
    asking = Asking(method, Metered(Scripted([])))
    (request,) = asking.requests(Example((odd, "Bo is."), odd, "True"))
    said = request.messages[0].text
    assert all(line.isprintable() for line in said.split("\n"))
    assert said.count("Ann is \\u202etall.\\u001b[31m\\u0000\\u2066\\ud800") == 2
