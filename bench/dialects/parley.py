"""The chat itself, by docs/protocol.md."""

from __future__ import annotations

import json
from dataclasses import replace

from ..connection import BUFFER
from ..form import KEY, Rules, learn
from ..loop import Loop
from ..tally import Tally, Trouble
from .base import Asking, Dialect, Reader, Sender, Site
from .parley_http import CURSOR, Holder, Poller, Poster, cookies

SEEN_EVERY_FRAMES = 20
SEEN_EVERY_BYTES = 256 * 1024
BATCH, SENT = b'{"type":"batch"', b'{"type":"sent"'
RULES = Rules(
    acked=BATCH,
    ack=(b'{"type":"seen","cursor":"', b'"}'),
    every_frames=SEEN_EVERY_FRAMES,
    every_bytes=SEEN_EVERY_BYTES,
    learnt=CURSOR,
)
UNAVAILABLE = b'"code":"unavailable"'


def envelope(body: str) -> bytes:
    return json.dumps({"type": "send", "key": KEY.decode(), "body": body}).encode()


class ParleyReader(Reader):
    """Says `seen` as often as the protocol asks. `cursor`: of the last batch that it looked into.

    Counts batches only: what it says itself comes twice, as a batch and as `sent`.
    """

    rules = replace(RULES, counted=BATCH, each_mark=True)
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
        return envelope(body)

    def counted(self, size: int, end: int) -> None:
        self._frames += 1
        self._bytes += size
        if self._frames >= SEEN_EVERY_FRAMES or self._bytes >= SEEN_EVERY_BYTES:
            self._acknowledge(end)

    def _acknowledge(self, end: int) -> None:
        start = BUFFER.rfind(CURSOR[0][0], 0, end)
        if start >= 0 and self._remember(bytes(BUFFER[start:end])):
            self._frames = self._bytes = 0
            self.say(self.cursor.join(self.rules.ack))

    def _remember(self, data: bytes) -> bool:
        values = [self.cursor]
        found = learn(self.rules, data, values)
        self.cursor = values[0]
        return found


class Speaker(ParleyReader):
    """A reader that writes: its own messages come twice, as a batch and as `sent`, and count once."""

    def counted(self, size: int, end: int) -> None:
        self.tally.arrived -= BUFFER.count(SENT, end - size, end)
        super().counted(size, end)


class ParleySender(Sender):
    """Done with a message when it is acknowledged, which is after its commit."""

    rules = replace(RULES, counted=SENT)
    hello = False

    @property
    def ready(self) -> bool:
        return self.hello

    def envelope(self, body: str) -> bytes:
        return envelope(body)

    def surprised(self, payload: bytes) -> None:
        """Goes on with another message when the database was too busy for this one."""
        self.hello = True
        if not payload.startswith(b'{"type":"error"'):
            return
        if UNAVAILABLE not in payload:
            raise Trouble(f"a message was refused: {payload.decode()}")
        self.work.lost += 1
        if self.work.running:
            self.send()


class Parley(Dialect):
    """All of it."""

    def reader(self, loop: Loop, site: Site, number: int, room: str, after: bytes = b"") -> ParleyReader:
        query = f"?after={after.decode()}" if after else ""
        return ParleyReader(loop, site.address, f"/ws/rooms/{room}/{query}", self._headers(site, number))

    def speaker(self, loop: Loop, site: Site, number: int, room: str) -> Reader:
        return Speaker(loop, site.address, f"/ws/rooms/{room}/", self._headers(site, number))

    def sender(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Sender:
        sender = ParleySender(loop, site.address, f"/ws/rooms/{room}/", self._headers(site, number))
        sender.work = work
        return sender

    def holder(self, loop: Loop, site: Site, number: int, room: str, tally: Tally) -> Asking:
        return Holder(loop, site, number, room, tally)

    def poller(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Asking:
        return Poller(loop, site, number, room, work)

    def poster(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Asking:
        return Poster(loop, site, number, room, work)

    @staticmethod
    def _headers(site: Site, number: int) -> str:
        return f"Origin: http://{site.host}\r\n" + cookies(site.person(number))
