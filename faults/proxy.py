"""A TCP proxy on loopback that can cut, delay, slice and swallow. Chunks are taken for requests and answers: one
client waits for its answer before it asks again, and a WebSocket frame comes in one piece.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

CHUNK = 64 * 1024
WRITES = (b"POST", b"PATCH", b"DELETE")
UPGRADE = b"upgrade: websocket"


@dataclass
class Weather:
    """What the proxy does to traffic now. `cuts`: how many connections are still to be cut, by the kind of cut."""

    delay_s: float = 0.0
    slices: bool = False
    passing: asyncio.Event = field(default_factory=asyncio.Event)
    cuts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.passing.set()

    def takes(self, kind: str) -> bool:
        """Uses up one cut of the kind, if there is one."""
        if self.cuts[kind] <= 0:
            return False
        self.cuts[kind] -= 1
        return True


class Connection:
    """One client and its connection to the server behind."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.proxy = proxy
        self.weather = proxy.weather
        self.client = (reader, writer)
        self.fate = ""
        self.upgraded = False

    async def run(self) -> None:
        """Returns when either side has ended."""
        try:
            behind = await asyncio.open_connection("127.0.0.1", self.proxy.upstream)
        except OSError:
            self.client[1].transport.abort()
            return
        self.behind = behind
        pumps = [asyncio.create_task(self._up()), asyncio.create_task(self._down())]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            for _reader, writer in (self.client, behind):
                writer.close()

    def abort(self) -> None:
        """Reset towards both sides."""
        self.client[1].transport.abort()
        if hasattr(self, "behind"):
            self.behind[1].transport.abort()

    async def _up(self) -> None:
        with suppress(OSError):
            while chunk := await self.client[0].read(CHUNK):
                if self._cut_at(chunk):
                    self.abort()
                    return
                await self._pass(self.behind[1], chunk)

    async def _down(self) -> None:
        with suppress(OSError):
            while chunk := await self.behind[0].read(CHUNK):
                if self.fate == "cut before the reply":
                    self.abort()
                    return
                if self.fate == "cut in the reply":
                    await self._pass(self.client[1], chunk[: max(1, len(chunk) // 2)])
                    self.abort()
                    return
                await self._pass(self.client[1], self.altered(chunk))

    def altered(self, chunk: bytes) -> bytes:
        """What reaches the client of what the server said."""
        return chunk

    def _cut_at(self, chunk: bytes) -> bool:
        """Whether the request that begins here is cut off; a cut of its reply is remembered."""
        self.upgraded = self.upgraded or UPGRADE in chunk.lower()
        writes = self.upgraded or chunk.startswith(WRITES)
        if self.weather.takes("cut before the request"):
            return True
        if writes and self.weather.takes("cut before the reply"):
            self.fate = "cut before the reply"
        elif self.weather.takes("cut in the reply"):
            self.fate = "cut in the reply"
        return False

    async def _pass(self, writer: asyncio.StreamWriter, chunk: bytes) -> None:
        await self.weather.passing.wait()
        if self.weather.delay_s:
            await asyncio.sleep(self.proxy.random.uniform(0, self.weather.delay_s))
        if self.weather.slices:
            chunk = await self._sliced(writer, chunk)
        writer.write(chunk)
        await writer.drain()

    async def _sliced(self, writer: asyncio.StreamWriter, chunk: bytes) -> bytes:
        """Writes the beginning in small pieces; returns the rest."""
        at = 0
        while at < min(len(chunk), 400):
            size = self.proxy.random.randint(1, 60)
            writer.write(chunk[at : at + size])
            await writer.drain()
            await asyncio.sleep(0.001)
            at += size
        return chunk[at:]


class Proxy:
    """Listens on a port of its own for a server at `upstream`, which may change."""

    connection: type[Connection] = Connection

    def __init__(self, name: str, upstream: int, seed: str) -> None:
        self.name = name
        self.upstream = upstream
        self.weather = Weather()
        self.random = random.Random(seed)
        self.connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def cut_all(self) -> None:
        """Reset every connection."""
        for connection in list(self.connections):
            connection.abort()

    async def stop(self) -> None:
        self._server.close()
        self.cut_all()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = self.connection(self, reader, writer)
        self.connections.add(connection)
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)
            self._tasks.discard(task)
