"""A server whose bounds are small, for tests that would wait for long elsewhere; servers that are attacked."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from tests.support.attackers import Bare
from tests.support.besieged import HOSTILE, hurried
from tests.support.fleet import Fleet
from tests.support.scene import Scene
from tests.support.servers import COMMANDS, Server

BRISK = {
    "CHAT_POSITION_CHECK_S": "1",
    "CHAT_ACCESS_CHECK_S": "1",
    "CHAT_HEARTBEAT_S": "1",
    "CHAT_SEEN_TIMEOUT_S": "1",
    "CHAT_UNSEEN_MESSAGES": "4",
    "CHAT_SEND_RATE": "3/5s",
    "CHAT_BURST_RATE": "3/60s",
    "CHAT_READERS_PER_PERSON": "6",
    "CHAT_WINDOW": "8",
}


@asynccontextmanager
async def watched(server: Server, fleet: Fleet) -> AsyncIterator[Scene]:
    """A scene; at its end AssertionError with what the server's log holds, when a traceback is in it."""
    start = server.process.log.stat().st_size
    scene = Scene(server, fleet.operator(server.place))
    yield scene
    await scene.close()
    assert not (failures := server.failures(start)), failures


@pytest.fixture(scope="session")
def brisk(fleet: Fleet) -> Server:
    """A server whose periodic checks come each second, and whose bounds are small."""
    return fleet.extra_server("daphne", fleet.place("brisk", "sqlite", extra=BRISK))


@pytest_asyncio.fixture
async def brisk_scene(brisk: Server, fleet: Fleet) -> AsyncIterator[Scene]:
    """A scene on it. A traceback in its log fails the test that caused it."""
    async with watched(brisk, fleet) as scene:
        yield scene


@pytest.fixture
def silent_scene(brisk_scene: Scene, fleet: Fleet) -> Scene:
    """The same with an operator whose changes no channel layer tells anybody."""
    brisk_scene.operator = fleet.silent_operator(brisk_scene.server.place)
    return brisk_scene


@pytest.fixture(scope="session", params=COMMANDS)
def victim(request: pytest.FixtureRequest, fleet: Fleet) -> Iterator[Server]:
    """A server of each kind to attack, with little patience."""
    kind = str(request.param)
    server = Server(kind, fleet.place(f"hostile-{kind}", "sqlite", extra=HOSTILE), hurried)
    server.wait_ready()
    yield server
    server.stop()


@pytest_asyncio.fixture
async def besieged(victim: Server, fleet: Fleet) -> AsyncIterator[Scene]:
    """A scene on it. A traceback in its log fails the test that caused it."""
    async with watched(victim, fleet) as scene:
        yield scene


@pytest.fixture
def crowd() -> Iterator[list[Bare]]:
    """Connections that the test closes at its end."""
    crowd: list[Bare] = []
    yield crowd
    for one in crowd:
        one.socket.close()
