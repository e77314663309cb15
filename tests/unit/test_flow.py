"""Flow control: what is written and not acknowledged has a bound."""

import asyncio

import pytest

from chat.transports.flow import Outgoing
from chat.wire import Batch


def batch(end: int, messages: int = 1, size: int = 1, epoch: str = "e1") -> Batch:
    return Batch(b"x" * size, epoch, end, messages)


async def full(outgoing: Outgoing) -> bool:
    return not await outgoing.room_for(0.01)


async def test_there_is_room_below_the_bound_of_messages() -> None:
    outgoing = Outgoing(max_messages=3, max_bytes=1000)
    outgoing.add(batch(2, messages=2))
    assert not await full(outgoing)
    outgoing.add(batch(3))
    assert await full(outgoing)


async def test_there_is_room_below_the_bound_of_bytes() -> None:
    outgoing = Outgoing(max_messages=1000, max_bytes=10)
    outgoing.add(batch(1, size=9))
    assert not await full(outgoing)
    outgoing.add(batch(2, size=1))
    assert await full(outgoing)


async def test_an_acknowledgement_makes_room_up_to_its_batch() -> None:
    outgoing = Outgoing(max_messages=3, max_bytes=1000)
    for end in (1, 2, 3):
        outgoing.add(batch(end))
    outgoing.seen("e1", 2)
    assert (outgoing.messages, outgoing.bytes) == (1, 1)
    assert not await full(outgoing)


async def test_an_acknowledgement_between_batches_counts_those_before_it() -> None:
    outgoing = Outgoing(max_messages=10, max_bytes=1000)
    outgoing.add(batch(5, messages=5))
    outgoing.add(batch(9, messages=4))
    outgoing.seen("e1", 7)
    assert outgoing.messages == 4


async def test_repeated_old_and_foreign_acknowledgements_change_nothing() -> None:
    outgoing = Outgoing(max_messages=10, max_bytes=1000)
    outgoing.add(batch(5))
    for epoch, number in (("e1", 0), ("e1", 4), ("other", 99)):
        outgoing.seen(epoch, number)
    assert outgoing.messages == 1
    outgoing.seen("e1", 5)
    outgoing.seen("e1", 5)
    assert (outgoing.messages, outgoing.bytes) == (0, 0)


async def test_an_acknowledgement_of_a_later_epoch_forgets_the_earlier_one() -> None:
    outgoing = Outgoing(max_messages=10, max_bytes=1000)
    outgoing.add(batch(100, epoch="e1"))
    outgoing.add(batch(3, epoch="e2"))
    outgoing.seen("e2", 3)
    assert outgoing.messages == 0


async def test_who_waits_for_room_goes_on_with_the_acknowledgement() -> None:
    outgoing = Outgoing(max_messages=1, max_bytes=1000)
    outgoing.add(batch(1))
    waiting = asyncio.create_task(outgoing.room_for(5))
    await asyncio.sleep(0)
    outgoing.seen("e1", 1)
    assert await asyncio.wait_for(waiting, 1)


async def test_one_batch_over_the_bound_still_goes_out() -> None:
    outgoing = Outgoing(max_messages=10, max_bytes=10)
    assert await outgoing.room_for(0.01)
    outgoing.add(batch(1, size=1000))
    outgoing.seen("e1", 1)
    assert await outgoing.room_for(0.01)


def test_a_batch_is_pushed_while_the_way_is_open_and_there_is_room() -> None:
    written: list[bytes] = []
    outgoing = Outgoing(max_messages=2, max_bytes=1000)
    outgoing.write = written.append
    assert not outgoing.push(batch(1))
    outgoing.open = True
    assert outgoing.push(batch(1)) and outgoing.push(batch(2))
    assert not outgoing.push(batch(3))
    assert written == [batch(1).frame, batch(2).frame]
    assert (outgoing.messages, outgoing.bytes) == (2, 2)
    outgoing.seen("e1", 1)
    assert outgoing.push(batch(3))


def test_what_was_sent_is_counted_over_acknowledgements() -> None:
    outgoing = Outgoing(max_messages=10, max_bytes=1000)
    outgoing.add(batch(1, size=7))
    outgoing.seen("e1", 1)
    outgoing.add(batch(2, size=5))
    outgoing.add(batch(3, size=4))
    outgoing.seen("e1", 2)
    assert (outgoing.sent, outgoing.bytes) == (16, 4)


def test_an_echo_tells_the_round_trip_and_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("chat.transports.flow.time.monotonic", lambda: now)
    outgoing = Outgoing(max_messages=10, max_bytes=1000)
    outgoing.seen("e1", 0)
    assert outgoing.round_trip_s is None
    assert outgoing.probe() and not outgoing.probe()
    now = 100.25
    outgoing.seen("e1", 0)
    now = 107.0
    outgoing.seen("e1", 0)
    assert outgoing.round_trip_s == 0.25


def test_who_has_something_else_to_acknowledge_is_not_asked_for_an_echo() -> None:
    outgoing = Outgoing(max_messages=10, max_bytes=1000)
    outgoing.add(batch(1))
    assert not outgoing.probe()
