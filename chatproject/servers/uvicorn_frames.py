"""uvicorn's WebSocket with a way past ASGI, for frames that are ready and for texts that came whole.

`send` costs a dictionary, two encodings and four objects for each socket; the bytes of a room's batch are the same for
all, so the server only has to hand them to the kernel (docs/performance.md).
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from chat.wire import HEAR_TEXTS, OPEN_OUTLET

from .inbox import Gate, Inbox
from .outlet import Outlet
from .texts import Hear, missing, take


class FrameSocket(WebSocketsSansIOProtocol):
    """Offers `open_outlet` and `hear_texts` to the application."""

    outlet: Outlet | None = None
    hear: Hear | None = None
    ahead = 0
    _close_sent = _disconnected = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = cast("asyncio.Queue[Any]", Inbox())
        self.writable = cast(asyncio.Event, Gate())

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            # The application starts in a later turn of the loop.
            extensions: dict[str, Any] = self.scope["extensions"]
            extensions |= {OPEN_OUTLET: self.open_outlet, HEAR_TEXTS: self.hear_texts}

    def start_keepalive(self) -> None:
        """The handshake is done, and uvicorn would keep it for as long as the socket lives."""
        super().start_keepalive()
        del self.request, self.response

    def open_outlet(self, outlet: Outlet) -> None:
        """From now on whole frames may be written through the outlet while the socket is open and its client reads."""
        outlet.write = self.transport.write
        self.outlet = outlet
        self._look()

    def _look(self) -> None:
        if self.outlet:
            self.outlet.open = self.writable.is_set() and not (self._close_sent or self._disconnected)

    @property
    def close_sent(self) -> bool:
        return self._close_sent

    @close_sent.setter
    def close_sent(self, value: bool) -> None:
        self._close_sent = value
        self._look()

    @property
    def disconnected(self) -> bool:
        return self._disconnected

    @disconnected.setter
    def disconnected(self, value: bool) -> None:
        self._disconnected = value
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._look()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._look()

    def hear_texts(self, hear: Hear | None) -> None:
        """From now on texts go to `hear` when nothing waits before them."""
        self.hear = hear

    def take_texts(self, data: bytes) -> bytes:
        """Hands on the texts that the data begins with; what is left for the parser."""
        rest = data[take(data, self.hear) :] if self.hear and self._at_a_frame else data
        self.ahead = missing(rest, self.ahead) if self.handshake_complete else 0
        return rest

    @property
    def _at_a_frame(self) -> bool:
        """Whether the data begins with a frame, and nothing of an earlier one waits."""
        return not (self.ahead or self.frames or self.close_sent or self.queue.qsize())
