"""Speed beside the peers: the same distinct formulas and problems, in turns, in one process.

Times are CPU times with the garbage collector off. Each item is given to both sides, now the one
first, now the other; a ratio is the peer's median over ours, so above 1 we are faster.
"""

from __future__ import annotations

import gc
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.data import DATASETS, Example
from benchmarks.peers import nltk_parser, prover9_binary, prover9_verdict, z3py_verdict
from benchmarks.rows import DataError
from neurologic.errors import NeurologicError
from neurologic.formula import Formula
from neurologic.provers import Engine

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

T = TypeVar("T")

SAMPLES = Path(__file__).parent / "samples" / "problems.jsonl"
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Workload:
    """Distinct formulas as text, in our notation and in NLTK's, and distinct problems, parsed."""

    texts: tuple[tuple[str, str], ...]
    problems: tuple[tuple[tuple[Formula, ...], Formula], ...]
    files: tuple[str, ...]
    unread: int


def data_files(data: Sequence[Path]) -> list[Path]:
    """The files to measure on: those given, FOLIO in a folder given, else our own samples.

    Without arguments, the folder is taken from the environment variable NEUROLOGIC_DATA.

    Raises:
        DataError: a folder holds no `folio*.jsonl`.
    """
    places = list(data)
    if not places:
        folder = os.environ.get("NEUROLOGIC_DATA")
        places = [Path(folder) if folder else SAMPLES]
    files: list[Path] = []
    for place in places:
        found = sorted(place.glob("folio*.jsonl")) if place.is_dir() else [place]
        if not found:
            raise DataError("the folder holds no folio*.jsonl", source=str(place))
        files += found
    return files


def workload(files: Sequence[Path]) -> Workload:
    """The distinct formulas that both parsers read, and the distinct problems.

    Raises:
        DataError: a file cannot be read, or the files hold no formula that can be measured.
    """
    texts: dict[str, tuple[str, Formula] | None] = {}
    problems: dict[tuple[str, ...], tuple[tuple[Formula, ...], Formula]] = {}
    for example in (row for file in files for row in DATASETS["folio"].examples(file)):
        if not isinstance(example, Example) or example.premise_formulas is None:
            continue
        goal = example.conclusion_formula
        for text in (*example.premise_formulas, *([goal] if goal else [])):
            if text not in texts:
                texts[text] = _both_read(text)
        found = [texts[text] for text in example.premise_formulas]
        last = texts[goal] if goal else None
        if last and all(found):
            key = (*example.premise_formulas, goal or "")
            problems[key] = tuple(item[1] for item in found if item), last[1]
    usable = tuple((text, item[0]) for text, item in texts.items() if item)
    if not usable or not problems:
        raise DataError(
            "no problem with formulas that both sides can read", source=", ".join(map(str, files))
        )
    return Workload(
        usable, tuple(problems.values()), tuple(map(str, files)), len(texts) - len(usable)
    )


def _both_read(text: str) -> tuple[str, Formula] | None:
    """The formula in NLTK's notation and parsed; None if either side cannot read it."""
    from nltk.sem.logic import LogicalExpressionException

    from neurologic.notation import to_nltk
    from neurologic.parsing import parse

    try:
        formula = parse(text)
        ascii_form = str(to_nltk(formula))
        nltk_parser()(ascii_form)
    except (NeurologicError, LogicalExpressionException):
        return None
    return ascii_form, formula


def measure(work: Workload, rounds: int = ROUNDS) -> dict[str, object]:
    """The ratios of medians, the medians themselves, and what they were measured on.

    A ratio is None where the peer is not installed.
    """
    from neurologic.parsing import forget, parse

    nltk_parse = nltk_parser()
    with quiet_collector():
        cold, nltk = _in_turns(
            work.texts, lambda pair: parse(pair[0]), lambda pair: nltk_parse(pair[1]), rounds,
            before=forget,
        )  # fmt: skip
        forget()
        for text, _ in work.texts:
            parse(text)
        warm = statistics.median(
            _timed(lambda pair: parse(pair[0]), pair)[0] for pair in work.texts
        )
        agree: list[bool] = []
        decided, z3py = _verdicts(work, "auto", z3py_verdict, agree)
        by_z3, again = _verdicts(work, "z3", z3py_verdict, agree)
        binary = prover9_binary()
        beside, prover9 = (0.0, 0.0)
        if binary:
            ask = partial(prover9_verdict, binary=binary)
            beside, prover9 = _verdicts(work, "auto", ask, agree)
    return {
        "parse_vs_nltk": round(nltk / cold, 2),
        "parse_memo_vs_nltk": round(nltk / warm, 2),
        "verdict_vs_z3py": round(z3py / decided, 2),
        "verdict_vs_z3py_z3only": round(again / by_z3, 2),
        "verdict_vs_prover9": round(prover9 / beside, 2) if binary else None,
        "n": {"formulas": len(work.texts), "problems": len(work.problems)},
        "unread": work.unread,
        "agree": sum(map(all, zip(*_rows(agree, len(work.problems)), strict=True))),
        "medians_us": {
            "parse": round(cold / 1e3, 1),
            "parse_memo": round(warm / 1e3, 1),
            "nltk": round(nltk / 1e3, 1),
            "verdict": round(decided / 1e3, 1),
            "verdict_z3only": round(by_z3 / 1e3, 1),
            "z3py": round(z3py / 1e3, 1),
            "prover9": round(prover9 / 1e3, 1) if binary else None,
        },
        "peers": {"nltk": version("nltk"), "z3-solver": version("z3-solver"), "prover9": binary},
        "machine": machine(),
        "data": list(work.files),
    }


_Asked = tuple[tuple[Formula, ...], Formula]


def _verdicts(
    work: Workload, engine: Engine, peer: Callable[..., str], agree: list[bool]
) -> tuple[float, float]:
    """The median time of a verdict by the engine and by the peer; `agree` learns who agrees."""
    from neurologic.entailment import decide

    def ours(problem: _Asked) -> str:
        return decide(*problem, engine=engine).verdict.name

    def theirs(problem: _Asked) -> str:
        return peer(*problem)

    return _in_turns(work.problems, ours, theirs, 1, check=agree)


def _rows(values: Sequence[bool], width: int) -> list[Sequence[bool]]:
    return [values[start : start + width] for start in range(0, len(values), width)]


def _in_turns(
    items: Sequence[T],
    ours: Callable[[T], Any],
    theirs: Callable[[T], Any],
    rounds: int,
    before: Callable[[], None] = lambda: None,
    check: list[bool] | None = None,
) -> tuple[float, float]:
    """The two medians over all items, in nanoseconds of CPU time; `check` learns who agrees."""
    for item in items[:10]:  # first uses load libraries and fill the processor's caches
        ours(item), theirs(item)
    times: tuple[list[int], list[int]] = ([], [])
    for turn in range(rounds):
        for index, item in enumerate(items):
            before()
            if (index + turn) % 2:
                second, right = _timed(theirs, item)
                first, left = _timed(ours, item)
            else:
                first, left = _timed(ours, item)
                second, right = _timed(theirs, item)
            times[0].append(first)
            times[1].append(second)
            if check is not None:
                check.append(left == right)
    return statistics.median(times[0]), statistics.median(times[1])


def _timed(call: Callable[[T], Any], item: T) -> tuple[int, Any]:
    start = _cpu()
    value = call(item)
    return _cpu() - start, value


def _cpu() -> int:
    """Nanoseconds of CPU time of this process and of those that it started and that have ended."""
    if resource is None:
        return time.process_time_ns()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time_ns() + int(1e9 * (children.ru_utime + children.ru_stime))


@contextmanager
def quiet_collector() -> Iterator[None]:
    """No garbage collection while times are taken; what lives already is set apart."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def machine() -> dict[str, object]:
    """What the times depend on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
