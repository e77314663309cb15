"""Wake-ups that the channel layer lost: readers heal by cursor, a period of the check later at most."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from tests.support.fleet import Fleet
from tests.support.operator import Operator
from tests.support.people import Refused
from tests.support.scene import Scene, new_key
from tests.support.servers import Server

BRISK = {
    "CHAT_POSITION_CHECK_S": "1",
    "CHAT_ACCESS_CHECK_S": "1",
    "CHAT_HEARTBEAT_S": "1",
    "CHAT_SEEN_TIMEOUT_S": "1",
    "CHAT_UNSEEN_MESSAGES": "4",
    "CHAT_SEND_RATE": "3/5s",
}


@pytest.fixture(scope="module")
def brisk(fleet: Fleet) -> Server:
    """A server whose periodic checks come each second, and whose bounds are small."""
    return fleet.extra_server("daphne", fleet.place("brisk", "sqlite", extra=BRISK))


@pytest.fixture(scope="module")
def silent(fleet: Fleet, brisk: Server) -> Operator:
    """An operator on the same database whose changes no channel layer tells anybody."""
    return fleet.operator(replace(brisk.place, name=f"{brisk.place.name}-silent", redis_url=""))


@pytest_asyncio.fixture
async def scene(brisk: Server, silent: Operator) -> AsyncIterator[Scene]:
    scene = Scene(brisk, silent)
    yield scene
    await scene.close()


async def test_a_change_that_nobody_was_told_of_arrives(scene: Scene, via: str) -> None:
    room = scene.room()
    reader = await scene.reader(via, room, scene.owner)
    reading = asyncio.create_task(reader.until_texts(["in silence"]))
    await asyncio.sleep(0.2)
    await asyncio.to_thread(scene.post, room, scene.owner, "in silence")
    await reading


async def test_a_ban_that_nobody_was_told_of_ends_reading(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader(via, room, alice)
    scene.act("ban", scene.owner, room, user_id=alice.id, until=600)
    with pytest.raises(Refused) as refused:
        await reader.until(lambda seen: False)
    assert refused.value.code == "forbidden"


async def test_a_session_that_ended_in_silence_ends_reading(scene: Scene, via: str) -> None:
    alice = scene.person()
    room = scene.room(alice)
    reader = await scene.reader(via, room, alice)
    scene.operator("deactivate", user=alice.id)
    with pytest.raises(Refused) as refused:
        await reader.until(lambda seen: False)
    assert refused.value.code == "not_authenticated"


async def test_an_idle_socket_is_pinged(scene: Scene) -> None:
    socket = await scene.room_socket(scene.room())
    for _ in range(2):
        ping = await socket.frame(timeout=5)
        assert ping["type"] == "ping" and ping["at"].endswith("Z")


async def test_a_socket_that_does_not_acknowledge_is_closed_as_slow(scene: Scene) -> None:
    room = scene.room()
    scene.operator("post_many", room=room.id, author=scene.owner.id, bodies=["text"] * 10)
    socket = await scene.room_socket(room, room.start)
    assert len((await socket.frame())["messages"]) >= 4
    await asyncio.to_thread(scene.post, room, scene.owner, "one more")
    assert await socket.closed() == 4408
    reader = await scene.reader("websocket", room, scene.owner)
    await reader.until_texts(["text"] * 10 + ["one more"])


async def test_a_rate_is_shared_by_all_transports(scene: Scene) -> None:
    room = scene.room()
    pages = [await scene.reader(via, room, scene.owner) for via in ("poll", "longpoll", "websocket")]
    for page in pages:
        await page.driver.send(new_key(), "within the rate")
    for page in pages:
        with pytest.raises(Refused) as refused:
            await page.driver.send(new_key(), "over the rate")
        assert refused.value.code == "rate_limited"
        assert refused.value.retry_after and 0 < refused.value.retry_after <= 5
    assert len(scene.stored(room)) == 3
