"""Memory and threads of clients that wait, in a process that has just started."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..cpu import Meter, memory_kb, threads
from ..figures import Figure, figure
from ..tally import Tally
from .stage import Stage

WARM = 20
"""Clients that come first, so that what a server makes once is there."""


def sockets(stage: Stage) -> Figure | None:
    target, room = stage.target, _fresh(stage)

    def make(count: int) -> list[Any]:
        return stage.open(count, lambda number: target.dialect.reader(stage.loop, target.site, number, room))

    return _rest(stage, make)


def holds(stage: Stage) -> Figure | None:
    target, room, tally = stage.target, _fresh(stage), Tally()

    def make(count: int) -> list[Any]:
        clients = stage.open(count, lambda number: target.dialect.holder(stage.loop, target.site, number, room, tally))
        for client in clients:
            client.begin()
        return clients

    return _rest(stage, make)


def _fresh(stage: Stage) -> str:
    stage.target.restart()
    return stage.target.room()


def _rest(stage: Stage, make: Any) -> Figure | None:
    if not make(WARM):
        return None
    stage.settle()
    pids = stage.target.pids
    memory, running = memory_kb(pids), threads(pids)
    meter = Meter(pids, stage.target.beside)
    clients: Sequence[Any] = make(stage.sizes.clients)
    usage = meter.usage()
    stage.settle()
    more = {
        "kb_each": (memory_kb(pids) - memory) / len(clients),
        "threads_each": (threads(pids) - running) / len(clients),
    }
    return figure(stage.scenario, stage.target.name, len(clients), usage, [], more=more)
