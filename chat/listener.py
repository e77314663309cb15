"""What other processes tell this one, through the channel layer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol

from . import fanout, reconnects
from .pauses import pause

ECHO_S = 0.5
"""How long one's own call is waited for, before the next."""

ECHO = {"type": "chat.echo"}

log = logging.getLogger("chat.listener")


class Registrar(Protocol):
    """Who takes part in the census."""

    async def joined(self, channel: str) -> None: ...
    def hear(self, message: dict[str, Any]) -> None: ...


class Listener:
    """Takes part in the group. `deliver` is given each event, `look` finds what was said while nothing was heard."""

    def __init__(
        self,
        deliver: Callable[[fanout.Event], None],
        look: Callable[[], Awaitable[None]],
        registrar: Registrar,
    ) -> None:
        self._deliver = deliver
        self._look = look
        self._registrar = registrar
        self._name = ""
        self._connected = asyncio.Event()
        self._heard = asyncio.Event()
        reconnects.watch(self._connected.set)

    async def listen(self) -> None:
        """Joins the group, again after each failure, and takes what comes."""
        failures = 0
        while True:
            try:
                await self._join()
                failures = 0
                while True:
                    self._take(await fanout.layer().receive(self._name))
            except Exception as error:
                log.warning("The channel layer is away, changes of other processes come later: %r", error)
                await asyncio.sleep(pause(failures))
                failures += 1

    async def look_after_reconnects(self) -> None:
        """After each new connection: once the layer is heard again, looks for what was said before."""
        while True:
            await self._connected.wait()
            self._connected.clear()
            self._heard.clear()
            while not self._heard.is_set():
                await self._call()
            await self._look()

    async def _join(self) -> None:
        self._name = self._name or await fanout.layer().new_channel()
        await fanout.layer().group_add(fanout.GROUP, self._name)
        await self._registrar.joined(self._name)

    async def _call(self) -> None:
        """Says something to itself, and waits for a while to hear it."""
        with suppress(Exception):
            async with asyncio.timeout(ECHO_S):
                await fanout.layer().send(self._name, ECHO)
                await self._heard.wait()
                return
        await asyncio.sleep(ECHO_S)

    def _take(self, message: dict[str, Any]) -> None:
        if message == ECHO:
            self._heard.set()
            return
        if "census" in message:
            self._registrar.hear(message)
            return
        for event in fanout.unpack(message):
            self._deliver(event)
