"""One run: each fault in turn, with fresh windows, until all of them are level again."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import async_playwright

from tests.browser.support.chromium import launch

from ..running import say
from ..stage import KINDS as SERVERS
from .audience import Audience
from .figures import USUAL, Figures, Reading, known
from .kinds import NAMES, Aimed, inject, rhythm
from .options import Options
from .stage import PlainStage
from .window import Told

CALM_S = 3.0
"""Everybody writes so long before a fault, and all is seen to be well so long after it."""

FIRST_S = 0.7
"""Everybody writes so long after the beginning of a fault."""

LEVEL_S = 100.0
LOOK_S = 0.5


@dataclass(frozen=True)
class Sight:
    """What all pages showed of one fault. `level`: whether everything came right in time. `pages`: by seat."""

    kind: str
    server: str
    lasted_s: float
    level: bool
    pages: dict[str, Figures]


class Watch:
    """Runs once."""

    def __init__(self, options: Options, folder: Path) -> None:
        self.options = options
        self.stage = PlainStage(folder, options.seed)

    async def run(self) -> list[Sight]:
        """Everything that was started is stopped, whatever happens."""
        try:
            await self.stage.start()
            async with self._audience() as audience:
                return [sight async for sight in self._sights(audience)]
        finally:
            await self.stage.stop()

    @asynccontextmanager
    async def _audience(self) -> AsyncIterator[Audience]:
        async with async_playwright() as playwright:
            near, far = await launch(playwright), await launch(playwright)
            audience = Audience(self.stage, near, far)
            await audience.settle()
            yield audience
            for browser in (near, far):
                await browser.close()

    async def _sights(self, audience: Audience) -> AsyncIterator[Sight]:
        for number, kind in enumerate(kind for kind in NAMES if self.options.only in kind):
            for turn in range(self.options.times):
                dice = random.Random(f"{self.options.seed}-{kind}-{turn}")
                lab = Aimed(self.stage, audience, dice, turn % len(SERVERS), audience)
                say(f"{kind}, {SERVERS[lab.hit]} …")
                yield await self._sight(kind, lab, f"{number}.{turn}")

    async def _sight(self, kind: str, lab: Aimed, name: str) -> Sight:
        audience = lab.audience
        every_s, far = rhythm(kind)
        await audience.come(lab.hit)
        await audience.write(name, CALM_S % every_s + FIRST_S, every_s, far)
        await asyncio.sleep(CALM_S)
        begin = time.time() * 1000
        await inject(kind, lab)
        mended = time.time() * 1000
        level = await self._level(audience, mended)
        told = await audience.told()
        (self.stage.folder / f"told-{name}.json").write_text(json.dumps(told))
        sight = Sight(kind, SERVERS[lab.hit], (mended - begin) / 1000, level, self._figures(audience, told, begin))
        await audience.go()
        last = max(page.level_s for page in sight.pages.values())
        say(f"{kind}: lasted {sight.lasted_s:.1f} s, level after {last:.1f} s")
        return sight

    async def _level(self, audience: Audience, mended: float) -> bool:
        """Whether all came right: what is written after the mending is everywhere, and then all outboxes are empty."""
        deadline = time.monotonic() + LEVEL_S
        if not await _becomes_settled(audience, deadline, mended):
            return False
        await audience.fall_silent()
        return await _becomes_settled(audience, deadline)

    def _figures(self, audience: Audience, told: dict[str, Told], begin: float) -> dict[str, Figures]:
        stored, end = known(told.values()), time.time() * 1000
        figures = {}
        for window in audience.windows:
            seat = window.seat
            reading = Reading(told[seat.name], seat.via, stored, (begin, end))
            figures[seat.name] = reading.figures(audience.taken_back, window.errors)
        return figures


async def _becomes_settled(audience: Audience, deadline: float, mended: float | None = None) -> bool:
    while not settled(await audience.told(), audience.taken_back, mended):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(LOOK_S)
    return True


def settled(told: dict[str, Told], taken_back: set[str], mended: float | None = None) -> bool:
    """Whether every page is well and has everything, but for the last moments of those who still write.

    `mended`: when the fault was; something written since is among what all have. None: nobody writes any more.
    """
    before = min(one["now"] for one in told.values()) - (0 if mended is None else CALM_S * 1000)
    due = {body: at for body, at in known(told.values()).items() if at < before and body not in taken_back}
    return (mended is None or any(at > mended for at in due.values())) and all(
        due.keys() <= one["seen"].keys()
        and USUAL.match(one["words"][-1][1])
        and not any(one["queued"][body] < before for body in one["pending"] if body not in one["failed"])
        for one in told.values()
    )
