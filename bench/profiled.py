"""`python -m bench.profiled FILE MODULE …`: runs a module under cProfile, all its threads.

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
from types import FrameType
from typing import Any

_profiles: list[cProfile.Profile] = []
_here = threading.local()


def main(path: str, module: str, *arguments: str) -> None:
    threading.setprofile(_begin)
    main_thread = _new_profile()
    _profiles.append(main_thread)
    on = False

    def toggle(_signal: int, _frame: FrameType | None) -> None:
        nonlocal on
        on = not on
        if on:
            for profile in _profiles:
                profile.clear()
            main_thread.enable()
        else:
            main_thread.disable()
            _write(path)

    signal.signal(signal.SIGUSR1, toggle)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _new_profile() -> cProfile.Profile:
    return cProfile.Profile(time.thread_time_ns, 1e-9)


def _begin(_frame: FrameType, _event: str, _argument: Any) -> None:
    """The first event of a new thread: its own profile takes over."""
    _here.profile = _new_profile()
    _profiles.append(_here.profile)
    _here.profile.enable()


def _write(path: str) -> None:
    stats: pstats.Stats | None = None
    for profile in _profiles:
        profile.snapshot_stats()
        if profile.stats:
            stats = stats.add(profile) if stats else pstats.Stats(profile)
    if stats:
        stats.dump_stats(f"{path}.part")
        os.rename(f"{path}.part", path)


if __name__ == "__main__":
    main(*sys.argv[1:])
