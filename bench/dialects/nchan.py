"""Nchan, as bench/peers/nchan.conf sets it up."""

from __future__ import annotations

import json

from ..connection import MARK, Tally, Trouble, age_ms, text
from ..http import Answer, Client, header, request
from ..loop import Loop
from .base import Asking, Dialect, Reader, Sender, Site, Work


def envelope(body: str) -> bytes:
    return json.dumps({"author": "alice", "body": body}).encode()


class NchanReader(Reader):
    def envelope(self, body: str) -> bytes:
        return envelope(body)


class NchanSender(Sender):
    def envelope(self, body: str) -> bytes:
        return envelope(body)


class NchanAsking(Asking):
    """Asks for what is after the message that it had last, in the headers that Nchan takes."""

    def __init__(self, loop: Loop, site: Site, path: str, work: Tally) -> None:
        super().__init__(loop, site, work)
        self.path = path
        self.after = ""
        self.ready = True

    def begin(self) -> None:
        self.client.ask(request("GET", self.path, self.client.host, self.after))

    def remember(self, answer: Answer) -> None:
        modified, etag = (header(answer.head, name).decode() for name in (b"last-modified", b"etag"))
        self.after = f"If-Modified-Since: {modified}\r\nIf-None-Match: {etag}\r\n"


class NchanHolder(NchanAsking):
    def answered(self, client: Client, answer: Answer) -> None:
        self.remember(answer)
        self.work.arrived += answer.body.count(MARK)
        if self.work.timed and (mark := answer.body.rfind(MARK)) >= 0:
            self.work.ages.append(age_ms(answer.body, mark))
        self.begin()


class NchanPoller(NchanAsking):
    """Knows from where to read once it has had a message, so it publishes one first."""

    work: Work

    def __init__(self, loop: Loop, site: Site, room: str, work: Work) -> None:
        super().__init__(loop, site, f"/poll/{room}", work)
        self.room = room
        self.ready = False
        self._published = False

    def begin(self) -> None:
        if self.ready:
            super().begin()
        else:
            self.client.ask(request("POST", f"/publish/{self.room}", self.client.host, body=envelope(text())))

    def answered(self, client: Client, answer: Answer) -> None:
        if answer.status >= 400:
            raise Trouble(f"HTTP {answer.status}")
        if not self.ready:
            self._learn(answer)
        elif self.work.one_done(0):
            self.begin()

    def _learn(self, answer: Answer) -> None:
        if not self._published:
            self._published = True
            super().begin()
            return
        self.remember(answer)
        # All clients read one room: on until there is nothing new.
        self.ready = answer.status == 304
        if not self.ready:
            super().begin()


class NchanPoster(NchanAsking):
    work: Work

    def begin(self) -> None:
        self._body = envelope(text())
        self.client.ask(request("POST", self.path, self.client.host, body=self._body))

    def answered(self, client: Client, answer: Answer) -> None:
        if answer.status >= 300:
            raise Trouble(f"HTTP {answer.status}")
        if self.work.one_done(age_ms(self._body, self._body.find(MARK))):
            self.begin()


class Nchan(Dialect):
    def reader(self, loop: Loop, site: Site, number: int, room: str) -> Reader:
        return NchanReader(loop, site.address, f"/socket/{room}")

    def sender(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Sender:
        sender = NchanSender(loop, site.address, f"/socket/{room}")
        sender.work = work
        return sender

    def holder(self, loop: Loop, site: Site, number: int, room: str, tally: Tally) -> Asking:
        return NchanHolder(loop, site, f"/hold/{room}", tally)

    def poller(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Asking:
        return NchanPoller(loop, site, room, work)

    def poster(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Asking:
        return NchanPoster(loop, site, f"/publish/{room}", work)
