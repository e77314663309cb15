"""Clients that break the rules on purpose, on bare sockets: they flood, do not read, or stop in the middle."""

import base64
import contextlib
import os
import socket
import struct
import threading
import time

from tests.support.people import Person
from tests.support.scene import Room
from tests.support.servers import Server

TEXT, CLOSE, PING = 1, 8, 9

FLOOD_S = 20
"""A server has cut a flood long before."""


def frame(opcode: int, payload: bytes, fin: bool = True) -> bytes:
    """A frame of a client, masked with zeros; up to 64 KiB."""
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + struct.pack("!H", len(payload))
    return bytes([0x80 * fin | opcode]) + length + bytes(4) + payload


def handshake(server: Server, room: Room, person: Person, after: str, *headers: str) -> bytes:
    """The request of a WebSocket."""
    return request(
        server,
        f"GET /ws/rooms/{room.slug}/?after={after}",
        person,
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        *headers,
    )


def request(server: Server, line: str, person: Person, *headers: str) -> bytes:
    """The head of a request in the person's name. `line`: method and target."""
    own = (f"Host: {server.host}", f"Origin: {server.url}", f"Cookie: {person.cookie_header}")
    csrf = f"X-CSRFToken: {person.csrf}"
    return "\r\n".join([f"{line} HTTP/1.1", *own, csrf, *headers, "", ""]).encode()


class Bare:
    """A TCP connection. `window`: bytes that its kernel takes for it, few for one that does not read."""

    def __init__(self, server: Server, window: int = 0) -> None:
        self.socket = socket.socket()
        if window:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.socket.settimeout(30)
        self.socket.connect(("127.0.0.1", server.port))
        self.got = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def __enter__(self) -> "Bare":
        return self

    def __exit__(self, *_error: object) -> None:
        self.socket.close()

    def read(self) -> bytes:
        """All that comes until the other side ends the connection, in whatever way."""
        with contextlib.suppress(ConnectionError):
            while data := self.socket.recv(65536):
                self.got += data
        return self.got

    def reset(self) -> None:
        """Ends the connection without a goodbye."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def flood(server: Server, opening: bytes, load: bytes) -> bytes:
    """Sends the load again and again until the server ends the connection, or FLOOD_S; returns what the server said."""
    end = time.monotonic() + FLOOD_S
    with Bare(server) as bare:
        bare.send(opening)
        if b"Upgrade" in opening:
            bare.got = bare.socket.recv(65536)
        reading = threading.Thread(target=bare.read)
        reading.start()
        with contextlib.suppress(OSError):
            while reading.is_alive() and time.monotonic() < end:
                bare.send(load)
            if reading.is_alive():
                bare.socket.shutdown(socket.SHUT_RDWR)
        reading.join(30)
        return bare.got


def last_words(got: bytes) -> tuple[bytes, int]:
    """The frame before the close and the code of the close, from all that came over a WebSocket; 1006 without one."""
    rest, before = got.partition(b"\r\n\r\n")[2], b""
    while len(rest) >= 2:
        opcode, size, start = rest[0] & 15, rest[1], 2
        if size > 125:
            width = 2 if size == 126 else 8
            size, start = int.from_bytes(rest[2 : 2 + width], "big"), 2 + width
        payload, rest = rest[start : start + size], rest[start + size :]
        if opcode == CLOSE:
            return before, int.from_bytes(payload[:2], "big")
        before = payload
    return before, 1006
