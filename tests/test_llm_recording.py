"""Recordings: keys, modes, crashes, locks, and what is never written down."""

import json
import os
from dataclasses import replace
from pathlib import Path

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
