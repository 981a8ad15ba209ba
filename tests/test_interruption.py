"""Ctrl-C while a solver works: it stops at once, and no result depends on a signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from neurologic.provers.interruption import in_thread, interruptibly

pytestmark = [
    pytest.mark.solver,
    pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX"),
]

ROOT = Path(__file__).parent.parent
ENDLESS = 2_000_000_000
PROMPT = 8.0  # seconds, on a busy machine

HOLES, PIGEONS = range(11), range(12)
CROWDED = [" | ".join(f"In(p{p}, h{h})" for h in HOLES) for p in PIGEONS]
CROWDED += [f"-(In(p{p}, h{h}) & In(p{q}, h{h}))" for h in HOLES for q in PIGEONS for p in range(q)]
EASY = ["all x y z. (f(f(x, y), z) = f(x, f(y, z)))", "all x. (f(x, x) = e & f(e, x) = x)"]
PREAMBLE = f"""
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from neurologic import decide
from neurologic.formula import Atom, Implies
crowded, easy = {CROWDED!r}, {EASY!r}
deep = Atom("p")
for i in range(1000):
    deep = Implies(Atom(f"p{{i}}"), deep)
decide(easy, "P(a)")
"""
QUESTIONS = {
    "Z3": "decide(crowded, 'a = b', budget=2_000_000_000)",
    "Z3 on a deep formula": "decide([*crowded, deep], 'a = b', budget=2_000_000_000)",
    "SAT": "decide(crowded, 'p', budget=2_000_000_000)",
}


def start(code: str, *args: str) -> subprocess.Popen[str]:
    """A Python process that runs the code."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *args],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip


def interrupted(process: subprocess.Popen[str], wait: float) -> tuple[str, str, float]:
    """What the process wrote, and how long it went on, once SIGINT was sent after `wait`."""
    try:
        time.sleep(wait)
        assert process.poll() is None, process.communicate()
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    return out, err, time.monotonic() - begin


@pytest.mark.parametrize("name", QUESTIONS)
def test_ctrl_c_ends_a_question_at_once(name: str) -> None:
    code = f"""{PREAMBLE}
print("ready", flush=True)
try:
    print({QUESTIONS[name]}.verdict)
except KeyboardInterrupt:
    print("interrupted")
print(decide(easy, "f(e, a) = a").verdict)
"""
    process = start(code)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    out, err, seconds = interrupted(process, 2.0)
    assert (out, err) == ("interrupted\nENTAILED\n", "")
    assert seconds < PROMPT


@pytest.mark.parametrize("wait", [0.0, 0.3, 1.0, 3.0])
def test_the_command_line_ends_with_130_and_no_traceback(wait: float, tmp_path: Path) -> None:
    file = tmp_path / "hard.txt"
    file.write_text("\n".join((*CROWDED, "? a = b")), encoding="utf-8")
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from neurologic.cli import main\n"
        "print('ready', flush=True)\n"
        "main()"
    )
    process = start(code, "prove", "--formulas", "--budget", str(ENDLESS), str(file))
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    out, err, seconds = interrupted(process, max(wait, 0.05))
    assert process.returncode == 130, err
    assert out == ""
    assert "Traceback" not in err
    assert seconds < PROMPT


def test_a_handler_that_carries_on_changes_no_result() -> None:
    question = "decide(easy, 'all x y. (f(x, y) = g(f(y, x)))', budget=3_000_000)"
    code = f"""{PREAMBLE}
import os, threading, time
seen = []
signal.signal(signal.SIGINT, lambda *_: seen.append(1))
def pester():
    while not done:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
done = []
plain = {question}
thread = threading.Thread(target=pester)
thread.start()
pestered = {question}
done.append(1)
thread.join()
print(len(seen) > 2, (plain.goal, plain.negation) == (pestered.goal, pestered.negation))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.stdout, done.stderr) == ("True True\n", "")


class TestThreads:
    def test_an_error_of_the_work_is_passed_on(self) -> None:
        def fail() -> None:
            raise LookupError("nothing")

        with pytest.raises(LookupError, match="nothing"):
            interruptibly(fail, lambda: None)

    def test_off_the_main_thread_the_work_is_simply_done(self) -> None:
        found: list[Any] = []

        def ask() -> None:
            found.append(interruptibly(threading.current_thread, lambda: None))

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        assert found == [thread]

    def test_what_a_handler_raises_is_passed_on_once_the_work_has_stopped(self) -> None:
        stopped = threading.Event()
        ended: list[bool] = []

        class AlarmError(Exception):
            pass

        def work() -> None:
            stopped.wait(30)
            time.sleep(0.05)
            ended.append(True)

        def ring(*_: Any) -> None:
            raise AlarmError

        before = signal.signal(signal.SIGALRM, ring)
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.1)
            with pytest.raises(AlarmError):
                in_thread(work, stopped.set)
        finally:
            signal.signal(signal.SIGALRM, before)
        assert ended == [True]
