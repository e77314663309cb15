"""uvicorn, with a stop that drains: `python -m chatproject.servers.uvicorn …`, with the options of `uvicorn`."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from types import FrameType
from typing import Any, cast

import uvicorn

from . import ready
from .uvicorn_bounds import BoundedServer

TICKS_A_SECOND = 10
"""Of uvicorn's main loop."""


class DrainingServer(BoundedServer):
    """Stops listening, drains, and only then closes what is left."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A stop that was asked for is no failure: uvicorn's own would raise the signal again at the end."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        from . import uvicorn_lane  # needs Django to be set up

        self.lane = uvicorn_lane.open_lane(self.config)
        await super().startup(sockets)
        ready.tell()

    async def on_tick(self, counter: int) -> bool:
        from . import uvicorn_lane

        is_last = await super().on_tick(counter)
        if self.lane and counter % TICKS_A_SECOND == 0:
            uvicorn_lane.tick(self.lane, self)
        return is_last

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        from chatproject.asgi import live

        for server in self.servers:
            await self._close(server)
        for listening in sockets or []:
            listening.close()
        await live.drain()
        await super().shutdown(sockets)

    async def _close(self, server: asyncio.Server) -> None:
        """Takes in who has connected already: closing the port would reset them, with what they have sent."""
        loop, waiting = asyncio.get_running_loop(), []
        for listening in server.sockets:
            waiting += _accept_all(listening.fileno())
        server.close()
        for connection in waiting:
            await loop.connect_accepted_socket(self._protocol, connection, ssl=self.config.ssl)

    def _protocol(self) -> asyncio.Protocol:
        make: Any = self.config.http_protocol_class
        return cast(asyncio.Protocol, make(self.config, self.server_state, self.lifespan.state))


def _accept_all(listening: int) -> list[socket.socket]:
    """The connections that wait at a listening descriptor, which stays open."""
    with socket.socket(fileno=os.dup(listening)) as port:
        port.setblocking(False)
        accepted = []
        with suppress(BlockingIOError):
            while True:
                accepted.append(port.accept()[0])
        return accepted


if __name__ == "__main__":
    # uvicorn's command line makes its server by this name.
    vars(sys.modules["uvicorn.main"])["Server"] = DrainingServer
    uvicorn.main()
