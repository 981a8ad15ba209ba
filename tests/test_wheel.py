"""The wheel: built, installed in a clean environment, it proves an example from any folder."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def _run(*command: str | Path, cwd: Path) -> str:
    """The output of a command that must succeed, with nothing of the checkout on its path."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without fetching anything."""
    folder = tmp_path_factory.mktemp("dist")
    build: list[str | Path] = [
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(folder),
        str(ROOT),
    ]
    _run(sys.executable, *build, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment that holds the wheel; dependencies are borrowed."""
    folder = tmp_path_factory.mktemp("venv")
    _run(sys.executable, "-m", "venv", folder / "v", cwd=folder)
    scripts = "Scripts" if os.name == "nt" else "bin"
    interpreter = folder / "v" / scripts / "python"
    install: list[str | Path] = [
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
        wheel,
    ]
    _run(interpreter, *install, cwd=folder)
    where = 'import sysconfig; print(sysconfig.get_path("purelib"))'
    own = Path(_run(interpreter, "-c", where, cwd=folder).strip())
    (own / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return interpreter


@pytest.mark.slow
def test_the_wheel_carries_grammars_prompts_and_the_type_marker(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for grammar in (ROOT / "grammars").glob("*.lark"):
        assert f"neurologic/_grammars/{grammar.name}" in names
    assert "neurologic/_grammars/fol.lark" in names
    prompts = (ROOT / "neurologic" / "translation" / "prompts").glob("*.md")
    assert {f"neurologic/translation/prompts/{prompt.name}" for prompt in prompts} <= set(names)
    assert "neurologic/translation/prompts/default.md" in names
    assert "neurologic/py.typed" in names
    assert not [name for name in names if name.startswith(("tests", "benchmarks"))]


@pytest.mark.slow
@pytest.mark.parametrize("example", [["socrates.txt"], ["kinship.txt", "--formulas"]])
def test_an_installed_wheel_proves_an_example_from_an_empty_folder(
    python: Path, tmp_path: Path, example: list[str]
) -> None:
    problem, *options = example
    where = _run(python, "-c", "import neurologic; print(neurologic.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(python.parent.parent)
    prove: list[str | Path] = [
        "-m",
        "neurologic",
        "prove",
        ROOT / "examples" / problem,
        "--json",
        *options,
    ]
    answer = json.loads(_run(python, *prove, cwd=tmp_path).splitlines()[-1])
    assert answer["label"] == "True"


@pytest.mark.slow
def test_the_wheel_brings_a_console_script(python: Path, tmp_path: Path) -> None:
    shown = _run(python.with_name("neurologic"), "--version", cwd=tmp_path)
    version = 'import importlib.metadata as m; print(m.version("neurologic"))'
    assert shown == _run(python, "-c", version, cwd=tmp_path)
