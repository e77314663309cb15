"""Readers that wait for long: nothing on the way ends an idle socket, an idle hold, or the process's own wake-up."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.fleet import MATRIX, Fleet
from tests.support.reading import Reader
from tests.support.scene import Scene

pytestmark = pytest.mark.alone

IDLE_S = 6.2
"""Past 5 s, at which clients of Redis give up reading by default."""


@pytest_asyncio.fixture
async def scenes(fleet: Fleet) -> AsyncIterator[list[Scene]]:
    """One scene on each server, so that all of them idle at the same time."""
    servers = [fleet.server(*pair) for pair in MATRIX]
    scenes = [Scene(server, fleet.operator(server.place)) for server in servers]
    yield scenes
    for scene in scenes:
        await scene.close()


async def short_hold(scene: Scene) -> float:
    """How long a poll is held in a room whose hold is 5 s, when the client would wait 55 s."""
    room = scene.room(hold_s=5)
    began = time.monotonic()
    params = {"after": room.start, "wait": 55}
    batch = await scene.browser(scene.owner).call("GET", f"/api/rooms/{room.slug}/longpoll", params=params)
    assert batch["messages"] == []
    return time.monotonic() - began


async def idle_then_receive(scene: Scene) -> None:
    """A socket and a held poll wait in silence; then a change made by another process reaches both."""
    room = scene.room()
    readers: list[Reader] = [await scene.reader(via, room, scene.owner) for via in ("websocket", "longpoll")]
    reading = [asyncio.create_task(reader.until_texts(["after the silence"], IDLE_S + 5)) for reader in readers]
    await asyncio.sleep(IDLE_S)
    scene.post(room, scene.owner, "after the silence")
    await asyncio.gather(*reading)


async def test_idle_readers_still_receive_and_holds_end_when_they_should(scenes: list[Scene]) -> None:
    idle = [asyncio.create_task(idle_then_receive(scene)) for scene in scenes]
    held = await asyncio.gather(*(short_hold(scene) for scene in scenes))
    await asyncio.gather(*idle)
    assert all(4.4 <= took <= 7 for took in held), held
