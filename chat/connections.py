"""Who is connected to this process: one entry a page, with the few figures that the census tells of it.

What is counted where messages and polls pass is a sum or two in an object that is at hand there (docs/performance.md).
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Hashable, Iterator
from itertools import chain, count
from typing import Any, NamedTuple, Protocol

POLLS_MISSED = 3
"""Who has not asked for so many of its intervals counts as gone."""

CLOCK_S = 1.0
"""How exactly the lane knows when somebody asked."""

KEPT_S = 300
"""How long a page that asked is kept: longer than three of the longest intervals, and than an idle connection lasts."""

MAX_KEPT = 40_000
"""Pages that ask; past it the oldest is forgotten, and counted anew when it asks again."""

SAMPLE_S = 10
SAMPLES = 90
"""A quarter of an hour for the chart."""


class Switch(NamedTuple):
    """What a page is asked to do: another transport, and why."""

    to: str
    reason: str


class Socket(Protocol):
    """What a socket tells of itself, and what it can be told."""

    @property
    def sent(self) -> int: ...
    @property
    def round_trip_s(self) -> float | None: ...
    @property
    def number(self) -> int: ...
    def ask_to_switch(self, switch: Switch) -> None: ...
    def probe(self) -> None: ...


class Waiting(Protocol):
    """A reader who waits, as far as this concerns one. (`subscription.Subscription`)"""

    reader: Any
    connection: Connection

    def end(self) -> None: ...
    def wake(self) -> None: ...


class Connection:
    """A page in a room. `sent`: bytes of batches; `empty`: answers without news; `number`: of the log, up to which it
    was handed all.

    `asked_at`, `before`: when it last asked, and the time before, where no socket and no hold says that it is here.
    `pushed`: just now a message was the answer to its hold, so its next question tells the round trip.
    """

    __slots__ = (
        "asked_at",
        "before",
        "empty",
        "id",
        "number",
        "page",
        "pushed",
        "reader",
        "round_trip_s",
        "sent",
        "since",
        "socket",
        "subscription",
        "switch",
    )

    def __init__(self, number: int, reader: Any, page: str) -> None:
        self.id = number
        self.reader = reader
        self.page = page
        self.since = time.time()
        self.sent = self.empty = 0
        self.number = -1
        self.asked_at = self.before = time.monotonic()
        self.pushed = False
        self.round_trip_s: float | None = None
        self.subscription: Waiting | None = None
        self.socket: Socket | None = None
        self.switch: Switch | None = None

    def is_here(self, now: float) -> bool:
        """Whether it holds something, or has asked within three of its intervals."""
        if self.subscription is not None:
            return True
        own = self.asked_at - self.before if self.reader.transport == "poll" else 0
        interval = max(own, self.reader.poll_interval_ms / 1000)
        return bool(now - self.asked_at <= POLLS_MISSED * interval + CLOCK_S)

    def asks(self, now: float) -> None:
        self.before, self.asked_at = self.asked_at, now

    def answered(self, size: int, number: int, *, is_empty: bool) -> None:
        """Counts an answer of so many bytes that leads to that number."""
        self.sent += size
        self.empty += is_empty
        self.number = number

    def take_switch(self) -> Switch | None:
        """What it is still to be asked; once."""
        switch, self.switch = self.switch, None
        return switch


class Connections:
    """All of a process. Touched only from its event loop."""

    def __init__(self) -> None:
        self.messages = 0
        self.samples: deque[tuple[int, ...]] = deque(maxlen=SAMPLES)
        self._sockets: dict[int, Connection] = {}
        self._pages: dict[Hashable, Connection] = {}
        self._numbers = count(1)

    def __iter__(self) -> Iterator[Connection]:
        return chain(self._sockets.values(), self._pages.values())

    def of(self, reader: Any, page: str) -> Connection:
        """The page's connection over HTTP. Pages that give no name are one for each session, room and transport."""
        key = _key(reader, page)
        found = self._pages.get(key)
        if found is None:
            if len(self._pages) >= MAX_KEPT:
                del self._pages[next(iter(self._pages))]
            found = self._pages[key] = Connection(next(self._numbers), reader, page)
        found.reader = reader
        return found

    def enter(self, subscription: Waiting, page: str) -> Connection:
        """The connection of a reader who begins to wait."""
        reader = subscription.reader
        if reader.transport == "websocket":
            connection = Connection(next(self._numbers), reader, page)
            self._sockets[connection.id] = connection
        else:
            connection = self.of(reader, page)
            connection.asks(time.monotonic())
        connection.subscription = subscription
        return connection

    def leave(self, subscription: Waiting) -> None:
        """A socket is gone then; a page that asks may come back."""
        connection = subscription.connection
        self._sockets.pop(connection.id, None)
        connection.socket = None
        if connection.subscription is subscription:
            connection.subscription = None
            connection.asked_at = time.monotonic()

    def find(self, number: int) -> Connection | None:
        return next((one for one in self if one.id == number), None)

    def forget(self, connection: Connection) -> None:
        """It is counted anew when it comes back."""
        self._sockets.pop(connection.id, None)
        key = _key(connection.reader, connection.page)
        if self._pages.get(key) is connection:
            del self._pages[key]

    def sample(self) -> None:
        """A point of the chart; pages that have long gone are forgotten."""
        now = time.monotonic()
        for key, one in list(self._pages.items()):
            if one.subscription is None and one.asked_at + KEPT_S < now:
                del self._pages[key]
        counts = Counter(one.reader.transport for one in self if one.is_here(now))
        slot = round(time.time() / SAMPLE_S)
        if self.samples and self.samples[-1][0] == slot:
            self.samples.pop()  # timers may be early
        self.samples.append((slot, *(counts[name] for name in ("websocket", "longpoll", "poll")), self.messages))


def _key(reader: Any, page: str) -> Hashable:
    return reader.room_id, reader.user_id, reader.transport, page or reader.session_key, bool(page)
