"""The real protocol classes of both servers, each on a transport that only remembers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import uvicorn
from daphne.http_protocol import HTTPFactory, http
from daphne.ws_protocol import WebSocketFactory
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from uvicorn.server import ServerState

from chat.transports.answers import Lane
from chatproject.servers.daphne_bounds import BoundedServer, Request
from chatproject.servers.daphne_bounds import Socket as DaphneSocket
from chatproject.servers.daphne_lane import LaneChannel, form_of
from chatproject.servers.uvicorn_bounds import Requests
from chatproject.servers.uvicorn_bounds import Socket as UvicornSocket
from chatproject.servers.uvicorn_lane import LaneRequests, form

PEER = ("127.0.0.1", 4711)


class Transport:
    """Of asyncio. `closed`: nothing more comes from the client."""

    def __init__(self) -> None:
        self.said = bytearray()
        self.closed = False
        self.protocol: Any = None

    def write(self, data: bytes) -> None:
        if not self.closed:
            self.said += data

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    abort = close

    def is_closing(self) -> bool:
        return self.closed

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return PEER if name in ("peername", "sockname") else default

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...


class CountingLane(Lane):
    """`answered`: how many answers came from it."""

    answered = 0


class CountingRequests(LaneRequests):
    lane: CountingLane

    def put(self, answer: bytes) -> None:
        self.lane.answered += 1
        super().put(answer)


class CountingChannel(LaneChannel):
    lane: CountingLane

    def put(self, answer: bytes) -> None:
        self.lane.answered += 1
        super().put(answer)


class UvicornSide:
    """A connection to uvicorn."""

    def __init__(self, config: uvicorn.Config, state: ServerState, lane: Lane | None) -> None:
        self.transport = Transport()
        make: Callable[..., Any] = Requests if lane is None else lambda *args: CountingRequests(lane, *args)
        self.transport.protocol = make(config, state, {})
        self.transport.protocol.connection_made(self.transport)

    def feed(self, data: bytes) -> None:
        if not self.transport.closed:
            self.transport.protocol.data_received(data)

    @property
    def said(self) -> bytes:
        return bytes(self.transport.said)

    @property
    def closed(self) -> bool:
        return self.transport.closed

    def end(self) -> None:
        self.transport.close()


class Uvicorn:
    """A server that listens nowhere."""

    name = "uvicorn"

    def __init__(self, application: Any) -> None:
        self.config = uvicorn.Config(
            application, log_config=None, access_log=False, http="httptools", ws="websockets-sansio", lifespan="off"
        )
        self.config.load()
        self.config.ws_protocol_class = UvicornSocket
        self.state = ServerState()
        self.lane = CountingLane(form)

    def connect(self, *, lane: bool) -> UvicornSide:
        return UvicornSide(self.config, self.state, self.lane if lane else None)


class TwistedTransport(StringTransport):
    """Of Twisted; nothing can be sent past it."""

    protocol: Any

    dataBuffer = b""
    TLS = True

    def loseConnection(self) -> None:
        if not self.disconnecting:
            self.disconnecting = True
            lost = Failure(ConnectionDone())  # type: ignore[no-untyped-call]
            asyncio.get_running_loop().call_soon(lambda: self.protocol.connectionLost(lost))

    abortConnection = loseConnection


class DaphneSide:
    """A connection to Daphne."""

    def __init__(self, server: Any, lane: Lane | None) -> None:
        self.channel = http.HTTPChannel() if lane is None else CountingChannel(lane)
        self.channel.factory = server.http_factory
        self.channel.requestFactory = Request
        self.channel.timeOut = None
        self.channel.callLater = lambda *_args: Later()
        self.transport: Any = cast(Any, TwistedTransport)(peerAddress=IPv4Address("TCP", *PEER))
        self.transport.protocol = self.channel
        self.channel.makeConnection(self.transport)

    def feed(self, data: bytes) -> None:
        if not self.closed:
            self.transport.protocol.dataReceived(data)

    @property
    def said(self) -> bytes:
        return bytes(self.transport.value())

    @property
    def closed(self) -> bool:
        return bool(self.transport.disconnecting)

    def end(self) -> None:
        self.transport.loseConnection()


class Later:
    """A timer that never comes."""

    def cancel(self) -> None: ...

    def reset(self, seconds: float) -> None: ...

    def active(self) -> bool:
        return False


class Daphne:
    """A server that listens nowhere."""

    name = "daphne"

    def __init__(self, application: Any) -> None:
        self.server = BoundedServer(application, endpoints=["nowhere"], server_name="")
        self.server.connections = {}
        self.server.http_factory = HTTPFactory(self.server)
        self.server.ws_factory = WebSocketFactory(self.server, server="")
        self.server.ws_factory.protocol = DaphneSocket
        self.lane = CountingLane(form_of(self.server))

    def connect(self, *, lane: bool) -> DaphneSide:
        return DaphneSide(self.server, self.lane if lane else None)


Side = UvicornSide | DaphneSide
Kind = Uvicorn | Daphne


async def settle(turns: int = 12) -> None:
    """Lets everything happen that needs no time."""
    for _ in range(turns):
        await asyncio.sleep(0)
