"""One page of one person in one room: it follows the room, changes its transport and its server, sleeps and wakes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

from tests.support.drivers import Batch, Driver
from tests.support.people import Browser, Person, Refused

from .backoff import Backoff
from .links import LINKS, LOST, REQUEST_S, LabSocket, is_final, leave
from .mirror import Mirror
from .proxy import Proxy
from .records import History, Refusal

SWITCH_S = (0.2, 5.0)
SLEEP_S = (0.5, 3.0)
SLEEPS = 0.08
"""Of the changes, those that are a sleep in between."""

POLL_S = 0.4
LOOK_S = 1.0
"""How long one look at a socket lasts: after it the page may change its mind."""


class Page:
    """Follows until it is stopped. `room` is {"id", "slug", …}; `doors` are the proxies of the servers."""

    def __init__(
        self, person: Person, room: dict[str, object], doors: Sequence[Proxy], history: History, seed: str
    ) -> None:
        self.person = person
        self.room = int(str(room["id"]))
        self.slug = str(room["slug"])
        self.doors = doors
        self.history = history
        self.random = random.Random(seed)
        self.mirror = Mirror(history, self.room, person.id)
        self.link: Driver | None = None
        self.linked = asyncio.Event()
        self.admitted = asyncio.Event()
        self.admitted.set()
        self.out = False
        self.asleep = False
        self.awake = asyncio.Event()
        self.awake.set()
        self.restless = True
        self.error = ""
        self._backoff = Backoff(self.random)

    async def run(self) -> None:
        """The life of the page; CancelledError ends it."""
        try:
            while True:
                await self.admitted.wait()
                await self.awake.wait()
                await self._attempt()
        finally:
            await self._unlink()

    async def _attempt(self) -> None:
        try:
            await self._connect()
            await self._follow(self._until())
            await self._rest()
        except (*LOST, Refused) as problem:
            self.error = repr(problem)
            asked = getattr(self.link, "retry_ms", 0) / 1000 or getattr(problem, "retry_after", None) or 0
            await self._unlink()
            self._refused(problem)
            await asyncio.sleep(self._backoff.pause(asked))

    def _refused(self, problem: BaseException) -> None:
        """Wait to be let in again, when this was final and meant."""
        if is_final(problem) and isinstance(problem, Refused):
            self.history.refusals.append(Refusal(self.history.tick(), self.room, self.person.id, problem.code))
            if self.out:
                self.admitted.clear()

    def _until(self) -> float:
        stay = self.random.uniform(*SWITCH_S) if self.restless else 3600
        return asyncio.get_running_loop().time() + stay

    async def _connect(self) -> None:
        """Open the next link at the cursor, and only then leave the one before."""
        door = self.random.choice(self.doors)
        if self.mirror.cursor is None:
            await self._load(door)
        via = self.random.choice(list(LINKS))
        link = LINKS[via](door, self.slug, self.person, self.mirror.cursor)
        try:
            async with asyncio.timeout(REQUEST_S):
                await link.connect()
        except BaseException:
            await leave(link)
            raise
        before, self.link = self.link, link
        self.linked.set()
        await leave(before)

    async def _load(self, door: Proxy) -> None:
        browser = Browser(door, self.person)
        try:
            async with asyncio.timeout(REQUEST_S):
                said = await browser.call("GET", f"/api/rooms/{self.slug}")
        finally:
            await browser.close()
        self.mirror.load(said)

    async def _follow(self, until: float) -> None:
        """Take batches until it is time for a change."""
        link = self.link
        assert link
        while asyncio.get_running_loop().time() < until and self.awake.is_set() and self.admitted.is_set():
            async with asyncio.timeout(REQUEST_S + LOOK_S):
                after = link.cursor or ""
                batch = await link.next_batch(LOOK_S)
            self.error = ""
            if batch is not None:
                self._take(batch, after, link.via)
                await self._pace(batch, link.via)

    def _take(self, batch: Batch, after: str, via: str) -> None:
        self._backoff.reset()
        self.mirror.take(batch, after, via)

    async def _pace(self, batch: Batch, via: str) -> None:
        if batch.retry_ms:
            await asyncio.sleep(batch.retry_ms / 1000)
        elif via == "poll" and not batch.more:
            await asyncio.sleep(POLL_S)

    async def _rest(self) -> None:
        """Sleep now and then: leave, and come back with the cursor."""
        if self.restless and self.random.random() < SLEEPS:
            await self._unlink()
            self.asleep = True
            await asyncio.sleep(self.random.uniform(*SLEEP_S))
            self.asleep = False

    async def _unlink(self) -> None:
        before, self.link = self.link, None
        self.linked.clear()
        await leave(before)

    def has_reached(self, epoch: str, number: int) -> bool:
        """Whether it holds what the log held there; who sleeps or is kept out need not."""
        mine, position = self.mirror.position
        return self.asleep or self.out or (mine == epoch and position >= number)

    # Faults

    def pause(self) -> None:
        """Stop taking anything, without leaving: what a suspended process does."""
        self.awake.clear()
        if isinstance(self.link, LabSocket) and hasattr(self.link, "socket"):
            self.link.pause()

    def resume(self) -> None:
        if isinstance(self.link, LabSocket) and hasattr(self.link, "socket"):
            self.link.resume()
        self.awake.set()
