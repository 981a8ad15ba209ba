"""A key stays where it belongs: not in errors, replies, recordings, tracebacks or other servers."""

import http.server
import json
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from opentelemetry import trace
from starlette.responses import JSONResponse, Response

from neurologic.errors import LLMError, LLMUsageError
from neurologic.llm import (
    Anthropic,
    Capabilities,
    Message,
    Recording,
    Reply,
    Request,
    complete,
    complete_batch,
)
from neurologic.llm.settings import Secrets
from tests.fault_server import Plan, good, message, served

KEY = "sk-ant-api03-Xq7Lr2vN9tKb4WzDfGh8JmPs5QyTcUe1RaVo6BiMnCxEwZdYkHlSj3-A0AAAA"
PART = KEY[:30]
ASK = Request("Translate.", (Message("user", "Rex barks."),), max_tokens=64)
CAN = Capabilities(count_tokens=True, batches=True)


def refused(status: int, words: str) -> Response:
    error = {"type": "invalid_request_error", "message": words}
    return JSONResponse({"type": "error", "error": error}, status)


def shown(outcome: Reply | LLMError) -> str:
    """Everything that a person or a file may get to see of an outcome."""
    if isinstance(outcome, Reply):
        return repr(outcome)
    told = [str(outcome), repr(outcome), repr(outcome.args), outcome.text, outcome.request_id]
    told += [json.dumps(outcome.as_json()), repr(outcome.__cause__), repr(outcome.__context__)]
    return "\n".join([*told, *traceback.format_exception(outcome)])


ECHOES: dict[str, Plan] = {
    "an error": lambda n, call: refused(401, f"no such key: {KEY}"),
    "an error cut within the key": lambda n, call: refused(400, "z" * 560 + KEY),
    "an error object sent as a success": lambda n, call: refused(200, "y" * 345 + KEY),
    "a page": lambda n, call: Response(f"<html>{KEY}</html>"),
    "a page cut within the key": lambda n, call: Response("<" + "h" * 360 + KEY),
    "JSON cut within the key": lambda n, call: JSONResponse({"a": "x" * 350 + KEY}),
    "a stop reason": lambda n, call: good(stop=KEY),
    "the beginning of the key": lambda n, call: good(stop=KEY[:40]),
    "a reply": lambda n, call: good(f"Is your key {KEY}?"),
    "the name of the model": lambda n, call: good(model=KEY),
    "usage": lambda n, call: good(usage={"input_tokens": 1, "key": KEY}),
    "a request id": lambda n, call: JSONResponse(message(), headers={"request-id": KEY}),
    "a status without words": lambda n, call: Response(KEY, 503),
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_a_key_that_the_backend_repeats_is_neither_shown_nor_recorded(
    echo: Plan, tmp_path: Path
) -> None:
    path = tmp_path / "r.jsonl"
    with served(echo) as server:
        llm = Anthropic("m", base_url=server.url, api_key=KEY, capabilities=CAN, attempts=1)
        with Recording(path, llm) as recording:
            (outcome,) = complete(recording, [ASK])
        assert KEY in json.dumps(server.headers)  # it was sent
    assert PART not in shown(outcome)
    assert PART.encode() not in path.read_bytes()


def test_the_traceback_of_an_error_that_is_raised_does_not_show_the_key() -> None:
    with served(ECHOES["an error"]) as server:
        llm = Anthropic("m", base_url=server.url, api_key=KEY, attempts=1)
        with pytest.raises(LLMUsageError) as caught:
            anyio.run(llm.complete, ASK)
    error: BaseException | None = caught.value
    assert "no such key: ***" in str(error)
    assert PART not in "".join(traceback.format_exception(caught.value))
    while error is not None:
        assert PART not in repr(error)
        error = error.__cause__ or error.__context__


def test_counting_and_probing_do_not_show_the_key_either() -> None:
    said = {"/v1/messages/count_tokens": lambda call: refused(400, KEY)}
    with served(ECHOES["an error"], routes=said) as server:
        llm = Anthropic("m", base_url=server.url, api_key=KEY)
        for ask in (lambda: anyio.run(llm.count, ASK), lambda: anyio.run(llm.capabilities)):
            with pytest.raises(LLMError) as caught:
                ask()
            assert PART not in shown(caught.value)
            assert "***" in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        lambda key: {"custom_id": key, "result": {"type": "errored", "error": {"error": {"type": "invalid_request_error", "message": KEY}}}},
        lambda key: {"custom_id": key, "result": {"type": "succeeded", "message": message(KEY)}},
        lambda key: {"custom_id": key, "result": {"type": "succeeded", "message": {"a": "x" * 350 + KEY}}},
        lambda key: {"result": KEY},
    ],
    ids=["an error", "a reply", "no message", "no id"],
)  # fmt: skip
def test_the_results_of_a_batch_do_not_show_the_key(
    line: Callable[[str], dict[str, Any]], tmp_path: Path
) -> None:
    path, keys = tmp_path / "r.jsonl", []

    def create(call: dict[str, Any]) -> Response:
        keys.append(call["requests"][0]["custom_id"])
        return JSONResponse({"id": "b"})

    with served() as server:
        where = f"{server.url}/v1/messages/batches/b/results"
        ended = {"id": "b", "processing_status": "ended", "results_url": where}
        server.routes |= {
            "/v1/messages/batches": create,
            "/v1/messages/batches/b": lambda call: JSONResponse(ended),
            "/v1/messages/batches/b/results": lambda call: Response(json.dumps(line(keys[0]))),
        }
        llm = Anthropic("m", base_url=server.url, api_key=KEY, capabilities=CAN, attempts=1)
        with Recording(path, llm) as recording:
            (outcome,) = complete_batch(recording, [ASK], poll=0.01)
    assert PART not in shown(outcome)
    assert PART.encode() not in path.read_bytes()


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Another server, and what it got to see."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(str(self.headers))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join(10)


@pytest.mark.parametrize("first", ["here", "there"])
def test_results_at_another_server_are_not_fetched(first: str, tmp_path: Path) -> None:
    """The address is read twice, by us and by Anthropic's library: the second one may differ."""
    with served() as server, listening() as (elsewhere, seen):
        home = f"{server.url}/results"
        places = [home] if first == "here" else []

        def look(call: dict[str, Any]) -> Response:
            where = places.pop() if places else f"{elsewhere}/results"
            ended = {"id": "b", "type": "message_batch", "processing_status": "ended"}
            return JSONResponse({**ended, "results_url": where})

        server.routes |= {
            "/v1/messages/batches": lambda call: JSONResponse({"id": "b"}),
            "/v1/messages/batches/b": look,
        }
        llm = Anthropic("m", base_url=server.url, api_key=KEY, capabilities=CAN, attempts=1)
        with Recording(tmp_path / "r.jsonl", llm) as recording:
            (error,) = complete_batch(recording, [ASK], poll=0.01)
        assert isinstance(error, LLMError)
        assert "server" in str(error)
        assert seen == []
        assert server.other.count("POST /v1/messages/batches") == 1


@pytest.mark.parametrize("blank", ["\n", "\r\n", " ", "\t"])
def test_a_key_read_from_a_file_with_its_line_end_is_that_key(
    blank: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served() as server:
        llm = Anthropic("m", base_url=server.url, api_key=KEY + blank)
        assert isinstance(complete(llm, [ASK])[0], Reply)
        assert server.headers[0]["authorization"] in {KEY, f"Bearer {KEY}"}
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY + blank)
    (error,) = complete(Anthropic("m", base_url="https://127.0.0.1:1", attempts=1), [ASK])
    assert PART not in shown(error)


@pytest.mark.parametrize("odd", [f"{KEY}\n{KEY}", f"Ж{KEY}", f"{KEY} {KEY}", f"{KEY}\x00", 5, b"k"])
def test_what_cannot_be_a_key_is_refused_at_once_and_not_shown(
    odd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LLMUsageError, match="api_key is not a key") as caught:
        Anthropic("m", base_url="http://127.0.0.1:1", api_key=odd)
    assert PART not in shown(caught.value)
    if isinstance(odd, str) and "\x00" not in odd:
        monkeypatch.setenv("ANTHROPIC_API_KEY", odd)
        with pytest.raises(LLMUsageError, match="ANTHROPIC_API_KEY is not a key") as caught:
            Anthropic("m")
        assert PART not in shown(caught.value)


@pytest.mark.parametrize("variable", [None, "NEUROLOGIC_BASE_URL", "ANTHROPIC_BASE_URL"])
@pytest.mark.parametrize("url", ["http://ann:hunter2@127.0.0.1:1", "https://hunter2@[::1"])
def test_an_address_with_a_password_is_refused_and_not_shown(
    url: str, variable: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable is not None:
        monkeypatch.setenv(variable, url)
    with pytest.raises(LLMUsageError, match="user name or a password") as caught:
        Anthropic("m", base_url=url if variable is None else None)
    assert "hunter2" not in shown(caught.value)


def test_a_placeholder_for_a_key_is_a_word_like_any_other() -> None:
    with served(lambda number, call: good("Local(none)")) as server:
        (reply,) = complete(Anthropic("m", base_url=server.url, api_key="none"), [ASK])
    assert isinstance(reply, Reply)
    assert reply.text == "Local(none)"


def test_a_key_is_found_as_json_and_as_python_write_it() -> None:
    odd = 'sk-0123456789abcdef"\\quoted'
    secrets = Secrets(odd)
    for written in (odd, json.dumps(odd), repr(odd)):
        assert "quoted" not in secrets.blot(written)
    assert Secrets(KEY).blot_bytes(b"\xff\xfe" + KEY.encode() + b"\x00") == b"\xff\xfe***\x00"


def test_calls_are_not_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    traced: list[object] = []
    monkeypatch.setattr(trace, "get_tracer", lambda *args, **more: traced.append(args))
    with served() as server:
        assert isinstance(complete(Anthropic("m", base_url=server.url), [ASK])[0], Reply)
    assert traced == []
