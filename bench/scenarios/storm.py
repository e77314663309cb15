"""All clients come back at once after a restart."""

from __future__ import annotations

import time

from ..cpu import Meter
from ..dialects.parley import Parley, ParleyReader
from ..figures import Figure, figure
from ..tally import Tally, Trouble
from .stage import OPEN_S, Stage

RETRY_S = 0.5
"""How often those come again whom the server has turned away."""

LATE_S = 1.5
"""PostgreSQL's counts are late by up to a second."""


def storm(stage: Stage) -> Figure | None:
    """Until everybody is level again. The chat's clients are one message behind; peers have no cursor and join."""
    target, count = stage.target, stage.sizes.returning
    dialect = target.dialect
    if isinstance(dialect, Parley):
        return _level(stage, dialect)
    room = target.room()
    target.restart()
    meter = Meter(target.pids, target.beside)
    if not stage.open(count, lambda number: dialect.reader(stage.loop, target.site, number, room), at_once=True):
        return None
    usage = meter.usage()
    return figure(stage.scenario, target.name, count, usage, [], more={"level_s": usage.wall})


def _level(stage: Stage, dialect: Parley) -> Figure:
    target, room, count = stage.target, stage.target.room(), stage.sizes.returning
    cursor = _behind(stage, dialect, room)
    target.restart()
    transactions = target.transactions()
    returning = Returning(stage, dialect, room, cursor)
    meter = Meter(target.pids, target.beside)
    returning.come()
    if not stage.loop.run(returning, OPEN_S):
        raise Trouble(f"{returning.tally.arrived} of {count} were level after {OPEN_S} s")
    usage = meter.usage()
    more = {"level_s": usage.wall, "turned_away": float(returning.turned_away)}
    if transactions is not None:
        stage.loop.rest(LATE_S)
        more["transactions_each"] = ((target.transactions() or 0) - transactions) / count
    return figure(stage.scenario, target.name, count, usage, [], more=more)


def _behind(stage: Stage, dialect: Parley, room: str) -> bytes:
    """The cursor before the newest message."""
    [before] = stage.open(1, lambda number: dialect.reader(stage.loop, stage.target.site, number, room))
    cursor = before.cursor
    before.send()
    if not stage.loop.run(lambda: before.cursor != cursor, OPEN_S):
        raise Trouble("the message to be behind of did not come")
    return cursor


class Returning:
    """The clients of a storm. Called: whether all are level; sends those again who were turned away."""

    def __init__(self, stage: Stage, dialect: Parley, room: str, cursor: bytes) -> None:
        self.stage, self.dialect, self.room, self.cursor = stage, dialect, room, cursor
        self.tally = Tally()
        self.turned_away = 0
        self._clients: list[ParleyReader] = []
        self._looked_at = time.perf_counter()

    def come(self) -> None:
        self._clients = [self._one(number) for number in range(self.stage.sizes.returning)]

    def __call__(self) -> bool:
        now = time.perf_counter()
        if now - self._looked_at > RETRY_S:
            self._looked_at = now
            self._again()
        return self.tally.arrived >= len(self._clients)

    def _one(self, number: int) -> ParleyReader:
        client = self.dialect.reader(self.stage.loop, self.stage.target.site, number, self.room, self.cursor)
        client.count(self.tally, timed=False)
        self.stage.keep([client])
        return client

    def _again(self) -> None:
        for number, client in enumerate(self._clients):
            if client.closed:
                self.turned_away += 1
                self._clients[number] = self._one(number)
