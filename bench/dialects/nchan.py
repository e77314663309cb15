"""Nchan, as bench/peers/nchan.conf sets it up."""

from __future__ import annotations

import json

from ..form import Rules, fill, text
from ..http import Answer, request
from ..loop import Loop
from ..tally import Tally, Trouble
from .base import Asking, Dialect, Reader, Sender, Site

NEWEST = ((b"\nLast-Modified: ", b"\r"), (b"\nEtag: ", b"\r"))
"""By these Nchan says which message it was, and takes it back in the headers AFTER."""

AFTER = "If-Modified-Since: @value-0@\r\nIf-None-Match: @value-1@\r\n"


def envelope(body: str) -> bytes:
    return json.dumps({"author": "alice", "body": body}).encode()


class NchanReader(Reader):
    def envelope(self, body: str) -> bytes:
        return envelope(body)


class NchanSender(Sender):
    def envelope(self, body: str) -> bytes:
        return envelope(body)


class NchanHolder(Asking):
    """Asks for what is after the message that it had last."""

    rules = Rules(learnt=NEWEST, each_mark=True)
    ready = True

    def __init__(self, loop: Loop, site: Site, path: str, work: Tally) -> None:
        super().__init__(loop, site, work)
        self.path = path

    def first(self) -> bytes:
        return request("GET", self.path, self.client.host)

    def form(self) -> bytes:
        return request("GET", self.path, self.client.host, AFTER)


class NchanPoller(NchanHolder):
    """Knows from where to read once it has had a message, so it publishes one first."""

    rules = Rules(learnt=NEWEST)
    ready = False

    def __init__(self, loop: Loop, site: Site, room: str, work: Tally) -> None:
        super().__init__(loop, site, f"/poll/{room}", work)
        self.room = room
        self._published = False

    def first(self) -> bytes:
        return fill(request("POST", f"/publish/{self.room}", self.client.host, body=envelope(text())))

    def surprised(self, answer: Answer) -> None:
        if self.ready or answer.status >= 400:
            raise Trouble(f"HTTP {answer.status}")
        # All clients read one room: on until there is nothing new.
        self.ready = answer.status == 304
        if not self._published:
            self._published = True
            self.client.ask(super().first())
        elif not self.ready:
            self.again()


class NchanPoster(NchanHolder):
    rules = Rules()

    def form(self) -> bytes:
        return request("POST", self.path, self.client.host, body=envelope(text()))


class Nchan(Dialect):
    def reader(self, loop: Loop, site: Site, number: int, room: str) -> Reader:
        return NchanReader(loop, site.address, f"/socket/{room}")

    def sender(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Sender:
        sender = NchanSender(loop, site.address, f"/socket/{room}")
        sender.work = work
        return sender

    def holder(self, loop: Loop, site: Site, number: int, room: str, tally: Tally) -> Asking:
        return NchanHolder(loop, site, f"/hold/{room}", tally)

    def poller(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Asking:
        return NchanPoller(loop, site, room, work)

    def poster(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Asking:
        return NchanPoster(loop, site, f"/publish/{room}", work)
