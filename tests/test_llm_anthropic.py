"""The adapter against servers on this machine: what is sent, what is kept, what every fault ends as."""

import gzip
import json
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from neurologic.errors import (
    LLMError,
    LLMMalformed,
    LLMTimeout,
    LLMUnavailable,
    LLMUsageError,
)
from neurologic.llm import Anthropic, Capabilities, Message, Reply, Request, complete
from tests.fault_server import (
    Server,
    answer,
    dripping,
    event_stream,
    failing,
    good,
    message,
    page,
    reset,
    served,
    served_raw,
)

ASK = Request("Translate.", (Message("user", "Rex barks."),), max_tokens=64)
LONG = replace(ASK, system="Translate with care. " * 300)
KNOWN = Capabilities(structured=True, temperature=True, count_tokens=True, batches=True, cache=True)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEUROLOGIC_MODEL", "NEUROLOGIC_BASE_URL", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", "/nonexistent")


def ask(server: Any, request: Request = ASK, **settings: Any) -> Reply | LLMError:
    settings = {"capabilities": KNOWN, "attempts": 3, "deadline": 20.0, **settings}
    (reply,) = complete(Anthropic("m", base_url=server.url, **settings), [request])
    return reply


def asked(plan: Callable[[int, dict[str, Any]], Response], **settings: Any) -> Reply | LLMError:
    with served(plan) as server:
        return ask(server, **settings)


class TestSettings:
    def test_no_model_is_chosen_silently(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(LLMUsageError) as caught:
            Anthropic(api_key="k")
        assert "model=" in str(caught.value)
        assert "NEUROLOGIC_MODEL" in str(caught.value)
        monkeypatch.setenv("NEUROLOGIC_MODEL", "from-environment")
        assert Anthropic(api_key="k").model == "from-environment"
        assert Anthropic("from-parameter", api_key="k").model == "from-parameter"

    def test_a_missing_key_is_reported_before_the_first_call(self) -> None:
        with pytest.raises(LLMUsageError, match="ANTHROPIC_API_KEY"):
            Anthropic("m")

    def test_a_server_of_ones_own_needs_no_key(self) -> None:
        assert not Anthropic("m", base_url="http://127.0.0.1:1").official

    def test_the_server_may_be_named_by_the_environment(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
        assert Anthropic("m").base_url == "http://127.0.0.1:1"
        monkeypatch.setenv("NEUROLOGIC_BASE_URL", "http://127.0.0.1:2/v1/")
        assert Anthropic("m").base_url == "http://127.0.0.1:2"
        assert Anthropic("m", base_url="http://127.0.0.1:3").base_url == "http://127.0.0.1:3"

    @pytest.mark.parametrize(
        "url",
        [
            "localhost:8080", "ftp://x", "http://", "nonsense", "http://[::1", "http://a b/", "\x00",
            "http://127.0.0.1:99999", "http://127.0.0.1:0", "http://x/?key=1", "http://x/#k", 5, b"x",
        ],
    )  # fmt: skip
    def test_a_base_url_that_is_no_address_is_refused(self, url: Any) -> None:
        with pytest.raises(LLMUsageError, match="not an address"):
            Anthropic("m", base_url=url)

    @pytest.mark.parametrize("name", ["deadline", "attempts", "concurrency", "rate"])
    @pytest.mark.parametrize("wrong", [0, -1, "5", True, float("nan"), float("inf"), [1]])
    def test_settings_that_make_no_sense_are_refused(self, name: str, wrong: Any) -> None:
        with pytest.raises(LLMUsageError, match=f"{name} must be a positive"):
            Anthropic("m", api_key="k", **{name: wrong})

    @pytest.mark.parametrize("name", ["attempts", "concurrency"])
    def test_half_an_attempt_is_refused(self, name: str) -> None:
        with pytest.raises(LLMUsageError, match="whole number"):
            Anthropic("m", api_key="k", **{name: 1.5})  # type: ignore[arg-type]

    def test_a_model_is_named_by_a_text(self) -> None:
        with pytest.raises(LLMUsageError, match="name of a model"):
            Anthropic(5, api_key="k")  # type: ignore[arg-type]

    def test_the_key_is_not_in_what_a_model_prints(self) -> None:
        assert "secret" not in repr(Anthropic("m", api_key="secret-key"))

    def test_the_key_of_the_environment_is_not_sent_in_the_clear(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ANTHROPIC_API_KEY", "secret-key")
        with served() as server:
            ask(server)
            assert "secret-key" not in json.dumps(server.headers)
            ask(server, api_key="given-key")
            assert "given-key" in json.dumps(server.headers[1])


class TestTheWire:
    def test_a_reply_keeps_model_usage_and_request_id_as_returned(self) -> None:
        with served() as server:
            reply = ask(server)
        assert isinstance(reply, Reply)
        assert (reply.text, reply.stop, reply.model) == ("Barks(rex)", "end", "claude-as-returned")
        assert reply.request_id == "req_1"
        assert reply.usage.input_tokens == 10
        assert reply.usage.output_tokens == 5
        assert (reply.usage.cache_read, reply.usage.cache_write) == (3, 2)
        assert reply.usage.thinking == 1
        assert json.loads(reply.usage.raw)["input_tokens"] == 10
        assert reply.seconds > 0

    def test_what_is_sent_is_the_request_and_no_more(self) -> None:
        with served() as server:
            ask(server, replace(ASK, sample=7, stop=("\n",), effort="low"))
        assert server.calls == [
            {
                "model": "m",
                "max_tokens": 64,
                "system": "Translate.",
                "messages": [{"role": "user", "content": "Rex barks."}],
                "stop_sequences": ["\n"],
                "output_config": {"effort": "low"},
            }
        ]

    def test_a_schema_is_sent_where_the_backend_keeps_to_it(self) -> None:
        schema = {"type": "object", "properties": {}, "additionalProperties": False}
        with served() as server:
            ask(server, replace(ASK, schema=json.dumps(schema)))
            ask(server, replace(ASK, schema=json.dumps(schema)), capabilities=Capabilities())
        sent = {"format": {"type": "json_schema", "schema": schema}}
        assert server.calls[0]["output_config"] == sent
        assert "output_config" not in server.calls[1]

    @pytest.mark.parametrize("schema", ["{", "[]", "[" * 100_000])
    def test_a_schema_that_is_none_is_refused_before_sending(self, schema: str) -> None:
        with served() as server:
            assert isinstance(ask(server, replace(ASK, schema=schema)), LLMUsageError)
        assert server.calls == []

    def test_a_temperature_is_sent_only_where_the_backend_has_one(self) -> None:
        warm = replace(ASK, temperature=0.5)
        with served() as server:
            ask(server, warm)
            refused = ask(server, warm, capabilities=Capabilities())
        assert [call["temperature"] for call in server.calls] == [0.5]
        assert isinstance(refused, LLMUsageError)
        assert "takes no temperature" in str(refused)

    def test_anthropics_own_models_take_no_temperature(self) -> None:
        (refused,) = complete(Anthropic("m", api_key="k"), [replace(ASK, temperature=0.0)])
        assert isinstance(refused, LLMUsageError)

    def test_a_long_prefix_is_marked_for_the_cache_and_a_short_one_is_not(self) -> None:
        with served() as server:
            ask(server, LONG)
            ask(server, ASK)
        (block,) = server.calls[0]["system"]
        assert block["cache_control"] == {"type": "ephemeral"}
        assert server.calls[1]["system"] == "Translate."

    def test_the_first_request_of_a_prefix_goes_alone_and_then_the_rest(self) -> None:
        with served(delay=0.4) as server:
            waiting: list[int] = []

            def plan(number: int, call: dict[str, Any]) -> Response:
                waiting.append(len(server.calls))
                return good()

            server.plan = plan
            llm = Anthropic("m", base_url=server.url, capabilities=KNOWN, concurrency=4)
            complete(llm, [replace(LONG, sample=n) for n in range(5)])
            assert waiting[0] == 1  # when the first was answered, no other had come
            assert waiting[1] == 5
            complete(llm, [replace(LONG, sample=n) for n in range(5, 9)])
            assert waiting[5] == 9  # the prefix is known: all four at once

    def test_when_the_first_request_of_a_prefix_fails_the_rest_still_go(self) -> None:
        with served(lambda number, call: good() if number else failing(400)) as server:
            llm = Anthropic("m", base_url=server.url, capabilities=KNOWN)
            first, *rest = complete(llm, [replace(LONG, sample=n) for n in range(4)])
        assert isinstance(first, LLMUsageError)
        assert all(isinstance(reply, Reply) for reply in rest)

    def test_a_rate_holds_calls_back_also_from_one_complete_to_the_next(self) -> None:
        with served() as server:
            llm = Anthropic("m", base_url=server.url, capabilities=KNOWN, rate=300, concurrency=2)
            start = time.monotonic()
            for _ in range(4):
                complete(llm, [ASK] * 2)
            assert time.monotonic() - start >= 6 * 0.2 - 0.01  # eight calls, two of them at once

    def test_a_reply_may_be_as_long_as_the_backend_allows(self) -> None:
        with served() as server:
            assert isinstance(ask(server, replace(ASK, max_tokens=64_000), deadline=600.0), Reply)

    def test_no_more_calls_than_allowed_are_in_flight_the_probe_included(self) -> None:
        with served(delay=0.01) as server:
            llm = Anthropic("m", base_url=server.url, concurrency=2)
            schemas = [replace(ASK, schema="{}", sample=n) for n in range(6)]
            replies = complete(llm, [*[ASK] * 6, *schemas], limit=12)
            assert all(isinstance(reply, Reply) for reply in replies)
            assert server.most == 2

    def test_text_that_cannot_be_sent_is_our_error(self) -> None:
        with served() as server:
            odd = replace(ASK, messages=(Message("user", "\ud800"),))
            assert isinstance(ask(server, odd), LLMError)


class TestCapabilities:
    schema = '{"type":"object","properties":{},"additionalProperties":false}'

    @staticmethod
    def keeping(number: int, call: dict[str, Any]) -> Response:
        return good('{"answer": "yes"}' if "output_config" in call else "no")

    def test_a_server_that_keeps_to_schemas_is_found_out_by_one_probe(self) -> None:
        with served(self.keeping) as server:
            llm = Anthropic("m", base_url=server.url)
            complete(llm, [replace(ASK, schema=self.schema, sample=n) for n in range(5)])
            complete(llm, [replace(ASK, schema=self.schema)])
        assert len(server.calls) == 7
        assert all("output_config" in call for call in server.calls)

    def test_a_server_that_ignores_schemas_is_sent_none(self) -> None:
        with served() as server:
            llm = Anthropic("m", base_url=server.url)
            complete(llm, [replace(ASK, schema=self.schema)])
        assert ["output_config" in call for call in server.calls] == [True, False]

    def test_a_server_that_refuses_schemas_and_cache_marks_gets_neither(self) -> None:
        def plan(number: int, call: dict[str, Any]) -> Response:
            plain = "output_config" not in call and isinstance(call["system"], str)
            return good() if plain else failing(400, "invalid_request_error")

        with served(plan) as server:
            (reply,) = complete(Anthropic("m", base_url=server.url), [LONG])
        assert isinstance(reply, Reply)

    def test_what_a_bare_server_cannot_do_is_known_after_the_probe(self) -> None:
        with served() as server:
            can = probed(server)
        assert can == Capabilities(temperature=True, cache=True)

    def test_what_a_full_server_can_do_is_known_after_the_probe(self) -> None:
        routes = {
            "/v1/messages/count_tokens": lambda call: JSONResponse({"input_tokens": 9}),
            "/v1/messages/batches": lambda call: JSONResponse({"data": [], "has_more": False}),
        }
        with served(self.keeping, routes=routes) as server:
            assert probed(server) == KNOWN

    def test_a_failed_probe_is_not_taken_for_an_answer(self) -> None:
        with served(lambda number, call: failing(401)) as server:
            llm = Anthropic("m", base_url=server.url)
            first, second = complete(llm, [replace(ASK, schema=self.schema)] * 2, limit=1)
            assert isinstance(first, LLMUsageError)
            assert isinstance(second, LLMUsageError)
            assert first is not second
            assert len(server.calls) == 2

    def test_a_blip_at_the_probe_fails_no_request_and_is_forgotten(self) -> None:
        blips = 3

        def plan(number: int, call: dict[str, Any]) -> Response:
            return (
                failing(503, retry_after_ms="1") if number < blips else self.keeping(number, call)
            )

        with served(plan) as server:
            llm = Anthropic("m", base_url=server.url)
            asks = [replace(ASK, schema=self.schema, sample=n) for n in range(50)]
            assert all(isinstance(reply, Reply) for reply in complete(llm, asks))
            complete(llm, [replace(ASK, schema=self.schema, sample=50)])
        assert "output_config" in server.calls[-1]  # asked again, and learnt

    def test_when_the_backend_stays_down_every_request_has_an_error_of_its_own(self) -> None:
        with served(lambda number, call: failing(503)) as server:
            llm = Anthropic("m", base_url=server.url, attempts=1)
            errors = complete(llm, [replace(LONG, sample=n) for n in range(20)])
        assert all(isinstance(error, LLMUnavailable) for error in errors)
        assert len({id(error) for error in errors}) == 20

    def test_the_probe_and_the_call_share_one_deadline(self) -> None:
        start = time.monotonic()
        with served(lambda number, call: dripping(30.0)) as server:
            llm = Anthropic("m", base_url=server.url, deadline=0.5)
            (error,) = complete(llm, [replace(ASK, schema=self.schema)])
        assert isinstance(error, LLMTimeout)
        assert time.monotonic() - start < 5

    def test_tokens_are_counted_where_the_backend_counts(self) -> None:
        routes = {"/v1/messages/count_tokens": lambda call: JSONResponse({"input_tokens": 42})}
        with served(routes=routes) as server:
            import anyio

            assert anyio.run(Anthropic("m", base_url=server.url).count, ASK) == 42
        with served() as server, pytest.raises(LLMUsageError):
            anyio.run(Anthropic("m", base_url=server.url).count, ASK)


def probed(server: Server) -> Capabilities:
    import anyio

    return anyio.run(Anthropic("m", base_url=server.url).capabilities)


class TestFaults:
    """Each test is a row of the table in docs/llm.md."""

    def test_429_with_retry_after_is_retried(self) -> None:
        plan = [failing(429, "rate_limit_error", retry_after="1"), failing(529), good()]
        start = time.monotonic()
        with served(lambda number, call: plan[number]) as server:
            assert isinstance(ask(server), Reply)
            assert len(server.calls) == 3
        assert time.monotonic() - start >= 1.0

    @pytest.mark.parametrize(("status", "kind"), [(529, "overloaded_error"), (500, "api_error")])
    def test_a_backend_that_stays_overloaded_is_unavailable(self, status: int, kind: str) -> None:
        with served(lambda number, call: failing(status, kind)) as server:
            error = ask(server)
            assert len(server.calls) == 3  # attempts, and no second layer of retries
        assert isinstance(error, LLMUnavailable)
        assert error.kind == str(status)
        assert error.request_id == f"req_{status}"

    def test_500_that_says_not_to_retry_is_tried_once(self) -> None:
        with served(lambda number, call: failing(500, x_should_retry="false")) as server:
            assert isinstance(ask(server), LLMUnavailable)
            assert len(server.calls) == 1

    def test_a_retry_after_of_a_year_ends_at_the_deadline(self) -> None:
        start = time.monotonic()
        error = asked(lambda number, call: failing(429, retry_after="31536000"), deadline=0.5)
        assert isinstance(error, LLMTimeout)
        assert time.monotonic() - start < 5

    def test_a_slow_drip_ends_at_the_deadline(self) -> None:
        start = time.monotonic()
        error = asked(lambda number, call: dripping(30.0), deadline=0.5)
        assert isinstance(error, LLMTimeout)
        assert time.monotonic() - start < 5

    def test_a_drip_within_the_deadline_is_a_reply(self) -> None:
        assert isinstance(asked(lambda number, call: dripping(0.3)), Reply)

    def test_silence_ends_at_the_deadline(self) -> None:
        silent = threading.Event()

        def wait(number: int, client: socket.socket) -> None:
            silent.wait(5)

        with served_raw(wait) as server:
            error = ask(server, deadline=0.3)
            silent.set()
        assert isinstance(error, LLMTimeout)

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (400, "invalid_request_error"),
            (401, "authentication_error"),
            (402, "billing_error"),
            (403, "permission_error"),
            (404, "not_found_error"),
            (413, "request_too_large"),
            (422, "invalid_request_error"),
        ],
    )
    def test_a_request_that_is_refused_is_tried_once(self, status: int, kind: str) -> None:
        with served(lambda number, call: failing(status, kind)) as server:
            error = ask(server)
            assert len(server.calls) == 1
        assert isinstance(error, LLMUsageError)
        assert error.kind == str(status)

    def test_html_with_502_is_unavailable(self) -> None:
        assert isinstance(asked(lambda number, call: page(502), attempts=1), LLMUnavailable)

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (page(200), "html"),
            (Response("", media_type="application/json"), "empty"),
            (Response('{"type": "mess', media_type="application/json"), "json"),
            (Response("[" * 200_000, media_type="application/json"), "json"),
            (Response("[1]", media_type="application/json"), "json"),
            (JSONResponse({"choices": [{"message": {"content": "P"}}]}), "openai"),
            (JSONResponse({}), "shape"),
            (JSONResponse(message(content=None)), "shape"),
            (JSONResponse(message(content=["P"])), "shape"),
            (JSONResponse(message(content=[{"type": "text", "text": 5}])), "shape"),
            (JSONResponse(message(model=None)), "shape"),
            (JSONResponse(message(stop_reason=None)), "shape"),
            (JSONResponse(message(stop="tool_use")), "stop"),
        ],
        ids="html empty cut-json deep-json list openai minimal no-content no-block no-text no-model "
        "no-stop tool-use".split(),
    )
    def test_a_success_that_is_no_message_is_malformed(self, body: Response, kind: str) -> None:
        with served(lambda number, call: body) as server:
            error = ask(server)
            assert len(server.calls) == 1
        assert isinstance(error, LLMMalformed)
        assert error.kind == kind

    def test_an_error_sent_as_a_success_is_told_by_its_kind(self) -> None:
        said = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
        assert isinstance(asked(lambda number, call: JSONResponse(said)), LLMUnavailable)
        said = {"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}
        assert isinstance(asked(lambda number, call: JSONResponse(said)), LLMMalformed)

    def test_a_stream_that_was_not_asked_for_is_malformed_errors_within_it_included(self) -> None:
        start = {"type": "message_start", "message": message()}
        error = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
        failed = asked(lambda number, call: event_stream(start, error))
        assert isinstance(failed, LLMMalformed)
        assert failed.kind == "stream"

    def test_truncation_is_a_reply_that_says_so(self) -> None:
        reply = asked(lambda number, call: good("all x. (Barks(", "max_tokens"))
        assert isinstance(reply, Reply)
        assert (reply.stop, reply.text) == ("length", "all x. (Barks(")
        assert reply.usage.output_tokens == 5

    def test_a_refusal_is_a_reply_that_says_so(self) -> None:
        reply = asked(lambda number, call: good(stop="refusal", content=[]))
        assert isinstance(reply, Reply)
        assert (reply.stop, reply.text) == ("refusal", "")

    def test_empty_content_is_a_reply_without_text_that_was_paid_for(self) -> None:
        reply = asked(lambda number, call: good(content=[]))
        assert isinstance(reply, Reply)
        assert reply.text == ""
        assert reply.usage.output_tokens == 5

    def test_a_stop_text_and_a_full_context_are_told_apart(self) -> None:
        for stop, ours in (("stop_sequence", "stop"), ("model_context_window_exceeded", "length")):
            reply = asked(lambda number, call, stop=stop: good(stop=stop))  # type: ignore[misc]
            assert isinstance(reply, Reply)
            assert reply.stop == ours

    def test_thinking_is_not_part_of_the_text(self) -> None:
        blocks = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "P"}]
        reply = asked(lambda number, call: good(content=blocks))
        assert isinstance(reply, Reply)
        assert reply.text == "P"

    def test_usage_that_is_missing_or_nonsense_counts_nothing(self) -> None:
        huge = {"input_tokens": int("9" * 4300), "output_tokens": 10**13}
        for usage in (None, "much", {"input_tokens": -5, "output_tokens": 1.5}, huge):
            reply = asked(lambda number, call, usage=usage: good(usage=usage))  # type: ignore[misc]
            assert isinstance(reply, Reply)
            assert reply.usage.input_tokens == reply.usage.output_tokens == 0

    @pytest.mark.parametrize("fault", ["rst", "fin", "short", "rst in the body", "garbage"])
    def test_a_connection_that_breaks_is_retried_and_then_unavailable(self, fault: str) -> None:
        body = json.dumps(message()).encode("ascii")

        def break_off(client: socket.socket) -> None:
            if fault == "short":
                client.sendall(answer(body[:20], length=len(body)))
            elif fault == "rst in the body":
                client.sendall(answer(body[:20], length=len(body)))
                time.sleep(0.02)
                reset(client)
            elif fault == "garbage":
                client.sendall(b"\x00\xff\x00 not http\r\n\r\n")
            elif fault == "rst":
                reset(client)

        def mended(number: int, client: socket.socket) -> None:
            if number == 0:
                break_off(client)
            else:
                client.sendall(answer(body))

        with served_raw(mended) as server:
            assert isinstance(ask(server), Reply)
            assert server.count == 2
        with served_raw(lambda number, client: break_off(client)) as server:
            assert isinstance(ask(server, attempts=2), LLMUnavailable)
            assert server.count == 2

    def test_a_dropped_stream_is_unavailable(self) -> None:
        def drop(number: int, client: socket.socket) -> None:
            client.sendall(answer(b"event: message_start\n", length=900, kind="text/event-stream"))

        with served_raw(drop) as server:
            assert isinstance(ask(server, attempts=1), LLMUnavailable)

    def test_broken_json_over_a_bare_socket_is_malformed(self) -> None:
        with served_raw(lambda number, client: client.sendall(answer(b'{"a": '))) as server:
            assert isinstance(ask(server), LLMMalformed)

    def test_an_endless_answer_is_cut_and_malformed(self) -> None:
        def flood(number: int, client: socket.socket) -> None:
            client.sendall(answer(b'{"type": "', length=10**12))
            while True:
                client.sendall(b"x" * 2**20)

        with served_raw(flood) as server:
            error = ask(server)
            assert server.count == 1
        assert isinstance(error, LLMMalformed)
        assert error.kind == "too large"

    @pytest.mark.parametrize("status", [200, 400])
    def test_an_answer_in_an_encoding_that_was_not_asked_for_is_not_decoded(
        self, status: int
    ) -> None:
        bomb = gzip.compress(b" " * 200 * 2**20, 9)
        answered = Response(bomb, status, headers={"content-encoding": "gzip"})
        with served(lambda number, call: answered) as server:
            ask(server)  # what is loaded once does not count
            tracemalloc.start()
            error = ask(server)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert peak < 20 * 2**20
        assert isinstance(error, LLMMalformed if status == 200 else LLMUsageError)
        assert error.kind == ("encoding" if status == 200 else "400")

    def test_a_refused_port_is_unavailable(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        llm = Anthropic("m", base_url=f"http://127.0.0.1:{port}", attempts=1)
        (error,) = complete(llm, [ASK])
        assert isinstance(error, LLMUnavailable)
        assert str(port) in str(error)

    def test_a_key_that_the_backend_repeats_is_not_in_the_error(self) -> None:
        said = {
            "type": "error",
            "error": {
                "type": "authentication_error",
                "message": "bad sk-ant-api03-Xq7Lr2vN9tKb4WzD",
            },
        }
        error = asked(
            lambda number, call: JSONResponse(said, 401), api_key="sk-ant-api03-Xq7Lr2vN9tKb4WzD"
        )
        assert isinstance(error, LLMUsageError)
        assert "sk-ant-api03-Xq7Lr2vN9tKb4WzD" not in str(error) + repr(error) + json.dumps(
            error.as_json()
        )

    def test_a_key_in_a_page_that_the_backend_sends_is_not_in_the_error(self) -> None:
        shown = Response(
            "<html>Authorization: sk-ant-api03-Xq7Lr2vN9tKb4WzD</html>", media_type="text/html"
        )
        error = asked(lambda number, call: shown, api_key="sk-ant-api03-Xq7Lr2vN9tKb4WzD")
        assert isinstance(error, LLMMalformed)
        assert "sk-ant-api03-Xq7Lr2vN9tKb4WzD" not in str(error) + json.dumps(error.as_json())

    def test_a_redirect_is_not_followed(self) -> None:
        with served() as elsewhere:
            moved = Response("", 307, headers={"location": f"{elsewhere.url}/v1/messages"})
            error = asked(lambda number, call: moved)
            assert elsewhere.calls == []
        assert isinstance(error, LLMUsageError)
        assert error.kind == "307"

    def test_certificates_that_do_not_load_are_our_error(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Anthropic, "_connect", lambda self: 1 / 0)
        (error,) = complete(Anthropic("m", base_url="http://127.0.0.1:1"), [ASK])
        assert isinstance(error, LLMError)
        assert "ZeroDivisionError" in str(error)

    def test_one_failed_call_does_not_end_the_rest(self) -> None:
        def plan(number: int, call: dict[str, Any]) -> Response:
            return page() if call["messages"][0]["content"] == "1" else good()

        with served(plan) as server:
            llm = Anthropic("m", base_url=server.url, capabilities=KNOWN)
            requests = [replace(ASK, messages=(Message("user", str(n)),)) for n in range(3)]
            kinds = [type(reply) for reply in complete(llm, requests)]
        assert kinds == [Reply, LLMMalformed, Reply]
