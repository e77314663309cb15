"""Batches that go straight to sockets that are level, without waking their tasks."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest_asyncio

from chat import feed, wire
from chat.access import Reader
from chat.errors import NotFound
from chat.fanout import Revoked
from chat.hub import Hub
from chat.wire import ACCESS, Batch
from tests.unit.fake_log import FakeLog, FakeReader, until
from tests.unit.feed.conftest import Door

READER = cast(Reader, FakeReader())


class Socket:
    """Follows the room from its start; `pushed` came through the outlet, `read` was handed out by the loop."""

    def __init__(self, our_hub: Hub, idle_s: float = 5) -> None:
        self.hub = our_hub
        self.pushed: list[Batch] = []
        self.read: list[Batch | None] = []
        self.takes = True
        self.following = asyncio.ensure_future(self._follow(idle_s))

    @property
    def numbers(self) -> list[int]:
        """All that came, in order of number: nothing may come twice."""
        batches = [batch for batch in [*self.read, *self.pushed] if batch]
        return sorted(message["n"] for batch in batches for message in json.loads(batch.data)["messages"])

    async def waiting(self) -> "Socket":
        """The socket once it waits with its outlet."""
        await until(lambda: any(one._outlet == self._take for one in self.hub.subscriptions()))
        return self

    async def _follow(self, idle_s: float) -> None:
        revision = self.hub.revision
        batches = feed.follow(READER, revision, ("e1", 0), 10, idle_s=idle_s, outlet=self._take)
        async for batch in batches:
            self.read.append(batch)

    def _take(self, batch: Batch) -> bool:
        if self.takes:
            self.pushed.append(batch)
        return self.takes


@pytest_asyncio.fixture
async def socket(our_hub: Hub) -> AsyncIterator[Socket]:
    socket = await Socket(our_hub).waiting()
    yield socket
    socket.following.cancel()


async def test_a_level_socket_is_not_woken(our_hub: Hub, log: FakeLog, socket: Socket) -> None:
    our_hub.deliver(log.write())
    await until(lambda: len(socket.pushed) == 1)
    our_hub.deliver(log.write())
    await until(lambda: len(socket.pushed) == 2)
    assert (socket.numbers, socket.read) == ([1, 2], [])
    assert [batch.end for batch in socket.pushed] == [1, 2]


async def test_level_sockets_share_one_batch_and_one_frame(our_hub: Hub, log: FakeLog, socket: Socket) -> None:
    other = await Socket(our_hub).waiting()
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed and other.pushed)
    assert socket.pushed[0] is other.pushed[0]
    assert socket.pushed[0].frame is other.pushed[0].frame
    other.following.cancel()


async def test_changes_of_one_turn_travel_together(our_hub: Hub, log: FakeLog, socket: Socket) -> None:
    for _ in range(4):
        our_hub.deliver(log.write())
    await until(lambda: socket.pushed)
    assert len(socket.pushed) == 1
    assert socket.numbers == [1, 2, 3, 4]


async def test_a_socket_that_cannot_take_it_gets_it_from_the_loop(our_hub: Hub, log: FakeLog, socket: Socket) -> None:
    socket.takes = False
    our_hub.deliver(log.write())
    await until(lambda: socket.read)
    socket.takes = True
    await socket.waiting()
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed)
    assert socket.numbers == [1, 2]


async def test_a_change_of_access_goes_through_admission(
    our_hub: Hub, log: FakeLog, door: Door, socket: Socket
) -> None:
    our_hub.deliver(log.write(ACCESS))
    await until(lambda: door.asked)
    assert socket.pushed == []
    await socket.waiting()
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed)


async def test_nothing_is_pushed_to_a_socket_that_lost_access(
    our_hub: Hub, log: FakeLog, door: Door, socket: Socket
) -> None:
    door.problem = NotFound("gone")
    our_hub.deliver(Revoked(user_id=READER.user_id))
    our_hub.deliver(log.write())
    await until(socket.following.done)
    assert isinstance(socket.following.exception(), NotFound)
    assert (socket.pushed, socket.read) == ([], [])


async def test_nothing_is_pushed_while_the_server_goes_down(our_hub: Hub, log: FakeLog, socket: Socket) -> None:
    our_hub.drain()
    our_hub.deliver(log.write())
    await until(socket.following.done)
    assert socket.pushed == []


async def test_a_new_life_of_the_log_comes_from_the_loop(our_hub: Hub, log: FakeLog, socket: Socket) -> None:
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed)
    log.restore("e2")
    our_hub.deliver(log.write())
    await until(lambda: socket.read)
    batch: Any = socket.read[0]
    assert (batch.epoch, json.loads(batch.data)["reset"], len(socket.pushed)) == ("e2", True, 1)


async def test_more_than_one_batch_holds_comes_from_the_loop(our_hub: Hub, log: FakeLog, socket: Socket) -> None:
    for _ in range(wire.BATCH_LIMIT + 1):
        our_hub.deliver(log.write())
    await until(lambda: len(socket.numbers) == wire.BATCH_LIMIT + 1)
    assert socket.pushed == []


async def test_what_is_pushed_puts_off_the_heartbeat(our_hub: Hub, log: FakeLog) -> None:
    socket = await Socket(our_hub, idle_s=0.3).waiting()
    await asyncio.sleep(0.2)
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed)
    pushed_at, beats = asyncio.get_running_loop().time(), len(socket.read)
    await until(lambda: len(socket.read) > beats)
    assert asyncio.get_running_loop().time() - pushed_at > 0.25
    socket.following.cancel()


async def test_a_gap_in_the_numbers_is_not_pushed_over(our_hub: Hub, log: FakeLog, socket: Socket) -> None:
    log.write()  # lost
    our_hub.deliver(log.write())
    await until(lambda: socket.numbers == [1, 2])
