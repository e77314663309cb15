"""Subscriptions: wake-ups, revocations, pages, and registries that end up empty."""

import asyncio
from collections.abc import Iterator

import pytest

from chat import fanout
from chat.hub import Hub
from chat.wire import ACCESS
from tests.unit.fake_log import ROOM_ID, FakeLog, FakeReader, settled, until


async def test_a_wait_ends_with_the_change(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    with our_hub.subscribe(channel, FakeReader(), revision=0) as subscription:
        waiting = asyncio.create_task(subscription.wait("e1", 0, None))
        await asyncio.sleep(0)
        our_hub.deliver(log.write())
        assert await asyncio.wait_for(waiting, 1)


async def test_a_wait_in_vain_says_so_and_reads_nothing(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    before = log.reads
    with our_hub.subscribe(channel, FakeReader(), revision=0) as subscription:
        assert not await subscription.wait("e1", 0, 0.05)
    assert log.reads == before


async def test_a_wait_for_what_is_there_already_does_not_wait(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    with our_hub.subscribe(channel, FakeReader(), revision=0) as subscription:
        our_hub.deliver(log.write())  # between read and wait
        assert await asyncio.wait_for(subscription.wait("e1", 0, None), 1)


async def test_a_change_of_access_makes_readers_stale_and_wakes_them(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    with our_hub.subscribe(channel, FakeReader(), revision=0) as subscription:
        waiting = asyncio.create_task(subscription.wait("e1", 0, None))
        await asyncio.sleep(0)
        our_hub.deliver(log.write(ACCESS))
        assert await asyncio.wait_for(waiting, 1)
        assert subscription.stale


@pytest.mark.parametrize(
    ("event", "hit"),
    [
        (fanout.Revoked(user_id=1), True),
        (fanout.Revoked(user_id=2), False),
        (fanout.Revoked(session_key="session-1"), True),
        (fanout.Revoked(session_key="session-2"), False),
    ],
)
async def test_a_revocation_concerns_its_person_or_session(our_hub: Hub, event: fanout.Revoked, hit: bool) -> None:
    channel = await our_hub.open(ROOM_ID)
    with our_hub.subscribe(channel, FakeReader(), revision=0) as subscription:
        our_hub.deliver(event)
        assert subscription.stale is hit


async def test_a_revocation_between_authentication_and_subscription_is_noticed(our_hub: Hub) -> None:
    revision = our_hub.revision
    channel = await our_hub.open(ROOM_ID)
    our_hub.deliver(fanout.Revoked(user_id=1))
    with our_hub.subscribe(channel, FakeReader(), revision=revision) as subscription:
        assert subscription.stale


async def test_the_second_poll_of_a_page_ends_the_first(our_hub: Hub) -> None:
    channel = await our_hub.open(ROOM_ID)
    with our_hub.subscribe(channel, FakeReader(), revision=0, page="p1") as first:
        waiting = asyncio.create_task(first.wait("e1", 0, None))
        await asyncio.sleep(0)
        with our_hub.subscribe(channel, FakeReader(), revision=0, page="p1") as second:
            assert await asyncio.wait_for(waiting, 1)
            assert first.ended and not second.ended


@pytest.mark.parametrize(
    ("reader", "page"),
    [(FakeReader(), "p2"), (FakeReader(user_id=2), "p1"), (FakeReader(), "")],
    ids=["another page", "another person", "no page"],
)
async def test_polls_of_others_do_not_end_it(our_hub: Hub, reader: FakeReader, page: str) -> None:
    channel = await our_hub.open(ROOM_ID)
    with (
        our_hub.subscribe(channel, FakeReader(), revision=0, page="p1") as first,
        our_hub.subscribe(channel, reader, revision=0, page=page),
    ):
        assert not first.ended


def _registries(our_hub: Hub) -> Iterator[int]:
    yield len(our_hub._pages)
    yield from (len(channel.subscriptions) for channel in our_hub.channels.values())


async def test_registries_are_empty_after_a_normal_exit_and_after_an_exception(our_hub: Hub) -> None:
    channel = await our_hub.open(ROOM_ID)
    with our_hub.subscribe(channel, FakeReader(), revision=0, page="p1"):
        assert list(_registries(our_hub)) == [1, 1]
    assert list(_registries(our_hub)) == [0, 0]
    with pytest.raises(RuntimeError), our_hub.subscribe(channel, FakeReader(), revision=0, page="p1"):
        raise RuntimeError
    assert list(_registries(our_hub)) == [0, 0]


async def test_registries_are_empty_after_a_cancellation(our_hub: Hub) -> None:
    channel = await our_hub.open(ROOM_ID)

    async def hold() -> None:
        with our_hub.subscribe(channel, FakeReader(), revision=0, page="p1") as subscription:
            await subscription.wait("e1", 0, None)

    held = asyncio.create_task(hold())
    await until(lambda: channel.subscriptions)
    held.cancel()
    await asyncio.wait([held])
    assert list(_registries(our_hub)) == [0, 0]


async def test_the_end_of_an_earlier_poll_does_not_forget_the_later_one(our_hub: Hub) -> None:
    channel = await our_hub.open(ROOM_ID)
    first = our_hub.subscribe(channel, FakeReader(), revision=0, page="p1")
    first.__enter__()
    with our_hub.subscribe(channel, FakeReader(), revision=0, page="p1"):
        first.__exit__(None, None, None)
        assert list(_registries(our_hub)) == [1, 1]
