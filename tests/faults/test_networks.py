"""The box that stands for bad networks does what it says; and the table says what came of them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from typing import Any

import pytest
import pytest_asyncio

from faults.networks.middlebox import BUFFER, CUT, CUT_HELD, HELD_S, KEEP_HELD, STRIP, SWALLOW, Middlebox
from faults.networks.table import problems, table
from faults.networks.trial import Outcome

pytestmark = pytest.mark.alone

UPGRADE = b"GET /ws/ HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
HOLD = b"GET /api/rooms/a/longpoll?wait=1 HTTP/1.1\r\n\r\n"
PLAIN = b"GET /api/rooms/a/poll HTTP/1.1\r\n\r\n"
SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n\r\n"
BOUND_S = 3.0


class Upstream:
    """Takes an Upgrade and greets, answers anything else after `after_s`, and remembers what it got."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.after_s = 0.0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError), closing(writer):
            while data := await reader.read(65536):
                self.got.append(data)
                if data.startswith(b"GET"):
                    await asyncio.sleep(self.after_s)
                    writer.write(SWITCHED + b"hello" if b"Upgrade: websocket" in data else OK)


class Client:
    """Connections to the box, one after the other."""

    def __init__(self, box: Middlebox) -> None:
        self._writers: list[asyncio.StreamWriter] = []
        self._port = int(box.url.rpartition(":")[2])

    async def ask(self, request: bytes) -> bytes:
        """What comes within a moment; b"" when nothing does, or the connection is cut."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers.append(self.writer)
        self.writer.write(request)
        return await self.hear(BOUND_S)

    def close(self) -> None:
        for writer in self._writers:
            writer.close()

    async def hear(self, seconds: float) -> bytes:
        try:
            return await asyncio.wait_for(self.reader.read(65536), seconds)
        except (TimeoutError, ConnectionResetError):
            return b""


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[tuple[Middlebox, Upstream, Client]]:
    upstream = Upstream()
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0)
    box = Middlebox(server.sockets[0].getsockname()[1], held_s=0.3, kept_s=0.5)
    await box.start()
    client = Client(box)
    yield box, upstream, client
    client.close()
    await box.stop()
    server.close()


Stage = tuple[Middlebox, Upstream, Client]


async def test_it_passes_everything_when_nothing_is_wrong(stage: Stage) -> None:
    _box, upstream, client = stage
    assert await client.ask(UPGRADE) == SWITCHED + b"hello"
    assert await client.ask(PLAIN) == OK
    assert upstream.got == [UPGRADE, PLAIN]


async def test_it_takes_the_upgrade_out(stage: Stage) -> None:
    box, upstream, client = stage
    box.faults = {STRIP}
    assert await client.ask(UPGRADE) == OK
    assert upstream.got == [b"GET /ws/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"]


async def test_it_cuts_a_socket_that_has_just_opened_and_nothing_else(stage: Stage) -> None:
    box, _upstream, client = stage
    box.faults = {CUT}
    assert await client.ask(UPGRADE) == SWITCHED + b"hello"
    assert await client.hear(BOUND_S) == b""
    assert not box.wires
    assert await client.ask(PLAIN) == OK


async def test_it_swallows_what_a_socket_carries_in_both_directions(stage: Stage) -> None:
    for fault in (SWALLOW, BUFFER):
        box, upstream, client = stage
        box.faults = {fault}
        upstream.got.clear()
        assert await client.ask(UPGRADE) == SWITCHED
        client.writer.write(b"frame")
        assert await client.hear(0.2) == b""
        assert upstream.got == ([UPGRADE] if fault == SWALLOW else [UPGRADE, b"frame"])


async def test_it_cuts_a_long_poll_that_is_held_and_no_other_request(stage: Stage) -> None:
    box, upstream, client = stage
    box.faults, upstream.after_s = {CUT_HELD}, 0.6
    assert await client.ask(HOLD) == b""
    assert box.cut_at > 0
    assert await client.ask(PLAIN) == OK
    upstream.after_s = 0
    assert await client.ask(HOLD) == OK


async def test_it_keeps_back_what_was_held(stage: Stage) -> None:
    box, upstream, client = stage
    box.faults, upstream.after_s = {KEEP_HELD}, HELD_S + 0.1
    begin = time.monotonic()
    assert await client.ask(HOLD) == OK
    assert time.monotonic() - begin >= upstream.after_s + box.kept_s


async def test_healed_it_passes_everything(stage: Stage) -> None:
    box, _upstream, client = stage
    box.faults = {SWALLOW, CUT_HELD}
    box.go_down()
    box.heal()
    assert await client.ask(UPGRADE) == SWITCHED + b"hello"


def outcome(**facts: Any) -> Outcome:
    usual = {"kind": "strips Upgrade", "on": "via long polling", "first_s": 1.0, "late_s": 2.0, "back_s": 9.0}
    return Outcome(**{**usual, "words": ("Moved.", "Back."), "lost": 0, "doubled": 0, **facts})


def test_the_table_has_a_row_for_each_network() -> None:
    row = "| strips Upgrade | via long polling | 1.0 | 2.0 | 9.0 | Moved.<br>Back. | 0, 0 |"
    assert table([outcome()]).splitlines()[2:] == [row]


def test_another_end_and_what_is_lost_or_doubled_are_problems() -> None:
    assert problems([outcome()]) == []
    assert problems([outcome(on="via WebSocket", lost=1, doubled=2)]) == [
        "strips Upgrade: ended on via WebSocket",
        "strips Upgrade: 1 lost, 2 doubled or out of order",
    ]
