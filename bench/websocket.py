"""WebSocket clients: one that reads frame by frame, and one that only counts, as fast as it can."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .connection import BUFFER, VIEW, Address, Connection
from .form import DIGITS, MARK, Rules, age_ms
from .http import request
from .loop import Loop
from .pump import Hot, Job
from .tally import Tally, Trouble

TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A
KEEP = len(MARK) - 1
"""Bytes of the last piece that are kept: a MARK may come in two pieces."""

BEHIND = VIEW[KEEP:]
LONG_TEXT = b"\x81\x7e"
"""How a text of 126 to 65,535 bytes begins; its length follows."""

NO_MASK = b"\0\0\0\0"
HANDSHAKE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def frame(payload: bytes, opcode: int = TEXT) -> bytes:
    """A frame from a client. Its mask is zero, so that the payload goes as it is."""
    size = len(payload)
    if size < 126:
        return struct.pack("!BB", opcode, 0x80 | size) + NO_MASK + payload
    return struct.pack("!BBH", opcode, 0x80 | 126, size) + NO_MASK + payload


def frames(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """(first byte, payload, end) of each whole frame from a server."""
    at = 0
    while len(data) >= at + 2:
        size, start = data[at + 1], at + 2
        if size >= 126:
            width = 2 if size == 126 else 8
            if len(data) < start + width:
                return
            size, start = int.from_bytes(data[start : start + width], "big"), start + width
        if len(data) < start + size:
            return
        yield data[at], data[start : start + size], start + size
        at = start + size


class Socket(Connection):
    """Hands on each text frame to `heard`, after the handshake."""

    def __init__(self, loop: Loop, address: Address, path: str, headers: str = "", receive_buffer: int = 0) -> None:
        super().__init__(loop, address, receive_buffer)
        self.open = False
        self.close_code = 0
        self._partial = b""
        self.write(request("GET", path, self.host, HANDSHAKE + headers))

    def received(self, data: bytes) -> None:
        data = self._partial + data if self._partial else data
        if not self.open:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                self._partial = data
                return
            if not data.startswith(b"HTTP/1.1 101"):
                raise Trouble(f"a handshake was answered with {data[:60].decode(errors='replace')!r}")
            self.open, data = True, data[end + 4 :]
        done = 0
        for opcode, payload, end in frames(data):
            self._frame(opcode, payload)
            done = end
        self._partial = data[done:]

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == TEXT:
            self.heard(payload)
        elif opcode == PING:
            self.write(frame(payload, PONG))
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2], "big")

    def handed(self, _opcode: int, _head: bytes, payload: bytes) -> None:
        """A text that was read elsewhere."""
        self.heard(payload)

    def hand_over(self, rules: Rules, tally: Tally, timed: bool = False, form: bytes = b"") -> Hot | None:
        """Leaves the rest to the pump, where there is one; `form`: a text that is said again and again."""
        job = Job(rules, tally, timed, form=form and frame(form), read=self._partial)
        return self.loop.hand_over(self.sock.fileno(), self, job)

    def heard(self, payload: bytes) -> None:
        """A text has come."""

    def say(self, payload: bytes) -> None:
        self.write(frame(payload))


class Counting(Socket):
    """Reads frame by frame until `count` is called; from then on counts MARKs, in the pump where there is one.

    Here it does so whatever frames they come in: that is all that is fast enough.
    """

    rules = Rules(each_mark=True)

    def __init__(self, loop: Loop, address: Address, path: str, headers: str = "") -> None:
        super().__init__(loop, address, path, headers)
        self.tally = Tally()
        self.timed = False
        self._kept: bytes | bytearray = bytes(KEEP)

    def count(self, tally: Tally, timed: bool) -> None:
        """`timed`: note the age of the newest message of each piece."""
        if self.open and self.hand_over(self.rules, tally, timed):
            return
        self.tally = tally
        self.timed = timed
        self.loop.remove(self.sock.fileno())
        self.loop.add(self.sock.fileno(), self.counting)

    def counting(self) -> None:
        size = self.take(BEHIND)
        if not size:
            return
        BUFFER[:KEEP] = self._kept
        end = KEEP + size
        found = BUFFER.count(MARK, 0, end)
        self._kept = BUFFER[end - KEEP : end]
        self.tally.arrived += found
        if found and self.timed:
            self._time(end)
        if BUFFER.find(PING, KEEP, end) >= 0:
            self._answer_pings(end)
        self.counted(size, end)

    def _answer_pings(self, end: int) -> None:
        """The texts are ASCII, so this byte begins a ping, or is a part of the length of a text."""
        at = BUFFER.find(PING, KEEP, end)
        while at >= 0:
            if LONG_TEXT not in BUFFER[max(KEEP, at - 3) : at]:
                self.write(frame(bytes(BUFFER[at + 2 : min(end, at + 2 + BUFFER[at + 1])]), PONG))
            at = BUFFER.find(PING, at + 1, end)

    def _time(self, end: int) -> None:
        mark = BUFFER.rfind(MARK, 0, max(0, end - DIGITS))
        if mark >= 0:
            self.tally.ages.append(age_ms(BUFFER, mark))

    def counted(self, size: int, end: int) -> None:
        """`size` more bytes were counted; they end at `end` of BUFFER."""
