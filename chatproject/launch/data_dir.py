"""The folder that holds everything which outlives a run."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from .problem import Problem


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make `folder` and keep other launchers off it: two with one database would each wake their own readers alone."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds what people wrote
        lock = (folder / "launch.lock").open("a")
    except OSError as error:
        raise Problem(f"cannot write to {folder}: {error.strerror}; set DATA_DIR to a folder of yours.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(f"a chat runs on {folder} already: stop it, or set another DATA_DIR (and PORT).") from None
        yield
