"""The load generator's loop: one epoll over blocking sockets that are read only when they are readable.

What is hot is done in C (pump.py), where there is a compiler; everything else, and all of it where there is none, here.
An event costs about 2 µs here, against 4 µs with uvloop's protocols: fast servers need a fast generator.
"""

from __future__ import annotations

import ctypes
import select
import time
from collections.abc import Callable

from .pump import Hot, Job, Owner, Pump

TICK_S = 0.02


class Loop:
    """Calls back whoever has something to read. `library`: pump.c, or None."""

    def __init__(self, library: ctypes.CDLL | None = None) -> None:
        self._poll = select.epoll()
        self._readers: dict[int, Callable[[], None]] = {}
        self._pump = Pump(library, self._poll.fileno()) if library else None

    def add(self, fd: int, readable: Callable[[], None]) -> None:
        self._readers[fd] = readable
        self._poll.register(fd, select.EPOLLIN)

    def remove(self, fd: int) -> None:
        if self._readers.pop(fd, None):
            self._poll.unregister(fd)
        elif self._pump:
            self._pump.drop(fd)

    def hand_over(self, fd: int, owner: Owner, job: Job) -> Hot | None:
        """Leaves a connection to the pump from now on; None where there is none."""
        if not self._pump:
            return None
        self.remove(fd)
        return self._pump.add(fd, owner, job)

    def run(self, done: Callable[[], bool], timeout: float, tick: float = TICK_S) -> bool:
        """Reads until `done()`, asked after each turn and at least every `tick` seconds; False after `timeout`."""
        deadline = time.perf_counter() + timeout
        readers = self._readers
        while not done():
            left = deadline - time.perf_counter()
            if left <= 0:
                return False
            for fd, _event in self._ready(min(tick, left)):
                if readable := readers.get(fd):
                    readable()
        return True

    def _ready(self, seconds: float) -> list[tuple[int, int]]:
        """What is to be read here."""
        if not self._pump or not self._pump.hot:
            return self._poll.poll(seconds)
        return self._poll.poll(0) if self._pump.turn(seconds) else []

    def rest(self, seconds: float) -> None:
        """Reads whatever comes for a while."""
        self.run(lambda: False, seconds)

    def close(self) -> None:
        if self._pump:
            self._pump.close()
        self._poll.close()
