"""The WebSocket of the connection test: the server speaks first, then says back what it hears."""

from __future__ import annotations

import asyncio
from typing import Any

from channels.consumer import AsyncConsumer

from .. import limits, wire
from ..addresses import address_of_scope
from ..errors import ChatError, Invalid, RateLimited, TooLarge
from .frames import MAX_FRAME
from .origin import is_own_origin
from .probes import LOOK_EVERY_S, TESTERS, check_staying

LIFE_S = 90
"""A test takes a minute."""

MAX_FRAMES = 60


class EchoConsumer(AsyncConsumer):
    """One socket of a test: bounded in its life, its frames and their size; counts as a reader."""

    channel_layer_alias = "none"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Without Channels' own loop, as for a room: nothing else can end a test."""
        self.scope, self.base_send = scope, send
        self._receive = receive
        if (await receive())["type"] != "websocket.connect":
            return
        if not is_own_origin(scope):
            await self.send({"type": "websocket.close"})
            return
        await self.send({"type": "websocket.accept"})
        try:
            async with asyncio.timeout(LIFE_S):
                await self._serve(address_of_scope(scope))
        except ChatError as problem:
            await self._tell({"type": "error", **wire.error(problem)})
            await self.send({"type": "websocket.close", "code": problem.close, "reason": problem.code})
        except TimeoutError:
            await self.send({"type": "websocket.close", "code": 1000})

    async def _serve(self, address: str) -> None:
        limits.check_test(address)
        with limits.readers.admit(TESTERS, address):
            await self._tell({"type": "hello", "at": wire.now()})
            for _ in range(MAX_FRAMES):
                event = await self._next()
                if event["type"] == "websocket.disconnect":
                    return
                await self._echo(event.get("text"))
            raise RateLimited("That is enough for a test.")

    async def _next(self) -> Any:
        """The next event; raises `Restarting` when this process goes down while there is none."""
        receiving = asyncio.ensure_future(self._receive())
        try:
            while not (await asyncio.wait({receiving}, timeout=LOOK_EVERY_S))[0]:
                check_staying()
            return receiving.result()
        finally:
            receiving.cancel()

    async def _echo(self, text: str | None) -> None:
        if text is None:
            raise Invalid("Send text.")
        if len(text.encode("utf-8", "surrogatepass")) > MAX_FRAME:
            raise TooLarge("This frame is too large.")
        await self.send({"type": "websocket.send", "text": text})

    async def _tell(self, frame: dict[str, Any]) -> None:
        await self.send({"type": "websocket.send", "text": wire.encode(frame).decode()})
