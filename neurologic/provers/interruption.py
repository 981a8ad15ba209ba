"""Ctrl-C while a solver works: Python notices a signal only once a call of a library is over.

Therefore the call is made in a thread of its own while the main thread, which alone gets signals,
waits for both. What the signal's handler raises there stops the solver and is passed on. No result
depends on it: a question that is stopped has no outcome at all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

_LOOK = 0.2  # seconds between two looks for signals where none ends the waiting
_INSIST = 0.01  # seconds between two requests to stop


class ThreadError(Exception):
    """The system grants no further thread, or not with such a stack."""


_starting = threading.Lock()


def interruptibly(work: Callable[[], T], stop: Callable[[], None]) -> T:
    """The value of `work()`, a call that does not notice signals.

    Args:
        work: what to do; off the main thread, where no signals arrive, it is simply done.
        stop: makes `work` return soon; may be called from another thread, and more than once.

    >>> interruptibly(lambda: 2 + 3, lambda: None)
    5
    """
    if threading.current_thread() is not threading.main_thread():
        return work()
    return in_thread(work, stop)


def in_thread(work: Callable[[], T], stop: Callable[[], None], stack: int = 0) -> T:
    """The value of `work()`, computed in a thread of its own with a stack of `stack` bytes.

    Raises:
        ThreadError: if the system does not grant the thread.
    """
    job = _Job(work)
    try:
        job.start(stack)
        while not job.ended.wait(_LOOK):
            pass
    except BaseException:  # KeyboardInterrupt, or what another handler raises
        job.end(stop)
        raise
    if job.error is not None:
        raise job.error
    return job.values[0]


class _Job(Generic[T]):
    """Work in a thread, which ends before anyone frees what it works with."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.values: list[T] = []
        self.error: BaseException | None = None
        self.ended = threading.Event()
        self.claim = threading.Lock()  # taken by the thread that may begin, or by the one that ends

    def start(self, stack: int) -> None:
        thread = threading.Thread(target=self.run, daemon=True)
        with _starting:  # the stack size is a setting of the whole process
            before = threading.stack_size(stack)
            try:
                thread.start()
            except RuntimeError as error:
                raise ThreadError(str(error)) from error
            finally:
                threading.stack_size(before)

    def run(self) -> None:
        if not self.claim.acquire(blocking=False):
            return
        try:
            self.values.append(self.work())
        except BaseException as error:  # carried over to the caller
            self.error = error
        finally:
            self.ended.set()

    def end(self, stop: Callable[[], None]) -> None:
        """Return once the work is over, or will never begin."""
        if self.claim.acquire(blocking=False):
            return
        while not self.ended.is_set():
            try:
                stop()
                self.ended.wait(_INSIST)
            except BaseException:  # a second Ctrl-C: still nothing may be freed
                continue
