"""How a long poll is held, and what ends it."""

import asyncio
import time
from typing import Any

import pytest

from tests.support.people import Person
from tests.support.reading import SOON_S
from tests.support.scene import Room, Scene

pytestmark = pytest.mark.alone


async def hold(scene: Scene, room: Room, person: Person, wait: float, **query: Any) -> tuple[dict[str, Any], float]:
    """The answer of one long poll from the room's start, and how long it took in seconds."""
    began = time.monotonic()
    query = {"after": room.start, "wait": wait, **query}
    batch = await scene.browser(person).call("GET", f"/api/rooms/{room.slug}/longpoll", params=query)
    return batch, time.monotonic() - began


async def test_without_a_change_the_answer_is_an_empty_batch_after_the_wait(scene: Scene) -> None:
    room = scene.room()
    batch, took = await hold(scene, room, scene.owner, 1)
    assert batch["messages"] == [] and batch["cursor"] == room.start
    assert (batch["more"], batch["reset"]) == (False, False)
    assert 0.8 <= took < 3, "never above the wait, and not at once"


async def test_with_no_wait_the_answer_comes_at_once(scene: Scene) -> None:
    batch, took = await hold(scene, scene.room(), scene.owner, 0)
    assert batch["messages"] == [] and took < 1


async def test_what_is_there_already_comes_at_once(scene: Scene) -> None:
    room = scene.room()
    scene.post(room, scene.owner, "already here")
    batch, took = await hold(scene, room, scene.owner, 20)
    assert [message["body"] for message in batch["messages"]] == ["already here"] and took < SOON_S


async def test_the_first_change_ends_the_hold(scene: Scene) -> None:
    room = scene.room()
    holding = asyncio.create_task(hold(scene, room, scene.owner, 20))
    await asyncio.sleep(0.3)
    assert not holding.done()
    await asyncio.to_thread(scene.post, room, scene.owner, "the change")
    batch, took = await holding
    assert [message["body"] for message in batch["messages"]] == ["the change"] and took < SOON_S


async def test_a_wait_outside_its_bounds_is_invalid(scene: Scene) -> None:
    room = scene.room()
    waits = ("-1", "56", "", "soon", "nan", "inf", "1e999", "9" * 5000, "1,5", "%D9%A3")
    queries = [f"after={room.start}&wait={wait}" for wait in waits]
    assert await scene.browser(scene.owner).not_invalid(f"/api/rooms/{room.slug}/longpoll", queries) == {}


async def test_a_second_held_poll_of_a_page_ends_the_first(scene: Scene) -> None:
    room = scene.room()
    first = asyncio.create_task(hold(scene, room, scene.owner, 20, page="page-one"))
    await asyncio.sleep(0.3)
    second = asyncio.create_task(hold(scene, room, scene.owner, 20, page="page-one"))
    batch, took = await first
    assert batch["messages"] == [] and batch["cursor"] == room.start and took < SOON_S
    assert not second.done()
    scene.post(room, scene.owner, "for the second")
    batch, _took = await second
    assert [message["body"] for message in batch["messages"]] == ["for the second"]


async def test_polls_of_other_pages_and_other_people_are_held_side_by_side(scene: Scene) -> None:
    alice = scene.person()
    room = scene.room(alice)
    pages = [
        (scene.owner, "page-one"),
        (scene.owner, "page-two"),
        (alice, "page-one"),
        (scene.owner, None),
        (scene.owner, None),
    ]
    holds = [asyncio.create_task(hold(scene, room, who, 20, **({"page": page} if page else {}))) for who, page in pages]
    _done, waiting = await asyncio.wait(holds, timeout=0.7)
    assert len(waiting) == len(pages)
    scene.post(room, scene.owner, "for everybody")
    for batch, _took in await asyncio.gather(*holds):
        assert [message["body"] for message in batch["messages"]] == ["for everybody"]


async def test_an_aborted_poll_leaves_the_room_usable(scene: Scene) -> None:
    room = scene.room()
    for _ in range(5):
        holding = asyncio.create_task(hold(scene, room, scene.owner, 20))
        await asyncio.sleep(0.05)
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
    scene.post(room, scene.owner, "after the aborts")
    batch, _took = await hold(scene, room, scene.owner, 20)
    assert [message["body"] for message in batch["messages"]] == ["after the aborts"]
