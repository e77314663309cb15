"""Nothing is handed out to a reader whose admission is older than the last change of access."""

import asyncio

import pytest

from chat.errors import Forbidden
from chat.hub import Hub
from chat.wire import ACCESS
from tests.unit.fake_log import FakeLog, until
from tests.unit.feed.asking import held, long_poll, numbers, poll
from tests.unit.feed.conftest import Door


async def test_a_change_of_access_alone_moves_the_cursor_without_ending_the_hold(
    our_hub: Hub, door: Door, log: FakeLog
) -> None:
    (waiting,) = await held(our_hub, long_poll(("e1", 0)))
    our_hub.deliver(log.write(ACCESS))
    await until(lambda: door.asked)
    our_hub.deliver(log.write())
    batch = await asyncio.wait_for(waiting, 1)
    assert (numbers(batch), batch["cursor"]) == ([2], "e1:2")
    assert len(door.asked) == 1


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
