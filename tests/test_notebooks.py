"""The notebooks run as they stand, are stored without output, and are what their scripts say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
SCRIPTS = sorted(FOLDER.glob("[0-9]*.py"))
jupytext: Any = pytest.importorskip("jupytext")
nbformat: Any = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")


RUN = """
import sys, jupytext, nbclient, nbformat
notebook = jupytext.read(sys.argv[1])
nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def executed(script: Path, folder: Path) -> Any:
    """The notebook after its cells have run, in order, in a fresh kernel of this interpreter."""
    shutil.copytree(FOLDER / "recordings", folder / "recordings")
    stored = folder / "executed.ipynb"
    ran = subprocess.run(
        [sys.executable, "-c", RUN, script, stored],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parent)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stderr
    return nbformat.read(stored, as_version=4)


def bundles(notebook: Any) -> list[dict[str, str]]:
    """What the cells show, as MIME bundles."""
    return [
        output["data"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "data" in output
    ]


def printed(notebook: Any) -> str:
    """What the cells print."""
    return "".join(
        output["text"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "stream" and output["name"] == "stdout"
    )


def test_there_is_a_notebook_for_each_script_and_no_other() -> None:
    assert SCRIPTS
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == [p.stem for p in SCRIPTS]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_is_what_its_script_says_and_holds_no_output(script: Path) -> None:
    stored = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    written = jupytext.read(script)
    assert [(cell.cell_type, cell.source) for cell in stored.cells] == [
        (cell.cell_type, cell.source) for cell in written.cells
    ]
    for cell in stored.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_from_english_to_a_certified_verdict(tmp_path: Path) -> None:
    notebook = executed(SCRIPTS[0], tmp_path)
    cards = [bundle["text/html"] for bundle in bundles(notebook) if "text/html" in bundle]
    assert "False" in cards[0]
    assert "certified" in cards[0]
    assert any("Uncertain" in card and "the conclusion fails" in card for card in cards)
    assert any("Proof of the contradiction" in card for card in cards)
    assert sum("image/svg+xml" in bundle for bundle in bundles(notebook)) >= 4
    assert printed(notebook).count("evidence") >= 2  # both forgeries are refused with their place


def test_a_recorded_vote_explored(tmp_path: Path) -> None:
    notebook = executed(SCRIPTS[1], tmp_path)
    shown = printed(notebook)
    assert "(missing bracket)" in shown
    assert shown.count("majority      False") == 1
    assert "REFUTED, certified" in shown


def test_a_translation_built_from_parts(tmp_path: Path) -> None:
    notebook = executed(SCRIPTS[2], tmp_path)
    shown = printed(notebook)
    assert "rule 5: Ben does not speak on Tuesday unless Cleo speaks on Monday." in shown
    assert shown.count("the heaviest of 2 classes") == 1
    assert "the judge agrees in 2 of 2 answers" in shown
    answers = [bundle["text/plain"].split("\n")[0] for bundle in bundles(notebook)]
    assert [found for found in answers if found in {"A", "B"}] == ["A", "B"]  # wrong, then right
    assert "B ENTAILED ENTAILED" in shown
    assert "ENTAILED, certified" in shown


@pytest.mark.parametrize(
    ("script", "recording"), [("make", "vote"), ("make_composition", "composition")]
)
def test_a_recording_is_the_one_that_its_script_writes(
    script: str, recording: str, tmp_path: Path
) -> None:
    found = FOLDER / "recordings" / f"{script}.py"
    spec = spec_from_file_location("make_recording", found)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    written = tmp_path / f"{recording}.jsonl"
    module.make(written)
    stored = (FOLDER / "recordings" / f"{recording}.jsonl").read_text(encoding="utf-8")
    assert _timeless(written) == _timeless_text(stored)


def _timeless(path: Path) -> list[Any]:
    return _timeless_text(path.read_text(encoding="utf-8"))


def _timeless_text(text: str) -> list[Any]:
    found = [json.loads(line) for line in text.splitlines()]
    for line in found:
        line.pop("time", None)
        if isinstance(line.get("reply"), dict):
            line["reply"].pop("seconds", None)
    return found
