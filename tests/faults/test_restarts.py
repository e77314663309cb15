"""A server that stops sends its readers away with their cursors; one that is killed loses nothing it has acknowledged."""

import asyncio
import signal
from collections.abc import Iterator

import httpx
import pytest

from tests.support.drivers import DRIVERS
from tests.support.fleet import Fleet
from tests.support.people import Refused
from tests.support.reading import Reader
from tests.support.scene import Room, Scene, new_key
from tests.support.servers import Server

pytestmark = pytest.mark.alone

STOP_S = 8.0
PAIRS = [("daphne", "sqlite"), ("uvicorn", "postgresql")]


@pytest.fixture(params=PAIRS, ids="-".join)
def fresh(request: pytest.FixtureRequest, fleet: Fleet) -> Iterator[Server]:
    """A server that a test may stop, on a place that stays."""
    kind, database = request.param
    name = f"stopped-{kind}-{request.node.name.split('[')[0][-20:]}"
    server = fleet.extra_server(kind, fleet.place(name, database))
    yield server
    server.stop()
    assert not (failures := server.failures(0)), failures


async def hold(scene: Scene, room: Room) -> dict[str, object]:
    """The answer of a held poll."""
    params = {"after": room.start, "wait": 55}
    return await scene.browser(scene.owner).call("GET", f"/api/rooms/{room.slug}/longpoll", params=params)


async def test_a_stop_tells_every_reader_to_come_back(fresh: Server, fleet: Fleet) -> None:
    scene = Scene(fresh, fleet.operator(fresh.place))
    room = scene.room()
    sockets = [await scene.room_socket(room) for _ in range(10)]
    polls = [asyncio.create_task(hold(scene, room)) for _ in range(10)]
    _done, waiting = await asyncio.wait(polls, timeout=0.7)
    assert len(waiting) == len(polls)
    fresh.process.terminate()
    for batch in await asyncio.wait_for(asyncio.gather(*polls), STOP_S):
        assert (batch["messages"], batch["cursor"]) == ([], room.start)
        assert isinstance(batch["retry_ms"], int) and batch["retry_ms"] >= 0
    for socket in sockets:
        drain = await socket.frame()
        assert drain["type"] == "drain" and drain["retry_ms"] >= 0
        assert await socket.closed() == 4412
    assert await asyncio.to_thread(fresh.process.popen.wait, STOP_S) == 0
    await scene.close()


async def write_until_killed(scene: Scene, via: str, room: Room) -> tuple[list[str], str]:
    """The keys that were acknowledged before the server died, and the one that was under way."""
    driver = scene.driver(via, room, scene.owner)
    await driver.connect()
    acknowledged: list[str] = []
    while True:
        key = new_key()
        try:
            await driver.send(key, f"by {key}")
        except (Refused, httpx.HTTPError):
            return acknowledged, key
        acknowledged.append(key)


async def test_a_kill_loses_nothing_that_was_acknowledged(fresh: Server, fleet: Fleet) -> None:
    scene = Scene(fresh, fleet.operator(fresh.place))
    room = scene.room()
    writing = [asyncio.create_task(write_until_killed(scene, via, room)) for via in DRIVERS]
    await Reader(reading := scene.driver("poll", room, scene.owner, room.start)).until_count(20)
    fresh.process.popen.send_signal(signal.SIGKILL)
    results = await asyncio.wait_for(asyncio.gather(*writing), STOP_S)
    again = Scene(fleet.extra_server(fresh.kind, fresh.place), scene.operator)
    acknowledged = {key for keys, _unknown in results for key in keys}
    stored = {message["key"] for message in again.stored(room)}
    unknown = {key for _keys, key in results}
    assert acknowledged <= stored <= acknowledged | unknown
    writer = again.driver("websocket", room, scene.owner)
    await writer.connect()
    for key in unknown:
        await writer.send(key, f"by {key}")
    reader = Reader(again.driver("longpoll", room, scene.owner, reading.cursor))
    await reader.until_version(again.operator("position", room=room.id)["last_seq"])
    keys = [message["key"] for message in again.stored(room)]
    assert sorted(keys) == sorted(acknowledged | unknown)
    for closing in (scene, again):
        await closing.close()
