"""Batches that go straight to sockets that are level, without waking their tasks."""

import asyncio
import json
from typing import Any

import pytest
import pytest_asyncio

from chat import sending, upkeep, wire
from chat.errors import NotFound, Restarting
from chat.fanout import Revoked
from chat.hub import Hub
from chat.wire import ACCESS, Batch
from tests.unit.fake_log import FakeLog, until
from tests.unit.feed.conftest import Door
from tests.unit.feed.line import READER, Line


@pytest_asyncio.fixture
async def socket(our_hub: Hub) -> Line:
    return await Line(our_hub).waiting()


async def test_a_level_socket_is_not_woken(our_hub: Hub, log: FakeLog, socket: Line) -> None:
    our_hub.deliver(log.write())
    await until(lambda: len(socket.pushed) == 1)
    our_hub.deliver(log.write())
    await until(lambda: len(socket.pushed) == 2)
    assert (socket.numbers, socket.read) == ([1, 2], [])
    assert [batch.end for batch in socket.pushed] == [1, 2]


async def test_level_sockets_share_one_batch_and_one_frame(our_hub: Hub, log: FakeLog, socket: Line) -> None:
    other = await Line(our_hub).waiting()
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed and other.pushed)
    assert socket.pushed[0] is other.pushed[0]
    assert socket.pushed[0].frame is other.pushed[0].frame


async def test_changes_of_one_turn_travel_together(our_hub: Hub, log: FakeLog, socket: Line) -> None:
    for _ in range(4):
        our_hub.deliver(log.write())
    await until(lambda: socket.pushed)
    assert len(socket.pushed) == 1
    assert socket.numbers == [1, 2, 3, 4]


async def test_a_socket_that_cannot_take_it_gets_it_from_the_loop(our_hub: Hub, log: FakeLog, socket: Line) -> None:
    socket.takes = False
    our_hub.deliver(log.write())
    await until(lambda: socket.read)
    socket.takes = True
    await socket.waiting()
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed)
    assert socket.numbers == [1, 2]


async def test_a_change_of_access_goes_through_admission(our_hub: Hub, log: FakeLog, door: Door, socket: Line) -> None:
    our_hub.deliver(log.write(ACCESS))
    await until(lambda: door.asked)
    assert socket.pushed == []
    await socket.waiting()
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed)


async def test_nothing_is_pushed_to_a_socket_that_lost_access(
    our_hub: Hub, log: FakeLog, door: Door, socket: Line
) -> None:
    door.problem = NotFound("gone")
    our_hub.deliver(Revoked(user_id=READER.user_id))
    our_hub.deliver(log.write())
    await until(lambda: socket.problem)
    assert isinstance(socket.problem, NotFound)
    assert (socket.pushed, socket.read) == ([], [])


async def test_what_comes_with_a_change_of_access_in_one_turn_is_not_pushed(
    our_hub: Hub, log: FakeLog, door: Door, socket: Line
) -> None:
    door.problem = NotFound("banned")
    our_hub.deliver(log.write(ACCESS))
    our_hub.deliver(log.write())
    await until(lambda: socket.problem)
    assert (socket.pushed, socket.read) == ([], [])


async def test_nothing_is_pushed_while_the_server_goes_down(our_hub: Hub, log: FakeLog, socket: Line) -> None:
    our_hub.drain()
    our_hub.deliver(log.write())
    await until(lambda: socket.problem)
    assert isinstance(socket.problem, Restarting)
    assert socket.numbers == [1] and socket.pushed == []


async def test_a_new_life_of_the_log_comes_from_the_loop(our_hub: Hub, log: FakeLog, socket: Line) -> None:
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed)
    log.restore("e2")
    our_hub.deliver(log.write())
    await until(lambda: socket.read)
    batch: Any = socket.read[0]
    assert (batch.epoch, json.loads(batch.data)["reset"], len(socket.pushed)) == ("e2", True, 1)


async def test_more_than_one_batch_holds_comes_from_the_loop(our_hub: Hub, log: FakeLog, socket: Line) -> None:
    for _ in range(wire.BATCH_LIMIT + 1):
        our_hub.deliver(log.write())
    await until(lambda: len(socket.numbers) == wire.BATCH_LIMIT + 1)
    assert socket.pushed == []


async def test_what_is_pushed_puts_off_the_heartbeat(
    our_hub: Hub, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "SWEEP_S", 0.01)
    socket = await Line(our_hub, idle_s=0.3).waiting()
    await asyncio.sleep(0.2)
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed)
    pushed_at, beats = asyncio.get_running_loop().time(), len(socket.read)
    await until(lambda: len(socket.read) > beats)
    assert asyncio.get_running_loop().time() - pushed_at > 0.25


async def test_a_gap_in_the_numbers_is_not_pushed_over(our_hub: Hub, log: FakeLog, socket: Line) -> None:
    log.write()  # lost
    our_hub.deliver(log.write())
    await until(lambda: socket.numbers == [1, 2])


async def test_an_outlet_that_fails_costs_the_others_nothing(
    our_hub: Hub, log: FakeLog, socket: Line, caplog: pytest.LogCaptureFixture
) -> None:
    others = [await Line(our_hub).waiting() for _ in range(5)]

    def fail(_batch: Batch) -> bool:
        raise ZeroDivisionError

    socket.channel.parked[socket.subscription] = fail
    our_hub.deliver(log.write())
    await until(lambda: all(line.numbers == [1] for line in [socket, *others]))
    assert (len(socket.read), all(line.pushed for line in others)) == (1, True)
    assert "ZeroDivisionError" in caplog.text


async def test_who_becomes_level_before_a_hand_out_waits_for_the_next(our_hub: Hub, log: FakeLog, socket: Line) -> None:
    our_hub.deliver(log.write())
    late = Line(our_hub, number=1)
    await late.waiting()
    assert (socket.numbers, late.numbers) == ([1], [])
    our_hub.deliver(log.write())
    await until(lambda: late.pushed)
    assert (socket.numbers, late.numbers) == ([1, 2], [2])


async def test_what_is_just_about_to_be_committed_is_waited_for_once(
    our_hub: Hub, log: FakeLog, socket: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.channel.HOLD_BACK_S", 60)
    monkeypatch.setattr(sending, "expects", lambda _room_id: True)
    our_hub.deliver(log.write())
    await asyncio.sleep(0.01)
    assert socket.numbers == []
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed)
    assert (socket.numbers, len(socket.pushed)) == ([1, 2], 1)


async def test_what_does_not_come_is_not_waited_for_long(
    our_hub: Hub, log: FakeLog, socket: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "expects", lambda _room_id: True)
    our_hub.deliver(log.write())
    await until(lambda: socket.pushed)
    assert socket.numbers == [1]
    our_hub.deliver(log.write())
    await until(lambda: len(socket.pushed) == 2)
