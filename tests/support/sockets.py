"""A bare WebSocket: frames as they come, for tests of the frames themselves."""

import asyncio
import json
import ssl
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from tests.support.address import Address
from tests.support.people import REQUEST_S, Person

UNCHECKED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
UNCHECKED.check_hostname = False
UNCHECKED.verify_mode = ssl.CERT_NONE

OWN = "own"
"""The Origin of the server's own pages."""


async def open_socket(server: Address, path: str, person: Person, origin: str | None = OWN) -> ClientConnection:
    """A connection as a browser opens it, with cookies and Origin; None leaves the Origin out."""
    headers = {"Cookie": person.cookie_header}
    if origin is not None:
        headers["Origin"] = server.url if origin == OWN else origin
    return await connect(
        # "ws" or "wss", as the page is.
        f"{server.url.replace('http', 'ws', 1)}{path}",
        ssl=UNCHECKED if server.url.startswith("https") else None,
        additional_headers=headers,
        compression=None,
        proxy=None,
        max_size=None,
        open_timeout=REQUEST_S,
    )


def close_code(closed: ConnectionClosed) -> int:
    """The code that the server sent; 1006 when it sent none."""
    return closed.rcvd.code if closed.rcvd else 1006


class Socket:
    """An open connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, frame: dict[str, Any] | str) -> None:
        """A JSON frame, or a text as it is."""
        await self.connection.send(frame if isinstance(frame, str) else json.dumps(frame, ensure_ascii=False))

    async def send_raw(self, payload: bytes) -> None:
        """A text frame, whatever its bytes."""
        self.connection.protocol.send_frame(Frame(Opcode.TEXT, payload))
        self.connection.transport.write(b"".join(self.connection.protocol.data_to_send()))

    async def frame(self, timeout: float = 10) -> dict[str, Any]:
        """The next frame. TimeoutError, or ConnectionClosed."""
        said: dict[str, Any] = json.loads(await asyncio.wait_for(self.connection.recv(), timeout))
        return said

    async def answer(self) -> dict[str, Any]:
        """The next frame that is not a batch."""
        while (said := await self.frame())["type"] == "batch":
            pass
        return said

    async def closed(self) -> int:
        """Read to the end; the code of the close."""
        try:
            while True:
                await self.frame()
        except ConnectionClosed as closed:
            return close_code(closed)

    async def close(self) -> None:
        await self.connection.close()
