"""Clients that do not read, or stop in the middle of a request: they hold nothing for long, and no stop waits for them."""

import asyncio
import json

import psutil
import pytest

from tests.support.attackers import TEXT, Bare, frame, handshake, last_words, request
from tests.support.besieged import Memory, all_gone, chat
from tests.support.scene import Room, Scene
from tests.support.servers import Server

pytestmark = pytest.mark.alone

BIG = "あ" * 3900

SILENT = 15
"""Clients of each kind."""

HELD_MB = 40
"""Each socket may have 1 MiB on its way (`CHAT_UNSEEN_BYTES`), each page is 0.25 MB and is copied while it is made."""

LANES = 12
"""Threads for endpoints and pages, by default."""


async def test_who_acknowledges_nothing_is_closed_as_slow(besieged: Scene) -> None:
    """It reads nothing either, until the end: then it finds out why."""
    room = besieged.room()
    besieged.history(room, [BIG] * 200)
    with Bare(besieged.server) as silent:
        silent.send(handshake(besieged.server, room, besieged.owner, room.start))
        said, code = last_words(await asyncio.to_thread(silent.read))
    assert (json.loads(said)["error"]["code"], code) == ("slow_consumer", 4408)


async def test_memory_stays_flat_with_clients_that_read_nothing(besieged: Scene, crowd: list[Bare]) -> None:
    """They acknowledge what they have not read, or ask for pages of history and leave the answers where they are."""
    room, server = besieged.room(), besieged.server
    besieged.history(room, [BIG] * 1000)
    epoch = room.start.partition(":")[0]
    lie = frame(TEXT, json.dumps({"type": "seen", "cursor": f"{epoch}:999999"}).encode())
    page = request(server, f"GET /api/rooms/{room.slug}/messages?before=999999&limit=20", besieged.owner)
    memory = Memory(server)

    def attack() -> None:
        for opening in [handshake(server, room, besieged.owner, room.start)] * SILENT + [page] * SILENT:
            crowd.append(Bare(server, window=4096))
            crowd[-1].send(opening)
        for one in crowd[:SILENT]:
            one.socket.recv(1000)
            one.send(lie * 50)
        all_gone(server, crowd)

    await asyncio.to_thread(read_all, besieged, room)
    with memory.watched():
        attacking = asyncio.ensure_future(asyncio.to_thread(attack))
        assert await chat(besieged, attacking)
        await attacking
    assert memory.grown < HELD_MB


def read_all(besieged: Scene, room: Room) -> None:
    """Honest readers first, as many: what they cost at once is not what this is about."""
    target = f"GET /api/rooms/{room.slug}/poll?after={room.start}&limit=200"
    polls = [Bare(besieged.server) for _ in range(SILENT)]
    for poll in polls:
        poll.send(request(besieged.server, target, besieged.owner, "Connection: close"))
    for poll in polls:
        with poll:
            assert poll.read()


async def test_requests_that_stop_in_the_middle_hold_nothing_and_end(besieged: Scene, crowd: list[Bare]) -> None:
    process = psutil.Process(besieged.server.process.pid)
    before = process.num_threads()
    stop_in_the_middle(besieged, crowd, 100)
    gone = asyncio.ensure_future(asyncio.to_thread(all_gone, besieged.server, crowd))
    assert await chat(besieged, gone)
    await gone
    assert process.num_threads() - before <= LANES


async def test_a_stop_does_not_wait_for_them(besieged: Scene, crowd: list[Bare]) -> None:
    """Nor for answers that nobody reads. The server is none of those whose patience is short."""
    victim = besieged.server
    server = Server(victim.kind, victim.place)
    server.wait_ready()
    try:
        besieged.server = server
        room = besieged.room()
        besieged.history(room, [BIG] * 100)
        stop_in_the_middle(besieged, crowd, 200)
        for path in (f"poll?after={room.start}", f"longpoll?after={room.start}"):
            crowd.append(Bare(server, window=4096))
            crowd[-1].send(request(server, f"GET /api/rooms/{room.slug}/{path}", besieged.owner))
        assert await chat(besieged, asyncio.ensure_future(asyncio.sleep(1)))
        server.process.terminate()
        assert await asyncio.to_thread(server.process.popen.wait, 20) == 0
        assert not (failures := server.failures(0)), failures
    finally:
        besieged.server = victim
        server.stop()


def stop_in_the_middle(besieged: Scene, crowd: list[Bare], count: int) -> None:
    """Connections that stop before the request, in its head, in its body, in a handshake and in a frame."""
    room, server = besieged.room(), besieged.server
    post = f"POST /api/rooms/{room.slug}/messages"
    body = request(server, post, besieged.owner, "Content-Type: application/json", "Content-Length: 50") + b'{"key":'
    upgrade = handshake(server, room, besieged.owner, room.start)
    for opening in [b"", body[:-20], body, upgrade[:-20]] * (count // 4):
        crowd.append(Bare(server))
        crowd[-1].send(opening)
