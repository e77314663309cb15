"""uvicorn's connections with bounds on requests that never end and on clients that never read."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame
from websockets.protocol import State

from .bounds import (
    HALF_SENT_S,
    MAX_PIPELINED,
    MAX_WAITING,
    REQUEST_S,
    ControlFrames,
    cut_stalled,
    flooding,
    pieces,
)
from .uvicorn_frames import FrameSocket

MAX_AFTER_CLOSE = 64 * 1024
"""Bytes that a client may still have on the way when it is told that the socket closes."""

CLOSE_S = 1
"""Seconds until a client that floods is cut off, after it was told."""


class Requests(HttpToolsProtocol):
    """HTTP: a request has to be complete in time, and few may wait behind it."""

    deadline: asyncio.TimerHandle | None = None
    running: RequestResponseCycle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._complete()
        if self.running:
            # uvicorn tells the last of several requests alone.
            self.running.disconnected = True
            self.running.message_event.set()

    @property
    def half_sent(self) -> bool:
        """True while somebody waits for the rest of a request."""
        return self.cycle is not None and self.cycle.more_body

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.running = cycle
        super()._start_asgi_task(cycle, app)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._expect()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if len(self.pipeline) > MAX_PIPELINED:
            # The parser stops, and uvicorn answers 400 and closes.
            raise ValueError("too many requests wait")

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._complete()

    def _expect(self) -> None:
        self._complete()
        self.deadline = self.loop.call_later(REQUEST_S, self.transport.abort)

    def _complete(self) -> None:
        if self.deadline:
            self.deadline.cancel()


class Socket(FrameSocket):
    """A WebSocket: uvicorn stops reading while frames wait; here what is read at once has a bound as well."""

    half_sent = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.control_frames = ControlFrames()
        self.cut = False
        self.left = MAX_AFTER_CLOSE
        self.close_timeout = 2.0

    def data_received(self, data: bytes) -> None:
        if self.handshake_initiated and not self.handshake_complete:
            # Nobody may speak before the handshake is answered.
            self.transport.abort()
            return
        for piece in pieces(self.take_texts(data)):
            if self.cut:
                return
            super().data_received(piece)
        if self.close_sent:
            self._read_after_close(len(data))

    def send_receive_event_to_app(self) -> None:
        # A text that is not UTF-8, with the client's own close right behind it: uvicorn would close once more.
        with suppress(InvalidState):
            super().send_receive_event_to_app()
        if self.queue.qsize() > MAX_WAITING:
            self._cut()

    def handle_ping(self) -> None:
        self._count()
        super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        self._count()
        super().handle_pong(event)

    def handle_cont(self, event: Frame) -> None:
        self._count()
        super().handle_cont(event)

    def keepalive_timeout(self) -> None:
        """uvicorn waits until the client has taken all that was written, which may be never."""
        super().keepalive_timeout()
        self.transport.abort()

    def _read_after_close(self, size: int) -> None:
        """uvicorn waits for the client's part of a close, and reads all that comes before it."""
        self.left -= size
        if self.left < 0:
            self.transport.abort()

    def _count(self) -> None:
        if self.control_frames.are_too_many():
            self._cut()

    def _cut(self) -> None:
        """Tells why, reads nothing more, and ends the connection when the client does not."""
        if self.cut or self.close_sent:
            return
        self.cut = True
        if self.conn.state is not State.OPEN:
            self.transport.abort()
            return
        problem, frame = flooding()
        self.conn.send_text(frame)
        self.conn.send_close(problem.close, problem.code)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.queue.put_nowait({"type": "websocket.disconnect", "code": problem.close, "reason": problem.code})
        self.close_sent = self.disconnected = True
        self.transport.pause_reading()
        self.read_paused = False  # so that nothing resumes it
        self.loop.call_later(CLOSE_S, self.transport.abort)


class BoundedServer(uvicorn.Server):
    """uvicorn with these connections."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        if self.config.http_protocol_class is HttpToolsProtocol:
            self.config.http_protocol_class = Requests
        if self.config.ws_protocol_class is WebSocketsSansIOProtocol:
            self.config.ws_protocol_class = Socket
        await super().startup(sockets)
        for listening in (one for server in self.servers for one in server.sockets):
            with socket.socket(fileno=os.dup(listening.fileno())) as port:
                cut_stalled(port)

    async def main_loop(self) -> None:
        await super().main_loop()
        self._cut_later()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """The last step of a stop."""
        from chat import lanes

        self._cut_later()
        await super().shutdown(sockets)
        lanes.close()

    def _cut_later(self) -> None:
        asyncio.get_running_loop().call_later(HALF_SENT_S, self._cut)

    def _cut(self) -> None:
        """Ends what a stop would wait for: requests without their end, and clients that do not read."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "half_sent", False) or connection.transport.get_write_buffer_size():
                connection.transport.abort()
