"""One message to many: over WebSockets from one sender or sixteen, and to held polls."""

from __future__ import annotations

import time
from collections.abc import Sequence

from ..dialects.base import Reader
from ..figures import Figure
from ..tally import Tally
from .stage import Stage

SENDERS = 16
TIMED_EVERY = 10
"""Of so many readers one notes how old its messages are: that costs the generator as much as counting them."""

STALL_S = 4.0
"""When nothing has come for so long, what is missing was lost, or is later than that; the loop goes on."""


class ClosedLoop:
    """Keeps `under_way` messages on their way to `readers`."""

    def __init__(self, tally: Tally, readers: int, speakers: Sequence[Reader], under_way: int, size: int = 0) -> None:
        self.tally, self.readers, self.speakers = tally, readers, speakers
        self.under_way, self.size = under_way, size
        self.sent = 0
        self._arrived = 0
        self._moved_at = time.perf_counter()

    def __call__(self) -> None:
        self._forget_lost()
        # What was only late counts as lost no longer.
        self.tally.lost = min(self.tally.lost, self.sent * self.readers - self.tally.arrived)
        came = (self.tally.arrived + self.tally.lost) // self.readers
        while self.sent - came < self.under_way:
            self.speakers[self.sent % len(self.speakers)].send(self.size)
            self.sent += 1
        self.tally.wanted = (came + 1) * self.readers - self.tally.lost

    def _forget_lost(self) -> None:
        now = time.perf_counter()
        if self.tally.arrived != self._arrived:
            self._arrived, self._moved_at = self.tally.arrived, now
        elif now - self._moved_at > STALL_S:
            self.tally.lost = self.sent * self.readers - self.tally.arrived
            self._moved_at = now


def sockets(stage: Stage, speakers: int) -> Figure | None:
    """`sizes.clients` sockets in one room, of which `speakers` write, one message under way each."""
    loop, target, room = stage.loop, stage.target, stage.target.room()
    clients = max(stage.sizes.clients, speakers)
    speaking = stage.open(speakers, lambda number: target.dialect.speaker(loop, target.site, number, room))
    if not speaking:
        return None
    reading = stage.open(
        clients - speakers, lambda number: target.dialect.reader(loop, target.site, speakers + number, room)
    )
    tally, everybody = Tally(), [*speaking, *reading]
    stage.settle()
    for number, reader in enumerate(everybody):
        reader.count(tally, timed=number % TIMED_EVERY == 0)
    return stage.measure(tally, ClosedLoop(tally, len(everybody), speaking, speakers))


def one_sender(stage: Stage) -> Figure | None:
    return sockets(stage, 1)


def many_senders(stage: Stage) -> Figure | None:
    return sockets(stage, SENDERS)


def holds(stage: Stage) -> Figure | None:
    """`sizes.clients` held polls in one room; a delivery is an answer and the next request."""
    loop, target, room = stage.loop, stage.target, stage.target.room()
    tally = Tally()
    holding = stage.open(
        stage.sizes.clients, lambda number: target.dialect.holder(loop, target.site, number, room, tally)
    )
    speaking = stage.open(1, lambda number: target.dialect.speaker(loop, target.site, number, room))
    if not holding or not speaking:
        return None
    speaking[0].count(Tally(), timed=False)
    for holder in holding:
        holder.begin()
    tally.timed = True
    stage.settle()
    return stage.measure(tally, ClosedLoop(tally, len(holding), speaking, 1))
