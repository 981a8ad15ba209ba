"""Recordings: keys, modes, crashes, locks, and what is never written down."""

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from neurologic.errors import LLMError, LLMUnavailable, LLMUsageError
from neurologic.llm import (
    Message,
    Recording,
    Reply,
    Request,
    Scripted,
    Usage,
    complete,
    recorded,
)
from neurologic.llm.recording import Mode

ASK = Request("Translate. " * 20, (Message("user", "Rex barks."),))
SAID = Reply("Barks(rex) ∧ ¬Cat(rex)", "end", "m-1", Usage(3, 4, 5, 6, 2, '{"a":1}'), "req_1", 0.25)


def asks(count: int) -> list[Request]:
    return [replace(ASK, sample=number) for number in range(count)]


def numbered(request: Request) -> Reply:
    return replace(SAID, text=f"P{request.sample}(rex)")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "replies.jsonl"


def record(path: Path, count: int) -> list[Reply | LLMError]:
    with Recording(path, Scripted(numbered)) as llm:
        return complete(llm, asks(count))


def test_a_replayed_reply_is_the_recorded_one_to_the_last_field(path: Path) -> None:
    with Recording(path, Scripted([SAID]), "record") as llm:
        assert complete(llm, [ASK]) == [SAID]
    assert complete(Recording(path, mode="replay"), [ASK]) == [SAID]


def test_what_is_recorded_is_not_asked_again(path: Path) -> None:
    record(path, 3)
    model = Scripted(numbered)
    with Recording(path, model) as llm:
        replies = complete(llm, asks(5))
    assert [request.sample for request in model.requests] == [3, 4]
    assert replies == [numbered(request) for request in asks(5)]


def test_recording_anew_asks_again_and_the_newest_counts(path: Path) -> None:
    record(path, 1)
    newest = replace(SAID, text="other")
    with Recording(path, Scripted([newest]), "record") as llm:
        complete(llm, [ASK])
    assert complete(Recording(path, mode="replay"), [ASK]) == [newest]
    assert len(list(recorded(path))) == 2  # both were paid for


def test_a_request_that_was_not_recorded_is_a_clear_error_in_replay(path: Path) -> None:
    record(path, 1)
    (missing,) = complete(Recording(path, mode="replay"), [replace(ASK, system="Other.")])
    assert isinstance(missing, LLMError)
    assert missing.kind == "not recorded"
    assert str(path) in str(missing)
    assert "1 replies recorded" in str(missing)


def test_two_equal_requests_at_a_time_are_asked_once(path: Path) -> None:
    asked = 0

    class Slow:
        model = "slow"

        async def complete(self, request: Request) -> Reply:
            nonlocal asked
            asked += 1
            await anyio.sleep(0.01)
            return SAID

    with Recording(path, Slow()) as llm:
        assert complete(llm, [ASK, ASK, ASK]) == [SAID] * 3
    assert asked == 1


def test_an_error_is_not_recorded_and_is_asked_again(path: Path) -> None:
    with Recording(path, Scripted([LLMUnavailable("overloaded"), SAID])) as llm:
        (error,) = complete(llm, [ASK])
        assert isinstance(error, LLMUnavailable)
        assert complete(llm, [ASK]) == [SAID]


def test_a_shared_system_text_is_written_once(path: Path) -> None:
    record(path, 10)
    assert path.read_text("utf-8").count(ASK.system) == 1


@pytest.mark.parametrize("cut", [1, 2, 10, 200])
def test_a_line_cut_short_by_a_crash_is_dropped_and_asked_again(path: Path, cut: int) -> None:
    record(path, 3)
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    lost = 0 if cut == 1 else 1  # with only the line's end missing, the reply is whole
    assert len(Recording(path, mode="replay")) == 3 - lost
    model = Scripted(numbered)
    with Recording(path, model) as llm:
        complete(llm, asks(3))
    assert len(model.requests) == lost
    assert path.read_bytes() == whole


def test_a_file_cut_anywhere_opens_and_keeps_every_whole_line(path: Path) -> None:
    record(path, 2)
    whole = path.read_bytes()
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        with Recording(path, Scripted(numbered)) as llm:
            complete(llm, asks(2))
        assert path.read_bytes() == whole


def test_a_broken_line_in_the_middle_is_an_error_with_its_number(path: Path) -> None:
    record(path, 3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], b"{broken\n", *lines[3:]]))
    with pytest.raises(LLMError, match="line 4"):
        Recording(path, mode="replay")


@pytest.mark.parametrize("text", ['{"my": "data"}\n', '{"my": "data"}', "my data", "[1]\n", "\x00"])
def test_a_file_that_is_not_a_recording_is_refused_and_left_alone(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LLMError, match="line 1"):
        Recording(path, Scripted([]))
    assert path.read_text(encoding="utf-8") == text


def test_a_second_writer_is_refused_and_a_reader_is_not(path: Path) -> None:
    record(path, 1)
    with Recording(path, Scripted(numbered)):
        with pytest.raises(LLMUsageError, match="another process writes"):
            Recording(path, Scripted(numbered))
        assert len(Recording(path, mode="replay")) == 1
    record(path, 2)


def test_a_recording_that_is_dropped_gives_up_its_lock(path: Path) -> None:
    llm: Recording | None = Recording(path, Scripted(numbered))
    assert llm is not None
    llm = None
    assert len(record(path, 1)) == 1


def test_a_full_disk_is_our_error_and_leaves_no_half_line(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(path, 1)
    before = path.read_bytes()
    write = os.write
    with Recording(path, Scripted(numbered)) as llm:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lambda fd, data: write(fd, data[: len(data) // 2]))
            _, failed = complete(llm, asks(2))
        assert isinstance(failed, LLMError)
        assert "disk is full" in str(failed)
        assert path.read_bytes() == before
        assert complete(llm, asks(2))[1] == numbered(asks(2)[1])


def test_a_reply_is_on_the_disk_before_it_is_returned(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk: list[bytes] = []
    with Recording(path, Scripted([SAID])) as llm:
        monkeypatch.setattr(os, "fsync", lambda fd: on_disk.append(path.read_bytes()))
        complete(llm, [ASK])
    assert on_disk[-1] == path.read_bytes()
    assert b"Barks(rex)" in on_disk[-1]


def test_a_missing_file_or_folder_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(LLMError, match="cannot open"):
        Recording(tmp_path / "none.jsonl", mode="replay")
    with pytest.raises(LLMError, match="cannot open"):
        Recording(tmp_path / "no" / "folder.jsonl", Scripted([]))


def test_a_mode_that_asks_needs_a_model(path: Path) -> None:
    with pytest.raises(LLMUsageError, match="needs a model"):
        Recording(path)
    with pytest.raises(LLMUsageError, match="no such mode"):
        Recording(path, Scripted([]), "write")  # type: ignore[arg-type]


def test_a_recording_of_two_models_asks_which(path: Path) -> None:
    for name in ("a", "b"):
        with Recording(path, Scripted([replace(SAID, text=name)], model=name)) as llm:
            complete(llm, [ASK])
    with pytest.raises(LLMUsageError, match="several models") as caught:
        Recording(path, mode="replay")
    assert "a, b" in caught.value.hint
    (reply,) = complete(Recording(path, mode="replay", model="b"), [ASK])
    assert isinstance(reply, Reply)
    assert reply.text == "b"


def test_text_of_any_kind_comes_back_as_it_was(path: Path) -> None:
    odd = "\ud800 \x00 \u2028 \u202e \r\n ∀"
    request = replace(ASK, system=odd, messages=(Message("user", odd),))
    with Recording(path, Scripted([replace(SAID, text=odd)])) as llm:
        complete(llm, [request])
    (reply,) = complete(Recording(path, mode="replay"), [request])
    assert isinstance(reply, Reply)
    assert reply.text == odd
    assert all(json.loads(line) for line in path.read_text("ascii").split("\n")[:-1])


def test_a_closed_recording_still_replays_but_does_not_write(path: Path) -> None:
    record(path, 1)
    llm = Recording(path, Scripted(numbered))
    llm.close()
    known, new = complete(llm, asks(2))
    assert known == numbered(ASK)
    assert isinstance(new, LLMUsageError)


def test_a_closed_recording_asks_nothing_that_it_could_not_keep(path: Path) -> None:
    model = Scripted(numbered)
    llm = Recording(path, model)
    llm.close()
    assert isinstance(complete(llm, [ASK])[0], LLMUsageError)
    assert model.requests == []


def test_a_full_disk_ends_the_calls_and_nothing_paid_for_is_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Scripted(numbered)
    with Recording(path, model) as llm:
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lambda fd, data: 0)
            failed = complete(llm, asks(20), limit=1)
        assert all(isinstance(error, LLMError) for error in failed)
        assert {error.kind for error in failed if isinstance(error, LLMError)} == {"recording"}
        assert len(model.requests) == 1  # the first could not be written: no other is made
        assert complete(llm, asks(20)) == [numbered(request) for request in asks(20)]
        assert len(model.requests) == 20
    assert len(list(recorded(path))) == 20


def test_a_reply_that_could_not_be_written_is_written_when_the_recording_closes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Recording(path, Scripted(numbered)) as llm, monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda fd: os.fstat(-1))
        assert isinstance(complete(llm, [ASK])[0], LLMError)
    assert complete(Recording(path, mode="replay"), [ASK]) == [numbered(ASK)]


def test_threads_that_ask_the_same_of_one_recording_make_one_call(path: Path) -> None:
    asked = []

    class Slow:
        model = "slow"

        async def complete(self, request: Request) -> Reply:
            asked.append(request)
            await anyio.sleep(0.1)
            return SAID

    with Recording(path, Slow()) as llm, ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(lambda _: complete(llm, [ASK]), range(8)))
    assert replies == [[SAID]] * 8
    assert len(asked) == 1


def test_when_the_one_that_asks_fails_another_asks(path: Path) -> None:
    script = Scripted([LLMUnavailable("overloaded"), SAID])
    with Recording(path, script) as llm:
        outcomes = complete(llm, [ASK] * 3)
    assert sum(outcome == SAID for outcome in outcomes) == 2


WHOLE = {
    "key": "k",
    "model": "m",
    "request": {},
    "reply": {"text": "P", "stop": "end", "model": "m", "usage": {}, "request_id": "", "seconds": 0},
}  # fmt: skip


def reply(**changed: Any) -> dict[str, Any]:
    return {**WHOLE, "reply": {**WHOLE["reply"], **changed}}  # type: ignore[dict-item]


ODD_LINES: dict[str, Any] = {
    "a key that is a list": {**WHOLE, "key": [1]},
    "no key": {**WHOLE, "key": None},
    "a model that is a list": {**WHOLE, "model": ["m"]},
    "a model that is a number": {**WHOLE, "model": 5},
    "no reply": {"key": "k", "model": "m"},
    "a reply that is a list": {**WHOLE, "reply": [1]},
    "a text that is a number": reply(text=5),
    "no text": reply(text=None),
    "an unknown stop": reply(stop="boo"),
    "an unknown field": reply(more=1),
    "usage of words": reply(usage={"input_tokens": "a"}),
    "usage below nothing": reply(usage={"input_tokens": -5}),
    "usage beyond everything": reply(usage={"input_tokens": 10**4000}),
    "usage that is a list": reply(usage=[]),
    "a time that is none": reply(seconds=float("nan")),
    "a hash that is a list": {"sha256": [1], "text": "x"},
    "a hash without its text": {"sha256": "a"},
    "a batch that is a list": {"batch": [1], "done": True},
    "a batch that is half done": {"batch": "b", "done": "half"},
    "keys of a batch that are numbers": {"batch": "b", "done": False, "keys": [1]},
    "something else": {"zz": 1},
    "a list": ["key"],
    "a text": "key",
    "a number": 5,
    "nothing": None,
}


@pytest.mark.parametrize("line", ODD_LINES.values(), ids=ODD_LINES)
@pytest.mark.parametrize("mode", ["replay", "readwrite"])
def test_a_line_of_another_kind_is_located_when_the_file_is_opened(
    path: Path, line: Any, mode: Mode
) -> None:
    written = [{"format": "neurologic recording", "version": 1}, WHOLE, line, WHOLE]
    path.write_text("".join(json.dumps(each) + "\n" for each in written), "ascii")
    for read in (
        lambda: Recording(path, None if mode == "replay" else Scripted([]), mode),
        lambda: list(recorded(path)),
    ):
        with pytest.raises(LLMError, match="not a line of a recording") as caught:
            read()
        assert caught.value.source == f"{path}, line 3"


def test_an_empty_file_is_no_recording_and_becomes_one(path: Path) -> None:
    path.touch()
    with pytest.raises(LLMError, match="empty"):
        Recording(path, mode="replay")
    assert record(path, 1) == [numbered(ASK)]


@pytest.mark.parametrize("odd", ["/dev/null", "/tmp", "a\x00b", None, 5])
@pytest.mark.parametrize("mode", ["replay", "readwrite"])
def test_a_path_that_is_no_file_is_our_error(odd: Any, mode: Mode) -> None:
    with pytest.raises(LLMError, match=r"recording|path"):
        Recording(odd, Scripted([]), mode)


@pytest.mark.parametrize("name", [5, ["m"], object()])
def test_a_model_whose_name_is_no_text_is_refused(path: Path, name: Any) -> None:
    class Named:
        model = name

        async def complete(self, request: Request) -> Reply:
            return SAID

    with pytest.raises(LLMUsageError, match="name is not a text"):
        Recording(path, Named())
    assert not path.exists()


@pytest.mark.skipif(os.name == "nt", reason="modes differ")
def test_a_new_recording_is_readable_by_its_owner_alone_and_an_old_one_stays(path: Path) -> None:
    record(path, 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    record(path, 2)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
