"""Nothing is handed out to a reader whose admission is older than the last change of access."""

import asyncio
from typing import cast

import pytest

from chat import feed
from chat.access import Reader
from chat.errors import Forbidden
from chat.hub import Hub
from chat.wire import ACCESS, WhyNot, You
from tests.unit.fake_log import FakeLog, FakeReader
from tests.unit.feed.asking import held, long_poll, numbers, poll
from tests.unit.feed.conftest import Door

MUTED = You(1, "ada", False, "member", False, WhyNot("muted", "You are muted."), False, 0)


async def test_a_change_of_access_ends_the_hold_with_what_the_reader_may_do_now(
    our_hub: Hub, door: Door, log: FakeLog
) -> None:
    (waiting,) = await held(our_hub, long_poll(("e1", 0)))
    door.you = MUTED
    our_hub.deliver(log.write(ACCESS))
    batch = await asyncio.wait_for(waiting, 1)
    assert (numbers(batch), batch["cursor"], batch["you"]["may_post"]) == ([], "e1:1", False)
    assert len(door.asked) == 1


async def test_a_change_of_access_among_messages_tells_it_too_and_later_batches_do_not(
    our_hub: Hub, door: Door, log: FakeLog
) -> None:
    door.you = MUTED
    for seq in (1, ACCESS, 3):
        our_hub.deliver(log.write(seq))
    assert (await poll(("e1", 0)))["you"]["why_not"]["code"] == "muted"
    assert "you" not in await poll(("e1", 2))


async def test_an_admission_of_an_earlier_life_of_the_log_counts_for_nothing(
    our_hub: Hub, door: Door, log: FakeLog
) -> None:
    our_hub.deliver(log.write(ACCESS))
    reader = cast(Reader, FakeReader(epoch="e0", access_version=5))
    door.problem = Forbidden("banned at a number of this life that is lower than the admission's")
    with pytest.raises(Forbidden):
        await feed.read_after(reader, our_hub.revision, ("e1", 0), 100)


async def test_a_refused_reader_gets_nothing_that_came_with_the_change_of_access(
    our_hub: Hub, door: Door, log: FakeLog
) -> None:
    (waiting,) = await held(our_hub, long_poll(("e1", 0)))
    door.problem = Forbidden("banned")
    event = log.write(ACCESS)
    event.changes.extend(log.write().changes)
    our_hub.deliver(event)
    with pytest.raises(Forbidden):
        await asyncio.wait_for(waiting, 1)


async def test_a_reader_admitted_before_the_last_change_of_access_is_admitted_anew_first(
    our_hub: Hub, door: Door, log: FakeLog
) -> None:
    our_hub.deliver(log.write(ACCESS))
    our_hub.deliver(log.write())
    door.problem = Forbidden("banned")
    with pytest.raises(Forbidden):
        await poll(("e1", 0))


async def test_what_the_log_tells_is_held_back_too_when_access_has_changed(
    our_hub: Hub, door: Door, log: FakeLog
) -> None:
    log.write(ACCESS)  # lost, so that the window does not know
    log.write()
    door.problem = Forbidden("banned")
    with pytest.raises(Forbidden):
        await poll(("e0", 0))


async def test_a_revocation_between_authentication_and_subscription_is_noticed(
    our_hub: Hub, door: Door, log: FakeLog
) -> None:
    our_hub.deliver(log.write())
    door.problem = Forbidden("signed out")
    with pytest.raises(Forbidden):
        await long_poll(("e1", 0), revision=our_hub.revision - 1)


async def test_a_revocation_during_the_new_admission_asks_once_more(our_hub: Hub, door: Door, log: FakeLog) -> None:
    our_hub.deliver(log.write(ACCESS))

    def another_change() -> None:
        if log.access_version == 1:
            our_hub.deliver(log.write(ACCESS))

    door.meanwhile = another_change
    assert (await poll(("e1", 0)))["cursor"] == "e1:2"
