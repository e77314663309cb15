"""Pages that read and write through the proxy, and come back as the protocol tells clients to."""

import asyncio
import random
import time

from faults.backoff import Backoff
from faults.links import LINKS, LOST, LabSocket, leave
from tests.support.address import Address
from tests.support.drivers import Batch, Driver, WebSocket
from tests.support.people import REQUEST_S, Person, Refused
from tests.support.reading import Reader
from tests.support.scene import Room, new_key

LOOK_S = 1.0
POLL_S = 0.2
WRITE_S = 0.05


class Socket(LabSocket):
    """Knows when a server that stops wants to see it again, and does not mind silence."""

    async def next_batch(self, timeout: float) -> Batch | None:
        return await WebSocket.next_batch(self, timeout)


class Page:
    """One person in one room on one transport. `troubles`: what went wrong for it, in words."""

    def __init__(self, via: str, site: Address, room: Room, person: Person) -> None:
        self.via = via
        self.site = site
        self.room = room
        self.person = person
        self.reader = Reader(self._link(room.start))
        self.linked = asyncio.Event()
        self.reading = self.writing = True
        self.acknowledged: list[str] = []
        self.troubles: list[str] = []
        self.longest_pause_s = 0.0
        self._backoff = Backoff(random.Random(via))
        self._heard_at = time.monotonic()

    def __str__(self) -> str:
        counts = f"{len(self.reader.messages)} messages read, {len(self.acknowledged)} written"
        return f"{self.via}: {counts}, longest pause {self.longest_pause_s:.1f} s, troubles: {self.troubles}"

    @property
    def keys(self) -> list[str]:
        """What people wrote, as the page has it, in order of place."""
        return [message["key"] for message in self.reader.in_order() if message["kind"] == "text"]

    async def read(self) -> None:
        """Follow the room until told to stop, after each end over a new link with the same cursor."""
        try:
            while self.reading:
                await self._follow(self.reader.driver)
        finally:
            await leave(self.reader.driver)

    async def write(self) -> None:
        """Message after message until told to stop, each under its key until it is acknowledged."""
        while self.writing:
            await self._send(new_key())
            await asyncio.sleep(WRITE_S)

    async def _follow(self, driver: Driver) -> None:
        try:
            await driver.connect()
            self.linked.set()
            while self.reading:
                await self._take(driver)
        except (Refused, *LOST) as problem:
            self.linked.clear()
            self._note("reading", problem)
            await leave(driver)
            self.reader.driver = self._link(driver.cursor)
            await asyncio.sleep(self._backoff.pause(getattr(driver, "retry_ms", 0) / 1000))

    async def _take(self, driver: Driver) -> None:
        async with asyncio.timeout(REQUEST_S + LOOK_S):
            batch = await driver.next_batch(LOOK_S)
        if batch is None:
            return
        self.reader.take(batch)
        if batch.messages:
            self._heard()
        if batch.retry_ms:
            await asyncio.sleep(batch.retry_ms / 1000)
        elif self.via == "poll" and not batch.more:
            await asyncio.sleep(POLL_S)

    async def _send(self, key: str) -> None:
        while self.reading:
            await self.linked.wait()
            try:
                async with asyncio.timeout(REQUEST_S):
                    await self.reader.driver.send(key, f"over {self.via}")
                self.acknowledged.append(key)
                return
            except (Refused, *LOST) as problem:
                self._note("writing", problem)
                await asyncio.sleep(self._backoff.pause())

    def _heard(self) -> None:
        now = time.monotonic()
        self.longest_pause_s = max(self.longest_pause_s, now - self._heard_at)
        self._heard_at = now
        self._backoff.reset()

    def _note(self, doing: str, problem: BaseException) -> None:
        said = str(problem) if isinstance(problem, Refused) else type(problem).__name__
        self.troubles.append(f"{doing}: {said}")

    def _link(self, cursor: str | None) -> Driver:
        link = Socket if self.via == "websocket" else LINKS[self.via]
        return link(self.site, self.room.slug, self.person, cursor)
