"""`python -m bench.profiled FILE MODULE …`: runs a module under cProfile, its event loop and its pools of threads.

SIGUSR1 begins a profile, the next one writes it to FILE. Times are CPU of the thread, so neither waiting nor other
programs count. Profiling costs more than what it measures: read shares.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import runpy
import signal
import sys
import threading
import time
from concurrent.futures import thread
from types import FrameType
from typing import Any, cast


class Profiler:
    """A profile for each thread, from one signal to the next."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.on = False
        self._profiles: dict[int, cProfile.Profile] = {}

    def toggle(self, _signal: int, _frame: FrameType | None) -> None:
        self.on = not self.on
        if self.on:
            self._profiles = {}
            self.mine().enable()
        else:
            self.mine().disable()
            self._write()

    def mine(self) -> cProfile.Profile:
        """The profile of the running thread."""
        return self._profiles.setdefault(threading.get_ident(), cProfile.Profile(time.thread_time_ns, 1e-9))

    def run(self, work: Any) -> None:
        """In place of `_WorkItem.run`: a piece of work in a pool of threads."""
        if not self.on:
            _run(work)
            return
        profile = self.mine()
        profile.enable()
        try:
            _run(work)
        finally:
            profile.disable()

    def _write(self) -> None:
        # Not `create_stats`: it would end what other threads are in the middle of by the clock of this one.
        stats = pstats.Stats(*(cast(Any, Taken(profile)) for profile in list(self._profiles.values())))
        stats.dump_stats(f"{self.path}.part")
        os.rename(f"{self.path}.part", self.path)


class Taken:
    """What a profile has by now, in the form that `pstats` takes."""

    def __init__(self, profile: cProfile.Profile) -> None:
        profile.snapshot_stats()
        self.stats = profile.stats

    def create_stats(self) -> None:
        """It is there already."""


_run = thread._WorkItem.run


def main(path: str, module: str, *arguments: str) -> None:
    profiler = Profiler(path)
    vars(sys.modules["concurrent.futures.thread"])["_WorkItem"].run = lambda work: profiler.run(work)
    signal.signal(signal.SIGUSR1, profiler.toggle)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
