"""A bar on a terminal: how far the run is, and what it does now."""

from __future__ import annotations

import time
from typing import Any

WIDTH = 30
EVERY_S = 0.1


class Bar:
    """One line that is rewritten; says nothing where nobody watches."""

    def __init__(self, out: Any) -> None:
        self._out = out
        self._drawn_at = 0.0
        self._is_shown = out.isatty()

    def __call__(self, share: float, what: str) -> None:
        """`share` of the run is done."""
        now = time.monotonic()
        if not self._is_shown or (0 < share < 1 and now - self._drawn_at < EVERY_S):
            return
        self._drawn_at = now
        filled = round(WIDTH * share)
        self._out.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {100 * share:3.0f} %  {what:<40}", ending="")
        self._out.flush()

    def end(self) -> None:
        if self._is_shown:
            self._out.write("\r" + " " * (WIDTH + 55) + "\r", ending="")
