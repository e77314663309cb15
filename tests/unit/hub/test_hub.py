"""The hub's windows: what it takes from events, and what it reads when events are lost."""

import asyncio
import logging

import pytest

from chat import hub, pauses
from chat.errors import NotFound, Unavailable
from chat.hub import Hub
from tests.unit.fake_log import ROOM_ID, FakeLog, FakeReader, settled, until


async def test_a_channel_opens_at_the_position_of_the_log(our_hub: Hub, log: FakeLog) -> None:
    log.write()
    window = (await our_hub.open(ROOM_ID)).window
    assert (window.epoch, window.start, window.end) == ("e1", 1, 1)


async def test_many_who_open_a_room_at_once_share_one_read(our_hub: Hub, log: FakeLog) -> None:
    channels = await asyncio.gather(*(our_hub.open(ROOM_ID) for _ in range(50)))
    assert len({id(channel) for channel in channels}) == 1
    await settled(channels[0])
    assert log.reads == 2  # the position, and what was committed meanwhile


async def test_who_gives_up_opening_does_not_take_the_others_along(our_hub: Hub, log: FakeLog) -> None:
    log.gate.clear()
    impatient, patient = (asyncio.create_task(our_hub.open(ROOM_ID)) for _ in range(2))
    await until(lambda: log.reads)
    impatient.cancel()
    log.gate.set()
    assert (await patient).window.end == 0


async def test_a_room_that_does_not_exist_is_not_opened(our_hub: Hub) -> None:
    with pytest.raises(NotFound):
        await our_hub.open(ROOM_ID + 1)
    assert our_hub.channels == {}


async def test_a_failed_opening_is_tried_again(our_hub: Hub, log: FakeLog) -> None:
    log.problem = Unavailable("away")
    with pytest.raises(Unavailable):
        await our_hub.open(ROOM_ID)
    log.problem = None
    assert await our_hub.open(ROOM_ID)


async def test_a_change_committed_while_a_channel_opens_is_found(our_hub: Hub, log: FakeLog) -> None:
    log.gate.clear()
    opening = asyncio.create_task(our_hub.open(ROOM_ID))
    await until(lambda: log.reads)
    our_hub.deliver(log.write())  # nobody listens yet
    log.gate.set()
    channel = await opening
    await until(lambda: channel.window.end == 1)


async def test_a_change_in_order_is_taken_without_a_read(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    before = log.reads
    our_hub.deliver(log.write())
    assert channel.window.end == 1
    await settled(channel)
    assert log.reads == before


async def test_changes_out_of_order_are_put_in_order_without_a_read(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    first, second, third = log.write(), log.write(), log.write()
    our_hub.deliver(third)
    our_hub.deliver(second)
    assert channel.window.end == 0
    our_hub.deliver(first)
    assert channel.window.end == 3
    part = channel.window.after(0, 10)
    assert part and [change.number for change in part.changes] == [1, 2, 3]
    assert channel.ahead == {}


async def test_a_gap_is_read_from_the_log_after_a_little_patience(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    before = log.reads
    log.write()  # lost
    our_hub.deliver(log.write())
    await until(lambda: channel.window.end == 2)
    await settled(channel)
    assert (log.reads, channel.ahead) == (before + 1, {})


async def test_an_event_without_content_is_read_from_the_log(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    event = log.write()
    event.changes.clear()
    our_hub.deliver(event)
    await until(lambda: channel.window.end == 1)
    part = channel.window.after(0, 10)
    assert part and len(part.changes) == 1


async def test_duplicates_and_old_events_are_ignored(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    first, second = log.write(), log.write()
    for event in (first, first, second, first, second):
        our_hub.deliver(event)
    part = channel.window.after(0, 10)
    assert part and [change.number for change in part.changes] == [1, 2]
    before = log.reads
    await settled(channel)
    assert (log.reads, channel.ahead) == (before, {})


async def test_a_long_gap_is_read_in_pieces(our_hub: Hub, log: FakeLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "READ_LIMIT", 3)
    channel = await settled(await our_hub.open(ROOM_ID))
    events = [log.write() for _ in range(10)]
    before = log.reads
    our_hub.deliver(events[-1])
    await until(lambda: channel.window.end == 10)
    await settled(channel)
    assert log.reads - before == 4


async def test_another_epoch_starts_a_new_window(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    our_hub.deliver(log.write())
    log.restore("e2")
    with our_hub.subscribe(channel, FakeReader(), revision=0) as subscription:
        waiting = asyncio.create_task(subscription.wait("e1", 1, 1))
        our_hub.deliver(log.write())
        assert await waiting
        assert (channel.window.epoch, channel.window.end) == ("e2", 2)


async def test_events_of_rooms_that_nobody_reads_cost_nothing(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    await asyncio.sleep(0)
    assert (our_hub.channels, log.reads) == ({}, 0)


async def test_a_source_that_is_away_is_asked_with_pauses_until_it_is_back(
    our_hub: Hub, log: FakeLog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pauses, "RETRY_S", (0.02,))
    channel = await settled(await our_hub.open(ROOM_ID))
    log.problem = Unavailable("away")
    log.write()  # lost
    before = log.reads
    with caplog.at_level(logging.WARNING, "chat.hub"):
        our_hub.deliver(log.write())
        await until(lambda: log.reads - before >= 3)
    assert log.reads - before < 10
    assert "cannot catch up" in caplog.text
    log.problem = None
    await until(lambda: channel.window.end == 2)


async def test_a_room_that_is_gone_is_forgotten_and_its_readers_are_stale(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    with our_hub.subscribe(channel, FakeReader(), revision=0) as subscription:
        log.gone = True
        await our_hub.healed(ROOM_ID)
        assert subscription.stale
    assert our_hub.channels == {}


@pytest.mark.parametrize("failures", range(9))
def test_pauses_grow_to_a_bound(failures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "RETRY_S", (0.5, 1, 2, 5))
    assert pauses.pause(failures) == [0.5, 1, 2, 5, 5, 5, 5, 5, 5][failures]


async def test_many_who_come_back_behind_the_window_share_one_read(our_hub: Hub, log: FakeLog) -> None:
    for _ in range(5):
        log.write()
    channel = await settled(await our_hub.open(ROOM_ID))
    before = log.reads
    assert all(await asyncio.gather(*(our_hub.reach_back(ROOM_ID, "e1", number) for number in (1, 2, 3) * 10)))
    assert log.reads == before + 1
    part = channel.window.after(1, 10)
    assert part and [change.number for change in part.changes] == [2, 3, 4, 5]


async def test_the_window_does_not_reach_to_another_life_of_the_log_nor_too_far(our_hub: Hub, log: FakeLog) -> None:
    for _ in range(300):
        log.write()
    await settled(await our_hub.open(ROOM_ID))
    before = log.reads
    assert not await our_hub.reach_back(ROOM_ID, "e0", 299)
    assert not await our_hub.reach_back(ROOM_ID, "e1", 5)
    assert not await our_hub.reach_back(ROOM_ID + 1, "e1", 299)
    assert log.reads == before


async def test_a_log_that_began_anew_while_it_was_read_is_not_mixed_in(our_hub: Hub, log: FakeLog) -> None:
    log.write()
    channel = await settled(await our_hub.open(ROOM_ID))
    log.restore("e2")
    assert not await our_hub.reach_back(ROOM_ID, "e1", 0)
    assert channel.window.start == 1
