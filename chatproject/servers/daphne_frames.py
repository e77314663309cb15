"""Daphne's WebSocket with a way past ASGI for frames that are ready.

Twisted registers a writer with the reactor for each piece, and takes it out again: over half of what a frame costs.
What the kernel takes at once needs none of that (docs/performance.md).
"""

from __future__ import annotations

import asyncio
from typing import Any

from daphne.ws_protocol import WebSocketProtocol


class FrameSocket(WebSocketProtocol):
    """Offers `write_frame` to the application. `writable`: the client takes what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.writable = asyncio.Event()
        self.writable.set()

    def write_frame(self, frame: bytes) -> bool:
        """Writes whole frames; False when the socket is not open, or its client has not taken what was written."""
        if self.state != self.STATE_OPEN or not self.writable.is_set() or self.send_queue:
            return False
        sent = _send_at_once(self.transport, frame)
        if sent < len(frame):
            self.transport.write(frame[sent:])
        return True


def _send_at_once(transport: Any, data: bytes) -> int:
    """How many bytes the kernel took: none where something waits before them, or where they must be encrypted."""
    if transport.dataBuffer or getattr(transport, "_tempDataBuffer", True) or getattr(transport, "TLS", True):
        return 0
    try:
        sent: int = transport.socket.send(data)
    except OSError:
        return 0  # full, or gone: Twisted finds out which
    return sent
