"""One network: a page that chooses for itself, somebody who writes, and what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page

from tests.browser.support.complaints import Complaints
from tests.browser.support.room_page import RoomPage
from tests.browser.support.visits import Visits
from tests.browser.support.waiting import eventually
from tests.support.scene import Room, Scene

from ..watch.figures import VARYING
from ..watch.window import OBSERVER
from .kinds import SOCKET, Kind, Scale
from .middlebox import Middlebox

EVERY_S = 1.0
"""Somebody writes so often; where holds are to be cut, only when that is over, since each message ends a hold."""

SETTLED = 8
"""Messages on a page that has been live for some seconds."""

MOST_S = 400.0
"""For a page to find its way, and for all to come right afterwards."""

LEARNED = "() => Object.values(JSON.parse(localStorage['chat.networks'] ?? '{}')).some(({ holdS }) => holdS)"


@dataclass(frozen=True)
class Outcome:
    """What came of a network. Seconds. `first_s`: from the page's loading on it, or from its turning bad, to
    the first message that was written after that.

    `back_s`: from its healing to WebSocket. `words`: all that was said below the header. `lost`: messages that were not
    on the page in the end; `doubled`: those that were there twice, or out of order.
    """

    kind: str
    on: str
    first_s: float
    late_s: float
    back_s: float
    words: tuple[str, ...]
    lost: int
    doubled: int


class Talker:
    """Writes `word 1`, `word 2`, … until it is to stop; `posted`: when each was stored, in milliseconds."""

    def __init__(self, scene: Scene, room: Room, turn: asyncio.Lock) -> None:
        self._scene, self._room, self._turn = scene, room, turn
        self._may_talk, self._enough = asyncio.Event(), asyncio.Event()
        self.posted: dict[str, float] = {}

    async def talk(self) -> None:
        """Until it is enough."""
        while not self._enough.is_set():
            await self._may_talk.wait()
            body = f"word {len(self.posted) + 1}"
            async with self._turn:
                await asyncio.to_thread(self._scene.post, self._room, self._scene.owner, body)
            self.posted[body] = time.time() * 1000
            with suppress(TimeoutError):
                await asyncio.wait_for(self._enough.wait(), EVERY_S)

    def begin(self) -> None:
        self._may_talk.set()

    def stop(self) -> None:
        self._enough.set()
        self._may_talk.set()


class Trial:
    """Tries one network. `turn`: of the operator, which does one thing after the other."""

    def __init__(self, scene: Scene, kind: Kind, scale: Scale, turn: asyncio.Lock) -> None:
        self.scene, self.kind, self.scale = scene, kind, scale
        self._turn = turn
        self.box = Middlebox(scene.server.port, scale.held_s, scale.kept_s)

    async def run(self, browser: Browser) -> Outcome:
        """All that was started ends, whatever happens."""
        await self.box.start()
        complaints = Complaints()
        visits = Visits(browser, self.box.url, complaints)
        async with self._turn:
            reader = await asyncio.to_thread(self.scene.person)
            fields = {"poll_interval_ms": 1000, "hold_s": self.scale.hold_s}
            room = await asyncio.to_thread(lambda: self.scene.room(reader, **fields))
        talker = Talker(self.scene, room, self._turn)
        talk = asyncio.create_task(talker.talk())
        try:
            context = await visits.context(reader)
            await context.add_init_script(path=OBSERVER)
            page = await visits.tab(context, room)
            return await self._try(page, talker, talk)
        finally:
            talker.stop()
            await asyncio.gather(talk, return_exceptions=True)
            await visits.close()
            await self.box.stop()

    async def _try(self, page: RoomPage, talker: Talker, talk: asyncio.Task[None]) -> Outcome:
        if not self.kind.learns:
            talker.begin()
        begin = await self._strike(page)
        await said(page.page, self.kind.ends_on)
        if self.kind.learns:
            await page.page.wait_for_function(LEARNED, timeout=MOST_S * 1000)
            await eventually(self._is_calm, True, MOST_S)
            begin = time.time() * 1000
            talker.begin()
        await eventually(lambda: came_since(page, talker, begin), True, MOST_S)
        on = await word_when_live(page.page)
        healed = time.time()
        self.box.heal()
        await said(page.page, SOCKET)
        back_s = time.time() - healed
        talker.stop()
        await talk
        await eventually(lambda: missing(page, talker), set(), MOST_S)
        told, texts = await page.page.evaluate("() => watched.report()"), await page.texts()
        return self._outcome(told, texts, talker.posted, (begin, on, back_s))

    async def _strike(self, page: RoomPage) -> float:
        """Opens the page on the network, or lets the network turn bad under it; when that began, in milliseconds."""
        self.box.faults = self.kind.faults
        await page.page.goto(f"{page.base}/rooms/{page.slug}/", timeout=30_000)
        begin = time.time() * 1000
        if self.kind.strikes:
            await page.live(30)
            await page.stocked()
            await eventually(lambda: self._is_settled(page), True, 60)
            begin = time.time() * 1000
            await self.kind.strikes(self.box, self.scale)
            if self.kind.ends_on == SOCKET:
                self.box.heal()
        return begin

    async def _is_settled(self, page: RoomPage) -> bool:
        """Whether the page has been live for some seconds, and its first echo has come back."""
        return len(await page.texts()) >= SETTLED

    def _is_calm(self) -> bool:
        """Whether no held request has been cut for so long that several would have been."""
        return time.monotonic() - self.box.cut_at > 3 * self.scale.held_s

    def _outcome(
        self, told: dict[str, Any], texts: list[str], posted: dict[str, float], facts: tuple[float, str, float]
    ) -> Outcome:
        begin, on, back_s = facts
        seen = told["seen"]
        since = {body: at for body, at in posted.items() if at >= begin and body in seen}
        words = {VARYING.sub("…", line): line for _at, line in reversed(told["lines"]) if line}  # the first of each
        return Outcome(
            kind=self.kind.name,
            on=on,
            first_s=(min(seen[body] for body in since) - begin) / 1000,
            late_s=max(0.0, *(seen[body] - at for body, at in since.items())) / 1000,
            back_s=back_s,
            words=tuple(reversed(words.values())),
            lost=len(posted.keys() - set(texts)),
            doubled=sum(a != b for a, b in zip(sorted(set(texts), key=number), texts, strict=False)),
        )


def number(text: str) -> int:
    """Of a word."""
    return int(text.rpartition(" ")[2])


async def said(page: Page, words: str) -> None:
    """Waits until the button says so, of a page that is live."""
    look = """(words) => document.querySelector('#transport-word').textContent.startsWith(words)
      && !document.querySelector('#transport').classList.contains('is-broken')"""
    await page.wait_for_function(look, arg=words, timeout=MOST_S * 1000)


async def word_when_live(page: Page) -> str:
    """What the button says of a page that is live: one that was cut a moment ago is about to be."""
    look = """() => !document.querySelector('#transport').classList.contains('is-broken')
      && document.querySelector('#transport-word').textContent"""
    found = await page.wait_for_function(look, timeout=MOST_S * 1000)
    return str(await found.json_value())


async def came_since(page: RoomPage, talker: Talker, begin: float) -> bool:
    """Whether a message that was written since then is on the page."""
    texts = set(await page.texts())
    return any(at >= begin and body in texts for body, at in talker.posted.items())


async def missing(page: RoomPage, talker: Talker) -> set[str]:
    return talker.posted.keys() - set(await page.texts())


async def try_all(
    browser: Browser,
    scene: Scene,
    scale: Scale,
    kinds: Iterable[Kind],
    at_once: int,
    tell: Callable[[str], object] = str,
) -> list[Outcome]:
    """So many networks at once: each has a box, a room and a browser of its own."""
    turn, place = asyncio.Lock(), asyncio.Semaphore(at_once)

    async def tried(kind: Kind) -> Outcome:
        async with place:
            outcome = await Trial(scene, kind, scale, turn).run(browser)
        tell(f"{kind.name}: {outcome.on}")
        return outcome

    return list(await asyncio.gather(*(tried(kind) for kind in kinds)))
