"""Who is connected, as a process tells it when somebody wants to see it: from what it keeps anyway."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from heapq import nsmallest
from typing import NamedTuple

import msgspec

from .connections import Connection
from .hub import Hub

LISTED = 200
"""Connections of one answer; the counts are of all."""

AT_ONCE = 500
"""Connections that are looked at before others have their turn of the loop."""


class Query(msgspec.Struct, frozen=True):
    """Which connections: in a room, of a person, over a transport; or those with these ids (`process:number`)."""

    room_id: int | None = None
    user_id: int | None = None
    transport: str = ""
    order: str = "newest"
    ids: tuple[str, ...] | None = None


class Row(msgspec.Struct, array_like=True, frozen=True):
    """One connection. `behind`: numbers of the log; `round_trip_s`: None where nobody knows it; `since`: Unix time."""

    id: str
    user_id: int
    name: str
    room_id: int
    slug: str
    transport: str
    since: float
    behind: int
    round_trip_s: float | None
    sent: int
    empty: int


class Report(msgspec.Struct, tag="report"):
    """What a process answers: how many match and how many there are, by transport; `samples` as in `Connections`."""

    ask: int
    process: str
    name: str
    found: dict[str, int]
    all: dict[str, int]
    rows: list[Row]
    samples: list[tuple[int, ...]]

    @property
    def matching(self) -> int:
        """How many match, over whatever."""
        return sum(self.found.values())


class Ask(msgspec.Struct, tag="ask"):
    """A process wants to know; `channel`: where it hears answers."""

    ask: int
    channel: str
    query: Query


class Hello(msgspec.Struct, tag="hello"):
    """A process is there. `channel`: where it wants to hear who else is, if it does."""

    process: str
    name: str
    channel: str = ""


class Bye(msgspec.Struct, tag="bye"):
    """A process is about to stop."""

    process: str


class Known(NamedTuple):
    """A process that was heard of: its name, and when (Unix time)."""

    name: str
    at: float


class Census(NamedTuple):
    """Answers, this process's first; who should have answered and did not.

    `is_alone`: there is no layer; `is_deaf`: there is one, and it takes nothing.
    """

    reports: list[Report]
    silent: list[Known]
    is_alone: bool
    is_deaf: bool


async def report(hub: Hub, process: str, name: str, number: int, query: Query) -> Report:
    """What a process knows, for the question with that number; sockets that are shown are asked for an echo."""
    everybody: Counter[str] = Counter()
    found: list[tuple[Row, Connection]] = []
    async for one in _present(hub):
        everybody[one.reader.transport] += 1
        row_id = f"{process}:{one.id}"
        if _matches(one, row_id, query):
            found.append((_row(hub, one, row_id), one))
    order = _ORDERS[query.order]
    shown = nsmallest(LISTED, found, key=lambda pair: order(pair[0]))
    for _shown, one in shown:
        if one.socket:
            one.socket.probe()
    rows, samples = [row for row, _one in shown], list(hub.connections.samples)
    matching = Counter(one.reader.transport for _found, one in found)
    return Report(number, process, name, dict(matching), dict(everybody), rows, samples)


def total(counts: Iterable[dict[str, int]]) -> Counter[str]:
    """What several processes have counted, added up."""
    added: Counter[str] = Counter()
    for one in counts:
        added.update(one)
    return added


def merged(reports: Iterable[Report], order: str) -> list[tuple[Row, str]]:
    """The first connections of all processes, each with the name of its own."""
    pairs = [(row, one.name) for one in reports for row in one.rows]
    return nsmallest(LISTED, pairs, key=lambda pair: _ORDERS[order](pair[0]))


async def _present(hub: Hub) -> AsyncIterator[Connection]:
    """All who are here; other work has its turn in between."""
    now = time.monotonic()
    for at, one in enumerate(list(hub.connections), 1):
        if at % AT_ONCE == 0:
            await asyncio.sleep(0)
        if one.is_here(now):
            yield one


def _matches(one: Connection, row_id: str, query: Query) -> bool:
    reader = one.reader
    return (
        (query.room_id is None or reader.room_id == query.room_id)
        and (query.user_id is None or reader.user_id == query.user_id)
        and (not query.transport or reader.transport == query.transport)
        and (query.ids is None or row_id in query.ids)
    )


def _row(hub: Hub, one: Connection, row_id: str) -> Row:
    reader, told = one.reader, one.socket or one
    return Row(
        *(row_id, reader.user_id, reader.you.name, reader.room_id, reader.slug, reader.transport, one.since),
        *(_behind(hub, one), told.round_trip_s, told.sent, one.empty),
    )


def _behind(hub: Hub, one: Connection) -> int:
    """Numbers of the room's log that it was not handed; who is held has all."""
    channel = hub.channels.get(one.reader.room_id)
    number = one.socket.number if one.socket else one.number
    if channel is None or number < 0 or (one.subscription in channel.parked):
        return 0
    return max(0, channel.window.end - number)


_ORDERS: dict[str, Callable[[Row], float]] = {
    "newest": lambda row: -row.since,
    "oldest": lambda row: row.since,
    "behind": lambda row: -row.behind,
    "slowest": lambda row: -(row.round_trip_s or 0),
    "heaviest": lambda row: -row.sent,
}
