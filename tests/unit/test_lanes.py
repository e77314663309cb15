"""Lanes: few threads for all synchronous work."""

import asyncio
import threading
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError

from chat.errors import NotFound, Unavailable
from chat.lanes import InLanes, Lanes, database_guard, write
from tests.unit.fake_log import until


def thread() -> str:
    return threading.current_thread().name


async def test_a_thousand_calls_use_no_more_threads_than_there_are_lanes() -> None:
    lanes = Lanes(3, "few")
    used = await asyncio.gather(*(lanes.call(thread) for _ in range(1000)))
    assert {name.rsplit("_", 1)[0] for name in used} == {"few-0", "few-1", "few-2"}
    assert sum(one.name.startswith("few-") for one in threading.enumerate()) == 3


async def test_a_call_takes_the_lane_with_the_least_under_way() -> None:
    lanes = Lanes(2, "free")
    done = threading.Event()
    slow = asyncio.create_task(lanes.call(done.wait, 5))
    await until(lambda: sum(lanes._under_way) == 1)
    assert {await lanes.call(thread) for _ in range(3)} == {"free-1_0"}
    done.set()
    assert await slow


async def test_arguments_and_results_pass_through() -> None:
    assert await Lanes(1, "sum").call(lambda *args, **kwargs: (args, kwargs), 1, two=2) == ((1,), {"two": 2})


@pytest.mark.parametrize("problem", [OperationalError("away"), InterfaceError("closed")], ids=repr)
async def test_a_database_that_is_away_is_unavailable(problem: Exception) -> None:
    def work() -> None:
        raise problem

    with pytest.raises(Unavailable) as refusal:
        await Lanes(1, "away").call(work)
    assert (refusal.value.code, refusal.value.retry_after) == ("unavailable", 2)


@pytest.mark.parametrize("problem", [NotFound("no"), ValueError("no")], ids=repr)
def test_other_problems_pass_through(problem: Exception) -> None:
    with pytest.raises(type(problem)), database_guard():
        raise problem


async def test_a_failed_or_cancelled_call_frees_its_lane() -> None:
    lanes = Lanes(1, "freed")

    def fail() -> None:
        raise ValueError

    with pytest.raises(ValueError):
        await lanes.call(fail)
    done = threading.Event()
    slow = asyncio.create_task(lanes.call(done.wait, 5))
    await until(lambda: sum(lanes._under_way) == 1)
    slow.cancel()
    done.set()
    await asyncio.wait([slow])
    assert lanes._under_way == [0]


@pytest.mark.parametrize(("path", "expected"), [("/api/rooms", "lane"), ("/", "page"), ("/rooms/api/", "page")])
async def test_endpoints_and_pages_have_lanes_of_their_own(path: str, expected: str) -> None:
    from asgiref.sync import sync_to_async

    used: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        used.append(await sync_to_async(thread)())

    scope: Any = {"type": "http", "path": path}
    nothing: Any = None
    await InLanes(app)(scope, nothing, nothing)
    assert used[0].startswith(f"{expected}-")


async def test_requests_take_turns_through_the_lanes() -> None:
    lanes = Lanes(3, "turn")
    executors = [lanes.context()._executor for _ in range(6)]
    assert executors == [*lanes._executors, *lanes._executors]


def test_what_is_posted_is_written_in_one_thread_of_its_own_on_a_sound_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []
    monkeypatch.setattr("chat.lanes.close_old_connections", lambda: done.append("looked after"))
    for number in range(2):
        write(lambda number: done.append(f"{thread()} {number}"), number).result()
    assert done == ["looked after", "writer_0 0", "looked after", "writer_0 1"]
