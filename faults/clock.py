"""A server whose clock steps: `python -m faults.clock FILE module arguments…` runs the module with a shifted clock.

The offset, in seconds, is the double in FILE, read at each look at the clock. What Python code takes for the time is
shifted; the clocks of the event loop and of the database are not, as on a machine whose wall clock is set.
"""

from __future__ import annotations

import mmap
import runpy
import struct
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

OFFSET = struct.Struct("d")


def set_offset(path: Path, seconds: float) -> None:
    """Step the clock of whoever runs with this file."""
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.write(OFFSET.pack(seconds))


def shifted_time(path: Path) -> Callable[[], float]:
    """`time.time` with the offset of the file."""
    with path.open("rb") as file:
        view = mmap.mmap(file.fileno(), OFFSET.size, prot=mmap.PROT_READ)
    real = time.time
    return lambda: real() + float(OFFSET.unpack_from(view)[0])


def install(path: Path) -> None:
    """Shift the clock of this process."""
    time.time = shifted_time(path)
    # They ask the system from C, past `time.time`.
    from django.utils import timezone

    from chat import wire

    def now() -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    timezone.now = now
    wire.now = now


if __name__ == "__main__":
    install(Path(sys.argv[1]))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
