"""The chat itself, by docs/protocol.md."""

from __future__ import annotations

import json
import secrets

from ..connection import BUFFER, Tally, Trouble
from ..loop import Loop
from .base import Asking, Dialect, Reader, Sender, Site, Work
from .parley_http import CURSOR, Holder, Poller, Poster, cookies

SEEN_EVERY_FRAMES = 20
SEEN_EVERY_BYTES = 256 * 1024
UNAVAILABLE = b'"code":"unavailable"'


class ParleyReader(Reader):
    """Says `seen` as often as the protocol asks. `cursor`: of the last batch that it looked into."""

    cursor = b""
    hello = False
    _frames = 0
    _bytes = 0

    @property
    def ready(self) -> bool:
        return self.hello

    def heard(self, payload: bytes) -> None:
        if payload.startswith(b'{"type":"error"'):
            raise Trouble(f"a reader was refused: {payload.decode()}")
        self.hello = True
        self._remember(payload)

    def envelope(self, body: str) -> bytes:
        return json.dumps({"type": "send", "key": secrets.token_hex(8), "body": body}).encode()

    def counted(self, size: int, end: int) -> None:
        self._frames += 1
        self._bytes += size
        if self._frames >= SEEN_EVERY_FRAMES or self._bytes >= SEEN_EVERY_BYTES:
            self._acknowledge(end)

    def _acknowledge(self, end: int) -> None:
        start = BUFFER.rfind(b'"cursor":"', 0, end)
        if start >= 0 and self._remember(BUFFER[start:end]):
            self._frames = self._bytes = 0
            self.say(b'{"type":"seen","cursor":"%s"}' % self.cursor)

    def _remember(self, data: bytes | bytearray) -> bool:
        found = CURSOR.search(data)
        self.cursor = bytes(found[1]) if found else self.cursor
        return bool(found)


class Speaker(ParleyReader):
    """A reader that writes: its own messages come twice, as a batch and as `sent`, and count once."""

    def counted(self, size: int, end: int) -> None:
        self.tally.arrived -= BUFFER.count(b'"type":"sent"', end - size, end)
        super().counted(size, end)


class ParleySender(Sender):
    """Done with a message when it is acknowledged, which is after its commit."""

    hello = False
    _batches = 0

    @property
    def ready(self) -> bool:
        return self.hello

    def envelope(self, body: str) -> bytes:
        return json.dumps({"type": "send", "key": secrets.token_hex(8), "body": body}).encode()

    def is_done(self, payload: bytes) -> bool:
        self.hello = True
        if payload.startswith(b'{"type":"error"'):
            self._refused(payload)
        if payload.startswith(b'{"type":"batch"'):
            self._acknowledge(payload)
        return payload.startswith(b'{"type":"sent"')

    def _refused(self, payload: bytes) -> None:
        """Goes on with another message when the database was too busy for this one."""
        if UNAVAILABLE not in payload:
            raise Trouble(f"a message was refused: {payload.decode()}")
        self.work.lost += 1
        if self.work.running:
            self.send()

    def _acknowledge(self, payload: bytes) -> None:
        self._batches += 1
        if self._batches % SEEN_EVERY_FRAMES == 0 and (found := CURSOR.search(payload)):
            self.say(b'{"type":"seen","cursor":"%s"}' % found[1])


class Parley(Dialect):
    """All of it."""

    def reader(self, loop: Loop, site: Site, number: int, room: str, after: bytes = b"") -> ParleyReader:
        query = f"?after={after.decode()}" if after else ""
        return ParleyReader(loop, site.address, f"/ws/rooms/{room}/{query}", self._headers(site, number))

    def speaker(self, loop: Loop, site: Site, number: int, room: str) -> Reader:
        return Speaker(loop, site.address, f"/ws/rooms/{room}/", self._headers(site, number))

    def sender(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Sender:
        sender = ParleySender(loop, site.address, f"/ws/rooms/{room}/", self._headers(site, number))
        sender.work = work
        return sender

    def holder(self, loop: Loop, site: Site, number: int, room: str, tally: Tally) -> Asking:
        return Holder(loop, site, number, room, tally)

    def poller(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Asking:
        return Poller(loop, site, number, room, work)

    def poster(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Asking:
        return Poster(loop, site, number, room, work)

    @staticmethod
    def _headers(site: Site, number: int) -> str:
        return f"Origin: http://{site.host}\r\n" + cookies(site.person(number))
