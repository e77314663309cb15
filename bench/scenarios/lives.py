"""Low load, and a reader that never reads."""

from __future__ import annotations

import time

from ..connection import Connection
from ..cpu import memory_kb
from ..dialects.base import Reader
from ..figures import Figure
from ..tally import Tally
from .fanout import ClosedLoop
from .stage import Stage

READERS = 10
A_SECOND = 50
FINE_TICK_S = 0.002
BIG = 3500
"""Characters of a message that soon fills the buffers of a reader that never reads."""


def quiet(stage: Stage) -> Figure | None:
    """10 readers, 50 messages a second: how old a message is when it arrives."""
    loop, target, room = stage.loop, stage.target, stage.target.room()
    speaking = stage.open(1, lambda number: target.dialect.speaker(loop, target.site, number, room))
    reading = stage.open(READERS, lambda number: target.dialect.reader(loop, target.site, 1 + number, room))
    if not speaking:
        return None
    tally = Tally()
    stage.settle()
    speaking[0].count(Tally(), timed=False)
    for reader in reading:
        reader.count(tally, timed=True)
    return stage.measure(tally, Paced(speaking[0]), FINE_TICK_S)


class Paced:
    """Sends `A_SECOND` messages a second, at even distances."""

    def __init__(self, speaker: Reader) -> None:
        self.speaker = speaker
        self._next = time.perf_counter()

    def __call__(self) -> None:
        now = time.perf_counter()
        if now >= self._next:
            self.speaker.send()
            self._next = max(self._next + 1 / A_SECOND, now)


def slow_reader(stage: Stage) -> Figure | None:
    """The rate of 100 readers while one more never reads, as a share of their rate without it."""
    loop, target, room = stage.loop, stage.target, stage.target.room()
    speaking = stage.open(1, lambda number: target.dialect.speaker(loop, target.site, number, room))
    reading = stage.open(stage.sizes.others, lambda number: target.dialect.reader(loop, target.site, number, room))
    if not speaking:
        return None
    tally = Tally()
    stage.settle()
    speaking[0].count(Tally(), timed=False)
    for reader in reading:
        reader.count(tally, timed=False)
    drive = ClosedLoop(tally, len(reading), speaking, 1, BIG)
    alone = stage.measure(tally, drive)
    for stuck in stage.open(1, lambda number: target.dialect.reader(loop, target.site, 200 + number, room)):
        _never_read(stuck)
    memory = memory_kb(target.pids)
    found = stage.measure(tally, drive)
    found.more["others"] = found.rate / alone.rate
    found.more["memory_mb"] = (memory_kb(target.pids) - memory) / 1024
    return found


def _never_read(connection: Connection) -> None:
    connection.loop.remove(connection.sock.fileno())
