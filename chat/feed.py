"""Three transports, three depths of one loop over one log: read; read, else wait once; read, wait, repeat.

Subscribe first, read second, wait third: what is written in between wakes the reader. Nothing is handed out to a
reader whose admission is older than the room's last change of access. (The third depth is in `following`.)
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping, Set
from weakref import WeakKeyDictionary

from django.conf import settings

from . import access, history, lanes, revalidation, sending, wire
from .access import Reader
from .hub import Hub
from .registrar import Registrar
from .subscription import Subscription
from .upkeep import SWEEP_S as SWEEP_S
from .upkeep import Upkeep
from .window import Window
from .wire import Batch, Slice

Cursor = tuple[str, int]
DRAIN_MIN_MS = 100
MAX_LIMIT = 200
"""Messages of one batch; a longer gap comes in several, each with `more`."""


class Database:
    """The hub's source: the log in the database, read in a lane."""

    async def after(self, room_id: int, epoch: str | None, number: int, limit: int) -> Slice:
        return await lanes.call(history.after, room_id, epoch, number, limit)

    async def positions(self, room_ids: Iterable[int]) -> Mapping[int, tuple[str, int, int]]:
        return await lanes.call(history.positions, room_ids)

    async def doubtful(self, readers: Iterable[Reader]) -> Set[str]:
        return await lanes.call(revalidation.doubtful, readers)

    def expects(self, room_id: int) -> bool:
        return sending.expects(room_id)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()
_registrars: WeakKeyDictionary[asyncio.AbstractEventLoop, Registrar] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop, started at its first use."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        found = _hubs[loop] = Hub(Database())
        upkeep = Upkeep(found)
        _registrars[loop] = upkeep.registrar
        upkeep.start()
    return found


def registrar() -> Registrar:
    """The same for the census."""
    hub()
    return _registrars[asyncio.get_running_loop()]


async def read_after(reader: Reader, revision: int, cursor: Cursor | None, limit: int) -> bytes:
    """Polling: the batch after the cursor, at once."""
    return await wait_after(reader, revision, cursor, limit, hold=0)


async def wait_after(
    reader: Reader, revision: int, cursor: Cursor | None, limit: int, *, hold: float, page: str = ""
) -> bytes:
    """Long polling: the batch after the cursor, or the first change within `hold` seconds, or an empty batch."""
    channel = await hub().open(reader.room_id)
    with hub().subscribe(channel, reader, revision=revision, page=page) as subscription:
        epoch, number = cursor or (channel.window.epoch, channel.window.end)
        deadline = asyncio.get_running_loop().time() + hold
        while True:
            part = await read(subscription, epoch, number, limit)
            left = deadline - asyncio.get_running_loop().time()
            switch = subscription.connection.switch
            if is_news(part) or part.more or left <= 0 or subscription.ended or switch:
                return _answer(subscription, part, number)
            epoch, number = part.epoch, part.end
            await subscription.wait(epoch, number, left)


def _answer(subscription: Subscription[Reader], part: Slice, after: int) -> bytes:
    """The body of an answer, counted, and with what this page alone is told."""
    connection = subscription.connection
    switch = connection.take_switch()
    batch = encode(subscription, part, retry_ms() if hub().draining else None, switch._asdict() if switch else None)
    connection.answered(len(batch.data), part.end, is_empty=part.end == after)
    return batch.data


def retry_ms() -> int:
    """When a reader comes back to a server that restarts: spread at random, so that not all come at once."""
    return random.randint(DRAIN_MIN_MS, settings.CHAT_DRAIN_SPREAD_MS)  # noqa: S311


async def position(room_id: int) -> Cursor:
    """Where a reader without a cursor starts: now."""
    window = (await hub().open(room_id)).window
    return window.epoch, window.end


async def read(subscription: Subscription[Reader], epoch: str, number: int, limit: int) -> Slice:
    """What is after the position, for a reader who is admitted as of that slice."""
    while True:
        part = await _after(subscription, epoch, number, limit)
        if not subscription.stale and subscription.covers(part.epoch, part.access_version):
            return part
        await _readmit(subscription)


async def _after(subscription: Subscription[Reader], epoch: str, number: int, limit: int) -> Slice:
    room_id, channel = subscription.reader.room_id, subscription.channel
    part = _in_window(channel.window, epoch, number, limit)
    if part is None and await hub().reach_back(room_id, epoch, number):
        part = _in_window(channel.window, epoch, number, limit)
    if part is None:
        part = await lanes.call(history.after, room_id, epoch, number, limit)
        if part.epoch != channel.window.epoch or part.end > channel.window.end:
            await hub().healed(room_id)
    return part


def _in_window(window: Window, epoch: str, number: int, limit: int) -> Slice | None:
    return window.after(number, limit) if window.epoch == epoch else None


async def _readmit(subscription: Subscription[Reader]) -> None:
    window = subscription.channel.window
    seen = window.epoch, window.access_version
    subscription.revoked = False
    subscription.readmitted(await lanes.call(access.readmit, subscription.reader), *seen)


def is_news(part: Slice) -> bool:
    """Whether a reader must be told of it."""
    return bool(part.changes) or part.reset or part.has_access_change


def encode(
    subscription: Subscription[Reader],
    part: Slice,
    retry_ms: int | None = None,
    switch: dict[str, str] | None = None,
) -> Batch:
    """The bytes that all level readers share; a reader's own when they tell where it stands, or when to come back."""
    window = subscription.channel.window
    you = subscription.reader.you if part.reset or part.has_access_change else None
    if part.reset or you or retry_ms is not None or switch or part.epoch != window.epoch:
        return wire.batch(part, you=you, retry_ms=retry_ms, switch=switch)
    return window.batch(part)
