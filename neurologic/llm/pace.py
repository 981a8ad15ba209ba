"""So many calls a minute, whatever event loops and threads they come from.

The generic cell rate algorithm (ITU-T I.371): one number, the time at which the next call is due.
Limiters that live in one event loop would forget at each `complete` what was called before.
"""

from __future__ import annotations

import threading
import time

import anyio


class Pace:
    """At most `rate` calls a minute in the long run, `burst` of them at once.

    Args:
        rate: calls a minute.
        burst: how many may go before the others are spaced.

    >>> pace = Pace(60, burst=2)
    >>> [round(pace.due()) for _ in range(4)]
    [0, 0, 1, 2]
    """

    def __init__(self, rate: float, burst: int) -> None:
        self._gap = 60.0 / rate
        self._ahead = self._gap * (burst - 1)
        self._next = 0.0
        self._lock = threading.Lock()

    def due(self) -> float:
        """Take the next turn; how many seconds away it is."""
        with self._lock:
            now = time.monotonic()
            turn = max(self._next, now)
            self._next = turn + self._gap
            return max(0.0, turn - self._ahead - now)

    async def turn(self) -> None:
        """Wait for the next turn."""
        await anyio.sleep(self.due())
