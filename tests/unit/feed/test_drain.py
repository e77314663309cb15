"""Going down: polls end with a time to come back, sockets with a reason."""

import asyncio

import pytest
from pytest_django.fixtures import Settings

from chat import feed
from chat.errors import Restarting
from chat.hub import Hub
from tests.unit.fake_log import FakeLog, until
from tests.unit.feed.asking import held, long_poll, numbers, poll
from tests.unit.feed.line import follows_nobody, reading


@pytest.fixture(autouse=True)
def spread(settings: Settings) -> None:
    settings.CHAT_DRAIN_SPREAD_MS = 500


async def test_a_held_poll_ends_with_a_time_to_come_back(our_hub: Hub) -> None:
    (waiting,) = await held(our_hub, long_poll(("e1", 0)))
    our_hub.drain()
    batch = await asyncio.wait_for(waiting, 1)
    assert (batch["messages"], batch["cursor"], batch["reset"]) == ([], "e1:0", False)
    assert feed.DRAIN_MIN_MS <= batch["retry_ms"] <= 500


async def test_a_poll_during_the_drain_still_gets_what_there_is(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    our_hub.drain()
    batch = await poll(("e1", 0))
    assert numbers(batch) == [1] and batch["retry_ms"]


async def test_readers_do_not_all_come_back_at_once() -> None:
    assert len({feed.retry_ms() for _ in range(50)}) > 10


async def test_a_poll_of_a_process_that_stays_names_no_time(our_hub: Hub) -> None:
    assert "retry_ms" not in await poll(("e1", 0))


async def test_a_follower_gets_what_there_is_and_then_the_reason(our_hub: Hub, log: FakeLog) -> None:
    our_hub.deliver(log.write())
    our_hub.drain()
    line = reading(our_hub)
    await until(lambda: line.problem)
    assert line.numbers == [1] and isinstance(line.problem, Restarting)
    assert line.problem.retry_after and line.problem.retry_after <= 0.5
    assert follows_nobody()
