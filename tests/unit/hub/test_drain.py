"""Going down: subscriptions end, and their readers go elsewhere with their cursors."""

import asyncio

from chat.hub import Hub
from tests.unit.fake_log import ROOM_ID, FakeLog, FakeReader, settled


async def test_a_drain_ends_those_who_wait(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    before = log.reads
    with our_hub.subscribe(channel, FakeReader(), revision=0) as subscription:
        waiting = asyncio.create_task(subscription.wait("e1", 0, None))
        await asyncio.sleep(0)
        our_hub.drain()
        assert await asyncio.wait_for(waiting, 1)
        assert subscription.ended and not subscription.stale
    assert log.reads == before


async def test_who_comes_during_a_drain_is_sent_away_at_once(our_hub: Hub) -> None:
    channel = await our_hub.open(ROOM_ID)
    our_hub.drain()
    with our_hub.subscribe(channel, FakeReader(), revision=0) as subscription:
        assert await asyncio.wait_for(subscription.wait("e1", 0, None), 1)
