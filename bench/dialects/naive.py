"""The naive Channels application of bench/naive."""

from __future__ import annotations

import json

from ..connection import MARK, Tally, Trouble, age_ms, text
from ..http import Answer, Client, request
from ..loop import Loop
from .base import Asking, Dialect, Reader, Sender, Site, Work


def envelope(body: str) -> bytes:
    return json.dumps({"author": "alice", "body": body}).encode()


class NaiveReader(Reader):
    def envelope(self, body: str) -> bytes:
        return envelope(body)


class NaiveSender(Sender):
    def envelope(self, body: str) -> bytes:
        return envelope(body)


class NaiveAsking(Asking):
    """Always ready: a reader without a place starts from the newest message."""

    def __init__(self, loop: Loop, site: Site, room: str, work: Tally, path: str = "/messages/") -> None:
        super().__init__(loop, site, work)
        self.room, self.path = room, path
        self.ready = True

    def begin(self) -> None:
        self.client.ask(request("GET", f"/rooms/{self.room}{self.path}", self.client.host))


class NaiveHolder(NaiveAsking):
    def answered(self, client: Client, answer: Answer) -> None:
        self.work.arrived += answer.body.count(MARK)
        if self.work.timed and (mark := answer.body.rfind(MARK)) >= 0:
            self.work.ages.append(age_ms(answer.body, mark))
        self.begin()


class NaivePoller(NaiveAsking):
    work: Work

    def answered(self, client: Client, answer: Answer) -> None:
        if answer.status != 200:
            raise Trouble(f"HTTP {answer.status}")
        if self.work.one_done(0):
            self.begin()


class NaivePoster(NaiveAsking):
    work: Work

    def begin(self) -> None:
        headers = "Content-Type: application/json\r\n"
        path = f"/rooms/{self.room}/messages/"
        self.client.ask(request("POST", path, self.client.host, headers, envelope(text())))

    def answered(self, client: Client, answer: Answer) -> None:
        if answer.status != 201:
            raise Trouble(f"HTTP {answer.status}")
        if self.work.one_done(age_ms(answer.body, answer.body.find(MARK))):
            self.begin()


class Naive(Dialect):
    def reader(self, loop: Loop, site: Site, number: int, room: str) -> Reader:
        return NaiveReader(loop, site.address, f"/ws/chat/{room}/")

    def sender(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Sender:
        sender = NaiveSender(loop, site.address, f"/ws/chat/{room}/")
        sender.work = work
        return sender

    def holder(self, loop: Loop, site: Site, number: int, room: str, tally: Tally) -> Asking:
        return NaiveHolder(loop, site, room, tally, "/wait/")

    def poller(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Asking:
        return NaivePoller(loop, site, room, work)

    def poster(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Asking:
        return NaivePoster(loop, site, room, work)
