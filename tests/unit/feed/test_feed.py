"""Polling and long polling: read; read, else wait once."""

import asyncio
import json
from typing import Any

import pytest

from chat import fanout, feed
from chat.errors import Unavailable
from chat.fanout import SwitchAsked
from chat.hub import Hub
from chat.wire import ROOM
from tests.unit.fake_log import ROOM_ID, FakeLog
from tests.unit.feed.asking import READER, held, long_poll, numbers, poll


async def test_there_is_one_hub_for_an_event_loop(our_hub: Hub) -> None:
    assert feed.hub() is our_hub


async def test_a_poll_answers_at_once_with_what_is_after_the_cursor(our_hub: Hub, log: FakeLog) -> None:
    for _ in range(3):
        our_hub.deliver(log.write())
    batch = await poll(("e1", 1))
    assert (numbers(batch), batch["cursor"], batch["more"], batch["reset"]) == ([2, 3], "e1:3", False, False)


async def test_a_poll_of_a_level_reader_is_empty_and_reads_nothing(our_hub: Hub, log: FakeLog) -> None:
    before = log.reads
    assert (await poll(("e1", 0)))["messages"] == []
    assert log.reads == before


async def test_a_reader_without_a_cursor_starts_now(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    batch = await poll(None)
    assert (batch["messages"], batch["cursor"]) == ([], "e1:1")
    assert await feed.position(ROOM_ID) == ("e1", 1)


async def test_a_reader_further_back_than_the_window_reads_the_log(our_hub: Hub, log: FakeLog) -> None:
    our_hub.channels.clear()
    for _ in range(3):
        log.write()
    assert numbers(await poll(("e1", 0))) == [1, 2, 3]


async def test_a_long_gap_comes_in_several_batches(our_hub: Hub, log: FakeLog) -> None:
    for _ in range(5):
        our_hub.deliver(log.write())
    first = await poll(("e1", 0), limit=3)
    assert (numbers(first), first["more"], first["cursor"]) == ([1, 2, 3], True, "e1:3")
    assert numbers(await poll(("e1", 3), limit=3)) == [4, 5]


@pytest.mark.parametrize("cursor", [("other", 0), ("e1", 99)], ids=["unknown epoch", "from the future"])
async def test_a_cursor_that_cannot_be_continued_is_reset(our_hub: Hub, log: FakeLog, cursor: feed.Cursor) -> None:
    our_hub.deliver(log.write())
    batch = await poll(cursor)
    assert (batch["reset"], numbers(batch), batch["cursor"]) == (True, [1], "e1:1")


async def test_a_long_poll_with_something_to_tell_does_not_wait(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    assert numbers(await asyncio.wait_for(long_poll(("e1", 0)), 1)) == [1]


async def test_a_long_poll_ends_with_the_next_change(our_hub: Hub, log: FakeLog) -> None:
    (waiting,) = await held(our_hub, long_poll(("e1", 0)))
    our_hub.deliver(log.write())
    assert numbers(await asyncio.wait_for(waiting, 1)) == [1]


async def test_a_long_poll_in_vain_is_empty_after_the_hold(our_hub: Hub, log: FakeLog) -> None:
    before = log.reads
    batch = await asyncio.wait_for(long_poll(("e1", 0), hold=0.05), 1)
    assert (batch["messages"], batch["cursor"], log.reads) == ([], "e1:0", before)


async def test_a_change_between_the_read_and_the_wait_is_not_missed(
    our_hub: Hub, log: FakeLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = feed.read

    async def read_then_change(*args: Any) -> Any:
        part = await read(*args)
        if log.last == 0:
            our_hub.deliver(log.write())
        return part

    monkeypatch.setattr(feed, "read", read_then_change)
    assert numbers(await asyncio.wait_for(long_poll(("e1", 0)), 1)) == [1]


async def test_held_readers_that_are_level_get_the_same_bytes(our_hub: Hub, log: FakeLog) -> None:
    polls = (feed.wait_after(READER, 0, ("e1", 0), 10, hold=5) for _ in range(20))
    waiting = await held(our_hub, *polls)
    before = log.reads
    our_hub.deliver(log.write())
    batches = await asyncio.gather(*waiting)
    assert len({id(batch) for batch in batches}) == 1
    assert log.reads == before


async def test_a_change_of_the_room_ends_the_hold(our_hub: Hub, log: FakeLog) -> None:
    (waiting,) = await held(our_hub, long_poll(("e1", 0)))
    our_hub.deliver(log.write(ROOM))
    batch = await asyncio.wait_for(waiting, 1)
    assert (batch["room"], batch["messages"]) == ({"n": 1}, [])


async def test_the_second_poll_of_a_page_ends_the_first_with_an_empty_batch(our_hub: Hub, log: FakeLog) -> None:
    (first,) = await held(our_hub, long_poll(("e1", 0), page="p1"))
    second = asyncio.create_task(long_poll(("e1", 0), page="p1"))
    assert (await asyncio.wait_for(first, 1))["messages"] == []
    our_hub.deliver(log.write())
    assert numbers(await asyncio.wait_for(second, 1)) == [1]


async def test_an_aborted_poll_leaves_nothing_behind(our_hub: Hub) -> None:
    (waiting,) = await held(our_hub, long_poll(("e1", 0), page="p1"))
    waiting.cancel()
    await asyncio.wait([waiting])
    assert (list(our_hub.subscriptions()), our_hub._pages) == ([], {})


async def test_a_database_that_is_away_is_said_to_the_reader(our_hub: Hub, log: FakeLog) -> None:
    log.problem = Unavailable("away")
    with pytest.raises(Unavailable):
        await poll(("other", 0))
    log.problem = None
    assert (await poll(("other", 0)))["reset"]


async def test_a_held_poll_survives_a_database_that_was_away(our_hub: Hub, log: FakeLog) -> None:
    (waiting,) = await held(our_hub, long_poll(("e1", 0)))
    log.problem = Unavailable("away")
    our_hub.deliver(log.write())  # the event brings its content along
    assert numbers(await asyncio.wait_for(waiting, 1)) == [1]


async def test_a_restored_log_resets_those_who_wait(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    (waiting,) = await held(our_hub, long_poll(("e1", 1)))
    log.restore("e2")
    our_hub.deliver(log.write())
    batch = await asyncio.wait_for(waiting, 1)
    assert (batch["reset"], batch["cursor"]) == (True, "e2:2")
    assert log.reads < 12


async def test_an_answer_carries_what_its_page_is_asked_once(our_hub: Hub, log: FakeLog) -> None:
    (waiting,) = await held(our_hub, long_poll(("e1", 0), page="p1"))
    [connection] = our_hub.connections
    our_hub.deliver(SwitchAsked(fanout.ORIGIN, connection.id, "poll", "Calm down."))
    batch = await waiting
    assert (batch["switch"], batch["messages"]) == ({"to": "poll", "reason": "Calm down."}, [])
    our_hub.deliver(log.write())
    assert "switch" not in await long_poll(("e1", 0), page="p1")


async def test_answers_are_counted(our_hub: Hub, log: FakeLog) -> None:
    empty = json.dumps(await long_poll(("e1", 0), hold=0, page="p1"), separators=(",", ":"))
    our_hub.deliver(log.write())
    full = json.dumps(await long_poll(("e1", 0), page="p1"), separators=(",", ":"))
    [connection] = our_hub.connections
    assert (connection.sent, connection.empty, connection.number) == (len(empty) + len(full), 1, 1)
