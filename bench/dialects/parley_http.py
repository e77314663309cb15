"""The chat over HTTP, by docs/protocol.md: holds, polls, posts."""

from __future__ import annotations

import json

from ..form import KEY, VALUES, Rules, text
from ..http import Answer, request
from ..loop import Loop
from ..tally import Tally
from .base import Asking, Person, Site

CURSOR = ((b'"cursor":"', b'"'),)
HOLD_S = 55
AFTER = f"after={VALUES[0].decode()}"


class ParleyAsking(Asking):
    """Sends the cookies, and remembers the cursor."""

    rules = Rules(learnt=CURSOR)

    def __init__(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> None:
        self.person = site.person(number)
        self.room = f"/api/rooms/{room}"
        super().__init__(loop, site, work)

    def request(self, path: str, method: str = "GET", headers: str = "", body: bytes = b"") -> bytes:
        return request(method, self.room + path, self.client.host, cookies(self.person) + headers, body)

    def surprised(self, answer: Answer) -> None:
        """Goes on when the server was too busy, or had nothing to tell."""
        if answer.status == 503:
            self.work.lost += 1
            self.begin()
        elif answer.status >= 300:
            super().surprised(answer)
        elif self.ready:
            self.again()
        else:
            self.ready = True


class Holder(ParleyAsking):
    """Learns the cursor with a poll that does not wait, then holds again and again."""

    rules = Rules(learnt=CURSOR, each_mark=True)

    def first(self) -> bytes:
        return self.request("/longpoll?wait=0")

    def form(self) -> bytes:
        return self.request(f"/longpoll?{AFTER}&wait={HOLD_S}")


class Poller(ParleyAsking):
    """Polls again as soon as it has its answer."""

    def first(self) -> bytes:
        return self.request("/poll")

    def form(self) -> bytes:
        return self.request(f"/poll?{AFTER}")


class Poster(ParleyAsking):
    """Posts the next message as soon as it has the answer to the one before."""

    rules = Rules()
    ready = True

    def form(self) -> bytes:
        headers = f"Content-Type: application/json\r\nX-CSRFToken: {self.person.csrf}\r\n"
        body = json.dumps({"key": KEY.decode(), "body": text()}).encode()
        return self.request("/messages", "POST", headers, body)


def cookies(person: Person) -> str:
    """The line of a head with a person's cookies."""
    return f"Cookie: csrftoken={person.csrf}; sessionid={person.session}\r\n"
