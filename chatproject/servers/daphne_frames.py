"""Daphne's WebSocket with a way past ASGI, for frames that are ready and for texts that came whole.

Twisted registers a writer with the reactor for each piece, and takes it out again: over half of what a frame costs.
What the kernel takes at once needs none of that (docs/performance.md).
"""

from __future__ import annotations

import time
from typing import Any

from daphne.ws_protocol import WebSocketProtocol

from .inbox import Gate
from .outlet import Outlet
from .texts import Hear, take


class FrameSocket(WebSocketProtocol):
    """Offers `open_outlet` and `hear_texts` to the application. `writable`: the client takes what is written."""

    outlet: Outlet | None = None
    hear: Hear | None = None
    _state: int = WebSocketProtocol.STATE_CLOSED

    def __init__(self) -> None:
        super().__init__()
        self.writable = Gate()

    def onOpen(self) -> None:
        """The handshake is done, and would be kept for as long as the socket lives."""
        super().onOpen()
        self.request.headers.clear()
        self.http_headers.clear()
        self.http_request_data = b""
        del self.clean_headers

    def hear_texts(self, hear: Hear | None) -> None:
        """From now on texts go to `hear` when nothing waits before them."""
        self.hear = hear

    def take_texts(self, data: bytes) -> bytes:
        """Hands on the texts that the data begins with; what is left for the parser."""
        taken = take(data, self.hear) if self.hear and self._at_a_frame else 0
        if taken:
            self.last_ping = time.time()
        return data[taken:]

    @property
    def _at_a_frame(self) -> bool:
        """Whether the data begins with a frame, and nothing of an earlier one waits."""
        if self.state != self.STATE_OPEN or self.muted or self.application_queue.qsize():
            return False
        return self.current_frame is None and not self.data and not self.inside_message

    def open_outlet(self, outlet: Outlet) -> None:
        """From now on whole frames may be written through the outlet while the socket is open and its client reads."""
        outlet.write = Pipe(self.transport).write
        self.outlet = outlet
        self.look()

    def look(self) -> None:
        """To be called when the client reads again, or no more."""
        if self.outlet:
            self.outlet.open = self._state == self.STATE_OPEN and self.writable.is_set()

    @property
    def state(self) -> int:
        return self._state

    @state.setter
    def state(self, value: int) -> None:
        self._state = value
        self.look()


class Pipe:
    """A connection, for those who write to it past its protocol."""

    __slots__ = ("transport",)

    def __init__(self, transport: Any) -> None:
        self.transport = transport

    def write(self, data: bytes) -> None:
        write_at_once(self.transport, data)


def write_at_once(transport: Any, data: bytes) -> None:
    """Writes what the kernel takes, and leaves the rest to Twisted."""
    sent = _sent_at_once(transport, data)
    if sent < len(data):
        transport.write(data[sent:])


def _sent_at_once(transport: Any, data: bytes) -> int:
    """How many bytes the kernel took: none where something waits before them, or where they must be encrypted."""
    if transport.dataBuffer or getattr(transport, "_tempDataBuffer", True) or getattr(transport, "TLS", True):
        return 0
    try:
        sent: int = transport.socket.send(data)
    except OSError:
        return 0  # full, or gone: Twisted finds out which
    return sent
