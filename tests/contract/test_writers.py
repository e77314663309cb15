"""Several writers at once, on all transports and from another process, while others read."""

import asyncio
import random
from itertools import chain

from tests.support.drivers import DRIVERS
from tests.support.people import Person
from tests.support.reading import Reader
from tests.support.scene import Room, Scene, new_key

EACH = 8


async def write(scene: Scene, via: str, room: Room, person: Person) -> list[str]:
    """Post, and repeat every second send with its key; returns the bodies that were acknowledged."""
    driver = scene.driver(via, room, person)
    await driver.connect()
    acknowledged = []
    for number in range(EACH):
        key, body = new_key(), f"{via} {number}"
        sent = await driver.send(key, body)
        if number % 2:
            assert await driver.send(key, body) == sent
        acknowledged.append(body)
    return acknowledged


async def test_nothing_is_lost_doubled_or_moved_while_many_write(scene: Scene, via: str) -> None:
    people = [scene.person() for _ in DRIVERS]
    room = scene.room(*people)
    reader = await scene.reader(via, room, scene.owner)
    total = EACH * (len(people) + 1)
    bodies = [f"operator {number}" for number in range(EACH)]
    beside = asyncio.create_task(asyncio.to_thread(scene.posts, room, bodies))
    reading = asyncio.create_task(reader.until_count(total, timeout=20))
    writers = [write(scene, driver, room, person) for driver, person in zip(DRIVERS, people, strict=True)]
    acknowledged = await asyncio.gather(*writers)
    await asyncio.gather(beside, reading)
    assert reader.in_order() == scene.stored(room)
    assert sorted(reader.texts) == sorted(chain(bodies, *acknowledged))
    assert reader.versions == list(range(room.first + 1, room.first + total + 1)), "numbers without a hole"
    for mine in [*acknowledged, bodies]:
        assert [text for text in reader.texts if text in mine] == mine, "each writer's own order is kept"


async def change(scene: Scene, via: str, room: Room, person: Person) -> None:
    """Post, edit and delete at random."""
    driver = scene.driver(via, room, person)
    await driver.connect()
    mine: list[int] = []
    for number in range(EACH):
        mine.append((await driver.send(new_key(), f"{via} {number}"))["seq"])
        await driver.edit(mine[-1], f"{via} {number}, edited")
        if random.random() < 0.5:
            await driver.delete(mine.pop(random.randrange(len(mine))))


async def test_edits_and_deletions_under_way_end_in_the_same_state(scene: Scene, via: str) -> None:
    people = [scene.person() for _ in DRIVERS]
    room = scene.room(*people)
    reader = await scene.reader(via, room, scene.owner)
    ready = asyncio.Event()

    async def follow() -> None:
        await reader.until(lambda seen: ready.is_set(), timeout=20)

    async def write_all() -> None:
        await asyncio.gather(
            *(change(scene, driver, room, person) for driver, person in zip(DRIVERS, people, strict=True))
        )
        ready.set()
        scene.post(room, scene.owner, "the last one")

    await asyncio.gather(follow(), write_all())
    last = scene.operator("position", room=room.id)["last_seq"]
    await reader.until_version(last)
    assert reader.in_order() == scene.stored(room)


async def test_a_small_page_reads_along_while_others_write(scene: Scene) -> None:
    alice = scene.person()
    room = scene.room(alice)
    readers = [await scene.reader(via, room, scene.owner, limit=limit) for via, limit in (("poll", 1), ("longpoll", 3))]
    reading = [reader.until_count(EACH, timeout=20) for reader in readers]
    await asyncio.gather(write(scene, "websocket", room, alice), *reading)
    for reader in readers:
        assert reader.in_order() == scene.stored(room)


def assert_same(readers: list[Reader]) -> None:
    """All readers hold the same list."""
    assert all(reader.in_order() == readers[0].in_order() for reader in readers)


async def test_readers_on_all_transports_end_with_the_same_list(scene: Scene) -> None:
    alice = scene.person()
    room = scene.room(alice)
    readers = [await scene.reader(via, room, scene.owner) for via in DRIVERS for _ in range(2)]
    reading = [reader.until_count(EACH, timeout=20) for reader in readers]
    await asyncio.gather(write(scene, "poll", room, alice), *reading)
    assert_same(readers)
    assert readers[0].in_order() == scene.stored(room)
