"""The chat itself, by docs/protocol.md."""

from __future__ import annotations

import json
import re
import secrets

from ..connection import BUFFER, MARK, Tally, Trouble, age_ms, text
from ..http import Answer, Client, header, request
from ..loop import Loop
from .base import Asking, Dialect, Person, Reader, Sender, Site, Work

CURSOR = re.compile(rb'"cursor":"([^"]+)"')
SEEN_EVERY_FRAMES = 20
SEEN_EVERY_BYTES = 256 * 1024
HOLD_S = 55


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
            raise Trouble(f"A reader was refused: {payload.decode()}")
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
            raise Trouble(f"A message was refused: {payload.decode()}")
        if payload.startswith(b'{"type":"batch"'):
            self._acknowledge(payload)
        return payload.startswith(b'{"type":"sent"')

    def _acknowledge(self, payload: bytes) -> None:
        self._batches += 1
        if self._batches % SEEN_EVERY_FRAMES == 0 and (found := CURSOR.search(payload)):
            self.say(b'{"type":"seen","cursor":"%s"}' % found[1])


class ParleyAsking(Asking):
    """Sends the cookies, and the ticket of the last answer that had one."""

    path = ""

    def __init__(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> None:
        self.person = site.person(number)
        self.room = f"/api/rooms/{room}"
        self.cursor = ""
        self._ticket = b""
        super().__init__(loop, site, work)

    def request(self, path: str, method: str = "GET", headers: str = "", body: bytes = b"") -> bytes:
        ticket = f"Chat-Ticket: {self._ticket.decode()}\r\n" if self._ticket else ""
        return request(method, self.room + path, self.client.host, cookies(self.person) + ticket + headers, body)

    def answered(self, client: Client, answer: Answer) -> None:
        if answer.status >= 300:
            raise Trouble(f"HTTP {answer.status} for {self.room}: {answer.body[:300].decode()}")
        self._ticket = header(answer.head, b"chat-ticket") or self._ticket
        if found := CURSOR.search(answer.body):
            self.cursor = found[1].decode()
        if self.ready:
            self.done(answer)
        self.ready = True

    def done(self, answer: Answer) -> None:
        raise NotImplementedError


class Holder(ParleyAsking):
    """Learns the cursor with a poll that does not wait, then holds again and again."""

    def begin(self) -> None:
        wait = f"?after={self.cursor}&wait={HOLD_S}" if self.ready else "?wait=0"
        self.client.ask(self.request(f"/longpoll{wait}"))

    def done(self, answer: Answer) -> None:
        self.work.arrived += answer.body.count(MARK)
        if self.work.timed and (mark := answer.body.rfind(MARK)) >= 0:
            self.work.ages.append(age_ms(answer.body, mark))
        self.begin()


class Poller(ParleyAsking):
    """Polls again as soon as it has its answer."""

    work: Work

    def begin(self) -> None:
        after = f"?after={self.cursor}" if self.ready else ""
        self.client.ask(self.request(f"/poll{after}"))

    def done(self, answer: Answer) -> None:
        if self.work.one_done(0):
            self.begin()


class Poster(ParleyAsking):
    """Posts the next message as soon as it has the answer to the one before."""

    work: Work

    def begin(self) -> None:
        self.ready = True
        headers = f"Content-Type: application/json\r\nX-CSRFToken: {self.person.csrf}\r\n"
        body = json.dumps({"key": secrets.token_hex(8), "body": text()}).encode()
        self.client.ask(self.request("/messages", "POST", headers, body))

    def done(self, answer: Answer) -> None:
        if self.work.one_done(age_ms(answer.body, answer.body.find(MARK))):
            self.begin()


def cookies(person: Person) -> str:
    """The line of a head with a person's cookies."""
    return f"Cookie: csrftoken={person.csrf}; sessionid={person.session}\r\n"


class Parley(Dialect):
    """All of it."""

    def reader(self, loop: Loop, site: Site, number: int, room: str, after: bytes = b"") -> Reader:
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
