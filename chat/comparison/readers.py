"""Clients that read a room, one function for each transport; each goes on until it is cancelled."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from .http import Connection
from .tally import Sent, Tally
from .visitors import Visitor

LIMIT = 200
HELD_S = 0.1
"""An answer that took longer was held back until there was news."""

PAUSE_S = 1.0
"""After trouble, so that a server that is away is not met by a loop."""

HANDSHAKE_S = 15
SEEN_EVERY = 10
"""Batches of one acknowledgement: half of what the server waits for."""


@dataclass
class Reader:
    """One client: who, where, from which cursor on, and where it counts. `pause_s`: between two polls."""

    visitor: Visitor
    slug: str
    cursor: str
    tally: Tally
    sent: Sent
    pause_s: float
    hold_s: int

    def take(self, batch: dict[str, Any]) -> int:
        """Notes a batch; returns how many messages of ours came with it."""
        self.cursor = batch["cursor"]
        return self.tally.arrived([one["key"] for one in batch["messages"]], self.sent, time.perf_counter())


async def poll(reader: Reader) -> None:
    """Read, pause, read again."""
    connection = Connection(reader.visitor.url)
    # Clients that start together must not ask together.
    await asyncio.sleep(random.uniform(0, reader.pause_s))  # noqa: S311
    try:
        while True:
            batch = await _ask(reader, connection, "poll", {})
            await asyncio.sleep(0 if batch and batch["more"] else reader.pause_s)
    finally:
        connection.close()


async def long_poll(reader: Reader) -> None:
    """Read, else let the server hold the question until there is something."""
    connection, page = Connection(reader.visitor.url), secrets.token_hex(8)
    try:
        while True:
            began = time.perf_counter()
            batch = await _ask(reader, connection, "longpoll", {"wait": reader.hold_s, "page": page})
            was_held = time.perf_counter() - began > HELD_S
            reader.tally.pushed += bool(batch and batch["messages"] and was_held)
            # Never spins, even if something on the way does not hold.
            await asyncio.sleep(0 if was_held or (batch and batch["messages"]) else PAUSE_S)
    finally:
        connection.close()


async def _ask(reader: Reader, connection: Connection, way: str, extra: dict[str, Any]) -> dict[str, Any] | None:
    """One question; None after a refusal, whose wait is over by then."""
    tally = reader.tally
    query = urlencode({"after": reader.cursor, "limit": LIMIT, **extra})
    tally.requests += 1
    try:
        answer = await connection.ask("GET", f"/api/rooms/{quote(reader.slug)}/{way}?{query}", reader.visitor.headers)
    except OSError as error:
        tally.trouble = str(error) or type(error).__name__
        await asyncio.sleep(PAUSE_S)
        return None
    tally.up += answer.up
    tally.down += answer.down
    batch = answer.json
    if answer.status != 200 or not isinstance(batch, dict):
        tally.refused += 1
        tally.trouble = f"HTTP {answer.status}"
        await asyncio.sleep(answer.retry_after_s)
        return None
    tally.empty += not batch["messages"]
    reader.take(batch)
    return batch


async def websocket(reader: Reader) -> None:
    """One open line; what has come is acknowledged. Opened again when it ends."""
    while True:
        try:
            await _follow(reader)
        except (OSError, WebSocketException) as error:
            reader.tally.refused += 1
            reader.tally.trouble = str(error) or type(error).__name__
        await asyncio.sleep(PAUSE_S)


async def _follow(reader: Reader) -> None:
    visitor, tally = reader.visitor, reader.tally
    url = f"{visitor.url.replace('http', 'ws', 1)}/ws/rooms/{quote(reader.slug)}/?{urlencode({'after': reader.cursor})}"
    cookies = dict([visitor.headers.strip().split(": ", 1)])
    tally.requests += 1
    async with connect(
        url,
        origin=visitor.url,  # type: ignore[arg-type]
        additional_headers=cookies,
        compression=None,
        proxy=None,
        open_timeout=HANDSHAKE_S,
    ) as socket:
        _count_handshake(socket, tally)
        await _read(reader, socket)


def _count_handshake(socket: ClientConnection, tally: Tally) -> None:
    tally.up += len(socket.request.serialize()) if socket.request else 0
    tally.down += len(socket.response.serialize()) if socket.response else 0


async def _read(reader: Reader, socket: ClientConnection) -> None:
    tally, unseen = reader.tally, 0
    async for text in socket:
        tally.down += frame_size(text, masked=False)
        frame = json.loads(text)
        if frame["type"] == "error":
            tally.trouble = frame["error"]["message"]
        if frame["type"] == "batch":
            tally.pushed += bool(reader.take(frame))
            unseen += 1
        if frame["type"] == "ping" or unseen >= SEEN_EVERY:
            seen = json.dumps({"type": "seen", "cursor": reader.cursor}, separators=(",", ":"))
            unseen, tally.up = 0, tally.up + frame_size(seen, masked=True)
            await socket.send(seen)


def frame_size(text: str | bytes, *, masked: bool) -> int:
    """Bytes of a frame with this payload (RFC 6455, 5.2)."""
    size = len(text.encode() if isinstance(text, str) else text)
    head = 2 if size < 126 else 4 if size < 65_536 else 10
    return head + (4 if masked else 0) + size


READERS: dict[str, Callable[[Reader], Awaitable[None]]] = {
    "poll": poll,
    "longpoll": long_poll,
    "websocket": websocket,
}
