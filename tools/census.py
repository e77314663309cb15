"""How long the page of live connections takes when very many are connected.

    .venv/bin/python -m tools.census --readers 5000

Starts its own Daphne, uvicorn, PostgreSQL and Valkey on loopback and stops them at the end. Half of the readers are on
each server; a fifth are holds, the others sockets. Exit status 1 when the median was half a second or more.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psutil
from websockets.asyncio.client import ClientConnection

from tests.admin.test_live import Root, make_root
from tests.support.attackers import Bare, request
from tests.support.fleet import Fleet
from tests.support.people import Person
from tests.support.scene import Room, Scene, new_key
from tests.support.servers import COMMANDS, Place, Server
from tests.support.sockets import open_socket

BOUND_MS = 500
URL = "/admin/chat/connection/"
TIMES = 20
AT_ONCE = 20


def start(fleet: Fleet) -> list[Server]:
    """A server of each kind, over one log."""
    place = fleet.place("census", "postgresql")
    servers = []
    for kind in COMMANDS:
        place.extra = {"CHAT_PROCESS_NAME": kind}
        servers.append(fleet.extra_server(kind, place))
    return servers


async def sockets(server: Server, room: Room, people: list[Person], count: int) -> list[ClientConnection]:
    """So many who are let in, a few at a time, and answer the pings of the server."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def come(person: Person) -> ClientConnection:
        async with gate:
            return await open_socket(server, f"/ws/rooms/{room.slug}/?after={room.start}", person)

    return await asyncio.gather(*(come(people[number % len(people)]) for number in range(count)))


def holds(server: Server, room: Room, people: list[Person], count: int) -> list[Bare]:
    """So many who are held, for 50 s at least."""
    here = []
    for number in range(count):
        line = f"GET /api/rooms/{room.slug}/longpoll?after={room.start}&page={new_key()}"
        bare = Bare(server)
        bare.send(request(server, line, people[number % len(people)]))
        here.append(bare)
    return here


async def times(server: Server, count: int, pids: list[int]) -> tuple[list[float], float, int]:
    """Milliseconds of each load of the page, once all are there; of CPU of all servers, for one; its bytes."""
    root = Root(cast(Scene, SimpleNamespace(server=server)))
    await root.log_in()
    async with asyncio.timeout(120):
        while f"{count} connections" not in await page(root):  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.5)
    took, before = [], cpu_ms(pids)
    for _ in range(TIMES):
        began = time.perf_counter()
        said = await page(root)
        took.append(1000 * (time.perf_counter() - began))
    await root.browser.aclose()
    return took, (cpu_ms(pids) - before) / TIMES, len(said)


def cpu_ms(pids: list[int]) -> float:
    used = [psutil.Process(pid).cpu_times() for pid in pids]
    return 1000 * sum(one.user + one.system for one in used)


async def page(root: Root) -> str:
    answer = await root.browser.get(URL)
    return answer.text.replace("The first 200 of ", "").replace(",", "")


async def measure(fleet: Fleet, readers: int) -> float:
    """Prints a table; the larger median, in ms."""
    servers = start(fleet)
    place: Place = servers[0].place
    make_root(place)
    operator = fleet.operator(place)
    people = [Person(**made) for made in operator("make_crowd", count=50)]
    fields: dict[str, Any] = {"owner": people[0].id, "members": [one.id for one in people[1:]], "hold_s": 55}
    made = operator("make_room", **fields)
    room = Room(made["id"], made["slug"], made["epoch"], made["last_seq"])
    each = readers // len(servers)
    here = [one for server in servers for one in await sockets(server, room, people, each - each // 5)]
    print("| asked of | readers | median ms | slowest ms | CPU ms | KB |\n|---|---:|---:|---:|---:|---:|")
    worst = 0.0
    for server in servers:
        held = [bare for one in servers for bare in holds(one, room, people, each // 5)]
        count = len(here) + len(held)
        took, cpu, size = await times(server, count, [one.process.pid for one in servers])
        median = statistics.median(took)
        worst = max(worst, median)
        print(f"| {server.kind} | {count:,} | {median:.0f} | {max(took):.0f} | {cpu:.0f} | {size // 1024} |")
        for bare in held:
            bare.socket.close()
    for one in here:
        one.transport.abort()
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--readers", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="census-") as folder:
        fleet = Fleet(Path(folder))
        try:
            worst = asyncio.run(measure(fleet, options.readers))
        finally:
            fleet.stop()
    sys.exit(worst >= BOUND_MS)


if __name__ == "__main__":
    main()
