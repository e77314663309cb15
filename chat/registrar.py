"""The census of a process: it asks the others through the layer, and answers them.

Whoever does not answer in time is named, when it was heard of lately.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from contextlib import suppress
from itertools import count
from typing import Any

import msgspec
from django.conf import settings

from . import fanout
from .census import Ask, Bye, Census, Hello, Known, Query, Report, report
from .hub import Hub

PATIENCE_S = 0.3
"""How long the answers of other processes are waited for."""

KNOWN_S = 300
"""How long a process that says nothing more counts as one that should have answered."""

TYPE = "chat.census"
log = logging.getLogger("chat.census")

Said = Report | Ask | Hello | Bye
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Said)
_NO_EVENTS = _pack([])
"""For processes of a version that knows no census: an event without content."""


def own_name() -> str:
    """What this process is called: as the settings say, else where it runs and its number there."""
    return str(settings.CHAT_PROCESS_NAME) if settings.CHAT_PROCESS_NAME else f"{socket.gethostname()}:{os.getpid()}"


class Registrar:
    """The census of a process: it asks the others, and answers them."""

    def __init__(self, hub: Hub, process: str = fanout.ORIGIN) -> None:
        self.process = process
        self.name = own_name()
        self._hub = hub
        self._channel = ""
        self._known: dict[str, Known] = {}
        self._numbers = count(1)
        self._answers: dict[int, dict[str, Report]] = {}
        self._answered = asyncio.Event()
        hub.at_drain.append(self._leave)

    async def take(self, query: Query) -> Census:
        """Asks everybody, and waits for `PATIENCE_S` at most."""
        number = next(self._numbers)
        answers = self._answers[number] = {}
        try:
            is_told = await self._ask(number, query)
            own = await self.report(number, query)
        finally:
            del self._answers[number]
        silent = [known for process, known in self._lately().items() if process not in answers]
        others = sorted(answers.values(), key=lambda one: one.name)
        is_alone = fanout.layer() is None
        return Census([own, *others], silent, is_alone, is_deaf=not (is_alone or is_told))

    async def report(self, number: int, query: Query) -> Report:
        """What this process knows, for the question with that number."""
        return await report(self._hub, self.process, self.name, number, query)

    async def joined(self, channel: str) -> None:
        """This process hears the layer, at that channel."""
        self._channel = channel
        await self._tell(Hello(self.process, self.name, channel))

    def hear(self, message: dict[str, Any]) -> None:
        """Takes what another process, or this one, has said."""
        if message["origin"] == self.process:
            return
        try:
            said = _unpack.decode(message["census"])
        except (KeyError, TypeError, msgspec.DecodeError) as error:
            log.debug("What another process says of the census cannot be read: %r", error)
            return
        match said:
            case Report():
                self._remember(said.process, said.name)
                if said.ask in self._answers:
                    self._answers[said.ask][said.process] = said
                    self._answered.set()
            case Ask() if not self._hub.draining:
                self._hub.spawn(self._answer(said))
            case Hello():
                self._remember(said.process, said.name)
                if said.channel:
                    self._hub.spawn(self._send(said.channel, Hello(self.process, self.name)))
            case Bye():
                self._known.pop(said.process, None)

    async def _ask(self, number: int, query: Query) -> bool:
        """Whether the layer took the question. Returns when all who are known have answered, or it is too late."""
        is_told = False
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                is_told = bool(self._channel) and await self._tell(Ask(number, self._channel, query))
                while is_told and not self._lately().keys() <= self._answers[number].keys():
                    self._answered.clear()
                    await self._answered.wait()
        return is_told

    def _leave(self) -> None:
        """This process is about to stop: nobody need wait for its answers."""
        if self._channel:
            self._hub.spawn(self._tell(Bye(self.process)))

    async def _answer(self, ask: Ask) -> None:
        await self._send(ask.channel, await self.report(ask.ask, ask.query))

    def _remember(self, process: str, name: str) -> None:
        self._known[process] = Known(name, time.time())

    def _lately(self) -> dict[str, Known]:
        """Processes that were heard of within the time for which that counts."""
        first = time.time() - KNOWN_S
        self._known = {process: known for process, known in self._known.items() if known.at >= first}
        return self._known

    async def _tell(self, said: Said) -> bool:
        """Tells everybody; whether the layer took it."""
        with suppress(Exception):
            await fanout.layer().group_send(fanout.GROUP, self._message(said))
            return True
        return False

    async def _send(self, channel: str, said: Said) -> None:
        with suppress(Exception):
            await fanout.layer().send(channel, self._message(said))

    def _message(self, said: Said) -> dict[str, Any]:
        return {"type": TYPE, "origin": self.process, "events": _NO_EVENTS, "census": _pack(said)}
