"""Full-jitter backoff, as the protocol's clients do it, with a lower ceiling so that a round stays short."""

from __future__ import annotations

import random

MIN_S = 0.2
MAX_S = 3.0


class Backoff:
    """Pauses after failures: anything up to a bound that doubles; what the server asked for comes first."""

    def __init__(self, rng: random.Random) -> None:
        self._random = rng
        self.failures = 0

    def reset(self) -> None:
        self.failures = 0

    def pause(self, asked_s: float = 0.0) -> float:
        """Seconds until the next attempt, never less than was asked for."""
        bound = min(MAX_S, MIN_S * 2**self.failures)
        self.failures = min(self.failures + 1, 8)
        return asked_s + self._random.uniform(0, bound)
