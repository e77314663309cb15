"""What the scenarios ask of a dialect, and the clients that are alike in all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..connection import MARK, Address, Tally, age_ms, text
from ..http import Answer, Client
from ..loop import Loop
from ..websocket import Counting, Socket


@dataclass(frozen=True)
class Person:
    """Somebody's cookies; empty where a server asks for none."""

    session: str = ""
    csrf: str = ""


@dataclass
class Site:
    """Where a server answers, and who may use it. Clients are given people in turn."""

    address: Address
    people: list[Person] = field(default_factory=lambda: [Person()])

    @property
    def host(self) -> str:
        return f"{self.address[0]}:{self.address[1]}"

    def person(self, number: int) -> Person:
        return self.people[number % len(self.people)]


@dataclass
class Work(Tally):
    """A closed loop: as long as it is `running`, each client begins anew when it is done."""

    running: bool = True

    def one_done(self, age: float) -> bool:
        """Counts one; True when the client goes on."""
        self.arrived += 1
        if self.timed:
            self.ages.append(age)
        return self.running


class Reader(Counting):
    """A socket that reads a room and may write into it. `ready`: whatever is written now will come."""

    @property
    def ready(self) -> bool:
        return self.open

    def send(self, size: int = 0) -> None:
        """One text, of `size` characters where that is given."""
        self.say(self.envelope(text(size)))

    def envelope(self, body: str) -> bytes:
        raise NotImplementedError


class Sender(Socket):
    """A socket that is done with a message when `is_done` says so, and then sends the next."""

    work: Work

    @property
    def ready(self) -> bool:
        return self.open

    def send(self) -> None:
        self.say(self.envelope(text()))

    def envelope(self, body: str) -> bytes:
        raise NotImplementedError

    def is_done(self, payload: bytes) -> bool:
        """By default when the message comes back."""
        return MARK in payload

    def heard(self, payload: bytes) -> None:
        if self.is_done(payload) and self.work.one_done(age_ms(payload, payload.find(MARK))):
            self.send()


class Asking:
    """A keep-alive connection that makes one request after the other.

    `ready`: it knows from where to read. Until then `begin` asks for that; afterwards it begins the work.
    """

    client: Client

    def __init__(self, loop: Loop, site: Site, work: Tally) -> None:
        self.client = Client(loop, site.address, self.answered)
        self.work = work
        self.ready = False

    def begin(self) -> None:
        raise NotImplementedError

    def answered(self, client: Client, answer: Answer) -> None:
        raise NotImplementedError

    def close(self) -> None:
        self.client.close()


class Dialect:
    """Makes clients; None where the server has no such thing. `number` tells clients apart."""

    def reader(self, loop: Loop, site: Site, number: int, room: str) -> Reader | None:
        return None

    def speaker(self, loop: Loop, site: Site, number: int, room: str) -> Reader | None:
        """A reader that writes as well."""
        return self.reader(loop, site, number, room)

    def sender(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Sender | None:
        return None

    def holder(self, loop: Loop, site: Site, number: int, room: str, tally: Tally) -> Asking | None:
        """Once `ready`, `begin` makes it hold for ever; before, `begin` makes it ready."""
        return None

    def poller(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Asking | None:
        """Once `ready`, `begin` makes it poll; before, `begin` makes it ready."""
        return None

    def poster(self, loop: Loop, site: Site, number: int, room: str, work: Work) -> Asking | None:
        """`ready` at once; `begin` posts the first message."""
        return None
