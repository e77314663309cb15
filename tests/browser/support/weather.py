"""Bad weather on a proxy: connections are cut, delayed and swallowed at random."""

import asyncio
import random

from tests.browser.support.proxy import Proxy, Wire, at_once

CALM_S = (0.05, 0.4)
HOLE_S = (0.2, 1.2)
DOWN_S = (0.1, 0.6)
SLOW_S = 0.06


class Weather:
    """Troubles of one kind after another until it is over; the seed makes them repeatable."""

    def __init__(self, proxy: Proxy, seed: int) -> None:
        self._proxy = proxy
        self._random = random.Random(seed)
        self.troubles = 0

    async def rage(self) -> None:
        """Runs until it is cancelled; then the network is as good as new."""
        kinds = (self._cut_one, self._cut_one, self._swallow, self._go_down, self._slow_down)
        try:
            while True:
                await asyncio.sleep(self._random.uniform(*CALM_S))
                await self._random.choice(kinds)()
                self.troubles += 1
        finally:
            self._proxy.delay_s = at_once
            self._proxy.come_back()

    def _one(self) -> Wire | None:
        return self._random.choice(self._proxy.wires) if self._proxy.wires else None

    async def _cut_one(self) -> None:
        if wire := self._one():
            wire.cut()

    async def _swallow(self) -> None:
        """A black hole: what is on its way is gone together with the connection, or comes late."""
        if not (wire := self._one()):
            return
        wire.flowing.clear()
        try:
            await asyncio.sleep(self._random.uniform(*HOLE_S))
        finally:
            if self._random.random() < 0.7:
                wire.cut()
            wire.flowing.set()

    async def _go_down(self) -> None:
        self._proxy.go_down()
        await asyncio.sleep(self._random.uniform(*DOWN_S))
        self._proxy.come_back()

    async def _slow_down(self) -> None:
        self._proxy.delay_s = at_once if self._random.random() < 0.5 else lambda: self._random.uniform(0, SLOW_S)
