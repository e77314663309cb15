"""What a hub does by itself: it listens to the layer, checks positions and access, and lets idle rooms go."""

import asyncio
from collections.abc import Callable

import pytest
from pytest_django.fixtures import Settings

from chat import fanout, listener, pauses, reconnects, upkeep
from chat.errors import Unavailable
from chat.hub import Hub
from chat.upkeep import Upkeep
from tests.unit.fake_log import ROOM_ID, FakeLog, FakeReader, settled, until
from tests.unit.hub.fake_layer import FakeLayer


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> FakeLayer:
    layer = FakeLayer()
    monkeypatch.setattr(fanout, "layer", lambda: layer)
    return layer


@pytest.fixture
def watchers(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """Who is told of new connections; no hub of another test."""
    watchers: list[Callable[[], object]] = []
    monkeypatch.setattr(reconnects, "_watchers", watchers)
    return watchers


def from_elsewhere(event: fanout.Event) -> dict[str, object]:
    """The layer message of another process."""
    return {"type": "chat.event", "origin": "another process", "events": fanout._packer.encode([event])}


async def test_it_joins_the_layer_once_whatever_the_number_of_readers(our_hub: Hub, layer: FakeLayer) -> None:
    Upkeep(our_hub).start()
    channel = await our_hub.open(ROOM_ID)
    for user_id in range(20):
        our_hub.subscribe(channel, FakeReader(user_id=user_id), revision=0).__enter__()
    await until(lambda: layer.groups)
    assert layer.groups == {fanout.GROUP: {"channel-1"}}


async def test_without_a_layer_it_does_not_listen(
    our_hub: Hub, layer: FakeLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "layer", lambda: None)
    Upkeep(our_hub).start()
    await asyncio.sleep(0.01)
    assert layer.tries == 0


async def test_events_of_other_processes_reach_the_window(our_hub: Hub, log: FakeLog, layer: FakeLayer) -> None:
    Upkeep(our_hub).start()
    channel = await settled(await our_hub.open(ROOM_ID))
    await until(lambda: layer.groups)
    await layer.group_send(fanout.GROUP, from_elsewhere(log.write()))
    await until(lambda: channel.window.end == 1)


async def test_events_of_this_process_come_without_the_layer(our_hub: Hub, log: FakeLog, layer: FakeLayer) -> None:
    layer.problem = ConnectionError("away")
    Upkeep(our_hub).start()
    channel = await settled(await our_hub.open(ROOM_ID))
    await asyncio.to_thread(fanout.publish, log.write())
    await until(lambda: channel.window.end == 1)


async def test_a_layer_that_was_away_is_joined_again(our_hub: Hub, log: FakeLog, layer: FakeLayer) -> None:
    layer.problem = ConnectionError("away")
    Upkeep(our_hub).start()
    channel = await settled(await our_hub.open(ROOM_ID))
    await until(lambda: layer.tries >= 3)
    layer.problem = None
    await until(lambda: layer.groups)
    await layer.group_send(fanout.GROUP, from_elsewhere(log.write()))
    await until(lambda: channel.window.end == 1)


async def test_a_layer_that_is_away_is_asked_with_pauses(
    our_hub: Hub, layer: FakeLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pauses, "RETRY_S", (0.02, 0.04))
    layer.problem = ConnectionError("away")
    Upkeep(our_hub).start()
    await asyncio.sleep(0.1)
    assert layer.tries <= 5


async def test_an_event_that_cannot_be_read_leaves_no_deaf_channel_behind(
    our_hub: Hub, log: FakeLog, layer: FakeLayer
) -> None:
    Upkeep(our_hub).start()
    channel = await settled(await our_hub.open(ROOM_ID))
    await until(lambda: layer.groups)
    await layer.group_send(fanout.GROUP, {"type": "chat.event", "origin": "a later version", "events": b"\xc1"})
    await layer.group_send(fanout.GROUP, from_elsewhere(log.write()))
    await until(lambda: channel.window.end == 1)
    assert layer.groups == {fanout.GROUP: {"channel-1"}}


async def test_the_position_check_finds_what_the_layer_lost(our_hub: Hub, log: FakeLog, settings: Settings) -> None:
    settings.CHAT_POSITION_CHECK_S = 0.01
    Upkeep(our_hub).start()
    channel = await settled(await our_hub.open(ROOM_ID))
    log.write()  # lost
    await until(lambda: channel.window.end == 1)


async def test_the_position_check_finds_a_restored_log(our_hub: Hub, log: FakeLog, settings: Settings) -> None:
    settings.CHAT_POSITION_CHECK_S = 0.01
    Upkeep(our_hub).start()
    channel = await settled(await our_hub.open(ROOM_ID))
    log.restore("e2")
    await until(lambda: channel.window.epoch == "e2")


async def test_the_position_check_reads_nothing_when_nothing_is_amiss(
    our_hub: Hub, log: FakeLog, settings: Settings
) -> None:
    settings.CHAT_POSITION_CHECK_S = 0.01
    Upkeep(our_hub).start()
    await settled(await our_hub.open(ROOM_ID))
    before = log.reads
    await until(lambda: log.position_reads >= 3)
    assert log.reads == before


async def test_without_rooms_no_position_is_asked_for(our_hub: Hub, log: FakeLog, settings: Settings) -> None:
    settings.CHAT_POSITION_CHECK_S = 0.005
    Upkeep(our_hub).start()
    await asyncio.sleep(0.05)
    assert log.position_reads == 0


async def test_the_position_check_outlives_a_database_that_was_away(
    our_hub: Hub, log: FakeLog, settings: Settings
) -> None:
    settings.CHAT_POSITION_CHECK_S = 0.01
    Upkeep(our_hub).start()
    channel = await settled(await our_hub.open(ROOM_ID))
    log.problem = Unavailable("away")
    await until(lambda: log.position_reads >= 2)
    log.write()  # lost
    log.problem = None
    await until(lambda: channel.window.end == 1)


async def test_a_session_that_ended_unheard_is_found(our_hub: Hub, log: FakeLog, settings: Settings) -> None:
    settings.CHAT_ACCESS_CHECK_S = 0.02
    Upkeep(our_hub).start()
    channel = await settled(await our_hub.open(ROOM_ID))
    with (
        our_hub.subscribe(channel, FakeReader(), revision=0) as ends,
        our_hub.subscribe(channel, FakeReader(session_key="session-2"), revision=0) as stays,
    ):
        log.ended = {"session-1"}
        await until(lambda: ends.stale)
        assert not stays.stale


async def test_a_new_connection_of_the_layer_is_a_reason_to_look(
    our_hub: Hub, log: FakeLog, layer: FakeLayer, watchers: list[Callable[[], object]]
) -> None:
    Upkeep(our_hub).start()
    channel = await settled(await our_hub.open(ROOM_ID))
    with our_hub.subscribe(channel, FakeReader(), revision=0) as subscription:
        await until(lambda: layer.groups)
        log.write()  # lost
        log.ended = {"session-1"}
        for connected in watchers:
            connected()
        await until(lambda: channel.window.end == 1 and subscription.stale)


async def test_it_looks_only_when_the_layer_is_heard_again(
    our_hub: Hub, log: FakeLog, layer: FakeLayer, watchers: list[Callable[[], object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "ECHO_S", 0.01)
    layer.deaf = True
    Upkeep(our_hub).start()
    channel = await settled(await our_hub.open(ROOM_ID))
    await until(lambda: layer.groups)
    for connected in watchers:
        connected()
    await until(lambda: layer.sent >= 3)
    assert log.position_reads == 0
    log.write()  # lost
    layer.deaf = False
    await until(lambda: channel.window.end == 1)


async def test_a_room_without_readers_goes_and_one_with_readers_stays(
    our_hub: Hub, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "LINGER_S", 0.03)
    settings.CHAT_POSITION_CHECK_S = 0.01
    Upkeep(our_hub).start()
    channel = await our_hub.open(ROOM_ID)
    with our_hub.subscribe(channel, FakeReader(), revision=0):
        await asyncio.sleep(0.1)
        assert ROOM_ID in our_hub.channels
    assert ROOM_ID in our_hub.channels  # it lingers: the next poll is on its way
    await until(lambda: not our_hub.channels)


async def test_finished_tasks_are_not_kept(our_hub: Hub) -> None:
    await settled(await our_hub.open(ROOM_ID))
    await until(lambda: not our_hub._tasks)


async def test_messages_that_are_gone_for_their_age_leave_the_window(our_hub: Hub, log: FakeLog) -> None:
    channel = await settled(await our_hub.open(ROOM_ID))
    for _ in range(3):
        our_hub.deliver(log.write())
    log.purged = 2
    await Upkeep(our_hub).look()
    part = channel.window.after(0, 10)
    assert part and [change.seq for change in part.changes] == [3]
    assert log.reads == 2, "and nothing is read for it"
