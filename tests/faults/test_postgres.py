"""PostgreSQL away and back: who writes is told to come again, who reads stays connected, nothing is half-done."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.support.fleet import Fleet
from tests.support.people import Person, Refused
from tests.support.postgres import OwnServer, Postgres
from tests.support.scene import Room, Scene, new_key
from tests.support.servers import Place

pytestmark = pytest.mark.alone

BACK_S = 15.0


@pytest.fixture(scope="module")
def database() -> Iterator[OwnServer]:
    """A PostgreSQL of this file alone."""
    server = OwnServer()
    yield server
    server.remove()


@pytest_asyncio.fixture(params=["daphne", "uvicorn"])
async def scene(request: pytest.FixtureRequest, fleet: Fleet, database: OwnServer) -> AsyncIterator[Scene]:
    folder = fleet.folder / f"fragile-{request.node.name}"
    folder.mkdir()
    url = Postgres(database.url).create_database(folder.name)
    place = Place(folder.name, url, fleet.redis_url, folder, {"CHAT_POSITION_CHECK_S": "1"})
    fleet.migrate(place)
    server = fleet.extra_server(request.param, place)
    scene = Scene(server, fleet.operator(place))
    yield scene
    await scene.close()
    server.stop()
    assert not (failures := server.failures(0)), failures


async def refusals_while_away(scene: Scene, room: Room, key: str, visitor: Person) -> None:
    """Each way in is refused as unavailable, and says when to come again."""
    browser = scene.browser(visitor)
    for attempt in (
        scene.browser(scene.owner).post(room.slug, key, "once"),
        browser.call("GET", f"/api/rooms/{room.slug}/poll", params={"after": room.start}),
        browser.call("GET", f"/api/rooms/{room.slug}/longpoll", params={"after": room.start, "wait": 20}),
        browser.call("GET", f"/api/rooms/{room.slug}"),
        browser.call("GET", "/api/rooms"),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert (refused.value.code, refused.value.status) == ("unavailable", 503)
        assert refused.value.retry_after


async def post_when_it_is_back(scene: Scene, room: Room, key: str) -> dict[str, object]:
    """Repeat a send until it is taken."""
    browser = scene.browser(scene.owner)
    async with asyncio.timeout(BACK_S):
        while True:
            try:
                return await browser.post(room.slug, key, "once")
            except Refused as refused:
                assert refused.code == "unavailable"
                await asyncio.sleep(0.2)


async def test_the_database_goes_away_and_comes_back(scene: Scene, database: OwnServer) -> None:
    room, key, visitor = scene.room(kind="public"), new_key(), scene.person()
    readers = [await scene.reader(via, room, scene.owner) for via in ("websocket", "longpoll", "poll")]
    socket = readers[0].driver
    reading = [asyncio.create_task(reader.until_texts(["once"], timeout=BACK_S + 10)) for reader in readers]
    await asyncio.sleep(0.3)
    await asyncio.to_thread(database.crash)
    try:
        await refusals_while_away(scene, room, key, visitor)
        with pytest.raises(Refused) as refused:
            await socket.send(key, "once")
        assert refused.value.code == "unavailable" and refused.value.retry_after
        assert (await scene.browser().ask("GET", "/healthz")).status_code == 200
        assert (await scene.browser().ask("GET", "/readyz")).status_code == 503
        assert not any(task.done() for task in reading), "who waits is not sent away"
    finally:
        await asyncio.to_thread(database.start)
    sent = await post_when_it_is_back(scene, room, key)
    await asyncio.gather(*reading)
    assert await socket.send(key, "once") == sent
    assert (await scene.browser().ask("GET", "/readyz")).status_code == 200
