"""The networks, and what is to come of each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass, field

from .middlebox import BUFFER, CUT, CUT_HELD, KEEP_HELD, STRIP, SWALLOW, Middlebox

SOCKET, HOLD, POLL = "via WebSocket", "via long polling", "polling every"
"""What the button says."""


@dataclass(frozen=True)
class Scale:
    """Seconds: the room's hold, until held requests are cut, for which held answers are kept back, of being away."""

    hold_s: int = 50
    held_s: float = 30
    kept_s: float = 20
    away_s: float = 40


@dataclass(frozen=True)
class Kind:
    """A network. `faults` are there when the page is opened. `ends_on`: what the button says in the end.

    `strikes`: what happens instead to a page that has been live, until it is over. `learns`: a hold is to be learned.
    `is_long`: even in brief it takes longer than a test should.
    """

    name: str
    ends_on: str
    faults: Set[str] = field(default_factory=frozenset)
    strikes: Callable[[Middlebox, Scale], Awaitable[None]] | None = None
    learns: bool = False
    is_long: bool = False

    @property
    def is_blamed(self) -> bool:
        """Whether WebSocket is left, and for what the network does."""
        return self.ends_on != SOCKET


async def go_away(box: Middlebox, scale: Scale) -> None:
    """Connections are cut and refused."""
    box.go_down()
    await asyncio.sleep(scale.away_s)


async def fall_silent(box: Middlebox, scale: Scale) -> None:
    """Connections stay, and nothing passes: those that are there, and those that are made."""
    box.answering.clear()
    wires = list(box.wires)
    for wire in wires:
        wire.flowing.clear()
    await asyncio.sleep(scale.away_s)
    for wire in wires:
        wire.cut()


async def turn_bad(box: Middlebox, scale: Scale) -> None:
    """Sockets that worked carry nothing any more."""
    box.faults = {SWALLOW}


KINDS = (
    Kind("nothing in the way", SOCKET),
    Kind("strips Upgrade", HOLD, {STRIP}),
    Kind("cuts sockets 200 ms after the 101", HOLD, {CUT}),
    Kind("swallows frames", HOLD, {SWALLOW}),
    Kind("buffers what sockets bring", HOLD, {BUFFER}),
    Kind("begins to swallow frames", HOLD, strikes=turn_bad, is_long=True),
    Kind("strips Upgrade, cuts held requests", HOLD, {STRIP, CUT_HELD}, learns=True, is_long=True),
    Kind("strips Upgrade, keeps held answers back", POLL, {STRIP, KEEP_HELD}),
    Kind("goes away", SOCKET, strikes=go_away),
    Kind("is a black hole", SOCKET, strikes=fall_silent),
)
