"""The stages of a translation: for what a model is asked, told by the instructions it is given."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path

from neurologic.llm import Request

_HEAD = re.compile(r"<!--.*?-->\n", re.DOTALL)
_LONGEST = 80  # characters of the instructions that tell them from others

NAMES = {"default": "translate", "fine": "translate", "lines": "translate"}
"""Stages of which the prompt has another name."""


def stage_of(request: Request) -> str:
    """For what a model is asked: the name of the prompt, or `other` where it is none of ours.

    >>> from neurologic.translation.prompting import shipped_prompt, system_text
    >>> prompt = shipped_prompt("default")
    >>> stage_of(Request(system_text(prompt, prompt.examples, 0), ()))
    'translate'
    """
    name = _openings().get(request.system[:_LONGEST].strip(), "other")
    return NAMES.get(name, name)


@cache
def _openings() -> dict[str, str]:
    found: dict[str, str] = {}
    own = Path(__file__).with_name("prompts")
    for folder in (resources.files("neurologic.translation") / "prompts", own):
        for path in sorted(folder.iterdir(), key=lambda p: p.name):
            if path.name.endswith(".md"):
                text = _HEAD.sub("", path.read_text(encoding="utf-8"), count=1).strip()
                found.setdefault(text[:_LONGEST].strip(), path.name.removesuffix(".md"))
    return found


def counted(requests: list[Request]) -> dict[str, int]:
    """How many of the requests were made at each stage."""
    return dict(sorted(Counter(map(stage_of, requests)).items()))
