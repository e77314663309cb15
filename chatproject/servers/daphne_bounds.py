"""Daphne's connections with bounds: what comes in waits for the application, and what goes out for the client."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from daphne.server import Server  # isort: skip - installs the reactor that all others take
from daphne.http_protocol import WebRequest
from twisted.internet import reactor as installed
from twisted.internet.defer import Deferred

from chat.wire import HEAR_TEXTS, OPEN_OUTLET

from .bounds import HALF_SENT_S, MAX_BODY, MAX_WAITING, REQUEST_S, ControlFrames, cut_stalled, flooding, pieces
from .daphne_frames import FrameSocket
from .inbox import Inbox

reactor: Any = installed


class Socket(FrameSocket):
    """A WebSocket. The connection calls the methods of a producer."""

    def __init__(self) -> None:
        super().__init__()
        self.control_frames = ControlFrames()
        self.cut = False

    def connectionMade(self) -> None:
        super().connectionMade()
        # Until here it was the HTTP channel that the connection told about slow clients.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)

    def pauseProducing(self) -> None:
        self.writable.clear()
        self.look()

    def resumeProducing(self) -> None:
        self.writable.set()
        self.look()

    def stopProducing(self) -> None:
        self.writable.set()

    def onClose(self, *args: Any) -> None:
        self.writable.set()
        super().onClose(*args)

    def inbox(self) -> Inbox:
        """The application's queue: reading goes on when it is empty."""
        return Inbox(self._read_on)

    def dataReceived(self, data: bytes) -> None:
        if hasattr(self, "handshake_deferred"):
            # Nobody may speak before the handshake is answered.
            self.transport.abortConnection()
            return
        for piece in pieces(self.take_texts(data)):
            if self.cut:
                return
            super().dataReceived(piece)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        super().onMessage(payload, isBinary)
        self.transport.pauseProducing()
        if self.application_queue.qsize() > MAX_WAITING:
            self._cut()

    def onPing(self, payload: bytes) -> None:
        self._count()
        super().onPing(payload)

    def onPong(self, payload: bytes) -> None:
        self._count()
        super().onPong(payload)

    def onMessageBegin(self, isBinary: bool) -> None:
        super().onMessageBegin(isBinary)
        self.parts = 0

    def onMessageFrameBegin(self, length: int) -> None:
        """Daphne's bound on a message holds in both directions; what comes in has the bound of one frame."""
        super().onMessageFrameBegin(length)
        total = self.message_data_total_length
        self.parts += 1
        if self.parts > 1:
            self._count()
        if total > self.maxFramePayloadSize > 0 and not self.failedByMe:
            self._max_message_size_exceeded(total, self.maxFramePayloadSize, "message too large")

    def _read_on(self) -> None:
        if not self.cut:
            self.transport.resumeProducing()

    def _count(self) -> None:
        if self.control_frames.are_too_many():
            self._cut()

    def _cut(self) -> None:
        """Tells why and reads nothing more; Daphne ends the connection when the client does not, a second later."""
        if self.cut:
            return
        self.cut = True
        self.transport.pauseProducing()
        if self.state != self.STATE_OPEN:
            self.transport.abortConnection()
            return
        problem, frame = flooding()
        self.sendMessage(frame)
        self.sendClose(problem.close, problem.code)


class Request(WebRequest):
    """An HTTP request: Twisted keeps the whole body, on disk if need be, before an application may refuse it."""

    taken = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deadline = reactor.callLater(REQUEST_S, self._end)

    def handleContentChunk(self, data: bytes) -> None:
        self.taken += len(data)
        if self.taken <= MAX_BODY:
            super().handleContentChunk(data)
            return
        self.channel.transport.write(
            b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        self._end()

    def requestReceived(self, *args: Any) -> None:
        self._complete()
        super().requestReceived(*args)

    def connectionLost(self, reason: Any) -> None:
        self._complete()
        super().connectionLost(reason)

    def _end(self) -> None:
        self.channel.loseConnection()

    def _complete(self) -> None:
        if self.deadline.active():
            self.deadline.cancel()


class BoundedServer(Server):
    """Daphne with these connections."""

    def listen_success(self, port: Any) -> None:
        from .daphne_lane import open_lane  # needs Django to be set up

        super().listen_success(port)
        cut_stalled(port.socket)
        self.ws_factory.protocol = Socket
        self.http_factory.timeOut = REQUEST_S
        open_lane(self)
        make = self.http_factory.buildProtocol
        self.http_factory.buildProtocol = lambda address: _with_bounds(make(address))
        reactor.addSystemEventTrigger("before", "shutdown", reactor.callLater, HALF_SENT_S, self._cut)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Daphne's own, for a WebSocket with a queue that holds up reading."""
        if not isinstance(protocol, Socket):
            scope["extensions"] = getattr(protocol.channel, "extensions", dict)()
            queue = super().create_application(protocol, scope)
            self.connections[protocol]["application_instance"].add_done_callback(partial(self._forget, protocol))
            return queue
        inbox = protocol.inbox()
        scope.setdefault("asgi", {"version": "3.0"})
        scope["extensions"] = {OPEN_OUTLET: protocol.open_outlet, HEAR_TEXTS: protocol.hear_texts}
        work = self.application(scope=scope, receive=inbox.get, send=partial(self.handle_reply, protocol))
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(work)
        return inbox

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Waits with a frame until the client has taken those before."""
        if isinstance(protocol, Socket):
            await protocol.writable.wait()
        await super().handle_reply(protocol, message)

    def kill_all_applications(self) -> Deferred[Any]:
        """The last step of a stop."""
        from chat import lanes

        killed: Deferred[Any] = super().kill_all_applications()
        return killed.addCallback(lambda _none: lanes.close())

    def _forget(self, request: Any, work: asyncio.Future[None]) -> None:
        """Daphne keeps what is over for up to a second: 15 KB of each request, and a client may send thousands."""
        is_over = "disconnected" in self.connections.get(request, ())
        if is_over and not work.cancelled() and not work.exception():
            del self.connections[request]

    def _cut(self) -> None:
        """Ends what a stop would wait for: clients that do not read what they are told."""
        for protocol in self.connections:
            if isinstance(protocol, Socket) and not protocol.writable.is_set():
                protocol.transport.abortConnection()


def _with_bounds(channel: Any) -> Any:
    channel.requestFactory = Request
    return channel
