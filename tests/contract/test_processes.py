"""Several processes over one log, and one process without Redis."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.support.drivers import DRIVERS
from tests.support.fleet import Fleet
from tests.support.people import Refused
from tests.support.reading import Reader
from tests.support.scene import Scene, new_key
from tests.support.servers import Server

COUNT = 24


@pytest.fixture(scope="module")
def neighbour(fleet: Fleet) -> Server:
    """A uvicorn process on the database and the Redis of the Daphne one."""
    return fleet.extra_server("uvicorn", fleet.server("daphne", "postgresql").place)


@pytest_asyncio.fixture
async def scenes(fleet: Fleet, neighbour: Server) -> AsyncIterator[list[Scene]]:
    """The same place, seen through two processes."""
    operator = fleet.operator(neighbour.place)
    scenes = [Scene(fleet.server("daphne", "postgresql"), operator), Scene(neighbour, operator)]
    yield scenes
    for scene in scenes:
        await scene.close()


async def test_a_change_crosses_processes(scenes: list[Scene], via: str) -> None:
    here, there = scenes
    room = here.room()
    reader = await here.reader(via, room, here.owner)
    reading = asyncio.create_task(reader.until_texts(["from over there"]))
    await asyncio.sleep(0.1)
    writer = there.driver("websocket", room, here.owner)
    await writer.connect()
    await writer.send(new_key(), "from over there")
    await reading


async def test_a_key_is_one_message_on_both_processes(scenes: list[Scene]) -> None:
    room, key = scenes[0].room(), new_key()
    drivers = [scene.driver(via, room, scenes[0].owner) for via in DRIVERS for scene in scenes]
    for driver in drivers:
        await driver.connect()
    sent = await asyncio.gather(*(driver.send(key, "once") for driver in drivers))
    assert sent == [sent[0]] * len(drivers)
    assert scenes[0].stored(room) == [sent[0]]


async def test_a_log_out_here_ends_the_pages_there(scenes: list[Scene]) -> None:
    here, there = scenes
    alice = here.person()
    room = here.room(alice)
    readers = [await there.reader(via, room, alice) for via in ("longpoll", "websocket")]
    endings = [asyncio.create_task(reader.until(lambda seen: False)) for reader in readers]
    await asyncio.sleep(0.1)
    await here.browser(alice).ask("POST", "/logout/")
    for ending in endings:
        with pytest.raises(Refused) as refused:
            await ending
        assert refused.value.code == "not_authenticated"


async def test_a_page_that_moves_between_processes_and_transports_loses_nothing(scenes: list[Scene]) -> None:
    here, moves = scenes[0], random.Random(7)
    room, places = here.room(), [(scene, via) for scene in scenes for via in DRIVERS]

    async def write() -> None:
        writers = [scene.driver("poll", room, here.owner) for scene in scenes]
        for number in range(COUNT):
            await writers[number % 2].send(new_key(), str(number))

    async def read() -> Reader:
        reader = await here.reader("poll", room, here.owner)
        while len(reader.messages) < COUNT:
            await reader.until_count(len(reader.messages) + 1, timeout=20)
            old, (scene, via) = reader.driver, moves.choice(places)
            reader.driver = scene.driver(via, room, here.owner, old.cursor)
            await reader.driver.connect()
            await old.close()
        return reader

    reader, _ = await asyncio.gather(read(), write())
    assert reader.texts == [str(number) for number in range(COUNT)]


@pytest.fixture(scope="module")
def alone(fleet: Fleet) -> Server:
    """A process without Redis."""
    return fleet.extra_server("daphne", fleet.place("alone", "sqlite", redis_url=""))


async def test_a_process_on_its_own_needs_no_redis(fleet: Fleet, alone: Server) -> None:
    scene = Scene(alone, fleet.operator(alone.place))
    room = scene.room()
    readers = [await scene.reader(via, room, scene.owner) for via in DRIVERS]
    reading = [asyncio.create_task(reader.until_texts(["by one", "by another"])) for reader in readers]
    for via, text in (("poll", "by one"), ("websocket", "by another")):
        writer = await scene.reader(via, room, scene.owner)
        await writer.driver.send(new_key(), text)
    await asyncio.gather(*reading)
    await scene.close()
