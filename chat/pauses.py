"""How long to wait before something that failed is tried again."""

from __future__ import annotations

RETRY_S = (0.5, 1, 2, 5)
"""Pauses after the first, second, … failure of the layer or the database."""


def pause(failures: int) -> float:
    """Seconds to wait when it has failed so often before."""
    return RETRY_S[min(failures, len(RETRY_S) - 1)]
