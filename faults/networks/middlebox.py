"""What stands between browsers and a server in offices, hotels and mobile networks, as bad as it gets."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Set
from dataclasses import dataclass, field

from tests.browser.support.proxy import Proxy, Wire

STRIP, CUT, SWALLOW, BUFFER, CUT_HELD, KEEP_HELD = "strip", "cut", "swallow", "buffer", "cut held", "keep held"
YOUNG_S = 0.2
"""After the 101, until a socket is cut."""

HELD_S = 0.6
"""An answer that takes longer was held."""

_HOLD = re.compile(rb"GET [^ ]*/longpoll\?")
_UPGRADE = re.compile(rb"(?im)^upgrade: websocket\r\n")
_CONNECTION = re.compile(rb"(?im)^connection: upgrade\r\n")


@dataclass
class Talk:
    """One connection. `asked_at`: the long poll that has no answer yet; `kept`: what the box holds of a socket."""

    is_upgrading: bool = False
    is_socket: bool = False
    asked_at: float | None = None
    kept: list[bytes] = field(default_factory=list)


class Middlebox(Proxy):
    """Does to traffic what `faults` says.

    `strip`: takes the Upgrade out of requests. `cut`: cuts sockets 200 ms after the 101. `swallow`: passes the 101 and
    nothing after it. `buffer`: gathers what a socket brings and never has enough. `cut held`: cuts a long poll
    without an answer after `held_s`, last at `cut_at`. `keep held`: delays an answer that was held by `kept_s` more.
    """

    def __init__(self, target: int, held_s: float, kept_s: float) -> None:
        super().__init__(target)
        self.held_s, self.kept_s = held_s, kept_s
        self.faults: Set[str] = frozenset()
        self.cut_at = 0.0
        self._talks: dict[Wire, Talk] = {}

    async def _pump(
        self, wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event | None = None
    ) -> None:
        talk = self._talks.setdefault(wire, Talk())
        try:
            while data := await reader.read(65536):
                await wire.flowing.wait()
                if gate:
                    await gate.wait()
                writer.write(await self._down(wire, talk, data) if gate else self._up(wire, talk, data))
                await writer.drain()
        finally:
            self._talks.pop(wire, None)

    def _up(self, wire: Wire, talk: Talk, data: bytes) -> bytes:
        if talk.is_socket:
            return b"" if SWALLOW in self.faults else data
        talk.asked_at = time.monotonic() if _HOLD.match(data) else None
        talk.is_upgrading = bool(_UPGRADE.search(data))
        if STRIP in self.faults:
            data = _CONNECTION.sub(b"Connection: close\r\n", _UPGRADE.sub(b"", data)) if talk.is_upgrading else data
        if CUT_HELD in self.faults and talk.asked_at:
            asyncio.get_running_loop().call_later(self.held_s, self._cut_if_held, wire, talk, talk.asked_at)
        return data

    async def _down(self, wire: Wire, talk: Talk, data: bytes) -> bytes:
        if talk.is_socket:
            return self._of_socket(talk, data)
        asked_at, talk.asked_at = talk.asked_at, None
        if talk.is_upgrading and data.startswith(b"HTTP/1.1 101"):
            talk.is_socket = True
            if CUT in self.faults:
                asyncio.get_running_loop().call_later(YOUNG_S, wire.cut)
            head, end, rest = data.partition(b"\r\n\r\n")
            return head + end + self._of_socket(talk, rest)
        if KEEP_HELD in self.faults and asked_at and time.monotonic() - asked_at > HELD_S:
            await asyncio.sleep(self.kept_s)
        return data

    def _of_socket(self, talk: Talk, data: bytes) -> bytes:
        if SWALLOW in self.faults:
            return b""
        if BUFFER in self.faults:
            talk.kept.append(data)
            return b""
        return data

    def _cut_if_held(self, wire: Wire, talk: Talk, asked_at: float) -> None:
        if talk.asked_at == asked_at and not talk.is_socket:
            self.cut_at = time.monotonic()
            wire.cut()

    def heal(self) -> None:
        """Nothing is in the way any more. Sockets that were blocked stay as dead as they are."""
        self.faults = frozenset()
        self.come_back()
