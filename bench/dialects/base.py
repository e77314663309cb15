"""What the scenarios ask of a dialect, and the clients that are alike in all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..connection import Address
from ..form import MARK, Rules, age_ms, fill, learn, text
from ..http import Answer, Client
from ..loop import Loop
from ..pump import Hot, Job
from ..tally import Tally, Trouble
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


class Reader(Counting):
    """A socket that reads a room and may write into it. `ready`: whatever is written now will come."""

    @property
    def ready(self) -> bool:
        return self.open

    def send(self, size: int = 0) -> None:
        """One text, of `size` characters where that is given."""
        self.say(fill(self.envelope(text(size))))

    def envelope(self, body: str) -> bytes:
        """A form."""
        raise NotImplementedError


class Sender(Socket):
    """A socket that is done with a message when its `rules` say so, and then sends the next.

    By default when the message comes back.
    """

    rules = Rules()
    work: Tally
    _hot: Hot | None = None
    _acked = 0

    @property
    def ready(self) -> bool:
        return self.open

    def send(self) -> None:
        self._hot = self._hot or self.hand_over(self.rules, self.work, form=self.envelope(text()))
        if self._hot:
            self._hot.ask()
        else:
            self.say(fill(self.envelope(text())))

    def envelope(self, body: str) -> bytes:
        """A form."""
        raise NotImplementedError

    def heard(self, payload: bytes) -> None:
        rules = self.rules
        mark = payload.find(MARK)
        if rules.acked and payload.startswith(rules.acked):
            self._acknowledge(payload)
        elif mark < 0 or not payload.startswith(rules.counted):
            self.surprised(payload)
        elif self.work.one_done(age_ms(payload, mark)):
            self.send()

    def surprised(self, payload: bytes) -> None:
        """A text that is neither counted nor acknowledged."""

    def _acknowledge(self, payload: bytes) -> None:
        values = [b""]
        self._acked += 1
        if self._acked % self.rules.every_frames == 0 and learn(self.rules, payload, values):
            self.say(values[0].join(self.rules.ack))


class Asking:
    """A keep-alive connection that makes one request after the other, by its `rules`.

    `ready`: it knows from where to read. Until then `begin` asks for that; afterwards it begins the work.
    """

    rules = Rules()
    ready = False
    _begun = False
    _hot: Hot | None = None

    def __init__(self, loop: Loop, site: Site, work: Tally) -> None:
        self.client = Client(loop, site.address, self.answered)
        self.work = work
        self.values = [b""] * len(self.rules.learnt)

    def begin(self) -> None:
        if self._begun:
            self.again()
            return
        if self.ready:
            self._begun = True
            job = Job(self.rules, self.work, http=True, form=self.form(), values=self.values)
            self._hot = self.client.loop.hand_over(self.client.sock.fileno(), self.client, job)
        if self.ready and all(self.values):
            self.again()
        else:
            self.client.ask(self.first())

    def again(self) -> None:
        """The next request."""
        if self._hot:
            self._hot.ask()
        else:
            self.asked = fill(self.form(), self.values)
            self.client.ask(self.asked)

    def first(self) -> bytes:
        """The request of a client that does not know from where to read."""
        raise NotImplementedError

    def form(self) -> bytes:
        """The requests that are counted."""
        raise NotImplementedError

    def answered(self, _client: Client, answer: Answer) -> None:
        good = answer.status < 300 or answer.status == 304
        if good:
            learn(self.rules, answer.head + answer.body, self.values)
        if not self.ready or not good or (self.rules.each_mark and MARK not in answer.body):
            self.surprised(answer)
        elif self._counted(answer):
            self.again()

    def surprised(self, answer: Answer) -> None:
        """An answer that is not counted, of which there are many until it is `ready`."""
        raise Trouble(f"HTTP {answer.status}: {answer.body[:300].decode(errors='replace')}")

    def _counted(self, answer: Answer) -> bool:
        """Counts it; True when there is to be another."""
        if not self.rules.each_mark:
            # Polls carry no time, and are not timed.
            mark = self.asked.find(MARK)
            return self.work.one_done(age_ms(self.asked, mark) if mark >= 0 else 0)
        self.work.arrived += answer.body.count(MARK)
        if self.work.timed:
            self.work.ages.append(age_ms(answer.body, answer.body.rfind(MARK)))
        return self.work.running

    def close(self) -> None:
        self.client.close()


class Dialect:
    """Makes clients; None where the server has no such thing. `number` tells clients apart."""

    def reader(self, loop: Loop, site: Site, number: int, room: str) -> Reader | None:
        return None

    def speaker(self, loop: Loop, site: Site, number: int, room: str) -> Reader | None:
        """A reader that writes as well."""
        return self.reader(loop, site, number, room)

    def sender(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Sender | None:
        return None

    def holder(self, loop: Loop, site: Site, number: int, room: str, tally: Tally) -> Asking | None:
        """Once `ready`, `begin` makes it hold for ever; before, `begin` makes it ready."""
        return None

    def poller(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Asking | None:
        """Once `ready`, `begin` makes it poll; before, `begin` makes it ready."""
        return None

    def poster(self, loop: Loop, site: Site, number: int, room: str, work: Tally) -> Asking | None:
        """`ready` at once; `begin` posts the first message."""
        return None
