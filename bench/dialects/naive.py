"""The naive Channels application of bench/naive."""

from __future__ import annotations

import json

from ..form import Rules, text
from ..http import Answer, request
from ..loop import Loop
from ..tally import Tally
from .base import Asking, Dialect, Reader, Sender, Site


def envelope(body: str) -> bytes:
    return json.dumps({"author": "alice", "body": body}).encode()


class NaiveReader(Reader):
    def envelope(self, body: str) -> bytes:
        return envelope(body)


class NaiveSender(Sender):
    def envelope(self, body: str) -> bytes:
        return envelope(body)


class NaivePoller(Asking):
    """Always ready: a reader without a place starts from the newest message."""

    ready = True
    path = "/messages/"

    def __init__(self, loop: Loop, site: Site, room: str, work: Tally) -> None:
        super().__init__(loop, site, work)
        self.room = room

    def form(self) -> bytes:
        return request("GET", f"/rooms/{self.room}{self.path}", self.client.host)


class NaiveHolder(NaivePoller):
    path = "/wait/"
    rules = Rules(each_mark=True)

    def surprised(self, _answer: Answer) -> None:
        """Nothing had come until the hold ended."""
        self.again()


class NaivePoster(NaivePoller):
    def form(self) -> bytes:
        headers = "Content-Type: application/json\r\n"
        return request("POST", f"/rooms/{self.room}{self.path}", self.client.host, headers, envelope(text()))


class Naive(Dialect):
    def reader(self, loop: Loop, site: Site, number: int, room: str) -> Reader:
        return NaiveReader(loop, site.address, f"/ws/chat/{room}/")

    def sender(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Sender:
        sender = NaiveSender(loop, site.address, f"/ws/chat/{room}/")
        sender.work = work
        return sender

    def holder(self, loop: Loop, site: Site, number: int, room: str, tally: Tally) -> Asking:
        return NaiveHolder(loop, site, room, tally)

    def poller(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Asking:
        return NaivePoller(loop, site, room, work)

    def poster(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Asking:
        return NaivePoster(loop, site, room, work)
