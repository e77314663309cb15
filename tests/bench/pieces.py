"""What the tests of the generator's hot part share: a server's end, and data that comes in pieces."""

import socket
from collections.abc import Callable
from contextlib import suppress
from ctypes import CDLL
from dataclasses import dataclass, field

import pytest

from bench.compiled import Uncompiled, library
from bench.loop import Loop
from tests.bench.test_clients import WAIT_S

PIECES = (1, 7, 100, 100_000)


def pump() -> CDLL:
    try:
        return library()
    except Uncompiled as missing:
        pytest.skip(str(missing))


@dataclass
class Hears:
    """An owner that keeps what it is handed."""

    items: list[tuple[int, bytes, bytes]] = field(default_factory=list)
    over: bool = False

    def handed(self, status: int, head: bytes, body: bytes) -> None:
        self.items.append((status, head, body))

    def ended(self) -> None:
        self.over = True


def in_pieces(loop: Loop, peer: socket.socket, data: bytes, size: int) -> None:
    for start in range(0, len(data), size):
        peer.sendall(data[start : start + size])
        turn = iter((False, True))
        loop.run(lambda turn=turn: next(turn), WAIT_S, 0)  # type: ignore[misc]


def until(loop: Loop, done: Callable[[], bool]) -> None:
    assert loop.run(done, WAIT_S, 0.001)


def read_until(loop: Loop, peer: socket.socket, end: bytes = b"\r\n\r\n") -> bytes:
    """What the clients of the loop write, up to this."""
    peer.setblocking(False)
    heard = b""

    def whole() -> bool:
        nonlocal heard
        with suppress(BlockingIOError):
            heard += peer.recv(65536)
        return end in heard

    until(loop, whole)
    peer.settimeout(WAIT_S)
    return heard
