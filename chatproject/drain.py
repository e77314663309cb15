"""Going down without losing anybody: readers are sent away with their cursors before the server stops."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.conf import settings

from chat import feed

log = logging.getLogger("chat.drain")


class Live:
    """ASGI middleware that knows what is under way, and can wait for its end."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.under_way += 1
        self._idle.clear()
        try:
            await self.app(scope, receive, send)
        finally:
            self.under_way -= 1
            if not self.under_way:
                self._idle.set()

    async def drain(self) -> None:
        """Ends holds and sockets, and returns when all is done, or after the grace. Nothing new may come in by now."""
        feed.hub().drain()
        try:
            async with asyncio.timeout(settings.CHAT_DRAIN_GRACE_S):
                await self._idle.wait()
        except TimeoutError:
            log.warning("%d connections did not end in time.", self.under_way)
