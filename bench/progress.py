"""A bar on standard error: how far the run is, and what it does now."""

from __future__ import annotations

import sys
import time

WIDTH = 30


class Bar:
    """Steps out of `total`; one line that is rewritten on a terminal, a line each elsewhere."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self._began = time.monotonic()

    def step(self, what: str) -> None:
        """The step `what` begins."""
        filled = WIDTH * self.done // self.total
        spent = time.monotonic() - self._began
        left = f", about {spent / self.done * (self.total - self.done) / 60:.0f} min left" if self.done > 2 else ""
        bar = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {self.done}/{self.total}{left}: {what}"
        self._print(f"{bar:<110}")
        self.done += 1

    def end(self) -> None:
        self._print(f"[{'#' * WIDTH}] {self.total}/{self.total}, {time.monotonic() - self._began:.0f} s{'':<80}")
        if sys.stderr.isatty():
            sys.stderr.write("\n")

    def _print(self, line: str) -> None:
        sys.stderr.write(f"\r{line}" if sys.stderr.isatty() else f"{line.rstrip()}\n")
        sys.stderr.flush()
