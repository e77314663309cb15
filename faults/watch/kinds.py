"""The lab's faults, and two more: a network that is dead for long, and one that the browser knows to be away."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from ..kinds import KINDS, Fault, Lab
from .audience import Audience

LONG_S = 75.0
"""Longer than the longest silence that a page takes for a healthy line: two heartbeats and 5 s."""

OFFLINE_S = 10.0
LEFT_ON_S = 10.0
"""Layer messages are touched for two position checks."""

BUSY_S = 1.0
SPARSE_S = 5.0
"""Nobody goes on writing every second for a minute without an answer."""

QUIET_S = 6.0
"""While wake-ups are lost, the next message would bring the lost one along, as would one's own."""


@dataclass(frozen=True)
class Aimed(Lab):
    """Hits the server in front of which the windows are."""

    hit: int
    audience: Audience

    def a_server(self) -> int:
        return self.hit


async def long_hole(lab: Aimed) -> None:
    """Nothing passes; afterwards the connections of before are dead."""
    door = lab.stage.doors[lab.hit]
    door.weather.passing.clear()
    await asyncio.sleep(LONG_S)
    door.cut_all()
    door.weather.passing.set()


async def offline(lab: Aimed) -> None:
    """The browser knows it; connections are silent all the same."""
    door, windows = lab.stage.doors[lab.hit], lab.audience.windows[:-1]
    door.weather.passing.clear()
    await asyncio.gather(*(window.unplug(True) for window in windows))
    await asyncio.sleep(OFFLINE_S)
    door.cut_all()
    door.weather.passing.set()
    await asyncio.gather(*(window.unplug(False) for window in windows))


OWN = {"black hole of 75 s": long_hole, "network of the browser away": offline}
NAMES = [*KINDS, *OWN]


def rhythm(kind: str) -> tuple[float, bool]:
    """Seconds between two messages of a page, and whether the page on the other server writes, too."""
    if kind in OWN:
        return SPARSE_S, True
    return (QUIET_S, False) if kind.startswith(("Valkey", "layer")) else (BUSY_S, True)


async def inject(kind: str, lab: Aimed) -> None:
    """Inject, let it last, mend."""
    if kind in OWN:
        return await OWN[kind](lab)
    fault: Fault = KINDS[kind]
    mend = await fault(lab)
    if mend:
        await asyncio.sleep(LEFT_ON_S)
        mend()
    await lab.stage.revive()
