"""Hours of a server's life: a quiet one, the minute after a restart, a reader that never reads."""

from __future__ import annotations

import time

from ..connection import Connection, Tally, Trouble
from ..cpu import Meter, memory_kb
from ..dialects.base import Reader
from ..dialects.parley import Parley
from ..figures import Figure, figure
from .fanout import ClosedLoop
from .stage import OPEN_S, Stage

READERS = 10
A_SECOND = 50
FINE_TICK_S = 0.002
LATE_S = 1.5
"""PostgreSQL's counts are late by up to a second."""

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


def storm(stage: Stage) -> Figure | None:
    """All clients come back at once after a restart, one message behind: until all are level.

    Peers have no cursor; there it is until all have joined again.
    """
    loop, target, room, count = stage.loop, stage.target, stage.target.room(), stage.sizes.clients
    before = stage.open(1, lambda number: target.dialect.speaker(loop, target.site, number, room))
    if not before:
        return None
    cursor = getattr(before[0], "cursor", b"")
    before[0].send()
    loop.rest(0.3)
    target.restart()
    transactions = target.transactions()
    meter, tally = Meter(target.pids, target.beside), Tally()

    def come_back(number: int) -> Reader | None:
        dialect = target.dialect
        if not isinstance(dialect, Parley):
            return dialect.reader(loop, target.site, number, room)
        reader = dialect.reader(loop, target.site, number, room, cursor)
        reader.count(tally, timed=False)
        return reader

    if isinstance(target.dialect, Parley):
        clients = [come_back(number) for number in range(count)]
        stage.keep(clients)
        if not loop.run(lambda: tally.arrived >= count, OPEN_S):
            raise Trouble(f"{tally.arrived} of {count} were level after {OPEN_S} s")
    else:
        stage.open(count, come_back, at_once=True)
    usage = meter.usage()
    more = {"level_s": usage.wall}
    if transactions is not None:
        loop.rest(LATE_S)
        more["transactions_each"] = ((target.transactions() or 0) - transactions) / count
    return figure(stage.scenario, target.name, count, usage, [], more=more)


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
