"""uvicorn, with a stop that drains: `python -m chatproject.servers.uvicorn …`, with the options of `uvicorn`."""

from __future__ import annotations

import signal
import socket
import sys
from types import FrameType

import uvicorn


class DrainingServer(uvicorn.Server):
    """Stops listening, drains, and only then closes what is left."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A stop that was asked for is no failure: uvicorn's own would raise the signal again at the end."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        from chatproject.asgi import live

        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        await live.drain()
        await super().shutdown(sockets)


if __name__ == "__main__":
    # uvicorn's command line makes its server by this name.
    vars(sys.modules["uvicorn.main"])["Server"] = DrainingServer
    uvicorn.main()
