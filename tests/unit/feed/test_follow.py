"""WebSocket: read, wait, repeat."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator
from typing import cast

import pytest

from chat import fanout, feed
from chat.access import Reader
from chat.errors import NotAuthenticated, NotFound
from chat.hub import Hub
from chat.wire import ACCESS, Batch
from tests.unit.fake_log import FakeLog, FakeReader, until
from tests.unit.feed.conftest import Door

READER = cast(Reader, FakeReader())


def follow(number: int = 0, epoch: str = "e1", limit: int = 10, idle_s: float = 5) -> AsyncIterator[Batch | None]:
    return feed.follow(READER, feed.hub().revision, (epoch, number), limit, idle_s=idle_s)


async def next_of(batches: AsyncIterator[Batch | None]) -> Batch | None:
    return await asyncio.wait_for(anext(batches), 1)


async def numbers(batches: AsyncIterator[Batch | None]) -> list[int]:
    batch = await next_of(batches)
    assert batch is not None
    return [message["n"] for message in json.loads(batch.data)["messages"]]


async def test_it_hands_out_batch_after_batch(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    batches = follow()
    assert await numbers(batches) == [1]
    our_hub.deliver(log.write())
    our_hub.deliver(log.write())
    assert await numbers(batches) == [2, 3]


async def test_a_batch_says_where_it_leads_and_how_much_it_brings(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    our_hub.deliver(log.write())
    batch = await next_of(follow())
    assert batch and (batch.epoch, batch.end, batch.messages) == ("e1", 2, 2)


async def test_a_long_gap_comes_in_several_batches_at_once(our_hub: Hub, log: FakeLog) -> None:
    for _ in range(5):
        our_hub.deliver(log.write())
    batches = follow(limit=2)
    assert [await numbers(batches) for _ in range(3)] == [[1, 2], [3, 4], [5]]


async def test_it_says_none_when_nothing_comes(our_hub: Hub, log: FakeLog) -> None:
    batches = follow(idle_s=0.02)
    before = log.reads
    assert [await next_of(batches) for _ in range(3)] == [None] * 3
    assert log.reads == before
    our_hub.deliver(log.write())
    assert await numbers(batches) == [1]


async def test_what_is_written_while_the_socket_is_busy_comes_with_the_next_batch(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    batches = follow()
    assert await numbers(batches) == [1]
    for _ in range(3):
        our_hub.deliver(log.write(seq=1))  # the same message, edited: its newest state is enough
    assert await numbers(batches) == [4]


async def test_an_old_cursor_starts_with_a_reset_and_goes_on(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    batches = follow(epoch="old", number=40)
    first = await next_of(batches)
    assert first and json.loads(first.data)["reset"]
    our_hub.deliver(log.write())
    assert await numbers(batches) == [2]


async def test_a_log_out_ends_it(our_hub: Hub, door: Door, log: FakeLog) -> None:
    batches = follow()
    waiting = asyncio.ensure_future(anext(batches))
    await until(lambda: list(our_hub.subscriptions()))
    door.problem = NotAuthenticated("signed out")
    our_hub.deliver(fanout.Revoked(session_key="session-1"))
    with pytest.raises(NotAuthenticated):
        await asyncio.wait_for(waiting, 1)
    assert list(our_hub.subscriptions()) == []


async def test_a_change_of_access_that_lets_the_reader_in_goes_on(our_hub: Hub, door: Door, log: FakeLog) -> None:
    batches = follow()
    waiting = asyncio.ensure_future(anext(batches))
    await until(lambda: list(our_hub.subscriptions()))
    our_hub.deliver(log.write(ACCESS))
    our_hub.deliver(log.write())
    batch = await asyncio.wait_for(waiting, 1)
    assert batch and batch.end == 2
    assert len(door.asked) == 1


async def test_a_deleted_room_ends_it(our_hub: Hub, door: Door, log: FakeLog) -> None:
    batches = follow()
    waiting = asyncio.ensure_future(anext(batches))
    await until(lambda: list(our_hub.subscriptions()))
    log.gone, door.problem = True, NotFound("There is no such room.")
    event = log.write()
    event.changes.clear()
    our_hub.deliver(event)
    with pytest.raises(NotFound):
        await asyncio.wait_for(waiting, 1)
    assert our_hub.channels == {}


async def test_a_cancelled_wait_leaves_nothing_behind(our_hub: Hub) -> None:
    async def read() -> None:
        async for _batch in follow():
            raise AssertionError("nothing was written")

    reading = asyncio.create_task(read())
    await until(lambda: list(our_hub.subscriptions()))
    reading.cancel()
    await asyncio.wait([reading])
    assert list(our_hub.subscriptions()) == []


async def test_a_cancelled_write_leaves_nothing_behind(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())

    async def write_for_ever() -> None:
        async for _batch in follow():
            await asyncio.Event().wait()

    writing = asyncio.create_task(write_for_ever())
    await until(lambda: list(our_hub.subscriptions()))
    writing.cancel()
    await asyncio.wait([writing])
    del writing
    gc.collect()
    await until(lambda: not list(our_hub.subscriptions()))
