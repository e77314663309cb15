"""Telling every process what was committed."""

import asyncio
import threading
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from chat import fanout, wire
from chat.fanout import Changed, Ended, Event, Revoked, SwitchAsked
from tests.unit.fake_log import until
from tests.unit.hub.fake_layer import FakeLayer

ENDED, ASKED = Ended("process", 3), SwitchAsked("process", 3, "poll", "Why not")
CHANGED = Changed(7, "e1", 2, 0, [wire.Change(1, 1, b'{"n":1}'), wire.Change(2, 0, b"{}")])


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No hub of another test, and nothing owed."""
    monkeypatch.setattr(fanout, "_local", None)
    monkeypatch.setattr(fanout, "_owed", {})
    monkeypatch.setattr(fanout, "REPAY_S", 0.01)


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> FakeLayer:
    layer = FakeLayer()
    monkeypatch.setattr(fanout, "layer", lambda: layer)
    return layer


async def listening(layer: FakeLayer) -> "asyncio.Queue[Any]":
    name = await layer.new_channel()
    await layer.group_add(fanout.GROUP, name)
    return layer.channels[name]


def unpacked_all(message: dict[str, Any]) -> list[Event]:
    """What another process makes of a layer message."""
    return fanout.unpack({**message, "origin": "another process"})


def unpacked(message: dict[str, Any]) -> Event:
    """The only event in it."""
    (event,) = unpacked_all(message)
    return event


async def test_the_hub_of_this_process_is_told_on_its_own_loop() -> None:
    told: list[tuple[Event, int]] = []
    fanout.attach(asyncio.get_running_loop(), lambda event: told.append((event, threading.get_ident())))
    await asyncio.to_thread(fanout.publish, CHANGED)
    await until(lambda: told)
    assert told == [(CHANGED, threading.get_ident())]


def test_without_a_hub_and_a_layer_telling_is_harmless() -> None:
    assert fanout.layer() is None
    fanout.publish(CHANGED)


def test_a_hub_whose_loop_is_closed_is_not_told() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    fanout.attach(loop, lambda _event: pytest.fail("told"))
    fanout.publish(CHANGED)


def test_the_layer_in_memory_is_not_relied_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "get_channel_layer", InMemoryChannelLayer)
    assert fanout.layer() is None


@pytest.mark.parametrize("event", [CHANGED, Revoked(user_id=3), Revoked(session_key="s"), ENDED, ASKED])
async def test_events_cross_the_layer_whole(event: Event, layer: FakeLayer) -> None:
    heard = await listening(layer)
    fanout.attach(asyncio.get_running_loop(), lambda _event: None)
    fanout.publish(event)
    assert unpacked(await heard.get()) == event


async def test_a_process_without_a_hub_tells_the_layer_as_well(layer: FakeLayer) -> None:
    heard = await listening(layer)
    await asyncio.to_thread(fanout.publish, CHANGED)
    assert unpacked(await heard.get()) == CHANGED


async def test_a_process_skips_its_own_events(layer: FakeLayer) -> None:
    heard = await listening(layer)
    fanout.attach(asyncio.get_running_loop(), lambda _event: None)
    fanout.publish(CHANGED)
    assert fanout.unpack(await heard.get()) == []


@pytest.mark.parametrize(("size", "changes"), [(fanout.MAX_PAYLOAD, 1), (fanout.MAX_PAYLOAD + 1, 0)])
async def test_only_small_changes_travel_with_their_content(size: int, changes: int, layer: FakeLayer) -> None:
    heard = await listening(layer)
    fanout.attach(asyncio.get_running_loop(), lambda _event: None)
    fanout.publish(Changed(7, "e1", 1, 0, [wire.Change(1, 1, b"x" * size)]))
    event = unpacked(await heard.get())
    assert isinstance(event, Changed)
    assert (event.last, len(event.changes)) == (1, changes)


async def test_events_that_are_told_together_cross_the_layer_together(layer: FakeLayer) -> None:
    heard = await listening(layer)
    told: list[Event] = []
    fanout.attach(asyncio.get_running_loop(), told.append)
    events: list[Event] = [CHANGED, Revoked(user_id=3), Changed(8, "e2", 1, 0, [])]
    fanout.publish(*events)
    assert unpacked_all(await heard.get()) == told == events
    assert heard.empty()


async def test_a_process_of_an_older_version_reads_what_it_knows(
    layer: FakeLayer, caplog: pytest.LogCaptureFixture
) -> None:
    heard = await listening(layer)
    fanout.attach(asyncio.get_running_loop(), lambda _event: None)
    fanout.publish(ENDED, CHANGED, ASKED)
    message = await heard.get()
    known = {name: message[name] for name in ("type", "origin", "events")}
    assert unpacked_all(known) == [CHANGED]
    assert unpacked_all(message) == [CHANGED, ENDED, ASKED]
    assert caplog.messages == []


async def test_a_layer_message_has_a_bound_however_many_events_there_are(layer: FakeLayer) -> None:
    heard = await listening(layer)
    fanout.attach(asyncio.get_running_loop(), lambda _event: None)
    third = b"x" * (fanout.MAX_PAYLOAD // 3)
    events: list[Event] = [Changed(room, "e1", 1, 0, [wire.Change(1, 1, third)]) for room in range(7)]
    fanout.publish(*events)
    parcels = [unpacked_all(await heard.get()) for _ in range(3)]
    assert [len(parcel) for parcel in parcels] == [3, 3, 1]
    assert [event for parcel in parcels for event in parcel] == events


async def test_a_layer_that_is_away_fails_nobody(layer: FakeLayer) -> None:
    layer.problem = ConnectionError("away")
    told: list[Event] = []
    fanout.attach(asyncio.get_running_loop(), told.append)
    fanout.publish(CHANGED)
    await until(lambda: told == [CHANGED] and fanout._owed)
    await asyncio.to_thread(fanout.publish, CHANGED)


async def test_a_layer_that_does_not_answer_is_given_up(layer: FakeLayer, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = 0

    async def silent(*args: Any) -> None:
        nonlocal tries
        tries += 1
        await asyncio.Event().wait()

    monkeypatch.setattr(layer, "group_send", silent)
    monkeypatch.setattr(fanout, "SEND_TIMEOUT_S", 0.02)
    await asyncio.wait_for(fanout._send_twice(CHANGED), 1)
    assert tries == 2


async def test_a_second_try_reaches_a_layer_that_failed_once(layer: FakeLayer, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = await listening(layer)
    send, tries = layer.group_send, 0

    async def flaky(group: str, message: Any) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ConnectionError
        await send(group, message)

    monkeypatch.setattr(layer, "group_send", flaky)
    await fanout._tell(CHANGED)
    assert unpacked(await heard.get()) == CHANGED


async def test_what_a_layer_did_not_take_is_told_when_it_is_back(
    layer: FakeLayer, caplog: pytest.LogCaptureFixture
) -> None:
    heard = await listening(layer)
    layer.problem = ConnectionError("away")
    revoked = Revoked(session_key="s")
    last = Changed(7, "e1", 3, 0, [wire.Change(3, 3, b'{"n":3}')])
    for event in (CHANGED, revoked, last, Changed(8, "e2", 1, 0, [])):
        await fanout._tell(event)
    layer.problem = None
    told = [unpacked(await heard.get()) for _ in range(3)]
    assert told == [Changed(7, "e1", 3, 0, []), revoked, Changed(8, "e2", 1, 0, [])]
    await until(lambda: not fanout._owed)
    await fanout._tell(CHANGED)
    assert unpacked(await heard.get()) == CHANGED
    assert len([line for line in caplog.messages if "is away" in line]) == 1


async def test_a_layer_that_is_away_is_not_asked_for_each_event(
    layer: FakeLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "REPAY_S", 3600)
    layer.problem = ConnectionError("away")
    tries = 0
    fail = layer._fail

    def counted() -> None:
        nonlocal tries
        tries += 1
        fail()

    monkeypatch.setattr(layer, "_fail", counted)
    for _ in range(20):
        await fanout._tell(CHANGED)
    await asyncio.sleep(0)
    assert tries <= 3


async def test_what_is_owed_has_a_bound(layer: FakeLayer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "MAX_OWED", 3)
    layer.problem = ConnectionError("away")
    for user_id in range(9):
        await fanout._tell(Revoked(user_id=user_id))
    assert len(fanout._owed) == 3
