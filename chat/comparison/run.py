"""One comparison: who takes part, everybody's reader, the messages, and the figures at the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import quote

from .feed import Feed, said
from .http import Connection
from .readers import READERS, Reader
from .tally import Tally
from .visitors import Refused, Visitor, enter, leave

OK = 200
RATE_EACH = 2.0
"""Messages a second that one person may send for long, by the site's usual limit of 20 in 10 s."""

READERS_EACH = 40
"""Holds and sockets of one person, below the site's usual limit of 50."""

MAX_PEOPLE = 8
"""Guests of one run, below the site's usual limit of 10 entries a minute."""

SETTLE_S = 1.0
"""Until all holds and sockets are open."""

GRACE_S = 5.0
"""For the last messages, on top of a poll's pause."""


@dataclass(frozen=True)
class Options:
    """What to compare. `pause_s`: between two polls; the room's own interval is the least."""

    url: str
    room: str
    clients: int
    rate: float
    seconds: float
    pause_s: float = 0.0
    session: str = ""
    cookie: str = "sessionid"
    transports: tuple[str, ...] = tuple(READERS)

    @property
    def people(self) -> int:
        """How many guests that takes, so that no limit of a person is reached."""
        held = self.clients * len(set(self.transports) - {"poll"})
        return min(MAX_PEOPLE, max(ceil(self.rate / RATE_EACH), ceil(held / READERS_EACH), 1))


@dataclass(frozen=True)
class Policy:
    """What the room allows, and where its log stands."""

    cursor: str
    transports: tuple[str, ...]
    poll_s: float
    hold_s: int


@dataclass(frozen=True)
class Result:
    """The figures of a run. `held`: seconds of each wait that the site's limits asked for."""

    options: Options
    policy: Policy
    people: int
    seconds: float
    sent: int
    held: list[float]
    tallies: list[Tally]
    stopped: bool

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [tally.summary(self.sent * self.options.clients) for tally in self.tallies]


Told = Callable[[float, str], None]
"""Is given the share of the run that is done, and what is under way."""


async def compare(options: Options, stop: asyncio.Event, told: Told) -> Result:
    """Runs it; raises `Refused`, or OSError when the site cannot be reached. With `stop` set it ends early."""
    async with taking_part(options, told) as people:
        policy = await _policy(options, people[0])
        return await _measure(options, policy, people, stop, told)


@asynccontextmanager
async def taking_part(options: Options, told: Told) -> AsyncIterator[list[Visitor]]:
    """As many guests as the site lets in, at least one; or the person of the session. Guests leave at the end."""
    if options.session:
        yield [Visitor(options.url, "0" * 32, options.session, options.cookie)]
        return
    guests: list[Visitor] = []
    try:
        for number in range(options.people):
            told(0, f"entering as guest {number + 1} of {options.people}")
            try:
                guests.append(await enter(options.url, options.cookie))
            except Refused:
                if not guests:
                    raise
                break
        yield guests
    finally:
        for guest in guests:
            await leave(guest)


async def _policy(options: Options, visitor: Visitor) -> Policy:
    connection = Connection(options.url)
    try:
        answer = await connection.ask("GET", f"/api/rooms/{quote(options.room)}", visitor.headers)
    finally:
        connection.close()
    if answer.status != OK:
        raise Refused(f"The room {options.room!r} cannot be read: HTTP {answer.status} {said(answer)}")
    transports = answer.json["room"]["transports"]
    allowed = tuple(name for name in options.transports if name in transports["allowed"])
    if not allowed:
        raise Refused(f"The room {options.room!r} allows none of {', '.join(options.transports)}.")
    return Policy(answer.json["cursor"], allowed, transports["poll_interval_ms"] / 1000, transports["hold_s"])


async def _measure(options: Options, policy: Policy, people: list[Visitor], stop: asyncio.Event, told: Told) -> Result:
    began = time.perf_counter()
    feed = Feed(options.room, options.rate, began + SETTLE_S + options.seconds, stop)
    tallies = [Tally(name) for name in policy.transports]
    readers = [
        asyncio.create_task(_read(options, policy, people[number % len(people)], tally, feed))
        for tally in tallies
        for number in range(options.clients)
    ]

    def progress() -> None:
        told(min(1.0, (time.perf_counter() - began) / (SETTLE_S + options.seconds)), f"{len(feed.sent)} messages sent")

    try:
        await asyncio.sleep(SETTLE_S)
        await feed.run(people, progress)
        told(1, "waiting for the last messages")
        await _all_arrived(tallies, len(feed.sent) * options.clients, policy, options)
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    seconds = time.perf_counter() - began
    return Result(options, policy, len(people), seconds, len(feed.sent), feed.held, tallies, stop.is_set())


async def _read(options: Options, policy: Policy, visitor: Visitor, tally: Tally, feed: Feed) -> None:
    pause_s = max(policy.poll_s, options.pause_s)
    reader = Reader(visitor, options.room, policy.cursor, tally, feed.sent, pause_s, policy.hold_s)
    await READERS[tally.transport](reader)


async def _all_arrived(tallies: list[Tally], expected: int, policy: Policy, options: Options) -> None:
    deadline = time.perf_counter() + GRACE_S + max(policy.poll_s, options.pause_s)
    while any(tally.messages < expected for tally in tallies) and time.perf_counter() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
