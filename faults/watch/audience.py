"""Who watches a fault: three windows on the server that it hits, one a transport, and one on the other server."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from typing import Any

from playwright.async_api import Browser, CDPSession

from tests.support.people import Person

from ..stage import Stage
from .window import Seat, Told, Window

NEAR = ("websocket", "longpoll", "poll")
FAR = "elsewhere"
"""The window on the other server, over WebSocket."""


class Renderers:
    """The processes that run a browser's pages. Stopped, they take nothing; their connections stay open."""

    def __init__(self) -> None:
        self.pids: list[int] = []

    async def find(self, session: CDPSession) -> None:
        said = await session.send("SystemInfo.getProcessInfo")
        self.pids = [process["id"] for process in said["processInfo"] if process["type"] == "renderer"]

    def pause(self) -> None:
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, sent: signal.Signals) -> None:
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, sent)


class Audience:
    """`near`: the browser whose pages a fault hits; `far`: the other one."""

    def __init__(self, stage: Stage, near: Browser, far: Browser) -> None:
        self.stage = stage
        self.rooms: list[dict[str, Any]] = []
        self.pages = [Renderers()]
        self.windows: list[Window] = []
        self.taken_back: set[str] = set()
        self._browsers = dict.fromkeys(NEAR, near) | {FAR: far}

    async def settle(self) -> None:
        """People, and a room of theirs."""
        crowd = await self.stage.operating("make_crowd", count=len(self._browsers))
        self._people = [Person(**one) for one in crowd]
        ids = [person.id for person in self._people]
        self.rooms = await self.stage.operating("make_rooms", kinds=["public"], people=ids)

    async def come(self, hit: int) -> None:
        """Fresh windows for a fault of the server `hit`."""
        self.taken_back.clear()
        self.windows = [self._window(hit, *one) for one in zip(self._browsers, self._people, strict=True)]
        await asyncio.gather(*(window.open() for window in self.windows))
        await self.pages[0].find(await self._browsers[NEAR[0]].new_browser_cdp_session())

    async def write(self, name: str, first_s: float, every_s: float, far: bool) -> None:
        """Everybody writes `name of the seat 1`, … at the same moments, on the other server only if `far`."""
        writers = self.windows if far else self.windows[: len(NEAR)]
        writing = (window.write(f"{name} {window.seat.name}", first_s, every_s) for window in writers)
        await asyncio.gather(*writing)

    async def told(self) -> dict[str, Told]:
        """By the name of the seat."""
        told = await asyncio.gather(*(window.told() for window in self.windows))
        return {window.seat.name: one for window, one in zip(self.windows, told, strict=True)}

    async def fall_silent(self) -> None:
        await asyncio.gather(*(window.stop() for window in self.windows))

    async def go(self) -> None:
        await asyncio.gather(*(window.close() for window in self.windows))

    def restored(self, room: int, said: dict[str, Any]) -> None:
        """What a backup does not have need not be shown any more."""
        removed = {(author, key) for author, key in said["removed"]}
        states = said["log"]["states"]
        self.taken_back |= {body for _seq, _version, author, key, body, _gone in states if (author, key) in removed}

    def _window(self, hit: int, name: str, person: Person) -> Window:
        doors = self.stage.doors
        door = doors[(hit + 1) % len(doors)] if name == FAR else doors[hit]
        seat = Seat(name, "websocket" if name == FAR else name, door, person)
        return Window(self._browsers[name], seat, self.rooms[0]["slug"])
