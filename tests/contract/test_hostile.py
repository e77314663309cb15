"""Clients that flood, or whose requests do not end: bounded memory, the right code, and nobody else notices."""

import asyncio
import json
import time

import pytest

from tests.support.attackers import PING, TEXT, Bare, flood, frame, handshake, last_words, request
from tests.support.besieged import FLAT_MB, Memory, chat
from tests.support.scene import Room, Scene, new_key
from tests.support.servers import Server

pytestmark = pytest.mark.alone

SECONDS = 2


def loads(room: Room) -> dict[str, bytes]:
    """What floods send over and over."""
    seen = json.dumps({"type": "seen", "cursor": room.start}).encode()
    send = json.dumps({"type": "send", "key": new_key(), "body": "x"}).encode()
    return {
        "acknowledgements": frame(TEXT, seen) * 500,
        "messages": frame(TEXT, send) * 500,
        "long messages": frame(TEXT, send + b" " * 16_000) * 20,
        "pings": frame(PING, b"x" * 125) * 500,
        "parts of frames": frame(TEXT, b"", fin=False) + frame(0, b"", fin=False) * 5000,
    }


async def test_floods_are_told_and_cut_and_nobody_else_notices(besieged: Scene) -> None:
    room, server = besieged.room(), besieged.server
    codes: dict[str, tuple[str, int]] = {}

    def floods() -> None:
        opening = handshake(server, room, besieged.owner, room.start)
        for name, load in loads(room).items():
            said, code = last_words(flood(server, opening, load))
            codes[name] = json.loads(said)["error"]["code"], code
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            flood(server, opening, loads(room)["messages"])

    flood(server, handshake(server, room, besieged.owner, room.start), loads(room)["messages"])
    memory = Memory(server)
    with memory.watched():
        flooding = asyncio.ensure_future(asyncio.to_thread(floods))
        assert await chat(besieged, flooding) > 1
        await flooding
    assert set(codes.values()) == {("rate_limited", 4429)}, codes
    assert memory.grown < FLAT_MB


async def test_requests_without_end_are_cut(besieged: Scene) -> None:
    """A body of 10 GB, one without a declared length, and requests that nobody waits for the answers of."""
    room, server = besieged.room(), besieged.server
    post = f"POST /api/rooms/{room.slug}/messages"
    sized = request(server, post, besieged.owner, "Content-Type: application/json", "Content-Length: 10000000000")
    chunked = request(server, post, besieged.owner, "Content-Type: application/json", "Transfer-Encoding: chunked")
    piled = request(server, f"GET /api/rooms/{room.slug}/poll?after={room.start}", besieged.owner)
    memory = Memory(server)
    with memory.watched():
        for opening, load in ((sized, bytes(65536)), (chunked, b"1000\r\n" + bytes(4096) + b"\r\n")):
            said = await asyncio.to_thread(flood, server, opening, load)
            assert said.startswith(b"HTTP/1.1 413 "), said
        flooding = asyncio.ensure_future(asyncio.to_thread(pile, server, piled))
        assert await chat(besieged, flooding)
    assert memory.grown < FLAT_MB


def pile(server: Server, one: bytes) -> None:
    """Sends requests for some seconds and reads no answer."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        bare = Bare(server)
        bare.socket.settimeout(0.5)
        with pytest.raises(OSError):
            while True:
                bare.send(one * 500)
        bare.reset()
