"""One TCP connection of the generator."""

from __future__ import annotations

import socket

from .loop import Loop
from .tally import Trouble

BUFFER = bytearray(1024 * 1024)
VIEW = memoryview(BUFFER)
CONNECT_S = 60
Address = tuple[str, int]


class Connection:
    """A connected socket in a loop; `received` gets whatever comes."""

    def __init__(self, loop: Loop, address: Address, receive_buffer: int = 0) -> None:
        self.loop = loop
        self.sock = socket.socket(socket.AF_INET)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(CONNECT_S)
        self.sock.connect(address)
        self.sock.settimeout(None)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.host = f"{address[0]}:{address[1]}"
        self.closed = False
        loop.add(self.sock.fileno(), self.readable)

    def write(self, data: bytes) -> None:
        """Blocks when the server takes nothing; what the benchmark sends is short."""
        if self.closed:
            raise Trouble("the server closed a connection that should have stayed")
        self.sock.sendall(data)

    def readable(self) -> None:
        size = self.take(VIEW)
        if size:
            self.received(bytes(VIEW[:size]))

    def take(self, into: memoryview) -> int:
        """Reads what there is; 0 when the connection has ended."""
        try:
            size = self.sock.recv_into(into, 0, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0
        except ConnectionError:
            size = 0
        if not size:
            self.ended()
        return size

    def received(self, data: bytes) -> None:
        """Something has come."""

    def ended(self) -> None:
        """The server has closed."""
        self.close()

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.loop.remove(self.sock.fileno())
            self.sock.close()
