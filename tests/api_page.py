"""The page of public names, made from their docstrings: `python -m tests.api_page > docs/api.md`."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

MODULES = (
    "neurologic",
    "neurologic.choice",
    "neurologic.equivalence",
    "neurologic.certification",
    "neurologic.translation",
    "neurologic.dependency",
    "neurologic.llm",
    "neurologic.voting",
    "neurologic.parsing",
    "neurologic.notation",
    "neurologic.signature",
)
PACKAGE = Path(importlib.import_module("neurologic").__file__ or "").parent

_HEAD = """\
# Public names

What a program may rely on, by the module it is imported from, in the words of its docstring.
`help(name)` has the rest: arguments, errors, sources and an example. Names of other modules may
change without notice.
"""


def page() -> str:
    """The whole page."""
    return "\n".join((_HEAD, *map(_section, MODULES)))


def names(module: ModuleType) -> list[str]:
    """What a module exports, without dunder names."""
    return sorted((n for n in module.__all__ if not n.startswith("__")), key=str.casefold)


def said_of(module: ModuleType, name: str) -> str:
    """The first sentence of what is written about a name."""
    value: Any = getattr(module, name)
    own = inspect.isclass(value) or inspect.isroutine(value)
    text = (inspect.getdoc(value) or "") if own else _assigned(module).get(name, "")
    return re.split(r"(?<=[.:])\s|\n\n", " ".join(text.split("\n\n")[0].split()), maxsplit=1)[0]


def _section(module_name: str) -> str:
    module = importlib.import_module(module_name)
    rows = [f"| `{name}` | {_cell(said_of(module, name))} |" for name in names(module)]
    return "\n".join((f"## {module_name}", "", "| name | is |", "|---|---|", *rows, ""))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").rstrip(".:")


def _assigned(module: ModuleType) -> dict[str, str]:
    """What stands below the assignments of the package; of two that of the module, or the outer."""
    own = Path(module.__file__ or "").parent

    def rank(path: Path) -> tuple[bool, int, str]:
        return own in path.parents, -len(path.parts), str(path)

    return dict(found for path in sorted(PACKAGE.rglob("*.py"), key=rank) for found in _below(path))


def _below(path: Path) -> Iterator[tuple[str, str]]:
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for node, after in pairwise(body):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        match target, after:
            case ast.Name(id=name), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, text


if __name__ == "__main__":
    sys.stdout.write(page())
