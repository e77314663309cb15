"""One round: everybody chats, faults come and go, then all catch up and the checker looks at what happened."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from pathlib import Path

from tests.support.people import Browser

from .checker import Verdict, check
from .kinds import KINDS, Lab
from .mutations import MUTATIONS
from .options import Options
from .population import Population
from .records import Final, History, State
from .report import Report
from .running import say
from .schedule import schedule
from .stage import Stage
from .waiting import wait_for

CATCH_UP_S = 60.0
CALM_S = (0.3, 1.0)


class Round:
    """Runs once."""

    def __init__(self, options: Options, folder: Path) -> None:
        self.options = options
        self.history = History()
        self.mutation = MUTATIONS.get(options.mutation)
        self.stage = Stage(folder, options.seed, self._environment(folder / "build"))
        self.population = Population(self.stage, options, self.history)
        self.catch_ups: dict[str, list[float]] = defaultdict(list)
        self.broken: Verdict | None = None

    async def run(self) -> Report:
        """The report. Everything that was started is stopped, whatever happens."""
        began = time.monotonic()
        try:
            await self.stage.start()
            await self.population.settle()
            self.population.begin()
            await self._faults()
            if self.broken is None:
                await self._end()
        finally:
            try:
                await self.population.leave()
            finally:
                await self.stage.stop()
        verdict = check(self.history) if self.broken is None else self.broken
        for crash in self.stage.crashes:
            verdict.add("crash", crash)
        return Report(
            self.options, self.history, verdict, dict(self.catch_ups), self.stage.tracebacks(), time.monotonic() - began
        )

    def _environment(self, folder: Path) -> dict[str, str]:
        """Of every process of the product: a broken build's, when this round is to have one."""
        if not self.mutation:
            return {}
        build = {} if self.options.unpatched else self.mutation.build(folder)
        return {**self.mutation.settings, **build}

    async def _faults(self) -> None:
        kinds = [kind for kind in KINDS if self.options.only in kind]
        deadline = time.monotonic() + self.options.limit_s
        for kind, dice in schedule(kinds, self.options.seed):
            await asyncio.sleep(dice.uniform(*CALM_S))
            if self._enough() or time.monotonic() > deadline or self.population.failed():
                return
            await self._fault(kind, dice)
            if self.mutation and not (verdict := await self._look()):
                self.broken = verdict
                return

    async def _look(self) -> Verdict:
        """What was broken until now, while everybody goes on."""
        so_far = self.history.so_far()
        so_far.logs = [*so_far.logs, *[await self.population.log(room["id"]) for room in self.population.rooms]]
        return check(so_far)

    def _enough(self) -> bool:
        injected = sum(len(times) for times in self.catch_ups.values())
        return injected >= self.options.faults and self.history.deliveries >= self.options.deliveries

    async def _fault(self, kind: str, dice: random.Random) -> None:
        """Inject, mend, and measure how long it takes until everybody who is awake holds what was written."""
        say(f"{kind} …")
        mend = await KINDS[kind](Lab(self.stage, self.population, dice))
        await self.stage.revive()
        seconds = await self._caught_up(kind)
        if mend:
            mend()
        self.catch_ups[kind].append(seconds)
        say(f"{kind}: caught up after {seconds:.1f} s; {self.history.deliveries} deliveries")

    async def _caught_up(self, what: str) -> float:
        """Seconds until all pages hold a message that is written now in each room; a minute at most."""
        began = time.monotonic()
        places = {room["id"]: await self.population.mark(room["id"]) for room in self.population.rooms}
        for room, place in places.items():
            pages = [page for page in self.population.pages if page.room == room]
            left = CATCH_UP_S - (time.monotonic() - began)
            if not await wait_for(lambda: all(page.has_reached(*place) for page in pages), left):  # noqa: B023
                late = [page for page in pages if not page.has_reached(*place)]
                self.history.unsettled += [
                    f"after “{what}”: {page.person.name} at {page.mirror.cursor}, the log at {place}: {page.error}"
                    for page in late
                ]
        return time.monotonic() - began

    async def _end(self) -> None:
        """No more faults: outboxes run empty, readers catch up, and everything is read once more."""
        await self.population.fall_silent(CATCH_UP_S)
        for page in self.population.pages:
            page.restless = False
        await self._caught_up("the end")
        await wait_for(lambda: not any(page.asleep for page in self.population.pages), 10)
        await self._caught_up("the end")
        for room in self.population.rooms:
            self.history.logs.append(await self.population.log(room["id"]))
        self.history.finals += [page.mirror.final() for page in self.population.pages if not page.out]
        for room in self.population.rooms:
            for door in self.stage.doors:
                self.history.loads.append(await self._load(room["id"], door))

    async def _load(self, room: int, door: object) -> Final:
        """All of a room as a new client finds it: the first state, then page by page backwards."""
        page = next(page for page in self.population.pages if page.room == room)
        browser = Browser(next(one for one in self.stage.doors if one is door), page.person)
        said = await browser.call("GET", f"/api/rooms/{page.slug}")
        found, more = list(said["messages"]), said["more"]
        while more:
            query = {"before": min(message["seq"] for message in found), "limit": 200}
            part = await browser.call("GET", f"/api/rooms/{page.slug}/messages", params=query)
            found, more = [*part["messages"], *found], part["more"]
        await browser.close()
        epoch, _colon, number = said["cursor"].rpartition(":")
        states = {message["seq"]: State.of(message) for message in found}
        return Final(room, page.person.id, epoch, int(number), 0, states)


__all__ = ["Round", "Verdict"]
