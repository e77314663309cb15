"""One page changes its transport in the middle of a conversation; the cursor carries it over."""

import asyncio
import random

import pytest

from tests.support.drivers import DRIVERS
from tests.support.reading import Reader
from tests.support.scene import Room, Scene, new_key

COUNT = 30


async def follow_while_switching(
    scene: Scene, room: Room, moves: random.Random, count: int
) -> tuple[Reader, list[str]]:
    """Read `count` messages, leaving for another transport after each batch or two."""
    reader = await scene.reader(moves.choice(list(DRIVERS)), room, scene.owner)
    path = [reader.driver.via]
    while len(reader.messages) < count:
        await reader.until_count(min(count, len(reader.messages) + moves.randint(1, 2)), timeout=20)
        old = reader.driver
        reader.driver = scene.driver(
            moves.choice([via for via in DRIVERS if via != old.via]), room, scene.owner, old.cursor
        )
        await reader.driver.connect()
        await old.close()
        path.append(reader.driver.via)
    return reader, path


@pytest.mark.parametrize("seed", range(3))
async def test_switching_at_random_loses_and_doubles_nothing(scene: Scene, seed: int) -> None:
    alice = scene.person()
    room = scene.room(alice)
    writer = scene.driver("poll", room, alice)

    async def write() -> None:
        for number in range(COUNT):
            await writer.send(new_key(), str(number))

    (reader, path), _ = await asyncio.gather(follow_while_switching(scene, room, random.Random(seed), COUNT), write())
    assert reader.texts == [str(number) for number in range(COUNT)], path
    assert reader.versions == list(range(room.first + 1, room.first + COUNT + 1)), path
    assert len(set(path)) == 3, path


@pytest.mark.parametrize("new", DRIVERS)
@pytest.mark.parametrize("old", DRIVERS)
async def test_what_is_written_during_a_switch_arrives(scene: Scene, old: str, new: str) -> None:
    room = scene.room()
    reader = await scene.reader(old, room, scene.owner)
    scene.post(room, scene.owner, "before")
    await reader.until_texts(["before"])
    cursor = reader.driver.cursor
    await reader.driver.close()
    scene.post(room, scene.owner, "between")
    reader.driver = scene.driver(new, room, scene.owner, cursor)
    await reader.driver.connect()
    scene.post(room, scene.owner, "after")
    await reader.until_texts(["before", "between", "after"])
    assert len(reader.versions) == 3


async def test_a_send_without_an_answer_is_repeated_on_another_transport(scene: Scene) -> None:
    """The page left before the answer came: it cannot know, so it sends again, elsewhere, with the same key."""
    room, key = scene.room(), new_key()
    for via in [*DRIVERS, *DRIVERS]:
        driver = scene.driver(via, room, scene.owner)
        await driver.connect()
        sending = asyncio.create_task(driver.send(key, "once"))
        await asyncio.sleep(0)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await driver.close()
    final = await (await scene.reader("poll", room, scene.owner)).driver.send(key, "once")
    assert scene.stored(room) == [final]
