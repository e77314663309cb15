"""What is counted of one transport, by all of its clients together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

Sent = dict[str, float]
"""When each message was sent, by its key; seconds of the run's clock."""


@dataclass
class Tally:
    """`up` and `down`: bytes above TCP and TLS, heads and frames included. `latencies_ms`: from send to receive.

    `pushed`: answers or frames with news that the server gave when it had them and not because it was asked just then.
    """

    transport: str
    requests: int = 0
    empty: int = 0
    refused: int = 0
    pushed: int = 0
    up: int = 0
    down: int = 0
    messages: int = 0
    latencies_ms: list[float] = field(default_factory=list)
    trouble: str = ""

    def arrived(self, keys: Sequence[str], sent: Sent, now: float) -> int:
        """Counts messages of ours among `keys`; returns how many there were."""
        ours = [key for key in keys if key in sent]
        self.messages += len(ours)
        self.latencies_ms += [1000 * (now - sent[key]) for key in ours]
        return len(ours)

    def summary(self, expected: int) -> dict[str, Any]:
        """The figures, rounded; `expected`: messages that should have arrived at all clients together."""
        each = max(1, self.messages)
        return {
            "transport": self.transport,
            "latency_ms": {f"p{share}": percentile(self.latencies_ms, share) for share in (50, 95, 99)},
            "requests": self.requests,
            "empty_percent": round(100 * self.empty / self.requests, 1) if self.requests else 0.0,
            "refused": self.refused,
            "bytes_up_per_message": round(self.up / each),
            "bytes_down_per_message": round(self.down / each),
            "pushed": self.pushed,
            "messages": self.messages,
            "missing": expected - self.messages,
            "trouble": self.trouble,
        }


def percentile(values: Sequence[float], share: int) -> float | None:
    """The smallest value that `share` per cent do not exceed (nearest rank); None without values."""
    if not values:
        return None
    return round(sorted(values)[max(0, ceil(share / 100 * len(values)) - 1)], 1)
