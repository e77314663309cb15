"""What one connection may make a server hold, the same for both servers."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

from chat import wire
from chat.errors import RateLimited
from chat.limits import Allowance

REQUEST_S = 60
"""From the first byte of a request to its last: a body of 64 KiB needs 1 KiB/s."""

STALLED_S = 30
"""A client that takes nothing of what is written to it for so long is gone (where the system can tell: Linux)."""

HALF_SENT_S = 2
"""So long a server that stops waits for requests and answers that stand half in the network."""

MAX_BODY = 2 * 1024 * 1024
"""Bytes of a body before the connection is cut: what is less, but too large, gets its answer from the application."""

MAX_PIPELINED = 16
"""Requests that wait on one connection. Browsers and proxies send the next one after the answer."""

MAX_WAITING = 1000
"""Frames that wait for the application: several times the longest outbox."""

BYTES_AT_ONCE = 4096
"""Bytes that are taken apart between two looks at the bounds: up to 680 frames."""

CONTROL_RATE = "600/60s"
"""Pings, pongs and parts of frames, which no application sees. Browsers send none without being asked."""


def cut_stalled(listening: socket.socket) -> None:
    """Has the system cut connections whose client takes nothing for STALLED_S; they inherit it from the port."""
    if hasattr(socket, "TCP_USER_TIMEOUT") and listening.family in (socket.AF_INET, socket.AF_INET6):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * STALLED_S)


class ControlFrames:
    """Counts the frames of one connection that only the server sees."""

    __slots__ = ("_allowance",)

    def __init__(self) -> None:
        self._allowance = Allowance()

    def are_too_many(self) -> bool:
        """Counts one more."""
        return self._allowance.hit(CONTROL_RATE, time.monotonic()) > 0


def flooding() -> tuple[RateLimited, bytes]:
    """What a connection that floods is told before it is closed: the refusal, and its frame."""
    problem = RateLimited("Too many frames. Come back with your cursor.", retry_after=10)
    frame: dict[str, Any] = {"type": "error", **wire.error(problem)}
    return problem, wire.encode(frame)


def pieces(data: bytes) -> Iterator[bytes]:
    """The data in pieces of BYTES_AT_ONCE."""
    for start in range(0, len(data), BYTES_AT_ONCE):
        yield data[start : start + BYTES_AT_ONCE]
