"""What the commands of the lab share: progress, the folder of a run, and its end."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path


def say(line: str) -> None:
    """Progress, beside what the command prints."""
    print(line, file=sys.stderr, flush=True)


def in_folder(keep: str, prefix: str, run: Callable[[Path], int]) -> int:
    """What `run` returns for the folder to keep, which must be new, or else for one that goes with the run."""
    if keep:
        Path(keep).mkdir(parents=True)
        return run(Path(keep))
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        return run(Path(folder))


def end_with(main: Callable[[list[str]], int]) -> None:
    """Runs a command with the arguments of this process and ends with its status; Ctrl-C is no failure to explain."""
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped.")
