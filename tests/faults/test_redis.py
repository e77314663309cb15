"""Redis away, hung, and back: writing is not touched, and nothing is lost."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.support.drivers import DRIVERS
from tests.support.fleet import Fleet
from tests.support.people import Person, Refused
from tests.support.reading import Reader
from tests.support.scene import Room, Scene, new_key
from tests.support.valkey import Valkey

pytestmark = pytest.mark.alone

CHECK_S = 2
BACK_S = 20.0
"""The longest that a process takes to hear of the others again."""


@pytest.fixture(scope="module")
def valkey(fleet: Fleet) -> Iterator[Valkey]:
    """A Redis of this file alone."""
    valkey = Valkey(fleet.folder)
    yield valkey
    valkey.stop()


@pytest_asyncio.fixture
async def scene(request: pytest.FixtureRequest, fleet: Fleet, valkey: Valkey) -> AsyncIterator[Scene]:
    """A server that looks after its position every so many seconds: (kind, database, seconds)."""
    kind, database, check_s = request.param
    name = f"redis-{kind}-{request.node.originalname[-20:]}"
    place = fleet.place(name, database, redis_url=valkey.url, extra={"CHAT_POSITION_CHECK_S": str(check_s)})
    server = fleet.extra_server(kind, place)
    scene = Scene(server, fleet.operator(place))
    yield scene
    await scene.close()
    server.stop()
    assert "ERROR   chat" not in server.process.output(), server.process.output()[-4000:]


async def follow(scene: Scene) -> tuple[list[Reader], Room]:
    """A reader on each transport, and their room."""
    room = scene.room()
    return [await scene.reader(via, room, scene.owner) for via in DRIVERS], room


async def write(scene: Scene, room: Room, texts: list[str]) -> float:
    """Post over HTTP; returns the longest that one post took, in seconds."""
    browser, longest = scene.browser(scene.owner), 0.0
    for text in texts:
        began = time.monotonic()
        await browser.post(room.slug, new_key(), text)
        longest = max(longest, time.monotonic() - began)
    return longest


@pytest.mark.parametrize("scene", [("daphne", "sqlite", CHECK_S), ("uvicorn", "postgresql", CHECK_S)], indirect=True)
async def test_while_redis_is_away_nothing_is_lost(scene: Scene, valkey: Valkey) -> None:
    readers, room = await follow(scene)
    valkey.process.popen.kill()
    valkey.process.popen.wait()
    try:
        assert await write(scene, room, ["one", "two"]) < 1.0, "a post does not wait for Redis"
        for reader in readers:
            await reader.until_texts(["one", "two"], timeout=1.5)
        await asyncio.to_thread(scene.post, room, scene.owner, "by another process")
        for reader in readers:
            await reader.until_texts(["one", "two", "by another process"], timeout=CHECK_S + 5)
    finally:
        valkey.start()


@pytest.mark.parametrize("scene", [("uvicorn", "sqlite", CHECK_S)], indirect=True)
async def test_while_redis_hangs_writing_goes_on(scene: Scene, valkey: Valkey) -> None:
    readers, room = await follow(scene)
    valkey.process.popen.send_signal(signal.SIGSTOP)
    try:
        assert await write(scene, room, ["one", "two"]) < 1.0, "a post does not wait for Redis"
        for reader in readers:
            await reader.until_texts(["one", "two"], timeout=1.5)
    finally:
        valkey.process.popen.send_signal(signal.SIGCONT)


@pytest.mark.parametrize("scene", [("daphne", "postgresql", 60)], indirect=True)
async def test_after_redis_came_back_processes_hear_of_each_other_again(scene: Scene, valkey: Valkey) -> None:
    """An empty Redis at the same address; the position check would come much later."""
    readers, room = await follow(scene)
    await asyncio.to_thread(valkey.stop)
    await asyncio.to_thread(valkey.start)
    texts: list[str] = []
    deadline = time.monotonic() + BACK_S
    while not readers[0].messages:
        assert time.monotonic() < deadline, "no wake-up came through"
        texts.append(f"call {len(texts)}")
        await asyncio.to_thread(scene.post, room, scene.owner, texts[-1])
        if batch := await readers[0].driver.next_batch(0.5):
            readers[0].take(batch)
    for reader in readers:
        await reader.until_texts(texts)


async def say_unheard(silent: Scene, author: Person, room: Room, reader: Reader) -> list[str]:
    """Say something until it stays unheard: a process that has just connected to Redis looks for itself."""
    texts: list[str] = []
    while True:
        texts.append(f"in silence {len(texts)}")
        await asyncio.to_thread(silent.post, room, author, texts[-1])
        batch = await reader.driver.next_batch(1.5)
        if batch is None:
            return texts
        reader.take(batch)


@pytest.mark.parametrize("scene", [("daphne", "sqlite", 60), ("uvicorn", "postgresql", 60)], indirect=True)
async def test_a_process_looks_for_what_it_missed_as_soon_as_it_hears_again(
    scene: Scene, valkey: Valkey, fleet: Fleet
) -> None:
    """Nobody told it of these; the position check and the check of sessions would come much later."""
    silent = Scene(scene.server, fleet.silent_operator(scene.server.place))
    alice = scene.person()
    readers, room = await follow(scene)
    held = await scene.reader("longpoll", scene.room(alice), alice)
    ending = asyncio.create_task(held.until(lambda seen: False, timeout=BACK_S))
    texts = await say_unheard(silent, scene.owner, room, readers[0])
    await asyncio.to_thread(silent.operator, "deactivate", user=alice.id)
    await asyncio.to_thread(valkey.cut_subscribers)
    for reader in readers:
        await reader.until_texts(texts, timeout=BACK_S)
    with pytest.raises(Refused) as refused:
        await ending
    assert refused.value.code == "not_authenticated"
