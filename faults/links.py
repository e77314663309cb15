"""The three transports as the lab's pages use them: one batch at a time, and a bound on silence."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import chain
from typing import Any

import httpx
from websockets.exceptions import WebSocketException

from tests.support.drivers import Batch, Driver, LongPoll, Poll, WebSocket
from tests.support.people import Refused

REQUEST_S = 6.0
"""For an answer. A black hole must not hold a page for longer."""

HOLD_S = 4
SILENCE_S = 5.0
"""Two heartbeats of the lab's servers and a little: a socket that says nothing for longer is dead."""

LOST = (OSError, httpx.TransportError, WebSocketException, TimeoutError, ValueError, RuntimeError)
"""What a cut looks like. ValueError: half an answer is no JSON. RuntimeError: the page has left this link meanwhile."""


class LabPoll(Poll):
    """One read a call."""

    async def connect(self) -> None:
        """Nothing to open."""

    async def next_batch(self, timeout: float) -> Batch | None:
        batch = await self._read(wait=0)
        self.cursor = batch.cursor
        return batch


class LabLongPoll(LongPoll):
    """One held read a call."""

    async def connect(self) -> None:
        """Nothing to open."""

    async def next_batch(self, timeout: float) -> Batch | None:
        batch = await self._read(wait=HOLD_S)
        self.cursor = batch.cursor
        return batch


class LabSocket(WebSocket):
    """Knows when it last heard anything, and when a server that stops wants to see it again."""

    retry_ms = 0
    heard_at = 0.0

    async def next_batch(self, timeout: float) -> Batch | None:
        """The next batch, or None after `timeout` seconds; TimeoutError when the socket is silent for too long."""
        before = self.cursor
        batch = await super().next_batch(timeout)
        if batch is None and asyncio.get_running_loop().time() - self.heard_at > SILENCE_S:
            raise TimeoutError("silence")
        # The driver keeps batches without messages to itself; their cursor counts all the same.
        return batch or (Batch(self.cursor, [], None, False, False) if self.cursor and self.cursor != before else None)

    async def connect(self) -> None:
        self.heard_at = asyncio.get_running_loop().time()
        await super().connect()

    def pause(self) -> None:
        """Take nothing more from the network."""
        self.socket.transport.pause_reading()

    def resume(self) -> None:
        if not self.socket.transport.is_closing():
            self.socket.transport.resume_reading()
        self.heard_at = asyncio.get_running_loop().time()

    async def close(self) -> None:
        """Leave at once: a server behind a black hole would not answer a close."""
        if hasattr(self, "socket"):
            self.socket.transport.abort()
        await super().close()

    def _end(self, refused: Refused) -> None:
        super()._end(refused)
        # Somebody whose frame could not even be written does not wait for its answer.
        for answer in [*self._changes, *chain(*self._sends.values())]:
            if not answer.cancelled():
                answer.exception()

    async def _take(self, said: dict[str, Any]) -> None:
        self.heard_at = asyncio.get_running_loop().time()
        self.retry_ms = said.get("retry_ms", 0) if said["type"] == "drain" else self.retry_ms
        await super()._take(said)


LINKS: dict[str, type[Driver]] = {"poll": LabPoll, "longpoll": LabLongPoll, "websocket": LabSocket}
FINAL = {"not_authenticated", "forbidden", "not_found", "transport_not_allowed"}
"""Codes after which a client does not come back unasked."""


def is_final(problem: BaseException) -> bool:
    return isinstance(problem, Refused) and problem.code in FINAL


async def leave(link: Driver | None) -> None:
    """Close a link whatever state it is in."""
    if link is not None:
        with suppress(*LOST, Refused, AttributeError):
            async with asyncio.timeout(REQUEST_S):
                await link.close()
