"""Going down without losing anybody: readers are sent away with their cursors before the server stops."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.conf import settings

from chat import feed

SETTLE_S = 0.5
"""A connection that was made a moment before the port closed has its request still on the way."""

log = logging.getLogger("chat.drain")


class Live:
    """ASGI middleware that knows what is under way, and can wait for its end."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.under_way = 0
        self.draining = False
        self._idle = asyncio.Event()
        self._idle.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.begin()
        try:
            await self.app(scope, receive, _closing(send) if self.draining and scope["type"] == "http" else send)
        finally:
            self.end()

    def begin(self) -> None:
        """Something more is under way."""
        self.under_way += 1
        self._idle.clear()

    def end(self) -> None:
        self.under_way -= 1
        if not self.under_way:
            self._idle.set()

    async def drain(self) -> None:
        """Ends holds and sockets, and returns when all is done, or after the grace. Nothing new may come in by now."""
        self.draining = True
        feed.hub().drain()
        await asyncio.sleep(SETTLE_S)
        try:
            async with asyncio.timeout(settings.CHAT_DRAIN_GRACE_S):
                await self._idle.wait()
        except TimeoutError:
            log.warning("%d connections did not end in time.", self.under_way)


def _closing(send: Any) -> Any:
    """Tells a proxy not to send its next request over this connection, which is about to end."""

    async def closing(event: Any) -> None:
        if event["type"] == "http.response.start":
            event = {**event, "headers": [*event.get("headers", ()), (b"connection", b"close")]}
        await send(event)

    return closing
