"""A thousand held polls: no threads and no database connections of their own, and one message lets all of them go."""

import asyncio
import json
import os
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.support.fleet import Fleet
from tests.support.people import Person
from tests.support.processes import wait_until
from tests.support.scene import Room, Scene
from tests.support.servers import Server

pytestmark = pytest.mark.alone

HELD = 1000
LANES = 8
"""CHAT_LANES, at its default."""


class Held:
    """One held poll on a bare connection: a client library would cost more than the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, server: Server, room: Room, person: Person) -> "Held":
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        request = f"GET /api/rooms/{room.slug}/longpoll?after={room.start}&wait=55"
        writer.write(f"{request} HTTP/1.1\r\nHost: {server.host}\r\nCookie: {person.cookie_header}\r\n\r\n".encode())
        return cls(reader, writer)

    async def bodies(self) -> list[str]:
        """The texts in the answer."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("http/1.1 200"), head
        size = int(head.split("content-length:")[1].split("\r\n")[0])
        batch = json.loads(await self.reader.readexactly(size))
        self.writer.close()
        return [message["body"] for message in batch["messages"]]


def database_handles(server: Server, fleet: Fleet) -> int:
    """Sessions at PostgreSQL, or open handles of the SQLite file, of this server."""
    if server.place.database_url.startswith("sqlite"):
        file = server.place.folder / "chat.sqlite3"
        links = (Path("/proc") / str(server.process.pid) / "fd").iterdir()
        return sum(os.path.realpath(link) == str(file) for link in links)
    return fleet.postgres.connections(urlsplit(server.place.database_url).path[1:])


def subscribers(server: Server) -> int:
    """Connections of clients to the server."""
    connections = psutil.Process(server.process.pid).net_connections("tcp")
    return sum(one.status == "ESTABLISHED" and one.laddr.port == server.port for one in connections)


@pytest.mark.parametrize(("kind", "database"), [("daphne", "sqlite"), ("uvicorn", "postgresql")])
async def test_a_thousand_held_polls_cost_no_threads_and_no_connections(fleet: Fleet, kind: str, database: str) -> None:
    server = fleet.extra_server(kind, fleet.place(f"held-{kind}-{database}", database))
    scene = Scene(server, fleet.operator(server.place))
    room = scene.room()
    people = [Person(**made) for made in scene.operator("make_crowd", count=HELD)]
    process = psutil.Process(server.process.pid)
    before = database_handles(server, fleet)
    held = [await Held.open(server, room, person) for person in people]
    await quiet(server, process, HELD)
    assert process.num_threads() <= LANES + 10
    assert database_handles(server, fleet) - before <= LANES
    scene.post(room, scene.owner, "for a thousand")
    answers = await asyncio.wait_for(asyncio.gather(*(poll.bodies() for poll in held)), 20)
    assert answers == [["for a thousand"]] * HELD
    server.stop()
    await scene.close()


async def quiet(server: Server, process: psutil.Process, count: int) -> None:
    """Return when all connections are there and the server has nothing left to do: its processor stands still."""
    await asyncio.to_thread(wait_until, lambda: subscribers(server) >= count, 30, "all polls are connected")

    def idle() -> bool:
        return process.cpu_percent(interval=0.3) < 10

    await asyncio.to_thread(wait_until, idle, 30, "the server is idle")
