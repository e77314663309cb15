"""One TCP connection of the generator, and what all connections of a scenario count together."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field

from .loop import Loop

MARK = b"@bench:"
"""What every text of the benchmark begins with; then the time of its sending, in µs, with DIGITS digits."""

DIGITS = 16
FILLER = "x" * 72
BUFFER = bytearray(1024 * 1024)
VIEW = memoryview(BUFFER)
CONNECT_S = 60
Address = tuple[str, int]


class Trouble(Exception):
    """A server did not do what a scenario needs of it; the run goes on without that figure."""


def text(size: int = 0) -> str:
    """A text of about 100 characters, or of `size`, stamped with the time."""
    stamp = f"{MARK.decode()}{time.perf_counter_ns() // 1000:0{DIGITS}d} "
    return stamp + (FILLER if size == 0 else "x" * (size - len(stamp)))


def age_ms(data: bytes | bytearray, mark: int) -> float:
    """Time since the text whose MARK is at this place was sent."""
    start = mark + len(MARK)
    return time.perf_counter_ns() / 1e6 - int(data[start : start + DIGITS]) / 1e3


@dataclass
class Tally:
    """What came to the readers of a scenario; `lost`: never came, or refused. `ages`: ms from send to receive."""

    arrived: int = 0
    timed: bool = False
    ages: list[float] = field(default_factory=list)
    lost: int = 0


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
