"""WebSocket: read, wait, repeat."""

import asyncio
import json

import pytest

from chat import fanout, upkeep
from chat.errors import NotAuthenticated, NotFound
from chat.hub import Hub
from chat.wire import ACCESS
from tests.unit.fake_log import FakeLog, until
from tests.unit.feed.conftest import Door
from tests.unit.feed.line import follows_nobody, reading


@pytest.fixture(autouse=True)
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "SWEEP_S", 0.01)


async def test_it_hands_out_batch_after_batch(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    line = reading(our_hub)
    assert await line.next() == [1]
    our_hub.deliver(log.write())
    our_hub.deliver(log.write())
    assert await line.next() == [2, 3]


async def test_a_batch_says_where_it_leads_and_how_much_it_brings(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    our_hub.deliver(log.write())
    line = reading(our_hub)
    await until(lambda: line.read)
    batch = line.read[0]
    assert batch and (batch.epoch, batch.end, batch.messages) == ("e1", 2, 2)


async def test_a_long_gap_comes_in_several_batches_at_once(
    our_hub: Hub, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.following.BATCH_LIMIT", 2)
    for _ in range(5):
        our_hub.deliver(log.write())
    line = reading(our_hub)
    assert [await line.next() for _ in range(3)] == [[1, 2], [3, 4], [5]]


async def test_it_beats_when_nothing_comes(our_hub: Hub, log: FakeLog) -> None:
    line = reading(our_hub, idle_s=0.02)
    await line.waiting()
    before = log.reads
    assert [await line.next() for _ in range(3)] == [None] * 3
    assert log.reads == before
    our_hub.deliver(log.write())
    await until(lambda: any(line.read))
    assert line.numbers == [1]


async def test_it_does_not_beat_before_its_time(our_hub: Hub) -> None:
    began = asyncio.get_running_loop().time()
    line = await reading(our_hub, idle_s=0.3).waiting()
    assert await line.next() is None
    assert asyncio.get_running_loop().time() - began > 0.25


async def test_what_is_written_while_the_socket_is_busy_comes_with_the_next_batch(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    line = reading(our_hub)
    line.gate.clear()
    await asyncio.sleep(0)
    for _ in range(3):
        our_hub.deliver(log.write(seq=1))  # the same message, edited: its newest state is enough
    line.gate.set()
    await until(lambda: line.numbers[-1:] == [4])
    assert line.numbers in ([1, 4], [4])


async def test_an_old_cursor_starts_with_a_reset_and_goes_on(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    line = reading(our_hub, number=40, epoch="old")
    await until(lambda: line.read)
    first = line.read.pop()
    assert first and json.loads(first.data)["reset"]
    our_hub.deliver(log.write())
    assert await line.next() == [2]


async def test_a_log_out_ends_it(our_hub: Hub, door: Door) -> None:
    line = await reading(our_hub).waiting()
    door.problem = NotAuthenticated("signed out")
    our_hub.deliver(fanout.Revoked(session_key="session-1"))
    await until(lambda: line.problem)
    assert isinstance(line.problem, NotAuthenticated)
    assert follows_nobody()


async def test_a_change_of_access_that_lets_the_reader_in_goes_on(our_hub: Hub, door: Door, log: FakeLog) -> None:
    line = await reading(our_hub).waiting()
    our_hub.deliver(log.write(ACCESS))
    our_hub.deliver(log.write())
    await until(lambda: line.numbers == [2])
    assert len(door.asked) == 1


async def test_a_deleted_room_ends_it(our_hub: Hub, door: Door, log: FakeLog) -> None:
    line = await reading(our_hub).waiting()
    log.gone, door.problem = True, NotFound("There is no such room.")
    event = log.write()
    event.changes.clear()
    our_hub.deliver(event)
    await until(lambda: line.problem)
    assert isinstance(line.problem, NotFound)
    assert our_hub.channels == {}


async def test_a_closed_one_leaves_nothing_behind(our_hub: Hub, log: FakeLog) -> None:
    level, busy = await reading(our_hub).waiting(), reading(our_hub)
    busy.gate.clear()
    our_hub.deliver(log.write())
    await asyncio.sleep(0.01)
    level.following.close()
    busy.following.close()
    await until(follows_nobody)
    busy.gate.set()
    await asyncio.sleep(0.01)
    assert (level.numbers, busy.numbers) == ([1], [])


async def test_a_socket_that_has_gone_leaves_nothing_behind(our_hub: Hub, log: FakeLog) -> None:
    line = await reading(our_hub).waiting()
    line.gone = True
    our_hub.deliver(log.write())
    await until(follows_nobody)
    assert line.problem is None


async def test_a_failure_that_nobody_foresaw_ends_it_and_is_logged(
    our_hub: Hub, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    line = await reading(our_hub).waiting()
    door.meanwhile = lambda: 1 / 0
    our_hub.deliver(fanout.Revoked(user_id=1))
    await until(lambda: line.problem)
    assert line.problem and line.problem.code == "unavailable"
    assert "ZeroDivisionError" in caplog.text
