"""Who is connected to all processes, asked through the channel layer when somebody wants to see it.

Each process answers with what it keeps anyway. Whoever does not answer in time is named, when it was heard of lately.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from heapq import nsmallest
from itertools import count
from typing import Any, NamedTuple

import msgspec
from django.conf import settings

from . import fanout
from .connections import Connection
from .hub import Hub

PATIENCE_S = 0.3
"""How long the answers of other processes are waited for."""

KNOWN_S = 300
"""How long a process that says nothing more counts as one that should have answered."""

LISTED = 200
"""Connections of one answer; the counts are of all."""

AT_ONCE = 500
"""Connections that are looked at before others have their turn of the loop."""

TYPE = "chat.census"

log = logging.getLogger("chat.census")


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
    """What a process answers: how many match, how many there are by transport; `samples` as in `Connections`."""

    ask: int
    process: str
    name: str
    matching: int
    all: dict[str, int]
    rows: list[Row]
    samples: list[tuple[int, ...]]


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


Said = Report | Ask | Hello | Bye
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Said)
_NO_EVENTS = _pack([])
"""For processes of a version that knows no census: an event without content."""


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


def own_name() -> str:
    """What this process is called: as the settings say, else where it runs and its number there."""
    return str(settings.CHAT_PROCESS_NAME) if settings.CHAT_PROCESS_NAME else f"{socket.gethostname()}:{os.getpid()}"


class Registrar:
    """The census of a process: it asks the others, and answers them."""

    def __init__(self, hub: Hub, process: str = fanout.ORIGIN) -> None:
        self.process = process
        self.name = own_name()
        self._hub = hub
        self._channel = ""
        self._known: dict[str, Known] = {}
        self._numbers = count(1)
        self._answers: dict[int, dict[str, Report]] = {}
        self._answered = asyncio.Event()
        hub.at_drain.append(self._leave)

    async def take(self, query: Query) -> Census:
        """Asks everybody, and waits for `PATIENCE_S` at most."""
        number = next(self._numbers)
        answers = self._answers[number] = {}
        try:
            is_told = await self._ask(number, query)
            own = await self.report(number, query)
        finally:
            del self._answers[number]
        silent = [known for process, known in self._lately().items() if process not in answers]
        others = sorted(answers.values(), key=lambda one: one.name)
        is_alone = fanout.layer() is None
        return Census([own, *others], silent, is_alone, is_deaf=not (is_alone or is_told))

    async def report(self, number: int, query: Query) -> Report:
        """What this process knows, for the question with that number; sockets that are shown are asked for an echo."""
        everybody: Counter[str] = Counter()
        found: list[tuple[Row, Connection]] = []
        async for one in _present(self._hub):
            everybody[one.reader.transport] += 1
            row_id = f"{self.process}:{one.id}"
            if _matches(one, row_id, query):
                found.append((_row(self._hub, one, row_id), one))
        order = _ORDERS[query.order]
        shown = nsmallest(LISTED, found, key=lambda pair: order(pair[0]))
        for _shown, one in shown:
            if one.socket:
                one.socket.probe()
        rows, samples = [row for row, _one in shown], list(self._hub.connections.samples)
        return Report(number, self.process, self.name, len(found), dict(everybody), rows, samples)

    async def joined(self, channel: str) -> None:
        """This process hears the layer, at that channel."""
        self._channel = channel
        await self._tell(Hello(self.process, self.name, channel))

    def hear(self, message: dict[str, Any]) -> None:
        """Takes what another process, or this one, has said."""
        if message["origin"] == self.process:
            return
        try:
            said = _unpack.decode(message["census"])
        except (KeyError, TypeError, msgspec.DecodeError) as error:
            log.debug("What another process says of the census cannot be read: %r", error)
            return
        match said:
            case Report():
                self._remember(said.process, said.name)
                if said.ask in self._answers:
                    self._answers[said.ask][said.process] = said
                    self._answered.set()
            case Ask() if not self._hub.draining:
                self._hub.spawn(self._answer(said))
            case Hello():
                self._remember(said.process, said.name)
                if said.channel:
                    self._hub.spawn(self._send(said.channel, Hello(self.process, self.name)))
            case Bye():
                self._known.pop(said.process, None)

    async def _ask(self, number: int, query: Query) -> bool:
        """Whether the layer took the question. Returns when all who are known have answered, or it is too late."""
        is_told = False
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                is_told = bool(self._channel) and await self._tell(Ask(number, self._channel, query))
                while is_told and not self._lately().keys() <= self._answers[number].keys():
                    self._answered.clear()
                    await self._answered.wait()
        return is_told

    def _leave(self) -> None:
        """This process is about to stop: nobody need wait for its answers."""
        if self._channel:
            self._hub.spawn(self._tell(Bye(self.process)))

    async def _answer(self, ask: Ask) -> None:
        await self._send(ask.channel, await self.report(ask.ask, ask.query))

    def _remember(self, process: str, name: str) -> None:
        self._known[process] = Known(name, time.time())

    def _lately(self) -> dict[str, Known]:
        """Processes that were heard of within the time for which that counts."""
        first = time.time() - KNOWN_S
        self._known = {process: known for process, known in self._known.items() if known.at >= first}
        return self._known

    async def _tell(self, said: Said) -> bool:
        """Tells everybody; whether the layer took it."""
        with suppress(Exception):
            await fanout.layer().group_send(fanout.GROUP, self._message(said))
            return True
        return False

    async def _send(self, channel: str, said: Said) -> None:
        with suppress(Exception):
            await fanout.layer().send(channel, self._message(said))

    def _message(self, said: Said) -> dict[str, Any]:
        return {"type": TYPE, "origin": self.process, "events": _NO_EVENTS, "census": _pack(said)}


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
