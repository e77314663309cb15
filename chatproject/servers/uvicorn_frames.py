"""uvicorn's WebSocket with a way past ASGI for frames that are ready.

`send` costs a dictionary, two encodings and four objects for each socket; the bytes of a room's batch are the same for
all, so the server only has to hand them to the kernel (docs/performance.md).
"""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from chat.wire import WRITE_FRAME


class FrameSocket(WebSocketsSansIOProtocol):
    """Offers `write_frame` to the application."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            # The application starts in a later turn of the loop.
            self.scope["extensions"][WRITE_FRAME] = self.write_frame  # type: ignore[assignment]

    def write_frame(self, frame: bytes) -> bool:
        """Writes whole frames; False when the socket is not open, or its client has not taken what was written."""
        if self.close_sent or self.disconnected or not self.handshake_complete or not self.writable.is_set():
            return False
        self.transport.write(frame)
        return True
