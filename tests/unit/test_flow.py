"""Flow control: what is written and not acknowledged has a bound."""

import asyncio

from chat.transports.flow import Unseen
from chat.wire import Batch


def batch(end: int, messages: int = 1, size: int = 1, epoch: str = "e1") -> Batch:
    return Batch(b"x" * size, epoch, end, messages)


async def full(unseen: Unseen) -> bool:
    return not await unseen.room_for(0.01)


async def test_there_is_room_below_the_bound_of_messages() -> None:
    unseen = Unseen(max_messages=3, max_bytes=1000)
    unseen.add(batch(2, messages=2))
    assert not await full(unseen)
    unseen.add(batch(3))
    assert await full(unseen)


async def test_there_is_room_below_the_bound_of_bytes() -> None:
    unseen = Unseen(max_messages=1000, max_bytes=10)
    unseen.add(batch(1, size=9))
    assert not await full(unseen)
    unseen.add(batch(2, size=1))
    assert await full(unseen)


async def test_an_acknowledgement_makes_room_up_to_its_batch() -> None:
    unseen = Unseen(max_messages=3, max_bytes=1000)
    for end in (1, 2, 3):
        unseen.add(batch(end))
    unseen.seen("e1", 2)
    assert (unseen.messages, unseen.bytes) == (1, 1)
    assert not await full(unseen)


async def test_an_acknowledgement_between_batches_counts_those_before_it() -> None:
    unseen = Unseen(max_messages=10, max_bytes=1000)
    unseen.add(batch(5, messages=5))
    unseen.add(batch(9, messages=4))
    unseen.seen("e1", 7)
    assert unseen.messages == 4


async def test_repeated_old_and_foreign_acknowledgements_change_nothing() -> None:
    unseen = Unseen(max_messages=10, max_bytes=1000)
    unseen.add(batch(5))
    for epoch, number in (("e1", 0), ("e1", 4), ("other", 99)):
        unseen.seen(epoch, number)
    assert unseen.messages == 1
    unseen.seen("e1", 5)
    unseen.seen("e1", 5)
    assert (unseen.messages, unseen.bytes) == (0, 0)


async def test_an_acknowledgement_of_a_later_epoch_forgets_the_earlier_one() -> None:
    unseen = Unseen(max_messages=10, max_bytes=1000)
    unseen.add(batch(100, epoch="e1"))
    unseen.add(batch(3, epoch="e2"))
    unseen.seen("e2", 3)
    assert unseen.messages == 0


async def test_who_waits_for_room_goes_on_with_the_acknowledgement() -> None:
    unseen = Unseen(max_messages=1, max_bytes=1000)
    unseen.add(batch(1))
    waiting = asyncio.create_task(unseen.room_for(5))
    await asyncio.sleep(0)
    unseen.seen("e1", 1)
    assert await asyncio.wait_for(waiting, 1)


async def test_one_batch_over_the_bound_still_goes_out() -> None:
    unseen = Unseen(max_messages=10, max_bytes=10)
    assert await unseen.room_for(0.01)
    unseen.add(batch(1, size=1000))
    unseen.seen("e1", 1)
    assert await unseen.room_for(0.01)
