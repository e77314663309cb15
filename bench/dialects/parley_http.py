"""The chat over HTTP, by docs/protocol.md: holds, polls, posts."""

from __future__ import annotations

import json
import re
import secrets

from ..connection import MARK, Tally, Trouble, age_ms, text
from ..http import Answer, Client, request
from ..loop import Loop
from .base import Asking, Person, Site, Work

CURSOR = re.compile(rb'"cursor":"([^"]+)"')
HOLD_S = 55


class ParleyAsking(Asking):
    """Sends the cookies, and remembers the cursor."""

    path = ""

    def __init__(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> None:
        self.person = site.person(number)
        self.room = f"/api/rooms/{room}"
        self.cursor = ""
        super().__init__(loop, site, work)

    def request(self, path: str, method: str = "GET", headers: str = "", body: bytes = b"") -> bytes:
        return request(method, self.room + path, self.client.host, cookies(self.person) + headers, body)

    def answered(self, client: Client, answer: Answer) -> None:
        if answer.status == 503:
            self.work.lost += 1
            self.begin()
            return
        if answer.status >= 300:
            raise Trouble(f"HTTP {answer.status} for {self.room}: {answer.body[:300].decode()}")
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
