"""The public surface: what the package exports, and that importing it costs next to nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import neurologic
from tests.api_page import page

HERE = Path(neurologic.__file__)


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        cwd=HERE.parent.parent,
    )
    return done.stdout


def _names_for_the_type_checker() -> dict[str, str]:
    """Each name imported under TYPE_CHECKING, with its module."""
    tree = ast.parse(HERE.read_text(encoding="utf-8"))
    return {
        alias.name: node.module or ""
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_all_is_exactly_what_the_package_exports() -> None:
    assert set(neurologic.__all__) == {*_names_for_the_type_checker(), "__version__"}
    assert len(neurologic.__all__) == len(set(neurologic.__all__))


@pytest.mark.parametrize("name", neurologic.__all__)
def test_every_exported_name_can_be_reached(name: str) -> None:
    assert getattr(neurologic, name) is not None
    assert name in dir(neurologic)


def test_the_type_checker_and_the_interpreter_see_the_same_object() -> None:
    for name, module in _names_for_the_type_checker().items():
        __import__(module)
        assert getattr(neurologic, name) is getattr(sys.modules[module], name)


def test_the_names_that_tools_rely_on_are_public() -> None:
    assert {"parse", "read", "decide", "reason", "Verdict", "Semantics"} <= set(neurologic.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'prove'"):
        neurologic.prove  # noqa: B018 - asking for the attribute is the test


_LOADED = f"""
import sys
sys.path.insert(0, {str(HERE.parent.parent)!r})
before = set(sys.modules)
import neurologic
new = set(sys.modules) - before
print(*sorted(name for name in new if name.split(".")[0] not in sys.stdlib_module_names))
"""


def test_importing_the_package_loads_the_standard_library_only() -> None:
    assert _run(_LOADED).split() == ["neurologic"]


_TIMED = f"""
import sys, time
sys.path.insert(0, {str(HERE.parent.parent)!r})
start = time.perf_counter()
import MODULE
print(time.perf_counter() - start)
"""


def test_importing_the_package_takes_under_a_third_of_importing_nltk() -> None:
    def seconds(module: str) -> float:
        return min(float(_run(_TIMED.replace("MODULE", module))) for _ in range(3))

    assert seconds("neurologic") < 0.3 * seconds("nltk")


def test_the_page_of_public_names_is_what_the_docstrings_say() -> None:
    found = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf-8")
    assert found == page(), "python -m tests.api_page > docs/api.md"
    assert "|  |" not in found, "a public name says what it is"
