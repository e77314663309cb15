"""Socket.IO 5 over Engine.IO 4, as bench/peers/socketio.mjs and bench/peers/python_socketio.py serve it."""

from __future__ import annotations

import json
import re

from ..form import Rules, text
from ..http import Answer, request
from ..loop import Loop
from ..tally import Tally, Trouble
from ..websocket import Socket
from .base import Asking, Dialect, Reader, Sender, Site

SID = re.compile(rb'"sid":"([^"]+)"')
BETWEEN_PACKETS = b"\x1e"
TEXT_PLAIN = "Content-Type: text/plain;charset=UTF-8\r\n"


def path(transport: str, room: str) -> str:
    return f"/socket.io/?EIO=4&transport={transport}&room={room}"


def envelope(body: str) -> bytes:
    return b'42["message",' + json.dumps({"author": "alice", "body": body}).encode() + b"]"


class Session(Socket):
    """Joins, and answers pings."""

    joined = False

    @property
    def ready(self) -> bool:
        return self.joined

    def heard(self, payload: bytes) -> None:
        if payload.startswith(b"0"):
            self.say(b"40")
        elif payload.startswith(b"40"):
            self.joined = True
        elif payload == b"2":
            self.say(b"3")

    def envelope(self, body: str) -> bytes:
        return envelope(body)


class SocketIOReader(Session, Reader):
    """`Session` until it counts."""


class SocketIOSender(Session, Sender):
    """Done with a message when it comes back."""

    def heard(self, payload: bytes) -> None:
        Sender.heard(self, payload)

    def surprised(self, payload: bytes) -> None:
        Session.heard(self, payload)


class SocketIOHolder(Asking):
    """Opens a session over polling, joins, and holds."""

    rules = Rules(each_mark=True)

    def __init__(self, loop: Loop, site: Site, room: str, tally: Tally) -> None:
        self.path = path("polling", room)
        super().__init__(loop, site, tally)

    def form(self) -> bytes:
        return request("GET", self.path, self.client.host)

    first = form

    def surprised(self, answer: Answer) -> None:
        packets = answer.body.split(BETWEEN_PACKETS)
        if packets[0].startswith(b"0{"):
            found = SID.search(answer.body)
            if not found:
                raise Trouble(f"no session: {answer.body[:100]!r}")
            self.path += f"&sid={found[1].decode()}"
            self._post(b"40")
        elif b"2" in packets:
            self._post(b"3")
        elif any(packet.startswith(b"40") for packet in packets):
            self.ready = True
        else:
            self.begin()

    def _post(self, packet: bytes) -> None:
        self.client.ask(request("POST", self.path, self.client.host, TEXT_PLAIN, packet))


class PlainPoller(Asking):
    """A poll that a bare handler of the same Node process answers with an empty list."""

    ready = True

    def __init__(self, loop: Loop, site: Site, room: str, work: Tally) -> None:
        super().__init__(loop, site, work)
        self.room = room

    def form(self) -> bytes:
        return request("GET", f"/rooms/{self.room}", self.client.host)


class PlainPoster(PlainPoller):
    """A POST that the same handler emits to the room."""

    def form(self) -> bytes:
        body = json.dumps({"author": "alice", "body": text()}).encode()
        headers = "Content-Type: application/json\r\n"
        return request("POST", f"/rooms/{self.room}", self.client.host, headers, body)


class SocketIO(Dialect):
    """`plain`: whether there is a handler for plain requests beside it."""

    def __init__(self, plain: bool) -> None:
        self.plain = plain

    def reader(self, loop: Loop, site: Site, number: int, room: str) -> Reader:
        return SocketIOReader(loop, site.address, path("websocket", room))

    def sender(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Sender:
        sender = SocketIOSender(loop, site.address, path("websocket", room))
        sender.work = work
        return sender

    def holder(self, loop: Loop, site: Site, number: int, room: str, tally: Tally) -> Asking:
        return SocketIOHolder(loop, site, room, tally)

    def poller(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Asking | None:
        return PlainPoller(loop, site, room, work) if self.plain else None

    def poster(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Asking | None:
        return PlainPoster(loop, site, room, work) if self.plain else None
