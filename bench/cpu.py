"""CPU time and memory of other processes, by the kernel's own accounting; and who runs on which core. Linux."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

CPUCLOCK_SCHED = 2
"""The clock of a process that counts what the scheduler has given it, in nanoseconds (linux/posix-timers.h)."""

SERVER_CORES = {0}
CORES = os.sched_getaffinity(0)
OTHER_CORES = CORES - SERVER_CORES
CAN_PIN = bool(CORES & SERVER_CORES and OTHER_CORES)


def cpu_ns(pid: int) -> int:
    """CPU time of a process with all threads that it has or had, in nanoseconds."""
    return time.clock_gettime_ns((~pid << 3) | CPUCLOCK_SCHED)


def family(pid: int) -> list[int]:
    """A process and its children, and theirs."""
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


def memory_kb(pids: Iterable[int]) -> int:
    """Resident memory, in KB."""
    return sum(_status(pid, "VmRSS") for pid in pids)


def threads(pids: Iterable[int]) -> int:
    return sum(_status(pid, "Threads") for pid in pids)


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


@contextmanager
def on(cores: set[int]) -> Iterator[None]:
    """What is started in this block runs on these cores, where the machine has more than one."""
    if not CAN_PIN:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Usage:
    """CPU seconds of the server, of what works beside it (database, layer) and of this program; `wall` in seconds."""

    server: float
    beside: float
    own: float
    wall: float


class Meter:
    """Usage since it was made."""

    def __init__(self, server: list[int], beside: list[int]) -> None:
        self._server, self._beside = server, beside
        self._read: dict[int, int] = {}
        self._start = self._now()

    def usage(self) -> Usage:
        server, beside, own, wall = ((now - then) / 1e9 for now, then in zip(self._now(), self._start, strict=True))
        return Usage(server, beside, own, wall)

    def _now(self) -> tuple[int, int, int, int]:
        server, beside = (sum(map(self._cpu_ns, pids)) for pids in (self._server, self._beside))
        return server, beside, time.process_time_ns(), time.perf_counter_ns()

    def _cpu_ns(self, pid: int) -> int:
        """What a process that has ended meanwhile, as a database's do, had worked when it was last looked at."""
        with suppress(OSError):
            self._read[pid] = cpu_ns(pid)
        return self._read.get(pid, 0)
