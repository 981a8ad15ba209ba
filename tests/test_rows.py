"""Rows of a reply: those of one sentence become one, in time that grows with the reply alone."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from neurologic.llm import Reply
from neurologic.translation.rows import read_rows
from tests.instructions import instructions

SENTENCES = ["Ann sings.", "Bo dances."]
LISTS = st.none() | st.integers() | st.lists(st.integers(), max_size=4)


@given(st.lists(st.tuples(st.sampled_from([1, 2]), LISTS), max_size=6))
def test_rows_of_one_sentence_have_the_lists_of_all(given_rows: list[tuple[int, Any]]) -> None:
    rows = [
        {"index": index, "sentence": SENTENCES[index - 1], "parts": parts}
        for index, parts in given_rows
    ]
    found = read_rows(
        Reply(json.dumps({"sentences": rows})), SENTENCES, "part", merge="parts"
    ).found
    for at, row in enumerate(found, 1):
        lists = [parts for index, parts in given_rows if index == at and isinstance(parts, list)]
        if isinstance(row, dict):
            assert row["parts"] == [part for each in lists for part in each]
        else:
            assert all(index != at for index, _ in given_rows)


def test_joining_rows_takes_work_that_grows_with_the_reply_alone() -> None:
    def work(count: int) -> int:
        row = {"index": 1, "sentence": SENTENCES[0], "parts": [0] * 50}
        reply = Reply(json.dumps({"sentences": [row] * count}))
        return instructions(lambda: read_rows(reply, SENTENCES, "part", merge="parts"))

    assert work(200) < 3 * work(100)
