"""Three transports, three depths of one loop over one log: read; read, else wait once; read, wait, repeat.

Subscribe first, read second, wait third: what is written in between wakes the reader. Nothing is handed out to a
reader whose admission is older than the room's last change of access.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterable, Mapping, Set
from weakref import WeakKeyDictionary

from django.conf import settings

from . import access, history, lanes, revalidation, wire
from .access import Reader
from .channel import Outlet, Subscription
from .errors import Restarting
from .hub import Hub
from .upkeep import Upkeep
from .wire import Batch, Slice

Cursor = tuple[str, int]
DRAIN_MIN_MS = 100
MAX_LIMIT = 200
"""Messages of one batch; a longer gap comes in several, each with `more`."""


class Database:
    """The hub's source: the log in the database, read in a lane."""

    async def after(self, room_id: int, epoch: str | None, number: int, limit: int) -> Slice:
        return await lanes.call(history.after, room_id, epoch, number, limit)

    async def positions(self, room_ids: Iterable[int]) -> Mapping[int, tuple[str, int]]:
        return await lanes.call(history.positions, room_ids)

    async def doubtful(self, readers: Iterable[Reader]) -> Set[str]:
        return await lanes.call(revalidation.doubtful, readers)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop, started at its first use."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        found = _hubs[loop] = Hub(Database())
        Upkeep(found).start()
    return found


async def read_after(reader: Reader, revision: int, cursor: Cursor | None, limit: int) -> bytes:
    """Polling: the batch after the cursor, at once."""
    return await wait_after(reader, revision, cursor, limit, hold=0)


async def wait_after(
    reader: Reader, revision: int, cursor: Cursor | None, limit: int, *, hold: float, page: str = ""
) -> bytes:
    """Long polling: the batch after the cursor, or the first change within `hold` seconds, or an empty batch."""
    channel = await hub().open(reader.room_id)
    with hub().subscribe(channel, reader, revision=revision, page=page) as subscription:
        epoch, number = cursor or (subscription.window.epoch, subscription.window.end)
        deadline = asyncio.get_running_loop().time() + hold
        while True:
            part = await _read(subscription, epoch, number, limit)
            left = deadline - asyncio.get_running_loop().time()
            if _is_news(part) or part.more or left <= 0 or subscription.ended:
                return _encode(subscription, part, retry_ms() if hub().draining else None).data
            epoch, number = part.epoch, part.end
            await subscription.wait(epoch, number, left)


async def follow(
    reader: Reader, revision: int, cursor: Cursor, limit: int, *, idle_s: float, outlet: Outlet | None = None
) -> AsyncIterator[Batch | None]:
    """WebSocket: batch after batch, and None after each `idle_s` seconds without one. Raises what admission raises.

    While the reader is level, batches go to the outlet instead, as long as it takes them.
    """
    channel = await hub().open(reader.room_id)
    with hub().subscribe(channel, reader, revision=revision) as subscription:
        epoch, number = cursor
        loop = asyncio.get_running_loop()
        written_at = loop.time()
        while True:
            part = await _read(subscription, epoch, number, limit)
            if _is_news(part):
                yield _encode(subscription, part)
                written_at = loop.time()
            epoch, number = part.epoch, part.end
            while not part.more:
                is_due = await subscription.wait(epoch, number, written_at + idle_s - loop.time(), outlet)
                number, written_at = subscription.number, max(written_at, subscription.pushed_at)
                if is_due:
                    break
                if written_at + idle_s <= loop.time():
                    yield None
                    written_at = loop.time()
            if subscription.ended:
                raise Restarting("This server restarts. Come back with your cursor.", retry_after=retry_ms() / 1000)


def retry_ms() -> int:
    """When a reader comes back to a server that restarts: spread at random, so that not all come at once."""
    return random.randint(DRAIN_MIN_MS, settings.CHAT_DRAIN_SPREAD_MS)  # noqa: S311


async def position(room_id: int) -> Cursor:
    """Where a reader without a cursor starts: now."""
    window = (await hub().open(room_id)).window
    return window.epoch, window.end


async def _read(subscription: Subscription[Reader], epoch: str, number: int, limit: int) -> Slice:
    """What is after the position, for a reader who is admitted as of that slice."""
    while True:
        window = subscription.window
        part = window.after(number, limit) if window.epoch == epoch else None
        if part is None:
            part = await _read_log(subscription, epoch, number, limit)
        if not subscription.stale and subscription.covers(part.epoch, part.access_version):
            return part
        await _readmit(subscription)


async def _read_log(subscription: Subscription[Reader], epoch: str, number: int, limit: int) -> Slice:
    room_id = subscription.reader.room_id
    part = await lanes.call(history.after, room_id, epoch, number, limit)
    if part.epoch != subscription.window.epoch:
        await hub().healed(room_id, subscription.channel)
    return part


async def _readmit(subscription: Subscription[Reader]) -> None:
    window = subscription.window
    seen = window.epoch, window.access_version
    subscription.revoked = False
    subscription.readmitted(await lanes.call(access.readmit, subscription.reader), *seen)


def _is_news(part: Slice) -> bool:
    return bool(part.changes) or part.reset or part.has_access_change


def _encode(subscription: Subscription[Reader], part: Slice, retry_ms: int | None = None) -> Batch:
    """The bytes that all level readers share; a reader's own when they tell where it stands, or when to come back."""
    you = subscription.reader.you if part.reset or part.has_access_change else None
    if you or retry_ms is not None or part.epoch != subscription.window.epoch:
        return wire.batch(part, you=you, retry_ms=retry_ms)
    return subscription.window.batch(part)
