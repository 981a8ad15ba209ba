"""What calls cost, what they would cost, and budgets that hold."""

import json
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.responses import JSONResponse

from neurologic.errors import (
    BudgetExceeded,
    LLMMalformed,
    LLMTimeout,
    LLMUnavailable,
    LLMUsageError,
)
from neurologic.llm import (
    Anthropic,
    Budget,
    Message,
    Recording,
    Reply,
    Request,
    Scripted,
    Usage,
    complete,
    cost,
    estimate,
)
from tests.fault_server import answer, failing, message, served, served_raw

ASK = Request("Translate.", (Message("user", "Rex barks."),), max_tokens=100)
OPUS = "claude-opus-5-5"
MILLION = 1_000_000


def asks(count: int) -> list[Request]:
    return [replace(ASK, sample=number) for number in range(count)]


class TestCost:
    def test_cached_tokens_are_not_counted_twice(self) -> None:
        parts = [Usage(MILLION), Usage(0, MILLION), Usage(cache_read=MILLION)]
        parts.append(Usage(cache_write=MILLION))
        whole = sum(parts, Usage())
        assert cost(whole, OPUS) == sum(cost(part, OPUS) for part in parts)
        read, written, cached, stored = (cost(part, OPUS) for part in parts)
        assert 0 < cached < read < stored < written

    def test_a_cache_entry_that_lives_for_an_hour_costs_more(self) -> None:
        raw = json.dumps({"cache_creation": {"ephemeral_1h_input_tokens": MILLION}})
        minutes, hour = Usage(cache_write=MILLION), Usage(cache_write=MILLION, raw=raw)
        assert cost(hour, OPUS) > cost(minutes, OPUS)

    def test_a_batch_costs_half_whether_it_is_said_or_recorded(self) -> None:
        raw = json.dumps({"service_tier": "batch"})
        half = cost(Usage(MILLION), OPUS) / 2
        assert cost(Usage(MILLION), OPUS, batch=True) == half
        assert cost(Usage(MILLION, raw=raw), OPUS) == half

    def test_a_model_without_a_price_is_an_error(self) -> None:
        with pytest.raises(LLMUsageError, match="no price is known for the model smollm2"):
            cost(Usage(), "smollm2")

    def test_a_missing_package_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "genai_prices", None)
        with pytest.raises(LLMUsageError, match="genai-prices") as caught:
            cost(Usage(), OPUS)
        assert "neurologic[prices]" in caught.value.hint


class TestEstimate:
    def test_tokens_are_counted_by_the_backend_once_for_all_samples(self) -> None:
        routes = {"/v1/messages/count_tokens": lambda call: JSONResponse({"input_tokens": 1000})}
        with served(routes=routes) as server:
            found = estimate(Anthropic(OPUS, base_url=server.url), asks(10))
            assert len(server.other) == 1
            assert server.calls == []
        assert (found.requests, found.input_tokens, found.output_tokens) == (10, 10_000, 1000)
        assert found.exact
        assert found.least == cost(Usage(10_000), OPUS)
        assert found.most == cost(Usage(10_000, 1000), OPUS)
        assert str(found).endswith(f"${found.least:.2f} to ${found.most:.2f}")

    def test_where_the_backend_does_not_count_it_is_a_guess_and_says_so(self) -> None:
        with served() as server:
            found = estimate(Anthropic("local", base_url=server.url), asks(2))
        assert not found.exact
        assert found.least is None
        assert "about" in str(found)
        assert "no known price" in str(found)

    def test_a_backend_out_of_reach_is_said_to_have_counted_nothing(self) -> None:
        routes = {"/v1/messages/count_tokens": lambda call: failing(529)}
        with served(routes=routes) as server:
            found = estimate(Anthropic(OPUS, base_url=server.url, attempts=1), [ASK])
        assert not found.exact
        assert found.input_tokens > 0
        assert "529" in found.note
        assert "tokens not counted" in str(found)

    def test_the_name_of_a_model_is_enough_without_a_key_or_a_server(self) -> None:
        found = estimate(OPUS, asks(3))
        assert (found.requests, found.exact) == (3, False)
        assert found.most is not None
        assert found.most > 0

    def test_looking_at_a_recording_neither_locks_nor_changes_it(self, tmp_path: Path) -> None:
        path = tmp_path / "r.jsonl"
        with Recording(path, Scripted(lambda request: "P", model=OPUS)) as writer:
            complete(writer, asks(2))
            path.write_bytes(path.read_bytes() + b'{"key":"half')
            before = path.read_bytes()
            looked = Recording(path, Scripted([], model=OPUS), mode="replay")
            assert estimate(looked, asks(5)).requests == 3
            assert path.read_bytes() == before

    def test_a_model_of_ones_own_that_counts_badly_is_a_guess(self) -> None:
        class Odd:
            model = "odd"

            async def complete(self, request: Request) -> Reply:
                return Reply("")

            async def count(self, request: Request) -> int:
                raise KeyError("oops")

        assert "KeyError" in estimate(Odd(), [ASK]).note

    def test_what_is_recorded_costs_nothing(self, tmp_path: Path) -> None:
        with Recording(tmp_path / "r.jsonl", Scripted(lambda request: "P")) as llm:
            complete(llm, asks(2))
            assert estimate(llm, asks(5)).requests == 3


def paid(usage: Usage) -> Callable[[Request], Reply]:
    return lambda request: Reply("P", model=OPUS, usage=usage)


class TestBudget:
    def test_never_more_is_spent_than_the_limit_however_many_ask_at_once(self) -> None:
        used = Usage(200, 60)

        class Slow:
            model = OPUS

            async def complete(self, request: Request) -> Reply:
                await anyio.sleep(0.001)
                return Reply("P", model=OPUS, usage=used)

        each = cost(used, OPUS)
        llm = Budget(Slow(), each * 20)
        replies = complete(llm, asks(40), limit=16)
        got = [reply for reply in replies if isinstance(reply, Reply)]
        assert llm.spent == each * len(got) <= llm.limit
        assert 15 <= len(got) <= 20  # calls wait for others to turn out cheaper before they give up
        rest = [reply for reply in replies if not isinstance(reply, Reply)]
        assert all(isinstance(error, BudgetExceeded) for error in rest)

    def test_a_call_that_might_break_the_budget_is_not_made(self) -> None:
        script = Scripted(paid(Usage(1, 1)), model=OPUS)
        (refused,) = complete(Budget(script, 0.0001), [ASK])
        assert isinstance(refused, BudgetExceeded)
        assert script.requests == []

    def test_once_refused_it_stays_refused(self) -> None:
        llm = Budget(Scripted(paid(Usage(1, 1)), model=OPUS), 0.01)
        long, short = complete(llm, [replace(ASK, max_tokens=100_000), ASK], limit=1)
        assert isinstance(long, BudgetExceeded)
        assert isinstance(short, BudgetExceeded)

    def test_a_run_stopped_by_its_budget_goes_on_from_its_recording(self, tmp_path: Path) -> None:
        used = Usage(200, 60)
        path = tmp_path / "r.jsonl"
        first = Scripted(paid(used), model=OPUS)
        with Recording(path, Budget(first, cost(used, OPUS) * 6)) as llm:
            stopped = complete(llm, asks(10))
        assert any(isinstance(reply, BudgetExceeded) for reply in stopped)
        second = Scripted(paid(used), model=OPUS)
        with Recording(path, Budget(second, 10)) as llm:
            replies = complete(llm, asks(10))
        assert all(isinstance(reply, Reply) for reply in replies)
        assert len(first.requests) + len(second.requests) == 10

    def test_what_is_replayed_costs_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "r.jsonl"
        for spent in (cost(Usage(500), OPUS), Decimal(0)):
            budget = Budget(Scripted(paid(Usage(500)), model=OPUS), 1)
            with Recording(path, budget) as llm:
                complete(llm, [ASK])
            assert budget.spent == spent

    @pytest.mark.parametrize(
        ("error", "counted"),
        [
            (LLMTimeout("late"), True),
            (LLMMalformed("a page"), True),
            (LLMUnavailable("529"), False),
            (LLMUsageError("400"), False),
            (KeyError("anything"), False),
        ],
    )
    def test_a_failed_call_counts_where_it_may_have_been_charged_for(
        self, error: Exception, counted: bool
    ) -> None:
        def fail(request: Request) -> Reply:
            raise error

        llm = Budget(Scripted(fail, model=OPUS), 1)
        complete(llm, [ASK])
        assert (llm.spent > 0) == counted

    @pytest.mark.parametrize("usage", [Usage(), Usage(raw='{"input_tokens":"many"}')])
    def test_a_reply_without_usage_counts_in_full(self, usage: Usage) -> None:
        llm = Budget(Scripted(paid(usage), model=OPUS), Decimal("0.1"))
        replies = complete(llm, [replace(ASK, max_tokens=1000, sample=n) for n in range(40)])
        got = sum(isinstance(reply, Reply) for reply in replies)
        each = llm.spent / got
        assert each > cost(Usage(0, 1000), OPUS)
        assert 0 < got < 40

    @pytest.mark.parametrize("status", [429, 500, 529])
    def test_attempts_that_the_backend_refused_count_nothing(self, status: int) -> None:
        with served(lambda number, call: failing(status, retry_after_ms="1")) as server:
            llm = Budget(Anthropic(OPUS, base_url=server.url), 1)
            assert isinstance(complete(llm, [ASK])[0], LLMUnavailable)
        assert len(server.calls) == 3
        assert llm.spent == 0

    def test_a_port_that_refuses_counts_nothing(self) -> None:
        llm = Budget(Anthropic(OPUS, base_url="http://127.0.0.1:1", attempts=1), 1)
        assert isinstance(complete(llm, [ASK])[0], LLMUnavailable)
        assert llm.spent == 0

    @pytest.mark.parametrize("drops", [1, 5])
    def test_an_answer_that_breaks_off_counts_in_full_each_time(self, drops: int) -> None:
        body = json.dumps(message(model=OPUS)).encode("ascii")

        def drop(number: int, client: socket.socket) -> None:
            sent = body[:20] if number < drops else body
            client.sendall(answer(sent, length=len(body)))

        with served_raw(drop) as server:
            llm = Budget(Anthropic(OPUS, base_url=server.url), 1)
            (outcome,) = complete(llm, [ASK])
        most = cost(Usage(cache_write=210, output_tokens=100), OPUS)
        if drops == 1:
            assert isinstance(outcome, Reply)
            assert llm.spent == most + cost(outcome.usage, OPUS)
        else:
            assert isinstance(outcome, LLMUnavailable)
            assert server.count == 3
            assert llm.spent == 3 * most

    def test_however_often_answers_break_off_the_limit_holds(self) -> None:
        with served_raw(lambda n, client: client.sendall(answer(b"{", length=900))) as server:
            llm = Budget(Anthropic(OPUS, base_url=server.url), Decimal("0.02"))
            outcomes = complete(llm, asks(20))
        assert any(isinstance(outcome, BudgetExceeded) for outcome in outcomes)
        assert llm.spent <= llm.limit
        most = cost(Usage(cache_write=210, output_tokens=100), OPUS)
        assert llm.spent == server.count * most  # every answer was counted

    def test_a_model_that_goes_by_another_name_is_priced_as_the_one_asked_for(self) -> None:
        script = Scripted([Reply("P", model="alias", usage=Usage(MILLION))], model=OPUS)
        llm = Budget(script, 100)
        complete(llm, [ASK])
        assert llm.spent == cost(Usage(MILLION), OPUS)

    def test_a_model_without_a_price_is_told_before_the_first_call(self) -> None:
        with pytest.raises(LLMUsageError, match="no price"):
            Budget(Scripted([], model="smollm2"), 1)

    @pytest.mark.parametrize("limit", [0, -1, float("nan"), "abc", "", None, True, [1]])
    def test_a_limit_that_is_none_is_refused(self, limit: Any) -> None:
        with pytest.raises(LLMUsageError):
            Budget(Scripted([], model=OPUS), limit)
