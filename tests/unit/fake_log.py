"""A room's log in memory: what the hub and the feed read, with a count of the reads, made to fail or to wait."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from chat import fanout
from chat.channel import Channel
from chat.errors import ChatError, NotFound
from chat.wire import ACCESS, Change, Slice, Transport, You

ROOM_ID = 7
PATIENCE_S = 2
"""The bound of every wait in these tests."""


@dataclass(frozen=True)
class FakeReader:
    """What `access.Reader` says of somebody admitted."""

    user_id: int = 1
    session_key: str = "session-1"
    room_id: int = ROOM_ID
    epoch: str = "e1"
    access_version: int = 0
    you: You | None = None
    transport: Transport = "websocket"
    poll_interval_ms: int = 2000
    slug: str = "lobby"


class FakeLog:
    """A `Source`. `problem` is raised by every read; reads wait for `gate`."""

    def __init__(self) -> None:
        self.epoch = "e1"
        self.last = self.purged = 0
        self.access_version = 0
        self.changes: dict[int, Change] = {}
        self.reads = 0
        self.position_reads = 0
        self.ended: set[str] = set()
        self.gone = False
        self.problem: ChatError | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    def write(self, seq: int | None = None) -> fanout.Changed:
        """The next change, committed; returns the event that tells of it."""
        self.last += 1
        change = Change(self.last, self.last if seq is None else seq, b'{"n":%d}' % self.last)
        if change.seq == ACCESS:
            self.access_version = self.last
        else:
            self.changes.pop(change.seq, None)
            self.changes[change.seq] = change
        return fanout.Changed(ROOM_ID, self.epoch, self.last, self.access_version, [change])

    def restore(self, epoch: str) -> None:
        """A new life of the log, with the same changes."""
        self.epoch = epoch

    def read(self, room_id: int, epoch: str | None, number: int, limit: int) -> Slice:
        """What `history.after` returns."""
        self.reads += 1
        if self.problem:
            raise self.problem
        if self.gone or room_id != ROOM_ID:
            raise NotFound("There is no such room.")
        if epoch is None:
            return Slice(self.epoch, self.last, self.last, self.access_version, [])
        everything = sorted(self.changes.values(), key=lambda change: change.number)
        if epoch != self.epoch or number > self.last:
            return Slice(self.epoch, 0, self.last, self.access_version, everything[-limit:], reset=True)
        found = [change for change in everything if change.number > number]
        end = found[limit - 1].number if len(found) > limit else self.last
        return Slice(self.epoch, number, end, self.access_version, found[:limit], behind=self.last - end)

    async def after(self, room_id: int, epoch: str | None, number: int, limit: int) -> Slice:
        part = self.read(room_id, epoch, number, limit)
        await self.gate.wait()
        return part

    async def positions(self, room_ids: Iterable[int]) -> Mapping[int, tuple[str, int, int]]:
        self.position_reads += 1
        if self.problem:
            raise self.problem
        return {} if self.gone else {ROOM_ID: (self.epoch, self.last, self.purged)}

    async def doubtful(self, readers: Iterable[FakeReader]) -> set[str]:
        return {reader.session_key for reader in readers} & self.ended

    def expects(self, room_id: int) -> bool:
        return False


async def until(condition: Callable[[], object]) -> None:
    """Returns once the condition holds; TimeoutError when it does not within the bound."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - what the condition is about sets no event
            await asyncio.sleep(0.002)


async def settled(channel: Channel) -> Channel:
    """The channel once nothing is being read for it."""
    await until(lambda: channel.healing is None or channel.healing.done())
    return channel
