"""Closed loops of single clients: empty polls, durable sends over a WebSocket and over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from ..dialects.base import Asking, Sender
from ..figures import Figure
from ..tally import NEVER, Tally
from .stage import Stage


def polls(stage: Stage) -> Figure | None:
    """`sizes.pollers` clients of one room in which nothing happens."""
    loop, target, room, work = stage.loop, stage.target, stage.target.room(), Tally(wanted=NEVER)
    clients = stage.open(
        stage.sizes.pollers, lambda number: target.dialect.poller(loop, target.site, number, room, work)
    )
    return loop_of(stage, clients, work)


def send(stage: Stage, under_way: int) -> Figure | None:
    """`sizes.senders` sockets, each in a room of its own, each with so many messages under way."""
    loop, target, work = stage.loop, stage.target, Tally(timed=True, wanted=NEVER)
    clients = stage.open(
        stage.sizes.senders, lambda number: target.dialect.sender(loop, target.site, number, target.room(), work)
    )
    if not clients:
        return None
    stage.settle()
    _start(clients, under_way)
    found = stage.measure(work, lambda: None)
    work.running = False
    stage.loop.rest(0.2)
    return found


def send_one(stage: Stage) -> Figure | None:
    return send(stage, 1)


def send_eight(stage: Stage) -> Figure | None:
    return send(stage, 8)


def _start(clients: Sequence[Sender], under_way: int) -> None:
    for _ in range(under_way):
        for client in clients:
            client.send()


def post(stage: Stage) -> Figure | None:
    """`sizes.senders` clients, each in a room of its own, one POST after the other."""
    loop, target, work = stage.loop, stage.target, Tally(timed=True, wanted=NEVER)
    clients = stage.open(
        stage.sizes.senders, lambda number: target.dialect.poster(loop, target.site, number, target.room(), work)
    )
    return loop_of(stage, clients, work)


def ingest(stage: Stage) -> Figure | None:
    """`sizes.writers` clients, all in one room, one POST after the other."""
    loop, target, room, work = stage.loop, stage.target, stage.target.room(), Tally(timed=True, wanted=NEVER)
    clients = stage.open(
        stage.sizes.writers, lambda number: target.dialect.poster(loop, target.site, number, room, work)
    )
    return loop_of(stage, clients, work)


def loop_of(stage: Stage, clients: Sequence[Asking], work: Tally) -> Figure | None:
    """Measures clients that each ask again when they are answered."""
    if not clients:
        return None
    stage.settle()
    for client in clients:
        client.begin()
    found = stage.measure(work, lambda: None)
    work.running = False
    stage.loop.rest(0.2)
    return found
