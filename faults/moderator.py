"""The moderator of a room: bans or kicks people while they read and write, and lets most of them in again."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

from .page import Page
from .records import Sanction

if TYPE_CHECKING:
    from .population import Population

EVERY_S = (1.5, 5.0)
OUT_S = (0.5, 4.0)
FOR_GOOD = 0.25
"""The share of sanctions that stay, and the most of a room's people that may be out for good."""

WAYS = {"public": ("ban", "unban"), "private": ("kick", "add")}
AGAIN_S = 0.5


class Moderator:
    """Acts as the owner, the first of the room's people, who is never sanctioned."""

    def __init__(self, population: Population, room: dict[str, Any], pages: list[Page], rng: random.Random) -> None:
        self.population = population
        self.room = room
        self.pages = pages
        self.random = rng
        self.haste = population.options.haste
        self.acts = False
        self.writing = True

    async def run(self) -> None:
        while self.writing:
            await asyncio.sleep(self.random.uniform(*EVERY_S) / self.haste)
            victims = [page for page in self.pages[1:] if not page.out]
            if self.writing and victims:
                self.acts = True
                await self._keep_out(self.random.choice(victims))
                self.acts = False

    async def _keep_out(self, page: Page) -> None:
        history, user = self.population.history, page.person.id
        sanction = Sanction(int(self.room["id"]), user, history.tick())
        history.sanctions.append(sanction)
        page.out = True
        out, back = WAYS[self.room["kind"]]
        _certain, said = await self._act(out, user)
        sanction.epoch, sanction.number = said["epoch"], said["number"]
        gone = sum(page.out for page in self.pages)
        if self.random.random() < FOR_GOOD and gone <= len(self.pages) * FOR_GOOD:
            return
        await asyncio.sleep(self.random.uniform(*OUT_S) / self.haste)
        sanction.lifted = history.tick()
        certain, said = await self._act(back, user)
        same = certain and said["epoch"] == sanction.epoch
        sanction.until = said["number"] if same else 0
        page.out = False
        page.admitted.set()

    async def _act(self, action: str, user: int) -> tuple[bool, dict[str, Any]]:
        """Whether it was done exactly once, and the number that it took. Repeats it while the database is away."""
        population, room, certain = self.population, int(self.room["id"]), True
        arguments = {"room": room, "actor": self.pages[0].person.id, "user": user, "action": action}
        while True:
            try:
                said: dict[str, Any] = await population.stage.operating.once("sanction", **arguments)
                break
            except AssertionError as failed:
                if "OperationalError" not in str(failed):
                    raise
            certain = False
            unknown = population.history.unknown_numbers
            unknown[room] = unknown.get(room, 0) + 1
            await asyncio.sleep(AGAIN_S)
        population.others.setdefault((room, said["epoch"]), set()).add(said["number"])
        return certain, said
